//! Writers of the table as text, by the rules of each format and not by our reader's.

use crate::{COLUMNS, Row, blocks};

pub fn all(rows: &[Row]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("tabs.tsv", csv(rows, b'\t')),
        ("semicolons.csv", csv(rows, b';')),
        ("pipes.txt", csv(rows, b'|')),
        ("mysqldump.sql", mysql(rows, true)),
        ("phpmyadmin.sql", mysql(rows, false)),
        ("pg_dump.sql", copy(rows)),
        ("pg_inserts.sql", standard(rows, "public.members", true)),
        ("oracle.sql", oracle(rows)),
        ("sqlite.sql", sqlite(rows)),
        ("sql_server.sql", sql_server(rows)),
        ("lines.jsonl", json_lines(rows)),
        ("array.json", json_array(rows)),
        ("document.json", json_document(rows)),
        ("concatenated.json", json_concatenated(rows)),
        ("mongo.json", mongo(rows)),
        ("elastic.json", elastic(rows)),
    ]
    .into_iter()
    .chain(blocks::all(rows))
    .collect()
}

fn cells(row: &Row) -> impl Iterator<Item = Option<&str>> {
    row.iter().map(Option::as_deref)
}

pub fn csv(rows: &[Row], delimiter: u8) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    out.write_record(COLUMNS).unwrap();
    for row in rows {
        out.write_record(cells(row).map(Option::unwrap_or_default)).unwrap();
    }
    out.into_inner().unwrap()
}

/// A string as MySQL's own programs write it.
fn mysql_string(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => out += "\\'",
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\0' => out += "\\0",
            c => out.push(c),
        }
    }
    out + "'"
}

fn standard_string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn tuple(row: &Row, string: impl Fn(&str) -> String) -> String {
    let values = cells(row).enumerate().map(|(n, cell)| match cell {
        None => "NULL".to_string(),
        Some(number) if n == 0 => number.to_string(),
        Some(text) => string(text),
    });
    format!("({})", values.collect::<Vec<_>>().join(","))
}

/// With `extended`, a few statements of many rows and no column list, as mysqldump writes them; else one of a few rows, with one.
fn mysql(rows: &[Row], extended: bool) -> Vec<u8> {
    let mut out = String::from(
        "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n/*!40101 SET NAMES utf8mb4 */;\nDROP TABLE IF EXISTS `members`;\n\
         CREATE TABLE `members` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `email` varchar(255) DEFAULT NULL COMMENT 'it''s (a) comment, really',\n  \
         `phone` varchar(20) DEFAULT NULL,\n  `name` varchar(100) DEFAULT NULL,\n  `city` varchar(100) DEFAULT NULL,\n  `note` text,\n  \
         PRIMARY KEY (`id`),\n  KEY `email` (`email`)\n) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4;\n\
         LOCK TABLES `members` WRITE;\n/*!40000 ALTER TABLE `members` DISABLE KEYS */;\n",
    );
    let (list, each) = if extended { ("", 1000) } else { (" (`id`, `email`, `phone`, `name`, `city`, `note`)", 7) };
    for some in rows.chunks(each) {
        let tuples: Vec<String> = some.iter().map(|row| tuple(row, mysql_string)).collect();
        out += &format!("INSERT INTO `members`{list} VALUES {};\n", tuples.join(if extended { "," } else { ",\n" }));
    }
    (out + "/*!40000 ALTER TABLE `members` ENABLE KEYS */;\nUNLOCK TABLES;\n-- Dump completed\n").into_bytes()
}

/// All rows in one statement.
pub fn one_statement(rows: &[Row]) -> Vec<u8> {
    let tuples: Vec<String> = rows.iter().map(|row| tuple(row, mysql_string)).collect();
    let head = "-- MySQL dump 10.13\nCREATE TABLE `members` (`id` int, `email` text, `phone` text, `name` text, `city` text, `note` text) ENGINE=InnoDB;\n";
    format!("{head}INSERT INTO `members` VALUES {};\n", tuples.join(",")).into_bytes()
}

pub fn copy(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from(
        "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\
         CREATE TABLE public.members (\n    id integer NOT NULL,\n    email text,\n    phone text,\n    name text,\n    city text,\n    note text\n);\n\n\
         COPY public.members (id, email, phone, name, city, note) FROM stdin;\n",
    );
    for row in rows {
        let cells: Vec<String> = cells(row)
            .map(|cell| match cell {
                None => "\\N".to_string(),
                Some(text) => text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r"),
            })
            .collect();
        out += &(cells.join("\t") + "\n");
    }
    (out + "\\.\n\nALTER TABLE ONLY public.members ADD CONSTRAINT members_pkey PRIMARY KEY (id);\n").into_bytes()
}

fn standard(rows: &[Row], table: &str, list: bool) -> Vec<u8> {
    let list = if list { format!(" ({})", COLUMNS.join(", ")) } else { String::new() };
    let mut out = format!(
        "--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\nCREATE TABLE {table} (id integer, email text, phone text, name text, city text, note text);\n"
    );
    for row in rows {
        out += &format!("INSERT INTO {table}{list} VALUES {};\n", tuple(row, standard_string));
    }
    out.into_bytes()
}

fn oracle(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from("REM INSERTING into SHOP.MEMBERS\nSET DEFINE OFF;\n");
    for row in rows {
        out += &format!("Insert into SHOP.MEMBERS (ID,EMAIL,PHONE,NAME,CITY,NOTE) values {};\n", tuple(row, standard_string));
    }
    (out + "COMMIT;\n").into_bytes()
}

fn sqlite(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n\
         CREATE TABLE members(id INTEGER PRIMARY KEY, email TEXT, phone TEXT, name TEXT, \"city\" TEXT, note TEXT, CHECK (id >= 0));\n",
    );
    for row in rows {
        out += &format!("INSERT INTO members VALUES{};\n", tuple(row, standard_string));
    }
    (out + "COMMIT;\n").into_bytes()
}

pub fn sql_server(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from(
        "USE [shop]\nGO\nSET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[members](\n\t[id] [int] IDENTITY(1,1) NOT NULL,\n\t[email] [nvarchar](255) NULL,\n\t\
         [phone] [nvarchar](20) NULL,\n\t[name] [nvarchar](100) NULL,\n\t[city] [nvarchar](100) NULL,\n\t[note] [nvarchar](max) NULL\n) ON [PRIMARY]\nGO\n\
         SET IDENTITY_INSERT [dbo].[members] ON \nGO\n",
    );
    for (n, row) in rows.iter().enumerate() {
        let values = tuple(row, |text| format!("N{}", standard_string(text)));
        out += &format!("INSERT [dbo].[members] ([id], [email], [phone], [name], [city], [note]) VALUES {values}\n");
        if n % 100 == 99 {
            out += "GO\n";
        }
    }
    (out + "SET IDENTITY_INSERT [dbo].[members] OFF\nGO\n").into_bytes()
}

fn object(row: &Row) -> serde_json::Value {
    let value = |n: usize, cell: Option<&str>| match cell {
        None => serde_json::Value::Null,
        Some(number) if n == 0 => number.parse::<u64>().unwrap().into(),
        Some(text) => text.into(),
    };
    COLUMNS
        .iter()
        .zip(cells(row))
        .enumerate()
        .map(|(n, (name, cell))| (name.to_string(), value(n, cell)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn lines(values: impl Iterator<Item = serde_json::Value>) -> Vec<u8> {
    values.map(|v| v.to_string() + "\n").collect::<String>().into_bytes()
}

pub fn json_lines(rows: &[Row]) -> Vec<u8> {
    lines(rows.iter().map(object))
}

fn json_array(rows: &[Row]) -> Vec<u8> {
    serde_json::to_vec_pretty(&rows.iter().map(object).collect::<Vec<_>>()).unwrap()
}

/// Rows inside of a document whose other members hold none.
fn json_document(rows: &[Row]) -> Vec<u8> {
    let members: Vec<serde_json::Value> = rows.iter().map(object).collect();
    format!("{{\"members\": {}}}\n", serde_json::to_string(&members).unwrap()).into_bytes()
}

fn json_concatenated(rows: &[Row]) -> Vec<u8> {
    rows.iter().map(|row| object(row).to_string()).collect::<String>().into_bytes()
}

/// Extended JSON, with the names and cities one level down.
fn mongo(rows: &[Row]) -> Vec<u8> {
    lines(rows.iter().map(|row| {
        let mut o = object(row);
        o["_id"] =
            serde_json::json!({ "$oid": format!("{:024x}", 0x65_0000_0000u64 + row[0].as_deref().unwrap().parse::<u64>().unwrap()) });
        o["id"] = serde_json::json!({ "$numberLong": row[0] });
        o["created"] = serde_json::json!({ "$date": { "$numberLong": "1600000000000" } });
        o["profile"] = serde_json::json!({ "name": o["name"], "address": { "city": o["city"] } });
        o.as_object_mut().unwrap().retain(|k, _| k != "name" && k != "city");
        o
    }))
}

fn elastic(rows: &[Row]) -> Vec<u8> {
    lines(rows.iter().map(|row| serde_json::json!({ "_index": "members", "_id": row[0], "_score": 1.0, "_source": object(row) })))
}

/// UTF-16 and UTF-32, with a mark and without.
pub fn wide(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{feff}{text}");
    let sixteen = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let thirty_two = |text: &str, unit: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| unit(c as u32)).collect::<Vec<u8>>();
    vec![
        ("utf-16le-mark", sixteen(&marked, u16::to_le_bytes)),
        ("utf-16be-mark", sixteen(&marked, u16::to_be_bytes)),
        ("utf-16le", sixteen(text, u16::to_le_bytes)),
        ("utf-16be", sixteen(text, u16::to_be_bytes)),
        ("utf-32le-mark", thirty_two(&marked, u32::to_le_bytes)),
        ("utf-32be", thirty_two(text, u32::to_be_bytes)),
        ("utf-8-mark", marked.into_bytes()),
    ]
}
