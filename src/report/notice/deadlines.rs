//! Since when a controller is aware of a breach, and until when it must be notified.

use super::page::Page;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// GDPR, Art. 33(1): 72 hours. Law 27/2022, Art. 46(1): 3 x 24 hours.
const HOURS: i64 = 72;

/// A moment as it was typed: with the offset of the clock that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Aware {
    at: Timestamp,
    offset: Offset,
}

/// A text that is no moment. Does not hold the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMoment;

impl fmt::Display for NoMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected date, time and offset to UTC as in RFC 3339, for example 2026-11-30T21:15:00+07:00")
    }
}

impl std::error::Error for NoMoment {}

impl FromStr for Aware {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Aware, NoMoment> {
        let pieces = Pieces::parse(text.trim()).map_err(|_| NoMoment)?;
        let (Some(time), Some(offset), None) = (pieces.time(), pieces.to_numeric_offset(), pieces.time_zone_annotation()) else {
            return Err(NoMoment);
        };
        let at = offset.to_timestamp(pieces.date().to_datetime(time)).map_err(|_| NoMoment)?;
        Ok(Aware { at, offset })
    }
}

impl TryFrom<String> for Aware {
    type Error = NoMoment;

    fn try_from(text: String) -> Result<Aware, NoMoment> {
        text.parse()
    }
}

impl From<Aware> for String {
    fn from(aware: Aware) -> String {
        aware.to_string()
    }
}

impl fmt::Display for Aware {
    /// As [`Aware::from_str`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.offset.to_datetime(self.at), offset_words(self.offset))
    }
}

impl Aware {
    /// The moment in words, as in "2026-11-30 21:15 (UTC+07:00), 2026-11-30 14:15 UTC".
    #[must_use]
    pub fn words(&self) -> String {
        both(self.at, self.offset)
    }

    /// The end of the 72 hours in words; none beyond the calendar.
    #[must_use]
    pub fn deadline(&self) -> Option<String> {
        self.at.checked_add(SignedDuration::from_hours(HOURS)).ok().map(|at| both(at, self.offset))
    }
}

fn both(at: Timestamp, offset: Offset) -> String {
    // Seconds are cut off: a deadline may be shown too early by less than a minute, never too late.
    let minutes = |t: DateTime| t.strftime("%Y-%m-%d %H:%M").to_string();
    let utc = minutes(Offset::UTC.to_datetime(at));
    if offset == Offset::UTC {
        return format!("{utc} UTC");
    }
    format!("{} (UTC{}), {utc} UTC", minutes(offset.to_datetime(at)), offset_words(offset))
}

/// `+07:00`.
fn offset_words(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    format!("{sign}{:02}:{:02}", all / 3600, all % 3600 / 60)
}

/// Until when the authority and the people must hear of it.
pub fn write(page: &mut Page, aware: Option<Aware>) {
    page.heading(4, "Deadlines");
    match aware.and_then(|aware| Some((aware.words(), aware.deadline()?))) {
        Some((since, until)) => {
            page.item(&format!("Aware of the breach since {since}."));
            page.item(&format!(
                "GDPR Art. 33(1), to the supervisory authority without undue delay and, where feasible, within 72 hours: until {until}."
            ));
            page.item(&format!(
                "UU PDP Art. 46(1), in writing to the people concerned and to the agency within 3 x 24 hours: until {until}."
            ));
        }
        None => {
            let blank = page.blank("since when the controller is aware of the breach");
            page.item(&format!("Aware of the breach since {blank}."));
            page.item("The option --aware-since says since when; the deadlines are computed from it.");
            let blank = page.blank("72 hours later");
            page.item(&format!(
                "GDPR Art. 33(1), to the supervisory authority without undue delay and, where feasible, within 72 hours: until {blank}."
            ));
            page.item(&format!(
                "UU PDP Art. 46(1), in writing to the people concerned and to the agency within 3 x 24 hours: until {blank}."
            ));
        }
    }
    page.item(
        "The hours run through weekends and holidays. Rules on working time may move the end: Regulation (EEC, Euratom) No 1182/71, Art. 3, does not count the hour in which the controller became aware, and asks that two working days lie within the period. The time above is the earliest reading.",
    );
    page.item("UU PDP Art. 46(1) does not say from which event its hours are counted; this draft counts from the same moment.");
    let blank = page.blank("reasons, if the notification is late");
    page.item(&format!("A later notification must give the reasons for the delay (GDPR Art. 33(1)): {blank}."));
    page.end();
}
