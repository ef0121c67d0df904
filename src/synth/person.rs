//! A person's facts, which change over time, and how they are written.

use super::day::{DateStyle, Day};
use super::names;
use std::fmt::Write;

/// A fact about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// National identity number, 16 digits: district, birthday (day + 40 for women), sequence.
    Nik,
    /// Family card number, 16 digits, shared by a household.
    Nkk,
    /// Full name.
    Name,
    /// Birth date, ISO.
    BirthDate,
    /// City of birth.
    BirthPlace,
    /// `L` (man) or `P` (woman), as Indonesian forms have it.
    Sex,
    /// Street, number and neighbourhood.
    Address,
    /// City of residence.
    City,
    /// Mobile number, national form without separators.
    Phone,
    /// Mobile number of the head of the household.
    HouseholdPhone,
    /// E-mail address.
    Email,
    /// Health insurance card number, 13 digits.
    Bpjs,
    /// Payment card number from a test range, Luhn-valid.
    Card,
    /// Taxpayer number, 15 digits with its usual punctuation.
    Npwp,
}

/// One person, with the values before and after each change.
#[derive(Clone, Debug)]
pub struct Person {
    /// Number in the world.
    pub number: u32,
    /// Number of the head of the household.
    pub head: u32,
    /// A woman; a man otherwise.
    pub woman: bool,
    /// Birthday.
    pub birthday: Day,
    /// Index of the district of birth in [`names::REGIONS`].
    pub birth_region: usize,
    pub(super) name: [&'static str; 3],
    pub(super) nik_sequence: u32,
    pub(super) moved: Day,
    pub(super) homes: [Home; 2],
    pub(super) new_phone: Day,
    pub(super) phones: [u64; 2],
    pub(super) household_phones: (Day, [u64; 2]),
    pub(super) new_mail: Day,
    pub(super) mails: [Mail; 2],
    pub(super) new_card: Day,
    pub(super) cards: [u64; 2],
    pub(super) bpjs: u64,
    pub(super) npwp: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub(super) region: usize,
    pub(super) street: usize,
    pub(super) house: u32,
    pub(super) neighbourhood: (u32, u32),
    pub(super) nkk: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Mail {
    pub(super) style: u64,
    pub(super) suffix: u64,
    pub(super) domain: usize,
}

/// A person's facts as of a day, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is the [`Fact`] of its name
pub struct Facts {
    pub nik: String,
    pub nkk: String,
    pub name: String,
    pub birth_date: String,
    pub birth_place: String,
    pub sex: String,
    pub address: String,
    pub city: String,
    pub phone: String,
    pub email: String,
    pub bpjs: String,
    pub card: String,
    pub npwp: String,
}

impl Person {
    /// Appends a fact as of a day.
    pub fn write(&self, fact: Fact, day: Day, out: &mut String) {
        let home = &self.homes[usize::from(day >= self.moved)];
        // Writing into a string cannot fail.
        let _ = match fact {
            Fact::Nik => {
                let (y, m, d) = self.birthday.civil();
                let d = if self.woman { d + 40 } else { d };
                write!(out, "{:06}{d:02}{m:02}{:02}{:04}", names::REGIONS[self.birth_region].0, y % 100, self.nik_sequence % 10_000)
            }
            Fact::Nkk => {
                // The date in a family card number is that of its issue; the last seven digits hold the permuted household.
                let month = home.nkk / 10_000 % 12 + 1;
                let year = 5 + home.nkk / 120_000 % 20;
                let day = 1 + home.nkk / 2_400_000 % 28;
                write!(out, "{:06}{day:02}{month:02}{year:02}{:04}", names::REGIONS[home.region].0, home.nkk % 10_000)
            }
            Fact::Name => {
                for (n, part) in self.name.iter().filter(|p| !p.is_empty()).enumerate() {
                    if n > 0 {
                        out.push(' ');
                    }
                    out.push_str(part);
                }
                Ok(())
            }
            Fact::BirthDate => {
                self.birthday.write(DateStyle::Iso, out);
                Ok(())
            }
            Fact::BirthPlace => out.write_str(names::REGIONS[self.birth_region].1),
            Fact::Sex => out.write_str(if self.woman { "P" } else { "L" }),
            Fact::Address => {
                let (rt, rw) = home.neighbourhood;
                write!(out, "Jl. {} No. {} RT {rt:02}/RW {rw:02}", names::STREETS[home.street], home.house)
            }
            Fact::City => out.write_str(names::REGIONS[home.region].1),
            Fact::Phone => write_phone(self.phones[usize::from(day >= self.new_phone)], out),
            Fact::HouseholdPhone => {
                let (changed, phones) = self.household_phones;
                write_phone(phones[usize::from(day >= changed)], out)
            }
            Fact::Email => self.write_mail(&self.mails[usize::from(day >= self.new_mail)], out),
            Fact::Bpjs => write!(out, "000{:010}", 1_000_000_000 + self.bpjs),
            Fact::Card => {
                let number = self.cards[usize::from(day >= self.new_card)];
                let body = 411_111_000_000_000 + number;
                write!(out, "{body}{}", luhn_digit(body))
            }
            Fact::Npwp => {
                let n = 10_000_000 + self.npwp;
                let (a, b, c) = (n / 1_000_000, n / 1000 % 1000, n % 1000);
                let office = names::REGIONS[self.birth_region].0 / 100 % 1000;
                write!(out, "{a:02}.{b:03}.{c:03}.{}-{office:03}.000", luhn_digit(n))
            }
        };
    }

    fn write_mail(&self, mail: &Mail, out: &mut String) -> std::fmt::Result {
        let lower =
            |part: &str, out: &mut String| out.extend(part.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase() as char));
        let last = self.name[2];
        match mail.style % 4 {
            0 => lower(self.name[0], out),
            1 if !last.is_empty() => {
                lower(self.name[0], out);
                out.push('.');
                lower(last, out);
            }
            2 if !last.is_empty() => {
                lower(&last[..1], out);
                lower(self.name[0], out);
            }
            _ => {
                lower(self.name[0], out);
                out.push('_');
                lower(last, out);
            }
        }
        // The suffix alone tells people apart, whatever provider folds dots or case.
        write!(out, "{}@{}", mail.suffix, names::MAIL_DOMAINS[mail.domain])
    }

    /// All facts as of a day.
    #[must_use]
    pub fn at(&self, day: Day) -> Facts {
        let text = |fact| {
            let mut out = String::new();
            self.write(fact, day, &mut out);
            out
        };
        Facts {
            nik: text(Fact::Nik),
            nkk: text(Fact::Nkk),
            name: text(Fact::Name),
            birth_date: text(Fact::BirthDate),
            birth_place: text(Fact::BirthPlace),
            sex: text(Fact::Sex),
            address: text(Fact::Address),
            city: text(Fact::City),
            phone: text(Fact::Phone),
            email: text(Fact::Email),
            bpjs: text(Fact::Bpjs),
            card: text(Fact::Card),
            npwp: text(Fact::Npwp),
        }
    }

    /// Index of the district of residence as of a day.
    #[must_use]
    pub fn region_at(&self, day: Day) -> usize {
        self.homes[usize::from(day >= self.moved)].region
    }
}

/// Eleven or twelve digits. Numbers with a small rest are the shorter ones, so that no two numbers are written alike.
fn write_phone(number: u64, out: &mut String) -> std::fmt::Result {
    let (prefix, rest) = (names::MOBILE_PREFIXES[(number % 30) as usize], number / 30);
    if rest < 10_000_000 { write!(out, "{prefix}{rest:07}") } else { write!(out, "{prefix}{rest:08}") }
}

/// The digit that makes `body` followed by it pass the Luhn test (ISO/IEC 7812-1).
#[must_use]
pub fn luhn_digit(mut body: u64) -> u64 {
    let (mut sum, mut double) = (0, true);
    while body > 0 {
        let digit = body % 10;
        sum += match (double, digit) {
            (true, 5..) => digit * 2 - 9,
            (true, _) => digit * 2,
            (false, _) => digit,
        };
        double = !double;
        body /= 10;
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_luhn_digit_is_the_published_one() {
        assert_eq!(luhn_digit(411_111_111_111_111), 1);
        assert_eq!(luhn_digit(7_992_739_871), 3);
    }
}
