//! Many fingerprints against filter and table at once.
//!
//! The scalar form is: permute, ask the filter, walk the buckets from home. Both looks go to memory that is in no cache, hundreds of cycles away
//! in a large index. So fingerprints come in chunks, and three chunks are on their way: the newest has been permuted, and its filter blocks are sent
//! for; the one before asks the filter, whose blocks have arrived, and sends for the buckets of what passes; the one before that looks into its
//! buckets. Each does so in four [steps](Lookup::step), which the caller takes between hashing the next chunk's quarters: a processor keeps
//! about sixteen lines on their way, and waits when it is asked for more.
//!
//! Asking the table at once, without the filter, was measured: with an index of 2 million records (filter 12 MB, table 75 MB) and three rows in
//! ten about one of them, the scan took nearly twice as long. The filter is near, the table is not.

use super::Index;
use super::cipher::GROUP;
use super::filter::Filter;
use super::open::LookupCounts;
use super::prefetch::prefetch;
use super::table::{Payload, Table};
use super::veil::Probe;
use crate::fingerprint::Fingerprint;
use crate::lanes::{Lanes, Work, dispatch, low_bits};

/// Fingerprints of a chunk, at most.
pub const CHUNK: usize = GROUP;
/// Steps that a chunk's way is cut into.
pub const STEPS: usize = 4;
/// Fingerprints of a step.
pub const STEP: usize = CHUNK / STEPS;

/// Filter and table of an index.
#[derive(Clone, Copy)]
pub struct Lookup<'i> {
    index: &'i Index,
    filter: Filter<'i>,
    table: Table<'i>,
}

/// Fingerprints on their way.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    /// Number of the first one.
    first: usize,
    probes: [Probe; CHUNK],
    /// Which of them are still on their way, one bit each.
    alive: u64,
}

const NOTHING: Chunk = Chunk { first: 0, probes: [Probe { place: 0, check: 0 }; CHUNK], alive: 0 };

/// What is under way in one index; empty before the first chunk and after [`Lookup::finish`].
#[derive(Debug)]
pub struct UnderWay {
    chunks: [Chunk; 3],
    /// Which of them is the newest; then comes the oldest, then the one between.
    newest: usize,
}

impl Default for UnderWay {
    fn default() -> UnderWay {
        UnderWay { chunks: [NOTHING; 3], newest: 0 }
    }
}

impl<'i> Lookup<'i> {
    pub(super) fn new(index: &'i Index, filter: Filter<'i>, table: Table<'i>) -> Lookup<'i> {
        Lookup { index, filter, table }
    }

    /// Takes step `n` of every chunk under way. `hit` is called with the number of each fingerprint that is there, ascending.
    #[inline(always)]
    pub fn step(&self, under_way: &mut UnderWay, n: usize, counts: &mut LookupCounts, hit: impl FnMut(usize, Payload)) {
        dispatch(Step { lookup: self, under_way, n, counts, hit });
    }

    /// Takes in a chunk, whose first fingerprint has the number `first`, after all steps of those before; the oldest leaves.
    ///
    /// # Panics
    /// When it has more than [`CHUNK`] fingerprints.
    pub fn take(&self, under_way: &mut UnderWay, first: usize, fingerprints: &[Fingerprint], counts: &mut LookupCounts) {
        under_way.newest = (under_way.newest + 1) % 3;
        let chunk = &mut under_way.chunks[under_way.newest];
        self.index.veil().permute(fingerprints, &mut chunk.probes[..fingerprints.len()]);
        (chunk.first, chunk.alive) = (first, low_bits(fingerprints.len() as u32));
        counts.probes += fingerprints.len() as u64;
    }

    /// Brings everything under way to its end.
    pub fn finish(&self, under_way: &mut UnderWay, counts: &mut LookupCounts, mut hit: impl FnMut(usize, Payload)) {
        for _ in 0..under_way.chunks.len() {
            (0..STEPS).for_each(|n| self.step(under_way, n, counts, &mut hit));
            self.take(under_way, 0, &[], counts);
        }
    }
}

/// One call of [`Lookup::step`].
struct Step<'a, 'i, F> {
    lookup: &'a Lookup<'i>,
    under_way: &'a mut UnderWay,
    n: usize,
    counts: &'a mut LookupCounts,
    hit: F,
}

impl<F: FnMut(usize, Payload)> Work for Step<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self) {
        let Lookup { index, filter, table } = self.lookup;
        let UnderWay { chunks, newest } = self.under_way;
        let those = low_bits(STEP as u32) << (self.n * STEP);
        let (oldest, between) = ((*newest + 1) % 3, (*newest + 2) % 3);
        look::<L>(index, table, &chunks[oldest], those, self.counts, &mut self.hit);
        let between = &mut chunks[between];
        for n in numbers(between.alive & those) {
            let probe = between.probes[n];
            if filter.may_contain::<L>(probe) {
                self.counts.passed += 1;
                prefetch(table.bytes(), table.position(probe));
            } else {
                between.alive &= !(1 << n);
            }
        }
        for n in numbers(chunks[*newest].alive & those) {
            prefetch(filter.bytes(), filter.position(chunks[*newest].probes[n]));
        }
    }
}

/// Looks into the buckets of those of a chunk's fingerprints that are on their way.
#[inline(always)]
fn look<L: Lanes>(
    index: &Index,
    table: &Table<'_>,
    chunk: &Chunk,
    those: u64,
    counts: &mut LookupCounts,
    hit: &mut impl FnMut(usize, Payload),
) {
    for n in numbers(chunk.alive & those) {
        if let Some(payload) = table.get::<L>(chunk.probes[n], &mut counts.slots)
            && index.knows(payload)
        {
            hit(chunk.first + n, payload);
        }
    }
}

/// The numbers of the set bits, ascending.
#[inline(always)]
fn numbers(mut left: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let n = (left != 0).then(|| left.trailing_zeros() as usize);
        left &= left.wrapping_sub(1);
        n
    })
}
