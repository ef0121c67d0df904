//! Texts whose rows can only be told apart from the front (SQL, JSON): one thread cuts the text into pieces, many read them.
//!
//! A cutter is fast because it does not read cells: it looks for the ends of statements or objects alone. A piece holds whole rows of one
//! table and can be read without what stands before it.

use super::RowBatch;
use crate::identify::Kind;
use crate::ledger::{Ledger, Reason};
use std::ops::Range;
use std::sync::Arc;

/// What a table is called and its columns, as the dump says; both are values until somebody looked at them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableName {
    /// The table; empty where the format names none.
    pub name: String,
    /// Its columns; empty where the dump does not name them.
    pub columns: Vec<String>,
}

/// Cuts a text from its front, window by window.
pub trait Cutter: Send {
    /// Cuts the front of `text` into pieces. What is left, from [`Cut::used`] on, comes again at the front of the next call; with `last` nothing
    /// follows, and all is used. Where `text` is at least [`limits::WINDOW_BYTES`](crate::limits::WINDOW_BYTES) long something is used.
    fn cut(&mut self, text: &[u8], last: bool) -> Cut;

    /// The tables met so far, by their numbers.
    fn tables(&self) -> &[TableName];

    /// What the columns of all tables are, where the format says it: they are searched as these kinds and nothing else.
    fn kinds(&self) -> Option<Vec<Vec<Kind>>> {
        None
    }
}

/// What was cut.
#[derive(Default)]
pub struct Cut {
    /// Bytes of the text that were dealt with.
    pub used: usize,
    /// Whole rows, ascending, apart from each other, within the bytes used. What lies between them is read and holds no row.
    pub pieces: Vec<Piece>,
    /// What was given up, within the bytes used and outside of all pieces.
    pub skipped: Vec<(Range<usize>, Reason)>,
}

/// Some rows of one table.
#[derive(Clone)]
pub struct Piece {
    /// Where they lie in the text; about [`limits::PIECE_BYTES`](crate::limits::PIECE_BYTES) long, longer where one row is.
    pub range: Range<usize>,
    /// Number of the table.
    pub table: usize,
    /// Reads them.
    pub reader: Arc<dyn PieceReader>,
}

/// Reads pieces of one table.
pub trait PieceReader: Send + Sync {
    /// Fills `batch` with the next rows, at most [`limits::BATCH_ROWS`](crate::limits::BATCH_ROWS); `false` when there are no more. A row that cannot be read costs
    /// that row and is an entry of the ledger.
    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, ledger: &mut Ledger) -> bool;

    /// Reads the same rows with more columns, which begin with those that this one knows; `None` where tables do not grow.
    fn grown(&self, columns: &[String]) -> Option<Arc<dyn PieceReader>> {
        let _ = columns;
        None
    }
}

/// A piece while it is read.
#[derive(Debug)]
pub struct Reading<'t> {
    /// The piece's bytes.
    pub text: &'t [u8],
    /// Where the first of them stands in the whole text.
    pub offset: u64,
    /// The next byte to be read.
    pub at: usize,
    /// Number of the input in the ledger.
    pub input: u32,
    /// Columns that the table's name does not hold and that stand behind those that it does: the table grew.
    pub new_columns: Vec<String>,
}

impl<'t> Reading<'t> {
    /// Nothing of a piece is read yet.
    #[must_use]
    pub fn new(text: &'t [u8], offset: u64, input: u32) -> Reading<'t> {
        Reading { text, offset, at: 0, input, new_columns: Vec::new() }
    }
}
