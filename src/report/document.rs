//! The document that `scan --json` writes, `leaktrace.scan/1`. The other forms are made from it, so that all say the same.
//!
//! Fields that stay put are those of the contract (README, "The JSON document"); more may be added. `fixtures/scan.schema.json`
//! describes it, and a test holds real documents against it.

use crate::attribute::dates::ExportInterval;
use crate::attribute::{InstitutionFinding, Interval, Support, VerdictKind};
use crate::identify::Kind;
use crate::ledger::Reason;
use crate::matching::Question;
use crate::matching::tally::TaskTally;
use crate::names::{safe_path, safe_text};
use crate::plan::{Plan, Reading, SourceInput};
use crate::scan::Scanned;
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
    /// Hits that mean nothing.
    pub chance_hits: ChanceEntry,
    /// One entry an index, in the order given.
    pub institutions: Vec<InstitutionEntry>,
    /// What it comes to.
    pub verdict: VerdictEntry,
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
    /// How it was read.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
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
    /// Rows seen.
    pub rows: u64,
    /// Of these, read.
    pub rows_read: u64,
    /// Distinct rows.
    pub rows_distinct: u64,
    /// Whether that is counted rather than estimated (standard error 0.3%).
    pub rows_distinct_exact: bool,
    /// What was not read.
    pub skipped: Vec<SkippedEntry>,
}

/// Something that was not read.
#[derive(Clone, Debug, Serialize)]
pub struct SkippedEntry {
    /// Which input, and from which byte on.
    #[serde(rename = "where")]
    pub place: String,
    /// Bytes in all.
    pub bytes: u64,
    /// How many pieces.
    pub pieces: u64,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    pub words: &'static str,
    /// What to do about it.
    pub advice: Option<String>,
}

/// A column taken for a field of an index, or for a kind without one.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnEntry {
    /// The input, by its place, 0-based.
    pub input: usize,
    /// Column, 1-based.
    pub column: usize,
    /// Its header, where that is certainly a name.
    pub header: Option<String>,
    /// What its values were taken for.
    pub kind: Kind,
    /// The index, by its place, 0-based.
    pub index: Option<usize>,
    /// The field of that index.
    pub field: Option<String>,
    /// How it was used.
    pub role: &'static str,
    /// Values compared.
    pub values: u64,
    /// Of these, hits (identifier) or agreements with the row's record (attribute).
    pub hits: u64,
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
    /// Null until calibrated.
    pub log10_lr: Option<f64>,
    /// What a copy adds to the log-likelihood of the sampled rows, in natural logarithms: uncalibrated, not a likelihood ratio to report.
    pub model_gain: f64,
    /// How firmly the findings speak for a copy of the institution's records.
    pub support: Support,
    /// Whether the copied rows fit this index best of the institution's.
    pub best_of_institution: bool,
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
    /// Always false in this version.
    pub calibrated: bool,
    /// Support from which on an institution is named.
    pub threshold: Support,
    /// Share of the rows with hits that fit an unlisted source.
    pub unlisted_share: f64,
    /// Share of the rows with hits that fit a fabrication.
    pub fabricated_share: f64,
    /// Whether the indexes were compared with each other.
    pub panel: bool,
    /// Why it is not more.
    pub reservations: Vec<String>,
    /// The scale of support.
    pub scale: &'static str,
}

impl Answer {
    /// What a scan found out, for the world.
    #[must_use]
    pub fn new(question: &Question, inputs: &[SourceInput], plan: &Plan, scanned: &Scanned, threshold: Support) -> Answer {
        let judgement = &scanned.judgement;
        Answer {
            inputs: inputs.iter().zip(&plan.inputs).zip(&scanned.digests).map(|((i, p), d)| input_entry(i, &p.reading, *d)).collect(),
            indexes: question.indexes.iter().map(index_entry).collect(),
            coverage: coverage(inputs, scanned),
            columns: columns(question, plan, scanned),
            chance_hits: ChanceEntry {
                expected: scanned.chance.expected,
                null_probes: scanned.chance.null_probes,
                null_observed: scanned.chance.null_observed,
                null_expected: scanned.chance.null_expected,
            },
            institutions: (0..question.indexes.len()).map(|n| institution_entry(question, scanned, n)).collect(),
            verdict: VerdictEntry {
                kind: judgement.verdict.kind,
                institutions: judgement.verdict.institutions.iter().map(|n| safe_text(n)).collect(),
                sentence: judgement.verdict.sentence.clone(),
                calibrated: false,
                threshold,
                unlisted_share: judgement.unlisted_share,
                fabricated_share: judgement.fabricated_share,
                panel: judgement.panel,
                reservations: judgement.verdict.reservations.clone(),
                scale: crate::attribute::support::SCALE,
            },
        }
    }

    /// Whether some institution is supported at or above the threshold.
    #[must_use]
    pub fn supported(&self) -> bool {
        !self.verdict.institutions.is_empty()
    }
}

fn input_entry(input: &SourceInput, reading: &Reading, digest: Option<blake3::Hash>) -> InputEntry {
    let (format, evidence) = match reading {
        Reading::Delimited(how) => (format!("delimited, {}", how.dialect.delimiter_words()), how.evidence.clone()),
        Reading::Skip { reason, .. } => ("not read".to_string(), vec![reason.words().to_string()]),
    };
    InputEntry { path: safe_path(input.path()), blake3: digest.map(|d| d.to_string()), bytes: input.len(), format, evidence }
}

fn index_entry(index: &crate::index::Index) -> IndexEntry {
    let meta = index.meta();
    IndexEntry {
        institution: safe_text(&meta.institution),
        dataset: safe_text(&meta.dataset),
        snapshot: meta.snapshot.clone(),
        records: meta.records,
        key_id: meta.key_id.clone(),
        digest: index.header().digest().to_string(),
        index_verified: index.verified(),
    }
}

fn coverage(inputs: &[SourceInput], scanned: &Scanned) -> Coverage {
    let ledger = &scanned.merged.ledger;
    let skipped = ledger.lines(|n| safe_path(inputs[n as usize].path()));
    let rows_skipped: u64 = skipped.iter().filter(|s| s.reason == Reason::RowTooLong).map(|s| s.pieces).sum();
    Coverage {
        complete: ledger.complete(),
        bytes: ledger.bytes,
        bytes_read: ledger.bytes_read,
        rows: scanned.merged.rows + rows_skipped,
        rows_read: scanned.merged.rows,
        rows_distinct: libm::round(scanned.judgement.rows_distinct) as u64,
        rows_distinct_exact: scanned.judgement.rows_distinct_exact,
        skipped: skipped
            .into_iter()
            .map(|s| SkippedEntry {
                place: format!("{}, byte {}", s.input, s.first_byte),
                bytes: s.bytes,
                pieces: s.pieces,
                reason: s.reason,
                words: s.reason.words(),
                advice: s.advice,
            })
            .collect(),
    }
}

/// Every column that was searched or compared, and the fields that it hit; a searched column without any hit once.
fn columns(question: &Question, plan: &Plan, scanned: &Scanned) -> Vec<ColumnEntry> {
    let mut out = Vec::new();
    for (input, (layout, planned)) in scanned.layouts.iter().zip(&plan.inputs).enumerate() {
        let Reading::Delimited(how) = &planned.reading else { continue };
        let header = |column: usize| how.columns.get(column).and_then(|c| c.header.clone());
        for (task, tally) in layout.tasks.iter().zip(&scanned.merged.tasks[input]) {
            let base = ColumnEntry {
                input,
                column: task.column + 1,
                header: header(task.column),
                kind: task.kind,
                index: None,
                field: None,
                role: "identifier",
                values: tally.values,
                hits: 0,
            };
            let before = out.len();
            out.extend(task_fields(question, task, tally).map(|(index, field, hits)| ColumnEntry {
                index: Some(index),
                field: Some(field),
                hits,
                ..base.clone()
            }));
            if out.len() == before {
                out.push(base);
            }
        }
        for (task, tally) in layout.attributes.iter().zip(&scanned.merged.attributes[input]) {
            for (&(index, form), &(agreed, compared)) in task.uses.iter().zip(&tally.uses) {
                out.push(ColumnEntry {
                    input,
                    column: task.column + 1,
                    header: header(task.column),
                    kind: task.kind,
                    index: Some(index),
                    field: Some(safe_text(&question.indexes[index].meta().attributes[form].name)),
                    role: "attribute",
                    values: compared,
                    hits: agreed,
                });
            }
        }
    }
    out.sort_by(|a, b| (a.input, a.column, a.role, a.index, a.kind).cmp(&(b.input, b.column, b.role, b.index, b.kind)));
    out
}

/// (index, field, hits) of a task, where there are hits.
fn task_fields<'a>(
    question: &'a Question,
    task: &'a crate::matching::Task,
    tally: &'a TaskTally,
) -> impl Iterator<Item = (usize, String, u64)> + 'a {
    task.targets.iter().zip(&tally.hits).flat_map(move |(target, hits)| {
        let fields = &question.indexes[target.index].meta().identifiers;
        fields.iter().zip(hits).filter(|(_, n)| **n > 0).map(move |(f, &n)| (target.index, safe_text(&f.name), n))
    })
}

fn institution_entry(question: &Question, scanned: &Scanned, n: usize) -> InstitutionEntry {
    let (meta, tally) = (question.indexes[n].meta(), &scanned.merged.indexes[n]);
    let finding: Option<&InstitutionFinding> = scanned.judgement.institutions.iter().find(|f| f.indexes.contains(&n));
    InstitutionEntry {
        institution: safe_text(&meta.institution),
        dataset: safe_text(&meta.dataset),
        hits: meta.identifiers.iter().zip(tally.field_hits).map(|(f, hits)| (safe_text(&f.name), hits)).collect(),
        rows_hit: tally.rows_hit,
        rows_corroborated: tally.rows_corroborated,
        rows_ambiguous: tally.rows_ambiguous,
        rows_canary: tally.rows_canary,
        records_distinct: scanned.merged.records[n].len(),
        share: finding.and_then(|f| f.share).map(|Interval { estimate, low, high }| ShareEntry { estimate, low, high }),
        log10_lr: None,
        model_gain: finding.map_or(0.0, |f| f.gain),
        support: finding.map_or(Support::None, |f| f.support),
        best_of_institution: finding.is_some_and(|f| f.best_index == Some(n)),
        exported_between: finding.and_then(|f| f.exported_between.clone()),
    }
}
