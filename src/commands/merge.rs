//! `leaktrace merge`: the parts of a plan, scanned anywhere, to what one scan of the dump would have said.

use super::Outcome;
use super::scan::{self, Found, examine_parts, open_inputs, open_question, outcome, tell};
use crate::plan::{Plan, SourceInput};
use crate::progress::Progress;
use crate::report::output::Output;
use crate::scan::file::{Asked, PartFile};
use crate::scan::merge::open_all;
use crate::source::encoding::Charset;
use crate::{Error, Result, reading};
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The scan that the parts make up; its dumps are those at hand, for the digests of a report.
    pub scan: scan::Options,
    /// The plan.
    pub plan: PathBuf,
    /// Files of parts.
    pub parts: Vec<PathBuf>,
}

/// Merges, reports, and says how it ended, as the scan would.
///
/// # Errors
/// When keys, indexes, plan, parts or outputs cannot be used.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let mut scan = options.scan.clone();
    let output = scan.json.as_deref().map(Output::prepare).transpose()?;
    let fingerprint = scan.beside.fingerprint.as_deref().map(Output::prepare).transpose()?;
    let ready = scan.report.as_ref().map(scan::ReportOptions::prepare).transpose()?;
    let question = open_question(&scan)?;
    let plan = Plan::read_alone(&options.plan)?;
    let files = open_all(&options.parts, &plan, &question).map_err(|e| if options.parts.is_empty() { e.at(&options.plan) } else { e })?;
    let inputs = dumps(&scan, &options.plan, &plan)?;
    if let Some(first) = files.first() {
        check_kept(&scan, first)?;
        adopt(&mut scan, &first.head.asked);
    }
    scan.dumps = plan.dumps.iter().map(PathBuf::from).collect();
    let found: Found = examine_parts(&question, inputs, &scan, plan, &files, progress)?;
    tell(&question, &found, &scan, (output, fingerprint, ready), progress)?;
    Ok(outcome(&found.document))
}

/// The dump's files, where they are at hand, called as the plan does.
fn dumps(scan: &scan::Options, path: &std::path::Path, plan: &Plan) -> Result<Vec<SourceInput>> {
    if scan.dumps.is_empty() {
        if scan.report.is_some() {
            return Err(Error::usage("a report names its dump by digests that parts do not have")
                .expected("the files of the dump: --dump DUMP")
                .advice("give them; or write --json alone, and make the report of that: leaktrace report SCAN.json --report DIR"));
        }
        return Ok(Vec::new());
    }
    let mut inputs = open_inputs(&scan.dumps)?;
    plan.fits(path, &inputs)?;
    for (input, planned) in inputs.iter_mut().zip(&plan.inputs) {
        if let SourceInput::Open(file) = input {
            file.call(&planned.input);
        }
    }
    Ok(inputs)
}

/// Checks that the parts have kept what is asked for now.
fn check_kept(scan: &scan::Options, first: &PartFile) -> Result<()> {
    let missing = |what: &str, keep: &str| {
        Err(Error::usage(format!("the parts have not kept what {what} takes"))
            .at(first.path())
            .expected(format!("parts that were scanned with --keep {keep}"))
            .advice(format!("scan the parts again with --keep {keep}, or leave that out")))
    };
    let asked = &first.head.asked;
    if scan.report.is_some() && !asked.affected {
        return missing("a report", "affected");
    }
    let wanted = scan.beside.fingerprint.is_some() || scan.beside.library.is_some();
    match &asked.fingerprint {
        None if wanted => missing("the dump's fingerprint", "fingerprint"),
        Some((id, _)) if wanted && *id != scan::fingerprint_key_id(scan)? => {
            Err(first.foreign("its fingerprint was taken under another key"))
        }
        _ => Ok(()),
    }
}

/// Takes over how the parts were asked.
fn adopt(scan: &mut scan::Options, asked: &Asked) {
    scan.reading = reading::Options {
        encoding: asked.encoding.as_deref().and_then(Charset::of_name),
        passwords: if asked.passwords { vec![Vec::new()] } else { Vec::new() },
        bounds: asked.bounds.clone(),
        out_of_scope: asked.out_of_scope.clone(),
        strict: asked.strict,
        scratch: asked.scratch.then(PathBuf::new),
        inside: asked.inside,
    };
    if let Some((_, how)) = asked.fingerprint {
        scan.beside.how = how;
    }
}
