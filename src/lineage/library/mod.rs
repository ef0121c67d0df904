//! A library of known dumps: a folder of their fingerprints, all under one key, that is asked which of them a new dump comes from.
//!
//! ```text
//! folder    NAME.ltf, a file a dump: the truth            library.idx: made of them      library.lock: who makes it
//! find      values of the dump -> index -> how many each known dump holds -> the best compared in full -> who explains which share
//! ```
//!
//! The fingerprints' files alone say what is known (`folder`). The index (`inverted`) is made of them, covers some of them and says which; what it does not
//! cover, because it is new, changed, or because there is no index at all, is read file by file (`view`). So nobody waits for anybody: a fingerprint is written
//! beside its place, put on disk and given its name, which either happens or does not, and the index is put in the place of the old one
//! the same way. Whoever makes the index holds a lock, so that two do not do the same work; nothing else depends on it.

mod add;
mod find;
mod folder;
mod inverted;
mod label;
mod marks;
mod rebuild;
mod view;

#[cfg(test)]
mod tests;

pub use add::{Adding, Labelled};
pub use find::{Explained, Found, Known, Unread};
pub use label::{Label, file_name_of, name_of_path};

use super::file::{self, DumpFingerprint};
use super::head::{self, Seal};
use crate::names::safe_text;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use view::View;

/// A library.
pub struct Library {
    folder: PathBuf,
    /// Told of every step that changes the folder.
    watch: Option<Box<dyn Fn(Step) + Send + Sync>>,
}

/// A step after which the process may end: the library answers as before, or as after the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A fingerprint's file is begun.
    Begun,
    /// It is written in part.
    Half,
    /// It is written.
    Written,
    /// It is on disk.
    Synced,
    /// It has its name.
    Published,
    /// The index is begun.
    IndexBegun,
    /// It is written in part.
    IndexHalf,
    /// It is written.
    IndexWritten,
    /// It is on disk.
    IndexSynced,
    /// It has its name.
    IndexPublished,
    /// A fingerprint's file is removed.
    Removed,
}

/// All steps, in their order.
pub const STEPS: [Step; 11] = [
    Step::Begun,
    Step::Half,
    Step::Written,
    Step::Synced,
    Step::Published,
    Step::IndexBegun,
    Step::IndexHalf,
    Step::IndexWritten,
    Step::IndexSynced,
    Step::IndexPublished,
    Step::Removed,
];

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Library {
    /// Opens the library in a folder.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open(folder: &Path) -> Result<Library> {
        if !folder.is_dir() {
            return Err(folder::not_there(folder));
        }
        Ok(Library { folder: folder.to_path_buf(), watch: None })
    }

    /// Opens the library in a folder, which is made where there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open_or_make(folder: &Path) -> Result<Library> {
        folder::make(folder)?;
        Library::open(folder)
    }

    /// Tells every step that changes the folder: for tests that end the process there.
    #[must_use]
    pub fn watched(self, watch: impl Fn(Step) + Send + Sync + 'static) -> Library {
        Library { watch: Some(Box::new(watch)), ..self }
    }

    fn step(&self, step: Step) {
        if let Some(watch) = &self.watch {
            watch(step);
        }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The known dumps by name, as their files say of themselves, and the files that cannot be read. Only the heads of the files are read: damage
    /// behind them is not seen.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<(Vec<Known>, Vec<Unread>)> {
        let identity = View::of(&self.folder)?.identity;
        let (mut known, mut unread) = (Vec::new(), Vec::new());
        for file in folder::dump_files(&self.folder)? {
            let described = head::describe(&file.path).and_then(|(about, _)| {
                identity.as_ref().map_or(Ok(()), |identity| identity.check(&about)).map_err(|e| e.at(&file.path))?;
                Ok(about)
            });
            match described {
                Ok(about) => known.push(Known::new(&file.name, about)),
                Err(error) => unread.push(Unread { name: safe_text(&file.name), error }),
            }
        }
        Ok((known, unread))
    }

    /// Removes dumps by the names that [`Library::list`] gives them. Their values leave the index, too; false where another process has its lock, so that
    /// they do with the next change.
    ///
    /// # Errors
    /// When one is not there, so that none is removed; or when the disk fails.
    pub fn remove(&self, names: &[String]) -> Result<bool> {
        let files = folder::dump_files(&self.folder)?;
        let mut paths = Vec::new();
        for name in names {
            // Never a path that was made of what was typed.
            let name = name.strip_suffix(".ltf").unwrap_or(name);
            let found = files.iter().find(|file| file.name == name);
            paths.push(found.map(|file| &file.path).ok_or_else(|| {
                Error::usage("there is no dump of this name in the library")
                    .got(crate::names::escape_controls(name))
                    .advice("leaktrace library list shows all names")
            })?);
        }
        for path in paths {
            match std::fs::remove_file(path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(folder::unwritable(&e, &self.folder)),
                _ => self.step(Step::Removed),
            }
        }
        folder::sync(&self.folder)?;
        self.refresh()
    }
}

/// A fingerprint's file, whole, and its seal.
fn read_dump(path: &Path) -> Result<(DumpFingerprint, Seal)> {
    let bytes = file::read(path)?;
    let dump = DumpFingerprint::from_bytes(&bytes).map_err(|e| e.at(path))?;
    Ok((dump, bytes.last_chunk().copied().unwrap_or_default()))
}

/// A seal as text.
fn seal_words(seal: &Seal) -> String {
    seal.iter().map(|byte| format!("{byte:02x}")).collect()
}
