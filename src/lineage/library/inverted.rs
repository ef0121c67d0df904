//! The index of a library, format 1: which values occur in which of its dumps. It is made of the fingerprints' files and can be made anew at any
//! time; where it is missing, old or damaged, a search takes longer and finds the same. All numbers are little endian.
//!
//! ```text
//! 0      magic "LTLIBRY1", then zero bytes
//! 4096   blocks, 12,288 bytes each: 1,024 values u64, then of each the number of its dump u32
//! …      table, for each block: its first value u64, XXH3 of the block u64
//! …      head, JSON: see `Head`
//! end-48 length of the head u64, number of blocks u64, BLAKE3 of all from the table up to here 32 bytes
//! ```
//!
//! The values of a band ([`super::marks`]) ascend from block to block; a band begins with a block of its own, and its last one is filled up with
//! zeros. So a value is looked up in the table, which is held in memory, and in one block of the mapped file, or two. A block is compared with its checksum
//! before anything in it is believed; opening the file compares the rest.

use super::marks::{BANDS, Marks};
use crate::source::Input;
use crate::{Error, Result};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// Its name in the library's folder.
pub(super) const NAME: &str = "library.idx";
/// First bytes.
pub(super) const MAGIC: &[u8; 8] = b"LTLIBRY1";
/// Name and version of its head.
pub(super) const SCHEMA: &str = "leaktrace.library.index/1";
/// Where the blocks begin: with a memory page.
pub(super) const BLOCKS_AT: usize = 4096;
/// Values of a block.
pub(super) const BLOCK_VALUES: usize = 1024;
const VALUE_BYTES: usize = 8;
const DUMP_BYTES: usize = 4;
/// Bytes of a block: three memory pages.
pub(super) const BLOCK_BYTES: usize = BLOCK_VALUES * (VALUE_BYTES + DUMP_BYTES);
const TABLE_ENTRY_BYTES: usize = 16;
const TRAILER_BYTES: usize = 48;

/// What the index says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    /// [`SCHEMA`].
    pub schema: String,
    /// Id of the key that all fingerprints were made with.
    pub key_id: String,
    /// Country of phone numbers written without a country code.
    pub region: String,
    /// Values of each band.
    pub bands: [u64; BANDS],
    /// The dumps, by number.
    pub files: Vec<Covered>,
}

/// A fingerprint's file as it was when its values came into the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Covered {
    /// Its name without the ending.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// When it was written, nanoseconds since 1970; 0 where that does not tell it from one written a moment later.
    pub modified: i64,
    /// Its last bytes, the BLAKE3 of all others.
    pub seal: String,
    /// The same of the fingerprint without a label.
    pub of: String,
    /// All of its values on this level or above are in the index.
    pub level: u8,
    /// How many these are.
    pub values: u64,
}

/// An index, opened.
#[derive(Debug)]
pub(super) struct Inverted {
    input: Input,
    /// What it says of itself.
    pub head: Head,
    table: Vec<(u64, u64)>,
}

/// A block that was compared with its checksum.
#[derive(Clone, Copy)]
pub(super) struct Block<'i> {
    values: &'i [u8],
    dumps: &'i [u8],
    /// How many of its places are used.
    pub len: usize,
}

impl Block<'_> {
    /// A value.
    pub fn value(&self, n: usize) -> u64 {
        word(self.values, n)
    }

    /// The number of the dump that it occurs in.
    pub fn dump(&self, n: usize) -> u32 {
        self.dumps.get(n * DUMP_BYTES..).and_then(|b| b.first_chunk()).map_or(u32::MAX, |b| u32::from_le_bytes(*b))
    }

    /// The first place from `from` on with a value that is not below `value`; near ones are found faster.
    fn seek(&self, from: usize, value: u64) -> usize {
        let (mut low, mut step) = (from, 1);
        while low + step < self.len && self.value(low + step - 1) < value {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(self.len);
        while low < high {
            let middle = low.midpoint(high);
            if self.value(middle) < value { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl Inverted {
    /// Opens the index of a library; none where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged as far as that is seen without reading all of it.
    pub fn open(folder: &Path) -> Result<Option<Inverted>> {
        let path = folder.join(NAME);
        if !path.exists() {
            return Ok(None);
        }
        let input = Input::open(&path)?;
        let (head, table) = parse(input.bytes()).map_err(|e| e.at(&path))?;
        Ok(Some(Inverted { input, head, table }))
    }

    /// Numbers of a band's blocks.
    pub fn blocks(&self, band: usize) -> Range<usize> {
        let before: usize = self.head.bands.iter().take(band).map(|&n| blocks_of(n)).sum();
        before..before + self.head.bands.get(band).map_or(0, |&n| blocks_of(n))
    }

    /// A block of a band.
    ///
    /// # Errors
    /// When its bytes are not those that were written.
    pub fn block(&self, band: usize, number: usize) -> Result<Block<'_>> {
        let at = BLOCKS_AT + number * BLOCK_BYTES;
        let bytes = self.input.bytes().get(at..at + BLOCK_BYTES);
        let sum = self.table.get(number).map(|block| block.1);
        let Some(bytes) = bytes.filter(|bytes| Some(xxh3_64(bytes)) == sum) else {
            return Err(damaged("values in it are not those that were written").byte(at as u64).at(self.input.path()));
        };
        let (values, dumps) = bytes.split_at(BLOCK_VALUES * VALUE_BYTES);
        let before = (number - self.blocks(band).start.min(number)) * BLOCK_VALUES;
        let left = self.head.bands.get(band).map_or(0, |&n| n as usize).saturating_sub(before);
        Ok(Block { values, dumps, len: left.min(BLOCK_VALUES) })
    }

    /// Lets go of the memory of blocks that were read.
    pub fn let_go(&self, blocks: Range<usize>) {
        let at = |block: usize| (BLOCKS_AT + block * BLOCK_BYTES) as u64;
        self.input.let_go(at(blocks.start)..at(blocks.end));
    }

    /// Compares all of it with its checksums.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn check(&self) -> Result<()> {
        for band in 0..BANDS {
            for number in self.blocks(band) {
                self.block(band, number)?;
                self.let_go(number..number + 1);
            }
        }
        Ok(())
    }

    /// Of each dump how many of some values it holds.
    ///
    /// # Errors
    /// When what was read of the index is damaged.
    pub fn count(&self, query: &Marks) -> Result<Vec<u32>> {
        let of_band = |band: usize| {
            let mut counts = vec![0u32; self.head.files.len()];
            self.count_band(band, query.bands.get(band).map_or(&[], Vec::as_slice), &mut counts)?;
            self.let_go(self.blocks(band));
            Ok(counts)
        };
        let sum = |a: Vec<u32>, b: Vec<u32>| Ok(a.iter().zip(&b).map(|(a, b)| a + b).collect());
        (0..BANDS).into_par_iter().map(of_band).try_reduce(|| vec![0; self.head.files.len()], sum)
    }

    /// Walks through those blocks of a band that can hold any of the values.
    fn count_band(&self, band: usize, values: &[u64], counts: &mut [u32]) -> Result<()> {
        /// Blocks after which memory is let go of: 12 MB.
        const HELD: usize = 1024;
        let Range { start, end } = self.blocks(band);
        let (mut next, mut at, mut kept) = (0, start, start);
        while let Some(&value) = values.get(next) {
            // The last block that begins below the value: what comes before it holds nothing of it.
            let below = self.table.get(at..end).map_or(0, |table| table.partition_point(|block| block.0 < value));
            at += below.saturating_sub(1);
            if at >= end {
                break;
            }
            let block = self.block(band, at)?;
            let behind = if at + 1 < end { self.table.get(at + 1).map(|block| block.0) } else { None };
            let mut place = 0;
            while let Some(&value) = values.get(next).filter(|&&value| behind.is_none_or(|behind| value <= behind)) {
                place = block.seek(place, value);
                while place < block.len && block.value(place) == value {
                    if let Some(count) = counts.get_mut(block.dump(place) as usize) {
                        *count += 1;
                    }
                    place += 1;
                }
                // It may go on in the next block.
                if behind == Some(value) {
                    break;
                }
                next += 1;
            }
            at += 1;
            if at - kept >= HELD {
                self.let_go(kept..at);
                kept = at;
            }
        }
        Ok(())
    }
}

/// Blocks that so many values take.
fn blocks_of(values: u64) -> usize {
    (values as usize).div_ceil(BLOCK_VALUES)
}

fn word(bytes: &[u8], n: usize) -> u64 {
    bytes.get(n * 8..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

/// Head and table of an index's bytes.
fn parse(bytes: &[u8]) -> Result<(Head, Vec<(u64, u64)>)> {
    let cut = || damaged("it is cut off");
    if !bytes.starts_with(MAGIC) {
        return Err(Error::damaged("this is not the index of a library").advice(ADVICE));
    }
    let (before, trailer) = bytes.split_last_chunk::<TRAILER_BYTES>().ok_or_else(cut)?;
    let lengths = [word(trailer, 0), word(trailer, 1)].map(|n| usize::try_from(n).ok());
    let [Some(head_bytes), Some(blocks)] = lengths else { return Err(cut()) };
    let table_at = blocks.checked_mul(BLOCK_BYTES).and_then(|n| n.checked_add(BLOCKS_AT)).ok_or_else(cut)?;
    let table_bytes = blocks.checked_mul(TABLE_ENTRY_BYTES).ok_or_else(cut)?;
    let (table, head) = before.get(table_at..).and_then(|rest| rest.split_at_checked(table_bytes)).ok_or_else(cut)?;
    if head.len() != head_bytes {
        return Err(cut());
    }
    let sealed = bytes.get(table_at..bytes.len() - SEAL_BYTES).unwrap_or_default();
    if blake3::hash(sealed).as_bytes()[..] != trailer[TRAILER_BYTES - SEAL_BYTES..] {
        return Err(damaged("its head is not the one that was written"));
    }
    let head: Head = serde_json::from_slice(head).map_err(|_| damaged("what it says of itself cannot be read"))?;
    let in_bands = head.bands.iter().try_fold(0u64, |sum, &n| sum.checked_add(n.div_ceil(BLOCK_VALUES as u64)));
    if head.schema != SCHEMA || in_bands != Some(blocks as u64) {
        return Err(damaged("it says something else of its values than it has"));
    }
    Ok((head, table.chunks_exact(TABLE_ENTRY_BYTES).map(|entry| (word(entry, 0), word(entry, 1))).collect()))
}

const SEAL_BYTES: usize = 32;
const ADVICE: &str = "nothing is lost: the next leaktrace library add makes it anew";

fn damaged(what: &str) -> Error {
    Error::damaged("the library's index is damaged").got(what).advice(ADVICE)
}

/// What follows the blocks: their table, the head, and what closes the file.
pub(super) fn ending(head: &Head, table: &[(u64, u64)]) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(head).map_err(|_| Error::usage("the head of the library's index cannot be written as JSON"))?;
    let mut out = Vec::with_capacity(table.len() * TABLE_ENTRY_BYTES + json.len() + TRAILER_BYTES);
    for (first, sum) in table {
        out.extend_from_slice(&first.to_le_bytes());
        out.extend_from_slice(&sum.to_le_bytes());
    }
    out.extend_from_slice(&json);
    out.extend_from_slice(&(json.len() as u64).to_le_bytes());
    out.extend_from_slice(&(table.len() as u64).to_le_bytes());
    let seal = blake3::hash(&out);
    out.extend_from_slice(seal.as_bytes());
    Ok(out)
}
