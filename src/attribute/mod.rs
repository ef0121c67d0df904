//! Whose copy it is, from the merged tallies alone.
//!
//! Overlap says *who* is in a dump; agreement on what others would not share says *whose copy* it is. The sampled rows with hits become
//! [`patterns`]; a [`mixture`] of copies, same people and made-up rows is fitted to them; what each institution's copy adds to the
//! likelihood becomes its support, on the words of the ENFSI scale. What independent sources agree on comes from comparing the loaded
//! indexes with each other ([`panel`]), or from documented [`defaults`].
//!
//! First version: the parameters are defaults or measured on the panel, nothing is calibrated on worlds with known truth. `log10_lr` is
//! therefore null, and support stops at "strong" unless issued ids or canaries carry it.

mod compare;
pub mod dates;
pub mod defaults;
pub mod mixture;
pub mod panel;
pub mod patterns;
pub mod support;
pub mod verdict;

pub use support::Support;
pub use verdict::{Verdict, VerdictKind};

use crate::identify::digest::Algorithm;
use crate::matching::sample::{Sample, Sampled};
use crate::matching::tally::Merged;
use crate::matching::unanswered::Silence;
use crate::matching::{Comparison, Layout, Question};
use mixture::{Components, Fit, Problem};
use patterns::{Institutions, Pattern};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sampled rows that the mixture is fitted to; more would sharpen shares by less than the model is wrong by.
const FITTED_ROWS: usize = 10_000;

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

/// Judges merged tallies; `silence` is what they do not speak about. `threshold` is the support from which on an institution is named.
#[must_use]
pub fn judge(
    question: &Question,
    merged: &Merged,
    layouts: &[Arc<Layout>],
    distinct: Sample<()>,
    hit_rows: &Sample<Vec<Comparison>>,
    silence: &Silence,
    threshold: Support,
) -> Judgement {
    let institutions = Institutions::group(question.indexes.iter().map(|i| i.meta().institution.as_str()));
    let (searched, compared) = concepts_of_dump(question, merged, layouts);
    let hit: Vec<bool> = merged.indexes.iter().map(|tally| tally.field_hits.iter().any(|&hits| hits > 0)).collect();
    let parts = parts_of_dump(question, merged, layouts);
    let seen = panel::Seen { hit: &hit, searched: &searched, compared, parts: &parts };
    let rates = panel::measure(&question.indexes, &institutions, &question.concepts, &seen);
    let rows_distinct = distinct.distinct;
    // The sample of rows with hits may be thinner than that of all rows; a share of hits is a share of the dump by their ratio.
    let hit_share = if rows_distinct > 0.0 { (hit_rows.distinct / rows_distinct).min(1.0) } else { 0.0 };
    let fitted = &hit_rows.rows[..hit_rows.rows.len().min(FITTED_ROWS)];
    // Twice: the first fit finds when each copy would have been made, the second leaves out what changed since.
    let k = institutions.names.len();
    let everything = vec![true; Components { institutions: k }.count()];
    let (mut patterns, mut rows) = tabulate(fitted, &institutions, &question.concepts);
    let mut problem = Problem::new(&patterns, &rates);
    let mut fit = problem.fit(&everything, None);
    let calendars: Vec<_> = (0..k).map(|i| dates::calendar(question, fitted, &institutions, i)).collect();
    let export = |sample: &[_], rows: &[usize], fit: &Fit, i: usize| dates::export(question, sample, rows, fit, calendars[i].as_ref()?, i);
    let exports: Vec<_> = (0..k).map(|i| export(fitted, &rows, &fit, i)).collect();
    let earlier: Vec<Sampled<Vec<Comparison>>>;
    let mut fitted = fitted;
    // Without an end of any copy nothing changes, and the first fit stands.
    if exports.iter().flatten().any(|e| e.day.is_some()) {
        earlier = dates::as_of_export(question, fitted, &institutions, &exports);
        fitted = &earlier;
        (patterns, rows) = tabulate(fitted, &institutions, &question.concepts);
        problem = Problem::new(&patterns, &rates);
        fit = problem.fit(&everything, None);
    }
    let gains: Vec<f64> = (0..k).into_par_iter().map(|i| gain_of(&problem, &fit, &[i])).collect();
    let mut findings = Vec::with_capacity(k);
    for (i, name) in institutions.names.iter().enumerate() {
        let explained: f64 = fit.posteriors.iter().zip(&patterns).map(|(p, (_, n))| p[i] * n).sum();
        let gain = gains[i];
        let strong_evidence = support::StrongEvidence {
            issued_rows: weight_where(&patterns, &fit, i, |p| view_of(p, i).is_some_and(|v| v.agree & question.concepts.issued != 0)),
            canary_rows: canaries(hit_rows, &institutions, i),
        };
        findings.push(InstitutionFinding {
            name: name.clone(),
            indexes: (0..institutions.of_index.len()).filter(|&n| institutions.of_index[n] == i).collect(),
            best_index: best_index(fitted, &rows, &fit, &institutions, i),
            share: (rows_distinct > 0.0).then(|| interval(explained * hit_share, fitted.len() as f64)),
            support: support::of(gain, explained, strong_evidence),
            gain,
            rows_explained: explained,
            exported_between: export(fitted, &rows, &fit, i).map(|e| e.interval),
        });
    }
    let some = |share: f64| if patterns.is_empty() { 0.0 } else { share };
    let mut judgement = Judgement {
        institutions: findings,
        rows_distinct,
        rows_distinct_exact: distinct.exact,
        unlisted_share: some(fit.unlisted_share()),
        fabricated_share: some(fit.shares[fit.components.fabricated()]),
        panel: rates.hit_sets.is_some(),
        verdict: Verdict::default(),
    };
    judgement.verdict = verdict::of(question, merged, silence, &judgement, &problem, &fit, threshold);
    judgement
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

/// The sampled rows as patterns with counts, and each row's pattern.
fn tabulate(
    rows: &[Sampled<Vec<Comparison>>],
    institutions: &Institutions,
    concepts: &crate::matching::Concepts,
) -> (Vec<(Pattern, f64)>, Vec<usize>) {
    let patterns_of_rows: Vec<Pattern> = rows.par_iter().map(|r| patterns::of_row(&r.value, institutions, concepts)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.par_sort_unstable_by_key(|&n| &patterns_of_rows[n]);
    let mut counts: Vec<(Pattern, f64)> = Vec::new();
    let mut pattern_of_row = vec![0; rows.len()];
    for alike in order.chunk_by(|&a, &b| patterns_of_rows[a] == patterns_of_rows[b]) {
        alike.iter().for_each(|&n| pattern_of_row[n] = counts.len());
        counts.push((patterns_of_rows[alike[0]].clone(), alike.len() as f64));
    }
    (counts, pattern_of_row)
}

fn view_of(pattern: &Pattern, institution: usize) -> Option<&patterns::View> {
    pattern.views.iter().find(|v| usize::from(v.institution) == institution)
}

/// What allowing these components adds to the log-likelihood.
fn gain_of(problem: &Problem<'_>, fit: &Fit, components: &[usize]) -> f64 {
    // Components without weight add nothing; fitting again without them would only show that at length.
    const NOTHING: f64 = 0.01;
    let explained = |post: &Vec<f64>| components.iter().map(|&c| post[c]).sum::<f64>();
    let weight: f64 = fit.posteriors.iter().zip(problem.patterns()).map(|(p, (_, n))| explained(p) * n).sum();
    if weight < NOTHING {
        return 0.0;
    }
    let allowed: Vec<bool> = (0..fit.shares.len()).map(|c| !components.contains(&c)).collect();
    (fit.log_likelihood - problem.fit(&allowed, Some(fit)).log_likelihood).max(0.0)
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
fn best_index(sample: &[Sampled<Vec<Comparison>>], rows: &[usize], fit: &Fit, institutions: &Institutions, i: usize) -> Option<usize> {
    let own: Vec<usize> = (0..institutions.of_index.len()).filter(|&n| institutions.of_index[n] == i).collect();
    if own.len() < 2 {
        return own.first().copied();
    }
    let mut score: BTreeMap<usize, f64> = BTreeMap::new();
    for (row, &pattern) in sample.iter().zip(rows) {
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
