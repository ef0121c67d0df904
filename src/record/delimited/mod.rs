//! Delimited text (CSV, TSV, pipes, combolists) to batches of rows.
//!
//! # Grammar
//!
//! What a file means is defined by reading it from its [`data_start`](Table::data_start) to its end, one row after the other.
//! A row's meaning depends on the text from its first byte on and on nothing before it, so that reading may start at any row.
//!
//! - **Line end**: LF, with a CR directly before it belonging to it; where [`Terminator::cr_ends_rows`], every CR and every LF.
//!   A CR at the very end of the text belongs to the end. Any other CR is an ordinary byte.
//! - **Blank line**: no row (as the `csv` crate has it). It counts as read.
//! - **Cell**: ends at the delimiter, at a line end or at the end of the text. Line ends win where the delimiter is a line
//!   end itself, which is how a [single column](Dialect::NO_DELIMITER) is written. Rows may be ragged, NUL is an ordinary byte, nothing is trimmed.
//! - **Quoted cell**: opens at a cell's first byte only and closes at the first quote that is followed by a delimiter, a line
//!   end or the end of the text. A doubled quote stands for one quote and never closes; a quote before anything else is content
//!   (`"a "b" c"` is `a "b" c`).
//! - **Stray quote**: an opening quote is an ordinary byte, and its cell is read unquoted, where
//!   1. no quote closes it within [`limits::QUOTED_SPAN_BYTES`]; or
//!   2. it would span line ends, and an earlier quote of the same row was stray; or
//!   3. it would span line ends, and what it would swallow looks like rows (`quotes`): of its first (at most sixteen) complete
//!      interior lines at least three in four have exactly the dialect's columns, at least `max(2, ceil(6 / (columns - 1)))` of them, and
//!      either the line of the opening quote has exactly the columns and the line of the closing quote no fewer, or there are four columns
//!      or more and eight such lines. (Text and pretty-printed JSON in a two-column file is what the condition on the outer lines is for.)
//!
//!   Where text is quoted often a stray quote closes at the next quoted cell anyhow; where it is rare the third rule finds the rows.
//!   So one stray quote costs at most a few rows.
//! - **Row too long**: a row that does not end within [`limits::ROW_BYTES`] is skipped up to and including the first line end (quotes or not) after
//!   that many bytes.
//! - **Row too wide**: after the delimiter of its [`limits::ROW_CELLS`]th cell, a row's rest is skipped up to and including the next line end (quotes or
//!   not); its first cells are kept.
//!
//! # Parts
//!
//! Dialects of more than single bytes have a grammar of their own on top of this one (`general`).
//!
//! `split` is the fast path (64-byte blocks as bitmasks; [`lanes`](crate::lanes) makes them, `parity` reads blocks of simple quoted cells), `careful` reads one row by the letter of the grammar, `marks` and `general` say what bytes mean for it, `quotes` decides about
//! quoted cells for all, [`segment`] reads a range of a file and checks the seams between ranges, [`asides`] leaves out lines that are no rows, `decide` finds
//! out what kind of file it is, [`regions`] which tables are in it. `naive` is a twin of the grammar for the tests.

pub mod asides;
mod careful;
mod decide;
pub mod dialect;
mod general;
mod marks;
#[cfg(test)]
mod naive;
mod parity;
mod quotes;
pub mod regions;
pub mod segment;
mod split;
#[cfg(test)]
mod tests;

pub use asides::Names;
pub use decide::Overrides;
pub use dialect::{Dialect, Terminator};
use marks::Marks;
pub use segment::{Seam, Seams, SegmentReader};

use crate::limits;

/// A whole delimited text and how to read it: what all segments of one input share.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    /// The whole input.
    pub text: &'t [u8],
    /// Number of the input in the ledger.
    pub input: u32,
    /// Where the text begins in the input, if it is a part of it.
    pub offset: u64,
    /// Where the first row begins; what is before it (a byte-order mark) counts as read.
    pub data_start: u64,
    /// How to read it.
    pub dialect: &'t Dialect,
    /// Its header, which may stand in it again.
    pub names: Names<'t>,
}

impl Dialect {
    /// The byte behind the first row end of `text`, where that is not inside of a cell.
    #[must_use]
    pub fn after_row_end(&self, text: &[u8]) -> Option<usize> {
        let end = match &self.rare {
            None => marks::Signs::of(self).row_end(text, 0, text.len()),
            Some(rare) => general::General::of(self, rare).row_end(text, 0, text.len()),
        };
        end.map(|end| end.end)
    }
}

const _: () = assert!(limits::QUOTED_SPAN_BYTES >= crate::lanes::BLOCK);

/// The bounds of one reader; tests make them small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub row_bytes: usize,
    pub row_cells: usize,
    /// At least a block of the fast path, which does not look at it within one.
    pub quoted_span: usize,
    pub batch_rows: usize,
    pub batch_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            row_bytes: limits::ROW_BYTES,
            row_cells: limits::ROW_CELLS,
            quoted_span: limits::QUOTED_SPAN_BYTES,
            batch_rows: limits::BATCH_ROWS,
            batch_bytes: limits::BATCH_BYTES,
        }
    }
}
