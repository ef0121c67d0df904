//! Whether a backslash keeps the byte behind it from meaning anything: decided by what makes more rows of one width, and where both readings do, by what
//! stands behind backslashes. Paths of Windows are full of backslashes before letters.

use super::super::dialect::Escape;
use super::delimiters::front;

const BACKSLASH: u8 = b'\\';

/// What stands behind backslashes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backslashes {
    /// Any.
    pub all: usize,
    /// Before marks, or before letters that stand for control bytes.
    special: usize,
    letters: usize,
    /// Cells that are `\N` alone.
    nulls: usize,
    /// Before letters and digits that stand for nothing else.
    ordinary: usize,
    /// Before quotes inside of a quoted cell, and quotes there that are doubled.
    quotes: usize,
    doubled: usize,
}

impl Backslashes {
    pub(super) fn of(samples: &[&[u8]], mark: &str, quote: Option<u8>) -> Backslashes {
        let text = front(samples);
        let mut found = Backslashes::default();
        let ends = |b: Option<&u8>| b.is_none_or(|&b| b == b'\n' || b == b'\r' || mark.as_bytes().first() == Some(&b));
        let mut at = 0;
        while let Some(i) = memchr::memchr(BACKSLASH, &text[at..]) {
            let next = text.get(at + i + 1);
            let alone = ends((at + i).checked_sub(1).and_then(|before| text.get(before))) && ends(text.get(at + i + 2));
            found.nulls += usize::from(alone && next == Some(&b'N'));
            at += i + 2;
            found.all += 1;
            match next {
                Some(b'n' | b't' | b'r' | b'N' | b'0') => found.letters += 1,
                Some(&b) if Some(b) == quote || b.is_ascii_punctuation() || ends(Some(&b)) => found.special += 1,
                Some(b) if b.is_ascii_alphanumeric() => found.ordinary += 1,
                _ => {}
            }
            found.quotes += usize::from(next.is_some() && next.copied() == quote && !ends(text.get(at)));
            at = at.min(text.len());
        }
        if let Some(q) = quote {
            let two = [q, q];
            let inside = |&i: &usize| i > 0 && !ends(text.get(i - 1)) && !ends(text.get(i + 2));
            found.doubled = memchr::memmem::find_iter(text, &two).filter(inside).count();
        }
        found
    }

    /// The escape that they are, if any.
    pub(super) fn escape(self) -> Escape {
        Escape { byte: BACKSLASH, letters: self.letters > 0 && self.ordinary * 50 <= self.letters }
    }

    /// Whether no letter or digit stands behind any, but for cells that are `\N`.
    pub(super) fn only_before_marks(self) -> bool {
        self.letters == self.nulls && self.ordinary == 0
    }

    /// Whether they are escapes, where both readings give the same rows.
    pub(super) fn look_like_escapes(self) -> bool {
        (self.special + self.letters) * 10 >= self.all * 9 && (self.special > 0 || self.letters > 0 && self.ordinary == 0)
            || self.quotes > self.doubled
    }
}
