//! The scan of a report once more, from what it was made from.

use crate::commands::scan::{self, Ready, ReportOptions, examine, open_inputs, open_question};
use crate::names::{escape_controls, safe_text};
use crate::plan::SourceInput;
use crate::progress::Progress;
use crate::report::digests::FileDigests;
use crate::report::document::Document;
use crate::report::json;
use crate::report::manifest::Manifest;
use crate::source::Input;
use crate::{Error, Result, parallel};
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

/// What a report was made from, as far as it is at hand.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Files and folders of the dump.
    pub dumps: Vec<PathBuf>,
    /// The indexes.
    pub indexes: Vec<PathBuf>,
    /// Their keys.
    pub keys: Vec<PathBuf>,
    /// Passwords for encrypted members.
    pub passwords: Vec<Vec<u8>>,
    /// A folder for archives within others.
    pub scratch: Option<PathBuf>,
    /// The library of known dumps that the scan asked.
    pub library: Option<PathBuf>,
    /// Its key.
    pub library_key: Option<PathBuf>,
}

/// Compares what is at hand with what the manifest says of it; where all of it is, scans again and compares every file of the report. Says in lines
/// what was found to be the same.
pub(super) fn run(folder: &Path, manifest: &Manifest, inputs: &Inputs, progress: &dyn Progress) -> Result<String> {
    let (mut text, mut inputs) = (String::new(), inputs.clone());
    let mut opened = Vec::new();
    if !inputs.dumps.is_empty() {
        opened = open_inputs(&inputs.dumps)?;
        let files: Vec<&Input> = opened.iter().flat_map(SourceInput::files).collect();
        let places = places("dump", &files, &manifest.inputs, progress)?;
        opened = in_order(opened, &places);
        text += &format!("dump: the same, {} of {}\n", manifest.inputs.len(), manifest.inputs.len());
    }
    if !inputs.indexes.is_empty() {
        let indexes = inputs.indexes.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>>>()?;
        let places = places("index", &indexes.iter().collect::<Vec<_>>(), &manifest.indexes, progress)?;
        inputs.indexes = places.iter().map(|&n| inputs.indexes[n].clone()).collect();
        text += &format!("indexes: the same, {} of {}\n", manifest.indexes.len(), manifest.indexes.len());
    }
    if inputs.dumps.is_empty() || inputs.indexes.is_empty() || inputs.keys.is_empty() {
        return Ok(text + "scan: not made again; that takes --dump, --index and --key\n");
    }
    scan_again(folder, manifest, &inputs, opened, progress)?;
    Ok(text + "scan: made again, and every file of the report is the same\n")
}

/// The inputs in the order of the scan, which `places` tells of their files; volumes stay together. Where one cannot be read they stay as they are: then
/// they are what a folder holds, in the order of their paths, as they were.
fn in_order(opened: Vec<SourceInput>, places: &[usize]) -> Vec<SourceInput> {
    if opened.iter().any(|input| input.files().is_empty()) {
        return opened;
    }
    let mut rank = vec![0; places.len()];
    places.iter().enumerate().for_each(|(n, &file)| rank[file] = n);
    let mut first = 0;
    let rank_of = |input: SourceInput| {
        first += input.files().len();
        (rank[first - input.files().len()], input)
    };
    let mut ranked: Vec<(usize, SourceInput)> = opened.into_iter().map(rank_of).collect();
    ranked.sort_by_key(|r| r.0);
    ranked.into_iter().map(|r| r.1).collect()
}

/// For each file that the manifest names, in its order, the place of the very same one among `files`.
///
/// # Errors
/// When one is missing, or there are others.
fn places(what: &str, files: &[&Input], expected: &[FileDigests], progress: &dyn Progress) -> Result<Vec<usize>> {
    let pool = parallel::pool(super::super::threads())?;
    progress.begin("digests", files.iter().map(|f| f.len()).sum());
    let found = files.iter().map(|file| FileDigests::of(String::new(), file.bytes(), &pool, progress)).collect::<Result<Vec<_>>>()?;
    progress.end();
    fn content(file: &FileDigests) -> (u64, &str, &str) {
        (file.bytes, &file.blake3, &file.sha256)
    }
    // Files of one content come in their order.
    let mut free: HashMap<_, VecDeque<usize>> = HashMap::new();
    found.iter().enumerate().for_each(|(n, file)| free.entry(content(file)).or_default().push_back(n));
    let mut places: Vec<usize> = Vec::with_capacity(expected.len());
    for wanted in expected {
        let place = free.get_mut(&content(wanted)).and_then(VecDeque::pop_front);
        places.push(place.ok_or_else(|| {
            Error::damaged(format!("a file that the report was made from is not among those given ({what})"))
                .expected(format!("{}, {} bytes, BLAKE3 {}", safe_text(&wanted.name), wanted.bytes, escape_controls(&wanted.blake3)))
                .got(format!("{} files, none of which is the same to the last byte", files.len()))
                .advice("give every file that the manifest names, as it was")
        })?);
    }
    match free.values().flatten().min().copied() {
        None => Ok(places),
        Some(other) => Err(Error::usage(format!("the report was not made from this file ({what})"))
            .at(files[other].path())
            .got(format!("{} bytes, BLAKE3 {}", found[other].bytes, found[other].blake3))
            .advice("give the files that the manifest names, and no others")),
    }
}

/// Scans as the manifest says, makes the report in a folder that goes afterwards, and compares it file by file.
fn scan_again(folder: &Path, manifest: &Manifest, inputs: &Inputs, mut opened: Vec<SourceInput>, progress: &dyn Progress) -> Result<()> {
    let (Some(asked), Some(plan)) = (&manifest.scan, &manifest.plan) else {
        return Err(Error::usage("this report was made from a document alone: the scan cannot be made again")
            .at(folder)
            .advice("verify the report of the scan itself"));
    };
    let before: Document = json::read(&folder.join("scan.json"))?;
    let place = tempfile::tempdir().map_err(|e| Error::io("cannot make a folder for the report that is compared", &e))?;
    let report = ReportOptions { folder: place.path().join("report"), look: manifest.look.clone(), sign: None, sign_password: None };
    let mut reading = asked.reading();
    if asked.passwords && inputs.passwords.is_empty() || asked.scratch && inputs.scratch.is_none() {
        return Err(Error::usage("the scan was made with passwords or a scratch folder, which are not kept")
            .advice("give them again: --password-file FILE, --scratch DIR"));
    }
    if asked.library.is_some() != inputs.library.is_some() {
        let (expected, got) = if asked.library.is_some() { ("the library", "none") } else { ("no library", "one") };
        return Err(Error::usage("a library of known dumps was asked by the scan or by this, and not by the other")
            .expected(expected)
            .got(got)
            .advice("give what the scan was given, as it was then: --library DIR, --library-key KEY"));
    }
    (reading.passwords, reading.scratch) = (inputs.passwords.clone(), inputs.scratch.clone());
    let options = scan::Options {
        dumps: inputs.dumps.clone(),
        indexes: inputs.indexes.clone(),
        keys: inputs.keys.clone(),
        json: None,
        report: Some(report.clone()),
        each: asked.each,
        plan: None,
        threshold: asked.threshold,
        claim: asked.claim.clone(),
        case: before.case.clone(),
        verify: asked.verify,
        threads: super::super::threads(),
        segment_bytes: plan.segment_bytes,
        reading,
        epoch: None,
        quiet: true,
        beside: scan::Beside {
            fingerprint: None,
            library: inputs.library.clone(),
            key: inputs.library_key.clone(),
            how: asked.library.unwrap_or_default(),
        },
    };
    // Wherever they are now, the report calls them what it called them then.
    for (input, entry) in opened.iter_mut().zip(&before.answer.inputs) {
        match input {
            SourceInput::Open(file) => file.call(&entry.path),
            SourceInput::Joined(joined) => joined.call(&entry.path, &entry.volumes.iter().map(|v| v.path.clone()).collect::<Vec<_>>()),
            SourceInput::Skipped { .. } => {}
        }
    }
    let ready: Ready = report.prepare()?;
    let question = open_question(&options)?;
    let plan = plan.clone().checked(&folder.join(crate::report::manifest::NAME), &opened)?;
    let mut found = examine(&question, opened, &options, Some(plan), progress)?;
    (found.document.run, found.document.command) = (before.run, before.command);
    found.document.tool = before.tool;
    scan::write_report(&question, &found, &options, ready, progress)?;
    let (made, _) = Manifest::read(&report.folder)?;
    let differs = |expected: &&FileDigests| !made.outputs.contains(expected);
    let names: Vec<String> = manifest.outputs.iter().filter(differs).map(|f| safe_text(&f.name)).collect();
    let same_rules = (&made.rulesets, made.fingerprint_spec) == (&manifest.rulesets, manifest.fingerprint_spec);
    if names.is_empty() && made.outputs.len() == manifest.outputs.len() && same_rules {
        return Ok(());
    }
    Err(Error::damaged("the scan, made again, gives another report")
        .at(folder)
        .expected("every file as it is in the report")
        .got(format!("others: {}", names.join(", ")))
        .advice(format!("make it again with the release that made the report ({})", safe_text(&manifest.tool))))
}
