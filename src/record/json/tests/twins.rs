//! The reader against its naive twin.

use super::naive::{Columns, Tree, by_position};
use super::{Bounds, SMALL, read};
use crate::ledger::Reason;
use proptest::prelude::*;

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["id", "name", "email", "a", "b", "0", "a.b", "", "é", "q\"uote", "tab\t"]),
        1 => prop::sample::select(vec!["$oid", "$date", "$numberLong", "_source", "_index", "index", "items"]),
    ]
    .prop_map(str::to_string)
}

fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        1 => Just(Tree::Null),
        3 => prop::sample::select(vec!["0", "-17", "123456789012", "1.5", "true", "false"]).prop_map(|b| Tree::Bare(b.to_string())),
        4 => "[a-z@. ]{0,12}".prop_map(Tree::Text),
        2 => prop::collection::vec(prop::sample::select(vec!["\"", "\\", "\n", "{", "}", "[", "]", ",", ":", "é", "\u{1f600}", "x", "/", "\u{1}", "abcdefghijklmnop"]), 0..30)
            // A raw cell is told from a string by its first byte.
            .prop_map(|parts| Tree::Text(format!("s{}", parts.concat()))),
    ]
}

fn value() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(4, 40, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Tree::Array),
            prop::collection::vec((key(), inner), 0..6).prop_map(Tree::Object),
        ]
    })
}

fn object() -> impl Strategy<Value = Tree> {
    prop::collection::vec((key(), value()), 0..8).prop_map(Tree::Object)
}

/// Rows that are alike, as those of tables are, with others between them.
fn objects() -> impl Strategy<Value = Vec<Tree>> {
    (object(), prop::collection::vec((object(), 0usize..5), 1..12)).prop_map(|(usual, others)| {
        others.into_iter().flat_map(|(other, n)| std::iter::repeat_n(usual.clone(), n).chain([other])).collect()
    })
}

/// Raw text without white space, in cells that hold some.
fn canonical(rows: Vec<Vec<(&str, &str)>>) -> Vec<Vec<(String, String)>> {
    let cell = |name: &str, cell: &str| {
        let nested = cell.starts_with(['{', '[']).then(|| Tree::parse(cell)).flatten().map(|t| t.write("", None));
        let rest = name.ends_with("8+").then(|| Tree::parse(&format!("[{cell}]"))).flatten().map(|t| t.write("", None));
        rest.map(|r| r[1..r.len() - 1].to_string()).or(nested).unwrap_or_else(|| cell.to_string())
    };
    rows.into_iter().map(|row| row.into_iter().map(|(n, c)| (n.to_string(), cell(n, c))).collect()).collect()
}

/// Names in the order of their columns do not depend on when a column was met.
fn sorted(mut rows: Vec<Vec<(String, String)>>) -> Vec<Vec<(String, String)>> {
    rows.iter_mut().for_each(|row| row.sort());
    rows
}

const ROOMY: Bounds =
    Bounds { front_bytes: 1 << 20, piece_bytes: 200, row_bytes: 1 << 20, row_cells: 4096, paths: 1 << 16, tables: 99, ..SMALL };

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn objects_equal_the_naive_twin(
        mut values in objects(),
        blank in prop::sample::select(vec!["", " ", "\t"]),
        shape in 0usize..7,
        pretty: bool,
        piece_bytes in 1usize..400,
        chunk_bytes in 64usize..300,
        windows in prop::collection::vec(1usize..500, 1..5),
    ) {
        // The first row says what a table is, and an object alone may be a document.
        if shape < 4 && values.len() == 1 {
            values.push(values[0].clone());
        }
        if let Tree::Object(members) = &mut values[0] {
            members.insert(0, ("first".to_string(), Tree::Bare("1".to_string())));
        }
        let indent = |depth| (pretty && shape != 0).then_some(depth);
        let written: Vec<String> = values.iter().map(|v| v.write(blank, indent(usize::from(shape >= 4)))).collect();
        let text = match shape {
            0 => written.join("\n") + "\n",
            1 => written.join(""),
            2 => written.join("\r\n"),
            3 => written.join(",\n"),
            4 => format!("\u{feff} [{}]\n", written.join(",")),
            5 => format!("[\n  {}\n]", written.join(",\n  ")),
            _ => format!("{{\"n\":3,\"in\":{{\"rows\": [{blank}{}\n] }},\"of\":\"x\"}}\n", written.join(",\n")),
        };
        let got = read(text.as_bytes(), &windows, Bounds { piece_bytes, chunk_bytes, ..ROOMY });
        prop_assert!(got.reasons().is_empty(), "{:?} {:?}", got.reasons(), text);
        let mut columns = Columns::default();
        let want: Vec<_> = values.iter().filter_map(|v| columns.row(v)).collect();
        let name = if shape == 6 { "in.rows" } else { "" };
        let mut rows = got.of(name);
        if shape == 6 {
            let around: Vec<_> = got.of("").into_iter().flatten().collect();
            prop_assert_eq!(around, vec![("n", "3"), ("of", "x")]);
        }
        prop_assert_eq!(sorted(canonical(std::mem::take(&mut rows))), sorted(want));
        let table = got.tables.iter().find(|t| t.0 == name).unwrap();
        let mut names: Vec<&String> = columns.0.iter().map(|c| &c.0).collect();
        let mut met: Vec<&String> = table.1.iter().collect();
        if piece_bytes > text.len() {
            prop_assert_eq!(&met, &names);
        }
        names.sort(); names.dedup();
        met.sort(); met.dedup();
        prop_assert_eq!(met, names);
    }

    #[test]
    fn arrays_equal_the_naive_twin(
        mut values in prop::collection::vec(prop::collection::vec(value(), 0..9).prop_map(Tree::Array), 2..20),
        blank in prop::sample::select(vec!["", " "]),
        lines: bool,
        piece_bytes in 1usize..400,
        chunk_bytes in 64usize..300,
        windows in prop::collection::vec(1usize..500, 1..5),
    ) {
        values[0] = Tree::Array(vec![Tree::Text("first".to_string()), Tree::Bare("1".to_string())]);
        let written: Vec<String> = values.iter().map(|v| v.write(blank, None)).collect();
        let text = if lines { written.join("\n") } else { format!("[{}]", written.join(",")) };
        let got = read(text.as_bytes(), &windows, Bounds { piece_bytes, chunk_bytes, ..ROOMY });
        prop_assert!(got.reasons().is_empty(), "{:?} {:?}", got.reasons(), text);
        prop_assert_eq!(canonical(got.of("")), values.iter().map(by_position).collect::<Vec<_>>());
        prop_assert_eq!(&got.tables, &vec![(String::new(), vec![])]);
    }

    /// Lines that are whole are read whatever stands between them.
    #[test]
    fn damaged_lines_cost_themselves(
        lines in prop::collection::vec((object(), any::<Option<prop::sample::Index>>()), 1..14),
        piece_bytes in 1usize..400,
        windows in prop::collection::vec(1usize..500, 1..5),
    ) {
        let (mut text, mut columns, mut want, mut damaged) = (String::new(), Columns::default(), Vec::new(), 0);
        // Most lines are whole.
        for n in 0..45 {
            text += &format!("{{\"first\":{n}}}\n");
            want.extend(columns.row(&Tree::Object(vec![("first".to_string(), Tree::Bare(n.to_string()))])));
        }
        for (value, cut) in &lines {
            let mut line = value.write("", None);
            if let Some(cut) = cut {
                let mut keep = 1 + cut.index(line.len() - 1);
                while !line.is_char_boundary(keep) {
                    keep -= 1;
                }
                line.truncate(keep);
                damaged += line.len() as u64 + 1;
            } else {
                want.extend(columns.row(value));
            }
            text += &(line + "\n");
        }
        let got = read(text.as_bytes(), &windows, Bounds { piece_bytes, ..ROOMY });
        prop_assert_eq!(sorted(canonical(got.of(""))), sorted(want));
        let skipped: u64 = got.reasons().iter().map(|r| { assert_eq!(r.0, Reason::Damaged); r.1 }).sum();
        // The last line's end is that of the text.
        prop_assert!(skipped <= damaged && damaged <= skipped + lines.len() as u64 + 1, "{} {}", skipped, damaged);
    }
}

fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(b"{}[]\"\\:,\n 1a\xff\r".to_vec()).prop_map(|b| vec![b]),
        4 => prop::sample::select(vec![
            "{\"a\":1}", "{\"a\":\"x\",\"b\":[1,2]}", "},{", "}\n{", "[1,\"x\"]", "[{\"a\":1},{\"a\":2}]", "{\"t\":[{\"a\":1},", "\"b\":{", "null", "\n  {",
            "{\"index\":{\"_id\":1}}\n", "[[1],[2]]", "\\\"", "\\u00e9", "{\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8,\"k9\":9,\"ka\":1}",
        ]).prop_map(|s| s.as_bytes().to_vec()),
        1 => prop::sample::select(vec![b' ', b'x', b'[', b'\n', b',']).prop_flat_map(|b| (1usize..600).prop_map(move |n| vec![b; n])),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn windows_make_no_difference(text in nasty(), windows in prop::collection::vec(1usize..900, 1..5)) {
        let whole = read(&text, &[usize::MAX / 4], SMALL);
        let mut cut = read(&text, &windows, SMALL);
        // What is skipped over several windows is noted once for each.
        prop_assert_eq!(cut.reasons(), whole.reasons());
        cut.ledger = whole.ledger.clone();
        prop_assert_eq!(cut, whole);
    }
}
