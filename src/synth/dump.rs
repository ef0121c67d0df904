//! Dumps of known origin: rows copied from institutions as of an export day, or made up, then renamed, restyled, damaged and shuffled.

use super::day::Day;
use super::field::Style;
use super::institution::Institution;
use super::person::Person;
use super::rng::{Permutation, Rng, key, scale};
use super::slip;
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
    /// Share of cells that are damaged: one in five emptied, the others with a slip.
    pub noise: f64,
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

/// The picked records (or numbers of made-up people) of a part.
struct Picked {
    numbers: Vec<u32>,
    before: u64,
}

struct Row {
    part: usize,
    rank: Option<u32>,
    person: u32,
    same: u64,
    damaged: u64,
    cells: Vec<String>,
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

    fn pick(&self) -> Vec<Picked> {
        // Each made-up row is about another nobody, also across parts; other dumps begin elsewhere.
        let mut made_up = key(&[self.seed, 28]) as u32;
        let mut before = 0;
        let mut picked = Vec::new();
        for (n, part) in self.parts.iter().enumerate() {
            let numbers = self.pick_of(n as u64, part, &mut made_up);
            let size = numbers.len() as u64;
            picked.push(Picked { numbers, before });
            before += size;
        }
        picked
    }

    fn pick_of(&self, n: u64, part: &Part, made_up: &mut u32) -> Vec<u32> {
        match &part.origin {
            Origin::Copied { from, export, also_in, contiguous } => {
                let here = |&rank: &u32| {
                    from.made(rank) <= *export
                        && also_in.as_ref().is_none_or(|(other, concept)| hold_the_same(from, other, rank, concept, *export))
                };
                let ranks: Vec<u32> = (0..from.len()).filter(here).collect();
                let wanted = (part.rows as usize).min(ranks.len());
                if *contiguous {
                    let start = scale(key(&[self.seed, 24, n]), (ranks.len() - wanted) as u64 + 1) as usize;
                    return ranks[start..start + wanted].to_vec();
                }
                let sample = Permutation::new(ranks.len() as u64, &[self.seed, 25, n]);
                let mut numbers: Vec<u32> = (0..wanted as u64).map(|i| ranks[sample.at(i) as usize]).collect();
                numbers.sort_unstable();
                numbers
            }
            Origin::Fabricated { .. } => {
                let first = *made_up;
                *made_up = first.wrapping_add(part.rows);
                (0..part.rows).map(|i| first.wrapping_add(i)).collect()
            }
        }
    }

    /// The order of distinct rows when they are sorted.
    fn order(&self, picked: &[Picked], distinct: u64) -> Option<Vec<u32>> {
        let Arrange::SortedBy(column) = self.arrange else { return None };
        let mut keyed: Vec<(String, u32)> =
            (0..distinct).map(|slot| (self.row(picked, slot).cells.swap_remove(column), slot as u32)).collect();
        keyed.sort();
        Some(keyed.into_iter().map(|k| k.1).collect())
    }

    fn row(&self, picked: &[Picked], slot: u64) -> Row {
        let part = picked.partition_point(|p| p.before <= slot) - 1;
        let number = picked[part].numbers[(slot - picked[part].before) as usize];
        let mut row = Row { part, rank: None, person: 0, same: 0, damaged: 0, cells: Vec::with_capacity(self.columns.len()) };
        match &self.parts[part].origin {
            Origin::Copied { from, export, .. } => {
                row.rank = Some(number);
                row.person = from.person_of(number);
                let person = from.world.person(row.person);
                for (n, column) in self.columns.iter().enumerate() {
                    let mut cell = String::new();
                    if !enrich(column, &person, &mut cell)
                        && let Some(field) = from.field_of(column.concept)
                    {
                        from.value(number, field, *export, &person, &mut cell);
                    }
                    self.damage(slot, n, &mut cell, &mut row.damaged);
                    if let Some(field) = from.field_of(column.concept).filter(|_| !cell.is_empty()) {
                        let mut now = String::new();
                        from.value(number, field, self.compared, &person, &mut now);
                        row.same |= u64::from(now == cell) << n;
                    }
                    row.cells.push(cell);
                }
            }
            Origin::Fabricated { like, day, real, guess } => {
                row.person = like.world.nobody(number.into());
                let person = like.world.person(row.person);
                let victims = Permutation::new(like.world.people.into(), &[self.seed, 26, part as u64]);
                let victim = like.world.person(victims.at(number.into()) as u32);
                for (n, column) in self.columns.iter().enumerate() {
                    let mut cell = String::new();
                    if let Some(field) = like.field_of(column.concept) {
                        let about = if real.contains(&column.concept) { &victim } else { &person };
                        like.invented(field, about, *day, *guess, self.seed, &mut cell);
                    }
                    self.damage(slot, n, &mut cell, &mut row.damaged);
                    row.cells.push(cell);
                }
            }
        }
        row
    }

    fn damage(&self, slot: u64, column: usize, cell: &mut String, damaged: &mut u64) {
        let mut rng = Rng::new(&[self.seed, 27, slot, column as u64]);
        if cell.is_empty() || !rng.chance(self.noise) {
            return;
        }
        let emptied = rng.chance(0.2);
        if emptied {
            cell.clear();
        }
        *damaged |= u64::from(emptied || slip::slip(cell, &mut rng)) << column;
    }
}

/// Whether both institutions hold the person of this rank, with the same value of a concept.
fn hold_the_same(from: &Institution, other: &Institution, rank: u32, concept: &str, day: Day) -> bool {
    let number = from.person_of(rank);
    let (Some(theirs), Some(ours), Some(their_field)) = (other.rank_of(number), from.field_of(concept), other.field_of(concept)) else {
        return false;
    };
    let person = from.world.person(number);
    let (mut a, mut b) = (String::new(), String::new());
    from.value(rank, ours, day, &person, &mut a);
    other.value(theirs, their_field, day, &person, &mut b);
    other.made(theirs) <= day && !a.is_empty() && a == b
}

/// Takes a cell from the column's other institution, where that holds the person.
fn enrich(column: &Column, person: &Person, cell: &mut String) -> bool {
    let Some((other, day)) = &column.enriched else { return false };
    let (Some(rank), Some(field)) = (other.rank_of(person.number), other.field_of(column.concept)) else { return false };
    other.value(rank, field, *day, person, cell);
    true
}
