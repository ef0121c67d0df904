//! How two dumps relate, counted from their rows.

use super::super::rng::{key, key_of_text};
use super::sheet::{Row, Sheet};
use super::{Pair, Relation};
use std::collections::{HashMap, HashSet};

/// What `b` is to `a`. `same_bytes` says whether they are written alike.
pub(super) fn pair([a, b]: [usize; 2], sheets: &[&Sheet], same_bytes: bool) -> Pair {
    let (first, second) = (sheets[a], sheets[b]);
    let common: Vec<[usize; 2]> = (0..first.columns.len()).filter_map(|n| Some([n, second.position(first.columns[n].concept)?])).collect();
    let [ours, theirs] = [0, 1].map(|side| common.iter().map(|c| c[side]).collect::<Vec<_>>());
    let (a_in_b, b_in_a) = (copied(first, second), copied(second, first));
    Pair {
        a,
        b,
        relation: relation([a_in_b, b_in_a], [first.columns.len(), second.columns.len()], common.len(), same_bytes),
        a_in_b,
        b_in_a,
        people_a_in_b: people(first, second),
        people_b_in_a: people(second, first),
        alike_a_in_b: alike(first, &ours, second, &theirs),
        alike_b_in_a: alike(second, &theirs, first, &ours),
        columns: ours.iter().map(|&n| first.columns[n].concept.to_string()).collect(),
    }
}

/// How many rows differ from each other.
pub(super) fn distinct(sheet: &Sheet) -> u64 {
    sheet.rows.iter().map(whole).collect::<HashSet<_>>().len() as u64
}

/// The relation that counted shares and columns stand for. A share of rows is whole when no row is missing.
fn relation([a_in_b, b_in_a]: [f64; 2], [a, b]: [usize; 2], common: usize, same_bytes: bool) -> Relation {
    match (a_in_b >= 1.0, b_in_a >= 1.0) {
        _ if same_bytes => Relation::Identical,
        (true, true) if b == common && a > b => Relation::Columns,
        (true, true) if a == common && b > a => Relation::Enriched,
        (true, true) => Relation::Copy,
        (false, true) => Relation::Subset,
        (true, false) => Relation::Superset,
        (false, false) if a_in_b > 0.0 => Relation::Overlap,
        (false, false) => Relation::Unrelated,
    }
}

/// Share of `of`'s distinct rows of which `other` has a copy. Rows that say the same are one row, copied if any of them was.
fn copied(of: &Sheet, other: &Sheet) -> f64 {
    let origins: HashSet<u64> = other.rows.iter().map(|row| row.origin).collect();
    let mut rows: HashMap<u64, bool> = HashMap::with_capacity(of.rows.len());
    for row in &of.rows {
        *rows.entry(whole(row)).or_default() |= origins.contains(&row.origin);
    }
    share(rows.values().filter(|&&copied| copied).count(), rows.len())
}

fn people(of: &Sheet, other: &Sheet) -> f64 {
    let [of, other] = [of, other].map(|sheet| sheet.rows.iter().map(|row| row.person).collect::<HashSet<_>>());
    share(of.iter().filter(|person| other.contains(person)).count(), of.len())
}

/// Share of distinct rows that say in these columns what some row of `other` says in those. A row that says nothing there is like none.
fn alike(of: &Sheet, ours: &[usize], other: &Sheet, theirs: &[usize]) -> f64 {
    let said: HashSet<u64> = other.rows.iter().filter_map(|row| part(row, theirs)).collect();
    let rows: HashMap<u64, bool> =
        of.rows.iter().map(|row| (whole(row), part(row, ours).is_some_and(|text| said.contains(&text)))).collect();
    share(rows.values().filter(|&&alike| alike).count(), rows.len())
}

/// A number for all that a row says.
fn whole(row: &Row) -> u64 {
    row.cells.iter().fold(0, |h, cell| key(&[h, key_of_text(cell)]))
}

/// A number for what a row says in some columns, unless that is nothing.
fn part(row: &Row, columns: &[usize]) -> Option<u64> {
    let says = columns.iter().any(|&n| !row.cells[n].is_empty());
    says.then(|| columns.iter().fold(0, |h, &n| key(&[h, key_of_text(&row.cells[n])])))
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}
