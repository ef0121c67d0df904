//! Everything that a dump holds, as batches of rows: containers are opened, texts decoded and cut, tables found and their columns looked at.
//!
//! What is done with the rows is a [`Job`]: matching them, printing them, counting them. Whatever the format, the same four steps: a *source* (an
//! input, or a member of one) is recognised by its content; a *table* of it is introduced to the job by a sample of its rows; its rows are
//! read in parts, on all threads and in any order; the parts are committed in the source's order, each exactly once.

mod cut;
mod delimited;
mod members;
mod tables;
mod windows;

use crate::ledger::{Ledger, Reason};
use crate::names::safe_path;
use crate::plan::{ColumnPlan, Plan, Reading, SourceInput};
use crate::progress::Progress;
use crate::record::RowBatch;
use crate::record::sampling::Sample;
use crate::source::encoding::Charset;
use crate::source::unpack::Bounds;
use crate::source::{Input, sniff};
use crate::{Error, Result, parallel};
use std::sync::{Mutex, PoisonError};

/// What holds rows or other sources: an input, or a member of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The input that it is, or stands in.
    pub input: usize,
    /// Its name, as it may be shown: of a member the names of what it stands in, too.
    pub name: String,
    /// Whether it is a member of an input, or an input's text once decoded.
    pub member: bool,
    /// Its length, where that is known; of a member once it was read.
    pub bytes: u64,
    /// What it was taken for.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
}

/// A table of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct TableInfo {
    /// Number of the source.
    pub source: usize,
    /// What the dump calls it, as it stands there: a value like any other; empty where it has no name.
    pub called: String,
    /// The same, where it is certainly a name and may be shown.
    pub name: Option<String>,
    /// The table that this one is, too: with fewer columns, before it grew.
    pub grew_from: Option<usize>,
    /// Its columns, as far as they can be known without an index.
    pub columns: Vec<ColumnPlan>,
    /// What the dump calls its columns, as it stands there: a value like any other.
    pub header: Option<Vec<String>>,
    /// Whether the first row is that header.
    pub header_row: bool,
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
}

/// Reads all inputs by their plan.
///
/// # Errors
/// When the user interrupts, the threads cannot work, or the job fails. What cannot be read of the inputs is in the ledger.
pub fn read<J: Job>(
    job: &J,
    inputs: &[SourceInput],
    plan: &Plan,
    options: &Options,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Read> {
    let sources = inputs.iter().zip(&plan.inputs).enumerate().map(|(n, (input, planned))| Source {
        input: n,
        name: safe_path(input.path()),
        member: false,
        bytes: input.len(),
        format: planned.reading.words(),
        evidence: planned.reading.evidence(),
    });
    let read = Read { sources: sources.collect(), digests: vec![None; inputs.len()], ..Read::default() };
    let reader = Reader { job, options, pool, progress, segment_bytes: plan.segment_bytes, read: Mutex::new(read) };
    reader.digests(inputs, plan)?;
    progress.begin("scan", inputs.iter().map(SourceInput::len).sum());
    for (number, (input, planned)) in inputs.iter().zip(&plan.inputs).enumerate() {
        reader.input(number, input, &planned.reading)?;
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
    read: Mutex<Read>,
}

impl<J: Job> Reader<'_, J> {
    fn read(&self) -> std::sync::MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn input(&self, number: usize, input: &SourceInput, reading: &Reading) -> Result<()> {
        self.read().ledger.bytes += input.len();
        let file = match (input, reading) {
            (SourceInput::Skipped { reason, bytes, advice, .. }, _) => {
                self.skip(number, *reason, 0, *bytes, advice.clone());
                return Ok(());
            }
            (SourceInput::Open(file), Reading::Delimited(how)) if how.more.is_empty() => {
                let digest = self.delimited_file(number, file, how)?;
                self.read().digests[number] = digest;
                return Ok(());
            }
            (SourceInput::Open(file), _) => file,
        };
        match reading {
            Reading::Skip { reason, advice } => {
                // What it was taken for may be what was left of it.
                let (reason, advice) = file.lost().map_or((*reason, advice.clone()), |lost| (lost.reason, Some(lost.advice)));
                self.skip(number, reason, 0, file.len(), advice);
            }
            _ => {
                let before = self.read().ledger.bytes_read;
                self.whole(number, file, reading)?;
                self.check(number, file, before);
            }
        }
        if file.altered() {
            // Nobody can say which bytes it is of.
            self.read().digests[number] = None;
        }
        Ok(())
    }

    /// Digests of the inputs that are not read in file order; delimited text of one table gets its own while it is read.
    fn digests(&self, inputs: &[SourceInput], plan: &Plan) -> Result<()> {
        let plain = |n: usize| matches!(&plan.inputs[n].reading, Reading::Delimited(how) if how.more.is_empty());
        let files = inputs.iter().enumerate().filter_map(|(n, input)| match input {
            SourceInput::Open(file) if !plain(n) => Some((n, file)),
            _ => None,
        });
        let files: Vec<(usize, &Input)> = files.collect();
        if files.is_empty() {
            return Ok(());
        }
        self.progress.begin("digest", files.iter().map(|(_, file)| file.len()).sum());
        for (n, file) in files {
            let digest = file.digest(self.pool, self.progress)?;
            self.read().digests[n] = Some(digest).filter(|_| !file.altered());
        }
        self.progress.end();
        Ok(())
    }

    /// An input that is no delimited text of one table.
    fn whole(&self, number: usize, file: &Input, reading: &Reading) -> Result<()> {
        match reading {
            Reading::Sql(_) | Reading::Json(_) | Reading::Delimited(_) => {
                self.text(number, &mut windows::Whole::new(file.bytes()), reading)
            }
            Reading::Tables(_) => self.tables_of(number, sniff(file.bytes()), file.bytes()),
            Reading::Container(_) | Reading::Encoded(_) => {
                let missing = self.members(number, file.bytes(), reading)?;
                self.account(number, Ledger::of_read(file.len() - missing));
                Ok(())
            }
            Reading::Skip { .. } => Ok(()),
        }
    }

    /// Notes what of a mapped file was lost while it was read, `before` bytes after those of the inputs before it: what its reader said about
    /// bytes that were not there is of no file.
    fn check(&self, number: usize, file: &Input, before: u64) {
        let (source, ledger) = (number as u32, &mut self.read().ledger);
        if let Some(lost) = file.lost() {
            ledger.forget(source);
            ledger.bytes_read = before + lost.from;
            ledger.skip_with_advice(source, lost.reason, lost.from, file.len() - lost.from, Some(lost.advice));
        } else if file.changed() {
            ledger.skip(source, Reason::Changed, 0, 0);
        }
    }

    fn skip(&self, source: usize, reason: Reason, at: u64, bytes: u64, advice: Option<String>) {
        self.read().ledger.skip_with_advice(source as u32, reason, at, bytes, advice);
    }

    /// Adds the account of a part; of a member, what was read of it is not the input's.
    fn account(&self, source: usize, mut ledger: Ledger) {
        let mut read = self.read();
        if read.sources[source].member {
            ledger.unpacked_read += std::mem::take(&mut ledger.bytes_read);
        } else {
            self.progress.advance(ledger.bytes_read + ledger.bytes_skipped());
        }
        read.ledger.merge(ledger);
    }

    /// A table begins; its number.
    fn table(&self, table: TableInfo, sample: Samples<'_, '_>) -> Result<usize> {
        let source = self.read().sources[table.source].clone();
        self.pool.install(|| self.job.table(&table, &source, sample))?;
        let mut read = self.read();
        read.tables.push(table);
        Ok(read.tables.len() - 1)
    }

    fn check_interrupt(&self) -> Result<()> {
        if parallel::interrupted() { Err(Error::interrupted()) } else { Ok(()) }
    }
}
