//! `leaktrace scan`: whose copy a dump is.

use super::Outcome;
use crate::attribute::Support;
use crate::attribute::claim::Claim;
use crate::fingerprint::Key;
use crate::ledger::Reason;
use crate::matching::Question;
use crate::plan::{Plan, SourceInput};
use crate::progress::Progress;
use crate::report::document::{self, Answer, Document, Run};
use crate::report::output::Output;
use crate::report::{json, terminal};
use crate::source::{self, Found, Input, Joined};
use crate::{Result, parallel, reading, scan};
use std::path::PathBuf;
use std::time::{Duration, Instant};

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
    /// Whether each file is a question of its own.
    pub each: bool,
    /// The plan to obey.
    pub plan: Option<PathBuf>,
    /// Support from which on an institution is named.
    pub threshold: Support,
    /// What was claimed of the dump.
    pub claim: Claim,
    /// Whether indexes are verified whatever their size.
    pub verify: bool,
    /// Worker threads.
    pub threads: usize,
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// How inputs are opened.
    pub reading: reading::Options,
}

/// Scans, reports, and says how it ended.
///
/// # Errors
/// When keys, indexes, plan or outputs cannot be used, or a dump that was named cannot be opened.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let output = options.json.as_deref().map(Output::prepare).transpose()?;
    let keys = options.keys.iter().map(|p| Key::read(p)).collect::<Result<Vec<_>>>()?;
    let mut question = Question::open(&options.indexes, keys, options.verify)?;
    let inputs = open_inputs(&options.dumps)?;
    question.bring_near(inputs.iter().map(SourceInput::len).sum(), options.threads)?;
    let document = scan_document(&question, inputs, options, progress)?;
    match output {
        Some(output) => {
            let (bytes, quiet) = (json::bytes(&document)?, output.is_stdout());
            output.write(&bytes)?;
            if !quiet {
                anstream::print!("{}", terminal::render(&document));
            }
        }
        None => anstream::print!("{}", terminal::render(&document)),
    }
    Ok(outcome(&document))
}

fn outcome(document: &Document) -> Outcome {
    let answers = if document.groups.is_empty() { std::slice::from_ref(&document.answer) } else { &document.groups };
    if answers.iter().any(Answer::supported) {
        Outcome::Supported
    } else if answers.iter().any(|a| !a.coverage.complete) {
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

fn open_one(found: Found, named: &[&PathBuf]) -> Result<SourceInput> {
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
    let pool = parallel::pool(options.threads)?;
    let (started, clock) = (jiff::Timestamp::now(), Instant::now());
    let plan = match &options.plan {
        Some(path) => Plan::read(path, &inputs)?,
        None => pool.install(|| Plan::decide(&inputs, options.segment_bytes, options.reading.encoding)),
    };
    let mut attribution = Duration::ZERO;
    let mut answer_of = |inputs: &[SourceInput], plan: &Plan| -> Result<Answer> {
        let scanned = scan::scan(question, inputs, plan, &options.reading, &pool, options.threshold, progress)?;
        attribution += scanned.attribution;
        Ok(Answer::new(question, inputs.len(), &scanned, &options.claim, options.threshold))
    };
    let answer = answer_of(&inputs, &plan)?;
    let mut groups = Vec::new();
    if options.each {
        for (input, planned) in inputs.into_iter().zip(&plan.inputs) {
            let alone = Plan { inputs: vec![planned.clone()], ..plan.clone() };
            groups.push(answer_of(&[input], &alone)?);
        }
    }
    let seconds = clock.elapsed().as_secs_f64();
    let bytes = answer.coverage.bytes as f64;
    let bytes_per_second = bytes / seconds.max(1e-9);
    let run = Run { started: started.to_string(), seconds, bytes_per_second, attribution_seconds: attribution.as_secs_f64() };
    Ok(Document { schema: document::SCHEMA, tool: format!("leaktrace {}", env!("CARGO_PKG_VERSION")), run, answer, groups })
}
