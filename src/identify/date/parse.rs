//! Written dates to year, month and day.

use super::Order;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl Day {
    /// A day that the calendar has, in a year of four digits.
    fn new(year: u32, month: u32, day: u32) -> Option<Day> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let longest = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        let real = (1000..=9999).contains(&year) && (1..=longest).contains(&day);
        real.then_some(Day { year: year as u16, month: month as u8, day: day as u8 })
    }
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, &d| n * 10 + u32::from(d.wrapping_sub(b'0')))
}

/// `YYYY-MM-DD` and nothing else.
pub(super) fn iso(raw: &[u8]) -> Option<Day> {
    let raw: &[u8; 10] = raw.try_into().ok()?;
    let shape = raw.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return None;
    }
    Day::new(number(&raw[..4]), number(&raw[5..7]), number(&raw[8..]))
}

/// One of the three parts of a written date.
#[derive(Clone, Copy)]
enum Part<'a> {
    Number(&'a [u8]),
    Month(u8),
}

/// Bytes of the longest written date with weekday, time and zone.
const LONGEST: usize = 80;

/// Any other written form.
pub(super) fn written(raw: &[u8], order: Order) -> Option<Day> {
    let (parts, rest) = split(raw)?;
    match parts {
        Parts::Run(digits) => run(digits, order).filter(|_| time_of_day(rest)),
        Parts::Three([Part::Number(a), Part::Number(b), Part::Number(c)]) => numbers(a, b, c, order).filter(|_| time_of_day(rest)),
        Parts::Three([Part::Number(d), Part::Month(m), Part::Number(y)]) if d.len() <= 2 => {
            Day::new(year(y)?, m.into(), number(d)).filter(|_| time_of_day(rest))
        }
        Parts::Three([Part::Number(y), Part::Month(m), Part::Number(d)]) if y.len() == 4 && d.len() <= 2 => {
            Day::new(number(y), m.into(), number(d)).filter(|_| time_of_day(rest))
        }
        Parts::Three([Part::Month(m), Part::Number(d), Part::Number(y)]) if d.len() <= 2 => {
            Day::new(year(y)?, m.into(), number(d)).filter(|_| time_of_day(rest))
        }
        Parts::Three(_) => None,
    }
}

/// What one cell says about the order of day and month.
pub(super) fn evidence(raw: &[u8]) -> Option<Order> {
    let Parts::Three([Part::Number(a), Part::Number(b), Part::Number(c)]) = split(raw)?.0 else {
        return None;
    };
    if a.len() > 2 || b.len() > 2 || !matches!(c.len(), 2 | 4) {
        return None;
    }
    match (number(a), number(b)) {
        (13..=31, 1..=12) => Some(Order::DayFirst),
        (1..=12, 13..=31) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// A date whose every number is zero, as databases write for none, with or without a time that is zero as well.
pub(super) fn is_zero_date(raw: &[u8]) -> bool {
    let raw = raw.trim_ascii();
    (6..=32).contains(&raw.len())
        && raw.iter().filter(|&&b| b == b'0').count() >= 6
        && raw.iter().all(|b| matches!(b, b'0' | b'-' | b'/' | b'.' | b':' | b' '))
}

enum Parts<'a> {
    Run(&'a [u8]),
    Three([Part<'a>; 3]),
}

/// The three parts of a date, or its one run of digits, and what follows.
fn split(raw: &[u8]) -> Option<(Parts<'_>, &[u8])> {
    let mut rest = raw.trim_ascii();
    if rest.len() > LONGEST {
        return None;
    }
    if let Some((b'\'', inner)) = rest.split_first() {
        rest = inner;
    }
    let word = rest.iter().take_while(|b| b.is_ascii_alphabetic() || **b == b'\'').count();
    if word > 0 && is_weekday(&rest[..word]) {
        rest = trim_between(&rest[word..]);
    }
    let mut parts = [Part::Month(0); 3];
    let mut separator = None;
    for i in 0..3 {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits > 0 {
            if i == 0 && digits >= 6 {
                return Some((Parts::Run(&rest[..digits]), &rest[digits..]));
            }
            parts[i] = Part::Number(&rest[..digits]);
            rest = &rest[digits..];
            // `12th March`, `March 1st`.
            if let Some(suffix) = rest.get(..2)
                && [&b"st"[..], b"nd", b"rd", b"th"].iter().any(|s| suffix.eq_ignore_ascii_case(s))
                && !rest.get(2).is_some_and(u8::is_ascii_alphabetic)
            {
                rest = &rest[2..];
            }
        } else {
            let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
            parts[i] = Part::Month(month(&rest[..letters])?);
            rest = &rest[letters..];
        }
        if i < 2 {
            let after = trim_between(rest);
            let between = &rest[..rest.len() - after.len()];
            // Between two numbers stands the same sign twice.
            if matches!(parts, [Part::Number(_), ..]) && between.is_empty() && after.first().is_some_and(u8::is_ascii_digit) {
                return None;
            }
            let sign = between.iter().copied().find(|&b| b != b' ').unwrap_or(b' ');
            let letters_near = after.first().is_some_and(u8::is_ascii_alphabetic) || matches!(parts[i], Part::Month(_));
            if !letters_near && sign != *separator.get_or_insert(sign) {
                return None;
            }
            rest = after;
        }
    }
    Some((Parts::Three(parts), rest))
}

fn trim_between(rest: &[u8]) -> &[u8] {
    let signs = rest.iter().take(3).take_while(|b| matches!(b, b' ' | b'-' | b'/' | b'.' | b',')).count();
    &rest[signs..]
}

fn year(digits: &[u8]) -> Option<u32> {
    match digits.len() {
        4 => Some(number(digits)),
        2 => Some(match number(digits) {
            n @ 0..=68 => 2000 + n,
            n => 1900 + n,
        }),
        _ => None,
    }
}

/// Three numbers: year first if it has four digits, else day and month in the column's order, or the other where that one is no date.
fn numbers(a: &[u8], b: &[u8], c: &[u8], order: Order) -> Option<Day> {
    if a.len() == 4 && b.len() <= 2 && c.len() <= 2 {
        return Day::new(number(a), number(b), number(c));
    }
    if a.len() > 2 || b.len() > 2 {
        return None;
    }
    let (year, a, b) = (year(c)?, number(a), number(b));
    match order {
        Order::DayFirst => Day::new(year, b, a).or_else(|| Day::new(year, a, b)),
        Order::MonthFirst => Day::new(year, a, b).or_else(|| Day::new(year, b, a)),
    }
}

/// Eight digits, or fourteen with the time: year first if that is a likely date, else in the column's order.
fn run(digits: &[u8], order: Order) -> Option<Day> {
    if !matches!(digits.len(), 8 | 14) {
        return None;
    }
    if digits.len() == 14 && !(number(&digits[8..10]) < 24 && number(&digits[10..12]) < 60 && number(&digits[12..]) < 61) {
        return None;
    }
    let likely = |day: &Day| (1850..=2100).contains(&day.year);
    Day::new(number(&digits[..4]), number(&digits[4..6]), number(&digits[6..8]))
        .filter(likely)
        .or_else(|| if digits.len() == 8 { numbers(&digits[..2], &digits[2..4], &digits[4..8], order).filter(likely) } else { None })
}

/// Whether what follows a date is nothing, or begins like a time of day.
fn time_of_day(rest: &[u8]) -> bool {
    let trimmed = rest.trim_ascii_start();
    let trimmed =
        trimmed.strip_prefix(b"T").or_else(|| trimmed.strip_prefix(b"t")).or_else(|| trimmed.strip_prefix(b",")).unwrap_or(trimmed);
    let trimmed = trimmed.trim_ascii_start();
    if trimmed.is_empty() {
        return rest.trim_ascii().is_empty();
    }
    if matches!(trimmed, b"Z" | b"z") {
        return true;
    }
    // A separator of its own before the hour, or it would be more digits of the year.
    if rest.first().is_some_and(|b| !matches!(b, b' ' | b'T' | b't' | b',' | b'\t' | b':')) {
        return false;
    }
    let hour = trimmed.iter().take_while(|b| b.is_ascii_digit()).count();
    (1..=2).contains(&hour) && matches!(trimmed.get(hour), Some(b':' | b'.')) && trimmed.get(hour + 1).is_some_and(u8::is_ascii_digit)
}

fn is_weekday(word: &[u8]) -> bool {
    const WEEKDAYS: [&str; 25] = [
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "senin",
        "selasa",
        "rabu",
        "kamis",
        "jumat",
        "jum'at",
        "sabtu",
        "minggu",
    ];
    WEEKDAYS.iter().any(|w| word.eq_ignore_ascii_case(w.as_bytes()))
}

/// The month that an English or Indonesian name or its usual short form names.
fn month(word: &[u8]) -> Option<u8> {
    const NAMES: [&[&str]; 12] = [
        &["jan", "january", "januari"],
        &["feb", "february", "februari", "pebruari", "peb"],
        &["mar", "march", "maret", "mrt"],
        &["apr", "april"],
        &["may", "mei"],
        &["jun", "june", "juni"],
        &["jul", "july", "juli"],
        &["aug", "august", "agu", "ags", "agt", "agust", "agustus"],
        &["sep", "sept", "september"],
        &["oct", "october", "okt", "oktober"],
        &["nov", "november", "nop", "nopember"],
        &["dec", "december", "des", "desember"],
    ];
    let found = NAMES.iter().position(|names| names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes())))?;
    u8::try_from(found + 1).ok()
}
