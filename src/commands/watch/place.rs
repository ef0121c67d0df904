//! Where a watch writes: nowhere within the folder that it watches, and nothing of a run that was killed stays behind.

use super::Options;
use super::state::{State, sync};
use crate::names::safe_path;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Checks that nothing which is written lies in the watched folder.
///
/// # Errors
/// When something does, or the folder is none.
pub fn check(options: &Options) -> Result<()> {
    let folder = &options.folder;
    let metadata = std::fs::metadata(folder).map_err(|e| Error::io("cannot read the folder", &e).at(folder).advice("check the path"))?;
    if !metadata.is_dir() {
        return Err(Error::usage("this is no folder").at(folder).expected("a folder to watch"));
    }
    let places = [("log", "--log", Some(&options.log)), ("state", "--state", Some(&options.state))];
    let folders = [("reports", "--reports", options.reports.as_ref()), ("scratch folder", "--scratch", options.scratch.as_ref())];
    for (what, option, path) in places.into_iter().chain(folders) {
        let Some(path) = path else { continue };
        if real(path).starts_with(real(folder)) {
            return Err(Error::usage(format!("the {what} would lie in the watched folder, and be scanned"))
                .at(path)
                .expected(format!("a place outside of {}", safe_path(folder)))
                .advice(format!("name another: {option}")));
        }
    }
    if [&options.state, &options.log].map(|path| real(path))[..].windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::usage("log and state are one file").at(&options.state).advice("name another: --state FILE"));
    }
    Ok(())
}

/// The path without links, of what is there of it.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real(if parent.as_os_str().is_empty() { Path::new(".") } else { parent }).join(name),
        _ => path.to_path_buf(),
    }
}

/// Where scans write, before what they wrote gets its place.
#[derive(Debug)]
pub struct Work {
    folder: TempDir,
    reports: Option<PathBuf>,
    name: String,
}

impl Work {
    /// Makes it, and the folder of reports; removes what a killed run of this state left.
    ///
    /// # Errors
    /// When a folder cannot be made or read.
    pub fn prepare(options: &Options, state: &State) -> Result<Work> {
        let name = state.name();
        let parent = options.state.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let home = options.reports.as_deref().unwrap_or(parent);
        let error = |e: std::io::Error| unwritable(&e, home);
        if options.reports.is_some() {
            let mut builder = std::fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(home).map_err(error)?;
        }
        let prefix = format!(".leaktrace-watch-{name}-");
        for entry in std::fs::read_dir(home).map_err(error)? {
            let entry = entry.map_err(error)?;
            let found = entry.file_name();
            let found = found.to_string_lossy();
            // A report that no line of the log names was made when the run ended.
            let report = found.strip_suffix(&name).and_then(|found| found.strip_suffix('-')).and_then(|number| number.parse::<u64>().ok());
            let nameless = options.reports.is_some() && report.is_some_and(|number| number > state.sequence());
            if (found.starts_with(&prefix) || nameless) && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                remove(&entry.path());
            }
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir_in(home).map_err(error)?;
        Ok(Work { folder, reports: options.reports.clone(), name })
    }

    /// Where a scan writes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Gives the report that a scan made its place; `None` where there is none.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn keep_report(&self, sequence: u64) -> Result<Option<PathBuf>> {
        let made = super::child::report(self.folder());
        let Some(reports) = self.reports.as_deref().filter(|_| made.is_dir()) else { return Ok(None) };
        let target = reports.join(format!("{sequence:06}-{}", self.name));
        let error = |e: std::io::Error| unwritable(&e, &target);
        std::fs::rename(made, &target).map_err(error)?;
        sync(reports).map_err(error)?;
        Ok(Some(target))
    }

    /// Removes what a scan made that is of no use.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn clear(&self) -> Result<()> {
        let error = |e: std::io::Error| unwritable(&e, self.folder());
        for entry in std::fs::read_dir(self.folder()).map_err(error)? {
            let entry = entry.map_err(error)?;
            let path = entry.path();
            let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if folder { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.map_err(error)?;
        }
        Ok(())
    }
}

/// Removes a folder that the scan of a killed watch may still be writing to, as it is about to end as well. What will not go is no harm: it has a name of
/// its own, and goes at the next start.
fn remove(folder: &Path) {
    const TIMES: u32 = 50;
    for _ in 0..TIMES {
        if std::fs::remove_dir_all(folder).is_ok() || !folder.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn unwritable(cause: &std::io::Error, path: &Path) -> Error {
    Error::io("cannot write what scans leave", cause).at(path).advice("choose a folder that you can write to, and that has room")
}
