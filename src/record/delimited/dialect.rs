//! How a delimited text is written.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What ends a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terminator {
    /// LF; also where some lines end in CR LF.
    Lf,
    /// CR LF; read as [`Terminator::Lf`] is.
    Crlf,
    /// A lone CR (LF ends a row as well).
    Cr,
    /// Lone CRs beside LF or CR LF.
    Mixed,
}

impl Terminator {
    /// Whether a CR that no LF follows ends a row.
    #[must_use]
    pub fn cr_ends_rows(self) -> bool {
        matches!(self, Terminator::Cr | Terminator::Mixed)
    }
}

/// How a delimited text is written: part of the plan, so that every segment reads by the same rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// The byte between cells; [`Dialect::NO_DELIMITER`] for a single column.
    pub delimiter: u8,
    /// The byte around cells that hold delimiters or line ends.
    pub quote: Option<u8>,
    /// What ends a row.
    pub terminator: Terminator,
    /// Whether the first row names the columns. Readers return that row like any other; it is for their callers.
    pub header: bool,
    /// Cells of most rows; 0 when unknown, which turns off the rule that finds swallowed rows.
    pub columns: u32,
    /// What the decision rests on, in words and numbers, without any value.
    pub evidence: String,
}

impl Dialect {
    /// The delimiter of a text with a single column: a line end, which wins over a delimiter.
    pub const NO_DELIMITER: u8 = b'\n';

    /// The dialect of RFC 4180 with `columns` columns.
    #[must_use]
    pub fn rfc4180(columns: u32) -> Dialect {
        Dialect {
            delimiter: b',',
            quote: Some(b'"'),
            terminator: Terminator::Crlf,
            header: false,
            columns,
            evidence: "as RFC 4180 says".to_string(),
        }
    }

    /// Checks a dialect that a person wrote.
    ///
    /// # Errors
    /// When the quote is the delimiter or a line end, or the delimiter is a CR.
    pub fn checked(self) -> Result<Dialect> {
        let wrong = |what: &str| Error::usage(what).expected("three different bytes").advice("correct the dialect in the plan");
        match self.quote {
            Some(b'\n' | b'\r') => return Err(wrong("a line end cannot be the quote")),
            Some(quote) if quote == self.delimiter => {
                return Err(wrong("the delimiter cannot be the quote as well"));
            }
            _ => {}
        }
        if self.delimiter == b'\r' {
            return Err(wrong("a line end cannot be the delimiter"));
        }
        Ok(self)
    }

    /// The delimiter in words.
    #[must_use]
    pub fn delimiter_words(&self) -> String {
        delimiter_words(self.delimiter)
    }
}

/// A delimiter in words.
pub(crate) fn delimiter_words(delimiter: u8) -> String {
    match delimiter {
        Dialect::NO_DELIMITER => "none (single column)".to_string(),
        b'\t' => "tab".to_string(),
        b' ' => "space".to_string(),
        0x21..=0x7e => format!("'{}'", char::from(delimiter)),
        other => format!("byte 0x{other:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_a_plan_file() {
        let dialect = Dialect { terminator: Terminator::Mixed, ..Dialect::rfc4180(3) };
        let text = serde_json::to_string(&dialect).unwrap();
        assert_eq!(serde_json::from_str::<Dialect>(&text).unwrap(), dialect);
    }

    #[test]
    fn refuses_a_quote_that_is_the_delimiter() {
        assert!(Dialect { quote: Some(b','), ..Dialect::rfc4180(3) }.checked().is_err());
        assert!(Dialect { quote: Some(b'\n'), ..Dialect::rfc4180(3) }.checked().is_err());
        assert!(Dialect { delimiter: b'\r', ..Dialect::rfc4180(3) }.checked().is_err());
        assert!(Dialect::rfc4180(3).checked().is_ok());
    }
}
