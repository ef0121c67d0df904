//! The list of an institution's records that a dump holds: one line each, ascending, without a value of any of them.
//!
//! ```text
//! # leaktrace affected records 1
//! # institution Bank Contoh, dataset customers, snapshot 2026-11-01, index 4f2c…
//! # export 1: BLAKE3 9d0a…, 812 bytes, records from 0, 24 of them
//! record,strength,fields
//! 17,issued,member_no|email|name
//! ```
//!
//! Records are numbered from 0 over the files that the index was made from, as the lines `export` say: whoever holds these files knows which record is
//! whose ([`crate::index::export`]), nobody else does. `strength` is `issued` (an id that the institution minted agrees, and another field of the same row),
//! `corroborated` (two fields of one row agree) or `single`; `fields` are those whose value agrees in some row.

use super::folder::{Folder, ReportFile};
use crate::index::Index;
use crate::matching::exposed::{Exposed, Shown, Wanted, strength};
use crate::names::safe_text;
use crate::progress::Progress;
use crate::{Error, Result, parallel};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::ops::Range;

/// First line of a list.
pub const FORMAT: &str = "# leaktrace affected records 1";
/// Pages of a step: what is written while the next is made.
const STEP: usize = 1 << 16;

/// Names of the lists of some indexes within the report, in their order: one has the folder's own, several one each.
#[must_use]
pub fn names(indexes: &[Index]) -> Vec<String> {
    if indexes.len() == 1 {
        return vec!["affected.csv".to_string()];
    }
    let mut taken = BTreeSet::new();
    let name = |index: &Index| {
        let meta = index.meta();
        let plain = format!("{}-{}", file_name(&meta.institution), file_name(&meta.dataset));
        let numbered = |n: usize| if n == 1 { plain.clone() } else { format!("{plain}-{n}") };
        // Snapshots of one dataset, and names that differ in what a file name cannot hold.
        let free = (1..).map(numbered).find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default();
        taken.insert(free.to_lowercase());
        format!("affected/{free}.csv")
    };
    indexes.iter().map(name).collect()
}

/// A name as a part of a file name on any system, of which two and an ending must stay below 255 bytes.
fn file_name(name: &str) -> String {
    const LONGEST: usize = 100;
    let safe = safe_text(name);
    let fits = |&(at, c): &(usize, char)| at + c.len_utf8() <= LONGEST;
    let plain: String = safe.char_indices().take_while(fits).map(|(_, c)| if c.is_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "unnamed".to_string() } else { parts.join("-") }
}

/// Writes the list of one index.
///
/// # Errors
/// When the disk is full or fails, or the user interrupts.
pub fn write(folder: &mut Folder, name: &str, index: &Index, exposed: &Exposed, progress: &dyn Progress) -> Result<()> {
    let mut file = folder.file(name)?;
    file.write(&head(index))?;
    let mut from = 0;
    let mut ready = pages(exposed, 0..STEP.min(exposed.pages()));
    while from < exposed.pages() {
        if parallel::interrupted() {
            return Err(Error::interrupted());
        }
        let next = from + STEP..(from + 2 * STEP).min(exposed.pages());
        let (written, after) = rayon::join(|| put(&mut file, &ready), || pages(exposed, next));
        written?;
        progress.advance(exposed.page_bytes() * STEP.min(exposed.pages() - from) as u64);
        ready = after;
        from += STEP;
    }
    folder.close(file)
}

fn put(file: &mut ReportFile, texts: &[Vec<u8>]) -> Result<()> {
    texts.iter().try_for_each(|text| file.write(text))
}

fn head(index: &Index) -> Vec<u8> {
    let meta = index.meta();
    let snapshot = meta.snapshot.as_ref().map_or_else(String::new, |day| format!(", snapshot {day}"));
    let mut out = format!(
        "{FORMAT}\n# institution {}, dataset {}{snapshot}, index {}\n",
        one_cell(&meta.institution),
        one_cell(&meta.dataset),
        index.header().digest()
    );
    for (n, input) in meta.inputs.iter().enumerate() {
        let first = input.first_record;
        let count = meta.inputs.get(n + 1).map_or(meta.records, |next| next.first_record).saturating_sub(first);
        out += &format!("# export {}: BLAKE3 {}, {} bytes, records from {first}, {count} of them\n", n + 1, input.blake3, input.bytes);
    }
    (out + "record,strength,fields\n").into_bytes()
}

/// A name that cannot end a cell, nor begin one that a spreadsheet runs.
fn one_cell(name: &str) -> String {
    safe_text(name).replace([',', ';', '"', '\t'], " ")
}

/// The lines of some pages, made on all threads.
fn pages(exposed: &Exposed, range: Range<usize>) -> Vec<Vec<u8>> {
    /// Pages that are made together.
    const GROUP: usize = 1 << 10;
    let starts: Vec<usize> = range.clone().step_by(GROUP).collect();
    let group = |from: usize| {
        let mut text = Vec::new();
        // Dumps have few patterns.
        let mut known: HashMap<Shown, Vec<u8>> = HashMap::new();
        for (record, shown) in (from..(from + GROUP).min(range.end)).flat_map(|page| exposed.page(page)) {
            let rest = known.entry(shown).or_insert_with(|| rest_of_line(exposed.wanted(), shown));
            let mut digits = [0; 10];
            let mut unused = &mut digits[..];
            // Ten digits are enough for every record number.
            let _ = write!(unused, "{record}");
            let left = unused.len();
            text.extend_from_slice(&digits[..10 - left]);
            text.extend_from_slice(rest);
        }
        text
    };
    starts.into_par_iter().map(group).collect()
}

/// What stands behind the record's number: `,strength,fields` and a line end.
fn rest_of_line(wanted: &Wanted, shown: Shown) -> Vec<u8> {
    let fields = wanted.names(shown).collect::<Vec<_>>().join("|");
    let mut out = Vec::new();
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(&mut out);
    // Into memory nothing fails.
    let _ = csv.write_record(["", strength(shown).words(), &harmless(&fields)]);
    let _ = csv.flush();
    drop(csv);
    // The writer quotes an empty first field only where it stands alone.
    out
}

/// A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe, but for a number with a sign, such as a phone's.
#[must_use]
pub fn harmless(text: &str) -> String {
    let number = || text[1..].bytes().all(|b| b.is_ascii_digit() || b" .()-".contains(&b));
    match text.as_bytes().first() {
        Some(b'=' | b'@' | b'\t' | b'\r') => format!("'{text}"),
        Some(b'+' | b'-') if !number() => format!("'{text}"),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_numbers_stay() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("+SUM(A1)"), "'+SUM(A1)");
        assert_eq!(harmless("+62 812-3456"), "+62 812-3456");
        assert_eq!(harmless("-17"), "-17");
        assert_eq!((harmless("MC-001"), harmless("")), ("MC-001".to_string(), String::new()));
    }

    #[test]
    fn file_names_hold_nothing_that_a_system_would_take_for_a_path() {
        assert_eq!(file_name("../Bank: Contoh/Utama\\ "), "Bank-Contoh-Utama");
        assert_eq!(file_name("budi@example.com"), "email");
        assert_eq!(file_name("…"), "unnamed");
        assert_eq!((file_name(&"a".repeat(300)).len(), file_name(&"名".repeat(300)).len()), (100, 99));
        assert_eq!(one_cell("A,=HYPERLINK(\"x\");b"), "A =HYPERLINK( x ) b");
    }
}
