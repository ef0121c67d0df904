use super::*;
use crate::identify::laws;
use proptest::prelude::*;

const ID: fn() -> Phone = || Phone::new(*b"ID");

#[test]
fn recognises_numbers() {
    laws::recognised(
        &ID(),
        &[
            ("081234567890", "a mobile as dialled at home"),
            ("6281234567890", "with country code, no plus"),
            ("+62 812-3456-7890", "international"),
            ("(0812) 3456 7890", "brackets"),
            ("0062 812 3456 7890", "00 for the plus"),
            ("81234567890", "zero dropped by a spreadsheet"),
            ("(021) 5551234", "a line in Jakarta"),
            ("+49 30 901820", "another country"),
            ("tel:+62-812-3456-7890", "RFC 3966"),
            ("+62 21 5551234 ext. 12", "an extension"),
            ("0812.3456.7890", "dots"),
            ("HP: 0812 3456 7890", "a label"),
            ("081234567890.0", "taken for a fraction by a table tool"),
        ],
    );
    laws::recognised(
        &Phone::new(*b"US"),
        &[
            ("(650) 253-0000", "brackets"),
            ("650-253-0000", "hyphens"),
            ("6502530000", "ten digits"),
            ("16502530000", "with country code"),
            ("+16502530000", "E.164"),
            ("1-650-253-0000", "long distance"),
            ("650.253.0000", "dots"),
            ("+62 812 3456 7890", "another country"),
            ("001 650 253 0000", "00 for the plus"),
            ("650 253 0000 x12", "an extension"),
        ],
    );
}

#[test]
fn refuses_what_is_no_number() {
    laws::refused(
        &ID(),
        &[
            ("20210312", "a date"),
            ("3201011703850001", "a NIK"),
            ("4111111111111111", "a payment card"),
            ("0001234567890", "a health card"),
            ("12345", "a running number"),
            ("0812****7890", "masked"),
            ("0812xxxx7890", "masked with letters"),
            ("1-800-FLOWERS", "a vanity number"),
            ("192.168.100.100", "an IP address"),
            ("2021-03-12 10:00:00", "a time"),
            ("1616161616", "a time stamp"),
            ("aktif", "a word"),
            ("-", "nothing"),
        ],
    );
}

#[test]
fn every_written_form_of_a_mobile_is_one_number_without_the_library() {
    for form in [
        "081234567890",
        "6281234567890",
        "+6281234567890",
        "+62 812-3456-7890",
        "(0812) 3456-7890",
        "0062812 3456 7890",
        "81234567890",
        "+62 (0)812 3456 7890",
        "+62 0812 3456 7890",
        "0812.3456.7890",
        " 081234567890 ",
        "'081234567890",
        "(+62) 812 3456 7890",
        "6281234567890.0",
    ] {
        let mut out = Vec::new();
        assert!(fast::normalise(form.as_bytes(), true, &mut out), "{form} reaches the library");
        assert_eq!(out, b"+6281234567890", "{form}");
        assert_eq!(ID().by_library(form.as_bytes()), (out, Shape::Plausible), "{form}");
        laws::hold(&ID(), form.as_bytes());
    }
    for form in
        ["tel:+62-812-3456-7890", "HP 0812 3456 7890", "081234567890 (Budi)", "081234567890 / 021 5551234", "０８１２３４５６７８９０"]
    {
        assert_eq!(laws::canon(&ID(), form.as_bytes()).0, b"+6281234567890", "{form}");
    }
}

#[test]
fn canonical_forms_of_the_rest() {
    laws::pairs(
        &ID(),
        &[
            ("(021) 555-1234", "+62215551234"),
            ("+62 21 555 1234 ext 12", "+62215551234"),
            ("tel:+62-21-555-1234;ext=12", "+62215551234"),
            ("49 1512 3456789", "+4915123456789"),
            ("+1 (650) 253-0000", "+16502530000"),
            ("0812****7890", "0812****7890"),
            ("tidak ada nomor", "tidak ada nomor"),
            ("0", "0"),
            ("NULL", ""),
        ],
    );
}

/// Published sample data of a music shop (Chinook): numbers with trunk zeros behind the country code and stray brackets.
#[test]
fn international_numbers_equal_their_reformatted_versions() {
    for (raw, region) in [
        ("+49 0711 2842222", "DE"),
        ("+1 (514) 721-4711", "CA"),
        ("+351 (213) 466-111", "PT"),
        ("+420 2 4172 5555", "CZ"),
        ("+44 0131 315 3300", "GB"),
        ("+91 080 22289999", "IN"),
        ("+91 0124 39883988", "IN"),
        ("+31 020 6223130", "NL"),
        ("+32 02 219 03 03", "BE"),
        ("+33 01 47 42 71 71", "FR"),
        ("+34 914 454 454", "ES"),
        ("+353 01 6792424", "IE"),
        ("+358 09 870 2000", "FI"),
        ("+39 06 39733434", "IT"),
        ("+43 01 5134505", "AT"),
        ("+453 3331 9991", "DK"),
        ("+46 08-651 52 52", "SE"),
        ("+47 22 44 22 22", "NO"),
        ("+48 22 828 37 39", "PL"),
        ("+54 (0)11 4311 4333", "AR"),
        ("+55 (11) 3033-5446", "BR"),
        ("+56 (0)2 635 4444", "CL"),
        ("+61 (02) 9332 3633", "AU"),
        ("+36 1 266 5588", "HU"),
        ("+1 (867) 920-2233", "CA"),
    ] {
        let (canonical, _) = laws::canon(&ID(), raw.as_bytes());
        let text = String::from_utf8(canonical.clone()).unwrap();
        assert!(text.starts_with('+'), "{raw}: {text}");
        laws::hold(&ID(), raw.as_bytes());
        let number = PHONE_NUMBER_UTIL.parse(text.as_str(), None).unwrap();
        let same =
            |form: &str, n: &Phone| assert_eq!(String::from_utf8(laws::canon(n, form.as_bytes()).0).unwrap(), text, "{form} from {raw}");
        let international = number.format_as(PhoneNumberFormat::International).into_owned();
        for n in [ID(), Phone::new(*b"US"), Phone::new(region.as_bytes().try_into().unwrap())] {
            same(raw, &n);
            same(&text, &n);
            same(&international, &n);
            same(&international.replace([' ', '-'], "."), &n);
            same(&international.replace('-', " "), &n);
            same(&number.format_as(PhoneNumberFormat::RFC3966), &n);
            if PHONE_NUMBER_UTIL.is_valid_number(&number) {
                same(&text.replace('+', "00"), &n);
            }
        }
        if PHONE_NUMBER_UTIL.is_valid_number(&number) {
            same(&number.format_as(PhoneNumberFormat::National), &Phone::new(region.as_bytes().try_into().unwrap()));
        }
    }
}

/// The fast path is the library's answer wherever it gives one.
fn agrees(n: &Phone, raw: &str) {
    let mut out = Vec::new();
    if fast::normalise(raw.as_bytes(), n.indonesia, &mut out) {
        assert_eq!((out, Shape::Plausible), n.by_library(raw.as_bytes()), "{raw}");
    }
    if fast::surely_e164(raw.as_bytes()) {
        let number = PHONE_NUMBER_UTIL.parse(raw, n.region).unwrap();
        assert_eq!(number.format_as(PhoneNumberFormat::E164), raw);
        assert!(PHONE_NUMBER_UTIL.is_possible_number(&number), "{raw}");
    }
}

const REGIONS: [&[u8; 2]; 12] = [b"ID", b"US", b"GB", b"DE", b"IT", b"AR", b"BR", b"MX", b"SG", b"BS", b"AU", b"ZZ"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_fast_path_is_the_library_s_answer(
        start in "(\\+62|62|0062|\\+62 ?\\(?0\\)?|0|\\(0|)", rest in "8[0-9]{1,3}[) -]{0,2}[0-9]{2,5}[ .-]?[0-9]{2,5}", region in 0..REGIONS.len(),
    ) {
        agrees(&Phone::new(*REGIONS[region]), &format!("{start}{rest}"));
    }

    #[test]
    fn plain_countries_are_plain(code in "(1|31|33|34|44|49|60|61|65|66|81|84|91)", rest in "[0-9]{7,12}", region in 0..REGIONS.len()) {
        agrees(&Phone::new(*REGIONS[region]), &format!("+{code}{rest}"));
    }

    #[test]
    fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), digits in "(\\+|00|0|)[0-9]{0,20}", near in "(tel:|HP |\\+|\\(|0)?[0-9][0-9 ()./+x*-]{4,20}(ext|x|;ext=|\\.0| \\(Budi\\))?[0-9]{0,3}",
                 any in "\\PC{0,16}", long in "[0-9 ]{60,80}", region in 0..REGIONS.len()) {
        let n = Phone::new(*REGIONS[region]);
        laws::hold(&n, &raw);
        laws::hold(&n, digits.as_bytes());
        laws::hold(&n, near.as_bytes());
        laws::hold(&n, any.as_bytes());
        laws::hold(&n, long.as_bytes());
    }
}

#[test]
fn every_mobile_that_needs_no_library_is_valid_to_it() {
    let mut canonical = Vec::new();
    for operator in (b'0'..=b'9').map(char::from) {
        for length in 7..=10 {
            for filler in ["0000000000", "9999999999", "1234567890"] {
                for before in ["0", "", "62", "+62", "0062", "+62 0"] {
                    let raw = format!("{before}8{operator}{}", &filler[..length]);
                    canonical.clear();
                    if fast::normalise(raw.as_bytes(), true, &mut canonical) && canonical.starts_with(b"+628") {
                        assert!(ID().valid_by_library(raw.as_bytes()), "{raw}");
                    }
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn what_looks_like_a_mobile_is_what_the_library_finds_valid(raw in "(\\+62|62|0062|0|)[ -]?8[0-9]{1,3}[ .-]?[0-9]{3,9}(\\.0)?") {
        let trimmed = crate::identify::digits::without_float_tail(raw.as_bytes().trim_ascii());
        let digits: Vec<u8> = trimmed.iter().copied().filter(u8::is_ascii_digit).collect();
        let expected = digits.len() >= 8 && ID().announced(trimmed, &digits) && ID().valid_by_library(trimmed);
        prop_assert_eq!(ID().recognise(raw.as_bytes()), expected);
    }
}

proptest! {
    /// Digits and separators have no label, remark or second number.
    #[test]
    fn bare_digits_are_those_of_the_number(raw in "[0-9 ().+-]{0,30}") {
        let raw = crate::identify::digits::without_float_tail(raw.as_bytes().trim_ascii());
        let mut room = [0; 40];
        let bare = fast::bare_digits(raw, &mut room).unwrap_or_default();
        let number = super::written::number(raw).unwrap_or_default();
        prop_assert_eq!(bare, number.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>());
    }
}
