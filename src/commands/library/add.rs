//! `leaktrace library add`.

use super::{Taker, Taking};
use crate::commands::Outcome;
use crate::error::Blame;
use crate::lineage::library::{Labelled, Library, file_name_of, name_of_path};
use crate::names::safe_path;
use crate::progress::Progress;
use crate::report::terminal::grouped;
use crate::{Error, Result};
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Fingerprints, and dumps whose fingerprint is to be taken.
    pub files: Vec<PathBuf>,
    /// The library's folder.
    pub library: PathBuf,
    /// What is said of them; where no name is given, each is named after its file.
    pub label: Labelled,
    /// How fingerprints are taken.
    pub taking: Taking,
}

/// Adds dumps.
///
/// # Errors
/// When one cannot be read or is there already: the others are added even so; or when nothing can be written.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let taker = Taker::new(&options.taking)?;
    let library = Library::open_or_make(&options.library)?;
    let mut adding = library.adding()?;
    let (mut complete, mut failed) = (true, Vec::<Error>::new());
    for path in &options.files {
        let added = taker.take(path, |about| adding.check(about), progress).and_then(|dump| {
            let (rows, whole) = (dump.about.rows, dump.about.complete);
            let name = if options.label.name.is_empty() { name_of_path(path) } else { options.label.name.clone() };
            let asked = file_name_of(&name);
            let name = adding.add(dump, Labelled { name, ..options.label.clone() }).map_err(|e| e.at(path))?;
            let other = if name == asked { "" } else { " (another dump has the name without the number)" };
            anstream::eprintln!("added {} as {name}{other}, {} rows", safe_path(path), grouped(rows));
            Ok(whole)
        });
        match added {
            Ok(whole) => complete &= whole,
            Err(error) if error.blame() == Blame::Interrupted => return Err(error),
            Err(error) => failed.push(error),
        }
    }
    taker.pool.install(|| adding.finish())?;
    let Some(last) = failed.pop() else { return Ok(if complete { Outcome::Done } else { Outcome::Incomplete }) };
    for error in &failed {
        anstream::eprintln!("leaktrace: {error}");
    }
    Err(last)
}
