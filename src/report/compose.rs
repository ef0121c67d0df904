//! From what a scan found out to the document.

use super::columns::{columns, unmatched};
use super::document::*;
use super::figures;
use super::hints::hints;
use crate::attribute::claim::{self, Claim, Counted};
use crate::attribute::taken;
use crate::attribute::{InstitutionFinding, Interval, Support};
use crate::identify::form::Form;
use crate::index::Meta;
use crate::ledger::Outcome;
use crate::matching::Question;
use crate::names::safe_text;
use crate::reading::{Source, Volume};
use crate::scan::Scanned;

/// Members of an input that are listed one by one.
const LISTED_MEMBERS: usize = 1000;

impl Answer {
    /// What a scan found out, for the world.
    #[must_use]
    pub fn new(question: &Question, inputs: usize, scanned: &Scanned, claim: &Claim, threshold: Support) -> Answer {
        let judgement = &scanned.judgement;
        Answer {
            inputs: inputs_of(scanned, inputs),
            indexes: question.indexes.iter().zip(&scanned.verified).map(|(index, &verified)| index_entry(index, verified)).collect(),
            coverage: coverage(scanned),
            columns: columns(question, scanned),
            unmatched: unmatched(scanned),
            hints: hints(question, scanned),
            chance_hits: ChanceEntry {
                expected: scanned.chance.expected,
                null_probes: scanned.chance.null_probes,
                null_observed: scanned.chance.null_observed,
                null_expected: scanned.chance.null_expected,
            },
            row_strip: figures::rows(&scanned.merged.strips),
            overlap: figures::overlap(question, &scanned.hit_rows),
            institutions: (0..question.indexes.len()).map(|n| institution_entry(question, scanned, n)).collect(),
            known: None,
            verdict: VerdictEntry {
                kind: judgement.verdict.kind,
                institutions: judgement.verdict.institutions.iter().map(|n| safe_text(n)).collect(),
                sentence: judgement.verdict.sentence.clone(),
                calibrated: scanned.judgement.validated,
                threshold,
                unlisted_share: judgement.unlisted_share,
                fabricated_share: judgement.fabricated_share,
                panel: judgement.panel,
                reservations: judgement.verdict.reservations.clone(),
                scale: crate::attribute::support::SCALE.into(),
            },
            claim: claim::judge(claim, judgement, &counted(question, scanned), threshold),
        }
    }

    /// Whether some institution is supported at or above the threshold.
    #[must_use]
    pub fn supported(&self) -> bool {
        !self.verdict.institutions.is_empty()
    }
}

/// What a claim is judged by: of each institution the largest index, and the most records that were found in one.
fn counted(question: &Question, scanned: &Scanned) -> Counted {
    let most = |count: &dyn Fn(usize) -> u64| {
        let of = |f: &InstitutionFinding| f.indexes.iter().map(|&n| count(n)).max().unwrap_or(0);
        scanned.judgement.institutions.iter().map(of).collect()
    };
    Counted {
        rows_distinct: scanned.judgement.rows_distinct,
        records: most(&|n| question.indexes[n].meta().records),
        found: most(&|n| scanned.merged.records[n].len()),
    }
}

/// The inputs with their members. All are looked at once: there may be a million of them.
fn inputs_of(scanned: &Scanned, inputs: usize) -> Vec<InputEntry> {
    let read = &scanned.read;
    let mut rows: Vec<(u64, u64)> = vec![(0, 0); read.sources.len()];
    for (table, &read) in read.tables.iter().zip(&scanned.merged.table_rows) {
        rows[table.source].0 += read;
        rows[table.source].1 += read;
    }
    let mut tables: Vec<Vec<usize>> = vec![Vec::new(); read.sources.len()];
    read.tables.iter().enumerate().for_each(|(n, table)| tables[table.source].push(n));
    let mut accounts = vec![Account::default(); inputs];
    for entry in scanned.merged.ledger.lines(|_| String::new()) {
        let source = entry.number as usize;
        rows[source].0 += entry.rows;
        let account = &mut accounts[read.sources[source].input];
        match entry.reason.outcome() {
            Outcome::Failed => account.bytes_failed += entry.bytes,
            Outcome::Skipped | Outcome::SetAside => account.bytes_skipped += entry.bytes,
        }
    }
    let entries = |source: usize| tables[source].iter().map(|&n| table_entry(scanned, n)).collect::<Vec<_>>();
    let mut members: Vec<(usize, Vec<MemberEntry>)> = (0..inputs).map(|_| (0, Vec::new())).collect();
    for (n, source) in read.sources.iter().enumerate() {
        let account = &mut accounts[source.input];
        account.rows += rows[n].0;
        account.rows_read += rows[n].1;
        if !source.member {
            account.bytes_read += source.bytes_read;
            continue;
        }
        account.bytes_unpacked += source.bytes;
        account.bytes_unpacked_read += source.bytes_read;
        let (found, listed) = &mut members[source.input];
        *found += 1;
        if listed.len() < LISTED_MEMBERS {
            listed.push(member_entry(source, rows[n], entries(n)));
        }
    }
    let entry = |(n, ((members_found, members), account)): (usize, ((usize, Vec<MemberEntry>), Account))| {
        let source: &Source = &read.sources[n];
        let volume = |v: &Volume| VolumeEntry { path: v.name.clone(), blake3: v.digest.map(|d| d.to_string()), bytes: v.bytes };
        InputEntry {
            path: source.name.clone(),
            blake3: read.digests[n].map(|d| d.to_string()),
            bytes: source.bytes,
            account,
            format: source.format.clone(),
            evidence: source.evidence.clone(),
            volumes: read.volumes[n].iter().map(volume).collect(),
            members_found,
            members,
            tables: entries(n),
        }
    };
    members.into_iter().zip(accounts).enumerate().map(entry).collect()
}

fn member_entry(source: &Source, (rows, rows_read): (u64, u64), tables: Vec<TableEntry>) -> MemberEntry {
    MemberEntry {
        path: source.name.clone(),
        bytes: source.bytes,
        bytes_read: source.bytes_read,
        rows,
        rows_read,
        format: source.format.clone(),
        evidence: source.evidence.clone(),
        tables,
    }
}

fn table_entry(scanned: &Scanned, number: usize) -> TableEntry {
    let table = &scanned.read.tables[number];
    TableEntry { name: table.name.clone(), columns: table.own_columns(), rows: scanned.merged.table_rows[number] }
}

fn index_entry(index: &crate::index::Index, verified: bool) -> IndexEntry {
    let meta = index.meta();
    IndexEntry {
        institution: safe_text(&meta.institution),
        dataset: safe_text(&meta.dataset),
        snapshot: meta.snapshot.clone(),
        records: meta.records,
        key_id: meta.key_id.clone(),
        digest: index.header().digest().to_string(),
        index_verified: verified,
        written_by: safe_text(&meta.written_by),
        region: safe_text(&meta.region),
        fields: fields(meta),
        exports: meta
            .inputs
            .iter()
            .map(|i| ExportEntry { blake3: i.blake3.clone(), bytes: i.bytes, first_record: i.first_record })
            .collect(),
    }
}

/// The fields of an index, each once whatever its forms.
fn fields(meta: &Meta) -> Vec<FieldEntry> {
    let identifiers = meta.identifiers.iter().map(|f| FieldEntry {
        name: safe_text(&f.name),
        kind: f.kind,
        ruleset: f.ruleset,
        role: "identifier".into(),
        concept: safe_text(&f.concept),
        category: f.category.as_deref().map(safe_text),
        issued: f.issued,
        present: f.present,
    });
    let attributes = meta.attributes.iter().filter(|a| a.form == Form::Whole).map(|a| FieldEntry {
        name: safe_text(&a.name),
        kind: a.kind,
        ruleset: a.ruleset,
        role: "attribute".into(),
        concept: safe_text(&a.concept),
        category: a.category.as_deref().map(safe_text),
        issued: false,
        present: a.present,
    });
    identifiers.chain(attributes).collect()
}

fn coverage(scanned: &Scanned) -> Coverage {
    let ledger = &scanned.merged.ledger;
    let source = |n: u32| &scanned.read.sources[n as usize];
    let skipped = ledger.lines(|n| source(n).name.clone());
    let rows_skipped: u64 = skipped.iter().map(|s| s.rows).sum();
    let bytes = |failed: bool| skipped.iter().filter(|s| (s.reason.outcome() == Outcome::Failed) == failed).map(|s| s.bytes).sum();
    Coverage {
        complete: ledger.complete(),
        bytes: ledger.bytes,
        bytes_read: ledger.bytes_read,
        bytes_unpacked: ledger.unpacked,
        bytes_unpacked_read: ledger.unpacked_read,
        rows: scanned.merged.rows + rows_skipped,
        rows_read: scanned.merged.rows,
        rows_distinct: libm::round(scanned.judgement.rows_distinct) as u64,
        rows_distinct_exact: scanned.judgement.rows_distinct_exact,
        rows_searchable: libm::round(scanned.judgement.rows_searched) as u64,
        people: scanned.judgement.people,
        bytes_skipped: bytes(false),
        bytes_failed: bytes(true),
        out_of_scope: ledger
            .set_aside
            .iter()
            .map(|(kind, of)| SetAsideEntry { kind: (*kind).into(), files: of.files, bytes: of.bytes })
            .collect(),
        skipped: skipped
            .into_iter()
            .map(|s| SkippedEntry {
                place: format!("{}, byte {}", s.input, s.first_byte),
                input: source(s.number).input,
                member: source(s.number).member.then(|| s.input.clone()),
                bytes: s.bytes,
                pieces: s.pieces,
                rows: s.rows,
                outcome: s.reason.outcome(),
                reason: s.reason,
                words: s.reason.words().into(),
                advice: s.advice,
            })
            .collect(),
    }
}

fn institution_entry(question: &Question, scanned: &Scanned, n: usize) -> InstitutionEntry {
    let (meta, tally) = (question.indexes[n].meta(), &scanned.merged.indexes[n]);
    let place = scanned.judgement.institutions.iter().position(|f| f.indexes.contains(&n));
    let finding: Option<&InstitutionFinding> = place.map(|place| &scanned.judgement.institutions[place]);
    let told = scanned.judgement.known.as_ref();
    let share = |Interval { estimate, low, high }: Interval| ShareEntry { estimate, low, high };
    let best = finding.filter(|f| f.taken.index == Some(n));
    InstitutionEntry {
        institution: safe_text(&meta.institution),
        dataset: safe_text(&meta.dataset),
        hits: meta.identifiers.iter().zip(tally.field_hits).map(|(f, hits)| (safe_text(&f.name), hits)).collect(),
        rows_hit: tally.rows_hit,
        rows_corroborated: tally.rows_corroborated,
        rows_ambiguous: tally.rows_ambiguous,
        rows_canary: tally.rows_canary,
        records_distinct: scanned.merged.records[n].len(),
        records_reached: figures::records(meta.records, &scanned.merged.records[n]),
        calendar: figures::calendar(question, n, &scanned.hit_rows),
        share: finding.and_then(|f| f.share).map(share),
        log10_lr: finding.map(|f| f.log10_lr),
        model_gain: finding.map_or(0.0, |f| f.gain),
        support: finding.map_or(Support::None, |f| f.support),
        evidence: finding.map_or_else(Vec::new, |f| f.evidence.clone()),
        examples: finding.map_or_else(Vec::new, |f| f.examples.clone()),
        best_of_institution: best.is_some(),
        told_apart: best.and_then(|f| f.taken.told_apart),
        extent: best.and_then(|f| f.taken.extent),
        fields: best.map_or_else(Vec::new, |f| f.taken.fields.clone()),
        taken: best.map_or_else(Vec::new, |f| taken::words(&f.taken)),
        known_share: told.and_then(|told| *told.share.get(n)?),
        beyond_known: told.and_then(|told| told.beyond.get(place?)?.as_ref()).map(|beyond| BeyondKnown {
            share: share(beyond.share),
            log10_lr: beyond.log10_lr,
            support: beyond.support,
            exported_between: beyond.exported_between.clone(),
        }),
        exported_between: finding.and_then(|f| f.exported_between.clone()),
    }
}
