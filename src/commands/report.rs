//! `leaktrace report`: a report once more from its document, in another language, for other eyes, or signed.

use super::Outcome;
use super::scan::ReportOptions;
use crate::Result;
use crate::names::safe_path;
use crate::progress::Progress;
use crate::report::json;
use crate::report::look::Look;
use crate::report::manifest::{self, Manifest};
use crate::report::write::{Basis, Lists};
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// A report's folder, or a document.
    pub from: PathBuf,
    /// The report's folder, and how it is made; what is not said is as in the older report.
    pub report: ReportOptions,
    /// Whether the language was given, the label, and the time of awareness.
    pub given: Given,
}

/// Which parts of the look were given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given {
    /// The language.
    pub lang: bool,
    /// The label.
    pub tlp: bool,
}

/// Makes the report.
///
/// # Errors
/// When the document or the older report cannot be read, or the folder cannot be written.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let (document, older) = if options.from.is_dir() {
        let (manifest, _) = super::verify::check_folder(&options.from, None, progress)?;
        (json::read(&options.from.join("scan.json"))?, Some(manifest))
    } else {
        (json::read(&options.from)?, None)
    };
    let look = merged(&options.report.look, older.as_ref().map(|m| &m.look), options.given);
    let ready = ReportOptions { look, ..options.report.clone() }.prepare()?;
    let lists = older.as_ref().map_or(Lists::None, |older| Lists::Kept(&options.from, lists_of(older)));
    let basis = older.map_or_else(Basis::default, |m| Basis {
        scan: m.scan,
        plan: m.plan,
        rulesets: m.rulesets,
        inputs: m.inputs,
        indexes: m.indexes,
    });
    ready.write(&document, basis, &lists, progress)?;
    anstream::eprintln!("report {}", safe_path(&options.report.folder));
    Ok(Outcome::Done)
}

fn merged(asked: &Look, older: Option<&Look>, given: Given) -> Look {
    let Some(older) = older else { return asked.clone() };
    Look {
        lang: if given.lang { asked.lang } else { older.lang },
        tlp: if given.tlp { asked.tlp } else { older.tlp },
        aware_since: asked.aware_since.or(older.aware_since),
    }
}

/// The lists of affected records in a report: what it holds besides what is made from the document.
fn lists_of(manifest: &Manifest) -> Vec<String> {
    let list = |name: &&String| Path::new(name).extension().is_some_and(|e| e == "csv") && name.as_str() != manifest::NAME;
    manifest.outputs.iter().map(|f| &f.name).filter(list).cloned().collect()
}
