//! What was gathered of one part, as the body of its file: first, as JSON, all that is small, then samples and sets, packed, each behind its length.

use super::Gathered;
use crate::fingerprint::Fingerprint;
use crate::ledger;
use crate::lineage::take::Taken;
use crate::matching::tally::{AttributeTally, IndexTally, Searched, TaskTally};
use crate::matching::{Comparison, Layout};
use crate::packed::{Unpack, put, put_bytes};
use crate::reading::{Cut, Read, Source, TableInfo, Volume};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// All that is small.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    /// How many inputs the dump has: sources from this number on are members.
    pub inputs: usize,
    /// The part's input, then its members in the order in which they were met.
    pub sources: Vec<Source>,
    /// Its tables, and how many of their columns stand in the dump.
    pub tables: Vec<(TableInfo, usize)>,
    pub ledger: ledger::Written,
    /// BLAKE3 of the input, where it was read whole.
    pub digest: Option<String>,
    /// Its volumes: name, bytes, BLAKE3.
    pub volumes: Vec<(String, u64, Option<String>)>,
    /// Where an input that was cut was taken to begin, and ended.
    pub cut: Option<(Option<u64>, u64)>,
    pub layouts: Vec<Layout>,
    pub dropped: Vec<usize>,
    pub rows: u64,
    pub table_rows: Vec<u64>,
    pub indexes: Vec<IndexTally>,
    pub tasks: Vec<Vec<TaskTally>>,
    pub attributes: Vec<Vec<AttributeTally>>,
    pub taken: Option<Taken>,
    /// By index, whether every byte was compared with its checksum.
    pub verified: Vec<bool>,
}

/// The body of a part's file.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn to_body(gathered: Gathered, input: usize, inputs: usize) -> Result<Vec<u8>> {
    let Gathered { read, layouts, mut merged, values, dropped, taking, verified } = gathered;
    let Read { sources, tables, ledger, digests, volumes, cut } = read;
    let own = |(n, source): (usize, Source)| (n == input || n >= inputs).then_some(source);
    let text = |digest: &blake3::Hash| digest.to_string();
    let volume = |v: &Volume| (v.name.clone(), v.bytes, v.digest.as_ref().map(text));
    let (taken, sample) = taking.map(crate::lineage::take::Taking::into_part).unzip();
    let blocks = cut.as_ref().map(|cut| cut.blocks.concat()).unwrap_or_default();
    let told = Told {
        inputs,
        sources: sources.into_iter().enumerate().filter_map(own).collect(),
        tables: tables.into_iter().map(|table| (table.own_columns(), table)).map(|(own, table)| (table, own)).collect(),
        ledger: ledger.write(),
        digest: digests.get(input).and_then(Option::as_ref).map(text),
        volumes: volumes.get(input).map(|all| all.iter().map(volume).collect()).unwrap_or_default(),
        cut: cut.map(|Cut { began, ended, .. }| (began, ended)),
        layouts: layouts.iter().map(|layout| Layout::clone(layout)).collect(),
        dropped,
        rows: merged.rows,
        table_rows: merged.table_rows,
        indexes: merged.indexes,
        tasks: merged.tasks,
        attributes: merged.attributes,
        taken,
        verified,
    };
    let mut out = Vec::new();
    let json = serde_json::to_vec(&told).map_err(|_| Error::usage("the part cannot be written as JSON"))?;
    put_bytes(&mut out, &json);
    put_bytes(&mut out, &blocks);
    let values: Vec<u8> = values.iter().flat_map(|value| value.0).collect();
    put_bytes(&mut out, &values);
    put_bytes(&mut out, &std::mem::replace(&mut merged.distinct, crate::matching::sample::BottomK::new(1)).pack(put_searched));
    put_bytes(
        &mut out,
        &std::mem::replace(&mut merged.hit_rows, crate::matching::sample::BottomK::new(1)).pack(|c, out| put_comparisons(c, out)),
    );
    put_bytes(&mut out, &sample.unwrap_or_default());
    merged.records.iter().for_each(|set| put_bytes(&mut out, &set.pack()));
    merged.strips.into_rows().iter().for_each(|rows| put_bytes(&mut out, rows));
    merged.exposed.iter().for_each(|exposed| put_bytes(&mut out, &exposed.pack()));
    Ok(out)
}

/// A body, taken apart.
pub(super) struct Body<'b> {
    pub told: Told,
    /// Values of the blocks of an input that was cut.
    pub blocks: &'b [u8],
    pub values: Vec<Fingerprint>,
    pub distinct: &'b [u8],
    pub hit_rows: &'b [u8],
    pub sample: &'b [u8],
    /// By index.
    pub records: Vec<&'b [u8]>,
    pub rows: Vec<&'b [u8]>,
    pub exposed: Vec<&'b [u8]>,
}

impl<'b> Body<'b> {
    /// Of a part that was matched to so many indexes; `None` where it is damaged.
    pub fn read(bytes: &'b [u8], indexes: usize, affected: bool) -> Option<Body<'b>> {
        let mut unpack = Unpack::new(bytes);
        let told: Told = serde_json::from_slice(unpack.bytes()?).ok()?;
        let blocks = unpack.bytes()?;
        let values = unpack.bytes()?;
        let body = Body {
            told,
            blocks,
            values: values.as_chunks().0.iter().map(|&value| Fingerprint(value)).collect(),
            distinct: unpack.bytes()?,
            hit_rows: unpack.bytes()?,
            sample: unpack.bytes()?,
            records: (0..indexes).map(|_| unpack.bytes()).collect::<Option<_>>()?,
            rows: (0..indexes).map(|_| unpack.bytes()).collect::<Option<_>>()?,
            exposed: (0..if affected { indexes } else { 0 }).map(|_| unpack.bytes()).collect::<Option<_>>()?,
        };
        unpack.is_empty().then_some(body)
    }
}

fn put_searched(searched: &Searched, out: &mut Vec<u8>) {
    put(out, u64::from(searched.table));
    put(out, searched.tasks);
}

pub(super) fn searched(unpack: &mut Unpack<'_>) -> Option<Searched> {
    Some(Searched { table: unpack.small()?, tasks: unpack.number()? })
}

fn put_comparisons(comparisons: &[Comparison], out: &mut Vec<u8>) {
    put(out, comparisons.len() as u64);
    for c in comparisons {
        put(out, u64::from(c.index) << 2 | u64::from(c.corroborated) << 1 | u64::from(c.canary));
        put(out, u64::from(c.record));
        put(out, c.agree);
        put(out, c.disagree);
    }
}

pub(super) fn comparisons(unpack: &mut Unpack<'_>) -> Option<Vec<Comparison>> {
    let count = unpack.count(4)?;
    (0..count)
        .map(|_| {
            let flags = unpack.number()?;
            Some(Comparison {
                index: u16::try_from(flags >> 2).ok()?,
                record: unpack.small()?,
                agree: unpack.number()?,
                disagree: unpack.number()?,
                corroborated: flags & 2 != 0,
                canary: flags & 1 != 0,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told() -> Told {
        Told {
            inputs: 1,
            sources: Vec::new(),
            tables: Vec::new(),
            ledger: ledger::Ledger::default().write(),
            digest: None,
            volumes: Vec::new(),
            cut: Some((None, 7)),
            layouts: Vec::new(),
            dropped: Vec::new(),
            rows: 3,
            table_rows: Vec::new(),
            indexes: Vec::new(),
            tasks: Vec::new(),
            attributes: Vec::new(),
            taken: None,
            verified: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused(at in 0usize..400, byte: u8, cut in 0usize..400, more: Vec<u8>) {
            let mut body = Vec::new();
            put_bytes(&mut body, &serde_json::to_vec(&told()).unwrap());
            (0..8).for_each(|n| put_bytes(&mut body, &[7; 40][..n * 5]));
            prop_assert!(Body::read(&body, 1, true).is_some() && Body::read(&body, 2, true).is_none());
            let length = body.len();
            body[at % length] = byte;
            let _ = Body::read(&body, 1, true);
            body.truncate(cut);
            body.extend_from_slice(&more);
            let _ = Body::read(&body, 1, false);
            let _ = (searched(&mut Unpack::new(&more)), comparisons(&mut Unpack::new(&more)));
        }
    }

    #[test]
    fn comparisons_come_back() {
        let one = |index, canary: bool| Comparison { index, record: 70_000, agree: 5, disagree: u64::MAX, corroborated: !canary, canary };
        let all = vec![one(0, true), one(1023, false)];
        let mut out = Vec::new();
        put_comparisons(&all, &mut out);
        put_searched(&Searched { table: 9, tasks: 1 << 63 }, &mut out);
        let mut unpack = Unpack::new(&out);
        assert_eq!(comparisons(&mut unpack), Some(all));
        assert_eq!(searched(&mut unpack), Some(Searched { table: 9, tasks: 1 << 63 }));
    }
}
