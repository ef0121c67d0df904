//! How large a 7z archive's directory is, before anything is made of it.
//!
//! ```text
//! archive   = signature(6) version(2) crc(4) offset(8) size(8) crc(4) … directory at 32 + offset
//! directory = 01 …  |  17 packed
//! packed    = 06 position streams [ 09 size* ] … 00  07 0b folders 00 folder* 0c size* …
//! ```

use super::super::place::Place;
use crate::limits;

/// Bytes of the directory as it will be when it is decompressed; `None` where it is not where it should be, or is none.
pub(super) fn directory_bytes(archive: &dyn Place) -> Option<u64> {
    const START: u64 = 32;
    let start = archive.copy(0, START);
    // The library would look for the directory of an archive whose start was never written, and take what it finds.
    if start.get(8..START as usize)?.iter().all(|&b| b == 0) {
        return None;
    }
    let number = |at: usize| start.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    let (offset, size) = (number(12)?, number(20)?);
    let from = START.checked_add(offset)?;
    if from.checked_add(size)? > archive.len() {
        return None;
    }
    // What is larger than it may be is told to be so by its size, packed or not.
    if size > limits::SEVENZIP_DIRECTORY_BYTES {
        return Some(size);
    }
    match archive.copy(from, size).as_slice() {
        // Without members.
        [] => Some(0),
        [0x01, ..] => Some(size),
        [0x17, packed @ ..] => Numbers(packed).packed_directory(),
        _ => None,
    }
}

/// Numbers of the format, one after the other.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// As many bytes follow the first as it has ones in front; its other bits are the number's uppermost.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut value = 0;
        for n in 0..more {
            value |= u64::from(self.byte()?) << (8 * n);
        }
        let upper = u64::from(first) & (0x7f >> more.min(7));
        Some(if more < 8 { value | upper << (8 * more) } else { value })
    }

    fn packed_directory(&mut self) -> Option<u64> {
        if self.byte()? != 0x06 {
            return None;
        }
        self.number()?;
        let streams = self.number()?;
        loop {
            match self.byte()? {
                0x00 => break,
                0x09 => (0..streams).try_for_each(|_| self.number().map(|_| ()))?,
                0x0a => self.checksums(streams)?,
                _ => return None,
            }
        }
        if [self.byte()?, self.byte()?] != [0x07, 0x0b] {
            return None;
        }
        let folders = self.number()?;
        if self.byte()? != 0 {
            return None;
        }
        let mut outputs = 0u64;
        for _ in 0..folders {
            outputs = outputs.checked_add(self.folder()?)?;
        }
        if self.byte()? != 0x0c {
            return None;
        }
        // Which of several is the last one's does not matter: the largest bounds it.
        (0..outputs).try_fold(0, |most: u64, _| Some(most.max(self.number()?)))
    }

    fn checksums(&mut self, count: u64) -> Option<()> {
        const CRC: u64 = 4;
        let mut defined = count;
        if self.byte()? == 0 {
            let bits = self.0.get(..usize::try_from(count.div_ceil(8)).ok()?)?;
            defined = bits.iter().map(|byte| u64::from(byte.count_ones())).sum();
            self.skip(count.div_ceil(8))?;
        }
        self.skip(defined.checked_mul(CRC)?)
    }

    /// How many outputs its coders have.
    fn folder(&mut self) -> Option<u64> {
        let coders = self.number()?;
        let (mut inputs, mut outputs) = (0u64, 0u64);
        for _ in 0..coders {
            let flags = self.byte()?;
            self.skip(u64::from(flags & 0x0f))?;
            let (ins, outs) = if flags & 0x10 != 0 { (self.number()?, self.number()?) } else { (1, 1) };
            inputs = inputs.checked_add(ins)?;
            outputs = outputs.checked_add(outs)?;
            if flags & 0x20 != 0 {
                let properties = self.number()?;
                self.skip(properties)?;
            }
        }
        let pairs = outputs.checked_sub(1)?;
        for _ in 0..pairs {
            self.number()?;
            self.number()?;
        }
        let packed = inputs.checked_sub(pairs)?;
        if packed > 1 {
            for _ in 0..packed {
                self.number()?;
            }
        }
        Some(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::unpack::place::Volumes;

    fn directory_bytes(archive: &[u8]) -> Option<u64> {
        super::directory_bytes(&Volumes::new(&[archive]))
    }

    #[test]
    fn numbers_of_every_length() {
        for (bytes, number) in [
            (&[0x00][..], 0),
            (&[0x7f], 127),
            (&[0x80, 0x80], 128),
            (&[0xbf, 0xff], 0x3fff),
            (&[0xc1, 2, 3], 0x1_0302),
            (&[0xfe, 1, 2, 3, 4, 5, 6, 7], 0x07_0605_0403_0201),
            (&[0xff, 1, 2, 3, 4, 5, 6, 7, 8], 0x0807_0605_0403_0201),
        ] {
            assert_eq!(Numbers(bytes).number(), Some(number), "{bytes:x?}");
            assert_eq!(Numbers(&bytes[..bytes.len() - 1]).number(), None);
        }
    }

    #[test]
    fn a_packed_directory_says_how_large_it_is() {
        let packed =
            [0x17, 0x06, 0x10, 1, 0x09, 0x20, 0x00, 0x07, 0x0b, 1, 0, 1, 0x23, 3, 1, 1, 5, 0x5d, 0, 0, 1, 0, 0x0c, 0xc1, 2, 3, 0x00];
        let mut archive = vec![0; 32];
        assert_eq!(directory_bytes(&archive), None);
        archive[20] = packed.len() as u8;
        archive.extend_from_slice(&packed);
        assert_eq!(directory_bytes(&archive), Some(0x1_0302));
        for cut in 0..archive.len() {
            assert_eq!(directory_bytes(&archive[..cut]), None);
        }
        archive[12..20].fill(0xff);
        assert_eq!(directory_bytes(&archive), None);
    }
}
