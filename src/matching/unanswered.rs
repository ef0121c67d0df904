//! Columns about which "no match" says nothing: digests that nothing matched, and masked values that were compared with nothing.
//!
//! A digest is found when an index holds digests of the same algorithm, made the same way; with a salt or a secret in it, it never is. A masked value finds no
//! record at all. Whoever reads "no match" must be told of both. A column whose name says that it holds passwords is left out: nobody expects an index to know
//! them.

use super::{Layout, Question};
use crate::identify::digest::{Algorithm, Encoding};
use crate::identify::profile::Written;
use crate::matching::tally::Merged;
use crate::plan::ColumnPlan;
use crate::reading::TableInfo;
use std::sync::Arc;

/// What a column holds in place of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Digests.
    Digests(Algorithm, Encoding),
    /// Values of which a part is hidden.
    Masks,
}

/// A column that was not compared, or in which nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// The table.
    pub table: usize,
    /// Column, 0-based.
    pub column: usize,
    /// What it holds.
    pub holds: Holds,
    /// The indexes that hold such digests, or parts of values, all the same.
    pub covered: Vec<usize>,
    /// Another column of the same table found something.
    pub others_hit: bool,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Silence {
    /// In the order of the dump.
    pub columns: Vec<Unanswered>,
    /// No other column of the dump looks like an identifier that an index could be asked for.
    pub alone: bool,
}

impl Silence {
    /// The columns of a dump that its scan leaves open.
    #[must_use]
    pub fn of(question: &Question, tables: &[TableInfo], layouts: &[Arc<Layout>], merged: &Merged) -> Silence {
        let mut out = Silence { columns: Vec::new(), alone: true };
        for (table, (info, layout)) in tables.iter().zip(layouts).enumerate() {
            let tasks = || layout.tasks.iter().zip(&merged.tasks[table]);
            let hits = |task: &super::tally::TaskTally| task.hits.iter().flatten().any(|&n| n > 0);
            let digest = |task: &super::Task| Algorithm::of_kind(task.kind).is_some();
            out.alone &= !tasks().any(|(task, tally)| !digest(task) && (task.recognised && tally.plausible > 0 || hits(tally)));
            for (column, plan) in info.columns.iter().enumerate() {
                let Some(holds) = holds(plan) else { continue };
                let answered = match holds {
                    Holds::Digests(..) => tasks().any(|(task, tally)| task.column == column && hits(tally)),
                    Holds::Masks => layout
                        .attributes
                        .iter()
                        .zip(&merged.attributes[table])
                        .any(|(task, tally)| task.masked && task.column == column && tally.uses.iter().any(|u| u.1 > 0)),
                };
                if !answered {
                    let others_hit = tasks().any(|(task, tally)| task.column != column && hits(tally));
                    out.columns.push(Unanswered { table, column, holds, covered: covered(question, holds), others_hit });
                }
            }
        }
        out.alone &= !out.columns.is_empty();
        out
    }

    /// Whether nothing of the dump could be compared with any index: then there is no "no match".
    #[must_use]
    pub fn nothing_asked(&self) -> bool {
        self.alone && self.columns.iter().all(|c| c.holds == Holds::Masks || c.covered.is_empty())
    }
}

/// What a column holds in place of values, as far as its plan says.
fn holds(plan: &ColumnPlan) -> Option<Holds> {
    let written = plan.written?;
    let Some(encoding) = written.encoding() else { return (written == Written::Masked).then_some(Holds::Masks) };
    let algorithm = plan.kinds.first().and_then(|kind| Algorithm::of_kind(*kind))?;
    (!plan.header.as_deref().is_some_and(is_secret)).then_some(Holds::Digests(algorithm, encoding))
}

/// Whether a column's name says that it holds passwords or the like.
fn is_secret(header: &str) -> bool {
    let name = header.to_ascii_lowercase();
    ["pass", "pwd", "sandi", "salt", "token", "secret", "session", "api"].iter().any(|word| name.contains(word))
}

fn covered(question: &Question, holds: Holds) -> Vec<usize> {
    let covers = |n: &usize| {
        let meta = question.indexes[*n].meta();
        match holds {
            Holds::Digests(algorithm, _) => meta.identifiers.iter().any(|f| f.hashes.contains(&algorithm)),
            Holds::Masks => meta.attributes.iter().any(|a| a.form != crate::identify::form::Form::Whole),
        }
    };
    (0..question.indexes.len()).filter(covers).collect()
}
