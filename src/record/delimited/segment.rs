//! Reading a range of a delimited text, and checking that neighbouring ranges meet.
//!
//! A row belongs to the segment in which its first byte lies. A segment that does not begin at the first row guesses where its first row
//! begins; whoever merges the segments, in file order, compares the guess with where the previous segment ended and has the segment read again from there
//! if they differ ([`Seams`]). So the merged answer is that of one sequential reader, whatever was guessed.

use super::asides::Filter;
use super::careful::RowReader;
use super::general::General;
use super::marks::{Marks, Signs};
use super::split::Window;
use super::{Bounds, Table};
use crate::ledger::Ledger;
use crate::record::RowBatch;
use std::ops::Range;

/// Lines that a guess looks at.
const GUESS_LINES: usize = 16;

/// Reads the rows that begin in one range of a text.
#[derive(Debug)]
pub struct SegmentReader<'t> {
    rows: Rows<'t>,
    asides: Filter<'t>,
    range: Range<u64>,
    began: Option<u64>,
    next: usize,
    end: usize,
    /// Bytes before the first row, which the segment at the file's beginning accounts for.
    preamble: u64,
}

/// The reader that the dialect asks for.
#[derive(Debug)]
enum Rows<'t> {
    Plain(RowReader<'t, Signs>),
    Rare(RowReader<'t, General<'t>>),
}

impl<'t> Rows<'t> {
    fn of(table: &Table<'t>, bounds: Bounds) -> Rows<'t> {
        let Table { text, input, offset, dialect, .. } = *table;
        match &dialect.rare {
            None => Rows::Plain(RowReader::new(text, input, offset, Signs::of(dialect), bounds)),
            Some(rare) => Rows::Rare(RowReader::new(text, input, offset, General::of(dialect, rare), bounds)),
        }
    }

    fn guess(&mut self, start: usize, end: usize) -> Option<usize> {
        match self {
            Rows::Plain(rows) => guess(rows, start, end),
            Rows::Rare(rows) => guess(rows, start, end),
        }
    }

    fn fill(&mut self, window: Window, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> usize {
        match self {
            Rows::Plain(rows) => rows.fill(window, batch, ledger),
            Rows::Rare(rows) => rows.fill_by_the_letter(window, batch, ledger),
        }
    }

    fn text(&self) -> &'t [u8] {
        match self {
            Rows::Plain(rows) => rows.text,
            Rows::Rare(rows) => rows.text,
        }
    }

    fn bounds(&self) -> Bounds {
        match self {
            Rows::Plain(rows) => rows.bounds,
            Rows::Rare(rows) => rows.bounds,
        }
    }

    fn offset(&self) -> u64 {
        match self {
            Rows::Plain(rows) => rows.offset,
            Rows::Rare(rows) => rows.offset,
        }
    }

    fn skipped(&self) -> u64 {
        match self {
            Rows::Plain(rows) => rows.skipped,
            Rows::Rare(rows) => rows.skipped,
        }
    }
}

impl<'t> SegmentReader<'t> {
    /// A reader of the rows of `table` that begin in `range` (cut to the text). `began` says where the first of them begins, if it is known.
    #[must_use]
    pub fn new(table: &Table<'t>, range: Range<u64>, began: Option<u64>) -> SegmentReader<'t> {
        SegmentReader::with_bounds(table, range, began, Bounds::default())
    }

    pub(crate) fn with_bounds(table: &Table<'t>, range: Range<u64>, began: Option<u64>, bounds: Bounds) -> SegmentReader<'t> {
        let text = table.text;
        let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        let (start, end, data_start) = (within(range.start), within(range.end), within(table.data_start));
        let mut rows = Rows::of(table, bounds);
        let began = match began {
            Some(at) => Some(within(at)),
            None if start <= data_start => Some(data_start),
            None => rows.guess(start, end),
        };
        SegmentReader {
            rows,
            asides: Filter::of(table),
            range,
            began: began.map(|at| at as u64),
            next: began.unwrap_or(end),
            end,
            preamble: if start == 0 { data_start as u64 } else { 0 },
        }
    }

    /// Fills `batch` with the next rows, at most [`BATCH_ROWS`](crate::limits::BATCH_ROWS) rows or rows that begin within
    /// [`BATCH_BYTES`](crate::limits::BATCH_BYTES). Adds what was read to `ledger.bytes_read`, and what was not to its entries. `false` when there are no more rows;
    /// the ledger is only complete then.
    pub fn next_batch(&mut self, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> bool {
        ledger.bytes_read += std::mem::take(&mut self.preamble);
        while self.next < self.end {
            let (text, bounds, base) = (self.rows.text(), self.rows.bounds(), self.next);
            let stop = base.saturating_add(bounds.batch_bytes).min(self.end);
            // A row that begins before `stop` ends before `end`, or is too long.
            let end = stop.saturating_add(bounds.row_bytes + 2).min(text.len());
            batch.begin(&text[base..end], self.rows.offset() + base as u64);
            let skipped = self.rows.skipped();
            self.next = self.rows.fill(Window { base, stop, end }, batch, ledger);
            ledger.bytes_read += (self.next - base) as u64 - (self.rows.skipped() - skipped);
            self.asides.leave_out(batch);
            if !batch.is_empty() {
                batch.seal();
                return true;
            }
        }
        batch.begin(&[], self.rows.offset() + self.next as u64);
        false
    }

    /// Where the first row begins: as told, or as guessed; `None` when the range shows no line end, so that no row seems to begin in it.
    /// May lie at or after the range's end: no row begins in the range then.
    #[must_use]
    pub fn began(&self) -> Option<u64> {
        self.began
    }

    /// Where the first row at or after the range's end begins, once [`SegmentReader::next_batch`] has returned `false`.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.next as u64
    }

    /// The range that it was made for.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// No byte from here on had a part in the rows that were read so far: a row, and the search for the end of a quoted cell, reach no further.
    #[must_use]
    pub fn reach(&self) -> u64 {
        /// The line of a closing quote is looked at a little way behind it, and blocks of bytes are loaded whole.
        const BEHIND: usize = 64 << 10;
        self.next.saturating_add(self.rows.bounds().quoted_span + BEHIND).min(self.rows.text().len()) as u64
    }

    /// Bytes skipped so far; they are in the ledger with their reasons.
    #[must_use]
    pub fn bytes_skipped(&self) -> u64 {
        self.rows.skipped()
    }

    /// Bytes of the segment read so far: rows with their line ends, and blank lines. With the bytes skipped, `ended - began`.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.began.map_or(0, |began| self.next as u64 - began) - self.rows.skipped()
    }
}

/// Guesses where the first row that begins in `start..end` begins: after the first line end. If the row there has an unusual width, and so do the
/// lines after it up to one that is right, and a quote stands between, then that was the inside of a quoted cell.
fn guess<M: Marks>(rows: &mut RowReader<'_, M>, start: usize, end: usize) -> Option<usize> {
    let (text, signs) = (rows.text, rows.signs);
    // No further than the range: a line that spans a thousand segments must not be searched by each of them to its end.
    let first = signs.row_end(text, start - 1, end)?.end;
    let (Some(quote), true) = (signs.quote(), signs.columns() >= 2) else {
        return Some(first);
    };
    let mut at = first;
    for _ in 0..GUESS_LINES {
        if at >= end {
            break;
        }
        if rows.width(at) == signs.columns() {
            let inside = at > first && memchr::memchr(quote, &text[first..at]).is_some();
            return Some(if inside { at } else { first });
        }
        match signs.row_end(text, at, end) {
            Some(row_end) => at = row_end.end,
            None => break,
        }
    }
    Some(first)
}

/// What a merge does with a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seam {
    /// It began where it had to: take it, and tell [`Seams::passed`] where it ended.
    Fits,
    /// No row begins in it (one from before covers it): leave out all that it found, its ledger too.
    NoRows,
    /// It began elsewhere: leave out all that it found and read it again with `began: Some(_)` of this.
    Reread(u64),
}

/// Follows the segments of one text in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seams {
    expected: u64,
}

impl Seams {
    /// Before the first segment of a text whose first row begins at `data_start`.
    #[must_use]
    pub fn new(data_start: u64) -> Seams {
        Seams { expected: data_start }
    }

    /// What to do with the segment `range`, whose reader says it [began](SegmentReader::began) at `began`.
    #[must_use]
    pub fn check(&self, range: &Range<u64>, began: Option<u64>) -> Seam {
        if began == Some(self.expected) {
            Seam::Fits
        } else if self.expected >= range.end {
            Seam::NoRows
        } else {
            Seam::Reread(self.expected)
        }
    }

    /// Takes over where a segment that fits, or was read again, [ended](SegmentReader::ended).
    pub fn passed(&mut self, ended: u64) {
        self.expected = self.expected.max(ended);
    }

    /// Where the next row must begin; the text's length after its last segment.
    #[must_use]
    pub fn expected(&self) -> u64 {
        self.expected
    }
}
