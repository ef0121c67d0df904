//! Dealing keys to partitions: every worker deals its own, by the first bits of their place, into blocks; blocks stay in memory as long as there
//! is room and go to unnamed temporary files after that. What comes back of a partition is a set of keys: the order in which they were
//! dealt, and the number of partitions and threads, are forgotten when it is sorted ([`super::sort`]).
//!
//! Temporary files are made in the folder of the index, one a thread, readable by their owner alone, and have no name: they vanish with
//! the process. They hold permuted fingerprints and record numbers, as the index does.
//!
//! ```text
//! key    place u64, of which the partition knows the first bits: the first four are the field | check u64 | record u32
//! ```

use super::sections::{read_at, write_at, write_error};
use super::sort::SortKey;
use super::table::Posting;
use super::veil::Probe;
use crate::Result;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a dealt key.
pub const KEY_BYTES: usize = 20;
/// The field takes the place of this many bits, so that there are at least sixteen partitions.
const FIELD_BITS: u32 = 4;
/// Each partition is a stream of writes for each thread: more would leave the second-level TLB.
const MAX_BITS: u32 = 12;
/// Keys of a partition, about: ten megabytes, which sort in the last-level cache.
const PARTITION_KEYS: u64 = 400_000;
/// Bytes of a block: large enough for the disk, small enough that a block for each partition and thread is little memory.
const BLOCK_BYTES: usize = 64 << 10;

/// A block of dealt keys.
enum Block {
    Memory(Vec<u8>),
    Spilled { file: Arc<File>, at: u64, bytes: usize },
}

/// The keys of a build, while they are dealt.
pub struct Deal {
    bits: u32,
    block_bytes: usize,
    folder: PathBuf,
    /// Bytes of memory that blocks may still take.
    room: AtomicI64,
    keys: AtomicU64,
    dealt: Mutex<Dealt>,
}

#[derive(Default)]
struct Dealt {
    /// Full blocks, by partition.
    blocks: Vec<Vec<Block>>,
    /// Dealers that nobody uses at the moment.
    idle: Vec<Dealer>,
}

/// What one thread needs to deal.
#[derive(Default)]
pub struct Dealer {
    /// The block of each partition that is being filled.
    open: Vec<Vec<u8>>,
    file: Option<Arc<File>>,
    written: u64,
    keys: u64,
}

impl Deal {
    /// Room for about `expected_keys` keys, dealt by `threads` threads, in about `memory` bytes.
    #[must_use]
    pub fn new(folder: &Path, expected_keys: u64, threads: usize, memory: usize) -> Deal {
        // A thread sorts one partition while others wait to be placed: a small part of the memory each.
        let partition_keys = (memory as u64 / (size_of::<SortKey>() as u64 * 16)).clamp(1000, PARTITION_KEYS);
        let bits = (expected_keys / partition_keys).max(1).next_power_of_two().trailing_zeros().clamp(FIELD_BITS, MAX_BITS);
        let block = ((memory / 8 / threads.max(1)) >> bits).clamp(16 * KEY_BYTES, BLOCK_BYTES);
        let dealt = Dealt { blocks: (0..1usize << bits).map(|_| Vec::new()).collect(), idle: Vec::new() };
        Deal {
            bits,
            block_bytes: block / KEY_BYTES * KEY_BYTES,
            folder: folder.to_path_buf(),
            room: AtomicI64::new((memory / 2) as i64),
            keys: AtomicU64::new(0),
            dealt: Mutex::new(dealt),
        }
    }

    /// A dealer that nobody else uses, to be given back.
    #[must_use]
    pub fn dealer(&self) -> Dealer {
        let idle = self.lock().idle.pop();
        idle.unwrap_or_else(|| Dealer { open: (0..1usize << self.bits).map(|_| Vec::new()).collect(), ..Dealer::default() })
    }

    /// Takes a dealer back.
    pub fn give_back(&self, mut dealer: Dealer) {
        self.keys.fetch_add(std::mem::take(&mut dealer.keys), Ordering::Relaxed);
        self.lock().idle.push(dealer);
    }

    /// Adds a key.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    #[inline]
    pub fn deal(&self, dealer: &mut Dealer, key: SortKey) -> Result<()> {
        let part = (key.probe.place >> (u64::BITS - self.bits)) as usize;
        let open = &mut dealer.open[part];
        open.extend_from_slice(&encode(&key));
        dealer.keys += 1;
        if open.len() >= self.block_bytes { self.close(dealer, part) } else { Ok(()) }
    }

    /// Puts a full block aside.
    #[cold]
    fn close(&self, dealer: &mut Dealer, part: usize) -> Result<()> {
        let bytes = self.block_bytes;
        let error = |e: std::io::Error| write_error(&e, &self.folder);
        let block = if self.room.fetch_sub(bytes as i64, Ordering::Relaxed) >= bytes as i64 {
            Block::Memory(std::mem::replace(&mut dealer.open[part], Vec::with_capacity(bytes)))
        } else {
            let file = match &dealer.file {
                Some(file) => file.clone(),
                None => dealer.file.insert(Arc::new(tempfile::tempfile_in(&self.folder).map_err(error)?)).clone(),
            };
            let at = dealer.written;
            write_at(&file, at, &dealer.open[part]).map_err(error)?;
            dealer.written += bytes as u64;
            dealer.open[part].clear();
            Block::Spilled { file, at, bytes }
        };
        self.lock().blocks[part].push(block);
        Ok(())
    }

    /// Ends dealing; every dealer was given back.
    #[must_use]
    pub fn finish(self) -> Partitions {
        let Dealt { mut blocks, idle } = self.dealt.into_inner().unwrap_or_else(PoisonError::into_inner);
        for dealer in idle {
            for (part, open) in dealer.open.into_iter().enumerate().filter(|(_, open)| !open.is_empty()) {
                blocks[part].push(Block::Memory(open));
            }
        }
        let blocks = blocks.into_iter().map(Mutex::new).collect();
        Partitions { bits: self.bits, keys: self.keys.into_inner(), folder: self.folder, blocks }
    }

    fn lock(&self) -> MutexGuard<'_, Dealt> {
        self.dealt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dealt keys, to be taken partition by partition.
pub struct Partitions {
    bits: u32,
    keys: u64,
    folder: PathBuf,
    blocks: Vec<Mutex<Vec<Block>>>,
}

impl Partitions {
    /// Keys in all.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Their bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.keys * KEY_BYTES as u64
    }

    /// Number of partitions, a power of two.
    #[must_use]
    pub fn count(&self) -> usize {
        self.blocks.len()
    }

    /// First bits of a place that say its partition.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The lowest place of partition `part`; `None` past the last.
    #[must_use]
    pub fn first_place(&self, part: usize) -> Option<u64> {
        (part < self.count()).then(|| (part as u64) << (u64::BITS - self.bits))
    }

    /// Gives the keys of partition `part` to `each`, in blocks and in no particular order, and lets go of them.
    ///
    /// # Errors
    /// When a temporary file cannot be read back.
    pub fn take(&self, part: usize, mut each: impl FnMut(&[u8])) -> Result<()> {
        let blocks = std::mem::take(&mut *self.blocks[part].lock().unwrap_or_else(PoisonError::into_inner));
        let mut buffer = Vec::new();
        for block in blocks {
            match block {
                Block::Memory(bytes) => each(&bytes),
                Block::Spilled { file, at, bytes } => {
                    buffer.resize(bytes, 0);
                    read_at(&file, at, &mut buffer).map_err(|e| write_error(&e, &self.folder))?;
                    each(&buffer);
                }
            }
        }
        Ok(())
    }

    /// Keys of partition `part` that [`Partitions::take`] will give.
    #[must_use]
    pub fn len(&self, part: usize) -> usize {
        let blocks = self.blocks[part].lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = |block: &Block| match block {
            Block::Memory(bytes) => bytes.len(),
            Block::Spilled { bytes, .. } => *bytes,
        };
        blocks.iter().map(bytes).sum::<usize>() / KEY_BYTES
    }
}

#[inline]
fn encode(key: &SortKey) -> [u8; KEY_BYTES] {
    let mut out = [0; KEY_BYTES];
    let known = u64::BITS - FIELD_BITS;
    let place = key.probe.place & ((1 << known) - 1) | u64::from(key.posting.field) << known;
    out[..8].copy_from_slice(&place.to_le_bytes());
    out[8..16].copy_from_slice(&key.probe.check.to_le_bytes());
    out[16..].copy_from_slice(&key.posting.record.to_le_bytes());
    out
}

/// A dealt key of the partition whose lowest place is `first_place`.
#[must_use]
#[inline]
pub fn decode(bytes: &[u8], first_place: u64) -> SortKey {
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or([0; 8]));
    let known = u64::BITS - FIELD_BITS;
    let (place, record) = (word(0), u32::from_le_bytes(bytes[16..20].try_into().unwrap_or([0; 4])));
    // The first four bits are those of the partition, whatever else of them it knows.
    let probe = Probe { place: place & ((1 << known) - 1) | first_place >> known << known, check: word(8) };
    SortKey { probe, posting: Posting { field: (place >> known) as u8, record } }
}
