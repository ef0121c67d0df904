//! Values that anybody could make up: how often a made-up neighbour of a value is in an index as well.
//!
//! Ids that are handed out one after the other hit when they are guessed: a running number hits dense member numbers everywhere, and a national id is
//! a region, a birth date and a number that counts up, so that whoever knows how they are made writes ids that exist. A *swap decoy* keeps the
//! beginning of a value and takes its end from the value before: it is as well made, and copied from nowhere. Where a share h of the values hits,
//! and s of their decoys, at least (h − s) / (1 − s) of the values are genuine.

use super::Question;
use super::discover::{Hit, Tried, look_up};
use super::layout::{Guess, Task};
use crate::fingerprint::{Column, Selection};
use crate::identify::Kind;
use crate::identify::form::Form;
use crate::record::RowBatch;
use crate::record::sampling::Sample;

/// Rows that a pairing needs beyond its decoys when it stands alone.
const GENUINE_ROWS: f64 = 5.0;
/// Share of genuine values that it needs.
const GENUINE_SHARE: f64 = 0.02;
/// Decoys that are enough to tell a share by.
const ENOUGH: u64 = 1 << 14;
/// Characters at the end of a value that count up: those of a national id.
const RUNNING: usize = 4;

/// Which part of a value a decoy takes from the value before.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Its second half.
    Half,
    /// Its last characters.
    Running,
}

impl End {
    fn begins(self, cell: &[u8]) -> usize {
        match self {
            End::Half => cell.len() / 2,
            End::Running => cell.len().saturating_sub(RUNNING),
        }
    }
}

/// Whether a column that stands alone hits an index more often than values made up of its own halves.
pub(super) fn beats_decoys(question: &Question, sample: &Sample<'_>, task: &Task, index: usize, hits: &[Hit], values: u64) -> bool {
    let hits = rows_of(hits);
    if (hits as f64) < GENUINE_ROWS {
        return false;
    }
    let (decoys, decoy_hits) = decoys(question, sample, task, &[index], End::Half, u64::MAX);
    let genuine = Guess { values, hits, decoys, decoy_hits: decoy_hits[0] }.genuine();
    genuine >= GENUINE_SHARE && genuine * values as f64 >= GENUINE_ROWS
}

/// Measures how often the values of a searched column would be hit by guessing, in each of its indexes.
pub(super) fn measure(question: &Question, sample: &Sample<'_>, tried: &mut Tried, header: bool) {
    let counts_up = matches!(tried.task.kind, Kind::Nik | Kind::Nkk | Kind::Bpjs | Kind::Phone | Kind::Id);
    if !counts_up || tried.hits.iter().all(Vec::is_empty) {
        return;
    }
    let indexes: Vec<usize> = tried.task.targets.iter().map(|t| t.index).collect();
    let (decoys, decoy_hits) = decoys(question, sample, &tried.task, &indexes, End::Running, ENOUGH);
    let values = tried.values.saturating_sub(u64::from(header));
    for ((target, hits), decoy_hits) in tried.task.targets.iter_mut().zip(&tried.hits).zip(decoy_hits) {
        target.guess = Guess { values, hits: rows_of(hits), decoys, decoy_hits };
    }
}

/// Makes decoys of a column, `enough` or a few more, and looks them up: how many, and how many hit each index.
fn decoys(question: &Question, sample: &Sample<'_>, task: &Task, indexes: &[usize], end: End, enough: u64) -> (u64, Vec<u64>) {
    let group = &question.keys[task.key];
    let (mut made, mut hits) = (0u64, vec![0u64; indexes.len()]);
    let mut previous: Vec<u8> = Vec::new();
    let mut column = Column::default();
    for batch in &sample.batches {
        if made >= enough {
            break;
        }
        let mut decoys = RowBatch::new();
        decoys.begin(&[], 0);
        for row in 0..batch.len() {
            let cell = batch.cell(row, task.column).unwrap_or_default();
            let decoy = [&cell[..end.begins(cell)], &previous[end.begins(&previous)..]].concat();
            // Two rows about one person guess nothing; a column that holds one value throughout is all decoy.
            let made_up = decoy != cell || matches!(end, End::Half);
            decoys.push_owned(if made_up { &decoy } else { &[] });
            decoys.end_row(0);
            previous.clear();
            previous.extend_from_slice(cell);
        }
        column.fill(&decoys, 0, Selection::All, task.kind, Form::Whole, &task.params, &group.key, &group.hasher);
        made += column.rows.len() as u64;
        for (&index, hits) in indexes.iter().zip(&mut hits) {
            let mut found = Vec::new();
            look_up(question, index, &column, 0, &mut found);
            *hits += rows_of(&found);
        }
    }
    (made, hits)
}

/// Rows with hits.
fn rows_of(hits: &[Hit]) -> u64 {
    hits.chunk_by(|a, b| a.row == b.row).count() as u64
}
