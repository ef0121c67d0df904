//! Volumes read one after the other, as the file that they are.

use super::bounds::{Fault, Passed};
use super::stream::Source;
use std::io::Read;

/// Bytes in several pieces.
pub(super) struct Joined<'p> {
    pieces: &'p [&'p [u8]],
    /// Bytes read of the first piece.
    at: usize,
    taken: u64,
    passed: &'p Passed<'p>,
}

impl<'p> Joined<'p> {
    pub(super) fn new(pieces: &'p [&'p [u8]], passed: &'p Passed<'p>) -> Joined<'p> {
        Joined { pieces, at: 0, taken: 0, passed }
    }
}

impl Read for Joined<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        while let Some((piece, others)) = self.pieces.split_first() {
            let rest = &piece[self.at..];
            if !rest.is_empty() {
                let n = rest.len().min(buf.len());
                buf[..n].copy_from_slice(&rest[..n]);
                self.at += n;
                self.taken += n as u64;
                self.passed.up_to(self.taken);
                return Ok(n);
            }
            (self.pieces, self.at) = (others, 0);
        }
        Ok(0)
    }
}

impl Source for Joined<'_> {
    fn fault(&self) -> Option<(Fault, u64)> {
        None
    }

    fn taken(&self) -> u64 {
        self.taken
    }

    fn expands(&self) -> bool {
        false
    }
}
