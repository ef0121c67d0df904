//! Why a ratio is what it is: its parts in decibans, what was taken, how fields agree, and where rows begin that show it.

use super::calendar::exported;
use super::figure::{Shown, bar, style_percent, ten_to};
use super::page::{Page, Section, scrolling};
use super::support;
use crate::attribute::Support;
use crate::report::document::InstitutionEntry;
use maud::{Markup, html};

/// Support from which on it is told why.
const TOLD: Support = Support::Moderate;
/// A limit that takes less than this many decibans is no news.
const NEWS: f64 = 0.5;

pub(super) fn section(page: &Page) -> Option<Section> {
    let told: Vec<(usize, &InstitutionEntry)> = page.chief_entries().filter(|(_, entry)| entry.support >= TOLD).collect();
    let dated: Vec<(usize, &InstitutionEntry)> = page
        .chief_entries()
        .filter(|(_, entry)| entry.support > Support::None && entry.support < TOLD && entry.exported_between.is_some())
        .collect();
    if told.is_empty() && dated.is_empty() {
        return None;
    }
    let body = html! {
        @if !told.is_empty() {
            p.lead { (page.words("The parts of each likelihood ratio in decibans: ten of them are a factor of ten, and the parts add up to ten times its decimal logarithm. Bars to the right speak for a copy, bars to the left against.")) }
        }
        @for (n, entry) in told { (one(page, n, entry)) }
        @for (n, entry) in dated {
            @if let Some(export) = &entry.exported_between {
                p {
                    (page.who(n)) ": " (exported(page, n, export)) " ("
                    (page.at(&format!("/institutions/{n}/exported_between/evidence"), Shown::Said(&export.evidence))) ")."
                }
            }
        }
    };
    Some(page.section("why", "Why", body))
}

fn one(page: &Page, n: usize, entry: &InstitutionEntry) -> Markup {
    let place = |tail: &str| format!("/institutions/{n}/{tail}");
    html! {
        div.why {
            (page.heading(page.who(n)))
            p.value {
                span.word { (page.at(&place("support"), Shown::Word(support::name(entry.support)))) }
                @if let Some(log10) = entry.log10_lr { " · " (page.words("likelihood ratio")) " " (ten_to(&page.at(&place("log10_lr"), Shown::Log10(log10)))) }
            }
            (evidence(page, n, entry))
            ul.found {
                @for (k, words) in entry.taken.iter().enumerate() { li { (page.at(&place(&format!("taken/{k}")), Shown::Said(words))) } }
                @if let Some(told) = told_apart(page, n, entry) { li { (told) } }
                @if let Some(export) = &entry.exported_between {
                    li { (exported(page, n, export)) " (" (page.at(&place("exported_between/evidence"), Shown::Said(&export.evidence))) ")" }
                }
                @if !entry.examples.is_empty() { li { (examples(page, n, entry)) } }
            }
            @if !entry.fields.is_empty() { (fields(page, n, entry)) }
        }
    }
}

fn evidence(page: &Page, n: usize, entry: &InstitutionEntry) -> Markup {
    let shown = || entry.evidence.iter().enumerate().filter(|(_, e)| e.channel != "limit" || e.decibans <= -NEWS);
    let most = shown().map(|(_, e)| e.decibans.abs()).filter(|d| d.is_finite()).fold(1.0, f64::max);
    html! {
        ol.decibans {
            @for (k, e) in shown() {
                @let place = |tail: &str| format!("/institutions/{n}/evidence/{k}/{tail}");
                @let half = e.decibans.abs().min(most) / most / 2.0;
                @let left = if e.decibans < 0.0 { 0.5 - half } else { 0.5 };
                li {
                    div.label {
                        span.who { strong.word { (page.at(&place("channel"), Shown::Word(&e.channel))) } }
                        span.value { (page.at(&place("decibans"), Shown::Decibans(e.decibans))) }
                    }
                    div.track.centred aria-hidden="true" {
                        i.fill.mark.against[e.decibans < 0.0] style={ "left:" (style_percent(left)) ";width:" (style_percent(half)) } {}
                    }
                    p { (page.at(&place("words"), Shown::Said(&e.words))) }
                }
            }
        }
    }
}

/// How firmly one dataset can be told from the institution's next best.
fn told_apart(page: &Page, n: usize, entry: &InstitutionEntry) -> Option<Markup> {
    let told = entry.told_apart.as_ref()?;
    let other = page.answer.indexes.get(told.from)?;
    let index = format!("/indexes/{}", told.from);
    let figure = |tail: &str, count: u64| page.at(&format!("/institutions/{n}/told_apart/{tail}"), Shown::Count(count));
    let dataset = page.at(&format!("{index}/dataset"), Shown::Text(&other.dataset));
    let (better, worse) = (figure("better", told.better), figure("worse", told.worse));
    Some(match &other.snapshot {
        Some(day) => {
            let day = page.at(&format!("{index}/snapshot"), Shown::Text(day));
            page.mix("{} rows fit this dataset better than {} of {}, {} worse", &[better, dataset, day, worse])
        }
        None => page.mix("{} rows fit this dataset better than {}, {} worse", &[better, dataset, worse]),
    })
}

/// Where rows begin; what stands in a container is numbered behind the inputs.
fn examples(page: &Page, n: usize, entry: &InstitutionEntry) -> Markup {
    html! {
        (page.words("rows that show it begin at")) " "
        @for (k, at) in entry.examples.iter().enumerate() {
            @let place = |tail: &str| format!("/institutions/{n}/examples/{k}/{tail}");
            @let figures = [page.at(&place("offset"), Shown::Count(at.offset)), page.at(&place("input"), Shown::Place(u64::from(at.input)))];
            @if k > 0 { ", " }
            @if (at.input as usize) < page.answer.inputs.len() {
                (page.mix("byte {} of input {}", &figures))
            } @else {
                (page.mix("byte {} of unpacked text {}", &figures))
            }
        }
    }
}

fn fields(page: &Page, n: usize, entry: &InstitutionEntry) -> Markup {
    let table = html! {
        table.figures.barred {
            caption { (page.words("How the fields of the copied rows agree with the records")) }
            thead {
                tr {
                    th scope="col" { (page.words("Field")) }
                    th.number scope="col" { (page.words("Compared")) }
                    th.number scope="col" { (page.words("Agree")) }
                    th.number scope="col" { (page.words("Share")) }
                    th.picture scope="col" { span.hidden { (page.words("Picture")) } }
                    @if entry.fields.iter().any(|field| field.from.is_some()) { th scope="col" { (page.words("Fits instead")) } }
                }
            }
            tbody {
                @for (k, field) in entry.fields.iter().enumerate() {
                    @let place = |tail: &str| format!("/institutions/{n}/fields/{k}/{tail}");
                    tr {
                        th scope="row" { (page.at(&place("field"), Shown::Text(&field.field))) }
                        td.number { (page.at(&place("compared"), Shown::Count(field.compared))) }
                        td.number { (page.at(&place("agreed"), Shown::Count(field.agreed))) }
                        td.number { (page.share((&place("agreed"), field.agreed), (&place("compared"), field.compared))) }
                        td.picture { (bar(field.agreed as f64 / field.compared.max(1) as f64, "mark")) }
                        @if entry.fields.iter().any(|field| field.from.is_some()) {
                            td { @if let Some(from) = &field.from { (page.at(&place("from"), Shown::Text(from))) } }
                        }
                    }
                }
            }
        }
    };
    scrolling(page.plain("How the fields of the copied rows agree with the records"), table)
}
