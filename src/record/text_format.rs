//! Texts that are not tables of delimited cells. Reading one as if it were would end in a wrong "no match": markup, which no reader is for, is set
//! aside with a ledger entry; records for an index and for a schema are delimited text alone.

use super::{blocks, credentials, json, sql};

/// Bytes at the beginning that are looked at.
const LOOKED_AT: usize = 64 << 10;

/// What to do with a text that is not delimited; `None` for one that may be.
#[must_use]
pub fn other_than_delimited(text: &[u8]) -> Option<&'static str> {
    let head = head(text);
    if json::is_json(head) {
        return Some("this is JSON: print it as CSV first, with leaktrace cat");
    }
    if sql::is_sql(head) {
        return Some("this is an SQL dump: print the table as CSV first, with leaktrace cat --table");
    }
    if blocks::is_blocks(head).is_some() {
        return Some("this is a text of entries, not of rows: print it as CSV first, with leaktrace cat");
    }
    if credentials::is_credentials(head) {
        return Some("this is a list of addresses, logins and passwords: print it as CSV first, with leaktrace cat");
    }
    markup(text)
}

fn head(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    &text[..text.len().min(LOOKED_AT)]
}

/// What to do with a text that no reader is for; `None` for any other.
#[must_use]
pub fn markup(text: &[u8]) -> Option<&'static str> {
    let head = head(text).trim_ascii_start();
    let markup = [&b"<?xml"[..], b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML"].iter().any(|begin| head.starts_with(begin));
    markup.then_some("this is XML or HTML: export its table as CSV first")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_tables_from_other_texts() {
        for other in ["<?xml version=\"1.0\"?>", "\u{feff}<!DOCTYPE html>", "\n <html>"] {
            assert!(other_than_delimited(other.as_bytes()).is_some() && markup(other.as_bytes()).is_some(), "{other}");
        }
        for other in [
            "{\"email\": \"a@example.com\"}\n",
            "[\n  {\"a\": 1}]",
            "[[\"x\"]]",
            "-- dump\nDROP TABLE IF EXISTS `users`;\n",
            "\u{feff}insert into users values (1);",
            "--\nCOPY public.customer (id) FROM stdin;\n1\n",
            "BEGIN:VCARD\nFN:Budi\nEND:VCARD\n",
            "name: Budi\nemail: budi@example.com\n\nname: Siti\nemail: siti@example.com\n",
            "https://example.com/login:budi:secret\n",
        ] {
            assert!(other_than_delimited(other.as_bytes()).is_some() && markup(other.as_bytes()).is_none(), "{other}");
        }
        for table in ["id,name\n1,x\n", "{x};y\n", "[1],2\n", "copy,from\n", "<x>,y\n", "note\nplease insert into the list\n", ""] {
            assert!(other_than_delimited(table.as_bytes()).is_none(), "{table}");
        }
    }
}
