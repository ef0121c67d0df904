//! The end of a tuple and the borders of its values. One scan serves the cutter, which wants the end alone, and the reader.
//!
//! What it does, as a loop over bytes:
//!
//! ```text
//! for byte in tuple:
//!     inside a string:       skip to the quote that closes it
//!     "(" or ")":            count the depth; at depth 0 the tuple is over
//!     "," at depth 1:        a value is over, unless inside "[" and "]"
//!     ";" or a quote that can neither open nor close a string where it stands: the tuple is damaged
//! ```
//!
//! That loop is [`careful`]. Before it, [`fast`] tries the same 64 bytes at a time: what is inside strings is known by counting quotes;
//! then only brackets and commas outside are walked. It gives up at whatever is not everyday (comments, double quotes, dollar quotes,
//! `E'…'`, quotes in odd places) and leaves the whole tuple to [`careful`], so that there is one judge of those.
//!
//! A quote *can open* a string behind `(`, `,`, space, an operator, or a prefix (`N`, `X`, `_utf8mb4`, …) and *can close* one before the
//! same or `)`. Where this does not hold, quotes are out of step; going on would take strings for what is between them, up to the end of
//! the text.

use super::dialect::Escapes;
use super::words::{Comment, Dollar, after_comment, after_string, comment, dollar, in_word, is_space};
use crate::lanes::{BLOCK, Lanes, low_bits, parity};

/// How the scan of a tuple ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// Behind its closing bracket.
    End(usize),
    /// The text ends before the tuple does.
    RanOut,
    /// It makes no sense from here on.
    Damaged(usize),
}

/// Takes the values of a tuple.
pub(super) trait Sink {
    /// Whether values are wanted.
    const CELLS: bool;
    /// A value lies in `text[from..end]`. It is *plain* if a quote in it can only be the first of two, the second its last byte but for
    /// space, with nothing to be undone between.
    fn cell(&mut self, from: usize, end: usize, plain: bool);
    /// All values of this tuple will come again.
    fn again(&mut self);
}

/// For who wants the end alone.
pub(super) struct NoCells;

impl Sink for NoCells {
    const CELLS: bool = false;
    #[inline(always)]
    fn cell(&mut self, _: usize, _: usize, _: bool) {}
    #[inline(always)]
    fn again(&mut self) {}
}

/// Scans the tuple whose opening bracket is `text[start]`.
#[inline(always)]
pub(super) fn scan<L: Lanes, S: Sink>(text: &[u8], start: usize, escapes: Escapes, sink: &mut S) -> Scan {
    match fast::<L, S>(text, start, escapes, sink) {
        Some(end) => Scan::End(end),
        None => {
            sink.again();
            careful(text, start, escapes, sink)
        }
    }
}

/// A mask moved on by one byte, with the last bit of the block before.
#[inline(always)]
fn after(mask: u64, before: u64) -> u64 {
    mask << 1 | before >> 63
}

/// Bytes that a backslash takes the meaning from. `carry` is 1 where the block before ended in such a backslash.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    if backslashes == 0 {
        return std::mem::take(carry);
    }
    // A backslash that is escaped itself begins no run. Runs that begin at odd places are told from those at even places by a sum that
    // carries through them.
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let backslashes = backslashes & !*carry;
    let follows = backslashes << 1 | *carry;
    let (sum, over) = (backslashes & !EVEN & !follows).overflowing_add(backslashes);
    *carry = u64::from(over);
    (EVEN ^ (sum << 1)) & follows
}

/// What the last bytes of one block mean for the next one.
#[derive(Default)]
struct Carry {
    /// All ones inside a string.
    inside: u64,
    escaped: u64,
    comma: u64,
    close: u64,
    dash: u64,
    begins: u64,
    opens: u64,
}

/// The end of the tuple that begins at `text[start]`, unless something in it is out of the ordinary.
#[inline(always)]
fn fast<L: Lanes, S: Sink>(text: &[u8], start: usize, escapes: Escapes, sink: &mut S) -> Option<usize> {
    let mut carry = Carry::default();
    let (mut base, mut depth, mut from, mut unplain) = (start, 0usize, start + 1, false);
    loop {
        let mut room = [0; BLOCK];
        let rest = text.get(base..)?;
        let block = match rest.first_chunk() {
            Some(block) => block,
            None if rest.is_empty() => return None,
            None => {
                room[..rest.len()].copy_from_slice(rest);
                &room
            }
        };
        let equal = |byte| L::equal(block, byte);
        let backslash = if escapes.backslash() { equal(b'\\') } else { 0 };
        let quotes = equal(b'\'') & !escaped(backslash, &mut carry.escaped);
        let strings = parity(quotes) ^ carry.inside;
        carry.inside = ((strings as i64) >> 63) as u64;
        let (open, close) = (quotes & strings, quotes & !strings);

        let (comma, left, right, space) = (equal(b','), equal(b'('), equal(b')'), L::in_range(block, 0, b' '));
        let doubled = open & after(close, carry.close);
        // Where a value begins, after one space at most; there, or after `N`, a string opens as it usually does.
        let begins = comma | left | (space & after(comma, carry.comma));
        let opens = begins | (equal(b'N') & after(begins, carry.begins));
        let mut unusual = open & !doubled & !after(opens, carry.opens);
        let special = doubled | unusual | backslash;

        let dash = equal(b'-');
        let signs = L::in_range(block, b'"', b'$') | equal(b'/') | equal(b';') | equal(b'[') | backslash | (dash & after(dash, carry.dash));
        let mut odd = signs & !strings;
        odd |= after(close, carry.close) & !(comma | right | space | doubled);
        while unusual != 0 {
            let i = unusual.trailing_zeros();
            if !usual_prefix(text, start, base + i as usize) {
                odd |= 1 << i;
                break;
            }
            unusual &= unusual - 1;
        }
        (carry.comma, carry.close, carry.dash, carry.begins, carry.opens) = (comma, close, dash, begins, opens);

        // Up to the first odd byte everything is as it seems; the tuple may well end before.
        let mut events = (left | right | if S::CELLS { comma } else { 0 }) & !strings & low_bits(odd.trailing_zeros());
        let mut unseen = special;
        while events != 0 {
            let i = events.trailing_zeros();
            let at = base + i as usize;
            match block[i as usize] {
                b'(' => depth += 1,
                b',' if depth > 1 => {}
                sign => {
                    if sign == b')' {
                        depth -= 1;
                    }
                    if depth == 0 || sign == b',' {
                        let seen = low_bits(i);
                        sink.cell(from, at, !unplain && unseen & seen == 0);
                        (from, unplain, unseen) = (at + 1, false, unseen & !seen);
                    }
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
            }
            events &= events - 1;
        }
        if odd != 0 {
            return None;
        }
        unplain |= unseen != 0;
        base += BLOCK;
    }
}

/// Whether the string at `text[quote]` stands behind space, or behind one letter that changes nothing about where it ends.
#[inline(always)]
fn usual_prefix(text: &[u8], start: usize, quote: usize) -> bool {
    let byte = |at: usize| text.get(at).copied().unwrap_or(b'(');
    if quote <= start + 1 {
        return true;
    }
    match byte(quote - 1) {
        b'n' | b'N' | b'x' | b'X' | b'b' | b'B' => matches!(byte(quote - 2), b',' | b'(' | 0..=b' '),
        b => is_space(b),
    }
}

/// Whether a quote may open a string behind `text[at - 1]`, and whether that string has escapes; `start` is the tuple's first byte.
fn opens(text: &[u8], start: usize, at: usize, escapes: Escapes) -> Option<bool> {
    let before = &text[start..at];
    let word = &before[before.iter().rposition(|&b| !in_word(b)).map_or(0, |n| n + 1)..];
    let backslash = escapes.backslash();
    match word {
        [] => {
            let sign = before.last().copied().unwrap_or(b'(');
            (is_space(sign) || b"(,[=|+-*/<>:&".contains(&sign)).then_some(backslash)
        }
        [b'e' | b'E'] => Some(true),
        [b'n' | b'N' | b'x' | b'X' | b'b' | b'B'] => Some(backslash),
        [b'_', ..] => Some(backslash),
        _ => {
            let words = ["date", "time", "timestamp", "interval"];
            words.iter().any(|w| word.eq_ignore_ascii_case(w.as_bytes())).then_some(backslash)
        }
    }
}

/// Whether a string may be closed before `byte`.
fn closes(byte: u8) -> bool {
    is_space(byte) || b",)]:|+-*/#=<>;".contains(&byte)
}

/// Bytes that the careful scan looks at, outside of strings.
static WATCHED: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"'\"$-/#;(),[]";
    let mut i = 0;
    while i < signs.len() {
        table[signs[i] as usize] = true;
        i += 1;
    }
    table
};

/// As [`scan`], by the letter.
pub(super) fn careful<S: Sink>(text: &[u8], start: usize, escapes: Escapes, sink: &mut S) -> Scan {
    let (mut at, mut depth, mut from) = (start + 1, 1usize, start + 1);
    // Open `[` since the last `(` or `)`: commas between them part the values of an array.
    let mut square = 0usize;
    loop {
        let Some(n) = text.get(at..).and_then(|rest| rest.iter().position(|&b| WATCHED[b as usize])) else {
            return Scan::RanOut;
        };
        at += n;
        let sign = text[at];
        let after = match sign {
            b'\'' | b'"' => {
                let backslash = if sign == b'"' { Some(escapes.mysql()) } else { opens(text, start, at, escapes) };
                let Some(backslash) = backslash else { return Scan::Damaged(at) };
                match after_string(text, at + 1, sign, backslash) {
                    Some(end) => match text.get(end) {
                        Some(&next) if closes(next) => Some(end),
                        Some(_) => return Scan::Damaged(at),
                        None => None,
                    },
                    None => None,
                }
            }
            b'$' if !escapes.mysql() && !in_word(text[at - 1]) => match dollar(text, at) {
                Dollar::No => Some(at + 1),
                Dollar::String { after, .. } => Some(after),
                Dollar::Open => None,
            },
            b'-' | b'/' | b'#' => match comment(text, at, escapes) {
                Comment::No => Some(at + 1),
                Comment::Unsure => None,
                kind => after_comment(text, at, kind),
            },
            b';' => return Scan::Damaged(at),
            b'(' => {
                (depth, square) = (depth + 1, 0);
                Some(at + 1)
            }
            b'[' => {
                square += 1;
                Some(at + 1)
            }
            b']' => {
                square = square.saturating_sub(1);
                Some(at + 1)
            }
            b')' | b',' => {
                if sign == b')' {
                    (depth, square) = (depth - 1, 0);
                }
                if depth == 0 || (depth == 1 && square == 0 && sign == b',') {
                    if S::CELLS {
                        sink.cell(from, at, false);
                    }
                    from = at + 1;
                }
                if depth == 0 {
                    return Scan::End(at + 1);
                }
                Some(at + 1)
            }
            _ => Some(at + 1),
        };
        match after {
            Some(after) => at = after,
            None => return Scan::RanOut,
        }
    }
}
