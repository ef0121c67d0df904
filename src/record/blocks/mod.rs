//! Texts of entries, each some lines of a key and a value: vCards, LDIF, the logs of programs that steal passwords, INI files, and blocks of `key: value`
//! or `key=value` of any keys.
//!
//! ```text
//! row    = an entry: a card, a record of a directory, the pairs between two places that part them
//! column = a key; one that an entry holds again has further ones (`EMAIL`, `EMAIL 2`)
//! ```
//!
//! Where entries begin can be said of a line and of what stands shortly before it (`pairs` says how), once the style of the text is decided from its
//! front. So a text is cut without a look at most of it. Nothing but empty lines, rules and what the formats call comments is left out: what is no pair
//! goes on with the value above it, or has a column of its own, `text`; what stands above entries is in the column `section`.

mod columns;
mod decide;
mod decode;
mod entry;
mod fold;
mod ldif;
mod pairs;
mod reader;
#[cfg(test)]
mod tests;
mod vcard;

use super::lines::{Bounds, FRONT_BYTES, Layout, LineCutter, without_mark};
use super::pieces::PieceReader;
use reader::BlockReader;
use std::sync::Arc;

/// What entries are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Properties of a card.
    Vcard,
    /// Attributes of a directory's record.
    Ldif,
    /// Keys and values.
    Pairs,
}

impl Sort {
    /// How a text of it is known, in words.
    #[must_use]
    pub fn evidence(self) -> &'static str {
        match self {
            Sort::Vcard => "vCards, by their first lines",
            Sort::Ldif => "LDIF, by its first record's name",
            Sort::Pairs => "most lines are keys and values, and keys come again from entry to entry or are usual ones",
        }
    }
}

/// How a text of entries is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub sort: Sort,
    /// The byte that ends lines.
    pub line_end: u8,
    /// Empty lines part entries, as rules do.
    pub empty_parts: bool,
    /// An entry begins where this key comes again.
    pub first_key: Option<Vec<u8>>,
}

/// What a text that begins with `head` is, if it is one of entries; at most 256 KB of it are looked at.
#[must_use]
pub fn is_blocks(head: &[u8]) -> Option<Sort> {
    let (front, whole) = (&head[..head.len().min(FRONT_BYTES)], head.len() < FRONT_BYTES);
    decide::sort(without_mark(front), whole)
}

/// Cuts a text of entries.
#[must_use]
pub fn cutter() -> impl super::pieces::Cutter {
    LineCutter::<Arc<Style>>::new(Bounds::default())
}

impl Layout for Arc<Style> {
    fn decide(front: &[u8], whole: bool) -> Arc<Style> {
        Arc::new(decide::style(front, whole))
    }

    fn line_end(&self) -> u8 {
        self.line_end
    }

    fn row_start(&self, text: &[u8], from: usize) -> Option<usize> {
        match self.sort {
            Sort::Vcard => vcard::entry_start(text, from, self.line_end),
            Sort::Ldif => ldif::entry_start(text, from, self.line_end),
            Sort::Pairs => pairs::entry_start(text, from, self),
        }
    }

    fn table(&self, first: &[u8], bounds: Bounds) -> (Vec<String>, Arc<dyn PieceReader>) {
        let columns = BlockReader::new(&[], self, bounds).columns_of(first);
        let reader = BlockReader::new(&columns, self, bounds);
        (columns, Arc::new(reader))
    }
}
