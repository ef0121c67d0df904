//! `leaktrace library find`.

use super::{Taker, Taking, tell_unread};
use crate::commands::Outcome;
use crate::error::Blame;
use crate::lineage::DumpFingerprint;
use crate::lineage::library::{Library, Unread};
use crate::names::safe_path;
use crate::progress::Progress;
use crate::report::json;
use crate::report::lineage::library::{LibraryDocument, render};
use crate::report::output::{Output, to_stdout};
use crate::{Result, limits};
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Fingerprints, and dumps whose fingerprint is to be taken.
    pub files: Vec<PathBuf>,
    /// The library's folder.
    pub library: PathBuf,
    /// Where to write JSON.
    pub json: Option<PathBuf>,
    /// Known dumps that are compared in full.
    pub most: usize,
    /// How fingerprints are taken.
    pub taking: Taking,
    /// Whether nothing is printed.
    pub quiet: bool,
}

/// Says which known dumps each dump comes from.
///
/// # Errors
/// When the library or a dump cannot be opened, or a dump's fingerprint is of another key than the library's.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let library = Library::open(&options.library)?;
    let output = options.json.as_deref().map(Output::prepare).transpose()?;
    let taker = Taker::new(&options.taking)?;
    let mut dumps = Vec::new();
    for path in &options.files {
        dumps.push(taker.take(path, |about| library.check(about), progress)?);
    }
    let explain = |(path, dump): (&PathBuf, &DumpFingerprint)| {
        taker.pool.install(|| library.explain(dump, options.most)).map_err(|e| if e.blame() == Blame::Usage { e.at(path) } else { e })
    };
    let explained = options.files.iter().zip(&dumps).map(explain).collect::<Result<Vec<_>>>()?;
    let (found, mut incomplete) = (explained.iter().any(|e| e.copied()), dumps.iter().any(|dump| !dump.about.complete));
    let waiting = explained.iter().map(|e| e.read).max().unwrap_or(0);
    let trouble = explained.iter().find_map(|e| e.index.clone());
    let unread: Vec<_> = explained.iter().flat_map(|e| e.unread.clone()).collect();
    let asked = options.files.iter().zip(&dumps).zip(explained).map(|((path, dump), e)| (safe_path(path), &dump.about, e));
    let document = LibraryDocument::find(&asked.collect::<Vec<_>>());
    let mut quiet = options.quiet;
    if let Some(output) = output {
        quiet |= output.is_stdout();
        output.write(&json::pretty(&document)?)?;
    }
    if !quiet {
        to_stdout(render(&document).as_bytes())?;
    }
    incomplete |= !unread.is_empty();
    tell(&document, &unread);
    if let Some(error) = trouble {
        anstream::eprintln!("every fingerprint was read, since {error}");
    } else if waiting > limits::LIBRARY_UNCOVERED as u64 {
        anstream::eprintln!(
            "{waiting} fingerprints are not in the library's index yet and were read one by one: the next library add puts them there"
        );
    }
    Ok(match (found, incomplete) {
        (true, _) => Outcome::Supported,
        (false, true) => Outcome::Incomplete,
        (false, false) => Outcome::Done,
    })
}

/// Says once of each file that it cannot be read.
fn tell(document: &LibraryDocument, unread: &[Unread]) {
    let once: Vec<_> = document.unread.iter().filter_map(|entry| unread.iter().find(|u| u.name == entry.name).cloned()).collect();
    tell_unread(&once);
}
