//! Picture: how much of each dump every other holds.

use super::{Section, who};
use crate::lineage::compare::Share;
use crate::report::lineage::{Compared, percent, share_words};
use crate::report::terminal::grouped;
use maud::{Markup, html};

/// Dumps up to which intervals stand with the shares.
const SPELLED: usize = 6;
/// Dumps from which on cells are narrow on paper.
const VAST: usize = 14;

pub(super) fn section(compared: &Compared) -> Option<Section> {
    let dumps = compared.dumps.len();
    let held = shares(compared);
    let table = html! {
        table.matrix.pinned.many[dumps > SPELLED].vast[dumps > VAST] {
            caption.hidden { "Of the rows of the dump of the line, how many are in that of the column" }
            thead {
                tr {
                    th scope="col" { "Of the rows of … how many are in …" }
                    @for (n, dump) in compared.dumps.iter().enumerate() { th.number scope="col" title=(dump.file) { (n + 1) } }
                }
            }
            tbody {
                @for of in 0..dumps {
                    tr {
                        th scope="row" { (who(compared, of)) }
                        @for by in 0..dumps { (cell(compared, &held, of, by)) }
                    }
                }
            }
        }
    };
    let body = html! {
        p.lead { "Of the distinct rows of the dump of the line, how many are in that of the column as copies. The stronger a cell is tinted, the more. On the diagonal: the dump's distinct rows." }
        (super::super::page::scrolling("Of the rows of … how many are in …", table))
        @if dumps > SPELLED { p.note { "Columns are in the order of the lines. The intervals are with the pairs below, and shown where a pointer rests on a cell." } }
    };
    Some(Section { id: "matrix", title: "Which rows are in which dump", body })
}

/// Shares by dump and holder, so that none is searched for.
fn shares(compared: &Compared) -> Vec<Option<Share>> {
    let dumps = compared.dumps.len();
    let mut out = vec![None; dumps * dumps];
    for pair in compared.pairs.iter().map(|entry| &entry.pair) {
        out[pair.a * dumps + pair.b] = Some(pair.comparison.a_in_b);
        out[pair.b * dumps + pair.a] = Some(pair.comparison.b_in_a);
    }
    out
}

fn cell(compared: &Compared, held: &[Option<Share>], of: usize, by: usize) -> Markup {
    let dumps = compared.dumps.len();
    if of == by {
        return html! { td.number.own { (grouped(compared.dumps[of].about.rows_distinct)) } };
    }
    let Some(share) = held[of * dumps + by] else { return html! { td.number { "–" } } };
    let estimate = if share.estimate.is_finite() { share.estimate.clamp(0.0, 1.0) } else { 0.0 };
    let (low, high) = (short(share.low), short(share.high));
    html! {
        td.number.nothing[estimate <= 0.0] style=[(estimate > 0.0).then(|| format!("--share:{estimate:.2}"))] title=[(estimate > 0.0).then(|| share_words(&share))] {
            (short(share.estimate))
            @if low != high && estimate > 0.0 && dumps <= SPELLED { span.rows { (low) " to " (high) } }
        }
    }
}

/// A share in as little room as it can do with.
fn short(share: f64) -> String {
    percent(share).replace("more than ", ">").replace("less than ", "<")
}
