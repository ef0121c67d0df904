//! The top of the page: which case, what it comes to, what is to be kept in mind, what was claimed.

use super::figure::Shown;
use super::page::Page;
use crate::attribute::VerdictKind;
use crate::attribute::claim::Agreement;
use crate::report::document::Document;
use maud::{Markup, html};

/// The page's title, for lists of windows and files.
pub(super) fn title(page: &Page, document: &Document) -> String {
    let what = page.plain("Report on the source of a dump");
    match &document.case.case {
        Some(case) => format!("{what}: {case}"),
        None => what.to_string(),
    }
}

/// What this is about: case, exhibit, dump, time.
pub(super) fn banner(page: &Page, document: &Document) -> Markup {
    let case = &document.case;
    let said = [
        ("Case", "/case/case", &case.case),
        ("Exhibit", "/case/exhibit", &case.exhibit),
        ("Examiner", "/case/examiner", &case.examiner),
        ("Obtained", "/case/obtained", &case.obtained),
    ];
    let inputs = &document.answer.inputs;
    html! {
        header.banner {
            p.kicker { (page.at("/tool", Shown::Text(&document.tool))) }
            h1 { (page.words("Report on the source of a dump")) }
            dl.case {
                @for (term, place, text) in said {
                    @if let Some(text) = text {
                        div { dt { (page.words(term)) } dd { (page.at(place, Shown::Text(text))) } }
                    }
                }
                div { dt { (page.words("Examined")) } dd { (page.at("/run/started", Shown::Moment(&document.run.started))) } }
                @if let Some(first) = inputs.first() {
                    div.wide {
                        dt { (page.words("Dump")) }
                        dd {
                            (page.at("/inputs/0/path", Shown::Text(&first.path)))
                            @if inputs.len() > 1 {
                                " " (page.mix("and {} more", &[page.from(&["/inputs"], Shown::Count(inputs.len() as u64 - 1))]))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The name of a verdict as the document writes it.
pub(super) fn kind_name(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Attributed => "attributed",
        VerdictKind::Mixture => "mixture",
        VerdictKind::UnlistedSource => "unlisted_source",
        VerdictKind::Fabricated => "fabricated",
        VerdictKind::Inconclusive => "inconclusive",
        VerdictKind::NoMatch => "no_match",
        VerdictKind::Incomplete => "incomplete",
    }
}

/// The verdict of an answer, its reservations, its key figures and what was claimed.
pub(super) fn verdict(page: &Page) -> Markup {
    let verdict = &page.answer.verdict;
    html! {
        section.verdict aria-labelledby="verdict" {
            h2 #verdict { (page.words("Verdict")) }
            (statement(page))
            @if !verdict.reservations.is_empty() { (reservations(page)) }
            (key_figures(page))
            @if !page.answer.claim.is_empty() { (claims(page)) }
        }
    }
}

/// Kind and sentence.
pub(super) fn statement(page: &Page) -> Markup {
    let verdict = &page.answer.verdict;
    html! {
        p.kind { (page.at("/verdict/kind", Shown::Word(kind_name(verdict.kind)))) }
        p.sentence { (page.at("/verdict/sentence", Shown::Said(&verdict.sentence))) }
    }
}

pub(super) fn reservations(page: &Page) -> Markup {
    html! {
        div.reservations {
            h3 { (page.words("Reservations")) }
            ul {
                @for (n, text) in page.answer.verdict.reservations.iter().enumerate() {
                    li { (page.at(&format!("/verdict/reservations/{n}"), Shown::Said(text))) }
                }
            }
        }
    }
}

/// How much there is of what.
pub(super) fn key_figures(page: &Page) -> Markup {
    let c = &page.answer.coverage;
    let about = |exact: bool, figure: Markup| if exact { figure } else { page.mix("about {}", &[figure]) };
    let people = page.at("/coverage/people/estimate", Shown::Count(c.people.estimate));
    let range = [("/coverage/people/low", c.people.low), ("/coverage/people/high", c.people.high)]
        .map(|(place, n)| page.at(place, Shown::Count(n)));
    html! {
        dl.key {
            div {
                dt { (page.words("Rows read")) }
                dd { (page.at("/coverage/rows_read", Shown::Count(c.rows_read))) }
                dd.aside { (page.mix("of {} seen", &[page.at("/coverage/rows", Shown::Count(c.rows))])) }
            }
            div {
                dt { (page.words("Distinct rows")) }
                dd { (about(c.rows_distinct_exact, page.at("/coverage/rows_distinct", Shown::Count(c.rows_distinct)))) }
                // Where nothing was found, no column was, and none of the rows counts as searchable.
                @if c.people.high > 0 {
                    dd.aside { (page.mix("{} of them searchable", &[page.at("/coverage/rows_searchable", Shown::Count(c.rows_searchable))])) }
                }
            }
            div {
                dt { (page.words("People found in the indexes")) }
                dd { @if c.people.estimate == 0 { (people) } @else { (page.mix("about {}", &[people])) } }
                @if c.people.high > 0 { dd.aside { (page.mix("between {} and {}", &range)) } }
            }
            div {
                dt { (page.words("Coverage")) }
                dd { span.word { (complete(page)) } }
                dd.aside {
                    (page.mix("{} of {} read", &[
                        page.at("/coverage/bytes_read", Shown::Bytes(c.bytes_read as f64)),
                        page.at("/coverage/bytes", Shown::Bytes(c.bytes as f64)),
                    ]))
                }
            }
        }
    }
}

/// Whether everything was read, in a word.
pub(super) fn complete(page: &Page) -> Markup {
    let word = if page.answer.coverage.complete { "complete" } else { "incomplete" };
    html! { span data-from=(page.pointer("/coverage/complete")) { (page.words(word)) } }
}

/// The parts of a claim, each judged by itself.
pub(super) fn claims(page: &Page) -> Markup {
    html! {
        div.claims {
            h3 { (page.words("What was claimed")) }
            table.cards {
                caption.hidden { (page.words("Each part of the claim, judged by itself")) }
                thead { tr { th scope="col" { (page.words("Part")) } th scope="col" { (page.words("Finding")) } th scope="col" { (page.words("In words")) } } }
                tbody {
                    @for (n, part) in page.answer.claim.iter().enumerate() {
                        @let place = format!("/claim/{n}");
                        tr {
                            th scope="row" { span.word { (page.at(&format!("{place}/about"), Shown::Word(&part.about))) } }
                            td.sure { (mark(part.agreement)) span.word { (page.at(&format!("{place}/agreement"), Shown::Word(agreement_name(part.agreement)))) } }
                            td { (page.at(&format!("{place}/words"), Shown::Said(&part.words))) }
                        }
                    }
                }
            }
        }
    }
}

fn agreement_name(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Supported => "supported",
        Agreement::NotShown => "not_shown",
        Agreement::Contradicted => "contradicted",
    }
}

/// A sign beside the word.
fn mark(agreement: Agreement) -> Markup {
    let sign = match agreement {
        Agreement::Supported => "✓",
        Agreement::NotShown => "–",
        Agreement::Contradicted => "✕",
    };
    html! { span.sign aria-hidden="true" { (sign) " " } }
}

/// With an answer for each input: that each is judged by itself, and what all of them come to as one dump.
pub(super) fn joint(page: &Page, document: &Document) -> Markup {
    let count = page.from(&["/groups"], Shown::Count(document.groups.len() as u64));
    html! {
        section.verdict aria-labelledby="verdict" {
            h2 #verdict { (page.words("Verdicts")) }
            p.sentence { (page.mix("Each of {} inputs is judged by itself: the table has the verdicts, and a section for each says why.", &[count])) }
            div.reservations {
                h3 { (page.words("All inputs taken as one dump")) }
                p {
                    strong.word { (page.at("/verdict/kind", Shown::Word(kind_name(page.answer.verdict.kind)))) } " · "
                    (page.at("/verdict/sentence", Shown::Said(&page.answer.verdict.sentence)))
                }
            }
            @if !page.answer.verdict.reservations.is_empty() { (reservations(page)) }
            (key_figures(page))
            @if !page.answer.claim.is_empty() { (claims(page)) }
        }
    }
}
