//! The program that is run on findings.

use crate::Place;
use crate::support::records;
use leaktrace::commands::watch::hook::arguments;
use leaktrace::commands::watch::state::Due;
use std::ffi::OsString;
use std::path::Path;

#[test]
fn places_in_arguments_are_replaced_once() {
    let due = Due::new(Path::new("in/{report} $(x).csv"), Some(Path::new("reports/7")), "attributed");
    let hook = ["notify", "--file={file}", "{sequence}:{verdict}", "{report}", "{unknown}", "{file"].map(OsString::from);
    let replaced = arguments(&hook, 7, &due);
    assert_eq!(replaced, ["notify", "--file=in/{report} $(x).csv", "7:attributed", "reports/7", "{unknown}", "{file"].map(OsString::from));
    let odd: OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'a', 0xFF]);
    let due = Due::new(Path::new(&odd), None, "mixture");
    assert_eq!(arguments(&["{file}".into(), "{report}".into()], 1, &due), [odd, OsString::new()]);
}

#[test]
fn it_is_run_for_findings_alone_and_without_a_shell() {
    let place = Place::new();
    place.put("a b;c.csv", records(100..200));
    place.put("nobody.csv", records(5000..5100));
    let hook =
        ["--reports", "reports", "--", "sh", "-c", "echo \"$1|$2|$3|$4\" >> told", "hook", "{file}", "{report}", "{verdict}", "{sequence}"];
    place.once(&hook).ends(1, &[]);
    let lines = place.lines();
    assert_eq!(lines.iter().map(|line| line["event"].as_str().unwrap()).collect::<Vec<_>>(), ["scan", "hook", "scan"]);
    assert_eq!((&lines[1]["sequence"], &lines[1]["exit_code"]), (&1.into(), &0.into()));
    let told = std::fs::read_to_string(place.at("told")).unwrap();
    assert_eq!(told, format!("incoming/a b;c.csv|{}|attributed|1\n", lines[0]["report"].as_str().unwrap()));
}

#[test]
fn one_that_fails_or_is_not_there_stops_nothing() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    place.once(&["--", "sh", "-c", "exit 7"]).ends(1, &[]);
    place.put("b.csv", records(200..300));
    place.once(&["--", "no-such-program"]).ends(1, &[]);
    place.put("c.csv", records(300..400));
    place.once(&["--", "sh", "-c", "kill -9 $$"]).ends(1, &[]);
    place.has(&[("a.csv", "supported"), ("b.csv", "supported"), ("c.csv", "supported")]);
    let hooks: Vec<_> = place.lines().into_iter().filter(|line| line["event"] == "hook").collect();
    assert_eq!((&hooks[0]["exit_code"], &hooks[0]["reason"]), (&7.into(), &serde_json::Value::Null));
    assert_eq!((&hooks[1]["exit_code"], &hooks[1]["reason"]), (&serde_json::Value::Null, &"start".into()));
    assert_eq!(hooks[2]["reason"], "crash");
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_was_cut_off_is_run_after_the_next_start() {
    let place = Place::new();
    place.put("a.csv", records(100..200));
    let hook = ["--", "sh", "-c", "echo \"$1\" >> told; [ -e go ] || sleep 1000", "hook", "{sequence}"];
    let watch = place.start(&hook);
    let told = || std::fs::read_to_string(place.at("told")).unwrap_or_default();
    crate::until("the hook is at work", || told() == "1\n");
    place.has(&[("a.csv", "supported")]);
    assert_eq!(watch.signal(rustix::process::Signal::TERM), Some(0));
    assert_eq!(place.lines().len(), 1);
    place.world.write("go", "");
    place.once(&hook).ends(0, &["0 to be scanned"]);
    assert_eq!((told().as_str(), &place.lines()[1]["event"]), ("1\n1\n", &"hook".into()));
    place.once(&hook).ends(0, &[]);
    assert_eq!((told().as_str(), place.lines().len()), ("1\n1\n", 2));
}
