//! What the rows say that no known dump holds: is it an old leak again, or is there more?
//!
//! A known dump is one more component of the mixture, a copy of an old leak, but one whose rows need no fitting: that a row is a copy of a known
//! dump's is settled by the row's own identifiers and cells ([`crate::lineage`]), and no pattern of agreement with records outweighs that. With its
//! posteriors fixed, the mixture falls into two: the known rows, which the old leak explains whosever records they fit, and the rest, which is a case
//! of its own and is weighed as one.
//!
//! A copy whose identifiers were damaged is not met in the known dump, though it is no news. How many there are follows from how many rows are met
//! and how many the known dumps are found to hold; what they may account for is taken off before anything is said of the rest.

use super::case::{Case, Hit};
use super::dates::ExportInterval;
use super::{Interval, Support, interval, weigh};
use crate::lineage::DumpFingerprint;
use crate::lineage::library::Explained;
use std::collections::BTreeMap;

/// Sampled rows below which nothing is said.
const FEW: f64 = 10.0;
/// How far the share of new rows may be off: five times the mean error that was measured on lineages with known truth.
const SHARE_ERROR: f64 = 0.02;
/// Of an institution's rows beyond the known dumps, the part that must be more than damaged copies for a ratio to be said of them.
const MOSTLY: f64 = 0.5;

/// Which rows of a dump stand in known dumps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// By source and offset of rows that all known dumps would have kept with their cells, the chance that one of these holds it as a copy. A row with
    /// damaged identifiers is not met, so that the chances are lower bounds.
    pub rows: BTreeMap<(u32, u64), f64>,
    /// Share of the dump's distinct rows that no known dump holds; damaged copies are none of these.
    pub new: f64,
}

/// What known dumps leave of an institution's findings.
#[derive(Clone, Debug, PartialEq)]
pub struct Beyond {
    /// Share of the distinct rows that no known dump holds which are copies of its records, known rows with damaged identifiers among them.
    pub share: Interval,
    /// Decimal logarithm of the calibrated likelihood ratio of those rows alone; none where damaged copies of known rows may be all that they are.
    pub log10_lr: Option<f64>,
    /// The same in words.
    pub support: Option<Support>,
    /// When the copy of those rows was made.
    pub exported_between: Option<ExportInterval>,
}

/// What known dumps say of the institutions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// By index, of the rows that fit its records the share that stands in known dumps; none where too few rows tell.
    pub share: Vec<Option<f64>>,
    /// By institution, what is left; none where too few rows tell.
    pub beyond: Vec<Option<Beyond>>,
}

impl Known {
    /// Of what a library explains of a dump.
    #[must_use]
    pub fn of(dump: &DumpFingerprint, explained: &Explained) -> Known {
        let copied = explained.found.iter().filter(|found| found.comparison.relation.copied());
        let level = copied.map(|found| found.known.about.detail).max().unwrap_or(0);
        let slots = dump.about.slots();
        let mut rows = BTreeMap::new();
        for (entry, &known) in dump.entries.iter().zip(&explained.coverage) {
            let by_column = slots.get(usize::from(entry.slot)).is_some_and(|slot| slot.1.is_some());
            if let Some(&place) = dump.places.get(entry.rank as usize).filter(|_| by_column && entry.level >= level) {
                let best: &mut f64 = rows.entry(place).or_default();
                *best = best.max(known);
            }
        }
        Known { rows, new: explained.new }
    }

    /// Whether a row is in a known dump; none where it is not among those that tell.
    fn holds(&self, place: (u32, u64)) -> Option<bool> {
        self.rows.get(&place).map(|&chance| chance >= 0.5)
    }

    /// Of the rows that are not met in a known dump, the most that may be damaged copies for each row that is met.
    fn missed(&self) -> f64 {
        let unmet = self.rows.values().filter(|&&chance| chance < 0.5).count() as f64 / self.rows.len().max(1) as f64;
        let new = (self.new - SHARE_ERROR).clamp(0.0, unmet);
        (unmet - new) / (1.0 - unmet).max(f64::MIN_POSITIVE)
    }
}

/// What known dumps say of the institutions of a case.
#[must_use]
pub fn tell(case: &Case, known: &Known) -> Told {
    let held: Vec<Option<bool>> = case.places.iter().map(|&place| known.holds(place)).collect();
    Told { share: shares(case, known), beyond: beyond(case, known, &held) }
}

fn shares(case: &Case, known: &Known) -> Vec<Option<f64>> {
    let mut of_index = vec![(0.0, 0.0); case.records.len()];
    for (row, place) in case.rows.iter().zip(&case.places) {
        let Some(known) = known.rows.get(place) else { continue };
        for comparison in row.iter().map(|hit| &hit.comparison).filter(|c| c.corroborated) {
            if let Some(sum) = of_index.get_mut(usize::from(comparison.index)) {
                *sum = (sum.0 + known, sum.1 + 1.0);
            }
        }
    }
    of_index.into_iter().map(|(known, rows)| (rows >= FEW).then(|| known / rows)).collect()
}

fn beyond(case: &Case, known: &Known, held: &[Option<bool>]) -> Vec<Option<Beyond>> {
    let k = case.institutions.names.len();
    let count = |wanted: bool| held.iter().filter(|h| **h == Some(wanted)).count() as f64;
    let (met, unmet) = (count(true), count(false));
    if met + unmet < FEW {
        return vec![None; k];
    }
    let rest = rest(case, known, held);
    let judgement = weigh(&rest);
    let damaged = met * known.missed();
    let of_institution = |finding: &super::InstitutionFinding| {
        let rows = finding.rows_explained;
        let news = rows - damaged >= FEW && rows - damaged >= MOSTLY * rows;
        // Without rows there is nothing that could be damaged.
        let said = news || finding.support < Support::Weak;
        Some(Beyond {
            share: finding.share.unwrap_or_else(|| interval(0.0, unmet)),
            log10_lr: said.then_some(finding.log10_lr),
            support: said.then_some(finding.support),
            exported_between: finding.exported_between.clone().filter(|_| news),
        })
    };
    judgement.institutions.iter().map(of_institution).collect()
}

/// The case of the rows that no known dump holds.
fn rest(case: &Case, known: &Known, held: &[Option<bool>]) -> Case {
    let numbers: Vec<usize> = (0..case.rows.len()).filter(|&n| held.get(n) == Some(&Some(false))).collect();
    let told = held.iter().flatten().count().max(1) as f64;
    let unmet = known.rows.values().filter(|&&chance| chance < 0.5).count() as f64 / known.rows.len().max(1) as f64;
    let rows: Vec<Vec<Hit>> = numbers.iter().map(|&n| case.rows[n].clone()).collect();
    let rows_hit = case.rows_hit * rows.len() as f64 / told;
    let canaries = |i: usize| {
        let planted = |hit: &&Hit| hit.comparison.canary && case.institutions.of(&hit.comparison) == i;
        let mut records: Vec<u32> = rows.iter().flatten().filter(planted).map(|hit| hit.comparison.record).collect();
        records.sort_unstable();
        records.dedup();
        records.len() as u64
    };
    Case {
        canaries: (0..case.institutions.names.len()).map(canaries).collect(),
        places: numbers.iter().map(|&n| case.places[n]).collect(),
        rows_distinct: (case.rows_distinct * unmet).max(rows_hit),
        rows_searched: (case.rows_searched * unmet).max(rows_hit),
        rows_hit,
        rows,
        ..case.clone()
    }
}
