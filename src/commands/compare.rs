//! `leaktrace compare`: how dumps relate, by their fingerprints. Needs no key and no dump.

use super::{Outcome, fingerprint};
use crate::lineage::family::family;
use crate::report::html::lineage as page;
use crate::report::json;
use crate::report::lineage::{Compared, terminal};
use crate::report::output::Output;
use crate::{Error, Result, limits, parallel};
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The fingerprints.
    pub files: Vec<PathBuf>,
    /// Where to write JSON.
    pub json: Option<PathBuf>,
    /// Where to write the page.
    pub html: Option<PathBuf>,
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
    let stdout = Some(Path::new("-"));
    if options.json.as_deref() == stdout && options.html.as_deref() == stdout {
        return Err(Error::usage("--json and --html cannot both be standard output").advice("give a file name to one of them"));
    }
    let prepare = |path: &Option<PathBuf>| path.as_deref().map(Output::prepare).transpose();
    let (json_output, html_output) = (prepare(&options.json)?, prepare(&options.html)?);
    let dumps = fingerprint::read_all(&options.files)?;
    let pool = parallel::pool(options.threads)?;
    let compared = pool.install(|| Compared::new(&options.files, &dumps, family(&dumps)));
    let mut quiet = options.quiet;
    if let Some(output) = json_output {
        quiet |= output.is_stdout();
        output.write(&json::pretty(&compared)?)?;
    }
    if let Some(output) = html_output {
        quiet |= output.is_stdout();
        output.write(page::render(&compared).as_bytes())?;
    }
    if !quiet {
        anstream::print!("{}", terminal::render(&compared));
    }
    Ok(Outcome::Done)
}
