//! The step between a reader's rows and what is done with them: columns made of what is inside of cells, where a table has such cells.

use super::{Job, Reader, Samples, TableInfo};
use crate::Result;
use crate::plan::{self, ColumnPlan};
use crate::record::RowBatch;
use crate::record::inside::{How, Inside, Made, Widener};
use std::sync::{Arc, PoisonError};

impl<J: Job> Reader<'_, J> {
    /// A table begins; its number.
    pub(super) fn table(&self, mut table: TableInfo, sample: Samples<'_, '_>) -> Result<usize> {
        let source = self.read().sources[table.source].clone();
        // A column that is told to be something is nothing else.
        let known = table.columns.iter().enumerate().filter(|(_, c)| c.only).map(|(n, _)| n).collect();
        let (columns, header) = (table.columns.len(), table.header_row);
        let told = columns > 0 && table.columns.iter().all(|c| c.only);
        let decide = || Inside::decide(&sample(plan::SAMPLE_BYTES), header, columns, &known, self.options.inside);
        let inside = (!told && self.options.inside != How::Off).then(|| self.pool.install(decide));
        let inside = inside.filter(|inside| !inside.is_empty()).map(Arc::new);
        match &inside {
            None => self.pool.install(|| self.job.table(&table, &source, sample))?,
            Some(inside) => {
                table.columns.resize_with(inside.own_columns(), ColumnPlan::default);
                let made: Vec<ColumnPlan> = inside.made().map(|made| column(made, &table.columns)).collect();
                table.columns.extend(made);
                let wide = |bytes: u64| inside.widen_sample(sample(bytes));
                self.pool.install(|| self.job.table(&table, &source, &wide))?;
            }
        }
        let mut read = self.read();
        read.tables.push(table);
        self.inside.lock().unwrap_or_else(PoisonError::into_inner).push(inside);
        Ok(read.tables.len() - 1)
    }

    /// What is made of the rows of table number `table`.
    pub(super) fn widening<'t>(&self, table: usize) -> Widening<'t> {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner).get(table).cloned().flatten();
        Widening { inside: inside.map(|inside| (inside, Widener::default(), RowBatch::new())) }
    }
}

/// What is known of a made column. Its header is one of ours, with the name of the column that it is inside of where that may be shown.
fn column(made: Made, columns: &[ColumnPlan]) -> ColumnPlan {
    let nth = if made.nth == 0 { String::new() } else { format!(" {}", made.nth + 1) };
    let of = match made.of {
        Some(column) => columns.get(column).and_then(|c| c.header.clone()).unwrap_or_else(|| format!("inside of column {}", column + 1)),
        None => "inside of other columns".to_string(),
    };
    let header = Some(format!("{of}: {}{nth}", made.sort.name()));
    ColumnPlan { header, kinds: made.sort.kinds().to_vec(), only: true, inside: true, ..ColumnPlan::default() }
}

/// The rows of a table, wider where columns are made for it.
pub(super) struct Widening<'t> {
    inside: Option<(Arc<Inside>, Widener, RowBatch<'t>)>,
}

impl<'t> Widening<'t> {
    /// The rows of a batch.
    pub fn of<'b>(&'b mut self, batch: &'b RowBatch<'t>) -> &'b RowBatch<'t> {
        match &mut self.inside {
            None => batch,
            Some((inside, widener, wide)) => {
                widener.widen(inside, batch, wide);
                wide
            }
        }
    }
}
