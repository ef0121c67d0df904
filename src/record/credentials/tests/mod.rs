//! Lines as lists of credentials hold them, and texts that are none.

mod naive;
mod twins;

use super::is_credentials;
use super::split::split;
use crate::record::lines::trial;

fn cells(line: &str) -> [&str; 3] {
    split(line.as_bytes()).map(|cell| &line[cell])
}

#[test]
fn lines_are_taken_apart() {
    for (line, want) in [
        ("https://example.org/login:budi:secret", ["https://example.org/login", "budi", "secret"]),
        ("https://example.org:8443/a:b@c.de:pa:ss", ["https://example.org:8443/a", "b@c.de", "pa:ss"]),
        ("https://example.org:8443:budi:x", ["https://example.org:8443", "budi", "x"]),
        ("https://example.org:081210:x", ["https://example.org", "081210", "x"]),
        ("https://example.org:12345:x", ["https://example.org", "12345", "x"]),
        (
            "https://example.org/?next=https://b.example.org:80/x:budi@example.org:x",
            ["https://example.org/?next=https://b.example.org:80/x", "budi@example.org", "x"],
        ),
        ("https://wiki.example.org/Special:Login:budi@example.org:x", ["https://wiki.example.org/Special:Login", "budi@example.org", "x"]),
        ("https://wiki.example.org/Special:Login budi@example.org:x", ["https://wiki.example.org/Special:Login", "budi@example.org", "x"]),
        ("https://wiki.example.org/Special:Login|budi@example.org|x", ["https://wiki.example.org/Special:Login", "budi@example.org", "x"]),
        ("Budi Santoso budi@example.org:x", ["Budi Santoso", "budi@example.org", "x"]),
        ("android://Ab3-_==@com.example.app/:budi:x", ["android://Ab3-_==@com.example.app/", "budi", "x"]),
        ("http://[2001:db8::1]:80/x:budi:y", ["http://[2001:db8::1]:80/x", "budi", "y"]),
        ("https://example.org/|budi|a:b|c", ["https://example.org/", "budi", "a:b|c"]),
        ("https://example.org/|bu:di", ["https://example.org/", "bu", "di"]),
        ("https://example.org/ budi@example.org:a b", ["https://example.org/", "budi@example.org", "a b"]),
        ("https://example.org/ budi secret", ["https://example.org/", "budi", "secret"]),
        ("https://example.org/\tbudi\tsecret", ["https://example.org/", "budi", "secret"]),
        ("https://example.org/ : budi : secret", ["https://example.org/", "budi", " secret"]),
        ("https://example.org/", ["https://example.org/", "", ""]),
        ("https://example.org/:budi", ["https://example.org/", "budi", ""]),
        ("https://example.org/::x", ["https://example.org/", "", "x"]),
        ("budi@example.org:x:https://example.org:8443/a:b", ["https://example.org:8443/a:b", "budi@example.org", "x"]),
        ("budi:x:y|https://example.org/", ["https://example.org/", "budi", "x:y"]),
        ("example.org/login:budi:x", ["example.org/login", "budi", "x"]),
        ("www.example.org:8080/a:budi:x", ["www.example.org:8080/a", "budi", "x"]),
        ("budi@example.org:x:y", ["", "budi@example.org", "x:y"]),
        ("budi@example.org x y", ["", "budi@example.org", "x y"]),
        ("budi@example.org;x:y", ["", "budi@example.org", "x:y"]),
        ("budi;5f4dcc3b", ["", "budi", "5f4dcc3b"]),
        ("Budi Santoso:x", ["", "Budi Santoso", "x"]),
        ("shop:budi@example.org:x", ["shop", "budi@example.org", "x"]),
        ("  budi : x ", ["", "budi", " x "]),
        ("budi@example.org", ["", "budi@example.org", ""]),
        (":x", ["", ":x", ""]),
        ("", ["", "", ""]),
        (" ", ["", "", ""]),
        (":", ["", ":", ""]),
        ("://", ["", "://", ""]),
    ] {
        assert_eq!(cells(line), want, "{line:?}");
    }
}

fn rows(row: &dyn Fn(usize) -> String) -> String {
    (0..200).map(row).collect()
}

#[test]
fn lists_are_told_from_other_texts() {
    for text in [
        rows(&|n| format!("https://example.org/{n}:user{n}:secret{n}\n")),
        rows(&|n| format!("user{n}@example.org:sec:ret{n}:https://example.org:8443/{n}\r\n")),
        rows(&|n| format!("user{n}@example.org secret{n}\n")),
        rows(&|n| if n % 3 == 0 { format!("user{n}@example.org:secret\n") } else { format!("https://example.org/ user{n}:secret\n") }),
        rows(&|n| {
            if n % 3 == 0 {
                format!("example.org:user{n}@example.org:secret\n")
            } else {
                format!("android://x==@com.app/:user{n}:secret,\n")
            }
        }),
        "https://example.org/:a:b".to_string(),
    ] {
        assert!(is_credentials(text.as_bytes()), "{}", &text[..text.len().min(200)]);
    }
    for text in [
        rows(&|n| format!("user{n}@example.org:secret{n}\n")),
        rows(&|n| format!("user{n}@example.org|secret{n}\n")),
        rows(&|n| format!("https://example.org/{n}|user{n}|secret{n}\n")),
        rows(&|n| format!("https://example.org/{n},Budi Santoso,2024-01-01 12:30:00\n")),
        rows(&|n| format!("https://example.org/{n};user{n}@example.org;x\n")),
        rows(&|n| format!("{n},user{n}@example.org,https://example.org/:x:y\n")),
        rows(&|n| format!("https://example.org/{n}\n")),
        rows(&|n| format!("https://example.org:{n}\n")),
        rows(&|n| format!("https://example.org/{n} was read at 12:{:02} by nobody\n", n % 60)),
        rows(&|n| format!("2024-01-01 12:00:{:02} GET https://example.org/{n} 200\n", n % 60)),
        rows(&|n| format!("192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /{n} HTTP/1.0\" 200 23 \"https://example.org/\"\n")),
        rows(&|n| format!("word{n} other\n")),
        rows(&|n| format!("user{n}@example.org wrote some words\n")),
        "See https://example.org/a:b for more: it is all there.\nAnd https://example.org:8080/ too.\n".to_string(),
        String::new(),
        "\n\n".to_string(),
        "----\n".to_string(),
    ] {
        assert!(!is_credentials(text.as_bytes()), "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn rules_are_no_rows_and_all_else_is() {
    let got = trial::whole::<super::Lines>("\u{feff}=====\n\nhttps://example.org/:a:b\r\n  \nheading\n┌──┐\nc@example.org d");
    assert_eq!(
        got.cells(),
        [
            vec![("url", "https://example.org/"), ("login", "a"), ("password", "b")],
            vec![("login", "heading")],
            vec![("login", "c@example.org"), ("password", "d")]
        ]
    );
    assert_eq!((got.columns, got.rows[0].0), (vec!["url".to_string(), "login".to_string(), "password".to_string()], 10));
}

#[test]
fn hostile_lines_take_bounded_time() {
    let before = std::time::Instant::now();
    for unit in [":", "a:", "@:", "a@b.cd", "://", ":1", "https://", "[", ":[", " ", "|", "a@"] {
        let line = unit.repeat((8 << 20) / unit.len());
        let got = trial::whole::<super::Lines>(&format!("https://x.org/:{line}\n{line}\n"));
        assert!(got.skipped.is_empty() && !got.rows.is_empty(), "{unit:?}");
    }
    assert!(before.elapsed() < std::time::Duration::from_secs(60), "took {:?}", before.elapsed());
}
