//! Payment card number, 13 to 19 digits.
//!
//! Source: ISO/IEC 7812-1 (numbering, check digit by Luhn's formula in annex B). Canonical form: the digits without separators. Implausible:
//! other lengths, a wrong check digit; such values keep their digits. The recogniser also asks for a first digit of a
//! payment network (2 to 6), since one in ten random numbers passes the check digit.

use super::quick::{Look, Rewrite};
use super::{Kind, Normaliser, Shape, digits};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Card`].
pub struct Card;

fn plausible(canonical: &[u8]) -> bool {
    (13..=19).contains(&canonical.len()) && digits::all_digits(canonical) && digits::luhn(canonical) && canonical.iter().any(|&b| b != b'0')
}

impl Normaliser for Card {
    const KIND: Kind = Kind::Card;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if digits::digits_or_text(raw, out) && plausible(out) { Shape::Plausible } else { Shape::Implausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        digits::all_digits(raw)
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        Look::at(value, len).all_digits::<L>().then_some(Rewrite::NONE)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        if digits::all_digits(raw) {
            return matches!(raw[0], b'2'..=b'6') && plausible(raw);
        }
        let mut out = Vec::new();
        raw.len() <= 40 && self.normalise(raw, &mut out) == Shape::Plausible && matches!(out[0], b'2'..=b'6')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    // Numbers that the networks and their processors publish for testing.
    #[test]
    fn recognises_cards() {
        laws::recognised(
            &Card,
            &[
                ("4111111111111111", "Visa"),
                ("4222222222222", "Visa of 13 digits"),
                ("5555555555554444", "Mastercard"),
                ("2223003122003222", "Mastercard, 2 series"),
                ("378282246310005", "American Express"),
                ("30569309025904", "Diners Club"),
                ("6011111111111117", "Discover"),
                ("3530111333300000", "JCB"),
                ("4111 1111 1111 1111", "as printed"),
                ("4111-1111-1111-1111", "hyphens"),
                ("6304000000000000", "Maestro"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_card() {
        laws::refused(
            &Card,
            &[
                ("4111111111111112", "wrong check digit"),
                ("411111111111", "12 digits"),
                ("41111111111111111111", "20 digits"),
                ("0000000000000000", "all zero"),
                ("7992739871300000", "no network begins with 7"),
                ("1234567812345670", "no network begins with 1"),
                ("4111********1111", "masked"),
                ("4.11E+15", "scientific notation"),
                ("4111 1111 1111 111O", "letter O"),
                ("card", "a word"),
                ("-", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Card,
            &[
                ("4111 1111 1111 1111", "4111111111111111"),
                ("4111********1111", "4111********1111"),
                ("'4111111111111111", "4111111111111111"),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ ']?[2-6][0-9]{3}([ -]?[0-9]{4}){2,4}(\\.0|x)?") {
            laws::hold(&Card, &raw);
            laws::hold(&Card, near.as_bytes());
        }
    }
}
