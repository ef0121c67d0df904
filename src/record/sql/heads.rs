//! What a statement is, by its first words.

use super::dialect::Escapes;
use super::names::{columns, defined_columns, table};
use super::words::{Token, Words, is_space};
use memchr::memchr;

/// Bytes of a line that are looked at to see whether a statement begins with it.
pub(super) const LINE_BYTES: usize = 64;

/// Words that may follow the tuples of a statement.
pub(super) const TAILS: [&str; 4] = ["on", "as", "returning", "option"];

/// Words that a statement begins with, where the one before it had no `;`.
pub(super) const VERBS: [&str; 34] = [
    "insert",
    "replace",
    "copy",
    "create",
    "drop",
    "alter",
    "lock",
    "unlock",
    "set",
    "go",
    "commit",
    "begin",
    "end",
    "print",
    "update",
    "delete",
    "select",
    "use",
    "grant",
    "comment",
    "exec",
    "execute",
    "declare",
    "if",
    "rollback",
    "start",
    "truncate",
    "analyze",
    "pragma",
    "delimiter",
    "rem",
    "prompt",
    "merge",
    "with",
];

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Tuples of values begin at `at`.
    Insert { table: String, columns: Vec<String>, at: usize },
    /// Lines of cells begin at `at`; their format is the usual one if `plain`.
    Copy { table: String, columns: Vec<String>, at: usize, plain: bool },
    /// Names the columns of a table.
    Create { table: String, columns: Vec<String> },
    /// From `at` on statements end with this.
    Delimiter { delimiter: Vec<u8>, at: usize },
    /// Meant for a client program; the next line begins at `at`.
    Command { at: usize },
    /// May hold rows in a form that is not read: `INSERT … SELECT`, `INSERT … SET`, `INSERT ALL`.
    NotRead,
    /// Begins as one that holds rows and goes on as none does.
    Damaged,
    /// Holds no rows.
    Other,
    /// More text is needed to say.
    More,
}

/// What the statement is that begins at `text[at]`; `last` when nothing comes after the text.
pub(super) fn head(text: &[u8], at: usize, last: bool, escapes: Escapes) -> Head {
    let mut words = Words { text, at, last, escapes };
    let first = words.next();
    if first == Token::More {
        return Head::More;
    }
    if first == Token::Sign(b'\\') || first.is_one(&["rem", "remark", "prompt", "go"]) {
        return match memchr(b'\n', &text[at..]) {
            Some(n) => Head::Command { at: at + n + 1 },
            None if last => Head::Command { at: text.len() },
            None => Head::More,
        };
    }
    let tried = if first.is("delimiter") {
        delimiter(&mut words)
    } else if first.is_one(&["insert", "replace"]) {
        insert(&mut words)
    } else if first.is("copy") {
        copy(&mut words)
    } else if first.is("create") {
        create(&mut words)
    } else {
        Some(Head::Other)
    };
    // A statement that is only not at its end yet makes as little sense as one that is wrong: ask for more first.
    match tried {
        Some(head) => head,
        None if !last && ran_out(words) => Head::More,
        None if first.is_one(&["insert", "replace"]) => Head::Damaged,
        None => Head::Other,
    }
}

/// Whether the text is at its end.
fn ran_out(mut words: Words<'_>) -> bool {
    words.next() == Token::More
}

/// `INSERT` or `REPLACE`, up to `VALUES`.
fn insert(words: &mut Words<'_>) -> Option<Head> {
    let mut into = false;
    loop {
        let next = words.peek();
        if next.is("into") {
            words.next();
            into = true;
            break;
        }
        if next.is_one(&["all", "first"]) {
            let mut ahead = *words;
            ahead.next();
            if ahead.peek().is_one(&["into", "when"]) {
                return Some(Head::NotRead);
            }
        }
        if !next.is_one(&["ignore", "low_priority", "delayed", "high_priority", "or", "rollback", "abort", "fail", "replace", "overwrite"])
        {
            break;
        }
        words.next();
    }
    if !into && matches!(words.peek(), Token::Sign(_)) {
        // `REPLACE(…)` somewhere, or a line of prose.
        return Some(Head::Other);
    }
    let table = table(words)?;
    let mut names = Vec::new();
    if words.take_sign(b'(') {
        if words.peek().is("select") {
            return Some(Head::NotRead);
        }
        // MySQL takes an empty list for none.
        if !words.take_sign(b')') {
            names = columns(words)?;
        }
    }
    if words.take("overriding") {
        words.next();
        if !words.take("value") {
            return None;
        }
    }
    match words.next() {
        next if next.is_one(&["values", "value"]) => Some(Head::Insert { table, columns: names, at: words.at }),
        next if next.is("default") => Some(Head::Other),
        next if next.is_one(&["select", "set", "with", "exec", "execute", "table", "output"]) => Some(Head::NotRead),
        _ => None,
    }
}

/// `COPY`, up to the line after it.
fn copy(words: &mut Words<'_>) -> Option<Head> {
    let table = table(words)?;
    let names = if words.take_sign(b'(') { columns(words)? } else { Vec::new() };
    if !words.take("from") {
        return if words.peek() == Token::More { None } else { Some(Head::Other) };
    }
    if !words.take("stdin") {
        return if words.peek() == Token::More { None } else { Some(Head::Other) };
    }
    let plain = words.peek() == Token::Sign(b';');
    loop {
        match words.next() {
            Token::Sign(b';') => break,
            Token::End | Token::More => return None,
            _ => {}
        }
    }
    let rest = &words.text[words.at..];
    let at = match memchr(b'\n', rest) {
        Some(n) => words.at + n + 1,
        None if words.last => words.text.len(),
        None => {
            words.at = words.text.len();
            return None;
        }
    };
    Some(Head::Copy { table, columns: names, at, plain })
}

/// `CREATE TABLE`, up to the bracket that closes its columns.
fn create(words: &mut Words<'_>) -> Option<Head> {
    let before =
        ["or", "replace", "global", "local", "temporary", "temp", "unlogged", "foreign", "external", "virtual", "private", "column", "row"];
    while words.peek().is_one(&before) {
        words.next();
    }
    if !words.take("table") {
        return if words.peek() == Token::More { None } else { Some(Head::Other) };
    }
    if words.take("if") {
        words.next();
        words.next();
    }
    let table = table(words)?;
    if !words.take_sign(b'(') {
        return if words.peek() == Token::More { None } else { Some(Head::Other) };
    }
    Some(Head::Create { table, columns: defined_columns(words)? })
}

/// `DELIMITER`, a line of MySQL's client.
fn delimiter(words: &mut Words<'_>) -> Option<Head> {
    let rest = &words.text[words.at..];
    let line = match memchr(b'\n', rest) {
        Some(n) => &rest[..n],
        None if words.last => rest,
        None => {
            words.at = words.text.len();
            return None;
        }
    };
    let sign = line.trim_ascii();
    let known = (1..=16).contains(&sign.len()) && !sign.iter().any(|&b| is_space(b) || b == b'\'');
    let delimiter = if known { sign.to_vec() } else { b";".to_vec() };
    Some(Head::Delimiter { delimiter, at: words.at + line.len() })
}

/// Whether a statement that is known begins somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    No,
    /// The text ends too early to say.
    More,
}

/// Whether the line that begins at `text[at]` begins with a statement as dumps have it. Needs [`LINE_BYTES`] bytes at most.
pub(super) fn begins_known(text: &[u8], at: usize, last: bool) -> Known {
    let line = &text[at.min(text.len())..text.len().min(at + LINE_BYTES)];
    let cut = !last && line.len() < LINE_BYTES;
    let word = |from: usize| line[from..].iter().position(|b| !b.is_ascii_alphabetic() && *b != b'_').map_or(line.len(), |n| from + n);
    let end = word(0);
    let first = &line[..end];
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let seconds: &[&str] = match () {
        () if is(first, "insert") => &["into", "ignore", "low_priority", "delayed", "high_priority", "or", "all", "first", "[", "\"", "`"],
        () if is(first, "replace") => &["into", "delayed", "low_priority"],
        () if is(first, "copy") => &[],
        () if is(first, "create") => {
            &["table", "global", "local", "temporary", "temp", "unlogged", "foreign", "external", "database", "unique", "index"]
        }
        () if is(first, "drop") || is(first, "alter") => &["table"],
        () if is(first, "lock") || is(first, "unlock") => &["tables"],
        () if is(first, "set") => &["identity_insert"],
        () if is(first, "delimiter") => &[],
        () if is(first, "go") => return alone(&line[end..], cut),
        () => return if cut && end == line.len() { Known::More } else { Known::No },
    };
    let Some(blanks) = line[end..].iter().position(|b| !matches!(b, b' ' | b'\t')) else {
        return if cut { Known::More } else { Known::No };
    };
    if blanks == 0 {
        return Known::No;
    }
    let (from, to) = (end + blanks, word(end + blanks));
    if cut && to == line.len() {
        return Known::More;
    }
    // A word, or the sign that begins a quoted name.
    let second = &line[from..to.max(from + 1).min(line.len())];
    let known = if seconds.is_empty() { !matches!(second, [b'\n' | b'\r']) } else { seconds.iter().any(|s| is(second, s)) };
    if known { Known::Yes } else { Known::No }
}

/// Whether nothing but blanks stands on the rest of the line.
fn alone(rest: &[u8], cut: bool) -> Known {
    match rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r')) {
        Some(b'\n') => Known::Yes,
        Some(_) => Known::No,
        None if cut => Known::More,
        None => Known::Yes,
    }
}
