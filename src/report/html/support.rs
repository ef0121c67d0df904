//! Picture: how firmly the findings speak for a copy of each institution's records, on the scale of likelihood ratio with its words.

use super::figure::{Shown, ten_to};
use super::page::{Page, Section};
use crate::attribute::Support;
use crate::attribute::support::STEPS;
use crate::report::document::InstitutionEntry;
use maud::{Markup, html};

/// Ends of the picture, decimal logarithms: beyond, an arrow stands at the end.
const LEAST: f64 = -2.0;
const MOST: f64 = 7.0;
/// Where each word begins, as decimal logarithm; the first holds for everything below.
pub(super) const BANDS: [(f64, Support); 7] = {
    let [weak, moderate, moderately_strong, strong, very_strong, extremely_strong] = STEPS;
    [(0.0, Support::None), weak, moderate, moderately_strong, strong, very_strong, extremely_strong]
};

/// A support as the document writes it.
pub(super) fn name(support: Support) -> &'static str {
    match support {
        Support::None => "none",
        Support::Weak => "weak",
        Support::Moderate => "moderate",
        Support::ModeratelyStrong => "moderately_strong",
        Support::Strong => "strong",
        Support::VeryStrong => "very_strong",
        Support::ExtremelyStrong => "extremely_strong",
    }
}

/// A support in words.
pub(super) fn words(support: Support) -> &'static str {
    match support {
        Support::None => "none",
        other => other.words(),
    }
}

/// Where a support begins.
fn begin(support: Support) -> f64 {
    BANDS.iter().find(|(_, s)| *s == support).map_or(0.0, |(at, _)| *at)
}

fn place(log10: f64) -> String {
    super::figure::style_percent((log10 - LEAST) / (MOST - LEAST))
}

pub(super) fn section(page: &Page) -> Option<Section> {
    if page.answer.institutions.is_empty() {
        return None;
    }
    let threshold = page.answer.verdict.threshold;
    let body = html! {
        p.lead { (page.words("How many times more probable the findings are if the rows were copied from records of the kind that an institution holds, than if they describe the same people from an independent source.")) }
        figure.scale {
            figcaption.hidden { (page.words("Likelihood ratio of each institution, on a logarithmic scale with the words of the ENFSI guideline")) }
            (axis(page, threshold))
            ol {
                @for (n, entry) in page.chief_entries() { (row(page, n, entry, threshold)) }
            }
            p.legend {
                span.key-line aria-hidden="true" {}
                (page.mix("Threshold of this scan: {}. Institutions at or above it are named in the verdict.", &[
                    html! { strong { (page.at("/verdict/threshold", Shown::Word(name(threshold)))) } },
                ]))
            }
        }
        (page.left_out())
    };
    Some(page.section("support", "Support for each institution", body))
}

fn axis(page: &Page, threshold: Support) -> Markup {
    let ends = BANDS.iter().skip(1).map(|(at, _)| *at).chain([MOST]);
    html! {
        div.axis aria-hidden="true" {
            span.band.against style={ "left:0;width:" (place(0.0)) } { span { (page.words("against a copy")) } }
            @for ((from, support), to) in BANDS.iter().zip(ends) {
                span.band.reached[*support >= threshold] style={ "left:" (place(*from)) ";width:" (super::figure::style_percent((to - from) / (MOST - LEAST))) } {
                    span { @if *support != Support::None { (page.words(words(*support))) } }
                }
            }
            @for power in -2i32..=7 {
                span.tick.start[power == -2].end[power == 7].odd[power % 2 != 0] style={ "left:" (place(f64::from(power))) } data-static { "10" sup { (power.to_string().replace('-', "\u{2212}")) } }
            }
        }
    }
}

fn row(page: &Page, n: usize, entry: &InstitutionEntry, threshold: Support) -> Markup {
    let pointer = format!("/institutions/{n}");
    let named = entry.support >= threshold.max(Support::Weak);
    html! {
        li.named[named] {
            div.label {
                (page.who(n))
                span.value {
                    span.word { (page.at(&format!("{pointer}/support"), Shown::Word(name(entry.support)))) }
                    @match entry.log10_lr {
                        Some(log10) => { " · " (ten_to(&page.at(&format!("{pointer}/log10_lr"), Shown::Log10(log10)))) }
                        None => { " · " (page.words("no ratio")) }
                    }
                }
            }
            div.track aria-hidden="true" {
                @for (from, _) in BANDS { i.step style={ "left:" (place(from)) } {} }
                i.threshold style={ "left:" (place(begin(threshold))) } {}
                @if let Some(log10) = entry.log10_lr.filter(|l| l.is_finite()) {
                    @let (from, to) = (log10.clamp(LEAST, MOST).min(0.0), log10.clamp(LEAST, MOST).max(0.0));
                    i.fill style={ "left:" (place(from)) ";width:" (super::figure::style_percent((to - from) / (MOST - LEAST))) } {}
                    i.dot style={ "left:" (place(log10)) } {
                        @if log10 < LEAST { "◀" }
                        @if log10 > MOST { "▶" }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_of_the_picture_are_those_of_the_scale() {
        for (from, support) in BANDS {
            assert_eq!(crate::attribute::support::of(from), support);
            assert!(from == 0.0 || crate::attribute::support::of(from - 1e-6) < support);
        }
    }

    #[test]
    fn what_lies_beyond_the_picture_stands_at_its_end() {
        assert_eq!((place(-1e9), place(1e9)), ("0.00%".to_string(), "100.00%".to_string()));
    }
}
