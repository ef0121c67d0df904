//! Who else is hit by a copy of an institution's records: the hit sets of its own records, and what damaged identifiers miss of them.
//!
//! A damaged identifier misses every institution that would have been found by it alone, all at once. So a record is kept with the identifiers that
//! find it elsewhere, and a hit set has the share of the records that show it, times the chance that just those identifiers are damaged which
//! explain who was missed. For a source that nobody listed they are the dump's own ([`of_dump`]).

use super::patterns::Institutions;
use crate::matching::{Comparison, members};
use std::collections::BTreeMap;

/// Rows' worth of belief that who else holds a person is decided for each institution by itself. To it comes one row for each set that was seen once:
/// as many of those to come were never seen (Good 1953).
const BELIEF: f64 = 20.0;
/// Below this no share of hit sets is taken to be.
const RARE: f64 = 1e-9;

/// The hit sets of an institution's records.
#[derive(Clone, Debug, Default)]
pub struct HitSets {
    /// How many records are found by these identifiers at these institutions, the own one left out.
    records: BTreeMap<Vec<(u8, u64)>, u64>,
    all: u64,
}

/// Whom a row hit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Met {
    /// Institutions.
    pub institutions: u64,
    /// Identifiers that agree with a record.
    pub intact: u64,
    /// Identifiers that were compared and agree with none.
    pub damaged: u64,
}

impl HitSets {
    /// Adds a record: how the others' records of the same person compare with it.
    pub fn add(&mut self, comparisons: &[Comparison], institutions: &Institutions, identifiers: u64) {
        let mut found: BTreeMap<u8, u64> = BTreeMap::new();
        for c in comparisons {
            *found.entry(institutions.of(c) as u8).or_insert(0) |= c.agree & identifiers;
        }
        *self.records.entry(found.into_iter().collect()).or_insert(0) += 1;
        self.all += 1;
    }

    /// Share of the records that nobody else holds, with half a record of doubt.
    #[must_use]
    pub fn alone(&self) -> f64 {
        (self.records.get(&Vec::new()).copied().unwrap_or(0) as f64 + 0.5) / (self.all as f64 + 1.0)
    }

    /// How a copy of institution `own`'s records, which are found by identifiers of `found_by`, comes to hit just these institutions. What is
    /// known to be damaged costs nothing here: the row's fields pay for it.
    #[must_use]
    pub fn explain(&self, own: usize, met: &Met, found_by: u64, institutions: usize) -> Explained {
        let mut records: BTreeMap<u64, u64> = BTreeMap::new();
        // Records that institution k holds and that are found there by what is not damaged.
        let mut found_at = vec![0u64; institutions];
        let mut once = 0u32;
        for (record, count) in &self.records {
            once += u32::from(*count == 1);
            let mut held = 1u64 << own;
            for (k, by) in record {
                held |= 1 << k;
                found_at[usize::from(*k)] += if by & !met.damaged != 0 { *count } else { 0 };
            }
            if met.institutions & !held != 0 {
                continue;
            }
            let hit = |k: &u8| met.institutions >> k & 1 == 1;
            let missed_by = record.iter().filter(|(k, _)| !hit(k)).fold(0, |set, (_, by)| set | by);
            let damaged = missed_by | met.damaged;
            let explained = missed_by & met.intact == 0
                && record.iter().filter(|(k, _)| hit(k)).all(|(_, by)| by & !damaged != 0)
                && found_by & !damaged != 0;
            if explained {
                *records.entry(missed_by & !met.damaged).or_insert(0) += count;
            }
        }
        let share = |k: usize| (found_at[k] as f64 + 0.5) / (self.all as f64 + 1.0);
        let by_itself = by_itself(met.institutions, (0..institutions).filter(|&k| k != own), share);
        Explained { by_itself, records: records.into_iter().collect(), all: self.all, belief: BELIEF + f64::from(once) }
    }
}

/// How copies come to hit a set of institutions.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Records that do if these identifiers are damaged.
    records: Vec<(u64, u64)>,
    all: u64,
    /// Records' worth of belief in the chance by itself.
    belief: f64,
    /// The chance, if who else holds a record were decided for each institution by itself.
    by_itself: f64,
}

impl Explained {
    /// P_i(H) at this chance of damage, by concept.
    #[must_use]
    pub fn share(&self, damage: &[f64]) -> f64 {
        let seen = |(missed_by, count): &(u64, u64)| *count as f64 * members(*missed_by).map(|c| damage[c]).product::<f64>();
        let sum: f64 = self.records.iter().map(seen).sum();
        smoothed(sum, self.all as f64, self.belief, self.by_itself).max(RARE)
    }
}

/// Shares of hit sets among the rows with hits: of all, and of those with the same identifiers damaged. Each row is left out of its own share, which
/// it would else explain by itself where most sets are seen once; and there is some belief that each institution is hit by itself.
#[must_use]
pub fn of_dump(sets: &[Met], rows: &[(&Met, f64)], institutions: usize) -> Vec<(f64, f64)> {
    let mut all = Sets::default();
    let mut by_damage: BTreeMap<u64, Sets> = BTreeMap::new();
    for (met, count) in rows.iter().filter(|(met, _)| met.institutions != 0) {
        all.add(met.institutions, *count, institutions);
        by_damage.entry(met.damaged).or_default().add(met.institutions, *count, institutions);
    }
    let all = all.shares();
    let by_damage: BTreeMap<u64, BTreeMap<u64, f64>> = by_damage.iter().map(|(damaged, sets)| (*damaged, sets.shares())).collect();
    let of = |shares: &BTreeMap<u64, f64>, met: &Met| shares.get(&met.institutions).copied().unwrap_or(0.0);
    sets.iter().map(|met| (of(&all, met), by_damage.get(&met.damaged).map_or(0.0, |alike| of(alike, met)))).collect()
}

/// Hit sets that were counted.
#[derive(Default)]
struct Sets {
    counts: BTreeMap<u64, f64>,
    /// By institution.
    hits: Vec<f64>,
    rows: f64,
}

impl Sets {
    fn add(&mut self, set: u64, count: f64, institutions: usize) {
        *self.counts.entry(set).or_insert(0.0) += count;
        self.hits.resize(institutions, 0.0);
        members(set).for_each(|k| self.hits[k] += count);
        self.rows += count;
    }

    /// The share of each set among the other rows.
    fn shares(&self) -> BTreeMap<u64, f64> {
        let hit = |k: usize| (self.hits[k] + 0.5) / (self.rows + 1.0);
        let belief = BELIEF + self.counts.values().filter(|&&count| count == 1.0).count() as f64;
        let share = |(&set, count): (&u64, &f64)| {
            let by_itself = by_itself(set, 0..self.hits.len(), hit);
            (set, smoothed((count - 1.0).max(0.0), (self.rows - 1.0).max(0.0), belief, by_itself))
        };
        self.counts.iter().map(share).collect()
    }
}

/// The chance of a set, if each institution held people by itself.
fn by_itself(set: u64, institutions: impl Iterator<Item = usize>, share: impl Fn(usize) -> f64) -> f64 {
    institutions.map(|k| if set >> k & 1 == 1 { share(k) } else { 1.0 - share(k) }).product()
}

/// A share of rows, drawn towards what is believed of it.
fn smoothed(seen: f64, rows: f64, belief: f64, believed: f64) -> f64 {
    (seen + belief * believed) / (rows + belief)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATIONAL_ID: u64 = 1;
    const PHONE: u64 = 2;

    fn comparison(index: u16, agree: u64) -> Comparison {
        Comparison { index, record: 0, agree, disagree: 0, corroborated: false, canary: false }
    }

    /// 80 records that a registry (1) and a telco (2) hold, 20 that only the registry holds; the telco knows half of the 80 by another phone.
    fn bank() -> HitSets {
        let institutions = Institutions::group(["Bank", "Registry", "Telco"]);
        let mut out = HitSets::default();
        for n in 0..100_000 {
            let mut row = vec![comparison(1, NATIONAL_ID)];
            if n % 100 < 80 {
                row.push(comparison(2, if n % 100 < 40 { NATIONAL_ID } else { NATIONAL_ID | PHONE }));
            }
            out.add(&row, &institutions, NATIONAL_ID | PHONE);
        }
        out
    }

    #[test]
    fn what_is_missed_is_missed_by_a_damaged_identifier_all_at_once() {
        let (bank, damage) = (bank(), [0.1, 0.2]);
        let share = |institutions: u64, intact: u64, damaged: u64| {
            bank.explain(0, &Met { institutions, intact, damaged }, NATIONAL_ID | PHONE, 3).share(&damage)
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 0.01, "{a} is not {b}");
        near(share(0b111, NATIONAL_ID, 0), 0.8);
        near(share(0b011, NATIONAL_ID, 0), 0.2);
        // The national id is damaged: the registry is missed, and the telco where it has another phone.
        near(share(0b101, PHONE, NATIONAL_ID), 0.4);
        near(share(0b001, PHONE, NATIONAL_ID), 0.6);
        // As much, but nobody is left who would show that it is.
        near(share(0b101, PHONE, 0), 0.4 * 0.1);
        // Everyone would be found by what is intact.
        near(share(0b001, NATIONAL_ID, 0), 0.0);
        assert!(bank.alone() < 0.001);
    }
}
