//! Sorted keys to filter, table and postings, front to back in one pass.

use super::filter;
use super::layout::{Entry, Section};
use super::sections::SectionWriter;
use super::sort::{Partitions, SortKey};
use super::table::{BUCKET_BYTES, Geometry, MAX_VISITS, Payload, SLOTS, encode_posting};
use super::veil::{Probe, Veil};
use crate::limits::SHARED_VALUE_RECORDS;
use crate::{Error, Result};
use std::path::Path;

/// The three sections, and what went into them.
pub struct Finished {
    /// FILTER, TABLE and POSTINGS.
    pub entries: [Entry; 3],
    /// Distinct fingerprints.
    pub keys: u64,
    /// Of these, held by several fields or records.
    pub shared: u64,
    /// Of these, by too many to be evidence.
    pub common: u64,
}

/// Writes the sections from byte `from` of the file on.
///
/// # Errors
/// When the disk fails.
pub fn write(pool: &rayon::ThreadPool, path: &Path, from: u64, keys: Partitions, geometry: Geometry, veil: &Veil) -> Result<Finished> {
    let blocks = filter::blocks_for(keys.keys);
    let filter_bytes = blocks * filter::BLOCK_BYTES as u64;
    let mut filter_out = FilterOut { out: SectionWriter::begin(path, Section::Filter, from)?, block: [0; 8], at: 0, blocks };
    // Postings come after the table, whose length is known only when it is done: they are kept until then, eight bytes each.
    let table_from = super::layout::align(from) + filter_bytes;
    let mut table_out = TableOut { out: SectionWriter::begin(path, Section::Table, table_from)?, slots: 0, geometry };
    let mut postings: Vec<u8> = Vec::new();
    let mut counts = (0u64, 0u64, 0u64);
    keys.sorted(pool, |sorted| {
        for same in sorted.chunk_by(|a, b| a.probe == b.probe) {
            let probe = same[0].probe;
            let payload = payload_of(same, &mut postings, veil);
            counts.0 += 1;
            counts.1 += u64::from(matches!(payload, Payload::Shared(_)));
            counts.2 += u64::from(matches!(payload, Payload::Common));
            filter_out.insert(probe)?;
            table_out.insert(probe, payload)?;
        }
        Ok(())
    })?;
    let filter_entry = filter_out.finish()?;
    let table_entry = table_out.finish()?;
    let mut postings_out = SectionWriter::begin(path, Section::Postings, table_entry.offset + table_entry.length)?;
    postings_out.write(&postings)?;
    Ok(Finished { entries: [filter_entry, table_entry, postings_out.finish()?], keys: counts.0, shared: counts.1, common: counts.2 })
}

/// What the slot of one value says. `same` are its places, ascending, without repeats.
fn payload_of(same: &[SortKey], postings: &mut Vec<u8>, veil: &Veil) -> Payload {
    match same {
        [one] => Payload::One(one.posting),
        many if many.len() <= SHARED_VALUE_RECORDS => {
            let first = postings.len() as u64 / 8;
            for (n, key) in many.iter().enumerate() {
                postings.extend_from_slice(&encode_posting(veil, first + n as u64, key.posting, n + 1 == many.len()));
            }
            Payload::Shared(first)
        }
        _ => Payload::Common,
    }
}

struct FilterOut {
    out: SectionWriter,
    block: [u32; 8],
    at: u64,
    blocks: u64,
}

impl FilterOut {
    fn insert(&mut self, probe: Probe) -> Result<()> {
        self.advance_to(filter::block_of(probe, self.blocks))?;
        filter::insert(&mut self.block, probe);
        Ok(())
    }

    fn advance_to(&mut self, block: u64) -> Result<()> {
        while self.at < block {
            self.out.write(&filter::block_bytes(&self.block))?;
            self.block = [0; 8];
            self.at += 1;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Entry> {
        self.advance_to(self.blocks)?;
        self.out.finish()
    }
}

struct TableOut {
    out: SectionWriter,
    /// Slots written, empty ones included.
    slots: u64,
    geometry: Geometry,
}

impl TableOut {
    fn insert(&mut self, probe: Probe, payload: Payload) -> Result<()> {
        let home = self.geometry.home(probe) * SLOTS as u64;
        while self.slots < home {
            self.out.write(&0u64.to_le_bytes())?;
            self.slots += 1;
        }
        if (self.slots - home) / SLOTS as u64 >= MAX_VISITS {
            return Err(Error::damaged("too many keys fall into one place of the index")
                .expected("keys spread evenly, as keyed fingerprints are")
                .advice("report this: it has a probability below 10^-60"));
        }
        self.out.write(&self.geometry.slot(probe, payload).to_le_bytes())?;
        self.slots += 1;
        Ok(())
    }

    /// Fills the last bucket, and adds an empty one so that every search ends inside the section.
    fn finish(mut self) -> Result<Entry> {
        let buckets = self.geometry.buckets.max(self.slots.div_ceil(SLOTS as u64)) + 1;
        let bytes = buckets * BUCKET_BYTES as u64 - self.out.length();
        const ZEROS: [u8; 4096] = [0; 4096];
        let mut left = bytes;
        while left > 0 {
            let n = left.min(ZEROS.len() as u64);
            self.out.write(&ZEROS[..n as usize])?;
            left -= n;
        }
        self.out.finish()
    }
}
