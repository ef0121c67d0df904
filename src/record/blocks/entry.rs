//! One entry while it is read: which cells it has, and in which columns.

use super::columns::{Columns, NONE};
use crate::record::RowBatch;

/// Lines without a key that have a cell each; those after them share the last one.
const TEXT_CELLS: usize = 8;

/// The column of lines without a key.
pub(crate) const TEXT: &[u8] = b"text";

/// Where a cell lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    start: u32,
    len: u32,
    /// Not in the text, but in the entry's own store.
    owned: bool,
}

const NO_CELL: Cell = Cell { start: u32::MAX, len: 0, owned: false };

/// How often the entry held a key.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    /// In which entry.
    entry: u64,
    times: usize,
}

/// A cell that the lines behind it may go on with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    column: u32,
    start: usize,
    /// Bytes of it that were set aside, since there is no column for it.
    aside: usize,
}

impl Open {
    /// The same cell, where it began with a quote that was left out.
    pub(crate) fn beginning_at(self, start: usize) -> Open {
        Open { start, ..self }
    }
}

/// One entry after the other.
#[derive(Debug)]
pub(crate) struct Entry {
    pub columns: Columns,
    cells: Vec<Cell>,
    times: Vec<Times>,
    store: Vec<u8>,
    /// Number of the entry.
    entry: u64,
    /// By the column of a key, after all that of the key that came next in the entry before; the first is that of the first key.
    next: Vec<u32>,
    last: usize,
    /// Where the first line begins that has a cell.
    first: Option<usize>,
    text: Option<Open>,
    texts: usize,
    /// The first value that has no column, and the bytes of all such values.
    pub aside: Option<(usize, usize)>,
    /// For a line that is put together.
    pub scratch: Vec<u8>,
}

impl Entry {
    pub(crate) fn new(columns: Columns) -> Entry {
        Entry {
            columns,
            cells: Vec::new(),
            times: Vec::new(),
            store: Vec::new(),
            entry: 0,
            next: vec![NONE],
            last: 0,
            first: None,
            text: None,
            texts: 0,
            aside: None,
            scratch: Vec::new(),
        }
    }

    /// A new one begins.
    pub(crate) fn begin(&mut self) {
        self.cells.clear();
        self.cells.resize(self.columns.len(), NO_CELL);
        self.times.resize(self.columns.len(), Times::default());
        self.next.resize(self.columns.len() + 1, NONE);
        self.store.clear();
        self.entry += 1;
        (self.last, self.first, self.text, self.texts, self.aside) = (0, None, None, 0, None);
    }

    /// The key that came next in the entry before; empty if that is not known.
    #[inline(always)]
    pub(crate) fn expected(&self) -> &[u8] {
        self.columns.name(self.next[self.last])
    }

    /// The column of the key that comes next.
    #[inline(always)]
    fn column(&mut self, key: &[u8]) -> u32 {
        let guess = self.next[self.last];
        if guess != NONE && self.columns.name(guess) == key {
            self.last = guess as usize + 1;
            return guess;
        }
        self.look_up(key)
    }

    #[cold]
    fn look_up(&mut self, key: &[u8]) -> u32 {
        let column = self.columns.of(key);
        self.make_room();
        if column != NONE {
            self.next[self.last] = column;
            self.last = column as usize + 1;
        }
        column
    }

    fn make_room(&mut self) {
        if self.cells.len() < self.columns.len() {
            self.cells.resize(self.columns.len(), NO_CELL);
            self.times.resize(self.columns.len(), Times::default());
            self.next.resize(self.columns.len() + 1, NONE);
        }
    }

    /// The next value of `key` is `text[from..to]`, in the line that begins at `line`.
    #[inline(always)]
    pub(crate) fn put(&mut self, key: &[u8], line: usize, from: usize, to: usize) -> Open {
        let column = self.column(key);
        self.place(column, line, Cell { start: from as u32, len: (to - from) as u32, owned: false }, from)
    }

    /// As [`Entry::put`], with bytes of its own.
    pub(crate) fn put_owned(&mut self, key: &[u8], line: usize, value: &[u8]) {
        let column = self.column(key);
        let start = self.store.len() as u32;
        self.store.extend_from_slice(value);
        self.place(column, line, Cell { start, len: value.len() as u32, owned: true }, line);
    }

    #[inline(always)]
    fn place(&mut self, column: u32, line: usize, cell: Cell, from: usize) -> Open {
        self.first.get_or_insert(line);
        self.text = None;
        let len = cell.len as usize;
        match self.cells.get_mut(column as usize) {
            Some(place) if *place == NO_CELL => {
                *place = cell;
                Open { column, start: from, aside: 0 }
            }
            _ => self.place_again(column, cell, from, len),
        }
    }

    /// As [`Entry::place`], where the key's own column is taken, or it has none.
    #[cold]
    fn place_again(&mut self, key: u32, cell: Cell, from: usize, len: usize) -> Open {
        if key != NONE {
            let held = self.times[key as usize];
            let mut time = if held.entry == self.entry { held.times } else { 1 };
            loop {
                time += 1;
                let column = self.columns.further(key, time);
                self.make_room();
                if column == NONE {
                    break;
                }
                self.times[key as usize] = Times { entry: self.entry, times: time };
                if self.cells[column as usize] == NO_CELL {
                    self.cells[column as usize] = cell;
                    return Open { column, start: from, aside: 0 };
                }
            }
        }
        self.set_aside(from, len);
        Open { column: NONE, start: from, aside: len }
    }

    fn set_aside(&mut self, from: usize, len: usize) {
        let (first, bytes) = self.aside.unwrap_or((from, 0));
        self.aside = Some((first, bytes + len));
    }

    /// The cell goes on up to `text[to]`; one that was empty begins at `text[from]`. Returns whether it held something.
    pub(crate) fn extend(&mut self, open: &mut Open, from: usize, to: usize) -> bool {
        match self.cells.get_mut(open.column as usize) {
            Some(cell) => {
                let held = cell.len > 0;
                if !held {
                    open.start = from;
                }
                *cell = Cell { start: open.start as u32, len: (to - open.start) as u32, owned: false };
                held
            }
            None => {
                self.set_aside(open.start, (to - open.start).saturating_sub(open.aside));
                open.aside = to - open.start;
                true
            }
        }
    }

    /// A line without a key is `text[from..to]`.
    pub(crate) fn put_text(&mut self, from: usize, to: usize) {
        if from == to {
            return;
        }
        if self.texts >= TEXT_CELLS
            && let Some(mut open) = self.text
        {
            self.extend(&mut open, from, to);
            self.text = Some(open);
            return;
        }
        self.texts += 1;
        // It does not stand between two keys.
        let last = self.last;
        let column = self.columns.of(TEXT);
        self.make_room();
        let open = self.place(column, from, Cell { start: from as u32, len: (to - from) as u32, owned: false }, from);
        (self.text, self.last) = (Some(open), last);
    }

    /// Whether it has any value, be it one that was set aside.
    pub(crate) fn is_begun(&self) -> bool {
        self.first.is_some()
    }

    /// Adds the entry to a batch, a cell for each column.
    pub(crate) fn push<'t>(&self, batch: &mut RowBatch<'t>) {
        for cell in &self.cells {
            let (from, len) = (cell.start as usize, cell.len as usize);
            match *cell {
                NO_CELL => batch.push_cell(0, 0),
                Cell { owned: false, .. } => batch.push_cell(from, len),
                Cell { owned: true, .. } => batch.push_owned(&self.store[from..from + len]),
            }
        }
        batch.end_row(self.first.unwrap_or(0));
    }
}
