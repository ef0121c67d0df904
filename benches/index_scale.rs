//! The index at scale: `leaktrace index` of 100 million records (four identifiers, four attributes, two dates), then scans against it, beside
//! the same scans against an index of 2 million.
//!
//! ```text
//! cargo bench --bench index_scale                          100 million records: 15 GB of them, 6 GB of index, as much again while it is built
//! cargo bench --bench index_scale -- --records 10000000    any other number
//! cargo bench --bench index_scale -- --keep                leaves the files in the target folder; they are used again
//! cargo bench --bench index_scale -- --scans               only scans, against the indexes that --keep has left
//! cargo bench --bench index_scale -- --nation              279 million records with six attributes and no dates; dumps of which none, 1% and all rows are about a record
//! cargo bench --bench index_scale -- --records-in FOLDER   writes the records there, 45 GB for a nation: a compressed file system takes a quarter of that
//! ```
//!
//! Run it on an idle machine. Seconds are those of whole processes. Records are written just before they are indexed, so that as much of them
//! as the system likes to keep is in its cache. What is checked: the counts of each scan against the truth; every k-th record, found by
//! each identifier, with its attributes and dates as they were generated.

mod common;

use common::{Run, check, create, leaktrace, measure};
use leaktrace::fingerprint::{Hasher, Key, pack};
use leaktrace::identify::{Kind, Normaliser, Params, date};
use leaktrace::index::Index;
use leaktrace::synth::table::{Col, Layout, TableDump, Truth, write_dump, write_records, write_some_records};
use std::path::{Path, PathBuf};
use std::process::Stdio;

const SEED: u64 = 2026;
/// Records of a nation.
const NATION: u64 = 279_000_000;
/// Records that are looked at one by one.
const LOOKED_AT: u64 = 20_000;
/// Rows of the small file: about a kilobyte.
const FEW_ROWS: u64 = 7;

/// What was typed behind `--`.
struct Asked {
    records: u64,
    /// Records of the index that it is compared with.
    few: u64,
    rows: u64,
    runs: usize,
    threads: Option<String>,
    keep: bool,
    nation: bool,
    scans: bool,
    records_in: Option<PathBuf>,
}

impl Asked {
    fn new() -> Asked {
        let mut asked = Asked {
            records: 100_000_000,
            few: 2_000_000,
            rows: 10_000_000,
            runs: 3,
            threads: None,
            keep: false,
            nation: false,
            scans: false,
            records_in: None,
        };
        // `cargo test --all-targets` runs this without it: then only to see that it works.
        if !std::env::args().any(|a| a == "--bench") {
            asked = Asked { records: 40_000, few: 5_000, rows: 20_000, runs: 1, ..asked };
        }
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut number = || args.next().and_then(|n| n.parse::<u64>().ok()).filter(|&n| n > 0);
            match arg.as_str() {
                "--records" => asked.records = number().expect("--records wants a number"),
                "--rows" => asked.rows = number().expect("--rows wants a number"),
                "--runs" => asked.runs = number().expect("--runs wants a number") as usize,
                "--threads" => asked.threads = number().map(|n| n.to_string()),
                "--keep" => asked.keep = true,
                "--scans" => (asked.scans, asked.keep) = (true, true),
                "--nation" => (asked.nation, asked.records) = (true, NATION),
                "--records-in" => asked.records_in = Some(args.next().expect("--records-in wants a folder").into()),
                // Cargo's own.
                "--bench" => {}
                other => panic!("unknown argument {other}; the head of benches/index_scale.rs has those that there are"),
            }
        }
        asked
    }
}

/// The folder of the measurement.
struct Place {
    folder: PathBuf,
    /// Where the records are written.
    records: PathBuf,
    layout: Layout,
    threads: Option<String>,
}

impl Place {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn index(&self, records: u64) -> PathBuf {
        self.file(&format!("records_{records}.ltx"))
    }

    /// Builds the index of `records` records and tells how that went. The records are deleted unless they are kept.
    fn build(&self, records: u64, keep: bool) -> Run {
        let (csv, index) = (self.records.join(format!("records_{records}.csv")), self.index(records));
        if !csv.exists() {
            let unfinished = csv.with_extension("part");
            write_records(records, SEED, &self.layout, create(&unfinished)).expect("the records are written");
            std::fs::rename(&unfinished, &csv).expect("a name is free");
        }
        let mut process = leaktrace("index", self.threads.as_deref());
        process.arg(&csv).arg("--key").arg(self.file("key")).arg("--schema").arg(self.file("schema.toml")).arg("-o").arg(&index);
        let run = measure(process.stderr(Stdio::null()));
        assert_eq!(run.exit, 0, "the index is built");
        if !keep {
            std::fs::remove_file(csv).expect("the records are ours");
        }
        run
    }

    fn scan(&self, dump: &Path, index: &Path) -> Run {
        let json = self.file("scan.json");
        let _ = std::fs::remove_file(&json);
        let mut process = leaktrace("scan", self.threads.as_deref());
        process.arg(dump).arg("--index").arg(index).arg("--key").arg(self.file("key")).arg("--json").arg(&json);
        let run = measure(process.stderr(Stdio::null()));
        assert!(run.exit == 0 || run.exit == 1, "the scan is complete");
        run
    }

    /// The quickest of some runs after a first one, every one checked.
    fn quickest(&self, dump: &Path, index: &Path, runs: usize, truth: &Truth) -> Run {
        let runs = (0..=runs).map(|_| {
            let run = self.scan(dump, index);
            check(&self.file("scan.json"), &self.layout, truth);
            run
        });
        runs.skip(1).min_by(|a, b| a.seconds.total_cmp(&b.seconds)).expect("one run at least")
    }

    fn write_dump(&self, table: &TableDump) -> (PathBuf, Truth) {
        let path = self.file("dump.csv");
        let truth = write_dump(table, &self.layout, create(&path)).expect("the dump is written");
        (path, truth)
    }
}

/// Every k-th record by its attributes and dates, one by one, and by its identifiers, in a scan of all of them.
fn look_at_records(place: &Place, index_path: &Path, records: u64) {
    let step = records.div_ceil(LOOKED_AT).max(1) as usize;
    let mut text = Vec::new();
    let bytes = write_some_records((0..records).step_by(step), SEED, &place.layout, &mut text).expect("memory takes everything");
    let sample = place.file("sample.csv");
    std::fs::write(&sample, &text).expect("the target folder can be written to");
    let rows = text.iter().filter(|&&b| b == b'\n').count() as u64 - 1;
    place.scan(&sample, index_path);
    check(
        &place.file("scan.json"),
        &place.layout,
        &Truth { rows, bytes, hits: [rows; 4], rows_hit: rows, rows_corroborated: rows, records_hit: rows, records_corroborated: rows },
    );
    let key = Key::read(&place.file("key")).expect("the key is ours");
    let (hasher, index) = (Hasher::new(&key), Index::open(index_path, &key, false).expect("the index opens"));
    let attribute = |kind: Kind, raw: &[u8]| {
        let mut canonical = Vec::new();
        let _ = leaktrace::with_normaliser!(kind, &Params::default(), n => n.normalise(raw, &mut canonical));
        hasher.fingerprint(&pack(kind, &canonical, &key)).attribute()
    };
    let column = |col| place.layout.columns.iter().position(|&c| c == col).expect("the column is there");
    let kind = |col| match col {
        Col::Name => Kind::Name,
        Col::Birth => Kind::Date,
        _ => Kind::Text,
    };
    let attributes = place.layout.columns.iter().filter(|col| col.schema().1 == "attribute");
    let forms: Vec<(Col, Kind)> = attributes.map(|&col| (col, kind(col))).collect();
    let dates = place.layout.columns.contains(&Col::Created).then(|| (column(Col::Created), column(Col::Updated)));
    for (line, number) in text.split(|&b| b == b'\n').skip(1).zip((0..records).step_by(step)) {
        let cells: Vec<&[u8]> = line.split(|&b| b == b',').collect();
        let row = index.record(number as u32);
        if let Some((created, updated)) = dates {
            assert_eq!((row.created(), row.updated()), (date::day_number(cells[created]), date::day_number(cells[updated])));
        }
        for (form, &(col, kind)) in forms.iter().enumerate() {
            assert_eq!(row.attribute(form), attribute(kind, cells[column(col)]), "attribute {form} of record {number}");
        }
        assert!((1..=4).all(|field| row.present(field)));
    }
    println!(
        "{rows} records, every {step}th, found by each identifier, with attributes{} as generated",
        if dates.is_some() { " and dates" } else { "" }
    );
}

fn main() {
    let asked = Asked::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("index_scale_{}", asked.records));
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    let records = asked.records_in.clone().unwrap_or_else(|| folder.clone());
    let layout = if asked.nation { Layout::nation() } else { Layout::dated() };
    let place = Place { folder, records, layout, threads: asked.threads.clone() };
    std::fs::write(place.file("schema.toml"), place.layout.schema()).expect("the schema is written");
    if !place.file("key").exists() {
        Key::from_bytes([7; 32]).write_new(&place.file("key")).expect("the key is written");
    }
    let (small, large) = (place.index(asked.few), place.index(asked.records));
    let built = (!asked.scans).then(|| {
        place.build(asked.few, asked.keep);
        let run = place.build(asked.records, asked.keep);
        look_at_records(&place, &large, asked.records);
        run
    });
    let bytes = std::fs::metadata(&large).expect("the index is there: --keep leaves it").len();
    let per_record = bytes as f64 / asked.records as f64;
    let rate = |run: &Run| asked.records as f64 / run.seconds;
    if let Some(run) = &built {
        println!(
            "index {} records: {:.1} s, {:.0} records/s, {per_record:.2} bytes a record, peak {} MB, of which its own {} MB",
            asked.records,
            run.seconds,
            rate(run),
            run.peak / 1_000_000,
            run.own / 1_000_000
        );
    }

    println!("{:<28} {:>12} {:>12} {:>8}", "scan", format!("{} rec.", asked.few), format!("{} rec.", asked.records), "ratio");
    let table = |records, rows, hit_share| TableDump { rows, records, hit_share, kept: 0.9, seed: SEED, dump_seed: SEED + 1 };
    let mut opened = Vec::new();
    for (index, records) in [(&small, asked.few), (&large, asked.records)] {
        let (dump, truth) = place.write_dump(&table(records, FEW_ROWS, 0.5));
        opened.push(place.quickest(&dump, index, asked.runs.max(2) * 3, &truth).seconds * 1e3);
    }
    println!("{:<28} {:>9.0} ms {:>9.0} ms", format!("{FEW_ROWS} rows, whole process"), opened[0], opened[1]);
    let (mut worst, mut own) = (f64::INFINITY, 0);
    for &hit_share in if asked.nation { &[0.0, 0.01, 1.0][..] } else { &[0.0, 0.3] } {
        let mut rates = Vec::new();
        for (index, records) in [(&small, asked.few), (&large, asked.records)] {
            let (dump, truth) = place.write_dump(&table(records, asked.rows, hit_share));
            let run = place.quickest(&dump, index, asked.runs, &truth);
            own = own.max(run.own);
            rates.push(truth.bytes as f64 / run.seconds / 1e9);
        }
        let ratio = rates[1] / rates[0];
        worst = ratio.min(worst);
        let what = format!("{} rows, {:.0}% about a record", asked.rows, hit_share * 100.0);
        println!("{what:<28} {:>7.3} GB/s {:>7.3} GB/s {ratio:>8.2}", rates[0], rates[1]);
    }
    println!("scans: at most {} MB of memory beside mapped files", own / 1_000_000);
    // What is required of a large index; in a small one the panel sample and the program's start weigh too much.
    let (fast, small_enough) = if asked.nation { (0.8e6, 62.0) } else { (1e6, 56.0) };
    let mut required = vec![
        (format!("{small_enough} bytes a record"), per_record <= small_enough),
        ("100 ms to open and scan a kilobyte".to_string(), opened[1] <= 100.0),
        ("0.6 of the rate against the small index".to_string(), worst >= 0.6),
        ("256 MB of a scan's own memory".to_string(), own <= 256_000_000),
    ];
    if let Some(run) = &built {
        required.push((format!("{fast} records/s"), rate(run) >= fast));
        required.push(("4 GB of memory".to_string(), run.peak <= 4_000_000_000));
    }
    for (what, held) in required.into_iter().filter(|_| asked.records >= 10_000_000) {
        println!("{}: {what}", if held { "held" } else { "NOT HELD" });
    }
    if !asked.keep {
        std::fs::remove_dir_all(&place.folder).expect("the folder is ours");
    }
}
