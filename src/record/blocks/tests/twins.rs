//! The reader against its naive twin, and against itself in windows.

use super::naive::{self, Naive};
use crate::record::blocks::pairs::{self, classify};
use crate::record::blocks::{Style, decide};
use crate::record::lines::trial::{SMALL, read};
use crate::record::lines::{Bounds, front_lines};
use proptest::prelude::*;
use std::sync::Arc;

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "URL",
        "Login",
        "e-mail",
        "name",
        "name 2",
        "text",
        "section",
        "Nama Lengkap",
        "[x]",
        "Имя",
        "$k",
        "a/b",
        "e.f",
    ])
    .prop_map(str::to_string)
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9@.]{0,9}",
        2 => prop::sample::select(vec!["", "two words", "\"quoted\"", "'it''s'", "https://x.org:1/a=b", "x ", "\"a b\"", "'", "a: b", "= c", "é è"]).prop_map(str::to_string),
    ]
}

fn pair() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![": ", ":", "=", " = ", "\t: ", " => ", ":= ", " :"]);
    let lead = prop::sample::select(vec!["", "", "", "  ", "\t", "- ", " -  "]);
    (lead, key(), sign, value()).prop_map(|(lead, key, sign, value)| format!("{lead}{key}{sign}{value}"))
}

fn other() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "", "", " ", "\t", "-----", "=====", "***", "--", ")", "}", "[budi]", "[]", "=== x y ===", "*** 1. row ***", "##### a: b #####", "# note", "; note",
            "// note", "┌──┐", "│ │", "Budi Santoso", "budi@example.org", " indented words", "http://x.org/a", "C:\\x", "12:30", "12:30 x", "a,b:c", "-- ",
            "one two three four five six: x", "----x", "x----", "[x", "éé", "  | _ | ", "[a] b [c]",
        ]).prop_map(str::to_string),
        1 => "[ -~é]{0,12}",
        1 => (47usize..51).prop_map(|n| format!("{}: x", "k".repeat(n))),
    ]
}

/// Entries that are alike, with other lines between.
fn text() -> impl Strategy<Value = String> {
    let entry = prop::collection::vec(pair(), 1..5);
    let some = (entry, prop::collection::vec((other(), pair(), 0usize..3), 1..10)).prop_map(|(entry, others)| {
        let others = others.into_iter().map(|(other, pair, n)| {
            let pair = if n == 2 { pair + "\n" } else { String::new() };
            format!("{}\n{pair}{other}\n", entry.join("\n"))
        });
        others.collect::<String>()
    });
    let end = prop::sample::select(vec!["\n", "\n", "\r\n"]);
    (some, end, any::<bool>()).prop_map(|(text, end, ended)| {
        let text = if ended { text } else { text.trim_end_matches('\n').to_string() };
        text.replace('\n', end)
    })
}

const ROOMY: Bounds = Bounds { front_bytes: 1 << 20, row_bytes: 1 << 20, row_cells: 4096, ..SMALL };

fn sorted(mut rows: Vec<naive::Row>) -> Vec<naive::Row> {
    for row in &mut rows {
        row.1.retain(|cell| !cell.1.is_empty());
        row.1.sort();
    }
    rows
}

fn naive(style: &Style) -> Naive {
    Naive::new(style.empty_parts, style.first_key.as_deref().map(|key| String::from_utf8(key.to_vec()).unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_what_the_naive_twin_says(line in prop_oneof![pair(), other(), "[ -~é\t]{0,20}"]) {
        let twin = Naive::new(false, None).classify(&line);
        let at = |range: std::ops::Range<usize>| line[range].to_string();
        let found = match classify(line.as_bytes()) {
            pairs::Line::Empty => naive::Line::Empty,
            pairs::Line::Rule => naive::Line::Rule,
            pairs::Line::Sign => naive::Line::Sign,
            pairs::Line::Title(title) => naive::Line::Title(at(title)),
            pairs::Line::Pair(pair) => naive::Line::Pair(at(pair.key), at(pair.value)),
            pairs::Line::Other { comment: true } => naive::Line::Comment,
            pairs::Line::Other { comment: false } => naive::Line::Other,
        };
        prop_assert_eq!(found, twin);
    }

    #[test]
    fn entries_equal_the_naive_twin(text in text(), piece_bytes in 1usize..300, windows in prop::collection::vec(1usize..500, 1..5)) {
        let style = decide::style(text.as_bytes(), true);
        prop_assume!(style.sort == crate::record::blocks::Sort::Pairs);
        let got = read::<Arc<Style>>(text.as_bytes(), &windows, Bounds { piece_bytes, ..ROOMY });
        prop_assert!(got.skipped.is_empty() && got.set_aside() == 0);
        prop_assert_eq!(sorted(got.rows), sorted(naive(&style).rows(&text)), "{:?} {:?}", style, text);
    }

    /// Every letter and digit of a text is in some cell, a key, or a comment of its format.
    #[test]
    fn nothing_is_lost(text in text(), windows in prop::collection::vec(1usize..500, 1..5)) {
        let got = read::<Arc<Style>>(text.as_bytes(), &windows, ROOMY);
        let cells = got.rows.iter().flat_map(|row| &row.1).map(|(_, cell)| cell);
        let held: String = got.columns.iter().chain(cells).flat_map(|held| [held.as_str(), "\n"]).collect();
        for line in front_lines(text.as_bytes(), true).map(|l| std::str::from_utf8(l).unwrap()) {
            for word in line.split([' ', '\t', '[', ']', ':', '=', '"', '\'']).filter(|w| w.chars().any(char::is_alphanumeric)) {
                let word = word.trim_matches(|c: char| !c.is_alphanumeric());
                prop_assert!(held.contains(word), "{word:?} of {line:?} in {held:?}");
            }
        }
    }
}

fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        2 => prop::sample::select(b":=\n \"\\-#;[]\xff\ra1\xe2\x94".to_vec()).prop_map(|b| vec![b]),
        3 => pair().prop_map(|p| (p + "\n").into_bytes()),
        3 => other().prop_map(|p| (p + "\n").into_bytes()),
        2 => prop::sample::select(vec![
            "BEGIN:VCARD\n", "END:VCARD\n", "TEL;HOME:1\n", "N:a;b;\\;c\n", "NOTE;QUOTED-PRINTABLE:a=\n", " folded\n", "X;A=\"b:c\n", "a.B;ENCODING=b:YQ==\n",
            "dn: cn=x\n", "cn:: w6k=\n", "dn:: x\n", "# c\n", "mail: x\r\n", "\n\n",
        ]).prop_map(|s| s.as_bytes().to_vec()),
        1 => prop::sample::select(vec![b' ', b'x', b'\n', b':', b'=']).prop_flat_map(|b| (1usize..400).prop_map(move |n| vec![b; n])),
    ];
    let front = prop::sample::select(vec![
        "",
        "BEGIN:VCARD\n",
        "dn: cn=x\n",
        "version: 1\ndn:: YQ==\n",
        "URL: x\nLogin: y\n\nURL: z\nLogin: v\n\n",
    ]);
    (front, prop::collection::vec(piece, 0..60)).prop_map(|(front, p)| [front.as_bytes(), &p.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn windows_make_no_difference(text in nasty(), windows in prop::collection::vec(1usize..700, 1..5)) {
        let whole = read::<Arc<Style>>(&text, &[usize::MAX / 4], SMALL);
        prop_assert_eq!(&read::<Arc<Style>>(&text, &windows, SMALL), &whole);
        let read = whole.pieces.iter().map(ExactSizeIterator::len).sum::<usize>() + whole.skipped.iter().map(|s| s.0.len()).sum::<usize>();
        let mark = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        prop_assert_eq!(read + mark, text.len());
    }

    /// Pieces end where entries do: their length makes no difference, whatever the format.
    #[test]
    fn pieces_make_no_difference(text in nasty(), piece_bytes in 1usize..300) {
        let one = read::<Arc<Style>>(&text, &[usize::MAX / 4], Bounds { piece_bytes: 1 << 20, ..ROOMY });
        let mut many = read::<Arc<Style>>(&text, &[usize::MAX / 4], Bounds { piece_bytes, ..ROOMY });
        many.pieces = one.pieces.clone();
        prop_assert_eq!(sorted(many.rows), sorted(one.rows));
        prop_assert_eq!(many.ledger, one.ledger);
    }
}
