//! Where in a dump the rows lie that hit something: a histogram over the rows in the order in which they are read.
//!
//! How many rows there will be is not known before the last is read: bins are one row wide at first, and whenever there would be too many of
//! them, two neighbours become one. So the bins depend on the number of rows alone, not on how the work was cut. A part notes its hits by
//! the row's number within it; where the part begins is known when it is committed, in the order of the dump.

use crate::packed::{self, Ascending};

/// Most bins of a strip.
pub const BINS: usize = 256;

/// Rows of a part that hit one index, by their number within the part: ascending, each once.
pub type HitsOfPart = Vec<u32>;

/// A histogram over numbers from 0, of bins whose width doubles as need be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubling {
    width_log2: u32,
    counts: Vec<u64>,
}

impl Doubling {
    /// Counts the numbers from `from` to before `to`.
    pub fn add_range(&mut self, from: u64, to: u64) {
        if from >= to {
            return;
        }
        self.reach(to - 1);
        let mut at = from;
        while at < to {
            let bin = at >> self.width_log2;
            let end = ((bin + 1) << self.width_log2).min(to);
            self.counts[bin as usize] += end - at;
            at = end;
        }
    }

    /// Counts one number.
    pub fn add(&mut self, number: u64) {
        self.reach(number);
        self.counts[(number >> self.width_log2) as usize] += 1;
    }

    /// All that was counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Makes room for a number.
    fn reach(&mut self, number: u64) {
        while number >> self.width_log2 >= BINS as u64 {
            self.double();
        }
        let bin = (number >> self.width_log2) as usize;
        if self.counts.len() <= bin {
            self.counts.resize(bin + 1, 0);
        }
    }

    fn double(&mut self) {
        self.counts = self.counts.chunks(2).map(|pair| pair.iter().sum()).collect();
        self.width_log2 += 1;
    }

    /// The counts in bins of `1 << width_log2`, at least the own width, and as many as `bins`.
    fn at(&self, width_log2: u32, bins: usize) -> Vec<u64> {
        let mut of = self.clone();
        while of.width_log2 < width_log2 {
            of.double();
        }
        of.counts.resize(bins, 0);
        of.counts
    }
}

/// Where the rows of a dump lie that hit each index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strips {
    /// Rows so far.
    count: u64,
    all: Doubling,
    /// By index.
    pub hit: Vec<Doubling>,
    /// By index the rows themselves, where they are kept: a part that is merged elsewhere does not know how many rows stand before it.
    rows: Option<Vec<Ascending>>,
}

impl Strips {
    /// Nothing yet, for as many indexes.
    #[must_use]
    pub fn new(indexes: usize) -> Strips {
        Strips { hit: vec![Doubling::default(); indexes], ..Strips::default() }
    }

    /// The same, of a part that is merged elsewhere.
    #[must_use]
    pub fn of_part(indexes: usize) -> Strips {
        Strips { rows: Some(vec![Ascending::default(); indexes]), ..Strips::default() }
    }

    /// By index the rows of such a part, packed.
    #[must_use]
    pub fn into_rows(self) -> Vec<Vec<u8>> {
        self.rows.into_iter().flatten().map(Ascending::finish).collect()
    }

    /// Adds the next part: its rows, and by index those that hit it, packed. `None` where these are damaged.
    pub fn add_packed(&mut self, rows: u64, hits: &[&[u8]]) -> Option<()> {
        let first = self.count;
        let end = first.checked_add(rows)?;
        for (strip, hits) in self.hit.iter_mut().zip(hits) {
            let mut beyond = false;
            packed::each(hits, |row| if row < rows { strip.add(first + row) } else { beyond = true })?;
            if beyond {
                return None;
            }
        }
        self.all.add_range(first, end);
        self.count = end;
        Some(())
    }

    /// Adds the next part: its rows, and those of them that hit each index.
    pub fn add(&mut self, rows: u64, hits: &[HitsOfPart]) {
        let first = self.count;
        if let Some(kept) = &mut self.rows {
            kept.iter_mut().zip(hits).for_each(|(kept, hits)| hits.iter().for_each(|&row| kept.push(first + u64::from(row))));
            self.count += rows;
            return;
        }
        self.all.add_range(first, first + rows);
        for (strip, hits) in self.hit.iter_mut().zip(hits) {
            hits.iter().for_each(|&row| strip.add(first + u64::from(row)));
        }
        self.count += rows;
    }

    /// Rows a bin.
    #[must_use]
    pub fn per_bin(&self) -> u64 {
        1 << self.all.width_log2
    }

    /// Rows in each bin.
    #[must_use]
    pub fn rows(&self) -> Vec<u64> {
        self.all.counts.clone()
    }

    /// Rows in each bin that hit an index.
    #[must_use]
    pub fn hit_at_width(&self, index: usize) -> Vec<u64> {
        self.hit[index].at(self.all.width_log2, self.all.counts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn bins_hold_what_a_plain_count_finds_however_rows_are_cut(
            parts in proptest::collection::vec((0u64..700, proptest::collection::btree_set(0u32..700, 0..40)), 0..8),
        ) {
            let (mut strips, mut packed) = (Strips::new(1), Strips::new(1));
            let (mut first, mut numbers) = (0u64, Vec::new());
            for (rows, hits) in &parts {
                let hits: Vec<u32> = hits.iter().copied().filter(|&h| u64::from(h) < *rows).collect();
                numbers.extend(hits.iter().map(|&h| first + u64::from(h)));
                let mut part = Strips::of_part(1);
                part.add(*rows, std::slice::from_ref(&hits));
                packed.add_packed(*rows, &part.into_rows().iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
                strips.add(*rows, &[hits]);
                first += rows;
            }
            proptest::prop_assert_eq!(&strips, &packed);
            let width = strips.per_bin();
            let rows = strips.rows();
            proptest::prop_assert!(rows.len() <= BINS && first.div_ceil(width) == rows.len() as u64);
            proptest::prop_assert!(width == 1 || first > BINS as u64 * width / 2);
            for (bin, (&rows, &hit)) in rows.iter().zip(&strips.hit_at_width(0)).enumerate() {
                let range = bin as u64 * width..(bin as u64 + 1) * width;
                proptest::prop_assert_eq!(rows, first.min(range.end) - range.start);
                proptest::prop_assert_eq!(hit, numbers.iter().filter(|n| range.contains(n)).count() as u64);
            }
        }
    }
}
