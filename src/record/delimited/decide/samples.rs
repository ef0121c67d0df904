//! The bytes that a dialect is decided by: some at fixed positions of the text, cut to whole rows.

use super::super::segment::SegmentReader;
use super::super::{Dialect, Names, Table};
use crate::ledger::Ledger;
use crate::record::RowBatch;
use memchr::memmem;
use std::collections::BTreeMap;

/// Samples and bytes of each: enough rows for a width to show, few enough for a file of any size.
const SAMPLES: usize = 8;
const SAMPLE_BYTES: usize = 64 << 10;

/// The beginning of `text`, and seven more places of a longer one.
pub(super) fn windows(text: &[u8]) -> Vec<&[u8]> {
    if text.len() <= SAMPLES * SAMPLE_BYTES {
        return vec![text];
    }
    // The last one ends with the text.
    let at = |i: usize| ((text.len() - SAMPLE_BYTES) as u128 * i as u128 / (SAMPLES - 1) as u128) as usize;
    (0..SAMPLES).map(|i| &text[at(i)..at(i) + SAMPLE_BYTES]).collect()
}

/// The windows without the rows that they hold only a part of.
pub(super) fn whole_rows<'t>(windows: &[&'t [u8]], row_end: Option<&str>) -> Vec<&'t [u8]> {
    if let [whole] = windows {
        return vec![whole];
    }
    let line_end = |b: &u8| *b == b'\n' || *b == b'\r';
    let first = |part: &[u8]| match row_end {
        None => Some(part.iter().position(line_end)? + 1),
        Some(end) => Some(memmem::find(part, end.as_bytes())? + end.len()),
    };
    let last = |part: &[u8]| match row_end {
        None => Some(part.iter().rposition(line_end)? + 1),
        Some(end) => Some(memmem::rfind(part, end.as_bytes())? + end.len()),
    };
    let cut = |(i, part): (usize, &&'t [u8])| {
        let from = if i == 0 { 0 } else { first(part)? };
        part.get(from..last(part)?)
    };
    windows.iter().enumerate().filter_map(cut).filter(|s| !s.is_empty()).collect()
}

/// How wide the sampled rows are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Widths {
    pub rows: usize,
    pub modal: usize,
    pub modal_rows: usize,
    /// Delimiters before `//`: colons of web addresses.
    pub before_slashes: usize,
}

impl Widths {
    pub(super) fn of(samples: &[&[u8]], dialect: &Dialect) -> Widths {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let mut widths = Widths::default();
        each_row(samples, dialect, |batch, row| {
            *counts.entry(batch.width(row)).or_default() += 1;
            widths.before_slashes += usize::from(batch.cell(row, 1).is_some_and(|c| c.starts_with(b"//")));
        });
        for (width, rows) in counts {
            widths.rows += rows;
            if rows > widths.modal_rows {
                (widths.modal, widths.modal_rows) = (width, rows);
            }
        }
        widths
    }

    pub(super) fn share(self) -> f64 {
        self.modal_rows as f64 / self.rows.max(1) as f64
    }
}

pub(super) fn each_row(samples: &[&[u8]], dialect: &Dialect, mut see: impl FnMut(&RowBatch<'_>, usize)) {
    for sample in samples {
        let table = Table { text: sample, input: 0, offset: 0, data_start: 0, dialect, names: Names::default() };
        let mut reader = SegmentReader::new(&table, 0..sample.len() as u64, None);
        let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
        while reader.next_batch(&mut batch, &mut ledger) {
            for row in 0..batch.len() {
                see(&batch, row);
            }
        }
    }
}
