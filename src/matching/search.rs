//! Rows to records, a column at a time.
//!
//! For every batch: (1) each task normalises, packs and hashes its column and asks its indexes; (2) for each index the hits of all
//! columns meet row by row and become candidates, one a record; (3) the attributes of the rows that hit anything are hashed;
//! (4) each row's best candidate is compared and counted. Steps 1 and 3 run over columns; 2 and 4 touch only rows with hits.

use super::Question;
use super::concepts::{Comparison, ConceptSet};
use super::layout::Layout;
use super::tally::Tally;
use crate::fingerprint::{Column, Selection};
use crate::identify::form::Form;
use crate::index::open::Scratch;
use crate::index::table::{Payload, Posting};
use crate::record::RowBatch;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Candidates of one row in one index that are compared in full.
const CANDIDATES: usize = 8;

#[derive(Clone, Copy)]
struct Hit {
    row: u32,
    posting: Posting,
}

/// A record that some cell of a row hit.
#[derive(Clone, Copy)]
struct Candidate {
    record: u32,
    /// Searchable fields that agree, bit `field - 1`.
    fields: u16,
    /// Tasks whose cell agrees.
    tasks: u64,
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
                            None => found.candidates.push(Candidate { record: hit.posting.record, fields: field, tasks: 1 << *task }),
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
        for found in &self.found {
            let index = found.rows.len();
            debug_assert!(index > 0, "meet() ends every list with a sentinel");
        }
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
                let best =
                    best_of(self.question, self.layout, &self.attributes, self.values[row as usize], index_number, position, candidates);
                count_row(&mut tally.indexes[index_number], candidates, &best);
                for (attribute, agreed) in best.attributes {
                    if let Some(agreed) = agreed {
                        let (task, use_number) = attribute;
                        let cell = &mut tally.attributes[task].uses[use_number];
                        cell.0 += u64::from(agreed);
                        cell.1 += 1;
                    }
                }
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

fn count_row(tally: &mut super::tally::IndexTally, candidates: &[Candidate], best: &Best) {
    tally.rows_hit += 1;
    let fields = candidates.iter().fold(0, |set, c| set | c.fields);
    for (n, count) in tally.field_hits.iter_mut().enumerate() {
        *count += u64::from(fields >> n & 1);
    }
    tally.rows_corroborated += u64::from(best.comparison.corroborated);
    tally.rows_canary += u64::from(best.comparison.canary);
    if best.ambiguous {
        tally.rows_ambiguous += 1;
    } else {
        tally.records.push(best.comparison.record);
    }
}

struct Best {
    comparison: Comparison,
    ambiguous: bool,
    /// (attribute task, its use), and whether it agreed.
    attributes: Vec<((usize, usize), Option<bool>)>,
}

/// Compares a row's candidates and takes the one that agrees on most; of equals the one with the lowest record number.
fn best_of(
    question: &Question,
    layout: &Layout,
    attributes: &[Vec<u16>],
    values: u64,
    index: usize,
    position: usize,
    candidates: &[Candidate],
) -> Best {
    let most = candidates.iter().map(|c| c.fields.count_ones()).max().unwrap_or(0);
    let mut strongest: Vec<&Candidate> = candidates.iter().filter(|c| c.fields.count_ones() == most).collect();
    strongest.sort_unstable_by_key(|c| c.record);
    let mut best: Option<(Best, u32, u32)> = None;
    for candidate in strongest.iter().take(CANDIDATES) {
        let compared = compare(question, layout, attributes, values, index, position, candidate);
        let (agree, disagree) = (compared.comparison.agree.count_ones(), compared.comparison.disagree.count_ones());
        best = match best {
            None => Some((compared, agree, disagree)),
            Some((mut old, a, d)) => match (agree.cmp(&a), disagree.cmp(&d)) {
                (std::cmp::Ordering::Greater, _) | (std::cmp::Ordering::Equal, std::cmp::Ordering::Less) => {
                    Some((compared, agree, disagree))
                }
                (std::cmp::Ordering::Equal, std::cmp::Ordering::Equal) => {
                    old.ambiguous = true;
                    Some((old, a, d))
                }
                _ => Some((old, a, d)),
            },
        };
    }
    let mut best = best.map_or_else(|| unreachable_best(index), |(b, ..)| b);
    best.ambiguous |= strongest.len() > CANDIDATES;
    best
}

/// A row is only compared when it has a candidate; without one there is nothing to say.
fn unreachable_best(index: usize) -> Best {
    let comparison = Comparison { index: index as u16, record: 0, agree: 0, disagree: 0, corroborated: false, canary: false };
    Best { comparison, ambiguous: true, attributes: Vec::new() }
}

fn compare(
    question: &Question,
    layout: &Layout,
    attributes: &[Vec<u16>],
    values: u64,
    index: usize,
    position: usize,
    candidate: &Candidate,
) -> Best {
    let concepts = &question.concepts;
    let row = question.indexes[index].record(candidate.record);
    let mut agree: ConceptSet = 0;
    let mut disagree: ConceptSet = 0;
    let mut columns: Vec<usize> = Vec::with_capacity(8);
    let concept_of = |field: usize| concepts.of_identifier[index].get(field).copied().flatten().map_or(0, |c| 1u64 << c);
    for field in 0..crate::limits::SEARCHABLE_FIELDS {
        if candidate.fields >> field & 1 == 1 {
            agree |= concept_of(field);
        }
    }
    for (number, task) in layout.tasks.iter().enumerate() {
        if candidate.tasks >> number & 1 == 1 {
            columns.push(task.column);
        } else if values >> number & 1 == 1 {
            for target in task.targets.iter().filter(|t| t.index == index && t.field != 0) {
                if row.present(target.field) {
                    disagree |= concept_of(usize::from(target.field) - 1);
                }
            }
        }
    }
    let mut compared = Vec::new();
    for (number, task) in layout.attributes.iter().enumerate() {
        for (use_number, &(_, form)) in task.uses.iter().enumerate().filter(|(_, u)| u.0 == index) {
            let (ours, theirs) = (attributes[number][position], row.attribute(form));
            let agreed = (ours != 0 && theirs != 0).then_some(ours == theirs);
            compared.push(((number, use_number), agreed));
            let concept = concepts.of_attribute[index].get(form).copied().flatten().map_or(0, |c| 1u64 << c);
            match agreed {
                Some(true) => {
                    agree |= concept;
                    columns.push(task.column);
                }
                Some(false) => disagree |= concept,
                None => {}
            }
        }
    }
    disagree &= !agree;
    columns.sort_unstable();
    columns.dedup();
    // What another agreeing field implies is not a second field.
    let implied = (0..concepts.names.len()).filter(|c| agree >> c & 1 == 1).fold(0, |set, c| set | concepts.implied[c]);
    let corroborated = columns.len() >= 2 && (agree & !implied).count_ones() >= 2;
    let comparison = Comparison { index: index as u16, record: candidate.record, agree, disagree, corroborated, canary: row.canary() };
    Best { comparison, ambiguous: false, attributes: compared }
}
