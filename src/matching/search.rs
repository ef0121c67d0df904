//! Rows to records, a column at a time.
//!
//! For every batch: (1) each task normalises and packs its column, hashes it chunk by chunk and asks its indexes; (2) what was hit becomes
//! candidates, nearly always one a row and index; (3) the attributes of the rows that hit anything are hashed; (4) each row's best candidate
//! is compared and counted. Steps 1 and 3 run over columns; 2 and 4 touch only rows with hits.

use super::Question;
use super::candidates::Candidates;
use super::compare::Comparer;
use super::concepts::Comparison;
use super::layout::{Layout, Task};
use super::rowkey::RowKeys;
use super::tally::{Searched, Tally};
use crate::fingerprint::{Column, Fingerprint, Selection};
use crate::identify::form::Form;
use crate::index::lookup::{CHUNK, Lookup, STEP, STEPS, UnderWay};
use crate::index::table::{Payload, Posting};
use crate::record::RowBatch;
use std::sync::Arc;

/// Buffers for one thread.
pub struct Matcher<'q> {
    question: &'q Question,
    layout: Arc<Layout>,
    column: Column,
    chunk: Vec<Fingerprint>,
    /// One an index.
    lookups: Vec<Lookup<'q>>,
    /// One a target, tasks in order.
    under_way: Vec<UnderWay>,
    postings: Vec<Posting>,
    /// One an index.
    found: Vec<Candidates>,
    /// One an index.
    comparers: Vec<Comparer>,
    /// Which tasks have a value in each row.
    values: Vec<u64>,
    keys: RowKeys,
    hit_rows: Vec<u32>,
    /// Twelve bits an attribute task and hit row, 0 where missing.
    attributes: Vec<Vec<u16>>,
    comparisons: Vec<Comparison>,
}

impl<'q> Matcher<'q> {
    /// Buffers for a table with this layout.
    #[must_use]
    pub fn new(question: &'q Question, layout: &Arc<Layout>) -> Matcher<'q> {
        let targets: usize = layout.tasks.iter().map(|t| t.targets.len()).sum();
        Matcher {
            question,
            layout: layout.clone(),
            column: Column::default(),
            chunk: Vec::with_capacity(CHUNK),
            lookups: question.indexes.iter().map(crate::index::Index::lookup).collect(),
            under_way: (0..targets).map(|_| UnderWay::default()).collect(),
            postings: Vec::new(),
            found: question.indexes.iter().map(|_| Candidates::default()).collect(),
            comparers: (0..question.indexes.len()).map(|n| Comparer::new(question, layout, n)).collect(),
            values: Vec::new(),
            keys: RowKeys::new(question.row_seed, layout),
            hit_rows: Vec::new(),
            attributes: vec![Vec::new(); layout.attributes.len()],
            comparisons: Vec::new(),
        }
    }

    /// Matches the rows of a batch and adds them to `tally`. `skip_first` leaves out the first row (a header).
    pub fn add(&mut self, batch: &RowBatch<'_>, skip_first: bool, tally: &mut Tally) {
        self.add_showing(batch, skip_first, tally, |_, _| {});
    }

    /// As [`Matcher::add`]; `packed` is shown the values of each task's column once they are packed.
    pub fn add_showing(&mut self, batch: &RowBatch<'_>, skip_first: bool, tally: &mut Tally, mut packed: impl FnMut(&Task, &Column)) {
        let first = usize::from(skip_first);
        self.values.clear();
        self.values.resize(batch.len(), 0);
        self.keys.begin(batch.len());
        self.found.iter_mut().for_each(|found| found.begin(batch.len()));
        let mut target = 0;
        let layout = self.layout.clone();
        for (number, task) in layout.tasks.iter().enumerate() {
            self.search_column(batch, first as u32, number, target, tally);
            packed(task, &self.column);
            target += task.targets.len();
        }
        self.keys.add_other_cells(batch, &self.values);
        self.hit_rows.clear();
        for (found, index) in self.found.iter_mut().zip(&self.question.indexes) {
            found.settle();
            found.read(index);
            self.hit_rows.extend_from_slice(found.rows());
        }
        if self.found.len() > 1 {
            self.hit_rows.sort_unstable();
            self.hit_rows.dedup();
        }
        self.hash_attributes(batch);
        self.compare_rows(batch, first, tally);
        tally.rows += (batch.len() - first) as u64;
    }

    /// Step 1 for one task, whose first target has the number `first_target`, and what of step 2 can be done meanwhile.
    fn search_column(&mut self, batch: &RowBatch<'_>, first_row: u32, number: usize, first_target: usize, tally: &mut Tally) {
        let Matcher { question, layout, column, chunk, lookups, under_way, postings, found, values, keys, .. } = self;
        let task = &layout.tasks[number];
        let group = &question.keys[task.key];
        let count = &mut tally.tasks[number];
        let mut targets: Vec<_> = task
            .targets
            .iter()
            .zip(&mut under_way[first_target..])
            .map(|(target, under_way)| (target.index, under_way, tally.indexes[target.index].lookups))
            .collect();
        let mut hit = |n: usize, target: usize, row: u32, payload: Payload| {
            let (index, found, hits) = (&question.indexes[target], &mut found[target], &mut count.hits[n]);
            match payload {
                Payload::One(posting) => {
                    // Field 1 is entry 0; an index knows no field 0.
                    hits[usize::from(posting.field) - 1] += 1;
                    // Read when all columns were searched: time enough to arrive.
                    if found.hit(row, posting, number) {
                        index.prefetch_record(posting.record);
                    }
                }
                Payload::Shared(place) => {
                    postings.clear();
                    index.postings(place, postings);
                    // A value counts once for each field that it hits, however many records share it.
                    let fields = postings.iter().fold(0u32, |set, p| set | 1 << p.field);
                    hits.iter_mut().enumerate().for_each(|(n, count)| *count += u64::from(fields >> (n + 1) & 1));
                    postings.iter().for_each(|&posting| _ = found.hit(row, posting, number));
                }
                Payload::Common => tally.indexes[target].common_values += 1,
            }
        };
        // Some rows are packed, a step's values hashed, and every lookup under way makes a step: the ways to memory, of which a processor has few at a
        // time, are spread over all of the work.
        let (mut next_row, rows_in_batch, mut hashed) = (first_row, batch.len() as u32, 0);
        column.clear();
        loop {
            let first = hashed;
            chunk.clear();
            for step in 0..STEPS {
                while column.blocks.len() < hashed + STEP && next_row < rows_in_batch {
                    let to = rows_in_batch.min(next_row + STEP as u32);
                    let range = Selection::Range(next_row, to);
                    column.pack(batch, task.column, range, task.kind, Form::Whole, &task.params, &group.key);
                    next_row = to;
                }
                // Before hashing, which reads nothing that is far: what is asked for here arrives meanwhile.
                for (n, (index, under_way, counts)) in targets.iter_mut().enumerate() {
                    lookups[*index].step(under_way, step, counts, |at, payload| hit(n, *index, column.rows[at], payload));
                }
                let to = column.blocks.len().min(hashed + STEP);
                group.hasher.fingerprints(&column.blocks[hashed..to], chunk);
                hashed = to;
            }
            if chunk.is_empty() {
                break;
            }
            if task.primary {
                keys.add_fingerprints(task.column, &column.rows[first..], chunk);
            }
            for (index, under_way, counts) in &mut targets {
                lookups[*index].take(under_way, first, chunk, counts);
            }
        }
        for (n, (index, under_way, counts)) in targets.iter_mut().enumerate() {
            // The round that found nothing to take in has made all steps: what is oldest must leave before the next.
            lookups[*index].take(under_way, 0, &[], counts);
            lookups[*index].finish(under_way, counts, |at, payload| hit(n, *index, column.rows[at], payload));
        }
        let counted: Vec<_> = targets.into_iter().map(|(index, _, counts)| (index, counts)).collect();
        for (index, counts) in counted {
            tally.indexes[index].lookups = counts;
        }
        let count = &mut tally.tasks[number];
        count.values += column.rows.len() as u64;
        count.plausible += column.plausible as u64;
        if column.rows.len() == values.len() {
            values.iter_mut().for_each(|v| *v |= 1 << number);
        } else {
            column.rows.iter().for_each(|&row| values[row as usize] |= 1 << number);
        }
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
            if task.masked {
                self.column.fill_shown(batch, task.column, &self.hit_rows, task.kind, task.form, &task.params, &group.key, &group.hasher);
            } else {
                let rows = Selection::Rows(&self.hit_rows);
                self.column.fill(batch, task.column, rows, task.kind, task.form, &task.params, &group.key, &group.hasher);
            }
            let mut at = 0;
            for (&row, fingerprint) in self.column.rows.iter().zip(&self.column.fingerprints) {
                while self.hit_rows[at] != row {
                    at += 1;
                }
                out[at] = fingerprint.attribute();
                at += 1;
            }
        }
    }

    /// Step 4.
    fn compare_rows(&mut self, batch: &RowBatch<'_>, first: usize, tally: &mut Tally) {
        let (source, table) = (tally.source, tally.table as u32);
        for (row, &key) in self.keys.keys().iter().enumerate().skip(first) {
            let tasks = self.values[row];
            tally.distinct.offer(key, (source, batch.offset(row)), || Searched { table, tasks });
        }
        // How far each index's rows were read.
        let mut at = vec![0usize; self.found.len()];
        for (position, &row) in self.hit_rows.iter().enumerate() {
            self.comparisons.clear();
            let values = self.values[row as usize];
            for (number, at) in at.iter_mut().enumerate() {
                let found = &self.found[number];
                if found.rows().get(*at) != Some(&row) {
                    continue;
                }
                let comparer = &self.comparers[number];
                let (candidates, record) = (found.of(*at), found.first_record(*at));
                *at += 1;
                let best = comparer.best_of(self.question, &self.attributes, values, position, candidates, record);
                comparer.count(tally.rows + u64::from(row) - first as u64, candidates, &best, tally);
                self.comparisons.push(best.comparison);
            }
            let key = self.keys.keys()[row as usize];
            tally.hit_rows.offer(key, (source, batch.offset(row as usize)), || self.comparisons.clone());
        }
    }
}
