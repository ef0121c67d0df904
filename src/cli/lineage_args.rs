//! What is typed to fingerprint dumps and to compare them.

use super::args::ReadingArgs;
use crate::commands::{compare, fingerprint, scan};
use crate::lineage::take::{How, SCALE};
use crate::record::inside;
use crate::{Result, limits, reading};
use clap::ValueHint;
use std::path::PathBuf;

/// How a fingerprint is taken.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Fingerprint")]
pub struct HowArgs {
    /// Keep one identifier value in so many, of a dump that has more than 65,536: a smaller number makes a larger file and closer shares.
    #[arg(long, value_name = "N", default_value_t = SCALE, value_parser = clap::value_parser!(u64).range(1..=1 << 15))]
    pub scale: u64,
    /// Country of phone numbers that are written without a country code (ISO 3166-1). The same for all that is compared.
    #[arg(long, value_name = "COUNTRY", default_value = "ID", value_parser = country)]
    pub region: [u8; 2],
}

impl HowArgs {
    /// What to do.
    #[must_use]
    pub fn into_how(self) -> How {
        How { scale: self.scale, region: self.region }
    }
}

/// What a scan does beside, with the dump's fingerprint.
#[derive(Clone, Debug, clap::Args)]
pub struct BesideArgs {
    /// Write the dump's fingerprint, taken in the same pass.
    #[arg(long, value_name = "OUT.ltf", value_hint = ValueHint::FilePath, help_heading = "Fingerprint")]
    pub fingerprint: Option<PathBuf>,
    /// What is known already.
    #[command(flatten)]
    pub known: KnownArgs,
}

/// What a scan asks of known dumps.
#[derive(Clone, Debug, clap::Args)]
pub struct KnownArgs {
    /// A library of known dumps: say which of them hold which share of the rows.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Fingerprint")]
    pub library: Option<PathBuf>,
    /// The key of fingerprints and library; the first key of the indexes if it is not given.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath, help_heading = "Fingerprint")]
    pub library_key: Option<PathBuf>,
    /// How it is taken.
    #[command(flatten)]
    pub how: HowArgs,
}

impl BesideArgs {
    /// What to do.
    #[must_use]
    pub fn into_options(self) -> scan::Beside {
        let KnownArgs { library, library_key, how } = self.known;
        scan::Beside { fingerprint: self.fingerprint, library, key: library_key, how: how.into_how() }
    }
}

fn country(text: &str) -> std::result::Result<[u8; 2], String> {
    let letters: Option<[u8; 2]> = text.to_ascii_uppercase().into_bytes().try_into().ok();
    letters
        .filter(|code| code.iter().all(u8::is_ascii_uppercase))
        .ok_or_else(|| "expected a country as two letters, such as ID, SG or US".to_string())
}

/// `fingerprint`.
#[derive(Debug, clap::Args)]
pub struct FingerprintArgs {
    /// Files, folders or patterns of the dump; `-` is standard input.
    #[arg(value_name = "DUMP", required = true, value_hint = ValueHint::AnyPath)]
    pub dumps: Vec<PathBuf>,
    /// Where to write it.
    #[arg(short, long, value_name = "OUT.ltf", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// The key; fingerprints of one key can be compared.
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub key: PathBuf,
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

impl FingerprintArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self) -> Result<fingerprint::Options> {
        Ok(fingerprint::Options {
            dumps: self.dumps,
            key: self.key,
            output: self.output,
            how: self.how.into_how(),
            threads: super::threads(self.threads)?,
            segment_bytes: super::options::segment_bytes(self.segment_bytes)?,
            // As a scan does: what is known again must be found again.
            reading: reading::Options { inside: inside::How::default(), ..self.reading.into_options()? },
        })
    }
}

/// `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// Fingerprints, two or more.
    #[arg(value_name = "DUMP.ltf", required = true, num_args = 2.., value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Write how they relate as JSON; `-` is standard output, which then holds nothing else.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Write it as a page with matrix and graph, one file for any browser; `-` is standard output, which then holds nothing else.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Worker threads; one a core by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

impl CompareArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self, quiet: bool) -> Result<compare::Options> {
        Ok(compare::Options { files: self.files, json: self.json, html: self.html, threads: super::threads(self.threads)?, quiet })
    }
}
