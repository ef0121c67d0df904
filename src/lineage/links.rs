//! The rows that two dumps have a value of in common.
//!
//! Both samples are sorted, so that they are walked side by side. A value that more rows hold than are kept is common, and links nothing. What
//! a value links is settled in two steps, since several rows may hold it on either side: first the columns of the two tables are paired by the links that
//! are the only ones of their value ([`super::pairing`]), then the rows of each value are paired, most agreement first.

use super::file::{DumpFingerprint, Kept, NO_CELLS};
use super::pairing::{Pairing, Seen};
use super::sample::ROWS_OF_VALUE;
use std::collections::BTreeMap;

/// Links by which columns are paired.
const ENOUGH: usize = 4096;
/// Entries of one value that are looked at: a bit each in a word.
const MOST: usize = 64;

/// A row of each dump, with the same value in one of their columns.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Entry of the first dump.
    pub a: u32,
    /// Entry of the second.
    pub b: u32,
    /// What the rows' cells say, two bits a column pair ([`Seen`]).
    pub pattern: u64,
    /// The column pair that the value stands in; none where it is the row itself.
    pub through: Option<u8>,
}

/// The links between a table of each dump.
#[derive(Debug)]
pub struct TablePair {
    /// The tables.
    pub tables: (usize, usize),
    /// Their columns.
    pub pairing: Pairing,
    /// Slots that correspond, and their values in common, those without cells included.
    pub slots: Vec<SlotPair>,
    /// The links.
    pub links: Vec<Link>,
}

/// A slot of each dump whose values are the same things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotPair {
    /// Slot of the first dump.
    pub a: u16,
    /// Slot of the second.
    pub b: u16,
    /// Values in common.
    pub values: u64,
    /// Of these, without cells on one side.
    pub bare: u64,
}

/// Entries of one value in each dump.
struct Shared<'f> {
    a: &'f [Kept],
    b: &'f [Kept],
    /// Number of the first of each.
    at: (usize, usize),
}

impl Shared<'_> {
    fn link(&self, a: usize, b: usize, pattern: u64, through: Option<u8>) -> Link {
        Link { a: (self.at.0 + a) as u32, b: (self.at.1 + b) as u32, pattern, through }
    }
}

/// Calls `each` for every value that both dumps have, that both would have kept, and that is not common.
fn shared<'f>(a: &'f DumpFingerprint, b: &'f DumpFingerprint, mut each: impl FnMut(Shared<'f>)) {
    let level = a.about.level.max(b.about.level);
    let (mut i, mut j) = (0, 0);
    let run = |entries: &[Kept], from: usize| entries[from..].iter().take_while(|e| e.id == entries[from].id).count();
    while let (Some(x), Some(y)) = (a.entries.get(i), b.entries.get(j)) {
        match x.id.cmp(&y.id) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                let (n, m) = (run(&a.entries, i), run(&b.entries, j));
                let value = Shared { a: &a.entries[i..i + n], b: &b.entries[j..j + m], at: (i, j) };
                if x.level >= level && !is_common(value.a) && !is_common(value.b) {
                    each(value);
                }
                (i, j) = (i + n, j + m);
            }
        }
    }
}

/// Whether more rows hold a value than are kept of it.
#[must_use]
pub fn is_common(entries: &[Kept]) -> bool {
    // Entries of one row lie side by side; without cells each counts.
    let rows = entries.chunk_by(|x, y| x.rank == y.rank && x.rank != NO_CELLS).count();
    rows > ROWS_OF_VALUE
}

/// The links between all tables of two dumps.
#[must_use]
pub fn links(a: &DumpFingerprint, b: &DumpFingerprint) -> Vec<TablePair> {
    let (slots_a, slots_b) = (a.about.slots(), b.about.slots());
    let detail = a.about.detail.max(b.about.detail);
    let mut counts: BTreeMap<(u16, u16), (u64, u64)> = BTreeMap::new();
    shared(a, b, |value| {
        let mut pairs: Vec<(u16, u16)> = value.a.iter().flat_map(|x| value.b.iter().map(move |y| (x.slot, y.slot))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let bare = u64::from(value.a[0].level < detail);
        for pair in pairs {
            let count = counts.entry(pair).or_default();
            *count = (count.0 + 1, count.1 + bare);
        }
    });
    let mut of_tables: BTreeMap<(usize, usize), Vec<SlotPair>> = BTreeMap::new();
    for ((x, y), (values, bare)) in counts {
        let ((table_a, column_a), (table_b, column_b)) = (slots_a[usize::from(x)], slots_b[usize::from(y)]);
        // A row as a whole is no column's value.
        if column_a.is_some() == column_b.is_some() {
            of_tables.entry((table_a, table_b)).or_default().push(SlotPair { a: x, b: y, values, bare });
        }
    }
    let mut pairs: Vec<TablePair> = of_tables.into_iter().map(|(tables, slots)| table_pair(a, b, tables, slots, &slots_a)).collect();
    add_links(a, b, &mut pairs);
    pairs
}

/// Which slots of two tables correspond, and which columns.
fn table_pair(
    a: &DumpFingerprint,
    b: &DumpFingerprint,
    tables: (usize, usize),
    mut slots: Vec<SlotPair>,
    slots_a: &[(usize, Option<usize>)],
) -> TablePair {
    slots.sort_by_key(|s| (std::cmp::Reverse(s.values), s.a, s.b));
    let mut kept: Vec<SlotPair> = Vec::new();
    for slot in slots {
        if !kept.iter().any(|k| k.a == slot.a || k.b == slot.b) {
            kept.push(slot);
        }
    }
    // A row that is found as a whole agrees in all of its identifiers, and says nothing of how often they do.
    let by_column = |slot: &SlotPair| slots_a[usize::from(slot.a)].1.is_some();
    if kept.iter().any(by_column) {
        kept.retain(by_column);
    }
    let (of_a, of_b) = (&a.about.tables[tables.0].columns, &b.about.tables[tables.1].columns);
    let (mut rows_a, mut rows_b) = (Vec::new(), Vec::new());
    let detail = a.about.detail.max(b.about.detail);
    shared(a, b, |value| {
        if rows_a.len() >= ENOUGH || value.a[0].level < detail {
            return;
        }
        if let ([x], [y]) = (value.a, value.b)
            && kept.iter().any(|k| (k.a, k.b) == (x.slot, y.slot))
        {
            rows_a.push(a.cells(x, of_a.len()));
            rows_b.push(b.cells(y, of_b.len()));
        }
    });
    let (looks_a, looks_b) = (&a.about.tables[tables.0].looks, &b.about.tables[tables.1].looks);
    let pairing = Pairing::of((of_a, looks_a, &rows_a), (of_b, looks_b, &rows_b));
    TablePair { tables, pairing, slots: kept, links: Vec::new() }
}

/// Pairs the rows of every value.
fn add_links(a: &DumpFingerprint, b: &DumpFingerprint, pairs: &mut [TablePair]) {
    let (slots_a, slots_b) = (a.about.slots(), b.about.slots());
    let detail = a.about.detail.max(b.about.detail);
    let through: Vec<Vec<Option<u8>>> = pairs
        .iter()
        .map(|pair| {
            let column = |s: &SlotPair| slots_a[usize::from(s.a)].1.zip(slots_b[usize::from(s.b)].1);
            pair.slots.iter().map(|s| column(s).and_then(|(x, y)| pair.pairing.number_of(x, y))).collect()
        })
        .collect();
    let mut room: Vec<(u32, usize, usize, u64)> = Vec::new();
    shared(a, b, |value| {
        if value.a[0].level < detail {
            return;
        }
        for (pair, through) in pairs.iter_mut().zip(&through) {
            let (width_a, width_b) = (a.about.tables[pair.tables.0].columns.len(), b.about.tables[pair.tables.1].columns.len());
            for (slot, &through) in pair.slots.iter().zip(through) {
                room.clear();
                for (i, x) in value.a.iter().enumerate().take(MOST).filter(|(_, x)| x.slot == slot.a) {
                    for (j, y) in value.b.iter().enumerate().take(MOST).filter(|(_, y)| y.slot == slot.b) {
                        let pattern = pair.pairing.pattern(a.cells(x, width_a), b.cells(y, width_b));
                        room.push((Seen::agreements(pattern), i, j, pattern));
                    }
                }
                room.sort_unstable_by_key(|&(agree, i, j, _)| (std::cmp::Reverse(agree), i, j));
                let (mut used_a, mut used_b) = (0u64, 0u64);
                for &(_, i, j, pattern) in &room {
                    if used_a >> i & 1 == 0 && used_b >> j & 1 == 0 {
                        (used_a, used_b) = (used_a | 1 << i, used_b | 1 << j);
                        pair.links.push(value.link(i, j, pattern, through));
                    }
                }
                // Rows that say the same in all columns of both are one row where the others are left out.
                for &(_, i, j, pattern) in room.iter().filter(|r| r.0 > 1 && Seen::unanimous(r.3)) {
                    if used_a >> i & 1 == 0 || used_b >> j & 1 == 0 {
                        (used_a, used_b) = (used_a | 1 << i, used_b | 1 << j);
                        pair.links.push(value.link(i, j, pattern, through));
                    }
                }
            }
        }
    });
}
