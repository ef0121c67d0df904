//! Files that a library reads (workbooks, databases), and the choice of a text's reader.

use super::windows::Windows;
use super::{Job, Reader, TableInfo};
use crate::ledger::{Ledger, Reason};
use crate::names::safe_text;
use crate::plan::{self, Reading};
use crate::record::RowBatch;
use crate::record::binary::{self, Visit};
use crate::record::json::JsonCutter;
use crate::record::pieces::TableName;
use crate::record::sampling::{self, Sample};
use crate::record::sql::SqlCutter;
use crate::record::{blocks, credentials};
use crate::source::Content;
use crate::{Result, limits, parallel};

/// Batches that are held until all threads get some.
const HELD_BATCHES: usize = 64;

impl<J: Job> Reader<'_, J> {
    /// Reads a text as `reading` says.
    pub(super) fn text(&self, source: usize, windows: &mut impl Windows, reading: &Reading) -> Result<()> {
        match reading {
            Reading::Delimited(how) => self.delimited_windows(source, windows, how),
            Reading::Sql(how) => self.cut(source, windows, &mut SqlCutter::new(&how.dialect)),
            Reading::Json(_) => self.cut(source, windows, &mut JsonCutter::new()),
            Reading::Blocks(_) => self.cut(source, windows, &mut blocks::cutter()),
            Reading::Credentials(_) => self.cut(source, windows, &mut credentials::cutter()),
            Reading::Skip { reason, advice } => loop {
                let view = windows.view();
                self.skip(source, *reason, view.offset, view.text.len() as u64, advice.clone());
                if view.last {
                    return Ok(());
                }
                let bytes = view.text.len();
                windows.advance(bytes);
            },
            Reading::Tables(_) | Reading::Container(_) | Reading::Encoded(_) => Ok(()),
        }
    }

    /// Reads the tables of a file that a library reads.
    pub(super) fn tables_of(&self, source: usize, content: Content, bytes: &[u8]) -> Result<()> {
        let mut visitor = Tables { reader: self, source, name: TableName::default(), table: None, held: Vec::new(), skipped: 0 };
        binary::read(content, bytes, &mut visitor)?;
        visitor.flush()?;
        let read = (bytes.len() as u64).saturating_sub(visitor.skipped);
        self.account(source, Ledger::of_read(read));
        Ok(())
    }
}

struct Tables<'v, 'r, J> {
    reader: &'v Reader<'r, J>,
    source: usize,
    name: TableName,
    /// Number of the table, once it was introduced, and whether its first row is a header.
    table: Option<(usize, bool)>,
    held: Vec<RowBatch<'static>>,
    skipped: u64,
}

impl<J: Job> Tables<'_, '_, J> {
    fn begin(&mut self) -> Result<(usize, bool)> {
        let held = &self.held;
        let sample = || Sample::of_rows(held.clone());
        let header = if self.name.columns.is_empty() { sampling::header(&sample()) } else { sampling::Header::default() };
        let table = if header.present {
            let row = sample().first_row().map(|row| row.into_iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect());
            let columns = self.reader.pool.install(|| plan::columns(&sample(), &header.names, true));
            let name = sampling::shown_table(&self.name.name);
            let called = self.name.name.clone();
            let info = TableInfo { source: self.source, called, name, grew_from: None, columns, header: row, header_row: true };
            self.reader.table(info, &|_| sample())?
        } else {
            self.reader.named_table(self.source, &self.name, None, &|_| sample())?
        };
        self.table = Some((table, header.present));
        Ok((table, header.present))
    }

    fn flush(&mut self) -> Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let (table, header) = match self.table {
            Some(known) => known,
            None => self.begin()?,
        };
        let reader = self.reader;
        let (job, held) = (reader.job, std::mem::take(&mut self.held));
        parallel::ordered(
            reader.pool,
            held.len(),
            || job.state(),
            |state, n| {
                let mut part = job.part(table, self.source);
                job.add(state, &mut part, &held[n], header && held[n].offset(0) == 0);
                Ok(part)
            },
            |_, part| job.commit(part),
        )
    }
}

impl<J: Job> Visit for Tables<'_, '_, J> {
    fn table(&mut self, name: &TableName) -> Result<()> {
        self.flush()?;
        (self.name, self.table) = (name.clone(), None);
        Ok(())
    }

    fn rows(&mut self, mut batch: RowBatch<'static>) -> Result<()> {
        self.reader.check_interrupt()?;
        if batch.is_empty() {
            return Ok(());
        }
        batch.seal();
        self.held.push(batch);
        let bytes: usize = self.held.iter().map(RowBatch::owned_bytes).sum();
        if self.held.len() >= HELD_BATCHES || bytes >= limits::PIECE_BYTES * HELD_BATCHES {
            self.flush()?;
        }
        Ok(())
    }

    fn skipped(&mut self, what: &str, reason: Reason, bytes: u64, advice: Option<String>) -> Result<()> {
        let advice = match (what.is_empty(), advice) {
            (true, advice) => advice,
            (false, advice) => Some(advice.map_or(safe_text(what), |a| format!("{}: {a}", safe_text(what)))),
        };
        self.skipped += bytes;
        self.reader.skip(self.source, reason, 0, bytes, advice);
        Ok(())
    }
}
