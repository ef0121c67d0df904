//! What is done to rows between an export and a post. Rows keep their origins.

use super::super::institution::Members;
use super::super::rng::{Permutation, Rng};
use super::super::slip;
use super::families::Base;
use super::format::Format;
use super::sheet::{Column, ROW_NUMBER, Row, Shape, Sheet, Spelling};
use super::source::{Kind, export_day};
use std::collections::HashSet;

/// Share of damaged cells that are emptied; the others get a slip.
const EMPTIED: f64 = 0.2;

/// A number of this range, each octave as likely as another.
pub(super) fn between(rng: &mut Rng, from: f64, to: f64) -> f64 {
    let even = rng.below(1 << 53) as f64 / (1u64 << 53) as f64;
    libm::exp(libm::log(from) + even * (libm::log(to) - libm::log(from)))
}

/// An even share of this range.
pub(super) fn even(rng: &mut Rng, from: f64, to: f64) -> f64 {
    from + (to - from) * (rng.below(1 << 53) as f64 / (1u64 << 53) as f64)
}

/// Numbers of so many rows out of `all`, in ascending order.
pub(super) fn sample(rng: &mut Rng, all: usize, wanted: usize) -> Vec<usize> {
    let order = Permutation::new(all as u64, &[rng.bits()]);
    let mut numbers: Vec<usize> = (0..wanted.min(all) as u64).map(|n| order.at(n) as usize).collect();
    numbers.sort_unstable();
    numbers
}

impl Sheet {
    /// The same columns with these rows.
    pub(super) fn with_rows(&self, numbers: impl IntoIterator<Item = usize>) -> Sheet {
        Sheet { columns: self.columns.clone(), rows: numbers.into_iter().map(|n| self.rows[n].clone()).collect() }
    }

    /// So many rows at random, in their order.
    pub(super) fn random_part(&self, rng: &mut Rng, rows: usize) -> Sheet {
        self.with_rows(sample(rng, self.rows.len(), rows))
    }

    /// So many neighbouring rows.
    pub(super) fn block(&self, rng: &mut Rng, rows: usize) -> Sheet {
        let start = rng.below((self.rows.len() - rows.min(self.rows.len())) as u64 + 1) as usize;
        self.with_rows(start..(start + rows).min(self.rows.len()))
    }

    pub(super) fn shuffle(&mut self, rng: &mut Rng) {
        let order = Permutation::new(self.rows.len() as u64, &[rng.bits()]);
        let mut rows: Vec<Option<Row>> = std::mem::take(&mut self.rows).into_iter().map(Some).collect();
        self.rows = (0..rows.len() as u64).filter_map(|n| rows[order.at(n) as usize].take()).collect();
    }

    /// Sorts the rows by the text of a column; equal ones stay in their order.
    pub(super) fn sort_by(&mut self, column: usize) {
        self.rows.sort_by(|a, b| a.cells[column].cmp(&b.cells[column]));
    }

    /// Brings the rows into an order that they were not in, and says which.
    pub(super) fn resort(&mut self, rng: &mut Rng) -> &'static str {
        let before: Vec<u64> = self.rows.iter().map(|row| row.origin).collect();
        let column = rng.below(self.columns.len() as u64) as usize;
        if rng.chance(0.6) {
            self.sort_by(column);
            if self.rows.iter().zip(&before).any(|(row, &origin)| row.origin != origin) {
                return self.columns[column].concept;
            }
        }
        self.shuffle(rng);
        "chance"
    }

    /// Keeps some columns, an identifier among them; one that only the institution assigns too, unless `bare`. No row is left blank.
    pub(super) fn cut_columns(&mut self, rng: &mut Rng, fewest: usize, bare: bool) {
        let all = self.columns.len();
        for _ in 0..200 {
            let kept = fewest + rng.below((all - fewest) as u64) as usize;
            let kept = sample(rng, all, kept);
            let has = |what: fn(&Column) -> bool| kept.iter().any(|&n| what(&self.columns[n]));
            let own = has(|c| c.own);
            if has(|c| c.identifier) && own != bare && !self.leaves_blank_rows(&kept) {
                return self.take_columns(&kept);
            }
        }
        // A table without such a choice loses its last column, which is no identifier.
        self.take_columns(&(0..all - 1).collect::<Vec<_>>());
    }

    pub(super) fn shuffle_columns(&mut self, rng: &mut Rng) {
        let order = Permutation::new(self.columns.len() as u64, &[rng.bits()]);
        self.take_columns(&(0..self.columns.len() as u64).map(|n| order.at(n) as usize).collect::<Vec<_>>());
    }

    /// Damages this share of all cells that hold something, each by itself, and counts those that changed.
    pub(super) fn damage(&mut self, rng: &mut Rng, noise: f64) -> u64 {
        let seed = rng.bits();
        let mut changed = 0;
        for (n, row) in self.rows.iter_mut().enumerate() {
            let mut rng = Rng::new(&[seed, n as u64]);
            for cell in &mut row.cells {
                if cell.is_empty() || !rng.chance(noise) {
                    continue;
                }
                let emptied = rng.chance(EMPTIED);
                if emptied {
                    cell.clear();
                }
                changed += u64::from(emptied || slip::slip(cell, &mut rng));
            }
        }
        changed
    }

    /// Posts a share of the rows a second time, and some of those a third, in any order.
    pub(super) fn repeat(&mut self, rng: &mut Rng, share: f64) {
        for _ in 0..2 {
            let again = sample(rng, self.rows.len(), (share * self.rows.len() as f64) as usize);
            self.rows.extend(again.into_iter().map(|n| self.rows[n].clone()).collect::<Vec<_>>());
        }
        self.shuffle(rng);
    }

    /// Other headers, spellings, order of columns and format.
    pub(super) fn reformat(&mut self, rng: &mut Rng, from: Format) -> Format {
        self.spell(Spelling::draw(rng));
        if rng.chance(0.6) {
            self.shuffle_columns(rng);
        }
        from.other(rng)
    }

    /// Adds rows about other people than the base's: another institution's of the same kind, made up, or both. At the end or mixed in.
    pub(super) fn pad(&mut self, rng: &mut Rng, base: &Base, count: usize) -> &'static str {
        let (made_up, what) = match rng.below(3) {
            0 => (0, "another's"),
            1 => (count, "made up"),
            _ => (count / 2, "another's and made up"),
        };
        let day = export_day(rng);
        if count > made_up {
            let there: HashSet<u32> = base.sheet.rows.iter().map(|row| row.person).collect();
            let other = base.kind.institution(&base.world, 1, Members::share(0.4));
            let mut ranks = other.ranks(day);
            ranks.retain(|&rank| !there.contains(&other.institution.person_of(rank)));
            let picked: Vec<u32> = sample(rng, ranks.len(), count - made_up).into_iter().map(|n| ranks[n]).collect();
            self.rows.extend(other.rows(&self.columns, &picked, day));
        }
        self.rows.extend(base.exporter.made_up(&self.columns, made_up, day, rng.bits()));
        if let Some(at) = self.position(ROW_NUMBER) {
            // A running number goes on where the copied rows end.
            let last = base.sheet.rows.len();
            let new = self.rows.iter_mut().filter(|row| row.cells[at].is_empty());
            new.enumerate().for_each(|(n, row)| row.cells[at] = (last + n + 1).to_string());
        }
        if rng.chance(0.6) {
            self.shuffle(rng);
        }
        what
    }

    /// Adds columns: another institution's about the same people, or made up, or both; one at least.
    pub(super) fn enrich(&mut self, rng: &mut Rng, base: &Base) {
        let before = self.columns.len();
        if rng.chance(0.7) {
            let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|&k| k != base.kind).collect();
            let known = even(rng, 0.4, 1.0);
            let other = rng.pick(&kinds).institution(&base.world, 2, Members::share(0.1).and(&base.exporter.institution, known));
            let mut added = other.columns();
            added.retain(|c| self.position(c.concept).is_none());
            let kept = 1 + rng.below(4) as usize;
            let added: Vec<Column> = sample(rng, added.len(), kept).into_iter().map(|n| added[n].clone()).collect();
            let day = export_day(rng);
            for row in &mut self.rows {
                let rank = other.institution.rank_of(row.person).filter(|&rank| other.institution.made(rank) <= day);
                let theirs = rank.and_then(|rank| other.rows(&added, &[rank], day).pop());
                row.cells.extend(theirs.map_or_else(|| vec![String::new(); added.len()], |theirs| theirs.cells));
            }
            self.columns.extend(added);
        }
        if self.columns.len() == before || rng.chance(0.3) {
            let seed = rng.bits();
            let mut score = Column::plain("score", "score", Shape::Number);
            score.own = true;
            self.columns.extend([score, Column::plain("segment", "segment", Shape::Text)]);
            for row in &mut self.rows {
                let mut rng = Rng::new(&[seed, row.origin]);
                row.cells.extend([rng.between(300, 850).to_string(), rng.pick(&["A", "B", "C", "D", "E"]).to_string()]);
            }
        }
    }
}
