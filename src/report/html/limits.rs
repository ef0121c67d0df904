//! Chance hits, the scale of support, and what the words of the report mean and do not mean.

use super::figure::Shown;
use super::page::{Page, Section};
use super::support::{BANDS, words};
use crate::attribute::{Support, VerdictKind};
use maud::{Markup, html};

/// Hits that mean nothing: expected, and observed under a key that nobody's records were made with.
pub(super) fn chance(page: &Page) -> Option<Section> {
    let c = &page.answer.chance_hits;
    let body = html! {
        p {
            (page.mix("Among the values looked up, {} hits are expected by chance. As a check, {} values were looked up under a throw-away key, where every hit is one by chance: {} hit, {} were expected.", &[
                page.at("/chance_hits/expected", Shown::Small(c.expected)),
                page.at("/chance_hits/null_probes", Shown::Count(c.null_probes)),
                page.at("/chance_hits/null_observed", Shown::Count(c.null_observed)),
                page.at("/chance_hits/null_expected", Shown::Small(c.null_expected)),
            ]))
        }
    };
    Some(page.section("chance", "Chance hits", body))
}

/// What a likelihood ratio of each band is called.
fn range(support: Support) -> &'static str {
    match support {
        Support::None => "1–2",
        Support::Weak => "2–10",
        Support::Moderate => "10–100",
        Support::ModeratelyStrong => "100–1,000",
        Support::Strong => "1,000–10,000",
        Support::VeryStrong => "10,000–1,000,000",
        Support::ExtremelyStrong => "above 1,000,000",
    }
}

/// The scale of support in words.
pub(super) fn scale(page: &Page) -> Option<Section> {
    let threshold = page.answer.verdict.threshold;
    let body = html! {
        p { (page.words("The words of the ENFSI guideline for evaluative reporting (2015). Below 1, the reciprocal supports the other proposition. The two top words need evidence that stands by itself: issued ids, or two planted records.")) }
        table.figures.narrow {
            caption.hidden { (page.words("The scale of support")) }
            thead { tr { th.number scope="col" { (page.words("Likelihood ratio")) } th scope="col" { (page.words("Support")) } } }
            tbody {
                @for (_, support) in BANDS {
                    tr {
                        td.number { (page.words(range(support))) }
                        th scope="row" {
                            span.word { (page.words(words(support))) }
                            @if support == threshold { " " span.of { (page.words("← threshold of this scan")) } }
                        }
                    }
                }
            }
        }
    };
    Some(page.section("scale", "The scale of support", body))
}

/// What the verdict says and does not say.
pub(super) fn limits(page: &Page) -> Option<Section> {
    let verdict = &page.answer.verdict;
    let flag = |place: &str, text: &'static str| html! { span data-from=(page.pointer(place)) { (page.words(text)) } };
    let body = html! {
        h3 { (page.words("The two propositions")) }
        ol.propositions {
            li { (page.words("These rows were copied from records of the kind that the institution holds.")) }
            li { (page.words("These rows describe the same people, from a source that is independent of the institution.")) }
        }
        p { (page.words("A likelihood ratio says how many times more probable the findings are under the first than under the second. It is not the probability that the institution is the source: for that, what else is known of the case must be weighed too, which is not for this report to do.")) }
        p { (page.words("\"A copy of records of the kind held by\" an institution does not say where the copy was made, by whom or how: it may have been at the institution, at a partner or processor, or from an older copy. The report does not say that anyone was broken into.")) }
        h3 { (page.words("What “no match” means")) }
        p { (page.words("No identifier of the dump was found in the index that was supplied, in the state of its snapshot and with the fields that it holds. It says nothing of records that are not in the index, of other systems of the institution, nor of columns that hold digests or masked values which the index cannot be asked for.")) }
        @if verdict.kind == VerdictKind::Incomplete || !page.answer.coverage.complete {
            p { (page.words("Not all of this dump was read: what was not read may hold anything, and the ledger says what it is.")) }
        }
        h3 { (page.words("What the ratios rest on")) }
        ul {
            li {
                @if verdict.calibrated {
                    (flag("/verdict/calibrated", "The ratios are calibrated, and cases like this were among the synthetic worlds that they were validated on. They were not validated on real cases."))
                } @else {
                    (flag("/verdict/calibrated", "Cases like this were not among the worlds that ratios were validated on: without issued ids or planted records they stop at “moderate”."))
                }
            }
            li {
                @if verdict.panel {
                    (flag("/verdict/panel", "What independent sources about the same people agree on was found by comparing the supplied indexes with each other."))
                } @else {
                    (flag("/verdict/panel", "The supplied indexes could not be compared with each other: what independent sources agree on is taken from documented defaults."))
                }
            }
            li { (page.words("Shares and their intervals are of distinct rows; duplicated rows count once.")) }
            li { (page.words("No value of the dump or of a record is in this report: names of fields, counts, days and offsets only.")) }
        }
    };
    Some(page.section("limits", "What this says, and what it does not", body))
}

/// The scale as the document prints it, for programs that compare it.
pub(super) fn printed(page: &Page) -> Markup {
    page.at("/verdict/scale", Shown::Said(&page.answer.verdict.scale))
}
