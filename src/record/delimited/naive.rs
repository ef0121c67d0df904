//! The grammar of the [parent module](super) a second time, byte by byte and without regard to speed: what the tests hold the reader to.

use super::{Bounds, Dialect};

/// What one file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Naive {
    pub rows: Vec<(u64, Vec<Vec<u8>>)>,
    pub skipped: u64,
}

/// Reads `text` from `start` to its end.
pub(crate) fn read(text: &[u8], start: usize, dialect: &Dialect, bounds: Bounds) -> Naive {
    let mut out = Naive::default();
    let mut at = start;
    while at < text.len() {
        at = row(text, at, dialect, bounds, &mut out);
    }
    out
}

/// Length of the line end at `at`: 0 none, 1, or 2 for CR LF; the end of the text counts as a line end of length 0.
fn line_end(text: &[u8], at: usize, dialect: &Dialect) -> Option<usize> {
    match (text.get(at), text.get(at + 1)) {
        (None, _) => Some(0),
        (Some(b'\n'), _) => Some(1),
        (Some(b'\r'), _) if dialect.terminator.cr_ends_rows() => Some(1),
        (Some(b'\r'), Some(b'\n')) => Some(2),
        (Some(b'\r'), None) => Some(1),
        _ => None,
    }
}

fn next_line(text: &[u8], mut at: usize, dialect: &Dialect) -> usize {
    while at < text.len() {
        at += 1;
        if text[at - 1] == b'\n' || (text[at - 1] == b'\r' && dialect.terminator.cr_ends_rows()) {
            break;
        }
    }
    at.min(text.len())
}

fn row(text: &[u8], start: usize, dialect: &Dialect, bounds: Bounds, out: &mut Naive) -> usize {
    if let Some(n) = line_end(text, start, dialect) {
        return start + n;
    }
    let (mut cells, mut at, mut stray_before) = (Vec::new(), start, false);
    loop {
        let mut cell = Vec::new();
        let mut close = None;
        if dialect.quote.is_some() && text.get(at).copied() == dialect.quote {
            close = closing(text, at, cells.len(), stray_before, dialect, bounds);
            stray_before |= close.is_none();
        }
        if let Some(close) = close {
            let mut i = at + 1;
            while i < close {
                cell.push(text[i]);
                i += if Some(text[i]) == dialect.quote && text[i + 1] == text[i] && i + 1 < close {
                    2
                } else {
                    1
                };
            }
            at = close + 1;
        } else {
            while line_end(text, at, dialect).is_none() && text[at] != dialect.delimiter {
                cell.push(text[at]);
                at += 1;
            }
        }
        let end = line_end(text, at, dialect);
        // A row's length counts the CR of a CR LF, and of a CR at the end of the text, as content.
        let length = match end {
            Some(n)
                if n > 0
                    && !(at + n == text.len()
                        && text[at] == b'\r'
                        && !dialect.terminator.cr_ends_rows()) =>
            {
                at + n - 1 - start
            }
            Some(n) => at + n - start,
            None => at - start,
        };
        if length > bounds.row_bytes {
            let next = next_line(text, start + bounds.row_bytes, dialect);
            out.skipped += (next - start) as u64;
            return next;
        }
        cells.push(cell);
        if let Some(n) = end {
            out.rows.push((start as u64, cells));
            return at + n;
        }
        at += 1;
        if cells.len() == bounds.row_cells {
            out.rows.push((start as u64, cells));
            let next = next_line(text, at, dialect);
            out.skipped += (next - at) as u64;
            return next;
        }
    }
}

fn closing(
    text: &[u8],
    open: usize,
    before: usize,
    stray_before: bool,
    dialect: &Dialect,
    bounds: Bounds,
) -> Option<usize> {
    let quote = dialect.quote;
    let mut at = open + 1;
    let close = loop {
        if at >= text.len() || at - open > bounds.quoted_span {
            return None;
        }
        if Some(text[at]) != quote {
            at += 1;
        } else if text.get(at + 1).copied() == quote {
            at += 2;
        } else if line_end(text, at + 1, dialect).is_some() || text[at + 1] == dialect.delimiter {
            break at;
        } else {
            at += 1;
        }
    };
    let ends_line = |b: u8| b == b'\n' || (b == b'\r' && dialect.terminator.cr_ends_rows());
    let inside = &text[open..close];
    let lines: Vec<&[u8]> = inside.split(|&b| ends_line(b)).collect();
    if lines.len() == 1 {
        return Some(close);
    }
    if stray_before {
        return None;
    }
    let columns = dialect.columns as usize;
    let width = |line: &[u8]| 1 + line.iter().filter(|&&b| b == dialect.delimiter).count();
    let looked: Vec<usize> = lines[1..lines.len() - 1]
        .iter()
        .take(64)
        .filter(|l| !l.is_empty() && **l != b"\r")
        .take(16)
        .map(|l| width(l))
        .collect();
    let exact = looked.iter().filter(|&&w| w == columns).count();
    if columns < 2 || exact < 2 || exact * (columns - 1) < 6 || exact * 4 < looked.len() * 3 {
        return Some(close);
    }
    let last = lines[lines.len() - 1];
    let last = &last[last.len().saturating_sub(4096)..];
    let tail: Vec<u8> = text[close..]
        .iter()
        .copied()
        .take(4096)
        .take_while(|&b| !ends_line(b))
        .collect();
    let outer = before + width(lines[0]) == columns && width(&[last, &tail].concat()) >= columns;
    if (columns >= 4 && exact >= 8) || outer {
        None
    } else {
        Some(close)
    }
}
