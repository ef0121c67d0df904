//! Parquet files that the library writes, beside what its row reader says of them.

use super::super::collected::{Collected, hurt};
use super::super::{Content, TableName};
use crate::ledger::Reason;
use bytes::Bytes;
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use std::sync::Arc;

/// What a column is written from: its values, and where it has them the levels of definition and repetition.
enum Values {
    Bools(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<[u32; 3]>),
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
    Bytes(Vec<Vec<u8>>),
    Fixed(Vec<Vec<u8>>),
}

type Levels = Option<Vec<i16>>;

/// A file of one row group for each element of `groups`.
fn file(schema: &str, properties: WriterProperties, groups: &[Vec<(Values, Levels, Levels)>]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a sound schema"));
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).expect("memory");
    for group in groups {
        let mut rows = writer.next_row_group().expect("memory");
        for (values, definitions, repetitions) in group {
            let (d, r) = (definitions.as_deref(), repetitions.as_deref());
            let mut column = rows.next_column().expect("memory").expect("a column");
            match (column.untyped(), values) {
                (ColumnWriter::BoolColumnWriter(w), Values::Bools(v)) => w.write_batch(v, d, r),
                (ColumnWriter::Int32ColumnWriter(w), Values::Int32(v)) => w.write_batch(v, d, r),
                (ColumnWriter::Int64ColumnWriter(w), Values::Int64(v)) => w.write_batch(v, d, r),
                (ColumnWriter::Int96ColumnWriter(w), Values::Int96(v)) => {
                    let moment = |[a, b, c]: &[u32; 3]| {
                        let mut moment = Int96::new();
                        moment.set_data(*a, *b, *c);
                        moment
                    };
                    w.write_batch(&v.iter().map(moment).collect::<Vec<_>>(), d, r)
                }
                (ColumnWriter::FloatColumnWriter(w), Values::Floats(v)) => w.write_batch(v, d, r),
                (ColumnWriter::DoubleColumnWriter(w), Values::Doubles(v)) => w.write_batch(v, d, r),
                (ColumnWriter::ByteArrayColumnWriter(w), Values::Bytes(v)) => {
                    w.write_batch(&v.iter().map(|b| ByteArray::from(b.clone())).collect::<Vec<_>>(), d, r)
                }
                (ColumnWriter::FixedLenByteArrayColumnWriter(w), Values::Fixed(v)) => {
                    w.write_batch(&v.iter().map(|b| FixedLenByteArray::from(b.clone())).collect::<Vec<_>>(), d, r)
                }
                _ => panic!("the values are of another type than the column"),
            }
            .expect("memory");
            column.close().expect("memory");
        }
        rows.close().expect("memory");
    }
    writer.close().expect("memory");
    out
}

fn texts(values: &[&str]) -> Values {
    Values::Bytes(values.iter().map(|v| v.as_bytes().to_vec()).collect())
}

fn cells(seen: &Collected) -> Vec<Vec<String>> {
    seen.rows().into_iter().map(|(_, cells)| cells).collect()
}

#[test]
fn every_type_has_its_form() {
    let schema = "message m {
        required boolean b; required int32 i; required int64 l; required int96 old; required float f; required double d;
        required binary s (STRING); required binary raw; required fixed_len_byte_array(16) id (UUID); required fixed_len_byte_array(2) h (FLOAT16);
        required int32 day (DATE); required int64 at (TIMESTAMP(MICROS, true)); required int64 ms (TIMESTAMP(MILLIS, false));
        required int32 time (TIME(MILLIS, false)); required int32 u (INTEGER(32, false)); required int64 ul (INTEGER(64, false));
        required int32 money (DECIMAL(9, 2)); required binary big (DECIMAL(20, 3)); }";
    let id: Vec<u8> = (0..16).collect();
    let group = vec![
        (Values::Bools(vec![true, false]), None, None),
        (Values::Int32(vec![-7, i32::MAX]), None, None),
        (Values::Int64(vec![628_123_456_789, i64::MIN]), None, None),
        (Values::Int96(vec![[0, 0, 2_440_588], [1_000_000_000, 0, 2_440_589]]), None, None),
        (Values::Floats(vec![0.1, 1e10]), None, None),
        (Values::Doubles(vec![62_812_345_678.0, -0.5]), None, None),
        (texts(&["Ünïcode, \"x\"", ""]), None, None),
        (Values::Bytes(vec![b"text".to_vec(), vec![0xff, 0x00]]), None, None),
        (Values::Fixed(vec![id.clone(), id]), None, None),
        (Values::Fixed(vec![vec![0x00, 0x3c], vec![0x00, 0xc0]]), None, None),
        (Values::Int32(vec![0, 19_782]), None, None),
        (Values::Int64(vec![1_600_000_000_500_000, -1]), None, None),
        (Values::Int64(vec![0, 86_400_000]), None, None),
        (Values::Int32(vec![3_661_000, 86_399_999]), None, None),
        (Values::Int32(vec![-1, 1]), None, None),
        (Values::Int64(vec![-1, 1]), None, None),
        (Values::Int32(vec![-12_345, 5]), None, None),
        (Values::Bytes(vec![vec![0xff], 1_234_567i64.to_be_bytes().to_vec()]), None, None),
    ];
    let seen = Collected::of(Content::Parquet, &file(schema, WriterProperties::default(), &[group]));
    assert!(seen.skips.is_empty(), "{:?}", seen.skips);
    assert_eq!(seen.tables[0].name.columns.len(), 18);
    let expected = [
        [
            "true",
            "-7",
            "628123456789",
            "1970-01-01 00:00:00",
            "0.1",
            "62812345678",
            "Ünïcode, \"x\"",
            "text",
            "00010203-0405-0607-0809-0a0b0c0d0e0f",
            "1",
            "1970-01-01",
            "2020-09-13 12:26:40.5",
            "1970-01-01 00:00:00",
            "01:01:01",
            "4294967295",
            "18446744073709551615",
            "-123.45",
            "-0.001",
        ],
        [
            "false",
            "2147483647",
            "-9223372036854775808",
            "1970-01-02 00:00:01",
            "10000000000",
            "-0.5",
            "",
            "ff00",
            "00010203-0405-0607-0809-0a0b0c0d0e0f",
            "-2",
            "2024-02-29",
            "1969-12-31 23:59:59.999999",
            "1970-01-02 00:00:00",
            "23:59:59.999",
            "1",
            "1",
            "0.05",
            "1234.567",
        ],
    ];
    assert_eq!(cells(&seen), expected);
}

#[test]
fn nested_columns_are_dotted_and_lists_are_one_cell() {
    let schema = "message m { optional group who { required binary name (STRING); optional int32 age; }
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } } repeated int32 plain; }";
    let group = vec![
        (texts(&["A", "B"]), Some(vec![1, 0, 1]), None),
        (Values::Int32(vec![30]), Some(vec![2, 0, 1]), None),
        // ["x", null, "y"], no list, [].
        (texts(&["x", "y"]), Some(vec![3, 2, 3, 0, 1]), Some(vec![0, 1, 1, 0, 0])),
        (Values::Int32(vec![1, 2, 3]), Some(vec![1, 1, 0, 1]), Some(vec![0, 1, 0, 0])),
    ];
    let seen = Collected::of(Content::Parquet, &file(schema, WriterProperties::default(), &[group]));
    assert!(seen.skips.is_empty(), "{:?}", seen.skips);
    let columns = ["who.name", "who.age", "tags.list.element", "plain"].map(String::from).to_vec();
    assert_eq!(seen.tables[0].name, TableName { name: String::new(), columns });
    assert_eq!(cells(&seen), [["A", "30", "x, y", "1, 2"], ["", "", "", ""], ["B", "", "", "3"]]);
}

const PEOPLE: &str = "message m { required int64 id; optional binary mail (STRING); required double sum; }";

/// Row groups of people, `rows` each.
fn people(properties: WriterProperties, groups: usize, rows: usize) -> Vec<u8> {
    let group = |g: usize| {
        let ids: Vec<i64> = (0..rows).map(|r| (g * rows + r) as i64).collect();
        let mails = ids.iter().filter(|id| *id % 3 != 0).map(|id| format!("person{}@example.org", id % 500).into_bytes()).collect();
        let there = ids.iter().map(|id| i16::from(id % 3 != 0)).collect();
        let sums = ids.iter().map(|id| *id as f64 / 4.0).collect();
        vec![(Values::Int64(ids), None, None), (Values::Bytes(mails), Some(there), None), (Values::Doubles(sums), None, None)]
    };
    file(PEOPLE, properties, &(0..groups).map(group).collect::<Vec<_>>())
}

/// The rows as the library's own row reader has them.
fn twin(bytes: &[u8]) -> Vec<Vec<String>> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).expect("a sound file");
    let text = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    let rows = reader.get_row_iter(None).expect("rows");
    rows.map(|row| row.expect("a row").get_column_iter().map(|(_, field)| text(field)).collect()).collect()
}

#[test]
fn all_codecs_encodings_and_versions_read_alike() {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ];
    let expected = twin(&people(WriterProperties::default(), 3, 2500));
    assert_eq!(expected.len(), 7500);
    for codec in codecs {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for encoding in [None, Some(Encoding::DELTA_BYTE_ARRAY), Some(Encoding::DELTA_LENGTH_BYTE_ARRAY)] {
                let mut properties =
                    WriterProperties::builder().set_compression(codec).set_writer_version(version).set_data_page_row_count_limit(700);
                if let Some(encoding) = encoding {
                    properties =
                        properties.set_column_dictionary_enabled("mail".into(), false).set_column_encoding("mail".into(), encoding);
                }
                let bytes = people(properties.build(), 3, 2500);
                let seen = Collected::of(Content::Parquet, &bytes);
                assert!(seen.skips.is_empty(), "{codec:?} {version:?} {encoding:?}: {:?}", seen.skips);
                assert!(cells(&seen) == expected, "{codec:?} {version:?} {encoding:?}");
                assert!(seen.rows().iter().enumerate().all(|(n, (number, _))| n as u64 == *number));
            }
        }
    }
}

#[test]
fn a_damaged_group_costs_that_group() {
    let mut bytes = people(WriterProperties::builder().set_compression(Compression::SNAPPY).build(), 3, 2000);
    let whole = twin(&bytes);
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(&bytes)).expect("a sound file");
    let (start, len) = reader.metadata().row_group(1).column(1).byte_range();
    bytes[start as usize..(start + len) as usize].fill(0xa5);
    let seen = Collected::of(Content::Parquet, &bytes);
    assert_eq!(seen.reasons(), [Reason::Damaged]);
    assert_eq!(seen.skips[0].what, "row group number 2");
    assert!(seen.skips[0].bytes > 0);
    assert_eq!(cells(&seen), [&whole[..2000], &whole[4000..]].concat());
    assert_eq!(seen.rows()[2000].0, 4000);
}

#[test]
fn hurt_files_are_told() {
    for codec in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())] {
        let sound = people(WriterProperties::builder().set_compression(codec).build(), 2, 600);
        for (n, bytes) in hurt(&sound, 400).enumerate() {
            let seen = Collected::of(Content::Parquet, &bytes);
            assert!(n >= 16 || seen.reasons() == [Reason::Damaged], "cut at {n} sixteenths");
            assert!(seen.skips.iter().all(|s| !s.what.contains("person") && s.advice.is_none() || s.reason == Reason::UnsupportedFormat));
        }
    }
}

#[test]
fn hurt_descriptions_are_told() {
    // The description alone, where a flip matters most.
    let sound = people(WriterProperties::default(), 1, 10);
    let len = u32::from_le_bytes(sound[sound.len() - 8..][..4].try_into().expect("four bytes")) as usize;
    let (data, description) = sound[..sound.len() - 8].split_at(sound.len() - 8 - len);
    for hurt in hurt(description, 2000) {
        let bytes = [data, &hurt, &(hurt.len() as u32).to_le_bytes(), b"PAR1"].concat();
        Collected::of(Content::Parquet, &bytes);
    }
}

#[test]
fn encrypted_files_say_so() {
    let mut bytes = people(WriterProperties::default(), 1, 10);
    let len = bytes.len();
    bytes[len - 4..].copy_from_slice(b"PARE");
    let seen = Collected::of(Content::Parquet, &bytes);
    assert_eq!(seen.reasons(), [Reason::UnsupportedFormat]);
    assert!(seen.skips[0].advice.as_ref().is_some_and(|a| a.contains("password")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_rows_are_those_of_the_twin(
        rows in prop::collection::vec((any::<i64>(), prop::option::of(".{0,20}"), prop::num::f64::NORMAL), 1..200),
        page in 1usize..50,
        version_2 in any::<bool>(),
        dictionary in any::<bool>(),
    ) {
        let version = if version_2 { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
        let properties = WriterProperties::builder().set_writer_version(version).set_dictionary_enabled(dictionary)
            .set_data_page_row_count_limit(page).set_write_batch_size(page).set_compression(Compression::SNAPPY).build();
        let mails = rows.iter().filter_map(|r| r.1.clone().map(String::into_bytes)).collect();
        let there = rows.iter().map(|r| i16::from(r.1.is_some())).collect();
        let group = vec![
            (Values::Int64(rows.iter().map(|r| r.0).collect()), None, None),
            (Values::Bytes(mails), Some(there), None),
            (Values::Doubles(rows.iter().map(|r| r.2).collect()), None, None),
        ];
        let bytes = file(PEOPLE, properties, &[group]);
        let seen = Collected::of(Content::Parquet, &bytes);
        prop_assert!(seen.skips.is_empty());
        prop_assert_eq!(cells(&seen), twin(&bytes));
    }
}
