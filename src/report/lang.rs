//! The languages of a report. English is the key: every text that the program makes is made in English, and a catalogue says it in another
//! language, holes and all, so that the document stays one and every form of it says the same.

mod catalogue;
mod findings;
mod ledger;
mod notice;
mod numbers;
mod page;
mod page_details;
mod verdict;
mod words;

use catalogue::Catalogue;
pub(in crate::report) use catalogue::pieces as catalogue_pieces;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::LazyLock;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Indonesian.
    Id,
}

/// What is said in Indonesian: (English, Indonesian), a table for each group of texts. See [`catalogue`] for the holes.
const TABLES: &[&[(&str, &str)]] = &[words::TABLE, verdict::TABLE, findings::TABLE, ledger::TABLE, notice::ENTRIES];

/// Texts whose holes are filled by whoever says them. They are looked up as they stand and are not searched: many are so short that they would
/// fit anything.
const TEMPLATES: &[&[(&str, &str)]] = &[page::TABLE, page_details::TABLE];

static INDONESIAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(TABLES, TEMPLATES));

impl Lang {
    /// A text of the program in this language. The English text is the key; numbers and names in it may be anything. A text that the catalogue
    /// does not know stays English.
    #[must_use]
    pub fn say(self, text: &str) -> Cow<'_, str> {
        self.told(text).unwrap_or(Cow::Borrowed(text))
    }

    /// As [`Lang::say`]; `None` where the catalogue does not know the text.
    #[must_use]
    pub fn told(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Lang::En => Some(Cow::Borrowed(text)),
            Lang::Id => INDONESIAN.translate(text).map(Cow::Owned),
        }
    }

    /// A text with holes, to be filled by the caller: the English one is the key. `None` where the catalogue does not know it.
    #[must_use]
    pub fn template(self, english: &'static str) -> Option<&'static str> {
        match self {
            Lang::En => Some(english),
            Lang::Id => INDONESIAN.template(english),
        }
    }

    /// The language's code, as in the `lang` attribute of a page (BCP 47).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Id => "id",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_the_program_are_said_in_indonesian() {
        let said = |text: &str| Lang::Id.told(text).map(Cow::into_owned);
        assert_eq!(Lang::En.say("strong"), "strong");
        assert_eq!(said("strong").as_deref(), Some("kuat"));
        assert_eq!(said("no such text of ours"), None);
        let verdict = "The findings give very strong support (likelihood ratio about 10,000) that about 8.4% of the distinct rows (8.3% to 8.5%) \
                       are copies of records of the kind held by PT. Bank, strong (dataset customers, snapshot 2026-11-01), rather than the same \
                       people from an independent source.";
        let indonesian = said(verdict).unwrap();
        for part in ["sangat kuat", "sekitar 10.000", "8,4%", "8,3% hingga 8,5%", "PT. Bank, strong", "snapshot 2026-11-01"] {
            assert!(indonesian.contains(part), "{part} is not in {indonesian}");
        }
        let aside = "No match: no identifier of the dump is in the index supplied by A and B (roll, 5 records) or by PT. C (x, 7 records, snapshot \
                     2026-01-01). Set aside as asked, and not read: 3 image (512 bytes).";
        let indonesian = said(aside).unwrap();
        for part in ["A and B (roll, 5 rekaman) atau oleh PT. C (x, 7 rekaman, snapshot 2026-01-01)", "3 gambar (512 bita)"] {
            assert!(indonesian.contains(part), "{part} is not in {indonesian}");
        }
    }

    #[test]
    fn holes_match_between_the_languages() {
        for (english, indonesian) in TABLES.iter().chain(TEMPLATES).copied().flatten() {
            let holes = catalogue::holes(indonesian).unwrap_or_else(|| panic!("holes of {indonesian:?}"));
            let wanted = english.matches("{}").count();
            let mut seen: Vec<usize> = holes.clone();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen, (0..wanted).collect::<Vec<_>>(), "{english:?} and {indonesian:?}");
            assert!(!english.contains("{}{}"), "adjacent holes of {english:?}");
        }
    }

    #[test]
    fn no_text_stands_twice_in_the_catalogue_with_two_meanings() {
        let mut seen = std::collections::HashMap::new();
        for (english, indonesian) in TABLES.iter().chain(TEMPLATES).copied().flatten() {
            let other = seen.insert(*english, *indonesian);
            assert!(other.is_none_or(|other| other == *indonesian), "{english:?}");
        }
    }

    #[test]
    fn long_texts_are_answered_at_once() {
        let text = "The findings give a, b and c. ".repeat(20_000);
        let began = std::time::Instant::now();
        assert_eq!(Lang::Id.say(&text), text);
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
    }
}
