//! The BLAKE3 of a section whose pieces are written in any order, by any thread.
//!
//! The scalar form is `blake3::hash` over the whole section. BLAKE3 is a tree over chunks of 1,024 bytes (BLAKE3 paper, section 2.1): a
//! leaf here is a subtree of 64 chunks, hashed by whoever holds its bytes. Bytes of a leaf that two pieces share are kept until
//! the leaf is whole. The leaves' chaining values are joined at the end.

use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Bytes of a leaf: a power of two of chunks, enough for the widest kernel, few enough that the shared ones are small.
const LEAF: usize = 64 << 10;

/// A checksum while it is made.
#[derive(Default)]
pub struct Checksum {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By number; `None` where bytes are missing.
    leaves: Vec<Option<ChainingValue>>,
    /// Leaves of which a part is here, with the number of bytes that are.
    parts: BTreeMap<usize, (Vec<u8>, usize)>,
    /// What the section hashes to if the first leaf is all of it.
    alone: Option<[u8; 32]>,
}

impl Checksum {
    /// Adds the bytes at `offset` of the section. Every byte is added once.
    pub fn add(&self, offset: u64, bytes: &[u8]) {
        let mut at = offset as usize;
        let mut rest = bytes;
        let mut whole = Vec::new();
        while !rest.is_empty() {
            let (leaf, from) = (at / LEAF, at % LEAF);
            let (now, later) = rest.split_at(rest.len().min(LEAF - from));
            if now.len() == LEAF {
                whole.push((leaf, Leaf::of(leaf, now)));
            } else if let Some(bytes) = self.complete(leaf, from, now) {
                whole.push((leaf, Leaf::of(leaf, &bytes)));
            }
            (at, rest) = (at + now.len(), later);
        }
        let mut state = self.lock();
        whole.into_iter().for_each(|(n, leaf)| state.put(n, leaf));
    }

    /// Keeps a part of a leaf; gives its bytes when they are all here.
    fn complete(&self, leaf: usize, from: usize, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut state = self.lock();
        let (kept, have) = state.parts.entry(leaf).or_insert_with(|| (vec![0; LEAF], 0));
        kept[from..from + bytes.len()].copy_from_slice(bytes);
        *have += bytes.len();
        if *have < LEAF {
            return None;
        }
        state.parts.remove(&leaf).map(|(bytes, _)| bytes)
    }

    /// The checksum of a section of `length` bytes; `None` when not every byte of it was added.
    #[must_use]
    pub fn finish(self, length: u64) -> Option<[u8; 32]> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if length == 0 {
            return (state.leaves.is_empty() && state.parts.is_empty()).then(|| blake3::hash(b"").into());
        }
        let (last, rest) = (length as usize / LEAF, length as usize % LEAF);
        if rest > 0 {
            let (bytes, have) = state.parts.remove(&last)?;
            if have != rest {
                return None;
            }
            state.put(last, Leaf::of(last, &bytes[..rest]));
        }
        let leaves = state.leaves.into_iter().collect::<Option<Vec<ChainingValue>>>()?;
        if !state.parts.is_empty() || leaves.len() as u64 != length.div_ceil(LEAF as u64) {
            return None;
        }
        match leaves.len() {
            1 => state.alone,
            n => {
                let (left, right) = leaves.split_at(left_of(n));
                Some(merge_subtrees_root(&join(left), &join(right), Mode::Hash).into())
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, n: usize, leaf: Leaf) {
        if self.leaves.len() <= n {
            self.leaves.resize(n + 1, None);
        }
        self.leaves[n] = Some(leaf.value);
        self.alone = leaf.alone.or(self.alone);
    }
}

struct Leaf {
    value: ChainingValue,
    alone: Option<[u8; 32]>,
}

impl Leaf {
    fn of(n: usize, bytes: &[u8]) -> Leaf {
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset((n * LEAF) as u64).update(bytes);
        // The root of a tree is hashed unlike its inner nodes, and only the end tells whether there is a second leaf.
        Leaf { value: hasher.finalize_non_root(), alone: (n == 0).then(|| blake3::hash(bytes).into()) }
    }
}

/// Leaves of the left subtree of `n` of them, at least two: the largest power of two below `n`.
fn left_of(n: usize) -> usize {
    n.next_power_of_two() / 2
}

fn join(leaves: &[ChainingValue]) -> ChainingValue {
    match leaves {
        [one] => *one,
        more => {
            let (left, right) = more.split_at(left_of(more.len()));
            merge_subtrees_non_root(&join(left), &join(right), Mode::Hash)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n * 7 + n / 251) as u8).collect()
    }

    /// Adds `bytes` in pieces cut at `cuts`, every second one first.
    fn in_pieces(bytes: &[u8], cuts: &[usize]) -> Checksum {
        let mut cuts: Vec<usize> = cuts.iter().map(|c| c % (bytes.len() + 1)).chain([0, bytes.len()]).collect();
        cuts.sort_unstable();
        let checksum = Checksum::default();
        let pieces: Vec<(usize, usize)> = cuts.windows(2).map(|w| (w[0], w[1])).collect();
        let (odd, even): (Vec<_>, Vec<_>) = pieces.iter().enumerate().partition(|(n, _)| n % 2 == 1);
        for (_, &(from, to)) in odd.into_iter().chain(even) {
            checksum.add(from as u64, &bytes[from..to]);
        }
        checksum
    }

    #[test]
    fn every_number_of_leaves_equals_the_plain_hash() {
        for leaves in 0..18 {
            for more in [0, 1, 1024, LEAF - 1] {
                let bytes = text(leaves * LEAF + more);
                let expected = *blake3::hash(&bytes).as_bytes();
                assert_eq!(in_pieces(&bytes, &[]).finish(bytes.len() as u64), Some(expected), "{leaves} leaves and {more} bytes");
            }
        }
    }

    #[test]
    fn a_missing_piece_is_no_checksum() {
        let bytes = text(3 * LEAF);
        let checksum = Checksum::default();
        checksum.add(0, &bytes[..LEAF + 5]);
        checksum.add(LEAF as u64 + 6, &bytes[LEAF + 6..]);
        assert_eq!(checksum.finish(bytes.len() as u64), None);
        assert_eq!(in_pieces(&bytes, &[]).finish(bytes.len() as u64 + 1), None);
        assert_eq!(in_pieces(&bytes, &[]).finish(bytes.len() as u64 - 1), None);
        assert_eq!(in_pieces(&bytes, &[]).finish(0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_in_any_order_equal_the_plain_hash(length in 0usize..9 * LEAF, cuts in proptest::collection::vec(any::<usize>(), 0..40)) {
            let bytes = text(length);
            prop_assert_eq!(in_pieces(&bytes, &cuts).finish(length as u64), Some(*blake3::hash(&bytes).as_bytes()));
        }
    }
}
