//! Dumps of all dialects, whole and in windows, against the naive twin and against what was put in.

mod corpora;
mod naive;
mod naive_rows;
mod table;
mod twins;

use super::{Bounds, Escapes, SqlCutter, SqlDialect};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::pieces::{Cutter, Reading, TableName};

/// A row: the number of its table, where it stands, what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub table: usize,
    pub offset: usize,
    pub cells: Vec<Vec<u8>>,
}

pub(super) type Rows = Vec<Row>;

/// What was read of a dump.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub rows: Rows,
    /// Ascending; neighbours for the same reason are one.
    pub skipped: Vec<(usize, usize, Reason)>,
    pub tables: Vec<TableName>,
    /// Cells that readers cut off: bytes and how many times.
    pub cut_cells: (u64, u64),
}

pub(super) fn dialect(escapes: Escapes) -> SqlDialect {
    SqlDialect { escapes, evidence: String::new() }
}

/// Neighbours for the same reason as one; what readers cut off of rows apart.
pub(super) fn merged(skipped: Vec<(usize, usize, Reason)>) -> Vec<(usize, usize, Reason)> {
    let mut out: Vec<(usize, usize, Reason)> = Vec::new();
    for next in skipped {
        match out.last_mut() {
            Some(last) if last.1 == next.0 && last.2 == next.2 => last.1 = next.1,
            _ => out.push(next),
        }
    }
    out
}

/// Reads `text` through windows whose lengths `windows` gives; a window in which nothing is used grows.
pub(super) fn read(text: &[u8], escapes: Escapes, bounds: Bounds, mut windows: impl FnMut() -> usize) -> Outcome {
    let mut cutter = SqlCutter::with_bounds(&dialect(escapes), bounds);
    let (mut rows, mut skipped, mut ledger) = (Rows::new(), Vec::new(), Ledger::default());
    let (mut start, mut window) = (0, windows());
    loop {
        let end = text.len().min(start + window);
        let part = &text[start..end];
        let cut = cutter.cut(part, end == text.len());
        assert!(cut.used > 0 || part.len() < 2 * bounds.row_bytes + 1024, "nothing used of {} bytes", part.len());
        let mut before = 0;
        for piece in &cut.pieces {
            assert!(piece.range.start >= before && piece.range.end <= cut.used && !piece.range.is_empty());
            before = piece.range.end;
            let mut reading = Reading::new(&part[piece.range.clone()], (start + piece.range.start) as u64, 0);
            let mut batch = RowBatch::new();
            while piece.reader.next_batch(&mut reading, &mut batch, &mut ledger) {
                assert!(batch.len() <= bounds.batch_rows);
                for row in 0..batch.len() {
                    let cells = batch.cells(row).map(<[u8]>::to_vec).collect();
                    rows.push(Row { table: piece.table, offset: batch.offset(row) as usize, cells });
                }
            }
            assert_eq!(reading.at, reading.text.len());
        }
        for (range, reason) in &cut.skipped {
            assert!(range.end <= cut.used && !range.is_empty());
            assert!(cut.pieces.iter().all(|p| p.range.end <= range.start || range.end <= p.range.start), "skipped within a piece");
            skipped.push((start + range.start, start + range.end, *reason));
        }
        start += cut.used;
        if start == text.len() {
            break;
        }
        window = if cut.used == 0 { window * 2 } else { windows() };
    }
    let lines = ledger.lines(|_| String::new());
    assert!(lines.iter().all(|line| line.reason == Reason::TooManyCells), "the readers agree with the cutter");
    let cut_cells = lines.first().map_or((0, 0), |line| (line.bytes, line.pieces));
    Outcome { rows, skipped: merged(skipped), tables: cutter.tables().to_vec(), cut_cells }
}

/// Reads `text` in one window with the usual bounds, the dialect decided.
pub(super) fn read_whole(text: &[u8]) -> Outcome {
    read(text, SqlDialect::decide(text).escapes, Bounds::default(), || usize::MAX >> 1)
}

/// The rows of one table, as text.
pub(super) fn rows_of(outcome: &Outcome, name: &str) -> Vec<Vec<String>> {
    let is = |row: &&Row| outcome.tables[row.table].name == name;
    let text = |cell: &Vec<u8>| String::from_utf8_lossy(cell).into_owned();
    outcome.rows.iter().filter(is).map(|row| row.cells.iter().map(text).collect()).collect()
}

/// A cell of `COPY`, slowly.
pub(super) fn unescape_copy(cell: &[u8]) -> Vec<u8> {
    let (mut out, mut i) = (Vec::new(), 0);
    let digit = |i: usize, radix: u32| cell.get(i).and_then(|&b| (b as char).to_digit(radix));
    while i < cell.len() {
        if cell[i] != b'\\' || i + 1 == cell.len() {
            if cell[i] != b'\\' {
                out.push(cell[i]);
            }
            i += 1;
            continue;
        }
        i += 2;
        match cell[i - 1] {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let (mut value, mut count) = (0, 0);
                i -= 1;
                while let (Some(d), true) = (digit(i, 8), count < 3) {
                    (value, count, i) = (value * 8 + d, count + 1, i + 1);
                }
                out.push(value as u8);
            }
            b'x' if digit(i, 16).is_some() => {
                let mut value = digit(i, 16).unwrap();
                i += 1;
                if let Some(d) = digit(i, 16) {
                    (value, i) = (value * 16 + d, i + 1);
                }
                out.push(value as u8);
            }
            other => out.push(other),
        }
    }
    out
}
