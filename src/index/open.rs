//! Opening an index: map it, check header and geometry, and use it in place. Opening is memory-safe on any bytes; every offset of the
//! file is checked before it is used.
//!
//! Up to 256 MB an index is verified whole when it is opened. A larger one is not, unless asked: then reports say so, and a flipped
//! bit can lose a match (never invent one that the chance-hit figures do not cover). [`Index::verify`] reads it all.

use super::filter::Filter;
use super::layout::{Header, SECTIONS, Section};
use super::lookup::{CHUNK, Lookup, STEPS, UnderWay};
use super::meta::Meta;
use super::panel::{self, PanelEntry};
use super::prefetch::prefetch;
use super::records::{Day, RecordRow};
use super::table::{Payload, Posting, Table};
use super::veil::{STREAM_BYTES, Veil};
use crate::fingerprint::{Fingerprint, Key};
use crate::limits;
use crate::progress::{Progress, Silent};
use crate::source::Input;
use crate::source::near::Near;
use crate::{Error, Result};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::ops::Range;
use std::path::Path;

/// An open index.
pub struct Index {
    input: Input,
    header: Header,
    meta: Meta,
    veil: Veil,
    sections: [Range<usize>; SECTIONS.len()],
    verified: bool,
    near: Option<Near>,
}

/// What lookups have cost, for the expectation of chance hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LookupCounts {
    /// Values looked up.
    pub probes: u64,
    /// Of these, past the filter.
    pub passed: u64,
    /// Slots in use that were compared.
    pub slots: u64,
}

impl LookupCounts {
    /// Adds another part's counts.
    pub fn add(&mut self, other: LookupCounts) {
        self.probes += other.probes;
        self.passed += other.passed;
        self.slots += other.slots;
    }
}

/// Reads what an index says about itself, without its key.
///
/// # Errors
/// When it cannot be read, or header or description are damaged.
pub fn describe(path: &Path) -> Result<(Header, Meta)> {
    let input = Input::open(path)?;
    let header = Header::read(input.bytes()).map_err(|e| e.at(path))?;
    let meta = read_meta(&header, input.bytes()).map_err(|e| e.at(path))?;
    Ok((header, meta))
}

/// An index of which every byte was compared with its checksum.
#[derive(Debug)]
pub struct Verified {
    /// Its header.
    pub header: Header,
    /// What it says about itself.
    pub meta: Meta,
    /// BLAKE3 of the whole file, as `b3sum` prints it.
    pub b3sum: blake3::Hash,
}

/// Verifies an index without its key; `progress` hears of every byte twice, since both its sections and the whole of it are hashed.
///
/// # Errors
/// When it cannot be read or is damaged.
pub fn verify_file(path: &Path, progress: &dyn Progress) -> Result<Verified> {
    let input = Input::open(path)?;
    let header = Header::read(input.bytes()).map_err(|e| e.at(path))?;
    let meta = read_meta(&header, input.bytes()).map_err(|e| e.at(path))?;
    progress.begin("verify", 2 * input.len());
    verify_sections(&header, input.bytes(), progress).map_err(|e| e.at(path))?;
    let b3sum = hash(input.bytes(), progress);
    progress.end();
    input.check_unaltered("this index")?;
    Ok(Verified { header, meta, b3sum })
}

/// BLAKE3 on all threads.
fn hash(bytes: &[u8], progress: &dyn Progress) -> blake3::Hash {
    const PIECE: usize = 64 << 20;
    let mut hasher = blake3::Hasher::new();
    for piece in bytes.chunks(PIECE) {
        hasher.update_rayon(piece);
        progress.advance(piece.len() as u64);
    }
    hasher.finalize()
}

/// Compares every section with its checksum.
fn verify_sections(header: &Header, file: &[u8], progress: &dyn Progress) -> Result<()> {
    let damaged = header
        .entries
        .par_iter()
        .find_first(|entry| hash(&file[range(entry.offset, entry.length)], progress).as_bytes() != &entry.checksum);
    match damaged {
        Some(entry) => Err(damaged_section(entry.id, entry.offset)),
        None => Ok(()),
    }
}

/// Whether a file begins as an index does.
#[must_use]
pub fn looks_like_index(bytes: &[u8]) -> bool {
    bytes.starts_with(super::layout::MAGIC)
}

/// META's checksum is always checked: it is small, and geometry comes from it.
fn read_meta(header: &Header, file: &[u8]) -> Result<Meta> {
    let entry = header.section(Section::Meta)?;
    let bytes = &file[range(entry.offset, entry.length)];
    if blake3::hash(bytes).as_bytes() != &entry.checksum {
        return Err(damaged_section(Section::Meta as u32, entry.offset));
    }
    Meta::parse(bytes)
}

/// A section's bytes; [`Header::read`] has checked that it ends inside the file, whose length is a `usize`.
fn range(offset: u64, length: u64) -> Range<usize> {
    offset as usize..(offset + length) as usize
}

fn damaged_section(id: u32, offset: u64) -> Error {
    Error::damaged("this index is damaged")
        .byte(offset)
        .expected(format!("section {id} to fit its checksum"))
        .advice("get a fresh copy, or build it again with: leaktrace index")
}

impl Index {
    /// Opens an index under its key. `verify` reads the whole file even when it is large.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, of another version, or made under another key.
    pub fn open(path: &Path, key: &Key, verify: bool) -> Result<Index> {
        Index::from_input(Input::open(path)?, key, verify).map_err(|e| e.at(path))
    }

    fn from_input(input: Input, key: &Key, verify: bool) -> Result<Index> {
        let header = Header::read(input.bytes())?;
        let meta = read_meta(&header, input.bytes())?;
        if meta.key_id != key.id().to_string() {
            return Err(Error::usage("this index was made under another key")
                .expected(format!("key {}", meta.key_id))
                .got(format!("key {}", key.id()))
                .advice("give the key that the index was made with: --key"));
        }
        let mut sections: [Range<usize>; SECTIONS.len()] = Default::default();
        for (section, range_of) in SECTIONS.into_iter().zip(&mut sections) {
            let entry = header.section(section)?;
            *range_of = range(entry.offset, entry.length);
        }
        let veil = Veil::new(key, &meta.nonce());
        let mut index = Index { input, header, meta, veil, sections, verified: false, near: None };
        index.check_geometry()?;
        if verify || index.header.file_length <= limits::VERIFY_ON_OPEN_BYTES {
            index.verify()?;
            index.verified = true;
        }
        Ok(index)
    }

    fn check_geometry(&self) -> Result<()> {
        let records = self.meta.records as usize;
        let fits = Filter::new(self.section(Section::Filter)).is_some()
            && Table::new(self.section(Section::Table), self.section(Section::Postings), self.meta.geometry()).is_some()
            && records.checked_mul(self.meta.layout.stride()) == Some(self.section(Section::Records).len())
            && (self.meta.panel_records as usize).checked_mul(panel::stride(&self.meta.layout)) == Some(self.section(Section::Panel).len());
        if fits {
            Ok(())
        } else {
            Err(Error::damaged("the sections of this index do not fit its description")
                .advice("get a fresh copy, or build it again with: leaktrace index"))
        }
    }

    /// Compares every section with its checksum.
    ///
    /// # Errors
    /// Names the first damaged section.
    pub fn verify(&self) -> Result<()> {
        verify_sections(&self.header, self.input.bytes(), &Silent)
    }

    /// Whether the file is still what was opened. To be asked after the last lookup: where bytes are missing, nothing is found.
    ///
    /// # Errors
    /// When somebody wrote to it or cut it short.
    pub fn check_unaltered(&self) -> Result<()> {
        self.input.check_unaltered("this index")
    }

    /// Copies the index into memory of large pages, which pays for a long scan.
    pub fn bring_near(&mut self, pool: &rayon::ThreadPool) {
        self.near = Near::copy(self.input.bytes(), pool);
    }

    /// Has the filter in memory, which nearly every lookup asks: for a scan that looks up so much that it would meet most of its pages.
    pub fn bring_filter_in(&self) {
        if let Some(n) = SECTIONS.iter().position(|&s| s == Section::Filter) {
            let range = &self.sections[n];
            self.input.bring_in(range.start as u64..range.end as u64);
        }
    }

    fn section(&self, section: Section) -> &[u8] {
        let n = SECTIONS.iter().position(|&s| s == section).unwrap_or_default();
        &self.near.as_ref().map_or(self.input.bytes(), Near::bytes)[self.sections[n].clone()]
    }

    /// What the index says about itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The checked header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether every byte was compared with its checksum.
    #[must_use]
    pub fn verified(&self) -> bool {
        self.verified
    }

    /// Filter and table over the mapped sections; `None` never, since their sizes were checked when the index was opened.
    fn sections_of_lookup(&self) -> Option<(Filter<'_>, Table<'_>)> {
        Some((
            Filter::new(self.section(Section::Filter))?,
            Table::new(self.section(Section::Table), self.section(Section::Postings), self.meta.geometry())?,
        ))
    }

    /// Filter and table, to look many fingerprints up.
    ///
    /// # Panics
    /// Never: the sizes of the sections were checked when the index was opened.
    #[must_use]
    pub fn lookup(&self) -> Lookup<'_> {
        let (filter, table) = self.sections_of_lookup().expect("the sections were checked");
        Lookup::new(self, filter, table)
    }

    /// Whether a payload names nothing that this index does not have.
    #[inline]
    pub(super) fn knows(&self, payload: Payload) -> bool {
        match payload {
            Payload::One(p) => u64::from(p.record) < self.meta.records && self.meta.identifier(p.field).is_some(),
            Payload::Shared(_) | Payload::Common => true,
        }
    }

    pub(super) fn veil(&self) -> &Veil {
        &self.veil
    }

    /// Looks up many fingerprints and calls `hit(n, payload)` for each that is there, ascending by its position `n`.
    pub fn find(&self, fingerprints: &[Fingerprint], counts: &mut LookupCounts, mut hit: impl FnMut(usize, Payload)) {
        let (lookup, mut under_way) = (self.lookup(), UnderWay::default());
        for (n, chunk) in fingerprints.chunks(CHUNK).enumerate() {
            (0..STEPS).for_each(|n| lookup.step(&mut under_way, n, counts, &mut hit));
            lookup.take(&mut under_way, n * CHUNK, chunk, counts);
        }
        lookup.finish(&mut under_way, counts, &mut hit);
    }

    /// Appends the fields and records that share a value.
    pub fn postings(&self, first: u64, out: &mut Vec<Posting>) {
        let Some((_, table)) = self.sections_of_lookup() else { return };
        let from = out.len();
        table.postings(&self.veil, first, out);
        let mut at = from;
        while at < out.len() {
            if u64::from(out[at].record) < self.meta.records && self.meta.identifier(out[at].field).is_some() {
                at += 1;
            } else {
                out.remove(at);
            }
        }
    }

    /// Asks for a record's row ahead of its use.
    #[inline]
    pub fn prefetch_record(&self, record: u32) {
        let (rows, at) = (self.section(Section::Records), record as usize * self.meta.layout.stride());
        prefetch(rows, at);
        // A row may lie across two lines, and the first bytes of the next row are read along.
        prefetch(rows, at + STREAM_BYTES - 1);
    }

    /// What can agree or disagree with record `record`.
    #[must_use]
    pub fn record(&self, record: u32) -> RecordRow {
        self.meta.layout.read(self.section(Section::Records), &self.veil, record)
    }

    /// As [`Index::record`], for many at once, into `out`, which is emptied first.
    pub fn records(&self, numbers: &[u32], out: &mut Vec<RecordRow>) {
        self.meta.layout.read_all(self.section(Section::Records), &self.veil, numbers, out);
    }

    /// The days of creation and of the last change of every entry of the panel sample, 0 where missing.
    #[must_use]
    pub fn panel_days(&self) -> Vec<(Day, Day)> {
        panel::days(self.section(Section::Panel), &self.meta.layout, &self.veil)
    }

    /// Entry `n` of the panel sample.
    #[must_use]
    pub fn panel_entry(&self, n: usize) -> Option<PanelEntry> {
        panel::read(self.section(Section::Panel), &self.meta.layout, &self.veil, n)
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({} / {}, {} records)", self.meta.institution, self.meta.dataset, self.meta.records)
    }
}
