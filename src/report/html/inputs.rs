//! The dump's files with their digests, and how they were read.

use super::figure::Shown;
use super::page::{Page, Section, scrolling};
use crate::report::document::{InputEntry, MemberEntry, TableEntry};
use maud::{Markup, html};

/// Inputs that are listed one by one.
const LISTED: usize = 100;
/// Members of an input that are listed one by one.
const MEMBERS: usize = 40;
/// Tables of an input or member that are listed one by one.
const TABLES: usize = 20;

pub(super) fn section(page: &Page) -> Option<Section> {
    let inputs = &page.answer.inputs;
    if inputs.is_empty() {
        return None;
    }
    let body = html! {
        @for (n, input) in inputs.iter().enumerate().take(LISTED) { (one(page, n, input)) }
        @if inputs.len() > LISTED {
            p.note { (page.mix("{} further inputs are in scan.json, with their digests.", &[page.from(&["/inputs"], Shown::Count((inputs.len() - LISTED) as u64))])) }
        }
    };
    Some(page.section("inputs", "The dump", body))
}

fn one(page: &Page, n: usize, input: &InputEntry) -> Markup {
    let place = |tail: &str| format!("/inputs/{n}/{tail}");
    let bytes = |tail: &str, count: u64| page.at(&place(tail), Shown::Count(count));
    let a = &input.account;
    html! {
        div.sheet {
            (page.heading(html! { (page.mix("Input {}:", &[html! { span data-static { (n + 1) } }])) " " (page.code(&place("path"), &input.path)) }))
            dl {
                div { dt { (page.words("Length")) } dd { (bytes("bytes", input.bytes)) " " (page.words("bytes")) } }
                div.wide {
                    dt { "BLAKE3" }
                    dd { @match &input.blake3 { Some(digest) => (page.code(&place("blake3"), digest)), None => (page.words("none: it could not be read, or changed while it was read")) } }
                }
                div { dt { (page.words("Read as")) } dd { (page.at(&place("format"), Shown::Said(&input.format))) } }
                div { dt { (page.words("Bytes read")) } dd { (bytes("bytes_read", a.bytes_read)) } }
                @if a.bytes_unpacked > 0 {
                    div { dt { (page.words("Unpacked, read")) } dd { (page.mix("{} of {}", &[bytes("bytes_unpacked_read", a.bytes_unpacked_read), bytes("bytes_unpacked", a.bytes_unpacked)])) } }
                }
                @if a.bytes_skipped > 0 { div { dt { (page.words("Bytes skipped")) } dd { (bytes("bytes_skipped", a.bytes_skipped)) } } }
                @if a.bytes_failed > 0 { div { dt { (page.words("Bytes failed")) } dd { (bytes("bytes_failed", a.bytes_failed)) } } }
                div { dt { (page.words("Rows read")) } dd { (page.mix("{} of {}", &[bytes("rows_read", a.rows_read), bytes("rows", a.rows)])) } }
                (tables(page, &place("tables"), &input.tables))
                @if !input.evidence.is_empty() {
                    div.wide { dt { (page.words("On what evidence")) } dd { (evidence(page, &place("evidence"), &input.evidence)) } }
                }
            }
            @if !input.volumes.is_empty() { (volumes(page, n, input)) }
            @if input.members_found > 0 { (members(page, n, input)) }
        }
    }
}

/// On what evidence something was read as it was; technical, and in English where the catalogue does not have it.
fn evidence(page: &Page, place: &str, evidence: &[String]) -> Markup {
    html! { ul.evidence { @for (k, words) in evidence.iter().enumerate() { li { (page.at(&format!("{place}/{k}"), Shown::Said(words))) } } } }
}

fn tables(page: &Page, place: &str, tables: &[TableEntry]) -> Markup {
    html! {
        @if !tables.is_empty() {
            div.wide {
                dt { (page.words("Tables")) }
                dd {
                    @for (k, table) in tables.iter().enumerate().take(TABLES) {
                        @let place = |tail: &str| format!("{place}/{k}/{tail}");
                        @if k > 0 { "; " }
                        @if let Some(name) = &table.name { (page.at(&place("name"), Shown::Text(name))) ": " }
                        (page.mix("{} columns, {} rows", &[
                            page.at(&place("columns"), Shown::Count(table.columns as u64)),
                            page.at(&place("rows"), Shown::Count(table.rows)),
                        ]))
                    }
                    @if tables.len() > TABLES { " " (page.mix("and {} more", &[page.from(&[place], Shown::Count((tables.len() - TABLES) as u64))])) }
                }
            }
        }
    }
}

fn volumes(page: &Page, n: usize, input: &InputEntry) -> Markup {
    let table = html! {
        table.figures {
            caption { (page.words("Volumes that make up this input")) }
            thead { tr { th scope="col" { (page.words("Path")) } th.number scope="col" { (page.words("Bytes")) } th scope="col" { "BLAKE3" } } }
            tbody {
                @for (k, volume) in input.volumes.iter().enumerate().take(LISTED) {
                    @let place = |tail: &str| format!("/inputs/{n}/volumes/{k}/{tail}");
                    tr {
                        th scope="row" { (page.code(&place("path"), &volume.path)) }
                        td.number { (page.at(&place("bytes"), Shown::Count(volume.bytes))) }
                        td { @match &volume.blake3 { Some(digest) => (page.code(&place("blake3"), digest)), None => "–" } }
                    }
                }
            }
        }
    };
    html! {
        (scrolling(page.plain("Volumes that make up this input"), table))
        @if input.volumes.len() > LISTED {
            p.note { (page.mix("and {} more", &[page.from(&[&format!("/inputs/{n}/volumes")], Shown::Count((input.volumes.len() - LISTED) as u64))])) }
        }
    }
}

fn members(page: &Page, n: usize, input: &InputEntry) -> Markup {
    let table = html! {
        table.figures {
            caption { (page.words("Members, and texts after decoding")) }
            thead {
                tr {
                    th scope="col" { (page.words("Path")) }
                    th scope="col" { (page.words("Read as")) }
                    th.number scope="col" { (page.words("Bytes")) }
                    th.number scope="col" { (page.words("Bytes read")) }
                    th.number scope="col" { (page.words("Rows")) }
                    th.number scope="col" { (page.words("Rows read")) }
                }
            }
            tbody { @for (k, member) in input.members.iter().enumerate().take(MEMBERS) { (line(page, n, k, member)) } }
        }
    };
    let listed = input.members.len().min(MEMBERS);
    html! {
        (scrolling(page.plain("Members, and texts after decoding"), table))
        @if input.members_found > listed {
            p.note {
                (page.mix("{} of {} members are listed here; scan.json lists up to 1,000 of an input.", &[
                    page.from(&[&format!("/inputs/{n}/members")], Shown::Count(listed as u64)),
                    page.at(&format!("/inputs/{n}/members_found"), Shown::Count(input.members_found as u64)),
                ]))
            }
        }
    }
}

fn line(page: &Page, n: usize, k: usize, member: &MemberEntry) -> Markup {
    let place = |tail: &str| format!("/inputs/{n}/members/{k}/{tail}");
    let count = |tail: &str, count: u64| page.at(&place(tail), Shown::Count(count));
    html! {
        tr {
            th scope="row" { (page.code(&place("path"), &member.path)) }
            td { (page.at(&place("format"), Shown::Said(&member.format))) }
            td.number { (count("bytes", member.bytes)) }
            td.number { (count("bytes_read", member.bytes_read)) }
            td.number { (count("rows", member.rows)) }
            td.number { (count("rows_read", member.rows_read)) }
        }
    }
}
