//! The table in containers: members are named, counted, and read up to where a file is cut off.

use crate::wraps::{WRAPS, gz, tar, zip, zst};
use crate::{Script, World, short, texts};
use std::io::{Cursor, Write};

#[test]
fn every_container() {
    let world = World::new(1500, Script::Any);
    let formats =
        [("csv", texts::csv(&world.rows, b',')), ("sql", texts::sql_server(&world.rows)), ("json", texts::json_lines(&world.rows))];
    for (format, text) in &formats {
        for (name, wrap) in WRAPS {
            world.same(&format!("{format}.{name}"), &wrap(text));
        }
    }
}

#[test]
fn containers_in_containers() {
    let world = World::new(1500, Script::Any);
    let wide = &texts::wide(std::str::from_utf8(&texts::csv(&world.rows, b';')).unwrap())[0].1;
    for (outer, a) in WRAPS {
        for (inner, b) in WRAPS {
            world.same(&format!("csv.{inner}.{outer}"), &a(&b(wide)));
        }
    }
    world.same("deep", &gz(&tar(&zip(&zst(&texts::csv(&world.rows, b','))))));
}

#[test]
fn members_are_named_and_counted() {
    let world = World::new(600, Script::Any);
    let (first, second) = world.rows.split_at(250);
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("a.csv", texts::csv(first, b',')),
        ("b.tar.gz", gz(&tar(&texts::json_lines(second)))),
        ("c.bin", (0..5000u64).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8 % 32).collect()),
    ] {
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    let path = common_put(&world, "outer.zip", &out.finish().unwrap().into_inner());
    let document = world.scan(&[path]);
    // The binary member is told, and the rest is read.
    assert_eq!(document["coverage"]["complete"], false);
    assert_eq!(document["coverage"]["skipped"][0]["bytes"], 5000);
    assert!(document["coverage"]["skipped"][0]["where"].as_str().unwrap().contains("outer.zip!c.bin"), "{:#}", document["coverage"]);
    let members = document["inputs"][0]["members"].as_array().unwrap();
    let rows = |n: usize| members[n]["tables"][0]["rows"].as_u64();
    assert!(members[0]["path"].as_str().unwrap().ends_with("outer.zip!a.csv") && rows(0) == Some(250), "{members:#?}");
    assert!(members[1]["path"].as_str().unwrap().ends_with("outer.zip!b.tar.gz!folder/members") && rows(1) == Some(350), "{members:#?}");
    assert_eq!(short(&document)["institution"]["rows_corroborated"], 200);
    let sum = |name: &str| document["coverage"][name].as_u64().unwrap();
    assert_eq!(sum("bytes") + sum("bytes_unpacked"), sum("bytes_read") + sum("bytes_unpacked_read") + 5000);
}

#[test]
fn a_file_cut_off_gives_what_stands_before_the_cut() {
    let world = World::new(20_000, Script::Any);
    let whole = gz(&texts::csv(&world.rows, b','));
    let path = common_put(&world, "cut.csv.gz", &whole[..whole.len() / 2]);
    let document = world.scan(&[path]);
    assert_eq!(document["coverage"]["complete"], false);
    assert!(document["coverage"]["skipped"].as_array().unwrap().iter().any(|s| s["reason"] == "damaged"), "{:#}", document["coverage"]);
    let rows = document["coverage"]["rows_read"].as_u64().unwrap();
    assert!((4_000..19_000).contains(&rows), "{rows}");
    assert!(short(&document)["institution"]["rows_corroborated"].as_u64().unwrap() >= rows / 3);
}

fn common_put(world: &World, name: &str, content: &[u8]) -> std::path::PathBuf {
    crate::common::put(world.folder.path(), name, content)
}
