//! The digests of a column's values, as fingerprints: of each value every spelling, under every algorithm that the schema asks for.
//!
//! The canonical value is the digest's bytes, and each algorithm has a kind tag of its own, so that a key is found by a cell that holds this digest and by
//! nothing else. Its posting is that of the value: field and record.

use crate::fingerprint::{Block, Fingerprint, Hasher, Key, pack};
use crate::identify::digest::Algorithm;
use crate::identify::spellings::Spellings;
use crate::identify::{Kind, Normaliser, Params};
use crate::record::RowBatch;
use crate::with_normaliser;

/// The digests of one column of one batch. Reusable.
#[derive(Default)]
pub struct Digests {
    canonical: Vec<u8>,
    spellings: Spellings,
    blocks: Vec<Block>,
    /// Row of each digest, ascending.
    pub rows: Vec<u32>,
    /// The fingerprint of each digest, in the order of `rows`.
    pub fingerprints: Vec<Fingerprint>,
}

impl Digests {
    /// Fills this from `rows` of column `column` of `batch`, whose values are of `kind` under `params`.
    #[allow(clippy::too_many_arguments)]
    pub fn fill(
        &mut self,
        batch: &RowBatch<'_>,
        column: usize,
        rows: &[u32],
        (kind, params): (Kind, &Params),
        algorithms: &[Algorithm],
        key: &Key,
        hasher: &Hasher,
    ) {
        self.blocks.clear();
        self.rows.clear();
        self.fingerprints.clear();
        if algorithms.is_empty() {
            return;
        }
        let mut room = [0; 64];
        for &row in rows {
            let Some(raw) = batch.cell(row as usize, column) else { continue };
            self.canonical.clear();
            with_normaliser!(kind, params, n => _ = n.normalise(raw, &mut self.canonical));
            self.spellings.fill(kind, raw, &self.canonical);
            for spelling in self.spellings.iter() {
                for algorithm in algorithms {
                    self.blocks.push(pack(algorithm.kind(), algorithm.digest(spelling, &mut room), key));
                    self.rows.push(row);
                }
            }
        }
        hasher.fingerprints(&self.blocks, &mut self.fingerprints);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    #[test]
    fn each_spelling_under_each_algorithm() {
        let mut batch = RowBatch::new();
        batch.begin(&[], 0);
        for cell in ["Budi@Example.com", "NULL", "siti@example.com"] {
            batch.push_owned(cell.as_bytes());
            batch.end_row(0);
        }
        let key = Key::from_bytes([7; 32]);
        let hasher = Hasher::new(&key);
        let mut digests = Digests::default();
        let algorithms = [Algorithm::Md5, Algorithm::Sha512];
        digests.fill(&batch, 0, &[0, 1, 2], (Kind::Email, &Params::default()), &algorithms, &key, &hasher);
        assert_eq!(digests.rows, [0, 0, 0, 0, 2, 2]);
        let mut want = Vec::new();
        for text in ["budi@example.com", "Budi@Example.com", "siti@example.com"] {
            want.push(hasher.fingerprint(&pack(Kind::Md5, &md5::Md5::digest(text), &key)));
            want.push(hasher.fingerprint(&pack(Kind::Sha512, &sha2::Sha512::digest(text), &key)));
        }
        assert!(digests.fingerprints == want);
        digests.fill(&batch, 0, &[0], (Kind::Email, &Params::default()), &[], &key, &hasher);
        assert!(digests.rows.is_empty() && digests.fingerprints.is_empty());
    }
}
