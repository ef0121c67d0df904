//! Workbooks: every sheet is a table without named columns, hidden sheets are tables like the others. Cells stand where they stand in the sheet
//! (one in column C is a row's third), a formula is the value that was saved with it, merged cells are one cell and empty ones.
//!
//! A cell is what its program shows, in one form for all languages: dates are ISO, whole numbers have neither point nor exponent, other numbers
//! as many digits as the programs keep (15), booleans are `TRUE` and `FALSE`, errors their names (`#N/A`).
//!
//! Sheets of Office files are read cell by cell. What the library keeps in memory is bounded before by [`package`](super::package) and
//! [`xls`](super::xls).

use super::filling::Filling;
use super::guard::{Fault, guarded};
use super::package::{Flavour, check};
use super::values::{DAY, push_date, push_display, push_time};
use super::{TableName, Visit, ods, xls};
use crate::source::Content;
use crate::{Error, Result, parallel};
use calamine::{Cell, DataRef, ExcelDateTime, ExcelDateTimeType, Reader, Sheet, SheetType, Xlsb, Xlsx};
use std::collections::BTreeSet;
use std::io::Cursor;

/// Reads the workbook `bytes`.
pub(super) fn read(content: Content, bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    match content {
        Content::OpenDocument => ods::read(bytes, visit),
        Content::Ole => xls::read(bytes, visit),
        _ => match guarded(|| check(bytes)) {
            _ if parallel::interrupted() => Err(Error::interrupted()),
            Ok(Flavour::Xlsx) => read_xlsx(bytes, visit),
            Ok(Flavour::Xlsb) => read_xlsb(bytes, visit),
            Err(fault) => give_up(fault, bytes, visit),
        },
    }
}

/// Tells that nothing of the workbook was read.
pub(super) fn give_up(fault: Fault, bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let (reason, advice) = fault.reason();
    visit.skipped("the workbook", reason, bytes.len() as u64, advice)
}

fn read_xlsx(bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let mut workbook = match guarded(|| Xlsx::new(Cursor::new(bytes)).map_err(|e| xlsx_fault(&e))) {
        Ok(workbook) => workbook,
        Err(fault) => return give_up(fault, bytes, visit),
    };
    each_sheet(workbook.sheets_metadata().to_vec(), bytes, visit, |name, what, visit| {
        match guarded(|| workbook.worksheet_cells_reader(name).map_err(|e| xlsx_fault(&e))) {
            Ok(mut cells) => stream(|| cells.next_cell().map_err(|e| xlsx_fault(&e)), what, visit),
            Err(fault) => Ok(Err(fault)),
        }
    })
}

fn read_xlsb(bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let mut workbook = match guarded(|| Xlsb::new(Cursor::new(bytes)).map_err(|e| xlsb_fault(&e))) {
        Ok(workbook) => workbook,
        Err(fault) => return give_up(fault, bytes, visit),
    };
    each_sheet(workbook.sheets_metadata().to_vec(), bytes, visit, |name, what, visit| {
        match guarded(|| workbook.worksheet_cells_reader(name).map_err(|e| xlsb_fault(&e))) {
            Ok(mut cells) => stream(|| cells.next_cell().map_err(|e| xlsb_fault(&e)), what, visit),
            Err(fault) => Ok(Err(fault)),
        }
    })
}

fn xlsx_fault(error: &calamine::XlsxError) -> Fault {
    if matches!(error, calamine::XlsxError::Password) { Fault::Encrypted } else { Fault::Damaged }
}

fn xlsb_fault(error: &calamine::XlsbError) -> Fault {
    if matches!(error, calamine::XlsbError::Password) { Fault::Encrypted } else { Fault::Damaged }
}

/// Calls `read` for each sheet, with its name and what it is called in the account. The inner result of `read` says whether the sheet was read whole.
pub(super) fn each_sheet(
    sheets: Vec<Sheet>,
    bytes: &[u8],
    visit: &mut dyn Visit,
    mut read: impl FnMut(&str, &str, &mut dyn Visit) -> Result<std::result::Result<(), Fault>>,
) -> Result<()> {
    if sheets.is_empty() {
        return give_up(Fault::NoTables, bytes, visit);
    }
    let mut seen = BTreeSet::new();
    for (number, sheet) in sheets.iter().enumerate() {
        // A chart on a page of its own shows the cells of others.
        if sheet.typ == SheetType::ChartSheet {
            continue;
        }
        let what = format!("sheet number {}", number + 1);
        visit.table(&TableName { name: sheet.name.clone(), columns: Vec::new() })?;
        // The library finds sheets by their names, which are all different in a sound workbook.
        let read = if seen.insert(&sheet.name) { read(&sheet.name, &what, visit)? } else { Err(Fault::Damaged) };
        if let Err(fault) = read {
            let (reason, advice) = fault.reason();
            visit.skipped(&what, reason, 0, advice)?;
        }
    }
    Ok(())
}

/// Hands over the rows of a sheet whose cells come from `next`.
fn stream<'w>(
    mut next: impl FnMut() -> std::result::Result<Option<Cell<DataRef<'w>>>, Fault>,
    what: &str,
    visit: &mut dyn Visit,
) -> Result<std::result::Result<(), Fault>> {
    let mut filling = Filling::new();
    // A cell that did not fit any more, and the row that is being filled.
    let (mut waiting, mut open) = (None::<Cell<DataRef<'w>>>, None);
    let ended = loop {
        let filled = guarded(|| {
            while !parallel::interrupted() {
                let Some(cell) = waiting.take().map_or_else(&mut next, |cell| Ok(Some(cell)))? else {
                    if open.take().is_some() {
                        filling.end_row();
                    }
                    return Ok(false);
                };
                if is_blank(cell.get_value()) {
                    continue;
                }
                let (row, column) = cell.get_position();
                let (row, column) = (u64::from(row), column as usize);
                // A cell that is not to the right of the one before it begins a row, so that none is written over.
                if open != Some(row) || column < filling.cells() {
                    if open.take().is_some() {
                        filling.end_row();
                    }
                    if !filling.fits(row) {
                        waiting = Some(cell);
                        return Ok(true);
                    }
                    filling.begin_row(row);
                    open = Some(row);
                }
                filling.pad_to(column);
                push_cell(cell.get_value(), &mut filling);
            }
            Ok(true)
        });
        match filled {
            Ok(true) => filling.hand_over(visit)?,
            Ok(false) => break Ok(()),
            Err(fault) => break Err(fault),
        }
    };
    filling.end_table(what, visit)?;
    Ok(ended)
}

/// Whether a cell shows nothing.
pub(super) fn is_blank(cell: &DataRef<'_>) -> bool {
    match cell {
        DataRef::Empty => true,
        DataRef::String(text) => text.is_empty(),
        DataRef::SharedString(text) => text.is_empty(),
        _ => false,
    }
}

/// Adds a cell as its program shows it.
pub(super) fn push_cell(cell: &DataRef<'_>, filling: &mut Filling) {
    match cell {
        DataRef::Empty => filling.cell(b""),
        DataRef::String(text) => filling.cell(text.as_bytes()),
        DataRef::SharedString(text) => filling.cell(text.as_bytes()),
        DataRef::Int(number) => filling.cell_with(|out| push_display(out, number)),
        DataRef::Float(number) => filling.cell_with(|out| push_number(*number, out)),
        DataRef::Bool(yes) => filling.cell(if *yes { b"TRUE" } else { b"FALSE" }),
        DataRef::Error(error) => filling.cell_with(|out| push_display(out, error)),
        DataRef::DateTime(moment) => filling.cell_with(|out| push_serial(moment, out)),
        DataRef::DateTimeIso(moment) => filling.cell_with(|out| push_iso_moment(moment, out)),
        DataRef::DurationIso(duration) => filling.cell_with(|out| push_iso_duration(duration, out)),
    }
}

/// A number: whole ones as they are, others with the 15 digits that the programs keep.
pub(super) fn push_number(number: f64, out: &mut Vec<u8>) {
    if number == 0.0 {
        out.push(b'0');
    } else if number.fract() == 0.0 {
        push_display(out, number);
    } else {
        let start = out.len();
        push_display(out, format_args!("{number:.14e}"));
        let rounded = std::str::from_utf8(&out[start..]).ok().and_then(|text| text.parse().ok()).unwrap_or(number);
        out.truncate(start);
        push_display(out, rounded);
    }
}

/// Days since 1970 of the day before the first of each system, and of the day that 1900's system counts from after the leap day that it made up.
const EPOCH_1900: i64 = -25_568;
const EPOCH_1900_AFTER: i64 = -25_569;
const EPOCH_1904: i64 = -24_107;

/// A day's number, with the time as its fraction. A time without a day is below 1.
fn push_serial(moment: &ExcelDateTime, out: &mut Vec<u8>) {
    let serial = moment.as_f64();
    let seconds = (serial * DAY as f64).round();
    // Beyond year 9999 the programs show no date either: a number in a column that was made one of dates.
    if !(0.0..2_958_466.0 * DAY as f64).contains(&seconds) {
        return push_number(serial, out);
    }
    let (day, of_day) = (seconds as i64 / DAY, seconds as i64 % DAY);
    // The library keeps the system to itself, but compares it.
    let is_1904 = *moment == ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, true);
    let date = match day {
        _ if moment.is_duration() => return push_time(out, seconds as u64, 0),
        _ if is_1904 => EPOCH_1904 + day,
        0 => return push_time(out, seconds as u64, 0),
        60 => {
            out.extend_from_slice(b"1900-02-29");
            return push_time_after_date(of_day, out);
        }
        ..60 => EPOCH_1900 + day,
        _ => EPOCH_1900_AFTER + day,
    };
    if push_date(out, date) { push_time_after_date(of_day, out) } else { push_number(serial, out) }
}

fn push_time_after_date(of_day: i64, out: &mut Vec<u8>) {
    if of_day != 0 {
        out.push(b' ');
        push_time(out, of_day as u64, 0);
    }
}

/// `2021-03-04T05:06:07.8Z` and shorter ones: the time after a space, to the second, and left out at midnight.
pub(super) fn push_iso_moment(moment: &str, out: &mut Vec<u8>) {
    let (date, time) = moment.split_once(['T', ' ']).unwrap_or((moment, ""));
    let time = time.trim_end_matches('Z').split('.').next().unwrap_or_default();
    out.extend_from_slice(date.as_bytes());
    if !time.bytes().all(|b| matches!(b, b'0' | b':')) {
        out.push(b' ');
        out.extend_from_slice(time.as_bytes());
    }
}

/// `PT10H20M30.5S` as `10:20:30`; anything else as it is.
pub(super) fn push_iso_duration(duration: &str, out: &mut Vec<u8>) {
    let Some(mut left) = duration.strip_prefix("PT") else {
        return out.extend_from_slice(duration.as_bytes());
    };
    let mut seconds = 0u64;
    for (unit, of) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((count, rest)) = left.split_once(unit) {
            let whole = count.split(['.', ',']).next().unwrap_or_default();
            let Ok(count) = whole.parse::<u32>() else {
                return out.extend_from_slice(duration.as_bytes());
            };
            seconds += u64::from(count) * of;
            left = rest;
        }
    }
    push_time(out, seconds, 0);
}
