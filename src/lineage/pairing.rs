//! Which column of one dump is which of another: their cells agree in the rows that the dumps have in common, beyond what chance gives.

use super::columns::{ColumnOf, concept};
use super::file::Looks;
use crate::identify::Kind;

/// Column pairs whose cells are compared: two bits each in a word.
pub const PAIRS: usize = 32;
/// Agreement beyond chance (Cohen's kappa) from which on columns are paired.
const KAPPA: f64 = 0.1;
/// Agreement from which on columns of hardly any variety are paired.
const AGREEMENT: f64 = 0.95;
/// Rows that are needed to see it.
const FEW: u32 = 5;

/// What two cells say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Seen {
    /// Both are missing.
    Neither = 0,
    /// One is missing.
    One = 1,
    /// They differ.
    Differ = 2,
    /// They agree.
    Agree = 3,
}

impl Seen {
    /// All, by number.
    pub const ALL: [Seen; 4] = [Seen::Neither, Seen::One, Seen::Differ, Seen::Agree];

    fn of(a: u16, b: u16) -> Seen {
        match (a, b) {
            (0, 0) => Seen::Neither,
            (0, _) | (_, 0) => Seen::One,
            _ if a == b => Seen::Agree,
            _ => Seen::Differ,
        }
    }

    /// What a pattern says of column pair `n`.
    #[must_use]
    #[inline]
    pub fn at(pattern: u64, n: usize) -> Seen {
        Seen::ALL[(pattern >> (2 * n) & 3) as usize]
    }

    /// Whether no column pair differs, and none has a value on one side alone.
    #[must_use]
    pub fn unanimous(pattern: u64) -> bool {
        (pattern ^ pattern >> 1) & 0x5555_5555_5555_5555 == 0
    }

    /// How many column pairs agree.
    #[must_use]
    pub fn agreements(pattern: u64) -> u32 {
        (pattern & pattern >> 1 & 0x5555_5555_5555_5555).count_ones()
    }
}

/// A column of each dump that hold the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnPair {
    /// Column of the first.
    pub a: usize,
    /// Column of the second.
    pub b: usize,
    /// How often their cells agree in rows that are certainly linked, beyond chance; none where they are paired by what they are alone.
    pub kappa: Option<f64>,
    /// How often cells of different rows agree.
    pub chance: f64,
}

/// The columns of two tables.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    /// Those that correspond.
    pub pairs: Vec<ColumnPair>,
}

/// Columns of a table, what they look like, and the cells of some rows.
pub type Side<'s> = (&'s [ColumnOf], &'s [Looks], &'s [&'s [u16]]);

impl Pairing {
    /// Of two tables: their columns, what these look like, and linked rows, each with the cells of its columns.
    #[must_use]
    pub fn of(a: Side<'_>, b: Side<'_>) -> Pairing {
        let ((columns_a, looks_a, rows_a), (columns_b, looks_b, rows_b)) = (a, b);
        let mut found = Vec::new();
        for (a, of_a) in columns_a.iter().enumerate() {
            for (b, of_b) in columns_b.iter().enumerate() {
                let (agree, both) = agreement(rows_a.iter().zip(rows_b), a, b);
                if both < FEW {
                    continue;
                }
                // At most: by the inequality of Cauchy and Schwarz.
                let chance = libm::sqrt(looks_a[a].alike * looks_b[b].alike).min(1.0);
                let share = f64::from(agree) / f64::from(both);
                let kappa = (share - chance) / (1.0 - chance).max(0.02);
                if kappa >= KAPPA || share >= AGREEMENT && same(of_a, of_b) {
                    found.push((kappa.max(0.0) + bonus(of_a, of_b), ColumnPair { a, b, kappa: Some(kappa), chance }));
                }
            }
        }
        found.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1.a, x.1.b).cmp(&(y.1.a, y.1.b))));
        let mut pairing = Pairing::default();
        found.into_iter().for_each(|(_, pair)| pairing.put(pair));
        // What is the same by name or kind and yet does not agree speaks against a copy.
        for (a, of_a) in columns_a.iter().enumerate() {
            let alike = (0..columns_b.len()).filter(|&b| same(of_a, &columns_b[b]) && pairing.free(a, b));
            let best = alike.max_by_key(|&b| (of_a.header == columns_b[b].header, std::cmp::Reverse(b)));
            if let Some(b) = best {
                pairing.put(ColumnPair { a, b, kappa: None, chance: 0.0 });
            }
        }
        pairing
    }

    fn free(&self, a: usize, b: usize) -> bool {
        !self.pairs.iter().any(|p| p.a == a || p.b == b)
    }

    fn put(&mut self, pair: ColumnPair) {
        if self.pairs.len() < PAIRS && self.free(pair.a, pair.b) {
            self.pairs.push(pair);
        }
    }

    /// The pair of two columns.
    #[must_use]
    pub fn number_of(&self, a: usize, b: usize) -> Option<u8> {
        self.pairs.iter().position(|p| (p.a, p.b) == (a, b)).map(|n| n as u8)
    }

    /// What the cells of two rows say.
    #[must_use]
    #[inline]
    pub fn pattern(&self, a: &[u16], b: &[u16]) -> u64 {
        let seen = self.pairs.iter().enumerate().map(|(n, p)| (Seen::of(a[p.a], b[p.b]) as u64) << (2 * n));
        seen.fold(0, |all, one| all | one)
    }
}

/// Rows in which two columns agree, and in which both have a value.
fn agreement<'r>(rows: impl Iterator<Item = (&'r &'r [u16], &'r &'r [u16])>, a: usize, b: usize) -> (u32, u32) {
    rows.fold((0, 0), |(agree, both), (x, y)| match Seen::of(x[a], y[b]) {
        Seen::Agree => (agree + 1, both + 1),
        Seen::Differ => (agree, both + 1),
        _ => (agree, both),
    })
}

/// Whether two columns are the same thing by name, or by a kind that says enough.
fn same(a: &ColumnOf, b: &ColumnOf) -> bool {
    let name = |c: &ColumnOf| c.header.as_deref().map(str::to_ascii_lowercase);
    let by_name = name(a).is_some() && name(a) == name(b) || concept(a).is_some() && concept(a) == concept(b);
    by_name || a.kind == b.kind && !matches!(a.kind, Kind::Text | Kind::Id | Kind::Date | Kind::Name)
}

/// Of columns that agree equally well those of the same name.
fn bonus(a: &ColumnOf, b: &ColumnOf) -> f64 {
    if a.header.is_some() && a.header == b.header { 0.05 } else { 0.0 }
}
