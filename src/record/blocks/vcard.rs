//! vCard 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), as telephones and address books write it.
//!
//! ```text
//! entry    = "BEGIN:VCARD" … "END:VCARD"
//! property = [ group "." ] name { ";" parameter } ":" value        folded lines as in LDIF; quoted-printable ones end in "="
//! ```
//!
//! Columns are called as properties are, in upper case but for names such as `Email`; the parts of `N` and `ADR` are columns of their own. Parameters say how a value is written, or
//! what it is for, and are left out but for those that hold values themselves (`ADR.LABEL`, others as `ADR.parameter`). What is encoded and not text
//! stays as it is.

use super::decode::{base64, quoted_printable, unescape};
use super::entry::Entry;
use super::fold::{Logical, Place};
use crate::record::lines::{is_blank, line, line_start, trimmed};
use encoding_rs::Encoding;
use std::ops::Range;

/// Bytes of a property's name, its group included.
const NAME_BYTES: usize = 64;

/// Bytes at the beginning of a line within which an encoding is named.
const NAMED_WITHIN: usize = 1024;

/// What the parts of a name and of an address are called.
const NAMES: [&[u8]; 5] = [b"FAMILY NAME", b"GIVEN NAME", b"ADDITIONAL NAMES", b"NAME PREFIX", b"NAME SUFFIX"];
const ADDRESS: [&[u8]; 7] = [b"PO BOX", b"EXTENDED ADDRESS", b"STREET", b"CITY", b"REGION", b"POSTAL CODE", b"COUNTRY"];

/// Parameters that say nothing about a person.
const PARAMETERS: [&[u8]; 17] = [
    b"TYPE",
    b"ENCODING",
    b"CHARSET",
    b"VALUE",
    b"PREF",
    b"LANGUAGE",
    b"PID",
    b"ALTID",
    b"MEDIATYPE",
    b"CALSCALE",
    b"INDEX",
    b"LEVEL",
    b"X-SERVICE-TYPE",
    b"DERIVED",
    b"PROP-ID",
    b"SCRIPT",
    b"PHONETIC",
];

/// Whether the line is the first of a card.
pub(crate) fn is_begin(line: &[u8]) -> bool {
    is_line(line, b"BEGIN:VCARD")
}

fn is_line(line: &[u8], wanted: &[u8]) -> bool {
    line.len() >= wanted.len() && line[..wanted.len()].eq_ignore_ascii_case(wanted) && trimmed(&line[wanted.len()..]).is_empty()
}

/// The first card that begins at or after `text[from]`.
pub(crate) fn entry_start(text: &[u8], from: usize, end: u8) -> Option<usize> {
    let mut at = line_start(text, from, end)?;
    while at < text.len() {
        let (to, next) = line(text, at, end);
        if is_begin(&text[at..to]) {
            return Some(at);
        }
        at = next;
    }
    None
}

/// Reads the card that begins at `text[at]`; returns where the next one does.
pub(crate) fn read(text: &[u8], mut at: usize, end: u8, entry: &mut Entry) -> usize {
    let mut begun = false;
    while at < text.len() {
        let (to, next) = line(text, at, end);
        let first = &text[at..to];
        if is_begin(first) {
            if begun || entry.is_begun() {
                return at;
            }
            (begun, at) = (true, next);
            continue;
        }
        if trimmed(first).is_empty() || is_line(first, b"END:VCARD") {
            at = next;
            continue;
        }
        let more = |line: &[u8], rest: &[u8]| goes_on(line) && !rest.is_empty() && !is_frame(rest);
        let logical = Logical::read(text, at, end, &mut entry.scratch, more);
        let scratch = std::mem::take(&mut entry.scratch);
        let bytes = logical.bytes(text, &scratch);
        match property(bytes) {
            Some(found) => put(entry, at, bytes, &found, logical.place),
            None if logical.place == Place::Text => entry.put_text(at, to),
            None => entry.put_owned(super::entry::TEXT, at, bytes),
        }
        at = logical.next;
        entry.scratch = scratch;
    }
    at
}

/// Whether a line is quoted-printable and its end is not meant.
fn goes_on(line: &[u8]) -> bool {
    line.ends_with(b"=") && {
        let head = &line[..line.len().min(NAMED_WITHIN)];
        let colon = memchr::memchr(b':', head).unwrap_or(head.len());
        head[..colon].split(|b| matches!(b, b';' | b'=' | b',')).any(|word| word.eq_ignore_ascii_case(b"QUOTED-PRINTABLE"))
    }
}

/// Whether a card begins or ends here.
fn is_frame(text: &[u8]) -> bool {
    [&b"BEGIN:VCARD"[..], b"END:VCARD"].iter().any(|frame| text.len() >= frame.len() && text[..frame.len()].eq_ignore_ascii_case(frame))
}

/// A property; places are counted from the beginning of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Property {
    /// Without its group.
    pub name: Range<usize>,
    pub parameters: Range<usize>,
    pub value: Range<usize>,
}

/// Reads a line, folds undone, if it is one of a property.
pub(crate) fn property(line: &[u8]) -> Option<Property> {
    let in_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    let end = line.iter().take(NAME_BYTES + 1).position(|b| !in_name(b))?;
    let start = memchr::memchr(b'.', &line[..end]).map_or(0, |n| n + 1);
    if start == end || !matches!(line[end], b':' | b';') {
        return None;
    }
    let mut quoted = false;
    let colon = line[end..].iter().position(|&b| {
        quoted ^= b == b'"';
        b == b':' && !quoted
    });
    // A quote without a partner is one.
    let colon = end + colon.or_else(|| memchr::memchr(b':', &line[end..]))?;
    Some(Property { name: start..end, parameters: end.min(colon)..colon, value: colon + 1..line.len() })
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Default)]
struct Written<'l> {
    quoted_printable: bool,
    base64: bool,
    charset: Option<&'l [u8]>,
}

/// Looks at the parameters; those that hold values get a cell.
fn parameters<'l>(entry: &mut Entry, key: &[u8], at: usize, text: &'l [u8]) -> Written<'l> {
    let mut written = Written::default();
    let mut quoted = false;
    for parameter in text.split(|&b| {
        quoted ^= b == b'"';
        b == b';' && !quoted
    }) {
        let (name, value) = match memchr::memchr(b'=', parameter) {
            Some(n) => (trimmed(&parameter[..n]), trimmed(&parameter[n + 1..])),
            None => (&b""[..], trimmed(parameter)),
        };
        if name.is_empty() || name.eq_ignore_ascii_case(b"ENCODING") {
            written.quoted_printable |= value.eq_ignore_ascii_case(b"QUOTED-PRINTABLE");
            written.base64 |= value.eq_ignore_ascii_case(b"BASE64") || value.eq_ignore_ascii_case(b"B");
        } else if name.eq_ignore_ascii_case(b"CHARSET") {
            written.charset = Some(value);
        }
        let plain = name.is_empty() && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b','));
        if !plain && !PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            // Only a name that is known may be a column's: any other could be a value.
            let label = name.eq_ignore_ascii_case(b"LABEL");
            let (column, cell) = if label { ("LABEL", unquoted(value)) } else { ("parameter", parameter) };
            entry.put_owned(&[key, b".", column.as_bytes()].concat(), at, cell);
        }
    }
    written
}

/// Without the quotes around it.
fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|v| v.strip_suffix(b"\"")).unwrap_or(value)
}

/// Whether a name begins as people's do. It stays as written, so that whoever shows names of columns sees that.
pub(crate) fn could_be_somebody(name: &[u8]) -> bool {
    matches!(name, [b'A'..=b'Z', b'a'..=b'z', ..])
}

fn put(entry: &mut Entry, at: usize, line: &[u8], found: &Property, place: Place) {
    let mut upper = [0; NAME_BYTES];
    let key = &mut upper[..found.name.len()];
    key.copy_from_slice(&line[found.name.clone()]);
    if !could_be_somebody(key) {
        key.make_ascii_uppercase();
    }
    let key = &*key;
    let written = match found.parameters.is_empty() {
        true => Written::default(),
        false => parameters(entry, key, at, &line[found.parameters.start + 1..found.parameters.end]),
    };
    let mut value = found.value.clone();
    let scheme: &[u8] = match key {
        b"TEL" => b"tel:",
        b"EMAIL" => b"mailto:",
        _ => b"",
    };
    if line[value.clone()].len() >= scheme.len() && line[value.start..value.start + scheme.len()].eq_ignore_ascii_case(scheme) {
        value.start += scheme.len();
    }
    let decoded = decoded(&line[value.clone()], written);
    let (bytes, from) = match &decoded {
        Some(decoded) => (&decoded[..], None),
        None => (&line[value.clone()], (place == Place::Text).then_some(at + value.start)),
    };
    let parts: &[&[u8]] = match key {
        b"N" => &NAMES,
        b"ADR" => &ADDRESS,
        _ => return put_part(entry, key, at, bytes, from),
    };
    let mut start = 0;
    for name in parts.iter().copied().chain(std::iter::repeat(key)) {
        let end = start + part_end(&bytes[start..]);
        put_part(entry, name, at, &bytes[start..end], from.map(|from| from + start));
        if end == bytes.len() {
            return;
        }
        start = end + 1;
    }
}

/// Where the first part of a value with parts ends: before a semicolon without a backslash.
fn part_end(value: &[u8]) -> usize {
    let mut at = 0;
    while at < value.len() && value[at] != b';' {
        at += 1 + usize::from(value[at] == b'\\');
    }
    at.min(value.len())
}

/// Adds a value; `from` is where it stands in the text as it is.
fn put_part(entry: &mut Entry, key: &[u8], at: usize, value: &[u8], from: Option<usize>) {
    match from {
        _ if memchr::memchr(b'\\', value).is_some() => {
            let mut plain = Vec::with_capacity(value.len());
            unescape(value, &mut plain);
            entry.put_owned(key, at, &plain);
        }
        Some(from) => _ = entry.put(key, at, from, from + value.len()),
        None => entry.put_owned(key, at, value),
    }
}

/// What a value stands for, if it is encoded and stands for text.
fn decoded(value: &[u8], written: Written<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    if written.base64 {
        if !base64(value, &mut out) {
            return None;
        }
    } else if written.quoted_printable {
        quoted_printable(value, &mut out);
    } else {
        return None;
    }
    if std::str::from_utf8(&out).is_ok() {
        return Some(out);
    }
    let charset = Encoding::for_label(written.charset?)?;
    let (text, _, wrong) = charset.decode(&out);
    (!wrong).then(|| text.into_owned().into_bytes())
}

/// Whether a text begins with a card, or holds several.
pub(crate) fn is_vcard<'l>(lines: impl Iterator<Item = &'l [u8]>) -> bool {
    let mut begins = 0;
    for (n, line) in lines.filter(|l| !l.iter().all(|b| is_blank(*b))).enumerate() {
        begins += usize::from(is_begin(line));
        if begins > 1 || begins == 1 && n == 0 {
            return true;
        }
    }
    false
}
