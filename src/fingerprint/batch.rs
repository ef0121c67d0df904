//! Many fingerprints at once, through BLAKE3's many-input kernel or, sixteen at a time on AVX-512, our own (`sixteen`).
//!
//! The scalar form is `keyed_hash(key, block)[..16]` for every block. A block is one BLAKE3 block and one chunk, so that this is
//! a single compression with the flags `KEYED_HASH | CHUNK_START | CHUNK_END | ROOT` and counter 0 (BLAKE3 paper, section 2.4).
//! `Platform::hash_many` does up to sixteen such compressions at a time on AVX-512, eight on AVX2, four on SSE4.1 and NEON. It is a
//! public but undocumented part of the crate `blake3`: the version is pinned, this file is the only one that calls it, and the tests
//! compare it with `keyed_hash` on every platform that the machine has.

use super::{Block, Fingerprint, Key};
use blake3::IncrementCounter;
use blake3::platform::Platform;

#[cfg(target_arch = "x86_64")]
use super::sixteen;

/// Elsewhere there is no kernel of our own.
#[cfg(not(target_arch = "x86_64"))]
mod sixteen {
    pub(super) const GROUP: usize = 16;

    pub(super) fn available() -> bool {
        false
    }

    pub(super) fn fingerprints(_: &[u32; 8], _: u8, _: &[super::Block; GROUP]) -> [[u8; 16]; GROUP] {
        unreachable!("not available")
    }
}

const CHUNK_START: u8 = 1 << 0;
const CHUNK_END: u8 = 1 << 1;
const ROOT: u8 = 1 << 3;
const KEYED_HASH: u8 = 1 << 4;
/// Those of a message of one block.
const FLAGS: u8 = KEYED_HASH | CHUNK_START | CHUNK_END | ROOT;

/// Blocks handed to the kernel at a time: its widest form takes sixteen.
const LANES: usize = 16;
const DIGEST_BYTES: usize = 32;

/// Fingerprints blocks under one key.
#[derive(Clone)]
pub struct Hasher {
    words: [u32; 8],
    platform: Platform,
    /// Whether whole groups of sixteen go through our own kernel.
    sixteen: bool,
}

impl Hasher {
    /// A hasher on the best kernel of this machine.
    #[must_use]
    pub fn new(key: &Key) -> Hasher {
        Hasher { words: key.words(), platform: Platform::detect(), sixteen: sixteen::available() }
    }

    /// Appends the fingerprint of every block, in order.
    pub fn fingerprints(&self, blocks: &[Block], out: &mut Vec<Fingerprint>) {
        out.reserve(blocks.len());
        let mut blocks = blocks;
        while self.sixteen
            && let Some((group, rest)) = blocks.split_first_chunk::<{ sixteen::GROUP }>()
        {
            out.extend(sixteen::fingerprints(&self.words, FLAGS, group).map(Fingerprint));
            blocks = rest;
        }
        let mut digests = [0u8; LANES * DIGEST_BYTES];
        for group in blocks.chunks(LANES) {
            let mut inputs: [&Block; LANES] = [&group[0]; LANES];
            for (input, block) in inputs.iter_mut().zip(group) {
                *input = block;
            }
            self.platform.hash_many(
                &inputs[..group.len()],
                &self.words,
                0,
                IncrementCounter::No,
                KEYED_HASH,
                CHUNK_START,
                CHUNK_END | ROOT,
                &mut digests[..group.len() * DIGEST_BYTES],
            );
            out.extend(digests.chunks_exact(DIGEST_BYTES).take(group.len()).map(|digest| {
                let mut first = [0; 16];
                first.copy_from_slice(&digest[..16]);
                Fingerprint(first)
            }));
        }
    }

    /// The fingerprint of one block.
    #[must_use]
    pub fn fingerprint(&self, block: &Block) -> Fingerprint {
        let mut out = Vec::with_capacity(1);
        self.fingerprints(std::slice::from_ref(block), &mut out);
        out[0]
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.words);
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, in one line a block.
    fn naive(key: &[u8; 32], blocks: &[Block]) -> Vec<Fingerprint> {
        blocks.iter().map(|b| Fingerprint(blake3::keyed_hash(key, b).as_bytes()[..16].try_into().unwrap())).collect()
    }

    fn platforms() -> Vec<Platform> {
        let mut all = vec![Platform::Portable, Platform::detect()];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Platform::sse2());
            all.extend(Platform::sse41());
            all.extend(Platform::avx2());
        }
        all
    }

    proptest! {
        #[test]
        fn every_kernel_equals_keyed_hash(key: [u8; 32], count in 0usize..70, seed: u64) {
            let blocks: Vec<Block> = (0..count)
                .map(|n| {
                    let mut b = [0; 64];
                    // Short values leave the upper half zero; of the first blocks of some cases all do.
                    let length = if n < 32 && seed & 1 == 0 { 32 } else { 33 + n % 32 };
                    blake3::Hasher::new().update(&seed.to_le_bytes()).update(&[n as u8]).finalize_xof().fill(&mut b[..length]);
                    b
                })
                .collect();
            let expected = naive(&key, &blocks);
            for platform in platforms() {
                for sixteen in [false, sixteen::available()] {
                    let hasher = Hasher { words: Key::from_bytes(key).words(), platform, sixteen };
                    let mut got = Vec::new();
                    hasher.fingerprints(&blocks, &mut got);
                    prop_assert!(got == expected);
                }
            }
        }
    }
}
