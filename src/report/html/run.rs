//! How the scan was run, so that a second party can repeat it.

use super::figure::Shown;
use super::limits;
use super::page::{Page, Section};
use crate::report::document::Document;
use maud::{Markup, html};

pub(super) fn section(page: &Page, document: &Document) -> Option<Section> {
    let run = &document.run;
    let body = html! {
        div.sheet {
            dl {
                div { dt { (page.words("Program")) } dd { (page.at("/tool", Shown::Text(&document.tool))) } }
                div { dt { (page.words("Form of the document")) } dd { (page.at("/schema", Shown::Text(&document.schema))) } }
                div { dt { (page.words("Begun")) } dd { (page.at("/run/started", Shown::Moment(&run.started))) } }
                @if let Some(seconds) = run.seconds { div { dt { (page.words("Time taken")) } dd { (page.at("/run/seconds", Shown::Seconds(seconds))) } } }
                @if let Some(seconds) = run.attribution_seconds {
                    div { dt { (page.words("Of this, attribution")) } dd { (page.at("/run/attribution_seconds", Shown::Seconds(seconds))) } }
                }
                @if let Some(rate) = run.bytes_per_second { div { dt { (page.words("Speed")) } dd { (page.at("/run/bytes_per_second", Shown::Rate(rate))) } } }
                @if !document.command.is_empty() {
                    div.wide { dt { (page.words("Command")) } dd { (page.code("/command", &document.command)) } }
                }
                div.wide { dt { (page.words("Scale as printed")) } dd { (limits::printed(page)) } }
            }
        }
        p { (page.words("The same dump, indexes, key and command give the same document again, whatever the machine and the number of threads; only the times differ.")) }
    };
    Some(page.section("run", "How to repeat it", body))
}

pub(super) fn footer(page: &Page, document: &Document) -> Markup {
    html! {
        footer.foot {
            p { (page.mix("Made by {} from scan.json, which holds every figure of this page and more.", &[page.at("/tool", Shown::Text(&document.tool))])) }
        }
    }
}
