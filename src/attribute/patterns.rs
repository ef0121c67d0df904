//! Rows that look alike to the model are one pattern with a count: who was hit, and on which concepts each agreed or disagreed.

use super::defaults::{CLASSES, Class, coincidence};
use super::hitsets::Met;
use crate::matching::{Comparison, Concepts, members};

/// Chance of agreement up to which other fields confirm an issued id: two categories do not, a name does.
const BY_CHANCE: f64 = 0.01;
/// Institutions of one scan; hit sets are 64 bits wide.
pub const MAX_INSTITUTIONS: usize = 64;

/// Stands for the institution of an index that is not asked about.
pub const NOBODY: usize = usize::MAX;

/// How a row compares with one institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    /// Institution.
    pub institution: u8,
    /// Concepts that agree, as a set.
    pub agree: u64,
    /// Concepts that disagree.
    pub disagree: u64,
}

/// Rows of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// One view an institution that was hit, ascending.
    pub views: Vec<View>,
    /// Identifiers that agree with a record, what found it among them.
    pub found_by: u64,
}

impl Pattern {
    /// The institutions that were hit, as a set.
    #[must_use]
    pub fn hit_set(&self) -> u64 {
        self.views.iter().fold(0, |set, v| set | 1 << v.institution)
    }

    /// Whom a row of this kind hit, by which identifiers, and which of them are damaged.
    #[must_use]
    pub fn met(&self, identifiers: u64) -> Met {
        let disagree = self.views.iter().fold(0, |set, v| set | v.disagree) & identifiers;
        Met { institutions: self.hit_set(), intact: self.found_by, damaged: disagree & !self.found_by }
    }

    /// Calls `f(concept, class, agrees)` for every field that was compared with view `n`.
    pub fn fields(&self, n: usize, mut f: impl FnMut(usize, Class, bool)) {
        let view = self.views[n];
        let others = |mask: fn(&View) -> u64| self.views.iter().enumerate().filter(|&(m, _)| m != n).fold(0, |set, (_, v)| set | mask(v));
        let (others_agree, others_disagree) = (others(|v| v.agree), others(|v| v.disagree));
        for concept in members(view.agree | view.disagree) {
            let bit = 1u64 << concept;
            let agrees = view.agree & bit != 0;
            // Two that agree with the dump agree with each other. Two that disagree with it are taken to hold the same newer value: that
            // is the reading under which a disagreement says least.
            let class = match (agrees, others_agree & bit != 0, others_disagree & bit != 0) {
                (true, true, _) | (false, false, true) => Class::Shared,
                (true, false, true) | (false, true, _) => Class::Contested,
                (_, false, false) => Class::Alone,
            };
            f(concept, class, agrees);
        }
    }
}

/// Whether an issued id of this institution agrees, and no other's does: where two hold the same ids, they are neither's own.
#[must_use]
pub fn issued_by_one(pattern: &Pattern, institution: usize, issued: u64) -> bool {
    let of = |own: bool| {
        pattern.views.iter().filter(move |v| (usize::from(v.institution) == institution) == own).fold(0, |set, v| set | v.agree)
    };
    of(true) & issued != 0 && of(false) & issued == 0
}

/// How many values agree with this institution's record and with no other's.
#[must_use]
pub fn own_values(pattern: &Pattern, institution: usize, issued: u64) -> f64 {
    let Some(n) = pattern.views.iter().position(|v| usize::from(v.institution) == institution) else { return 0.0 };
    let ids = if issued_by_one(pattern, institution, issued) { 0 } else { issued };
    let mut own = 0.0;
    pattern.fields(n, |concept, class, agrees| {
        own += f64::from(u8::from(agrees && class != Class::Shared && ids >> concept & 1 == 0));
    });
    own
}

/// Number of a class, for tables.
#[must_use]
pub fn class_number(class: Class) -> usize {
    CLASSES.iter().position(|&c| c == class).unwrap_or_default()
}

/// Which institution each index belongs to, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institutions {
    /// Names, in order of first appearance.
    pub names: Vec<String>,
    /// Institution of each index, or [`NOBODY`].
    pub of_index: Vec<usize>,
}

impl Institutions {
    /// Groups indexes by the name of their institution.
    #[must_use]
    pub fn group<'a>(names: impl IntoIterator<Item = &'a str>) -> Institutions {
        let mut out = Institutions { names: Vec::new(), of_index: Vec::new() };
        for name in names {
            let n = out.names.iter().position(|known| known == name).unwrap_or_else(|| {
                out.names.push(name.to_string());
                out.names.len() - 1
            });
            out.of_index.push(n);
        }
        out
    }

    /// The institution that a comparison is with.
    #[must_use]
    pub fn of(&self, comparison: &Comparison) -> usize {
        self.of_index[usize::from(comparison.index)]
    }

    /// The indexes of an institution, ascending.
    #[must_use]
    pub fn indexes_of(&self, institution: usize) -> Vec<usize> {
        (0..self.of_index.len()).filter(|&n| self.of_index[n] == institution).collect()
    }
}

/// The pattern of a row: for each institution the best of its datasets and snapshots, which do not compete with each other.
#[must_use]
pub fn of_row<'a>(comparisons: impl Iterator<Item = &'a Comparison>, institutions: &Institutions, concepts: &Concepts) -> Pattern {
    let mut sorted: Vec<&Comparison> = comparisons.collect();
    sorted.sort_by_key(|c| (institutions.of(c), std::cmp::Reverse(quality(c))));
    sorted.dedup_by_key(|c| institutions.of(c));
    let found_by = sorted.iter().fold(0, |set, c| set | c.agree) & concepts.identifiers();
    let views = sorted
        .into_iter()
        .map(|c| {
            let (agree, disagree) = evidence(c, concepts);
            View { institution: institutions.of(c) as u8, agree, disagree }
        })
        .collect();
    Pattern { views, found_by }
}

/// How likely these fields agree with somebody else's record.
fn chance(fields: u64, concepts: &Concepts) -> f64 {
    members(fields).map(|c| coincidence(&concepts.names[c])).product()
}

fn quality(c: &Comparison) -> (u32, std::cmp::Reverse<u32>, std::cmp::Reverse<u16>) {
    (c.agree.count_ones(), std::cmp::Reverse(c.disagree.count_ones()), std::cmp::Reverse(c.index))
}

/// What is left of a comparison once the identifier that found the record is taken away, and what that identifier implies.
///
/// The finder is the agreeing identifier that institutions share most (a national id before an e-mail address): finding a person
/// through it says who the row is about, not whose copy it is. An issued id is the finder only when nothing else found the record; it counts
/// when other fields agree with the same record that would hardly agree with that of a guessed id.
fn evidence(c: &Comparison, concepts: &Concepts) -> (u64, u64) {
    let finder = concepts.finders.iter().copied().find(|&f| c.agree >> f & 1 == 1);
    match finder {
        Some(finder) => {
            let out = 1 << finder | concepts.implied[finder];
            (c.agree & !out, c.disagree & !out)
        }
        None if chance(c.agree & !concepts.issued, concepts) > BY_CHANCE => (c.agree & !concepts.issued, c.disagree),
        None => (c.agree, c.disagree),
    }
}
