//! LDIF (RFC 2849): records of directories, apart by empty lines.
//!
//! ```text
//! line    = attribute { ";" option } ":" [ ":" | "<" ] blanks value       "::" before base64, ":<" before a web address, which is not fetched
//! folded  = a line that begins with a blank goes on with the one before it
//! comment = a line that begins with "#"
//! ```
//!
//! Attributes are known by their names in lower case (but for names such as `Mail`), without options. Base64 that is none, or does not stand for text, stays as it is.

use super::decode::base64;
use super::entry::Entry;
use super::fold::{Logical, Place};
use super::vcard::could_be_somebody;
use crate::record::lines::{is_blank, line};
use std::ops::Range;

/// Bytes of an attribute's name.
const NAME_BYTES: usize = 64;

/// An attribute and its value in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub name: Range<usize>,
    /// What stands behind the colon: nothing, `:` or `<`.
    pub sign: u8,
    pub value: Range<usize>,
}

/// Reads a line, folds undone, if it is one of an attribute.
pub(crate) fn attribute(line: &[u8]) -> Option<Attribute> {
    let end = line.iter().take(NAME_BYTES + 1).position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')))?;
    if !line[0].is_ascii_alphanumeric() {
        return None;
    }
    let colon = if line[end] == b';' { memchr::memchr(b':', line)? } else { end };
    if line[colon] != b':' || line[end..colon].iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let sign = match line.get(colon + 1) {
        Some(&sign @ (b':' | b'<')) => sign,
        _ => 0,
    };
    let mut from = colon + 1 + usize::from(sign != 0);
    while line.get(from).is_some_and(|b| is_blank(*b)) {
        from += 1;
    }
    Some(Attribute { name: 0..end, sign, value: from..line.len() })
}

/// Where the first line begins behind an empty one that ends at or after `text[from]`.
pub(crate) fn entry_start(text: &[u8], from: usize, end: u8) -> Option<usize> {
    let mut at = crate::record::lines::line_start(text, from, end)?;
    while at < text.len() {
        let (to, next) = line(text, at, end);
        if to == at && next < text.len() {
            return Some(next);
        }
        at = next;
    }
    None
}

/// Reads the record that begins at `text[at]`; returns where the next one does.
pub(crate) fn read(text: &[u8], mut at: usize, end: u8, entry: &mut Entry) -> usize {
    while at < text.len() {
        let (to, next) = line(text, at, end);
        if to == at {
            if entry.is_begun() {
                return next;
            }
            at = next;
            continue;
        }
        let logical = Logical::read(text, at, end, &mut entry.scratch, |_, _| false);
        let scratch = std::mem::take(&mut entry.scratch);
        let bytes = logical.bytes(text, &scratch);
        match attribute(bytes) {
            // What parts the changes of a record says nothing.
            _ if bytes[0] == b'#' || bytes == b"-" => {}
            Some(found) => put(entry, at, bytes, &found, logical.place),
            None if logical.place == Place::Text => entry.put_text(at, to),
            None => entry.put_owned(super::entry::TEXT, at, bytes),
        }
        at = logical.next;
        entry.scratch = scratch;
    }
    at
}

fn put(entry: &mut Entry, at: usize, line: &[u8], found: &Attribute, place: Place) {
    let mut lower = [0; NAME_BYTES];
    let key = &mut lower[..found.name.len()];
    key.copy_from_slice(&line[found.name.clone()]);
    if !could_be_somebody(key) {
        key.make_ascii_lowercase();
    }
    let value = &line[found.value.clone()];
    if found.sign == b':' {
        let mut decoded = Vec::new();
        if base64(value, &mut decoded) && std::str::from_utf8(&decoded).is_ok() {
            entry.put_owned(key, at, &decoded);
            return;
        }
    }
    match place {
        Place::Text => _ = entry.put(key, at, at + found.value.start, at + found.value.end),
        Place::Scratch => entry.put_owned(key, at, value),
    }
}
