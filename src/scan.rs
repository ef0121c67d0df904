//! A scan on one screen: plan, parts, merge, judge. The parts of a plan may be gathered anywhere, each by itself ([`part`]), and merged ([`merge`]).

pub mod file;
pub mod merge;
pub mod part;

use crate::attribute::{self, Judgement, Known, Support};
use crate::fingerprint::{Fingerprint, Key};
use crate::index::Index;
use crate::ledger::Reason;
use crate::lineage::DumpFingerprint;
use crate::lineage::library::{Explained, Library};
use crate::lineage::rows::RowHasher;
use crate::lineage::take::{How, PartTaken, Taking};
use crate::matching::discover::{self, Discovery, discover};
use crate::matching::exposed::Exposed;
use crate::matching::null::{self, ChanceHits};
use crate::matching::sample::{BottomK, Sample};
use crate::matching::search::Matcher;
use crate::matching::strip::Strips;
use crate::matching::tally::{Merged, Searched, Tally};
use crate::matching::unanswered::Silence;
use crate::matching::{Comparison, Layout, Question};
use crate::plan::{Plan, SourceInput};
use crate::progress::Progress;
use crate::reading::{self, Job, Only, Read, Samples, Source, TableInfo};
use crate::record::RowBatch;
use crate::{Result, limits};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of the samples that columns are laid out by, each taken when the one before left a doubt: hardly a row of it is known, as in a dump
/// that is mostly about other people.
const SAMPLES: [u64; 3] = [256 << 10, 1 << 20, 8 << 20];
/// Rows that hit twice from which on a sample is enough.
const ENOUGH_ROWS: u64 = 30;
/// The same for the smallest sample, and for every index that is met at all: it must not miss what a few rows in a hundred say.
const AMPLE_ROWS: u64 = 300;
/// Fingerprints of the dump's values kept for the measured null.
pub(crate) const NULL_SAMPLE: usize = 1 << 16;

/// What is asked of a dump.
#[derive(Clone, Copy)]
pub struct Ask<'q> {
    /// What it is matched against.
    pub question: &'q Question,
    /// Whether its fingerprint is taken in the same pass: under this key, in this way.
    pub take: Option<(&'q Key, How)>,
    /// The library of known dumps that is asked about that fingerprint.
    pub library: Option<&'q Library>,
    /// Support from which on an institution is named.
    pub threshold: Support,
}

/// Everything that a scan found out; reports are made from it.
pub struct Scanned {
    /// What was read, and how.
    pub read: Read,
    /// What each table's columns were taken for.
    pub layouts: Vec<Arc<Layout>>,
    /// The merged tallies, samples taken out.
    pub merged: Merged,
    /// Distinct rows with hits, sampled.
    pub hit_rows: Sample<Vec<Comparison>>,
    /// Chance hits, expected and measured.
    pub chance: ChanceHits,
    /// Columns that it says nothing about.
    pub silence: Silence,
    /// By index, whether every byte was compared with its checksum wherever it was asked.
    pub verified: Vec<bool>,
    /// The dump's fingerprint, where it was asked for.
    pub fingerprint: Option<DumpFingerprint>,
    /// What the library of known dumps says of it, where one was asked.
    pub explained: Option<Explained>,
    /// What it comes to.
    pub judgement: Judgement,
    /// Wall time from the merged tallies to that.
    pub attribution: Duration,
}

/// Scans `inputs` as one question, by `plan`; takes the dump's fingerprint in the same pass where it is asked for.
///
/// # Errors
/// When the user interrupts, an index is changed meanwhile, or threads cannot work. What cannot be read of the inputs is in the ledger, not here.
pub fn scan(
    ask: &Ask<'_>,
    inputs: &[SourceInput],
    plan: &Plan,
    options: &reading::Options,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Scanned> {
    let gathered = gather(ask, inputs, plan, None, options, pool, progress)?;
    judge(ask, gathered, options.strict, pool)
}

/// What was gathered of a dump, or of a part of it, before anything is concluded.
pub struct Gathered {
    /// What was read, and how.
    pub read: Read,
    /// By table.
    pub layouts: Vec<Arc<Layout>>,
    /// The merged tallies.
    pub merged: Merged,
    /// Some fingerprints of the dump's values.
    pub values: Vec<Fingerprint>,
    /// The sources of tables that have more columns than are searched.
    pub dropped: Vec<usize>,
    /// The dump's fingerprint, where it was asked for.
    pub taking: Option<Taking>,
    /// By index, whether every byte was compared with its checksum wherever it was asked.
    pub verified: Vec<bool>,
}

impl Gathered {
    /// Nothing yet.
    #[must_use]
    pub fn new(ask: &Ask<'_>) -> Gathered {
        let question = ask.question;
        let mut merged = Merged::new(question.indexes.iter().map(|i| i.meta().records));
        if question.affected {
            merged.exposed = question.indexes.iter().map(|i| Exposed::new(i.meta())).collect();
        }
        let taking = ask.take.map(|(key, how)| Taking::new(key, how));
        let verified = question.indexes.iter().map(Index::verified).collect();
        Gathered { read: Read::default(), layouts: Vec::new(), merged, values: Vec::new(), dropped: Vec::new(), taking, verified }
    }
}

/// Reads inputs, all of them or one part of their plan, and matches their rows.
///
/// # Errors
/// As [`reading::read_only`].
pub fn gather(
    ask: &Ask<'_>,
    inputs: &[SourceInput],
    plan: &Plan,
    only: Option<Only>,
    options: &reading::Options,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Gathered> {
    let question = ask.question;
    let Gathered { mut merged, layouts, values, dropped, taking, verified, .. } = Gathered::new(ask);
    if only.is_some() {
        merged.strips = Strips::of_part(question.indexes.len());
    }
    let shared = Shared { samples: (merged.distinct.part(), merged.hit_rows.part()), merged, layouts, values, dropped };
    let matching = Matching { question, taking, shared: Mutex::new(shared) };
    let read = reading::read_only(&matching, inputs, plan, only, options, pool, progress)?;
    let taking = matching.taking;
    let Shared { merged, layouts, values, dropped, .. } = matching.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Gathered { read, layouts, merged, values, dropped, taking, verified })
}

/// Concludes from what was gathered of a whole dump; `strict` where what could not be read is an error.
///
/// # Errors
/// In strict reading, or when an index was changed meanwhile.
pub fn judge(ask: &Ask<'_>, gathered: Gathered, strict: bool, pool: &rayon::ThreadPool) -> Result<Scanned> {
    let Ask { question, library, threshold, .. } = *ask;
    let Gathered { mut read, mut merged, layouts, values, dropped, taking, verified } = gathered;
    let lookups: Vec<_> = merged.indexes.iter().map(|t| t.lookups).collect();
    // Neither needs the other, and each leaves threads idle.
    let finish = || taking.map(|taking| taking.finish(&read));
    let (fingerprint, chance) = pool.install(|| rayon::join(finish, || null::measure(question, &values, &lookups)));
    for source in dropped {
        let advice = Some("name the columns that matter in a plan: leaktrace inspect DUMP --plan FILE".to_string());
        read.ledger.skip_with_advice(source as u32, Reason::ColumnsNotSearched, 0, 0, advice);
    }
    if strict {
        read.check_whole()?;
    }
    merged.ledger = std::mem::take(&mut read.ledger);
    let (distinct, hit_rows) = merged.take_samples();
    let silence = Silence::of(question, &read.tables, &layouts, &merged);
    let explained = match (library, &fingerprint) {
        (Some(library), Some(dump)) => Some(pool.install(|| library.explain(dump, limits::LIBRARY_COMPARED))?),
        _ => None,
    };
    let known = explained.as_ref().zip(fingerprint.as_ref()).filter(|(explained, _)| explained.copied());
    let known = known.map(|(explained, dump)| Known::of(dump, explained));
    let clock = Instant::now();
    let judge = || attribute::judge(question, &merged, &layouts, &distinct, &hit_rows, &silence, known.as_ref(), threshold);
    let judgement = pool.install(judge);
    let attribution = clock.elapsed();
    // What is missing from an index would have been found to be nowhere.
    question.indexes.iter().try_for_each(Index::check_unaltered)?;
    Ok(Scanned { verified, fingerprint, explained, read, layouts, merged, hit_rows, chance, silence, judgement, attribution })
}

/// Matches the rows of a dump.
struct Matching<'q> {
    question: &'q Question,
    taking: Option<Taking>,
    shared: Mutex<Shared>,
}

struct Shared {
    /// By table.
    layouts: Vec<Arc<Layout>>,
    merged: Merged,
    /// Parts begin with empty samples that know what the merged ones no longer want: fewer rows are kept, the merged samples stay the same.
    samples: (BottomK<Searched>, BottomK<Vec<Comparison>>),
    /// Some fingerprints of the dump's values.
    values: Vec<Fingerprint>,
    /// The sources of tables that have more columns than are searched.
    dropped: Vec<usize>,
}

impl<'q> Matching<'q> {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'q> Job for Matching<'q> {
    /// By table.
    type State = HashMap<usize, (Matcher<'q>, Option<RowHasher>)>;
    type Part = (Tally, Option<PartTaken>);

    fn table<'t>(&self, table: &TableInfo, _: &Source, sample: Samples<'_, 't>) -> Result<()> {
        if let Some(taking) = &self.taking {
            taking.table(table, sample);
        }
        let found = find_columns(self.question, table, sample);
        let mut shared = self.shared();
        let room = NULL_SAMPLE.saturating_sub(shared.values.len());
        shared.values.extend(found.fingerprints.into_iter().take(room));
        if found.dropped > 0 {
            shared.dropped.push(table.source);
        }
        shared.merged.begin(&found.layout);
        shared.layouts.push(Arc::new(found.layout));
        Ok(())
    }

    fn state(&self) -> Self::State {
        HashMap::new()
    }

    fn part(&self, table: usize, source: usize) -> Self::Part {
        let taken = self.taking.as_ref().map(|taking| taking.part(table, source));
        let shared = self.shared();
        let (distinct, hit_rows) = shared.samples.clone();
        (Tally::new(table, source as u32, &shared.layouts[table], self.question.indexes.len(), distinct, hit_rows), taken)
    }

    fn add(&self, state: &mut Self::State, (part, taken): &mut Self::Part, batch: &RowBatch<'_>, skip_first: bool) {
        let (matcher, hasher) = state.entry(part.table).or_insert_with(|| {
            let hasher = self.taking.as_ref().and_then(|taking| taking.hasher(part.table));
            (Matcher::new(self.question, &self.shared().layouts[part.table]), hasher)
        });
        match (taken, hasher) {
            (Some(taken), Some(hasher)) => taken.add_beside(hasher, batch, skip_first, |show| {
                matcher.add_showing(batch, skip_first, part, |task, column| show(task.column, task.kind, &task.params, column));
            }),
            _ => matcher.add(batch, skip_first, part),
        }
    }

    fn commit(&self, (part, taken): Self::Part) -> Result<()> {
        let mut shared = self.shared();
        shared.merged.add(part);
        shared.samples = (shared.merged.distinct.part(), shared.merged.hit_rows.part());
        drop(shared);
        if let Some((taking, taken)) = self.taking.as_ref().zip(taken) {
            taking.commit(taken);
        }
        Ok(())
    }
}

/// Finds a table's columns by the smallest sample that shows them clearly.
fn find_columns(question: &Question, table: &TableInfo, sample: Samples<'_, '_>) -> Discovery {
    let known = discover::Known { columns: &table.columns, header: table.header_row };
    let mut found = Discovery::default();
    for (n, bytes) in SAMPLES.into_iter().enumerate() {
        let sample = sample(bytes);
        found = discover(question, known, &sample);
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
