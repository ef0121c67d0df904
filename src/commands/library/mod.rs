//! `leaktrace library`: known dumps, and which of them a dump comes from.

pub mod add;
pub mod find;

use super::Outcome;
use super::scan::open_inputs;
use crate::fingerprint::Key;
use crate::lineage::library::{Library, Unread};
use crate::lineage::take::{self, How};
use crate::lineage::{About, DumpFingerprint, file};
use crate::names::{escape_controls, safe_path};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::report::json;
use crate::report::lineage::library::{LibraryDocument, render_list};
use crate::report::output::Output;
use crate::{Error, Result, parallel, reading};
use std::io::Read;
use std::path::{Path, PathBuf};

/// How the fingerprint of a dump is taken that has none.
#[derive(Clone, Debug)]
pub struct Taking {
    /// The library's key.
    pub key: Option<PathBuf>,
    /// How it is taken.
    pub how: How,
    /// Worker threads.
    pub threads: usize,
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// How inputs are opened.
    pub reading: reading::Options,
}

/// What takes fingerprints, or reads those that were taken.
struct Taker<'o> {
    options: &'o Taking,
    pool: rayon::ThreadPool,
    key: Option<Key>,
}

impl Taker<'_> {
    fn new(options: &Taking) -> Result<Taker<'_>> {
        let key = options.key.as_deref().map(Key::read).transpose()?;
        Ok(Taker { options, pool: parallel::pool(options.threads)?, key })
    }

    /// The fingerprint of a file of one, or of a dump. `check` sees what it will say of itself before a dump is read for nothing.
    fn take(&self, path: &Path, check: impl Fn(&About) -> Result<()>, progress: &dyn Progress) -> Result<DumpFingerprint> {
        if is_fingerprint(path) {
            return DumpFingerprint::read(path);
        }
        let key = self.key.as_ref().ok_or_else(|| {
            Error::usage("this is not a fingerprint, and to take one of a dump the library's key is needed")
                .at(path)
                .advice("give it: --library-key KEY")
        })?;
        check(&About::new(key, self.options.how))?;
        let inputs = open_inputs(&[path.to_path_buf()])?;
        let plan = self.pool.install(|| Plan::decide(&inputs, self.options.segment_bytes, self.options.reading.encoding));
        let (dump, _) = take::take(key, self.options.how, &inputs, &plan, &self.options.reading, &self.pool, progress)?;
        if !dump.about.complete {
            anstream::eprintln!(
                "not all of {} could be read: leaktrace inspect says what and why; rows that were not read are not in the fingerprint",
                safe_path(path)
            );
        }
        Ok(dump)
    }
}

/// Whether a file is a fingerprint's; of one that cannot be opened its reader says why.
fn is_fingerprint(path: &Path) -> bool {
    let mut head = Vec::new();
    // A pipe may be read once.
    path.is_file()
        && std::fs::File::open(path).is_ok_and(|file| file.take(8).read_to_end(&mut head).is_ok() && file::looks_like_fingerprint(&head))
}

/// Says what of a library cannot be read.
fn tell_unread(unread: &[Unread]) {
    for Unread { name, error } in unread {
        anstream::eprintln!("{name} in the library is passed over: {error}");
    }
}

/// Lists the known dumps.
///
/// # Errors
/// When the library or the output cannot be opened.
pub fn list(folder: &Path, json: Option<&Path>) -> Result<Outcome> {
    let library = Library::open(folder)?;
    let output = json.map(Output::prepare).transpose()?;
    let (known, unread) = library.list()?;
    let document = LibraryDocument::list(known, &unread);
    match output {
        Some(output) => output.write(&json::pretty(&document)?)?,
        None => crate::report::output::to_stdout(render_list(&document).as_bytes())?,
    }
    tell_unread(&unread);
    Ok(if unread.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}

/// Removes known dumps.
///
/// # Errors
/// When one is not there; or when the disk fails.
pub fn remove(folder: &Path, names: &[String]) -> Result<Outcome> {
    let whole = Library::open(folder)?.remove(names)?;
    for name in names {
        anstream::eprintln!("removed {}", escape_controls(name));
    }
    if !whole {
        anstream::eprintln!(
            "another process is changing the library: hashed values of what was removed leave its index with the next change"
        );
    }
    Ok(Outcome::Done)
}
