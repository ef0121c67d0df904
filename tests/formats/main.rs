//! One table in every format, container and encoding: the same rows must match the same records, whatever it was posted as.
//!
//! The table is made up, and hard to write: quotes of both kinds, backslashes, delimiters, line ends and other scripts inside of cells.

mod binary;
mod blocks;
#[path = "../common/mod.rs"]
mod common;
mod containers;
mod credentials;
mod free;
mod long;
mod product;
mod texts;
mod wraps;

use common::{Cut, index, put, try_open};
use leaktrace::matching::Question;
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

const SCHEMA: &str = "[institution]\nname = \"Toko Maju\"\ndataset = \"members\"\nregion = \"ID\"\n\
    [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"phone\"\nkind = \"phone\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"name\"\nkind = \"name\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"city\"\nkind = \"text\"\nrole = \"attribute\"\n";

pub(crate) const COLUMNS: [&str; 6] = ["id", "email", "phone", "name", "city", "note"];

/// A row; a cell that is `None` is missing.
pub(crate) type Row = [Option<String>; 6];

/// What the cells are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// Any characters, mixed.
    Any,
    /// Of western Europe.
    Latin,
    /// Of Poland and its neighbours.
    Central,
    Cyrillic,
    Greek,
    Turkish,
    /// Chinese of the mainland.
    Simplified,
    /// Chinese of Taiwan.
    Traditional,
    Japanese,
    Korean,
}

impl Script {
    /// First names, last names, and cities.
    fn words(self) -> ([&'static str; 4], [&'static str; 4], [&'static str; 6]) {
        let latin = (["Budi", "Siti", "José", "Zoë"], ["Santoso", "D'Arcy", "Müller", "Wijaya"]);
        match self {
            Script::Any => (latin.0, latin.1, ["Kötz", "Łódź", "Москва", "東京", "O'Fallon", "Banda Aceh"]),
            Script::Latin => (latin.0, latin.1, ["Kötz", "Málaga", "Besançon", "Århus", "O'Fallon", "Banda Aceh"]),
            Script::Central => (
                ["Małgorzata", "Łukasz", "Jiří", "Zoë"],
                ["Wiśniewski", "D'Arcy", "Dvořák", "Żółkiewska"],
                ["Łódź", "Kraków", "Gdańsk", "Plzeň", "O'Fallon", "Częstochowa"],
            ),
            Script::Cyrillic => (
                ["Иван", "Мария", "Алексей", "Ольга"],
                ["Петров", "Д'Арси", "Кузнецов", "Смирнова"],
                ["Москва", "Казань", "Новосибирск", "Тверь", "О'Фаллон", "Нижний Новгород"],
            ),
            Script::Greek => (
                ["Γιώργος", "Μαρία", "Νίκος", "Ελένη"],
                ["Παπαδόπουλος", "Ντ'Αρσύ", "Γεωργίου", "Νικολάου"],
                ["Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο", "Ο'Φάλλον", "Νέα Σμύρνη"],
            ),
            Script::Turkish => (
                ["Ayşe", "Çağlar", "İbrahim", "Işıl"],
                ["Yılmaz", "D'Arcy", "Öztürk", "Şahin"],
                ["İstanbul", "Diyarbakır", "Eskişehir", "Muğla", "O'Fallon", "Kahraman Maraş"],
            ),
            Script::Simplified => (
                ["小明 王", "丽华 李", "建国 张", "秀英 刘"],
                ["先生", "女士", "经理", "老师"],
                ["北京", "上海市", "广州", "乌鲁木齐", "西安", "呼和浩特"],
            ),
            Script::Traditional => (
                ["小明 王", "麗華 李", "建國 張", "秀英 劉"],
                ["先生", "女士", "經理", "老師"],
                ["臺北市", "高雄", "臺南", "新竹縣", "花蓮", "宜蘭縣"],
            ),
            Script::Japanese => (
                ["太郎", "さくら", "ケンジ", "美咲"],
                ["田中", "すずき", "タカハシ", "渡辺"],
                ["東京都", "大阪市", "さいたま", "横浜市", "カワサキ", "札幌市"],
            ),
            Script::Korean => {
                (["민준", "서연", "지훈", "하은"], ["김", "이", "박", "최"], ["서울특별시", "부산", "대구광역시", "인천", "광주", "제주도"])
            }
        }
    }
}

/// Row number `n`; every third one is about a record.
pub(crate) fn row(n: usize, script: Script) -> Row {
    let notes = [
        "it's \"quoted\"",
        "back\\slash \\n no line",
        "a,b;c|d\te",
        "two\nlines",
        "cr\r\nlf",
        "NULL",
        "",
        "semi; -- no comment /* nor this */",
        "(1,'x'),(2,'y')",
        "{\"json\": [1]}",
    ];
    let (first, last, cities) = script.words();
    let note = notes[n % notes.len()];
    [
        Some(n.to_string()),
        Some(format!("person{n}@example.org")),
        (!n.is_multiple_of(7)).then(|| format!("0812{:08}", 10_000_000 + n)),
        Some(format!("{} {}", first[n % 4], last[n / 4 % 4])),
        Some(cities[n % cities.len()].to_string()),
        (note != "NULL").then(|| note.to_string()),
    ]
}

pub(crate) struct World {
    pub(crate) folder: TempDir,
    question: Question,
    pub(crate) rows: Vec<Row>,
    expected: Value,
}

impl World {
    /// `rows` rows, and an index of every third of them and of as many others.
    pub(crate) fn new(rows: usize, script: Script) -> World {
        let folder = tempfile::tempdir().unwrap();
        let all: Vec<Row> = (0..rows).map(|n| row(n, script)).collect();
        let known = (0..2 * rows).filter(|n| n % 3 == 0 && *n < rows || *n >= rows && n % 3 == 1).map(|n| row(n, script));
        let records = texts::csv(&known.collect::<Vec<_>>(), b',');
        let out = folder.path().join("records.ltx");
        index(&put(folder.path(), "records.csv", records), SCHEMA, &out);
        let question = try_open(&[out]).unwrap();
        let mut world = World { folder, question, rows: all, expected: Value::Null };
        let plain = texts::csv(&world.rows, b',');
        world.expected = world.answer("plain.csv", &plain);
        let about = rows.div_ceil(3) as u64;
        assert_eq!(world.expected["rows"], rows as u64);
        assert_eq!(world.expected["institution"]["rows_corroborated"], about, "the CSV itself");
        world
    }

    fn answer(&self, name: &str, content: &[u8]) -> Value {
        let path = put(self.folder.path(), name, content);
        let document = self.scan(&[path]);
        assert_eq!(document["coverage"]["complete"], true, "{name}: {:#}", document["coverage"]);
        short(&document)
    }

    pub(crate) fn scan(&self, dumps: &[PathBuf]) -> Value {
        serde_json::from_slice(&common::try_scan_bytes(&self.question, dumps, Cut::USUAL).expect("a document")).unwrap()
    }

    /// The file gives the answer that the plain CSV gives.
    #[track_caller]
    pub(crate) fn same(&self, name: &str, content: &[u8]) {
        let answer = self.answer(name, content);
        assert_eq!(answer, self.expected, "{name}");
    }
}

/// What must not depend on how the table is written.
pub(crate) fn short(document: &Value) -> Value {
    let mut institution = document["institutions"][0].clone();
    let object = institution.as_object_mut().unwrap();
    object.retain(|name, _| {
        ["hits", "rows_hit", "rows_corroborated", "rows_ambiguous", "records_distinct", "support"].contains(&name.as_str())
    });
    serde_json::json!({ "rows": document["coverage"]["rows_read"], "institution": institution })
}

#[test]
fn every_text_format() {
    let world = World::new(3000, Script::Any);
    for (name, content) in texts::all(&world.rows) {
        world.same(name, &content);
    }
}

#[test]
fn every_encoding() {
    let world = World::new(3000, Script::Any);
    let formats =
        [("csv", texts::csv(&world.rows, b';')), ("sql", texts::sql_server(&world.rows)), ("json", texts::json_lines(&world.rows))];
    for (format, text) in &formats {
        let text = std::str::from_utf8(text).unwrap();
        for (encoding, bytes) in texts::wide(text) {
            world.same(&format!("{encoding}.{format}"), &bytes);
        }
    }
    let world = World::new(3000, Script::Latin);
    let text = texts::csv(&world.rows, b',');
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(std::str::from_utf8(&text).unwrap());
    assert!(!lossy);
    world.same("windows-1252.csv", &bytes);
}

/// Lines of several tables have each their own table's columns.
#[test]
fn cat_names_each_tables_own_columns() {
    let folder = tempfile::tempdir().unwrap();
    let dump = "CREATE TABLE a (x int, y int, z int);\nINSERT INTO a VALUES (1,2,3);\nCREATE TABLE b (p int, q int);\nINSERT INTO b VALUES (4,5);\n";
    let path = put(folder.path(), "two.sql", dump);
    let cat = |more: &[&str]| {
        let done = assert_cmd::Command::cargo_bin("leaktrace").unwrap().arg("cat").arg(&path).args(more).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    let rows: Vec<Value> =
        cat(&["--format", "jsonl"]).lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["row"].clone()).collect();
    assert_eq!(rows, [serde_json::json!({ "x": "1", "y": "2", "z": "3" }), serde_json::json!({ "p": "4", "q": "5" })]);
    assert_eq!(cat(&["--table", "b"]), "p,q\r\n4,5\r\n");
}
