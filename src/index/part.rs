//! What one segment of the records gives to an index.

use super::columns::Columns;
use super::panel::{PanelEntry, shared_rank};
use super::records::{Day, RecordLayout, RecordRow};
use super::selfcheck;
use super::veil::{Probe, Veil};
use crate::fingerprint::{Column, Fingerprint, Hasher, Key, Selection};
use crate::identify::form::Form;
use crate::identify::{Normaliser, date, is_missing};
use crate::ledger::Ledger;
use crate::record::RowBatch;
use crate::record::delimited::SegmentReader;

/// One identifier value of one row of the segment.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// Its fingerprint, as the index knows it.
    pub probe: Probe,
    /// Searchable field, 1-based.
    pub field: u8,
    /// Row of the segment.
    pub row: u32,
}

/// The records of one segment, numbered from 0.
#[derive(Debug, Default)]
pub struct PartRecords {
    /// Records.
    pub rows: u32,
    /// Where some of the rows begin, for the self-check.
    pub landmarks: Vec<(u64, u32)>,
    /// Their identifier values.
    pub values: Vec<Value>,
    /// Their rows of the RECORDS section, plain.
    pub bits: Vec<u8>,
    /// Those that may belong to the panel sample, with their sort keys.
    pub panel: Vec<(Fingerprint, PanelEntry)>,
    /// Records that hold a value, by identifier.
    pub identifiers_present: Vec<u64>,
    /// Records that hold a value, by attribute form.
    pub attributes_present: Vec<u64>,
    /// The account of the segment.
    pub ledger: Ledger,
}

/// Everything that a segment's work needs to know.
pub struct Context<'a> {
    /// How the file is read.
    pub columns: &'a Columns,
    /// What a record's row holds.
    pub layout: RecordLayout,
    /// Which identifiers are issued, hence not shared.
    pub issued: &'a [bool],
    /// The key.
    pub key: &'a Key,
    /// Fingerprints under it.
    pub hasher: &'a Hasher,
    /// The index's ciphers.
    pub veil: &'a Veil,
}

/// Buffers of one thread.
#[derive(Default)]
pub struct Buffers {
    column: Column,
    probes: Vec<Probe>,
    /// Fingerprints by field or form, then row.
    fingerprints: Vec<Vec<Fingerprint>>,
    rows: Vec<u32>,
    canonical: Vec<u8>,
}

/// Reads a segment. Records whose sort key is at or above `threshold` are left out of the panel.
pub fn read(context: &Context<'_>, buffers: &mut Buffers, reader: &mut SegmentReader<'_>, threshold: Option<Fingerprint>) -> PartRecords {
    let mut part = PartRecords {
        identifiers_present: vec![0; context.columns.identifiers.len()],
        attributes_present: vec![0; context.columns.attributes.len()],
        ..PartRecords::default()
    };
    let mut batch = RowBatch::new();
    while reader.next_batch(&mut batch, &mut part.ledger) {
        add_batch(context, buffers, &batch, threshold, &mut part);
    }
    part
}

fn add_batch(context: &Context<'_>, b: &mut Buffers, batch: &RowBatch<'_>, threshold: Option<Fingerprint>, part: &mut PartRecords) {
    let columns = context.columns;
    let first = u32::from(columns.header && batch.offset(0) == columns.data_start);
    b.rows.clear();
    b.rows.extend(first..batch.len() as u32);
    for &row in &b.rows {
        let byte = batch.offset(row as usize);
        if part.landmarks.last().is_none_or(|&(last, _)| selfcheck::stretch(last) != selfcheck::stretch(byte)) {
            part.landmarks.push((byte, part.rows + row - first));
        }
    }
    let mut records: Vec<RecordRow> = vec![context.layout.empty_row(); b.rows.len()];
    let fields = columns.identifiers.len() + columns.attributes.len();
    b.fingerprints.resize_with(fields, Vec::new);
    for all in &mut b.fingerprints {
        all.clear();
        all.resize(b.rows.len(), Fingerprint::default());
    }
    for (n, &(column, kind, params)) in columns.identifiers.iter().enumerate() {
        b.column.fill(batch, column, Selection::Rows(&b.rows), kind, Form::Whole, &params, context.key, context.hasher);
        b.probes.clear();
        context.veil.probes(&b.column.fingerprints, &mut b.probes);
        part.identifiers_present[n] += b.column.rows.len() as u64;
        for ((&row, &fingerprint), &probe) in b.column.rows.iter().zip(&b.column.fingerprints).zip(&b.probes) {
            let row = row - first;
            part.values.push(Value { probe, field: n as u8 + 1, row: part.rows + row });
            records[row as usize].set_present(n as u8 + 1);
            b.fingerprints[n][row as usize] = fingerprint;
        }
    }
    for (n, &(column, kind, form, params)) in columns.attributes.iter().enumerate() {
        b.column.fill(batch, column, Selection::Rows(&b.rows), kind, form, &params, context.key, context.hasher);
        part.attributes_present[n] += b.column.rows.len() as u64;
        for (&row, &fingerprint) in b.column.rows.iter().zip(&b.column.fingerprints) {
            let row = (row - first) as usize;
            records[row].set_attribute(n, fingerprint.attribute());
            b.fingerprints[columns.identifiers.len() + n][row] = fingerprint;
        }
    }
    for (n, record) in records.iter_mut().enumerate() {
        let row = n + first as usize;
        let mut day =
            |column: Option<(usize, date::Order)>| column.and_then(|(c, order)| read_day(batch.cell(row, c)?, order, &mut b.canonical));
        if let Some(d) = day(columns.created) {
            record.set_created(d);
        }
        if let Some(d) = day(columns.updated) {
            record.set_updated(d);
        }
        if columns.canary.and_then(|c| batch.cell(row, c)).is_some_and(is_true) {
            record.set_canary();
        }
        part.bits.extend_from_slice(record.bytes());
    }
    offer_to_panel(context, b, &records, threshold, part);
    part.rows += records.len() as u32;
}

/// The records of a batch whose strongest shared identifier is low enough.
fn offer_to_panel(context: &Context<'_>, b: &Buffers, records: &[RecordRow], threshold: Option<Fingerprint>, part: &mut PartRecords) {
    let mut by_strength: Vec<(usize, usize)> = context
        .columns
        .identifiers
        .iter()
        .enumerate()
        .filter(|&(n, _)| !context.issued[n])
        .filter_map(|(n, &(_, kind, _))| Some((shared_rank(kind)?, n)))
        .collect();
    by_strength.sort_unstable();
    for (n, record) in records.iter().enumerate() {
        let strongest = by_strength.iter().map(|&(_, field)| b.fingerprints[field][n]).find(|f| *f != Fingerprint::default());
        let Some(sort_key) = strongest.filter(|key| threshold.is_none_or(|t| *key < t)) else { continue };
        let entry = PanelEntry {
            record: part.rows + n as u32,
            created: record.created().unwrap_or(0),
            updated: record.updated().unwrap_or(0),
            fingerprints: b.fingerprints.iter().map(|all| all[n]).collect(),
        };
        part.panel.push((sort_key, entry));
    }
}

fn read_day(cell: &[u8], order: date::Order, canonical: &mut Vec<u8>) -> Option<Day> {
    if is_missing(cell) {
        return None;
    }
    canonical.clear();
    let _ = date::Date { order }.normalise(cell, canonical);
    date::day_number(canonical)
}

/// Whether a flag is set: anything but missing and the usual words for "no".
fn is_true(cell: &[u8]) -> bool {
    let word = cell.trim_ascii();
    let no: [&[u8]; 7] = [b"0", b"no", b"n", b"false", b"f", b"tidak", b"bukan"];
    !is_missing(word) && !no.iter().any(|w| word.eq_ignore_ascii_case(w))
}
