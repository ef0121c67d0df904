//! Many dumps: how each pair of them relates, and which dumps one is made of.

use super::compare::{Comparison, Covered, compare, covered};
use super::file::DumpFingerprint;
use super::relation::Relation;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

/// Share of a dump's rows that another must add before it is named among those it is made of.
const ADDS: f64 = 0.005;
/// Share of a dump's rows that others together must hold before it is a merge of them.
const MERGED: f64 = 0.9;

/// Two dumps of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Number of the first, as given.
    pub a: usize,
    /// Number of the second.
    pub b: usize,
    /// What the second is to the first.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// What a dump is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// The dump.
    pub dump: usize,
    /// The others, and what each adds: a share of the dump's distinct rows that none before it holds.
    pub of: Vec<(usize, f64)>,
    /// Share of its rows that no other dump holds.
    pub new: f64,
}

/// Several dumps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Family {
    /// Every pair.
    pub pairs: Vec<Pair>,
    /// Those that are made of several others.
    pub merges: Vec<Merge>,
}

/// Compares every two of some dumps.
#[must_use]
pub fn family(dumps: &[DumpFingerprint]) -> Family {
    let numbers: Vec<(usize, usize)> = (0..dumps.len()).flat_map(|a| (a + 1..dumps.len()).map(move |b| (a, b))).collect();
    let pairs: Vec<Pair> = numbers.into_par_iter().map(|(a, b)| Pair { a, b, comparison: compare(&dumps[a], &dumps[b]) }).collect();
    let merges = (0..dumps.len()).into_par_iter().filter_map(|dump| merge(dumps, &pairs, dump)).collect();
    Family { pairs, merges }
}

/// The others that a dump is made of, where they are several.
fn merge(dumps: &[DumpFingerprint], pairs: &[Pair], dump: usize) -> Option<Merge> {
    let mut parts = Vec::new();
    for pair in pairs.iter().filter(|p| p.a == dump || p.b == dump) {
        let Comparison { a_in_b, b_in_a, relation, .. } = &pair.comparison;
        let (other, held, of_other) = if pair.a == dump { (pair.b, a_in_b, b_in_a) } else { (pair.a, b_in_a, a_in_b) };
        // What holds all of it is where it comes from, or a copy of it.
        if relation.copied() && pair.comparison.whole(*held) {
            return None;
        }
        // A part is in it as a whole; what shares some rows with it may share them by way of another part.
        if relation.copied() && held.estimate >= ADDS && pair.comparison.whole(*of_other) {
            parts.push((other, held.estimate));
        }
    }
    if parts.len() < 2 {
        return None;
    }
    let of: Vec<(usize, f64, Vec<f64>)> =
        parts.into_iter().map(|(other, share)| (other, share, covered(&dumps[dump], &dumps[other]))).collect();
    let made = made_of(&dumps[dump], of);
    (made.of.len() >= 2 && made.new <= 1.0 - MERGED).then_some(Merge { dump, of: made.of, new: made.new })
}

/// Which of several dumps hold a dump's rows, the one that holds most first, each with what it adds; of each the share that it holds and the
/// weight of every entry in it.
#[must_use]
pub fn made_of(dump: &DumpFingerprint, mut others: Vec<(usize, f64, Covered)>) -> MadeOf {
    let mut seen = vec![0.0f64; dump.entries.len()];
    let (mut of, mut known) = (Vec::new(), 0.0);
    while !others.is_empty() {
        let gain = |(_, share, covered): &(usize, f64, Covered)| {
            let (all, new) = covered.iter().zip(&seen).fold((0.0, 0.0), |sum, (&c, &s)| (sum.0 + c, sum.1 + (c - s).max(0.0)));
            if all > 0.0 { share * new / all } else { 0.0 }
        };
        let gains: Vec<f64> = others.iter().map(gain).collect();
        let best = (0..gains.len()).max_by(|&x, &y| gains[x].total_cmp(&gains[y]).then(y.cmp(&x))).unwrap_or(0);
        let (other, _, covered) = others.swap_remove(best);
        if gains[best] < ADDS {
            break;
        }
        seen.iter_mut().zip(covered).for_each(|(seen, c)| *seen = seen.max(c));
        known += gains[best];
        of.push((other, gains[best]));
    }
    MadeOf { of, new: (1.0 - known).max(0.0) }
}

/// What holds a dump's rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MadeOf {
    /// Number of each, and what it adds.
    pub of: Vec<(usize, f64)>,
    /// Share of rows that none holds.
    pub new: f64,
}

impl Pair {
    /// What the first is to the second.
    #[must_use]
    pub fn reversed(&self) -> Relation {
        self.comparison.relation.reversed()
    }
}
