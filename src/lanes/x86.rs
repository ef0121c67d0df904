//! The instruction sets of x86-64. The `unsafe` is calls of vector instructions and of functions compiled for them.

#![allow(unsafe_code)]

use super::{BLOCK, Edit, Fold, Lanes, Span, Work, low_bits};
use std::arch::x86_64::*;
use std::sync::atomic::{AtomicU8, Ordering};

/// Part of every x86-64.
pub struct Sse2;

impl Lanes for Sse2 {
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

    #[inline(always)]
    fn in_range(block: &[u8; BLOCK], low: u8, high: u8) -> u64 {
        let mut mask = 0;
        for (i, part) in block.chunks_exact(16).enumerate() {
            // SAFETY: as above.
            let bits = unsafe {
                let bytes = _mm_loadu_si128(part.as_ptr().cast());
                let above = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(low as i8)), bytes);
                let below = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(high as i8)), bytes);
                _mm_movemask_epi8(_mm_and_si128(above, below))
            };
            mask |= u64::from(bits as u32) << (16 * i);
        }
        mask
    }
}

/// Only inside functions compiled for AVX2, and called where the processor has it ([`dispatch`]).
struct Avx2;

impl Lanes for Avx2 {
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

    #[inline(always)]
    fn in_range(block: &[u8; BLOCK], low: u8, high: u8) -> u64 {
        let mut mask = 0;
        for (i, part) in block.chunks_exact(32).enumerate() {
            // SAFETY: as above.
            let bits = unsafe {
                let bytes = _mm256_loadu_si256(part.as_ptr().cast());
                let above = _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, _mm256_set1_epi8(low as i8)), bytes);
                let below = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(high as i8)), bytes);
                _mm256_movemask_epi8(_mm256_and_si256(above, below))
            };
            mask |= u64::from(bits as u32) << (32 * i);
        }
        mask
    }

    #[inline(always)]
    fn equal_words(block: &[u8; BLOCK], mask: u64, wanted: u64) -> u8 {
        let mut equal = 0;
        for (i, part) in block.chunks_exact(32).enumerate() {
            // SAFETY: as above.
            let bits = unsafe {
                let words = _mm256_and_si256(_mm256_loadu_si256(part.as_ptr().cast()), _mm256_set1_epi64x(mask as i64));
                _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(words, _mm256_set1_epi64x(wanted as i64))))
            };
            equal |= (bits as u8) << (4 * i);
        }
        equal
    }

    #[inline(always)]
    fn bits_set(words: &[u8; BLOCK / 2], places: u64) -> bool {
        bits_set(words, places)
    }
}

/// Whether the bits are set, with AVX2.
#[inline(always)]
fn bits_set(words: &[u8; BLOCK / 2], places: u64) -> bool {
    // SAFETY: `words` is 32 bytes, what the load reads; `dispatch` has seen AVX2.
    unsafe {
        // Six words take their five bits from the lowest thirty, the other two from the ten above.
        let (low, high) = (_mm256_set1_epi32(places as i32), _mm256_set1_epi32((places >> 30) as i32));
        let shifts = _mm256_setr_epi32(0, 5, 10, 15, 20, 25, 0, 5);
        let place = _mm256_and_si256(_mm256_srlv_epi32(_mm256_blend_epi32::<0b1100_0000>(low, high), shifts), _mm256_set1_epi32(31));
        let bits = _mm256_sllv_epi32(_mm256_set1_epi32(1), place);
        _mm256_testc_si256(_mm256_loadu_si256(words.as_ptr().cast()), bits) == 1
    }
}

/// Only inside functions compiled for AVX-512 with BW, VBMI and VBMI2, and called where the processor has them ([`dispatch`]).
struct Avx512;

/// The numbers 0 to 63.
static NUMBERS: [u8; BLOCK] = {
    let mut numbers = [0; BLOCK];
    let mut n = 0;
    while n < BLOCK {
        numbers[n] = n as u8;
        n += 1;
    }
    numbers
};

/// Interleaves the lower, and the upper, halves of two vectors of sixteen.
static ZIP: [[u32; 16]; 2] =
    [[0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23], [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]];

/// The positions of the set bits, ascending, as bytes; zeros behind them.
#[inline(always)]
fn positions(mask: u64) -> [u8; BLOCK] {
    let mut out = [0; BLOCK];
    // SAFETY: `NUMBERS` and `out` are 64 bytes; `dispatch` has seen VBMI2.
    unsafe {
        let numbers = _mm512_loadu_si512(NUMBERS.as_ptr().cast());
        _mm512_storeu_si512(out.as_mut_ptr().cast(), _mm512_maskz_compress_epi8(mask, numbers));
    }
    out
}

/// Sixteen of the positions, `base` added.
#[inline(always)]
fn sixteen(positions: &[u8; BLOCK], group: usize, base: u32) -> __m512i {
    let part = &positions[16 * group..16 * group + 16];
    // SAFETY: `part` is 16 bytes, what the load reads; `dispatch` has seen AVX-512.
    unsafe {
        let bytes = _mm_loadu_si128(part.as_ptr().cast());
        _mm512_add_epi32(_mm512_cvtepu8_epi32(bytes), _mm512_set1_epi32(base as i32))
    }
}

/// Writes sixteen spans from their starts and ends.
#[inline(always)]
fn write_spans(starts: __m512i, ends: __m512i, out: &mut [Span; 16]) {
    // SAFETY: sixteen spans are 128 bytes, two stores of 64, and `Span` is two `u32` in order; the tables are 64 bytes each; `dispatch` has
    // seen AVX-512.
    unsafe {
        let lens = _mm512_sub_epi32(ends, starts);
        let low = _mm512_permutex2var_epi32(starts, _mm512_loadu_si512(ZIP[0].as_ptr().cast()), lens);
        let high = _mm512_permutex2var_epi32(starts, _mm512_loadu_si512(ZIP[1].as_ptr().cast()), lens);
        let to: *mut __m512i = out.as_mut_ptr().cast();
        _mm512_storeu_si512(to, low);
        _mm512_storeu_si512(to.add(1), high);
    }
}

/// Each lane of `this` moved up by one; the lowest becomes the highest of `before`.
#[inline(always)]
fn moved_up(this: __m512i, before: __m512i) -> __m512i {
    // SAFETY: `dispatch` has seen AVX-512.
    unsafe { _mm512_alignr_epi32::<15>(this, before) }
}

/// Which bytes are one of the 26 letters from `first` on.
#[inline(always)]
fn letters(bytes: __m512i, first: u8) -> u64 {
    // SAFETY: `dispatch` has seen AVX-512.
    unsafe {
        let place = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first as i8));
        _mm512_cmplt_epu8_mask(place, _mm512_set1_epi8(26))
    }
}

#[inline(always)]
fn all(n: u32) -> __m512i {
    // SAFETY: `dispatch` has seen AVX-512.
    unsafe { _mm512_set1_epi32(n as i32) }
}

impl Lanes for Avx512 {
    #[inline(always)]
    fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
        // SAFETY: `block` is 64 bytes, what an unaligned 64-byte load reads; `dispatch` has seen AVX-512BW.
        unsafe { _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(block.as_ptr().cast()), _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    fn in_range(block: &[u8; BLOCK], low: u8, high: u8) -> u64 {
        // SAFETY: as above.
        unsafe {
            let bytes = _mm512_loadu_si512(block.as_ptr().cast());
            _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(low as i8)) & _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8(high as i8))
        }
    }

    #[inline(always)]
    fn cells(ends: u64, base: u32, start: u32, out: &mut [Span; BLOCK]) {
        let found = positions(ends);
        let mut before = all(start.wrapping_sub(1));
        for (group, out) in out.as_chunks_mut::<16>().0.iter_mut().enumerate().take((ends.count_ones() as usize).div_ceil(16)) {
            let ends = sixteen(&found, group, base);
            // SAFETY: `dispatch` has seen AVX-512.
            let starts = unsafe { _mm512_add_epi32(moved_up(ends, before), all(1)) };
            write_spans(starts, ends, out);
            before = ends;
        }
    }

    #[inline(always)]
    fn spans(starts: u64, ends: u64, base: u32, open: Option<u32>, out: &mut [Span; BLOCK]) {
        let (begin, found) = (positions(starts), positions(ends));
        let mut before = all(open.unwrap_or(0));
        for (group, out) in out.as_chunks_mut::<16>().0.iter_mut().enumerate().take((ends.count_ones() as usize).div_ceil(16)) {
            let own = sixteen(&begin, group, base);
            let starts = if open.is_some() { moved_up(own, before) } else { own };
            write_spans(starts, sixteen(&found, group, base), out);
            before = own;
        }
    }

    #[inline(always)]
    fn equal_words(block: &[u8; BLOCK], mask: u64, wanted: u64) -> u8 {
        // SAFETY: `block` is 64 bytes, what the load reads; `dispatch` has seen AVX-512.
        unsafe {
            let words = _mm512_and_si512(_mm512_loadu_si512(block.as_ptr().cast()), _mm512_set1_epi64(mask as i64));
            _mm512_cmpeq_epi64_mask(words, _mm512_set1_epi64(wanted as i64))
        }
    }

    #[inline(always)]
    fn bits_set(words: &[u8; BLOCK / 2], places: u64) -> bool {
        bits_set(words, places)
    }

    #[inline(always)]
    fn edit(value: &[u8; BLOCK], edit: Edit) -> [u8; BLOCK] {
        let taken = low_bits(edit.len) << (edit.head_len & 63);
        let mut out = [0; BLOCK];
        // SAFETY: `value`, `NUMBERS` and `out` are 64 bytes; `dispatch` has seen VBMI.
        unsafe {
            let bytes = _mm512_loadu_si512(value.as_ptr().cast());
            // A byte's index is taken modulo 64.
            let shift = _mm512_set1_epi8(edit.skip.wrapping_sub(edit.head_len) as i8);
            let from = _mm512_add_epi8(_mm512_loadu_si512(NUMBERS.as_ptr().cast()), shift);
            let mut moved = _mm512_maskz_permutexvar_epi8(taken, from, bytes);
            let case = _mm512_set1_epi8(0x20);
            match edit.fold {
                Fold::Keep => {}
                Fold::Lower => moved = _mm512_mask_add_epi8(moved, letters(moved, b'A'), moved, case),
                Fold::Upper => moved = _mm512_mask_sub_epi8(moved, letters(moved, b'a'), moved, case),
            }
            let head = _mm512_zextsi128_si512(_mm_cvtsi64_si128(edit.head as i64));
            _mm512_storeu_si512(out.as_mut_ptr().cast(), _mm512_or_si512(moved, head));
        }
        out
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt")]
fn as_avx512<W: Work>(work: W) -> W::Output {
    work.run::<Avx512>()
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn as_avx2<W: Work>(work: W) -> W::Output {
    work.run::<Avx2>()
}

fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
}

/// What the processor has, looked up once.
static BEST: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const SSE2: u8 = 1;
const AVX2: u8 = 2;
const AVX512: u8 = 3;

#[cold]
fn look() -> u8 {
    let best = match (has_avx512(), has_avx2()) {
        (true, _) => AVX512,
        (_, true) => AVX2,
        _ => SSE2,
    };
    BEST.store(best, Ordering::Relaxed);
    best
}

/// Runs `work` with the best way that this processor has.
#[inline(always)]
pub fn dispatch<W: Work>(work: W) -> W::Output {
    let mut best = BEST.load(Ordering::Relaxed);
    if best == UNKNOWN {
        best = look();
    }
    match best {
        // SAFETY: the processor has every instruction set that the function is compiled for.
        AVX512 => unsafe { as_avx512(work) },
        // SAFETY: as above.
        AVX2 => unsafe { as_avx2(work) },
        _ => work.run::<Sse2>(),
    }
}

/// Runs `work` with AVX2, if the processor has it.
#[cfg(test)]
pub(super) fn with_avx2<W: Work>(work: W) -> Option<W::Output> {
    // SAFETY: the processor has every instruction set that the function is compiled for.
    has_avx2().then(|| unsafe { as_avx2(work) })
}
