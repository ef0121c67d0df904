//! The file, format 1. All numbers are little endian.
//!
//! ```text
//! 0      magic "leaktrace index\n"                          16 bytes
//! 16     format number                                      u32
//! 20     number of sections                                 u32
//! 24     length of the file                                 u64
//! 32     section entries, 64 bytes each:
//!          id u32, flags u32 (bit 0: required), offset u64, length u64, 8 zero bytes, BLAKE3 of the section (32 bytes)
//! 992    BLAKE3 of bytes 0..992                             32 bytes
//! 1024   sections, each at a multiple of 4096, zero bytes between them
//! ```
//!
//! | section | content | readable without the key |
//! |---|---|---|
//! | META | JSON, [`super::meta::Meta`] | yes, by intent |
//! | FILTER | 32-byte blocks, [`super::filter`] | noise |
//! | TABLE | 64-byte buckets, [`super::table`] | noise, but for how full each bucket is |
//! | POSTINGS | u64 words under a keyed stream, [`super::table`] | noise, but for their number |
//! | RECORDS | one row of bits a record under a keyed stream, [`super::records`] | noise |
//! | PANEL | full fingerprints of up to 65,536 records under a keyed stream, [`super::panel`] | noise |
//!
//! The digest of an index is the BLAKE3 of its header: it covers every section through the sections' own checksums. An unknown section
//! without the required flag is passed over, so that later versions may add some.

use crate::{Error, Result};

/// First bytes of every index.
pub const MAGIC: &[u8; 16] = b"leaktrace index\n";
/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;
/// Bytes of the header.
pub const HEADER_BYTES: usize = 1024;
/// Sections begin at multiples of this, so that each begins a memory page.
pub const ALIGNMENT: u64 = 4096;
const ENTRY_BYTES: usize = 64;
const ENTRIES_AT: usize = 32;
const CHECKSUM_AT: usize = HEADER_BYTES - 32;
/// Most sections that fit into a header.
pub const MAX_SECTIONS: usize = (CHECKSUM_AT - ENTRIES_AT) / ENTRY_BYTES;
const REQUIRED: u32 = 1;

/// The sections of format 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Section {
    /// See [`super::meta`].
    Meta = 1,
    /// See [`super::filter`].
    Filter = 2,
    /// See [`super::table`].
    Table = 3,
    /// See [`super::table`].
    Postings = 4,
    /// See [`super::records`].
    Records = 5,
    /// See [`super::panel`].
    Panel = 6,
}

/// The sections in the order in which they are written: RECORDS while the input is read, META last, since it is rewritten after the
/// self-check.
pub const SECTIONS: [Section; 6] = [Section::Records, Section::Filter, Section::Table, Section::Postings, Section::Panel, Section::Meta];

/// Where a section lies and what its bytes must hash to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// [`Section`] as a number; may be one that this version does not know.
    pub id: u32,
    /// Whether a reader that does not know this section must refuse the file.
    pub required: bool,
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// BLAKE3 of the bytes.
    pub checksum: [u8; 32],
}

/// A checked header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Length of the whole file, bytes.
    pub file_length: u64,
    /// The sections, ascending by offset.
    pub entries: Vec<Entry>,
}

/// The next section boundary at or after `offset`.
#[must_use]
pub fn align(offset: u64) -> u64 {
    offset.div_ceil(ALIGNMENT) * ALIGNMENT
}

impl Header {
    /// The header's bytes.
    ///
    /// # Panics
    /// With more than [`MAX_SECTIONS`] sections.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        assert!(self.entries.len() <= MAX_SECTIONS, "a header has room for {MAX_SECTIONS} sections");
        let mut out = [0; HEADER_BYTES];
        out[..16].copy_from_slice(MAGIC);
        out[16..20].copy_from_slice(&FORMAT.to_le_bytes());
        out[20..24].copy_from_slice(&(self.entries.len() as u32).to_le_bytes());
        out[24..32].copy_from_slice(&self.file_length.to_le_bytes());
        for (entry, slot) in self.entries.iter().zip(out[ENTRIES_AT..].chunks_exact_mut(ENTRY_BYTES)) {
            slot[..4].copy_from_slice(&entry.id.to_le_bytes());
            slot[4..8].copy_from_slice(&(if entry.required { REQUIRED } else { 0 }).to_le_bytes());
            slot[8..16].copy_from_slice(&entry.offset.to_le_bytes());
            slot[16..24].copy_from_slice(&entry.length.to_le_bytes());
            slot[32..64].copy_from_slice(&entry.checksum);
        }
        let checksum = blake3::hash(&out[..CHECKSUM_AT]);
        out[CHECKSUM_AT..].copy_from_slice(checksum.as_bytes());
        out
    }

    /// Reads and checks the header of a file of which `file` are the bytes. Every offset is checked before it is used.
    ///
    /// # Errors
    /// When the file is not an index, of another format, cut off, or its header is damaged.
    pub fn read(file: &[u8]) -> Result<Header> {
        const REBUILD: &str = "get a fresh copy, or build it again with: leaktrace index";
        if file.len() < HEADER_BYTES || &file[..16] != MAGIC {
            let cut = !file.is_empty() && (MAGIC.starts_with(&file[..file.len().min(16)]) || file.starts_with(MAGIC));
            return Err(if cut {
                Error::damaged("this index is cut off")
                    .byte(file.len() as u64)
                    .expected(format!("at least {HEADER_BYTES} bytes"))
                    .advice(REBUILD)
            } else {
                Error::damaged("this is not a leaktrace index")
                    .byte(0)
                    .advice("make one with: leaktrace index RECORDS.csv --key KEY --schema SCHEMA.toml -o OUT.ltx")
            });
        }
        let format = u32_at(file, 16);
        if format != FORMAT {
            return Err(Error::damaged("this index is of another format")
                .byte(16)
                .expected(format!("format {FORMAT}"))
                .got(format!("format {format}"))
                .advice("read it with the release that wrote it (leaktrace inspect names it), or build it again with this one"));
        }
        if blake3::hash(&file[..CHECKSUM_AT]).as_bytes() != &file[CHECKSUM_AT..HEADER_BYTES] {
            return Err(Error::damaged("this index has a damaged header")
                .byte(0)
                .expected("a header that fits its checksum")
                .advice(REBUILD));
        }
        let file_length = u64_at(file, 24);
        if file_length != file.len() as u64 {
            let what = if (file.len() as u64) < file_length { "this index is cut off" } else { "this index has bytes after its end" };
            return Err(Error::damaged(what).expected(format!("{file_length} bytes")).got(format!("{} bytes", file.len())).advice(REBUILD));
        }
        let count = u32_at(file, 20) as usize;
        if count > MAX_SECTIONS {
            return Err(Error::damaged("this index names too many sections").byte(20).got(count.to_string()).advice(REBUILD));
        }
        let mut entries = Vec::with_capacity(count);
        let mut free_from = HEADER_BYTES as u64;
        for slot in file[ENTRIES_AT..].chunks_exact(ENTRY_BYTES).take(count) {
            let mut checksum = [0; 32];
            checksum.copy_from_slice(&slot[32..64]);
            let entry = Entry {
                id: u32_at(slot, 0),
                required: u32_at(slot, 4) & REQUIRED != 0,
                offset: u64_at(slot, 8),
                length: u64_at(slot, 16),
                checksum,
            };
            let end = entry.offset.checked_add(entry.length).filter(|&end| end <= file_length);
            match end {
                Some(end) if entry.offset >= free_from && entry.offset.is_multiple_of(ALIGNMENT) => free_from = end,
                _ => {
                    return Err(Error::damaged("this index has a section outside of its place")
                        .got(format!("section {} at {}, {} bytes", entry.id, entry.offset, entry.length))
                        .advice(REBUILD));
                }
            }
            let known = SECTIONS.iter().any(|s| *s as u32 == entry.id);
            if entry.required && !known {
                return Err(Error::damaged("this index needs a section that this version does not know")
                    .got(format!("section {}", entry.id))
                    .advice("read it with the release that wrote it: leaktrace inspect names it"));
            }
            entries.push(entry);
        }
        Ok(Header { file_length, entries })
    }

    /// Where a section lies.
    ///
    /// # Errors
    /// When the header does not name it.
    pub fn section(&self, section: Section) -> Result<&Entry> {
        self.entries.iter().find(|e| e.id == section as u32).ok_or_else(|| {
            Error::damaged("this index lacks a section").expected(format!("{section:?}")).advice("build it again with: leaktrace index")
        })
    }

    /// The digest of the whole index: BLAKE3 of the header.
    #[must_use]
    pub fn digest(&self) -> blake3::Hash {
        blake3::hash(&self.to_bytes())
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap_or([0; 4]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or([0; 8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let entry = |id, offset, length| Entry { id, required: true, offset, length, checksum: [id as u8; 32] };
        Header { file_length: 8192 + 10, entries: vec![entry(2, 4096, 32), entry(1, 8192, 10)] }
    }

    fn file() -> Vec<u8> {
        let mut file = header().to_bytes().to_vec();
        file.resize(8192 + 10, 0);
        file
    }

    #[test]
    fn the_header_survives_its_bytes_and_every_flip_and_cut_is_seen() {
        let file = file();
        assert_eq!(Header::read(&file).unwrap(), header());
        for byte in 0..HEADER_BYTES {
            let mut bad = file.clone();
            bad[byte] ^= 1;
            assert!(Header::read(&bad).is_err(), "flip at {byte}");
        }
        for length in 0..file.len() {
            assert!(Header::read(&file[..length]).is_err(), "cut to {length}");
        }
        let longer = [file.as_slice(), b"x"].concat();
        assert!(Header::read(&longer).unwrap_err().to_string().contains("after its end"));
    }

    #[test]
    fn a_section_that_lies_is_refused_before_it_is_used() {
        for (offset, length) in [(u64::MAX, 2), (4096, u64::MAX), (0, 10), (4097, 1), (8192, 11)] {
            let mut h = header();
            h.entries[1].offset = offset;
            h.entries[1].length = length;
            let mut bytes = h.to_bytes().to_vec();
            bytes.resize(h.file_length as usize, 0);
            assert!(Header::read(&bytes).is_err(), "{offset} {length}");
        }
    }

    #[test]
    fn an_unknown_section_is_passed_over_unless_it_is_required() {
        for required in [false, true] {
            let mut h = header();
            h.entries[0].id = 99;
            h.entries[0].required = required;
            let mut bytes = h.to_bytes().to_vec();
            bytes.resize(h.file_length as usize, 0);
            assert_eq!(Header::read(&bytes).is_err(), required);
        }
    }
}
