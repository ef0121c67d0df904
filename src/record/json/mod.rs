//! JSON text: lines of values, values in a row without line ends, one array, or one document with tables inside it.
//!
//! ```text
//! text     = top-level values, with blanks, commas or record separators (0x1E) between them
//! row      = a top-level value, or
//!            an element of a top-level array that begins with an object or an array, or that is the only value, or
//!            an element of an array of objects inside the only object of a text (a table, named by its dotted path, at most four keys deep)
//! column   = the keys and positions that lead to a scalar, with dots between: `address.city`, `phones.0`, `contacts.0.email`
//! ```
//!
//! An array's elements from the ninth on are one cell, `phones.8+`, with the raw text. Rows that are arrays have cells by position and no
//! names, if the first row of their table is one. Left out of a column's name are the type keys of MongoDB's extended JSON (`_id.$oid` is `_id`)
//! and the `_source` of Elasticsearch; the action lines of its bulk format are no rows. What a document holds around its tables is a row
//! of a table without a name. A key that a row holds twice has two columns of the same name, so that nothing is lost.
//!
//! A raw line end cannot stand inside a JSON string. So a quote without a partner spoils its line alone, lines of values are cut without a look at
//! what is in them, and reading goes on behind a damaged row at the next line that begins as the row did (`resync`).
//!
//! Reading is two steps: `tape` notes where the brackets, colons, commas and quotes of a few kilobytes are, 64 bytes at a time; `rows` goes from
//! one to the next and compares each key with the one that stood there in the row before. A library that makes values (serde_json, sonic-rs,
//! simd-json) allocates for each row, undoes escapes in place or into copies, and gives up at the first damage; its tape would have to be walked as
//! this one is.

mod columns;
mod cutter;
mod document;
mod escape;
mod lines;
mod marks;
mod memory;
mod reader;
mod resync;
mod rows;
mod scan;
mod steps;
mod tape;
#[cfg(test)]
mod tests;

pub use cutter::JsonCutter;
pub use document::is_json;
pub use reader::JsonReader;

use crate::limits;

/// How deep a row may be nested; a deeper one is damage, not data.
const DEPTH: usize = 128;

/// Elements of an array that are columns of their own.
const ITEMS: usize = 8;

/// Keys that may lead to an array of objects inside a document.
const TABLE_DEPTH: usize = 4;

/// What bounds cutting and reading; tests make it small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes at the front that the shape of the text is decided from.
    pub front_bytes: usize,
    /// As [`limits::PIECE_BYTES`].
    pub piece_bytes: usize,
    /// As [`limits::ROW_BYTES`].
    pub row_bytes: usize,
    /// As [`limits::ROW_CELLS`].
    pub row_cells: usize,
    /// As [`limits::BATCH_ROWS`].
    pub batch_rows: usize,
    /// As [`limits::BATCH_BYTES`].
    pub batch_bytes: usize,
    /// Arrays of objects inside a document that become tables; those with other paths stay values of the row around the tables.
    pub tables: usize,
    /// Pieces of one cut, so that many small ones do not fill the memory.
    pub pieces: usize,
    /// Keys and positions that are remembered, all levels together. A row with more of them is set aside.
    pub paths: usize,
    /// Bytes whose marks are noted at a time.
    pub chunk_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            front_bytes: limits::ROW_BYTES,
            piece_bytes: limits::PIECE_BYTES,
            row_bytes: limits::ROW_BYTES,
            row_cells: limits::ROW_CELLS,
            batch_rows: limits::BATCH_ROWS,
            batch_bytes: limits::BATCH_BYTES,
            tables: 1024,
            pieces: 4096,
            paths: 1 << 16,
            chunk_bytes: 32 << 10,
        }
    }
}

/// White space of JSON.
#[inline(always)]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// What may stand between two rows.
#[inline(always)]
fn is_between(byte: u8) -> bool {
    is_blank(byte) || byte == b',' || byte == 0x1e
}

/// The first byte at or after `from` that is not between two rows.
fn row_start(text: &[u8], from: usize) -> Option<usize> {
    text.get(from..)?.iter().position(|&b| !is_between(b)).map(|n| from + n)
}

/// Without white space at both ends.
#[inline(always)]
fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_blank(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_blank(*last)
    {
        text = rest;
    }
    text
}

/// Whether an unquoted value is one. Numbers are not read by the letter: what looks like one is kept as written.
fn is_bare(token: &[u8]) -> bool {
    match token {
        [b'0'..=b'9' | b'-', rest @ ..] => {
            rest.iter().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) && (token[0] != b'-' || !rest.is_empty())
                || token == b"-Infinity"
        }
        _ => matches!(token, b"true" | b"false" | b"null" | b"NaN" | b"Infinity"),
    }
}
