//! `leaktrace fingerprint`: a small file about a dump, without any value of it, by which other dumps are known to be the same, a part, or a mix.

use super::Outcome;
use super::scan::open_inputs;
use crate::fingerprint::Key;
use crate::lineage::take::{self, How};
use crate::lineage::{About, DumpFingerprint};
use crate::names::{safe_path, safe_text};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::report::output::Output;
use crate::report::terminal::{bytes_words, grouped};
use crate::{Result, parallel, reading};
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders of the dump.
    pub dumps: Vec<PathBuf>,
    /// The key.
    pub key: PathBuf,
    /// Where to write.
    pub output: PathBuf,
    /// How it is taken.
    pub how: How,
    /// Worker threads.
    pub threads: usize,
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// How inputs are opened.
    pub reading: reading::Options,
}

/// Takes a dump's fingerprint and writes it.
///
/// # Errors
/// When the key or a dump that was named cannot be read, or the file cannot be written.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let output = Output::prepare(&options.output)?;
    let key = Key::read(&options.key)?;
    let inputs = open_inputs(&options.dumps)?;
    let pool = parallel::pool(options.threads)?;
    let plan = pool.install(|| Plan::decide(&inputs, options.segment_bytes, options.reading.encoding));
    let (fingerprint, read) = take::take(&key, options.how, &inputs, &plan, &options.reading, &pool, progress)?;
    let bytes = fingerprint.to_bytes()?;
    output.write(&bytes)?;
    anstream::eprintln!("{}", words(&fingerprint.about));
    anstream::eprintln!("wrote {}, {}", safe_path(&options.output), bytes_words(bytes.len() as f64));
    if read.ledger.complete() {
        return Ok(Outcome::Done);
    }
    anstream::eprintln!(
        "not all of the dump could be read: leaktrace inspect says what and why; rows that were not read are not in the fingerprint"
    );
    Ok(Outcome::Incomplete)
}

/// What a fingerprint is of, in a few lines.
#[must_use]
pub fn words(about: &About) -> String {
    let about_rows = if about.level == 0 { "" } else { "about " };
    let mut out = format!(
        "{} rows, {about_rows}{} of them with different identifiers; {} values kept, key {}",
        grouped(about.rows),
        grouped(about.rows_distinct),
        grouped(about.entries),
        safe_text(&about.key_id)
    );
    for table in &about.tables {
        let columns = table.columns.iter().enumerate().map(|(n, column)| {
            let name = column.header.as_deref().map_or_else(|| format!("column {}", n + 1), safe_text);
            if column.slot { format!("{name}*") } else { name }
        });
        out += &format!("\n  table of {} rows: {}", grouped(table.rows), columns.collect::<Vec<_>>().join(", "));
    }
    if about.entries == 0 && about.rows > 0 {
        return out + "\n  no cell of it has a value: it cannot be compared with others";
    }
    out + "\n  (* rows are found by it)"
}

/// Reads the files of some fingerprints and checks that they can be compared.
///
/// # Errors
/// When one cannot be read, or is of another key or other rules.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<DumpFingerprint>> {
    let all = paths.iter().map(|path| DumpFingerprint::read(path)).collect::<Result<Vec<_>>>()?;
    for (path, one) in paths.iter().zip(&all).skip(1) {
        one.about.comparable(&all[0].about).map_err(|e| e.at(path))?;
    }
    Ok(all)
}
