//! What is done with each column of an input: searched as these kinds in these indexes, compared as these attributes.

use crate::identify::form::Form;
use crate::identify::{Kind, Params};
use serde::{Deserialize, Serialize};

/// Tasks of one input; which values a row has is kept in 64 bits.
pub const MAX_TASKS: usize = 64;

/// A column searched as one kind under one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The index.
    pub index: usize,
    /// The field that the column is taken to be, 1-based; 0 while that is not clear. Only a column that is taken to be a field
    /// can disagree with it.
    pub field: u8,
    /// What guessing would hit.
    pub guess: Guess,
}

/// How often values of a sample hit an index, and decoys made of them: the beginning of each with the last four characters of the one before. All
/// zero where that was not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// Values of the sample.
    pub values: u64,
    /// Of these, hits.
    pub hits: u64,
    /// Decoys.
    pub decoys: u64,
    /// Of these, hits.
    pub decoy_hits: u64,
}

impl Guess {
    /// Share of the values that hit.
    #[must_use]
    pub fn found(&self) -> f64 {
        self.hits as f64 / self.values.max(1) as f64
    }

    /// Share of the decoys that hit.
    #[must_use]
    pub fn by_guessing(&self) -> f64 {
        self.decoy_hits as f64 / self.decoys.max(1) as f64
    }

    /// Share of the values that are genuine, below 0 where decoys hit more often than values.
    #[must_use]
    pub fn genuine(&self) -> f64 {
        beyond(self.found(), self.by_guessing())
    }

    /// The same at least, at 95%: both shares at the ends of their intervals that are nearest to each other (Agresti and Coull 1998).
    #[must_use]
    pub fn genuine_at_least(&self) -> f64 {
        let end = |hits: u64, of: u64, sign: f64| {
            let n = of as f64 + 4.0;
            let share = (hits as f64 + 2.0) / n;
            (share + sign * 2.0 * libm::sqrt(share * (1.0 - share) / n)).clamp(0.0, 1.0)
        };
        beyond(end(self.hits, self.values, -1.0), end(self.decoy_hits, self.decoys, 1.0)).max(0.0)
    }
}

/// What of a share is beyond that of chance.
fn beyond(share: f64, by_chance: f64) -> f64 {
    (share - by_chance) / (1.0 - by_chance).max(1e-9)
}

/// A column compared as an attribute, for the rows that found a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Searches, by column.
    pub tasks: Vec<Task>,
    /// Comparisons, by column.
    pub attributes: Vec<AttributeTask>,
    /// Cell width of a usual row.
    pub columns: usize,
}
