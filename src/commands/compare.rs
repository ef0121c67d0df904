//! `leaktrace compare`: how dumps relate, by their fingerprints. Needs no key and no dump.

use super::{Outcome, fingerprint};
use crate::lineage::family::family;
use crate::report::json;
use crate::report::lineage::{Compared, terminal};
use crate::report::output::Output;
use crate::{Error, Result, limits, parallel};
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The fingerprints.
    pub files: Vec<PathBuf>,
    /// Where to write JSON.
    pub json: Option<PathBuf>,
    /// Worker threads.
    pub threads: usize,
    /// Whether nothing is printed.
    pub quiet: bool,
}

/// Compares fingerprints, each with each.
///
/// # Errors
/// When one cannot be read, or they are of different keys.
pub fn run(options: &Options) -> Result<Outcome> {
    if options.files.len() > limits::COMPARED {
        return Err(Error::usage("too many fingerprints to compare each with each")
            .expected(format!("at most {}", limits::COMPARED))
            .got(options.files.len().to_string())
            .advice("put them into a library, and ask it: leaktrace library find"));
    }
    let output = options.json.as_deref().map(Output::prepare).transpose()?;
    let dumps = fingerprint::read_all(&options.files)?;
    let pool = parallel::pool(options.threads)?;
    let compared = pool.install(|| Compared::new(&options.files, &dumps, family(&dumps)));
    let mut quiet = options.quiet;
    if let Some(output) = output {
        quiet |= output.is_stdout();
        output.write(&json::pretty(&compared)?)?;
    }
    if !quiet {
        anstream::print!("{}", terminal::render(&compared));
    }
    Ok(Outcome::Done)
}
