//! One scan in a process of its own, so that a file which brings it down brings down nothing else.
//!
//! The child heeds neither the environment's nor any file's settings, since all that holds is on its command line; it limits its own memory before it
//! reads anything, and is ended by the system when the watch is no more.

use super::Options;
use super::program::{Ended, Program};
use super::seen::Unit;
use crate::report::document::SCHEMA;
use crate::{Error, Result, limits, names};
use serde::Deserialize;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The variable of the environment by which a child knows that it is one: number of the watch's process, and MB that it may take, 0 for any.
const UNDER_WATCH: &str = "LEAKTRACE_UNDER_WATCH";

/// Whether this process scans for a watch; if so, it is held to what the watch said.
///
/// # Errors
/// When the watch is gone already, or the system refuses the limits.
pub fn under_watch() -> Result<bool> {
    let Some(text) = std::env::var_os(UNDER_WATCH) else { return Ok(false) };
    let numbers = text.to_str().and_then(|text| text.split_once(' ')).and_then(|(watch, mb)| Some((watch.parse().ok()?, mb.parse().ok()?)));
    let Some((watch, mb)) = numbers else { return Err(Error::usage(format!("{UNDER_WATCH} is set by leaktrace watch alone"))) };
    hold(watch, mb)?;
    Ok(true)
}

#[cfg(target_os = "linux")]
fn hold(watch: i32, mb: u64) -> Result<()> {
    use rustix::process::{Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit};
    let refused = |e: rustix::io::Errno| Error::io("cannot limit this process", &e.into());
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(refused)?;
    // It may have ended before the signal was asked for.
    if getppid().is_none_or(|parent| parent.as_raw_nonzero().get() != watch) {
        return Err(Error::interrupted());
    }
    if mb > 0 {
        // What is allocated, not what is mapped from files: those pages are the system's to drop.
        let most = Some(mb.saturating_mul(1_000_000));
        setrlimit(Resource::Data, Rlimit { current: most, maximum: most }).map_err(refused)?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn hold(_: i32, _: u64) -> Result<()> {
    Ok(())
}

/// What a scan came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Scanned {
    /// It ended, and this is what it says.
    Said(Box<Said>),
    /// It did not.
    Failed {
        /// Why, in a word.
        reason: &'static str,
        /// Its exit code, where it has one.
        exit_code: Option<i32>,
        /// Its own words.
        error: String,
    },
    /// A signal from outside that is ours as well, or will be in a moment.
    Interrupted,
}

/// What is taken from the document of a scan that ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its exit code: 0, 1 or 3.
    pub exit_code: i32,
    /// Kind of the verdict.
    pub verdict: String,
    /// The verdict in words.
    pub sentence: String,
    /// The institutions that are named.
    pub institutions: Vec<String>,
    /// Whether all was read.
    pub complete: bool,
    /// Digest of the unit.
    pub blake3: Option<String>,
    /// Rows that were read.
    pub rows_read: u64,
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    inputs: Vec<Input>,
    coverage: Coverage,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Input {
    blake3: Option<String>,
}

#[derive(Deserialize)]
struct Coverage {
    complete: bool,
    rows_read: u64,
}

#[derive(Deserialize)]
struct Verdict {
    kind: String,
    sentence: String,
    institutions: Vec<String>,
}

/// A scan at work.
#[derive(Debug)]
pub struct Child {
    /// What it scans.
    pub unit: Unit,
    program: Program,
    document: PathBuf,
}

impl Child {
    /// Starts the scan of a unit; its document and, where one is asked for, its report go into `work`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(options: &Options, unit: Unit, work: &Path) -> Result<Child> {
        let document = work.join("scan.json");
        let _ = std::fs::remove_file(&document);
        let program = std::env::current_exe().map_err(|e| Error::io("cannot find this program's own file", &e))?;
        let mut command = Command::new(program);
        command.env(UNDER_WATCH, format!("{} {}", std::process::id(), options.memory));
        command.args(["--quiet", "scan"]).args(&options.scan);
        command.arg(joined("--json=", &document));
        if options.reports.is_some() {
            command.arg(joined("--report=", &report(work)));
        }
        // Volumes are found by the first one; ten thousand paths are too long for a command line.
        command.arg("--").arg(unit.path());
        Ok(Child { unit, program: Program::start(command, options.time, true)?, document })
    }

    /// Since when it is at work.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.program.elapsed()
    }

    /// What it came to, once it has ended.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<Scanned>> {
        let Some(ended) = self.program.ended()? else { return Ok(None) };
        let (reason, exit_code) = match ended {
            Ended::Exit(code @ (0 | 1 | 3)) => match said(&self.document, code) {
                Some(said) => return Ok(Some(Scanned::Said(Box::new(said)))),
                None => ("no_result", Some(code)),
            },
            // Interrupt, hang-up and the signal to end are sent to all that belong together.
            Ended::Exit(130) | Ended::Signal(1 | 2 | 15) => return Ok(Some(Scanned::Interrupted)),
            Ended::Exit(code) => ("error", Some(code)),
            Ended::Signal(_) => ("crash", None),
            Ended::Late => ("time", None),
        };
        let error = names::safe_lines(self.program.said().trim_end());
        let says = |words: &[&str]| matches!(reason, "crash" | "error") && words.iter().any(|words| error.contains(words));
        let reason = match () {
            () if says(&["memory allocation of", "cannot start a thread", "cannot start the worker threads"]) => "memory",
            () if says(&["internal error"]) => "crash",
            () => reason,
        };
        let error = match ended {
            Ended::Signal(signal) if signal > 0 => format!("ended by signal {signal}\n{error}"),
            Ended::Late => format!("not done in the time that --time gives\n{error}"),
            _ => error,
        };
        Ok(Some(Scanned::Failed { reason, exit_code, error: error.trim_end().to_string() }))
    }
}

/// The folder of a report while it is made.
#[must_use]
pub fn report(work: &Path) -> PathBuf {
    work.join("report")
}

fn joined(option: &str, path: &Path) -> OsString {
    let mut out = OsString::from(option);
    out.push(path);
    out
}

fn said(document: &Path, exit_code: i32) -> Option<Said> {
    let file = BufReader::new(File::open(document).ok()?.take(limits::DOCUMENT_BYTES));
    let Document { schema, inputs, coverage, verdict } = serde_json::from_reader(file).ok()?;
    let blake3 = inputs.into_iter().next().and_then(|input| input.blake3);
    let Coverage { complete, rows_read } = coverage;
    let Verdict { kind, sentence, institutions } = verdict;
    (schema == SCHEMA).then_some(Said { exit_code, verdict: kind, sentence, institutions, complete, blake3, rows_read })
}
