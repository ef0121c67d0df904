//! The fast path: cells by bit masks, 64 bytes at a time, straight into a batch.
//!
//! What it does, as a loop over bytes:
//!
//! ```text
//! for byte in text:
//!     if byte is a delimiter or a line end: push the cell, begin the next
//!     if byte is a line end:                end the row, unless the line is blank
//!     if byte is a quote at a cell's start: find the quote that closes it, push what is between, go on after it
//! ```
//!
//! What makes it fast, and why it is right:
//!
//! 1. The bytes that matter are found 64 at a time ([`Lanes`]); only set bits are walked.
//! 2. Quotes matter at the first byte of a cell only. Shifting the mask of cell ends by one gives the cell starts, so a block whose quotes all
//!    stand inside cells (`5" tall`) is walked as if it had none.
//! 3. All plain cells of a block are pushed at once, then its line ends cut them into rows by counting bits below each.
//! 4. Where all quotes of a block are simple, all its cells are found at once by counting quotes ([`parity`](super::parity)). Otherwise its quoted cells
//!    are walked one by one, at a bit scan per quote; one that closes within the block with no line end between is no matter for the rules
//!    about stray quotes (each needs a line end or a missing partner).
//! 5. Any other quoted cell is moved to the front of a new block first (loads need no alignment), so that cells across block borders are
//!    not special; if it still does not close, [`Quotes`](super::quotes::Quotes) decides.
//! 6. Whatever meets a limit, a stray quote or the end of the text gives up its row to [`RowReader::row`], which reads that row by the letter. The
//!    fast path never decides about such a row itself, so there is nothing for the two to disagree on.

use super::careful::RowReader;
use super::marks::Marks;
use super::parity::Block;
use super::quotes::{Quoted, undouble};
use crate::lanes::{BLOCK, Lanes, Work, dispatch};
use crate::ledger::Ledger;
use crate::record::RowBatch;

/// The text that one batch is read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Where the first row begins, and the batch's text.
    pub base: usize,
    /// Rows that begin here or later are not read.
    pub stop: usize,
    /// End of the batch's text: the end of the whole text, or at least the longest row and one byte after `stop`.
    pub end: usize,
}

impl<'t> RowReader<'t> {
    /// Fills `batch`, whose text is the window, with rows from `window.base` on and returns where the next row begins.
    pub(crate) fn fill(&mut self, window: Window, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        dispatch(Split { reader: self, window, batch, ledger })
    }
}

/// One call of [`RowReader::fill`].
pub(crate) struct Split<'r, 't> {
    pub reader: &'r mut RowReader<'t>,
    pub window: Window,
    pub batch: &'r mut RowBatch<'t>,
    pub ledger: &'r mut Ledger,
}

/// The bits above bit `i`.
#[inline(always)]
fn above(i: u32) -> u64 {
    (u64::MAX << i) << 1
}

/// The bits up to and including bit `i`.
#[inline(always)]
fn upto(i: u32) -> u64 {
    u64::MAX >> (63 - i)
}

#[inline(always)]
fn has(mask: u64, i: u32) -> bool {
    (mask >> i) & 1 == 1
}

/// What follows a row.
enum Next {
    /// Another one, at this place of the window.
    Row(usize),
    /// Nothing: the batch is full or the window's rows are all read.
    Done,
}

impl Split<'_, '_> {
    /// Reads the row that begins at `row` by the letter.
    #[cold]
    fn by_the_letter(&mut self, row: usize) -> usize {
        self.batch.truncate_cells(self.batch.open_first());
        self.reader.row(self.window.base + row, self.window.base, self.batch, self.ledger) - self.window.base
    }

    #[inline(always)]
    fn go_on(&self, row: usize) -> bool {
        self.window.base + row < self.window.stop && self.batch.len() < self.reader.bounds.batch_rows
    }

    #[inline(always)]
    fn too_wide(&self, width: usize) -> bool {
        width > self.reader.bounds.row_cells
    }

    /// Reads the quoted cell at `at`, which no block could close. Returns where the next cell begins and, if its row ended, what follows.
    fn quoted_cell(&mut self, quote: u8, at: usize, row: usize) -> (usize, Option<Next>) {
        let base = self.window.base;
        let before = self.batch.used() - self.batch.open_first();
        let letter = |this: &mut Self| {
            let next = this.by_the_letter(row);
            (next, Some(if this.go_on(next) { Next::Row(next) } else { Next::Done }))
        };
        let Quoted::Closed { close, plain } = self.reader.quotes.decide(quote, base + at, before, false) else {
            return letter(self);
        };
        let end = self.reader.signs.after_quote(self.reader.text, close + 1).at;
        if end - (base + row) > self.reader.bounds.row_bytes || self.too_wide(before + 1) {
            return letter(self);
        }
        if plain {
            self.batch.push_cell(at + 1, close - base - at - 1);
        } else {
            self.batch.push_owned_with(|out| undouble(&self.reader.text[base + at + 1..close], quote, out));
        }
        let next = end - base + 1;
        match self.reader.text.get(end) {
            Some(&b) if !self.reader.signs.ends_row(b) => (next, None),
            ended => {
                let next = if ended.is_some() { next } else { end - base };
                self.batch.end_row_at(self.batch.used(), row as u32);
                (next, Some(if self.go_on(next) { Next::Row(next) } else { Next::Done }))
            }
        }
    }
}

impl Work for Split<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<L: Lanes>(mut self) -> usize {
        let Window { base, end, .. } = self.window;
        let text: &[u8] = &self.reader.text[base..end];
        let signs = self.reader.signs;
        let bounds = self.reader.bounds;
        let (quote, quotes_on) = signs.quote.map_or((0, 0), |q| (q, u64::MAX));
        // Beginning of the open row, of the open cell, and of the block; relative to the window.
        let (mut row, mut cell, mut block) = (0usize, 0usize, 0usize);
        if !self.go_on(0) {
            return base;
        }
        macro_rules! row_is_read {
            ($next:expr) => {{
                row = $next;
                if !self.go_on(row) {
                    self.batch.truncate_cells(self.batch.open_first());
                    return base + row;
                }
            }};
        }
        macro_rules! by_the_letter {
            ($blocks:lifetime) => {{
                row_is_read!(self.by_the_letter(row));
                (cell, block) = (row, row);
                continue $blocks;
            }};
        }
        'blocks: loop {
            let mut padded = [0; BLOCK];
            let (bytes, valid) = match text.get(block..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
                Some(bytes) => (bytes, u64::MAX),
                None => {
                    let rest = text.get(block..).unwrap_or_default();
                    if rest.is_empty() {
                        // An unfinished row: at the end of the text, or too long.
                        by_the_letter!('blocks);
                    }
                    padded[..rest.len()].copy_from_slice(rest);
                    (&padded, upto(rest.len() as u32 - 1))
                }
            };
            if block - row > bounds.row_bytes || self.too_wide(self.batch.used() - self.batch.open_first()) {
                by_the_letter!('blocks);
            }
            let mut lines = L::equal(bytes, b'\n');
            if signs.cr_ends {
                lines |= L::equal(bytes, b'\r');
            }
            let lines = lines & valid;
            let ends = (L::equal(bytes, signs.delimiter) & valid) | lines;
            let quotes = L::equal(bytes, quote) & valid & quotes_on;
            // Quotes that open a cell, and bits not yet dealt with.
            let mut opening = quotes & ((ends << 1) | u64::from(cell == block));
            if opening != 0 {
                // Its LF may belong to a CR of the block before: the loop below looks back.
                let continues = cell < block && has(lines, 0) && !signs.cr_ends;
                let returns = if signs.cr_ends { 0 } else { L::equal(bytes, b'\r') & (lines >> 1) };
                let whole = Block { ends, lines, quotes, returns, cell: cell == block, row: row == block };
                if let Some(spans) = whole.simple_cells().filter(|_| !continues) {
                    let first = self.batch.used();
                    let open = (cell < block).then_some(cell as u32);
                    self.batch.push_spans::<L>(spans.starts, spans.ends, block as u32, open);
                    let mut line_ends = spans.rows;
                    while line_ends != 0 {
                        let bit = line_ends.trailing_zeros();
                        line_ends &= line_ends - 1;
                        let at = block + bit as usize;
                        let after = first + (spans.cells & upto(bit)).count_ones() as usize;
                        if self.too_wide(after - self.batch.open_first()) || at - row > bounds.row_bytes {
                            by_the_letter!('blocks);
                        }
                        self.batch.end_row_at(after, row as u32);
                        row = at + 1;
                        if !self.go_on(row) {
                            self.batch.truncate_cells(after);
                            return base + row;
                        }
                    }
                    let last = 63 - spans.cells.leading_zeros();
                    cell = block + last as usize + 1;
                    // A quote after the last cell counts from the next cell's front.
                    block = if quotes & above(last) != 0 { cell } else { block + BLOCK };
                    continue 'blocks;
                }
            }
            let mut rest = u64::MAX;
            'cells: loop {
                let plain = opening.wrapping_sub(1) & !opening & rest;
                let cells = ends & plain;
                let first = self.batch.used();
                cell = self.batch.push_ends::<L>(cells, block as u32, cell as u32) as usize;
                let mut line_ends = lines & plain;
                while line_ends != 0 {
                    let bit = line_ends.trailing_zeros();
                    line_ends &= line_ends - 1;
                    let at = block + bit as usize;
                    let after = first + (cells & upto(bit)).count_ones() as usize;
                    let len = self.batch.cell_len(after - 1);
                    let cr = len > 0 && text[at - 1] == b'\r';
                    let width = after - self.batch.open_first();
                    if width == 1 && len == u32::from(cr) {
                        // A blank line: its cell is taken back, and the rest of the block decoded again.
                        self.batch.truncate_cells(after - 1);
                        row_is_read!(at + 1);
                        cell = row;
                        rest = above(bit);
                        opening &= rest;
                        continue 'cells;
                    }
                    if self.too_wide(width) || at - row > bounds.row_bytes {
                        by_the_letter!('blocks);
                    }
                    if cr {
                        self.batch.shorten(after - 1);
                    }
                    self.batch.end_row_at(after, row as u32);
                    row = at + 1;
                    if !self.go_on(row) {
                        self.batch.truncate_cells(after);
                        return base + row;
                    }
                }
                if opening == 0 {
                    break;
                }
                // A quoted cell begins at `open`, and `cell` stands there.
                let open = opening.trailing_zeros();
                let (mut later, mut close, mut end, mut doubled) = (quotes & above(open), 64, 64, false);
                while later != 0 {
                    let at = later.trailing_zeros();
                    later &= later - 1;
                    if at == 63 {
                        break;
                    }
                    if has(ends, at + 1) {
                        (close, end) = (at, at + 1);
                        break;
                    }
                    if has(quotes, at + 1) {
                        doubled = true;
                        later &= later - 1;
                    } else if bytes[at as usize + 1] == b'\r' {
                        if at == 62 {
                            break;
                        }
                        if has(lines, at + 2) {
                            (close, end) = (at, at + 2);
                            break;
                        }
                    }
                }
                if end < 64 && lines & above(open) & upto(close) == 0 {
                    if doubled {
                        let content = base + cell + 1..base + block + close as usize;
                        self.batch.push_owned_with(|out| undouble(&self.reader.text[content], quote, out));
                    } else {
                        self.batch.push_cell(cell + 1, (close - open - 1) as usize);
                    }
                    let at = block + end as usize;
                    cell = at + 1;
                    if has(lines, end) {
                        let after = self.batch.used();
                        if self.too_wide(after - self.batch.open_first()) || at - row > bounds.row_bytes {
                            by_the_letter!('blocks);
                        }
                        self.batch.end_row_at(after, row as u32);
                        row_is_read!(cell);
                    }
                    rest = above(end);
                    opening &= rest;
                    continue 'cells;
                }
                if open > 0 && end == 64 {
                    block = cell;
                    continue 'blocks;
                }
                match self.quoted_cell(quote, cell, row) {
                    (next, None) => cell = next,
                    (_, Some(Next::Row(next))) => (cell, row) = (next, next),
                    (next, Some(Next::Done)) => return base + next,
                }
                block = cell;
                continue 'blocks;
            }
            block += BLOCK;
        }
    }
}
