//! The shapes that JSON texts have, and what their rows are called.

use super::super::is_json;
use super::naive::{Columns, Tree};
use super::whole;
use std::path::Path;

#[test]
fn every_shape_has_its_rows() {
    let two = [vec![("a", "1")], vec![("a", "2")]];
    for text in [
        "{\"a\":1}\n{\"a\":2}\n",
        "{\"a\":1}{\"a\":2}",
        "{\"a\":1},\n{\"a\":2},\n",
        "\u{feff}\x1e{\"a\":1}\n\x1e{\"a\":2}\n",
        "[{\"a\":1},{\"a\":2}]",
        "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n",
        "[{\"a\":1}]\n[{\"a\":2}]",
        "[{\"a\":1},null,{\"a\":2}]",
        "{\"index\":{\"_id\":\"1\"}}\n{\"a\":1}\n{\"index\":{}}\n{\"a\":2}\n",
        "{\"_source\":{\"a\":1}}\n{\"_source\":{\"a\":2}}\n",
        "{\"a\":{\"$numberInt\":\"1\"}} {\"a\":{\"$date\":{\"$numberLong\":\"2\"}}}",
    ] {
        let got = whole(text);
        assert_eq!(got.of(""), two, "{text}");
        assert!(got.reasons().is_empty(), "{text}");
        assert_eq!(got.tables, [(String::new(), vec!["a".to_string()])]);
    }
    for (text, want) in [
        ("[1,2,3]", vec![vec![("0", "1")], vec![("0", "2")], vec![("0", "3")]]),
        ("[[\"x\",null,{\"a\":[1]}],[]]", vec![vec![("0", "x"), ("2", "{\"a\":[1]}")], vec![]]),
        ("[\"x\",1]\n[\"y\",2]", vec![vec![("0", "x"), ("1", "1")], vec![("0", "y"), ("1", "2")]]),
        ("{}", vec![vec![]]),
        ("{\"a\":[]}", vec![vec![]]),
        ("{\"a\":1}\n[5,{\"b\":6}]\n7", vec![vec![("a", "1")], vec![("0", "5"), ("1.b", "6")], vec![("", "7")]]),
    ] {
        let got = whole(text);
        assert_eq!(got.of(""), want, "{text}");
        assert!(got.reasons().is_empty(), "{text}");
    }
    assert_eq!(whole(" \n ").rows, []);
    assert_eq!(whole("[]").rows, []);
}

#[test]
fn a_document_has_tables_and_what_stands_around_them() {
    let got = whole(
        "{\"took\":5,\"hits\":{\"total\":{\"value\":2},\"hits\":[{\"_index\":\"u\",\"_source\":{\"email\":\"a@example.com\"}},\n\
         {\"_index\":\"u\",\"_source\":{\"email\":\"b@example.com\"}}]},\"tags\":[\"x\",\"y\"],\"more\":[{\"id\":1}],\"none\":[],\"last\":true}\n{\"took\":6}",
    );
    // Another value follows: a row each.
    assert_eq!(got.tables.len(), 1);
    let got = whole(
        "{\"took\":5,\"hits\":{\"total\":{\"value\":2},\"hits\":[{\"_index\":\"u\",\"_source\":{\"email\":\"a@example.com\"}},\n\
         {\"_index\":\"u\",\"_source\":{\"email\":\"b@example.com\"}}]},\"tags\":[\"x\",\"y\"],\"more\":[{\"id\":1}],\"none\":[],\"last\":true}\n",
    );
    let columns = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(
        got.tables,
        [
            ("hits.hits".to_string(), columns(&["_index", "email"])),
            ("more".to_string(), columns(&["id"])),
            (String::new(), columns(&["took", "hits.total.value", "tags.0", "tags.1", "last"])),
        ]
    );
    assert_eq!(got.of("hits.hits")[1], [("_index", "u"), ("email", "b@example.com")]);
    assert_eq!(got.of("more"), [[("id", "1")]]);
    assert_eq!(got.of(""), [[("took", "5"), ("hits.total.value", "2"), ("tags.0", "x"), ("tags.1", "y"), ("last", "true")]]);
    assert!(got.reasons().is_empty());
    // Too deep to be a table.
    assert_eq!(whole("{\"a\":{\"b\":{\"c\":{\"d\":[{\"x\":1}]}}}}").tables[0].0, "a.b.c.d");
    assert_eq!(whole("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":[{\"x\":1}]}}}}}").of(""), [[("a.b.c.d.e.0.x", "1")]]);
}

#[test]
fn cells_are_what_was_meant() {
    let got = whole(
        "{\"s\":\"a\\u00e9\\ud83d\\ude00\\n\\\"\\/\",\"n\": -1.50e3 ,\"t\":true,\"z\":null,\"e\":\"\",\"k\\u0065y\":\"\\ud800\",\
         \"p\":[\"1\",\"2\"],\"c\":[{\"e\":\"x\"},{\"e\":\"y\"}],\"nan\":NaN,\"s\":\"again\"}\n{\"long\":[1,2,3,4,5,6,7,8, 9 , {\"a\":10} ]}",
    );
    assert_eq!(
        got.of("")[0],
        [
            ("s", "aé😀\n\"/"),
            ("n", "-1.50e3"),
            ("t", "true"),
            ("key", "\u{fffd}"),
            ("p.0", "1"),
            ("p.1", "2"),
            ("c.0.e", "x"),
            ("c.1.e", "y"),
            ("nan", "NaN"),
            ("s", "again"),
        ]
    );
    assert_eq!(got.of("")[1].last(), Some(&("long.8+", "9 , {\"a\":10}")));
    assert_eq!(got.tables[0].1[..5], ["s", "n", "t", "z", "e"]);
    assert_eq!(whole("{\"a\":\"\u{1}\t\"}").of(""), [[("a", "\u{1}\t")]]);
}

#[test]
fn knows_json_from_other_texts() {
    for json in [
        "{\"email\": \"a@example.com\"}\n",
        "{}",
        "{} {}",
        "[\n  {\"a\": 1}]",
        "[[\"x\"]]",
        "\u{feff} [\"a\",1]\n[\"b\",2]",
        "[1,\"a\"]\n[2,\"b\"]\n",
        "{\"a\":1}{\"a\":2}",
        "{\"a\":1},\n{\"a\":2},\n",
        "{\"cut",
        "{\"a\": ObjectId(\"x\")}",
        "\x1e{\"a\":1}\n",
    ] {
        assert!(is_json(json.as_bytes()), "{json}");
    }
    for other in [
        "",
        "id,name\n1,x\n",
        "{x};y\n",
        "[1],2\n",
        "{\"a\"};y\n",
        "{};1\n",
        "[\"x\"],2\n",
        "[INFO] x\n",
        "[1] x\n",
        "[",
        "\"a\",\"b\"\n",
        "[1,2\n",
    ] {
        assert!(!is_json(other.as_bytes()), "{other}");
    }
}

#[test]
fn real_files_read_as_serde_reads_them() {
    let corpora = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpora"));
    let Ok(phones) = std::fs::read_to_string(corpora.join("json/amazon_cellphones.ndjson")) else {
        println!("skipped: the corpora are not here");
        return;
    };
    let got = whole(&phones);
    let rows = got.of("");
    assert_eq!((rows.len(), got.reasons().len()), (793, 0));
    for (line, row) in phones.lines().zip(&rows) {
        let cells: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
        let want = cells.iter().enumerate().map(|(n, c)| (n.to_string(), c.as_str().map_or(c.to_string(), str::to_string)));
        let want: Vec<_> = want.filter(|(_, cell)| !cell.is_empty()).collect();
        let number = |cell: &str| cell.parse::<f64>().ok();
        for ((n, cell), (m, wanted)) in row.iter().zip(&want) {
            assert!(n == m && (cell == wanted || number(cell) == number(wanted)), "{cell} {wanted}");
        }
        assert_eq!(row.len(), want.len());
    }
    let mut files = 0;
    for file in std::fs::read_dir(corpora.join("csv-spectrum")).unwrap().map(|e| e.unwrap().path()) {
        if file.extension().is_some_and(|e| e == "json") {
            let text = std::fs::read_to_string(&file).unwrap();
            let values = match Tree::parse(&text).unwrap() {
                Tree::Array(values) => values,
                one => vec![one],
            };
            let mut columns = Columns::default();
            let want: Vec<_> = values.iter().filter_map(|v| columns.row(v)).collect();
            let rows = whole(&text);
            let got: Vec<Vec<_>> = rows.of("").iter().map(|r| r.iter().map(|(n, c)| (n.to_string(), c.to_string())).collect()).collect();
            assert_eq!(got, want, "{}", file.display());
            assert!(rows.reasons().is_empty());
            files += 1;
        }
    }
    assert_eq!(files, 12);
}
