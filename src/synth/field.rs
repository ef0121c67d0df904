//! What a column of an institution holds, and how it is written.

use super::day::{DateStyle, Day};
use super::person::{Fact, luhn_digit};
use super::rng::{key, scale};
use md5::Digest as _;
use std::fmt::Write;

/// Where a column's values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Typed in from what a person says or shows.
    Fact(Fact),
    /// Minted here, one for each record.
    Issued(IdForm),
    /// Assigned here from a list with weights. With `moves`, assigned anew at some updates.
    Code {
        /// Values and weights.
        values: &'static [(&'static str, u32)],
        /// Changes over time.
        moves: bool,
    },
    /// The office that serves the person's city: this prefix and three digits that only this institution knows.
    Office(&'static str),
    /// A number of this range, assigned here.
    Number(u32, u32),
    /// 32 hexadecimal digits that only this institution can know (a salted password hash).
    Secret,
    /// The day of what the record is about: up to so many days before the record was made.
    Event(u32),
    /// The day on which the record was made.
    Created,
    /// The day on which the record was last changed.
    Updated,
}

/// How an institution writes the identifiers that it mints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdForm {
    /// Prefix and a running number of `width` digits, from `from` on, every `step`.
    Running {
        /// Text before the number.
        prefix: &'static str,
        /// Digits, padded with zeros.
        width: usize,
        /// First number.
        from: u64,
        /// Distance between neighbours.
        step: u64,
    },
    /// Prefix, a number that does not tell the order, and a Luhn digit; `width` digits in all.
    Scattered {
        /// Text before the number.
        prefix: &'static str,
        /// Digits, check digit included.
        width: usize,
    },
    /// Sixteen hexadecimal digits (a pseudonym).
    Hex,
}

impl IdForm {
    /// Appends the identifier of the record of this rank. `secret` is the institution's own key.
    pub fn write(self, rank: u64, secret: u64, out: &mut String) {
        // Writing into a string cannot fail.
        let _ = match self {
            IdForm::Running { prefix, width, from, step } => write!(out, "{prefix}{:0width$}", from + rank * step),
            IdForm::Scattered { prefix, width } => {
                // Multiplying by a number prime to ten permutes the last digits, so ranks below 10^(width-1) never collide.
                let space = 10u64.pow(width.clamp(2, 18) as u32 - 1);
                let body = ((u128::from(rank) * 6_180_339_887 + u128::from(secret % space)) % u128::from(space)) as u64;
                write!(out, "{prefix}{body:0digits$}{}", luhn_digit(body), digits = width - 1)
            }
            IdForm::Hex => write!(out, "{:016x}", key(&[secret, rank, 0x1d])),
        };
    }
}

/// One column of an institution. Built by [`Field::new`] and the methods named after what they change.
#[derive(Clone, Debug)]
pub struct Field {
    /// Header.
    pub column: &'static str,
    /// Name under which fields of different institutions are compared.
    pub concept: &'static str,
    /// Kind, as the schema names it.
    pub kind: &'static str,
    /// Role, as the schema names it.
    pub role: &'static str,
    /// Where values come from.
    pub source: Source,
    /// How they are written.
    pub style: Style,
    /// Share of records that lack it.
    pub missing: f64,
    /// Share of typed values with a slip of the fingers.
    pub typo: f64,
    /// Share of records with a value that stands for none (`-`, `0000000000`).
    pub junk: f64,
    /// Share of records with the number of the head of the household instead (phones).
    pub shared: f64,
    /// Category for notices.
    pub category: &'static str,
    /// Minted by this institution.
    pub issued: bool,
    /// Extra forms of an attribute that masked values can agree with, as the schema names them.
    pub parts: &'static [&'static str],
    /// Digests by which its values can be found, as the schema names them.
    pub hashes: &'static [&'static str],
}

impl Field {
    /// A column: header, concept, kind, role and source.
    #[must_use]
    pub fn new(column: &'static str, concept: &'static str, kind: &'static str, role: &'static str, source: Source) -> Field {
        let typo = match source {
            Source::Fact(Fact::Name) => 0.03,
            Source::Fact(Fact::Address) => 0.06,
            Source::Fact(Fact::BirthDate | Fact::Email | Fact::Phone) => 0.006,
            Source::Fact(_) => 0.002,
            _ => 0.0,
        };
        let shared = if source == Source::Fact(Fact::Phone) { 0.06 } else { 0.0 };
        Field {
            column,
            concept,
            kind,
            role,
            source,
            style: Style::AsIs,
            missing: 0.0,
            typo,
            junk: 0.0,
            shared,
            category: "",
            issued: matches!(source, Source::Issued(_)),
            parts: &[],
            hashes: &[],
        }
    }

    /// Writes it in this style.
    #[must_use]
    pub fn style(mut self, style: Style) -> Field {
        self.style = style;
        self
    }

    /// Leaves it out in this share of records.
    #[must_use]
    pub fn missing(mut self, share: f64) -> Field {
        self.missing = share;
        self
    }

    /// Fills it with junk in this share of records.
    #[must_use]
    pub fn junk(mut self, share: f64) -> Field {
        self.junk = share;
        self
    }

    /// Puts it in a category for notices.
    #[must_use]
    pub fn category(mut self, category: &'static str) -> Field {
        self.category = category;
        self
    }

    /// Says that this institution mints it, though it is a fact about the person (a card number that never changes), and never mistypes it.
    #[must_use]
    pub fn minted(mut self) -> Field {
        self.issued = true;
        self.typo = 0.0;
        self
    }

    /// Lets masked values agree with these parts.
    #[must_use]
    pub fn parts(mut self, parts: &'static [&'static str]) -> Field {
        self.parts = parts;
        self
    }

    /// Lets these digests of its values find a record.
    #[must_use]
    pub fn hashes(mut self, hashes: &'static [&'static str]) -> Field {
        self.hashes = hashes;
        self
    }
}

/// How a value is written. Values that do not have the expected form (typos, junk) are left as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it was typed.
    AsIs,
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// A day.
    Date(DateStyle),
    /// A phone number.
    Phone(PhoneStyle),
    /// The MD5 digest of it in small letters, in hexadecimal; nothing where there is no value.
    Md5,
}

/// How a phone number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneStyle {
    /// `081234567890`
    National,
    /// `+6281234567890`
    Plus,
    /// `6281234567890`
    Bare,
    /// `0812-3456-7890`
    Dashed,
    /// `+62 812-3456-7890`
    Spaced,
    /// One of the above, another in each row.
    Mixed,
    /// `0812****7890`
    Masked,
}

impl Style {
    /// Appends `raw` in this style. `salt` decides between spellings where the style is mixed.
    pub fn write(self, raw: &str, salt: u64, out: &mut String) {
        match self {
            Style::AsIs => out.push_str(raw),
            Style::Upper => out.extend(raw.chars().map(|c| c.to_ascii_uppercase())),
            Style::Lower => out.extend(raw.chars().map(|c| c.to_ascii_lowercase())),
            Style::Date(style) => match Day::from_iso(raw) {
                Some(day) => day.write(style, out),
                None => out.push_str(raw),
            },
            Style::Phone(style) if raw.len() >= 10 && raw.starts_with("08") && raw.bytes().all(|b| b.is_ascii_digit()) => {
                style.write(raw, salt, out);
            }
            Style::Phone(_) => out.push_str(raw),
            Style::Md5 if raw.is_empty() => {}
            Style::Md5 => {
                for byte in md5::Md5::digest(raw.to_lowercase()) {
                    // Writing into a string cannot fail.
                    let _ = write!(out, "{byte:02x}");
                }
            }
        }
    }
}

impl PhoneStyle {
    /// Appends a number that is given in national form, digits only, ten or more of them.
    fn write(self, raw: &str, salt: u64, out: &mut String) {
        let (prefix, middle, end) = (&raw[..4], &raw[4..8], &raw[8..]);
        let parts: &[&str] = match self {
            PhoneStyle::National => &[raw],
            PhoneStyle::Plus => &["+62", &raw[1..]],
            PhoneStyle::Bare => &["62", &raw[1..]],
            PhoneStyle::Dashed => &[prefix, "-", middle, "-", end],
            PhoneStyle::Spaced => &["+62 ", &prefix[1..], "-", middle, "-", end],
            PhoneStyle::Masked => &[prefix, "****", &raw[raw.len() - 4..]],
            PhoneStyle::Mixed => {
                let spellings = [PhoneStyle::National, PhoneStyle::Plus, PhoneStyle::Bare, PhoneStyle::Dashed, PhoneStyle::Spaced];
                return spellings[scale(key(&[salt, 0x90]), 5) as usize].write(raw, salt, out);
            }
        };
        out.extend(parts.iter().copied());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(style: Style, raw: &str) -> String {
        let mut out = String::new();
        style.write(raw, 0, &mut out);
        out
    }

    #[test]
    fn styles_write_what_their_documentation_shows() {
        assert_eq!(written(Style::Phone(PhoneStyle::Plus), "081234567890"), "+6281234567890");
        assert_eq!(written(Style::Phone(PhoneStyle::Dashed), "081234567890"), "0812-3456-7890");
        assert_eq!(written(Style::Phone(PhoneStyle::Spaced), "081234567890"), "+62 812-3456-7890");
        assert_eq!(written(Style::Phone(PhoneStyle::Masked), "081234567890"), "0812****7890");
        assert_eq!(written(Style::Phone(PhoneStyle::Plus), "-"), "-");
        assert_eq!(written(Style::Md5, "ABC"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(written(Style::Md5, ""), "");
        assert_eq!(written(Style::Date(DateStyle::Slash), "1990-12-31"), "31/12/1990");
        assert_eq!(written(Style::Date(DateStyle::Slash), "0000-00-00"), "0000-00-00");
    }

    #[test]
    fn issued_ids_are_unique() {
        for form in
            [IdForm::Running { prefix: "TKP-", width: 8, from: 12_345, step: 3 }, IdForm::Scattered { prefix: "", width: 7 }, IdForm::Hex]
        {
            let mut seen = std::collections::HashSet::new();
            for rank in 0..100_000 {
                let mut out = String::new();
                form.write(rank, 99, &mut out);
                assert!(seen.insert(out));
            }
        }
    }
}
