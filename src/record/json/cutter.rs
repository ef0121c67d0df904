//! A text cut into pieces from its front.

use super::document::{Stop, Walker};
use super::reader::{JsonReader, Sort};
use super::resync::{LOOKED_BACK, before_blanks, resync, resync_anywhere};
use super::scan::{End, Scan};
use super::steps::Steps;
use super::{Bounds, is_blank, lines, row_start};
use crate::lanes::dispatch;
use crate::ledger::Reason;
use crate::record::pieces::{Cut, Cutter, Piece, PieceReader, TableName};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Cuts JSON. What shape the text has is decided from its first [`limits::ROW_BYTES`](crate::limits::ROW_BYTES) alone, and pieces end where the
/// text says, so that nothing depends on where windows end.
#[derive(Debug)]
pub struct JsonCutter {
    bounds: Bounds,
    state: State,
    /// Arrays at the top are rows, not holders of rows.
    whole_arrays: bool,
    /// The document whose tables are cut.
    document: Option<Document>,
    /// Where rows begin is not known, for this reason.
    lost: Option<Reason>,
    tables: Vec<TableName>,
    readers: Vec<Arc<JsonReader>>,
    /// Tables by name; rows at the top, and elements of arrays there, are those of the one without.
    numbers: HashMap<String, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is looked at yet.
    Mark,
    /// Nothing is cut yet, but for a byte order mark.
    Start,
    /// A value on each line.
    Lines,
    /// Between values.
    Top,
    /// Between the elements of an array, the rows of this table.
    Inside(String),
    /// Between the tables of a document.
    Around,
}

/// A document whose tables are cut.
#[derive(Debug)]
struct Document {
    walker: Walker,
    /// What was met around the tables.
    around: Vec<u8>,
    /// How much of it may be followed by `closing`.
    good: usize,
}

/// How far a step went.
enum Step {
    /// To be followed by another one.
    Go(usize),
    /// More text is needed, or there is none.
    Wait(usize),
}

impl Default for JsonCutter {
    fn default() -> JsonCutter {
        JsonCutter::new()
    }
}

impl JsonCutter {
    /// Nothing is cut yet.
    #[must_use]
    pub fn new() -> JsonCutter {
        JsonCutter::with_bounds(Bounds::default())
    }

    pub(crate) fn with_bounds(bounds: Bounds) -> JsonCutter {
        JsonCutter {
            bounds,
            state: State::Mark,
            whole_arrays: false,
            document: None,
            lost: None,
            tables: Vec::new(),
            readers: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// The reader of table number `table`, grown to `columns`; `None` if there is no such table.
    #[must_use]
    pub fn reader(&self, table: usize, columns: &[String]) -> Option<Arc<dyn PieceReader>> {
        self.readers.get(table).map(|reader| reader.grown(columns))
    }

    fn step(&mut self, text: &[u8], at: usize, last: bool, out: &mut Cut) -> Step {
        if let Some(reason) = self.lost {
            return self.find_row(text, at, last, reason, out);
        }
        if self.state == State::Mark {
            let mark = b"\xef\xbb\xbf";
            if text.len() < mark.len() && !last {
                return Step::Wait(at);
            }
            self.state = State::Start;
            return Step::Go(if text.starts_with(mark) { mark.len() } else { 0 });
        }
        if self.state == State::Around {
            return self.around(text, at, last, out);
        }
        let row = row_start(text, at);
        if row.unwrap_or(text.len()) - at >= self.bounds.row_bytes {
            // Always as many, wherever windows end.
            return Step::Go(at + self.bounds.row_bytes);
        }
        let Some(row) = row else {
            if last && matches!(self.state, State::Inside(_)) {
                // Cut off between two elements.
                out.skipped.push((text.len()..text.len(), Reason::Damaged));
                self.end_document(text.len()..text.len(), out);
                self.state = State::Top;
            }
            return Step::Wait(if last { text.len() } else { at });
        };
        match self.state {
            State::Mark | State::Start => self.start(text, at, row, last),
            State::Top if text[row] == b'[' && !self.whole_arrays => {
                match first_item(&text[..text.len().min(row + self.bounds.row_bytes)], row) {
                    None if !last && text.len() < row + self.bounds.row_bytes => Step::Wait(at),
                    Some(b'{' | b'[') => {
                        self.state = State::Inside(String::new());
                        Step::Go(row + 1)
                    }
                    _ => self.rows(text, at, row, last, out),
                }
            }
            State::Inside(_) if text[row] == b']' => self.close(row),
            _ => self.rows(text, at, row, last, out),
        }
    }

    /// Decides what the text is.
    fn start(&mut self, text: &[u8], at: usize, row: usize, last: bool) -> Step {
        let front = &text[at..text.len().min(at + self.bounds.front_bytes)];
        let whole = at + front.len() == text.len();
        if whole && !last {
            return Step::Wait(at);
        }
        let begin = row - at;
        let first = front.get(begin);
        let alone = || match Walker::new(false, self.bounds.row_bytes).walk(front, begin, whole) {
            (end, Stop::Ended) => row_start(front, end).is_none(),
            (_, stop) => stop == Stop::More,
        };
        self.state = State::Top;
        if first == Some(&b'{') && alone() {
            if Walker::new(true, self.bounds.row_bytes).walk(front, begin, whole).1 == Stop::Table {
                self.state = State::Around;
                self.document = Some(Document { walker: Walker::new(true, self.bounds.row_bytes), around: Vec::new(), good: 0 });
                return Step::Go(row);
            }
        } else if first == Some(&b'[') {
            if matches!(first_item(front, begin), Some(b'{' | b'[')) {
                return Step::Go(at);
            }
            self.whole_arrays = true;
            if alone() {
                self.state = State::Inside(String::new());
                return Step::Go(row + 1);
            }
        }
        self.whole_arrays |= first == Some(&b'{');
        if lines::are_values(front) {
            self.state = State::Lines;
        }
        Step::Go(at)
    }

    /// Cuts a run of rows, the first of which begins at `text[row]`.
    fn rows(&mut self, text: &[u8], at: usize, row: usize, last: bool, out: &mut Cut) -> Step {
        let inside = matches!(self.state, State::Inside(_));
        let end = if self.state == State::Lines {
            lines::piece_end(text, at, &self.bounds)
        } else {
            dispatch(Scan { text, from: at, row, inside, stop_at_arrays: !inside && !self.whole_arrays, bounds: self.bounds })
        };
        match end {
            End::Piece(end) => {
                self.piece(text, at..end, out);
                Step::Go(end)
            }
            End::Closed(end) => {
                self.piece(text, at..end, out);
                self.close(end)
            }
            End::More if last => {
                self.piece(text, at..text.len(), out);
                Step::Go(text.len())
            }
            End::More => Step::Wait(at),
            End::Long { row, at: seen } => {
                let limit = seen.saturating_add(self.bounds.row_bytes);
                if text.len() < limit && !last {
                    return Step::Wait(at);
                }
                let text = &text[..text.len().min(limit)];
                let row = row_start(text, row).unwrap_or(row);
                // Whoever reads the piece sees what is wrong with the row, and may find others in it. What stands before the piece may be out of the
                // window.
                let (part, row, seen) = (&text[at..], row - at, seen - at);
                let end = match resync(part, row, seen, seen, self.state == State::Lines) {
                    Some(next) => at + before_blanks(part, next).max(1),
                    None => {
                        self.lost = Some(Reason::RowTooLong);
                        text.len()
                    }
                };
                self.piece(text, at..end, out);
                Step::Go(end)
            }
        }
    }

    /// Goes on where a row may begin.
    fn find_row(&mut self, text: &[u8], at: usize, last: bool, reason: Reason, out: &mut Cut) -> Step {
        let rest = &text[at..];
        let (skipped, found) = match resync_anywhere(rest) {
            Some(next) => (before_blanks(rest, next), true),
            None if last => (rest.len(), false),
            None => (rest.len().saturating_sub(LOOKED_BACK), false),
        };
        if skipped > 0 {
            out.skipped.push((at..at + skipped, reason));
        }
        if found || last {
            self.lost = None;
            return Step::Go(at + skipped);
        }
        Step::Wait(at + skipped)
    }

    /// The array whose elements are rows ends with `text[at]`.
    fn close(&mut self, at: usize) -> Step {
        match &mut self.document {
            Some(document) => {
                document.walker.behind_table();
                self.state = State::Around;
                Step::Go(at)
            }
            None => {
                self.state = State::Top;
                Step::Go(at + 1)
            }
        }
    }

    /// Goes through what stands around the tables.
    fn around(&mut self, text: &[u8], at: usize, last: bool, out: &mut Cut) -> Step {
        let Some(document) = &mut self.document else {
            self.state = State::Top;
            return Step::Go(at);
        };
        // Where windows end makes no difference to what is kept.
        let was_full = document.walker.full.is_some();
        document.walker.until = at + self.bounds.row_bytes - document.around.len();
        let (end, stop) = document.walker.walk(text, at, last);
        let kept = match &document.walker.full {
            _ if was_full => at,
            Some((kept, _)) => *kept,
            None => end,
        };
        if let Some(good) = document.walker.good {
            document.good = document.around.len() + (good - at);
        }
        document.around.extend_from_slice(&text[at..kept]);
        if kept < end {
            out.skipped.push((kept..end, Reason::RowTooLong));
        }
        match stop {
            Stop::Table => {
                let name = document.walker.path();
                if self.numbers.contains_key(&name) || self.tables.len() < self.bounds.tables {
                    self.state = State::Inside(name);
                }
                Step::Go(end)
            }
            Stop::Ended => {
                self.end_document(end - 1..end, out);
                self.state = State::Top;
                Step::Go(end)
            }
            Stop::More if !last => Step::Wait(end),
            Stop::More | Stop::Wrong => {
                self.end_document(end..end, out);
                self.state = State::Top;
                if stop == Stop::More && last {
                    out.skipped.push((end..text.len(), Reason::Damaged));
                    return Step::Go(text.len());
                }
                self.lost = Some(Reason::Damaged);
                Step::Go(end)
            }
        }
    }

    /// What stood around the tables becomes a row, found at `place`.
    fn end_document(&mut self, place: Range<usize>, out: &mut Cut) {
        let Some(mut document) = self.document.take() else { return };
        document.around.truncate(document.good);
        document.around.extend_from_slice(&document.walker.closing());
        let sort = Sort::Around(document.around.into());
        let columns = JsonReader::new(&[], sort.clone(), self.bounds).columns_of(&[]);
        if !columns.is_empty() {
            let table = self.add_table(String::new(), columns, sort);
            self.put(place, table, out);
        }
    }

    /// Adds a piece of the rows in `text[range]`, if there are any.
    fn piece(&mut self, text: &[u8], range: Range<usize>, out: &mut Cut) {
        let name = if let State::Inside(name) = &self.state { name.as_str() } else { "" };
        let text = &text[..range.end];
        let Some(row) = row_start(text, range.start) else { return };
        let table = match self.numbers.get(name) {
            Some(&table) => table,
            None => {
                let name = name.to_string();
                let sort = match text[row] {
                    b'[' | b'"' | b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Sort::Unnamed,
                    _ => {
                        Sort::Named { bulk: Steps::new(&text[range.start..], self.bounds.chunk_bytes).action(row - range.start).is_some() }
                    }
                };
                let columns = match sort {
                    Sort::Unnamed => Vec::new(),
                    _ => JsonReader::new(&[], sort.clone(), self.bounds)
                        .of_lines(self.state == State::Lines)
                        .columns_of(&text[range.clone()]),
                };
                self.numbers.insert(name.clone(), self.tables.len());
                self.add_table(name, columns, sort)
            }
        };
        self.put(range, table, out);
    }

    fn add_table(&mut self, name: String, columns: Vec<String>, sort: Sort) -> usize {
        self.readers.push(Arc::new(JsonReader::new(&columns, sort, self.bounds).of_lines(self.state == State::Lines)));
        self.tables.push(TableName { name, columns });
        self.tables.len() - 1
    }

    fn put(&self, range: Range<usize>, table: usize, out: &mut Cut) {
        let reader: Arc<dyn PieceReader> = self.readers[table].clone();
        out.pieces.push(Piece { range, table, reader });
    }
}

/// The first byte of an array's first element, or its closing bracket.
fn first_item(text: &[u8], open: usize) -> Option<u8> {
    text[open + 1..].iter().copied().find(|&b| !is_blank(b))
}

impl Cutter for JsonCutter {
    fn cut(&mut self, text: &[u8], last: bool) -> Cut {
        let mut out = Cut::default();
        while last || out.pieces.len() < self.bounds.pieces {
            match self.step(text, out.used, last, &mut out) {
                Step::Go(at) => out.used = at,
                Step::Wait(at) => {
                    out.used = at;
                    break;
                }
            }
        }
        out
    }

    fn tables(&self) -> &[TableName] {
        &self.tables
    }
}
