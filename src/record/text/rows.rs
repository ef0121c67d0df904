//! What was found in a line, or in an element of markup, as rows.
//!
//! The k-th row of a line has the k-th of what it holds of each sort: `a@…, b@…: 0812…` are two rows, the first with the telephone number. Where
//! a line goes through the sorts again and again (records that follow each other), a row begins where a sort comes back instead.

use super::element::Element;
use super::find::{Finds, Found};
use super::{SORTS, sorts_in};
use crate::record::RowBatch;
use memchr::memchr2;

/// Identifiers of one line. A longer line goes on as another one, so that its rows are fewer than a batch may have.
const LINE_FINDS: usize = 256;

/// Bytes of one element. A longer one is no record.
const ELEMENT_BYTES: usize = 16 << 10;

/// How many of `found`, from its first on, stand in one line or element of `text`.
pub(super) fn line_of(found: &[Found], text: &[u8], element: Option<&Element>) -> usize {
    let apart = |pair: &[Found]| {
        let between = &text[pair[0].end.min(pair[1].start)..pair[1].start];
        match element {
            Some(element) => element.first(between, 0).is_some() || pair[1].start - found[0].start > ELEMENT_BYTES,
            None => memchr2(b'\n', b'\r', between).is_some(),
        }
    };
    found.windows(2).take(LINE_FINDS - 1).take_while(|pair| !apart(pair)).count() + usize::from(!found.is_empty())
}

/// The rows of a line, as numbers of what was found; room that is used again.
pub(super) type Room = Vec<[u16; SORTS.len()]>;

/// No find.
const NONE: u16 = u16::MAX;

/// Adds the rows of one line, which stands in `text` from `at` of the batch's text on; without any where all that it holds is weak.
pub(super) fn push_rows(line: &[Found], finds: &Finds, text: &[u8], at: usize, room: &mut Room, batch: &mut RowBatch<'_>) {
    if line.iter().all(|f| f.weak) {
        return;
    }
    room.clear();
    // By sort, the first row that has none of it, nor has any row behind it.
    let mut free = [0; SORTS.len()];
    let again = comes_back(line);
    for (number, found) in line.iter().enumerate() {
        let mut row = sorts_in(found.sorts).map(|sort| free[sort as usize]).max().unwrap_or(0);
        if again {
            row = row.max(room.len().saturating_sub(1));
        }
        if row == room.len() {
            room.push([NONE; SORTS.len()]);
        }
        sorts_in(found.sorts).for_each(|sort| {
            room[row][sort as usize] = number as u16;
            free[sort as usize] = row + 1;
        });
    }
    for row in room.iter() {
        let mut start = usize::MAX;
        for cell in row {
            let Some(found) = line.get(usize::from(*cell)) else {
                batch.push_cell(0, 0);
                continue;
            };
            start = start.min(found.start);
            match found.stored {
                Some(_) => batch.push_owned(finds.value(found, text)),
                None => batch.push_cell(at + found.start, found.end - found.start),
            }
        }
        batch.end_row(at + start);
    }
}

/// Whether a sort comes back after another one.
fn comes_back(line: &[Found]) -> bool {
    let (mut seen, mut last) = (0, 0);
    line.iter().any(|found| {
        let back = last != 0 && found.sorts & last == 0 && found.sorts & seen != 0;
        seen |= found.sorts;
        last = found.sorts;
        back
    })
}
