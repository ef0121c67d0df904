//! From one tuple to the next within a piece: over a comma, or over the end of a statement and the same head again.

use super::words::is_space;

/// Bytes of blanks that are skipped at once; more of them are left to the cutter, which goes the long way.
const BLANKS: usize = 256;

/// The opening bracket of the tuple that follows the one that ends before `text[at]`, if it is to be had cheaply: behind a comma, or behind
/// `;`, blanks and lines of `GO` where a statement with exactly the head `head` begins.
#[inline(always)]
pub(super) fn next_tuple(text: &[u8], at: usize, head: &[u8]) -> Option<usize> {
    if let Some([b',', b'(']) = text.get(at..at + 2) {
        return Some(at + 1);
    }
    next_tuple_far(text, at, head)
}

fn next_tuple_far(text: &[u8], at: usize, head: &[u8]) -> Option<usize> {
    let mut at = blanks(text, at)?;
    if text[at] == b',' {
        return bracket(text, at + 1);
    }
    if text[at] == b';' {
        at = blanks(text, at + 1)?;
    }
    while go(text, at) {
        at = blanks(text, at + 2)?;
    }
    if !text[at..].starts_with(head) {
        return None;
    }
    bracket(text, at + head.len())
}

/// The next byte that is no blank.
#[inline]
fn blanks(text: &[u8], at: usize) -> Option<usize> {
    text.get(at..)?.iter().take(BLANKS).position(|&b| !is_space(b)).map(|n| at + n)
}

/// The opening bracket behind blanks.
fn bracket(text: &[u8], at: usize) -> Option<usize> {
    blanks(text, at).filter(|&at| text[at] == b'(')
}

/// Whether `text[at..]` is a line of `GO`.
fn go(text: &[u8], at: usize) -> bool {
    let alone = matches!(text[at..], [b'G' | b'g', b'O' | b'o', b'\r' | b'\n', ..]);
    alone && text[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t')) == Some(&b'\n')
}
