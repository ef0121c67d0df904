//! What a library holds and what it says of dumps, for people and programs: the document of `leaktrace library list` and `find`, and the
//! terminal's view of both.

use super::{DumpEntry, percent, sentence, share_words};
use crate::lineage::compare::Comparison;
use crate::lineage::family::Pair;
use crate::lineage::library::{Explained, Found, Known, Label, Unread};
use crate::lineage::{About, Relation};
use crate::names::escape_controls;
use crate::report::terminal::grouped;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Name and version of the document.
pub const SCHEMA: &str = "leaktrace.library/1";

/// The document of `library list` and `library find`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LibraryDocument {
    /// [`SCHEMA`].
    pub schema: String,
    /// What made it.
    pub tool: String,
    /// The known dumps; of `list`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dumps: Vec<KnownEntry>,
    /// What the library says of each dump that it was asked about, in the order given; of `find`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<QueryEntry>,
    /// Files of the library that nothing can be said of.
    pub unread: Vec<UnreadEntry>,
}

/// A known dump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownEntry {
    /// Its name in the library.
    pub name: String,
    /// What its fingerprint says of itself, its label included.
    #[serde(flatten)]
    pub about: About,
}

/// What the library says of a dump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryEntry {
    /// Its file, as it may be shown.
    pub file: String,
    /// Its rows.
    pub rows: u64,
    /// Rows with different identifiers.
    pub rows_distinct: u64,
    /// Whether all of it could be read.
    pub complete: bool,
    /// Known dumps that were looked at.
    pub known_dumps: u64,
    /// Those that were compared: copies first, by the share of the dump's rows.
    pub found: Vec<FoundEntry>,
    /// Share of the dump's distinct rows that some known dump holds.
    pub known: f64,
    /// Share that none holds.
    pub new: f64,
    /// Known dumps that share values, and were not compared: others came before them.
    pub not_compared: u64,
    /// Known dumps that share one value or two.
    pub hardly: u64,
}

/// A known dump that was compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundEntry {
    /// Its name in the library.
    pub name: String,
    /// What a person said of it.
    pub label: Option<Label>,
    /// Its rows.
    pub rows: u64,
    /// Rows with different identifiers.
    pub rows_distinct: u64,
    /// What the dump is to it, in a sentence.
    pub sentence: String,
    /// Values of both, of those that were looked up.
    pub in_common: u64,
    /// Share of the dump's distinct rows that it holds and none before it does; null where that is nothing to speak of.
    pub adds: Option<f64>,
    /// The figures: the known dump is the first, the dump that was asked about the second.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// A file of the library that nothing can be said of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadEntry {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl LibraryDocument {
    fn new(unread: &[Unread]) -> LibraryDocument {
        let entry = |unread: &Unread| UnreadEntry { name: unread.name.clone(), reason: unread.error.to_string() };
        let tool = format!("leaktrace {}", env!("CARGO_PKG_VERSION"));
        LibraryDocument { schema: SCHEMA.into(), tool, dumps: Vec::new(), queries: Vec::new(), unread: unread.iter().map(entry).collect() }
    }

    /// What a library holds.
    #[must_use]
    pub fn list(known: Vec<Known>, unread: &[Unread]) -> LibraryDocument {
        let entry = |Known { name, about }| KnownEntry { name, about: escaped(about) };
        LibraryDocument { dumps: known.into_iter().map(entry).collect(), ..LibraryDocument::new(unread) }
    }

    /// What it says of dumps, each with its file as it may be shown.
    #[must_use]
    pub fn find(asked: &[(String, &About, Explained)]) -> LibraryDocument {
        let mut unread: Vec<Unread> = asked.iter().flat_map(|(_, _, explained)| explained.unread.clone()).collect();
        unread.sort_by(|a, b| a.name.cmp(&b.name));
        unread.dedup_by(|a, b| a.name == b.name);
        let queries = asked.iter().map(|(file, about, explained)| QueryEntry::new(file, about, explained)).collect();
        LibraryDocument { queries, ..LibraryDocument::new(&unread) }
    }
}

/// Without characters that would change how the text around is shown.
fn escaped(mut about: About) -> About {
    if let Some(label) = &mut about.label {
        let texts = [Some(&mut label.name), label.source.as_mut(), label.published.as_mut(), label.added.as_mut()];
        texts.into_iter().flatten().for_each(|text| *text = escape_controls(text));
    }
    about
}

impl QueryEntry {
    fn new(file: &str, about: &About, explained: &Explained) -> QueryEntry {
        QueryEntry {
            file: file.to_string(),
            rows: about.rows,
            rows_distinct: about.rows_distinct,
            complete: about.complete,
            known_dumps: explained.known,
            found: explained.found.iter().map(|found| FoundEntry::new(file, about, found)).collect(),
            known: 1.0 - explained.new,
            new: explained.new,
            not_compared: explained.not_compared,
            hardly: explained.hardly,
        }
    }
}

impl FoundEntry {
    /// Of a dump, called `file`, and a known one.
    #[must_use]
    pub fn new(file: &str, about: &About, found: &Found) -> FoundEntry {
        let known = escaped(found.known.about.clone());
        let (label, rows, rows_distinct) = (known.label.clone(), known.rows, known.rows_distinct);
        let name = found.known.name.clone();
        let dumps = [DumpEntry { file: name.clone(), about: known }, DumpEntry { file: file.to_string(), about: about.clone() }];
        let sentence = sentence(&dumps, &Pair { a: 0, b: 1, comparison: found.comparison.clone() });
        let (in_common, adds, comparison) = (found.in_common, found.adds, found.comparison.clone());
        FoundEntry { name, label, rows, rows_distinct, sentence, in_common, adds, comparison }
    }
}

/// What a library says of dumps, as lines.
#[must_use]
pub fn render(document: &LibraryDocument) -> String {
    let mut out = String::new();
    for (n, query) in document.queries.iter().enumerate() {
        if n > 0 {
            out.push('\n');
        }
        render_query(&mut out, query);
    }
    out
}

fn render_query(out: &mut String, query: &QueryEntry) {
    let file = &query.file;
    let copied: Vec<&FoundEntry> = query.found.iter().filter(|found| found.comparison.relation.copied()).collect();
    let parts = copied.iter().filter_map(|found| found.adds.map(|adds| format!("{} ({})", found.name, percent(adds))));
    let parts: Vec<String> = parts.collect();
    let dumps = counted(query.known_dumps, "known dump", "known dumps");
    let _ = match parts.len() {
        0 if copied.is_empty() => writeln!(out, "{file}: none of its rows are known to come from any of {dumps}."),
        0 => writeln!(out, "{file}: hardly any of its rows are known, of {dumps}."),
        _ => writeln!(out, "{file}: {} of its rows are known: {}; {} are new.", percent(query.known), parts.join(", "), percent(query.new)),
    };
    for found in &copied {
        let _ = writeln!(out, "  {}{}", found.sentence, label_words(found.label.as_ref()));
        let _ = writeln!(out, "    {:<42} {}", format!("rows of {file} in it"), share_words(&found.comparison.b_in_a));
    }
    let people = query.found.iter().filter(|found| found.comparison.relation == Relation::SamePeople);
    let people: Vec<&str> = people.map(|found| found.name.as_str()).collect();
    if !people.is_empty() {
        let _ = writeln!(out, "  some of the same people, but no rows that are shown to be copied: {}", people.join(", "));
    }
    let others = query.found.len() - copied.len() - people.len();
    let mut also = Vec::new();
    if others > 0 {
        also.push(format!("{} in common with it and are unrelated", counted(others as u64, "other has values", "others have values")));
    }
    if query.not_compared > 0 {
        also.push(format!("{} in common with it and were not compared (--most)", counted(query.not_compared, "has values", "have values")));
    }
    if query.hardly > 0 {
        also.push(format!("{} or two in common with it", counted(query.hardly, "has a value", "have a value")));
    }
    if !also.is_empty() {
        let _ = writeln!(out, "  of the known dumps {}", also.join("; "));
    }
}

fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

fn label_words(label: Option<&Label>) -> String {
    let Some(label) = label else { return String::new() };
    let published = label.published.as_ref().map(|day| format!("published {day}"));
    let source = label.source.as_ref().map(|source| format!("source: {source}"));
    let words: Vec<String> = published.into_iter().chain(source).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join("; ")) }
}

/// What a library holds, as a table.
#[must_use]
pub fn render_list(document: &LibraryDocument) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["name", "rows", "published", "added", "called", "source"]);
    for KnownEntry { name, about } in &document.dumps {
        let label = about.label.clone().unwrap_or_default();
        let text = |text: Option<String>| Cell::new(text.unwrap_or_default());
        let called = Some(label.name).filter(|called| called != name);
        let rows = Cell::new(grouped(about.rows)).set_alignment(CellAlignment::Right);
        table.add_row([Cell::new(name), rows, text(label.published), text(label.added), text(called), text(label.source)]);
    }
    if document.dumps.is_empty() { "the library is empty\n".to_string() } else { format!("{}\n", table.trim_fmt()) }
}
