//! Files that people asked for: opened before any work is done, so that a wrong path is told at once; written beside their place and
//! renamed, so that there is the old file or the new one; readable by their owner alone. What is there and no file (`/dev/null`, a pipe) is
//! written to and never replaced.

use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A place for output.
#[derive(Debug)]
pub struct Output {
    target: Option<PathBuf>,
    draft: Option<Draft>,
}

#[derive(Debug)]
enum Draft {
    /// To be renamed.
    Beside(NamedTempFile),
    /// A device or pipe.
    There(File),
}

impl Output {
    /// Prepares `path`; `-` is standard output.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn prepare(path: &Path) -> Result<Output> {
        if path == Path::new("-") {
            return Ok(Output { target: None, draft: None });
        }
        if path.is_dir() {
            return Err(Error::usage("the output cannot take the place of a folder").at(path).advice("give a file name"));
        }
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            let there = OpenOptions::new().write(true).open(path).map_err(|e| unwritable(&e, path))?;
            return Ok(Output { target: Some(path.to_path_buf()), draft: Some(Draft::There(there)) });
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let draft = NamedTempFile::new_in(folder).map_err(|e| unwritable(&e, path))?;
        Ok(Output { target: Some(path.to_path_buf()), draft: Some(Draft::Beside(draft)) })
    }

    /// Whether this is standard output.
    #[must_use]
    pub fn is_stdout(&self) -> bool {
        self.target.is_none()
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// When the disk is full or fails. A reader of standard output that went away is none.
    pub fn write(mut self, bytes: &[u8]) -> Result<()> {
        self.put(bytes)?;
        self.finish()
    }

    /// Writes a piece of it; [`Output::finish`] ends it.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        match (&self.target, &mut self.draft) {
            (Some(target), Some(Draft::There(file))) => file.write_all(bytes).map_err(|e| unwritable(&e, target)),
            (Some(target), Some(Draft::Beside(draft))) => draft.write_all(bytes).map_err(|e| unwritable(&e, target)),
            _ => to_stdout(bytes),
        }
    }

    /// Gives the file its name, once it is on disk.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn finish(self) -> Result<()> {
        let (Some(target), Some(Draft::Beside(draft))) = (self.target, self.draft) else { return Ok(()) };
        draft.as_file().sync_all().map_err(|e| unwritable(&e, &target))?;
        draft.persist(&target).map_err(|e| unwritable(&e.error, &target))?;
        Ok(())
    }
}

/// Writes to standard output.
///
/// # Errors
/// When it fails for another reason than that nobody reads it any more.
pub fn to_stdout(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::io("cannot write to standard output", &e)),
        _ => Ok(()),
    }
}

fn unwritable(cause: &std::io::Error, path: &Path) -> Error {
    Error::io("cannot write the output", cause).at(path).advice("choose a folder that exists, that you can write to, and that has room")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::FileTypeExt;

    #[test]
    fn what_is_no_file_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert!(Output::prepare(&path).is_err(), "a socket cannot be written to as a file");
        assert!(std::fs::metadata(&path).unwrap().file_type().is_socket());
        Output::prepare(Path::new("/dev/null")).unwrap().write(b"nothing").unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}
