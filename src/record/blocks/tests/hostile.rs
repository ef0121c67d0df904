//! Texts that are made to take memory or time.

use super::whole;
use crate::ledger::Reason;
use crate::limits::{ROW_BYTES, ROW_CELLS};
use crate::record::blocks::Style;
use crate::record::lines::Bounds;
use crate::record::lines::trial::read;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FRONT: &str = "URL: a\nLogin: b\n\nURL: c\nLogin: d\n\n";

/// The front, some bytes, and one more entry.
fn with(middle: &str) -> String {
    format!("{FRONT}{middle}\n\nURL: e\nLogin: f\n")
}

#[test]
fn a_line_without_end_costs_itself() {
    for byte in ['x', ':', '=', ' ', '\r', '"', '#'] {
        let line = byte.to_string().repeat(2 * ROW_BYTES + 9);
        let got = whole(&with(&line));
        assert_eq!(got.skipped.len(), 1, "{byte:?}");
        assert_eq!((got.skipped[0].0.len(), got.skipped[0].1), (line.len() + 1, Reason::RowTooLong));
        assert_eq!(got.rows.iter().filter(|row| row.1.iter().any(|cell| cell.0 == "Login")).count(), 3);
    }
}

#[test]
fn an_entry_without_end_is_read_as_several() {
    let lines = 3 * ROW_BYTES / 8;
    for line in ["some txt", " folded ", "k: value", "-: value"] {
        let text = with(&format!("{line}\n").repeat(lines));
        let before = Instant::now();
        let got = whole(&text);
        assert!(got.skipped.is_empty() && before.elapsed() < Duration::from_secs(60), "{line:?} took {:?}", before.elapsed());
        let last: Vec<&str> = got.rows.last().unwrap().1.iter().map(|cell| cell.1.as_str()).collect();
        assert!(last.contains(&"e") && last.contains(&"f"));
    }
}

#[test]
fn folds_without_end_are_bounded() {
    for front in ["BEGIN:VCARD\nNOTE:a\n", "BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:a=\n", "dn: cn=x\n"] {
        let text = front.to_string() + &(if front.contains("QUOTED") { "=\n" } else { " a\n" }).repeat(8 << 20);
        let before = Instant::now();
        assert!(whole(&text).skipped.is_empty() && before.elapsed() < Duration::from_secs(60));
    }
}

#[test]
fn a_million_keys_in_one_entry_fill_no_memory() {
    let (mut text, mut again) = (FRONT.to_string(), FRONT.to_string());
    for n in 0..1_000_000 {
        let _ = writeln!(text, "k{n}: value{n}");
        again += "URL2: value\n";
    }
    for text in [text, again] {
        let before = Instant::now();
        let got = whole(&text);
        assert!(before.elapsed() < Duration::from_secs(60), "took {:?}", before.elapsed());
        assert!(got.ledger.lines(|_| String::new()).iter().all(|line| line.reason == Reason::TooManyCells && line.first_byte > 4096));
        assert!(got.set_aside() > 1_000_000, "{}", got.set_aside());
    }
}

#[test]
fn a_million_keys_over_the_entries_fill_no_memory() {
    let bounds = Bounds { row_cells: 64, ..Bounds::default() };
    let text: String = FRONT.to_string() + &(0..200_000).map(|n| format!("URL: {n}\nk{n}: value\n\n")).collect::<String>();
    let got = read::<Arc<Style>>(text.as_bytes(), &[usize::MAX / 4], bounds);
    // Each piece brings some; whoever puts them together has the last word.
    assert!(got.rows.iter().all(|row| row.1.len() <= 3) && got.rows.len() == 200_002);
    assert!(got.set_aside() >= 5 * 190_000 && ROW_CELLS > 64);
}
