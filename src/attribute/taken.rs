//! What was taken of an institution: which part of its records, in which order, from which of its datasets or snapshots, and which columns of the
//! same rows came from somebody else. From sampled rows that are its copies beyond doubt; no values, only counts and record numbers.

use super::case::{Case, Hit};
use super::mixture::Fit;
use crate::matching::Comparison;
use crate::matching::sample::Sample;
use crate::names::safe_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows below which nothing is said.
const FEW: usize = 20;
/// Share of the rows at either end that may be strays.
const STRAYS: f64 = 0.01;
/// Distance of Kolmogorov and Smirnov, times the root of the rows, from which on records are not taken evenly: one dump in a hundred exceeds it by chance.
const UNEVEN: f64 = 1.63;
/// Share of the records from which on nearly all were taken.
const NEARLY_ALL: f64 = 0.95;
/// Share of adjacent rows in ascending order from which on rows stand in the order of the records.
const IN_ORDER: f64 = 0.9;
/// A column is somebody else's where that one agrees with at least this share of the rows, and the institution with at most the rest.
const ELSEWHERE: f64 = 0.6;

/// Which records were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Nearly all.
    Whole,
    /// Some of them, as a random sample would: what holds for them may be said of all.
    Even,
    /// The first ones, in the order in which they were indexed.
    First,
    /// A block in that order.
    Block,
    /// Some here and some there, more of some than of others.
    Uneven,
}

/// Which part of an index the copied rows reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extent {
    /// Which records.
    pub pattern: Pattern,
    /// Number of the first record, from 1, a few strays left out.
    pub first: u32,
    /// Number of the last.
    pub last: u32,
    /// Records of the index.
    pub of: u64,
    /// Share of rows whose record comes after that of the row before; half of them by chance.
    pub ascents: f64,
    /// Share of the rows in the longest sequence of ascending records (Schensted 1961).
    pub longest: f64,
    /// Whether rows stand in the order of the records.
    pub in_order: bool,
}

/// How one field of the copied rows agrees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldFit {
    /// The field.
    pub field: String,
    /// Rows that show it and whose record has it.
    pub compared: u64,
    /// Of these, rows that agree.
    pub agreed: u64,
    /// Who agrees where the institution does not, if the column came from there.
    pub from: Option<String>,
}

/// Distinct people, at least, best guess, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Best guess.
    pub estimate: u64,
    /// Distinct records of the index that has most of them.
    pub low: u64,
    /// Distinct rows with hits.
    pub high: u64,
}

/// How much better the copied rows fit one index than the institution's next best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldApart {
    /// The other index, by place on the command line.
    pub from: usize,
    /// Rows that agree with more of the one's record, or are in the one alone.
    pub better: u64,
    /// Rows that do so with the other's.
    pub worse: u64,
}

/// What was taken of an institution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// The index that the copied rows fit best; `None` where several fit as well.
    pub index: Option<usize>,
    /// How firmly it can be told from the next best.
    pub told_apart: Option<ToldApart>,
    /// Which part of it.
    pub extent: Option<Extent>,
    /// Field by field.
    pub fields: Vec<FieldFit>,
}

/// How many people the rows with hits are about. Rows that hit the same record of an index are about one person; `rows_hit` distinct rows hit
/// something, and `records` are the distinct records found in each index.
#[must_use]
pub fn people(rows_hit: &Sample<Vec<Comparison>>, records: &[u64]) -> People {
    let n = rows_hit.rows.len();
    let mut of: Vec<usize> = (0..n).collect();
    fn root(of: &mut [usize], mut at: usize) -> usize {
        while of[at] != at {
            of[at] = of[of[at]];
            at = of[at];
        }
        at
    }
    let mut keys: Vec<(u16, u32, usize)> =
        rows_hit.rows.iter().enumerate().flat_map(|(n, row)| row.value.iter().map(move |c| (c.index, c.record, n))).collect();
    keys.sort_unstable();
    for pair in keys.windows(2).filter(|w| (w[0].0, w[0].1) == (w[1].0, w[1].1)) {
        let (a, b) = (root(&mut of, pair[0].2), root(&mut of, pair[1].2));
        of[a.max(b)] = a.min(b);
    }
    let low = records.iter().copied().max().unwrap_or(0);
    let high = libm::round(rows_hit.distinct) as u64;
    let sampled = (0..n).filter(|&at| of[at] == at).count() as u64;
    // In a part of the rows most others about the same people are missing: there the index with most records says how often one comes again.
    let rows_of = |index: usize| rows_hit.rows.iter().filter(|r| r.value.iter().any(|c| usize::from(c.index) == index)).count() as f64;
    let widest = (0..records.len()).max_by_key(|&n| (records[n], std::cmp::Reverse(n)));
    let by_records = |index: usize| {
        let rows = rows_of(index) * rows_hit.distinct / n.max(1) as f64;
        (rows_hit.distinct * (records[index] as f64 / rows.max(1.0)).min(1.0)) as u64
    };
    let estimate = if rows_hit.exact { sampled } else { widest.map_or(high, by_records) };
    People { estimate: estimate.clamp(low.min(high), high), low: low.min(high), high }
}

/// What was taken of institution `i`.
#[must_use]
pub fn taken(case: &Case, rows: &[Vec<Hit>], pattern_of: &[usize], fit: &Fit, i: usize) -> Taken {
    let clear = fit.clear_copies(pattern_of, i);
    let own = case.institutions.indexes_of(i);
    let (index, told_apart) = best(rows, &clear, &own);
    let extent = index.and_then(|n| extent(case, rows, &clear, n));
    let fields = index.map_or_else(Vec::new, |n| fields(case, rows, &clear, n));
    Taken { index, told_apart, extent, fields }
}

fn of_index(row: &[Hit], index: usize) -> Option<&Hit> {
    row.iter().find(|h| usize::from(h.comparison.index) == index)
}

/// Which of an institution's indexes the rows fit best, and how much better than the next.
fn best(rows: &[Vec<Hit>], clear: &[usize], own: &[usize]) -> (Option<usize>, Option<ToldApart>) {
    if own.len() < 2 {
        return (own.first().copied(), None);
    }
    let worth = |n: usize, index: usize| {
        of_index(&rows[n], index)
            .map_or(i64::MIN, |h| i64::from(h.comparison.agree.count_ones()) - i64::from(h.comparison.disagree.count_ones()))
    };
    let against = |a: usize, b: usize| {
        let count = |x: usize, y: usize| clear.iter().filter(|&&n| worth(n, x) > worth(n, y)).count() as u64;
        ToldApart { from: b, better: count(a, b), worse: count(b, a) }
    };
    // The nearest rival of each; who has none that fits better is the best.
    let rival = |&a: &usize| {
        let others = own.iter().filter(|&&b| b != a).map(|&b| against(a, b));
        others.min_by_key(|t| t.better as i64 - t.worse as i64).map(|t| (a, t))
    };
    let best = own.iter().filter_map(rival).max_by_key(|(a, t)| (t.better as i64 - t.worse as i64, std::cmp::Reverse(*a)));
    match best {
        Some((a, t)) if t.better > t.worse => (Some(a), Some(t)),
        other => (None, other.map(|(_, t)| t)),
    }
}

fn extent(case: &Case, rows: &[Vec<Hit>], clear: &[usize], index: usize) -> Option<Extent> {
    let of = case.records.get(index).copied().filter(|&of| of > 0)?;
    let mut found: Vec<(Option<(u32, u64)>, u32)> =
        clear.iter().filter_map(|&n| Some((case.places.get(n).copied(), of_index(&rows[n], index)?.comparison.record))).collect();
    if found.len() < FEW {
        return None;
    }
    found.sort_unstable();
    let in_order: Vec<u32> = found.iter().map(|f| f.1).collect();
    let ascents = in_order.windows(2).filter(|w| w[0] <= w[1]).count() as f64 / (in_order.len() - 1) as f64;
    let longest = longest_ascending(&in_order) as f64 / in_order.len() as f64;
    let mut records = in_order;
    records.sort_unstable();
    records.dedup();
    let strays = (STRAYS * records.len() as f64) as usize;
    let (first, last) = (records[strays], records[records.len() - 1 - strays]);
    let taken = records.len() as f64 * case.rows_hit / rows.len().max(1) as f64;
    let even = |from: f64, to: f64| {
        let inside: Vec<f64> = records.iter().map(|&r| f64::from(r)).filter(|r| (from..=to).contains(r)).collect();
        // Records once each: of many of them the distance is smaller than that of independent draws.
        furthest(&inside, from, to) * libm::sqrt(inside.len() as f64) < UNEVEN
    };
    let pattern = if even(0.0, of as f64 - 1.0) {
        if taken >= NEARLY_ALL * of as f64 { Pattern::Whole } else { Pattern::Even }
    } else if even(f64::from(first), f64::from(last)) {
        // How far the first would be from the beginning of an even sample: further in fewer than one in a hundred (ln 100 times the mean gap).
        let gap = f64::from(last - first) / records.len() as f64 * (strays + 1) as f64;
        if f64::from(first) <= (4.6 * gap).max(STRAYS * of as f64) { Pattern::First } else { Pattern::Block }
    } else {
        Pattern::Uneven
    };
    Some(Extent { pattern, first: first + 1, last: last + 1, of, ascents, longest, in_order: ascents >= IN_ORDER })
}

/// Greatest distance of sorted values' distribution from an even one between two ends.
fn furthest(values: &[f64], from: f64, to: f64) -> f64 {
    let n = values.len() as f64;
    let at = |(k, v): (usize, &f64)| {
        let even = (v - from) / (to - from).max(1.0);
        f64::max((k as f64 + 1.0) / n - even, even - k as f64 / n)
    };
    values.iter().enumerate().map(at).fold(0.0, f64::max)
}

/// Length of the longest subsequence that never descends.
fn longest_ascending(values: &[u32]) -> usize {
    let mut ends: Vec<u32> = Vec::new();
    for &v in values {
        let at = ends.partition_point(|&e| e <= v);
        match ends.get_mut(at) {
            Some(end) => *end = v,
            None => ends.push(v),
        }
    }
    ends.len()
}

fn fields(case: &Case, rows: &[Vec<Hit>], clear: &[usize], index: usize) -> Vec<FieldFit> {
    let own = case.institutions.of_index[index];
    let bit = |set: u64, c: usize| set >> c & 1 == 1;
    let of_concept = |c: usize| {
        let (mut compared, mut agreed) = (0u64, 0u64);
        // By other institution: compared, agreed.
        let mut others: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
        for &n in clear {
            let Some(hit) = of_index(&rows[n], index).map(|h| &h.comparison) else { continue };
            if !bit(hit.agree | hit.disagree, c) {
                continue;
            }
            compared += 1;
            agreed += u64::from(bit(hit.agree, c));
            for other in rows[n].iter().map(|h| &h.comparison).filter(|o| case.institutions.of(o) != own) {
                let of = others.entry(case.institutions.of(other)).or_default();
                of.0 += u64::from(bit(other.agree | other.disagree, c));
                of.1 += u64::from(bit(other.agree, c));
            }
        }
        let share = |agreed: u64, compared: u64| agreed as f64 / compared.max(1) as f64;
        let elsewhere = compared >= FEW as u64 && share(agreed, compared) <= 1.0 - ELSEWHERE;
        let giver = others.iter().filter(|(_, of)| elsewhere && of.0 >= FEW as u64 && share(of.1, of.0) >= ELSEWHERE);
        let giver = giver.max_by(|a, b| share(a.1.1, a.1.0).total_cmp(&share(b.1.1, b.1.0)).then(b.0.cmp(a.0)));
        let from = giver.map(|(k, _)| safe_text(&case.institutions.names[*k]));
        (compared > 0).then(|| FieldFit { field: safe_text(&case.concepts.names[c]), compared, agreed, from })
    };
    (0..case.concepts.names.len()).filter_map(of_concept).collect()
}

/// In words, for an institution of which something was taken.
#[must_use]
pub fn words(taken: &Taken) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(e) = &taken.extent {
        let which = match e.pattern {
            Pattern::Whole => format!("nearly all of its {} records", e.of),
            Pattern::Even => format!("records from all over its {}, as a random sample would have them", e.of),
            Pattern::First => format!("the first {} of its {} records, and none later", e.last, e.of),
            Pattern::Block => format!("records {} to {} of {}, a block", e.first, e.last, e.of),
            Pattern::Uneven => {
                format!("records {} to {} of {}, more of some than of others: nothing can be said of the rest", e.first, e.last, e.of)
            }
        };
        let order = if e.in_order { "; rows stand in the order of its records" } else { "" };
        out.push(format!("what was taken: {which}{order}"));
    }
    for field in taken.fields.iter().filter(|f| f.from.is_some()) {
        let from = field.from.as_deref().unwrap_or_default();
        out.push(format!("the column {} fits {from}: here {} of {} rows agree", field.field, field.agreed, field.compared));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_longest_ascending_sequence_is_that_of_its_naive_twin(values in proptest::collection::vec(0u32..8, 0..12)) {
            let mut longest = 0;
            for set in 0u32..1 << values.len() {
                let chosen: Vec<u32> = values.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1).map(|(_, v)| *v).collect();
                if chosen.windows(2).all(|w| w[0] <= w[1]) {
                    longest = longest.max(chosen.len());
                }
            }
            proptest::prop_assert_eq!(longest_ascending(&values), longest);
        }
    }

    #[test]
    fn rows_of_one_record_are_one_person() {
        use crate::matching::sample::Sampled;
        let row = |hits: &[(u16, u32)]| {
            let hit =
                |&(index, record): &(u16, u32)| Comparison { index, record, agree: 0, disagree: 0, corroborated: false, canary: false };
            Sampled { count: 1, first: (0, 0), value: hits.iter().map(hit).collect() }
        };
        let rows = vec![row(&[(0, 1)]), row(&[(0, 1), (1, 5)]), row(&[(1, 5)]), row(&[(1, 6)])];
        let sample = Sample { rows, distinct: 4.0, exact: true };
        assert_eq!(people(&sample, &[1, 2]), People { estimate: 2, low: 2, high: 4 });
        let part = Sample { distinct: 40.0, exact: false, ..sample };
        assert_eq!(people(&part, &[10, 15]), People { estimate: 20, low: 15, high: 40 });
    }

    #[test]
    fn even_values_are_near_the_even_distribution_and_a_block_is_not() {
        let even: Vec<f64> = (0..1000).map(f64::from).collect();
        assert!(furthest(&even, 0.0, 999.0) < 0.01);
        assert!(furthest(&even[..300], 0.0, 999.0) > 0.6);
    }
}
