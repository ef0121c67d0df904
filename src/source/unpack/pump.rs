//! One layer of compression: a decompressor between what it reads from and who reads from it.
//!
//! The decompressors of the libraries have readers of their own, but those drop what they had decompressed in the call that meets damage, and
//! hide where it is. So each is driven by hand, a step at a time.
//!
//! Most formats allow several compressed streams one after the other. Zeros behind the last one are padding; anything else is damage.

use super::bounds::Fault;
use super::stream::{Feed, Source};
use std::io::Read;

/// A decompressor that takes what it is given.
pub(super) trait Codec {
    /// Makes ready for a compressed stream's first byte.
    fn begin(&mut self) -> Result<(), Fault>;

    /// Takes bytes from `input`, which is empty where nothing follows, and puts bytes to `output`.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// Whether another compressed stream may follow the first.
    fn several(&self) -> bool {
        true
    }
}

/// What a step did.
pub(super) struct Step {
    pub(super) read: usize,
    pub(super) written: usize,
    pub(super) state: State,
}

/// Where a compressed stream is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In it.
    Inside,
    /// At its end.
    End,
    /// It goes no further.
    Broken(Fault),
}

/// A [`Codec`] at work.
pub(super) struct Pump<'f> {
    feed: &'f mut dyn Feed,
    codec: Box<dyn Codec + 'f>,
    /// Between two compressed streams.
    between: bool,
    /// Nothing is asked about what lies behind the first one.
    first_only: bool,
    done: bool,
    taken: u64,
    /// Where the compressed stream at hand began.
    began: u64,
    /// Whether any of it came out.
    gave: bool,
    fault: Option<(Fault, u64)>,
}

impl<'f> Pump<'f> {
    pub(super) fn new(feed: &'f mut dyn Feed, codec: Box<dyn Codec + 'f>) -> Pump<'f> {
        Pump { feed, codec, between: true, first_only: false, done: false, taken: 0, began: 0, gave: false, fault: None }
    }

    /// Ends with the first compressed stream, whatever follows.
    #[cfg(feature = "zip")]
    pub(super) fn stop_at_end(&mut self) {
        self.first_only = true;
    }

    fn fail(&mut self, fault: Fault, at: u64) {
        self.done = true;
        self.fault = Some((fault, at));
    }

    fn break_off(&mut self, fault: Fault) {
        // What gave nothing was perhaps never a compressed stream: it is told from its beginning on.
        self.fail(fault, if self.gave { self.taken } else { self.began });
    }

    /// What lies behind a compressed stream.
    fn next_stream(&mut self) {
        let next = self.feed.fill_buf().ok().and_then(|bytes| bytes.first().copied());
        match next {
            None if self.taken == 0 => self.fail(Fault::Damaged, 0),
            None => self.done = true,
            Some(0) if self.taken > 0 => self.padding(),
            Some(_) if self.taken > 0 && !self.codec.several() => self.fail(Fault::Damaged, self.taken),
            Some(_) => {
                (self.between, self.began, self.gave) = (false, self.taken, false);
                if let Err(fault) = self.codec.begin() {
                    self.fail(fault, self.taken);
                }
            }
        }
    }

    fn padding(&mut self) {
        let began = self.taken;
        while let Ok(bytes) = self.feed.fill_buf() {
            let (len, zeros) = (bytes.len(), bytes.iter().take_while(|&&b| b == 0).count());
            self.feed.consume(zeros);
            self.taken += zeros as u64;
            if zeros < len {
                return self.fail(Fault::Damaged, began);
            }
            if len == 0 {
                break;
            }
        }
        self.done = true;
    }

    fn step(&mut self, buf: &mut [u8]) -> usize {
        let input = self.feed.fill_buf().unwrap_or_default();
        let Step { read, written, state } = self.codec.step(input, buf);
        self.feed.consume(read);
        self.taken += read as u64;
        self.gave |= written > 0;
        match state {
            State::End => (self.between, self.done) = (true, self.first_only),
            State::Inside if read == 0 && written == 0 => {
                // Nothing follows, or the decompressor will not take what does.
                self.break_off(Fault::Damaged);
            }
            State::Inside => {}
            State::Broken(fault) => self.break_off(fault),
        }
        written
    }
}

impl Read for Pump<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        while !self.done && !buf.is_empty() {
            if self.between {
                self.next_stream();
                continue;
            }
            let written = self.step(buf);
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

impl Source for Pump<'_> {
    fn fault(&self) -> Option<(Fault, u64)> {
        self.fault
    }

    fn taken(&self) -> u64 {
        self.taken
    }
}
