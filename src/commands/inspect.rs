//! `leaktrace inspect`: what an index or a dump's fingerprint holds, or how a dump will be read. Never shows a value, and needs no key.

use super::scan::open_inputs;
use super::{Outcome, fingerprint};
use crate::identify::Kind;
use crate::identify::digest::Algorithm;
use crate::identify::profile::Written;
use crate::index::{Meta, open};
use crate::lineage::{DumpFingerprint, file};
use crate::names::{safe_path, safe_text};
use crate::plan::{ColumnPlan, Plan, SourceInput};
use crate::progress::Silent;
use crate::reading::{self, Job, Read, Samples, Source, TableInfo};
use crate::record::RowBatch;
use crate::report::output::{Output, to_stdout};
use crate::report::terminal::{bytes_words, grouped};
use crate::{Error, Result, limits, parallel};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Inspects an index, or the files of a dump; writes their plan where asked.
///
/// # Errors
/// When a file cannot be read, or the plan cannot be written.
pub fn run(files: &[PathBuf], plan: Option<&Path>, part_bytes: Option<u64>, options: &reading::Options, threads: usize) -> Result<Outcome> {
    let output = plan.map(Output::prepare).transpose()?;
    let inputs = open_inputs(files)?;
    if let [SourceInput::Open(input)] = inputs.as_slice()
        && open::looks_like_index(input.bytes())
    {
        if plan.is_some() {
            return Err(Error::usage("an index has no plan").at(&files[0]).advice("give the dump that is to be scanned"));
        }
        let (header, meta) = open::describe(&files[0])?;
        to_stdout(index_words(&meta, &header.digest().to_string(), header.file_length).as_bytes())?;
        return Ok(Outcome::Done);
    }
    if let [SourceInput::Open(input)] = inputs.as_slice()
        && file::looks_like_fingerprint(input.bytes())
    {
        let taken = DumpFingerprint::from_bytes(input.bytes()).map_err(|e| e.at(&files[0]))?;
        to_stdout(format!("fingerprint of a dump: {}\n", fingerprint::words(&taken.about)).as_bytes())?;
        return Ok(Outcome::Done);
    }
    let pool = parallel::pool(threads)?;
    let mut plan = pool.install(|| Plan::decide(&inputs, limits::SEGMENT_BYTES, options.encoding));
    if let Some(bytes) = part_bytes {
        plan = plan.with_parts(&inputs, bytes, files.iter().map(|path| safe_path(path)).collect());
    }
    for input in &inputs {
        if let SourceInput::Open(file) = input {
            file.check_unaltered("this file")?;
        }
    }
    let quiet = output.as_ref().is_some_and(Output::is_stdout);
    if let Some(output) = output {
        let mut json = serde_json::to_vec_pretty(&plan).map_err(|_| Error::usage("the plan cannot be written as JSON"))?;
        json.push(b'\n');
        output.write(&json)?;
    }
    if part_bytes.is_some() {
        // Reading all of it is what the parts are for.
        if !quiet {
            let bytes: u64 = inputs.iter().map(SourceInput::len).sum();
            let words = format!("{} inputs, {}: {} parts\n", inputs.len(), bytes_words(bytes as f64), grouped(plan.parts.len() as u64));
            to_stdout(words.as_bytes())?;
        }
        return Ok(Outcome::Done);
    }
    let counting = Counting::default();
    let read = reading::read(&counting, &inputs, &plan, options, &pool, &Silent)?;
    if !quiet {
        let rows = counting.rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        to_stdout(words(&read, &rows).as_bytes())?;
    }
    Ok(if read.ledger.complete() { Outcome::Done } else { Outcome::Incomplete })
}

fn index_words(meta: &Meta, digest: &str, bytes: u64) -> String {
    let mut out = String::new();
    let name = |s: &str| safe_text(s);
    // A digest is compared digit by digit: the mask for names, which hides long numbers, would spoil it.
    let digest_text =
        |s: &str| if s.bytes().all(|b| b.is_ascii_hexdigit()) && matches!(s.len(), 16 | 64) { s.to_string() } else { safe_text(s) };
    let _ = writeln!(
        out,
        "index of {} ({}), snapshot {}",
        name(&meta.institution),
        name(&meta.dataset),
        meta.snapshot.as_deref().unwrap_or("not stated")
    );
    let _ = writeln!(
        out,
        "{} records, {} distinct identifier values, {}",
        grouped(meta.records),
        grouped(meta.keys),
        bytes_words(bytes as f64)
    );
    let _ = writeln!(out, "{} values held by several records, {} too common to be evidence", grouped(meta.shared), grouped(meta.common));
    let _ =
        writeln!(out, "written by {}, format {}, key {}", name(&meta.written_by), crate::index::layout::FORMAT, digest_text(&meta.key_id));
    let _ = writeln!(out, "digest {digest}\n");
    let _ = writeln!(out, "identifiers (searchable)");
    for f in &meta.identifiers {
        let issued = if f.issued { ", issued by the institution" } else { "" };
        let hashes: Vec<&str> = f.hashes.iter().map(|a| a.words()).collect();
        let hashes = if hashes.is_empty() { String::new() } else { format!(", also by digest ({})", hashes.join(", ")) };
        let _ = writeln!(
            out,
            "  {:<24} {:<9} {:<20} {} records{issued}{hashes}",
            name(&f.name),
            f.kind.name(),
            name(&f.concept),
            grouped(f.present)
        );
    }
    let _ = writeln!(out, "attributes (compared once a record is found)");
    for a in &meta.attributes {
        let _ = writeln!(
            out,
            "  {:<24} {:<9} {:<20} {} records, {}",
            name(&a.name),
            a.kind.name(),
            name(&a.concept),
            grouped(a.present),
            a.form
        );
    }
    let flags = [("created", meta.layout.created), ("updated", meta.layout.updated), ("canary", meta.layout.canary)];
    let present: Vec<&str> = flags.iter().filter(|f| f.1).map(|f| f.0).collect();
    let _ = writeln!(out, "dates and flags: {}", if present.is_empty() { "none".to_string() } else { present.join(", ") });
    let _ = writeln!(out, "phone numbers without country code: {}", name(&meta.region));
    for (n, input) in meta.inputs.iter().enumerate() {
        let _ = writeln!(
            out,
            "made from input {}: {} bytes, records from {}, BLAKE3 {}",
            n + 1,
            grouped(input.bytes),
            grouped(input.first_record),
            digest_text(&input.blake3)
        );
    }
    if let Some(c) = meta.self_check {
        let _ = writeln!(
            out,
            "self-check of the build: {} of {} sampled values found, {} common",
            grouped(c.found),
            grouped(c.values),
            grouped(c.common)
        );
    }
    out
}

/// Counts the rows of each table.
#[derive(Default)]
struct Counting {
    rows: Mutex<Vec<u64>>,
}

impl Job for Counting {
    type State = ();
    type Part = (usize, u64);

    fn table<'t>(&self, _: &TableInfo, _: &Source, _: Samples<'_, 't>) -> Result<()> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).push(0);
        Ok(())
    }

    fn state(&self) {}

    fn part(&self, table: usize, _: usize) -> (usize, u64) {
        (table, 0)
    }

    fn add(&self, (): &mut (), part: &mut (usize, u64), batch: &RowBatch<'_>, skip_first: bool) {
        part.1 += (batch.len() - usize::from(skip_first)) as u64;
    }

    fn commit(&self, (table, rows): (usize, u64)) -> Result<()> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)[table] += rows;
        Ok(())
    }
}

/// What a column's values look like.
fn looks(column: &ColumnPlan) -> String {
    let kind = |kind: &Kind| match (Algorithm::of_kind(*kind), column.written.and_then(Written::encoding)) {
        (Some(algorithm), Some(encoding)) => format!("digest ({}, {})", algorithm.words(), encoding.words()),
        (Some(algorithm), None) => format!("digest ({})", algorithm.words()),
        (None, _) => kind.name().to_string(),
    };
    let kinds: Vec<String> = column.kinds.iter().map(kind).collect();
    let masked = column.written == Some(Written::Masked);
    match (masked, kinds.is_empty()) {
        (true, true) => "masked; compared once a record is found".to_string(),
        (true, false) => format!("masked in part; else searched as {}", kinds.join(", ")),
        (false, true) => "no kind by shape; tried by matching".to_string(),
        (false, false) => format!("searched as {}", kinds.join(", ")),
    }
}

fn words(read: &Read, rows: &[u64]) -> String {
    let mut out = String::new();
    for (number, source) in read.sources.iter().enumerate() {
        let indent = if source.member { "  " } else { "" };
        let _ = writeln!(out, "{indent}{} ({}): {}", source.name, bytes_words(source.bytes as f64), source.format);
        for evidence in source.evidence.iter().filter(|e| !source.format.contains(*e)) {
            let _ = writeln!(out, "{indent}  {evidence}");
        }
        let tables = read.tables.iter().zip(rows).enumerate().filter(|(_, (t, _))| t.source == number);
        for (n, (table, rows)) in tables {
            let name = table.name.as_deref().unwrap_or("-");
            let _ = writeln!(out, "{indent}  table {:<4} {name}: {} rows, {} columns", n + 1, grouped(*rows), table.own_columns());
            for (n, c) in table.columns.iter().enumerate() {
                let looks = looks(c);
                let _ = writeln!(out, "{indent}  column {:<3} {:<20} {looks}", n + 1, c.header.as_deref().unwrap_or("-"));
            }
        }
    }
    for s in read.ledger.lines(|n| read.sources[n as usize].name.clone()) {
        let advice = s.advice.map_or_else(String::new, |a| format!("; {a}"));
        let _ = writeln!(
            out,
            "not read: {} of {} from byte {} on: {}{advice}",
            bytes_words(s.bytes as f64),
            s.input,
            s.first_byte,
            s.reason.words()
        );
    }
    out
}
