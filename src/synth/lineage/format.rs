//! How a dump is written: delimited text, JSON lines or a MySQL dump, with headers in several manners or none.

use super::super::day::DateStyle;
use super::super::field::{PhoneStyle, Style};
use super::super::rng::{Rng, key};
use super::sheet::{Column, Shape, Sheet, Spelling};
use std::io::Write;

/// Rows of one statement of a MySQL dump.
const ROWS_PER_INSERT: usize = 400;

/// Headers by concept: in English, in Indonesian, in short.
const HEADERS: [(&str, [&str; 3]); 24] = [
    ("member_number", ["Customer ID", "NO_ANGGOTA", "id"]),
    ("nik", ["National ID", "NOMOR_KTP", "ktp"]),
    ("family_card", ["Family Card", "NOMOR_KK", "kk"]),
    ("name", ["Full Name", "NAMA_LENGKAP", "nm"]),
    ("birth_date", ["Date of Birth", "TANGGAL_LAHIR", "dob"]),
    ("birth_place", ["Place of Birth", "TEMPAT_LAHIR", "pob"]),
    ("sex", ["Gender", "JENIS_KELAMIN", "jk"]),
    ("address", ["Street Address", "ALAMAT", "addr"]),
    ("city", ["City", "KABUPATEN_KOTA", "kab"]),
    ("phone", ["Mobile", "NOMOR_HP", "tlp"]),
    ("email", ["E-mail", "ALAMAT_EMAIL", "mail"]),
    ("password_hash", ["Password", "SANDI", "pw"]),
    ("office_code", ["Branch", "KODE_KANTOR", "ktr"]),
    ("status", ["Status", "KEADAAN", "st"]),
    ("payment_status", ["Payment Status", "KOLEKTIBILITAS", "kol"]),
    ("plan", ["Plan", "PAKET", "pkt"]),
    ("product", ["Product", "PRODUK", "prd"]),
    ("premium", ["Premium", "PREMI", "prm"]),
    ("tenor", ["Term", "TENOR", "tnr"]),
    ("created", ["Created", "TANGGAL_DAFTAR", "crt"]),
    ("updated", ["Updated", "TANGGAL_UBAH", "upd"]),
    ("row_number", ["No.", "NOMOR", "#"]),
    ("score", ["Score", "SKOR", "scr"]),
    ("segment", ["Segment", "SEGMEN", "sgm"]),
];

/// A format with its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Delimited {
        delimiter: u8,
        quoted: bool,
        crlf: bool,
        header: bool,
    },
    /// One object a line; a missing value is null or left out.
    JsonLines {
        nulls: bool,
    },
    /// A table and its rows; each statement names the columns or leaves that to the table.
    Sql {
        named: bool,
    },
}

/// Whose words the headers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Headers {
    Own,
    English,
    Indonesian,
    Short,
}

/// How a dump is written, spelling apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) layout: Layout,
    pub(super) headers: Headers,
}

impl Format {
    /// Any; delimited text two times in three.
    pub(super) fn draw(rng: &mut Rng) -> Format {
        let layout = match rng.below(6) {
            0 => Layout::JsonLines { nulls: rng.chance(0.5) },
            1 => Layout::Sql { named: rng.chance(0.6) },
            _ => Layout::Delimited {
                delimiter: rng.pick(b",,;\t|"),
                quoted: rng.chance(0.3),
                crlf: rng.chance(0.25),
                header: rng.chance(0.75),
            },
        };
        Format { layout, headers: rng.pick(&[Headers::Own, Headers::English, Headers::Indonesian, Headers::Short]) }
    }

    /// Any other.
    pub(super) fn other(self, rng: &mut Rng) -> Format {
        loop {
            let format = Format::draw(rng);
            if format.layout != self.layout {
                return format;
            }
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self.layout {
            Layout::Delimited { delimiter: b'\t', .. } => "tsv",
            Layout::Delimited { delimiter: b'|', .. } => "txt",
            Layout::Delimited { .. } => "csv",
            Layout::JsonLines { .. } => "jsonl",
            Layout::Sql { .. } => "sql",
        }
    }

    /// The header of a column.
    pub(super) fn header(self, column: &Column) -> &'static str {
        let known = HEADERS.iter().find(|h| h.0 == column.concept).map(|h| h.1);
        match (self.headers, known) {
            (Headers::English, Some(words)) => words[0],
            (Headers::Indonesian, Some(words)) => words[1],
            (Headers::Short, Some(words)) => words[2],
            _ => column.header,
        }
    }

    /// The dump. `salt` decides between spellings where they are mixed.
    pub(super) fn write(self, sheet: &Sheet, salt: u64) -> Vec<u8> {
        let mut out = Vec::with_capacity(sheet.rows.len() * 128 + 1024);
        // Writing into memory cannot fail.
        let _ = match self.layout {
            Layout::Delimited { .. } => self.write_delimited(sheet, salt, &mut out),
            Layout::JsonLines { nulls } => self.write_json_lines(sheet, salt, nulls, &mut out),
            Layout::Sql { named } => self.write_sql(sheet, salt, named, &mut out),
        };
        out
    }

    fn write_delimited(self, sheet: &Sheet, salt: u64, out: &mut Vec<u8>) -> std::io::Result<()> {
        let Layout::Delimited { delimiter, quoted, crlf, header } = self.layout else {
            return Ok(());
        };
        let mut csv = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(if quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(out);
        if header {
            csv.write_record(sheet.columns.iter().map(|c| self.header(c)))?;
        }
        each_cell(sheet, salt, |n, cell| {
            csv.write_field(cell)?;
            if n + 1 == sheet.columns.len() { Ok(csv.write_record(None::<&[u8]>)?) } else { Ok(()) }
        })?;
        csv.flush()
    }

    fn write_json_lines(self, sheet: &Sheet, salt: u64, nulls: bool, out: &mut Vec<u8>) -> std::io::Result<()> {
        let mut first = true;
        each_cell(sheet, salt, |n, cell| {
            first |= n == 0;
            if n == 0 {
                out.push(b'{');
            }
            if !cell.is_empty() || nulls {
                if !std::mem::take(&mut first) {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, self.header(&sheet.columns[n]))?;
                out.push(b':');
                if cell.is_empty() {
                    out.extend(b"null");
                } else if is_number(&sheet.columns[n], cell) {
                    out.extend(cell.bytes());
                } else {
                    serde_json::to_writer(&mut *out, cell)?;
                }
            }
            if n + 1 == sheet.columns.len() {
                out.extend(b"}\n");
            }
            Ok(())
        })
    }

    fn write_sql(self, sheet: &Sheet, salt: u64, named: bool, out: &mut Vec<u8>) -> std::io::Result<()> {
        let names: Vec<String> = sheet.columns.iter().map(|c| format!("`{}`", self.header(c))).collect();
        let table = ["users", "data", "t_export"][(salt % 3) as usize];
        writeln!(out, "-- MySQL dump 10.13\n\nDROP TABLE IF EXISTS `{table}`;\nCREATE TABLE `{table}` (")?;
        for (n, (name, column)) in names.iter().zip(&sheet.columns).enumerate() {
            let kind = if column.shape == Shape::Number { "int" } else { "varchar(255)" };
            writeln!(out, "  {name} {kind} DEFAULT NULL{}", if n + 1 == names.len() { "" } else { "," })?;
        }
        writeln!(out, ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n")?;
        let columns = if named { format!(" ({})", names.join(",")) } else { String::new() };
        let mut row = 0;
        each_cell(sheet, salt, |n, cell| {
            if n == 0 && row % ROWS_PER_INSERT == 0 {
                write!(out, "INSERT INTO `{table}`{columns} VALUES ")?;
            }
            out.push(if n == 0 { b'(' } else { b',' });
            if cell.is_empty() {
                out.extend(b"NULL");
            } else if is_number(&sheet.columns[n], cell) {
                out.extend(cell.bytes());
            } else {
                out.push(b'\'');
                for byte in cell.bytes() {
                    if matches!(byte, b'\'' | b'\\') {
                        out.push(b'\\');
                    }
                    out.push(byte);
                }
                out.push(b'\'');
            }
            if n + 1 == names.len() {
                row += 1;
                let last = row % ROWS_PER_INSERT == 0 || row == sheet.rows.len();
                out.extend(if last { &b");\n"[..] } else { b")," });
            }
            Ok(())
        })
    }
}

impl Spelling {
    /// Any.
    pub(super) fn draw(rng: &mut Rng) -> Spelling {
        use DateStyle::{Compact, Dash, Iso, Midnight, Slash};
        use PhoneStyle::{Bare, Dashed, Mixed, National, Plus, Spaced};
        Spelling {
            phone: rng.pick(&[National, Plus, Bare, Dashed, Spaced, Mixed]),
            date: rng.pick(&[Iso, Slash, Dash, Compact, Midnight]),
            text: rng.pick(&[Style::AsIs, Style::Upper, Style::Lower]),
        }
    }
}

/// Whether a cell is written without quotes where the format has numbers.
fn is_number(column: &Column, cell: &str) -> bool {
    column.shape == Shape::Number && !cell.starts_with('0') && cell.bytes().all(|b| b.is_ascii_digit())
}

/// Tells `write` each cell, spelt, with the number of its column.
fn each_cell(sheet: &Sheet, salt: u64, mut write: impl FnMut(usize, &str) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut spelt = String::new();
    for row in &sheet.rows {
        let salt = key(&[salt, row.origin]);
        for (n, (column, cell)) in sheet.columns.iter().zip(&row.cells).enumerate() {
            if column.style == Style::AsIs {
                write(n, cell)?;
                continue;
            }
            spelt.clear();
            column.style.write(cell, salt, &mut spelt);
            write(n, &spelt)?;
        }
    }
    Ok(())
}
