//! What one dump is to another, in a word and in a sentence.

use super::compare::{Comparison, Share};
use super::file::DumpFingerprint;
use serde::{Deserialize, Serialize};

/// What the second dump is to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same rows, columns and order, written alike.
    Identical,
    /// The same rows, written, sorted or spelled otherwise, or damaged.
    Copy,
    /// A part of its rows.
    Subset,
    /// All of its rows, and others.
    Superset,
    /// The same rows with fewer columns.
    FewerColumns,
    /// The same rows with more columns.
    Enriched,
    /// A part of its rows, and others.
    Overlap,
    /// No copied rows, but the same people.
    SamePeople,
    /// Nothing in common.
    Unrelated,
}

/// Share of people in common from which on two sources are said to describe the same people.
const PEOPLE: f64 = 0.01;

impl Relation {
    /// Whether rows of one were copied from the other, or both from a third.
    #[must_use]
    pub fn copied(self) -> bool {
        !matches!(self, Relation::SamePeople | Relation::Unrelated)
    }

    /// The same seen from the second dump.
    #[must_use]
    pub fn reversed(self) -> Relation {
        match self {
            Relation::Subset => Relation::Superset,
            Relation::Superset => Relation::Subset,
            Relation::FewerColumns => Relation::Enriched,
            Relation::Enriched => Relation::FewerColumns,
            same => same,
        }
    }

    /// In a word or two.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Relation::Identical => "identical",
            Relation::Copy => "reformatted copy",
            Relation::Subset => "subset",
            Relation::Superset => "superset",
            Relation::FewerColumns => "fewer columns",
            Relation::Enriched => "enriched",
            Relation::Overlap => "partial overlap",
            Relation::SamePeople => "same people",
            Relation::Unrelated => "unrelated",
        }
    }
}

/// The relation that a comparison's figures come to.
#[must_use]
pub fn of(a: &DumpFingerprint, b: &DumpFingerprint, c: &Comparison) -> Relation {
    if c.a_in_b.estimate <= 0.0 && c.b_in_a.estimate <= 0.0 {
        let people = c.people_a_in_b.max(c.people_b_in_a);
        return if people >= PEOPLE && c.linked > 0 { Relation::SamePeople } else { Relation::Unrelated };
    }
    match (c.whole(c.a_in_b), c.whole(c.b_in_a)) {
        (true, true) if c.missing.is_empty() && c.added.is_empty() => {
            if c.same_bytes || written_alike(a, b, c) {
                Relation::Identical
            } else {
                Relation::Copy
            }
        }
        (true, true) if c.added.is_empty() => Relation::FewerColumns,
        (true, true) if c.missing.is_empty() => Relation::Enriched,
        (true, true) => Relation::Copy,
        (false, true) => Relation::Subset,
        (true, false) => Relation::Superset,
        (false, false) => Relation::Overlap,
    }
}

impl Comparison {
    /// Whether a share is all, as far as can be seen: where values were altered, as many rows may have lost what they are found by.
    #[must_use]
    pub fn whole(&self, share: Share) -> bool {
        const ALL: f64 = 0.996;
        const NEARLY: (f64, f64) = (0.9, 0.998);
        let damage = self.altered.unwrap_or(0.0) / 2.0;
        share.estimate >= ALL.min(1.0 - damage) || share.estimate >= NEARLY.0 && share.high >= NEARLY.1
    }
}

/// Whether the same rows are written alike: format, columns and their order, order of rows, and every value.
fn written_alike(a: &DumpFingerprint, b: &DumpFingerprint, c: &Comparison) -> bool {
    const SAME_ORDER: f64 = 0.999;
    let formats = |dump: &DumpFingerprint| dump.about.sources.iter().map(|s| s.format.clone()).collect::<Vec<_>>();
    let columns = |dump: &DumpFingerprint| dump.about.tables.iter().map(|t| t.columns.clone()).collect::<Vec<_>>();
    formats(a) == formats(b)
        && columns(a) == columns(b)
        && c.altered.is_none_or(|share| share < 1e-4)
        && c.order.is_none_or(|share| share >= SAME_ORDER)
        && a.about.rows == b.about.rows
}
