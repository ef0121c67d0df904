//! The table of all institutions.

use super::figure::{Shown, ten_to};
use super::page::{Page, Section, scrolling};
use super::support;
use crate::attribute::Support;
use maud::html;

pub(super) fn section(page: &Page) -> Option<Section> {
    if page.answer.institutions.is_empty() {
        return None;
    }
    // Of many institutions, ambiguous rows and planted records are left to the document.
    let few = page.answer.institutions.len() <= super::page::PICTURED;
    let table = html! {
        table.figures.compact[!few] {
            caption { (page.words("One line for each index. Corroborated: two fields of a row agree with the same record. Share: of the distinct rows, where there is any support.")) }
            thead {
                tr {
                    th scope="col" { (page.words("Institution")) }
                    th scope="col" { (page.words("Dataset")) }
                    th scope="col" { (page.words("Support")) }
                    th.number scope="col" { (page.words("Likelihood ratio")) }
                    th.number scope="col" { (page.words("Share")) }
                    th.number scope="col" { (page.words("Records found")) }
                    th.number scope="col" { (page.words("Rows with a hit")) }
                    th.number scope="col" { (page.words("Corroborated")) }
                    @if few {
                        th.number scope="col" { (page.words("Ambiguous")) }
                        th.number scope="col" { (page.words("Planted")) }
                    }
                }
            }
            tbody {
                @for (n, entry) in page.answer.institutions.iter().enumerate() {
                    @let place = |tail: &str| format!("/institutions/{n}/{tail}");
                    @let count = |tail: &str, count: u64| page.at(&place(tail), Shown::Count(count));
                    tr {
                        th scope="row" { (page.at(&place("institution"), Shown::Text(&entry.institution))) }
                        td { (page.at(&place("dataset"), Shown::Text(&entry.dataset))) }
                        td { (page.at(&place("support"), Shown::Word(support::name(entry.support)))) }
                        td.number {
                            @match entry.log10_lr {
                                Some(log10) => (ten_to(&page.at(&place("log10_lr"), Shown::Log10(log10)))),
                                None => "–",
                            }
                        }
                        td.number {
                            @match entry.share.filter(|_| entry.support > Support::None) {
                                Some(share) => (page.at(&place("share/estimate"), Shown::Percent(share.estimate))),
                                None => "–",
                            }
                        }
                        td.number { (count("records_distinct", entry.records_distinct)) }
                        td.number { (count("rows_hit", entry.rows_hit)) }
                        td.number { (count("rows_corroborated", entry.rows_corroborated)) }
                        @if few {
                            td.number { (count("rows_ambiguous", entry.rows_ambiguous)) }
                            td.number { (count("rows_canary", entry.rows_canary)) }
                        }
                    }
                }
            }
        }
    };
    Some(page.section("institutions", "All institutions", scrolling(page.plain("All institutions"), table)))
}
