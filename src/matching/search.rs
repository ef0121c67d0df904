//! Rows to records, a column at a time.
//!
//! For every batch: (1) each task normalises, packs and hashes its column and asks its indexes; (2) for each index the hits of all
//! columns meet row by row and become candidates, one a record; (3) the attributes of the rows that hit anything are hashed;
//! (4) each row's best candidate is compared and counted. Steps 1 and 3 run over columns; 2 and 4 touch only rows with hits.

use super::Question;
use super::compare::{Candidate, Comparer};
use super::concepts::Comparison;
use super::layout::Layout;
use super::tally::Tally;
use crate::fingerprint::{Column, Selection};
use crate::identify::form::Form;
use crate::index::open::Scratch;
use crate::index::table::{Payload, Posting};
use crate::record::RowBatch;
use xxhash_rust::xxh3::xxh3_64_with_seed;

#[derive(Clone, Copy)]
struct Hit {
    row: u32,
    posting: Posting,
}

/// The candidates of the rows of a batch in one index.
#[derive(Default)]
struct IndexCandidates {
    candidates: Vec<Candidate>,
    /// (row, first candidate), ascending by row; ends with a sentinel.
    rows: Vec<(u32, u32)>,
}

/// Buffers for one thread.
pub struct Matcher<'q> {
    question: &'q Question,
    layout: &'q Layout,
    column: Column,
    scratch: Scratch,
    postings: Vec<Posting>,
    /// One list of hits a target, tasks in order.
    hits: Vec<Vec<Hit>>,
    found: Vec<IndexCandidates>,
    /// One an index.
    comparers: Vec<Comparer>,
    /// Which tasks have a value in each row.
    values: Vec<u64>,
    keys: Vec<u64>,
    hit_rows: Vec<u32>,
    /// Twelve bits an attribute task and hit row, 0 where missing.
    attributes: Vec<Vec<u16>>,
    comparisons: Vec<Comparison>,
}

impl<'q> Matcher<'q> {
    /// Buffers for an input with this layout.
    #[must_use]
    pub fn new(question: &'q Question, layout: &'q Layout) -> Matcher<'q> {
        Matcher {
            question,
            layout,
            column: Column::default(),
            scratch: Scratch::default(),
            postings: Vec::new(),
            hits: vec![Vec::new(); layout.tasks.iter().map(|t| t.targets.len()).sum()],
            found: question.indexes.iter().map(|_| IndexCandidates::default()).collect(),
            comparers: (0..question.indexes.len()).map(|n| Comparer::new(question, layout, n)).collect(),
            values: Vec::new(),
            keys: Vec::new(),
            hit_rows: Vec::new(),
            attributes: vec![Vec::new(); layout.attributes.len()],
            comparisons: Vec::new(),
        }
    }

    /// Matches the rows of a batch and adds them to `tally`. `skip_first` leaves out the first row (a header).
    pub fn add(&mut self, batch: &RowBatch<'_>, skip_first: bool, tally: &mut Tally) {
        let first = usize::from(skip_first);
        tally.rows += (batch.len() - first) as u64;
        self.search_columns(batch, skip_first, tally);
        self.add_other_cells(batch);
        self.meet();
        self.hash_attributes(batch);
        self.compare_rows(batch, first, tally);
    }

    /// Step 1.
    fn search_columns(&mut self, batch: &RowBatch<'_>, skip_first: bool, tally: &mut Tally) {
        self.values.clear();
        self.values.resize(batch.len(), 0);
        self.keys.clear();
        self.keys.resize(batch.len(), self.question.row_seed);
        let all_but_header: Vec<u32>;
        let selection = if skip_first {
            all_but_header = (1..batch.len() as u32).collect();
            Selection::Rows(&all_but_header)
        } else {
            Selection::All
        };
        let mut list = 0;
        for (number, task) in self.layout.tasks.iter().enumerate() {
            let group = &self.question.keys[task.key];
            self.column.fill(batch, task.column, selection, task.kind, Form::Whole, &task.params, &group.key, &group.hasher);
            let column = &self.column;
            let count = &mut tally.tasks[number];
            count.values += column.rows.len() as u64;
            count.plausible += column.plausible as u64;
            for &row in &column.rows {
                self.values[row as usize] |= 1 << number;
            }
            if task.primary {
                for (&row, fingerprint) in column.rows.iter().zip(&column.fingerprints) {
                    add_to_key(&mut self.keys[row as usize], task.column, fingerprint.low_word());
                }
            }
            for (target_number, target) in task.targets.iter().enumerate() {
                let hits = &mut self.hits[list];
                list += 1;
                hits.clear();
                let index = &self.question.indexes[target.index];
                let index_tally = &mut tally.indexes[target.index];
                let mut counts = index_tally.lookups;
                let (mut common, postings) = (0, &mut self.postings);
                index.find(&column.fingerprints, &mut self.scratch, &mut counts, |n, payload| {
                    let row = column.rows[n];
                    match payload {
                        Payload::One(posting) => hits.push(Hit { row, posting }),
                        Payload::Shared(first) => {
                            postings.clear();
                            index.postings(first, postings);
                            hits.extend(postings.iter().map(|&posting| Hit { row, posting }));
                        }
                        Payload::Common => common += 1,
                    }
                });
                index_tally.lookups = counts;
                index_tally.common_values += common;
                count_fields(hits, &mut count.hits[target_number]);
            }
        }
    }

    /// The cells that no primary task covers, into the rows' keys.
    fn add_other_cells(&mut self, batch: &RowBatch<'_>) {
        let widest = (0..batch.len()).map(|row| batch.width(row)).max().unwrap_or(0);
        let mut covered = vec![None; widest];
        for (number, task) in self.layout.tasks.iter().enumerate().filter(|(_, t)| t.primary && t.column < widest) {
            covered[task.column] = Some(number);
        }
        for (row, key) in self.keys.iter_mut().enumerate() {
            for (column, covered) in covered.iter().enumerate() {
                // A cell that its task took for missing still tells rows apart.
                if covered.is_some_and(|task| self.values[row] >> task & 1 == 1) {
                    continue;
                }
                let cell = batch.cell(row, column).unwrap_or_default().trim_ascii();
                if !cell.is_empty() {
                    add_to_key(key, column, xxh3_64_with_seed(cell, self.question.row_seed));
                }
            }
        }
    }

    /// Step 2.
    fn meet(&mut self) {
        self.hit_rows.clear();
        for (index_number, found) in self.found.iter_mut().enumerate() {
            found.candidates.clear();
            found.rows.clear();
            // (task, list of its hits in this index, how far it was read)
            let mut lists: Vec<(usize, &[Hit])> = Vec::new();
            let mut list = 0;
            for (number, task) in self.layout.tasks.iter().enumerate() {
                for target in &task.targets {
                    if target.index == index_number && !self.hits[list].is_empty() {
                        lists.push((number, &self.hits[list]));
                    }
                    list += 1;
                }
            }
            while let Some(row) = lists.iter().filter_map(|(_, hits)| hits.first()).map(|h| h.row).min() {
                let from = found.candidates.len();
                found.rows.push((row, from as u32));
                self.hit_rows.push(row);
                for (task, hits) in &mut lists {
                    while let Some((hit, rest)) = hits.split_first().filter(|(h, _)| h.row == row) {
                        *hits = rest;
                        let field = 1 << (hit.posting.field - 1);
                        match found.candidates[from..].iter_mut().find(|c| c.record == hit.posting.record) {
                            Some(c) => {
                                c.fields |= field;
                                c.tasks |= 1 << *task;
                            }
                            None => {
                                // Compared in step 4, after a whole batch of attributes was hashed: time enough to arrive.
                                self.question.indexes[index_number].prefetch_record(hit.posting.record);
                                found.candidates.push(Candidate { record: hit.posting.record, fields: field, tasks: 1 << *task });
                            }
                        }
                    }
                }
            }
            found.rows.push((u32::MAX, found.candidates.len() as u32));
        }
        self.hit_rows.sort_unstable();
        self.hit_rows.dedup();
    }

    /// Step 3.
    fn hash_attributes(&mut self, batch: &RowBatch<'_>) {
        for (task, out) in self.layout.attributes.iter().zip(&mut self.attributes) {
            out.clear();
            out.resize(self.hit_rows.len(), 0);
            if self.hit_rows.is_empty() {
                continue;
            }
            let group = &self.question.keys[task.key];
            let rows = Selection::Rows(&self.hit_rows);
            self.column.fill(batch, task.column, rows, task.kind, task.form, &task.params, &group.key, &group.hasher);
            let mut at = 0;
            for (&row, fingerprint) in self.column.rows.iter().zip(&self.column.fingerprints) {
                while self.hit_rows[at] != row {
                    at += 1;
                }
                out[at] = fingerprint.attribute();
            }
        }
    }

    /// Step 4.
    fn compare_rows(&mut self, batch: &RowBatch<'_>, first: usize, tally: &mut Tally) {
        let mut at = vec![0usize; self.found.len()];
        let mut next_hit = 0;
        for row in first as u32..batch.len() as u32 {
            let place = (tally.input, batch.offset(row as usize));
            let key = self.keys[row as usize];
            tally.distinct.offer(key, place, || ());
            if self.hit_rows.get(next_hit) != Some(&row) {
                continue;
            }
            let position = next_hit;
            next_hit += 1;
            self.comparisons.clear();
            for (index_number, at) in at.iter_mut().enumerate() {
                let found = &self.found[index_number];
                if found.rows[*at].0 != row {
                    continue;
                }
                let candidates = &found.candidates[found.rows[*at].1 as usize..found.rows[*at + 1].1 as usize];
                *at += 1;
                let values = self.values[row as usize];
                let best = self.comparers[index_number].best_of(self.question, &self.attributes, values, position, candidates);
                self.comparers[index_number].count(candidates, &best, tally);
                self.comparisons.push(best.comparison);
            }
            let comparisons = &self.comparisons;
            tally.hit_rows.offer(key, place, || comparisons.clone());
        }
    }
}

/// Mixes a cell into its row's key: a sum, so that the order in which columns are added does not matter.
#[inline]
fn add_to_key(key: &mut u64, column: usize, cell: u64) {
    let mixed = (cell ^ (column as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    *key = key.wrapping_add(mixed ^ mixed >> 32);
}

/// Counts each value once for each field that it hits, however many records share it.
fn count_fields(hits: &[Hit], out: &mut [u64; crate::limits::SEARCHABLE_FIELDS]) {
    for same_row in hits.chunk_by(|a, b| a.row == b.row) {
        let fields = same_row.iter().fold(0u32, |set, h| set | 1 << h.posting.field);
        for (n, count) in out.iter_mut().enumerate() {
            *count += u64::from(fields >> (n + 1) & 1);
        }
    }
}
