//! Which column is which field: what each was taken for, what it hit, and what guessing would have hit.

use crate::identify::Kind;
use crate::identify::form::Form;
use crate::identify::profile::Written;
use crate::identify::vocabulary;
use crate::index::meta::IdentifierField;
use crate::matching::layout::Guess;
use crate::matching::tally::TaskTally;
use crate::matching::{Question, Task};
use crate::names::safe_text;
use crate::scan::Scanned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A column taken for a field of an index, or for a kind without one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ColumnEntry {
    /// The input, by its place, 0-based.
    pub input: usize,
    /// The member of it, if it is a container.
    pub member: Option<String>,
    /// The table, where the dump names it.
    pub table: Option<String>,
    /// Column, 1-based.
    pub column: usize,
    /// Its header, where that is certainly a name.
    pub header: Option<String>,
    /// What its values were taken for.
    pub kind: Kind,
    /// The index, by its place, 0-based.
    pub index: Option<usize>,
    /// The field of that index.
    pub field: Option<String>,
    /// The part of its values that was compared, where the column's are masked.
    pub part: Option<Form>,
    /// How it was used.
    pub role: Cow<'static, str>,
    /// Values compared.
    pub values: u64,
    /// Of these, hits (identifier) or agreements with the row's record (attribute).
    pub hits: u64,
    /// What guessing would hit, where values of this kind can be guessed.
    pub guessed: Option<GuessEntry>,
    /// For notices, where the index's schema says so: `contact`, `identity`, `financial`, `health`, `credential`, …
    pub category: Option<String>,
}

/// A column of the dump of which no value was found in any index, nor agreed with one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnmatchedEntry {
    /// The input, by its place, 0-based.
    pub input: usize,
    /// The member of it, if it is a container.
    pub member: Option<String>,
    /// The table, where the dump names it.
    pub table: Option<String>,
    /// Column, 1-based.
    pub column: usize,
    /// Its header, where that is certainly a name.
    pub header: Option<String>,
    /// What its values look like, where they look like one thing.
    pub kind: Option<Kind>,
    /// How they are written, where they are digests or masked.
    pub written: Option<Written>,
    /// What a column of that name holds: a meaning of headers, as in a schema.
    pub concept: Option<String>,
    /// For notices, by that name: `contact`, `identity`, `financial`, `health`, `credential`, …
    pub category: Option<String>,
}

/// Columns without a match that are told; a dump of thousands of tables has more.
const UNMATCHED: usize = 200;

/// What guessing would hit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct GuessEntry {
    /// Values of a sample, and decoys made of them.
    #[serde(flatten)]
    pub sample: Guess,
    /// Share of the values that are genuine at least.
    pub genuine_share: f64,
}

/// Every column that was searched or compared, and the fields that it hit; a searched column without any hit once.
#[must_use]
pub fn columns(question: &Question, scanned: &Scanned) -> Vec<ColumnEntry> {
    let mut out: Vec<(usize, ColumnEntry)> = Vec::new();
    for (number, (layout, table)) in scanned.layouts.iter().zip(&scanned.read.tables).enumerate() {
        let source = &scanned.read.sources[table.source];
        let entry = |column: usize, kind| ColumnEntry {
            input: source.input,
            member: source.member.then(|| source.name.clone()),
            table: table.name.clone(),
            column: column + 1,
            header: table.columns.get(column).and_then(|c| c.header.clone()),
            kind,
            index: None,
            field: None,
            part: None,
            role: Cow::Borrowed("identifier"),
            values: 0,
            hits: 0,
            guessed: None,
            category: None,
        };
        for (task, tally) in layout.tasks.iter().zip(&scanned.merged.tasks[number]) {
            let base = ColumnEntry { values: tally.values, ..entry(task.column, task.kind) };
            let before = out.len();
            out.extend(task_fields(question, task, tally).map(|(index, field, hits)| {
                let (guessed, category) = (guessed(task, index), field.category.as_deref().map(safe_text));
                let field = Some(safe_text(&field.name));
                (number, ColumnEntry { index: Some(index), field, hits, guessed, category, ..base.clone() })
            }));
            if out.len() == before {
                out.push((number, base));
            }
        }
        for (task, tally) in layout.attributes.iter().zip(&scanned.merged.attributes[number]) {
            for (&(index, form), &(agreed, compared)) in task.uses.iter().zip(&tally.uses) {
                let of = &question.indexes[index].meta().attributes[form];
                let found = ColumnEntry {
                    index: Some(index),
                    field: Some(safe_text(&of.name)),
                    category: of.category.as_deref().map(safe_text),
                    part: task.masked.then_some(task.form),
                    role: Cow::Borrowed("attribute"),
                    values: compared,
                    hits: agreed,
                    ..entry(task.column, task.kind)
                };
                out.push((number, found));
            }
        }
    }
    // By table, as they were met; a stable sort keeps the order of the tables of one input.
    out.sort_by(|a, b| (a.0, a.1.column, &a.1.role, a.1.index, a.1.kind).cmp(&(b.0, b.1.column, &b.1.role, b.1.index, b.1.kind)));
    out.into_iter().map(|(_, entry)| entry).collect()
}

/// The columns of which nothing was found or agreed, as far as they say anything of themselves: by name, or by what their values look like.
#[must_use]
pub fn unmatched(scanned: &Scanned) -> Vec<UnmatchedEntry> {
    let mut out = Vec::new();
    for (number, (layout, table)) in scanned.layouts.iter().zip(&scanned.read.tables).enumerate() {
        let source = &scanned.read.sources[table.source];
        let found = |column: usize| {
            let tasks = layout.tasks.iter().zip(&scanned.merged.tasks[number]).filter(|(task, _)| task.column == column);
            let attributes = layout.attributes.iter().zip(&scanned.merged.attributes[number]).filter(|(task, _)| task.column == column);
            tasks.flat_map(|(_, tally)| tally.hits.iter().flatten()).any(|&n| n > 0)
                || attributes.flat_map(|(_, tally)| &tally.uses).any(|&(agreed, _)| agreed > 0)
        };
        for (column, plan) in table.columns.iter().enumerate().filter(|(column, plan)| !plan.inside && !found(*column)) {
            let meaning = plan.header.as_deref().and_then(|header| vocabulary::lookup(header.as_bytes()));
            let kind = plan.kinds.first().copied();
            if out.len() == UNMATCHED || kind.is_none() && plan.header.is_none() {
                continue;
            }
            out.push(UnmatchedEntry {
                input: source.input,
                member: source.member.then(|| source.name.clone()),
                table: table.name.clone(),
                column: column + 1,
                header: plan.header.clone(),
                kind,
                written: plan.written,
                concept: meaning.map(|m| m.concept.to_string()),
                category: meaning.and_then(|m| m.category).map(str::to_string),
            });
        }
    }
    out
}

/// What guessing would hit in an index, where it was asked.
fn guessed(task: &Task, index: usize) -> Option<GuessEntry> {
    let sample = task.targets.iter().find(|t| t.index == index)?.guess;
    (sample.decoys > 0).then(|| GuessEntry { sample, genuine_share: sample.genuine_at_least() })
}

/// (index, field, hits) of a task, where there are hits.
fn task_fields<'a>(
    question: &'a Question,
    task: &'a Task,
    tally: &'a TaskTally,
) -> impl Iterator<Item = (usize, &'a IdentifierField, u64)> + 'a {
    task.targets.iter().zip(&tally.hits).flat_map(move |(target, hits)| {
        let fields = &question.indexes[target.index].meta().identifiers;
        fields.iter().zip(hits).filter(|(_, n)| **n > 0).map(move |(f, &n)| (target.index, f, n))
    })
}
