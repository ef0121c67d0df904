//! What the loaded indexes say about each other: each institution's panel sample is treated as a dump and matched against the others
//! (leave one out). That gives how often independent sources agree, by concept and class, and which hit sets an institution's own
//! records have.
//!
//! Bounded: 2,048 entries an index, whatever its size. Only indexes under one key can be compared; otherwise the documented defaults
//! stand, and the report says so.

use super::defaults::{CLASSES, agreement};
use super::mixture::{HitSets, Rates};
use super::patterns::{Institutions, class_number, of_row};
use crate::fingerprint::Fingerprint;
use crate::index::Index;
use crate::index::open::{LookupCounts, Scratch};
use crate::index::panel::PanelEntry;
use crate::index::table::{Payload, Posting};
use crate::matching::{Comparison, Concepts};
use std::collections::BTreeMap;

/// Entries of each index's sample that are compared.
const ENTRIES: usize = 2048;
/// Entries for the frequencies of attribute values.
const FREQUENCY_ENTRIES: usize = 8192;
/// Comparisons' worth of belief in a default rate.
const PRIOR_WEIGHT: f64 = 20.0;

/// Measures the rates from the indexes' samples. `searched` are the concepts that the dump was searched for: hit sets are those that
/// the dump could have shown.
#[must_use]
pub fn measure(indexes: &[Index], institutions: &Institutions, concepts: &Concepts, searched: u64) -> Rates {
    let k = institutions.names.len();
    let mut rates = Rates::defaults(k, concepts);
    let one_key = indexes.windows(2).all(|w| w[0].meta().key_id == w[1].meta().key_id);
    for (n, index) in indexes.iter().enumerate() {
        coincidences(index, &concepts.of_attribute[n], &mut rates.coincidence[institutions.of_index[n]]);
    }
    if k < 2 || !one_key {
        return rates;
    }
    let mut hit_sets = vec![HitSets::default(); k];
    // [institution][concept][class] = (agreements, comparisons)
    let mut counts = vec![vec![[(0u64, 0u64); 3]; concepts.names.len()]; k];
    for (a, own) in largest_of_each(indexes, institutions) {
        for n in 0..ENTRIES {
            let Some(entry) = indexes[own].panel_entry(n) else { break };
            let comparisons: Vec<Comparison> = (0..indexes.len())
                .filter(|&b| institutions.of_index[b] != a)
                .filter_map(|b| compare(&entry, own, b, indexes, concepts, searched))
                .collect();
            let pattern = of_row(&comparisons, institutions, concepts);
            *hit_sets[a].counts.entry(pattern.hit_set() | 1 << a).or_insert(0) += 1;
            hit_sets[a].records += 1;
            for (view_number, view) in pattern.views.iter().enumerate() {
                let table = &mut counts[usize::from(view.institution)];
                pattern.fields(view_number, |concept, class, agrees| {
                    let cell = &mut table[concept][class_number(class)];
                    cell.0 += u64::from(agrees);
                    cell.1 += 1;
                });
            }
        }
    }
    for (institution, table) in counts.iter().enumerate() {
        for (concept, classes) in table.iter().enumerate() {
            let issued = concepts.issued >> concept & 1 == 1;
            for (class, &(agreed, compared)) in CLASSES.into_iter().zip(classes) {
                let prior = agreement(&concepts.names[concept], issued, class);
                rates.agreement[institution][concept][class_number(class)] =
                    (agreed as f64 + PRIOR_WEIGHT * prior) / (compared as f64 + PRIOR_WEIGHT);
            }
        }
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

/// Treats a panel entry of index `a` as a row of a dump and compares it with index `b`.
fn compare(entry: &PanelEntry, a: usize, b: usize, indexes: &[Index], concepts: &Concepts, searched: u64) -> Option<Comparison> {
    let other = &indexes[b];
    let identifiers = indexes[a].meta().identifiers.len();
    let own: Vec<(usize, Fingerprint)> = concepts.of_identifier[a]
        .iter()
        .zip(&entry.fingerprints)
        .filter_map(|(concept, f)| Some(((*concept)?, *f)))
        .filter(|(c, f)| *f != Fingerprint::default() && searched >> c & 1 == 1)
        .collect();
    let fingerprints: Vec<Fingerprint> = own.iter().map(|&(_, f)| f).collect();
    let mut found: Vec<Posting> = Vec::new();
    let mut shared = Vec::new();
    other.find(&fingerprints, &mut Scratch::default(), &mut LookupCounts::default(), |_, payload| match payload {
        Payload::One(p) => found.push(p),
        Payload::Shared(first) => shared.push(first),
        Payload::Common => {}
    });
    shared.into_iter().for_each(|first| other.postings(first, &mut found));
    let mut fields: BTreeMap<u32, u64> = BTreeMap::new();
    for p in &found {
        if let Some(Some(concept)) = concepts.of_identifier[b].get(usize::from(p.field) - 1) {
            *fields.entry(p.record).or_insert(0) |= 1 << concept;
        }
    }
    let (&record, &agreeing) = fields.iter().max_by_key(|&(&r, f)| (f.count_ones(), std::cmp::Reverse(r)))?;
    let row = other.record(record);
    let (mut agree, mut disagree) = (agreeing, 0u64);
    for &(concept, _) in &own {
        let theirs = concepts.of_identifier[b].iter().enumerate().any(|(n, c)| *c == Some(concept) && row.present(n as u8 + 1));
        if theirs && agree >> concept & 1 == 0 {
            disagree |= 1 << concept;
        }
    }
    for (concept, fingerprint) in concepts.of_attribute[a].iter().zip(&entry.fingerprints[identifiers..]) {
        let Some(concept) = *concept else { continue };
        let Some(form) = concepts.of_attribute[b].iter().position(|c| *c == Some(concept)) else { continue };
        let theirs = row.attribute(form);
        if theirs == 0 || *fingerprint == Fingerprint::default() {
            continue;
        }
        if theirs == fingerprint.attribute() {
            agree |= 1 << concept;
        } else {
            disagree |= 1 << concept;
        }
    }
    Some(Comparison { index: b as u16, record, agree, disagree, corroborated: false, canary: false })
}

/// u = Σ p² over the sample's values of each attribute, plus the chance that twelve bits agree.
fn coincidences(index: &Index, of_attribute: &[Option<usize>], out: &mut [f64]) {
    let identifiers = index.meta().identifiers.len();
    let mut values: Vec<BTreeMap<Fingerprint, u64>> = vec![BTreeMap::new(); of_attribute.len()];
    for entry in (0..FREQUENCY_ENTRIES).map_while(|n| index.panel_entry(n)) {
        for (map, fingerprint) in values.iter_mut().zip(&entry.fingerprints[identifiers..]) {
            if *fingerprint != Fingerprint::default() {
                *map.entry(*fingerprint).or_insert(0) += 1;
            }
        }
    }
    for (concept, map) in of_attribute.iter().zip(&values) {
        let n: u64 = map.values().sum();
        if let Some(concept) = *concept
            && n >= 100
        {
            let pairs: u64 = map.values().map(|c| c * (c - 1)).sum();
            out[concept] = pairs as f64 / (n * (n - 1)) as f64 + 1.0 / 4096.0;
        }
    }
}
