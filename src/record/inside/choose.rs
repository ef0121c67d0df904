//! In which columns it is worth to look.

use super::base64;
use super::{SHORTEST, Want};
use crate::record::RowBatch;
use crate::record::sampling::Sample;
use crate::record::text::find::{Finder, Finds};
use crate::record::text::{SORTS, Sort, is_whole, sorts_in};
use std::collections::BTreeSet;

/// How much is looked into cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Not at all: a cell is a value.
    Off,
    /// In columns whose cells hold identifiers, by a sample of the rows.
    #[default]
    Auto,
    /// In these, and for a few of each sort in all other columns that are not of one kind throughout.
    All,
}

/// Rows of the sample whose cells are looked at.
const ROWS: usize = 1024;

/// Share of a column's filled cells that must hold an identifier beside other things, and that share of a column of prose.
const ENOUGH: f64 = 0.02;
const ENOUGH_PROSE: f64 = 0.003;

/// Cells of this many words are prose; so much of a column must be.
const PROSE_WORDS: usize = 4;
const PROSE: f64 = 0.5;

/// Filled cells from which on one with an identifier inside is no chance.
const FEW: usize = 50;

/// Columns that are made of one sort of what is inside of one column.
const OF_ONE_SORT: usize = 4;

/// Share of a column's filled cells that are one kind and nothing else, from which on it is that kind throughout.
const THROUGHOUT: f64 = 0.98;

/// What is inside of a column's cells.
#[derive(Clone, Debug, Default)]
struct Seen {
    filled: usize,
    prose: usize,
    /// Cells that are an identifier and nothing else.
    whole: usize,
    /// Cells with an identifier beside other things.
    inside: usize,
    packed: usize,
    /// By sort, the most of one cell.
    most: [usize; SORTS.len()],
}

/// What is looked for in the columns of a sample's rows.
pub(super) fn wants(sample: &Sample<'_>, header: bool, columns: usize, known: &BTreeSet<usize>, how: How) -> Vec<Want> {
    let rows: Vec<(&RowBatch<'_>, usize)> = sample
        .batches
        .iter()
        .flat_map(|b| (0..b.len()).map(move |row| (b, row)))
        .filter(|&(b, row)| !(header && sample.is_first_row(b, row)))
        .collect();
    let step = rows.len().div_ceil(ROWS).max(1);
    let mut seen = vec![Seen::default(); columns];
    let (mut finder, mut finds, mut unpacked) = (Finder::default(), Finds::default(), Vec::new());
    for (batch, row) in rows.into_iter().step_by(step) {
        for (column, seen) in seen.iter_mut().enumerate().filter(|(column, _)| !known.contains(column)) {
            let cell = batch.cell(row, column).unwrap_or_default();
            seen.filled += usize::from(!cell.trim_ascii().is_empty());
            if cell.len() >= SHORTEST {
                seen.look(cell, &mut finder, &mut finds, &mut unpacked);
            }
        }
    }
    let chosen = |seen: &Seen| seen.is_enough();
    let mut wants: Vec<Want> = Vec::new();
    for (column, seen) in seen.iter().enumerate().filter(|(_, seen)| chosen(seen)) {
        let made = SORTS.iter().flat_map(|&sort| (0..seen.most[sort as usize].min(OF_ONE_SORT)).map(move |nth| (sort, nth)));
        wants.push(Want { columns: vec![column], packed: seen.packed > 0, made: made.collect() });
    }
    if how == How::All {
        let left = |(column, seen): &(usize, &Seen)| !known.contains(column) && !chosen(seen) && !seen.is_throughout();
        let columns: Vec<usize> = seen.iter().enumerate().filter(left).map(|(column, _)| column).collect();
        let two = |sort| if matches!(sort, Sort::Email | Sort::Phone) { 2 } else { 1 };
        let made = SORTS.iter().flat_map(|&sort| (0..two(sort)).map(move |nth| (sort, nth))).collect();
        if !columns.is_empty() {
            wants.push(Want { columns, packed: true, made });
        }
    }
    wants
}

impl Seen {
    fn look(&mut self, cell: &[u8], finder: &mut Finder, finds: &mut Finds, unpacked: &mut Vec<u8>) {
        self.prose +=
            usize::from(cell.split(u8::is_ascii_whitespace).filter(|w| w.iter().any(u8::is_ascii_alphabetic)).count() >= PROSE_WORDS);
        let packed = base64::decode(cell, unpacked);
        let text = if packed { &unpacked[..] } else { cell };
        finder.find(text, finds);
        if finds.found.iter().all(|f| f.weak) {
            return;
        }
        let mut counts = [0; SORTS.len()];
        finds.found.iter().flat_map(|f| sorts_in(f.sorts)).for_each(|sort| counts[sort as usize] += 1);
        // Its own column is searched for the one value that a cell is, whatever stands around it.
        let alone = !packed && counts.iter().all(|n| *n <= 1) && sorts_of(&counts).any(|sort| is_whole(cell, sort));
        if alone {
            self.whole += 1;
            return;
        }
        self.inside += 1;
        self.packed += usize::from(packed);
        self.most.iter_mut().zip(counts).for_each(|(most, n)| *most = n.max(*most));
    }

    fn share(&self, part: usize) -> f64 {
        part as f64 / self.filled.max(1) as f64
    }

    fn is_enough(&self) -> bool {
        let least = if self.share(self.prose) >= PROSE { ENOUGH_PROSE } else { ENOUGH };
        let few = if self.filled < FEW { 1 } else { 2 };
        self.inside >= few && self.share(self.inside) >= least
    }

    fn is_throughout(&self) -> bool {
        self.filled == 0 || self.share(self.whole) >= THROUGHOUT
    }
}

fn sorts_of(counts: &[usize; SORTS.len()]) -> impl Iterator<Item = Sort> {
    SORTS.into_iter().filter(|sort| counts[*sort as usize] > 0)
}
