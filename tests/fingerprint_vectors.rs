//! `fixtures/fingerprints.tsv`: from a value to its fingerprint, one at a time and a column at a time.
//!
//! The fingerprint is spelled out once more here, from the text of the specification and `blake3::keyed_hash` alone; the crate must agree
//! with that. `LEAKTRACE_WRITE_FIXTURES=1` writes canonical value, block and fingerprint of every line anew.

use leaktrace::fingerprint::{Column, Fingerprint, Hasher, Key, Selection, pack};
use leaktrace::identify::digest::{ALGORITHMS, Algorithm};
use leaktrace::identify::form::Form;
use leaktrace::identify::{KINDS, Kind, Params, canonical};
use leaktrace::record::RowBatch;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const INLINE_BYTES: usize = 61;

struct Vector {
    line: usize,
    kind: Kind,
    params: Params,
    key: [u8; 32],
    value: Vec<u8>,
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fingerprints.tsv")
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut signs = text.chars();
    while let Some(c) = signs.next() {
        out.push(if c == '\\' {
            match signs.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('\\') => '\\',
                other => panic!("an unknown escape: {other:?}"),
            }
        } else {
            c
        });
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn key_of(digits: &str) -> [u8; 32] {
    assert_eq!(digits.len(), 64, "a key of 32 bytes");
    std::array::from_fn(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).expect("hex digits"))
}

fn parse(number: usize, text: &str) -> (Vector, Vec<&str>) {
    let cells: Vec<&str> = text.split('\t').collect();
    assert!(cells.len() >= 4, "line {number}: at least kind, region, key and value");
    let vector = Vector {
        line: number,
        kind: serde_json::from_value(cells[0].into()).expect("a kind"),
        params: Params { region: cells[1].as_bytes().try_into().expect("two letters"), ..Params::default() },
        key: key_of(cells[2]),
        value: unescape(cells[3]).into_bytes(),
    };
    (vector, cells)
}

fn every_kind() -> impl Iterator<Item = Kind> {
    KINDS.into_iter().chain(ALGORITHMS.map(Algorithm::kind))
}

/// The block by the specification's words.
fn block_by_the_book(kind: Kind, canonical: &[u8], key: &[u8; 32]) -> [u8; 64] {
    let digest = blake3::keyed_hash(key, canonical);
    let (length, content) =
        if canonical.len() <= INLINE_BYTES { (canonical.len() as u8, canonical) } else { (0xFF, digest.as_bytes().as_slice()) };
    let mut block = [0; 64];
    block[..3].copy_from_slice(&[1, kind as u8, length]);
    block[3..3 + content.len()].copy_from_slice(content);
    block
}

/// The last three columns of a line.
fn answer(v: &Vector) -> [String; 3] {
    let (canonical, _) = canonical(v.kind, &v.params, &v.value);
    if canonical.is_empty() {
        return Default::default();
    }
    let block = block_by_the_book(v.kind, &canonical, &v.key);
    let digest = blake3::keyed_hash(&v.key, &block);
    // A digest's canonical form is bytes, the others' is text.
    let shown = if Algorithm::of_kind(v.kind).is_some() {
        hex(&canonical)
    } else {
        escape(std::str::from_utf8(&canonical).expect("canonical values of these lines are UTF-8"))
    };
    [shown, hex(&block), hex(&digest.as_bytes()[..16])]
}

#[test]
fn every_vector_holds_one_at_a_time() {
    let text = std::fs::read_to_string(fixture()).expect("the fixture");
    let write = std::env::var_os("LEAKTRACE_WRITE_FIXTURES").is_some_and(|v| v == "1");
    let (mut out, mut lines_of) = (String::new(), BTreeMap::new());
    for (n, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        let (v, cells) = parse(n + 1, line);
        let want = answer(&v);
        if write {
            out.push_str(&[&cells[..4], &want.each_ref().map(String::as_str)].concat().join("\t"));
            out.push('\n');
        } else {
            assert_eq!(cells[4..], want, "line {}", v.line);
        }
        if !want[0].is_empty() {
            let key = Key::from_bytes(v.key);
            let block = pack(v.kind, &canonical(v.kind, &v.params, &v.value).0, &key);
            assert_eq!(hex(&block), want[1], "the block of line {}", v.line);
            assert_eq!(hex(&Hasher::new(&key).fingerprint(&block).0), want[2], "the fingerprint of line {}", v.line);
        }
        *lines_of.entry(v.kind).or_insert(0) += 1;
    }
    assert!(every_kind().all(|k| lines_of.contains_key(&k)), "a line for every kind");
    if write {
        // The other tests read the file meanwhile: they see the old one or the new one.
        let draft = fixture().with_extension("tsv.new");
        std::fs::write(&draft, out).and_then(|()| std::fs::rename(draft, fixture())).expect("the fixture can be written");
    }
}

#[test]
fn every_vector_holds_a_column_at_a_time() {
    let text = std::fs::read_to_string(fixture()).expect("the fixture");
    let mut columns: BTreeMap<(Kind, [u8; 32], [u8; 2]), Vec<Vector>> = BTreeMap::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
        let (v, _) = parse(n + 1, line);
        columns.entry((v.kind, v.key, v.params.region)).or_default().push(v);
    }
    for ((kind, key, _), vectors) in columns {
        let key = Key::from_bytes(key);
        let mut batch = RowBatch::new();
        batch.begin(&[], 0);
        // Often enough that every width of the kernel has full groups and a remainder.
        for v in vectors.iter().cycle().take(vectors.len() * 37) {
            batch.push_owned(&v.value);
            batch.end_row(0);
        }
        let mut column = Column::default();
        column.fill(&batch, 0, Selection::All, kind, Form::Whole, &vectors[0].params, &key, &Hasher::new(&key));
        let got: BTreeMap<u32, Fingerprint> = column.rows.iter().copied().zip(column.fingerprints.iter().copied()).collect();
        for row in 0..batch.len() {
            let v = &vectors[row % vectors.len()];
            let fingerprint = got.get(&(row as u32)).map(|f| hex(&f.0)).unwrap_or_default();
            assert_eq!(fingerprint, answer(v)[2], "line {}, row {row}", v.line);
        }
    }
}

#[test]
fn the_head_of_the_file_names_the_tags() {
    let text = std::fs::read_to_string(fixture()).expect("the fixture");
    for kind in every_kind() {
        let entry = format!("#   {:>2} {:<10}", kind.tag(), kind.name());
        assert!(text.lines().any(|l| l.starts_with(&entry)), "no line {entry:?}");
    }
}
