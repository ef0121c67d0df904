//! A column of a batch to blocks and fingerprints. The kind is looked up once a column and nothing is allocated for a cell.
//!
//! A cell goes one of two ways. Most are short and canonical, or nearly so (a phone number without its country code, a place with capitals):
//! [`Normaliser::quick`] says so by a few masks over 64 bytes at once, and the block is written by one edit. Any other cell is normalised by the
//! kind's full rule and packed.

use super::block::{PREFIX_BYTES, prefix};
use super::{Block, Fingerprint, Hasher, INLINE_BYTES, Key, pack};
use crate::identify::form::Form;
use crate::identify::{Kind, Normaliser, Params, Shape, is_missing};
use crate::lanes::{BLOCK, Lanes, Work, dispatch};
use crate::record::RowBatch;
use crate::with_normaliser;

/// Which rows of a batch are taken.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// Every row.
    All,
    /// Those from the first number to before the second.
    Range(u32, u32),
    /// These rows, ascending.
    Rows(&'a [u32]),
}

/// The fingerprints of one column of one batch. Reusable.
#[derive(Default)]
pub struct Column {
    canonical: Vec<u8>,
    derived: Vec<u8>,
    /// The block of each value, in the order of `rows`.
    pub blocks: Vec<Block>,
    /// Rows that hold a value, ascending.
    pub rows: Vec<u32>,
    /// The fingerprint of each value, in the order of `rows`; after [`Column::fill`].
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
        self.clear();
        self.pack(batch, column, selection, kind, form, params, key);
        self.fingerprints.clear();
        hasher.fingerprints(&self.blocks, &mut self.fingerprints);
    }

    /// Empties this.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.rows.clear();
        self.plausible = 0;
    }

    /// The blocks alone, without fingerprints, behind those that are there.
    #[allow(clippy::too_many_arguments)]
    pub fn pack(
        &mut self,
        batch: &RowBatch<'_>,
        column: usize,
        selection: Selection<'_>,
        kind: Kind,
        form: Form,
        params: &Params,
        key: &Key,
    ) {
        with_normaliser!(kind, params, n => dispatch(Pack { column: self, normaliser: n, batch, at: column, selection, form, key }));
    }
}

/// One call of [`Column::pack`].
struct Pack<'a, 't, N> {
    column: &'a mut Column,
    normaliser: &'a N,
    batch: &'a RowBatch<'t>,
    at: usize,
    selection: Selection<'a>,
    form: Form,
    key: &'a Key,
}

impl<N: Normaliser> Work for Pack<'_, '_, N> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self) {
        match self.selection {
            Selection::All => self.rows::<L>(0..self.batch.len() as u32),
            Selection::Range(from, to) => self.rows::<L>(from..to),
            Selection::Rows(rows) => self.rows::<L>(rows.iter().copied()),
        }
    }
}

impl<N: Normaliser> Pack<'_, '_, N> {
    #[inline(always)]
    fn rows<L: Lanes>(&mut self, rows: impl ExactSizeIterator<Item = u32>) {
        self.column.rows.reserve(rows.len());
        self.column.blocks.reserve(rows.len());
        let whole = self.form == Form::Whole;
        let cells = self.batch.column(self.at);
        let mut plausible = 0;
        let mut room = [0; BLOCK];
        for row in rows {
            let Some((raw, value)) = cells.get(row as usize, &mut room) else { continue };
            if whole
                && (1..=INLINE_BYTES).contains(&raw.len())
                && let Some(rewrite) = self.normaliser.quick::<L>(value, raw.len() as u32)
                && rewrite.length(raw.len() as u32) as usize <= INLINE_BYTES
            {
                let len = raw.len() as u32;
                let prefix = prefix(N::KIND, rewrite.length(len) as u8);
                plausible += 1;
                self.column.rows.push(row);
                self.column.blocks.push(L::edit(value, rewrite.edit(len, prefix, PREFIX_BYTES)));
            } else {
                self.slow(row, raw);
            }
        }
        self.column.plausible += plausible;
    }

    /// A value by the kind's full rule.
    #[inline(never)]
    fn slow(&mut self, row: u32, raw: &[u8]) {
        let Column { canonical, derived, blocks, rows, plausible, .. } = &mut *self.column;
        let value = if self.normaliser.is_canonical(raw) {
            *plausible += 1;
            raw
        } else {
            if is_missing(raw) {
                return;
            }
            canonical.clear();
            let shape = self.normaliser.normalise(raw, canonical);
            *plausible += usize::from(shape == Shape::Plausible);
            canonical
        };
        let value = if self.form == Form::Whole {
            value
        } else {
            derived.clear();
            self.form.derive(N::KIND, value, derived);
            derived
        };
        if !value.is_empty() {
            blocks.push(pack(N::KIND, value, self.key));
            rows.push(row);
        }
    }
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Column({} values)", self.rows.len())
    }
}
