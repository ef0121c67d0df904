//! The naive twin's tuples and lines.

use super::Row;
use super::naive::{Back, Naive, State, word_byte};
use crate::ledger::Reason;
use crate::record::RowBatch;
use crate::record::sql::Escapes;
use crate::record::sql::values::push_value;

enum Tuple {
    End(usize, Vec<(usize, usize)>),
    RanOut,
    Damaged(usize),
}

impl Naive<'_> {
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

    pub fn tuple_at(&mut self, at: usize, table: usize) -> (State, usize) {
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

    pub fn line(&mut self, at: usize, table: usize) -> (State, usize) {
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
}
