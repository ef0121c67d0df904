//! Texts that are not tables of delimited cells: SQL dumps, JSON, XML. They are not read yet, and reading them as if they were tables
//! would end in a wrong "no match": they are set aside with a ledger entry.

/// Bytes at the beginning that are looked at.
const LOOKED_AT: usize = 64 << 10;

/// What to do with a text that is not delimited; `None` for one that may be.
#[must_use]
pub fn other_than_delimited(text: &[u8]) -> Option<&'static str> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let head = &text[..text.len().min(LOOKED_AT)];
    if is_json(head) {
        return Some("this is JSON: export it as CSV first, for instance with jq -r … @csv");
    }
    if is_markup(head) {
        return Some("this is XML or HTML: export its table as CSV first");
    }
    is_sql(head).then_some("this is an SQL dump: load it into a database and export its tables as CSV first")
}

/// An object, an array, or lines of them. A quote, bracket or brace must follow, so that `{name};…` or `[1]` in a first cell is not taken for it.
fn is_json(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let after = |skip: usize| head[skip..].trim_ascii_start().first().copied();
    match head.first() {
        Some(b'{') => matches!(after(1), Some(b'"' | b'}')),
        Some(b'[') => matches!(after(1), Some(b'{' | b'[' | b'"')),
        _ => false,
    }
}

fn is_markup(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    [&b"<?xml"[..], b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML"].iter().any(|begin| head.starts_with(begin))
}

/// A statement at the beginning of one of the first lines.
fn is_sql(head: &[u8]) -> bool {
    let statements: [&[u8]; 7] = [
        b"INSERT INTO ",
        b"CREATE TABLE ",
        b"DROP TABLE ",
        b"SET IDENTITY_INSERT",
        b"LOCK TABLES ",
        b"CREATE DATABASE ",
        b"PRAGMA FOREIGN_KEYS",
    ];
    head.split(|&b| b == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        let begins = |with: &[u8]| line.len() >= with.len() && line[..with.len()].eq_ignore_ascii_case(with);
        statements.iter().any(|s| begins(s)) || begins(b"COPY ") && memchr::memmem::find(line, b" FROM stdin").is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_tables_from_other_texts() {
        for other in [
            "{\"email\": \"a@example.com\"}\n",
            "[\n  {\"a\": 1}]",
            "[[\"x\"]]",
            "-- dump\nDROP TABLE IF EXISTS `users`;\n",
            "\u{feff}insert into users values (1);",
            "--\nCOPY public.customer (id) FROM stdin;\n1\n",
            "<?xml version=\"1.0\"?>",
        ] {
            assert!(other_than_delimited(other.as_bytes()).is_some(), "{other}");
        }
        for table in ["id,name\n1,x\n", "{x};y\n", "[1],2\n", "copy,from\n", "note\nplease insert into the list\n", ""] {
            assert!(other_than_delimited(table.as_bytes()).is_none(), "{table}");
        }
    }
}
