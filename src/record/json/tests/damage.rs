//! Texts that are damaged, cut off, or larger than the bounds.

use super::{Bounds, Outcome, SMALL, read, whole};
use crate::ledger::Reason;

fn ids(got: &Outcome) -> Vec<&str> {
    got.rows.iter().flat_map(|r| r.2.iter().filter(|c| c.0 == "a").map(|c| c.1.as_str())).collect()
}

#[test]
fn a_damaged_row_costs_itself() {
    for (text, want, bytes) in [
        ("{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", &["1", "3"][..], 7),
        ("{\"a\":1}\n{\"a\":\"2}\n{\"a\":3}\n", &["1", "3"], 9),
        ("{\"a\":1}\n{\"a\":2 2}\n<b>\n{\"a\":3}\n", &["1", "3"], 14),
        ("{\"a\":1}\ngarbage\n{\"a\":3}\n", &["1", "3"], 8),
        ("{\"a\":1}\n{\"a\":2}}\n{\"a\":3}\n", &["1", "2", "3"], 1),
        ("{\"a\":1}\n{\"a\":2,}\n{\"a\":3}", &["1", "3"], 9),
        ("{\"a\":1}\n{\"a\":\"x\\\n{\"a\":3}", &["1", "3"], 9),
        ("{\"a\":1}\n{\"a\":[1,2}\n{\"a\":3}", &["1", "3"], 11),
        ("{\"a\":1}\n{\"a\" 2}\n{\"a\":3}", &["1", "3"], 8),
        ("{\"a\":1}\n{\"a\":ObjectId(\"2\")}\n{\"a\":3}", &["1", "3"], 20),
        ("{\"a\":1}\n{\"a\":3", &["1"], 6),
        ("[{\"a\":1},{\"a\":x},{\"a\":3}]", &["1", "3"], 8),
        ("[{\"a\":1},{\"a\":\"x},{\"a\":\"3\"}]", &["1", "3"], 10),
        ("[\n  {\"a\":1},\n  {\"a\":{\"b\":2},\n  {\"a\":3}\n]", &["1", "3"], 17),
        ("[{\"a\":1},{\"a\":2}},{\"a\":3}]", &["1", "2", "3"], 1),
        ("[{\"a\":1},{\"a\":2", &["1"], 6),
        ("[{\"a\":1},", &["1"], 0),
        ("{\"n\":1,\"t\":[{\"a\":1},{\"a\":2", &["1"], 6),
        ("{\"n\":1,\"t\":[{\"a\":1}],\"m", &["1"], 2),
    ] {
        let got = whole(text);
        assert_eq!(ids(&got), want, "{text}");
        assert_eq!(got.reasons(), [(Reason::Damaged, bytes)], "{text}");
    }
    // What stood around the tables before the text was cut off is kept.
    let got = whole("{\"n\":1,\"t\":[{\"a\":1}],\"m");
    assert_eq!(got.of(""), [[("n", "1")]]);
}

#[test]
fn columns_of_damaged_rows_are_no_columns() {
    let got = whole("{\"a\":1}\n{\"x\":1,\"y\":2 2}\n{\"a\":3,\"b\":{\"c\":4}}\n{\"x\":5}\n");
    assert_eq!(got.tables[0].1, ["a", "b.c", "x"]);
}

#[test]
fn depth_is_bounded() {
    let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let lines = |n| format!("{{\"a\":0}}\n{{\"a\":{}}}\n{{\"a\":2}}\n", nested(n));
    assert_eq!(whole(&lines(127)).rows.len(), 3);
    let got = whole(&lines(128));
    assert_eq!((ids(&got), got.reasons().len()), (vec!["0", "2"], 1));
    let got = whole(&"{\"a\":".repeat(100_000));
    assert_eq!((got.rows.len(), got.reasons()), (0, vec![(Reason::Damaged, 500_000)]));
    let got = whole(&"[".repeat(100_000));
    assert_eq!(got.rows.len(), 0);
}

#[test]
fn rows_that_are_too_long_are_left_out() {
    let bounds = Bounds { row_cells: 100, paths: 1000, ..SMALL };
    let long = "x".repeat(500);
    for text in [
        format!("{{\"a\":1}}\n{{\"a\":2}}\n{{\"a\":\"{long}\"}}\n{{\"a\":3}}\n{{\"a\":4}}\n"),
        format!("[{{\"a\":1}},{{\"a\":2}},{{\"a\":\"{long}\"}},{{\"a\":3}},{{\"a\":4}}]"),
        format!("[\n {{\"a\":1}},\n {{\"a\":2}},\n {{\"a\":\"{long}\"}},\n {{\"a\":3}},\n {{\"a\":4}}\n]"),
        format!("[{{\"a\":1}},{{\"a\":2}},{{\"a\":\"{}\"}},{{\"a\":3}},{{\"a\":4}}]", long.repeat(9)),
    ] {
        let got = read(text.as_bytes(), &[700], bounds);
        assert_eq!(ids(&got), ["1", "2", "3", "4"], "{text}");
        assert!(got.reasons().iter().all(|r| r.0 == Reason::RowTooLong && r.1 >= 500), "{:?}", got.reasons());
    }
    // Too long, and whole.
    let text = format!("{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":3}}\n", "x".repeat(393));
    assert_eq!(read(text.as_bytes(), &[9999], bounds).reasons(), [(Reason::RowTooLong, 401)]);
    assert_eq!(read(text.replacen('x', "", 1).as_bytes(), &[9999], bounds).reasons(), []);
}

#[test]
fn columns_are_bounded() {
    let bounds = Bounds { row_cells: 3, front_bytes: 9999, row_bytes: 9999, ..SMALL };
    let got = read(b"{\"a\":1,\"b\":2}\n{\"c\":3,\"dd\":44,\"ee\":5,\"a\":7}\n{\"b\":9}\n", &[999], bounds);
    assert_eq!(got.tables[0].1, ["a", "b", "c"]);
    assert_eq!(got.reasons(), [(Reason::TooManyCells, 3)]);
    assert_eq!(got.of("")[1], [("a", "7"), ("c", "3")]);
    let got = read(b"[1,2,3,44]\n[1]\n", &[999], bounds);
    assert_eq!((got.rows.len(), got.reasons()), (2, vec![(Reason::TooManyCells, 2)]));
    // More paths than are remembered: first what other rows had is forgotten.
    let row = |from: usize, to: usize| format!("{{{}}}\n", (from..to).map(|n| format!("\"k{n}\":[1]")).collect::<Vec<_>>().join(","));
    let text = row(0, 5) + &row(5, 15) + &row(0, 12) + "{\"a\":1}\n";
    let got = read(text.as_bytes(), &[9999], Bounds { row_cells: 100, ..bounds });
    assert_eq!(got.rows.len(), 3);
    assert_eq!(got.reasons(), [(Reason::TooManyCells, row(0, 12).len() as u64 - 1)]);
}

#[test]
fn many_small_arrays_come_a_few_at_a_time() {
    let text = "[{\"a\":1}]\n".repeat(40);
    let got = read(text.as_bytes(), &[300], SMALL);
    assert_eq!((got.rows.len(), got.pieces.len(), got.tables.len()), (40, 40, 1));
    let document = format!("{{{}}}", (0..9).map(|n| format!("\"t{n}\":[{{\"a\":{n}}}]")).collect::<Vec<_>>().join(","));
    let got = read(document.as_bytes(), &[300], SMALL);
    // Four tables, and the others' values around them.
    assert_eq!((got.tables.len(), got.rows.len(), got.reasons().len()), (5, 5, 0));
    assert_eq!(got.of("")[0].len(), 5);
}
