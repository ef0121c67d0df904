//! The rows of a piece, in batches.

use super::columns::Columns;
use super::escape::unescape;
use super::resync::resync;
use super::rows::Rows;
use super::steps::Bad;
use super::{Bounds, row_start};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::pieces::{PieceReader, Reading};
use std::sync::Arc;

/// Bytes of a piece that one batch may point into.
const WINDOW: usize = 1 << 30;

/// Cells after which a batch is closed: rows of thousands of columns that are mostly empty.
const BATCH_CELLS: usize = 1 << 20;

/// Reads the rows of one table. Nothing is added to [`Ledger::bytes_read`]: what is not skipped is read.
///
/// A row has a cell for each column of the table and each that its piece brought so far; a missing value and a null are empty cells.
#[derive(Clone, Debug)]
pub struct JsonReader {
    columns: Arc<Columns>,
    sort: Sort,
    /// Rows begin where lines do.
    lines: bool,
    bounds: Bounds,
}

/// What rows are.
#[derive(Clone, Debug)]
pub(crate) enum Sort {
    /// Objects, mostly.
    Named {
        /// Action lines of Elasticsearch's bulk format stand between them.
        bulk: bool,
    },
    /// Arrays, mostly: cells by position, columns without names.
    Unnamed,
    /// One row, which is not in the piece: what stands around the tables of a document, as JSON.
    Around(Arc<[u8]>),
}

impl JsonReader {
    /// Reads objects whose columns are `columns`, those unknown put behind them.
    #[must_use]
    pub fn with_columns(columns: &[String]) -> JsonReader {
        JsonReader::new(columns, Sort::Named { bulk: false }, Bounds::default())
    }

    pub(crate) fn new(columns: &[String], sort: Sort, bounds: Bounds) -> JsonReader {
        JsonReader { columns: Arc::new(Columns::new(columns)), sort, lines: false, bounds }
    }

    /// The same reader for the table grown to `columns`.
    #[must_use]
    pub fn grown(&self, columns: &[String]) -> Arc<dyn PieceReader> {
        Arc::new(JsonReader { columns: Arc::new(Columns::new(columns)), ..self.clone() })
    }

    /// The same reader, where rows begin where lines do.
    pub(crate) fn of_lines(self, lines: bool) -> JsonReader {
        JsonReader { lines, ..self }
    }

    /// The columns that the rows of `text` bring.
    pub(crate) fn columns_of(&self, text: &[u8]) -> Vec<String> {
        let (mut reading, mut batch, mut ledger) = (Reading::new(text, 0, 0), RowBatch::new(), Ledger::default());
        while self.next_batch(&mut reading, &mut batch, &mut ledger) {}
        reading.new_columns
    }

    /// The row around the tables.
    fn around<'t>(&self, row: &[u8], reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, ledger: &mut Ledger) {
        let mut rows = self.rows(row, reading);
        match rows.row(0) {
            Ok(_) => {
                finish(&rows, reading, reading.offset, ledger);
                for cell in rows.cells() {
                    let (from, len, escapes) = cell.unwrap_or_default();
                    batch.push_owned_with(|out| write(&row[from..from + len], escapes, out));
                }
                batch.end_row(0);
            }
            Err(bad) => ledger.skip(reading.input, reason(bad), reading.offset, reading.text.len() as u64),
        }
    }

    /// Where reading goes on behind a row that was not read.
    fn after(&self, rows: &mut Rows<'_>, start: usize, bad: Bad) -> usize {
        let (text, row_bytes) = (rows.steps.text, self.bounds.row_bytes);
        if matches!(text[start], b'}' | b']') {
            // One bracket too many before it; what follows may be whole.
            return start + 1;
        }
        let (from, error) = match bad {
            Bad::Full => {
                if let Ok(end) = rows.steps.end_of(start) {
                    return end;
                }
                (start, rows.steps.last_key)
            }
            Bad::Long => (start + row_bytes, start + row_bytes),
            _ => (start, rows.steps.last_key),
        };
        resync(text, start, from, error, self.lines).unwrap_or(text.len())
    }

    fn rows<'a>(&self, text: &'a [u8], reading: &Reading<'_>) -> Rows<'a> {
        let mut columns = (*self.columns).clone();
        for name in &reading.new_columns {
            columns.push(name.clone());
        }
        Rows::new(text, !matches!(self.sort, Sort::Unnamed), columns, self.bounds)
    }
}

impl PieceReader for JsonReader {
    fn grown(&self, columns: &[String]) -> Option<Arc<dyn PieceReader>> {
        Some(JsonReader::grown(self, columns))
    }

    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> bool {
        let begin = reading.at.min(reading.text.len());
        let text = &reading.text[begin..reading.text.len().min(begin.saturating_add(WINDOW))];
        let offset = reading.offset + begin as u64;
        batch.begin(text, offset);
        if let Sort::Around(row) = &self.sort {
            if reading.at == 0 {
                self.around(row, reading, batch, ledger);
            }
            // The piece may be empty.
            reading.at = reading.text.len().max(1);
            return !batch.is_empty();
        }
        let bulk = matches!(self.sort, Sort::Named { bulk: true });
        let mut rows = self.rows(text, reading);
        let mut at = 0;
        while batch.len() < self.bounds.batch_rows && (batch.is_empty() || at < self.bounds.batch_bytes && batch.used() < BATCH_CELLS) {
            let Some(start) = row_start(text, at) else {
                at = text.len();
                break;
            };
            if bulk && let Some(end) = rows.steps.action(start) {
                at = end;
                continue;
            }
            at = match rows.row(start) {
                Ok(end) => {
                    finish(&rows, reading, offset, ledger);
                    if rows.is_row {
                        push(&rows, text, start, batch);
                    }
                    end
                }
                Err(bad) => {
                    let end = self.after(&mut rows, start, bad);
                    ledger.skip(reading.input, reason(bad), offset + start as u64, (end - start) as u64);
                    end
                }
            };
        }
        reading.at = begin + at;
        !batch.is_empty()
    }
}

fn reason(bad: Bad) -> Reason {
    match bad {
        Bad::Open | Bad::Damaged => Reason::Damaged,
        Bad::Long => Reason::RowTooLong,
        Bad::Full => Reason::TooManyCells,
    }
}

/// Notes what a row that was read brought, and what of it was set aside.
fn finish(rows: &Rows<'_>, reading: &mut Reading<'_>, offset: u64, ledger: &mut Ledger) {
    if let Some((first, bytes)) = rows.aside {
        ledger.skip(reading.input, Reason::TooManyCells, offset + first as u64, bytes as u64);
    }
    reading.new_columns.extend_from_slice(&rows.columns.names()[rows.known..]);
}

#[inline(always)]
fn push<'t>(rows: &Rows<'_>, text: &'t [u8], start: usize, batch: &mut RowBatch<'t>) {
    for cell in rows.cells() {
        match cell {
            Some((from, len, false)) => batch.push_cell(from, len),
            Some((from, len, true)) => batch.push_owned_with(|out| write(&text[from..from + len], true, out)),
            None => batch.push_cell(0, 0),
        }
    }
    batch.end_row(start);
}

fn write(string: &[u8], escapes: bool, out: &mut Vec<u8>) {
    if escapes {
        unescape(string, out);
    } else {
        out.extend_from_slice(string);
    }
}
