//! Picture: which known dumps hold which part of the rows.

use super::figure::{Shown, style_percent};
use super::page::{Page, Section};
use crate::report::document::ShareEntry;
use maud::{Markup, html};

/// Known dumps that are pictured.
const PICTURED: usize = 12;

pub(super) fn section(page: &Page) -> Option<Section> {
    let known = page.answer.known.as_ref()?;
    let adding: Vec<usize> = (0..known.found.len()).filter(|&n| known.found[n].relation.copied()).take(PICTURED).collect();
    let left = known.found.len() - adding.len();
    let body = html! {
        p.lead {
            (page.mix("This dump was compared with the known ones ({} in the library) by their fingerprints. The bars show which part of its distinct rows each holds as copies, with 95% intervals.", &[page.at("/known/dumps", Shown::Count(known.dumps))]))
        }
        figure.bars {
            figcaption.hidden { (page.words("Share of the distinct rows in known dumps")) }
            ol {
                @for &n in &adding { (row(page, n)) }
                li {
                    div.label {
                        span.who { strong { (page.words("New: in no known dump")) } }
                        span.value { (page.at("/known/new", Shown::Percent(known.new))) }
                    }
                    div.track aria-hidden="true" { i class="fill rest" style={ "width:" (style_percent(known.new)) } {} }
                }
            }
        }
        @if left > 0 {
            p.note { (page.mix("{} further known dumps share values with this one; scan.json has them.", &[page.from(&["/known/found"], Shown::Count(left as u64))])) }
        }
        @if known.not_compared > 0 {
            p.note { (page.mix("{} known dumps that share some values were not compared.", &[page.at("/known/not_compared", Shown::Count(known.not_compared))])) }
        }
        p.note { (page.words("A row may stand in several known dumps. To describe the same people is not enough: rows count where their cells agree as only copies do.")) }
    };
    Some(page.section("known", "Seen before", body))
}

fn row(page: &Page, n: usize) -> Markup {
    let known = &page.answer.known.as_ref().map(|k| &k.found[n]);
    let Some(known) = known else { return html! {} };
    let place = |tail: &str| format!("/known/found/{n}/{tail}");
    let ShareEntry { estimate, low, high } = known.share;
    html! {
        li {
            div.label {
                span.who {
                    strong { (page.at(&place("name"), Shown::Text(&known.name))) }
                    @if let Some(day) = &known.published { " " span.of { (page.at(&place("published"), Shown::Text(day))) } }
                    @if let Some(source) = &known.source { " " span.of { (page.at(&place("source"), Shown::Text(source))) } }
                }
                span.value {
                    (page.at(&place("share/estimate"), Shown::Percent(estimate))) " "
                    span.of { (page.mix("({} to {})", &[page.at(&place("share/low"), Shown::Percent(low)), page.at(&place("share/high"), Shown::Percent(high))])) }
                }
            }
            div.track aria-hidden="true" {
                i class="fill mark" style={ "width:" (style_percent(estimate)) } {}
                i.whisker style={ "left:" (style_percent(low)) ";width:" (style_percent((high - low).max(0.0))) } {}
            }
        }
    }
}
