//! Places that cannot be written to, told before any long work, and disks that fill up.

#![allow(unsafe_code)]

use crate::support::{World, leaktrace, records, run_with};
use crate::{chmod, run_unprivileged};
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

/// A dump that takes much longer to read than [`AT_ONCE`].
fn long_file(world: &World, name: &str) {
    let path = world.write(name, records(0..500));
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(64 << 30).unwrap();
}

const AT_ONCE: Duration = Duration::from_secs(10);

#[test]
fn a_wrong_place_is_told_at_once() {
    let world = World::new();
    long_file(&world, "long.csv");
    std::fs::create_dir(world.at("folder")).unwrap();
    let before = world.names();
    for (place, word) in [("nowhere/out", "No such file"), ("folder", "folder"), ("records.csv/out", "Not a directory")] {
        let since = Instant::now();
        let json = world.at(place);
        let ran = world.scan(&world.at("long.csv"), &["--json", json.to_str().unwrap()]);
        ran.ends(2, &[word, place, "to do:"]);
        assert!(ran.stdout.is_empty());
        world.index("long.csv", "schema.toml", place).ends(2, &[word, "to do:"]);
        let mut inspect = leaktrace(["inspect", "--plan"]);
        inspect.arg(world.at(place)).arg(world.at("long.csv"));
        run_with(inspect, b"").ends(2, &[word, place, "to do:"]);
        assert!(since.elapsed() < AT_ONCE, "{place}: {:?}", since.elapsed());
    }
    assert_eq!(world.names(), before);
}

#[test]
fn a_read_only_folder() {
    let world = World::new();
    std::fs::create_dir(world.at("closed")).unwrap();
    chmod(&world.at("closed"), 0o500);
    let json = world.at("closed/out.json");
    let Some(ran) = run_unprivileged(&world, world.scan_command(&[&world.at("records.csv")], &["--json", json.to_str().unwrap()])) else {
        return;
    };
    ran.ends(2, &["ermission", "out.json", "to do:"]);
    let mut index = leaktrace(["index", "--key"]);
    index.arg(world.at("case.key")).arg("--schema").arg(world.at("schema.toml")).arg(world.at("records.csv"));
    index.arg("-o").arg(world.at("closed/out.ltx"));
    run_unprivileged(&world, index).unwrap().ends(2, &["ermission", "out.ltx", "to do:"]);
    let mut keygen = leaktrace(["keygen", "-o"]);
    keygen.arg(world.at("closed/new.key"));
    run_unprivileged(&world, keygen).unwrap().ends(2, &["ermission", "new.key", "to do:"]);
    chmod(&world.at("closed"), 0o700);
}

/// A disk that fills up is played by a limit on the size of files.
fn with_little_room(mut command: std::process::Command, bytes: u64) -> std::process::Command {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    // SAFETY: both calls are async-signal-safe, and the closure touches nothing else.
    unsafe {
        command.pre_exec(move || {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            if libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
        });
    }
    command
}

#[test]
fn a_full_disk_leaves_the_old_index_and_no_new_one() {
    let world = World::new();
    let old = std::fs::read(world.at("a.ltx")).unwrap();
    let before = world.names();
    for room in [0, 100, 5000, 20_000, old.len() as u64 - 100] {
        let mut index = leaktrace(["index", "--key"]);
        index.arg(world.at("case.key")).arg("--schema").arg(world.at("schema.toml")).arg(world.at("records.csv"));
        index.arg("-o").arg(world.at("a.ltx"));
        run_with(with_little_room(index, room), b"").ends(2, &["cannot write", "a.ltx", "to do:"]);
        assert_eq!(world.names(), before, "with room for {room} bytes");
        assert!(std::fs::read(world.at("a.ltx")).unwrap() == old);
    }
    let json = world.at("out.json");
    let scan = world.scan_command(&[&world.at("records.csv")], &["--json", json.to_str().unwrap()]);
    run_with(with_little_room(scan, 100), b"").ends(2, &["cannot write", "out.json", "to do:"]);
    let mut keygen = leaktrace(["keygen", "-o"]);
    keygen.arg(world.at("new.key"));
    run_with(with_little_room(keygen, 10), b"").ends(2, &["cannot write", "new.key"]);
    assert_eq!(world.names(), before);
}
