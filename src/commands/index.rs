//! `leaktrace index`: files of records to an index.

use super::Outcome;
use crate::fingerprint::Key;
use crate::identify::schema::Schema;
use crate::index::build::{self, Build, Built};
use crate::names::{safe_path, safe_text};
use crate::progress::Progress;
use crate::report::terminal::{bytes_words, grouped, seconds_words};
use crate::{Error, Result, parallel};
use std::path::PathBuf;
use std::time::Instant;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files of records.
    pub files: Vec<PathBuf>,
    /// The key.
    pub key: PathBuf,
    /// The schema.
    pub schema: PathBuf,
    /// The index.
    pub output: PathBuf,
    /// In place of the schema's.
    pub institution: Option<String>,
    /// In place of the schema's.
    pub dataset: Option<String>,
    /// In place of the schema's.
    pub snapshot: Option<String>,
    /// Worker threads.
    pub threads: usize,
    /// Bytes for sorting.
    pub memory: usize,
    /// Bytes of a segment.
    pub segment_bytes: u64,
}

/// Builds an index.
///
/// # Errors
/// When key, schema or a file cannot be used, or the index cannot be written.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let started = Instant::now();
    let built = build_quietly(options, progress)?;
    let meta = &built.meta;
    let seconds = started.elapsed().as_secs_f64();
    anstream::eprintln!(
        "indexed {} records of {} ({}) in {}: {}, {:.1} bytes a record",
        grouped(meta.records),
        safe_text(&meta.institution),
        safe_text(&meta.dataset),
        seconds_words(seconds),
        bytes_words(built.bytes as f64),
        built.bytes as f64 / meta.records.max(1) as f64
    );
    anstream::eprintln!("index {}", safe_path(&options.output));
    anstream::eprintln!("digest {}, key {}", built.digest, meta.key_id);
    if let Some(check) = meta.self_check {
        anstream::eprintln!(
            "self-check: {} of {} sampled values found on their own record, {} too common to be evidence",
            grouped(check.found),
            grouped(check.values),
            grouped(check.common)
        );
    }
    let never: Vec<String> = meta.identifiers.iter().filter(|f| f.present == 0).map(|f| safe_text(&f.name)).collect();
    if !never.is_empty() {
        anstream::eprintln!("warning: no record holds a value of: {}. Is the schema's kind right?", never.join(", "));
    }
    for s in &meta.skipped {
        anstream::eprintln!(
            "not indexed: {} bytes in {} pieces from {}, byte {}: {}",
            s.bytes,
            s.pieces,
            s.input,
            s.first_byte,
            s.reason.words()
        );
    }
    anstream::eprintln!("next: leaktrace scan DUMP --index {} --key {}", safe_path(&options.output), safe_path(&options.key));
    Ok(if meta.skipped.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}

/// Builds an index and says nothing.
///
/// # Errors
/// As [`run`].
pub fn build_quietly(options: &Options, progress: &dyn Progress) -> Result<Built> {
    let key = Key::read(&options.key)?;
    let mut schema = Schema::read(&options.schema)?;
    if let Some(name) = &options.institution {
        schema.institution.name.clone_from(name);
    }
    if let Some(name) = &options.dataset {
        schema.institution.dataset.clone_from(name);
    }
    if let Some(day) = &options.snapshot {
        let day: jiff::civil::Date = day.parse().map_err(|_| Error::usage("--snapshot is not a day").expected("YYYY-MM-DD"))?;
        schema.institution.snapshot = Some(day.to_string());
    }
    let pool = parallel::pool(options.threads)?;
    build::build(&Build {
        files: &options.files,
        schema: &schema,
        key: &key,
        out: &options.output,
        pool: &pool,
        segment_bytes: options.segment_bytes,
        memory: options.memory,
        progress,
    })
}
