//! Index format 1 is fixed: an index written once (`fixtures/index/v1`) is opened, verified and asked by every later version, finds what it found,
//! and is what the same records still give.

mod common;

use common::{Cut, key, scan, try_build, try_open};
use leaktrace::index::Index;
use leaktrace::index::layout::{FORMAT, Header, SECTIONS, Section};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// BLAKE3 of the file: it is never written again.
const BLAKE3: &str = "ce5eca203a983fd15fba8485ecadd0c836ab1ca8ac9460e0698103a8c3df0d12";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/index/v1")
}

fn section(file: &[u8], section: Section) -> &[u8] {
    let entry = *Header::read(file).unwrap().section(section).unwrap();
    &file[entry.offset as usize..][..entry.length as usize]
}

/// META without the release that wrote it.
fn meta(file: &[u8]) -> Value {
    let mut meta: Value = serde_json::from_slice(section(file, Section::Meta)).unwrap();
    meta["written_by"].take();
    meta
}

#[test]
fn it_was_never_written_again_and_is_whole() {
    let bytes = std::fs::read(folder().join("members.ltx")).unwrap();
    assert_eq!(blake3::hash(&bytes).to_hex().as_str(), BLAKE3);
    let question = leaktrace::matching::Question::open(&[folder().join("members.ltx")], vec![key()], true).unwrap();
    let index: &Index = &question.indexes[0];
    assert_eq!((index.meta().institution.as_str(), index.meta().records), ("Asuransi Contoh", 240));
}

#[test]
fn it_finds_what_it_found() {
    let question = try_open(&[folder().join("members.ltx")]).unwrap();
    let found = scan(&question, &folder().join("dump.csv"));
    let of = &found["institutions"][0];
    let counts = |of: &Value| of.as_object().unwrap().iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ");
    assert_eq!(counts(&of["hits"]), "email 51, member_no 0, nik 51, phone 33");
    let count = |name: &str| of[name].as_u64().unwrap();
    assert_eq!(["rows_hit", "rows_corroborated", "rows_ambiguous", "records_distinct"].map(count), [60, 60, 0, 60]);
    assert_eq!(found["coverage"]["rows_read"], 80);
}

#[test]
fn the_same_records_still_give_it() {
    // Another format may come; as long as this is the one that is written, every section is the same to the last byte.
    assert_eq!(FORMAT, 1);
    let made = tempfile::tempdir().unwrap();
    let (out, files) = (made.path().join("again.ltx"), ["records_1.csv", "records_2.csv"].map(|name| folder().join(name)));
    let schema = std::fs::read_to_string(folder().join("schema.toml")).unwrap();
    try_build(&files, &schema, &out, Cut::USUAL).unwrap();
    let (then, now) = (std::fs::read(folder().join("members.ltx")).unwrap(), std::fs::read(out).unwrap());
    for of in SECTIONS.into_iter().filter(|s| *s != Section::Meta) {
        assert!(section(&then, of) == section(&now, of), "{of:?} is another");
    }
    assert_eq!(meta(&then), meta(&now));
}
