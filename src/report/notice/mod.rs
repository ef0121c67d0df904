//! Drafts of the notices that a personal data breach asks for: to the authority and to the people concerned, under the European Union's General
//! Data Protection Regulation (Regulation (EU) 2016/679, Art. 33 and 34) and Indonesia's Law 27/2022 on Personal Data Protection (Art. 46).
//!
//! Filled is what the document says; everything else stands as a blank, `[to be filled in: …]`. Each institution has a part of its own, in which
//! no other institution is named or counted, so that it can be cut out and sent alone. No value of any person.

mod authority;
mod data;
mod deadlines;
mod page;
mod people;

pub use deadlines::{Aware, NoMoment};

use crate::attribute::claim::Agreement;
use crate::report::document::{Answer, Document};
use crate::report::lang::Lang;
use crate::report::subject;
use crate::report::terminal::grouped;
use authority::Part;
use page::{Page, escape};

/// The drafts as Markdown, in `lang`; `aware_since` is when the controller became aware, from which deadlines follow.
#[must_use]
pub fn render(document: &Document, aware_since: Option<Aware>, lang: Lang) -> String {
    let mut page = Page::new(lang);
    let parts: Vec<Part> =
        subject::answers(document).into_iter().flat_map(|a| subject::concerned(a).into_iter().map(|s| Part::new(a, s))).collect();
    page.heading(1, "Draft notices of a personal data breach");
    page.paragraph("A draft for lawyers, filled with what an examination of the posted data found. It is not legal advice.");
    let blank = page.blank("what");
    page.paragraph(&format!("What only the controller can know is left blank: {blank}. Sources: GDPR is Regulation (EU) 2016/679; UU PDP is Indonesia's Law No. 27 of 2022 on Personal Data Protection."));
    examination(&mut page, document);
    if parts.is_empty() {
        page.heading(2, "No institution to draft for");
        page.paragraph("No institution is supported at the threshold asked for, and more than one was asked about: the findings give no one a breach to notify. A scan with one institution's index alone drafts for that one.");
    }
    let all = parts.len();
    for (n, part) in parts.iter().enumerate() {
        let n = n + 1;
        if all > 1 {
            page.raw_paragraph("---");
            page.paragraph(&format!("**Cut here: part {n} of {all} begins.**"));
        }
        page.heading(2, &format!("For {} alone", part.name()));
        if all > 1 {
            page.paragraph("A draft for lawyers, filled with what an examination of the posted data found. It is not legal advice.");
        }
        if document.groups.len() > 1 {
            page.paragraph(
                "It is about the posted files named below. Where other files are about the same people, numbers must not be added up.",
            );
        }
        authority::write(&mut page, part, aware_since);
        people::write(&mut page, part);
        if all > 1 {
            page.paragraph(&format!("**Cut here: part {n} of {all} ends.**"));
            page.raw_paragraph("---");
        }
    }
    page.finish()
}

/// What was examined: for the examiner's client, not for an institution to send on.
fn examination(page: &mut Page, document: &Document) {
    page.heading(2, "The examination (not part of a notice: it may name several institutions)");
    let case = &document.case;
    for (label, text) in [("Case", &case.case), ("Exhibit", &case.exhibit), ("Examiner", &case.examiner), ("Obtained", &case.obtained)] {
        if let Some(text) = text.as_deref().filter(|t| !t.is_empty()) {
            page.labelled(label, &escape(text));
        }
    }
    let started = subject::started(document).strftime("%Y-%m-%d %H:%M UTC").to_string();
    page.labelled("Scan", &format!("{started}, {}", escape(&document.tool)));
    for answer in subject::answers(document) {
        findings(page, answer);
    }
    page.end();
}

fn findings(page: &mut Page, answer: &Answer) {
    let names: Vec<String> = subject::posted(answer, &[]).iter().map(|f| escape(&f.name)).collect();
    page.labelled("Posted files", &names.join(", "));
    let sentence = page.quote(&answer.verdict.sentence);
    page.labelled("Verdict", &sentence);
    for reservation in &answer.verdict.reservations {
        let reservation = page.quote(reservation);
        page.labelled("Reservation", &reservation);
    }
    for part in &answer.claim {
        let about = match part.about.as_ref() {
            "rows" => "Claimed number of rows",
            "source" => "Claimed source",
            "date" => "Claimed date",
            _ => "Claimed",
        };
        let agreement = page.say(match part.agreement {
            Agreement::Supported => "supported",
            Agreement::NotShown => "not shown",
            Agreement::Contradicted => "contradicted",
        });
        let words = page.quote(&part.words);
        page.labelled(about, &format!("{agreement}; {words}"));
    }
    let c = &answer.coverage;
    let (rows, distinct) = (grouped(c.rows_read), grouped(c.rows_distinct));
    page.item(&if c.complete {
        format!("Everything was read: {rows} rows, {distinct} of them distinct.")
    } else {
        format!("Not everything could be read: {rows} rows were, {distinct} of them distinct.")
    });
    let p = &c.people;
    let (n, low, high) = (grouped(p.estimate), grouped(p.low), grouped(p.high));
    page.item(&format!("People whose records were found, all institutions together: about {n}, between {low} and {high}."));
}

#[cfg(test)]
mod tests;
