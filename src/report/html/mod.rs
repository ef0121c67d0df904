//! The document as one page that needs nothing else: no script, no font, no request. For management, a regulator or a court: the verdict first,
//! then pictures for those who would rather look than read, then what they rest on.
//!
//! Every figure says where in the document it stands. Pictures are made of rows of text with bars beside them and of small SVGs
//! without text, so that they read on a telephone, on paper and aloud.

mod calendar;
mod columns;
mod coverage;
mod figure;
mod groups;
mod head;
mod hits;
mod indexes;
mod inputs;
mod institutions;
mod known;
mod limits;
pub mod lineage;
mod overlap;
mod page;
mod records;
mod rows;
mod run;
mod shares;
mod strip;
mod support;
#[cfg(test)]
mod tests;
mod why;

use super::document::Document;
use super::lang::Lang;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use page::{Page, Section};

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded, run or sent; only the page's own styles apply.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The whole page, in a language.
#[must_use]
pub fn render(document: &Document, lang: Lang) -> String {
    let page = Page::of(&document.answer, lang, String::new());
    let sections = if document.groups.is_empty() {
        let mut sections = pictures(&page);
        sections.extend(reasons(&page));
        sections.extend(sources(&page, document));
        sections
    } else {
        let mut sections = groups::sections(&page, document);
        sections.extend(sources(&page, document));
        sections
    };
    let body = html! {
        a.skip href="#main" { (page.words("Skip to the verdict")) }
        (head::banner(&page, document))
        main #main tabindex="-1" {
            @if document.groups.is_empty() { (head::verdict(&page)) } @else { (head::joint(&page, document)) }
            (contents(&page, &sections))
            @for section in &sections { (section.show(&page)) }
        }
        (run::footer(&page, document))
    };
    sheet(lang.code(), &head::title(&page, document), &body)
}

/// A file of its own with this body.
fn sheet(lang: &str, title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
    .into_string()
}

/// What is rather looked at than read.
fn pictures(page: &Page) -> Vec<Section> {
    [
        support::section(page),
        shares::section(page),
        known::section(page),
        institutions::section(page),
        hits::section(page),
        rows::section(page),
        records::section(page),
        calendar::section(page),
        overlap::section(page),
        coverage::section(page),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Why it is said.
fn reasons(page: &Page) -> Vec<Section> {
    [why::section(page), columns::section(page), limits::chance(page)].into_iter().flatten().collect()
}

/// What it rests on, once for the whole page.
fn sources(page: &Page, document: &Document) -> Vec<Section> {
    let limits = [limits::scale(page), limits::limits(page)];
    let rest = [inputs::section(page), indexes::section(page), run::section(page, document)];
    limits.into_iter().chain(rest).flatten().collect()
}

fn contents(page: &Page, sections: &[Section]) -> Markup {
    html! {
        nav.contents aria-label=(page.plain("Contents")) {
            ol {
                @for section in sections {
                    li { a href={ "#" (section.id) } { (section.title) } }
                }
            }
        }
    }
}
