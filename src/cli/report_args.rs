//! What is typed about a report, the same for every command that makes one.

use crate::report::lang::Lang;
use crate::report::notice::Aware;
use crate::report::tlp::Tlp;
use clap::ValueHint;
use std::path::PathBuf;

/// What the examiner says of the case; of `scan` and `watch`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Case (printed and kept, never used)")]
pub struct CaseArgs {
    /// Number or name of the case.
    #[arg(long, value_name = "TEXT")]
    pub case: Option<String>,
    /// Number of the dump as an exhibit.
    #[arg(long, value_name = "TEXT")]
    pub exhibit: Option<String>,
    /// Who examines it.
    #[arg(long, value_name = "TEXT")]
    pub examiner: Option<String>,
    /// How, where and when the dump was obtained.
    #[arg(long, value_name = "TEXT")]
    pub obtained: Option<String>,
}

/// How a report is made; of `scan`, `report` and `watch`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Report")]
pub struct LookArgs {
    /// Language of the page and the notice.
    #[arg(long, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Who may see the exports to MISP and STIX (Traffic Light Protocol 2.0); amber where nothing is said.
    #[arg(long, value_name = "LABEL")]
    pub tlp: Option<Tlp>,
    /// Since when the institution is aware of the breach: deadlines of notices follow from it.
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM+HH:MM")]
    pub aware_since: Option<Aware>,
    /// Sign the report with this secret key of minisign.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub sign: Option<PathBuf>,
    /// A file with that key's password in its first line.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "sign")]
    pub sign_password_file: Option<PathBuf>,
}
