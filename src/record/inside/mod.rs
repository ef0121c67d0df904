//! Identifiers inside of cells: a note in which somebody's address stands, an object of JSON or PHP, a form as it was sent, Base64 of such.
//!
//! A sample of a table's rows decides in which columns it is worth to look. What is found there stands in columns of its own behind those of the
//! row, so that it is matched together with the row's other cells: the first identifiers of each sort, as many as the sample's cells hold.
//! All of a cell is looked at, and one level deep: what is found inside of what was decoded is not decoded again.

mod base64;
mod choose;
#[cfg(test)]
mod tests;

pub use choose::How;

use super::RowBatch;
use super::sampling::Sample;
use super::text::Sort;
use super::text::find::{Finder, Finds};
use crate::limits;
use std::collections::BTreeSet;

/// What is looked for inside of a table's cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// Columns that the rows have by themselves; a shorter row is filled up to here.
    own: usize,
    wants: Vec<Want>,
}

/// Some columns that are looked into, and the columns that are made of what is found there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Want {
    /// The columns.
    columns: Vec<usize>,
    /// Whether their cells may be Base64.
    packed: bool,
    /// A column for each: which sort, and how many of it stand in the same row's columns before.
    made: Vec<(Sort, usize)>,
}

/// A column that is made of what is inside of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// The column that it is inside of; `None` for any that no other one is inside of.
    pub of: Option<usize>,
    /// What it holds.
    pub sort: Sort,
    /// Which of several, 0-based.
    pub nth: usize,
}

impl Inside {
    /// Decides by a sample of a table's rows, of which the first is a header where `header` says so, in which of its first `columns` columns and
    /// those behind them identifiers are looked for; not in those that are `known`.
    #[must_use]
    pub fn decide(sample: &Sample<'_>, header: bool, columns: usize, known: &BTreeSet<usize>, how: How) -> Inside {
        if how == How::Off {
            return Inside::default();
        }
        let widest = sample.batches.iter().flat_map(|b| (0..b.len()).map(|row| b.width(row))).max().unwrap_or(0);
        let own = columns.max(widest);
        let mut wants = choose::wants(sample, header, own, known, how);
        let mut room = limits::INSIDE_COLUMNS;
        for want in &mut wants {
            want.made.truncate(room);
            room -= want.made.len();
        }
        wants.retain(|want| !want.made.is_empty());
        Inside { own, wants }
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wants.is_empty()
    }

    /// Columns that the rows have by themselves.
    #[must_use]
    pub fn own_columns(&self) -> usize {
        self.own
    }

    /// The columns that are made, in order.
    pub fn made(&self) -> impl Iterator<Item = Made> + '_ {
        self.wants.iter().flat_map(|want| {
            let of = if let [column] = want.columns[..] { Some(column) } else { None };
            want.made.iter().map(move |&(sort, nth)| Made { of, sort, nth })
        })
    }

    /// The rows of a sample with the made columns.
    #[must_use]
    pub fn widen_sample<'t>(&self, sample: Sample<'t>) -> Sample<'t> {
        let mut widener = Widener::default();
        let mut wide = |batch: RowBatch<'t>| {
            let mut out = RowBatch::new();
            widener.widen(self, &batch, &mut out);
            out
        };
        sample.map_batches(&mut wide)
    }
}

/// Makes columns of what is inside of others. Holds what it needs from batch to batch.
#[derive(Default)]
pub struct Widener {
    finder: Finder,
    finds: Finds,
    unpacked: Vec<u8>,
    values: Vec<(Sort, Value)>,
    /// Values that do not stand in their cell as they are.
    apart: Vec<u8>,
}

/// Where a value is.
#[derive(Clone, Copy)]
enum Value {
    /// These bytes of a column's cell.
    InCell { column: usize, from: usize, to: usize },
    /// These of those that stand apart.
    Apart { from: usize, to: usize },
}

impl Widener {
    /// Fills `out` with the rows of `batch` and the made columns behind their own. What a row has beyond the table's columns comes behind these.
    pub fn widen<'t>(&mut self, inside: &Inside, batch: &RowBatch<'t>, out: &mut RowBatch<'t>) {
        out.begin_like(batch);
        for row in 0..batch.len() {
            for column in 0..inside.own {
                out.push_same(batch, row, column);
            }
            for want in &inside.wants {
                self.values.clear();
                self.apart.clear();
                for &column in &want.columns {
                    if let Some(cell) = batch.cell(row, column) {
                        self.add_values(column, cell, want);
                    }
                }
                for (sort, nth) in &want.made {
                    match self.values.iter().filter(|(s, _)| s == sort).nth(*nth) {
                        Some(&(_, Value::InCell { column, from, to })) => out.push_part(batch, row, column, from, to - from),
                        Some(&(_, Value::Apart { from, to })) => out.push_owned(&self.apart[from..to]),
                        None => out.push_cell(0, 0),
                    }
                }
            }
            for column in inside.own..batch.width(row) {
                out.push_same(batch, row, column);
            }
            out.end_row_like(batch, row);
        }
        out.seal();
    }

    /// Adds the values of a cell that a column may be made of.
    fn add_values(&mut self, column: usize, cell: &[u8], want: &Want) {
        if cell.len() < SHORTEST {
            return;
        }
        let packed = want.packed && base64::decode(cell, &mut self.unpacked);
        let text: &[u8] = if packed { &self.unpacked } else { cell };
        self.finder.find(text, &mut self.finds);
        if self.finds.found.iter().all(|f| f.weak) {
            return;
        }
        for found in &self.finds.found {
            for sort in super::text::sorts_in(found.sorts) {
                let wanted = want.made.iter().filter(|(s, _)| *s == sort).count();
                if self.values.iter().filter(|(s, _)| *s == sort).count() >= wanted {
                    continue;
                }
                let value = if packed || found.stored.is_some() {
                    let from = self.apart.len();
                    self.apart.extend_from_slice(self.finds.value(found, text));
                    Value::Apart { from, to: self.apart.len() }
                } else {
                    Value::InCell { column, from: found.start, to: found.end }
                };
                self.values.push((sort, value));
            }
        }
    }
}

/// Bytes of the shortest cell that something is inside of: `1.1.1.1`, `a@b.cc`.
const SHORTEST: usize = 6;
