//! Indonesian national identity number (Nomor Induk Kependudukan), 16 digits.
//!
//! Source: Government Regulation 37/2007 article 37: six digits of region (province, regency or city, district), six of the birth
//! date as DDMMYY with 40 added to a woman's day, four of a running number. Region codes: Kemendagri's lists (see
//! `digits::PROVINCES`). Canonical form: the sixteen digits without separators.
//!
//! Implausible: another length, an unknown province, district 00, no such day, running number 0000. Such values keep
//! their digits; what holds anything but digits and separators is put in the form of the text kind.

use super::quick::{Look, Rewrite};
use super::{Kind, Normaliser, Shape, digits};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Nik`].
pub struct Nik;

/// What a NIK says about its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Province code, Kemendagri.
    pub province: u8,
    /// Regency or city within the province.
    pub regency: u8,
    /// District within the regency.
    pub district: u8,
    /// Day of birth, 1 to 31.
    pub day: u8,
    /// Month of birth, 1 to 12.
    pub month: u8,
    /// Year of birth within its century; the number does not say which.
    pub year: u8,
    /// Registered as a woman.
    pub female: bool,
}

/// What a plausible canonical NIK says; `None` for anything else.
#[must_use]
pub fn facts(canonical: &[u8]) -> Option<Facts> {
    if canonical.len() != 16 || !digits::all_digits(canonical) || !digits::real_region(canonical) || &canonical[12..] == b"0000" {
        return None;
    }
    let written = digits::two(canonical, 6);
    let female = written > 40;
    let (day, month, year) = (if female { written - 40 } else { written }, digits::two(canonical, 8), digits::two(canonical, 10));
    digits::real_day(day, month, year).then(|| Facts {
        province: digits::two(canonical, 0),
        regency: digits::two(canonical, 2),
        district: digits::two(canonical, 4),
        day,
        month,
        year,
        female,
    })
}

impl Normaliser for Nik {
    const KIND: Kind = Kind::Nik;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if raw.len() == 16 && digits::all_digits(raw) {
            out.extend_from_slice(raw);
        } else if !digits::digits_or_text(raw, out) {
            return Shape::Implausible;
        }
        if facts(out).is_some() { Shape::Plausible } else { Shape::Implausible }
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
            return facts(raw).is_some();
        }
        let mut out = Vec::new();
        raw.len() <= 32 && self.normalise(raw, &mut out) == Shape::Plausible
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_niks() {
        laws::recognised(
            &Nik,
            &[
                ("3201011703850001", "a man born 17 March 1985 in West Java"),
                ("3201015703850001", "a woman born on that day"),
                ("3171012902000003", "29 February 2000"),
                ("3275020101990123", "a city (regency code from 71)"),
                ("1101010101700001", "Aceh, lowest province code"),
                ("9603010101010009", "Southwest Papua, province of 2022"),
                ("32.01.01.170385.0001", "dots as printed on some forms"),
                ("320101 170385 0001", "spaces"),
                ("'3201011703850001", "kept as text by a spreadsheet"),
                ("3201011703850001.0", "taken for a fraction by a table tool"),
                ("7371107112651234", "a woman born on 31 December"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_nik() {
        laws::refused(
            &Nik,
            &[
                ("320101170385001", "15 digits"),
                ("32010117038500011", "17 digits"),
                ("2001011703850001", "no province 20"),
                ("3200011703850001", "no regency 00"),
                ("3201001703850001", "no district 00"),
                ("3201013203850001", "no day 32"),
                ("3201017203850001", "no day 72"),
                ("3201013102850001", "no 31 February"),
                ("3201011713850001", "no month 13"),
                ("3201011703850000", "running number 0000"),
                ("32010117038500O1", "letter O"),
                ("320101******0001", "masked"),
                ("3.20101E+15", "scientific notation lost the rest"),
                ("4111111111111111", "a payment card"),
                ("", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms_and_facts() {
        laws::pairs(
            &Nik,
            &[
                ("32.01.01.170385.0001", "3201011703850001"),
                ("=\"3201011703850001\"", "3201011703850001"),
                ("0000000000000000", "0000000000000000"),
                ("320101XXXXXX0001", "320101xxxxxx0001"),
                ("３２０１０１１７０３８５０００１", "3201011703850001"),
            ],
        );
        let woman = facts(b"3201015703850001").unwrap();
        assert_eq!((woman.province, woman.regency, woman.district), (32, 1, 1));
        assert_eq!((woman.day, woman.month, woman.year, woman.female), (17, 3, 85, true));
        assert_eq!(facts(b"32010157038500"), None);
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ '=\"]{0,2}(32|31|[0-9]{2})[0-9]{14}(\\.0|[ x*-]?)", any in "[0-9０-９. ]{0,20}") {
            laws::hold(&Nik, &raw);
            laws::hold(&Nik, near.as_bytes());
            laws::hold(&Nik, any.as_bytes());
        }
    }
}
