//! A row's content as a 64-bit key, so that equal rows count once: the sum of one word per cell, so that columns can be added in any order.
//!
//! A cell that was hashed gives a word of its fingerprint, so that two spellings of a value are one content. Any other cell gives a hash of its
//! bytes without white space round them: up to sixteen bytes by one wide multiplication of the cell, XORed with two secret words of its
//! column, whose halves are folded (the step of wyhash and of XXH3 for short inputs); longer ones by XXH3.

use super::layout::Layout;
use crate::fingerprint::Fingerprint;
use crate::lanes::{BLOCK, Lanes, Work, dispatch, low_bits};
use crate::record::{ColumnCells, RowBatch};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Bytes of a cell that one multiplication takes.
const SHORT: usize = 16;

/// The keys of a batch's rows. Reusable.
pub(super) struct RowKeys {
    keys: Vec<u64>,
    seed: u64,
    /// The task whose fingerprints stand for each column, by column.
    covered: Vec<Option<usize>>,
}

impl RowKeys {
    /// Keys under a secret seed, for rows of this layout.
    pub fn new(seed: u64, layout: &Layout) -> RowKeys {
        let columns = layout.tasks.iter().map(|t| t.column + 1).max().unwrap_or(0).max(layout.columns);
        let mut covered = vec![None; columns];
        for (number, task) in layout.tasks.iter().enumerate().filter(|(_, t)| t.primary) {
            covered[task.column] = Some(number);
        }
        RowKeys { keys: Vec::new(), seed, covered }
    }

    /// Begins a batch of `rows` rows.
    pub fn begin(&mut self, rows: usize) {
        self.keys.clear();
        self.keys.resize(rows, self.seed);
    }

    /// The keys.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// Adds the fingerprints of a column's values; `rows` begins with their rows.
    #[inline]
    pub fn add_fingerprints(&mut self, column: usize, rows: &[u32], fingerprints: &[Fingerprint]) {
        // Fingerprints are uniformly distributed: an odd factor a column keeps columns apart.
        let factor = 2 * column as u64 + 1;
        for (&row, fingerprint) in rows.iter().zip(fingerprints) {
            let key = &mut self.keys[row as usize];
            *key = key.wrapping_add(fingerprint.low_word().wrapping_mul(factor));
        }
    }

    /// Adds the cells for which no fingerprint stands: those of other columns, and those that their task took for missing, which still tell
    /// rows apart. `values` says which tasks have a value in each row.
    pub fn add_other_cells(&mut self, batch: &RowBatch<'_>, values: &[u64]) {
        dispatch(OtherCells { keys: self, batch, values });
    }
}

/// One call of [`RowKeys::add_other_cells`]; compiled for each instruction set, since shifts and wide multiplications differ.
struct OtherCells<'a, 't> {
    keys: &'a mut RowKeys,
    batch: &'a RowBatch<'t>,
    values: &'a [u64],
}

impl Work for OtherCells<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let OtherCells { keys: RowKeys { keys, seed, covered }, batch, values } = self;
        let mut room = [0; BLOCK];
        for (column, covered) in covered.iter().enumerate() {
            let (secrets, cells) = (secrets(*seed, column), batch.column(column));
            match *covered {
                None => {
                    for (row, key) in keys.iter_mut().enumerate() {
                        *key = key.wrapping_add(word(&cells, row, secrets, &mut room));
                    }
                }
                Some(task) => {
                    for ((row, key), values) in keys.iter_mut().enumerate().zip(values) {
                        if values >> task & 1 == 0 {
                            *key = key.wrapping_add(word(&cells, row, secrets, &mut room));
                        }
                    }
                }
            }
        }
        for (row, key) in keys.iter_mut().enumerate() {
            for column in covered.len()..batch.width(row) {
                *key = key.wrapping_add(word(&batch.column(column), row, secrets(*seed, column), &mut room));
            }
        }
    }
}

/// Two words that nobody knows, for one column.
#[inline]
fn secrets(seed: u64, column: usize) -> (u64, u64) {
    let mix = |n: u64| {
        let x = seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let x = (x ^ x >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let x = (x ^ x >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        x ^ x >> 32
    };
    (mix(2 * column as u64 + 1), mix(2 * column as u64 + 2))
}

/// The word of one cell; 0 where there is nothing in it.
#[inline(always)]
fn word(cells: &ColumnCells<'_>, row: usize, secrets: (u64, u64), room: &mut [u8; BLOCK]) -> u64 {
    let Some((cell, block)) = cells.get(row, room) else { return 0 };
    match cell {
        [] => 0,
        [first, .., last] if *first > b' ' && *last > b' ' && cell.len() <= SHORT => short(block, cell.len(), secrets),
        _ => any(cell, secrets),
    }
}

/// The word of a cell with white space round it, or a long one.
#[inline(never)]
fn any(cell: &[u8], secrets: (u64, u64)) -> u64 {
    let cell = cell.trim_ascii();
    if cell.is_empty() {
        return 0;
    }
    if cell.len() > SHORT {
        return xxh3_64_with_seed(cell, secrets.0);
    }
    let mut block = [0; BLOCK];
    block[..cell.len()].copy_from_slice(cell);
    short(&block, cell.len(), secrets)
}

/// The word of the first `len` bytes of `block`, 1 to 16.
#[inline(always)]
fn short(block: &[u8; BLOCK], len: usize, secrets: (u64, u64)) -> u64 {
    let bits = 8 * len as u32;
    let at = |from: usize| block[from..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (low, high) = (at(0) & low_bits(bits), at(8) & low_bits(bits.saturating_sub(64)));
    // The length keeps a cell apart from one with zero bytes behind it.
    let product = u128::from(low ^ secrets.0) * u128::from(high ^ secrets.1 ^ (len as u64) << 56);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn batch<'t>(text: &'t [u8], cells: &[&[u8]]) -> RowBatch<'t> {
        let mut batch = RowBatch::new();
        batch.begin(text, 0);
        cells.iter().for_each(|c| batch.push_owned(c));
        batch.end_row(0);
        batch
    }

    fn key(cells: &[&[u8]]) -> u64 {
        let mut keys = RowKeys::new(7, &Layout { columns: 3, ..Layout::default() });
        keys.begin(1);
        keys.add_other_cells(&batch(b"", cells), &[0]);
        keys.keys()[0]
    }

    proptest! {
        #[test]
        fn rows_are_one_only_when_their_trimmed_cells_are(
            a in proptest::collection::vec("[ab\\x00 ]{0,20}", 1..5),
            b in proptest::collection::vec("[ab\\x00 ]{0,20}", 1..5),
        ) {
            let content = |row: &[String]| {
                let mut cells: Vec<Vec<u8>> = row.iter().map(|c| c.as_bytes().trim_ascii().to_vec()).collect();
                // A cell that is not there and an empty one are one.
                while cells.last().is_some_and(Vec::is_empty) { cells.pop(); }
                cells
            };
            let bytes = |row: &[String]| key(&row.iter().map(String::as_bytes).collect::<Vec<_>>());
            prop_assert_eq!(bytes(&a) == bytes(&b), content(&a) == content(&b));
            let padded: Vec<String> = a.iter().map(|c| format!(" {c}\t")).collect();
            prop_assert_eq!(bytes(&a), bytes(&padded));
        }
    }

    #[test]
    fn where_a_cell_stands_matters() {
        assert_ne!(key(&[b"a", b"b"]), key(&[b"b", b"a"]));
        assert_ne!(key(&[b"a"]), key(&[b"a\0"]));
        assert_eq!(key(&[b"a"]), key(&[b"a", b"", b" "]));
    }
}
