//! Hits that mean nothing: how many are expected by chance, and how many a measured null shows.

use super::{KeyGroup, Question};
use crate::fingerprint::{Block, Fingerprint, Hasher, Key};
use crate::index::open::LookupCounts;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Fingerprints of the measured null, all indexes together: as many as were looked up, within these bounds. The fewest still tell the
/// filter's share to a fourteenth of it.
const PROBES: std::ops::RangeInclusive<u64> = 1 << 16..=1 << 20;
const CHUNK: usize = 4096;

/// Chance hits of a scan, all indexes together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChanceHits {
    /// Expected among the values that were looked up.
    pub expected: f64,
    /// Looked up under a throw-away key.
    pub null_probes: u64,
    /// Of these, hits.
    pub null_observed: u64,
    /// Of these, hits expected.
    pub null_expected: f64,
}

/// Looks many values up that cannot be there: fingerprints of `sampled` values, taken once more under a throw-away key.
///
/// `expected` = probes × share that passes the filter × slots compared for each × 2^-remainder bits, with the filter's share and the
/// slots as the null showed them.
#[must_use]
pub fn measure(question: &Question, sampled: &[Fingerprint], lookups: &[LookupCounts]) -> ChanceHits {
    let mut out = ChanceHits::default();
    if sampled.is_empty() {
        return out;
    }
    let looked_up: u64 = lookups.iter().map(|l| l.probes).sum();
    let probes = looked_up.clamp(*PROBES.start(), *PROBES.end()) as usize;
    for (number, index) in question.indexes.iter().enumerate() {
        let KeyGroup { key, .. } = &question.keys[question.key_of[number]];
        let throw_away = Hasher::new(&Key::from_bytes(key.derive("leaktrace 2026-11-22 null v1", &[])));
        let chunks = (probes / CHUNK).div_ceil(question.indexes.len());
        let look_up = |(blocks, fingerprints): &mut (Vec<Block>, Vec<Fingerprint>), chunk: usize| {
            blocks.clear();
            fingerprints.clear();
            for n in chunk * CHUNK..(chunk + 1) * CHUNK {
                let mut block = [0; 64];
                block[..16].copy_from_slice(&sampled[n % sampled.len()].0);
                block[16..24].copy_from_slice(&(n as u64).to_le_bytes());
                blocks.push(block);
            }
            throw_away.fingerprints(blocks, fingerprints);
            let (mut counts, mut observed) = (LookupCounts::default(), 0u64);
            index.find(fingerprints, &mut counts, |_, _| observed += 1);
            (counts, observed)
        };
        // Sums: the same however the chunks are spread over threads.
        let (counts, observed) = (0..chunks).into_par_iter().map_init(Default::default, look_up).reduce(Default::default, |mut a, b| {
            a.0.add(b.0);
            (a.0, a.1 + b.1)
        });
        let per_slot = 1.0 / (1u64 << index.meta().geometry().remainder_bits()) as f64;
        let per_probe = counts.slots as f64 / counts.probes as f64 * per_slot;
        out.null_probes += counts.probes;
        out.null_observed += observed;
        out.null_expected += counts.probes as f64 * per_probe;
        out.expected += lookups[number].probes as f64 * per_probe;
    }
    out
}
