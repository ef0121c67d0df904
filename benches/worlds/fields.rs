//! The concepts of all institutions, as the scanner would number them.

use leaktrace::identify::Kind;
use leaktrace::index::panel::shared_rank;
use leaktrace::matching::Concepts;
use std::sync::OnceLock;

/// Name, kind, whether it is searched for, whether an institution issues it.
const FIELDS: [(&str, Kind, bool, bool); 19] = [
    ("family_card", Kind::Nkk, true, false),
    ("nik", Kind::Nik, true, false),
    ("name", Kind::Name, false, false),
    ("birth_place", Kind::Text, false, false),
    ("birth_date", Kind::Date, false, false),
    ("sex", Kind::Text, false, false),
    ("address", Kind::Text, false, false),
    ("office_code", Kind::Text, false, false),
    ("member_number", Kind::Id, true, true),
    ("phone", Kind::Phone, true, false),
    ("email", Kind::Email, true, false),
    ("city", Kind::Text, false, false),
    ("status", Kind::Text, false, false),
    ("class", Kind::Text, false, false),
    ("premium", Kind::Text, false, false),
    ("plan", Kind::Text, false, false),
    ("payment_status", Kind::Text, false, false),
    ("tenor", Kind::Text, false, false),
    ("phone, in part", Kind::Phone, false, false),
];

/// All concepts.
pub struct Fields {
    /// Their names.
    pub names: Vec<&'static str>,
    /// As the model knows them.
    pub concepts: Concepts,
    /// Number of the phone, and of its parts.
    pub phone: usize,
    pub phone_part: usize,
}

impl Fields {
    /// The one table of concepts.
    pub fn get() -> &'static Fields {
        static FIELDS_OF_ALL: OnceLock<Fields> = OnceLock::new();
        FIELDS_OF_ALL.get_or_init(|| {
            let number = |name: &str| FIELDS.iter().position(|f| f.0 == name);
            let set = |names: &[&str]| names.iter().filter_map(|n| number(n)).fold(0u64, |set, c| set | 1 << c);
            let mut finders: Vec<(usize, usize)> =
                FIELDS.iter().enumerate().filter(|(_, f)| f.2 && !f.3).filter_map(|(c, f)| Some((shared_rank(f.1)?, c))).collect();
            finders.sort_unstable();
            let phone_part = FIELDS.len() - 1;
            let phone = number("phone").expect("there is a phone");
            let mut implied: Vec<u64> = FIELDS.iter().map(|f| set(f.1.implies())).collect();
            implied[phone] |= 1 << phone_part;
            let issued = FIELDS.iter().enumerate().filter(|(_, f)| f.3).fold(0, |set, (c, _)| set | 1 << c);
            let concepts = Concepts {
                names: FIELDS.iter().map(|f| f.0.to_string()).collect(),
                issued,
                finders: finders.into_iter().map(|f| f.1).collect(),
                implied,
                of_identifier: Vec::new(),
                of_attribute: Vec::new(),
            };
            Fields { names: FIELDS.iter().map(|f| f.0).collect(), concepts, phone, phone_part }
        })
    }

    /// The number of a concept.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| *n == name)
    }

    /// Whether a concept is searched for.
    pub fn is_identifier(&self, concept: usize) -> bool {
        FIELDS[concept].2
    }

    /// The concepts that are searched for.
    pub fn identifiers(&self) -> impl Iterator<Item = usize> {
        (0..FIELDS.len()).filter(|&c| FIELDS[c].2)
    }

    /// Whether normalised values of a concept are written alike everywhere.
    pub fn comparable(&self, concept: usize) -> bool {
        matches!(FIELDS[concept].1, Kind::Name | Kind::Date)
    }
}
