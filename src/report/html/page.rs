//! What every section of the page works with: an answer, where it stands in the document, and which institutions are shown in pictures.

use super::figure::Shown;
use crate::attribute::Support;
use crate::report::document::{Answer, InstitutionEntry};
use crate::report::lang::Lang;
use maud::{Markup, html};
use std::cmp::Reverse;

/// Institutions up to which all are shown in pictures and told one by one.
pub(super) const PICTURED: usize = 12;
/// Institutions that are shown in pictures where there are more.
const OF_MANY: usize = 8;

/// An answer on its way onto the page.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub lang: Lang,
    pub answer: &'a Answer,
    /// JSON pointer to the answer: empty, or that of a group.
    pub root: String,
    /// The institutions' entries that pictures show, those first that most speaks for.
    pub pictured: Vec<usize>,
}

/// A section with its heading.
#[derive(Debug)]
pub(super) struct Section {
    pub id: String,
    pub title: Markup,
    pub body: Markup,
}

impl Section {
    pub fn show(&self, page: &Page) -> Markup {
        let labelled = format!("{}-title", self.id);
        html! {
            section #(self.id) aria-labelledby=(labelled) {
                @if page.root.is_empty() { h2 #(labelled) { (self.title) } } @else { h3 #(labelled) { (self.title) } }
                div.body { (self.body) }
            }
        }
    }
}

impl<'a> Page<'a> {
    /// The page of an answer that stands at `root`.
    pub fn of(answer: &'a Answer, lang: Lang, root: String) -> Page<'a> {
        Page { lang, answer, root, pictured: pictured(answer) }
    }

    /// A section of this page, under an id of its own.
    pub fn section(&self, id: &str, title: &'static str, body: Markup) -> Section {
        let group = self.root.rsplit('/').next().unwrap_or_default();
        let id = if group.is_empty() { id.to_string() } else { format!("group-{group}-{id}") };
        Section { id, title: self.words(title), body }
    }

    /// A heading within a section.
    pub fn heading(&self, title: Markup) -> Markup {
        html! { @if self.root.is_empty() { h3 { (title) } } @else { h4 { (title) } } }
    }

    /// The pictured entries, with their places.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &'a InstitutionEntry)> + '_ {
        let answer = self.answer;
        self.pictured.iter().filter_map(move |&n| Some((n, answer.institutions.get(n)?)))
    }

    /// The pictured entries that stand for their institution.
    pub fn chief_entries(&self) -> impl Iterator<Item = (usize, &'a InstitutionEntry)> + '_ {
        self.entries().filter(|&(n, _)| chief(self.answer, n))
    }

    /// An institution with its dataset and snapshot.
    pub fn who(&self, n: usize) -> Markup {
        let Some(entry) = self.answer.institutions.get(n) else { return html! { "–" } };
        html! {
            span.who {
                strong { (self.at(&format!("/institutions/{n}/institution"), Shown::Text(&entry.institution))) }
                " "
                span.of { (self.at(&format!("/institutions/{n}/dataset"), Shown::Text(&entry.dataset))) }
            }
        }
    }

    /// An institution, by an index's place, in a few words.
    pub fn name(&self, n: usize) -> Markup {
        match self.answer.indexes.get(n) {
            Some(index) => self.at(&format!("/indexes/{n}/institution"), Shown::Text(&index.institution)),
            None => html! { "–" },
        }
    }

    /// That some institutions are not in the pictures; nothing where all are.
    pub fn left_out(&self) -> Markup {
        let left = self.answer.institutions.len().saturating_sub(self.pictured.len());
        if left == 0 {
            return html! {};
        }
        let count = self.from(&["/institutions"], Shown::Count(left as u64));
        html! { p.note { (self.mix("{} further indexes with less support or fewer rows are left out here: the table of all institutions has them, and scan.json all of their figures.", &[count])) } }
    }
}

/// Whether an entry stands for its institution: the index that fits best, or the first where none does.
pub(super) fn chief(answer: &Answer, n: usize) -> bool {
    let Some(entry) = answer.institutions.get(n) else { return false };
    let of_same = |other: &&InstitutionEntry| other.institution == entry.institution;
    if answer.institutions.iter().filter(of_same).any(|other| other.best_of_institution) {
        return entry.best_of_institution;
    }
    answer.institutions.iter().position(|other| other.institution == entry.institution) == Some(n)
}

/// The entries to picture: all where they are few, otherwise those with any support or most rows.
fn pictured(answer: &Answer) -> Vec<usize> {
    let mut order: Vec<usize> = (0..answer.institutions.len()).collect();
    let key = |&n: &usize| {
        let entry = &answer.institutions[n];
        (Reverse(entry.support), Reverse(entry.rows_hit), n)
    };
    order.sort_by_key(key);
    if order.len() > PICTURED {
        let worth = |n: &usize| answer.institutions[*n].support > Support::None || answer.institutions[*n].rows_hit > 0;
        order.retain(worth);
        order.truncate(OF_MANY);
    }
    order
}

/// A table in a box of its own that scrolls where it is too wide.
pub(super) fn scrolling(label: &str, table: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}
