//! Statements that hold no rows, to their ends.
//!
//! They end at `;` (or what `DELIMITER` set) outside of strings, names in quotes and comments, or before a line that begins with a
//! statement as dumps have it: not all programs end statements with a sign. A string with such a line in it was never closed, most likely;
//! it is given up before that line. Dollar quotes hold programs, which have such lines.

use super::dialect::Escapes;
use super::heads::{Known, begins_known};
use super::words::{Comment, Dollar, after_comment, after_string, comment, dollar, in_word};
use memchr::memchr_iter;

/// Blanks that may stand before a statement on its line.
const INDENT: usize = 64;

/// Text within such a statement.
pub(super) struct Statement<'a> {
    pub text: &'a [u8],
    pub last: bool,
    pub escapes: Escapes,
    pub delimiter: &'a [u8],
    /// Bytes of a string or comment.
    pub row_bytes: usize,
}

/// How the rest of a statement goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// The next one begins here.
    Ended(usize),
    /// Everything before this was dealt with, and more text is needed.
    Waits(usize),
    /// What begins here does not end.
    Damaged(usize),
    /// The string that begins at `from` does not end before a line that begins with a statement, at `at`.
    Broken { from: usize, at: usize },
}

/// Bytes that mean something here.
static WATCHED: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"'\"`$-/#\n";
    let mut i = 0;
    while i < signs.len() {
        table[signs[i] as usize] = true;
        i += 1;
    }
    table
};

/// What to do at a sign.
enum Next {
    At(usize),
    Do(Rest),
}

impl Statement<'_> {
    /// Where the statement ends that `text[at]` is in, outside of strings and comments.
    pub(super) fn rest(&self, at: usize) -> Rest {
        let (text, entry) = (self.text, at);
        let Some(&ends) = self.delimiter.first() else { return Rest::Ended(at) };
        let mut at = at;
        loop {
            let Some(n) = text[at..].iter().position(|&b| WATCHED[b as usize] || b == ends) else {
                // A letter before a quote, or before a dollar, says what that is.
                let keep = if self.last { text.len() } else { at.max(text.len().saturating_sub(2)) };
                return if self.last { Rest::Ended(keep) } else { Rest::Waits(keep) };
            };
            at += n;
            match self.sign(at, entry) {
                Next::At(next) => at = next,
                Next::Do(rest) => return rest,
            }
        }
    }

    /// What `text[at]` means; nothing is known of the bytes before `entry`.
    fn sign(&self, at: usize, entry: usize) -> Next {
        let (text, last) = (self.text, self.last);
        let wait = |from: usize| if last { Next::At(at + 1) } else { Next::Do(Rest::Waits(from)) };
        if text[at..].starts_with(self.delimiter) {
            return Next::Do(Rest::Ended(at + self.delimiter.len()));
        }
        if self.delimiter.starts_with(&text[at..]) && !last {
            return wait(at);
        }
        let before = |back: usize| at.checked_sub(back).filter(|&n| n >= entry).map(|n| text[n]);
        match text[at] {
            b'\'' => {
                let escape = matches!(before(1), Some(b'e' | b'E')) && !before(2).is_some_and(in_word);
                let from = if escape { at - 1 } else { at };
                self.string(from, at, self.escapes.backslash() || (escape && !self.escapes.mysql()))
            }
            b'"' => self.string(at, at, self.escapes.mysql()),
            b'`' if self.escapes.mysql() => self.string(at, at, false),
            b'$' if !self.escapes.mysql() && !before(1).is_some_and(in_word) => match dollar(self.horizon(at), at) {
                Dollar::No => Next::At(at + 1),
                Dollar::String { after, .. } => Next::At(after),
                Dollar::Open => self.open(at),
            },
            b'-' | b'/' | b'#' => match comment(text, at, self.escapes) {
                Comment::No => Next::At(at + 1),
                Comment::Unsure => wait(at),
                // The line end may have a statement behind it.
                Comment::Line => match after_comment(self.horizon(at), at, Comment::Line) {
                    Some(after) => Next::At(after - 1),
                    None if last && self.horizon(at).len() == text.len() => Next::At(text.len()),
                    None => self.open(at),
                },
                kind => after_comment(self.horizon(at), at, kind).map_or_else(|| self.open(at), Next::At),
            },
            b'\n' => self.line(at),
            _ => Next::At(at + 1),
        }
    }

    /// The text as far as something that begins at `at` may go.
    fn horizon(&self, at: usize) -> &[u8] {
        &self.text[..self.text.len().min(at.saturating_add(self.row_bytes))]
    }

    /// Something that begins at `at` and does not end within the horizon.
    fn open(&self, at: usize) -> Next {
        let whole = self.last || self.text.len() >= at.saturating_add(self.row_bytes);
        Next::Do(if whole { Rest::Damaged(at) } else { Rest::Waits(at) })
    }

    /// A string or name whose opening quote is `text[quote]`; `from` is its prefix, if it has one.
    fn string(&self, from: usize, quote: usize, backslash: bool) -> Next {
        let part = self.horizon(from);
        let end = after_string(part, quote + 1, part[quote], backslash);
        let inner = &part[..end.unwrap_or(part.len())];
        for n in memchr_iter(b'\n', &inner[quote..]) {
            let at = quote + n + 1;
            match begins_known(self.text, at, self.last) {
                Known::Yes => return Next::Do(Rest::Broken { from, at }),
                Known::No => {}
                Known::More => return Next::Do(Rest::Waits(from)),
            }
        }
        match end {
            // The byte behind the quote has been seen, or there is none.
            Some(end) if end < part.len() || (self.last && end == self.text.len()) => Next::At(end),
            _ => self.open(from),
        }
    }

    /// A line end.
    fn line(&self, at: usize) -> Next {
        let mut next = at + 1;
        if self.delimiter == b";" {
            let rest = &self.text[next..];
            match rest.iter().take(INDENT).position(|b| !matches!(b, b' ' | b'\t')) {
                Some(blanks) => next += blanks,
                None if rest.len() < INDENT && !self.last => return Next::Do(Rest::Waits(at)),
                None => {}
            }
        }
        match begins_known(self.text, next, self.last) {
            Known::Yes => Next::Do(Rest::Ended(next)),
            Known::No => Next::At(at + 1),
            Known::More => Next::Do(Rest::Waits(at)),
        }
    }
}
