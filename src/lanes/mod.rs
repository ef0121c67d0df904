//! Sixty-four bytes at a time: which of them are a given byte or in a range, as bit masks; cells cut by such masks; values edited on their
//! way into a hash block. Once portable, and once per instruction set that has an instruction for it; [`dispatch`] takes the best that the
//! processor has, so that one binary is fast everywhere.
//!
//! Bit `i` of a mask stands for `block[i]`. The implementations are tested equal.

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub use x86::dispatch;

/// How many bytes one mask stands for.
pub const BLOCK: usize = 64;

/// Where a cell's bytes lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// How many.
    pub len: u32,
}

/// What happens to the case of ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Nothing.
    Keep,
    /// They become lower case.
    Lower,
    /// They become upper case.
    Upper,
}

/// How a value is written into a block: a head, then some of its bytes, then zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The head's bytes, the first one lowest; zero above them.
    pub head: u64,
    /// How many there are, 0–8.
    pub head_len: u32,
    /// Bytes of the value that are left out in front.
    pub skip: u32,
    /// Bytes of the value that are taken; `head_len + len` and `skip + len` are at most 64.
    pub len: u32,
    /// What happens to their case.
    pub fold: Fold,
}

/// The lowest `n` bits, all of them from 64 on.
#[must_use]
#[inline(always)]
pub fn low_bits(n: u32) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// Bit `i` is set where an odd number of bits up to and including `i` is.
#[must_use]
#[inline(always)]
pub fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// A way to work on blocks.
pub trait Lanes {
    /// Bit `i` is set where `block[i] == byte`.
    fn equal(block: &[u8; BLOCK], byte: u8) -> u64;

    /// Bit `i` is set where `low <= block[i] <= high`.
    fn in_range(block: &[u8; BLOCK], low: u8, high: u8) -> u64;

    /// One cell per bit of `ends`: bit `i` stands for a cell that ends before `base + i`; the first begins at `start`, each other one byte
    /// after its predecessor's end. What is in `out` behind them is overwritten with anything.
    #[inline(always)]
    fn cells(mut ends: u64, base: u32, start: u32, out: &mut [Span; BLOCK]) {
        let mut from = start;
        // Eight at a time without a look at the count.
        for lanes in out.chunks_exact_mut(8) {
            for lane in lanes {
                let end = base.wrapping_add(ends.trailing_zeros());
                *lane = Span { start: from, len: end.wrapping_sub(from) };
                from = end.wrapping_add(1);
                ends &= ends.wrapping_sub(1);
            }
            if ends == 0 {
                break;
            }
        }
    }

    /// One cell per bit of `ends`: bit `i` stands for a cell whose content ends before `base + i`. The bits of `starts` say where contents
    /// begin; with `open`, the first cell's begins there instead and has no bit. Behind them `out` is overwritten with anything.
    #[inline(always)]
    fn spans(mut starts: u64, mut ends: u64, base: u32, open: Option<u32>, out: &mut [Span; BLOCK]) {
        let next = |starts: &mut u64| {
            let from = base.wrapping_add(starts.trailing_zeros());
            *starts &= starts.wrapping_sub(1);
            from
        };
        let mut from = open.unwrap_or_else(|| next(&mut starts));
        for lanes in out.chunks_exact_mut(8) {
            for lane in lanes {
                let end = base.wrapping_add(ends.trailing_zeros());
                *lane = Span { start: from, len: end.wrapping_sub(from) };
                from = next(&mut starts);
                ends &= ends.wrapping_sub(1);
            }
            if ends == 0 {
                break;
            }
        }
    }

    /// Bit `i` is set where the `i`th little-endian 64-bit word of `block` is `wanted` in the bits of `mask`.
    #[inline(always)]
    fn equal_words(block: &[u8; BLOCK], mask: u64, wanted: u64) -> u8 {
        let mut equal = 0;
        for (i, word) in block.as_chunks::<8>().0.iter().enumerate() {
            equal |= u8::from(u64::from_le_bytes(*word) & mask == wanted) << i;
        }
        equal
    }

    /// Whether in each of the eight little-endian 32-bit words of `words` the bit is set that the word's five bits of `places` say, those of
    /// the first word being the lowest.
    #[inline(always)]
    fn bits_set(words: &[u8; BLOCK / 2], places: u64) -> bool {
        let mut missing = 0;
        for (i, word) in words.as_chunks::<4>().0.iter().enumerate() {
            missing |= !u32::from_le_bytes(*word) >> (places >> (5 * i) & 31) & 1;
        }
        missing == 0
    }

    /// Writes a value, which stands at the front of `value`, as `edit` says.
    #[inline(always)]
    fn edit(value: &[u8; BLOCK], edit: Edit) -> [u8; BLOCK] {
        let mut out = [0; BLOCK];
        let (head, skip, len) = (edit.head_len as usize, edit.skip as usize, edit.len as usize);
        copy_short(&value[skip..skip + len], &mut out[head..head + len]);
        match edit.fold {
            Fold::Keep => {}
            Fold::Lower => out.make_ascii_lowercase(),
            Fold::Upper => out.make_ascii_uppercase(),
        }
        out[..head].copy_from_slice(&edit.head.to_le_bytes()[..head]);
        out
    }
}

/// Copies at most 64 bytes by two moves of fixed size that overlap; a copy of variable length is a call.
#[inline]
pub fn copy_short(from: &[u8], to: &mut [u8]) {
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

/// Eight bytes at a time in an ordinary register; right everywhere.
pub struct Portable;

impl Lanes for Portable {
    #[inline(always)]
    fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
        const LOW7: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let wanted = u64::from_ne_bytes([byte; 8]);
        by_words(block, |word| {
            let x = word ^ wanted;
            !(((x & LOW7) + LOW7) | x | LOW7)
        })
    }

    #[inline(always)]
    fn in_range(block: &[u8; BLOCK], low: u8, high: u8) -> u64 {
        const TOP: u64 = 0x8080_8080_8080_8080;
        let each = |byte: u8| u64::from_ne_bytes([byte; 8]);
        // `x >= y` in each byte's top bit: the low seven bits by a subtraction that cannot borrow from its neighbour, the top bits by logic.
        let at_least = |x: u64, y: u64| {
            let low = (x | TOP) - (y & !TOP);
            ((x & !y) | (!(x ^ y) & low)) & TOP
        };
        by_words(block, |word| at_least(word, each(low)) & at_least(each(high), word))
    }
}

/// A mask from each word's top bits.
#[inline(always)]
fn by_words(block: &[u8; BLOCK], top_bits: impl Fn(u64) -> u64) -> u64 {
    // Gathers the lowest bit of each byte into the top byte, first byte lowest.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut mask = 0;
    for (i, word) in block.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(word.try_into().unwrap_or([0; 8]));
        mask |= ((top_bits(word) >> 7).wrapping_mul(GATHER) >> 56) << (8 * i);
    }
    mask
}

/// Work that is compiled once per way to work on blocks.
pub trait Work {
    /// What it yields.
    type Output;
    /// The work; must be `#[inline(always)]`, so that it is compiled for the instruction set of its caller.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// Runs `work` with the best way that this processor has.
#[cfg(not(target_arch = "x86_64"))]
pub fn dispatch<W: Work>(work: W) -> W::Output {
    work.run::<Portable>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything that the trait offers, on one input.
    struct All<'a> {
        block: &'a [u8; BLOCK],
        byte: u8,
        high: u8,
        starts: u64,
        ends: u64,
        open: Option<u32>,
        edit: Edit,
        places: u64,
    }

    type Answers = (u64, u64, Vec<Span>, Vec<Span>, [u8; BLOCK], u8, bool);

    impl Work for All<'_> {
        type Output = Answers;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Answers {
            let count = self.ends.count_ones() as usize;
            let (mut cells, mut spans) = ([Span::default(); BLOCK], [Span::default(); BLOCK]);
            L::cells(self.ends, 1000, 990, &mut cells);
            L::spans(self.starts, self.ends, 1000, self.open, &mut spans);
            (
                L::equal(self.block, self.byte),
                L::in_range(self.block, self.byte, self.high),
                cells[..count].to_vec(),
                spans[..count].to_vec(),
                L::edit(self.block, self.edit),
                L::equal_words(self.block, self.ends, self.starts & self.ends),
                L::bits_set(self.block.first_chunk().unwrap(), self.places),
            )
        }
    }

    /// The same, byte by byte and bit by bit.
    fn naive(all: &All<'_>) -> Answers {
        let mask = |is: &dyn Fn(u8) -> bool| (0..BLOCK).filter(|&i| is(all.block[i])).fold(0u64, |m, i| m | 1 << i);
        let bits = |mask: u64| (0..64u32).filter(move |i| mask >> i & 1 == 1).map(|i| 1000 + i);
        let mut start = 990;
        let cells = bits(all.ends).map(|end| {
            let span = Span { start, len: end.wrapping_sub(start) };
            start = end + 1;
            span
        });
        let starts = all.open.into_iter().chain(bits(all.starts));
        let spans = starts.zip(bits(all.ends)).map(|(start, end)| Span { start, len: end.wrapping_sub(start) });
        let mut block = [0; BLOCK];
        let (head, skip, len) = (all.edit.head_len as usize, all.edit.skip as usize, all.edit.len as usize);
        for i in 0..len {
            let b = all.block[skip + i];
            block[head + i] = match all.edit.fold {
                Fold::Keep => b,
                Fold::Lower => b.to_ascii_lowercase(),
                Fold::Upper => b.to_ascii_uppercase(),
            };
        }
        block[..head].copy_from_slice(&all.edit.head.to_le_bytes()[..head]);
        let words: Vec<u64> = all.block.chunks(8).map(|w| u64::from_le_bytes(w.try_into().unwrap())).collect();
        let equal = (0..8).filter(|&i| words[i] & all.ends == all.starts & all.ends).fold(0u8, |m, i| m | 1 << i);
        let halves: Vec<u32> = all.block.chunks(4).map(|w| u32::from_le_bytes(w.try_into().unwrap())).collect();
        let set = (0..8).all(|i| halves[i] & 1 << (all.places >> (5 * i) & 31) != 0);
        let masks = (mask(&|b| b == all.byte), mask(&|b| (all.byte..=all.high).contains(&b)));
        (masks.0, masks.1, cells.collect(), spans.collect(), block, equal, set)
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof![Just(0u8), Just(b','), Just(0x7f), Just(0x80), b'A'..b'z', any::<u8>()], BLOCK)
    }

    proptest! {
        #[test]
        fn all_ways_agree(
            bytes in bytes(),
            byte: u8, high: u8, ends: u64, thin: u64, open in proptest::option::of(900u32..1000),
            words: u64, places: u64, head: u64, head_len in 0u32..=8, skip in 0u32..=8, len in 0u32..=64, fold in 0usize..3,
        ) {
            // Some masks with few bits, too.
            let ends = if thin & 1 == 0 { ends } else { ends & thin };
            // As many starts as ends.
            let mut starts = 0u64;
            for (n, bit) in (0..64).filter(|i| ends >> i & 1 == 1).enumerate() {
                if n > 0 || open.is_none() { starts |= 1 << bit; }
            }
            let head = head & low_bits(8 * head_len);
            let len = len.min(64 - skip.max(head_len));
            let edit = Edit { head, head_len, skip, len, fold: [Fold::Keep, Fold::Lower, Fold::Upper][fold] };
            let mut block: [u8; BLOCK] = bytes.as_slice().try_into().unwrap();
            // Some words that are equal, and some words with all the bits set that are asked for.
            for (i, word) in block.chunks_mut(8).enumerate() {
                match words >> (2 * i) & 3 {
                    1 => word.copy_from_slice(&(starts & ends).to_le_bytes()),
                    2 => word.fill(0xff),
                    _ => {}
                }
            }
            let block = &block;
            let all = || All { block, byte, high, starts, ends, open, edit, places };
            let expected = naive(&all());
            prop_assert_eq!(&all().run::<Portable>(), &expected);
            prop_assert_eq!(&dispatch(all()), &expected);
            #[cfg(target_arch = "x86_64")]
            {
                prop_assert_eq!(&all().run::<x86::Sse2>(), &expected);
                if let Some(got) = x86::with_avx2(all()) {
                    prop_assert_eq!(&got, &expected);
                }
            }
        }
    }

    #[test]
    fn short_copies_equal_a_copy() {
        let from: Vec<u8> = (1..=64).collect();
        for length in 0..=from.len() {
            let mut to = [0; 64];
            copy_short(&from[..length], &mut to);
            assert_eq!(to[..length], from[..length]);
            assert!(to[length..].iter().all(|&b| b == 0));
        }
    }
}
