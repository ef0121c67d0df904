//! What is typed to scan one part of a plan, and to merge parts.

use super::args::{CaseArgs, LookArgs, ScanArgs};
use crate::attribute::Support;
use crate::attribute::claim::Claim;
use crate::commands::part::Keep;
use crate::commands::{Outcome, merge, part, scan};
use crate::lineage::take::How;
use crate::progress::Progress;
use crate::{Result, limits, reading};
use clap::ValueHint;
use std::path::PathBuf;

/// One part of a plan; of `scan`.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Part of a plan")]
pub struct PartArgs {
    /// Scan this part of the plan alone (leaktrace inspect DUMP --plan FILE --part-size SIZE), for `merge`.
    #[arg(long, value_name = "N", requires_all = ["plan", "output"], conflicts_with_all = OF_THE_WHOLE)]
    pub part: Option<u64>,
    /// Where to write the part.
    #[arg(short, long, value_name = "PART.ltp", requires = "part", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// What the merge may be asked for, beside a verdict: `affected` for --report, `fingerprint` for --fingerprint and --library. The same for all
    /// parts.
    #[arg(long, value_name = "WHAT,…", requires = "part", value_delimiter = ',')]
    pub keep: Vec<Keep>,
    /// The byte of the input at which the part's first row begins, where `merge` says so.
    #[arg(long, value_name = "BYTE", requires = "part")]
    pub begins: Option<u64>,
    /// The dump cannot be opened here: the part's bytes are asked for on standard output, a line `READ input from to` at a time, and taken from
    /// standard input.
    #[arg(long, requires = "part", conflicts_with = "dumps")]
    pub served: bool,
}

/// Options that are for `merge` where parts are scanned.
const OF_THE_WHOLE: [&str; 8] = ["json", "report", "each", "fingerprint", "library", "claim_source", "claim_rows", "claim_date"];

impl ScanArgs {
    /// Does it: the scan, or one part of it.
    ///
    /// # Errors
    /// When a value is out of range, or what is asked for cannot be done.
    pub fn run(self, quiet: bool, progress: &dyn Progress) -> Result<Outcome> {
        let PartArgs { part, output, keep, begins, served } = self.part.clone();
        let mut scan = self.into_options(quiet)?;
        match (part, output, scan.plan.take()) {
            (Some(part), Some(output), Some(plan)) => {
                part::run(&part::Options { scan, plan, part, begins, keep, served, output }, progress)
            }
            (_, _, plan) => scan::run(&scan::Options { plan, ..scan }, progress),
        }
    }
}

/// `merge`.
#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// The parts, as `scan --part` wrote them, in any order.
    #[arg(value_name = "PART.ltp", required = true, value_hint = ValueHint::FilePath)]
    pub parts: Vec<PathBuf>,
    /// The plan that they are parts of.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub plan: PathBuf,
    /// An index that they were matched against; all of them in the same order.
    #[arg(long = "index", value_name = "INDEX.ltx", required = true, value_hint = ValueHint::FilePath)]
    pub indexes: Vec<PathBuf>,
    /// The key that the indexes were made with; all of them in the same order.
    #[arg(long = "key", value_name = "KEY", required = true, value_hint = ValueHint::FilePath)]
    pub keys: Vec<PathBuf>,
    /// Write the result as JSON; `-` is standard output, which then holds nothing else.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Write the report into this folder, as `scan` does; takes --dump, and parts with --keep affected.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report: Option<PathBuf>,
    /// A file or folder of the dump, for the digests that the report's manifest holds.
    #[arg(long = "dump", value_name = "DUMP", value_hint = ValueHint::AnyPath)]
    pub dumps: Vec<PathBuf>,
    /// Write the dump's fingerprint; takes parts with --keep fingerprint.
    #[arg(long, value_name = "OUT.ltf", value_hint = ValueHint::FilePath)]
    pub fingerprint: Option<PathBuf>,
    /// A library of known dumps: say which of them hold which share of the rows; takes parts with --keep fingerprint.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub library: Option<PathBuf>,
    /// The key of fingerprints and library; the first key of the indexes if it is not given.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub library_key: Option<PathBuf>,
    /// Support from which on an institution is named.
    #[arg(long, value_name = "SUPPORT", default_value = "moderately_strong")]
    pub threshold: Support,
    /// Whose the dump is claimed to be, by the name of an index; judged apart from the verdict.
    #[arg(long, value_name = "NAME")]
    pub claim_source: Option<String>,
    /// How many rows are claimed.
    #[arg(long, value_name = "N")]
    pub claim_rows: Option<u64>,
    /// Of which day the data is claimed to be.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::claimed_day)]
    pub claim_date: Option<u16>,
    /// Compare every byte of the indexes with its checksum, also above 256 MB.
    #[arg(long)]
    pub verify: bool,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// What the examiner says.
    #[command(flatten)]
    pub case: CaseArgs,
    /// How the report is made.
    #[command(flatten)]
    pub look: LookArgs,
}

impl MergeArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self, quiet: bool) -> Result<merge::Options> {
        let report = self.report.map(|folder| self.look.into_report(folder));
        let beside = scan::Beside { fingerprint: self.fingerprint, library: self.library, key: self.library_key, how: How::default() };
        let scan = scan::Options {
            dumps: self.dumps,
            indexes: self.indexes,
            keys: self.keys,
            json: self.json,
            report,
            case: self.case.into_entry(),
            epoch: super::options::epoch()?,
            quiet,
            each: false,
            beside,
            plan: Some(self.plan.clone()),
            threshold: self.threshold,
            claim: Claim { rows: self.claim_rows, source: self.claim_source, date: self.claim_date },
            verify: self.verify,
            threads: super::threads(self.threads)?,
            segment_bytes: limits::SEGMENT_BYTES,
            // As the parts were read, which they tell.
            reading: reading::Options::default(),
        };
        Ok(merge::Options { scan, plan: self.plan, parts: self.parts })
    }
}

/// A number of bytes, as it is typed: `1000000`, `64MB`, `1GB`, `512MiB`.
///
/// # Errors
/// In words, when it is none.
pub fn size(text: &str) -> std::result::Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1u64 << 40,
        _ => 0,
    };
    let bytes = number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| "expected a size such as 64MB, 1GB or 512MiB".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_as_people_write_them() {
        for (text, bytes) in [("1", 1), ("128KiB", 128 << 10), ("64mb", 64_000_000), ("1GB", 1_000_000_000), ("2 TiB", 2 << 40)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "0", "GB", "1.5GB", "-1", "1XB", "99999999999TB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
