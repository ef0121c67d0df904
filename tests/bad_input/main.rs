//! Bad input: each defect has its exit code, says what is wrong, where and what to do, and never ends in a panic. Wherever a scan
//! gives a document, its account of bytes must sum up.

#[path = "../support/mod.rs"]
mod support;

mod dumps;
#[cfg(unix)]
mod folders;
mod keys_and_schemas;
#[cfg(unix)]
mod outputs;
mod plans;
#[cfg(unix)]
mod stopped;

/// Runs a command as somebody who is not the superuser, since that one may read and write everything; `None` (with the reason printed) where that is
/// not possible.
#[cfg(unix)]
fn run_unprivileged(world: &support::World, mut command: std::process::Command) -> Option<support::Ran> {
    use std::os::unix::fs::{MetadataExt, chown};
    use std::os::unix::process::CommandExt;
    use std::process::Stdio;
    const NOBODY: u32 = 65_534;
    // A new file belongs to whoever runs this; the world's may have been given away by an earlier call.
    if std::fs::metadata(tempfile::NamedTempFile::new().unwrap().path()).unwrap().uid() == 0 {
        let mut above = world.folder.path().ancestors().skip(1);
        if let Some(closed) = above.find(|f| f.metadata().is_ok_and(|m| m.mode() & 0o001 == 0)) {
            println!("skipped: another user cannot enter {}", closed.display());
            return None;
        }
        let mut folders = vec![world.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            chown(&folder, Some(NOBODY), None).unwrap();
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { chown(&path, Some(NOBODY), None).unwrap() }
            }
        }
        command.uid(NOBODY);
    }
    match command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Ok(child) => Some(support::finish(child, b"")),
        Err(e) => {
            println!("skipped: the program cannot be run as another user: {e}");
            None
        }
    }
}

/// Sets permissions.
#[cfg(unix)]
fn chmod(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}
