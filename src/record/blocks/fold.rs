//! Lines that are written as several: a line that begins with a blank goes on with the one before it.

use crate::record::lines::{is_blank, line};

/// Where the bytes of a line lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where it was written: it is one line.
    Text,
    /// Put together.
    Scratch,
}

/// A line as it is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logical {
    pub place: Place,
    from: usize,
    to: usize,
    /// Where the next one begins.
    pub next: usize,
}

impl Logical {
    /// Reads the line that begins at `text[at]`. Where `more` says of a line so far, and of the text behind it, that the line end between them is
    /// none, the next line belongs to it as it stands, behind a line end.
    #[inline(always)]
    pub(crate) fn read(text: &[u8], at: usize, end: u8, scratch: &mut Vec<u8>, more: impl Fn(&[u8], &[u8]) -> bool) -> Logical {
        let (to, next) = line(text, at, end);
        let folded = text.get(next).is_some_and(|b| is_blank(*b));
        if folded || more(&text[at..to], &text[next..]) {
            return Logical::put_together(text, (at, to, next), end, scratch, more);
        }
        Logical { place: Place::Text, from: at, to, next }
    }

    #[cold]
    fn put_together(
        text: &[u8],
        (mut at, mut to, mut next): (usize, usize, usize),
        end: u8,
        scratch: &mut Vec<u8>,
        more: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Logical {
        scratch.clear();
        loop {
            scratch.extend_from_slice(&text[at..to]);
            let folded = text.get(next).is_some_and(|b| is_blank(*b));
            if next >= text.len() || !folded && !more(scratch, &text[next..]) {
                return Logical { place: Place::Scratch, from: 0, to: scratch.len(), next };
            }
            at = next;
            if folded {
                at += 1;
            } else {
                scratch.push(b'\n');
            }
            (to, next) = line(text, at, end);
        }
    }

    /// The line.
    #[inline(always)]
    pub(crate) fn bytes<'a>(&self, text: &'a [u8], scratch: &'a [u8]) -> &'a [u8] {
        match self.place {
            Place::Text => &text[self.from..self.to],
            Place::Scratch => &scratch[self.from..self.to],
        }
    }
}
