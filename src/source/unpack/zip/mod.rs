//! Members of a zip archive, in the order of its directory, then those that no directory names: overwritten ones, and all of an archive that was cut
//! off before its directory.
//!
//! Members whose bytes overlap are a bomb's (one block of data, thousands of times): of those that share bytes the first is read, the others are told.
//! What is encrypted, or compressed in a way that is rare, goes through the library; the rest is read in place.

mod directory;
mod library;

use super::Walk;
use super::bounds::Fault;
use super::codecs;
use super::pump::{Codec, Pump};
use super::stream::{SliceFeed, Source, drain};
use crate::Result;
use crate::ledger::Reason;
use directory::{Directory, Entry};
use memchr::memmem;
use std::io::Read;
use std::ops::Range;

/// Methods of compression, by their numbers.
const STORED: u16 = 0;
const DEFLATE: u16 = 8;
#[cfg(feature = "bzip2")]
const BZIP2: u16 = 12;
#[cfg(feature = "zstd")]
const ZSTD: u16 = 93;
#[cfg(feature = "xz")]
const XZ: u16 = 95;

/// What the directory's entries take in the archive.
struct Spans {
    /// Numbers of entries that begin within another, ascending.
    overlapping: Vec<usize>,
    /// What no entry takes.
    gaps: Vec<Range<usize>>,
}

impl Spans {
    fn of(archive: &[u8], directory: Option<&Directory<'_>>, most: usize) -> Spans {
        let mut spans: Vec<(u64, u64, usize)> = Vec::new();
        if let Some(directory) = directory {
            let span = |(n, entry): (usize, Entry<'_>)| {
                let len = entry.stored(archive).map_or(0, |(stored, _)| stored.len() as u64);
                (entry.offset, entry.offset.saturating_add(len), n)
            };
            spans.extend(directory.entries().take(most).enumerate().map(span));
            // Nothing is looked for where the directory itself is.
            spans.push((directory.start as u64, directory.archive_end as u64, usize::MAX));
        }
        spans.sort_unstable();
        let (mut overlapping, mut gaps, mut reached) = (Vec::new(), Vec::new(), 0);
        let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(archive.len());
        for (from, to, n) in spans {
            if from < reached && n != usize::MAX {
                overlapping.push(n);
            } else if from > reached {
                gaps.push(within(reached)..within(from));
            }
            reached = reached.max(to);
        }
        if directory.is_none() {
            gaps.push(0..archive.len());
        }
        overlapping.sort_unstable();
        Spans { overlapping, gaps }
    }
}

impl Walk<'_> {
    pub(super) fn zip(&mut self, name: &str, archive: &[u8], depth: usize) -> Result<()> {
        let starts = if depth == 0 { self.starts } else { &[] };
        let directory = Directory::find(archive, starts);
        let most = usize::try_from(self.gauge.bounds.members).unwrap_or(usize::MAX);
        let spans = Spans::of(archive, directory.as_ref(), most);
        if let Some(directory) = &directory {
            let mut entries = directory.entries();
            let mut n = 0;
            loop {
                let at = entries.at;
                let Some(entry) = entries.next() else { break };
                if let Err(fault) = self.gauge.another_member() {
                    return self.skip(name, fault, at as u64, (directory.end - at) as u64);
                }
                let inner = format!("{name}!{}", entry.name());
                if spans.overlapping.binary_search(&n).is_ok() {
                    self.skip(&inner, Fault::Overlap, entry.offset, entry.packed)?;
                } else {
                    self.zip_member(&inner, &entry, archive, depth)?;
                }
                n += 1;
            }
            if entries.at < directory.end {
                self.skip(name, Fault::Damaged, entries.at as u64, (directory.end - entries.at) as u64)?;
            }
            let behind = &archive[directory.archive_end..];
            if behind.iter().any(|&b| b != 0) {
                self.skip(name, Fault::Damaged, directory.archive_end as u64, behind.len() as u64)?;
            }
        }
        for gap in spans.gaps {
            self.loose_members(name, archive, gap, depth)?;
        }
        match directory {
            Some(_) => Ok(()),
            // Whether there were more members nobody knows.
            None => self.skip(name, Fault::Damaged, archive.len() as u64, 0),
        }
    }

    /// Members that no directory names.
    fn loose_members(&mut self, name: &str, archive: &[u8], gap: Range<usize>, depth: usize) -> Result<()> {
        let Some(within) = archive.get(..gap.end) else { return Ok(()) };
        let mut at = gap.start;
        while let Some(found) = memmem::find(&within[at..], b"PK\x03\x04") {
            at += found;
            let header = Entry::of_local(within, at).and_then(|entry| entry.stored(within).map(|(_, header)| (entry, header)));
            let Some((mut entry, header)) = header else {
                at += 1;
                continue;
            };
            if let Err(fault) = self.gauge.another_member() {
                return self.skip(name, fault, at as u64, (gap.end - at) as u64);
            }
            let inner = format!("{name}!{}", entry.name());
            let data = at + header;
            if entry.has_descriptor() && entry.packed == 0 && !entry.is_folder() {
                at = if entry.method == DEFLATE && !entry.is_encrypted() {
                    // Its end shows when it is reached.
                    entry.packed = (gap.end - data) as u64;
                    data + self.packed_member(&inner, &entry, &within[data..], data as u64, None, depth)?
                } else {
                    let len = memmem::find(&within[data..], b"PK\x07\x08").unwrap_or(gap.end - data);
                    self.skip(&inner, Fault::Damaged, data as u64, len as u64)?;
                    data + len
                };
                continue;
            }
            self.zip_member(&inner, &entry, within, depth)?;
            at = data.saturating_add(usize::try_from(entry.packed).unwrap_or(usize::MAX)).min(gap.end);
        }
        Ok(())
    }

    fn zip_member(&mut self, name: &str, entry: &Entry<'_>, archive: &[u8], depth: usize) -> Result<()> {
        let Some((stored, header)) = entry.stored(archive) else {
            return self.skip(name, Fault::Damaged, entry.offset, entry.packed);
        };
        if entry.is_folder() {
            return Ok(());
        }
        if entry.is_special() {
            return self.visit.skipped(name, Reason::NotAFile, entry.offset, entry.packed, None);
        }
        let (data, data_at) = (&stored[header..], entry.offset + header as u64);
        if entry.is_encrypted() {
            return self.encrypted_member(name, entry, stored, header, depth);
        }
        if entry.method == STORED {
            self.slice(name, data, depth + 1)?;
            let mut crc = flate2::Crc::new();
            crc.update(data);
            let whole = data.len() as u64 == entry.size && crc.sum() == entry.crc;
            return if whole {
                Ok(())
            } else {
                self.skip(name, Fault::Damaged, data_at + data.len() as u64, entry.packed - data.len() as u64)
            };
        }
        if self.codec(entry.method).is_none() {
            return self.rare_member(name, entry, stored, header, depth);
        }
        self.packed_member(name, entry, data, data_at, Some((entry.crc, entry.size)), depth).map(|_| ())
    }

    /// The decompressor of a method, where it is one of ours.
    fn codec(&self, method: u16) -> Option<Box<dyn Codec>> {
        Some(match method {
            DEFLATE => Box::new(codecs::Inflate::bare()),
            #[cfg(feature = "bzip2")]
            BZIP2 => Box::new(codecs::Bzip2::default()),
            #[cfg(feature = "zstd")]
            ZSTD => Box::new(codecs::Zstd::new(self.gauge.bounds.held_bytes)),
            #[cfg(feature = "xz")]
            XZ => Box::new(codecs::Xz::new(self.gauge.bounds.held_bytes)),
            _ => return None,
        })
    }

    /// A compressed member, of which checksum and size are known or not. Returns how many bytes of `data` it took.
    fn packed_member(
        &mut self,
        name: &str,
        entry: &Entry<'_>,
        data: &[u8],
        data_at: u64,
        expected: Option<(u32, u64)>,
        depth: usize,
    ) -> Result<usize> {
        let Some(codec) = self.codec(entry.method) else { return Ok(0) };
        let mut feed = SliceFeed::new(data, &self.gauge.passed);
        let mut pump = Pump::new(&mut feed, codec);
        if expected.is_none() {
            pump.stop_at_end();
        }
        let mut source = Checked { source: pump, crc: flate2::Crc::new(), len: 0, expected, wrong: false };
        let fault = self.stream(name, &mut source, Some(entry.size).filter(|_| expected.is_some()), depth + 1)?;
        match fault {
            Some((fault, at)) => self.skip(name, fault, data_at + at, entry.packed.saturating_sub(at))?,
            // Of what was not read to its end, the end is still to be found.
            None if expected.is_none() => drop(drain(&mut source)),
            None => {}
        }
        Ok(usize::try_from(source.taken()).unwrap_or(usize::MAX).min(data.len()))
    }
}

/// Checks what comes out against the directory.
struct Checked<S> {
    source: S,
    crc: flate2::Crc,
    len: u64,
    expected: Option<(u32, u64)>,
    wrong: bool,
}

impl<S: Source> Read for Checked<S> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.source.read(buf)?;
        if let Some((crc, size)) = self.expected {
            self.crc.update(&buf[..n]);
            self.len += n as u64;
            if n == 0 && !buf.is_empty() {
                self.wrong = self.crc.sum() != crc || self.len != size;
            }
        }
        Ok(n)
    }
}

impl<S: Source> Source for Checked<S> {
    fn fault(&self) -> Option<(Fault, u64)> {
        self.source.fault().or_else(|| self.wrong.then(|| (Fault::Damaged, self.source.taken())))
    }

    fn taken(&self) -> u64 {
        self.source.taken()
    }
}
