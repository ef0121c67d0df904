//! The lines of `COPY … FROM stdin`: cells between tabs, a backslash before whatever is not itself, `\N` for nothing, `\.` at the end.

use super::Bounds;
use super::values::c_escape;
use crate::lanes::{BLOCK, Lanes, Work, dispatch, low_bits};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::pieces::{PieceReader, Reading};
use memchr::{memchr, memchr_iter, memmem, memrchr_iter};

/// What the next lines of a block are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// The block ends; what follows it begins here.
    End(usize),
    /// Whole lines up to here.
    Rows(usize),
    /// A line longer than a row may be.
    TooLong,
    /// More text is needed to say, or the text ends within a line.
    RanOut,
}

/// Whether the line end `text[at]` is one: a backslash before it makes it part of a cell.
fn ends_line(text: &[u8], at: usize) -> bool {
    text[..at].iter().rev().take_while(|b| **b == b'\\').count().is_multiple_of(2)
}

/// The byte after the line `\.` that begins at `at`, if that is what begins there. `None` when the text ends too early to say.
pub(super) fn after_end(text: &[u8], at: usize, last: bool) -> Option<Option<usize>> {
    let line = &text[at..];
    let cut = line.len() < 4 && !last;
    match line {
        [b'\\', b'.', b'\n', ..] => Some(Some(at + 3)),
        [b'\\', b'.', b'\r', b'\n', ..] => Some(Some(at + 4)),
        [b'\\', b'.'] | [b'\\', b'.', b'\r'] if last => Some(Some(text.len())),
        [b'\\', b'.', b'\r'] | [b'\\', b'.'] | [b'\\'] | [] if cut => None,
        _ => Some(None),
    }
}

/// The next lines of a block, from the line's beginning `text[at]` on.
pub(super) fn lines(text: &[u8], at: usize, last: bool, bounds: Bounds) -> Lines {
    match after_end(text, at, last) {
        Some(Some(end)) => return Lines::End(end),
        None => return Lines::RanOut,
        Some(None) => {}
    }
    let piece = &text[..text.len().min(at + bounds.piece_bytes)];
    // Where the block may end: whether it does is seen when that line is the next one.
    let mut stop = piece.len();
    let mut from = at;
    while let Some(n) = memmem::find(&piece[from..], b"\n\\.") {
        if ends_line(&piece[at..], from - at + n) {
            stop = from + n + 1;
            break;
        }
        from += n + 1;
    }
    if let Some(n) = memrchr_iter(b'\n', &piece[at..stop]).find(|&n| ends_line(&piece[at..], n)) {
        return Lines::Rows(at + n + 1);
    }
    let row = &text[at..text.len().min(at + bounds.row_bytes + 1)];
    match memchr_iter(b'\n', row).find(|&n| ends_line(row, n)) {
        Some(n) => Lines::Rows(at + n + 1),
        None if row.len() > bounds.row_bytes => Lines::TooLong,
        None => Lines::RanOut,
    }
}

/// Reads lines of one table.
#[derive(Debug)]
pub(super) struct LineReader {
    pub bounds: Bounds,
}

impl PieceReader for LineReader {
    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> bool {
        batch.begin(reading.text, reading.offset);
        dispatch(Read { bounds: self.bounds, reading, batch, ledger });
        !batch.is_empty()
    }
}

struct Read<'r, 't> {
    bounds: Bounds,
    reading: &'r mut Reading<'t>,
    batch: &'r mut RowBatch<'t>,
    ledger: &'r mut Ledger,
}

impl Work for Read<'_, '_> {
    type Output = ();

    /// Borders and backslashes are found 64 bytes at a time; a cell without a backslash is a span of the text. Where a backslash stands
    /// directly before a border, the line is read by the letter.
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Read { bounds, reading, batch, ledger } = self;
        let text = reading.text;
        let (mut row, mut from, mut escaped) = (reading.at, reading.at, false);
        let mut base = row;
        // Whether the block before ended in a backslash.
        let mut carry = 0;
        // Where the first cell of the row begins that is too many.
        let mut cut = None;
        while base < text.len() && batch.len() < bounds.batch_rows {
            let mut room = [0; BLOCK];
            let block = match text[base..].first_chunk() {
                Some(block) => block,
                None => {
                    room[..text.len() - base].copy_from_slice(&text[base..]);
                    &room
                }
            };
            let (tabs, ends, backslashes) = (L::equal(block, b'\t'), L::equal(block, b'\n'), L::equal(block, b'\\'));
            let mut borders = tabs | ends;
            let returns = L::equal(block, b'\r') != 0 || ends & 1 == 1 && base > 0 && text[base - 1] == b'\r';
            let plain = backslashes | carry == 0 && !escaped && !returns;
            if plain && batch.open_cells() + BLOCK < bounds.row_cells {
                // All cells of the block at once, then the lines that end in it.
                let before = batch.used();
                from = batch.push_ends::<L>(borders, base as u32, from as u32) as usize;
                let mut rest = ends;
                while rest != 0 && batch.len() < bounds.batch_rows {
                    let i = rest.trailing_zeros();
                    let cells = before + (borders & low_bits(i + 1)).count_ones() as usize;
                    batch.end_row_at(cells, row as u32);
                    row = base + i as usize + 1;
                    rest &= rest - 1;
                }
                if batch.len() == bounds.batch_rows {
                    batch.abandon_row();
                    break;
                }
                base += BLOCK;
                continue;
            }
            let odd = borders & (backslashes << 1 | carry);
            borders &= low_bits(odd.trailing_zeros());
            let mut unseen = backslashes;
            let mut full = false;
            while borders != 0 {
                let i = borders.trailing_zeros();
                let (at, seen) = (base + i as usize, low_bits(i));
                let ends_row = ends >> i & 1 == 1;
                if batch.open_cells() < bounds.row_cells {
                    let end = if ends_row && at > from && text[at - 1] == b'\r' { at - 1 } else { at };
                    if escaped || unseen & seen != 0 {
                        push_escaped(batch, text, from, end);
                    } else {
                        batch.push_cell(from, end - from);
                    }
                    if !ends_row && batch.open_cells() == bounds.row_cells {
                        cut = Some(at + 1);
                    }
                }
                (from, escaped, unseen) = (at + 1, false, unseen & !seen);
                if ends_row {
                    batch.end_row(row);
                    if let Some(cut) = cut.take() {
                        ledger.skip(reading.input, Reason::TooManyCells, reading.offset + cut as u64, (at - cut) as u64);
                    }
                    row = at + 1;
                    if batch.len() == bounds.batch_rows {
                        full = true;
                        break;
                    }
                }
                borders &= borders - 1;
            }
            if full {
                break;
            }
            if odd != 0 {
                batch.abandon_row();
                row = read_line(batch, text, row, bounds, (reading.input, reading.offset), ledger);
                (base, from, escaped, carry, cut) = (row, row, false, 0, None);
                continue;
            }
            carry = backslashes >> 63;
            escaped |= unseen != 0;
            base += BLOCK;
        }
        reading.at = if base >= text.len() { text.len() } else { row };
        // A piece ends with a line end; were it otherwise, the rest is not lost in silence.
        if reading.at == text.len() && row < text.len() {
            batch.abandon_row();
            ledger.skip(reading.input, Reason::Damaged, reading.offset + row as u64, (text.len() - row) as u64);
        }
    }
}

/// The line end at or after `at` that is one, at most the text's end.
fn line_end(text: &[u8], at: usize) -> usize {
    memchr_iter(b'\n', &text[at..]).map(|n| at + n).find(|&n| ends_line(text, n)).unwrap_or(text.len())
}

/// Reads the line that begins at `row` by the letter and returns where the next one begins.
fn read_line(batch: &mut RowBatch<'_>, text: &[u8], row: usize, bounds: Bounds, (input, offset): (u32, u64), ledger: &mut Ledger) -> usize {
    let line = line_end(text, row);
    let kept = if line > row && text[line - 1] == b'\r' { line - 1 } else { line };
    let (mut from, mut at) = (row, row);
    loop {
        match text[at..kept].iter().position(|b| matches!(b, b'\t' | b'\\')) {
            Some(n) if text[at + n] == b'\\' => {
                at = kept.min(at + n + 2);
                continue;
            }
            Some(n) => at += n,
            None => at = kept,
        }
        push_escaped(batch, text, from, at);
        if at == kept {
            break;
        }
        at += 1;
        from = at;
        if batch.open_cells() == bounds.row_cells {
            ledger.skip(input, Reason::TooManyCells, offset + from as u64, (line - from) as u64);
            break;
        }
    }
    batch.end_row(row);
    text.len().min(line + 1)
}

/// Adds a cell in which there may be backslashes.
fn push_escaped(batch: &mut RowBatch<'_>, text: &[u8], from: usize, end: usize) {
    let mut cell = &text[from..end];
    if cell == b"\\N" {
        return batch.push_cell(from, 0);
    }
    if memchr(b'\\', cell).is_none() {
        return batch.push_cell(from, cell.len());
    }
    batch.push_owned_with(|out| {
        while let Some(n) = memchr(b'\\', cell) {
            out.extend_from_slice(&cell[..n]);
            cell = c_escape(&cell[n + 1..], false, out);
        }
        out.extend_from_slice(cell);
    });
}
