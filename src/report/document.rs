//! The document that `scan --json` writes, `leaktrace.scan/1`. The other forms are made from it, so that all say the same.
//!
//! Fields that stay put are those of the contract (README, "The JSON document"); more may be added. `fixtures/scan.schema.json`
//! describes it, and a test holds real documents against it.

use super::columns::{ColumnEntry, UnmatchedEntry};
use super::figures::{Calendar, Overlap, RowStrip, Strip};
pub use super::known::{KnownDump, KnownDumps};
pub use super::sources::*;
use crate::attribute::claim::Judged;
use crate::attribute::dates::ExportInterval;
use crate::attribute::explain::{Evidence, Place};
use crate::attribute::taken::{Extent, FieldFit, People, ToldApart};
use crate::attribute::{Support, VerdictKind};
use crate::identify::digest::{Algorithm, Encoding};
use crate::ledger::{Outcome, Reason};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Name and version of the document's form.
pub const SCHEMA: &str = "leaktrace.scan/1";

/// One scan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: Cow<'static, str>,
    /// Release that made it.
    pub tool: String,
    /// When, and how long it took: all that differs between two runs.
    pub run: Run,
    /// What the examiner says of the case.
    pub case: CaseEntry,
    /// What was asked, as a command line: everything that the result depends on, and nothing else.
    pub command: String,
    /// The question's answer.
    #[serde(flatten)]
    pub answer: Answer,
    /// With `--each`, an answer for each input alone.
    pub groups: Vec<Answer>,
}

/// Time stamps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Start, RFC 3339, UTC.
    pub started: String,
    /// Wall time of the scan, seconds; null where time stamps are fixed from outside (`SOURCE_DATE_EPOCH`).
    pub seconds: Option<f64>,
    /// Bytes of the dump a second; null likewise, and of parts that were merged.
    pub bytes_per_second: Option<f64>,
    /// Of the wall time, what passed from the merged counts to the verdict, seconds; null likewise.
    pub attribution_seconds: Option<f64>,
}

/// What the examiner says of the case; printed and kept, never used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEntry {
    /// Its number or name.
    pub case: Option<String>,
    /// The number of the dump as an exhibit.
    pub exhibit: Option<String>,
    /// Who examines it.
    pub examiner: Option<String>,
    /// How, where and when the dump was obtained.
    pub obtained: Option<String>,
}

/// What is said of one question: some inputs against the indexes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The dump's files.
    pub inputs: Vec<InputEntry>,
    /// The indexes, in the order given.
    pub indexes: Vec<IndexEntry>,
    /// What was read.
    pub coverage: Coverage,
    /// Which column is which field.
    pub columns: Vec<ColumnEntry>,
    /// Columns that no index could say anything about.
    pub unmatched: Vec<UnmatchedEntry>,
    /// What would make columns speak that said nothing.
    pub hints: Vec<HintEntry>,
    /// Hits that mean nothing.
    pub chance_hits: ChanceEntry,
    /// One entry an index, in the order given.
    pub institutions: Vec<InstitutionEntry>,
    /// Where in the dump the rows with hits lie.
    pub row_strip: Option<RowStrip>,
    /// How many rows are found at several institutions.
    pub overlap: Option<Overlap>,
    /// What a library of known dumps says of the dump; null where none was asked.
    #[serde(default)]
    pub known: Option<KnownDumps>,
    /// What it comes to.
    pub verdict: VerdictEntry,
    /// What was claimed, each part judged by itself.
    pub claim: Vec<Judged>,
}

/// The ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Coverage {
    /// Whether everything was read.
    pub complete: bool,
    /// Bytes of all inputs.
    pub bytes: u64,
    /// Of these, read.
    pub bytes_read: u64,
    /// Bytes of what containers held, and of texts after decoding.
    pub bytes_unpacked: u64,
    /// Of these, read.
    pub bytes_unpacked_read: u64,
    /// Rows seen.
    pub rows: u64,
    /// Of these, read.
    pub rows_read: u64,
    /// Distinct rows.
    pub rows_distinct: u64,
    /// Whether that is counted rather than estimated (standard error 0.3%).
    pub rows_distinct_exact: bool,
    /// Of the distinct rows, those with a value in a column of which values were found; the others say nothing.
    pub rows_searchable: u64,
    /// Distinct people whose records the rows hit.
    pub people: People,
    /// Bytes, unpacked ones too, that were not read, being set aside, unknown, or beyond a limit.
    pub bytes_skipped: u64,
    /// Bytes, unpacked ones too, that were not read, being damaged, locked, or not to be had.
    pub bytes_failed: u64,
    /// What was set aside as asked, by kind.
    pub out_of_scope: Vec<SetAsideEntry>,
    /// What was not read.
    pub skipped: Vec<SkippedEntry>,
}

/// Files of one kind that were set aside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetAsideEntry {
    /// The kind, as it was asked for.
    pub kind: Cow<'static, str>,
    /// How many files and members.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Something that was not read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SkippedEntry {
    /// Which input or member, and from which byte on.
    #[serde(rename = "where")]
    pub place: String,
    /// The input, by its place, 0-based.
    pub input: usize,
    /// The member of it, if it is one.
    pub member: Option<String>,
    /// Bytes in all.
    pub bytes: u64,
    /// How many pieces.
    pub pieces: u64,
    /// Of these, certainly rows.
    pub rows: u64,
    /// Whether it was skipped, failed, or was set aside.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    pub words: Cow<'static, str>,
    /// What to do about it.
    pub advice: Option<String>,
}

/// A column about which the verdict says nothing, and what would change that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HintEntry {
    /// `digests` or `masked`.
    pub kind: Cow<'static, str>,
    /// The input, by its place, 0-based.
    pub input: usize,
    /// The member of it, if it is a container.
    pub member: Option<String>,
    /// The table, where the dump names it.
    pub table: Option<String>,
    /// Column, 1-based.
    pub column: usize,
    /// Its header, where that is certainly a name.
    pub header: Option<String>,
    /// The algorithm of the digests.
    pub algorithm: Option<Algorithm>,
    /// How they are written.
    pub encoding: Option<Encoding>,
    /// The line of a schema that would cover the column, where some index lacks it.
    pub schema_line: Option<String>,
    /// All of it in words.
    pub sentence: String,
}

/// Chance hits, all indexes together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChanceEntry {
    /// Expected among the values looked up.
    pub expected: f64,
    /// Values looked up under a throw-away key.
    pub null_probes: u64,
    /// Of these, hits.
    pub null_observed: u64,
    /// Of these, hits expected.
    pub null_expected: f64,
}

/// What was found in one index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstitutionEntry {
    /// Whose records.
    pub institution: String,
    /// Which system or recipient's copy.
    pub dataset: String,
    /// Rows that hit each field.
    pub hits: BTreeMap<String, u64>,
    /// Rows with a hit.
    pub rows_hit: u64,
    /// Rows of which two fields agree with the same record.
    pub rows_corroborated: u64,
    /// Rows that fit several records equally well.
    pub rows_ambiguous: u64,
    /// Rows whose record is planted.
    pub rows_canary: u64,
    /// Distinct records matched.
    pub records_distinct: u64,
    /// Where among its records they lie.
    pub records_reached: Option<Strip>,
    /// When they were made and changed, beside all of its records.
    pub calendar: Option<Calendar>,
    /// Share of the dump's distinct rows that are copies of the institution's records.
    pub share: Option<ShareEntry>,
    /// Decimal logarithm of the calibrated likelihood ratio: a copy of these records, against the same people from an independent source.
    pub log10_lr: Option<f64>,
    /// What a copy adds to the log-likelihood of the sampled rows, in natural logarithms: uncalibrated, not a likelihood ratio to report.
    pub model_gain: f64,
    /// How firmly the findings speak for a copy of the institution's records.
    pub support: Support,
    /// The parts of the likelihood ratio, in decibans; they add up to ten times `log10_lr`.
    pub evidence: Vec<Evidence>,
    /// Where up to three rows begin that are copies beyond doubt.
    pub examples: Vec<Place>,
    /// Whether the copied rows fit this index best of the institution's.
    pub best_of_institution: bool,
    /// How firmly it can be told from the next best of the institution's indexes.
    pub told_apart: Option<ToldApart>,
    /// Which part of its records the copied rows reach, and in which order.
    pub extent: Option<Extent>,
    /// Field by field, how many copied rows agree, and whose column it is where it is not this institution's.
    pub fields: Vec<FieldFit>,
    /// What was taken, in words.
    pub taken: Vec<String>,
    /// Of the rows that fit its records, the share that stands in known dumps; null where no library was asked, or too few rows tell.
    #[serde(default)]
    pub known_share: Option<f64>,
    /// What the rows say that no known dump holds; null where no library was asked, no known dump holds copies, or too few rows tell.
    #[serde(default)]
    pub beyond_known: Option<BeyondKnown>,
    /// When the copy was made.
    pub exported_between: Option<ExportInterval>,
}

/// What the rows of a dump that no known dump holds say of an institution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeyondKnown {
    /// Share of those rows that are copies of its records, known rows with damaged identifiers among them.
    pub share: ShareEntry,
    /// Decimal logarithm of their likelihood ratio; null where damaged copies of known rows may be all that they are.
    pub log10_lr: Option<f64>,
    /// The same in words.
    pub support: Option<Support>,
    /// When the copy of those rows was made.
    pub exported_between: Option<ExportInterval>,
}

/// A share with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShareEntry {
    /// Best guess.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The verdict.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerdictEntry {
    /// What it comes to.
    pub kind: VerdictKind,
    /// The institutions supported at or above the threshold, most supported first.
    pub institutions: Vec<String>,
    /// In one or two sentences.
    pub sentence: String,
    /// Whether cases like this were among those that ratios were validated on.
    pub calibrated: bool,
    /// Support from which on an institution is named.
    pub threshold: Support,
    /// Share of the distinct rows that fit an unlisted source.
    pub unlisted_share: f64,
    /// Share of the distinct rows that fit a fabrication.
    pub fabricated_share: f64,
    /// Whether the indexes were compared with each other.
    pub panel: bool,
    /// Why it is not more.
    pub reservations: Vec<String>,
    /// The scale of support.
    pub scale: Cow<'static, str>,
}
