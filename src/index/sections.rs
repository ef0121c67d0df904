//! Writing sections: at a fixed place of the file, front to back, with the checksum made on the way.

use super::layout::{Entry, Section, align};
use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const BUFFER_BYTES: usize = 1 << 20;

/// One section while it is written. Each has a handle of its own, so that filter and table can be written side by side.
pub struct SectionWriter {
    id: Section,
    offset: u64,
    length: u64,
    hasher: blake3::Hasher,
    file: BufWriter<File>,
    path: PathBuf,
}

impl SectionWriter {
    /// Begins a section at the boundary at or after `from`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn begin(path: &Path, id: Section, from: u64) -> Result<SectionWriter> {
        let offset = align(from);
        let mut file = OpenOptions::new().write(true).open(path).map_err(|e| write_error(&e, path))?;
        file.seek(SeekFrom::Start(offset)).map_err(|e| write_error(&e, path))?;
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(SectionWriter { id, offset, length: 0, hasher: blake3::Hasher::new(), file, path: path.to_path_buf() })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|e| write_error(&e, &self.path))
    }

    /// Bytes written so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Ends the section.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn finish(mut self) -> Result<Entry> {
        self.file.flush().map_err(|e| write_error(&e, &self.path))?;
        Ok(Entry { id: self.id as u32, required: true, offset: self.offset, length: self.length, checksum: self.hasher.finalize().into() })
    }
}

/// The error for a file of the build that cannot be written.
pub fn write_error(cause: &std::io::Error, path: &Path) -> Error {
    let error = Error::io("cannot write the index", cause).at(path);
    match cause.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge => {
            error.advice("free some space (an index takes about 60 bytes a record, its build the same again) and run the command again; an older index of this name is untouched")
        }
        std::io::ErrorKind::NotFound => error.advice("the folder must exist"),
        std::io::ErrorKind::PermissionDenied => error.advice("choose a folder that you can write to"),
        _ => error.advice("an older index of this name is untouched"),
    }
}
