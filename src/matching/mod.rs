//! Rows against indexes (DESIGN 7): which columns hold what ([`discover`]), which records a row hits and on what it agrees with them
//! ([`search`]), and the tallies of a part, which merge ([`tally`]).

mod candidates;
mod compare;
pub mod concepts;
pub mod discover;
pub mod exposed;
mod guess;
pub mod layout;
mod masks;
pub mod null;
mod pair;
mod rowkey;
pub mod sample;
pub mod search;
pub mod strip;
pub mod tally;
pub mod unanswered;

pub use concepts::{Comparison, Concepts, members};
pub use layout::{AttributeTask, Layout, Task};

use crate::fingerprint::{Hasher, Key};
use crate::index::Index;
use crate::limits;
use crate::{Error, Result};

/// A key, and the hasher under it.
#[derive(Debug)]
pub struct KeyGroup {
    /// The key.
    pub key: Key,
    /// Fingerprints under it.
    pub hasher: Hasher,
}

/// What a dump is matched against.
#[derive(Debug)]
pub struct Question {
    /// The indexes, in the order given.
    pub indexes: Vec<Index>,
    /// The keys that they were made with; a dump is hashed once for each.
    pub keys: Vec<KeyGroup>,
    /// Key of each index.
    pub key_of: Vec<usize>,
    /// What fields mean across the indexes.
    pub concepts: Concepts,
    /// Seed of row keys.
    pub row_seed: u64,
    /// Whether it is asked, too, what of each record the dump shows.
    pub affected: bool,
}

/// Indexes of one scan.
pub const MAX_INDEXES: usize = 1024;

impl Question {
    /// Opens each index under the one of `keys` that it was made with.
    ///
    /// # Errors
    /// When an index cannot be opened, or none of the keys is its own.
    pub fn open(paths: &[std::path::PathBuf], keys: Vec<Key>, verify: bool) -> Result<Question> {
        if paths.len() > MAX_INDEXES {
            return Err(Error::usage("too many indexes for one scan")
                .expected(format!("at most {MAX_INDEXES}"))
                .got(paths.len().to_string()));
        }
        let Some(first) = keys.first() else {
            return Err(Error::usage("no key was given").advice("give the key that the indexes were made with: --key KEY"));
        };
        let mut indexes = Vec::with_capacity(paths.len());
        let mut key_of = Vec::with_capacity(paths.len());
        for path in paths {
            let (_, meta) = crate::index::open::describe(path)?;
            // With no key that fits, the first gives the error that names both.
            let n = keys.iter().position(|k| k.id().to_string() == meta.key_id).unwrap_or(0);
            indexes.push(Index::open(path, &keys[n], verify)?);
            key_of.push(n);
        }
        let seed = first.derive("leaktrace 2026-11-22 row keys v1", &[]);
        let row_seed = u64::from_le_bytes(seed[..8].try_into().unwrap_or([0; 8]));
        let keys = keys.into_iter().map(|key| KeyGroup { hasher: Hasher::new(&key), key }).collect();
        let concepts = Concepts::of(&indexes);
        Ok(Question { indexes, keys, key_of, concepts, row_seed, affected: false })
    }

    /// Gets ready for a scan of `bytes` bytes: where the scan is long and the indexes are small together, they are copied into memory of
    /// large pages; where they are large, their filters are brought in.
    ///
    /// # Errors
    /// When the system refuses the threads.
    pub fn bring_near(&mut self, bytes: u64, threads: usize) -> Result<()> {
        let together: u64 = self.indexes.iter().map(|i| i.header().file_length).sum();
        if bytes < limits::LONG_SCAN_BYTES {
            return Ok(());
        }
        if together <= limits::NEAR_INDEX_BYTES {
            let pool = crate::parallel::pool(threads)?;
            self.indexes.iter_mut().for_each(|index| index.bring_near(&pool));
        } else {
            self.indexes.iter().for_each(Index::bring_filter_in);
        }
        Ok(())
    }
}
