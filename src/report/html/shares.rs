//! Picture: which part of the dump's distinct rows each source explains.

use super::figure::{Shown, style_percent};
use super::page::{Page, Section, chief};
use crate::attribute::Support;
use crate::report::document::ShareEntry;
use maud::{Markup, html};

pub(super) fn section(page: &Page) -> Option<Section> {
    let verdict = &page.answer.verdict;
    let told: Vec<(usize, ShareEntry)> = page
        .answer
        .institutions
        .iter()
        .enumerate()
        .filter(|(n, entry)| entry.support > Support::None && chief(page.answer, *n))
        .filter_map(|(n, entry)| Some((n, entry.share?)))
        .collect();
    let anything = !told.is_empty() || verdict.unlisted_share > 0.0 || verdict.fabricated_share > 0.0;
    if !anything {
        return None;
    }
    let sum: f64 = told.iter().map(|(_, share)| share.estimate).sum::<f64>() + verdict.unlisted_share + verdict.fabricated_share;
    // What is left of rounding is nothing.
    let rest = Some(1.0 - sum).filter(|rest| *rest >= 5e-5).unwrap_or(0.0);
    let estimates: Vec<String> = told.iter().map(|(n, _)| format!("/institutions/{n}/share/estimate")).collect();
    let mut from: Vec<&str> = estimates.iter().map(String::as_str).collect();
    from.extend(["/verdict/unlisted_share", "/verdict/fabricated_share"]);
    let shown = page.pictured.iter().filter_map(|n| told.iter().find(|(of, _)| of == n));
    let body = html! {
        p.lead { (page.words("Which part of the distinct rows each source explains best, with 95% intervals where they are known.")) }
        figure.bars {
            figcaption.hidden { (page.words("Share of the distinct rows by source")) }
            ol {
                @for (n, share) in shown {
                    (row(page.who(*n), interval(page, *n, share), share.estimate, Some(share), "mark"))
                }
                (row(
                    html! { span.who { strong { (page.words("A source that was not supplied")) } } },
                    page.at("/verdict/unlisted_share", Shown::Percent(verdict.unlisted_share)),
                    verdict.unlisted_share,
                    None,
                    "other",
                ))
                (row(
                    html! { span.who { strong { (page.words("Fabricated, or about nobody in the indexes")) } } },
                    page.at("/verdict/fabricated_share", Shown::Percent(verdict.fabricated_share)),
                    verdict.fabricated_share,
                    None,
                    "other hatched",
                ))
                (row(
                    html! { span.who { strong { (page.words("The remainder")) } } },
                    page.from(&from, Shown::Percent(rest)),
                    rest,
                    None,
                    "rest",
                ))
            }
        }
        p.note { (page.words("The remainder is what fits institutions without support, which are not listed here, and what none of these explains. Bars begin at 0 and their box ends at 100%; the thin line is the interval.")) }
    };
    Some(page.section("shares", "Share of the rows by source", body))
}

fn interval(page: &Page, n: usize, share: &ShareEntry) -> Markup {
    let figure = |part: &str, share: f64| page.at(&format!("/institutions/{n}/share/{part}"), Shown::Percent(share));
    html! {
        (figure("estimate", share.estimate)) " "
        span.of { (page.mix("({} to {})", &[figure("low", share.low), figure("high", share.high)])) }
    }
}

fn row(who: Markup, value: Markup, estimate: f64, interval: Option<&ShareEntry>, class: &str) -> Markup {
    html! {
        li {
            div.label { (who) span.value { (value) } }
            div.track aria-hidden="true" {
                i class={ "fill " (class) } style={ "width:" (style_percent(estimate)) } {}
                @if let Some(share) = interval {
                    i.whisker style={ "left:" (style_percent(share.low)) ";width:" (style_percent((share.high - share.low).max(0.0))) } {}
                }
            }
        }
    }
}
