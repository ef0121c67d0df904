//! The grammar of the [parent module](super), rare dialects included, a second time, byte by byte and without regard to speed: what the tests
//! hold the readers to.

use super::dialect::Rare;
use super::{Bounds, Dialect};

/// What one file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Naive {
    pub rows: Vec<(u64, Vec<Vec<u8>>)>,
    pub skipped: u64,
}

/// A text and what its bytes mean.
struct Text<'t> {
    text: &'t [u8],
    /// Whether each byte is escaped.
    escaped: Vec<bool>,
    dialect: &'t Dialect,
    rare: Rare,
    delimiter: Vec<u8>,
    quote: Option<u8>,
    bounds: Bounds,
}

/// Reads `text` from `start` to its end.
pub(crate) fn read(text: &[u8], start: usize, dialect: &Dialect, bounds: Bounds) -> Naive {
    let rare = dialect.rare.clone().unwrap_or_default();
    let delimiter = rare.delimiter.clone().map_or(vec![dialect.delimiter], String::into_bytes);
    let mut escaped = vec![false; text.len() + 3];
    let mut at = 0;
    while at < text.len() {
        let escape = rare.escape.is_some_and(|e| e.byte == text[at]);
        if escape {
            escaped[at + 1] = true;
            let line = rare.row_end.is_none() && !dialect.terminator.cr_ends_rows() && text[at + 1..].starts_with(b"\r\n");
            escaped[at + 2] = line;
            at += if line { 2 } else { 1 };
        }
        at += 1;
    }
    let text = Text { text, escaped, dialect, rare, delimiter, quote: dialect.quote, bounds };
    let mut out = Naive::default();
    let mut at = start;
    while at < text.text.len() {
        at = text.row(at, &mut out);
    }
    out
}

impl Text<'_> {
    fn cr_ends(&self) -> bool {
        self.dialect.terminator.cr_ends_rows()
    }

    /// Length of the row end at `at`; the end of the text is one of length 0.
    fn row_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        if rest.is_empty() {
            return Some(0);
        }
        if self.escaped[at] {
            return None;
        }
        if let Some(end) = &self.rare.row_end {
            let whole = rest.starts_with(end.as_bytes());
            let bare = end.trim_end_matches(['\n', '\r']).as_bytes();
            return if whole { Some(end.len()) } else { (rest == bare).then_some(rest.len()) };
        }
        match (rest[0], rest.get(1)) {
            (b'\n', _) => Some(1),
            (b'\r', _) if self.cr_ends() => Some(1),
            (b'\r', Some(b'\n')) => Some(2),
            (b'\r', None) => Some(1),
            _ => None,
        }
    }

    fn spaces(&self, at: usize) -> usize {
        self.text[at..].iter().position(|&b| b != b' ').unwrap_or(self.text.len() - at)
    }

    /// Length of the delimiter or row end at `at`, and whether it ends the row.
    fn mark(&self, at: usize) -> Option<(usize, bool)> {
        if let Some(len) = self.row_end(at) {
            return Some((len, true));
        }
        if self.escaped[at] || !self.text[at..].starts_with(&self.delimiter) {
            return None;
        }
        let after = at + self.delimiter.len();
        let after = after + self.spaces(after);
        match self.row_end(after) {
            Some(len) if self.rare.edged => Some((after + len - at, true)),
            _ => Some((self.delimiter.len(), false)),
        }
    }

    fn next_line(&self, mut at: usize) -> usize {
        while at < self.text.len() {
            let ends = match &self.rare.row_end {
                Some(end) => self.text[at..].starts_with(end.as_bytes()).then_some(end.len()),
                None => (self.text[at] == b'\n' || (self.text[at] == b'\r' && self.cr_ends())).then_some(1),
            };
            if let Some(len) = ends.filter(|_| !self.escaped[at]) {
                return at + len;
            }
            at += 1;
        }
        self.text.len()
    }

    fn row(&self, start: usize, out: &mut Naive) -> usize {
        let text = self.text;
        if self.rare.row_end.is_some() && text.len() - start <= 2 && text[start..].iter().all(|b| b"\r\n".contains(b)) {
            return text.len();
        }
        if let Some(n) = self.row_end(start) {
            return start + n;
        }
        if !self.rare.fixed.is_empty() {
            return self.fixed_row(start, out);
        }
        let (mut cells, mut at, mut stray_before) = (Vec::new(), start, false);
        if self.rare.edged && self.mark(start).is_some_and(|(_, row)| !row) {
            at += self.delimiter.len();
        }
        loop {
            let open = at + if self.rare.spaced { self.spaces(at) } else { 0 };
            let mut close = None;
            if self.quote.is_some() && text.get(open).copied() == self.quote {
                close = self.closing(open, cells.len(), stray_before);
                stray_before |= close.is_none();
            }
            let cell = if let Some(close) = close {
                at = close + 1;
                at += if self.rare.spaced { self.spaces(at) } else { 0 };
                self.content(&text[open + 1..close], self.quote)
            } else {
                let from = at;
                while self.mark(at).is_none() {
                    at += 1;
                }
                let mut cell = &text[from..at];
                while self.rare.padded && cell.first() == Some(&b' ') {
                    cell = &cell[1..];
                }
                while self.rare.padded && cell.last() == Some(&b' ') {
                    cell = &cell[..cell.len() - 1];
                }
                self.content(cell, None)
            };
            let Some((len, ends)) = self.mark(at) else { unreachable!("a cell ends at a mark") };
            // A row's length counts all of a mark but its last byte, and a CR at the end of the text as content.
            let at_end = len == 0 || (self.rare.row_end.is_none() && &text[at..] == b"\r" && !self.cr_ends());
            let length = if at_end { text.len() - start } else { at + len - 1 - start };
            if length > self.bounds.row_bytes {
                let next = self.next_line(start + self.bounds.row_bytes);
                out.skipped += (next - start) as u64;
                return next;
            }
            cells.push(cell);
            at += len;
            if ends {
                out.rows.push((start as u64, cells));
                return at;
            }
            if cells.len() == self.bounds.row_cells {
                out.rows.push((start as u64, cells));
                let next = self.next_line(at);
                out.skipped += (next - at) as u64;
                return next;
            }
        }
    }

    fn fixed_row(&self, start: usize, out: &mut Naive) -> usize {
        let next = self.next_line(start);
        let line = &self.text[start..next];
        let mark = self.rare.row_end.as_deref().unwrap_or(if self.cr_ends() && line.ends_with(b"\r") { "\r" } else { "\n" });
        let line = line.strip_suffix(mark.as_bytes()).unwrap_or(line);
        if line.len() > self.bounds.row_bytes {
            let next = self.next_line(start + self.bounds.row_bytes);
            out.skipped += (next - start) as u64;
            return next;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let places: Vec<usize> = (0..line.len()).filter(|&at| line[at] & 0xC0 != 0x80).collect();
        let starts: Vec<usize> = self.rare.fixed.iter().filter_map(|&n| places.get(n as usize).copied()).collect();
        let mut cells: Vec<Vec<u8>> = Vec::new();
        for (n, &from) in starts.iter().enumerate().take(self.bounds.row_cells) {
            let to = starts.get(n + 1).copied().unwrap_or(line.len());
            let mut cell = &line[from..to];
            while let Some(rest) = cell.strip_prefix(b" ") {
                cell = rest;
            }
            while let Some(rest) = cell.strip_suffix(b" ") {
                cell = rest;
            }
            cells.push(cell.to_vec());
        }
        if starts.iter().any(|&at| at > 0 && line[at - 1] != b' ') {
            cells = vec![line.to_vec()];
        }
        if !cells.is_empty() {
            out.rows.push((start as u64, cells));
        }
        next
    }

    /// Undoes doubled quotes and escapes.
    fn content(&self, raw: &[u8], quote: Option<u8>) -> Vec<u8> {
        let (escape, letters) = self.rare.escape.map_or((None, false), |e| (Some(e.byte), e.letters));
        if letters && quote.is_none() && raw.len() == 2 && Some(raw[0]) == escape && raw[1] == b'N' {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut rest = raw;
        while let [first, tail @ ..] = rest {
            rest = tail;
            let Some((&second, after)) = tail.split_first() else {
                out.push(*first);
                continue;
            };
            if Some(*first) == escape {
                rest = after;
                let special = b"\n\r\"'".contains(&second)
                    || Some(second) == escape
                    || second == self.delimiter[0]
                    || self.rare.row_end.as_ref().is_some_and(|end| end.as_bytes()[0] == second);
                match b"nrt0b".iter().position(|&l| l == second).filter(|_| letters) {
                    Some(n) => out.push(b"\n\r\t\0\x08"[n]),
                    None if special => out.push(second),
                    None => out.extend([*first, second]),
                }
            } else {
                out.push(*first);
                if Some(*first) == quote && second == *first {
                    rest = after;
                }
            }
        }
        out
    }

    fn closing(&self, open: usize, before: usize, stray_before: bool) -> Option<usize> {
        let (text, quote) = (self.text, self.quote);
        let mut at = open + 1;
        let close = loop {
            if at >= text.len() || at - open > self.bounds.quoted_span {
                return None;
            }
            let behind = at + 1 + if self.rare.spaced { self.spaces(at + 1) } else { 0 };
            if Some(text[at]) != quote || self.escaped[at] {
                at += 1;
            } else if text.get(at + 1).copied() == quote {
                at += 2;
            } else if self.mark(behind).is_some() {
                break at;
            } else {
                at += 1;
            }
        };
        // The lines that the cell spans: where each begins, and where the row end behind it does.
        let (mut lines, mut from, mut at) = (Vec::new(), open, open);
        while at < close {
            let ends = match &self.rare.row_end {
                Some(end) => text[at..].starts_with(end.as_bytes()).then_some(end.len()),
                None => (text[at] == b'\n' || (text[at] == b'\r' && self.cr_ends())).then_some(1),
            };
            if let Some(len) = ends.filter(|_| !self.escaped[at]) {
                lines.push(&text[from..at]);
                (from, at) = (at + len, at + len);
            } else {
                at += 1;
            }
        }
        lines.push(&text[from..close.max(from)]);
        if lines.len() == 1 {
            return Some(close);
        }
        if stray_before {
            return None;
        }
        let columns = self.dialect.columns as usize;
        let width = |line: &[u8]| {
            let (mut n, mut rest) = (1, line);
            while !rest.is_empty() {
                let is = rest.starts_with(&self.delimiter);
                n += usize::from(is);
                rest = &rest[if is { self.delimiter.len() } else { 1 }..];
            }
            n
        };
        let looked: Vec<usize> =
            lines[1..lines.len() - 1].iter().take(64).filter(|l| !l.is_empty() && **l != b"\r").take(16).map(|l| width(l)).collect();
        let exact = looked.iter().filter(|&&w| w == columns).count();
        if columns < 2 || exact < 2 || exact * (columns - 1) < 6 || exact * 4 < looked.len() * 3 {
            return Some(close);
        }
        let last = lines[lines.len() - 1];
        let last = &last[last.len().saturating_sub(4096)..];
        let horizon = text.len().min(close + 4096);
        let mut end = close;
        while end < horizon {
            let ends = match &self.rare.row_end {
                Some(mark) => text[end..].starts_with(mark.as_bytes()),
                None => text[end] == b'\n' || (text[end] == b'\r' && self.cr_ends()),
            };
            if ends && !self.escaped[end] {
                break;
            }
            end += 1;
        }
        let outer = before + width(lines[0]) == columns && width(&[last, &text[close..end]].concat()) >= columns;
        if (columns >= 4 && exact >= 8) || outer { None } else { Some(close) }
    }
}
