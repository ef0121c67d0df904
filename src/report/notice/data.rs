//! Which personal data were found in the rows: categories, as the schema of an institution names them, and fields; and columns in which nothing was
//! found, by their names and by what their values look like.

use crate::identify::Kind;
use crate::identify::digest::Algorithm;
use crate::identify::form::Form;
use crate::identify::profile::Written;
use crate::report::columns::{ColumnEntry, UnmatchedEntry};
use crate::report::document::{Answer, HintEntry};
use crate::report::subject::Subject;
use std::collections::BTreeMap;

/// What a category means in law; those that raise duties or risks most come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Health.
    Health,
    /// Genes.
    Genetic,
    /// Fingerprints, faces.
    Biometric,
    /// Offences.
    Criminal,
    /// Data of children.
    Child,
    /// Religion, politics, sex life and the like.
    Sensitive,
    /// Accounts, cards, contracts.
    Financial,
    /// Passwords and what else opens an account.
    Credential,
    /// Numbers that the state gives.
    Identity,
    /// Addresses, telephone numbers, e-mail addresses.
    Contact,
    /// Any other that a schema names.
    Other(String),
    /// Names, dates, places and whatever else has no category.
    General,
}

impl Category {
    /// By the word in a schema.
    fn named(word: &str) -> Category {
        match word.to_ascii_lowercase().as_str() {
            "contact" => Category::Contact,
            "identity" | "national_id" => Category::Identity,
            "financial" | "finance" => Category::Financial,
            "health" | "medical" => Category::Health,
            "sensitive" | "religion" => Category::Sensitive,
            "biometric" => Category::Biometric,
            "genetic" => Category::Genetic,
            "criminal" => Category::Criminal,
            "child" | "children" => Category::Child,
            "credential" | "credentials" => Category::Credential,
            "" | "general" => Category::General,
            _ => Category::Other(word.to_string()),
        }
    }

    /// By what the values are, where no schema says more.
    fn of(kind: Option<Kind>, concept: &str) -> Category {
        match (concept, kind) {
            ("religion", _) => Category::Sensitive,
            ("credential" | "username" | "mother_name", _) => Category::Credential,
            ("address", _) | (_, Some(Kind::Email | Kind::Phone)) => Category::Contact,
            (_, Some(Kind::Nik | Kind::Nkk | Kind::Passport)) => Category::Identity,
            (_, Some(Kind::Npwp | Kind::Card | Kind::Iban)) => Category::Financial,
            (_, Some(Kind::Bpjs)) => Category::Health,
            _ => Category::General,
        }
    }

    /// In words, English; a schema's own word as it stands.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Category::General => "general personal data",
            Category::Contact => "contact data",
            Category::Identity => "official identity numbers",
            Category::Financial => "financial data",
            Category::Health => "health data",
            Category::Sensitive => "beliefs and other sensitive data",
            Category::Biometric => "biometric data",
            Category::Genetic => "genetic data",
            Category::Criminal => "criminal records",
            Category::Child => "data of children",
            Category::Credential => "credentials",
            Category::Other(word) => word,
        }
    }

    /// Which provisions raise the duties, and why.
    #[must_use]
    pub fn special(&self) -> Option<&'static str> {
        match self {
            Category::Health => {
                Some("Health data: special category under GDPR Art. 9(1); specific personal data under UU PDP Art. 4(2)(a).")
            }
            Category::Biometric => Some(
                "Biometric data: special category under GDPR Art. 9(1) where they identify a person; specific personal data under UU PDP Art. 4(2)(b).",
            ),
            Category::Genetic => {
                Some("Genetic data: special category under GDPR Art. 9(1); specific personal data under UU PDP Art. 4(2)(c).")
            }
            Category::Criminal => Some("Criminal records: GDPR Art. 10; specific personal data under UU PDP Art. 4(2)(d)."),
            Category::Child => {
                Some("Data of children: specific protection under GDPR Recital 38; specific personal data under UU PDP Art. 4(2)(e).")
            }
            Category::Financial => Some(
                "Personal financial data: specific personal data under UU PDP Art. 4(2)(f); no special category under GDPR Art. 9, but a risk of fraud.",
            ),
            Category::Sensitive => Some(
                "Religion and other beliefs, political opinions, origin or sex life: special category under GDPR Art. 9(1); religion as such is general personal data under UU PDP Art. 4(3).",
            ),
            Category::Identity => Some(
                "Official identity numbers: no special category, but a risk of identity theft; national rules under GDPR Art. 87 may apply.",
            ),
            Category::Credential => Some("Credentials: no special category, but a risk that accounts are taken over, also elsewhere."),
            Category::General | Category::Contact | Category::Other(_) => None,
        }
    }

    /// What may follow for the people.
    #[must_use]
    pub fn consequence(&self) -> Option<&'static str> {
        match self {
            Category::Contact => Some("unwanted and deceptive messages and calls (phishing), also in the name of the institution"),
            Category::Identity => Some("identity theft, such as accounts or loans opened in somebody's name"),
            Category::Financial => Some("fraud and other financial loss"),
            Category::Health | Category::Sensitive | Category::Criminal => {
                Some("discrimination, damage to reputation, loss of confidentiality")
            }
            Category::Biometric | Category::Genetic => Some("lasting loss of control over features that cannot be changed"),
            Category::Child => Some("harm to children, who are less aware of risks"),
            Category::Credential => Some("accounts taken over, also at other services where the same password is used"),
            Category::General | Category::Other(_) => None,
        }
    }
}

/// How values are written, where not as themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As themselves.
    Plain,
    /// As digests.
    Digests(Algorithm),
    /// In part.
    Part(Option<Form>),
}

/// One kind of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it means in law.
    pub category: Category,
    /// What it is, in English; none where only its field's name says so.
    pub label: Option<&'static str>,
    /// The field of the institution's schema, or the column's header; as the document says it.
    pub name: Option<String>,
    /// Column, 1-based, where no field stands for it.
    pub column: Option<usize>,
    /// How it is written.
    pub shown: Shown,
    /// Values found in the index or agreeing with it.
    pub hits: u64,
    /// Whether the values differ from the records more than a copy's would, so that they may have come from elsewhere.
    pub foreign: bool,
}

/// The fields of an institution that the rows hit, by category and field. Columns that hit others are no business of its.
#[must_use]
pub fn found(answer: &Answer, subject: &Subject) -> Vec<Item> {
    // A column is counted once for a field, though it may be compared in several forms.
    type Place<'a> = (usize, &'a Option<String>, &'a Option<String>, usize, &'a str);
    let mut columns: BTreeMap<Place, &ColumnEntry> = BTreeMap::new();
    for c in answer.columns.iter().filter(|c| c.index == Some(subject.place) && c.hits > 0) {
        let Some(field) = c.field.as_deref() else { continue };
        let best = columns.entry((c.input, &c.member, &c.table, c.column, field)).or_insert(c);
        if c.hits > best.hits {
            *best = c;
        }
    }
    let mut out: Vec<Item> = Vec::new();
    for ((.., field), c) in columns {
        let meta = subject.index.and_then(|i| i.fields.iter().find(|f| f.name == field));
        let concept = meta.map_or("", |f| f.concept.as_str());
        let category = c.category.as_deref().or_else(|| meta.and_then(|f| f.category.as_deref()));
        let kind = meta.map_or(c.kind, |f| f.kind);
        let item = Item {
            category: category.map_or_else(|| Category::of(Some(kind), concept), Category::named),
            label: label(concept, Some(kind)),
            name: Some(field.to_string()),
            column: None,
            shown: Algorithm::of_kind(c.kind).map_or_else(|| c.part.map_or(Shown::Plain, |part| Shown::Part(Some(part))), Shown::Digests),
            hits: c.hits,
            foreign: subject.entry.fields.iter().any(|f| f.field == concept && f.from.is_some()),
        };
        match out.iter_mut().find(|i| i.name == item.name && i.shown == item.shown) {
            Some(same) => same.hits = same.hits.saturating_add(item.hits),
            None => out.push(item),
        }
    }
    out.sort_by(|a, b| (&a.category, &a.name).cmp(&(&b.category, &b.name)));
    out
}

/// The columns in which nothing was found in any index, once each.
#[must_use]
pub fn unmatched(answer: &Answer) -> Vec<Item> {
    let of_column = |c: &UnmatchedEntry| {
        let concept = c.concept.as_deref().unwrap_or_default();
        Item {
            category: c.category.as_deref().map_or_else(|| Category::of(c.kind, concept), Category::named),
            label: label(concept, c.kind),
            name: c.header.clone(),
            column: Some(c.column),
            shown: match (c.kind.and_then(Algorithm::of_kind), c.written) {
                (_, Some(Written::Masked)) => Shown::Part(None),
                (Some(algorithm), _) => Shown::Digests(algorithm),
                _ => Shown::Plain,
            },
            hits: 0,
            foreign: false,
        }
    };
    let of_hint = |h: &HintEntry| Item {
        category: Category::General,
        label: None,
        name: h.header.clone(),
        column: Some(h.column),
        shown: h.algorithm.map_or(Shown::Part(None), Shown::Digests),
        hits: 0,
        foreign: false,
    };
    let told = |h: &HintEntry| {
        answer.unmatched.iter().any(|c| (c.input, &c.member, &c.table, c.column) == (h.input, &h.member, &h.table, h.column))
    };
    let hints = answer.hints.iter().filter(|h| !told(h)).map(of_hint);
    let mut out: Vec<Item> = Vec::new();
    for item in answer.unmatched.iter().map(of_column).chain(hints) {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

/// What values are, by what they are compared as, else by their kind.
fn label(concept: &str, kind: Option<Kind>) -> Option<&'static str> {
    Some(match concept {
        "email" => "e-mail addresses",
        "phone" | "fax" => "telephone numbers",
        "national_id" | "nik" => "national identity numbers",
        "family_card_number" | "family_card" => "family card numbers",
        "tax_number" => "taxpayer numbers",
        "member_number" => "member numbers",
        "bpjs_number" => "health insurance card numbers",
        "customer_number" => "customer numbers",
        "user_number" => "user numbers",
        "username" => "user names",
        "account_number" => "account numbers",
        "policy_number" => "policy numbers",
        "contract_number" => "contract numbers",
        "order_number" => "order numbers",
        "medical_record_number" => "medical record numbers",
        "card_number" => "payment card numbers",
        "iban" => "bank account numbers (IBAN)",
        "passport_number" => "passport numbers",
        "ip_address" => "IP addresses",
        "name" | "first_name" | "last_name" => "names",
        "mother_name" => "mothers' names",
        "father_name" => "fathers' names",
        "spouse_name" => "spouses' names",
        "address" => "postal addresses",
        "village" | "district" | "city" | "province" | "country" | "postal_code" => "places of residence",
        "birth_date" => "dates of birth",
        "birth_place" => "places of birth",
        "sex" => "sex",
        "religion" => "religion",
        "marital_status" => "marital status",
        "occupation" => "occupation",
        "status" => "status",
        "payment_status" => "payment status",
        "office_code" => "office codes",
        "credential" => "passwords or other secrets",
        "test_result" => "test results",
        "test_date" => "dates of tests",
        _ => match kind? {
            Kind::Email => "e-mail addresses",
            Kind::Phone => "telephone numbers",
            Kind::Nik => "national identity numbers",
            Kind::Nkk => "family card numbers",
            Kind::Npwp => "taxpayer numbers",
            Kind::Bpjs => "health insurance card numbers",
            Kind::Card => "payment card numbers",
            Kind::Iban => "bank account numbers (IBAN)",
            Kind::Passport => "passport numbers",
            Kind::Ip => "IP addresses",
            Kind::Name => "names",
            Kind::Date => "dates",
            Kind::Text | Kind::Id | Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => return None,
        },
    })
}

/// How values are written, English: `as MD5 digests`.
#[must_use]
pub fn shown_words(shown: Shown) -> Option<String> {
    match shown {
        Shown::Plain => None,
        Shown::Digests(algorithm) => Some(format!("as {} digests", algorithm.words())),
        Shown::Part(None) => Some("in part, the rest masked".to_string()),
        Shown::Part(Some(form)) => Some(match form {
            Form::Whole => return None,
            Form::First(k) => format!("in part: the first {k} characters"),
            Form::Last(k) => format!("in part: the last {k} characters"),
            Form::Domain => "in part: the domain".to_string(),
            Form::Initial => "in part: the initial".to_string(),
            Form::Year => "in part: the year".to_string(),
        }),
    }
}
