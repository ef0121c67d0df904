//! Workbooks, beside what the library's simplest way of reading them says.

use super::super::collected::{Collected, corpus, hurt};
use super::super::{Content, TableName};
use super::workbook::{escaped, ods, package, xlsx};
use crate::ledger::Reason;
use crate::limits;
use calamine::{Data, Reader, SheetType, open_workbook_auto_from_rs};
use proptest::prelude::*;
use std::io::Cursor;

type Rows = Vec<(u64, Vec<String>)>;

const CORPORA: [(&str, Content); 7] = [
    ("sheets/any_sheets.xlsx", Content::OfficeXml),
    ("sheets/any_sheets.xls", Content::Ole),
    ("sheets/any_sheets.ods", Content::OpenDocument),
    ("sheets/date.xlsx", Content::OfficeXml),
    ("sheets/date_1904.xlsx", Content::OfficeXml),
    ("sheets/has_x000D_.xlsx", Content::OfficeXml),
    ("sheets/inventory-table.xlsx", Content::OfficeXml),
];

/// A cell in the plainest way.
fn plain(cell: &Data) -> String {
    match cell {
        Data::Bool(yes) => yes.to_string().to_uppercase(),
        Data::DateTime(moment) if moment.is_duration() => {
            let seconds = (moment.as_f64() * 86_400.0).round() as u64;
            format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        Data::DateTime(moment) => {
            let (y, m, d, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let time = if moment.as_f64().fract() == 0.0 { String::new() } else { format!(" {hour:02}:{minute:02}:{second:02}") };
            format!("{y:04}-{m:02}-{d:02}{time}")
        }
        Data::DurationIso(text) => text.replace("PT", "").replace(['H', 'M'], ":").replace('S', ""),
        Data::DateTimeIso(text) => text.replace("T00:00:00", "").replace('T', " "),
        other => other.to_string(),
    }
}

/// The twin: whole sheets as the library hands them over.
fn twin(bytes: &[u8]) -> Vec<(String, Rows)> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes.to_vec())).expect("a workbook");
    let sheets = book.sheets_metadata().iter().filter(|s| s.typ != SheetType::ChartSheet);
    let names: Vec<String> = sheets.map(|s| s.name.clone()).collect();
    let rows = |name: String| {
        let range = book.worksheet_range(&name).expect("a sheet");
        let (first, indent) = range.start().unwrap_or_default();
        let row = |(n, cells): (usize, &[Data])| {
            let mut texts = vec![String::new(); indent as usize];
            texts.extend(cells.iter().map(plain));
            texts.truncate(texts.iter().rposition(|t| !t.is_empty()).map_or(0, |last| last + 1));
            (u64::from(first) + n as u64, texts)
        };
        let rows = range.rows().enumerate().map(row).filter(|(_, texts)| !texts.is_empty()).collect();
        (name, rows)
    };
    names.into_iter().map(rows).collect()
}

fn tables(seen: &Collected) -> Vec<(String, Rows)> {
    seen.tables.iter().map(|t| (t.name.name.clone(), t.rows.clone())).collect()
}

fn texts(seen: &Collected) -> Vec<Vec<String>> {
    seen.rows().into_iter().map(|(_, cells)| cells).collect()
}

#[test]
fn real_workbooks_are_those_of_the_twin() {
    for (name, content) in CORPORA {
        let Some(bytes) = corpus(name) else { continue };
        let seen = Collected::of(content, &bytes);
        assert!(seen.skips.is_empty(), "{name}: {:?}", seen.skips);
        assert_eq!(tables(&seen), twin(&bytes), "{name}");
        assert!(!seen.rows().is_empty(), "{name}");
        assert!(seen.tables.iter().all(|t| t.name.columns.is_empty()));
    }
}

#[test]
fn one_workbook_in_three_formats_is_one() {
    let mut seen = Vec::new();
    for (name, content) in &CORPORA[..3] {
        let Some(bytes) = corpus(name) else { return };
        seen.push(tables(&Collected::of(*content, &bytes)));
    }
    assert_eq!(seen[0], seen[1]);
    // There a page with a chart is a sheet without cells.
    seen[2].retain(|(name, _)| name != "Chart");
    assert_eq!(seen[0], seen[2]);
    // One of its sheets is hidden, another very hidden.
    assert!(seen[0].len() > 2);
}

#[test]
fn days_are_counted_from_1900_and_1904() {
    for (name, first) in [("sheets/date.xlsx", "2021-01-01"), ("sheets/date_1904.xlsx", "2021-01-01")] {
        let Some(bytes) = corpus(name) else { continue };
        let rows = texts(&Collected::of(Content::OfficeXml, &bytes));
        assert_eq!(rows[0][0], first, "{name}");
    }
    let styles =
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"46\"/></cellXfs></styleSheet>";
    let serials = [
        ("1", 1, "1900-01-01"),
        ("59", 1, "1900-02-28"),
        ("60", 1, "1900-02-29"),
        ("61", 1, "1900-03-01"),
        ("45351.999999", 2, "2024-03-01"),
        ("45351.5", 2, "2024-02-29 12:00:00"),
        ("0.25", 2, "06:00:00"),
        ("1.5", 3, "36:00:00"),
        ("-1", 1, "-1"),
        ("628123456789", 1, "628123456789"),
        ("2958465", 1, "9999-12-31"),
    ];
    let data: String = serials
        .iter()
        .enumerate()
        .map(|(n, (v, s, _))| format!("<row r=\"{0}\"><c r=\"A{0}\" s=\"{s}\"><v>{v}</v></c></row>", n + 1))
        .collect();
    let seen = Collected::of(Content::OfficeXml, &xlsx(&[("S", data)], &[("xl/styles.xml", styles.as_bytes().to_vec())]));
    let expected: Vec<Vec<String>> = serials.iter().map(|s| vec![s.2.to_string()]).collect();
    assert_eq!(texts(&seen), expected);
}

#[test]
fn cells_are_what_is_shown() {
    let data = "<row r=\"3\"><c r=\"C3\"><v>6.28123456789E11</v></c><c r=\"E3\" t=\"b\"><v>1</v></c><c r=\"F3\" t=\"e\"><v>#N/A</v></c></row>
        <row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t></t></is></c></row>
        <row r=\"7\"><c r=\"A7\"><v>0.30000000000000004</v></c><c r=\"B7\"><v>3273012345678901</v></c><c r=\"C7\"><v>-0</v></c>
        <c r=\"D7\" t=\"str\"><f>A1&amp;B1</f><v>0812</v></c><c r=\"E7\" t=\"inlineStr\"><is><r><t xml:space=\"preserve\">a &amp; </t></r><r><t>b</t></r></is></c>
        <c r=\"F7\" t=\"d\"><v>2021-03-04T05:06:07</v></c></row>";
    let seen = Collected::of(Content::OfficeXml, &xlsx(&[("Ünïcode & \"quoted\"", data.to_string())], &[]));
    assert!(seen.skips.is_empty());
    assert_eq!(seen.tables[0].name, TableName { name: "Ünïcode & \"quoted\"".to_string(), columns: Vec::new() });
    let row = |cells: &[&str]| cells.iter().map(|c| c.to_string()).collect::<Vec<_>>();
    assert_eq!(
        seen.rows(),
        [
            (2, row(&["", "", "628123456789", "", "TRUE", "#N/A"])),
            (6, row(&["0.3", "3273012345678901", "0", "0812", "a & b", "2021-03-04 05:06:07"]))
        ]
    );
}

#[test]
fn wide_sheets_and_disorder_lose_nothing() {
    let data = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row><row r=\"2\"><c r=\"B2\"><v>2</v></c><c r=\"A2\"><v>3</v></c><c r=\"A2\"><v>4</v></c></row>
        <row r=\"1\"><c r=\"A1\"><v>5</v></c></row>";
    let seen = Collected::of(Content::OfficeXml, &xlsx(&[("S", data.to_string())], &[]));
    let rows: Vec<(u64, String)> = seen.rows().into_iter().map(|(n, cells)| (n, cells.concat())).collect();
    let expected = [(0, ""), (1, "2"), (1, "3"), (1, "4"), (0, "5")].map(|(n, text)| (n, text.to_string()));
    assert_eq!(rows, expected);
    assert_eq!(seen.reasons(), [Reason::TooManyCells]);
}

#[test]
fn bombs_are_refused() {
    let cell = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>".to_string();
    let claims = |count: &str| format!("<sst uniqueCount=\"{count}\"><si><t>x</t></si></sst>").into_bytes();
    let strings = |text: Vec<u8>| Collected::of(Content::OfficeXml, &xlsx(&[("S", cell.clone())], &[("xl/sharedStrings.xml", text)]));
    assert_eq!(texts(&strings(claims("1000"))), [["x"]]);
    assert_eq!(strings(claims("4294967295")).reasons(), [Reason::Damaged]);
    // Half a gigabyte and a string: more than is kept, in half a megabyte.
    let mut bomb = b"<sst><si><t>".to_vec();
    bomb.resize(limits::WORKBOOK_BYTES as usize + 20, b'x');
    assert_eq!(strings(bomb).reasons(), [Reason::UnsupportedFormat]);
    // One cell of many megabytes, and the same in a comment, in an attribute and in pieces.
    let long = "<x".repeat(limits::ROW_BYTES);
    for bomb in [
        format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(limits::ROW_BYTES + 1)),
        format!("<row><c/><!--{long}--></row>"),
        format!("<row><c r=\"{long}\"/></row>"),
        format!("<row><c t=\"inlineStr\"><is>{}</is></c></row>", "<r><t>x</t></r>".repeat(limits::ROW_BYTES / 8)),
    ] {
        let seen = Collected::of(Content::OfficeXml, &xlsx(&[("S", bomb)], &[]));
        assert_eq!(seen.reasons(), [Reason::UnsupportedFormat]);
        assert!(seen.skips[0].advice.is_some() && seen.tables.is_empty());
    }
}

#[test]
fn other_office_files_hold_no_tables() {
    let letter = package(&[("[Content_Types].xml", b"<Types/>".to_vec()), ("word/document.xml", b"<document/>".to_vec())]);
    assert_eq!(Collected::of(Content::OfficeXml, &letter).reasons(), [Reason::UnsupportedFormat]);
    assert_eq!(Collected::of(Content::OpenDocument, &ods("")).reasons(), [Reason::UnsupportedFormat]);
    let ole = |name: &str| {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
        file.create_stream(name).expect("memory");
        file.flush().expect("memory");
        file.into_inner().into_inner()
    };
    for (name, word) in [("/WordDocument", "workbook"), ("/EncryptedPackage", "password")] {
        let seen = Collected::of(Content::Ole, &ole(name));
        assert_eq!(seen.reasons(), [Reason::UnsupportedFormat]);
        assert!(seen.skips[0].advice.as_ref().is_some_and(|a| a.contains(word)), "{name}");
    }
    let manifest =
        b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>".to_vec();
    let locked = package(&[("META-INF/manifest.xml", manifest), ("content.xml", b"noise".to_vec())]);
    assert!(Collected::of(Content::OpenDocument, &locked).skips[0].advice.as_ref().is_some_and(|a| a.contains("password")));
}

#[test]
fn repetitions_of_ods_are_rows_and_cells() {
    let text = |t: &str| format!("<table:table-cell office:value-type=\"string\"><text:p>{t}</text:p></table:table-cell>");
    let tables = format!(
        "<table:table table:name=\"A\"><table:table-column/><table:table-row table:number-rows-repeated=\"5\"><table:table-cell/></table:table-row>
         <table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"2\"/>{}
         <table:table-cell table:number-columns-repeated=\"3\" office:value-type=\"float\" office:value=\"7\"><text:p>7,00</text:p></table:table-cell>
         <table:table-cell table:number-columns-repeated=\"16370\"/></table:table-row>
         <table:table-row table:number-rows-repeated=\"1048569\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>
         <table:table table:name=\"B\"><table:table-row>{}{}</table:table-row></table:table>",
        text("x<text:s text:c=\"3\"/>y<text:tab/>z<text:line-break/><text:span>&amp;&#233;</text:span></text:p><text:p>second"),
        text("kept<office:annotation><text:p>a note</text:p></office:annotation> on"),
        "<table:table-cell office:value-type=\"string\" office:string-value=\"\"><draw:frame><text:p>drawn</text:p></draw:frame><text:p>#N/A</text:p></table:table-cell>",
    );
    let seen = Collected::of(Content::OpenDocument, &ods(&tables));
    assert!(seen.skips.is_empty(), "{:?}", seen.skips);
    let row = ["", "", "x   y\tz\n&é\nsecond", "7", "7", "7"].map(String::from).to_vec();
    assert_eq!(seen.tables[0].rows, [(5, row.clone()), (6, row)]);
    assert_eq!(seen.tables[1].rows, [(0, vec!["kept on".to_string(), "#N/A".to_string()])]);
}

#[test]
fn tables_within_cells_of_ods_are_told() {
    let inner = "<table:table><table:table-row><table:table-cell><text:p>lost</text:p></table:table-cell></table:table-row></table:table>";
    let row = format!("<table:table-row><table:table-cell>{inner}<text:p>a</text:p></table:table-cell></table:table-row>");
    let seen = Collected::of(Content::OpenDocument, &ods(&format!("<table:table table:name=\"A\">{row}</table:table>")));
    assert_eq!(texts(&seen), [["a"]]);
    assert_eq!(seen.reasons(), [Reason::UnsupportedFormat]);
    assert!(seen.skips[0].what.ends_with("sheet number 1: 1"));
}

#[test]
fn endless_repetitions_of_ods_end() {
    let long = "x".repeat(1 << 20);
    let tables = format!(
        "<table:table table:name=\"A\"><table:table-row><table:table-cell table:number-columns-repeated=\"999999999\" office:value-type=\"string\">
         <text:p>{long}</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated=\"99999999999\">
         <table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>"
    );
    let seen = Collected::of(Content::OpenDocument, &ods(&tables));
    assert_eq!(seen.reasons(), [Reason::RowTooLong, Reason::UnsupportedFormat]);
    assert_eq!(seen.rows().len(), (1 << 20) - 1);
}

#[test]
fn hurt_workbooks_are_told() {
    for (name, content) in CORPORA {
        let Some(sound) = corpus(name) else { continue };
        let whole = tables(&Collected::of(content, &sound));
        assert!(!whole.is_empty());
        for (n, bytes) in hurt(&sound, 150).enumerate() {
            let seen = Collected::of(content, &bytes);
            let same = tables(&seen) == whole;
            // The last sixteenth of an old file may be anything.
            assert!(n >= 16 || same || !seen.skips.is_empty(), "{name} cut at {n} sixteenths");
            assert!(seen.skips.iter().all(|s| s.what.starts_with("the ") || s.what.contains("number ")));
        }
    }
}

#[test]
fn hurt_old_workbooks_are_told() {
    let Some(sound) = corpus("sheets/any_sheets.xls") else { return };
    // The stream of records alone, where a flip matters most.
    let mut file = cfb::CompoundFile::open(Cursor::new(&sound)).expect("a compound file");
    let mut stream = Vec::new();
    std::io::Read::read_to_end(&mut file.open_stream("/Workbook").expect("the stream"), &mut stream).expect("memory");
    for hurt in hurt(&stream, 3000) {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
        std::io::Write::write_all(&mut file.create_stream("/Workbook").expect("memory"), &hurt).expect("memory");
        file.flush().expect("memory");
        Collected::of(Content::Ole, &file.into_inner().into_inner());
    }
}

fn cell() -> impl Strategy<Value = Option<Data>> {
    prop_oneof![
        2 => Just(None),
        3 => "[ -~é]{1,12}".prop_filter("programs trim", |t| t.trim() == t).prop_map(|t| Some(Data::String(t))),
        1 => any::<i32>().prop_map(|n| Some(Data::Float(f64::from(n)))),
        1 => any::<bool>().prop_map(|b| Some(Data::Bool(b))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_sheet_is_that_of_the_twin_in_both_formats(sheet in prop::collection::vec(prop::collection::vec(cell(), 0..8), 0..30)) {
        let (mut office, mut open) = (String::new(), String::from("<table:table table:name=\"S\">"));
        for (r, row) in sheet.iter().enumerate() {
            office += &format!("<row r=\"{}\">", r + 1);
            open += "<table:table-row>";
            for (c, cell) in row.iter().enumerate() {
                let at = format!("{}{}", (b'A' + c as u8) as char, r + 1);
                let (in_office, in_open) = match cell {
                    None => (String::new(), "<table:table-cell/>".to_string()),
                    Some(Data::Bool(b)) => (
                        format!("<c r=\"{at}\" t=\"b\"><v>{}</v></c>", u8::from(*b)),
                        format!("<table:table-cell office:value-type=\"boolean\" office:boolean-value=\"{b}\"><text:p>{b}</text:p></table:table-cell>"),
                    ),
                    Some(Data::Float(f)) => (
                        format!("<c r=\"{at}\"><v>{f:e}</v></c>"),
                        format!("<table:table-cell office:value-type=\"float\" office:value=\"{f}\"/>"),
                    ),
                    Some(text) => (
                        format!("<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(&text.to_string())),
                        format!("<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>", escaped(&text.to_string())),
                    ),
                };
                office += &in_office;
                open += &in_open;
            }
            office += "</row>";
            open += "</table:table-row>";
        }
        open += "</table:table>";
        let (office, open) = (xlsx(&[("S", office)], &[]), ods(&open));
        let (a, b) = (tables(&Collected::of(Content::OfficeXml, &office)), tables(&Collected::of(Content::OpenDocument, &open)));
        prop_assert_eq!(&a, &twin(&office));
        prop_assert_eq!(&b, &twin(&open));
        prop_assert_eq!(a, b);
    }
}
