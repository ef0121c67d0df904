//! The beginning of a table: what stands before its header, the header, and which lines further down are no rows.
//!
//! A line is left out only where the table can do without it: it is no value of a recognised kind, and a header or a whole table stands behind it.

use super::super::asides::{is_footer, is_rule};
use super::super::dialect::Asides;
use super::super::segment::SegmentReader;
use super::super::{Dialect, Names, Table};
use super::Region;
use crate::ledger::Ledger;
use crate::record::RowBatch;
use crate::record::sampling::{self, Header, Sample, certainly_header, header_row, known_words, looks_like_identifier, looks_like_value};

/// Rows among which a header is looked for, and the bytes that are read to find them.
const ROWS: usize = 48;
const BYTES: usize = 256 << 10;
/// Bytes of rows by which the other lines are told.
const SAMPLE_BYTES: u64 = 256 << 10;
/// How comments begin.
const COMMENTS: [&str; 4] = ["#", "//", "--", "%"];

/// The region that begins with `text`, whose first byte is at `from` of the whole.
pub(super) fn region(text: &[u8], from: u64, dialect: Dialect) -> Region {
    let first = if from == 0 { Dialect::data_start(text) } else { 0 };
    let table = Table { text, input: 0, offset: 0, data_start: first, dialect: &dialect, names: Names::default() };
    let sample = sampling::spread(&table, SAMPLE_BYTES);
    let front = front(&table);
    let columns = dialect.columns as usize;
    let (before, header) = beginning(&front, columns, &sample);
    let asides = Asides {
        comment: comment(&sample, columns),
        rules: columns >= 2 && front.iter().any(|row| is_rule(row.cells.iter().copied())),
        footers: columns >= 2
            && rows(&sample).any(|(batch, row)| batch.width(row) == 1 && is_footer(batch.cell(row, 0).unwrap_or_default())),
    };
    let data_start = front.get(before).map_or(first, |row| row.at);
    let mut evidence = vec![dialect.evidence.clone(), header.evidence.clone()];
    if before > 0 {
        evidence.push(format!("{before} lines before the table"));
    }
    if let Some(mark) = &asides.comment {
        let lines = rows(&sample).filter(|&(b, r)| b.width(r) != columns && b.text_from(r).starts_with(mark.as_bytes())).count();
        evidence.push(format!("lines that begin with {mark} are comments: {lines} of those sampled"));
    }
    if asides.rules {
        let lines = rows(&sample).filter(|(b, r)| is_rule(b.cells(*r))).count();
        evidence.push(format!("rows of dashes are rules: {lines} of those sampled"));
    }
    if asides.footers {
        evidence.push("lines that count rows are footers".to_string());
    }
    let dialect = Dialect { header: header.present, asides, ..dialect };
    Region { from, data_start: from + data_start, preamble: data_start - first, dialect, header, evidence }
}

/// A row at the front of a table.
struct Row<'t> {
    at: u64,
    cells: Vec<&'t [u8]>,
}

fn front<'t>(table: &Table<'t>) -> Vec<Row<'t>> {
    let mut reader = SegmentReader::new(table, 0..table.text.len().min(BYTES) as u64, None);
    let (mut batch, mut ledger, mut out) = (RowBatch::new(), Ledger::default(), Vec::new());
    while out.len() < ROWS && reader.next_batch(&mut batch, &mut ledger) {
        for row in 0..batch.len().min(ROWS - out.len()) {
            // What escapes were undone in is in the batch alone; a value is told from its first bytes as well.
            out.push(Row { at: batch.offset(row), cells: batch.plain_cells(row) });
        }
    }
    out
}

fn rows<'s>(sample: &'s Sample<'_>) -> impl Iterator<Item = (&'s RowBatch<'s>, usize)> {
    sample.batches.iter().flat_map(|batch| (0..batch.len()).map(move |row| (batch as &RowBatch<'_>, row)))
}

/// How many of the rows at the front are none, and what the first one is.
fn beginning(front: &[Row<'_>], columns: usize, sample: &Sample<'_>) -> (usize, Header) {
    /// Rows of a header that is written over several.
    const HEADER_ROWS: usize = 3;
    let Some(first) = front.first() else {
        return (0, sampling::header(sample));
    };
    let fits = |row: &Row<'_>| row.cells.len() + (columns / 3).max(1) >= columns && row.cells.len() <= columns + (columns / 4).max(1);
    // Rows that hold values are rows: nothing behind the first of them is before the table. A title may look like a name, or give a date.
    let lone = |row: &Row<'_>| row.cells.iter().filter(|c| !c.trim_ascii().is_empty()).count() == 1;
    let value = |row: &Row<'_>, cell: &[u8]| if fits(row) && !lone(row) { looks_like_value(cell) } else { looks_like_identifier(cell) };
    let harmless = front.iter().take_while(|row| !row.cells.iter().any(|c| value(row, c) && known_words(&[c]) == 0)).count();
    let names =
        |n: usize| fits(&front[n]) && (certainly_header(&front[n].cells) || columns == 1 && header_row(&front[n].cells, sample).present);
    if let Some(found) = (0..harmless).find(|&n| names(n)) {
        let last = harmless.min(found + HEADER_ROWS);
        let best =
            (found..last).filter(|&n| names(n)).max_by_key(|&n| (known_words(&front[n].cells), std::cmp::Reverse(n))).unwrap_or(found);
        return (best, header_row(&front[best].cells, sample));
    }
    let header = header_row(&first.cells, sample);
    if header.present || columns < 3 {
        return (0, header);
    }
    // No header: titles, rules and comments before rows of the table's width.
    let title = |row: &Row<'_>| row.cells.len() == 1 || is_rule(row.cells.iter().copied());
    let before = front.iter().take(harmless).take_while(|row| title(row)).count();
    let enough = front.iter().skip(before).take(3).filter(|row| row.cells.len() == columns).count() == 3;
    if before == 0 || !enough {
        return (0, header);
    }
    (before, header_row(&front[before].cells, sample))
}

/// How comments begin, if there are any: lines that are not as wide as rows and hold no value.
fn comment(sample: &Sample<'_>, columns: usize) -> Option<String> {
    if columns < 2 {
        return None;
    }
    let is = |mark: &&str| {
        let (mut odd, mut whole, mut values) = (0usize, 0usize, false);
        for (batch, row) in rows(sample).filter(|(batch, row)| batch.text_from(*row).starts_with(mark.as_bytes())) {
            if batch.width(row) == columns {
                whole += 1;
            } else if !is_rule(batch.cells(row)) {
                odd += 1;
                values |= batch.cells(row).any(looks_like_identifier);
            }
        }
        odd > whole && !values
    };
    COMMENTS.iter().find(|mark| is(mark)).map(|mark| (*mark).to_string())
}
