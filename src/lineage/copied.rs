//! Were the linked rows copied, or do two sources describe the same people?
//!
//! Two institutions that share people share their identifiers. What they do not share is what each typed in by itself: a copy agrees in *every*
//! column but for damage, independent sources agree in each column as often as such facts agree between sources. The two are compared column by
//! column as beta-binomial models; a log ratio beyond [`CERTAIN`] is a copy, and everything below is not.
//!
//! Where some linked rows are copies and others only the same people (a merge), two classes are fitted by expectation maximisation (Dempster, Laird and
//! Rubin 1977) over what the cells say, and taken apart where a column sets them apart for certain.

use super::columns::{ColumnOf, concept};
use super::links::Link;
use super::pairing::{Pairing, Seen};
use crate::identify::Kind;
use std::collections::BTreeMap;

/// Log ratio (nats) from which on rows were copied: 3,000 times better explained. What pairs of sources that share people reach, README tells
/// (`cargo bench --bench lineages`).
pub const CERTAIN: f64 = 8.0;
/// Share of values that must agree: where less does, neither a copy nor the same people explain the links (rows of one family, say), and the ratio of
/// two bad explanations says nothing.
const LIKE_A_COPY: f64 = 0.75;
/// What one column can add, and take away.
const COLUMN: (f64, f64) = (12.0, -12.0);
/// The same of its missing cells: both sources lack what a person does not have, and damage empties cells of a copy.
const MISSING: (f64, f64) = (4.0, 0.0);
/// What all missing cells together can add.
const ALL_MISSING: f64 = 6.0;
/// Links below which nothing is said.
pub const FEW: u64 = 4;

/// What the links of two tables come to.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Log ratio of "copied" to "the same people" for the links that agree best.
    pub evidence: f64,
    /// Whether rows were copied.
    pub copied: bool,
    /// Chance that a link is a copy, by what its cells say and what it goes through.
    weights: BTreeMap<(u64, Option<u8>), f64>,
    /// For each column pair the share of copied links' values that agree, and of how many.
    pub agreement: Vec<(f64, f64)>,
    /// Whether the values in common say anything of the rows: some other column agrees beyond chance.
    pub meets: bool,
}

impl Judged {
    /// Chance that a link is a copy.
    #[must_use]
    pub fn weight(&self, link: &Link) -> f64 {
        self.weights.get(&(link.pattern, link.through)).copied().unwrap_or(0.0)
    }
}

/// How often a column agrees between sources that got it by themselves: as a fact of the person does, a beta distribution, or by chance, where each
/// source has its own.
#[derive(Clone, Copy, Debug)]
struct Between {
    /// Chance that it is a fact of the person.
    fact: f64,
    /// How often such a fact agrees.
    agrees: (f64, f64),
}

impl Between {
    fn of(column: &ColumnOf) -> Between {
        /// Never changes, seldom mistyped.
        const STABLE: (f64, f64) = (40.0, 1.0);
        /// Never changes, often typed otherwise.
        const TYPED: (f64, f64) = (20.0, 1.5);
        /// Changes.
        const CHANGING: (f64, f64) = (5.0, 1.2);
        /// Anything.
        const OPEN: (f64, f64) = (1.0, 1.0);
        let (fact, agrees) = match (concept(column), column.kind) {
            (Some("birth_date" | "birth_year" | "sex" | "birth_place"), _) => (1.0, STABLE),
            (_, Kind::Nik | Kind::Bpjs | Kind::Npwp | Kind::Passport) => (1.0, STABLE),
            (_, Kind::Name) => (1.0, TYPED),
            (_, Kind::Email | Kind::Phone | Kind::Nkk | Kind::Card | Kind::Iban) => (1.0, CHANGING),
            (_, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512) => (0.3, CHANGING),
            (Some(concept), _) if FACTS.contains(&concept) => (1.0, OPEN),
            (Some(_), _) => (0.1, OPEN),
            // Without a name it may be that of birth.
            (None, Kind::Date) => (0.6, STABLE),
            (None, Kind::Id) if column.slot => (0.1, STABLE),
            (None, _) => (0.6, OPEN),
        };
        Between { fact, agrees }
    }

    /// Log probability of what is seen; `chance` is how often the values of two people agree.
    fn log_probability(self, agree: f64, differ: f64, chance: f64) -> f64 {
        /// How near to chance it is.
        const NEAR: f64 = 20.0;
        let (a, b) = self.agrees;
        let of_fact = libm::log(self.fact.max(1e-9)) + log_beta_binomial(agree, differ, a, b);
        let own = log_beta_binomial(agree, differ, NEAR * chance + 0.3, NEAR * (1.0 - chance) + 0.3);
        log_sum(of_fact, libm::log((1.0 - self.fact).max(1e-9)) + own)
    }
}

/// Concepts that any source may know of a person.
const FACTS: [&str; 22] = [
    "name",
    "first_name",
    "last_name",
    "mother_name",
    "address",
    "street",
    "city",
    "province",
    "regency",
    "district",
    "village",
    "postal_code",
    "country",
    "national_id",
    "family_card",
    "religion",
    "marital_status",
    "blood_type",
    "occupation",
    "nationality",
    "email",
    "phone",
];

/// One class of links: of each column pair how often each outcome is seen.
#[derive(Clone)]
struct Class {
    weight: f64,
    seen: Vec<[f64; 4]>,
}

/// Judges the links of two tables.
#[must_use]
pub fn judge(columns: &[ColumnOf], pairing: &Pairing, links: &[Link]) -> Judged {
    let mut counts: BTreeMap<(u64, Option<u8>), f64> = BTreeMap::new();
    for link in links {
        *counts.entry((link.pattern, link.through)).or_default() += 1.0;
    }
    let patterns: Vec<((u64, Option<u8>), f64)> = counts.into_iter().collect();
    let total: f64 = patterns.iter().map(|p| p.1).sum();
    let width = pairing.pairs.len();
    if total < FEW as f64 || width == 0 {
        return Judged::default();
    }
    let all = Class::fit(width, &patterns, |_| 1.0);
    let meets = meets(pairing, &all);
    if !meets {
        return Judged::default();
    }
    let (best, weights) = match two(width, &patterns) {
        Some((best, weights)) => (best, weights),
        None => (all, vec![1.0; patterns.len()]),
    };
    let evidence = evidence(columns, pairing, &best);
    let copied = evidence >= CERTAIN && best.agreement(pairing) >= LIKE_A_COPY;
    let share = |seen: &[f64; 4]| {
        let both = seen[Seen::Agree as usize] + seen[Seen::Differ as usize];
        (seen[Seen::Agree as usize] / both.max(1e-9), both)
    };
    Judged {
        evidence,
        copied,
        weights: patterns.iter().zip(weights).map(|((key, _), w)| (*key, if copied { w } else { 0.0 })).collect(),
        agreement: best.seen.iter().map(share).collect(),
        meets,
    }
}

impl Class {
    /// What is seen in links, each weighted; a link tells nothing of the column that it goes through.
    fn fit(width: usize, patterns: &[((u64, Option<u8>), f64)], weight: impl Fn(usize) -> f64) -> Class {
        let mut class = Class { weight: 0.0, seen: vec![[0.0; 4]; width] };
        for (n, ((pattern, through), count)) in patterns.iter().enumerate() {
            let count = count * weight(n);
            class.weight += count;
            for (column, seen) in class.seen.iter_mut().enumerate() {
                if through.map(usize::from) != Some(column) {
                    seen[Seen::at(*pattern, column) as usize] += count;
                }
            }
        }
        class
    }

    fn log_likelihood(&self, pattern: u64, through: Option<u8>) -> f64 {
        let columns = self.seen.iter().enumerate().filter(|(n, _)| through.map(usize::from) != Some(*n));
        columns
            .map(|(n, seen)| {
                let total: f64 = seen.iter().sum();
                libm::log((seen[Seen::at(pattern, n) as usize] + 0.5) / (total + 2.0))
            })
            .sum()
    }

    /// Share of values that agree, over the columns that were paired because they do.
    fn agreement(&self, pairing: &Pairing) -> f64 {
        let told = pairing.pairs.iter().zip(&self.seen).filter(|(pair, _)| pair.kappa.is_some());
        let (agree, both) = told.fold((0.0, 0.0), |sum, (_, [_, _, differ, agree])| (sum.0 + agree, sum.1 + agree + differ));
        agree / f64::max(both, 1.0)
    }

    /// Share of values that agree where one side at least has one.
    fn agrees(&self, column: usize) -> f64 {
        let [_, one, differ, agree] = self.seen[column];
        agree / (one + differ + agree).max(1.0)
    }
}

/// Whether some column agrees in the linked rows beyond chance: else the values in common are numbers that everybody counts by.
fn meets(pairing: &Pairing, all: &Class) -> bool {
    pairing.pairs.iter().zip(&all.seen).any(|(pair, seen)| {
        let both = seen[Seen::Agree as usize] + seen[Seen::Differ as usize];
        let agree = seen[Seen::Agree as usize];
        // Four standard errors of chance agreement, and a tenth of what is left above it.
        let error = libm::sqrt(pair.chance * (1.0 - pair.chance) / both.max(1.0));
        both >= FEW as f64 && agree / both > pair.chance + (4.0 * error).max(0.1 * (1.0 - pair.chance))
    })
}

/// The class of links that agree best and each pattern's share in it, where links are of two sorts.
fn two(width: usize, patterns: &[((u64, Option<u8>), f64)]) -> Option<(Class, Vec<f64>)> {
    const ROUNDS: usize = 60;
    /// Gain in log likelihood by the second class.
    const GAIN: f64 = 20.0;
    /// Agreement in a column that sets the classes apart.
    const APART: (f64, f64) = (0.7, 0.35);
    /// Column pairs from which on two sorts of links can be told apart: a link says nothing of the one that it goes through, and one other alone
    /// can always be parted into what agrees and what does not.
    const COLUMNS: usize = 3;
    if width < COLUMNS {
        return None;
    }
    let agrees = |pattern: u64| {
        let told = (0..width).filter(|&n| Seen::at(pattern, n) != Seen::Neither).count().max(1);
        f64::from(Seen::agreements(pattern)) / told as f64
    };
    let mut weights: Vec<f64> = patterns.iter().map(|p| if agrees(p.0.0) >= 0.7 { 0.95 } else { 0.05 }).collect();
    let one = Class::fit(width, patterns, |_| 1.0);
    let (mut high, mut low) = (one.clone(), one.clone());
    let mut total = 0.0;
    for _ in 0..ROUNDS {
        high = Class::fit(width, patterns, |n| weights[n]);
        low = Class::fit(width, patterns, |n| 1.0 - weights[n]);
        let (log_high, log_low) = (libm::log(high.weight.max(1e-9) / one.weight), libm::log(low.weight.max(1e-9) / one.weight));
        total = 0.0;
        for (((pattern, through), count), weight) in patterns.iter().zip(&mut weights) {
            let (a, b) = (log_high + high.log_likelihood(*pattern, *through), log_low + low.log_likelihood(*pattern, *through));
            let sum = log_sum(a, b);
            *weight = libm::exp(a - sum);
            total += count * sum;
        }
    }
    let alone: f64 = patterns.iter().map(|((pattern, through), count)| count * one.log_likelihood(*pattern, *through)).sum();
    let apart = (0..width).any(|n| high.agrees(n) >= APART.0 && low.agrees(n) <= APART.1);
    (apart && total - alone >= GAIN && high.weight >= FEW as f64).then_some((high, weights))
}

/// Log ratio of "copied" to "the same people".
fn evidence(columns: &[ColumnOf], pairing: &Pairing, class: &Class) -> f64 {
    /// Shares of damaged cells, and how likely each is: most copies are not damaged at all.
    const DAMAGE: [(f64, f64); 10] = [
        (1e-6, 0.4),
        (0.001, 0.06),
        (0.003, 0.06),
        (0.008, 0.08),
        (0.02, 0.08),
        (0.035, 0.08),
        (0.055, 0.08),
        (0.08, 0.08),
        (0.12, 0.05),
        (0.17, 0.03),
    ];
    /// How alike damage is in all columns.
    const ALIKE: f64 = 60.0;
    let told = pairing.pairs.iter().zip(&class.seen);
    let mut people = Vec::new();
    let mut missing = 0.0;
    for (pair, seen) in told {
        let [neither, one, differ, agree] = *seen;
        if agree + differ >= FEW as f64 {
            let apart = Between::of(&columns[pair.a]).log_probability(agree, differ, pair.chance);
            people.push((agree, differ, apart));
        }
        if neither + one >= FEW as f64 {
            let copied = log_beta_binomial(neither, one, 3.0, 1.0);
            let apart = log_beta_binomial(neither, one, 1.0, 3.0);
            missing += (copied - apart).clamp(MISSING.1, MISSING.0);
        }
    }
    let of_damage = DAMAGE.map(|(damage, likely)| {
        let (a, b) = (ALIKE * (1.0 - damage), ALIKE * damage);
        let of_column =
            |&(agree, differ, people): &(f64, f64, f64)| (log_beta_binomial(agree, differ, a, b) - people).clamp(COLUMN.1, COLUMN.0);
        libm::log(likely) + people.iter().map(of_column).sum::<f64>()
    });
    of_damage.into_iter().fold(f64::NEG_INFINITY, log_sum) + missing.min(ALL_MISSING)
}

/// Logarithm of the sum of two numbers that are given by theirs.
fn log_sum(a: f64, b: f64) -> f64 {
    let most = a.max(b);
    if most == f64::NEG_INFINITY { most } else { most + libm::log(libm::exp(a - most) + libm::exp(b - most)) }
}

/// Log probability of `k` of `k + m` in one order, under a beta distribution of the share.
fn log_beta_binomial(k: f64, m: f64, a: f64, b: f64) -> f64 {
    let log_beta = |x: f64, y: f64| libm::lgamma(x) + libm::lgamma(y) - libm::lgamma(x + y);
    log_beta(k + a, m + b) - log_beta(a, b)
}
