//! From opened inputs to everything that a report is made from.

use super::{Options, words};
use crate::lineage::library::Library;
use crate::lineage::{About, DumpFingerprint};
use crate::matching::Question;
use crate::matching::exposed::Exposed;
use crate::plan::{Plan, SourceInput};
use crate::progress::Progress;
use crate::report::digests::FileDigests;
use crate::report::document::{self, Answer, Document, KnownDumps, Run};
use crate::report::known;
use crate::scan::file::PartFile;
use crate::scan::{self, Ask, merge};
use crate::source::Input;
use crate::{Error, Result, parallel};
use std::time::{Duration, Instant};

/// What a scan found.
#[derive(Debug)]
pub struct Found {
    /// The document.
    pub document: Document,
    /// How the dump was read.
    pub plan: Plan,
    /// By index, what of each record the dump shows; none where no report is asked for.
    pub exposed: Vec<Exposed>,
    /// The files of the dump; none where no report is asked for.
    pub files: Vec<FileDigests>,
    /// The dump's fingerprint, where it was asked for.
    pub fingerprint: Option<DumpFingerprint>,
}

/// An answer, what of each record the dump shows, and the dump's fingerprint.
type AnswerOf = (Answer, Vec<Exposed>, Option<DumpFingerprint>);

/// Scans inputs, by `plan` where there is one.
///
/// # Errors
/// When the user interrupts, or an index is changed meanwhile.
pub fn examine(
    question: &Question,
    inputs: Vec<SourceInput>,
    options: &Options,
    plan: Option<Plan>,
    progress: &dyn Progress,
) -> Result<Found> {
    examine_from(question, inputs, options, plan, None, progress)
}

/// The same from the parts of a plan; `inputs` are the dump's files where they are at hand.
///
/// # Errors
/// As [`examine`], and when a part is damaged, or the files are not those that the parts were scanned from.
pub fn examine_parts(
    question: &Question,
    inputs: Vec<SourceInput>,
    options: &Options,
    plan: Plan,
    parts: &[PartFile],
    progress: &dyn Progress,
) -> Result<Found> {
    let found = examine_from(question, inputs, options, Some(plan), Some(parts), progress)?;
    let entries = found.document.answer.inputs.iter();
    let known = entries.flat_map(|entry| {
        let volumes = entry.volumes.iter().map(|v| v.blake3.clone());
        if entry.volumes.is_empty() { vec![entry.blake3.clone()] } else { volumes.collect() }
    });
    // An input that could not be read has no file.
    let known = known.flatten();
    if let Some((file, _)) = found.files.iter().zip(known).find(|(file, known)| file.blake3 != *known) {
        return Err(Error::damaged("the dump is not the one that the parts were scanned from")
            .got(format!("another content of {}", file.name))
            .advice("give the same files"));
    }
    Ok(found)
}

fn examine_from(
    question: &Question,
    inputs: Vec<SourceInput>,
    options: &Options,
    plan: Option<Plan>,
    parts: Option<&[PartFile]>,
    progress: &dyn Progress,
) -> Result<Found> {
    let pool = parallel::pool(options.threads)?;
    let clock = Instant::now();
    let started = match options.epoch {
        None => jiff::Timestamp::now(),
        Some(seconds) => jiff::Timestamp::from_second(seconds).map_err(|_| Error::usage("SOURCE_DATE_EPOCH is out of range"))?,
    };
    let decide = || pool.install(|| Plan::decide(&inputs, options.segment_bytes, options.reading.encoding));
    let plan = plan.unwrap_or_else(decide);
    let mut attribution = Duration::ZERO;
    let key = options.beside.key(question)?;
    let library = options.beside.library.as_deref().map(Library::open).transpose()?;
    let take = key.as_ref().map(|key| (key, options.beside.how));
    let mut ask = Ask { question, take, library: library.as_ref(), threshold: options.threshold };
    let mut answer_of = |ask: &Ask<'_>, inputs: &[SourceInput], plan: &Plan| -> Result<AnswerOf> {
        let mut scanned = match parts {
            None => scan::scan(ask, inputs, plan, &options.reading, &pool, progress)?,
            Some(parts) => scan::judge(ask, merge::merge(ask, plan, parts)?, options.reading.strict, &pool)?,
        };
        attribution += scanned.attribution;
        let mut answer = Answer::new(question, plan.inputs.len(), &scanned, &options.claim, options.threshold);
        if let (Some(explained), Some(fingerprint)) = (&scanned.explained, &scanned.fingerprint) {
            known::explain(&mut answer, KnownDumps::new(&fingerprint.about, explained), options.threshold);
        }
        Ok((answer, std::mem::take(&mut scanned.merged.exposed), scanned.fingerprint))
    };
    if let (Some(library), Some((key, how))) = (&library, ask.take) {
        // Told before the dump is read.
        library.check(&About::new(key, how))?;
    }
    let (answer, exposed, fingerprint) = answer_of(&ask, &inputs, &plan)?;
    // That of the whole is enough.
    ask.take = None;
    let files = if question.affected { digests(&inputs, &pool, progress)? } else { Vec::new() };
    let mut groups = Vec::new();
    if options.each {
        for (input, planned) in inputs.into_iter().zip(&plan.inputs) {
            let alone = Plan { inputs: vec![planned.clone()], ..plan.clone() };
            groups.push(answer_of(&ask, &[input], &alone)?.0);
        }
    }
    let seconds = clock.elapsed().as_secs_f64();
    let measured = options.epoch.is_none();
    let run = Run {
        started: started.to_string(),
        seconds: measured.then_some(seconds),
        // A merge reads no dump, and says nothing of how long its parts took.
        bytes_per_second: (measured && parts.is_none()).then_some(answer.coverage.bytes as f64 / seconds.max(1e-9)),
        attribution_seconds: measured.then_some(attribution.as_secs_f64()),
    };
    let document = Document {
        schema: document::SCHEMA.into(),
        tool: format!("leaktrace {}", env!("CARGO_PKG_VERSION")),
        run,
        case: options.case.clone(),
        command: words::command(options),
        answer,
        groups,
    };
    Ok(Found { document, plan, exposed, files, fingerprint })
}

/// Both digests of every file of the dump, volumes one by one.
fn digests(inputs: &[SourceInput], pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<Vec<FileDigests>> {
    let files: Vec<&Input> = inputs.iter().flat_map(SourceInput::files).collect();
    progress.begin("dump digests", files.iter().map(|f| f.len()).sum());
    let digests = files.iter().map(|file| FileDigests::of(file.shown(), file.bytes(), pool, progress)).collect();
    progress.end();
    digests
}
