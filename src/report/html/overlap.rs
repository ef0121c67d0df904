//! Picture: how many of one institution's rows are found at another too.

use super::figure::Shown;
use super::page::{Page, Section, scrolling};
use crate::report::figures::Overlap;
use maud::{Markup, html};

/// Institutions up to which shares stand with the rows that they are of.
const COUNTED: usize = 8;

pub(super) fn section(page: &Page) -> Option<Section> {
    let of = page.answer.overlap.as_ref().filter(|of| of.institutions.len() > 1)?;
    let table = html! {
        table.matrix.many[of.institutions.len() > COUNTED] {
            caption.hidden { (page.words("Overlap between institutions")) }
            thead {
                tr {
                    th scope="col" { (page.words("Institution")) }
                    @for n in 0..of.institutions.len() { th.number scope="col" data-static { (n + 1) } }
                }
            }
            tbody {
                @for (a, name) in of.institutions.iter().enumerate() {
                    tr {
                        th scope="row" { span.ordinal data-static { (a + 1) } " " (page.at(&format!("/overlap/institutions/{a}"), Shown::Text(name))) }
                        @for b in 0..of.institutions.len() { (cell(page, of, a, b)) }
                    }
                }
            }
        }
    };
    let body = html! {
        p.lead { (page.words("Institutions share people: to be found at one means little where another holds the same people. The stronger a cell is tinted, the more of the line's rows are found in the column too.")) }
        p.note { (page.words("Of the distinct rows found at the institution of the line, how many are found at that of the column too. On the diagonal: the distinct rows found there.")) }
        (scrolling(page.plain("Overlap between institutions"), table))
        @if of.estimated { p.note { (page.words("Estimated from a sample of the rows.")) } }
    };
    Some(page.section("overlap", "Overlap between institutions", body))
}

fn cell(page: &Page, of: &Overlap, a: usize, b: usize) -> Markup {
    let rows = |a: usize, b: usize| of.rows.get(a).and_then(|row| row.get(b)).copied();
    let (Some(both), Some(own)) = (rows(a, b), rows(a, a)) else { return html! { td.number { "–" } } };
    let place = |a: usize, b: usize| format!("/overlap/rows/{a}/{b}");
    if a == b {
        return html! { td.number.own { (page.at(&place(a, a), Shown::Count(own))) } };
    }
    let share = both as f64 / own.max(1) as f64;
    html! {
        td.number style={ "--share:" (format!("{:.2}", share.clamp(0.0, 1.0))) } {
            (page.share((&place(a, b), both), (&place(a, a), own)))
            @if of.institutions.len() <= COUNTED { span.rows { (page.at(&place(a, b), Shown::Count(both))) } }
        }
    }
}
