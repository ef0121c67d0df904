//! OpenDocument spreadsheets, read row by row from the XML that they are. (The library for the other workbooks writes out every repetition
//! before it hands over a cell: a file of some kilobytes may ask for billions of them.)
//!
//! ```text
//! table = <table name> { row } </table>      row  = <table-row [number-rows-repeated]> { cell } </table-row>
//! cell  = <table-cell [number-columns-repeated] value-type …> { <p> text </p> } </table-cell>
//! ```
//!
//! A cell's value is its attribute, in one form whatever the document's language; text is its paragraphs. Comments and drawings are left alone.

use super::filling::Filling;
use super::guard::{Fault, guarded};
use super::package::{Counted, attribute, open, reader};
use super::sheets::{push_iso_duration, push_iso_moment, push_number};
use super::{TableName, Visit};
use crate::{Result, limits};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

/// Rows of a sheet: no program that writes them has more.
const ROWS: u64 = 1 << 20;

/// Reads the file `bytes`.
pub(super) fn read(bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let all = bytes.len() as u64;
    let mut package = match guarded(|| {
        let mut package = open(bytes)?;
        if is_encrypted(&mut package)? { Err(Fault::Encrypted) } else { Ok(package) }
    }) {
        Ok(package) => package,
        Err(fault) => return tell(fault, "the workbook", all, visit),
    };
    let content = match guarded(|| package.by_name("content.xml").map_err(|_| Fault::Damaged)) {
        Ok(content) => content,
        Err(fault) => return tell(fault, "the workbook", all, visit),
    };
    let mut sheets = Sheets::new(BufReader::with_capacity(1 << 16, content));
    let (mut filling, mut number) = (Filling::new(), 0);
    loop {
        match guarded(|| sheets.next_table()) {
            Ok(Some(name)) => visit.table(&TableName { name, columns: Vec::new() })?,
            Ok(None) if number == 0 => return tell(Fault::NoTables, "the workbook", all, visit),
            Ok(None) => return Ok(()),
            Err(fault) => return tell(fault, &format!("what follows sheet number {number}"), 0, visit),
        }
        number += 1;
        let what = format!("sheet number {number}");
        loop {
            match guarded(|| sheets.rows(&mut filling)) {
                Ok(true) => filling.hand_over(visit)?,
                Ok(false) => break,
                Err(fault) => {
                    filling.end_table(&what, visit)?;
                    return tell(fault, &format!("the rest of {what}, and what follows it"), 0, visit);
                }
            }
        }
        filling.end_table(&what, visit)?;
        if sheets.within > 0 {
            tell(Fault::Unsupported, &format!("tables within cells of {what}: {}", sheets.within), 0, visit)?;
        }
    }
}

fn tell(fault: Fault, what: &str, bytes: u64, visit: &mut dyn Visit) -> Result<()> {
    let (reason, advice) = fault.reason();
    visit.skipped(what, reason, bytes, advice)
}

/// Whether the archive's list of parts says how any of them is encrypted.
fn is_encrypted(package: &mut super::package::Package<'_>) -> std::result::Result<bool, Fault> {
    let Ok(manifest) = package.by_name("META-INF/manifest.xml") else {
        return Ok(false);
    };
    let mut text = Vec::new();
    manifest.take(limits::SMALL_FILE_BYTES).read_to_end(&mut text).map_err(|_| Fault::Damaged)?;
    Ok(memchr::memmem::find(&text, b"encryption-data").is_some())
}

/// A cell of the open row: its columns and its text.
struct Cell {
    columns: Range<usize>,
    text: Range<usize>,
}

/// The document while it is read.
struct Sheets<R: BufRead> {
    xml: Reader<Counted<R>>,
    event: Vec<u8>,
    text: Vec<u8>,
    cells: Vec<Cell>,
    /// Rows of the open table up to the one that is written next.
    row: u64,
    /// How often the open row is still to be written.
    repeats: u64,
    /// Tables within cells of the open table: relics, which are not read.
    within: u64,
}

impl<R: BufRead> Sheets<R> {
    fn new(content: R) -> Sheets<R> {
        let xml = reader(Counted { inner: content, left: limits::ROW_BYTES });
        Sheets { xml, event: Vec::new(), text: Vec::new(), cells: Vec::new(), row: 0, repeats: 0, within: 0 }
    }

    fn fault(&self) -> Fault {
        if self.xml.get_ref().left == 0 { Fault::TooLarge } else { Fault::Damaged }
    }

    /// The name of the next table.
    fn next_table(&mut self) -> std::result::Result<Option<String>, Fault> {
        loop {
            self.xml.get_mut().left = limits::ROW_BYTES;
            self.event.clear();
            match self.xml.read_event_into(&mut self.event) {
                Ok(Event::Start(e)) if e.local_name().as_ref() == "table" => {
                    (self.row, self.repeats, self.within) = (0, 0, 0);
                    return Ok(Some(attribute(&e, "name").unwrap_or_default()));
                }
                Ok(Event::Eof) => return Ok(None),
                Ok(_) => {}
                Err(_) => return Err(self.fault()),
            }
        }
    }

    /// Reads rows until the batch is full (`true`) or the table ends.
    fn rows(&mut self, filling: &mut Filling) -> std::result::Result<bool, Fault> {
        loop {
            while self.repeats > 0 {
                if self.row >= ROWS {
                    return Err(Fault::TooLarge);
                }
                if !filling.fits(self.row) {
                    return Ok(true);
                }
                self.write(filling);
                self.row += 1;
                self.repeats -= 1;
            }
            self.xml.get_mut().left = limits::ROW_BYTES;
            self.event.clear();
            match self.xml.read_event_into(&mut self.event) {
                Ok(Event::Start(e)) if e.local_name().as_ref() == "table-row" => {
                    let repeats = attribute(&e, "number-rows-repeated").and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
                    self.read_row()?;
                    if self.cells.is_empty() { self.row = self.row.saturating_add(repeats) } else { self.repeats = repeats }
                }
                Ok(Event::End(e)) if e.local_name().as_ref() == "table" => return Ok(false),
                Ok(Event::Eof) => return Err(Fault::Damaged),
                Ok(_) => {}
                Err(_) => return Err(self.fault()),
            }
        }
    }

    fn write(&self, filling: &mut Filling) {
        filling.begin_row(self.row);
        for cell in &self.cells {
            filling.pad_to(cell.columns.start);
            for _ in cell.columns.clone() {
                filling.cell(&self.text[cell.text.clone()]);
            }
        }
        filling.end_row();
    }

    /// Reads the cells of a row, those that hold something.
    fn read_row(&mut self) -> std::result::Result<(), Fault> {
        self.text.clear();
        self.cells.clear();
        let mut column = 0usize;
        loop {
            self.event.clear();
            match self.xml.read_event_into(&mut self.event) {
                Ok(Event::Start(e)) if matches!(e.local_name().as_ref(), "table-cell" | "covered-table-cell") => {
                    let head = Head::read(&e);
                    // A row that long is left out; there is no need to count further.
                    let repeats = head.repeats.unwrap_or(1).clamp(1, 1 << 20) as usize;
                    let start = self.text.len();
                    let has_value = head.push_value(&mut self.text);
                    let text = self.read_cell(has_value)?;
                    let columns = column..column.saturating_add(repeats);
                    column = columns.end;
                    if start < text {
                        self.cells.push(Cell { columns, text: start..text });
                    }
                }
                Ok(Event::End(e)) if e.local_name().as_ref() == "table-row" => return Ok(()),
                Ok(Event::Eof) => return Err(Fault::Damaged),
                Ok(_) => {}
                Err(_) => return Err(self.fault()),
            }
        }
    }

    /// Reads a cell to its end, and its paragraphs where its value is not known from its attributes; returns where its text ends.
    fn read_cell(&mut self, has_value: bool) -> std::result::Result<usize, Fault> {
        let mut paragraphs = 0;
        // Elements that are open within the cell, and how many of them are a paragraph and what it holds.
        let (mut depth, mut in_paragraph) = (0usize, 0usize);
        loop {
            self.event.clear();
            let event = match self.xml.read_event_into(&mut self.event) {
                Ok(event) => event,
                Err(_) => return Err(self.fault()),
            };
            match event {
                Event::Start(e) => {
                    let name = e.local_name();
                    depth += 1;
                    match name.as_ref() {
                        "p" if depth == 1 => {
                            if paragraphs > 0 && !has_value {
                                self.text.push(b'\n');
                            }
                            (paragraphs, in_paragraph) = (paragraphs + 1, 1);
                        }
                        "table" => self.within += 1,
                        // Notes hang in the text without being a part of it.
                        "annotation" | "note" => depth += NOTE,
                        "s" if in_paragraph == depth - 1 && in_paragraph > 0 => {
                            in_paragraph = depth;
                            if !has_value {
                                let spaces = attribute(&e, "c").and_then(|c| c.parse().ok()).unwrap_or(1);
                                self.text.resize(self.text.len() + spaces.min(limits::QUOTED_SPAN_BYTES), b' ');
                            }
                        }
                        name if in_paragraph == depth - 1 && in_paragraph > 0 => {
                            in_paragraph = depth;
                            match name {
                                "tab" if !has_value => self.text.push(b'\t'),
                                "line-break" if !has_value => self.text.push(b'\n'),
                                _ => {}
                            }
                        }
                        _ => {}
                    }
                }
                Event::End(e) => {
                    if depth == 0 {
                        return Ok(self.text.len());
                    }
                    if matches!(e.local_name().as_ref(), "annotation" | "note") {
                        depth = depth.saturating_sub(NOTE);
                    }
                    if in_paragraph == depth {
                        in_paragraph -= 1;
                    }
                    depth -= 1;
                }
                Event::Eof => return Err(Fault::Damaged),
                event if !has_value && in_paragraph == depth && depth > 0 => push_text(&event, &mut self.text)?,
                _ => {}
            }
        }
    }
}

/// Added to a depth within a note: nothing there is as deep as the paragraph that it hangs in. A row has fewer elements than this.
const NOTE: usize = 1 << 24;

/// Appends what an event within a paragraph says.
fn push_text(event: &Event<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Fault> {
    match event {
        Event::Text(text) => out.extend_from_slice(text.xml10_content().as_bytes()),
        Event::CData(text) => out.extend_from_slice(text.xml10_content().as_bytes()),
        Event::GeneralRef(entity) => match entity.resolve_char_ref() {
            Ok(Some(sign)) => out.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes()),
            Ok(None) => {
                let text = quick_xml::escape::resolve_predefined_entity(entity).ok_or(Fault::Damaged)?;
                out.extend_from_slice(text.as_bytes());
            }
            Err(_) => return Err(Fault::Damaged),
        },
        _ => {}
    }
    Ok(())
}

/// What a cell's attributes say.
#[derive(Default)]
struct Head<'e> {
    repeats: Option<u64>,
    kind: Cow<'e, str>,
    value: Option<Cow<'e, str>>,
}

impl<'e> Head<'e> {
    fn read(of: &'e BytesStart<'_>) -> Head<'e> {
        let mut head = Head::default();
        for attribute in of.attributes().with_checks(false).flatten() {
            let Ok(text) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
                continue;
            };
            // Extensions have attributes of the same names with other prefixes.
            match attribute.key.as_ref() {
                "table:number-columns-repeated" => head.repeats = text.parse().ok(),
                "office:value-type" => head.kind = text,
                "office:value" | "office:date-value" | "office:time-value" | "office:boolean-value" | "office:string-value" => {
                    head.value = Some(text);
                }
                _ => {}
            }
        }
        head
    }

    /// Appends the cell's value where the attributes have it.
    fn push_value(&self, out: &mut Vec<u8>) -> bool {
        let Some(value) = self.value.as_deref().filter(|value| !value.is_empty()) else {
            return false;
        };
        match self.kind.as_ref() {
            "float" | "percentage" | "currency" => match value.parse::<f64>() {
                // Longer numbers than a double holds are kept as they are.
                Ok(number) if !value.bytes().all(|b| b.is_ascii_digit()) => push_number(number, out),
                _ => out.extend_from_slice(value.as_bytes()),
            },
            "date" => push_iso_moment(value, out),
            "time" => push_iso_duration(value, out),
            "boolean" => out.extend_from_slice(if value.eq_ignore_ascii_case("true") { b"TRUE" } else { b"FALSE" }),
            "" => return false,
            _ => out.extend_from_slice(value.as_bytes()),
        }
        true
    }
}
