//! The records of one index that the rows of a batch hit.
//!
//! Nearly every row that hits anything hits one record, by several of its cells. So each row has a place for one candidate, which later hits on
//! the same record join; hits on other records are put aside and sorted out at the end.

use super::compare::Candidate;
use crate::index::Index;
use crate::index::records::RecordRow;
use crate::index::table::Posting;

/// A hit on another record than the row's first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Aside {
    row: u32,
    record: u32,
    field: u8,
    task: usize,
}

/// Where the candidates of a row are when it has several: a range of `several`.
#[derive(Clone, Copy)]
struct Several {
    /// Position in `rows`.
    at: usize,
    from: usize,
    to: usize,
}

/// Candidates by row. Reusable.
#[derive(Default)]
pub(super) struct Candidates {
    /// The first record that each row hit; no fields where it hit none.
    first: Vec<Candidate>,
    rows: Vec<u32>,
    aside: Vec<Aside>,
    several: Vec<Candidate>,
    ranges: Vec<Several>,
    /// Each row's first record, in the order of `rows`, and what the index holds of it.
    numbers: Vec<u32>,
    records: Vec<RecordRow>,
}

const NONE: Candidate = Candidate { record: 0, fields: 0, tasks: 0 };

impl Candidates {
    /// Forgets everything, and makes room for a batch of `rows` rows.
    pub fn begin(&mut self, rows: usize) {
        for &row in &self.rows {
            self.first[row as usize] = NONE;
        }
        if self.first.len() < rows {
            self.first.resize(rows, NONE);
        }
        self.rows.clear();
        self.aside.clear();
        self.several.clear();
        self.ranges.clear();
    }

    /// A cell of `row`, searched by `task`, hit a record. Says whether it is the row's first.
    #[inline(always)]
    pub fn hit(&mut self, row: u32, posting: Posting, task: usize) -> bool {
        let candidate = &mut self.first[row as usize];
        let first = candidate.fields == 0;
        if first {
            self.rows.push(row);
            *candidate = Candidate { record: posting.record, fields: 1 << (posting.field - 1), tasks: 1 << task };
        } else if candidate.record == posting.record {
            candidate.fields |= 1 << (posting.field - 1);
            candidate.tasks |= 1 << task;
        } else {
            self.aside.push(Aside { row, record: posting.record, field: posting.field, task });
        }
        first
    }

    /// Sorts rows and candidates, once all columns were searched.
    pub fn settle(&mut self) {
        self.rows.sort_unstable();
        self.aside.sort_unstable();
        for same_row in self.aside.chunk_by(|a, b| a.row == b.row) {
            let row = same_row[0].row;
            let Ok(at) = self.rows.binary_search(&row) else { continue };
            let from = self.several.len();
            self.several.push(self.first[row as usize]);
            for same_record in same_row.chunk_by(|a, b| a.record == b.record) {
                let none = Candidate { record: same_record[0].record, ..NONE };
                self.several.push(same_record.iter().fold(none, |c, hit| Candidate {
                    record: c.record,
                    fields: c.fields | 1 << (hit.field - 1),
                    tasks: c.tasks | 1 << hit.task,
                }));
            }
            self.ranges.push(Several { at, from, to: self.several.len() });
        }
    }

    /// Reads what the index holds of each row's first record, after [`Candidates::settle`].
    pub fn read(&mut self, index: &Index) {
        self.numbers.clear();
        self.numbers.extend(self.rows.iter().map(|&row| self.first[row as usize].record));
        index.records(&self.numbers, &mut self.records);
    }

    /// The rows that hit anything, ascending.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The candidates of the row at position `at` of [`Candidates::rows`].
    #[inline]
    pub fn of(&self, at: usize) -> &[Candidate] {
        match self.ranges.binary_search_by_key(&at, |s| s.at) {
            Ok(n) => &self.several[self.ranges[n].from..self.ranges[n].to],
            Err(_) => std::slice::from_ref(&self.first[self.rows[at] as usize]),
        }
    }

    /// What the index holds of its first candidate's record.
    #[inline]
    pub fn first_record(&self, at: usize) -> &RecordRow {
        &self.records[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn candidates_are_the_records_of_a_row(hits in proptest::collection::vec((0u32..40, 0u32..6, 1u8..=15, 0usize..64), 0..200)) {
            let mut candidates = Candidates::default();
            // A batch before leaves nothing behind.
            candidates.begin(50);
            candidates.hit(49, Posting { field: 3, record: 1 }, 2);
            candidates.settle();
            candidates.begin(40);
            let mut naive: BTreeMap<u32, BTreeMap<u32, (u16, u64)>> = BTreeMap::new();
            for &(row, record, field, task) in &hits {
                candidates.hit(row, Posting { field, record }, task);
                let c = naive.entry(row).or_default().entry(record).or_default();
                *c = (c.0 | 1 << (field - 1), c.1 | 1 << task);
            }
            candidates.settle();
            prop_assert_eq!(candidates.rows(), naive.keys().copied().collect::<Vec<_>>());
            for (at, records) in naive.values().enumerate() {
                let got = candidates.of(at);
                let got: BTreeMap<u32, (u16, u64)> = got.iter().map(|c| (c.record, (c.fields, c.tasks))).collect();
                prop_assert_eq!(&got, records);
            }
        }
    }
}
