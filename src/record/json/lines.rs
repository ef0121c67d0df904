//! Texts with a value on each line: their pieces end at line ends, which cannot stand inside a value.

use super::document::{Stop, Walker};
use super::scan::End;
use super::{Bounds, is_between, is_blank};
use memchr::{memchr, memchr_iter, memrchr};

/// Bytes at the front whose lines must be values but for a few: some may be damaged.
const LOOKED_AT: usize = 64 << 10;

/// Whether the lines at the front are values, two of them at least, and three for each that is not. Of some texts with an array on each line the rows are those arrays' elements: such
/// texts are not for this.
pub(crate) fn are_values(front: &[u8]) -> bool {
    let (mut at, mut seen, mut other) = (0, 0, 0);
    while at < LOOKED_AT
        && let Some(len) = memchr(b'\n', &front[at..])
    {
        let mut line = &front[at..at + len];
        while let [rest @ .., last] = line
            && is_between(*last)
        {
            line = rest;
        }
        if !line.is_empty() {
            let begins = line.iter().find(|b| !is_blank(**b) && **b != 0x1e);
            if matches!(begins, Some(b'{' | b'[')) && is_value(line) {
                seen += 1;
            } else {
                other += 1;
            }
        }
        at += len + 1;
    }
    seen > 1 && seen >= 3 * other
}

fn is_value(line: &[u8]) -> bool {
    let start = line.iter().position(|&b| b != 0x1e).unwrap_or(0);
    matches!(Walker::new(false, line.len()).walk(line, start, true), (end, Stop::Ended) if end == line.len())
}

/// Where the piece ends that begins at `text[from]`: before the line end after which the next line begins with a bracket.
pub(crate) fn piece_end(text: &[u8], from: usize, bounds: &Bounds) -> End {
    let search = from + bounds.piece_bytes;
    let Some(part) = text.get(search..text.len().min(search + bounds.row_bytes)) else { return End::More };
    let mut fallback = None;
    for at in memchr_iter(b'\n', part).map(|n| search + n) {
        match text.get(at + 1) {
            Some(b'{' | b'[') => return End::Piece(at),
            Some(_) => fallback = fallback.or(Some(at)),
            None => return End::More,
        }
    }
    if part.len() < bounds.row_bytes {
        return End::More;
    }
    match fallback {
        Some(at) => End::Piece(at),
        None => End::Long { row: memrchr(b'\n', &text[from..search]).map_or(from, |n| from + n), at: search + bounds.row_bytes },
    }
}
