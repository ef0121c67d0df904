//! How dumps relate, for people and programs: the document of `leaktrace compare`, its sentences, and the terminal's view of it.

pub mod graph;
pub mod library;
pub mod terminal;
mod words;

pub use words::{column_name, columns_words, merge_sentence, order_words, sentence};

use crate::lineage::compare::Share;
use crate::lineage::family::{Family, Merge, Pair};
use crate::lineage::{About, DumpFingerprint};
use crate::names::safe_path;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Name and version of the document.
pub const SCHEMA: &str = "leaktrace.compare/1";

/// How some dumps relate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// [`SCHEMA`].
    pub schema: String,
    /// What made it.
    pub tool: String,
    /// The dumps, in the order given.
    pub dumps: Vec<DumpEntry>,
    /// Every two of them.
    pub pairs: Vec<PairEntry>,
    /// Those that are made of several others.
    pub merges: Vec<MergeEntry>,
}

/// A dump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DumpEntry {
    /// Its fingerprint's file, as it may be shown.
    pub file: String,
    /// What that says of it.
    #[serde(flatten)]
    pub about: About,
}

/// Two dumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairEntry {
    /// What the second is to the first, in a sentence.
    pub sentence: String,
    /// The figures.
    #[serde(flatten)]
    pub pair: Pair,
}

/// A dump that is made of others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeEntry {
    /// In a sentence.
    pub sentence: String,
    /// The figures.
    #[serde(flatten)]
    pub merge: Merge,
}

impl Compared {
    /// The document of some fingerprints and how they relate.
    #[must_use]
    pub fn new(files: &[PathBuf], dumps: &[DumpFingerprint], family: Family) -> Compared {
        let entry = |(file, dump): (&PathBuf, &DumpFingerprint)| DumpEntry { file: safe_path(file), about: dump.about.clone() };
        let dumps: Vec<DumpEntry> = files.iter().zip(dumps).map(entry).collect();
        let pairs = family.pairs.into_iter().map(|pair| PairEntry { sentence: sentence(&dumps, &pair), pair }).collect();
        let merges = family.merges.into_iter().map(|merge| MergeEntry { sentence: merge_sentence(&dumps, &merge), merge }).collect();
        Compared { schema: SCHEMA.into(), tool: format!("leaktrace {}", env!("CARGO_PKG_VERSION")), dumps, pairs, merges }
    }
}

/// A share as people write it.
#[must_use]
pub fn percent(share: f64) -> String {
    let share = 100.0 * share;
    match share {
        s if s <= 0.0 => "0%".to_string(),
        s if s < 0.01 => "less than 0.01%".to_string(),
        s if s < 1.0 => format!("{s:.2}%"),
        s if s > 99.9 && s < 100.0 => "more than 99.9%".to_string(),
        s if s > 99.0 && s < 100.0 => format!("{s:.1}%"),
        s => format!("{s:.0}%"),
    }
}

/// A share with its interval.
#[must_use]
pub fn share_words(share: &Share) -> String {
    if share.low == share.high {
        return percent(share.estimate);
    }
    format!("{} ({} to {})", percent(share.estimate), percent(share.low), percent(share.high))
}
