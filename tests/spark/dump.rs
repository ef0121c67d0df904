//! A dump of several files of made-up people, three indexes of them, and a key.

use crate::support::{World, leaktrace, run, run_with};
use flate2::Compression;
use flate2::write::GzEncoder;
use leaktrace::synth::table::{Layout, TableDump, write_dump, write_some_records};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Everything follows from it.
const SEED: u64 = 8;
/// People whom somebody knows.
const RECORDS: u64 = 40_000;
/// Institutions, and the people of each: neighbours share some.
const INSTITUTIONS: [(&str, Range<u64>); 3] =
    [("Bank Contoh", 0..20_000), ("Asuransi Contoh", 10_000..30_000), ("Seluler Contoh", 25_000..RECORDS)];

/// What was posted, and what it is scanned with.
pub struct Posted {
    world: World,
    /// What nothing else may hold: the key, and identifiers of a row.
    secrets: Vec<String>,
}

impl Posted {
    /// More than 200 MB: CSV, a MySQL dump, and CSV in gzip.
    pub fn new() -> Posted {
        Posted::of([1_100_000, 400_000, 400_000])
    }

    /// Less than 1 MB.
    pub fn small() -> Posted {
        Posted::of([6000, 300, 300])
    }

    fn of(rows: [u64; 3]) -> Posted {
        let world = World { folder: tempfile::tempdir().unwrap() };
        run(["keygen".into(), "-o".into(), world.at("case.key")]).ends(0, &[]);
        let layout = Layout::standard();
        for ((name, people), index) in INSTITUTIONS.into_iter().zip(INDEXES) {
            let mut records = Vec::new();
            write_some_records(people, SEED, &layout, &mut records).unwrap();
            world.write("records.csv", records);
            world.write("schema.toml", layout.schema().replace("Tabel Contoh", name));
            world.index("records.csv", "schema.toml", index).ends(0, &[]);
        }
        let [csv, sql, gz] = [0, 1, 2].map(|n| {
            let dump = TableDump { rows: rows[n], records: RECORDS, hit_share: 0.3, kept: 0.9, seed: SEED, dump_seed: n as u64 };
            let mut text = Vec::new();
            write_dump(&dump, &layout, &mut text).unwrap();
            text
        });
        let key = std::fs::read_to_string(world.at("case.key")).unwrap();
        let key = key.lines().find_map(|line| line.strip_prefix("leaktrace-key-1:")).unwrap();
        let row = String::from_utf8(csv.split(|&b| b == b'\n').nth(1).unwrap().to_vec()).unwrap();
        let secrets = row.split(',').take(4).chain([&key[..64]]).map(str::to_string).collect();
        world.write("posted/members.csv", csv);
        world.write("posted/users.sql", mysql(std::str::from_utf8(&sql).unwrap()));
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&gz).unwrap();
        world.write("posted/older.csv.gz", packed.finish().unwrap());
        Posted { world, secrets }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.world.at(name)
    }

    pub fn folder(&self) -> &Path {
        self.world.folder.path()
    }

    /// The folder of the dump.
    pub fn dump(&self) -> PathBuf {
        self.at("posted")
    }

    /// Its files, by name.
    pub fn files(&self) -> [PathBuf; 3] {
        ["members.csv", "older.csv.gz", "users.sql"].map(|name| self.dump().join(name))
    }

    pub fn indexes(&self) -> [&'static str; 3] {
        INDEXES
    }

    /// Bytes of the dump's files.
    pub fn bytes(&self) -> u64 {
        self.files().iter().map(|file| file.metadata().unwrap().len()).sum()
    }

    /// One process scans all of it: the document and the exit code. The job's plan is written once more, since the document names it.
    pub fn scan(&self, dumps: &[PathBuf], part: &str, epoch: &str) -> (Vec<u8>, i32) {
        let mut command = leaktrace(["inspect", "--plan", "work/plan.json", "--part-size", part]);
        command.current_dir(self.folder()).args(dumps);
        run_with(command, b"").ends(0, &[]);
        let mut command = leaktrace(["scan", "--quiet", "--plan", "work/plan.json", "--json", "whole.json"]);
        command.current_dir(self.folder()).env("SOURCE_DATE_EPOCH", epoch).args(dumps).arg("--key").arg(self.at("case.key"));
        INDEXES.iter().for_each(|index| _ = command.args(["--index", index]));
        let code = run_with(command, b"").code.unwrap();
        (std::fs::read(self.at("whole.json")).unwrap(), code)
    }

    /// Checks that neither the key nor a value of the dump is in `bytes`.
    #[track_caller]
    pub fn check_without_secrets(&self, bytes: &[u8], place: &str) {
        for secret in &self.secrets {
            assert!(memchr::memmem::find(bytes, secret.as_bytes()).is_none(), "{place} holds a secret");
        }
    }
}

const INDEXES: [&str; 3] = ["bank.ltx", "insurer.ltx", "telco.ltx"];

/// A table as mysqldump writes it, of CSV without quotes.
fn mysql(csv: &str) -> String {
    let mut lines = csv.lines();
    let names: Vec<String> = lines.next().unwrap().split(',').map(|name| format!("`{name}`")).collect();
    let columns: Vec<String> = names.iter().map(|name| format!("  {name} varchar(255) DEFAULT NULL")).collect();
    let mut out =
        format!("-- MySQL dump 10.13\nDROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (\n{}\n) ENGINE=InnoDB;\n", columns.join(",\n"));
    for (n, line) in lines.enumerate() {
        out += match (n, n % 500) {
            (0, _) => "INSERT INTO `users` VALUES ('",
            (_, 0) => ");\nINSERT INTO `users` VALUES ('",
            _ => "),('",
        };
        out += &line.replace('\\', "\\\\").replace('\'', "\\'").replace(',', "','");
        out.push('\'');
    }
    out + ");\n-- Dump completed\n"
}
