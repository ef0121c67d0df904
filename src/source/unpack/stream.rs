//! Bytes that come out of one layer, counted and bounded.

use super::bounds::{Fault, Gauge, Passed};
use crate::{limits, parallel};
use std::io::{BufRead, BufReader, ErrorKind, Read};

/// What gives bytes. Its `read` never fails: what goes wrong ends it early, and is told by [`Source::fault`] then.
pub(super) trait Source: Read {
    /// What ended it before its end, and at which byte of what it reads from.
    fn fault(&self) -> Option<(Fault, u64)>;

    /// Bytes taken so far of what it reads from.
    fn taken(&self) -> u64;

    /// Whether more bytes may come out than go in.
    fn expands(&self) -> bool {
        true
    }
}

/// What a decompressor reads from.
pub(super) trait Feed: BufRead {
    /// What ended it early.
    fn fault(&self) -> Option<Fault>;
}

/// A [`Feed`] of bytes that are there.
pub(super) struct SliceFeed<'a> {
    bytes: &'a [u8],
    passed: &'a Passed<'a>,
}

impl<'a> SliceFeed<'a> {
    pub(super) fn new(bytes: &'a [u8], passed: &'a Passed<'a>) -> SliceFeed<'a> {
        SliceFeed { bytes, passed }
    }
}

impl Read for SliceFeed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.passed.before(self.bytes);
        self.bytes.read(buf)
    }
}

impl BufRead for SliceFeed<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.passed.before(self.bytes);
        Ok(self.bytes)
    }

    fn consume(&mut self, bytes: usize) {
        self.bytes = self.bytes.get(bytes..).unwrap_or_default();
    }
}

impl Feed for SliceFeed<'_> {
    fn fault(&self) -> Option<Fault> {
        None
    }
}

impl Feed for BufReader<&mut Stream<'_>> {
    fn fault(&self) -> Option<Fault> {
        self.get_ref().fault().map(|(fault, _)| fault)
    }
}

/// Reads what is left, and says how many bytes that were.
pub(super) fn drain(source: &mut dyn Read) -> u64 {
    pass(source, u64::MAX)
}

/// Reads `most` bytes or what is left, and says how many that were.
pub(super) fn pass(source: &mut dyn Read, most: u64) -> u64 {
    const ROOM: u64 = 64 << 10;
    let mut scrap = vec![0; most.min(ROOM) as usize];
    let mut bytes = 0;
    while bytes < most {
        let room = (most - bytes).min(ROOM) as usize;
        match read_some(source, &mut scrap[..room]) {
            None | Some(0) => break,
            Some(n) => bytes += n as u64,
        }
    }
    bytes
}

/// One read that is not interrupted by a signal; `None` for an error.
pub(super) fn read_some(source: &mut (impl Read + ?Sized), buf: &mut [u8]) -> Option<usize> {
    loop {
        match source.read(buf) {
            Ok(n) => return Some(n),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// The bytes of one source within the bounds, with a head that can be looked at before. Its `read` never fails.
pub(super) struct Stream<'a> {
    source: &'a mut dyn Source,
    gauge: &'a Gauge<'a>,
    room: Vec<u8>,
    /// How much of the room is the head.
    filled: usize,
    /// Bytes of the head that were read again.
    at: usize,
    /// Whether there is nothing behind the head.
    ended: bool,
    out: u64,
    fault: Option<Fault>,
}

impl<'a> Stream<'a> {
    /// Reads the head; `room` is a vector to be used for it.
    pub(super) fn new(source: &'a mut dyn Source, gauge: &'a Gauge<'a>, mut room: Vec<u8>) -> Stream<'a> {
        room.resize(limits::UNPACK_HEAD_BYTES, 0);
        let mut stream = Stream { source, gauge, room: Vec::new(), filled: 0, at: 0, ended: false, out: 0, fault: None };
        while stream.filled < room.len() {
            match stream.beyond_head(&mut room[stream.filled..]) {
                0 => break,
                n => stream.filled += n,
            }
        }
        stream.ended = stream.filled < room.len();
        stream.room = room;
        stream
    }

    /// The first bytes, at most [`limits::UNPACK_HEAD_BYTES`].
    pub(super) fn head(&self) -> &[u8] {
        &self.room[..self.filled]
    }

    /// Whether the head is all there is.
    pub(super) fn is_all_head(&self) -> bool {
        self.ended
    }

    /// The head's vector, to be used again.
    pub(super) fn into_room(self) -> Vec<u8> {
        self.room
    }

    /// Bytes that came out so far, the head included.
    pub(super) fn out(&self) -> u64 {
        self.out
    }

    /// What ended it before its end, and at which byte of what the source reads from.
    pub(super) fn fault(&self) -> Option<(Fault, u64)> {
        self.fault.map(|fault| (fault, self.source.taken())).or_else(|| self.source.fault())
    }

    fn beyond_head(&mut self, buf: &mut [u8]) -> usize {
        if self.fault.is_some() || self.ended || buf.is_empty() || parallel::interrupted() {
            return 0;
        }
        let expands = self.source.expands();
        let mut most = buf.len();
        if expands {
            most = most.min(usize::try_from(self.gauge.bytes_left()).unwrap_or(usize::MAX));
            if most == 0 {
                self.fault = Some(Fault::BytesOut);
                return 0;
            }
        }
        let Some(n) = read_some(self.source, &mut buf[..most]) else {
            self.fault = Some(Fault::Damaged);
            return 0;
        };
        self.ended = n == 0;
        self.out += n as u64;
        if expands {
            self.gauge.spend(n as u64);
            let bounds = self.gauge.bounds;
            if self.out > bounds.ratio_from && self.out / bounds.ratio.max(1) > self.source.taken() {
                self.fault = Some(Fault::Ratio);
            }
        }
        n
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let rest = &self.room[self.at..self.filled];
        if !rest.is_empty() {
            let n = rest.len().min(buf.len());
            buf[..n].copy_from_slice(&rest[..n]);
            self.at += n;
            return Ok(n);
        }
        Ok(self.beyond_head(buf))
    }
}
