//! Bottom-k samples of distinct rows: the k rows with the lowest keyed hash of their content, each with how often it occurs and where it
//! first stands (Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007). Merging two samples gives the sample of the
//! union, so that the result does not depend on how the work was cut.

use crate::packed::{Unpack, put};

/// A row's content as a 64-bit hash under a key-derived seed.
pub type RowKey = u64;

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
///
/// Rows are appended as they come, equal ones too, and put in order when twice as many are held as are kept: a row that is kept costs a few
/// words written and a share of a sort, one that is not costs a comparison.
#[derive(Clone)]
pub struct BottomK<T> {
    k: usize,
    /// Keys at or above this are not among the lowest k. `u64::MAX` until that many were seen.
    threshold: u64,
    rows: Vec<(RowKey, Sampled<T>)>,
    /// Rows that may be held before they are put in order.
    room: usize,
}

impl<T> BottomK<T> {
    /// An empty sample of at most `k` rows.
    #[must_use]
    pub fn new(k: usize) -> BottomK<T> {
        BottomK { k, threshold: u64::MAX, rows: Vec::new(), room: 2 * k }
    }

    /// An empty sample of the same size that knows from the start which keys cannot be among the lowest.
    #[must_use]
    pub fn part(&self) -> BottomK<T> {
        BottomK { threshold: self.threshold, ..BottomK::new(self.k) }
    }

    /// Whether a row with this key would be kept now.
    #[must_use]
    #[inline]
    pub fn wants(&self, key: RowKey) -> bool {
        key < self.threshold
    }

    /// Counts a row; `value` is asked for only when the row may be kept.
    #[inline]
    pub fn offer(&mut self, key: RowKey, first: (u32, u64), value: impl FnOnce() -> T) {
        if self.wants(key) {
            self.rows.push((key, Sampled { count: 1, first, value: value() }));
            if self.rows.len() >= self.room {
                self.put_in_order();
            }
        }
    }

    /// Adds another part's sample.
    pub fn merge(&mut self, other: BottomK<T>) {
        // First: a row above the other's threshold would be taken for the (k+1)-th lowest, and the threshold would rise to it again. A part
        // that began with this sample's threshold has nothing to take away.
        if other.threshold < self.threshold {
            self.threshold = other.threshold;
            self.rows.retain(|row| row.0 < other.threshold);
        }
        let threshold = self.threshold;
        self.rows.extend(other.rows.into_iter().filter(|row| row.0 < threshold));
        if self.rows.len() >= self.room {
            self.put_in_order();
        }
    }

    /// The sample in few bytes; `value` adds what was found out about a row.
    #[must_use]
    pub fn pack(mut self, mut value: impl FnMut(&T, &mut Vec<u8>)) -> Vec<u8> {
        self.put_in_order();
        let mut out = self.threshold.to_le_bytes().to_vec();
        put(&mut out, self.rows.len() as u64);
        let mut before = 0;
        for (key, row) in &self.rows {
            put(&mut out, key - before);
            before = *key;
            put(&mut out, row.count);
            put(&mut out, u64::from(row.first.0));
            put(&mut out, row.first.1);
            value(&row.value, &mut out);
        }
        out
    }

    /// Adds a packed sample of the same size; `source` gives the number that a source has here, `value` reads what was found out about a row.
    /// `None` where it is damaged.
    pub fn merge_packed(
        &mut self,
        packed: &[u8],
        source: impl Fn(u32) -> Option<u32>,
        mut value: impl FnMut(&mut Unpack<'_>) -> Option<T>,
    ) -> Option<()> {
        let mut unpack = Unpack::new(packed);
        let mut part = BottomK::new(self.k);
        part.threshold = unpack.word()?;
        let (rows, mut key) = (unpack.count(4)?, 0u64);
        if rows > self.k {
            return None;
        }
        for _ in 0..rows {
            key = key.checked_add(unpack.number()?).filter(|key| *key < part.threshold)?;
            let count = unpack.number()?;
            let first = (source(unpack.small()?)?, unpack.number()?);
            part.rows.push((key, Sampled { count, first, value: value(&mut unpack)? }));
        }
        self.merge(part);
        unpack.is_empty().then_some(())
    }

    /// Sorts the rows by key, makes equal ones one, and lowers the threshold to the (k+1)-th lowest key.
    fn put_in_order(&mut self) {
        self.rows.sort_unstable_by_key(|(key, row)| (*key, row.first));
        self.rows.dedup_by(|(key, row), (kept, first)| {
            let same = key == kept;
            first.count += if same { row.count } else { 0 };
            same
        });
        if let Some(&(cut, _)) = self.rows.get(self.k) {
            self.threshold = cut;
            self.rows.truncate(self.k);
        }
        // Where few rows are many times in the text, the sorts stay few.
        self.room = (2 * self.rows.len()).max(2 * self.k);
    }

    /// Ends the sampling: the rows by ascending key, and an estimate of how many distinct rows there were.
    #[must_use]
    pub fn finish(mut self) -> Sample<T> {
        self.put_in_order();
        let exact = self.threshold == u64::MAX;
        // The threshold is the (k+1)-th lowest of D uniform keys: k / threshold is an unbiased estimate of D with relative
        // standard error 1/√(k−1).
        let kept = self.rows.len();
        let distinct = if exact { kept as f64 } else { kept as f64 * (u64::MAX as f64 / self.threshold as f64) };
        Sample { rows: self.rows.into_iter().map(|(_, row)| row).collect(), distinct, exact }
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
            let mut packed = BottomK::new(k);
            for part in [&right, &left] {
                packed.merge_packed(&part.clone().pack(|&n, out| put(out, n)), Some, |unpack| unpack.number()).unwrap();
            }
            right.merge(left);
            prop_assert_eq!(&packed.finish().rows, &right.clone().finish().rows);
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
