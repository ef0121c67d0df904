//! SQL dumps as text: the rows of `INSERT … VALUES` and of `COPY … FROM stdin`, as MySQL, MariaDB, PostgreSQL, SQL Server, Oracle and
//! SQLite write them.
//!
//! ```text
//! text      = { statement [ ";" ] }                   also without ";", where the next one begins a line
//! statement = ("INSERT" | "REPLACE") … table [ columns ] … "VALUES" tuple { "," tuple } …
//!           | "COPY" table [ columns ] "FROM stdin;" line-end { line } "\."
//!           | "CREATE TABLE" table columns            names the columns of an INSERT that does not
//!           | anything else                           holds no rows
//! tuple     = "(" value { "," value } ")"
//! value     = string | number | NULL | hexadecimal | expression
//! ```
//!
//! A [`SqlCutter`] goes over the text once, 64 bytes at a time where rows are, and only looks for the ends of tuples; strings, brackets and
//! comments are told apart by the same code that reads cells later (`tuple`), so that the two cannot disagree. What makes no sense is
//! given up from the row's first byte to the next `),(` or the next line that begins with a statement (`lost`): a stray quote costs its
//! row, or a few. All such decisions depend on the text alone, never on where a window of it ends: what cannot be decided yet is left for
//! the next window, and every decision is made within a bounded number of bytes.

mod after;
mod copy;
mod cutter;
mod dialect;
mod heads;
mod lost;
mod marks;
mod names;
mod other;
mod reader;
mod run;
mod tuple;
mod values;
mod words;

#[cfg(test)]
mod tests;

pub use cutter::SqlCutter;
pub use dialect::{Escapes, SqlDialect};
pub use marks::is_sql;

use crate::limits;

/// What is read how far; tests take less.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes of a tuple, a line of `COPY`, a statement's head, a string or a comment.
    pub row_bytes: usize,
    /// Cells of a row.
    pub row_cells: usize,
    /// Bytes after which a piece ends; at most `row_bytes`.
    pub piece_bytes: usize,
    /// Rows of a batch.
    pub batch_rows: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            row_bytes: limits::ROW_BYTES,
            row_cells: limits::ROW_CELLS,
            piece_bytes: limits::PIECE_BYTES,
            batch_rows: limits::BATCH_ROWS,
        }
    }
}
