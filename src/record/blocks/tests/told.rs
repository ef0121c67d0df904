//! What is taken for a text of entries, and what is not.

use crate::record::blocks::is_blocks;

#[test]
fn other_texts_are_none() {
    let rows = |row: &dyn Fn(usize) -> String| (0..200).map(row).collect::<String>();
    let levels = ["INFO", "WARN", "ERROR", "DEBUG"];
    for text in [
        rows(&|n| format!("{n},person{n}@example.org,\"note: he said\",0812{n:06}\n")),
        rows(&|n| format!("person{n};Budi: the first;12:30\n")),
        rows(&|n| format!("person{n}@example.org:secret{n}\n")),
        rows(&|n| format!("user{n}:secret{n}\n")),
        rows(&|n| format!("user{}:secret{n}\n", (n * 7 + n / 3) % 4)),
        rows(&|n| format!("user{n}:x:{n}:100:User:/home/user{n}:/bin/sh\n")),
        rows(&|n| format!("2024-01-01 12:00:{:02} INFO user={n} logged in\n", n % 60)),
        rows(&|n| format!("{}: something happened to {n}\n", levels[(n * 7 + n / 3) % 4])),
        rows(&|n| format!("192.0.2.{n} - - [10/Oct/2000:13:55:36 -0700] \"GET /?a=b HTTP/1.0\" 200 23\n")),
        rows(&|n| format!("https://example.org/{n}:user{n}:secret\n")),
        rows(&|n| format!("chapter {n}\nIt was said: all of this happened, or most of it.\nAnd it went on so for days; nobody knew.\n\n")),
        rows(&|n| format!("id={n}&email=person{n}@example.org\n")),
        rows(&|n| format!("person{n}\tcity: x\n")),
        "Note: this is prose.\nIt has a colon: one, or two.\nNothing else.\n".to_string(),
        "email:password\nbudi@example.org:x\nsiti@example.org:y\n".to_string(),
        "id|name\n1|a: b\n2|c: d\n".to_string(),
        String::new(),
        "\n\n\n".to_string(),
        "====\n----\n".to_string(),
    ] {
        assert_eq!(is_blocks(text.as_bytes()), None, "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn requests_are_entries_and_their_bodies_are_kept() {
    let text = "POST /login HTTP/1.1\nHost: example.org\nUser-Agent: x\nContent-Type: text/plain\n\nemail=budi@example.org\n\n".repeat(3);
    assert!(is_blocks(text.as_bytes()).is_some());
    let read = super::whole(&text);
    let held = |wanted: &str| read.rows.iter().flat_map(|row| &row.1).filter(|(_, cell)| cell == wanted).count();
    assert_eq!((held("POST /login HTTP/1.1"), held("budi@example.org"), held("example.org")), (3, 3, 3));
}
