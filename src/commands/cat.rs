//! `leaktrace cat`: every data row as the scanner reads it. The only command that shows values.

use super::Outcome;
use super::scan::open_inputs;
use crate::plan::Plan;
use crate::progress::Silent;
use crate::reading::{self, Job, Read, Samples, Source, TableInfo};
use crate::record::RowBatch;
use crate::record::inside::How;
use crate::{Error, Result, limits, parallel};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// RFC 4180, UTF-8, one header line.
    Csv,
    /// One JSON object a row, with where it stood.
    Jsonl,
}

/// Prints a dump's rows; of one table where it is named.
///
/// # Errors
/// When the file cannot be opened, CSV is asked of several tables, the named one is not there, or standard output fails.
pub fn run(path: &Path, format: Format, table: Option<&str>, options: &reading::Options, threads: usize) -> Result<Outcome> {
    // The dump's own columns and no others.
    let options = &reading::Options { inside: How::Off, ..options.clone() };
    let inputs = open_inputs(&[path.to_path_buf()])?;
    if format == Format::Csv && inputs.len() > 1 {
        return Err(Error::usage("a folder has no one header").at(path).advice("print its files one by one, or with --format jsonl"));
    }
    let pool = parallel::pool(threads)?;
    let plan = pool.install(|| Plan::decide(&inputs, limits::SEGMENT_BYTES, options.encoding));
    let read = |job: &Printing| reading::read(job, &inputs, &plan, options, &pool, &Silent);
    // A delimited text is mostly one table, and objects name their columns one by one; otherwise the tables must be known first.
    let plain = plan.inputs.iter().all(|i| matches!(&i.reading, crate::plan::Reading::Delimited(how) if how.more.is_empty()));
    let one = table.is_none() && (plain || format == Format::Jsonl);
    let mut printed = Printed { format, prints: true, ..Printed::default() };
    if !one {
        let found = read(&Printing::new(Printed { format, ..Printed::default() }))?;
        let wanted = choose(path, &found, format, table)?;
        if format == Format::Csv {
            printed.header = wanted.iter().flat_map(|&n| &found.tables[n].header).max_by_key(|h| h.len()).cloned();
        }
        printed.wanted = Some(wanted);
    }
    let printing = Printing::new(printed);
    let result = read(&printing);
    let mut printed = printing.printed();
    if printed.closed {
        return Ok(Outcome::Done);
    }
    let found = result?;
    match printed.out.flush() {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => return Err(Error::io("cannot write to standard output", &e)),
        _ => {}
    }
    for s in found.ledger.lines(|n| found.sources[n as usize].name.clone()) {
        let advice = s.advice.map_or_else(String::new, |a| format!(" ({a})"));
        anstream::eprintln!("not read: {} bytes from {}, byte {}: {}{advice}", s.bytes, s.input, s.first_byte, s.reason.words());
    }
    Ok(if found.ledger.complete() { Outcome::Done } else { Outcome::Incomplete })
}

/// The numbers of the tables to be printed: of one, and of what it was before it grew, where it is to be CSV.
fn choose(path: &Path, found: &Read, format: Format, table: Option<&str>) -> Result<Vec<usize>> {
    let first = |mut n: usize| {
        while let Some(before) = found.tables[n].grew_from {
            n = before;
        }
        n
    };
    let called = |n: usize, name: &str| found.tables[n].called == name || (first(n) + 1).to_string() == name;
    let all: Vec<usize> = (0..found.tables.len()).filter(|&n| table.is_none_or(|name| called(n, name))).collect();
    let words = || {
        let name = |n: usize| found.tables[n].name.as_deref().unwrap_or("-");
        let one = |n: &usize| format!("{} ({} columns)", name(*n), found.tables[*n].columns.len());
        let firsts: Vec<usize> = (0..found.tables.len()).filter(|&n| found.tables[n].grew_from.is_none()).collect();
        let listed: Vec<String> = firsts.iter().take(20).enumerate().map(|(n, t)| format!("{}: {}", n + 1, one(t))).collect();
        format!("{} tables: {}{}", firsts.len(), listed.join(", "), if firsts.len() > 20 { ", …" } else { "" })
    };
    if let (Some(_), true) = (table, all.is_empty()) {
        return Err(Error::usage("this dump has no such table").at(path).got(words()).advice("give one of them, by name or number"));
    }
    let several = all.iter().any(|&n| first(n) != first(all[0]));
    if format == Format::Csv && several {
        return Err(Error::usage("several tables have no one header")
            .at(path)
            .got(words())
            .advice("give one, by name or number, with --table; or --format jsonl"));
    }
    Ok(all)
}

struct Printing {
    printed: Mutex<Printed>,
}

/// What was printed and how the rest is.
struct Printed {
    format: Format,
    /// Whether anything is: else the tables are only met.
    prints: bool,
    /// The tables that are; `None` for all.
    wanted: Option<Vec<usize>>,
    /// The one header of them, if the dump names their columns.
    header: Option<Vec<String>>,
    /// By table, its columns, where it stands, and what it is called.
    tables: Vec<(Vec<String>, String, String)>,
    begun: bool,
    /// Nobody reads what is printed any more.
    closed: bool,
    out: BufWriter<std::io::Stdout>,
}

impl Default for Printed {
    fn default() -> Printed {
        Printed {
            format: Format::Jsonl,
            prints: false,
            wanted: None,
            header: None,
            tables: Vec::new(),
            begun: false,
            closed: false,
            out: BufWriter::with_capacity(1 << 20, std::io::stdout()),
        }
    }
}

impl Printing {
    fn new(printed: Printed) -> Printing {
        Printing { printed: Mutex::new(printed) }
    }

    fn printed(&self) -> MutexGuard<'_, Printed> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job for Printing {
    type State = ();
    /// Table, its columns, and the rows' text.
    type Part = (usize, Vec<String>, Vec<u8>);

    fn table<'t>(&self, table: &TableInfo, source: &Source, _: Samples<'_, 't>) -> Result<()> {
        let columns = table.header.clone().unwrap_or_else(|| made_up(table.columns.len()));
        self.printed().tables.push((columns, source.name.clone(), table.called.clone()));
        Ok(())
    }

    fn state(&self) {}

    fn part(&self, table: usize, _: usize) -> Self::Part {
        let printed = self.printed();
        let columns = printed.header.clone().unwrap_or_else(|| printed.tables[table].0.clone());
        (table, columns, Vec::new())
    }

    fn add(&self, (): &mut (), part: &mut Self::Part, batch: &RowBatch<'_>, skip_first: bool) {
        let (table, columns, text) = part;
        let (format, prints, place, called) = {
            let printed = self.printed();
            let wanted = printed.wanted.as_ref().is_none_or(|w| w.contains(table));
            let (_, place, called) = &printed.tables[*table];
            (printed.format, printed.prints && wanted, place.clone(), called.clone())
        };
        if !prints {
            return;
        }
        for row in usize::from(skip_first)..batch.len() {
            match format {
                Format::Csv => csv_row(batch.cells(row), columns.len(), text),
                Format::Jsonl => json_row(batch, row, columns, &place, &called, text),
            }
        }
    }

    fn commit(&self, (table, columns, text): Self::Part) -> Result<()> {
        let printed = &mut *self.printed();
        if !printed.prints || printed.wanted.as_ref().is_some_and(|w| !w.contains(&table)) {
            return Ok(());
        }
        let mut head = Vec::new();
        if printed.format == Format::Csv && !printed.begun {
            csv_row(columns.iter().map(String::as_bytes), columns.len(), &mut head);
        }
        printed.begun = true;
        match printed.out.write_all(&head).and_then(|()| printed.out.write_all(&text)) {
            Ok(()) => Ok(()),
            Err(e) => {
                printed.closed = e.kind() == std::io::ErrorKind::BrokenPipe;
                Err(Error::io("cannot write to standard output", &e))
            }
        }
    }
}

/// A cell as text; bytes that are not UTF-8 become U+FFFD.
fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

fn made_up(columns: usize) -> Vec<String> {
    (1..=columns).map(|n| format!("column_{n}")).collect()
}

/// A row of at least `columns` cells.
fn csv_row<'c>(cells: impl Iterator<Item = &'c [u8]>, columns: usize, out: &mut Vec<u8>) {
    let mut written = 0;
    let mut row = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
    for cell in cells {
        // Into memory nothing fails.
        let _ = row.write_field(text(cell));
        written += 1;
    }
    for _ in written..columns {
        let _ = row.write_field("");
    }
    let _ = row.write_record(None::<&[u8]>);
}

fn json_row(batch: &RowBatch<'_>, row: usize, columns: &[String], place: &str, table: &str, out: &mut Vec<u8>) {
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
    let mut object = serde_json::json!({ "input": place, "byte": batch.offset(row), "row": cells });
    if !table.is_empty() {
        object["table"] = table.into();
    }
    let _ = serde_json::to_writer(&mut *out, &object);
    out.push(b'\n');
}
