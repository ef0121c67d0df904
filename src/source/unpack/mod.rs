//! Containers to their members: archives, compressed files, and any of them within another, in the order in which they stand.
//!
//! Nothing is written anywhere. A member that lies as it is in bytes that are there (a tar's, a zip's that is not compressed) is handed over as a
//! slice of them; others are decompressed while they are read. What a member holds is decided by its first bytes, never by its name:
//!
//! ```text
//! file      = leaf | layer | archive
//! layer     = gzip | zstd | xz | bzip2 | lz4, around one file; of the same name, since it has none that could be trusted
//! archive   = tar | zip | 7z, around files; a member's name is the archive's, `!`, its own
//! leaf      = anything else: text, workbooks, databases, …
//! ```
//!
//! Members are hostile. All that comes out is counted ([`Bounds`]): in total, against what went in, in depth, in number, in memory. Whatever is
//! not handed over, or not to its end, is told.

#![cfg_attr(
    not(all(
        feature = "gzip",
        feature = "zstd",
        feature = "xz",
        feature = "bzip2",
        feature = "lz4",
        feature = "zip",
        feature = "tar",
        feature = "sevenz"
    )),
    allow(dead_code, unused_imports, reason = "a build that leaves a container out leaves out what it alone needs")
)]

mod bounds;
#[cfg(any(feature = "gzip", feature = "zip", feature = "bzip2", feature = "xz", feature = "zstd"))]
mod codecs;
mod joined;
#[cfg(feature = "lz4")]
mod lz4;
mod place;
#[cfg(any(feature = "gzip", feature = "zip", feature = "bzip2", feature = "xz", feature = "zstd"))]
mod pump;
mod scratch;
#[cfg(feature = "sevenz")]
mod sevenz;
mod stream;
#[cfg(feature = "tar")]
mod tar;
#[cfg(all(
    test,
    feature = "gzip",
    feature = "zstd",
    feature = "xz",
    feature = "bzip2",
    feature = "lz4",
    feature = "zip",
    feature = "tar",
    feature = "sevenz"
))]
mod tests;
mod volumes;
#[cfg(feature = "zip")]
mod zip;

pub use bounds::Bounds;
pub use volumes::{Set, Way};
pub(super) use volumes::{Volumes, belong_together, may_be_volume, volumes};

use super::{Content, sniff};
use crate::ledger::Reason;
use crate::{Error, Result, parallel};
use bounds::{Fault, Gauge, Passed};
use scratch::Scratch;
use std::io::Read;
use std::path::Path;
use stream::{Source, Stream, drain};

/// The content of a member that is no container.
pub enum Body<'a> {
    /// All of it.
    Slice(&'a [u8]),
    /// All of it, from the front. It never returns an error: damage, or a bound, ends it early and is told by [`Visit::skipped`] afterwards. Best read in
    /// pieces of 64 KiB and more. What is left unread is not looked at.
    Stream(&'a mut dyn Read),
}

/// A file to be walked.
#[derive(Clone, Copy)]
pub struct Whole<'f> {
    /// Its bytes, in one piece or, of a file that was cut into volumes, in several.
    pub pieces: &'f [&'f [u8]],
    /// Where each volume begins, of a zip archive whose offsets count from there; empty otherwise.
    pub starts: &'f [u64],
    /// Hears from time to time how many bytes more of the file lie behind.
    pub passed: &'f dyn Fn(u64),
    /// A folder for archives within it that are too large to be held in memory.
    pub scratch: Option<&'f Path>,
}

/// Who is shown the members.
pub trait Visit {
    /// Whether a container or anything else of this content is to be opened; if not, it is shown as a member that holds nothing else.
    fn opens(&mut self, content: Content) -> bool {
        let _ = content;
        true
    }

    /// A member that is no container. `name` is the path of names inside, `outer!inner`, with anything in it: not safe to show, and never a path to
    /// write to.
    ///
    /// # Errors
    /// Any; it ends the walk.
    fn member(&mut self, name: &str, body: Body<'_>) -> Result<()>;

    /// What is told from here on of the name of a compressed file is about what came out of it, until [`Visit::leaves`].
    fn enters(&mut self) {}

    /// The end of what came out of a compressed file.
    fn leaves(&mut self) {}

    /// Something was not read, or not to its end: from byte `at` of this member or container as it is stored, `bytes` bytes, as far as they can be known.
    ///
    /// # Errors
    /// Any; it ends the walk.
    fn skipped(&mut self, name: &str, reason: Reason, at: u64, bytes: u64, advice: Option<String>) -> Result<()>;
}

/// Walks a whole file; one that is no container is its own only member. `passwords` are tried on what is encrypted, in their order.
///
/// # Errors
/// Those of `visit`, and [`Error::interrupted`] when the user asked to stop. What is wrong with the bytes is told to `visit` instead.
pub fn walk(name: &str, file: Whole<'_>, bounds: &Bounds, passwords: &[Vec<u8>], visit: &mut dyn Visit) -> Result<()> {
    let size = file.pieces.iter().map(|piece| piece.len() as u64).sum();
    let in_one = if let [bytes] = file.pieces { *bytes } else { &[] };
    let gauge = Gauge::new(bounds, size, Passed::new(file.passed, in_one));
    let mut walk = Walk { gauge: &gauge, passwords, starts: file.starts, scratch: file.scratch, visit, rooms: Vec::new() };
    if let [bytes] = file.pieces {
        return walk.slice(name, bytes, 0);
    }
    // Nothing has to be held of what lies in volumes and can be read there.
    #[cfg(feature = "sevenz")]
    if file.pieces.first().is_some_and(|piece| sniff(piece) == Content::SevenZip) {
        return walk.sevenz(name, &place::Volumes::new(file.pieces), 0);
    }
    let mut joined = joined::Joined::new(file.pieces, &gauge.passed);
    // Bytes that are there end where they end.
    walk.stream(name, &mut joined, Some(size), 0).map(drop)
}

/// Whether this build opens containers of this content.
#[must_use]
pub fn can_open(content: Content) -> bool {
    let built = [
        (Content::Gzip, cfg!(feature = "gzip")),
        (Content::Zstd, cfg!(feature = "zstd")),
        (Content::Xz, cfg!(feature = "xz")),
        (Content::Bzip2, cfg!(feature = "bzip2")),
        (Content::Lz4, cfg!(feature = "lz4")),
        (Content::Zip, cfg!(feature = "zip")),
        (Content::Tar, cfg!(feature = "tar")),
        (Content::SevenZip, cfg!(feature = "sevenz")),
    ];
    built.contains(&(content, true))
}

/// Whether this content holds other files, whatever this build can do about it.
fn is_container(content: Content) -> bool {
    is_archive_from_behind(content)
        || matches!(
            content,
            Content::Gzip | Content::Zstd | Content::Xz | Content::Bzip2 | Content::Lz4 | Content::Compress | Content::Tar | Content::Rar
        )
}

/// Whether this content is a container, or another binary format that begins with a mark of its own.
pub(super) fn holds_others(content: Content) -> bool {
    is_container(content) || is_read_anywhere(content)
}

/// Archives whose directory stands at their end.
fn is_archive_from_behind(content: Content) -> bool {
    matches!(content, Content::Zip | Content::SevenZip)
}

/// Leaves that are read here and there rather than from the front.
fn is_read_anywhere(content: Content) -> bool {
    matches!(content, Content::OfficeXml | Content::OpenDocument | Content::Ole | Content::Sqlite | Content::Parquet)
}

/// Where a container's bytes are.
enum Input<'i, 's> {
    Slice(&'i [u8]),
    Stream(&'i mut Stream<'s>),
}

struct Walk<'w> {
    gauge: &'w Gauge<'w>,
    passwords: &'w [Vec<u8>],
    /// As [`Whole::starts`].
    starts: &'w [u64],
    /// As [`Whole::scratch`].
    scratch: Option<&'w Path>,
    visit: &'w mut dyn Visit,
    /// Vectors for heads of streams, to be used again.
    rooms: Vec<Vec<u8>>,
}

impl Walk<'_> {
    /// A file that is there, within `depth` containers.
    fn slice(&mut self, name: &str, bytes: &[u8], depth: usize) -> Result<()> {
        go_on()?;
        self.gauge.passed.before(bytes);
        match sniff(bytes) {
            content if is_container(content) && self.visit.opens(content) => self.container(name, content, Input::Slice(bytes), depth),
            _ => self.visit.member(name, Body::Slice(bytes)),
        }
    }

    /// A file that comes out of `source`, of about `size` bytes if anything says so. Returns what ended it before its end, and at which byte of what
    /// the source reads from: to be told by the caller.
    fn stream(&mut self, name: &str, source: &mut dyn Source, size: Option<u64>, depth: usize) -> Result<Option<(Fault, u64)>> {
        go_on()?;
        let mut stream = Stream::new(source, self.gauge, self.rooms.pop().unwrap_or_default());
        let content = sniff(stream.head());
        if stream.is_all_head() {
            self.slice(name, stream.head(), depth)?;
        } else if !self.visit.opens(content) {
            self.visit.member(name, Body::Stream(&mut stream))?;
        } else if is_archive_from_behind(content) || is_read_anywhere(content) {
            self.held(name, &mut stream, size, depth)?;
        } else if is_container(content) {
            self.container(name, content, Input::Stream(&mut stream), depth)?;
        } else {
            self.visit.member(name, Body::Stream(&mut stream))?;
        }
        go_on()?;
        let fault = stream.fault();
        self.rooms.push(stream.into_room());
        Ok(fault)
    }

    /// A file that has to be in memory to be read.
    fn held(&mut self, name: &str, stream: &mut Stream<'_>, size: Option<u64>, depth: usize) -> Result<()> {
        let room = self.gauge.held_left();
        let mut bytes = Vec::new();
        if size.is_none_or(|size| size <= room) {
            // A stream does not fail; and what it says of its size is no reason to reserve anything.
            let _ = stream.take(room + 1).read_to_end(&mut bytes);
        }
        if size.is_some_and(|size| size > room) || bytes.len() as u64 > room {
            return self.spilled(name, bytes, stream, size, depth);
        }
        let held = bytes.len() as u64;
        self.gauge.hold(held);
        let done = self.slice(name, &bytes, depth);
        self.gauge.let_go(held);
        done
    }

    /// A file that has to be read here and there, and is too large for memory: `begun` is what of it was read so far.
    fn spilled(&mut self, name: &str, begun: Vec<u8>, stream: &mut Stream<'_>, size: Option<u64>, depth: usize) -> Result<()> {
        let content = sniff(stream.head());
        let reads = matches!(content, Content::SevenZip) && can_open(content);
        let fault = match self.scratch {
            Some(folder) if reads && depth < self.gauge.bounds.depth => {
                let spilled = Scratch::spill(folder, &mut begun.chain(stream.by_ref()));
                go_on()?;
                match spilled {
                    #[cfg(feature = "sevenz")]
                    Ok(scratch) => return self.sevenz(name, &scratch, depth),
                    _ => Fault::Scratch,
                }
            }
            None if reads => Fault::Held,
            _ => Fault::Memory,
        };
        // Where nothing says how long it is, that shows at its end.
        if size.is_none() {
            drain(stream);
        }
        self.skip(name, fault, 0, size.unwrap_or(0).max(stream.out()))
    }

    fn container(&mut self, name: &str, content: Content, input: Input<'_, '_>, depth: usize) -> Result<()> {
        if depth >= self.gauge.bounds.depth {
            let bytes = size(input);
            return self.skip(name, Fault::Depth, 0, bytes);
        }
        match content {
            #[cfg(feature = "gzip")]
            Content::Gzip => self.layer(name, input, |feed, _| pumped(feed, codecs::Inflate::gzip()), depth),
            #[cfg(feature = "bzip2")]
            Content::Bzip2 => self.layer(name, input, |feed, _| pumped(feed, codecs::Bzip2::default()), depth),
            #[cfg(feature = "xz")]
            Content::Xz => self.layer(name, input, |feed, memory| pumped(feed, codecs::Xz::new(memory)), depth),
            #[cfg(feature = "zstd")]
            Content::Zstd => self.layer(name, input, |feed, memory| pumped(feed, codecs::Zstd::new(memory)), depth),
            #[cfg(feature = "lz4")]
            Content::Lz4 => self.layer(name, input, |feed, _| Box::new(lz4::Lz4::new(feed)), depth),
            #[cfg(feature = "tar")]
            Content::Tar => self.tar(name, input, depth),
            #[cfg(feature = "zip")]
            Content::Zip => match input {
                Input::Slice(bytes) => self.zip(name, bytes, depth),
                Input::Stream(stream) => self.held(name, stream, None, depth),
            },
            #[cfg(feature = "sevenz")]
            Content::SevenZip => match input {
                Input::Slice(bytes) => self.sevenz(name, &place::Slice { bytes, passed: &self.gauge.passed }, depth),
                Input::Stream(stream) => self.held(name, stream, None, depth),
            },
            other => {
                let bytes = size(input);
                let (reason, advice) = other.unsupported().unwrap_or((Reason::UnsupportedFormat, "unpack it into a folder first"));
                self.visit.skipped(name, reason, 0, bytes, Some(advice.to_string()))
            }
        }
    }

    /// A compressed file: what is in it has its name.
    #[cfg(any(feature = "gzip", feature = "bzip2", feature = "xz", feature = "zstd", feature = "lz4"))]
    fn layer(&mut self, name: &str, input: Input<'_, '_>, open: Open, depth: usize) -> Result<()> {
        match input {
            Input::Slice(bytes) => self.layer_of(name, &mut stream::SliceFeed::new(bytes, &self.gauge.passed), open, depth),
            Input::Stream(stream) => {
                /// Enough that a step of a decompressor is worth its call.
                const FEED: usize = 64 << 10;
                self.layer_of(name, &mut std::io::BufReader::with_capacity(FEED, stream), open, depth)
            }
        }
    }

    #[cfg(any(feature = "gzip", feature = "bzip2", feature = "xz", feature = "zstd", feature = "lz4"))]
    fn layer_of(&mut self, name: &str, feed: &mut dyn stream::Feed, open: Open, depth: usize) -> Result<()> {
        let mut source = open(feed, self.gauge.bounds.held_bytes);
        self.visit.enters();
        let fault = self.stream(name, &mut *source, None, depth + 1)?;
        self.visit.leaves();
        let taken = source.taken();
        drop(source);
        match fault {
            None => Ok(()),
            Some((fault, at)) => {
                // Where what it reads from was cut off, that is what is wrong.
                let fault = feed.fault().unwrap_or(fault);
                let bytes = taken.saturating_sub(at) + drain(feed);
                self.skip(name, fault, at, bytes)
            }
        }
    }

    fn skip(&mut self, name: &str, fault: Fault, at: u64, bytes: u64) -> Result<()> {
        self.visit.skipped(name, fault.reason(), at, bytes, fault.advice())
    }
}

/// Opens a layer of compression around its bytes, with so many bytes of memory to ask for.
#[cfg(any(feature = "gzip", feature = "bzip2", feature = "xz", feature = "zstd", feature = "lz4"))]
type Open = for<'f> fn(&'f mut dyn stream::Feed, u64) -> Box<dyn Source + 'f>;

#[cfg(any(feature = "gzip", feature = "bzip2", feature = "xz", feature = "zstd"))]
fn pumped<'f>(feed: &'f mut dyn stream::Feed, codec: impl pump::Codec + 'f) -> Box<dyn Source + 'f> {
    Box::new(pump::Pump::new(feed, Box::new(codec)))
}

/// Bytes of a container that is not looked into.
fn size(input: Input<'_, '_>) -> u64 {
    match input {
        Input::Slice(bytes) => bytes.len() as u64,
        Input::Stream(stream) => drain(stream),
    }
}

fn go_on() -> Result<()> {
    if parallel::interrupted() { Err(Error::interrupted()) } else { Ok(()) }
}
