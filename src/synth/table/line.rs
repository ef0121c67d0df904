//! People of a table as small numbers, and the text of their cells, written without allocating.

use super::super::day::Day;
use super::super::names;
use super::super::rng::{GAMMA_STEP, mix};
use super::{Col, Layout};
use crate::{Error, Result};
use std::io::Write;

/// Days that birthdays are drawn from.
const BIRTHDAYS: u64 = 24_000;
/// Days from 2015 to 2025, on which records are made, and days after that on which they may be changed last.
const MADE: u64 = 4018;
const CHANGED: u64 = 300;
/// Offices, and classes of service.
const OFFICES: u64 = 126;
const CLASSES: u64 = 3;
const STATES: [&str; 4] = ["active", "closed", "dormant", "blocked"];
/// Bytes written at a time.
const CHUNK: usize = 1 << 18;

/// A person, as small numbers; made without allocating.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) number: u64,
    bits: u64,
    nik: u64,
    name: (u8, u8),
    city: u8,
    status: u8,
}

impl Line {
    #[inline]
    pub(super) fn new(number: u64, seed: u64) -> Line {
        let bits = mix(seed ^ number.wrapping_mul(GAMMA_STEP));
        // A bijection of 0..48 * 24,000 * 9,999 (more than 2^33): the factor has no divisor in common with it.
        let nik = ((u128::from(number) * 6_700_417_001 + u128::from(seed % 1_000_003)) % (48 * 24_000 * 9_999)) as u64;
        let part = |shift: u32, n: usize| ((((bits >> shift) & 0xffff) * n as u64) >> 16) as u8;
        Line {
            number,
            bits,
            nik,
            name: (part(0, names::MALE.len() + names::FEMALE.len()), part(16, names::MALE_LAST.len())),
            city: part(32, names::REGIONS.len()),
            status: part(48, STATES.len()),
        }
    }

    fn birthday(&self) -> u64 {
        self.nik / 48 % BIRTHDAYS
    }

    /// Days after 1 January 2015 on which the record was made and last changed; one in eight was never changed.
    fn days(&self) -> (u64, u64) {
        let bits = mix(self.bits ^ GAMMA_STEP);
        let made = bits % MADE;
        (made, made + if bits >> 61 == 0 { 0 } else { (bits >> 32) % CHANGED })
    }

    fn office(&self) -> u64 {
        mix(self.bits ^ 1) % OFFICES
    }

    fn class(&self) -> u64 {
        mix(self.bits ^ 2) % CLASSES
    }

    /// Whether an attribute of both is the same.
    #[inline]
    pub(super) fn agrees(&self, other: &Line, col: Col) -> bool {
        match col {
            Col::Name => self.name == other.name,
            Col::Birth => self.birthday() == other.birthday(),
            Col::City => self.city == other.city,
            Col::Created => self.days().0 == other.days().0,
            Col::Updated => self.days().1 == other.days().1,
            Col::Status => self.status == other.status,
            Col::Office => self.office() == other.office(),
            Col::Class => self.class() == other.class(),
            _ => self.number == other.number,
        }
    }
}

/// Writes tables of one layout.
pub(super) struct Writer<'a, W> {
    to: W,
    layout: &'a Layout,
    buffer: Vec<u8>,
    bytes: u64,
    /// Year, month and day of each birthday, as digits `YYYYMMDD`.
    birthdays: Vec<[u8; 8]>,
    /// The same of each day from 2015 on.
    days: Vec<[u8; 8]>,
    first: Vec<&'static str>,
}

impl<'a, W: Write> Writer<'a, W> {
    pub(super) fn new(to: W, layout: &'a Layout) -> Result<Self> {
        let days_from = |first: Day, days: u64| -> Vec<[u8; 8]> {
            let digits_of = |n| {
                let (y, m, d) = first.plus(n).civil();
                let mut digits = [b'0'; 8];
                put_digits(&mut digits, (y as u64) * 10_000 + u64::from(m * 100 + d));
                digits
            };
            (0..days as i32).map(digits_of).collect()
        };
        let birthdays = days_from(Day::new(1942, 1, 1), BIRTHDAYS);
        let days = days_from(Day::new(2015, 1, 1), MADE + CHANGED);
        let first = names::MALE.into_iter().chain(names::FEMALE).collect();
        let mut writer = Writer { to, layout, buffer: Vec::with_capacity(CHUNK + 4096), bytes: 0, birthdays, days, first };
        if layout.header {
            let header: Vec<String> = layout.columns.iter().enumerate().map(|(n, c)| header_of(n, *c)).collect();
            writer.line(&header, |cell, w| w.buffer.extend_from_slice(cell.as_bytes()))?;
        }
        Ok(writer)
    }

    #[inline]
    pub(super) fn line<T>(&mut self, cells: &[T], mut write: impl FnMut(&T, &mut Self)) -> Result<()> {
        let quoted = self.layout.quoted;
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                self.buffer.push(b',');
            }
            if quoted {
                self.buffer.push(b'"');
            }
            write(cell, self);
            if quoted {
                self.buffer.push(b'"');
            }
        }
        self.buffer.extend_from_slice(if self.layout.crlf { b"\r\n" } else { b"\n" });
        if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.to.write_all(&self.buffer).map_err(|e| Error::io("cannot write the table", &e))?;
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<u64> {
        self.flush()?;
        self.to.flush().map_err(|e| Error::io("cannot write the table", &e))?;
        Ok(self.bytes)
    }

    #[inline]
    pub(super) fn cell(&mut self, col: Col, of: &Line, place: usize) {
        let out = &mut self.buffer;
        match col {
            Col::Nik => {
                let day = &self.birthdays[of.birthday() as usize];
                digits::<6>(out, names::REGIONS[(of.nik % 48) as usize].0.into());
                let woman = of.bits & 1 == 1;
                out.extend_from_slice(&[day[6] + if woman { 4 } else { 0 }, day[7], day[4], day[5], day[2], day[3]]);
                digits::<4>(out, of.nik / (48 * BIRTHDAYS) + 1);
            }
            Col::Email => {
                out.extend(self.first[usize::from(of.name.0)].bytes().map(|b| b.to_ascii_lowercase()));
                digits::<10>(out, of.number.wrapping_mul(2_654_435_761) & 0xffff_ffff);
                out.extend_from_slice(b"@mail.example");
            }
            Col::Phone => {
                // Twelve digits; injective below three thousand million.
                let n = ((u128::from(of.number) * 1_000_000_007) % 3_000_000_000) as u64;
                let prefix = names::MOBILE_PREFIXES[(n % 30) as usize].as_bytes();
                let spelling = if self.layout.mixed_phones { of.bits >> 60 } else { 0 };
                let rest = n / 30;
                match spelling {
                    0..=4 => {
                        out.extend_from_slice(prefix);
                        digits::<8>(out, rest);
                    }
                    5..=8 => {
                        out.extend_from_slice(b"+62");
                        out.extend_from_slice(&prefix[1..]);
                        digits::<8>(out, rest);
                    }
                    9..=11 => {
                        out.extend_from_slice(b"62");
                        out.extend_from_slice(&prefix[1..]);
                        digits::<8>(out, rest);
                    }
                    12..=13 => {
                        out.extend_from_slice(prefix);
                        out.push(b'-');
                        digits::<4>(out, rest / 10_000);
                        out.push(b'-');
                        digits::<4>(out, rest % 10_000);
                    }
                    _ => {
                        out.extend_from_slice(b"+62 ");
                        out.extend_from_slice(&prefix[1..]);
                        out.push(b' ');
                        digits::<8>(out, rest);
                    }
                }
            }
            Col::Member => {
                out.extend_from_slice(b"MBR");
                digits::<10>(out, (u128::from(of.number) * 7_777_777_777 % 10_000_000_000) as u64);
            }
            Col::Name => {
                out.extend_from_slice(self.first[usize::from(of.name.0)].as_bytes());
                out.push(b' ');
                out.extend_from_slice(names::MALE_LAST[usize::from(of.name.1)].as_bytes());
            }
            Col::Birth => put_day(out, &self.birthdays[of.birthday() as usize]),
            Col::Created => put_day(out, &self.days[of.days().0 as usize]),
            Col::Updated => put_day(out, &self.days[of.days().1 as usize]),
            Col::City => out.extend_from_slice(names::REGIONS[usize::from(of.city)].1.as_bytes()),
            Col::Status => out.extend_from_slice(STATES[usize::from(of.status)].as_bytes()),
            Col::Office => digits::<4>(out, 1001 + of.office()),
            Col::Class => digits::<1>(out, 1 + of.class()),
            Col::Filler => {
                let bits = mix(of.bits ^ place as u64);
                out.extend((0..8).map(|n| b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(bits >> (n * 5)) as usize & 31]));
            }
        }
    }
}

fn header_of(n: usize, col: Col) -> String {
    if col == Col::Filler { format!("code_{}", n + 1) } else { col.schema().2.to_string() }
}

#[inline]
fn put_day(out: &mut Vec<u8>, d: &[u8; 8]) {
    out.extend_from_slice(&[d[0], d[1], d[2], d[3], b'-', d[4], d[5], b'-', d[6], d[7]]);
}

#[inline]
fn digits<const N: usize>(out: &mut Vec<u8>, value: u64) {
    let mut text = [b'0'; N];
    put_digits(&mut text, value);
    out.extend_from_slice(&text);
}

#[inline]
fn put_digits(text: &mut [u8], mut value: u64) {
    for place in text.iter_mut().rev() {
        *place = b'0' + (value % 10) as u8;
        value /= 10;
    }
}
