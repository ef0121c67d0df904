//! Folders, links, FIFOs and what may not be read.

use crate::support::{Ran, World, check_account, leaktrace, records, run, run_with};
use crate::{chmod, run_unprivileged};
use std::os::unix::fs::symlink;
use std::path::Path;

fn fifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_folder_without_files_is_an_error() {
    let world = World::new();
    std::fs::create_dir(world.at("empty")).unwrap();
    world.scan(&world.at("empty"), &[]).ends(2, &["no file that can be read", "empty", "to do:"]);
}

#[test]
fn a_fifo_never_hangs() {
    let world = World::new();
    let pipe = world.at("pipe");
    fifo(&pipe);
    world.scan(&pipe, &[]).ends(2, &["FIFO", "pipe", "standard input"]);
    world.index("pipe", "schema.toml", "b.ltx").ends(2, &["FIFO"]);
    world.index("records.csv", "pipe", "b.ltx").ends(2, &["FIFO", "pipe"]);
    world.scan(&world.at("records.csv"), &["--plan", pipe.to_str().unwrap()]).ends(2, &["FIFO"]);
    for command in ["schema", "inspect", "verify", "cat"] {
        run([command.as_ref(), pipe.as_os_str()]).ends(2, &["FIFO"]);
    }
    let mut as_key = leaktrace(["scan", "--index"]);
    as_key.arg(world.at("a.ltx")).arg("--key").arg(&pipe).arg(world.at("records.csv"));
    run_with(as_key, b"").ends(2, &["regular file"]);

    world.write("dump/unknown.csv", records(50_000..50_100));
    fifo(&world.at("dump/pipe"));
    let document = world.document(&world.at("dump"), 3);
    let skipped = &document["coverage"]["skipped"][0];
    assert_eq!(skipped["reason"], "not_a_file");
    assert!(skipped["advice"].as_str().unwrap().contains("save what it yields"), "{skipped:#}");
}

#[test]
fn a_loop_of_links_ends_and_counts_each_file_once() {
    let world = World::new();
    world.write("dump/a.csv", records(0..500));
    symlink(world.at("dump"), world.at("dump/again")).unwrap();
    symlink(world.at("dump/a.csv"), world.at("dump/b.csv")).unwrap();
    let document = world.document(&world.at("dump"), 1);
    assert_eq!(document["coverage"]["rows"], 500);
    assert_eq!(document["inputs"].as_array().unwrap().len(), 1);
    symlink(world.at("gone"), world.at("dump/c.csv")).unwrap();
    let document = world.document(&world.at("dump"), 1);
    assert_eq!(document["coverage"]["skipped"][0]["reason"], "unreadable");
}

#[test]
fn what_may_not_be_read_is_told() {
    let world = World::new();
    world.write("dump/unknown.csv", records(50_000..50_100));
    let closed = world.write("dump/closed.csv", records(0..500));
    chmod(&closed, 0);
    let told = |ran: &Ran| {
        ran.ends(3, &[]);
        let document = ran.document();
        check_account(&document);
        assert_eq!(document["coverage"]["skipped"][0]["reason"], "unreadable");
        assert!(document["coverage"]["skipped"][0]["advice"].as_str().unwrap().contains("right to read"));
    };
    let Some(ran) = run_unprivileged(&world, world.scan_command(&[&world.at("dump")], &["--json", "-"])) else { return };
    told(&ran);
    let ran = run_unprivileged(&world, world.scan_command(&[&closed], &[])).unwrap();
    ran.ends(2, &["may not be read", "closed.csv", "ermission", "to do:"]);
    chmod(&closed, 0o600);
    chmod(&world.at("dump"), 0);
    let ran = run_unprivileged(&world, world.scan_command(&[&world.at("dump")], &[])).unwrap();
    ran.ends(2, &["may not be read", "to do:"]);
    chmod(&world.at("dump"), 0o700);
}

#[test]
fn a_file_that_went_away() {
    let world = World::new();
    let a = world.write("dump/a.csv", records(0..50));
    world.write("dump/b.csv", records(50..100));
    let plan = world.at("plan.json");
    let mut inspect = leaktrace(["inspect", "--plan"]);
    inspect.arg(&plan).arg(world.at("dump"));
    run_with(inspect, b"").ends(0, &[]);
    std::fs::remove_file(&a).unwrap();
    world.scan(&world.at("dump"), &["--plan", plan.to_str().unwrap()]).ends(2, &["other files", "plan.json", "to do:"]);
    world.scan(&a, &["--plan", plan.to_str().unwrap()]).ends(2, &["no such file", "a.csv"]);
}
