//! The command line as it is typed. Parsing has no side effects; each `into_options` turns what was typed into what to do.

use crate::attribute::Support;
use crate::attribute::claim::Claim;
use crate::commands::cat::Format;
use crate::commands::{index, scan};
use crate::identify::date;
use crate::record::inside::How;
use crate::source::Scope;
use crate::source::encoding::Charset;
use crate::source::unpack::Bounds;
use crate::{Result, limits, reading, source};
use clap::{Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// Match a leaked database against hashed records and say whose copy it is.
///
/// An institution makes a key and an index of its records; the examiner scans the dump with both. Start with `leaktrace demo`.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key for a case or a team.
    Keygen(KeygenArgs),
    /// Propose a schema (TOML) from a file of records.
    Schema(SchemaArgs),
    /// Build an index from files of records.
    Index(IndexArgs),
    /// Compare an index with its checksums.
    Verify(VerifyArgs),
    /// Scan a dump against one or more indexes and say whose copy it is.
    #[command(after_help = "Exit codes: 0 complete, no institution supported; 1 at least one institution supported; 2 usage or I/O \
                            error; 3 incomplete and nobody supported; 130 interrupted.")]
    Scan(ScanArgs),
    /// Say what an index holds, or how a dump will be read. Never shows a value.
    Inspect(InspectArgs),
    /// Print every row of a dump as the scanner reads it. The only command that shows values.
    Cat(CatArgs),
    /// Make up institutions and a leak, and run the main job on them.
    Demo(DemoArgs),
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
    /// The index.
    #[arg(value_name = "INDEX.ltx", value_hint = ValueHint::FilePath)]
    pub index: PathBuf,
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
    #[arg(value_name = "DUMP", required = true, value_hint = ValueHint::AnyPath)]
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
    /// How it is opened.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `inspect`.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// An index, or files of a dump.
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Write the plan, which `scan --plan` obeys and which may be edited.
    #[arg(long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub plan: Option<PathBuf>,
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

impl IndexArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self) -> Result<index::Options> {
        Ok(index::Options {
            files: self.files,
            key: self.key,
            schema: self.schema,
            output: self.output,
            institution: self.institution,
            dataset: self.dataset,
            snapshot: self.snapshot,
            threads: super::threads(self.threads)?,
            memory: self.memory as usize * 1_000_000,
            segment_bytes: segment_bytes(self.segment_bytes)?,
        })
    }
}

impl ReadingArgs {
    /// What to do.
    ///
    /// # Errors
    /// When the encoding is not known, or the passwords cannot be read.
    pub fn into_options(self) -> Result<reading::Options> {
        let unknown = || {
            crate::Error::usage("this encoding is not known")
                .expected("a name of the Encoding Standard, such as utf-16le, windows-1252 or gb18030; or utf-32le, utf-32be")
        };
        let encoding = self.encoding.map(|name| Charset::of_name(&name).ok_or_else(unknown)).transpose()?;
        let passwords = match &self.password_file {
            None => Vec::new(),
            Some(path) => {
                let text = source::read_small(path, "password", "write one password a line")?;
                let lines = text.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
                lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
            }
        };
        let bounds = Bounds {
            bytes_out: self.max_unpacked,
            ratio: self.max_ratio,
            depth: self.max_depth,
            members: self.max_members,
            held_bytes: self.max_held,
            ..Bounds::default()
        };
        let ReadingArgs { out_of_scope, strict, scratch, .. } = self;
        Ok(reading::Options { encoding, passwords, bounds, out_of_scope, strict, scratch, inside: How::Off })
    }
}

impl InspectArgs {
    /// How the files are opened.
    ///
    /// # Errors
    /// As [`ReadingArgs::into_options`].
    pub fn reading(self) -> Result<reading::Options> {
        Ok(reading::Options { inside: self.inside, ..self.reading.into_options()? })
    }
}

impl ScanArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self) -> Result<scan::Options> {
        Ok(scan::Options {
            dumps: self.dumps,
            indexes: self.indexes,
            keys: self.keys,
            json: self.json,
            each: self.each,
            plan: self.plan,
            threshold: self.threshold,
            claim: Claim { rows: self.claim_rows, source: self.claim_source, date: self.claim_date },
            verify: self.verify,
            threads: super::threads(self.threads)?,
            segment_bytes: segment_bytes(self.segment_bytes)?,
            reading: reading::Options { inside: self.inside, ..self.reading.into_options()? },
        })
    }
}

/// A day as written, from 1970-01-02 to 2149-06-05.
fn claimed_day(text: &str) -> std::result::Result<u16, String> {
    let iso = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    let day = if iso { date::day_number(text.as_bytes()) } else { None };
    day.ok_or_else(|| "expected a day as YYYY-MM-DD, from 1970-01-02 to 2149-06-05".to_string())
}

fn segment_bytes(asked: u64) -> Result<u64> {
    if limits::SEGMENT_BYTES_RANGE.contains(&asked) {
        return Ok(asked);
    }
    Err(crate::Error::usage("--segment-bytes is out of range")
        .expected("1,024 to 1,073,741,824")
        .got(crate::names::safe_text(&asked.to_string())))
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
