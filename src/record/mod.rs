//! Bytes to batches of rows. Every reader fills a reusable [`RowBatch`]; nothing above this floor knows formats.

pub mod binary;
pub mod blocks;
pub mod credentials;
pub mod delimited;
pub mod inside;
pub mod json;
pub(crate) mod lines;
pub mod parts;
pub mod pieces;
pub mod sampling;
pub mod sql;
pub mod text;
pub mod text_format;

use crate::lanes::{BLOCK, Lanes, Span};

/// Set in [`Span::start`] when a cell's bytes lie not in the text of the segment but, since escapes had to be undone, in the batch's own store.
const OWNED: u32 = 1 << 31;

/// A few thousand rows as cell offsets over the text they were read from (no copy, no allocation per row once warm).
///
/// Rows may be ragged; a cell that a row does not have is `None`, which is not the same as an empty cell.
#[derive(Clone, Debug)]
pub struct RowBatch<'t> {
    text: &'t [u8],
    text_offset: u64,
    owned: Vec<u8>,
    /// The first `used` are cells; the rest is room, so that a block's cells are written without a look at the length each time.
    cells: Vec<Span>,
    used: usize,
    /// `rows[r]` = (index of the first cell, start of the row relative to `text`); one entry more than there are rows.
    rows: Vec<(u32, u32)>,
    /// Width of every row, once it is known that all have the same; 0 otherwise.
    uniform: usize,
}

impl<'t> RowBatch<'t> {
    /// An empty batch.
    #[must_use]
    pub fn new() -> RowBatch<'t> {
        RowBatch { text: &[], text_offset: 0, owned: Vec::new(), cells: Vec::new(), used: 0, rows: vec![(0, 0)], uniform: 0 }
    }

    /// Empties the batch and sets the text that cells point into: at most 2 GiB, its first byte at `offset` of the input.
    ///
    /// # Panics
    /// When the text is 2 GiB or longer; readers pass windows of at most a row and a batch.
    pub fn begin(&mut self, text: &'t [u8], offset: u64) {
        assert!(text.len() < OWNED as usize, "a batch's text is below 2 GiB");
        self.text = text;
        self.text_offset = offset;
        self.owned.clear();
        self.used = 0;
        self.uniform = 0;
        self.rows.clear();
        self.rows.push((0, 0));
    }

    /// Adds a cell whose bytes are `text[start..start + len]`.
    #[inline]
    pub fn push_cell(&mut self, start: usize, len: usize) {
        self.put(Span { start: start as u32, len: len as u32 });
    }

    #[inline]
    fn put(&mut self, cell: Span) {
        if self.cells.len() == self.used {
            self.grow();
        }
        self.cells[self.used] = cell;
        self.used += 1;
    }

    /// Adds one cell per bit of `ends`, as [`Lanes::cells`] says, and returns where the next cell begins.
    #[inline(always)]
    pub(crate) fn push_ends<L: Lanes>(&mut self, ends: u64, base: u32, start: u32) -> u32 {
        if ends == 0 {
            return start;
        }
        L::cells(ends, base, start, self.room());
        self.used += ends.count_ones() as usize;
        base + u64::BITS - ends.leading_zeros()
    }

    /// Adds one cell per bit of `ends`, as [`Lanes::spans`] says.
    #[inline(always)]
    pub(crate) fn push_spans<L: Lanes>(&mut self, starts: u64, ends: u64, base: u32, open: Option<u32>) {
        L::spans(starts, ends, base, open, self.room());
        self.used += ends.count_ones() as usize;
    }

    /// The places of the next 64 cells.
    #[inline(always)]
    fn room(&mut self) -> &mut [Span; BLOCK] {
        if self.cells.len() - self.used < BLOCK {
            self.grow();
        }
        // `grow` adds thousands.
        self.cells[self.used..].first_chunk_mut().expect("there is room for 64 cells")
    }

    /// Ends the row that began at `text[row_start]` with the first `cells` cells of the batch; cells after them belong to the next row.
    #[inline(always)]
    pub(crate) fn end_row_at(&mut self, cells: usize, row_start: u32) {
        if let Some(last) = self.rows.last_mut() {
            last.1 = row_start;
        }
        self.rows.push((cells as u32, 0));
    }

    /// Cells of the batch, those of an open row included.
    #[inline(always)]
    pub(crate) fn used(&self) -> usize {
        self.used
    }

    /// Index of the open row's first cell.
    #[inline(always)]
    pub(crate) fn open_first(&self) -> usize {
        self.rows.last().map_or(0, |r| r.0 as usize)
    }

    /// Forgets all cells from number `cells` on.
    #[inline(always)]
    pub(crate) fn truncate_cells(&mut self, cells: usize) {
        self.used = self.used.min(cells);
    }

    /// Length of cell number `cell` of the batch.
    #[inline(always)]
    pub(crate) fn cell_len(&self, cell: usize) -> u32 {
        self.cells[cell].len
    }

    /// Takes the last byte off cell number `cell` of the batch.
    #[inline(always)]
    pub(crate) fn shorten(&mut self, cell: usize) {
        let len = &mut self.cells[cell].len;
        *len = len.saturating_sub(1);
    }

    /// Makes room for at least 64 more cells; batches are reused, so this ends after the first few.
    #[cold]
    fn grow(&mut self) {
        let room = (self.cells.len() * 2).max(4096);
        self.cells.resize(room, Span::default());
    }

    /// Adds a cell with bytes of its own (escapes undone).
    pub fn push_owned(&mut self, bytes: &[u8]) {
        self.push_owned_with(|out| out.extend_from_slice(bytes));
    }

    /// Adds a cell whose bytes `write` appends to the batch's own store.
    #[inline]
    pub fn push_owned_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.owned.len();
        write(&mut self.owned);
        self.put(Span { start: start as u32 | OWNED, len: self.owned.len().saturating_sub(start) as u32 });
    }

    /// Ends the row that began at `text[row_start]`.
    #[inline]
    pub fn end_row(&mut self, row_start: usize) {
        let last = self.rows.len() - 1;
        self.rows[last].1 = row_start as u32;
        self.rows.push((self.used as u32, 0));
    }

    /// Empties the batch and sets text and store to those of `other`, whose cells can then be added.
    pub(crate) fn begin_like(&mut self, other: &RowBatch<'t>) {
        self.begin(other.text, other.text_offset);
        self.owned.extend_from_slice(&other.owned);
    }

    /// Adds a cell of the batch that this one was begun like; an empty one where its row is too short.
    pub(crate) fn push_same(&mut self, other: &RowBatch<'t>, row: usize, column: usize) {
        let at = other.rows[row].0 as usize + column;
        self.put(if at < other.rows[row + 1].0 as usize { other.cells[at] } else { Span::default() });
    }

    /// Adds `len` bytes of such a cell, which its row has, from its byte `from` on.
    pub(crate) fn push_part(&mut self, other: &RowBatch<'t>, row: usize, column: usize, from: usize, len: usize) {
        let cell = other.cells[other.rows[row].0 as usize + column];
        self.put(Span { start: cell.start + from as u32, len: len as u32 });
    }

    /// Ends a row that begins where row `row` of `other` does.
    pub(crate) fn end_row_like(&mut self, other: &RowBatch<'t>, row: usize) {
        self.end_row(other.rows[row].1 as usize);
    }

    /// Drops the cells added since the last complete row.
    pub fn abandon_row(&mut self) {
        let (first, _) = self.rows[self.rows.len() - 1];
        self.used = first as usize;
    }

    /// Cells added since the last complete row.
    #[must_use]
    pub fn open_cells(&self) -> usize {
        self.used - self.rows[self.rows.len() - 1].0 as usize
    }

    /// Complete rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len() - 1
    }

    /// True when the batch holds no complete row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that escaped cells take.
    #[must_use]
    pub fn owned_bytes(&self) -> usize {
        self.owned.len()
    }

    /// Cells of row `row`.
    #[must_use]
    #[inline]
    pub fn width(&self, row: usize) -> usize {
        (self.rows[row + 1].0 - self.rows[row].0) as usize
    }

    /// Cell `column` of row `row`, or `None` where the row is too short.
    #[must_use]
    #[inline]
    pub fn cell(&self, row: usize, column: usize) -> Option<&[u8]> {
        let (from, len, store) = self.place(row, column)?;
        Some(&store[from..from + len])
    }

    /// The cells of column `column`, to be read row by row.
    #[inline(always)]
    pub(crate) fn column(&self, column: usize) -> ColumnCells<'_> {
        let inside = column < self.uniform;
        let cells = if inside { self.cells[..self.used].get(column..).unwrap_or_default() } else { &[] };
        ColumnCells { batch: self, column, cells, stride: if inside { self.uniform } else { 0 } }
    }

    /// Leaves out the rows that `keep` says no to, once they are complete.
    pub(crate) fn retain(&mut self, keep: impl Fn(&RowBatch<'_>, usize) -> bool) {
        let Some(first) = (0..self.len()).find(|&row| !keep(self, row)) else {
            return;
        };
        let kept: Vec<usize> = (first + 1..self.len()).filter(|&row| keep(self, row)).collect();
        let mut cells = self.rows[first].0 as usize;
        for (n, row) in kept.iter().enumerate() {
            let (from, to, start) = (self.rows[*row].0 as usize, self.rows[row + 1].0 as usize, self.rows[*row].1);
            self.cells.copy_within(from..to, cells);
            self.rows[first + n] = (cells as u32, start);
            cells += to - from;
        }
        self.rows.truncate(first + kept.len() + 1);
        self.rows[first + kept.len()] = (cells as u32, 0);
        self.used = cells;
    }

    /// The cells of row `row` that stand in the text as they are; what had escapes is left empty.
    pub(crate) fn plain_cells(&self, row: usize) -> Vec<&'t [u8]> {
        let cells = self.cells[self.rows[row].0 as usize..self.rows[row + 1].0 as usize].iter();
        cells.map(|cell| if cell.start & OWNED == 0 { &self.text[cell.start as usize..][..cell.len as usize] } else { &[] }).collect()
    }

    /// The text from the front of row `row` on.
    pub(crate) fn text_from(&self, row: usize) -> &'t [u8] {
        &self.text[self.rows[row].1 as usize..]
    }

    /// Notes whether all rows have the same width, once they are complete: their cells are then found without a look at the rows.
    pub(crate) fn seal(&mut self) {
        let width = if self.is_empty() { 0 } else { self.width(0) };
        let same = self.rows.iter().enumerate().fold(true, |same, (n, row)| same & (row.0 as usize == n * width));
        self.uniform = if same { width } else { 0 };
    }

    /// Where a cell begins in its store, and its length.
    #[inline(always)]
    fn place(&self, row: usize, column: usize) -> Option<(usize, usize, &[u8])> {
        let first = self.rows[row].0 as usize;
        let next = self.rows[row + 1].0 as usize;
        let at = first + column;
        if at >= next {
            return None;
        }
        Some(self.spanned(self.cells[at]))
    }

    /// The store of a cell, where it begins there, and its length.
    #[inline(always)]
    fn spanned(&self, Span { start, len }: Span) -> (usize, usize, &[u8]) {
        let (from, store): (usize, &[u8]) =
            if start & OWNED == 0 { (start as usize, self.text) } else { ((start ^ OWNED) as usize, &self.owned) };
        (from, len as usize, store)
    }

    /// All cells of row `row`.
    pub fn cells(&self, row: usize) -> impl Iterator<Item = &[u8]> {
        (0..self.width(row)).map(move |c| self.cell(row, c).unwrap_or_default())
    }

    /// Byte offset, in the input, of the first byte of row `row`.
    #[must_use]
    #[inline]
    pub fn offset(&self, row: usize) -> u64 {
        self.text_offset + u64::from(self.rows[row].1)
    }
}

/// One column of a batch.
#[derive(Clone, Copy)]
pub(crate) struct ColumnCells<'b> {
    batch: &'b RowBatch<'b>,
    column: usize,
    /// From the column's first cell on, where all rows have the same width.
    cells: &'b [Span],
    /// That width, or 0.
    stride: usize,
}

impl<'b> ColumnCells<'b> {
    /// As [`RowBatch::cell`], with the 64 bytes that begin with the cell, of which those behind it are anything; copied to `room` where its store
    /// ends before. Of a longer cell they are the first 64.
    #[inline(always)]
    pub fn get<'c>(&self, row: usize, room: &'c mut [u8; BLOCK]) -> Option<(&'c [u8], &'c [u8; BLOCK])>
    where
        'b: 'c,
    {
        let (from, len, store) = match self.cells.get(row * self.stride) {
            Some(span) => self.batch.spanned(*span),
            None => self.batch.place(row, self.column)?,
        };
        let rest = &store[from..];
        let cell = &rest[..len];
        match rest.first_chunk() {
            Some(block) => Some((cell, block)),
            None => {
                room[..rest.len()].copy_from_slice(rest);
                Some((cell, room))
            }
        }
    }
}

impl Default for RowBatch<'_> {
    fn default() -> Self {
        Self::new()
    }
}
