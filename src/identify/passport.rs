//! Passport number.
//!
//! Source: ICAO Doc 9303 part 4: a document number is at most nine letters and digits, filled up with `<` in the machine-readable
//! zone. Canonical form: upper case without white space, separators and fillers; what is not ASCII is folded as text first. Implausible: anything but six to
//! nine letters and digits with a digit among them.
//!
//! The recogniser asks for the usual national shape: one to three letters, then six to eight digits, seven to nine
//! in all (Indonesia: a letter and seven digits).

use super::text::compacted;
use super::{Kind, Normaliser, Shape, is_missing};

/// Normaliser of [`Kind::Passport`].
pub struct Passport;

impl Normaliser for Passport {
    const KIND: Kind = Kind::Passport;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        compacted(raw, out, compact);
        let plausible = (6..=9).contains(&out.len()) && out.iter().all(u8::is_ascii_alphanumeric) && out.iter().any(u8::is_ascii_digit);
        if plausible { Shape::Plausible } else { Shape::Implausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        raw.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) && !is_missing(raw)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        let raw = raw.trim_ascii();
        let mut out = Vec::new();
        if raw.len() > 12 || self.normalise(raw, &mut out) != Shape::Plausible {
            return false;
        }
        let letters = out.iter().take_while(|b| b.is_ascii_uppercase()).count();
        // Separators only between the letters and the digits, and the filler at the end.
        let odd = raw.iter().any(|&b| !(b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'<')));
        (1..=3).contains(&letters)
            && (7..=9).contains(&out.len())
            && out[letters..].iter().all(u8::is_ascii_digit)
            && out.len() - letters >= 6
            && !odd
    }
}

fn compact(raw: &[u8], out: &mut Vec<u8>) {
    let separator = |b: u8| b <= b' ' || b == 0x7F || matches!(b, b'-' | b'.' | b'/' | b'_' | b'\'' | b'<');
    out.extend(raw.iter().filter(|b| !separator(**b)).map(u8::to_ascii_uppercase));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_passports() {
        laws::recognised(
            &Passport,
            &[
                ("A1234567", "Indonesia, older series"),
                ("X7654321", "Indonesia, newer series"),
                ("a1234567", "lower case"),
                ("A 1234567", "a space after the letter"),
                ("A-1234567", "a hyphen"),
                ("AB1234567", "two letters and seven digits"),
                ("E12345678", "China, India and others"),
                ("PA123456", "two letters and six digits"),
                ("C1234567<", "filler of the machine-readable zone"),
                ("ABC123456", "three letters"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_passport() {
        laws::refused(
            &Passport,
            &[
                ("123456789", "digits only: too little evidence"),
                ("A12345", "too short"),
                ("A123456789", "too long"),
                ("ABCD12345", "four letters"),
                ("A123B567", "letter among the digits"),
                ("A123.4567", "a dot"),
                ("SURABAYA", "a word"),
                ("A*****67", "masked"),
                ("B 1234 XYZ", "a number plate"),
                ("", "nothing"),
                ("n/a", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Passport,
            &[
                ("a 1234567", "A1234567"),
                ("C1234567<<", "C1234567"),
                ("A.123.45.67", "A1234567"),
                ("Ａ１２３４５６７", "A1234567"),
                ("N.A", ""),
                ("hilang", "HILANG"),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..24), near in "[A-Za-z]{0,3}[ -]?[0-9]{5,9}<{0,2}", any in "\\PC{0,8}") {
            laws::hold(&Passport, &raw);
            laws::hold(&Passport, near.as_bytes());
            laws::hold(&Passport, any.as_bytes());
        }
    }
}
