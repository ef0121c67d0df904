//! All cells of a block at once where its quotes are simple, by counting quotes: a byte with an odd number of quotes up to it is inside a quoted
//! cell.
//!
//! That count is right as long as every quote that makes it odd stands at a cell's start, and every quote that makes it even before a delimiter
//! or line end; a doubled quote, a quote inside an unquoted cell and one before anything else break the first or the second. The first
//! quote that is not simple is noticed whatever the count says after it, since up to it the count is right. A line end inside quotes is left to those who
//! decide about stray quotes. So what passes here is what the grammar says.

use crate::lanes::parity;

/// What is where in a block, bit `i` standing for byte `i`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// Delimiters and line ends.
    pub ends: u64,
    /// Line ends.
    pub lines: u64,
    /// Quotes.
    pub quotes: u64,
    /// CRs that belong to the LF after them.
    pub returns: u64,
    /// Whether a cell begins with the block.
    pub cell: bool,
    /// Whether a row begins with the block.
    pub row: bool,
}

/// The complete cells of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spans {
    /// First byte of each cell's content, but for that of a cell that began before the block.
    pub starts: u64,
    /// The byte after each cell's content.
    pub ends: u64,
    /// The delimiter or line end of each cell.
    pub cells: u64,
    /// Those that end a row.
    pub rows: u64,
}

impl Block {
    /// The cells that end in this block, unless something about them is not simple or none does.
    #[inline(always)]
    pub(crate) fn simple_cells(self) -> Option<Spans> {
        let inside = parity(self.quotes);
        let cells = self.ends & !inside;
        if cells == 0 {
            return None;
        }
        // Up to the last cell end; what comes after it belongs to a cell that is not complete.
        let seen = u64::MAX >> cells.leading_zeros();
        let returns = self.returns & !inside;
        let rows = self.lines & cells;
        let starts = ((cells << 1) | u64::from(self.cell)) & seen;
        let opens = self.quotes & inside & seen;
        let shuts = self.quotes & !inside & seen;
        let content_ends = (cells & !(returns << 1)) | (returns & seen);
        let row_starts = (rows << 1) | u64::from(self.row);
        let blank = rows & (row_starts | ((returns & row_starts) << 1));
        let odd = (opens & !starts) | ((shuts << 1) & !content_ends) | (self.lines & inside & seen) | blank;
        (odd == 0).then_some(Spans { starts: (starts & !opens) | (opens << 1), ends: (content_ends & !(shuts << 1)) | shuts, cells, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        let mask = |wanted: &[u8]| text.bytes().enumerate().filter(|(_, b)| wanted.contains(b)).fold(0, |m, (i, _)| m | 1 << i);
        let lines = mask(b"\n");
        Block { ends: mask(b",\n"), lines, quotes: mask(b"\""), returns: mask(b"\r") & (lines >> 1), cell: true, row: true }
    }

    #[test]
    fn takes_what_is_simple_and_leaves_the_rest() {
        let spans = block("\"a,\",b,\"\"\r\nx").simple_cells().unwrap();
        assert_eq!((spans.starts, spans.ends), (0b1_0010_0010, 0b1_0100_1000));
        assert_eq!((spans.cells, spans.rows), (0b100_0101_0000, 0b100_0000_0000));
        for text in ["\"a\"\"\",b\n", "a\"b,c\"\n", "\"a\" ,b\n", "\"a\nb\",c\n", "\n\"a\"\n", "\r\n\"a\"\n", "\"a,b", "ab"] {
            assert_eq!(block(text).simple_cells(), None, "{text:?}");
        }
    }
}
