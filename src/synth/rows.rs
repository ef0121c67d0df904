//! The rows of a [`Dump`]: which records are picked, what their cells say, and what the damage leaves of it.

use super::day::Day;
use super::dump::{Arrange, Column, Damage, Dump, Origin, Part};
use super::institution::Institution;
use super::person::Person;
use super::rng::{Permutation, Rng, chance, key, scale};
use super::slip;

/// The picked records (or numbers of made-up people) of a part.
pub(super) struct Picked {
    pub(super) numbers: Vec<u32>,
    pub(super) before: u64,
}

pub(super) struct Row {
    pub(super) part: usize,
    pub(super) rank: Option<u32>,
    pub(super) person: u32,
    pub(super) same: u64,
    pub(super) damaged: u64,
    pub(super) cells: Vec<String>,
}

impl Dump {
    pub(super) fn pick(&self) -> Vec<Picked> {
        // Each made-up row is about another nobody, also across parts; other dumps begin elsewhere.
        let mut made_up = key(&[self.seed, 28]) as u32;
        let mut before = 0;
        let mut picked = Vec::new();
        for (n, part) in self.parts.iter().enumerate() {
            let numbers = self.pick_of(n as u64, part, &mut made_up);
            let size = numbers.len() as u64;
            picked.push(Picked { numbers, before });
            before += size;
        }
        picked
    }

    fn pick_of(&self, n: u64, part: &Part, made_up: &mut u32) -> Vec<u32> {
        match &part.origin {
            Origin::Copied { from, export, also_in, contiguous } => {
                let here = |&rank: &u32| {
                    from.made(rank) <= *export
                        && also_in.as_ref().is_none_or(|(other, concept)| hold_the_same(from, other, rank, concept, *export))
                };
                let ranks: Vec<u32> = (0..from.len()).filter(here).collect();
                let wanted = (part.rows as usize).min(ranks.len());
                if *contiguous {
                    let start = scale(key(&[self.seed, 24, n]), (ranks.len() - wanted) as u64 + 1) as usize;
                    return ranks[start..start + wanted].to_vec();
                }
                let sample = Permutation::new(ranks.len() as u64, &[self.seed, 25, n]);
                let mut numbers: Vec<u32> = (0..wanted as u64).map(|i| ranks[sample.at(i) as usize]).collect();
                numbers.sort_unstable();
                numbers
            }
            Origin::Fabricated { .. } => {
                let first = *made_up;
                *made_up = first.wrapping_add(part.rows);
                (0..part.rows).map(|i| first.wrapping_add(i)).collect()
            }
        }
    }

    /// The order of distinct rows when they are sorted.
    pub(super) fn order(&self, picked: &[Picked], distinct: u64) -> Option<Vec<u32>> {
        let Arrange::SortedBy(column) = self.arrange else {
            return None;
        };
        let mut keyed: Vec<(String, u32)> =
            (0..distinct).map(|slot| (self.row(picked, slot).cells.swap_remove(column), slot as u32)).collect();
        keyed.sort();
        Some(keyed.into_iter().map(|k| k.1).collect())
    }

    pub(super) fn row(&self, picked: &[Picked], slot: u64) -> Row {
        let part = picked.partition_point(|p| p.before <= slot) - 1;
        let number = picked[part].numbers[(slot - picked[part].before) as usize];
        let mut row = Row { part, rank: None, person: 0, same: 0, damaged: 0, cells: Vec::with_capacity(self.columns.len()) };
        match &self.parts[part].origin {
            Origin::Copied { from, export, .. } => {
                row.rank = Some(number);
                row.person = from.person_of(number);
                let person = from.world.person(row.person);
                for (n, column) in self.columns.iter().enumerate() {
                    let mut cell = String::new();
                    if !enrich(column, &person, &mut cell)
                        && let Some(field) = from.field_of(column.concept)
                    {
                        from.value(number, field, *export, &person, &mut cell);
                    }
                    self.damage(slot, n, &mut cell, &mut row.damaged);
                    if let Some(field) = from.field_of(column.concept).filter(|_| !cell.is_empty()) {
                        let mut now = String::new();
                        from.value(number, field, self.compared, &person, &mut now);
                        row.same |= u64::from(now == cell) << n;
                    }
                    row.cells.push(cell);
                }
            }
            Origin::Fabricated { like, day, real, guess } => {
                row.person = like.world.nobody(number.into());
                let person = like.world.person(row.person);
                let victims = Permutation::new(like.world.people.into(), &[self.seed, 26, part as u64]);
                let victim = like.world.person(victims.at(number.into()) as u32);
                for (n, column) in self.columns.iter().enumerate() {
                    let mut cell = String::new();
                    if let Some(field) = like.field_of(column.concept) {
                        let about = if real.contains(&column.concept) { &victim } else { &person };
                        like.invented(field, about, *day, *guess, self.seed, &mut cell);
                    }
                    self.damage(slot, n, &mut cell, &mut row.damaged);
                    row.cells.push(cell);
                }
            }
        }
        row
    }

    fn damage(&self, slot: u64, column: usize, cell: &mut String, damaged: &mut u64) {
        let noise = match self.damage {
            Damage::Cells | Damage::Cut => self.noise,
            Damage::Rows if chance(key(&[self.seed, 29, slot]), 2.0 * self.noise) => 0.5,
            Damage::Rows => 0.0,
            // The squares of even shares: a third of what is drawn, so that the mean is the noise.
            Damage::Columns => {
                let share = scale(key(&[self.seed, 30, column as u64]), 1001) as f64 / 1000.0;
                (3.0 * self.noise * share * share).min(0.9)
            }
        };
        let mut rng = Rng::new(&[self.seed, 27, slot, column as u64]);
        if cell.is_empty() || !rng.chance(noise) {
            return;
        }
        if self.damage == Damage::Cut {
            let cut = cell.char_indices().nth(cell.chars().count() / 2).map_or(0, |c| c.0);
            cell.truncate(cut);
            *damaged |= 1 << column;
            return;
        }
        let emptied = rng.chance(0.2);
        if emptied {
            cell.clear();
        }
        *damaged |= u64::from(emptied || slip::slip(cell, &mut rng)) << column;
    }
}

/// Whether both institutions hold the person of this rank, with the same value of a concept.
fn hold_the_same(from: &Institution, other: &Institution, rank: u32, concept: &str, day: Day) -> bool {
    let number = from.person_of(rank);
    let (Some(theirs), Some(ours), Some(their_field)) = (other.rank_of(number), from.field_of(concept), other.field_of(concept)) else {
        return false;
    };
    let person = from.world.person(number);
    let (mut a, mut b) = (String::new(), String::new());
    from.value(rank, ours, day, &person, &mut a);
    other.value(theirs, their_field, day, &person, &mut b);
    other.made(theirs) <= day && !a.is_empty() && a == b
}

/// Takes a cell from the column's other institution, where that holds the person.
fn enrich(column: &Column, person: &Person, cell: &mut String) -> bool {
    let Some((other, day)) = &column.enriched else {
        return false;
    };
    let (Some(rank), Some(field)) = (other.rank_of(person.number), other.field_of(column.concept)) else {
        return false;
    };
    other.value(rank, field, *day, person, cell);
    true
}
