//! With an answer for each input: a table of all, and a section for each.

use super::figure::Shown;
use super::head;
use super::page::{Page, Section, scrolling};
use crate::report::document::{Answer, Document};
use maud::{Markup, html};

/// Groups that are shown with pictures; of more, further ones with their verdict alone.
const PICTURED: usize = 10;
/// Groups that have a section at all.
const SECTIONS: usize = 200;

pub(super) fn sections(page: &Page, document: &Document) -> Vec<Section> {
    let mut out = vec![summary(page, document)];
    let groups = document.groups.iter().enumerate().take(SECTIONS);
    out.extend(groups.map(|(n, answer)| group(page, n, answer)));
    out
}

fn pages<'a>(page: &Page<'a>, n: usize, answer: &'a Answer) -> Page<'a> {
    Page::of(answer, page.lang, format!("/groups/{n}"))
}

/// What a group is called: its first input.
fn name(page: &Page) -> Markup {
    match page.answer.inputs.first() {
        Some(input) => page.code("/inputs/0/path", &input.path),
        None => html! { "–" },
    }
}

fn summary(page: &Page, document: &Document) -> Section {
    let table = html! {
        table.figures {
            caption { (page.words("The verdict of each input, judged by itself")) }
            thead {
                tr {
                    th scope="col" { (page.words("Input")) }
                    th scope="col" { (page.words("Verdict")) }
                    th scope="col" { (page.words("Institutions named")) }
                    th.number scope="col" { (page.words("Distinct rows")) }
                    th.number scope="col" { (page.words("People found")) }
                    th scope="col" { (page.words("Coverage")) }
                }
            }
            tbody {
                @for (n, answer) in document.groups.iter().enumerate() { (line(&pages(page, n, answer), n)) }
            }
        }
    };
    let body = html! {
        (scrolling(page.plain("The verdict of each input, judged by itself"), table))
        @if document.groups.len() > SECTIONS {
            p.note { (page.mix("{} further inputs have no section of their own here; scan.json has all of their figures.", &[page.from(&["/groups"], Shown::Count((document.groups.len() - SECTIONS) as u64))])) }
        }
    };
    page.section("groups", "Input by input", body)
}

fn line(page: &Page, n: usize) -> Markup {
    let answer = page.answer;
    html! {
        tr {
            th scope="row" { @if n < SECTIONS { a href={ "#group-" (n) } { (name(page)) } } @else { (name(page)) } }
            td { span.word { (page.at("/verdict/kind", Shown::Word(head::kind_name(answer.verdict.kind)))) } }
            td {
                @for (k, institution) in answer.verdict.institutions.iter().enumerate() {
                    @if k > 0 { ", " }
                    (page.at(&format!("/verdict/institutions/{k}"), Shown::Text(institution)))
                }
                @if answer.verdict.institutions.is_empty() { "–" }
            }
            td.number { (page.at("/coverage/rows_distinct", Shown::Count(answer.coverage.rows_distinct))) }
            td.number { (page.at("/coverage/people/estimate", Shown::Count(answer.coverage.people.estimate))) }
            td { span.word { (head::complete(page)) } }
        }
    }
}

fn group(outer: &Page, n: usize, answer: &Answer) -> Section {
    let page = Page::of(answer, outer.lang, format!("/groups/{n}"));
    let sections = if n < PICTURED {
        let mut sections = super::pictures(&page);
        sections.extend(super::reasons(&page));
        sections
    } else {
        Vec::new()
    };
    let body = html! {
        div.group-verdict {
            (head::statement(&page))
            @if !answer.verdict.reservations.is_empty() { (head::reservations(&page)) }
            (head::key_figures(&page))
            @if !answer.claim.is_empty() { (head::claims(&page)) }
        }
        @for section in &sections { (section.show(&page)) }
        @if n >= PICTURED { p.note { (page.words("Pictures are shown for the first inputs only; scan.json has all figures of this one.")) } }
    };
    let title = html! { (page.mix("Input {}:", &[html! { span data-static { (n + 1) } }])) " " (name(&page)) };
    Section { id: format!("group-{n}"), title, body }
}
