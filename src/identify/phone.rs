//! Telephone number.
//!
//! Source: ITU-T E.164 (numbers), E.123 (written forms), RFC 3966 (`tel:`), by Google's libphonenumber in its port `rlibphonenumber`,
//! whose numbering plans are part of the ruleset. Canonical form: `+`, country code and national number. A number written without a
//! country code belongs to the default region. So `0812…`, `812…`, `62812…`, `+62 812-…`, `(0812) …` and `0062812…` are one number under region ID.
//!
//! Rules of our own, ahead of the library:
//! 1. A leading `00` is the `+` of most of the world, whatever the region dials, where that makes a valid number.
//! 2. Under region ID, `628` and a mobile number's digits is that mobile with its country code: nobody writes the area code 0628 without its 0.
//! 3. A number without `+` and `0` that is not valid nationally, but is with a `+` before it, has its country code.
//! 4. **Extensions are dropped**: the line is the number; a switchboard that many share becomes a common value.
//! 5. Letters are no digits (`0812xxxx1234` is masked, not a vanity number), but for a label before (`Telp.`, `tel:`, `HP`), an extension, or
//!    a remark in words after nine digits or more. Of two numbers in one value the first counts.
//!
//! Implausible: what the library cannot parse, or a length that the numbering plan does not have. What cannot be parsed keeps its digits, without a
//! plus; with letters in it, it is put in the form of the text kind.

mod fast;
mod written;

use super::quick::{self, Rewrite};
use super::{Kind, Normaliser, Shape, is_missing};
use crate::lanes::{BLOCK, Lanes};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

/// Normaliser of [`Kind::Phone`] under a default region.
#[derive(Clone, Copy, Debug)]
pub struct Phone {
    region: Option<Region>,
    indonesia: bool,
}

/// Bytes of the longest text that the library sees: its patterns are linear, but slow; no written number is longer.
const LONGEST: usize = 64;

/// Country codes whose numbers are dialled at home without a prefix (ITU-T, "Dialling procedures", 2011; NANP: 1 for long distance only).
const NO_TRUNK: [&str; 28] = [
    "1", "30", "34", "39", "45", "47", "48", "65", "350", "351", "352", "354", "356", "357", "370", "371", "372", "420", "502", "503",
    "504", "505", "506", "507", "852", "853", "965", "974",
];

/// Rounds after which a number is taken to be settled (a trunk prefix behind a trunk prefix takes one each).
const ROUNDS: usize = 8;

impl Phone {
    /// The normaliser for numbers of `region` (ISO 3166-1 alpha-2, upper case). Under a region that the library does not know only
    /// numbers with a country code are parsed.
    #[must_use]
    pub fn new(region: [u8; 2]) -> Phone {
        let code = std::str::from_utf8(&region).ok();
        Phone { region: code.and_then(|code| Region::from_code(code).ok()), indonesia: region == *b"ID" }
    }

    /// Our own rules, then the library, until the number stays: the definition that the fast path is tested against.
    fn by_library(&self, raw: &[u8]) -> (Vec<u8>, Shape) {
        let (mut current, mut shape) = self.step(raw);
        for _ in 0..ROUNDS {
            if fast::surely_e164(&current) {
                break;
            }
            let (next, next_shape) = self.step(&current);
            shape = next_shape;
            if next == current {
                break;
            }
            current = next;
        }
        if is_missing(&current) { (Vec::new(), Shape::Implausible) } else { (current, shape) }
    }

    fn step(&self, raw: &[u8]) -> (Vec<u8>, Shape) {
        let Some(number) = written::number(raw) else {
            return (written::fallback(raw), Shape::Implausible);
        };
        match self.parse(&number) {
            Some(parsed) => {
                let shape = if PHONE_NUMBER_UTIL.is_possible_number(&parsed) { Shape::Plausible } else { Shape::Implausible };
                (parsed.format_as(PhoneNumberFormat::E164).into_owned().into_bytes(), shape)
            }
            None => (written::fallback(raw), Shape::Implausible),
        }
    }

    /// Parses a written number that has been freed of remarks.
    fn parse(&self, number: &str) -> Option<PhoneNumber> {
        if number.len() > LONGEST {
            return None;
        }
        let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
        if number.contains('+') {
            return PHONE_NUMBER_UTIL.parse(number, self.region).ok();
        }
        let with_plus = |skip: usize| {
            let start = number.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).nth(skip)?.0;
            let text = format!("+{}", &number[start..]);
            PHONE_NUMBER_UTIL.parse(text.as_str(), self.region).ok()
        };
        let valid = |number: &PhoneNumber| PHONE_NUMBER_UTIL.is_valid_number(number);
        if digits.starts_with(b"00")
            && let Some(parsed) = with_plus(2).filter(valid)
        {
            return Some(parsed);
        }
        if self.indonesia && digits.starts_with(b"62") && fast::indonesian_mobile(&digits[2..]) {
            return with_plus(0);
        }
        let national = self.region.and_then(|region| PHONE_NUMBER_UTIL.parse(number, Some(region)).ok());
        if digits.starts_with(b"0") || national.as_ref().is_some_and(valid) {
            return national;
        }
        with_plus(0).filter(valid).or(national)
    }
}

impl Normaliser for Phone {
    const KIND: Kind = Kind::Phone;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if fast::normalise(raw, self.indonesia, out) {
            return Shape::Plausible;
        }
        if is_missing(raw) {
            return Shape::Implausible;
        }
        let (canonical, shape) = self.by_library(raw);
        out.extend_from_slice(&canonical);
        shape
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        fast::surely_e164(raw)
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        if self.indonesia {
            return quick::indonesian_mobile::<L>(value, len);
        }
        self.is_canonical(&value[..len as usize]).then_some(Rewrite::NONE)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        let raw = super::digits::without_float_tail(raw.trim_ascii());
        const LONGEST: usize = 40;
        if raw.len() > LONGEST {
            return false;
        }
        // Every Indonesian mobile of these forms is valid, and the library takes its time to start.
        if matches!(raw.first(), Some(b'0' | b'+')) && fast::is_indonesian_mobile(raw, self.indonesia) {
            return true;
        }
        if is_missing(raw) {
            return false;
        }
        let mut room = [0; LONGEST];
        let written: Vec<u8>;
        // Where nothing but separators stands around the digits, all of them are the number's.
        let digits = match fast::bare_digits(raw, &mut room) {
            Some(digits) => digits,
            None => {
                let Some(number) = written::number(raw) else { return false };
                written = number.bytes().filter(u8::is_ascii_digit).collect();
                &written[..]
            }
        };
        if digits.len() < 8 || !self.announced(raw, digits) {
            return false;
        }
        fast::is_indonesian_mobile(raw, self.indonesia) || self.valid_by_library(raw)
    }
}

impl Phone {
    /// Whether the library parses a number and finds it valid.
    fn valid_by_library(&self, raw: &[u8]) -> bool {
        let (canonical, shape) = self.by_library(raw);
        shape == Shape::Plausible
            && std::str::from_utf8(&canonical)
                .ok()
                .and_then(|text| PHONE_NUMBER_UTIL.parse(text, None).ok())
                .is_some_and(|number| PHONE_NUMBER_UTIL.is_valid_number(&number))
    }

    /// Whether a value says that it is a phone number by more than its digits: dates, amounts and running numbers are valid national numbers often
    /// enough. A plus, a trunk prefix, the own country code or an Indonesian mobile's beginning will do; where numbers are written without
    /// any of these (North America, Spain, Singapore …), separators as they are written, or ten digits.
    fn announced(&self, raw: &[u8], digits: &[u8]) -> bool {
        if raw.contains(&b'+') || digits.starts_with(b"00") || raw.get(..4).is_some_and(|p| p.eq_ignore_ascii_case(b"tel:")) {
            return true;
        }
        let Some(region) = self.region else {
            return false;
        };
        if self.indonesia {
            return digits.starts_with(b"0") && digits.len() >= 9
                || fast::indonesian_mobile(digits) && digits.len() >= 10
                || digits.starts_with(b"62") && fast::indonesian_mobile(&digits[2..]);
        }
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region).unwrap_or(0).to_string();
        if !NO_TRUNK.contains(&code.as_str()) {
            return digits.starts_with(b"0") || code == "7" && digits.starts_with(b"8");
        }
        digits.len() == 10 && code == "1" || raw.len() > digits.len() || digits.starts_with(code.as_bytes()) && digits.len() > 10
    }
}

#[cfg(test)]
mod tests;
