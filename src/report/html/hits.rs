//! Picture: which fields of each institution the rows hit, and which agree with the record that was found.

use super::figure::{Shown, bar};
use super::page::{Page, Section, scrolling};
use crate::report::document::InstitutionEntry;
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(super) fn section(page: &Page) -> Option<Section> {
    if page.answer.institutions.iter().all(|entry| entry.rows_hit == 0) {
        let body = html! { p { (page.words("No row of the dump holds an identifier of any index supplied, so that there are no pictures of hits, rows, records, dates or overlap.")) } };
        return Some(page.section("hits", "Hits by field", body));
    }
    let table = html! {
        table.figures.barred {
            caption { (page.words("Found: rows whose value is in the index, as a share of the rows read. Agrees: values that agree with the record found by another field, as a share of those compared.")) }
            thead {
                tr {
                    th scope="col" { (page.words("Field")) }
                    th scope="col" { (page.words("Use")) }
                    th.number scope="col" { (page.words("Values")) }
                    th.number scope="col" { (page.words("Share")) }
                    th.picture scope="col" { span.hidden { (page.words("Picture")) } }
                }
            }
            @for (n, entry) in page.entries().filter(|(_, entry)| entry.rows_hit > 0) {
                tbody { (fields(page, n, entry)) }
            }
        }
    };
    let body = html! {
        (scrolling(page.plain("Hits by field"), table))
        (page.left_out())
    };
    Some(page.section("hits", "Hits by field", body))
}

/// Columns of one field whose places are named one by one; of more, the list is named.
const NAMED: usize = 8;

/// The columns that were compared with one field.
#[derive(Default)]
struct Compared {
    columns: Vec<usize>,
    values: u64,
    agreed: u64,
}

fn fields(page: &Page, n: usize, entry: &InstitutionEntry) -> Markup {
    let rows = page.answer.coverage.rows_read;
    let mut compared: BTreeMap<&str, Compared> = BTreeMap::new();
    for (c, column) in page.answer.columns.iter().enumerate().filter(|(_, c)| c.index == Some(n) && c.role == "attribute" && c.values > 0) {
        let of = compared.entry(column.field.as_deref().unwrap_or("–")).or_default();
        of.columns.push(c);
        of.values = of.values.saturating_add(column.values);
        of.agreed = of.agreed.saturating_add(column.hits);
    }
    html! {
        tr.group { th scope="rowgroup" colspan="5" { (page.who(n)) } }
        @for (field, &hits) in &entry.hits {
            // A pointer writes ~ as ~0 and / as ~1.
            @let place = format!("/institutions/{n}/hits/{}", field.replace('~', "~0").replace('/', "~1"));
            tr {
                th scope="row" { span data-from=(page.pointer(&place)) { (field) } }
                td { (page.words("found")) }
                td.number { (page.at(&place, Shown::Count(hits))) }
                td.number { (page.share((&place, hits), ("/coverage/rows_read", rows))) }
                td.picture { (bar(hits as f64 / rows.max(1) as f64, "mark")) }
            }
        }
        @for (field, of) in &compared { (agreeing(page, field, of)) }
    }
}

fn agreeing(page: &Page, field: &str, of: &Compared) -> Markup {
    let share = Shown::Percent(of.agreed as f64 / of.values.max(1) as f64);
    let places = |tail: &str| of.columns.iter().map(|c| format!("/columns/{c}/{tail}")).collect::<Vec<_>>();
    let (hits, values) = (places("hits"), places("values"));
    html! {
        tr {
            th scope="row" {
                @match of.columns.first() {
                    Some(c) => (page.at(&format!("/columns/{c}/field"), Shown::Text(field))),
                    None => "–",
                }
            }
            td { (page.words("agrees")) }
            @match (hits.as_slice(), values.as_slice()) {
                ([hits], [values]) => {
                    td.number { (page.at(hits, Shown::Count(of.agreed))) }
                    td.number { (page.share((hits, of.agreed), (values, of.values))) }
                }
                (hits, values) => {
                    @let all: Vec<&str> = hits.iter().chain(values).map(String::as_str).collect();
                    @let of_all = if hits.len() > NAMED { &["/columns"][..] } else { &all[..] };
                    td.number { (page.from(if hits.len() > NAMED { of_all } else { &all[..hits.len()] }, Shown::Count(of.agreed))) }
                    td.number { (page.from(of_all, share)) }
                }
            }
            td.picture { (bar(of.agreed as f64 / of.values.max(1) as f64, "other")) }
        }
    }
}
