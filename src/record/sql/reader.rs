//! Reads pieces of tuples.

use super::Bounds;
use super::after::next_tuple;
use super::dialect::Escapes;
use super::tuple::{Scan, Sink, scan};
use super::values::push_value;
use crate::lanes::{Lanes, Work, dispatch};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::pieces::{PieceReader, Reading};

/// Reads tuples of one table that follow each other as [`next_tuple`] says.
#[derive(Debug)]
pub(super) struct TupleReader {
    pub escapes: Escapes,
    /// The head of the statement they stand in, up to `VALUES`.
    pub head: Box<[u8]>,
    pub bounds: Bounds,
}

impl PieceReader for TupleReader {
    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> bool {
        batch.begin(reading.text, reading.offset);
        dispatch(Read { reader: self, reading, batch, ledger });
        !batch.is_empty()
    }
}

struct Read<'r, 't> {
    reader: &'r TupleReader,
    reading: &'r mut Reading<'t>,
    batch: &'r mut RowBatch<'t>,
    ledger: &'r mut Ledger,
}

impl Work for Read<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Read { reader, reading, batch, ledger } = self;
        let (text, escapes) = (reading.text, reader.escapes);
        while reading.at < text.len() && batch.len() < reader.bounds.batch_rows {
            let start = reading.at;
            let mut row = Row { batch, text, escapes, cells: 0, most: reader.bounds.row_cells, cut: None };
            let end = scan::<L, _>(text, start, escapes, &mut row);
            let cut = row.cut;
            let Scan::End(end) = end else {
                // The cutter has seen a whole tuple here; whatever this is, it is not lost in silence.
                batch.abandon_row();
                ledger.skip(reading.input, Reason::Damaged, reading.offset + start as u64, (text.len() - start) as u64);
                reading.at = text.len();
                return;
            };
            batch.end_row(start);
            if let Some(from) = cut {
                ledger.skip(reading.input, Reason::TooManyCells, reading.offset + from as u64, (end - from) as u64);
            }
            reading.at = next_tuple(text, end, &reader.head).unwrap_or(text.len());
        }
    }
}

/// A row while it is filled.
struct Row<'r, 't> {
    batch: &'r mut RowBatch<'t>,
    text: &'t [u8],
    escapes: Escapes,
    cells: usize,
    most: usize,
    /// Where the first cell begins that is too many.
    cut: Option<usize>,
}

impl Sink for Row<'_, '_> {
    const CELLS: bool = true;

    #[inline(always)]
    fn cell(&mut self, from: usize, end: usize, plain: bool) {
        if self.cells < self.most {
            self.cells += 1;
            push_value(self.batch, self.text, from, end, plain, self.escapes);
        } else if self.cut.is_none() {
            self.cut = Some(from);
        }
    }

    #[inline(always)]
    fn again(&mut self) {
        self.batch.abandon_row();
        (self.cells, self.cut) = (0, None);
    }
}
