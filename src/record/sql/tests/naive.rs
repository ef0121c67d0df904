//! The naive twin: one loop over the whole text, byte by byte, without windows, pieces or masks.

use super::{Row, Rows};
use crate::ledger::Reason;
use crate::record::RowBatch;
use crate::record::pieces::TableName;
use crate::record::sql::heads::{Head, Known, begins_known, head};
use crate::record::sql::names::Tables;
use crate::record::sql::values::push_value;
use crate::record::sql::{Bounds, Escapes};

pub(super) struct Naive<'t> {
    text: &'t [u8],
    escapes: Escapes,
    bounds: Bounds,
    delimiter: Vec<u8>,
    tables: Tables,
    pub rows: Rows,
    pub skipped: Vec<(usize, usize, Reason)>,
}

enum State {
    Between,
    Other,
    Before(usize),
    After(usize, bool),
    Lines(usize),
    /// Given up from the first place on, looking from the second one on.
    Lost(usize, usize, Reason, Back),
}

#[derive(Clone, Copy, PartialEq)]
enum Back {
    Statement,
    Tuple(usize),
    Line(usize),
    EndOfCopy,
}

enum Tuple {
    End(usize, Vec<(usize, usize)>),
    RanOut,
    Damaged(usize),
}

fn word_byte(b: u8) -> bool {
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

    fn comment(&self, at: usize) -> Option<&'static [u8]> {
        let mysql = self.escapes == Escapes::MySql;
        match (self.byte(at)?, self.byte(at + 1)) {
            (b'#', _) if mysql => Some(b"\n"),
            (b'/', Some(b'*')) => Some(b"*/"),
            (b'-', Some(b'-')) if !mysql || self.byte(at + 2).is_some_and(|b| b <= 32) => Some(b"\n"),
            _ => None,
        }
    }

    /// Where `what` first ends at or after `from`, unless that is more than a row away from `start`.
    fn find_end(&self, from: usize, what: &[u8], start: usize) -> Option<usize> {
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
                    _ if line && super::super::cutter::VERBS.contains(&word.as_str()) => (State::Between, at),
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
    fn string_end(&self, open: usize, backslash: bool, limit: usize) -> Option<usize> {
        let (text, quote, mut i) = (&self.text[..limit], self.text[open], open + 1);
        while i < text.len() {
            if backslash && text[i] == b'\\' {
                i += 2;
            } else if text[i] == quote && text.get(i + 1) == Some(&quote) {
                i += 2;
            } else if text[i] == quote {
                return Some(i + 1);
            } else {
                i += 1;
            }
        }
        None
    }

    fn dollar_end(&self, at: usize, limit: usize) -> Result<Option<usize>, ()> {
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

    fn tuple(&self, start: usize) -> Tuple {
        let limit = self.text.len().min(start + self.bounds.row_bytes);
        let text = &self.text[..limit];
        let (mut depth, mut from, mut cells, mut i) = (1, start + 1, Vec::new(), start + 1);
        let mut square = 0;
        while i < limit {
            let b = text[i];
            if b == b'\'' || b == b'"' {
                let mut backslash = if b == b'"' { self.escapes == Escapes::MySql } else { self.escapes != Escapes::Standard };
                if b == b'\'' {
                    let length = text[start..i].iter().rev().take_while(|&&b| word_byte(b)).count();
                    let word = String::from_utf8_lossy(&text[i - length..i]).to_lowercase();
                    let opens = match word.as_str() {
                        "" => text[i - 1] <= 32 || "(,[=|+-*/<>:&".contains(text[i - 1] as char),
                        "e" | "n" | "x" | "b" | "date" | "time" | "timestamp" | "interval" => true,
                        word => word.starts_with('_'),
                    };
                    if !opens {
                        return Tuple::Damaged(i);
                    }
                    backslash |= word == "e";
                }
                let Some(end) = self.string_end(i, backslash, limit) else { return Tuple::RanOut };
                match text.get(end) {
                    None => return Tuple::RanOut,
                    Some(b) if *b <= 32 || b",)]:|+-*/#=<>;".contains(b) => i = end,
                    Some(_) => return Tuple::Damaged(i),
                }
                continue;
            }
            if b == b'$' && self.escapes != Escapes::MySql && !word_byte(text[i - 1]) {
                match self.dollar_end(i, limit) {
                    Ok(end) => i = end.unwrap_or(i + 1),
                    Err(()) => return Tuple::RanOut,
                }
                continue;
            }
            let ambiguous = (b == b'-' || b == b'/') && i + 1 == limit;
            let mysql_dashes = self.escapes == Escapes::MySql && text[i..] == *b"--";
            if ambiguous || mysql_dashes {
                return Tuple::RanOut;
            }
            if let Some(end) = self.comment(i) {
                match self.find_end(i + if end.len() == 2 { 2 } else { 0 }, end, start) {
                    Some(end) => i = end,
                    None => return Tuple::RanOut,
                }
                continue;
            }
            match b {
                b';' => return Tuple::Damaged(i),
                b'(' => (depth, square) = (depth + 1, 0),
                b')' => (depth, square) = (depth - 1, 0),
                b'[' => square += 1,
                b']' => square -= i32::from(square > 0),
                _ => {}
            }
            if depth == 0 || (depth == 1 && square == 0 && b == b',') {
                cells.push((from, i));
                from = i + 1;
            }
            i += 1;
            if depth == 0 {
                return Tuple::End(i, cells);
            }
        }
        Tuple::RanOut
    }

    fn tuple_at(&mut self, at: usize, table: usize) -> (State, usize) {
        match self.tuple(at) {
            Tuple::End(end, cells) => {
                let most = self.bounds.row_cells;
                let values = cells.iter().take(most).map(|&(from, to)| self.value(&self.text[from..to])).collect();
                if let Some(&(from, _)) = cells.get(most) {
                    self.skipped.push((from, end, Reason::TooManyCells));
                }
                self.rows.push(Row { table, offset: at, cells: values });
                (State::After(table, false), end)
            }
            Tuple::Damaged(place) => (State::Lost(at, place, Reason::Damaged, Back::Tuple(table)), at),
            Tuple::RanOut if at + self.bounds.row_bytes <= self.text.len() => {
                (State::Lost(at, at + self.bounds.row_bytes, Reason::RowTooLong, Back::Tuple(table)), at)
            }
            Tuple::RanOut => (State::Lost(at, at + 1, Reason::Damaged, Back::Statement), at),
        }
    }

    fn value(&self, value: &[u8]) -> Vec<u8> {
        let trimmed = value.trim_ascii();
        if trimmed.eq_ignore_ascii_case(b"null") {
            return Vec::new();
        }
        let quoted = trimmed.strip_prefix(b"N").unwrap_or(trimmed);
        if quoted.first() == Some(&b'\'') {
            let end = self.string_in(quoted);
            if let Some((content, true)) = end {
                return content;
            }
        }
        // Anything else goes the long way that has tests of its own.
        let mut batch = RowBatch::new();
        batch.begin(value, 0);
        push_value(&mut batch, value, 0, value.len(), false, self.escapes);
        batch.end_row(0);
        batch.cell(0, 0).unwrap().to_vec()
    }

    /// The content of the string at the front, and whether it is all there is.
    fn string_in(&self, text: &[u8]) -> Option<(Vec<u8>, bool)> {
        let (mut out, mut i) = (Vec::new(), 1);
        loop {
            match (*text.get(i)?, text.get(i + 1)) {
                (b'\'', Some(b'\'')) => {
                    out.push(b'\'');
                    i += 2;
                }
                (b'\'', next) => return Some((out, next.is_none())),
                (b'\\', Some(&next)) if self.escapes != Escapes::Standard => {
                    // Only escapes that both dialects have; others are left to the long way.
                    match next {
                        b'n' => out.push(b'\n'),
                        b't' => out.push(b'\t'),
                        b'\\' | b'\'' | b'"' => out.push(next),
                        _ => return None,
                    }
                    i += 2;
                }
                (b, _) => {
                    out.push(b);
                    i += 1;
                }
            }
        }
    }

    fn line(&mut self, at: usize, table: usize) -> (State, usize) {
        for end in [&b"\\.\n"[..], b"\\.\r\n"] {
            if self.text[at..].starts_with(end) {
                return (State::Between, at + end.len());
            }
        }
        if [&b"\\."[..], b"\\.\r"].contains(&&self.text[at..]) {
            return (State::Between, self.text.len());
        }
        let limit = self.text.len().min(at + self.bounds.row_bytes + 1);
        let (mut cells, mut cell, mut i, mut null, mut cut) = (Vec::new(), Vec::new(), at, false, None);
        loop {
            if i >= limit {
                if at + self.bounds.row_bytes < self.text.len() {
                    return (State::Lost(at, at + self.bounds.row_bytes, Reason::RowTooLong, Back::Line(table)), at);
                }
                return (State::Lost(at, self.text.len(), Reason::Damaged, Back::Statement), at);
            }
            let b = self.text[i];
            if b == b'\n' || b == b'\t' {
                if b == b'\n' && i > at && self.text[i - 1] == b'\r' && cell.last() == Some(&b'\r') {
                    cell.pop();
                    null = cell == b"\\N";
                }
                if cells.len() < self.bounds.row_cells {
                    cells.push(if null { Vec::new() } else { super::unescape_copy(&cell) });
                } else if cut.is_none() {
                    cut = Some(i - cell.len());
                }
                cell.clear();
                null = false;
                i += 1;
                if b == b'\n' {
                    break;
                }
                continue;
            }
            cell.push(b);
            i += 1;
            if b == b'\\' && i < self.text.len() {
                cell.push(self.text[i]);
                i += 1;
            }
            null = cell == b"\\N";
        }
        if let Some(cut) = cut {
            // Without the line end.
            self.skipped.push((cut, i - 1, Reason::TooManyCells));
        }
        self.rows.push(Row { table, offset: at, cells });
        (State::Lines(table), i)
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
