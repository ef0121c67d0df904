//! The lines of the log. Their fields stay put (README, "Watching a folder"); every line of one event has all of them.

use super::child::Scanned;
use super::hook::Ran;
use super::log::SCHEMA;
use super::seen::Unit;
use crate::names::{safe_path, safe_text};
use crate::{Error, Result};
use serde::Serialize;
use std::path::Path;

/// How a unit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// Read whole, nobody supported.
    NotSupported,
    /// At least one institution is supported.
    Supported,
    /// Not read whole, nobody supported.
    Incomplete,
    /// The scan did not end as a scan does.
    Failed,
    /// It cannot be scanned.
    Skipped,
}

impl Came {
    /// Of a scan that ended.
    #[must_use]
    pub fn of(scanned: &Scanned) -> Came {
        match scanned {
            Scanned::Said(said) => match said.exit_code {
                0 => Came::NotSupported,
                1 => Came::Supported,
                _ => Came::Incomplete,
            },
            Scanned::Failed { .. } | Scanned::Interrupted => Came::Failed,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Came::NotSupported => "nobody supported",
            Came::Supported => "supported",
            Came::Incomplete => "not read whole",
            Came::Failed => "the scan failed",
            Came::Skipped => "cannot be scanned",
        }
    }
}

/// When lines are written.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The time that all time stamps show, seconds since 1970 (`SOURCE_DATE_EPOCH`).
    pub epoch: Option<i64>,
}

impl Times {
    fn now(self) -> Result<String> {
        let fixed = self.epoch.map(jiff::Timestamp::from_second).transpose();
        let fixed = fixed.map_err(|_| Error::usage("SOURCE_DATE_EPOCH is out of range"))?;
        let now = fixed.unwrap_or_else(jiff::Timestamp::now);
        Ok(now.round(jiff::Unit::Millisecond).unwrap_or(now).to_string())
    }

    /// Seconds to the millisecond, where times are measured.
    fn seconds(self, seconds: f64) -> Option<f64> {
        self.epoch.is_none().then_some((seconds * 1000.0).round() / 1000.0)
    }
}

#[derive(Serialize)]
struct ScanLine<'a> {
    schema: &'static str,
    line: u64,
    sequence: u64,
    time: String,
    event: &'static str,
    file: String,
    files: usize,
    bytes: u64,
    result: Came,
    reason: Option<&'a str>,
    error: Option<String>,
    exit_code: Option<i32>,
    verdict: Option<&'a str>,
    sentence: Option<&'a str>,
    institutions: Option<&'a [String]>,
    complete: bool,
    blake3: Option<&'a str>,
    rows_read: Option<u64>,
    seconds: Option<f64>,
    report: Option<String>,
}

#[derive(Serialize)]
struct HookLine<'a> {
    schema: &'static str,
    line: u64,
    sequence: u64,
    time: String,
    event: &'static str,
    exit_code: Option<i32>,
    reason: Option<&'a str>,
    seconds: Option<f64>,
}

/// The line of a scan: of `scanned`, or of a unit that cannot be scanned where there is none.
///
/// # Errors
/// When the fixed time is none.
pub fn scan(
    unit: &Unit,
    scanned: Option<&Scanned>,
    (line, sequence): (u64, u64),
    (times, seconds): (Times, f64),
    report: Option<&Path>,
) -> Result<Vec<u8>> {
    let mut out = ScanLine {
        schema: SCHEMA,
        line,
        sequence,
        time: times.now()?,
        event: "scan",
        file: safe_path(unit.path()),
        files: unit.files.len(),
        bytes: unit.bytes(),
        result: scanned.map_or(Came::Skipped, Came::of),
        reason: None,
        error: None,
        exit_code: None,
        verdict: None,
        sentence: None,
        institutions: None,
        complete: false,
        blake3: None,
        rows_read: None,
        seconds: scanned.and_then(|_| times.seconds(seconds)),
        report: report.map(safe_path),
    };
    match scanned {
        None => {
            if let Some((reason, advice)) = &unit.skipped {
                (out.reason, out.error) = (Some(reason.words()), Some(safe_text(advice)));
            }
        }
        Some(Scanned::Said(said)) => {
            out.exit_code = Some(said.exit_code);
            (out.verdict, out.sentence, out.institutions) = (Some(&*said.verdict), Some(&*said.sentence), Some(&*said.institutions));
            (out.complete, out.blake3, out.rows_read) = (said.complete, said.blake3.as_deref(), Some(said.rows_read));
        }
        Some(Scanned::Failed { reason, exit_code, error }) => {
            (out.reason, out.exit_code, out.error) = (Some(*reason), *exit_code, Some(error.clone()));
        }
        Some(Scanned::Interrupted) => out.reason = Some("interrupted"),
    }
    bytes(&out)
}

/// The line of a hook that was run.
///
/// # Errors
/// As [`scan`].
pub fn hook(ran: &Ran, (line, sequence): (u64, u64), times: Times) -> Result<Vec<u8>> {
    let Ran { exit_code, reason, seconds } = *ran;
    let seconds = times.seconds(seconds);
    bytes(&HookLine { schema: SCHEMA, line, sequence, time: times.now()?, event: "hook", exit_code, reason, seconds })
}

fn bytes(line: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line).map_err(|_| Error::damaged("a line of the log cannot be written as JSON"))?;
    bytes.push(b'\n');
    Ok(bytes)
}
