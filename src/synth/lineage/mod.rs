//! Dumps whose relation is known: copies, parts, merges, padded, reformatted, re-sorted, noisy and enriched ones, and unrelated ones about
//! the same people.
//!
//! Each row carries its *origin*, the record from which it was exported or the number under which it was made up. A derived row keeps the
//! origin of the row it was copied from, whatever is done to its cells, so that the truth about a pair is counted from the rows that were
//! written and never computed from what was asked for. Two exports of the same person from two institutions have two origins: they may say
//! the same in every cell, and no row was copied.
//!
//! ```text
//! source                    institutions of several kinds, and exports of their records
//! sheet change              rows with origins; what a thief or a seller does to them
//! format                    how a dump is written
//! truth                     how two dumps relate, counted
//! families unrelated        pairs and sets of each kind
//! ```

mod change;
mod families;
mod format;
mod sheet;
mod source;
#[cfg(test)]
mod tests;
mod truth;
mod unrelated;

use super::rng::Rng;
use families::Draft;

/// Dumps, and how they relate.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was made, with its parameters; says no value.
    pub name: String,
    /// Which kind of case.
    pub family: Family,
    /// The seed that it was asked for with.
    pub seed: u64,
    /// The dumps. What was derived from others stands last, unless [`draw`] turned the pair round.
    pub dumps: Vec<Text>,
    /// Every pair `a < b`, in that order.
    pub truth: Vec<Pair>,
}

/// A dump as it is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// A name with the usual ending, which tells nothing else (`a.csv`, `b.jsonl`, `c.sql`).
    pub file_name: String,
    /// Its content, UTF-8.
    pub bytes: Vec<u8>,
    /// Data rows, header excluded.
    pub rows: u64,
    /// Rows that differ from each other in some value, however it is spelt.
    pub rows_distinct: u64,
    /// Concepts of its columns, in order.
    pub columns: Vec<String>,
}

/// How dump `b` relates to dump `a`. Shares are of distinct rows or distinct people, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Number of the first dump in [`Case::dumps`].
    pub a: usize,
    /// Number of the second.
    pub b: usize,
    /// What `b` is to `a`.
    pub relation: Relation,
    /// Share of `a`'s distinct rows that were copied to `b`, or from it.
    pub a_in_b: f64,
    /// Share of `b`'s distinct rows that were copied to `a`, or from it.
    pub b_in_a: f64,
    /// Share of `a`'s people whom `b` has a row about.
    pub people_a_in_b: f64,
    /// Share of `b`'s people whom `a` has a row about.
    pub people_b_in_a: f64,
    /// Share of `a`'s distinct rows that say, in all columns that both dumps have, what some row of `b` says, copied or not; spelling aside.
    pub alike_a_in_b: f64,
    /// The same of `b`'s rows.
    pub alike_b_in_a: f64,
    /// Concepts that both have columns for, in the order of `a`.
    pub columns: Vec<String>,
}

/// What a dump is to another. Rows decide before columns: a part of the rows with a part of the columns is a [`Relation::Subset`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same bytes.
    Identical,
    /// The same rows and columns: reformatted, respelt, re-sorted, repeated or noisy.
    Copy,
    /// Some of the rows, and no others.
    Subset,
    /// All of the rows, and others.
    Superset,
    /// The same rows, fewer columns.
    Columns,
    /// The same rows, more columns.
    Enriched,
    /// All rows of these dumps one after another or mixed, and no others.
    Merge(Vec<usize>),
    /// Some of the rows with others.
    Overlap,
    /// No row in common; people may be, and what is said of them.
    Unrelated,
}

impl Relation {
    /// One word for tables and messages.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Relation::Identical => "identical",
            Relation::Copy => "copy",
            Relation::Subset => "subset",
            Relation::Superset => "superset",
            Relation::Columns => "columns",
            Relation::Enriched => "enriched",
            Relation::Merge(_) => "merge",
            Relation::Overlap => "overlap",
            Relation::Unrelated => "unrelated",
        }
    }
}

/// How the dumps of a case are made. All but the unrelated ones begin with an export of one institution, "the base".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The base twice.
    Identical,
    /// 0.05% (50 rows at least) to 90% of the rows, at random, in their order.
    SubsetRandom,
    /// As many neighbouring rows.
    SubsetContiguous,
    /// Fewer columns, an identifier among them.
    SubsetColumns,
    /// Two to five exports of institutions that share people, put together.
    Merge,
    /// The same, written in another way and shuffled.
    MergeReformatted,
    /// The base and other rows, which are 1% to 90% of the whole.
    Padding,
    /// Another format, other headers, spellings and order of columns.
    Reformatting,
    /// Sorted by a column or shuffled; a running number may be given anew.
    Resorting,
    /// Up to 10% of all cells damaged, one in five of them emptied.
    Noise,
    /// Columns of another institution about the same people, or made up.
    Enrichment,
    /// Some rows posted twice or three times, shuffled.
    Repeats,
    /// A random part, reformatted, with noise.
    SubsetNoise,
    /// Padded and reformatted.
    PaddedReformatted,
    /// Padded, with noise in the whole.
    PaddedNoise,
    /// A part of the rows with a part of the columns.
    SubsetColumnsAndRows,
    /// Fewer columns, reformatted.
    ColumnsReformatted,
    /// Enriched, re-sorted and reformatted.
    EnrichedReformatted,
    /// A part of the rows, padded.
    SubsetPadded,
    /// A part of the rows, padded, reformatted, with noise.
    SubsetPaddedNoise,
    /// Two random samples of one export that meet by chance.
    TwoSamples,
    /// Exports of two institutions that share people: often 60% of them, sometimes nearly all.
    UnrelatedSamePeople,
    /// Rows of other people: another institution's, made up, or other rows of the same institution.
    UnrelatedOther,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 23] = [
        Family::Identical,
        Family::SubsetRandom,
        Family::SubsetContiguous,
        Family::SubsetColumns,
        Family::Merge,
        Family::MergeReformatted,
        Family::Padding,
        Family::Reformatting,
        Family::Resorting,
        Family::Noise,
        Family::Enrichment,
        Family::Repeats,
        Family::SubsetNoise,
        Family::PaddedReformatted,
        Family::PaddedNoise,
        Family::SubsetColumnsAndRows,
        Family::ColumnsReformatted,
        Family::EnrichedReformatted,
        Family::SubsetPadded,
        Family::SubsetPaddedNoise,
        Family::TwoSamples,
        Family::UnrelatedSamePeople,
        Family::UnrelatedOther,
    ];
}

/// A case of this family. `rows` (500 at least) is the size of its largest dump, or of the merged one, within a few per cent.
#[must_use]
pub fn case(family: Family, seed: u64, rows: u32) -> Case {
    families::draft(family, seed, rows.max(500)).finish(family, seed)
}

/// A case whose family, size (2,000 to 20,000 rows; 100,000 for some parts) and direction are drawn.
#[must_use]
pub fn draw(seed: u64) -> Case {
    let family = family_of(seed);
    let mut rng = Rng::new(&[seed, 0x11ea, 1]);
    let tiny_parts = matches!(family, Family::SubsetRandom | Family::SubsetContiguous | Family::SubsetNoise);
    let rows = if tiny_parts && rng.chance(0.3) { 100_000 } else { change::between(&mut rng, 2_000.0, 20_000.0) as u32 };
    let mut draft = families::draft(family, seed, rows);
    if draft.dumps.len() == 2 && rng.chance(0.5) {
        draft.turn_round();
    }
    draft.finish(family, seed)
}

/// The family of a drawn case, without making it.
#[must_use]
pub fn family_of(seed: u64) -> Family {
    Rng::new(&[seed, 0x11ea, 3]).pick(&Family::ALL)
}

/// Two unrelated dumps of 1,000 to 20,000 rows; four times in five about the same people.
#[must_use]
pub fn draw_unrelated(seed: u64) -> Case {
    let mut rng = Rng::new(&[seed, 0x11ea, 2]);
    let family = if rng.chance(0.8) { Family::UnrelatedSamePeople } else { Family::UnrelatedOther };
    let rows = [0; 2].map(|_| change::between(&mut rng, 1_000.0, 20_000.0) as u32);
    let draft: Draft = unrelated::draft(family, seed, rows);
    draft.finish(family, seed)
}
