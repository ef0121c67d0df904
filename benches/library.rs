//! A library of 10,000 known dumps: how long a search takes, and what memory.
//!
//! ```text
//! cargo bench --bench library                      10,000 dumps of 1,000 to 10 million rows: some 11 GB, deleted afterwards
//! cargo bench --bench library -- --dumps 1000      any other number
//! cargo bench --bench library -- --keep            leaves the files in the target folder; they are used again
//! ```
//!
//! The dumps are made as fingerprints, without any dump: each row has an e-mail address, a number and a name. One row in fifty has the address of somebody
//! out of five million whom the dumps share, so that most dumps have some values in common. Seconds and memory are those of whole
//! processes, mapped files included. Measured on two shared cores, 10,000 dumps, 10.5 GB of fingerprints, 560 MB of index: 0.13 to 0.35 s
//! and at most 48 MB a search; 0.7 s where nothing is in the system's cache; 60 s to make the index from nothing. What is checked: that an unrelated dump is not found, and the shares of the others.

mod common;

use common::{Run, leaktrace, measure};
use leaktrace::fingerprint::Key;
use leaktrace::identify::{Kind, Params};
use leaktrace::lineage::columns::ColumnOf;
use leaktrace::lineage::file::TableOf;
use leaktrace::lineage::library::Library;
use leaktrace::lineage::rows::Secret;
use leaktrace::lineage::sample::{Entry, RowSample};
use leaktrace::lineage::take::How;
use leaktrace::lineage::{About, DumpFingerprint};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Rows of the smallest dump, and how many times as many the largest has.
const ROWS: (f64, f64) = (1000.0, 10_000.0);
/// People whom the dumps share, and one row in how many is such a person's.
const SHARED: (u64, u64) = (5_000_000, 50);
/// Tells the process that makes the files from the one that measures.
const MAKE: &str = "--make";

fn main() {
    let mut asked = Asked { dumps: 10_000, keep: false, make: None };
    // `cargo test --all-targets` runs this without it: then only to see that it works.
    if !std::env::args().any(|a| a == "--bench") {
        asked.dumps = 100;
    }
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--dumps" => {
                asked.dumps = args.next().and_then(|n| n.parse().ok()).filter(|&n| n >= 10).expect("--dumps wants a number from 10 on")
            }
            "--keep" => asked.keep = true,
            MAKE => asked.make = args.next().map(PathBuf::from),
            "--bench" => {}
            other => panic!("unknown argument {other}; there are --dumps N and --keep"),
        }
    }
    match &asked.make {
        Some(folder) => make(folder, asked.dumps),
        None => run(&asked),
    }
}

/// What was typed behind `--`.
struct Asked {
    dumps: u64,
    keep: bool,
    make: Option<PathBuf>,
}

fn run(asked: &Asked) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("library_{}", asked.dumps));
    if !folder.join("made").exists() {
        // In a process of its own: the memory that it takes is not to be counted as that of its children.
        let mut make = Command::new(std::env::current_exe().expect("this program has a path"));
        assert!(
            make.args([MAKE.as_ref(), folder.as_os_str()])
                .args(["--dumps", &asked.dumps.to_string()])
                .status()
                .expect("it starts")
                .success()
        );
    }
    let largest = asked.dumps - 1;
    let parts = parts(asked.dumps);
    for round in 1..=3 {
        println!("round {round}");
        let (unrelated, exit) = find(&folder, "unrelated");
        assert_eq!(exit, 0);
        assert!(copied(&unrelated).is_empty(), "{unrelated}");
        let (sample, exit) = find(&folder, "sample");
        let share = rows_of(largest).min(100_000) as f64 / rows_of(largest) as f64;
        let found = copied(&sample);
        assert_eq!((exit, found.len()), (1, 1), "{sample}");
        let entry = found[0];
        assert_eq!(entry["name"], name(largest));
        assert!((number(&entry["a_in_b"]["estimate"]) / share - 1.0).abs() < 0.25 && number(&sample["new"]) < 0.01, "{entry}");
        let (merge, exit) = find(&folder, "merge");
        assert_eq!((exit, copied(&merge).len()), (1, parts.len()));
        let all: u64 = parts.iter().map(|&n| rows_of(n)).sum();
        for &part in &parts {
            let found = copied(&merge).into_iter().find(|found| found["name"] == name(part)).expect("each part is found");
            let share = rows_of(part) as f64 / all as f64;
            assert!((number(&found["adds"]) - share).abs() < 0.02, "{share} {found}");
        }
        assert!(number(&merge["new"]) < 0.02);
    }
    if !asked.keep {
        std::fs::remove_dir_all(&folder).expect("the files can be deleted");
    }
}

/// Runs a search as a process of its own, and gives what it says.
fn find(folder: &Path, what: &str) -> (Value, i32) {
    let json = folder.join("found.json");
    let mut command = leaktrace("library", None);
    command.args(["find", "--library"]).arg(folder.join("known")).arg("--json").arg(&json).arg(folder.join(format!("{what}.ltf")));
    let run: Run = measure(&mut command);
    let document: Value = serde_json::from_slice(&std::fs::read(&json).expect("the document was written")).expect("it is JSON");
    let query = document["queries"][0].clone();
    println!(
        "{what:<10} {:.3} s, peak {} MB, its own {} MB: compared {}, copied {}, not compared {}, of {}",
        run.seconds,
        run.peak / 1_000_000,
        run.own / 1_000_000,
        query["found"].as_array().map_or(0, Vec::len),
        copied(&query).len(),
        query["not_compared"],
        query["known_dumps"]
    );
    assert_eq!(document["unread"], serde_json::json!([]));
    (query, run.exit)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Known dumps that hold copied rows.
fn copied(query: &Value) -> Vec<&Value> {
    let found = query["found"].as_array().expect("a list");
    found.iter().filter(|f| !["same_people", "unrelated"].contains(&f["relation"].as_str().expect("a word"))).collect()
}

fn name(dump: u64) -> String {
    format!("dump-{dump:05}")
}

/// Rows of a dump: as many dumps of 1,000 to 10,000 rows as of a million to ten million.
fn rows_of(dump: u64) -> u64 {
    // One in a hundred is of the largest, the last of whole hundreds among them; the others come in no order.
    let place = if dump % 100 == 99 { 1.0 } else { xxh3_64_with_seed(&dump.to_le_bytes(), 1) as f64 / u64::MAX as f64 };
    (ROWS.0 * ROWS.1.powf(place)) as u64
}

/// Five dumps of middling size.
fn parts(dumps: u64) -> Vec<u64> {
    (0..dumps).filter(|&n| (20_000..200_000).contains(&rows_of(n))).take(5).collect()
}

fn make(folder: &Path, dumps: u64) {
    let _ = std::fs::remove_dir_all(folder);
    let known = folder.join("known");
    std::fs::create_dir_all(&known).expect("the target folder can be written to");
    let begun = Instant::now();
    let write = |path: PathBuf, dump: DumpFingerprint| -> u64 {
        let bytes = dump.to_bytes().expect("it is not too large");
        std::fs::write(path, &bytes).expect("there is room");
        bytes.len() as u64
    };
    let bytes: u64 = (0..dumps).into_par_iter().map(|n| write(known.join(format!("{}.ltf", name(n))), of_rows(&[(n, rows_of(n))]))).sum();
    let largest = dumps - 1;
    write(folder.join("unrelated.ltf"), of_rows(&[(dumps + 1, 1_000_000)]));
    write(folder.join("sample.ltf"), of_rows(&[(largest, rows_of(largest).min(100_000))]));
    let merged: Vec<(u64, u64)> = parts(dumps).into_iter().map(|n| (n, rows_of(n))).collect();
    write(folder.join("merge.ltf"), of_rows(&merged));
    println!("{dumps} fingerprints, {} MB, made in {:.0} s", bytes / 1_000_000, begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    assert!(Library::open(&known).and_then(|library| library.refresh()).expect("the index can be made"));
    let index = std::fs::metadata(known.join("library.idx")).expect("it was made").len();
    println!("index of {} MB made in {:.1} s", index / 1_000_000, begun.elapsed().as_secs_f64());
    std::fs::write(folder.join("made"), "").expect("there is room");
}

/// The fingerprint of the first rows of some dumps, one after the other.
fn of_rows(dumps: &[(u64, u64)]) -> DumpFingerprint {
    let key = Key::from_bytes([9; 32]);
    let column = |kind, slot| ColumnOf { header: None, kind, params: Params::default(), slot };
    let columns = vec![column(Kind::Email, true), column(Kind::Phone, true), column(Kind::Name, false)];
    let mut sample = RowSample::new(1024);
    let all: u64 = dumps.iter().map(|d| d.1).sum();
    // What has no hope of being kept is not looked at: twice as much as is.
    let most = ((2.0 * 65_536.0 / (3 * all) as f64).clamp(2.0 / 1024.0, 1.0) * u64::MAX as f64) as u64;
    let mut place = 0;
    for &(dump, rows) in dumps {
        for row in (0..rows).map(|row| dump << 32 | row) {
            place += 1;
            let of_row = xxh3_64_with_seed(&row.to_le_bytes(), 3);
            let person = if of_row.is_multiple_of(SHARED.1) { of_row / SHARED.1 % SHARED.0 } else { row };
            for (slot, value) in [(0u16, row), (1, person), (2, row)] {
                let hash = xxh3_64_with_seed(&value.to_le_bytes(), 10 + u64::from(slot)).max(1);
                if hash > most || hash >= sample.threshold() {
                    continue;
                }
                let id = xxh3_64_with_seed(&value.to_le_bytes(), 20 + u64::from(slot));
                let cells =
                    [value as u16, of_row as u16, (of_row >> 16) as u16].map(|cell| xxh3_64_with_seed(&cell.to_le_bytes(), 4) as u16 | 1);
                sample.push(Entry { hash, id, row: of_row, slot, first: (0, place), cells: Some(Box::new(cells)) });
            }
        }
    }
    let tables = vec![TableOf { rows: all, columns, looks: Vec::new() }];
    DumpFingerprint::new(&Secret::new(&key), About { tables, ..About::new(&key, How::default()) }, sample)
}
