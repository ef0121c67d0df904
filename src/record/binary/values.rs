//! Values that are not text, written as text: one form for all formats.

use jiff::Span;
use jiff::civil::{Date, date};
use std::fmt::Display;
use std::io::Write;

/// Seconds of a day.
pub(super) const DAY: i64 = 24 * 60 * 60;

const NANOS: i64 = 1_000_000_000;

/// As it is displayed. Numbers have no exponent that way.
pub(super) fn push_display(out: &mut Vec<u8>, value: impl Display) {
    // Writing to memory does not fail.
    let _ = write!(out, "{value}");
}

/// Bytes that may be text: as they are if they are UTF-8, by their hexadecimal digits otherwise.
pub(super) fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if std::str::from_utf8(bytes).is_ok() {
        out.extend_from_slice(bytes);
    } else {
        out.extend(bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]));
    }
}

/// The day that is `days` after 1970-01-01, within the years 0 to 9999.
fn day(days: i64) -> Option<Date> {
    let span: Span = Span::new().try_days(days).ok()?;
    let day = date(1970, 1, 1).checked_add(span).ok()?;
    (day.year() >= 0).then_some(day)
}

/// The day that is `days` after 1970-01-01 as `YYYY-MM-DD`; `false`, with nothing written, outside of the years 0 to 9999.
pub(super) fn push_date(out: &mut Vec<u8>, days: i64) -> bool {
    let Some(day) = day(days) else {
        return false;
    };
    push_display(out, format_args!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()));
    true
}

/// A time of day, or a duration, as `HH:MM:SS` and as much of a fraction as there is.
pub(super) fn push_time(out: &mut Vec<u8>, seconds: u64, nanos: u32) {
    push_display(out, format_args!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    if nanos > 0 {
        let start = out.len();
        push_display(out, format_args!(".{nanos:09}"));
        let zeros = out[start..].iter().rev().take_while(|&&b| b == b'0').count();
        out.truncate(out.len() - zeros);
    }
}

/// A moment as `YYYY-MM-DD HH:MM:SS` and as much of a fraction as there is; `false`, with nothing written, outside of the years 0 to 9999.
pub(super) fn push_moment(out: &mut Vec<u8>, seconds: i64, nanos: u32) -> bool {
    if !push_date(out, seconds.div_euclid(DAY)) {
        return false;
    }
    out.push(b' ');
    push_time(out, seconds.rem_euclid(DAY) as u64, nanos);
    true
}

/// A count of units since 1970, of which a second has `per_second`, as a moment; the count itself outside of the years 0 to 9999.
pub(super) fn push_timestamp(out: &mut Vec<u8>, count: i64, per_second: i64) {
    let nanos = count.rem_euclid(per_second) * (NANOS / per_second);
    if !push_moment(out, count.div_euclid(per_second), nanos as u32) {
        push_display(out, count);
    }
}

/// A count of units since midnight as a time of day; the count itself where it is none.
pub(super) fn push_time_of_day(out: &mut Vec<u8>, count: i64, per_second: i64) {
    if (0..DAY * per_second).contains(&count) {
        push_time(out, (count / per_second) as u64, (count % per_second * (NANOS / per_second)) as u32);
    } else {
        push_display(out, count);
    }
}

/// A whole number in two's complement, most significant byte first, with its last `scale` digits behind the point. Numbers of more than 32 bytes
/// are no numbers that a database has: they are written as bytes.
pub(super) fn push_decimal(out: &mut Vec<u8>, unscaled: &[u8], scale: usize) {
    if unscaled.len() > 32 || scale > 128 {
        return push_bytes(out, unscaled);
    }
    let negative = unscaled.first().is_some_and(|b| b & 0x80 != 0);
    let mut left: Vec<u8> = unscaled.to_vec();
    if negative {
        let mut carry = true;
        for byte in left.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
        }
    }
    // Digits from the last one on, by long division.
    let mut digits = Vec::new();
    while left.iter().any(|&b| b != 0) || digits.len() <= scale {
        let mut rest = 0u16;
        for byte in &mut left {
            let dividend = rest << 8 | u16::from(*byte);
            (*byte, rest) = ((dividend / 10) as u8, dividend % 10);
        }
        digits.push(b'0' + rest as u8);
    }
    if negative {
        out.push(b'-');
    }
    for (place, digit) in digits.iter().enumerate().rev() {
        out.push(*digit);
        if place == scale && scale > 0 {
            out.push(b'.');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn days_and_moments_have_one_form() {
        assert_eq!(written(|o| assert!(push_date(o, 0))), "1970-01-01");
        assert_eq!(written(|o| assert!(push_date(o, -1))), "1969-12-31");
        assert_eq!(written(|o| assert!(push_date(o, 19_782))), "2024-02-29");
        assert_eq!(written(|o| assert!(!push_date(o, i64::MAX) && !push_date(o, 3_000_000))), "");
        assert_eq!(written(|o| push_timestamp(o, -1, 1000)), "1969-12-31 23:59:59.999");
        assert_eq!(written(|o| push_timestamp(o, 1_600_000_000_500_000, 1_000_000)), "2020-09-13 12:26:40.5");
        assert_eq!(written(|o| push_timestamp(o, i64::MAX, 1000)), i64::MAX.to_string());
        assert_eq!(written(|o| push_time_of_day(o, 86_399_000, 1000)), "23:59:59");
        assert_eq!(written(|o| push_time_of_day(o, 86_400_000, 1000)), "86400000");
    }

    #[test]
    fn bytes_are_text_or_digits() {
        assert_eq!(written(|o| push_bytes(o, "é".as_bytes())), "é");
        assert_eq!(written(|o| push_bytes(o, &[0xff, 0x0a])), "ff0a");
    }

    proptest! {
        #[test]
        fn decimals_are_those_of_128_bits(number in any::<i128>(), scale in 0usize..45) {
            let whole = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
            let (before, behind) = whole.split_at(whole.len() - scale);
            let point = if scale > 0 { "." } else { "" };
            let sign = if number < 0 { "-" } else { "" };
            prop_assert_eq!(written(|o| push_decimal(o, &number.to_be_bytes(), scale)), format!("{sign}{before}{point}{behind}"));
        }
    }
}
