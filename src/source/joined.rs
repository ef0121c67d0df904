//! A file that was cut into volumes, read as one without being written anew.

use super::unpack::{Set, Way};
use super::{Input, Lost};
use crate::names::{safe_path, safe_text};
use crate::progress::Progress;
use crate::{Error, Result, limits, parallel};
use std::path::{Path, PathBuf};

/// The volumes of one file, open.
#[derive(Debug)]
pub struct Joined {
    name: PathBuf,
    /// What it is called in reports, where that is not its path.
    called: Option<String>,
    volumes: Vec<Input>,
    /// Offsets in a zip archive's volumes count from the beginning of each.
    by_volume: bool,
    missing: Option<PathBuf>,
    /// Bytes of the volumes behind the one that is missing.
    behind: u64,
}

impl Joined {
    /// Opens the volumes of `set`, of which those behind a hole have `behind` bytes.
    ///
    /// # Errors
    /// As [`Input::open`], and when there are too many.
    pub fn open(set: &Set, behind: u64) -> Result<Joined> {
        let first = set.volumes.iter().chain(&set.behind).next().cloned().unwrap_or_default();
        if set.volumes.len() > limits::VOLUMES {
            return Err(Error::usage("this file has too many volumes")
                .at(&first)
                .expected(format!("at most {}", limits::VOLUMES))
                .advice("join them into one file first"));
        }
        let volumes = set.volumes.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>>>()?;
        Ok(Joined { name: first, called: None, volumes, by_volume: set.way == Way::Zip, missing: set.missing.clone(), behind })
    }

    /// The path of the first volume.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.name
    }

    /// What it may be called in a report.
    #[must_use]
    pub fn shown(&self) -> String {
        if let Some(called) = &self.called {
            return called.clone();
        }
        let n = self.volumes.len();
        format!("{} ({n} volume{})", safe_path(&self.name), if n == 1 { "" } else { "s" })
    }

    /// Calls it and its volumes by other names in reports.
    pub fn call(&mut self, name: &str, volumes: &[String]) {
        self.called = Some(safe_text(name));
        self.volumes.iter_mut().zip(volumes).for_each(|(volume, name)| volume.call(name));
    }

    /// The volumes that follow each other without a hole, in their order.
    #[must_use]
    pub fn volumes(&self) -> &[Input] {
        &self.volumes
    }

    /// The first volume that is not there.
    #[must_use]
    pub fn missing(&self) -> Option<&Path> {
        self.missing.as_deref()
    }

    /// Bytes that can be read: those before the hole, if there is one.
    #[must_use]
    pub fn whole(&self) -> u64 {
        self.volumes.iter().map(Input::len).sum()
    }

    /// Bytes behind the volume that is missing.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.behind
    }

    /// The first bytes.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.volumes.iter().find(|volume| !volume.is_empty()).map_or(&[], Input::bytes)
    }

    /// Where each volume begins, where offsets count from there.
    #[must_use]
    pub fn starts(&self) -> Vec<u64> {
        if !self.by_volume {
            return Vec::new();
        }
        let ends = self.volumes.iter().scan(0, |end, volume| {
            let start = *end;
            *end += volume.len();
            Some(start)
        });
        ends.collect()
    }

    /// The BLAKE3 of all volumes as one file, which is none where one is missing or was altered; and that of each.
    ///
    /// # Errors
    /// [`Error::interrupted`] when the user asked to stop.
    pub fn digests(&self, pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<(Option<blake3::Hash>, Vec<Option<blake3::Hash>>)> {
        /// As for one file.
        const PIECE: usize = 64 << 20;
        let (mut all, mut each) = (blake3::Hasher::new(), Vec::new());
        for volume in &self.volumes {
            let mut own = blake3::Hasher::new();
            for piece in volume.bytes().chunks(PIECE) {
                if parallel::interrupted() {
                    return Err(Error::interrupted());
                }
                pool.install(|| {
                    own.update_rayon(piece);
                    all.update_rayon(piece);
                });
                progress.advance(piece.len() as u64);
            }
            each.push((!volume.altered()).then(|| own.finalize()));
        }
        let whole = self.missing.is_none() && each.iter().all(Option::is_some);
        Ok((whole.then(|| all.finalize()), each))
    }

    /// As [`Input::changed`], of any of them.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.volumes.iter().any(Input::changed)
    }

    /// As [`Input::lost`], of the first that lost anything, counted from the first volume's first byte.
    #[must_use]
    pub fn lost(&self) -> Option<Lost> {
        let mut start = 0;
        self.volumes.iter().find_map(|volume| {
            let lost = volume.lost().map(|lost| Lost { from: start + lost.from, ..lost });
            start += volume.len();
            lost
        })
    }
}
