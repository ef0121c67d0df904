//! What would make a column speak that said nothing: the schema line that covers its digests or its masked values, and what can never match.

use super::document::HintEntry;
use crate::identify::{mask, vocabulary};
use crate::matching::Question;
use crate::matching::unanswered::{Holds, Unanswered};
use crate::names::safe_text;
use crate::scan::Scanned;
use std::collections::BTreeSet;

/// Hints that are listed; a dump of thousands of tables would say the same of each.
const LISTED: usize = 100;

/// The hints of a scan, in the order of the dump.
pub(super) fn hints(question: &Question, scanned: &Scanned) -> Vec<HintEntry> {
    scanned.silence.columns.iter().take(LISTED).map(|column| hint(question, scanned, column)).collect()
}

fn hint(question: &Question, scanned: &Scanned, unanswered: &Unanswered) -> HintEntry {
    let table = &scanned.read.tables[unanswered.table];
    let source = &scanned.read.sources[table.source];
    let header = table.columns.get(unanswered.column).and_then(|c| c.header.clone());
    let (schema_line, sentence) = match unanswered.holds {
        Holds::Digests(..) => digests(question, unanswered),
        Holds::Masks => masks(unanswered, header.as_deref()),
    };
    let (kind, algorithm, encoding) = match unanswered.holds {
        Holds::Digests(algorithm, encoding) => ("digests".into(), Some(algorithm), Some(encoding)),
        Holds::Masks => ("masked".into(), None, None),
    };
    HintEntry {
        kind,
        input: source.input,
        member: source.member.then(|| source.name.clone()),
        table: table.name.clone(),
        column: unanswered.column + 1,
        header,
        algorithm,
        encoding,
        schema_line,
        sentence,
    }
}

/// Names of the institutions of some indexes, each once.
fn institutions(question: &Question, indexes: impl Iterator<Item = usize>) -> String {
    let mut seen = BTreeSet::new();
    let names = indexes.map(|n| safe_text(&question.indexes[n].meta().institution)).filter(|name| seen.insert(name.clone()));
    names.collect::<Vec<_>>().join(", ")
}

fn digests(question: &Question, unanswered: &Unanswered) -> (Option<String>, String) {
    let Holds::Digests(algorithm, encoding) = unanswered.holds else { return (None, String::new()) };
    let line = format!("hashes = [\"{}\"]", algorithm.name());
    let what = format!("Column {} holds digests ({}, {}).", unanswered.column + 1, algorithm.words(), encoding.words());
    let without = (0..question.indexes.len()).filter(|n| !unanswered.covered.contains(n));
    let missing = unanswered.covered.len() < question.indexes.len();
    let mut sentence = what;
    if !unanswered.covered.is_empty() {
        sentence += &format!(
            " None of them is among those that the index supplied by {} holds.",
            institutions(question, unanswered.covered.iter().copied())
        );
    }
    if missing {
        sentence += &format!(
            " The index supplied by {} holds no such digests: to find those of e-mail addresses, phone numbers or other identifiers, build it again with {line} in the schema, on the fields that \
             could have been hashed.",
            institutions(question, without)
        );
    }
    sentence +=
        " Digests made with a salt or pepper cannot match, nor do those of passwords: \"no match\" does not speak about this column.";
    sentence += others(unanswered);
    (missing.then_some(line), sentence)
}

fn masks(unanswered: &Unanswered, header: Option<&str>) -> (Option<String>, String) {
    let kind = header.and_then(|h| vocabulary::lookup(h.as_bytes())).and_then(|e| e.kind);
    let parts = kind.map(mask::usual_parts).filter(|parts| !parts.is_empty()).unwrap_or(&["first4", "last4"]);
    let line = format!("parts = {parts:?}");
    let mut sentence = format!(
        "Column {} holds masked values. They find no record by themselves: what they show is compared once another column found it",
        unanswered.column + 1
    );
    let covered = !unanswered.covered.is_empty();
    sentence += match (covered, unanswered.others_hit) {
        (true, true) => ", and it does not agree with any field of which the indexes hold parts.",
        (true, false) => ", and none did.",
        (false, _) => ".",
    };
    if !covered {
        sentence += &format!(
            " No index supplied holds parts to compare them with: build it again with {line} in the schema, on the field that they are of."
        );
    }
    sentence += " \"No match\" does not speak about this column.";
    sentence += others(unanswered);
    ((!covered).then_some(line), sentence)
}

fn others(unanswered: &Unanswered) -> &'static str {
    if unanswered.others_hit { " Other columns of its table did match." } else { "" }
}
