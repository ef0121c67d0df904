//! One column of the files that an index was made from, with the record numbers that the index gave: read in the same way, so that the numbers are the
//! same. The join of a list of affected records with an institution's own keys needs nothing else.

use super::columns::Columns;
use crate::identify::Kind;
use crate::identify::schema::{Column, Field, Institution, Role, Schema};
use crate::ledger::Ledger;
use crate::limits;
use crate::progress::Progress;
use crate::record::RowBatch;
use crate::record::delimited::{Names, Table};
use crate::record::parts;
use crate::source::Input;
use crate::{Error, Result};

/// The cells of one column of some records that follow each other.
#[derive(Debug, Default)]
pub struct Cells {
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Cells {
    /// How many records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell of record `n` of these; empty where the row is too short.
    #[must_use]
    pub fn get(&self, n: usize) -> &[u8] {
        let from = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.text[from..self.ends[n]]
    }

    fn push(&mut self, cell: &[u8]) {
        self.text.extend_from_slice(cell);
        self.ends.push(self.text.len());
    }
}

/// Whether the first row of a file of records was no record for an index that gave it `records` numbers: the file has one row more. `None` where it has
/// any other number, and is not the one that was indexed, or is read otherwise.
///
/// # Errors
/// When the file cannot be read as an index reads it.
pub fn has_header(input: &Input, records: u64, pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<Option<bool>> {
    let rows = each_cell(input, &Column::Position(1), false, 0, pool, progress, |_, _| Ok(()))?;
    Ok(match rows.checked_sub(records) {
        Some(0) => Some(false),
        Some(1) => Some(true),
        _ => None,
    })
}

/// Reads a column of a file of records and hands its cells over in order, the number of the first of them with each lot, counted from `first`.
/// `header` says that the first row is no record, as [`has_header`] finds out. Gives the number behind the last.
///
/// # Errors
/// When the file cannot be read as an index reads it, lacks the column, changes meanwhile, or `take` fails.
pub fn each_cell(
    input: &Input,
    column: &Column,
    header: bool,
    first: u64,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
    mut take: impl FnMut(u64, &Cells) -> Result<()> + Send,
) -> Result<u64> {
    let field = Field {
        column: column.clone(),
        kind: Kind::Id,
        role: Role::Identifier,
        issued: false,
        concept: None,
        category: None,
        parts: Vec::new(),
        hashes: Vec::new(),
    };
    let institution = Institution { name: String::new(), dataset: String::new(), snapshot: None, region: "ID".to_string() };
    let columns = Columns::find(input.path(), input, &Schema { institution, fields: vec![field] })?;
    let Some(&(place, ..)) = columns.identifiers.first() else { return Ok(first) };
    let table = Table {
        text: input.bytes(),
        input: 0,
        offset: 0,
        data_start: columns.data_start,
        dialect: &columns.dialect,
        names: Names::default(),
    };
    let mut next = first;
    parts::for_each(
        pool,
        &table,
        limits::SEGMENT_BYTES,
        parts::Rows::before(input.len(), &table),
        || (),
        |(), reader| {
            let (mut batch, mut ledger, mut cells) = (RowBatch::new(), Ledger::default(), Cells::default());
            while reader.next_batch(&mut batch, &mut ledger) {
                let skip = usize::from(header && batch.offset(0) == columns.data_start);
                (skip..batch.len()).for_each(|row| cells.push(batch.cell(row, place).unwrap_or_default()));
            }
            Ok((cells, ledger.bytes_read + ledger.bytes_skipped()))
        },
        |(cells, bytes)| {
            progress.advance(bytes);
            let from = next;
            next += cells.len() as u64;
            take(from, &cells)
        },
    )?;
    if input.changed() {
        return Err(Error::usage("a file of records changed while it was read")
            .at(input.path())
            .advice("use a copy that nobody writes to"));
    }
    Ok(next)
}
