//! What bytes mean: where cells and rows end, and which quotes count. The careful reader asks this and nothing else, so that plain dialects and
//! rare ones are read by the same letter.

use super::{Dialect, Terminator};
use std::ops::Range;

/// Where a cell ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The byte behind its content, where it is not quoted.
    pub content: usize,
    /// The last byte of the delimiter or row end behind it, or the length of the text.
    pub at: usize,
    /// Whether its row ends too.
    pub row: bool,
    /// Whether escapes must be undone.
    pub escaped: bool,
}

/// What bytes mean.
pub(crate) trait Marks: Copy {
    /// The quote, if any counts.
    fn quote(&self) -> Option<u8>;

    /// Cells of most rows, 0 when unknown.
    fn columns(&self) -> usize;

    /// The first row end that begins at or after `from` and before `to`, where the text is not known to be inside of a cell.
    fn row_end(&self, text: &[u8], from: usize, to: usize) -> Option<Range<usize>>;

    /// Where the last row begins that begins in `from..=to`, if a row end is there at all; else `from`.
    fn last_row(&self, text: &[u8], from: usize, to: usize) -> usize;

    /// Delimiters in a line.
    fn delimiters(&self, line: &[u8]) -> usize;

    /// Whether a quote that stands directly before `text[at]` closes its cell.
    fn closes_before(&self, text: &[u8], at: usize) -> bool;

    /// Whether the quote at `text[at]` is content because of what stands before it.
    fn escaped(&self, text: &[u8], at: usize) -> bool;

    /// Whether any byte may be escaped.
    fn escapes(&self) -> bool;

    /// Where the blank row that begins at `start` ends, if it is one.
    fn blank(&self, text: &[u8], start: usize) -> Option<usize>;

    /// Where the first cell of the row that begins at `start` does.
    fn first_cell(&self, text: &[u8], start: usize) -> usize;

    /// Where the quote of the cell that begins at `from` would stand.
    fn opening(&self, text: &[u8], from: usize) -> usize;

    /// Whether cells stand at fixed places of their lines.
    fn is_fixed(&self) -> bool;

    /// The cells of a line, where they stand at fixed places.
    fn fixed(&self, line: &[u8]) -> Vec<Range<usize>>;

    /// Where the unquoted cell that begins at `from` ends, if what ends it begins before `horizon` or that is the text's end.
    fn cell_end(&self, text: &[u8], from: usize, horizon: usize) -> Option<End>;

    /// Where the cell ends whose closing quote is directly before `text[at]`.
    fn after_quote(&self, text: &[u8], at: usize) -> End;

    /// The content of an unquoted cell without its padding.
    fn trimmed(&self, text: &[u8], content: Range<usize>) -> Range<usize>;

    /// Undoes what keeps bytes of a cell from meaning something; `quote` where it is quoted.
    fn unescape(&self, content: &[u8], quote: Option<u8>, out: &mut Vec<u8>);
}

/// Single bytes, resolved from a [`Dialect`] once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signs {
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub cr_ends: bool,
    pub columns: usize,
}

impl Signs {
    pub(crate) fn of(dialect: &Dialect) -> Signs {
        let delimiter = dialect.delimiter;
        let cr_ends = dialect.terminator.cr_ends_rows();
        // A quote that is the delimiter or a line end cannot open anything.
        let quote = dialect.quote.filter(|&q| q != delimiter && q != b'\n' && q != b'\r');
        Signs { delimiter, quote, cr_ends, columns: dialect.columns as usize }
    }

    #[inline(always)]
    pub(crate) fn ends_row(self, byte: u8) -> bool {
        byte == b'\n' || (self.cr_ends && byte == b'\r')
    }
}

/// The first line end in `from..to`.
pub(super) fn line_end(text: &[u8], from: usize, to: usize, cr_ends: bool) -> Option<usize> {
    let part = text.get(from..to.min(text.len()))?;
    let found = if cr_ends { memchr::memchr2(b'\n', b'\r', part) } else { memchr::memchr(b'\n', part) };
    found.map(|i| from + i)
}

/// The byte behind the last line end of `from..to`, or `from`.
pub(super) fn last_line(text: &[u8], from: usize, to: usize, cr_ends: bool) -> usize {
    let part = &text[from..to];
    let found = if cr_ends { memchr::memrchr2(b'\n', b'\r', part) } else { memchr::memrchr(b'\n', part) };
    from + found.map_or(0, |i| i + 1)
}

/// Where the blank line that begins at `start` ends, if it is one.
pub(super) fn blank_line(text: &[u8], start: usize, cr_ends: bool) -> Option<usize> {
    match (text.get(start), text.get(start + 1)) {
        (None, _) => Some(start),
        (Some(b'\n'), _) => Some(start + 1),
        (Some(b'\r'), _) if cr_ends => Some(start + 1),
        (Some(b'\r'), None) => Some(start + 1),
        (Some(b'\r'), Some(b'\n')) => Some(start + 2),
        _ => None,
    }
}

impl Marks for Signs {
    #[inline(always)]
    fn quote(&self) -> Option<u8> {
        self.quote
    }

    #[inline(always)]
    fn columns(&self) -> usize {
        self.columns
    }

    fn row_end(&self, text: &[u8], from: usize, to: usize) -> Option<Range<usize>> {
        line_end(text, from, to, self.cr_ends).map(|at| at..at + 1)
    }

    fn last_row(&self, text: &[u8], from: usize, to: usize) -> usize {
        last_line(text, from, to, self.cr_ends)
    }

    fn delimiters(&self, line: &[u8]) -> usize {
        memchr::memchr_iter(self.delimiter, line).count()
    }

    #[inline(always)]
    fn closes_before(&self, text: &[u8], at: usize) -> bool {
        match text.get(at) {
            None => true,
            Some(&b) if b == self.delimiter || self.ends_row(b) => true,
            Some(b'\r') => matches!(text.get(at + 1), None | Some(b'\n')),
            Some(_) => false,
        }
    }

    #[inline(always)]
    fn escaped(&self, _: &[u8], _: usize) -> bool {
        false
    }

    #[inline(always)]
    fn escapes(&self) -> bool {
        false
    }

    fn blank(&self, text: &[u8], start: usize) -> Option<usize> {
        blank_line(text, start, self.cr_ends)
    }

    fn first_cell(&self, _: &[u8], start: usize) -> usize {
        start
    }

    fn opening(&self, _: &[u8], from: usize) -> usize {
        from
    }

    #[inline(always)]
    fn is_fixed(&self) -> bool {
        false
    }

    fn fixed(&self, _: &[u8]) -> Vec<Range<usize>> {
        Vec::new()
    }

    fn cell_end(&self, text: &[u8], from: usize, horizon: usize) -> Option<End> {
        let part = text.get(from..horizon)?;
        let found =
            if self.cr_ends { memchr::memchr3(self.delimiter, b'\n', b'\r', part) } else { memchr::memchr2(self.delimiter, b'\n', part) };
        let at = match found {
            Some(i) => from + i,
            None if horizon == text.len() => horizon,
            None => return None,
        };
        // The CR of a line end is no content.
        let line_ends = text.get(at).is_none_or(|&b| b == b'\n');
        let content = if line_ends && at > from && text[at - 1] == b'\r' { at - 1 } else { at };
        Some(End { content, at, row: text.get(at).is_none_or(|&b| self.ends_row(b)), escaped: false })
    }

    #[inline(always)]
    fn after_quote(&self, text: &[u8], at: usize) -> End {
        let returns = text.get(at) == Some(&b'\r') && self.delimiter != b'\r' && !self.cr_ends;
        // Behind such a CR is LF or the end of the text.
        let end = at + usize::from(returns);
        End { content: at, at: end, row: text.get(end).is_none_or(|&b| self.ends_row(b)), escaped: false }
    }

    fn trimmed(&self, _: &[u8], content: Range<usize>) -> Range<usize> {
        content
    }

    fn unescape(&self, content: &[u8], quote: Option<u8>, out: &mut Vec<u8>) {
        match quote {
            Some(quote) => super::quotes::undouble(content, quote, out),
            None => out.extend_from_slice(content),
        }
    }
}

impl Terminator {
    /// Whether a CR that no LF follows ends a row.
    #[must_use]
    pub fn cr_ends_rows(self) -> bool {
        matches!(self, Terminator::Cr | Terminator::Mixed)
    }
}
