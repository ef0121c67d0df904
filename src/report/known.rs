//! What a library of known dumps says of the dump that was scanned: which of them hold which share of its rows, and whose rows are new.

use super::document::{Answer, ShareEntry};
use super::lineage::{DumpEntry, percent, sentence};
use crate::attribute::Support;
use crate::lineage::family::Pair;
use crate::lineage::library::{Explained, Found};
use crate::lineage::{About, Relation};
use crate::names::escape_controls;
use serde::{Deserialize, Serialize};

/// Share of rows from which on a known dump is worth a word beside the verdict.
const WORTH_SAYING: f64 = 0.01;

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

/// Says beside the verdict which rows are an old leak's, and what is left of each institution's findings without them. `threshold` is the support from
/// which on an institution is named.
pub fn explain(answer: &mut Answer, known: KnownDumps, threshold: Support) {
    answer.verdict.reservations.extend(words(answer, &known, threshold));
    answer.known = Some(known);
}

fn words(answer: &Answer, known: &KnownDumps, threshold: Support) -> Vec<String> {
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
    out.extend(beyond(answer, threshold));
    if !known.unread.is_empty() {
        out.push(format!(
            "{} files of the library of known dumps could not be read: rows that only they hold count as new.",
            known.unread.len()
        ));
    }
    out
}

/// What is left of the findings without the rows that known dumps hold: of the institutions that are named, and of others that it speaks for.
fn beyond(answer: &Answer, threshold: Support) -> Vec<String> {
    let mut out = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for institution in &answer.institutions {
        let Some(beyond) = institution.beyond_known.as_ref().filter(|_| !said.contains(&institution.institution.as_str())) else {
            continue;
        };
        said.push(&institution.institution);
        let (name, named) = (&institution.institution, answer.verdict.institutions.contains(&institution.institution));
        out.extend(match beyond.support {
            Some(support) if support >= if named { Support::Moderate } else { threshold } => {
                Some(format!("Beyond the known dumps: the rows that none of them holds give {} support to a copy of {name}'s records as well.", support.words()))
            }
            Some(Support::None) if named => Some(format!("Beyond the known dumps nothing speaks for a copy of {name}'s records: the findings rest on rows that were seen before.")),
            None if named => Some(format!("Beyond the known dumps nothing can be said of {name}'s records: the rows that fit them may be damaged copies of known ones.")),
            _ => None,
        });
    }
    out
}
