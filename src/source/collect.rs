//! Which files the given paths stand for.

use super::{Input, STDIN, not_a_file, unreadable};
use crate::ledger::Reason;
use crate::limits;
use crate::{Error, Result};
use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// One thing that a given path stands for, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Standard input.
    Stdin,
    /// A regular file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its size, bytes.
        bytes: u64,
    },
    /// Something inside a folder that is not read; a line of the ledger.
    Skipped {
        /// Where it is.
        path: PathBuf,
        /// Why it is not read.
        reason: Reason,
        /// What to do about it.
        advice: String,
    },
}

impl Found {
    /// The path, `-` for standard input.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Found::Stdin => Path::new(STDIN),
            Found::File { path, .. } | Found::Skipped { path, .. } => path,
        }
    }

    /// Opens what was found; `None` for what is skipped.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn open(&self) -> Result<Option<Input>> {
        match self {
            Found::Skipped { .. } => Ok(None),
            found => Input::open(found.path()).map(Some),
        }
    }
}

/// The files that `paths` stand for: each file itself, each folder's files in the order of their names, hidden ones too, folders within
/// folders in their place. Links are followed; a file or folder that was met before is not met again, so that a loop of links ends.
///
/// # Errors
/// For a given path that does not exist, may not be read, or is neither file nor folder; for a folder without any readable file; for
/// standard input given twice; for no path at all. What is wrong *inside* a folder is a [`Found::Skipped`] instead.
pub fn collect<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<Found>> {
    collect_within(paths, limits::FOLDER_FILES, limits::FOLDER_DEPTH)
}

fn collect_within<P: AsRef<Path>>(paths: &[P], files: usize, depth: usize) -> Result<Vec<Found>> {
    if paths.is_empty() {
        return Err(
            Error::usage("no file was given").expected("files, folders, or - for standard input")
        );
    }
    let mut walk = Walk {
        found: Vec::new(),
        seen: HashSet::new(),
        files_left: files,
        depth,
        met_before: false,
    };
    for path in paths.iter().map(AsRef::as_ref) {
        if path == Path::new(STDIN) {
            if walk.found.contains(&Found::Stdin) {
                return Err(Error::usage("standard input was given twice").advice("give - once"));
            }
            walk.found.push(Found::Stdin);
            continue;
        }
        let metadata = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
        if metadata.is_file() {
            // A file may be given by name although its folder was given before: that is not worth an error.
            if walk.seen.insert(identity(path, &metadata)) {
                // Whether it may be read shows now rather than after an hour of reading others.
                drop(super::open_regular(path)?);
                walk.found.push(Found::File {
                    path: path.to_path_buf(),
                    bytes: metadata.len(),
                });
            }
        } else if metadata.is_dir() {
            (walk.files_left, walk.met_before) = (files, false);
            if walk.seen.insert(identity(path, &metadata)) {
                let first = walk.found.len();
                std::fs::read_dir(path).map_err(|e| unreadable(path, &e))?;
                walk.folder(path, 0);
                if !walk.found[first..]
                    .iter()
                    .any(|f| matches!(f, Found::File { .. }))
                    && !walk.met_before
                {
                    return Err(nothing_in(path, &walk.found[first..]));
                }
            }
        } else {
            return Err(not_a_file(path));
        }
    }
    Ok(walk.found)
}

fn nothing_in(path: &Path, skipped: &[Found]) -> Error {
    let error = Error::usage("this folder holds no file that can be read")
        .at(path)
        .expected("at least one readable regular file");
    match skipped.first() {
        None => error.got("an empty folder").advice("check the path"),
        Some(Found::Skipped { reason, advice, .. }) => error
            .got(format!(
                "{} not read, the first because: {}",
                skipped.len(),
                reason.words()
            ))
            .advice(advice.clone()),
        Some(_) => error,
    }
}

/// What tells one file or folder from another whatever name it goes by.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(_: &Path, metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(not(unix))]
fn identity(path: &Path, _: &Metadata) -> Identity {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

struct Walk {
    found: Vec<Found>,
    seen: HashSet<Identity>,
    files_left: usize,
    depth: usize,
    /// Whether the given folder holds a file that was found before, under another name.
    met_before: bool,
}

impl Walk {
    fn skip(&mut self, path: &Path, reason: Reason, advice: &str) {
        self.found.push(Found::Skipped {
            path: path.to_path_buf(),
            reason,
            advice: advice.to_string(),
        });
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        const READABLE: &str =
            "give this user the right to read it, or copy it to where it may be read";
        const LIMIT: &str = "give parts of this folder by themselves";
        if depth > self.depth {
            return self.skip(
                folder,
                Reason::FolderLimit,
                "give this folder's path by itself",
            );
        }
        let Ok(entries) = std::fs::read_dir(folder) else {
            return self.skip(folder, Reason::Unreadable, READABLE);
        };
        let (mut paths, mut more) = (Vec::new(), false);
        for entry in entries {
            match entry {
                // One folder alone may hold more names than memory should.
                Ok(_) if paths.len() > self.files_left => {
                    more = true;
                    break;
                }
                Ok(entry) => paths.push(entry.path()),
                Err(_) => self.skip(folder, Reason::Unreadable, READABLE),
            }
        }
        paths.sort();
        if more {
            self.skip(folder, Reason::FolderLimit, LIMIT);
        }
        for path in paths {
            let Ok(metadata) = std::fs::metadata(&path) else {
                self.skip(&path, Reason::Unreadable, READABLE);
                continue;
            };
            if !metadata.is_file() && !metadata.is_dir() {
                self.skip(
                    &path,
                    Reason::NotAFile,
                    "save what it yields to a file, if it belongs to the dump",
                );
            } else if !self.seen.insert(identity(&path, &metadata)) {
                self.met_before |= metadata.is_file();
            } else if metadata.is_dir() {
                self.folder(&path, depth + 1);
            } else if self.files_left == 0 {
                return self.skip(folder, Reason::FolderLimit, LIMIT);
            } else if super::open_regular(&path).is_err() {
                self.files_left -= 1;
                self.skip(&path, Reason::Unreadable, READABLE);
            } else {
                self.files_left -= 1;
                self.found.push(Found::File {
                    path,
                    bytes: metadata.len(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(found: &[Found], root: &Path) -> Vec<String> {
        found
            .iter()
            .map(|f| {
                let name = f
                    .path()
                    .strip_prefix(root)
                    .unwrap_or(f.path())
                    .to_string_lossy()
                    .into_owned();
                match f {
                    Found::Skipped { reason, .. } => format!("{name}: {}", reason.words()),
                    _ => name,
                }
            })
            .collect()
    }

    #[test]
    fn a_folder_is_its_files_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/deep")).unwrap();
        for name in ["c.csv", ".hidden", "b/z", "b/deep/x", "a"] {
            fs::write(root.join(name), name).unwrap();
        }
        assert_eq!(
            names(&collect(&[root]).unwrap(), root),
            [".hidden", "a", "b/deep/x", "b/z", "c.csv"]
        );
        let file = root.join("a");
        assert_eq!(
            collect(&[&file]).unwrap(),
            [Found::File {
                path: file.clone(),
                bytes: 1
            }]
        );
        assert_eq!(
            names(
                &collect(&[file.as_path(), root, file.as_path()]).unwrap(),
                root
            ),
            ["a", ".hidden", "b/deep/x", "b/z", "c.csv"]
        );
        assert_eq!(
            collect(&[&file]).unwrap()[0]
                .open()
                .unwrap()
                .unwrap()
                .bytes(),
            b"a"
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_that_loop_end_and_what_is_no_file_is_told() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("d")).unwrap();
        symlink(root, root.join("d/loop")).unwrap();
        symlink(root.join("gone"), root.join("broken")).unwrap();
        symlink("/dev/null", root.join("device")).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        let error = collect(&[root]).unwrap_err();
        assert!(
            error.to_string().contains("no file that can be read"),
            "{error}"
        );
        fs::write(root.join("f"), "x").unwrap();
        symlink(root.join("f"), root.join("g")).unwrap();
        assert_eq!(
            names(&collect(&[root]).unwrap(), root),
            [
                "broken: could not be read",
                "device: not a regular file",
                "f",
                "socket: not a regular file"
            ]
        );
        assert!(
            collect(&[root.join("device")])
                .unwrap_err()
                .to_string()
                .contains("never opened")
        );
        drop(socket);
    }

    #[test]
    fn limits_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("a/b/c")).unwrap();
        for name in ["a/b/c/1", "a/b/2", "a/3", "4"] {
            fs::write(root.join(name), "").unwrap();
        }
        assert_eq!(
            names(&collect_within(&[root], 9, 2).unwrap(), root),
            [
                "4",
                "a/3",
                "a/b/2",
                "a/b/c: folder larger or deeper than the limit"
            ]
        );
        let some = names(&collect_within(&[root], 2, 9).unwrap(), root);
        assert_eq!(some[..2], ["4", "a/3"]);
        assert!(
            some[2..].iter().all(|s| s.ends_with("the limit")) && some.len() > 2,
            "{some:?}"
        );
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            collect(&[folder.path()])
                .unwrap_err()
                .to_string()
                .contains("empty folder")
        );
        assert!(
            collect(&[folder.path().join("x")])
                .unwrap_err()
                .to_string()
                .contains("no such file")
        );
        assert!(
            collect::<&Path>(&[])
                .unwrap_err()
                .to_string()
                .contains("no file was given")
        );
        assert!(
            collect(&["-", "-"])
                .unwrap_err()
                .to_string()
                .contains("twice")
        );
        assert_eq!(collect(&["-"]).unwrap(), [Found::Stdin]);
    }
}
