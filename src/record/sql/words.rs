//! Space, comments, strings and words: what every part of a statement is made of.

use super::dialect::Escapes;
use memchr::{memchr, memchr2, memmem};

/// Bytes of the tag of a dollar quote: names of PostgreSQL are no longer.
const TAG_BYTES: usize = 63;

/// A byte that may stand in a word.
#[inline]
pub(super) fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A byte that is space: controls count as such.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    byte <= b' '
}

/// Where the first byte at or after `at` stands that is not space, at most the text's end.
#[inline]
pub(super) fn after_blanks(text: &[u8], at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.iter().position(|&b| !is_space(b))).map_or(text.len(), |n| at + n)
}

/// Whether a comment begins at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comment {
    No,
    /// Up to the line's end.
    Line,
    /// Up to `*/`.
    Block,
    /// The text ends too early to say.
    Unsure,
}

/// Whether a comment begins at `text[at]`.
pub(super) fn comment(text: &[u8], at: usize, escapes: Escapes) -> Comment {
    match (text.get(at), text.get(at + 1)) {
        (Some(b'#'), _) if escapes.mysql() => Comment::Line,
        (Some(b'-' | b'/'), None) => Comment::Unsure,
        (Some(b'/'), Some(b'*')) => Comment::Block,
        (Some(b'-'), Some(b'-')) if escapes.mysql() => match text.get(at + 2) {
            // `5--3` is a sum there.
            Some(&b) if !is_space(b) => Comment::No,
            Some(_) => Comment::Line,
            None => Comment::Unsure,
        },
        (Some(b'-'), Some(b'-')) => Comment::Line,
        _ => Comment::No,
    }
}

/// The byte after the comment that begins at `text[at]`; `None` where the text ends before.
pub(super) fn after_comment(text: &[u8], at: usize, kind: Comment) -> Option<usize> {
    match kind {
        Comment::Block => memmem::find(text.get(at + 2..)?, b"*/").map(|n| at + n + 4),
        _ => memchr(b'\n', text.get(at..)?).map(|n| at + n + 1),
    }
}

/// What stands behind space and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Something else, at this place.
    At(usize),
    /// Perhaps nothing: the text ends there, or too soon after it to say.
    End(usize),
    /// A comment, begun at this place, that does not end within the text.
    Open(usize, Comment),
}

/// Skips space and comments from `at` on.
#[inline]
pub(super) fn after_space(text: &[u8], mut at: usize, escapes: Escapes) -> Space {
    loop {
        at = after_blanks(text, at);
        if at == text.len() {
            return Space::End(at);
        }
        match comment(text, at, escapes) {
            Comment::No => return Space::At(at),
            Comment::Unsure => return Space::End(at),
            kind => match after_comment(text, at, kind) {
                Some(after) => at = after,
                None => return Space::Open(at, kind),
            },
        }
    }
}

/// The byte after the quote that closes the string whose content begins at `text[at]`, `None` where the text ends before. A quote that is
/// the text's last byte closes, though the next byte might have doubled it.
#[inline]
pub(super) fn after_string(text: &[u8], mut at: usize, quote: u8, backslash: bool) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        at += if backslash { memchr2(quote, b'\\', rest)? } else { memchr(quote, rest)? };
        if text[at] != quote || text.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
}

/// A dollar quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dollar {
    /// None begins there.
    No,
    /// Its content begins and ends there; the same tag stands before and behind.
    String { from: usize, to: usize, after: usize },
    /// It, or its tag, does not end within the text.
    Open,
}

/// The dollar quote `$tag$…$tag$` that begins at `text[at]`, which is `$`.
pub(super) fn dollar(text: &[u8], at: usize) -> Dollar {
    let rest = &text[at + 1..];
    let Some(length) = rest.iter().take(TAG_BYTES + 1).position(|&b| !in_word(b)) else {
        return if rest.len() <= TAG_BYTES { Dollar::Open } else { Dollar::No };
    };
    if rest[length] != b'$' || rest[0].is_ascii_digit() {
        return Dollar::No;
    }
    let (tag, from) = (&text[at..at + length + 2], at + length + 2);
    match memmem::find(&text[from..], tag) {
        Some(n) => Dollar::String { from, to: from + n, after: from + n + tag.len() },
        None => Dollar::Open,
    }
}

/// Part of a statement's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Letters and digits.
    Word(&'t [u8]),
    /// What stands between quotes (the opening one is named): a name or a string.
    Quoted(&'t [u8], u8),
    /// Any other byte.
    Sign(u8),
    /// The text is at its end.
    End,
    /// More text is needed to say.
    More,
}

impl Token<'_> {
    /// Whether this is the word `word`, in any case.
    pub(super) fn is(self, word: &str) -> bool {
        matches!(self, Token::Word(w) if w.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Whether this is one of `words`, in any case.
    pub(super) fn is_one(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }
}

/// The parts of a statement's head, one by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'t> {
    pub text: &'t [u8],
    /// The next byte.
    pub at: usize,
    /// Whether nothing comes after the text.
    pub last: bool,
    pub escapes: Escapes,
}

impl<'t> Words<'t> {
    /// What comes next.
    pub(super) fn next(&mut self) -> Token<'t> {
        let text = self.text;
        let out = if self.last { Token::End } else { Token::More };
        let from = match after_space(text, self.at, self.escapes) {
            Space::At(at) => at,
            // A sign that is the text's last byte begins no comment.
            Space::End(at) if self.last && at < text.len() => at,
            Space::End(_) | Space::Open(..) => return out,
        };
        let quoted = |close: u8, backslash: bool| after_string(text, from + 1, close, backslash);
        let end = match text[from] {
            b'[' => quoted(b']', false),
            b'"' | b'\'' => quoted(text[from], self.escapes.mysql()),
            b'`' => quoted(b'`', false),
            b if word_sign(b) => {
                let end = text[from..].iter().position(|&b| !word_sign(b)).map_or(text.len(), |n| from + n);
                if end == text.len() && !self.last {
                    return out;
                }
                self.at = end;
                return Token::Word(&text[from..end]);
            }
            b => {
                self.at = from + 1;
                return Token::Sign(b);
            }
        };
        match end {
            Some(end) if end < text.len() || self.last => {
                self.at = end;
                Token::Quoted(&text[from + 1..end - 1], text[from])
            }
            _ => out,
        }
    }

    /// What comes next, without taking it.
    pub(super) fn peek(&self) -> Token<'t> {
        let mut ahead = *self;
        ahead.next()
    }

    /// Takes the next part if it is the word `word`.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is = self.peek().is(word);
        if is {
            self.next();
        }
        is
    }

    /// Takes the next part if it is the sign `sign`.
    pub(super) fn take_sign(&mut self, sign: u8) -> bool {
        let is = self.peek() == Token::Sign(sign);
        if is {
            self.next();
        }
        is
    }
}

/// A byte of an unquoted name.
fn word_sign(byte: u8) -> bool {
    in_word(byte) || matches!(byte, b'$' | b'@')
}
