//! A column of a batch to fingerprints: normalise all cells, pack the blocks, hash them together. The kind is looked up once per
//! column, and nothing is allocated per cell.

use super::{Block, Fingerprint, Hasher, Key, pack};
use crate::identify::form::Form;
use crate::identify::{Kind, Normaliser, Params, Shape, is_missing};
use crate::record::RowBatch;
use crate::with_normaliser;

/// Which rows of a batch are taken.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// Every row.
    All,
    /// These rows, ascending.
    Rows(&'a [u32]),
}

/// The fingerprints of one column of one batch. Reusable.
#[derive(Default)]
pub struct Column {
    blocks: Vec<Block>,
    canonical: Vec<u8>,
    derived: Vec<u8>,
    /// Rows that hold a value, ascending.
    pub rows: Vec<u32>,
    /// The fingerprint of each value, in the order of `rows`.
    pub fingerprints: Vec<Fingerprint>,
    /// How many of the values have the shape of their kind.
    pub plausible: usize,
}

impl Column {
    /// Fills this from column `column` of `batch`: the `form` of the canonical values of `kind` under `params`.
    #[allow(clippy::too_many_arguments)]
    pub fn fill(
        &mut self,
        batch: &RowBatch<'_>,
        column: usize,
        selection: Selection<'_>,
        kind: Kind,
        form: Form,
        params: &Params,
        key: &Key,
        hasher: &Hasher,
    ) {
        self.blocks.clear();
        self.rows.clear();
        self.fingerprints.clear();
        self.plausible = 0;
        with_normaliser!(kind, params, n => match selection {
            Selection::All => self.pack_rows(n, batch, column, 0..batch.len() as u32, form, key),
            Selection::Rows(rows) => self.pack_rows(n, batch, column, rows.iter().copied(), form, key),
        });
        hasher.fingerprints(&self.blocks, &mut self.fingerprints);
    }

    fn pack_rows<N: Normaliser>(
        &mut self,
        normaliser: &N,
        batch: &RowBatch<'_>,
        column: usize,
        rows: impl Iterator<Item = u32>,
        form: Form,
        key: &Key,
    ) {
        for row in rows {
            let Some(raw) = batch.cell(row as usize, column) else { continue };
            let canonical = if normaliser.is_canonical(raw) {
                self.plausible += 1;
                raw
            } else {
                if is_missing(raw) {
                    continue;
                }
                self.canonical.clear();
                let shape = normaliser.normalise(raw, &mut self.canonical);
                self.plausible += usize::from(shape == Shape::Plausible);
                &self.canonical
            };
            let value = if form == Form::Whole {
                canonical
            } else {
                self.derived.clear();
                form.derive(N::KIND, canonical, &mut self.derived);
                &self.derived
            };
            if value.is_empty() {
                continue;
            }
            self.blocks.push(pack(N::KIND, value, key));
            self.rows.push(row);
        }
    }
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Column({} values)", self.rows.len())
    }
}
