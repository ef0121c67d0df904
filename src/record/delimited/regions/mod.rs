//! Which tables a delimited text holds, one behind the other, and where each begins: behind titles, rules and comments, at its header.
//!
//! A text is one table unless something shows that another one begins: a header of other names, or several rows of another shape behind a blank line, a title
//! or under a header of their own. A few odd rows are a few odd rows. Texts up to [`limits::REGIONS_WHOLE_BYTES`] are looked through
//! row by row; of longer ones samples at fixed positions are compared, and the border between two that differ is searched for by halving.

mod border;
mod opening;

use super::decide::Decided;
use super::{Dialect, Overrides};
use crate::limits;
use crate::record::sampling::Header;

/// One table of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where its first byte is, that of a title before it included.
    pub from: u64,
    /// Where its first row begins.
    pub data_start: u64,
    /// Bytes from `from` on that hold no row: titles, rules, comments.
    pub preamble: u64,
    /// How it is read; with its header and what in it is no row.
    pub dialect: Dialect,
    /// Its header.
    pub header: Header,
    /// What was decided, in words and numbers.
    pub evidence: Vec<String>,
}

/// Lines that a table's beginning is decided by, where the rest of the text may be another table, and what is read to find them.
const FRONT_LINES: usize = 64;
const FRONT_BYTES: usize = 64 << 10;
/// Rows and the share of one width that a table of its own must have.
const LEAST_ROWS: usize = 5;
const LEAST_SHARE: f64 = 0.8;

/// Finds the tables of `text`, in its order: one at least. The same bytes always give the same tables.
#[must_use]
pub fn find(text: &[u8], overrides: &Overrides) -> Vec<Region> {
    let mut out: Vec<Region> = Vec::new();
    let mut from = 0;
    while out.len() < limits::REGIONS {
        let rest = &text[from..];
        let whole = Decided::of(rest, overrides);
        let front = front(rest, &whole);
        // The beginning may be a table of its own, but only where its end is found.
        let alone = front.filter(|f| f.differs(&whole)).and_then(|f| {
            let region = opening::region(rest, from as u64, f.dialect);
            let border = border::next(rest, &region, from as u64)?;
            Some((region, Some(border)))
        });
        let (region, border) = alone.unwrap_or_else(|| {
            let region = opening::region(rest, from as u64, whole.dialect);
            let border = border::next(rest, &region, from as u64);
            (region, border)
        });
        out.push(region);
        match border {
            Some(border) => from += border,
            None => break,
        }
    }
    for n in 0..out.len().saturating_sub(1) {
        // Decided by all that follows, though only a part of it is this table.
        let (start, end) = (out[n].from as usize, out[n + 1].from as usize);
        let own = Decided::of(&text[start..end], overrides);
        if own.share >= LEAST_SHARE {
            out[n] = opening::region(&text[start..end], start as u64, own.dialect);
        }
    }
    out
}

/// What the first lines of a text say, where the whole says nothing or they may be another table.
fn front(text: &[u8], whole: &Decided) -> Option<Decided> {
    if whole.rows <= FRONT_LINES {
        return None;
    }
    let part = &text[..text.len().min(FRONT_BYTES)];
    let end = memchr::memchr_iter(b'\n', part).nth(FRONT_LINES - 1)?;
    let front = Decided::of(&part[..=end], &Overrides::default());
    (front.stands_alone()).then_some(front)
}

impl Decided {
    /// Whether these rows could be a table of their own.
    fn stands_alone(&self) -> bool {
        self.rows >= LEAST_ROWS && self.share >= LEAST_SHARE && self.dialect.columns >= 2
    }

    fn differs(&self, other: &Decided) -> bool {
        self.dialect.columns != other.dialect.columns || self.dialect.delimiter_words() != other.dialect.delimiter_words()
    }
}
