//! How likely a pattern is under each component of the mixture.
//!
//! ```text
//! copy of i        P_i(H) × Π_f own(f) × Π_{k≠i} S(view of k | a source like i)
//! unlisted, like j P_0(H) × Π_f [1 − ε_f] × Π_k S(view of k | a source like j)
//! unlisted, exact  P_0(H) × Π_f [1 − ε_f] × Π_k Π_f [agree with k: β(f, class), disagree: 1 − β]
//! made up          P_F(H) × Π_k Π_f [agree with k: u(k, f), disagree: 1 − u]
//! nobody           rows that hit no record
//! chosen from i    P_0(H) × the fields of a copy of i
//! ```
//!
//! ε_f is the chance that a cell of the dump's column f is damaged: then every institution disagrees with it at once, which says nothing of any
//! of them. Such a field counts as ε_f + (1 − ε_f) q, q being the chance of disagreeing with an intact cell, and is left out of the views.
//! δ_if is the chance that i's own record has changed since: own(f) is (1 − ε_f)(1 − δ_if) where i agrees, (1 − ε_f) δ_if where another agrees
//! and i does not.
//!
//! S is how a source about the same people looks to institution k, taken from the comparison of the loaded indexes ([`super::panel`]): the
//! whole pattern of agreement, not field by field, because fields go together (who moved house often changed the phone too). P_i(H) is the share
//! of i's records that the others hold as well, thinned by what damaged identifiers miss: it keeps a registry from winning for holding everyone.
//! P_0 is the dump's own, so that who was hit never argues *against* an unlisted source; only how many rows hit nobody does, as far as the
//! institutions' own records do. The exact source knows people better than any of the institutions supplied: agreement on what is simply true
//! of a person is no sign of a copy.

use super::case::Case;
use super::hitsets::{Explained, Met, of_dump};
use super::panel::Rates;
use super::patterns::Pattern;
use crate::matching::members;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// Chance that a copied record is in the index no more.
const GONE: f64 = 0.005;
/// Chance that a made-up row hits a record, where nothing else of it could be compared: such rows are not taken for made up.
const CHANCE_HIT: f64 = 0.05;

/// Which component is which: copies of each institution, then unlisted sources like each, the exact one, then made-up rows, then rows about
/// nobody, then copies of each institution by somebody who chose which of its records to take.
#[derive(Clone, Copy, Debug)]
pub struct Components {
    /// Institutions.
    pub institutions: usize,
}

impl Components {
    /// Components in all.
    #[must_use]
    pub fn count(self) -> usize {
        3 * self.institutions + 3
    }

    /// Copies of institution `i`, where somebody chose which of its records to take.
    #[must_use]
    pub fn chosen(self, i: usize) -> usize {
        2 * self.institutions + 3 + i
    }

    /// Components that a dump is first seen as: all but chosen records, whose likelihood does not depend on who else holds the people, and
    /// which could so be said of whoever holds everyone.
    #[must_use]
    pub fn usual(self) -> Vec<bool> {
        (0..self.count()).map(|c| c < self.chosen(0)).collect()
    }

    /// The unlisted sources.
    #[must_use]
    pub fn unlisted(self) -> std::ops::Range<usize> {
        self.institutions..2 * self.institutions + 1
    }

    /// The made-up rows, those with chance hits and those without any.
    #[must_use]
    pub fn fabricated(self) -> std::ops::Range<usize> {
        2 * self.institutions + 1..2 * self.institutions + 3
    }
}

/// What the fit finds out about the dump's columns and the institutions' records.
#[derive(Clone, Debug)]
pub struct Noise {
    /// Chance of a damaged cell, by concept.
    pub damage: Vec<f64>,
    /// Chance that an institution's own record has changed since the copy was made, by institution and concept.
    pub drift: Vec<Vec<f64>>,
}

/// Patterns with what of their likelihoods does not depend on [`Noise`].
pub struct Rows<'a> {
    rates: &'a Rates,
    components: Components,
    rows: Vec<Row>,
    sets: Vec<Met>,
    /// Share of the rows with hits that hit the same institutions, and that among those with the same identifiers damaged.
    empirical: Vec<(f64, f64)>,
    /// How copies of each institution come to hit each set; empty without a panel.
    explained: Vec<Vec<Option<Explained>>>,
    /// Concepts by which records were found.
    found_by: u64,
}

/// One pattern.
pub struct Row {
    /// How many rows have it.
    pub count: f64,
    set: usize,
    /// Concepts on which some institution agrees.
    alive: u64,
    /// Concepts on which all that compare disagree.
    pub dead: u64,
    /// By component like j and exact: chance that an intact cell would be disagreed with, for each of the dead.
    dead_chance: Vec<Vec<f64>>,
    /// By view.
    pub copies: Vec<Copy>,
    /// Log-likelihood of all views for an unlisted source like each institution, and for the exact one.
    unlisted: Vec<f64>,
    fabricated: f64,
}

/// A pattern as a copy of one institution's records.
pub struct Copy {
    /// That institution.
    pub institution: usize,
    /// Fields that agree.
    pub agree: u64,
    /// Fields that disagree while others agree.
    pub disagree: u64,
    /// Dead fields that it compares.
    pub dead: u64,
    /// Logarithm of the other institutions' views.
    others: f64,
}

impl<'a> Rows<'a> {
    /// Prepares patterns under fixed rates; the one without views stands for the rows without hits.
    #[must_use]
    pub fn new(case: &Case, patterns: &[(Pattern, f64)], rates: &'a Rates) -> Rows<'a> {
        let components = Components { institutions: rates.institutions() };
        let identifiers = case.concepts.identifiers();
        let mets: Vec<Met> = patterns.iter().map(|(p, _)| p.met(identifiers)).collect();
        let mut sets = mets.clone();
        sets.sort_unstable();
        sets.dedup();
        let number = |met: &Met| sets.binary_search(met).unwrap_or_default();
        let rows: Vec<Row> = patterns.iter().zip(&mets).map(|((p, count), met)| Row::new(p, *count, number(met), rates)).collect();
        let counted: Vec<(&Met, f64)> = rows.iter().map(|row| (&sets[row.set], row.count)).collect();
        let empirical = of_dump(&sets, &counted, components.institutions);
        let mut found_by = vec![0; components.institutions];
        for hit in case.rows.iter().flatten() {
            found_by[case.institutions.of(&hit.comparison)] |= hit.comparison.agree & identifiers;
        }
        let k = components.institutions;
        let hit_sets = rates.hit_sets.as_deref().unwrap_or_default();
        let explained = |i: usize| {
            let of_set = |met: &Met| (met.institutions >> i & 1 == 1).then(|| hit_sets[i].explain(i, met, found_by[i], k));
            sets.par_iter().map(of_set).collect()
        };
        let explained = (0..hit_sets.len()).map(explained).collect();
        let found_by = found_by.into_iter().fold(0, |all, by| all | by);
        Rows { rates, components, rows, sets, empirical, explained, found_by }
    }

    /// Which component is which.
    #[must_use]
    pub fn components(&self) -> Components {
        self.components
    }

    /// The patterns.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Log-likelihoods, by pattern and component.
    #[must_use]
    pub fn likelihoods(&self, noise: &Noise) -> Vec<Vec<f64>> {
        let k = self.components.institutions;
        let log = |x: f64| if x > 0.0 { libm::log(x) } else { f64::NEG_INFINITY };
        let missed = |by: u64| if by == 0 { 0.0 } else { members(by).map(|c| noise.damage[c]).product::<f64>() };
        let miss_all = missed(self.found_by);
        let shares: Vec<Vec<f64>> = (0..k).map(|i| self.shares(i, &noise.damage, miss_all)).collect();
        let alone = |i: usize| self.rates.hit_sets.as_ref().map_or(0.5, |h| h[i].alone());
        let unlisted_missed: Vec<f64> = (0..k).map(|j| (alone(j) + miss_all).min(0.98)).collect();
        let mean_missed = unlisted_missed.iter().sum::<f64>() / k.max(1) as f64;
        let nobody = self.components.fabricated().end - 1;
        let likelihoods = |row: &Row| {
            let mut out = vec![f64::NEG_INFINITY; self.components.count()];
            let (empty, known) = (self.sets[row.set].institutions == 0, row.alive | row.dead != 0);
            let intact: f64 = members(row.alive).map(|c| libm::log(1.0 - noise.damage[c])).sum();
            // By component like j: the dead fields, all of them, and those that institution i does not compare.
            let dead = |j: usize, but: u64| -> f64 {
                let chances = members(row.dead).zip(&row.dead_chance[j]);
                chances.filter(|(c, _)| but >> c & 1 == 0).map(|(c, q)| libm::log(noise.damage[c] + (1.0 - noise.damage[c]) * q)).sum()
            };
            for copy in &row.copies {
                let i = copy.institution;
                let drift = &noise.drift[i];
                let own: f64 = members(copy.agree).map(|c| libm::log(1.0 - drift[c])).sum::<f64>()
                    + members(copy.disagree).map(|c| libm::log(drift[c])).sum::<f64>();
                let own_dead: f64 = members(copy.dead).map(|c| libm::log(noise.damage[c] + (1.0 - noise.damage[c]) * drift[c])).sum();
                let fields = intact + own + own_dead + dead(i, copy.dead) + copy.others;
                out[i] = log(shares[i][row.set]) + fields;
                out[self.components.chosen(i)] = log((1.0 - GONE) * (1.0 - miss_all) * self.empirical[row.set].1) + fields;
            }
            if empty {
                for i in 0..k {
                    out[i] = log(shares[i][row.set]);
                    out[self.components.chosen(i)] = out[i];
                }
                out[nobody] = 0.0;
            } else {
                out[nobody - 1] = log(if known { 1.0 } else { CHANCE_HIT } * self.empirical[row.set].0) + row.fabricated;
            }
            for (j, views) in row.unlisted.iter().enumerate() {
                let missed = unlisted_missed.get(j).copied().unwrap_or(mean_missed);
                // A row that says no more than whom it hit does not argue against an unlisted source.
                let set = match (empty, known) {
                    (true, _) => missed,
                    (false, true) => (1.0 - missed) * self.empirical[row.set].1,
                    (false, false) => self.empirical[row.set].1,
                };
                out[k + j] = log(set) + if empty { 0.0 } else { intact + dead(j, 0) + views };
            }
            out
        };
        self.rows.iter().map(likelihoods).collect()
    }

    /// P_i of each hit set: the panel's, thinned by what damaged identifiers miss. Without a panel the dump's own.
    fn shares(&self, i: usize, damage: &[f64], miss_all: f64) -> Vec<f64> {
        let lost = GONE + (1.0 - GONE) * miss_all;
        let of_set = |n: usize| match self.explained.get(i) {
            _ if self.sets[n].institutions == 0 => lost,
            None => (1.0 - lost) * self.empirical[n].1,
            Some(explained) => explained[n].as_ref().map_or(0.0, |e| (1.0 - lost) * e.share(damage)),
        };
        (0..self.sets.len()).map(of_set).collect()
    }
}

impl Row {
    /// Concepts on which some institution agrees.
    #[must_use]
    pub fn alive(&self) -> u64 {
        self.alive
    }

    /// By component like j and exact: chance that an intact cell would be disagreed with, for each of the dead.
    #[must_use]
    pub fn dead_chance(&self) -> &[Vec<f64>] {
        &self.dead_chance
    }

    fn new(pattern: &Pattern, count: f64, set: usize, rates: &Rates) -> Row {
        let k = rates.institutions();
        let alive = pattern.views.iter().fold(0, |set, v| set | v.agree);
        let dead = pattern.views.iter().fold(0, |set, v| set | v.disagree) & !alive;
        let mut living = pattern.clone();
        living.views.iter_mut().for_each(|v| v.disagree &= !dead);
        let views = living.views.len();
        // like[j][n]: how view n looks for a source like institution j.
        let like: Vec<Vec<f64>> = (0..k).map(|j| (0..views).map(|n| rates.log_like(j, &living, n)).collect()).collect();
        // All disagree with an intact cell: they hold the same other value, so that it is one event, not several.
        let dead_chance = (0..=k)
            .map(|j| {
                members(dead)
                    .map(|c| {
                        pattern
                            .views
                            .iter()
                            .filter(|v| v.disagree >> c & 1 == 1)
                            .map(|v| rates.disagreement(j, v.institution.into(), c, pattern))
                            .fold(1e-6, f64::max)
                    })
                    .collect()
            })
            .collect();
        let copies = (0..views)
            .map(|n| {
                let view = living.views[n];
                let i = usize::from(view.institution);
                Copy {
                    institution: i,
                    agree: view.agree,
                    disagree: view.disagree,
                    dead: pattern.views[n].disagree & dead,
                    others: (0..views).filter(|&m| m != n).map(|m| like[i][m]).sum(),
                }
            })
            .collect();
        let exact = (0..views).map(|n| rates.log_exact(&living, n)).sum();
        let unlisted = like.iter().map(|views| views.iter().sum()).chain([exact]).collect();
        let fabricated = (0..pattern.views.len()).map(|n| rates.log_coincidence(pattern, n)).sum();
        Row { count, set, alive, dead, dead_chance, copies, unlisted, fabricated }
    }
}
