//! Files that are no table, or hardly one.

use crate::support::{World, check_account, records, run_with};
use serde_json::Value;

#[test]
fn known_and_unknown_people() {
    let world = World::new();
    let known = world.document(&world.write("known.csv", records(0..500)), 1);
    assert_eq!(known["verdict"]["kind"], "attributed");
    assert_eq!(known["institutions"][0]["records_distinct"], 500);
    let unknown = world.document(&world.write("unknown.csv", records(50_000..50_500)), 0);
    assert_eq!(unknown["verdict"]["kind"], "no_match");
    let empty = world.document(&world.write("empty.csv", ""), 0);
    assert_eq!(empty["coverage"]["bytes"], 0);
}

#[test]
fn a_missing_file_is_named_and_nothing_is_scanned() {
    let world = World::new();
    world.scan(&world.at("nowhere.csv"), &[]).ends(2, &["no such file", "nowhere.csv", "to do:"]);
    let both = run_with(world.scan_command(&[&world.at("records.csv"), &world.at("nowhere.csv")], &[]), b"");
    both.ends(2, &["nowhere.csv"]);
    assert!(both.stdout.is_empty());
}

fn junk(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

/// What this version does not read is a line of the ledger with what to do, and never "no match".
#[test]
fn what_is_not_read_is_told() {
    let world = World::new();
    let with = |magic: &[u8]| [magic, &junk(5000)].concat();
    let cases: [(&str, Vec<u8>, &str, &str); 7] = [
        ("junk.csv", junk(100_000), "binary", "look at it"),
        ("pdf.csv", with(b"%PDF-1.7\n"), "unsupported_format", "pdftotext"),
        ("rar.csv", with(b"Rar!\x1a\x07"), "unsupported_format", "unrar"),
        ("compress.csv", with(b"\x1f\x9d"), "unsupported_format", "gzip -d"),
        ("access.csv", with(b"\0\x01\0\0Standard Jet DB"), "unsupported_format", "mdb-export"),
        ("postgres.csv", with(b"PGDMP"), "unsupported_format", "pg_restore"),
        ("nuls.csv", vec![0; 70_000], "binary", "look at it"),
    ];
    for (name, content, reason, advice) in cases {
        let path = world.write(name, &content);
        let document = world.document(&path, 3);
        assert_eq!(document["verdict"]["kind"], "incomplete", "{name}");
        let skipped = &document["coverage"]["skipped"][0];
        assert_eq!(skipped["reason"], reason, "{name}");
        assert_eq!(skipped["bytes"], content.len() as u64, "{name}");
        assert!(skipped["where"].as_str().unwrap().contains(name) && skipped["advice"].as_str().unwrap().contains(advice), "{skipped:#}");
        let shown = world.scan(&path, &[]);
        shown.ends(3, &[]);
        assert!(shown.stdout.contains("INCOMPLETE") && shown.stdout.contains("not read"), "{}", shown.stdout);
        world.index(name, "schema.toml", "b.ltx").ends(2, &["cannot be read", name, "expected:", "to do:"]);
    }
    assert!(!world.names().iter().any(|n| n.contains("b.ltx")), "{:?}", world.names());
}

/// What is damaged from its first bytes on is told, whatever its reader is, and is no file for an index either.
#[test]
fn what_is_damaged_is_told() {
    let world = World::new();
    let with = |magic: &[u8]| [magic, &junk(5000)].concat();
    let member = |name: &str| [b"PK\x03\x04".as_slice(), &[0; 26], name.as_bytes(), &junk(500)].concat();
    let cases: [(&str, Vec<u8>); 9] = [
        ("gzip.csv", with(b"\x1f\x8b\x08\0")),
        ("zstd.csv", with(b"\x28\xb5\x2f\xfd")),
        ("xz.csv", with(b"\xfd7zXZ\0")),
        ("lz4.csv", with(b"\x04\x22\x4d\x18")),
        ("seven.csv", with(b"7z\xbc\xaf\x27\x1c")),
        ("zip.csv", member("dump.csv")),
        ("book.csv", member("[Content_Types].xml")),
        ("base.csv", with(b"SQLite format 3\0")),
        ("parquet.csv", with(b"PAR1")),
    ];
    for (name, content) in cases {
        let path = world.write(name, &content);
        let document = world.document(&path, 3);
        check_account(&document);
        assert_eq!(document["verdict"]["kind"], "incomplete", "{name}");
        let skipped = document["coverage"]["skipped"].as_array().unwrap();
        assert!(skipped.iter().any(|s| s["where"].as_str().unwrap().contains(name)), "{name}: {skipped:#?}");
        world.index(name, "schema.toml", "b.ltx").ends(2, &["cannot be read", name, "expected:", "to do:"]);
    }
}

/// A table that was read says whose it is although something else beside it could not be read.
#[test]
fn supported_and_incomplete_is_supported() {
    let world = World::new();
    world.write("dump/a.csv", records(0..500));
    world.write("dump/b.gz", b"\x1f\x8b\x08\0rest");
    let document = world.document(&world.at("dump"), 1);
    assert_eq!(document["coverage"]["complete"], false);
    assert!(document["verdict"]["reservations"].to_string().contains("lower bounds"));
    let each = world.scan(&world.at("dump"), &["--each", "--json", "-"]);
    each.ends(1, &[]);
    let groups = each.document()["groups"].clone();
    groups.as_array().unwrap().iter().for_each(check_account);
    let kinds: Vec<&Value> = groups.as_array().unwrap().iter().map(|g| &g["verdict"]["kind"]).collect();
    assert_eq!(kinds, ["attributed", "incomplete"]);
}

#[test]
fn rows_out_of_bounds_cost_themselves_only() {
    let world = World::new();
    let wide = format!("{}{}\n{}", records(0..300), "x,".repeat(9000), records(300..600));
    let document = world.document(&world.write("wide.csv", wide), 1);
    assert_eq!(document["coverage"]["skipped"][0]["reason"], "too_many_cells");
    assert_eq!(document["institutions"][0]["records_distinct"], 600);
    for (name, table) in [
        ("quote.csv", records(0..500).replacen("Adi", "\"Adi", 3)),
        ("ragged.csv", records(0..500).replace("Bunga", "Bunga,,,,").replace("Citra", "Citra\n")),
        ("cr.csv", records(0..500).replace('\n', "\r")),
        ("latin.csv", records(0..500)),
    ] {
        let mut bytes = table.into_bytes();
        if name == "latin.csv" {
            bytes.iter_mut().filter(|b| **b == b'u').for_each(|b| *b = 0xfc);
        }
        world.document(&world.write(name, bytes), 1);
    }
}

/// A gigabyte without a line end: set aside, in memory that does not grow with it.
#[cfg(target_os = "linux")]
#[test]
fn a_line_of_a_gigabyte() {
    use std::io::Write;
    const GIGABYTE: u64 = 1 << 30;
    const MOST_KB: u64 = 400 << 10;
    let world = World::new();
    let path = world.at("line.csv");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(records(50_000..50_100).as_bytes()).unwrap();
    file.set_len(GIGABYTE).unwrap();
    drop(file);
    let mut command = world.scan_command(&[&path], &["--json", "-"]);
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    // Memory of its own, apart from the mapped file's pages, which the system takes back as it likes.
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || {
        let mut most = 0;
        while let Ok(text) = std::fs::read_to_string(&status) {
            let Some(line) = text.lines().find(|l| l.starts_with("RssAnon")) else { break };
            most = most.max(line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        most
    });
    let ran = crate::support::finish(child, b"");
    let most = watch.join().unwrap();
    println!("a line of a gigabyte: at most {most} kB of anonymous memory");
    ran.ends(3, &[]);
    let document = ran.document();
    check_account(&document);
    assert_eq!(document["coverage"]["skipped"][0]["reason"], "row_too_long");
    assert_eq!(document["coverage"]["rows_read"], 100);
    assert!(most > 0 && most < MOST_KB, "{most} kB");
}
