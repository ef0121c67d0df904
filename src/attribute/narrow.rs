//! Of many institutions those that could be the source.
//!
//! What a model gets wrong about each institution adds up over all of them, and what they cost to compare grows with their square. So beyond
//! [`CLOSELY`] of them a first look at a part of the rows finds those whose copies explain most, and only these are compared closely: as if no
//! other had been supplied. Institutions that have nothing to do with a dump then change nothing.

use super::case::{Case, Hit};
use super::patterns::{Institutions, NOBODY};
use crate::matching::Comparison;
use std::collections::BTreeSet;

/// Institutions that are compared closely.
pub const CLOSELY: usize = 8;
/// Rows of the first look: a source of a twentieth of a dump has a hundred of them.
const ROWS: usize = 2000;
/// Gain in log-likelihood below which a copy explains nothing.
const NOTHING: f64 = 1.0;

/// The institutions to compare closely, ascending; all of them if there are not many. `first_look` says what each one's copy would explain.
#[must_use]
pub fn candidates(case: &Case, first_look: impl Fn(&Case) -> Vec<f64>) -> Vec<usize> {
    let k = case.institutions.names.len();
    if k <= CLOSELY {
        return (0..k).collect();
    }
    let mut few = case.clone();
    few.rows.truncate(ROWS);
    // Copies that explain nothing explain it equally well; then those that hold the people say more of other sources.
    let gains: Vec<f64> = first_look(&few).into_iter().map(|gain| if gain < NOTHING { 0.0 } else { gain }).collect();
    let mut hit = vec![0u64; k];
    for row in &few.rows {
        let institutions: BTreeSet<usize> = row.iter().map(|h| case.institutions.of(&h.comparison)).collect();
        institutions.into_iter().for_each(|i| hit[i] += 1);
    }
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&a, &b| gains[b].total_cmp(&gains[a]).then(hit[b].cmp(&hit[a])));
    order.truncate(CLOSELY);
    order.sort_unstable();
    order
}

/// The case as if only these institutions had been supplied.
#[must_use]
pub fn only(case: &Case, chosen: &[usize]) -> Case {
    let place = |institution: &usize| chosen.iter().position(|c| c == institution).unwrap_or(NOBODY);
    let institutions = Institutions {
        names: chosen.iter().map(|&c| case.institutions.names[c].clone()).collect(),
        of_index: case.institutions.of_index.iter().map(place).collect(),
    };
    let asked = |c: &Comparison| institutions.of(c) != NOBODY;
    let of_row = |row: &Vec<Hit>| -> Vec<Hit> { row.iter().filter(|hit| asked(&hit.comparison)).copied().collect() };
    let (numbers, rows): (Vec<usize>, Vec<Vec<Hit>>) = case.rows.iter().map(of_row).enumerate().filter(|(_, row)| !row.is_empty()).unzip();
    let entry = |row: &Vec<Comparison>| -> Vec<Comparison> { row.iter().filter(|c| asked(c)).copied().collect() };
    let panel = case.panel.as_ref().map(|of| chosen.iter().map(|&c| of[c].iter().map(entry).collect()).collect());
    Case {
        concepts: case.concepts.clone(),
        places: numbers.iter().filter_map(|&n| case.places.get(n).copied()).collect(),
        records: case.records.clone(),
        rows_distinct: case.rows_distinct,
        rows_searched: case.rows_searched,
        rows_hit: case.rows_hit * rows.len() as f64 / case.rows.len().max(1) as f64,
        canaries: chosen.iter().map(|&c| case.canaries[c]).collect(),
        calendars: chosen.iter().map(|&c| case.calendars[c].clone()).collect(),
        coincidence: chosen.iter().map(|&c| case.coincidence[c].clone()).collect(),
        institutions,
        rows,
        panel,
    }
}
