//! The zip archives that workbooks are, looked at before a library opens them. The archive's directory says how large its parts are, and may
//! lie: what a library would keep in memory is unpacked here once, counted and forgotten.

use super::guard::Fault;
use crate::{limits, parallel};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

/// The archive of a file's bytes.
pub(super) type Package<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// How the sheets of an Office file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// As XML.
    Xlsx,
    /// As binary records.
    Xlsb,
}

/// Opens the archive.
pub(super) fn open(bytes: &[u8]) -> Result<Package<'_>, Fault> {
    let package = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Damaged)?;
    if package.len() > limits::PACKAGE_PARTS { Err(Fault::TooLarge) } else { Ok(package) }
}

/// Which kind of workbook this is, once it is known that a library can open it within the limits.
pub(super) fn check(bytes: &[u8]) -> Result<Flavour, Fault> {
    let mut package = open(bytes)?;
    let names = (0..package.len())
        .map(|n| package.name_for_index(n).and_then(Result::ok).map(|name| name_of(&name)).ok_or(Fault::Damaged))
        .collect::<Result<Vec<_>, _>>()?;
    let has = |part: &dyn Fn(&str) -> bool| names.iter().any(|name: &String| part(name));
    if !has(&|name| name.contains(SHEETS)) {
        return Err(Fault::NoTables);
    }
    let binary = has(&|name| name == "xl/workbook.bin") && !has(&|name| name == "xl/workbook.xml");
    for (number, name) in names.iter().enumerate() {
        let is_sheet = name.contains(SHEETS);
        let part = match name.rsplit('.').next() {
            // The records of a binary sheet bound themselves: a length has 28 bits.
            Some("bin") if is_sheet => continue,
            Some("xml" | "rels" | "bin") => package.by_index(number).map_err(|_| Fault::Damaged)?,
            _ => continue,
        };
        match () {
            () if is_sheet && name.ends_with(".xml") => check_sheet(part)?,
            // What the directory says goes first: it is free.
            () if part.size() > limits::WORKBOOK_BYTES => return Err(Fault::TooLarge),
            () => check_part(part, name)?,
        }
    }
    Ok(if binary { Flavour::Xlsb } else { Flavour::Xlsx })
}

/// The folder of the sheets: a part that is elsewhere is no sheet to the library.
const SHEETS: &str = "worksheets/";

/// A part's name as the library compares it.
fn name_of(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

/// Unpacks a part that may be kept in memory, to see whether it is as long as the limits allow.
fn check_part(part: impl Read, name: &str) -> Result<(), Fault> {
    let mut part = Counted { inner: BufReader::with_capacity(1 << 16, part.take(limits::WORKBOOK_BYTES + 1)), left: usize::MAX };
    // Room is made for the strings that are claimed: each takes so many bytes at least. Some writers count each use of a string.
    let claimed = if name.ends_with("sharedstrings.xml") {
        let mut xml = reader(&mut part);
        shared_strings(&mut xml).saturating_mul(b"<si/>".len() as u64)
    } else {
        0
    };
    let strings = strings_in(&mut part);
    let read = (usize::MAX - part.left) as u64;
    match () {
        () if read.saturating_add(strings * STRING_BYTES) > limits::WORKBOOK_BYTES => Err(Fault::TooLarge),
        () if claimed > read.max(limits::WORKBOOK_BYTES / 4) => Err(Fault::Damaged),
        () => Ok(()),
    }
}

/// Bytes that a string takes beside its text: its place in a list that grows by doubling, and the smallest piece of memory that there is.
const STRING_BYTES: u64 = 72;

/// Reads to the end, and says how many shared strings begin there: elements called `si`. What looks like one within a comment is counted,
/// and so is the end of one that has a prefix: no string goes uncounted.
fn strings_in(part: &mut impl Read) -> u64 {
    /// `<`, the name, and what ends it; the first may be the end of a prefix, too.
    const MARK: usize = 4;
    let (mut strings, mut held, mut room) = (0, 0, vec![0; 1 << 16]);
    // What cannot be unpacked is for the library to find.
    while let Ok(n @ 1..) = part.read(&mut room[held..]) {
        let seen = &room[..held + n];
        let begins = |mark: &&[u8]| matches!(mark, [b'<' | b':', b's', b'i', b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n']);
        strings += seen.windows(MARK).filter(begins).count() as u64;
        // What the next piece may complete.
        let kept = seen.len().min(MARK - 1);
        let from = seen.len() - kept;
        room.copy_within(from..from + kept, 0);
        held = kept;
    }
    strings
}

/// A reader of XML that sees what the library's sees: it takes ends for what they are, whatever they end.
pub(super) fn reader<R: BufRead>(text: R) -> Reader<R> {
    let mut xml = Reader::from_reader(text);
    let config = xml.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    xml
}

/// How many shared strings the part claims to hold.
fn shared_strings(xml: &mut Reader<impl BufRead>) -> u64 {
    let mut event = Vec::new();
    loop {
        event.clear();
        match xml.read_event_into(&mut event) {
            Ok(Event::Start(e)) if e.local_name().as_ref() == "sst" => {
                return attribute(&e, "uniqueCount").and_then(|count| count.parse().ok()).unwrap_or(0);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}

/// Walks the cells of a sheet as the library will: no cell, and nothing between two, may be longer than a row, since it is kept in memory whole.
fn check_sheet(part: impl Read) -> Result<(), Fault> {
    let mut xml = reader(Counted { inner: BufReader::with_capacity(1 << 16, part), left: limits::ROW_BYTES });
    let mut event = Vec::new();
    loop {
        event.clear();
        match xml.read_event_into(&mut event) {
            // The caller looks whether this was the whole.
            Ok(_) if parallel::interrupted() => return Ok(()),
            Ok(Event::Start(e)) if matches!(e.local_name().as_ref(), "c" | "row") => xml.get_mut().left = limits::ROW_BYTES,
            Ok(Event::End(e)) if e.local_name().as_ref() == "sheetData" => return Ok(()),
            // The library will find what is wrong where it is, and keep what stands before.
            Ok(Event::Eof) => return Ok(()),
            Err(_) if xml.get_ref().left == 0 => return Err(Fault::TooLarge),
            Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// An attribute's text; names are compared without their prefixes.
pub(super) fn attribute(of: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.attributes().with_checks(false).filter_map(Result::ok).find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// A reader that fails when more than `left` bytes were taken from it: whoever takes them sets `left` anew as often as is right.
pub(super) struct Counted<R> {
    pub(super) inner: R,
    pub(super) left: usize,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let had = self.fill_buf()?;
        let len = had.len().min(out.len());
        out[..len].copy_from_slice(&had[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let had = self.inner.fill_buf()?;
        Ok(&had[..had.len().min(self.left)])
    }

    fn consume(&mut self, len: usize) {
        self.inner.consume(len);
        self.left -= len.min(self.left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte or a few at a time.
    struct Slow<'s>(&'s [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let most = out.len().min(self.1);
            self.0.read(&mut out[..most])
        }
    }

    #[test]
    fn strings_are_counted_wherever_the_pieces_end() {
        let text = b"<sst><si><t>si si> :six</t></si><x:si ><t/></x:si><si/><si\n></si><sii/></sst>".repeat(3);
        for piece in [1, 2, 3, 4, 7, 1000] {
            // Four, and the end of the one with a prefix.
            assert_eq!(strings_in(&mut Slow(&text, piece)), 5 * 3, "{piece}");
        }
    }
}
