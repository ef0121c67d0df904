//! A dump's fingerprint, and its file.
//!
//! ```text
//! magic "LTFPRNT1" | length of about, u32 | about, JSON | length of body, u64 | body | BLAKE3 of all before, 32 bytes
//! body: for each entry, by ascending id: id u64, slot u16, level u8
//!       then for each entry on level `detail` or above: rank of its row in the dump u32, and u16 a column of its table
//! slots: of each table one for the row as a whole, then one for each column that rows are found by
//! ```
//!
//! All numbers little endian. An id is the first eight bytes of the keyed BLAKE3 of a value, and cells are bound to the id beside which they stand:
//! without the key no guess of a value can be tested, and files of one key can yet be compared by anybody. Whoever has the key can test
//! guesses, as with an index (SECURITY.md).

use super::columns::ColumnOf;
use super::head::{damaged, not_one, rulesets, split};
use super::library::Label;
use super::rows::Secret;
use super::sample::{Entry, RowSample, level, level_below, share_of_level};
use super::take::How;
use crate::fingerprint::Key;
use crate::limits;
use crate::{Error, Result, names};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// First bytes of a file.
pub const MAGIC: &[u8; 8] = b"LTFPRNT1";
/// Name and version of what it says about itself.
pub const SCHEMA: &str = "leaktrace.fingerprint/1";

/// Bytes of the BLAKE3 that a file ends in.
pub const SEAL_BYTES: usize = 32;
const ENTRY_BYTES: usize = 11;

/// What a fingerprint says without its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// [`SCHEMA`].
    pub schema: String,
    /// What made it.
    pub tool: String,
    /// Id of its key.
    pub key_id: String,
    /// Sum of the kinds' ruleset versions: fingerprints of other rules cannot be compared.
    pub rulesets: u32,
    /// Country of phone numbers written without a country code.
    pub region: String,
    /// One value in so many is kept, or more.
    pub scale: u64,
    /// Inputs, then their members in the order in which they were met; the first 1,024.
    pub sources: Vec<SourceOf>,
    /// How many there were.
    pub sources_in_all: u64,
    /// Whether all of the dump could be read.
    pub complete: bool,
    /// The tables; those with the same columns are one.
    pub tables: Vec<TableOf>,
    /// Tables of further layouts, of which no row is here.
    pub tables_left_out: u64,
    /// Rows read.
    pub rows: u64,
    /// Rows with different identifiers: exact in a short dump, else an estimate.
    pub rows_distinct: u64,
    /// Entries.
    pub entries: u64,
    /// The level from which on values are kept; 0 where all are.
    pub level: u8,
    /// The level from which on they are kept with cells.
    pub detail: u8,
    /// What a library calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
}

/// An input, or a member of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceOf {
    /// Its name, as it may be shown.
    pub name: String,
    /// What it was taken for.
    pub format: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of an input; none of a member, or where the input changed while it was read.
    pub blake3: Option<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableOf {
    /// Its rows.
    pub rows: u64,
    /// Its columns, as far as they are known.
    pub columns: Vec<ColumnOf>,
    /// Of each column what its cells look like.
    pub looks: Vec<Looks>,
}

/// What the cells of a column look like in the rows that are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looks {
    /// Share of rows that have a value.
    pub filled: f64,
    /// Chance that two rows have the same.
    pub alike: f64,
    /// Different values among the rows that are kept.
    pub distinct: u64,
}

/// A dump's fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub struct DumpFingerprint {
    /// What it says of itself.
    pub about: About,
    /// Entries, by ascending id.
    pub entries: Vec<Kept>,
    /// Cells of the entries that have them, one after the other.
    cells: Vec<u16>,
    /// Source and byte offset of each row that is kept with cells, by rank; of a dump that was just read alone.
    pub places: Vec<(u32, u64)>,
}

/// An entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// First bytes of the value's fingerprint.
    pub id: u64,
    /// Column that it stands in.
    pub slot: u16,
    /// How low the value's hash lies.
    pub level: u8,
    /// Place of its row among all that are kept with cells, in the order of the dump; [`NO_CELLS`] for others.
    pub rank: u32,
    /// Where its cells begin.
    at: u32,
}

/// The rank of an entry without cells.
pub const NO_CELLS: u32 = u32::MAX;

impl About {
    /// What there is to say before a dump is read.
    #[must_use]
    pub fn new(key: &Key, how: How) -> About {
        About {
            schema: SCHEMA.into(),
            tool: format!("leaktrace {}", env!("CARGO_PKG_VERSION")),
            key_id: key.id().to_string(),
            rulesets: rulesets(),
            region: how.region.iter().map(|&b| char::from(b)).collect(),
            scale: how.scale,
            sources: Vec::new(),
            sources_in_all: 0,
            complete: true,
            tables: Vec::new(),
            tables_left_out: 0,
            rows: 0,
            rows_distinct: 0,
            entries: 0,
            level: 0,
            detail: 0,
            label: None,
        }
    }

    /// Checks that this and another are under one key and of the same rules.
    ///
    /// # Errors
    /// When they are not: equal values would look different.
    pub fn comparable(&self, other: &About) -> Result<()> {
        let differ = |what: &str, expected: &str, got: &str| {
            Err(Error::usage(what)
                .expected(names::safe_text(expected))
                .got(names::safe_text(got))
                .advice("make both fingerprints alike: leaktrace fingerprint DUMP -o OUT.ltf --key KEY"))
        };
        if self.key_id != other.key_id {
            return differ("the fingerprints were made with different keys", &other.key_id, &self.key_id);
        }
        if self.region != other.region {
            return differ("the fingerprints take phone numbers for those of different countries", &other.region, &self.region);
        }
        Ok(())
    }

    /// Of each slot the table, and the column unless it is that of the row as a whole.
    #[must_use]
    pub fn slots(&self) -> Vec<(usize, Option<usize>)> {
        let columns = |t: &TableOf| (0..t.columns.len()).filter(|&c| t.columns[c].slot).map(Some).collect::<Vec<_>>();
        let of_table = |(n, t)| std::iter::once(None).chain(columns(t)).map(move |column| (n, column));
        self.tables.iter().enumerate().flat_map(of_table).collect()
    }
}

impl DumpFingerprint {
    /// Of a sample; what `about` says of rows and entries is filled in.
    #[must_use]
    pub fn new(secret: &Secret, mut about: About, sample: RowSample) -> DumpFingerprint {
        let (mut entries, threshold, detail) = sample.finish();
        (about.level, about.detail) = (level_below(threshold), level_below(detail));
        entries.retain(|e| level(e.hash) >= about.level);
        entries.iter_mut().filter(|e| level(e.hash) < about.detail).for_each(|e| e.cells = None);
        entries.sort_unstable_by_key(|e| (e.id, e.slot, e.first));
        let slots = about.slots();
        about.rows = about.tables.iter().map(|t| t.rows).sum();
        about.entries = entries.len() as u64;
        let whole_rows = entries.iter().filter(|e| slots[usize::from(e.slot)].1.is_none()).count() as f64;
        about.rows_distinct = (libm::round(whole_rows / share_of_level(about.level)) as u64).min(about.rows);
        for (number, table) in about.tables.iter_mut().enumerate() {
            let rows = entries.iter().filter(|e| slots[usize::from(e.slot)] == (number, None));
            let rows: Vec<&[u16]> = rows.filter_map(|e| e.cells.as_deref()).collect();
            table.looks = (0..table.columns.len()).map(|column| Looks::of(rows.iter().map(|cells| cells[column]))).collect();
        }
        let mut places: Vec<(u32, u64)> = entries.iter().filter(|e| e.cells.is_some()).map(|e| e.first).collect();
        places.sort_unstable();
        places.dedup();
        let mut cells = Vec::new();
        let kept = entries.iter().map(|e: &Entry| {
            let at = cells.len() as u32;
            let rank = e.cells.as_deref().map(|own| {
                cells.extend(secret.bind(e.id, own));
                places.binary_search(&e.first).unwrap_or(0) as u32
            });
            Kept { id: e.id, slot: e.slot, level: level(e.hash), rank: rank.unwrap_or(NO_CELLS), at }
        });
        let entries = kept.collect();
        DumpFingerprint { entries, about, cells, places }
    }

    /// The cells of an entry, one for each of its table's `width` columns; all missing where it has none.
    #[must_use]
    pub fn cells(&self, entry: &Kept, width: usize) -> &[u16] {
        const NONE: [u16; limits::FINGERPRINT_COLUMNS] = [0; limits::FINGERPRINT_COLUMNS];
        let own = self.cells.get(entry.at as usize..).and_then(|rest| rest.get(..width)).filter(|_| entry.rank != NO_CELLS);
        own.unwrap_or(&NONE[..width])
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// When there is more to say than a file may hold.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let about = serde_json::to_vec(&self.about).map_err(|_| Error::usage("the fingerprint cannot be written as JSON"))?;
        let body = self.entries.len() * ENTRY_BYTES + self.cells.len() * 2;
        let mut out = Vec::with_capacity(about.len() + body + 64);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&(about.len() as u32).to_le_bytes());
        out.extend_from_slice(&about);
        let length_at = out.len();
        out.extend_from_slice(&[0; 8]);
        for entry in &self.entries {
            out.extend_from_slice(&entry.id.to_le_bytes());
            out.extend_from_slice(&entry.slot.to_le_bytes());
            out.push(entry.level);
        }
        let slots = self.about.slots();
        for entry in self.entries.iter().filter(|e| e.rank != NO_CELLS) {
            out.extend_from_slice(&entry.rank.to_le_bytes());
            let width = self.about.tables[slots[usize::from(entry.slot)].0].columns.len();
            self.cells(entry, width).iter().for_each(|cell| out.extend_from_slice(&cell.to_le_bytes()));
        }
        let length = (out.len() - length_at - 8) as u64;
        out[length_at..length_at + 8].copy_from_slice(&length.to_le_bytes());
        let seal = blake3::hash(&out);
        out.extend_from_slice(seal.as_bytes());
        if out.len() as u64 > limits::FINGERPRINT_BYTES {
            return Err(Error::usage("the fingerprint is too large")
                .expected(format!("at most {} bytes", limits::FINGERPRINT_BYTES))
                .got(format!("{} bytes", out.len()))
                .advice("ask for a smaller one with a higher --scale"));
        }
        Ok(out)
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// When they are no fingerprint, of another version or other rules, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<DumpFingerprint> {
        let (about, body) = split(bytes)?;
        let (sealed, seal) = bytes.split_at(bytes.len() - SEAL_BYTES);
        if blake3::hash(sealed).as_bytes() != seal {
            return Err(damaged("its bytes are not those that were written"));
        }
        DumpFingerprint::of_body(about, body)
    }

    fn of_body(about: About, body: &[u8]) -> Result<DumpFingerprint> {
        let bare = usize::try_from(about.entries).ok().and_then(|n| n.checked_mul(ENTRY_BYTES)).filter(|&n| n <= body.len());
        let (bare, mut rest) = body.split_at(bare.ok_or_else(|| damaged("it ends before its entries do"))?);
        let slots = about.slots();
        let widths: Vec<usize> = about.tables.iter().map(|t| t.columns.len()).collect();
        if about.tables.iter().any(|t| t.looks.len() != t.columns.len() || t.columns.len() > limits::FINGERPRINT_COLUMNS) {
            return Err(damaged("it says something else of columns than it has"));
        }
        let mut entries: Vec<Kept> = bare
            .chunks_exact(ENTRY_BYTES)
            .map(|b| Kept { id: u64_at(b, 0), slot: u16::from_le_bytes([b[8], b[9]]), level: b[10], rank: NO_CELLS, at: 0 })
            .collect();
        let mut cells = Vec::with_capacity(rest.len() / 2);
        for entry in &mut entries {
            let Some(&(table, _)) = slots.get(usize::from(entry.slot)) else {
                return Err(damaged("an entry stands in a column that is not there"));
            };
            if entry.level < about.detail {
                continue;
            }
            let Some((own, next)) = rest.split_at_checked(4 + 2 * widths[table]) else {
                return Err(damaged("it ends before its cells do"));
            };
            rest = next;
            entry.rank = u32::from_le_bytes([own[0], own[1], own[2], own[3]]).min(NO_CELLS - 1);
            entry.at = cells.len() as u32;
            cells.extend(own[4..].chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])));
        }
        if !rest.is_empty() || !entries.is_sorted_by_key(|e| e.id) {
            return Err(damaged("its entries are not in order"));
        }
        Ok(DumpFingerprint { about, entries, cells, places: Vec::new() })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`DumpFingerprint::from_bytes`], or when it cannot be read.
    pub fn read(path: &Path) -> Result<DumpFingerprint> {
        DumpFingerprint::from_bytes(&read(path)?).map_err(|e| e.at(path))
    }
}

impl Looks {
    /// Of the cells of rows that are kept, 0 where there is none.
    fn of(cells: impl Iterator<Item = u16>) -> Looks {
        let (mut rows, mut counts) = (0u64, std::collections::BTreeMap::<u16, u64>::new());
        for cell in cells {
            rows += 1;
            if cell != 0 {
                *counts.entry(cell).or_default() += 1;
            }
        }
        let filled: u64 = counts.values().sum();
        let alike: f64 = counts.values().map(|&n| n as f64 * (n - 1) as f64).sum();
        Looks {
            filled: filled as f64 / rows.max(1) as f64,
            alike: alike / (filled as f64 * filled.saturating_sub(1).max(1) as f64).max(1.0),
            distinct: counts.len() as u64,
        }
    }
}

/// What a file says without its key.
///
/// # Errors
/// When it cannot be read, or is no fingerprint of this version.
pub fn describe(path: &Path) -> Result<About> {
    split(&read(path)?).map(|(about, _)| about).map_err(|e| e.at(path))
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |e: &std::io::Error| Error::io("cannot read the fingerprint", e).at(path).advice("check the path");
    let length = std::fs::metadata(path).map_err(|e| unreadable(&e))?.len();
    if length > limits::FINGERPRINT_BYTES {
        return Err(not_one().at(path));
    }
    std::fs::read(path).map_err(|e| unreadable(&e))
}

/// Whether bytes begin like a fingerprint.
#[must_use]
pub fn looks_like_fingerprint(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |b| u64::from_le_bytes(*b))
}
