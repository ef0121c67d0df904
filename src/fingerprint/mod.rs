//! Keyed fingerprints, version 1 (DESIGN 4).
//!
//! ```text
//! value --normalise--> canonical value --block--> 64 bytes --keyed BLAKE3--> first 16 bytes = fingerprint
//! ```
//!
//! The block is exactly one BLAKE3 block, so a fingerprint is one compression, and sixteen fingerprints are one pass of BLAKE3's
//! sixteen-lane kernel. Anyone with any BLAKE3 library can reproduce it: `fixtures/fingerprints.tsv` holds test vectors and
//! `tests/fingerprints.py` checks them with nothing of ours.

mod batch;
mod block;
mod column;
pub mod key;
mod shown;
#[cfg(target_arch = "x86_64")]
mod sixteen;

pub use batch::Hasher;
pub use block::{Block, INLINE_BYTES, SPEC_VERSION, pack};
pub use column::{Column, Selection};
pub use key::{Key, KeyId};

/// First 16 bytes of the keyed BLAKE3 of a block. Uniformly distributed to whoever lacks the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// The first eight bytes, little endian.
    #[must_use]
    #[inline]
    pub fn low_word(&self) -> u64 {
        u64::from_le_bytes(self.0[..8].try_into().unwrap_or([0; 8]))
    }

    /// Twelve bits for agreement of attributes, `1..=4095`; 0 is kept for "missing", so that two different values agree by chance
    /// with probability close to 2^-12.
    #[must_use]
    #[inline]
    pub fn attribute(&self) -> u16 {
        (u16::from_le_bytes([self.0[0], self.0[1]]) & 0xFFF).max(1)
    }
}

impl std::fmt::Debug for Fingerprint {
    /// A fingerprint under a known key can be looked up by trying values: it is not printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(…)")
    }
}
