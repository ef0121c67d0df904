//! A file on disk for what is too large for memory and cannot be read from the front: bytes that nobody but this process can read.
//!
//! They are encrypted with AES-256 in counter mode, under a key that is made for this one file and never leaves the process; the file has no name
//! (where the system allows that, as on Unix, it has none from the beginning), so that it is gone when the process is, whatever ends it.

use super::place::Place;
use aes::Aes256;
use aes::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Counts blocks in 128 bits: no file is too long for it.
type Cipher = ctr::Ctr128BE<Aes256>;

/// Bytes that are encrypted at a time.
const PIECE: usize = 1 << 20;

/// An open scratch file.
pub(super) struct Scratch {
    file: RefCell<File>,
    key: Zeroizing<[u8; 32]>,
    len: u64,
}

impl Scratch {
    /// Writes all of `source` to a new file in `folder`.
    ///
    /// # Errors
    /// What the system says: that the folder is not there, or full.
    pub(super) fn spill(folder: &Path, source: &mut dyn Read) -> std::io::Result<Scratch> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(|_| std::io::ErrorKind::Other)?;
        // Without a name, for nobody else to read.
        let mut file = tempfile::tempfile_in(folder)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let (mut cipher, mut piece, mut len) = (cipher(&key), Zeroizing::new(Vec::with_capacity(PIECE)), 0);
        loop {
            piece.clear();
            (&mut *source).take(PIECE as u64).read_to_end(&mut piece)?;
            if piece.is_empty() {
                return Ok(Scratch { file: RefCell::new(file), key, len });
            }
            cipher.apply_keystream(&mut piece);
            file.write_all(&piece)?;
            len += piece.len() as u64;
        }
    }
}

fn cipher(key: &[u8; 32]) -> Cipher {
    // The key is of this one file, so that the counter may begin anywhere.
    Cipher::new(key.into(), &[0; 16].into())
}

impl Place for Scratch {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(at))?;
        let most = buf.len().min(PIECE);
        let n = file.read(&mut buf[..most])?;
        let mut cipher = cipher(&self.key);
        cipher.try_seek(at).map_err(|_| std::io::ErrorKind::InvalidInput)?;
        cipher.apply_keystream(&mut buf[..n]);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nobody_else_can() {
        let folder = tempfile::tempdir().unwrap();
        let text: Vec<u8> = (0..3_000_000u32).flat_map(|n| n.to_le_bytes()).collect();
        let scratch = Scratch::spill(folder.path(), &mut text.as_slice()).unwrap();
        assert_eq!(scratch.len(), text.len() as u64);
        for (at, bytes) in [(0, 10), (1, 100), (15, 17), (1_048_570, 20), (11_999_990, 100), (12_000_000, 5), (0, 12_000_000)] {
            assert!(scratch.copy(at, bytes) == text[at as usize..text.len().min((at + bytes) as usize)], "{at} {bytes}");
        }
        // The bytes on disk are not those that went in, and there is no name.
        let mut file = scratch.file.borrow_mut();
        let mut raw = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_end(&mut raw).unwrap();
        assert_eq!(raw.len(), text.len());
        assert!(raw.chunks(16).zip(text.chunks(16)).all(|(a, b)| a != b));
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!((file.metadata().unwrap().nlink(), file.metadata().unwrap().mode() & 0o777), (0, 0o600));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
        assert!(Scratch::spill(&folder.path().join("gone"), &mut &b"x"[..]).is_err());
    }
}
