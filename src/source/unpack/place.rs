//! Bytes that are read here and there, wherever they are: in memory, in volumes, or in a scratch file.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::bounds::{Fault, Passed};
use super::stream::{Feed, Source};

/// Bytes that stay the same.
pub(super) trait Place {
    /// How many there are.
    fn len(&self) -> u64;

    /// Reads some from byte `at` on; none where none are left.
    ///
    /// # Errors
    /// What the system says of a scratch file.
    fn read_at(&self, at: u64, buf: &mut [u8]) -> std::io::Result<usize>;

    /// Reads `bytes` bytes from byte `at` on, or what is there of them.
    fn copy(&self, at: u64, bytes: u64) -> Vec<u8> {
        let mut out = Vec::new();
        // What is there is bounded by what was spilled; a scratch file that fails gives less, which is damage to whoever reads it.
        let bytes = bytes.min(self.len().saturating_sub(at));
        let _ = Range::new(self, at, bytes).read_to_end(&mut out);
        out
    }
}

/// Bytes in memory.
pub(super) struct Slice<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) passed: &'a Passed<'a>,
}

impl Place for Slice<'_> {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, at: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        let mut rest = self.bytes.get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default();
        self.passed.before(rest);
        rest.read(buf)
    }
}

/// Volumes, one behind the other.
pub(super) struct Volumes<'a> {
    pieces: &'a [&'a [u8]],
    /// Where each ends.
    ends: Vec<u64>,
}

impl<'a> Volumes<'a> {
    pub(super) fn new(pieces: &'a [&'a [u8]]) -> Volumes<'a> {
        let mut end = 0;
        let ends = pieces.iter().map(|piece| {
            end += piece.len() as u64;
            end
        });
        Volumes { pieces, ends: ends.collect() }
    }
}

impl Place for Volumes<'_> {
    fn len(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn read_at(&self, at: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.ends.partition_point(|&end| end <= at);
        let Some(piece) = self.pieces.get(n) else { return Ok(0) };
        let start = self.ends[n] - piece.len() as u64;
        piece.get((at - start) as usize..).unwrap_or_default().read(buf)
    }
}

/// Some of the bytes, from the front.
pub(super) struct Range<'p, P: Place + ?Sized> {
    place: &'p P,
    start: u64,
    at: u64,
    end: u64,
}

impl<'p, P: Place + ?Sized> Range<'p, P> {
    pub(super) fn new(place: &'p P, start: u64, bytes: u64) -> Range<'p, P> {
        Range { place, start, at: start, end: start.saturating_add(bytes).min(place.len()).max(start) }
    }
}

impl<P: Place + ?Sized> Read for Range<'_, P> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let most = buf.len().min(usize::try_from(self.end - self.at).unwrap_or(usize::MAX));
        // A scratch file that fails is one that ends.
        let n = self.place.read_at(self.at, &mut buf[..most]).unwrap_or(0);
        self.at += n as u64;
        Ok(n)
    }
}

/// Positions are those of the place.
impl<P: Place + ?Sized> Seek for Range<'_, P> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        let at = at.ok_or(std::io::ErrorKind::InvalidInput)?;
        self.at = at.clamp(self.start, self.end);
        Ok(self.at)
    }
}

impl<P: Place + ?Sized> Source for Range<'_, P> {
    fn fault(&self) -> Option<(Fault, u64)> {
        None
    }

    fn taken(&self) -> u64 {
        self.at - self.start
    }

    fn expands(&self) -> bool {
        false
    }
}

impl<P: Place + ?Sized> Feed for BufReader<Range<'_, P>> {
    fn fault(&self) -> Option<Fault> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_read_as_one() {
        let all: Vec<u8> = (0..100).collect();
        for cuts in [[0, 0], [0, 100], [1, 99], [33, 66], [50, 50]] {
            let pieces = [&all[..cuts[0]], &all[cuts[0]..cuts[1]], &all[cuts[1]..]];
            let volumes = Volumes::new(&pieces);
            assert_eq!(volumes.len(), 100);
            for at in 0..=101u64 {
                for bytes in [0, 1, 40, 200] {
                    let from = (at as usize).min(100);
                    assert_eq!(volumes.copy(at, bytes), all[from..(from + bytes as usize).min(100)], "{cuts:?} {at} {bytes}");
                }
            }
        }
    }
}
