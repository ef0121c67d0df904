//! A text, a window at a time: of a file that is in memory anyway slices, of a stream what was unpacked so far.

use crate::limits::WINDOW_BYTES;
use crate::parallel::Chunks;

/// What can be seen of a text.
#[derive(Clone, Copy, Debug)]
pub struct View<'w> {
    /// Some bytes.
    pub text: &'w [u8],
    /// Where the first of them stands in the whole text.
    pub offset: u64,
    /// Whether nothing follows.
    pub last: bool,
}

/// A text that is seen through windows, one behind the other.
pub trait Windows {
    /// What can be seen now: at least [`WINDOW_BYTES`] unless it is the last.
    fn view(&self) -> View<'_>;
    /// Leaves the first bytes behind.
    fn advance(&mut self, bytes: usize);
}

/// A text in memory.
pub struct Whole<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Whole<'t> {
    /// At its beginning.
    #[must_use]
    pub fn new(text: &'t [u8]) -> Whole<'t> {
        Whole { text, at: 0 }
    }
}

impl Windows for Whole<'_> {
    fn view(&self) -> View<'_> {
        let end = self.at.saturating_add(WINDOW_BYTES).min(self.text.len());
        View { text: &self.text[self.at..end], offset: self.at as u64, last: end == self.text.len() }
    }

    fn advance(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }
}

/// A text that another thread unpacks.
pub struct Streamed {
    chunks: Chunks,
    held: Vec<u8>,
    offset: u64,
    ended: bool,
}

impl Streamed {
    /// Waits for the first window.
    #[must_use]
    pub fn new(chunks: Chunks) -> Streamed {
        let mut streamed = Streamed { chunks, held: Vec::new(), offset: 0, ended: false };
        streamed.fill();
        streamed
    }

    fn fill(&mut self) {
        while !self.ended && self.held.len() < WINDOW_BYTES {
            match self.chunks.take() {
                Some(chunk) => {
                    self.held.extend_from_slice(&chunk);
                    self.chunks.give_back(chunk);
                }
                None => self.ended = true,
            }
        }
    }
}

impl Windows for Streamed {
    fn view(&self) -> View<'_> {
        View { text: &self.held, offset: self.offset, last: self.ended }
    }

    fn advance(&mut self, bytes: usize) {
        let bytes = bytes.min(self.held.len());
        self.held.copy_within(bytes.., 0);
        self.held.truncate(self.held.len() - bytes);
        self.offset += bytes as u64;
        self.fill();
    }
}
