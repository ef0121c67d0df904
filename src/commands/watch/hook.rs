//! The program that the user wants to be run on a finding: with arguments, without a shell.

use super::program::{Ended, Program};
use super::state::Due;
use crate::{Result, limits, parallel};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How a hook ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// Its exit code, where it has one.
    pub exit_code: Option<i32>,
    /// Why it has none, in a word.
    pub reason: Option<&'static str>,
    /// How long it took, seconds.
    pub seconds: f64,
}

impl Due {
    /// What a hook is told of a unit.
    #[must_use]
    pub fn new(file: &Path, report: Option<&Path>, verdict: &str) -> Due {
        let bytes = |path: &Path| path.as_os_str().as_encoded_bytes().to_vec();
        Due { file: bytes(file), report: report.map(bytes).unwrap_or_default(), verdict: verdict.to_string() }
    }
}

/// The arguments with `{file}`, `{report}`, `{verdict}` and `{sequence}` replaced, wherever they stand; what comes in their place is not looked at again.
#[must_use]
pub fn arguments(hook: &[OsString], sequence: u64, due: &Due) -> Vec<OsString> {
    let sequence = sequence.to_string();
    let places: [(&[u8], &[u8]); 4] =
        [(b"{file}", &due.file), (b"{report}", &due.report), (b"{verdict}", due.verdict.as_bytes()), (b"{sequence}", sequence.as_bytes())];
    let replaced = |argument: &OsString| {
        let (mut left, mut out) = (argument.as_encoded_bytes(), Vec::new());
        while let Some((&first, rest)) = left.split_first() {
            match places.iter().find(|(name, _)| left.starts_with(name)) {
                Some((name, value)) => {
                    out.extend_from_slice(value);
                    left = &left[name.len()..];
                }
                None => {
                    out.push(first);
                    left = rest;
                }
            }
        }
        os_string(out)
    };
    hook.iter().map(replaced).collect()
}

/// Runs the hook and waits for it.
///
/// # Errors
/// When the user interrupts; then it was not run.
pub fn run(hook: &[OsString], sequence: u64, due: &Due) -> Result<Ran> {
    const LOOK: Duration = Duration::from_millis(20);
    let arguments = arguments(hook, sequence, due);
    let (program, rest) = arguments.split_first().map_or((OsStr::new(""), &[][..]), |(program, rest)| (program.as_os_str(), rest));
    let mut command = Command::new(program);
    command.args(rest);
    let Ok(mut program) = Program::start(command, Some(Duration::from_secs(limits::WATCH_HOOK_SECONDS)), false) else {
        return Ok(Ran { exit_code: None, reason: Some("start"), seconds: 0.0 });
    };
    loop {
        let (exit_code, reason) = match program.ended()? {
            Some(Ended::Exit(code)) => (Some(code), None),
            Some(Ended::Signal(_)) => (None, Some("crash")),
            Some(Ended::Late) => (None, Some("time")),
            None if parallel::interrupted() => return Err(crate::Error::interrupted()),
            None => {
                std::thread::sleep(LOOK);
                continue;
            }
        };
        return Ok(Ran { exit_code, reason, seconds: program.elapsed().as_secs_f64() });
    }
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
