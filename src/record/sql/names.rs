//! Tables and their columns: what they are called, and which number they have.

use super::words::{Token, Words};
use crate::record::pieces::TableName;
use std::collections::HashMap;

/// Bytes that the names of all tables and columns of a dump may take. No schema comes near; a text that was made to fill memory would.
const NAME_BYTES: usize = 64 << 20;

/// A name without its quotes; what is not UTF-8 is replaced.
pub(super) fn unquoted(token: Token<'_>) -> Option<String> {
    match token {
        Token::Word(word) => Some(String::from_utf8_lossy(word).into_owned()),
        Token::Quoted(inner, quote) => {
            let close = if quote == b'[' { ']' } else { quote as char };
            Some(String::from_utf8_lossy(inner).replace(&format!("{close}{close}"), &close.to_string()))
        }
        Token::Sign(_) | Token::End | Token::More => None,
    }
}

/// The name of a table with what stands before it: `schema.table`.
pub(super) fn table(words: &mut Words<'_>) -> Option<String> {
    let mut name = unquoted(words.next())?;
    while words.take_sign(b'.') {
        // SQL Server leaves the schema out of `database..table`.
        if words.peek() == Token::Sign(b'.') {
            continue;
        }
        name.push('.');
        name.push_str(&unquoted(words.next())?);
    }
    Some(name)
}

/// The names of a list of columns, whose opening bracket was taken.
pub(super) fn columns(words: &mut Words<'_>) -> Option<Vec<String>> {
    let mut names = Vec::new();
    loop {
        names.push(unquoted(words.next())?);
        match words.next() {
            Token::Sign(b',') => {}
            Token::Sign(b')') => return Some(names),
            _ => return None,
        }
    }
}

/// The names of the columns that a `CREATE TABLE` defines, whose opening bracket was taken.
pub(super) fn defined_columns(words: &mut Words<'_>) -> Option<Vec<String>> {
    let mut names = Vec::new();
    loop {
        let first = words.next();
        if !constraint(first, *words) {
            names.push(unquoted(first)?);
        }
        // The rest of the definition, up to the comma or bracket that ends it.
        let mut depth = 0usize;
        loop {
            match words.next() {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') if depth == 0 => return Some(names),
                Token::Sign(b')') => depth -= 1,
                Token::Sign(b',') if depth == 0 => break,
                Token::Sign(b';') | Token::End | Token::More => return None,
                _ => {}
            }
        }
    }
}

/// Whether a definition that begins with `first`, with `rest` behind it, is no column.
fn constraint(first: Token<'_>, mut rest: Words<'_>) -> bool {
    if first.is_one(&["constraint", "primary", "unique", "foreign", "check", "fulltext", "spatial", "exclude", "like"]) {
        return true;
    }
    // `KEY name (column)` or `key varchar(20)`.
    first.is_one(&["key", "index"]) && {
        let name = if rest.peek() == Token::Sign(b'(') { None } else { Some(rest.next()) };
        match rest.next() {
            Token::Sign(b'(') => name.is_none() || !matches!(rest.next(), Token::Word([b'0'..=b'9', ..])),
            next => next.is("using"),
        }
    }
}

/// The tables of a dump.
#[derive(Default)]
pub(super) struct Tables {
    pub names: Vec<TableName>,
    numbers: HashMap<String, usize>,
    /// Columns that `CREATE TABLE` gave, by the table's name in lower case, with and without its schema.
    created: HashMap<String, Vec<String>>,
    bytes: usize,
}

impl Tables {
    /// Notes the columns of a table.
    pub(super) fn create(&mut self, name: &str, columns: Vec<String>) {
        let name = name.to_lowercase();
        if !self.room(&name, &columns) {
            return;
        }
        self.created.insert(bare(&name).to_string(), columns.clone());
        self.created.insert(name, columns);
    }

    /// The number of a table, whose columns may come from its `CREATE TABLE`; `None` when there are too many.
    pub(super) fn number(&mut self, name: String, columns: Vec<String>) -> Option<usize> {
        let columns = if columns.is_empty() { self.columns_of(&name) } else { columns };
        let key = format!("{name}\0{}", columns.join("\0"));
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        if !self.room(&name, &columns) {
            return None;
        }
        self.numbers.insert(key, self.names.len());
        self.names.push(TableName { name, columns });
        Some(self.names.len() - 1)
    }

    fn columns_of(&self, name: &str) -> Vec<String> {
        let name = name.to_lowercase();
        self.created.get(&name).or_else(|| self.created.get(bare(&name))).cloned().unwrap_or_default()
    }

    /// Counts a table's names, twice since they are kept twice, unless they are too many.
    fn room(&mut self, name: &str, columns: &[String]) -> bool {
        // A string's own bytes, and those that it takes without any.
        let size = |text: &str| 2 * (text.len() + 32);
        let bytes = self.bytes + 128 + size(name) + columns.iter().map(|c| size(c)).sum::<usize>();
        let fits = bytes <= NAME_BYTES;
        if fits {
            self.bytes = bytes;
        }
        fits
    }
}

/// A table's name without its schema.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
