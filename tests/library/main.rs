//! A library of known dumps: what it says through the program, and that neither other processes, nor crashes, nor damage make it say
//! anything else.

#[path = "../support/mod.rs"]
mod support;

mod crashes;
mod damage;
mod same_answer;
mod use_of_it;

use leaktrace::fingerprint::Key;
use leaktrace::identify::{Kind, Params};
use leaktrace::lineage::columns::ColumnOf;
use leaktrace::lineage::file::TableOf;
use leaktrace::lineage::library::Labelled;
use leaktrace::lineage::rows::Secret;
use leaktrace::lineage::sample::{Entry, RowSample};
use leaktrace::lineage::take::How;
use leaktrace::lineage::{About, DumpFingerprint};
use std::path::{Path, PathBuf};
use support::{Ran, World, leaktrace, records, run, run_with};

/// A folder with a library's key.
struct Known {
    world: World,
}

impl Known {
    fn new() -> Known {
        let world = World { folder: tempfile::tempdir().unwrap() };
        run(["keygen".into(), "-o".into(), world.at("library.key")]).ends(0, &[]);
        Known { world }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.world.at(name)
    }

    fn folder(&self) -> PathBuf {
        self.at("known")
    }

    /// A dump of some people.
    fn dump(&self, name: &str, people: std::ops::Range<usize>) -> PathBuf {
        self.world.write(name, records(people))
    }

    /// Its fingerprint.
    fn fingerprint(&self, name: &str, people: std::ops::Range<usize>) -> PathBuf {
        let (dump, out) = (self.dump(&format!("{name}.csv"), people), self.at(&format!("{name}.ltf")));
        let mut command = leaktrace(["fingerprint", "-q", "--threads", "2", "--key"]);
        command.arg(self.at("library.key")).arg(dump).arg("-o").arg(&out);
        run_with(command, b"").ends(0, &[]);
        out
    }

    /// `library WHAT … --library known`, with the key.
    fn library(&self, what: &str, args: &[&Path], more: &[&str]) -> Ran {
        let mut command = leaktrace(["library", what, "--library"]);
        command.arg(self.folder());
        if matches!(what, "add" | "find") {
            command.args(["--threads", "2", "--library-key"]).arg(self.at("library.key"));
        }
        command.args(args).args(more);
        run_with(command, b"")
    }

    fn find(&self, dump: &Path, code: i32) -> serde_json::Value {
        let ran = self.library("find", &[dump], &["--json", "-"]);
        ran.ends(code, &[]);
        ran.document()["queries"][0].clone()
    }
}

/// A key for fingerprints that are made here.
fn key() -> Key {
    Key::from_bytes([7; 32])
}

/// The fingerprint of made-up rows, each with an e-mail address, a number and a name, without any dump: `rows` are their numbers.
fn made(rows: impl IntoIterator<Item = u64>) -> DumpFingerprint {
    made_with(&key(), rows)
}

fn made_with(key: &Key, rows: impl IntoIterator<Item = u64>) -> DumpFingerprint {
    let column = |kind, slot| ColumnOf { header: None, kind, params: Params::default(), slot };
    let columns = vec![column(Kind::Email, true), column(Kind::Phone, true), column(Kind::Name, false), column(Kind::Text, false)];
    let mut sample = RowSample::new(1024);
    let mut count = 0;
    for row in rows {
        let cells: Vec<u16> = (0..4).map(|column| (word(row, 100 + column) as u16).max(1)).collect();
        for slot in 0..3u16 {
            let (hash, id) = (word(row, u64::from(slot)), word(row, 10 + u64::from(slot)));
            if hash < sample.threshold() {
                sample.push(Entry { hash, id, row: word(row, 20), slot, first: (0, count), cells: Some(cells.clone().into()) });
            }
        }
        count += 1;
    }
    let tables = vec![TableOf { rows: count, columns, looks: Vec::new() }];
    DumpFingerprint::new(&Secret::new(key), About { tables, ..About::new(key, How::default()) }, sample)
}

fn word(row: u64, salt: u64) -> u64 {
    let bytes = [row.to_le_bytes(), salt.to_le_bytes()].concat();
    blake3::hash(&bytes).as_bytes().first_chunk().map_or(1, |b| u64::from_le_bytes(*b)).max(1)
}

fn named(name: &str) -> Labelled {
    Labelled { name: name.into(), ..Labelled::default() }
}
