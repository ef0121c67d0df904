//! Apache Parquet: one table, its columns named by their paths with dots between. The file's own description is looked at here before the
//! library reads it (`thrift`, `pages`), so that memory is bounded by what is there rather than by what is claimed: [`limits::FOOTER_BYTES`] of
//! description, [`limits::GROUP_BYTES`] of open pages, [`limits::GROUP_LEVELS`] values of lists.
//!
//! The values of a list are one cell, with `, ` between them. Dates and moments are ISO, moments as the file counts them (mostly UTC);
//! a null is an empty cell.

use super::filling::Filling;
use super::guard::{Fault, guarded};
use super::leaf::{Leaf, leaf};
use super::pages::{Budget, Pages, fault, needs};
use super::thrift::{LIST, STRUCT, Thrift};
use super::{TableName, Visit};
use crate::{Result, limits};
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use bytes::Bytes;
use std::ops::Range;
use std::sync::atomic::Ordering;

const MAGIC: &[u8; 4] = b"PAR1";

/// The same for a file whose description is encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";

/// Groups of columns within each other.
const SCHEMA_DEPTH: usize = 64;

/// Reads the file `bytes`.
pub(super) fn read(bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    let metadata = match guarded(|| describe(bytes)) {
        Ok(metadata) => metadata,
        Err(fault) => {
            let (reason, advice) = fault.reason();
            return visit.skipped("the file", reason, bytes.len() as u64, advice);
        }
    };
    let columns = metadata.file_metadata().schema_descr().columns().iter().map(|c| c.path().parts().join(".")).collect();
    visit.table(&TableName { name: String::new(), columns })?;
    let (mut filling, mut first_row) = (Filling::new(), 0u64);
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        let read = read_group(bytes, group, first_row..first_row.saturating_add(rows), &mut filling, visit)?;
        if let Err(fault) = read {
            filling.hand_over(visit)?;
            let (reason, advice) = fault.reason();
            let size = group.columns().iter().map(|c| c.compressed_size().max(0) as u64).fold(0, u64::saturating_add);
            visit.skipped(&format!("row group number {}", number + 1), reason, size.min(bytes.len() as u64), advice)?;
        }
        first_row = first_row.saturating_add(rows);
    }
    filling.end_table("the table", visit)
}

/// The file's description, once it is known to describe what is there.
fn describe(bytes: &[u8]) -> std::result::Result<ParquetMetaData, Fault> {
    let (front, magic) = bytes.split_last_chunk::<4>().ok_or(Fault::Damaged)?;
    if magic == ENCRYPTED {
        return Err(Fault::Encrypted);
    }
    let (front, len) = front.split_last_chunk::<4>().ok_or(Fault::Damaged)?;
    let len = u32::from_le_bytes(*len) as usize;
    if magic != MAGIC || len > front.len() {
        return Err(Fault::Damaged);
    }
    if len > limits::FOOTER_BYTES {
        return Err(Fault::TooLarge);
    }
    let footer = &front[front.len() - len..];
    check(footer)?;
    ParquetMetaDataReader::decode_metadata(footer).map_err(|e| fault(&e))
}

/// Walks the description without keeping it: its counts and depths, those of its tree of columns included.
fn check(footer: &[u8]) -> std::result::Result<(), Fault> {
    let (mut thrift, mut last) = (Thrift::new(footer), 0);
    while let Some((field, form)) = thrift.field(&mut last)? {
        if (field, form) != (2, LIST) {
            thrift.skip(form)?;
            continue;
        }
        let (count, STRUCT) = thrift.list()? else {
            return Err(Fault::Damaged);
        };
        // How many columns are still to come within each open group.
        let mut open: Vec<usize> = Vec::new();
        for _ in 0..count {
            let (mut children, mut last) = (0, 0);
            while let Some((field, form)) = thrift.field(&mut last)? {
                if field == 5 {
                    children = thrift.count().ok().filter(|&n| n <= count).ok_or(Fault::Damaged)?;
                } else {
                    thrift.skip(form)?;
                }
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            open.push(children);
            while open.last() == Some(&0) {
                open.pop();
            }
            if open.len() > SCHEMA_DEPTH {
                return Err(Fault::Damaged);
            }
        }
    }
    Ok(())
}

/// Reads one row group. The outer result is the visitor's; the inner one says whether the group was read whole.
fn read_group(
    bytes: &[u8],
    group: &RowGroupMetaData,
    rows: Range<u64>,
    filling: &mut Filling,
    visit: &mut dyn Visit,
) -> Result<std::result::Result<(), Fault>> {
    let budget = Budget::default();
    let (mut leaves, at_a_time) = match guarded(|| leaves(bytes, group, &budget)) {
        Ok(leaves) => leaves,
        Err(fault) => return Ok(Err(fault)),
    };
    let (mut row, mut ready) = (rows.start, 0);
    while row < rows.end {
        // Handed over also where the rows left are fewer than fit: what was read column by column has to be written row by row.
        if !filling.fits(row) {
            filling.hand_over(visit)?;
        }
        let filled = guarded(|| {
            if ready == 0 {
                budget.store(limits::GROUP_LEVELS, Ordering::Relaxed);
                ready = (rows.end - row).min(at_a_time as u64);
                for leaf in &mut leaves {
                    leaf.read(ready as usize)?;
                }
            }
            while ready > 0 && filling.fits(row) {
                filling.begin_row(row);
                leaves.iter_mut().for_each(|leaf| leaf.push(filling));
                filling.end_row();
                (row, ready) = (row + 1, ready - 1);
            }
            Ok(())
        });
        if let Err(fault) = filled {
            return Ok(Err(fault));
        }
    }
    // The pages may hold more rows than the description says.
    Ok(guarded(|| {
        budget.store(limits::GROUP_LEVELS, Ordering::Relaxed);
        for leaf in &mut leaves {
            if !leaf.is_over()? {
                return Err(Fault::Damaged);
            }
        }
        Ok(())
    }))
}

/// Readers of the group's columns, once it is known that their pages fit into memory together, and how many rows may be decoded at a time.
fn leaves(bytes: &[u8], group: &RowGroupMetaData, budget: &Budget) -> std::result::Result<(Vec<Box<dyn Leaf>>, usize), Fault> {
    if group.num_rows() < 0 {
        return Err(Fault::Damaged);
    }
    let chunks = group.columns().iter().map(|column| chunk(bytes, column)).collect::<std::result::Result<Vec<_>, _>>()?;
    let (mut open, mut growing) = (0usize, 0usize);
    for chunk in &chunks {
        let needs = needs(bytes, chunk.clone())?;
        // The packed bytes are copied once: the library wants bytes that nobody else owns.
        open = open.saturating_add(needs.open).saturating_add(chunk.len());
        growing = growing.saturating_add(needs.growing);
        if open > limits::GROUP_BYTES {
            return Err(Fault::TooLarge);
        }
    }
    let at_a_time = (limits::GROUP_BYTES / growing.max(1)).clamp(1, limits::BATCH_ROWS);
    let leaf = |(column, chunk): (&ColumnChunkMetaData, Range<usize>)| {
        let descr = column.column_descr_ptr();
        let budget = (descr.max_rep_level() > 0).then(|| budget.clone());
        let chunk = Bytes::copy_from_slice(&bytes[chunk]);
        let pages = Pages::new(chunk, column.compression(), [descr.max_rep_level(), descr.max_def_level()], budget);
        leaf(descr, pages)
    };
    Ok((group.columns().iter().zip(chunks).map(leaf).collect(), at_a_time))
}

/// Where the pages of a column lie.
fn chunk(bytes: &[u8], column: &ColumnChunkMetaData) -> std::result::Result<Range<usize>, Fault> {
    if column.file_path().is_some_and(|path| !path.is_empty()) {
        return Err(Fault::Unsupported);
    }
    let data = column.data_page_offset();
    let start = column.dictionary_page_offset().filter(|&at| at > 0 && at < data).unwrap_or(data);
    let start = usize::try_from(start).map_err(|_| Fault::Damaged)?;
    let len = usize::try_from(column.compressed_size()).map_err(|_| Fault::Damaged)?;
    start.checked_add(len).filter(|&end| end <= bytes.len()).map(|end| start..end).ok_or(Fault::Damaged)
}
