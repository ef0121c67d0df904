//! Little that becomes much.

use crate::support::{World, records};
use crate::{File, Writes, entries, entry, gz, just, number, rows, same, scan, zip};

#[test]
fn a_flat_bomb_costs_itself_alone() {
    let world = World::new();
    let zeros = |out: &mut dyn std::io::Write| same(0, 300 << 20, out);
    let bytes = zip(&[("a.csv", &just(records(0..400))), ("bomb", &zeros), ("z.csv", &just(records(400..800)))]);
    let document = scan(&world, &world.write("dump/flat.zip", bytes), &[], 1);
    assert_eq!(rows(&document), (800, 800));
    let told = entries(&document);
    assert!(told.contains(&entry("flat.zip!bomb", "unpack_limit")), "{told:?}");
    assert!(told.iter().all(|(name, _)| name == "flat.zip!bomb"), "{told:?}");
    // Nobody supported: not "no match".
    let bytes = zip(&[("a.csv", &just(records(50_000..50_100))), ("bomb", &zeros)]);
    let document = scan(&world, &world.write("dump/flat.zip", bytes), &[], 3);
    assert_eq!((rows(&document).0, &document["verdict"]["kind"]), (100, &serde_json::json!("incomplete")));
}

#[test]
fn a_nested_bomb_ends() {
    let world = World::new();
    let mut layer = gz(|out| same(0, 200 << 20, out));
    for _ in 0..3 {
        let inner = just(layer.clone());
        let files: Vec<(String, _)> = (0..10).map(|n| (format!("f{n}"), &inner)).collect();
        layer = zip(&files.iter().map(|(name, inner)| (name.as_str(), *inner as Writes<'_>)).collect::<Vec<_>>());
    }
    let bytes = zip(&[("a.csv", &just(records(0..400))), ("bomb.zip", &just(layer))]);
    let document = scan(&world, &world.write("dump/nested.zip", bytes), &[], 1);
    assert_eq!(rows(&document), (400, 400));
    let told = entries(&document);
    assert!(told.iter().any(|(name, reason)| name.starts_with("nested.zip!bomb.zip!f0") && reason == "unpack_limit"), "{told:?}");
    let deep =
        (0..12).fold(gz(|out| out.write_all(records(0..10).as_bytes()).unwrap()), |inner, _| gz(|out| out.write_all(&inner).unwrap()));
    let document = scan(&world, &world.write("dump/deep.gz", deep), &[], 3);
    assert_eq!(entries(&document), [entry("deep.gz", "unpack_limit")]);
}

#[test]
fn members_that_share_their_bytes_are_read_once() {
    let world = World::new();
    let names: Vec<String> = (0..200).map(|n| format!("f{n:03}.csv")).collect();
    let (table, empty) = (just(records(0..400)), just(""));
    let files: Vec<File<'_>> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), if n == 0 { &table as Writes<'_> } else { &empty })).collect();
    let mut bytes = zip(&files);
    // Every entry is made to mean the first one's bytes.
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    let (method, sizes, place) = (bytes[places[0] + 10..places[0] + 12].to_vec(), bytes[places[0] + 16..places[0] + 28].to_vec(), [0; 4]);
    for &at in &places[1..] {
        bytes[at + 10..at + 12].copy_from_slice(&method);
        bytes[at + 16..at + 28].copy_from_slice(&sizes);
        bytes[at + 42..at + 46].copy_from_slice(&place);
    }
    let document = scan(&world, &world.write("dump/overlap.zip", bytes), &[], 1);
    assert_eq!(rows(&document), (400, 400));
    let told = entries(&document);
    assert_eq!(told.iter().filter(|(_, reason)| reason == "unpack_limit").count(), 199, "{told:?}");
}

#[test]
fn a_line_of_spaces_ends_by_the_ratio_or_is_told_whole() {
    let world = World::new();
    const SPACES: u64 = 256 << 20;
    let bytes = gz(|out| {
        out.write_all(records(0..100).as_bytes()).unwrap();
        same(b' ', SPACES, out);
        out.write_all(b"\n").unwrap();
        out.write_all(records(100..200).split_once('\n').unwrap().1.as_bytes()).unwrap();
    });
    let path = world.write("dump/spaces.csv.gz", bytes);
    let document = scan(&world, &path, &[], 1);
    assert_eq!(rows(&document), (100, 100));
    let told = entries(&document);
    assert!(told.contains(&entry("spaces.csv.gz", "unpack_limit")), "{told:?}");

    // Where the user allows it, all of it is read: that one line is told, and the rows behind it are matched.
    let document = scan(&world, &path, &["--max-ratio", "5000"], 1);
    assert_eq!(rows(&document), (200, 200));
    let skipped = &document["coverage"]["skipped"];
    assert_eq!(entries(&document), [entry("spaces.csv.gz", "row_too_long")]);
    assert_eq!((number(&skipped[0]["bytes"]), number(&skipped[0]["rows"])), (SPACES + 1, 1), "{skipped:#}");
    assert_eq!(number(&document["coverage"]["rows"]), 201);
}

#[test]
fn a_workbook_with_a_bomb_of_strings() {
    let world = World::new();
    let strings = |out: &mut dyn std::io::Write| {
        out.write_all(b"<?xml version=\"1.0\"?><sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>").unwrap();
        same(b'x', 600 << 20, out);
        out.write_all(b"</t></si></sst>").unwrap();
    };
    let many = |out: &mut dyn std::io::Write| {
        out.write_all(b"<?xml version=\"1.0\"?><sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">").unwrap();
        let piece = b"<si><t>x</t></si>".repeat(1 << 16);
        (0..480).for_each(|_| out.write_all(&piece).unwrap());
        out.write_all(b"</sst>").unwrap();
    };
    let sheets: [Writes<'_>; 2] = [&strings, &many];
    for (n, strings) in sheets.into_iter().enumerate() {
        let bytes = workbook(strings);
        let name = format!("bomb{n}.xlsx");
        world.write(format!("dump{n}/a.csv"), records(0..400));
        world.write(format!("dump{n}/{name}"), bytes);
        let document = scan(&world, &world.at(format!("dump{n}")), &[], 1);
        assert_eq!(rows(&document).1, 400);
        let told = entries(&document);
        assert_eq!(told.len(), 1, "{told:?}");
        let skipped = &document["coverage"]["skipped"][0];
        assert!(
            told[0].0.ends_with(&name) && skipped["advice"].as_str().unwrap().contains("more memory than the limits allow"),
            "{skipped:#}"
        );
    }
}

/// A workbook whose one sheet shows the first of its strings.
fn workbook(strings: Writes<'_>) -> Vec<u8> {
    const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    zip(&[
        ("[Content_Types].xml", &just(TYPES)),
        ("_rels/.rels", &just(RELS)),
        ("xl/workbook.xml", &just(BOOK)),
        ("xl/_rels/workbook.xml.rels", &just(BOOK_RELS)),
        ("xl/worksheets/sheet1.xml", &just(SHEET)),
        ("xl/sharedStrings.xml", strings),
    ])
}
