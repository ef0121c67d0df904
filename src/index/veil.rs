//! What keeps an index silent without its key.
//!
//! - Fingerprints pass a keyed permutation, AES-128 on their 16 bytes, before they meet filter and table. Its subkey comes from key and
//!   nonce, so that equal values in two indexes of one key share no bytes. (AES as a block cipher is a permutation of 16-byte
//!   blocks, FIPS 197; only equality is left, which is what matching needs.)
//! - Records, postings and panel are XORed with AES-128 in counter mode (NIST SP 800-38A) under a second subkey; the counter block holds
//!   section, item and block number, so that any item can be read alone. Subkeys are never used for two files: the nonce is derived
//!   from key, schema and the inputs' digests, so that equal keystreams mean equal files.

use super::cipher::{BLOCK_BYTES, Cipher, GROUP};
use crate::fingerprint::{Fingerprint, Key};
use aes::cipher::{Array, BlockCipherEncrypt};

const PERMUTATION_CONTEXT: &str = "leaktrace 2026-11-22 index permutation v1";
const STREAM_CONTEXT: &str = "leaktrace 2026-11-22 index stream v1";
/// Bytes of keystream that [`Veil::streams`] gives an item.
pub const STREAM_BYTES: usize = BLOCK_BYTES;

/// A fingerprint as one index knows it: two independent, uniformly distributed words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Probe {
    /// Says where in filter and table to look, and leaves the slot's remainder.
    pub place: u64,
    /// Says which bits the filter sets, and masks what the slot says.
    pub check: u64,
}

/// Which keystream.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub enum Stream {
    /// Items are records.
    Records = 1,
    /// Items are postings words.
    Postings = 2,
    /// Items are panel entries.
    Panel = 3,
}

/// The two ciphers of one index.
pub struct Veil {
    permutation: Cipher,
    stream: Cipher,
}

impl Veil {
    /// The ciphers for this key and nonce.
    #[must_use]
    pub fn new(key: &Key, nonce: &[u8; 16]) -> Veil {
        let cipher = |context| {
            let mut half = [0; 16];
            half.copy_from_slice(&key.derive(context, nonce)[..16]);
            Cipher::new(half)
        };
        Veil { permutation: cipher(PERMUTATION_CONTEXT), stream: cipher(STREAM_CONTEXT) }
    }

    /// Appends every fingerprint as this index knows it, in order.
    pub fn probes(&self, fingerprints: &[Fingerprint], out: &mut Vec<Probe>) {
        let from = out.len();
        out.resize(from + fingerprints.len(), Probe::default());
        self.permute(fingerprints, &mut out[from..]);
    }

    /// Writes every fingerprint as this index knows it; as many as there is room for.
    pub fn permute(&self, fingerprints: &[Fingerprint], out: &mut [Probe]) {
        for (group, out) in fingerprints.chunks(GROUP).zip(out.chunks_mut(GROUP)) {
            let blocks = self.permutation.encrypt(group.iter().map(|f| f.0));
            out.iter_mut().zip(blocks).for_each(|(probe, b)| *probe = Probe { place: word(&b, 0), check: word(&b, 8) });
        }
    }

    /// The first bytes of the keystreams of many items; as many as there is room for.
    pub fn streams(&self, stream: Stream, items: &[u32], out: &mut [[u8; STREAM_BYTES]]) {
        for (group, out) in items.chunks(GROUP).zip(out.chunks_mut(GROUP)) {
            let counters = group.iter().map(|&item| (u128::from(stream as u32) | u128::from(item) << 32).to_le_bytes());
            out.iter_mut().zip(self.stream.encrypt(counters)).for_each(|(out, block)| *out = block);
        }
    }

    /// XORs the keystream of item `item` onto `bytes`, of at most 4 GiB; a second call undoes the first.
    pub fn mask(&self, stream: Stream, item: u64, bytes: &mut [u8]) {
        self.mask_items(stream, item, bytes.len(), bytes);
    }

    /// As [`Veil::mask`] for items of `stride` bytes that lie one after the other, the first of them number `first`. Many at a time, since the
    /// cipher spreads its round keys anew at each call, which costs as much as fifty blocks.
    pub fn mask_items(&self, stream: Stream, first: u64, stride: usize, bytes: &mut [u8]) {
        const GROUP: usize = 128;
        let stride = stride.max(1);
        let per_item = stride.div_ceil(BLOCK_BYTES);
        let mut keystream = [Array::from([0u8; BLOCK_BYTES]); GROUP];
        // Whole items as long as they are short, else pieces of one.
        let (items, pieces) = if per_item <= GROUP { (GROUP / per_item, 1) } else { (1, per_item.div_ceil(GROUP)) };
        for (n, group) in bytes.chunks_mut(items * stride).enumerate() {
            let item = first + (n * items) as u64;
            for piece in 0..pieces {
                let from = piece * GROUP;
                let blocks = (per_item - from).min(GROUP);
                let used = &mut keystream[..group.len().div_ceil(stride) * blocks];
                for (number, blocks) in (item..).zip(used.chunks_mut(blocks)) {
                    for (n, block) in (from as u32..).zip(blocks) {
                        let counter = u128::from(stream as u32) | u128::from(number) << 32 | u128::from(n) << 96;
                        *block = Array::from(counter.to_le_bytes());
                    }
                }
                self.stream.library().encrypt_blocks(used);
                for (bytes, blocks) in group.chunks_mut(stride).zip(used.chunks(blocks)) {
                    let rest = bytes.get_mut(from * BLOCK_BYTES..).unwrap_or_default();
                    rest.chunks_mut(BLOCK_BYTES).zip(blocks).for_each(|(bytes, block)| xor(bytes, block));
                }
            }
        }
    }
}

/// XORs a block, or as much of it as there are bytes.
#[inline]
fn xor(bytes: &mut [u8], block: &Array<u8, aes::cipher::consts::U16>) {
    if let Ok(whole) = <&mut [u8; BLOCK_BYTES]>::try_from(&mut *bytes) {
        *whole = (u128::from_ne_bytes(*whole) ^ u128::from_ne_bytes(block.0)).to_ne_bytes();
    } else if let Some((half, rest)) = bytes.split_first_chunk_mut::<8>() {
        *half = (u64::from_ne_bytes(*half) ^ u64::from_ne_bytes(block[..8].try_into().unwrap_or([0; 8]))).to_ne_bytes();
        rest.iter_mut().zip(&block[8..]).for_each(|(byte, k)| *byte ^= k);
    } else {
        bytes.iter_mut().zip(block).for_each(|(byte, k)| *byte ^= k);
    }
}

fn word(block: &[u8; BLOCK_BYTES], at: usize) -> u64 {
    u64::from_le_bytes(block[at..at + 8].try_into().unwrap_or([0; 8]))
}

impl std::fmt::Debug for Veil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Veil(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_equal_single_calls_and_nonces_part_indexes() {
        let key = Key::from_bytes([3; 32]);
        let (a, b) = (Veil::new(&key, &[1; 16]), Veil::new(&key, &[2; 16]));
        let fingerprints: Vec<Fingerprint> = (0..200u8).map(|n| Fingerprint([n; 16])).collect();
        let mut batch = Vec::new();
        a.probes(&fingerprints, &mut batch);
        for (n, fingerprint) in fingerprints.iter().enumerate() {
            let mut one = Vec::new();
            a.probes(&[*fingerprint], &mut one);
            assert_eq!(one[0], batch[n]);
            one.clear();
            b.probes(&[*fingerprint], &mut one);
            assert_ne!(one[0], batch[n]);
        }
    }

    /// The definition, block by block.
    fn naive(veil: &Veil, stream: Stream, item: u64, bytes: &mut [u8]) {
        for (n, chunk) in bytes.chunks_mut(BLOCK_BYTES).enumerate() {
            let mut block = Array::from([0; BLOCK_BYTES]);
            block[..4].copy_from_slice(&(stream as u32).to_le_bytes());
            block[4..12].copy_from_slice(&item.to_le_bytes());
            block[12..].copy_from_slice(&(n as u32).to_le_bytes());
            veil.stream.library().encrypt_block(&mut block);
            chunk.iter_mut().zip(block.iter()).for_each(|(byte, k)| *byte ^= k);
        }
    }

    #[test]
    fn many_items_are_masked_like_each_alone() {
        let veil = Veil::new(&Key::from_bytes([3; 32]), &[1; 16]);
        for stride in [1, 8, 11, 15, 16, 17, 31, 32, 33, 54, 152, 2047, 2048, 2049, 5000] {
            for length in [0, 1, stride - 1, stride, stride + 1, 7 * stride, 300 * stride + stride / 2] {
                let mut bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
                let mut expected = bytes.clone();
                expected.chunks_mut(stride).enumerate().for_each(|(n, one)| naive(&veil, Stream::Panel, 77 + n as u64, one));
                veil.mask_items(Stream::Panel, 77, stride, &mut bytes);
                assert!(bytes == expected, "{length} bytes by {stride}");
            }
        }
    }

    #[test]
    fn masking_twice_gives_the_bytes_back_and_items_differ() {
        let veil = Veil::new(&Key::from_bytes([3; 32]), &[1; 16]);
        let mut bytes = [7u8; 40];
        veil.mask(Stream::Records, 5, &mut bytes);
        let masked = bytes;
        veil.mask(Stream::Records, 5, &mut bytes);
        assert_eq!(bytes, [7; 40]);
        for (stream, item) in [(Stream::Records, 6), (Stream::Panel, 5)] {
            let mut other = [7u8; 40];
            veil.mask(stream, item, &mut other);
            assert_ne!(other, masked);
        }
    }
}
