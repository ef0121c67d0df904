//! A text in pieces that end at line ends, and the rows of a piece.

use super::SORTS;
use super::element::Element;
use super::find::{Finder, Finds};
use super::places::cut_place;
use super::rows::{line_of, push_rows};
use crate::identify::Kind;
use crate::ledger::Ledger;
use crate::limits;
use crate::record::RowBatch;
use crate::record::pieces::{Cut, Cutter, Piece, PieceReader, Reading, TableName};
use memchr::{memchr2, memrchr2};
use std::sync::Arc;

/// The bounds of one reader; tests make them small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes of a text's head by which its repeated element is told.
    pub head_bytes: usize,
    pub piece_bytes: usize,
    /// Bytes that are looked at together. A line that is longer is cut.
    pub line_bytes: usize,
    /// Bytes behind a piece's that are searched for the end of its last line.
    pub search_bytes: usize,
    pub batch_rows: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            head_bytes: 256 << 10,
            piece_bytes: limits::PIECE_BYTES,
            line_bytes: limits::TEXT_LINE_BYTES,
            search_bytes: 4 * limits::TEXT_LINE_BYTES,
            batch_rows: limits::BATCH_ROWS,
        }
    }
}

/// Cuts free text.
pub struct TextCutter {
    tables: [TableName; 1],
    /// Once the head was seen.
    reader: Option<Arc<TextReader>>,
    bounds: Bounds,
}

impl Default for TextCutter {
    fn default() -> TextCutter {
        TextCutter::new()
    }
}

impl TextCutter {
    /// Cuts a text from its first byte on.
    #[must_use]
    pub fn new() -> TextCutter {
        TextCutter::with_bounds(Bounds::default())
    }

    pub(crate) fn with_bounds(bounds: Bounds) -> TextCutter {
        let columns = SORTS.iter().map(|sort| sort.name().to_string()).collect();
        TextCutter { tables: [TableName { name: String::new(), columns }], reader: None, bounds }
    }

    /// Where the piece ends that begins with `text`, which is long enough to hold its end.
    fn piece_end(&self, text: &[u8], element: Option<&Element>) -> usize {
        let (from, to) = (self.bounds.piece_bytes, self.bounds.piece_bytes + self.bounds.search_bytes);
        element
            .and_then(|element| element.first(&text[..to], from))
            .or_else(|| memchr2(b'\n', b'\r', &text[from..to]).map(|at| from + at + 1))
            .unwrap_or_else(|| cut_place(text, to))
    }
}

impl Cutter for TextCutter {
    fn cut(&mut self, text: &[u8], last: bool) -> Cut {
        let bounds = self.bounds;
        let head = &text[..text.len().min(bounds.head_bytes)];
        let reader = self.reader.get_or_insert_with(|| Arc::new(TextReader { element: Element::of(head), bounds })).clone();
        let mut cut = Cut::default();
        loop {
            let rest = &text[cut.used..];
            // A little more than the piece, which says where words end.
            let whole = rest.len() > bounds.piece_bytes + bounds.search_bytes + bounds.line_bytes;
            if rest.is_empty() || !whole && !last {
                return cut;
            }
            let len = if whole { self.piece_end(rest, reader.element.as_ref()) } else { rest.len() };
            cut.pieces.push(Piece { range: cut.used..cut.used + len, table: 0, reader: reader.clone() });
            cut.used += len;
        }
    }

    fn tables(&self) -> &[TableName] {
        &self.tables
    }

    fn kinds(&self) -> Option<Vec<Vec<Kind>>> {
        Some(SORTS.iter().map(|sort| sort.kinds().to_vec()).collect())
    }
}

/// Reads the rows of a piece: see [`text`](super). All bytes of a piece are read.
pub struct TextReader {
    element: Option<Element>,
    bounds: Bounds,
}

impl TextReader {
    /// Where the bytes end that are looked at together from the front of `text` on: at the last line end, or before the last element.
    fn window(&self, text: &[u8]) -> usize {
        let most = self.bounds.line_bytes;
        if text.len() <= most {
            return text.len();
        }
        let part = &text[..most];
        let element = self.element.as_ref().and_then(|element| element.last(part));
        element.or_else(|| memrchr2(b'\n', b'\r', part).map(|at| at + 1)).unwrap_or_else(|| cut_place(text, most))
    }
}

impl PieceReader for TextReader {
    fn next_batch<'t>(&self, reading: &mut Reading<'t>, batch: &mut RowBatch<'t>, _: &mut Ledger) -> bool {
        let text = reading.text;
        batch.begin(text, reading.offset);
        let (mut finder, mut finds, mut room) = (Finder::default(), Finds::default(), Vec::new());
        while reading.at < text.len() {
            let window = &text[reading.at..][..self.window(&text[reading.at..])];
            finder.find(window, &mut finds);
            let mut rest = &finds.found[..];
            while !rest.is_empty() {
                let line = line_of(rest, window, self.element.as_ref());
                if !batch.is_empty() && batch.len() + line > self.bounds.batch_rows {
                    // What is left is looked at again, from behind the last line's last identifier on.
                    let done = &finds.found[..finds.found.len() - rest.len()];
                    reading.at += done.iter().map(|f| f.end).max().unwrap_or(0).min(rest[0].start);
                    batch.seal();
                    return true;
                }
                push_rows(&rest[..line], &finds, window, reading.at, &mut room, batch);
                rest = &rest[line..];
            }
            reading.at += window.len();
        }
        batch.seal();
        !batch.is_empty()
    }
}
