//! What may stand directly before and behind an identifier, and where a text may be cut without tearing one.

/// Bytes before a bound that are searched for a place to cut: longer than any identifier.
const LOOK: usize = 4 << 10;

/// Digits of a group that is a number by itself.
const WHOLE: usize = 9;

pub(super) fn is_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

/// Bytes of the escape that ends before `at` (`\n`, `%3D`, `\x22`, `\u0022`), or 0.
pub(super) fn escape_before(text: &[u8], at: usize) -> usize {
    let back = |n: usize| at.checked_sub(n).map(|from| &text[from..at]);
    if back(6).is_some_and(|e| e.starts_with(b"\\u") && is_hex(&e[2..])) {
        6
    } else if back(4).is_some_and(|e| e.starts_with(b"\\x") && is_hex(&e[2..])) {
        4
    } else if back(3).is_some_and(|e| e[0] == b'%' && is_hex(&e[1..])) {
        3
    } else if back(2).is_some_and(|e| e[0] == b'\\' && matches!(e[1], b'n' | b'r' | b't' | b'b' | b'f' | b'v')) {
        2
    } else {
        0
    }
}

/// Bytes at `at` that belong to an escape whose sign stands before it: `22` of `%22` and of `\x22`, `u0022` and `n` behind a backslash.
pub(super) fn escape_into(text: &[u8], at: usize) -> usize {
    // What stands before nearly everything.
    if !before_is(text, at, |b| matches!(b, b'\\' | b'%' | b'u' | b'x')) {
        return 0;
    }
    let (before, rest) = (&text[..at], &text[at..]);
    let hex = |from: usize, digits: usize| rest.get(from..from + digits).is_some_and(is_hex);
    let letter = rest.first().filter(|_| before.ends_with(b"\\"));
    match letter {
        Some(b'u') if hex(1, 4) => 5,
        Some(b'x') if hex(1, 2) => 3,
        Some(b'n' | b'r' | b't' | b'b' | b'f' | b'v') => 1,
        _ if before.ends_with(b"\\u") && hex(0, 4) => 4,
        _ if (before.ends_with(b"%") || before.ends_with(b"\\x")) && hex(0, 2) => 2,
        _ => 0,
    }
}

#[inline]
fn before_is(text: &[u8], at: usize, is: impl Fn(u8) -> bool) -> bool {
    at.checked_sub(1).and_then(|n| text.get(n)).is_some_and(|b| is(*b))
}

/// Whether an identifier may begin at `at`.
#[inline]
pub(super) fn begins(text: &[u8], at: usize) -> bool {
    !before_is(text, at, |b| b.is_ascii_alphanumeric()) || escape_before(text, at) > 0
}

/// Whether an identifier may end before `at`.
#[inline]
pub(super) fn ends(text: &[u8], at: usize) -> bool {
    !text.get(at).is_some_and(u8::is_ascii_alphanumeric)
}

/// Bytes that stand in no identifier, however it is written.
fn stands_apart(b: u8) -> bool {
    b < b' ' || matches!(b, b'"' | b',' | b'<' | b'>' | b'?' | b'|' | b'/' | b'!' | b'*' | b'~' | b'^' | b'`' | b'$')
}

/// Where a text without line ends is cut: at most at `most`, at the last place of the bytes before it where nothing can be torn; in a long row of
/// nothing but words, digits or letters between two of them. Depends on those bytes alone.
pub(super) fn cut_place(text: &[u8], most: usize) -> usize {
    let from = most.saturating_sub(LOOK).max(1);
    let part = &text[..most];
    let last = |is: &dyn Fn(usize) -> bool| (from..most).rev().find(|&at| is(at));
    // Digits in a row before or behind a place, as far as it matters.
    let digits = |bytes: &mut dyn Iterator<Item = &u8>| bytes.take(WHOLE).take_while(|b| b.is_ascii_digit()).count();
    let words = |at: usize| part[at] == b' ' && part[at - 1].is_ascii_alphabetic() && text.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    let numbers =
        |at: usize| part[at] == b' ' && digits(&mut part[..at].iter().rev()) == WHOLE && digits(&mut text[at + 1..].iter()) == WHOLE;
    last(&|at| stands_apart(part[at]))
        .or_else(|| last(&words))
        .or_else(|| last(&numbers))
        .or_else(|| last(&|at| part[at] == b' '))
        .map_or(most, |at| at + 1)
}
