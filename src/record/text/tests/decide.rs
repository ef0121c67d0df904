//! Which texts are read as free text, and which stay tables.

use crate::record::delimited::{Dialect, Overrides};
use crate::record::text::is_text;

fn decided(text: &str) -> bool {
    is_text(text.as_bytes(), 0, &Dialect::decide(text.as_bytes(), &Overrides::default())).is_some()
}

fn lines(write: impl Fn(usize) -> String) -> String {
    (0..400).map(|n| write(n) + "\n").collect()
}

#[test]
fn lists_and_tables_stay_tables() {
    for (name, text) in [
        ("addresses", lines(|n| format!("user{n}@example.org"))),
        ("numbers", lines(|n| format!("0812{n:08}"))),
        ("names", lines(|n| format!("Budi Santoso {}", ["Jaya", "Putra", "bin Ahmad"][n % 3]))),
        ("words", lines(|n| format!("pass{n}word"))),
        ("combolist", lines(|n| format!("user{n}@example.org:secret{n}"))),
        ("ragged combolist", lines(|n| format!("user{n}@example.org:{}", ["a:b", "secret", "x:y:z"][n % 3]))),
        ("table", lines(|n| format!("{n},user{n}@example.org,Budi Santoso,Jalan Merdeka {n}"))),
        ("ragged table", lines(|n| format!("{n},user{n}@example.org,Budi{}", ",x".repeat(n % 4)))),
        ("table with notes", "id,note\n".to_string() + &lines(|n| format!("{n},\"this is a long note about somebody, number {n}\""))),
        ("urls", lines(|n| format!("https://example.org/page/{n}?x={n}"))),
        ("short", "a b c d e f\n".to_string()),
        ("nothing", String::new()),
    ] {
        assert!(!decided(&text), "{name}");
    }
}

#[test]
fn prose_logs_and_markup_are_text() {
    for (name, text) in [
        ("prose", lines(|n| format!("This is sentence number {n} of a{} text that says nothing to anybody", " very".repeat(n % 5)))),
        (
            "prose with commas",
            lines(|n| format!("Once{} there was a man who had {n} sons and no house", [",", "", ", as they say,"][n % 3])),
        ),
        ("log", lines(|n| format!("10:{:02}:00 INFO user login ok{} user{n}@example.org after {n} ms", n % 60, [":", "", ": a:"][n % 3]))),
        ("few addresses", lines(|n| if n % 50 == 7 { format!("mail to user{n}@example.org now") } else { format!("line {n}") })),
        ("elements", lines(|n| format!("<user><mail>user{n}@example.org</mail></user>"))),
        ("one long line", "no line ends at all ".repeat(100_000)),
    ] {
        assert!(decided(&text), "{name}");
    }
}
