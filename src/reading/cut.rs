//! Texts that are cut from the front, window by window, and read piece by piece on all threads.

use super::windows::Windows;
use super::{Job, Reader, Samples, TableInfo};
use crate::identify::Kind;
use crate::ledger::Ledger;
use crate::plan::{self, ColumnPlan};
use crate::record::RowBatch;
use crate::record::pieces::{Cutter, Piece, PieceReader, Reading, TableName};
use crate::record::sampling::{self, Sample};
use crate::{Result, limits, parallel};
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of a cutter's table.
struct Known {
    /// Its number in this run; a table that grew has got a new one.
    table: usize,
    name: TableName,
    /// Reads it with the columns that it has now; `None` while it has those that the cutter knows.
    grown: Option<Arc<dyn PieceReader>>,
}

impl<J: Job> Reader<'_, J> {
    pub(super) fn cut(&self, source: usize, windows: &mut dyn Windows, cutter: &mut dyn Cutter) -> Result<()> {
        let mut known: Vec<Option<Known>> = Vec::new();
        loop {
            self.check_interrupt()?;
            let view = windows.view();
            let cut = cutter.cut(view.text, view.last);
            let read = |piece: &Piece, reader: &dyn PieceReader| self.piece_sample(view.text, view.offset, piece, reader);
            for piece in &cut.pieces {
                if known.len() <= piece.table {
                    known.resize_with(piece.table + 1, || None);
                }
                if known[piece.table].is_none() {
                    let sample = |bytes: u64| {
                        let same = cut.pieces.iter().filter(|p| p.table == piece.table);
                        let few = same.take((bytes as usize).div_ceil(limits::PIECE_BYTES));
                        Sample::of_rows(few.flat_map(|p| read(p, &*p.reader)).collect())
                    };
                    let name = cutter.tables().get(piece.table).cloned().unwrap_or_default();
                    let table = match cutter.kinds() {
                        Some(kinds) => self.known_table(source, &name, &kinds, &sample)?,
                        None => self.named_table(source, &name, None, &sample)?,
                    };
                    known[piece.table] = Some(Known { table, name, grown: None });
                }
            }
            let current = |piece: &Piece, known: &[Option<Known>]| {
                let known = known[piece.table].as_ref();
                let (table, width) = known.map_or((0, 0), |k| (k.table, k.name.columns.len()));
                (table, known.and_then(|k| k.grown.clone()).unwrap_or_else(|| piece.reader.clone()), width)
            };
            let begun: Vec<_> = cut.pieces.iter().map(|piece| current(piece, &known)).collect();
            let one = |state: &mut J::State, piece: &Piece, table: usize, reader: &dyn PieceReader| {
                let (mut part, mut ledger, mut batch) = (self.job.part(table, source), Ledger::default(), RowBatch::new());
                let mut wide = self.widening(table);
                let text = &view.text[piece.range.clone()];
                let mut reading = Reading::new(text, view.offset + piece.range.start as u64, source as u32);
                while reader.next_batch(&mut reading, &mut batch, &mut ledger) {
                    self.job.add(state, &mut part, wide.of(&batch), false);
                }
                ledger.bytes_read += (text.len() as u64).saturating_sub(ledger.bytes_skipped());
                ledger.count_rows();
                (part, ledger, reading.new_columns)
            };
            parallel::ordered(
                self.pool,
                cut.pieces.len(),
                || self.job.state(),
                |state, n| Ok(one(state, &cut.pieces[n], begun[n].0, &*begun[n].1)),
                |n, (mut part, mut ledger, mut new)| {
                    let piece = &cut.pieces[n];
                    // The table may have grown since, or grows now: this piece is read again with the columns that it has then.
                    let mut width = begun[n].2;
                    while !new.is_empty() {
                        let Some(k) = &mut known[piece.table] else { break };
                        let more = missing(&k.name.columns, width, &new);
                        if !more.is_empty() {
                            k.name.columns.extend(more);
                            let Some(grown) = piece.reader.grown(&k.name.columns) else { break };
                            k.table = self.named_table(source, &k.name, Some(k.table), &|_| Sample::of_rows(read(piece, &*grown)))?;
                            k.grown = Some(grown);
                        }
                        width = k.name.columns.len();
                        let (table, reader, _) = current(piece, &known);
                        (part, ledger, new) = one(&mut self.job.state(), piece, table, &*reader);
                    }
                    self.account(source, ledger);
                    self.job.commit(part)
                },
            )?;
            let in_pieces: usize = cut.pieces.iter().map(|p| p.range.len()).sum();
            let skipped: usize = cut.skipped.iter().map(|(range, _)| range.len()).sum();
            let mut ledger = Ledger::of_read((cut.used - in_pieces - skipped) as u64);
            for (range, reason) in &cut.skipped {
                ledger.skip(source as u32, *reason, view.offset + range.start as u64, range.len() as u64);
            }
            self.account(source, ledger);
            if view.last {
                return Ok(());
            }
            windows.advance(cut.used);
        }
    }

    /// The rows of a piece.
    fn piece_sample<'t>(&self, text: &'t [u8], offset: u64, piece: &Piece, reader: &dyn PieceReader) -> Vec<RowBatch<'t>> {
        let mut reading = Reading::new(&text[piece.range.clone()], offset + piece.range.start as u64, 0);
        let (mut batches, mut ledger) = (Vec::new(), Ledger::default());
        loop {
            let mut batch = RowBatch::new();
            if !reader.next_batch(&mut reading, &mut batch, &mut ledger) {
                return batches;
            }
            batches.push(batch);
        }
    }

    /// A table whose columns hold what the format says.
    fn known_table(&self, source: usize, name: &TableName, kinds: &[Vec<Kind>], sample: Samples<'_, '_>) -> Result<usize> {
        let column = |(name, kinds): (&String, &Vec<Kind>)| ColumnPlan {
            header: sampling::shown(name.as_bytes()),
            kinds: kinds.clone(),
            only: true,
            ..ColumnPlan::default()
        };
        let columns = name.columns.iter().zip(kinds).map(column).collect();
        let (called, header) = (name.name.clone(), Some(name.columns.clone()));
        self.table(TableInfo { source, called, name: None, grew_from: None, columns, header, header_row: false }, sample)
    }

    /// A table whose columns the dump names, or does not.
    pub(super) fn named_table(&self, source: usize, name: &TableName, grew_from: Option<usize>, sample: Samples<'_, '_>) -> Result<usize> {
        let shown: Vec<Option<String>> = name.columns.iter().map(|c| sampling::shown(c.as_bytes())).collect();
        let columns = self.pool.install(|| plan::columns(&sample(plan::SAMPLE_BYTES), &shown, false));
        let header = (!name.columns.is_empty()).then(|| name.columns.clone());
        let (called, name) = (name.name.clone(), sampling::shown_table(&name.name));
        self.table(TableInfo { source, called, name, grew_from, columns, header, header_row: false }, sample)
    }
}

/// Of the columns that a piece has beyond the first `width`, those that the table does not have by now. A name may stand for several.
fn missing(columns: &[String], width: usize, new: &[String]) -> Vec<String> {
    let mut since: HashMap<&str, usize> = HashMap::new();
    columns.iter().skip(width).for_each(|name| *since.entry(name).or_insert(0) += 1);
    let mut is_there = |name: &str| since.get_mut(name).filter(|n| **n > 0).map(|n| *n -= 1).is_some();
    new.iter().filter(|name| !is_there(name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_again_is_a_column_of_its_own() {
        let names = |names: &str| names.chars().map(String::from).collect::<Vec<_>>();
        for (columns, width, new, more) in [
            ("ab", 2, "c", "c"),
            ("abc", 2, "c", ""),
            ("abc", 2, "cd", "d"),
            ("abc", 2, "a", "a"),
            ("abca", 2, "a", ""),
            ("abca", 2, "aac", "a"),
        ] {
            assert_eq!(missing(&names(columns), width, &names(new)), names(more), "{columns} {width} {new}");
        }
    }
}
