//! The naive twin: one loop over the whole text, byte by byte, without windows, pieces or masks.

use super::Rows;
use crate::ledger::Reason;
use crate::record::pieces::TableName;
use crate::record::sql::heads::{Head, Known, begins_known, head};
use crate::record::sql::names::Tables;
use crate::record::sql::{Bounds, Escapes};

pub(super) struct Naive<'t> {
    pub text: &'t [u8],
    pub escapes: Escapes,
    pub bounds: Bounds,
    pub delimiter: Vec<u8>,
    pub tables: Tables,
    pub rows: Rows,
    pub skipped: Vec<(usize, usize, Reason)>,
}

pub(super) enum State {
    Between,
    Other,
    Before(usize),
    After(usize, bool),
    Lines(usize),
    /// Given up from the first place on, looking from the second one on.
    Lost(usize, usize, Reason, Back),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Back {
    Statement,
    Tuple(usize),
    Line(usize),
    EndOfCopy,
}

pub(super) fn word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 128
}

pub(super) fn read(text: &[u8], escapes: Escapes, bounds: Bounds) -> (Rows, Vec<(usize, usize, Reason)>, Vec<TableName>) {
    let delimiter = b";".to_vec();
    let mut naive = Naive { text, escapes, bounds, delimiter, tables: Tables::default(), rows: Rows::new(), skipped: Vec::new() };
    let (mut state, mut at) = (State::Between, 0);
    while at < text.len() {
        (state, at) = naive.step(state, at);
    }
    (naive.rows, naive.skipped, naive.tables.names)
}

impl Naive<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    pub fn comment(&self, at: usize) -> Option<&'static [u8]> {
        let mysql = self.escapes == Escapes::MySql;
        match (self.byte(at)?, self.byte(at + 1)) {
            (b'#', _) if mysql => Some(b"\n"),
            (b'/', Some(b'*')) => Some(b"*/"),
            (b'-', Some(b'-')) if !mysql || self.byte(at + 2).is_some_and(|b| b <= 32) => Some(b"\n"),
            _ => None,
        }
    }

    /// Where `what` first ends at or after `from`, unless that is more than a row away from `start`.
    pub fn find_end(&self, from: usize, what: &[u8], start: usize) -> Option<usize> {
        let limit = self.text.len().min(start + self.bounds.row_bytes);
        (from..limit).find(|&i| self.text[i..limit].starts_with(what)).map(|i| i + what.len())
    }

    /// Space and comments; `Err` is a comment that does not end in time.
    fn space(&self, mut at: usize) -> Result<usize, usize> {
        while at < self.text.len() {
            if self.text[at] <= 32 {
                at += 1;
                continue;
            }
            let Some(end) = self.comment(at) else { break };
            at = match self.find_end(at + if end.len() == 2 { 2 } else { 0 }, end, at) {
                Some(end) => end,
                None if end.len() == 1 && at + self.bounds.row_bytes > self.text.len() => self.text.len(),
                None => return Err(at),
            };
        }
        Ok(at)
    }

    fn step(&mut self, state: State, entry: usize) -> (State, usize) {
        let spaced = matches!(state, State::Between | State::Before(_) | State::After(..));
        let at = if spaced { self.space(entry) } else { Ok(entry) };
        let at = match at {
            Ok(at) => at,
            Err(at) => return (State::Lost(at, at + 1, Reason::Damaged, Back::Statement), at),
        };
        if at == self.text.len() {
            return (State::Between, at);
        }
        let sign = self.text[at];
        let delimiter = self.text[at..].starts_with(&self.delimiter);
        match state {
            State::Between if self.text[at..].starts_with(b"\xef\xbb\xbf") => (State::Between, at + 3),
            State::Between if sign == b';' => (State::Between, at + 1),
            State::Between if delimiter => (State::Between, at + self.delimiter.len()),
            State::Between => self.statement(at),
            State::Other => self.other(at),
            State::Before(table) => match sign {
                b'(' => self.tuple_at(at, table),
                b';' => (State::Between, at + 1),
                _ => (State::Lost(at, at, Reason::Damaged, Back::Tuple(table)), at),
            },
            State::After(table, line) => {
                let line = line || self.text[entry..at].contains(&b'\n');
                let known = begins_known(self.text, at, true) == Known::Yes;
                let word: Vec<u8> = self.text[at..].iter().copied().take_while(|&b| word_byte(b) || b == b'$' || b == b'@').collect();
                let word = String::from_utf8_lossy(&word).to_lowercase();
                match sign {
                    b',' => (State::Before(table), at + 1),
                    b'(' => (State::Before(table), at),
                    b';' => (State::Between, at + 1),
                    b'\\' | b'/' if line => (State::Between, at),
                    _ if delimiter || known => (State::Between, at),
                    _ if line && crate::record::sql::heads::VERBS.contains(&word.as_str()) => (State::Between, at),
                    _ if ["on", "as", "returning", "option"].contains(&word.as_str()) => (State::Other, at),
                    _ => (State::Lost(at, at, Reason::Damaged, Back::Tuple(table)), at),
                }
            }
            State::Lines(table) => self.line(at, table),
            State::Lost(start, from, reason, back) => {
                let (state, end) = self.found(from, back);
                self.skipped.push((start, end, reason));
                (state, end)
            }
        }
    }

    fn statement(&mut self, at: usize) -> (State, usize) {
        let lost = |reason| (State::Lost(at, at + 1, reason, Back::Statement), at);
        let limit = self.text.len().min(at + self.bounds.row_bytes);
        let whole = at + self.bounds.row_bytes > self.text.len();
        match head(&self.text[..limit], at, whole, self.escapes) {
            Head::Insert { table, columns, at } => (State::Before(self.tables.number(table, columns).unwrap()), at),
            Head::Copy { table, columns, at: behind, plain } => {
                let table = self.tables.number(table, columns).unwrap();
                if plain {
                    (State::Lines(table), behind)
                } else {
                    (State::Lost(at, behind - 1, Reason::UnsupportedFormat, Back::EndOfCopy), at)
                }
            }
            Head::Create { table, columns } => {
                self.tables.create(&table, columns);
                (State::Other, at)
            }
            Head::Delimiter { delimiter, at } => {
                self.delimiter = delimiter;
                (State::Between, at)
            }
            Head::Command { at } => (State::Between, at),
            Head::NotRead => lost(Reason::UnsupportedFormat),
            Head::Damaged => lost(Reason::Damaged),
            Head::More if b"iIrR".contains(&self.text[at]) => lost(Reason::Damaged),
            Head::More | Head::Other => (State::Other, at),
        }
    }

    /// Behind the string that begins at `open`; `None` where it does not end, or nothing follows it, before `limit`.
    pub fn string_end(&self, open: usize, backslash: bool, limit: usize) -> Option<usize> {
        let (text, quote, mut i) = (&self.text[..limit], self.text[open], open + 1);
        while i < text.len() {
            let doubled = text[i] == quote && text.get(i + 1) == Some(&quote);
            if doubled || (backslash && text[i] == b'\\') {
                i += 2;
            } else if text[i] == quote {
                return Some(i + 1);
            } else {
                i += 1;
            }
        }
        None
    }

    pub fn dollar_end(&self, at: usize, limit: usize) -> Result<Option<usize>, ()> {
        let text = &self.text[..limit];
        let tag: Vec<u8> = text[at + 1..].iter().copied().take_while(|&b| word_byte(b)).collect();
        if tag.len() > 63 {
            return Ok(None);
        }
        let from = at + tag.len() + 2;
        if from > limit {
            return Err(());
        }
        if text[from - 1] != b'$' || tag.first().is_some_and(u8::is_ascii_digit) {
            return Ok(None);
        }
        let whole = &text[at..from];
        (from..limit).find(|&i| text[i..].starts_with(whole)).map(|i| Some(i + whole.len())).ok_or(())
    }

    fn other(&self, entry: usize) -> (State, usize) {
        let lost = |at| (State::Lost(at, at + 1, Reason::Damaged, Back::Statement), at);
        let mysql = self.escapes == Escapes::MySql;
        let mut i = entry;
        while i < self.text.len() {
            let limit = self.text.len().min(i + self.bounds.row_bytes);
            let before = |n: usize| (i >= entry + n).then(|| self.text[i - n]);
            if self.text[i..].starts_with(&self.delimiter) {
                return (State::Between, i + self.delimiter.len());
            }
            match self.text[i] {
                quote @ (b'\'' | b'"' | b'`') if quote != b'`' || mysql => {
                    let escape = quote == b'\'' && matches!(before(1), Some(b'e' | b'E')) && !before(2).is_some_and(word_byte);
                    let from = if escape { i - 1 } else { i };
                    let backslash = match quote {
                        b'\'' => self.escapes != Escapes::Standard || escape,
                        b'"' => mysql,
                        _ => false,
                    };
                    let limit = self.text.len().min(from + self.bounds.row_bytes);
                    let end = self.string_end(i, backslash, limit);
                    let stop = end.unwrap_or(limit);
                    let known = |n: &usize| self.text[*n] == b'\n' && begins_known(self.text, n + 1, true) == Known::Yes;
                    if let Some(n) = (i..stop).find(known) {
                        return (State::Lost(from, usize::MAX, Reason::Damaged, Back::Line(n + 1)), from);
                    }
                    match end {
                        Some(end) if end < limit || (end == limit && from + self.bounds.row_bytes > self.text.len()) => i = end,
                        Some(end) if end == self.text.len() => i = end,
                        _ => return lost(from),
                    }
                }
                b'$' if !mysql && !before(1).is_some_and(word_byte) => match self.dollar_end(i, limit) {
                    Ok(end) => i = end.unwrap_or(i + 1),
                    Err(()) => return lost(i),
                },
                b'\n' => {
                    let mut next = i + 1;
                    if self.delimiter == b";" {
                        let blanks = self.text[next..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                        next += if blanks < 64 { blanks } else { 0 };
                    }
                    if begins_known(self.text, next, true) == Known::Yes {
                        return (State::Between, next);
                    }
                    i += 1;
                }
                _ => match self.comment(i) {
                    None => i += 1,
                    Some(end) => match self.find_end(i + if end.len() == 2 { 2 } else { 0 }, end, i) {
                        Some(after) => i = after - usize::from(end.len() == 1),
                        None if end.len() == 1 && i + self.bounds.row_bytes >= self.text.len() => i = self.text.len(),
                        None => return lost(i),
                    },
                },
            }
        }
        (State::Between, i)
    }

    /// Where reading goes on.
    fn found(&self, from: usize, back: Back) -> (State, usize) {
        if from == usize::MAX {
            let Back::Line(at) = back else { unreachable!() };
            return (State::Between, at);
        }
        let blanks = |at: usize| {
            let rest = &self.text[at.min(self.text.len())..];
            rest.iter().take(64).position(|&b| b > 32).map(|n| at + n)
        };
        let known = |at: usize| begins_known(self.text, at, true) == Known::Yes;
        for i in from..self.text.len() {
            let sign = self.text[i];
            match back {
                Back::Line(table) if sign == b'\n' => return (State::Lines(table), i + 1),
                Back::EndOfCopy if sign == b'\n' => {
                    let rest = &self.text[i + 1..];
                    for end in [&b"\\.\n"[..], b"\\.\r\n"] {
                        if rest.starts_with(end) {
                            return (State::Between, i + 1 + end.len());
                        }
                    }
                    if rest == b"\\." || rest == b"\\.\r" {
                        return (State::Between, self.text.len());
                    }
                }
                Back::Line(_) | Back::EndOfCopy => {}
                Back::Statement | Back::Tuple(_) => {
                    if sign == b'\n' && known(i + 1) {
                        return (State::Between, i + 1);
                    }
                    if let Some(next) = blanks(i + 1) {
                        if sign == b';' && known(next) {
                            return (State::Between, next);
                        }
                        if let (Back::Tuple(table), b')', b',') = (back, sign, self.text[next])
                            && let Some(bracket) = blanks(next + 1)
                            && self.text[bracket] == b'('
                        {
                            return (State::Before(table), bracket);
                        }
                    }
                }
            }
        }
        (State::Between, self.text.len())
    }
}
