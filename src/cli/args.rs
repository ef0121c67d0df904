//! The command line as it is typed. Parsing has no side effects; the module `options` turns what was typed into what to do.

use super::examples;
use super::library_args::LibraryArgs;
use super::lineage_args::{BesideArgs, CompareArgs, FingerprintArgs};
pub use super::report_args::{CaseArgs, LookArgs};
use crate::attribute::Support;
use crate::commands::cat::Format;
use crate::identify::date;
use crate::limits;
use crate::record::inside::How;
use crate::source::Scope;
use clap::{Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// Match a leaked database against hashed records and say whose copy it is.
///
/// An institution makes a key and an index of its records; the examiner scans the dump with both. Start with `leaktrace demo`.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100, arg_required_else_help = true, after_help = examples::ALL)]
pub struct Args {
    /// Print errors and what was asked for alone: no report on the terminal, no progress.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say how long each stage took, also in a quiet run.
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key for a case or a team.
    #[command(after_help = examples::KEYGEN)]
    Keygen(KeygenArgs),
    /// Propose a schema (TOML) from a file of records.
    #[command(after_help = examples::SCHEMA)]
    Schema(SchemaArgs),
    /// Build an index from files of records.
    #[command(after_help = examples::INDEX)]
    Index(IndexArgs),
    /// Compare an index with its checksums, or a report with its manifest; or make the report's scan again and compare.
    #[command(after_help = examples::VERIFY)]
    Verify(VerifyArgs),
    /// Scan a dump against one or more indexes and say whose copy it is.
    #[command(after_help = examples::SCAN)]
    Scan(Box<ScanArgs>),
    /// Merge parts of a plan that were scanned by themselves, on any machines: says and writes what one scan would have.
    #[command(after_help = examples::MERGE)]
    Merge(Box<super::part_args::MergeArgs>),
    /// Print the job that scans a dump by parts on Apache Spark and merges them; its --help says how it is run.
    #[command(after_help = examples::SPARK_JOB)]
    SparkJob,
    /// Scan every file that comes into a folder, once it is complete; ends when it is told to.
    #[command(after_help = examples::WATCH)]
    Watch(Box<super::watch_args::WatchArgs>),
    /// Make a report once more from its document: in another language, for other eyes, or signed.
    #[command(after_help = examples::REPORT)]
    Report(ReportCommandArgs),
    /// Join a list of affected records to the institution's own keys. Shows values of the institution's own file.
    #[command(after_help = examples::AFFECTED)]
    Affected(AffectedArgs),
    /// Say what an index or a dump's fingerprint holds, or how a dump will be read. Never shows a value.
    #[command(after_help = examples::INSPECT)]
    Inspect(InspectArgs),
    /// Write a small file about a dump, without any value of it, by which it is known again: cut, merged, sorted or written otherwise.
    #[command(after_help = examples::FINGERPRINT)]
    Fingerprint(FingerprintArgs),
    /// Say how dumps relate, by their fingerprints: the same, a part, a merge, padded, enriched, or of the same people only. Needs no key.
    #[command(after_help = examples::COMPARE)]
    Compare(CompareArgs),
    /// Keep fingerprints of known dumps, and say which of them a dump comes from.
    #[command(after_help = examples::LIBRARY)]
    Library(LibraryArgs),
    /// Print every row of a dump as the scanner reads it. The only command that shows values.
    #[command(after_help = examples::CAT)]
    Cat(CatArgs),
    /// Make up institutions and a leak, and run the main job on them.
    #[command(after_help = examples::DEMO)]
    Demo(DemoArgs),
    /// Print what makes a shell complete commands and options.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Write the pages of the manual into a folder.
    #[command(after_help = examples::MAN)]
    Man(ManArgs),
}

/// `keygen`.
#[derive(Debug, clap::Args)]
pub struct KeygenArgs {
    /// Where to write the key; never overwritten.
    #[arg(short, long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
}

/// `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// A file of records (delimited text).
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// `index`.
#[derive(Debug, clap::Args)]
pub struct IndexArgs {
    /// Files of records (delimited text), in the order of their record numbers.
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// The key.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub key: PathBuf,
    /// What the columns hold.
    #[arg(long, value_name = "SCHEMA.toml", value_hint = ValueHint::FilePath)]
    pub schema: PathBuf,
    /// Where to write the index.
    #[arg(short, long, value_name = "OUT.ltx", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// Name of the institution, in place of the schema's.
    #[arg(long, value_name = "NAME")]
    pub institution: Option<String>,
    /// Name of the dataset, in place of the schema's.
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
    /// Day of the export, in place of the schema's.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub snapshot: Option<String>,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Memory for sorting, MB.
    #[arg(long, value_name = "MB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(16..=1_000_000))]
    pub memory: u32,
    /// Bytes of a segment, the unit of work.
    #[arg(long, value_name = "BYTES", default_value_t = limits::SEGMENT_BYTES, hide = true)]
    pub segment_bytes: u64,
}

/// `verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// An index, or the folder of a report.
    #[arg(value_name = "INDEX.ltx|REPORT_DIR", value_hint = ValueHint::AnyPath)]
    pub path: PathBuf,
    /// The public key that the report must be signed by (the last line of minisign's .pub file).
    #[arg(long, value_name = "KEY")]
    pub public_key: Option<String>,
    /// A file or folder of the dump that the report is about.
    #[arg(long, value_name = "DUMP", value_hint = ValueHint::AnyPath)]
    pub dump: Vec<PathBuf>,
    /// An index that the report was made with.
    #[arg(long, value_name = "INDEX.ltx", value_hint = ValueHint::FilePath)]
    pub index: Vec<PathBuf>,
    /// The key of the indexes; with dump and indexes, the scan is made again.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub key: Vec<PathBuf>,
    /// A file of passwords for encrypted members, one a line.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// A folder for 7z archives within others that are larger; encrypted there, and gone afterwards.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub scratch: Option<PathBuf>,
    /// The library of known dumps that the scan asked, as it was then.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub library: Option<PathBuf>,
    /// Its key, if it is another than the indexes'.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub library_key: Option<PathBuf>,
}

/// `report`.
#[derive(Debug, clap::Args)]
pub struct ReportCommandArgs {
    /// A report's folder, or a document that scan --json wrote.
    #[arg(value_name = "REPORT_DIR|SCAN.json", value_hint = ValueHint::AnyPath)]
    pub from: PathBuf,
    /// The folder of the new report; an older report there gives way.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report: PathBuf,
    /// How it is made.
    #[command(flatten)]
    pub look: LookArgs,
}

/// `affected`.
#[derive(Debug, clap::Args)]
pub struct AffectedArgs {
    /// The list of a report: affected.csv, or a file of its folder affected/.
    #[arg(value_name = "LIST", value_hint = ValueHint::FilePath)]
    pub list: PathBuf,
    /// A file of records that the index was made from; several in the same order.
    #[arg(long, value_name = "EXPORT.csv", required = true, value_hint = ValueHint::FilePath)]
    pub records: Vec<PathBuf>,
    /// The column of the keys that the list is joined to: its header, or its position from 1.
    #[arg(long, value_name = "ID")]
    pub column: String,
    /// Where to write the joined list; standard output where nothing is said.
    #[arg(short, long, value_name = "OUT.csv", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// How a dump is opened; of `scan`, `inspect` and `cat`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadingArgs {
    /// The encoding of all texts, where it is known better (windows-1252, gb18030, utf-16le, …).
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// A file of passwords for encrypted members, one a line.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Bytes that may be unpacked in all.
    #[arg(long, value_name = "BYTES", default_value_t = limits::UNPACK_BYTES)]
    pub max_unpacked: u64,
    /// Unpacked bytes a packed byte.
    #[arg(long, value_name = "N", default_value_t = limits::UNPACK_RATIO)]
    pub max_ratio: u64,
    /// Containers within containers.
    #[arg(long, value_name = "N", default_value_t = limits::UNPACK_DEPTH)]
    pub max_depth: usize,
    /// Members of all archives.
    #[arg(long, value_name = "N", default_value_t = limits::UNPACK_MEMBERS)]
    pub max_members: u64,
    /// Bytes of a member that are held in memory where it cannot be read from the front.
    #[arg(long, value_name = "BYTES", default_value_t = limits::UNPACK_HELD_BYTES)]
    pub max_held: u64,
    /// A folder for 7z archives within others that are larger; encrypted there, and gone afterwards.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub scratch: Option<PathBuf>,
    /// Kinds of files that are set aside: told, and not missed.
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub out_of_scope: Vec<Scope>,
    /// Stop at the first thing that cannot be read, with exit code 3.
    #[arg(long)]
    pub strict: bool,
}

/// `scan`.
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// Files, folders or patterns (`dump/*.csv`) of the dump; `-` is standard input. Several are one question.
    #[arg(value_name = "DUMP", required_unless_present = "served", value_hint = ValueHint::AnyPath)]
    pub dumps: Vec<PathBuf>,
    /// An index to match against; may be repeated.
    #[arg(long = "index", value_name = "INDEX.ltx", required = true, value_hint = ValueHint::FilePath)]
    pub indexes: Vec<PathBuf>,
    /// The key that the indexes were made with; may be repeated when there are several.
    #[arg(long = "key", value_name = "KEY", required = true, value_hint = ValueHint::FilePath)]
    pub keys: Vec<PathBuf>,
    /// Write the result as JSON; `-` is standard output, which then holds nothing else.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Write the report into this folder: page, document, affected records, notice, MISP, STIX, manifest. An older report there gives way.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report: Option<PathBuf>,
    /// Give each file a verdict of its own.
    #[arg(long)]
    pub each: bool,
    /// Read the dump by this plan (leaktrace inspect DUMP --plan FILE).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub plan: Option<PathBuf>,
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
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = claimed_day)]
    pub claim_date: Option<u16>,
    /// Compare every byte of the indexes with its checksum, also above 256 MB.
    #[arg(long)]
    pub verify: bool,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Bytes of a segment, the unit of work.
    #[arg(long, value_name = "BYTES", default_value_t = limits::SEGMENT_BYTES, hide = true)]
    pub segment_bytes: u64,
    /// Look for identifiers inside of cells (notes, JSON, PHP, forms, Base64): in columns that a sample shows to hold such; in all; or not.
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub inside: How,
    /// One part of a plan.
    #[command(flatten)]
    pub part: super::part_args::PartArgs,
    /// What the examiner says.
    #[command(flatten)]
    pub case: CaseArgs,
    /// How the report is made.
    #[command(flatten)]
    pub look: LookArgs,
    /// What is done beside, with the dump's fingerprint.
    #[command(flatten)]
    pub beside: BesideArgs,
    /// How it is opened.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `inspect`.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// An index, a dump's fingerprint, or files of a dump.
    #[arg(value_name = "FILE", required_unless_present = "served", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Write the plan, which `scan --plan` obeys and which may be edited.
    #[arg(long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub plan: Option<PathBuf>,
    /// Have the plan name parts of about so many bytes (64MB, 1GB, 512MiB), which `scan --part` scans by themselves and `merge` merges. The dump is
    /// not read whole then.
    #[arg(long, value_name = "SIZE", requires = "plan", value_parser = super::part_args::size)]
    pub part_size: Option<u64>,
    /// Plan files that cannot be opened here: a JSON list of {"name": …, "bytes": …}. Their bytes are asked for on standard output, a line `READ
    /// input from to` at a time, and taken from standard input.
    #[arg(long, value_name = "FILES.json", requires = "part_size", conflicts_with = "files", value_hint = ValueHint::FilePath)]
    pub served: Option<PathBuf>,
    /// Look for identifiers inside of cells (notes, JSON, PHP, forms, Base64): in columns that a sample shows to hold such; in all; or not.
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub inside: How,
    /// How it is opened.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `cat`.
#[derive(Debug, clap::Args)]
pub struct CatArgs {
    /// The file; `-` is standard input.
    #[arg(value_name = "DUMP", value_hint = ValueHint::FilePath)]
    pub dump: PathBuf,
    /// How to print rows.
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub format: Format,
    /// The table, by its name or number, where the dump holds several.
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// How it is opened.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Folder to work in; made if it is not there.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The folder; made if it is not there.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// A day as written, from 1970-01-02 to 2149-06-05.
pub(super) fn claimed_day(text: &str) -> std::result::Result<u16, String> {
    let iso = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    let day = if iso { date::day_number(text.as_bytes()) } else { None };
    day.ok_or_else(|| "expected a day as YYYY-MM-DD, from 1970-01-02 to 2149-06-05".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_declaration_is_sound() {
        Args::command().debug_assert();
    }
}
