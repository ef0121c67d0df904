//! Taking a dump's fingerprint while its rows are read: by itself, or beside a scan.

use super::columns::{self, ColumnOf};
use super::file::{About, DumpFingerprint, SourceOf, TableOf};
use super::rows::{RowHasher, Secret};
use super::sample::RowSample;
use crate::fingerprint::{Column, Key};
use crate::identify::{Kind, Params};
use crate::plan::{Plan, SourceInput};
use crate::progress::Progress;
use crate::reading::{self, Job, Read, Samples, Source, TableInfo};
use crate::record::RowBatch;
use crate::{Result, limits};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One value in so many is kept, unless asked otherwise: a hundred of a sample of 100,000 rows for each of their identifiers, and a few MB for
/// a hundred million rows.
pub const SCALE: u64 = 1024;

/// How a fingerprint is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    /// One value in so many is kept.
    pub scale: u64,
    /// Country of phone numbers written without a country code; ISO 3166-1 alpha-2.
    pub region: [u8; 2],
}

impl Default for How {
    fn default() -> How {
        How { scale: SCALE, region: Params::default().region }
    }
}

/// A fingerprint that is being taken.
pub struct Taking {
    key: Key,
    secret: Secret,
    how: How,
    shared: Mutex<Shared>,
}

struct Shared {
    layouts: Vec<Layout>,
    /// Of each table of the dump the layout; none where there were too many.
    layout_of: Vec<Option<usize>>,
    slots: u16,
    sample: RowSample,
}

struct Layout {
    columns: Arc<[ColumnOf]>,
    first_slot: u16,
    rows: u64,
}

/// The tables of a part that is merged elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Of each layout the columns and the rows.
    layouts: Vec<(Vec<ColumnOf>, u64)>,
    /// Of each table the layout.
    layout_of: Vec<Option<usize>>,
}

/// What a part of the dump adds.
pub struct PartTaken {
    layout: Option<usize>,
    source: u32,
    rows: u64,
    sample: RowSample,
}

impl Taking {
    /// Begins.
    #[must_use]
    pub fn new(key: &Key, how: How) -> Taking {
        let shared = Shared { layouts: Vec::new(), layout_of: Vec::new(), slots: 0, sample: RowSample::new(how.scale) };
        Taking { key: key.clone(), secret: Secret::new(key), how, shared: Mutex::new(shared) }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets to know a table; in the order of the dump.
    pub fn table(&self, table: &TableInfo, sample: Samples<'_, '_>) {
        let columns = columns::of_table(table, &sample(columns::SAMPLE_BYTES), self.how.region);
        let mut shared = self.shared();
        // Parts of one table in many files are one table.
        let same = shared.layouts.iter().position(|l| *l.columns == *columns);
        let layout = same.or_else(|| {
            if shared.layouts.len() >= limits::FINGERPRINT_TABLES {
                return None;
            }
            let first_slot = shared.slots;
            shared.slots += 1 + columns.iter().filter(|c| c.slot).count() as u16;
            shared.layouts.push(Layout { columns: columns.into(), first_slot, rows: 0 });
            Some(shared.layouts.len() - 1)
        });
        shared.layout_of.push(layout);
    }

    /// Buffers for rows of table number `table`; none where it is not taken.
    #[must_use]
    pub fn hasher(&self, table: usize) -> Option<RowHasher> {
        let shared = self.shared();
        let layout = &shared.layouts[shared.layout_of[table]?];
        Some(RowHasher::new(&self.secret, &layout.columns, layout.first_slot))
    }

    /// Begins a part of table number `table`.
    #[must_use]
    pub fn part(&self, table: usize, source: usize) -> PartTaken {
        let shared = self.shared();
        PartTaken { layout: shared.layout_of[table], source: source as u32, rows: 0, sample: shared.sample.part() }
    }

    /// Takes over a part.
    pub fn commit(&self, part: PartTaken) {
        let mut shared = self.shared();
        if let Some(layout) = part.layout {
            shared.layouts[layout].rows += part.rows;
        }
        shared.sample.merge(part.sample);
    }

    /// What a part that is merged elsewhere has taken: its tables, and its sample.
    #[must_use]
    pub fn into_part(self) -> (Taken, Vec<u8>) {
        let Shared { layouts, layout_of, sample, .. } = self.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        let layouts = layouts.into_iter().map(|l| (l.columns.to_vec(), l.rows)).collect();
        (Taken { layouts, layout_of }, sample.pack())
    }

    /// Adds what a part has taken, in the order of the dump; `new` where its tables were not met before. `source` gives the number that a source has
    /// here.
    ///
    /// # Errors
    /// In words, when that cannot be what a part took.
    pub fn add_part(
        &self,
        taken: &Taken,
        sample: &[u8],
        new: bool,
        source: impl Fn(u32) -> Option<u32>,
    ) -> std::result::Result<(), &'static str> {
        const DAMAGED: &str = "its fingerprint is not one";
        let mut shared = self.shared();
        let (mut places, mut slots) = (Vec::new(), Vec::new());
        for (columns, rows) in &taken.layouts {
            let found = columns.iter().filter(|c| c.slot).count();
            if columns.len() > limits::FINGERPRINT_COLUMNS || found > limits::FINGERPRINT_SLOTS {
                return Err(DAMAGED);
            }
            let place = match shared.layouts.iter().position(|l| *l.columns == **columns) {
                Some(place) => place,
                // Left out, as one scan leaves it out.
                None if shared.layouts.len() >= limits::FINGERPRINT_TABLES => {
                    slots.extend((0..=found).map(|_| (None, columns.len())));
                    places.push(None);
                    continue;
                }
                None => {
                    let first_slot = shared.slots;
                    shared.slots += 1 + found as u16;
                    shared.layouts.push(Layout { columns: columns.clone().into(), first_slot, rows: 0 });
                    shared.layouts.len() - 1
                }
            };
            let layout = &mut shared.layouts[place];
            layout.rows += rows;
            slots.extend((0..=found as u16).map(|n| (Some(layout.first_slot + n), columns.len())));
            places.push(Some(place));
        }
        for layout in taken.layout_of.iter().filter(|_| new) {
            let place = layout.map(|l| places.get(l).copied().ok_or(DAMAGED)).transpose()?;
            shared.layout_of.push(place.flatten());
        }
        shared.sample.merge_packed(sample, |slot| slots.get(usize::from(slot)).copied(), source).ok_or(DAMAGED)
    }

    /// The fingerprint of what was read.
    #[must_use]
    pub fn finish(self, read: &Read) -> DumpFingerprint {
        let Shared { layouts, layout_of, sample, .. } = self.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        let sources = read.sources.iter().enumerate().map(|(n, source)| SourceOf {
            name: source.name.clone(),
            format: source.format.clone(),
            bytes: source.bytes,
            blake3: read.digests.get(n).copied().flatten().filter(|_| !source.member).map(|d| d.to_string()),
        });
        let tables = layouts.into_iter().map(|l| TableOf { rows: l.rows, columns: l.columns.to_vec(), looks: Vec::new() });
        let about = About {
            sources: sources.take(limits::FINGERPRINT_TABLES).collect(),
            sources_in_all: read.sources.len() as u64,
            complete: read.ledger.complete(),
            tables: tables.collect(),
            tables_left_out: layout_of.iter().filter(|l| l.is_none()).count() as u64,
            ..About::new(&self.key, self.how)
        };
        DumpFingerprint::new(&self.secret, about, sample)
    }
}

impl PartTaken {
    /// Adds rows; `hasher` is that of the part's table.
    pub fn add(&mut self, hasher: &mut Option<RowHasher>, batch: &RowBatch<'_>, skip_first: bool) {
        let first = usize::from(skip_first);
        self.rows += (batch.len() - first) as u64;
        if let Some(hasher) = hasher {
            hasher.begin(batch.len());
            hasher.add(batch, first, self.source, &mut self.sample);
        }
    }

    /// As [`PartTaken::add`], where a scan packs columns: `scan` is given what to show them to.
    pub fn add_beside(
        &mut self,
        hasher: &mut RowHasher,
        batch: &RowBatch<'_>,
        skip_first: bool,
        scan: impl FnOnce(&mut dyn FnMut(usize, Kind, &Params, &Column)),
    ) {
        let first = usize::from(skip_first);
        self.rows += (batch.len() - first) as u64;
        let threshold = self.sample.threshold();
        hasher.begin(batch.len());
        scan(&mut |at, kind, params, column| hasher.take(batch, at, kind, params, column, threshold));
        hasher.add(batch, first, self.source, &mut self.sample);
    }
}

/// Reads inputs by their plan for nothing but their fingerprint.
///
/// # Errors
/// As [`reading::read`].
pub fn take(
    key: &Key,
    how: How,
    inputs: &[SourceInput],
    plan: &Plan,
    options: &reading::Options,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<(DumpFingerprint, Read)> {
    let alone = Alone(Taking::new(key, how));
    let read = reading::read(&alone, inputs, plan, options, pool, progress)?;
    if options.strict {
        read.check_whole()?;
    }
    Ok((alone.0.finish(&read), read))
}

struct Alone(Taking);

impl Job for Alone {
    type State = HashMap<usize, Option<RowHasher>>;
    type Part = (usize, PartTaken);

    fn table<'t>(&self, table: &TableInfo, _: &Source, sample: Samples<'_, 't>) -> Result<()> {
        self.0.table(table, sample);
        Ok(())
    }

    fn state(&self) -> Self::State {
        HashMap::new()
    }

    fn part(&self, table: usize, source: usize) -> Self::Part {
        (table, self.0.part(table, source))
    }

    fn add(&self, state: &mut Self::State, (table, part): &mut Self::Part, batch: &RowBatch<'_>, skip_first: bool) {
        let hasher = state.entry(*table).or_insert_with(|| self.0.hasher(*table));
        part.add(hasher, batch, skip_first);
    }

    fn commit(&self, (_, part): Self::Part) -> Result<()> {
        self.0.commit(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::sample::Entry;

    #[test]
    fn layouts_beyond_those_that_are_kept_are_left_out_as_one_scan_leaves_them_out() {
        let key = Key::from_bytes([7; 32]);
        let taking = Taking::new(&key, How::default());
        let one_more = limits::FINGERPRINT_TABLES as u64 + 1;
        for n in 0..one_more {
            let column = ColumnOf { header: Some(format!("column {n}")), kind: Kind::Email, params: Params::default(), slot: true };
            let taken = Taken { layouts: vec![(vec![column], 5)], layout_of: vec![Some(0)] };
            let mut sample = RowSample::new(SCALE);
            let entry = Entry { hash: n + 1, id: n, row: n, slot: 1, first: (0, n), cells: Some(Box::new([n as u16])) };
            sample.push(entry);
            taking.add_part(&taken, &sample.pack(), true, Some).unwrap();
        }
        let found = taking.finish(&Read::default());
        assert_eq!((found.about.tables.len() as u64, found.about.tables_left_out), (one_more - 1, 1));
        assert_eq!(found.entries.len() as u64, one_more - 1);
    }
}
