//! Counts are exact, whatever the threads and wherever the work is cut: on generated rows with known truth, the hits of each field, the
//! corroborated rows and the distinct records are right to the last one, and the documents are the same byte for byte.
//!
//! One chance is left: an attribute is kept as twelve bits, so that a row with a single agreeing field finds a second one in one of 4,095
//! comparisons. Where so many such rows are compared that it must happen now and then, that many are allowed for, and no fewer rows.
//!
//! A million rows in release, a tenth of that in debug.

mod common;

use common::{Cut, index, put, try_open, try_scan_bytes};
use leaktrace::synth::table::{Layout, TableDump, Truth, write_dump, write_records};
use serde_json::Value;
use std::path::Path;

const ROWS: u64 = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

/// Threads and segment sizes. The smallest segments hold ten rows each.
const CUTS: [(usize, u64); 6] = [(1, 4 << 20), (2, 1 << 10), (7, 64 << 10), (2, 64 << 20), (7, 4 << 20), (7, 1 << 10)];

fn truth_and_documents(folder: &Path, dump: &TableDump, layout: &Layout) -> (Truth, Vec<Vec<u8>>) {
    let (mut records, mut rows) = (Vec::new(), Vec::new());
    // The institution's own file is always plain: only the dump changes its dress.
    let plain = Layout { columns: layout.columns.clone(), ..Layout::standard() };
    write_records(dump.records, dump.seed, &plain, &mut records).unwrap();
    let truth = write_dump(dump, layout, &mut rows).unwrap();
    let records = put(folder, "records.csv", records);
    let rows = put(folder, "dump.csv", rows);
    let built = folder.join("records.ltx");
    index(&records, &plain.schema(), &built);
    let question = try_open(&[built]).unwrap();
    let scan = |(threads, segment)| try_scan_bytes(&question, std::slice::from_ref(&rows), Cut::new(threads, segment)).unwrap();
    (truth, CUTS.map(scan).to_vec())
}

/// The corroborated rows of the truth, where those counted are no more than these and what chance may add.
fn without_chance(counted: u64, truth: &Truth) -> u64 {
    const ATTRIBUTES: f64 = 4.0;
    let expected = (truth.rows_hit - truth.rows_corroborated) as f64 * ATTRIBUTES / 4095.0;
    let most = truth.rows_corroborated + (expected + 4.0 * expected.sqrt()) as u64;
    if (truth.rows_corroborated..=most).contains(&counted) { truth.rows_corroborated } else { counted }
}

fn check(dump: &TableDump, layout: &Layout) {
    let folder = tempfile::tempdir().unwrap();
    let (truth, documents) = truth_and_documents(folder.path(), dump, layout);
    for (cut, document) in CUTS.iter().zip(&documents) {
        let found: Value = serde_json::from_slice(document).unwrap();
        let institution = &found["institutions"][0];
        let count = |of: &Value| of.as_u64().unwrap();
        let counted = Truth {
            rows: count(&found["coverage"]["rows_read"]),
            bytes: count(&found["coverage"]["bytes_read"]),
            hits: ["1", "2", "3", "4"].map(|field| count(&institution["hits"][field])),
            rows_hit: count(&institution["rows_hit"]),
            rows_corroborated: without_chance(count(&institution["rows_corroborated"]), &truth),
            records_hit: count(&institution["records_distinct"]),
            // The document does not count records by whether a row corroborates them.
            records_corroborated: truth.records_corroborated,
        };
        assert_eq!(counted, truth, "threads and segment bytes {cut:?}");
        assert_eq!(found["coverage"]["complete"], true);
        assert_eq!(institution["rows_ambiguous"], 0);
        if *document != documents[0] {
            let (a, b) = (String::from_utf8_lossy(document), String::from_utf8_lossy(&documents[0]));
            let line = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            panic!("threads and segment bytes {cut:?} change the document: {line:?}");
        }
    }
}

#[test]
fn plain_rows_are_counted_exactly_however_the_work_is_cut() {
    let dump = TableDump { rows: ROWS, records: ROWS / 4, hit_share: 0.3, kept: 0.7, seed: 71, dump_seed: 72 };
    check(&dump, &Layout::standard());
}

#[test]
fn quoted_rows_with_phones_in_many_spellings_are_counted_exactly_however_the_work_is_cut() {
    let dump = TableDump { rows: ROWS / 4, records: ROWS / 8, hit_share: 0.5, kept: 0.4, seed: 73, dump_seed: 74 };
    check(&dump, &Layout { quoted: true, crlf: true, mixed_phones: true, ..Layout::standard() });
}

#[test]
fn rows_without_a_header_are_counted_exactly_however_the_work_is_cut() {
    let dump = TableDump { rows: ROWS / 4, records: ROWS / 2, hit_share: 0.2, kept: 0.9, seed: 75, dump_seed: 76 };
    check(&dump, &Layout { header: false, ..Layout::standard() });
}
