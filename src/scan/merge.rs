//! Parts of a plan to what one scan would have gathered of the whole dump.
//!
//! Parts are taken in the plan's order, whatever the order of their files. Each has numbered its own members and tables: here they get the numbers
//! that one scan would have given them. The seams of an input that was cut are checked as those between segments are
//! ([`Seams`]): a part that took its first row to begin elsewhere than where the part before ended is scanned again from there.

use super::file::{Asked, PartFile};
use super::part::{Body, comparisons, searched};
use super::{Ask, Gathered, NULL_SAMPLE};
use crate::ledger::Ledger;
use crate::matching::tally::{IndexTally, Tally};
use crate::matching::{Layout, Question};
use crate::names::safe_path;
use crate::plan::{Part, Plan, Reading};
use crate::reading::{Source, TableInfo, Volume};
use crate::record::delimited::{Seam, Seams};
use crate::source::{Scope, of_blocks};
use crate::{Error, Result, limits, parallel};
use clap::ValueEnum;
use std::path::PathBuf;
use std::sync::Arc;

/// Opens the files of all parts of a plan, in its order; a part that is there twice with the same content counts once.
///
/// # Errors
/// When one cannot be read, is damaged, of another plan, release or question, missing, or there twice with different contents.
pub fn open_all(paths: &[PathBuf], plan: &Plan, question: &Question) -> Result<Vec<PartFile>> {
    let Some(digest) = &plan.digest else {
        return Err(Error::usage("the plan names no parts").advice("make one with: leaktrace inspect DUMP --plan FILE --part-size 1GB"));
    };
    let mut files: Vec<Option<PartFile>> = (0..plan.parts.len()).map(|_| None).collect();
    for path in paths {
        let file = PartFile::open(path)?;
        if file.head.tool != tool() {
            return Err(file.foreign(&format!("it was made by {}, and this is {}", file.head.tool, tool())));
        }
        if file.head.plan != *digest {
            return Err(file.foreign("it is of another plan"));
        }
        let id = file.head.part.id;
        let place = usize::try_from(id).ok().and_then(|id| files.get_mut(id)).filter(|_| plan.part(id).ok() == Some(file.head.part));
        let Some(place) = place else { return Err(file.foreign("the plan has no such part")) };
        match place {
            Some(other) if other.seal != file.seal => {
                return Err(Error::damaged(format!("part {id} is there twice, with different contents"))
                    .at(path)
                    .got(format!("another part {id}: {}", safe_path(other.path())))
                    .advice("keep the one that was made by this plan from the same dump, or scan the part again"));
            }
            Some(_) => {}
            place => *place = Some(file),
        }
    }
    let missing: Vec<usize> = (0..files.len()).filter(|&n| files[n].is_none()).collect();
    if let Some(first) = missing.first() {
        return Err(Error::usage(format!("part {first} is missing"))
            .expected(format!("{} parts", files.len()))
            .got(format!("{} parts", files.len() - missing.len()))
            .advice(format!("scan it: leaktrace scan DUMP --plan PLAN --part {first} … -o FILE")));
    }
    let files: Vec<PartFile> = files.into_iter().flatten().collect();
    check_asked(&files, question)?;
    Ok(files)
}

/// What made a part, or merges it.
#[must_use]
pub fn tool() -> String {
    format!("leaktrace {}", env!("CARGO_PKG_VERSION"))
}

fn check_asked(files: &[PartFile], question: &Question) -> Result<()> {
    let Some(first) = files.first() else { return Ok(()) };
    let ours = Asked { keys: key_ids(question), indexes: index_digests(question), ..first.head.asked.clone() };
    match files.iter().find_map(|file| ours.differs(&file.head.asked).map(|what| (file, what))) {
        Some((file, what)) => Err(file.foreign(&format!("it was asked {what}"))),
        None => Ok(()),
    }
}

/// Ids of a question's keys.
#[must_use]
pub fn key_ids(question: &Question) -> Vec<String> {
    question.keys.iter().map(|group| group.key.id().to_string()).collect()
}

/// Digests of a question's indexes.
#[must_use]
pub fn index_digests(question: &Question) -> Vec<String> {
    question.indexes.iter().map(|index| index.header().digest().to_string()).collect()
}

/// Merges parts, which [`open_all`] has opened.
///
/// # Errors
/// When a part is damaged, or has to be scanned again from another byte; or the user interrupts.
pub fn merge(ask: &Ask<'_>, plan: &Plan, files: &[PartFile]) -> Result<Gathered> {
    let mut merging = Merging { ask, plan, gathered: Gathered::new(ask), seams: Seams::new(0), blocks: Vec::new(), first_table: 0 };
    merging.gathered.read.sources = plan.inputs.iter().enumerate().map(|(n, input)| source_of(n, &input.input)).collect();
    merging.gathered.read.digests = vec![None; plan.inputs.len()];
    merging.gathered.read.volumes = vec![Vec::new(); plan.inputs.len()];
    let Some(key) = ask.question.keys.first().map(|group| &group.key) else { return Ok(merging.gathered) };
    for file in files {
        if parallel::interrupted() {
            return Err(Error::interrupted());
        }
        let body = file.body(key)?;
        let indexes = ask.question.indexes.len();
        let body = Body::read(&body, indexes, file.head.asked.affected).ok_or_else(|| file.damaged(NOT_A_PART))?;
        let part = file.head.part;
        match merging.seam(part, &body) {
            Seam::Fits => merging.add(part, body).map_err(|what| file.damaged(what))?,
            Seam::NoRows => merging.add_blocks(part, &body).map_err(|what| file.damaged(what))?,
            Seam::Reread(from) => {
                return Err(Error::damaged(format!("part {} did not begin where the part before it ended", part.id))
                    .at(file.path())
                    .expected(format!("its first row at byte {from} of input {}", part.input + 1))
                    .advice(format!("scan part {} again with --begins {from}", part.id)));
            }
        }
    }
    Ok(merging.gathered)
}

/// An input before its first part is added.
fn source_of(input: usize, name: &str) -> Source {
    Source { input, name: name.to_string(), member: false, bytes: 0, bytes_read: 0, format: String::new(), evidence: Vec::new() }
}

const NOT_A_PART: &str = "it does not hold what a part holds";

/// What is wrong with a part, in words.
type Taken = std::result::Result<(), &'static str>;

struct Merging<'m> {
    ask: &'m Ask<'m>,
    plan: &'m Plan,
    gathered: Gathered,
    /// Of the input whose parts come.
    seams: Seams,
    blocks: Vec<[u8; 32]>,
    first_table: usize,
}

/// The numbers of a part's sources and tables in the whole.
struct Numbers {
    input: usize,
    inputs: usize,
    members: usize,
    first_member: usize,
    tables: usize,
    first_table: usize,
}

impl Numbers {
    fn source(&self, source: usize) -> Option<usize> {
        if source < self.inputs {
            return (source == self.input).then_some(source);
        }
        (source - self.inputs < self.members).then(|| self.first_member + source - self.inputs)
    }

    fn small(&self, source: u32) -> Option<u32> {
        self.source(source as usize).and_then(|n| u32::try_from(n).ok())
    }

    fn table(&self, table: usize) -> Option<usize> {
        (table < self.tables).then(|| self.first_table + table)
    }
}

impl Merging<'_> {
    /// What is to be done with a part.
    fn seam(&mut self, part: Part, body: &Body<'_>) -> Seam {
        let Some((began, ended)) = body.told.cut else { return Seam::Fits };
        if part.is_first() {
            let start = match &self.plan.inputs[part.input].reading {
                Reading::Delimited(how) => how.data_start,
                _ => 0,
            };
            self.seams = Seams::new(start);
        }
        let seam = self.seams.check(&(part.from..part.to), began);
        if seam == Seam::Fits {
            self.seams.passed(ended);
        }
        seam
    }

    /// Adds a part's share of its input's digest; with the last one the input has its own.
    fn add_blocks(&mut self, part: Part, body: &Body<'_>) -> Taken {
        if body.told.cut.is_none() {
            return Ok(());
        }
        if part.is_first() {
            self.blocks.clear();
        }
        let (blocks, rest) = body.blocks.as_chunks::<32>();
        self.blocks.extend_from_slice(blocks);
        let bytes = self.plan.inputs[part.input].bytes;
        if part.to == bytes {
            let digest = of_blocks(bytes, &self.blocks).filter(|_| rest.is_empty()).ok_or(NOT_A_PART)?;
            self.gathered.read.digests[part.input] = Some(digest);
        }
        Ok(())
    }

    fn add(&mut self, part: Part, mut body: Body<'_>) -> Taken {
        self.add_blocks(part, &body)?;
        let told = &mut body.told;
        let new = part.is_first();
        let tables = told.tables.len();
        let sound = told.inputs == self.plan.inputs.len()
            && !told.sources.is_empty()
            && (new || told.cut.is_some())
            && [told.layouts.len(), told.table_rows.len(), told.tasks.len(), told.attributes.len()].iter().all(|&n| n == tables);
        if !sound {
            return Err(NOT_A_PART);
        }
        if new {
            self.first_table = self.gathered.read.tables.len();
        }
        let numbers = Numbers {
            input: part.input,
            inputs: told.inputs,
            members: told.sources.len() - 1,
            first_member: self.gathered.read.sources.len(),
            tables,
            first_table: self.first_table,
        };
        let tables = std::mem::take(&mut told.tables);
        let tables = tables.into_iter().map(|(table, own)| table_of(table, own, &numbers)).collect::<Option<Vec<_>>>().ok_or(NOT_A_PART)?;
        self.add_sources(part, std::mem::take(&mut told.sources), new);
        self.add_tables(tables, std::mem::take(&mut told.layouts), new)?;
        if new {
            let read = &mut self.gathered.read;
            let digest = |text: &String| blake3::Hash::from_hex(text).map_err(|_| NOT_A_PART);
            if told.cut.is_none() {
                read.digests[part.input] = told.digest.as_ref().map(digest).transpose()?;
            }
            let volume = |(name, bytes, text): &(String, u64, Option<String>)| {
                Ok(Volume { name: name.clone(), bytes: *bytes, digest: text.as_ref().map(digest).transpose()? })
            };
            read.volumes[part.input] = told.volumes.iter().map(volume).collect::<std::result::Result<_, &str>>()?;
            let room = NULL_SAMPLE.saturating_sub(self.gathered.values.len());
            self.gathered.values.extend(body.values.iter().take(room));
            let dropped = told.dropped.iter().map(|&source| numbers.source(source)).collect::<Option<Vec<_>>>().ok_or(NOT_A_PART)?;
            self.gathered.dropped.extend(dropped);
        }
        let scope = |name: &str| Scope::value_variants().iter().map(|s| s.name()).find(|s| *s == name);
        let ledger = Ledger::of_written(std::mem::take(&mut told.ledger), |n| numbers.small(n), scope).ok_or(NOT_A_PART)?;
        self.gathered.read.ledger.merge(ledger);
        self.add_tallies(&body, &numbers)?;
        if let Some(taking) = &self.gathered.taking {
            let taken = body.told.taken.as_ref().ok_or(NOT_A_PART)?;
            taking.add_part(taken, body.sample, new, |n| numbers.small(n))?;
        }
        Ok(())
    }

    fn add_sources(&mut self, part: Part, sources: Vec<Source>, new: bool) {
        let all = &mut self.gathered.read.sources;
        for (n, source) in sources.into_iter().enumerate() {
            match n {
                0 if new => all[part.input] = Source { input: part.input, member: false, ..source },
                0 => all[part.input].bytes_read += source.bytes_read,
                _ => all.push(Source { input: part.input, member: true, ..source }),
            }
        }
    }

    fn add_tables(&mut self, tables: Vec<TableInfo>, layouts: Vec<Layout>, new: bool) -> Taken {
        let gathered = &mut self.gathered;
        if !new {
            let same = gathered.read.tables.get(self.first_table..) == Some(&tables[..])
                && gathered.layouts.iter().skip(self.first_table).map(|l| &**l).eq(&layouts);
            return if same { Ok(()) } else { Err("its columns are not those of the part before it: was it scanned from the same file?") };
        }
        if !layouts.iter().all(|layout| fits(layout, self.ask.question)) {
            return Err(NOT_A_PART);
        }
        for layout in layouts {
            gathered.merged.begin(&layout);
            gathered.layouts.push(Arc::new(layout));
        }
        gathered.read.tables.extend(tables);
        Ok(())
    }

    fn add_tallies(&mut self, body: &Body<'_>, numbers: &Numbers) -> Taken {
        let (question, merged, told) = (self.ask.question, &mut self.gathered.merged, &body.told);
        let indexes = question.indexes.len();
        let rows = told.table_rows.iter().try_fold(0u64, |sum, &rows| sum.checked_add(rows));
        if [told.indexes.len(), told.verified.len()] != [indexes; 2] || rows != Some(told.rows) || told.rows > limits::PART_ROWS {
            return Err(NOT_A_PART);
        }
        // An index may be damaged on one node alone.
        self.gathered.verified.iter_mut().zip(&told.verified).for_each(|(all, part)| *all &= part);
        merged.rows += told.rows;
        for (table, rows) in told.table_rows.iter().enumerate() {
            let place = numbers.first_table + table;
            merged.table_rows[place] += rows;
            let empty = Tally::new(0, 0, &self.gathered.layouts[place], 0, merged.distinct.part(), merged.hit_rows.part());
            let (tasks, attributes) = (&told.tasks[table], &told.attributes[table]);
            let same = tasks.len() == empty.tasks.len()
                && attributes.len() == empty.attributes.len()
                && tasks.iter().zip(&empty.tasks).all(|(a, b)| a.hits.len() == b.hits.len())
                && attributes.iter().zip(&empty.attributes).all(|(a, b)| a.uses.len() == b.uses.len());
            if !same {
                return Err(NOT_A_PART);
            }
            merged.tasks[place].iter_mut().zip(tasks).for_each(|(a, b)| a.add(b));
            merged.attributes[place].iter_mut().zip(attributes).for_each(|(a, b)| a.add(b));
        }
        merged.indexes.iter_mut().zip(&told.indexes).for_each(|(a, b): (&mut IndexTally, _)| a.add(b));
        merged.strips.add_packed(told.rows, &body.rows).ok_or(NOT_A_PART)?;
        for (set, packed) in merged.records.iter_mut().zip(&body.records) {
            set.unite(packed).ok_or(NOT_A_PART)?;
        }
        for (exposed, packed) in merged.exposed.iter_mut().zip(&body.exposed) {
            exposed.unite(packed).ok_or(NOT_A_PART)?;
        }
        let source = |n: u32| numbers.small(n);
        let of_table = |unpack: &mut crate::packed::Unpack<'_>| {
            let mut found = searched(unpack)?;
            found.table = u32::try_from(numbers.table(found.table as usize)?).ok()?;
            Some(found)
        };
        merged.distinct.merge_packed(body.distinct, source, of_table).ok_or(NOT_A_PART)?;
        let known = |unpack: &mut crate::packed::Unpack<'_>| {
            let found = comparisons(unpack)?;
            let there = |c: &crate::matching::Comparison| {
                question.indexes.get(usize::from(c.index)).is_some_and(|index| u64::from(c.record) < index.meta().records)
            };
            found.iter().all(there).then_some(found)
        };
        merged.hit_rows.merge_packed(body.hit_rows, source, known).ok_or(NOT_A_PART)
    }
}

/// A part's table with the numbers of the whole; `own` of its columns stand in the dump.
fn table_of(mut table: TableInfo, own: usize, numbers: &Numbers) -> Option<TableInfo> {
    table.source = numbers.source(table.source)?;
    table.grew_from = match table.grew_from {
        Some(before) => Some(numbers.table(before)?),
        None => None,
    };
    table.columns.iter_mut().skip(own).for_each(|column| column.inside = true);
    Some(table)
}

/// Whether a layout speaks of indexes, fields and keys that there are.
fn fits(layout: &Layout, question: &Question) -> bool {
    let key = |key: usize| key < question.keys.len();
    let target = |index: usize, field: u8| question.indexes.get(index).is_some_and(|i| usize::from(field) <= i.meta().identifiers.len());
    let form = |index: usize, form: usize| question.indexes.get(index).is_some_and(|i| form < i.meta().attributes.len());
    layout.tasks.len() <= crate::matching::layout::MAX_TASKS
        && layout.tasks.iter().all(|t| key(t.key) && t.targets.iter().all(|x| target(x.index, x.field)))
        && layout.attributes.iter().all(|a| key(a.key) && a.uses.iter().all(|&(index, n)| form(index, n)))
}
