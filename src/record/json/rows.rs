//! One row after the other, from mark to mark: the grammar of values, and where their cells lie.

use super::columns::{Columns, NONE, name};
use super::memory::{Memory, ROOT};
use super::steps::{Bad, Mark, Steps};
use super::tape::ESCAPES;
use super::{Bounds, ITEMS, is_bare, row_start};
use crate::lanes::Span;

/// In [`Span::start`]: no cell.
const NO_CELL: Span = Span { start: u32::MAX, len: 0 };

/// Reads rows of a text.
pub(crate) struct Rows<'a> {
    text: &'a [u8],
    bounds: Bounds,
    /// Whether cells belong to columns with names.
    named: bool,
    pub steps: Steps<'a>,
    memory: Memory,
    pub columns: Columns,
    /// The cells of the row that was read, with [`ESCAPES`] where escapes are to be undone.
    cells: Vec<Span>,
    /// How many columns there were before it.
    pub known: usize,
    /// Whether it is a row at all.
    pub is_row: bool,
    /// The first value that has no column, and the bytes of all such values.
    pub aside: Option<(usize, usize)>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(text: &'a [u8], named: bool, columns: Columns, bounds: Bounds) -> Rows<'a> {
        Rows {
            text,
            bounds,
            named,
            steps: Steps::new(text, bounds.chunk_bytes),
            memory: Memory::new(bounds.paths),
            cells: Vec::new(),
            columns,
            known: 0,
            is_row: true,
            aside: None,
        }
    }

    /// The cells of the row that was read last; `None` for one that it does not have.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Option<(usize, usize, bool)>> {
        self.cells
            .iter()
            .map(|cell| (*cell != NO_CELL).then_some(((cell.start & !ESCAPES) as usize, cell.len as usize, cell.start & ESCAPES != 0)))
    }

    /// Reads the row that begins at `text[at]` and returns where it ends.
    pub(crate) fn row(&mut self, at: usize) -> Result<usize, Bad> {
        self.steps.go_on_at(at);
        self.known = self.columns.len();
        loop {
            let (first, fresh) = (self.steps.next, self.memory.is_clear());
            let result = self.attempt(at);
            if result.is_err() {
                self.steps.next = first;
                if self.columns.len() > self.known {
                    self.columns.truncate(self.known);
                    self.memory.clear();
                }
            }
            let (done, end) = (self.steps.tape.done(), self.text.len());
            match result {
                Err(Bad::Open) if done - at > self.bounds.row_bytes => return Err(Bad::Long),
                Err(Bad::Open) if done < end => self.steps.more(done - at),
                Err(Bad::Full) if !fresh => self.memory.clear(),
                _ => return result,
            }
        }
    }

    fn attempt(&mut self, at: usize) -> Result<usize, Bad> {
        (self.steps.depth, self.steps.last_key, self.aside, self.is_row) = (0, at, None, true);
        self.cells.clear();
        if self.named {
            self.cells.resize(self.columns.len(), NO_CELL);
        }
        let end = match self.text[at] {
            b'{' | b'[' => {
                let open = self.steps.mark()?;
                let end = match (self.named, open.byte) {
                    (true, b'{') => self.object(ROOT, open.at)?,
                    (true, _) => self.array(ROOT, open.at)?,
                    (false, _) => self.unnamed(open)?,
                };
                end + 1
            }
            b'"' => {
                self.steps.mark()?;
                let close = self.steps.quote()?;
                self.put(ROOT, at + 1, close.at, close.escapes)?;
                // Before a colon it is a key whose object lost its bracket.
                if row_start(self.text, close.at + 1).is_some_and(|next| self.text[next] == b':') {
                    return Err(Bad::Damaged);
                }
                close.at + 1
            }
            _ => {
                let token = &self.text[at..];
                let len = token.iter().position(|&b| super::is_between(b) || b"{}[]:\"".contains(&b)).unwrap_or(token.len());
                // A null is a cell of a table without names, so that the others stay in their places, and nothing where columns have names.
                match &token[..len] {
                    b"null" if self.named => self.is_row = false,
                    token => self.bare(ROOT, at, at + token.len())?,
                }
                at + len
            }
        };
        if end - at > self.bounds.row_bytes { Err(Bad::Long) } else { Ok(end) }
    }

    /// The members of an object at `path`, behind its bracket; returns the place of the closing one.
    fn object(&mut self, path: u32, open: usize) -> Result<usize, Bad> {
        self.steps.deeper()?;
        let (mut before, mut member) = (open, NONE);
        loop {
            let mark = self.steps.mark()?;
            self.steps.blank(before, mark.at)?;
            if mark.byte == b'}' && member == NONE {
                self.steps.depth -= 1;
                return Ok(mark.at);
            }
            let colon = self.steps.key(mark)?;
            let key = &self.text[mark.at + 1..colon.0];
            member = self.memory.member(path, member, key).ok_or(Bad::Full)?;
            let end = self.value(member, colon.1)?;
            match end.byte {
                b',' => before = end.at,
                b'}' => {
                    self.steps.depth -= 1;
                    return Ok(end.at);
                }
                _ => return Err(Bad::Damaged),
            }
        }
    }

    /// The elements of an array at `path`, behind its bracket; returns the place of the closing one.
    fn array(&mut self, path: u32, open: usize) -> Result<usize, Bad> {
        self.steps.deeper()?;
        if let Some(end) = self.steps.empty(open)? {
            return Ok(end);
        }
        let (mut before, mut item) = (open, NONE);
        for n in 0..ITEMS {
            item = self.memory.item(path, item, n).ok_or(Bad::Full)?;
            let end = self.value(item, before)?;
            match end.byte {
                b',' => before = end.at,
                b']' => {
                    self.steps.depth -= 1;
                    return Ok(end.at);
                }
                _ => return Err(Bad::Damaged),
            }
        }
        let end = self.steps.skip_rest(b']')?;
        let (from, to) = self.steps.between(before, end);
        if from == to || self.text[to - 1] == b',' {
            return Err(Bad::Damaged);
        }
        let item = self.memory.item(path, item, ITEMS).ok_or(Bad::Full)?;
        self.put(item, from, to, 0)?;
        Ok(end)
    }

    /// The value at `path` that comes after the mark at `before`; returns the mark after it.
    #[inline(always)]
    fn value(&mut self, path: u32, before: usize) -> Result<Mark, Bad> {
        let mark = self.steps.mark()?;
        match mark.byte {
            b'"' => {
                self.steps.blank(before, mark.at)?;
                let close = self.steps.quote()?;
                let after = self.steps.mark()?;
                self.steps.blank(close.at, after.at)?;
                self.put(path, mark.at + 1, close.at, close.escapes)?;
                Ok(after)
            }
            b'{' | b'[' => {
                self.steps.blank(before, mark.at)?;
                let close = if mark.byte == b'{' { self.object(path, mark.at)? } else { self.array(path, mark.at)? };
                let after = self.steps.mark()?;
                self.steps.blank(close, after.at)?;
                Ok(after)
            }
            _ => {
                let (from, to) = self.steps.between(before, mark.at);
                self.bare(path, from, to)?;
                Ok(mark)
            }
        }
    }

    #[inline(always)]
    fn bare(&mut self, path: u32, from: usize, to: usize) -> Result<(), Bad> {
        let token = &self.text[from..to];
        if !is_bare(token) {
            return Err(Bad::Damaged);
        }
        self.put(path, from, if token == b"null" { from } else { to }, 0)
    }

    /// Notes the cell `text[from..to]`.
    #[inline(always)]
    fn put(&mut self, path: u32, from: usize, to: usize, escapes: u32) -> Result<(), Bad> {
        let cell = Span { start: from as u32 | escapes, len: (to - from) as u32 };
        if !self.named {
            if self.cells.len() < self.bounds.row_cells {
                self.cells.push(cell);
            } else {
                self.set_aside(from, to);
            }
            return Ok(());
        }
        let column = self.memory.column(path);
        match self.cells.get_mut(column as usize) {
            Some(place) if *place == NO_CELL => *place = cell,
            _ => self.place(path, cell, from, to),
        }
        Ok(())
    }

    /// As [`Rows::put`], where the path's column is not known yet or has a cell already.
    #[cold]
    fn place(&mut self, path: u32, cell: Span, from: usize, to: usize) {
        let mut column = self.memory.column(path);
        if column == NONE {
            let name = name(&self.memory.steps(path));
            column = self.columns.find(&name);
            if column == NONE {
                column = self.new_column(name);
            }
            self.memory.set_column(path, column);
        }
        while column != NONE && self.cells[column as usize] != NO_CELL {
            let another = self.columns.another(column);
            column = if another == NONE { self.new_column(self.columns.names()[column as usize].clone()) } else { another };
        }
        match self.cells.get_mut(column as usize) {
            Some(place) => *place = cell,
            None => self.set_aside(from, to),
        }
    }

    /// A new column, or [`NONE`] when there are as many as may be.
    fn new_column(&mut self, name: String) -> u32 {
        if self.columns.len() >= self.bounds.row_cells {
            return NONE;
        }
        self.cells.push(NO_CELL);
        self.columns.push(name)
    }

    fn set_aside(&mut self, from: usize, to: usize) {
        let (first, bytes) = self.aside.unwrap_or((from, 0));
        self.aside = Some((first, bytes + (to - from)));
    }

    /// A row of a table without names, behind its bracket: a cell for each value, nested ones as their raw text.
    fn unnamed(&mut self, open: Mark) -> Result<usize, Bad> {
        self.steps.deeper()?;
        if open.byte == b'['
            && let Some(end) = self.steps.empty(open.at)?
        {
            return Ok(end);
        }
        let (mut before, mut any) = (open.at, false);
        loop {
            if open.byte == b'{' {
                let mark = self.steps.mark()?;
                self.steps.blank(before, mark.at)?;
                if mark.byte == b'}' && !any {
                    return Ok(mark.at);
                }
                before = self.steps.key(mark)?.1;
            }
            any = true;
            let mark = self.steps.mark()?;
            let end = if matches!(mark.byte, b'{' | b'[') {
                self.steps.blank(before, mark.at)?;
                let close = self.steps.skip(mark.byte)?;
                self.put(ROOT, mark.at, close + 1, 0)?;
                let after = self.steps.mark()?;
                self.steps.blank(close, after.at)?;
                after
            } else {
                self.steps.next -= 1;
                self.value(ROOT, before)?
            };
            match (end.byte, open.byte) {
                (b',', _) => before = end.at,
                (b'}', b'{') | (b']', b'[') => return Ok(end.at),
                _ => return Err(Bad::Damaged),
            }
        }
    }
}
