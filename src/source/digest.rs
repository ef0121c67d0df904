//! The BLAKE3 of a text whose pieces are hashed in any order, by whoever reads them anyway.
//!
//! BLAKE3 is a tree over chunks of 1,024 bytes: the left half of every node is the largest power of two of chunks that is less than the whole (BLAKE3
//! paper, section 2.1). So a block of a fixed power of two of bytes that begins at a multiple of that size is always a node of the
//! tree, with whatever is left of the text as the last one, and its value (`finalize_non_root`) depends on its bytes and place alone. Values
//! are merged in file order on a stack whose depth is the number of one bits of the count of blocks, as in the paper's section 5.1.2; the last
//! merge makes the root. Equal to `blake3::hash`, as the tests show for any cut.

use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Bytes of a block: enough for eight passes of the widest kernel, few enough to be in the second-level cache when a reader comes by.
pub const BLOCK: usize = 128 << 10;
/// How far hashing runs ahead of a reader: about a batch of rows.
const AHEAD: u64 = 512 << 10;

/// The digest of one text, while its blocks are hashed.
#[derive(Debug)]
pub struct Digest<'t> {
    text: &'t [u8],
    merged: Mutex<Merged>,
}

#[derive(Debug, Default)]
struct Merged {
    /// Blocks merged so far.
    blocks: usize,
    /// Values of complete subtrees, the largest first.
    subtrees: Vec<ChainingValue>,
    /// Values that came before their turn, by their first block.
    waiting: BTreeMap<usize, Vec<ChainingValue>>,
    /// Of a part of a text, all values instead.
    kept: Option<Vec<ChainingValue>>,
}

impl Merged {
    fn take(&mut self, first: usize, values: Vec<ChainingValue>) {
        self.waiting.insert(first, values);
        while let Some(values) = self.waiting.remove(&self.blocks) {
            values.into_iter().for_each(|value| self.push(value));
        }
    }

    /// Adds the next block. Only now is it known that those before it do not end the text: the merge of two that do is the root, which is
    /// made in another way.
    fn push(&mut self, value: ChainingValue) {
        if let Some(kept) = &mut self.kept {
            kept.push(value);
            self.blocks += 1;
            return;
        }
        while self.subtrees.len() > self.blocks.count_ones() as usize {
            self.merge();
        }
        self.subtrees.push(value);
        self.blocks += 1;
    }

    fn merge(&mut self) {
        if let (Some(right), Some(left)) = (self.subtrees.pop(), self.subtrees.pop()) {
            self.subtrees.push(merge_subtrees_non_root(&left, &right, Mode::Hash));
        }
    }

    fn root(mut self) -> blake3::Hash {
        while self.subtrees.len() > 2 {
            self.merge();
        }
        match self.subtrees[..] {
            [left, right] => merge_subtrees_root(&left, &right, Mode::Hash),
            [root] => blake3::Hash::from_bytes(root),
            _ => blake3::hash(&[]),
        }
    }
}

/// The digest of a text of `bytes` bytes from the values of all its blocks, as [`Digest::finish_part`] gives them; `None` where there are more or
/// fewer.
#[must_use]
pub fn of_blocks(bytes: u64, values: &[ChainingValue]) -> Option<blake3::Hash> {
    let mut merged = Merged::default();
    values.iter().for_each(|value| merged.push(*value));
    (values.len() as u64 == bytes.div_ceil(BLOCK as u64)).then(|| merged.root())
}

impl<'t> Digest<'t> {
    /// Nothing of `text` is hashed yet.
    #[must_use]
    pub fn new(text: &'t [u8]) -> Digest<'t> {
        Digest { text, merged: Mutex::default() }
    }

    /// Only the blocks of one part of `text` will be hashed, which begins with a block.
    #[must_use]
    pub fn of_part(text: &'t [u8], from: u64) -> Digest<'t> {
        let blocks = usize::try_from(from).unwrap_or(usize::MAX) / BLOCK;
        Digest { text, merged: Mutex::new(Merged { blocks, kept: Some(Vec::new()), ..Merged::default() }) }
    }

    /// The values of the part's blocks, in order, if all that begin before byte `to` were handed in.
    #[must_use]
    pub fn finish_part(self, to: u64) -> Option<Vec<ChainingValue>> {
        let merged = self.merged.into_inner().unwrap_or_else(PoisonError::into_inner);
        merged.kept.filter(|_| merged.blocks as u64 == to.div_ceil(BLOCK as u64))
    }

    /// The blocks whose first byte lies in `range`, to be hashed by the caller; none where somebody has handed these in before. Ranges must
    /// not overlap but for one that is asked for again.
    #[must_use]
    pub fn blocks(&self, range: &Range<u64>) -> Blocks<'_, 't> {
        let number = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len()).div_ceil(BLOCK);
        let (first, end) = (number(range.start), number(range.end));
        let merged = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        let known = first < merged.blocks || merged.waiting.contains_key(&first);
        Blocks { digest: self, first, end: if known { first } else { end }, values: Vec::new() }
    }

    /// The digest, if all blocks were handed in.
    #[must_use]
    pub fn finish(self) -> Option<blake3::Hash> {
        let merged = self.merged.into_inner().unwrap_or_else(PoisonError::into_inner);
        (merged.blocks >= self.text.len().div_ceil(BLOCK)).then(|| merged.root())
    }

    /// The value of block `n`: of the only one, the root's.
    fn value(&self, n: usize) -> ChainingValue {
        let start = n * BLOCK;
        let block = &self.text[start..self.text.len().min(start + BLOCK)];
        if self.text.len() <= BLOCK {
            return *blake3::hash(block).as_bytes();
        }
        blake3::Hasher::new().set_input_offset(start as u64).update(block).finalize_non_root()
    }
}

/// Some blocks of a text, one after the other.
#[derive(Debug)]
pub struct Blocks<'d, 't> {
    digest: &'d Digest<'t>,
    first: usize,
    end: usize,
    values: Vec<ChainingValue>,
}

impl Blocks<'_, '_> {
    /// Hashes on, until a reader at byte `position` will find what it reads next in a near cache.
    pub fn go_with(&mut self, position: u64) {
        self.hash_until(position.saturating_add(AHEAD));
    }

    /// Hashes what is left.
    pub fn rest(&mut self) {
        self.hash_until(u64::MAX);
    }

    fn hash_until(&mut self, byte: u64) {
        for n in self.first + self.values.len()..self.end {
            if (n * BLOCK) as u64 >= byte {
                break;
            }
            self.values.push(self.digest.value(n));
        }
    }

    /// Hands in what was hashed, which must be all of it. To be left out when the bytes turn out not to be the text's.
    pub fn hand_in(self) {
        if !self.values.is_empty() {
            self.digest.merged.lock().unwrap_or_else(PoisonError::into_inner).take(self.first, self.values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(len: usize) -> Vec<u8> {
        let mut text = vec![0; len];
        blake3::Hasher::new().update(&len.to_le_bytes()).finalize_xof().fill(&mut text);
        text
    }

    /// The digest of segments of `segment` bytes, done in the order that `order` mixes, each with a reader of odd steps.
    fn in_segments(text: &[u8], segment: usize, order: u64) -> Option<blake3::Hash> {
        let digest = Digest::new(text);
        let count = text.len().div_ceil(segment).max(1) as u64;
        let mut segments: Vec<u64> = (0..count).collect();
        segments.sort_by_key(|n| n.wrapping_add(1).wrapping_mul(order | 1) % 257);
        for n in segments {
            let range = n * segment as u64..(n + 1) * segment as u64;
            // A seam that did not fit: the segment is read again, and nothing is hashed twice.
            for again in [false, true] {
                let mut blocks = digest.blocks(&range);
                if again {
                    assert_eq!(blocks.first, blocks.end);
                }
                let mut position = range.start;
                while position < range.end {
                    blocks.go_with(position);
                    position += 77_777 + order % 1000;
                }
                blocks.rest();
                let handed_in = !blocks.values.is_empty();
                blocks.hand_in();
                if !handed_in {
                    break;
                }
            }
        }
        digest.finish()
    }

    #[test]
    fn any_length_at_the_borders() {
        let mut lengths = vec![0, 1, 1023, 1024, 1025];
        for blocks in [1, 2, 3, 4, 5, 7, 8, 9, 16, 23] {
            lengths.extend([blocks * BLOCK - 1, blocks * BLOCK, blocks * BLOCK + 1, blocks * BLOCK + 1025]);
        }
        for len in lengths {
            let text = text(len);
            let expected = Some(blake3::hash(&text));
            for segment in [1000, 1024, 65_536, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 4 << 20] {
                if segment > 1024 || len < 3 * BLOCK {
                    assert_eq!(in_segments(&text, segment, len as u64), expected, "{len} bytes in segments of {segment}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_cut_in_any_order(len in 0usize..6 << 20, segment in 1024usize..2 << 20, order: u64) {
            let text = text(len);
            prop_assert_eq!(in_segments(&text, segment, order), Some(blake3::hash(&text)));
        }
    }

    #[test]
    fn parts_of_whole_blocks_give_the_digest_of_the_text() {
        for len in [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5 * BLOCK + 77, 9 * BLOCK] {
            let text = text(len);
            for blocks in [1, 2, 3, 5] {
                let mut values = Vec::new();
                for from in (0..len).step_by(blocks * BLOCK) {
                    let to = (from + blocks * BLOCK).min(len) as u64;
                    let digest = Digest::of_part(&text, from as u64);
                    for at in (from as u64..to).step_by(100_000).collect::<Vec<_>>().into_iter().rev() {
                        let mut some = digest.blocks(&(at..to.min(at + 100_000)));
                        some.rest();
                        some.hand_in();
                    }
                    values.extend(digest.finish_part(to).expect("all blocks"));
                }
                assert_eq!(of_blocks(len as u64, &values), Some(blake3::hash(&text)), "{len} bytes, parts of {blocks}");
                assert_eq!(of_blocks(len as u64, &values[1..]), None);
            }
        }
        assert_eq!(of_blocks(0, &[]), Some(blake3::hash(&[])));
    }

    #[test]
    fn without_one_block_there_is_no_digest() {
        let text = text(10 * BLOCK);
        for missing in 0..10 {
            let digest = Digest::new(&text);
            for n in (0..10u64).filter(|&n| n != missing) {
                let mut blocks = digest.blocks(&(n * BLOCK as u64..(n + 1) * BLOCK as u64));
                blocks.rest();
                blocks.hand_in();
            }
            assert_eq!(digest.finish(), None);
        }
    }
}
