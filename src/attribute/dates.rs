//! When a copy was made: records created up to that day are in it, later ones are not.
//!
//! Among the copied rows' records, those created by day T come at one rate of the institution's records of that age, those created later at
//! another, lower one (chance hits, other sources). T is where the likelihood of two such Poisson rates is greatest, its 95% interval
//! where twice the log-likelihood is within 3.84 of that (profile likelihood; Wilks 1938). The institution's own days come from its panel
//! sample, which is uniform.

use super::case::{Case, Hit};
use super::mixture::Fit;
use crate::identify::date;
use crate::index::records::Day;

/// Half of the 95% quantile of χ² with one degree of freedom.
const DROP: f64 = 1.921;
/// Log-likelihood that a change must be worth, against none.
const CHANGE: f64 = 5.0;
/// Rate of later records, as a part of that of earlier ones, from which on it is no end.
const STILL_COMING: f64 = 0.5;
/// Dated rows below which nothing is said.
pub const FEW: usize = 20;
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

/// What creation days say of a copy.
#[derive(Clone, Debug)]
pub struct Export {
    /// For people.
    pub interval: ExportInterval,
    /// The likeliest day, where records end at one.
    pub day: Option<Day>,
}

/// The record of this index that a row agrees with twice.
#[must_use]
pub fn corroborated(row: &[Hit], index: usize) -> Option<&Hit> {
    row.iter().find(|h| usize::from(h.comparison.index) == index && h.comparison.corroborated)
}

/// The export of institution `i`'s records, by its calendar. `patterns` are those of the rows.
#[must_use]
pub fn export(case: &Case, rows: &[Vec<Hit>], patterns: &[usize], fit: &Fit, i: usize) -> Option<Export> {
    let calendar = case.calendars[i].as_ref()?;
    let copied = rows
        .iter()
        .zip(patterns)
        .filter(|&(_, &pattern)| fit.posteriors[pattern][i] >= COPIED)
        .filter_map(|(row, _)| corroborated(row, calendar.index)?.created);
    last_day(copied.collect(), &calendar.days)
}

/// The last day from `copied` records' days and `all` the institution's, ascending.
fn last_day(mut copied: Vec<Day>, all: &[Day]) -> Option<Export> {
    if copied.len() < FEW || all.len() < FEW {
        return None;
    }
    copied.sort_unstable();
    let up_to = |days: &[Day], day: Day| days.partition_point(|&d| d <= day) as f64;
    let (n, m) = (copied.len() as f64, all.len() as f64);
    // n ln(n / m): the part of a Poisson log-likelihood that its rate decides.
    let part = |n: f64, m: f64| if n > 0.0 { n * libm::log(n / m.max(0.5)) } else { 0.0 };
    let mut days = all.to_vec();
    days.dedup();
    let worth = |day: Day| {
        let (n0, m0) = (up_to(&copied, day), up_to(all, day));
        let ends = (n - n0) / (m - m0).max(0.5) <= STILL_COMING * n0 / m0.max(0.5);
        (ends && m0 < m).then(|| part(n0, m0) + part(n - n0, m - m0) - part(n, m))
    };
    let candidates: Vec<(Day, f64)> = days.iter().filter_map(|&d| Some((d, worth(d)?))).collect();
    let best = candidates.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).filter(|b| b.1 >= CHANGE);
    let words = |later: f64, of: f64| {
        format!(
            "{} copied rows with a creation day, {later:.0} of them later; {of:.0} of {} sampled records of the institution are later",
            copied.len(),
            all.len()
        )
    };
    let interval = match best {
        None => {
            let newest = copied[copied.len() - 1];
            ExportInterval { from: date::from_day_number(newest), to: None, evidence: words(0.0, m - up_to(all, newest)) }
        }
        Some((day, most)) => {
            let near = |d: &&(Day, f64)| d.1 >= most - DROP;
            let from = candidates.iter().find(near).map_or(day, |d| d.0);
            let last = candidates.iter().rev().find(near).map_or(day, |d| d.0);
            // The copy may have been made on any day before the next record that it would hold.
            let to = all.get(up_to(all, last) as usize).copied();
            ExportInterval {
                from: date::from_day_number(from),
                to: to.map(date::from_day_number),
                evidence: words(n - up_to(&copied, day), m - up_to(all, day)),
            }
        }
    };
    Some(Export { interval, day: best.map(|b| b.0) })
}

/// The sampled rows with what changed after the export left out: where a record was changed later, the row cannot be expected to agree with
/// what it says today, nor does it count against a copy. Facts that do not change stay.
#[must_use]
pub fn as_of_export(case: &Case, exports: &[Option<Export>]) -> Vec<Vec<Hit>> {
    let lasting = case.concepts.lasting();
    let mut out = case.rows.clone();
    for hit in out.iter_mut().flatten() {
        let institution = case.institutions.of_index[usize::from(hit.comparison.index)];
        let Some(day) = exports[institution].as_ref().and_then(|e| e.day) else { continue };
        if hit.updated.is_some_and(|updated| updated > day) {
            hit.comparison.agree &= lasting;
            hit.comparison.disagree &= lasting;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_ends_where_its_records_end_whatever_a_few_strays_say() {
        let all: Vec<Day> = (0..10_000).map(|n| 15_000 + n / 5).collect();
        let truth = 16_500;
        let mut copied: Vec<Day> = all.iter().copied().filter(|d| *d <= truth && d % 3 == 0).collect();
        copied.extend([16_600, 16_800, 16_990]);
        let export = last_day(copied, &all).unwrap();
        let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
        let truth = day(&date::from_day_number(truth));
        assert!(day(&export.interval.from) <= truth && truth <= day(export.interval.to.as_deref().unwrap()), "{:?}", export.interval);
        let width = day(&export.interval.from).until(day(export.interval.to.as_deref().unwrap())).unwrap().get_days();
        assert!(width <= 5, "{width}");
    }

    #[test]
    fn a_copy_of_today_has_no_end_and_few_rows_say_nothing() {
        let all: Vec<Day> = (0..1000).map(|n| 15_000 + n).collect();
        assert_eq!(last_day(all.clone(), &all).unwrap().interval.to, None);
        assert!(last_day(all[..10].to_vec(), &all).is_none());
    }
}
