//! BLAKE3 and SHA-256 of files: BLAKE3 because it is what the rest of the program tells, SHA-256 because every other tool knows it.

use crate::progress::Progress;
use crate::{Error, Result, parallel};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// What tells one file from all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigests {
    /// Its name, as it may be shown; of a file of a report, its path within the folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3, 64 hex digits.
    pub blake3: String,
    /// SHA-256, 64 hex digits.
    pub sha256: String,
}

impl FileDigests {
    /// Those of bytes that are at hand, on the threads of `pool`; `progress` hears of every piece.
    ///
    /// # Errors
    /// [`Error::interrupted`] when the user asked to stop.
    pub fn of(name: String, bytes: &[u8], pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<FileDigests> {
        /// Large enough for all threads, small enough to be asked often whether to go on.
        const PIECE: usize = 16 << 20;
        let mut running = Running::default();
        for piece in bytes.chunks(PIECE) {
            if parallel::interrupted() {
                return Err(Error::interrupted());
            }
            pool.install(|| running.update(piece));
            progress.advance(piece.len() as u64);
        }
        Ok(running.finish(name))
    }
}

/// Digests of what is written piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Running {
    bytes: u64,
    blake3: blake3::Hasher,
    sha256: sha2::Sha256,
}

impl Running {
    /// Adds a piece; within a thread pool, on its threads.
    pub fn update(&mut self, piece: &[u8]) {
        /// Shorter pieces are not worth two threads.
        const ALONE: usize = 256 << 10;
        self.bytes += piece.len() as u64;
        let (blake3, sha256) = (&mut self.blake3, &mut self.sha256);
        if piece.len() < ALONE {
            blake3.update(piece);
            sha256.update(piece);
        } else {
            rayon::join(|| blake3.update_rayon(piece), || sha256.update(piece));
        }
    }

    /// The digests of all pieces.
    #[must_use]
    pub fn finish(self, name: String) -> FileDigests {
        let sha256 = self.sha256.finalize().iter().map(|b| format!("{b:02x}")).collect();
        FileDigests { name, bytes: self.bytes, blake3: self.blake3.finalize().to_string(), sha256 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_give_the_digests_of_the_whole() {
        let bytes: Vec<u8> = (0..1_000_000u32).map(|n| (n.wrapping_mul(7919) >> 5) as u8).collect();
        let mut running = Running::default();
        for (from, to) in [(0, 1), (1, 300_000), (300_000, 300_001), (300_001, 1_000_000)] {
            running.update(&bytes[from..to]);
        }
        let found = running.finish("x".to_string());
        assert_eq!(found.blake3, blake3::hash(&bytes).to_string());
        let plain: String = sha2::Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!((found.sha256, found.bytes), (plain, 1_000_000));
        // FIPS 180-4, the message of three letters.
        let mut abc = Running::default();
        abc.update(b"abc");
        assert_eq!(abc.finish(String::new()).sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
