//! One row by the letter of the grammar, cell by cell. The fast path hands over whatever is out of the ordinary: limits, stray quotes, the
//! last row without a line end.

use super::Bounds;
use super::marks::{End, Marks, Signs};
use super::quotes::{Quoted, Quotes};
use super::split::Window;
use crate::ledger::{Ledger, Reason};
use crate::parallel;
use crate::record::RowBatch;

/// What rows are read with.
#[derive(Debug)]
pub(crate) struct RowReader<'t, M = Signs> {
    pub text: &'t [u8],
    pub input: u32,
    /// Where the text begins in the input.
    pub offset: u64,
    pub signs: M,
    pub bounds: Bounds,
    pub quotes: Quotes<'t, M>,
    /// Bytes skipped so far.
    pub skipped: u64,
}

impl<'t, M: Marks> RowReader<'t, M> {
    pub(crate) fn new(text: &'t [u8], input: u32, offset: u64, signs: M, bounds: Bounds) -> RowReader<'t, M> {
        RowReader { text, input, offset, signs, bounds, quotes: Quotes::new(text, signs, bounds), skipped: 0 }
    }

    /// As the fast path's `fill`, row by row.
    pub(crate) fn fill_by_the_letter(&mut self, window: Window, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        let mut next = window.base;
        while next < window.stop && batch.len() < self.bounds.batch_rows {
            next = self.row(next, window.base, batch, ledger);
        }
        next
    }

    /// Reads what begins at `text[start]` (a row, a blank line, or a row to be skipped) and returns where the next one begins. The
    /// batch's text begins at `text[base]`; its open row is empty.
    pub(crate) fn row(&mut self, start: usize, base: usize, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        let (text, signs) = (self.text, self.signs);
        if let Some(next) = signs.blank(text, start) {
            return next;
        }
        if signs.is_fixed() {
            return self.fixed_row(start, base, batch, ledger);
        }
        let (mut from, mut cells, mut one_line) = (signs.first_cell(text, start), 0, false);
        loop {
            let mut quoted = None;
            let open = signs.opening(text, from);
            if let Some(quote) = signs.quote()
                && text.get(open) == Some(&quote)
            {
                match self.quotes.decide(quote, open, cells, one_line) {
                    Quoted::Closed { close, plain } => quoted = Some((quote, close, plain)),
                    Quoted::Stray => one_line = true,
                }
            }
            let end = match quoted {
                Some((_, close, _)) => Some(signs.after_quote(text, close + 1)),
                None => self.unquoted_end(start, from),
            };
            let Some(End { content, at, row, escaped }) = end.filter(|end| end.at - start <= self.bounds.row_bytes) else {
                return self.skip_row(start, batch, ledger);
            };
            match quoted {
                Some((quote, close, false)) => batch.push_owned_with(|out| signs.unescape(&text[open + 1..close], Some(quote), out)),
                Some((_, close, true)) => batch.push_cell(open + 1 - base, close - open - 1),
                None => {
                    let content = signs.trimmed(text, from..content);
                    if escaped {
                        batch.push_owned_with(|out| signs.unescape(&text[content], None, out));
                    } else {
                        batch.push_cell(content.start - base, content.len());
                    }
                }
            }
            cells += 1;
            if row {
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

    /// Reads the line that begins at `start`, whose cells stand at fixed places.
    fn fixed_row(&mut self, start: usize, base: usize, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        let horizon = start.saturating_add(self.bounds.row_bytes).saturating_add(1).min(self.text.len());
        let (end, next) = match self.signs.row_end(self.text, start, horizon) {
            Some(end) => (end.start, end.end),
            None if horizon == self.text.len() => (horizon, horizon),
            None => return self.skip_row(start, batch, ledger),
        };
        if end - start > self.bounds.row_bytes {
            return self.skip_row(start, batch, ledger);
        }
        let line = &self.text[start..end];
        for cell in self.signs.fixed(line.strip_suffix(b"\r").unwrap_or(line)).into_iter().take(self.bounds.row_cells) {
            batch.push_cell(start + cell.start - base, cell.len());
        }
        if batch.open_cells() > 0 {
            batch.end_row(start - base);
        }
        next
    }

    /// Where the unquoted cell that begins at `from` ends, unless its row, begun at `start`, is too long.
    fn unquoted_end(&self, start: usize, from: usize) -> Option<End> {
        let horizon = start.saturating_add(self.bounds.row_bytes).saturating_add(1).min(self.text.len());
        if from > horizon { None } else { self.signs.cell_end(self.text, from, horizon) }
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
            if let Some(end) = self.signs.row_end(self.text, at, piece_end) {
                return end.end;
            }
            at = piece_end;
        }
        end
    }
}
