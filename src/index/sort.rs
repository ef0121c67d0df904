//! Sorting more keys than memory holds: keys are dealt to partitions by the first bits of their place, each partition goes to an unnamed
//! temporary file once it outgrows its buffer, and partitions come back one by one, sorted. The order of the whole depends on the set of
//! keys alone, never on the number of partitions or threads.
//!
//! Temporary files are made in the folder of the index, readable by their owner alone, and have no name: they vanish with the process.
//! They hold permuted fingerprints and record numbers, as the index does.

use super::sections::write_error;
use super::table::Posting;
use super::veil::Probe;
use crate::Result;
use rayon::slice::ParallelSliceMut;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

const KEY_BYTES: usize = 24;

/// One identifier value of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    /// Its fingerprint, as the index knows it.
    pub probe: Probe,
    /// Where it stands.
    pub posting: Posting,
}

struct Partition {
    buffer: Vec<SortKey>,
    file: Option<File>,
    spilled: usize,
}

/// The keys of a build.
pub struct Partitions {
    parts: Vec<Partition>,
    shift: u32,
    buffer_keys: usize,
    folder: PathBuf,
    /// Keys in all.
    pub keys: u64,
}

impl Partitions {
    /// Room for about `expected_keys` keys, using about `memory` bytes for buffers and twice a partition while sorting.
    #[must_use]
    pub fn new(folder: &Path, expected_keys: u64, memory: usize) -> Partitions {
        let wanted = (expected_keys * size_of::<SortKey>() as u64).div_ceil((memory as u64 / 4).max(1)).clamp(1, 1024);
        let bits = (wanted as usize).next_power_of_two().trailing_zeros();
        let count = 1usize << bits;
        let buffer_keys = if bits == 0 { usize::MAX } else { (memory / 2 / count / size_of::<SortKey>()).max(1024) };
        let parts = (0..count).map(|_| Partition { buffer: Vec::new(), file: None, spilled: 0 }).collect();
        Partitions { parts, shift: 64 - bits, buffer_keys, folder: folder.to_path_buf(), keys: 0 }
    }

    /// Adds a key.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn push(&mut self, key: SortKey) -> Result<()> {
        let n = if self.shift == 64 { 0 } else { (key.probe.place >> self.shift) as usize };
        let part = &mut self.parts[n];
        part.buffer.push(key);
        self.keys += 1;
        if part.buffer.len() >= self.buffer_keys {
            part.spill(&self.folder)?;
        }
        Ok(())
    }

    /// Calls `each` with the keys of every partition, sorted, in ascending order of the partitions.
    ///
    /// # Errors
    /// Those of `each`, and when a temporary file cannot be read back.
    pub fn sorted(self, pool: &rayon::ThreadPool, mut each: impl FnMut(&[SortKey]) -> Result<()>) -> Result<()> {
        for part in self.parts {
            let mut keys = part.into_keys(&self.folder)?;
            pool.install(|| keys.par_sort_unstable());
            each(&keys)?;
        }
        Ok(())
    }
}

impl Partition {
    fn spill(&mut self, folder: &Path) -> Result<()> {
        let error = |e: std::io::Error| write_error(&e, folder);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder).map_err(error)?),
        };
        let mut bytes = Vec::with_capacity(self.buffer.len() * KEY_BYTES);
        for key in &self.buffer {
            bytes.extend_from_slice(&encode(key));
        }
        file.write_all(&bytes).map_err(error)?;
        self.spilled += self.buffer.len();
        self.buffer.clear();
        Ok(())
    }

    fn into_keys(mut self, folder: &Path) -> Result<Vec<SortKey>> {
        let Some(mut file) = self.file.take() else { return Ok(self.buffer) };
        let error = |e: std::io::Error| write_error(&e, folder);
        let mut keys = Vec::with_capacity(self.spilled + self.buffer.len());
        file.rewind().map_err(error)?;
        let mut reader = std::io::BufReader::with_capacity(1 << 20, file);
        let mut bytes = [0; KEY_BYTES];
        for _ in 0..self.spilled {
            reader.read_exact(&mut bytes).map_err(error)?;
            keys.push(decode(&bytes));
        }
        keys.append(&mut self.buffer);
        Ok(keys)
    }
}

fn encode(key: &SortKey) -> [u8; KEY_BYTES] {
    let mut out = [0; KEY_BYTES];
    out[..8].copy_from_slice(&key.probe.place.to_le_bytes());
    out[8..16].copy_from_slice(&key.probe.check.to_le_bytes());
    out[16..].copy_from_slice(&(u64::from(key.posting.field) << 32 | u64::from(key.posting.record)).to_le_bytes());
    out
}

fn decode(bytes: &[u8; KEY_BYTES]) -> SortKey {
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or([0; 8]));
    let posting = word(16);
    SortKey { probe: Probe { place: word(0), check: word(8) }, posting: Posting { field: (posting >> 32) as u8, record: posting as u32 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_sorted_whatever_the_memory() {
        let dir = tempfile::tempdir().unwrap();
        let pool = crate::parallel::pool(2).unwrap();
        let keys: Vec<SortKey> = (0..20_000u64)
            .map(|n| {
                let h = blake3::hash(&(n % 15_000).to_le_bytes());
                let word = |at: usize| u64::from_le_bytes(h.as_bytes()[at..at + 8].try_into().unwrap());
                SortKey {
                    probe: Probe { place: word(0), check: word(8) },
                    posting: Posting { field: (n % 15) as u8 + 1, record: n as u32 },
                }
            })
            .collect();
        let mut expected = keys.clone();
        expected.sort();
        for (guess, memory) in [(10, 1 << 30), (20_000, 1 << 16), (20_000, 1 << 20), (u64::from(u32::MAX), 1 << 20)] {
            let mut partitions = Partitions::new(dir.path(), guess, memory);
            for &key in &keys {
                partitions.push(key).unwrap();
            }
            let mut got = Vec::new();
            partitions
                .sorted(&pool, |part| {
                    got.extend_from_slice(part);
                    Ok(())
                })
                .unwrap();
            assert!(got == expected, "guess {guess}, memory {memory}");
        }
    }
}
