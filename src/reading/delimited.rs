//! Delimited text: of a file, whose digest is made in the same pass, or of a stream, window by window.

use super::windows::Windows;
use super::{Job, Reader, TableInfo};
use crate::Result;
use crate::ledger::{Ledger, Reason};
use crate::limits;
use crate::plan::DelimitedPlan;
use crate::record::delimited::{Dialect, SegmentReader, Signs, Table};
use crate::record::{RowBatch, parts, sampling};
use crate::source::{Digest, Input, Lost};
use std::sync::OnceLock;

/// Bytes behind a row's first that reading it may look at, and what is loaded at a time.
const REACH: usize = limits::ROW_BYTES + limits::QUOTED_SPAN_BYTES + (64 << 10);
const _: () = assert!(limits::WINDOW_BYTES >= 2 * REACH);

/// Bytes of a sample that holds the first row.
const FIRST_BYTES: u64 = 64 << 10;

fn info(source: usize, how: &DelimitedPlan, table: &Table<'_>) -> TableInfo {
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    let first = || sampling::spread(table, FIRST_BYTES).first_row().map(|row| row.into_iter().map(text).collect());
    let header = how.dialect.header.then(first).flatten();
    TableInfo {
        source,
        called: String::new(),
        name: None,
        grew_from: None,
        columns: how.columns.clone(),
        header,
        header_row: how.dialect.header,
    }
}

impl<J: Job> Reader<'_, J> {
    /// Reads a file part by part; its digest is made on the way.
    ///
    /// Of a file that is cut short meanwhile, the parts before the first that may hold bytes which were not the file's are kept.
    pub(super) fn delimited_file(&self, source: usize, file: &Input, how: &DelimitedPlan) -> Result<Option<blake3::Hash>> {
        let table = Table { text: file.bytes(), input: source as u32, offset: 0, data_start: how.data_start, dialect: &how.dialect };
        let number = self.table(info(source, how, &table), &|bytes| sampling::spread(&table, bytes))?;
        let left_out = how.data_start.saturating_sub(Dialect::data_start(file.bytes()));
        let digest = Digest::new(file.bytes());
        // Set at the first part that was lost: nothing from it on is kept. And where the rows that are kept end.
        let (lost, mut kept) = (OnceLock::<Lost>::new(), 0);
        parts::for_each(
            self.pool,
            &table,
            self.segment_bytes,
            file.len(),
            || self.job.state(),
            |state, reader: &mut SegmentReader<'_>| {
                if let Some(lost) = lost.get() {
                    return Ok(Err(lost.clone()));
                }
                let (mut part, mut ledger) = (self.job.part(number, source), Ledger::default());
                let (mut batch, mut wide, mut blocks) = (RowBatch::new(), self.widening(number), digest.blocks(&reader.range()));
                blocks.go_with(reader.range().start);
                while reader.next_batch(&mut batch, &mut ledger) {
                    self.job.add(state, &mut part, wide.of(&batch), how.dialect.header && batch.offset(0) == how.data_start);
                    blocks.go_with(reader.ended());
                }
                blocks.rest();
                // Asked when the part's bytes have been looked at for the last time.
                if let Some(lost) = file.lost().filter(|lost| lost.from < reader.reach()) {
                    return Ok(Err(lost));
                }
                blocks.hand_in();
                Ok(Ok((part, ledger, reader.ended())))
            },
            |part| {
                match part {
                    Ok((part, ledger, ended)) if lost.get().is_none() => {
                        self.account(source, ledger);
                        self.job.commit(part)?;
                        kept = ended;
                        self.check_strict()?;
                    }
                    Ok(_) => {}
                    Err(found) => _ = lost.set(found),
                }
                Ok(())
            },
        )?;
        let mut read = self.read();
        if left_out > 0 && kept > 0 {
            read.sources[source].bytes_read -= left_out;
        }
        let ledger = &mut read.ledger;
        let number = source as u32;
        if left_out > 0 && kept > 0 {
            ledger.bytes_read -= left_out;
            ledger.skip(number, Reason::LeftOutByPlan, how.data_start - left_out, left_out);
        }
        match lost.into_inner() {
            Some(lost) => ledger.skip_with_advice(number, lost.reason, kept, file.len() - kept, Some(lost.advice)),
            None if file.changed() => ledger.skip(number, Reason::Changed, 0, 0),
            None => {}
        }
        Ok(digest.finish().filter(|_| !file.altered()))
    }

    /// Reads a text through windows.
    pub(super) fn delimited_windows(&self, source: usize, windows: &mut impl Windows, how: &DelimitedPlan) -> Result<()> {
        let view = windows.view();
        let table = Table { text: view.text, input: source as u32, offset: 0, data_start: how.data_start, dialect: &how.dialect };
        let number = self.table(info(source, how, &table), &|bytes| sampling::spread(&table, bytes))?;
        loop {
            self.check_interrupt()?;
            let view = windows.view();
            let data_start = if view.offset == 0 { how.data_start } else { 0 };
            let table = Table { text: view.text, input: source as u32, offset: view.offset, data_start, dialect: &how.dialect };
            // A row that begins before `stop` ends in this window, or is too long.
            let stop = if view.last { view.text.len() } else { view.text.len() - REACH };
            let ended = parts::for_each(
                self.pool,
                &table,
                self.segment_bytes,
                stop as u64,
                || self.job.state(),
                |state, reader: &mut SegmentReader<'_>| {
                    let (mut part, mut ledger, mut batch) = (self.job.part(number, source), Ledger::default(), RowBatch::new());
                    let mut wide = self.widening(number);
                    while reader.next_batch(&mut batch, &mut ledger) {
                        self.job.add(state, &mut part, wide.of(&batch), how.dialect.header && batch.offset(0) == how.data_start);
                    }
                    Ok((part, ledger))
                },
                |(part, ledger)| {
                    self.account(source, ledger);
                    self.job.commit(part)
                },
            )? as usize;
            if view.last {
                return Ok(());
            }
            let whole_window = ended >= view.text.len();
            windows.advance(ended);
            if whole_window {
                self.rest_of_line(source, windows, how);
            }
        }
    }

    /// A row that was too long has no end within its window: the rest of its line goes with it.
    fn rest_of_line(&self, source: usize, windows: &mut impl Windows, how: &DelimitedPlan) {
        loop {
            let view = windows.view();
            let end = Signs::of(&how.dialect).line_end(view.text, 0, view.text.len());
            let (bytes, done) = (end.map_or(view.text.len(), |at| at + 1), end.is_some() || view.last);
            self.skip_on(source, Reason::RowTooLong, view.offset, bytes as u64);
            windows.advance(bytes);
            if done {
                return;
            }
        }
    }
}
