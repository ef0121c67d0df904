//! Numbers in few bytes: in LEB128, seven bits a byte, and ascending ones as pages of runs or bits.
//!
//! What is read may come from anybody: reading never panics, and never takes memory by a length that it was told.

/// Numbers of a page of a set.
const PAGE: u64 = 1 << 16;
/// Bytes of a page as bits.
const BITS: usize = PAGE as usize / 8;

/// Appends a number.
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends bytes behind their length.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads what was put; `None` where there is none of it.
#[derive(Clone, Copy, Debug)]
pub struct Unpack<'b>(&'b [u8]);

impl<'b> Unpack<'b> {
    /// From the first byte on.
    #[must_use]
    pub fn new(bytes: &'b [u8]) -> Unpack<'b> {
        Unpack(bytes)
    }

    /// The next number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7F);
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The next number, where it fits another type.
    pub fn small<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.number()?).ok()
    }

    /// The next number, of things that take `bytes` bytes each at least: no more than there can be.
    pub fn count(&mut self, bytes: usize) -> Option<usize> {
        self.small::<usize>().filter(|n| n.checked_mul(bytes).is_some_and(|all| all <= self.0.len()))
    }

    /// The next bytes, of a fixed number.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*array)
    }

    /// Eight bytes as a number, little endian.
    pub fn word(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// So many bytes.
    pub fn take(&mut self, bytes: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    /// Bytes behind their length.
    pub fn bytes(&mut self) -> Option<&'b [u8]> {
        let bytes = self.count(1)?;
        self.take(bytes)
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A set of numbers that come ascending, packed while they come: at most a bit for each number below the largest, and little where they stand
/// close together or far apart.
///
/// Each page that has a number is its distance from the one before, then the number of its runs (0: as bits), then of each run its distance
/// from the one before and its length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ascending {
    packed: Vec<u8>,
    /// Of the next page, at least.
    next: u64,
    page: u64,
    /// Runs of the page that is being filled, from its first number: where each begins and ends.
    runs: Vec<(u32, u32)>,
}

impl Ascending {
    /// Adds a number, which is larger than all before.
    pub fn push(&mut self, number: u64) {
        let (page, at) = (number / PAGE, (number % PAGE) as u32);
        if page != self.page {
            self.end_page();
            self.page = page;
        }
        match self.runs.last_mut() {
            Some((_, end)) if *end == at => *end += 1,
            _ => self.runs.push((at, at + 1)),
        }
    }

    /// The packed set.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.end_page();
        self.packed
    }

    fn end_page(&mut self) {
        if self.runs.is_empty() {
            return;
        }
        put(&mut self.packed, self.page - self.next);
        let start = self.packed.len();
        put(&mut self.packed, self.runs.len() as u64);
        let mut after = 0;
        for &(from, to) in &self.runs {
            put(&mut self.packed, u64::from(from - after));
            put(&mut self.packed, u64::from(to - from - 1));
            after = to;
        }
        if self.packed.len() - start > BITS + 1 {
            self.packed.truncate(start);
            put(&mut self.packed, 0);
            let bits = self.packed.len();
            self.packed.resize(bits + BITS, 0);
            for at in self.runs.iter().flat_map(|&(from, to)| from..to) {
                self.packed[bits + at as usize / 8] |= 1 << (at % 8);
            }
        }
        self.runs.clear();
        self.next = self.page + 1;
    }
}

/// Reads a packed set: `each` gets its numbers, ascending. `None` where it is damaged.
pub fn each(packed: &[u8], mut each: impl FnMut(u64)) -> Option<()> {
    let (mut unpack, mut next) = (Unpack::new(packed), 0u64);
    while !unpack.is_empty() {
        let page = next.checked_add(unpack.number()?)?;
        let first = page.checked_mul(PAGE)?;
        let runs = unpack.number()?;
        if runs == 0 {
            for (n, &byte) in unpack.take(BITS)?.iter().enumerate() {
                (0..8u64).filter(|bit| byte >> bit & 1 == 1).for_each(|bit| each(first + 8 * n as u64 + bit));
            }
        }
        let mut at = 0u64;
        for _ in 0..runs {
            let from = at.checked_add(unpack.number()?)?;
            let to = unpack.number()?.checked_add(1).and_then(|length| from.checked_add(length)).filter(|&to| to <= PAGE)?;
            (from..to).for_each(|n| each(first + n));
            at = to;
        }
        next = page + 1;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_bytes_come_back(numbers: Vec<u64>, bytes: Vec<u8>) {
            let mut out = Vec::new();
            numbers.iter().for_each(|&n| put(&mut out, n));
            put_bytes(&mut out, &bytes);
            let mut unpack = Unpack::new(&out);
            for n in numbers {
                prop_assert_eq!(unpack.number(), Some(n));
            }
            prop_assert_eq!(unpack.bytes(), Some(&bytes[..]));
            prop_assert!(unpack.is_empty() && unpack.number().is_none());
        }

        #[test]
        fn a_set_comes_back(parts in proptest::collection::vec((0u64..200_000, 1u64..20_000, 1u64..9), 0..12)) {
            let (mut set, mut numbers, mut at) = (Ascending::default(), Vec::new(), 0);
            for (gap, count, step) in parts {
                at += gap;
                for _ in 0..count {
                    numbers.push(at);
                    at += step;
                }
            }
            numbers.iter().for_each(|&n| set.push(n));
            let packed = set.finish();
            prop_assert!(packed.len() as u64 <= (BITS as u64 + 16) * (at / PAGE + 1));
            let mut found = Vec::new();
            prop_assert_eq!(each(&packed, |n| found.push(n)), Some(()));
            prop_assert_eq!(found, numbers);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut last = None;
            let _ = each(&bytes, |n| {
                assert!(last.is_none_or(|last| n > last));
                last = Some(n);
            });
        }
    }

    #[test]
    fn rows_that_all_hit_take_next_to_nothing_and_half_of_them_a_bit_each() {
        let packed = |step: usize| {
            let mut set = Ascending::default();
            (0..1_000_000).step_by(step).for_each(|n| set.push(n));
            set.finish().len()
        };
        assert!(packed(1) < 128 && packed(2) < 132_000 && packed(1000) < 3200, "{} {} {}", packed(1), packed(2), packed(1000));
    }
}
