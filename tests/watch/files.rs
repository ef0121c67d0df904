//! Which files are scanned, when, and what the log says of them.

use crate::support::records;
use crate::{Place, until};
use serde_json::Value;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

#[test]
fn what_is_there_is_scanned_in_order_and_once() {
    let place = Place::new();
    place.put("b.csv", records(100..400));
    place.put("a.csv", records(5000..5100));
    place.put("deep/er/c.csv", records(0..50));
    place.once(&["--reports", "reports"]).ends(1, &["watching incoming: 3 to be scanned, 0 scanned before", "2  incoming/b.csv: "]);
    place.has(&[("a.csv", "not_supported"), ("b.csv", "supported"), ("deep/er/c.csv", "supported")]);
    let lines = place.lines();
    for (n, line) in lines.iter().enumerate() {
        assert_eq!((&line["schema"], &line["line"], &line["sequence"]), (&"leaktrace.watch/1".into(), &(n + 1).into(), &(n + 1).into()));
    }
    let line = &lines[1];
    let content = records(100..400);
    assert_eq!(line["blake3"], blake3::hash(content.as_bytes()).to_string());
    assert_eq!((&line["bytes"], &line["rows_read"], &line["exit_code"]), (&content.len().into(), &300.into(), &1.into()));
    assert_eq!((&line["verdict"], &line["institutions"][0]), (&"attributed".into(), &"Asuransi Contoh".into()));
    assert!(line["complete"].as_bool().unwrap() && line["seconds"].is_number() && line["sentence"].as_str().unwrap().contains("support"));
    let report = place.at(line["report"].as_str().unwrap());
    let document: Value = serde_json::from_slice(&std::fs::read(report.join("scan.json")).unwrap()).unwrap();
    assert_eq!(document["verdict"]["sentence"], line["sentence"]);
    let mode = |name: &str| std::fs::metadata(place.at(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("log.jsonl"), mode("log.jsonl.state"), mode("reports")), (0o600, 0o600, 0o700));
    assert_eq!(report.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(std::fs::read_dir(place.at("reports")).unwrap().count(), 3, "nothing but reports");
    // Nothing is new.
    place.once(&[]).ends(0, &["0 to be scanned, 3 scanned before"]);
    assert_eq!(place.lines(), lines);
}

#[test]
fn an_empty_folder_is_none_the_worse_and_a_missing_one_is_told() {
    let place = Place::new();
    place.once(&[]).ends(0, &["0 to be scanned"]);
    assert_eq!(std::fs::read(place.at("log.jsonl")).unwrap(), b"");
    std::fs::remove_dir(place.at("incoming")).unwrap();
    place.once(&[]).ends(2, &["cannot read the folder"]);
    place.world.write("incoming", "a file");
    place.once(&[]).ends(2, &["this is no folder"]);
}

#[test]
fn files_that_come_later_are_scanned_also_moved_in_and_in_new_folders() {
    let place = Place::new();
    let mut watch = place.start(&[]);
    until("it watches", || place.said().contains("watching incoming"));
    place.put("a.csv", records(100..200));
    place.until_scans(1);
    let outside = place.world.write("outside.csv", records(200..300));
    std::fs::rename(outside, place.incoming("b.csv")).unwrap();
    place.until_scans(2);
    place.put("new/c.csv", records(5000..5100));
    place.until_scans(3);
    place.world.write("folder/d.csv", records(300..400));
    std::fs::rename(place.at("folder"), place.incoming("moved")).unwrap();
    place.until_scans(4);
    assert!(watch.running());
    place.has(&[("a.csv", "supported"), ("b.csv", "supported"), ("new/c.csv", "not_supported"), ("moved/d.csv", "supported")]);
}

#[test]
fn a_file_that_grows_is_scanned_whole_and_once() {
    let place = Place::new();
    let _watch = place.start(&["--settle", "1.5"]);
    until("it watches", || place.said().contains("watching incoming"));
    let content = records(100..1300);
    let mut file = std::fs::File::create(place.incoming("grows.csv")).unwrap();
    for piece in content.as_bytes().chunks(content.len() / 40 + 1) {
        file.write_all(piece).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(file);
    place.until_scans(1);
    // One that comes later is scanned later: nothing else was scanned in between.
    place.put("later.csv", "x,y\n1,2\n");
    place.until_scans(2);
    place.has(&[("grows.csv", "supported"), ("later.csv", "not_supported")]);
    assert_eq!(place.lines()[0]["blake3"], blake3::hash(content.as_bytes()).to_string());
}

#[test]
fn a_renamed_file_is_not_scanned_again_and_a_changed_one_is() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    place.put("b.csv", records(200..300));
    place.once(&[]).ends(1, &[]);
    std::fs::rename(place.incoming("a.csv"), place.incoming("z.csv")).unwrap();
    place.put("b.csv", records(200..350));
    place.once(&[]).ends(1, &["1 to be scanned, 2 scanned before"]);
    place.has(&[("a.csv", "supported"), ("b.csv", "supported"), ("b.csv", "supported")]);
    assert_eq!(place.lines()[2]["rows_read"], 150);
    // While it is at work.
    let _watch = place.start(&[]);
    std::fs::rename(place.incoming("z.csv"), place.incoming("y.csv")).unwrap();
    place.put("c.csv", "x,y\n1,2\n");
    place.until_scans(4);
    place.put("d.csv", "x,y\n1,2\n");
    place.until_scans(5);
    assert_eq!(place.results()[3..].iter().map(|r| r.0.as_str()).collect::<Vec<_>>(), ["c.csv", "d.csv"]);
}

#[test]
fn volumes_are_scanned_together() {
    let place = Place::new();
    let content = records(100..400);
    let third = content.len() / 3 + 1;
    for (n, piece) in content.as_bytes().chunks(third).enumerate() {
        place.put(&format!("dump.csv.00{}", n + 1), piece);
    }
    place.once(&[]).ends(1, &[]);
    place.has(&[("dump.csv.001", "supported")]);
    let line = &place.lines()[0];
    assert_eq!((&line["files"], &line["bytes"], &line["rows_read"]), (&3.into(), &content.len().into(), &300.into()));
}

#[test]
fn what_cannot_be_read_is_in_the_log_and_stops_nothing() {
    let place = Place::new();
    place.put("a.bin", [0, 1, 2, 3, 0xFF].repeat(1000));
    std::os::unix::fs::symlink("nowhere", place.incoming("b")).unwrap();
    std::os::unix::net::UnixListener::bind(place.incoming("c")).unwrap();
    place.put("d@example.org\n.csv", records(5000..5010));
    place.put("e.csv", "");
    place.put("-f.csv", "x,y\n1,2\n");
    place.put("[g]*.csv", "x,y\n1,2\n");
    place.once(&[]).ends(3, &[]);
    let results = place.results();
    let of = |name: &str| results.iter().find(|result| result.0 == name).unwrap_or_else(|| panic!("{name}: {results:?}")).1.as_str();
    assert_eq!((of("a.bin"), of("b"), of("c")), ("incomplete", "skipped", "skipped"));
    assert_eq!((of("-f.csv"), of("[g]*.csv"), of("e.csv")), ("not_supported", "not_supported", "not_supported"));
    assert_eq!(results.len(), 7);
    assert!(!place.said().contains("example.org") && !std::fs::read_to_string(place.at("log.jsonl")).unwrap().contains("example.org"));
    place.once(&[]).ends(0, &["0 to be scanned, 7"]);
}

#[test]
fn two_runs_under_a_fixed_time_write_the_same_log() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    let log = || {
        let mut command = place.command(&["--once"]);
        command.env("SOURCE_DATE_EPOCH", "1795400000");
        crate::run_with(command, b"").ends(1, &[]);
        let log = std::fs::read_to_string(place.at("log.jsonl")).unwrap();
        std::fs::remove_file(place.at("log.jsonl")).unwrap();
        std::fs::remove_file(place.at("log.jsonl.state")).unwrap();
        log
    };
    let first = log();
    assert!(first.contains("\"time\":\"2026-11-23T02:13:20Z\"") && first.contains("\"seconds\":null"), "{first}");
    assert_eq!(first, log());
}
