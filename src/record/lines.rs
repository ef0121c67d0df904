//! Texts whose rows are runs of whole lines (blocks of keys and values, lists of credentials), cut into pieces from the front.
//!
//! A piece begins where a row does and ends where one begins, the first one that is found a piece's length further on. So only the lines around the
//! ends of pieces are looked at. Where no row begins for longer than a row may be, the piece ends with a line: all of it is read, as more rows than it is.
//! A line that is longer than that is given up.

use crate::ledger::Reason;
use crate::limits;
use crate::record::pieces::{Cut, Cutter, Piece, PieceReader, TableName};
use memchr::{memchr, memrchr};
use std::sync::Arc;

/// What bounds cutting and reading; tests make it small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes at the front that the layout of the text is decided from.
    pub front_bytes: usize,
    /// As [`limits::PIECE_BYTES`].
    pub piece_bytes: usize,
    /// As [`limits::ROW_BYTES`].
    pub row_bytes: usize,
    /// As [`limits::ROW_CELLS`].
    pub row_cells: usize,
    /// As [`limits::BATCH_ROWS`].
    pub batch_rows: usize,
    /// As [`limits::BATCH_BYTES`].
    pub batch_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            front_bytes: FRONT_BYTES,
            piece_bytes: limits::PIECE_BYTES,
            row_bytes: limits::ROW_BYTES,
            row_cells: limits::ROW_CELLS,
            batch_rows: limits::BATCH_ROWS,
            batch_bytes: limits::BATCH_BYTES,
        }
    }
}

/// Bytes at the front by which such a text is told, and its layout decided.
pub(crate) const FRONT_BYTES: usize = 256 << 10;

/// How a text's rows are laid out.
pub(crate) trait Layout: Send + Sized {
    /// Decides it from the front of a text; a last line without an end counts when the front is all of the text.
    fn decide(front: &[u8], whole: bool) -> Self;

    /// The byte that ends lines.
    fn line_end(&self) -> u8;

    /// Where the first row begins at or after `text[from]`, if that can be said of these lines; `text` begins with a row and ends with a line.
    fn row_start(&self, text: &[u8], from: usize) -> Option<usize>;

    /// The columns of the first piece, and who reads it and all others.
    fn table(&self, first: &[u8], bounds: Bounds) -> (Vec<String>, Arc<dyn PieceReader>);
}

/// Cuts a text of lines.
pub(crate) struct LineCutter<L> {
    bounds: Bounds,
    layout: Option<L>,
    /// Inside of a line that is given up.
    lost: bool,
    tables: Vec<TableName>,
    reader: Option<Arc<dyn PieceReader>>,
}

impl<L: Layout> LineCutter<L> {
    /// Nothing is cut yet.
    pub(crate) fn new(bounds: Bounds) -> LineCutter<L> {
        LineCutter { bounds, layout: None, lost: false, tables: Vec::new(), reader: None }
    }

    /// Where the piece ends that begins with `text`; `None` where more text is needed to say, `Some(None)` where a line is too long.
    #[allow(clippy::option_option)]
    fn piece_end(&self, layout: &L, text: &[u8], last: bool) -> Option<Option<usize>> {
        let limit = self.bounds.piece_bytes + self.bounds.row_bytes;
        let (seen, whole) = (&text[..text.len().min(limit)], last && text.len() <= limit);
        if whole && text.len() <= self.bounds.piece_bytes {
            return Some(Some(text.len()));
        }
        let lines = if whole { seen.len() } else { memrchr(layout.line_end(), seen).map_or(0, |n| n + 1) };
        if lines > self.bounds.piece_bytes
            && let Some(end) = layout.row_start(&seen[..lines], self.bounds.piece_bytes)
        {
            return Some(Some(end));
        }
        match (whole, text.len() >= limit, lines) {
            (true, ..) => Some(Some(text.len())),
            (_, false, _) => None,
            (_, _, 0) => Some(None),
            (.., lines) => Some(Some(lines)),
        }
    }

    fn piece(&mut self, text: &[u8], range: std::ops::Range<usize>, out: &mut Cut) {
        let (Some(layout), bounds) = (&self.layout, self.bounds) else { return };
        let tables = &mut self.tables;
        let reader = self.reader.get_or_insert_with(|| {
            let (columns, reader) = layout.table(&text[range.clone()], bounds);
            tables.push(TableName { name: String::new(), columns });
            reader
        });
        out.pieces.push(Piece { range, table: 0, reader: reader.clone() });
    }
}

impl<L: Layout> Cutter for LineCutter<L> {
    fn cut(&mut self, text: &[u8], last: bool) -> Cut {
        let mut out = Cut::default();
        if self.layout.is_none() {
            let front = &text[..text.len().min(self.bounds.front_bytes)];
            let whole = front.len() < self.bounds.front_bytes;
            if whole && !last {
                return out;
            }
            out.used = front.len() - without_mark(front).len();
            self.layout = Some(L::decide(without_mark(front), whole));
        }
        while let (Some(layout), true) = (&self.layout, out.used < text.len()) {
            let rest = &text[out.used..];
            if self.lost {
                let end = memchr(layout.line_end(), rest).map(|n| n + 1);
                out.skipped.push((out.used..out.used + end.unwrap_or(rest.len()), Reason::RowTooLong));
                out.used += end.unwrap_or(rest.len());
                self.lost = end.is_none();
                continue;
            }
            match self.piece_end(layout, rest, last) {
                None => break,
                Some(None) => self.lost = true,
                Some(Some(length)) => {
                    let range = out.used..out.used + length;
                    out.used = range.end;
                    self.piece(text, range, &mut out);
                }
            }
        }
        out
    }

    fn tables(&self) -> &[TableName] {
        &self.tables
    }
}

/// A text without its byte-order mark.
pub(crate) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// The byte that ends lines: LF, but where there is none and CRs are.
pub(crate) fn line_end(front: &[u8]) -> u8 {
    if memchr(b'\n', front).is_none() && memchr(b'\r', front).is_some() { b'\r' } else { b'\n' }
}

/// The line that begins at `text[at]`: where it ends, without a CR before its LF, and where the next one begins.
#[inline(always)]
pub(crate) fn line(text: &[u8], at: usize, end: u8) -> (usize, usize) {
    match memchr(end, &text[at..]) {
        Some(n) if n > 0 && text[at + n - 1] == b'\r' => (at + n - 1, at + n + 1),
        Some(n) => (at + n, at + n + 1),
        None if text.len() > at && text[text.len() - 1] == b'\r' => (text.len() - 1, text.len()),
        None => (text.len(), text.len()),
    }
}

/// The whole lines of the front of a text; with `whole` also the last one, if it has no end.
pub(crate) fn front_lines(front: &[u8], whole: bool) -> impl Iterator<Item = &[u8]> {
    let end = line_end(front);
    let length = if whole { front.len() } else { memrchr(end, front).map_or(0, |n| n + 1) };
    let (text, mut at) = (&front[..length], 0);
    std::iter::from_fn(move || {
        (at < text.len()).then(|| {
            let (to, next) = line(text, at, end);
            let found = &text[at..to];
            at = next;
            found
        })
    })
}

/// Where the first line begins at or after `text[from]`, if one does.
pub(crate) fn line_start(text: &[u8], from: usize, end: u8) -> Option<usize> {
    let before = from.checked_sub(1)?;
    memchr(end, text.get(before..)?).map(|n| before + n + 1).filter(|&at| at < text.len())
}

/// Space or tab.
#[inline(always)]
pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Without blanks at both ends.
#[inline(always)]
pub(crate) fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_blank(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && (is_blank(*last) || *last == b'\r')
    {
        text = rest;
    }
    text
}

/// Whether a line holds neither letter nor digit: a rule, a part of a drawing. Boxes and blocks (U+2500 to U+25BF) are drawn with, too.
pub(crate) fn is_drawn(line: &[u8]) -> bool {
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        at += match byte {
            0xe2 if matches!(line.get(at + 1..at + 3), Some([0x94..=0x96, _])) => 3,
            0x80.. => return false,
            byte if byte.is_ascii_alphanumeric() => return false,
            _ => 1,
        };
    }
    true
}

#[cfg(test)]
pub(crate) mod trial;
