//! The heads of delta-encoded values: how many there are is said again there, and the library makes room for what is said.
//!
//! ```text
//! numbers = block size, miniblocks of a block, count (varints), first value (zigzag) { block }
//! block   = least delta (zigzag) { width:u8 of each miniblock } { miniblock: its values in so many bits }
//! lengths, then bytes (DELTA_LENGTH_BYTE_ARRAY);  lengths of prefixes, lengths of the rest, then bytes (DELTA_BYTE_ARRAY)
//! ```

use super::guard::Fault;
use super::thrift::Thrift;
use crate::limits;
use parquet::basic::Encoding;

/// Whether the values of a page are as many as the page's own head says at most, in each place where they are counted.
pub(super) fn check(encoding: Encoding, values: &[u8], most: usize) -> Result<(), Fault> {
    let heads = match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => 0,
    };
    let mut at = 0;
    // More values than this are in no page, whatever its head says.
    let most = most.min(limits::GROUP_LEVELS);
    for head in 1..=heads {
        // Where the last numbers end is of no interest.
        at += numbers(values.get(at..).unwrap_or_default(), most, head < heads)?;
    }
    Ok(())
}

/// Checks the head of `text`, and where `walk` is set finds where the numbers end.
fn numbers(text: &[u8], most: usize, walk: bool) -> Result<usize, Fault> {
    let mut reading = Thrift::new(text);
    let mut count = || reading.varint().and_then(|n| usize::try_from(n).map_err(|_| Fault::Damaged));
    let (block, miniblocks, values) = (count()?, count()?, count()?);
    if values > most
        || miniblocks == 0
        || miniblocks > text.len()
        || !block.is_multiple_of(miniblocks)
        || !(block / miniblocks).is_multiple_of(8)
    {
        return Err(Fault::Damaged);
    }
    reading.number()?;
    let per = block / miniblocks;
    let mut left = values.saturating_sub(1);
    if per == 0 && left > 0 {
        return Err(Fault::Damaged);
    }
    while walk && left > 0 {
        reading.number()?;
        let widths = text.get(reading.at()..reading.at() + miniblocks).ok_or(Fault::Damaged)?;
        reading.advance(miniblocks)?;
        for &width in widths.iter().take(left.div_ceil(per)) {
            reading.advance(usize::from(width).saturating_mul(per / 8))?;
        }
        left = left.saturating_sub(block);
    }
    Ok(reading.at())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_beyond_the_pages_are_damage() {
        // Blocks of 128 in 4 miniblocks, 2 values of which the second is 1 more than the first; and again.
        let numbers = [0x80, 0x01, 4, 2, 10, 2, 0, 0, 0, 0];
        let twice = [numbers, numbers].concat();
        assert_eq!(super::numbers(&twice, 2, true), Ok(numbers.len()));
        assert_eq!(check(Encoding::DELTA_BYTE_ARRAY, &twice, 2), Ok(()));
        assert_eq!(check(Encoding::DELTA_BYTE_ARRAY, &twice, 1), Err(Fault::Damaged));
        let mut lying = twice;
        lying[13] = 100;
        assert_eq!(check(Encoding::DELTA_BYTE_ARRAY, &lying, 2), Err(Fault::Damaged));
        assert_eq!(check(Encoding::DELTA_LENGTH_BYTE_ARRAY, &lying, 2), Ok(()));
        assert_eq!(check(Encoding::PLAIN, &[], 0), Ok(()));
    }
}
