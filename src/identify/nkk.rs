//! Indonesian family card number (Nomor Kartu Keluarga), 16 digits.
//!
//! Source: Presidential Regulation 96/2018 and Kemendagri's region codes: six digits of region, six of the day the card was issued
//! (DDMMYY, nothing added), four of a running number. Canonical form and the treatment of implausible values are those of the NIK.

use super::quick::{Look, Rewrite};
use super::{Kind, Normaliser, Shape, digits};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Nkk`].
pub struct Nkk;

fn plausible(canonical: &[u8]) -> bool {
    canonical.len() == 16
        && digits::all_digits(canonical)
        && digits::real_region(canonical)
        && digits::real_day(digits::two(canonical, 6), digits::two(canonical, 8), digits::two(canonical, 10))
        && &canonical[12..] != b"0000"
}

impl Normaliser for Nkk {
    const KIND: Kind = Kind::Nkk;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if raw.len() == 16 && digits::all_digits(raw) {
            out.extend_from_slice(raw);
        } else if !digits::digits_or_text(raw, out) {
            return Shape::Implausible;
        }
        if plausible(out) { Shape::Plausible } else { Shape::Implausible }
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
            return plausible(raw);
        }
        raw.len() <= 32 && self.normalise(raw, &mut Vec::new()) == Shape::Plausible
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_family_cards() {
        laws::recognised(
            &Nkk,
            &[
                ("3201012105100007", "issued 21 May 2010"),
                ("3201010101080001", "issued on New Year's Day"),
                ("1207263112150042", "issued on 31 December"),
                ("3578102902120003", "issued on 29 February 2012"),
                ("9171030708190011", "Papua"),
                ("32.01.01.210510.0007", "dots"),
                ("320101-210510-0007", "hyphens"),
                (" 3201012105100007 ", "spaces at the ends"),
                ("'3201012105100007", "kept as text by a spreadsheet"),
                ("3201012105100007.0", "taken for a fraction by a table tool"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_family_card() {
        laws::refused(
            &Nkk,
            &[
                ("3201015703850001", "a woman's NIK: day 57"),
                ("320101210510007", "15 digits"),
                ("32010121051000071", "17 digits"),
                ("9901012105100007", "no province 99"),
                ("3299012105100007", "no regency 99"),
                ("3201002105100007", "no district 00"),
                ("3201013006310000", "running number 0000"),
                ("3201013102100007", "no 31 February"),
                ("3201012113100007", "no month 13"),
                ("320101******0007", "masked"),
                ("NULL", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(&Nkk, &[("32.01.01.210510.0007", "3201012105100007"), ("320101 ??", "320101 ??"), ("n/a", "")]);
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ ']?32[0-7][1-9]0[1-9][0-6][0-9][01][0-9]{7}[ x]?") {
            laws::hold(&Nkk, &raw);
            laws::hold(&Nkk, near.as_bytes());
        }
    }
}
