//! Tables as clients of databases print them.

use super::{Add, plain};
use crate::people::Clean;

/// Widths of the columns, characters.
pub fn widths(clean: &Clean) -> Vec<usize> {
    (0..clean.rows[0].len()).map(|c| clean.lines().map(|row| row[c].chars().count()).max().unwrap_or(0)).collect()
}

pub fn padded(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width - cell.chars().count()))
}

/// As psql prints a table.
fn psql(clean: &Clean) -> String {
    let widths = widths(clean);
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, &w)| format!(" {} ", padded(c, w))).collect();
        cells.join("|") + "\n"
    };
    let rule: Vec<String> = widths.iter().map(|w| "-".repeat(w + 2)).collect();
    let header = clean.header.iter().map(line).collect::<String>();
    format!("{header}{}\n{}({} rows)\n\n", rule.join("+"), clean.rows.iter().map(line).collect::<String>(), clean.rows.len())
}

/// As mysql prints one.
fn boxed(clean: &Clean) -> String {
    let widths = widths(clean);
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, &w)| format!(" {} ", padded(c, w))).collect();
        format!("|{}|\n", cells.join("|"))
    };
    let rule = widths.iter().map(|w| "-".repeat(w + 2)).collect::<Vec<_>>().join("+");
    let rule = format!("+{rule}+\n");
    let header = clean.header.iter().map(line).collect::<String>();
    let rows = clean.rows.iter().map(line).collect::<String>();
    format!("{rule}{header}{rule}{rows}{rule}{} rows in set (0.02 sec)\n", clean.rows.len())
}

fn markdown(clean: &Clean) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let rule = format!("|{}\n", " --- |".repeat(clean.rows[0].len()));
    clean.header.iter().map(line).collect::<String>() + &rule + &clean.rows.iter().map(line).collect::<String>()
}

/// As sqlcmd prints one: columns at fixed places, a rule under their names.
fn sqlcmd(clean: &Clean) -> String {
    let widths = widths(clean);
    let line = |row: &Vec<String>| row.iter().zip(&widths).map(|(c, &w)| padded(c, w)).collect::<Vec<_>>().join(" ") + "\r\n";
    let rule = widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().join(" ");
    let rows = clean.rows.iter().map(line).collect::<String>();
    format!("{}{rule}\r\n{rows}\r\n({} rows affected)\r\n", clean.header.iter().map(line).collect::<String>(), clean.rows.len())
}

pub fn cases(add: &mut Add<'_>) {
    add("printed by psql", &|dice| {
        let clean = plain(dice);
        (psql(&clean), vec![clean])
    });
    add("printed by mysql", &|dice| {
        let clean = plain(dice);
        (boxed(&clean), vec![clean])
    });
    add("printed by sqlcmd", &|dice| {
        let clean = plain(dice);
        (sqlcmd(&clean), vec![clean])
    });
    add("a markdown table", &|dice| {
        let clean = plain(dice);
        (markdown(&clean), vec![clean])
    });
}
