//! Which files the given paths stand for.

mod sets;
#[cfg(test)]
mod tests;

use super::unpack::{Set, may_be_volume};
use super::{STDIN, not_a_file, unreadable};
use crate::ledger::Reason;
use crate::limits;
use crate::{Error, Result};
use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

const READABLE: &str = "give this user the right to read it, or copy it to where it may be read";
const LIMIT: &str = "give parts of this folder by themselves";

/// One thing that a given path stands for, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Standard input.
    Stdin,
    /// A regular file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its size, bytes.
        bytes: u64,
    },
    /// Files that are volumes of one.
    Volumes {
        /// Which.
        set: Set,
        /// Bytes of those behind one that is missing.
        behind: u64,
        /// Bytes of all.
        bytes: u64,
    },
    /// Something inside a folder that is not read; a line of the ledger.
    Skipped {
        /// Where it is.
        path: PathBuf,
        /// Why it is not read.
        reason: Reason,
        /// What to do about it.
        advice: String,
        /// Its size, bytes, where that means anything.
        bytes: u64,
    },
}

impl Found {
    /// The path, `-` for standard input; of volumes that of the first.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Found::Stdin => Path::new(STDIN),
            Found::File { path, .. } | Found::Skipped { path, .. } => path,
            Found::Volumes { set, .. } => set.volumes.iter().chain(&set.behind).next().map_or(Path::new(""), PathBuf::as_path),
        }
    }
}

/// The files that `paths` stand for: each file itself, each folder's files in the order of their names, hidden ones too, folders within
/// folders in their place. A path that is not there and holds `*`, `?` or `[` is a pattern, and stands for all that fits it, in the order of
/// names. Links are followed; a file or folder that was met before is not met again, so that a loop of links ends. Volumes of one file
/// are found together, also where one of them alone is given.
///
/// # Errors
/// For a given path that does not exist, may not be read, or is neither file nor folder; for a pattern that nothing fits; for a folder without
/// any readable file; for standard input given twice; for no path at all. What is wrong *inside* a folder is a [`Found::Skipped`] instead.
pub fn collect<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<Found>> {
    collect_within(paths, limits::FOLDER_FILES, limits::FOLDER_DEPTH)
}

fn collect_within<P: AsRef<Path>>(paths: &[P], files: usize, depth: usize) -> Result<Vec<Found>> {
    if paths.is_empty() {
        return Err(Error::usage("no file was given").expected("files, folders, or - for standard input"));
    }
    let mut walk = Walk::new(files, depth);
    for path in paths.iter().map(AsRef::as_ref) {
        if path == Path::new(STDIN) {
            if walk.found.contains(&Found::Stdin) {
                return Err(Error::usage("standard input was given twice").advice("give - once"));
            }
            walk.found.push(Found::Stdin);
            continue;
        }
        let metadata = match (std::fs::metadata(path), pattern(path)) {
            (Err(_), Some(pattern)) => {
                (walk.files_left, walk.met_before) = (files, false);
                walk.matches(path, pattern)?;
                continue;
            }
            (metadata, _) => metadata.map_err(|e| unreadable(path, &e))?,
        };
        if metadata.is_file() {
            // A file may be given by name although its folder was given before: that is not worth an error.
            if !walk.seen.contains(&identity(path, &metadata)) {
                // Whether it may be read shows now rather than after an hour of reading others.
                drop(super::open_regular(path)?);
                match sets::around(path) {
                    Some(set) => walk.set(set),
                    None => {
                        walk.seen.insert(identity(path, &metadata));
                        walk.found.push(Found::File { path: path.to_path_buf(), bytes: metadata.len() });
                    }
                }
            }
        } else if metadata.is_dir() {
            (walk.files_left, walk.met_before) = (files, false);
            if walk.seen.insert(identity(path, &metadata)) {
                let first = walk.found.len();
                std::fs::read_dir(path).map_err(|e| unreadable(path, &e))?;
                walk.folder(path, 0);
                walk.holds_files(path, first)?;
            }
        } else {
            return Err(not_a_file(path));
        }
    }
    Ok(walk.found)
}

/// What a folder holds now, as [`collect`] finds it; that may be nothing.
///
/// # Errors
/// When the folder cannot be read.
pub fn collect_folder(folder: &Path) -> Result<Vec<Found>> {
    let metadata = std::fs::metadata(folder).map_err(|e| unreadable(folder, &e))?;
    std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))?;
    let mut walk = Walk::new(limits::FOLDER_FILES, limits::FOLDER_DEPTH);
    walk.seen.insert(identity(folder, &metadata));
    walk.folder(folder, 0);
    Ok(walk.found)
}

/// The pattern that a path is.
fn pattern(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| text.contains(['*', '?', '[']))
}

fn nothing_in(path: &Path, skipped: &[Found]) -> Error {
    let error = Error::usage("this folder holds no file that can be read").at(path).expected("at least one readable regular file");
    match skipped.first() {
        None => error.got("an empty folder").advice("check the path"),
        Some(Found::Skipped { reason, advice, .. }) => {
            error.got(format!("{} not read, the first because: {}", skipped.len(), reason.words())).advice(advice.clone())
        }
        Some(_) => error,
    }
}

/// What tells one file or folder from another whatever name it goes by.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(_: &Path, metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(not(unix))]
fn identity(path: &Path, _: &Metadata) -> Identity {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

struct Walk {
    found: Vec<Found>,
    seen: HashSet<Identity>,
    files_left: usize,
    depth: usize,
    /// Whether the given folder holds a file that was found before, under another name.
    met_before: bool,
}

impl Walk {
    fn new(files: usize, depth: usize) -> Walk {
        Walk { found: Vec::new(), seen: HashSet::new(), files_left: files, depth, met_before: false }
    }

    fn skip(&mut self, path: &Path, reason: Reason, advice: &str) {
        self.found.push(Found::Skipped { path: path.to_path_buf(), reason, advice: advice.to_string(), bytes: 0 });
    }

    /// Whether anything to be read was found from number `first` on.
    fn holds_files(&self, path: &Path, first: usize) -> Result<()> {
        let found = &self.found[first..];
        let any = found.iter().any(|f| matches!(f, Found::File { .. } | Found::Volumes { .. }));
        if any || self.met_before { Ok(()) } else { Err(nothing_in(path, found)) }
    }

    /// All that fits a pattern.
    fn matches(&mut self, path: &Path, pattern: &str) -> Result<()> {
        // As shells have it: no star reaches across folders, or to the point that a hidden name begins with.
        let options = glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
        let found = glob::glob_with(pattern, options).map_err(|_| {
            Error::usage("there is no such file, and as a pattern it is not valid")
                .at(path)
                .expected("* ? and [abc] for what names may hold")
                .advice("check the path")
        })?;
        let (first, mut paths, mut more) = (self.found.len(), Vec::new(), false);
        for entry in found {
            match entry {
                Ok(_) if paths.len() > self.files_left => {
                    more = true;
                    break;
                }
                Ok(path) => paths.push(path),
                Err(error) => self.skip(error.path(), Reason::Unreadable, READABLE),
            }
        }
        if paths.is_empty() && self.found.len() == first {
            return Err(Error::usage("there is no such file, and none that fits it as a pattern").at(path).advice("check the path"));
        }
        if more {
            self.skip(path, Reason::FolderLimit, LIMIT);
        }
        self.entries(path, paths, 0);
        self.holds_files(path, first)
    }

    /// Volumes of one file.
    fn set(&mut self, found: sets::Measured) {
        let sets::Measured { set, behind, bytes } = found;
        for path in set.volumes.iter().chain(&set.behind) {
            if let Ok(metadata) = std::fs::metadata(path) {
                self.seen.insert(identity(path, &metadata));
            }
        }
        if set.way.joins() {
            return self.found.push(Found::Volumes { set, behind, bytes });
        }
        let path = set.volumes.into_iter().chain(set.behind).next().unwrap_or_default();
        let advice = "its volumes are one RAR archive: unpack it into a folder first: unrar x".to_string();
        self.found.push(Found::Skipped { path, reason: Reason::UnsupportedFormat, advice, bytes });
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        if depth > self.depth {
            return self.skip(folder, Reason::FolderLimit, "give this folder's path by itself");
        }
        let Ok(entries) = std::fs::read_dir(folder) else {
            return self.skip(folder, Reason::Unreadable, READABLE);
        };
        let (mut paths, mut more) = (Vec::new(), false);
        for entry in entries {
            match entry {
                // One folder alone may hold more names than memory should.
                Ok(_) if paths.len() > self.files_left => {
                    more = true;
                    break;
                }
                Ok(entry) => paths.push(entry.path()),
                Err(_) => self.skip(folder, Reason::Unreadable, READABLE),
            }
        }
        paths.sort();
        if more {
            self.skip(folder, Reason::FolderLimit, LIMIT);
        }
        self.entries(folder, paths, depth);
    }

    /// What stands in a folder, or fits a pattern, in the order of names.
    fn entries(&mut self, place: &Path, paths: Vec<PathBuf>, depth: usize) {
        let candidates: Vec<PathBuf> = paths.iter().filter(|path| may_be_volume(path)).cloned().collect();
        let mut sets: Vec<Option<sets::Measured>> = sets::among(&candidates).into_iter().map(Some).collect();
        let mut volume_of = HashMap::new();
        for (n, found) in sets.iter().enumerate() {
            let set = found.iter().flat_map(|found| found.set.volumes.iter().chain(&found.set.behind));
            volume_of.extend(set.map(|path| (path.clone(), n)));
        }
        for path in paths {
            let Ok(metadata) = std::fs::metadata(&path) else {
                self.skip(&path, Reason::Unreadable, READABLE);
                continue;
            };
            if let Some(&n) = volume_of.get(&path)
                && !self.seen.contains(&identity(&path, &metadata))
                && let Some(set) = sets[n].take()
            {
                self.files_left = self.files_left.saturating_sub(1);
                self.set(set);
                continue;
            }
            if !metadata.is_file() && !metadata.is_dir() {
                self.skip(&path, Reason::NotAFile, "save what it yields to a file, if it belongs to the dump");
            } else if !self.seen.insert(identity(&path, &metadata)) {
                self.met_before |= metadata.is_file();
            } else if metadata.is_dir() {
                self.folder(&path, depth + 1);
            } else if self.files_left == 0 {
                return self.skip(place, Reason::FolderLimit, LIMIT);
            } else if super::open_regular(&path).is_err() {
                self.files_left -= 1;
                self.skip(&path, Reason::Unreadable, READABLE);
            } else {
                self.files_left -= 1;
                self.found.push(Found::File { path, bytes: metadata.len() });
            }
        }
    }
}
