//! The reader against its naive twin and against the `csv` crate.

use super::{SMALL, dialect, read, whole};
use crate::record::delimited::dialect::{Escape, Rare};
use crate::record::delimited::naive::{self, Naive};
use crate::record::delimited::{Bounds, Dialect, Terminator};
use proptest::prelude::*;

fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(b"ab\",\"\n\r;'\0\xff".to_vec()).prop_map(|b| vec![b]),
        1 => prop::sample::select(vec!["\"\"", "\",\"", "\"\n\"", "\r\n", "a,b\n", "\n\n", "abcdefghijklmnopqrstuvwxyz", "\"\"\"\""])
            .prop_map(|s| s.as_bytes().to_vec()),
        1 => (1usize..6).prop_map(|n| "a,b,c\n".repeat(n).into_bytes()),
    ];
    prop::collection::vec(piece, 0..160).prop_map(|p| p.concat())
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    let delimiter = prop::sample::select(vec![b',', b';', b'\0', b'a', Dialect::NO_DELIMITER]);
    let quote = prop::sample::select(vec![Some(b'"'), Some(b'\''), None]);
    let terminator = prop::sample::select(vec![Terminator::Lf, Terminator::Crlf, Terminator::Cr, Terminator::Mixed]);
    (delimiter, quote, terminator, 0u32..9).prop_map(|(d, q, t, c)| dialect(d, q, t, c))
}

/// Texts full of the marks of rare dialects.
fn rare_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(b"ab|,\"\n\r'\\ &+\x1en\xff".to_vec()).prop_map(|b| vec![b]),
        2 => prop::sample::select(vec!["||", "+|", "&|", "&|\n", "\\\"", "\\\\", "\\\r\n", "\\N", "\" ", " \"", "|\"", "\"|", "\"\"", "|  \n"])
            .prop_map(|s| s.as_bytes().to_vec()),
        1 => (1usize..6).prop_map(|n| "a||b||c\n".repeat(n).into_bytes()),
        1 => (1usize..6).prop_map(|n| "a|b|c&|".repeat(n).into_bytes()),
    ];
    prop::collection::vec(piece, 0..160).prop_map(|p| p.concat())
}

fn rare_dialect() -> impl Strategy<Value = Dialect> {
    let delimiter = prop::sample::select(vec!["|", ",", "||", "+|", "a"]);
    let quote = prop::sample::select(vec![Some(b'"'), Some(b'\''), None]);
    let terminator = prop::sample::select(vec![Terminator::Lf, Terminator::Cr]);
    let row_end = prop::sample::select(vec![None, None, Some("&|"), Some("&|\n"), Some("\x1e")]);
    let fixed = prop::sample::select(vec![vec![], vec![], vec![], vec![0], vec![0, 3, 7], vec![2, 4]]);
    let escape = prop::option::of(any::<bool>().prop_map(|letters| Escape { byte: b'\\', letters }));
    (delimiter, quote, terminator, 0u32..6, row_end, escape, any::<[bool; 3]>(), fixed).prop_map(
        |(d, q, t, c, end, escape, [spaced, padded, edged], fixed)| {
            let escape = escape.filter(|_| fixed.is_empty());
            let delimiter = (d.len() > 1).then(|| d.to_string());
            let rare = Rare { delimiter, row_end: end.map(str::to_string), escape, spaced, padded, edged, fixed };
            Dialect { rare: Some(rare), ..dialect(d.as_bytes()[0], q, t, c) }
        },
    )
}

/// Reads a text whole and in segments, as its naive twin does.
fn reads_as_its_twin(text: &[u8], dialect: &Dialect, small: bool, segment: u64) -> Result<(), TestCaseError> {
    let bounds = if small { SMALL } else { Bounds { batch_rows: 7, ..Bounds::default() } };
    let Naive { rows, skipped } = naive::read(text, 0, dialect, bounds);
    let (got, ledger) = read(text, 0, dialect, bounds, u64::MAX / 2);
    prop_assert_eq!(&got, &rows);
    prop_assert_eq!(ledger.bytes_skipped(), skipped);
    let (got, again) = read(text, 0, dialect, bounds, segment);
    prop_assert_eq!(got, rows);
    prop_assert_eq!(ledger, again);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn equals_its_naive_twin(text in nasty(), dialect in any_dialect(), segment in 1u64..200, small: bool) {
        reads_as_its_twin(&text, &dialect, small, segment)?;
    }

    #[test]
    fn rare_dialects_equal_their_naive_twin(text in rare_text(), dialect in rare_dialect(), segment in 1u64..200, small: bool) {
        prop_assert!(dialect.clone().checked().is_ok());
        reads_as_its_twin(&text, &dialect, small, segment)?;
    }

    #[test]
    fn the_general_reader_reads_plain_dialects_as_the_fast_one(text in nasty(), dialect in any_dialect(), small: bool) {
        let bounds = if small { SMALL } else { Bounds::default() };
        let general = Dialect { rare: Some(Rare::default()), ..dialect.clone() };
        prop_assert_eq!(read(&text, 0, &general, bounds, 50), read(&text, 0, &dialect, bounds, u64::MAX / 2));
    }

    #[test]
    fn agrees_with_the_csv_crate(
        rows in prop::collection::vec(prop::collection::vec("[ab ,;\t|\"'\n\r\u{e9}]{0,90}|[a-z]{0,12}|[0-9]{0,70}", 1..7), 0..40),
        delimiter in prop::sample::select(b",;\t|:\x01".to_vec()),
        crlf: bool,
        style in prop::sample::select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always]),
    ) {
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(end).quote_style(style).flexible(true).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(&text[..]);
        let want: Vec<Vec<Vec<u8>>> = reader.byte_records().map(|r| r.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
        // No column count: rows as narrow and as ragged as these may look like swallowed ones.
        let terminator = if crlf { Terminator::Crlf } else { Terminator::Lf };
        prop_assert_eq!(whole(&text, &dialect(delimiter, Some(b'"'), terminator, 0)), want);
    }
}
