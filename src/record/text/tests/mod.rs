//! The finder against slow twins, planted identifiers, and hostile texts; pieces against the whole.

mod decide;
mod hostile;
mod pieces;
mod planted;
mod twins;

use super::Sort;
use super::find::{Finder, Finds};

/// What is found in a text: sort and value, one entry for each sort that something may be.
fn found(text: &[u8]) -> Vec<(Sort, String)> {
    let (mut finder, mut finds) = (Finder::default(), Finds::default());
    finder.find(text, &mut finds);
    let value = |f| String::from_utf8_lossy(finds.value(f, text)).into_owned();
    finds.found.iter().flat_map(|f| super::sorts_in(f.sorts).map(move |sort| (sort, value(f)))).collect()
}
