//! When a copy was made: records created up to that day are in it, later ones are not; what was changed in a record up to that day is in it,
//! what was changed later is not.
//!
//! Among the copied rows' records, those created by day T come at one rate of the institution's records of that age, those created later at
//! another, lower one (chance hits, other sources): two Poisson rates. Rows whose record was changed by day T disagree with it on what
//! may change at one rate, those whose record was changed later at another, higher one: two binomial rates. T is where the likelihood of
//! both is greatest, its 95% interval where twice the log-likelihood is within 3.84 of that (profile likelihood; Wilks 1938). The
//! institution's own days come from its panel sample, which is uniform.
//!
//! Creation days speak only of rows taken evenly from the records that there were. Where they were not (a block of records, "the first
//! N"), the newest record is the earliest day of the export, and changes alone say more.

use super::case::{Calendar, Case, Hit};
use super::mixture::Fit;
use crate::identify::date;
use crate::index::records::Day;

/// Half of the 95% quantile of χ² with one degree of freedom.
const DROP: f64 = 1.921;
/// Log-likelihood that an end must be worth, against none.
const CHANGE: f64 = 6.0;
/// Share of copied rows that may be newer than the copy (chance hits, other sources), and what each further one costs.
const STRAYS: (f64, f64) = (0.005, 3.0);
/// Rate of later records, as a part of that of earlier ones, from which on it is no end.
const STILL_COMING: f64 = 0.5;
/// Dated rows below which nothing is said.
pub const FEW: usize = 20;
/// Rows that count as copied.
const COPIED: f64 = 0.5;
/// Quantile of the Kolmogorov distribution, 0.999: rows further from even were not taken evenly (Smirnov 1948).
const UNEVEN: f64 = 1.95;
/// Part of the records up to a day from which on they may as well be "the first N" as all that there were.
const NEARLY_ALL: f64 = 0.5;

/// An interval of days.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExportInterval {
    /// Not before this day, `YYYY-MM-DD`.
    pub from: String,
    /// Not after this day; `None` when the records do not say.
    pub to: Option<String>,
    /// What the ends rest on.
    pub evidence: String,
}

/// What days say of a copy.
#[derive(Clone, Debug)]
pub struct Export {
    /// For people.
    pub interval: ExportInterval,
    /// The likeliest day, where records or changes end at one.
    pub day: Option<Day>,
}

/// A copied row's record.
#[derive(Clone, Copy, Debug)]
struct Copied {
    created: Day,
    /// Day of its last change, and whether the row disagrees with it on what may change.
    changed: Option<(Day, bool)>,
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
    let passing = !case.concepts.lasting();
    let copied = rows.iter().zip(patterns).filter(|&(_, &pattern)| fit.posteriors[pattern][i] >= COPIED);
    let copied = copied.filter_map(|(row, _)| {
        let hit = corroborated(row, calendar.index)?;
        let compared = (hit.comparison.agree | hit.comparison.disagree) & passing != 0;
        let changed = hit.updated.filter(|_| compared).map(|day| (day, hit.comparison.disagree & passing != 0));
        Some(Copied { created: hit.created?, changed })
    });
    // Rows of the sample stand for more of them.
    let weight = if rows.is_empty() { 1.0 } else { case.rows_hit / rows.len() as f64 };
    last_day(copied.collect(), calendar, weight)
}

/// How the days of copied records and the institution's compare.
struct Days<'a> {
    copied: Vec<Day>,
    /// Ascending by day, with the sum of disagreements up to each.
    changes: Vec<(Day, f64)>,
    all: &'a [Day],
    even: bool,
}

impl Days<'_> {
    fn up_to(days: &[Day], day: Day) -> f64 {
        days.partition_point(|&d| d <= day) as f64
    }

    /// What an end of records at this day adds to the log-likelihood; `None` where later ones still come.
    fn by_creation(&self, day: Day) -> Option<f64> {
        // n ln(n / m): the part of a Poisson log-likelihood that its rate decides.
        let part = |n: f64, m: f64| if n > 0.0 { n * libm::log(n / m.max(0.5)) } else { 0.0 };
        let (n, m) = (self.copied.len() as f64, self.all.len() as f64);
        let (n0, m0) = (Days::up_to(&self.copied, day), Days::up_to(self.all, day));
        let ends = (n - n0) / (m - m0).max(0.5) <= STILL_COMING * n0 / m0.max(0.5);
        let strays = STRAYS.1 * (n - n0 - STRAYS.0 * n).max(0.0);
        match (ends, self.even) {
            (false, _) => None,
            (true, true) => (m0 < m).then(|| part(n0, m0) + part(n - n0, m - m0) - part(n, m) - strays),
            (true, false) => Some(-strays),
        }
    }

    /// What a change of mind about changes at this day adds.
    fn by_change(&self, day: Day) -> f64 {
        let Some(&(_, wrong)) = self.changes.last() else { return 0.0 };
        let binomial = |k: f64, n: f64| {
            let part = |k: f64| if k > 0.0 { k * libm::log(k / n) } else { 0.0 };
            part(k) + part(n - k)
        };
        let n = self.changes.len() as f64;
        let before = self.changes.partition_point(|c| c.0 <= day);
        let (n0, k0) = (before as f64, if before > 0 { self.changes[before - 1].1 } else { 0.0 });
        let (n1, k1) = (n - n0, wrong - k0);
        if n0 == 0.0 || n1 == 0.0 || k1 / n1 <= k0 / n0 {
            return 0.0;
        }
        binomial(k0, n0) + binomial(k1, n1) - binomial(wrong, n)
    }

    /// Whether copied days up to `day` are spread as the institution's are (Kolmogorov and Smirnov).
    fn even_up_to(&self, day: Day) -> bool {
        let (n, m) = (Days::up_to(&self.copied, day), Days::up_to(self.all, day).max(1.0));
        let copied = &self.copied[..n as usize];
        let at = |(at, d): (usize, &Day)| {
            let theirs = Days::up_to(self.all, *d) / m;
            // Several records of one day: the copied share lies between those before and those up to it.
            let before = self.all.partition_point(|a| a < d) as f64 / m;
            f64::max((at as f64 + 1.0) / n - theirs, before - at as f64 / n)
        };
        let furthest = copied.iter().enumerate().map(at).fold(0.0, f64::max);
        furthest * libm::sqrt(n / (1.0 + n / m)) < UNEVEN
    }
}

/// The last day from `copied` records and all the institution's. Each copied row stands for `weight` rows.
fn last_day(copied: Vec<Copied>, calendar: &Calendar, weight: f64) -> Option<Export> {
    let all = &calendar.days[..];
    if copied.len() < FEW || all.len() < FEW {
        return None;
    }
    let mut changes: Vec<(Day, f64)> =
        copied.iter().filter_map(|c| c.changed).map(|(day, wrong)| (day, f64::from(u8::from(wrong)))).collect();
    changes.sort_unstable_by_key(|c| c.0);
    let mut wrong = 0.0;
    for change in &mut changes {
        wrong += change.1;
        change.1 = wrong;
    }
    let mut created: Vec<Day> = copied.iter().map(|c| c.created).collect();
    created.sort_unstable();
    let mut days = Days { copied: created, changes, all, even: true };
    let mut candidates = all.to_vec();
    candidates.dedup();
    let best_of = |days: &Days<'_>| {
        let worth = |&day: &Day| Some((day, days.by_creation(day)? + days.by_change(day)));
        let worths: Vec<(Day, f64)> = candidates.iter().filter_map(worth).collect();
        let best = worths.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).filter(|b| b.1 >= CHANGE);
        (worths, best)
    };
    let (mut worths, mut best) = best_of(&days);
    if let Some((day, _)) = best {
        let share_of_all = Days::up_to(all, day) / all.len() as f64;
        let taken = Days::up_to(&days.copied, day) * weight / (share_of_all * calendar.records as f64).max(1.0);
        days.even = days.even_up_to(day);
        if !days.even || taken >= NEARLY_ALL {
            let by_creation = std::mem::replace(&mut days.even, false);
            let (other_worths, other) = best_of(&days);
            // Nearly all records up to a day are an old export, unless changes say that it is the beginning of a newer one.
            let other_change = other.map_or(0.0, |(other, _)| days.by_change(other));
            if by_creation && other_change < days.by_change(day) + CHANGE {
                days.even = true;
            } else {
                (worths, best) = (other_worths, other);
            }
        }
    }
    let n = days.copied.len();
    let newest = days.copied[n - 1];
    let mut evidence = format!("{n} copied rows with a creation day");
    let later = |day: Day| (n as f64 - Days::up_to(&days.copied, day), all.len() as f64 - Days::up_to(all, day));
    if !days.even {
        evidence += ", which are a part of the records and not an even sample: the newest record and later changes alone say when";
    }
    let interval = match best {
        None => {
            let from = days.copied[(n - 1) - (STRAYS.0 * n as f64) as usize];
            evidence += &format!(
                ", the newest of {}; of {} sampled records of the institution {:.0} are later",
                date::from_day_number(newest),
                all.len(),
                later(from).1
            );
            ExportInterval { from: date::from_day_number(from), to: None, evidence }
        }
        Some((day, most)) => {
            let near = |d: &&(Day, f64)| d.1 >= most - DROP;
            let from = worths.iter().find(near).map_or(day, |d| d.0);
            let last = worths.iter().rev().find(near).map_or(day, |d| d.0);
            // The copy may have been made on any day before the next record that it would hold.
            let to = all.get(Days::up_to(all, last) as usize).copied();
            let (later, of) = later(day);
            evidence += &format!(", {later:.0} of them later; {of:.0} of {} sampled records of the institution are later", all.len());
            if days.by_change(day) >= DROP {
                evidence += "; rows disagree more often with records that were changed later";
            }
            ExportInterval { from: date::from_day_number(from), to: to.map(date::from_day_number), evidence }
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
        let institution = case.institutions.of(&hit.comparison);
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

    fn calendar(days: Vec<Day>) -> Calendar {
        Calendar { index: 0, records: days.len() as u64, days }
    }

    fn copied(created: Vec<Day>) -> Vec<Copied> {
        created.into_iter().map(|created| Copied { created, changed: None }).collect()
    }

    fn day(text: &str) -> jiff::civil::Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_copy_ends_where_its_records_end_whatever_a_few_strays_say() {
        let all: Vec<Day> = (0..10_000).map(|n| 15_000 + n / 5).collect();
        let truth = 16_500;
        let mut rows: Vec<Day> = all.iter().copied().filter(|d| *d <= truth && d % 3 == 0).collect();
        rows.extend([16_600, 16_800, 16_990]);
        let export = last_day(copied(rows), &calendar(all), 1.0).unwrap();
        let truth = day(&date::from_day_number(truth));
        assert!(day(&export.interval.from) <= truth && truth <= day(export.interval.to.as_deref().unwrap()), "{:?}", export.interval);
        let width = day(&export.interval.from).until(day(export.interval.to.as_deref().unwrap())).unwrap().get_days();
        assert!(width <= 5, "{width}");
    }

    #[test]
    fn a_copy_of_today_has_no_end_and_few_rows_say_nothing() {
        let all: Vec<Day> = (0..1000).map(|n| 15_000 + n).collect();
        assert_eq!(last_day(copied(all[500..].to_vec()), &calendar(all.clone()), 1.0).unwrap().interval.to, None);
        assert!(last_day(copied(all[..10].to_vec()), &calendar(all), 1.0).is_none());
    }

    #[test]
    fn a_block_of_records_has_no_end_but_what_changes_say() {
        let all: Vec<Day> = (0..10_000).map(|n| 15_000 + n / 5).collect();
        let block: Vec<Day> = all[3000..4000].to_vec();
        let export = last_day(copied(block.clone()), &calendar(all.clone()), 1.0).unwrap();
        assert_eq!(export.interval.to, None, "{:?}", export.interval);
        let truth = 16_500;
        let changed = |n: usize| {
            let at = 15_800 + (n as Day * 7) % 1200;
            Some((at, at > truth && n.is_multiple_of(3)))
        };
        let rows = block.iter().enumerate().map(|(n, &created)| Copied { created, changed: changed(n) }).collect();
        let export = last_day(rows, &calendar(all), 1.0).unwrap();
        let truth = day(&date::from_day_number(truth));
        assert!(day(&export.interval.from) <= truth && truth <= day(export.interval.to.as_deref().unwrap()), "{:?}", export.interval);
    }
}
