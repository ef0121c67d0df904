//! `leaktrace scan`: whose copy a dump is.

mod examine;
mod words;

pub use examine::{Found, examine, examine_parts};

use super::Outcome;
use crate::attribute::Support;
use crate::attribute::claim::Claim;
use crate::fingerprint::Key;
use crate::ledger::Reason;
use crate::lineage::take::How;
use crate::matching::Question;
use crate::names::safe_path;
use crate::plan::{Plan, SourceInput};
use crate::progress::Progress;
use crate::report::digests::FileDigests;
use crate::report::document::{Answer, CaseEntry, Document};
use crate::report::folder::Folder;
use crate::report::look::Look;
use crate::report::manifest::{self, Asked};
use crate::report::output::Output;
use crate::report::sign::Signer;
use crate::report::write::{self, Basis, Lists};
use crate::report::{json, terminal};
use crate::source::{self, Input, Joined};
use crate::{Result, parallel, reading};
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders of the dump.
    pub dumps: Vec<PathBuf>,
    /// The indexes.
    pub indexes: Vec<PathBuf>,
    /// Their keys.
    pub keys: Vec<PathBuf>,
    /// Where to write JSON.
    pub json: Option<PathBuf>,
    /// The report's folder, and how it is made.
    pub report: Option<ReportOptions>,
    /// Whether each file is a question of its own.
    pub each: bool,
    /// What is done beside, with the dump's fingerprint.
    pub beside: Beside,
    /// The plan to obey.
    pub plan: Option<PathBuf>,
    /// Support from which on an institution is named.
    pub threshold: Support,
    /// What was claimed of the dump.
    pub claim: Claim,
    /// What the examiner says of the case.
    pub case: CaseEntry,
    /// Whether indexes are verified whatever their size.
    pub verify: bool,
    /// Worker threads.
    pub threads: usize,
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// How inputs are opened.
    pub reading: reading::Options,
    /// The time that all time stamps show, seconds since 1970 (`SOURCE_DATE_EPOCH`).
    pub epoch: Option<i64>,
    /// Whether the report for the terminal is left out.
    pub quiet: bool,
}

/// What a scan does with the dump's fingerprint.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Where to write it.
    pub fingerprint: Option<PathBuf>,
    /// The library of known dumps that is asked about it.
    pub library: Option<PathBuf>,
    /// Its key, if it is not the first of the indexes' keys.
    pub key: Option<PathBuf>,
    /// How it is taken.
    pub how: How,
}

impl Beside {
    /// The key that it is taken under; none where nobody asks for it.
    fn key(&self, question: &Question) -> Result<Option<Key>> {
        if self.fingerprint.is_none() && self.library.is_none() {
            return Ok(None);
        }
        self.key.as_deref().map_or_else(|| Ok(question.keys.first().map(|group| group.key.clone())), |path| Key::read(path).map(Some))
    }
}

/// How a report's folder is made.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// The folder.
    pub folder: PathBuf,
    /// How it looks.
    pub look: Look,
    /// The secret key that signs it.
    pub sign: Option<PathBuf>,
    /// The file of that key's password.
    pub sign_password: Option<PathBuf>,
}

/// A report's folder and key, ready before any work is done.
pub struct Ready {
    folder: Folder,
    signer: Option<Signer>,
    look: Look,
}

impl ReportOptions {
    /// Gets ready: what cannot be written or signed is told at once.
    ///
    /// # Errors
    /// When the folder cannot be made, or the key cannot be used.
    pub fn prepare(&self) -> Result<Ready> {
        let signer = self.sign.as_deref().map(|key| Signer::read(key, self.sign_password.as_deref())).transpose()?;
        Ok(Ready { folder: Folder::prepare(&self.folder)?, signer, look: self.look.clone() })
    }
}

impl Ready {
    /// Writes the report.
    ///
    /// # Errors
    /// When the disk is full or fails, or the user interrupts.
    pub fn write(self, document: &Document, basis: Basis, lists: &Lists<'_>, progress: &dyn Progress) -> Result<()> {
        let Ready { folder, signer, look } = self;
        write::write(folder, document, &look, basis, lists, signer.as_ref(), progress)?;
        Ok(())
    }
}

/// Scans, reports, and says how it ended.
///
/// # Errors
/// When keys, indexes, plan or outputs cannot be used, or a dump that was named cannot be opened.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let output = options.json.as_deref().map(Output::prepare).transpose()?;
    let fingerprint = options.beside.fingerprint.as_deref().map(Output::prepare).transpose()?;
    let ready = options.report.as_ref().map(ReportOptions::prepare).transpose()?;
    let mut question = open_question(options)?;
    let inputs = open_inputs(&options.dumps)?;
    question.bring_near(inputs.iter().map(SourceInput::len).sum(), options.threads)?;
    let plan = options.plan.as_ref().map(|path| Plan::read(path, &inputs)).transpose()?;
    let found = examine(&question, inputs, options, plan, progress)?;
    tell(&question, &found, options, (output, fingerprint, ready), progress)?;
    Ok(outcome(&found.document))
}

/// Writes what was asked for: document, fingerprint, report's folder.
///
/// # Errors
/// When one cannot be written.
pub fn tell(
    question: &Question,
    found: &Found,
    options: &Options,
    (output, fingerprint, ready): (Option<Output>, Option<Output>, Option<Ready>),
    progress: &dyn Progress,
) -> Result<()> {
    let document = &found.document;
    let mut quiet = options.quiet;
    if let Some(output) = output {
        quiet |= output.is_stdout();
        output.write(&json::bytes(document)?)?;
    }
    if !quiet {
        anstream::print!("{}", terminal::render(document));
    }
    if let (Some(output), Some(fingerprint)) = (fingerprint, &found.fingerprint) {
        output.write(&fingerprint.to_bytes()?)?;
    }
    if let (Some(ready), Some(report)) = (ready, &options.report) {
        write_report(question, found, options, ready, progress)?;
        if !options.quiet {
            anstream::eprintln!("report {}", safe_path(&report.folder));
        }
    }
    Ok(())
}

/// Id of the key of the dump's fingerprint.
///
/// # Errors
/// When the key cannot be read.
pub fn fingerprint_key_id(options: &Options) -> Result<String> {
    let path = options.beside.key.as_ref().or(options.keys.first());
    path.map_or_else(|| Ok(String::new()), |path| Key::read(path).map(|key| key.id().to_string()))
}

/// Opens the indexes, ready to be asked what a report tells.
///
/// # Errors
/// When a key or an index cannot be used.
pub fn open_question(options: &Options) -> Result<Question> {
    let keys = options.keys.iter().map(|p| Key::read(p)).collect::<Result<Vec<_>>>()?;
    let mut question = Question::open(&options.indexes, keys, options.verify)?;
    question.affected = options.report.is_some();
    Ok(question)
}

/// Writes the folder of a scan's report.
///
/// # Errors
/// When an index cannot be read any more, the disk is full or fails, or the user interrupts.
pub fn write_report(question: &Question, found: &Found, options: &Options, ready: Ready, progress: &dyn Progress) -> Result<()> {
    let pool = parallel::pool(options.threads)?;
    let Options { threshold, claim, each, verify, reading, .. } = options;
    let basis = Basis {
        scan: Some(Asked::new(*threshold, claim, *each, *verify, options.beside.library.as_ref().map(|_| options.beside.how), reading)),
        plan: Some(found.plan.clone()),
        rulesets: manifest::rulesets(question),
        inputs: found.files.clone(),
        indexes: index_digests(options, &pool, progress)?,
    };
    pool.install(|| ready.write(&found.document, basis, &Lists::Found(&question.indexes, &found.exposed), progress))
}

fn index_digests(options: &Options, pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<Vec<FileDigests>> {
    let files = options.indexes.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>>>()?;
    progress.begin("index digests", files.iter().map(Input::len).sum());
    let digests = files.iter().map(|file| FileDigests::of(file.shown(), file.bytes(), pool, progress)).collect();
    progress.end();
    files.iter().try_for_each(|file| file.check_unaltered("an index"))?;
    digests
}

/// How a scan ended; with `--each` by all of its answers, that of the whole among them.
#[must_use]
pub fn outcome(document: &Document) -> Outcome {
    let mut answers = document.groups.iter().chain([&document.answer]);
    if answers.clone().any(Answer::supported) {
        Outcome::Supported
    } else if answers.any(|a| !a.coverage.complete) {
        Outcome::Incomplete
    } else {
        Outcome::Done
    }
}

/// Opens what the dump's paths stand for. A file named on the command line must open; one met in a folder may fail, for the ledger.
///
/// # Errors
/// When a path that was named cannot be read.
pub fn open_inputs(paths: &[PathBuf]) -> Result<Vec<SourceInput>> {
    let named: Vec<&PathBuf> = paths.iter().collect();
    source::collect(paths)?.into_iter().map(|found| open_one(found, &named)).collect()
}

fn open_one(found: source::Found, named: &[&PathBuf]) -> Result<SourceInput> {
    use source::Found;
    const READABLE: &str = "give this user the right to read it, or copy it to where it may be read";
    let path = found.path().to_path_buf();
    let (opened, bytes) = match found {
        Found::Skipped { reason, advice, bytes, .. } => return Ok(SourceInput::Skipped { path, reason, bytes, advice: Some(advice) }),
        Found::Stdin => (Input::open(&path).map(SourceInput::Open), 0),
        Found::File { bytes, .. } => (Input::open(&path).map(SourceInput::Open), bytes),
        Found::Volumes { set, behind, bytes } => (Joined::open(&set, behind).map(SourceInput::Joined), bytes),
    };
    opened.or_else(|error| {
        if named.iter().any(|named| **named == path) {
            return Err(error);
        }
        Ok(SourceInput::Skipped { path, reason: Reason::Unreadable, bytes, advice: Some(READABLE.to_string()) })
    })
}

/// Scans inputs and makes the document.
///
/// # Errors
/// When the plan is not for these inputs, or the user interrupts.
pub fn scan_document(question: &Question, inputs: Vec<SourceInput>, options: &Options, progress: &dyn Progress) -> Result<Document> {
    let plan = options.plan.as_ref().map(|path| Plan::read(path, &inputs)).transpose()?;
    Ok(examine(question, inputs, options, plan, progress)?.document)
}
