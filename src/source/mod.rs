//! Paths to bytes: which files there are ([`collect`]), their bytes ([`Input`]), and what those are at first sight ([`sniff()`]).
//!
//! Inputs are evidence: they are opened read-only and nothing is written beside them. Only regular files are opened; a FIFO or a device could
//! block, never end, or do something when read.

mod advice;
mod collect;
mod content;
mod digest;
pub mod encoding;
mod joined;
mod map;
pub mod near;
mod scope;
mod served;
mod sniff;
pub mod unpack;

pub use collect::{Found, collect, collect_folder};
pub use content::Content;
pub use digest::{BLOCK, Blocks, Digest, of_blocks};
pub use joined::Joined;
pub use scope::Scope;
pub use served::ServedFile;
pub use sniff::sniff;

use crate::ledger::Reason;
use crate::names::{safe_path, safe_text};
use crate::progress::Progress;
use crate::{Error, Result, limits, parallel};
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The path that stands for standard input.
pub const STDIN: &str = "-";

/// The bytes of one input, read-only.
#[derive(Debug)]
pub struct Input {
    path: PathBuf,
    /// What it is called in reports, where that is not its path.
    called: Option<String>,
    bytes: Bytes,
    /// What it was when it was opened; `None` for standard input.
    stamp: Option<Stamp>,
}

#[derive(Debug)]
enum Bytes {
    Mapped(map::Map),
    Memory(Vec<u8>),
    Served(&'static [u8]),
}

/// What tells a file from another, and from itself after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    /// Device and inode, where the system has them.
    file: Option<(u64, u64)>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Stamp {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            file: Some((metadata.dev(), metadata.ino())),
            #[cfg(not(unix))]
            file: None,
        }
    }
}

/// Bytes that a file had when it was opened and that are not, or not all, to be had any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// From this byte on, [`Input::bytes`] shows what may not be the file's.
    pub from: u64,
    /// Why.
    pub reason: Reason,
    /// What happened and what to do about it.
    pub advice: String,
}

impl Input {
    /// Opens `path` (`-` is standard input). A file is mapped, not read; an empty one is fine.
    ///
    /// # Errors
    /// When it does not exist, is not a regular file, may not be read, or (standard input) is larger than [`limits::STDIN_BYTES`].
    pub fn open(path: &Path) -> Result<Input> {
        if path == Path::new(STDIN) {
            // Whoever types at it or feeds a pipe may never end it: an interrupt must still work.
            return crate::parallel::beside(|| Input::from_reader(std::io::stdin().lock(), limits::STDIN_BYTES))?;
        }
        let file = open_regular(path)?;
        let metadata = file.metadata().map_err(|e| unreadable(path, &e))?;
        let bytes = if metadata.len() == 0 {
            Bytes::Memory(Vec::new())
        } else {
            let len = usize::try_from(metadata.len()).map_err(|_| too_large(path))?;
            Bytes::Mapped(map::Map::new(&file, len).map_err(|e| Error::io("cannot map this file into memory", &e).at(path))?)
        };
        Ok(Input { path: path.to_path_buf(), called: None, bytes, stamp: Some(Stamp::of(&metadata)) })
    }

    fn from_reader(reader: impl Read, limit: u64) -> Result<Input> {
        let mut bytes = Vec::new();
        reader.take(limit + 1).read_to_end(&mut bytes).map_err(|e| Error::io("cannot read standard input", &e))?;
        if bytes.len() as u64 > limit {
            return Err(Error::usage("standard input is too large to be kept in memory")
                .expected(format!("at most {} MiB", limit >> 20))
                .advice("save it to a file and give the file's path"));
        }
        Ok(Input { path: PathBuf::from(STDIN), called: None, bytes: Bytes::Memory(bytes), stamp: None })
    }

    /// All bytes. Of a file that somebody cuts short meanwhile some read as zeros: [`Input::lost`] tells which.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map.bytes(),
            Bytes::Memory(bytes) => bytes,
            Bytes::Served(bytes) => bytes,
        }
    }

    /// How many bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bytes().len() as u64
    }

    /// True when there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// The BLAKE3 of the bytes, made on all threads of `pool`; `progress` hears of every piece.
    ///
    /// # Errors
    /// [`Error::interrupted`] when the user asked to stop.
    pub fn digest(&self, pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<blake3::Hash> {
        /// Large enough for all threads, small enough to be asked often whether to go on.
        const PIECE: usize = 64 << 20;
        let mut hasher = blake3::Hasher::new();
        for piece in self.bytes().chunks(PIECE) {
            if parallel::interrupted() {
                return Err(Error::interrupted());
            }
            pool.install(|| hasher.update_rayon(piece));
            progress.advance(piece.len() as u64);
        }
        Ok(hasher.finalize())
    }

    /// The path as it was given, `-` for standard input.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it may be called in a report.
    #[must_use]
    pub fn shown(&self) -> String {
        self.called.clone().unwrap_or_else(|| safe_path(&self.path))
    }

    /// Calls it by another name in reports: that of the file which this one is a copy of.
    pub fn call(&mut self, name: &str) {
        self.called = Some(safe_text(name));
    }

    /// When the file was last modified, as of opening it; `None` for standard input or where the system does not say.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        self.stamp.and_then(|s| s.modified)
    }

    /// Whether the file at this path is no longer the one that was opened, as it was then: it was written to, cut short, removed, or another one
    /// took its place. To be asked after reading.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.torn().is_some() || self.stamp.is_some_and(|stamp| self.now() != Some(stamp))
    }

    /// Whether the opened file itself was written to or cut short, so that nobody can say which bytes were read. Where another one took its place, all
    /// that was read is still the one that was opened. To be asked after reading.
    #[must_use]
    pub fn altered(&self) -> bool {
        let written = self.stamp.zip(self.now()).is_some_and(|(then, now)| then.file == now.file && then != now);
        self.torn().is_some() || written
    }

    /// [`Input::altered`] as an error, for files that must not be, named `what`.
    ///
    /// # Errors
    /// When it was.
    pub fn check_unaltered(&self, what: &str) -> Result<()> {
        if !self.altered() {
            return Ok(());
        }
        let error = Error::damaged(format!("{what} was changed while it was in use")).at(&self.path);
        Err(match self.lost() {
            Some(lost) => error.byte(lost.from).expected(format!("{} bytes", self.len())).advice(lost.advice),
            None => error.advice("use a copy that nobody writes to"),
        })
    }

    /// What is no longer there, or cannot be read. To be asked after reading: what was read from before [`Lost::from`] was the file's.
    #[must_use]
    pub fn lost(&self) -> Option<Lost> {
        let (torn, now) = (self.torn(), self.now());
        let cut = self.stamp.zip(now).filter(|(then, now)| then.file == now.file && now.len < then.len).map(|(_, now)| now.len);
        let from = torn.into_iter().chain(cut).min()?;
        // All of the file is there, so it is the medium that does not give it.
        let unreadable = now.is_some() && now == self.stamp;
        Some(if unreadable {
            let advice = format!("from byte {from} on it cannot be read: check the medium, and copy the file elsewhere if it can be");
            Lost { from, reason: Reason::Unreadable, advice }
        } else {
            let advice = format!("it was cut short at byte {from} of {}: use a copy that nobody writes to", self.len());
            Lost { from, reason: Reason::Changed, advice }
        })
    }

    fn torn(&self) -> Option<u64> {
        match &self.bytes {
            Bytes::Mapped(map) => map.torn(),
            Bytes::Memory(_) | Bytes::Served(_) => None,
        }
    }

    /// What stands at this path now.
    fn now(&self) -> Option<Stamp> {
        self.stamp?;
        std::fs::metadata(&self.path).ok().map(|metadata| Stamp::of(&metadata))
    }
}

/// Reads a small file that a person wrote (a schema, a plan), named `what` in errors.
///
/// # Errors
/// When it cannot be opened as [`Input::open`] says, or is larger than [`limits::SMALL_FILE_BYTES`].
pub fn read_small(path: &Path, what: &str, advice: &str) -> Result<Vec<u8>> {
    read_bounded(path, what, limits::SMALL_FILE_BYTES, advice)
}

/// Reads a file of `most` bytes at most; `what` it is, and what to do if it is none, are for the error.
///
/// # Errors
/// When it cannot be opened as [`Input::open`] says, or is larger.
pub fn read_bounded(path: &Path, what: &str, most: u64, advice: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open_regular(path).map_err(|e| e.advice(advice))?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|e| unreadable(path, &e))?;
    if bytes.len() as u64 > most {
        return Err(Error::usage(format!("the {what} file is too large to be one"))
            .at(path)
            .expected(format!("at most {most} bytes"))
            .advice(advice));
    }
    Ok(bytes)
}

/// Opens a regular file for reading, and nothing else.
fn open_regular(path: &Path) -> Result<File> {
    let metadata = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
    if metadata.is_dir() {
        return Err(Error::usage("this is a folder").at(path).expected("a file"));
    }
    if !metadata.is_file() {
        return Err(not_a_file(path));
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        // What was a file a moment ago may be a FIFO now: opening must not wait for its writer.
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path).map_err(|e| unreadable(path, &e))?;
    if !file.metadata().is_ok_and(|m| m.is_file()) {
        return Err(not_a_file(path));
    }
    Ok(file)
}

fn too_large(path: &Path) -> Error {
    Error::usage("this file is too large for the address space of this system").at(path).advice("use a 64-bit system, or split the file")
}

fn not_a_file(path: &Path) -> Error {
    Error::usage("this is not a regular file but a device, socket or FIFO, which is never opened")
        .at(path)
        .expected("a file, a folder, or - for standard input")
        .advice("save what it yields to a file, or pipe it to standard input and give - as the path")
}

fn unreadable(path: &Path, cause: &std::io::Error) -> Error {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    match cause.kind() {
        NotFound => Error::usage("there is no such file or folder").at(path).advice("check the path"),
        PermissionDenied => Error::io("this may not be read", cause)
            .at(path)
            .advice("give this user the right to read it, or copy it to where it may be read"),
        _ => Error::io("this cannot be read", cause)
            .at(path)
            .advice("check the medium it is stored on, and copy the file elsewhere if it can be"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_bytes_and_a_change_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.csv");
        std::fs::write(&path, "a,b\n").unwrap();
        let input = Input::open(&path).unwrap();
        assert_eq!((input.bytes(), input.len(), input.is_empty(), input.changed()), (&b"a,b\n"[..], 4, false, false));
        assert!(input.modified().is_some());
        std::fs::write(&path, "a,b\nc").unwrap();
        assert!(input.changed());
        std::fs::remove_file(&path).unwrap();
        assert!(input.changed());
    }

    #[test]
    #[cfg(unix)]
    fn a_file_cut_short_says_from_where() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.csv");
        std::fs::write(&path, vec![b'x'; 100_000]).unwrap();
        let inputs = [Input::open(&path).unwrap(), Input::open(&path).unwrap()];
        assert!(inputs.iter().all(|i| i.lost().is_none() && !i.altered() && i.check_unaltered("a dump").is_ok()));
        std::fs::File::options().write(true).open(&path).unwrap().set_len(50_001).unwrap();
        // One is read, the other is not: both know.
        assert_eq!(inputs[0].bytes().iter().filter(|&&b| b == 0).count(), 49_999);
        for input in inputs {
            let lost = input.lost().unwrap();
            assert_eq!((lost.from, lost.reason), (50_001, Reason::Changed));
            assert!(input.changed() && input.altered());
            let error = input.check_unaltered("the dump").unwrap_err().to_string();
            assert!(error.contains("byte 50001") && error.contains("of 100000"), "{error}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_file_put_in_the_place_of_another_is_a_change_and_no_loss() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["dump.csv", "other.csv"].map(|name| folder.path().join(name));
        std::fs::write(&path, "a,b\n").unwrap();
        std::fs::write(&other, "a").unwrap();
        let input = Input::open(&path).unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_eq!((input.bytes(), input.changed(), input.altered(), input.lost()), (&b"a,b\n"[..], true, false, None));
        std::fs::remove_file(&path).unwrap();
        assert_eq!((input.bytes(), input.changed(), input.altered(), input.lost()), (&b"a,b\n"[..], true, false, None));
    }

    #[test]
    fn an_empty_file_is_fine() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let input = Input::open(file.path()).unwrap();
        assert!(input.is_empty() && !input.changed());
    }

    #[test]
    fn standard_input_has_a_limit() {
        assert_eq!(Input::from_reader(&b"abc"[..], 3).unwrap().bytes(), b"abc");
        let error = Input::from_reader(&b"abcd"[..], 3).unwrap_err();
        assert!(error.to_string().contains("save it to a file"), "{error}");
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Input::open(&folder.path().join("nothing")).unwrap_err().to_string().contains("no such file"));
        assert!(Input::open(folder.path()).unwrap_err().to_string().contains("folder"));
        #[cfg(unix)]
        assert!(Input::open(Path::new("/dev/null")).unwrap_err().to_string().contains("not a regular file"));
    }
}
