//! Which rows of a dump are kept: every identifier value of a row is hashed under a key, and the row is kept for it when the hash lies below a
//! threshold. The threshold is fixed (one value in `scale`) for a long dump and higher for a short one, of which at least
//! [`limits::FINGERPRINT_DETAILED`] values are kept: what two dumps share below the lower of their thresholds is in both samples.
//!
//! A fixed share keeps containment measurable between dumps of very different size, which the lowest k alone do not (scaled MinHash: Irber et al.,
//! "Lightweight compositional analysis of metagenomes with FracMinHash and minimum metagenome covers", 2022). Merging two samples gives the
//! sample of the union, so that the result does not depend on how the work was cut.

use crate::limits;
use crate::packed::{Unpack, put};

/// Rows of one value that are kept; more of them and the value is too common to say anything.
pub const ROWS_OF_VALUE: usize = 4;

/// A row, kept for one of its identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Hash of the identifier, which decides whether it is kept.
    pub hash: u64,
    /// The identifier's fingerprint, its first eight bytes.
    pub id: u64,
    /// Hash of the row's identifiers together; the same for rows that are written otherwise.
    pub row: u64,
    /// Which column it stood in.
    pub slot: u16,
    /// Source and byte offset of the first such row.
    pub first: (u32, u64),
    /// Sixteen bits of each cell, 0 where it is missing; of the lowest entries alone.
    pub cells: Option<Box<[u16]>>,
}

impl Entry {
    /// What tells it from others: rows with the same identifiers may yet differ in other cells.
    fn content(&self) -> (u64, u64, Option<&[u16]>, u16) {
        (self.hash, self.row, self.cells.as_deref(), self.slot)
    }
}

/// Where among all hashes one lies, 0 to 255, in steps of a sixteenth of a power of two: the lower the hash the higher. It says which entries two
/// samples of different thresholds would both have kept, and no more of the hash.
#[must_use]
pub fn level(hash: u64) -> u8 {
    let zeros = hash.leading_zeros().min(59);
    let sixteenth = hash << zeros >> 59 & 15;
    (zeros * 16 + 15 - sixteenth as u32).min(255) as u8
}

/// The share of all hashes that lie on a level or above it.
#[must_use]
pub fn share_of_level(level: u8) -> f64 {
    let (zeros, sixteenth) = (level / 16, 15 - level % 16);
    libm::scalbn(f64::from(16 + sixteenth + 1), -5 - i32::from(zeros))
}

/// The lowest level all of whose hashes are below a threshold; 0 where there is none.
#[must_use]
pub fn level_below(threshold: u64) -> u8 {
    if threshold == u64::MAX {
        return 0;
    }
    let level = level(threshold.saturating_sub(1));
    let (zeros, sixteenth) = (level / 16, 15 - level % 16);
    let end = u128::from(16 + sixteenth + 1) << 59 >> zeros;
    if u128::from(threshold) >= end { level } else { level.saturating_add(1) }
}

/// The hash below which one in `scale` lies.
fn floor(scale: u64) -> u64 {
    if scale <= 1 { u64::MAX } else { u64::MAX / scale + 1 }
}

/// The entries of a dump or of a part of it.
#[derive(Clone, Debug)]
pub struct RowSample {
    /// Hashes below this are kept whatever their number.
    floor: u64,
    /// Hashes at or above this are not kept; `u64::MAX` while all are.
    threshold: u64,
    /// The same for cells.
    detail: u64,
    entries: Vec<Entry>,
    /// Entries that may be held before they are put in order.
    room: usize,
}

const ROOM: usize = 2 * limits::FINGERPRINT_DETAILED;

impl RowSample {
    /// An empty sample that keeps one value in `scale`, or more of a short dump.
    #[must_use]
    pub fn new(scale: u64) -> RowSample {
        RowSample { floor: floor(scale), threshold: u64::MAX, detail: u64::MAX, entries: Vec::new(), room: ROOM }
    }

    /// An empty sample for a part, which knows from the start what the whole no longer wants.
    #[must_use]
    pub fn part(&self) -> RowSample {
        RowSample { entries: Vec::new(), room: ROOM, ..*self }
    }

    /// Hashes below this are wanted.
    #[must_use]
    pub fn threshold(&self) -> u64 {
        self.threshold
    }

    /// Entries below this have cells.
    #[must_use]
    pub fn detail(&self) -> u64 {
        self.detail
    }

    /// Adds an entry that is wanted.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
        if self.entries.len() >= self.room {
            self.put_in_order();
        }
    }

    /// Adds another part's sample.
    pub fn merge(&mut self, other: RowSample) {
        self.detail = self.detail.min(other.detail);
        // A part that began with this sample's threshold has nothing to take away, and to look through all entries is dear.
        if other.threshold < self.threshold {
            self.threshold = other.threshold;
            self.entries.retain(|e| e.hash < other.threshold);
        }
        let threshold = self.threshold;
        self.entries.extend(other.entries.into_iter().filter(|e| e.hash < threshold));
        if self.entries.len() >= self.room {
            self.put_in_order();
        }
    }

    /// The sample in few bytes.
    #[must_use]
    pub fn pack(mut self) -> Vec<u8> {
        self.put_in_order();
        let mut out = [self.threshold.to_le_bytes(), self.detail.to_le_bytes()].concat();
        let mut before = 0;
        for entry in &self.entries {
            put(&mut out, entry.hash - before);
            before = entry.hash;
            out.extend_from_slice(&entry.id.to_le_bytes());
            out.extend_from_slice(&entry.row.to_le_bytes());
            put(&mut out, u64::from(entry.slot));
            put(&mut out, u64::from(entry.first.0));
            put(&mut out, entry.first.1);
            out.push(u8::from(entry.cells.is_some()));
            entry.cells.iter().flatten().for_each(|cell| out.extend_from_slice(&cell.to_le_bytes()));
        }
        out
    }

    /// Adds a packed sample; `slot` gives the number that a slot has here, if it is kept, and how many cells its rows have, `source` that of a source. `None`
    /// where it is damaged.
    pub fn merge_packed(
        &mut self,
        packed: &[u8],
        slot: impl Fn(u16) -> Option<(Option<u16>, usize)>,
        source: impl Fn(u32) -> Option<u32>,
    ) -> Option<()> {
        let mut unpack = Unpack::new(packed);
        let mut part = RowSample { threshold: unpack.word()?, detail: unpack.word()?, entries: Vec::new(), ..*self };
        let mut hash = 0u64;
        while !unpack.is_empty() {
            hash = hash.checked_add(unpack.number()?)?;
            let (id, row) = (unpack.word()?, unpack.word()?);
            let (slot, width) = slot(unpack.small()?)?;
            let first = (source(unpack.small()?)?, unpack.number()?);
            let cells = match unpack.array()? {
                [0] => None,
                _ => Some(unpack.take(2 * width)?.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect()),
            };
            if let Some(slot) = slot {
                part.entries.push(Entry { hash, id, row, slot, first, cells });
            }
        }
        self.merge(part);
        Some(())
    }

    /// Sorts, makes equal entries one, and lowers the thresholds.
    fn put_in_order(&mut self) {
        const KEPT: usize = limits::FINGERPRINT_DETAILED;
        const MOST: usize = limits::FINGERPRINT_ENTRIES;
        self.sort();
        self.entries.dedup_by(|next, kept| next.content() == kept.content());
        self.leave_out_common();
        let at = |n: usize| self.entries.get(n).map_or(u64::MAX, |e| e.hash);
        let below_floor = self.entries.partition_point(|e| e.hash < self.floor);
        self.detail = self.detail.min(at(KEPT));
        self.threshold = self.threshold.min(if below_floor > MOST { at(MOST) } else { at(KEPT).max(self.floor) });
        let (threshold, detail) = (self.threshold, self.detail);
        self.entries.truncate(self.entries.partition_point(|e| e.hash < threshold));
        let detailed = self.entries.partition_point(|e| e.hash < detail);
        self.entries[detailed..].iter_mut().for_each(|e| e.cells = None);
        // Without their cells some are the same.
        let mut bare = self.entries.split_off(detailed);
        bare.dedup_by(|next, kept| {
            let same = next.content() == kept.content();
            kept.first = if same { kept.first.min(next.first) } else { kept.first };
            same
        });
        self.entries.append(&mut bare);
        self.room = (2 * self.entries.len()).max(ROOM);
    }

    /// Puts entries in order: by number first, since they are long to move; by a sort that sees that the front is in order already.
    fn sort(&mut self) {
        let mut order: Vec<(u64, u64, u32)> = self.entries.iter().enumerate().map(|(n, e)| (e.hash, e.row, n as u32)).collect();
        let entries = &self.entries;
        order.sort_by(|x, y| {
            (x.0, x.1).cmp(&(y.0, y.1)).then_with(|| {
                let (x, y) = (&entries[x.2 as usize], &entries[y.2 as usize]);
                x.content().cmp(&y.content()).then(x.first.cmp(&y.first))
            })
        });
        let mut old: Vec<Option<Entry>> = std::mem::take(&mut self.entries).into_iter().map(Some).collect();
        self.entries = order.into_iter().filter_map(|(_, _, n)| old[n as usize].take()).collect();
    }

    /// Of the rows of one value keeps one more than say anything, those with the lowest hashes; and of rows with the same identifiers as many.
    fn leave_out_common(&mut self) {
        let (mut rows, mut variants) = (0, 0);
        let mut kept = Vec::with_capacity(self.entries.len());
        for n in 0..self.entries.len() {
            let (entry, before) = (&self.entries[n], n.checked_sub(1).map(|n| &self.entries[n]));
            let value = before.filter(|b| b.hash == entry.hash);
            let row = value.filter(|b| b.row == entry.row);
            let cells = row.filter(|b| b.cells == entry.cells);
            rows = if value.is_none() { 1 } else { rows + usize::from(row.is_none()) };
            variants = if row.is_none() { 1 } else { variants + usize::from(cells.is_none()) };
            kept.push(rows <= ROWS_OF_VALUE + 1 && variants <= ROWS_OF_VALUE + 1);
        }
        let mut kept = kept.into_iter();
        self.entries.retain(|_| kept.next().unwrap_or(true));
    }

    /// Ends the sampling: entries by ascending hash, the threshold, and that of cells.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Entry>, u64, u64) {
        self.put_in_order();
        (self.entries, self.threshold, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(n: u64) -> Entry {
        let word = |n: u64| u64::from_le_bytes(blake3::hash(&n.to_le_bytes()).as_bytes()[..8].try_into().unwrap());
        // Values of many rows, values of one, and equal rows.
        let value = if n.is_multiple_of(7) { n % 21 } else { n };
        Entry {
            hash: word(value),
            id: word(value + 5),
            row: word(n + 1_000_000),
            slot: 0,
            first: (0, n),
            cells: Some(Box::new([n as u16])),
        }
    }

    /// Everything at once: sort, one entry a row, the rows of a value bounded, the lowest kept.
    fn naive(numbers: &[u64], scale: u64) -> (Vec<Entry>, u64, u64) {
        let mut all: Vec<Entry> = numbers.iter().map(|&n| entry(n)).collect();
        all.sort_by_key(|e| (e.hash, e.row, e.cells.clone(), e.first));
        all.dedup_by_key(|e| (e.hash, e.row, e.cells.clone()));
        let mut kept: Vec<Entry> = Vec::new();
        for e in all {
            if kept.iter().filter(|k| k.hash == e.hash).count() <= ROWS_OF_VALUE {
                kept.push(e);
            }
        }
        let at = |n: usize| kept.get(n).map_or(u64::MAX, |e| e.hash);
        let detail = at(limits::FINGERPRINT_DETAILED);
        let threshold = detail.max(floor(scale));
        let entries = kept.into_iter().filter(|e| e.hash < threshold).map(|mut e| {
            if e.hash >= detail {
                e.cells = None;
            }
            e
        });
        (entries.collect(), threshold, detail)
    }

    fn sampled(numbers: &[u64], scale: u64, cuts: &[usize]) -> (Vec<Entry>, u64, u64) {
        let mut whole = RowSample::new(scale);
        let (mut from, mut parts) = (0, Vec::new());
        for &cut in cuts.iter().chain([&numbers.len()]) {
            let cut = cut.clamp(from, numbers.len());
            let mut part = whole.part();
            for e in numbers[from..cut].iter().map(|&n| entry(n)) {
                if e.hash < part.threshold() {
                    part.push(e);
                }
            }
            parts.push(part);
            from = cut;
            // Some parts begin before others have ended.
            if parts.len() == 2 {
                parts.drain(..).rev().for_each(|p| whole.merge(p));
            }
        }
        parts.into_iter().for_each(|p| whole.merge(p));
        whole.finish()
    }

    #[test]
    fn levels_are_steps_of_a_sixteenth() {
        assert_eq!((level(u64::MAX), share_of_level(0)), (0, 1.0));
        assert_eq!((level(0), level(1)), (255, 255));
        assert_eq!((level(1 << 63), level((1 << 63) - 1)), (15, 16));
        assert_eq!(share_of_level(16), 0.5);
        assert_eq!((level_below(u64::MAX), level_below(floor(1024)), level_below(floor(1024) - 1)), (0, 160, 161));
        for l in 1..=255u8 {
            // The first hash that is above a level lies on the one before.
            let bound = (share_of_level(l) * 18_446_744_073_709_551_616.0) as u64;
            assert_eq!((level(bound), level(bound - 1)), (l - 1, l));
        }
    }

    proptest! {
        #[test]
        fn a_short_dump_is_kept_whole_however_it_is_cut(numbers in proptest::collection::vec(0u64..400, 0..600), mut cuts in proptest::collection::vec(0usize..600, 0..4)) {
            cuts.sort_unstable();
            prop_assert_eq!(sampled(&numbers, 1024, &cuts), naive(&numbers, 1024));
        }
    }

    #[test]
    fn a_long_dump_is_cut_at_its_thresholds() {
        let numbers: Vec<u64> = (0..200_000).map(|n| n % 150_000).collect();
        for scale in [2, 1024] {
            let expected = naive_of_many(&numbers, scale);
            for cuts in [&[][..], &[1, 70_000, 70_001, 199_999], &[100_000]] {
                assert_eq!(sampled(&numbers, scale, cuts), expected);
            }
        }
    }

    /// As [`naive`], which looks through all entries for each.
    fn naive_of_many(numbers: &[u64], scale: u64) -> (Vec<Entry>, u64, u64) {
        let mut all: std::collections::BTreeMap<u64, std::collections::BTreeMap<u64, Entry>> = Default::default();
        for e in numbers.iter().map(|&n| entry(n)) {
            let rows = all.entry(e.hash).or_default();
            if rows.get(&e.row).is_none_or(|kept| e.first < kept.first) {
                rows.insert(e.row, e);
            }
        }
        let kept: Vec<Entry> = all.into_values().flat_map(|rows| rows.into_values().take(ROWS_OF_VALUE + 1)).collect();
        let at = |n: usize| kept.get(n).map_or(u64::MAX, |e| e.hash);
        let detail = at(limits::FINGERPRINT_DETAILED);
        let threshold = detail.max(floor(scale));
        let with_cells = |mut e: Entry| {
            e.cells = e.cells.filter(|_| e.hash < detail);
            e
        };
        (kept.into_iter().filter(|e| e.hash < threshold).map(with_cells).collect(), threshold, detail)
    }
}
