//! Building an index from files of records, in one pass over them after their digests were taken.
//!
//! ```text
//! digests -> nonce -> segments read in parallel, numbered in order (records, panel), then dealt in parallel (keys to partitions, RECORDS)
//!         -> partitions sorted and written in parallel (FILTER, TABLE, POSTINGS) -> PANEL -> META -> self-check -> META again -> rename
//! ```
//!
//! The bytes of an index depend on key, schema and inputs alone: not on threads, segments or memory. It is written under a temporary name in
//! the folder of its own and renamed when it is whole and on disk; a killed build leaves the old index as it was, and the next
//! build takes the leftover's place.

use super::columns::Columns;
use super::deal::Deal;
use super::draft::{Draft, end};
use super::finish::{self, Target};
use super::layout::{HEADER_BYTES, Header, Section};
use super::meta::{InputDigest, Meta};
use super::panel::Lowest;
use super::part::{self, Buffers, Context, PartRecords, Value};
use super::ready::Ready;
use super::sections::SectionWriter;
use super::selfcheck::{self, Landmark};
use super::sort::SortKey;
use super::table::{Geometry, Posting};
use super::veil::{Stream, Veil};
use crate::fingerprint::{Hasher, Key};
use crate::identify::schema::Schema;
use crate::identify::spellings;
use crate::ledger::Ledger;
use crate::limits;
use crate::progress::Progress;
use crate::record::delimited::{Names, Table};
use crate::record::parts;
use crate::source::Input;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const NONCE_CONTEXT: &str = "leaktrace 2026-11-22 index nonce v1";

/// What to build from what.
pub struct Build<'a> {
    /// Files of records, in order: record numbers follow it.
    pub files: &'a [PathBuf],
    /// What their columns hold.
    pub schema: &'a Schema,
    /// The key.
    pub key: &'a Key,
    /// The index to write.
    pub out: &'a Path,
    /// Worker threads.
    pub pool: &'a rayon::ThreadPool,
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// Bytes that sorting may take.
    pub memory: usize,
    /// Who waits.
    pub progress: &'a dyn Progress,
}

/// A finished index.
#[derive(Debug)]
pub struct Built {
    /// What it says about itself.
    pub meta: Meta,
    /// Its digest.
    pub digest: blake3::Hash,
    /// Its length, bytes.
    pub bytes: u64,
}

/// Builds an index.
///
/// # Errors
/// When a file cannot be read or does not fit the schema, or the index cannot be written.
pub fn build(job: &Build<'_>) -> Result<Built> {
    let mut inputs = Vec::with_capacity(job.files.len());
    let mut columns = Vec::with_capacity(job.files.len());
    for path in job.files {
        let input = Input::open(path)?;
        columns.push(Columns::find(path, &input, job.schema)?);
        inputs.push(input);
    }
    if inputs.is_empty() {
        return Err(
            Error::usage("no file of records was given").advice("leaktrace index RECORDS.csv --key KEY --schema SCHEMA.toml -o OUT.ltx")
        );
    }
    // Before the first long read: a place that cannot be written to is told at once.
    let draft = Draft::create(job.out)?;
    let mut meta = Meta::of_schema(job.schema, job.key.id());
    meta.inputs = digests(job, &inputs)?;
    meta.nonce = nonce(job, &meta);
    let entry = fill(job, &inputs, &columns, &mut meta, &draft)?;
    draft.publish(&entry)?;
    Ok(Built { digest: entry.digest(), bytes: entry.file_length, meta })
}

fn digests(job: &Build<'_>, inputs: &[Input]) -> Result<Vec<InputDigest>> {
    job.progress.begin("digest", inputs.iter().map(Input::len).sum());
    let mut out = Vec::with_capacity(inputs.len());
    for input in inputs {
        let blake3 = input.digest(job.pool, &LettingGo { input, read: AtomicU64::new(0), progress: job.progress })?.to_string();
        out.push(InputDigest { blake3, bytes: input.len(), first_record: 0 });
    }
    job.progress.end();
    Ok(out)
}

/// Lets go of what was read, as often as progress is told, so that an input larger than memory does not fill it.
struct LettingGo<'a> {
    input: &'a Input,
    read: AtomicU64,
    progress: &'a dyn Progress,
}

impl Progress for LettingGo<'_> {
    fn begin(&self, stage: &str, total: u64) {
        self.progress.begin(stage, total);
    }

    fn advance(&self, bytes: u64) {
        let from = self.read.fetch_add(bytes, Ordering::Relaxed);
        self.input.let_go(from..from + bytes);
        self.progress.advance(bytes);
    }

    fn end(&self) {
        self.progress.end();
    }
}

fn nonce(job: &Build<'_>, meta: &Meta) -> String {
    let mut material = job.schema.to_toml().into_bytes();
    for input in &meta.inputs {
        material.push(0);
        material.extend_from_slice(input.blake3.as_bytes());
    }
    job.key.derive(NONCE_CONTEXT, &material)[..16].iter().map(|b| format!("{b:02x}")).collect()
}

/// Writes all sections to the draft and returns the header.
fn fill(job: &Build<'_>, inputs: &[Input], columns: &[Columns], meta: &mut Meta, draft: &Draft) -> Result<Header> {
    let veil = Veil::new(job.key, &meta.nonce());
    let folder = job.out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let deal = Deal::new(folder, expected_keys(inputs, meta), job.pool.current_num_threads(), job.memory);
    let records_out = SectionWriter::begin(&draft.file, &draft.path, Section::Records, HEADER_BYTES as u64);
    let sinks = Sinks { deal, records_out, veil: &veil, stride: meta.layout.stride() };
    let mut pass = Pass::default();
    let hasher = Hasher::new(job.key);
    let issued: Vec<bool> = meta.identifiers.iter().map(|f| f.issued).collect();
    job.progress.begin("read", inputs.iter().map(Input::len).sum());
    for (number, (input, columns)) in inputs.iter().zip(columns).enumerate() {
        meta.inputs[number].first_record = pass.records;
        let context = Context { columns, layout: meta.layout, issued: &issued, key: job.key, hasher: &hasher, veil: &veil };
        pass.read(job, number as u32, input, &context, &sinks, meta)?;
        if input.changed() {
            return Err(Error::usage("a file of records changed while it was indexed")
                .at(&job.files[number])
                .advice("index a copy that nobody writes to"));
        }
    }
    job.progress.end();
    let Sinks { deal, records_out, stride, .. } = sinks;
    let partitions = deal.finish();
    let names: Vec<String> = job.files.iter().enumerate().map(|(n, _)| format!("input {}", n + 1)).collect();
    meta.skipped = pass.ledger.lines(|n| names[n as usize].clone());
    meta.records = pass.records;
    meta.values = partitions.keys();
    let geometry = Geometry::for_keys(meta.values, meta.records);
    (meta.buckets, meta.record_bits) = (geometry.buckets, geometry.record_bits);
    job.progress.begin("sort and write", partitions.bytes());
    let records_entry = records_out.finish(meta.records * stride as u64)?;
    let target = Target { file: &draft.file, path: &draft.path, folder, from: end(&records_entry) };
    let finished = finish::write(job.pool, &target, &partitions, geometry, &veil, job.progress)?;
    (meta.keys, meta.shared, meta.common) = (finished.counts.keys, finished.counts.shared, finished.counts.common);
    let panel: Vec<u8> = pass.panel.encode(&veil).flatten().collect();
    let panel_out = SectionWriter::begin(&draft.file, &draft.path, Section::Panel, end(&finished.entries[2]));
    panel_out.put(0, &panel)?;
    meta.panel_records = pass.panel.len() as u64;
    let mut entries = vec![records_entry];
    entries.extend(finished.entries);
    entries.push(panel_out.finish(panel.len() as u64)?);
    draft.describe(&entries, meta)?;
    job.progress.end();
    job.progress.begin("self-check", 0);
    meta.self_check = Some(selfcheck::run(&draft.path, job.key, inputs, columns, &pass.landmarks)?);
    let header = draft.describe(&entries, meta)?;
    job.progress.end();
    Ok(header)
}

/// A guess that only steers how memory is used: about one identifier in twenty-five bytes.
fn expected_keys(inputs: &[Input], meta: &Meta) -> u64 {
    let bytes: u64 = inputs.iter().map(Input::len).sum();
    let plain = (bytes / 25).min(bytes / 40 * meta.identifiers.len() as u64 + 1);
    (plain as f64 * keys_a_value(meta)) as u64
}

/// Keys that a row gives at most for each of its identifiers, digests included.
fn keys_a_value(meta: &Meta) -> f64 {
    let digests: usize = meta.identifiers.iter().map(|f| f.hashes.len() * spellings::MOST).sum();
    1.0 + digests as f64 / meta.identifiers.len().max(1) as f64
}

/// Bytes of a segment: fewer where each value gives many keys, which are held until the segment has its number. The index does not depend on it.
fn segment_bytes(job: &Build<'_>, meta: &Meta) -> u64 {
    const LEAST: u64 = 64 << 10;
    ((job.segment_bytes as f64 / keys_a_value(meta)) as u64).max(LEAST.min(job.segment_bytes))
}

/// Where numbered records go, from any thread.
struct Sinks<'a> {
    deal: Deal,
    records_out: SectionWriter<'a>,
    veil: &'a Veil,
    stride: usize,
}

/// The records of a segment that have their numbers.
struct Numbered {
    base: u32,
    values: Vec<Value>,
    bits: Vec<u8>,
}

impl Sinks<'_> {
    fn take(&self, part: Numbered) -> Result<()> {
        let Numbered { base, values, mut bits } = part;
        let mut dealer = self.deal.dealer();
        for value in values {
            let posting = Posting { field: value.field, record: base + value.row };
            self.deal.deal(&mut dealer, SortKey { probe: value.probe, posting })?;
        }
        self.deal.give_back(dealer);
        self.veil.mask_items(Stream::Records, u64::from(base), self.stride, &mut bits);
        self.records_out.put(u64::from(base) * self.stride as u64, &bits)
    }
}

/// What grows while the inputs are read.
#[derive(Default)]
struct Pass {
    panel: Lowest,
    ledger: Ledger,
    landmarks: Vec<Landmark>,
    records: u64,
}

impl Pass {
    fn read(
        &mut self,
        job: &Build<'_>,
        number: u32,
        input: &Input,
        context: &Context<'_>,
        sinks: &Sinks<'_>,
        meta: &mut Meta,
    ) -> Result<()> {
        let table = Table {
            text: input.bytes(),
            input: number,
            offset: 0,
            data_start: context.columns.data_start,
            dialect: &context.columns.dialect,
            names: Names::default(),
        };
        // What the panel leaves out may be decided late, never wrongly: a threshold of an earlier moment keeps more.
        let threshold = std::sync::Mutex::new(self.panel.threshold());
        let current = || *threshold.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ready = Ready::new();
        parts::for_each(
            job.pool,
            &table,
            segment_bytes(job, meta),
            parts::Rows::before(input.len(), &table),
            Buffers::default,
            |buffers, reader| {
                ready.drain(|part| sinks.take(part))?;
                let part = part::read(context, buffers, reader, current());
                input.let_go(reader.began().unwrap_or(reader.ended())..reader.ended());
                Ok(part)
            },
            |part| {
                job.progress.advance(part.ledger.bytes_read + part.ledger.bytes_skipped());
                ready.put(self.number(number, part, meta)?);
                *threshold.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = self.panel.threshold();
                Ok(())
            },
        )?;
        ready.drain_all(job.pool, |part| sinks.take(part))
    }

    /// Gives a segment's records their numbers.
    fn number(&mut self, input: u32, part: PartRecords, meta: &mut Meta) -> Result<Numbered> {
        let base = self.records;
        self.records += u64::from(part.rows);
        if self.records > limits::INDEX_RECORDS {
            return Err(Error::usage("too many records for one index")
                .expected(format!("at most {}", limits::INDEX_RECORDS))
                .advice("index the files in groups, one index each, under the same institution and dataset"));
        }
        let base_record = base as u32;
        for (sort_key, mut entry) in part.panel {
            entry.record += base_record;
            self.panel.offer(sort_key, entry);
        }
        for (field, present) in meta.identifiers.iter_mut().zip(&part.identifiers_present) {
            field.present += present;
        }
        for (form, present) in meta.attributes.iter_mut().zip(&part.attributes_present) {
            form.present += present;
        }
        for (byte, row) in part.landmarks {
            // One a stretch, wherever segments end: what an index says of its check does not depend on how the work was cut.
            if self.landmarks.last().is_none_or(|l| l.input != input || selfcheck::stretch(l.byte) != selfcheck::stretch(byte)) {
                self.landmarks.push(Landmark { input, byte, record: base_record + row });
            }
        }
        self.ledger.merge(part.ledger);
        Ok(Numbered { base: base_record, values: part.values, bits: part.bits })
    }
}
