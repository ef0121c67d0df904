//! A scan on one screen: plan, parts, merge, judge.

use crate::Result;
use crate::attribute::{self, Judgement, Support};
use crate::fingerprint::Fingerprint;
use crate::index::Index;
use crate::ledger::Reason;
use crate::matching::discover::{Discovery, discover};
use crate::matching::null::{self, ChanceHits};
use crate::matching::search::Matcher;
use crate::matching::tally::{Merged, Tally};
use crate::matching::{Layout, Question};
use crate::plan::{DelimitedPlan, Plan, Reading, SourceInput};
use crate::progress::Progress;
use crate::record::delimited::{Dialect, SegmentReader, Table};
use crate::record::{RowBatch, parts, sampling};
use crate::source::{Digest, Input, Lost};
use std::sync::{Mutex, OnceLock};

/// Bytes of the samples that columns are laid out by, each taken when the one before left a doubt: hardly a row of it is known, as in a dump
/// that is mostly about other people.
const SAMPLES: [u64; 3] = [256 << 10, 1 << 20, 8 << 20];
/// Rows that hit twice from which on a sample is enough.
const ENOUGH_ROWS: u64 = 30;
/// The same for the smallest sample, and for every index that is met at all: it must not miss what a few rows in a hundred say.
const AMPLE_ROWS: u64 = 300;

/// Everything that a scan found out; reports are made from it.
pub struct Scanned {
    /// BLAKE3 of each input; `None` where it was not read, or changed while it was.
    pub digests: Vec<Option<blake3::Hash>>,
    /// What each input's columns were taken for.
    pub layouts: Vec<Layout>,
    /// The merged tallies, samples taken out.
    pub merged: Merged,
    /// Chance hits, expected and measured.
    pub chance: ChanceHits,
    /// What it comes to.
    pub judgement: Judgement,
}

/// Scans `inputs` as one question, by `plan`.
///
/// # Errors
/// When the user interrupts, an index is changed meanwhile, or threads cannot work. What cannot be read of the inputs is in the ledger, not here.
pub fn scan(
    question: &Question,
    inputs: &[SourceInput],
    plan: &Plan,
    pool: &rayon::ThreadPool,
    threshold: Support,
    progress: &dyn Progress,
) -> Result<Scanned> {
    let mut digests = digests_of_unread(inputs, plan, pool, progress)?;
    let (layouts, sampled, dropped) = lay_out(question, inputs, plan, pool);
    let records = question.indexes.iter().map(|i| i.meta().records);
    let mut merged = Merged::new(&layouts, records);
    progress.begin("scan", inputs.iter().map(SourceInput::len).sum());
    for (number, (input, planned)) in inputs.iter().zip(&plan.inputs).enumerate() {
        merged.ledger.bytes += input.len();
        match (input, &planned.reading) {
            (SourceInput::Open(file), Reading::Delimited(how)) => {
                digests[number] =
                    read_parts(question, number as u32, file, how, &layouts[number], plan.segment_bytes, pool, &mut merged, progress)?;
            }
            (SourceInput::Open(file), Reading::Skip { reason, advice }) => {
                // What it was taken for may be what was left of it.
                let (reason, advice) = file.lost().map_or((*reason, advice.clone()), |lost| (lost.reason, Some(lost.advice)));
                merged.ledger.skip_with_advice(number as u32, reason, 0, input.len(), advice);
            }
            (_, Reading::Skip { reason, advice }) => {
                merged.ledger.skip_with_advice(number as u32, *reason, 0, input.len(), advice.clone());
            }
            (SourceInput::Skipped { reason, bytes, .. }, Reading::Delimited(_)) => {
                merged.ledger.skip(number as u32, *reason, 0, *bytes);
            }
        }
        if dropped[number] > 0 {
            let advice = Some("name the columns that matter in a plan: leaktrace inspect DUMP --plan FILE".to_string());
            merged.ledger.skip_with_advice(number as u32, Reason::ColumnsNotSearched, 0, 0, advice);
        }
    }
    progress.end();
    let lookups: Vec<_> = merged.indexes.iter().map(|t| t.lookups).collect();
    let chance = pool.install(|| null::measure(question, &sampled, &lookups));
    let (distinct, hit_rows) = merged.take_samples();
    let judgement = pool.install(|| attribute::judge(question, &merged, &layouts, distinct, &hit_rows, threshold));
    // What is missing from an index would have been found to be nowhere.
    question.indexes.iter().try_for_each(Index::check_unaltered)?;
    Ok(Scanned { digests, layouts, merged, chance, judgement })
}

/// Digests of the inputs that no reader goes through; the others get theirs from [`read_parts`].
fn digests_of_unread(
    inputs: &[SourceInput],
    plan: &Plan,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Vec<Option<blake3::Hash>>> {
    let mut out = vec![None; inputs.len()];
    let unread = |n: &usize| matches!((&inputs[*n], &plan.inputs[*n].reading), (SourceInput::Open(_), Reading::Skip { .. }));
    let unread: Vec<usize> = (0..inputs.len()).filter(unread).collect();
    if unread.is_empty() {
        return Ok(out);
    }
    progress.begin("digest", unread.iter().map(|&n| inputs[n].len()).sum());
    for n in unread {
        if let SourceInput::Open(file) = &inputs[n] {
            out[n] = Some(file.digest(pool, progress)?).filter(|_| !file.altered());
        }
    }
    progress.end();
    Ok(out)
}

/// What every input's columns are taken for, some fingerprints of its values, and how many searches were too many.
fn lay_out(
    question: &Question,
    inputs: &[SourceInput],
    plan: &Plan,
    pool: &rayon::ThreadPool,
) -> (Vec<Layout>, Vec<Fingerprint>, Vec<usize>) {
    const NULL_SAMPLE: usize = 1 << 16;
    let mut layouts = Vec::with_capacity(inputs.len());
    let mut sampled = Vec::new();
    let mut dropped = Vec::with_capacity(inputs.len());
    for (input, planned) in inputs.iter().zip(&plan.inputs) {
        let (SourceInput::Open(file), Reading::Delimited(how)) = (input, &planned.reading) else {
            layouts.push(Layout::default());
            dropped.push(0);
            continue;
        };
        let table = table(0, file, how);
        let found = pool.install(|| find_columns(question, how, &table));
        sampled.extend(found.fingerprints.into_iter().take(NULL_SAMPLE.saturating_sub(sampled.len())));
        dropped.push(found.dropped);
        layouts.push(found.layout);
    }
    (layouts, sampled, dropped)
}

/// Finds an input's columns by the smallest sample that shows them clearly.
fn find_columns(question: &Question, how: &DelimitedPlan, table: &Table<'_>) -> Discovery {
    let mut found = Discovery::default();
    for (n, bytes) in SAMPLES.into_iter().enumerate() {
        let sample = sampling::spread(table, bytes);
        found = discover(question, how, &sample);
        let clear = match n {
            0 => found.met.iter().any(|&m| m > 0) && found.met.iter().all(|&m| m == 0 || m >= AMPLE_ROWS),
            _ => found.corroborated >= ENOUGH_ROWS,
        };
        if clear || sample.whole {
            break;
        }
    }
    found
}

fn table<'t>(number: u32, file: &'t Input, how: &'t DelimitedPlan) -> Table<'t> {
    Table { text: file.bytes(), input: number, data_start: how.data_start, dialect: &how.dialect }
}

/// Matches an input part by part and merges the tallies; its digest is made on the way.
///
/// Of a file that is cut short meanwhile, the parts before the first that may hold bytes which were not the file's are kept.
#[allow(clippy::too_many_arguments)]
fn read_parts(
    question: &Question,
    number: u32,
    file: &Input,
    how: &DelimitedPlan,
    layout: &Layout,
    segment_bytes: u64,
    pool: &rayon::ThreadPool,
    merged: &mut Merged,
    progress: &dyn Progress,
) -> Result<Option<blake3::Hash>> {
    let table = table(number, file, how);
    let left_out = how.data_start.saturating_sub(Dialect::data_start(file.bytes()));
    let digest = Digest::new(file.bytes());
    // Parts begin with empty samples that know what the merged ones no longer want: fewer rows are kept, the merged samples stay the same.
    let samples = Mutex::new((merged.distinct.part(), merged.hit_rows.part()));
    let lock = || samples.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Set at the first part that was lost: nothing from it on is kept. And where the rows that are kept end.
    let (lost, mut kept) = (OnceLock::<Lost>::new(), 0);
    parts::for_each(
        pool,
        &table,
        segment_bytes,
        || Matcher::new(question, layout),
        |matcher, reader: &mut SegmentReader<'_>| {
            if let Some(lost) = lost.get() {
                return Ok(Err(lost.clone()));
            }
            let (distinct, hit_rows) = lock().clone();
            let mut tally = Tally::new(number, layout, question.indexes.len(), distinct, hit_rows);
            let (mut batch, mut blocks) = (RowBatch::new(), digest.blocks(&reader.range()));
            blocks.go_with(reader.range().start);
            while reader.next_batch(&mut batch, &mut tally.ledger) {
                let header = how.dialect.header && batch.offset(0) == how.data_start;
                matcher.add(&batch, header, &mut tally);
                blocks.go_with(reader.ended());
            }
            blocks.rest();
            // Asked when the part's bytes have been looked at for the last time.
            if let Some(lost) = file.lost().filter(|lost| lost.from < reader.reach()) {
                return Ok(Err(lost));
            }
            blocks.hand_in();
            Ok(Ok((tally, reader.ended())))
        },
        |part| {
            match part {
                Ok((tally, ended)) if lost.get().is_none() => {
                    progress.advance(tally.ledger.bytes_read + tally.ledger.bytes_skipped());
                    merged.add(tally);
                    kept = ended;
                    *lock() = (merged.distinct.part(), merged.hit_rows.part());
                }
                Ok(_) => {}
                Err(found) => _ = lost.set(found),
            }
            Ok(())
        },
    )?;
    if left_out > 0 && kept > 0 {
        merged.ledger.bytes_read -= left_out;
        merged.ledger.skip(number, Reason::LeftOutByPlan, how.data_start - left_out, left_out);
    }
    match lost.into_inner() {
        Some(lost) => merged.ledger.skip_with_advice(number, lost.reason, kept, file.len() - kept, Some(lost.advice)),
        None if file.changed() => merged.ledger.skip(number, Reason::Changed, 0, 0),
        None => {}
    }
    Ok(digest.finish().filter(|_| !file.altered()))
}
