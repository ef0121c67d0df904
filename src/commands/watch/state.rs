//! What was done, in one database file: the keys of all units that were scanned, the lines of the log, and the hooks that are still to be run.
//!
//! The database is the truth and the log is made from it. A result is there whole or not at all, on disk before the log shows it; each line has a
//! number, and the state knows up to which number the log had all lines on disk ([`State::mark`]).

use super::seen::{Key, Unit};
use crate::{Error, Result, limits};
use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Keys of units, and the sequence number of their results.
const DONE: TableDefinition<&[u8; 32], u64> = TableDefinition::new("done");
/// The last lines of the log by their numbers.
const LINES: TableDefinition<u64, &[u8]> = TableDefinition::new("lines");
/// Hooks to be run, by sequence number.
const HOOKS: TableDefinition<u64, &[u8]> = TableDefinition::new("hooks");
/// The numbers below.
const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

/// Of the last line.
const LINE: &str = "line";
/// Of the last result.
const SEQUENCE: &str = "sequence";
/// Of the last line that is known to be in the log.
const LOGGED: &str = "logged";
/// Made up once, so that what belongs to one state can be told from what belongs to another.
const ID: &str = "id";

/// What a hook is told; kept until it was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The path of the unit, as the system has it.
    pub file: Vec<u8>,
    /// The folder of the report likewise, or nothing.
    pub report: Vec<u8>,
    /// The kind of verdict.
    pub verdict: String,
}

/// What a write adds.
#[derive(Debug, Default)]
pub struct Entry<'a> {
    /// Keys that are done with it; none for a line about a result that is there.
    pub done: &'a [Key],
    /// A hook to be run.
    pub due: Option<&'a Due>,
    /// The sequence number of a hook that was run.
    pub ran: Option<u64>,
}

/// The open database; nobody else can open it meanwhile.
#[derive(Debug)]
pub struct State {
    database: Database,
    path: PathBuf,
    id: u64,
    line: u64,
    sequence: u64,
    logged: u64,
}

impl State {
    /// Opens the state, or makes a new one.
    ///
    /// # Errors
    /// When another watch has it open, it is no state, or the disk fails.
    pub fn open(path: &Path) -> Result<State> {
        if std::fs::symlink_metadata(path).is_err() {
            create(path)?;
        }
        let database = open(path).map_err(|error| refused(error, path))?;
        remove_drafts(path);
        let mut state = State { database, path: path.to_path_buf(), id: 0, line: 0, sequence: 0, logged: 0 };
        let numbers = state.read(|read| {
            let table = read.open_table(NUMBERS)?;
            let number = |name: &str| Ok::<_, redb::Error>(table.get(name)?.map(|n| n.value()));
            Ok((number(ID)?, number(LINE)?, number(SEQUENCE)?, number(LOGGED)?))
        })?;
        let (Some(id), Some(line), Some(sequence), Some(logged)) = numbers else { return Err(foreign(path)) };
        (state.id, state.line, state.sequence, state.logged) = (id, line, sequence, logged);
        Ok(state)
    }

    /// Six letters by which its files are known; digits would be masked in paths that are shown, as if they were somebody's.
    #[must_use]
    pub fn name(&self) -> String {
        (0..6).map(|n| char::from(b'a' + (self.id >> (4 * n) & 0xF) as u8)).collect()
    }

    /// The number of the last line.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The number of the last result.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The number of the last line that is known to be in the log, 0 for none.
    #[must_use]
    pub fn logged(&self) -> u64 {
        self.logged
    }

    /// The units that are not done yet.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn undone(&self, units: Vec<Unit>, folder: &Path) -> Result<Vec<Unit>> {
        self.read(|read| {
            let table = read.open_table(DONE)?;
            let mut undone = Vec::new();
            for unit in units {
                let mut done = false;
                for key in unit.keys(folder) {
                    done |= table.get(&key)?.is_some();
                }
                if !done {
                    undone.push(unit);
                }
            }
            Ok(undone)
        })
    }

    /// Adds a line, made from its number and its sequence number: that of `entry.ran`, or else the next one.
    ///
    /// # Errors
    /// When the disk is full or fails; then nothing was added.
    pub fn add(&mut self, entry: &Entry<'_>, line: impl FnOnce(u64, u64) -> Result<Vec<u8>>) -> Result<()> {
        let (number, sequence) = (self.line + 1, entry.ran.unwrap_or(self.sequence + 1));
        let line = line(number, sequence)?;
        let due = entry.due.map(serde_json::to_vec).transpose().map_err(|_| Error::damaged("cannot keep what a hook is told"))?;
        let last = self.sequence.max(sequence);
        self.write(|write| {
            let mut done = write.open_table(DONE)?;
            for key in entry.done {
                done.insert(key, sequence)?;
            }
            let mut lines = write.open_table(LINES)?;
            lines.insert(number, &*line)?;
            if let Some(old) = number.checked_sub(limits::WATCH_LINES_KEPT) {
                lines.remove(old)?;
            }
            let mut hooks = write.open_table(HOOKS)?;
            if let Some(due) = &due {
                hooks.insert(sequence, &**due)?;
            }
            if let Some(ran) = entry.ran {
                hooks.remove(ran)?;
            }
            let mut numbers = write.open_table(NUMBERS)?;
            numbers.insert(LINE, number)?;
            numbers.insert(SEQUENCE, last)?;
            Ok(())
        })?;
        (self.line, self.sequence) = (number, last);
        Ok(())
    }

    /// The kept lines behind number `after`, in order.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn lines(&self, after: u64) -> Result<Vec<(u64, Vec<u8>)>> {
        self.read(|read| {
            let table = read.open_table(LINES)?;
            let mut lines = Vec::new();
            for entry in table.range(after.saturating_add(1)..)? {
                let (number, line) = entry?;
                lines.push((number.value(), line.value().to_vec()));
            }
            Ok(lines)
        })
    }

    /// Remembers that the log has all lines up to this one, on disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn mark(&mut self, logged: u64) -> Result<()> {
        if logged != self.logged {
            self.write(|write| {
                write.open_table(NUMBERS)?.insert(LOGGED, logged)?;
                Ok(())
            })?;
            self.logged = logged;
        }
        Ok(())
    }

    /// Hooks that are still to be run, by sequence number.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn due(&self) -> Result<Vec<(u64, Due)>> {
        self.read(|read| {
            let mut out = Vec::new();
            for entry in read.open_table(HOOKS)?.iter()? {
                let (sequence, due) = entry?;
                let due = serde_json::from_slice(due.value()).map_err(|_| redb::Error::Corrupted("a hook".to_string()))?;
                out.push((sequence.value(), due));
            }
            Ok(out)
        })
    }

    fn read<T>(&self, work: impl FnOnce(&redb::ReadTransaction) -> std::result::Result<T, redb::Error>) -> Result<T> {
        let read = || work(&self.database.begin_read()?);
        read().map_err(|error| failed(&error, &self.path))
    }

    fn write(&self, work: impl FnOnce(&redb::WriteTransaction) -> std::result::Result<(), redb::Error>) -> Result<()> {
        write(&self.database, work).map_err(|error| failed(&error, &self.path))
    }
}

fn write(
    database: &Database,
    work: impl FnOnce(&redb::WriteTransaction) -> std::result::Result<(), redb::Error>,
) -> std::result::Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    work(&transaction)?;
    Ok(transaction.commit()?)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    // A file that something else wrote to is an error rather than a panic.
    builder.set_cache_size(limits::WATCH_CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

/// Opens the database. A program that a killed watch was about to start holds the lock for a moment longer than the watch.
fn open(path: &Path) -> std::result::Result<Database, DatabaseError> {
    const TIMES: u32 = 250;
    for _ in 0..TIMES {
        match builder().open(path) {
            Err(DatabaseError::DatabaseAlreadyOpen) => std::thread::sleep(Duration::from_millis(20)),
            opened => return opened,
        }
    }
    builder().open(path)
}

/// Drafts of a new state begin with this.
fn draft_prefix(path: &Path) -> String {
    format!(".{}-new-", path.file_name().unwrap_or_default().to_string_lossy())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a new state beside its place and gives it its name when it is whole: the library does not open a database whose making was cut off.
fn create(path: &Path) -> Result<()> {
    let error =
        |e: std::io::Error| Error::io("cannot make the state", &e).at(path).advice("choose a folder that exists and can be written to");
    // For its owner alone.
    let draft = tempfile::Builder::new().prefix(&draft_prefix(path)).tempfile_in(folder_of(path)).map_err(error)?;
    let file = FileBackend::new(draft.reopen().map_err(error)?).map_err(|e| refused(e, path))?;
    let database = builder().create_with_backend(file).map_err(|e| refused(e, path))?;
    let mut id = [0; 8];
    getrandom::fill(&mut id).map_err(|_| Error::usage("the system gives no random numbers"))?;
    write(&database, |write| {
        write.open_table(DONE)?;
        write.open_table(LINES)?;
        write.open_table(HOOKS)?;
        let mut numbers = write.open_table(NUMBERS)?;
        for (name, number) in [(ID, u64::from_le_bytes(id)), (LINE, 0), (SEQUENCE, 0), (LOGGED, 0)] {
            numbers.insert(name, number)?;
        }
        Ok(())
    })
    .map_err(|error| failed(&error, path))?;
    drop(database);
    match draft.persist_noclobber(path) {
        Ok(_) => sync(folder_of(path)).map_err(error),
        // Another watch was faster; it has the state now.
        Err(_) if path.exists() => Ok(()),
        Err(e) => Err(error(e.error)),
    }
}

/// Removes what a watch left that was killed while it made this state.
fn remove_drafts(path: &Path) {
    let prefix = draft_prefix(path);
    for entry in std::fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Has a folder's entries on disk.
pub(super) fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn foreign(path: &Path) -> Error {
    Error::damaged("this is no state of a watch").at(path).expected("a file that leaktrace watch made").advice("name another: --state FILE")
}

fn refused(error: DatabaseError, path: &Path) -> Error {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            Error::usage("another watch is at work with this state").at(path).advice("end it first, or name another: --state FILE")
        }
        DatabaseError::UpgradeRequired(_) => foreign(path).got("a database of another version"),
        other => failed(&other.into(), path),
    }
}

fn failed(error: &redb::Error, path: &Path) -> Error {
    match error {
        redb::Error::Io(cause) if cause.raw_os_error().is_some() => Error::io("cannot read or write the state", cause).at(path),
        redb::Error::TableDoesNotExist(_) | redb::Error::TableTypeMismatch { .. } | redb::Error::Io(_) => foreign(path),
        _ => Error::damaged("the state is damaged").at(path).advice("bring it back from a copy; without it, all files are scanned again"),
    }
}
