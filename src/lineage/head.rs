//! The first part of a fingerprint's file: what it says of itself, which can be read without the rest.

use super::file::{About, MAGIC, SCHEMA, SEAL_BYTES};
use crate::identify::{KINDS, Kind};
use crate::{Error, Result, limits, names};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Where what it says of itself begins.
const ABOUT_AT: usize = 12;
const ADVICE: &str = "make it again: leaktrace fingerprint DUMP -o OUT.ltf --key KEY";

/// Bytes that a file ends in: the BLAKE3 of all before.
pub type Seal = [u8; SEAL_BYTES];

/// What a file says of itself, and its seal. Only these are read, so that they may be those of a damaged file.
///
/// # Errors
/// When it cannot be read, or is no fingerprint of this version.
pub fn describe(path: &Path) -> Result<(About, Seal)> {
    let unreadable = |e: std::io::Error| Error::io("cannot read the fingerprint", &e).at(path).advice("check the path");
    let mut file = File::open(path).map_err(unreadable)?;
    let mut head = Vec::with_capacity(ABOUT_AT);
    (&mut file).take(ABOUT_AT as u64).read_to_end(&mut head).map_err(unreadable)?;
    let bytes = about_bytes(&head).map_err(|e| e.at(path))?;
    if bytes > limits::FINGERPRINT_ABOUT_BYTES {
        return Err(damaged("what it says of itself is too long").at(path));
    }
    let mut about = Vec::new();
    (&mut file).take(bytes as u64).read_to_end(&mut about).map_err(unreadable)?;
    Ok((about_of(&about).map_err(|e| e.at(path))?, seal_of(&mut file, path)?))
}

/// The seal of a file.
///
/// # Errors
/// When it cannot be read.
pub fn seal(path: &Path) -> Result<Seal> {
    let unreadable = |e: std::io::Error| Error::io("cannot read the fingerprint", &e).at(path).advice("check the path");
    seal_of(&mut File::open(path).map_err(unreadable)?, path)
}

fn seal_of(file: &mut File, path: &Path) -> Result<Seal> {
    let mut seal = [0; SEAL_BYTES];
    let read = file.seek(SeekFrom::End(-(SEAL_BYTES as i64))).and_then(|_| file.read_exact(&mut seal));
    read.map_err(|e| Error::io("cannot read the fingerprint", &e).at(path).advice("check the path"))?;
    Ok(seal)
}

/// What it says of itself, and its body.
pub(super) fn split(bytes: &[u8]) -> Result<(About, &[u8])> {
    let cut = || damaged("it is cut off");
    let about_bytes = about_bytes(bytes)?;
    let (about, rest) = bytes.get(ABOUT_AT..).and_then(|rest| rest.split_at_checked(about_bytes)).ok_or_else(cut)?;
    let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
    let body = rest.len().checked_sub(SEAL_BYTES).filter(|&n| n as u64 == u64::from_le_bytes(*length)).ok_or_else(cut)?;
    Ok((about_of(about)?, &rest[..body]))
}

/// Bytes of what it says of itself, which begins at [`ABOUT_AT`]; from a file's first bytes.
fn about_bytes(head: &[u8]) -> Result<usize> {
    let length = head.strip_prefix(MAGIC).ok_or_else(not_one)?.first_chunk::<4>();
    length.map(|length| u32::from_le_bytes(*length) as usize).ok_or_else(|| damaged("it is cut off"))
}

/// What it says of itself, as it stands in the file.
fn about_of(json: &[u8]) -> Result<About> {
    let about: About = serde_json::from_slice(json).map_err(|_| damaged("what it says of itself cannot be read"))?;
    if about.schema != SCHEMA || about.rulesets != rulesets() {
        return Err(Error::damaged("the fingerprint is of another version")
            .expected(format!("{SCHEMA}, rules {}", rulesets()))
            .got(format!("{}, rules {}", names::safe_text(&about.schema), about.rulesets))
            .advice(ADVICE));
    }
    Ok(about)
}

/// That a file is something else.
pub(super) fn not_one() -> Error {
    Error::damaged("this is not a dump's fingerprint").expected("a file made by leaktrace fingerprint").advice(ADVICE)
}

/// That a file is not as it was written.
pub(super) fn damaged(what: &str) -> Error {
    Error::damaged("the fingerprint is damaged").got(what).advice(ADVICE)
}

/// Sum of the kinds' ruleset versions.
pub(super) fn rulesets() -> u32 {
    KINDS.iter().map(|&kind: &Kind| u32::from(kind.ruleset())).sum()
}
