//! Building an index from files of records, in one pass over them after their digests were taken.
//!
//! ```text
//! digests -> nonce -> segments in parallel, committed in order (record numbers, RECORDS, panel, keys to partitions)
//!         -> partitions sorted one by one (FILTER, TABLE, POSTINGS) -> PANEL -> META -> self-check -> META again -> rename
//! ```
//!
//! The bytes of an index depend on key, schema and inputs alone: not on threads, segments or memory. It is written under a temporary name in
//! the folder of its own and renamed when it is whole and on disk; a killed build leaves the old index as it was, and the next
//! build takes the leftover's place.

use super::columns::Columns;
use super::finish;
use super::layout::{Entry, HEADER_BYTES, Header, Section};
use super::meta::{InputDigest, Meta};
use super::panel::Lowest;
use super::part::{self, Buffers, Context, PartRecords};
use super::sections::{SectionWriter, write_error};
use super::selfcheck::{self, Landmark};
use super::sort::{Partitions, SortKey};
use super::table::{Geometry, Posting};
use super::veil::{Stream, Veil};
use crate::fingerprint::{Hasher, Key};
use crate::identify::schema::Schema;
use crate::ledger::Ledger;
use crate::limits;
use crate::names::safe_path;
use crate::progress::Progress;
use crate::record::delimited::Table;
use crate::record::parts;
use crate::source::Input;
use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

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
        let blake3 = input.digest(job.pool, job.progress)?.to_string();
        out.push(InputDigest { blake3, bytes: input.len(), first_record: 0 });
    }
    job.progress.end();
    Ok(out)
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
    let mut pass = Pass {
        keys: Partitions::new(folder, expected_keys(inputs, meta), job.memory),
        records_out: SectionWriter::begin(&draft.path, Section::Records, HEADER_BYTES as u64)?,
        panel: Lowest::default(),
        ledger: Ledger::default(),
        landmarks: Vec::new(),
        records: 0,
    };
    let hasher = Hasher::new(job.key);
    let issued: Vec<bool> = meta.identifiers.iter().map(|f| f.issued).collect();
    job.progress.begin("read", inputs.iter().map(Input::len).sum());
    for (number, (input, columns)) in inputs.iter().zip(columns).enumerate() {
        meta.inputs[number].first_record = pass.records;
        let context = Context { columns, layout: meta.layout, issued: &issued, key: job.key, hasher: &hasher, veil: &veil };
        pass.read(job, number as u32, input, &context, meta)?;
        if input.changed() {
            return Err(Error::usage("a file of records changed while it was indexed")
                .at(&job.files[number])
                .advice("index a copy that nobody writes to"));
        }
    }
    job.progress.end();
    let names: Vec<String> = job.files.iter().enumerate().map(|(n, _)| format!("input {}", n + 1)).collect();
    meta.skipped = pass.ledger.lines(|n| names[n as usize].clone());
    meta.records = pass.records;
    meta.values = pass.keys.keys;
    let geometry = Geometry::for_keys(pass.keys.keys, pass.records);
    (meta.buckets, meta.record_bits) = (geometry.buckets, geometry.record_bits);
    job.progress.begin("sort and write", 0);
    let records_entry = pass.records_out.finish()?;
    let finished = finish::write(job.pool, &draft.path, end(&records_entry), pass.keys, geometry, &veil)?;
    (meta.keys, meta.shared, meta.common) = (finished.keys, finished.shared, finished.common);
    let mut panel_out = SectionWriter::begin(&draft.path, Section::Panel, end(&finished.entries[2]))?;
    pass.panel.encode(&veil).try_for_each(|entry| panel_out.write(&entry))?;
    meta.panel_records = pass.panel.len() as u64;
    let panel_entry = panel_out.finish()?;
    let mut entries = vec![records_entry];
    entries.extend(finished.entries);
    entries.push(panel_entry);
    let header = draft.describe(&entries, meta)?;
    job.progress.end();
    job.progress.begin("self-check", 0);
    let check = selfcheck::run(&draft.path, job.key, inputs, columns, &pass.landmarks)?;
    meta.self_check = Some(check);
    let header = if header.entries.is_empty() { header } else { draft.describe(&entries, meta)? };
    job.progress.end();
    Ok(header)
}

fn end(entry: &Entry) -> u64 {
    entry.offset + entry.length
}

/// A guess that only steers how memory is used: about one identifier in twenty-five bytes.
fn expected_keys(inputs: &[Input], meta: &Meta) -> u64 {
    let bytes: u64 = inputs.iter().map(Input::len).sum();
    (bytes / 25).min(bytes / 40 * meta.identifiers.len() as u64 + 1)
}

/// What grows while the inputs are read.
struct Pass {
    keys: Partitions,
    records_out: SectionWriter,
    panel: Lowest,
    ledger: Ledger,
    landmarks: Vec<Landmark>,
    records: u64,
}

impl Pass {
    fn read(&mut self, job: &Build<'_>, number: u32, input: &Input, context: &Context<'_>, meta: &mut Meta) -> Result<()> {
        let table = Table { text: input.bytes(), input: number, data_start: context.columns.data_start, dialect: &context.columns.dialect };
        // What the panel leaves out may be decided late, never wrongly: a threshold of an earlier moment keeps more.
        let threshold = std::sync::Mutex::new(self.panel.threshold());
        let current = || *threshold.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        parts::for_each(
            job.pool,
            &table,
            job.segment_bytes,
            Buffers::default,
            |buffers, reader| Ok(part::read(context, buffers, reader, current())),
            |part| {
                job.progress.advance(part.ledger.bytes_read + part.ledger.bytes_skipped());
                self.commit(number, part, context, meta)?;
                *threshold.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = self.panel.threshold();
                Ok(())
            },
        )
    }

    /// Gives a segment's records their numbers.
    fn commit(&mut self, input: u32, mut part: PartRecords, context: &Context<'_>, meta: &mut Meta) -> Result<()> {
        let base = self.records;
        self.records += u64::from(part.rows);
        if self.records > limits::INDEX_RECORDS {
            return Err(Error::usage("too many records for one index")
                .expected(format!("at most {}", limits::INDEX_RECORDS))
                .advice("index the files in groups, one index each, under the same institution and dataset"));
        }
        let base_record = base as u32;
        for value in &part.values {
            let posting = Posting { field: value.field, record: base_record + value.row };
            self.keys.push(SortKey { probe: value.probe, posting })?;
        }
        for (n, bits) in part.bits.chunks_exact_mut(context.layout.stride().max(1)).enumerate() {
            context.veil.mask(Stream::Records, base + n as u64, bits);
        }
        self.records_out.write(&part.bits)?;
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
        Ok(())
    }
}

/// The index while it is written, under a temporary name beside the final one.
struct Draft {
    path: PathBuf,
    target: PathBuf,
    /// Held locked, so that two builds of one index do not write into each other.
    file: File,
}

impl Draft {
    fn create(target: &Path) -> Result<Draft> {
        if target.is_dir() {
            return Err(Error::usage("the index cannot take the place of a folder").at(target).advice("give a file name: -o OUT.ltx"));
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or_else(|| Error::usage("the index has no file name").at(target).advice("give one: -o OUT.ltx"))?);
        name.push(".partial");
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|e| write_error(&e, target))?;
        if file.try_lock().is_err() {
            return Err(Error::usage("another build is writing this index")
                .at(target)
                .advice("wait for it to end, or choose another name"));
        }
        file.set_len(0).map_err(|e| write_error(&e, target))?;
        Ok(Draft { path, target: target.to_path_buf(), file })
    }

    /// Writes META behind the other sections, and the header.
    fn describe(&self, entries: &[Entry], meta: &Meta) -> Result<Header> {
        let json = serde_json::to_vec(meta).map_err(|_| Error::usage("the description of the index cannot be written as JSON"))?;
        let mut out = SectionWriter::begin(&self.path, Section::Meta, entries.last().map_or(HEADER_BYTES as u64, end))?;
        out.write(&json)?;
        let entry = out.finish()?;
        let mut entries = entries.to_vec();
        entries.push(entry);
        let header = Header { file_length: end(&entry), entries };
        let error = |e: std::io::Error| write_error(&e, &self.target);
        self.file.set_len(header.file_length).map_err(error)?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(error)?;
        file.write_all(&header.to_bytes()).map_err(error)?;
        Ok(header)
    }

    /// Makes it the index: on disk first, then under its name.
    fn publish(self, header: &Header) -> Result<()> {
        let error = |e: std::io::Error| write_error(&e, &self.target);
        let length = self.file.metadata().map_err(error)?.len();
        if length != header.file_length {
            return Err(Error::damaged("the index was changed while it was written")
                .at(safe_path(&self.target))
                .expected(format!("{} bytes", header.file_length))
                .got(format!("{length} bytes")));
        }
        self.file.sync_all().map_err(error)?;
        std::fs::rename(&self.path, &self.target).map_err(error)?;
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder).and_then(|f| f.sync_all()).map_err(error)?;
        }
        Ok(())
    }
}

impl Drop for Draft {
    /// A failed build leaves nothing behind; after [`Draft::publish`] there is nothing of this name.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
