//! The kernels of a scan one by one, each beside its naive twin; every run asserts that both found the same. The splitter has a bench of its
//! own (`split`), the whole program another (`end_to_end`).
//!
//! What bounds each, on one core at 2.0 GHz with AVX-512:
//!
//! - `pack` (cells to hash blocks): a load of 64 bytes that is seldom in the first-level cache, then some ten compares; e-mail has the most.
//! - `hash`: two vector instructions a cycle, 23 cycles a fingerprint (`fingerprint::sixteen`).
//! - `lookup`: the way to memory, about sixteen lines at a time: one line a value, another where the filter lets it pass.
//! - `match` (all of a batch: the above for four columns, row keys, attributes of the rows that hit, comparison, tallies): the sum of the others.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leaktrace::fingerprint::{Column, Fingerprint, Hasher, Key, Selection, pack};
use leaktrace::identify::form::Form;
use leaktrace::identify::schema::Schema;
use leaktrace::identify::{Kind, Params, canonical};
use leaktrace::index::build::{Build, build};
use leaktrace::index::open::LookupCounts;
use leaktrace::ledger::Ledger;
use leaktrace::matching::layout::{AttributeTask, Guess, Layout, Target, Task};
use leaktrace::matching::sample::BottomK;
use leaktrace::matching::search::Matcher;
use leaktrace::matching::tally::Tally;
use leaktrace::matching::{KeyGroup, Question};
use leaktrace::progress::Silent;
use leaktrace::record::RowBatch;
use leaktrace::record::delimited::{Dialect, Names, Overrides, SegmentReader, Table};
use leaktrace::synth::table::{self, TableDump, Truth, write_dump, write_records};
use std::collections::{HashMap, HashSet};
use std::hint::black_box;

/// So few that text and cells stay in the second-level cache, as they do in a scan.
const ROWS: u64 = 8_192;
const RECORDS: u64 = 200_000;

/// Column, kind and whether it is an identifier, of the generator's standard table.
const COLUMNS: [(usize, Kind, bool); 8] = [
    (0, Kind::Nik, true),
    (1, Kind::Email, true),
    (2, Kind::Phone, true),
    (3, Kind::Id, true),
    (4, Kind::Name, false),
    (5, Kind::Date, false),
    (6, Kind::Text, false),
    (7, Kind::Text, false),
];

fn key() -> Key {
    Key::from_bytes([7; 32])
}

/// A dump of which three rows in ten are about a record, and what it hits.
fn dump() -> (Vec<u8>, Truth) {
    let mut text = Vec::new();
    let dump = TableDump { rows: ROWS, records: RECORDS, hit_share: 0.3, kept: 0.9, seed: 2026, dump_seed: 2027 };
    let layout = table::Layout { header: false, ..table::Layout::standard() };
    let truth = write_dump(&dump, &layout, &mut text).expect("memory takes everything");
    (text, truth)
}

fn dialect(text: &[u8]) -> Dialect {
    Dialect::decide(text, &Overrides::default())
}

fn batches<'t>(text: &'t [u8], dialect: &'t Dialect) -> Vec<RowBatch<'t>> {
    let table = Table { text, input: 0, offset: 0, data_start: 0, dialect, names: Names::default() };
    let mut reader = SegmentReader::new(&table, 0..text.len() as u64, None);
    let mut all = Vec::new();
    loop {
        let mut batch = RowBatch::new();
        if !reader.next_batch(&mut batch, &mut Ledger::default()) {
            return all;
        }
        all.push(batch);
    }
}

fn question() -> Question {
    let folder = tempfile::tempdir().expect("a folder for the index");
    let (records, out) = (folder.path().join("records.csv"), folder.path().join("records.ltx"));
    let layout = table::Layout::standard();
    write_records(RECORDS, 2026, &layout, std::fs::File::create(&records).expect("the folder can be written to")).expect("it is written");
    let schema = Schema::parse(&layout.schema()).expect("the generator's schema is one");
    let pool = leaktrace::parallel::pool(2).expect("threads");
    let files = [records];
    let job = Build {
        files: &files,
        schema: &schema,
        key: &key(),
        out: &out,
        pool: &pool,
        segment_bytes: 4 << 20,
        memory: 64 << 20,
        progress: &Silent,
    };
    build(&job).expect("the index is built");
    Question::open(&[out], vec![key()], false).expect("the index opens")
}

fn packing(c: &mut Criterion) {
    let (text, _) = dump();
    let dialect = dialect(&text);
    let batches = batches(&text, &dialect);
    let (key, params) = (key(), Params::default());
    let mut group = c.benchmark_group("pack");
    group.sample_size(20).throughput(Throughput::Elements(ROWS));
    for (column, kind, _) in COLUMNS.into_iter().take(7) {
        let naive = |batch: &RowBatch<'_>| -> Vec<[u8; 64]> {
            let values = (0..batch.len()).filter_map(|row| batch.cell(row, column)).map(|cell| canonical(kind, &params, cell).0);
            values.filter(|v| !v.is_empty()).map(|v| pack(kind, &v, &key)).collect()
        };
        let mut fast = Column::default();
        for batch in &batches {
            fast.clear();
            fast.pack(batch, column, Selection::All, kind, Form::Whole, &params, &key);
            assert!(fast.blocks == naive(batch), "{}", kind.name());
        }
        let blocks: usize = batches.iter().map(|b| naive(b).len()).sum();
        group.bench_function(BenchmarkId::new("column", kind.name()), |b| {
            b.iter(|| {
                let mut count = 0;
                for batch in &batches {
                    fast.clear();
                    fast.pack(black_box(batch), column, Selection::All, kind, Form::Whole, &params, &key);
                    count += fast.blocks.len();
                }
                assert_eq!(count, blocks);
            });
        });
        group.bench_function(BenchmarkId::new("naive", kind.name()), |b| {
            b.iter(|| assert_eq!(batches.iter().map(|b| naive(black_box(b)).len()).sum::<usize>(), blocks));
        });
    }
    group.finish();
}

/// The dump's e-mail addresses as blocks.
fn blocks(text: &[u8]) -> Vec<[u8; 64]> {
    let mut column = Column::default();
    let mut all = Vec::new();
    for batch in batches(text, &dialect(text)) {
        column.clear();
        column.pack(&batch, 1, Selection::All, Kind::Email, Form::Whole, &Params::default(), &key());
        all.extend_from_slice(&column.blocks);
    }
    all
}

fn one_by_one(blocks: &[[u8; 64]]) -> Vec<Fingerprint> {
    let first = |b| blake3::keyed_hash(&[7; 32], b).as_bytes()[..16].try_into().expect("sixteen bytes");
    blocks.iter().map(|b| Fingerprint(first(b))).collect()
}

fn hashing(c: &mut Criterion) {
    let (text, _) = dump();
    let blocks = blocks(&text);
    let expected = one_by_one(&blocks);
    let hasher = Hasher::new(&key());
    let mut group = c.benchmark_group("hash");
    group.sample_size(20).throughput(Throughput::Elements(blocks.len() as u64));
    let mut out = Vec::new();
    group.bench_function("sixteen", |b| {
        b.iter(|| {
            out.clear();
            hasher.fingerprints(black_box(&blocks), &mut out);
        });
        assert!(out == expected);
    });
    group.bench_function("naive", |b| b.iter(|| assert!(one_by_one(black_box(&blocks)) == expected)));
    group.finish();
}

fn looking_up(c: &mut Criterion) {
    let (text, truth) = dump();
    let fingerprints = one_by_one(&blocks(&text));
    let question = question();
    let index = &question.indexes[0];
    let mut group = c.benchmark_group("lookup");
    group.sample_size(20).throughput(Throughput::Elements(fingerprints.len() as u64));
    group.bench_function("find", |b| {
        b.iter(|| {
            let mut hits = 0;
            index.find(black_box(&fingerprints), &mut LookupCounts::default(), |_, _| hits += 1);
            assert_eq!(hits, truth.hits[1]);
        });
    });
    // The naive twin knows the records' addresses in the clear.
    let mut records = Vec::new();
    write_records(RECORDS, 2026, &table::Layout::standard(), &mut records).expect("memory takes everything");
    let set: HashSet<[u8; 16]> = one_by_one(&blocks(&records)).into_iter().map(|f| f.0).collect();
    group.bench_function("naive", |b| {
        b.iter(|| assert_eq!(black_box(&fingerprints).iter().filter(|f| set.contains(&f.0)).count() as u64, truth.hits[1]));
    });
    group.finish();
}

/// What a scan would find out about the table's columns.
fn layout() -> Layout {
    let params = Params::default();
    let mut layout = Layout { columns: 9, ..Layout::default() };
    for (column, kind, identifier) in COLUMNS {
        if identifier {
            let targets = vec![Target { index: 0, field: column as u8 + 1, guess: Guess::default() }];
            layout.tasks.push(Task { column, kind, params, key: 0, targets, primary: true, recognised: true });
        } else {
            layout.attributes.push(AttributeTask {
                column,
                kind,
                params,
                form: Form::Whole,
                masked: false,
                key: 0,
                uses: vec![(0, column - 4)],
            });
        }
    }
    layout
}

fn matching(c: &mut Criterion) {
    let (text, truth) = dump();
    let dialect = dialect(&text);
    let batches = batches(&text, &dialect);
    let (question, layout) = (question(), std::sync::Arc::new(layout()));
    let mut group = c.benchmark_group("match");
    group.sample_size(10).throughput(Throughput::Elements(ROWS));
    group.bench_function("batches", |b| {
        b.iter(|| {
            // Small samples: in a long scan nearly no row is among the lowest.
            let mut tally = Tally::new(0, 0, &layout, 1, BottomK::new(20), BottomK::new(20));
            let mut matcher = Matcher::new(&question, &layout);
            batches.iter().for_each(|batch| matcher.add(black_box(batch), false, &mut tally));
            let hits: [u64; 4] = std::array::from_fn(|n| tally.indexes[0].field_hits[n]);
            assert_eq!((hits, tally.indexes[0].rows_hit), (truth.hits, truth.rows_hit));
        });
    });
    // Four maps of fingerprints and a loop over rows, without comparing them.
    let KeyGroup { key, hasher } = &question.keys[0];
    let params = Params::default();
    let fingerprint = |kind, cell: &[u8]| hasher.fingerprint(&pack(kind, &canonical(kind, &params, cell).0, key)).0;
    let mut records = Vec::new();
    write_records(RECORDS, 2026, &table::Layout { header: false, ..table::Layout::standard() }, &mut records)
        .expect("memory takes everything");
    let mut maps: [HashMap<[u8; 16], u32>; 4] = Default::default();
    let mut record = 0;
    for batch in self::batches(&records, &dialect) {
        for row in 0..batch.len() {
            for (map, (column, kind, _)) in maps.iter_mut().zip(COLUMNS) {
                map.insert(fingerprint(kind, batch.cell(row, column).expect("a cell")), record);
            }
            record += 1;
        }
    }
    group.bench_function("naive", |b| {
        b.iter(|| {
            let (mut hits, mut rows_hit) = ([0; 4], 0);
            for batch in &batches {
                for row in 0..batch.len() {
                    let mut any = false;
                    for (n, (column, kind, _)) in COLUMNS.into_iter().take(4).enumerate() {
                        let hit = maps[n].contains_key(&fingerprint(kind, batch.cell(row, column).expect("a cell")));
                        hits[n] += u64::from(hit);
                        any |= hit;
                    }
                    rows_hit += u64::from(any);
                }
            }
            assert_eq!((hits, rows_hit), (truth.hits, truth.rows_hit));
        });
    });
    group.finish();
}

criterion_group!(benches, packing, hashing, looking_up, matching);
criterion_main!(benches);
