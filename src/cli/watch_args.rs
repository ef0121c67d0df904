//! `watch`, as it is typed. What it shares with `scan` has the same names there, and is handed on as it is.

use super::args::{CaseArgs, LookArgs, ReadingArgs};
use super::lineage_args::KnownArgs;
use crate::attribute::Support;
use crate::commands::watch::{Options, Tried};
use crate::record::inside::How;
use crate::{Result, limits};
use clap::{ArgAction, ArgMatches, Command, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// `watch`.
#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// The folder; files within folders in it, too.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// An index to match against; may be repeated.
    #[arg(long = "index", value_name = "INDEX.ltx", required = true, value_hint = ValueHint::FilePath)]
    pub indexes: Vec<PathBuf>,
    /// The key that the indexes were made with; may be repeated when there are several.
    #[arg(long = "key", value_name = "KEY", required = true, value_hint = ValueHint::FilePath)]
    pub keys: Vec<PathBuf>,
    /// The log: one line of JSON for every file; lines are appended.
    #[arg(long, value_name = "LOG.jsonl", value_hint = ValueHint::FilePath)]
    pub log: PathBuf,
    /// A folder for reports, one folder a file that could be scanned; made if it is not there.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub reports: Option<PathBuf>,
    /// What was scanned; by default the log's name with .state behind it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub state: Option<PathBuf>,
    /// A file is complete when it did not change for so long.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub settle: Duration,
    /// The folder is looked at this often, also where the system tells of changes.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub poll: Duration,
    /// Memory that one scan may take beside mapped files; 0 for any. On Linux alone.
    #[arg(long, value_name = "MB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    pub memory: u64,
    /// Time that one scan may take; 0 for any.
    #[arg(long, value_name = "SECONDS", default_value = "86400", value_parser = seconds)]
    pub time: Duration,
    /// Scan what is there and end; what changes meanwhile is left for the next run.
    #[arg(long)]
    pub once: bool,
    /// Support from which on an institution is named.
    #[arg(long, value_name = "SUPPORT", default_value = "moderately_strong")]
    pub threshold: Support,
    /// Compare every byte of the indexes with its checksum before every scan, also above 256 MB.
    #[arg(long)]
    pub verify: bool,
    /// Worker threads of a scan; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Look for identifiers inside of cells (notes, JSON, PHP, forms, Base64): in columns that a sample shows to hold such; in all; or not.
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub inside: How,
    /// A program to run when a file supports an institution, without a shell; {file}, {report}, {verdict} and {sequence} in its arguments are replaced.
    #[arg(last = true, value_name = "PROGRAM ARG", value_hint = ValueHint::CommandWithArguments)]
    pub hook: Vec<OsString>,
    /// What is known already.
    #[command(flatten)]
    pub known: KnownArgs,
    /// What the examiner says.
    #[command(flatten)]
    pub case: CaseArgs,
    /// How the reports are made.
    #[command(flatten)]
    pub look: LookArgs,
    /// How files are opened.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// What each scan is told ([`handed_on`]).
    #[arg(skip)]
    pub scan: Vec<OsString>,
}

impl WatchArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self, quiet: bool) -> Result<Options> {
        // What every scan would find wrong is told now.
        super::threads(self.threads)?;
        let scratch = self.reading.scratch.clone();
        self.reading.into_options()?;
        let state = self.state.unwrap_or_else(|| {
            let mut name = self.log.clone().into_os_string();
            name.push(".state");
            name.into()
        });
        Ok(Options {
            folder: self.folder,
            log: self.log,
            state,
            reports: self.reports,
            scan: self.scan,
            tried: Tried { indexes: self.indexes, keys: self.keys, sign: self.look.sign.map(|key| (key, self.look.sign_password_file)) },
            scratch,
            settle: self.settle,
            // Without any rest there would be nothing but looks.
            poll: self.poll.max(Duration::from_millis(10)),
            memory: self.memory,
            time: (!self.time.is_zero()).then_some(self.time),
            once: self.once,
            hook: self.hook,
            epoch: super::options::epoch()?,
            quiet,
        })
    }
}

/// Every option of `watch` that `scan` has too, as arguments of `scan`: typed or from the environment or a file. A new option of both needs nothing more.
#[must_use]
pub fn handed_on(declared: &Command, matches: &ArgMatches) -> Vec<OsString> {
    let (Some(scan), Some(matches)) = (declared.find_subcommand("scan"), matches.subcommand_matches("watch")) else { return Vec::new() };
    let mut out = Vec::new();
    for arg in scan.get_arguments().filter(|arg| !arg.is_global_set()) {
        let (id, Some(long)) = (arg.get_id().as_str(), arg.get_long()) else { continue };
        if matches!(arg.get_action(), ArgAction::SetTrue) {
            if let Ok(Some(true)) = matches.try_get_one::<bool>(id) {
                out.push(format!("--{long}").into());
            }
            continue;
        }
        for value in matches.try_get_raw(id).ok().flatten().into_iter().flatten() {
            let mut argument = OsString::from(format!("--{long}="));
            argument.push(value);
            out.push(argument);
        }
    }
    out
}

/// Seconds, also parts of one.
fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=limits::WATCH_SECONDS).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "expected seconds, from 0 to 2592000".to_string())
}
