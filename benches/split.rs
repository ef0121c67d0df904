//! How fast delimited text becomes batches of rows, beside a pass of `memchr2` over the same bytes. Counts are asserted.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leaktrace::ledger::Ledger;
use leaktrace::limits::SEGMENT_BYTES;
use leaktrace::record::RowBatch;
use leaktrace::record::delimited::{Dialect, Names, Overrides, Seam, Seams, SegmentReader, Table};
use std::fmt::Write;
use std::hint::black_box;

const ROWS: usize = 500_000;
const COLUMNS: usize = 9;

/// How the cells are written.
#[derive(Clone, Copy)]
enum Style {
    Plain,
    CrLf,
    Quoted,
    Mixed,
    Doubled,
    LongQuoted,
    Stray,
}

fn text(style: Style) -> String {
    let mut text = String::new();
    for i in 0..ROWS {
        let number = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let cells: [String; COLUMNS] = [
            format!("{:013}", number >> 24),
            format!("Orang Ke-{i}"),
            format!("orang{}@example.com", number >> 44),
            format!("0812{:08}", number % 100_000_000),
            format!("{:04}-{:02}-{:02}", 1950 + i % 60, 1 + i % 12, 1 + i % 28),
            format!("Jl. Contoh No. {}", i % 97),
            ["Bandung", "Medan", "Surabaya"][i % 3].to_string(),
            format!("{}", i % 7),
            ["AKTIF", "PST"][i % 2].to_string(),
        ];
        for (c, cell) in cells.iter().enumerate() {
            let comma = if c == 0 { "" } else { "," };
            let done = match style {
                Style::Quoted => write!(text, "{comma}\"{cell}\""),
                Style::Mixed if c == 5 => write!(text, "{comma}\"{cell}, RT 01\""),
                Style::Doubled if c == 5 => {
                    write!(text, "{comma}\"{{\"\"a\"\": \"\"{cell}\"\"}}\"")
                }
                Style::LongQuoted if c == 5 => {
                    write!(text, "{comma}\"{cell}, a longer address,\nsecond line, with commas, and so on, and so on, and so on\"")
                }
                Style::Stray if c == 5 && i % 100 == 0 => write!(text, "{comma}\"{cell}"),
                _ => write!(text, "{comma}{cell}"),
            };
            done.expect("a string can be written to");
        }
        text.push_str(if matches!(style, Style::CrLf) { "\r\n" } else { "\n" });
    }
    text
}

/// Reads all segments in order, as one worker of a scan does; returns rows and cells.
fn read(text: &[u8], dialect: &Dialect, batch_rows: &mut (usize, usize)) {
    let table = Table { text, input: 0, offset: 0, data_start: 0, dialect, names: Names::default() };
    let (mut batch, mut ledger, mut seams) = (RowBatch::new(), Ledger::default(), Seams::new(0));
    let len = text.len() as u64;
    for start in (0..len).step_by(SEGMENT_BYTES as usize) {
        let range = start..(start + SEGMENT_BYTES).min(len);
        let mut reader = SegmentReader::new(&table, range.clone(), None);
        match seams.check(&range, reader.began()) {
            Seam::Fits => {}
            Seam::NoRows => continue,
            Seam::Reread(from) => reader = SegmentReader::new(&table, range, Some(from)),
        }
        while reader.next_batch(&mut batch, &mut ledger) {
            batch_rows.0 += batch.len();
            batch_rows.1 += (0..batch.len()).map(|row| batch.width(row)).sum::<usize>();
        }
        seams.passed(reader.ended());
    }
    assert_eq!(seams.expected(), len);
    assert_eq!(ledger.bytes_read, len);
}

fn split(c: &mut Criterion) {
    let mut group = c.benchmark_group("split");
    group.sample_size(20);
    for (name, style) in [
        ("plain", Style::Plain),
        ("crlf", Style::CrLf),
        ("quoted", Style::Quoted),
        ("one_quoted", Style::Mixed),
        ("doubled_quotes", Style::Doubled),
        ("two_line_cells", Style::LongQuoted),
        ("stray_quotes", Style::Stray),
    ] {
        let text = text(style);
        let dialect = Dialect::decide(text.as_bytes(), &Overrides::default());
        assert_eq!((dialect.delimiter, dialect.columns), (b',', COLUMNS as u32), "{}", dialect.evidence);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("rows", name), |b| {
            b.iter(|| {
                let mut counts = (0, 0);
                read(black_box(text.as_bytes()), &dialect, &mut counts);
                assert_eq!(counts, (ROWS, ROWS * COLUMNS));
            });
        });
        if matches!(style, Style::Plain) {
            group.bench_function(BenchmarkId::new("memchr2", name), |b| {
                b.iter(|| {
                    let ends = memchr::memchr2_iter(b',', b'\n', black_box(text.as_bytes())).count();
                    assert_eq!(ends, ROWS * COLUMNS);
                });
            });
            group.bench_function(BenchmarkId::new("csv_crate", name), |b| {
                b.iter(|| {
                    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(black_box(text.as_bytes()));
                    let (mut record, mut rows) = (csv::ByteRecord::new(), 0);
                    while reader.read_byte_record(&mut record).expect("a well-formed text") {
                        rows += 1;
                    }
                    assert_eq!(rows, ROWS);
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, split);
criterion_main!(benches);
