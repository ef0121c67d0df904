//! The table's addresses and numbers hidden in free text, in markup, and inside of cells.

use crate::{Row, Script, World, texts};

const ROWS: usize = 3000;

/// Writes a table as text.
type Write = fn(&[Row]) -> Vec<u8>;

fn parts(row: &Row) -> (&str, Option<&str>) {
    (row[1].as_deref().expect("an address"), row[2].as_deref())
}

fn lines(rows: &[Row], write: impl Fn(usize, &str, Option<&str>) -> String) -> Vec<u8> {
    rows.iter().enumerate().map(|(n, row)| write(n, parts(row).0, parts(row).1)).collect::<String>().into_bytes()
}

/// A word and a number, if there is one.
fn with(word: &str, phone: Option<&str>) -> String {
    phone.map_or_else(String::new, |phone| format!("{word}{phone}"))
}

fn prose(rows: &[Row]) -> Vec<u8> {
    lines(rows, |n, email, phone| {
        let names = ["Our colleague in the east, as far as we know,", "This customer", "Somebody who came late to the meeting"];
        format!(
            "{} wrote from {email} some days ago{} and was answered.\nNobody asked again, which is why we do not know more.\n",
            names[n % 3],
            with(" (call ", phone.map(|p| format!("{p})")).as_deref())
        )
    })
}

fn log(rows: &[Row]) -> Vec<u8> {
    lines(rows, |n, email, phone| {
        let time = format!("2021-03-{:02} 10:{:02}:{:02}.{:06}", n % 28 + 1, n / 60 % 60, n % 60, n * 37 % 1_000_000);
        let other = format!("{time} DEBUG [worker-{}] cache miss for key {:016x}, retrying in {} ms\n", n % 7, n * 0x9E37_79B9, n % 100);
        format!(
            "{time} INFO [http-{}] user login ok: mail={email}{} took {} ms\n{}",
            n % 5,
            with(" phone=", phone),
            n % 300,
            if n.is_multiple_of(4) { other } else { String::new() }
        )
    })
}

fn chat(rows: &[Row]) -> Vec<u8> {
    lines(rows, |n, email, phone| {
        format!(
            "[{:02}/03/21 10.{:02}] Budi Santoso: please write to {email} about it{}\n[{:02}/03/21 10.{:02}] Siti: ok, thanks a lot for that 🙏\n",
            n % 28 + 1,
            n % 60,
            with(" or call ", phone),
            n % 28 + 1,
            n % 60
        )
    })
}

fn mail(rows: &[Row]) -> Vec<u8> {
    lines(rows, |n, email, phone| {
        format!(
            "From: Customer {n} <{email}>\nSubject: question about the last order that I made\n\nHello, I would like to know when it comes.\n{}\n\n",
            with("Thanks, and my number and address are 'HP ", phone.map(|p| format!("{p} {email}'")).as_deref())
        )
    })
}

fn page(rows: &[Row]) -> Vec<u8> {
    let body = lines(rows, |n, email, phone| {
        format!(
            "<tr>\n  <td>{n}</td>\n  <td><a href=\"#\">{}</a></td>\n  <td>{}</td>\n</tr>\n",
            email.replace('@', "&#64;"),
            phone.unwrap_or("&nbsp;")
        )
    });
    [b"<!DOCTYPE html>\n<html><head><title>Members</title></head>\n<body><table>\n", &body[..], b"</table></body></html>\n"].concat()
}

fn one_line_page(rows: &[Row]) -> Vec<u8> {
    page(rows).into_iter().filter(|b| *b != b'\n').collect()
}

fn elements(rows: &[Row]) -> Vec<u8> {
    let body = lines(rows, |n, email, phone| {
        format!(
            "  <member id=\"m{n}\">\n    <contact>\n      <mail>{email}</mail>\n      <phone>{}</phone>\n    </contact>\n  </member>\n",
            phone.unwrap_or_default()
        )
    });
    [b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<members>\n", &body[..], b"</members>\n"].concat()
}

fn code(rows: &[Row]) -> Vec<u8> {
    lines(rows, |n, email, phone| {
        format!(
            "    users.push(User {{ id: {n}, mail: \"{email}\".into(), {}active: true }}); // old customer\n",
            with("phone: ", phone.map(|p| format!("\"{p}\".into(), ")).as_deref())
        )
    })
}

#[test]
fn every_free_text() {
    let world = World::new(ROWS, Script::Any);
    let both = (0..ROWS).filter(|n| n % 3 == 0 && n % 7 != 0).count();
    let all: [(&str, Write); 8] = [
        ("prose.txt", prose),
        ("app.log", log),
        ("chat.txt", chat),
        ("mail.mbox", mail),
        ("page.html", page),
        ("line.html", one_line_page),
        ("members.xml", elements),
        ("seed.rs", code),
    ];
    for (name, write) in all {
        let answer = world.answer(name, &write(&world.rows));
        let expected = &world.expected["institution"];
        for field in ["rows_hit", "records_distinct"] {
            // A mail names its sender twice where it gives a number.
            if name != "mail.mbox" || field != "rows_hit" {
                assert_eq!(answer["institution"][field], expected[field], "{name}: {field}");
            }
        }
        assert_eq!(answer["institution"]["rows_corroborated"], both, "{name}");
        if name != "mail.mbox" {
            assert_eq!(answer["institution"]["hits"], expected["hits"], "{name}");
        }
        // Of a text only lines with an identifier are rows; where it is as regular as a table, each line is one.
        if matches!(name, "prose.txt" | "page.html" | "line.html" | "members.xml") {
            assert_eq!(answer["rows"], ROWS, "{name}");
        }
    }
}

/// The table with address and number in one cell, as `write` puts them there.
fn packed(rows: &[Row], write: impl Fn(&str, Option<&str>) -> String) -> Vec<Row> {
    let cell = |row: &Row| write(parts(row).0, parts(row).1);
    rows.iter().map(|row| [row[0].clone(), None, None, row[3].clone(), row[4].clone(), Some(cell(row))]).collect()
}

fn percent(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn base64(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let four = |three: &[u8]| {
        let bits = three.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        (0..4).map(|n| if n <= three.len() { char::from(SIGNS[(bits >> (18 - 6 * n) & 63) as usize]) } else { '=' }).collect::<String>()
    };
    text.as_bytes().chunks(3).map(four).collect()
}

#[test]
fn inside_of_cells() {
    let world = World::new(ROWS, Script::Any);
    let object =
        |email: &str, phone: Option<&str>| serde_json::json!({ "contact": { "mail": email, "phones": [phone] }, "n": 1 }).to_string();
    let php = |email: &str, phone: Option<&str>| {
        let string = |text: &str| format!("s:{}:\"{text}\";", text.len());
        format!("a:2:{{{}{}{}{}}}", string("email"), string(email), string("phone"), phone.map_or("N;".to_string(), string))
    };
    let form = |email: &str, phone: Option<&str>| format!("a=1&email={}&phone={}&ok=1", percent(email), phone.unwrap_or_default());
    let note = |email: &str, phone: Option<&str>| format!("talked to them, \"{email}\" is right{}", with("; new number ", phone));
    let html =
        |email: &str, phone: Option<&str>| format!("&lt;b&gt;{}&lt;/b&gt;{}", email.replace('@', "&#64;"), with("&lt;br&gt;", phone));
    let tables = [
        ("object", packed(&world.rows, object)),
        ("php", packed(&world.rows, php)),
        ("form", packed(&world.rows, form)),
        ("note", packed(&world.rows, note)),
        ("html", packed(&world.rows, html)),
        ("base64", packed(&world.rows, |e, p| base64(&object(e, p)))),
    ];
    for (name, rows) in &tables {
        // The semicolons of PHP are as regular as any delimiter: which of both it is, is another question.
        if *name != "php" {
            world.same(&format!("{name}.csv"), &texts::csv(rows, b','));
        }
        world.same(&format!("{name}.copy.sql"), &texts::copy(rows));
        world.same(&format!("{name}.sql"), &texts::one_statement(rows));
        world.same(&format!("{name}.jsonl"), &texts::json_lines(rows));
    }
}
