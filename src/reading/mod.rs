//! Everything that a dump holds, as batches of rows: containers are opened, texts decoded and cut, tables found and their columns looked at.
//!
//! What is done with the rows is a [`Job`]: matching them, printing them, counting them. Whatever the format, the same four steps: a *source* (an
//! input, or a member of one) is recognised by its content; a *table* of it is introduced to the job by a sample of its rows; its rows are
//! read in parts, on all threads and in any order; the parts are committed in the source's order, each exactly once.

mod account;
mod cut;
mod delimited;
mod inputs;
mod inside;
mod members;
mod tables;
mod windows;

use crate::Result;
use crate::ledger::Ledger;
use crate::plan::{ColumnPlan, Part, Plan, SourceInput};
use crate::progress::Progress;
use crate::record::RowBatch;
use crate::record::inside::{How, Inside};
use crate::record::sampling::Sample;
use crate::source::Scope;
use crate::source::encoding::Charset;
use crate::source::unpack::Bounds;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What holds rows or other sources: an input, or a member of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The input that it is, or stands in.
    pub input: usize,
    /// Its name, as it may be shown: of a member the names of what it stands in, too.
    pub name: String,
    /// Whether it is a member of an input, or an input's text once decoded.
    pub member: bool,
    /// Its length, where that is known; of a member once it was read.
    pub bytes: u64,
    /// Of these, read.
    pub bytes_read: u64,
    /// What it was taken for.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
}

/// A table of a source. What may not be shown is not written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Number of the source.
    pub source: usize,
    /// What the dump calls it, as it stands there: a value like any other; empty where it has no name.
    #[serde(skip)]
    pub called: String,
    /// The same, where it is certainly a name and may be shown.
    pub name: Option<String>,
    /// The table that this one is, too: with fewer columns, before it grew.
    pub grew_from: Option<usize>,
    /// Its columns, as far as they can be known without an index.
    pub columns: Vec<ColumnPlan>,
    /// What the dump calls its columns, as it stands there: a value like any other.
    #[serde(skip)]
    pub header: Option<Vec<String>>,
    /// Whether the first row is that header.
    pub header_row: bool,
}

impl TableInfo {
    /// How many columns its rows have in the dump.
    #[must_use]
    pub fn own_columns(&self) -> usize {
        self.columns.iter().filter(|c| !c.inside).count()
    }
}

/// Gives a sample of a table's rows, of about so many bytes.
pub type Samples<'s, 't> = &'s (dyn Fn(u64) -> Sample<'t> + Sync);

/// What is done with the rows of a dump.
pub trait Job: Sync {
    /// What a thread keeps from part to part.
    type State;
    /// What comes of a part.
    type Part: Send;

    /// Gets to know a table; `sample` gives about as many bytes of its rows as it is asked for. Tables are numbered in the order of these calls,
    /// which is that of the dump.
    ///
    /// # Errors
    /// When the work cannot go on.
    fn table<'t>(&self, table: &TableInfo, source: &Source, sample: Samples<'_, 't>) -> Result<()>;

    /// A thread begins.
    fn state(&self) -> Self::State;

    /// A part of table number `table` begins.
    fn part(&self, table: usize, source: usize) -> Self::Part;

    /// Some rows of the part; `skip_first` where the first of them is the header.
    fn add(&self, state: &mut Self::State, part: &mut Self::Part, batch: &RowBatch<'_>, skip_first: bool);

    /// Takes over a part; in the order of the dump.
    ///
    /// # Errors
    /// When the work cannot go on.
    fn commit(&self, part: Self::Part) -> Result<()>;
}

/// How inputs are opened, beside their plan.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The encoding of all texts, where it is known better.
    pub encoding: Option<Charset>,
    /// Passwords that are tried on what is encrypted.
    pub passwords: Vec<Vec<u8>>,
    /// What unpacking may cost.
    pub bounds: Bounds,
    /// Kinds of files that are set aside.
    pub out_of_scope: Vec<Scope>,
    /// Whether the first thing that cannot be read ends the reading.
    pub strict: bool,
    /// A folder for archives within others that are too large to be held in memory.
    pub scratch: Option<PathBuf>,
    /// How much is looked into cells.
    pub inside: How,
}

/// A file that an input is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its name, as it may be shown.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of it; `None` where it changed while it was read.
    pub digest: Option<blake3::Hash>,
}

/// What was read, and how.
#[derive(Debug, Default)]
pub struct Read {
    /// The inputs, then their members in the order in which they were met.
    pub sources: Vec<Source>,
    /// The tables.
    pub tables: Vec<TableInfo>,
    /// The account of all bytes.
    pub ledger: Ledger,
    /// BLAKE3 of each input; `None` where it was not read, or changed while it was.
    pub digests: Vec<Option<blake3::Hash>>,
    /// Of each input its volumes; none where it is one file.
    pub volumes: Vec<Vec<Volume>>,
    /// Where a part of an input lies that was cut; none of what was read whole.
    pub cut: Option<Cut>,
}

/// What is known of a part of a text where it was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where its first row was taken to begin; `None` where no row seemed to.
    pub began: Option<u64>,
    /// Where the first row behind it begins.
    pub ended: u64,
    /// Values of its blocks, of which the input's BLAKE3 is made.
    pub blocks: Vec<[u8; 32]>,
}

/// A part of a dump that is read by itself, and where its first row begins, if that is known.
#[derive(Clone, Copy, Debug)]
pub struct Only {
    /// The part.
    pub part: Part,
    /// Where its first row begins; found by looking at the rows before it otherwise.
    pub began: Option<u64>,
}

/// Reads all inputs by their plan.
///
/// # Errors
/// When the user interrupts, the threads cannot work, or the job fails; in strict reading, when something cannot be read. Else what cannot be read of
/// the inputs is in the ledger.
pub fn read<J: Job>(
    job: &J,
    inputs: &[SourceInput],
    plan: &Plan,
    options: &Options,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Read> {
    read_only(job, inputs, plan, None, options, pool, progress)
}

/// As [`read()`], of one part of the plan, if one is named.
///
/// # Errors
/// As [`read()`], and when a file that is cut changes while it is read.
pub fn read_only<J: Job>(
    job: &J,
    inputs: &[SourceInput],
    plan: &Plan,
    only: Option<Only>,
    options: &Options,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Read> {
    let sources = inputs.iter().zip(&plan.inputs).enumerate().map(|(n, (input, planned))| Source {
        input: n,
        // Wherever the dump lies on the machine that reads a part: the parts call it what their plan does.
        name: if only.is_some() { planned.input.clone() } else { input.shown() },
        member: false,
        bytes: input.len(),
        bytes_read: 0,
        format: planned.reading.words(),
        evidence: planned.reading.evidence(),
    });
    let (digests, volumes) = (vec![None; inputs.len()], vec![Vec::new(); inputs.len()]);
    let read = Read { sources: sources.collect(), digests, volumes, ..Read::default() };
    let reader = Reader {
        job,
        options,
        pool,
        progress,
        segment_bytes: plan.segment_bytes,
        part: only.map(|only| only.part),
        began: only.and_then(|only| only.began),
        read: Mutex::new(read),
        inside: Mutex::default(),
    };
    reader.digests(inputs, plan)?;
    progress.begin("scan", only.map_or_else(|| inputs.iter().map(SourceInput::len).sum(), |only| only.part.bytes));
    for (number, (input, planned)) in inputs.iter().zip(&plan.inputs).enumerate() {
        if only.is_none_or(|only| only.part.input == number) {
            reader.input(number, input, &planned.reading)?;
            reader.check_strict()?;
        }
    }
    progress.end();
    Ok(reader.read.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What all readers of one run share.
struct Reader<'r, J> {
    job: &'r J,
    options: &'r Options,
    pool: &'r rayon::ThreadPool,
    progress: &'r dyn Progress,
    segment_bytes: u64,
    /// The only part that is read, and where its first row begins, if that is known.
    part: Option<Part>,
    began: Option<u64>,
    read: Mutex<Read>,
    /// By table, what is looked for inside of its cells.
    inside: Mutex<Vec<Option<Arc<Inside>>>>,
}

impl<J: Job> Reader<'_, J> {
    fn read(&self) -> std::sync::MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
