//! A whole table in parallel: its segments are read in any order, checked against each other at the seams, and handed over in file order.

use super::delimited::{Seam, Seams, SegmentReader, Table};
use crate::{Result, parallel};
use std::ops::Range;

/// The byte range of segment `n`.
fn segment(n: usize, segment_bytes: u64, length: u64) -> Range<u64> {
    let start = n as u64 * segment_bytes;
    start..start.saturating_add(segment_bytes).min(length)
}

/// Reads the rows of `table` that begin before byte `stop` of its text, in segments of `segment_bytes`, and says where the next one begins. `work` drains a segment's reader, with a state of its thread made by `init`; `commit` gets
/// the results in file order, each exactly once, as one sequential reader would have made them.
///
/// # Errors
/// The first error of `work` or `commit`, or [`crate::Error::interrupted`].
pub fn for_each<'t, S, T, I, W, C>(
    pool: &rayon::ThreadPool,
    table: &Table<'t>,
    segment_bytes: u64,
    stop: u64,
    init: I,
    work: W,
    mut commit: C,
) -> Result<u64>
where
    T: Send,
    I: Fn() -> S + Sync,
    W: Fn(&mut S, &mut SegmentReader<'t>) -> Result<T> + Sync,
    C: FnMut(T) -> Result<()> + Send,
{
    let length = stop.min(table.text.len() as u64);
    let segments = usize::try_from(length.div_ceil(segment_bytes).max(1)).unwrap_or(usize::MAX);
    let mut seams = Seams::new(table.data_start);
    let read = |state: &mut S, range: Range<u64>, began: Option<u64>| {
        let mut reader = SegmentReader::new(table, range, began);
        let result = work(state, &mut reader)?;
        Ok((result, reader.began(), reader.ended()))
    };
    parallel::ordered(
        pool,
        segments,
        &init,
        |state, n| read(state, segment(n, segment_bytes, length), None),
        |n, (result, began, ended)| {
            let range = segment(n, segment_bytes, length);
            match seams.check(&range, began) {
                Seam::NoRows => Ok(()),
                Seam::Fits => {
                    seams.passed(ended);
                    commit(result)
                }
                Seam::Reread(from) => {
                    let (result, _, ended) = read(&mut init(), range, Some(from))?;
                    seams.passed(ended);
                    commit(result)
                }
            }
        },
    )?;
    Ok(seams.expected())
}
