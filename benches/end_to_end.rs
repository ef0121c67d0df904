//! The whole program on a large dump: `leaktrace scan --json` of 10 million rows (nine columns, four identifiers, four attributes, three rows
//! in ten about a record) against an index of 2 million records. Every run's counts are compared with the truth.
//!
//! ```text
//! cargo bench --bench end_to_end                 10 million rows, 1.1 GB; written once and kept in the target folder
//! cargo bench --bench end_to_end -- --quick      1 million rows, 200,000 records
//! cargo bench --bench end_to_end -- --threads 1 --runs 3
//! ```
//!
//! Run it on an idle machine. Seconds are those of the process from start to end, digests of the dump included; the first run, which may
//! find the dump not yet in memory, is one more than is counted.

mod common;

use common::{Run, check, create, leaktrace, measure};
use leaktrace::fingerprint::Key;
use leaktrace::synth::table::{Layout, TableDump, Truth, write_dump, write_records};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

/// What was typed behind `--`.
struct Asked {
    rows: u64,
    records: u64,
    threads: Option<String>,
    runs: usize,
}

impl Asked {
    fn new() -> Asked {
        let mut asked = Asked { rows: 10_000_000, records: 2_000_000, threads: None, runs: 5 };
        // `cargo test --all-targets` runs this without it: then only to see that it works.
        if !std::env::args().any(|a| a == "--bench") {
            asked = Asked { rows: 100_000, records: 20_000, threads: None, runs: 1 };
        }
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => (asked.rows, asked.records) = (1_000_000, 200_000),
                "--threads" => asked.threads = args.next(),
                "--runs" => asked.runs = args.next().and_then(|n| n.parse().ok()).filter(|&n| n > 0).expect("--runs wants a number"),
                // Cargo's own.
                "--bench" => {}
                other => panic!("unknown argument {other}; there are --quick, --threads N and --runs N"),
            }
        }
        asked
    }
}

/// The files of the measurement, in a folder named after what they hold, so that they can be used again.
struct Files {
    key: PathBuf,
    index: PathBuf,
    dump: PathBuf,
    json: PathBuf,
}

const SEED: u64 = 2026;

fn prepare(asked: &Asked) -> (Files, Truth) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("end_to_end_{}_{}", asked.rows, asked.records));
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    let file = |name: &str| folder.join(name);
    let layout = Layout::standard();
    let table = TableDump { rows: asked.rows, records: asked.records, hit_share: 0.3, kept: 0.9, seed: SEED, dump_seed: SEED + 1 };
    // The truth is made anew each time, which proves that what is there was made by this version of the generator.
    let begun = Instant::now();
    let sizes = |path: &Path| std::fs::metadata(path).map(|m| m.len()).ok();
    let truth = write_dump(&table, &layout, std::io::sink()).expect("a sink takes everything");
    if sizes(&file("dump.csv")) != Some(truth.bytes) {
        write_dump(&table, &layout, create(&file("dump.csv"))).expect("the dump is written");
    }
    let records = write_records(asked.records, SEED, &layout, std::io::sink()).expect("a sink takes everything");
    if sizes(&file("records.csv")) != Some(records) {
        write_records(asked.records, SEED, &layout, create(&file("records.csv"))).expect("the records are written");
    }
    std::fs::write(file("schema.toml"), layout.schema()).expect("the schema is written");
    if !file("key").exists() {
        Key::from_bytes([7; 32]).write_new(&file("key")).expect("the key is written");
    }
    eprintln!("files: {} rows, {} bytes, in {:.1} s", truth.rows, truth.bytes, begun.elapsed().as_secs_f64());
    let files = Files { key: file("key"), index: file("records.ltx"), dump: file("dump.csv"), json: file("scan.json") };
    build(asked, &file("records.csv"), &file("schema.toml"), &files);
    (files, truth)
}

/// The index is always built anew: its format may have changed, and its time is told too.
fn build(asked: &Asked, records: &Path, schema: &Path, files: &Files) {
    let mut process = leaktrace("index", asked.threads.as_deref());
    process.arg(records).arg("--key").arg(&files.key).arg("--schema").arg(schema).arg("-o").arg(&files.index);
    let run = measure(process.stderr(Stdio::null()));
    assert_eq!(run.exit, 0, "the index is built");
    let bytes = std::fs::metadata(records).map_or(0, |m| m.len());
    println!("index {} records: {}", asked.records, run.words(bytes));
}

fn main() {
    let asked = Asked::new();
    let (files, truth) = prepare(&asked);
    let scan = || {
        let _ = std::fs::remove_file(&files.json);
        let mut process = leaktrace("scan", asked.threads.as_deref());
        process.arg(&files.dump).arg("--index").arg(&files.index).arg("--key").arg(&files.key).arg("--json").arg(&files.json);
        let run = measure(process.stderr(Stdio::null()));
        assert_eq!(run.exit, 1, "the institution is supported");
        check(&files.json, &truth);
        run
    };
    println!("first run: {}", scan().words(truth.bytes));
    let mut runs: Vec<Run> = (0..asked.runs).map(|_| scan()).collect();
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    println!("scan {} rows, {} bytes, {} runs, counts equal to the truth in each", truth.rows, truth.bytes, runs.len());
    println!("min    {}", runs[0].words(truth.bytes));
    println!("median {}", runs[runs.len() / 2].words(truth.bytes));
    println!("max    {}", runs[runs.len() - 1].words(truth.bytes));
    let seconds = splitting(&files.dump, asked.runs);
    println!(
        "memchr2 over ',' and line ends, 2 threads, median: {seconds:.3} s; the scan takes {:.1} times as long",
        runs[runs.len() / 2].seconds / seconds
    );
}

/// Median seconds of one pass of `memchr2` over the dump on two threads: what splitting alone costs on this machine, now. Ratios to it can be
/// compared between machines and days; seconds cannot.
fn splitting(dump: &std::path::Path, runs: usize) -> f64 {
    let input = leaktrace::source::Input::open(dump).unwrap();
    let (left, right) = input.bytes().split_at(input.bytes().len() / 2);
    let mut seconds: Vec<f64> = (0..runs.max(1))
        .map(|_| {
            let clock = std::time::Instant::now();
            let count = |half| memchr::memchr2_iter(b',', b'\n', half).count();
            let found = std::thread::scope(|s| {
                let other = s.spawn(|| count(left));
                count(right) + other.join().unwrap()
            });
            assert!(found > 0);
            clock.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
