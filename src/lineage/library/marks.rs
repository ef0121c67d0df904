//! The values by which a dump is found: of a known dump those that stand in the library's index, of another one all that it has.
//!
//! A value is on one level wherever it occurs. So what a known dump holds from one level on, and another dump holds, is found as long as the other
//! one keeps that level too; how much was to be found follows from how many values each has from the higher of both levels on.

use crate::limits;
use crate::lineage::DumpFingerprint;
use crate::lineage::links::is_common;
use crate::lineage::sample::share_of_level;

/// Bands of levels: each a power of two of all values.
pub(super) const BANDS: usize = 16;

/// The band of a level.
pub(super) fn band(level: u8) -> usize {
    usize::from(level / 16)
}

/// Values of a dump, once each and without those that too many rows hold.
#[derive(Debug)]
pub(super) struct Marks {
    /// All of the dump's values on this level or above are here.
    pub level: u8,
    /// Of each band the values, ascending.
    pub bands: [Vec<u64>; BANDS],
    /// How many are on each level.
    on: Vec<u32>,
}

impl Marks {
    /// All.
    pub fn of_all(dump: &DumpFingerprint) -> Marks {
        Marks::above(dump, dump.about.level)
    }

    /// Those that stand in the index: from [`limits::LIBRARY_LEVEL`] on, or more as long as they are at most [`limits::LIBRARY_VALUES`].
    pub fn of_known(dump: &DumpFingerprint) -> Marks {
        let mut on = [0usize; 256];
        values(dump).for_each(|(level, _)| on[usize::from(level)] += 1);
        let (mut level, mut count) = (u8::MAX, on[255]);
        while level > 0 && (level > limits::LIBRARY_LEVEL || count + on[usize::from(level) - 1] <= limits::LIBRARY_VALUES) {
            level -= 1;
            count += on[usize::from(level)];
        }
        Marks::above(dump, level.max(dump.about.level))
    }

    fn above(dump: &DumpFingerprint, level: u8) -> Marks {
        let mut marks = Marks { level, bands: Default::default(), on: vec![0; 256] };
        for (own, id) in values(dump).filter(|&(own, _)| own >= level) {
            marks.bands[band(own)].push(id);
            marks.on[usize::from(own)] += 1;
        }
        marks
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.on.iter().map(|&n| u64::from(n)).sum()
    }

    /// How many are on a level or above.
    pub fn at_least(&self, level: u8) -> u64 {
        self.on[usize::from(level)..].iter().map(|&n| u64::from(n)).sum()
    }

    /// How many are in both.
    pub fn in_common(&self, other: &Marks) -> u32 {
        let in_band = |(a, b): (&Vec<u64>, &Vec<u64>)| {
            let (mut n, mut rest) = (0, &b[..]);
            for id in a {
                rest = &rest[rest.partition_point(|other| other < id)..];
                n += u32::from(rest.first() == Some(id));
            }
            n
        };
        self.bands.iter().zip(&other.bands).map(in_band).sum()
    }
}

/// The larger of the shares that each of two dumps holds of the other, as far as it follows from `n` values in common: `known` of the known one are
/// in the index, from `level` on.
pub(super) fn containment(n: u32, query: &Marks, level: u8, known: u64) -> f64 {
    let joint = level.max(query.level);
    let of_query = query.at_least(joint) as f64;
    let of_known = known as f64 * share_of_level(joint) / share_of_level(level);
    let share = |all: f64| f64::from(n) / all.max(f64::from(n)).max(1.0);
    share(of_query).max(share(of_known))
}

/// The different values of a dump that say something, by ascending id, each with its level.
fn values(dump: &DumpFingerprint) -> impl Iterator<Item = (u8, u64)> + '_ {
    let values = dump.entries.chunk_by(|a, b| a.id == b.id).filter(|entries| !is_common(entries));
    values.map(|entries| (entries[0].level, entries[0].id))
}
