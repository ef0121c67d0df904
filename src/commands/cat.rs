//! `leaktrace cat`: every data row as the scanner reads it. The only command that shows values.

use super::Outcome;
use super::scan::open_inputs;
use crate::ledger::Ledger;
use crate::names::safe_path;
use crate::plan::{DelimitedPlan, Plan, Reading, SourceInput};
use crate::record::RowBatch;
use crate::record::delimited::{SegmentReader, Table};
use crate::source::Input;
use crate::{Error, Result, limits, parallel};
use std::io::{BufWriter, Write};
use std::path::Path;

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// RFC 4180, UTF-8, one header line.
    Csv,
    /// One JSON object a row, with where it stood.
    Jsonl,
}

/// Prints a dump's rows.
///
/// # Errors
/// When the file cannot be opened, or standard output fails.
pub fn run(path: &Path, format: Format) -> Result<Outcome> {
    let inputs = open_inputs(&[path.to_path_buf()])?;
    if format == Format::Csv && inputs.len() > 1 {
        return Err(Error::usage("a folder has no one header").at(path).advice("print its files one by one, or with --format jsonl"));
    }
    let plan = Plan::decide(&inputs, limits::SEGMENT_BYTES);
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let mut complete = true;
    for (input, planned) in inputs.iter().zip(&plan.inputs) {
        match (input, &planned.reading) {
            (SourceInput::Open(file), Reading::Delimited(how)) => {
                let table = Table { text: file.bytes(), input: 0, data_start: how.data_start, dialect: &how.dialect };
                match print(file, &table, how, &planned.input, format, &mut out) {
                    Err(Failure::Output(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => return Ok(Outcome::Done),
                    Err(Failure::Output(e)) => return Err(Error::io("cannot write to standard output", &e)),
                    Err(Failure::Interrupted) => return Err(Error::interrupted()),
                    Ok(read_whole) => complete &= read_whole,
                }
            }
            (_, Reading::Skip { reason, advice }) => {
                complete = false;
                let advice = advice.as_ref().map_or_else(String::new, |a| format!(" ({a})"));
                anstream::eprintln!("not read: {}: {}{advice}", planned.input, reason.words());
            }
            (SourceInput::Skipped { path, reason, .. }, _) => {
                complete = false;
                anstream::eprintln!("not read: {}: {}", safe_path(path), reason.words());
            }
        }
    }
    match out.flush() {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::io("cannot write to standard output", &e)),
        _ => Ok(if complete { Outcome::Done } else { Outcome::Incomplete }),
    }
}

enum Failure {
    Output(std::io::Error),
    Interrupted,
}

impl From<std::io::Error> for Failure {
    fn from(e: std::io::Error) -> Failure {
        Failure::Output(e)
    }
}

/// Prints one table; whether all of it was read.
fn print(
    file: &Input,
    table: &Table<'_>,
    how: &DelimitedPlan,
    name: &str,
    format: Format,
    out: &mut impl Write,
) -> std::result::Result<bool, Failure> {
    let mut reader = SegmentReader::new(table, 0..table.text.len() as u64, None);
    let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
    let mut names: Option<Vec<String>> = None;
    // A batch's rows, until it is known that they were the file's.
    let mut rows = Vec::new();
    let mut printed = table.data_start;
    while reader.next_batch(&mut batch, &mut ledger) {
        if parallel::interrupted() {
            return Err(Failure::Interrupted);
        }
        for row in 0..batch.len() {
            let is_header = how.dialect.header && batch.offset(row) == how.data_start;
            if names.is_none() {
                let header: Vec<String> =
                    if is_header { batch.cells(row).map(text).collect() } else { made_up(how.columns.len().max(batch.width(row))) };
                if format == Format::Csv {
                    csv_row(&mut header.iter().map(String::as_bytes), &mut rows)?;
                }
                names = Some(header);
            }
            if is_header {
                continue;
            }
            let columns = names.as_deref().unwrap_or_default();
            match format {
                Format::Csv => {
                    let missing = columns.len().saturating_sub(batch.width(row));
                    let cells: Vec<String> = batch.cells(row).map(text).chain(std::iter::repeat_n(String::new(), missing)).collect();
                    csv_row(&mut cells.iter().map(String::as_bytes), &mut rows)?;
                }
                Format::Jsonl => json_row(&batch, row, columns, name, &mut rows)?,
            }
        }
        if let Some(lost) = file.lost().filter(|lost| lost.from < reader.reach()) {
            ledger.skip_with_advice(table.input, lost.reason, printed, file.len() - printed, Some(lost.advice));
            break;
        }
        out.write_all(&rows)?;
        rows.clear();
        printed = reader.ended();
    }
    if parallel::interrupted() {
        return Err(Failure::Interrupted);
    }
    for s in ledger.lines(|_| name.to_string()) {
        let advice = s.advice.map_or_else(String::new, |a| format!(" ({a})"));
        anstream::eprintln!("not read: {} bytes from {}, byte {}: {}{advice}", s.bytes, s.input, s.first_byte, s.reason.words());
    }
    Ok(ledger.bytes_skipped() == 0)
}

/// A cell as text; bytes that are not UTF-8 become U+FFFD.
fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

fn made_up(columns: usize) -> Vec<String> {
    (1..=columns).map(|n| format!("column_{n}")).collect()
}

fn csv_row(cells: &mut dyn Iterator<Item = &[u8]>, out: &mut impl Write) -> std::io::Result<()> {
    let mut row = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    row.write_record(cells)?;
    out.write_all(&row.into_inner().map_err(|e| std::io::Error::from(e.error().kind()))?)
}

fn json_row(batch: &RowBatch<'_>, row: usize, columns: &[String], name: &str, out: &mut impl Write) -> std::io::Result<()> {
    let cells: serde_json::Map<String, serde_json::Value> = batch
        .cells(row)
        .enumerate()
        .map(|(c, cell)| {
            let made_up = || format!("column_{}", c + 1);
            let repeated = columns.get(c).is_some_and(|n| columns[..c].contains(n));
            let key = columns.get(c).filter(|n| !n.is_empty() && !repeated).cloned().unwrap_or_else(made_up);
            (key, serde_json::Value::String(text(cell)))
        })
        .collect();
    let object = serde_json::json!({ "input": name, "byte": batch.offset(row), "row": cells });
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")
}
