//! What the loaded indexes say about each other: each institution's panel sample is treated as a dump and matched against the others
//! (leave one out). That gives how a source about the same people looks to each institution, and which hit sets an institution's own
//! records have.
//!
//! Only indexes under one key can be compared; otherwise, and with a single institution, the documented defaults stand, and the report
//! says so.

use super::case::Case;
use super::defaults::{CLASSES, Class, agreement, coincidence, exact_agreement};
use super::hitsets::HitSets;
use super::patterns::{Pattern, class_number, of_row};
use std::collections::BTreeMap;

/// Comparisons' worth of belief in a default rate of one field.
const FIELD_WEIGHT: f64 = 20.0;
/// Rows' worth of belief that fields are independent.
const PATTERN_WEIGHT: f64 = 10.0;
/// Every probability stays inside (FLOOR, 1 − FLOOR).
const FLOOR: f64 = 1e-6;

/// Which fields of a view were compared, and the class of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Compared {
    alone: u64,
    shared: u64,
    contested: u64,
}

/// How one source looks to one institution.
#[derive(Clone, Debug, Default)]
struct Look {
    /// By concept and class: agreements, comparisons.
    fields: Vec<[(u64, u64); 3]>,
    /// By what was compared: rows, and rows by what agreed.
    patterns: BTreeMap<Compared, (u64, BTreeMap<u64, u64>)>,
}

/// The rates of a scan.
#[derive(Clone, Debug)]
pub struct Rates {
    /// Each institution's own hit sets; `None` without a panel.
    pub hit_sets: Option<Vec<HitSets>>,
    /// `looks[source][institution]`; that of an institution to itself is how all other sources look to it.
    looks: Vec<Vec<Look>>,
    /// Default chance of agreement by concept and class.
    defaults: Vec<[f64; 3]>,
    /// Chance of agreement of a source that knows people exactly.
    exact: Vec<[f64; 3]>,
    /// `coincidence[institution][concept]`: chance that two different people agree.
    coincidence: Vec<Vec<f64>>,
}

impl Rates {
    /// Institutions.
    #[must_use]
    pub fn institutions(&self) -> usize {
        self.looks.len()
    }

    /// Log-probability of how view `n` of a pattern agrees and disagrees, for a source like institution `source`.
    #[must_use]
    pub fn log_like(&self, source: usize, pattern: &Pattern, n: usize) -> f64 {
        let look = &self.looks[source][usize::from(pattern.views[n].institution)];
        let mut independent = 1.0;
        let mut compared = Compared::default();
        pattern.fields(n, |concept, class, agrees| {
            let rate = self.rate(look, concept, class);
            independent *= if agrees { rate } else { 1.0 - rate };
            compared.add(concept, class);
        });
        let (seen, agreeing) = look
            .patterns
            .get(&compared)
            .map_or((0, 0), |(rows, by_agreement)| (*rows, by_agreement.get(&pattern.views[n].agree).copied().unwrap_or(0)));
        libm::log((agreeing as f64 + PATTERN_WEIGHT * independent) / (seen as f64 + PATTERN_WEIGHT))
    }

    /// Chance that an institution disagrees with an intact cell of a source like `source` (the exact one past the last) about a concept.
    #[must_use]
    pub fn disagreement(&self, source: usize, institution: usize, concept: usize, pattern: &Pattern) -> f64 {
        let shared = pattern.views.iter().filter(|v| v.disagree >> concept & 1 == 1).count() > 1;
        let class = if shared { Class::Shared } else { Class::Alone };
        let agreement = match self.looks.get(source) {
            Some(looks) => self.rate(&looks[institution], concept, class),
            None => self.exact[concept][class_number(class)],
        };
        1.0 - agreement
    }

    fn rate(&self, look: &Look, concept: usize, class: Class) -> f64 {
        let (agreed, compared) = look.fields.get(concept).map_or((0, 0), |classes| classes[class_number(class)]);
        let prior = self.defaults[concept][class_number(class)];
        ((agreed as f64 + FIELD_WEIGHT * prior) / (compared as f64 + FIELD_WEIGHT)).clamp(FLOOR, 1.0 - FLOOR)
    }

    /// Log-probability of how view `n` agrees and disagrees for a source that knows people exactly.
    #[must_use]
    pub fn log_exact(&self, pattern: &Pattern, n: usize) -> f64 {
        let mut sum = 0.0;
        pattern.fields(n, |concept, class, agrees| {
            let rate = self.exact[concept][class_number(class)].clamp(FLOOR, 1.0 - FLOOR);
            sum += libm::log(if agrees { rate } else { 1.0 - rate });
        });
        sum
    }

    /// Log-probability of how view `n` agrees and disagrees when the row is about nobody in particular.
    #[must_use]
    pub fn log_coincidence(&self, pattern: &Pattern, n: usize) -> f64 {
        let u = &self.coincidence[usize::from(pattern.views[n].institution)];
        let mut sum = 0.0;
        pattern.fields(n, |concept, _, agrees| {
            let chance = u[concept].clamp(FLOOR, 1.0 - FLOOR);
            sum += libm::log(if agrees { chance } else { 1.0 - chance });
        });
        sum
    }
}

impl Compared {
    fn add(&mut self, concept: usize, class: Class) {
        let set = match class {
            Class::Alone => &mut self.alone,
            Class::Shared => &mut self.shared,
            Class::Contested => &mut self.contested,
        };
        *set |= 1 << concept;
    }
}

impl Look {
    fn add(&mut self, pattern: &Pattern, n: usize, concepts: usize) {
        self.fields.resize(concepts, [(0, 0); 3]);
        let mut compared = Compared::default();
        pattern.fields(n, |concept, class, agrees| {
            let cell = &mut self.fields[concept][class_number(class)];
            cell.0 += u64::from(agrees);
            cell.1 += 1;
            compared.add(concept, class);
        });
        let entry = self.patterns.entry(compared).or_default();
        entry.0 += 1;
        *entry.1.entry(pattern.views[n].agree).or_insert(0) += 1;
    }

    fn merge(&mut self, other: &Look) {
        self.fields.resize(other.fields.len().max(self.fields.len()), [(0, 0); 3]);
        for (mine, theirs) in self.fields.iter_mut().flatten().zip(other.fields.iter().flatten()) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
        for (compared, (rows, by_agreement)) in &other.patterns {
            let entry = self.patterns.entry(*compared).or_default();
            entry.0 += rows;
            by_agreement.iter().for_each(|(agree, n)| *entry.1.entry(*agree).or_insert(0) += n);
        }
    }
}

/// Measures the rates of a case.
#[must_use]
pub fn measure(case: &Case) -> Rates {
    let (concepts, k) = (&case.concepts, case.institutions.names.len());
    let default = |c: usize| CLASSES.map(|class| agreement(&concepts.names[c], concepts.issued >> c & 1 == 1, class));
    let exact = |c: usize| CLASSES.map(|class| exact_agreement(&concepts.names[c], concepts.issued >> c & 1 == 1, class));
    let chances =
        |known: &Vec<Option<f64>>| known.iter().zip(&concepts.names).map(|(k, name)| k.unwrap_or_else(|| coincidence(name))).collect();
    let mut rates = Rates {
        hit_sets: None,
        looks: vec![vec![Look::default(); k]; k],
        defaults: (0..concepts.names.len()).map(default).collect(),
        exact: (0..concepts.names.len()).map(exact).collect(),
        coincidence: case.coincidence.iter().map(chances).collect(),
    };
    let Some(panel) = &case.panel else { return rates };
    let mut hit_sets = vec![HitSets::default(); k];
    for (a, entries) in panel.iter().enumerate() {
        for comparisons in entries {
            let pattern = of_row(comparisons.iter(), &case.institutions, concepts);
            hit_sets[a].add(comparisons, &case.institutions, concepts.identifiers());
            for (n, view) in pattern.views.iter().enumerate() {
                rates.looks[a][usize::from(view.institution)].add(&pattern, n, concepts.names.len());
            }
        }
    }
    for i in 0..k {
        let mut all = Look::default();
        (0..k).filter(|&a| a != i).for_each(|a| all.merge(&rates.looks[a][i]));
        rates.looks[i][i] = all;
    }
    rates.hit_sets = Some(hit_sets);
    rates
}
