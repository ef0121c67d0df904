//! Files that somebody cuts short while they are mapped: no run dies of it, no row is made of what was not there, nothing that is missing is
//! passed over in silence.
#![cfg(unix)]

mod common;
mod support;

use common::{Cut, key};
use leaktrace::index::build::{Build, build};
use leaktrace::matching::Question;
use leaktrace::progress::{Progress, Silent};
use leaktrace::{Result, parallel};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{SCHEMA, check_account, person};

fn cut(path: &Path, bytes: u64) {
    File::options().write(true).open(path).unwrap().set_len(bytes).unwrap();
}

/// Cuts files short when the given number of parts were done in a stage.
struct Cutter {
    stage: &'static str,
    after: usize,
    to: u64,
    files: Vec<PathBuf>,
    seen: AtomicUsize,
}

impl Cutter {
    fn new(stage: &'static str, after: usize, files: &[&Path], to: u64) -> Cutter {
        Cutter { stage, after, to, files: files.iter().map(|f| f.to_path_buf()).collect(), seen: AtomicUsize::new(usize::MAX) }
    }

    fn count(&self) {
        if self.seen.load(Ordering::SeqCst) == self.after {
            self.files.iter().for_each(|f| cut(f, self.to));
        }
    }
}

impl Progress for Cutter {
    fn begin(&self, stage: &str, _total: u64) {
        if stage == self.stage {
            self.seen.store(0, Ordering::SeqCst);
            self.count();
        }
    }

    fn advance(&self, _bytes: u64) {
        if self.seen.load(Ordering::SeqCst) != usize::MAX {
            self.seen.fetch_add(1, Ordering::SeqCst);
            self.count();
        }
    }

    fn end(&self) {
        self.seen.store(usize::MAX, Ordering::SeqCst);
    }
}

/// A table of people, some of whose cells are quoted or hold line ends.
fn table(rows: usize) -> Vec<u8> {
    let mut out = String::from("member_no,email,phone,name,birth_date\n");
    for n in 0..rows {
        let mut cells = person(n % 2000);
        if n % 7 == 0 {
            cells[3] = format!("\"{}{}\"", cells[3], if n % 21 == 0 { "\nthe \"\"second\"\"" } else { "" });
        }
        out.push_str(&(cells.join(",") + "\n"));
    }
    out.into_bytes()
}

fn scan(question: &Question, dump: &Path, how: Cut, progress: &dyn Progress) -> Result<Value> {
    common::try_scan(question, &[dump.to_path_buf()], how, progress).map(|d| serde_json::to_value(d).unwrap())
}

/// A folder with an index of 2,000 people, and a question to it.
fn world() -> (tempfile::TempDir, Question) {
    let folder = tempfile::tempdir().unwrap();
    let records = common::put(folder.path(), "records.csv", support::records(0..2000));
    let index = folder.path().join("a.ltx");
    common::index(&records, SCHEMA, &index);
    let question = common::try_open(&[index]).unwrap();
    (folder, question)
}

/// Where the account says that reading ended.
fn kept(document: &Value) -> usize {
    let place = document["coverage"]["skipped"][0]["where"].as_str().unwrap();
    place.rsplit("byte ").next().unwrap().parse().unwrap()
}

#[test]
fn rows_are_kept_up_to_where_the_dump_was_whole() {
    let (folder, question) = world();
    let whole = table(52_000);
    let len = whole.len() as u64;
    let dump = folder.path().join("dump.csv");
    for (threads, segment_bytes) in [(1, 64 << 10), (2, 10_007), (5, 1 << 20)] {
        for (after, to) in [(0, len - 1), (0, 2 << 20), (0, 0), (1, 0), (1, len / 2), (2, len - 5000)] {
            std::fs::write(&dump, &whole).unwrap();
            let cutter = Cutter::new("scan", after, &[&dump], to);
            let document = scan(&question, &dump, Cut::new(threads, segment_bytes), &cutter).unwrap();
            let shown = format!("{threads} threads, {segment_bytes} bytes a segment, {to} of {len} kept: {:#}", document["coverage"]);
            check_account(&document);
            assert_eq!(document["coverage"]["complete"], false, "{shown}");
            assert_eq!(document["inputs"][0]["blake3"], Value::Null, "{shown}");
            let skipped = document["coverage"]["skipped"].as_array().unwrap();
            assert_eq!((skipped.len(), &skipped[0]["reason"]), (1, &Value::from("changed")), "{shown}");
            if skipped[0]["bytes"] == 0 {
                // It was all read before the cut.
                assert_eq!(document["coverage"]["bytes_read"], len, "{shown}");
                continue;
            }
            assert!(skipped[0]["advice"].as_str().unwrap().contains(&format!("cut short at byte {to} of {len}")), "{shown}");
            // Exactly the rows of that beginning, as a file of its own has them.
            let kept = kept(&document);
            let beginning = common::put(folder.path(), "beginning.csv", &whole[..kept]);
            assert!(kept == 0 || whole[kept - 1] == b'\n', "{shown}");
            let expected = scan(&question, &beginning, Cut::USUAL, &Silent).unwrap();
            for field in ["rows_read", "bytes_read", "rows_distinct"] {
                assert_eq!(document["coverage"][field], expected["coverage"][field], "{field}, {shown}");
            }
            if after == 0 && to > 3 << 20 {
                // Not much more than the longest quoted cell and a part are given up before the cut.
                assert!(kept as u64 + (1 << 20) + (128 << 10) + 2 * segment_bytes > to, "{shown}");
                assert_eq!(document["institutions"], expected["institutions"], "{shown}");
            }
        }
    }
}

#[test]
fn a_dump_cut_short_before_it_was_looked_at_is_no_other_kind_of_file() {
    let (folder, question) = world();
    let dump = folder.path().join("dump.csv");
    for (content, stage) in [(table(1000), "scan"), ([b"\x1f\x8b\x08\0".as_slice(), &[7; 50_000]].concat(), "digest")] {
        std::fs::write(&dump, &content).unwrap();
        let document = scan(&question, &dump, Cut::USUAL, &Cutter::new(stage, 0, &[&dump], 0)).unwrap();
        check_account(&document);
        assert_eq!(document["coverage"]["skipped"][0]["reason"], "changed");
        assert_eq!(document["coverage"]["bytes_read"], 0);
        assert_eq!(document["inputs"][0]["blake3"], Value::Null);
        assert_eq!(document["verdict"]["kind"], "incomplete");
    }
}

#[test]
fn a_dump_that_grows_is_read_as_it_was_and_has_no_digest() {
    let (folder, question) = world();
    let dump = common::put(folder.path(), "dump.csv", table(5000));
    let len = std::fs::metadata(&dump).unwrap().len();
    let document = scan(&question, &dump, Cut::USUAL, &Cutter::new("scan", 0, &[&dump], len + 9999)).unwrap();
    check_account(&document);
    assert_eq!((&document["coverage"]["bytes_read"], &document["inputs"][0]["blake3"]), (&Value::from(len), &Value::Null));
    assert_eq!(document["coverage"]["skipped"][0]["reason"], "changed");
}

#[test]
fn an_index_cut_short_in_use_is_an_error() {
    for to in [0, 1, 50_000] {
        let (folder, question) = world();
        let dump = common::put(folder.path(), "dump.csv", table(5000));
        let index = folder.path().join("a.ltx");
        assert!(std::fs::metadata(&index).unwrap().len() > 50_000);
        let cutter = Cutter::new("scan", 0, &[&index], to);
        let error = scan(&question, &dump, Cut::USUAL, &cutter).unwrap_err().to_string();
        for words in ["this index was changed while it was in use", "a.ltx", &format!("byte {to}"), "to do:"] {
            assert!(error.contains(words), "{error}");
        }
    }
    // A newer one that takes its name is none of this scan's business.
    let (folder, question) = world();
    let dump = common::put(folder.path(), "dump.csv", table(5000));
    std::fs::rename(common::put(folder.path(), "new.ltx", "new"), folder.path().join("a.ltx")).unwrap();
    scan(&question, &dump, Cut::USUAL, &Silent).unwrap();
}

#[test]
fn no_index_is_made_of_records_that_were_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let (records, out) = (folder.path().join("records.csv"), folder.path().join("out.ltx"));
    let schema = leaktrace::identify::schema::Schema::parse(SCHEMA).unwrap();
    for stage in ["digest", "read", "self-check"] {
        for to in [0, 5000, 250_000] {
            std::fs::write(&records, table(5000)).unwrap();
            let cutter = Cutter::new(stage, 0, &[&records], to);
            let pool = parallel::pool(2).unwrap();
            let error = build(&Build {
                files: std::slice::from_ref(&records),
                schema: &schema,
                key: &key(),
                out: &out,
                pool: &pool,
                segment_bytes: 64 << 10,
                memory: 64 << 20,
                progress: &cutter,
            })
            .unwrap_err()
            .to_string();
            assert!(error.contains("changed while it was") && error.contains("records.csv"), "{stage}, {to}: {error}");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{stage}, {to}");
        }
    }
}

/// The whole program, cut at some moment: whenever that was, it ends as it should.
#[cfg(target_os = "linux")]
#[test]
fn a_scan_whose_dump_is_cut_short_ends() {
    use std::time::{Duration, Instant};
    let world = support::World::new();
    let (whole, dump) = (table(700_000), world.at("dump.csv"));
    let mut torn = 0;
    for attempt in 0..10u32 {
        std::fs::write(&dump, &whole).unwrap();
        let mut command = world.scan_command(&[&dump], &["--json", "-"]);
        let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let maps = PathBuf::from(format!("/proc/{}/maps", child.id()));
        let since = Instant::now();
        let mapped = || std::fs::read_to_string(&maps).is_ok_and(|text| text.contains("dump.csv"));
        while !mapped() && since.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(u64::from(attempt) * 40));
        let to = [0, whole.len() / 3, whole.len() - 1_000_000][attempt as usize % 3];
        cut(&dump, to as u64);
        let ran = support::finish(child, b"");
        assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}");
        let document = ran.document();
        check_account(&document);
        if document["coverage"]["complete"] == true {
            // All was over before.
            assert_eq!(document["inputs"][0]["blake3"], blake3::hash(&whole).to_string());
            continue;
        }
        assert_eq!(document["inputs"][0]["blake3"], Value::Null);
        let skipped = &document["coverage"]["skipped"][0];
        assert_eq!(skipped["reason"], "changed");
        if skipped["bytes"] == 0 {
            continue;
        }
        torn += 1;
        let kept = kept(&document);
        let mut rows = csv::ReaderBuilder::new().from_reader(&whole[..kept]);
        assert_eq!(document["coverage"]["rows_read"], rows.byte_records().count(), "{to} {skipped:#}");
        println!("attempt {attempt}: cut to {to}, read up to {kept} of {}", whole.len());
    }
    if torn == 0 {
        println!("skipped: no run was at work when its dump was cut");
    }
}

/// Run by the test below in a process of its own.
#[test]
#[allow(unsafe_code)]
fn a_fault_of_ones_own() {
    if std::env::var_os("LEAKTRACE_TEST_FAULT").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let watched = common::put(folder.path(), "watched", [1; 10_000]);
    let input = leaktrace::source::Input::open(&watched).unwrap();
    cut(&watched, 0);
    assert!(input.bytes().iter().all(|&b| b == 0));
    println!("survived its own");
    let other = common::put(folder.path(), "other", [1; 10_000]);
    // SAFETY: what is read of it before the cut is there; the read after it is what is tested.
    let map = unsafe { memmap2::Mmap::map(&File::open(&other).unwrap()).unwrap() };
    assert_eq!(map[9_999], 1);
    cut(&other, 0);
    println!("{}", std::hint::black_box(&map)[9_999]);
    println!("survived another's");
}

#[test]
fn a_fault_of_another_map_ends_the_process() {
    use std::os::unix::process::ExitStatusExt;
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_fault_of_ones_own", "--nocapture"]).env("LEAKTRACE_TEST_FAULT", "1");
    let output = command.output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("survived its own") && !shown.contains("survived another's"), "{shown}");
    assert_eq!(output.status.signal(), Some(libc::SIGBUS), "{output:?}");
}
