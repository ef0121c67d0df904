//! What a library of known dumps says of the dump that was scanned: which of them hold which share of its rows, and whose rows are new.

use super::document::{Answer, ShareEntry};
use super::lineage::{DumpEntry, percent, sentence};
use crate::lineage::family::Pair;
use crate::lineage::library::{Explained, Found};
use crate::lineage::{About, DumpFingerprint, Relation};
use crate::matching::Comparison;
use crate::matching::sample::Sampled;
use crate::names::escape_controls;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Share of rows from which on a known dump is worth a word beside the verdict.
const WORTH_SAYING: f64 = 0.01;
/// Rows of an institution below which nothing is said of how many are known.
const FEW: f64 = 10.0;

/// What a library says of the dump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownDumps {
    /// Known dumps that were looked at.
    pub dumps: u64,
    /// Those that were compared: copies first, by the share of the dump's rows.
    pub found: Vec<KnownDump>,
    /// Share of the dump's distinct rows that no known dump holds.
    pub new: f64,
    /// Known dumps that share values, and were not compared: others came before them.
    pub not_compared: u64,
    /// Files of the library that nothing can be said of.
    pub unread: Vec<String>,
}

/// A known dump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownDump {
    /// Its name in the library.
    pub name: String,
    /// Where it came from, as a person said.
    pub source: Option<String>,
    /// When it was published, as a person said.
    pub published: Option<String>,
    /// What the scanned dump is to it.
    pub relation: Relation,
    /// The same in a sentence.
    pub sentence: String,
    /// Share of the scanned dump's distinct rows that are copies of its rows.
    pub share: ShareEntry,
    /// Of these, what no known dump before it holds; null where that is nothing to speak of.
    pub adds: Option<f64>,
    /// Share of its own rows that the scanned dump holds.
    pub held: ShareEntry,
    /// Rows of it with different identifiers.
    pub rows_distinct: u64,
}

impl KnownDumps {
    /// Of what a library explains of a dump with this fingerprint.
    #[must_use]
    pub fn new(about: &About, explained: &Explained) -> KnownDumps {
        KnownDumps {
            dumps: explained.known,
            found: explained.found.iter().map(|found| known_dump(about, found)).collect(),
            new: explained.new,
            not_compared: explained.not_compared,
            unread: explained.unread.iter().map(|unread| unread.name.clone()).collect(),
        }
    }

    /// Whether some known dump holds rows of the scanned one.
    #[must_use]
    pub fn copied(&self) -> bool {
        self.found.iter().any(|known| known.relation.copied())
    }
}

fn known_dump(about: &About, found: &Found) -> KnownDump {
    let label = found.known.about.label.as_ref();
    let share = |s: crate::lineage::compare::Share| ShareEntry { estimate: s.estimate, low: s.low, high: s.high };
    let entry = |file: &str, about: &About| DumpEntry { file: file.to_string(), about: about.clone() };
    let dumps = [entry(&found.known.name, &found.known.about), entry("This dump", about)];
    KnownDump {
        name: found.known.name.clone(),
        source: label.and_then(|l| l.source.as_deref()).map(escape_controls),
        published: label.and_then(|l| l.published.as_deref()).map(escape_controls),
        relation: found.comparison.relation,
        sentence: sentence(&dumps, &Pair { a: 0, b: 1, comparison: found.comparison.clone() }),
        share: share(found.comparison.b_in_a),
        adds: found.adds,
        held: share(found.comparison.a_in_b),
        rows_distinct: found.known.about.rows_distinct,
    }
}

/// Which rows of a dump are known: by source and offset of those that all known dumps would have kept with their cells, the chance that one of
/// these holds it as a copy. A damaged identifier is not met, so that the chances are lower bounds.
#[must_use]
pub fn known_rows(dump: &DumpFingerprint, explained: &Explained) -> BTreeMap<(u32, u64), f64> {
    let copied = explained.found.iter().filter(|found| found.comparison.relation.copied());
    let level = copied.map(|found| found.known.about.detail).max().unwrap_or(0);
    let slots = dump.about.slots();
    let mut rows = BTreeMap::new();
    for (entry, &known) in dump.entries.iter().zip(&explained.coverage) {
        let by_column = slots.get(usize::from(entry.slot)).is_some_and(|slot| slot.1.is_some());
        if let Some(&place) = dump.places.get(entry.rank as usize).filter(|_| by_column && entry.level >= level) {
            let best: &mut f64 = rows.entry(place).or_default();
            *best = best.max(known);
        }
    }
    rows
}

/// Says beside the verdict which rows are an old leak's, and of each institution how many of the rows that fit its records are.
pub fn explain(answer: &mut Answer, known: KnownDumps, rows: &BTreeMap<(u32, u64), f64>, hit_rows: &[Sampled<Vec<Comparison>>]) {
    let mut of_index = vec![(0.0, 0.0); answer.institutions.len()];
    for row in hit_rows {
        let Some(known) = rows.get(&row.first) else { continue };
        for comparison in row.value.iter().filter(|c| c.corroborated) {
            if let Some(sum) = of_index.get_mut(usize::from(comparison.index)) {
                *sum = (sum.0 + known, sum.1 + 1.0);
            }
        }
    }
    for (institution, (known, rows)) in answer.institutions.iter_mut().zip(of_index) {
        institution.known_share = (rows >= FEW).then(|| known / rows);
    }
    answer.verdict.reservations.extend(words(answer, &known));
    answer.known = Some(known);
}

fn words(answer: &Answer, known: &KnownDumps) -> Vec<String> {
    let mut out = Vec::new();
    let shares: Vec<String> = known
        .found
        .iter()
        .filter(|k| k.relation.copied())
        .filter_map(|k| Some((k, k.adds?)))
        .filter(|(_, adds)| *adds >= WORTH_SAYING)
        .map(|(k, adds)| match &k.published {
            Some(day) => format!("{} ({}, published {day})", k.name, percent(adds)),
            None => format!("{} ({})", k.name, percent(adds)),
        })
        .collect();
    if !shares.is_empty() {
        let new = if known.new < WORTH_SAYING { "next to none".to_string() } else { percent(known.new) };
        out.push(format!("Rows of this dump were seen before, in known dumps: {}. New: {new} of the distinct rows.", shares.join(", ")));
    }
    for institution in answer.institutions.iter().filter(|i| answer.verdict.institutions.contains(&i.institution)) {
        if let Some(share) = institution.known_share.filter(|share| *share >= WORTH_SAYING) {
            out.push(format!(
                "Of the rows that fit records of {} ({}), {} stand in known dumps: as far as these go, an old leak was posted again.",
                institution.institution,
                institution.dataset,
                percent(share)
            ));
        }
    }
    if !known.unread.is_empty() {
        out.push(format!(
            "{} files of the library of known dumps could not be read: rows that only they hold count as new.",
            known.unread.len()
        ));
    }
    out
}
