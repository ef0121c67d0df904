//! The case of a scan: sampled rows with the days of the records that they hit, and the indexes compared with each other.
//!
//! Bounded: 10,000 rows, and 2,048 entries of each index's panel sample, whatever their size. Only indexes under one key can be compared. What the
//! indexes say of each other depends on the dump's columns and is found anew for each: for ten of them in less than a second, so that keeping it in
//! a file, which would have to be guarded as the indexes are, is not worth its while.

use super::case::{Calendar, Case, Hit};
use super::compare::compare;
use super::dates;
use super::patterns::Institutions;
use crate::fingerprint::Fingerprint;
use crate::identify::digest::Algorithm;
use crate::identify::form::Form;
use crate::index::Index;
use crate::index::panel::PanelEntry;
use crate::matching::sample::{Sample, Sampled};
use crate::matching::tally::{Merged, Searched, TaskTally};
use crate::matching::{Comparison, Layout, Question};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sampled rows that the mixture is fitted to; more would sharpen shares by less than the model is wrong by.
pub const FITTED_ROWS: usize = 10_000;
/// Entries of each index's sample that are compared.
const ENTRIES: usize = 2048;
/// Entries for the frequencies of attribute values.
const FREQUENCY_ENTRIES: usize = 8192;
/// Values of an attribute below which its frequencies are not taken from the sample.
const FEW_VALUES: u64 = 100;

/// What there was to see in the dump: the panel is looked at as if it had the dump's columns.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// For each index, the concepts that the dump was searched for in it.
    pub searched: &'a [u64],
    /// All that it could agree on.
    pub compared: u64,
    /// For each index, the forms that masked values showed.
    pub parts: &'a [Vec<usize>],
}

/// The case of merged tallies and samples.
#[must_use]
pub fn case(
    question: &Question,
    merged: &Merged,
    layouts: &[Arc<Layout>],
    distinct: &Sample<Searched>,
    hit_rows: &Sample<Vec<Comparison>>,
) -> Case {
    let institutions = Institutions::group(question.indexes.iter().map(|i| i.meta().institution.as_str()));
    let (searched, compared) = concepts_of_dump(question, merged, layouts);
    // How often values occur where nothing was found is nobody's question.
    let hit: Vec<bool> = merged.indexes.iter().map(|tally| tally.field_hits.iter().any(|&hits| hits > 0)).collect();
    let parts = parts_of_dump(question, merged, layouts);
    let seen = Seen { searched: &searched, compared, parts: &parts };
    let sampled = &hit_rows.rows[..hit_rows.rows.len().min(FITTED_ROWS)];
    let rows: Vec<Vec<Hit>> = sampled.par_iter().map(|row| hits(question, row)).collect();
    let places = sampled.iter().map(|row| row.first).collect();
    let k = institutions.names.len();
    let mut coincidence = vec![vec![None; question.concepts.names.len()]; k];
    for (n, index) in question.indexes.iter().enumerate().filter(|&(n, _)| hit[n]) {
        for (concept, chance) in coincidences(index, &question.concepts.of_attribute[n], compared, &parts[n]) {
            coincidence[institutions.of_index[n]][concept] = Some(chance);
        }
    }
    let calendars = (0..k).map(|i| calendar(question, &rows, &institutions, i)).collect();
    let canaries = (0..k).map(|i| canaries(hit_rows, &institutions, i)).collect();
    let panel = panel(question, &institutions, &seen);
    let concepts = question.concepts.clone();
    let (rows_distinct, rows_hit) = (distinct.distinct, hit_rows.distinct);
    let rows_searched = (rows_distinct * searched_share(merged, distinct)).max(rows_hit);
    let records = question.indexes.iter().map(|i| i.meta().records).collect();
    Case { institutions, concepts, rows, places, records, rows_distinct, rows_searched, rows_hit, canaries, calendars, coincidence, panel }
}

/// What a sampled row hits, with the days of the records.
#[must_use]
pub fn hits(question: &Question, row: &Sampled<Vec<Comparison>>) -> Vec<Hit> {
    let of_record = |c: &Comparison| {
        let record = question.indexes[usize::from(c.index)].record(c.record);
        Hit { comparison: *c, created: record.created(), updated: record.updated() }
    };
    row.value.iter().map(of_record).collect()
}

/// Share of the distinct rows that have a value in a column of which values were found.
fn searched_share(merged: &Merged, distinct: &Sample<Searched>) -> f64 {
    let found = |(number, task): (usize, &TaskTally)| task.hits.iter().flatten().any(|&hits| hits > 0).then_some(1u64 << number);
    let by_table: Vec<u64> = merged.tasks.iter().map(|tasks| tasks.iter().enumerate().filter_map(found).sum()).collect();
    let searched = distinct.rows.iter().filter(|row| row.value.tasks & by_table[row.value.table as usize] != 0).count();
    searched as f64 / distinct.rows.len().max(1) as f64
}

/// Each institution's panel entries as rows of a dump against the others; `None` with one institution, or keys that differ.
fn panel(question: &Question, institutions: &Institutions, seen: &Seen<'_>) -> Option<Vec<Vec<Vec<Comparison>>>> {
    let indexes = &question.indexes;
    let one_key = indexes.windows(2).all(|w| w[0].meta().key_id == w[1].meta().key_id);
    if institutions.names.len() < 2 || !one_key {
        return None;
    }
    let entries_of = |a: usize| {
        let own = largest(indexes, institutions, a)?;
        let against = |n: usize| {
            let entry = indexes[own].panel_entry(n)?;
            let others = (0..indexes.len()).filter(|&b| institutions.of_index[b] != a);
            Some(others.filter_map(|b| compare(&entry, own, b, indexes, &question.concepts, seen)).collect())
        };
        let rows: Vec<Option<Vec<Comparison>>> = (0..ENTRIES).into_par_iter().map(against).collect();
        Some(rows.into_iter().flatten().collect())
    };
    Some((0..institutions.names.len()).map(|a| entries_of(a).unwrap_or_default()).collect())
}

/// An institution's index with the most records.
fn largest(indexes: &[Index], institutions: &Institutions, institution: usize) -> Option<usize> {
    let own = (0..indexes.len()).filter(|&n| institutions.of_index[n] == institution);
    own.max_by_key(|&n| (indexes[n].meta().records, std::cmp::Reverse(n)))
}

/// The creation days of institution `i`'s records, where one of its indexes has them and enough of its rows are in the sample.
fn calendar(question: &Question, rows: &[Vec<Hit>], institutions: &Institutions, i: usize) -> Option<Calendar> {
    let dated = |n: &usize| institutions.of_index[*n] == i && question.indexes[*n].meta().layout.created;
    let newest = |&n: &usize| (question.indexes[n].meta().snapshot.clone(), std::cmp::Reverse(n));
    let index = (0..question.indexes.len()).filter(dated).max_by_key(newest)?;
    if rows.iter().filter(|row| dates::corroborated(row, index).is_some()).take(dates::FEW).count() < dates::FEW {
        return None;
    }
    let mut days: Vec<_> = question.indexes[index].panel_days().into_iter().map(|d| d.0).filter(|&day| day != 0).collect();
    days.sort_unstable();
    Some(Calendar { index, records: question.indexes[index].meta().records, days })
}

fn canaries(sample: &Sample<Vec<Comparison>>, institutions: &Institutions, i: usize) -> u64 {
    let planted = |c: &Comparison| c.canary && institutions.of(c) == i;
    let mut records: Vec<u32> = sample.rows.iter().flat_map(|r| &r.value).filter(|c| planted(c)).map(|c| c.record).collect();
    records.sort_unstable();
    records.dedup();
    records.len() as u64
}

/// For each index, the concepts of the identifiers that found something anywhere and could be looked for in it: a value in every index, whatever it
/// calls the field, a digest only where there are some. Then all concepts that the dump's columns were compared on.
fn concepts_of_dump(question: &Question, merged: &Merged, layouts: &[Arc<Layout>]) -> (Vec<u64>, u64) {
    let bit = |concept: Option<usize>| concept.map_or(0u64, |c| 1 << c);
    // By concept, the algorithms whose digests found something, and whether a value did.
    let mut found: BTreeMap<usize, BTreeSet<Option<Algorithm>>> = BTreeMap::new();
    for (layout, tallies) in layouts.iter().zip(&merged.tasks) {
        for (task, tally) in layout.tasks.iter().zip(tallies) {
            for (target, hits) in task.targets.iter().zip(&tally.hits) {
                let fields = question.concepts.of_identifier[target.index].iter().zip(hits);
                fields.filter_map(|(concept, &hits)| concept.filter(|_| hits > 0)).for_each(|concept| {
                    found.entry(concept).or_default().insert(Algorithm::of_kind(task.kind));
                });
            }
        }
    }
    let searched: Vec<u64> = (0..question.indexes.len())
        .map(|n| {
            let fields = question.concepts.of_identifier[n].iter().zip(&question.indexes[n].meta().identifiers);
            let hashes = |concept: usize| fields.clone().filter(move |(c, _)| **c == Some(concept)).flat_map(|(_, field)| &field.hashes);
            let could_find = |concept: usize, by: &Option<Algorithm>| by.is_none_or(|algorithm| hashes(concept).any(|h| *h == algorithm));
            let asked = found.iter().filter(|(concept, by)| by.iter().any(|by| could_find(**concept, by)));
            asked.fold(0, |set, (concept, _)| set | bit(Some(*concept)))
        })
        .collect();
    let attributes = layouts.iter().flat_map(|l| &l.attributes).flat_map(|a| &a.uses);
    let all = searched.iter().fold(0, |all, set| all | set);
    let compared = attributes.fold(all, |set, &(index, form)| set | bit(question.concepts.of_attribute[index][form]));
    (searched, compared)
}

/// For each index, the forms of masked values that most rows of the dump show, as far as they show the field at all.
fn parts_of_dump(question: &Question, merged: &Merged, layouts: &[Arc<Layout>]) -> Vec<Vec<usize>> {
    let mut rows: Vec<BTreeMap<usize, u64>> = vec![BTreeMap::new(); question.indexes.len()];
    for (layout, tallies) in layouts.iter().zip(&merged.attributes) {
        for (task, tally) in layout.attributes.iter().zip(tallies).filter(|(task, _)| task.masked) {
            for (&(index, form), &(_, compared)) in task.uses.iter().zip(&tally.uses) {
                *rows[index].entry(form).or_insert(0) += compared;
            }
        }
    }
    let most_shown = |(index, rows): (usize, BTreeMap<usize, u64>)| {
        let concept = |form: usize| question.concepts.of_attribute[index][form];
        let most = |form: usize| rows.iter().filter(|(f, _)| concept(**f) == concept(form)).map(|(_, n)| *n).max().unwrap_or(0);
        rows.iter().filter(|&(&form, &n)| n > 0 && 2 * n >= most(form)).map(|(&form, _)| form).collect()
    };
    rows.into_iter().enumerate().map(most_shown).collect()
}

/// u = Σ p² over the sample's values of each attribute that is compared, plus the chance that twelve bits agree. The parts of a field that masked
/// values show agree or disagree together: their values are taken together, and have twelve bits each.
fn coincidences(index: &Index, of_attribute: &[Option<usize>], compared: u64, parts: &[usize]) -> Vec<(usize, f64)> {
    let (identifiers, forms) = (index.meta().identifiers.len(), &index.meta().attributes);
    let mut wanted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (form, concept) in of_attribute.iter().enumerate().filter_map(|(form, concept)| Some((form, (*concept)?))) {
        let whole = forms[form].form == Form::Whole;
        if compared >> concept & 1 == 1 && (whole || parts.contains(&form)) {
            let of_concept = wanted.entry(concept).or_default();
            // Of two fields of one concept the last.
            if whole {
                of_concept.clear();
            }
            of_concept.push(form);
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let entries: Vec<Option<PanelEntry>> = (0..FREQUENCY_ENTRIES).into_par_iter().map(|n| index.panel_entry(n)).collect();
    let chance = |(&concept, of_concept): (&usize, &Vec<usize>)| {
        let value = |e: &PanelEntry| {
            let parts =
                of_concept.iter().map(|form| e.fingerprints.get(identifiers + form).copied().filter(|f| *f != Fingerprint::default()));
            parts.collect::<Option<Vec<Fingerprint>>>()
        };
        let mut values: Vec<Vec<Fingerprint>> = entries.iter().flatten().filter_map(value).collect();
        values.sort_unstable();
        let n = values.len() as u64;
        let pairs: u64 = values.chunk_by(|a, b| a == b).map(|same| same.len() as u64 * (same.len() as u64 - 1)).sum();
        let by_bits = libm::pow(1.0 / 4096.0, of_concept.len() as f64);
        (n >= FEW_VALUES).then(|| (concept, pairs as f64 / (n * (n - 1)) as f64 + by_bits))
    };
    wanted.par_iter().filter_map(chance).collect()
}
