//! A damaged index is an error or works as before; it never panics and never gives another answer. A small index is cut at every
//! length and flipped in every byte; and where checksums are made to fit the damage, it is still memory-safe. A wrong key, other rules, a
//! newer format and a cut each have words of their own.
#![cfg(unix)]

mod common;

use common::{index, key, put, try_open};
use leaktrace::fingerprint::Key;
use leaktrace::index::Index;
use leaktrace::index::layout::{FORMAT, HEADER_BYTES, Header, Section};
use leaktrace::ledger::Ledger;
use leaktrace::matching;
use leaktrace::matching::Question;
use leaktrace::matching::discover::{Known, discover};
use leaktrace::matching::layout::Layout;
use leaktrace::matching::search::Matcher;
use leaktrace::matching::tally::{DISTINCT_ROWS, HIT_ROWS, IndexTally, Tally, TaskTally};
use leaktrace::plan::{DelimitedPlan, decide_delimited};
use leaktrace::record::delimited::{Names, SegmentReader, Table};
use leaktrace::record::{RowBatch, sampling};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "[institution]\nname = \"Rusak Contoh\"\nregion = \"ID\"\n\
    [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"phone\"\nkind = \"phone\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"city\"\nkind = \"text\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"since\"\nkind = \"date\"\nrole = \"created\"\n";

/// Six records; two share a phone, so that there are postings.
fn records() -> String {
    let mut text = String::from("email,phone,city,since\n");
    for n in 0..6 {
        let phone = if n < 2 { 0 } else { n };
        text += &format!("p{n}@contoh.example,08121111222{phone},{},2020-01-0{}\n", ["Medan", "Solo"][n % 2], n + 1);
    }
    text
}

/// A small index, a dump of its records and of strangers, and how the dump is read.
struct Specimen {
    _folder: tempfile::TempDir,
    path: PathBuf,
    good: Vec<u8>,
    dump: String,
    plan: DelimitedPlan,
    layout: std::sync::Arc<Layout>,
}

type Answer = (Vec<IndexTally>, Vec<TaskTally>, Vec<matching::tally::AttributeTally>);

impl Specimen {
    fn new() -> Specimen {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("good.ltx");
        index(&put(folder.path(), "records.csv", records()), SCHEMA, &path);
        let good = std::fs::read(&path).unwrap();
        let dump = records() + "q1@contoh.example,081299998888,Solo,2020-01-01\nq2@contoh.example,081299997777,Medan,2020-01-02\n";
        let plan = decide_delimited(dump.as_bytes(), &Default::default());
        let question = try_open(std::slice::from_ref(&path)).unwrap();
        let table = Table {
            text: dump.as_bytes(),
            input: 0,
            offset: 0,
            data_start: plan.data_start,
            dialect: &plan.dialect,
            names: Names::default(),
        };
        let known = Known { columns: &plan.columns, header: plan.dialect.header };
        let layout = discover(&question, known, &sampling::spread(&table, 1 << 20)).layout.into();
        Specimen { _folder: folder, path, good, dump, plan, layout }
    }

    /// What the dump hits; the whole way from cells to tallies.
    fn answer(&self, question: &Question) -> Answer {
        let table = Table {
            text: self.dump.as_bytes(),
            input: 0,
            offset: 0,
            data_start: self.plan.data_start,
            dialect: &self.plan.dialect,
            names: Names::default(),
        };
        let mut reader = SegmentReader::new(&table, 0..self.dump.len() as u64, Some(self.plan.data_start));
        let mut batch = RowBatch::new();
        let samples = (matching::sample::BottomK::new(DISTINCT_ROWS), matching::sample::BottomK::new(HIT_ROWS));
        let mut tally = Tally::new(0, 0, &self.layout, 1, samples.0, samples.1);
        let mut matcher = Matcher::new(question, &self.layout);
        while reader.next_batch(&mut batch, &mut Ledger::default()) {
            matcher.add(&batch, self.plan.dialect.header && batch.offset(0) == self.plan.data_start, &mut tally);
        }
        (tally.indexes, tally.tasks, tally.attributes)
    }

    fn sections(&self) -> Header {
        Header::read(&self.good).unwrap()
    }

    fn open(&self) -> leaktrace::Result<Question> {
        try_open(std::slice::from_ref(&self.path))
    }

    fn error(&self, bytes: &[u8]) -> String {
        std::fs::write(&self.path, bytes).unwrap();
        self.open().err().map_or_else(|| "opened".to_string(), |e| e.to_string())
    }

    /// The file with section `id` changed and all checksums made to fit.
    fn resealed(&self, id: Section, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let (mut bytes, mut header) = (self.good.clone(), self.sections());
        let entry = header.entries.iter_mut().find(|e| e.id == id as u32).unwrap();
        let range = entry.offset as usize..(entry.offset + entry.length) as usize;
        change(&mut bytes[range.clone()]);
        entry.checksum = *blake3::hash(&bytes[range]).as_bytes();
        bytes[..HEADER_BYTES].copy_from_slice(&header.to_bytes());
        bytes
    }
}

fn write_to(path: &Path) -> File {
    OpenOptions::new().write(true).open(path).unwrap()
}

#[test]
fn every_cut_is_an_error() {
    let specimen = Specimen::new();
    let file = write_to(&specimen.path);
    for length in (0..specimen.good.len()).rev() {
        file.set_len(length as u64).unwrap();
        let error = specimen.open().expect_err("a part of an index is not an index").to_string();
        // Of nothing it cannot be said that it was an index.
        assert!(length == 0 || error.contains("cut off"), "cut to {length}: {error}");
    }
}

#[test]
fn every_flipped_byte_is_an_error_or_changes_nothing() {
    let specimen = Specimen::new();
    let right = specimen.answer(&specimen.open().unwrap());
    assert_eq!((right.0[0].rows_hit, right.0[0].rows_corroborated), (6, 6));
    let header = specimen.sections();
    let inside = |at: usize| at < HEADER_BYTES || header.entries.iter().any(|e| (e.offset..e.offset + e.length).contains(&(at as u64)));
    let file = write_to(&specimen.path);
    let mut opened = 0;
    for (at, &good) in specimen.good.iter().enumerate() {
        // All bits where the header is, one elsewhere.
        let bits = if at < HEADER_BYTES { 0..8 } else { at % 8..at % 8 + 1 };
        for bit in bits {
            file.write_all_at(&[good ^ 1 << bit], at as u64).unwrap();
            match specimen.open() {
                Ok(question) => {
                    opened += 1;
                    assert!(!inside(at), "bit {bit} of byte {at} is covered by a checksum");
                    assert_eq!(specimen.answer(&question), right, "bit {bit} of byte {at}");
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        file.write_all_at(&[good], at as u64).unwrap();
    }
    assert!(opened > 0 && opened < specimen.good.len(), "only bytes between sections may change unseen: {opened}");
}

/// Whoever makes an index can make its checksums fit, and indexes above the limit are not verified when they are opened: then only memory
/// safety is promised.
#[test]
fn with_checksums_that_fit_nothing_panics() {
    let specimen = Specimen::new();
    for section in [Section::Filter, Section::Table, Section::Postings, Section::Records, Section::Panel, Section::Meta] {
        let length = specimen.sections().section(section).unwrap().length as usize;
        for at in 0..length {
            for bit in [at % 8, (at + 3) % 8] {
                let bytes = specimen.resealed(section, |s| s[at] ^= 1 << bit);
                std::fs::write(&specimen.path, bytes).unwrap();
                if let Ok(question) = specimen.open() {
                    let _ = specimen.answer(&question);
                    let index = &question.indexes[0];
                    (0..8).for_each(|n| drop(index.panel_entry(n)));
                }
            }
        }
        for fill in [0x00, 0xFF] {
            std::fs::write(&specimen.path, specimen.resealed(section, |s| s.fill(fill))).unwrap();
            if let Ok(question) = specimen.open() {
                let _ = specimen.answer(&question);
            }
        }
    }
}

#[test]
fn each_misfortune_has_words_of_its_own() {
    let specimen = Specimen::new();
    let other = Index::open(&specimen.path, &Key::from_bytes([1; 32]), false).unwrap_err().to_string();
    assert!(other.contains("made under another key") && other.contains(&key().id().to_string()), "{other}");

    let mut newer = specimen.good.clone();
    newer[16..20].copy_from_slice(&(FORMAT + 1).to_le_bytes());
    assert!(specimen.error(&newer).contains("of another format"), "{}", specimen.error(&newer));

    let replace = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        specimen.resealed(Section::Meta, |meta| {
            let at = meta.windows(from.len()).position(|w| w == from.as_bytes()).expect("META holds it");
            meta[at..at + to.len()].copy_from_slice(to.as_bytes());
        })
    };
    let meta: serde_json::Value = {
        let entry = *specimen.sections().section(Section::Meta).unwrap();
        serde_json::from_slice(&specimen.good[entry.offset as usize..(entry.offset + entry.length) as usize]).unwrap()
    };
    let ruleset = meta["identifiers"][0]["ruleset"].as_u64().unwrap();
    let rules = specimen.error(&replace(&format!("\"ruleset\":{ruleset}"), &format!("\"ruleset\":{}", (ruleset + 1) % 10)));
    assert!(rules.contains("made under other rules for email values") && rules.contains("leaktrace 0."), "{rules}");
    let spec = meta["fingerprint_spec"].as_u64().unwrap();
    let spec = specimen.error(&replace(&format!("\"fingerprint_spec\":{spec}"), &format!("\"fingerprint_spec\":{}", (spec + 1) % 10)));
    assert!(spec.contains("fingerprints of another version"), "{spec}");
    assert!(specimen.error(&replace("\"records\":6", "\"records\":9")).contains("contradicts itself"), "record numbers need four bits");
    assert!(specimen.error(&replace("\"records\":6", "\"records\":7")).contains("do not fit its description"));
    assert!(specimen.error(&replace("{\"written", "[\"written")).contains("cannot be read"));

    assert!(specimen.error(&specimen.good[..specimen.good.len() - 1]).contains("is cut off"));
    assert!(specimen.error(&[specimen.good.as_slice(), b"x"].concat()).contains("bytes after its end"));
    assert!(specimen.error(b"email,phone\na@contoh.example,1\n").contains("not a leaktrace index"));
    let mut flipped = specimen.good.clone();
    flipped[40] ^= 1;
    assert!(specimen.error(&flipped).contains("damaged header"));
    let table = specimen.sections().section(Section::Table).unwrap().offset as usize;
    let mut flipped = specimen.good.clone();
    flipped[table] ^= 1;
    assert!(specimen.error(&flipped).contains("this index is damaged"));
}
