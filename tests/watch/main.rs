//! A watched folder: what is scanned and when, what the log holds, and that no way of ending a watch loses a file or scans one twice.

#![cfg(unix)]

mod ends;
mod files;
mod hooks;
mod killed;
mod reconciled;
mod settled;

#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{Ran, World, leaktrace, run_with};

/// How long a test waits for something that must happen; far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until `true`.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A world with a folder `incoming`, and what a watch of it leaves.
struct Place {
    world: World,
}

impl Place {
    fn new() -> Place {
        let world = World::new();
        std::fs::create_dir(world.at("incoming")).unwrap();
        Place { world }
    }

    fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.world.at(name)
    }

    fn incoming(&self, name: &str) -> PathBuf {
        self.at("incoming").join(name)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        self.world.write(Path::new("incoming").join(name), content)
    }

    /// A watch with a short settling time, the log `log.jsonl` and `more`.
    fn command(&self, more: &[&str]) -> Command {
        let mut command = leaktrace(["watch"]);
        command.current_dir(self.world.folder.path());
        command.args(["incoming", "--index", "a.ltx", "--key", "case.key", "--log", "log.jsonl", "--threads", "1", "--poll", "0.5"]);
        if !more.contains(&"--settle") {
            command.args(["--settle", "0.2"]);
        }
        command.args(more);
        command
    }

    /// Scans what is there.
    fn once(&self, more: &[&str]) -> Ran {
        let mut all = vec!["--once"];
        all.extend(more);
        run_with(self.command(&all), b"")
    }

    /// Starts a watch; what it says goes to a file.
    fn start(&self, more: &[&str]) -> Watch {
        let said = std::fs::OpenOptions::new().append(true).create(true).open(self.at("said")).unwrap();
        Watch { child: Some(self.command(more).stdout(Stdio::null()).stderr(said).spawn().unwrap()) }
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.at("said")).unwrap_or_default()
    }

    /// The whole lines of the log.
    fn lines(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.at("log.jsonl")).unwrap_or_default();
        text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// File and result of each scan, in the order of the log.
    fn results(&self) -> Vec<(String, String)> {
        let scans = self.lines().into_iter().filter(|line| line["event"] == "scan");
        let name = |line: &Value| line["file"].as_str().unwrap().trim_start_matches("incoming/").to_string();
        scans.map(|line| (name(&line), line["result"].as_str().unwrap().to_string())).collect()
    }

    #[track_caller]
    fn has(&self, results: &[(&str, &str)]) {
        let found = self.results();
        let found: Vec<(&str, &str)> = found.iter().map(|(file, result)| (file.as_str(), result.as_str())).collect();
        assert_eq!(found, results, "{}", self.said());
    }

    /// How many scans the log has.
    fn scans(&self) -> usize {
        std::fs::read_to_string(self.at("log.jsonl")).unwrap_or_default().matches("\"event\":\"scan\"").count()
    }

    /// Waits for so many scans, as long as there is one now and then.
    #[track_caller]
    fn until_scans(&self, scans: usize) {
        let (mut there, mut since) = (self.scans(), Instant::now());
        while there < scans {
            assert!(since.elapsed() < PATIENCE, "no scan after {there}: {}", self.said());
            std::thread::sleep(Duration::from_millis(10));
            let now = self.scans();
            if now != there {
                (there, since) = (now, Instant::now());
            }
        }
        // The line's end may come a moment after its middle.
        until("whole lines", || self.results().len() >= scans);
    }
}

/// A watch at work; killed when dropped.
struct Watch {
    child: Option<Child>,
}

impl Watch {
    fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    fn running(&mut self) -> bool {
        self.child.as_mut().unwrap().try_wait().unwrap().is_none()
    }

    fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends a signal and waits for the exit code; `None` where the signal ended it.
    #[cfg(target_os = "linux")]
    fn signal(mut self, signal: rustix::process::Signal) -> Option<i32> {
        send(self.id(), signal);
        let mut child = self.child.take().unwrap();
        until("the watch ends", || child.try_wait().unwrap().is_some());
        child.wait().unwrap().code()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(target_os = "linux")]
fn send(process: u32, signal: rustix::process::Signal) {
    let process = rustix::process::Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    rustix::process::kill_process(process, signal).unwrap();
}
