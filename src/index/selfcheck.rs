//! A build's check of itself: rows of its own input are read again and looked up in the finished index. An index that does not find what
//! it was made from would say "no match" wrongly.

use super::columns::Columns;
use super::digests::Digests;
use super::meta::SelfCheck;
use super::open::{Index, LookupCounts};
use super::table::Payload;
use crate::fingerprint::{Column, Fingerprint, Hasher, Key, Selection};
use crate::identify::form::Form;
use crate::ledger::Ledger;
use crate::record::RowBatch;
use crate::record::delimited::{Names, SegmentReader, Table};
use crate::source::Input;
use crate::{Error, Result};
use std::path::Path;

/// Places of the input that are looked at.
const PLACES: usize = 64;
/// Rows at each.
const ROWS: usize = 32;

/// A byte of an input where a record of known number begins.
#[derive(Clone, Copy, Debug)]
pub struct Landmark {
    /// The input.
    pub input: u32,
    /// Where it begins: the first record of its stretch.
    pub byte: u64,
    /// Its number.
    pub record: u32,
}

/// Which stretch of its input a byte lies in. Stretches do not depend on segments, so that neither does what is looked at.
pub fn stretch(byte: u64) -> u64 {
    const STRETCH_BYTES: u64 = 256 << 10;
    byte / STRETCH_BYTES
}

/// Reads about 2,000 rows again and looks up every identifier, and every digest of one that the schema asks for.
///
/// # Errors
/// When the finished file cannot be opened, or a value is not found on its record: then the index is wrong and is not kept.
pub fn run(path: &Path, key: &Key, inputs: &[Input], columns: &[Columns], landmarks: &[Landmark]) -> Result<SelfCheck> {
    let index = Index::open(path, key, false)?;
    let hasher = Hasher::new(key);
    let mut check = SelfCheck { values: 0, found: 0, common: 0 };
    let step = landmarks.len().div_ceil(PLACES).max(1);
    for landmark in landmarks.iter().step_by(step) {
        let (input, columns) = (&inputs[landmark.input as usize], &columns[landmark.input as usize]);
        let table = Table {
            text: input.bytes(),
            input: landmark.input,
            offset: 0,
            data_start: columns.data_start,
            dialect: &columns.dialect,
            names: Names::default(),
        };
        let mut reader = SegmentReader::new(&table, landmark.byte..input.len(), Some(landmark.byte));
        let mut batch = RowBatch::new();
        if !reader.next_batch(&mut batch, &mut Ledger::default()) {
            continue;
        }
        let rows: Vec<u32> = (0..batch.len() as u32).take(ROWS).collect();
        let (mut column, mut digests) = (Column::default(), Digests::default());
        for (n, &(position, kind, params)) in columns.identifiers.iter().enumerate() {
            column.fill(&batch, position, Selection::Rows(&rows), kind, Form::Whole, &params, key, &hasher);
            let mut look_up = |rows: &[u32], fingerprints: &[Fingerprint]| {
                check.values += rows.len() as u64;
                let mut postings = Vec::new();
                index.find(fingerprints, &mut LookupCounts::default(), |at, payload| {
                    let (field, record) = (n as u8 + 1, landmark.record + rows[at]);
                    postings.clear();
                    match payload {
                        Payload::One(p) => postings.push(p),
                        Payload::Shared(place) => index.postings(place, &mut postings),
                        Payload::Common => check.common += 1,
                    }
                    check.found += u64::from(postings.iter().any(|p| p.field == field && p.record == record));
                });
            };
            look_up(&column.rows, &column.fingerprints);
            digests.fill(&batch, position, &rows, (kind, &params), &columns.hashes[n], key, &hasher);
            look_up(&digests.rows, &digests.fingerprints);
        }
    }
    // The check, too, is of the files' own bytes.
    inputs.iter().try_for_each(|input| input.check_unaltered("a file of records"))?;
    if check.found + check.common != check.values {
        return Err(Error::damaged("the finished index does not find its own records, so it was not kept")
            .at(path)
            .expected(format!("{} values found", check.values))
            .got(format!("{} found, {} common", check.found, check.common))
            .advice("report this with the output of: leaktrace --version"));
    }
    Ok(check)
}
