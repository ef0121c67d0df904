//! How much of a clean table was read: cells that are right, of the cells that there were and of the rows that nobody wrote.

use super::people::Clean;

/// Rows that are looked at for the one that a clean row became.
const AHEAD: usize = 40;

/// Cells that are right, and cells in all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    pub right: usize,
    pub of: usize,
}

impl Score {
    pub fn share(self) -> f64 {
        if self.of == 0 { 1.0 } else { self.right as f64 / self.of as f64 }
    }

    pub fn and(self, other: Score) -> Score {
        Score { right: self.right + other.right, of: self.of + other.of }
    }
}

/// What padding and the sort of line end are is the format's own matter.
fn same(a: &str, b: &str) -> bool {
    a.trim() == b.trim() || a.replace("\r\n", "\n").trim() == b.replace("\r\n", "\n").trim()
}

fn right(clean: &[String], got: &[String]) -> usize {
    clean.iter().zip(got).filter(|(a, b)| same(a, b)).count() + clean.iter().skip(got.len()).filter(|c| c.trim().is_empty()).count()
}

/// Compares what was read with what there was; the header, if any, is a row like the others.
pub fn score(clean: &Clean, header: &[String], rows: &[Vec<String>]) -> Score {
    let mut score = Score::default();
    if let Some(names) = &clean.header {
        score.of += names.len();
        score.right += right(names, header);
    }
    let mut next = 0;
    for row in &clean.rows {
        score.of += row.len();
        let filled = row.iter().filter(|c| !c.trim().is_empty()).count();
        // Its first cell, or most of what it holds, so that a neighbour is not taken for it.
        let most = |got: &Vec<String>| row.iter().zip(got).filter(|(a, b)| !a.trim().is_empty() && same(a, b)).count() * 2 >= filled;
        let first = |got: &Vec<String>| row[0].len() >= 5 && got.first().is_some_and(|g| same(g, &row[0]));
        let alike = |got: &Vec<String>| first(got) || most(got);
        if let Some(at) = (next..rows.len().min(next + AHEAD)).find(|&at| alike(&rows[at])) {
            score.right += right(row, &rows[at]);
            score.of += rows[next..at].iter().map(|r| extra(r)).sum::<usize>();
            next = at + 1;
        }
    }
    score.of += rows[next.min(rows.len())..].iter().map(|r| extra(r)).sum::<usize>();
    score
}

/// Cells of a row that nobody wrote.
fn extra(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}
