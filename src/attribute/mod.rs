//! Whose copy it is, from the merged tallies alone.
//!
//! Overlap says *who* is in a dump; agreement on what others would not share says *whose copy* it is. The sampled rows with hits become
//! [`patterns`]; a [`mixture`] of copies, same people and made-up rows is fitted to them; what each institution's copy adds to the
//! likelihood becomes its support, on the words of the ENFSI scale. What independent sources agree on comes from comparing the loaded
//! indexes with each other ([`panel`]), or from documented [`defaults`]; what the findings are worth comes from worlds with known truth
//! ([`calibration`]).

pub mod calibration;
pub mod case;
pub mod claim;
mod compare;
pub mod dates;
pub mod defaults;
pub mod explain;
pub mod gather;
pub mod hitsets;
pub mod known;
pub mod likelihood;
pub mod mixture;
pub mod narrow;
pub mod panel;
pub mod patterns;
pub mod support;
pub mod taken;
pub mod verdict;
mod weigh;

pub use known::Known;
pub use support::Support;
pub use verdict::{Verdict, VerdictKind};
pub use weigh::weigh;

use crate::matching::sample::Sample;
use crate::matching::tally::{Merged, RecordSet, Searched};
use crate::matching::unanswered::Silence;
use crate::matching::{Comparison, Layout, Question};
use std::sync::Arc;

/// What is said of one institution.
#[derive(Clone, Debug)]
pub struct InstitutionFinding {
    /// Its name.
    pub name: String,
    /// Its indexes, by place on the command line.
    pub indexes: Vec<usize>,
    /// What was taken of it, the index that the copied rows fit best first.
    pub taken: taken::Taken,
    /// Share of the distinct rows that are copies of its records.
    pub share: Option<Interval>,
    /// What the ratio rests on.
    pub findings: calibration::Findings,
    /// Decimal logarithm of the calibrated likelihood ratio: a copy of its records, against the same people from an independent source.
    pub log10_lr: f64,
    /// How firmly the findings speak for a copy.
    pub support: Support,
    /// Natural logarithm of what its copy adds to the likelihood; uncalibrated, for explanation only.
    pub gain: f64,
    /// Rows of the sample that its copy explains, as weight.
    pub rows_explained: f64,
    /// Of these, with an issued id that agrees.
    pub issued_rows: f64,
    /// The parts of the ratio.
    pub evidence: Vec<explain::Evidence>,
    /// Rows that are copies beyond doubt.
    pub examples: Vec<explain::Place>,
    /// When the copy was made.
    pub exported_between: Option<dates::ExportInterval>,
}

/// An estimate with a 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Best guess.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Everything that is concluded.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// One entry an institution, in order of first appearance.
    pub institutions: Vec<InstitutionFinding>,
    /// Distinct rows of the dump.
    pub rows_distinct: f64,
    /// Whether that is exact.
    pub rows_distinct_exact: bool,
    /// Of these, rows with a value in a column of which values were found.
    pub rows_searched: f64,
    /// Distinct people whose records were hit.
    pub people: taken::People,
    /// Share of the rows with hits that fit an unlisted source about the same people.
    pub unlisted_share: f64,
    /// Share of the rows with hits whose values fit nobody in particular.
    pub fabricated_share: f64,
    /// Natural logarithm of what unlisted sources add to the likelihood, and what made-up rows add.
    pub nature_gains: (f64, f64),
    /// Distinct rows of the sample that hit a record.
    pub rows_sampled: usize,
    /// Of these, rows that could be compared with a record beyond what found it.
    pub rows_compared: f64,
    /// What known dumps say of the institutions; none where none was asked about, or none holds copies.
    pub known: Option<known::Told>,
    /// Whether independent sources could be compared with each other.
    pub panel: bool,
    /// Whether worlds like this were among those that ratios were validated on.
    pub validated: bool,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Judges merged tallies; `silence` is what they do not speak about, `known` which rows stand in known dumps. `threshold` is the support from which on
/// an institution is named.
#[must_use]
#[allow(clippy::too_many_arguments, reason = "each is a result of its own")]
pub fn judge(
    question: &Question,
    merged: &Merged,
    layouts: &[Arc<Layout>],
    distinct: &Sample<Searched>,
    hit_rows: &Sample<Vec<Comparison>>,
    silence: &Silence,
    known: Option<&Known>,
    threshold: Support,
) -> Judgement {
    let case = gather::case(question, merged, layouts, distinct, hit_rows);
    let mut judgement = weigh(&case);
    judgement.rows_distinct_exact = distinct.exact;
    judgement.known = known.map(|known| known::tell(question, &case, hit_rows, known));
    let records: Vec<u64> = merged.records.iter().map(RecordSet::len).collect();
    judgement.people = taken::people(hit_rows, &records);
    judgement.verdict = verdict::of(question, merged, layouts, silence, &judgement, threshold);
    judgement
}

/// A share with its 95% Wilson interval (Wilson 1927) for a sample of `n` rows.
fn interval(weight: f64, n: f64) -> Interval {
    const Z: f64 = 1.959_964;
    if n <= 0.0 {
        return Interval { estimate: 0.0, low: 0.0, high: 0.0 };
    }
    let p = (weight / n).clamp(0.0, 1.0);
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * libm::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n)) / (1.0 + z2 / n);
    Interval { estimate: p, low: (centre - half).max(0.0).min(p), high: (centre + half).min(1.0).max(p) }
}
