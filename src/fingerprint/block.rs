//! The 64 bytes that are hashed: version, kind, length, canonical bytes, zero padding.

use super::key::Key;
use crate::identify::Kind;
use crate::lanes::copy_short;

/// Version of the fingerprint's definition; first byte of every block.
pub const SPEC_VERSION: u8 = 1;

/// Bytes in front of the canonical ones.
pub(super) const PREFIX_BYTES: u32 = 3;

/// Canonical bytes that fit into a block.
pub const INLINE_BYTES: usize = 61;

/// Length byte of a block that holds a digest in place of a longer canonical value.
const DIGESTED: u8 = 0xFF;

/// One BLAKE3 block.
pub type Block = [u8; 64];

/// The first three bytes of the block of a value of `length` bytes that fits into it, the first one lowest.
#[inline(always)]
pub(super) fn prefix(kind: Kind, length: u8) -> u64 {
    u64::from(u32::from_le_bytes([SPEC_VERSION, kind.tag(), length, 0]))
}

/// Packs a canonical value. A value longer than [`INLINE_BYTES`] is replaced by its 32-byte keyed BLAKE3.
#[inline]
#[must_use]
pub fn pack(kind: Kind, canonical: &[u8], key: &Key) -> Block {
    let mut block = [0; 64];
    block[0] = SPEC_VERSION;
    block[1] = kind.tag();
    if canonical.len() <= INLINE_BYTES {
        block[2] = canonical.len() as u8;
        copy_short(canonical, &mut block[3..]);
    } else {
        block[2] = DIGESTED;
        block[3..35].copy_from_slice(key.digest(canonical).as_bytes());
    }
    block
}
