//! Members of a 7z archive.
//!
//! Its directory stands at the end, compressed and perhaps encrypted; its members lie in blocks, several in one, which are read from the front.
//! What cannot be read of a block ends the block; the next one is read.

mod start;

use super::bounds::Fault;
use super::place::Place;
use super::stream::{Source, Stream, drain, read_some};
use super::{Body, Walk, go_on};
use crate::ledger::Reason;
use crate::{Result, limits};
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Password};
use std::cell::Cell;
use std::io::{Read, Seek, SeekFrom};

/// The archive's bytes, which say how many of them were read.
struct Bytes<'a> {
    place: &'a dyn Place,
    at: u64,
    taken: &'a Cell<u64>,
}

impl Read for Bytes<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.place.read_at(self.at, buf)?;
        self.at += n as u64;
        self.taken.set(self.taken.get() + n as u64);
        Ok(n)
    }
}

impl Seek for Bytes<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.place.len().checked_add_signed(by),
        };
        self.at = at.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// A member as it comes out of its block.
struct Member<'m> {
    reader: &'m mut dyn Read,
    taken: &'m Cell<u64>,
    out: u64,
    fault: Option<Fault>,
}

impl Read for Member<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.fault.is_some() {
            return Ok(0);
        }
        let n = read_some(self.reader, buf).unwrap_or_else(|| {
            self.fault = Some(Fault::Damaged);
            0
        });
        self.out += n as u64;
        Ok(n)
    }
}

impl Source for Member<'_> {
    fn fault(&self) -> Option<(Fault, u64)> {
        self.fault.map(|fault| (fault, self.taken.get()))
    }

    fn taken(&self) -> u64 {
        self.taken.get()
    }
}

fn fault_of(error: &sevenz_rust2::Error) -> Fault {
    use sevenz_rust2::Error as E;
    match error {
        E::PasswordRequired | E::MaybeBadPassword(_) => Fault::Locked,
        E::MaxMemLimited { .. } => Fault::Memory,
        E::Unsupported(_) | E::UnsupportedCompressionMethod(_) | E::UnsupportedVersion { .. } | E::ExternalUnsupported => {
            Fault::Unsupported
        }
        _ => Fault::Damaged,
    }
}

/// What stops the reading of a block from within.
enum Stop {
    /// The walk's visitor, or the user.
    Walk(crate::Error),
    /// A bound of the whole walk.
    Archive(Fault),
    Block(Fault),
}

impl Walk<'_> {
    pub(super) fn sevenz(&mut self, name: &str, place: &dyn Place, depth: usize) -> Result<()> {
        let taken = Cell::new(0);
        let mut source = Bytes { place, at: 0, taken: &taken };
        let passwords = self.sevenz_passwords();
        let archive = match directory(&mut source, &passwords, self.gauge.bounds.held_bytes) {
            Ok(archive) => archive,
            Err(fault) => return self.skip(name, fault, 0, place.len()),
        };
        let mut n = 0;
        while let Some(file) = archive.files.get(n) {
            let block = archive.stream_map.file_block_index.get(n).copied().flatten();
            let Some(block) = block.filter(|&block| archive.stream_map.block_first_file_index.get(block) == Some(&n)) else {
                if let Err(fault) = self.gauge.another_member() {
                    return self.skip(name, fault, 0, size(&archive.files[n..]));
                }
                n += 1;
                if !file.is_directory() && !file.is_anti_item() {
                    self.visit.member(&member_name(name, file), Body::Slice(&[]))?;
                }
                continue;
            };
            taken.set(0);
            let password = self.block_password(&archive, block, &passwords, &mut source)?;
            let decoder = self.decoder(&archive, block, password.unwrap_or(&passwords[0]), &mut source);
            let count = decoder.entry_count().max(1);
            let mut told = false;
            let (mut met, mut stop) = (0, password.is_none().then_some(Stop::Block(Fault::Locked)));
            if stop.is_none() {
                let done = decoder.for_each_entries(&mut |file, reader| {
                    if let Err(fault) = self.gauge.another_member() {
                        stop = Some(Stop::Archive(fault));
                        return Ok(false);
                    }
                    let member = Member { reader, taken: &taken, out: 0, fault: None };
                    match self.sevenz_member(name, file, member, depth) {
                        Ok(Some(fault)) => stop = Some(Stop::Block(fault)),
                        Ok(None) => {}
                        Err(error) => stop = Some(Stop::Walk(error)),
                    }
                    met += 1;
                    Ok(stop.is_none())
                });
                told = stop.is_some();
                stop = stop.or_else(|| done.err().map(|error| Stop::Block(fault_of(&error))));
            }
            match stop {
                None => {}
                Some(Stop::Walk(error)) => return Err(error),
                Some(Stop::Archive(fault)) => {
                    return self.skip(name, fault, taken.get(), size(archive.files.get(n + met..).unwrap_or_default()));
                }
                Some(Stop::Block(fault)) => {
                    let files = &archive.files[n..archive.files.len().min(n + count)];
                    for file in files.iter().skip(met).filter(|file| file.has_stream()) {
                        self.skip(&member_name(name, file), fault, taken.get(), file.size())?;
                    }
                    // More came out than its members take.
                    if let (true, false, Some(last)) = (met == count, told, files.last()) {
                        self.skip(&member_name(name, last), fault, taken.get(), 0)?;
                    }
                }
            }
            n += count;
        }
        Ok(())
    }

    /// The passwords to be tried, none at all being the first.
    fn sevenz_passwords(&self) -> Vec<Password> {
        let given = self.passwords.iter().map(|password| Password::from(&*String::from_utf8_lossy(password)));
        std::iter::once(Password::empty()).chain(given).collect()
    }

    fn decoder<'a, 'b>(
        &self,
        archive: &'a Archive,
        block: usize,
        password: &'a Password,
        source: &'a mut Bytes<'b>,
    ) -> BlockDecoder<'a, Bytes<'b>> {
        let memory = usize::try_from(self.gauge.bounds.held_bytes >> 10).unwrap_or(usize::MAX);
        // One thread: threads are started in one place alone.
        BlockDecoder::new_with_memory_limit(1, memory, block, archive, password, source)
    }

    /// The password that a block opens with: the first whose first member comes out with its checksum. `None` where none does.
    fn block_password<'p>(
        &mut self,
        archive: &Archive,
        block: usize,
        passwords: &'p [Password],
        source: &mut Bytes<'_>,
    ) -> Result<Option<&'p Password>> {
        let is_aes = |coder: &sevenz_rust2::Coder| coder.encoder_method_id() == EncoderMethod::AES256_SHA256.id();
        if !archive.blocks[block].coders.iter().any(is_aes) {
            return Ok(passwords.first());
        }
        for password in &passwords[1..] {
            let mut opens = false;
            let taken = source.taken;
            let trial = self.decoder(archive, block, password, source).for_each_entries(&mut |file, reader| {
                let mut member = Member { reader, taken, out: 0, fault: None };
                // Bounded, as when it is read.
                let mut stream = Stream::new(&mut member, self.gauge, Vec::new());
                drain(&mut stream);
                let fault = stream.fault().map(|(fault, _)| fault);
                opens = fault.is_none_or(|fault| fault != Fault::Damaged);
                Ok(file.size() == 0 && opens)
            });
            go_on()?;
            taken.set(0);
            if opens && trial.is_ok() {
                return Ok(Some(password));
            }
        }
        Ok(None)
    }

    /// Returns what ends its block.
    fn sevenz_member(&mut self, archive: &str, file: &ArchiveEntry, mut member: Member<'_>, depth: usize) -> Result<Option<Fault>> {
        let name = member_name(archive, file);
        if is_link(file) {
            self.visit.skipped(&name, Reason::NotAFile, member.taken(), file.size(), None)?;
        } else if !file.has_stream() {
            if !file.is_directory() && !file.is_anti_item() {
                self.visit.member(&name, Body::Slice(&[]))?;
            }
            return Ok(None);
        } else if let Some((fault, at)) = self.stream(&name, &mut member, Some(file.size()), depth + 1)? {
            self.skip(&name, fault, at, file.size().saturating_sub(member.out))?;
            return Ok(Some(fault));
        }
        // What was not read stands before the next member.
        let mut rest = Stream::new(&mut member, self.gauge, self.rooms.pop().unwrap_or_default());
        drain(&mut rest);
        let fault = rest.fault();
        self.rooms.push(rest.into_room());
        go_on()?;
        match fault {
            Some((fault, at)) => {
                self.skip(&name, fault, at, file.size().saturating_sub(member.out))?;
                Ok(Some(fault))
            }
            None => Ok(None),
        }
    }
}

/// Reads the directory, with the first password that opens it.
fn directory(source: &mut Bytes<'_>, passwords: &[Password], memory: u64) -> std::result::Result<Archive, Fault> {
    // The library makes room for as many members as the directory has bytes.
    if start::directory_bytes(source.place).ok_or(Fault::Damaged)? > limits::SEVENZIP_DIRECTORY_BYTES {
        return Err(Fault::Memory);
    }
    let memory = usize::try_from(memory >> 10).unwrap_or(usize::MAX);
    let mut locked = false;
    for password in passwords {
        match Archive::read_with_memory_limit(source, password, memory) {
            Ok(archive) => return Ok(archive),
            Err(error) if locked || fault_of(&error) == Fault::Locked => locked = true,
            Err(error) => return Err(fault_of(&error)),
        }
    }
    Err(Fault::Locked)
}

/// Bytes of these files.
fn size(files: &[ArchiveEntry]) -> u64 {
    files.iter().fold(0, |sum, file| sum.saturating_add(file.size()))
}

fn member_name(archive: &str, file: &ArchiveEntry) -> String {
    format!("{archive}!{}", file.name())
}

/// A link of a Unix system, told in the upper half of the attributes.
fn is_link(file: &ArchiveEntry) -> bool {
    const UNIX: u32 = 0x8000;
    const KIND: u32 = 0o170_000;
    const LINK: u32 = 0o120_000;
    let attributes = file.windows_attributes();
    attributes & UNIX != 0 && (attributes >> 16) & KIND == LINK
}
