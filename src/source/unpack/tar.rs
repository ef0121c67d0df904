//! Members of a tar archive.
//!
//! Zeros between members are passed over, so that archives written one behind the other are read to the last. Of what lies in memory a member is a
//! slice.

use super::bounds::Fault;
use super::stream::{Source, Stream, drain, pass, read_some};
use super::{Input, Walk};
use crate::ledger::Reason;
use crate::{Result, limits};
use std::cell::Cell;
use std::io::{Read, Seek, SeekFrom};
use tar::{Archive, Entry, EntryType};

/// A block of the format.
const BLOCK: usize = 512;

/// What the library reads from, and what is known of it while the library has it.
struct Tape<'t, 's> {
    input: TapeInput<'t, 's>,
    known: &'t Known,
}

enum TapeInput<'t, 's> {
    Slice(&'t [u8]),
    Stream(&'t mut Stream<'s>),
}

#[derive(Default)]
struct Known {
    /// Where the tape stands.
    at: Cell<u64>,
    /// Bytes that the headers before the next member may still take; the library keeps some of them in memory.
    headers: Cell<Option<u64>>,
    /// What cut the tape off.
    cut: Cell<Option<Fault>>,
}

impl Read for Tape<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = match &mut self.input {
            TapeInput::Slice(bytes) => {
                let from = usize::try_from(self.known.at.get()).unwrap_or(usize::MAX);
                bytes.get(from..).unwrap_or_default().read(buf)?
            }
            TapeInput::Stream(stream) => {
                let n = stream.read(buf)?;
                if n == 0 {
                    self.known.cut.set(stream.fault().map(|(fault, _)| fault));
                }
                n
            }
        };
        self.known.at.set(self.known.at.get() + n as u64);
        // Padding is read block by block and kept nowhere.
        let padding = n == BLOCK && buf.len() == BLOCK && buf.iter().all(|&b| b == 0);
        if let Some(left) = self.known.headers.get().filter(|_| !padding) {
            if left < n as u64 {
                self.known.cut.set(Some(Fault::Header));
                return Err(std::io::ErrorKind::InvalidData.into());
            }
            self.known.headers.set(Some(left - n as u64));
        }
        Ok(n)
    }
}

/// The library passes over what is left of a member by seeking.
impl Seek for Tape<'_, '_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = self.known.at.get();
        let ahead = match to {
            SeekFrom::Current(ahead) => u64::try_from(ahead).ok(),
            SeekFrom::Start(start) => start.checked_sub(at),
            SeekFrom::End(_) => None,
        };
        let ahead = ahead.ok_or(std::io::ErrorKind::Unsupported)?;
        let passed = match &mut self.input {
            TapeInput::Slice(_) => ahead,
            TapeInput::Stream(stream) => pass(*stream, ahead),
        };
        self.known.at.set(at.saturating_add(passed));
        Ok(self.known.at.get())
    }
}

/// A member that comes from a tape.
struct Member<'e, 'k, R: Read> {
    entry: &'e mut Entry<'k, R>,
    known: &'k Known,
    left: u64,
    /// Bytes of it on the tape: of one with holes, fewer than there are.
    stored: u64,
    sparse: bool,
    fault: Option<Fault>,
}

impl<R: Read> Read for Member<'_, '_, R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 || self.fault.is_some() || buf.is_empty() {
            return Ok(0);
        }
        let n = read_some(self.entry, buf).unwrap_or(0);
        self.left = self.left.saturating_sub(n as u64);
        if n == 0 {
            self.fault = Some(self.known.cut.get().unwrap_or(Fault::Damaged));
        }
        Ok(n)
    }
}

impl<R: Read> Source for Member<'_, '_, R> {
    fn fault(&self) -> Option<(Fault, u64)> {
        self.fault.map(|fault| (fault, self.known.at.get()))
    }

    fn taken(&self) -> u64 {
        if self.sparse { self.stored } else { self.known.at.get() }
    }

    fn expands(&self) -> bool {
        self.sparse
    }
}

impl Walk<'_> {
    pub(super) fn tar(&mut self, name: &str, input: Input<'_, '_>, depth: usize) -> Result<()> {
        let known = Known::default();
        let slice = match &input {
            Input::Slice(bytes) => Some(*bytes),
            Input::Stream(_) => None,
        };
        let input = match input {
            Input::Slice(bytes) => TapeInput::Slice(bytes),
            Input::Stream(stream) => TapeInput::Stream(stream),
        };
        let mut archive = Archive::new(Tape { input, known: &known });
        archive.set_ignore_zeros(true);
        let ended = self.tar_members(name, &mut archive, &known, slice, depth)?;
        let Some(fault) = ended else { return Ok(()) };
        let at = known.at.get();
        let bytes = match archive.into_inner().input {
            TapeInput::Slice(bytes) => (bytes.len() as u64).saturating_sub(at),
            TapeInput::Stream(stream) => drain(stream),
        };
        self.skip(name, fault, at, bytes)
    }

    /// Returns what ended the archive before its end.
    fn tar_members(
        &mut self,
        name: &str,
        archive: &mut Archive<Tape<'_, '_>>,
        known: &Known,
        slice: Option<&[u8]>,
        depth: usize,
    ) -> Result<Option<Fault>> {
        let Ok(mut entries) = archive.entries_with_seek() else { return Ok(Some(Fault::Damaged)) };
        loop {
            known.headers.set(Some(limits::TAR_HEADER_BYTES));
            let next = entries.next();
            known.headers.set(None);
            let mut entry = match next {
                None => return Ok(known.cut.get()),
                Some(Err(_)) => return Ok(Some(known.cut.get().unwrap_or(Fault::Damaged))),
                Some(Ok(entry)) => entry,
            };
            if let Err(fault) = self.gauge.another_member() {
                return Ok(Some(fault));
            }
            let inner = format!("{name}!{}", String::from_utf8_lossy(&entry.path_bytes()));
            self.tar_member(&inner, &mut entry, known, slice, depth)?;
        }
    }

    fn tar_member<'k, R: Read>(
        &mut self,
        name: &str,
        entry: &mut Entry<'k, R>,
        known: &'k Known,
        slice: Option<&[u8]>,
        depth: usize,
    ) -> Result<()> {
        let kind = entry.header().entry_type();
        let (at, size) = (entry.raw_file_position(), entry.size());
        let stored = entry.header().entry_size().unwrap_or(size);
        match kind {
            EntryType::Directory if size == 0 => return Ok(()),
            // Settings of what follows, and names of what a folder held.
            EntryType::XGlobalHeader => return Ok(()),
            EntryType::Directory | EntryType::Symlink | EntryType::Link | EntryType::Char | EntryType::Block | EntryType::Fifo => {
                return self.visit.skipped(name, Reason::NotAFile, at, size, None);
            }
            _ => {}
        }
        if has_sparse_map(entry) {
            return self.skip(name, Fault::Unsupported, at, size);
        }
        if let (false, Some(bytes)) = (kind.is_gnu_sparse(), slice) {
            let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
            let whole = usize::try_from(size).ok().and_then(|size| rest.get(..size));
            self.slice(name, whole.unwrap_or(rest), depth + 1)?;
            return match whole {
                Some(_) => Ok(()),
                None => self.skip(name, Fault::Damaged, at.saturating_add(rest.len() as u64), size - rest.len() as u64),
            };
        }
        let mut member = Member { entry, known, left: size, stored, sparse: kind.is_gnu_sparse(), fault: None };
        let ended = self.stream(name, &mut member, Some(size), depth + 1)?;
        let left = member.left;
        match ended {
            Some((fault, at)) => self.skip(name, fault, at, left),
            None => Ok(()),
        }
    }
}

/// Whether the member's holes are described in the newer way, which the library takes for its content.
fn has_sparse_map<R: Read>(entry: &mut Entry<'_, R>) -> bool {
    let Ok(Some(extensions)) = entry.pax_extensions() else { return false };
    extensions.flatten().any(|extension| extension.key_bytes().starts_with(b"GNU.sparse."))
}
