//! The table of the dumps.

use super::{Section, who};
use crate::report::lineage::{Compared, DumpEntry, column_name};
use crate::report::terminal::grouped;
use maud::{Markup, html};

/// Columns of a table that are named.
const NAMED: usize = 40;
/// Tables of a dump whose columns are named.
const TABLES: usize = 4;

pub(super) fn section(compared: &Compared) -> Option<Section> {
    let table = html! {
        table.figures {
            caption.hidden { "The dumps" }
            thead {
                tr {
                    th scope="col" { "Dump" }
                    th.number scope="col" { "Rows" }
                    th.number scope="col" { "Distinct rows" }
                    th scope="col" { "Columns" }
                    th scope="col" { "First input and its BLAKE3" }
                    th scope="col" { "Read" }
                }
            }
            tbody { @for (n, dump) in compared.dumps.iter().enumerate() { (row(compared, n, dump)) } }
        }
    };
    let body = html! {
        (super::super::page::scrolling("The dumps", table))
        p.note { "◆ Rows are found by this column. Distinct rows are those with different identifiers." }
    };
    Some(Section { id: "dumps", title: "The dumps", body })
}

fn row(compared: &Compared, n: usize, dump: &DumpEntry) -> Markup {
    let about = &dump.about;
    html! {
        tr {
            th scope="row" { (who(compared, n)) }
            td.number { (grouped(about.rows)) }
            // Where not every value is kept, they are counted by those that are.
            td.number { @if about.level > 0 { "about " } (grouped(about.rows_distinct)) }
            td.columns {
                @for table in 0..about.tables.len().min(TABLES) { p { (columns(dump, table)) } }
                @let more = about.tables.len().saturating_sub(TABLES) as u64 + about.tables_left_out;
                @if more > 0 { p { (grouped(more)) " more " (if more == 1 { "table" } else { "tables" }) } }
            }
            td {
                @match about.sources.first() {
                    Some(source) => {
                        (source.name)
                        code.digest { (source.blake3.as_deref().unwrap_or("–")) }
                    }
                    None => { "–" }
                }
            }
            td { (if about.complete { "complete" } else { "incomplete" }) }
        }
    }
}

fn columns(dump: &DumpEntry, table: usize) -> Markup {
    let columns = &dump.about.tables[table].columns;
    html! {
        @for (n, column) in columns.iter().enumerate().take(NAMED) {
            @if n > 0 { ", " }
            @if column.slot { strong { (column_name(dump, (table, n))) "\u{a0}◆" } } @else { (column_name(dump, (table, n))) }
        }
        @if columns.len() > NAMED { " and " (columns.len() - NAMED) " more" }
        @if columns.is_empty() { "–" }
    }
}
