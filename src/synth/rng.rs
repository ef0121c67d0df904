//! Random numbers that are a pure function of what they are for.
//!
//! A value is drawn from a key (seed, purpose, number) and never from "the next number of a shared stream", so that a person, a record
//! or a row can be made alone, in any order and on any platform. The mixing step is SplitMix64's finaliser (Steele, Lea and Flood,
//! "Fast splittable pseudorandom number generators", 2014). Nothing here is fit for secrets.

/// Weyl increment of SplitMix64: the odd number closest to 2^64 divided by the golden ratio.
pub(super) const GAMMA_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's finaliser: a bijection of 64-bit numbers whose output bits each depend on every input bit.
#[inline]
#[must_use]
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One number from several: the order of `parts` matters.
#[inline]
#[must_use]
pub fn key(parts: &[u64]) -> u64 {
    parts.iter().fold(GAMMA_STEP, |h, &part| mix(h.wrapping_add(GAMMA_STEP) ^ mix(part.wrapping_add(GAMMA_STEP))))
}

/// One number from a text, for names of institutions and purposes (FNV-1a, then mixed).
#[must_use]
pub fn key_of_text(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)))
}

/// A SplitMix64 stream, to be started anew for every person, record or row.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The stream of this key.
    #[inline]
    #[must_use]
    pub fn new(parts: &[u64]) -> Rng {
        Rng(key(parts))
    }

    /// The next 64 bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA_STEP);
        mix(self.0)
    }

    /// A number below `n` (0 when `n` is 0). The bias of the multiplication is below n / 2^64.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        scale(self.bits(), n)
    }

    /// A number of `from..=to`; `from` when the range is empty.
    #[inline]
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1).max(0) as u64) as i64
    }

    /// True with probability `p`.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        chance(self.bits(), p)
    }

    /// One of `items`, which must not be empty.
    #[inline]
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

/// Scales 64 random bits to a number below `n`.
#[inline]
#[must_use]
pub fn scale(bits: u64, n: u64) -> u64 {
    ((u128::from(bits) * u128::from(n)) >> 64) as u64
}

/// Whether 64 random bits fall below probability `p`. Products and comparisons of doubles are the same on every platform.
#[inline]
#[must_use]
pub fn chance(bits: u64, p: f64) -> bool {
    ((bits >> 11) as f64) < p * (1u64 << 53) as f64
}

/// A keyed bijection of `0..n`: a four-round Feistel network on the next even number of bits, walked until it lands inside.
///
/// It gives unique identifiers, shuffles and samples without replacement, without holding a list.
#[derive(Clone, Debug)]
pub struct Permutation {
    n: u64,
    half: u32,
    keys: [u64; 4],
}

impl Permutation {
    /// The bijection of `0..n` under a key; `n` at most 2^62.
    #[must_use]
    pub fn new(n: u64, parts: &[u64]) -> Permutation {
        let mut rng = Rng::new(parts);
        let bits = 64 - n.max(2).saturating_sub(1).leading_zeros();
        Permutation { n, half: bits.div_ceil(2), keys: std::array::from_fn(|_| rng.bits()) }
    }

    /// How many numbers are permuted.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.n
    }

    /// Where `i` goes. `i` is taken modulo the size, so that an overrun repeats rather than loops for ever.
    #[inline]
    #[must_use]
    pub fn at(&self, i: u64) -> u64 {
        let mask = (1u64 << self.half) - 1;
        let mut x = i % self.n.max(1);
        loop {
            let (mut left, mut right) = (x >> self.half, x & mask);
            for k in self.keys {
                (left, right) = (right, left ^ (mix(right ^ k) & mask));
            }
            x = (left << self.half) | right;
            if x < self.n.max(1) {
                return x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // First outputs of the reference implementation for seed 1234567.
        let mut rng = Rng(1_234_567);
        assert_eq!(rng.bits(), 6_457_827_717_110_365_317);
        assert_eq!(rng.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_permutation_is_one() {
        for n in [1u64, 2, 3, 10, 17, 1000, 4096] {
            let p = Permutation::new(n, &[7, n]);
            let mut seen: Vec<u64> = (0..n).map(|i| p.at(i)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn chances_come_out_as_asked() {
        let mut rng = Rng::new(&[5]);
        let hits = (0..100_000).filter(|_| rng.chance(0.03)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        assert!((0..1000).all(|_| (3..=9).contains(&rng.between(3, 9))));
    }
}
