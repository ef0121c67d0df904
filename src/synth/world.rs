//! Made-up people whose facts change over time. Each is computed from (seed, number) alone.
//!
//! Numbers `0..people` are the population. Numbers from `people` up to four times as many are *nobody*: they have the same kind of
//! facts, share no unique fact with anyone of the population, and serve as what a fabricator makes up.

use super::day::Day;
use super::names;
use super::person::{Home, Mail, Person};
use super::rng::{Permutation, Rng, chance, key, scale};

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
        let family: Option<u64> = common.chance(0.35).then(|| common.bits());
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
            style: own.bits(),
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
    let (if_at_all, day) = (rng.bits(), rng.between(CHANGES.0.0.into(), CHANGES.1.0.into()));
    if chance(if_at_all, probability) { Day(day as i32) } else { Day::NEVER }
}

fn name_of(rng: &mut Rng, woman: bool, elsewhere: bool, family: Option<u64>) -> [&'static str; 3] {
    if elsewhere {
        let first = rng.below(names::ELSEWHERE_FIRST.len() as u64 / 2) as usize * 2 + usize::from(woman);
        let last = family.unwrap_or_else(|| rng.bits());
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
}
