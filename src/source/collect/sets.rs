//! Which files that are named like volumes of one are.
//!
//! A name is a hint: `users.01` may be a month, and `log.001` the log of a day. The content settles it. A set whose first volume begins like an archive
//! or a compressed file is one; of texts, one that was cut at a fixed size, through the middle of lines.

use super::super::unpack::{Set, Volumes, Way, belong_together, holds_others, may_be_volume, volumes};
use super::super::{Content, open_regular, sniff};
use crate::limits;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// A set of volumes, and how large it is.
pub(super) struct Measured {
    pub(super) set: Set,
    /// Bytes of the volumes behind one that is missing.
    pub(super) behind: u64,
    /// Bytes of all.
    pub(super) bytes: u64,
}

/// The sets among `paths`.
pub(super) fn among(paths: &[PathBuf]) -> Vec<Measured> {
    let sets = volumes(paths).into_iter().filter_map(|found| match found {
        Volumes::Set(set) => measured(set),
        Volumes::File(_) => None,
    });
    sets.collect()
}

/// The set that a file which was given by name is a volume of, the others being beside it.
pub(super) fn around(path: &Path) -> Option<Measured> {
    if !may_be_volume(path) {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = std::fs::read_dir(folder).ok()?.take(limits::FOLDER_FILES).flatten().map(|entry| path.with_file_name(entry.file_name()));
    let paths: Vec<PathBuf> = names.filter(|other| belong_together(path, other)).collect();
    among(&paths).into_iter().find(|found| found.set.volumes.iter().chain(&found.set.behind).any(|volume| volume == path))
}

fn measured(set: Set) -> Option<Measured> {
    let size = |path: &PathBuf| std::fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len());
    let sizes: Vec<u64> = set.volumes.iter().map(size).collect::<Option<_>>()?;
    let behind: u64 = set.behind.iter().map(size).sum::<Option<u64>>()?;
    let first = set.volumes.iter().chain(&set.behind).next()?;
    let head = sniff(&head(first)?);
    let is_set = match set.way {
        Way::Rar | Way::OldRar => head == Content::Rar,
        // Of others than the first nobody can tell what they are, but that they are no texts.
        _ if set.volumes.is_empty() => head == Content::Binary,
        Way::Zip => head == Content::Zip,
        _ => holds_others(head) || cut_through_lines(&set.volumes, &sizes),
    };
    is_set.then(|| Measured { bytes: sizes.iter().sum::<u64>() + behind, set, behind })
}

/// Whether all volumes but the last have the same size, and one of them ends within a line.
fn cut_through_lines(volumes: &[PathBuf], sizes: &[u64]) -> bool {
    let Some((&last, others)) = sizes.split_last() else { return false };
    let equal = others.iter().all(|&size| size == others[0] && size >= last && size > 0);
    equal && volumes[..others.len()].iter().any(|path| last_byte(path).is_some_and(|byte| byte != b'\n' && byte != b'\r'))
}

fn head(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path).ok()?.take(limits::UNPACK_HEAD_BYTES as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn last_byte(path: &Path) -> Option<u8> {
    let (mut file, mut byte) = (open_regular(path).ok()?, [0]);
    file.seek(SeekFrom::End(-1)).ok()?;
    file.read_exact(&mut byte).ok()?;
    Some(byte[0])
}
