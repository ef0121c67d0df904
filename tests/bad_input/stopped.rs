//! An interrupt ends a run with 130, and nothing half-written stays.

use crate::support::{Ran, World, finish, leaktrace, records};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Interrupts a command after a while and says how it ended, and that it ended soon.
fn interrupt(mut command: Command) -> Ran {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let sent = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ran = finish(child, b"");
    assert!(sent.elapsed() < Duration::from_secs(20), "{:?}", sent.elapsed());
    ran
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let world = World::new();
    let long = world.write("long.csv", records(0..500));
    std::fs::OpenOptions::new().write(true).open(&long).unwrap().set_len(64 << 30).unwrap();
    let json = world.write("old.json", "old");
    let before = world.names();
    let ran = interrupt(world.scan_command(&[&long], &["--json", json.to_str().unwrap()]));
    ran.ends(130, &["interrupted"]);
    assert!(ran.stdout.is_empty());
    assert_eq!(std::fs::read(&json).unwrap(), b"old");

    let mut index = leaktrace(["index", "--key"]);
    index.arg(world.at("case.key")).arg("--schema").arg(world.at("schema.toml")).arg(&long).arg("-o").arg(world.at("b.ltx"));
    interrupt(index).ends(130, &["interrupted"]);
    assert_eq!(world.names(), before);
}

/// Standard input that nobody ends.
#[test]
fn an_interrupt_ends_the_wait_for_input() {
    let world = World::new();
    let mut command = world.scan_command(&["-".as_ref()], &[]);
    // The pipe's other end lives as long as this.
    let mut feeder = Command::new("sleep").arg("60").stdout(Stdio::piped()).spawn().unwrap();
    command.stdin(feeder.stdout.take().unwrap());
    let ran = interrupt(command);
    feeder.kill().unwrap();
    feeder.wait().unwrap();
    ran.ends(130, &["interrupted"]);
}
