//! Picture: what was read of the dump, and the ledger of what was not.

use super::figure::{Shown, style_percent};
use super::head::complete;
use super::page::{Page, Section, scrolling};
use crate::ledger::Outcome;
use crate::report::document::{Coverage, SkippedEntry};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Entries of the ledger that are listed one by one.
const LISTED: usize = 60;

/// A part of a bar: its name, where it stands in the document, how much, and how it looks.
struct Part {
    name: &'static str,
    place: &'static str,
    amount: u64,
    class: &'static str,
}

pub(super) fn section(page: &Page) -> Option<Section> {
    let c = &page.answer.coverage;
    let body = html! {
        p.lead {
            (page.mix("Coverage is {}: every byte of the dump is accounted for as read, skipped or failed. \"No match\" is only said of a dump that was read whole.", &[html! { strong { (complete(page)) } }]))
        }
        figure.bars {
            figcaption.hidden { (page.words("Bytes and rows read, skipped and failed")) }
            (bytes(page, c))
            (rows(page, c))
        }
        (ledger(page, c))
        @if !c.out_of_scope.is_empty() { (set_aside(page, c)) }
    };
    Some(page.section("coverage", "What was read", body))
}

fn bytes(page: &Page, c: &Coverage) -> Markup {
    let whole = c.bytes.saturating_add(c.bytes_unpacked);
    let parts = [
        Part { name: "read, of the files", place: "/coverage/bytes_read", amount: c.bytes_read, class: "mark" },
        Part {
            name: "read, of what they unpack to",
            place: "/coverage/bytes_unpacked_read",
            amount: c.bytes_unpacked_read,
            class: "mark second",
        },
        Part { name: "skipped", place: "/coverage/bytes_skipped", amount: c.bytes_skipped, class: "other hatched" },
        Part { name: "failed", place: "/coverage/bytes_failed", amount: c.bytes_failed, class: "failed" },
    ];
    html! {
        div.stack {
            div.label {
                span.who { strong { (page.words("Bytes")) } }
                span.value {
                    @if c.bytes_unpacked == 0 {
                        (page.mix("{} of files", &[page.at("/coverage/bytes", Shown::Bytes(c.bytes as f64))]))
                    } @else {
                        (page.mix("{} of files, {} unpacked", &[
                            page.at("/coverage/bytes", Shown::Bytes(c.bytes as f64)),
                            page.at("/coverage/bytes_unpacked", Shown::Bytes(c.bytes_unpacked as f64)),
                        ]))
                    }
                }
            }
            (track(&parts, whole))
            ul.legend {
                @for part in parts.iter().filter(|p| p.amount > 0 || p.place != "/coverage/bytes_unpacked_read") {
                    li {
                        span class={ "swatch " (part.class) } aria-hidden="true" {}
                        (page.words(part.name)) " "
                        (page.at(part.place, Shown::Count(part.amount))) " " (page.words("bytes"))
                    }
                }
            }
        }
    }
}

fn rows(page: &Page, c: &Coverage) -> Markup {
    let left = c.rows.saturating_sub(c.rows_read);
    let parts = [
        Part { name: "read", place: "/coverage/rows_read", amount: c.rows_read, class: "mark" },
        Part { name: "not read", place: "/coverage/rows", amount: left, class: "failed" },
    ];
    html! {
        div.stack {
            div.label {
                span.who { strong { (page.words("Rows")) } }
                span.value { (page.mix("{} seen", &[page.at("/coverage/rows", Shown::Count(c.rows))])) }
            }
            (track(&parts, c.rows))
            ul.legend {
                li { span.swatch.mark aria-hidden="true" {} (page.words("read")) " " (page.at("/coverage/rows_read", Shown::Count(c.rows_read))) }
                li {
                    span.swatch.failed aria-hidden="true" {}
                    (page.words("not read")) " " (page.from(&["/coverage/rows", "/coverage/rows_read"], Shown::Count(left)))
                }
            }
        }
    }
}

fn track(parts: &[Part], whole: u64) -> Markup {
    html! {
        div.track.parts aria-hidden="true" {
            @for part in parts.iter().filter(|part| part.amount > 0) {
                i class={ "fill " (part.class) } style={ "width:" (style_percent(part.amount as f64 / whole.max(1) as f64)) } {}
            }
        }
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Skipped => "skipped",
        Outcome::Failed => "failed",
        Outcome::SetAside => "set_aside",
    }
}

fn ledger(page: &Page, c: &Coverage) -> Markup {
    if c.skipped.is_empty() {
        return html! { p { (page.words("The ledger has no entries: nothing was skipped, and nothing failed.")) } };
    }
    let table = html! {
        table.figures {
            caption { (page.words("The ledger: what was not read, and why")) }
            thead {
                tr {
                    th scope="col" { (page.words("Where")) }
                    th scope="col" { (page.words("What became of it")) }
                    th.number scope="col" { (page.words("Bytes")) }
                    th.number scope="col" { (page.words("Pieces")) }
                    th.number scope="col" { (page.words("Rows")) }
                    th scope="col" { (page.words("Why, and what to do")) }
                }
            }
            tbody { @for (n, entry) in c.skipped.iter().enumerate().take(LISTED) { (line(page, n, entry)) } }
        }
    };
    html! { (scrolling(page.plain("Ledger"), table)) (more(page, c)) }
}

fn line(page: &Page, n: usize, entry: &SkippedEntry) -> Markup {
    let place = |tail: &str| format!("/coverage/skipped/{n}/{tail}");
    let count = |tail: &str, count: u64| page.at(&place(tail), Shown::Count(count));
    html! {
        tr {
            th scope="row" { (page.code(&place("where"), &entry.place)) }
            td { (page.at(&place("outcome"), Shown::Word(outcome(entry.outcome)))) }
            td.number { (count("bytes", entry.bytes)) }
            td.number { (count("pieces", entry.pieces)) }
            td.number { (count("rows", entry.rows)) }
            td {
                (page.at(&place("words"), Shown::Said(&entry.words)))
                @if let Some(advice) = &entry.advice { "; " (page.at(&place("advice"), Shown::Said(advice))) }
            }
        }
    }
}

/// What is not listed, by reason.
fn more(page: &Page, c: &Coverage) -> Markup {
    let mut by_reason: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for entry in c.skipped.iter().skip(LISTED) {
        let of = by_reason.entry(entry.words.as_ref()).or_default();
        *of = (of.0 + 1, of.1.saturating_add(entry.bytes));
    }
    html! {
        @if !by_reason.is_empty() {
            ul.note {
                @for (words, (entries, bytes)) in by_reason {
                    li {
                        (page.mix("and {} entries more, {}: {} (all are in scan.json)", &[
                            page.from(&["/coverage/skipped"], Shown::Count(entries)),
                            page.from(&["/coverage/skipped"], Shown::Bytes(bytes as f64)),
                            page.from(&["/coverage/skipped"], Shown::Said(words)),
                        ]))
                    }
                }
            }
        }
    }
}

fn set_aside(page: &Page, c: &Coverage) -> Markup {
    html! {
        table.figures {
            caption { (page.words("Set aside as asked, and not read")) }
            thead { tr { th scope="col" { (page.words("Kind of file")) } th.number scope="col" { (page.words("Files")) } th.number scope="col" { (page.words("Bytes")) } } }
            tbody {
                @for (n, of) in c.out_of_scope.iter().enumerate() {
                    @let place = |tail: &str| format!("/coverage/out_of_scope/{n}/{tail}");
                    tr {
                        th scope="row" { (page.at(&place("kind"), Shown::Word(&of.kind))) }
                        td.number { (page.at(&place("files"), Shown::Count(of.files))) }
                        td.number { (page.at(&place("bytes"), Shown::Count(of.bytes))) }
                    }
                }
            }
        }
    }
}
