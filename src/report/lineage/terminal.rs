//! How dumps relate, for the terminal: a sentence a pair, a matrix, and which dump comes from which.

use super::graph::{Branch, edges, tree};
use super::{Compared, PairEntry, percent, share_words};
use crate::lineage::Relation;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use std::fmt::Write;

/// Dumps from which on a matrix is drawn.
const MANY: usize = 3;
/// Dumps beyond which a matrix is too wide for a terminal.
const WIDEST: usize = 12;

/// The text.
#[must_use]
pub fn render(compared: &Compared) -> String {
    let mut out = String::new();
    let many = compared.dumps.len() >= MANY;
    for merge in &compared.merges {
        let _ = writeln!(out, "{}", merge.sentence);
    }
    let told = |entry: &&PairEntry| !many || entry.pair.comparison.relation != Relation::Unrelated;
    for entry in compared.pairs.iter().filter(told) {
        let _ = writeln!(out, "{}", entry.sentence);
        if !many {
            details(&mut out, compared, entry);
        }
    }
    let unrelated = compared.pairs.len() - compared.pairs.iter().filter(told).count();
    if unrelated > 0 {
        let _ = writeln!(out, "{unrelated} other pairs are unrelated.");
    }
    if many {
        matrix(&mut out, compared);
        graph(&mut out, compared);
    }
    out
}

/// The figures of a pair.
fn details(out: &mut String, compared: &Compared, entry: &PairEntry) {
    let (a, b, c) = (&compared.dumps[entry.pair.a].file, &compared.dumps[entry.pair.b].file, &entry.pair.comparison);
    let mut line = |what: String, figure: String| _ = writeln!(out, "  {what:<44} {figure}");
    line(format!("rows of {a} in {b}"), share_words(&c.a_in_b));
    line(format!("rows of {b} in {a}"), share_words(&c.b_in_a));
    line("rows of both, of all".into(), percent(c.jaccard));
    line(format!("people of {a} in {b}, at least"), percent(c.people_a_in_b));
    line(format!("people of {b} in {a}, at least"), percent(c.people_b_in_a));
    line("columns of both".into(), c.columns.len().to_string());
    line("rows compared".into(), c.linked.to_string());
    let _ = writeln!(out, "  (intervals at 95%; shares are of rows with different identifiers)");
}

/// How much of each dump the others hold.
fn matrix(out: &mut String, compared: &Compared) {
    let dumps = &compared.dumps;
    if dumps.len() > WIDEST {
        let _ = writeln!(out, "\n(a matrix of {} dumps is too wide for a terminal: --json or --html has it)", dumps.len());
        return;
    }
    let _ = writeln!(out, "\nof the rows of … how many are in …");
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let heads = (0..dumps.len()).map(|n| Cell::new(n + 1).set_alignment(CellAlignment::Right));
    table.set_header([Cell::new("")].into_iter().chain(heads));
    for (row, dump) in dumps.iter().enumerate() {
        let cells = (0..dumps.len()).map(|column| {
            let text = if row == column { "·".to_string() } else { held(compared, row, column).map_or_else(String::new, percent) };
            Cell::new(text).set_alignment(CellAlignment::Right)
        });
        table.add_row([Cell::new(format!("{} {}", row + 1, dump.file))].into_iter().chain(cells));
    }
    let _ = writeln!(out, "{}", table.trim_fmt());
}

/// Share of a dump's rows that another holds.
#[must_use]
pub fn held(compared: &Compared, of: usize, by: usize) -> Option<f64> {
    compared.pairs.iter().map(|e| &e.pair).find_map(|p| match (p.a, p.b) {
        (a, b) if (a, b) == (of, by) => Some(p.comparison.a_in_b.estimate),
        (a, b) if (b, a) == (of, by) => Some(p.comparison.b_in_a.estimate),
        _ => None,
    })
}

/// The graph as a tree of lines.
fn graph(out: &mut String, compared: &Compared) {
    let edges = edges(compared);
    if edges.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nwhich holds which");
    for root in tree(&edges, compared.dumps.len()) {
        branch(out, compared, &root, 0);
    }
}

fn branch(out: &mut String, compared: &Compared, at: &Branch, depth: usize) {
    let words = at.relation.map_or_else(String::new, |r| format!("  ({})", r.words()));
    let again = if at.again { ", see above" } else { "" };
    let _ = writeln!(out, "{}{} {}{words}{again}", "   ".repeat(depth), if depth == 0 { "*" } else { "└" }, compared.dumps[at.dump].file);
    for below in &at.below {
        branch(out, compared, below, depth + 1);
    }
}
