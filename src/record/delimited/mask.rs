//! Which of 64 bytes are a given byte, as a bit mask: once portable, and once per instruction set that has a compare for it.
//!
//! Bit `i` of a mask stands for `block[i]`. The implementations are tested equal. The `unsafe` of this crate's splitter is all here: the
//! calls of vector instructions and of functions compiled for them.

#![allow(unsafe_code)]

/// How many bytes one mask stands for.
pub(crate) const BLOCK: usize = 64;

/// A way to compare a block with a byte.
pub(crate) trait Compare {
    /// Bit `i` is set where `block[i] == byte`.
    fn equal(block: &[u8; BLOCK], byte: u8) -> u64;
}

/// Eight bytes at a time in an ordinary register; right everywhere.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(crate) struct Portable;

#[cfg(any(test, not(target_arch = "x86_64")))]
impl Compare for Portable {
    #[inline(always)]
    fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
        const LOW7: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        // Gathers the lowest bit of each byte into the top byte, first byte lowest.
        const GATHER: u64 = 0x0102_0408_1020_4080;
        let wanted = u64::from_ne_bytes([byte; 8]);
        let mut mask = 0;
        for (i, word) in block.chunks_exact(8).enumerate() {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(word);
            let x = u64::from_le_bytes(bytes) ^ wanted;
            let zero = !(((x & LOW7) + LOW7) | x | LOW7);
            mask |= ((zero >> 7).wrapping_mul(GATHER) >> 56) << (8 * i);
        }
        mask
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512, Sse2};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BLOCK, Compare};
    use std::arch::x86_64::*;

    /// Part of every x86-64.
    pub(crate) struct Sse2;

    impl Compare for Sse2 {
        #[inline(always)]
        fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
            let mut mask = 0;
            for (i, part) in block.chunks_exact(16).enumerate() {
                // SAFETY: `part` is 16 bytes, what an unaligned 16-byte load reads; SSE2 belongs to x86-64.
                let bits = unsafe {
                    let bytes = _mm_loadu_si128(part.as_ptr().cast());
                    _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8)))
                };
                mask |= u64::from(bits as u32) << (16 * i);
            }
            mask
        }
    }

    /// Only to be used inside functions compiled for AVX2 and called where the processor has it ([`super::dispatch`]).
    pub(crate) struct Avx2;

    impl Compare for Avx2 {
        #[inline(always)]
        fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
            let mut mask = 0;
            for (i, part) in block.chunks_exact(32).enumerate() {
                // SAFETY: `part` is 32 bytes, what an unaligned 32-byte load reads; `dispatch` has seen AVX2.
                let bits = unsafe {
                    let bytes = _mm256_loadu_si256(part.as_ptr().cast());
                    _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8)))
                };
                mask |= u64::from(bits as u32) << (32 * i);
            }
            mask
        }
    }

    /// Only to be used inside functions compiled for AVX-512BW and called where the processor has it ([`super::dispatch`]).
    pub(crate) struct Avx512;

    impl Compare for Avx512 {
        #[inline(always)]
        fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
            // SAFETY: `block` is 64 bytes, what an unaligned 64-byte load reads; `dispatch` has seen AVX-512BW.
            unsafe { _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(block.as_ptr().cast()), _mm512_set1_epi8(byte as i8)) }
        }
    }
}

/// Work that is compiled once per way to compare.
pub(crate) trait Work {
    /// What it yields.
    type Output;
    /// The work; must be `#[inline(always)]`, so that it is compiled for the instruction set of its caller.
    fn run<C: Compare>(self) -> Self::Output;
}

/// Runs `work` with the best way to compare that this processor has.
pub(crate) fn dispatch<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f,avx512bw,avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn with_avx512<W: Work>(work: W) -> W::Output {
            work.run::<Avx512>()
        }
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn with_avx2<W: Work>(work: W) -> W::Output {
            work.run::<Avx2>()
        }
        let bits = is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("avx2");
        if bits && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
            // SAFETY: the processor has every instruction set that the function is compiled for.
            return unsafe { with_avx512(work) };
        }
        if bits {
            // SAFETY: the processor has every instruction set that the function is compiled for.
            return unsafe { with_avx2(work) };
        }
        work.run::<Sse2>()
    }
    #[cfg(not(target_arch = "x86_64"))]
    work.run::<Portable>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Equal<'a>(&'a [u8; BLOCK], u8);

    impl Work for Equal<'_> {
        type Output = u64;
        #[inline(always)]
        fn run<C: Compare>(self) -> u64 {
            C::equal(self.0, self.1)
        }
    }

    proptest! {
        #[test]
        fn all_ways_agree(bytes in proptest::collection::vec(prop_oneof![Just(0u8), Just(b','), Just(0x80), any::<u8>()], BLOCK), byte: u8) {
            let block: &[u8; BLOCK] = bytes.as_slice().try_into().unwrap();
            for byte in [byte, 0, b',', 0x80, 0x2d, 0xff] {
                let naive = (0..BLOCK).filter(|&i| block[i] == byte).fold(0u64, |m, i| m | 1 << i);
                prop_assert_eq!(Portable::equal(block, byte), naive);
                prop_assert_eq!(dispatch(Equal(block, byte)), naive);
                #[cfg(target_arch = "x86_64")]
                {
                    prop_assert_eq!(Sse2::equal(block, byte), naive);
                    if is_x86_feature_detected!("avx2") {
                        prop_assert_eq!(Avx2::equal(block, byte), naive);
                    }
                }
            }
        }
    }
}
