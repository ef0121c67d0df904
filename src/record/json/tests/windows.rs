//! Texts that came out differently in windows of other sizes, each by its own name.

use super::{Bounds, SMALL, read};
use crate::ledger::Reason;

/// The same whether a text comes whole or in windows of any one size.
#[track_caller]
fn same_in_any_window(text: &str, bounds: Bounds) {
    let whole = read(text.as_bytes(), &[usize::MAX / 4], bounds);
    for window in (1..text.len() + 2).step_by(if text.len() < 100 { 1 } else { 13 }).chain([299, 300, 301, 352, 399, 400, 401]) {
        let mut cut = read(text.as_bytes(), &[window], bounds);
        assert_eq!(cut.reasons(), whole.reasons(), "window {window} of {text}");
        cut.ledger = whole.ledger.clone();
        assert_eq!(cut, whole, "window {window} of {text}");
    }
}

#[test]
fn blanks_behind_the_last_table_of_a_document() {
    for lines in [1, 100, 399, 400, 401, 900] {
        let blanks = " ".repeat(482);
        same_in_any_window(&format!("{{\"t\":[{{\"a\":1}},[[{blanks}[1,\"x\"][{{\"a\":1}},{{\"a\":2}}]]{}", "\n".repeat(lines)), SMALL);
    }
}

#[test]
fn more_around_the_tables_than_a_row_may_have() {
    let member = |n: usize| format!("\"k{n}\":[\"{}\"]", "x".repeat(n % 50));
    let members: Vec<String> = (0..40).map(member).collect();
    let text = format!("{{\"n\":1,\"t\":[{{\"a\":1}}],{}}}", members.join(","));
    same_in_any_window(&text, SMALL);
    // As much as fits is kept, and the rest told.
    let got = read(text.as_bytes(), &[64], Bounds { row_cells: 99, paths: 99, ..SMALL });
    assert_eq!(got.rows.len(), 2);
    assert!(got.rows[1].2.len() > 10, "{:?}", got.rows);
    assert!(matches!(got.reasons()[..], [(Reason::RowTooLong, bytes)] if bytes as usize >= text.len() - 450), "{:?}", got.reasons());
}

#[test]
fn a_wrong_bracket_around_the_tables() {
    same_in_any_window("{\"t\":[{\"a\":1}],\"m\":{\"n\":[1,2}, \"o\":3}\n{\"a\":2}\n", SMALL);
}

#[test]
fn numbers_longer_than_a_row_may_be() {
    same_in_any_window(&format!("{{\"t\":[{{\"a\":1}}],\"m\":{},\"o\":3}}\n{{\"a\":2}}\n", "1".repeat(700)), SMALL);
}

#[test]
fn marks_of_the_byte_order() {
    same_in_any_window(&format!("\u{feff}\u{feff}[{{\"a\":1}},{{\"a\":2}}]{}", "\n".repeat(300)), SMALL);
    same_in_any_window(&format!("{}\u{feff}{{\"a\":1}}", " ".repeat(400)), SMALL);
}

#[test]
fn a_text_as_long_as_the_front() {
    for len in 297..304 {
        let front = "{\"t\":[{\"a\":1}],\"m\":";
        let text = format!("{front}{}", "1".repeat(len - front.len()));
        same_in_any_window(&text, SMALL);
        same_in_any_window(&format!("{}tru", &text[..len - 3]), SMALL);
    }
}
