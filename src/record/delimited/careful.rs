//! One row by the letter of the grammar, cell by cell. The fast path hands over whatever is out of the ordinary: limits, stray quotes, the
//! last row without a line end.

use super::quotes::{Quoted, Quotes, undouble};
use super::{Bounds, Signs};
use crate::ledger::{Ledger, Reason};
use crate::parallel;
use crate::record::RowBatch;
use memchr::{memchr2, memchr3};

/// What rows are read with.
#[derive(Debug)]
pub(crate) struct RowReader<'t> {
    pub text: &'t [u8],
    pub input: u32,
    /// Where the text begins in the input.
    pub offset: u64,
    pub signs: Signs,
    pub bounds: Bounds,
    pub quotes: Quotes<'t>,
    /// Bytes skipped so far.
    pub skipped: u64,
}

impl<'t> RowReader<'t> {
    pub(crate) fn new(text: &'t [u8], input: u32, offset: u64, signs: Signs, bounds: Bounds) -> RowReader<'t> {
        RowReader { text, input, offset, signs, bounds, quotes: Quotes::new(text, signs, bounds), skipped: 0 }
    }

    /// Reads what begins at `text[start]` (a row, a blank line, or a row to be skipped) and returns where the next one begins. The
    /// batch's text begins at `text[base]`; its open row is empty.
    pub(crate) fn row(&mut self, start: usize, base: usize, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        let text = self.text;
        if let Some(next) = self.blank(start) {
            return next;
        }
        let (mut from, mut cells, mut one_line) = (start, 0, false);
        loop {
            let mut quoted = None;
            if let Some(quote) = self.signs.quote
                && text.get(from) == Some(&quote)
            {
                match self.quotes.decide(quote, from, cells, one_line) {
                    Quoted::Closed { close, doubled } => quoted = Some((quote, close, doubled)),
                    Quoted::Stray => one_line = true,
                }
            }
            // `at` is the delimiter, the last byte of the line end, or the end of the text.
            let (at, content_end) = match quoted {
                Some((_, close, _)) => (self.after_quote(close + 1), close),
                None => match self.unquoted_end(start, from) {
                    Some(at) => (at, self.without_cr(from, at)),
                    None => return self.skip_row(start, batch, ledger),
                },
            };
            if at - start > self.bounds.row_bytes {
                return self.skip_row(start, batch, ledger);
            }
            match quoted {
                Some((quote, _, true)) => batch.push_owned_with(|out| undouble(&text[from + 1..content_end], quote, out)),
                Some(_) => batch.push_cell(from + 1 - base, content_end - from - 1),
                None => batch.push_cell(from - base, content_end - from),
            }
            cells += 1;
            if at == text.len() || self.signs.ends_row(text[at]) {
                batch.end_row(start - base);
                return (at + 1).min(text.len());
            }
            from = at + 1;
            if cells == self.bounds.row_cells {
                batch.end_row(start - base);
                let next = self.next_line(from);
                self.skip(Reason::TooManyCells, from, next, ledger);
                return next;
            }
        }
    }

    /// The byte that ends the cell whose closing quote is directly before `text[at]`: a delimiter, the last byte of a line end, or the end.
    pub(crate) fn after_quote(&self, at: usize) -> usize {
        if self.text.get(at) == Some(&b'\r') && self.signs.delimiter != b'\r' && !self.signs.cr_ends {
            at + 1 // LF or the end of the text
        } else {
            at
        }
    }

    /// Where the blank line that begins at `start` ends, if it is one.
    fn blank(&self, start: usize) -> Option<usize> {
        match self.text.get(start) {
            None => Some(start),
            Some(&b) if self.signs.ends_row(b) => Some(start + 1),
            Some(b'\r') => match self.text.get(start + 1) {
                None => Some(start + 1),
                Some(b'\n') => Some(start + 2),
                Some(_) => None,
            },
            Some(_) => None,
        }
    }

    /// Where the unquoted cell that begins at `from` ends, unless its row, begun at `start`, is too long.
    fn unquoted_end(&self, start: usize, from: usize) -> Option<usize> {
        let text = self.text;
        let horizon = start.saturating_add(self.bounds.row_bytes).saturating_add(1).min(text.len());
        let part = text.get(from..horizon)?;
        let found =
            if self.signs.cr_ends { memchr3(self.signs.delimiter, b'\n', b'\r', part) } else { memchr2(self.signs.delimiter, b'\n', part) };
        match found {
            Some(i) => Some(from + i),
            None if horizon == text.len() => Some(horizon),
            None => None,
        }
    }

    /// The end of the cell `text[from..at]` without the CR of its line end.
    fn without_cr(&self, from: usize, at: usize) -> usize {
        let line_ends = self.text.get(at).is_none_or(|&b| b == b'\n');
        if line_ends && at > from && self.text[at - 1] == b'\r' { at - 1 } else { at }
    }

    /// Skips the row that begins at `start` and is too long.
    fn skip_row(&mut self, start: usize, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        batch.abandon_row();
        let next = self.next_line(start.saturating_add(self.bounds.row_bytes));
        self.skip(Reason::RowTooLong, start, next, ledger);
        next
    }

    fn skip(&mut self, reason: Reason, from: usize, to: usize, ledger: &mut Ledger) {
        self.skipped += (to - from) as u64;
        ledger.skip(self.input, reason, self.offset + from as u64, (to - from) as u64);
    }

    /// Cells of the row that begins at `start`, 0 if there is none; nothing is accounted for.
    pub(crate) fn width(&mut self, start: usize) -> usize {
        let (mut batch, mut ledger, skipped) = (RowBatch::new(), Ledger::default(), self.skipped);
        let end = start.saturating_add(self.bounds.row_bytes + 2).min(self.text.len());
        batch.begin(&self.text[start..end], start as u64);
        self.row(start, start, &mut batch, &mut ledger);
        self.skipped = skipped;
        if batch.is_empty() { 0 } else { batch.width(0) }
    }

    /// The byte after the first line end at or after `from`, or the end of the text. This may go through a whole file of one line, and ends
    /// early after an interrupt: no result is made of it then.
    fn next_line(&self, from: usize) -> usize {
        const PIECE: usize = 64 << 20;
        let end = self.text.len();
        let mut at = from.min(end);
        while at < end && !parallel::interrupted() {
            let piece_end = end.min(at.saturating_add(PIECE));
            if let Some(line_end) = self.signs.line_end(self.text, at, piece_end) {
                return line_end + 1;
            }
            at = piece_end;
        }
        end
    }
}
