//! Rare dialects: marks of several bytes, row ends that are no line ends, escapes, padding. Slower than the fast path, by the same grammar.
//!
//! Beside the grammar of the [parent module](super):
//!
//! - **Row end**: [`Rare::row_end`] alone, where there is one: line ends are content then. At the end of the text its own line end may be missing,
//!   and line ends that are all that is left are a blank row. A row end wins over a delimiter.
//! - **Escape**: a byte behind it means nothing but itself, in quoted and unquoted cells. It vanishes before what would mean something (quote,
//!   escape, line end, the first byte of delimiter or row end) and, where `letters`, turns `n r t 0 b` into control bytes and a cell that is `N` alone into an empty one;
//!   before any other byte it stays.
//! - **Spaced**: spaces before an opening quote and behind a closing one belong to no cell.
//! - **Padded**: spaces around an unquoted cell are layout.
//! - **Fixed**: a row is a line, and its cells begin at given characters, without the spaces around them; a line that has no space before one of these is
//!   one cell, and one that ends before the first is none. Nothing is quoted or escaped.
//! - **Edged**: a delimiter at the front of a row opens no cell before it, and one before the row's end (spaces between do not count) none behind it.

use super::Dialect;
use super::dialect::Rare;
use super::marks::{End, Marks, blank_line, last_line, line_end};
use memchr::memmem;
use std::ops::Range;

/// The marks of a rare dialect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct General<'t> {
    rare: &'t Rare,
    delimiter: &'t [u8],
    row_end: Option<&'t [u8]>,
    quote: Option<u8>,
    escape: Option<u8>,
    cr_ends: bool,
    columns: usize,
    /// One bit a byte: where a scan of an unquoted cell must look.
    stops: [u64; 4],
}

impl<'t> General<'t> {
    pub(crate) fn of(dialect: &'t Dialect, rare: &'t Rare) -> General<'t> {
        let delimiter = match &rare.delimiter {
            Some(text) if !text.is_empty() => text.as_bytes(),
            _ => std::slice::from_ref(&dialect.delimiter),
        };
        let row_end = rare.row_end.as_deref().map(str::as_bytes).filter(|end| !end.is_empty());
        // What is part of another mark cannot be one itself.
        let free = |b: &u8| !delimiter.contains(b) && !matches!(b, b'\n' | b'\r' | b' ') && row_end.is_none_or(|end| !end.contains(b));
        let quote = dialect.quote.filter(free).filter(|_| rare.fixed.is_empty());
        let escape = rare.escape.map(|e| e.byte).filter(free).filter(|&e| Some(e) != quote && rare.fixed.is_empty());
        let mut stops = [0u64; 4];
        let ends: &[u8] = row_end.map_or(b"\n\r", |end| &end[..1]);
        for &byte in ends.iter().chain(&delimiter[..1]).chain(&escape) {
            stops[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        let (cr_ends, columns) = (dialect.terminator.cr_ends_rows(), dialect.columns as usize);
        General { rare, delimiter, row_end, quote, escape, cr_ends, columns, stops }
    }

    /// Length of the row end at `at`; the end of the text is one of length 0.
    fn row_end_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = &text[at..];
        if rest.is_empty() {
            return Some(0);
        }
        let Some(end) = self.row_end else {
            return match rest {
                [b'\n', ..] => Some(1),
                [b'\r', ..] if self.cr_ends => Some(1),
                [b'\r', b'\n', ..] => Some(2),
                [b'\r'] => Some(1),
                _ => None,
            };
        };
        let bare = end.trim_ascii_end();
        match () {
            () if rest.starts_with(end) => Some(end.len()),
            () if rest == bare => Some(rest.len()),
            () => None,
        }
    }

    /// Length of the delimiter or row end at `at`, and whether the row ends.
    fn mark_at(&self, text: &[u8], at: usize) -> Option<(usize, bool)> {
        if let Some(len) = self.row_end_at(text, at) {
            return Some((len, true));
        }
        if !text[at..].starts_with(self.delimiter) {
            return None;
        }
        let len = self.delimiter.len();
        if self.rare.edged {
            let after = skip_spaces(text, at + len);
            if let Some(end) = self.row_end_at(text, after) {
                return Some((after + end - at, true));
            }
        }
        Some((len, false))
    }

    fn end(&self, text: &[u8], content: usize, at: usize, escaped: bool) -> Option<End> {
        let (len, row) = self.mark_at(text, at)?;
        let last = if self.at_bare_end(text, at) { text.len() } else { at + len - 1 };
        Some(End { content, at: last, row, escaped })
    }

    /// Whether the text ends at `at`, but for a CR that belongs to its end.
    fn at_bare_end(&self, text: &[u8], at: usize) -> bool {
        at == text.len() || (self.row_end.is_none() && !self.cr_ends && &text[at..] == b"\r")
    }

    /// How many escapes stand directly before `at`.
    fn escapes_before(&self, text: &[u8], at: usize) -> usize {
        self.escape.map_or(0, |e| text[..at].iter().rev().take_while(|&&b| b == e).count())
    }

    /// Whether the byte at `at` is escaped.
    fn is_escaped(&self, text: &[u8], at: usize) -> bool {
        self.escapes_before(text, at) % 2 == 1
    }

    /// Whether the row end at `at` is escaped; of a CR LF the CR is.
    fn is_escaped_end(&self, text: &[u8], at: usize) -> bool {
        let returns = self.row_end.is_none() && !self.cr_ends && at > 0 && text[at - 1] == b'\r';
        self.is_escaped(text, at) || (returns && self.is_escaped(text, at - 1))
    }

    fn stops(&self, byte: u8) -> bool {
        self.stops[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Whether an escape before this byte vanishes.
    fn means(&self, byte: u8) -> bool {
        byte == b'\n'
            || byte == b'\r'
            || Some(byte) == self.escape
            || byte == b'"'
            || byte == b'\''
            || byte == self.delimiter[0]
            || self.row_end.is_some_and(|end| end[0] == byte)
    }
}

fn skip_spaces(text: &[u8], from: usize) -> usize {
    from + text[from..].iter().take_while(|&&b| b == b' ').count()
}

impl Marks for General<'_> {
    fn quote(&self) -> Option<u8> {
        self.quote
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn row_end(&self, text: &[u8], from: usize, to: usize) -> Option<Range<usize>> {
        let mut at = from;
        while at < to.min(text.len()) {
            let found = match self.row_end {
                None => {
                    let end = line_end(text, at, to, self.cr_ends)?;
                    end..end + 1
                }
                Some(end) => {
                    let horizon = (to + end.len() - 1).min(text.len());
                    let start = at + memmem::find(&text[at..horizon], end)?;
                    start..start + end.len()
                }
            };
            if !self.is_escaped_end(text, found.start) {
                return Some(found);
            }
            at = found.start + 1;
        }
        None
    }

    fn last_row(&self, text: &[u8], from: usize, to: usize) -> usize {
        let mut to = to;
        loop {
            let start = match self.row_end {
                None => last_line(text, from, to, self.cr_ends),
                Some(end) => memmem::rfind(&text[from..to], end).map_or(from, |i| from + i + end.len()),
            };
            let mark = start - self.row_end.map_or(1, <[u8]>::len).min(start);
            if start == from || !self.is_escaped_end(text, mark) {
                return start;
            }
            to = start - 1;
        }
    }

    fn delimiters(&self, line: &[u8]) -> usize {
        memmem::find_iter(line, self.delimiter).count()
    }

    fn closes_before(&self, text: &[u8], at: usize) -> bool {
        let at = if self.rare.spaced { skip_spaces(text, at) } else { at };
        self.mark_at(text, at).is_some()
    }

    fn escaped(&self, text: &[u8], at: usize) -> bool {
        self.is_escaped(text, at)
    }

    fn escapes(&self) -> bool {
        self.escape.is_some()
    }

    fn blank(&self, text: &[u8], start: usize) -> Option<usize> {
        if self.row_end.is_none() {
            return blank_line(text, start, self.cr_ends);
        }
        let rest = &text[start..];
        if rest.len() <= 2 && rest.iter().all(|b| matches!(b, b'\n' | b'\r')) {
            return Some(text.len());
        }
        self.row_end_at(text, start).map(|len| start + len)
    }

    fn first_cell(&self, text: &[u8], start: usize) -> usize {
        let edge = self.rare.edged && self.mark_at(text, start).is_some_and(|(_, row)| !row);
        start + if edge { self.delimiter.len() } else { 0 }
    }

    fn opening(&self, text: &[u8], from: usize) -> usize {
        let at = if self.rare.spaced { skip_spaces(text, from) } else { from };
        if at < text.len() && Some(text[at]) == self.quote { at } else { from }
    }

    fn is_fixed(&self) -> bool {
        !self.rare.fixed.is_empty()
    }

    fn fixed(&self, line: &[u8]) -> Vec<Range<usize>> {
        let places = &self.rare.fixed;
        let mut starts: Vec<usize> = Vec::with_capacity(places.len());
        let characters = line.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(at, _)| at);
        for (n, at) in characters.enumerate() {
            if places.get(starts.len()).is_some_and(|&place| place as usize == n) {
                // A line that has no space there is a title, or says how many rows there are.
                if at > 0 && line[at - 1] != b' ' {
                    return std::iter::once(0..line.len()).collect();
                }
                starts.push(at);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([line.len()]);
        let trimmed = |(from, to): (usize, usize)| {
            let from = skip_spaces(&line[..to], from);
            from..to - line[from..to].iter().rev().take_while(|&&b| b == b' ').count()
        };
        starts.iter().copied().zip(ends).map(trimmed).collect()
    }

    fn cell_end(&self, text: &[u8], from: usize, horizon: usize) -> Option<End> {
        let (mut at, mut escaped) = (from, false);
        while at < horizon {
            at += text[at..horizon].iter().position(|&b| self.stops(b)).unwrap_or(horizon - at);
            if at == horizon {
                break;
            }
            if Some(text[at]) == self.escape {
                escaped = true;
                let line = self.row_end.is_none() && !self.cr_ends && text[at + 1..].starts_with(b"\r\n");
                at += if line { 3 } else { 2 };
                continue;
            }
            match self.end(text, at, at, escaped) {
                Some(end) => return Some(end),
                None => at += 1,
            }
        }
        (horizon == text.len()).then_some(End { content: text.len(), at: text.len(), row: true, escaped })
    }

    fn after_quote(&self, text: &[u8], at: usize) -> End {
        let mark = if self.rare.spaced { skip_spaces(text, at) } else { at };
        self.end(text, at, mark, false).unwrap_or(End { content: at, at: text.len(), row: true, escaped: false })
    }

    fn trimmed(&self, text: &[u8], mut content: Range<usize>) -> Range<usize> {
        if self.rare.padded {
            content.start = skip_spaces(&text[..content.end], content.start);
            let spaces = text[content.clone()].iter().rev().take_while(|&&b| b == b' ').count();
            content.end -= spaces;
        }
        content
    }

    fn unescape(&self, content: &[u8], quote: Option<u8>, out: &mut Vec<u8>) {
        let letters = self.rare.escape.is_some_and(|e| e.letters);
        if letters && quote.is_none() && matches!(content, [e, b'N'] if Some(*e) == self.escape) {
            return;
        }
        let mut at = 0;
        while let Some(&byte) = content.get(at) {
            let next = content.get(at + 1).copied();
            at += 1;
            match next {
                Some(next) if Some(byte) == self.escape => {
                    at += 1;
                    match next {
                        b'n' if letters => out.push(b'\n'),
                        b'r' if letters => out.push(b'\r'),
                        b't' if letters => out.push(b'\t'),
                        b'0' if letters => out.push(0),
                        b'b' if letters => out.push(8),
                        _ if self.means(next) => out.push(next),
                        _ => out.extend_from_slice(&[byte, next]),
                    }
                }
                Some(next) if Some(byte) == quote && next == byte => {
                    out.push(byte);
                    at += 1;
                }
                _ => out.push(byte),
            }
        }
    }
}
