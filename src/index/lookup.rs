//! Many fingerprints against filter and table at once.
//!
//! The scalar form is: permute, ask the filter, walk the buckets from home. All looks go to memory that is in no cache, hundreds of cycles away
//! in a large index. So fingerprints come in chunks, and four chunks are on their way: the newest has been permuted, and its filter blocks are sent
//! for; the next asks the filter, whose blocks have arrived, and sends for the home buckets of what passes; the next looks into those, and where
//! one is full of others (with three keys in ten), sends for its neighbour; the oldest says what it found. Each does so in four
//! [steps](Lookup::step), which the caller takes between hashing the next chunk's quarters: a processor keeps about sixteen lines on their way,
//! and waits when it is asked for more.
//!
//! Asking the table at once, without the filter, was measured: with an index of 2 million records (filter 12 MB, table 75 MB) and three rows in
//! ten about one of them, the scan took nearly twice as long. The filter is near, the table is not.

use super::Index;
use super::cipher::GROUP;
use super::filter::Filter;
use super::open::LookupCounts;
use super::prefetch::prefetch;
use super::table::{BUCKET_BYTES, Look, Payload, Table};
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
    /// What their home buckets say.
    looks: [Look; CHUNK],
    /// Which of them are still on their way, one bit each.
    alive: u64,
}

const NOTHING: Chunk = Chunk { first: 0, probes: [Probe { place: 0, check: 0 }; CHUNK], looks: [Look::NOTHING; CHUNK], alive: 0 };
/// Chunks on their way.
const UNDER_WAY: usize = 4;

/// What is under way in one index; empty before the first chunk and after [`Lookup::finish`].
#[derive(Debug)]
pub struct UnderWay {
    chunks: [Chunk; UNDER_WAY],
    /// Which of them is the newest; then comes the oldest, and so on.
    newest: usize,
}

impl Default for UnderWay {
    fn default() -> UnderWay {
        UnderWay { chunks: [NOTHING; UNDER_WAY], newest: 0 }
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
        under_way.newest = (under_way.newest + 1) % UNDER_WAY;
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
        // The oldest comes behind the newest.
        let place = |age: usize| (*newest + UNDER_WAY - age) % UNDER_WAY;
        tell::<L>(index, table, &chunks[place(3)], those, self.counts, &mut self.hit);
        look::<L>(table, &mut chunks[place(2)], those);
        ask::<L>(filter, table, &mut chunks[place(1)], those, self.counts);
        for n in numbers(chunks[*newest].alive & those) {
            prefetch(filter.bytes(), filter.position(chunks[*newest].probes[n]));
        }
    }
}

/// Asks the filter about those of a chunk's fingerprints that are on their way, and sends for the buckets of what passes. No answer decides what
/// is done next: half of them would be guessed wrong, and nothing be on its way from memory after a wrong guess.
#[inline(always)]
fn ask<L: Lanes>(filter: &Filter<'_>, table: &Table<'_>, chunk: &mut Chunk, those: u64, counts: &mut LookupCounts) {
    let mut passed = 0;
    for n in numbers(chunk.alive & those) {
        passed |= u64::from(filter.may_contain::<L>(chunk.probes[n])) << n;
    }
    counts.passed += u64::from(passed.count_ones());
    chunk.alive &= passed | !those;
    for n in numbers(passed) {
        prefetch(table.bytes(), table.position(chunk.probes[n]));
    }
}

/// Looks into the home buckets of those of a chunk's fingerprints that are on their way, and sends for the neighbours of the full ones that do
/// not have it.
#[inline(always)]
fn look<L: Lanes>(table: &Table<'_>, chunk: &mut Chunk, those: u64) {
    let mut go_on = 0;
    for n in numbers(chunk.alive & those) {
        let look = table.look::<L>(chunk.probes[n]);
        chunk.looks[n] = look;
        go_on |= u64::from(look.goes_on()) << n;
    }
    for n in numbers(go_on) {
        prefetch(table.bytes(), table.position(chunk.probes[n]) + BUCKET_BYTES);
    }
}

/// Says what was found of those of a chunk's fingerprints that are on their way.
#[inline(always)]
fn tell<L: Lanes>(
    index: &Index,
    table: &Table<'_>,
    chunk: &Chunk,
    those: u64,
    counts: &mut LookupCounts,
    hit: &mut impl FnMut(usize, Payload),
) {
    for n in numbers(chunk.alive & those) {
        if let Some(payload) = table.get::<L>(chunk.probes[n], chunk.looks[n], &mut counts.slots)
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
