//! What is typed to keep a library of known dumps and to ask it.

use super::args::ReadingArgs;
use super::examples;
use super::lineage_args::HowArgs;
use crate::commands::Outcome;
use crate::commands::library::{self, Taking, add, find};
use crate::lineage::library::Labelled;
use crate::progress::Progress;
use crate::record::inside;
use crate::{Error, Result, limits, reading};
use clap::{Subcommand, ValueHint};
use std::path::PathBuf;

/// `library`.
#[derive(Debug, clap::Args)]
pub struct LibraryArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: LibraryCommand,
}

/// The commands of `library`.
#[derive(Debug, Subcommand)]
pub enum LibraryCommand {
    /// Add dumps, by their fingerprints. What is said of them is kept as it is typed, and shown to whoever reads the library: no values of persons in it.
    #[command(after_help = examples::LIBRARY_ADD)]
    Add(Box<AddArgs>),
    /// Say which dumps are known.
    List(ListArgs),
    /// Say which known dumps a dump comes from, and which share of its rows is new.
    #[command(after_help = examples::LIBRARY_FIND)]
    Find(Box<FindArgs>),
    /// Remove dumps.
    Remove(RemoveArgs),
}

/// How the fingerprint of a dump is taken; of `library add` and `library find`.
#[derive(Debug, clap::Args)]
pub struct TakingArgs {
    /// The library's key, where a dump has no fingerprint yet. One of its own, so that the library outlives cases.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub library_key: Option<PathBuf>,
    /// How it is taken.
    #[command(flatten)]
    pub how: HowArgs,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Bytes of a segment, the unit of work.
    #[arg(long, value_name = "BYTES", default_value_t = limits::SEGMENT_BYTES, hide = true)]
    pub segment_bytes: u64,
    /// How it is opened.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

impl TakingArgs {
    fn into_taking(self) -> Result<Taking> {
        Ok(Taking {
            key: self.library_key,
            how: self.how.into_how(),
            threads: super::threads(self.threads)?,
            segment_bytes: super::options::segment_bytes(self.segment_bytes)?,
            // As `fingerprint` does: what is known again must be found again.
            reading: reading::Options { inside: inside::How::default(), ..self.reading.into_options()? },
        })
    }
}

/// `library add`.
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// Fingerprints, or dumps (files or folders): each is one known dump.
    #[arg(value_name = "FILE.ltf|DUMP", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// The folder of the library; made if it is not there.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub library: PathBuf,
    /// What the dump is called; its file's name where nothing is said.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where it was posted, or who gave it.
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    /// Day on which it was published.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub published: Option<String>,
    /// How fingerprints are taken.
    #[command(flatten)]
    pub taking: TakingArgs,
}

/// `library list`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// The folder of the library.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub library: PathBuf,
    /// Write the list as JSON; `-` is standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}

/// `library find`.
#[derive(Debug, clap::Args)]
pub struct FindArgs {
    /// Fingerprints, which need no key, or dumps (files or folders): each is asked about by itself.
    #[arg(value_name = "FILE.ltf|DUMP", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// The folder of the library.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub library: PathBuf,
    /// Write what is found as JSON; `-` is standard output, which then holds nothing else.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Known dumps that are compared in full; of others it is said how many there are.
    #[arg(long, value_name = "N", default_value_t = limits::LIBRARY_COMPARED as u64, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub most: u64,
    /// How fingerprints are taken.
    #[command(flatten)]
    pub taking: TakingArgs,
}

/// `library remove`.
#[derive(Debug, clap::Args)]
pub struct RemoveArgs {
    /// Names, as `library list` shows them.
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,
    /// The folder of the library.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub library: PathBuf,
}

impl LibraryArgs {
    /// Does it.
    ///
    /// # Errors
    /// When a value is out of range, or what is asked for cannot be done.
    pub fn run(self, quiet: bool, progress: &dyn Progress) -> Result<Outcome> {
        match self.command {
            LibraryCommand::Add(a) => add::run(&a.into_options()?, progress),
            LibraryCommand::List(a) => library::list(&a.library, a.json.as_deref()),
            LibraryCommand::Find(a) => find::run(&a.into_options(quiet)?, progress),
            LibraryCommand::Remove(a) => library::remove(&a.library, &a.names),
        }
    }
}

impl AddArgs {
    fn into_options(self) -> Result<add::Options> {
        if self.name.is_some() && self.files.len() > 1 {
            return Err(Error::usage("one name cannot be that of several dumps")
                .expected("one file with --name")
                .got(format!("{} files", self.files.len()))
                .advice("add them one by one, or put all files of one dump into a folder"));
        }
        let label = Labelled { name: self.name.unwrap_or_default(), source: self.source, published: self.published, added: Some(today()?) };
        Ok(add::Options { files: self.files, library: self.library, label, taking: self.taking.into_taking()? })
    }
}

impl FindArgs {
    fn into_options(self, quiet: bool) -> Result<find::Options> {
        let (files, library, json, most) = (self.files, self.library, self.json, self.most as usize);
        Ok(find::Options { files, library, json, most, taking: self.taking.into_taking()?, quiet })
    }
}

/// Today, in UTC, or the day that the environment fixes.
fn today() -> Result<String> {
    let time = match super::options::epoch()? {
        None => jiff::Timestamp::now(),
        Some(seconds) => jiff::Timestamp::from_second(seconds).map_err(|_| Error::usage("SOURCE_DATE_EPOCH is out of range"))?,
    };
    Ok(time.to_string().chars().take(10).collect())
}

fn day(text: &str) -> std::result::Result<String, String> {
    let iso = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    if iso { Ok(text.to_string()) } else { Err("expected a day as YYYY-MM-DD".to_string()) }
}
