//! Cutting and reading together, on texts of every sort, whole and in windows.

mod damage;
mod naive;
mod shapes;
mod twins;
mod windows;

use super::{Bounds, JsonCutter};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::pieces::{Cut, Cutter, Reading};
use std::ops::Range;

/// Table, offset, cells that are not empty, each with the name of its column (its number where there is none).
type Row = (usize, u64, Vec<(String, String)>);

/// What came of a text.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    rows: Vec<Row>,
    /// Names and columns of the tables, grown.
    tables: Vec<(String, Vec<String>)>,
    /// Ranges of the text and their tables.
    pieces: Vec<(Range<usize>, usize)>,
    /// What the cutter skipped, neighbours joined.
    skipped: Vec<(Range<usize>, Reason)>,
    ledger: Ledger,
}

impl Outcome {
    /// The rows of the tables called `name`, without places.
    fn of(&self, name: &str) -> Vec<Vec<(&str, &str)>> {
        let wanted = |table: usize| self.tables[table].0 == name;
        self.rows.iter().filter(|r| wanted(r.0)).map(|r| r.2.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()).collect()
    }

    fn reasons(&self) -> Vec<(Reason, u64)> {
        self.ledger.lines(|_| String::new()).iter().map(|l| (l.reason, l.bytes)).collect()
    }
}

/// Reads a text that comes in windows of the given sizes, over and over; a window in which nothing can be cut is made larger.
fn read(text: &[u8], windows: &[usize], bounds: Bounds) -> Outcome {
    let mut cutter = JsonCutter::with_bounds(bounds);
    let (mut out, mut at, mut n, mut extra) = (Outcome::default(), 0, 0, 0);
    let mut batch = RowBatch::new();
    loop {
        let end = text.len().min(at + windows[n % windows.len()].max(1) + extra);
        let last = end == text.len();
        let Cut { used, pieces, skipped } = cutter.cut(&text[at..end], last);
        assert!(used <= end - at && (!last || used == end - at));
        let mut behind = 0;
        for piece in pieces {
            assert!(behind <= piece.range.start && piece.range.end <= used, "pieces ascend");
            behind = piece.range.end;
            for table in out.tables.len()..cutter.tables().len() {
                let met = &cutter.tables()[table];
                out.tables.push((met.name.clone(), met.columns.clone()));
            }
            let known = cutter.tables()[piece.table].columns.clone();
            let range = at + piece.range.start..at + piece.range.end;
            let mut reading = Reading::new(&text[range.clone()], range.start as u64, 0);
            let first = out.rows.len();
            while piece.reader.next_batch(&mut reading, &mut batch, &mut out.ledger) {
                assert!(batch.len() <= bounds.batch_rows);
                for row in 0..batch.len() {
                    let named: Vec<String> = known.iter().chain(&reading.new_columns).cloned().collect();
                    let name = |c: usize| if known.is_empty() && reading.new_columns.is_empty() { c.to_string() } else { named[c].clone() };
                    assert!(known.is_empty() || batch.width(row) >= known.len(), "a cell for each column");
                    let cells = batch.cells(row).enumerate().filter(|(_, cell)| !cell.is_empty());
                    let cells = cells.map(|(c, cell)| (name(c), String::from_utf8_lossy(cell).into_owned())).collect();
                    out.rows.push((piece.table, batch.offset(row), cells));
                }
            }
            assert!(reading.at >= reading.text.len(), "all of a piece is read");
            reads_the_same_grown(&cutter, piece.table, &known, &reading, &out.rows[first..], range.clone(), text);
            for column in reading.new_columns {
                let columns = &mut out.tables[piece.table].1;
                let there = columns.iter().skip(known.len()).any(|c| *c == column);
                if !there {
                    columns.push(column);
                }
            }
            out.pieces.push((range, piece.table));
        }
        for (range, reason) in skipped {
            let range = at + range.start..at + range.end;
            out.ledger.skip(0, reason, range.start as u64, range.len() as u64);
            match out.skipped.last_mut() {
                Some(before) if before.0.end == range.start && before.1 == reason && !range.is_empty() => before.0.end = range.end,
                _ => out.skipped.push((range, reason)),
            }
        }
        at += used;
        if last {
            return out;
        }
        n += 1;
        extra = if used == 0 { extra * 2 + 16 } else { 0 };
    }
}

/// A reader that knows the new columns from the start reads the same cells and brings no more columns.
fn reads_the_same_grown(
    cutter: &JsonCutter,
    table: usize,
    known: &[String],
    first: &Reading<'_>,
    rows: &[Row],
    range: Range<usize>,
    text: &[u8],
) {
    if first.new_columns.is_empty() {
        return;
    }
    let columns: Vec<String> = known.iter().chain(&first.new_columns).cloned().collect();
    let reader = cutter.reader(table, &columns).unwrap();
    let (mut reading, mut batch, mut ledger) =
        (Reading::new(&text[range.clone()], range.start as u64, 0), RowBatch::new(), Ledger::default());
    let mut again = Vec::new();
    while reader.next_batch(&mut reading, &mut batch, &mut ledger) {
        for row in 0..batch.len() {
            let cells = batch.cells(row).enumerate().filter(|(_, cell)| !cell.is_empty());
            let cells = cells.map(|(c, cell)| (columns[c].clone(), String::from_utf8_lossy(cell).into_owned())).collect();
            again.push((table, batch.offset(row), cells));
        }
    }
    assert_eq!(again, rows);
    assert!(reading.new_columns.is_empty());
}

/// Reads a text as it is read outside of tests, in one window.
fn whole(text: &str) -> Outcome {
    read(text.as_bytes(), &[usize::MAX / 4], Bounds::default())
}

/// Bounds that every small text meets.
const SMALL: Bounds = Bounds {
    front_bytes: 300,
    piece_bytes: 40,
    row_bytes: 400,
    row_cells: 9,
    batch_rows: 3,
    batch_bytes: 100,
    tables: 4,
    pieces: 3,
    paths: 24,
    chunk_bytes: 64,
};
