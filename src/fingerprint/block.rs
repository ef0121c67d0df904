//! The 64 bytes that are hashed: version, kind, length, canonical bytes, zero padding.

use super::key::Key;
use crate::identify::Kind;

/// Version of the fingerprint's definition; first byte of every block.
pub const SPEC_VERSION: u8 = 1;

/// Canonical bytes that fit into a block.
pub const INLINE_BYTES: usize = 61;

/// Length byte of a block that holds a digest in place of a longer canonical value.
const DIGESTED: u8 = 0xFF;

/// One BLAKE3 block.
pub type Block = [u8; 64];

/// Packs a canonical value. A value longer than [`INLINE_BYTES`] is replaced by its 32-byte keyed BLAKE3.
#[inline]
pub fn pack(kind: Kind, canonical: &[u8], key: &Key, block: &mut Block) {
    *block = [0; 64];
    block[0] = SPEC_VERSION;
    block[1] = kind.tag();
    if canonical.len() <= INLINE_BYTES {
        block[2] = canonical.len() as u8;
        block[3..3 + canonical.len()].copy_from_slice(canonical);
    } else {
        block[2] = DIGESTED;
        block[3..35].copy_from_slice(key.digest(canonical).as_bytes());
    }
}
