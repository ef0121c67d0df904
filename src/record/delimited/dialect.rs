//! How a delimited text is written.

use crate::{Error, Result, limits};
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

/// A byte that keeps the byte behind it from meaning anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escape {
    /// The byte, usually a backslash.
    pub byte: u8,
    /// Whether it makes control bytes of letters (`\n`, `\t`) and nothing of `\N`, as database servers write them.
    #[serde(default)]
    pub letters: bool,
}

/// What takes more than single bytes and line ends; the [general reader](super) reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rare {
    /// What stands between cells, where it is longer than a byte.
    pub delimiter: Option<String>,
    /// What ends a row in place of a line end; a line end that stands behind it is part of it.
    pub row_end: Option<String>,
    /// The byte that keeps others from meaning anything.
    pub escape: Option<Escape>,
    /// Spaces around quotes belong to no cell.
    pub spaced: bool,
    /// Spaces around cells are layout.
    pub padded: bool,
    /// Rows begin and end with a delimiter.
    pub edged: bool,
    /// Where each cell begins in its line, characters: the columns of a listing whose cells stand at fixed places, with spaces between.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<u32>,
}

/// Lines of a table that are no rows of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asides {
    /// How a comment begins; a line as wide as a row is a row all the same.
    pub comment: Option<String>,
    /// Whether rows of dashes are rules.
    pub rules: bool,
    /// Whether a line that only counts rows, or ends a listing, is a footer.
    pub footers: bool,
}

/// How a delimited text is written: part of the plan, so that every segment reads by the same rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// The byte between cells, or the first one of a longer delimiter; [`Dialect::NO_DELIMITER`] for a single column.
    pub delimiter: u8,
    /// The byte around cells that hold delimiters or line ends.
    pub quote: Option<u8>,
    /// What ends a row.
    pub terminator: Terminator,
    /// Whether the first row names the columns. Readers return that row like any other; it is for their callers.
    pub header: bool,
    /// Cells of most rows; 0 when unknown, which turns off the rule that finds swallowed rows.
    pub columns: u32,
    /// What is written with more than single bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rare: Option<Rare>,
    /// What is no row.
    #[serde(default, skip_serializing_if = "Asides::is_none")]
    pub asides: Asides,
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
            rare: None,
            asides: Asides::default(),
            evidence: "as RFC 4180 says".to_string(),
        }
    }

    /// Checks a dialect that a person wrote.
    ///
    /// # Errors
    /// When a mark is part of another, a delimiter holds a line end, or one is empty.
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
        if let Some(rare) = &self.rare {
            let long = |text: &Option<String>| text.as_ref().map_or(Vec::new(), |t| t.as_bytes().to_vec());
            let (delimiter, row_end) = (long(&rare.delimiter), long(&rare.row_end));
            let marks = [&delimiter[..], &row_end, &[self.delimiter]].concat();
            let part = |byte: u8| marks.contains(&byte) || matches!(byte, b'\n' | b'\r' | b' ');
            if rare.delimiter.is_some() && delimiter.is_empty() || rare.row_end.is_some() && row_end.is_empty() {
                return Err(wrong("a mark cannot be empty"));
            }
            if !delimiter.is_empty() && delimiter[0] != self.delimiter {
                return Err(wrong("the delimiter must begin with the byte that is given beside it"));
            }
            if delimiter.iter().any(|b| matches!(b, b'\n' | b'\r')) {
                return Err(wrong("a line end cannot be part of the delimiter"));
            }
            if rare.fixed.len() > limits::ROW_CELLS || rare.fixed.windows(2).any(|w| w[0] >= w[1]) {
                return Err(wrong("columns at fixed places must ascend, and be 4,096 at most"));
            }
            if row_end.trim_ascii().is_empty() && !row_end.is_empty() {
                return Err(wrong("line ends are the terminator's matter"));
            }
            if self.quote.is_some_and(part) || rare.escape.is_some_and(|e| part(e.byte) || Some(e.byte) == self.quote) {
                return Err(wrong("the quote and the escape cannot be part of another mark"));
            }
        }
        if self.asides.comment.as_ref().is_some_and(String::is_empty) {
            return Err(wrong("a comment must begin with something"));
        }
        Ok(self)
    }

    /// The delimiter in words.
    #[must_use]
    pub fn delimiter_words(&self) -> String {
        match self.rare.as_ref().and_then(|r| r.delimiter.as_ref()) {
            Some(long) => mark_words(long),
            None if self.rare.as_ref().is_some_and(|r| !r.fixed.is_empty()) => "none (columns at fixed places)".to_string(),
            None => delimiter_words(self.delimiter),
        }
    }
}

impl Asides {
    /// Whether every line is a row.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Asides::default()
    }
}

/// A mark of several bytes in words.
pub(crate) fn mark_words(mark: &str) -> String {
    format!("'{}'", mark.escape_debug())
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
        let rare = |delimiter: &str, row_end: &str, escape: u8| {
            let escape = Some(Escape { byte: escape, letters: false });
            let rare = Rare { delimiter: Some(delimiter.into()), row_end: Some(row_end.into()), escape, ..Rare::default() };
            Dialect { delimiter: b'|', rare: Some(rare), ..Dialect::rfc4180(3) }.checked()
        };
        assert!(rare("||", "&|", b'\\').is_ok());
        for (delimiter, row_end, escape) in [
            ("", "&|", b'\\'),
            ("||", "", b'\\'),
            ("+|", "&|", b'\\'),
            ("|\"", "&|", b'\\'),
            ("|\n", "&|", b'\\'),
            ("||", "\n", b'\\'),
            ("||", "&|", b'&'),
        ] {
            assert!(rare(delimiter, row_end, escape).is_err(), "{delimiter:?} {row_end:?} {escape}");
        }
    }
}
