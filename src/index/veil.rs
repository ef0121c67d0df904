//! What keeps an index silent without its key.
//!
//! - Fingerprints pass a keyed permutation, AES-128 on their 16 bytes, before they meet filter and table. Its subkey comes from key and
//!   nonce, so that equal values in two indexes of one key share no bytes. (AES as a block cipher is a permutation of 16-byte
//!   blocks, FIPS 197; only equality is left, which is what matching needs.)
//! - Records, postings and panel are XORed with AES-128 in counter mode (NIST SP 800-38A) under a second subkey; the counter block holds
//!   section, item and block number, so that any item can be read alone. Subkeys are never used for two files: the nonce is derived
//!   from key, schema and the inputs' digests, so that equal keystreams mean equal files.

use crate::fingerprint::{Fingerprint, Key};
use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

const PERMUTATION_CONTEXT: &str = "leaktrace 2026-11-22 index permutation v1";
const STREAM_CONTEXT: &str = "leaktrace 2026-11-22 index stream v1";
const BLOCK_BYTES: usize = 16;
/// Blocks that the cipher takes at once where the processor has vector instructions for it (VAES on AVX-512); fewer are done one by one.
pub const GROUP: usize = 64;
/// Blocks up to which one by one is faster.
const FEW: usize = 4;
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
    permutation: Aes128,
    stream: Aes128,
}

impl Veil {
    /// The ciphers for this key and nonce.
    #[must_use]
    pub fn new(key: &Key, nonce: &[u8; 16]) -> Veil {
        let cipher = |context| {
            let mut half = [0; 16];
            half.copy_from_slice(&key.derive(context, nonce)[..16]);
            Aes128::new(&Array::from(half))
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
            let blocks = encrypt(&self.permutation, group.iter().map(|f| f.0));
            out.iter_mut().zip(blocks).for_each(|(probe, b)| *probe = Probe { place: word(&b, 0), check: word(&b, 8) });
        }
    }

    /// The first bytes of the keystreams of many items; as many as there is room for.
    pub fn streams(&self, stream: Stream, items: &[u32], out: &mut [[u8; STREAM_BYTES]]) {
        for (group, out) in items.chunks(GROUP).zip(out.chunks_mut(GROUP)) {
            let blocks = encrypt(&self.stream, group.iter().map(|&item| counter(stream, u64::from(item), 0)));
            out.iter_mut().zip(blocks).for_each(|(out, block)| *out = block.into());
        }
    }

    /// XORs the keystream of item `item` onto `bytes`, of at most 4 GiB; a second call undoes the first.
    pub fn mask(&self, stream: Stream, item: u64, bytes: &mut [u8]) {
        for (n, chunk) in bytes.chunks_mut(BLOCK_BYTES).enumerate() {
            let mut block = Array::from(counter(stream, item, n as u32));
            self.stream.encrypt_block(&mut block);
            for (byte, k) in chunk.iter_mut().zip(block.iter()) {
                *byte ^= k;
            }
        }
    }
}

/// Encrypts up to [`GROUP`] blocks; behind them is anything.
#[inline(always)]
fn encrypt(cipher: &Aes128, blocks: impl ExactSizeIterator<Item = [u8; BLOCK_BYTES]>) -> [Array<u8, aes::cipher::consts::U16>; GROUP] {
    let count = blocks.len();
    let mut out = [Array::from([0u8; BLOCK_BYTES]); GROUP];
    out.iter_mut().zip(blocks).for_each(|(out, block)| *out = Array::from(block));
    // A whole group costs what a few single blocks do.
    let used = if count > FEW { GROUP } else { count };
    cipher.encrypt_blocks(&mut out[..used]);
    out
}

/// The counter block of one block of an item's keystream.
fn counter(stream: Stream, item: u64, block: u32) -> [u8; BLOCK_BYTES] {
    (u128::from(stream as u32) | u128::from(item) << 32 | u128::from(block) << 96).to_le_bytes()
}

fn word(block: &Array<u8, aes::cipher::consts::U16>, at: usize) -> u64 {
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
