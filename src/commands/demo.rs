//! `leaktrace demo`: the main job on made-up data, start to end, with the commands that one would type.

use super::{Outcome, index, scan};
use crate::attribute::{Support, VerdictKind};
use crate::fingerprint::Key;
use crate::names::safe_path;
use crate::progress::Progress;
use crate::report::look::Look;
use crate::report::terminal;
use crate::report::terminal::grouped;
use crate::synth::day::DateStyle;
use crate::synth::demo;
use crate::{Error, Result, limits};
use std::path::{Path, PathBuf};

/// Runs the demonstration in `folder`, or in a new one under the system's temporary folder.
///
/// # Errors
/// When a step fails, or the verdict is not the expected one.
pub fn run(folder: Option<&Path>, threads: usize, progress: &dyn Progress) -> Result<Outcome> {
    let folder = workplace(folder)?;
    anstream::println!("leaktrace demo: everything below is made up, and is in {}\n", safe_path(&folder));
    let files = demo::write(&folder, &demo::Options::default())?;
    let key = folder.join("case.key");
    Key::generate()?.write_new(&key)?;
    anstream::println!("1. Each institution makes an index of its records, under the key of the case.");
    let mut indexes = Vec::new();
    for institution in &files.institutions {
        let output = institution.records.with_extension("ltx");
        anstream::println!("   {:<24} {:>8} records", institution.name, grouped(institution.count));
        index::build_quietly(
            &index::Options {
                files: vec![institution.records.clone()],
                key: key.clone(),
                schema: institution.schema.clone(),
                output: output.clone(),
                institution: None,
                dataset: None,
                snapshot: None,
                threads,
                memory: 256_000_000,
                segment_bytes: limits::SEGMENT_BYTES,
            },
            progress,
        )?;
        indexes.push(output);
    }
    let [copied, foreign, invented] = files.rows_from;
    let mut exported = String::new();
    files.exported.write(DateStyle::Iso, &mut exported);
    anstream::println!(
        "\n2. A dump is posted: {} rows. The truth, which the scanner does not know: {} rows left {} on\n   {}, {} are another's customers, {} are invented; 3% of cells are damaged.\n",
        grouped(files.rows),
        grouped(copied),
        files.source,
        exported,
        grouped(foreign),
        grouped(invented)
    );
    anstream::println!("3. The examiner scans it with the indexes and the key.\n");
    let report = scan::ReportOptions { folder: folder.join("report"), look: Look::default(), sign: None, sign_password: None };
    let options = scan::Options {
        dumps: vec![files.dump.clone()],
        indexes,
        keys: vec![key],
        json: None,
        report: Some(report.clone()),
        case: Default::default(),
        epoch: None,
        quiet: false,
        each: false,
        beside: Default::default(),
        plan: None,
        threshold: Support::ModeratelyStrong,
        claim: Default::default(),
        verify: false,
        threads,
        segment_bytes: limits::SEGMENT_BYTES,
        reading: Default::default(),
    };
    let ready = report.prepare()?;
    let question = scan::open_question(&options)?;
    let found = scan::examine(&question, scan::open_inputs(&options.dumps)?, &options, None, progress)?;
    let document = &found.document;
    anstream::println!("{}", terminal::render(document));
    scan::write_report(&question, &found, &options, ready, progress)?;
    anstream::println!("4. What leaves the terminal is in {}: the page is report.html.\n", safe_path(&report.folder));
    let verdict = &document.answer.verdict;
    if verdict.kind != VerdictKind::Attributed || verdict.institutions != [files.source] {
        return Err(Error::usage("the demonstration's verdict is not the expected one")
            .expected(format!("attributed to {}", files.source))
            .got(format!("{:?}: {}", verdict.kind, verdict.institutions.join(", ")))
            .advice("report this with the output above"));
    }
    next_steps();
    Ok(Outcome::Done)
}

fn workplace(folder: Option<&Path>) -> Result<PathBuf> {
    let unwritable =
        |e: std::io::Error, at: &Path| Error::io("cannot make the demonstration's folder", &e).at(at).advice("name another: -o DIR");
    match folder {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|e| unwritable(e, folder))?;
            if std::fs::read_dir(folder).map_err(|e| unwritable(e, folder))?.next().is_some() {
                return Err(Error::usage("the demonstration's folder is not empty").at(folder).advice("name a new one: -o DIR"));
            }
            Ok(folder.to_path_buf())
        }
        None => {
            let made = tempfile::Builder::new().prefix("leaktrace-demo-").tempdir().map_err(|e| unwritable(e, &std::env::temp_dir()))?;
            Ok(made.keep())
        }
    }
}

fn next_steps() {
    anstream::println!(
        "Next, with your own data:\n\
         \x20 leaktrace keygen -o case.key\n\
         \x20 leaktrace schema RECORDS.csv > schema.toml        (look it over: kinds, roles, name)\n\
         \x20 leaktrace index RECORDS.csv --key case.key --schema schema.toml -o ours.ltx\n\
         \x20 leaktrace scan DUMP.csv --index ours.ltx --key case.key --report report"
    );
}
