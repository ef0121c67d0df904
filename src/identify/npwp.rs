//! Indonesian taxpayer number (Nomor Pokok Wajib Pajak), 15 or 16 digits.
//!
//! Source: Minister of Finance Regulation 112/PMK.03/2022, in force in full since 1 July 2024 by 136/2023: the old number
//! `99.999.999.9-999.999` becomes 16 digits by a leading 0; residents use their NIK, which never begins with 0. The ninth digit of the
//! old number is Luhn's check digit of the first eight (OECD, "Indonesia: information on tax identification numbers"). Canonical
//! form: sixteen digits; 15 digits gain the leading 0, and so do 14, the old number whose own zero a table tool dropped
//! (types 01 to 09 are the usual ones). So `01.234.567.4-999.000` and `0012345674999000` are one value, and a NIK stays a NIK.
//!
//! Implausible: other lengths, a wrong check digit, 16 digits that are neither an old number nor a NIK.

use super::quick::{Look, Rewrite};
use super::{Kind, Normaliser, Shape, digits, nik};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Npwp`].
pub struct Npwp;

fn plausible(canonical: &[u8]) -> bool {
    canonical.len() == 16
        && digits::all_digits(canonical)
        && if canonical[0] == b'0' {
            digits::luhn(&canonical[1..10]) && canonical[1..9] != *b"00000000"
        } else {
            nik::facts(canonical).is_some()
        }
}

impl Normaliser for Npwp {
    const KIND: Kind = Kind::Npwp;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if !digits::digits_or_text(raw, out) {
            return Shape::Implausible;
        }
        if (14..16).contains(&out.len()) {
            let digits = std::mem::take(out);
            out.extend(std::iter::repeat_n(b'0', 16 - digits.len()));
            out.extend_from_slice(&digits);
        }
        if plausible(out) { Shape::Plausible } else { Shape::Implausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        digits::all_digits(raw) && !(14..16).contains(&raw.len())
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        (Look::at(value, len).all_digits::<L>() && !(14..16).contains(&len)).then_some(Rewrite::NONE)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        // A bare NIK is not recognised as NPWP: a column of them is a NIK column. 14 digits are too little evidence.
        if digits::all_digits(raw) {
            return match *raw {
                [b'0', ..] if raw.len() == 16 => plausible(raw),
                _ => raw.len() == 15 && plausible(&[b"0", raw].concat()),
            };
        }
        let mut out = Vec::new();
        if raw.len() > 32 || !digits::strip(raw, &mut out) || !(15..=16).contains(&out.len()) {
            return false;
        }
        if out.len() == 16 && out[0] != b'0' {
            return false;
        }
        out.clear();
        self.normalise(raw, &mut out) == Shape::Plausible
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_npwps() {
        laws::recognised(
            &Npwp,
            &[
                ("01.234.567.4-999.000", "as printed"),
                ("012345674999000", "bare, 15 digits"),
                ("0012345674999000", "16 digits"),
                ("01.234.567.4.999.000", "dots throughout"),
                ("01 234 567 4 999 000", "spaces"),
                ("0012 3456 7499 9000", "16 digits in fours"),
                ("02.345.678.3-012.000", "a company"),
                ("'012345674999000", "kept as text by a spreadsheet"),
                ("01.234.567.4-999.001", "a branch"),
                ("71.111.222.7-015.000", "a newer series"),
                ("012345674999000.0", "taken for a fraction by a table tool"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_npwp() {
        laws::refused(
            &Npwp,
            &[
                ("01.234.567.5-999.000", "wrong check digit"),
                ("00.000.000.0-000.000", "the blank of a form"),
                ("01.234.567.4-999", "12 digits"),
                ("12345674999000", "14 digits alone are too little"),
                ("3201011703850001", "a NIK is recognised as NIK"),
                ("0112345674999000", "16 digits, check digit elsewhere"),
                ("00012345674999000", "17 digits"),
                ("01.234.567.4-999.OOO", "letters"),
                ("081234567890", "a phone number"),
                ("**.***.567.4-999.000", "masked"),
                ("-", "nothing"),
            ],
        );
    }

    #[test]
    fn the_old_form_and_the_new_are_one_value() {
        laws::pairs(
            &Npwp,
            &[
                ("01.234.567.4-999.000", "0012345674999000"),
                ("012345674999000", "0012345674999000"),
                ("0012345674999000", "0012345674999000"),
                ("12345674999000", "0012345674999000"),
                ("3201011703850001", "3201011703850001"),
                ("123", "123"),
                ("belum ada", "belum ada"),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ ']?[0-9]{2}\\.?[0-9]{3}\\.?[0-9]{3}\\.?[0-9]-?[0-9]{3}\\.?[0-9]{2,5}(\\.0)?") {
            laws::hold(&Npwp, &raw);
            laws::hold(&Npwp, near.as_bytes());
        }
    }
}
