//! Columns made of what is inside of cells.

use super::*;

/// A batch whose cells are owned and whose rows are as given.
fn batch(rows: &[Vec<String>]) -> RowBatch<'static> {
    let mut out = RowBatch::new();
    for row in rows {
        row.iter().for_each(|cell| out.push_owned(cell.as_bytes()));
        out.end_row(0);
    }
    out
}

fn decided(rows: &[Vec<String>], how: How) -> Inside {
    Inside::decide(&Sample::of_rows(vec![batch(rows)]), false, 0, &BTreeSet::new(), how)
}

fn made(inside: &Inside) -> Vec<(Option<usize>, &'static str, usize)> {
    inside.made().map(|m| (m.of, m.sort.name(), m.nth)).collect()
}

fn widened(inside: &Inside, rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut out = RowBatch::new();
    Widener::default().widen(inside, &batch(rows), &mut out);
    (0..out.len()).map(|row| out.cells(row).map(|c| String::from_utf8_lossy(c).into_owned()).collect()).collect()
}

fn table(row: impl Fn(usize) -> Vec<String>) -> Vec<Vec<String>> {
    (0..100).map(row).collect()
}

#[test]
fn a_plain_table_is_left_alone() {
    let rows = table(|n| {
        let date = format!("2021-03-{:02} 10:{:02}:00", n % 28 + 1, n % 60);
        let hash = format!("{:032x}", (n as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C834));
        vec![
            n.to_string(),
            format!("user{n}@example.org"),
            format!("+62 812-{:04}-{:04}", 1000 + n, n),
            format!("Budi <b{n}@example.org>"),
            date,
            hash,
            format!("Jalan Merdeka No. {n} RT 001/002, Bandung {}", 40_000 + n),
        ]
    });
    assert!(decided(&rows, How::Auto).is_empty());
    assert!(decided(&rows, How::Off).is_empty());
    // Only what is no identifier throughout.
    let all = decided(&rows, How::All);
    assert_eq!(all.wants.len(), 1);
    assert_eq!(all.wants[0].columns, [0, 4, 5, 6]);
}

#[test]
fn columns_are_made_of_what_notes_hold() {
    let rows = table(|n| {
        let note = match n % 10 {
            0 => format!("call 0812{:08} or write to one{n}@example.org, two{n}@example.org", 10_000_000 + n),
            _ => "nothing".to_string(),
        };
        vec![n.to_string(), note]
    });
    let inside = decided(&rows, How::Auto);
    assert_eq!(made(&inside), [(Some(1), "email", 0), (Some(1), "email", 1), (Some(1), "phone", 0)]);
    assert_eq!(inside.own_columns(), 2);
    let wide = widened(
        &inside,
        &[rows[0].clone(), rows[1].clone(), vec!["short".into()], vec!["a".into(), "x@example.org".into(), "more".into()]],
    );
    assert_eq!(wide[0][2..], ["one0@example.org", "two0@example.org", "081210000000"]);
    assert_eq!(wide[1], ["1", "nothing", "", "", ""]);
    assert_eq!(wide[2], ["short", "", "", "", ""]);
    assert_eq!(wide[3], ["a", "x@example.org", "x@example.org", "", "", "more"]);
}

/// Writes an address and a number.
type Write = fn(&str, &str) -> String;

#[test]
fn every_way_to_write_an_object() {
    let writers: [(&str, Write); 7] = [
        ("json", |e, p| format!("{{\"email\":\"{e}\",\"phone\":\"{p}\"}}")),
        ("json, escaped", |e, p| format!("{{\\\"email\\\":\\\"{}\\\",\\\"phone\\\":\\\"{p}\\\"}}", e.replace('@', "\\u0040"))),
        ("php", |e, p| format!("a:2:{{s:5:\"email\";s:{}:\"{e}\";s:5:\"phone\";s:{}:\"{p}\";}}", e.len(), p.len())),
        ("form", |e, p| format!("email={}&phone={}&x=1", e.replace('@', "%40"), p.replace('+', "%2B"))),
        ("form, spaces", |e, p| format!("q=write%20{e}%20or%20{p}%20now")),
        ("html", |e, p| format!("<p>{}<br>&nbsp;{p}&nbsp;</p>", e.replace('@', "&#64;"))),
        ("lines", |e, p| format!("mail: {e}\nphone: {p}\r\n")),
    ];
    for (name, write) in writers {
        for phone in ["081212345678", "+6281212345678"] {
            let rows = table(|n| vec![write(&format!("user{n}@example.org"), phone)]);
            let inside = decided(&rows, How::Auto);
            assert_eq!(made(&inside), [(Some(0), "email", 0), (Some(0), "phone", 0)], "{name}");
            let wide = widened(&inside, &rows);
            for (n, row) in wide.iter().enumerate() {
                assert_eq!(row[1], format!("user{n}@example.org"), "{name}");
                assert_eq!(row[2].trim_start_matches("+62").trim_start_matches('0'), "81212345678", "{name}");
            }
        }
    }
}

#[test]
fn base64_of_an_object() {
    // {"email":"budi@example.org"}
    let rows = table(|_| vec!["eyJlbWFpbCI6ImJ1ZGlAZXhhbXBsZS5vcmcifQ==".to_string()]);
    let inside = decided(&rows, How::Auto);
    assert_eq!(made(&inside), [(Some(0), "email", 0)]);
    assert_eq!(widened(&inside, &rows)[7][1], "budi@example.org");
}

#[test]
fn never_more_columns_than_there_may_be() {
    let rows = table(|n| (0..40).map(|c| format!("x a{n}.{c}@example.org b{n}.{c}@example.org c{n}.{c}@example.org")).collect());
    let inside = decided(&rows, How::All);
    assert_eq!(inside.made().count(), limits::INSIDE_COLUMNS);
    assert!(widened(&inside, &rows).iter().all(|row| row.len() == 40 + limits::INSIDE_COLUMNS));
}
