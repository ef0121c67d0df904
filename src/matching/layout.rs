//! What is done with each column of an input: searched as these kinds in these indexes, compared as these attributes.

use crate::identify::form::Form;
use crate::identify::{Kind, Params};

/// Tasks of one input; which values a row has is kept in 64 bits.
pub const MAX_TASKS: usize = 64;

/// A column searched as one kind under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Column, 0-based.
    pub column: usize,
    /// What its values are taken for.
    pub kind: Kind,
    /// Parameters of the kind's normaliser.
    pub params: Params,
    /// Key that its values are hashed under.
    pub key: usize,
    /// Indexes that are asked.
    pub targets: Vec<Target>,
    /// The first task of its column under the first key: gives the column's part of the row's key.
    pub primary: bool,
    /// Whether the values have the kind's shape, or matching alone speaks for it.
    pub recognised: bool,
}

/// An index that a task asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The index.
    pub index: usize,
    /// The field that the column is taken to be, 1-based; 0 while that is not clear. Only a column that is taken to be a field
    /// can disagree with it.
    pub field: u8,
}

/// A column compared as an attribute, for the rows that found a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeTask {
    /// Column, 0-based.
    pub column: usize,
    /// What its values are taken for.
    pub kind: Kind,
    /// Parameters of the kind's normaliser.
    pub params: Params,
    /// Which part of the value.
    pub form: Form,
    /// The values are masked: what they show of the form is compared, and one with all other forms of the same column and field.
    pub masked: bool,
    /// Key that its values are hashed under.
    pub key: usize,
    /// Indexes and their attribute forms that it is compared with.
    pub uses: Vec<(usize, usize)>,
}

/// All tasks of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Searches, by column.
    pub tasks: Vec<Task>,
    /// Comparisons, by column.
    pub attributes: Vec<AttributeTask>,
    /// Cell width of a usual row.
    pub columns: usize,
}
