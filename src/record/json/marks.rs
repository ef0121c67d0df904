//! What is where in sixty-four bytes of JSON: marks outside of strings, and quotes, by counting quotes.
//!
//! A byte with an odd number of quotes up to it, those behind a backslash left out, is inside a string. Since no line end can stand in a string, one
//! that does is a mark of its own (the string is broken), and counting begins anew behind it.

use super::is_blank;
use crate::lanes::{BLOCK, Lanes, low_bits, parity};

/// What a block's beginning depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Carry {
    /// Inside a string.
    pub open: bool,
    /// Behind a backslash that is not itself behind one.
    escape: bool,
    /// A backslash stood in the open string.
    escapes: bool,
}

/// The marks of a block, bit `i` standing for byte `i`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    /// Brackets, colons, commas outside of strings; quotes; line ends that break a string.
    pub all: u64,
    /// Opening brackets.
    pub opens: u64,
    /// Closing brackets.
    pub closes: u64,
    /// Quotes that close a string with escapes.
    pub escaped: u64,
    /// Line ends, those that break a string included.
    pub lines: u64,
    /// Commas.
    pub commas: u64,
}

/// The marks of `block`, which follows on what `carry` says.
#[inline(always)]
pub(crate) fn marks<L: Lanes>(block: &[u8; BLOCK], carry: &mut Carry) -> Marks {
    let backslashes = L::equal(block, b'\\');
    let behind = escaped(backslashes, carry);
    let quotes = L::equal(block, b'"') & !behind;
    let opens = L::equal(block, b'{') | L::equal(block, b'[');
    let closes = L::equal(block, b'}') | L::equal(block, b']');
    let commas = L::equal(block, b',');
    let lines = L::equal(block, b'\n');
    let began_open = carry.open;
    let (mut outside, mut broken, mut todo) = (0, 0, u64::MAX);
    loop {
        let inside = parity(quotes & todo) ^ if carry.open { u64::MAX } else { 0 };
        let breaks = lines & inside & todo;
        if breaks == 0 {
            outside |= !inside & todo;
            carry.open = inside >> 63 == 1;
            break;
        }
        let first = breaks.trailing_zeros();
        outside |= !inside & todo & low_bits(first);
        broken |= 1 << first;
        todo &= !low_bits(first + 1);
        carry.open = false;
        if todo == 0 {
            break;
        }
    }
    let with_escapes = if backslashes != 0 || carry.escapes { escaped_strings(backslashes, quotes, broken, began_open, carry) } else { 0 };
    let (opens, closes, commas) = (opens & outside, closes & outside, commas & outside);
    let colons = L::equal(block, b':') & outside;
    Marks {
        all: opens | closes | commas | colons | quotes | broken,
        opens,
        closes,
        escaped: with_escapes,
        lines: (lines & outside) | broken,
        commas,
    }
}

/// The bytes that stand behind a backslash that counts.
#[inline(always)]
fn escaped(mut backslashes: u64, carry: &mut Carry) -> u64 {
    let mut out = u64::from(carry.escape);
    backslashes &= !out;
    carry.escape = false;
    while backslashes != 0 {
        let at = backslashes.trailing_zeros();
        if at == 63 {
            carry.escape = true;
            break;
        }
        out |= 2 << at;
        backslashes &= !(3 << at);
    }
    out
}

/// The quotes that close a string in which a backslash stands.
#[cold]
fn escaped_strings(backslashes: u64, quotes: u64, broken: u64, mut open: bool, carry: &mut Carry) -> u64 {
    let (mut out, mut from, mut marks) = (0, 0, quotes | broken);
    while marks != 0 {
        let at = marks.trailing_zeros();
        marks &= marks - 1;
        if open {
            let within = backslashes & low_bits(at) & !low_bits(from);
            if (carry.escapes || within != 0) && quotes >> at & 1 == 1 {
                out |= 1 << at;
            }
            carry.escapes = false;
        }
        open = !open && quotes >> at & 1 == 1;
        from = at;
    }
    carry.escapes = open && (carry.escapes || backslashes & !low_bits(from) != 0);
    out
}

/// The block that begins at `text[at]`, filled with blanks behind the text's end.
#[inline(always)]
pub(crate) fn block<'b>(text: &'b [u8], at: usize, room: &'b mut [u8; BLOCK]) -> &'b [u8; BLOCK] {
    let rest = &text[at..];
    match rest.first_chunk() {
        Some(block) => block,
        None => {
            room.fill(b' ');
            room[..rest.len()].copy_from_slice(rest);
            room
        }
    }
}

/// Whether nothing but white space stands between two marks.
#[inline(always)]
pub(crate) fn apart_by_blanks(text: &[u8], left: usize, right: usize) -> bool {
    right == left + 1 || text[left + 1..right].iter().all(|&b| is_blank(b))
}
