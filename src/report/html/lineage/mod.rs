//! How many dumps relate, as one page: what was found in sentences, a table of the dumps, a matrix of shares, a graph of which dump holds which, and
//! the figures of each pair. Made of the document of `leaktrace compare` alone, in English.

mod dumps;
mod graph;
mod layout;
mod matrix;
mod pairs;

use crate::lineage::Relation;
use crate::report::lineage::{Compared, PairEntry};
use crate::report::terminal::grouped;
use maud::{Markup, html};

/// Sentences on pairs that are read at once; further ones are folded away on a screen.
const READ: usize = 20;

/// A section with its heading.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

/// The whole page.
#[must_use]
pub fn render(compared: &Compared) -> String {
    let title = format!("How {} dumps relate", compared.dumps.len());
    let first = Section { id: "findings", title: "Findings", body: findings(compared) };
    let rest = [dumps::section(compared), matrix::section(compared), graph::section(compared), pairs::section(compared)];
    let sections: Vec<Section> = std::iter::once(first).chain(rest.into_iter().flatten()).collect();
    let body = html! {
        a.skip href="#main" { "Skip to the findings" }
        header.banner {
            p.kicker { (compared.tool) }
            h1 { (title) }
            p.lead { "Dumps are compared by their fingerprints, which hold no value of theirs. Shares are of rows with different identifiers; intervals are at 95%." }
        }
        main #main tabindex="-1" {
            nav.contents aria-label="Contents" {
                ol { @for section in &sections { li { a href={ "#" (section.id) } { (section.title) } } } }
            }
            @for Section { id, title, body } in &sections {
                @let labelled = format!("{id}-title");
                section #(id) aria-labelledby=(labelled) {
                    h2 #(labelled) { (title) }
                    div.body { (body) }
                }
            }
        }
        footer.foot { p { "Made by " (compared.tool) ". To describe the same people is not enough: rows count where their cells agree as only copies do." } }
    };
    super::sheet("en", &title, &body)
}

/// The pairs that there is something to say of.
fn related(compared: &Compared) -> impl Iterator<Item = &PairEntry> {
    compared.pairs.iter().filter(|entry| entry.pair.comparison.relation != Relation::Unrelated)
}

fn findings(compared: &Compared) -> Markup {
    let told = related(compared).count();
    let unrelated = compared.pairs.len() - told;
    html! {
        @if !compared.merges.is_empty() || told > 0 {
            ul.found {
                @for merge in &compared.merges { li { strong { (merge.sentence) } } }
                @for entry in related(compared).take(READ) { li { (entry.sentence) } }
            }
        }
        @if told > READ {
            details {
                summary { (grouped((told - READ) as u64)) " more related " (if told - READ == 1 { "pair" } else { "pairs" }) }
                ul.found { @for entry in related(compared).skip(READ) { li { (entry.sentence) } } }
            }
        }
        @if unrelated > 0 {
            p {
                @match (told, unrelated) {
                    (0, 1) => { "The two dumps are unrelated." }
                    (0, n) => { "All " (grouped(n as u64)) " pairs of dumps are unrelated." }
                    (_, 1) => { "One other pair is unrelated." }
                    (_, n) => { (grouped(n as u64)) " other pairs are unrelated." }
                }
            }
        }
    }
}

/// A dump by number and file.
fn who(compared: &Compared, dump: usize) -> Markup {
    html! { span.ordinal { (dump + 1) } " " (compared.dumps[dump].file) }
}
