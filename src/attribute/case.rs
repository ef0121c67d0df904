//! What is judged, as plain data: rows that hit records, and what the loaded indexes say about each other. `gather` takes it out
//! of tallies and indexes; worlds that are made in memory give the same.

use super::patterns::Institutions;
use crate::index::records::Day;
use crate::matching::{Comparison, Concepts};

/// A record that a row was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What row and record have in common.
    pub comparison: Comparison,
    /// Day on which the record was made, where the index knows.
    pub created: Option<Day>,
    /// Day of its last change.
    pub updated: Option<Day>,
}

/// The creation days of an institution's records, from the index that knows best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// That index.
    pub index: usize,
    /// How many records it has.
    pub records: u64,
    /// Days of a uniform sample of them, ascending.
    pub days: Vec<Day>,
}

/// Everything that a judgement rests on.
#[derive(Clone, Debug)]
pub struct Case {
    /// Who is asked about.
    pub institutions: Institutions,
    /// What fields mean.
    pub concepts: Concepts,
    /// A uniform sample of the distinct rows that hit a record: for each row, at most one hit an index.
    pub rows: Vec<Vec<Hit>>,
    /// Input and byte offset of each of them; empty where rows have no place.
    pub places: Vec<(u32, u64)>,
    /// For each index, its records.
    pub records: Vec<u64>,
    /// Distinct rows of the dump.
    pub rows_distinct: f64,
    /// Of these, rows with a value that could be looked up, in a column whose values were found at all. The others say nothing.
    pub rows_searched: f64,
    /// Distinct rows with hits.
    pub rows_hit: f64,
    /// For each institution, distinct canaries in the dump.
    pub canaries: Vec<u64>,
    /// For each institution, when its records were made; `None` where it does not say.
    pub calendars: Vec<Option<Calendar>>,
    /// `coincidence[institution][concept]`: chance that two different people agree; `None` where the institution's records do not say.
    pub coincidence: Vec<Vec<Option<f64>>>,
    /// For each institution, a sample of its own records as rows against the others' indexes; `None` where they cannot be compared.
    pub panel: Option<Vec<Vec<Vec<Comparison>>>>,
}
