//! What the values of a masked column show of one form, as fingerprints: equal to those of the same form in an index.

use super::{Column, Hasher, Key, pack};
use crate::identify::form::Form;
use crate::identify::{Kind, Params, mask};
use crate::record::RowBatch;

impl Column {
    /// Fills this from `rows`, ascending, of column `column` of `batch`: what its values, masked or whole, show of `form`.
    #[allow(clippy::too_many_arguments)]
    pub fn fill_shown(
        &mut self,
        batch: &RowBatch<'_>,
        column: usize,
        rows: &[u32],
        kind: Kind,
        form: Form,
        params: &Params,
        key: &Key,
        hasher: &Hasher,
    ) {
        self.clear();
        let mut part = Vec::new();
        for &row in rows {
            let Some(raw) = batch.cell(row as usize, column) else { continue };
            part.clear();
            mask::shown(kind, params, form, raw, &mut part);
            if !part.is_empty() {
                self.blocks.push(pack(kind, &part, key));
                self.rows.push(row);
            }
        }
        self.fingerprints.clear();
        hasher.fingerprints(&self.blocks, &mut self.fingerprints);
    }
}
