//! What integration tests share: a key, building an index and scanning through the library, and files in a folder that vanishes.

// Each test crate uses its own part of this.
#![allow(dead_code)]

#[path = "../account/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "one test may use both helpers")]
mod account;

use leaktrace::attribute::Support;
use leaktrace::commands::scan::{Options, open_inputs, scan_document};
use leaktrace::fingerprint::Key;
use leaktrace::identify::schema::Schema;
use leaktrace::index::build::{Build, Built, build};
use leaktrace::matching::Question;
use leaktrace::progress::{Progress, Silent};
use leaktrace::report::document::{Document, Run};
use leaktrace::report::json;
use leaktrace::{Result, parallel};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The key of all tests.
pub fn key() -> Key {
    Key::from_bytes([0x5A; 32])
}

/// How work is cut.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    pub threads: usize,
    pub segment_bytes: u64,
    /// Bytes for sorting; only a build cares.
    pub memory: usize,
}

impl Cut {
    pub const USUAL: Cut = Cut { threads: 2, segment_bytes: leaktrace::limits::SEGMENT_BYTES, memory: 64 << 20 };

    pub fn new(threads: usize, segment_bytes: u64) -> Cut {
        Cut { threads, segment_bytes, ..Cut::USUAL }
    }
}

/// Builds an index under [`key`].
pub fn try_build(files: &[PathBuf], schema: &str, out: &Path, cut: Cut) -> Result<Built> {
    try_build_with(&key(), files, schema, out, cut)
}

/// Builds an index.
pub fn try_build_with(key: &Key, files: &[PathBuf], schema: &str, out: &Path, cut: Cut) -> Result<Built> {
    let schema = Schema::parse(schema)?;
    let pool = parallel::pool(cut.threads)?;
    build(&Build { files, schema: &schema, key, out, pool: &pool, segment_bytes: cut.segment_bytes, memory: cut.memory, progress: &Silent })
}

/// Builds an index of one file under [`key`].
#[track_caller]
pub fn index(file: &Path, schema: &str, out: &Path) -> Built {
    try_build(&[file.to_path_buf()], schema, out, Cut::USUAL).expect("the index is built")
}

/// Opens indexes under [`key`].
pub fn try_open(indexes: &[PathBuf]) -> Result<Question> {
    Question::open(indexes, vec![key()], false)
}

/// Scans dumps as one question, and checks the account; the document's bytes, with the time stamps blanked.
pub fn try_scan_bytes(question: &Question, dumps: &[PathBuf], cut: Cut) -> Result<Vec<u8>> {
    let mut document = try_scan(question, dumps, cut, &Silent)?;
    document.run = Run { started: String::new(), seconds: None, bytes_per_second: None, attribution_seconds: None };
    let bytes = json::bytes(&document)?;
    account::check_account(&serde_json::from_slice(&bytes).expect("the document is JSON"));
    Ok(bytes)
}

/// Scans dumps as one question.
pub fn try_scan(question: &Question, dumps: &[PathBuf], cut: Cut, progress: &dyn Progress) -> Result<Document> {
    let options = Options {
        dumps: dumps.to_vec(),
        indexes: Vec::new(),
        keys: Vec::new(),
        json: None,
        report: None,
        case: Default::default(),
        epoch: None,
        quiet: false,
        each: false,
        beside: Default::default(),
        plan: None,
        threshold: Support::ModeratelyStrong,
        claim: Default::default(),
        verify: false,
        threads: cut.threads,
        segment_bytes: cut.segment_bytes,
        reading: Default::default(),
    };
    scan_document(question, open_inputs(dumps)?, &options, progress)
}

/// Scans one dump and parses the document.
#[track_caller]
pub fn scan(question: &Question, dump: &Path) -> Value {
    scan_all(question, &[dump.to_path_buf()])
}

/// Scans dumps as one question and parses the document.
#[track_caller]
pub fn scan_all(question: &Question, dumps: &[PathBuf]) -> Value {
    let bytes = try_scan_bytes(question, dumps, Cut::USUAL).expect("the dump is scanned");
    serde_json::from_slice(&bytes).expect("the document is JSON")
}

/// Writes a file into a folder and gives its path.
#[track_caller]
pub fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("the folder can be written to");
    path
}

/// The verdict in one line, with the numbers that it was made from, for failing asserts.
pub fn in_short(document: &Value) -> String {
    let mut text = format!(
        "{} {} (unlisted {}, fabricated {}) rows {} distinct {}",
        document["verdict"]["kind"],
        document["verdict"]["institutions"],
        document["verdict"]["unlisted_share"],
        document["verdict"]["fabricated_share"],
        document["coverage"]["rows_read"],
        document["coverage"]["rows_distinct"],
    );
    for i in document["institutions"].as_array().into_iter().flatten() {
        text += &format!(
            "\n    {}: support {}, share {}, hit {}, corroborated {}, ambiguous {}, records {}, hits {}",
            i["institution"],
            i["support"],
            i["share"],
            i["rows_hit"],
            i["rows_corroborated"],
            i["rows_ambiguous"],
            i["records_distinct"],
            i["hits"]
        );
    }
    text + &format!("\n    {} {}", document["verdict"]["sentence"], document["verdict"]["reservations"])
}
