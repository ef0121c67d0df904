//! Dump fingerprints: the same dump has the same fingerprint however it is cut, written or scanned; what dumps are to each other is named; and a file
//! gives nothing away.

mod beyond;
mod cases;
mod files;
mod generated;
mod known;
mod page;

#[path = "../report/browser.rs"]
mod browser;
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{Ran, World, leaktrace, person, run_with};

/// Takes a dump's fingerprint with the world's key.
fn fingerprint(world: &World, dump: &Path, out: &str, more: &[&str]) -> (Ran, PathBuf) {
    let target = world.at(out);
    let mut command = leaktrace(["fingerprint"]);
    command.arg(dump).arg("-o").arg(&target).arg("--key").arg(world.at("case.key")).args(more);
    (run_with(command, b""), target)
}

/// How two dumps relate, as the document says it.
fn compared(world: &World, a: &Path, b: &Path) -> Value {
    let (of_a, a) = fingerprint(world, a, "a.ltf", &[]);
    let (of_b, b) = fingerprint(world, b, "b.ltf", &[]);
    of_a.ends(0, &[]);
    of_b.ends(0, &[]);
    let mut command = leaktrace(["compare"]);
    command.args([&a, &b]).args(["--json", "-"]);
    let ran = run_with(command, b"");
    ran.ends(0, &[]);
    ran.document()["pairs"][0].clone()
}

/// Made-up people as CSV, with a column that only this source has.
fn table(people: impl IntoIterator<Item = usize>) -> String {
    let row = |n: usize| person(n).join(",") + &format!(",{}\n", (n * 7919) % 1000);
    format!("member_no,email,phone,name,birth_date,office\n{}", people.into_iter().map(row).collect::<String>())
}
