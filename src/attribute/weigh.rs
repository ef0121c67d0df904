//! Weighing a case: which institutions could be the source, what each one's copy explains, what that is worth, and what was taken.

use super::case::{Case, Hit};
use super::likelihood::Rows;
use super::mixture::Fit;
use super::patterns::{self, Pattern};
use super::{InstitutionFinding, Interval, Judgement, Support, Verdict, interval, support};
use super::{calibration, dates, defaults, explain, narrow, panel, taken};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// Log-likelihood by row that sources other than copies must add before they are believed in beside them, chosen on worlds: where ratios are yet
/// to be said.
const BY_ROW: f64 = 0.05;
/// The same beside copies that are supported.
const BY_ROW_WHERE_SUPPORTED: f64 = 0.15;
/// The same beside copies that are firmly supported.
const BY_ROW_WHERE_FIRM: f64 = 0.6;
/// What they must add at least beside supported copies.
const CLEARLY: f64 = 20.0;

/// Weighs a case: closely, the institutions that could be the source. Its verdict is yet to be said.
#[must_use]
pub fn weigh(case: &Case) -> Judgement {
    let k = case.institutions.names.len();
    let chosen = narrow::candidates(case, first_look);
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
    InstitutionFinding { share, evidence: explain::set_aside(&findings), ..finding(case, i, findings) }
}

/// What is said of an institution by its findings alone.
fn finding(case: &Case, i: usize, findings: calibration::Findings) -> InstitutionFinding {
    let log10_lr = calibration::log10_ratio(&findings);
    InstitutionFinding {
        name: case.institutions.names[i].clone(),
        indexes: case.institutions.indexes_of(i),
        taken: taken::Taken::default(),
        share: None,
        findings,
        log10_lr,
        support: support::of(log10_lr),
        gain: findings.gain,
        rows_explained: 0.0,
        issued_rows: findings.issued_rows,
        evidence: Vec::new(),
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
    let weight_of = |i: usize, value: &dyn Fn(&Pattern) -> f64| -> f64 {
        patterns.iter().zip(&fit.posteriors).map(|((p, n), post)| n * post[i] * value(p)).sum()
    };
    let explained: Vec<f64> = (0..k).map(|i| weight_of(i, &|_| 1.0)).collect();
    let findings_of = |i: usize| {
        let issued_rows = weight_of(i, &|p| f64::from(u8::from(patterns::issued_by_one(p, i, case.concepts.issued))));
        let own_values = weight_of(i, &|p| patterns::own_values(p, i, case.concepts.issued));
        let stands_alone = support::stands_alone(issued_rows, case.canaries[i]);
        calibration::Findings { share: explained[i] / all.max(1.0), gain: gains[i], issued_rows, own_values, stands_alone, validated }
    };
    let mut findings: Vec<calibration::Findings> = (0..k).map(findings_of).collect();
    let candidates: Vec<usize> = (0..k).filter(|&i| support::of(calibration::log10_ratio(&findings[i])) >= Support::Weak).collect();
    // Where these copies explain the dump without any other source, their shares are what they then explain.
    if !candidates.is_empty() {
        let alone = copies_alone(&fit, &candidates);
        if fit.log_likelihood - alone.log_likelihood <= BY_ROW * all {
            findings.iter_mut().enumerate().for_each(|(i, f)| f.share = alone.shares[i]);
        }
    }
    let finding_of = |i: usize| InstitutionFinding {
        share: (case.rows_distinct > 0.0).then(|| interval(explained[i], all)),
        rows_explained: explained[i],
        evidence: explain::evidence(&patterns, &fit, i, &findings[i], case.canaries[i]),
        examples: explain::examples(case, rows, &pattern_of, &fit, i),
        // By the rows as they are: what was left out of the second fit is what changes tell the day by.
        exported_between: export(&case.rows, &pattern_of, &fit, i).map(|e| e.interval),
        ..finding(case, i, findings[i])
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
        known: None,
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
    let chosen: Vec<usize> = supported.iter().map(|&i| fit.components.chosen(i)).collect();
    let mut with_chosen = fit.components.usual();
    chosen.iter().for_each(|&c| with_chosen[c] = true);
    let all = fit.restricted(&with_chosen);
    if supported.is_empty() {
        return all;
    }
    let copies = copies_alone(fit, &[supported, &chosen].concat());
    let by_row = if firmly { BY_ROW_WHERE_FIRM } else { BY_ROW_WHERE_SUPPORTED };
    let lost = all.log_likelihood - copies.log_likelihood;
    if lost <= CLEARLY + by_row * rows { copies } else { all }
}

/// The mixture of these copies and made-up rows alone.
fn copies_alone(fit: &Fit, copies: &[usize]) -> Fit {
    let fabricated = fit.components.fabricated();
    let allowed: Vec<bool> = (0..fit.components.count()).map(|c| fabricated.contains(&c) || copies.contains(&c)).collect();
    fit.restricted(&allowed)
}
