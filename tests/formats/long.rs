//! Texts that are longer than one window of a stream: nothing may be lost or counted twice where windows meet.

use crate::common::put;
use crate::{Row, Script, World, row, short, texts};
use leaktrace::limits::{ROW_BYTES, WINDOW_BYTES};
use std::io::Write as _;

const ROWS: usize = 3000;

/// Writes a table as text.
type Write = fn(&[Row]) -> Vec<u8>;

/// A number that nothing compresses: what unpacks to a thousand times its size is taken for a bomb.
fn noise(n: usize) -> u64 {
    (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// The table so often, but for the first cell of its rows, that its text fills more than two windows.
fn long(rows: &[Row], text: Write) -> (Vec<Row>, Vec<u8>) {
    let times = 2 * WINDOW_BYTES / text(rows).len() + 2;
    let mut many: Vec<Row> = (0..times).flat_map(|_| rows.to_vec()).collect();
    many.iter_mut().enumerate().for_each(|(n, row)| row[0] = Some((noise(n) >> 1).to_string()));
    let text = text(&many);
    assert!(text.len() > 2 * WINDOW_BYTES);
    (many, text)
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut out = zstd::Encoder::new(Vec::new(), 1).unwrap();
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[track_caller]
fn holds(world: &World, name: &str, text: &[u8], rows: usize) {
    let plain = world.scan(&[put(world.folder.path(), name, text)]);
    let packed = world.scan(&[put(world.folder.path(), &format!("{name}.zst"), zst(text))]);
    assert_eq!(short(&packed), short(&plain), "{name}");
    assert_eq!(packed["coverage"]["rows_distinct"], plain["coverage"]["rows_distinct"], "{name}");
    assert_eq!(plain["coverage"]["rows_read"], rows, "{name}");
    assert_eq!(short(&plain)["institution"]["rows_corroborated"], rows.div_ceil(3), "{name}");
    assert!(plain["coverage"]["complete"] == true && packed["coverage"]["complete"] == true, "{name}");
    assert_eq!(packed["coverage"]["bytes_unpacked"], text.len(), "{name}");
}

#[test]
fn longer_than_a_window() {
    let world = World::new(ROWS, Script::Any);
    let formats: [(&str, Write); 4] = [
        ("long.csv", |r| texts::csv(r, b',')),
        ("long.sql", texts::one_statement),
        ("long.copy.sql", texts::copy),
        ("long.jsonl", texts::json_lines),
    ];
    for (name, write) in formats {
        let (rows, text) = long(&world.rows, write);
        holds(&world, name, &text, rows.len());
    }
}

/// A line that is longer than a row may be, and one that is longer than a window, cost themselves and nothing else.
#[test]
fn lines_without_end_in_a_stream() {
    let world = World::new(ROWS, Script::Any);
    let table = texts::csv(&world.rows, b',');
    let (_, rest) = table.split_at(table.iter().position(|&b| b == b'\n').unwrap() + 1);
    let mut text = table.clone();
    for length in [ROW_BYTES + 5, 2 * WINDOW_BYTES + 7] {
        text.extend((0..length).map(|n| b'a' + (noise(n) >> 60) as u8));
        text.push(b'\n');
        text.extend_from_slice(rest);
    }
    let plain = world.scan(&[put(world.folder.path(), "lines.csv", &text)]);
    let packed = world.scan(&[put(world.folder.path(), "lines.csv.zst", zst(&text))]);
    assert_eq!(short(&packed), short(&plain));
    assert_eq!(plain["coverage"]["rows_read"], 3 * ROWS);
    for document in [&plain, &packed] {
        let skipped = document["coverage"]["skipped"].as_array().unwrap();
        assert!(skipped.len() == 1 && skipped[0]["reason"] == "row_too_long", "{skipped:#?}");
        assert_eq!(skipped[0]["bytes"], ROW_BYTES + 5 + 2 * WINDOW_BYTES + 7 + 2);
    }
}

/// A key that first turns up late makes its table grow: its values are matched, and no row is lost.
#[test]
fn a_table_that_grows() {
    let world = World::new(ROWS, Script::Any);
    let late = |n: usize| {
        let [id, email, phone, name, city, note] = row(n, Script::Any);
        if n < ROWS / 2 {
            serde_json::json!({ "id": id, "name": name, "city": city, "note": note })
        } else {
            serde_json::json!({ "id": id, "name": name, "city": city, "note": note, "extra": n, "contact": { "email": email, "phone": phone } })
        }
    };
    // Some megabytes, so that the first pieces know nothing of the keys to come.
    let filler = "padding ".repeat(200);
    let text: String = (0..ROWS)
        .map(|n| {
            let mut object = late(n);
            object["filler"] = filler.clone().into();
            object.to_string() + "\n"
        })
        .collect();
    let document = world.scan(&[put(world.folder.path(), "late.jsonl", &text)]);
    assert_eq!(document["coverage"]["rows_read"], ROWS);
    assert_eq!(document["coverage"]["complete"], true);
    let about = (ROWS / 2..ROWS).filter(|n| n % 3 == 0).count();
    assert_eq!(short(&document)["institution"]["rows_corroborated"], about);
}
