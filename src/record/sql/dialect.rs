//! Which escapes a dump's strings have: the one thing that cannot be told from the statement at hand.

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// Bytes at the beginning that are looked at.
const LOOKED_AT: usize = 64 << 10;

/// What a backslash means inside `'…'`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escapes {
    /// Nothing, as in standard SQL; only `E'…'` has escapes, those of C.
    #[default]
    Standard,
    /// An escape as MySQL has them. With it come that program's other signs: `#` begins a comment, `"…"` is a string, `$` is a letter.
    MySql,
    /// An escape as C has them: PostgreSQL with `standard_conforming_strings = off`.
    C,
}

impl Escapes {
    /// Whether a plain string has escapes.
    pub(super) fn backslash(self) -> bool {
        self != Escapes::Standard
    }

    /// Whether the text follows MySQL's rules.
    pub(super) fn mysql(self) -> bool {
        self == Escapes::MySql
    }
}

/// How a dump's text is to be read, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlDialect {
    /// What a backslash means.
    pub escapes: Escapes,
    /// What that was decided on, in words; holds nothing of the dump.
    pub evidence: String,
}

/// Texts that programs write before their first row. The first one that occurs decides.
const CERTAIN: [(&str, Escapes, &str); 18] = [
    ("-- MySQL dump", Escapes::MySql, "mysqldump's first line"),
    ("-- MariaDB dump", Escapes::MySql, "mariadb-dump's first line"),
    ("-- phpMyAdmin SQL Dump", Escapes::MySql, "phpMyAdmin's first line"),
    ("/*M!", Escapes::MySql, "a conditional comment of MariaDB"),
    ("/*!", Escapes::MySql, "a conditional comment of MySQL"),
    ("-- PostgreSQL database dump", Escapes::Standard, "pg_dump's first line"),
    ("standard_conforming_strings", Escapes::Standard, "a setting of PostgreSQL"),
    ("pg_catalog.", Escapes::Standard, "a catalogue of PostgreSQL"),
    (" FROM stdin", Escapes::Standard, "COPY of PostgreSQL"),
    ("PRAGMA foreign_keys", Escapes::Standard, "a pragma of SQLite"),
    ("BEGIN TRANSACTION;", Escapes::Standard, "a transaction as SQLite and SQL Server begin it"),
    ("INSERT INTO sqlite_sequence", Escapes::Standard, "a table of SQLite"),
    ("SET IDENTITY_INSERT", Escapes::Standard, "a setting of SQL Server"),
    ("[dbo].", Escapes::Standard, "names in brackets as SQL Server writes them"),
    ("\nGO\n", Escapes::Standard, "batches as SQL Server writes them"),
    ("\nGO\r\n", Escapes::Standard, "batches as SQL Server writes them"),
    ("VARCHAR2(", Escapes::Standard, "a type of Oracle"),
    ("SET DEFINE OFF", Escapes::Standard, "a setting of Oracle's client"),
];

/// Texts that are usual for MySQL and elsewhere rare, looked for where nothing is certain.
const LIKELY: [(&str, &str); 4] = [
    ("ENGINE=", "a storage engine as MySQL has them"),
    ("AUTO_INCREMENT", "a column attribute of MySQL"),
    ("UNLOCK TABLES", "a statement of MySQL"),
    ("`", "names in backticks as MySQL writes them"),
];

impl SqlDialect {
    /// Decides from the head of a text; more than its first 64 KiB are not looked at.
    #[must_use]
    pub fn decide(head: &[u8]) -> SqlDialect {
        let head = &head[..head.len().min(LOOKED_AT)];
        let (escapes, evidence) = decided(head);
        SqlDialect { escapes, evidence: evidence.to_string() }
    }
}

fn decided(head: &[u8]) -> (Escapes, &'static str) {
    let place = |mark: &str| memmem::find(head, mark.as_bytes());
    let certain = CERTAIN.iter().filter_map(|mark| place(mark.0).map(|at| (at, mark))).min_by_key(|found| found.0);
    if let Some((_, &(_, escapes, evidence))) = certain {
        let off = ["standard_conforming_strings = off", "standard_conforming_strings=off"];
        if escapes == Escapes::Standard && off.iter().any(|setting| place(setting).is_some()) {
            return (Escapes::C, "PostgreSQL's standard_conforming_strings = off");
        }
        return (escapes, evidence);
    }
    if let Some((_, evidence)) = LIKELY.iter().find(|(mark, _)| place(mark).is_some()) {
        return (Escapes::MySql, evidence);
    }
    if quotes_in_words(head) {
        return (Escapes::MySql, "quotes with a backslash before them inside of words");
    }
    (Escapes::Standard, "nothing that says otherwise: the rules of standard SQL")
}

/// Whether `\'` stands between letters: a string cannot end there, so the backslash must be an escape.
fn quotes_in_words(head: &[u8]) -> bool {
    memmem::find_iter(head, b"\\'").any(|at| {
        let letter = |at: Option<usize>| at.and_then(|at| head.get(at)).is_some_and(u8::is_ascii_alphabetic);
        letter(at.checked_sub(1)) && letter(Some(at + 2))
    })
}
