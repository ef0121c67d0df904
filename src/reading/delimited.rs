//! Delimited text: of a file, whose digest is made in the same pass, or of a stream, window by window.

use super::windows::{View, Windows};
use super::{Cut, Job, Reader, TableInfo};
use crate::ledger::{Ledger, Reason};
use crate::limits;
use crate::plan::DelimitedPlan;
use crate::record::delimited::{Dialect, Names, SegmentReader, Table};
use crate::record::{RowBatch, parts, sampling};
use crate::source::{Digest, Input, Lost};
use crate::{Error, Result};
use std::sync::OnceLock;

/// Bytes behind a row's first that reading it may look at, and what is loaded at a time.
const REACH: usize = limits::ROW_BYTES + limits::QUOTED_SPAN_BYTES + (64 << 10);
const _: () = assert!(limits::WINDOW_BYTES >= 2 * REACH);

/// Bytes of a segment of a window: a window has few segments, and at its end threads wait for the one that has the last.
const WINDOW_SEGMENT_BYTES: u64 = 2 << 20;

/// Bytes of a sample that holds the first row.
const FIRST_BYTES: u64 = 64 << 10;

fn info(source: usize, how: &DelimitedPlan, names: &[Vec<u8>]) -> TableInfo {
    let text = |cell: &Vec<u8>| String::from_utf8_lossy(cell).into_owned();
    TableInfo {
        source,
        called: String::new(),
        name: None,
        grew_from: None,
        columns: how.columns.clone(),
        header: how.dialect.header.then(|| names.iter().map(text).collect()),
        header_row: how.dialect.header,
    }
}

/// The cells of a table's header, if it has one.
fn names(table: &Table<'_>) -> Vec<Vec<u8>> {
    let first = || sampling::spread(table, FIRST_BYTES).first_row().map(|row| row.into_iter().map(<[u8]>::to_vec).collect());
    table.dialect.header.then(first).flatten().unwrap_or_default()
}

/// Bytes before the first row that the plan leaves out: what is neither preamble nor, in `text`, a byte-order mark or such.
fn left_out(how: &DelimitedPlan, text: &[u8]) -> u64 {
    let before = if how.from == 0 { Dialect::data_start(text) } else { 0 };
    how.data_start.saturating_sub(how.from + how.preamble + before)
}

/// A part that is scanned by itself is of bytes that its neighbours have, too.
fn changed(file: &Input) -> Error {
    file.check_unaltered("the dump").err().unwrap_or_else(|| {
        Error::damaged("another file took the dump's place while a part of it was read")
            .at(file.path())
            .advice("use a copy that nobody writes to")
    })
}

impl<J: Job> Reader<'_, J> {
    /// Reads a file part by part, or one part of it; its digest is made on the way.
    ///
    /// Of a file that is cut short meanwhile, the parts before the first that may hold bytes which were not the file's are kept.
    pub(super) fn delimited_file(&self, source: usize, file: &Input, how: &DelimitedPlan) -> Result<Option<blake3::Hash>> {
        let bare = Table {
            text: file.bytes(),
            input: source as u32,
            offset: 0,
            data_start: how.data_start,
            dialect: &how.dialect,
            names: Names::default(),
        };
        let cells = names(&bare);
        let table = Table { names: Names { cells: &cells, at: how.data_start }, ..bare };
        let number = self.table(info(source, how, &cells), &|bytes| sampling::spread(&table, bytes))?;
        let part = self.part;
        let left_out = if part.is_none_or(|part| part.is_first()) { left_out(how, file.bytes()) } else { 0 };
        let rows = match part {
            None => parts::Rows::before(file.len(), &table),
            Some(part) => parts::Rows { range: part.from..part.to, began: self.began.or_else(|| parts::first_row(&table, part.from)) },
        };
        let digest = part.map_or_else(|| Digest::new(file.bytes()), |part| Digest::of_part(file.bytes(), part.from));
        // Set at the first part that was lost: nothing from it on is kept. And where the rows that are kept end.
        let (lost, mut kept) = (OnceLock::<Lost>::new(), 0);
        let (began, ended) = parts::for_each(
            self.pool,
            &table,
            self.segment_bytes,
            rows,
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
        if let Some(part) = part {
            if lost.get().is_some() || file.changed() {
                return Err(changed(file));
            }
            let blocks = digest.finish_part(part.to).ok_or_else(|| changed(file))?;
            self.read().cut = Some(Cut { began, ended, blocks });
            self.leave_out(source, how, left_out);
            return Ok(None);
        }
        if kept > 0 {
            self.leave_out(source, how, left_out);
        }
        let number = source as u32;
        let ledger = &mut self.read().ledger;
        match lost.into_inner() {
            Some(lost) => ledger.skip_with_advice(number, lost.reason, kept, file.len() - kept, Some(lost.advice)),
            None if file.changed() => ledger.skip(number, Reason::Changed, 0, 0),
            None => {}
        }
        Ok(digest.finish().filter(|_| !file.altered()))
    }

    /// Notes the bytes before the first row that the plan leaves out.
    fn leave_out(&self, source: usize, how: &DelimitedPlan, bytes: u64) {
        if bytes > 0 {
            let mut read = self.read();
            read.sources[source].bytes_read -= bytes;
            read.ledger.bytes_read -= bytes;
            read.ledger.skip(source as u32, Reason::LeftOutByPlan, how.data_start - bytes, bytes);
        }
    }

    /// Reads a text through windows, one table after the other.
    pub(super) fn delimited_windows(&self, source: usize, windows: &mut impl Windows, how: &DelimitedPlan) -> Result<()> {
        for (how, end) in how.tables() {
            self.delimited_table(source, windows, how, end)?;
        }
        Ok(())
    }

    /// Reads one table of a text: the windows stand at its first byte, and it ends at byte `end` of the whole, or with it.
    fn delimited_table(&self, source: usize, windows: &mut impl Windows, how: &DelimitedPlan, end: Option<u64>) -> Result<()> {
        let (input, dialect) = (source as u32, &how.dialect);
        let view = until(windows.view(), end);
        let data_start = how.data_start - how.from;
        let bare = Table { text: view.text, input, offset: view.offset, data_start, dialect, names: Names::default() };
        let cells = names(&bare);
        let names = Names { cells: &cells, at: how.data_start };
        let table = Table { names, ..bare };
        let number = self.table(info(source, how, &cells), &|bytes| sampling::spread(&table, bytes))?;
        let mut left_out = left_out(how, view.text);
        loop {
            self.check_interrupt()?;
            let view = until(windows.view(), end);
            let data_start = if view.offset == how.from { data_start } else { 0 };
            let table = Table { text: view.text, input, offset: view.offset, data_start, dialect, names };
            // A row that begins before `stop` ends in this window, or is too long.
            let stop = if view.last { view.text.len() } else { view.text.len() - REACH };
            let (_, ended) = parts::for_each(
                self.pool,
                &table,
                self.segment_bytes.min(WINDOW_SEGMENT_BYTES),
                parts::Rows::before(stop as u64, &table),
                || self.job.state(),
                |state, reader: &mut SegmentReader<'_>| {
                    let (mut part, mut ledger, mut batch) = (self.job.part(number, source), Ledger::default(), RowBatch::new());
                    let mut wide = self.widening(number);
                    while reader.next_batch(&mut batch, &mut ledger) {
                        self.job.add(state, &mut part, wide.of(&batch), dialect.header && batch.offset(0) == how.data_start);
                    }
                    Ok((part, ledger))
                },
                |(part, mut ledger)| {
                    let left_out = std::mem::take(&mut left_out);
                    if left_out > 0 {
                        ledger.bytes_read -= left_out;
                        ledger.skip(input, Reason::LeftOutByPlan, how.data_start - left_out, left_out);
                    }
                    self.account(source, ledger);
                    self.job.commit(part)
                },
            )?;
            let ended = ended as usize;
            if view.last {
                // What follows is the next table's; the last window stays, so that the text's length can be told from it.
                if end.is_some() {
                    let bytes = view.text.len();
                    windows.advance(bytes);
                }
                return Ok(());
            }
            let whole_window = ended >= view.text.len();
            windows.advance(ended);
            if whole_window {
                self.rest_of_row(source, windows, how, end);
            }
        }
    }

    /// A row that was too long has no end within its window: the rest of it goes with it, up to the first row end.
    fn rest_of_row(&self, source: usize, windows: &mut impl Windows, how: &DelimitedPlan, end: Option<u64>) {
        loop {
            let view = until(windows.view(), end);
            let next = how.dialect.after_row_end(view.text);
            let bytes = next.unwrap_or(view.text.len());
            self.skip_on(source, Reason::RowTooLong, view.offset, bytes as u64);
            let done = next.is_some() || view.last;
            windows.advance(bytes);
            if done {
                return;
            }
        }
    }
}

/// What can be seen of a text that ends at byte `end` of the whole.
fn until(view: View<'_>, end: Option<u64>) -> View<'_> {
    let bytes = end.map_or(usize::MAX, |end| usize::try_from(end - view.offset.min(end)).unwrap_or(usize::MAX));
    if bytes > view.text.len() { view } else { View { text: &view.text[..bytes], last: true, ..view } }
}
