//! Two fingerprints against each other: shares of rows that were copied, both ways, with intervals; columns; order; what one is to the other.
//!
//! The share of A's rows that B holds too is measured by each identifier that both have: of A's values below both thresholds, those that B has in a row
//! that was copied. Damage makes values differ in rows that were copied; how often is known from rows that are linked through *other* identifiers, and
//! the share is divided by it (as a capture is by the rate of recapture: Petersen 1896, Lincoln 1930).

use super::copied::{self, FEW, Judged};
use super::file::{DumpFingerprint, NO_CELLS};
use super::links::{self, Link, TablePair, is_common};
use super::pairing::Seen;
use super::relation::{self, Relation};
use super::sample::share_of_level;
use serde::{Deserialize, Serialize};

/// A share with its 95% interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The estimate.
    pub estimate: f64,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// A column that both dumps have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedColumn {
    /// Table and column of the first, 0-based.
    pub a: (usize, usize),
    /// The same of the second.
    pub b: (usize, usize),
    /// Share of the values in copied rows that agree; none where too few rows tell.
    pub agreement: Option<f64>,
}

/// What two dumps are to each other. "First" and "second" are the order in which they were given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the second is to the first.
    pub relation: Relation,
    /// Share of the first's distinct rows that the second holds as copies.
    pub a_in_b: Share,
    /// Share of the second's distinct rows that the first holds as copies.
    pub b_in_a: Share,
    /// Rows that both hold, as a share of those that either holds.
    pub jaccard: f64,
    /// Share of the first's people (identifier values) whom the second holds, too, copied or not.
    pub people_a_in_b: f64,
    /// The same of the second's.
    pub people_b_in_a: f64,
    /// Linked rows that were looked at.
    pub linked: u64,
    /// Log10 of the ratio of "copied" to "the same people from another source", for the rows that agree best.
    pub log10_copied: f64,
    /// Share of the values of copied rows that differ.
    pub altered: Option<f64>,
    /// Of neighbours among the copied rows of the first, the share whose order is the same in the second: 1 is the same order, one half none, 0
    /// the reverse.
    pub order: Option<f64>,
    /// Columns of both.
    pub columns: Vec<SharedColumn>,
    /// Columns of the first alone.
    pub missing: Vec<(usize, usize)>,
    /// Columns of the second alone.
    pub added: Vec<(usize, usize)>,
    /// Whether their inputs are the same, byte for byte.
    pub same_bytes: bool,
}

/// One dump of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Second,
}

/// Compares two fingerprints under one key.
#[must_use]
pub fn compare(a: &DumpFingerprint, b: &DumpFingerprint) -> Comparison {
    let pairs = links::links(a, b);
    let judged: Vec<Judged> = pairs.iter().map(|p| copied::judge(&a.about.tables[p.tables.0].columns, &p.pairing, &p.links)).collect();
    let met: Vec<(&TablePair, &Judged)> = pairs.iter().zip(&judged).filter(|(_, j)| j.meets).collect();
    let (a_in_b, people_a_in_b) = Contained { of: a, by: b, side: Side::First, met: &met }.shares();
    let (b_in_a, people_b_in_a) = Contained { of: b, by: a, side: Side::Second, met: &met }.shares();
    let both = (a_in_b.estimate * a.about.rows_distinct as f64 + b_in_a.estimate * b.about.rows_distinct as f64) / 2.0;
    let either = a.about.rows_distinct as f64 + b.about.rows_distinct as f64 - both;
    let columns = shared_columns(&met);
    let (of_a, of_b): (Vec<_>, Vec<_>) = columns.iter().map(|c| (c.a, c.b)).unzip();
    let mut comparison = Comparison {
        relation: Relation::Unrelated,
        a_in_b,
        b_in_a,
        jaccard: if either > 0.0 { (both / either).clamp(0.0, 1.0) } else { 0.0 },
        people_a_in_b,
        people_b_in_a,
        linked: met.iter().map(|(pair, _)| pair.links.len() as u64).sum(),
        log10_copied: met.iter().map(|(_, j)| j.evidence).reduce(f64::max).unwrap_or(0.0) / std::f64::consts::LN_10,
        altered: altered(&met),
        order: order(a, b, &met),
        missing: filled(a).into_iter().filter(|c| !of_a.contains(c)).collect(),
        added: filled(b).into_iter().filter(|c| !of_b.contains(c)).collect(),
        columns,
        same_bytes: same_bytes(a, b),
    };
    comparison.relation = relation::of(a, b, &comparison);
    comparison
}

/// What one dump holds of the other.
struct Contained<'c> {
    of: &'c DumpFingerprint,
    by: &'c DumpFingerprint,
    side: Side,
    met: &'c [(&'c TablePair, &'c Judged)],
}

/// What one slot counts.
#[derive(Clone, Copy, Default)]
struct Counted {
    /// Its entries below both thresholds.
    entries: f64,
    /// Of these, in a copied row of the other dump.
    copied: f64,
    /// In any row of it.
    linked: f64,
    /// Values in copied rows that are linked through others, and how many of these agree.
    told: f64,
    agree: f64,
    /// Copied rows that are linked through others, each once, and how many of these have a value.
    met: f64,
    present: f64,
    /// Share of all rows that have a value, copied or not; and of those of the other dump.
    filled: f64,
    theirs: f64,
    partner: bool,
}

impl Contained<'_> {
    fn entry(&self, link: &Link) -> usize {
        (if self.side == Side::First { link.a } else { link.b }) as usize
    }

    fn shares(&self) -> (Share, f64) {
        let slots = self.of.about.slots();
        let mut counted = vec![Counted::default(); slots.len()];
        let level = self.of.about.level.max(self.by.about.level);
        // A value that is common in either links nothing.
        let mut common = self.by.entries.chunk_by(|x, y| x.id == y.id).filter(|value| is_common(value)).map(|value| value[0].id).peekable();
        for value in self.of.entries.chunk_by(|x, y| x.id == y.id).filter(|value| value[0].level >= level && !is_common(value)) {
            while common.next_if(|&id| id < value[0].id).is_some() {}
            if common.peek() != Some(&value[0].id) {
                value.iter().for_each(|e| counted[usize::from(e.slot)].entries += 1.0);
            }
        }
        self.count_links(&mut counted);
        let told = self.count_agreement(&mut counted);
        for (counted, &(table, column)) in counted.iter_mut().zip(&slots) {
            counted.filled = column.map_or(1.0, |column| self.of.about.tables[table].looks[column].filled);
        }
        let people = counted.iter().filter(|c| c.entries > 0.0).map(|c| c.linked / c.entries).fold(0.0, f64::max);
        (self.over_tables(&slots, &counted, told, share_of_level(level)), people.min(1.0))
    }

    /// The share over all tables, each by its rows: one that the other dump has nothing of counts, too.
    fn over_tables(&self, slots: &[(usize, Option<usize>)], counted: &[Counted], told: (f64, f64), sampled: f64) -> Share {
        let (mut sum, mut rows) = (Share::default(), 0.0);
        for table in 0..self.of.about.tables.len() {
            let of_table = |whole: bool| (0..slots.len()).filter(move |&s| slots[s].0 == table && slots[s].1.is_none() == whole);
            let columns: Vec<usize> = of_table(false).filter(|&s| counted[s].partner).collect();
            let whole: Vec<usize> = of_table(true).collect();
            let weight: f64 = whole.iter().map(|&s| counted[s].entries).sum();
            // Without a column that rows are found by in both, whole rows must do.
            let share = share(counted, if columns.is_empty() { &whole } else { &columns }, told, sampled);
            sum.estimate += weight * share.estimate;
            (sum.low, sum.high, rows) = (sum.low + weight * share.low, sum.high + weight * share.high, rows + weight);
        }
        let of_all = |sum: f64| if rows > 0.0 { sum / rows } else { 0.0 };
        Share { estimate: of_all(sum.estimate), low: of_all(sum.low), high: of_all(sum.high) }
    }

    /// Entries that are linked, each by its best link.
    fn count_links(&self, counted: &mut [Counted]) {
        let slots_of_other = self.by.about.slots();
        let mut best: Vec<(f64, bool)> = vec![(0.0, false); self.of.entries.len()];
        for (pair, judged) in self.met {
            for link in &pair.links {
                let best = &mut best[self.entry(link)];
                *best = (best.0.max(judged.weight(link)), true);
            }
            for slot in pair.slots.iter().filter(|_| judged.copied) {
                let (own, other) = if self.side == Side::First { (slot.a, slot.b) } else { (slot.b, slot.a) };
                let (table, column) = slots_of_other[usize::from(other)];
                let theirs = column.map_or(1.0, |column| self.by.about.tables[table].looks[column].filled);
                let counted = &mut counted[usize::from(own)];
                (counted.partner, counted.theirs) = (true, counted.theirs.max(theirs));
            }
        }
        for (entry, &(weight, linked)) in self.of.entries.iter().zip(&best) {
            let counted = &mut counted[usize::from(entry.slot)];
            counted.copied += weight;
            counted.linked += f64::from(u8::from(linked));
        }
        // Values without cells are copies as often as those with cells are.
        for (pair, judged) in self.met {
            for slot in pair.slots.iter().filter(|s| s.bare > 0) {
                let of_slot =
                    |link: &&Link| self.of.entries[self.entry(link)].slot == if self.side == Side::First { slot.a } else { slot.b };
                let (weight, links) = pair.links.iter().filter(of_slot).fold((0.0, 0.0), |sum, l| (sum.0 + judged.weight(l), sum.1 + 1.0));
                let counted = &mut counted[usize::from(if self.side == Side::First { slot.a } else { slot.b })];
                counted.linked += slot.bare as f64;
                let mean = if links > 0.0 { weight / links } else { f64::from(u8::from(judged.copied)) };
                counted.copied += mean * slot.bare as f64;
            }
        }
        counted.iter_mut().for_each(|c| (c.copied, c.linked) = (c.copied.min(c.entries), c.linked.min(c.entries)));
    }

    /// How often a slot's values agree in copied rows that are linked through others; and over all columns how many values there are and agree, for
    /// a slot that no other helps.
    fn count_agreement(&self, counted: &mut [Counted]) -> (f64, f64) {
        let slots = self.of.about.slots();
        let mut all = (0.0, 0.0);
        for (pair, judged) in self.met.iter().filter(|(_, j)| j.copied) {
            let table = if self.side == Side::First { pair.tables.0 } else { pair.tables.1 };
            let width = self.of.about.tables[table].columns.len();
            // Of each column that agrees at all: its number, the column, and its slot.
            let shown = pair.pairing.pairs.iter().zip(&judged.agreement).enumerate().filter(|(_, (_, agreement))| agreement.0 >= 0.5);
            let columns: Vec<(usize, usize, Option<usize>)> = shown
                .map(|(number, (p, _))| {
                    let column = if self.side == Side::First { p.a } else { p.b };
                    let slot = pair.slots.iter().map(|s| usize::from(if self.side == Side::First { s.a } else { s.b }));
                    (number, column, slot.into_iter().find(|&s| slots[s].1 == Some(column)))
                })
                .collect();
            for link in &pair.links {
                let weight = judged.weight(link);
                if weight < 0.01 {
                    continue;
                }
                let cells = self.of.cells(&self.of.entries[self.entry(link)], width);
                let identifiers = columns.iter().filter(|(_, column, slot)| slot.is_some() && cells[*column] != 0).count();
                for &(number, column, slot) in columns.iter().filter(|c| link.through.map(usize::from) != Some(c.0)) {
                    let told = if cells[column] == 0 { 0.0 } else { weight };
                    let agree = if Seen::at(link.pattern, number) == Seen::Agree { weight } else { 0.0 };
                    all = (all.0 + told, all.1 + agree);
                    if let Some(slot) = slot {
                        let (counted, share) = (&mut counted[slot], once(identifiers, cells[column]));
                        (counted.told, counted.agree) = (counted.told + told, counted.agree + agree);
                        (counted.met, counted.present) = (counted.met + weight * share, counted.present + told * share);
                    }
                }
            }
        }
        all
    }
}

impl Counted {
    /// Share of copied rows that have a value; that of all rows where there is no telling them apart.
    fn filled_of_copied(&self) -> f64 {
        /// Rows by which it is known.
        const KNOWN: f64 = 30.0;
        /// Difference that is worth a correction.
        const DIFFERENT: f64 = 0.005;
        // Where no other identifier leads to copied rows, they are taken to have values as often as the dump that they are in as well.
        let (share, of) = if self.met >= KNOWN { (self.present / self.met, self.met) } else { (self.theirs, self.entries) };
        let error = libm::sqrt(share * (1.0 - share) / of.max(1.0) + self.filled * (1.0 - self.filled) / self.entries.max(1.0));
        if share > 0.0 && (share - self.filled).abs() > DIFFERENT + 3.0 * error { share } else { self.filled }
    }
}

/// A row is met once for each of its identifiers but the one that is asked about: what it then weighs, so that each counts once.
fn once(identifiers: usize, own: u16) -> f64 {
    1.0 / (identifiers - usize::from(own != 0 && identifiers > 0)).max(1) as f64
}

/// The share over slots; `told` is how many values agree over all of them.
fn share(counted: &[Counted], used: &[usize], told: (f64, f64), sampled: f64) -> Share {
    /// Values by which a slot's damage is known.
    const KNOWN: f64 = 30.0;
    /// What is left to chance of a dump that is kept whole: which of two rows of one value is the copy, and the like.
    const LEFT: f64 = 0.05;
    /// Agreement below which a slot is another thing in the other dump.
    const SAME: f64 = 0.3;
    let mean = if told.0 >= FEW as f64 { told.1 / told.0 } else { 1.0 };
    let (mut copied, mut entries, mut expected, mut variance, mut slots) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for c in used.iter().map(|&s| counted[s]).filter(|c| c.entries > 0.0) {
        let agrees = if c.told >= KNOWN { c.agree / c.told } else { mean };
        if agrees < SAME {
            continue;
        }
        // Rows that others have put in may lack the value more often than those that were copied, or less.
        let filled = if c.copied > 0.0 { c.filled / c.filled_of_copied().max(1e-9) } else { 1.0 };
        (copied, entries, expected, slots) = (copied + c.copied * filled, entries + c.entries, expected + c.entries * agrees, slots + 1.0);
        variance += (c.entries * c.entries) * agrees * (1.0 - agrees) / c.told.max(KNOWN);
    }
    if expected <= 0.0 {
        return Share::default();
    }
    let (found, agrees) = ((copied / entries).min(1.0), expected / entries);
    // A row that is kept for all of its identifiers counts once; of a dump that is kept whole little is left to chance.
    let rows = entries / (1.0 + (slots - 1.0) * sampled);
    let (low, high) = wilson(found, rows / (1.0 - sampled).max(LEFT));
    let of_agreement = 1.96 * libm::sqrt(variance) / entries / agrees;
    let estimate = (found / agrees).min(1.0);
    let half = |end: f64| libm::sqrt(libm::pow((end - found) / agrees, 2.0) + libm::pow(estimate * of_agreement, 2.0));
    Share { estimate, low: (estimate - half(low)).max(low.min(estimate)).max(0.0), high: (estimate + half(high)).min(1.0) }
}

/// The 95% interval of a share of `n` (Wilson 1927).
fn wilson(share: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.96;
    if n <= 0.0 {
        return (0.0, 1.0);
    }
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * libm::sqrt(share * (1.0 - share) / n + Z * Z / (4.0 * n * n));
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The columns that agree in copied rows.
fn shared_columns(met: &[(&TablePair, &Judged)]) -> Vec<SharedColumn> {
    const SAME: f64 = 0.5;
    let mut out = Vec::new();
    for (pair, judged) in met.iter().filter(|(_, j)| j.copied) {
        for (columns, &(agreement, of)) in pair.pairing.pairs.iter().zip(&judged.agreement) {
            let told = of >= FEW as f64;
            // What rows are always linked through is told by these links alone.
            if if told { agreement >= SAME } else { columns.kappa.is_some() } {
                let agreement = told.then_some(agreement);
                out.push(SharedColumn { a: (pair.tables.0, columns.a), b: (pair.tables.1, columns.b), agreement });
            }
        }
    }
    out.sort_by_key(|c| (c.a, c.b));
    out
}

/// Columns that any kept row has a value in.
fn filled(dump: &DumpFingerprint) -> Vec<(usize, usize)> {
    let slots = dump.about.slots();
    let mut filled: Vec<Vec<bool>> = dump.about.tables.iter().map(|t| vec![false; t.columns.len()]).collect();
    for entry in dump.entries.iter().filter(|e| e.rank != NO_CELLS) {
        let (table, _) = slots[usize::from(entry.slot)];
        let cells = dump.cells(entry, filled[table].len());
        filled[table].iter_mut().zip(cells).for_each(|(filled, &cell)| *filled |= cell != 0);
    }
    let columns = filled.iter().enumerate().flat_map(|(t, columns)| columns.iter().enumerate().map(move |(c, &filled)| (t, c, filled)));
    columns.filter(|c| c.2).map(|(t, c, _)| (t, c)).collect()
}

/// Share of the values of copied rows that differ, over the columns of both.
fn altered(met: &[(&TablePair, &Judged)]) -> Option<f64> {
    let all = met.iter().filter(|(_, j)| j.copied).flat_map(|(_, j)| j.agreement.iter()).filter(|(agreement, _)| *agreement >= 0.5);
    let (values, differ) = all.fold((0.0, 0.0), |sum, &(agreement, of)| (sum.0 + of, sum.1 + of * (1.0 - agreement)));
    (values > 0.0).then(|| differ / values)
}

/// Whether copied rows stand in the same order.
fn order(a: &DumpFingerprint, b: &DumpFingerprint, met: &[(&TablePair, &Judged)]) -> Option<f64> {
    const ENOUGH: usize = 10;
    let rank = |dump: &DumpFingerprint, entry: u32| dump.entries[entry as usize].rank;
    let copied = met.iter().flat_map(|(pair, judged)| pair.links.iter().filter(|l| judged.weight(l) > 0.5));
    let mut rows: Vec<(u32, u32)> = copied.map(|l| (rank(a, l.a), rank(b, l.b))).collect();
    // Once a row.
    rows.sort_unstable();
    rows.dedup_by_key(|r| r.0);
    let ascents = rows.windows(2).filter(|w| w[0].1 < w[1].1).count();
    (rows.len() >= ENOUGH).then(|| ascents as f64 / (rows.len() - 1) as f64)
}

/// Whether both dumps are the same files.
fn same_bytes(a: &DumpFingerprint, b: &DumpFingerprint) -> bool {
    let digests = |dump: &DumpFingerprint| dump.about.sources.iter().filter_map(|s| s.blake3.clone()).collect::<Vec<_>>();
    let whole = |dump: &DumpFingerprint| dump.about.sources_in_all as usize == dump.about.sources.len();
    let (of_a, of_b) = (digests(a), digests(b));
    whole(a) && whole(b) && !of_a.is_empty() && of_a == of_b
}

/// For each entry of a dump the chance that another dump holds its row as a copy.
pub type Covered = Vec<f64>;

/// Which of a dump's rows another holds.
#[must_use]
pub fn covered(of: &DumpFingerprint, by: &DumpFingerprint) -> Covered {
    let pairs = links::links(of, by);
    let mut best = vec![0.0f64; of.entries.len()];
    for pair in &pairs {
        let judged = copied::judge(&of.about.tables[pair.tables.0].columns, &pair.pairing, &pair.links);
        for link in &pair.links {
            let best = &mut best[link.a as usize];
            *best = best.max(judged.weight(link));
        }
    }
    best
}
