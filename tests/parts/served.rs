//! Dumps that lie elsewhere: whoever starts the scanner serves the bytes that it asks for.

#![cfg(target_os = "linux")]

use crate::support::{Ran, leaktrace};
use crate::{Parts, every_sort, name, noted};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command and serves files; how many bytes were asked for.
fn serve(mut command: Command, files: &[Vec<u8>], most: usize) -> (Ran, usize) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
    let mut asked = 0;
    for line in stdout.lines() {
        let line = line.unwrap();
        let numbers: Vec<usize> = line.strip_prefix("READ ").expect(&line).split(' ').map(|n| n.parse().unwrap()).collect();
        let &[input, from, to] = &numbers[..] else { panic!("{line}") };
        asked += to - from;
        if asked > most {
            stdin = None;
        }
        if let Some(stdin) = &mut stdin {
            stdin.write_all(&files[input][from..to]).unwrap();
        }
    }
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    (Ran { code: child.wait().unwrap().code(), stdout: String::new(), stderr }, asked)
}

/// The files of a folder or a file, in order, and their list for the planner.
fn list(parts: &Parts, dump: &str) -> Vec<Vec<u8>> {
    let place = parts.world.at(dump);
    let mut names: Vec<String> = if place.is_dir() {
        std::fs::read_dir(&place).unwrap().map(|e| format!("{dump}/{}", e.unwrap().file_name().to_string_lossy())).collect()
    } else {
        vec![dump.to_string()]
    };
    names.sort();
    let files: Vec<Vec<u8>> = names.iter().map(|name| parts.bytes(Path::new(name))).collect();
    let entries: Vec<_> = names.iter().zip(&files).map(|(name, bytes)| serde_json::json!({ "name": name, "bytes": bytes.len() })).collect();
    parts.world.write("files.json", serde_json::to_vec(&entries).unwrap());
    files
}

fn plan(parts: &Parts, size: &str) -> Command {
    let mut command = leaktrace(["inspect", "--served", "files.json", "--plan", "plan.json", "--part-size", size]);
    command.current_dir(parts.world.folder.path());
    command
}

fn scan(parts: &Parts, part: usize) -> Command {
    let mut command = parts.command("scan");
    command.args(["--served", "--part", &part.to_string(), "-o", &name(part)]);
    command
}

#[test]
fn what_is_served_is_planned_and_scanned_as_what_is_here() {
    let parts = Parts::make();
    every_sort(&parts);
    let files = list(&parts, "dump");
    serve(plan(&parts, "128KiB"), &files, usize::MAX).0.ends(0, &[]);
    let number = parts.named_parts().len();
    let told: Vec<String> = (0..number).map(name).collect();
    for part in 0..number {
        serve(scan(&parts, part), &files, usize::MAX).0.ends(0, &["wrote part-"]);
    }
    let merged = parts.merge(&told, &["--json", "-"]);
    // The same plan, obeyed by one scan of what is here; it was made of names, not of the folder.
    let mut whole = parts.command("scan");
    let plan: serde_json::Value = serde_json::from_slice(&parts.bytes("plan.json")).unwrap();
    whole.args(plan["dumps"].as_array().unwrap().iter().map(|d| d.as_str().unwrap())).args(["--json", "-"]);
    let whole = crate::support::run_with(whole, b"");
    merged.ends(whole.code.unwrap(), &[]);
    assert_eq!(merged.stdout, whole.stdout);
}

#[test]
fn a_part_asks_for_little_more_than_its_own_bytes() {
    let parts = Parts::make();
    parts.world.write("dump.csv", noted(0..400_000));
    let files = list(&parts, "dump.csv");
    let (ran, asked) = serve(plan(&parts, "4MiB"), &files, usize::MAX);
    ran.ends(0, &[]);
    let length = files[0].len();
    assert!(length > 40 << 20 && asked < length.min(40 << 20), "{asked} of {length}");
    // Sixty-four samples, what lies before the part, the part.
    let (ran, asked) = serve(scan(&parts, 5), &files, usize::MAX);
    ran.ends(0, &[]);
    assert!(asked < 64 * (512 << 10) + (4 << 20) + (8 << 20), "{asked}");
    // A server that fails.
    let before = parts.bytes(name(5));
    for most in [0, 1 << 20, 6 << 20] {
        let (ran, _) = serve(scan(&parts, 5), &files, most);
        ran.ends(2, &["ended before what was asked for"]);
    }
    assert!(before == parts.bytes(name(5)));
}
