//! Rows on their way to a visitor: what a row may hold is bounded here, for all formats alike.

use super::Visit;
use crate::ledger::Reason;
use crate::record::RowBatch;
use crate::{Error, Result, limits, parallel};

/// A batch that is being filled. A row that is longer than [`limits::ROW_BYTES`] is left out, cells beyond [`limits::ROW_CELLS`] as well.
pub(super) struct Filling {
    batch: RowBatch<'static>,
    /// Number of the batch's first row.
    base: u64,
    /// Number of the open row.
    row: u64,
    /// Where the open row's cells begin in the batch's store.
    row_start: usize,
    /// Cells of the open row, those beyond the limit included.
    cells: usize,
    /// The open row is longer than the limit.
    too_long: bool,
    /// Bytes of the open row's cells beyond the limit, and how many there are.
    beyond: LeftOut,
    rows_left_out: LeftOut,
    cells_left_out: LeftOut,
}

/// What was left out.
#[derive(Clone, Copy, Default)]
struct LeftOut {
    pieces: u64,
    bytes: u64,
}

impl LeftOut {
    fn add(&mut self, pieces: u64, bytes: usize) {
        self.pieces += pieces;
        self.bytes += bytes as u64;
    }
}

impl Filling {
    pub(super) fn new() -> Filling {
        Filling {
            batch: RowBatch::new(),
            base: 0,
            row: 0,
            row_start: 0,
            cells: 0,
            too_long: false,
            beyond: LeftOut::default(),
            rows_left_out: LeftOut::default(),
            cells_left_out: LeftOut::default(),
        }
    }

    /// Cells of the open row so far.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// Whether row number `row` may be begun without handing over what there is.
    pub(super) fn fits(&self, row: u64) -> bool {
        let full = self.batch.len() >= limits::BATCH_ROWS || self.batch.owned_bytes() >= limits::BATCH_BYTES;
        !full && (self.batch.is_empty() || row.checked_sub(self.base).is_some_and(|beyond| beyond <= u64::from(u32::MAX)))
    }

    /// Begins row number `row`, which [fits](Filling::fits).
    pub(super) fn begin_row(&mut self, row: u64) {
        self.batch.abandon_row();
        if self.batch.is_empty() {
            self.batch.begin(&[], row);
            self.base = row;
        }
        self.row = row;
        self.row_start = self.batch.owned_bytes();
        self.cells = 0;
        self.too_long = false;
        self.beyond = LeftOut::default();
    }

    /// Adds a cell to the open row.
    pub(super) fn cell(&mut self, bytes: &[u8]) {
        if bytes.len() > limits::ROW_BYTES {
            self.cells += 1;
            self.leave_out_row(bytes.len());
        } else {
            self.cell_with(|out| out.extend_from_slice(bytes));
        }
    }

    /// Adds a cell that `write` appends; it writes at most a few times [`limits::ROW_BYTES`].
    pub(super) fn cell_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.cells += 1;
        if self.too_long {
            return;
        }
        self.batch.push_owned_with(write);
        if self.batch.owned_bytes() - self.row_start > limits::ROW_BYTES {
            self.leave_out_row(self.batch.owned_bytes() - self.row_start);
        } else if self.cells > limits::ROW_CELLS {
            let used = self.batch.used() - 1;
            self.beyond.add(1, self.batch.cell_len(used) as usize);
            self.batch.truncate_cells(used);
        }
    }

    /// Empty cells up to column `column`; those beyond the limit are nothing that was lost.
    pub(super) fn pad_to(&mut self, column: usize) {
        while self.cells < column.min(limits::ROW_CELLS) {
            self.cell_with(|_| {});
        }
        self.cells = self.cells.max(column);
    }

    /// Ends the open row.
    pub(super) fn end_row(&mut self) {
        if self.too_long {
            self.batch.abandon_row();
            return;
        }
        self.cells_left_out.add(self.beyond.pieces, self.beyond.bytes as usize);
        // `fits` bounds the difference.
        self.batch.end_row((self.row - self.base) as usize);
    }

    /// Hands over the complete rows and forgets an open one. An interrupt ends the reading here.
    pub(super) fn hand_over(&mut self, visit: &mut dyn Visit) -> Result<()> {
        if parallel::interrupted() {
            return Err(Error::interrupted());
        }
        let mut full = std::mem::take(&mut self.batch);
        full.abandon_row();
        if full.is_empty() {
            return Ok(());
        }
        full.seal();
        visit.rows(full)
    }

    /// Hands over what there is, and tells what was left out of the table, which `what` names.
    pub(super) fn end_table(&mut self, what: &str, visit: &mut dyn Visit) -> Result<()> {
        self.hand_over(visit)?;
        for (left, of, reason) in
            [(&mut self.rows_left_out, "rows", Reason::RowTooLong), (&mut self.cells_left_out, "cells", Reason::TooManyCells)]
        {
            let LeftOut { pieces, bytes } = std::mem::take(left);
            if pieces > 0 {
                visit.skipped(&format!("{of} of {what}: {pieces}"), reason, bytes, None)?;
            }
        }
        Ok(())
    }

    fn leave_out_row(&mut self, bytes: usize) {
        if !self.too_long {
            self.too_long = true;
            self.rows_left_out.add(1, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::collected::Collected;
    use super::*;

    #[test]
    fn long_and_wide_rows_are_told() {
        let (mut filling, mut seen) = (Filling::new(), Collected::default());
        let long = vec![b'x'; limits::ROW_BYTES + 1];
        for row in 0..4 {
            assert!(filling.fits(row));
            filling.begin_row(row);
            match row {
                0 => filling.cell(&long),
                1 => {
                    filling.pad_to(limits::ROW_CELLS + 7);
                    filling.cell(b"beyond");
                }
                2 => {
                    filling.cell(&long[..long.len() / 2]);
                    filling.cell(&long[..long.len() / 2 + 2]);
                }
                _ => filling.cell(b"short"),
            }
            filling.end_row();
            filling.hand_over(&mut seen).expect("a visitor that refuses nothing");
        }
        filling.end_table("table number 1", &mut seen).expect("a visitor that refuses nothing");
        let rows = seen.rows();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].1.len(), limits::ROW_CELLS);
        assert_eq!(rows[1], (3, vec!["short".to_string()]));
        assert_eq!(seen.reasons(), [Reason::RowTooLong, Reason::TooManyCells]);
        assert_eq!(seen.skips[0].bytes, (2 * limits::ROW_BYTES + 3) as u64);
    }

    #[test]
    fn batches_are_no_longer_than_the_limit_and_keep_row_numbers() {
        let (mut filling, mut seen) = (Filling::new(), Collected::default());
        for row in (0..3000).chain([1 << 40, 5]) {
            if !filling.fits(row) {
                filling.hand_over(&mut seen).expect("a visitor that refuses nothing");
            }
            filling.begin_row(row);
            filling.cell(row.to_string().as_bytes());
            filling.end_row();
        }
        filling.end_table("table number 1", &mut seen).expect("a visitor that refuses nothing");
        assert_eq!(seen.batches, [1024, 1024, 952, 1, 1]);
        assert!(seen.rows().iter().all(|(number, cells)| cells[..] == [number.to_string()]));
    }
}
