//! Lines of a table that are no rows of it: its header once more, where files were put one behind the other, rules under headers, comments, and
//! lines that count the rows above them. They count as read, and no cell of theirs is matched or printed.
//!
//! Whether a row is one of these is told by the row alone and the plan, so that it does not depend on how the text was cut.

use super::Table;
use super::dialect::Asides;
use crate::record::RowBatch;

/// The header of a table, and where it stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'t> {
    /// Its cells; none where there is no header.
    pub cells: &'t [Vec<u8>],
    /// Its first byte, in the input: there it stays.
    pub at: u64,
}

/// Leaves out what is no row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter<'t> {
    names: Names<'t>,
    asides: &'t Asides,
    columns: usize,
    any: bool,
}

impl<'t> Filter<'t> {
    pub(crate) fn of(table: &Table<'t>) -> Filter<'t> {
        let Table { names, dialect, .. } = *table;
        let any = !names.cells.is_empty() || !dialect.asides.is_none();
        Filter { names, asides: &dialect.asides, columns: dialect.columns as usize, any }
    }

    /// Takes the rows that are none out of a batch.
    pub(crate) fn leave_out(&self, batch: &mut RowBatch<'_>) {
        if self.any {
            batch.retain(|batch, row| !self.is_aside(batch, row));
        }
    }

    fn is_aside(&self, batch: &RowBatch<'_>, row: usize) -> bool {
        let Some(first) = batch.cell(row, 0) else {
            return false;
        };
        if let Some(name) = self.names.cells.first()
            && name == first
            && batch.offset(row) != self.names.at
            && batch.width(row) == self.names.cells.len()
            && batch.cells(row).eq(self.names.cells.iter().map(Vec::as_slice))
        {
            return true;
        }
        if self.asides.is_none() {
            return false;
        }
        let width = batch.width(row);
        let odd = width != self.columns;
        (odd && self.asides.comment.as_ref().is_some_and(|mark| batch.text_from(row).starts_with(mark.as_bytes())))
            || (self.asides.rules && is_rule(batch.cells(row)))
            || (self.asides.footers && width == 1 && odd && is_footer(first))
    }
}

/// Whether all cells are dashes or what goes with them, and some dashes are there. No identifier is written so.
pub(crate) fn is_rule<'c>(cells: impl Iterator<Item = &'c [u8]>) -> bool {
    let (mut signs, mut empty) = (0, false);
    for cell in cells {
        let cell = cell.trim_ascii();
        if !cell.iter().all(|b| matches!(b, b'-' | b'=' | b'_' | b'+' | b':' | b'|' | b'*' | b' ')) {
            return false;
        }
        empty |= cell.is_empty();
        signs += cell.iter().filter(|b| matches!(b, b'-' | b'=' | b'_' | b'*')).count();
    }
    signs >= 3 && !empty
}

/// Whether a line says how many rows stand above it, or that a listing ends: `(5 rows)`, `5 rows in set (0.01 sec)`, `Total: 5`.
pub(crate) fn is_footer(line: &[u8]) -> bool {
    /// Longer lines say more than that.
    const LONGEST: usize = 80;
    const COUNTED: [&str; 9] = ["row", "rows", "record", "records", "row(s)", "record(s)", "tuples", "lines", "baris"];
    /// `5 rows in set (0.01 sec)` are six words.
    const WORDS: usize = 6;
    const TOTALS: [&str; 6] = ["total", "totals", "grand total", "total records", "total rows", "jumlah"];
    let Some(text) = Some(line.trim_ascii()).filter(|t| t.len() <= LONGEST).and_then(|t| std::str::from_utf8(t).ok()) else {
        return false;
    };
    let text = text.to_ascii_lowercase();
    if text.split_whitespace().count() > WORDS {
        return false;
    }
    let number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'));
    let bare = text.trim_start_matches('(').trim_end_matches(')');
    let mut words = bare.split_whitespace();
    let counts = words.next().is_some_and(number) && words.next().is_some_and(|w| COUNTED.contains(&w.trim_end_matches(',')));
    let total = text.split_once([':', '=']).is_some_and(|(what, n)| TOTALS.contains(&what.trim()) && number(n.trim()));
    counts || total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_footers_and_rules_from_values() {
        for line in ["(5 rows)", "(400 rows affected)", "1,204 rows in set (0.01 sec)", "Total: 12", "Total records = 5", "(1 row)"] {
            assert!(is_footer(line.as_bytes()), "{line}");
        }
        for line in ["", "5", "rows", "81234567890", "a@example.org", "12 rows of houses stand there by now", "Total:"] {
            assert!(!is_footer(line.as_bytes()), "{line}");
        }
        let rule = |cells: &[&str]| is_rule(cells.iter().map(|c| c.as_bytes()));
        assert!(rule(&["---", "-----"]) && rule(&["----+-----"]) && rule(&["==="]) && rule(&[":--", "--:"]));
        assert!(!rule(&["-", ""]) && !rule(&["---", "x"]) && !rule(&["", ""]) && !rule(&["-"]));
    }
}
