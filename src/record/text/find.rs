//! Identifiers anywhere in a text, with where they stand.
//!
//! Where one may begin or stand is marked 64 bytes at a time; what stands there is put before the recognisers of [`identify`](crate::identify), as
//! it is written or, where a sign of an address is written in another way (`%40`, `&#64;`, `\u0040`, ` [at] `), as it is meant. An
//! identifier never spans a line end. The work is linear in the text, whatever it is: what is looked at around a mark is bounded by
//! what an identifier may be long.

use super::marks::{MarkAll, Marks, end_of_digits, long_runs};
use super::numbers::{Numbers, groups};
use super::{Sort, address, codes};
use crate::lanes::{BLOCK, dispatch};

/// An identifier in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Bits of the sorts that it may be: sixteen digits can be a person's and a card's.
    pub sorts: u16,
    /// Its first byte.
    pub start: usize,
    /// Behind its last.
    pub end: usize,
    /// Where it stands in the store instead, if it is written otherwise than meant.
    pub stored: Option<(usize, usize)>,
    /// It has the shape of many other things, and counts only beside another one.
    pub weak: bool,
}

/// What was found in a text.
#[derive(Clone, Debug, Default)]
pub struct Finds {
    /// In the order in which they stand there.
    pub found: Vec<Found>,
    pub(super) store: Vec<u8>,
}

impl Finds {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.found.clear();
        self.store.clear();
    }

    /// The value of one, in the text that it was found in.
    #[must_use]
    pub fn value<'a>(&'a self, found: &Found, text: &'a [u8]) -> &'a [u8] {
        match found.stored {
            Some((from, to)) => &self.store[from..to],
            None => &text[found.start..found.end],
        }
    }

    /// Adds one as it is written.
    pub(super) fn push(&mut self, sorts: u16, start: usize, end: usize) {
        self.found.push(Found { sorts, start, end, stored: None, weak: false });
    }

    /// Adds one that means `value`.
    pub(super) fn push_meant(&mut self, sorts: u16, start: usize, end: usize, value: &[u8]) {
        let from = self.store.len();
        self.store.extend_from_slice(value);
        self.found.push(Found { sorts, start, end, stored: Some((from, self.store.len())), weak: false });
    }
}

/// Finds identifiers. Holds what it needs from text to text.
pub struct Finder {
    marks: Vec<Marks>,
    numbers: Numbers,
}

impl Default for Finder {
    fn default() -> Finder {
        Finder { marks: Vec::new(), numbers: Numbers::new() }
    }
}

impl Finder {
    /// Fills `out` with all identifiers of `text`.
    pub fn find(&mut self, text: &[u8], out: &mut Finds) {
        out.clear();
        dispatch(MarkAll { text, out: &mut self.marks });
        // Where the last address of version 6 was looked at, which has many marks.
        let mut colons_seen = 0;
        let mut before = 0;
        for (n, marks) in self.marks.iter().enumerate() {
            if marks.runs | marks.events == 0 {
                before = 0;
                continue;
            }
            let next = self.marks.get(n + 1).copied().unwrap_or_default();
            let runs = long_runs(before, marks.runs, next.runs);
            let mut bits = runs | marks.events;
            while bits != 0 {
                let bit = bits.trailing_zeros();
                let at = n * BLOCK + bit as usize;
                if runs >> bit & 1 == 1 {
                    match end_of_digits(bit as usize, [marks.runs, next.runs], [marks.digits, next.digits]) {
                        Some(end) => self.numbers.find_one(text, at, n * BLOCK + end, out),
                        None => self.numbers.find(text, groups(text, at), out),
                    }
                }
                if marks.events >> bit & 1 == 1 {
                    event(text, at, &mut colons_seen, out);
                }
                bits &= bits - 1;
            }
            before = marks.runs;
        }
        settle(&mut out.found);
    }
}

fn event(text: &[u8], at: usize, colons_seen: &mut usize, out: &mut Finds) {
    match text[at] {
        b'@' => address::plain(text, at, out),
        b':' if at < *colons_seen => {}
        b':' => *colons_seen = codes::version_six(text, at, out),
        b']' | b')' | b'}' | b';' => address::spelled(text, at, out),
        _ => {
            address::coded(text, at, out);
            codes::account(text, at, out);
            codes::passport(text, at, out);
        }
    }
}

/// Puts them in order. A number inside of an address or of a bank account is no number of its own.
pub(super) fn settle(found: &mut Vec<Found>) {
    const WHOLE: u16 = 1 << Sort::Email as u16 | 1 << Sort::Iban as u16;
    let is_whole = |f: &Found| f.sorts & WHOLE != 0;
    let key = |f: &Found| (f.start, !is_whole(f), std::cmp::Reverse(f.end));
    // They nearly always are in order.
    if !found.is_sorted_by_key(key) {
        found.sort_by_key(key);
    }
    // The next that was not seen yet, where those that were seen end, and how many are kept.
    let (mut next, mut end, mut kept) = (0, 0, 0);
    for at in 0..found.len() {
        let this = found[at];
        while let Some(f) = found.get(next).filter(|f| !is_whole(f) || f.start < this.end) {
            end = if is_whole(f) { end.max(f.end) } else { end };
            next += 1;
        }
        // What is overwritten was seen: all up to this one begin before it ends.
        if is_whole(&this) || this.start >= end {
            found[kept] = this;
            kept += 1;
        }
    }
    found.truncate(kept);
}
