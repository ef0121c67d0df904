//! The folder that `scan --report` leaves: what is in it, that it can be checked and made again, and that its lists are the truth.

mod affected;
mod browser;
mod comfort;
mod folder;
mod page;
mod verify;

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use support::{Ran, World, run_with};

/// Scans with a report, under a fixed time.
fn report(world: &World, dump: &Path, folder: &str, more: &[&str]) -> (Ran, PathBuf) {
    let target = world.at(folder);
    let mut command = world.scan_command(&[dump], more);
    command.arg("--report").arg(&target).env("SOURCE_DATE_EPOCH", "1795400000");
    (run_with(command, b""), target)
}

/// The files of a folder, by their paths in it, with what they hold.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(at) = left.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                out.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    out.sort();
    out
}
