//! Where a run of rows ends, by counting brackets. A block that cannot close the row it is in costs a few instructions.

use super::Bounds;
use super::marks::{Carry, block, marks};
use crate::lanes::{BLOCK, Lanes, Work};

/// What became of a run of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It ends before this byte, and is as long as a piece should be.
    Piece(usize),
    /// This bracket closes the array that the rows are elements of.
    Closed(usize),
    /// The row that begins at `row`, or white space before it, does not end before `at`.
    Long {
        /// Where it begins.
        row: usize,
        /// Looked at up to here.
        at: usize,
    },
    /// The text ends before.
    More,
}

/// A run of rows.
pub(crate) struct Scan<'a> {
    pub text: &'a [u8],
    /// Between two rows.
    pub from: usize,
    /// The first row.
    pub row: usize,
    /// The rows are elements of an array.
    pub inside: bool,
    /// A run ends before each array.
    pub stop_at_arrays: bool,
    pub bounds: Bounds,
}

impl Work for Scan<'_> {
    type Output = End;

    #[inline(always)]
    fn run<L: Lanes>(self) -> End {
        let Scan { text, from, row, inside, stop_at_arrays, bounds } = self;
        let full = from + bounds.piece_bytes;
        let (mut at, mut boundary, mut depth) = (from, from, 0);
        let (mut carry, mut room) = (Carry::default(), [0; BLOCK]);
        while at < text.len() {
            if at > boundary.max(full) + bounds.row_bytes {
                return End::Long { row: boundary, at };
            }
            let found = marks::<L>(block(text, at, &mut room), &mut carry);
            let (opens, closes) = (found.opens.count_ones() as usize, found.closes.count_ones() as usize);
            if depth > closes {
                depth = depth + opens - closes;
                at += BLOCK;
                continue;
            }
            let ends = if at + BLOCK > full { found.commas | found.lines } else { 0 };
            let mut bits = found.opens | found.closes | ends;
            while bits != 0 {
                let place = at + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                match text[place] {
                    b'[' if depth == 0 && stop_at_arrays && place > row => return End::Piece(place),
                    b'{' | b'[' => depth += 1,
                    b']' if depth == 0 && inside => return End::Closed(place),
                    b'}' | b']' => {
                        // One too many is left to those who read.
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            boundary = place + 1;
                        }
                        if depth == 0 && boundary >= full {
                            return End::Piece(boundary);
                        }
                    }
                    _ if depth == 0 && place >= full => return End::Piece(place),
                    _ => {}
                }
            }
            at += BLOCK;
        }
        End::More
    }
}
