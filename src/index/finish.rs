//! Dealt keys to filter, table and postings: partition by partition, in two steps on all threads.
//!
//! ```text
//! 1, in any order   sort a partition's keys; count its values, its postings, and how far its slots reach if nothing spills into them
//! between, in order what spills over the partition's beginning: the first free slot, the bits of a filter block that two share
//! 2, in any order   filter blocks, slots and postings of the partition, each one write at a known place
//! ```
//!
//! Slots are those of one pass over all keys in order, `slot = max(home, the one after the last)`. For a partition of `n` values whose slots
//! would end at `alone`, with the first free slot at `from`, they end at `max(from + n, alone)`: a run of full slots is pushed on as a whole
//! or not at all. That is all that has to go from partition to partition.

use super::deal::Partitions;
use super::filter;
use super::layout::{Entry, Section, align};
use super::ready::Ready;
use super::sections::{SectionWriter, read_at, write_at, write_error};
use super::sort::{SortKey, sorted};
use super::table::{BUCKET_BYTES, Geometry, MAX_VISITS, POSTING_BYTES, Payload, SLOTS, put_posting};
use super::veil::{Probe, Stream, Veil};
use crate::limits::SHARED_VALUE_RECORDS;
use crate::progress::Progress;
use crate::{Error, Result, parallel};
use std::fs::File;
use std::path::Path;

const SLOT_BYTES: u64 = 8;

/// Where the sections go.
pub struct Target<'a> {
    /// The index.
    pub file: &'a File,
    /// Its path, for errors.
    pub path: &'a Path,
    /// The folder of temporary files.
    pub folder: &'a Path,
    /// Byte of the file behind which they go.
    pub from: u64,
}

/// The three sections, and what went into them.
pub struct Finished {
    /// FILTER, TABLE and POSTINGS.
    pub entries: [Entry; 3],
    /// How many of what.
    pub counts: Counts,
}

/// What the keys came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Distinct fingerprints.
    pub keys: u64,
    /// Of these, held by several fields or records.
    pub shared: u64,
    /// Of these, by too many to be evidence.
    pub common: u64,
    /// Postings of the shared ones.
    pub postings: u64,
}

/// A filter block's bits.
type Bits = [u32; 8];

/// A partition after its first step.
struct Sorted {
    keys: Vec<SortKey>,
    counts: Counts,
    /// The slot after its last, if nothing spills into it.
    alone: u64,
    /// Its bits in the last filter block that a place of it can have.
    tail: Bits,
}

/// A partition between the steps.
struct Placed {
    part: usize,
    keys: Vec<SortKey>,
    slots: std::ops::Range<u64>,
    first_posting: u64,
    /// Bits that partitions before it have in its first filter block.
    head: Bits,
}

/// What goes from partition to partition.
#[derive(Default)]
struct Carry {
    counts: Counts,
    /// The first free slot.
    slot: u64,
    /// Bits of the filter block in which the next partition begins.
    head: Bits,
}

/// What both steps need to know.
struct Job<'a> {
    partitions: &'a Partitions,
    geometry: Geometry,
    blocks: u64,
    veil: &'a Veil,
    filter: SectionWriter<'a>,
    table: SectionWriter<'a>,
    postings: SectionWriter<'a>,
}

/// Writes the sections.
///
/// # Errors
/// When the disk fails, or [`Error::interrupted`].
pub fn write(
    pool: &rayon::ThreadPool,
    target: &Target<'_>,
    partitions: &Partitions,
    geometry: Geometry,
    veil: &Veil,
    progress: &dyn Progress,
) -> Result<Finished> {
    let &Target { file, path, folder, from } = target;
    let error = |e: std::io::Error| write_error(&e, folder);
    let blocks = filter::blocks_for(partitions.keys());
    let table_from = align(from) + blocks * filter::BLOCK_BYTES as u64;
    // Postings lie behind the table, whose length is known only when it is done: until then they have a file of their own.
    let postings_file = tempfile::tempfile_in(folder).map_err(error)?;
    let job = Job {
        partitions,
        geometry,
        blocks,
        veil,
        filter: SectionWriter::begin(file, path, Section::Filter, from),
        table: SectionWriter::begin(file, path, Section::Table, table_from),
        postings: SectionWriter::begin(&postings_file, folder, Section::Postings, 0),
    };
    let ready = Ready::new();
    let mut carry = Carry::default();
    parallel::ordered(
        pool,
        partitions.count(),
        || (),
        |(), part| {
            ready.drain(|placed| job.write_out(placed))?;
            job.sort(part)
        },
        |part, sorted| {
            ready.put(carry.place(&job, part, sorted));
            // Partitions are of a size.
            progress.advance(partitions.bytes() / partitions.count() as u64);
            Ok(())
        },
    )?;
    ready.drain_all(pool, |placed| job.write_out(placed))?;
    let table_bytes = job.close_table(carry.slot)?;
    let Job { filter, table, postings, .. } = job;
    let filter_entry = filter.finish(blocks * filter::BLOCK_BYTES as u64)?;
    let table_entry = table.finish(table_bytes)?;
    let (offset, length) = (align(table_entry.offset + table_bytes), carry.counts.postings * POSTING_BYTES as u64);
    copy(&postings_file, file, offset, length).map_err(|e| write_error(&e, path))?;
    Ok(Finished { entries: [filter_entry, table_entry, postings.finish_at(offset, length)?], counts: carry.counts })
}

/// Copies all `length` bytes of a file to `offset` of another.
fn copy(from: &File, to: &File, offset: u64, length: u64) -> std::io::Result<()> {
    let mut buffer = vec![0; (1 << 20).min(length as usize)];
    let mut at = 0;
    while at < length {
        let piece = &mut buffer[..(1 << 20).min((length - at) as usize)];
        read_at(from, at, piece)?;
        write_at(to, offset + at, piece)?;
        at += piece.len() as u64;
    }
    Ok(())
}

/// The keys of each distinct value.
fn values(keys: &[SortKey]) -> impl Iterator<Item = &[SortKey]> {
    keys.chunk_by(|a, b| a.probe == b.probe)
}

/// Whether the value of these keys has postings.
fn has_postings(keys: &[SortKey]) -> bool {
    (2..=SHARED_VALUE_RECORDS).contains(&keys.len())
}

impl Carry {
    /// Says where a partition's share of the sections lies, and what it leaves to the next.
    fn place(&mut self, job: &Job<'_>, part: usize, sorted: Sorted) -> Placed {
        let Sorted { keys, counts, alone, tail } = sorted;
        let slots = self.slot..(self.slot + counts.keys).max(alone);
        let blocks = job.blocks_of(part);
        let placed = Placed { part, keys, slots: slots.clone(), first_posting: self.counts.postings, head: self.head };
        // The block in which the next partition begins is that one's to write.
        let shares_last = blocks.end == job.last_block(part);
        if !(shares_last && blocks.is_empty()) {
            self.head = Bits::default();
        }
        if shares_last {
            self.head.iter_mut().zip(tail).for_each(|(bits, own)| *bits |= own);
        }
        self.slot = slots.end;
        self.counts.keys += counts.keys;
        self.counts.shared += counts.shared;
        self.counts.common += counts.common;
        self.counts.postings += counts.postings;
        placed
    }
}

impl Job<'_> {
    /// The last filter block that a place of partition `part` can have.
    fn last_block(&self, part: usize) -> u64 {
        let place = self.partitions.first_place(part + 1).map_or(u64::MAX, |next| next - 1);
        filter::block_of(Probe { place, check: 0 }, self.blocks)
    }

    /// The filter blocks that partition `part` writes: from the one in which it begins to that in which the next does.
    fn blocks_of(&self, part: usize) -> std::ops::Range<u64> {
        let first =
            |part| self.partitions.first_place(part).map_or(self.blocks, |place| filter::block_of(Probe { place, check: 0 }, self.blocks));
        first(part)..first(part + 1)
    }

    /// Step 1.
    fn sort(&self, part: usize) -> Result<Sorted> {
        let keys = sorted(self.partitions, part)?;
        let (mut counts, mut alone) = (Counts::default(), 0);
        for same in values(&keys) {
            alone = alone.max(self.geometry.home(same[0].probe) * SLOTS as u64) + 1;
            counts.keys += 1;
            if same.len() > 1 {
                let postings = if has_postings(same) { same.len() as u64 } else { 0 };
                counts.shared += u64::from(postings > 0);
                counts.common += u64::from(postings == 0);
                counts.postings += postings;
            }
        }
        let (last, mut tail) = (self.last_block(part), Bits::default());
        for key in keys.iter().rev().take_while(|key| filter::block_of(key.probe, self.blocks) == last) {
            filter::insert(&mut tail, key.probe);
        }
        Ok(Sorted { keys, counts, alone, tail })
    }

    /// Step 2.
    fn write_out(&self, placed: Placed) -> Result<()> {
        self.write_filter(&placed)?;
        let Placed { keys, slots, first_posting, .. } = placed;
        let mut bytes = vec![0; ((slots.end - slots.start) * SLOT_BYTES) as usize];
        let mut postings = Vec::new();
        let mut free = slots.start;
        for same in values(&keys) {
            let probe = same[0].probe;
            let home = self.geometry.home(probe) * SLOTS as u64;
            let slot = free.max(home);
            if (slot - home) / SLOTS as u64 >= MAX_VISITS {
                return Err(Error::damaged("too many keys fall into one place of the index")
                    .expected("keys spread evenly, as keyed fingerprints are")
                    .advice("report this: it has a probability below 10^-60"));
            }
            let payload = match same {
                [one] => Payload::One(one.posting),
                _ if has_postings(same) => {
                    let first = first_posting + (postings.len() / POSTING_BYTES) as u64;
                    for (n, key) in same.iter().enumerate() {
                        put_posting(&mut postings, key.posting, n + 1 == same.len());
                    }
                    Payload::Shared(first)
                }
                _ => Payload::Common,
            };
            let at = ((slot - slots.start) * SLOT_BYTES) as usize;
            bytes[at..at + SLOT_BYTES as usize].copy_from_slice(&self.geometry.slot(probe, payload).to_le_bytes());
            free = slot + 1;
        }
        self.table.put(slots.start * SLOT_BYTES, &bytes)?;
        self.veil.mask_items(Stream::Postings, first_posting, POSTING_BYTES, &mut postings);
        self.postings.put(first_posting * POSTING_BYTES as u64, &postings)
    }

    fn write_filter(&self, placed: &Placed) -> Result<()> {
        let blocks = self.blocks_of(placed.part);
        let mut bytes = vec![0; (blocks.end - blocks.start) as usize * filter::BLOCK_BYTES];
        let (mut at, mut block) = (blocks.start, placed.head);
        let mut write = |at: u64, block: &Bits| {
            // The last block may be the next partition's.
            if at < blocks.end {
                let from = (at - blocks.start) as usize * filter::BLOCK_BYTES;
                bytes[from..from + filter::BLOCK_BYTES].copy_from_slice(&filter::block_bytes(block));
            }
        };
        for key in &placed.keys {
            let home = filter::block_of(key.probe, self.blocks);
            if home != at {
                write(at, &block);
                (at, block) = (home, Bits::default());
            }
            filter::insert(&mut block, key.probe);
        }
        write(at, &block);
        self.filter.put(blocks.start * filter::BLOCK_BYTES as u64, &bytes)
    }

    /// Fills the last bucket, and adds an empty one so that every search ends inside the section. Gives the section's length.
    fn close_table(&self, slots: u64) -> Result<u64> {
        let buckets = self.geometry.buckets.max(slots.div_ceil(SLOTS as u64)) + 1;
        let (mut at, end) = (slots * SLOT_BYTES, buckets * BUCKET_BYTES as u64);
        const ZEROS: [u8; 4096] = [0; 4096];
        while at < end {
            let n = (end - at).min(ZEROS.len() as u64);
            self.table.put(at, &ZEROS[..n as usize])?;
            at += n;
        }
        Ok(end)
    }
}

#[cfg(test)]
mod tests;
