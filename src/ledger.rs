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
    /// A volume of a split file is not there.
    VolumeMissing,
    /// A kind of file that the user has set aside.
    OutOfScope,
}

/// What became of something that was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was not tried, or given up at a limit.
    Skipped,
    /// It was tried, and is damaged, locked or not to be had.
    Failed,
    /// The user has set it aside; the only one that leaves a scan complete.
    SetAside,
}

impl Reason {
    /// What became of what was not read for this reason.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Reason::Unreadable | Reason::Changed | Reason::Damaged | Reason::Encrypted | Reason::VolumeMissing => Outcome::Failed,
            Reason::OutOfScope => Outcome::SetAside,
            _ => Outcome::Skipped,
        }
    }

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
            Reason::VolumeMissing => "a volume of it is missing",
            Reason::OutOfScope => "out of scope, set aside as asked",
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
    /// Of the pieces, those that are certainly rows. Not kept in an index.
    #[serde(skip)]
    pub rows: u64,
    /// The input's number. Not kept in an index.
    #[serde(skip)]
    pub number: u32,
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
    /// What was set aside on purpose, by kind.
    pub set_aside: BTreeMap<&'static str, SetAside>,
}

/// Files of one kind that were set aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// An account as it is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    entries: Vec<(u32, Reason, Entry)>,
    bytes: u64,
    bytes_read: u64,
    unpacked: u64,
    unpacked_read: u64,
    set_aside: Vec<(String, SetAside)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    first_byte: u64,
    bytes: u64,
    pieces: u64,
    rows: u64,
    advice: Option<String>,
}

impl Entry {
    fn new(reason: Reason, at: u64, bytes: u64, advice: Option<String>) -> Entry {
        Entry { first_byte: at, bytes, pieces: 1, rows: u64::from(reason == Reason::RowTooLong), advice }
    }
}

impl Ledger {
    /// So many bytes were read.
    #[must_use]
    pub fn of_read(bytes: u64) -> Ledger {
        Ledger { bytes_read: bytes, ..Ledger::default() }
    }

    /// Notes `bytes` bytes of input number `input` from `at` on as skipped.
    pub fn skip(&mut self, input: u32, reason: Reason, at: u64, bytes: u64) {
        self.add(input, reason, Entry::new(reason, at, bytes, None));
    }

    /// As [`Ledger::skip`], with what to do about it.
    pub fn skip_with_advice(&mut self, input: u32, reason: Reason, at: u64, bytes: u64, advice: Option<String>) {
        self.add(input, reason, Entry::new(reason, at, bytes, advice));
    }

    /// Notes `bytes` bytes from `at` on as more of a piece that was noted before.
    pub fn skip_on(&mut self, input: u32, reason: Reason, at: u64, bytes: u64) {
        self.add(input, reason, Entry { pieces: 0, rows: 0, ..Entry::new(reason, at, bytes, None) });
    }

    /// Notes a whole file of `bytes` bytes as set aside, one of a kind.
    pub fn set_aside(&mut self, input: u32, kind: &'static str, bytes: u64) {
        self.skip(input, Reason::OutOfScope, 0, bytes);
        let of_kind = self.set_aside.entry(kind).or_default();
        of_kind.files += 1;
        of_kind.bytes += bytes;
    }

    /// Counts what was noted so far as rows: it was noted row by row. Of a row with too many cells the rest was read.
    pub fn count_rows(&mut self) {
        for (_, entry) in self.entries.iter_mut().filter(|((_, reason), _)| *reason != Reason::TooManyCells) {
            entry.rows = entry.pieces;
        }
    }

    fn add(&mut self, input: u32, reason: Reason, new: Entry) {
        match self.entries.get_mut(&(input, reason)) {
            None => {
                self.entries.insert((input, reason), new);
            }
            Some(old) => {
                old.bytes += new.bytes;
                old.pieces += new.pieces;
                old.rows += new.rows;
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
        for (kind, more) in other.set_aside {
            let of_kind = self.set_aside.entry(kind).or_default();
            of_kind.files += more.files;
            of_kind.bytes += more.bytes;
        }
        for ((input, reason), entry) in other.entries {
            self.add(input, reason, entry);
        }
    }

    /// The account, to be written down.
    #[must_use]
    pub fn write(self) -> Written {
        Written {
            entries: self.entries.into_iter().map(|((input, reason), entry)| (input, reason, entry)).collect(),
            bytes: self.bytes,
            bytes_read: self.bytes_read,
            unpacked: self.unpacked,
            unpacked_read: self.unpacked_read,
            set_aside: self.set_aside.into_iter().map(|(kind, files)| (kind.to_string(), files)).collect(),
        }
    }

    /// The account that was written down; `number` gives the number that an input has here, `kind` what a kind of files is called. `None` where one
    /// is not known.
    #[must_use]
    pub fn of_written(
        written: Written,
        number: impl Fn(u32) -> Option<u32>,
        kind: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<Ledger> {
        let Written { entries, bytes, bytes_read, unpacked, unpacked_read, set_aside } = written;
        let mut ledger = Ledger { bytes, bytes_read, unpacked, unpacked_read, ..Ledger::default() };
        for (input, reason, entry) in entries {
            ledger.add(number(input)?, reason, entry);
        }
        for (name, files) in set_aside {
            ledger.set_aside.insert(kind(&name)?, files);
        }
        Some(ledger)
    }

    /// True when every byte of every input was read that the user has not set aside.
    #[must_use]
    pub fn complete(&self) -> bool {
        let (whole, read) = (self.bytes + self.unpacked, self.bytes_read + self.unpacked_read);
        self.first_missing().is_none() && whole == read + self.bytes_skipped()
    }

    /// An input of which something could not be read, and why; the first, if there are several.
    #[must_use]
    pub fn first_missing(&self) -> Option<(u32, Reason)> {
        self.entries.keys().find(|(_, reason)| reason.outcome() != Outcome::SetAside).copied()
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
                rows: e.rows,
                number: input,
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

    #[test]
    fn what_was_set_aside_leaves_the_account_complete() {
        let mut ledger = Ledger { bytes: 10, unpacked: 9, bytes_read: 10, unpacked_read: 2, ..Ledger::default() };
        ledger.set_aside(3, "image", 4);
        assert!(!ledger.complete() && ledger.first_missing().is_none());
        let mut more = Ledger::default();
        more.set_aside(4, "image", 3);
        ledger.merge(more);
        assert!(ledger.complete());
        assert_eq!(ledger.set_aside["image"], SetAside { files: 2, bytes: 7 });
        ledger.skip(5, Reason::Damaged, 0, 0);
        assert_eq!((ledger.complete(), ledger.first_missing()), (false, Some((5, Reason::Damaged))));
    }

    #[test]
    fn rows_are_counted_where_they_are_known() {
        let mut ledger = Ledger::default();
        ledger.skip(0, Reason::Damaged, 5, 3);
        ledger.skip(0, Reason::TooManyCells, 9, 3);
        ledger.skip(0, Reason::RowTooLong, 20, 3);
        ledger.skip_on(0, Reason::RowTooLong, 23, 100);
        let rows = |ledger: &Ledger| ledger.lines(|_| String::new()).iter().map(|l| (l.reason, l.rows, l.bytes)).collect::<Vec<_>>();
        assert_eq!(rows(&ledger), [(Reason::RowTooLong, 1, 103), (Reason::TooManyCells, 0, 3), (Reason::Damaged, 0, 3)]);
        ledger.count_rows();
        assert_eq!(rows(&ledger)[2], (Reason::Damaged, 1, 3));
    }
}
