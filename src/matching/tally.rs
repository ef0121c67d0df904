//! What a part of a dump adds up to. Parts are merged in file order, but nothing here depends on how the file was cut.

use super::concepts::Comparison;
use super::exposed::{self, Exposed};
use super::layout::Layout;
use super::sample::{BottomK, Sample};
use super::strip::{HitsOfPart, Strips};
use crate::index::open::LookupCounts;
use crate::ledger::Ledger;
use crate::limits::{ATTRIBUTE_FORMS, SEARCHABLE_FIELDS};
use crate::packed::{self, Ascending};
use serde::{Deserialize, Serialize};

/// Distinct rows kept for counting them: the standard error of the estimate above that is 0.3%.
pub const DISTINCT_ROWS: usize = 100_000;
/// Distinct rows with hits kept with what they agree on.
pub const HIT_ROWS: usize = 50_000;

/// What was found in one index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexTally {
    /// Rows with a hit.
    pub rows_hit: u64,
    /// Rows of which two fields agree with the same record.
    pub rows_corroborated: u64,
    /// Rows that fit several records equally well.
    pub rows_ambiguous: u64,
    /// Rows whose record is planted.
    pub rows_canary: u64,
    /// Values that too many records share to be evidence.
    pub common_values: u64,
    /// Rows that hit each field; entry 0 is field 1.
    pub field_hits: [u64; SEARCHABLE_FIELDS],
    /// What lookups have cost.
    pub lookups: LookupCounts,
    /// Records that a row of this part was matched to, with repeats.
    #[serde(skip)]
    pub records: Vec<u32>,
    /// For each of these what of it the row shows, where that is asked for.
    #[serde(skip)]
    pub shown: Vec<exposed::Shown>,
    /// Rows with a hit, by their number within the part.
    #[serde(skip)]
    pub places: HitsOfPart,
}

/// What was found in one column as one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTally {
    /// Values.
    pub values: u64,
    /// Of these, with the shape of the kind.
    pub plausible: u64,
    /// For each target, values that hit each field.
    pub hits: Vec<[u64; SEARCHABLE_FIELDS]>,
}

/// How often one column agreed with one attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeTally {
    /// For each use, rows that agreed and rows that were compared.
    pub uses: Vec<(u64, u64)>,
}

/// What a row was searched for: the tasks of its table for which it has a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// The table.
    pub table: u32,
    /// Tasks, as a set.
    pub tasks: u64,
}

/// The tallies of a part of one table.
#[derive(Clone)]
pub struct Tally {
    /// The table.
    pub table: usize,
    /// The source that it is a part of.
    pub source: u32,
    /// Rows read.
    pub rows: u64,
    /// By index.
    pub indexes: Vec<IndexTally>,
    /// By task of the table's layout.
    pub tasks: Vec<TaskTally>,
    /// By attribute task of the table's layout.
    pub attributes: Vec<AttributeTally>,
    /// Distinct rows, and what each was searched for.
    pub distinct: BottomK<Searched>,
    /// Distinct rows with hits, and what they agree on.
    pub hit_rows: BottomK<Vec<Comparison>>,
}

impl Tally {
    /// An empty tally for a part of table number `table`, which source number `source` holds.
    #[must_use]
    pub fn new(
        table: usize,
        source: u32,
        layout: &Layout,
        indexes: usize,
        distinct: BottomK<Searched>,
        hit_rows: BottomK<Vec<Comparison>>,
    ) -> Tally {
        Tally {
            table,
            source,
            rows: 0,
            indexes: vec![IndexTally::default(); indexes],
            tasks: layout
                .tasks
                .iter()
                .map(|t| TaskTally { hits: vec![[0; SEARCHABLE_FIELDS]; t.targets.len()], ..TaskTally::default() })
                .collect(),
            attributes: layout.attributes.iter().map(|a| AttributeTally { uses: vec![(0, 0); a.uses.len()] }).collect(),
            distinct,
            hit_rows,
        }
    }
}

impl IndexTally {
    /// Adds another part's counts; its records are left to the caller.
    pub fn add(&mut self, other: &IndexTally) {
        self.rows_hit += other.rows_hit;
        self.rows_corroborated += other.rows_corroborated;
        self.rows_ambiguous += other.rows_ambiguous;
        self.rows_canary += other.rows_canary;
        self.common_values += other.common_values;
        self.field_hits.iter_mut().zip(other.field_hits).for_each(|(a, b)| *a += b);
        self.lookups.add(other.lookups);
    }
}

impl TaskTally {
    /// Adds another part's counts.
    pub fn add(&mut self, other: &TaskTally) {
        self.values += other.values;
        self.plausible += other.plausible;
        for (mine, theirs) in self.hits.iter_mut().zip(&other.hits) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
    }
}

impl AttributeTally {
    /// Adds another part's counts.
    pub fn add(&mut self, other: &AttributeTally) {
        for (mine, theirs) in self.uses.iter_mut().zip(&other.uses) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
    }
}

/// Which records of an index were matched.
#[derive(Clone, Debug)]
pub struct RecordSet {
    words: Vec<u64>,
}

impl RecordSet {
    /// An empty set over `records` records.
    #[must_use]
    pub fn new(records: u64) -> RecordSet {
        RecordSet { words: vec![0; records.div_ceil(64) as usize] }
    }

    /// Adds a record; one outside of the set's range is ignored.
    pub fn insert(&mut self, record: u32) {
        if let Some(word) = self.words.get_mut(record as usize / 64) {
            *word |= 1 << (record % 64);
        }
    }

    /// Records in the set.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Records in each run of `words` × 64 records.
    #[must_use]
    pub fn counts(&self, words: u64) -> Vec<u64> {
        self.words.chunks(words.max(1) as usize).map(|run| run.iter().map(|w| u64::from(w.count_ones())).sum()).collect()
    }

    /// The set in few bytes.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut set = Ascending::default();
        for (n, &word) in self.words.iter().enumerate() {
            let mut left = word;
            while left != 0 {
                set.push(64 * n as u64 + u64::from(left.trailing_zeros()));
                left &= left - 1;
            }
        }
        set.finish()
    }

    /// Adds a packed set; `None` where it is damaged.
    pub fn unite(&mut self, packed: &[u8]) -> Option<()> {
        packed::each(packed, |record| self.insert(u32::try_from(record).unwrap_or(u32::MAX)))
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&w| w == 0)
    }
}

/// The merged tallies of a scan.
pub struct Merged {
    /// Rows read.
    pub rows: u64,
    /// The account of all bytes, once all are read.
    pub ledger: Ledger,
    /// By table, rows read.
    pub table_rows: Vec<u64>,
    /// By index.
    pub indexes: Vec<IndexTally>,
    /// By index, the records matched.
    pub records: Vec<RecordSet>,
    /// By index, what of each record the dump shows, where that is asked for.
    pub exposed: Vec<Exposed>,
    /// Where the rows with hits lie.
    pub strips: Strips,
    /// By table and task.
    pub tasks: Vec<Vec<TaskTally>>,
    /// By table and attribute task.
    pub attributes: Vec<Vec<AttributeTally>>,
    /// Distinct rows, and what each was searched for.
    pub distinct: BottomK<Searched>,
    /// Distinct rows with hits.
    pub hit_rows: BottomK<Vec<Comparison>>,
}

impl Merged {
    /// Nothing yet, for indexes with these numbers of records.
    #[must_use]
    pub fn new(records: impl IntoIterator<Item = u64>) -> Merged {
        let records: Vec<RecordSet> = records.into_iter().map(RecordSet::new).collect();
        Merged {
            rows: 0,
            ledger: Ledger::default(),
            table_rows: Vec::new(),
            indexes: vec![IndexTally::default(); records.len()],
            strips: Strips::new(records.len()),
            exposed: Vec::new(),
            records,
            tasks: Vec::new(),
            attributes: Vec::new(),
            distinct: BottomK::new(DISTINCT_ROWS),
            hit_rows: BottomK::new(HIT_ROWS),
        }
    }

    /// Makes room for one more table.
    pub fn begin(&mut self, layout: &Layout) {
        let empty = Tally::new(0, 0, layout, 0, BottomK::new(1), BottomK::new(1));
        self.table_rows.push(0);
        self.tasks.push(empty.tasks);
        self.attributes.push(empty.attributes);
    }

    /// Takes the samples out, finished.
    #[must_use]
    pub fn take_samples(&mut self) -> (Sample<Searched>, Sample<Vec<Comparison>>) {
        let distinct = std::mem::replace(&mut self.distinct, BottomK::new(1));
        let hit_rows = std::mem::replace(&mut self.hit_rows, BottomK::new(1));
        (distinct.finish(), hit_rows.finish())
    }

    /// Adds a part.
    pub fn add(&mut self, mut part: Tally) {
        self.rows += part.rows;
        let places: Vec<HitsOfPart> = part.indexes.iter_mut().map(|index| std::mem::take(&mut index.places)).collect();
        self.strips.add(part.rows, &places);
        for (exposed, index) in self.exposed.iter_mut().zip(&part.indexes) {
            index.records.iter().zip(&index.shown).for_each(|(&record, &shown)| exposed.add(record, shown));
        }
        for ((mine, theirs), records) in self.indexes.iter_mut().zip(&part.indexes).zip(&mut self.records) {
            mine.add(theirs);
            theirs.records.iter().for_each(|&r| records.insert(r));
        }
        self.table_rows[part.table] += part.rows;
        self.tasks[part.table].iter_mut().zip(&part.tasks).for_each(|(a, b)| a.add(b));
        self.attributes[part.table].iter_mut().zip(&part.attributes).for_each(|(a, b)| a.add(b));
        self.distinct.merge(part.distinct);
        self.hit_rows.merge(part.hit_rows);
    }
}

const _: () = assert!(ATTRIBUTE_FORMS <= 32 && SEARCHABLE_FIELDS <= 15);
