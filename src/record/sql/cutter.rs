//! Cuts a dump into pieces: what is where, statement by statement.

use super::Bounds;
use super::copy::{LineReader, Lines, lines};
use super::dialect::{Escapes, SqlDialect};
use super::heads::{Head, Known, TAILS, VERBS, begins_known, head};
use super::lost::{Found, Wanted, find};
use super::names::Tables;
use super::other::{Rest, Statement};
use super::reader::TupleReader;
use super::run::{Then, Tuples};
use super::words::{Comment, Space, Token, Words, after_space, in_word};
use crate::lanes::dispatch;
use crate::ledger::Reason;
use crate::record::pieces::{Cut, Cutter, Piece, TableName};
use memchr::memchr;
use std::sync::Arc;

/// The tuples of statements with one head.
#[derive(Clone)]
struct List {
    table: usize,
    reader: Arc<TupleReader>,
}

/// A block of `COPY`.
#[derive(Clone)]
struct Block {
    table: usize,
    reader: Arc<LineReader>,
}

/// What the bytes that come next are.
enum State {
    /// A statement, or space before one.
    Between,
    /// The rest of a statement that holds no rows.
    Other,
    /// A tuple, or space before it.
    Before(List),
    /// What follows a tuple; whether a line ended since.
    After(List, bool),
    /// A line of a block.
    Lines(Block),
    /// Nothing known.
    Lost(Lost),
}

/// What is given up, but for what is found behind its first `ahead` bytes.
struct Lost {
    reason: Reason,
    ahead: usize,
    back: Back,
}

/// What reading goes on with.
enum Back {
    Statement,
    Tuple(List),
    Line(Block),
    EndOfCopy,
}

/// How much of a thing that begins somewhere the text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// All that may belong to it.
    Enough,
    /// All up to the end of the dump.
    Whole,
    /// More may come.
    Part,
}

/// Cuts SQL dumps of all dialects.
pub struct SqlCutter {
    escapes: Escapes,
    bounds: Bounds,
    tables: Tables,
    state: State,
    /// The list whose head was read last: the next statement often has the same.
    recent: Option<List>,
    /// What ends statements.
    delimiter: Vec<u8>,
}

/// A window of the dump.
#[derive(Clone, Copy)]
struct Window<'t> {
    text: &'t [u8],
    /// Whether nothing comes after it.
    last: bool,
}

/// Where the next step begins; `None` where more text is needed.
type Step = Option<usize>;

impl Cutter for SqlCutter {
    fn cut(&mut self, text: &[u8], last: bool) -> Cut {
        let mut cut = Cut::default();
        let window = Window { text, last };
        while cut.used < text.len() {
            match self.step(window, cut.used, &mut cut) {
                Some(next) => cut.used = next,
                None => break,
            }
        }
        if last && cut.used < text.len() {
            cut.skipped.push((cut.used..text.len(), Reason::Damaged));
            cut.used = text.len();
        }
        cut
    }

    fn tables(&self) -> &[TableName] {
        &self.tables.names
    }
}

impl SqlCutter {
    /// Cuts a dump of this dialect from its first byte on.
    #[must_use]
    pub fn new(dialect: &SqlDialect) -> SqlCutter {
        SqlCutter::with_bounds(dialect, Bounds::default())
    }

    pub(crate) fn with_bounds(dialect: &SqlDialect, bounds: Bounds) -> SqlCutter {
        let (tables, delimiter) = (Tables::default(), b";".to_vec());
        SqlCutter { escapes: dialect.escapes, bounds, tables, state: State::Between, recent: None, delimiter }
    }

    /// Deals with what begins at `at`. No more than two rows' bytes and a few are looked at, so that a window of that length suffices.
    fn step(&mut self, window: Window<'_>, at: usize, cut: &mut Cut) -> Step {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => self.statement(window, at),
            State::Other => self.other(window, at, cut),
            State::Before(list) => self.tuples(window, at, list, cut),
            State::After(list, line) => self.after(window, at, list, line),
            State::Lines(block) => self.lines(window, at, block, cut),
            State::Lost(lost) => self.lost(window, at, lost, cut),
        }
    }

    /// What can be seen of something that begins at `at` and may not be longer than a row.
    fn seen<'t>(&self, window: Window<'t>, at: usize) -> (&'t [u8], Seen) {
        let horizon = at.saturating_add(self.bounds.row_bytes);
        match window.text.get(..horizon) {
            Some(text) => (text, Seen::Enough),
            None => (window.text, if window.last { Seen::Whole } else { Seen::Part }),
        }
    }

    /// Goes on from `at`.
    fn go(&mut self, state: State, at: usize) -> Step {
        self.state = state;
        Some(at)
    }

    /// Goes on from `at` if the step, begun at `entry`, came that far, and waits for more text otherwise.
    fn wait(&mut self, state: State, entry: usize, at: usize) -> Step {
        self.state = state;
        (at > entry).then_some(at)
    }

    fn lose(&mut self, at: usize, reason: Reason, ahead: usize, back: Back) -> Step {
        self.go(State::Lost(Lost { reason, ahead, back }), at)
    }

    /// Skips space; `Err` is the step to be done where nothing follows it, in the state that is `state` of the place come to.
    fn space(&mut self, window: Window<'_>, entry: usize, state: impl FnOnce(usize) -> State) -> Result<usize, Step> {
        let (text, seen) = self.seen(window, entry);
        let whole = seen == Seen::Whole;
        match after_space(text, entry, self.escapes) {
            Space::At(at) => Ok(at),
            // A sign at the very end begins no comment.
            Space::End(at) if whole && at < text.len() => Ok(at),
            Space::Open(_, Comment::Line) if whole => Err(self.go(State::Between, text.len())),
            Space::Open(at, _) if at == entry && seen != Seen::Part => Err(self.lose(at, Reason::Damaged, 1, Back::Statement)),
            Space::End(at) | Space::Open(at, _) => Err(self.wait(state(at), entry, at)),
        }
    }

    /// A statement, or space before one.
    fn statement(&mut self, window: Window<'_>, entry: usize) -> Step {
        let at = match self.space(window, entry, |_| State::Between) {
            Ok(at) => at,
            Err(step) => return step,
        };
        let rest = &window.text[at..];
        // A byte-order mark stands at the beginning of a file, or of one that was appended.
        if rest.starts_with(b"\xef\xbb\xbf") {
            return Some(at + 3);
        }
        if rest[0] == b';' {
            return Some(at + 1);
        }
        if rest.starts_with(&self.delimiter) {
            return Some(at + self.delimiter.len());
        }
        if let Some(list) = &self.recent
            && let Some([next, ..]) = rest.strip_prefix(&*list.reader.head)
            && !in_word(*next)
        {
            let behind = at + list.reader.head.len();
            return self.go(State::Before(list.clone()), behind);
        }
        let (text, seen) = self.seen(window, at);
        let found = head(text, at, seen == Seen::Whole, self.escapes);
        self.begin(found, rest, seen, entry, at)
    }

    /// The statement at `at`, which is the beginning of `rest`.
    fn begin(&mut self, found: Head, rest: &[u8], seen: Seen, entry: usize, at: usize) -> Step {
        match found {
            Head::More if seen == Seen::Part => self.wait(State::Between, entry, at),
            Head::More if matches!(rest[0].to_ascii_lowercase(), b'i' | b'r') => self.lose(at, Reason::Damaged, 1, Back::Statement),
            Head::More | Head::Other => self.go(State::Other, at),
            Head::Damaged => self.lose(at, Reason::Damaged, 1, Back::Statement),
            Head::NotRead => self.lose(at, Reason::UnsupportedFormat, 1, Back::Statement),
            Head::Command { at } => Some(at),
            Head::Delimiter { delimiter, at } => {
                self.delimiter = delimiter;
                Some(at)
            }
            Head::Create { table, columns } => {
                self.recent = None;
                self.tables.create(&table, columns);
                self.go(State::Other, at)
            }
            Head::Insert { table, columns, at: behind } => {
                let Some(table) = self.tables.number(table, columns) else {
                    return self.lose(at, Reason::UnsupportedFormat, 1, Back::Statement);
                };
                let reader = TupleReader { escapes: self.escapes, head: rest[..behind - at].into(), bounds: self.bounds };
                let list = List { table, reader: Arc::new(reader) };
                self.recent = Some(list.clone());
                self.go(State::Before(list), behind)
            }
            Head::Copy { table, columns, at: behind, plain } => match self.tables.number(table, columns) {
                Some(table) if plain => {
                    self.go(State::Lines(Block { table, reader: Arc::new(LineReader { bounds: self.bounds }) }), behind)
                }
                // The line end behind the head may be followed by the block's end at once.
                _ => self.lose(at, Reason::UnsupportedFormat, behind - at - 1, Back::EndOfCopy),
            },
        }
    }

    /// The rest of a statement that holds no rows.
    fn other(&mut self, window: Window<'_>, entry: usize, cut: &mut Cut) -> Step {
        let (Window { text, last }, delimiter) = (window, &self.delimiter);
        let statement = Statement { text, last, escapes: self.escapes, delimiter, row_bytes: self.bounds.row_bytes };
        match statement.rest(entry) {
            Rest::Ended(at) => self.go(State::Between, at),
            Rest::Waits(at) => self.wait(State::Other, entry, at),
            Rest::Damaged(at) => self.lose(at, Reason::Damaged, 1, Back::Statement),
            Rest::Broken { from, at } => {
                cut.skipped.push((from..at, Reason::Damaged));
                self.go(State::Between, at)
            }
        }
    }

    /// Tuples, or space before them.
    fn tuples(&mut self, window: Window<'_>, entry: usize, list: List, cut: &mut Cut) -> Step {
        let at = match self.space(window, entry, |_| State::Before(list.clone())) {
            Ok(at) => at,
            Err(step) => return step,
        };
        match window.text[at] {
            b'(' => {}
            b';' => return self.go(State::Between, at + 1),
            _ => return self.lose(at, Reason::Damaged, 0, Back::Tuple(list)),
        }
        let (end, then) = dispatch(Tuples { text: window.text, at, reader: &list.reader });
        if let Some(end) = end {
            cut.pieces.push(Piece { range: at..end, table: list.table, reader: list.reader.clone() });
        }
        match then {
            Then::Tuple(at) => self.go(State::Before(list), at),
            Then::After(at) => self.go(State::After(list, false), at),
            Then::Damaged(at, ahead) => self.lose(at, Reason::Damaged, ahead, Back::Tuple(list)),
            Then::RanOut(at) => match self.seen(window, at).1 {
                Seen::Enough => self.lose(at, Reason::RowTooLong, self.bounds.row_bytes, Back::Tuple(list)),
                // Behind a string that was cut off, only a statement at a line's beginning is more than part of it.
                Seen::Whole => self.lose(at, Reason::Damaged, 1, Back::Statement),
                Seen::Part => self.wait(State::Before(list), entry, at),
            },
        }
    }

    /// What follows a tuple; `line` whether a line ended before `entry`.
    fn after(&mut self, window: Window<'_>, entry: usize, list: List, line: bool) -> Step {
        let Window { text, last } = window;
        let line_to = |at: usize| line || memchr(b'\n', &text[entry..at]).is_some();
        let at = match self.space(window, entry, |at| State::After(list.clone(), line_to(at))) {
            Ok(at) => at,
            Err(step) => return step,
        };
        match text[at] {
            b',' => return self.go(State::Before(list), at + 1),
            b'(' => return self.go(State::Before(list), at),
            b';' => return self.go(State::Between, at + 1),
            _ => {}
        }
        let line = line_to(at);
        if text[at..].starts_with(&self.delimiter) || (line && matches!(text[at], b'\\' | b'/')) {
            return self.go(State::Between, at);
        }
        let known = begins_known(text, at, last);
        let (part, seen) = self.seen(window, at);
        let word = Words { text: part, at, last: seen != Seen::Part, escapes: self.escapes }.next();
        if known == Known::More || word == Token::More {
            return self.wait(State::After(list, line), entry, at);
        }
        if known == Known::Yes || (line && word.is_one(&VERBS)) {
            self.go(State::Between, at)
        } else if word.is_one(&TAILS) {
            self.go(State::Other, at)
        } else {
            self.lose(at, Reason::Damaged, 0, Back::Tuple(list))
        }
    }

    /// Lines of a block of `COPY`.
    fn lines(&mut self, window: Window<'_>, at: usize, block: Block, cut: &mut Cut) -> Step {
        match lines(window.text, at, window.last, self.bounds) {
            Lines::End(at) => self.go(State::Between, at),
            Lines::Rows(end) => {
                cut.pieces.push(Piece { range: at..end, table: block.table, reader: block.reader.clone() });
                self.go(State::Lines(block), end)
            }
            Lines::TooLong => self.lose(at, Reason::RowTooLong, self.bounds.row_bytes, Back::Line(block)),
            // Who knows how long the last line was.
            Lines::RanOut if window.last => self.lose(at, Reason::Damaged, window.text.len() - at, Back::Statement),
            Lines::RanOut => self.wait(State::Lines(block), at, at),
        }
    }

    /// Looks for something to go on with.
    fn lost(&mut self, window: Window<'_>, at: usize, lost: Lost, cut: &mut Cut) -> Step {
        let Window { text, last } = window;
        let wanted = match &lost.back {
            Back::Statement => Wanted::Statement,
            Back::Tuple(_) => Wanted::StatementOrTuple,
            Back::Line(_) => Wanted::Line,
            Back::EndOfCopy => Wanted::EndOfCopy,
        };
        let from = at + lost.ahead;
        // In parts of fixed length, so that they do not depend on the window.
        let to = from.saturating_add(self.bounds.row_bytes);
        let (end, state) = match (find(text, from, to, last, wanted), lost.back) {
            (Found::More, back) => return self.wait(State::Lost(Lost { back, ..lost }), at, at),
            (Found::Nothing, back) => (to.min(text.len()), State::Lost(Lost { reason: lost.reason, ahead: 0, back })),
            (Found::Tuple(found), Back::Tuple(list)) => (found, State::Before(list)),
            (Found::Statement(found), Back::Line(block)) => (found, State::Lines(block)),
            (Found::Statement(found) | Found::Tuple(found), _) => (found, State::Between),
        };
        cut.skipped.push((at..end, lost.reason));
        self.go(state, end)
    }
}
