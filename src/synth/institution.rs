//! Institutions: whose records are in them, what they typed in, when, and what only they know.
//!
//! A *rank* is a record's place in the order in which records were made. A value is a pure function of (institution, rank, field, day):
//! the person's facts as they were when the field was last typed in, with this institution's own slips, or a sister's typed-in value.

use super::day::{DateStyle, Day};
use super::field::{Field, Source};
use super::person::{Fact, Person};
use super::rng::{Permutation, Rng, chance, key, key_of_text, scale};
use super::slip;
use super::world::World;
use std::fmt::Write;
use std::sync::Arc;

/// Updates that a record may see.
const UPDATES: u64 = 3;
/// Share of an institution's fields that one update types in anew.
const REFRESH: f64 = 0.75;
/// Share of people who give facts that are out of date, and by how many days.
const STALE: (f64, i32) = (0.08, 900);
const NOT_A_MEMBER: u32 = u32::MAX;

/// What an institution is, before it has records.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Name, as a verdict would say it.
    pub name: &'static str,
    /// Which system's copy.
    pub dataset: &'static str,
    /// Name for files.
    pub slug: &'static str,
    /// Who is in it.
    pub members: Members,
    /// Institution and share of common people whose values are that institution's typed-in ones, slips included.
    pub copies: Option<(Arc<Institution>, f64)>,
    /// Order of the records.
    pub order: Order,
    /// First and last day on which records are made.
    pub made: (Day, Day),
    /// Chance of each of three possible updates of a record between its making and the last day.
    pub updates: f64,
    /// Columns.
    pub fields: Vec<Field>,
}

/// Who is in an institution.
#[derive(Clone, Debug)]
pub struct Members {
    /// Share of the people who are in none of `with`.
    pub share: f64,
    /// Shares of other institutions' people; the first that a person is in decides.
    pub with: Vec<(Arc<Institution>, f64)>,
}

impl Members {
    /// A share of everyone.
    #[must_use]
    pub fn share(share: f64) -> Members {
        Members { share, with: Vec::new() }
    }

    /// And this share of another institution's people.
    #[must_use]
    pub fn and(mut self, other: &Arc<Institution>, share: f64) -> Members {
        self.with.push((Arc::clone(other), share));
        self
    }
}

/// Order of an institution's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they were made: record numbers and making days ascend together.
    Made,
    /// By national id, as registers are kept.
    Nik,
}

/// An institution with its records.
#[derive(Debug)]
pub struct Institution {
    /// What it is.
    pub spec: Spec,
    /// The population it draws from.
    pub world: Arc<World>,
    secret: u64,
    people: Vec<u32>,
    ranks: Vec<u32>,
}

impl Institution {
    /// Enrols the members: eight bytes for each person of the population.
    #[must_use]
    pub fn new(world: &Arc<World>, spec: Spec) -> Arc<Institution> {
        let secret = key(&[world.seed, key_of_text(spec.name), key_of_text(spec.dataset)]);
        let everyone = Permutation::new(world.people.into(), &[secret, 1]);
        let is_member = |person: u32| {
            let share = spec.members.with.iter().find(|(other, _)| other.rank_of(person).is_some()).map_or(spec.members.share, |w| w.1);
            chance(key(&[secret, 2, person.into()]), share)
        };
        let mut people: Vec<u32> = (0..u64::from(world.people)).map(|n| everyone.at(n) as u32).filter(|&p| is_member(p)).collect();
        if spec.order == Order::Nik {
            people.sort_by_cached_key(|&p| {
                let mut nik = String::new();
                world.person(p).write(Fact::Nik, Day(0), &mut nik);
                nik
            });
        }
        let mut ranks = vec![NOT_A_MEMBER; world.people as usize];
        for (rank, &person) in people.iter().enumerate() {
            ranks[person as usize] = rank as u32;
        }
        Arc::new(Institution { spec, world: Arc::clone(world), secret, people, ranks })
    }

    /// How many records there will ever be.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.people.len() as u32
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Whose record it is.
    ///
    /// # Panics
    /// When there is no such rank.
    #[must_use]
    pub fn person_of(&self, rank: u32) -> u32 {
        self.people[rank as usize]
    }

    /// The rank of a person's record.
    #[must_use]
    pub fn rank_of(&self, person: u32) -> Option<u32> {
        self.ranks.get(person as usize).copied().filter(|&rank| rank != NOT_A_MEMBER)
    }

    /// The field of this concept.
    #[must_use]
    pub fn field_of(&self, concept: &str) -> Option<usize> {
        self.spec.fields.iter().position(|f| f.concept == concept)
    }

    /// The day on which a record is made.
    #[must_use]
    pub fn made(&self, rank: u32) -> Day {
        let (from, to) = self.spec.made;
        let days = (to.0 - from.0).max(0) as u64;
        match self.spec.order {
            Order::Made => from.plus((days * u64::from(rank) / u64::from(self.len().max(1))) as i32),
            Order::Nik => from.plus(scale(key(&[self.secret, 3, rank.into()]), days + 1) as i32),
        }
    }

    /// The days of a record's updates up to `day`, each with its number.
    fn updates(&self, rank: u32, day: Day) -> impl Iterator<Item = (u64, Day)> + '_ {
        let made = self.made(rank);
        let days = (self.spec.made.1.0 - made.0).max(0) as u64;
        (0..UPDATES).filter_map(move |n| {
            let bits = key(&[self.secret, 4, rank.into(), n]);
            let at = made.plus(scale(key(&[bits, 1]), days + 1) as i32);
            (chance(bits, self.spec.updates) && at <= day).then_some((n, at))
        })
    }

    /// The day of the last update up to `day`; the day of making when there was none.
    #[must_use]
    pub fn updated(&self, rank: u32, day: Day) -> Day {
        self.updates(rank, day).map(|(_, at)| at).fold(self.made(rank), Day::max)
    }

    /// The day on which a field was last typed in.
    fn typed(&self, rank: u32, field: usize, day: Day) -> Day {
        self.updates(rank, day)
            .filter(|&(n, _)| chance(key(&[self.secret, 5, rank.into(), n, field as u64]), REFRESH))
            .map(|(_, at)| at)
            .fold(self.made(rank), Day::max)
    }

    /// Appends a field's value as of a day, before any style. `person` is the person of `rank`, made once for all fields.
    pub fn value(&self, rank: u32, field: usize, day: Day, person: &Person, out: &mut String) {
        let spec = &self.spec.fields[field];
        let of_record = |what: u64| key(&[self.secret, what, person.number.into(), key_of_text(spec.concept)]);
        if spec.missing > 0.0 && chance(of_record(6), spec.missing) {
            return;
        }
        if spec.junk > 0.0 && chance(of_record(7), spec.junk) {
            out.push_str(if spec.kind == "phone" { "0000000000" } else { "-" });
            return;
        }
        // Writing into a string cannot fail.
        match spec.source {
            Source::Fact(fact) => self.fact(rank, field, fact, self.typed(rank, field, day), person, out),
            Source::Issued(form) => form.write(rank.into(), self.secret, out),
            Source::Code { values, moves } => {
                let when = if moves { self.typed(rank, field, day) } else { self.made(rank) };
                out.push_str(weighted(values, key(&[of_record(8), when.0 as u64])));
            }
            Source::Office(prefix) => {
                let region = person.region_at(self.typed(rank, field, day));
                let office = scale(key(&[self.secret, 9, region as u64, of_record(9) % 3]), 1000);
                let _ = write!(out, "{prefix}{office:03}");
            }
            Source::Number(from, to) => {
                let _ = write!(out, "{}", u64::from(from) + scale(of_record(10), u64::from(to - from) + 1));
            }
            Source::Secret => {
                let when = self.typed(rank, field, day).0 as u64;
                let _ = write!(out, "{:016x}{:016x}", key(&[of_record(11), when]), key(&[of_record(12), when]));
            }
            Source::Event(within) => {
                let before = scale(of_record(13), u64::from(within) + 1) as i32;
                self.made(rank).plus(-before).write(DateStyle::Iso, out);
            }
            Source::Created => self.made(rank).write(DateStyle::Iso, out),
            Source::Updated => self.updated(rank, day).write(DateStyle::Iso, out),
        }
    }

    /// A typed-in fact: a sister's value where this institution copied it, else the person's own words and this institution's slips.
    fn fact(&self, rank: u32, field: usize, fact: Fact, typed: Day, person: &Person, out: &mut String) {
        if let Some((from, share)) = &self.spec.copies
            && let Some(theirs) = from.rank_of(person.number)
            && from.made(theirs) <= typed
            && chance(key(&[self.secret, 14, person.number.into()]), *share)
            && let Some(their_field) = from.spec.fields.iter().position(|f| f.source == Source::Fact(fact))
        {
            let before = out.len();
            from.value(theirs, their_field, typed, person, out);
            if out.len() > before {
                return;
            }
        }
        let spec = &self.spec.fields[field];
        let stale = chance(key(&[self.secret, 15, person.number.into(), field as u64]), STALE.0);
        let known = if stale { typed.plus(-STALE.1) } else { typed };
        let shared = spec.shared > 0.0 && chance(key(&[self.secret, 16, person.number.into()]), spec.shared);
        let before = out.len();
        person.write(if shared && fact == Fact::Phone { Fact::HouseholdPhone } else { fact }, known, out);
        if spec.typo > 0.0 {
            let mut rng = Rng::new(&[self.secret, 17, rank.into(), field as u64, typed.0 as u64]);
            if rng.chance(spec.typo) {
                let mut value = out.split_off(before);
                slip::slip(&mut value, &mut rng);
                out.push_str(&value);
            }
        }
    }

    /// Appends what this field would hold for someone who has no record: the person's facts, or a value of the right form. `guess` makes
    /// issued ids those of real ranks.
    pub fn invented(&self, field: usize, person: &Person, day: Day, guess: bool, salt: u64, out: &mut String) {
        let spec = &self.spec.fields[field];
        let bits = key(&[salt, 18, person.number.into(), field as u64]);
        let (from, to) = (self.spec.made.0, day.min(self.spec.made.1));
        let made = from.plus(scale(key(&[salt, 19, person.number.into()]), (to.0 - from.0).max(0) as u64 + 1) as i32);
        // Writing into a string cannot fail.
        let _ = match spec.source {
            Source::Fact(fact) => {
                person.write(fact, day, out);
                Ok(())
            }
            Source::Issued(form) => {
                let ranks = u64::from(self.len().max(1));
                form.write(if guess { scale(bits, ranks) } else { ranks * 2 + scale(bits, ranks * 50) }, self.secret, out);
                Ok(())
            }
            Source::Code { values, .. } => out.write_str(weighted(values, bits)),
            Source::Office(prefix) => write!(out, "{prefix}{:03}", scale(bits, 1000)),
            Source::Number(from, to) => write!(out, "{}", u64::from(from) + scale(bits, u64::from(to - from) + 1)),
            Source::Secret => write!(out, "{bits:016x}{:016x}", key(&[bits])),
            Source::Event(_) | Source::Created | Source::Updated => {
                made.write(DateStyle::Iso, out);
                Ok(())
            }
        };
    }
}

/// One of `values` by weight.
fn weighted(values: &'static [(&'static str, u32)], bits: u64) -> &'static str {
    let total: u64 = values.iter().map(|v| u64::from(v.1)).sum();
    let mut left = scale(bits, total);
    for &(value, weight) in values {
        if left < u64::from(weight) {
            return value;
        }
        left -= u64::from(weight);
    }
    ""
}
