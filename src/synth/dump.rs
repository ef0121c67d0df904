//! Dumps of known origin: rows copied from institutions as of an export day, or made up, then renamed, restyled, damaged and shuffled.

use super::day::Day;
use super::field::Style;
use super::institution::Institution;
use super::rng::{Permutation, key, scale};
use super::rows::Row;
use super::snapshot::cannot_write;
use crate::{Error, Result};
use std::io::Write;
use std::sync::Arc;

/// Where rows of a dump come from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Copied from an institution's records as of the export day.
    Copied {
        /// Whose records.
        from: Arc<Institution>,
        /// As of when.
        export: Day,
        /// Only people who are in this institution too, with the same value (not an empty one) of this concept.
        also_in: Option<(Arc<Institution>, &'static str)>,
        /// Neighbouring records rather than a random sample.
        contiguous: bool,
    },
    /// Made up in the forms of an institution, about nobody.
    Fabricated {
        /// Whose forms are imitated.
        like: Arc<Institution>,
        /// Facts are those of this day.
        day: Day,
        /// Concepts that are real people's all the same, for example national ids from an older leak.
        real: &'static [&'static str],
        /// Issued ids are guessed among those that exist.
        guess: bool,
    },
}

/// A share of a dump.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where its rows come from.
    pub origin: Origin,
    /// How many distinct rows; fewer when the origin has fewer.
    pub rows: u32,
}

impl Part {
    /// A random sample of an institution's records.
    #[must_use]
    pub fn copied(from: &Arc<Institution>, export: Day, rows: u32) -> Part {
        Part { origin: Origin::Copied { from: Arc::clone(from), export, also_in: None, contiguous: false }, rows }
    }

    /// Neighbouring records of an institution.
    #[must_use]
    pub fn block(from: &Arc<Institution>, export: Day, rows: u32) -> Part {
        Part { origin: Origin::Copied { from: Arc::clone(from), export, also_in: None, contiguous: true }, rows }
    }

    /// Rows about nobody, of the form of an institution's.
    #[must_use]
    pub fn fabricated(like: &Arc<Institution>, day: Day, rows: u32) -> Part {
        Part { origin: Origin::Fabricated { like: Arc::clone(like), day, real: &[], guess: false }, rows }
    }
}

/// One column of a dump.
#[derive(Clone, Debug)]
pub struct Column {
    /// Header; forge it at will.
    pub header: &'static str,
    /// What it holds. Rows of an institution that has no such field are empty here.
    pub concept: &'static str,
    /// How it is written.
    pub style: Style,
    /// Taken from this institution, as of this day, where the person is in it.
    pub enriched: Option<(Arc<Institution>, Day)>,
}

impl Column {
    /// A column.
    #[must_use]
    pub fn new(header: &'static str, concept: &'static str, style: Style) -> Column {
        Column { header, concept, style, enriched: None }
    }
}

/// How often rows are posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Each this many times.
    Times(u32),
    /// At random until there are so many rows; each at least once.
    Until(u64),
}

/// How cells are damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Each by itself: one in five emptied, the others with a slip.
    Cells,
    /// As [`Damage::Cells`], in a part of the rows: half of their cells, and none elsewhere.
    Rows,
    /// As [`Damage::Cells`], some columns nearly always and others hardly ever.
    Columns,
    /// Cut off in the middle.
    Cut,
}

/// In which order rows are posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrange {
    /// Part after part, in the order of the records.
    Exported,
    /// At random.
    Shuffled,
    /// By the text of this column.
    SortedBy(usize),
}

/// A dump to be written.
#[derive(Clone, Debug)]
pub struct Dump {
    /// Decides samples, noise and order.
    pub seed: u64,
    /// Columns, at most 64.
    pub columns: Vec<Column>,
    /// Shares.
    pub parts: Vec<Part>,
    /// Share of cells that are damaged.
    pub noise: f64,
    /// How they are.
    pub damage: Damage,
    /// How often rows are posted.
    pub repeat: Repeat,
    /// In which order.
    pub arrange: Arrange,
    /// Whether there is a header line.
    pub header: bool,
    /// Between cells.
    pub delimiter: u8,
    /// Whether every cell is quoted.
    pub quoted: bool,
    /// Whether lines end with carriage return and line feed.
    pub crlf: bool,
    /// The day against which the truth says what is still the same.
    pub compared: Day,
}

/// What is known about one written row.
#[derive(Clone, Debug)]
pub struct RowTruth<'a> {
    /// Number of the distinct row.
    pub distinct: u64,
    /// Whether this is the first time that it is written.
    pub first: bool,
    /// Index of its part.
    pub part: usize,
    /// Rank of the record it was copied from.
    pub rank: Option<u32>,
    /// Person it is about (a nobody's number in made-up rows).
    pub person: u32,
    /// Bit n: column n still says, up to style, what its source says on the compared day; false for empty cells.
    pub same: u64,
    /// Bit n: column n was damaged.
    pub damaged: u64,
    /// Cells before any style.
    pub cells: &'a [String],
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Data rows, header excluded.
    pub rows: u64,
    /// Distinct data rows.
    pub distinct: u64,
}

impl Dump {
    /// A dump with sober defaults: header, comma, no noise, each row once, shuffled.
    #[must_use]
    pub fn new(seed: u64, compared: Day, columns: Vec<Column>, parts: Vec<Part>) -> Dump {
        Dump {
            seed,
            columns,
            parts,
            noise: 0.0,
            damage: Damage::Cells,
            repeat: Repeat::Times(1),
            arrange: Arrange::Shuffled,
            header: true,
            delimiter: b',',
            quoted: false,
            crlf: false,
            compared,
        }
    }

    /// Writes the dump and tells `truth` about each row. Holds four bytes a distinct row, and the sorted column when there is one.
    ///
    /// # Errors
    /// When `to` cannot be written.
    pub fn write<W: Write>(&self, to: W, mut truth: impl FnMut(&RowTruth)) -> Result<Written> {
        let picked = self.pick();
        let distinct = picked.iter().map(|p| p.numbers.len() as u64).sum::<u64>();
        let rows = match self.repeat {
            Repeat::Times(n) => distinct * u64::from(n),
            Repeat::Until(_) if distinct == 0 => 0,
            Repeat::Until(n) => n.max(distinct),
        };
        let mut csv = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .quote_style(if self.quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .terminator(if self.crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(to);
        if self.header {
            csv.write_record(self.columns.iter().map(|c| c.header)).map_err(cannot_write)?;
        }
        let order = self.order(&picked, distinct);
        let shuffle = Permutation::new(rows, &[self.seed, 21]);
        let mut seen = vec![false; distinct as usize];
        let mut styled = String::new();
        for n in 0..rows {
            let n = if self.arrange == Arrange::Shuffled { shuffle.at(n) } else { n };
            let slot = match self.repeat {
                Repeat::Times(times) => n / u64::from(times),
                Repeat::Until(_) if n < distinct => n,
                Repeat::Until(_) => scale(key(&[self.seed, 22, n]), distinct),
            };
            let slot = order.as_ref().map_or(slot, |o| u64::from(o[slot as usize]));
            let row = self.row(&picked, slot);
            for (column, cell) in self.columns.iter().zip(&row.cells) {
                styled.clear();
                column.style.write(cell, key(&[self.seed, 23, slot]), &mut styled);
                csv.write_field(&styled).map_err(cannot_write)?;
            }
            csv.write_record(None::<&[u8]>).map_err(cannot_write)?;
            let first = !std::mem::replace(&mut seen[slot as usize], true);
            let Row { part, rank, person, same, damaged, ref cells } = row;
            truth(&RowTruth { distinct: slot, first, part, rank, person, same, damaged, cells });
        }
        csv.flush().map_err(|e| Error::io("cannot write the dump", &e))?;
        Ok(Written { rows, distinct })
    }
}
