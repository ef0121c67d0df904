//! The document that `scan --json` writes, `leaktrace.scan/1`. The other forms are made from it, so that all say the same.
//!
//! Fields that stay put are those of the contract (README, "The JSON document"); more may be added. `fixtures/scan.schema.json`
//! describes it, and a test holds real documents against it.

use super::columns::ColumnEntry;
use crate::attribute::claim::Judged;
use crate::attribute::dates::ExportInterval;
use crate::attribute::explain::{Evidence, Place};
use crate::attribute::taken::{Extent, FieldFit, People, ToldApart};
use crate::attribute::{Support, VerdictKind};
use crate::identify::digest::{Algorithm, Encoding};
use crate::ledger::{Outcome, Reason};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name and version of the document's form.
pub const SCHEMA: &str = "leaktrace.scan/1";

/// One scan.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Release that made it.
    pub tool: String,
    /// When, and how long it took: all that differs between two runs.
    pub run: Run,
    /// The question's answer.
    #[serde(flatten)]
    pub answer: Answer,
    /// With `--each`, an answer for each input alone.
    pub groups: Vec<Answer>,
}

/// Time stamps.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Start, RFC 3339, UTC.
    pub started: String,
    /// Wall time of the scan, seconds.
    pub seconds: f64,
    /// Bytes of the dump a second.
    pub bytes_per_second: f64,
    /// Of the wall time, what passed from the merged counts to the verdict, seconds.
    pub attribution_seconds: f64,
}

/// What is said of one question: some inputs against the indexes.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The dump's files.
    pub inputs: Vec<InputEntry>,
    /// The indexes, in the order given.
    pub indexes: Vec<IndexEntry>,
    /// What was read.
    pub coverage: Coverage,
    /// Which column is which field.
    pub columns: Vec<ColumnEntry>,
    /// What would make columns speak that said nothing.
    pub hints: Vec<HintEntry>,
    /// Hits that mean nothing.
    pub chance_hits: ChanceEntry,
    /// One entry an index, in the order given.
    pub institutions: Vec<InstitutionEntry>,
    /// What it comes to.
    pub verdict: VerdictEntry,
    /// What was claimed, each part judged by itself.
    pub claim: Vec<Judged>,
}

/// A file of the dump.
#[derive(Clone, Debug, Serialize)]
pub struct InputEntry {
    /// Its path, as it may be shown.
    pub path: String,
    /// BLAKE3 of its bytes; null when it could not be read, or was written to while it was.
    pub blake3: Option<String>,
    /// Its length.
    pub bytes: u64,
    /// The account of it and all its members.
    #[serde(flatten)]
    pub account: Account,
    /// How it was read.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
    /// The files that it was cut into; none where it is one.
    pub volumes: Vec<VolumeEntry>,
    /// Members that it holds, if it is a container.
    pub members_found: usize,
    /// The first thousand of them.
    pub members: Vec<MemberEntry>,
    /// Its tables.
    pub tables: Vec<TableEntry>,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Account {
    /// Of its own bytes, read.
    pub bytes_read: u64,
    /// Bytes of its members, and of its text after decoding.
    pub bytes_unpacked: u64,
    /// Of these, read.
    pub bytes_unpacked_read: u64,
    /// Bytes of both that were not read, being set aside, unknown, or beyond a limit.
    pub bytes_skipped: u64,
    /// Bytes of both that were not read, being damaged, locked, or not to be had.
    pub bytes_failed: u64,
    /// Rows seen.
    pub rows: u64,
    /// Of these, read.
    pub rows_read: u64,
}

/// A volume of an input.
#[derive(Clone, Debug, Serialize)]
pub struct VolumeEntry {
    /// Its path, as it may be shown.
    pub path: String,
    /// BLAKE3 of its bytes; null when it was written to while it was read.
    pub blake3: Option<String>,
    /// Its length.
    pub bytes: u64,
}

/// A member of a container, or a text after decoding.
#[derive(Clone, Debug, Serialize)]
pub struct MemberEntry {
    /// The names of what it stands in and its own, `outer!inner`, as it may be shown.
    pub path: String,
    /// Its length, unpacked.
    pub bytes: u64,
    /// Of these, read.
    pub bytes_read: u64,
    /// Rows seen.
    pub rows: u64,
    /// Of these, read.
    pub rows_read: u64,
    /// How it was read.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
    /// Its tables.
    pub tables: Vec<TableEntry>,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct TableEntry {
    /// What the dump calls it, where that is certainly a name.
    pub name: Option<String>,
    /// How many columns.
    pub columns: usize,
    /// Rows read.
    pub rows: u64,
}

/// An index.
#[derive(Clone, Debug, Serialize)]
pub struct IndexEntry {
    /// Whose records.
    pub institution: String,
    /// Which system or recipient's copy.
    pub dataset: String,
    /// Day of the export.
    pub snapshot: Option<String>,
    /// Records.
    pub records: u64,
    /// Public name of the key.
    pub key_id: String,
    /// BLAKE3 of the index's header.
    pub digest: String,
    /// Whether every byte was compared with its checksum.
    pub index_verified: bool,
}

/// The ledger.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct SetAsideEntry {
    /// The kind, as it was asked for.
    pub kind: &'static str,
    /// How many files and members.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Something that was not read.
#[derive(Clone, Debug, Serialize)]
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
    pub words: &'static str,
    /// What to do about it.
    pub advice: Option<String>,
}

/// A column about which the verdict says nothing, and what would change that.
#[derive(Clone, Debug, Serialize)]
pub struct HintEntry {
    /// `digests` or `masked`.
    pub kind: &'static str,
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
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
    /// When the copy was made.
    pub exported_between: Option<ExportInterval>,
}

/// A share with its 95% interval.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ShareEntry {
    /// Best guess.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The verdict.
#[derive(Clone, Debug, Serialize)]
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
    pub scale: &'static str,
}
