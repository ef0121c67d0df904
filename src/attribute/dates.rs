//! When a copy was made: after the newest record that it holds, and before the oldest one that it would hold by now.
//!
//! The lower end is the newest creation or change among the copied rows' records, less the newest half per cent (a chance hit or a late
//! correction must not move it). The upper end asks how many of the institution's records are newer than the lower end: were the copy
//! made at day T, the records created between the lower end and T would have been missed by all n sampled rows with probability
//! (1 − g)^n, g being their share; the first T for which that falls below 2.5% is the upper end. Both use the creation days, which do
//! not change.

use super::mixture::Fit;
use super::patterns::Institutions;
use crate::identify::date;
use crate::matching::sample::Sample;
use crate::matching::{Comparison, Question};

/// Share of the newest records that is left out at the lower end.
const TRIMMED: f64 = 0.005;
/// −ln of the probability that the upper end leaves.
const UPPER: f64 = 3.689;
/// Dated rows below which nothing is said.
const FEW: usize = 20;
/// Rows that count as copied.
const COPIED: f64 = 0.5;

/// An interval of days.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ExportInterval {
    /// Not before this day, `YYYY-MM-DD`.
    pub from: String,
    /// Not after this day; `None` when the records do not say.
    pub to: Option<String>,
    /// What the ends rest on.
    pub evidence: String,
}

/// The interval for institution `i`, where its best-fitting index has creation days.
#[must_use]
pub fn exported_between(
    question: &Question,
    sample: &Sample<Vec<Comparison>>,
    rows: &[usize],
    fit: &Fit,
    institutions: &Institutions,
    i: usize,
) -> Option<ExportInterval> {
    let dated = |n: &usize| institutions.of_index[*n] == i && question.indexes[*n].meta().layout.created;
    let index =
        (0..question.indexes.len()).filter(dated).max_by_key(|&n| (question.indexes[n].meta().snapshot.clone(), std::cmp::Reverse(n)))?;
    let mut days: Vec<u16> = sample
        .rows
        .iter()
        .zip(rows)
        .filter(|&(_, &pattern)| fit.posteriors[pattern][i] >= COPIED)
        .filter_map(|(row, _)| row.value.iter().find(|c| usize::from(c.index) == index && c.corroborated))
        .filter_map(|c| question.indexes[index].record(c.record).created())
        .collect();
    if days.len() < FEW {
        return None;
    }
    days.sort_unstable();
    let last = days.len() - 1 - (days.len() as f64 * TRIMMED) as usize;
    let lower = days[last];
    let mut all: Vec<u16> = (0..).map_while(|n| question.indexes[index].panel_entry(n)).map(|e| e.created).filter(|&d| d != 0).collect();
    all.sort_unstable();
    let newer = &all[all.partition_point(|&d| d <= lower)..];
    // n × g ≥ UPPER for the k-th newer record of the panel, g = k / size.
    let needed = (UPPER * all.len() as f64 / days.len() as f64).ceil() as usize;
    let upper = newer.get(needed.max(1) - 1).copied();
    let evidence = format!(
        "{} copied rows with a creation day; {} of {} sampled records of the institution are newer than the newest of them",
        days.len(),
        newer.len(),
        all.len()
    );
    Some(ExportInterval { from: date::from_day_number(lower), to: upper.map(date::from_day_number), evidence })
}
