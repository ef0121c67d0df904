//! Members that are encrypted, or compressed in a way that is rare: read by the library, out of an archive made of that one member.

use super::super::Walk;
use super::super::bounds::Fault;
use super::super::stream::{Source, read_some};
use super::{DEFLATE, Entry, STORED};
use crate::{Error, Result, limits, parallel};
use std::cell::Cell;
use std::io::{Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// Methods of compression that are the library's, by their numbers.
const DEFLATE64: u16 = 9;
const LZMA: u16 = 14;

/// An archive of one member: its header and data where they lie, and a directory that names it alone.
struct One<'a> {
    member: &'a [u8],
    directory: Vec<u8>,
    at: u64,
    /// Bytes read of the member.
    taken: &'a Cell<u64>,
}

impl<'a> One<'a> {
    fn new(entry: &Entry<'_>, member: &'a [u8], taken: &'a Cell<u64>) -> One<'a> {
        taken.set(0);
        One { member, directory: directory(entry, member.len() as u64), at: 0, taken }
    }
}

impl Read for One<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let at = usize::try_from(self.at).unwrap_or(usize::MAX);
        let n = match self.member.get(at..).filter(|rest| !rest.is_empty()) {
            Some(mut rest) => {
                let n = rest.read(buf)?;
                self.taken.set(self.taken.get() + n as u64);
                n
            }
            None => self.directory.get(at.saturating_sub(self.member.len())..).unwrap_or_default().read(buf)?,
        };
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for One<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let len = (self.member.len() + self.directory.len()) as u64;
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => len.checked_add_signed(by),
        };
        self.at = at.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// A directory with one entry, for a member of `len` bytes at offset 0.
fn directory(entry: &Entry<'_>, len: u64) -> Vec<u8> {
    const VERSION: u16 = 63;
    const FULL: [u8; 4] = [0xff; 4];
    let mut extra = Vec::new();
    extra.extend_from_slice(&[1, 0, 16, 0]);
    extra.extend_from_slice(&entry.size.to_le_bytes());
    extra.extend_from_slice(&entry.packed.to_le_bytes());
    if let Some(aes) = entry.aes {
        extra.extend_from_slice(&0x9901u16.to_le_bytes());
        extra.extend_from_slice(&(aes.len() as u16).to_le_bytes());
        extra.extend_from_slice(aes);
    }
    let mut out = b"PK\x01\x02".to_vec();
    for number in [VERSION, VERSION, entry.flags, entry.method] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(&entry.time);
    out.extend_from_slice(&entry.crc.to_le_bytes());
    out.extend_from_slice(&FULL);
    out.extend_from_slice(&FULL);
    // Lengths of name, extra fields and comment; disk, attributes inside and outside; offset.
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&(extra.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0; 14]);
    out.push(b'm');
    out.extend_from_slice(&extra);
    let size = out.len() as u32;
    out.extend_from_slice(b"PK\x06\x06");
    out.extend_from_slice(&44u64.to_le_bytes());
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    for number in [1, 1, u64::from(size), len] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    out.extend_from_slice(&(len + u64::from(size)).to_le_bytes());
    out.extend_from_slice(&1u32.to_le_bytes());
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

/// What the library makes of a member.
struct Opened<'a, R> {
    reader: R,
    /// Bytes of the member before its data.
    header: u64,
    taken: &'a Cell<u64>,
    fault: Option<Fault>,
}

impl<R: Read> Read for Opened<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.fault.is_some() {
            return Ok(0);
        }
        Ok(read_some(&mut self.reader, buf).unwrap_or_else(|| {
            self.fault = Some(Fault::Damaged);
            0
        }))
    }
}

impl<R: Read> Source for Opened<'_, R> {
    fn fault(&self) -> Option<(Fault, u64)> {
        self.fault.map(|fault| (fault, self.taken()))
    }

    fn taken(&self) -> u64 {
        self.taken.get().saturating_sub(self.header)
    }
}

fn fault_of(error: &ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(_) => Fault::Unsupported,
        ZipError::InvalidPassword => Fault::Locked,
        _ => Fault::Damaged,
    }
}

/// What a password did to a member.
enum Trial {
    /// All of it came out, and its checksum fits.
    Opens,
    /// So many bytes came out before something was wrong.
    Stops(u64),
    /// It is not this one.
    Refused,
    /// It does not matter which.
    Fails(Fault),
}

impl Walk<'_> {
    /// A member that is not encrypted, of a method that is none of ours.
    pub(super) fn rare_member(&mut self, name: &str, entry: &Entry<'_>, stored: &[u8], header: usize, depth: usize) -> Result<()> {
        let at = entry.offset + header as u64;
        if ![DEFLATE64, LZMA].contains(&entry.method) {
            return self.skip(name, Fault::Unsupported, at, entry.packed);
        }
        // The library makes room for what an LZMA member says that it needs: a version, a length, a byte, and the bytes to make room for.
        let wants = stored.get(header + 5..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes));
        if entry.method == LZMA && u64::from(wants) > self.gauge.bounds.held_bytes {
            return self.skip(name, Fault::Memory, at, entry.packed);
        }
        self.opened_member(name, entry, stored, header, None, depth)
    }

    /// An encrypted member.
    pub(super) fn encrypted_member(&mut self, name: &str, entry: &Entry<'_>, stored: &[u8], header: usize, depth: usize) -> Result<()> {
        let at = entry.offset + header as u64;
        // What an LZMA member needs cannot be asked of one that is encrypted.
        if ![STORED, DEFLATE, DEFLATE64].contains(&entry.inner_method()) {
            return self.skip(name, Fault::Unsupported, at, entry.packed);
        }
        // The older way of encryption tells one wrong password in 256 from the right one not at all; the checksum does.
        let mut best: Option<(u64, usize)> = None;
        for n in 0..self.passwords.len() {
            match self.trial(entry, stored, header, n)? {
                Trial::Opens => {
                    best = Some((u64::MAX, n));
                    break;
                }
                Trial::Stops(bytes) => best = best.max(Some((bytes, n))),
                Trial::Refused => {}
                Trial::Fails(fault) => return self.skip(name, fault, at, entry.packed),
            }
        }
        // What a wrong password gives is soon no compressed data, unless it never is.
        let proof = limits::UNPACK_HEAD_BYTES as u64;
        match best.filter(|&(bytes, _)| entry.aes.is_some() || bytes == u64::MAX || entry.method != STORED && bytes >= proof) {
            Some((_, n)) => self.opened_member(name, entry, stored, header, Some(n), depth),
            None => self.skip(name, Fault::Locked, at, entry.packed),
        }
    }

    fn trial(&self, entry: &Entry<'_>, stored: &[u8], header: usize, password: usize) -> Result<Trial> {
        let taken = Cell::new(0);
        let Ok(mut archive) = ZipArchive::new(One::new(entry, stored, &taken)) else { return Ok(Trial::Fails(Fault::Damaged)) };
        let mut reader = match archive.by_index_decrypt(0, &self.passwords[password]) {
            Ok(reader) => reader,
            Err(ZipError::InvalidPassword) => return Ok(Trial::Refused),
            Err(error) => return Ok(Trial::Fails(fault_of(&error))),
        };
        let (mut bytes, mut scrap) = (0u64, vec![0; limits::UNPACK_HEAD_BYTES]);
        loop {
            if parallel::interrupted() {
                return Err(Error::interrupted());
            }
            match read_some(&mut reader, &mut scrap) {
                None => return Ok(Trial::Stops(bytes)),
                Some(0) => return Ok(Trial::Opens),
                Some(n) => bytes += n as u64,
            }
            // Within the bounds it will be read in any case, and no further.
            let bounds = self.gauge.bounds;
            let fed = taken.get().saturating_sub(header as u64);
            if bytes >= self.gauge.bytes_left() || bytes > bounds.ratio_from && bytes / bounds.ratio.max(1) > fed {
                return Ok(Trial::Opens);
            }
        }
    }

    fn opened_member(
        &mut self,
        name: &str,
        entry: &Entry<'_>,
        stored: &[u8],
        header: usize,
        password: Option<usize>,
        depth: usize,
    ) -> Result<()> {
        let at = entry.offset + header as u64;
        let taken = Cell::new(0);
        let Ok(mut archive) = ZipArchive::new(One::new(entry, stored, &taken)) else {
            return self.skip(name, Fault::Damaged, at, entry.packed);
        };
        let opened = match password {
            Some(n) => archive.by_index_decrypt(0, &self.passwords[n]),
            None => archive.by_index(0),
        };
        let reader = match opened {
            Ok(reader) => reader,
            Err(error) => return self.skip(name, fault_of(&error), at, entry.packed),
        };
        let mut source = Opened { reader, header: header as u64, taken: &taken, fault: None };
        match self.stream(name, &mut source, Some(entry.size), depth + 1)? {
            Some((fault, read)) => self.skip(name, fault, at + read, entry.packed.saturating_sub(read)),
            None => Ok(()),
        }
    }
}
