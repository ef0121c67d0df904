//! Lines of `key: value` and `key=value`, and what stands between them.
//!
//! ```text
//! pair    = blanks [ "- " ] key blanks ( ":" | "=" | ":=" | "=>" ) blanks value
//! key     = at most 5 words and 48 bytes of letters, digits and few signs, with a letter; also in square brackets
//! rule    = three bytes or more without letter or digit
//! title   = "[" … "]", or text between rules: "*** 1. row ***"
//! comment = a line that begins with "#", ";" or "//"
//! ```
//!
//! An entry begins with a pair behind a rule (in some texts also behind an empty line), with a title, or where the key comes again that entries of
//! this text begin with. A line that is none of these goes on with the value before it, if that is prose: an e-mail address must not be spoiled by
//! what stands below it. Otherwise it is a cell of its own.

use super::Style;
use super::entry::{Entry, Open};
use crate::record::lines::{is_blank, is_drawn, line, line_start};
use std::ops::Range;

/// Bytes and words of a key.
const KEY_BYTES: usize = 48;
const KEY_WORDS: usize = 5;

/// Bytes of a rule.
const RULE_BYTES: usize = 3;

/// The column of titles.
const SECTION: &[u8] = b"section";

/// What a line is; places are counted from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing, or blanks.
    Empty,
    /// It parts entries.
    Rule,
    /// A sign or two that mean nothing.
    Sign,
    /// It stands above an entry, and says this.
    Title(Range<usize>),
    Pair(Pair),
    /// Anything else.
    Other {
        /// It is not part of a value.
        comment: bool,
    },
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub key: Range<usize>,
    pub value: Range<usize>,
}

/// What a line is, without its end.
pub(crate) fn classify(line: &[u8]) -> Line {
    let lead = blanks(line, 0);
    let body = trim_end(line, lead..line.len());
    if body.is_empty() {
        return Line::Empty;
    }
    if let Some(pair) = pair(line, lead) {
        return Line::Pair(pair);
    }
    let text = &line[body.clone()];
    if !text[0].is_ascii_alphanumeric() {
        if is_drawn(text) {
            return if text.len() >= RULE_BYTES { Line::Rule } else { Line::Sign };
        }
        if let Some(title) = title(text) {
            return Line::Title(body.start + title.start..body.start + title.end);
        }
    }
    Line::Other { comment: matches!(text[0], b'#' | b';') || text.starts_with(b"//") }
}

/// What a title says.
fn title(text: &[u8]) -> Option<Range<usize>> {
    if text[0] == b'[' && text.ends_with(b"]") {
        return Some(1..text.len() - 1);
    }
    let first = text[0];
    let ruled = b"=-*_#~+".contains(&first) && text.starts_with(&[first; RULE_BYTES]) && text.ends_with(&[first; RULE_BYTES]);
    let other = |b: &u8| *b != first && !is_blank(*b);
    ruled.then(|| text.iter().position(other).zip(text.iter().rposition(other)).map(|(from, to)| from..to + 1)).flatten()
}

/// What may stand in a key, and what ends it.
const IN_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 0x80
            || (byte as u8).is_ascii_alphanumeric()
            || matches!(byte as u8, b' ' | b'_' | b'-' | b'.' | b'/' | b'(' | b')' | b'[' | b']' | b'#' | b'&' | b'\'' | b'$');
        byte += 1;
    }
    table
};

fn pair(line: &[u8], lead: usize) -> Option<Pair> {
    let mut from = lead;
    if line[from] == b'-' && line.get(from + 1) == Some(&b' ') {
        from = blanks(line, from + 1);
    }
    let first = *line.get(from)?;
    if !(first.is_ascii_alphanumeric() || first >= 0x80 || matches!(first, b'_' | b'[' | b'$')) {
        return None;
    }
    let most = line.len().min(from + KEY_BYTES + 1);
    let stop = from + line[from..most].iter().position(|&b| !IN_KEY[usize::from(b)])?;
    let sign = blanks(line, stop);
    let mut key = trim_end(line, from..stop);
    let value = value(line, key.len(), sign)?;
    if let ([b'[', .., b']'], 3..) = (&line[key.clone()], key.len()) {
        key = key.start + 1..key.end - 1;
    }
    let text = &line[key.clone()];
    let words = text.split(|b| *b == b' ').filter(|w| !w.is_empty()).count();
    (words <= KEY_WORDS && text.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80)).then_some(Pair { key, value })
}

/// The value behind the sign at `line[sign]`, if that is one that follows a key of so many bytes: a web address and a path are no pairs.
#[inline(always)]
fn value(line: &[u8], key_bytes: usize, sign: usize) -> Option<Range<usize>> {
    let mut from = sign + 1;
    match (line.get(sign)?, line.get(from)) {
        (b':', Some(b'/')) if line.get(from + 1) == Some(&b'/') => return None,
        (b':', Some(b'\\')) if key_bytes == 1 => return None,
        (b':', Some(b'=')) | (b'=', Some(b'>')) => from += 1,
        (b':' | b'=', _) => {}
        _ => return None,
    }
    Some(trim_end(line, blanks(line, from)..line.len()))
}

/// Without the quotes around it, if there are any.
#[inline(always)]
fn unquoted(text: &[u8], value: &Range<usize>) -> Range<usize> {
    match &text[value.clone()] {
        [open @ (b'"' | b'\''), inner @ .., close] if open == close && !inner.contains(open) => value.start + 1..value.end - 1,
        _ => value.clone(),
    }
}

#[inline(always)]
fn blanks(line: &[u8], mut at: usize) -> usize {
    while at < line.len() && is_blank(line[at]) {
        at += 1;
    }
    at
}

#[inline(always)]
fn trim_end(line: &[u8], mut range: Range<usize>) -> Range<usize> {
    while range.end > range.start && (is_blank(line[range.end - 1]) || line[range.end - 1] == b'\r') {
        range.end -= 1;
    }
    range
}

/// Whether more lines may belong to a value: it is empty, or prose.
fn goes_on(value: &[u8]) -> bool {
    value.is_empty() || value.contains(&b' ') && value.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80)
}

/// Where in an entry the lines are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// Behind a pair of it.
    pub pairs: bool,
    /// Behind its title.
    pub titled: bool,
    /// Behind what parts entries.
    pub parted: bool,
}

impl Place {
    /// Whether an entry begins with this line.
    #[inline(always)]
    pub(crate) fn begins(&mut self, style: &Style, text: &[u8], line: &Line) -> bool {
        match line {
            Line::Empty => self.parted |= style.empty_parts,
            Line::Rule => self.parted = true,
            Line::Title(_) if self.pairs || self.titled => return true,
            Line::Title(_) => self.titled = true,
            Line::Pair(pair) => {
                if self.pairs && (self.parted || style.first_key.as_deref() == Some(&text[pair.key.clone()])) {
                    return true;
                }
                (self.pairs, self.parted) = (true, false);
            }
            Line::Sign | Line::Other { .. } => {}
        }
        false
    }
}

/// The first line at or after `text[from]` that certainly begins an entry: there is a pair before it.
pub(crate) fn entry_start(text: &[u8], from: usize, style: &Style) -> Option<usize> {
    let (mut at, mut place) = (line_start(text, from, style.line_end)?, Place::default());
    while at < text.len() {
        let (to, next) = line(text, at, style.line_end);
        let found = classify(&text[at..to]);
        if place.begins(style, &text[at..to], &found) && place.pairs {
            return Some(at);
        }
        at = next;
    }
    None
}

/// Reads the entry that begins at `text[at]`; returns where the next one does.
pub(crate) fn read(text: &[u8], mut at: usize, style: &Style, entry: &mut Entry) -> usize {
    // The value that lines may go on with, and whether they do.
    let (mut place, mut open): (Place, Option<(Open, bool)>) = Default::default();
    while at < text.len() {
        let (to, next) = line(text, at, style.line_end);
        let bytes = &text[at..to];
        let found = quick(bytes, entry.expected()).unwrap_or_else(|| classify(bytes));
        if place.begins(style, bytes, &found) {
            return at;
        }
        match found {
            Line::Empty | Line::Rule => open = None,
            Line::Sign => {}
            Line::Title(title) => {
                entry.put(SECTION, at, at + title.start, at + title.end);
                open = None;
            }
            Line::Pair(Pair { key, value }) => {
                let plain = unquoted(bytes, &value);
                let cell = entry.put(&bytes[key], at, at + plain.start, at + plain.end);
                open = Some((cell.beginning_at(at + value.start), goes_on(&bytes[value])));
            }
            Line::Other { comment } => {
                let body = trim_end(bytes, blanks(bytes, 0)..bytes.len());
                match &mut open {
                    Some((open, more @ true)) if !comment => {
                        *more = entry.extend(open, at + body.start, at + body.end) || goes_on(&bytes[body]);
                    }
                    _ => entry.put_text(at + body.start, at + body.end),
                }
            }
        }
        at = next;
    }
    at
}

/// The pair that a line is if its key is the one that is expected.
#[inline(always)]
fn quick(line: &[u8], expected: &[u8]) -> Option<Line> {
    let lead = blanks(line, 0);
    let rest = line[lead..].strip_prefix(expected)?;
    if expected.is_empty() || !matches!(rest, [b':' | b'=', ..]) {
        return None;
    }
    let key = lead..lead + expected.len();
    value(line, key.len(), key.end).map(|value| Line::Pair(Pair { key, value }))
}
