//! How scans and watches end, and what must not begin.

use crate::Place;
use crate::support::records;

#[test]
fn a_scan_that_fails_is_an_entry_and_the_next_file_is_scanned() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    place.once(&["--memory", "1"]).ends(3, &[]);
    place.put("b.csv", records(200..300).repeat(200));
    place.once(&["--time", "0.001"]).ends(3, &[]);
    place.put("c.csv", records(300..400));
    place.once(&[]).ends(1, &[]);
    let lines = place.lines();
    if cfg!(target_os = "linux") {
        place.has(&[("a.csv", "failed"), ("b.csv", "failed"), ("c.csv", "supported")]);
        let reason = lines[0]["reason"].as_str().unwrap();
        assert!(["memory", "crash"].contains(&reason) && !lines[0]["error"].as_str().unwrap().is_empty(), "{}", lines[0]);
    }
    assert_eq!((&lines[1]["reason"], &lines[1]["complete"]), (&"time".into(), &false.into()));
}

#[test]
fn a_key_that_goes_away_is_an_entry_and_one_that_was_never_there_an_error() {
    let place = Place::new();
    let _watch = place.start(&[]);
    crate::until("it watches", || place.said().contains("watching incoming"));
    std::fs::rename(place.at("case.key"), place.at("away.key")).unwrap();
    place.put("a.csv", records(100..200));
    place.until_scans(1);
    std::fs::rename(place.at("away.key"), place.at("case.key")).unwrap();
    place.put("b.csv", records(200..300));
    place.until_scans(2);
    place.has(&[("a.csv", "failed"), ("b.csv", "supported")]);
    let line = &place.lines()[0];
    assert_eq!((&line["reason"], &line["exit_code"]), (&"error".into(), &2.into()));
    assert!(line["error"].as_str().unwrap().contains("case.key"));
    drop(_watch);
    std::fs::remove_file(place.at("case.key")).unwrap();
    place.put("c.csv", records(300..400));
    place.once(&[]).ends(2, &["case.key"]);
    assert_eq!(place.lines().len(), 2);
}

#[test]
fn what_it_writes_must_not_lie_in_the_folder() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    std::os::unix::fs::symlink("incoming", place.at("link")).unwrap();
    for (option, value, what) in [
        ("--log", "incoming/log.jsonl", "the log would lie"),
        ("--state", "incoming/deep/state", "the state would lie"),
        ("--reports", "link/reports", "the reports would lie"),
        ("--reports", "incoming", "the reports would lie"),
        ("--scratch", "link", "the scratch folder would lie"),
    ] {
        let mut command = crate::leaktrace(["watch", "incoming", "--index", "a.ltx", "--key", "case.key", "--once"]);
        command.current_dir(place.world.folder.path()).args([option, value]);
        if option != "--log" {
            command.args(["--log", "log.jsonl"]);
        }
        crate::run_with(command, b"").ends(2, &[what, "be scanned"]);
    }
    assert_eq!(std::fs::read_dir(place.at("incoming")).unwrap().count(), 1);
    assert!(!place.at("log.jsonl").exists() && !place.at("log.jsonl.state").exists());
}

#[test]
fn settings_that_say_how_to_scan_reach_the_scan_and_wrong_ones_are_told_at_once() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    place.once(&["--encoding", "klingon"]).ends(2, &["this encoding is not known"]);
    place.once(&["--index", "records.csv"]).ends(2, &["index"]);
    place.once(&["--settle", "-1"]).ends(2, &[]);
    assert!(place.lines().is_empty());
    // From a file of settings, too; and none of a scan that the watch does not have.
    place.world.write("leaktrace.toml", "case = \"BCU-17\"\n[scan]\neach = true\njson = \"elsewhere.json\"\n");
    place.once(&["--reports", "reports", "--lang", "id", "--tlp", "green", "--strict"]).ends(1, &[]);
    let report = place.at(place.lines()[0]["report"].as_str().unwrap());
    let read = |name: &str| -> serde_json::Value { serde_json::from_slice(&std::fs::read(report.join(name)).unwrap()).unwrap() };
    let (document, manifest) = (read("scan.json"), read("manifest.json"));
    assert_eq!((&document["case"]["case"], document["groups"].as_array().unwrap().len()), (&"BCU-17".into(), 0));
    assert_eq!((&manifest["look"]["lang"], &manifest["look"]["tlp"]), (&"id".into(), &"green".into()));
    assert!(document["command"].as_str().unwrap().ends_with("--strict"));
    assert!(!place.at("elsewhere.json").exists());
}

#[test]
fn a_second_watch_with_the_same_state_is_refused() {
    let place = Place::new();
    let mut watch = place.start(&[]);
    crate::until("it watches", || place.said().contains("watching incoming"));
    place.once(&[]).ends(2, &["another watch is at work with this state"]);
    place.once(&["--state", "other"]).ends(0, &[]);
    assert!(watch.running());
    place.put("a.csv", records(100..200));
    place.until_scans(1);
    // Whose log it is shows in its lines.
    place.once(&["--state", "other"]).ends(2, &["not the log of this state"]);
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use rustix::process::Signal;
    use std::time::{Duration, Instant};

    /// The process that a process started, and whether it is at work.
    fn child_of(parent: u32) -> Option<u32> {
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
            let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_string();
            if field("PPid:") == parent.to_string() && !field("State:").starts_with('Z') {
                return Some(id);
            }
        }
        None
    }

    fn alive(id: u32) -> bool {
        std::fs::read_to_string(format!("/proc/{id}/status")).is_ok_and(|status| !status.contains("State:\tZ"))
    }

    /// A watch whose scan is stopped, so that it cannot end while the test looks at it.
    fn with_a_stopped_scan(place: &Place, more: &[&str]) -> (crate::Watch, u32) {
        place.put("a.csv", records(100..1100).repeat(300));
        let watch = place.start(more);
        let mut scan = None;
        crate::until("a scan begins", || {
            scan = child_of(watch.id());
            scan.is_some()
        });
        let scan = scan.unwrap();
        crate::send(scan, Signal::STOP);
        (watch, scan)
    }

    #[test]
    fn it_ends_cleanly_when_it_is_told_to() {
        for signal in [Signal::TERM, Signal::INT] {
            let place = Place::new();
            place.put("a.csv", records(100..200));
            let watch = place.start(&["--reports", "reports"]);
            place.until_scans(1);
            let since = Instant::now();
            assert_eq!(watch.signal(signal), Some(0), "{}", place.said());
            assert!(since.elapsed() < Duration::from_secs(20));
            let names = place.world.names();
            assert!(!names.iter().any(|name| name.starts_with(".leaktrace")), "{names:?}");
            assert_eq!(std::fs::read_dir(place.at("reports")).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_scan_that_is_cut_off_is_made_after_the_next_start() {
        for signal in [Signal::TERM, Signal::KILL] {
            let place = Place::new();
            let (watch, scan) = with_a_stopped_scan(&place, &["--reports", "reports"]);
            assert_eq!(watch.signal(signal), (signal == Signal::TERM).then_some(0));
            crate::until("the scan ends with it", || !alive(scan));
            assert_eq!(place.lines(), [] as [serde_json::Value; 0]);
            place.once(&["--reports", "reports"]).ends(1, &["1 to be scanned, 0 scanned before"]);
            place.has(&[("a.csv", "supported")]);
            let left: Vec<_> = std::fs::read_dir(place.at("reports")).unwrap().map(|e| e.unwrap().file_name()).collect();
            assert_eq!(left.len(), 1, "{left:?}");
        }
    }

    #[test]
    fn a_file_that_changes_while_it_is_scanned_is_scanned_again_and_logged_once() {
        let place = Place::new();
        let (_watch, scan) = with_a_stopped_scan(&place, &["--settle", "1", "--reports", "reports"]);
        let content = records(100..200);
        place.put("a.csv", &content);
        crate::send(scan, Signal::CONT);
        place.until_scans(1);
        place.put("b.csv", "x,y\n1,2\n");
        place.until_scans(2);
        place.has(&[("a.csv", "supported"), ("b.csv", "not_supported")]);
        assert_eq!(place.lines()[0]["blake3"], blake3::hash(content.as_bytes()).to_string());
        assert_eq!(
            std::fs::read_dir(place.at("reports")).unwrap().flatten().filter(|e| !e.file_name().to_string_lossy().starts_with('.')).count(),
            2
        );
    }

    #[test]
    fn a_file_that_is_renamed_while_it_is_scanned_is_logged_once() {
        let place = Place::new();
        let (_watch, scan) = with_a_stopped_scan(&place, &[]);
        std::fs::rename(place.incoming("a.csv"), place.incoming("renamed.csv")).unwrap();
        crate::send(scan, Signal::CONT);
        place.until_scans(1);
        place.put("z.csv", "x,y\n1,2\n");
        place.until_scans(2);
        let results = place.results();
        assert_eq!((results.len(), results[1].0.as_str()), (2, "z.csv"), "{results:?}");
    }

    #[test]
    fn a_scan_that_crashes_is_an_entry() {
        let place = Place::new();
        let (_watch, scan) = with_a_stopped_scan(&place, &[]);
        crate::send(scan, Signal::KILL);
        place.until_scans(1);
        place.has(&[("a.csv", "failed")]);
        let line = &place.lines()[0];
        assert_eq!((&line["reason"], line["error"].as_str().unwrap()), (&"crash".into(), "ended by signal 9"));
        // A signal that may be on its way to all is waited for, and the scan made again when it was for that scan alone.
        place.put("b.csv", records(100..1100).repeat(300));
        let mut scan = None;
        crate::until("the next scan begins", || {
            scan = child_of(_watch.id());
            scan.is_some()
        });
        crate::send(scan.unwrap(), Signal::TERM);
        place.until_scans(2);
        place.has(&[("a.csv", "failed"), ("b.csv", "supported")]);
    }
}
