//! Where a quoted cell ends, or that its opening quote is a stray one (rules in the [parent module](super)).
//!
//! Whether a quote can close a cell is a property of the text alone: the last of an odd run of quotes that a delimiter, a line end or the
//! end of the text follows can; all others are halves of doubled quotes or content. Only the run that begins with the opening quote is
//! counted differently, since its first quote is used up. So the next closing quote may be remembered across cells and rows, and a
//! file full of stray quotes is searched once, not once per quote.

use super::Bounds;
use super::marks::Marks;
use memchr::{memchr, memchr_iter};

/// Complete interior lines that are looked at.
const LINES: usize = 16;
/// Lines, blank ones included, after which looking ends.
const LINES_WITH_BLANKS: usize = 64;
/// Columns and interior lines from which on these lines alone are proof enough.
const MANY_COLUMNS: usize = 4;
const MANY_LINES: usize = 8;
/// Bytes before and after a closing quote within which its line is looked at.
const LAST_LINE: usize = 4096;

/// What an opening quote turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoted {
    /// A quoted cell whose closing quote is `text[close]`; `plain` when its content stands as it is: no doubled quotes and no escapes.
    Closed { close: usize, plain: bool },
    /// An ordinary byte.
    Stray,
}

/// Decides about opening quotes of one text, remembering the last search.
#[derive(Debug)]
pub(crate) struct Quotes<'t, M> {
    text: &'t [u8],
    signs: M,
    bounds: Bounds,
    /// `text[from..upto]` holds no closing quote; `found` when `text[upto]` is one. `upto` is never behind the first quote of a run.
    known: Known,
    /// A position and the first line end after it.
    line: (usize, usize),
}

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    from: usize,
    upto: usize,
    found: bool,
    /// Quotes counted from `upto` on, where a search ended inside a run.
    run: usize,
}

impl<'t, M: Marks> Quotes<'t, M> {
    pub(crate) fn new(text: &'t [u8], signs: M, bounds: Bounds) -> Quotes<'t, M> {
        Quotes { text, signs, bounds, known: Known::default(), line: (0, 0) }
    }

    /// Decides about the quote at `text[open]`, the first byte of a cell that `before` cells of its row precede. `one_line` forbids it to
    /// span line ends.
    pub(crate) fn decide(&mut self, quote: u8, open: usize, before: usize, one_line: bool) -> Quoted {
        let Some(close) = self.closing(quote, open) else {
            return Quoted::Stray;
        };
        if let Some(end) = self.line_end(open, close)
            && (one_line || self.swallows_rows(open, end, close, before))
        {
            return Quoted::Stray;
        }
        let content = &self.text[open + 1..close];
        let mut last = None;
        let doubled = memchr_iter(quote, content).any(|i| last.replace(i).is_some_and(|l| l + 1 == i));
        Quoted::Closed { close, plain: !doubled && !self.signs.escapes() }
    }

    /// The closing quote of the cell that opens at `open`, if it is within the span.
    fn closing(&mut self, quote: u8, open: usize) -> Option<usize> {
        let text = self.text;
        let last = open.saturating_add(self.bounds.quoted_span).min(text.len().saturating_sub(1));
        let run = text[open..=last].iter().take_while(|&&b| b == quote).count();
        let after = open + run;
        if after > last && text.get(after) == Some(&quote) {
            return None; // a run of quotes longer than the span
        }
        if run % 2 == 0 && self.signs.closes_before(text, after) {
            return Some(after - 1);
        }
        if !(self.known.from <= after && after <= self.known.upto) {
            self.known = Known { from: after, upto: after, ..Known::default() };
        }
        if !self.known.found && self.known.upto <= last {
            self.search(quote, last);
        }
        (self.known.found && self.known.upto <= last).then_some(self.known.upto)
    }

    /// Extends what is known up to the first closing quote, or past `last`.
    fn search(&mut self, quote: u8, last: usize) {
        let text = self.text;
        loop {
            if self.known.run == 0 {
                match text.get(self.known.upto..=last).and_then(|part| memchr(quote, part)) {
                    Some(i) => self.known.upto += i,
                    None => {
                        self.known.upto = last + 1;
                        return;
                    }
                }
                if self.signs.escaped(text, self.known.upto) {
                    self.known.upto += 1;
                    continue;
                }
            }
            let mut after = self.known.upto + self.known.run;
            while after <= last + 1 && text.get(after) == Some(&quote) {
                after += 1;
            }
            let run = after - self.known.upto;
            if after > last + 1 {
                // The run reaches past the span: nothing up to `last` closes. A later call goes on counting here.
                self.known.run = run;
                return;
            }
            self.known.run = 0;
            if run % 2 == 1 && self.signs.closes_before(text, after) {
                self.known.upto = after - 1;
                self.known.found = true;
                return;
            }
            self.known.upto = after;
        }
    }

    /// The first line end after `open` and before `close`. Remembered, since every cell of a long line may ask.
    fn line_end(&mut self, open: usize, close: usize) -> Option<usize> {
        let (from, end) = self.line;
        if !(from <= open && open < end) {
            self.line = (open, self.signs.row_end(self.text, open + 1, close)?.start);
        }
        Some(self.line.1).filter(|&end| end < close)
    }

    /// Whether the lines between `open` and `close` are rows; `end` is the first line end between them.
    fn swallows_rows(&self, open: usize, end: usize, close: usize, before: usize) -> bool {
        let columns = self.signs.columns();
        if columns < 2 {
            return false;
        }
        let needed = 6usize.div_ceil(columns - 1).max(2);
        let first = self.signs.row_end(self.text, end, close).map_or(end + 1, |end| end.end);
        let (mut looked, mut exact, mut start) = (0, 0, first);
        for _ in 0..LINES_WITH_BLANKS {
            let Some(end) = self.signs.row_end(self.text, start, close) else {
                break;
            };
            let line = &self.text[start..end.start];
            start = end.end;
            if line.is_empty() || line == b"\r" {
                continue;
            }
            looked += 1;
            exact += usize::from(1 + self.signs.delimiters(line) == columns);
            if looked == LINES {
                break;
            }
        }
        if exact < needed || exact * 4 < looked * 3 {
            return false;
        }
        (columns >= MANY_COLUMNS && exact >= MANY_LINES)
            || (before + 1 + self.signs.delimiters(&self.text[open..end]) == columns && self.last_line_is_wide(open, close))
    }

    /// Whether the line that holds the closing quote has at least the dialect's columns, as far as [`LAST_LINE`] shows.
    fn last_line_is_wide(&self, open: usize, close: usize) -> bool {
        let from = open.max(close.saturating_sub(LAST_LINE));
        let start = self.signs.last_row(self.text, from, close);
        let horizon = close.saturating_add(LAST_LINE).min(self.text.len());
        let end = self.signs.row_end(self.text, close, horizon).map_or(horizon, |end| end.start);
        self.signs.delimiters(&self.text[start..end]) + 1 >= self.signs.columns()
    }
}

/// Adds `content` to `out` with each doubled quote made one.
pub(crate) fn undouble(content: &[u8], quote: u8, out: &mut Vec<u8>) {
    let mut rest = content;
    while let Some(at) = memchr(quote, rest) {
        out.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 1..];
        if rest.first() == Some(&quote) {
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest);
}
