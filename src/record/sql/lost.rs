//! Where reading goes on after something that made no sense.
//!
//! ```text
//! line-end statement             a statement that dumps have, at the beginning of a line
//! ";" blanks statement           the same behind the end of a statement
//! ")" blanks "," blanks "("      between two tuples, where tuples are lost
//! line-end "\." line-end         where a block of COPY is set aside
//! line-end                       after a line of COPY that is too long
//! ```

use super::copy::after_end;
use super::heads::{Known, begins_known};
use super::words::is_space;
use memchr::{memchr, memchr2_iter, memchr3_iter, memmem};

/// Bytes of blanks inside of such a place.
const BLANKS: usize = 64;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Statement,
    StatementOrTuple,
    EndOfCopy,
    /// Any line's.
    Line,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A statement, or whatever follows a line or a block of COPY, begins here.
    Statement(usize),
    /// The opening bracket of a tuple.
    Tuple(usize),
    /// Nothing that begins before the end of the range.
    Nothing,
    /// More text is needed to say.
    More,
}

/// The first place in `text` that is wanted and whose first byte lies in `from..to`.
pub(super) fn find(text: &[u8], from: usize, to: usize, last: bool, wanted: Wanted) -> Found {
    let range = &text[from.min(text.len())..to.min(text.len())];
    let first = match wanted {
        Wanted::StatementOrTuple => decided(text, from, last, wanted, memchr3_iter(b'\n', b';', b')', range)),
        Wanted::Statement => decided(text, from, last, wanted, memchr2_iter(b'\n', b';', range)),
        Wanted::Line => memchr(b'\n', range).map(|n| Found::Statement(from + n + 1)),
        Wanted::EndOfCopy => {
            let ahead = &text[from.min(text.len())..text.len().min(to + 1)];
            decided(text, from, last, wanted, memmem::find_iter(ahead, b"\n\\"))
        }
    };
    first.unwrap_or(if text.len() < to && !last { Found::More } else { Found::Nothing })
}

fn decided(text: &[u8], from: usize, last: bool, wanted: Wanted, places: impl Iterator<Item = usize>) -> Option<Found> {
    places.map(|n| place(text, from + n, last, wanted)).find(|found| *found != Found::Nothing)
}

/// What begins at `text[at]`.
fn place(text: &[u8], at: usize, last: bool, wanted: Wanted) -> Found {
    if wanted == Wanted::EndOfCopy {
        return match after_end(text, at + 1, last) {
            Some(Some(end)) => Found::Statement(end),
            Some(None) => Found::Nothing,
            None => Found::More,
        };
    }
    let out = if last { Found::Nothing } else { Found::More };
    // `None` where the text ends, `Some(None)` where there are too many blanks.
    let behind = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        match rest.iter().take(BLANKS).position(|&b| !is_space(b)) {
            Some(n) => Some(Some(at + n)),
            None if rest.len() >= BLANKS => Some(None),
            None => None,
        }
    };
    let next = match text[at] {
        b'\n' => Some(Some(at + 1)),
        _ => behind(at + 1),
    };
    let Some(next) = next else { return out };
    let Some(next) = next else { return Found::Nothing };
    if text[at] != b')' {
        return match begins_known(text, next, last) {
            Known::Yes => Found::Statement(next),
            Known::No => Found::Nothing,
            Known::More => Found::More,
        };
    }
    if text[next] != b',' {
        return Found::Nothing;
    }
    match behind(next + 1) {
        None => out,
        Some(Some(bracket)) if text[bracket] == b'(' => Found::Tuple(bracket),
        Some(_) => Found::Nothing,
    }
}
