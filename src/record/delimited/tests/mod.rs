//! The reader on texts of every sort, whole and cut at every border.

mod decide;
mod rare;
mod regions;
mod twins;

use super::segment::{Seam, Seams, SegmentReader};
use super::{Bounds, Dialect, Names, Table, Terminator};
use crate::ledger::{Ledger, Reason};
use crate::limits;
use crate::record::RowBatch;
use std::ops::Range;

type Rows = Vec<(u64, Vec<Vec<u8>>)>;

const SMALL: Bounds = Bounds { row_bytes: 90, row_cells: 5, quoted_span: 70, batch_rows: 3, batch_bytes: 40 };

fn table<'t>(text: &'t [u8], data_start: u64, dialect: &'t Dialect) -> Table<'t> {
    Table { text, input: 0, offset: 0, data_start, dialect, names: Names::default() }
}

fn read_range(table: &Table<'_>, range: Range<u64>, began: Option<u64>, bounds: Bounds) -> (Rows, Ledger, Option<u64>, u64) {
    let mut reader = SegmentReader::with_bounds(table, range, began, bounds);
    let (mut batch, mut ledger, mut rows) = (RowBatch::new(), Ledger::default(), Rows::new());
    while reader.next_batch(&mut batch, &mut ledger) {
        assert!(batch.len() <= bounds.batch_rows);
        for row in 0..batch.len() {
            rows.push((batch.offset(row), batch.cells(row).map(<[u8]>::to_vec).collect()));
        }
    }
    if let Some(began) = reader.began() {
        assert_eq!(reader.bytes_read() + reader.bytes_skipped(), reader.ended() - began);
    }
    (rows, ledger, reader.began(), reader.ended())
}

/// Reads a text in segments of `segment` bytes, as a merge does.
fn read(text: &[u8], data_start: u64, dialect: &Dialect, bounds: Bounds, segment: u64) -> (Rows, Ledger) {
    let table = table(text, data_start, dialect);
    let (mut rows, mut ledger, mut seams) = (Rows::new(), Ledger::default(), Seams::new(data_start));
    let mut start = 0;
    while start == 0 || start < text.len() as u64 {
        let range = start..(start + segment).min(text.len() as u64);
        let mut part = read_range(&table, range.clone(), None, bounds);
        let seam = seams.check(&range, part.2);
        if let Seam::Reread(from) = seam {
            part = read_range(&table, range.clone(), Some(from), bounds);
        }
        if seam != Seam::NoRows {
            rows.extend(part.0);
            ledger.merge(part.1);
            seams.passed(part.3);
        }
        start += segment;
    }
    assert_eq!(seams.expected(), text.len() as u64, "the whole text is read");
    ledger.bytes = text.len() as u64;
    assert_eq!(ledger.bytes_read + ledger.bytes_skipped(), ledger.bytes, "every byte is accounted for");
    (rows, ledger)
}

fn whole(text: &[u8], dialect: &Dialect) -> Vec<Vec<Vec<u8>>> {
    let (rows, ledger) = read(text, 0, dialect, Bounds::default(), u64::MAX / 2);
    assert!(ledger.complete());
    rows.into_iter().map(|(_, cells)| cells).collect()
}

fn cells(rows: &[&[&str]]) -> Vec<Vec<Vec<u8>>> {
    rows.iter().map(|r| r.iter().map(|c| c.as_bytes().to_vec()).collect()).collect()
}

fn dialect(delimiter: u8, quote: Option<u8>, terminator: Terminator, columns: u32) -> Dialect {
    Dialect { delimiter, quote, terminator, ..Dialect::rfc4180(columns) }
}

#[test]
fn grammar() {
    let lf = dialect(b',', Some(b'"'), Terminator::Lf, 2);
    let cr = dialect(b',', Some(b'"'), Terminator::Cr, 2);
    for (text, dialect, want) in [
        ("", &lf, &[][..]),
        ("\n\r\n\n", &lf, &[]),
        ("a,b", &lf, &[&["a", "b"][..]]),
        ("a,b\n", &lf, &[&["a", "b"]]),
        ("a,b\r\n\r\nc,\r", &lf, &[&["a", "b"], &["c", ""]]),
        ("a,b\rc,d\n", &lf, &[&["a", "b\rc", "d"]]),
        ("a,b\rc,d\n\r\re", &cr, &[&["a", "b"], &["c", "d"], &["e"]]),
        ("a\0,\0\n", &lf, &[&["a\0", "\0"]]),
        ("a\nb,c,d\n,\n", &lf, &[&["a"], &["b", "c", "d"], &["", ""]]),
        ("\"\"\n", &lf, &[&[""]]),
        ("\"a,\"\"b\n\"", &lf, &[&["a,\"b\n"]]),
        ("\"a\",\"b\"\r\n\"c\",\"\"\r", &lf, &[&["a", "b"], &["c", ""]]),
        ("5\" tall,x \"y\" z\n", &lf, &[&["5\" tall", "x \"y\" z"]]),
        ("\"a \"b\" c\",d\n", &lf, &[&["a \"b\" c", "d"]]),
        ("\"a,b\nc,d\n", &lf, &[&["\"a", "b"], &["c", "d"]]),
        ("\"\"\"\",\"\"\"a\"\n", &lf, &[&["\"", "\"a"]]),
    ] {
        assert_eq!(whole(text.as_bytes(), dialect), cells(want), "{text:?}");
    }
}

#[test]
fn csv_spectrum() {
    let folder = std::path::Path::new("../shared/corpora/csv-spectrum");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: no csv-spectrum corpus beside the sources");
        return;
    };
    let mut seen = 0;
    for file in files.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csv")) {
        let mut text = std::fs::read(&file).unwrap();
        if file.to_string_lossy().ends_with("_crlf.csv") && !text.contains(&b'\r') {
            // Checked out with converted line ends.
            text = String::from_utf8(text).unwrap().replace('\n', "\r\n").into_bytes();
        }
        // One answer is a bare object, is not UTF-8, and disagrees with its own file about a number.
        let answer = String::from_utf8_lossy(&std::fs::read(file.with_extension("json")).unwrap()).into_owned();
        let answer = if answer.starts_with('{') { format!("[{answer}]") } else { answer };
        let json: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&answer).unwrap();
        let decided = Dialect::decide(&text, &super::Overrides::default());
        for dialect in [Dialect::rfc4180(0), decided] {
            let rows = whole(&text, &dialect);
            let names: Vec<String> = rows[0].iter().map(|c| String::from_utf8(c.clone()).unwrap()).collect();
            assert_eq!(rows.len() - 1, json.len(), "{}", file.display());
            for (row, want) in rows[1..].iter().zip(&json) {
                assert_eq!(row.len(), want.len());
                for (name, cell) in names.iter().zip(row) {
                    if name != "Contact Phone Number" {
                        assert_eq!(want[name].as_str().unwrap(), String::from_utf8_lossy(cell), "{}", file.display());
                    }
                }
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 12);
}

/// The same text read in segments of every size.
fn every_border(text: &[u8], data_start: u64, dialect: &Dialect, bounds: Bounds) {
    let whole = read(text, data_start, dialect, bounds, u64::MAX / 2);
    for segment in 1..=text.len() as u64 + 1 {
        assert_eq!(read(text, data_start, dialect, bounds, segment), whole, "segments of {segment}");
    }
}

#[test]
fn every_border_of_small_files() {
    for (text, columns) in [
        ("\u{feff}a,b,c\r\n1,\"x\r\ny, z\",3\r\n\r\n4,\"5 \"\"6\"\"\",\r\n7,8,9", 3),
        ("a,b\n\"multi\nline\ncell, with\nlines\",2\n\"x\n,\n\",\"y\n\"\nlast,one\n", 2),
        ("a,\"b,c\nd,e,f\ng,h,i\nj,k,l\nm,n,o\np,\"q\",r\n", 3),
        ("one column\n\n\nof,many,cells,in,a,row,that,is,too,wide\nx\n", 1),
        ("a line that is rather long and has no end until far behind the limit of its length\nshort,row\n\"a\n\n\n\n\n", 2),
    ] {
        for terminator in [Terminator::Crlf, Terminator::Mixed] {
            let dialect = dialect(b',', Some(b'"'), terminator, columns);
            let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
            every_border(text.as_bytes(), start, &dialect, Bounds::default());
            every_border(text.as_bytes(), start, &dialect, SMALL);
        }
    }
}

#[test]
fn a_stray_quote_costs_a_few_rows_at_most() {
    let mut text = String::from("id,name,phone,city\n");
    for i in 0..20_000 {
        // Every 1,000th row opens a quote that it does not close; every 700th row holds a quote before a delimiter.
        let name = if i % 1000 == 500 {
            "\"Budi".to_string()
        } else if i % 700 == 300 {
            "5\"".to_string()
        } else {
            format!("name {i}")
        };
        text += &format!("{i},{name},0812{i:08},Bandung\n");
    }
    let dialect = dialect(b',', Some(b'"'), Terminator::Lf, 4);
    let rows = whole(text.as_bytes(), &dialect);
    assert_eq!(rows.len(), 20_001);
    // The same within a file that quotes every cell: the next quoted cell closes it.
    let mut text = String::new();
    for i in 0..20_000 {
        let open = if i % 1000 == 500 { "\"Budi" } else { "\"Budi\"" };
        text += &format!("\"{i}\",{open},\"0812{i:08}\",\"Bandung\"\n");
    }
    let rows = whole(text.as_bytes(), &dialect);
    assert!(rows.iter().filter(|r| r.len() == 4).count() >= 20_000 - 2 * 20, "{}", rows.len());
    // Two columns, where the outer lines must agree as well.
    let text: String = (0..1000).map(|i| format!("{}user{i},pass{i}\n", if i == 10 { "\"" } else { "" })).collect();
    assert_eq!(whole(format!("{text}x,\"y\"\n").as_bytes(), &Dialect { columns: 2, ..dialect }).len(), 1001);
}

#[test]
fn a_long_text_in_a_quoted_cell_stays_one_cell() {
    let json: String = (0..40).map(|i| format!("  \"\"key{i}\"\": {i},\n")).collect();
    let text =
        format!("id,data\n1,\"{{\n{json}}}\"\n2,\"a letter,\nDear all, \nwe write, \nto say, \nthat, \nit is,\nso,\nit is,\nyours\"\n");
    let rows = whole(text.as_bytes(), &dialect(b',', Some(b'"'), Terminator::Lf, 2));
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|r| r.len() == 2));
}

#[test]
fn stray_quotes_everywhere_are_searched_once() {
    // Quadratic work would take minutes here.
    for piece in ["\"x,", "\"a\" ,b\n", "\"\n", "\"a,b\n\"c,\"d \n", "\"\"\"x,y\n"] {
        let text = piece.repeat((6 << 20) / piece.len());
        for tail in [String::new(), "\"".repeat(3 << 20), format!("\",b{}\n", "z".repeat(2 << 20))] {
            let text = format!("{text}{tail}");
            let dialect = dialect(b',', Some(b'"'), Terminator::Lf, 2);
            let began = std::time::Instant::now();
            let (rows, _) = read(text.as_bytes(), 0, &dialect, Bounds::default(), limits::SEGMENT_BYTES);
            assert!(began.elapsed().as_secs() < 20, "{piece:?} took {:?} for {} rows", began.elapsed(), rows.len());
        }
    }
}

#[test]
fn a_huge_row_is_skipped_and_told() {
    let huge = "x".repeat(limits::ROW_BYTES + 1);
    let text = format!("a,b\n{huge}\nc,d\n");
    let dialect = dialect(b',', Some(b'"'), Terminator::Lf, 2);
    for segment in [1 << 16, limits::SEGMENT_BYTES, 1 << 30] {
        let (rows, ledger) = read(text.as_bytes(), 0, &dialect, Bounds::default(), segment);
        assert_eq!(rows.len(), 2);
        let lines = ledger.lines(|i| i.to_string());
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].reason, lines[0].first_byte, lines[0].bytes), (Reason::RowTooLong, 4, huge.len() as u64 + 1));
        // One byte less is a row.
        let text = format!("a,b\n{}\nc,d\n", &huge[1..]);
        let (rows, ledger) = read(text.as_bytes(), 0, &dialect, Bounds::default(), segment);
        assert_eq!((rows.len(), ledger.complete()), (3, true));
    }
}

#[test]
fn a_wide_row_keeps_its_first_cells() {
    let text = format!("a,b\n{}\nc,d\n", "1,".repeat(5000));
    let (rows, ledger) = read(text.as_bytes(), 0, &dialect(b',', None, Terminator::Lf, 2), Bounds::default(), 4096);
    assert_eq!(rows.iter().map(|r| r.1.len()).collect::<Vec<_>>(), [2, limits::ROW_CELLS, 2]);
    assert_eq!(ledger.lines(|i| i.to_string())[0].bytes, 2 * (5000 - 4096) + 1);
}

#[test]
fn a_line_without_end_is_passed_over_once() {
    // 256 MB in segments of 64 KiB: four thousand segments, each of which must not search the rest of the line.
    let text = vec![b'x'; 256 << 20];
    let began = std::time::Instant::now();
    let (rows, ledger) = read(&text, 0, &dialect(b',', Some(b'"'), Terminator::Lf, 2), Bounds::default(), 1 << 16);
    assert_eq!((rows.len(), ledger.bytes_skipped()), (0, 256 << 20));
    assert!(began.elapsed().as_secs() < 10, "took {:?}", began.elapsed());
}
