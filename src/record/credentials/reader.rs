//! The lines of a piece, in batches.

use super::split::split;
use crate::ledger::Ledger;
use crate::record::RowBatch;
use crate::record::lines::{Bounds, is_drawn, line};
use crate::record::pieces::{PieceReader, Reading};

/// Reads each line as an address, a login and a password. Lines without letter or digit are no rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct CredentialReader {
    pub line_end: u8,
    pub bounds: Bounds,
}

impl PieceReader for CredentialReader {
    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, _: &mut Ledger) -> bool {
        let (text, begin) = (reading.text, reading.at);
        batch.begin(text, reading.offset);
        while reading.at < text.len()
            && batch.len() < self.bounds.batch_rows
            && (batch.is_empty() || reading.at - begin < self.bounds.batch_bytes)
        {
            let at = reading.at;
            let (to, next) = line(text, at, self.line_end);
            reading.at = next;
            let found = &text[at..to];
            if !found.first().is_some_and(u8::is_ascii_alphanumeric) && is_drawn(found) {
                continue;
            }
            for cell in split(found) {
                batch.push_cell(at + cell.start, cell.len());
            }
            batch.end_row(at);
        }
        !batch.is_empty()
    }
}
