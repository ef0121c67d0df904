//! Rows from fixed places of a table, and what its first row says: the material of a plan.

use super::RowBatch;
use super::delimited::{SegmentReader, Table};
use crate::identify::profile::ColumnProfile;
use crate::identify::{Kind, Params, vocabulary};
use crate::ledger::Ledger;
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

/// Places that a sample is taken from.
const WINDOWS: u64 = 64;

/// Some rows of a table.
#[derive(Debug)]
pub struct Sample<'t> {
    /// The rows, in file order.
    pub batches: Vec<RowBatch<'t>>,
    data_start: u64,
    /// Whether the sample is the whole table.
    pub whole: bool,
}

/// Rows that begin in `bytes` bytes of the table: all of them where it is no longer, else from 64 windows spread evenly.
#[must_use]
pub fn spread<'t>(table: &Table<'t>, bytes: u64) -> Sample<'t> {
    let length = table.text.len() as u64;
    let mut out = Sample { batches: Vec::new(), data_start: table.offset + table.data_start, whole: length <= bytes };
    if out.whole {
        out.read(table, 0, length);
    } else {
        let window = bytes / WINDOWS;
        for n in 0..WINDOWS {
            let start = (u128::from(length - window) * u128::from(n) / u128::from(WINDOWS - 1)) as u64;
            out.read(table, start, start + window);
        }
    }
    out
}

impl<'t> Sample<'t> {
    /// These rows, of which the first is the table's first row if its offset is 0.
    #[must_use]
    pub fn of_rows(batches: Vec<RowBatch<'t>>) -> Sample<'t> {
        Sample { batches, data_start: 0, whole: false }
    }

    /// The same rows, each batch made into another one.
    #[must_use]
    pub fn map_batches(self, make: &mut dyn FnMut(RowBatch<'t>) -> RowBatch<'t>) -> Sample<'t> {
        Sample { batches: self.batches.into_iter().map(make).collect(), ..self }
    }

    fn read(&mut self, table: &Table<'t>, start: u64, end: u64) {
        let mut reader = SegmentReader::new(table, start..end, None);
        let mut ledger = Ledger::default();
        loop {
            let mut batch = RowBatch::new();
            if !reader.next_batch(&mut batch, &mut ledger) {
                return;
            }
            self.batches.push(batch);
        }
    }

    /// Whether this is the row that would be the header.
    #[must_use]
    pub fn is_first_row(&self, batch: &RowBatch<'_>, row: usize) -> bool {
        batch.offset(row) == self.data_start
    }

    /// The cells of the first row, if the table has any.
    #[must_use]
    pub fn first_row(&self) -> Option<Vec<&[u8]>> {
        let batch = self.batches.first()?;
        (!batch.is_empty() && self.is_first_row(batch, 0)).then(|| batch.cells(0).collect())
    }

    /// What the values of each column look like, from `most` rows spread evenly, without the first row when it is a header.
    #[must_use]
    pub fn profiles(&self, header: bool, most: usize) -> Vec<ColumnProfile> {
        const PIECE: usize = 256;
        let rows: Vec<(&RowBatch<'_>, usize)> = self.batches.iter().flat_map(|b| (0..b.len()).map(move |row| (b, row))).collect();
        let taken = most.min(rows.len());
        let picked: Vec<_> = (0..taken)
            .map(|n| rows[(n as u128 * rows.len() as u128 / taken as u128) as usize])
            .filter(|&(batch, row)| !(header && self.is_first_row(batch, row)))
            .collect();
        let parts: Vec<Vec<ColumnProfile>> = picked.par_chunks(PIECE).map(profiles_of).collect();
        let mut profiles: Vec<ColumnProfile> = Vec::new();
        for part in parts {
            if profiles.len() < part.len() {
                profiles.resize_with(part.len(), ColumnProfile::new);
            }
            profiles.iter_mut().zip(&part).for_each(|(whole, part)| whole.merge(part));
        }
        profiles
    }

    /// The cells of one column, without the first row when it is a header.
    pub fn column(&self, column: usize, header: bool) -> impl Iterator<Item = &[u8]> {
        self.batches.iter().flat_map(move |batch| {
            (0..batch.len()).filter(move |&row| !(header && self.is_first_row(batch, row))).filter_map(move |row| batch.cell(row, column))
        })
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batches.iter().map(RowBatch::len).sum()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.batches.iter().all(RowBatch::is_empty)
    }
}

/// What the values of each column look like in these rows.
fn profiles_of(rows: &[(&RowBatch<'_>, usize)]) -> Vec<ColumnProfile> {
    let params = Params::default();
    let mut profiles: Vec<ColumnProfile> = Vec::new();
    for &(batch, row) in rows {
        if profiles.len() < batch.width(row) {
            profiles.resize_with(batch.width(row), ColumnProfile::new);
        }
        profiles.iter_mut().zip(batch.cells(row)).for_each(|(profile, cell)| profile.add(cell, &params));
    }
    profiles
}

/// What the first row of a table is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Whether it names the columns.
    pub present: bool,
    /// The names that may be shown. Names are values too: a person as the first line of a file without header must not
    /// become one.
    pub names: Vec<Option<String>>,
    /// Why it was decided so.
    pub evidence: String,
}

/// Longest header that is shown, bytes.
const NAME_BYTES: usize = 64;

/// Decides whether the first row is a header: only when enough of its cells are words that exports use for columns (one is enough beside two
/// more words above columns of numbers, dates or codes), and none is a value of a recognised kind. A row that is not certainly a header is matched like any other, which costs nothing; a header is shown only
/// when it is certain.
#[must_use]
pub fn header(sample: &Sample<'_>) -> Header {
    match sample.first_row() {
        Some(cells) => header_row(&cells, sample),
        None => Header { evidence: "no rows".to_string(), ..Header::default() },
    }
}

/// As [`header`], of these cells at or near the front of a table.
#[must_use]
pub fn header_row(cells: &[&[u8]], sample: &Sample<'_>) -> Header {
    let filled = filled(cells);
    // `full name` and `TGL LAHIR` look like people.
    if let Some(position) = cells.iter().position(|c| vocabulary::lookup(c).is_none() && looks_like_value(c)) {
        return Header { evidence: format!("no header: cell {} of the first row looks like a value", position + 1), ..Header::default() };
    }
    let known = known_words(cells);
    let mut evidence = format!("{known} of {filled} cells of the first row are usual column names");
    let mut certain = known >= 2 || known == 1 && filled <= 3;
    if known == 1 && !certain {
        let unlike = (0..cells.len()).filter(|&c| is_word(cells[c]) && column_of_numbers(sample, c)).count();
        evidence += &format!(", {unlike} are words above numbers, dates or codes");
        certain = unlike >= 2;
    }
    if !certain {
        return Header { evidence: format!("no header: {evidence}"), ..Header::default() };
    }
    let mostly = known * 2 >= filled;
    let names = cells.iter().map(|c| (mostly || vocabulary::lookup(c).is_some()).then(|| shown(c)).flatten()).collect();
    Header { present: true, names, evidence: format!("header: {evidence}") }
}

/// Cells that hold something.
fn filled(cells: &[&[u8]]) -> usize {
    cells.iter().filter(|c| !c.trim_ascii().is_empty()).count()
}

/// Cells that are words which exports use for columns.
pub(crate) fn known_words(cells: &[&[u8]]) -> usize {
    cells.iter().filter(|c| vocabulary::lookup(c).is_some()).count()
}

/// Whether a row can be nothing but a header, wherever it stands: two usual names at least, half of its cells, and no value.
pub(crate) fn certainly_header(cells: &[&[u8]]) -> bool {
    let known = known_words(cells);
    known >= 2 && known * 2 >= filled(cells) && !cells.iter().any(|c| vocabulary::lookup(c).is_none() && looks_like_value(c))
}

fn is_word(cell: &[u8]) -> bool {
    !cell.trim_ascii().is_empty() && !cell.iter().any(u8::is_ascii_digit)
}

/// Whether nearly all values of a column but the first hold a digit.
fn column_of_numbers(sample: &Sample<'_>, column: usize) -> bool {
    let (mut values, mut with_digit) = (0u64, 0u64);
    for cell in sample.column(column, true).filter(|c| !c.trim_ascii().is_empty()) {
        values += 1;
        with_digit += u64::from(cell.iter().any(u8::is_ascii_digit));
    }
    values >= 8 && with_digit * 20 >= values * 19
}

/// Whether a cell alone has the shape of some kind.
pub(crate) fn looks_like_value(cell: &[u8]) -> bool {
    let mut profile = ColumnProfile::new();
    profile.add(cell, &Params::default());
    profile.best().is_some() || profile.written().is_some()
}

/// Whether a cell alone has the shape of what finds a record: not that of a name, a date or any text.
pub(crate) fn looks_like_identifier(cell: &[u8]) -> bool {
    let mut profile = ColumnProfile::new();
    profile.add(cell, &Params::default());
    profile.shares().iter().any(|&(kind, share)| share > 0.0 && !matches!(kind, Kind::Name | Kind::Date | Kind::Text | Kind::Id))
}

/// Whether a word that no export is known to use for a column could be somebody's name number, or an address: words that all begin with a capital, or many digits.
fn could_be_a_value(text: &str) -> bool {
    if vocabulary::lookup(text.as_bytes()).is_some() {
        return false;
    }
    const DIGITS: usize = 4;
    let proper = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    text.split_whitespace().all(|word| proper(word) || number(word)) || text.chars().filter(char::is_ascii_digit).count() >= DIGITS
}

/// A table's name as it may be shown: as that of a file, where it is one word; where it is several they must not look like somebody's name.
#[must_use]
pub fn shown_table(name: &str) -> Option<String> {
    let word =
        !name.is_empty() && name.len() <= NAME_BYTES && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$'));
    if word { Some(crate::names::safe_text(name)) } else { shown(name.as_bytes()) }
}

/// A cell as a column name, if it can be one: a short word of letters, digits and separators.
#[must_use]
pub fn shown(cell: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(cell).ok()?.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/' | '(' | ')');
    let fits = !could_be_a_value(text)
        && !text.is_empty()
        && text.len() <= NAME_BYTES
        && text.chars().all(plain)
        && text.chars().any(char::is_alphabetic);
    fits.then(|| crate::names::safe_text(text))
}
