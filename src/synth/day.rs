//! Days of the proleptic Gregorian calendar, and the ways in which exports write them.

use std::fmt::Write;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// A day that never comes.
    pub const NEVER: Day = Day(i32::MAX);

    /// The day of a date (Howard Hinnant's `days_from_civil`).
    #[must_use]
    pub const fn new(year: i32, month: u32, day: u32) -> Day {
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let of_era = y.rem_euclid(400);
        let shifted = (month as i32 + 9) % 12;
        let of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
        Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month and day (Howard Hinnant's `civil_from_days`).
    #[must_use]
    pub const fn civil(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let y = year + era * 400 + if month <= 2 { 1 } else { 0 };
        (y, month as u32, day as u32)
    }

    /// The day this many days later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// Writes the day in a style.
    pub fn write(self, style: DateStyle, out: &mut String) {
        let (y, m, d) = self.civil();
        // Writing into a string cannot fail.
        let _ = match style {
            DateStyle::Iso => write!(out, "{y:04}-{m:02}-{d:02}"),
            DateStyle::Slash => write!(out, "{d:02}/{m:02}/{y:04}"),
            DateStyle::Dash => write!(out, "{d:02}-{m:02}-{y:04}"),
            DateStyle::Compact => write!(out, "{y:04}{m:02}{d:02}"),
            DateStyle::Midnight => write!(out, "{y:04}-{m:02}-{d:02} 00:00:00"),
        };
    }

    /// Reads what [`DateStyle::Iso`] writes.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let year = text.get(..4)?.parse().ok()?;
        let day = Day::new(year, text.get(5..7)?.parse().ok()?, text.get(8..)?.parse().ok()?);
        let mut back = String::new();
        day.write(DateStyle::Iso, &mut back);
        (back == text).then_some(day)
    }
}

/// How a column writes days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStyle {
    /// `1990-12-31`
    Iso,
    /// `31/12/1990`
    Slash,
    /// `31-12-1990`
    Dash,
    /// `19901231`
    Compact,
    /// `1990-12-31 00:00:00`, as databases export a date that is stored as a time.
    Midnight,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(Day::new(1970, 1, 1), Day(0));
        assert_eq!(Day::new(2000, 3, 1), Day(11_017));
        for n in (-30_000..40_000).step_by(7) {
            let (y, m, d) = Day(n).civil();
            assert_eq!(Day::new(y, m, d), Day(n));
            let mut iso = String::new();
            Day(n).write(DateStyle::Iso, &mut iso);
            assert_eq!(Day::from_iso(&iso), Some(Day(n)));
        }
        assert_eq!(Day::from_iso("2025-02-30"), None);
    }
}
