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
pub mod likelihood;
pub mod mixture;
pub mod narrow;
pub mod panel;
pub mod patterns;
pub mod support;
pub mod taken;
pub mod verdict;

pub use support::Support;
pub use verdict::{Verdict, VerdictKind};

use crate::matching::sample::Sample;
use crate::matching::tally::{Merged, RecordSet, Searched};
use crate::matching::unanswered::Silence;
use crate::matching::{Comparison, Layout, Question};
use case::{Case, Hit};
use likelihood::Rows;
use mixture::Fit;
use patterns::Pattern;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
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
    /// Whether independent sources could be compared with each other.
    pub panel: bool,
    /// Whether worlds like this were among those that ratios were validated on.
    pub validated: bool,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Judges merged tallies; `silence` is what they do not speak about. `threshold` is the support from which on an institution is named.
#[must_use]
pub fn judge(
    question: &Question,
    merged: &Merged,
    layouts: &[Arc<Layout>],
    distinct: &Sample<Searched>,
    hit_rows: &Sample<Vec<Comparison>>,
    silence: &Silence,
    threshold: Support,
) -> Judgement {
    let case = gather::case(question, merged, layouts, distinct, hit_rows);
    let mut judgement = weigh(&case);
    judgement.rows_distinct_exact = distinct.exact;
    let records: Vec<u64> = merged.records.iter().map(RecordSet::len).collect();
    judgement.people = taken::people(hit_rows, &records);
    judgement.verdict = verdict::of(question, merged, silence, &judgement, threshold);
    judgement
}

/// Weighs a case: closely, the institutions that could be the source. Its verdict is yet to be said.
#[must_use]
pub fn weigh(case: &Case) -> Judgement {
    let k = case.institutions.names.len();
    let chosen = narrow::candidates(case);
    if chosen.len() == k {
        return weigh_closely(case, k);
    }
    let mut judgement = weigh_closely(&narrow::only(case, &chosen), k);
    let mut close = std::mem::take(&mut judgement.institutions).into_iter();
    let share = (case.rows_distinct > 0.0).then(|| interval(0.0, case.rows.len() as f64));
    let finding_of = |i: usize| match chosen.contains(&i).then(|| close.next()).flatten() {
        Some(finding) => finding,
        None => set_aside(case, i, share, judgement.validated),
    };
    judgement.institutions = (0..k).map(finding_of).collect();
    judgement.rows_sampled = case.rows.len();
    judgement
}

/// What is said of an institution that a first look found no copies of.
fn set_aside(case: &Case, i: usize, share: Option<Interval>, validated: bool) -> InstitutionFinding {
    let findings = calibration::Findings { validated, ..calibration::Findings::default() };
    let log10_lr = calibration::log10_ratio(&findings);
    InstitutionFinding {
        name: case.institutions.names[i].clone(),
        indexes: case.institutions.indexes_of(i),
        taken: taken::Taken::default(),
        share,
        findings,
        log10_lr,
        support: support::of(log10_lr),
        gain: 0.0,
        rows_explained: 0.0,
        issued_rows: 0.0,
        evidence: explain::set_aside(&findings),
        examples: Vec::new(),
        exported_between: None,
    }
}

/// How often each concept of a record changes.
fn drift(case: &Case) -> Vec<f64> {
    let lasting = case.concepts.lasting();
    (0..case.concepts.names.len()).map(|c| if lasting >> c & 1 == 1 { defaults::DRIFT.0 } else { defaults::DRIFT.1 }).collect()
}

/// What each institution's copy would add to the log-likelihood if there were no other's, with nothing known of when it was made.
fn first_look(case: &Case) -> Vec<f64> {
    let (patterns, _) = tabulate(case, &case.rows);
    let fit = Fit::new(&Rows::new(case, &patterns, &panel::measure(case)), &drift(case));
    let none = fit.without_copies(None);
    (0..case.institutions.names.len()).into_par_iter().map(|i| fit.without_copies(Some(i)) - none).collect()
}

/// Weighs every institution of a case that `supplied` institutions were supplied for.
fn weigh_closely(case: &Case, supplied: usize) -> Judgement {
    let rates = panel::measure(case);
    let k = case.institutions.names.len();
    // Twice: the first fit finds when each copy would have been made, the second leaves out what changed since.
    let (mut patterns, mut pattern_of) = tabulate(case, &case.rows);
    let drift = drift(case);
    let mut fit = Fit::new(&Rows::new(case, &patterns, &rates), &drift);
    let export = |sample: &[_], pattern_of: &[usize], fit: &Fit, i: usize| dates::export(case, sample, pattern_of, fit, i);
    let exports: Vec<_> = (0..k).map(|i| export(&case.rows, &pattern_of, &fit, i)).collect();
    let earlier: Vec<Vec<Hit>>;
    let mut rows = &case.rows;
    // Without an end of any copy nothing changes, and the first fit stands.
    if exports.iter().flatten().any(|e| e.day.is_some()) {
        earlier = dates::as_of_export(case, &exports);
        rows = &earlier;
        (patterns, pattern_of) = tabulate(case, rows);
        fit = Fit::new(&Rows::new(case, &patterns, &rates), &drift);
    }
    let gains: Vec<f64> = (0..k).into_par_iter().map(|i| fit.gain_of(&[i])).collect();
    // All rows, those without hits in proportion.
    let all: f64 = patterns.iter().map(|(_, n)| n).sum();
    let validated = case.panel.is_some() && case.rows_distinct >= calibration::FEWEST_ROWS && supplied <= calibration::MOST_INSTITUTIONS;
    let finding_of = |i: usize| {
        let explained: f64 = fit.posteriors.iter().zip(&patterns).map(|(p, (_, n))| p[i] * n).sum();
        let issued_rows = weight_where(&patterns, &fit, i, |p| patterns::issued_by_one(p, i, case.concepts.issued));
        let own_values: f64 =
            patterns.iter().zip(&fit.posteriors).map(|((p, n), post)| n * post[i] * patterns::own_values(p, i, case.concepts.issued)).sum();
        let share = (case.rows_distinct > 0.0).then(|| interval(explained, all));
        let stands_alone = support::stands_alone(issued_rows, case.canaries[i]);
        let share_or_none = share.map_or(0.0, |s| s.estimate);
        let findings = calibration::Findings { share: share_or_none, gain: gains[i], issued_rows, own_values, stands_alone, validated };
        let log10_lr = calibration::log10_ratio(&findings);
        InstitutionFinding {
            name: case.institutions.names[i].clone(),
            indexes: case.institutions.indexes_of(i),
            taken: taken::Taken::default(),
            share,
            findings,
            log10_lr,
            support: support::of(log10_lr),
            gain: gains[i],
            rows_explained: explained,
            issued_rows,
            evidence: explain::evidence(&patterns, &fit, i, &findings, case.canaries[i]),
            examples: explain::examples(case, rows, &pattern_of, &fit, i),
            // By the rows as they are: what was left out of the second fit is what changes tell the day by.
            exported_between: export(&case.rows, &pattern_of, &fit, i).map(|e| e.interval),
        }
    };
    let mut findings: Vec<InstitutionFinding> = (0..k).map(finding_of).collect();
    let supported: Vec<usize> = (0..k).filter(|&i| findings[i].support >= Support::Moderate).collect();
    let firmly = supported.iter().any(|&i| findings[i].support >= Support::ModeratelyStrong);
    let shown = settled(&fit, &supported, firmly, all);
    if !supported.is_empty() {
        let share = |i: usize| interval(shown.copied_share(i) * all, all);
        findings.iter_mut().enumerate().for_each(|(i, f)| f.share = f.share.map(|_| share(i)));
    }
    findings.iter_mut().enumerate().for_each(|(i, f)| f.taken = taken::taken(case, &case.rows, &pattern_of, &shown, i));
    let unlisted: Vec<usize> = fit.components.unlisted().collect();
    let fabricated: Vec<usize> = fit.components.fabricated().collect();
    let some = |share: f64| if patterns.is_empty() { 0.0 } else { share };
    Judgement {
        institutions: findings,
        rows_distinct: case.rows_distinct,
        rows_distinct_exact: true,
        rows_searched: case.rows_searched,
        people: taken::People::default(),
        unlisted_share: some(shown.unlisted_share()),
        fabricated_share: some(shown.fabricated_share()),
        nature_gains: (fit.gain_of(&unlisted), fit.gain_of(&fabricated)),
        rows_sampled: rows.len(),
        rows_compared: patterns.iter().filter(|(p, _)| p.views.iter().any(|v| v.agree | v.disagree != 0)).map(|(_, n)| n).sum(),
        panel: rates.hit_sets.is_some(),
        validated,
        verdict: Verdict::default(),
    }
}

/// The sampled rows as patterns with counts, and each row's pattern. Rows without hits are a pattern without views, in proportion.
fn tabulate(case: &Case, rows: &[Vec<Hit>]) -> (Vec<(Pattern, f64)>, Vec<usize>) {
    let of_row = |r: &Vec<Hit>| patterns::of_row(r.iter().map(|h| &h.comparison), &case.institutions, &case.concepts);
    let patterns_of_rows: Vec<Pattern> = rows.par_iter().map(of_row).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.par_sort_unstable_by_key(|&n| &patterns_of_rows[n]);
    let mut counts: Vec<(Pattern, f64)> = Vec::new();
    let mut pattern_of_row = vec![0; rows.len()];
    for alike in order.chunk_by(|&a, &b| patterns_of_rows[a] == patterns_of_rows[b]) {
        alike.iter().for_each(|&n| pattern_of_row[n] = counts.len());
        counts.push((patterns_of_rows[alike[0]].clone(), alike.len() as f64));
    }
    if case.rows_hit > 0.0 && case.rows_searched > case.rows_hit {
        let without = (case.rows_searched - case.rows_hit) * rows.len() as f64 / case.rows_hit;
        counts.push((Pattern { views: Vec::new(), found_by: 0 }, without));
    }
    (counts, pattern_of_row)
}

/// The mixture of the supported institutions' copies and made-up rows alone, unless the findings clearly ask for other sources as well: a model
/// that is wrong in its details finds a few rows in any dump that fit an unlisted source better.
fn settled(fit: &Fit, supported: &[usize], firmly: bool, rows: f64) -> Fit {
    // Log-likelihood that other sources must add, at least and by row, the more the firmer the support is; chosen on worlds.
    const CLEARLY: f64 = 20.0;
    let by_row = if firmly { 0.6 } else { 0.15 };
    let mut with_chosen = fit.components.usual();
    supported.iter().for_each(|&i| with_chosen[fit.components.chosen(i)] = true);
    let fabricated = fit.components.fabricated();
    let copied = |c: usize| supported.iter().any(|&i| c == i || c == fit.components.chosen(i));
    let allowed: Vec<bool> = (0..fit.components.count()).map(|c| fabricated.contains(&c) || copied(c)).collect();
    let all = fit.restricted(&with_chosen);
    let copies = fit.restricted(&allowed);
    let lost = all.log_likelihood - copies.log_likelihood;
    if !supported.is_empty() && lost <= CLEARLY + by_row * rows { copies } else { all }
}

fn weight_where(patterns: &[(Pattern, f64)], fit: &Fit, i: usize, test: impl Fn(&Pattern) -> bool) -> f64 {
    patterns.iter().zip(&fit.posteriors).filter(|((p, _), _)| test(p)).map(|((_, n), post)| n * post[i]).sum()
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
