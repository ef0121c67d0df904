//! What a scan was made from, as the document tells it: the files of the dump with what they held, and the indexes with what they hold.

use crate::identify::Kind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A file of the dump.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InputEntry {
    /// Its path, as it may be shown.
    pub path: String,
    /// BLAKE3 of its bytes; null when it could not be read, or was written to while it was.
    pub blake3: Option<String>,
    /// Its length.
    pub bytes: u64,
    /// The account of it and all its members.
    #[serde(flatten)]
    pub account: Account,
    /// How it was read.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
    /// The files that it was cut into; none where it is one.
    pub volumes: Vec<VolumeEntry>,
    /// Members that it holds, if it is a container.
    pub members_found: usize,
    /// The first thousand of them.
    pub members: Vec<MemberEntry>,
    /// Its tables.
    pub tables: Vec<TableEntry>,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// Of its own bytes, read.
    pub bytes_read: u64,
    /// Bytes of its members, and of its text after decoding.
    pub bytes_unpacked: u64,
    /// Of these, read.
    pub bytes_unpacked_read: u64,
    /// Bytes of both that were not read, being set aside, unknown, or beyond a limit.
    pub bytes_skipped: u64,
    /// Bytes of both that were not read, being damaged, locked, or not to be had.
    pub bytes_failed: u64,
    /// Rows seen.
    pub rows: u64,
    /// Of these, read.
    pub rows_read: u64,
}

/// A volume of an input.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VolumeEntry {
    /// Its path, as it may be shown.
    pub path: String,
    /// BLAKE3 of its bytes; null when it was written to while it was read.
    pub blake3: Option<String>,
    /// Its length.
    pub bytes: u64,
}

/// A member of a container, or a text after decoding.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberEntry {
    /// The names of what it stands in and its own, `outer!inner`, as it may be shown.
    pub path: String,
    /// Its length, unpacked.
    pub bytes: u64,
    /// Of these, read.
    pub bytes_read: u64,
    /// Rows seen.
    pub rows: u64,
    /// Of these, read.
    pub rows_read: u64,
    /// How it was read.
    pub format: String,
    /// On what evidence.
    pub evidence: Vec<String>,
    /// Its tables.
    pub tables: Vec<TableEntry>,
}

/// A table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TableEntry {
    /// What the dump calls it, where that is certainly a name.
    pub name: Option<String>,
    /// How many columns.
    pub columns: usize,
    /// Rows read.
    pub rows: u64,
}

/// An index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexEntry {
    /// Whose records.
    pub institution: String,
    /// Which system or recipient's copy.
    pub dataset: String,
    /// Day of the export.
    pub snapshot: Option<String>,
    /// Records.
    pub records: u64,
    /// Public name of the key.
    pub key_id: String,
    /// BLAKE3 of the index's header.
    pub digest: String,
    /// Whether every byte was compared with its checksum.
    pub index_verified: bool,
    /// The release that made it.
    pub written_by: String,
    /// Country of phone numbers written without a country code.
    pub region: String,
    /// What it holds of a record.
    pub fields: Vec<FieldEntry>,
    /// The files that it was made from, in the order of the record numbers.
    pub exports: Vec<ExportEntry>,
}

/// A field of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEntry {
    /// The schema's column.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Version of the kind's rules.
    pub ruleset: u16,
    /// `identifier` or `attribute`.
    pub role: Cow<'static, str>,
    /// What is compared across institutions.
    pub concept: String,
    /// For notices: `contact`, `identity`, `financial`, `health`, `credential`, …
    pub category: Option<String>,
    /// Minted by the institution.
    pub issued: bool,
    /// Records that hold a value.
    pub present: u64,
}

/// A file that an index was made from, without its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportEntry {
    /// BLAKE3 of the file.
    pub blake3: String,
    /// Its length.
    pub bytes: u64,
    /// Number of its first record, from 0.
    pub first_record: u64,
}
