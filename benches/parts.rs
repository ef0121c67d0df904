//! What it costs to cut a scan into parts: the plan, every part by a process of its own, and the merge, against one process over the same dump.
//!
//! ```text
//! cargo bench --bench parts                          10 million rows, 1.24 GB, in parts of 256 MB, one behind the other with all threads
//! cargo bench --bench parts -- --part-size 64MB      other parts
//! cargo bench --bench parts -- --a-core              a part a core at a time, with one thread each, as executors of a cluster run them
//! cargo bench --bench parts -- --runs 3 --rows 1000000
//! ```
//!
//! Every run's document is compared, byte for byte, with that of the one process, and its counts with the truth. Run it on an idle machine. Pairs of
//! runs take turns, and the medians of both are compared.

mod common;

use common::{check, create, leaktrace, measure};
use leaktrace::fingerprint::Key;
use leaktrace::synth::table::{Layout, TableDump, write_dump, write_records};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const SEED: u64 = 2026;
const RECORDS: u64 = 2_000_000;

struct Asked {
    rows: u64,
    records: u64,
    runs: usize,
    part_size: String,
    a_core: bool,
}

impl Asked {
    fn new() -> Asked {
        // `cargo test --all-targets` runs this without it: then only to see that it works.
        let measured = std::env::args().any(|a| a == "--bench");
        let (rows, records, runs, part_size) = if measured { (10_000_000, RECORDS, 5, "256MB") } else { (20_000, 4_000, 1, "1MB") };
        let mut asked = Asked { rows, records, runs, part_size: part_size.into(), a_core: false };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
            match arg.as_str() {
                "--rows" => asked.rows = value().parse().expect("--rows wants a number"),
                "--runs" => asked.runs = value().parse().expect("--runs wants a number"),
                "--part-size" => asked.part_size = value(),
                "--a-core" => asked.a_core = true,
                // Cargo's own.
                "--bench" => {}
                other => panic!("unknown argument {other}; the head of benches/parts.rs has those that there are"),
            }
        }
        assert!(asked.runs > 0, "--runs is one or more");
        asked
    }
}

struct Place(PathBuf);

impl Place {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn command(&self, verb: &str, threads: Option<&str>) -> Command {
        let mut command = leaktrace(verb, threads);
        command.env("SOURCE_DATE_EPOCH", "1790000000").stderr(Stdio::null());
        command
    }

    fn asked(&self, command: &mut Command) {
        command.arg("--index").arg(self.file("records.ltx")).arg("--key").arg(self.file("key"));
    }

    /// One process; its seconds.
    fn whole(&self) -> f64 {
        let mut scan = self.command("scan", None);
        // The document tells of the plan that it was made by.
        scan.arg(self.file("dump.csv")).arg("--plan").arg(self.file("plan.json"));
        self.asked(&mut scan);
        let run = measure(scan.arg("--json").arg(self.file("whole.json")));
        assert!(run.exit == 0 || run.exit == 1, "the scan is complete");
        run.seconds
    }

    fn plan(&self, asked: &Asked) {
        let mut plan = self.command("inspect", None);
        plan.arg(self.file("dump.csv")).arg("--plan").arg(self.file("plan.json")).args(["--part-size", &asked.part_size]);
        assert_eq!(measure(&mut plan).exit, 0, "the plan is made");
    }

    /// Plan, parts and merge; the seconds of each, and bytes of all parts.
    fn cut(&self, asked: &Asked) -> ([f64; 3], u64) {
        let clock = Instant::now();
        self.plan(asked);
        let planned = clock.elapsed().as_secs_f64();
        let text = std::fs::read(self.file("plan.json")).expect("the plan is there");
        let plan: serde_json::Value = serde_json::from_slice(&text).expect("the plan is JSON");
        let parts = plan["parts"].as_array().expect("it names parts").len() as u64;
        let (next, at_once) =
            (AtomicU64::new(0), if asked.a_core { std::thread::available_parallelism().map_or(1, usize::from) } else { 1 });
        std::thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    loop {
                        let part = next.fetch_add(1, Ordering::Relaxed);
                        if part >= parts {
                            return;
                        }
                        let mut scan = self.command("scan", asked.a_core.then_some("1"));
                        scan.arg(self.file("dump.csv")).arg("--plan").arg(self.file("plan.json")).args(["--part", &part.to_string()]);
                        self.asked(&mut scan);
                        assert_eq!(measure(scan.arg("-o").arg(self.part(part))).exit, 0, "part {part} is scanned");
                    }
                });
            }
        });
        let scanned = clock.elapsed().as_secs_f64();
        let mut merge = self.command("merge", None);
        merge.args((0..parts).map(|part| self.part(part))).arg("--plan").arg(self.file("plan.json"));
        self.asked(&mut merge);
        let exit = measure(merge.arg("--json").arg(self.file("merged.json"))).exit;
        assert!(exit == 0 || exit == 1, "the merge is complete");
        let bytes = (0..parts).map(|part| std::fs::metadata(self.part(part)).map_or(0, |m| m.len())).sum();
        ([planned, scanned - planned, clock.elapsed().as_secs_f64() - scanned], bytes)
    }

    fn part(&self, part: u64) -> PathBuf {
        self.file(&format!("part-{part}.ltp"))
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn main() {
    let asked = Asked::new();
    let place = Place(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("parts_{}_{}", asked.rows, asked.records)));
    std::fs::create_dir_all(&place.0).expect("the target folder can be written to");
    let layout = Layout::standard();
    let table = TableDump { rows: asked.rows, records: asked.records, hit_share: 0.3, kept: 0.9, seed: SEED, dump_seed: SEED + 1 };
    let truth = write_dump(&table, &layout, create(&place.file("dump.csv"))).expect("the dump is written");
    std::fs::write(place.file("schema.toml"), layout.schema()).expect("the schema is written");
    if !place.file("key").exists() {
        Key::from_bytes([7; 32]).write_new(&place.file("key")).expect("the key is written");
    }
    write_records(asked.records, SEED, &layout, create(&place.file("records.csv"))).expect("the records are written");
    let mut index = place.command("index", None);
    index.arg(place.file("records.csv")).arg("--schema").arg(place.file("schema.toml")).arg("--key").arg(place.file("key"));
    assert_eq!(measure(index.arg("-o").arg(place.file("records.ltx"))).exit, 0, "the index is built");
    std::fs::remove_file(place.file("records.csv")).expect("the records are ours");

    place.plan(&asked);
    let (mut whole, mut cut, mut steps, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for run in 0..=asked.runs {
        let one = place.whole();
        let (step, of_parts) = place.cut(&asked);
        for json in ["whole.json", "merged.json"] {
            // Without times there is no time of attribution either.
            let mut document: serde_json::Value =
                serde_json::from_slice(&std::fs::read(place.file(json)).expect("the document is there")).expect("it is JSON");
            document["run"]["attribution_seconds"] = 0.0.into();
            std::fs::write(place.file("checked.json"), document.to_string()).expect("the target folder can be written to");
            check(&place.file("checked.json"), &layout, &truth);
        }
        let read = |name: &str| std::fs::read(place.file(name)).expect("the document is there");
        assert!(read("whole.json") == read("merged.json"), "the merged document is that of one process");
        // The first may find the dump not yet in memory.
        if run > 0 {
            println!("one process {one:.2} s; plan {:.2} s, parts {:.2} s, merge {:.2} s", step[0], step[1], step[2]);
            whole.push(one);
            cut.push(step.iter().sum());
            steps.push(step);
        }
        bytes = of_parts;
    }
    let (one, parts) = (median(whole), median(cut));
    println!(
        "medians: one process {one:.2} s, plan and parts of {} and merge {parts:.2} s: {:+.1}%; part files of {:.1} MB in all",
        asked.part_size,
        (parts / one - 1.0) * 100.0,
        bytes as f64 / 1e6
    );
    if asked.rows >= 1_000_000 {
        println!("{}: at most 5% more", if parts <= 1.05 * one { "held" } else { "NOT HELD" });
    }
    std::fs::remove_dir_all(&place.0).expect("the folder is ours");
}
