//! Small dumps, each with what is to be read of it.

use super::{Bounds, Escapes, Outcome, Row, read, read_whole, rows_of};
use crate::ledger::Reason;
use crate::record::sql::{SqlDialect, is_sql};

/// The cells of one row of one table, read with these escapes.
fn values(escapes: Escapes, tuple: &str) -> Vec<String> {
    let text = format!("INSERT INTO t VALUES ({tuple});\n");
    let outcome = read(text.as_bytes(), escapes, Bounds::default(), || usize::MAX >> 1);
    assert_eq!((outcome.rows.len(), outcome.skipped.len()), (1, 0), "{tuple}");
    outcome.rows[0].cells.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect()
}

#[test]
fn values_become_cells() {
    use Escapes::{C, MySql, Standard};
    for (escapes, value, cell) in [
        (Standard, "NULL", ""),
        (Standard, " null ", ""),
        (Standard, "DEFAULT", ""),
        (Standard, "TRUE", "TRUE"),
        (Standard, "''", ""),
        (Standard, "-1.50e3", "-1.50e3"),
        (Standard, " 12 ", "12"),
        (Standard, "'a'", "a"),
        (Standard, "'it''s'", "it's"),
        (Standard, r"'a\'", r"a\"),
        (MySql, r"'a\'b\\\n\Z\%\0\x'", "a'b\\\n\u{1a}\\%\0x"),
        (MySql, r#""a\"b""#, "a\"b"),
        (C, r"'a\'\x41\101\u0041\n'", "a'AAA\n"),
        (Standard, r"E'a\'b\t'", "a'b\t"),
        (Standard, r"'\n'", r"\n"),
        (Standard, "N'ä'", "ä"),
        (Standard, "n'a'", "a"),
        (MySql, "_binary 'ab'", "ab"),
        (MySql, "_utf8mb4'a\\'b'", "a'b"),
        (MySql, "_binary 0x6162", "ab"),
        (MySql, "0x616240632E6465", "ab@c.de"),
        (Standard, "X'6162'", "ab"),
        (Standard, "x'00ff'", "00ff"),
        (Standard, "0xC3", "C3"),
        (Standard, "0x", ""),
        (MySql, "b'0101'", "0101"),
        (Standard, "$$a'b$$", "a'b"),
        (Standard, "$x$a$$b$x$", "a$$b"),
        (Standard, "'x'::text", "x"),
        (Standard, "DATE '2020-01-01'", "2020-01-01"),
        (Standard, "CAST(N'2020-01-01' AS DateTime)", "2020-01-01"),
        (Standard, "CAST(N'2.50' AS Decimal(18, 2))", "2.50"),
        (Standard, "CAST(0x0000A3D2 AS DateTime)", "0000A3D2"),
        (Standard, "CONVERT(datetime2(7), N'2020', 120)", "2020"),
        (MySql, "CONVERT('a' USING utf8)", "a"),
        (Standard, "TO_DATE('2020-01-01','YYYY-MM-DD')", "2020-01-01"),
        (Standard, "to_timestamp(' 1', 'f', 'NLS=G')", " 1"),
        (Standard, "HEXTORAW('6162')", "ab"),
        (Standard, "concat('a','b')", "concat('a','b')"),
        (Standard, "upper('a')", "a"),
        (Standard, "now()", "now()"),
        (Standard, "1 + 2", "1 + 2"),
        (Standard, "'a' || 'b'", "'a' || 'b'"),
        (Standard, "(5)", "5"),
        (Standard, "/* ' */ 'a' -- b\n", "a"),
        (MySql, "'a' # it's\n", "a"),
        (Standard, r"replace('a\nb''c','\n',char(10))", "a\nb'c"),
        (Standard, r"replace(replace('a\r\nb','\r',char(13)),'\n',char(10))", "a\r\nb"),
        (Standard, r"unistr('a\u000ab')", "a\nb"),
        (Standard, "ARRAY['a','b']", "ARRAY['a','b']"),
        (Standard, "", ""),
    ] {
        assert_eq!(values(escapes, value), [cell], "{value}");
        assert_eq!(values(escapes, &format!("1,{value},'z'")), ["1", cell, "z"], "{value}");
    }
}

/// All rows of a dump as `table(columns): cell|cell`.
fn lines(outcome: &Outcome) -> Vec<String> {
    let line = |row: &Row| {
        let (table, cells) = (&outcome.tables[row.table], row.cells.iter().map(|c| String::from_utf8_lossy(c)).collect::<Vec<_>>());
        format!("{}({}): {}", table.name, table.columns.join(","), cells.join("|"))
    };
    outcome.rows.iter().map(line).collect()
}

#[test]
fn statements_of_all_dialects() {
    for (text, expected) in [
        (
            "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `u` (\n  `id` int(11) NOT NULL COMMENT 'it''s, (x)',\n  `mail` varchar(9),\n  \
             PRIMARY KEY (`id`),\n  KEY `k` (`mail`),\n  CONSTRAINT `c` CHECK (`id` > 0)\n) ENGINE=InnoDB;\nLOCK TABLES `u` WRITE;\n\
             INSERT INTO `u` VALUES (1,'a@b\\'c'),(2,NULL);\nINSERT IGNORE INTO `u` (`mail`) VALUES ('x');\nREPLACE INTO `db`.`u` VALUES (3,'y');\n\
             DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN\n  INSERT INTO log VALUES (NEW.id);\nEND ;;\nDELIMITER ;\n\
             INSERT INTO u VALUES (4,'z') ON DUPLICATE KEY UPDATE mail=VALUES(mail);\n",
            vec!["u(id,mail): 1|a@b'c", "u(id,mail): 2|", "u(mail): x", "db.u(id,mail): 3|y", "u(id,mail): 4|z"],
        ),
        (
            "--\n-- PostgreSQL database dump\n--\nCREATE FUNCTION f() RETURNS void AS $_$\nINSERT INTO no VALUES (1);\n$_$ LANGUAGE sql;\n\
             CREATE TABLE public.u (id integer, \"Mail\" text DEFAULT 'a,b'::text);\nCOPY public.u FROM stdin;\n1\ta\\tb\n2\t\\N\n\\.\n\n\
             COPY public.e (id) FROM stdin;\n\\.\nINSERT INTO public.u VALUES (3, 'c\\') ON CONFLICT DO NOTHING;\nINSERT INTO public.u VALUES (4, E'\\'d');\n",
            vec!["public.u(id,Mail): 1|a\tb", "public.u(id,Mail): 2|", "public.u(id,Mail): 3|c\\", "public.u(id,Mail): 4|'d"],
        ),
        (
            "USE [db]\r\nGO\r\nCREATE TABLE [dbo].[T](\r\n\t[a b] [int] NOT NULL,\r\n\t[c]]d] [nvarchar](50)\r\n) ON [PRIMARY]\r\nGO\r\n\
             SET IDENTITY_INSERT [dbo].[T] ON \r\nGO\r\nINSERT [dbo].[T] ([a b], [c]]d]) VALUES (1, N'x')\r\nGO\r\nINSERT [dbo].[T] ([a b], [c]]d]) VALUES (2, NULL)\r\n\
             INSERT [dbo].[T] ([a b], [c]]d]) VALUES (3, N'it''s')\r\nINSERT [dbo].[T] VALUES (4, N'y')\r\nSET IDENTITY_INSERT [dbo].[T] OFF\r\nGO\r\nINSERT T VALUES (5, '')\r\n",
            vec!["dbo.T(a b,c]d): 1|x", "dbo.T(a b,c]d): 2|", "dbo.T(a b,c]d): 3|it's", "dbo.T(a b,c]d): 4|y", "T(a b,c]d): 5|"],
        ),
        (
            "REM INSERTING into HR.E, it's\nSET DEFINE OFF;\nInsert into HR.E (ID,D) values (1,to_date('2020','RR'));\nInsert into HR.E (ID,D) values (2,null);\n/\ncommit;\n",
            vec!["HR.E(ID,D): 1|2020", "HR.E(ID,D): 2|"],
        ),
        (
            "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE IF NOT EXISTS \"t\" (key TEXT, 'b' BLOB, UNIQUE (key));\nINSERT INTO \"t\" VALUES('k',X'00FF');\n\
             INSERT INTO t VALUES('l\nINSERT INTO t VALUES(1)',NULL);\nCOMMIT;\n",
            vec!["t(key,b): k|00FF", "t(key,b): l\nINSERT INTO t VALUES(1)|"],
        ),
        ("INSERT INTO t(a)VALUES(1);INSERT INTO t(a)VALUES(2) INSERT INTO t (b) VALUES (3);", vec!["t(a): 1", "t(a): 2", "t(b): 3"]),
        ("\u{feff}insert into t values\n(1), -- it's\n(2) /* ) */ ,\n(3)", vec!["t(): 1", "t(): 2", "t(): 3"]),
    ] {
        let outcome = read_whole(text.as_bytes());
        assert_eq!(lines(&outcome), expected);
        assert_eq!(outcome.skipped, [], "{text}");
    }
}

#[test]
fn what_makes_no_sense_costs_little() {
    use Reason::{Damaged, RowTooLong, UnsupportedFormat};
    let small = Bounds { row_bytes: 100, row_cells: 4, piece_bytes: 50, batch_rows: 3 };
    let long = format!("(2,'{}')", "x".repeat(300));
    for (text, kept, skipped) in [
        ("INSERT INTO t VALUES (1,'a'),(2,'O'Brien'),(3,'c');\n".to_string(), "13", vec![(29, 43, Damaged)]),
        ("INSERT INTO t VALUES (1,'a),\n(2,'b'),(3,'c');\n".to_string(), "23", vec![(21, 29, Damaged)]),
        ("INSERT INTO t VALUES (1,'a';\nINSERT INTO t VALUES (2,'b');\n".to_string(), "2", vec![(21, 29, Damaged)]),
        ("INSERT INTO t VALUES (1,'a'),(2,'b".to_string(), "1", vec![(29, 34, Damaged)]),
        (format!("INSERT INTO t VALUES (1,'a'),{long},(3,'c');\n"), "13", vec![(29, 336, RowTooLong)]),
        ("INSERT INTO t SELECT 1, 'a';\nINSERT INTO t VALUES (2,'b');\n".to_string(), "2", vec![(0, 29, UnsupportedFormat)]),
        (
            "INSERT ALL INTO t VALUES (1,'a') SELECT 1 FROM dual;\nINSERT INTO t VALUES (2,'b');\n".to_string(),
            "2",
            vec![(0, 53, UnsupportedFormat)],
        ),
        ("COPY t FROM stdin WITH CSV;\n1,2\n\\.\nINSERT INTO t VALUES (2,'b');\n".to_string(), "2", vec![(0, 35, UnsupportedFormat)]),
        ("COPY t FROM stdin;\n1\ta\n2\tb".to_string(), "1", vec![(23, 26, Damaged)]),
        (format!("COPY t FROM stdin;\n1\ta\n2{}\n3\tc\n\\.\n", "x".repeat(200)), "13", vec![(23, 225, RowTooLong)]),
        ("SELECT 'it's';\nINSERT INTO t VALUES (2,'b');\n".to_string(), "2", vec![(12, 15, Damaged)]),
        ("INSERT INTO t VALUES (1,'a')x,(2,'b'),(3,'c');\n".to_string(), "13", vec![(28, 38, Damaged)]),
    ] {
        let outcome = read(text.as_bytes(), Escapes::Standard, small, || usize::MAX >> 1);
        let firsts: String = outcome.rows.iter().map(|row| String::from_utf8_lossy(&row.cells[0]).into_owned()).collect();
        assert_eq!((firsts.as_str(), &outcome.skipped), (kept, &skipped), "{text}");
    }
    let outcome = read(b"INSERT INTO t VALUES (1,2,3,4,5,6),(7);", Escapes::Standard, small, || 9999);
    assert_eq!((outcome.rows[0].cells.len(), outcome.rows[1].cells.len(), outcome.cut_cells), (4, 1, (4, 1)));
    let outcome = read(b"COPY t FROM stdin;\n1\t2\t3\t4\t5\t6\n7\n\\.\n", Escapes::Standard, small, || 9999);
    assert_eq!((outcome.rows[0].cells.len(), outcome.rows[1].cells.len(), outcome.cut_cells), (4, 1, (3, 1)));
}

#[test]
fn bytes_that_are_not_utf8_are_kept() {
    let outcome = read_whole(b"INSERT INTO t VALUES ('\xff\xe9''x', N'\xfe');");
    assert_eq!(outcome.rows[0].cells, [&b"\xff\xe9'x"[..], b"\xfe"]);
    assert_eq!(rows_of(&outcome, "t").len(), 1);
}

#[test]
fn dialects_are_decided_from_evidence() {
    for (head, escapes) in [
        ("-- MySQL dump 10.13  Distrib 8.0\n", Escapes::MySql),
        ("/*M!999999\\- enable the sandbox mode */\n", Escapes::MySql),
        ("INSERT INTO `t` VALUES (1);", Escapes::MySql),
        ("CREATE TABLE t (a int) ENGINE=MyISAM;", Escapes::MySql),
        ("INSERT INTO t VALUES (1,'O\\'Brien');", Escapes::MySql),
        ("INSERT INTO t VALUES (1,'C:\\');", Escapes::Standard),
        ("--\n-- PostgreSQL database dump\n--\n", Escapes::Standard),
        ("PRAGMA foreign_keys=OFF;\nCREATE TABLE `t` (a);", Escapes::Standard),
        ("SET standard_conforming_strings = off;\n", Escapes::C),
        ("INSERT [dbo].[t] VALUES (N'`')", Escapes::Standard),
        ("", Escapes::Standard),
    ] {
        let decided = SqlDialect::decide(head.as_bytes());
        assert_eq!(decided.escapes, escapes, "{head}: {}", decided.evidence);
        assert!(!decided.evidence.is_empty());
        assert_eq!(serde_json::from_str::<SqlDialect>(&serde_json::to_string(&decided).unwrap()).unwrap(), decided);
    }
}

#[test]
fn sql_is_told_from_other_texts() {
    for sql in [
        "-- dump\nDROP TABLE IF EXISTS `users`;\n",
        "\u{feff}insert into users values (1);",
        "--\nCOPY public.customer (id) FROM stdin;\n1\n",
        "Leaked by somebody!\n\nINSERT INTO `a b` (`x`) VALUES\n(1)",
        "-- MySQL dump 10.13",
        "SET IDENTITY_INSERT [dbo].[T] ON",
        "PRAGMA foreign_keys=OFF;",
        "CREATE TABLE a (b int, c text);",
        "LOCK TABLES `a` WRITE;",
        "CREATE DATABASE x;\nGO\n",
        "INSERT [dbo].[T] VALUES (1)",
        "  INSERT ALL INTO t VALUES (1)",
    ] {
        assert!(is_sql(sql.as_bytes()), "{sql}");
    }
    for other in [
        "id,name\n1,x\n",
        "note\nplease insert into the list\n",
        "copy,from\n",
        "insert into the list of values\n",
        "create table tennis\n1\n",
        "drop table salt\nthen go on\n",
        "query,count\n\"INSERT INTO t VALUES (1)\",3\n",
        "",
        "insert\ninto\n",
        "{\"a\":\"INSERT INTO t VALUES (1)\"}",
        "copy that from stdin maybe\n",
    ] {
        assert!(!is_sql(other.as_bytes()), "{other}");
    }
}
