//! Everything that a dump holds, as batches of rows: containers are opened, texts decoded and cut, tables found and their columns looked at.
//!
//! What is done with the rows is a [`Job`]: matching them, printing them, counting them. Whatever the format, the same four steps: a *source* (an
//! input, or a member of one) is recognised by its content; a *table* of it is introduced to the job by a sample of its rows; its rows are
//! read in parts, on all threads and in any order; the parts are committed in the source's order, each exactly once.

mod cut;
mod delimited;
mod inside;
mod members;
mod tables;
mod windows;

use crate::ledger::{Ledger, Reason};
use crate::names::safe_path;
use crate::plan::{ColumnPlan, Plan, Reading, SourceInput};
use crate::progress::Progress;
use crate::record::RowBatch;
use crate::record::inside::{How, Inside};
use crate::record::sampling::Sample;
use crate::source::encoding::Charset;
use crate::source::unpack::Bounds;
use crate::source::{Content, Input, Joined, Lost, Scope, sniff};
use crate::{Error, Result, parallel};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Of these, read.
    pub bytes_read: u64,
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
    let sources = inputs.iter().zip(&plan.inputs).enumerate().map(|(n, (input, planned))| Source {
        input: n,
        name: input.shown(),
        member: false,
        bytes: input.len(),
        bytes_read: 0,
        format: planned.reading.words(),
        evidence: planned.reading.evidence(),
    });
    let (digests, volumes) = (vec![None; inputs.len()], vec![Vec::new(); inputs.len()]);
    let read = Read { sources: sources.collect(), digests, volumes, ..Read::default() };
    let reader =
        Reader { job, options, pool, progress, segment_bytes: plan.segment_bytes, read: Mutex::new(read), inside: Mutex::default() };
    reader.digests(inputs, plan)?;
    progress.begin("scan", inputs.iter().map(SourceInput::len).sum());
    for (number, (input, planned)) in inputs.iter().zip(&plan.inputs).enumerate() {
        reader.input(number, input, &planned.reading)?;
        reader.check_strict()?;
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
    /// By table, what is looked for inside of its cells.
    inside: Mutex<Vec<Option<Arc<Inside>>>>,
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
            (SourceInput::Joined(joined), _) => return self.joined(number, joined, reading),
            (SourceInput::Open(file), Reading::Delimited(how)) => {
                let digest = self.delimited_file(number, file, how)?;
                self.read().digests[number] = digest;
                return Ok(());
            }
            (SourceInput::Open(file), _) => file,
        };
        match (self.out_of_scope(sniff(file.bytes())), reading) {
            (Some(kind), _) => self.set_aside(number, kind, file.len()),
            (None, Reading::Skip { reason, advice }) => {
                // What it was taken for may be what was left of it.
                let (reason, advice) = file.lost().map_or((*reason, advice.clone()), |lost| (lost.reason, Some(lost.advice)));
                self.skip(number, reason, 0, file.len(), advice);
            }
            _ => {
                let before = self.read().ledger.bytes_read;
                self.whole(number, file, reading)?;
                self.check(number, file.lost(), file.changed(), before);
            }
        }
        if file.altered() {
            // Nobody can say which bytes it is of.
            self.read().digests[number] = None;
        }
        Ok(())
    }

    /// A file in volumes.
    fn joined(&self, number: usize, joined: &Joined, reading: &Reading) -> Result<()> {
        match (self.out_of_scope(sniff(joined.head())), reading) {
            (Some(kind), _) => self.set_aside(number, kind, joined.whole()),
            (None, Reading::Skip { reason, advice }) => self.skip(number, *reason, 0, joined.whole(), advice.clone()),
            _ => {
                let before = self.read().ledger.bytes_read;
                let pieces: Vec<&[u8]> = joined.volumes().iter().map(Input::bytes).collect();
                self.container(number, &pieces, &joined.starts())?;
                self.check(number, joined.lost(), joined.changed(), before);
            }
        }
        if let Some(missing) = joined.missing() {
            let advice = format!("{} is not there: find it, and put it beside the others", safe_path(missing));
            self.skip(number, Reason::VolumeMissing, joined.whole(), joined.behind(), Some(advice));
        }
        Ok(())
    }

    /// Digests of the inputs that are not read in file order; plain delimited text gets its own while it is read.
    fn digests(&self, inputs: &[SourceInput], plan: &Plan) -> Result<()> {
        let plain = |n: usize| matches!(plan.inputs[n].reading, Reading::Delimited(_));
        let others = inputs.iter().enumerate().filter(|(n, input)| match input {
            SourceInput::Open(_) => !plain(*n),
            SourceInput::Joined(_) => true,
            SourceInput::Skipped { .. } => false,
        });
        let others: Vec<(usize, &SourceInput)> = others.collect();
        if others.is_empty() {
            return Ok(());
        }
        self.progress.begin("digest", others.iter().map(|(_, input)| input.len()).sum());
        for (n, input) in others {
            match input {
                SourceInput::Open(file) => {
                    let digest = file.digest(self.pool, self.progress)?;
                    self.read().digests[n] = Some(digest).filter(|_| !file.altered());
                }
                SourceInput::Joined(joined) => {
                    let (all, each) = joined.digests(self.pool, self.progress)?;
                    let volume =
                        |(file, digest): (&Input, Option<blake3::Hash>)| Volume { name: safe_path(file.path()), bytes: file.len(), digest };
                    let mut read = self.read();
                    read.digests[n] = all;
                    read.volumes[n] = joined.volumes().iter().zip(each).map(volume).collect();
                }
                SourceInput::Skipped { .. } => {}
            }
        }
        self.progress.end();
        Ok(())
    }

    /// An input that is no plain delimited text.
    fn whole(&self, number: usize, file: &Input, reading: &Reading) -> Result<()> {
        match reading {
            Reading::Sql(_) | Reading::Json(_) | Reading::Blocks(_) | Reading::Credentials(_) | Reading::Text(_) => {
                self.text(number, &mut windows::Whole::new(file.bytes()), reading)
            }
            Reading::Tables(_) => self.tables_of(number, sniff(file.bytes()), file.bytes()),
            Reading::Encoded(how) => self.encoded(number, file.bytes(), how),
            Reading::Container(_) => self.container(number, &[file.bytes()], &[]),
            Reading::Delimited(_) | Reading::Skip { .. } => Ok(()),
        }
    }

    /// Notes what of a mapped file was lost while it was read, `before` bytes after those of the inputs before it: what its reader said about
    /// bytes that were not there is of no file.
    fn check(&self, number: usize, lost: Option<Lost>, changed: bool, before: u64) {
        let (source, read) = (number as u32, &mut *self.read());
        let (bytes, ledger) = (read.sources[number].bytes, &mut read.ledger);
        if let Some(lost) = lost {
            ledger.forget(source);
            ledger.bytes_read = before + lost.from;
            read.sources[number].bytes_read = lost.from;
            ledger.skip_with_advice(source, lost.reason, lost.from, bytes - lost.from, Some(lost.advice));
        } else if changed {
            ledger.skip(source, Reason::Changed, 0, 0);
        }
    }

    fn skip(&self, source: usize, reason: Reason, at: u64, bytes: u64, advice: Option<String>) {
        self.read().ledger.skip_with_advice(source as u32, reason, at, bytes, advice);
    }

    /// More of what was skipped before.
    fn skip_on(&self, source: usize, reason: Reason, at: u64, bytes: u64) {
        self.read().ledger.skip_on(source as u32, reason, at, bytes);
    }

    /// The kind that this content is, if the user has set that aside.
    fn out_of_scope(&self, content: Content) -> Option<Scope> {
        Scope::of(content).filter(|kind| self.options.out_of_scope.contains(kind))
    }

    /// Sets aside a source, whole.
    fn set_aside(&self, source: usize, kind: Scope, bytes: u64) {
        let mut read = self.read();
        read.sources[source].format = format!("set aside: {}", kind.name());
        read.ledger.set_aside(source as u32, kind.name(), bytes);
    }

    /// Adds the account of a part.
    fn account(&self, source: usize, ledger: Ledger) {
        if !self.read().sources[source].member {
            self.progress.advance(ledger.bytes_read + ledger.bytes_skipped());
        }
        self.add(source, ledger);
    }

    /// Adds the account of a part whose progress was told; of a member, what was read of it is not the input's.
    fn add(&self, source: usize, mut ledger: Ledger) {
        let mut read = self.read();
        read.sources[source].bytes_read += ledger.bytes_read;
        if read.sources[source].member {
            ledger.unpacked_read += std::mem::take(&mut ledger.bytes_read);
        }
        read.ledger.merge(ledger);
    }

    fn check_interrupt(&self) -> Result<()> {
        if parallel::interrupted() { Err(Error::interrupted()) } else { self.check_strict() }
    }

    fn check_strict(&self) -> Result<()> {
        if self.options.strict { self.read().check_whole() } else { Ok(()) }
    }
}

impl Read {
    /// An error where something could not be read, which names it.
    ///
    /// # Errors
    /// When the ledger holds an entry of anything but what was set aside.
    pub fn check_whole(&self) -> Result<()> {
        let Some(missing) = self.ledger.first_missing() else { return Ok(()) };
        let entries = self.ledger.lines(|n| self.sources[n as usize].name.clone());
        let found = entries.into_iter().find(|entry| (entry.number, entry.reason) == missing);
        let (name, at, advice) = found.map_or_else(Default::default, |entry| (entry.input, entry.first_byte, entry.advice));
        let error = Error::incomplete("something could not be read, and --strict stops there").at(name).byte(at).got(missing.1.words());
        Err(error.advice(advice.unwrap_or_else(|| "leave --strict out to read the rest and see all that is missing".to_string())))
    }
}
