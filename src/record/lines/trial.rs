//! Cuts and reads texts for tests, whole and in windows.

use super::{Bounds, Layout, LineCutter};
use crate::ledger::{Ledger, Reason};
use crate::record::RowBatch;
use crate::record::pieces::{Cut, Cutter, PieceReader, Reading};
use std::ops::Range;

/// Offset, and the cells that are not empty, each with the name of its column.
pub(crate) type Row = (u64, Vec<(String, String)>);

/// What came of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    pub rows: Vec<Row>,
    pub columns: Vec<String>,
    pub pieces: Vec<Range<usize>>,
    /// What the cutter skipped, neighbours joined.
    pub skipped: Vec<(Range<usize>, Reason)>,
    /// What readers set aside.
    pub ledger: Ledger,
}

impl Outcome {
    /// The rows without places.
    pub(crate) fn cells(&self) -> Vec<Vec<(&str, &str)>> {
        self.rows.iter().map(|row| row.1.iter().map(|(name, cell)| (name.as_str(), cell.as_str())).collect()).collect()
    }

    pub(crate) fn set_aside(&self) -> u64 {
        self.ledger.bytes_skipped()
    }
}

/// Bounds that small texts meet.
pub(crate) const SMALL: Bounds =
    Bounds { front_bytes: 200, piece_bytes: 30, row_bytes: 150, row_cells: 9, batch_rows: 3, batch_bytes: 100 };

/// Reads a text that comes in windows of the given sizes, over and over; a window in which nothing can be cut is made larger.
pub(crate) fn read<L: Layout>(text: &[u8], windows: &[usize], bounds: Bounds) -> Outcome {
    let mut cutter = LineCutter::<L>::new(bounds);
    let (mut out, mut at, mut n, mut extra) = (Outcome::default(), 0, 0, 0);
    loop {
        let end = text.len().min(at + windows[n % windows.len()].max(1) + extra);
        let last = end == text.len();
        let Cut { used, pieces, skipped } = cutter.cut(&text[at..end], last);
        assert!(used <= end - at && (!last || used == end - at));
        assert!(used > 0 || last || end - at < bounds.front_bytes.max(bounds.piece_bytes + bounds.row_bytes), "something is used");
        for piece in pieces {
            let range = at + piece.range.start..at + piece.range.end;
            assert!(!range.is_empty() && range.len() <= bounds.piece_bytes + bounds.row_bytes, "a piece is bounded");
            assert!(out.pieces.last().is_none_or(|before| before.end <= range.start), "pieces ascend");
            let known = cutter.tables()[0].columns.clone();
            let (rows, new, ledger) = rows(&*piece.reader, &known, &text[range.clone()], range.start as u64, bounds);
            let grown: Vec<String> = known.iter().chain(&new).cloned().collect();
            if !new.is_empty() {
                let reader = piece.reader.grown(&grown).expect("grows");
                let again = self::rows(&*reader, &grown, &text[range.clone()], range.start as u64, bounds);
                assert_eq!((&again.0, &again.1, &again.2), (&rows, &vec![], &ledger), "grown, it reads the same");
            }
            for column in grown {
                if !out.columns.contains(&column) {
                    out.columns.push(column);
                }
            }
            out.rows.extend(rows);
            out.ledger.merge(ledger);
            out.pieces.push(range);
        }
        for (range, reason) in skipped {
            let range = at + range.start..at + range.end;
            match out.skipped.last_mut() {
                Some(before) if before.0.end == range.start && before.1 == reason => before.0.end = range.end,
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

/// Reads a text as it is read outside of tests, in one window.
pub(crate) fn whole<L: Layout>(text: &str) -> Outcome {
    read::<L>(text.as_bytes(), &[usize::MAX / 4], Bounds::default())
}

fn rows(reader: &dyn PieceReader, known: &[String], text: &[u8], offset: u64, bounds: Bounds) -> (Vec<Row>, Vec<String>, Ledger) {
    let (mut reading, mut batch, mut ledger) = (Reading::new(text, offset, 0), RowBatch::new(), Ledger::default());
    let mut out = Vec::new();
    while reader.next_batch(&mut reading, &mut batch, &mut ledger) {
        assert!(batch.len() <= bounds.batch_rows);
        let names: Vec<&String> = known.iter().chain(&reading.new_columns).collect();
        for row in 0..batch.len() {
            let cells = batch.cells(row).enumerate().filter(|(_, cell)| !cell.is_empty());
            let cells = cells.map(|(c, cell)| (names[c].clone(), String::from_utf8_lossy(cell).into_owned()));
            out.push((batch.offset(row), cells.collect()));
        }
    }
    assert_eq!(reading.at, text.len(), "all of a piece is read");
    (out, reading.new_columns, ledger)
}
