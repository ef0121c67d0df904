//! What the people concerned must be told: GDPR Art. 34(2), Law 27/2022 Art. 46(2). In plain words, and with no word on any one of them.

use super::authority::{self, Part};
use super::data::Category;
use super::page::{Page, escape};

/// The whole communication.
pub fn write(page: &mut Page, part: &Part) {
    page.heading(3, "Communication to the people concerned (GDPR Art. 34; UU PDP Art. 46(1)(a))");
    page.paragraph("GDPR Art. 34(1) asks for it without undue delay where the risk is likely to be high; Art. 34(3) names exceptions, among them data that nobody else can read. UU PDP Art. 46(1) asks for it in any case and in writing, and Art. 46(3) in certain cases for a notice to the public.");
    let blank = page.blank("whether and to whom it is sent, and by which way");
    page.raw_paragraph(&blank);
    let blank = page.blank("form of address");
    page.raw_paragraph(&blank);
    happened(page, part);
    data(page, part);
    page.heading(4, "What may follow (GDPR Art. 34(2), 33(3)(c))");
    authority::possible(page, part);
    let blank = page.blank("the consequences that the controller holds likely");
    page.raw_item(&blank);
    page.end();
    page.heading(4, "What we have done (GDPR Art. 34(2), 33(3)(d); UU PDP Art. 46(2)(c))");
    let blank = page.blank("measures taken or proposed, in plain words");
    page.raw_paragraph(&blank);
    advice(page, part);
    page.heading(4, "Whom you can ask (GDPR Art. 34(2), 33(3)(b))");
    let blank = page.blank("name and contact details of the data protection officer or another contact point");
    page.raw_paragraph(&blank);
}

fn happened(page: &mut Page, part: &Part) {
    page.heading(4, "What happened, and when (GDPR Art. 34(2); UU PDP Art. 46(2)(b))");
    let name = part.name();
    if part.subject.supported {
        page.item(&format!("Somebody has posted data that are consistent with records of {name}."));
    } else {
        page.item(&format!("Somebody has posted data that may be about people whose records are held by {name}; the findings do not show that they were copied there."));
    }
    if let Some(between) = part.subject.entry.exported_between.as_ref().filter(|_| part.subject.supported) {
        let from = escape(&between.from);
        match &between.to {
            Some(to) => page.item(&format!("They were copied between {from} and {}, as far as we know.", escape(to))),
            None => page.item(&format!("They were copied on {from} or later, as far as we know.")),
        }
    }
    let blank = page.blank("when and how it happened, in plain words");
    page.raw_item(&blank);
    page.end();
}

fn data(page: &mut Page, part: &Part) {
    page.heading(4, "Which data of yours are concerned (UU PDP Art. 46(2)(a))");
    let mut told: Vec<String> = Vec::new();
    for item in part.found.iter().filter(|item| !item.foreign) {
        // A person knows data by what they are, not by a field's name, where that can be said.
        let text = match (&item.label, &item.name) {
            (None, Some(name)) => format!("{} ({})", authority::what(page, item), escape(name)),
            _ => authority::what(page, item),
        };
        if !told.contains(&text) {
            page.raw_item(&text);
            told.push(text);
        }
    }
    if part.unmatched.iter().any(|item| item.category == Category::Credential) {
        let blank = page.blank("whether passwords or other secrets of these people are among the data, and how they are protected");
        page.raw_item(&blank);
    }
    let blank = page.blank("further data, or data of single people, from the controller's own systems");
    page.raw_item(&blank);
    page.end();
}

/// What people can do (GDPR, Recital 86), by what was found.
fn advice(page: &mut Page, part: &Part) {
    page.heading(4, "What you can do (GDPR Recital 86)");
    let categories = part.categories();
    let has = |category: Category| {
        categories.contains(&&category) || part.unmatched.iter().any(|i| i.category == category && category == Category::Credential)
    };
    page.item("Be wary of messages and calls that use these data or ask for more, also when they seem to come from us.");
    if has(Category::Credential) {
        page.item("Change your password, here and wherever you use the same one, and switch on a second factor.");
    }
    if has(Category::Financial) {
        page.item("Watch your accounts, and tell your bank at once about payments that you do not know.");
    }
    if has(Category::Identity) {
        page.item("Watch for accounts or loans in your name, and keep this notice as evidence.");
    }
    let blank = page.blank("further advice");
    page.raw_item(&blank);
    page.end();
}
