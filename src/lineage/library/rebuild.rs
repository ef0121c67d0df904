//! Making a library's index: the values of the old one that still hold, merged with those of fingerprints that are not in it. What is sorted at a
//! time is bounded; of many new fingerprints some come in with each round, and each round leaves an index that is whole.

use super::folder::{self, DumpFile};
use super::inverted::{BLOCK_VALUES, BLOCKS_AT, Covered, Head, Inverted, MAGIC, NAME, SCHEMA, ending};
use super::marks::{BANDS, Marks};
use super::view::{Identity, View};
use super::{Library, Step, seal_words};
use crate::{Error, Result, limits, parallel};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use xxhash_rust::xxh3::xxh3_64;

/// Nanoseconds within which a file may be written twice without its time telling.
const SAME_TIME: i64 = 2_000_000_000;

/// A fingerprint's values, to be put into the index.
struct New {
    covered: Covered,
    marks: Marks,
}

impl New {
    /// Of a file; none of one that is damaged or under another key, which a search names.
    fn read(file: &DumpFile, identity: &Identity, now: i64) -> Option<New> {
        let (dump, seal) = super::read_dump(&file.path).ok()?;
        identity.check(&dump.about).ok()?;
        let (marks, seal) = (Marks::of_known(&dump), seal_words(&seal));
        let covered = Covered {
            name: file.name.clone(),
            bytes: file.bytes,
            modified: if now - file.modified > SAME_TIME { file.modified } else { 0 },
            of: dump.about.label.and_then(|label| label.of).unwrap_or_else(|| seal.clone()),
            seal,
            level: marks.level,
            values: marks.len(),
        };
        Some(New { covered, marks })
    }
}

impl Library {
    /// Makes the index anew where it lacks many fingerprints, or holds such as were removed. False when another process is at it: nothing
    /// depends on it.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn refresh(&self) -> Result<bool> {
        let Some(lock) = folder::lock(&self.folder)? else { return Ok(false) };
        folder::clean(&self.folder, &lock);
        let (mut begun, mut tried) = (false, HashSet::<PathBuf>::new());
        loop {
            if parallel::interrupted() {
                return Err(Error::interrupted());
            }
            let now = folder::nanoseconds(SystemTime::now());
            let mut view = View::of(&self.folder)?;
            let checked = view.index.as_ref().map_or(Ok(()), Inverted::check);
            if view.trouble.is_some() || checked.is_err() {
                // Nothing of it is believed: its values are read again.
                drop(view);
                self.drop_index()?;
                tried.clear();
                continue;
            }
            view.uncovered.retain(|file| !tried.contains(&file.path));
            let few = if begun { 0 } else { limits::LIBRARY_UNCOVERED };
            if view.gone() == 0 && view.uncovered.len() <= few {
                return Ok(true);
            }
            begun = true;
            self.round(&view, now, &mut tried)?;
        }
    }

    fn drop_index(&self) -> Result<()> {
        std::fs::remove_file(self.folder.join(NAME)).map_err(|e| folder::unwritable(&e, &self.folder))
    }

    /// Writes an index of what the old one covers and of some more.
    fn round(&self, view: &View, now: i64, tried: &mut HashSet<PathBuf>) -> Result<()> {
        /// Fingerprints that are read before their values are counted.
        const AT_ONCE: usize = 16;
        let Some(identity) = &view.identity else {
            // Nothing here can be read, or there is nothing: an index of what is gone is of no use.
            tried.extend(view.uncovered.iter().map(|file| file.path.clone()));
            return if view.index.is_some() { self.drop_index() } else { Ok(()) };
        };
        let mut next = view.numbers().iter().flatten().count() as u32;
        let (mut files, mut values) = (view.still_covered(), Vec::new());
        for some in view.uncovered.chunks(AT_ONCE) {
            if values.len() >= limits::LIBRARY_SORTED {
                break;
            }
            tried.extend(some.iter().map(|file| file.path.clone()));
            let read: Vec<New> = some.par_iter().filter(|file| file.is_clear()).filter_map(|file| New::read(file, identity, now)).collect();
            for New { covered, marks } in read {
                for (band, ids) in marks.bands.iter().enumerate() {
                    values.extend(ids.iter().map(|&id| (band as u8, id, next)));
                }
                files.push(covered);
                next += 1;
            }
        }
        if values.is_empty() && view.gone() == 0 {
            return Ok(());
        }
        values.sort_unstable();
        let head =
            Head { schema: SCHEMA.into(), key_id: identity.key_id.clone(), region: identity.region.clone(), bands: [0; BANDS], files };
        self.write_index(view, &values, head)
    }

    /// Merges the values of the old index with others, each with band and number of its dump.
    fn write_index(&self, view: &View, new: &[(u8, u64, u32)], mut head: Head) -> Result<()> {
        let mut draft = folder::draft(&self.folder)?;
        self.step(Step::IndexBegun);
        let numbers = view.numbers();
        let mut blocks = Blocks::new(draft.as_file_mut(), &self.folder)?;
        for band in 0..BANDS {
            let from = new.partition_point(|value| usize::from(value.0) < band);
            let to = new.partition_point(|value| usize::from(value.0) <= band);
            let mut fresh = new.get(from..to).unwrap_or_default().iter().peekable();
            if let Some(old) = &view.index {
                for number in old.blocks(band) {
                    let block = old.block(band, number)?;
                    for n in 0..block.len {
                        let value = block.value(n);
                        while let Some(&(_, id, dump)) = fresh.next_if(|new| new.1 < value) {
                            blocks.push(id, dump)?;
                        }
                        if let Some(&Some(dump)) = numbers.get(block.dump(n) as usize) {
                            blocks.push(value, dump)?;
                        }
                    }
                    old.let_go(number..number + 1);
                }
            }
            for &(_, id, dump) in fresh {
                blocks.push(id, dump)?;
            }
            head.bands[band] = blocks.end_band()?;
            if band == BANDS / 2 {
                self.step(Step::IndexHalf);
            }
        }
        blocks.finish(&head)?;
        self.step(Step::IndexWritten);
        let error = |e: &std::io::Error| folder::unwritable(e, &self.folder);
        draft.as_file().sync_all().map_err(|e| error(&e))?;
        self.step(Step::IndexSynced);
        draft.persist(self.folder.join(NAME)).map_err(|e| error(&e.error))?;
        folder::sync(&self.folder)?;
        self.step(Step::IndexPublished);
        Ok(())
    }
}

/// Blocks that are being written.
pub(super) struct Blocks<'f, W: Write> {
    out: BufWriter<W>,
    folder: &'f Path,
    values: Vec<u64>,
    dumps: Vec<u32>,
    table: Vec<(u64, u64)>,
    in_band: u64,
}

impl<'f, W: Write> Blocks<'f, W> {
    pub(super) fn new(out: W, folder: &'f Path) -> Result<Blocks<'f, W>> {
        let mut out = BufWriter::with_capacity(1 << 20, out);
        let mut before = MAGIC.to_vec();
        before.resize(BLOCKS_AT, 0);
        folder::put(&mut out, &before, folder)?;
        Ok(Blocks { out, folder, values: Vec::new(), dumps: Vec::new(), table: Vec::new(), in_band: 0 })
    }

    pub(super) fn push(&mut self, value: u64, dump: u32) -> Result<()> {
        self.values.push(value);
        self.dumps.push(dump);
        self.in_band += 1;
        if self.values.len() == BLOCK_VALUES { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> Result<()> {
        let Some(&first) = self.values.first() else { return Ok(()) };
        self.values.resize(BLOCK_VALUES, 0);
        self.dumps.resize(BLOCK_VALUES, 0);
        let values = self.values.drain(..).flat_map(u64::to_le_bytes);
        let bytes: Vec<u8> = values.chain(self.dumps.drain(..).flat_map(u32::to_le_bytes)).collect();
        self.table.push((first, xxh3_64(&bytes)));
        folder::put(&mut self.out, &bytes, self.folder)
    }

    /// Ends a band, and says how many values it has.
    pub(super) fn end_band(&mut self) -> Result<u64> {
        self.end_block()?;
        Ok(std::mem::take(&mut self.in_band))
    }

    pub(super) fn finish(mut self, head: &Head) -> Result<()> {
        folder::put(&mut self.out, &ending(head, &self.table)?, self.folder)?;
        self.out.flush().map_err(|e| folder::unwritable(&e, self.folder))
    }
}
