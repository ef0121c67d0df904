//! Which column is which field: by shape where a kind has one, by matching where it has none (DESIGN 6).
//!
//! On sampled rows every column is tried as every kind of identifier that some index holds, but for those whose every value has the shape of
//! another kind. A pairing is kept
//!
//! - when the values have the kind's shape (the plan says so): always, hits or not;
//! - when its hits land on the *same record* as the hits of the row's other columns, more often than on the record of the row before;
//! - alone, when it hits more often than a swap decoy: the first half of a value joined to the second half of the value before. A
//!   running number or an age hits dense issued ids everywhere, and so does its decoy; an id that was copied does better.
//!
//! A column is an attribute when its values agree with the records that the rows hit more often than with the record of the row before
//! (Cohen's kappa). A header helps where there are too few rows to tell, and is never needed.

use super::layout::{Guess, Layout, MAX_TASKS, Target, Task};
use super::{Question, guess, masks, pair};
use crate::fingerprint::{Column, Fingerprint, Selection};
use crate::identify::digest::Algorithm;
use crate::identify::form::Form;
use crate::identify::profile::Written;
use crate::identify::{Kind, Params, date, is_missing, recognise};
use crate::index::open::LookupCounts;
use crate::index::table::{Payload, Posting};
use crate::plan::ColumnPlan;
use crate::record::RowBatch;
use crate::record::sampling::Sample;
use rayon::iter::{IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};

/// Corroborating hits that a pairing without a shape needs.
const CORROBORATED: u64 = 2;

/// Of the places that a large sample is taken from, the part at which columns without a recognised shape are tried.
const UNRECOGNISED_STEP: usize = 4;
/// Fingerprints kept for the measured null.
const NULL_SAMPLE: usize = 1 << 16;

/// What discovery found.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// The tasks of the input.
    pub layout: Layout,
    /// Some fingerprints of the dump's values, for the measured null.
    pub fingerprints: Vec<Fingerprint>,
    /// Columns that were not searched because there are too many.
    pub dropped: usize,
    /// Rows of the sample whose hits corroborate each other.
    pub corroborated: u64,
    /// The same for each index.
    pub met: Vec<u64>,
}

pub(super) struct Hit {
    /// Row of the sample.
    pub row: usize,
    /// What it hit.
    pub posting: Posting,
}

/// Hits of a task in one of its indexes.
pub(super) struct Tried {
    pub task: Task,
    pub values: u64,
    pub hits: Vec<Vec<Hit>>,
    pub fingerprints: Vec<Fingerprint>,
}

/// What is known of a table before it meets an index.
#[derive(Clone, Copy, Debug)]
pub struct Known<'p> {
    /// Its columns.
    pub columns: &'p [ColumnPlan],
    /// Whether the sample's first row is a header.
    pub header: bool,
}

impl Known<'_> {
    /// Whether many of a column's values are masked.
    pub(super) fn is_masked(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|c| c.written == Some(Written::Masked))
    }
}

/// Finds the tasks for a table from what is known of it and a sample of its rows.
#[must_use]
pub fn discover(question: &Question, plan: Known<'_>, sample: &Sample<'_>) -> Discovery {
    let mut found = Discovery::default();
    let columns = plan.columns.len().max(sample.batches.iter().flat_map(|b| (0..b.len()).map(|r| b.width(r))).max().unwrap_or(0));
    let mut tried: Vec<Tried> =
        candidates(question, plan, sample, columns).into_par_iter().map(|task| try_task(question, sample, task)).collect();
    for t in tried.iter_mut().filter(|t| t.task.recognised) {
        let room = NULL_SAMPLE.saturating_sub(found.fingerprints.len());
        found.fingerprints.extend(t.fingerprints.drain(..).take(room));
    }
    let rows: usize = sample.batches.iter().map(RowBatch::len).sum();
    let by_row: Vec<HitsByRow> = (0..question.indexes.len()).into_par_iter().map(|index| HitsByRow::new(&tried, index, rows)).collect();
    found.met = by_row.iter().map(|hits| (0..rows).filter(|&row| meets(hits.of(row))).count() as u64).collect();
    found.corroborated = (0..rows).filter(|&row| by_row.iter().any(|hits| meets(hits.of(row)))).count() as u64;
    let hit: BTreeSet<(usize, Kind)> =
        tried.iter().filter(|t| t.hits.iter().any(|hits| !hits.is_empty())).map(|t| (t.task.column, t.task.kind)).collect();
    let made = |t: &Tried| plan.columns.get(t.task.column).is_some_and(|c| c.inside);
    for t in &mut tried {
        let (column, kind) = (t.task.column, t.task.kind);
        // An office code must not disagree with everybody's member number.
        let looks_most_like = has_shape(kind) && plan.columns.get(column).and_then(|c| c.kinds.first()) == Some(&kind);
        let is_kind = hit.contains(&(column, kind)) || looks_most_like && !hit.iter().any(|h| h.0 == column);
        keep_targets(question, sample, t, &by_row, is_kind);
        if plan.is_masked(column) || made(t) {
            // What is hidden disagrees with nothing, and a number in a note may be somebody else's.
            t.task.targets.iter_mut().for_each(|target| target.field = 0);
        }
    }
    tried.retain(|t| !t.task.targets.is_empty());
    // A column that was made must not take the place of one that the table has.
    tried.sort_by_key(|t| (made(t), std::cmp::Reverse(t.hits.iter().map(Vec::len).max())));
    found.dropped = tried.len().saturating_sub(MAX_TASKS);
    tried.truncate(MAX_TASKS);
    tried.sort_by_key(|t| (t.task.column, t.task.kind, t.task.params, t.task.key));
    let mut primary = BTreeSet::new();
    for t in &mut tried {
        t.task.primary = t.task.key == 0 && primary.insert(t.task.column);
    }
    tried.par_iter_mut().for_each(|t| guess::measure(question, sample, t, plan.header));
    found.layout.attributes = pair::attributes(question, plan, sample, &tried, columns);
    found.layout.attributes.extend(masks::attributes(question, plan, sample, &tried, columns));
    found.layout.tasks = tried.into_iter().map(|t| t.task).collect();
    found.layout.columns = columns;
    found
}

/// What the columns of each row hit in one index.
struct HitsByRow {
    /// Column and record, by row.
    hits: Vec<(usize, u32)>,
    /// Where each row's hits begin, and the end of the last.
    starts: Vec<usize>,
}

impl HitsByRow {
    fn new(tried: &[Tried], index: usize, rows: usize) -> HitsByRow {
        let mut all: Vec<(usize, usize, u32)> = Vec::new();
        for t in tried {
            for (_, hits) in t.task.targets.iter().zip(&t.hits).filter(|(target, _)| target.index == index) {
                all.extend(hits.iter().map(|h| (h.row, t.task.column, h.posting.record)));
            }
        }
        all.sort_unstable();
        let starts = (0..=rows).scan(0, |at, row| {
            *at += all[*at..].iter().take_while(|h| h.0 < row).count();
            Some(*at)
        });
        HitsByRow { starts: starts.collect(), hits: all.iter().map(|&(_, column, record)| (column, record)).collect() }
    }

    fn of(&self, row: usize) -> &[(usize, u32)] {
        &self.hits[self.starts[row]..self.starts[row + 1]]
    }
}

/// Whether two columns of a row hit the same record.
fn meets(hits: &[(usize, u32)]) -> bool {
    hits.iter().any(|a| hits.iter().any(|b| a.0 != b.0 && a.1 == b.1))
}

/// Every column as every kind of identifier, unless the plan says otherwise, or all its values have another shape.
fn candidates(question: &Question, plan: Known<'_>, sample: &Sample<'_>, columns: usize) -> Vec<Task> {
    let mut tasks: BTreeMap<(usize, Kind, Params, usize), Task> = BTreeMap::new();
    let unknown = ColumnPlan::default();
    for column in 0..columns {
        let known = plan.columns.get(column).unwrap_or(&unknown);
        let settled = is_settled(plan, sample, column);
        for (index_number, index) in question.indexes.iter().enumerate() {
            let identifiers = index.meta().identifiers.iter();
            let kinds: BTreeSet<Kind> = identifiers.flat_map(|f| f.hashes.iter().map(|a| a.kind()).chain([f.kind])).collect();
            for kind in kinds {
                let recognised = known.kinds.contains(&kind);
                // Only a column of digests is searched for digests.
                let digest = Algorithm::of_kind(kind).is_some();
                if !recognised && (known.only || digest || settled && has_shape(kind)) {
                    continue;
                }
                let params = params_for(kind, index.meta().params(), known.date_order);
                let key = question.key_of[index_number];
                let task = tasks.entry((column, kind, params, key)).or_insert_with(|| Task {
                    column,
                    kind,
                    params,
                    key,
                    targets: Vec::new(),
                    primary: false,
                    recognised,
                });
                task.targets.push(Target { index: index_number, field: 0, guess: Guess::default() });
            }
        }
    }
    tasks.into_values().collect()
}

/// Codes, names and texts look like anything.
fn has_shape(kind: Kind) -> bool {
    !matches!(kind, Kind::Id | Kind::Name | Kind::Text | Kind::Passport)
}

/// Whether every value that is looked at has the shape of one kind: then a column is no unknown one, and need not be tried as kinds of
/// other shapes. Numbers of people and dates are the usual ones, and slow to take for phone numbers.
fn is_settled(plan: Known<'_>, sample: &Sample<'_>, column: usize) -> bool {
    const LOOKED_AT: usize = 512;
    const FEW: usize = 5;
    let Some(&kind) = plan.columns.get(column).and_then(|c| c.kinds.first()).filter(|k| has_shape(**k)) else {
        return false;
    };
    let step = sample.len().div_ceil(LOOKED_AT).max(1);
    let values: Vec<&[u8]> = sample.column(column, plan.header).step_by(step).filter(|cell| !is_missing(cell)).collect();
    values.len() >= FEW && values.iter().all(|cell| recognise(kind, &Params::default(), cell))
}

/// The parameters that matter to a kind; the others are set alike, so that one task serves every index that it can.
pub(super) fn params_for(kind: Kind, of_index: Params, order: Option<date::Order>) -> Params {
    let usual = Params::default();
    match kind {
        Kind::Phone => Params { region: of_index.region, ..usual },
        Kind::Date => Params { date_order: order.unwrap_or(usual.date_order), ..usual },
        _ => usual,
    }
}

fn try_task(question: &Question, sample: &Sample<'_>, task: Task) -> Tried {
    let group = &question.keys[task.key];
    let mut out = Tried { values: 0, fingerprints: Vec::new(), hits: task.targets.iter().map(|_| Vec::new()).collect(), task };
    let mut column = Column::default();
    let mut base = 0;
    // A column that looks like nothing is tried on a part of a large sample: enough to see whether it hits with others.
    let step = if out.task.recognised || sample.whole { 1 } else { UNRECOGNISED_STEP };
    for (number, batch) in sample.batches.iter().enumerate() {
        if number % step != 0 {
            base += batch.len();
            continue;
        }
        column.fill(batch, out.task.column, Selection::All, out.task.kind, Form::Whole, &out.task.params, &group.key, &group.hasher);
        out.values += column.rows.len() as u64;
        if out.fingerprints.len() < NULL_SAMPLE {
            out.fingerprints.extend_from_slice(&column.fingerprints);
        }
        for (target, hits) in out.task.targets.iter().zip(&mut out.hits) {
            look_up(question, target.index, &column, base, hits);
        }
        base += batch.len();
    }
    out
}

pub(super) fn look_up(question: &Question, index: usize, column: &Column, base: usize, hits: &mut Vec<Hit>) {
    let index = &question.indexes[index];
    let mut postings = Vec::new();
    index.find(&column.fingerprints, &mut LookupCounts::default(), |n, payload| {
        let row = base + column.rows[n] as usize;
        match payload {
            Payload::One(posting) => hits.push(Hit { row, posting }),
            Payload::Shared(first) => {
                postings.clear();
                index.postings(first, &mut postings);
                hits.extend(postings.iter().map(|&posting| Hit { row, posting }));
            }
            Payload::Common => {}
        }
    });
}

/// Drops the indexes in which a task has nothing to say, and names the field that it is taken for in the others.
fn keep_targets(question: &Question, sample: &Sample<'_>, t: &mut Tried, by_row: &[HitsByRow], is_kind: bool) {
    let column = t.task.column;
    let mut kept = Vec::new();
    let mut kept_hits = Vec::new();
    for (target, hits) in t.task.targets.iter().zip(t.hits.drain(..)) {
        let rows = &by_row[target.index];
        let others_hit = |row: usize, record: u32| rows.of(row).iter().any(|&(c, r)| c != column && r == record);
        let together = hits.iter().filter(|h| others_hit(h.row, h.posting.record)).count() as u64;
        let by_chance = hits.iter().filter(|h| h.row > 0 && others_hit(h.row - 1, h.posting.record)).count() as u64;
        let keep = t.task.recognised
            || together >= CORROBORATED && together > 4 * by_chance
            || !hits.is_empty() && guess::beats_decoys(question, sample, &t.task, target.index, &hits, t.values);
        if keep {
            let field = usual_field(question, &t.task, target.index, &hits, is_kind);
            kept.push(Target { field, ..*target });
            kept_hits.push(hits);
        }
    }
    t.task.targets = kept;
    t.hits = kept_hits;
}

/// The field that most hits name; without hits the first of the kind, if the column is of that kind: it hits as such elsewhere, or looks most like
/// it and hits as nothing else. A column that has the shape of a kind but is another (a NIK has the shape of a family card's number) must not
/// disagree with everybody's.
fn usual_field(question: &Question, task: &Task, index: usize, hits: &[Hit], is_kind: bool) -> u8 {
    let mut votes = [0u64; 16];
    hits.iter().for_each(|h| votes[usize::from(h.posting.field & 15)] += 1);
    let most = (1..16u8).max_by_key(|&f| (votes[usize::from(f)], std::cmp::Reverse(f))).unwrap_or(0);
    if votes[usize::from(most)] > 0 {
        return most;
    }
    let position = question.indexes[index].meta().identifiers.iter().position(|f| f.kind == task.kind);
    position.filter(|_| is_kind).map_or(0, |p| p as u8 + 1)
}
