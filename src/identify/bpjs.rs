//! Card number of the Indonesian health insurance (BPJS Kesehatan, `Noka`), 13 digits.
//!
//! Source: BPJS Kesehatan's web service catalogue (VClaim, field `noKartu`: 13 characters). There is no public check digit. Canonical
//! form: thirteen digits without separators, leading zeros kept; 9 to 12 digits gain the zeros that a table tool dropped. Every number in
//! public descriptions begins with 000, so the recogniser asks for it: other 13-digit numbers are phones, EAN codes and
//! time stamps. Other lengths are implausible and keep their digits.

use super::quick::{Look, Rewrite};
use super::{Kind, Normaliser, Shape, digits};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Bpjs`].
pub struct Bpjs;

impl Normaliser for Bpjs {
    const KIND: Kind = Kind::Bpjs;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if !digits::digits_or_text(raw, out) {
            return Shape::Implausible;
        }
        let written = out.len();
        if (9..13).contains(&written) {
            out.resize(13, b'0');
            out.rotate_right(13 - written);
        }
        if out.len() == 13 { Shape::Plausible } else { Shape::Implausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        digits::all_digits(raw) && !(9..13).contains(&raw.len())
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        (Look::at(value, len).all_digits::<L>() && !(9..13).contains(&len)).then_some(Rewrite::NONE)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        let begins = |digits: &[u8]| digits.len() == 13 && digits.starts_with(b"000") && digits.iter().any(|&b| b != b'0');
        if digits::all_digits(raw) {
            return begins(raw);
        }
        let mut out = Vec::new();
        raw.len() <= 32 && digits::strip(raw, &mut out) && begins(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_card_numbers() {
        laws::recognised(
            &Bpjs,
            &[
                ("0001234567890", "thirteen digits"),
                ("0000123456789", "four zeros"),
                ("0002099999999", "another series"),
                ("0001-2345-67890", "hyphens"),
                ("0001 2345 67890", "spaces"),
                ("0001.2345.67890", "dots"),
                (" 0001234567890", "space before"),
                ("'0001234567890", "kept as text by a spreadsheet"),
                ("=\"0001234567890\"", "kept as text by a formula"),
                ("0009876543210", "high series"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_card_number() {
        laws::refused(
            &Bpjs,
            &[
                ("1234567890", "zeros dropped: too little evidence"),
                ("6281234567890", "a phone number"),
                ("0812345678901", "a phone number with trunk prefix"),
                ("8991234567890", "an EAN code"),
                ("1616161616161", "a time stamp in milliseconds"),
                ("0000000000000", "all zero"),
                ("00012345678901", "14 digits"),
                ("000123456789O", "letter O"),
                ("000*****67890", "masked"),
                ("", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Bpjs,
            &[
                ("0001-2345-67890", "0001234567890"),
                ("1234567890", "0001234567890"),
                ("12345678", "12345678"),
                ("0001234567890.0", "0001234567890"),
                ("X1", "x1"),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ ']?0{0,4}[0-9 -]{6,12}(\\.0|x)?") {
            laws::hold(&Bpjs, &raw);
            laws::hold(&Bpjs, near.as_bytes());
        }
    }
}
