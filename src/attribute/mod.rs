//! Whose copy it is, from the merged tallies alone.
//!
//! Overlap says *who* is in a dump; agreement on what others would not share says *whose copy* it is. The sampled rows with hits become
//! [`patterns`]; a [`mixture`] of copies, same people and made-up rows is fitted to them; what each institution's copy adds to the
//! likelihood becomes its support, on the words of the ENFSI scale. What independent sources agree on comes from comparing the loaded
//! indexes with each other ([`panel`]), or from documented [`defaults`].
//!
//! First version: the parameters are defaults or measured on the panel, nothing is calibrated on worlds with known truth. `log10_lr` is
//! therefore null, and support stops at "strong" unless issued ids or canaries carry it.

pub mod dates;
pub mod defaults;
pub mod mixture;
pub mod panel;
pub mod patterns;
pub mod support;
pub mod verdict;

pub use support::Support;
pub use verdict::{Verdict, VerdictKind};

use crate::matching::sample::Sample;
use crate::matching::tally::Merged;
use crate::matching::{Comparison, Question};
use mixture::{Fit, Rates};
use patterns::{Institutions, Pattern};
use std::collections::BTreeMap;

/// What is said of one institution.
#[derive(Clone, Debug)]
pub struct InstitutionFinding {
    /// Its name.
    pub name: String,
    /// Its indexes, by place on the command line.
    pub indexes: Vec<usize>,
    /// Of these, the one whose records the copied rows fit best, where there are several.
    pub best_index: Option<usize>,
    /// Share of the distinct rows that are copies of its records.
    pub share: Option<Interval>,
    /// How firmly the findings speak for a copy.
    pub support: Support,
    /// Natural logarithm of what its copy adds to the likelihood; uncalibrated, for explanation only.
    pub gain: f64,
    /// Rows of the sample that its copy explains, as weight.
    pub rows_explained: f64,
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
    /// Share of the rows with hits that fit an unlisted source about the same people.
    pub unlisted_share: f64,
    /// Share of the rows with hits whose values fit nobody in particular.
    pub fabricated_share: f64,
    /// Whether independent sources could be compared with each other.
    pub panel: bool,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Judges merged tallies. `threshold` is the support from which on an institution is named.
#[must_use]
pub fn judge(
    question: &Question,
    merged: &Merged,
    distinct: Sample<()>,
    hit_rows: &Sample<Vec<Comparison>>,
    threshold: Support,
) -> Judgement {
    let institutions = Institutions::group(question.indexes.iter().map(|i| i.meta().institution.as_str()));
    let searched = searched_concepts(question, merged);
    let rates = panel::measure(&question.indexes, &institutions, &question.concepts, searched);
    let rows_distinct = distinct.distinct;
    // The sample of rows with hits may be thinner than that of all rows; a share of hits is a share of the dump by their ratio.
    let hit_share = if rows_distinct > 0.0 { (hit_rows.distinct / rows_distinct).min(1.0) } else { 0.0 };
    let (patterns, rows) = tabulate(hit_rows, &institutions, &question.concepts);
    let everything = vec![true; institutions.names.len() + 2];
    let fit = mixture::fit(&patterns, &rates, &everything);
    let mut findings = Vec::with_capacity(institutions.names.len());
    for (i, name) in institutions.names.iter().enumerate() {
        let explained: f64 = fit.posteriors.iter().zip(&patterns).map(|(p, (_, n))| p[i] * n).sum();
        let gain = gain_of(&patterns, &rates, &fit, i);
        let strong_evidence = support::StrongEvidence {
            issued_rows: weight_where(&patterns, &fit, i, |p| view_of(p, i).is_some_and(|v| v.agree & question.concepts.issued != 0)),
            canary_rows: canaries(hit_rows, &institutions, i),
        };
        findings.push(InstitutionFinding {
            name: name.clone(),
            indexes: (0..institutions.of_index.len()).filter(|&n| institutions.of_index[n] == i).collect(),
            best_index: best_index(hit_rows, &rows, &fit, &institutions, i),
            share: (rows_distinct > 0.0).then(|| interval(explained * hit_share, hit_rows.rows.len() as f64)),
            support: support::of(gain, explained, strong_evidence),
            gain,
            rows_explained: explained,
            exported_between: dates::exported_between(question, hit_rows, &rows, &fit, &institutions, i),
        });
    }
    let share_of = |component: usize| fit.shares.get(component).copied().filter(|_| !patterns.is_empty()).unwrap_or(0.0);
    let k = institutions.names.len();
    let mut judgement = Judgement {
        institutions: findings,
        rows_distinct,
        rows_distinct_exact: distinct.exact,
        unlisted_share: share_of(k),
        fabricated_share: share_of(k + 1),
        panel: rates.hit_sets.is_some(),
        verdict: Verdict::default(),
    };
    judgement.verdict = verdict::of(question, merged, &judgement, &patterns, &rates, &fit, threshold);
    judgement
}

/// Concepts of the identifiers that the dump was searched for.
fn searched_concepts(question: &Question, merged: &Merged) -> u64 {
    let mut searched = 0;
    for (index, tally) in merged.indexes.iter().enumerate() {
        for (field, concept) in question.concepts.of_identifier[index].iter().enumerate() {
            if tally.field_hits[field] > 0
                && let Some(c) = concept
            {
                searched |= 1 << c;
            }
        }
    }
    searched
}

/// The sampled rows as patterns with counts, and each row's pattern.
fn tabulate(
    sample: &Sample<Vec<Comparison>>,
    institutions: &Institutions,
    concepts: &crate::matching::Concepts,
) -> (Vec<(Pattern, f64)>, Vec<usize>) {
    let patterns_of_rows: Vec<Pattern> = sample.rows.iter().map(|r| patterns::of_row(&r.value, institutions, concepts)).collect();
    let mut counts: BTreeMap<&Pattern, f64> = BTreeMap::new();
    for pattern in &patterns_of_rows {
        *counts.entry(pattern).or_insert(0.0) += 1.0;
    }
    let numbers: BTreeMap<&Pattern, usize> = counts.keys().enumerate().map(|(n, p)| (*p, n)).collect();
    let rows = patterns_of_rows.iter().map(|p| numbers[p]).collect();
    (counts.into_iter().map(|(p, n)| (p.clone(), n)).collect(), rows)
}

fn view_of(pattern: &Pattern, institution: usize) -> Option<&patterns::View> {
    pattern.views.iter().find(|v| usize::from(v.institution) == institution)
}

/// What allowing copies of `i` adds to the log-likelihood.
fn gain_of(patterns: &[(Pattern, f64)], rates: &Rates, fit: &Fit, i: usize) -> f64 {
    // A component without weight adds nothing; fitting again without it would only show that at length.
    const NOTHING: f64 = 0.01;
    let explained: f64 = fit.posteriors.iter().zip(patterns).map(|(p, (_, n))| p[i] * n).sum();
    if explained < NOTHING {
        return 0.0;
    }
    let allowed: Vec<bool> = (0..fit.shares.len()).map(|c| c != i).collect();
    (fit.log_likelihood - mixture::fit(patterns, rates, &allowed).log_likelihood).max(0.0)
}

fn weight_where(patterns: &[(Pattern, f64)], fit: &Fit, i: usize, test: impl Fn(&Pattern) -> bool) -> f64 {
    patterns.iter().zip(&fit.posteriors).filter(|((p, _), _)| test(p)).map(|((_, n), post)| n * post[i]).sum()
}

fn canaries(sample: &Sample<Vec<Comparison>>, institutions: &Institutions, i: usize) -> u64 {
    let planted = |c: &Comparison| c.canary && institutions.of_index[usize::from(c.index)] == i;
    let mut records: Vec<u32> = sample.rows.iter().flat_map(|r| &r.value).filter(|c| planted(c)).map(|c| c.record).collect();
    records.sort_unstable();
    records.dedup();
    records.len() as u64
}

/// Which dataset or snapshot of an institution the copied rows agree with most, weighted by how much each row is its copy.
fn best_index(sample: &Sample<Vec<Comparison>>, rows: &[usize], fit: &Fit, institutions: &Institutions, i: usize) -> Option<usize> {
    let own: Vec<usize> = (0..institutions.of_index.len()).filter(|&n| institutions.of_index[n] == i).collect();
    if own.len() < 2 {
        return own.first().copied();
    }
    let mut score: BTreeMap<usize, f64> = BTreeMap::new();
    for (row, &pattern) in sample.rows.iter().zip(rows) {
        let weight = fit.posteriors[pattern][i];
        for c in row.value.iter().filter(|c| institutions.of_index[usize::from(c.index)] == i) {
            *score.entry(usize::from(c.index)).or_insert(0.0) +=
                weight * (f64::from(c.agree.count_ones()) - f64::from(c.disagree.count_ones()));
        }
    }
    let best = score.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    let tied = score.values().filter(|s| (**s - best.1).abs() < 1e-9).count() > 1;
    (!tied).then_some(*best.0)
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
