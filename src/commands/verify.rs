//! `leaktrace verify`: every byte of an index against its checksums. Needs no key.

use super::Outcome;
use crate::Result;
use crate::index::open;
use crate::report::output::to_stdout;
use crate::report::terminal::grouped;
use std::path::Path;

/// Verifies an index.
///
/// # Errors
/// When it cannot be read or is damaged.
pub fn run(path: &Path) -> Result<Outcome> {
    let verified = open::verify_file(path)?;
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
