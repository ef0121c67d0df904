//! Workbooks of Excel 97 to 2003, and of Excel 95: a stream of records within an OLE compound file.
//!
//! The library makes room for what headers claim and writes sheets out as full rectangles. So another library takes the stream out of its file;
//! here the records are walked once, what they only claim is taken back in our copy, and what they would take is bounded; the stream is handed to
//! the library in a new file that holds nothing else.
//!
//! ```text
//! stream = globals { sheet }     globals, sheet = BOF { record } EOF     record = type:u16 length:u16 body     (least significant byte first)
//! ```

use super::Visit;
use super::filling::Filling;
use super::guard::{Fault, guarded};
use super::sheets::{each_sheet, give_up, is_blank, push_cell};
use crate::{Result, limits};
use calamine::{Data, DataRef, Range, Reader, Xls, XlsError};
use cfb::CompoundFile;
use std::io::{Cursor, Read, Write};

/// Types of records.
mod record {
    pub const EOF: u16 = 0x000a;
    pub const FORMULA: u16 = 0x0006;
    pub const FILE_PASS: u16 = 0x002f;
    pub const CONTINUE: u16 = 0x003c;
    pub const BOUND_SHEET: u16 = 0x0085;
    pub const MUL_RK: u16 = 0x00bd;
    pub const SST: u16 = 0x00fc;
    pub const LABEL_SST: u16 = 0x00fd;
    pub const DIMENSIONS: u16 = 0x0200;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const BOOL_ERR: u16 = 0x0205;
    pub const RSTRING: u16 = 0x00d6;
    pub const RK: u16 = 0x027e;
    pub const BOF: u16 = 0x0809;
}

/// Reads the file `bytes`.
pub(super) fn read(bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let mut workbook = match guarded(|| open(bytes)) {
        Ok(workbook) => workbook,
        Err(fault) => return give_up(fault, bytes, visit),
    };
    each_sheet(workbook.sheets_metadata().to_vec(), bytes, visit, |name, what, visit| {
        match guarded(|| workbook.worksheet_range(name).map_err(|e| fault(&e))) {
            Ok(range) => hand_over(&range, what, visit).map(Ok),
            Err(fault) => Ok(Err(fault)),
        }
    })
}

fn fault(error: &XlsError) -> Fault {
    if matches!(error, XlsError::Password) { Fault::Encrypted } else { Fault::Damaged }
}

/// The workbook, once it is known what it takes.
fn open(bytes: &[u8]) -> std::result::Result<Xls<Cursor<Vec<u8>>>, Fault> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| Fault::Damaged)?;
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name)) else {
        // Office encrypts the newer workbooks into files of the older kind.
        return Err(if file.is_stream("/EncryptedPackage") { Fault::Encrypted } else { Fault::NoTables });
    };
    let mut stream = Vec::new();
    // A stream is not longer than its file, whatever it claims.
    let part = file.open_stream(name).map_err(|_| Fault::Damaged)?;
    part.take(bytes.len() as u64).read_to_end(&mut stream).map_err(|_| Fault::Damaged)?;
    bound(&mut stream)?;
    let mut alone = CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).map_err(|_| Fault::Damaged)?;
    alone.create_stream(name).and_then(|mut part| part.write_all(&stream)).map_err(|_| Fault::Damaged)?;
    alone.flush().map_err(|_| Fault::Damaged)?;
    drop(stream);
    let mut whole = alone.into_inner();
    whole.set_position(0);
    Xls::new(whole).map_err(|e| fault(&e))
}

fn u16_at(body: &[u8], at: usize) -> Option<u16> {
    body.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

fn u32_at(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

/// Where the bodies of the records lie from `at` on, up to the end of what begins there; what begins within (a chart) is left out.
fn records(stream: &[u8], mut at: usize) -> impl Iterator<Item = (u16, std::ops::Range<usize>)> + '_ {
    let (mut begun, mut depth) = (false, 0usize);
    std::iter::from_fn(move || {
        loop {
            let (kind, len) = (u16_at(stream, at)?, u16_at(stream, at + 2)?);
            let body = at + 4..at + 4 + usize::from(len);
            at = body.end;
            match kind {
                _ if body.end > stream.len() => return None,
                record::EOF if depth == 0 => return None,
                record::EOF => depth -= 1,
                record::BOF if begun => depth += 1,
                record::BOF => begun = true,
                kind if depth == 0 => return Some((kind, body)),
                _ => {}
            }
        }
    })
}

/// Bounds what the library will take for the stream, and takes claims back that it would make room for.
fn bound(stream: &mut [u8]) -> std::result::Result<(), Fault> {
    let (mut sheets, mut strings) = (Vec::new(), Vec::new());
    let globals: Vec<_> = records(stream, 0).collect();
    for (n, (kind, body)) in globals.iter().enumerate() {
        match *kind {
            record::FILE_PASS if u16_at(stream, body.start) != Some(0) => return Err(Fault::Encrypted),
            record::BOUND_SHEET => sheets.extend(u32_at(stream, body.start)),
            record::SST => {
                let more = globals[n + 1..].iter().take_while(|(kind, _)| *kind == record::CONTINUE);
                let bodies: Vec<_> = std::iter::once(body).chain(more.map(|(_, body)| body)).cloned().collect();
                strings = string_lengths(stream, &bodies);
            }
            _ => {}
        }
    }
    let (mut cells, mut text) = (0u64, 0u64);
    for sheet in sheets {
        let mut area = Area::default();
        let (mut dimensions, mut formulas) = (Vec::new(), Vec::new());
        for (kind, body) in records(stream, sheet as usize) {
            let (row, column) = (u16_at(stream, body.start), u16_at(stream, body.start + 2));
            let last = match kind {
                record::DIMENSIONS => {
                    dimensions.push(body);
                    continue;
                }
                record::MUL_RK => u16_at(stream, body.end.saturating_sub(2)),
                record::FORMULA => {
                    formulas.push(body);
                    column
                }
                record::NUMBER | record::LABEL | record::RSTRING | record::BOOL_ERR | record::RK => column,
                record::LABEL_SST => {
                    let string = u32_at(stream, body.start + 6).and_then(|n| strings.get(n as usize));
                    text = text.saturating_add(string.map_or(0, |&units| u64::from(units) * 3));
                    column
                }
                _ => continue,
            };
            if let (Some(row), Some(column), Some(last)) = (row, column, last) {
                area.add(row, column, last);
            }
        }
        cells = cells.saturating_add(area.cells.max(area.rectangle()));
        if cells > limits::SHEET_CELLS || text > limits::WORKBOOK_BYTES {
            return Err(Fault::TooLarge);
        }
        // What a formula came to is read; how it came to it would be written out.
        for body in formulas {
            if let Some(len) = stream[body].get_mut(20..22) {
                len.fill(0);
            }
        }
        for body in dimensions {
            // Rows 0 to 1 and columns 0 to 1, in the widths of both versions.
            let claim = &mut stream[body];
            let version_8 = claim.len() >= 14;
            claim.fill(0);
            for at in if version_8 { [4, 10] } else { [2, 6] } {
                if let Some(end) = claim.get_mut(at) {
                    *end = 1;
                }
            }
        }
    }
    Ok(())
}

/// The rectangle that a sheet's cells span, and how many they are.
#[derive(Default)]
struct Area {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
    cells: u64,
}

impl Area {
    fn add(&mut self, row: u16, first: u16, last: u16) {
        let grown = |span: Option<(u16, u16)>, from: u16, to: u16| span.map_or((from, to), |(min, max)| (min.min(from), max.max(to)));
        self.rows = Some(grown(self.rows, row, row));
        self.columns = Some(grown(self.columns, first.min(last), first.max(last)));
        self.cells += u64::from(last.abs_diff(first)) + 1;
    }

    fn rectangle(&self) -> u64 {
        let len = |span: Option<(u16, u16)>| span.map_or(0, |(min, max)| u64::from(max - min) + 1);
        len(self.rows) * len(self.columns)
    }
}

/// The lengths of the shared strings, in units of two bytes. A string goes on in the next record where one ends: its letters behind a new byte that
/// says how wide they are, its formatting as it is.
fn string_lengths(stream: &[u8], bodies: &[std::ops::Range<usize>]) -> Vec<u32> {
    let mut strings = Vec::new();
    let mut parts = Parts { stream, bodies, at: 8 };
    while let Some(units) = parts.string() {
        strings.push(units);
    }
    strings
}

/// A record and those that continue it.
struct Parts<'s> {
    stream: &'s [u8],
    bodies: &'s [std::ops::Range<usize>],
    /// Within the first of the bodies.
    at: usize,
}

impl Parts<'_> {
    fn here(&self) -> &[u8] {
        self.bodies.first().and_then(|body| self.stream[body.clone()].get(self.at..)).unwrap_or_default()
    }

    /// Goes on to the next record where this one is used up; `None` after the last.
    fn turn(&mut self) -> Option<()> {
        while self.here().is_empty() {
            self.bodies = self.bodies.get(1..).filter(|rest| !rest.is_empty())?;
            self.at = 0;
        }
        Some(())
    }

    fn skip(&mut self, mut len: usize) -> Option<()> {
        while len > 0 {
            self.turn()?;
            let step = len.min(self.here().len());
            self.at += step;
            len -= step;
        }
        Some(())
    }

    /// Reads over a string and returns its length.
    fn string(&mut self) -> Option<u32> {
        self.turn()?;
        let (units, mut flags) = (u16_at(self.here(), 0)?, *self.here().get(2)?);
        self.at += 3;
        let (mut runs, mut extension) = (0, 0);
        if flags & 8 != 0 {
            runs = usize::from(u16_at(self.here(), 0)?);
            self.at += 2;
        }
        if flags & 4 != 0 {
            extension = u32_at(self.here(), 0)? as usize;
            self.at += 4;
        }
        let mut left = usize::from(units);
        while left > 0 {
            if self.here().is_empty() {
                self.turn()?;
                flags = *self.here().first()?;
                self.at += 1;
            }
            let width = 1 + usize::from(flags & 1);
            let step = left.min(self.here().len() / width);
            if step == 0 && !self.here().is_empty() {
                return None;
            }
            self.at += step * width;
            left -= step;
        }
        // What is cut off here is cut off for the library as well.
        let _ = self.skip(runs * 4 + extension);
        Some(u32::from(units))
    }
}

/// Hands over the rows of a sheet that is in memory.
fn hand_over(range: &Range<Data>, what: &str, visit: &mut dyn Visit) -> Result<()> {
    let (mut filling, (first_row, first_column)) = (Filling::new(), range.start().unwrap_or_default());
    for (row, cells) in (u64::from(first_row)..).zip(range.rows()) {
        if cells.iter().all(|cell| is_blank(&borrowed(cell))) {
            continue;
        }
        if !filling.fits(row) {
            filling.hand_over(visit)?;
        }
        filling.begin_row(row);
        for (column, cell) in (first_column as usize..).zip(cells) {
            let cell = borrowed(cell);
            if !is_blank(&cell) {
                filling.pad_to(column);
                push_cell(&cell, &mut filling);
            }
        }
        filling.end_row();
    }
    filling.end_table(what, visit)
}

/// A cell as the readers that go cell by cell give it.
fn borrowed(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Empty => DataRef::Empty,
        Data::String(text) => DataRef::SharedString(text),
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(moment) => DataRef::DateTimeIso(moment.clone()),
        Data::DurationIso(duration) => DataRef::DurationIso(duration.clone()),
    }
}
