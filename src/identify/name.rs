//! A person's name.
//!
//! No standard fixes how names are written; the rules here follow ICAO Doc 9303 part 3 section 4 (names in the visual zone without titles and
//! degrees) and the Indonesian way of writing academic degrees (Permenristekdikti 59/2018). Canonical form: lower-case ASCII letters and digits,
//! words apart by one space. Accents and other scripts are romanised (NFKC, then `any_ascii`). Apostrophes join, other punctuation parts.
//!
//! - **Titles** before a name go (`Dr.`, `Drs`, `Ir`, `Prof`, `H.`, `Hj.`, `Bapak`, `Mrs`, …), **degrees** after it too (`S.Kom`, `M.Pd.`, `PhD`, …). Those that
//!   could be names (`SE`, `MA`, `An.`, …) go only with their dots or behind a comma. The last word left always stays.
//! - **`Family, Given`**: when, besides degrees and titles, exactly one part follows one comma, it is put first. `Jr`, `Sr`, `II` … are no such part.
//!
//! Implausible: a name with a digit, or nothing.

mod slow;
mod words;

use super::quick::{self, Rewrite};
use super::{Kind, Normaliser, Shape, is_missing, unicode};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Name`].
pub struct Name;

impl Normaliser for Name {
    const KIND: Kind = Kind::Name;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if is_missing(raw) {
            return Shape::Implausible;
        }
        if !plain(raw, out) {
            out.clear();
            if raw.is_ascii() {
                slow::normalise(raw, out);
            } else {
                beyond_ascii(raw, out);
            }
        }
        words::strip(out);
        if is_missing(out) {
            out.clear();
        }
        if out.is_empty() || out.iter().any(u8::is_ascii_digit) { Shape::Implausible } else { Shape::Plausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        let mut after_space = true;
        for &b in raw {
            let space = b == b' ';
            if !(b.is_ascii_lowercase() || b.is_ascii_digit() || space && !after_space) {
                return false;
            }
            after_space = space;
        }
        !after_space && !words::would_strip(raw) && !is_missing(raw)
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        quick::name::<L>(value, len, words::may_be_title, words::may_be_degree)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        // Two to six words of letters: single words and addresses are too like statuses and places.
        let raw = raw.trim_ascii();
        let letters = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b' ' | b'.' | b',' | b'\'' | b'-') || *b >= 0x80;
        if !(5..=60).contains(&raw.len()) || !raw.iter().all(letters) || words::begins_like_a_place(raw) {
            return false;
        }
        let mut out = Vec::new();
        self.normalise(raw, &mut out) == Shape::Plausible
            && (2..=6).contains(&out.split(|&b| b == b' ').count())
            && out.iter().all(|b| b.is_ascii_lowercase() || *b == b' ')
    }
}

/// Appends a name of ASCII letters, digits and spaces in lower case; says whether it was one.
fn plain(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let mut space_due = false;
    for &b in raw {
        if b.is_ascii_alphanumeric() {
            if space_due {
                out.push(b' ');
                space_due = false;
            }
            out.push(b.to_ascii_lowercase());
        } else if b == b' ' {
            space_due = out.len() > start;
        } else {
            return false;
        }
    }
    true
}

/// Romanises, then goes the way of ASCII names. What has no romanisation, folded or not, keeps the form of the text kind.
fn beyond_ascii(raw: &[u8], out: &mut Vec<u8>) {
    romanise(raw, out);
    if out.is_empty() {
        let mut folded = Vec::new();
        super::text::Text.normalise(raw, &mut folded);
        romanise(&folded, out);
        // Symbols whose romanisation is punctuation alone say nothing.
        if out.is_empty() && !folded.is_ascii() {
            *out = folded;
        }
    }
}

fn romanise(raw: &[u8], out: &mut Vec<u8>) {
    let text = unicode::decode(raw);
    let mut roman = String::with_capacity(text.len());
    for c in unicode::compatible(&text).chars() {
        if c.is_ascii() {
            roman.push(c);
        } else if unicode::is_space(c) {
            roman.push(' ');
        } else {
            roman.push_str(any_ascii::any_ascii_char(c));
        }
    }
    slow::normalise(roman.as_bytes(), out);
}

#[cfg(test)]
mod tests;
