//! Whom and what a report for others is about: the answers of a document, the institutions that they name, the files, and the identifiers under
//! which other programs keep all of these.

use super::digests::FileDigests;
use super::document::{Answer, Document, IndexEntry, InstitutionEntry, ShareEntry};
use super::terminal::grouped;
use crate::attribute::verdict::{self, percent};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The namespace of identifiers that are ours to give (RFC 9562, section 5.5); drawn once.
const NAMESPACE: Uuid = Uuid::from_u128(0x958a_b413_c181_4a9b_b868_d541_5322_6dbc);

/// An institution of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its place among the answer's indexes, 0-based.
    pub place: usize,
    /// What was found.
    pub entry: &'a InstitutionEntry,
    /// The index; none where an edited document lacks it.
    pub index: Option<&'a IndexEntry>,
    /// Whether it is supported at or above the threshold.
    pub supported: bool,
}

/// A file of the dump.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Posted {
    /// Its name without the folders that it lies in: those are the examiner's, not the dump's.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3, where known.
    pub blake3: Option<String>,
    /// SHA-256, where known.
    pub sha256: Option<String>,
}

/// What was asked, each with its answer: one question, or one for each input.
#[must_use]
pub fn answers(document: &Document) -> Vec<&Answer> {
    if document.groups.is_empty() { vec![&document.answer] } else { document.groups.iter().collect() }
}

fn subject(answer: &Answer, place: usize, supported: bool) -> Option<Subject<'_>> {
    Some(Subject { place, entry: answer.institutions.get(place)?, index: answer.indexes.get(place), supported })
}

/// The institutions that are supported at or above the threshold, most supported first, each by the index that the rows fit best.
#[must_use]
pub fn supported(answer: &Answer) -> Vec<Subject<'_>> {
    let mut places: Vec<usize> = Vec::new();
    for name in &answer.verdict.institutions {
        let own = |&n: &usize| &answer.institutions[n].institution == name;
        // Where several of an institution's indexes fit as well, the one with most records says how many at most.
        let best = (0..answer.institutions.len())
            .filter(own)
            .max_by_key(|&n| (answer.institutions[n].best_of_institution, answer.institutions[n].records_distinct, std::cmp::Reverse(n)));
        places.extend(best.filter(|n| !places.contains(n)));
    }
    places.into_iter().filter_map(|place| subject(answer, place, true)).collect()
}

/// The institutions that a notice is drafted for: the supported ones, or else the only one that was asked about.
#[must_use]
pub fn concerned(answer: &Answer) -> Vec<Subject<'_>> {
    let supported = supported(answer);
    match answer.institutions.as_slice() {
        [_] if supported.is_empty() => subject(answer, 0, false).into_iter().collect(),
        _ => supported,
    }
}

impl Subject<'_> {
    /// Dataset and snapshot of the index, as in "dataset customers, snapshot 2026-11-01".
    #[must_use]
    pub fn dataset(&self) -> String {
        let snapshot = self.index.and_then(|i| i.snapshot.as_ref()).map_or_else(String::new, |s| format!(", snapshot {s}"));
        format!("dataset {}{snapshot}", self.entry.dataset)
    }

    /// The share of copied rows, where it is a share.
    #[must_use]
    pub fn share(&self) -> Option<ShareEntry> {
        let is_share = |x: f64| (0.0..=1.0).contains(&x);
        self.entry.share.filter(|s| is_share(s.estimate) && is_share(s.low) && is_share(s.high))
    }

    /// How firmly the findings speak for a copy of its records, in one sentence that names nobody else. Plain text, English.
    #[must_use]
    pub fn finding(&self) -> String {
        let entry = self.entry;
        let ratio = entry.log10_lr.and_then(ratio).map_or_else(String::new, |ratio| format!(" (likelihood ratio {ratio})"));
        let share = self.share().map_or_else(
            || "rows".to_string(),
            |s| format!("about {} of the distinct rows ({} to {})", percent(s.estimate), percent(s.low), percent(s.high)),
        );
        format!(
            "The findings give {} support{ratio} that {share} are copies of records of the kind held by {} ({}), rather than the same people from an independent source.",
            entry.support.words(),
            entry.institution,
            self.dataset()
        )
    }

    /// The figures behind it, one a line. Plain text, English.
    #[must_use]
    pub fn figures(&self, answer: &Answer) -> Vec<String> {
        let entry = self.entry;
        let mut out = vec![format!(
            "{} distinct records were matched by {} rows, {} of them in two fields or more.",
            grouped(entry.records_distinct),
            grouped(entry.rows_hit),
            grouped(entry.rows_corroborated)
        )];
        if let Some(index) = self.index {
            out.push(format!(
                "The index supplied holds {} records and has the digest {} (BLAKE3 of its header).",
                grouped(index.records),
                index.digest
            ));
        }
        if let Some(between) = &entry.exported_between {
            out.push(match &between.to {
                Some(to) => format!("The copy was made between {} and {to}, as far as the records say.", between.from),
                None => format!("The copy was made on {} or later, as far as the records say.", between.from),
            });
        }
        if !answer.coverage.complete {
            out.push("Something could not be read: counts and shares are lower bounds.".to_string());
        }
        out
    }
}

/// A likelihood ratio in words, two digits; none for what is no number.
#[must_use]
pub fn ratio(log10: f64) -> Option<String> {
    match log10 {
        r if r.is_nan() => None,
        r if r < 0.0 => Some("below 1".to_string()),
        r => Some(verdict::ratio(r)),
    }
}

/// The files of an answer: the inputs, or the volumes that an input was cut into. `files` are the digests of the dump's files.
#[must_use]
pub fn posted(answer: &Answer, files: &[FileDigests]) -> Vec<Posted> {
    let parts = answer.inputs.iter().flat_map(|input| {
        let own = input.volumes.is_empty().then_some((&input.path, &input.blake3, input.bytes));
        own.into_iter().chain(input.volumes.iter().map(|v| (&v.path, &v.blake3, v.bytes)))
    });
    // One name can stand for several files, one digest for one; of several the first.
    let (mut by_digest, mut by_name) = (HashMap::new(), HashMap::new());
    for file in files.iter().rev() {
        by_digest.insert(&file.blake3, file);
        by_name.insert(&file.name, file);
    }
    let (mut out, mut seen) = (Vec::new(), HashSet::new());
    for (path, blake3, bytes) in parts {
        let known = blake3.as_ref().map_or_else(|| by_name.get(path), |digest| by_digest.get(digest));
        let posted = Posted {
            name: file_name(path).to_string(),
            bytes: known.map_or(bytes, |f| f.bytes),
            blake3: known.map(|f| &f.blake3).or(blake3.as_ref()).filter(|d| is_digest(d)).cloned(),
            sha256: known.map(|f| &f.sha256).filter(|d| is_digest(d)).cloned(),
        };
        if seen.insert(posted.clone()) {
            out.push(posted);
        }
    }
    out
}

/// What stands behind the last separator of either kind.
#[must_use]
pub fn file_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path);
    if name.is_empty() { "-" } else { name }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// When the scan began. The epoch, plainly no time of a scan, where an edited document says nothing that the formats can write.
#[must_use]
pub fn started(document: &Document) -> Timestamp {
    document.run.started.parse().ok().filter(|&at| at >= Timestamp::UNIX_EPOCH).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Gives identifiers that are the same whenever the same case, dump and indexes are told about, so that a later export takes the place of an earlier
/// one wherever it was imported, and never that of another institution's.
#[derive(Clone, Debug)]
pub struct Ids {
    seed: String,
}

impl Ids {
    /// Those of a document.
    #[must_use]
    pub fn new(document: &Document) -> Ids {
        let inputs = document.answer.inputs.iter().map(|i| i.blake3.clone().unwrap_or_else(|| format!("{} {}", i.bytes, i.path)));
        let mut inputs: Vec<String> = inputs.collect();
        inputs.sort_unstable();
        let indexes = document.answer.indexes.iter().map(|i| [&i.institution, &i.dataset, &i.key_id]);
        let mut indexes: Vec<[&String; 3]> = indexes.collect();
        indexes.sort_unstable();
        let case = (&document.case.case, &document.case.exhibit);
        Ids { seed: serde_json::json!([case, inputs, indexes]).to_string() }
    }

    /// The identifier of what plays a role (RFC 9562, version 5).
    #[must_use]
    pub fn of(&self, role: &[&str]) -> Uuid {
        Uuid::new_v5(&NAMESPACE, serde_json::json!([self.seed, role]).to_string().as_bytes())
    }
}
