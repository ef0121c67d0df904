//! The cutter and its readers against the naive twin, on soups of what dumps are made of, in windows of random lengths.

use super::{Bounds, Escapes, Outcome, dialect, merged, naive, read};
use crate::ledger::Reason;
use crate::record::pieces::Cutter;
use crate::record::sql::SqlCutter;
use proptest::prelude::*;

const SMALL: Bounds = Bounds { row_bytes: 200, row_cells: 4, piece_bytes: 60, batch_rows: 3 };

fn naive_outcome(text: &[u8], escapes: Escapes, bounds: Bounds) -> Outcome {
    let (rows, skipped, tables) = naive::read(text, escapes, bounds);
    let (cut, skipped): (Vec<_>, Vec<_>) = skipped.into_iter().partition(|s| s.2 == Reason::TooManyCells);
    let cut_cells = (cut.iter().map(|s| (s.1 - s.0) as u64).sum(), cut.len() as u64);
    Outcome { rows, skipped: merged(skipped), tables, cut_cells }
}

fn any_escapes() -> impl Strategy<Value = Escapes> {
    prop_oneof![Just(Escapes::Standard), Just(Escapes::MySql), Just(Escapes::C)]
}

/// Bits of statements, in an order that makes sense now and then.
fn soup() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "'",
        "''",
        "\\",
        "\\'",
        "\\\\",
        "\"",
        "`",
        "(",
        ")",
        ",",
        "),(",
        ");\n",
        ";",
        ";\n",
        "\n",
        " ",
        "\t",
        "\r\n",
        "--",
        "-- it's\n",
        "#",
        "/*",
        "*/",
        "/* ' */",
        "$",
        "$$",
        "$a$",
        "$a$ ; ' $a$",
        "E'",
        "E'\\''",
        "N'",
        "X'4142'",
        "x'ff'",
        "0x414",
        "0x4142",
        "_binary 'a'",
        "_utf8mb4'b'",
        "NULL",
        "null",
        "TRUE",
        "-1.5",
        "a",
        "é",
        "1",
        "\\N",
        "\\.",
        "\\.\n",
        "\\.\r\n",
        "\\x41\t\\101",
        "GO\n",
        "go",
        "ON CONFLICT DO NOTHING",
        "RETURNING a",
        "SELECT 1",
        "DELIMITER ;;\n",
        "DELIMITER ;\n",
        ";;",
        "DELIMITER //\n",
        "//",
        "CREATE TABLE t (a int, `b` text, PRIMARY KEY (a));\n",
        "CREATE TABLE s.u (\"c\" int, KEY k (c))",
        "COPY t FROM stdin;\n",
        "COPY s.u (c) FROM stdin;\n",
        "COPY t FROM stdin WITH CSV;\n",
        "1\tx\n",
        "2\t\\N\r\n",
        "3\t\\\\\t\\\t\n",
        "a\\\n",
        "\na\tb\tc\td\te\n",
        "INSERT ALL INTO",
        "INSERT INTO t SELECT 'a'",
        "INSERT INTO t VALUES ",
        "\nINSERT INTO t VALUES ",
        "INSERT INTO `t` (`a`,`b`) VALUES",
        "\nINSERT [dbo].[T] ([a]) VALUES (N'x')\n",
        "REPLACE INTO t VALUES",
        "\nSET IDENTITY_INSERT [T] ON\n",
        "CAST(N'2020' AS DateTime)",
        "TO_DATE('a','b')",
        "\u{feff}",
        "\\connect x\n",
        "                                                                        ",
        "INSERT",
        "insert into",
        "ARRAY['a','b']",
        "[",
        "]",
    ];
    let tuple = prop_oneof![
        Just("(1,'a',NULL)".to_string()),
        Just("('it''s', 'b\\'c')".to_string()),
        Just("(1, N'x''', -2.5, 'y', 'z')".to_string()),
        Just("('a),(b', '(', \"c\")".to_string()),
        Just("(CAST(N'1' AS Decimal(2, 1)), E'\\'', $$a'b$$)".to_string()),
        "\\('[a-z\\\\' ,()]{0,90}'\\)",
        "\\('[a-z]{0,70}','[a-z]{0,70}', '[a-z]{0,80}'\\)",
    ];
    let tuples = (tuple, 1usize..4).prop_map(|(tuple, n)| vec![tuple; n].join(","));
    let inserts = (tuples.clone(), 1usize..4).prop_map(|(tuples, n)| format!("INSERT INTO t VALUES {tuples};\n").repeat(n));
    let lines = proptest::collection::vec("[a-z\\\\\t]{0,40}", 0..6).prop_map(|l| format!("COPY t FROM stdin;\n{}\n\\.\n", l.join("\n")));
    let token = proptest::sample::select(TOKENS).prop_map(str::to_string);
    let part = prop_oneof![6 => token, 2 => tuples, 2 => inserts, 1 => lines];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn windows_do_not_matter(text in soup(), escapes in any_escapes(), sizes in proptest::collection::vec(1usize..700, 1..20)) {
        let expected = naive_outcome(text.as_bytes(), escapes, SMALL);
        let whole = read(text.as_bytes(), escapes, SMALL, || usize::MAX >> 1);
        prop_assert_eq!(&whole, &expected);
        let mut sizes = sizes.iter().cycle();
        let cut = read(text.as_bytes(), escapes, SMALL, || *sizes.next().unwrap());
        prop_assert_eq!(&cut, &expected);
    }

    #[test]
    fn pieces_and_limits_do_not_matter_to_what_is_whole(text in soup(), escapes in any_escapes()) {
        let bounds = Bounds { row_bytes: 1 << 20, ..SMALL };
        let expected = naive_outcome(text.as_bytes(), escapes, bounds);
        prop_assert_eq!(read(text.as_bytes(), escapes, bounds, || usize::MAX >> 1), expected);
    }

    /// Rows with many cells, of which a block of 64 bytes holds any number.
    #[test]
    fn lines_of_copy_are_read_by_the_block(lines in proptest::collection::vec("[a-z]{0,9}(\t{1,3}[a-z\t]{0,30}\r?|[a-z\t\\\\\r]{0,90}){0,3}", 0..12)) {
        let bounds = Bounds { row_bytes: 1 << 20, row_cells: 140, piece_bytes: 900, batch_rows: 3 };
        let text = format!("COPY t FROM stdin;\n{}\n\\.\n", lines.join("\n"));
        let expected = naive_outcome(text.as_bytes(), Escapes::Standard, bounds);
        prop_assert_eq!(read(text.as_bytes(), Escapes::Standard, bounds, || usize::MAX >> 1), expected);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, escapes in any_escapes(), begin in 0usize..4) {
        let begin = ["", "INSERT INTO t VALUES (", "COPY t FROM stdin;\n", "CREATE TABLE t ("][begin];
        let text = [begin.as_bytes(), &bytes].concat();
        read(&text, escapes, SMALL, || 50);
    }

    #[test]
    fn what_was_written_is_read(rows in proptest::collection::vec(proptest::collection::vec(any::<String>(), 1..4), 0..20), mysql: bool) {
        let quote = |cell: &String| {
            let cell = if mysql { cell.replace('\\', "\\\\") } else { cell.clone() };
            format!("'{}'", cell.replace('\'', "''"))
        };
        let line = |row: &Vec<String>| format!("({})", row.iter().map(quote).collect::<Vec<_>>().join(","));
        let text = format!("INSERT INTO t VALUES {};\n", rows.iter().map(line).collect::<Vec<_>>().join(",\n"));
        let escapes = if mysql { Escapes::MySql } else { Escapes::Standard };
        let outcome = read(text.as_bytes(), escapes, Bounds::default(), || 4096);
        let got: Vec<Vec<Vec<u8>>> = outcome.rows.into_iter().map(|row| row.cells).collect();
        let put: Vec<Vec<Vec<u8>>> = rows.into_iter().map(|row| row.into_iter().map(String::into_bytes).collect()).collect();
        prop_assert_eq!(got, put);
        prop_assert!(outcome.skipped.is_empty());
    }
}

/// A statement far longer than a piece, and a window that is full of space.
#[test]
fn long_things_are_used_bit_by_bit() {
    let text = format!("INSERT INTO t VALUES {};", vec!["(1,'abc')"; 1000].join(","));
    let outcome = read(text.as_bytes(), Escapes::MySql, SMALL, || 400);
    assert_eq!((outcome.rows.len(), outcome.skipped.len()), (1000, 0));
    for filler in [" ", "\n", "-- comment\n", "/* c */", "x ", ";", "'s' "] {
        for begin in ["", "INSERT INTO t VALUES ", "INSERT INTO t VALUES (1)", "SELECT "] {
            let text = format!("{begin}{}", filler.repeat(3000));
            let cut = SqlCutter::with_bounds(&dialect(Escapes::Standard), SMALL).cut(text.as_bytes(), false);
            assert!(cut.used > 0, "{begin}{filler}");
        }
    }
}
