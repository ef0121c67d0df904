//! Canonical dates as day numbers, two bytes a date in an index.

use super::parse;

/// Days since 1 January 1970 of a canonical date, 1 to 65,534 (2 January 1970 to 5 June 2149); `None` outside and for anything that is no
/// canonical date. 0 and 65,535 are left for "missing" and "out of range".
#[must_use]
pub fn day_number(canonical: &[u8]) -> Option<u16> {
    let day = parse::iso(canonical)?;
    // Count from 1 March of year 0, so that the leap day is the last of its year: a year's days before a month are then (153 m + 2) / 5.
    let shifted = i64::from(day.year) - i64::from(day.month <= 2);
    let month = (i64::from(day.month) + 9) % 12;
    let in_year = (153 * month + 2) / 5 + i64::from(day.day) - 1;
    const TO_1970: i64 = 719_468;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + in_year - TO_1970;
    u16::try_from(days).ok().filter(|n| (1..=65_534).contains(n))
}

/// The canonical date of a day number.
#[must_use]
pub fn from_day_number(days: u16) -> String {
    use jiff::ToSpan;
    let epoch = jiff::civil::date(1970, 1, 1);
    // The sum ends in 2149, far inside jiff's range.
    epoch.saturating_add(i64::from(days).days()).to_string()
}
