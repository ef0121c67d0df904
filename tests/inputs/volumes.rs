//! Split files: whatever they were cut with, the volumes are read as the one file that they are.

use crate::support::{World, records, run_with};
use crate::{gz, sevenz, zip};
use serde_json::Value;
use std::path::PathBuf;

/// Cuts `bytes` into three, of which the last is the smallest, and writes them under these names.
fn cut(world: &World, bytes: &[u8], names: &[&str; 3]) -> Vec<PathBuf> {
    let size = bytes.len() / 5 * 2;
    let pieces = [&bytes[..size], &bytes[size..2 * size], &bytes[2 * size..]];
    names.iter().zip(pieces).map(|(name, piece)| world.write(name, piece)).collect()
}

/// An archive as `zip -s` cuts it: offsets count from the beginning of a volume.
fn split_zip(whole: &[u8]) -> [Vec<u8>; 3] {
    let marked = [b"PK\x07\x08".as_slice(), whole].concat();
    let cuts = [0, marked.len() / 3, marked.len() * 2 / 3, marked.len()];
    let place = |at: usize| {
        let volume = (0..3).rev().find(|&n| cuts[n] <= at).unwrap();
        (volume as u16, (at - cuts[volume]) as u32)
    };
    let mut out = marked.clone();
    let end = marked.len() - 22;
    assert!(marked[end..].starts_with(b"PK\x05\x06"));
    let number = |at: usize| u32::from_le_bytes(marked[at..at + 4].try_into().unwrap()) as usize;
    let directory = number(end + 16) + 4;
    for at in memchr::memmem::find_iter(&marked[directory..], b"PK\x01\x02").map(|at| directory + at) {
        let (volume, offset) = place(number(at + 42) + 4);
        out[at + 34..at + 36].copy_from_slice(&volume.to_le_bytes());
        out[at + 42..at + 46].copy_from_slice(&offset.to_le_bytes());
    }
    let (volume, offset) = place(directory);
    out[end + 4..end + 6].copy_from_slice(&2u16.to_le_bytes());
    out[end + 6..end + 8].copy_from_slice(&volume.to_le_bytes());
    out[end + 16..end + 20].copy_from_slice(&offset.to_le_bytes());
    [out[..cuts[1]].to_vec(), out[cuts[1]..cuts[2]].to_vec(), out[cuts[2]..].to_vec()]
}

fn rows(document: &Value) -> (u64, u64, bool) {
    let number = |v: &Value| v.as_u64().unwrap();
    let institution = &document["institutions"][0];
    (number(&document["coverage"]["rows_read"]), number(&institution["rows_corroborated"]), document["coverage"]["complete"] == true)
}

#[test]
fn every_way_to_cut_a_file() {
    let world = World::new();
    let text = records(1000..3000);
    let (packed, half) = (gz(text.as_bytes()), text.len() / 2);
    let two = zip(&[("a.csv", &text.as_bytes()[..half]), ("b.csv", &text.as_bytes()[half..])]);
    let ways: [(&[u8], [&str; 3]); 9] = [
        (&packed, ["gz/d.csv.gz.001", "gz/d.csv.gz.002", "gz/d.csv.gz.003"]),
        (&packed, ["split/d.csv.gz.aa", "split/d.csv.gz.ab", "split/d.csv.gz.ac"]),
        (&packed, ["short/d.gz.00", "short/d.gz.01", "short/d.gz.02"]),
        (&packed, ["part/d.gz.part1", "part/d.gz.part2", "part/d.gz.part3"]),
        // Volumes of a 7z archive are read where they lie, whatever may be held.
        (&sevenz(text.as_bytes()), ["sevenz/d.7z.001", "sevenz/d.7z.002", "sevenz/d.7z.003"]),
        (&zip(&[("d.csv", text.as_bytes())]), ["zip/d.zip.001", "zip/d.zip.002", "zip/d.zip.003"]),
        // Cut through the middle of lines, as `split -b` does.
        (text.as_bytes(), ["text/d.csv.001", "text/d.csv.002", "text/d.csv.003"]),
        (&gz(&zip(&[("d.csv.gz", &packed)])), ["deep/d.001", "deep/d.002", "deep/d.003"]),
        (&two, ["two/d.zip.01", "two/d.zip.02", "two/d.zip.03"]),
    ];
    for (bytes, names) in ways {
        let paths = cut(&world, bytes, &names);
        let whole = blake3::hash(bytes).to_string();
        let folder = paths[0].parent().unwrap();
        for given in [vec![folder], vec![paths[1].as_path()], paths.iter().rev().map(PathBuf::as_path).collect()] {
            let ran = run_with(world.scan_command(&given, &["--json", "-"]), b"");
            ran.ends(1, &[]);
            let document = ran.document();
            crate::support::check_account(&document);
            let inputs = document["inputs"].as_array().unwrap();
            assert_eq!(inputs.len(), 1, "{names:?}");
            assert!(inputs[0]["path"].as_str().unwrap().ends_with(&format!("{} (3 volumes)", names[0])), "{inputs:#?}");
            assert_eq!((inputs[0]["blake3"].as_str().unwrap(), inputs[0]["bytes"].as_u64()), (whole.as_str(), Some(bytes.len() as u64)));
            for (volume, path) in inputs[0]["volumes"].as_array().unwrap().iter().zip(&paths) {
                let own = std::fs::read(path).unwrap();
                assert_eq!(volume["blake3"].as_str().unwrap(), blake3::hash(&own).to_string(), "{names:?}");
            }
            // In two tables the second has no header, and the line that the cut went through is two.
            let extra = if names[0].starts_with("two") { 1 } else { 0 };
            assert!(matches!(rows(&document), (read, 999..=1000, true) if read == 2000 + extra), "{names:?} {:?}", rows(&document));
        }
    }
}

#[test]
fn a_zip_archive_in_volumes_of_its_own() {
    let world = World::new();
    let (first, second) = (records(0..900), records(900..1800));
    let [a, b, c] = split_zip(&zip(&[("a.csv", first.as_bytes()), ("b.csv", second.as_bytes())]));
    let names = ["dump/d.z01", "dump/d.z02", "dump/d.zip"];
    let paths: Vec<PathBuf> = names.iter().zip([&a, &b, &c]).map(|(name, bytes)| world.write(name, bytes)).collect();
    for given in [&world.at("dump"), &paths[2]] {
        let document = world.document(given, 1);
        assert_eq!(rows(&document), (1800, 1800, true), "{:#}", document["coverage"]);
        assert_eq!(document["inputs"][0]["volumes"].as_array().unwrap().len(), 3);
    }
    std::fs::remove_file(&paths[0]).unwrap();
    let document = world.document(&world.at("dump"), 3);
    let skipped = &document["coverage"]["skipped"][0];
    assert_eq!(skipped["reason"], "volume_missing");
    assert!(skipped["advice"].as_str().unwrap().contains("d.z01 is not there"), "{skipped:#}");
}

#[test]
fn a_volume_that_is_missing_is_named() {
    let world = World::new();
    let packed = gz(records(0..2000).as_bytes());
    let paths = cut(&world, &packed, &["dump/d.gz.001", "dump/d.gz.002", "dump/d.gz.003"]);
    std::fs::remove_file(&paths[1]).unwrap();
    let document = world.document(&world.at("dump"), 1);
    let skipped = document["coverage"]["skipped"].as_array().unwrap();
    let missing = skipped.iter().find(|s| s["reason"] == "volume_missing").unwrap();
    assert!(missing["advice"].as_str().unwrap().contains("d.gz.002 is not there"), "{missing:#}");
    assert_eq!(missing["bytes"].as_u64().unwrap(), std::fs::metadata(&paths[2]).unwrap().len());
    // What stands before the hole was matched.
    let (read, matched, complete) = rows(&document);
    assert!((600..1000).contains(&read) && matched + 1 >= read && !complete, "{read} {matched}");
    assert!(document["inputs"][0]["blake3"].is_null());

    // Nobody supported, and something missing: never "no match".
    let paths = cut(&world, &gz(records(50_000..52_000).as_bytes()), &["none/d.gz.001", "none/d.gz.002", "none/d.gz.003"]);
    std::fs::remove_file(&paths[0]).unwrap();
    let document = world.document(&paths[2], 3);
    assert_eq!(document["verdict"]["kind"], "incomplete");
    assert!(document["coverage"]["skipped"][0]["advice"].as_str().unwrap().contains("d.gz.001"), "{:#}", document["coverage"]);
}

#[test]
fn rar_volumes_are_told_and_files_that_only_look_like_volumes_are_read() {
    let world = World::new();
    let rar = [b"Rar!\x1a\x07\x01\0".as_slice(), &[0x55; 5000]].concat();
    world.write("rar/d.part1.rar", &rar);
    world.write("rar/d.part2.rar", &rar);
    world.write("rar/a.csv", records(50_000..50_010));
    let document = world.document(&world.at("rar"), 3);
    let skipped = &document["coverage"]["skipped"][0];
    assert_eq!((skipped["bytes"].as_u64(), skipped["reason"].as_str()), (Some(2 * rar.len() as u64), Some("unsupported_format")));
    assert!(skipped["advice"].as_str().unwrap().contains("unrar"), "{skipped:#}");

    world.write("logs/users.001", records(0..100));
    world.write("logs/users.002", records(100..200));
    world.write("logs/users.2021", records(200..300));
    let document = world.document(&world.at("logs"), 1);
    assert_eq!((document["inputs"].as_array().unwrap().len(), rows(&document)), (3, (300, 300, true)));
    let document = world.document(&world.at("logs/users.001"), 1);
    assert_eq!((document["inputs"].as_array().unwrap().len(), rows(&document)), (1, (100, 100, true)));
}

#[test]
fn an_archive_in_volumes_that_is_too_large_to_hold_is_told() {
    let world = World::new();
    let paths = cut(&world, &zip(&[("d.csv", records(0..8000).as_bytes())]), &["d.zip.001", "d.zip.002", "d.zip.003"]);
    let ran = world.scan(&paths[0], &["--json", "-", "--max-held", "1000"]);
    ran.ends(3, &[]);
    let document = ran.document();
    crate::support::check_account(&document);
    assert_eq!(document["coverage"]["skipped"][0]["reason"], "memory_limit");
}

#[test]
fn inspect_and_cat_read_volumes_too() {
    let world = World::new();
    let text = records(0..500);
    let paths = cut(&world, &gz(text.as_bytes()), &["d.gz.aa", "d.gz.ab", "d.gz.ac"]);
    let ran = crate::support::run(["cat".as_ref(), paths[1].as_os_str()]);
    ran.ends(0, &[]);
    assert_eq!(ran.stdout.replace("\r\n", "\n"), text);
    let ran = crate::support::run(["inspect".as_ref(), paths[1].as_os_str()]);
    ran.ends(0, &[]);
    assert!(ran.stdout.contains("(3 volumes)") && ran.stdout.contains("500 rows"), "{}", ran.stdout);
}
