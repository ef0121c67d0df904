//! Where a table ends because another one begins.

use super::super::decide::Decided;
use super::super::segment::SegmentReader;
use super::super::{Dialect, Names, Overrides, Table};
use super::{FRONT_BYTES, FRONT_LINES, LEAST_ROWS, Region, opening};
use crate::ledger::Ledger;
use crate::limits;
use crate::record::RowBatch;
use crate::record::sampling::certainly_header;
use std::ops::Range;

/// Samples of a long text that are compared, and bytes of each.
const SAMPLES: usize = 64;
const SAMPLE_BYTES: usize = 64 << 10;
/// Places of one text where a table could begin that are looked at closely.
const TRIED: usize = 64;
/// Longest name of a column that is looked up, bytes.
const NAME_BYTES: usize = 40;

/// Where the table that `text` begins with, which is at `from` of the whole, gives way to another one.
pub(super) fn next(text: &[u8], region: &Region, from: u64) -> Option<usize> {
    let start = (region.data_start - from) as usize;
    if text.len() <= limits::REGIONS_WHOLE_BYTES {
        return search(text, start..text.len(), region);
    }
    // Also what is between the first samples.
    if let Some(border) = search(text, start..limits::REGIONS_WHOLE_BYTES / 4, region) {
        return Some(border);
    }
    let place = |n: usize| (text.len() - SAMPLE_BYTES) / (SAMPLES - 1) * n;
    let mut before = 0;
    for n in 1..SAMPLES {
        if same_shape(text, place(n), region) {
            before = place(n);
            continue;
        }
        let (mut low, mut high) = (before, place(n));
        while high - low > limits::REGIONS_WHOLE_BYTES / 16 {
            let middle = low + (high - low) / 2;
            if same_shape(text, middle, region) { low = middle } else { high = middle }
        }
        if let Some(border) = search(text, low.max(start)..(high + SAMPLE_BYTES).min(text.len()), region) {
            return Some(border);
        }
        before = place(n);
    }
    None
}

/// Whether most rows at a place are as wide as the table's.
fn same_shape(text: &[u8], at: usize, region: &Region) -> bool {
    let (mut rows, mut same) = (0usize, 0usize);
    each(text, at..(at + SAMPLE_BYTES).min(text.len()), &region.dialect, |batch, row| {
        rows += 1;
        same += usize::from(batch.width(row) == region.dialect.columns as usize);
        true
    });
    same * 2 >= rows
}

/// Reads the rows that begin in a range until `see` says no.
fn each(text: &[u8], range: Range<usize>, dialect: &Dialect, mut see: impl FnMut(&RowBatch<'_>, usize) -> bool) {
    let table = Table { text, input: 0, offset: 0, data_start: 0, dialect, names: Names::default() };
    let began = (range.start == 0).then_some(0);
    let mut reader = SegmentReader::new(&table, range.start as u64..range.end as u64, began);
    let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
    while reader.next_batch(&mut batch, &mut ledger) {
        for row in 0..batch.len() {
            if !see(&batch, row) {
                return;
            }
        }
    }
}

/// Rows in a row that are not as wide as the table's.
struct Stretch {
    from: usize,
    rows: usize,
    blank_before: bool,
}

/// Looks through the rows of a range for one that another table begins with.
fn search(text: &[u8], range: Range<usize>, region: &Region) -> Option<usize> {
    let columns = region.dialect.columns as usize;
    let (mut found, mut stretch, mut tried, mut seen) = (None, None::<Stretch>, 0, 0usize);
    let own: Vec<Vec<u8>> = header_cells(text, region);
    let mut see = |batch: &RowBatch<'_>, row: usize| {
        let at = batch.offset(row) as usize;
        let odd = batch.width(row) != columns;
        seen += 1;
        if odd {
            let begun = || Stretch { from: at, rows: 0, blank_before: blank_before(text, at) };
            let stretch = stretch.get_or_insert_with(begun);
            stretch.rows += 1;
        }
        if seen > 1 && may_be_header(batch, row) && tried < TRIED {
            let cells: Vec<&[u8]> = batch.cells(row).collect();
            let other = own.is_empty() || own.len() != cells.len() || own.iter().zip(&cells).any(|(a, b)| a != b);
            if other && certainly_header(&cells) {
                tried += 1;
                let from = stretch.as_ref().map_or(at, |s| s.from);
                // Few odd rows before a header are its title; many are rows.
                let from = if stretch.as_ref().is_some_and(|s| s.rows <= LEAST_ROWS * 2) { from } else { at };
                if from > range.start && begins_table(&text[from..], true, region) {
                    found = Some(from);
                    return false;
                }
            }
        }
        if let Some(odd) = stretch.as_ref().filter(|s| s.rows == LEAST_ROWS * 2)
            && tried < TRIED
        {
            tried += 1;
            if odd.from > range.start && begins_table(&text[odd.from..], odd.blank_before, region) {
                found = Some(odd.from);
                return false;
            }
        }
        if !odd {
            // The last rows of a text may be a short table.
            stretch = None;
        }
        true
    };
    each(text, range.clone(), &region.dialect, &mut see);
    if found.is_none()
        && let Some(odd) = stretch.filter(|s| s.rows >= LEAST_ROWS && s.rows < LEAST_ROWS * 2 && s.from > range.start)
        && begins_table(&text[odd.from..], odd.blank_before, region)
    {
        found = Some(odd.from);
    }
    found
}

fn header_cells(text: &[u8], region: &Region) -> Vec<Vec<u8>> {
    let mut cells = Vec::new();
    if region.header.present {
        let start = (region.data_start - region.from) as usize;
        let dialect = &region.dialect;
        let table = Table { text, input: 0, offset: 0, data_start: start as u64, dialect, names: Names::default() };
        let mut reader = SegmentReader::new(&table, start as u64..start as u64 + 1, Some(start as u64));
        let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
        if reader.next_batch(&mut batch, &mut ledger) {
            cells = batch.cells(0).map(<[u8]>::to_vec).collect();
        }
    }
    cells
}

/// Whether the line before `at` is blank.
fn blank_before(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n") || before.ends_with(b"\r\r")
}

/// What a header can be at all, seen cheaply: two cells or more, all of them short, without digits at their front and without `@`.
fn may_be_header(batch: &RowBatch<'_>, row: usize) -> bool {
    let plain = |cell: &[u8]| cell.len() <= NAME_BYTES && !cell.contains(&b'@') && !cell.first().is_some_and(u8::is_ascii_digit);
    batch.width(row) >= 2 && batch.cells(row).all(plain) && certainly_header(&batch.cells(row).take(4).collect::<Vec<_>>())
}

/// Whether a table of another shape, or of other columns, begins here; it must show: by a header, or where `apart` by itself.
fn begins_table(text: &[u8], apart: bool, region: &Region) -> bool {
    let part = &text[..text.len().min(FRONT_BYTES)];
    let end = memchr::memchr2_iter(b'\n', b'\r', part).nth(FRONT_LINES - 1).map_or(part.len(), |i| i + 1);
    let part = &part[..end];
    let decided = Decided::of(part, &Overrides::default());
    if !decided.stands_alone() {
        return false;
    }
    let shape = |d: &Dialect| (d.delimiter_words(), d.columns);
    let same = shape(&decided.dialect) == shape(&region.dialect);
    let next = opening::region(part, 1, decided.dialect);
    // With a title of its own the table stands apart as well.
    let shows = next.header.present || (apart || next.preamble > 0) && !same;
    shows && (!same || next.header.present)
}
