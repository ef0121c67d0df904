//! What the pictures of a report show: how rows, records and days with hits lie among all, and how far institutions overlap. Counts only.

use crate::identify::date;
use crate::index::records::Day;
use crate::matching::Question;
use crate::matching::sample::Sample;
use crate::matching::tally::RecordSet;
use crate::matching::{Comparison, strip};
use crate::names::safe_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bins of the records of an index.
const RECORD_BINS: u64 = 128;
/// Months that are told one by one; above, several make a bin.
const MONTHS: u32 = 120;
/// Rows or records with a day below which their months are not told.
const FEW_DAYS: usize = 20;
/// Institutions that are told in strips and overlaps, those with most rows first.
const TOLD: usize = 12;

/// How many of something lie where: bins of one width, the last of which may reach beyond the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    /// Width of a bin.
    pub per_bin: u64,
    /// How many lie in each.
    pub counts: Vec<u64>,
}

/// The rows of a dump in the order in which they were read, and those of them that hit a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowStrip {
    /// Rows a bin.
    pub per_bin: u64,
    /// Rows in each bin.
    pub rows: Vec<u64>,
    /// The indexes with most hits, in the order given.
    pub indexes: Vec<RowsOfIndex>,
}

/// The rows that hit a record of one index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsOfIndex {
    /// The index, by its place, 0-based.
    pub index: usize,
    /// Rows with a hit in each bin.
    pub hit: Vec<u64>,
}

/// When records were made and last changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// By the month of their creation.
    pub created: Option<Months>,
    /// By the month of their last change.
    pub updated: Option<Months>,
}

/// Months of the records that sampled rows matched, beside those of a uniform sample of all records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Months {
    /// The first, `YYYY-MM`.
    pub first: String,
    /// Months a bin.
    pub per_bin: u32,
    /// Sampled records that were matched.
    pub matched: Vec<u64>,
    /// Sampled records of the institution.
    pub all: Vec<u64>,
}

/// How many distinct rows are found at two institutions at once; on the diagonal, at one at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// The institutions with most rows.
    pub institutions: Vec<String>,
    /// By institution and institution.
    pub rows: Vec<Vec<u64>>,
    /// Whether the numbers are estimated from a sample.
    pub estimated: bool,
}

/// The records of an index that were matched, where any was.
#[must_use]
pub fn records(of: u64, set: &RecordSet) -> Option<Strip> {
    if set.is_empty() {
        return None;
    }
    // Whole words of the set.
    let per_bin = of.div_ceil(RECORD_BINS).next_multiple_of(64);
    Some(Strip { per_bin, counts: set.counts(per_bin / 64) })
}

/// The dump's rows by place; none where nothing was hit.
#[must_use]
pub fn rows(strips: &strip::Strips) -> Option<RowStrip> {
    let mut indexes: Vec<usize> = (0..strips.hit.len()).filter(|&n| strips.hit[n].total() > 0).collect();
    indexes.sort_by_key(|&n| (std::cmp::Reverse(strips.hit[n].total()), n));
    indexes.truncate(TOLD);
    indexes.sort_unstable();
    if indexes.is_empty() {
        return None;
    }
    let rows = strips.rows();
    let of = |&index: &usize| RowsOfIndex { index, hit: strips.hit_at_width(index) };
    Some(RowStrip { per_bin: strips.per_bin(), rows, indexes: indexes.iter().map(of).collect() })
}

/// The months of matched records beside all; `hits` are the records of sampled rows.
#[must_use]
pub fn calendar(question: &Question, index: usize, sample: &Sample<Vec<Comparison>>) -> Option<Calendar> {
    let index_of = &question.indexes[index];
    let layout = &index_of.meta().layout;
    if !layout.created && !layout.updated {
        return None;
    }
    let own = |row: &Vec<Comparison>| row.iter().find(|c| usize::from(c.index) == index && c.corroborated).map(|c| c.record);
    let mut matched: Vec<u32> = sample.rows.iter().filter_map(|row| own(&row.value)).collect();
    matched.sort_unstable();
    matched.dedup();
    if matched.len() < FEW_DAYS {
        return None;
    }
    let rows: Vec<(Day, Day)> =
        matched.iter().map(|&record| index_of.record(record)).map(|r| (r.created().unwrap_or(0), r.updated().unwrap_or(0))).collect();
    let all: Vec<(Day, Day)> = index_of.panel_days();
    let created = layout.created.then(|| months(rows.iter().map(|d| d.0), all.iter().map(|d| d.0))).flatten();
    let updated = layout.updated.then(|| months(rows.iter().map(|d| d.1), all.iter().map(|d| d.1))).flatten();
    (created.is_some() || updated.is_some()).then_some(Calendar { created, updated })
}

/// Months since the year 0.
fn month(day: Day) -> u32 {
    let date = date::from_day_number(day);
    let number = |range: std::ops::Range<usize>| date.get(range).and_then(|t| t.parse::<u32>().ok()).unwrap_or(0);
    12 * number(0..4) + number(5..7).max(1) - 1
}

fn months(matched: impl Iterator<Item = Day>, all: impl Iterator<Item = Day>) -> Option<Months> {
    let count = |days: &mut dyn Iterator<Item = Day>| {
        let mut by_day: BTreeMap<Day, u64> = BTreeMap::new();
        days.filter(|&day| day != 0).for_each(|day| *by_day.entry(day).or_insert(0) += 1);
        let mut by_month: BTreeMap<u32, u64> = BTreeMap::new();
        by_day.into_iter().for_each(|(day, n)| *by_month.entry(month(day)).or_insert(0) += n);
        by_month
    };
    let (matched, all) = (count(&mut { matched }), count(&mut { all }));
    let first = *matched.keys().chain(all.keys()).min()?;
    let last = *matched.keys().chain(all.keys()).max()?;
    if matched.is_empty() || all.is_empty() {
        return None;
    }
    let per_bin = (last - first + 1).div_ceil(MONTHS);
    let bins = ((last - first) / per_bin + 1) as usize;
    let fill = |of: &BTreeMap<u32, u64>| {
        let mut out = vec![0; bins];
        of.iter().for_each(|(month, n)| out[((month - first) / per_bin) as usize] += n);
        out
    };
    Some(Months { first: format!("{:04}-{:02}", first / 12, first % 12 + 1), per_bin, matched: fill(&matched), all: fill(&all) })
}

/// How many rows are found at several institutions; none where fewer than two are hit.
#[must_use]
pub fn overlap(question: &Question, sample: &Sample<Vec<Comparison>>) -> Option<Overlap> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    let of_index: Vec<usize> = question
        .indexes
        .iter()
        .map(|index| {
            *numbers.entry(&index.meta().institution).or_insert_with(|| {
                names.push(&index.meta().institution);
                names.len() - 1
            })
        })
        .collect();
    let sets: Vec<Vec<usize>> = sample
        .rows
        .iter()
        .map(|row| {
            let mut set: Vec<usize> = row.value.iter().map(|c| of_index[usize::from(c.index)]).collect();
            set.sort_unstable();
            set.dedup();
            set
        })
        .collect();
    let mut own = vec![0u64; names.len()];
    sets.iter().flatten().for_each(|&n| own[n] += 1);
    let mut told: Vec<usize> = (0..names.len()).filter(|&n| own[n] > 0).collect();
    told.sort_by_key(|&n| (std::cmp::Reverse(own[n]), n));
    told.truncate(TOLD);
    if told.len() < 2 {
        return None;
    }
    told.sort_unstable();
    let mut rows = vec![vec![0u64; told.len()]; told.len()];
    for set in &sets {
        let places: Vec<usize> = set.iter().filter_map(|n| told.binary_search(n).ok()).collect();
        for &a in &places {
            places.iter().for_each(|&b| rows[a][b] += 1);
        }
    }
    if !sample.exact {
        let scale = sample.distinct / sample.rows.len().max(1) as f64;
        rows.iter_mut().flatten().for_each(|n| *n = libm::round(*n as f64 * scale) as u64);
    }
    Some(Overlap { institutions: told.iter().map(|&n| safe_text(names[n])).collect(), rows, estimated: !sample.exact })
}
