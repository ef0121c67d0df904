//! `leaktrace verify`: every byte of an index against its checksums, or of a report against its manifest; with the dump, the indexes and the key at
//! hand, the scan once more. The first two need no key.

mod again;
mod report;

pub use again::Inputs;
pub use report::check_folder;

use super::Outcome;
use crate::index::open;
use crate::progress::Progress;
use crate::report::output::to_stdout;
use crate::report::terminal::grouped;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// An index, or a report's folder.
    pub path: PathBuf,
    /// The public key that the report must be signed by.
    pub public_key: Option<String>,
    /// What the report was made from, as far as it is at hand.
    pub inputs: Inputs,
}

/// Verifies.
///
/// # Errors
/// When something cannot be read, or is not what it was.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    if options.path.is_dir() {
        return report::run(options, progress);
    }
    if options.public_key.is_some() || !options.inputs.dumps.is_empty() {
        return Err(Error::usage("only a report is verified with a dump or a signature")
            .at(&options.path)
            .expected("the folder of a report")
            .advice("for an index: leaktrace verify INDEX.ltx"));
    }
    index(&options.path, progress)
}

fn index(path: &Path, progress: &dyn Progress) -> Result<Outcome> {
    let verified = open::verify_file(path, progress)?;
    let text = format!(
        "sound: {} sections, {} bytes, {} records\ndigest {}\nb3sum  {}\n",
        verified.header.entries.len(),
        grouped(verified.header.file_length),
        grouped(verified.meta.records),
        verified.header.digest(),
        verified.b3sum
    );
    to_stdout(text.as_bytes())?;
    Ok(Outcome::Done)
}
