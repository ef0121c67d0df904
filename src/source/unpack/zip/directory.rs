//! The directory of a zip archive, read where it lies.
//!
//! The library's own reader keeps one member of each name and drops the others without a word, and holds hundreds of bytes for each; here all are
//! met, one at a time.
//!
//! ```text
//! archive   = *( local-header data [ descriptor ] ) *entry [ end64 locator64 ] end
//! entry     = PK\1\2, sizes, checksum, name, extra fields, offset of the local header
//! ```

use std::borrow::Cow;

const LOCAL: &[u8] = b"PK\x03\x04";
const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// Bytes of the fixed part of each.
const LOCAL_BYTES: usize = 30;
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;
const LOCATOR_64_BYTES: usize = 20;
const END_64_BYTES: usize = 56;

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|b| u64::from_le_bytes(*b))
}

/// Where the directory lies.
pub(super) struct Directory<'a> {
    archive: &'a [u8],
    /// Its first byte, and the one behind its last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// What is to be added to the offsets that it tells: something was put before the archive.
    base: u64,
    /// Where each volume begins, of an archive in several: offsets count from there.
    starts: &'a [u64],
    /// The first byte behind the archive.
    pub(super) archive_end: usize,
}

impl<'a> Directory<'a> {
    /// Looks for it from behind; `starts` are those of the archive's volumes.
    pub(super) fn find(archive: &'a [u8], starts: &'a [u64]) -> Option<Directory<'a>> {
        // A comment of 64 KiB may follow, and behind an archive that was cut out of something larger, something.
        const BEHIND: usize = 256 << 10;
        let from = archive.len().saturating_sub(BEHIND);
        let ends: Vec<usize> = memchr::memmem::find_iter(&archive[from..], END).map(|at| from + at).collect();
        let end_of = |at: usize| u16_at(archive, at + 20).map(|comment| at + END_BYTES + usize::from(comment));
        let exact = ends.iter().rev().find(|&&at| end_of(at) == Some(archive.len()));
        exact.into_iter().chain(ends.iter().rev()).find_map(|&at| Self::at(archive, starts, at))
    }

    fn at(archive: &'a [u8], starts: &'a [u64], at: usize) -> Option<Directory<'a>> {
        let archive_end = at + END_BYTES + usize::from(u16_at(archive, at + 20)?);
        let small = (u64::from(u32_at(archive, at + 12)?), u64::from(u32_at(archive, at + 16)?), at);
        let (size, offset, end) = Self::large(archive, at).unwrap_or(small);
        let start = u64::try_from(end).ok()?.checked_sub(size)?;
        // An archive in several volumes says so by the number of its last one.
        let starts = if u16_at(archive, at + 4)? == 0 { &[] } else { starts };
        if !starts.is_empty() {
            let start = usize::try_from(start).ok()?;
            return Some(Directory { archive, start, end, base: 0, starts, archive_end }).filter(|_| archive_end <= archive.len());
        }
        // It ends where the record of its end begins; if it is not there, it is where it says.
        let (start, base) = [(Some(start), start.checked_sub(offset)), (Some(offset), Some(0))].into_iter().find_map(|(start, base)| {
            let start = usize::try_from(start?).ok()?;
            (start == end || archive.get(start..)?.starts_with(ENTRY)).then_some((start, base?))
        })?;
        (archive_end <= archive.len()).then_some(Directory { archive, start, end, base, starts, archive_end })
    }

    /// Size and offset of the directory, and where the record of its end begins, of an archive of the larger format.
    fn large(archive: &[u8], at: usize) -> Option<(u64, u64, usize)> {
        let locator = at.checked_sub(LOCATOR_64_BYTES)?;
        if !archive[locator..].starts_with(LOCATOR_64) {
            return None;
        }
        let told = usize::try_from(u64_at(archive, locator + 8)?).ok();
        // Where something was put before the archive, it is not where it is said to be.
        let near = locator.checked_sub(END_64_BYTES);
        let end = [told, near].into_iter().flatten().find(|&end| archive.get(end..).is_some_and(|rest| rest.starts_with(END_64)))?;
        Some((u64_at(archive, end + 40)?, u64_at(archive, end + 48)?, end))
    }

    /// The entries in their order; ends at the first that is none.
    pub(super) fn entries(&self) -> Entries<'a> {
        Entries { archive: self.archive, at: self.start, end: self.end, base: self.base, starts: self.starts }
    }
}

/// Entries of a directory, one after the other.
pub(super) struct Entries<'a> {
    archive: &'a [u8],
    /// The next entry.
    pub(super) at: usize,
    end: usize,
    base: u64,
    starts: &'a [u64],
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let bytes = self.archive.get(self.at..self.end)?;
        let volume = || u16_at(bytes, 34).and_then(|volume| self.starts.get(usize::from(volume)).copied());
        // A volume that is not there begins nowhere in the archive.
        let base = if self.starts.is_empty() { self.base } else { volume().unwrap_or(1 << 62) };
        let (entry, len) = Entry::read(bytes, base)?;
        self.at += len;
        Some(entry)
    }
}

/// What the directory says of a member.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    name: &'a [u8],
    utf8_name: Option<&'a [u8]>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    /// Bytes as stored, and as they come out.
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Where its local header is.
    pub(super) offset: u64,
    unix_mode: Option<u32>,
    /// How it is encrypted, where that is said in an extra field.
    pub(super) aes: Option<&'a [u8]>,
    /// Time and date, as they stand: one way of encryption checks passwords with them.
    pub(super) time: [u8; 4],
}

impl<'a> Entry<'a> {
    /// Reads an entry, and says how long it is.
    fn read(bytes: &'a [u8], base: u64) -> Option<(Entry<'a>, usize)> {
        if !bytes.starts_with(ENTRY) {
            return None;
        }
        let len_at = |at| u16_at(bytes, at).map(usize::from);
        let (name, extra, comment) = (len_at(28)?, len_at(30)?, len_at(32)?);
        let extra_at = ENTRY_BYTES + name;
        let mut entry = Entry {
            name: bytes.get(ENTRY_BYTES..extra_at)?,
            utf8_name: None,
            flags: u16_at(bytes, 8)?,
            method: u16_at(bytes, 10)?,
            crc: u32_at(bytes, 16)?,
            packed: u64::from(u32_at(bytes, 20)?),
            size: u64::from(u32_at(bytes, 24)?),
            offset: u64::from(u32_at(bytes, 42)?),
            // The upper byte says which system the attributes are of.
            unix_mode: (*bytes.get(5)? == 3).then_some(u32_at(bytes, 38)? >> 16),
            aes: None,
            time: *bytes.get(12..)?.first_chunk()?,
        };
        entry.read_extra(bytes.get(extra_at..extra_at + extra)?);
        entry.offset = entry.offset.checked_add(base)?;
        Some((entry, extra_at + extra + comment))
    }

    fn read_extra(&mut self, mut extra: &'a [u8]) {
        while let (Some(id), Some(len)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let end = (4 + usize::from(len)).min(extra.len());
            let field = &extra[4..end];
            match id {
                0x0001 => {
                    let mut at = 0;
                    for number in [&mut self.size, &mut self.packed, &mut self.offset] {
                        if let (true, Some(large)) = (*number == u64::from(u32::MAX), u64_at(field, at)) {
                            *number = large;
                            at += 8;
                        }
                    }
                }
                // A version and a checksum of the other name come first.
                0x7075 => self.utf8_name = field.get(5..),
                0x9901 => self.aes = Some(field),
                _ => {}
            }
            extra = &extra[end..];
        }
    }

    /// An entry made of a local header at `offset`, for members that no directory names; of sizes that are told behind the member, zeros.
    pub(super) fn of_local(archive: &'a [u8], offset: usize) -> Option<Entry<'a>> {
        let bytes = archive.get(offset..)?;
        if !bytes.starts_with(LOCAL) {
            return None;
        }
        let len_at = |at| u16_at(bytes, at).map(usize::from);
        let (name, extra) = (len_at(26)?, len_at(28)?);
        let extra_at = LOCAL_BYTES + name;
        let mut entry = Entry {
            name: bytes.get(LOCAL_BYTES..extra_at)?,
            utf8_name: None,
            flags: u16_at(bytes, 6)?,
            method: u16_at(bytes, 8)?,
            crc: u32_at(bytes, 14)?,
            packed: u64::from(u32_at(bytes, 18)?),
            size: u64::from(u32_at(bytes, 22)?),
            offset: offset as u64,
            unix_mode: None,
            aes: None,
            time: *bytes.get(10..)?.first_chunk()?,
        };
        entry.read_extra(bytes.get(extra_at..extra_at + extra)?);
        Some(entry)
    }

    /// Whether sizes and checksum stand behind the member, not before it.
    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & 1 << 3 != 0
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// How it is compressed, where it is encrypted as well.
    pub(super) fn inner_method(&self) -> u16 {
        self.aes.and_then(|aes| u16_at(aes, 5)).unwrap_or(self.method)
    }

    /// A folder is a name; one with content is a file that calls itself a folder.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.size == 0
    }

    /// A link, device or the like.
    pub(super) fn is_special(&self) -> bool {
        const KIND: u32 = 0o170_000;
        const REGULAR: u32 = 0o100_000;
        const FOLDER: u32 = 0o040_000;
        self.unix_mode.is_some_and(|mode| ![0, REGULAR, FOLDER].contains(&(mode & KIND)))
    }

    /// The name: UTF-8 where it is that, said or unsaid, code page 437 otherwise.
    pub(super) fn name(&self) -> Cow<'a, str> {
        if let Some(Ok(name)) = self.utf8_name.map(std::str::from_utf8) {
            return Cow::Borrowed(name);
        }
        match std::str::from_utf8(self.name) {
            Ok(name) => Cow::Borrowed(name),
            Err(_) if self.flags & 1 << 11 != 0 => String::from_utf8_lossy(self.name),
            Err(_) => Cow::Owned(self.name.iter().map(|&b| code_page_437(b)).collect()),
        }
    }

    /// Its local header and data as they lie in the archive, and how long the header is; `None` where there is no such header. Of one that is cut
    /// short, what is there.
    pub(super) fn stored(&self, archive: &'a [u8]) -> Option<(&'a [u8], usize)> {
        let bytes = archive.get(usize::try_from(self.offset).ok()?..)?;
        if !bytes.starts_with(LOCAL) {
            return None;
        }
        let header = LOCAL_BYTES + usize::from(u16_at(bytes, 26)?) + usize::from(u16_at(bytes, 28)?);
        let end = usize::try_from(self.packed).unwrap_or(usize::MAX).saturating_add(header).min(bytes.len());
        (header <= end).then(|| (&bytes[..end], header))
    }
}

fn code_page_437(byte: u8) -> char {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(n) => UPPER.chars().nth(usize::from(n)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}
