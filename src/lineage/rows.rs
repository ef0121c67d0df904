//! Rows of a batch to entries of a sample, a column at a time.
//!
//! For every batch: (1) the columns that rows are found by are normalised, packed and hashed, and each row sums up its identifiers' hashes; (2)
//! a row without any is hashed whole; (3) what some hash wants is little of a long dump: of this alone the keyed BLAKE3 is taken, and all cells of
//! its rows are hashed. The hash of step 1 is a few wide multiplications of the block's words, XORed with secret ones, whose halves are folded (the
//! step of wyhash and of XXH3 for short inputs): nothing of it leaves the process but which sixteenth of a power of two it lies in.

use super::columns::ColumnOf;
use super::sample::{Entry, RowSample};
use crate::fingerprint::{Block, Column, Fingerprint, Hasher, INLINE_BYTES, Key, SPEC_VERSION, Selection};
use crate::identify::form::Form;
use crate::identify::{Kind, Params, is_missing};
use crate::record::RowBatch;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

const SEED_CONTEXT: &str = "leaktrace 2026-11-23 dump fingerprint sample v1";
/// Bytes of a block before its canonical ones.
const PREFIX_BYTES: usize = 3;

/// Kinds of blocks that are no value's: a whole row, and a cell beside a value.
const ROW_TAG: u8 = 0xFE;
const CELL_TAG: u8 = 0xFD;

/// What rows are hashed under.
#[derive(Clone)]
pub struct Secret {
    words: [u64; WORDS],
    key: Key,
    hasher: Hasher,
}

/// Secret words: one for each of a block, one for the end, and one for rows.
const WORDS: usize = 12;

impl Secret {
    /// That of a key.
    #[must_use]
    pub fn new(key: &Key) -> Secret {
        let mut words = [0; WORDS];
        for (n, words) in words.chunks_exact_mut(4).enumerate() {
            let bytes = key.derive(SEED_CONTEXT, &[n as u8]);
            words.iter_mut().zip(bytes.chunks_exact(8)).for_each(|(word, bytes)| *word = word_at(bytes, 0));
        }
        Secret { words, hasher: Hasher::new(key), key: key.clone() }
    }

    /// The hash of a value; never 0. Of a short value, the words that are surely zero are left out: the block's first word holds its length.
    #[inline(always)]
    fn hash(&self, block: &Block) -> u64 {
        let two = |n: usize| fold(word_at(block, 8 * n) ^ self.words[n], word_at(block, 8 * n + 8) ^ self.words[n + 1]);
        // A digest's length byte is larger than any length.
        let length = usize::from(block[2]) + PREFIX_BYTES;
        let mut sum = two(0);
        if length > 16 {
            sum = sum.wrapping_add(two(2));
        }
        if length > 32 {
            sum = sum.wrapping_add(two(4)).wrapping_add(two(6));
        }
        fold(sum ^ self.words[8], MIX).max(1)
    }

    /// The hash of a sum of hashes; never 0.
    #[inline(always)]
    fn hash_sum(&self, sum: u64, salt: u64) -> u64 {
        fold(sum ^ self.words[9], MIX ^ salt << 32).max(1)
    }

    fn hash_bytes(&self, bytes: &[u8]) -> u64 {
        xxh3_64_with_seed(bytes, self.words[10]).max(1)
    }

    /// Appends the first eight bytes of each block's fingerprint.
    fn ids(&self, blocks: &[Block], out: &mut Vec<u64>) {
        let mut fingerprints = Vec::with_capacity(blocks.len());
        self.hasher.fingerprints(blocks, &mut fingerprints);
        out.extend(fingerprints.iter().map(Fingerprint::low_word));
    }

    /// The cells of an entry as its file holds them: bound to the entry's identifier, so that equal cells of different rows are not seen to be equal,
    /// and whoever lacks the key cannot tell a frequent name by how often it stands there.
    #[must_use]
    pub fn bind(&self, id: u64, cells: &[u16]) -> Vec<u16> {
        let blocks: Vec<Block> = cells.iter().map(|&cell| cell_block(id, cell)).collect();
        let mut bound = Vec::with_capacity(cells.len());
        self.ids(&blocks, &mut bound);
        cells.iter().zip(bound).map(|(&cell, bound)| if cell == 0 { 0 } else { short(bound) }).collect()
    }
}

/// An odd number without pattern (of the golden ratio).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The halves of a product, XORed.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

fn cell_block(id: u64, cell: u16) -> Block {
    let mut block = [0; 64];
    block[..PREFIX_BYTES].copy_from_slice(&[SPEC_VERSION, CELL_TAG, 10]);
    block[PREFIX_BYTES..11].copy_from_slice(&id.to_le_bytes());
    block[11..13].copy_from_slice(&cell.to_le_bytes());
    block
}

fn row_block(sum: u64) -> Block {
    let mut block = [0; 64];
    block[..PREFIX_BYTES].copy_from_slice(&[SPEC_VERSION, ROW_TAG, 8]);
    block[PREFIX_BYTES..11].copy_from_slice(&sum.to_le_bytes());
    block
}

/// A value that is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    row: u32,
    slot: u16,
    hash: u64,
    id: u64,
}

/// Makes entries of one table's rows. Reusable.
pub struct RowHasher {
    secret: Secret,
    columns: Arc<[ColumnOf]>,
    /// Number of the table's first slot: that of the row as a whole, before those of columns.
    first_slot: u16,
    /// Columns that rows are found by.
    slots: Vec<usize>,
    /// For each of these the hashes of its cells, 0 where one is missing.
    hashes: Vec<Vec<u64>>,
    /// Which of them were taken from somebody else's work.
    taken: Vec<bool>,
    /// Sum of each row's identifiers.
    rows: Vec<u64>,
    column: Column,
    /// What is wanted, and its block.
    wanted: Vec<Wanted>,
    blocks: Vec<Block>,
    ids: Vec<u64>,
    detailed: Vec<u32>,
    cells: Vec<u16>,
}

impl RowHasher {
    /// For a table with these columns, whose slots are numbered from `first_slot` on.
    #[must_use]
    pub fn new(secret: &Secret, columns: &Arc<[ColumnOf]>, first_slot: u16) -> RowHasher {
        let slots: Vec<usize> = (0..columns.len()).filter(|&c| columns[c].slot).collect();
        RowHasher {
            secret: secret.clone(),
            columns: columns.clone(),
            first_slot,
            hashes: vec![Vec::new(); slots.len()],
            taken: vec![false; slots.len()],
            slots,
            rows: Vec::new(),
            column: Column::default(),
            wanted: Vec::new(),
            blocks: Vec::new(),
            ids: Vec::new(),
            detailed: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// Adds the rows of a batch from row `first` on to `sample`; `source` is where they stand. Columns that were [taken](RowHasher::take) since
    /// [`RowHasher::begin`] are not packed again.
    pub fn add(&mut self, batch: &RowBatch<'_>, first: usize, source: u32, sample: &mut RowSample) {
        for slot in 0..self.slots.len() {
            if !std::mem::take(&mut self.taken[slot]) {
                self.hash_slot(batch, slot, first, sample.threshold());
            }
        }
        self.end(batch, first, source, sample);
    }

    /// Takes a column that somebody else has packed, if it is one that rows are found by, in the same way.
    pub fn take(&mut self, batch: &RowBatch<'_>, at: usize, kind: Kind, params: &Params, column: &Column, threshold: u64) {
        let Some(slot) = self.slots.iter().position(|&s| s == at) else { return };
        let own = &self.columns[at];
        if self.taken[slot] || own.kind != kind || !same_rule(kind, &own.params, params) {
            return;
        }
        self.taken[slot] = true;
        let short = |block: &Block| usize::from(block[2]) <= INLINE_BYTES;
        if column.blocks.iter().all(short) {
            return self.put(slot, &column.rows, &column.blocks, threshold);
        }
        // A long value is digested under the key, and theirs may be another.
        let mut blocks = column.blocks.clone();
        for (&row, block) in column.rows.iter().zip(&mut blocks).filter(|(_, block)| !short(block)) {
            self.column.clear();
            self.column.pack(batch, at, Selection::Rows(&[row]), kind, Form::Whole, params, &self.secret.key);
            self.column.blocks.first().into_iter().for_each(|own| *block = *own);
        }
        self.put(slot, &column.rows, &blocks, threshold);
    }

    /// Begins a batch of `rows` rows.
    pub fn begin(&mut self, rows: usize) {
        self.rows.clear();
        self.rows.resize(rows, 0);
        self.wanted.clear();
        self.blocks.clear();
        self.taken.fill(false);
        for hashes in &mut self.hashes {
            hashes.clear();
            hashes.resize(rows, 0);
        }
    }

    /// Packs and hashes one slot.
    fn hash_slot(&mut self, batch: &RowBatch<'_>, slot: usize, first: usize, threshold: u64) {
        let at = self.slots[slot];
        let ColumnOf { kind, params, .. } = &self.columns[at];
        let mut column = std::mem::take(&mut self.column);
        column.clear();
        column.pack(batch, at, Selection::Range(first as u32, batch.len() as u32), *kind, Form::Whole, params, &self.secret.key);
        self.put(slot, &column.rows, &column.blocks, threshold);
        self.column = column;
    }

    /// Hashes the values of one slot.
    fn put(&mut self, slot: usize, rows: &[u32], blocks: &[Block], threshold: u64) {
        let number = self.first_slot + 1 + slot as u16;
        let (secret, hashes, sums) = (&self.secret, &mut self.hashes[slot], &mut self.rows);
        let mut keep = |row: u32, block: &Block, hash: u64| {
            if hash < threshold {
                self.wanted.push(Wanted { row, slot: number, hash, id: 0 });
                self.blocks.push(*block);
            }
        };
        // Most columns have a value in every row.
        let first = rows.first().map_or(0, |&row| row as usize);
        if hashes.len() - first == rows.len() {
            for ((&row, block), (kept, sum)) in rows.iter().zip(blocks).zip(hashes[first..].iter_mut().zip(&mut sums[first..])) {
                let hash = secret.hash(block);
                (*kept, *sum) = (hash, sum.wrapping_add(hash));
                keep(row, block, hash);
            }
            return;
        }
        for (&row, block) in rows.iter().zip(blocks) {
            let hash = secret.hash(block);
            let at = row as usize;
            (hashes[at], sums[at]) = (hash, sums[at].wrapping_add(hash));
            keep(row, block, hash);
        }
    }

    fn end(&mut self, batch: &RowBatch<'_>, first: usize, source: u32, sample: &mut RowSample) {
        for row in first..batch.len() {
            let sum = match self.rows[row] {
                0 => self.whole(batch, row),
                sum => self.secret.hash_sum(sum, 0),
            };
            self.rows[row] = sum;
            if sum < sample.threshold() && sum != 0 {
                self.wanted.push(Wanted { row: row as u32, slot: self.first_slot, hash: sum, id: 0 });
                self.blocks.push(row_block(sum));
            }
        }
        if self.wanted.is_empty() {
            return;
        }
        self.ids.clear();
        self.secret.ids(&self.blocks, &mut self.ids);
        self.wanted.iter_mut().zip(&self.ids).for_each(|(wanted, &id)| wanted.id = id);
        self.wanted.sort_unstable();
        self.hash_cells(batch, sample.detail());
        let (mut at, width) = (0, self.columns.len());
        for &Wanted { row, slot, hash, id } in &self.wanted {
            while at < self.detailed.len() && self.detailed[at] < row {
                at += 1;
            }
            let cells = (hash < sample.detail()).then(|| self.cells[at * width..][..width].into());
            let first = (source, batch.offset(row as usize));
            sample.push(Entry { hash, id, row: self.rows[row as usize], slot, first, cells });
        }
    }

    /// A row that has no identifier: all its cells; 0 where it has none at all.
    fn whole(&self, batch: &RowBatch<'_>, row: usize) -> u64 {
        let mut sum = 0u64;
        let mut canonical = Vec::new();
        for (n, cell) in batch.cells(row).enumerate() {
            if is_missing(cell) {
                continue;
            }
            canonical.clear();
            match self.columns.get(n) {
                Some(ColumnOf { kind, params, .. }) => {
                    canonical = crate::identify::canonical(*kind, params, cell).0;
                }
                None => canonical.extend_from_slice(cell.trim_ascii()),
            }
            // Wherever it stands: columns may be in another order.
            sum = sum.wrapping_add(self.secret.hash_bytes(&canonical));
        }
        if sum == 0 { 0 } else { self.secret.hash_sum(sum, 1) }
    }

    /// Sixteen bits of each cell of the rows that are kept with them.
    fn hash_cells(&mut self, batch: &RowBatch<'_>, detail: u64) {
        self.detailed.clear();
        self.detailed.extend(self.wanted.iter().filter(|w| w.hash < detail).map(|w| w.row));
        self.detailed.dedup();
        let width = self.columns.len();
        self.cells.clear();
        self.cells.resize(self.detailed.len() * width, 0);
        for (slot, &column) in self.slots.iter().enumerate() {
            for (n, &row) in self.detailed.iter().enumerate() {
                self.cells[n * width + column] = short(self.hashes[slot][row as usize]);
            }
        }
        for (n, ColumnOf { kind, params, .. }) in self.columns.iter().enumerate() {
            if self.slots.contains(&n) {
                continue;
            }
            self.column.clear();
            self.column.pack(batch, n, Selection::Rows(&self.detailed), *kind, Form::Whole, params, &self.secret.key);
            let mut at = 0;
            for (&row, block) in self.column.rows.iter().zip(&self.column.blocks) {
                while self.detailed[at] != row {
                    at += 1;
                }
                self.cells[at * width + n] = short(self.secret.hash(block));
            }
        }
    }
}

/// Whether two sets of parameters make the same of values of a kind.
fn same_rule(kind: Kind, a: &Params, b: &Params) -> bool {
    match kind {
        Kind::Phone => a.region == b.region,
        Kind::Date => a.date_order == b.date_order,
        _ => true,
    }
}

/// Sixteen bits of a hash, 0 for that of a missing value alone.
fn short(hash: u64) -> u16 {
    if hash == 0 { 0 } else { (hash as u16).max(1) }
}
