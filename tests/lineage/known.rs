//! A scan that asks a library: old rows are called old, in every form of the report, and the report can be checked.

use super::{fingerprint, table};
use crate::support::{World, leaktrace, run_with};
use std::path::PathBuf;

/// A world with a library that knows the first half of its people's table.
fn with_library() -> (World, PathBuf) {
    let world = World::new();
    let library = world.at("library");
    let old = world.write("old.csv", table(0..1000));
    let (ran, file) = fingerprint(&world, &old, "old.ltf", &[]);
    ran.ends(0, &[]);
    let mut add = leaktrace(["library", "add", "--library"]);
    add.arg(&library).arg(file).args(["--name", "leak-of-2021", "--published", "2021-05-20"]);
    run_with(add, b"").ends(0, &[]);
    (world, library)
}

#[test]
fn rows_that_were_seen_before_are_told_from_new_ones() {
    let (world, library) = with_library();
    let dump = world.write("dump.csv", table(500..1500));
    let ran = world.scan(&dump, &["--library", library.to_str().unwrap(), "--json", "-"]);
    let document = ran.document();
    let known = &document["known"];
    assert_eq!((known["dumps"].as_u64(), known["found"].as_array().map(Vec::len)), (Some(1), Some(1)), "{known}");
    let found = &known["found"][0];
    assert_eq!(
        (&found["name"], &found["published"], &found["relation"]),
        (&"leak-of-2021".into(), &"2021-05-20".into(), &"overlap".into())
    );
    assert!((found["share"]["estimate"].as_f64().unwrap() - 0.5).abs() < 0.01, "{found}");
    assert!((known["new"].as_f64().unwrap() - 0.5).abs() < 0.01, "{known}");
    assert!((document["institutions"][0]["known_share"].as_f64().unwrap() - 0.5).abs() < 0.05, "{}", document["institutions"][0]);
    let said = document["verdict"]["reservations"].to_string();
    assert!(said.contains("leak-of-2021 (50%, published 2021-05-20). New: 50%"), "{said}");
    let ran = world.scan(&dump, &["--library", library.to_str().unwrap()]);
    assert!(ran.stdout.contains("Seen before") && ran.stdout.contains("leak-of-2021"), "{}", ran.stdout);
    // Without a library nothing of it is said.
    let without = world.document(&dump, 1);
    assert!(without["known"].is_null() && without["institutions"][0]["known_share"].is_null());
}

#[test]
fn a_report_tells_it_and_is_made_again_with_the_library() {
    let (world, library) = with_library();
    let dump = world.write("dump.csv", table(500..1500));
    let report = world.at("report");
    let more = ["--library", library.to_str().unwrap(), "--lang", "id", "--report", report.to_str().unwrap()];
    let ran = world.scan(&dump, &more);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let page = std::fs::read_to_string(report.join("report.html")).unwrap();
    assert!(page.contains("Pernah terlihat") && page.contains("leak-of-2021"), "the page says nothing of it");
    for reservation in ["Rows of this dump", "Beyond the known dumps"] {
        assert!(!page.contains(&format!(r#"lang="en">{reservation}"#)), "the reservation is not translated");
    }
    assert!(page.contains("Di luar data unggahan yang sudah dikenal"), "the page does not say what is new");
    let verify = |more: &[&str]| {
        let mut command = leaktrace(["verify"]);
        command
            .arg(&report)
            .arg("--dump")
            .arg(&dump)
            .arg("--index")
            .arg(world.at("a.ltx"))
            .arg("--key")
            .arg(world.at("case.key"))
            .args(more);
        run_with(command, b"")
    };
    verify(&["--library", library.to_str().unwrap()]).ends(0, &[]);
    verify(&[]).ends(2, &["library", "to do:"]);
}

#[test]
fn a_library_of_another_key_is_refused_before_the_scan() {
    let (world, library) = with_library();
    crate::support::run(["keygen", "-o", world.at("other.key").to_str().unwrap()]).ends(0, &[]);
    let dump = world.write("dump.csv", table(500..600));
    let ran = world.scan(&dump, &["--library", library.to_str().unwrap(), "--library-key", world.at("other.key").to_str().unwrap()]);
    ran.ends(2, &["key", "to do:"]);
}
