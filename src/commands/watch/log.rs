//! The log: one JSON object a line, each line once, in order; made from the state ([`super::state`]).
//!
//! A line is appended and on disk before the state marks it. So whatever cuts a run off, the log ends with a line that the state knows, perhaps
//! with a part of the next one, and what is missing is what comes behind it. A log that is not there, or empty, was rotated away: then the state's mark
//! says what it had, and rotated logs beside it whether it had more.

use super::state::{State, sync};
use crate::{Error, Result, limits};
use serde::Deserialize;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Name and version of a line's form.
pub const SCHEMA: &str = "leaktrace.watch/1";

/// The file; opened anew for every line, so that it may be rotated at any time.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
}

/// What a line must have.
#[derive(Deserialize)]
struct Numbered {
    schema: String,
    line: u64,
}

/// The end of a log.
#[derive(Debug, Default)]
struct Tail {
    /// Number and bytes of the last whole line.
    last: Option<(u64, Vec<u8>)>,
    /// What comes behind it.
    torn: Vec<u8>,
    /// Where that begins.
    at: u64,
}

impl Log {
    /// Opens the log and brings it to the state: cuts off a line that was not finished, and adds what is missing.
    ///
    /// # Errors
    /// When it is the log of another state or no log, or the disk is full or fails.
    pub fn open(path: &Path, state: &mut State) -> Result<Log> {
        let log = Log { path: path.to_path_buf() };
        if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::usage("the log is no file").at(path).expected("a file that lines are appended to"));
        }
        let tail = log.tail()?;
        if !tail.torn.is_empty() {
            // Somebody's own file is not cut.
            if !state.lines(0)?.iter().any(|(_, line)| line.starts_with(&tail.torn)) {
                return Err(log.foreign());
            }
            let file = OpenOptions::new().write(true).open(path).map_err(|e| log.unwritable(&e))?;
            file.set_len(tail.at).and_then(|()| file.sync_all()).map_err(|e| log.unwritable(&e))?;
        }
        let had = match tail.last {
            Some((number, line)) => {
                let kept = state.lines(number.saturating_sub(1))?.into_iter().next().filter(|(kept, _)| *kept == number);
                if number > state.line() || kept.is_some_and(|(_, kept)| kept != line) {
                    return Err(log.foreign());
                }
                number
            }
            None if state.logged() < state.line() => log.rotated(state)?.max(state.logged()),
            None => state.logged(),
        };
        log.append(state, had)?;
        Ok(log)
    }

    /// Adds the state's lines that the log does not have yet.
    ///
    /// # Errors
    /// When the disk is full or fails. What is missing is added at the next start.
    pub fn publish(&self, state: &mut State) -> Result<()> {
        self.append(state, state.logged())
    }

    fn append(&self, state: &mut State, had: u64) -> Result<()> {
        let lines = state.lines(had)?;
        let new = !self.path.exists();
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path).map_err(|e| self.unwritable(&e))?;
        let all: Vec<u8> = lines.iter().flat_map(|(_, line)| line).copied().collect();
        let mut written = file.write_all(&all);
        if !all.is_empty() {
            written = written.and_then(|()| file.sync_all());
        }
        written.map_err(|e| self.unwritable(&e))?;
        if new {
            sync(folder_of(&self.path)).map_err(|e| self.unwritable(&e))?;
        }
        state.mark(lines.last().map_or(had, |(number, _)| *number))
    }

    fn tail(&self) -> Result<Tail> {
        match File::open(&self.path) {
            Ok(file) => tail(file).map_err(|e| self.unwritable(&e))?.ok_or_else(|| self.foreign()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Tail::default()),
            Err(e) => Err(self.unwritable(&e)),
        }
    }

    /// The highest line of this state in a log beside this one that begins with its name, 0 for none.
    fn rotated(&self, state: &State) -> Result<u64> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let own = self.path.file_name().unwrap_or_default();
        let lines = state.lines(state.logged())?;
        let mut highest = 0;
        for entry in std::fs::read_dir(folder_of(&self.path)).into_iter().flatten().take(limits::WATCH_ROTATED_FILES).flatten() {
            let name = entry.file_name();
            if name == own || !name.to_string_lossy().starts_with(&stem) || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            let Some(Tail { last: Some((number, line)), .. }) = File::open(entry.path()).ok().and_then(|file| tail(file).ok()?) else {
                continue;
            };
            if lines.iter().any(|(kept, bytes)| *kept == number && *bytes == line) {
                highest = highest.max(number);
            }
        }
        Ok(highest)
    }

    fn foreign(&self) -> Error {
        Error::usage("this is not the log of this state")
            .at(&self.path)
            .expected("a new file, or the log that was written together with the state")
            .advice("name another: --log FILE, or the state that belongs to it: --state FILE")
    }

    fn unwritable(&self, cause: &std::io::Error) -> Error {
        Error::io("cannot write the log", cause)
            .at(&self.path)
            .advice("choose a folder that exists, that you can write to, and that has room")
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The end of a file of lines; `None` when it is no log.
fn tail(mut file: File) -> std::io::Result<Option<Tail>> {
    // Two lines: one that is whole and one that is not.
    let most = 2 * limits::WATCH_LINE_BYTES as u64;
    let len = file.metadata()?.len();
    let from = len.saturating_sub(most);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
    let torn = bytes[whole..].to_vec();
    let at = from + whole as u64;
    if whole == 0 {
        return Ok((from == 0).then_some(Tail { last: None, torn, at }));
    }
    let begin = memchr::memrchr(b'\n', &bytes[..whole - 1]).map_or(0, |end| end + 1);
    let line = &bytes[begin..whole];
    let read: Option<Numbered> = serde_json::from_slice(line).ok();
    Ok(read.filter(|read| read.schema == SCHEMA).map(|read| Tail { last: Some((read.line, line.to_vec())), torn, at }))
}
