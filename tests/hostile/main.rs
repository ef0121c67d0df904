//! Files made to do harm, end to end: whatever they are, a scan ends soon, within the memory that it may take, with an exact line in the ledger, and
//! with everything matched that stands before the harm.

#[path = "../support/mod.rs"]
mod support;

mod bombs;
mod damage;
mod many;

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use support::{World, check_account, finish};

/// Bytes of memory that a scan may take.
const MEMORY: u64 = 512 << 20;
/// Time after which something counts as hanging rather than slow, on a busy machine and without optimisation.
const TIME: Duration = Duration::from_secs(120);

/// Most memory that a process has had so far, where the system says.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

/// Scans a dump, with an eye on memory and time, and checks the account.
#[track_caller]
fn scan(world: &World, dump: &Path, more: &[&str], code: i32) -> Value {
    let began = Instant::now();
    let mut command = world.scan_command(&[dump], &[more, &["--json", "-", "--threads", "2"]].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (process, most, done) = (child.id(), AtomicU64::new(0), AtomicBool::new(false));
    let ran = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                most.fetch_max(peak(process).unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let ran = finish(child, b"");
        done.store(true, Ordering::Relaxed);
        ran
    });
    ran.ends(code, &[]);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    let (most, took) = (most.into_inner(), began.elapsed());
    println!("{}: {took:?}, {} MB", dump.file_name().unwrap().display(), most >> 20);
    assert!(most < MEMORY, "{} MB", most >> 20);
    assert!(took < TIME, "{took:?}");
    let document = ran.document();
    check_account(&document);
    document
}

fn number(v: &Value) -> u64 {
    v.as_u64().unwrap_or_else(|| panic!("{v:#}"))
}

/// Rows read, and rows of which two fields agree with a record.
fn rows(document: &Value) -> (u64, u64) {
    (number(&document["coverage"]["rows_read"]), number(&document["institutions"][0]["rows_corroborated"]))
}

/// The entries of the ledger: what they are about, without the folder, and why.
fn entries(document: &Value) -> Vec<(String, String)> {
    let skipped = document["coverage"]["skipped"].as_array().unwrap().iter();
    let entry = |s: &Value| {
        let place = s["where"].as_str().unwrap();
        let name = place.rsplit_once(", byte").unwrap().0;
        let name = name.split_once("/dump/").map_or_else(|| name.rsplit_once('/').map_or(name, |n| n.1), |n| n.1);
        (name.to_string(), s["reason"].as_str().unwrap().to_string())
    };
    skipped.map(entry).collect()
}

fn entry(name: &str, reason: &str) -> (String, String) {
    (name.to_string(), reason.to_string())
}

fn gz(write: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    write(&mut out);
    out.finish().unwrap()
}

/// `bytes` bytes, all the same.
fn same(byte: u8, bytes: u64, out: &mut dyn Write) {
    const PIECE: u64 = 1 << 20;
    let piece = vec![byte; PIECE as usize];
    (0..bytes / PIECE).for_each(|_| out.write_all(&piece).unwrap());
    out.write_all(&piece[..(bytes % PIECE) as usize]).unwrap();
}

/// Writes a file's content.
type Writes<'f> = &'f dyn Fn(&mut dyn Write);
/// A name, and what is in it.
type File<'f> = (&'f str, Writes<'f>);

fn zip(files: &[File<'_>]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, write) in files {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        write(&mut out);
    }
    out.finish().unwrap().into_inner()
}

/// Writes these bytes.
fn just(bytes: impl AsRef<[u8]>) -> impl Fn(&mut dyn Write) {
    move |out| out.write_all(bytes.as_ref()).unwrap()
}
