//! What the loaded indexes say about each other: each institution's panel sample is treated as a dump and matched against the others
//! (leave one out). That gives how a source about the same people looks to each institution, and which hit sets an institution's own
//! records have.
//!
//! Bounded: 2,048 entries an index, whatever its size. Only indexes under one key can be compared; otherwise, and with a single
//! institution, the documented defaults stand, and the report says so.

use super::compare::compare;
use super::defaults::{CLASSES, Class, agreement, coincidence, exact_agreement};
use super::patterns::{Institutions, Pattern, class_number, of_row};
use crate::fingerprint::Fingerprint;
use crate::identify::form::Form;
use crate::index::Index;
use crate::index::panel::PanelEntry;
use crate::matching::{Comparison, Concepts};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeMap;

/// Entries of each index's sample that are compared.
const ENTRIES: usize = 2048;
/// Entries for the frequencies of attribute values.
const FREQUENCY_ENTRIES: usize = 8192;
/// Values of an attribute below which its frequencies are not taken from the sample.
const FEW_VALUES: u64 = 100;
/// Comparisons' worth of belief in a default rate of one field.
const FIELD_WEIGHT: f64 = 20.0;
/// Rows' worth of belief that fields are independent.
const PATTERN_WEIGHT: f64 = 10.0;
/// Every probability stays inside (FLOOR, 1 − FLOOR).
const FLOOR: f64 = 1e-6;

/// Shares of an institution's records by hit set.
#[derive(Clone, Debug, Default)]
pub struct HitSets {
    counts: BTreeMap<u64, u64>,
    records: u64,
}

impl HitSets {
    /// The share of a hit set, with half a record of doubt.
    #[must_use]
    pub fn share(&self, set: u64) -> f64 {
        (self.counts.get(&set).copied().unwrap_or(0) as f64 + 0.5) / (self.records as f64 + 1.0)
    }
}

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

/// What there was to see in the dump: the panel is looked at as if it had the dump's columns.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// In which indexes something was found; how often values occur in the others is nobody's question.
    pub hit: &'a [bool],
    /// For each index, the concepts that the dump was searched for in it.
    pub searched: &'a [u64],
    /// All that it could agree on.
    pub compared: u64,
    /// For each index, the forms that masked values showed.
    pub parts: &'a [Vec<usize>],
}

/// Measures the rates from the indexes' samples.
#[must_use]
pub fn measure(indexes: &[Index], institutions: &Institutions, concepts: &Concepts, seen: &Seen<'_>) -> Rates {
    let k = institutions.names.len();
    let default = |c: usize| CLASSES.map(|class| agreement(&concepts.names[c], concepts.issued >> c & 1 == 1, class));
    let exact = |c: usize| CLASSES.map(|class| exact_agreement(&concepts.names[c], concepts.issued >> c & 1 == 1, class));
    let mut rates = Rates {
        hit_sets: None,
        looks: vec![vec![Look::default(); k]; k],
        defaults: (0..concepts.names.len()).map(default).collect(),
        exact: (0..concepts.names.len()).map(exact).collect(),
        coincidence: vec![concepts.names.iter().map(|name| coincidence(name)).collect(); k],
    };
    for (n, index) in indexes.iter().enumerate().filter(|&(n, _)| seen.hit[n]) {
        let institution = &mut rates.coincidence[institutions.of_index[n]];
        for (concept, chance) in coincidences(index, &concepts.of_attribute[n], seen.compared, &seen.parts[n]) {
            institution[concept] = chance;
        }
    }
    let one_key = indexes.windows(2).all(|w| w[0].meta().key_id == w[1].meta().key_id);
    if k < 2 || !one_key {
        return rates;
    }
    let mut hit_sets = vec![HitSets::default(); k];
    for (a, own) in largest_of_each(indexes, institutions) {
        let pattern_of = |n: usize| {
            let entry = indexes[own].panel_entry(n)?;
            let comparisons: Vec<Comparison> = (0..indexes.len())
                .filter(|&b| institutions.of_index[b] != a)
                .filter_map(|b| compare(&entry, own, b, indexes, concepts, seen))
                .collect();
            Some(of_row(&comparisons, institutions, concepts))
        };
        let patterns: Vec<Option<Pattern>> = (0..ENTRIES).into_par_iter().map(pattern_of).collect();
        for pattern in patterns.into_iter().flatten() {
            *hit_sets[a].counts.entry(pattern.hit_set() | 1 << a).or_insert(0) += 1;
            hit_sets[a].records += 1;
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

/// For each institution, its index with the most records.
fn largest_of_each(indexes: &[Index], institutions: &Institutions) -> Vec<(usize, usize)> {
    (0..institutions.names.len())
        .filter_map(|i| {
            let own = (0..indexes.len()).filter(|&n| institutions.of_index[n] == i);
            own.max_by_key(|&n| (indexes[n].meta().records, std::cmp::Reverse(n))).map(|n| (i, n))
        })
        .collect()
}

/// u = Σ p² over the sample's values of each attribute that is compared, plus the chance that twelve bits agree. The parts of a field that masked
/// values show agree or disagree together: their values are taken together, and have twelve bits each.
fn coincidences(index: &Index, of_attribute: &[Option<usize>], compared: u64, parts: &[usize]) -> Vec<(usize, f64)> {
    let (identifiers, forms) = (index.meta().identifiers.len(), &index.meta().attributes);
    let mut wanted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (form, concept) in of_attribute.iter().enumerate().filter_map(|(form, concept)| Some((form, (*concept)?))) {
        let whole = forms[form].form == Form::Whole;
        if compared >> concept & 1 == 1 && (whole || parts.contains(&form)) {
            let of_concept = wanted.entry(concept).or_default();
            // Of two fields of one concept the last.
            if whole {
                of_concept.clear();
            }
            of_concept.push(form);
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let entries: Vec<Option<PanelEntry>> = (0..FREQUENCY_ENTRIES).into_par_iter().map(|n| index.panel_entry(n)).collect();
    let chance = |(&concept, of_concept): (&usize, &Vec<usize>)| {
        let value = |e: &PanelEntry| {
            let parts =
                of_concept.iter().map(|form| e.fingerprints.get(identifiers + form).copied().filter(|f| *f != Fingerprint::default()));
            parts.collect::<Option<Vec<Fingerprint>>>()
        };
        let mut values: Vec<Vec<Fingerprint>> = entries.iter().flatten().filter_map(value).collect();
        values.sort_unstable();
        let n = values.len() as u64;
        let pairs: u64 = values.chunk_by(|a, b| a == b).map(|same| same.len() as u64 * (same.len() as u64 - 1)).sum();
        let by_bits = libm::pow(1.0 / 4096.0, of_concept.len() as f64);
        (n >= FEW_VALUES).then(|| (concept, pairs as f64 / (n * (n - 1)) as f64 + by_bits))
    };
    wanted.par_iter().filter_map(chance).collect()
}
