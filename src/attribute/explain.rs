//! Why a ratio is what it is: its parts in decibans (ten times the decimal logarithm; Good 1950), which add up to it, each with the counts that it
//! rests on. No values, only how many and where.

use super::calibration::{self, Findings};
use super::case::{Case, Hit};
use super::defaults::Class;
use super::mixture::Fit;
use super::patterns::Pattern;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Rows that are pointed at.
const EXAMPLES: usize = 3;

/// A part of a likelihood ratio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// `agreement`, `issued_ids`, `canaries` or `limit`.
    pub channel: Cow<'static, str>,
    /// What it adds, in decibans; below 0 it speaks against.
    pub decibans: f64,
    /// What it rests on.
    pub words: String,
}

/// Where a row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Input, as numbered in the account.
    pub input: u32,
    /// Byte of the input's text.
    pub offset: u64,
}

/// How the values of copied rows compare with an institution's records, as numbers of values.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    rows: f64,
    /// Agree, though others hold another value for the person.
    contested: f64,
    /// Agree, where nobody else holds a value.
    alone: f64,
    /// Agree, as others do.
    shared: f64,
    /// Disagree, though others agree with the row.
    against: f64,
    /// Disagree, and nobody agrees.
    other: f64,
}

fn counts(patterns: &[(Pattern, f64)], fit: &Fit, institution: usize) -> Counts {
    let mut out = Counts::default();
    for ((pattern, n), post) in patterns.iter().zip(&fit.posteriors) {
        let weight = n * post[institution];
        let Some(view) = pattern.views.iter().position(|v| usize::from(v.institution) == institution) else { continue };
        out.rows += weight;
        pattern.fields(view, |_, class, agrees| {
            *match (agrees, class) {
                (true, Class::Contested) => &mut out.contested,
                (true, Class::Alone) => &mut out.alone,
                (true, Class::Shared) => &mut out.shared,
                (false, Class::Contested) => &mut out.against,
                (false, _) => &mut out.other,
            } += weight;
        });
    }
    out
}

/// The parts of institution `i`'s ratio.
#[must_use]
pub fn evidence(patterns: &[(Pattern, f64)], fit: &Fit, i: usize, findings: &Findings, canaries: u64) -> Vec<Evidence> {
    let [constant, share, gain, issued] = calibration::parts(findings).map(|part| 10.0 * part / std::f64::consts::LN_10);
    let c = counts(patterns, fit, i);
    let mut out = vec![Evidence {
        channel: Cow::Borrowed("agreement"),
        decibans: constant + share + gain,
        words: format!(
            "{:.0} sampled rows fit a copy best; in them {:.0} values agree against what others hold for the person, {:.0} where nobody else \
             holds one, {:.0} as others do; {:.0} disagree though others agree, {:.0} with nobody",
            c.rows, c.contested, c.alone, c.shared, c.against, c.other
        ),
    }];
    if findings.issued_rows >= 0.5 {
        out.push(Evidence {
            channel: Cow::Borrowed("issued_ids"),
            decibans: issued,
            words: format!("{:.0} of them carry an issued id of the very record that their other fields found", findings.issued_rows),
        });
    }
    if canaries > 0 {
        // They raise the limit; the ratio itself was not calibrated on them.
        out.push(Evidence {
            channel: Cow::Borrowed("canaries"),
            decibans: 0.0,
            words: format!("{canaries} planted records are in the dump"),
        });
    }
    let sum: f64 = out.iter().map(|e| e.decibans).sum();
    let ratio = 10.0 * calibration::log10_ratio(findings);
    if ratio < sum - 0.005 {
        out.push(Evidence { channel: Cow::Borrowed("limit"), decibans: ratio - sum, words: calibration::limit(findings).1.to_string() });
    }
    out
}

/// The same of an institution that was not compared closely.
#[must_use]
pub fn set_aside(findings: &Findings) -> Vec<Evidence> {
    let words =
        "of many institutions supplied, a first look at a part of the rows found those that explain most; this is none of them".to_string();
    vec![Evidence { channel: Cow::Borrowed("agreement"), decibans: 10.0 * calibration::log10_ratio(findings), words }]
}

/// Where rows begin that are copies of institution `i` beyond doubt, those first that agree on most.
#[must_use]
pub fn examples(case: &Case, rows: &[Vec<Hit>], pattern_of: &[usize], fit: &Fit, i: usize) -> Vec<Place> {
    let agreement = |row: &Vec<Hit>| {
        let own = row.iter().map(|h| &h.comparison).filter(|c| case.institutions.of(c) == i);
        own.map(|c| c.agree.count_ones()).max().unwrap_or(0)
    };
    let mut clear = fit.clear_copies(pattern_of, i);
    clear.retain(|&n| n < case.places.len());
    clear.sort_by_key(|&n| (std::cmp::Reverse(agreement(&rows[n])), case.places[n]));
    clear.truncate(EXAMPLES);
    clear.into_iter().map(|n| Place { input: case.places[n].0, offset: case.places[n].1 }).collect()
}
