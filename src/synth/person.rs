//! Made-up people whose facts change over time. Each is computed from (seed, number) alone.
//!
//! Numbers `0..people` are the population. Numbers from `people` up to four times as many are *nobody*: they have the same kind of
//! facts, share no unique fact with anyone of the population, and serve as what a fabricator makes up.

use super::day::{DateStyle, Day};
use super::names;
use super::rng::{Permutation, Rng, chance, key, scale};
use std::fmt::Write;

/// First and last birthday of the population.
const BIRTHDAYS: (Day, Day) = (Day::new(1941, 1, 1), Day::new(2008, 12, 31));
/// Days on which a fact may change: the years that snapshots and exports look back on.
const CHANGES: (Day, Day) = (Day::new(2018, 1, 1), Day::new(2026, 10, 1));
/// People who live in one block of households.
const BLOCK: u32 = 4;

/// A population.
#[derive(Clone, Debug)]
pub struct World {
    /// Everything follows from it.
    pub seed: u64,
    /// How many people there are.
    pub people: u32,
    nik: Permutation,
    phone: Permutation,
    mail: Permutation,
    bpjs: Permutation,
    card: Permutation,
    npwp: Permutation,
    nkk: Permutation,
}

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
    name: [&'static str; 3],
    nik_sequence: u32,
    moved: Day,
    homes: [Home; 2],
    new_phone: Day,
    phones: [u64; 2],
    household_phones: (Day, [u64; 2]),
    new_mail: Day,
    mails: [Mail; 2],
    new_card: Day,
    cards: [u64; 2],
    bpjs: u64,
    npwp: u64,
}

#[derive(Clone, Copy, Debug)]
struct Home {
    region: usize,
    street: usize,
    house: u32,
    neighbourhood: (u32, u32),
    nkk: u64,
}

#[derive(Clone, Copy, Debug)]
struct Mail {
    style: u64,
    suffix: u64,
    domain: usize,
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

impl World {
    /// A population of `people` (at most 2^30).
    #[must_use]
    pub fn new(seed: u64, people: u32) -> World {
        let capacity = World::capacity_of(people);
        let days = (BIRTHDAYS.1.0 - BIRTHDAYS.0.0 + 1) as u64;
        let slots = names::REGIONS.len() as u64 * days;
        // Sequences no longer than needed: real ones are short too, so that in a large population one made-up number in eight is
        // somebody's.
        let sequences = (capacity * 2 / slots + 1).max(30);
        let of = |n: u64, what: u64| Permutation::new(n, &[seed, 0x77, what]);
        World {
            seed,
            people,
            nik: of(slots * sequences, 1),
            phone: of(names::MOBILE_PREFIXES.len() as u64 * 100_000_000, 2),
            mail: of(capacity * 2, 3),
            bpjs: of(9_000_000_000, 4),
            card: of(1_000_000_000, 5),
            npwp: of(90_000_000, 6),
            nkk: of(capacity * 2, 7),
        }
    }

    fn capacity_of(people: u32) -> u64 {
        // Whole blocks, so that a household is nobody's or somebody's as a whole.
        u64::from(people.div_ceil(BLOCK).max(16) * BLOCK) * 4
    }

    /// The number of the `n`-th nobody: a made-up person who is not of the population.
    #[must_use]
    pub fn nobody(&self, n: u64) -> u32 {
        let first = u64::from(self.people.div_ceil(BLOCK) * BLOCK);
        (first + n % (World::capacity_of(self.people) - first)) as u32
    }

    /// The person of this number.
    #[must_use]
    pub fn person(&self, number: u32) -> Person {
        let (head, household) = self.household(number);
        // What the household has in common.
        let mut common = Rng::new(&[self.seed, 1, household]);
        let elsewhere = common.chance(0.04);
        let family: Option<u64> = common.chance(0.35).then(|| common.next());
        let moved = changed(&mut common, 0.35);
        let home = |rng: &mut Rng, epoch: u64| Home {
            region: rng.below(names::REGIONS.len() as u64) as usize,
            street: rng.below(names::STREETS.len() as u64) as usize,
            house: rng.between(1, 240) as u32,
            neighbourhood: (rng.between(1, 12) as u32, rng.between(1, 15) as u32),
            nkk: self.nkk.at(u64::from(head) * 2 + epoch),
        };
        let homes = [home(&mut common, 0), home(&mut common, 1)];

        let mut own = Rng::new(&[self.seed, 2, u64::from(number)]);
        let woman = own.chance(0.5);
        let slot = self.nik.at(u64::from(number));
        let (region, rest) = (slot % names::REGIONS.len() as u64, slot / names::REGIONS.len() as u64);
        let days = (BIRTHDAYS.1.0 - BIRTHDAYS.0.0 + 1) as u64;
        let new_mail = changed(&mut own, 0.3);
        let mails = [0, 1].map(|epoch| Mail {
            style: own.next(),
            suffix: self.mail.at(u64::from(number) * 2 + epoch),
            domain: own.below(names::MAIL_DOMAINS.len() as u64) as usize,
        });
        let new_card = changed(&mut own, 0.4);
        Person {
            number,
            head,
            woman,
            birthday: BIRTHDAYS.0.plus((rest % days) as i32),
            birth_region: region as usize,
            name: name_of(&mut own, woman, elsewhere, family),
            nik_sequence: (rest / days) as u32 + 1,
            moved,
            homes,
            new_phone: self.phone_changed(number),
            phones: [0, 1].map(|epoch| self.phone.at(u64::from(number) * 2 + epoch)),
            household_phones: (self.phone_changed(head), [0, 1].map(|epoch| self.phone.at(u64::from(head) * 2 + epoch))),
            new_mail,
            mails,
            new_card,
            cards: [0, 1].map(|epoch| self.card.at(u64::from(number) * 2 + epoch)),
            bpjs: self.bpjs.at(u64::from(number)),
            npwp: self.npwp.at(u64::from(number)),
        }
    }

    fn phone_changed(&self, number: u32) -> Day {
        changed(&mut Rng::new(&[self.seed, 3, u64::from(number)]), 0.5)
    }

    /// Number of the head of the household and a number for the household itself. Each block of four people is cut into households of
    /// one to four.
    fn household(&self, number: u32) -> (u32, u64) {
        let first = number / BLOCK * BLOCK;
        let starts: [u32; 4] = match scale(key(&[self.seed, 4, u64::from(first)]), 10) {
            0..=4 => [0, 0, 0, 0],
            5..=6 => [0, 0, 0, 3],
            7 => [0, 0, 2, 2],
            8 => [0, 0, 2, 3],
            _ => [0, 1, 2, 3],
        };
        let head = first + starts[(number - first) as usize];
        (head, u64::from(head))
    }
}

/// The day on which something changes, or never.
fn changed(rng: &mut Rng, probability: f64) -> Day {
    let (if_at_all, day) = (rng.next(), rng.between(CHANGES.0.0.into(), CHANGES.1.0.into()));
    if chance(if_at_all, probability) { Day(day as i32) } else { Day::NEVER }
}

fn name_of(rng: &mut Rng, woman: bool, elsewhere: bool, family: Option<u64>) -> [&'static str; 3] {
    if elsewhere {
        let first = rng.below(names::ELSEWHERE_FIRST.len() as u64 / 2) as usize * 2 + usize::from(woman);
        let last = family.map_or_else(|| rng.next(), |f| f);
        return [names::ELSEWHERE_FIRST[first], "", names::ELSEWHERE_LAST[scale(last, names::ELSEWHERE_LAST.len() as u64) as usize]];
    }
    let (first, last): (&[&'static str], &[&'static str]) =
        if woman { (&names::FEMALE, &names::FEMALE_LAST) } else { (&names::MALE, &names::MALE_LAST) };
    let given = rng.pick(first);
    let second = if rng.chance(0.45) { rng.pick(first) } else { "" };
    let own_last = rng.pick(last);
    // A household's common name is one that men and women can both bear.
    let last = match family {
        Some(f) => names::MALE_LAST[scale(f, names::MALE_LAST.len() as u64) as usize],
        None if rng.chance(0.06) => "",
        None => own_last,
    };
    [given, if second == given { "" } else { second }, last]
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
        let lower = |part: &str, out: &mut String| out.extend(part.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase() as char));
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
    use std::collections::HashSet;

    #[test]
    fn unique_facts_are_unique_and_keep_their_form() {
        let world = World::new(1, 20_000);
        let (day, later) = (Day::new(2019, 1, 1), Day::new(2026, 11, 1));
        let mut seen = HashSet::new();
        let (mut changed, mut nkks) = (0, HashSet::new());
        for n in (0..20_000).chain((0..20_000).map(|n| world.nobody(n))) {
            let p = world.person(n);
            let (a, b) = (p.at(day), p.at(later));
            assert!(a.nik.len() == 16 && a.bpjs.len() == 13 && a.card.len() == 16 && a.nkk.len() == 16, "{a:?}");
            assert!(seen.insert(a.nik.clone()) && seen.insert(a.email.clone()) && seen.insert(a.phone.clone()));
            assert!(seen.insert(a.bpjs) && seen.insert(a.card) && seen.insert(a.npwp));
            assert_eq!(a.nik, b.nik);
            if a.phone != b.phone {
                changed += 1;
                assert!(seen.insert(b.phone));
            }
            nkks.insert((a.nkk, p.head));
        }
        let households: HashSet<_> = nkks.iter().map(|(k, _)| k).collect();
        assert_eq!(households.len(), nkks.len(), "no two households share a family card");
        assert!((15_000..20_000).contains(&changed), "{changed}");
    }

    #[test]
    fn a_person_depends_on_seed_and_number_alone() {
        let facts = World::new(7, 1000).person(123).at(Day::new(2025, 6, 1));
        assert_eq!(facts, World::new(7, 1000).person(123).at(Day::new(2025, 6, 1)));
        assert_ne!(facts, World::new(8, 1000).person(123).at(Day::new(2025, 6, 1)));
        assert!(facts.email.contains("@") && (facts.email.contains("example")));
    }

    #[test]
    fn the_luhn_digit_is_the_published_one() {
        assert_eq!(luhn_digit(411_111_111_111_111), 1);
        assert_eq!(luhn_digit(7_992_739_871), 3);
    }
}
