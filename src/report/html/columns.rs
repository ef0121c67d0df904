//! How columns were found: which is which field, which say nothing, and what would make them speak.

use super::figure::Shown;
use super::page::{Page, Section, scrolling};
use crate::identify::digest::Algorithm;
use crate::report::columns::{ColumnEntry, UnmatchedEntry};
use crate::report::terminal::GUESSED;
use maud::{Markup, html};

/// Columns up to which all are listed one by one.
const LISTED: usize = 100;
/// Columns that are listed where there are more: those of the institutions in the pictures.
const OF_MANY: usize = 36;
/// Columns without a match that are listed.
const UNMATCHED: usize = 60;
/// Hints that are told.
const HINTS: usize = 30;

pub(super) fn section(page: &Page) -> Option<Section> {
    let answer = page.answer;
    if answer.columns.is_empty() && answer.unmatched.is_empty() && answer.hints.is_empty() {
        return None;
    }
    let body = html! {
        @if !answer.columns.is_empty() { (found(page)) }
        (guessing(page))
        @if !answer.unmatched.is_empty() { (unmatched(page)) }
        @if !answer.hints.is_empty() { (hints(page)) }
    };
    Some(page.section("columns", "How columns were found", body))
}

fn found(page: &Page) -> Markup {
    let columns = &page.answer.columns;
    let pictured = |c: &ColumnEntry| c.index.is_none_or(|n| page.pictured.contains(&n));
    let few = columns.len() <= LISTED;
    let listed: Vec<(usize, &ColumnEntry)> =
        columns.iter().enumerate().filter(|(_, c)| few || pictured(c)).take(if few { LISTED } else { OF_MANY }).collect();
    let left = columns.len() - listed.len();
    let several = page.answer.inputs.len() > 1;
    let members = columns.iter().any(|c| c.member.is_some() || c.table.is_some());
    let guessed = columns.iter().any(|c| c.guessed.is_some());
    let table = html! {
        table.figures {
            caption { (page.words("Hits: values found in the index (identifiers), or agreeing with the record of the row (attributes). Genuine: the least share of the values that guessing does not explain.")) }
            thead {
                tr {
                    (place_heads(page, several, members))
                    th scope="col" { (page.words("Taken for")) }
                    th scope="col" { (page.words("Field")) }
                    th scope="col" { (page.words("Institution")) }
                    th.number scope="col" { (page.words("Values")) }
                    th.number scope="col" { (page.words("Hits")) }
                    th.number scope="col" { (page.words("Share")) }
                    @if guessed { th.number scope="col" { (page.words("Genuine")) } }
                }
            }
            tbody { @for (n, column) in &listed { (line(page, *n, column, several, members, guessed)) } }
        }
    };
    html! {
        (scrolling(page.plain("How columns were found"), table))
        @if left > 0 {
            p.note { (page.mix("{} further columns are in scan.json.", &[page.from(&["/columns"], Shown::Count(left as u64))])) }
        }
    }
}

fn line(page: &Page, n: usize, c: &ColumnEntry, several: bool, members: bool, guessed: bool) -> Markup {
    let place = |tail: &str| format!("/columns/{n}/{tail}");
    html! {
        tr {
            @if several { td.number { (page.at(&place("input"), Shown::Place(c.input as u64))) } }
            td.number { (page.at(&place("column"), Shown::Count(c.column as u64))) }
            th scope="row" { @match &c.header { Some(header) => (page.at(&place("header"), Shown::Text(header))), None => "–" } }
            @if members { td { (standing(page, &place("table"), c.table.as_deref(), &place("member"), c.member.as_deref())) } }
            td {
                (page.at(&place("kind"), Shown::Text(c.kind.name())))
                @if Algorithm::of_kind(c.kind).is_some() { " " (page.words("digest")) }
            }
            td {
                @match &c.field { Some(field) => (page.at(&place("field"), Shown::Text(field))), None => (page.words("no hit")) }
                @if let Some(part) = c.part { ", " (page.at(&place("part"), Shown::Text(&part.to_string()))) }
                @if c.role == "attribute" { " " span.of { (page.words("agrees")) } }
            }
            td { @match c.index { Some(index) => (page.name(index)), None => "–" } }
            td.number { (page.at(&place("values"), Shown::Count(c.values))) }
            td.number { (page.at(&place("hits"), Shown::Count(c.hits))) }
            td.number { (page.share((&place("hits"), c.hits), (&place("values"), c.values))) }
            @if guessed {
                td.number {
                    @match &c.guessed {
                        Some(guess) => (page.at(&place("guessed/genuine_share"), Shown::Percent(guess.genuine_share))),
                        None => "–",
                    }
                }
            }
        }
    }
}

/// What is said of a column first: where it stands and what it is called.
fn place_heads(page: &Page, several: bool, members: bool) -> Markup {
    html! {
        @if several { th.number scope="col" { (page.words("Input")) } }
        th.number scope="col" { (page.words("Column")) }
        th scope="col" { (page.words("Header")) }
        @if members { th scope="col" { (page.words("Table or member")) } }
    }
}

/// The table and the member in which a column stands, where there are any.
fn standing(page: &Page, table_place: &str, table: Option<&str>, member_place: &str, member: Option<&str>) -> Markup {
    html! {
        @if let Some(table) = table { (page.at(table_place, Shown::Text(table))) }
        @if table.is_some() && member.is_some() { " · " }
        @if let Some(member) = member { (page.code(member_place, member)) }
        @if table.is_none() && member.is_none() { "–" }
    }
}

/// Columns of which guessing would hit enough to say so.
fn guessing(page: &Page) -> Markup {
    let told = page.answer.columns.iter().enumerate().filter_map(|(n, c)| Some((n, c, c.guessed?, c.index?)));
    html! {
        @for (n, column, guess, index) in told.filter(|(_, _, guess, _)| guess.sample.by_guessing() >= GUESSED).take(OF_MANY) {
            @let place = |tail: &str| format!("/columns/{n}/{tail}");
            @let guessed = |tail: &str| place(&format!("guessed/{tail}"));
            p.note {
                (page.mix("{} of made-up values would be found as {} of {}, {} of those in column {} are: being found alone shows {} or more to be genuine.", &[
                    page.share((&guessed("decoy_hits"), guess.sample.decoy_hits), (&guessed("decoys"), guess.sample.decoys)),
                    page.at(&place("field"), Shown::Text(column.field.as_deref().unwrap_or("–"))),
                    page.name(index),
                    page.share((&guessed("hits"), guess.sample.hits), (&guessed("values"), guess.sample.values)),
                    page.at(&place("column"), Shown::Count(column.column as u64)),
                    page.at(&guessed("genuine_share"), Shown::Percent(guess.genuine_share)),
                ]))
            }
        }
    }
}

fn unmatched(page: &Page) -> Markup {
    let all = &page.answer.unmatched;
    let several = page.answer.inputs.len() > 1;
    let members = all.iter().any(|c| c.member.is_some() || c.table.is_some());
    let table = html! {
        table.figures {
            caption { (page.words("Columns of which no value was found, nor agreed with a record: the verdict says nothing about them.")) }
            thead {
                tr {
                    (place_heads(page, several, members))
                    th scope="col" { (page.words("Looks like")) }
                    th scope="col" { (page.words("Meaning of the header")) }
                    th scope="col" { (page.words("Category")) }
                }
            }
            tbody { @for (n, column) in all.iter().enumerate().take(UNMATCHED) { (silent(page, n, column, several, members)) } }
        }
    };
    html! {
        (page.heading(page.words("Columns without a match")))
        (scrolling(page.plain("Columns without a match"), table))
        @if all.len() > UNMATCHED {
            p.note { (page.mix("{} further columns are in scan.json.", &[page.from(&["/unmatched"], Shown::Count((all.len() - UNMATCHED) as u64))])) }
        }
    }
}

fn silent(page: &Page, n: usize, c: &UnmatchedEntry, several: bool, members: bool) -> Markup {
    let place = |tail: &str| format!("/unmatched/{n}/{tail}");
    let written = serde_json::to_value(c.written).ok().and_then(|v| v.as_str().map(str::to_string));
    html! {
        tr {
            @if several { td.number { (page.at(&place("input"), Shown::Place(c.input as u64))) } }
            td.number { (page.at(&place("column"), Shown::Count(c.column as u64))) }
            th scope="row" { @match &c.header { Some(header) => (page.at(&place("header"), Shown::Text(header))), None => "–" } }
            @if members { td { (standing(page, &place("table"), c.table.as_deref(), &place("member"), c.member.as_deref())) } }
            td {
                @match c.kind { Some(kind) => (page.at(&place("kind"), Shown::Text(kind.name()))), None => "–" }
                @if let Some(written) = &written { ", " (page.at(&place("written"), Shown::Word(written))) }
            }
            td { @match &c.concept { Some(concept) => (page.at(&place("concept"), Shown::Text(concept))), None => "–" } }
            td { @match &c.category { Some(category) => (page.at(&place("category"), Shown::Word(category))), None => "–" } }
        }
    }
}

fn hints(page: &Page) -> Markup {
    let hints = &page.answer.hints;
    html! {
        (page.heading(page.words("Hints")))
        ul {
            @for (n, hint) in hints.iter().enumerate().take(HINTS) {
                @let place = |tail: &str| format!("/hints/{n}/{tail}");
                li {
                    @if page.answer.inputs.len() > 1 { (page.mix("Input {}:", &[page.at(&place("input"), Shown::Place(hint.input as u64))])) " " }
                    @if let Some(table) = &hint.table { (page.mix("Table {}:", &[page.at(&place("table"), Shown::Text(table))])) " " }
                    (page.at(&place("sentence"), Shown::Said(&hint.sentence)))
                }
            }
        }
        @if hints.len() > HINTS {
            p.note { (page.mix("{} further hints are in scan.json.", &[page.from(&["/hints"], Shown::Count((hints.len() - HINTS) as u64))])) }
        }
    }
}
