//! Forms of an attribute: the whole value, or the part of it that a masked value still shows (DESIGN 5, 9).
//!
//! A form is taken of the **canonical** value, read as people would see it: [`as_written`] says how. It counts characters, not bytes. A value
//! that is shorter than the form asks for has no such form: a mask that shows four characters was not made of three.

use super::Kind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A part of a canonical value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Form {
    /// The whole value.
    Whole,
    /// The first so many characters; of an e-mail address, of its local part.
    First(u8),
    /// The last so many characters; of an e-mail address, of its local part.
    Last(u8),
    /// What follows the `@` of an e-mail address.
    Domain,
    /// The first character.
    Initial,
    /// The year of a date.
    Year,
}

/// Characters that a form may ask for: none says nothing, and more than this is the whole value of any kind that is masked.
const COUNT: std::ops::RangeInclusive<u8> = 1..=32;

/// A form's name that is none. Does not hold the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownForm;

impl fmt::Display for UnknownForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown part, expected whole, firstN, lastN (N from {} to {}), domain, initial or year", COUNT.start(), COUNT.end())
    }
}

impl std::error::Error for UnknownForm {}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Whole => f.write_str("whole"),
            Form::First(k) => write!(f, "first{k}"),
            Form::Last(k) => write!(f, "last{k}"),
            Form::Domain => f.write_str("domain"),
            Form::Initial => f.write_str("initial"),
            Form::Year => f.write_str("year"),
        }
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    /// Reads `first4` and `first-4` alike, without regard to case.
    fn from_str(name: &str) -> Result<Form, UnknownForm> {
        let name = name.trim().to_ascii_lowercase();
        let counted = |rest: &str| {
            let digits = rest.strip_prefix(['-', '_', ' ']).unwrap_or(rest);
            let digits = digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits);
            digits.and_then(|d| d.parse().ok()).filter(|k| COUNT.contains(k)).ok_or(UnknownForm)
        };
        match name.as_str() {
            "whole" => Ok(Form::Whole),
            "domain" => Ok(Form::Domain),
            "initial" => Ok(Form::Initial),
            "year" => Ok(Form::Year),
            other => match (other.strip_prefix("first"), other.strip_prefix("last")) {
                (Some(rest), _) => counted(rest).map(Form::First),
                (_, Some(rest)) => counted(rest).map(Form::Last),
                _ => Err(UnknownForm),
            },
        }
    }
}

impl TryFrom<String> for Form {
    type Error = UnknownForm;

    fn try_from(name: String) -> Result<Form, UnknownForm> {
        name.parse()
    }
}

impl From<Form> for String {
    fn from(form: Form) -> String {
        form.to_string()
    }
}

/// A canonical value as a mask shows parts of it: an Indonesian phone number with its trunk prefix instead of the country code
/// (`0812…`), any other phone number without the plus, an e-mail address's local part; everything else as it is.
#[must_use]
pub fn as_written(kind: Kind, canonical: &[u8]) -> Cow<'_, [u8]> {
    match kind {
        Kind::Phone => match canonical.strip_prefix(b"+62") {
            Some(national) => Cow::Owned([b"0", national].concat()),
            None => Cow::Borrowed(canonical.strip_prefix(b"+").unwrap_or(canonical)),
        },
        Kind::Email => Cow::Borrowed(memchr::memrchr(b'@', canonical).map_or(canonical, |at| &canonical[..at])),
        _ => Cow::Borrowed(canonical),
    }
}

impl Form {
    /// Appends this form of a canonical value of `kind` to `out`, which the caller has emptied. Leaves it empty when the value is
    /// missing or has no such form.
    pub fn derive(&self, kind: Kind, canonical: &[u8], out: &mut Vec<u8>) {
        match *self {
            Form::Whole => out.extend_from_slice(canonical),
            Form::First(k) => {
                let shown = as_written(kind, canonical);
                if let Some(end) = nth_boundary(&shown, usize::from(k)) {
                    out.extend_from_slice(&shown[..end]);
                }
            }
            Form::Last(k) => {
                let shown = as_written(kind, canonical);
                let count = starts(&shown).count();
                if let Some(skip) = count.checked_sub(usize::from(k))
                    && let Some(start) = starts(&shown).nth(skip)
                {
                    out.extend_from_slice(&shown[start..]);
                }
            }
            Form::Domain => {
                if let Some(at) = memchr::memrchr(b'@', canonical).filter(|_| kind == Kind::Email) {
                    out.extend_from_slice(&canonical[at + 1..]);
                }
            }
            Form::Initial => {
                if let Some(end) = nth_boundary(canonical, 1) {
                    out.extend_from_slice(&canonical[..end]);
                }
            }
            Form::Year => {
                let dashes = canonical.len() == 10 && canonical[4] == b'-' && canonical[7] == b'-';
                if kind == Kind::Date && dashes && canonical[..4].iter().all(u8::is_ascii_digit) {
                    out.extend_from_slice(&canonical[..4]);
                }
            }
        }
    }
}

/// Where each character begins. Canonical values are UTF-8.
fn starts(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    text.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i)
}

/// Where the first `count` characters end, if there are so many.
fn nth_boundary(text: &[u8], count: usize) -> Option<usize> {
    starts(text).chain(std::iter::once(text.len())).nth(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn derived(form: &str, kind: Kind, canonical: &str) -> String {
        let mut out = Vec::new();
        form.parse::<Form>().unwrap().derive(kind, canonical.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_are_read_and_given_back() {
        for (name, form, shown) in [
            ("first4", Form::First(4), "first4"),
            ("First-4", Form::First(4), "first4"),
            ("last-4", Form::Last(4), "last4"),
            ("domain", Form::Domain, "domain"),
            ("initial", Form::Initial, "initial"),
            ("year", Form::Year, "year"),
            ("whole", Form::Whole, "whole"),
        ] {
            assert_eq!(name.parse(), Ok(form));
            assert_eq!(form.to_string(), shown);
            assert_eq!(serde_json::to_string(&form).unwrap(), format!("\"{shown}\""));
        }
        for bad in ["first", "first0", "first33", "first+4", "last4x", "middle", ""] {
            assert_eq!(bad.parse::<Form>(), Err(UnknownForm), "{bad}");
        }
    }

    #[test]
    fn forms_are_what_a_mask_shows() {
        assert_eq!(derived("first4", Kind::Phone, "+6281234567890"), "0812");
        assert_eq!(derived("last4", Kind::Phone, "+6281234567890"), "7890");
        assert_eq!(derived("first3", Kind::Phone, "+16502530000"), "165");
        assert_eq!(derived("first2", Kind::Email, "budi@example.com"), "bu");
        assert_eq!(derived("last1", Kind::Email, "budi@example.com"), "i");
        assert_eq!(derived("domain", Kind::Email, "budi@example.com"), "example.com");
        assert_eq!(derived("domain", Kind::Text, "a@b"), "");
        assert_eq!(derived("initial", Kind::Name, "budi santoso"), "b");
        assert_eq!(derived("year", Kind::Date, "1985-03-17"), "1985");
        assert_eq!(derived("year", Kind::Date, "sudah lama"), "");
        assert_eq!(derived("first6", Kind::Nik, "3201011703850001"), "320101");
        assert_eq!(derived("last4", Kind::Card, "111"), "");
        assert_eq!(derived("first2", Kind::Text, "が京都"), "が京");
        assert_eq!(derived("last2", Kind::Text, "が京都"), "京都");
    }

    proptest! {
        #[test]
        fn no_form_panics_and_missing_stays_missing(bytes in prop::collection::vec(any::<u8>(), 0..12), k in COUNT) {
            for form in [Form::Whole, Form::First(k), Form::Last(k), Form::Domain, Form::Initial, Form::Year] {
                for kind in crate::identify::KINDS {
                    let mut out = Vec::new();
                    form.derive(kind, &bytes, &mut out);
                    prop_assert!(out.len() <= bytes.len());
                    out.clear();
                    form.derive(kind, b"", &mut out);
                    prop_assert!(out.is_empty());
                }
            }
        }
    }
}
