//! Sorting a partition of keys, in the cache.
//!
//! The scalar form is `keys.sort()`. Places are uniformly distributed, since a cipher made them: one pass deals the keys to buckets of
//! about six by the bits after the partition's, in order, and each bucket is sorted alone.
//!
//! A partition holds about as many keys as any other, unless many records share a value. Of such a value no more keys are kept than it takes
//! to see that it is common, so that memory is bounded whatever the records hold.

use super::deal::{KEY_BYTES, Partitions, decode};
use super::table::Posting;
use super::veil::Probe;
use crate::Result;
use crate::limits::SHARED_VALUE_RECORDS;

/// One identifier value of one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    /// Its fingerprint, as the index knows it.
    pub probe: Probe,
    /// Where it stands.
    pub posting: Posting,
}

/// Buckets are sorted by insertion up to this many keys; beyond it they hold a shared value, or chance was strange.
const FEW: usize = 24;
/// Most buckets of a partition, as bits.
const MAX_BUCKET_BITS: u32 = 16;

/// The keys of partition `part`, sorted. Of a value with more than [`SHARED_VALUE_RECORDS`] keys, at least one more than that many are there.
///
/// # Errors
/// When a temporary file cannot be read back.
pub fn sorted(partitions: &Partitions, part: usize) -> Result<Vec<SortKey>> {
    let expected = partitions.keys() as usize / partitions.count();
    sorted_within(partitions, part, expected * 2 + 4096)
}

/// As [`sorted`]; about `usual` keys are in memory at a time, or as many as are left of them without those of common values.
fn sorted_within(partitions: &Partitions, part: usize, usual: usize) -> Result<Vec<SortKey>> {
    let first_place = partitions.first_place(part).unwrap_or_default();
    let shift = partitions.bits();
    if partitions.len(part) <= usual {
        let mut bytes = Vec::with_capacity(partitions.len(part) * KEY_BYTES);
        partitions.take(part, |block| bytes.extend_from_slice(block))?;
        return Ok(by_buckets(&bytes, first_place, shift));
    }
    let (mut keys, mut room) = (Vec::new(), usual);
    partitions.take(part, |block| {
        keys.extend(block.chunks_exact(KEY_BYTES).map(|key| decode(key, first_place)));
        if keys.len() > room {
            keys.sort_unstable();
            cut_common(&mut keys);
            room = usual.max(2 * keys.len());
        }
    })?;
    keys.sort_unstable();
    Ok(keys)
}

fn by_buckets(bytes: &[u8], first_place: u64, partition_bits: u32) -> Vec<SortKey> {
    let count = bytes.len() / KEY_BYTES;
    let bits = (count / 4).max(2).ilog2().clamp(1, MAX_BUCKET_BITS);
    let bucket = |key: &SortKey| (key.probe.place << partition_bits >> (u64::BITS - bits)) as usize;
    let keys = || bytes.chunks_exact(KEY_BYTES).map(|key| decode(key, first_place));
    // Ends of the buckets, then, as they are filled from the back, their beginnings.
    let mut ends = vec![0u32; (1 << bits) + 1];
    keys().for_each(|key| ends[bucket(&key)] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut out = vec![SortKey::default(); count];
    for key in keys() {
        let end = &mut ends[bucket(&key)];
        *end -= 1;
        out[*end as usize] = key;
    }
    for borders in ends.windows(2) {
        sort_few(&mut out[borders[0] as usize..borders[1] as usize]);
    }
    out
}

#[inline]
fn sort_few(keys: &mut [SortKey]) {
    if keys.len() > FEW {
        keys.sort_unstable();
        return;
    }
    for n in 1..keys.len() {
        let key = keys[n];
        let mut at = n;
        while at > 0 && key < keys[at - 1] {
            keys[at] = keys[at - 1];
            at -= 1;
        }
        keys[at] = key;
    }
}

/// Takes out of sorted keys what is too much of a common value.
fn cut_common(keys: &mut Vec<SortKey>) {
    let (mut kept, mut run) = (0, 0);
    for n in 0..keys.len() {
        run = if n > 0 && keys[n].probe == keys[n - 1].probe { run + 1 } else { 1 };
        if run <= SHARED_VALUE_RECORDS + 1 {
            keys[kept] = keys[n];
            kept += 1;
        }
    }
    keys.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::super::deal::Deal;
    use super::*;

    fn key(n: u64, value: u64) -> SortKey {
        let h = blake3::hash(&value.to_le_bytes());
        let word = |at: usize| u64::from_le_bytes(h.as_bytes()[at..at + 8].try_into().unwrap());
        SortKey { probe: Probe { place: word(0), check: word(8) }, posting: Posting { field: (n % 15) as u8 + 1, record: n as u32 } }
    }

    /// Dealt by several dealers in turns.
    fn dealt(keys: &[SortKey], guess: u64, memory: usize) -> Partitions {
        let folder = tempfile::tempdir().unwrap();
        let deal = Deal::new(folder.path(), guess, 3, memory);
        for chunk in keys.chunks(3000) {
            let mut dealers = [deal.dealer(), deal.dealer(), deal.dealer()];
            for (n, &key) in chunk.iter().enumerate() {
                deal.deal(&mut dealers[n % 3], key).unwrap();
            }
            dealers.into_iter().for_each(|d| deal.give_back(d));
        }
        deal.finish()
    }

    fn all(partitions: &Partitions, usual: usize) -> Vec<SortKey> {
        (0..partitions.count()).flat_map(|part| sorted_within(partitions, part, usual).unwrap()).collect()
    }

    #[test]
    fn keys_come_back_sorted_whatever_the_memory() {
        let keys: Vec<SortKey> = (0..20_000u64).map(|n| key(n, n % 15_000)).collect();
        let mut expected = keys.clone();
        expected.sort();
        for (guess, memory) in [(10, 1 << 30), (20_000, 1 << 16), (20_000, 1 << 20), (u64::from(u32::MAX), 1 << 20), (1 << 40, 1)] {
            let partitions = dealt(&keys, guess, memory);
            assert_eq!(partitions.keys(), 20_000);
            assert_eq!((0..partitions.count()).map(|part| partitions.len(part)).sum::<usize>(), 20_000);
            assert!(all(&partitions, usize::MAX) == expected, "guess {guess}, memory {memory}");
            // No value has more than two keys: nothing is cut.
            assert!(all(&dealt(&keys, guess, memory), 7) == expected, "guess {guess}, memory {memory}, in portions");
        }
    }

    #[test]
    fn common_values_do_not_fill_the_memory_and_others_are_whole() {
        // 0: common; 1 and 2: at the border of it; the rest: alone.
        let limit = SHARED_VALUE_RECORDS as u64;
        let of = |n: u64| match n {
            n if n < limit => 1,
            n if n < 2 * limit + 1 => 2,
            n if n % 2 == 0 => 0,
            n => n,
        };
        let keys: Vec<SortKey> = (0..30_000u64).map(|n| key(n, of(n))).collect();
        let mut expected = keys.clone();
        expected.sort();
        for usual in [100, 1000, usize::MAX] {
            let got = all(&dealt(&keys, 30_000, 1 << 20), usual);
            let runs = |keys: &[SortKey]| keys.chunk_by(|a, b| a.probe == b.probe).map(<[SortKey]>::to_vec).collect::<Vec<_>>();
            for (got, expected) in runs(&got).iter().zip(runs(&expected)) {
                let common = expected.len() > SHARED_VALUE_RECORDS;
                assert!(*got == expected || common && got.len() > SHARED_VALUE_RECORDS && got[0].probe == expected[0].probe);
            }
            assert_eq!(runs(&got).len(), runs(&expected).len());
            assert!(usual == usize::MAX || got.len() < 25_000, "{} keys", got.len());
        }
    }
}
