//! Where in a text something may stand, as bit masks: runs of digits with little between them, and signs that are part of an address or a code.
//!
//! A mask may say yes too often, never no wrongly: what it marks is looked at byte by byte.

use crate::lanes::{BLOCK, Lanes, Work};

/// Separators in a row that may stand between two groups of digits of one number: ` - `, `) `.
pub(super) const GAP: usize = 3;

/// Bytes of the shortest run that is looked at: `1.1.1.1`.
pub(super) const SHORTEST: u32 = 7;

/// What is marked in 64 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Digits, and separators between two of them that are at most [`GAP`] apart.
    pub runs: u64,
    /// Digits alone.
    pub digits: u64,
    /// The `@` of an address; the last sign of one that is written otherwise (`%40`, `[at]`); the fourth of what may be a bank account's number; the
    /// sixth digit behind a capital; the second of two colons that are one or five apart.
    pub events: u64,
}

/// Whether a byte may stand between groups of digits.
pub(super) fn separates(b: u8) -> bool {
    matches!(b, b' ' | b'-' | b'.' | b'(' | b')')
}

/// Marks all of `text`; `out` gets an entry for each 64 bytes, the last ones filled up with zeros.
pub(super) struct MarkAll<'a> {
    pub text: &'a [u8],
    pub out: &'a mut Vec<Marks>,
}

/// Which bytes of a block are what.
#[derive(Clone, Copy, Default)]
struct Raw {
    digits: u64,
    separators: u64,
    capitals: u64,
    letters: u64,
    zero: u64,
    four: u64,
    six: u64,
    a: u64,
    t: u64,
    colons: u64,
    /// What may stand before the two digits that an `@` is written with.
    signs: u64,
    /// What escapes begin with.
    escapes: u64,
}

impl Work for MarkAll<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let MarkAll { text, out } = self;
        out.clear();
        let (mut before, mut last) = (Raw::default(), Raw::default());
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        let mut room = [0; BLOCK];
        room[..rest.len()].copy_from_slice(rest);
        for block in blocks.iter().chain(std::iter::once(&room)) {
            let (raw, events) = look::<L>(block, last);
            if let Some(marks) = out.last_mut() {
                marks.runs = runs(before, last, raw);
            }
            out.push(Marks { runs: 0, digits: raw.digits, events });
            (before, last) = (last, raw);
        }
        if let Some(marks) = out.last_mut() {
            marks.runs = runs(before, last, Raw::default());
        }
    }
}

#[inline(always)]
fn look<L: Lanes>(block: &[u8; BLOCK], last: Raw) -> (Raw, u64) {
    let either = |one, other| L::equal(block, one) | L::equal(block, other);
    let (open, close) = (L::equal(block, b'('), L::equal(block, b')'));
    let (capitals, zero) = (L::in_range(block, b'A', b'Z'), L::equal(block, b'0'));
    let raw = Raw {
        digits: L::in_range(block, b'0', b'9'),
        separators: L::equal(block, b' ') | either(b'-', b'.') | open | close,
        capitals,
        letters: capitals | L::in_range(block, b'a', b'z'),
        zero,
        four: L::equal(block, b'4'),
        six: L::equal(block, b'6'),
        a: either(b'a', b'A'),
        t: either(b't', b'T'),
        colons: L::equal(block, b':'),
        signs: zero | either(b'%', b'=') | either(b'x', b'X') | L::equal(block, b'#'),
        escapes: either(b'\\', b'%'),
    };
    // Bit `i` of `behind(f, n)` is bit `i - n` of the field.
    let behind = |field: fn(Raw) -> u64, n: u32| field(raw) << n | field(last) >> (64 - n);
    let digits = |n| behind(|r| r.digits, n);
    let coded = (behind(|r| r.four, 1) & raw.zero | behind(|r| r.six, 1) & raw.four) & behind(|r| r.signs, 2);
    let word = (close | either(b']', b'}') | L::equal(block, b';')) & behind(|r| r.t, 1) & behind(|r| r.a, 2);
    // An account's number begins no other way than a word does, or behind an escape.
    let begins = if raw.escapes | last.escapes == 0 { !behind(|r| r.letters | r.digits, 4) } else { u64::MAX };
    let account = raw.digits & digits(1) & behind(|r| r.letters, 2) & behind(|r| r.letters, 3) & begins;
    let passport = raw.digits & digits(1) & digits(2) & digits(3) & digits(4) & digits(5) & behind(|r| r.capitals, 6);
    let colons = raw.colons & (behind(|r| r.colons, 1) | behind(|r| r.colons, 5));
    (raw, L::equal(block, b'@') | coded | word | account | passport | colons)
}

/// The digits of a block, and the separators that have one at most [`GAP`] bytes before and one at most so many behind them, with nothing but
/// separators between.
#[inline(always)]
fn runs(before: Raw, block: Raw, next: Raw) -> u64 {
    let join = |low: u64, high: u64| u128::from(low) | u128::from(high) << 64;
    let (digits, separators) = (join(before.digits, block.digits), join(before.separators, block.separators));
    let mut left = 0;
    for _ in 0..GAP {
        left |= (digits | left) << 1 & separators;
    }
    let (digits, separators) = (join(block.digits, next.digits), join(block.separators, next.separators));
    let mut right = 0;
    for _ in 0..GAP {
        right |= (digits | right) >> 1 & separators;
    }
    block.digits | (left >> 64) as u64 & right as u64
}

/// Where the run ends that begins at `bit` of a block, if it is seen to end and holds nothing but digits; the masks of two blocks are given.
pub(super) fn end_of_digits(bit: usize, runs: [u64; 2], digits: [u64; 2]) -> Option<usize> {
    let join = |masks: [u64; 2]| (u128::from(masks[0]) | u128::from(masks[1]) << 64) >> bit;
    let len = join(runs).trailing_ones() as usize;
    (bit + len < 2 * BLOCK && join(digits).trailing_ones() as usize == len).then_some(bit + len)
}

/// Where runs of at least [`SHORTEST`] bytes begin in the block that is marked `now`.
pub(super) fn long_runs(before: u64, now: u64, next: u64) -> u64 {
    let all = u128::from(now) | u128::from(next) << 64;
    let two = all & all >> 1;
    let four = two & two >> 2;
    let seven = four & two >> 4 & all >> (SHORTEST - 1);
    seven as u64 & !(now << 1 | before >> 63)
}
