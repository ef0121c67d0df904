//! The public cases that every release must serve, in synthetic form (`fixtures/cases`): each institution's records are indexed, each dump
//! is scanned, and verdict, institutions and counts are compared with what the generator knows.

mod common;

use common::{in_short, index, put, scan, scan_all, try_open};
use leaktrace::matching::Question;
use leaktrace::synth::rng::Rng;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A case: where it is, what is expected, and its institutions' indexes as a question.
struct Case {
    folder: PathBuf,
    expected: toml::Table,
    question: Question,
    /// Holds the indexes for as long as they are asked.
    built: tempfile::TempDir,
}

fn open(case: &str) -> Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases").join(case);
    let built = tempfile::tempdir().unwrap();
    let expected: toml::Table = toml::from_str(&std::fs::read_to_string(folder.join("expected.toml")).unwrap()).unwrap();
    let mut schemas: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml") && !p.ends_with("expected.toml"))
        .collect();
    schemas.sort();
    let indexes: Vec<PathBuf> = schemas
        .iter()
        .map(|schema| {
            let out = built.path().join(schema.file_name().unwrap()).with_extension("ltx");
            index(&schema.with_extension("csv"), &std::fs::read_to_string(schema).unwrap(), &out);
            out
        })
        .collect();
    Case { folder, expected, question: try_open(&indexes).unwrap(), built }
}

/// One case: all dumps are scanned before anything is said, so that one wrong verdict does not hide another.
fn check(case: &str) {
    let Case { folder, expected, question, built: _built } = open(case);
    let mut wrong = Vec::new();
    for dump in expected["dump"].as_array().unwrap() {
        let file = dump["file"].as_str().unwrap();
        let found = scan(&question, &folder.join(file));
        let differences = compare(dump, &found);
        eprintln!("{case}/{file}: {}", in_short(&found));
        wrong.extend(differences.into_iter().map(|d| format!("{case}/{file}: {d}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn compare(expected: &toml::Value, found: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut differ = |what: &str, is: String, should: String| {
        if is != should {
            wrong.push(format!("{what} is {is}, not {should}"));
        }
    };
    let kind = |text: &str| text.replace('_', " ");
    differ("verdict", kind(found["verdict"]["kind"].as_str().unwrap()), kind(expected["kind"].as_str().unwrap()));
    let mut named: Vec<&str> = found["verdict"]["institutions"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    let mut right: Vec<&str> = expected["institutions"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    named.sort_unstable();
    right.sort_unstable();
    differ("who is named", format!("{named:?}"), format!("{right:?}"));
    for count in ["rows", "rows_distinct"] {
        differ(count, found["coverage"][count].to_string(), expected[count].to_string());
    }
    for (institution, exact) in expected["exact"].as_table().unwrap() {
        let entries = found["institutions"].as_array().unwrap();
        let entry = entries.iter().find(|e| e["institution"] == institution.as_str()).expect("every index has an entry");
        differ(&format!("rows_hit of {institution}"), entry["rows_hit"].to_string(), exact["rows_hit"].to_string());
        // The generator compares every column that both have. The scanner leaves out those that agree with an institution's records no
        // more often than by chance (loan states, test results), so that it may find fewer corroborated rows for those who are not the source.
        let (found, most) = (entry["rows_corroborated"].as_u64().unwrap(), exact["rows_corroborated"].as_integer().unwrap() as u64);
        if found > most || right.contains(&institution.as_str()) {
            differ(&format!("rows_corroborated of {institution}"), found.to_string(), most.to_string());
        }
    }
    wrong
}

#[test]
fn a_health_insurer_s_sample_with_many_repeats() {
    check("bpjs");
}

#[test]
fn pseudonyms_and_masked_phones_of_a_health_platform() {
    check("health");
}

#[test]
fn lenders_who_share_their_borrowers() {
    check("lenders");
}

#[test]
fn a_marketplace_s_users_and_strangers() {
    check("marketplace");
}

#[test]
fn a_roll_that_holds_everyone() {
    check("voters");
}

/// The paths at which two documents differ.
fn differences(a: &Value, b: &Value, at: &str) -> Vec<String> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            a.iter().zip(b.values()).flat_map(|((key, a), b)| differences(a, b, &format!("{at}.{key}"))).collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().flat_map(|(n, (a, b))| differences(a, b, &format!("{at}[{n}]"))).collect()
        }
        _ if a == b => Vec::new(),
        _ => vec![format!("{at}: {a} is not {b}")],
    }
}

/// What is concluded, without what speaks of places in the dump or of the order of its rows.
fn conclusions(document: &Value) -> Value {
    fn without_places(value: &mut Value) {
        match value {
            Value::Object(of) => {
                ["examples", "ascents", "longest", "in_order"].iter().for_each(|key| _ = of.remove(*key));
                of.values_mut().for_each(without_places);
            }
            Value::Array(of) => of.iter_mut().for_each(without_places),
            Value::String(words) => *words = words.replace("; rows stand in the order of its records", ""),
            _ => {}
        }
    }
    let coverage = &document["coverage"];
    let mut of = serde_json::json!([
        document["verdict"],
        document["institutions"],
        coverage["rows_distinct"],
        coverage["rows_searchable"],
        coverage["people"]
    ]);
    without_places(&mut of);
    of
}

#[test]
fn rows_in_another_order_or_in_two_files_say_the_same() {
    let mut wrong = Vec::new();
    for case in ["bpjs", "health", "lenders", "marketplace", "voters"] {
        let Case { folder, expected, question, built } = open(case);
        for dump in expected["dump"].as_array().unwrap() {
            let file = dump["file"].as_str().unwrap();
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            let mut rows: Vec<&str> = text.lines().collect();
            let header = rows.len() as i64 > dump["rows"].as_integer().unwrap();
            let header: Vec<&str> = rows.drain(..usize::from(header)).collect();
            let mut rng = Rng::new(&[7]);
            (1..rows.len()).rev().for_each(|n| rows.swap(n, rng.below(n as u64 + 1) as usize));
            let write = |name: &str, rows: &[&str]| put(built.path(), name, [&header, rows].concat().join("\n") + "\n");
            let as_posted = conclusions(&scan(&question, &folder.join(file)));
            let shuffled = conclusions(&scan(&question, &write("shuffled.csv", &rows)));
            wrong.extend(differences(&shuffled, &as_posted, &format!("{case}/{file} shuffled")));
            let (one, two) = rows.split_at(rows.len() / 2);
            let dealt = conclusions(&scan_all(&question, &[write("one.csv", one), write("two.csv", two)]));
            wrong.extend(differences(&dealt, &as_posted, &format!("{case}/{file} in two files")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
