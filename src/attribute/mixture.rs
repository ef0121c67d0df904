//! The mixture that a dump's rows come from, fitted by expectation maximisation (Dempster, Laird and Rubin 1977) on patterns.
//!
//! For a row with hit set H:
//!
//! ```text
//! copy of i        P_i(H) × Π_f [agree with i: 1−ε_i, disagree: ε_i] × Π_{k≠i} S(view of k | a source like i)
//! unlisted, like j P_0(H) × Π_k S(view of k | a source like j)
//! unlisted, exact  P_0(H) × Π_k Π_f [agree with k: β(f, class), disagree: 1 − β]
//! fabricated       P_F(H) × Π_k Π_f [agree with k: u(k, f), disagree: 1 − u]
//! ```
//!
//! S is how a source about the same people looks to institution k, taken from the comparison of the loaded indexes ([`super::panel`]): the
//! whole pattern of agreement, not field by field, because fields go together (who moved house often changed the phone too). P_i(H) is the share
//! of i's records that the others hold as well: it keeps a registry from winning for holding everyone. P_0 is free to take any shape, so that
//! who was hit never argues *against* an unlisted source; only what others would not share does. The exact source knows people better than any
//! of the institutions supplied: agreement on what is simply true of a person is no sign of a copy.

use super::defaults::{COPY_ERROR, COPY_ERROR_MAX, COPY_ERROR_WEIGHT, SHARE_PRIOR};
use super::panel::Rates;
use super::patterns::Pattern;
use std::collections::BTreeMap;

const ITERATIONS: usize = 200;
/// A run ends when it gains less than this, in natural logarithms.
const TOLERANCE: f64 = 1e-3;

/// Which component is which: copies of each institution, then unlisted sources like each, the exact one, then fabricated.
#[derive(Clone, Copy, Debug)]
pub struct Components {
    /// Institutions.
    pub institutions: usize,
}

impl Components {
    /// Components in all.
    #[must_use]
    pub fn count(self) -> usize {
        2 * self.institutions + 2
    }

    /// The unlisted sources.
    #[must_use]
    pub fn unlisted(self) -> std::ops::Range<usize> {
        self.institutions..2 * self.institutions + 1
    }

    /// The fabricated rows.
    #[must_use]
    pub fn fabricated(self) -> usize {
        2 * self.institutions + 1
    }
}

/// A fitted mixture.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Which component is which.
    pub components: Components,
    /// Share of each component among the rows with hits.
    pub shares: Vec<f64>,
    /// Copy error of each institution.
    pub errors: Vec<f64>,
    /// Natural logarithm of the likelihood.
    pub log_likelihood: f64,
    /// For each pattern, the share of its rows that each component explains.
    pub posteriors: Vec<Vec<f64>>,
}

impl Fit {
    /// Share of the rows that fit an unlisted source.
    #[must_use]
    pub fn unlisted_share(&self) -> f64 {
        self.shares[self.components.unlisted()].iter().sum()
    }
}

/// Patterns with what of their likelihoods does not change while a mixture is fitted.
pub struct Problem<'a> {
    patterns: &'a [(Pattern, f64)],
    components: Components,
    rows: Vec<Row>,
    /// Rows by hit set, with half a row of doubt for each set that occurs.
    empirical: Vec<f64>,
}

struct Row {
    count: f64,
    set: usize,
    copies: Vec<Copy>,
    /// Log-likelihood of all views for an unlisted source like each institution, and for the exact one.
    unlisted: Vec<f64>,
    fabricated: f64,
}

struct Copy {
    institution: usize,
    agree: f64,
    disagree: f64,
    /// Logarithms of P_i(H) and of the other institutions' views.
    rest: f64,
}

impl<'a> Problem<'a> {
    /// Prepares patterns under fixed rates.
    #[must_use]
    pub fn new(patterns: &'a [(Pattern, f64)], rates: &Rates) -> Problem<'a> {
        let components = Components { institutions: rates.institutions() };
        let mut sets: BTreeMap<u64, usize> = BTreeMap::new();
        for (pattern, _) in patterns {
            let next = sets.len();
            sets.entry(pattern.hit_set()).or_insert(next);
        }
        let rows: Vec<Row> = patterns.iter().map(|(p, count)| Row::new(p, *count, sets[&p.hit_set()], rates)).collect();
        let mut problem = Problem { patterns, components, rows, empirical: vec![0.0; sets.len()] };
        problem.empirical = problem.shape(|_| 1.0);
        if rates.hit_sets.is_none() {
            // Without a panel nothing is known of hit sets: they say the same of every component.
            for row in &mut problem.rows {
                let known = libm::log(problem.empirical[row.set]);
                row.copies.iter_mut().for_each(|c| c.rest += known);
            }
        }
        problem
    }

    /// The patterns.
    #[must_use]
    pub fn patterns(&self) -> &'a [(Pattern, f64)] {
        self.patterns
    }

    /// Which component is which.
    #[must_use]
    pub fn components(&self) -> Components {
        self.components
    }

    fn shape(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut shape = vec![0.5; self.empirical.len()];
        for (n, row) in self.rows.iter().enumerate() {
            shape[row.set] += weight(n) * row.count;
        }
        let sum: f64 = shape.iter().sum();
        shape.iter_mut().for_each(|w| *w /= sum);
        shape
    }

    /// Fits the mixture. Components for which `allowed` is false have share 0; `near` is where to begin.
    #[must_use]
    pub fn fit(&self, allowed: &[bool], near: Option<&Fit>) -> Fit {
        let (k, components) = (self.components.institutions, self.components);
        let open = allowed.iter().filter(|&&a| a).count().max(1) as f64;
        let begin = |c: usize| near.map_or(0.0, |f| f.shares[c]) + 1.0 / open;
        let mut shares: Vec<f64> = (0..components.count()).map(|c| if allowed[c] { begin(c) } else { 0.0 }).collect();
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|s| *s /= sum);
        let mut errors = near.map_or_else(|| vec![COPY_ERROR; k], |f| f.errors.clone());
        let mut unlisted_shape = self.empirical.clone();
        let mut posteriors = vec![vec![0.0; components.count()]; self.rows.len()];
        let mut last = f64::NEG_INFINITY;
        let mut log_likelihood = last;
        for _ in 0..ITERATIONS {
            log_likelihood = self.expect(&shares, &errors, &unlisted_shape, &mut posteriors);
            if log_likelihood - last < TOLERANCE {
                break;
            }
            last = log_likelihood;
            let mut weights: Vec<f64> = allowed.iter().map(|&a| if a { SHARE_PRIOR } else { 0.0 }).collect();
            let mut compared = vec![(COPY_ERROR * COPY_ERROR_WEIGHT, COPY_ERROR_WEIGHT); k];
            for (post, row) in posteriors.iter().zip(&self.rows) {
                weights.iter_mut().zip(post).for_each(|(w, p)| *w += p * row.count);
                for copy in &row.copies {
                    let weight = post[copy.institution] * row.count;
                    compared[copy.institution].0 += weight * copy.disagree;
                    compared[copy.institution].1 += weight * (copy.agree + copy.disagree);
                }
            }
            let sum: f64 = weights.iter().sum();
            shares = weights.iter().map(|w| w / sum).collect();
            errors = compared.iter().map(|(wrong, all)| (wrong / all).min(COPY_ERROR_MAX)).collect();
            unlisted_shape = self.shape(|n| posteriors[n][components.unlisted()].iter().sum());
        }
        Fit { components, shares, errors, log_likelihood, posteriors }
    }

    /// Fills the posteriors and returns the log-likelihood.
    fn expect(&self, shares: &[f64], errors: &[f64], unlisted_shape: &[f64], posteriors: &mut [Vec<f64>]) -> f64 {
        let k = self.components.institutions;
        let log = |x: f64| if x > 0.0 { libm::log(x) } else { f64::NEG_INFINITY };
        let log_shares: Vec<f64> = shares.iter().map(|&s| log(s)).collect();
        let log_errors: Vec<(f64, f64)> = errors.iter().map(|&e| (libm::log(1.0 - e), libm::log(e))).collect();
        let log_unlisted: Vec<f64> = unlisted_shape.iter().map(|&s| log(s)).collect();
        let log_empirical: Vec<f64> = self.empirical.iter().map(|&s| log(s)).collect();
        let mut total = 0.0;
        for (row, post) in self.rows.iter().zip(posteriors) {
            post.fill(f64::NEG_INFINITY);
            for c in &row.copies {
                let (right, wrong) = log_errors[c.institution];
                post[c.institution] = log_shares[c.institution] + c.agree * right + c.disagree * wrong + c.rest;
            }
            for (j, views) in row.unlisted.iter().enumerate() {
                post[k + j] = log_shares[k + j] + log_unlisted[row.set] + views;
            }
            let f = self.components.fabricated();
            post[f] = log_shares[f] + log_empirical[row.set] + row.fabricated;
            let top = post.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            post.iter_mut().for_each(|p| *p = if *p - top < -40.0 { 0.0 } else { libm::exp(*p - top) });
            let sum: f64 = post.iter().sum();
            post.iter_mut().for_each(|p| *p /= sum);
            total += row.count * (top + libm::log(sum));
        }
        total
    }
}

impl Row {
    fn new(pattern: &Pattern, count: f64, set: usize, rates: &Rates) -> Row {
        let k = rates.institutions();
        let hit_set = pattern.hit_set();
        let views = pattern.views.len();
        // like[j][n]: how view n looks for a source like institution j.
        let like: Vec<Vec<f64>> = (0..k).map(|j| (0..views).map(|n| rates.log_like(j, pattern, n)).collect()).collect();
        let copies = (0..views)
            .map(|n| {
                let view = pattern.views[n];
                let i = usize::from(view.institution);
                let others: f64 = (0..views).filter(|&m| m != n).map(|m| like[i][m]).sum();
                let hit = rates.hit_sets.as_ref().map_or(0.0, |h| libm::log(h[i].share(hit_set)));
                Copy { institution: i, agree: f64::from(view.agree.count_ones()), disagree: f64::from(view.disagree.count_ones()), rest: hit + others }
            })
            .collect();
        let exact = (0..views).map(|n| rates.log_exact(pattern, n)).sum();
        let unlisted = like.iter().map(|views| views.iter().sum()).chain([exact]).collect();
        let fabricated = (0..views).map(|n| rates.log_coincidence(pattern, n)).sum();
        Row { count, set, copies, unlisted, fabricated }
    }
}
