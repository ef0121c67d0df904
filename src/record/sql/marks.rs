//! Whether a text is an SQL dump.

use super::dialect::Escapes;
use super::heads::{Head, head};
use super::names::table;
use super::words::{Token, Words, after_blanks};
use memchr::memchr;

/// Bytes at the beginning that are looked at.
const LOOKED_AT: usize = 64 << 10;

/// First lines that programs write.
const FIRST: [&[u8]; 6] =
    [b"-- MySQL dump", b"-- MariaDB dump", b"-- PostgreSQL database dump", b"-- phpMyAdmin SQL Dump", b"/*!40", b"/*M!99"];

/// Whether a text with this head is an SQL dump: a line of its first 64 KiB begins with a statement that a dump is made of, and that
/// statement is one by its grammar, not by its first words alone. Prose about inserting into lists and tables of code are not taken for one
/// unless a whole statement begins a line.
#[must_use]
pub fn is_sql(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = &text[..text.len().min(LOOKED_AT)];
    let mut at = 0;
    while at < text.len() {
        // A statement that goes on behind what is looked at is one as far as can be seen.
        if begins(text, at) {
            return true;
        }
        match memchr(b'\n', &text[at..]) {
            Some(n) => at += n + 1,
            None => break,
        }
    }
    false
}

/// Whether a statement of a dump begins with the line that begins at `at`.
fn begins(text: &[u8], at: usize) -> bool {
    let at = after_blanks(text, at);
    if FIRST.iter().any(|first| text[at..].starts_with(first)) {
        return true;
    }
    let mut words = Words { text, at, last: true, escapes: Escapes::Standard };
    if !matches!(text.get(at), Some(b) if b.is_ascii_alphabetic()) {
        return false;
    }
    let (first, second) = (words.next(), words.next());
    let third = words.peek();
    let pair = |a: &str, b: &str| first.is(a) && second.is(b);
    match () {
        () if first.is_one(&["insert", "replace", "create", "copy"]) => {
            let whole = matches!(head(text, at, true, Escapes::Standard), Head::Insert { .. } | Head::Copy { .. } | Head::Create { .. });
            whole || (first.is("insert") && second.is("all") && third.is("into")) || (pair("create", "database") && ends(words, 12))
        }
        () if pair("drop", "table") => {
            if words.take("if") {
                words.next();
            }
            table(&mut words).is_some() && ends(words, 1)
        }
        () if pair("lock", "tables") => {
            words.next();
            words.peek().is_one(&["write", "read"])
        }
        () if pair("set", "identity_insert") => matches!(third, Token::Word(_) | Token::Quoted(..)),
        () => pair("pragma", "foreign_keys") && third == Token::Sign(b'='),
    }
}

/// Whether a `;` or `GO` is among the next few words.
fn ends(mut words: Words<'_>, within: usize) -> bool {
    (0..within).any(|_| {
        let word = words.next();
        word == Token::Sign(b';') || word.is("go")
    })
}
