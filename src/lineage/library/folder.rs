//! The folder of a library: its files, what is being written in it, and its lock.

use crate::names::safe_path;
use crate::{Error, Result, limits};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

/// What the name of a fingerprint's file ends in.
const ENDING: &str = "ltf";
/// Its lock. It stays there, empty.
const LOCK: &str = "library.lock";
/// What the names of files begin and end with that somebody is writing, or was when the machine stopped.
const DRAFT: (&str, &str) = (".library-", ".tmp");

/// A fingerprint's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DumpFile {
    /// Its name without the ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// When it was written, nanoseconds since 1970; 0 where the system does not say.
    pub modified: i64,
}

impl DumpFile {
    /// Whether its name is text, so that no other file has the same.
    pub fn is_clear(&self) -> bool {
        self.path.file_stem().is_some_and(|stem| stem.to_str() == Some(&self.name))
    }
}

/// The fingerprints' files, by name.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn dump_files(folder: &Path) -> Result<Vec<DumpFile>> {
    let unreadable = |e: &std::io::Error| Error::io("cannot read the library's folder", e).at(folder);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(&e))? {
        let path = entry.map_err(|e| unreadable(&e))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if hidden || path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        // What is gone by now was removed meanwhile.
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        if metadata.is_file() {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let modified = metadata.modified().map_or(0, nanoseconds);
            files.push(DumpFile { name, path, bytes: metadata.len(), modified });
        }
    }
    files.sort_unstable_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    Ok(files)
}

/// A time, nanoseconds since 1970; 0 for one that does not fit.
pub(super) fn nanoseconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

/// The path of a dump's file.
pub(super) fn path_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.{ENDING}"))
}

/// Makes the folder where there is none, for its owner alone.
///
/// # Errors
/// When it cannot be made.
pub(super) fn make(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| Error::io("cannot make the library's folder", &e).at(folder).advice("choose another folder"))
}

/// A new file beside those of the library, readable by its owner alone, gone again unless it gets a name.
///
/// # Errors
/// When it cannot be made.
pub(super) fn draft(folder: &Path) -> Result<NamedTempFile> {
    tempfile::Builder::new().prefix(DRAFT.0).suffix(DRAFT.1).tempfile_in(folder).map_err(|e| unwritable(&e, folder))
}

/// Gives a draft that is on disk the name of a dump, or of that with a number where there is one already; gives the name.
///
/// # Errors
/// When the disk fails.
pub(super) fn publish_new(mut draft: NamedTempFile, folder: &Path, name: &str) -> Result<String> {
    /// Dumps of one name.
    const MOST: usize = 10_000;
    for n in 1..=MOST {
        let name = if n == 1 { name.to_string() } else { format!("{name}-{n}") };
        draft = match draft.persist_noclobber(path_of(folder, &name)) {
            Ok(_) => return sync(folder).map(|()| name),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => e.file,
            Err(e) => return Err(unwritable(&e.error, folder)),
        };
    }
    Err(Error::usage("too many dumps of one name").at(folder).advice("give it another one with --name"))
}

/// Makes names that were given and taken away last.
///
/// # Errors
/// When the disk fails.
pub(super) fn sync(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| unwritable(&e, folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Writes to a draft.
///
/// # Errors
/// When the disk is full or fails.
pub(super) fn put(draft: &mut impl Write, bytes: &[u8], folder: &Path) -> Result<()> {
    draft.write_all(bytes).map_err(|e| unwritable(&e, folder))
}

/// That nothing can be written there.
pub(super) fn unwritable(cause: &std::io::Error, folder: &Path) -> Error {
    Error::io("cannot write into the library's folder", cause)
        .at(folder)
        .advice("make sure that this user may write there, and that there is room")
}

/// The right to make the index anew; given back when it goes, also when the process is killed.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// The lock, unless another process has it.
///
/// # Errors
/// When its file cannot be made.
pub(super) fn lock(folder: &Path) -> Result<Option<Lock>> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(LOCK)).map_err(|e| unwritable(&e, folder))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // Where a file system knows no locks, two processes may do the same work: the index is right whoever is last.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Lock { _file: file })),
    }
}

/// Removes what was being written when a process or the machine stopped; under the lock.
pub(super) fn clean(folder: &Path, _: &Lock) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|e| e.path())) {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        if name.starts_with(DRAFT.0.as_bytes()) && name.ends_with(DRAFT.1.as_bytes()) && is_given_up(&path) {
            // What cannot be removed does no harm.
            let _ = std::fs::remove_file(&path);
        }
    }
}

fn is_given_up(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|m| m.modified());
    let age = modified.ok().and_then(|modified| SystemTime::now().duration_since(modified).ok());
    age.is_some_and(|age| age > Duration::from_secs(limits::LIBRARY_DRAFT_SECONDS))
}

/// That there is no library in a folder.
pub(super) fn not_there(folder: &Path) -> Error {
    Error::usage("there is no library in this folder")
        .at(folder)
        .advice(format!("add a dump first: leaktrace library add DUMP --library {} --library-key KEY", safe_path(folder)))
}
