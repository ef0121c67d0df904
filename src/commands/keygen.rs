//! `leaktrace keygen`: a new key, for its owner alone.

use super::Outcome;
use crate::Result;
use crate::fingerprint::Key;
use crate::names::safe_path;
use std::path::Path;

/// Makes a key.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn run(path: &Path) -> Result<Outcome> {
    let key = Key::generate()?;
    key.write_new(path)?;
    anstream::eprintln!("wrote key {} to {}, readable by you alone", key.id(), safe_path(path));
    anstream::eprintln!("next: leaktrace schema RECORDS.csv > schema.toml");
    Ok(Outcome::Done)
}
