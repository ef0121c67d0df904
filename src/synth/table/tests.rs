use super::*;
use std::collections::{HashMap, HashSet};

const DUMP: TableDump = TableDump { rows: 6000, records: 3000, hit_share: 0.5, kept: 0.4, seed: 9, dump_seed: 10 };

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect()).collect()
}

#[test]
fn the_counts_are_those_of_the_text() {
    let layout = Layout::standard();
    let (mut records, mut dump) = (Vec::new(), Vec::new());
    write_records(DUMP.records, DUMP.seed, &layout, &mut records).unwrap();
    let truth = write_dump(&DUMP, &layout, &mut dump).unwrap();
    assert_eq!(truth.bytes, dump.len() as u64);
    let (records, dump) = (cells(&records), cells(&dump));
    let by_value: Vec<HashMap<&str, usize>> =
        (0..4).map(|f| records.iter().enumerate().map(|(n, r)| (r[f].as_str(), n)).collect()).collect();
    assert!(by_value.iter().all(|m| m.len() == records.len()), "identifiers are unique");
    let mut counted = Truth { rows: dump.len() as u64, bytes: truth.bytes, ..Truth::default() };
    let (mut hit, mut corroborated) = (HashSet::new(), HashSet::new());
    for row in &dump {
        let found: Vec<Option<usize>> = (0..4).map(|f| by_value[f].get(row[f].as_str()).copied()).collect();
        (0..4).for_each(|f| counted.hits[f] += u64::from(found[f].is_some()));
        let Some(record) = found.iter().flatten().next() else {
            continue;
        };
        assert!(found.iter().flatten().all(|r| r == record));
        counted.rows_hit += 1;
        hit.insert(record.to_owned());
        let agreeing: Vec<usize> = (0..8).filter(|&f| records[*record][f] == row[f]).collect();
        if agreeing.iter().filter(|&&f| !(f == 5 && agreeing.contains(&0))).count() >= 2 {
            counted.rows_corroborated += 1;
            corroborated.insert(record.to_owned());
        }
    }
    counted.records_hit = hit.len() as u64;
    counted.records_corroborated = corroborated.len() as u64;
    assert_eq!(counted, truth);
    assert!(truth.rows_corroborated > 1000 && truth.rows_corroborated < truth.rows_hit, "{truth:?}");
}

#[test]
fn dialects_change_the_bytes_but_not_the_counts() {
    let plain = write_dump(&DUMP, &Layout::standard(), std::io::sink()).unwrap();
    let layout = Layout { quoted: true, crlf: true, mixed_phones: true, ..Layout::standard() };
    let mut bytes = Vec::new();
    let fancy = write_dump(&DUMP, &layout, &mut bytes).unwrap();
    assert_eq!(Truth { bytes: 0, ..plain }, Truth { bytes: 0, ..fancy });
    assert!(bytes.ends_with(b"\"\r\n") && cells(&bytes).iter().any(|r| r[2].starts_with("+62 ")));
    let mut wide = Vec::new();
    write_records(10, 1, &Layout::wide(), &mut wide).unwrap();
    assert!(cells(&wide).iter().all(|r| r.len() == 30));
    assert!(cells(&wide).iter().all(|r| r[Layout::wide().identifiers()[1] - 1].ends_with("@mail.example")));
    assert_eq!((Layout::spread(4).identifiers(), Layout::standard().identifiers()), ([1, 2, 3, 4], [1, 2, 3, 4]));
    assert!(toml::from_str::<toml::Table>(&Layout::wide().schema()).is_ok());
}

#[test]
fn dates_stand_behind_the_standard_columns_and_change_nothing_of_them() {
    let (mut plain, mut dated, mut some) = (Vec::new(), Vec::new(), Vec::new());
    write_records(500, 3, &Layout::standard(), &mut plain).unwrap();
    write_records(500, 3, &Layout::dated(), &mut dated).unwrap();
    write_some_records((0..500).step_by(7), 3, &Layout::dated(), &mut some).unwrap();
    let (plain, dated, some) = (cells(&plain), cells(&dated), cells(&some));
    for (plain, dated) in plain.iter().zip(&dated) {
        assert_eq!(plain[..], dated[..9]);
        assert!(dated[9].as_str() >= "2015-01-01" && dated[9] <= dated[10] && dated[10].as_str() < "2026-11-01", "{dated:?}");
    }
    assert!(some.iter().eq(dated.iter().step_by(7)));
    let (standard, dated) = (Layout::standard(), Layout::dated());
    let truth = |layout| write_dump(&DUMP, layout, std::io::sink()).unwrap();
    assert_eq!(Truth { bytes: 0, ..truth(&standard) }, Truth { bytes: 0, ..truth(&dated) }, "dates of rows are no attributes");
}

/// `cargo test --release --lib synth::table -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn is_fast() {
    for layout in [Layout::standard(), Layout::wide()] {
        let start = std::time::Instant::now();
        let bytes = write_records(10_000_000, 1, &layout, std::io::sink()).unwrap();
        let records = start.elapsed();
        let start = std::time::Instant::now();
        let dump = TableDump { rows: 10_000_000, records: 10_000_000, ..DUMP };
        let truth = write_dump(&dump, &layout, std::io::sink()).unwrap();
        let rate = |bytes: u64, time: std::time::Duration| bytes as f64 / time.as_secs_f64() / 1e6;
        eprintln!(
            "records: {bytes} bytes, {:.0} MB/s; dump: {:.0} MB/s; {truth:?}",
            rate(bytes, records),
            rate(truth.bytes, start.elapsed())
        );
    }
}
