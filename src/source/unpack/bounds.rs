//! How much may come out of one file, and what has come out so far.

use crate::ledger::Reason;
use crate::limits;
use std::cell::Cell;
use std::ops::Range;

/// What one walk may cost.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Decompressed bytes in total, those of layers within layers included.
    pub bytes_out: u64,
    /// Bytes out for each byte in, of one layer and of the whole file.
    pub ratio: u64,
    /// Bytes of one layer from which on its ratio is looked at; of the whole file, ten times as many.
    pub ratio_from: u64,
    /// Containers within containers.
    pub depth: usize,
    /// Members of all archives.
    pub members: u64,
    /// Bytes held in memory at a time, where a content cannot be read from the front alone; also the most that one decompressor may ask for.
    pub held_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            bytes_out: limits::UNPACK_BYTES,
            ratio: limits::UNPACK_RATIO,
            ratio_from: limits::UNPACK_RATIO_FROM_BYTES,
            depth: limits::UNPACK_DEPTH,
            members: limits::UNPACK_MEMBERS,
            held_bytes: limits::UNPACK_HELD_BYTES,
        }
    }
}

/// Why something came to an end before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes are not what their format wants, or end too early.
    Damaged,
    /// A method of the format that is not read.
    Unsupported,
    /// No password opens it.
    Locked,
    /// The decompressor, or the content, wants more memory than is allowed.
    Memory,
    /// An archive that has to be held does, which a scratch file would do for.
    Held,
    /// The scratch file could not be written.
    Scratch,
    /// More than [`Bounds::ratio`].
    Ratio,
    /// More than [`Bounds::bytes_out`], or than the whole file's ratio.
    BytesOut,
    /// More than [`Bounds::depth`].
    Depth,
    /// More than [`Bounds::members`].
    Members,
    /// Members of an archive share their bytes.
    Overlap,
    /// A name or extension of a tar archive is longer than [`limits::TAR_HEADER_BYTES`].
    Header,
}

impl Fault {
    pub(super) fn reason(self) -> Reason {
        match self {
            Fault::Damaged => Reason::Damaged,
            Fault::Unsupported => Reason::UnsupportedFormat,
            Fault::Locked => Reason::Encrypted,
            Fault::Memory | Fault::Held | Fault::Scratch => Reason::MemoryLimit,
            Fault::Ratio | Fault::BytesOut | Fault::Depth | Fault::Members | Fault::Overlap | Fault::Header => Reason::UnpackLimit,
        }
    }

    pub(super) fn advice(self) -> Option<String> {
        let advice = match self {
            Fault::Damaged => return None,
            Fault::Unsupported => "unpack it into a folder first with the program that made it",
            Fault::Locked => "give its password in a file: --password-file",
            Fault::Memory => "raise --max-held; or unpack it into a folder first, and give the folder",
            Fault::Held => "give a folder with room for it: --scratch DIR; or raise --max-held; or unpack it into a folder first",
            Fault::Scratch => "the folder of --scratch is not there, full, or may not be written to",
            Fault::Ratio => "it unpacks to a thousand times its size, as a bomb does: look at it with other means",
            Fault::BytesOut => "it unpacks to more than the limit, as a bomb does: if it is genuine, unpack it in parts",
            Fault::Depth => "containers lie within containers too deep: unpack the outer ones into a folder first",
            Fault::Members => "it has too many members: unpack it into folders first",
            Fault::Overlap => "members share their bytes, as in a bomb: if it is genuine, unpack it into a folder first",
            Fault::Header => "a member's name is longer than a path can be: unpack it into a folder first",
        };
        Some(advice.to_string())
    }
}

/// How far a walk has come in the file itself, for whoever shows that.
pub(super) struct Passed<'p> {
    hears: &'p dyn Fn(u64),
    /// Addresses of the file's bytes, where they lie together.
    file: Range<usize>,
    told: Cell<u64>,
}

impl<'p> Passed<'p> {
    pub(super) fn new(hears: &'p dyn Fn(u64), file: &[u8]) -> Passed<'p> {
        let addresses = file.as_ptr_range();
        Passed { hears, file: addresses.start as usize..addresses.end as usize, told: Cell::new(0) }
    }

    /// So many bytes of the file lie behind.
    pub(super) fn up_to(&self, bytes: u64) {
        /// Bytes that are worth a word.
        const STEP: u64 = 1 << 20;
        let more = bytes.saturating_sub(self.told.get());
        if more >= STEP {
            self.told.set(bytes);
            (self.hears)(more);
        }
    }

    /// What stands before `bytes` lies behind, if they are the file's own.
    pub(super) fn before(&self, bytes: &[u8]) {
        let address = bytes.as_ptr() as usize;
        if self.file.contains(&address) {
            self.up_to((address - self.file.start) as u64);
        }
    }
}

/// What a walk has cost so far.
pub(super) struct Gauge<'b> {
    pub(super) bounds: &'b Bounds,
    pub(super) passed: Passed<'b>,
    bytes_left: Cell<u64>,
    members_left: Cell<u64>,
    held_left: Cell<u64>,
}

impl<'b> Gauge<'b> {
    /// For a file of `len` bytes.
    pub(super) fn new(bounds: &'b Bounds, len: u64, passed: Passed<'b>) -> Gauge<'b> {
        let by_ratio = len.saturating_mul(bounds.ratio).max(bounds.ratio_from.saturating_mul(10));
        Gauge {
            bounds,
            passed,
            bytes_left: Cell::new(bounds.bytes_out.min(by_ratio)),
            members_left: Cell::new(bounds.members),
            held_left: Cell::new(bounds.held_bytes),
        }
    }

    /// Decompressed bytes that may still come.
    pub(super) fn bytes_left(&self) -> u64 {
        self.bytes_left.get()
    }

    pub(super) fn spend(&self, bytes: u64) {
        self.bytes_left.set(self.bytes_left.get().saturating_sub(bytes));
    }

    /// Whether one member more may be looked at.
    pub(super) fn another_member(&self) -> Result<(), Fault> {
        if self.bytes_left.get() == 0 {
            return Err(Fault::BytesOut);
        }
        let left = self.members_left.get().checked_sub(1).ok_or(Fault::Members)?;
        self.members_left.set(left);
        Ok(())
    }

    /// Bytes that may still be held.
    pub(super) fn held_left(&self) -> u64 {
        self.held_left.get()
    }

    /// Takes, or gives back, bytes that are held.
    pub(super) fn hold(&self, bytes: u64) {
        self.held_left.set(self.held_left.get().saturating_sub(bytes));
    }

    pub(super) fn let_go(&self, bytes: u64) {
        self.held_left.set(self.held_left.get().saturating_add(bytes));
    }
}
