//! The index against a naive twin, and against files that are sealed rightly and nonsense.

use super::inverted::{BLOCK_BYTES, BLOCKS_AT, Covered, Head, Inverted, MAGIC, NAME, SCHEMA, ending};
use super::marks::{BANDS, Marks, band};
use super::rebuild::Blocks;
use crate::lineage::DumpFingerprint;
use crate::lineage::columns::ColumnOf;
use crate::lineage::file::{About, TableOf};
use crate::lineage::rows::Secret;
use crate::lineage::sample::{Entry, RowSample, level};
use crate::lineage::take::How;
use crate::{fingerprint::Key, identify::Kind, identify::Params};
use proptest::prelude::*;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

fn head(dumps: usize, bands: [u64; BANDS]) -> Head {
    let covered =
        |n: usize| Covered { name: n.to_string(), bytes: 1, modified: 0, seal: String::new(), of: String::new(), level: 0, values: 1 };
    Head { schema: SCHEMA.into(), key_id: String::new(), region: String::new(), bands, files: (0..dumps).map(covered).collect() }
}

/// A dump of values with these hashes; the value's id is some function of its hash.
fn dump(hashes: impl IntoIterator<Item = u64>) -> DumpFingerprint {
    let key = Key::from_bytes([1; 32]);
    let mut sample = RowSample::new(1 << 15);
    for hash in hashes {
        sample.push(Entry { hash, id: id(hash), row: hash, slot: 0, first: (0, hash), cells: None });
    }
    let columns = vec![ColumnOf { header: None, kind: Kind::Text, params: Params::default(), slot: false }];
    let tables = vec![TableOf { rows: 1, columns, looks: Vec::new() }];
    DumpFingerprint::new(&Secret::new(&key), About { tables, ..About::new(&key, How::default()) }, sample)
}

fn id(hash: u64) -> u64 {
    xxh3_64(&hash.to_le_bytes())
}

fn write(folder: &Path, mut values: Vec<(u8, u64, u32)>, dumps: usize) -> Inverted {
    values.sort_unstable();
    let mut bytes = Vec::new();
    let mut head = head(dumps, [0; BANDS]);
    let mut blocks = Blocks::new(&mut bytes, folder).unwrap();
    for band in 0..BANDS {
        for &(_, value, dump) in values.iter().filter(|v| usize::from(v.0) == band) {
            blocks.push(value, dump).unwrap();
        }
        head.bands[band] = blocks.end_band().unwrap();
    }
    blocks.finish(&head).unwrap();
    std::fs::write(folder.join(NAME), bytes).unwrap();
    Inverted::open(folder).unwrap().unwrap()
}

/// Hashes in few bands, so that blocks fill.
fn hash(n: u64) -> u64 {
    id(n) | 1 << 63 >> (n % 3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn counts_as_a_naive_twin_does(
        // Values that many dumps hold lie over many blocks.
        frequent in proptest::collection::vec((0u64..40, 1u32..6000), 0..6),
        rare in proptest::collection::vec((0u64..3000, 0u32..6000), 0..6000),
        query in proptest::collection::btree_set(0u64..3000, 0..1500),
    ) {
        let mut pairs: Vec<(u64, u32)> = frequent.iter().flat_map(|&(n, dumps)| (0..dumps).map(move |dump| (n, dump))).collect();
        pairs.extend(rare);
        pairs.sort_unstable();
        pairs.dedup();
        let folder = tempfile::tempdir().unwrap();
        let values = pairs.iter().map(|&(n, dump)| (band(level(hash(n))) as u8, id(hash(n)), dump)).collect();
        let index = write(folder.path(), values, 6000);
        index.check().unwrap();
        let marks = Marks::of_all(&dump(query.iter().map(|&n| hash(n))));
        prop_assert_eq!(marks.len() as usize, query.len());
        let mut right = vec![0u32; 6000];
        pairs.iter().filter(|(n, _)| query.contains(n)).for_each(|&(_, dump)| right[dump as usize] += 1);
        prop_assert_eq!(index.count(&marks).unwrap(), right);
    }

    #[test]
    fn nonsense_under_a_right_seal_is_harmless(
        bands in proptest::array::uniform16(0u64..2500),
        noise in proptest::collection::vec(any::<u64>(), 0..50),
        dumps in 0usize..5,
        lies in any::<bool>(),
    ) {
        let blocks: usize = bands.iter().map(|n| n.div_ceil(1024) as usize).sum();
        let mut bytes = MAGIC.to_vec();
        bytes.resize(BLOCKS_AT + blocks * BLOCK_BYTES, 0x5A);
        for (n, word) in noise.iter().enumerate().filter(|_| blocks > 0) {
            let at = BLOCKS_AT + (n * 7919) % (blocks * BLOCK_BYTES - 8);
            bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
        }
        let table: Vec<(u64, u64)> = bytes[BLOCKS_AT..].chunks(BLOCK_BYTES).enumerate()
            .map(|(n, block)| (noise.get(n % noise.len().max(1)).copied().unwrap_or(0), xxh3_64(block))).collect();
        let mut head = head(dumps, bands);
        if lies {
            head.bands[3] = u64::MAX - 5;
        }
        bytes.extend(ending(&head, &table).unwrap());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(NAME), bytes).unwrap();
        let opened = Inverted::open(folder.path());
        prop_assert_eq!(opened.is_err(), lies);
        if let Ok(Some(index)) = opened {
            index.check().unwrap();
            prop_assert_eq!(index.count(&Marks::of_all(&dump(noise))).unwrap().len(), dumps);
        }
    }
}

#[test]
fn a_known_dump_is_held_by_its_lowest_values() {
    use crate::limits::{LIBRARY_LEVEL, LIBRARY_VALUES};
    let word = |n: u64| id(n ^ 0x1234_5678);
    let short = Marks::of_known(&dump((0..1500).map(word)));
    assert_eq!((short.level, short.len()), (0, 1500));
    let middle = Marks::of_known(&dump((0..20_000).map(word)));
    assert!(middle.len() <= LIBRARY_VALUES as u64 && middle.len() > LIBRARY_VALUES as u64 * 8 / 10, "{}", middle.len());
    assert!(middle.level > 0 && middle.level < LIBRARY_LEVEL);
    // Of a long one all from the level on, however many.
    let long = Marks::of_known(&dump((0..4_000_000).map(word).filter(|&hash| level(hash) >= 150)));
    assert_eq!(long.level, LIBRARY_LEVEL);
    assert!(long.len() > 3500, "{}", long.len());
    assert_eq!(long.at_least(LIBRARY_LEVEL), long.len());
    assert!(long.at_least(LIBRARY_LEVEL + 16) < long.len() * 6 / 10);
}
