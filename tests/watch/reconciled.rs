//! State and log at every place where a run can be cut off.

use leaktrace::Result;
use leaktrace::commands::watch::entry::{self, Times};
use leaktrace::commands::watch::hook::Ran;
use leaktrace::commands::watch::log::Log;
use leaktrace::commands::watch::seen::Unit;
use leaktrace::commands::watch::state::{Due, Entry, State};
use std::path::{Path, PathBuf};

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn state(&self) -> State {
        State::open(&self.at("state")).unwrap()
    }

    fn open(&self, state: &mut State) -> Result<Log> {
        Log::open(&self.at("log.jsonl"), state)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.at("log.jsonl")).unwrap_or_default()
    }

    /// The numbers of the log's lines, all of which are whole.
    fn numbers(&self) -> Vec<u64> {
        numbers(&self.log())
    }
}

#[track_caller]
fn numbers(log: &str) -> Vec<u64> {
    assert!(log.is_empty() || log.ends_with('\n'));
    log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["line"].as_u64().unwrap()).collect()
}

/// Commits a result, and does not append it.
fn commit(state: &mut State, folder: &Path, due: Option<&Due>) {
    let file = folder.join(format!("file{}", state.sequence()));
    std::fs::write(&file, "1").unwrap();
    let unit = Unit::of(vec![file]).unwrap();
    let keys = unit.keys(folder);
    let times = Times { epoch: Some(1_795_400_000) };
    state
        .add(&Entry { done: &keys, due, ran: None }, |line, sequence| entry::scan(&unit, None, (line, sequence), (times, 0.0), None))
        .unwrap();
    assert_eq!(state.undone(vec![unit], folder).unwrap(), []);
}

/// Three results that are in the log, and one that is not.
fn cut_off() -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    let mut state = desk.state();
    let log = desk.open(&mut state).unwrap();
    for _ in 0..3 {
        commit(&mut state, desk.folder.path(), None);
        log.publish(&mut state).unwrap();
    }
    assert_eq!((desk.numbers(), state.logged()), (vec![1, 2, 3], 3));
    commit(&mut state, desk.folder.path(), None);
    let line = state.lines(3).unwrap().remove(0).1;
    (desk, line)
}

fn append(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn whatever_is_there_of_the_last_line_it_is_there_once_afterwards() {
    let (desk, line) = cut_off();
    let before = desk.log();
    // None of it: committed and not appended. All of it: appended and not marked. Else: torn.
    for cut in 0..=line.len() {
        std::fs::write(desk.at("log.jsonl"), &before).unwrap();
        append(&desk.at("log.jsonl"), &line[..cut]);
        let copy = desk.at("copy");
        std::fs::copy(desk.at("state"), &copy).unwrap();
        let mut state = State::open(&copy).unwrap();
        Log::open(&desk.at("log.jsonl"), &mut state).unwrap();
        assert_eq!((desk.numbers(), state.logged()), (vec![1, 2, 3, 4], 4), "cut at {cut}");
        drop(state);
        std::fs::remove_file(copy).unwrap();
    }
}

#[test]
fn a_log_that_was_rotated_away_is_not_written_again() {
    let (desk, line) = cut_off();
    let rotate = || std::fs::rename(desk.at("log.jsonl"), desk.at("log.jsonl.1")).unwrap();
    rotate();
    let mut state = desk.state();
    let log = desk.open(&mut state).unwrap();
    assert_eq!(desk.numbers(), [4], "missing: only what the old one did not have");
    commit(&mut state, desk.folder.path(), None);
    log.publish(&mut state).unwrap();
    assert_eq!(desk.numbers(), [4, 5]);
    // While it is at work, too.
    rotate();
    commit(&mut state, desk.folder.path(), None);
    log.publish(&mut state).unwrap();
    assert_eq!(desk.numbers(), [6]);
    drop((log, state));
    // Emptied while nobody is at work.
    std::fs::write(desk.at("log.jsonl"), "").unwrap();
    let mut state = desk.state();
    desk.open(&mut state).unwrap();
    assert_eq!(desk.log(), "");
    drop(state);
    // Killed between appending and marking, and then rotated.
    let (desk, _) = (cut_off().0, line);
    let mut state = desk.state();
    let line = state.lines(3).unwrap().remove(0).1;
    append(&desk.at("log.jsonl"), &line);
    std::fs::rename(desk.at("log.jsonl"), desk.at("log-20261123.jsonl")).unwrap();
    desk.open(&mut state).unwrap();
    assert_eq!((desk.log().as_str(), state.logged()), ("", 4));
    // The old one ends with a torn line: the new one has it whole.
    let (desk, line) = cut_off();
    append(&desk.at("log.jsonl"), &line[..20]);
    std::fs::rename(desk.at("log.jsonl"), desk.at("log.jsonl.1")).unwrap();
    desk.open(&mut desk.state()).unwrap();
    assert_eq!(desk.numbers(), [4]);
}

#[test]
fn a_log_that_lost_its_end_gets_it_back_and_that_of_another_is_refused() {
    let (desk, line) = cut_off();
    let before = desk.log();
    let first = before.split_inclusive('\n').next().unwrap().to_string();
    std::fs::write(desk.at("log.jsonl"), &first).unwrap();
    desk.open(&mut desk.state()).unwrap();
    assert_eq!(desk.numbers(), [1, 2, 3, 4]);
    let others = [
        "a text of somebody".to_string(),
        "a text of somebody\nof two lines\n".to_string(),
        "{\"line\":1}\n".to_string(),
        String::from_utf8(line.clone()).unwrap().replace("\"line\":4", "\"line\":5"),
        String::from_utf8(line).unwrap().replace("file3", "file9"),
        format!("{before}{{\"schema\":\"else"),
    ];
    for text in others {
        std::fs::write(desk.at("log.jsonl"), &text).unwrap();
        let error = desk.open(&mut desk.state()).unwrap_err().to_string();
        assert!(error.contains("not the log of this state"), "{text}: {error}");
        assert_eq!(desk.log(), text, "nothing is written to it");
    }
    std::fs::remove_file(desk.at("log.jsonl")).unwrap();
    std::fs::create_dir(desk.at("log.jsonl")).unwrap();
    assert!(desk.open(&mut desk.state()).unwrap_err().to_string().contains("no file"));
}

#[test]
fn a_hook_is_due_until_its_line_is_there() {
    let desk = Desk::new();
    let due = Due::new(Path::new("in/a.csv"), None, "attributed");
    let mut state = desk.state();
    commit(&mut state, desk.folder.path(), None);
    commit(&mut state, desk.folder.path(), Some(&due));
    drop(state);
    let mut state = desk.state();
    assert_eq!(state.due().unwrap(), [(2, due)]);
    let ran = Ran { exit_code: Some(0), reason: None, seconds: 0.5 };
    let times = Times { epoch: None };
    let entry = Entry { ran: Some(2), ..Entry::default() };
    state.add(&entry, |line, sequence| entry::hook(&ran, (line, sequence), times)).unwrap();
    assert_eq!((state.due().unwrap(), state.line(), state.sequence()), (vec![], 3, 2));
    desk.open(&mut state).unwrap();
    let last: serde_json::Value = serde_json::from_str(desk.log().lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["sequence"], &last["line"]), (&"hook".into(), &2.into(), &3.into()));
}

#[test]
fn old_lines_are_let_go() {
    let desk = Desk::new();
    let mut state = desk.state();
    let log = desk.open(&mut state).unwrap();
    for n in 0..leaktrace::limits::WATCH_LINES_KEPT + 3 {
        state
            .add(&Entry::default(), |line, _| Ok(format!("{{\"schema\":\"leaktrace.watch/1\",\"line\":{line},\"n\":{n}}}\n").into()))
            .unwrap();
    }
    log.publish(&mut state).unwrap();
    assert_eq!(state.lines(0).unwrap().len() as u64, leaktrace::limits::WATCH_LINES_KEPT);
}

#[test]
fn what_is_no_state_is_refused_and_what_a_killed_making_left_goes() {
    let desk = Desk::new();
    for content in [&b"a text of somebody that is long enough"[..], b""] {
        std::fs::write(desk.at("state"), content).unwrap();
        State::open(&desk.at("state")).unwrap_err();
        assert_eq!(std::fs::read(desk.at("state")).unwrap(), content);
    }
    std::fs::remove_file(desk.at("state")).unwrap();
    std::fs::write(desk.at(".state-new-abc"), "half").unwrap();
    drop(desk.state());
    assert!(!desk.at(".state-new-abc").exists());
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(desk.at("state")).unwrap().permissions().mode() & 0o777, 0o600);
}
