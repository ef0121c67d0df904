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

/// Copies at most 61 bytes by two moves of fixed size that overlap; a copy of variable length is a call.
#[inline]
fn copy_short(from: &[u8], to: &mut [u8]) {
    #[inline]
    fn ends<const N: usize>(from: &[u8], to: &mut [u8]) {
        let (head, tail) = (from.first_chunk::<N>(), from.last_chunk::<N>());
        if let (Some(head), Some(tail)) = (head, tail) {
            to[..N].copy_from_slice(head);
            to[from.len() - N..from.len()].copy_from_slice(tail);
        }
    }
    match from.len() {
        0 => {}
        1..=3 => to[..from.len()].iter_mut().zip(from).for_each(|(t, f)| *t = *f),
        4..=7 => ends::<4>(from, to),
        8..=15 => ends::<8>(from, to),
        16..=31 => ends::<16>(from, to),
        _ => ends::<32>(from, to),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_copies_equal_a_copy() {
        let from: Vec<u8> = (1..=61).collect();
        for length in 0..=from.len() {
            let mut to = [0; 61];
            copy_short(&from[..length], &mut to);
            assert_eq!(to[..length], from[..length]);
            assert!(to[length..].iter().all(|&b| b == 0));
        }
    }
}
