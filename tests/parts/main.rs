//! Parts of a plan, scanned by themselves and merged, give the bytes that one scan gives: document, dump fingerprint and report.

#![allow(missing_docs)]

mod cuts;
mod refused;
mod seams;
mod served;
#[path = "../support/mod.rs"]
mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Ran, SCHEMA, World, leaktrace, person, records, run_with};

/// A world with three indexes, a plan, and parts.
pub struct Parts {
    pub world: World,
}

/// The indexes.
const INDEXES: [&str; 3] = ["a.ltx", "b.ltx", "c.ltx"];

impl Parts {
    pub fn make() -> Parts {
        let world = World::new();
        for (name, institution, people) in [("b", "Bank Contoh", 1500..4000), ("c", "Toko Contoh", 3000..3500)] {
            world.write(format!("{name}.csv"), records(people));
            world.write(format!("{name}.toml"), SCHEMA.replace("Asuransi Contoh", institution));
            world.index(&format!("{name}.csv"), &format!("{name}.toml"), &format!("{name}.ltx")).ends(0, &[]);
        }
        Parts { world }
    }

    /// A command with plan, indexes and key; times are fixed.
    pub fn command(&self, verb: &str) -> Command {
        let mut command = leaktrace([verb, "--plan", "plan.json", "--key", "case.key"]);
        INDEXES.iter().for_each(|index| _ = command.args(["--index", index]));
        command.env("SOURCE_DATE_EPOCH", "1800000000").current_dir(self.world.folder.path());
        command
    }

    /// Plans a dump in parts of `size`; their number.
    #[track_caller]
    pub fn plan(&self, dump: &str, size: &str) -> usize {
        let mut command = leaktrace(["inspect", dump, "--plan", "plan.json", "--part-size", size]);
        command.current_dir(self.world.folder.path());
        run_with(command, b"").ends(0, &[]);
        self.named_parts().len()
    }

    pub fn named_parts(&self) -> Vec<serde_json::Value> {
        let plan: serde_json::Value = serde_json::from_slice(&std::fs::read(self.world.at("plan.json")).unwrap()).unwrap();
        plan["parts"].as_array().unwrap().clone()
    }

    pub fn scan(&self, dump: &str, part: usize, more: &[&str]) -> Ran {
        let mut command = self.command("scan");
        command.args([dump, "--part", &part.to_string(), "-o", &name(part)]).args(more);
        run_with(command, b"")
    }

    /// Scans every part.
    #[track_caller]
    pub fn scan_all(&self, dump: &str, parts: usize, more: &[&str]) -> Vec<String> {
        (0..parts).for_each(|part| _ = self.scan(dump, part, more).ends(0, &["wrote part-"]));
        (0..parts).map(name).collect()
    }

    pub fn merge(&self, parts: &[String], more: &[&str]) -> Ran {
        let mut command = self.command("merge");
        command.args(parts).args(more);
        run_with(command, b"")
    }

    /// The document of one scan, and how it ended.
    #[track_caller]
    pub fn whole(&self, dump: &str, more: &[&str]) -> Ran {
        let mut command = self.command("scan");
        command.args([dump, "--json", "-"]).args(more);
        let ran = run_with(command, b"");
        support::check_account(&ran.document());
        ran
    }

    pub fn bytes(&self, name: impl AsRef<Path>) -> Vec<u8> {
        std::fs::read(self.world.at(name)).unwrap()
    }

    /// Every file of a folder, by its path.
    pub fn folder(&self, name: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut folders, mut out) = (vec![self.world.at(name)], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else {
                    out.push((entry.strip_prefix(self.world.at(name)).unwrap().to_path_buf(), std::fs::read(&entry).unwrap()));
                }
            }
        }
        out.sort();
        out
    }
}

pub fn name(part: usize) -> String {
    format!("part-{part}.ltp")
}

/// Rows of people whose notes hold quotes, line ends and delimiters.
pub fn noted(people: std::ops::Range<usize>) -> String {
    let mut out = String::from("member_no,email,phone,name,birth_date,note\n");
    for n in people {
        let note = match n % 7 {
            0 => format!("\"called {n},\n\"\"no answer\"\", again\r\non Monday\""),
            1 => String::new(),
            2 => format!("\"{}\n{}\"", person(n + 1).join(","), person(n + 2).join(",")),
            _ => "x".repeat(n % 97),
        };
        out.push_str(&format!("{},{note}\n", person(n % 5000).join(",")));
    }
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A folder with files of every sort: cut, whole, of several tables, packed, empty, and not read.
fn every_sort(parts: &Parts) {
    let world = &parts.world;
    let rows = |people: std::ops::Range<usize>| people.map(person).collect::<Vec<_>>();
    world.write("dump/a-noted.csv", noted(0..9000));
    world.write("dump/b-empty.csv", "");
    let inserts: String = rows(1900..2600).iter().map(|p| format!("INSERT INTO `m` VALUES ('{}');\n", p.join("','"))).collect();
    let more: String = rows(0..90).iter().map(|p| format!("INSERT INTO `second` VALUES ('{}','{}');\n", p[1], p[2])).collect();
    let tables = "CREATE TABLE `m` (`member_no` text, `email` text, `phone` text, `name` text, `birth_date` date);\n";
    let tables = format!("-- MySQL dump 10.13\n{tables}CREATE TABLE `second` (`email` text, `phone` text);\n{inserts}{more}");
    world.write("dump/c.sql", &tables);
    let json: String =
        rows(3300..3700).iter().map(|p| format!("{{\"email\":\"{}\",\"phone\":\"{}\",\"name\":\"{}\"}}\n", p[1], p[2], p[3])).collect();
    world.write("dump/d.jsonl", &json);
    world.write("dump/e.csv.gz", gzip(noted(2000..3000).as_bytes()));
    world.write("dump/f.sql.gz", gzip(tables.as_bytes()));
    let wide: Vec<u8> = records(100..400).encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.write("dump/g-wide.csv", [&b"\xff\xfe"[..], &wide].concat());
    world.write("dump/h.pdf", "%PDF-1.7\nnothing that is read");
    let two = format!(
        "{}\n\nid;mail;telp\n{}",
        records(10..300),
        rows(400..700).iter().map(|p| format!("{};{};{}\n", p[0], p[1], p[2])).collect::<String>()
    );
    world.write("dump/i-two.csv", two);
    world.write(
        "dump/j.txt",
        rows(700..900).iter().map(|p| format!("spoke to {} ({}), will call {}\n", p[3], p[1], p[2])).collect::<String>(),
    );
    // The same rows once more, so that distinct rows meet across inputs; and a preamble.
    world.write("dump/k-again.csv", noted(0..3000));
    world.write("dump/l-zip.gz", &gzip(b"cut short")[..12]);
    world.write("dump/m-one.csv", "email\norang5@example.org\n");
}

#[test]
fn a_folder_of_every_sort_gives_the_bytes_of_one_scan() {
    let parts = Parts::make();
    every_sort(&parts);
    let number = parts.plan("dump", "128KiB");
    assert!(number > 13 + 5, "{number}");
    let mut known = leaktrace(["library", "add", "dump/k-again.csv", "--library", "known", "--library-key", "case.key"]);
    known.current_dir(parts.world.folder.path());
    run_with(known, b"").ends(0, &[]);
    let common = ["--claim-rows", "20000", "--case", "7", "--library", "known"];
    let beside = [&["--report", "whole", "--fingerprint", "whole.ltf"][..], &common].concat();
    let whole = parts.whole("dump", &beside);
    assert!(whole.document()["known"].is_object());
    let files = parts.scan_all("dump", number, &["--keep", "affected,fingerprint"]);
    let largest = files.iter().map(|f| parts.bytes(f).len()).max().unwrap();
    assert!(largest < 1_000_000, "{largest}");
    // In any order, some of them twice.
    let mut order: Vec<String> = files.iter().rev().chain(&files[3..5]).cloned().collect();
    order.swap(0, number / 2);
    let more = ["--json", "-", "--report", "merged", "--dump", "dump", "--fingerprint", "merged.ltf"];
    let merged = parts.merge(&order, &[&more[..], &common].concat());
    merged.ends(whole.code.unwrap(), &[]);
    assert_eq!(merged.stdout, whole.stdout);
    assert!(parts.bytes("merged.ltf") == parts.bytes("whole.ltf"));
    assert!(parts.folder("merged") == parts.folder("whole"));
    // Without what was kept beside.
    let bare = parts.merge(&files, &[&["--json", "-"][..], &common].concat());
    assert_eq!(bare.stdout, whole.stdout);
    // Scanned once more, on other threads, a part has the same bytes.
    let before = parts.bytes(name(2));
    parts.scan("dump", 2, &["--keep", "affected,fingerprint", "--threads", "1"]).ends(0, &[]);
    assert!(before == parts.bytes(name(2)));
}

#[test]
fn one_two_three_seven_and_a_hundred_parts_are_one_dump() {
    let parts = Parts::make();
    // A hundred blocks of a digest: no part is smaller.
    let text = &noted(0..115_000)[..100 * leaktrace::source::BLOCK];
    parts.world.write("dump.csv", text);
    let documents: Vec<(usize, String, String)> = [1, 2, 3, 7, 100]
        .into_iter()
        .map(|wanted| {
            let size = text.len().div_ceil(wanted).to_string();
            let number = parts.plan("dump.csv", &size);
            assert_eq!(number, wanted, "{size} bytes a part");
            let whole = parts.whole("dump.csv", &[]);
            let files = parts.scan_all("dump.csv", number, &[]);
            let merged = parts.merge(&files, &["--json", "-"]);
            merged.ends(whole.code.unwrap(), &[]);
            (number, merged.stdout, whole.stdout)
        })
        .collect();
    for (number, merged, whole) in &documents {
        assert_eq!(merged, whole, "{number} parts");
        assert_eq!(*whole, documents[0].2);
    }
}
