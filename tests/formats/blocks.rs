//! Writers of the table as entries of keys and values, as the programs write them that such texts come from.

use crate::{COLUMNS, Row};
use std::fmt::Write;

pub fn all(rows: &[Row]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("contacts.vcf", cards(rows, false)),
        ("telephone.vcf", cards(rows, true)),
        ("directory.ldif", directory(rows)),
        ("pairs.txt", pairs(rows, ": ", "\n")),
        ("pairs.ini", sections(rows)),
        ("ruled.txt", pairs(rows, "=", "--------------------\n")),
        ("running.txt", pairs(rows, " : ", "")),
        ("vertical.txt", vertical(rows)),
        ("log.txt", log(rows)),
    ]
}

fn cells(row: &Row) -> impl Iterator<Item = (&'static str, &str)> {
    COLUMNS.iter().copied().zip(row).filter_map(|(name, cell)| Some((name, cell.as_deref()?)))
}

/// With line ends as the format has them: it would be hard to tell those inside of cells from others.
fn in_one_line(cell: &str) -> String {
    cell.replace("\r\n", " ").replace('\n', " ")
}

/// Lines of at most 75 bytes, the rest folded.
fn folded(line: &str, out: &mut String) {
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > 75 {
            *out += "\r\n ";
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    *out += "\r\n";
}

/// Version 3.0 as address books write it, or 2.1 as telephones do.
fn cards(rows: &[Row], old: bool) -> Vec<u8> {
    let escaped =
        |text: &str| text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;").replace("\r\n", "\\n").replace('\n', "\\n");
    let quoted = |text: &str| {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("={b:02X}") }).collect::<String>()
    };
    let mut out = String::new();
    for row in rows {
        let [id, email, phone, name, city, note] = row.each_ref().map(|cell| cell.as_deref().unwrap_or_default());
        let (first, last) = name.split_once(' ').unwrap();
        out += "BEGIN:VCARD\r\n";
        if old {
            let property = "CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE";
            let _ = write!(out, "VERSION:2.1\r\nN;{property}:{};{};;;\r\nFN;{property}:{}\r\n", quoted(last), quoted(first), quoted(name));
            let _ = write!(
                out,
                "ADR;HOME;{property}:;;;{};;;\r\nNOTE;{property}:{}\r\n",
                quoted(city),
                quoted(note).replace("=5C", "=\r\n=5C")
            );
            let _ = write!(out, "EMAIL;INTERNET;PREF:{email}\r\nUID:{id}\r\n");
            if !phone.is_empty() {
                let _ = write!(out, "TEL;CELL:{phone}\r\n");
            }
        } else {
            out += "VERSION:3.0\r\nPRODID:-//Example//Book 1.0//EN\r\n";
            folded(&format!("N:{};{};;;", escaped(last), escaped(first)), &mut out);
            folded(&format!("FN:{}", escaped(name)), &mut out);
            folded(&format!("item1.EMAIL;type=INTERNET;type=pref:{email}"), &mut out);
            if !phone.is_empty() {
                folded(&format!("TEL;TYPE=CELL,VOICE:{phone}"), &mut out);
            }
            folded(&format!("ADR;TYPE=HOME:;;;{};;;", escaped(city)), &mut out);
            folded(&format!("NOTE:{}", escaped(note)), &mut out);
            folded(&format!("UID:{id}"), &mut out);
        }
        out += "END:VCARD\r\n";
    }
    out.into_bytes()
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for some in text.as_bytes().chunks(3) {
        let bits = some.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - some.len()));
        for n in 0..4 {
            out.push(if n <= some.len() { char::from(DIGITS[(bits >> (18 - 6 * n) & 63) as usize]) } else { '=' });
        }
    }
    out
}

fn directory(rows: &[Row]) -> Vec<u8> {
    let names = ["employeeNumber", "mail", "telephoneNumber", "cn", "l", "description"];
    let mut out = String::from("version: 1\n\ndn: dc=example,dc=org\nobjectClass: domain\ndc: example\n\n");
    for row in rows {
        let _ = write!(
            out,
            "# member {0}\ndn: employeeNumber={0},dc=example,dc=org\nobjectClass: top\nobjectClass: person\n",
            row[0].as_deref().unwrap()
        );
        for ((_, cell), name) in COLUMNS.iter().zip(row).zip(names).filter_map(|((c, cell), name)| Some(((c, cell.as_deref()?), name))) {
            let plain = cell.is_ascii() && !cell.contains(['\n', '\r']) && !cell.starts_with([' ', ':', '<']);
            let line = if plain { format!("{name}: {cell}") } else { format!("{name}:: {}", base64(cell)) };
            let mut rest = line.as_str();
            while rest.len() > 76 {
                let _ = write!(out, "{}\n ", &rest[..76]);
                rest = &rest[76..];
            }
            let _ = writeln!(out, "{rest}");
        }
        out.push('\n');
    }
    // The first two records are none of the table.
    out.split_once("dc: example\n\n").unwrap().1.to_string().into_bytes()
}

fn pairs(rows: &[Row], sign: &str, between: &str) -> Vec<u8> {
    let mut out = String::new();
    for row in rows {
        for (name, cell) in cells(row) {
            let _ = writeln!(out, "{name}{sign}{}", in_one_line(cell));
        }
        out += between;
    }
    out.into_bytes()
}

fn sections(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from("; exported members\n\n");
    for row in rows {
        let _ = writeln!(out, "[member {}]", row[0].as_deref().unwrap());
        for (name, cell) in cells(row) {
            let _ = writeln!(out, "{name} = {}", in_one_line(cell));
        }
        out.push('\n');
    }
    out.into_bytes()
}

/// As MySQL's command line prints rows below each other; line ends stay what they are.
fn vertical(rows: &[Row]) -> Vec<u8> {
    let mut out = String::new();
    for (n, row) in rows.iter().enumerate() {
        let stars = "*".repeat(27);
        let _ = writeln!(out, "{stars} {}. row {stars}", n + 1);
        for (name, cell) in COLUMNS.iter().zip(row) {
            let _ = writeln!(out, "{name:>5}: {}", cell.as_deref().unwrap_or("NULL"));
        }
    }
    let _ = writeln!(out, "{} rows in set (0.01 sec)", rows.len());
    out.into_bytes()
}

/// With a drawing above it, as stealers write them; the other columns as extensions fill them in.
fn log(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from(
        "*****************************************\r\n*   ____  _____ ____  _     ___ _   _   *\r\n*  |  _ \\| ____|  _ \\| |   |_ _| \\ | |  *\r\n\
         *****************************************\r\n\r\n",
    );
    for row in rows {
        let [id, email, phone, name, city, _] = row.each_ref().map(|cell| cell.as_deref().unwrap_or_default());
        let _ = write!(out, "URL: https://shop.example.org:8443/login?id={id}\r\nUsername: {email}\r\nPassword: pa:ss={id}\r\n");
        let _ = write!(out, "Application: Chrome_[Default]\r\nPhone: {phone}\r\nFull name: {name}\r\nCity: {city}\r\n===============\r\n");
    }
    out.into_bytes()
}
