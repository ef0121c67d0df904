//! What the rows say that no known dump holds: is it an old leak again, or is there more?
//!
//! A known dump is one more component of the mixture, a copy of an old leak, but one whose rows need no fitting: that a row is a copy of a known
//! dump's is settled by the row's own identifiers and cells ([`crate::lineage`]), and no pattern of agreement with records outweighs that. With its
//! posteriors fixed, the mixture falls into two: the known rows, which the old leak explains whosever records they fit, and the rest, which is a case
//! of its own and is weighed as one.
//!
//! A copy whose identifiers were damaged is not met in the known dump, though it is no news. How many there are in the dump follows from how many
//! rows are not met and how many are found to be new; they may all be among an institution's rows, and are taken off before anything is said of these.

use super::case::{Case, Hit};
use super::dates::ExportInterval;
use super::gather::{FITTED_ROWS, hits};
use super::{InstitutionFinding, Interval, Support, interval, weigh};
use crate::lineage::DumpFingerprint;
use crate::lineage::library::Explained;
use crate::matching::sample::{Sample, Sampled};
use crate::matching::{Comparison, Question};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeMap;

/// Sampled rows below which nothing is said.
const FEW: f64 = 10.0;
/// Chance from which on a row counts as met in a known dump.
const MET: f64 = 0.5;
/// Share of rows that are not met up to which there is nothing beyond what is known.
const NEXT_TO_NONE: f64 = 0.05;
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

    /// Share of the rows that are not met in a known dump.
    fn unmet(&self) -> f64 {
        self.rows.values().filter(|&&chance| chance < MET).count() as f64 / self.rows.len().max(1) as f64
    }
}

/// Sampled rows with hits of which is known whether a known dump holds them.
struct TellingRows<'s> {
    met: usize,
    unmet: Vec<&'s Sampled<Vec<Comparison>>>,
    /// Of these the most that may be known rows with damaged identifiers.
    damaged: f64,
}

impl<'s> TellingRows<'s> {
    fn of(case: &Case, hit_rows: &'s Sample<Vec<Comparison>>, known: &Known) -> TellingRows<'s> {
        let telling = hit_rows.rows.iter().filter_map(|row| known.rows.get(&row.first).map(|&chance| (row, chance >= MET)));
        let (met, unmet): (Vec<_>, Vec<_>) = telling.partition(|(_, met)| *met);
        let (met, unmet): (usize, Vec<_>) = (met.len(), unmet.into_iter().map(|(row, _)| row).collect());
        // Damage may lie in the rows with hits alone: all that there is in the dump is taken for theirs.
        let share = known.unmet() - (known.new - SHARE_ERROR).clamp(0.0, known.unmet());
        let rows_for_one = (met + unmet.len()) as f64 / case.rows_hit.max(1.0);
        let damaged = (share * case.rows_distinct * rows_for_one).min(unmet.len() as f64);
        TellingRows { met, unmet, damaged }
    }

    fn all(&self) -> f64 {
        (self.met + self.unmet.len()) as f64
    }

    /// Whether there are enough that are not met to say something of them, or so few among so many that there is nothing beyond what is known.
    fn tell(&self) -> bool {
        let unmet = self.unmet.len() as f64;
        unmet >= FEW || self.all() >= FEW && interval(unmet, self.all()).high <= NEXT_TO_NONE
    }
}

/// What known dumps say of the institutions of a case, whose rows with hits are sampled in `hit_rows`.
#[must_use]
pub fn tell(question: &Question, case: &Case, hit_rows: &Sample<Vec<Comparison>>, known: &Known) -> Told {
    let telling = TellingRows::of(case, hit_rows, known);
    Told { share: shares(case, hit_rows, known), beyond: beyond(question, case, known, &telling) }
}

fn shares(case: &Case, hit_rows: &Sample<Vec<Comparison>>, known: &Known) -> Vec<Option<f64>> {
    let mut of_index = vec![(0.0, 0.0); case.records.len()];
    for row in &hit_rows.rows {
        let Some(known) = known.rows.get(&row.first) else { continue };
        for comparison in row.value.iter().filter(|c| c.corroborated) {
            if let Some(sum) = of_index.get_mut(usize::from(comparison.index)) {
                *sum = (sum.0 + known, sum.1 + 1.0);
            }
        }
    }
    of_index.into_iter().map(|(known, rows)| (rows >= FEW).then(|| known / rows)).collect()
}

fn beyond(question: &Question, case: &Case, known: &Known, telling: &TellingRows<'_>) -> Vec<Option<Beyond>> {
    if !telling.tell() {
        return vec![None; case.institutions.names.len()];
    }
    let judgement = weigh(&rest(question, case, known, telling));
    let of_institution = |finding: &InstitutionFinding| {
        let (rows, damaged) = (finding.rows_explained, telling.damaged);
        let news = rows - damaged >= FEW && rows - damaged >= MOSTLY * rows;
        // What is not supported cannot be supported by damaged rows alone.
        let said = news || finding.support < Support::Weak;
        Some(Beyond {
            share: finding.share.unwrap_or_else(|| interval(0.0, telling.unmet.len() as f64)),
            log10_lr: said.then_some(finding.log10_lr),
            support: said.then_some(finding.support),
            exported_between: finding.exported_between.clone().filter(|_| news),
        })
    };
    judgement.institutions.iter().map(of_institution).collect()
}

/// The case of the rows that no known dump holds.
fn rest(question: &Question, case: &Case, known: &Known, telling: &TellingRows<'_>) -> Case {
    let chosen = &telling.unmet[..telling.unmet.len().min(FITTED_ROWS)];
    let rows: Vec<Vec<Hit>> = chosen.par_iter().map(|row| hits(question, row)).collect();
    let rows_hit = case.rows_hit * telling.unmet.len() as f64 / telling.all().max(1.0);
    let canaries = |i: usize| {
        let planted = |hit: &&Hit| hit.comparison.canary && case.institutions.of(&hit.comparison) == i;
        let mut records: Vec<u32> = rows.iter().flatten().filter(planted).map(|hit| hit.comparison.record).collect();
        records.sort_unstable();
        records.dedup();
        records.len() as u64
    };
    Case {
        canaries: (0..case.institutions.names.len()).map(canaries).collect(),
        places: chosen.iter().map(|row| row.first).collect(),
        rows_distinct: (case.rows_distinct * known.unmet()).max(rows_hit),
        rows_searched: (case.rows_searched * known.unmet()).max(rows_hit),
        rows_hit,
        rows,
        ..case.clone()
    }
}
