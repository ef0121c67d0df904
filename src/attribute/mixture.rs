//! The mixture that a dump's rows come from, fitted by expectation maximisation (Dempster, Laird and Rubin 1977) on patterns.
//!
//! For a row with hit set H, and for every institution j in H and every concept f compared with it:
//!
//! ```text
//! copy of i     P_i(H) × Π_f agree 1−ε_i, disagree ε_i            and for every other j: as "same people"
//! same people   P_0(H) × Π_j Π_f agree α(j, f, class), else 1 − α  an unlisted source about the same people
//! fabricated    P_F(H) × Π_j Π_f agree u(j, f), else 1 − u         values that fit nobody in particular
//! ```
//!
//! P_i(H) is the share of i's records that the others hold, too: it keeps a registry from winning for holding everyone. P_0 is free to take
//! any shape, so that who was hit never argues *against* an unlisted source; only what others would not share does.

use super::defaults::{self, COPY_ERROR, COPY_ERROR_MAX, COPY_ERROR_WEIGHT, SHARE_PRIOR};
use super::patterns::{Pattern, class_number};
use std::collections::BTreeMap;

const ITERATIONS: usize = 200;
/// A run ends when no row gains more than this.
const TOLERANCE: f64 = 1e-7;
/// Every probability stays inside (FLOOR, 1 − FLOOR).
const FLOOR: f64 = 1e-6;

/// Rates that do not change while the mixture is fitted.
#[derive(Clone, Debug)]
pub struct Rates {
    /// Institutions.
    pub institutions: usize,
    /// `hit_sets[i]`: share of i's records with each hit set, and the share of a set not seen; `None` where there is no panel.
    pub hit_sets: Option<Vec<HitSets>>,
    /// `agreement[institution][concept][class]` of an independent source.
    pub agreement: Vec<Vec<[f64; 3]>>,
    /// `coincidence[institution][concept]` of a random other person.
    pub coincidence: Vec<Vec<f64>>,
}

/// Shares of an institution's records by hit set.
#[derive(Clone, Debug, Default)]
pub struct HitSets {
    /// Records of the sample with each hit set.
    pub counts: BTreeMap<u64, u64>,
    /// Records of the sample.
    pub records: u64,
}

impl HitSets {
    /// The share of a hit set, with half a record of doubt.
    fn share(&self, set: u64) -> f64 {
        (self.counts.get(&set).copied().unwrap_or(0) as f64 + 0.5) / (self.records as f64 + 1.0)
    }
}

/// A fitted mixture. Components: copies of each institution, then same people, then fabricated.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Share of each component among the rows with hits.
    pub shares: Vec<f64>,
    /// Copy error of each institution.
    pub errors: Vec<f64>,
    /// Natural logarithm of the likelihood.
    pub log_likelihood: f64,
    /// For each pattern, the share of its rows that each component explains.
    pub posteriors: Vec<Vec<f64>>,
}

/// Fits the mixture to patterns with their counts. Components for which `allowed` is false have share 0.
#[must_use]
pub fn fit(patterns: &[(Pattern, f64)], rates: &Rates, allowed: &[bool]) -> Fit {
    let k = rates.institutions;
    let components = k + 2;
    let total: f64 = patterns.iter().map(|(_, n)| n).sum();
    let tables: Vec<PatternTable> = patterns.iter().map(|(p, _)| PatternTable::new(p, rates)).collect();
    let open = allowed.iter().filter(|&&a| a).count().max(1) as f64;
    let mut shares: Vec<f64> = allowed.iter().map(|&a| if a { 1.0 / open } else { 0.0 }).collect();
    let mut errors = vec![COPY_ERROR; k];
    let empirical = free_shape(patterns, |_| 1.0);
    let mut unlisted = empirical.clone();
    let mut posteriors = vec![vec![0.0; components]; patterns.len()];
    let mut last = f64::NEG_INFINITY;
    let mut log_likelihood = last;
    for _ in 0..ITERATIONS {
        log_likelihood = 0.0;
        let log_shares: Vec<f64> = shares.iter().map(|&s| if s > 0.0 { libm::log(s) } else { f64::NEG_INFINITY }).collect();
        for (n, (pattern, count)) in patterns.iter().enumerate() {
            let table = &tables[n];
            let set = pattern.hit_set();
            let post = &mut posteriors[n];
            post.fill(f64::NEG_INFINITY);
            for view in &table.views {
                let i = view.institution;
                let error = errors[i].clamp(FLOOR, 1.0 - FLOOR);
                let hit = rates.hit_sets.as_ref().map_or(empirical[&set], |h| h[i].share(set));
                post[i] = log_shares[i]
                    + libm::log(hit)
                    + f64::from(view.agree) * libm::log(1.0 - error)
                    + f64::from(view.disagree) * libm::log(error)
                    + (table.same - view.same);
            }
            post[k] = log_shares[k] + libm::log(unlisted[&set]) + table.same;
            post[k + 1] = log_shares[k + 1] + libm::log(empirical[&set]) + table.fabricated;
            let top = post.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = post.iter().map(|&p| libm::exp(p - top)).sum();
            log_likelihood += count * (top + libm::log(sum));
            post.iter_mut().for_each(|p| *p = libm::exp(*p - top) / sum);
        }
        // Maximisation: shares, copy errors and the unlisted source's hit sets.
        let mut weights: Vec<f64> = allowed.iter().map(|&a| if a { SHARE_PRIOR } else { 0.0 }).collect();
        let mut compared = vec![(COPY_ERROR * COPY_ERROR_WEIGHT, COPY_ERROR_WEIGHT); k];
        for ((post, (_, count)), table) in posteriors.iter().zip(patterns).zip(&tables) {
            weights.iter_mut().zip(post).for_each(|(w, p)| *w += p * count);
            for view in &table.views {
                let weight = post[view.institution] * count;
                compared[view.institution].0 += weight * f64::from(view.disagree);
                compared[view.institution].1 += weight * f64::from(view.agree + view.disagree);
            }
        }
        let sum: f64 = weights.iter().sum();
        shares = weights.iter().map(|w| if sum > 0.0 { w / sum } else { 0.0 }).collect();
        errors = compared.iter().map(|(wrong, all)| (wrong / all).min(COPY_ERROR_MAX)).collect();
        unlisted = free_shape(patterns, |n| posteriors[n][k]);
        if (log_likelihood - last).abs() <= TOLERANCE * total.max(1.0) {
            break;
        }
        last = log_likelihood;
    }
    Fit { shares, errors, log_likelihood, posteriors }
}

/// Distribution over the hit sets that occur, weighted, with half a row of doubt for each.
fn free_shape(patterns: &[(Pattern, f64)], weight: impl Fn(usize) -> f64) -> BTreeMap<u64, f64> {
    let mut shape: BTreeMap<u64, f64> = BTreeMap::new();
    for (n, (pattern, count)) in patterns.iter().enumerate() {
        *shape.entry(pattern.hit_set()).or_insert(0.5) += weight(n) * count;
    }
    let sum: f64 = shape.values().sum();
    shape.values_mut().for_each(|w| *w /= sum);
    shape
}

/// What of a pattern's likelihood does not change from round to round.
struct PatternTable {
    views: Vec<ViewTable>,
    /// Log-probability of all fields under "same people".
    same: f64,
    /// Log-probability of all fields under "fabricated".
    fabricated: f64,
}

struct ViewTable {
    institution: usize,
    agree: u32,
    disagree: u32,
    same: f64,
}

impl PatternTable {
    fn new(pattern: &Pattern, rates: &Rates) -> PatternTable {
        let mut fabricated = 0.0;
        let views: Vec<ViewTable> = (0..pattern.views.len())
            .map(|n| {
                let institution = usize::from(pattern.views[n].institution);
                let mut view = ViewTable { institution, agree: 0, disagree: 0, same: 0.0 };
                pattern.fields(n, |concept, class, agrees| {
                    let alpha = rates.agreement[institution][concept][class_number(class)].clamp(FLOOR, 1.0 - FLOOR);
                    let chance = rates.coincidence[institution][concept].clamp(FLOOR, 1.0 - FLOOR);
                    if agrees {
                        view.agree += 1;
                    } else {
                        view.disagree += 1;
                    }
                    view.same += libm::log(if agrees { alpha } else { 1.0 - alpha });
                    fabricated += libm::log(if agrees { chance } else { 1.0 - chance });
                });
                view
            })
            .collect();
        let same = views.iter().map(|v| v.same).sum();
        PatternTable { views, same, fabricated }
    }
}

impl Rates {
    /// The documented defaults, for institutions and concepts of these numbers.
    #[must_use]
    pub fn defaults(institutions: usize, concepts: &crate::matching::Concepts) -> Rates {
        let of = |concept: usize| {
            let issued = concepts.issued >> concept & 1 == 1;
            defaults::CLASSES.map(|class| defaults::agreement(&concepts.names[concept], issued, class))
        };
        let agreement: Vec<[f64; 3]> = (0..concepts.names.len()).map(of).collect();
        let coincidence: Vec<f64> = concepts.names.iter().map(|name| defaults::coincidence(name)).collect();
        Rates { institutions, hit_sets: None, agreement: vec![agreement; institutions], coincidence: vec![coincidence; institutions] }
    }
}
