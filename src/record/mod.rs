//! Bytes to batches of rows. Every reader fills a reusable [`RowBatch`]; nothing above this floor knows formats.



/// One cell of a batch: where its bytes lie, in the text of the segment or, when escapes had to be undone, in the batch's own store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    start: u32,
    len: u32,
}

/// Set in [`Cell::start`] when the bytes lie in the batch's own store.
const OWNED: u32 = 1 << 31;

/// A few thousand rows as cell offsets over the text they were read from (no copy, no allocation per row once warm).
///
/// Rows may be ragged; a cell that a row does not have is `None`, which is not the same as an empty cell.
#[derive(Debug)]
pub struct RowBatch<'t> {
    text: &'t [u8],
    text_offset: u64,
    owned: Vec<u8>,
    cells: Vec<Cell>,
    /// `rows[r]` = (index of the first cell, start of the row relative to `text`); one entry more than there are rows.
    rows: Vec<(u32, u32)>,
}

impl<'t> RowBatch<'t> {
    /// An empty batch.
    #[must_use]
    pub fn new() -> RowBatch<'t> {
        RowBatch { text: &[], text_offset: 0, owned: Vec::new(), cells: Vec::new(), rows: vec![(0, 0)] }
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
        self.cells.clear();
        self.rows.clear();
        self.rows.push((0, 0));
    }

    /// Adds a cell whose bytes are `text[start..start + len]`.
    #[inline]
    pub fn push_cell(&mut self, start: usize, len: usize) {
        self.cells.push(Cell { start: start as u32, len: len as u32 });
    }

    /// Adds a cell with bytes of its own (escapes undone).
    pub fn push_owned(&mut self, bytes: &[u8]) {
        let start = self.owned.len() as u32 | OWNED;
        self.owned.extend_from_slice(bytes);
        self.cells.push(Cell { start, len: bytes.len() as u32 });
    }

    /// Ends the row that began at `text[row_start]`.
    #[inline]
    pub fn end_row(&mut self, row_start: usize) {
        let last = self.rows.len() - 1;
        self.rows[last].1 = row_start as u32;
        self.rows.push((self.cells.len() as u32, 0));
    }

    /// Drops the cells added since the last complete row.
    pub fn abandon_row(&mut self) {
        let (first, _) = self.rows[self.rows.len() - 1];
        self.cells.truncate(first as usize);
    }

    /// Cells added since the last complete row.
    #[must_use]
    pub fn open_cells(&self) -> usize {
        self.cells.len() - self.rows[self.rows.len() - 1].0 as usize
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
        let first = self.rows[row].0 as usize;
        let next = self.rows[row + 1].0 as usize;
        let at = first + column;
        if at >= next {
            return None;
        }
        let Cell { start, len } = self.cells[at];
        let (from, store): (usize, &[u8]) =
            if start & OWNED == 0 { (start as usize, self.text) } else { ((start ^ OWNED) as usize, &self.owned) };
        Some(&store[from..from + len as usize])
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

impl Default for RowBatch<'_> {
    fn default() -> Self {
        Self::new()
    }
}
