//! Writing sections: pieces at any place of the section, by any thread, with the checksum made on the way.

use super::checksum::Checksum;
use super::layout::{Entry, Section, align};
use crate::{Error, Result};
use std::fs::File;
use std::path::Path;

/// One section while it is written.
pub struct SectionWriter<'f> {
    id: Section,
    offset: u64,
    checksum: Checksum,
    file: &'f File,
    path: &'f Path,
}

impl<'f> SectionWriter<'f> {
    /// Begins a section of `file` at the boundary at or after `from`; `path` is for errors.
    #[must_use]
    pub fn begin(file: &'f File, path: &'f Path, id: Section, from: u64) -> SectionWriter<'f> {
        SectionWriter { id, offset: align(from), checksum: Checksum::default(), file, path }
    }

    /// Writes the bytes at `at` of the section. Every byte of a section is written once.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn put(&self, at: u64, bytes: &[u8]) -> Result<()> {
        self.checksum.add(at, bytes);
        write_at(self.file, self.offset + at, bytes).map_err(|e| write_error(&e, self.path))
    }

    /// Ends the section: it has `length` bytes.
    ///
    /// # Errors
    /// When some of them were never written.
    pub fn finish(self, length: u64) -> Result<Entry> {
        let offset = self.offset;
        self.finish_at(offset, length)
    }

    /// Ends a section that will lie at `offset` of another file.
    ///
    /// # Errors
    /// When some of its bytes were never written.
    pub fn finish_at(self, offset: u64, length: u64) -> Result<Entry> {
        let checksum = self.checksum.finish(length).ok_or_else(|| {
            Error::damaged("a section of the index was not written whole, so the index was not kept")
                .at(self.path)
                .expected(format!("{length} bytes of section {}", self.id as u32))
                .advice("report this with the output of: leaktrace --version")
        })?;
        Ok(Entry { id: self.id as u32, required: true, offset, length, checksum })
    }
}

/// Writes at a place of a file without moving anybody's position in it.
///
/// # Errors
/// What the system says.
pub fn write_at(file: &File, at: u64, bytes: &[u8]) -> std::io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, at);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes.len() {
            match std::os::windows::fs::FileExt::seek_write(file, &bytes[done..], at + done as u64)? {
                0 => return Err(std::io::ErrorKind::WriteZero.into()),
                n => done += n,
            }
        }
        Ok(())
    }
}

/// Reads from a place of a file until `bytes` are full.
///
/// # Errors
/// What the system says, and when the file ends before.
pub fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> std::io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, bytes, at);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes.len() {
            match std::os::windows::fs::FileExt::seek_read(file, &mut bytes[done..], at + done as u64)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                n => done += n,
            }
        }
        Ok(())
    }
}

/// The error for a file of the build that cannot be written.
pub fn write_error(cause: &std::io::Error, path: &Path) -> Error {
    let error = Error::io("cannot write the index", cause).at(path);
    match cause.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge => {
            error.advice("free some space (an index takes about 60 bytes a record, its build another 20 for every identifier) and run the command again; an older index of this name is untouched")
        }
        std::io::ErrorKind::NotFound => error.advice("the folder must exist"),
        std::io::ErrorKind::PermissionDenied => error.advice("choose a folder that you can write to"),
        _ => error.advice("an older index of this name is untouched"),
    }
}
