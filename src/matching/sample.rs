//! Bottom-k samples of distinct rows: the k rows with the lowest keyed hash of their content, each with how often it occurs and where it
//! first stands (Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007). Merging two samples gives the sample of the
//! union, so that the result does not depend on how the work was cut.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A row's content as a 64-bit hash under a key-derived seed.
pub type RowKey = u64;

/// Row keys are uniformly distributed already.
#[derive(Default, Clone, Copy)]
struct PassThrough(u64);

impl Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |h, &b| h.rotate_left(8) ^ u64::from(b));
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// One distinct row of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sampled<T> {
    /// How many rows have this content.
    pub count: u64,
    /// Input and byte offset of the first of them.
    pub first: (u32, u64),
    /// What was found out about it.
    pub value: T,
}

/// The k distinct rows with the lowest keys.
#[derive(Clone)]
pub struct BottomK<T> {
    k: usize,
    /// Keys at or above this are not among the lowest k. `u64::MAX` until that many were seen.
    threshold: u64,
    rows: HashMap<RowKey, Sampled<T>, BuildHasherDefault<PassThrough>>,
}

impl<T> BottomK<T> {
    /// An empty sample of at most `k` rows.
    #[must_use]
    pub fn new(k: usize) -> BottomK<T> {
        BottomK { k, threshold: u64::MAX, rows: HashMap::default() }
    }

    /// An empty sample of the same size that knows from the start which keys cannot be among the lowest.
    #[must_use]
    pub fn part(&self) -> BottomK<T> {
        BottomK { k: self.k, threshold: self.threshold, rows: HashMap::default() }
    }

    /// Whether a row with this key would be kept now.
    #[must_use]
    #[inline]
    pub fn wants(&self, key: RowKey) -> bool {
        key < self.threshold
    }

    /// Counts a row; `value` is asked for only when the row is new to the sample.
    #[inline]
    pub fn offer(&mut self, key: RowKey, first: (u32, u64), value: impl FnOnce() -> T) {
        if self.wants(key) {
            self.insert(key, || Sampled { count: 1, first, value: value() }, 1, first);
        }
    }

    fn insert(&mut self, key: RowKey, new: impl FnOnce() -> Sampled<T>, count: u64, first: (u32, u64)) {
        match self.rows.entry(key) {
            std::collections::hash_map::Entry::Occupied(mut old) => {
                let old = old.get_mut();
                old.count += count;
                old.first = old.first.min(first);
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(new());
                if self.rows.len() >= 2 * self.k {
                    self.shrink();
                }
            }
        }
    }

    /// Adds another part's sample.
    pub fn merge(&mut self, other: BottomK<T>) {
        // First: a row above the other's threshold would be taken for the (k+1)-th lowest, and the threshold would rise to it again. A part
        // that began with this sample's threshold has nothing to take away.
        if other.threshold < self.threshold {
            self.threshold = other.threshold;
            self.rows.retain(|&key, _| key < other.threshold);
        }
        for (key, row) in other.rows {
            if self.wants(key) {
                let (count, first) = (row.count, row.first);
                self.insert(key, || row, count, first);
            }
        }
    }

    /// Lowers the threshold to the (k+1)-th lowest key.
    fn shrink(&mut self) {
        if self.rows.len() > self.k {
            let mut keys: Vec<RowKey> = self.rows.keys().copied().collect();
            let (_, &mut cut, _) = keys.select_nth_unstable(self.k);
            self.threshold = cut;
            self.rows.retain(|&key, _| key < cut);
        }
    }

    /// Ends the sampling: the rows by ascending key, and an estimate of how many distinct rows there were.
    #[must_use]
    pub fn finish(mut self) -> Sample<T> {
        self.shrink();
        let mut rows: Vec<(RowKey, Sampled<T>)> = self.rows.into_iter().collect();
        rows.sort_unstable_by_key(|&(key, _)| key);
        let exact = self.threshold == u64::MAX;
        // The threshold is the (k+1)-th lowest of D uniform keys: k / threshold is an unbiased estimate of D with relative
        // standard error 1/√(k−1).
        let distinct = if exact { rows.len() as f64 } else { rows.len() as f64 * (u64::MAX as f64 / self.threshold as f64) };
        Sample { rows: rows.into_iter().map(|(_, row)| row).collect(), distinct, exact }
    }
}

/// A finished sample.
#[derive(Clone, Debug)]
pub struct Sample<T> {
    /// The sampled rows, by ascending key.
    pub rows: Vec<Sampled<T>>,
    /// Distinct rows in all: exact, or an estimate.
    pub distinct: f64,
    /// Whether the sample holds every distinct row.
    pub exact: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: u64) -> u64 {
        u64::from_le_bytes(blake3::hash(&n.to_le_bytes()).as_bytes()[..8].try_into().unwrap())
    }

    proptest! {
        #[test]
        fn any_cut_and_order_gives_the_same_sample(rows in proptest::collection::vec(0u64..300, 0..600), cut in 0usize..600, k in 1usize..100) {
            let mut whole = BottomK::new(k);
            for (at, &n) in rows.iter().enumerate() {
                whole.offer(key(n), (0, at as u64), || n);
            }
            let cut = cut.min(rows.len());
            let (mut left, mut right) = (BottomK::new(k), BottomK::new(k));
            for (at, &n) in rows.iter().enumerate() {
                if at < cut { &mut left } else { &mut right }.offer(key(n), (0, at as u64), || n);
            }
            right.merge(left);
            let (a, b) = (whole.finish(), right.finish());
            prop_assert_eq!(&a.rows, &b.rows);
            prop_assert_eq!(a.distinct.to_bits(), b.distinct.to_bits());
            // The naive answer.
            let mut all: Vec<u64> = rows.clone();
            all.sort_unstable();
            all.dedup();
            let mut lowest: Vec<u64> = all.iter().map(|&n| key(n)).collect();
            lowest.sort_unstable();
            lowest.truncate(k);
            prop_assert_eq!(a.rows.len(), lowest.len());
            for (row, low) in a.rows.iter().zip(lowest) {
                prop_assert_eq!(key(row.value), low);
                prop_assert_eq!(row.count, rows.iter().filter(|&&n| n == row.value).count() as u64);
                prop_assert_eq!(row.first.1, rows.iter().position(|&n| n == row.value).unwrap() as u64);
            }
        }
    }

    #[test]
    fn the_number_of_distinct_rows_is_near_the_truth() {
        let mut sample = BottomK::new(10_000);
        for n in 0..200_000u64 {
            sample.offer(key(n % 100_000), (0, n), || ());
        }
        let sample = sample.finish();
        // Four standard errors of 1/√k.
        assert!((sample.distinct / 100_000.0 - 1.0).abs() < 0.04, "{}", sample.distinct);
    }
}
