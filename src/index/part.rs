//! What one segment of the records gives to an index.

use super::columns::Columns;
use super::digests::Digests;
use super::panel::{PanelEntry, shared_rank};
use super::records::{Day, RecordLayout, Rows};
use super::selfcheck;
use super::veil::{Probe, Veil};
use crate::fingerprint::{Column, Fingerprint, Hasher, Key, Selection};
use crate::identify::form::Form;
use crate::identify::{Normaliser, date, is_missing};
use crate::ledger::Ledger;
use crate::record::RowBatch;
use crate::record::delimited::SegmentReader;

/// One identifier value of one row of the segment, or a digest of one.
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
    digests: Digests,
    probes: Vec<Probe>,
    /// By field or form: rows that hold a value, ascending, and its fingerprint.
    values: Vec<(Vec<u32>, Vec<Fingerprint>)>,
    /// Sort key of each row that has one, for the panel.
    strongest: Vec<Option<Fingerprint>>,
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
    let count = b.rows.len();
    let from = part.bits.len();
    part.bits.resize(from + count * context.layout.stride(), 0);
    let mut records = context.layout.rows(&mut part.bits[from..]);
    b.values.resize_with(columns.identifiers.len() + columns.attributes.len(), Default::default);
    for (n, &(column, kind, params)) in columns.identifiers.iter().enumerate() {
        b.column.fill(batch, column, Selection::Rows(&b.rows), kind, Form::Whole, &params, context.key, context.hasher);
        b.probes.clear();
        context.veil.probes(&b.column.fingerprints, &mut b.probes);
        part.identifiers_present[n] += b.column.rows.len() as u64;
        part.values.reserve(b.probes.len());
        for (&row, &probe) in b.column.rows.iter().zip(&b.probes) {
            let row = row - first;
            part.values.push(Value { probe, field: n as u8 + 1, row: part.rows + row });
            records.set_present(row as usize, n as u8 + 1);
        }
        b.digests.fill(batch, column, &b.rows, (kind, &params), &columns.hashes[n], context.key, context.hasher);
        b.probes.clear();
        context.veil.probes(&b.digests.fingerprints, &mut b.probes);
        let digests = b.digests.rows.iter().zip(&b.probes);
        part.values.extend(digests.map(|(&row, &probe)| Value { probe, field: n as u8 + 1, row: part.rows + row - first }));
        b.keep(n);
    }
    for (n, &(column, kind, form, params)) in columns.attributes.iter().enumerate() {
        b.column.fill(batch, column, Selection::Rows(&b.rows), kind, form, &params, context.key, context.hasher);
        part.attributes_present[n] += b.column.rows.len() as u64;
        for (&row, fingerprint) in b.column.rows.iter().zip(&b.column.fingerprints) {
            records.set_attribute((row - first) as usize, n, fingerprint.attribute());
        }
        b.keep(columns.identifiers.len() + n);
    }
    for (row, day) in days(batch, &b.rows, columns.created, &mut b.canonical) {
        records.set_created((row - first) as usize, day);
    }
    for (row, day) in days(batch, &b.rows, columns.updated, &mut b.canonical) {
        records.set_updated((row - first) as usize, day);
    }
    if let Some(column) = columns.canary {
        let flagged = |row: usize| batch.cell(row + first as usize, column).is_some_and(is_true);
        (0..count).filter(|&row| flagged(row)).for_each(|row| records.set_canary(row));
    }
    offer_to_panel(context, b, &records, first, threshold, part.rows, &mut part.panel);
    part.rows += count as u32;
}

impl Buffers {
    /// Keeps the column that was filled last as field or form `n`, and takes that one's buffers in exchange.
    fn keep(&mut self, n: usize) {
        let (rows, fingerprints) = &mut self.values[n];
        std::mem::swap(rows, &mut self.column.rows);
        std::mem::swap(fingerprints, &mut self.column.fingerprints);
    }

    /// The fingerprint of field or form `n` in row `row` of the batch, zero where missing.
    fn fingerprint(&self, n: usize, row: u32) -> Fingerprint {
        let (rows, fingerprints) = &self.values[n];
        rows.binary_search(&row).map_or_else(|_| Fingerprint::default(), |at| fingerprints[at])
    }
}

/// The records of a batch whose strongest shared identifier is low enough. Row 0 of `records` is row `first` of the batch and record `base`.
fn offer_to_panel(
    context: &Context<'_>,
    b: &mut Buffers,
    records: &Rows<'_>,
    first: u32,
    threshold: Option<Fingerprint>,
    base: u32,
    panel: &mut Vec<(Fingerprint, PanelEntry)>,
) {
    let mut by_strength: Vec<(usize, usize)> = context
        .columns
        .identifiers
        .iter()
        .enumerate()
        .filter(|&(n, _)| !context.issued[n])
        .filter_map(|(n, &(_, kind, _))| Some((shared_rank(kind)?, n)))
        .collect();
    by_strength.sort_unstable();
    b.strongest.clear();
    b.strongest.resize(b.rows.len(), None);
    // The strongest last, over the others.
    for &(_, field) in by_strength.iter().rev() {
        let (rows, fingerprints) = &b.values[field];
        for (&row, &fingerprint) in rows.iter().zip(fingerprints) {
            b.strongest[(row - first) as usize] = Some(fingerprint);
        }
    }
    for (n, strongest) in b.strongest.iter().enumerate() {
        let Some(sort_key) = strongest.filter(|key| threshold.is_none_or(|t| *key < t)) else { continue };
        let record = records.row(n);
        let entry = PanelEntry {
            record: base + n as u32,
            created: record.created().unwrap_or(0),
            updated: record.updated().unwrap_or(0),
            fingerprints: (0..b.values.len()).map(|value| b.fingerprint(value, n as u32 + first)).collect(),
        };
        panel.push((sort_key, entry));
    }
}

/// The rows with a day, and the day.
fn days<'a>(
    batch: &'a RowBatch<'_>,
    rows: &'a [u32],
    column: Option<(usize, date::Order)>,
    canonical: &'a mut Vec<u8>,
) -> impl Iterator<Item = (u32, Day)> + 'a {
    let rows = column.map(|(column, order)| rows.iter().map(move |&row| (row, batch.cell(row as usize, column), order)));
    rows.into_iter().flatten().filter_map(|(row, cell, order)| Some((row, read_day(cell?, order, canonical)?)))
}

fn read_day(cell: &[u8], order: date::Order, canonical: &mut Vec<u8>) -> Option<Day> {
    // Most are canonical as they are.
    if let Some(day) = date::day_number(cell) {
        return Some(day);
    }
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
