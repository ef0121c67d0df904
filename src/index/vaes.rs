//! AES-128 on many blocks, by the vector instructions of AVX-512 (VAES): four blocks an instruction, the round keys kept in memory.
//!
//! The crate `aes` has the same instructions, but spreads the eleven round keys at each call, which costs as much as fifty blocks; lookups come
//! in groups of sixty-four. Cipher and key expansion are those of FIPS 197, and the tests compare them with the crate's.

#![allow(unsafe_code)]

use std::arch::x86_64::*;

/// The round keys of AES-128.
pub(super) type RoundKeys = [[u8; 16]; 11];

/// Whether this processor has what [`encrypt`] needs.
pub(super) fn available() -> bool {
    is_x86_feature_detected!("vaes") && is_x86_feature_detected!("aes") && is_x86_feature_detected!("avx512f")
}

/// The round keys of a key, where they are of use.
pub(super) fn round_keys(key: [u8; 16]) -> Option<RoundKeys> {
    // SAFETY: the processor has AES and SSE2.
    available().then(|| unsafe { expand(key) })
}

/// Encrypts the blocks; a multiple of four of them.
///
/// # Panics
/// Where it is not [`available`].
pub(super) fn encrypt<const N: usize>(keys: &RoundKeys, blocks: &mut [[u8; 16]; N]) {
    assert!(available(), "there are round keys only where they are of use");
    // SAFETY: the processor has VAES and AVX-512F, by the line above.
    unsafe { rounds(keys, blocks.as_chunks_mut().0) }
}

#[target_feature(enable = "aes,sse2")]
fn expand(key: [u8; 16]) -> RoundKeys {
    let mut keys = [[0; 16]; 11];
    keys[0] = key;
    // SAFETY: `key` is 16 bytes, what the load reads.
    let mut last = unsafe { _mm_loadu_si128(key.as_ptr().cast()) };
    macro_rules! next {
        ($($round:literal $constant:literal),*) => {$(
            last = next_key(last, _mm_aeskeygenassist_si128::<$constant>(last));
            // SAFETY: a round key is 16 bytes, what the store writes.
            unsafe { _mm_storeu_si128(keys[$round].as_mut_ptr().cast(), last) };
        )*};
    }
    next!(1 0x01, 2 0x02, 3 0x04, 4 0x08, 5 0x10, 6 0x20, 7 0x40, 8 0x80, 9 0x1B, 10 0x36);
    keys
}

/// Each word XORed with all before it, and with the assisted word.
#[inline]
#[target_feature(enable = "aes,sse2")]
fn next_key(key: __m128i, assist: __m128i) -> __m128i {
    let mut sum = _mm_xor_si128(key, _mm_slli_si128::<4>(key));
    sum = _mm_xor_si128(sum, _mm_slli_si128::<8>(sum));
    _mm_xor_si128(sum, _mm_shuffle_epi32::<0xFF>(assist))
}

#[target_feature(enable = "vaes,avx512f")]
fn rounds(keys: &RoundKeys, fours: &mut [[[u8; 16]; 4]]) {
    // Eight registers at a time hide the latency of a round.
    for group in fours.chunks_mut(8) {
        let mut state = [_mm512_setzero_si512(); 8];
        for (state, four) in state.iter_mut().zip(group.iter()) {
            // SAFETY: four blocks are 64 bytes, what the load reads.
            *state = _mm512_xor_si512(unsafe { _mm512_loadu_si512(four.as_ptr().cast()) }, broadcast(&keys[0]));
        }
        for key in &keys[1..10] {
            let key = broadcast(key);
            for state in &mut state {
                *state = _mm512_aesenc_epi128(*state, key);
            }
        }
        let key = broadcast(&keys[10]);
        for (state, four) in state.iter_mut().zip(group) {
            // SAFETY: four blocks are 64 bytes, what the store writes.
            unsafe { _mm512_storeu_si512(four.as_mut_ptr().cast(), _mm512_aesenclast_epi128(*state, key)) };
        }
    }
}

/// A round key for each of four blocks.
#[inline]
#[target_feature(enable = "avx512f")]
fn broadcast(key: &[u8; 16]) -> __m512i {
    // SAFETY: `key` is 16 bytes, what the load reads.
    _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(key.as_ptr().cast()) })
}
