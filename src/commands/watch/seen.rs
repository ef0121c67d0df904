//! What lies in the watched folder, and whether it is complete.
//!
//! A *unit* is what one scan reads: a file, or the volumes of one. What tells it from another is each file's device, number, length and time of last
//! change, not its name: a file that is renamed stays what it is, and one that is written to becomes another. A unit is complete when looks at
//! the folder found it unchanged for as long as the user says, by the clock of whoever looks: times in the file may be of another machine, or copied.

use crate::Result;
use crate::ledger::Reason;
use crate::source::{self, Found};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// By what a file is known again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Device and number on it; 0 where the system has no such thing.
    pub file: (u64, u64),
    /// Bytes.
    pub len: u64,
    /// When it was last changed, nanoseconds since 1970.
    pub changed: i128,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        #[cfg(unix)]
        let file = (std::os::unix::fs::MetadataExt::dev(metadata), std::os::unix::fs::MetadataExt::ino(metadata));
        #[cfg(not(unix))]
        let file = (0, 0);
        let since = |time: SystemTime| match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Stamp { file, len: metadata.len(), changed: metadata.modified().map_or(0, since) }
    }

    fn at(path: &Path) -> Option<Stamp> {
        std::fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata))
    }
}

/// Under what the state keeps a unit.
pub type Key = [u8; 32];

/// What one scan reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its files in order; the first one's path stands for all.
    pub files: Vec<(PathBuf, Stamp)>,
    /// Why it cannot be scanned, and what to do about it.
    pub skipped: Option<(Reason, String)>,
}

/// What became of a unit since it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Nothing.
    Same,
    /// It was written to, or another took its place.
    Changed,
    /// A file of it is not there any more; the others are as they were.
    Gone,
}

impl Unit {
    /// A unit of these files; `None` when one of them is gone.
    #[must_use]
    pub fn of(paths: Vec<PathBuf>) -> Option<Unit> {
        let stamped = |path: PathBuf| Stamp::at(&path).map(|stamp| (path, stamp));
        Some(Unit { files: paths.into_iter().map(stamped).collect::<Option<Vec<_>>>()?, skipped: None })
    }

    fn skipped(path: PathBuf, reason: Reason, advice: String) -> Option<Unit> {
        // Of a link that leads nowhere, the link itself.
        let metadata = std::fs::metadata(&path).or_else(|_| std::fs::symlink_metadata(&path)).ok()?;
        let mut stamp = Stamp::of(&metadata);
        if !metadata.is_file() {
            // A folder changes with each file in it, which does not make it another one.
            stamp = Stamp { file: stamp.file, ..Stamp::default() };
        }
        Some(Unit { files: vec![(path, stamp)], skipped: Some((reason, advice)) })
    }

    /// The path that stands for it.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), |(path, _)| path)
    }

    /// Bytes of its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, stamp)| stamp.len).sum()
    }

    /// Its keys: it is done when one of them is. By the first a renamed file is known again; by the second, which leaves out the device, one on a
    /// file system that was mounted anew and is another device now.
    #[must_use]
    pub fn keys(&self, folder: &Path) -> Vec<Key> {
        let reason = self.skipped.as_ref().map_or("", |(reason, _)| reason.words());
        let key = |what: u8, of: &dyn Fn(&mut blake3::Hasher, &Path, &Stamp)| {
            let mut hasher = blake3::Hasher::new_derive_key("leaktrace 2026-11 watch unit");
            hasher.update(&[what]).update(&(reason.len() as u64).to_le_bytes()).update(reason.as_bytes());
            for (path, stamp) in &self.files {
                of(&mut hasher, path, stamp);
                hasher.update(&stamp.file.1.to_le_bytes()).update(&stamp.len.to_le_bytes()).update(&stamp.changed.to_le_bytes());
            }
            *hasher.finalize().as_bytes()
        };
        let by_path = key(1, &|hasher, path, _| {
            let name = path.strip_prefix(folder).unwrap_or(path).as_os_str().as_encoded_bytes();
            hasher.update(&(name.len() as u64).to_le_bytes()).update(name);
        });
        if cfg!(not(unix)) {
            return vec![by_path];
        }
        vec![key(0, &|hasher, _, stamp| _ = hasher.update(&stamp.file.0.to_le_bytes())), by_path]
    }

    /// What became of it.
    #[must_use]
    pub fn since(&self) -> Since {
        let mut since = Since::Same;
        for (path, stamp) in self.files.iter().filter(|_| self.skipped.is_none()) {
            match Stamp::at(path) {
                Some(now) if now == *stamp => {}
                Some(_) => return Since::Changed,
                None => since = Since::Gone,
            }
        }
        since
    }
}

/// What lies in the folder now, in the order of names. What went away meanwhile is left out.
///
/// # Errors
/// When the folder cannot be read.
pub fn look(folder: &Path) -> Result<Vec<Unit>> {
    let unit = |found: Found| match found {
        Found::Stdin => None,
        Found::File { path, .. } => Unit::of(vec![path]),
        Found::Volumes { set, .. } => Unit::of(set.volumes.into_iter().chain(set.behind).collect()),
        Found::Skipped { path, reason, advice, .. } => Unit::skipped(path, reason, advice),
    };
    Ok(source::collect_folder(folder)?.into_iter().filter_map(unit).collect())
}

#[derive(Debug)]
struct Entry {
    unit: Unit,
    /// The look that met its path first.
    first: u64,
    /// When it was first found as it is.
    since: Duration,
    complete: bool,
}

/// Units that wait to be complete, or to be scanned. Times are those of one clock that runs evenly, from any start.
#[derive(Debug)]
pub struct Waiting {
    settle: Duration,
    looks: u64,
    entries: BTreeMap<PathBuf, Entry>,
}

impl Waiting {
    /// None yet; a unit is complete when it did not change for `settle`.
    #[must_use]
    pub fn new(settle: Duration) -> Waiting {
        Waiting { settle, looks: 0, entries: BTreeMap::new() }
    }

    /// Takes in what a look found that is not yet done, and when it began and ended. What it did not find is forgotten.
    pub fn observe(&mut self, found: Vec<Unit>, began: Duration, ended: Duration) {
        self.looks += 1;
        let mut before = std::mem::take(&mut self.entries);
        for unit in found {
            let path = unit.path().to_path_buf();
            let mut entry = match before.remove(&path) {
                Some(entry) if entry.unit == unit => entry,
                Some(entry) => Entry { unit, since: ended, ..entry },
                None => Entry { unit, first: self.looks, since: ended, complete: false },
            };
            // Each file was looked at somewhere between: the time that is sure.
            entry.complete = began.saturating_sub(entry.since) >= self.settle;
            self.entries.insert(path, entry);
        }
    }

    /// The complete unit that is next: met first, then by its path.
    #[must_use]
    pub fn next(&self) -> Option<&Unit> {
        let complete = self.entries.iter().filter(|(_, entry)| entry.complete);
        complete.min_by_key(|(path, entry)| (entry.first, *path)).map(|(_, entry)| &entry.unit)
    }

    /// When the next look may find one complete; `None` where none waits for that.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        self.entries.values().filter(|entry| !entry.complete).map(|entry| entry.since + self.settle).min()
    }

    /// Has a unit wait once more from `now` on, in its old place.
    pub fn again(&mut self, unit: &Unit, now: Duration) {
        if let Some(entry) = self.entries.get_mut(unit.path()) {
            (entry.since, entry.complete) = (now, false);
        }
    }

    /// Takes a unit out, unless its path stands for another by now.
    pub fn remove(&mut self, unit: &Unit) {
        if self.get(unit.path()) == Some(unit) {
            self.entries.remove(unit.path());
        }
    }

    /// The unit of that path.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Unit> {
        self.entries.get(path).map(|entry| &entry.unit)
    }

    /// All, in the order of their paths.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.entries.values().map(|entry| &entry.unit)
    }
}
