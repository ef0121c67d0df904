//! `leaktrace affected`: a list of affected records joined to the institution's own keys, on its own machine.
//!
//! Prints values of the institution's own export, which it holds anyway; of the dump there are none in a list.

use super::Outcome;
use crate::identify::schema::Column;
use crate::index::export::{Cells, each_cell, has_header};
use crate::names::safe_text;
use crate::progress::Progress;
use crate::report::affected::{FORMAT, harmless};
use crate::report::output::Output;
use crate::source::Input;
use crate::{Error, Result, parallel};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The list.
    pub list: PathBuf,
    /// The files that the index was made from, in that order.
    pub records: Vec<PathBuf>,
    /// The column of their keys, by header or 1-based position.
    pub column: String,
    /// Where to write; standard output where nothing is said.
    pub output: Option<PathBuf>,
    /// Worker threads.
    pub threads: usize,
}

/// What a list says of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Export {
    blake3: String,
    bytes: u64,
    first_record: u64,
    records: u64,
}

/// A list while it is read: its head, then line by line.
struct List {
    path: PathBuf,
    lines: BufReader<File>,
    line: u64,
    exports: Vec<Export>,
    next: Option<(u64, Vec<u8>)>,
}

impl List {
    fn open(path: &Path) -> Result<List> {
        let file = File::open(path).map_err(|e| Error::io("cannot read the list", &e).at(path))?;
        let mut list =
            List { path: path.to_path_buf(), lines: BufReader::with_capacity(1 << 20, file), line: 0, exports: Vec::new(), next: None };
        let wrong = |list: &List| {
            Error::usage("this is no list of affected records")
                .at(path)
                .line(list.line)
                .expected(format!("a file that begins with {FORMAT:?}"))
                .advice("give affected.csv, or a file of the folder affected/, of a report")
        };
        if list.line()?.as_deref() != Some(FORMAT.as_bytes()) {
            return Err(wrong(&list));
        }
        loop {
            let Some(line) = list.line()? else { return Err(wrong(&list)) };
            if line == b"record,strength,fields" {
                break;
            }
            let text = std::str::from_utf8(&line).ok().filter(|text| text.starts_with("# ")).ok_or_else(|| wrong(&list))?;
            if text.starts_with("# export ") {
                list.exports.push(export(text).ok_or_else(|| wrong(&list))?);
            }
        }
        list.advance()?;
        Ok(list)
    }

    /// The next line without its end; none behind the last.
    fn line(&mut self) -> Result<Option<Vec<u8>>> {
        /// Fifteen fields and their names.
        const LONGEST: u64 = 1 << 16;
        let mut line = Vec::new();
        let mut limited = std::io::Read::take(&mut self.lines, LONGEST);
        let read = limited.read_until(b'\n', &mut line).map_err(|e| Error::io("cannot read the list", &e).at(&self.path))?;
        self.line += 1;
        while line.last().is_some_and(|b| b"\r\n".contains(b)) {
            line.pop();
        }
        Ok((read > 0).then_some(line))
    }

    /// Reads the next record; its line behind the number goes along.
    fn advance(&mut self) -> Result<()> {
        let before = self.next.take().map(|n| n.0);
        let Some(line) = self.line()? else { return Ok(()) };
        let wrong = |what: &str| {
            Error::usage(what)
                .at(&self.path)
                .line(self.line)
                .expected("record,strength,fields, ascending by record")
                .advice("use the list as it is in the report")
        };
        let comma = line.iter().position(|&b| b == b',').ok_or_else(|| wrong("a line of the list cannot be read"))?;
        let number = std::str::from_utf8(&line[..comma]).ok().and_then(|n| n.parse::<u64>().ok());
        let number = number.ok_or_else(|| wrong("a line of the list cannot be read"))?;
        if before.is_some_and(|before| before >= number) {
            return Err(wrong("the list is not in order"));
        }
        self.next = Some((number, line[comma..].to_vec()));
        Ok(())
    }
}

/// `# export 1: BLAKE3 9d0a…, 812 bytes, records from 0, 24 of them`
fn export(line: &str) -> Option<Export> {
    let (_, rest) = line.split_once(": BLAKE3 ")?;
    let (blake3, rest) = rest.split_once(", ")?;
    let (bytes, first) = rest.split_once(" bytes, records from ")?;
    let (first, records) = first.strip_suffix(" of them")?.split_once(", ")?;
    Some(Export {
        blake3: blake3.to_string(),
        bytes: bytes.parse().ok()?,
        first_record: first.parse().ok()?,
        records: records.parse().ok()?,
    })
}

/// Joins.
///
/// # Errors
/// When the list or an export cannot be read, the exports are not those that the index was made from, or the output cannot be written.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let mut list = List::open(&options.list)?;
    let pool = parallel::pool(options.threads)?;
    let column = options.column.parse().map_or_else(|_| Column::Header(options.column.clone()), Column::Position);
    let inputs = options.records.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>>>()?;
    check_exports(&list, &inputs, &pool, progress)?;
    let mut out = Output::prepare(options.output.as_deref().unwrap_or(Path::new("-")))?;
    out.put(format!("{},record,strength,fields\n", cell(safe_text(&options.column).as_bytes())).as_bytes())?;
    progress.begin("join", 2 * inputs.iter().map(Input::len).sum::<u64>());
    let (mut first, mut found) = (0, 0u64);
    let exports = std::mem::take(&mut list.exports);
    for (input, export) in inputs.iter().zip(&exports) {
        if export.first_record != first {
            return Err(Error::damaged("the exports do not hold the records that the list numbers")
                .at(input.path())
                .expected(format!("records from {}", export.first_record))
                .got(format!("records from {first}"))
                .advice("read them with the release that made the index"));
        }
        // Whether the first row is a record is the index's word, not that of the column which is asked for now.
        let header = has_header(input, export.records, &pool, progress)?.ok_or_else(|| {
            Error::damaged("the export does not hold as many records as the list says")
                .at(input.path())
                .expected(format!("{} records", export.records))
                .advice("read it with the release that made the index")
        })?;
        let join = |from: u64, cells: &Cells| found_in(&mut list, from, cells, &mut out).map(|n| found += n);
        first = each_cell(input, &column, header, first, &pool, progress, join)?;
    }
    progress.end();
    if let Some((record, _)) = list.next {
        return Err(Error::damaged("the list names a record that the exports do not have")
            .at(&options.list)
            .line(list.line)
            .expected(format!("records below {first}"))
            .got(format!("record {record}")));
    }
    out.finish()?;
    anstream::eprintln!("{found} records");
    Ok(Outcome::Done)
}

/// Whether these are the files that the index was made from.
fn check_exports(list: &List, inputs: &[Input], pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<()> {
    const ADVICE: &str = "give the very files that the index was made from, in the same order: --records FIRST.csv --records SECOND.csv";
    if inputs.len() != list.exports.len() {
        return Err(Error::usage("the list refers to another number of files")
            .at(&list.path)
            .expected(format!("{} files of records", list.exports.len()))
            .got(inputs.len().to_string())
            .advice(ADVICE));
    }
    progress.begin("digest", inputs.iter().map(Input::len).sum());
    for (input, export) in inputs.iter().zip(&list.exports) {
        let digest = input.digest(pool, progress)?.to_string();
        if digest != export.blake3 {
            return Err(Error::usage("these are not the records that the list numbers")
                .at(input.path())
                .expected(format!("{} bytes, BLAKE3 {}", export.bytes, safe_text(&export.blake3)))
                .got(format!("{} bytes, BLAKE3 {digest}", input.len()))
                .advice(ADVICE));
        }
    }
    progress.end();
    Ok(())
}

/// Writes the listed records among these, and says how many they are.
fn found_in(list: &mut List, from: u64, cells: &Cells, out: &mut Output) -> Result<u64> {
    let (mut found, mut text) = (0, Vec::new());
    while let Some((record, rest)) = list.next.as_ref().filter(|n| n.0 < from + cells.len() as u64) {
        let key = cells.get((record - from) as usize);
        text.extend_from_slice(cell(key).as_bytes());
        text.extend_from_slice(format!(",{record}").as_bytes());
        text.extend_from_slice(rest);
        text.push(b'\n');
        found += 1;
        list.advance()?;
    }
    out.put(&text)?;
    Ok(found)
}

/// A cell of CSV, in quotes where need be, that no spreadsheet takes for a formula.
fn cell(bytes: &[u8]) -> String {
    let text = harmless(&String::from_utf8_lossy(bytes));
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
