//! A report's folder against its manifest.

use super::{Options, again};
use crate::commands::Outcome;
use crate::names::{escape_controls, safe_text};
use crate::progress::Progress;
use crate::report::digests::FileDigests;
use crate::report::folder::files_in;
use crate::report::json;
use crate::report::manifest::{self, Manifest};
use crate::report::output::to_stdout;
use crate::report::sign;
use crate::report::terminal::grouped;
use crate::source::Input;
use crate::{Error, Result, parallel};
use std::collections::BTreeSet;
use std::path::Path;

/// Files that an error names one by one.
const NAMED: usize = 20;

/// Verifies a report.
pub(super) fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let (manifest, _) = check_folder(&options.path, options.public_key.as_deref(), progress)?;
    let mut text = format!(
        "sound: {} files, {} bytes, as {} wrote them on {}\n",
        manifest.outputs.len(),
        grouped(manifest.outputs.iter().map(|f| f.bytes).sum()),
        safe_text(&manifest.tool),
        escape_controls(&manifest.created)
    );
    text += &match (&manifest.signed_by, &options.public_key) {
        (None, _) => "signature: none; whoever could write to the folder could have made it anew\n".to_string(),
        (Some(_), Some(key)) => format!("signature: by {}\n", escape_controls(key.trim())),
        (Some(key), None) => {
            format!("signature: by {}, as the report says; give the key that you know with --public-key\n", escape_controls(key))
        }
    };
    text += &again::run(&options.path, &manifest, &options.inputs, progress)?;
    to_stdout(text.as_bytes())?;
    Ok(Outcome::Done)
}

/// Checks that a folder holds what its manifest says and nothing else, and the signature where there is one: against `public_key` where that is given, else
/// against the key that the manifest names. Gives the manifest and its bytes.
///
/// # Errors
/// When it does not; every file that is not as it was is named.
pub fn check_folder(folder: &Path, public_key: Option<&str>, progress: &dyn Progress) -> Result<(Manifest, Vec<u8>)> {
    let (manifest, bytes) = Manifest::read(folder)?;
    let pool = parallel::pool(super::super::threads())?;
    progress.begin("verify", manifest.outputs.iter().map(|f| f.bytes).sum());
    let mut wrong = Vec::new();
    for expected in &manifest.outputs {
        if let Some(what) = difference(folder, expected, &pool, progress)? {
            wrong.push(format!("{} ({what})", safe_text(&expected.name)));
        }
    }
    progress.end();
    let known: BTreeSet<&str> = manifest.outputs.iter().map(|f| f.name.as_str()).chain([manifest::NAME]).collect();
    let signature = folder.join(sign::NAME);
    for name in files_in(folder)? {
        let signed = manifest.signed_by.is_some() && name == sign::NAME;
        if !known.contains(name.as_str()) && !signed {
            wrong.push(format!("{} (not part of the report)", safe_text(&name)));
        }
    }
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(NAMED);
        let mut names = wrong[..wrong.len() - more].join(", ");
        if more > 0 {
            names += &format!(" and {more} more");
        }
        return Err(Error::damaged("this is not the report that was written")
            .at(folder)
            .expected("every file as the manifest says")
            .got(names)
            .advice("get the report anew from whoever made it"));
    }
    // What the manifest says of the scan is what the document says of it.
    let document = json::read(&folder.join("scan.json"))?;
    if (&manifest.created, &manifest.case, manifest.tool.as_str()) != (&document.run.started, &document.case, document.tool.as_str()) {
        return Err(Error::damaged("the manifest and the document of this report do not agree")
            .at(folder.join(manifest::NAME))
            .expected("the release, the time and the case that scan.json names")
            .advice("get the report anew from whoever made it"));
    }
    match (public_key.or(manifest.signed_by.as_deref()), &manifest.signed_by) {
        (None, _) => {}
        (Some(_), None) => {
            return Err(Error::damaged("this report is not signed").at(folder).expected(format!("a signature, {}", sign::NAME)));
        }
        (Some(key), Some(_)) => sign::check(key, &bytes, &read(&signature)?, &signature)?,
    }
    Ok((manifest, bytes))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    crate::source::read_small(path, "signature", "get the report anew from whoever made it")
}

/// How a file of the folder differs from what it was.
fn difference(folder: &Path, expected: &FileDigests, pool: &rayon::ThreadPool, progress: &dyn Progress) -> Result<Option<&'static str>> {
    // The manifest is a file like any other: a name in it must not lead out of the folder.
    let plain = |part: &str| !part.is_empty() && part != ".." && part != "." && !part.contains('\\');
    let path = folder.join(&expected.name);
    if !expected.name.split('/').all(plain) || Path::new(&expected.name).is_absolute() {
        return Ok(Some("no name of a report's file"));
    }
    let Ok(file) = Input::open(&path) else { return Ok(Some("missing, or cannot be read")) };
    if file.len() != expected.bytes {
        return Ok(Some("changed: another length"));
    }
    let found = FileDigests::of(expected.name.clone(), file.bytes(), pool, progress)?;
    Ok((found != *expected).then_some("changed"))
}
