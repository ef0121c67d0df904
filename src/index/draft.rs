//! An index while it is written: a file beside the final one, which it becomes when it is whole.

use super::layout::{Entry, HEADER_BYTES, Header, Section};
use super::meta::Meta;
use super::sections::{SectionWriter, write_at, write_error};
use crate::names::safe_path;
use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// The byte after a section.
#[must_use]
pub fn end(entry: &Entry) -> u64 {
    entry.offset + entry.length
}

/// The index while it is written, under a temporary name beside the final one.
pub struct Draft {
    /// Its path.
    pub path: PathBuf,
    target: PathBuf,
    /// Held locked, so that two builds of one index do not write into each other.
    pub file: File,
}

impl Draft {
    /// Makes it, or takes the place of what a killed build left.
    ///
    /// # Errors
    /// When it cannot be written, or another build is at it.
    pub fn create(target: &Path) -> Result<Draft> {
        // A device or pipe must not be replaced by a file, nor can an index be written to one.
        if std::fs::metadata(target).is_ok_and(|m| !m.is_file()) {
            let what = if target.is_dir() { "a folder" } else { "a device or pipe" };
            return Err(Error::usage(format!("the index cannot take the place of {what}"))
                .at(target)
                .advice("give a file name: -o OUT.ltx"));
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or_else(|| Error::usage("the index has no file name").at(target).advice("give one: -o OUT.ltx"))?);
        name.push(".partial");
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|e| write_error(&e, target))?;
        if file.try_lock().is_err() {
            return Err(Error::usage("another build is writing this index")
                .at(target)
                .advice("wait for it to end, or choose another name"));
        }
        file.set_len(0).map_err(|e| write_error(&e, target))?;
        Ok(Draft { path, target: target.to_path_buf(), file })
    }

    /// Writes META behind the other sections, and the header.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn describe(&self, entries: &[Entry], meta: &Meta) -> Result<Header> {
        let json = serde_json::to_vec(meta).map_err(|_| Error::usage("the description of the index cannot be written as JSON"))?;
        let out = SectionWriter::begin(&self.file, &self.path, Section::Meta, entries.last().map_or(HEADER_BYTES as u64, end));
        out.put(0, &json)?;
        let entry = out.finish(json.len() as u64)?;
        let mut entries = entries.to_vec();
        entries.push(entry);
        let header = Header { file_length: end(&entry), entries };
        let error = |e: std::io::Error| write_error(&e, &self.target);
        self.file.set_len(header.file_length).map_err(error)?;
        write_at(&self.file, 0, &header.to_bytes()).map_err(error)?;
        Ok(header)
    }

    /// Makes it the index: on disk first, then under its name.
    ///
    /// # Errors
    /// When the disk fails, or somebody else changed the draft.
    pub fn publish(self, header: &Header) -> Result<()> {
        let error = |e: std::io::Error| write_error(&e, &self.target);
        let length = self.file.metadata().map_err(error)?.len();
        if length != header.file_length {
            return Err(Error::damaged("the index was changed while it was written")
                .at(safe_path(&self.target))
                .expected(format!("{} bytes", header.file_length))
                .got(format!("{length} bytes")));
        }
        self.file.sync_all().map_err(error)?;
        std::fs::rename(&self.path, &self.target).map_err(error)?;
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder).and_then(|f| f.sync_all()).map_err(error)?;
        }
        Ok(())
    }
}

impl Drop for Draft {
    /// A failed build leaves nothing behind; after [`Draft::publish`] there is nothing of this name.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
