//! LZ4 frames, one after the other, those that are to be skipped among them.

use super::bounds::Fault;
use super::stream::{Feed, Source};
use lz4_flex::frame::{Error, FrameDecoder};
use std::io::Read;

/// Bytes of a frame's header and end.
const SHORTEST: u64 = 11;

/// First byte of a frame of the older kind.
const LEGACY: u8 = 0x02;

/// Counts what the decompressor takes. It takes no more than it needs: between two frames, what follows is still here.
struct Tap<'f> {
    feed: &'f mut dyn Feed,
    taken: u64,
}

impl Tap<'_> {
    fn next_byte(&mut self) -> Option<u8> {
        self.feed.fill_buf().ok()?.first().copied()
    }
}

impl Read for Tap<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.feed.read(buf)?;
        self.taken += n as u64;
        Ok(n)
    }
}

/// LZ4 frames.
pub(super) struct Lz4<'f> {
    frames: FrameDecoder<Tap<'f>>,
    between: bool,
    /// Whether the frame is of the older kind, which has neither a long header nor an end.
    legacy: bool,
    /// Whether any of the frame came out.
    gave: bool,
    done: bool,
    began: u64,
    fault: Option<(Fault, u64)>,
}

impl<'f> Lz4<'f> {
    pub(super) fn new(feed: &'f mut dyn Feed) -> Lz4<'f> {
        Lz4 {
            frames: FrameDecoder::new(Tap { feed, taken: 0 }),
            between: true,
            legacy: false,
            gave: false,
            done: false,
            began: 0,
            fault: None,
        }
    }

    fn fail(&mut self, fault: Fault, at: u64) {
        self.done = true;
        self.fault = Some((fault, at));
    }

    /// What lies behind a frame.
    fn next_frame(&mut self) {
        let tap = self.frames.get_mut();
        self.began = tap.taken;
        match tap.next_byte() {
            None => self.done = true,
            Some(0) if self.began > 0 => {
                while tap.next_byte() == Some(0) {
                    tap.feed.consume(1);
                    tap.taken += 1;
                }
                self.done = true;
                if tap.next_byte().is_some() {
                    self.fail(Fault::Damaged, self.began);
                }
            }
            Some(0x50..=0x5f) => {
                if !skip_frame(tap) {
                    self.fail(Fault::Damaged, self.began);
                }
            }
            Some(first) => (self.between, self.gave, self.legacy) = (false, false, first == LEGACY),
        }
    }
}

/// Passes over a frame that holds no data: four bytes of mark, four of length, and as many as that. Says whether it was one, and whole.
fn skip_frame(tap: &mut Tap<'_>) -> bool {
    let mut header = [0; 8];
    if tap.read_exact(&mut header).is_err() || header[1..4] != [0x2a, 0x4d, 0x18] {
        return false;
    }
    let len = u64::from(u32::from_le_bytes([header[4], header[5], header[6], header[7]]));
    std::io::copy(&mut tap.take(len), &mut std::io::sink()).is_ok_and(|n| n == len)
}

impl Read for Lz4<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        while !self.done && !buf.is_empty() {
            if self.between {
                self.next_frame();
                continue;
            }
            let result = self.frames.read(buf);
            let taken = self.taken();
            match result {
                // The library says nothing of a header that ends in its middle.
                Ok(0) if !self.legacy && taken - self.began < SHORTEST => self.fail(Fault::Damaged, self.began),
                Ok(0) => self.between = true,
                Ok(n) => {
                    self.gave = true;
                    return Ok(n);
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => {
                    let fault = match e.get_ref().and_then(|e| e.downcast_ref::<Error>()) {
                        Some(Error::DictionaryNotSupported | Error::UnsupportedBlocksize(_) | Error::UnsupportedVersion(_)) => {
                            Fault::Unsupported
                        }
                        _ => Fault::Damaged,
                    };
                    // What gave nothing was perhaps no frame: it is told from its beginning on.
                    self.fail(fault, if self.gave { taken } else { self.began });
                }
            }
        }
        Ok(0)
    }
}

impl Source for Lz4<'_> {
    fn fault(&self) -> Option<(Fault, u64)> {
        self.fault
    }

    fn taken(&self) -> u64 {
        self.frames.get_ref().taken
    }
}
