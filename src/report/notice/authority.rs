//! What the authority must be told: GDPR Art. 33(3), Law 27/2022 Art. 46(2), letter by letter.

use super::data::{self, Category, Item};
use super::deadlines::{self, Aware};
use super::page::{Page, escape};
use crate::attribute::verdict::percent;
use crate::report::document::Answer;
use crate::report::subject::{self, Posted, Subject};
use crate::report::terminal::grouped;

/// What a part is made from.
#[derive(Debug)]
pub struct Part<'a> {
    /// The question's answer.
    pub answer: &'a Answer,
    /// The institution.
    pub subject: Subject<'a>,
    /// The personal data found in the rows.
    pub found: Vec<Item>,
    /// Columns in which nothing was found.
    pub unmatched: Vec<Item>,
    /// The dump's files.
    pub files: Vec<Posted>,
}

impl<'a> Part<'a> {
    /// Gathers what concerns one institution.
    #[must_use]
    pub fn new(answer: &'a Answer, subject: Subject<'a>) -> Part<'a> {
        let found = data::found(answer, &subject);
        Part { answer, subject, found, unmatched: data::unmatched(answer), files: subject::posted(answer, &[]) }
    }

    /// The institution's name, without markup.
    #[must_use]
    pub fn name(&self) -> String {
        escape(&self.subject.entry.institution)
    }

    /// Categories of the data that were found, once each.
    #[must_use]
    pub fn categories(&self) -> Vec<&Category> {
        let mut out: Vec<&Category> = self.found.iter().map(|i| &i.category).collect();
        out.dedup();
        out
    }

    /// The sentence on this institution: the verdict's own where it names no other.
    #[must_use]
    pub fn finding(&self, page: &Page) -> String {
        let verdict = &self.answer.verdict;
        let own = verdict.institutions.len() <= 1 && !self.names_others(&verdict.sentence);
        if own { page.quote(&verdict.sentence) } else { page.quote(&self.subject.finding()) }
    }

    /// Whether a text names another institution that was asked about.
    fn names_others(&self, text: &str) -> bool {
        let own = &self.subject.entry.institution;
        let rest = if own.is_empty() { text.to_string() } else { text.replace(own.as_str(), "") };
        self.answer.institutions.iter().any(|i| &i.institution != own && !i.institution.is_empty() && rest.contains(&i.institution))
    }
}

/// The whole notification.
pub fn write(page: &mut Page, part: &Part, aware: Option<Aware>) {
    page.heading(3, "Notification to the authority (GDPR Art. 33; UU PDP Art. 46(1)(b))");
    let blank = page.blank("the competent supervisory authority, GDPR Art. 55 and 56, and the agency under UU PDP Art. 58");
    page.labelled("To", &blank);
    page.labelled("From, as controller", &part.name());
    let blank = page.blank("whether the breach is likely to result in a risk to people, GDPR Art. 33(1)");
    page.labelled("Risk", &blank);
    page.end();
    deadlines::write(page, aware);
    nature(page, part);
    categories(page, part);
    numbers(page, part);
    when(page, part);
    page.heading(4, "Contact (GDPR Art. 33(3)(b))");
    let blank = page.blank("name and contact details of the data protection officer or another contact point");
    page.raw_paragraph(&blank);
    consequences(page, part);
    page.heading(4, "Measures (GDPR Art. 33(3)(d); UU PDP Art. 46(2)(c))");
    for what in [
        "measures taken to handle the breach",
        "measures proposed, and when",
        "measures to mitigate adverse effects",
        "measures to recover the data disclosed, such as having the posting taken down",
    ] {
        let blank = page.blank(what);
        page.raw_item(&blank);
    }
    page.end();
    page.paragraph("What cannot be said yet may follow in phases without undue further delay (GDPR Art. 33(4)). The breach is to be documented in any case (GDPR Art. 33(5)).");
}

fn nature(page: &mut Page, part: &Part) {
    page.heading(4, "Nature of the breach (GDPR Art. 33(3)(a))");
    let name = part.name();
    if part.subject.supported {
        page.item(&format!("Confidentiality: data consistent with records of {name} were posted for others to take."));
    } else {
        page.item(&format!(
            "Confidentiality, if it is one: data were posted, and it was asked whether they are copies of records of {name}."
        ));
    }
    let blank = page.blank("whether integrity or availability of the data is affected as well");
    page.raw_item(&blank);
    let finding = part.finding(page);
    page.labelled("Finding", &finding);
    if !part.subject.supported {
        page.item("The findings do not support, at the threshold asked for, that records of this institution were copied. Whether there is a breach to notify must be decided before this draft is used.");
    }
    for reservation in part.answer.verdict.reservations.iter().filter(|r| !part.names_others(r)) {
        let reservation = page.quote(reservation);
        page.labelled("Reservation", &reservation);
    }
    let dataset = escape(&part.subject.entry.dataset);
    match part.subject.index {
        Some(index) => {
            let snapshot = index.snapshot.as_deref().map_or_else(|| page.say("undated"), escape);
            let (records, digest) = (grouped(index.records), escape(&index.digest));
            page.item(&format!(
                "Compared with the index supplied: dataset {dataset}, snapshot {snapshot}, {records} records, digest {digest}."
            ));
        }
        None => page.item(&format!("Compared with an index of dataset {dataset}, of which the document says no more.")),
    }
    for file in &part.files {
        let (name, bytes) = (escape(&file.name), grouped(file.bytes));
        match &file.blake3 {
            Some(digest) => page.item(&format!("Posted file: {name}, {bytes} bytes, BLAKE3 {digest}.")),
            None => page.item(&format!("Posted file: {name}, {bytes} bytes.")),
        }
    }
    page.end();
}

fn categories(page: &mut Page, part: &Part) {
    page.heading(4, "Categories of people and of personal data (GDPR Art. 33(3)(a); UU PDP Art. 46(2)(a))");
    let blank = page.blank("categories of the people concerned, such as customers, employees, children");
    page.labelled("People", &blank);
    page.end();
    if part.found.is_empty() {
        page.paragraph("In no field of the institution's records was anything found.");
    } else {
        page.paragraph("Fields of the institution's records that were found in the posted rows, or agree with them:");
        let header = ["Category", "Personal data", "Field", "Values found"].map(|text| page.say(text));
        page.row(&header, true);
        for item in &part.found {
            let cells =
                [category(page, &item.category), what(page, item), escape(item.name.as_deref().unwrap_or("-")), page.lang.count(item.hits)];
            page.row(&cells, false);
        }
        page.end();
    }
    if !part.unmatched.is_empty() {
        page.paragraph("Further columns of the posted files, in which nothing of any index was found. They may be about the same people:");
        for item in &part.unmatched {
            let column = item.column.unwrap_or(0);
            let (category, what) = (category(page, &item.category), what(page, item));
            let header = item.name.as_deref().map_or_else(String::new, |header| format!(" ({})", escape(header)));
            page.labelled("Column", &format!("{column}{header}, {what}; {category}"));
        }
        page.end();
    }
    let mut special: Vec<&str> = part.categories().into_iter().filter_map(Category::special).collect();
    let elsewhere = part.unmatched.iter().filter_map(|i| i.category.special());
    for text in elsewhere {
        if !special.contains(&text) {
            special.push(text);
        }
    }
    page.heading(4, "Data that raise the risk and the duties (GDPR Art. 9 and 10; UU PDP Art. 4(2))");
    special.into_iter().for_each(|text| page.item(text));
    let blank = page.blank("whether special categories, specific personal data or children are concerned beyond this");
    page.raw_item(&blank);
    page.end();
}

fn category(page: &Page, category: &Category) -> String {
    match category {
        Category::Other(word) => page.quote(word),
        known => page.say(known.words()),
    }
}

/// What an item is, and how it is written.
pub(super) fn what(page: &Page, item: &Item) -> String {
    let label = match (item.label, item.shown) {
        (Some(label), _) => page.say(label),
        (None, data::Shown::Plain | data::Shown::Part(_)) => page.say("other data"),
        (None, data::Shown::Digests(_)) => page.say("data that cannot be read"),
    };
    let shown = data::shown_words(item.shown).map_or_else(String::new, |words| format!(", {}", page.say(&words)));
    let foreign = if item.foreign {
        format!("; {}", page.say("differs from the records, so that it may come from elsewhere"))
    } else {
        String::new()
    };
    format!("{label}{shown}{foreign}")
}

/// How many, and whether that was counted.
fn numbers(page: &mut Page, part: &Part) {
    page.heading(4, "Approximate numbers (GDPR Art. 33(3)(a))");
    let (entry, coverage) = (part.subject.entry, &part.answer.coverage);
    let records = grouped(entry.records_distinct);
    page.item(&format!("Personal data records: {records} distinct records of the institution were matched (counted). Where other holders have the same people, not each of them need be copied from here."));
    let (rows, corroborated) = (grouped(entry.rows_hit), grouped(entry.rows_corroborated));
    page.item(&format!("Posted rows that hit a record: {rows}; of these, {corroborated} agree with it in two fields or more (counted)."));
    let distinct = grouped(coverage.rows_distinct);
    match part.subject.share() {
        Some(s) if part.subject.supported => {
            let (estimate, low, high) = (percent(s.estimate), percent(s.low), percent(s.high));
            let of = |share: f64| grouped(copied(part, share));
            let (n, from, to) = (of(s.estimate), of(s.low), of(s.high));
            page.item(&format!("Posted rows that are copies of its records: about {n}, between {from} and {to} (estimate: {estimate} of {distinct} distinct rows, 95% interval {low} to {high})."));
        }
        _ => page.item(&format!("Distinct rows posted: {distinct}.")),
    }
    page.item(if coverage.rows_distinct_exact {
        "Distinct rows were counted."
    } else {
        "Distinct rows were estimated, with a standard error of 0.3%."
    });
    let people = &coverage.people;
    // The document counts people over all indexes together: with several, the number would be other institutions' too.
    if part.answer.institutions.len() == 1 && people.low == people.high {
        page.item(&format!("People concerned: {} (counted).", grouped(people.estimate)));
    } else if part.answer.institutions.len() == 1 {
        let (n, low, high) = (grouped(people.estimate), grouped(people.low), grouped(people.high));
        page.item(&format!("People concerned: about {n}, between {low} and {high} (estimate)."));
    } else {
        // A copied row is about one person, and no more people than records were matched.
        let of = |share: f64| copied(part, share).min(entry.records_distinct);
        let share = part.subject.share().filter(|_| part.subject.supported);
        let blank = page.blank("number of people, if a record is not one person");
        match share.map(|s| (of(s.estimate), of(s.low), of(s.high))).filter(|(_, low, high)| low < high) {
            Some((n, low, high)) => {
                let (n, low, high) = (grouped(n), grouped(low), grouped(high));
                page.item(&format!(
                    "People concerned: about {n}, between {low} and {high}, if each copied row is about another person (estimate); {blank}."
                ));
            }
            None => page.item(&format!("People concerned: about {records}, if each record is one person; {blank}.")),
        }
    }
    if !coverage.complete {
        let (read, all) = (grouped(coverage.bytes_read), grouped(coverage.bytes));
        page.item(&format!("The posted files could not be read completely ({read} of {all} bytes, not counting what containers hold): all numbers are lower bounds."));
    }
    let blank = page.blank("numbers from the controller's own systems");
    page.raw_item(&blank);
    page.end();
}

/// Distinct rows that a share of them is.
fn copied(part: &Part, share: f64) -> u64 {
    libm::round(share * part.answer.coverage.rows_distinct as f64) as u64
}

fn when(page: &mut Page, part: &Part) {
    page.heading(4, "When and how the data were disclosed (UU PDP Art. 46(2)(b))");
    if let Some(between) = part.subject.entry.exported_between.as_ref().filter(|_| part.subject.supported) {
        let from = escape(&between.from);
        match &between.to {
            Some(to) => page.item(&format!("The copy was made between {from} and {}, as far as the days in the records say.", escape(to))),
            None => page.item(&format!("The copy was made on {from} or later, as far as the days in the records say.")),
        }
    }
    for what in
        ["when and where the data were posted, and when that was found", "how the data left the controller's systems or a processor's"]
    {
        let blank = page.blank(what);
        page.raw_item(&blank);
    }
    page.end();
}

fn consequences(page: &mut Page, part: &Part) {
    page.heading(4, "Likely consequences (GDPR Art. 33(3)(c))");
    possible(page, part);
    let blank = page.blank("the consequences that the controller holds likely");
    page.raw_item(&blank);
    page.end();
}

/// What may follow from the categories found, once each.
pub(super) fn possible(page: &mut Page, part: &Part) {
    let mut told: Vec<&str> = Vec::new();
    for text in part.categories().into_iter().filter_map(Category::consequence) {
        if !told.contains(&text) {
            told.push(text);
            let text = page.say(text);
            page.labelled("Possible", &text);
        }
    }
}
