//! Patterns that no shell has expanded.

use crate::support::{World, records};

#[test]
fn a_pattern_stands_for_all_that_fits_it() {
    let world = World::new();
    for (n, name) in ["b.csv", "a.csv", "c.txt", "deep/d.csv", ".hidden.csv"].iter().enumerate() {
        world.write(format!("dump/{name}"), records(n * 100..n * 100 + 50));
    }
    let inputs = |pattern: &str, code: i32| {
        let document = world.document(&world.at(pattern), code);
        let names =
            document["inputs"].as_array().unwrap().iter().map(|i| i["path"].as_str().unwrap().rsplit_once("dump/").unwrap().1.to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(inputs("dump/*.csv", 1), ["a.csv", "b.csv"]);
    assert_eq!(inputs("dump/[ab].c?v", 1), ["a.csv", "b.csv"]);
    assert_eq!(inputs("d*p/*", 1), ["a.csv", "b.csv", "c.txt", "deep/d.csv"]);
    assert_eq!(inputs("dump/**/*.csv", 1), ["a.csv", "b.csv", "deep/d.csv"]);
    // A file of that very name is that file.
    world.write("dump/x[1].csv", records(0..50));
    assert_eq!(inputs("dump/x[1].csv", 1), ["x[1].csv"]);
}

#[test]
fn a_pattern_that_nothing_fits_is_an_error() {
    let world = World::new();
    world.scan(&world.at("*.sql"), &[]).ends(2, &["none that fits it as a pattern", "*.sql", "to do:"]);
    world.scan(&world.at("[.sql"), &[]).ends(2, &["pattern", "to do:"]);
    std::fs::create_dir(world.at("empty")).unwrap();
    world.scan(&world.at("emp*"), &[]).ends(2, &["no file that can be read"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_among_what_fits_is_told() {
    let world = World::new();
    world.write("dump/a.csv", records(50_000..50_050));
    assert!(std::process::Command::new("mkfifo").arg(world.at("dump/pipe")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(world.at("dump/socket")).unwrap();
    std::os::unix::fs::symlink("/dev/null", world.at("dump/null")).unwrap();
    let document = world.document(&world.at("dump/*"), 3);
    let skipped = document["coverage"]["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 3);
    assert!(skipped.iter().all(|s| s["reason"] == "not_a_file"), "{skipped:#?}");
}
