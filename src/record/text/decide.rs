//! Whether a text is read as free text and not as a table: decided by measure, from rows at fixed places, and for the table in doubt.
//!
//! A table whose cells hold more than values stays one, since its rows say what belongs together; what is inside of its cells is found there.

use super::find::{Finder, Finds};
use crate::identify::{Params, recognise};
use crate::record::RowBatch;
use crate::record::delimited::{Dialect, Names, Table};
use crate::record::sampling::{self, Sample};
use memchr::memchr2;
use std::collections::BTreeMap;

/// Bytes that are looked at, and rows of them.
const SAMPLE_BYTES: u64 = 256 << 10;
const ROWS: usize = 2000;

/// Words in one cell that make it prose: names have fewer, and most addresses.
const PROSE_WORDS: usize = 5;

/// Words of a line around an identifier that make it no entry of a list.
const SOME_WORDS: usize = 3;

/// Bytes at the front of a text without line ends.
const LONG: usize = 1 << 20;

/// What the sampled rows look like.
#[derive(Debug, Default)]
struct Measure {
    rows: usize,
    /// Rows of the width that most have, and that width.
    alike: usize,
    width: usize,
    /// Rows with a cell that is prose.
    prose: usize,
    /// Rows with a cell that is an identifier and nothing else.
    whole: usize,
    /// Rows with an identifier inside of a cell, and those of them that are of some words.
    inside: usize,
    worded: usize,
}

/// Why a text that would be read as a table of this dialect, the first row at `data_start`, is rather read as free text; `None` for a table.
#[must_use]
pub fn is_text(text: &[u8], data_start: u64, dialect: &Dialect) -> Option<String> {
    let table = Table { text, input: 0, offset: 0, data_start, dialect, names: Names::default() };
    let sample = sampling::spread(&table, SAMPLE_BYTES);
    let line_ends = |part: &[u8]| memchr2(b'\n', b'\r', part).is_some();
    if sample.len() <= 2 && text.get(..LONG).is_some_and(|front| !line_ends(front)) {
        return Some("free text: no line end in the first megabyte".to_string());
    }
    if is_markup(text) {
        return Some("free text: begins and goes on like markup".to_string());
    }
    let mut measure = Measure::default();
    measure.widths(&sample);
    let share = |part: usize| part as f64 / measure.rows.max(1) as f64;
    let single = measure.width <= 1;
    // As regular as a table, or too short to tell. Every time of day has colons.
    let regular = if measure.width >= 3 && dialect.delimiter != b':' { 0.8 } else { 0.95 };
    if measure.rows < 3 || !single && (share(measure.alike) >= regular || dialect.delimiter == b' ' || dialect.delimiter == b'\t') {
        return None;
    }
    if sampling::header(&sample).present {
        return None;
    }
    measure.cells(&sample);
    let share = |part: usize| part as f64 / measure.rows as f64;
    let prose = if single { 0.25 } else { 0.5 };
    let text = share(measure.prose) >= prose || single && measure.inside > 0 && 2 * measure.worded >= measure.inside;
    let list = share(measure.whole) >= 0.25 || measure.whole > measure.inside && single;
    (text && !list).then(|| {
        format!(
            "free text: {} of {} sampled rows hold prose, {} of them have {} columns; an identifier stands inside of {} and is all of a cell in {}",
            measure.prose, measure.rows, measure.alike, measure.width, measure.inside, measure.whole
        )
    })
}

/// Begins with a tag, and as many of its first lines.
fn is_markup(text: &[u8]) -> bool {
    const HEAD: usize = 64 << 10;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let head = &text[..text.len().min(HEAD)];
    let tag = |line: &[u8]| matches!(line, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?' | b'/', ..]);
    let lines = || head.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let (all, tags) = (lines().count(), lines().filter(|line| tag(line)).count());
    tag(head) && memchr::memmem::find_iter(head, b"</").count() >= 3 && 2 * tags >= all
}

impl Measure {
    fn widths(&mut self, sample: &Sample<'_>) {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        sample.batches.iter().for_each(|batch| (0..batch.len()).for_each(|row| *counts.entry(batch.width(row)).or_default() += 1));
        self.rows = counts.values().sum();
        (self.alike, self.width) = counts.into_iter().map(|(width, rows)| (rows, width)).max().unwrap_or_default();
    }

    fn cells(&mut self, sample: &Sample<'_>) {
        let (mut finder, mut finds) = (Finder::default(), Finds::default());
        let rows: Vec<(&RowBatch<'_>, usize)> = sample.batches.iter().flat_map(|b| (0..b.len()).map(move |row| (b, row))).collect();
        let step = rows.len().div_ceil(ROWS).max(1);
        (self.rows, self.alike) = (rows.len().div_ceil(step), self.alike / step);
        for (batch, row) in rows.into_iter().step_by(step) {
            let (mut prose, mut whole, mut inside, mut words) = (false, false, false, 0);
            for cell in batch.cells(row) {
                let here = words_of(cell);
                words += here;
                prose |= here >= PROSE_WORDS;
                finder.find(cell, &mut finds);
                if finds.found.iter().any(|f| !f.weak) {
                    let all = finds.found.iter().any(|f| super::sorts_in(f.sorts).any(|sort| is_whole(cell, sort)));
                    whole |= all;
                    inside |= !all;
                }
            }
            self.prose += usize::from(prose);
            self.whole += usize::from(whole);
            self.inside += usize::from(inside && !whole);
            self.worded += usize::from(inside && !whole && words >= SOME_WORDS);
        }
    }
}

/// Words with a letter in them.
fn words_of(cell: &[u8]) -> usize {
    cell.split(u8::is_ascii_whitespace).filter(|word| word.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80)).count()
}

/// Whether a cell is an identifier of this sort and nothing else.
pub(crate) fn is_whole(cell: &[u8], sort: super::Sort) -> bool {
    sort.kinds().iter().any(|kind| recognise(*kind, &Params::default(), cell))
}
