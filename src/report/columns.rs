//! Which column is which field: what each was taken for, what it hit, and what guessing would have hit.

use crate::identify::Kind;
use crate::identify::form::Form;
use crate::matching::tally::TaskTally;
use crate::matching::{Question, Task};
use crate::names::safe_text;
use crate::scan::Scanned;
use serde::Serialize;

/// A column taken for a field of an index, or for a kind without one.
#[derive(Clone, Debug, Serialize)]
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
    pub role: &'static str,
    /// Values compared.
    pub values: u64,
    /// Of these, hits (identifier) or agreements with the row's record (attribute).
    pub hits: u64,
    /// What guessing would hit, where values of this kind can be guessed.
    pub guessed: Option<GuessEntry>,
}

/// How often values of a sample hit, and decoys made of them: the beginning of each with the last four characters of the one before.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GuessEntry {
    /// Values of the sample.
    pub values: u64,
    /// Of these, hits.
    pub hits: u64,
    /// Decoys.
    pub decoys: u64,
    /// Of these, hits.
    pub decoy_hits: u64,
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
            role: "identifier",
            values: 0,
            hits: 0,
            guessed: None,
        };
        for (task, tally) in layout.tasks.iter().zip(&scanned.merged.tasks[number]) {
            let base = ColumnEntry { values: tally.values, ..entry(task.column, task.kind) };
            let before = out.len();
            out.extend(
                task_fields(question, task, tally)
                    .map(|(index, field, hits)| (index, ColumnEntry { index: Some(index), field: Some(field), hits, ..base.clone() }))
                    .map(|(index, entry)| (number, ColumnEntry { guessed: guessed(task, index), ..entry })),
            );
            if out.len() == before {
                out.push((number, base));
            }
        }
        for (task, tally) in layout.attributes.iter().zip(&scanned.merged.attributes[number]) {
            for (&(index, form), &(agreed, compared)) in task.uses.iter().zip(&tally.uses) {
                let field = safe_text(&question.indexes[index].meta().attributes[form].name);
                let found = ColumnEntry {
                    index: Some(index),
                    field: Some(field),
                    part: task.masked.then_some(task.form),
                    role: "attribute",
                    values: compared,
                    hits: agreed,
                    ..entry(task.column, task.kind)
                };
                out.push((number, found));
            }
        }
    }
    // By table, as they were met; a stable sort keeps the order of the tables of one input.
    out.sort_by(|a, b| (a.0, a.1.column, a.1.role, a.1.index, a.1.kind).cmp(&(b.0, b.1.column, b.1.role, b.1.index, b.1.kind)));
    out.into_iter().map(|(_, entry)| entry).collect()
}

/// What guessing would hit in an index, where it was asked.
fn guessed(task: &Task, index: usize) -> Option<GuessEntry> {
    let guess = task.targets.iter().find(|t| t.index == index)?.guess;
    let genuine_share = guess.genuine_at_least();
    let entry = GuessEntry { values: guess.values, hits: guess.hits, decoys: guess.decoys, decoy_hits: guess.decoy_hits, genuine_share };
    (guess.decoys > 0).then_some(entry)
}

/// (index, field, hits) of a task, where there are hits.
fn task_fields<'a>(question: &'a Question, task: &'a Task, tally: &'a TaskTally) -> impl Iterator<Item = (usize, String, u64)> + 'a {
    task.targets.iter().zip(&tally.hits).flat_map(move |(target, hits)| {
        let fields = &question.indexes[target.index].meta().identifiers;
        fields.iter().zip(hits).filter(|(_, n)| **n > 0).map(move |(f, &n)| (target.index, safe_text(&f.name), n))
    })
}
