//! What the kinds made of digits share: separators, the traces that spreadsheets leave, check digits, dates inside numbers.

use super::text::Text;
use super::{Normaliser, is_missing};

/// Characters between or around digits that say nothing: spaces, the usual separators, and what spreadsheets put around a number
/// to keep it text (`'123`, `="123"`).
fn is_separator(b: u8) -> bool {
    b.is_ascii_whitespace() || matches!(b, b'-' | b'.' | b'/' | b'_' | b'\'' | b'`' | b'"' | b'=' | b'(' | b')')
}

/// Drops the `.0` that a number gains when a table tool took its column for fractions: only after nothing but digits.
pub(super) fn without_float_tail(raw: &[u8]) -> &[u8] {
    match raw.strip_suffix(b".0") {
        Some(head) if !head.is_empty() && head.iter().all(u8::is_ascii_digit) => head,
        _ => raw,
    }
}

/// Appends the digits of `raw` if it holds digits and separators only; says whether it did.
pub(super) fn strip(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let raw = without_float_tail(raw.trim_ascii());
    let start = out.len();
    let mut bytes = raw.iter().copied().peekable();
    while let Some(b) = bytes.next() {
        if b.is_ascii_digit() {
            out.push(b);
        } else if b == 0xC2 && bytes.peek() == Some(&0xA0) {
            bytes.next();
        } else if !is_separator(b) {
            out.truncate(start);
            return false;
        }
    }
    out.len() > start
}

/// Puts a value of a kind made of digits in canonical form: its digits, or what the text kind makes of it when anything else is
/// in it (a masked or scientific number, a remark). Says whether the digits alone are in `out`.
pub(super) fn digits_or_text(raw: &[u8], out: &mut Vec<u8>) -> bool {
    if is_missing(raw) {
        return false;
    }
    if strip(raw, out) {
        return true;
    }
    Text.normalise(raw, out);
    // Full-width digits are ordinary digits by now.
    let mut again = Vec::new();
    if strip(out, &mut again) {
        *out = again;
        return true;
    }
    false
}

/// True for digits and nothing else, at least one.
pub(super) fn all_digits(raw: &[u8]) -> bool {
    // Nearly all that is something else shows it by its first byte; the rest is looked at without stopping, many bytes at a time.
    raw.first().is_some_and(u8::is_ascii_digit) && raw.iter().fold(true, |all, b| all & b.is_ascii_digit())
}

/// Luhn's check (ISO/IEC 7812-1 annex B): every second digit from the right doubled, digit sums added, divisible by ten.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &d)| {
            let d = u32::from(d.wrapping_sub(b'0'));
            // Without a branch on the digit, which is as good as random.
            let doubled = 2 * d - 9 * u32::from(d > 4);
            if i % 2 == 0 { d } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Two digits as a number. The caller has checked that they are digits.
pub(super) fn two(digits: &[u8], at: usize) -> u8 {
    digits[at].wrapping_sub(b'0').wrapping_mul(10).wrapping_add(digits[at + 1].wrapping_sub(b'0'))
}

/// Whether day, month and two-digit year are a day of the calendar. 29 February passes in year 00: 1900 had none, 2000 did.
pub(super) fn real_day(day: u8, month: u8, year: u8) -> bool {
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=longest).contains(&day)
}

/// Province codes of Indonesian civil registration (Kemendagri, "Kode dan Data Wilayah Administrasi Pemerintahan": Permendagri
/// 72/2019, Kepmendagri 050-145/2022 and its successors for 93–96). Provinces split off later keep the old codes in numbers that were issued before.
const PROVINCES: [u8; 38] = [
    11, 12, 13, 14, 15, 16, 17, 18, 19, 21, // Sumatra and its islands
    31, 32, 33, 34, 35, 36, // Java
    51, 52, 53, // Bali and Nusa Tenggara
    61, 62, 63, 64, 65, // Kalimantan
    71, 72, 73, 74, 75, 76, // Sulawesi
    81, 82, // Maluku
    91, 92, 93, 94, 95, 96, // Papua
];

/// A bit for each.
const PROVINCE_BITS: u128 = {
    let (mut bits, mut i) = (0u128, 0);
    while i < PROVINCES.len() {
        bits |= 1u128 << PROVINCES[i];
        i += 1;
    }
    bits
};

/// Whether six digits can be province, regency and district. Regencies count from 01, cities from 71; the lists of districts
/// change every year, so only 00 is refused.
pub(super) fn real_region(digits: &[u8]) -> bool {
    two(digits, 0) < 100 && PROVINCE_BITS >> two(digits, 0) & 1 == 1 && matches!(two(digits, 2), 1..=79) && two(digits, 4) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_takes_the_standard_s_own_example_and_no_neighbour() {
        assert!(luhn(b"79927398713"));
        assert!(!luhn(b"79927398714"));
        assert!(!luhn(b"79927398731"));
    }

    #[test]
    fn separators_and_spreadsheet_traces_go_anything_else_stays() {
        let digits = |raw: &[u8]| {
            let mut out = Vec::new();
            strip(raw, &mut out).then(|| String::from_utf8(out).unwrap())
        };
        assert_eq!(digits(b" 12-34.5/6_7 ").as_deref(), Some("1234567"));
        assert_eq!(digits(b"=\"00123\"").as_deref(), Some("00123"));
        assert_eq!(digits(b"'00123").as_deref(), Some("00123"));
        assert_eq!(digits(b"123.0").as_deref(), Some("123"));
        assert_eq!(digits(b"12.3.0").as_deref(), Some("1230"));
        assert_eq!(digits("1\u{a0}2".as_bytes()).as_deref(), Some("12"));
        assert_eq!(digits(b"12a"), None);
        assert_eq!(digits(b"--"), None);
    }

    proptest::proptest! {
        /// What is told at once of digits alone, and what is told of them with a space behind.
        #[test]
        fn digits_alone_are_recognised_as_with_a_space(
            raw in "[0-9]{0,24}|000[0-9]{10}|0[0-9]{14,15}|[1-9][1-6][0-7][1-9][0-9][1-9][0-7][0-9](0[1-9]|1[0-2])[0-9]{6}",
        ) {
            use crate::identify::{bpjs::Bpjs, card::Card, nik::Nik, nkk::Nkk, npwp::Npwp};
            let spaced = format!("{raw} ");
            let all = |raw: &[u8]| [Nik.recognise(raw), Nkk.recognise(raw), Npwp.recognise(raw), Bpjs.recognise(raw), Card.recognise(raw)];
            proptest::prop_assert_eq!(all(raw.as_bytes()), all(spaced.as_bytes()));
        }
    }

    #[test]
    fn days_are_checked_against_the_calendar() {
        assert!(real_day(29, 2, 0) && real_day(31, 12, 99) && real_day(30, 4, 50));
        assert!(!real_day(29, 2, 1) && !real_day(31, 4, 50) && !real_day(0, 1, 1) && !real_day(1, 13, 1));
    }
}
