//! From mark to mark: what the grammar of JSON asks of each, and how to pass over what is not kept.

use super::marks::apart_by_blanks;
use super::tape::{ESCAPES, Tape};
use super::{DEPTH, is_blank, trimmed};

/// Why a row was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// Its end is not in sight.
    Open,
    /// It is not JSON, or nested too deep.
    Damaged,
    /// It is longer than a row may be.
    Long,
    /// It has more paths than are remembered.
    Full,
}

/// A mark: its place, the byte there, and whether it closes a string with escapes.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub at: usize,
    pub byte: u8,
    pub escapes: u32,
}

/// A place among the marks of a text.
#[derive(Debug)]
pub(crate) struct Steps<'a> {
    pub text: &'a [u8],
    pub tape: Tape,
    /// The mark to be read next.
    pub next: usize,
    /// Brackets that are open.
    pub depth: usize,
    /// Where the last key stood.
    pub last_key: usize,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(text: &'a [u8], chunk_bytes: usize) -> Steps<'a> {
        Steps { text, tape: Tape::new(chunk_bytes), next: 0, depth: 0, last_key: 0 }
    }

    /// Marks are read from `at` on, which is not inside a string whatever was thought before.
    pub(crate) fn go_on_at(&mut self, at: usize) {
        while self.tape.get(self.next).is_some_and(|m| ((m & !ESCAPES) as usize) < at) {
            self.next += 1;
        }
        // A bracket without a mark was taken for part of a string.
        let seen = self.tape.get(self.next).map(|m| (m & !ESCAPES) as usize);
        let bracket = self.text.get(at).is_some_and(|b| matches!(b, b'{' | b'[' | b'"'));
        if at >= self.tape.done() || (bracket && seen != Some(at)) {
            self.tape.restart(at);
            self.next = 0;
        }
    }

    /// Notes more marks, at least `least` bytes of them, and forgets those already read.
    pub(crate) fn more(&mut self, least: usize) {
        self.tape.extend(self.text, self.next, least);
        self.next = 0;
    }

    /// Where the value ends whose first byte, a bracket, is `text[at]`; nothing is kept of it. Its marks must be noted.
    pub(crate) fn end_of(&mut self, at: usize) -> Result<usize, Bad> {
        self.go_on_at(at);
        self.depth = 0;
        let open = self.mark()?;
        Ok(self.skip(open.byte)? + 1)
    }

    /// Where the row at `text[at]` ends if it is an action line of Elasticsearch's bulk format: `{"index":{"_id":"1"}}`.
    pub(crate) fn action(&mut self, at: usize) -> Option<usize> {
        self.go_on_at(at);
        // Such a line has a few hundred bytes.
        if self.tape.done() < self.text.len() && self.tape.done() - at < 4096 {
            self.more(4096);
        }
        let first = self.next;
        let end = self.action_end().ok().flatten();
        self.next = first;
        end
    }

    fn action_end(&mut self) -> Result<Option<usize>, Bad> {
        self.depth = 0;
        let marks = [self.mark()?, self.mark()?, self.mark()?, self.mark()?, self.mark()?];
        if marks.map(|m| m.byte) != *b"{\"\":{" {
            return Ok(None);
        }
        let key = &self.text[marks[1].at + 1..marks[2].at];
        if !matches!(key, b"index" | b"create" | b"update" | b"delete") {
            return Ok(None);
        }
        let inner = self.next;
        let first = self.mark()?;
        if first.byte != b'}' && self.text.get(first.at..first.at + 2) != Some(b"\"_") {
            return Ok(None);
        }
        self.next = inner;
        self.skip(b'{')?;
        let last = self.mark()?;
        Ok((last.byte == b'}').then_some(last.at + 1))
    }

    /// The next mark.
    #[inline(always)]
    pub(crate) fn mark(&mut self) -> Result<Mark, Bad> {
        let Some(mark) = self.tape.get(self.next) else { return Err(Bad::Open) };
        self.next += 1;
        let at = (mark & !ESCAPES) as usize;
        Ok(Mark { at, byte: self.text[at], escapes: mark & ESCAPES })
    }

    /// The next mark, which must close a string.
    #[inline(always)]
    pub(crate) fn quote(&mut self) -> Result<Mark, Bad> {
        let mark = self.mark()?;
        if mark.byte == b'"' { Ok(mark) } else { Err(Bad::Damaged) }
    }

    /// Nothing but white space between two marks.
    #[inline(always)]
    pub(crate) fn blank(&self, left: usize, right: usize) -> Result<(), Bad> {
        if apart_by_blanks(self.text, left, right) { Ok(()) } else { Err(Bad::Damaged) }
    }

    #[inline(always)]
    pub(crate) fn deeper(&mut self) -> Result<(), Bad> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Bad::Damaged) } else { Ok(()) }
    }

    /// The places of the closing quote and the colon of the key that begins with the mark `open`.
    #[inline(always)]
    pub(crate) fn key(&mut self, open: Mark) -> Result<(usize, usize), Bad> {
        if open.byte != b'"' {
            return Err(Bad::Damaged);
        }
        self.last_key = open.at;
        let close = self.quote()?;
        let colon = self.mark()?;
        self.blank(close.at, colon.at)?;
        if colon.byte == b':' { Ok((close.at, colon.at)) } else { Err(Bad::Damaged) }
    }

    /// The place of the bracket that closes an array without elements, if this is one.
    pub(crate) fn empty(&mut self, open: usize) -> Result<Option<usize>, Bad> {
        let first = self.mark()?;
        if first.byte == b']' && apart_by_blanks(self.text, open, first.at) {
            self.depth -= 1;
            return Ok(Some(first.at));
        }
        self.next -= 1;
        Ok(None)
    }

    /// What stands between two marks, without white space at both ends.
    #[inline(always)]
    pub(crate) fn between(&self, left: usize, right: usize) -> (usize, usize) {
        let part = &self.text[left + 1..right];
        let from = left + 1 + part.iter().take_while(|b| is_blank(**b)).count();
        (from, from + trimmed(part).len())
    }

    /// Passes over what is behind the bracket `open`; returns the place of the closing one.
    pub(crate) fn skip(&mut self, open: u8) -> Result<usize, Bad> {
        self.deeper()?;
        self.skip_rest(if open == b'{' { b'}' } else { b']' })
    }

    /// Passes over the rest of a bracket; returns the place of the closing one, which is `wanted`.
    pub(crate) fn skip_rest(&mut self, wanted: u8) -> Result<usize, Bad> {
        let outer = self.depth - 1;
        loop {
            let mark = self.mark()?;
            match mark.byte {
                b'{' | b'[' => self.deeper()?,
                b'}' | b']' => self.depth -= 1,
                b'\n' => return Err(Bad::Damaged),
                _ => {}
            }
            if self.depth == outer {
                return if mark.byte == wanted { Ok(mark.at) } else { Err(Bad::Damaged) };
            }
        }
    }
}
