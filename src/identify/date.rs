//! Calendar date.
//!
//! Source: ISO 8601 (`YYYY-MM-DD`); the written forms are those of database and spreadsheet exports in English and Indonesian. Canonical form:
//! `YYYY-MM-DD`. Read are `2021-03-12`, `2021/3/12`, `12/03/2021`, `12-03-21`, `12.03.2021`, `20210312`, `12 Mar 2021`, `12 Maret 2021`,
//! `March 12, 2021`, each with or without a weekday before and a time of day after; both are ignored.
//!
//! Which of two numbers is the day is the column's [`Order`]; a number above 12 decides for its own cell. Years of two digits: 00 to 68
//! are 2000 to 2068, 69 to 99 are 1969 to 1999 (POSIX `%y`). The zero date of databases (`0000-00-00`) is missing. Day counts of
//! spreadsheets and time stamps of computers are not read: nothing tells them from other numbers.
//!
//! Implausible: years before 1850 or after 2100 (canonical all the same), and what is no date, which is put in the form of the text kind.

use super::text::Text;
use super::{Kind, Normaliser, Shape, is_missing};
use serde::{Deserialize, Serialize};

mod days;
mod parse;

pub use days::{day_number, from_day_number};

/// Order in which day and month are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// `12/03/2021` is 12 March.
    DayFirst,
    /// `12/03/2021` is 3 December.
    MonthFirst,
}

/// Normaliser of [`Kind::Date`] for a column of one order.
#[derive(Clone, Copy, Debug)]
pub struct Date {
    /// How the column writes day and month.
    pub order: Order,
}

impl Normaliser for Date {
    const KIND: Kind = Kind::Date;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if let Some(shape) = write(raw, self.order, out) {
            return shape;
        }
        if is_missing(raw) || parse::is_zero_date(raw) {
            return Shape::Implausible;
        }
        Text.normalise(raw, out);
        // Full-width digits are ordinary digits by now.
        let mut again = Vec::new();
        if let Some(shape) = write(out, self.order, &mut again) {
            *out = again;
            return shape;
        }
        if parse::is_zero_date(out) {
            out.clear();
        }
        Shape::Implausible
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        parse::iso(raw).is_some()
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        raw.len() <= 64 && write(raw, self.order, &mut Vec::new()) == Some(Shape::Plausible)
    }
}

fn write(raw: &[u8], order: Order, out: &mut Vec<u8>) -> Option<Shape> {
    let day = parse::iso(raw).or_else(|| parse::written(raw, order))?;
    let (y, m, d) = (day.year, day.month, day.day);
    let digit = |n: u16| b'0' + (n % 10) as u8;
    out.extend_from_slice(&[digit(y / 1000), digit(y / 100), digit(y / 10), digit(y), b'-']);
    out.extend_from_slice(&[b'0' + m / 10, b'0' + m % 10, b'-', b'0' + d / 10, b'0' + d % 10]);
    Some(if (1850..=2100).contains(&y) { Shape::Plausible } else { Shape::Implausible })
}

/// The order in which a column writes day and month, from the cells where a number above 12 gives it away. `None` when no cell does, or
/// when more than one in ten of those that do contradicts the others.
#[must_use]
pub fn decide_order<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Option<Order> {
    let (mut day_first, mut month_first) = (0u64, 0u64);
    for cell in cells {
        match parse::evidence(cell) {
            Some(Order::DayFirst) => day_first += 1,
            Some(Order::MonthFirst) => month_first += 1,
            None => {}
        }
    }
    if day_first > 9 * month_first {
        Some(Order::DayFirst)
    } else if month_first > 9 * day_first {
        Some(Order::MonthFirst)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
