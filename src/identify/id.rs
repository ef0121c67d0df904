//! An identifier that an institution issues: member, account, policy or order number.
//!
//! No standard: institutions print the same number with and without separators, and table tools drop leading zeros. Canonical
//! form: upper case without white space and the separators `-` `.` `/` `_`; when only digits are left, without leading zeros (`000123` and
//! `123` are one number; `0000` is `0`). A code with letters keeps its zeros (`A007` is not `A7`). A `.0` after nothing but digits is a trace of a
//! table tool and goes. Other characters stay. What is not ASCII is folded as text first.
//!
//! Plausible: 1 to 64 characters with a digit or a letter.

use super::quick::{self, Rewrite};
use super::text::compacted;
use super::{Kind, Normaliser, Shape, digits, is_missing};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Id`].
pub struct Id;

/// Characters of the longest identifier that is taken for one.
const LONGEST: usize = 64;

impl Normaliser for Id {
    const KIND: Kind = Kind::Id;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        compacted(raw, out, compact);
        if (1..=LONGEST).contains(&out.len()) { Shape::Plausible } else { Shape::Implausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        let leading_zero = raw.len() > 1 && raw.first() == Some(&b'0');
        let mut letters = false;
        for &b in raw {
            match b {
                b'0'..=b'9' => {}
                b'A'..=b'Z' => letters = true,
                _ => return false,
            }
        }
        !raw.is_empty() && (letters || !leading_zero) && !is_missing(raw)
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        quick::id::<L>(value, len)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        // A code: no white space inside, at least one digit, nothing but letters, digits and separators.
        let raw = raw.trim_ascii();
        (1..=LONGEST).contains(&raw.len())
            && raw.iter().any(u8::is_ascii_digit)
            && raw.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/' | b'_'))
            && raw.first().is_some_and(u8::is_ascii_alphanumeric)
            && raw.last().is_some_and(u8::is_ascii_alphanumeric)
            && !is_missing(raw)
    }
}

/// Upper case without separators, leading zeros of a bare number dropped.
fn compact(raw: &[u8], out: &mut Vec<u8>) {
    let raw = digits::without_float_tail(raw.trim_ascii());
    let start = out.len();
    let kept = raw.iter().filter(|&&b| !(b <= b' ' || b == 0x7F || matches!(b, b'-' | b'.' | b'/' | b'_')));
    out.extend(kept.map(u8::to_ascii_uppercase));
    let code = &out[start..];
    if digits::all_digits(code) {
        let zeros = code[..code.len() - 1].iter().take_while(|&&b| b == b'0').count();
        out.drain(start..start + zeros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_codes() {
        laws::recognised(
            &Id,
            &[
                ("0001234567890", "a card number"),
                ("M-000123", "prefix and number"),
                ("A007", "letter and digits"),
                ("2021/03/0001", "a number by year"),
                ("ORD_2021_17", "underscores"),
                ("7", "a short running number"),
                ("x9", "lower case"),
                ("550e8400-e29b-41d4-a716-446655440000", "a UUID"),
                ("0901.R.001", "an office code"),
                (" 12345 ", "spaces at the ends"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_code() {
        laws::refused(
            &Id,
            &[
                ("", "nothing"),
                ("-", "a dash for nothing"),
                ("NA", "a word for nothing"),
                ("aktif", "no digit"),
                ("Jl. Merdeka 10", "spaces inside"),
                ("budi@example.com", "an e-mail"),
                ("+62812", "a plus"),
                ("12,50", "a comma"),
                ("-5", "a negative number"),
                ("a0123456789012345678901234567890123456789012345678901234567890123456789", "too long"),
                ("№ 5", "a sign beyond ASCII"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Id,
            &[
                ("m-000123", "M000123"),
                ("M 000.123", "M000123"),
                ("000123", "123"),
                ("123.0", "123"),
                ("0000", "0"),
                ("A007", "A007"),
                ("00-12/3", "123"),
                ("ＡＢ１２", "AB12"),
                ("N-A", ""),
                ("null", ""),
                ("1#2", "1#2"),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ -]{0,2}[0A-Fa-f1-9_./ -]{0,20}(\\.0)?", any in "\\PC{0,8}") {
            laws::hold(&Id, &raw);
            laws::hold(&Id, near.as_bytes());
            laws::hold(&Id, any.as_bytes());
        }
    }
}
