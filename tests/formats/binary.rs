//! Writers of the table as files that programs keep tables in.

use crate::{COLUMNS, Row};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::Arc;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

pub fn all(rows: &[Row]) -> Vec<(&'static str, Vec<u8>)> {
    vec![("members.xlsx", xlsx(rows)), ("members.ods", ods(rows)), ("members.parquet", parquet(rows)), ("members.db", sqlite(rows))]
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        out.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\r', "&#13;")
}

/// With the table's head as its first line.
fn lines(rows: &[Row]) -> impl Iterator<Item = Row> {
    std::iter::once(COLUMNS.map(|name| Some(name.to_string()))).chain(rows.iter().cloned())
}

/// With texts in their cells.
fn xlsx(rows: &[Row]) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let mut data = String::new();
    for (line, row) in lines(rows).enumerate() {
        let _ = write!(data, "<row r=\"{}\">", line + 1);
        for ((n, cell), letter) in row.iter().enumerate().zip('A'..) {
            let place = format!("{letter}{}", line + 1);
            let _ = match cell {
                None => Ok(()),
                Some(number) if n == 0 && line > 0 => write!(data, "<c r=\"{place}\"><v>{number}</v></c>"),
                Some(text) => write!(data, "<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(text)),
            };
        }
        data += "</row>";
    }
    let links = |name: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/{name}\" Target=\"{target}\"/></Relationships>"
        )
    };
    package(&[
        ("[Content_Types].xml", &format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        ("_rels/.rels", &links("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"members\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", &links("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>")),
    ])
}

fn ods(rows: &[Row]) -> Vec<u8> {
    const NAMES: &str = "urn:oasis:names:tc:opendocument:xmlns";
    let mut data = String::new();
    for (line, row) in lines(rows).enumerate() {
        data += "<table:table-row>";
        for (n, cell) in row.iter().enumerate() {
            match cell.as_deref() {
                None => data += "<table:table-cell/>",
                Some(number) if n == 0 && line > 0 => {
                    let _ = write!(
                        data,
                        "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
                    );
                }
                Some(text) => {
                    let paragraphs = escaped(text).replace('\t', "<text:tab/>").replace('\n', "</text:p><text:p>");
                    let _ = write!(data, "<table:table-cell office:value-type=\"string\"><text:p>{paragraphs}</text:p></table:table-cell>");
                }
            }
        }
        data += "</table:table-row>";
    }
    package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        (
            "content.xml",
            &format!(
                "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"{NAMES}:office:1.0\" xmlns:table=\"{NAMES}:table:1.0\" \
                 xmlns:text=\"{NAMES}:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"members\">{data}</table:table>\
                 </office:spreadsheet></office:body></office:document-content>"
            ),
        ),
    ])
}

fn parquet(rows: &[Row]) -> Vec<u8> {
    let texts: Vec<String> = COLUMNS[1..].iter().map(|name| format!("optional binary {name} (UTF8);")).collect();
    let schema = parse_message_type(&format!("message members {{ required int64 id; {} }}", texts.concat())).unwrap();
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, Arc::new(schema), Arc::new(WriterProperties::default())).unwrap();
    for group in rows.chunks(50_000) {
        let mut columns = writer.next_row_group().unwrap();
        for n in 0..COLUMNS.len() {
            let mut column = columns.next_column().unwrap().unwrap();
            let cells = group.iter().filter_map(|row| row[n].as_deref());
            if n == 0 {
                let numbers: Vec<i64> = cells.map(|cell| cell.parse().unwrap()).collect();
                column.typed::<Int64Type>().write_batch(&numbers, None, None).unwrap();
            } else {
                let texts: Vec<ByteArray> = cells.map(ByteArray::from).collect();
                let there: Vec<i16> = group.iter().map(|row| i16::from(row[n].is_some())).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, Some(&there), None).unwrap();
            }
            column.close().unwrap();
        }
        columns.close().unwrap();
    }
    writer.close().unwrap();
    out
}

fn sqlite(rows: &[Row]) -> Vec<u8> {
    let mut database = rusqlite::Connection::open_in_memory().unwrap();
    let all = database.transaction().unwrap();
    all.execute_batch("CREATE TABLE members (id INTEGER PRIMARY KEY, email TEXT, phone TEXT, name TEXT, city TEXT, note TEXT)").unwrap();
    for row in rows {
        all.execute("INSERT INTO members VALUES (?1, ?2, ?3, ?4, ?5, ?6)", row.each_ref()).unwrap();
    }
    all.commit().unwrap();
    database.serialize("main").unwrap().to_vec()
}
