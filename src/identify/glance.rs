//! What a value cannot be, seen from a count of its bytes: recognisers are asked only about values that they might know.

use super::Kind;

/// Counts of a value's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glance {
    ascii: bool,
    letters: usize,
    digits: usize,
    ats: usize,
    dots: usize,
    colons: usize,
}

impl Glance {
    /// Looks at a value once.
    pub(super) fn at(raw: &[u8]) -> Glance {
        let count = |is: fn(&u8) -> bool| raw.iter().filter(|b| is(b)).count();
        Glance {
            ascii: raw.is_ascii(),
            letters: count(u8::is_ascii_alphabetic),
            digits: count(u8::is_ascii_digit),
            ats: count(|&b| b == b'@'),
            dots: count(|&b| b == b'.'),
            colons: count(|&b| b == b':'),
        }
    }

    /// False only where the recogniser of `kind` says no. Each test is necessary for its recogniser, none is enough; beyond ASCII
    /// nothing is said, since folding makes digits and letters out of other signs.
    pub(super) fn may_be(self, kind: Kind) -> bool {
        if !self.ascii {
            return true;
        }
        match kind {
            Kind::Email => self.ats > 0,
            // Digits and separators only; the longest card has 19 digits, one more for the `.0` of a table tool.
            Kind::Nik | Kind::Nkk | Kind::Npwp | Kind::Bpjs | Kind::Card => self.letters == 0 && (13..=20).contains(&self.digits),
            // A country's two letters and two check digits, fifteen in all; the compact form keeps an `@`, and none has one.
            Kind::Iban => self.letters >= 2 && self.digits >= 2 && self.letters + self.digits >= 15 && self.ats == 0,
            Kind::Ip => self.dots >= 3 || self.colons >= 2,
            // A day and a year of two digits.
            Kind::Date => self.digits >= 3,
            Kind::Phone => self.digits >= 8,
            Kind::Passport => (1..=3).contains(&self.letters) && (6..=8).contains(&self.digits),
            Kind::Name => self.digits == 0 && self.letters > 0 && self.ats == 0,
            Kind::Text | Kind::Id => true,
            // One letter or digit a byte at least; base64 has four for three, nearly all of them letters and digits.
            Kind::Md5 => self.letters + self.digits >= 16,
            Kind::Sha1 => self.letters + self.digits >= 20,
            Kind::Sha256 => self.letters + self.digits >= 32,
            Kind::Sha512 => self.letters + self.digits >= 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::digest::ALGORITHMS;
    use crate::identify::{KINDS, Params, recognise};
    use proptest::prelude::*;

    fn never_turns_away_what_is_recognised(raw: &[u8]) {
        for region in [*b"ID", *b"US", *b"ES"] {
            let params = Params { region, ..Params::default() };
            for kind in KINDS.into_iter().chain(ALGORITHMS.map(|a| a.kind())) {
                assert!(Glance::at(raw).may_be(kind) || !recognise(kind, &params, raw), "{kind:?} {:?}", raw.escape_ascii().to_string());
            }
        }
    }

    /// Values that the recognisers know, in the forms that come nearest to the limits.
    const KNOWN: &[&str] = &[
        "budi@example.com",
        "Budi <budi+a@mail.example>",
        "\"mailto:BUDI@example.co.id?x=1\"",
        "3171234567890123",
        "31.71.23.450190.0001",
        "3171234501900001.0",
        "'3171234501900001",
        "=\"3171234541900001\"",
        "01.234.567.4-999.000",
        "0012345674999000",
        "012345674999000",
        "0001234567890",
        "900150983cd24fb0d6963f7d28e17f72",
        "kAFQmDzST7DWlj99KOF/cg==",
        "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
        "000-1234-567-890",
        "0001234567890.0",
        "4111111111111111",
        "4111 1111 1111 1111",
        "6304000000000000000",
        "4222222222222",
        "4222222222222.0",
        "6304000000000000000.0",
        "NO93 8601 1117 947",
        "NO9386011117947",
        "IBAN DE89 3704 0044 0532 0130 00",
        "gb82-west-1234-5698-7654-32",
        "MT84MALT011000012345MTLCAST001S",
        "10.0.0.1",
        "010.000.000.001:80",
        "::1",
        "[2001:db8::1]:443",
        "::ffff:1.2.3.4",
        "fe80::1%eth0",
        "2021-03-12",
        "1 Mar 21",
        "March 1, 99",
        "Senin, 1 Januari 2001 10:00",
        "20210312",
        "1/2/03",
        "081234567890",
        "+62 (812) 3456-7890",
        "Telp. 021-5551234 ext 12",
        "(202) 555-0123",
        "600 123 456",
        "A1234567",
        "abc-123456<<",
        "AB 1234567",
        "Budi Santoso, S.Kom.",
        "M-000123",
        "Siti Aminah",
    ];

    #[test]
    fn known_values_pass() {
        KNOWN.iter().for_each(|value| never_turns_away_what_is_recognised(value.as_bytes()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn whatever_is_recognised_passes(
            known in prop::sample::select(KNOWN),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3, prop::sample::select(&b"0123456789aZ@.,:-/ '\"=<>\x01\t_+x"[..])), 0..4),
        ) {
            let mut raw = known.as_bytes().to_vec();
            for (at, what, byte) in changes {
                if raw.is_empty() {
                    break;
                }
                let at = at.index(raw.len());
                match what {
                    0 => raw[at] = byte,
                    1 => raw.insert(at, byte),
                    _ => drop(raw.remove(at)),
                }
            }
            never_turns_away_what_is_recognised(&raw);
        }

        #[test]
        fn generated_values_pass(raw in prop_oneof![
            "[0-9]{6,21}(\\.0)?",
            "[0-9 ./-]{8,30}",
            "[0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{1,4})?",
            "[0-9a-f:.]{2,30}",
            "[A-Z]{1,3}[ -]?[0-9]{6,8}",
            "[0-9]{1,4}[-/. ]([0-9]{1,2}|Jan|mei|Agustus)[-/. ][0-9]{1,4}",
            "[a-zA-Z.,' -]{5,40}",
            "[a-z0-9.+]{1,10}@[a-z0-9]{1,8}\\.[a-z]{2,4}",
            "\\PC{0,20}",
        ]) {
            never_turns_away_what_is_recognised(raw.as_bytes());
        }
    }
}
