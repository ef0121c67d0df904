use super::super::checksum::Checksum;
use super::super::deal::Deal;
use super::super::table::Posting;
use super::*;
use crate::fingerprint::Key;
use crate::progress::Silent;
use proptest::prelude::*;

/// The sections in one pass over all keys in order, in memory.
fn naive(keys: &[SortKey], geometry: Geometry, veil: &Veil) -> ([Vec<u8>; 3], Counts) {
    let mut keys = keys.to_vec();
    keys.sort();
    let blocks = filter::blocks_for(keys.len() as u64);
    let mut filter = vec![Bits::default(); blocks as usize];
    let (mut slots, mut postings, mut counts) = (Vec::<u64>::new(), Vec::new(), Counts::default());
    for same in keys.chunk_by(|a, b| a.probe == b.probe) {
        let probe = same[0].probe;
        filter::insert(&mut filter[filter::block_of(probe, blocks) as usize], probe);
        let payload = match same.len() {
            1 => Payload::One(same[0].posting),
            2..=SHARED_VALUE_RECORDS => {
                let first = counts.postings;
                for (n, key) in same.iter().enumerate() {
                    let mut word = Vec::new();
                    put_posting(&mut word, key.posting, n + 1 == same.len());
                    veil.mask(Stream::Postings, counts.postings, &mut word);
                    postings.extend(word);
                    counts.postings += 1;
                }
                counts.shared += 1;
                Payload::Shared(first)
            }
            _ => {
                counts.common += 1;
                Payload::Common
            }
        };
        counts.keys += 1;
        let home = geometry.home(probe) as usize * SLOTS;
        slots.resize(slots.len().max(home), 0);
        slots.push(geometry.slot(probe, payload));
    }
    let buckets = (geometry.buckets as usize).max(slots.len().div_ceil(SLOTS)) + 1;
    slots.resize(buckets * SLOTS, 0);
    let filter = filter.iter().flat_map(filter::block_bytes).collect();
    ([filter, slots.iter().flat_map(|s| s.to_le_bytes()).collect(), postings], counts)
}

fn built(keys: &[SortKey], geometry: Geometry, veil: &Veil, threads: usize, memory: usize, guess: u64) -> ([Vec<u8>; 3], Counts) {
    let folder = tempfile::tempdir().unwrap();
    let pool = parallel::pool(threads).unwrap();
    let deal = Deal::new(folder.path(), guess, threads, memory);
    let mut dealer = deal.dealer();
    keys.iter().for_each(|&key| deal.deal(&mut dealer, key).unwrap());
    deal.give_back(dealer);
    let file = tempfile::tempfile().unwrap();
    let target = Target { file: &file, path: folder.path(), folder: folder.path(), from: 100 };
    let finished = write(&pool, &target, &deal.finish(), geometry, veil, &Silent).unwrap();
    let sections = finished.entries.map(|entry| {
        let mut bytes = vec![0; entry.length as usize];
        read_at(&file, entry.offset, &mut bytes).unwrap();
        assert_eq!(entry.offset % 4096, 0);
        assert_eq!(entry.checksum, *blake3::hash(&bytes).as_bytes());
        let whole = Checksum::default();
        whole.add(0, &bytes);
        assert_eq!(whole.finish(entry.length), Some(entry.checksum));
        bytes
    });
    (sections, finished.counts)
}

/// Places spread evenly, but for some that crowd behind a few: they fill buckets, so that slots spill over the seams of partitions.
fn keys(count: usize, distinct: usize, crowded: usize, seed: u64) -> Vec<SortKey> {
    (0..count as u64)
        .map(|n| {
            let value = n % distinct.max(1) as u64;
            let h = blake3::hash(&[value.to_le_bytes(), seed.to_le_bytes()].concat());
            let word = |at: usize| u64::from_le_bytes(h.as_bytes()[at..at + 8].try_into().unwrap());
            let place =
                if (value as usize) < crowded { (word(16) % 5).wrapping_mul(u64::MAX / 4).saturating_sub(word(0) >> 50) } else { word(0) };
            SortKey { probe: Probe { place, check: word(8) }, posting: Posting { field: (n % 15) as u8 + 1, record: n as u32 } }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn partitions_meet_at_their_seams(
        count in 0usize..6000,
        distinct in 1usize..6000,
        crowded in 0usize..600,
        load in 1u64..21,
        threads in 1usize..5,
        memory in prop::sample::select(vec![1usize, 1 << 12, 1 << 18, 1 << 24]),
        guess in prop::sample::select(vec![1u64, 30_000, 1 << 40]),
        seed: u64,
    ) {
        let veil = Veil::new(&Key::from_bytes([5; 32]), &[6; 16]);
        let keys = keys(count, distinct, crowded, seed);
        // Up to the load at which every slot is used.
        let buckets = (distinct.min(count) as u64 * 20 / (load * SLOTS as u64)).max(1) + 1;
        let geometry = Geometry { buckets, record_bits: 13 };
        let ((expected, counts), got) = (naive(&keys, geometry, &veil), built(&keys, geometry, &veil, threads, memory, guess));
        prop_assert_eq!(got.1, counts);
        for (n, (got, expected)) in got.0.iter().zip(&expected).enumerate() {
            prop_assert!(got == expected, "section {}: {} and {} bytes, first difference at {:?}", n, got.len(), expected.len(),
                got.iter().zip(expected).position(|(a, b)| a != b));
        }
    }
}

#[test]
fn a_bucket_that_spills_too_far_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let pool = parallel::pool(2).unwrap();
    let deal = Deal::new(folder.path(), 1, 1, 1 << 20);
    let mut dealer = deal.dealer();
    for n in 0..=MAX_VISITS * SLOTS as u64 {
        let key = SortKey { probe: Probe { place: 1, check: n }, posting: Posting { field: 1, record: n as u32 } };
        deal.deal(&mut dealer, key).unwrap();
    }
    deal.give_back(dealer);
    let file = tempfile::tempfile().unwrap();
    let target = Target { file: &file, path: folder.path(), folder: folder.path(), from: 0 };
    let veil = Veil::new(&Key::from_bytes([5; 32]), &[6; 16]);
    let error = write(&pool, &target, &deal.finish(), Geometry { buckets: 100, record_bits: 13 }, &veil, &Silent).err().unwrap();
    assert!(error.to_string().contains("too many keys fall into one place"), "{error}");
}
