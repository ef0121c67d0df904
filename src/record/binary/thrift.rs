//! The compact protocol of Thrift, as far as Parquet's metadata has to be looked at before a library reads it: what it counts must be there,
//! and what it nests must not be deep.
//!
//! ```text
//! struct = { field } 0x00            field  = (delta << 4 | type) [zigzag id where delta is 0] value
//! list   = (count << 4 | type) [varint count where it is 15] { value }        map = varint count [types] { key value }
//! binary = varint length bytes       number = zigzag varint
//! ```

use super::guard::Fault;

/// Structs and lists within each other; Parquet's own metadata has fewer than ten.
const DEPTH: usize = 32;

pub(super) const TRUE: u8 = 1;
pub(super) const LIST: u8 = 9;
pub(super) const STRUCT: u8 = 12;

/// A text of the protocol while it is read.
pub(super) struct Thrift<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Thrift<'t> {
    pub(super) fn new(text: &'t [u8]) -> Thrift<'t> {
        Thrift { text, at: 0 }
    }

    /// Bytes read so far.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn left(&self) -> usize {
        self.text.len() - self.at
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let byte = *self.text.get(self.at).ok_or(Fault::Damaged)?;
        self.at += 1;
        Ok(byte)
    }

    /// A number without a sign.
    pub(super) fn varint(&mut self) -> Result<u64, Fault> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Fault::Damaged)
    }

    /// A number of any width.
    pub(super) fn number(&mut self) -> Result<i64, Fault> {
        let zigzag = self.varint()?;
        Ok((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    /// A number that counts something.
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        usize::try_from(self.number()?).map_err(|_| Fault::Damaged)
    }

    /// The next field of a struct: its number and type. `last` is the number of the one before, 0 at the beginning.
    pub(super) fn field(&mut self, last: &mut i64) -> Result<Option<(i64, u8)>, Fault> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        *last = match head >> 4 {
            0 => self.number()?,
            delta => last.checked_add(i64::from(delta)).ok_or(Fault::Damaged)?,
        };
        Ok(Some((*last, head & 15)))
    }

    /// The head of a list: how many values of which type follow. Each takes a byte at least, so that a count which could not be there is found
    /// before anybody makes room for it.
    pub(super) fn list(&mut self) -> Result<(usize, u8), Fault> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        match usize::try_from(count) {
            Ok(count) if count <= self.left() => Ok((count, head & 15)),
            _ => Err(Fault::Damaged),
        }
    }

    /// Reads over a value of type `kind`.
    pub(super) fn skip(&mut self, kind: u8) -> Result<(), Fault> {
        self.skip_within(kind, DEPTH, false)
    }

    fn skip_within(&mut self, kind: u8, depth: usize, in_list: bool) -> Result<(), Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Damaged)?;
        match kind {
            1 | 2 if in_list => self.byte().map(drop),
            1 | 2 => Ok(()),
            3 => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            7 => self.advance(8),
            8 => {
                let len = self.varint()?;
                self.advance(usize::try_from(len).map_err(|_| Fault::Damaged)?)
            }
            LIST | 10 => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip_within(kind, depth, true))
            }
            11 => {
                let count = self.varint()?;
                if count == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                if count > self.left() as u64 {
                    return Err(Fault::Damaged);
                }
                (0..count).try_for_each(|_| {
                    self.skip_within(kinds >> 4, depth, true)?;
                    self.skip_within(kinds & 15, depth, true)
                })
            }
            STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip_within(kind, depth, false)?;
                }
                Ok(())
            }
            _ => Err(Fault::Damaged),
        }
    }

    /// Reads over `len` bytes.
    pub(super) fn advance(&mut self, len: usize) -> Result<(), Fault> {
        if len > self.left() {
            return Err(Fault::Damaged);
        }
        self.at += len;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_cannot_be_there_and_deep_nests_are_damage() {
        // A list of 2^31 structs in five bytes.
        assert_eq!(Thrift::new(&[0xfc, 0xff, 0xff, 0xff, 0xff, 0x07]).skip(LIST), Err(Fault::Damaged));
        let deep = [0x1c; 1000];
        assert_eq!(Thrift::new(&deep).skip(STRUCT), Err(Fault::Damaged));
        // { 1: 150, 3: "ab", 20: [true, false] }
        let text = [0x15, 0xac, 0x02, 0x28, 2, b'a', b'b', 0x09, 40, 0x21, 1, 2, 0];
        let mut thrift = Thrift::new(&text);
        assert_eq!((thrift.skip(STRUCT), thrift.at()), (Ok(()), text.len()));
        let (mut thrift, mut last) = (Thrift::new(&text), 0);
        assert_eq!(thrift.field(&mut last), Ok(Some((1, 5))));
        assert_eq!(thrift.number(), Ok(150));
    }
}
