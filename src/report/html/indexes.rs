//! The indexes with their digests: whose records, in which state, under which key, with which fields.

use super::figure::Shown;
use super::page::{PICTURED, Page, Section, scrolling};
use crate::report::document::{FieldEntry, IndexEntry};
use maud::{Markup, html};

/// Exports of an index that are listed one by one.
const EXPORTS: usize = 12;

pub(super) fn section(page: &Page) -> Option<Section> {
    let indexes = &page.answer.indexes;
    if indexes.is_empty() {
        return None;
    }
    let body = html! {
        p.lead { (page.words("What was compared with: keyed fingerprints of the institutions' records, not the records themselves. The digest is the BLAKE3 of an index's header, which holds the checksums of all that is behind it.")) }
        @if indexes.len() <= PICTURED {
            @for (n, index) in indexes.iter().enumerate() { (sheet(page, n, index)) }
        } @else {
            (all(page, indexes))
        }
    };
    Some(page.section("indexes", "The indexes", body))
}

fn verified(page: &Page, n: usize, index: &IndexEntry) -> Markup {
    let words = if index.index_verified {
        "every byte compared with its checksum"
    } else {
        "header only; not every byte was compared with its checksum"
    };
    html! { span data-from=(page.pointer(&format!("/indexes/{n}/index_verified"))) { (page.words(words)) } }
}

fn sheet(page: &Page, n: usize, index: &IndexEntry) -> Markup {
    let place = |tail: &str| format!("/indexes/{n}/{tail}");
    let text = |tail: &str, text: &str| page.at(&place(tail), Shown::Text(text));
    html! {
        div.sheet {
            (page.heading(html! { (text("institution", &index.institution)) " " span.of { (text("dataset", &index.dataset)) } }))
            dl {
                div { dt { (page.words("Snapshot")) } dd { @match &index.snapshot { Some(day) => (text("snapshot", day)), None => "–" } } }
                div { dt { (page.words("Records")) } dd { (page.at(&place("records"), Shown::Count(index.records))) } }
                div { dt { (page.words("Key id")) } dd { (page.code(&place("key_id"), &index.key_id)) } }
                div { dt { (page.words("Region")) } dd { (text("region", &index.region)) } }
                div { dt { (page.words("Written by")) } dd { (text("written_by", &index.written_by)) } }
                div { dt { (page.words("Verified")) } dd { (verified(page, n, index)) } }
                div.wide { dt { (page.words("Digest (BLAKE3)")) } dd { (page.code(&place("digest"), &index.digest)) } }
                @if !index.exports.is_empty() { div.wide { dt { (page.words("Made from")) } dd { (exports(page, n, index)) } } }
            }
            @if !index.fields.is_empty() { (fields(page, n, index)) }
        }
    }
}

fn exports(page: &Page, n: usize, index: &IndexEntry) -> Markup {
    html! {
        ul.evidence {
            @for (k, export) in index.exports.iter().enumerate().take(EXPORTS) {
                @let place = |tail: &str| format!("/indexes/{n}/exports/{k}/{tail}");
                li {
                    (page.code(&place("blake3"), &export.blake3)) " "
                    (page.mix("({} bytes, from record {} on)", &[
                        page.at(&place("bytes"), Shown::Count(export.bytes)),
                        page.at(&place("first_record"), Shown::Place(export.first_record)),
                    ]))
                }
            }
            @if index.exports.len() > EXPORTS {
                li { (page.mix("and {} more", &[page.from(&[&format!("/indexes/{n}/exports")], Shown::Count((index.exports.len() - EXPORTS) as u64))])) }
            }
        }
    }
}

fn fields(page: &Page, n: usize, index: &IndexEntry) -> Markup {
    let table = html! {
        table.figures {
            caption { (page.words("Fields, and the version of the rules that their values were normalised by")) }
            thead {
                tr {
                    th scope="col" { (page.words("Field")) }
                    th scope="col" { (page.words("Kind")) }
                    th.number scope="col" { (page.words("Rules")) }
                    th scope="col" { (page.words("Use")) }
                    th scope="col" { (page.words("Concept")) }
                    th scope="col" { (page.words("Category")) }
                    th scope="col" { (page.words("Issued")) }
                    th.number scope="col" { (page.words("Records with a value")) }
                }
            }
            tbody {
                @for (k, field) in index.fields.iter().enumerate() {
                    @let place = |tail: &str| format!("/indexes/{n}/fields/{k}/{tail}");
                    tr {
                        th scope="row" { (page.at(&place("name"), Shown::Text(&field.name))) }
                        td { (page.at(&place("kind"), Shown::Text(field.kind.name()))) }
                        td.number { (page.at(&place("ruleset"), Shown::Count(u64::from(field.ruleset)))) }
                        td { (page.at(&place("role"), Shown::Word(&field.role))) }
                        td { (page.at(&place("concept"), Shown::Text(&field.concept))) }
                        td { @match &field.category { Some(category) => (page.at(&place("category"), Shown::Word(category))), None => "–" } }
                        td { @if field.issued { span data-from=(page.pointer(&place("issued"))) { (page.words("yes")) } } @else { "–" } }
                        td.number { (page.at(&place("present"), Shown::Count(field.present))) }
                    }
                }
            }
        }
    };
    scrolling(page.plain("Fields"), table)
}

/// Many indexes, a line each; their fields as name, kind and version of the rules.
fn all(page: &Page, indexes: &[IndexEntry]) -> Markup {
    let table = html! {
        table.figures.compact {
            caption { (page.words("One line for each index. Fields: name, kind and version of its rules; an asterisk marks ids that the institution issues. Exports and counts of fields are in scan.json.")) }
            thead {
                tr {
                    th scope="col" { (page.words("Institution")) }
                    th scope="col" { (page.words("Dataset, snapshot")) }
                    th.number scope="col" { (page.words("Records")) }
                    th scope="col" { (page.words("Key id")) }
                    th scope="col" { (page.words("Verified")) }
                    th scope="col" { (page.words("Digest (BLAKE3) and fields")) }
                }
            }
            tbody { @for (n, index) in indexes.iter().enumerate() { (line(page, n, index)) } }
        }
    };
    scrolling(page.plain("The indexes"), table)
}

fn line(page: &Page, n: usize, index: &IndexEntry) -> Markup {
    let place = |tail: &str| format!("/indexes/{n}/{tail}");
    html! {
        tr {
            th scope="row" { (page.at(&place("institution"), Shown::Text(&index.institution))) }
            td {
                (page.at(&place("dataset"), Shown::Text(&index.dataset)))
                @if let Some(day) = &index.snapshot { " " (page.at(&place("snapshot"), Shown::Text(day))) }
            }
            td.number { (page.at(&place("records"), Shown::Count(index.records))) }
            td { (page.code(&place("key_id"), &index.key_id)) }
            td { span data-from=(page.pointer(&place("index_verified"))) { @if index.index_verified { (page.words("yes")) } @else { (page.words("header only")) } } }
            td {
                (page.code(&place("digest"), &index.digest))
                br;
                span.of data-from=(page.pointer(&place("fields"))) { (field_list(&index.fields)) }
            }
        }
    }
}

/// `member_no* id/1, e_mail email/1`.
fn field_list(fields: &[FieldEntry]) -> String {
    let one = |f: &FieldEntry| format!("{}{} {}/{}", f.name, if f.issued { "*" } else { "" }, f.kind.name(), f.ruleset);
    fields.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::Kind;

    #[test]
    fn fields_are_listed_with_the_version_of_their_rules() {
        let field = |name: &str, issued| FieldEntry {
            name: name.into(),
            kind: Kind::Id,
            ruleset: 2,
            role: "identifier".into(),
            concept: String::new(),
            category: None,
            issued,
            present: 1,
        };
        assert_eq!(field_list(&[field("a", true), field("b", false)]), "a* id/2, b id/2");
    }
}
