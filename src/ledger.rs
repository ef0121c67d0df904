//! The account of every byte and row of the inputs: read, or skipped and why. A verdict may only say "no match" when the
//! ledger is [complete](Ledger::complete).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why something was not read, or was read with a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The row is longer than [`crate::limits::ROW_BYTES`].
    RowTooLong,
    /// The row has more cells than [`crate::limits::ROW_CELLS`].
    TooManyCells,
    /// The content is a container or format that this version does not read.
    UnsupportedFormat,
    /// The text encoding is one that this version does not read.
    UnsupportedEncoding,
    /// The content is neither text nor a known format.
    Binary,
    /// The file could not be opened or read.
    Unreadable,
    /// Not a regular file (device, socket, FIFO).
    NotAFile,
    /// The folder holds more than the limits allow.
    FolderLimit,
    /// A plan has the first row begin later than the file's own beginning.
    LeftOutByPlan,
    /// The file changed while it was read.
    Changed,
    /// The bytes are not what their format wants there: damaged, or cut off.
    Damaged,
    /// A container gives more than the limits allow: bytes, members, or containers within containers.
    UnpackLimit,
    /// The content must be held in memory to be read, and is too large for that.
    MemoryLimit,
    /// The content is encrypted, and none of the given passwords opens it.
    Encrypted,
    /// More columns could hold identifiers than can be searched at once.
    ColumnsNotSearched,
}

impl Reason {
    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Reason::RowTooLong => "row longer than 16 MiB",
            Reason::TooManyCells => "row with more than 4,096 cells",
            Reason::UnsupportedFormat => "format not read by this version",
            Reason::UnsupportedEncoding => "text encoding not read by this version",
            Reason::Binary => "binary data, no table found",
            Reason::Unreadable => "could not be read",
            Reason::NotAFile => "not a regular file",
            Reason::FolderLimit => "folder larger or deeper than the limit",
            Reason::LeftOutByPlan => "left out by the plan's data_start",
            Reason::Changed => "changed while it was read",
            Reason::Damaged => "damaged or cut off",
            Reason::UnpackLimit => "unpacks to more than the limit",
            Reason::MemoryLimit => "too large to be held in memory",
            Reason::Encrypted => "encrypted, and no password given opens it",
            Reason::ColumnsNotSearched => "columns beyond the sixty-four that are searched",
        }
    }
}

/// One line of the account: how much of which input was skipped, from where on, for which reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The input, as a name that may be shown.
    pub input: String,
    /// Byte offset of the first occurrence.
    pub first_byte: u64,
    /// Bytes skipped in all.
    pub bytes: u64,
    /// How many rows or pieces.
    pub pieces: u64,
    /// Why.
    pub reason: Reason,
    /// What to do about it, if anything is known.
    pub advice: Option<String>,
}

/// The account of one scan. Merging is associative and commutative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: BTreeMap<(u32, Reason), Entry>,
    /// Bytes of all inputs, as far as their sizes are known.
    pub bytes: u64,
    /// Bytes read and understood.
    pub bytes_read: u64,
    /// Bytes of all members of containers, and of texts after decoding.
    pub unpacked: u64,
    /// Of these, read and understood.
    pub unpacked_read: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    first_byte: u64,
    bytes: u64,
    pieces: u64,
    advice: Option<String>,
}

impl Ledger {
    /// So many bytes were read.
    #[must_use]
    pub fn of_read(bytes: u64) -> Ledger {
        Ledger { bytes_read: bytes, ..Ledger::default() }
    }

    /// Notes `bytes` bytes of input number `input` from `at` on as skipped.
    pub fn skip(&mut self, input: u32, reason: Reason, at: u64, bytes: u64) {
        self.add(input, reason, Entry { first_byte: at, bytes, pieces: 1, advice: None });
    }

    /// As [`Ledger::skip`], with what to do about it.
    pub fn skip_with_advice(&mut self, input: u32, reason: Reason, at: u64, bytes: u64, advice: Option<String>) {
        self.add(input, reason, Entry { first_byte: at, bytes, pieces: 1, advice });
    }

    fn add(&mut self, input: u32, reason: Reason, new: Entry) {
        match self.entries.get_mut(&(input, reason)) {
            None => {
                self.entries.insert((input, reason), new);
            }
            Some(old) => {
                old.bytes += new.bytes;
                old.pieces += new.pieces;
                if new.first_byte < old.first_byte {
                    old.first_byte = new.first_byte;
                    old.advice = new.advice;
                }
            }
        }
    }

    /// Takes back what was noted of an input.
    pub fn forget(&mut self, input: u32) {
        self.entries.retain(|(of, _), _| *of != input);
    }

    /// Adds another part's account.
    pub fn merge(&mut self, other: Ledger) {
        self.bytes += other.bytes;
        self.bytes_read += other.bytes_read;
        self.unpacked += other.unpacked;
        self.unpacked_read += other.unpacked_read;
        for ((input, reason), entry) in other.entries {
            self.add(input, reason, entry);
        }
    }

    /// True when every byte of every input was read.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.entries.is_empty() && self.bytes == self.bytes_read && self.unpacked == self.unpacked_read
    }

    /// Bytes skipped in all.
    #[must_use]
    pub fn bytes_skipped(&self) -> u64 {
        self.entries.values().map(|e| e.bytes).sum()
    }

    /// The lines of the account, by input and reason; `name` gives an input's shown name.
    pub fn lines(&self, name: impl Fn(u32) -> String) -> Vec<Skipped> {
        self.entries
            .iter()
            .map(|(&(input, reason), e)| Skipped {
                input: name(input),
                first_byte: e.first_byte,
                bytes: e.bytes,
                pieces: e.pieces,
                reason,
                advice: e.advice.clone(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_in_any_order_gives_the_same_account() {
        let part = |at| {
            let mut l = Ledger { bytes: 10, bytes_read: 7, ..Ledger::default() };
            l.skip(0, Reason::RowTooLong, at, 3);
            l
        };
        let (mut ab, mut ba) = (part(5), part(90));
        ab.merge(part(90));
        ba.merge(part(5));
        assert_eq!(ab, ba);
        assert!(!ab.complete());
        assert_eq!(ab.bytes_skipped(), 6);
        assert_eq!(ab.lines(|i| i.to_string())[0].first_byte, 5);
    }
}
