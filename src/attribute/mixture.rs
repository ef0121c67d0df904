//! The mixture that a dump's rows come from, fitted by expectation maximisation (Dempster, Laird and Rubin 1977) on patterns.
//!
//! Shares, and the noise that goes with them, are fitted with all components allowed. What an institution's copy adds is then the likelihood
//! lost without it, at the same noise: fitting shares alone is a convex problem, with one answer.

use super::defaults::{DAMAGE, DAMAGE_MAX, DAMAGE_WEIGHT, DRIFT_TIMES, DRIFT_WEIGHT, SHARE_PRIOR};
use super::likelihood::{Components, Noise, Rows};
use crate::matching::members;

/// Rounds in which noise is fitted.
const ROUNDS: usize = 8;
/// Steps of a fit of shares.
const STEPS: usize = 300;
/// A fit of shares ends when it gains less than this, in natural logarithms; the steps of the scale are a hundred times as far apart.
const TOLERANCE: f64 = 0.005;

/// A fitted mixture.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Which component is which.
    pub components: Components,
    /// Share of each component among the rows.
    pub shares: Vec<f64>,
    /// Damage and drift.
    pub noise: Noise,
    /// Natural logarithm of the likelihood.
    pub log_likelihood: f64,
    /// For each pattern, the share of its rows that each component explains.
    pub posteriors: Vec<Vec<f64>>,
    /// Likelihoods by pattern and component, each pattern's relative to its greatest.
    likelihoods: Vec<Vec<f64>>,
    /// Log-likelihood of the usual components by these relative likelihoods.
    usual: f64,
    counts: Vec<f64>,
}

impl Fit {
    /// Fits the mixture with all its components. `drift` is how often each concept of a record changes.
    #[must_use]
    pub fn new(rows: &Rows<'_>, drift: &[f64]) -> Fit {
        let components = rows.components();
        let k = components.institutions;
        let mut fit = Fit {
            components,
            shares: vec![1.0 / components.count() as f64; components.count()],
            noise: Noise { damage: vec![DAMAGE; drift.len()], drift: vec![drift.to_vec(); k] },
            log_likelihood: 0.0,
            posteriors: Vec::new(),
            usual: 0.0,
            likelihoods: Vec::new(),
            counts: rows.rows().iter().map(|r| r.count).collect(),
        };
        let usual = components.usual();
        for round in 0..ROUNDS {
            let tops = fit.set_likelihoods(rows.likelihoods(&fit.noise));
            let (shares, log_likelihood) = fit.shares_of(&usual);
            (fit.shares, fit.log_likelihood) = (shares, log_likelihood + tops);
            fit.posteriors = fit.posteriors_of(&fit.shares);
            if round + 1 < ROUNDS {
                fit.noise = fit.noise_of(rows, drift);
            }
        }
        fit.usual = fit.shares_of(&usual).1;
        fit
    }

    /// What allowing these components adds to the log-likelihood.
    #[must_use]
    pub fn gain_of(&self, without: &[usize]) -> f64 {
        // Components without weight add nothing; fitting again without them would only show that at length.
        const NOTHING: f64 = 0.01;
        let total: f64 = self.counts.iter().sum();
        if without.iter().map(|&c| self.shares[c]).sum::<f64>() * total < NOTHING {
            return 0.0;
        }
        let usual = self.components.usual();
        let allowed: Vec<bool> = usual.iter().enumerate().map(|(c, &usual)| usual && !without.contains(&c)).collect();
        (self.usual - self.shares_of(&allowed).1).max(0.0)
    }

    /// Log-likelihood, up to a constant, without any institution's copy but this one's.
    #[must_use]
    pub fn without_copies(&self, but: Option<usize>) -> f64 {
        let k = self.components.institutions;
        let allowed: Vec<bool> = self.components.usual().into_iter().enumerate().map(|(c, u)| u && (c >= k || Some(c) == but)).collect();
        self.shares_of(&allowed).1
    }

    /// The same mixture with only these components, its noise as it was.
    #[must_use]
    pub fn restricted(&self, allowed: &[bool]) -> Fit {
        let (shares, log_likelihood) = self.shares_of(allowed);
        let posteriors = self.posteriors_of(&shares);
        let tops = self.log_likelihood - self.usual;
        Fit { shares, posteriors, log_likelihood: log_likelihood + tops, ..self.clone() }
    }

    /// Chance that a row of a pattern is a copy of institution `i`'s records, all or chosen ones.
    #[must_use]
    pub fn copied(&self, pattern: usize, i: usize) -> f64 {
        self.posteriors[pattern][i] + self.posteriors[pattern][self.components.chosen(i)]
    }

    /// The rows that are copies of institution `i`'s records beyond doubt, by each row's pattern.
    #[must_use]
    pub fn clear_copies(&self, pattern_of: &[usize], i: usize) -> Vec<usize> {
        const BEYOND_DOUBT: f64 = 0.9;
        (0..pattern_of.len()).filter(|&n| self.copied(pattern_of[n], i) >= BEYOND_DOUBT).collect()
    }

    /// Share of the rows that are copies of institution `i`'s records, all or chosen ones.
    #[must_use]
    pub fn copied_share(&self, i: usize) -> f64 {
        self.shares[i] + self.shares[self.components.chosen(i)]
    }

    /// Share of the rows that fit an unlisted source.
    #[must_use]
    pub fn unlisted_share(&self) -> f64 {
        self.shares[self.components.unlisted()].iter().sum()
    }

    /// Share of the rows that fit nobody's records.
    #[must_use]
    pub fn fabricated_share(&self) -> f64 {
        self.shares[self.components.fabricated()].iter().sum()
    }

    /// Takes likelihoods relative to each pattern's greatest; gives the sum of what was taken out.
    fn set_likelihoods(&mut self, logs: Vec<Vec<f64>>) -> f64 {
        let mut sum = 0.0;
        let relative = |(row, count): (Vec<f64>, &f64)| {
            let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            sum += top * count;
            row.into_iter().map(|l| if l - top < -60.0 { 0.0 } else { libm::exp(l - top) }).collect()
        };
        self.likelihoods = logs.into_iter().zip(&self.counts).map(relative).collect();
        sum
    }

    /// The shares that fit best where only these components are `allowed`, and the log-likelihood.
    fn shares_of(&self, allowed: &[bool]) -> (Vec<f64>, f64) {
        let open = allowed.iter().filter(|&&a| a).count().max(1) as f64;
        let mut shares: Vec<f64> = allowed.iter().zip(&self.shares).map(|(&a, s)| if a { s + 0.2 / open } else { 0.0 }).collect();
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|s| *s /= sum);
        let mut last = f64::NEG_INFINITY;
        for _ in 0..STEPS {
            let mut weights: Vec<f64> = allowed.iter().map(|&a| if a { SHARE_PRIOR } else { 0.0 }).collect();
            let mut log_likelihood = 0.0;
            for (row, count) in self.likelihoods.iter().zip(&self.counts) {
                let all: f64 = row.iter().zip(&shares).map(|(l, s)| l * s).sum::<f64>().max(1e-300);
                log_likelihood += count * libm::log(all);
                let of_row = count / all;
                weights.iter_mut().zip(row).zip(&shares).for_each(|((w, l), s)| *w += l * s * of_row);
            }
            if log_likelihood - last < TOLERANCE {
                return (shares, log_likelihood.max(last));
            }
            last = log_likelihood;
            let sum: f64 = weights.iter().sum();
            shares = weights.iter().map(|w| w / sum).collect();
        }
        (shares, last)
    }

    fn posteriors_of(&self, shares: &[f64]) -> Vec<Vec<f64>> {
        let of_row = |row: &Vec<f64>| {
            let all: f64 = row.iter().zip(shares).map(|(l, s)| l * s).sum::<f64>().max(1e-300);
            row.iter().zip(shares).map(|(l, s)| l * s / all).collect()
        };
        self.likelihoods.iter().map(of_row).collect()
    }

    /// The noise that the posteriors speak for.
    fn noise_of(&self, rows: &Rows<'_>, drift: &[f64]) -> Noise {
        let k = self.components.institutions;
        // By concept: damaged, compared. By institution: drifted, compared.
        let mut damage = vec![(0.0, 0.0); drift.len()];
        let usual = drift;
        let mut drift = vec![usual.iter().map(|d| (d * DRIFT_WEIGHT, DRIFT_WEIGHT)).collect::<Vec<_>>(); k];
        for (row, post) in rows.rows().iter().zip(&self.posteriors) {
            // Made-up rows disagree for another reason.
            let weight = post[..self.components.unlisted().end].iter().sum::<f64>() * row.count;
            members(row.dead | row.alive()).for_each(|c| damage[c].1 += weight);
            for copy in &row.copies {
                let (i, of_copy) = (copy.institution, post[copy.institution] * row.count);
                let (before, after) = (&self.noise.drift[i], &mut drift[i]);
                members(copy.disagree).for_each(|c| after[c].0 += of_copy);
                members(copy.agree | copy.disagree).for_each(|c| after[c].1 += of_copy);
                for c in members(copy.dead) {
                    let damaged = self.noise.damage[c] / (self.noise.damage[c] + (1.0 - self.noise.damage[c]) * before[c]);
                    damage[c].0 += of_copy * damaged;
                    after[c].0 += of_copy * (1.0 - damaged);
                    after[c].1 += of_copy * (1.0 - damaged);
                }
            }
            for (j, chances) in row.dead_chance().iter().enumerate() {
                let of_source = post[k + j] * row.count;
                for (c, q) in members(row.dead).zip(chances) {
                    damage[c].0 += of_source * self.noise.damage[c] / (self.noise.damage[c] + (1.0 - self.noise.damage[c]) * q);
                }
            }
        }
        // Each column's damage is drawn towards that of all.
        let all = damage.iter().fold((DAMAGE * DAMAGE_WEIGHT, DAMAGE_WEIGHT), |sum, d| (sum.0 + d.0, sum.1 + d.1));
        let mean = all.0 / all.1;
        let damage = damage.iter().map(|d| ((d.0 + mean * DAMAGE_WEIGHT) / (d.1 + DAMAGE_WEIGHT)).clamp(1e-4, DAMAGE_MAX)).collect();
        let bounded = |(d, usual): ((f64, f64), &f64)| (d.0 / d.1).clamp(1e-4, DRIFT_TIMES * usual);
        let drift = drift.into_iter().map(|of| of.into_iter().zip(usual).map(bounded).collect()).collect();
        Noise { damage, drift }
    }
}
