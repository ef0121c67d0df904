//! A whole table in parallel: its segments are read in any order, checked against each other at the seams, and handed over in file order.

use super::RowBatch;
use super::delimited::{Seam, Seams, SegmentReader, Table};
use crate::ledger::Ledger;
use crate::{Result, parallel};
use std::ops::Range;

/// Bytes before a part that are read for where its first row begins: more than a quoted cell may span, so that only a row that is longer, or that
/// begins a chain of such cells, is not seen.
pub const LOOK_BACK: u64 = 4 << 20;
const _: () = assert!(LOOK_BACK as usize >= 2 * crate::limits::QUOTED_SPAN_BYTES);

/// The byte range of segment `n` of `all`.
fn segment(n: usize, segment_bytes: u64, all: &Range<u64>) -> Range<u64> {
    let start = all.start.saturating_add(n as u64 * segment_bytes);
    start..start.saturating_add(segment_bytes).min(all.end)
}

/// Where the first row at or after byte `from` of `table` begins, as the rows before it tell that begin within [`LOOK_BACK`]; `None` where none does.
#[must_use]
pub fn first_row(table: &Table<'_>, from: u64) -> Option<u64> {
    if from <= table.data_start {
        return Some(table.data_start);
    }
    let mut before = SegmentReader::new(table, from.saturating_sub(LOOK_BACK)..from, None);
    let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
    before.began()?;
    while before.next_batch(&mut batch, &mut ledger) {}
    Some(before.ended())
}

/// Some rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Those that begin in these bytes of its text.
    pub range: Range<u64>,
    /// Where the first of them begins; `None` where that is not known, and is where it seems to.
    pub began: Option<u64>,
}

impl Rows {
    /// All that begin before byte `stop`.
    #[must_use]
    pub fn before(stop: u64, table: &Table<'_>) -> Rows {
        Rows { range: 0..stop, began: Some(table.data_start) }
    }
}

/// Reads `rows` of `table`, in segments of `segment_bytes`. `work` drains a segment's reader, with a state of its thread made by `init`; `commit` gets
/// the results in file order, each exactly once, as one sequential reader would have made them. Says where the first row began, and where the
/// next one begins.
///
/// # Errors
/// The first error of `work` or `commit`, or [`crate::Error::interrupted`].
pub fn for_each<'t, S, T, I, W, C>(
    pool: &rayon::ThreadPool,
    table: &Table<'t>,
    segment_bytes: u64,
    rows: Rows,
    init: I,
    work: W,
    mut commit: C,
) -> Result<(Option<u64>, u64)>
where
    T: Send,
    I: Fn() -> S + Sync,
    W: Fn(&mut S, &mut SegmentReader<'t>) -> Result<T> + Sync,
    C: FnMut(T) -> Result<()> + Send,
{
    let Rows { range, began } = rows;
    let all = range.start..range.end.min(table.text.len() as u64);
    let segments = usize::try_from(all.end.saturating_sub(all.start).div_ceil(segment_bytes).max(1)).unwrap_or(usize::MAX);
    let mut first = began;
    let mut seams = began.map(Seams::new);
    let read = |state: &mut S, range: Range<u64>, began: Option<u64>| {
        let mut reader = SegmentReader::new(table, range, began);
        let result = work(state, &mut reader)?;
        Ok((result, reader.began(), reader.ended()))
    };
    parallel::ordered(
        pool,
        segments,
        &init,
        |state, n| read(state, segment(n, segment_bytes, &all), began.filter(|_| n == 0)),
        |n, (result, began, ended)| {
            let range = segment(n, segment_bytes, &all);
            if seams.is_none() {
                // Nothing is known of the rows before: where the first seems to begin is where it begins, until somebody knows better.
                first = began;
                seams = began.map(Seams::new);
            }
            let Some(seams) = &mut seams else { return Ok(()) };
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
    Ok((first, seams.map_or(all.end, |seams| seams.expected())))
}
