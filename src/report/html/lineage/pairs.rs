//! The figures of each related pair, folded away on a screen and open on paper.

use super::{Section, related, who};
use crate::report::lineage::{Compared, PairEntry, columns_words, order_words, percent, share_words};
use crate::report::terminal::grouped;
use maud::{Markup, html};

/// Pairs with a block of their own.
const MOST: usize = 1000;

pub(super) fn section(compared: &Compared) -> Option<Section> {
    let pairs: Vec<&PairEntry> = related(compared).collect();
    if pairs.is_empty() {
        return None;
    }
    let body = html! {
        @for entry in pairs.iter().take(MOST) { (block(compared, entry)) }
        @if pairs.len() > MOST {
            p.note { (grouped((pairs.len() - MOST) as u64)) " further related pairs have no block here: the document (--json) has all of their figures." }
        }
    };
    Some(Section { id: "pairs", title: "Pair by pair", body })
}

fn block(compared: &Compared, entry: &PairEntry) -> Markup {
    let (pair, c) = (&entry.pair, &entry.pair.comparison);
    let (dump_a, dump_b) = (&compared.dumps[pair.a], &compared.dumps[pair.b]);
    let (a, b) = (&dump_a.file, &dump_b.file);
    let both: Vec<_> = c.columns.iter().map(|column| column.a).collect();
    let columns = |dump, columns: &[_]| if columns.is_empty() { "none".to_string() } else { columns_words(dump, columns) };
    let order = match order_words(c) {
        "" => "too few rows tell",
        words => words,
    };
    let figures = [
        (format!("Rows of {a} in {b}"), share_words(&c.a_in_b)),
        (format!("Rows of {b} in {a}"), share_words(&c.b_in_a)),
        ("Rows of both, of all rows of either (Jaccard)".into(), percent(c.jaccard)),
        (format!("People of {a} in {b}, at least"), percent(c.people_a_in_b)),
        (format!("People of {b} in {a}, at least"), percent(c.people_b_in_a)),
        ("Columns of both".into(), columns(dump_a, &both)),
        (format!("Columns of {b} alone (added)"), columns(dump_b, &c.added)),
        (format!("Columns of {a} alone (missing)"), columns(dump_a, &c.missing)),
        ("Order of the rows of both".into(), order.into()),
        ("Values altered in the rows of both".into(), c.altered.map_or_else(|| "too few rows tell".into(), percent)),
        ("Rows compared".into(), grouped(c.linked)),
    ];
    html! {
        details.pair {
            summary { (who(compared, pair.a)) " and " (who(compared, pair.b)) ": " (c.relation.words()) }
            table.figures {
                caption { (entry.sentence) }
                tbody { @for (what, figure) in &figures { tr { th scope="row" { (what) } td { (figure) } } } }
            }
        }
    }
}
