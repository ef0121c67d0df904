//! The entries of a piece, in batches.

use super::columns::Columns;
use super::entry::Entry;
use super::{Sort, Style, ldif, pairs, vcard};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::lines::Bounds;
use crate::record::pieces::{PieceReader, Reading};
use std::sync::Arc;

/// Cells after which a batch is closed: rows of thousands of columns that are mostly empty.
const BATCH_CELLS: usize = 1 << 20;

/// Reads entries as rows, which have a cell for each column of the table and each that their piece brought so far.
#[derive(Clone, Debug)]
pub(crate) struct BlockReader {
    columns: Arc<Columns>,
    style: Arc<Style>,
    bounds: Bounds,
}

impl BlockReader {
    pub(crate) fn new(columns: &[String], style: &Arc<Style>, bounds: Bounds) -> BlockReader {
        // Pieces that are read at once may bring more, together.
        let columns = &columns[..columns.len().min(bounds.row_cells)];
        BlockReader { columns: Arc::new(Columns::new(columns, bounds.row_cells)), style: style.clone(), bounds }
    }

    /// The columns that the entries of `text` bring.
    pub(crate) fn columns_of(&self, text: &[u8]) -> Vec<String> {
        let (mut reading, mut batch, mut ledger) = (Reading::new(text, 0, 0), RowBatch::new(), Ledger::default());
        while self.next_batch(&mut reading, &mut batch, &mut ledger) {}
        reading.new_columns
    }
}

impl PieceReader for BlockReader {
    fn grown(&self, columns: &[String]) -> Option<Arc<dyn PieceReader>> {
        Some(Arc::new(BlockReader::new(columns, &self.style, self.bounds)))
    }

    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> bool {
        let (text, style) = (reading.text, &*self.style);
        batch.begin(text, reading.offset);
        let mut columns = (*self.columns).clone();
        for name in &reading.new_columns {
            columns.of(name.as_bytes());
        }
        let known = columns.len();
        let (mut entry, begin) = (Entry::new(columns), reading.at);
        let full = |batch: &RowBatch<'_>, at: usize| at - begin >= self.bounds.batch_bytes || batch.used() >= BATCH_CELLS;
        while reading.at < text.len() && batch.len() < self.bounds.batch_rows && (batch.is_empty() || !full(batch, reading.at)) {
            entry.begin();
            let at = reading.at;
            reading.at = match style.sort {
                Sort::Vcard => vcard::read(text, at, style.line_end, &mut entry),
                Sort::Ldif => ldif::read(text, at, style.line_end, &mut entry),
                Sort::Pairs => pairs::read(text, at, style, &mut entry),
            };
            if entry.is_begun() {
                entry.push(batch);
            }
            if let Some((first, bytes)) = entry.aside {
                ledger.skip(reading.input, Reason::TooManyCells, reading.offset + first as u64, bytes as u64);
            }
        }
        reading.new_columns.extend_from_slice(&entry.columns.names()[known..]);
        !batch.is_empty()
    }
}
