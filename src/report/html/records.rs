//! Picture: which record numbers of each institution were reached.

use super::figure::Shown;
use super::page::{Page, Section};
use super::rows::picture_id;
use super::strip::{self, Described};
use crate::attribute::taken::Pattern;
use crate::report::document::InstitutionEntry;
use crate::report::figures::Strip;
use maud::{Markup, html};

pub(super) fn section(page: &Page) -> Option<Section> {
    let told: Vec<(usize, &InstitutionEntry, &Strip)> = page
        .entries()
        .filter_map(|(n, entry)| Some((n, entry, entry.records_reached.as_ref().filter(|s| !s.counts.is_empty())?)))
        .filter(|(n, _, _)| *n < page.answer.indexes.len())
        .collect();
    if told.is_empty() {
        return None;
    }
    let rows: Vec<(Markup, String, &[u64])> =
        told.iter().map(|(n, _, strip)| (page.who(*n), format!("/institutions/{n}/records_reached/counts"), &strip.counts[..])).collect();
    let body = html! {
        p.lead { (page.words("The records of each index in their order, from the first to the last: how many at each place were found in the dump. Even coverage speaks for a copy or sample of the whole, an edge for a part or an older state.")) }
        figure.strips {
            figcaption.hidden { (page.words("Record numbers reached")) }
            @for (n, entry, strip) in &told { (one(page, *n, entry, strip)) }
        }
        (strip::counts(page, "Records found, place by place", &rows))
        (page.left_out())
    };
    Some(page.section("records", "Which records were reached", body))
}

fn one(page: &Page, n: usize, entry: &InstitutionEntry, strip: &Strip) -> Markup {
    let of = page.answer.indexes.get(n).map_or(0, |index| index.records);
    let places = [format!("/institutions/{n}/records_reached"), format!("/indexes/{n}/records")];
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    // The last bin may hold fewer records than its width.
    let width = |bin: usize| of.saturating_sub(strip.per_bin.saturating_mul(bin as u64)).clamp(1, strip.per_bin.max(1));
    let values: Vec<f64> = strip.counts.iter().enumerate().map(|(bin, &count)| (count as f64 / width(bin) as f64).min(1.0)).collect();
    let most = values.iter().copied().fold(0.0, f64::max);
    let reached = values.iter().filter(|v| **v > 0.0).count() as u64;
    let plain =
        [Shown::Count(reached), Shown::Count(values.len() as u64), Shown::Percent(most)].map(|shown| html! { (shown.text(page).0) });
    let described = Described {
        id: picture_id(page, "records", n),
        title: html! { (entry.institution) },
        description: page.mix("Records found by record number: some at {} of {} places, at most {} of the records there.", &plain),
        places: &places,
    };
    let found = format!("/institutions/{n}/records_distinct");
    html! {
        div.one {
            div.label {
                (page.who(n))
                span.value {
                    (page.mix("{} of {} records", &[
                        page.at(&found, Shown::Count(entry.records_distinct)),
                        page.at(&format!("/indexes/{n}/records"), Shown::Count(of)),
                    ]))
                }
            }
            (strip::density(page, &described, &values, most, &[]))
            div.ends {
                span { (page.mix("record {}", &[html! { span data-static { "1" } }])) }
                span.middle { (page.mix("full height {} of the records there", &[page.from(&places, Shown::Percent(most))])) }
                span { (page.mix("record {}", &[page.at(&format!("/indexes/{n}/records"), Shown::Count(of))])) }
            }
            (extent(page, n, entry))
        }
    }
}

/// What part it is, in words.
fn extent(page: &Page, n: usize, entry: &InstitutionEntry) -> Markup {
    let Some(e) = &entry.extent else { return html! {} };
    let place = |tail: &str| format!("/institutions/{n}/extent/{tail}");
    html! {
        p.note {
            (page.mix("Pattern: {}. Copied rows reach records {} to {} of {}; {} of adjacent rows ascend (half do by chance), {} lie in the longest ascending sequence.", &[
                page.at(&place("pattern"), Shown::Word(pattern(e.pattern))),
                page.at(&place("first"), Shown::Count(u64::from(e.first))),
                page.at(&place("last"), Shown::Count(u64::from(e.last))),
                page.at(&place("of"), Shown::Count(e.of)),
                page.at(&place("ascents"), Shown::Percent(e.ascents)),
                page.at(&place("longest"), Shown::Percent(e.longest)),
            ]))
        }
    }
}

fn pattern(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Whole => "whole",
        Pattern::Even => "even",
        Pattern::First => "first",
        Pattern::Block => "block",
        Pattern::Uneven => "uneven",
    }
}
