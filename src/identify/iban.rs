//! International bank account number.
//!
//! Source: ISO 13616-1 and the SWIFT IBAN registry, by the `iban_validate` crate. Canonical form: the electronic form, upper case
//! without white space and separators, a leading `IBAN` dropped. Implausible: a country that has none, a wrong length or structure, a wrong check number.

use super::text::compacted;
use super::{Kind, Normaliser, Shape, is_missing};

/// Normaliser of [`Kind::Iban`].
pub struct Iban;

impl Normaliser for Iban {
    const KIND: Kind = Kind::Iban;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        compacted(raw, out, compact);
        if plausible(out) { Shape::Plausible } else { Shape::Implausible }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        raw.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) && !raw.starts_with(b"IBAN") && !is_missing(raw)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        raw.len() <= 64 && self.normalise(raw, &mut Vec::new()) == Shape::Plausible
    }
}

fn compact(raw: &[u8], out: &mut Vec<u8>) {
    out.extend(
        raw.iter()
            .filter(|&&b| !(b <= b' ' || b == 0x7F || matches!(b, b'-' | b'.' | b'/' | b'_' | b':' | b'\'')))
            .map(u8::to_ascii_uppercase),
    );
    // Linear also on "IBANIBANIBAN…": counted first, dropped once. What is nothing but the word stays.
    let words = out.chunks_exact(4).take_while(|c| c == b"IBAN").count();
    if words * 4 < out.len() {
        out.drain(..words * 4);
    } else {
        out.truncate(4);
    }
}

fn plausible(canonical: &[u8]) -> bool {
    (15..=34).contains(&canonical.len()) && std::str::from_utf8(canonical).is_ok_and(|text| text.parse::<::iban::Iban>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    // The examples of the SWIFT registry.
    #[test]
    fn recognises_ibans() {
        laws::recognised(
            &Iban,
            &[
                ("DE89370400440532013000", "Germany"),
                ("DE89 3704 0044 0532 0130 00", "paper form"),
                ("de89370400440532013000", "lower case"),
                ("GB29NWBK60161331926819", "United Kingdom"),
                ("FR1420041010050500013M02606", "France"),
                ("NL91ABNA0417164300", "Netherlands"),
                ("NO9386011117947", "Norway, the shortest"),
                ("MT84MALT011000012345MTLCAST001S", "Malta, the longest"),
                ("IBAN DE89 3704 0044 0532 0130 00", "with the word"),
                ("CH93-0076-2011-6238-5295-7", "hyphens"),
                ("SA0380000000608010167519", "Saudi Arabia"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_iban() {
        laws::refused(
            &Iban,
            &[
                ("DE88370400440532013000", "wrong check number"),
                ("DE8937040044053201300", "too short for Germany"),
                ("DE893704004405320130000", "too long for Germany"),
                ("ID89370400440532013000", "Indonesia has none"),
                ("ZZ89370400440532013000", "no such country"),
                ("89370400440532013000", "no country"),
                ("1234567890", "an account number"),
                ("GB29NWBK60161331926", "cut off"),
                ("DE89 3704 **** **** 0130 00", "masked"),
                ("IBAN", "the word alone"),
                ("", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Iban,
            &[
                ("IBAN: de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
                ("ＤＥ89370400440532013000", "DE89370400440532013000"),
                ("12-345", "12345"),
                ("IBANIBAN", "IBAN"),
                ("n.a", ""),
            ],
        );
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "(IBAN:? ?){0,2}[A-Za-z]{2}[0-9]{2}[ -]?[A-Z0-9 ]{8,30}", any in "\\PC{0,8}") {
            laws::hold(&Iban, &raw);
            laws::hold(&Iban, near.as_bytes());
            laws::hold(&Iban, any.as_bytes());
        }
    }
}
