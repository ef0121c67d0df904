//! Picture: where in the dump the rows lie that hit a record.

use super::figure::Shown;
use super::page::{Page, Section};
use super::strip::{self, Described};
use crate::report::figures::{RowStrip, RowsOfIndex};
use maud::{Markup, html};

/// Inputs whose borders are drawn; of more, they would hide the picture.
const BORDERS: usize = 40;

pub(super) fn section(page: &Page) -> Option<Section> {
    let of = page.answer.row_strip.as_ref().filter(|of| !of.rows.is_empty() && !of.indexes.is_empty())?;
    let share = |hit: &[u64]| -> Vec<f64> { of.rows.iter().zip(hit).map(|(&rows, &hit)| hit as f64 / rows.max(1) as f64).collect() };
    let told: Vec<(usize, &RowsOfIndex)> =
        of.indexes.iter().enumerate().filter(|(_, index)| page.pictured.contains(&index.index)).collect();
    let most = told.iter().flat_map(|(_, index)| share(&index.hit)).fold(0.0, f64::max);
    let borders = borders(page, of);
    let lines: Vec<f64> = borders.iter().map(|border| border.1).collect();
    let figures = told.iter().map(|(k, index)| (page.name(index.index), format!("/row_strip/indexes/{k}/hit"), &index.hit[..]));
    let all = std::iter::once((page.words("Rows read"), "/row_strip/rows".to_string(), &of.rows[..]));
    let rows: Vec<(Markup, String, &[u64])> = all.chain(figures).collect();
    let full = page.from(&["/row_strip"], Shown::Percent(most));
    let body = html! {
        p.lead {
            (page.words("The dump from its first row to its last: how many of the rows at each place hit a record of the institution.")) " "
            (page.mix("Full height stands for {} of the rows.", std::slice::from_ref(&full)))
        }
        figure.strips {
            figcaption.hidden { (page.words("Where in the dump the matched rows lie")) }
            @for (k, index) in &told {
                (one(page, *k, index.index, &share(&index.hit), most, &lines))
            }
            (axis(page, &borders))
        }
        (strip::counts(page, "Rows with a hit, place by place", &rows))
        p.note { (page.mix("Each place holds {} rows, the last of an input perhaps fewer.", &[page.at("/row_strip/per_bin", Shown::Count(of.per_bin))])) }
        (page.left_out())
    };
    Some(page.section("rows", "Where in the dump the matched rows lie", body))
}

fn one(page: &Page, k: usize, index: usize, values: &[f64], most: f64, borders: &[f64]) -> Markup {
    let place = format!("/row_strip/indexes/{k}/hit");
    let (low, high) = values.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &v| (low.min(v), high.max(v)));
    let low = if low.is_finite() { low } else { 0.0 };
    let hit_bins = values.iter().filter(|v| **v > 0.0).count() as u64;
    let from = [place.as_str(), "/row_strip/rows"];
    let range = [page.from(&from, Shown::Percent(low)), page.from(&from, Shown::Percent(high))];
    let plain = [Shown::Percent(low), Shown::Percent(high), Shown::Count(hit_bins), Shown::Count(values.len() as u64)]
        .map(|shown| html! { (shown.text(page).0) });
    let described = Described {
        id: picture_id(page, "rows", k),
        title: html! { @if let Some(of) = page.answer.indexes.get(index) { (of.institution) } },
        description: page.mix("Rows with a hit by place in the dump: from {} to {} of the rows, some at {} of {} places.", &plain),
        places: &from,
    };
    html! {
        div.one {
            div.label {
                span.who { strong { (page.name(index)) } " " @if let Some(of) = page.answer.indexes.get(index) { span.of { (page.at(&format!("/indexes/{index}/dataset"), Shown::Text(&of.dataset))) } } }
                span.value { (page.mix("{} to {} of the rows", &range)) }
            }
            (strip::density(page, &described, values, most, borders))
        }
    }
}

/// An id for a picture that no other has.
pub(super) fn picture_id(page: &Page, what: &str, n: usize) -> String {
    let group = page.root.rsplit('/').next().unwrap_or_default();
    format!("p{group}-{what}-{n}")
}

/// Where inputs begin: their place in the document, and in bins.
fn borders(page: &Page, of: &RowStrip) -> Vec<(usize, f64)> {
    let inputs = &page.answer.inputs;
    if inputs.len() < 2 || inputs.len() > BORDERS {
        return Vec::new();
    }
    let mut before = 0u64;
    let mut out = Vec::new();
    for (n, input) in inputs.iter().enumerate() {
        // An input without rows has no place.
        if input.account.rows_read > 0 {
            out.push((n, bin(of, before)));
        }
        before = before.saturating_add(input.account.rows_read);
    }
    out
}

/// The place of a row among the bins.
fn bin(of: &RowStrip, row: u64) -> f64 {
    let mut before = 0u64;
    for (n, &rows) in of.rows.iter().enumerate() {
        if row < before.saturating_add(rows) {
            return n as f64 + (row - before) as f64 / rows.max(1) as f64;
        }
        before = before.saturating_add(rows);
    }
    of.rows.len() as f64
}

fn axis(page: &Page, borders: &[(usize, f64)]) -> Markup {
    let bins = page.answer.row_strip.as_ref().map_or(1, |of| of.rows.len().max(1)) as f64;
    html! {
        div.ends {
            span { (page.mix("row {}", &[html! { span data-static { "1" } }])) }
            span { (page.mix("row {}", &[page.at("/coverage/rows_read", Shown::Count(page.answer.coverage.rows_read))])) }
        }
        @if !borders.is_empty() {
            ol.borders {
                @for (n, at) in borders {
                    li {
                        @let place = format!("/inputs/{n}/path");
                        @let from = page.from(&["/inputs", "/row_strip/rows"], Shown::Percent(at / bins));
                        (page.mix("from {} of the way: {}", &[from, page.at(&place, Shown::Text(page.answer.inputs.get(*n).map_or("", |i| &i.path)))]))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_among_bins_of_any_width() {
        let of = RowStrip { per_bin: 256, rows: vec![256, 100, 0, 200], indexes: Vec::new() };
        assert_eq!([0, 128, 256, 356, 10_000].map(|row| bin(&of, row)), [0.0, 0.5, 1.0, 3.0, 4.0]);
    }
}
