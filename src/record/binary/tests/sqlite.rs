//! SQLite databases, beside what SQLite itself says of them.

use super::super::collected::{Collected, corpus, hurt};
use super::super::{Content, TableName, Visit, read};
use crate::ledger::Reason;
use crate::record::RowBatch;
use crate::{Error, Result};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

/// The bytes of the database that `statements` make.
fn database(statements: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().expect("memory");
    connection.execute_batch(statements).expect("sound SQL");
    connection.serialize("main").expect("memory").to_vec()
}

fn rows(seen: &Collected, table: &str) -> Vec<Vec<String>> {
    let table = seen.tables.iter().find(|t| t.name.name == table).expect("the table is there");
    table.rows.iter().map(|(_, cells)| cells.clone()).collect()
}

#[test]
fn chinook_has_the_rows_that_sqlite_counts() {
    let Some(bytes) = corpus("sql/chinook.sqlite") else { return };
    let seen = Collected::of(Content::Sqlite, &bytes);
    assert!(seen.skips.is_empty());
    let mut connection = Connection::open_in_memory().expect("memory");
    connection.deserialize_read_exact("main", &bytes[..], bytes.len(), true).expect("a database");
    let names: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .expect("names");
    assert_eq!(seen.tables.iter().map(|t| &t.name.name).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    for table in &seen.tables {
        let name = &table.name.name;
        let count: i64 = connection.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |r| r.get(0)).expect("a count");
        assert_eq!(table.rows.len() as i64, count, "{name}");
        assert!(table.rows.iter().enumerate().all(|(n, (number, cells))| n as u64 == *number && cells.len() == table.name.columns.len()));
        // The twin: every cell as SQLite writes it.
        let cells: Vec<String> = table.name.columns.iter().map(|c| format!("coalesce(CAST(\"{c}\" AS TEXT), '')")).collect();
        let mut statement = connection.prepare(&format!("SELECT {} FROM \"{name}\" NOT INDEXED", cells.join(", "))).expect("sound SQL");
        let twin: Vec<Vec<String>> =
            statement.query_map([], |row| (0..cells.len()).map(|c| row.get(c)).collect()).and_then(Iterator::collect).expect("rows");
        assert_eq!(rows(&seen, name), twin, "{name}");
    }
    assert_eq!(rows(&seen, "Customer").len(), 59);
    assert_eq!(rows(&seen, "Employee").len(), 8);
    assert!(seen.tables.iter().any(|t| t.name.columns.iter().any(|c| c == "Email")));
}

#[test]
fn values_have_one_form() {
    let bytes = database(
        "CREATE TABLE v (n INTEGER, r REAL, t TEXT, b BLOB, any);
         INSERT INTO v VALUES (9007199254740993, 62812345678, 'a' || char(10) || 'b', x'68c3a9', NULL), (-1, 1e300, CAST(x'ff41' AS TEXT), x'00ff', 0.1);",
    );
    let seen = Collected::of(Content::Sqlite, &bytes);
    assert_eq!(rows(&seen, "v"), [["9007199254740993", "62812345678.0", "a\nb", "hé", ""], ["-1", "1.0e+300", "\\xffA", "00ff", "0.1"]]);
    assert_eq!(seen.tables[0].name.columns, ["n", "r", "t", "b", "any"]);
}

#[test]
fn names_are_names_whatever_they_hold() {
    let name = "a\"; DROP TABLE x; --' é\n";
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    let bytes = database(&format!(
        "CREATE TABLE {quoted} ({quoted} TEXT, \"select\" TEXT, \"\" TEXT); INSERT INTO {quoted} VALUES ('1', '2', '3');
         CREATE TABLE pragma_table_xinfo (name); INSERT INTO pragma_table_xinfo VALUES ('x');
         CREATE TABLE sqlitelike (x); INSERT INTO sqlitelike VALUES (5);"
    ));
    let seen = Collected::of(Content::Sqlite, &bytes);
    assert!(seen.skips.is_empty());
    assert_eq!(seen.tables.len(), 3);
    assert_eq!(seen.tables[0].name, TableName { name: name.to_string(), columns: vec![name.into(), "select".into(), String::new()] });
    assert_eq!(rows(&seen, name), [["1", "2", "3"]]);
    assert_eq!(rows(&seen, "pragma_table_xinfo"), [["x"]]);
}

#[test]
fn all_kinds_of_tables() {
    let bytes = database(
        "CREATE TABLE keyed (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
         INSERT INTO keyed VALUES ('b', '2'), ('a', '1');
         CREATE TABLE computed (a TEXT, up AS (upper(a)), kept AS (a || '!') STORED);
         INSERT INTO computed VALUES ('x');
         CREATE VIRTUAL TABLE search USING fts5(body);
         INSERT INTO search VALUES ('hello world');
         CREATE VIRTUAL TABLE bare USING dbstat;
         CREATE VIEW looked_at AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
         CREATE INDEX covering ON keyed (v, k);
         CREATE TABLE sequence (i INTEGER PRIMARY KEY AUTOINCREMENT, t);
         INSERT INTO sequence (t) VALUES ('one');",
    );
    let seen = Collected::of(Content::Sqlite, &bytes);
    assert_eq!(rows(&seen, "keyed"), [["a", "1"], ["b", "2"]]);
    assert_eq!(rows(&seen, "computed"), [["x", "x!"]]);
    assert_eq!(rows(&seen, "search_content"), [["1", "hello world"]]);
    assert_eq!(rows(&seen, "sequence"), [["1", "one"]]);
    assert_eq!(rows(&seen, "sqlite_sequence"), [["sequence", "1"]]);
    assert!(!seen.tables.iter().any(|t| ["bare", "search", "looked_at"].contains(&t.name.name.as_str())));
    // The one without tables of its own.
    assert_eq!(seen.reasons(), [Reason::UnsupportedFormat]);
    assert!(!seen.skips[0].what.contains("bare"));
}

#[test]
fn a_database_with_a_write_ahead_log_is_read_without_it() {
    let mut bytes = database("CREATE TABLE t (x); INSERT INTO t VALUES (1);");
    bytes[18..20].fill(2);
    let seen = Collected::of(Content::Sqlite, &bytes);
    assert!(seen.skips.is_empty());
    assert_eq!(rows(&seen, "t"), [["1"]]);
}

#[test]
fn rows_before_the_damage_are_kept() {
    let mut bytes = database(
        "PRAGMA page_size = 512;
         CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT 'row ' || i FROM n;
         CREATE TABLE u (x); INSERT INTO u VALUES ('whole');",
    );
    let at = memchr::memmem::find(&bytes, b"row 4000").expect("the row") / 512 * 512;
    bytes[at..at + 512].fill(0xff);
    let seen = Collected::of(Content::Sqlite, &bytes);
    let kept = rows(&seen, "t");
    assert!((3000..4000).contains(&kept.len()), "{}", kept.len());
    assert!(kept.iter().enumerate().all(|(n, row)| row[..] == [format!("row {}", n + 1)]));
    assert_eq!(rows(&seen, "u"), [["whole"]]);
    assert_eq!(seen.reasons(), [Reason::Damaged]);
    assert_eq!(seen.skips[0].what, "table number 1");
}

#[test]
fn pages_that_lead_in_a_circle_end() {
    let mut bytes = database(
        "PRAGMA page_size = 512;
         CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT 'row ' || i FROM n;",
    );
    // The children of every inner page become its first child.
    let pages = bytes.len() / 512;
    for page in 1..pages {
        let at = page * 512;
        if bytes[at] != 5 {
            continue;
        }
        let cells = u16::from_be_bytes([bytes[at + 3], bytes[at + 4]]) as usize;
        let place = |bytes: &[u8], n: usize| at + u16::from_be_bytes([bytes[at + 12 + 2 * n], bytes[at + 13 + 2 * n]]) as usize;
        let first: [u8; 4] = bytes[place(&bytes, 0)..][..4].try_into().expect("four bytes");
        for n in 0..cells {
            let to = place(&bytes, n);
            bytes[to..to + 4].copy_from_slice(&first);
        }
        bytes[at + 8..at + 12].copy_from_slice(&first);
    }
    let seen = Collected::of(Content::Sqlite, &bytes);
    assert!(seen.rows().len() <= bytes.len() + 1);
}

#[test]
fn hurt_databases_are_told() {
    let sound = database(
        "PRAGMA page_size = 512; CREATE TABLE t (x, y); CREATE TABLE k (a PRIMARY KEY, b) WITHOUT ROWID;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO t SELECT 'row ' || i, i FROM n;
         INSERT INTO k SELECT x, y FROM t;",
    );
    for (n, bytes) in hurt(&sound, 400).enumerate() {
        let seen = Collected::of(Content::Sqlite, &bytes);
        assert!(seen.rows().len() <= 2 * bytes.len() + 2);
        // Cut off: something is missing, and that is told.
        assert!(n >= 16 || !seen.skips.is_empty(), "cut at {n} sixteenths");
        assert!(seen.skips.iter().all(|s| !s.what.contains("row ") && s.advice.as_ref().is_none_or(|a| !a.contains("row "))));
    }
}

#[test]
fn a_visitors_error_ends_the_reading() {
    struct Refuses(usize);
    impl Visit for Refuses {
        fn table(&mut self, _: &TableName) -> Result<()> {
            Ok(())
        }
        fn rows(&mut self, _: RowBatch<'static>) -> Result<()> {
            self.0 += 1;
            Err(Error::interrupted())
        }
        fn skipped(&mut self, _: &str, _: Reason, _: u64, _: Option<String>) -> Result<()> {
            Ok(())
        }
    }
    let bytes = database("CREATE TABLE t (x); INSERT INTO t VALUES (1); CREATE TABLE u (x); INSERT INTO u VALUES (1);");
    let mut refuses = Refuses(0);
    assert_eq!(read(Content::Sqlite, &bytes, &mut refuses), Err(Error::interrupted()));
    assert_eq!(refuses.0, 1);
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Integer),
        prop::num::f64::NORMAL.prop_map(Value::Real),
        ".{0,12}".prop_filter("no text goes on behind a zero", |t: &String| !t.contains('\0')).prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..12).prop_map(Value::Blob),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_values_are_those_that_sqlite_writes(values in prop::collection::vec((value(), value()), 0..40)) {
        let mut connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE t (a, b)").expect("sound SQL");
        for (a, b) in &values {
            connection.execute("INSERT INTO t VALUES (?1, ?2)", (a, b)).expect("a row");
        }
        let twin: Vec<Vec<String>> = connection
            .prepare("SELECT a, b, CAST(a AS TEXT), CAST(b AS TEXT) FROM t")
            .and_then(|mut s| {
                let cell = |row: &rusqlite::Row<'_>, c: usize| -> rusqlite::Result<String> {
                    Ok(match row.get(c)? {
                        Value::Null => String::new(),
                        Value::Blob(blob) => {
                            String::from_utf8(blob).unwrap_or_else(|e| e.as_bytes().iter().map(|b| format!("{b:02x}")).collect())
                        }
                        _ => row.get(c + 2)?,
                    })
                };
                s.query_map([], |row| Ok(vec![cell(row, 0)?, cell(row, 1)?]))?.collect()
            })
            .expect("rows");
        let bytes = connection.serialize("main").expect("memory").to_vec();
        prop_assert_eq!(rows(&Collected::of(Content::Sqlite, &bytes), "t"), twin);
    }
}
