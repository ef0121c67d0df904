//! How a dump will be read: decided once, from fixed byte positions, written down as a value. `inspect DUMP --plan FILE` writes it,
//! `scan --plan FILE` obeys it, and a user may edit it.
//!
//! Everything that is decided again inside a part is a pure function of plan and position, so that the result does not depend on how
//! the work was cut.

mod check;
mod decide;
pub mod parts;

use crate::identify::profile::Written;
use crate::identify::{Kind, date};
use crate::ledger::Reason;
use crate::names::{safe_path, safe_text};
use crate::record::delimited::Dialect;
use crate::record::sql::SqlDialect;
use crate::source::encoding::Charset;
use crate::source::{Input, Joined};
use crate::{Error, Result};
use decide::decide_input;
pub use parts::Part;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

pub use decide::{SAMPLE_BYTES, columns, decide_delimited, decide_text};

/// Name and version of the plan's form.
pub const SCHEMA: &str = "leaktrace.plan/1";

const ADVICE: &str = "make one with: leaktrace inspect DUMP --plan FILE";

/// An input of a scan: open, or set aside before it was opened.
#[derive(Debug)]
pub enum SourceInput {
    /// Readable.
    Open(Input),
    /// Readable, in volumes that are one file.
    Joined(Joined),
    /// Not.
    Skipped {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: Reason,
        /// Its length, where that is known.
        bytes: u64,
        /// What to do about it, if anything is known.
        advice: Option<String>,
    },
}

impl SourceInput {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            SourceInput::Open(input) => input.path(),
            SourceInput::Joined(joined) => joined.path(),
            SourceInput::Skipped { path, .. } => path,
        }
    }

    /// What it may be called in a report.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            SourceInput::Open(input) => input.shown(),
            SourceInput::Joined(joined) => joined.shown(),
            SourceInput::Skipped { path, .. } => safe_path(path),
        }
    }

    /// The files that it is made of: none where it is not readable.
    #[must_use]
    pub fn files(&self) -> &[Input] {
        match self {
            SourceInput::Open(file) => std::slice::from_ref(file),
            SourceInput::Joined(joined) => joined.volumes(),
            SourceInput::Skipped { .. } => &[],
        }
    }

    /// Its length, bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            SourceInput::Open(input) => input.len(),
            SourceInput::Joined(joined) => joined.whole() + joined.behind(),
            SourceInput::Skipped { bytes, .. } => *bytes,
        }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The plan for all inputs of a scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// Bytes of a segment, the unit of work.
    pub segment_bytes: u64,
    /// One entry an input, in the order given.
    pub inputs: Vec<InputPlan>,
    /// Bytes of a part, where the plan names parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_bytes: Option<u64>,
    /// What the dump was called on the command line that named them, as it may be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dumps: Vec<String>,
    /// The parts, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// BLAKE3 of all the rest, where the plan names parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// The plan for one input. Unknown fields are refused by [`DelimitedPlan`], which gets all that are left over here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputPlan {
    /// The input's name as it may be shown; not used to find it.
    pub input: String,
    /// Its length when the plan was made.
    pub bytes: u64,
    /// How it is read.
    #[serde(flatten)]
    pub reading: Reading,
}

/// How an input is read, if at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum Reading {
    /// As rows of delimited cells.
    Delimited(DelimitedPlan),
    /// As the rows of a database dump's statements.
    Sql(SqlPlan),
    /// As JSON: each object or array a row.
    Json(Evidence),
    /// As entries of keys and values: each entry a row.
    Blocks(Evidence),
    /// As a list of credentials: each line an address, a login and a password.
    Credentials(Evidence),
    /// As free text: what identifiers stand in each line.
    Text(Evidence),
    /// As the tables of a workbook or database file.
    Tables(Evidence),
    /// As a text in another encoding, decoded first.
    Encoded(EncodedPlan),
    /// As a container: every member is read as what it is.
    Container(Evidence),
    /// Not at all; a ledger entry says so.
    Skip {
        /// Why.
        reason: Reason,
        /// What to do about it.
        advice: Option<String>,
    },
}

/// Why something is read as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// In words.
    pub evidence: Vec<String>,
}

/// How a database dump is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlPlan {
    /// Whose rules its strings follow.
    pub dialect: SqlDialect,
    /// Why it was decided so.
    pub evidence: Vec<String>,
}

/// How a text that is not UTF-8 is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncodedPlan {
    /// Its encoding, by a name of the Encoding Standard, or UTF-32LE or UTF-32BE.
    pub encoding: String,
    /// Why it was decided so.
    pub evidence: Vec<String>,
}

/// How a delimited file is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelimitedPlan {
    /// Delimiter, quote and line ends, and whether the first row names the columns.
    pub dialect: Dialect,
    /// Where the first row begins.
    pub data_start: u64,
    /// Bytes before it that hold no row: titles, rules, comments.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub preamble: u64,
    /// The columns, by position.
    pub columns: Vec<ColumnPlan>,
    /// Why it was decided so.
    pub evidence: Vec<String>,
    /// Where its text begins, if another table stands before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub from: u64,
    /// The tables behind this one, by where they begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<DelimitedPlan>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl DelimitedPlan {
    /// All tables of the text and where the text of each ends; `None` for the text's end.
    pub fn tables(&self) -> impl Iterator<Item = (&DelimitedPlan, Option<u64>)> {
        let ends = self.more.iter().map(|next| Some(next.from)).chain([None]);
        std::iter::once(self).chain(&self.more).zip(ends)
    }

    /// Checks what a person may have edited in a table whose text lies in `text`.
    fn clean(&mut self, text: std::ops::Range<u64>) -> Result<()> {
        let wrong = |what: &str, most: u64, got: u64| {
            Err(Error::usage(what).expected(format!("at most {most}")).got(got.to_string()).advice("correct it in the plan"))
        };
        if self.from < text.start || self.from > text.end {
            return wrong("the plan's tables do not lie one behind the other in the file", text.end, self.from);
        }
        if self.data_start > text.end {
            return wrong("the plan's data_start lies behind the end of the file", text.end, self.data_start);
        }
        if self.data_start < self.from || self.preamble > self.data_start - self.from {
            return wrong("the plan's preamble reaches beyond its data_start", self.data_start.saturating_sub(self.from), self.preamble);
        }
        self.dialect = self.dialect.clone().checked()?;
        self.evidence.iter_mut().chain([&mut self.dialect.evidence]).for_each(|e| *e = safe_text(e));
        self.columns.iter_mut().for_each(|c| c.header = c.header.as_deref().map(safe_text));
        Ok(())
    }
}

/// What is known of a column before it meets an index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnPlan {
    /// Its header, where that is certainly a name and not a value.
    pub header: Option<String>,
    /// Kinds that its values are searched as, the likeliest first. Other kinds are tried on a sample.
    pub kinds: Vec<Kind>,
    /// How its values are written, where they are digests or masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// How it writes dates, where that could be decided.
    pub date_order: Option<date::Order>,
    /// Only search it as `kinds`; try nothing else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// It is made of what is inside of other columns' cells; such a column is in no plan, since reading the table makes it.
    #[serde(skip)]
    pub inside: bool,
}

impl Plan {
    /// Decides how each input is read; texts in `encoding`, where that is given.
    #[must_use]
    pub fn decide(inputs: &[SourceInput], segment_bytes: u64, encoding: Option<Charset>) -> Plan {
        let inputs = inputs.iter().map(|input| decide_input(input, encoding)).collect();
        Plan { schema: SCHEMA.to_string(), segment_bytes, inputs, part_bytes: None, dumps: Vec::new(), parts: Vec::new(), digest: None }
    }
}

impl Reading {
    /// What it is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Reading::Delimited(how) if how.more.is_empty() => format!("delimited, {}", how.dialect.delimiter_words()),
            Reading::Delimited(how) => format!("delimited, {} tables", how.more.len() + 1),
            Reading::Sql(_) => "SQL dump".to_string(),
            Reading::Json(_) => "JSON".to_string(),
            Reading::Blocks(_) => "entries of keys and values".to_string(),
            Reading::Credentials(_) => "list of credentials".to_string(),
            Reading::Text(_) => "text".to_string(),
            Reading::Tables(how) => format!("tables: {}", how.evidence.join("; ")),
            Reading::Encoded(how) => format!("text in {}", how.encoding),
            Reading::Container(how) => format!("container: {}", how.evidence.join("; ")),
            Reading::Skip { .. } => "not read".to_string(),
        }
    }

    /// Why it was decided so.
    #[must_use]
    pub fn evidence(&self) -> Vec<String> {
        match self {
            Reading::Delimited(how) => how.tables().flat_map(|(table, _)| table.evidence.clone()).collect(),
            Reading::Sql(how) => how.evidence.clone(),
            Reading::Json(how)
            | Reading::Blocks(how)
            | Reading::Credentials(how)
            | Reading::Text(how)
            | Reading::Tables(how)
            | Reading::Container(how) => how.evidence.clone(),
            Reading::Encoded(how) => how.evidence.clone(),
            Reading::Skip { reason, .. } => vec![reason.words().to_string()],
        }
    }
}
