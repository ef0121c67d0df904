//! `leaktrace scan --part`: one part of a plan, on whichever machine, into a file for the merge.

use super::Outcome;
use super::scan::{self, open_inputs, open_question};
use crate::fingerprint::Key;
use crate::index::Index;
use crate::ledger::Reason;
use crate::matching::Question;
use crate::names::{safe_path, safe_text};
use crate::plan::{InputPlan, Part, Plan, SourceInput};
use crate::progress::Progress;
use crate::reading::{self, Only};
use crate::report::output::Output;
use crate::report::terminal::bytes_words;
use crate::scan::file::{self, Asked, Head};
use crate::scan::{Ask, gather, merge, part};
use crate::source::{self, Input, ServedFile};
use crate::{Error, Result, limits, parallel};
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The scan that it is a part of.
    pub scan: scan::Options,
    /// The plan.
    pub plan: PathBuf,
    /// The part's number.
    pub part: u64,
    /// Where its first row begins, if that is known.
    pub begins: Option<u64>,
    /// What the merge may be asked for, beside a verdict.
    pub keep: Vec<Keep>,
    /// Whether the dump's bytes are served: asked for on standard output, and taken from standard input.
    pub served: bool,
    /// Where to write it.
    pub output: PathBuf,
}

/// What a merge can only do where every part has kept what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Keep {
    /// Lists of affected records: what of each record the dump shows.
    Affected,
    /// The dump's fingerprint, also for asking a library.
    Fingerprint,
}

/// Scans the part and writes it. What could not be read of it is told in its ledger, by the merge.
///
/// # Errors
/// When keys, indexes, plan or output cannot be used, a dump that was named cannot be opened, or it changes meanwhile.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let output = Output::prepare(&options.output)?;
    let scan = &options.scan;
    let mut question = open_question(scan)?;
    question.affected = options.keep.contains(&Keep::Affected);
    if options.served && output.is_stdout() {
        return Err(Error::usage("standard output is where served bytes are asked for").advice("write the part to a file: -o PART.ltp"));
    }
    let (plan, part, inputs) = open(options)?;
    question.bring_near(part.bytes, scan.threads)?;
    let only = Only { part, began: began(options, part.from, part.is_first())? };
    let key = options.keep.contains(&Keep::Fingerprint).then(|| fingerprint_key(scan, &question)).transpose()?;
    let take = key.as_ref().map(|key| (key, scan.beside.how));
    let ask = Ask { question: &question, take, library: None, threshold: scan.threshold };
    let pool = parallel::pool(scan.threads)?;
    let gathered = gather(&ask, &inputs, &plan, Some(only), &scan.reading, &pool, progress)?;
    if scan.reading.strict {
        gathered.read.check_whole()?;
    }
    // What is missing from an index would have been found to be nowhere.
    question.indexes.iter().try_for_each(Index::check_unaltered)?;
    let fingerprint = key.as_ref().map(|key| (key.id().to_string(), scan.beside.how));
    let asked = asked(&question, fingerprint, &scan.reading);
    let head = Head { tool: merge::tool(), plan: plan.digest.clone().unwrap_or_default(), part, asked };
    let body = part::to_body(gathered, part.input, inputs.len())?;
    let Some(first) = question.keys.first() else { return Err(Error::usage("no key was given")) };
    let bytes = file::to_bytes(&head, body, &first.key)?;
    let (length, stdout) = (bytes.len(), output.is_stdout());
    output.write(&bytes)?;
    if !scan.quiet && !stdout {
        anstream::eprintln!(
            "part {} of {}: wrote {}, {}",
            part.id,
            plan.parts.len(),
            safe_path(&options.output),
            bytes_words(length as f64)
        );
    }
    Ok(Outcome::Done)
}

/// The plan, the part, and the dump.
fn open(options: &Options) -> Result<(Plan, Part, Vec<SourceInput>)> {
    let part = |plan: &Plan| plan.part(options.part).map_err(|e| e.at(&options.plan));
    if !options.served {
        let inputs = open_inputs(&options.scan.dumps)?;
        let plan = Plan::read(&options.plan, &inputs)?;
        return Ok((plan.clone(), part(&plan)?, inputs));
    }
    let plan = Plan::read_alone(&options.plan)?;
    let part = part(&plan)?;
    let planned = &plan.inputs[part.input];
    let mut served = Input::served(&[ServedFile { number: part.input, name: planned.input.clone(), bytes: planned.bytes }])?;
    // The others are not touched.
    let other = |input: &InputPlan| SourceInput::Skipped {
        path: PathBuf::from(&input.input),
        reason: Reason::Unreadable,
        bytes: input.bytes,
        advice: None,
    };
    let mut inputs: Vec<SourceInput> = plan.inputs.iter().map(other).collect();
    inputs[part.input] = SourceInput::Open(served.swap_remove(0));
    Ok((plan, part, inputs))
}

/// A file that is served, as its server tells of it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    name: String,
    bytes: u64,
}

/// Plans files that are served, and names their parts.
///
/// # Errors
/// When the list of files cannot be read, or the plan cannot be written.
pub fn plan_served(files: &Path, plan: &Path, part_bytes: u64, options: &reading::Options, threads: usize) -> Result<Outcome> {
    let output = Output::prepare(plan)?;
    if output.is_stdout() {
        return Err(Error::usage("standard output is where served bytes are asked for").advice("write the plan to a file: --plan FILE"));
    }
    let list = source::read_bounded(files, "list of served files", limits::PLAN_BYTES, LIST)?;
    let told: Vec<Told> = serde_json::from_slice(&list)
        .map_err(|e| Error::usage("the list of served files is not valid").at(files).line(e.line() as u64).advice(LIST))?;
    let names: Vec<String> = told.iter().map(|file| safe_text(&file.name)).collect();
    let served = told.into_iter().enumerate().map(|(number, Told { name, bytes })| ServedFile { number, name, bytes });
    let inputs: Vec<SourceInput> = Input::served(&served.collect::<Vec<_>>())?.into_iter().map(SourceInput::Open).collect();
    let pool = parallel::pool(threads)?;
    let plan = pool.install(|| Plan::decide(&inputs, limits::SEGMENT_BYTES, options.encoding)).with_parts(&inputs, part_bytes, names);
    let mut json = serde_json::to_vec_pretty(&plan).map_err(|_| Error::usage("the plan cannot be written as JSON"))?;
    json.push(b'\n');
    output.write(&json)?;
    Ok(Outcome::Done)
}

const LIST: &str = "write one as [{\"name\": \"s3a://bucket/dump.csv\", \"bytes\": 1000000}, …]";

/// Where the first row begins, if that was told; never before the part's own first byte.
fn began(options: &Options, from: u64, first: bool) -> Result<Option<u64>> {
    match options.begins {
        Some(_) if first => Err(Error::usage("the first part of an input begins where the plan says").advice("leave --begins out")),
        Some(byte) if byte < from => {
            Err(Error::usage("the part's first row cannot begin before the part").expected(format!("{from} or more")).got(byte.to_string()))
        }
        begins => Ok(begins),
    }
}

/// The key of the dump's fingerprint.
fn fingerprint_key(scan: &scan::Options, question: &Question) -> Result<Key> {
    match (&scan.beside.key, question.keys.first()) {
        (Some(path), _) => Key::read(path),
        (None, Some(group)) => Ok(group.key.clone()),
        (None, None) => Err(Error::usage("no key was given")),
    }
}

fn asked(question: &Question, fingerprint: Option<(String, crate::lineage::take::How)>, reading: &reading::Options) -> Asked {
    Asked {
        keys: merge::key_ids(question),
        indexes: merge::index_digests(question),
        affected: question.affected,
        fingerprint,
        encoding: reading.encoding.map(|e| e.name().to_string()),
        inside: reading.inside,
        out_of_scope: reading.out_of_scope.clone(),
        strict: reading.strict,
        bounds: reading.bounds.clone(),
        scratch: reading.scratch.is_some(),
        passwords: !reading.passwords.is_empty(),
    }
}
