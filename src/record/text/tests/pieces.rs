//! However a text is cut, its rows are the same; and which rows they are.

use crate::ledger::Ledger;
use crate::record::RowBatch;
use crate::record::pieces::{Cutter, Reading};
use crate::record::text::cutter::{Bounds, TextCutter};
use crate::record::text::{SORTS, Sort};
use proptest::prelude::*;

const SMALL: Bounds = Bounds { head_bytes: 1000, piece_bytes: 700, line_bytes: 300, search_bytes: 400, batch_rows: 300 };

/// The rows of a text with where they begin, its windows being of `window` bytes.
fn rows(text: &[u8], bounds: Bounds, window: usize) -> Vec<(u64, Vec<String>)> {
    let (mut cutter, mut at, mut out) = (TextCutter::with_bounds(bounds), 0, Vec::new());
    loop {
        let end = text.len().min(at + window);
        let cut = cutter.cut(&text[at..end], end == text.len());
        assert!(cut.used > 0 || end == text.len());
        let mut before = 0;
        for piece in &cut.pieces {
            assert_eq!(piece.range.start, before, "all bytes are in pieces");
            before = piece.range.end;
            let mut reading = Reading::new(&text[at..end][piece.range.clone()], (at + piece.range.start) as u64, 0);
            let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
            while piece.reader.next_batch(&mut reading, &mut batch, &mut ledger) {
                assert!(batch.len() <= bounds.batch_rows && !batch.is_empty());
                for row in 0..batch.len() {
                    let cells = batch.cells(row).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
                    out.push((batch.offset(row), cells));
                }
            }
            assert_eq!(ledger.bytes_skipped(), 0);
        }
        assert_eq!(before, cut.used);
        at += cut.used;
        if end == text.len() {
            assert_eq!(at, text.len());
            return out;
        }
    }
}

/// Each row as the cells that it has.
fn short(text: &str) -> Vec<Vec<(Sort, String)>> {
    let filled = |cells: Vec<String>| SORTS.into_iter().zip(cells).filter(|(_, cell)| !cell.is_empty()).collect();
    rows(text.as_bytes(), Bounds::default(), 1 << 30).into_iter().map(|(_, cells)| filled(cells)).collect()
}

fn email(value: &str) -> (Sort, String) {
    (Sort::Email, value.to_string())
}

fn phone(value: &str) -> (Sort, String) {
    (Sort::Phone, value.to_string())
}

#[test]
fn a_line_is_as_many_rows_as_it_has_of_a_sort() {
    let (a, b, c) = (email("a@example.org"), email("b@example.org"), email("c@example.org"));
    let (one, two) = (phone("081234567890"), phone("081234567891"));
    let is = |text: &str, rows: &[&[&(Sort, String)]]| {
        let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|c| (*c).clone()).collect()).collect();
        assert_eq!(short(text), rows, "{text}");
    };
    is("mail a@example.org, b@example.org; phone 081234567890", &[&[&a, &one], &[&b]]);
    is("a@example.org b@example.org 081234567890 081234567891", &[&[&a, &one], &[&b, &two]]);
    // Records that follow each other, one of which has no telephone number.
    is("a@example.org 081234567890, b@example.org, c@example.org 081234567891", &[&[&a, &one], &[&b], &[&c, &two]]);
    is("a@example.org\n081234567890\r\nb@example.org 081234567891\rc@example.org\n", &[&[&a], &[&one], &[&b, &two], &[&c]]);
    is("no one\n\n", &[]);
    // A passport's number counts beside another identifier, or behind its name.
    is("order A1234567", &[]);
    is("passport no. A1234567", &[&[&(Sort::Passport, "A1234567".to_string())]]);
    is("a@example.org A1234567", &[&[&a, &(Sort::Passport, "A1234567".to_string())]]);
}

#[test]
fn an_element_is_one_line() {
    let page: String = (0..5).map(|n| format!("<tr>\n<td>u{n}@example.org</td>\n<td>08123456789{n}</td>\n</tr>\n")).collect();
    let users: String = (0..5)
        .map(|n| format!("<user id=\"{n}\">\n<mail>u{n}@example.org</mail>\n<phones>\n<p>08123456789{n}</p></phones>\n</user>\n"))
        .collect();
    for text in [format!("<html><table>\n{page}</table>"), format!("<?xml version=\"1.0\"?>\n<users>\n{users}</users>")] {
        let expected: Vec<_> = (0..5).map(|n| vec![email(&format!("u{n}@example.org")), phone(&format!("08123456789{n}"))]).collect();
        assert_eq!(short(&text), expected, "{text}");
    }
}

#[test]
fn long_lines_lose_nothing() {
    for between in [" and then ", ", ", " ", "|", "\u{3000}"] {
        let text: String = (0..4000).map(|n| format!("user{n}@example.org 0812{:08}{between}", n)).collect();
        let rows = rows(text.as_bytes(), SMALL, 5000);
        for (column, value) in [(0, "user{}@example.org"), (1, "0812{}")] {
            let mut values: Vec<&str> = rows.iter().map(|(_, cells)| cells[column].as_str()).filter(|c| !c.is_empty()).collect();
            values.sort_unstable();
            let number = |n: usize| if column == 0 { n.to_string() } else { format!("{n:08}") };
            let mut expected: Vec<String> = (0..4000).map(|n| value.replace("{}", &number(n))).collect();
            expected.sort_unstable();
            assert_eq!(values, expected, "{between:?} column {column}");
        }
    }
}

const PARTS: [&str; 16] = [
    "a@example.org",
    "bc@example.org",
    "081234567890",
    "0812 3456 7890",
    "4111 1111 1111 1111",
    "192.0.2.1",
    "DE89370400440532013000",
    "\n",
    "\n",
    " some words here ",
    ", ",
    "x>",
    "-",
    "x",
    "2021-03-12 10:00:00 ",
    "%40",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Lines that are shorter than the bounds make the same rows, whatever the pieces and windows.
    #[test]
    fn cuts_do_not_matter(parts in prop::collection::vec(prop::collection::vec(prop::sample::select(&PARTS[..]), 0..9), 0..80), window in 1500..4000usize) {
        let text: String = parts.iter().map(|line| line.concat() + "\n").collect();
        let whole = rows(text.as_bytes(), Bounds { piece_bytes: 1 << 20, ..SMALL }, 1 << 30);
        prop_assert_eq!(&rows(text.as_bytes(), SMALL, window), &whole);
        prop_assert_eq!(&rows(text.as_bytes(), Bounds::default(), 1 << 30), &whole);
    }

    /// Any bytes: windows do not matter, and all are read.
    #[test]
    fn windows_do_not_matter(text in prop::collection::vec(prop::sample::select(&b"01234567890 @.abc<>\n,-"[..]), 0..6000), window in 1500..4000usize) {
        prop_assert_eq!(rows(&text, SMALL, window), rows(&text, SMALL, 1 << 30));
    }
}
