//! SQLite databases. The bytes are copied into memory and opened there read-only, so that nothing can be written beside the file and the
//! file's own journal is never played back. All rows that the tables hold are read in the order of their b-tree; views, triggers and the
//! expressions of virtual generated columns, which compute from what the tables hold, are never run.

use super::filling::Filling;
use super::guard::{Fault, guarded};
use super::values::{push_bytes, push_display};
use super::{TableName, Visit};
use crate::ledger::Reason;
use crate::{Result, limits};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::io::Read;

/// Bytes of the header's two words that say how the file was written: by a rollback journal (1) or a write-ahead log (2).
const JOURNAL_AT: usize = 18;

/// One table of the schema.
struct Table {
    name: String,
    /// Where it lies: 0 for one that a module makes up.
    root: i64,
}

/// Reads the database `bytes`.
pub(super) fn read(bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let all = bytes.len() as u64;
    let opened = if all > limits::DATABASE_BYTES { Err(Fault::TooLarge) } else { guarded(|| open(bytes)) };
    let (connection, tables) = match opened {
        Ok(opened) => opened,
        Err(fault) => {
            let (reason, advice) = fault.reason();
            return visit.skipped("the database", reason, all, advice);
        }
    };
    for (number, table) in tables.iter().enumerate() {
        let what = format!("table number {}", number + 1);
        if table.root == 0 {
            // Its rows, where the file has any, lie in ordinary tables that are named after it.
            let rows_of = format!("{}_", table.name);
            if !tables.iter().any(|t| t.root != 0 && t.name.starts_with(&rows_of)) {
                let advice = "it is a virtual table: export it as CSV with the program that made it".to_string();
                visit.skipped(&what, Reason::UnsupportedFormat, 0, Some(advice))?;
            }
            continue;
        }
        read_table(&connection, table, &what, all, visit)?;
    }
    Ok(())
}

/// Opens a copy of the database, with nothing allowed that reading tables does not need, and lists its tables.
fn open(bytes: &[u8]) -> std::result::Result<(Connection, Vec<Table>), Fault> {
    let opened = || -> rusqlite::Result<(Connection, Vec<Table>)> {
        let mut connection = Connection::open_in_memory()?;
        for (what, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        ] {
            connection.set_db_config(what, on)?;
        }
        connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, limits::SQL_BYTES as i32)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.set_limit(Limit::SQLITE_LIMIT_WORKER_THREADS, 0)?;
        // A database in memory has no write-ahead log: as the file stands it is read without one.
        let mut head = bytes[..bytes.len().min(JOURNAL_AT + 2)].to_vec();
        head.iter_mut().skip(JOURNAL_AT).filter(|b| **b == 2).for_each(|b| *b = 1);
        let whole = head.as_slice().chain(&bytes[head.len()..]);
        connection.deserialize_read_exact("main", whole, bytes.len(), true)?;
        let tables = {
            let mut statement = connection.prepare("SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table' ORDER BY rowid")?;
            let row = |row: &Row<'_>| Ok(Table { name: row.get(0)?, root: row.get::<_, Option<i64>>(1)?.unwrap_or(0) });
            statement.query_map([], row)?.collect::<rusqlite::Result<Vec<Table>>>()?
        };
        Ok((connection, tables))
    };
    opened().map_err(fault)
}

/// An error of SQLite in our words.
fn fault(error: rusqlite::Error) -> Fault {
    use rusqlite::ErrorCode::{NotADatabase, OutOfMemory, TooBig};
    match error.sqlite_error_code() {
        // An encrypted database has no header that could be told from noise, and is not taken for one before it comes here.
        Some(OutOfMemory | TooBig) => Fault::TooLarge,
        Some(NotADatabase) | Some(_) | None => Fault::Damaged,
    }
}

/// Reads the rows of one table. `most` bounds its rows: there are not more of them than the file has bytes, unless its pages lead in a circle.
fn read_table(connection: &Connection, table: &Table, what: &str, most: u64, visit: &mut dyn Visit) -> Result<()> {
    let columns = match guarded(|| columns(connection, &table.name).map_err(fault)) {
        Ok(columns) => columns,
        Err(fault) => {
            visit.table(&TableName { name: table.name.clone(), columns: Vec::new() })?;
            return skip(fault, what, visit);
        }
    };
    visit.table(&TableName { name: table.name.clone(), columns: columns.clone() })?;
    let query = select(&table.name, &columns);
    let mut statement = match guarded(|| connection.prepare(&query).map_err(fault)) {
        Ok(statement) => statement,
        Err(fault) => return skip(fault, what, visit),
    };
    let mut rows = match guarded(|| statement.query([]).map_err(fault)) {
        Ok(rows) => rows,
        Err(fault) => return skip(fault, what, visit),
    };
    let (mut filling, mut number) = (Filling::new(), 0);
    let ended = loop {
        let filled = guarded(|| {
            while filling.fits(number) {
                if number > most {
                    return Err(Fault::Damaged);
                }
                let Some(row) = rows.next().map_err(fault)? else {
                    return Ok(false);
                };
                filling.begin_row(number);
                push_row(row, columns.len(), &mut filling);
                filling.end_row();
                number += 1;
            }
            Ok(true)
        });
        match filled {
            Ok(true) => filling.hand_over(visit)?,
            Ok(false) => break None,
            Err(fault) => break Some(fault),
        }
    };
    filling.end_table(what, visit)?;
    ended.map_or(Ok(()), |fault| skip(fault, what, visit))
}

fn skip(fault: Fault, what: &str, visit: &mut dyn Visit) -> Result<()> {
    let (reason, advice) = fault.reason();
    visit.skipped(what, reason, 0, advice.or_else(|| Some("sqlite3 FILE .recover may save more of its rows".to_string())))
}

/// The columns that the table's rows hold: all but the hidden ones of a module and generated ones that are computed when read.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    const COMPUTED: [i64; 2] = [1, 2];
    let mut statement = connection.prepare(&format!("PRAGMA main.table_xinfo({})", quoted(table)))?;
    let all = statement.query_map([], |row| Ok((row.get::<_, String>("name")?, row.get::<_, i64>("hidden")?)))?;
    let kept = all.filter(|column| !column.as_ref().is_ok_and(|(_, hidden)| COMPUTED.contains(hidden)));
    kept.map(|column| column.map(|(name, _)| name)).collect()
}

/// A name as SQL has it, whatever it holds.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// All rows in the order of the table itself (an index might hold others); real numbers in SQLite's own text form.
fn select(table: &str, columns: &[String]) -> String {
    let cell = |name: &String| {
        let name = quoted(name);
        format!("CASE typeof({name}) WHEN 'real' THEN CAST({name} AS TEXT) ELSE {name} END")
    };
    let cells: Vec<String> = columns.iter().map(cell).collect();
    format!("SELECT {} FROM main.{} NOT INDEXED", cells.join(", "), quoted(table))
}

fn push_row(row: &Row<'_>, columns: usize, filling: &mut Filling) {
    for column in 0..columns {
        match row.get_ref(column) {
            Ok(ValueRef::Integer(number)) => filling.cell_with(|out| push_display(out, number)),
            Ok(ValueRef::Real(number)) => filling.cell_with(|out| push_display(out, number)),
            Ok(ValueRef::Text(text)) => filling.cell(text),
            Ok(ValueRef::Blob(blob)) if blob.len() <= limits::ROW_BYTES => filling.cell_with(|out| push_bytes(out, blob)),
            Ok(ValueRef::Blob(blob)) => filling.cell(blob),
            Ok(ValueRef::Null) | Err(_) => filling.cell(b""),
        }
    }
}
