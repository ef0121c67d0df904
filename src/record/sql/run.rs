//! Tuples in a row, as many as a piece takes: what cutting spends its time with.

use super::after::next_tuple;
use super::reader::TupleReader;
use super::tuple::{NoCells, Scan, scan};
use crate::lanes::{Lanes, Work};

/// What comes after the tuples that were found.
pub(super) enum Then {
    /// Another one, here.
    Tuple(usize),
    /// Something else, from here on.
    After(usize),
    /// One, here, that makes no sense so many bytes later.
    Damaged(usize, usize),
    /// One, here, whose end is not in sight.
    RanOut(usize),
}

/// Looks for the ends of tuples from `text[at]` on, for as long as a piece is.
pub(super) struct Tuples<'a> {
    pub text: &'a [u8],
    pub at: usize,
    pub reader: &'a TupleReader,
}

impl Work for Tuples<'_> {
    /// The end of the last whole one, and what comes then.
    type Output = (Option<usize>, Then);

    #[inline(always)]
    fn run<L: Lanes>(self) -> (Option<usize>, Then) {
        let Tuples { text, mut at, reader } = self;
        let (start, mut end) = (at, None);
        loop {
            let horizon = text.len().min(at.saturating_add(reader.bounds.row_bytes));
            match scan::<L, _>(&text[..horizon], at, reader.escapes, &mut NoCells) {
                Scan::End(behind) => {
                    end = Some(behind);
                    match next_tuple(text, behind, &reader.head) {
                        Some(next) if behind - start < reader.bounds.piece_bytes => at = next,
                        Some(next) => return (end, Then::Tuple(next)),
                        None => return (end, Then::After(behind)),
                    }
                }
                Scan::Damaged(place) => return (end, Then::Damaged(at, place - at)),
                Scan::RanOut => return (end, Then::RanOut(at)),
            }
        }
    }
}
