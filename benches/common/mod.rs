//! What the benchmarks of the whole program share: a process is run, timed and measured, and its document compared with the truth.

// Each benchmark uses its own part of this.
#![allow(dead_code)]

use leaktrace::synth::table::{Layout, Truth};
use serde_json::Value;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// One process from start to end.
pub struct Run {
    pub seconds: f64,
    /// Largest resident memory, mapped files included, bytes; 0 where the system does not tell.
    pub peak: u64,
    /// Largest resident memory without mapped files as seen every few milliseconds, bytes; 0 where the system does not tell.
    pub own: u64,
    pub exit: i32,
}

impl Run {
    pub fn words(&self, bytes: u64) -> String {
        let speed = bytes as f64 / self.seconds / 1e9;
        format!("{:.3} s, {speed:.3} GB/s, peak {} MB, its own {} MB", self.seconds, self.peak / 1_000_000, self.own / 1_000_000)
    }
}

/// A file to write to.
pub fn create(path: &Path) -> BufWriter<File> {
    BufWriter::with_capacity(1 << 20, File::create(path).expect("the target folder can be written to"))
}

/// `leaktrace COMMAND [--threads N]`, standard output thrown away.
pub fn leaktrace(command: &str, threads: Option<&str>) -> Command {
    let mut process = Command::new(env!("CARGO_BIN_EXE_leaktrace"));
    process.arg(command).stdout(Stdio::null());
    if let Some(threads) = threads {
        process.args(["--threads", threads]);
    }
    process
}

/// Waits by `wait4`, which also tells what the process used.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, clippy::zombie_processes)]
pub fn measure(command: &mut Command) -> Run {
    let begun = Instant::now();
    let child = command.spawn().expect("the program starts");
    let status_file = format!("/proc/{}/status", child.id());
    // The system keeps the peak of the whole alone; what of it is the process's own is looked at while it runs.
    let own = std::thread::spawn(move || {
        let anonymous = || {
            let status = std::fs::read_to_string(&status_file).ok()?;
            status.lines().find_map(|l| l.strip_prefix("RssAnon:"))?.split_whitespace().next()?.parse::<u64>().ok()
        };
        let mut most = 0;
        while let Some(kibibytes) = anonymous() {
            most = most.max(kibibytes);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        most * 1024
    });
    let mut status = 0;
    // SAFETY: all zeros is a valid `rusage`, a structure of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to local variables that outlive the call, and the child has not been waited for.
    let waited = unsafe { libc::wait4(child.id() as libc::pid_t, &raw mut status, 0, &raw mut usage) };
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(waited, child.id() as libc::pid_t, "the program can be waited for");
    let exit = if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { -1 };
    // Linux counts kibibytes.
    Run { seconds, peak: usage.ru_maxrss as u64 * 1024, own: own.join().expect("it ends with the process"), exit }
}

#[cfg(not(target_os = "linux"))]
pub fn measure(command: &mut Command) -> Run {
    let begun = Instant::now();
    let status = command.status().expect("the program starts");
    Run { seconds: begun.elapsed().as_secs_f64(), peak: 0, own: 0, exit: status.code().unwrap_or(-1) }
}

/// Compares the document of a scan with what the dump, whose identifiers stand in these columns, hits; the seconds that attribution took.
pub fn check(json: &Path, layout: &Layout, truth: &Truth) -> f64 {
    let found: Value = serde_json::from_slice(&std::fs::read(json).expect("the document was written")).expect("the document is JSON");
    let count = |value: &Value| value.as_u64().expect("a count");
    let institution = &found["institutions"][0];
    assert_eq!((count(&found["coverage"]["rows_read"]), count(&found["coverage"]["bytes_read"])), (truth.rows, truth.bytes));
    let hits = layout.identifiers().map(|field| count(&institution["hits"][field.to_string()]));
    assert_eq!(hits, truth.hits, "hits of each field");
    assert_eq!((count(&institution["rows_hit"]), count(&institution["records_distinct"])), (truth.rows_hit, truth.records_hit));
    // An attribute is kept as twelve bits: a row with one agreeing field finds a second by chance in one of 4,095 comparisons.
    let corroborated = count(&institution["rows_corroborated"]);
    let chance = (truth.rows_hit - truth.rows_corroborated) as f64 * 4.0 / 4095.0;
    let most = truth.rows_corroborated + (chance + 4.0 * chance.sqrt()) as u64;
    assert!((truth.rows_corroborated..=most).contains(&corroborated), "{corroborated} of {} to {most}", truth.rows_corroborated);
    found["run"]["attribution_seconds"].as_f64().expect("a number of seconds")
}
