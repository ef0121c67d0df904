//! Free text (logs, chats, mail, prose, markup, source code) as rows of the identifiers that stand in it.
//!
//! A text has no cells, but an address or a number is one wherever it stands. [`find`] looks for them: bit masks of 64 bytes say where something
//! may begin (`marks`), and the recognisers of [`identify`](crate::identify) say whether it is one. What was found in a line, or in an element
//! of markup, makes its rows (`rows`): one column for each kind of identifier, one row for as many as the line has of a kind. [`TextCutter`]
//! cuts a text at line ends, so that all threads can read it, and [`is_text`] says whether a text should be read like this at all.
//!
//! The same finder looks inside of cells, where a table keeps objects or notes in them.

mod address;
mod codes;
mod cutter;
mod decide;
mod element;
pub mod find;
mod marks;
mod numbers;
mod places;
mod rows;
#[cfg(test)]
mod tests;

pub use cutter::{TextCutter, TextReader};
pub use decide::is_text;
pub(crate) use decide::is_whole;

use crate::identify::Kind;

/// A column of the rows of a text: a sort of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Sort {
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Sixteen digits of a person or a family: which of both often cannot be told.
    Nik,
    /// Taxpayer number.
    Npwp,
    /// Health insurance number.
    Bpjs,
    /// Payment card.
    Card,
    /// Bank account.
    Iban,
    /// Passport.
    Passport,
    /// IP address.
    Ip,
}

/// All sorts, in the order of their columns.
pub const SORTS: [Sort; 9] =
    [Sort::Email, Sort::Phone, Sort::Nik, Sort::Npwp, Sort::Bpjs, Sort::Card, Sort::Iban, Sort::Passport, Sort::Ip];

impl Sort {
    /// The kinds that its values are searched as.
    #[must_use]
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Sort::Email => &[Kind::Email],
            Sort::Phone => &[Kind::Phone],
            Sort::Nik => &[Kind::Nik, Kind::Nkk],
            Sort::Npwp => &[Kind::Npwp],
            Sort::Bpjs => &[Kind::Bpjs],
            Sort::Card => &[Kind::Card],
            Sort::Iban => &[Kind::Iban],
            Sort::Passport => &[Kind::Passport],
            Sort::Ip => &[Kind::Ip],
        }
    }

    /// Its column's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.kinds()[0].name()
    }

    /// The bit that stands for it.
    #[must_use]
    pub fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The sorts whose bits are set, in order.
pub fn sorts_in(mut bits: u16) -> impl Iterator<Item = Sort> {
    std::iter::from_fn(move || {
        let sort = SORTS.get(bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(*sort)
    })
}
