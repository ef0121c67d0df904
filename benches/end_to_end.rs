//! The whole program on a large dump: `leaktrace scan --json` of 10 million rows (nine columns, four identifiers, four attributes, three rows
//! in ten about a record) against an index of 2 million records. Every run's counts are compared with the truth.
//!
//! ```text
//! cargo bench --bench end_to_end                 10 million rows, 1.1 GB; written once and kept in the target folder
//! cargo bench --bench end_to_end -- --quick      1 million rows, 200,000 records
//! cargo bench --bench end_to_end -- --threads 1 --runs 3
//! cargo bench --bench end_to_end -- --layout quoted --hits 100
//! cargo bench --bench end_to_end -- --indexes 10  the same people at ten institutions, all hit by the same rows: what attribution takes
//! cargo bench --bench end_to_end -- --fingerprint what the dump's fingerprint adds, taken in the same pass under a key of its own
//! ```
//! cargo bench --bench end_to_end -- --records 10000000 --hits 100 --report   what a report's list of ten million affected records takes
//!
//! `--layout` is `standard`, `quoted`, `crlf`, or a number of columns of which the four identifiers alone matter; `--hits` is the percentage
//! of rows that are about a record. Two more uses serve the comparison with other programs (`benches/peers/`): `--files` writes the files
//! and the index, names the file that describes them, and stops; `--memchr FILE` only times passes of `memchr2` over a file.
//!
//! Run it on an idle machine. Seconds are those of the process from start to end, digests of the dump included; the first run, which may
//! find the dump not yet in memory, is one more than is counted.

mod common;

use common::{Run, check, create, leaktrace, measure};
use leaktrace::fingerprint::Key;
use leaktrace::synth::table::{Layout, TableDump, Truth, write_dump, write_records};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

/// What was typed behind `--`.
struct Asked {
    rows: u64,
    records: u64,
    layout: String,
    /// Rows about a record, percent.
    hits: u8,
    /// Institutions that hold the records.
    indexes: usize,
    threads: Option<String>,
    runs: usize,
    /// Make a report in each run, too, and tell what its list of affected records takes.
    report: bool,
    /// Scan with and without taking the dump's fingerprint, and tell what that adds.
    fingerprint: bool,
    /// Write the files and stop.
    files: bool,
    /// Only pass over this file.
    memchr: Option<PathBuf>,
}

impl Asked {
    fn new() -> Asked {
        // `cargo test --all-targets` runs this without it: then only to see that it works.
        let (rows, records, runs) =
            if std::env::args().any(|a| a == "--bench") { (10_000_000, 2_000_000, 5) } else { (100_000, 20_000, 1) };
        let layout = String::from("standard");
        let mut asked = Asked {
            rows,
            records,
            layout,
            hits: 30,
            indexes: 1,
            threads: None,
            runs,
            report: false,
            fingerprint: false,
            files: false,
            memchr: None,
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
            match arg.as_str() {
                "--quick" => (asked.rows, asked.records) = (1_000_000, 200_000),
                "--rows" => asked.rows = number(&value()),
                "--records" => asked.records = number(&value()),
                "--layout" => asked.layout = value(),
                "--hits" => asked.hits = number(&value()),
                "--indexes" => asked.indexes = number(&value()),
                "--threads" => asked.threads = Some(value()),
                "--runs" => asked.runs = number(&value()),
                "--report" => asked.report = true,
                "--fingerprint" => asked.fingerprint = true,
                "--files" => asked.files = true,
                "--memchr" => asked.memchr = Some(value().into()),
                // Cargo's own.
                "--bench" => {}
                other => panic!("unknown argument {other}; the head of benches/end_to_end.rs has those that there are"),
            }
        }
        assert!(asked.runs > 0 && asked.indexes > 0 && asked.hits <= 100, "--runs and --indexes are one or more, --hits at most 100");
        asked
    }

    fn layout(&self) -> Layout {
        match self.layout.as_str() {
            "standard" => Layout::standard(),
            "quoted" => Layout { quoted: true, ..Layout::standard() },
            "crlf" => Layout { crlf: true, ..Layout::standard() },
            columns => Layout::spread(number::<usize>(columns).max(4)),
        }
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text} is not a number that can be used here"))
}

/// The files of the measurement, in a folder named after what they hold, so that they can be used again.
struct Files {
    key: PathBuf,
    indexes: Vec<PathBuf>,
    records: PathBuf,
    dump: PathBuf,
    json: PathBuf,
    /// What the others are and what is to be counted, for other programs.
    truth: PathBuf,
}

const SEED: u64 = 2026;

fn prepare(asked: &Asked) -> (Files, Truth) {
    let Asked { rows, records, hits, .. } = *asked;
    let name = format!("end_to_end_{}_{hits}_{rows}_{records}", asked.layout);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    let file = |name: &str| folder.join(name);
    let files = Files {
        key: file("key"),
        indexes: (0..asked.indexes).map(|n| file(&format!("records_{n}.ltx"))).collect(),
        records: file("records.csv"),
        dump: file("dump.csv"),
        json: file("scan.json"),
        truth: file("truth.json"),
    };
    let layout = asked.layout();
    let table = TableDump { rows, records, hit_share: f64::from(hits) / 100.0, kept: 0.9, seed: SEED, dump_seed: SEED + 1 };
    // The truth is made anew each time, which proves that what is there was made by this version of the generator.
    let begun = Instant::now();
    let size = |path: &Path| std::fs::metadata(path).map(|m| m.len()).ok();
    let truth = write_dump(&table, &layout, std::io::sink()).expect("a sink takes everything");
    if size(&files.dump) != Some(truth.bytes) {
        write_dump(&table, &layout, create(&files.dump)).expect("the dump is written");
    }
    // The institution's own file is always plain: only the dump changes its dress.
    let plain = Layout { columns: layout.columns.clone(), ..Layout::standard() };
    let bytes = write_records(records, SEED, &plain, std::io::sink()).expect("a sink takes everything");
    if size(&files.records) != Some(bytes) {
        write_records(records, SEED, &plain, create(&files.records)).expect("the records are written");
    }
    if !files.key.exists() {
        Key::from_bytes([7; 32]).write_new(&files.key).expect("the key is written");
    }
    eprintln!("files: {} rows, {} bytes, in {:.1} s", truth.rows, truth.bytes, begun.elapsed().as_secs_f64());
    for (n, index) in files.indexes.iter().enumerate() {
        let name = if n == 0 { String::new() } else { format!(" {n}") };
        let schema = plain.schema().replacen("Tabel Contoh", &format!("Tabel Contoh{name}"), 1);
        std::fs::write(file("schema.toml"), schema).expect("the schema is written");
        build(asked, &file("schema.toml"), &files, index);
    }
    let described = json!({
        "dump": files.dump, "records": files.records, "index": files.indexes[0], "key": files.key,
        "rows": rows, "records_count": records, "bytes": truth.bytes, "columns": layout.columns.len(),
        // In this order everywhere; the columns are named so in both files, and leaktrace names its fields by where they stand.
        "identifiers": ["nik", "email", "phone", "member_number"], "fields": layout.identifiers(), "hits": truth.hits,
    });
    std::fs::write(&files.truth, format!("{described:#}\n")).expect("the truth is written");
    (files, truth)
}

/// The index is always built anew: its format may have changed, and its time is told too.
fn build(asked: &Asked, schema: &Path, files: &Files, index: &Path) {
    let mut process = leaktrace("index", asked.threads.as_deref());
    process.arg(&files.records).arg("--key").arg(&files.key).arg("--schema").arg(schema).arg("-o").arg(index);
    let run = measure(process.stderr(Stdio::null()));
    assert_eq!(run.exit, 0, "the index is built");
    let bytes = std::fs::metadata(&files.records).map_or(0, |m| m.len());
    println!("index {} records: {}", asked.records, run.words(bytes));
}

fn main() {
    let asked = Asked::new();
    if let Some(file) = &asked.memchr {
        return splitting(file, asked.runs).iter().for_each(|seconds| println!("{seconds:.6}"));
    }
    let (files, truth) = prepare(&asked);
    if asked.files {
        return println!("{}", files.truth.display());
    }
    let layout = asked.layout();
    let mut attribution: Vec<f64> = Vec::new();
    let mut scan = || {
        let _ = std::fs::remove_file(&files.json);
        let mut process = leaktrace("scan", asked.threads.as_deref());
        files.indexes.iter().for_each(|index| _ = process.arg("--index").arg(index));
        process.arg(&files.dump).arg("--key").arg(&files.key).arg("--json").arg(&files.json);
        let run = measure(process.stderr(Stdio::null()));
        assert!(matches!(run.exit, 0 | 1), "the scan is complete, whether or not the rows support the institution");
        attribution.push(check(&files.json, &layout, &truth));
        run
    };
    println!("first run: {}", scan().words(truth.bytes));
    let mut runs: Vec<Run> = (0..asked.runs).map(|_| scan()).collect();
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    println!("scan {} rows, {} bytes, {} runs, counts equal to the truth in each", truth.rows, truth.bytes, runs.len());
    println!("min    {}", runs[0].words(truth.bytes));
    println!("median {}", runs[runs.len() / 2].words(truth.bytes));
    println!("max    {}", runs[runs.len() - 1].words(truth.bytes));
    attribution.sort_by(f64::total_cmp);
    let most = attribution[attribution.len() - 1];
    println!(
        "attribution of {} institutions: median {:.3} s, at most {most:.3} s",
        files.indexes.len(),
        attribution[attribution.len() / 2]
    );
    if asked.report {
        let list = lists(&asked, &files, &layout, &truth);
        let scan = runs[runs.len() / 2].seconds;
        println!("list of affected records: median {list:.3} s, {:.1}% of the scan's median", 100.0 * list / scan);
    }
    if asked.fingerprint {
        fingerprint(&asked, &files, &layout, &truth);
    }
    let passes = splitting(&files.dump, asked.runs);
    let seconds = passes[passes.len() / 2];
    println!(
        "memchr2 over ',' and line ends, 2 threads, median: {seconds:.3} s; the scan takes {:.1} times as long",
        runs[runs.len() / 2].seconds / seconds
    );
}

/// What a fingerprint adds to a scan: pairs of runs, one behind the other, with and without it.
fn fingerprint(asked: &Asked, files: &Files, layout: &Layout, truth: &Truth) {
    let (key, out) = (files.json.with_file_name("library.key"), files.json.with_file_name("dump.ltf"));
    if !key.exists() {
        Key::from_bytes([9; 32]).write_new(&key).expect("the key is written");
    }
    let run = |with: bool| {
        let _ = std::fs::remove_file(&files.json);
        let mut process = leaktrace("scan", asked.threads.as_deref());
        process.arg("--index").arg(&files.indexes[0]).arg(&files.dump).arg("--key").arg(&files.key).arg("--json").arg(&files.json);
        if with {
            process.arg("--fingerprint").arg(&out).arg("--library-key").arg(&key);
        }
        let run = measure(process.stderr(Stdio::null()));
        assert!(matches!(run.exit, 0 | 1), "the scan is complete");
        check(&files.json, layout, truth);
        run.seconds
    };
    let mut ratios: Vec<f64> = (0..asked.runs)
        .map(|_| {
            let (without, with) = (run(false), run(true));
            println!("scan {without:.2} s, with the fingerprint {with:.2} s");
            with / without
        })
        .collect();
    let taken = leaktrace::lineage::DumpFingerprint::read(&out).expect("the fingerprint is whole");
    assert_eq!(taken.about.rows, truth.rows, "every row is counted");
    ratios.sort_by(f64::total_cmp);
    let bytes = std::fs::metadata(&out).map_or(0, |m| m.len());
    println!("the fingerprint ({bytes} bytes) adds {:.1}%, median of {} pairs", 100.0 * (ratios[ratios.len() / 2] - 1.0), ratios.len());
}

/// Seconds that writing the list took in runs with a report, the median: as the program itself says, since such a run also takes other digests.
fn lists(asked: &Asked, files: &Files, layout: &Layout, truth: &Truth) -> f64 {
    let folder = files.json.with_file_name("report");
    let mut seconds: Vec<f64> = (0..asked.runs)
        .map(|_| {
            let told = std::fs::File::create(files.json.with_file_name("stages.txt")).expect("the target folder can be written to");
            let mut process = leaktrace("scan", asked.threads.as_deref());
            process.arg("--index").arg(&files.indexes[0]).arg(&files.dump).arg("--key").arg(&files.key);
            let run =
                measure(process.args(["--verbose", "--json", "/dev/null", "--report"]).arg(&folder).stdout(Stdio::null()).stderr(told));
            assert!(matches!(run.exit, 0 | 1), "the scan is complete");
            println!("with a report: {}", run.words(0));
            check(&folder.join("scan.json"), layout, truth);
            // One line a record, and the head.
            let list = std::fs::read_to_string(folder.join("affected.csv")).expect("the list was written");
            let lines = list.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count();
            assert_eq!(lines as u64, truth.records_hit, "a line for each record that was found");
            let told = std::fs::read_to_string(files.json.with_file_name("stages.txt")).expect("the stages were told");
            stage(&told, "affected records")
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Seconds of a stage, from what `-v` told.
fn stage(told: &str, name: &str) -> f64 {
    let line = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).expect("the stage was told");
    let mut words = line.split([' ', ',']);
    let number: f64 = words.next().and_then(|n| n.parse().ok()).expect("a number");
    if words.next() == Some("ms") { number / 1e3 } else { number }
}

/// Seconds of passes of `memchr2` over the dump on two threads, fastest first: what splitting alone costs on this machine, now. Ratios to it
/// can be compared between machines and days; seconds cannot. The first pass, which maps the file, is one more than is counted.
fn splitting(dump: &Path, runs: usize) -> Vec<f64> {
    let input = leaktrace::source::Input::open(dump).unwrap();
    let (left, right) = input.bytes().split_at(input.bytes().len() / 2);
    let mut seconds: Vec<f64> = (0..=runs)
        .map(|_| {
            let clock = Instant::now();
            let count = |half| memchr::memchr2_iter(b',', b'\n', half).count();
            let found = std::thread::scope(|s| {
                let other = s.spawn(|| count(left));
                count(right) + other.join().unwrap()
            });
            assert!(found > 0);
            clock.elapsed().as_secs_f64()
        })
        .collect();
    seconds.remove(0);
    seconds.sort_by(f64::total_cmp);
    seconds
}
