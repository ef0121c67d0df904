//! Delimited files as they are really posted: whatever happened to a file, nearly all cells of its tables are read, without any hint.
//!
//! Every file is made from clean tables that the test knows, and is read by the program itself. DuckDB reads the same files where it can be
//! had; what it finds stands beside, and nothing rests on it.

mod defects;
mod duck;
mod people;
mod score;
mod style;

use defects::Case;
use people::{Cells, Clean, Dice};
use score::Score;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The share of cells that must be right, by file.
const LEAST: f64 = 0.98;

/// Rows of one table as the program prints them.
fn cat(file: &Path, table: Option<usize>) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leaktrace"));
    command.arg("cat").arg(file).args(["--format", "csv"]);
    if let Some(n) = table {
        command.args(["--table", &n.to_string()]);
    }
    let ran = command.output().expect("the program runs");
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(!errors.contains("panicked"), "{}: {errors}", file.display());
    if !ran.status.success() {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&ran.stdout[..]);
    let mut rows = reader.records().map(|r| r.expect("what is printed is CSV").iter().map(str::to_string).collect());
    let header = rows.next().unwrap_or_default();
    Some((header, rows.collect()))
}

/// How well the program reads a file.
fn ours(file: &Path, tables: &[Clean]) -> Score {
    let nothing = |clean: &Clean| score::score(clean, &[], &[]);
    if let [clean] = tables {
        return cat(file, None).map_or_else(|| nothing(clean), |(header, rows)| score::score(clean, &header, &rows));
    }
    let mut whole = Score::default();
    for (n, clean) in tables.iter().enumerate() {
        let one = cat(file, Some(n + 1)).map_or_else(|| nothing(clean), |(header, rows)| score::score(clean, &header, &rows));
        whole = whole.and(one);
    }
    if let Some((_, rows)) = cat(file, Some(tables.len() + 1)) {
        whole.of += rows.iter().flatten().filter(|c| !c.is_empty()).count();
    }
    whole
}

/// How well DuckDB does: it knows one table a file, so the rows of all count as one's.
fn theirs(read: Option<&duck::Read>, tables: &[Clean]) -> Score {
    let all = Clean { header: tables[0].header.clone(), rows: tables.iter().flat_map(|t| t.rows.clone()).collect() };
    read.map_or_else(|| score::score(&all, &[], &[]), |r| score::score(&all, &r.header, &r.rows))
}

/// Reads every case, prints a table, and gives the names of those that were not read well enough.
fn examine(cases: &[Case], compare: bool, print_all: bool) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..cases.len()).map(|n| folder.path().join(format!("{n}.txt"))).collect();
    for (file, case) in files.iter().zip(cases) {
        std::fs::write(file, &case.bytes).unwrap();
        if let Some(keep) = std::env::var_os("LEAKTRACE_KEEP_DIRTY") {
            let name: String = case.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            std::fs::write(Path::new(&keep).join(name), &case.bytes).unwrap();
        }
    }
    let duck = if compare { duck::read(&files) } else { Err("not asked".to_string()) };
    if let (Err(why), true) = (&duck, compare) {
        println!("without DuckDB: {why}");
    }
    let mut bad = Vec::new();
    let (mut all, mut all_theirs) = (Score::default(), Score::default());
    for (n, (file, case)) in files.iter().zip(cases).enumerate() {
        let ours = ours(file, &case.tables);
        let theirs = duck.as_ref().ok().map(|read| theirs(read[n].as_ref(), &case.tables));
        (all, all_theirs) = (all.and(ours), all_theirs.and(theirs.unwrap_or_default()));
        if print_all || ours.share() < LEAST {
            let beside = theirs.map_or_else(|| "     -".to_string(), |t| format!("{:6.2}", 100.0 * t.share()));
            println!("{:6.2} %   DuckDB {beside} %   {}", 100.0 * ours.share(), case.name);
        }
        if ours.share() < LEAST {
            bad.push(case.name.clone());
        }
    }
    println!("{:6.2} %   of all {} files   DuckDB {:6.2} %", 100.0 * all.share(), cases.len(), 100.0 * all_theirs.share());
    bad
}

#[test]
fn every_defect_on_its_own() {
    let cases = defects::all();
    assert!(cases.len() >= 40);
    let bad = examine(&cases, true, true);
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn two_or_three_at_once() {
    let cases: Vec<Case> = (0..60).map(defects::combined).collect();
    let bad = examine(&cases, true, true);
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn every_way_of_writing_a_table() {
    let cases: Vec<Case> = style::all()
        .into_iter()
        .enumerate()
        .map(|(n, (name, style))| {
            let clean = style.fit(people::people(&mut Dice::new(n as u64), 150, 0, Cells::Hard));
            Case { name, bytes: style.text(&clean).into_bytes(), tables: vec![clean] }
        })
        .collect();
    let bad = examine(&cases, true, false);
    assert!(bad.is_empty(), "{} of {}: {bad:#?}", bad.len(), cases.len());
}

#[test]
fn small_and_strange_files() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, usize, usize); 9] = [
        // The header of no columns is one empty name.
        ("", 1, 0),
        ("\n\n\r\n\n", 1, 0),
        ("id,email,phone\n", 3, 0),
        ("id,email,phone", 3, 0),
        ("1,a@example.org,0812\n", 3, 1),
        ("email\na@example.org\nb@example.org", 1, 2),
        ("email;amount\na@example.org;1,50\nb@example.org;2,75\n", 2, 2),
        ("\u{feff}email,phone\r\na@example.org,\"0812\"", 2, 1),
        ("a@example.org", 1, 1),
    ];
    for (n, (text, columns, rows)) in cases.into_iter().enumerate() {
        let file = folder.path().join(format!("{n}.csv"));
        std::fs::write(&file, text).unwrap();
        let (header, found) = cat(&file, None).unwrap_or_else(|| panic!("{text:?} is not read"));
        assert_eq!((header.len(), found.len()), (columns, rows), "{text:?}");
    }
}

#[test]
fn csv_spectrum() {
    let folder = Path::new("../shared/corpora/csv-spectrum");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: no csv-spectrum corpus beside the sources");
        return;
    };
    let mut seen = 0;
    for file in files.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csv")) {
        // One answer is a bare object, is not UTF-8, and disagrees with its own file about a number.
        let answer = String::from_utf8_lossy(&std::fs::read(file.with_extension("json")).unwrap()).into_owned();
        let answer = if answer.starts_with('{') { format!("[{answer}]") } else { answer };
        let json: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&answer).unwrap();
        let (mut header, mut rows) = cat(&file, None).unwrap();
        if header.first().is_some_and(|name| name == "column_1") {
            header = rows.remove(0);
        }
        assert_eq!(rows.len(), json.len(), "{}", file.display());
        for (row, want) in rows.iter().zip(&json) {
            assert_eq!(row.len(), want.len());
            for (name, cell) in header.iter().zip(row).filter(|(name, _)| *name != "Contact Phone Number") {
                assert_eq!(want[name].as_str().unwrap().replace("\r\n", "\n"), cell.replace("\r\n", "\n"), "{}", file.display());
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 12);
}
