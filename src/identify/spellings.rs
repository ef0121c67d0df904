//! The ways in which people write an identifier before they take its digest. A digest fits one of them or none, so that each is in the index.
//!
//! | kind | digested as |
//! |---|---|
//! | e-mail | canonical (lower case); lower case as written; as written |
//! | phone | `+62812…`, `62812…`, `0812…`, `812…`; as written |
//! | numbers (NIK, NKK, NPWP, BPJS, card) | canonical; the digits as written; as written |
//! | anything else | canonical; as written |
//!
//! "As written" is the institution's own value without white space around it. Ways that give the same bytes count once.

use super::{Kind, digits};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

/// The spellings of one value. Reusable.
#[derive(Default)]
pub struct Spellings {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Spellings of one value at most.
pub const MOST: usize = 5;

impl Spellings {
    /// The spellings of a value of `kind`, written `raw`, whose canonical form is `canonical`. A missing value has none.
    pub fn fill(&mut self, kind: Kind, raw: &[u8], canonical: &[u8]) {
        self.bytes.clear();
        self.ends.clear();
        if canonical.is_empty() {
            return;
        }
        let written = raw.trim_ascii();
        match kind {
            Kind::Phone => self.phone(canonical),
            Kind::Email => {
                self.add(canonical);
                self.add(String::from_utf8_lossy(written).to_lowercase().as_bytes());
            }
            Kind::Nik | Kind::Nkk | Kind::Npwp | Kind::Bpjs | Kind::Card => {
                self.add(canonical);
                let mut bare = Vec::new();
                if digits::strip(written, &mut bare) {
                    self.add(&bare);
                }
            }
            _ => self.add(canonical),
        }
        self.add(written);
    }

    /// Each spelling once.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().scan(0, |from, &to| {
            let spelling = &self.bytes[*from..to];
            *from = to;
            Some(spelling)
        })
    }

    fn add(&mut self, spelling: &[u8]) {
        if !spelling.is_empty() && self.iter().all(|known| known != spelling) {
            self.bytes.extend_from_slice(spelling);
            self.ends.push(self.bytes.len());
        }
    }

    fn phone(&mut self, canonical: &[u8]) {
        self.add(canonical);
        let Some(number) = canonical.strip_prefix(b"+") else { return };
        self.add(number);
        if let Some(national) = number.strip_prefix(b"62") {
            self.add(&[b"0", national].concat());
            self.add(national);
            return;
        }
        // `+44 7400 123456` and `07400 123456`: the library knows where a country's code ends and what is dialled at home.
        let Some(parsed) = std::str::from_utf8(canonical).ok().and_then(|text| PHONE_NUMBER_UTIL.parse(text, None).ok()) else { return };
        let only_digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
        let international = parsed.format_as(PhoneNumberFormat::International).into_owned();
        if let Some((code, _)) = international.split_once([' ', '-'])
            && let Some(national) = number.strip_prefix(only_digits(code).as_slice())
        {
            self.add(&only_digits(&parsed.format_as(PhoneNumberFormat::National)));
            self.add(national);
        }
    }
}

impl std::fmt::Debug for Spellings {
    /// Values are not printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Spellings({} ways)", self.ends.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::{KINDS, Params, canonical};
    use proptest::prelude::*;

    fn of(kind: Kind, region: &[u8; 2], raw: &str) -> Vec<String> {
        let params = Params { region: *region, ..Params::default() };
        let mut spellings = Spellings::default();
        spellings.fill(kind, b"another before", b"another before");
        spellings.fill(kind, raw.as_bytes(), &canonical(kind, &params, raw.as_bytes()).0);
        spellings.iter().map(|s| String::from_utf8(s.to_vec()).unwrap()).collect()
    }

    #[test]
    fn what_people_digest() {
        assert_eq!(of(Kind::Email, b"ID", "budi@example.com"), ["budi@example.com"]);
        assert_eq!(of(Kind::Email, b"ID", " Budi@Example.com"), ["budi@example.com", "Budi@Example.com"]);
        let beyond = ["josé@xn--bcher-kva.example", "josé@bücher.example", "José@Bücher.example"];
        assert_eq!(of(Kind::Email, b"ID", "José@Bücher.example"), beyond);
        let mobile = ["+6281234567890", "6281234567890", "081234567890", "81234567890"];
        for raw in mobile {
            assert_eq!(of(Kind::Phone, b"ID", raw), mobile);
        }
        assert_eq!(of(Kind::Phone, b"ID", "0812-3456-7890"), [&mobile[..], &["0812-3456-7890"]].concat());
        assert_eq!(of(Kind::Phone, b"ID", "(021) 5551234")[..4], ["+62215551234", "62215551234", "0215551234", "215551234"]);
        assert_eq!(of(Kind::Phone, b"GB", "07400 123456"), ["+447400123456", "447400123456", "07400123456", "7400123456", "07400 123456"]);
        assert_eq!(of(Kind::Phone, b"US", "6502530000"), ["+16502530000", "16502530000", "6502530000"]);
        assert_eq!(of(Kind::Nik, b"ID", "32.01.01.170385.0001"), ["3201011703850001", "32.01.01.170385.0001"]);
        assert_eq!(of(Kind::Npwp, b"ID", "01.234.567.4-999.000"), ["0012345674999000", "012345674999000", "01.234.567.4-999.000"]);
        assert_eq!(of(Kind::Bpjs, b"ID", "1234567890"), ["0001234567890", "1234567890"]);
        assert_eq!(of(Kind::Id, b"ID", "m-000123"), ["M000123", "m-000123"]);
        assert_eq!(of(Kind::Email, b"ID", "NULL"), [""; 0]);
    }

    proptest! {
        #[test]
        fn the_canonical_and_the_written_form_are_always_among_them(raw in "[ ]?[0-9A-Za-z+@. -]{1,24}", kind in 0usize..14) {
            let kind = KINDS[kind];
            let canonical = canonical(kind, &Params::default(), raw.as_bytes()).0;
            let mut spellings = Spellings::default();
            spellings.fill(kind, raw.as_bytes(), &canonical);
            let mut all: Vec<&[u8]> = spellings.iter().collect();
            prop_assert!(all.len() <= MOST);
            if canonical.is_empty() {
                prop_assert!(all.is_empty());
            } else {
                prop_assert!(all.contains(&canonical.as_slice()) && all.contains(&raw.as_bytes().trim_ascii()));
            }
            all.sort_unstable();
            prop_assert!(all.windows(2).all(|w| w[0] != w[1]), "each once");
        }
    }
}
