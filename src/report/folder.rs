//! The folder of a report, written whole or not at all: its files are made in a new folder beside it, each for its owner alone and on disk, and
//! then the two change places. Whenever it is looked at, there is the old folder or the new one.

use super::digests::{FileDigests, Running};
use super::manifest::{self, Manifest};
use super::sign;
use crate::names::safe_text;
use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A report's folder while it is written.
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
    draft: TempDir,
    files: Vec<FileDigests>,
}

impl Folder {
    /// Prepares `target`: a new folder, an empty one, or an older report, whose place it takes.
    ///
    /// # Errors
    /// When something else is there, or nothing can be written beside it.
    pub fn prepare(target: &Path) -> Result<Folder> {
        if target.file_name().is_none() {
            return Err(Error::usage("the report's folder has no name").at(target).advice("give one: --report DIR"));
        }
        check_replaceable(target)?;
        let error = |e: std::io::Error| unwritable(&e, target);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".leaktrace-report-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let draft = builder.tempdir_in(parent(target)).map_err(error)?;
        Ok(Folder { target: target.to_path_buf(), draft, files: Vec::new() })
    }

    /// Where it will be.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The files so far.
    #[must_use]
    pub fn files(&self) -> &[FileDigests] {
        &self.files
    }

    /// Writes a file whole. `name` is a path within the folder, `/` between its parts.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = self.file(name)?;
        file.write(bytes)?;
        self.close(file)
    }

    /// Begins a file that is written piece by piece; [`Folder::close`] ends it.
    ///
    /// # Errors
    /// As [`Folder::write`].
    pub fn file(&self, name: &str) -> Result<ReportFile> {
        let path = self.draft.path().join(name);
        let error = |e: std::io::Error| unwritable(&e, &self.target);
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder).map_err(error)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let out = BufWriter::with_capacity(1 << 20, options.open(path).map_err(error)?);
        Ok(ReportFile { name: name.to_string(), target: self.target.clone(), out, digests: Running::default() })
    }

    /// Ends a file.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn close(&mut self, file: ReportFile) -> Result<()> {
        let ReportFile { name, target, out, digests } = file;
        let error = |e: std::io::Error| unwritable(&e, &target);
        let out = out.into_inner().map_err(|e| error(e.into_error()))?;
        out.sync_all().map_err(error)?;
        self.files.push(digests.finish(name));
        Ok(())
    }

    /// Gives all of it its name.
    ///
    /// # Errors
    /// When the disk fails, or something else took the place meanwhile.
    pub fn publish(self) -> Result<()> {
        let error = |e: std::io::Error| unwritable(&e, &self.target);
        check_replaceable(&self.target)?;
        sync_folders(self.draft.path()).map_err(error)?;
        if self.target.exists() {
            exchange(self.draft.path(), &self.target).map_err(error)?;
            // Now the old one has the temporary name, and goes.
            self.draft.close().map_err(error)?;
        } else {
            std::fs::rename(self.draft.keep(), &self.target).map_err(error)?;
        }
        sync(parent(&self.target)).map_err(error)
    }
}

/// A file of a report while it is written.
#[derive(Debug)]
pub struct ReportFile {
    name: String,
    target: PathBuf,
    out: BufWriter<File>,
    digests: Running,
}

impl ReportFile {
    /// Adds bytes.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digests.update(bytes);
        self.out.write_all(bytes).map_err(|e| unwritable(&e, &self.target))
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Only a report gives way to a report, and only with what it came with: whatever else somebody put beside is not ours to remove.
fn check_replaceable(target: &Path) -> Result<()> {
    let Ok(metadata) = std::fs::symlink_metadata(target) else { return Ok(()) };
    let other = |got: String| {
        Err(Error::usage("the report's folder would take the place of something else")
            .at(target)
            .expected("a new folder, an empty one, or an older report and nothing beside it")
            .got(got)
            .advice("name another: --report DIR"))
    };
    if !metadata.is_dir() {
        return other("no folder".to_string());
    }
    let found = files_in(target)?;
    if found.is_empty() {
        return Ok(());
    }
    let Ok((manifest, _)) = Manifest::read(target) else { return other("a folder without a sound manifest".to_string()) };
    let own = |name: &String| name == manifest::NAME || name == sign::NAME || manifest.outputs.iter().any(|f| f.name == *name);
    match found.iter().find(|name| !own(name)) {
        Some(name) => other(format!("{}, which is no part of the report", safe_text(name))),
        None => Ok(()),
    }
}

/// The files in a folder and in the folders within it, by their paths there, `/` between their parts; ascending.
///
/// # Errors
/// When the folder cannot be read.
pub fn files_in(folder: &Path) -> Result<Vec<String>> {
    /// A report has one level; what lies deeper is named by its folder.
    const DEPTH: usize = 4;
    fn walk(folder: &Path, before: &str, depth: usize, out: &mut Vec<String>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() && depth < DEPTH {
                walk(&entry.path(), &format!("{name}/"), depth + 1, out)?;
            } else {
                out.push(name);
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    walk(folder, "", 0, &mut out).map_err(|e| Error::io("cannot read the report's folder", &e).at(folder))?;
    out.sort();
    Ok(out)
}

#[cfg(unix)]
fn sync(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// The folder's own entries and those of the folders within it.
fn sync_folders(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sync(&path)?;
        }
    }
    sync(folder)
}

/// Two folders change places, in one step where the system can.
fn exchange(new: &Path, old: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    if exchange_at_once(new, old)? {
        return Ok(());
    }
    // A crash between the two leaves the old one under this name beside the new one's.
    let aside = new.with_extension("old");
    std::fs::rename(old, &aside)?;
    if let Err(error) = std::fs::rename(new, old) {
        std::fs::rename(&aside, old)?;
        return Err(error);
    }
    std::fs::rename(&aside, new)
}

/// False where the file system has no such thing.
#[cfg(target_os = "linux")]
fn exchange_at_once(new: &Path, old: &Path) -> std::io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

fn unwritable(cause: &std::io::Error, path: &Path) -> Error {
    Error::io("cannot write the report", cause).at(path).advice("choose a folder beside which you can write, with room for the report")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A manifest of the files so far; `mark` tells it from another.
    fn manifest(folder: &Folder, mark: &str) -> Vec<u8> {
        let mut manifest = Manifest::new("leaktrace 0.1.0", mark, &Default::default(), &Default::default());
        manifest.outputs = folder.files().to_vec();
        manifest.to_bytes().unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_old_folder_stands_until_the_new_one_is_whole() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("report");
        let mut first = Folder::prepare(&target).unwrap();
        first.write("affected/a.csv", b"1").unwrap();
        let of_first = manifest(&first, "first");
        first.write(manifest::NAME, &of_first).unwrap();
        assert!(!target.exists());
        first.publish().unwrap();
        assert_eq!(names(&target), ["affected", manifest::NAME]);
        let mut second = Folder::prepare(&target).unwrap();
        second.write(manifest::NAME, b"{}").unwrap();
        assert_eq!(std::fs::read(target.join(manifest::NAME)).unwrap(), of_first);
        drop(second);
        assert_eq!((names(place.path()), names(&target).len()), (vec!["report".to_string()], 2));
        let mut third = Folder::prepare(&target).unwrap();
        let of_third = manifest(&third, "third");
        third.write(manifest::NAME, &of_third).unwrap();
        third.publish().unwrap();
        assert_eq!((names(place.path()), names(&target)), (vec!["report".to_string()], vec![manifest::NAME.to_string()]));
        assert_eq!(std::fs::read(target.join(manifest::NAME)).unwrap(), of_third);
    }

    #[test]
    fn only_a_report_gives_way() {
        let place = tempfile::tempdir().unwrap();
        let (file, folder, empty) = (place.path().join("f"), place.path().join("d"), place.path().join("e"));
        std::fs::write(&file, b"x").unwrap();
        std::fs::create_dir(&folder).unwrap();
        std::fs::create_dir(&empty).unwrap();
        std::fs::write(folder.join("letter.txt"), b"x").unwrap();
        assert!(Folder::prepare(&file).is_err() && Folder::prepare(&folder).is_err() && Folder::prepare(Path::new(".")).is_err());
        // Other programs have manifests, too.
        std::fs::write(folder.join(manifest::NAME), b"{}").unwrap();
        assert!(Folder::prepare(&folder).is_err());
        let mut report = Folder::prepare(&empty).unwrap();
        let of_report = manifest(&report, "report");
        report.write(manifest::NAME, &of_report).unwrap();
        report.publish().unwrap();
        assert_eq!(names(&empty), [manifest::NAME]);
        assert!(Folder::prepare(&empty).is_ok());
        // What somebody put into a report stays.
        std::fs::write(empty.join("dump.csv"), b"x").unwrap();
        assert!(Folder::prepare(&empty).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("report");
        let mut folder = Folder::prepare(&target).unwrap();
        folder.write(manifest::NAME, b"{}").unwrap();
        folder.write("affected/a.csv", b"1").unwrap();
        folder.publish().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let modes = [&target, &target.join("affected"), &target.join("affected/a.csv"), &target.join(manifest::NAME)].map(|p| mode(p));
        assert_eq!(modes, [0o700, 0o700, 0o600, 0o600]);
    }
}
