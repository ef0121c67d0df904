//! The pages of a Parquet file, found and unpacked by ourselves: the library unpacks whatever a page's stream holds, and makes room for whatever
//! a page or the file's metadata claims. Here a page unpacks to the size that its header says, to no byte more, and what all pages that are
//! open at a time take is known before the first is unpacked.
//!
//! ```text
//! file   = "PAR1" { column chunk } metadata length:u32 "PAR1"     chunk = [dictionary page] { data page }
//! page   = header (Thrift) body                                    body  = levels and values, packed (version 2: the levels are not)
//! ```

use super::delta;
use super::guard::Fault;
use super::thrift::{STRUCT, TRUE, Thrift};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that a dictionary's entry takes in memory beside its own.
const ENTRY_BYTES: usize = 48;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Data,
    Dictionary,
    DataV2,
    /// An index or something newer: holds no values.
    Other,
}

/// A page's header, and where its body lies in the file.
#[derive(Debug)]
struct Header {
    kind: Kind,
    body: Range<usize>,
    unpacked: usize,
    values: usize,
    encoding: Encoding,
    def_encoding: Encoding,
    rep_encoding: Encoding,
    sorted: bool,
    // Of version 2 alone.
    nulls: usize,
    rows: usize,
    def_bytes: usize,
    rep_bytes: usize,
    packed: bool,
}

impl Header {
    /// Reads the header at `file[at..end]`; the body must end at `end` at the latest.
    fn read(file: &[u8], at: usize, end: usize) -> Result<Header, Fault> {
        let mut thrift = Thrift::new(file.get(at..end).ok_or(Fault::Damaged)?);
        let mut header = Header {
            kind: Kind::Other,
            body: 0..0,
            unpacked: 0,
            values: 0,
            encoding: Encoding::PLAIN,
            def_encoding: Encoding::RLE,
            rep_encoding: Encoding::RLE,
            sorted: false,
            nulls: 0,
            rows: 0,
            def_bytes: 0,
            rep_bytes: 0,
            packed: true,
        };
        let (mut kind, mut len, mut last) = (None, 0, 0);
        while let Some((field, form)) = thrift.field(&mut last)? {
            match field {
                1 => kind = Some(thrift.number()?),
                2 => header.unpacked = thrift.count()?,
                3 => len = thrift.count()?,
                5 | 7 | 8 if form == STRUCT => header.inner(field, &mut thrift)?,
                _ => thrift.skip(form)?,
            }
        }
        header.kind = match kind.ok_or(Fault::Damaged)? {
            0 => Kind::Data,
            2 => Kind::Dictionary,
            3 => Kind::DataV2,
            _ => Kind::Other,
        };
        let start = at + thrift.at();
        header.body = start..start.checked_add(len).filter(|&stop| stop <= end).ok_or(Fault::Damaged)?;
        // Each entry takes a byte at least; more of them than bytes are a claim to make room for nothing.
        let too_many = header.kind == Kind::Dictionary && header.values > header.unpacked;
        if too_many || header.rep_bytes.saturating_add(header.def_bytes) > header.unpacked.min(len) {
            return Err(Fault::Damaged);
        }
        Ok(header)
    }

    /// The struct within the header that its kind has.
    fn inner(&mut self, of: i64, thrift: &mut Thrift<'_>) -> Result<(), Fault> {
        let mut last = 0;
        while let Some((field, form)) = thrift.field(&mut last)? {
            match (of, field) {
                (_, 1) => self.values = thrift.count()?,
                (5 | 7, 2) => self.encoding = encoding(thrift.number()?)?,
                (5, 3) => self.def_encoding = encoding(thrift.number()?)?,
                (5, 4) => self.rep_encoding = encoding(thrift.number()?)?,
                (7, 3) => self.sorted = form == TRUE,
                (8, 2) => self.nulls = thrift.count()?,
                (8, 3) => self.rows = thrift.count()?,
                (8, 4) => self.encoding = encoding(thrift.number()?)?,
                (8, 5) => self.def_bytes = thrift.count()?,
                (8, 6) => self.rep_bytes = thrift.count()?,
                (8, 7) => self.packed = form == TRUE,
                _ => thrift.skip(form)?,
            }
        }
        Ok(())
    }
}

fn encoding(number: i64) -> Result<Encoding, Fault> {
    Ok(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        #[expect(deprecated, reason = "old files hold it")]
        4 => Encoding::BIT_PACKED,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(Fault::Unsupported),
    })
}

/// What a chunk takes in memory while it is read.
#[derive(Default)]
pub(super) struct Needs {
    /// Its largest data page and its dictionary, unpacked.
    pub(super) open: usize,
    /// The largest of its values where they are made of their predecessors: each may be as long as its page.
    pub(super) growing: usize,
}

/// What a chunk takes; its headers are sound where this is known.
pub(super) fn needs(file: &[u8], chunk: Range<usize>) -> Result<Needs, Fault> {
    let (mut at, mut page, mut needs) = (chunk.start, 0, Needs::default());
    while at < chunk.end {
        let header = Header::read(file, at, chunk.end)?;
        match header.kind {
            Kind::Data | Kind::DataV2 => {
                page = header.unpacked.max(page);
                if header.encoding == Encoding::DELTA_BYTE_ARRAY {
                    needs.growing = needs.growing.max(header.unpacked);
                }
            }
            Kind::Dictionary => {
                needs.open = needs.open.saturating_add(header.unpacked).saturating_add(header.values.saturating_mul(ENTRY_BYTES));
            }
            Kind::Other => {}
        }
        at = header.body.end;
    }
    needs.open = needs.open.saturating_add(page);
    Ok(needs)
}

/// How many levels the pages that are opened may still hold: a row of a repeated column has any number of values, and the library reads whole rows.
pub(super) type Budget = Arc<AtomicUsize>;

/// Hands the pages of one chunk to the library.
pub(super) struct Pages {
    /// The chunk's bytes.
    chunk: Bytes,
    at: usize,
    codec: Compression,
    /// Of repetition and of definition.
    max_levels: [i16; 2],
    /// For a repeated column.
    budget: Option<Budget>,
}

impl Pages {
    pub(super) fn new(chunk: Bytes, codec: Compression, max_levels: [i16; 2], budget: Option<Budget>) -> Pages {
        Pages { chunk, at: 0, codec, max_levels, budget }
    }

    /// The values of a page of version 1, behind its levels.
    fn values<'b>(&self, header: &Header, mut body: &'b [u8]) -> Result<&'b [u8], Fault> {
        for (max, encoding) in self.max_levels.into_iter().zip([header.rep_encoding, header.def_encoding]) {
            if max == 0 {
                continue;
            }
            let len = if encoding == Encoding::RLE {
                let (len, rest) = body.split_first_chunk().ok_or(Fault::Damaged)?;
                body = rest;
                u32::from_le_bytes(*len) as usize
            } else {
                let width = (u16::BITS - max.unsigned_abs().leading_zeros()) as usize;
                width.saturating_mul(header.values).div_ceil(8)
            };
            body = body.get(len..).ok_or(Fault::Damaged)?;
        }
        Ok(body)
    }

    /// The next page that holds values.
    fn peek(&mut self) -> Result<Option<Header>, Fault> {
        while self.at < self.chunk.len() {
            let header = Header::read(&self.chunk, self.at, self.chunk.len())?;
            if header.kind != Kind::Other {
                return Ok(Some(header));
            }
            self.at = header.body.end;
        }
        Ok(None)
    }

    fn page(&mut self) -> Result<Option<Page>, Fault> {
        let Some(header) = self.peek()? else {
            return Ok(None);
        };
        self.at = header.body.end;
        if let Some(budget) = &self.budget
            && header.kind != Kind::Dictionary
        {
            let left = budget.load(Ordering::Relaxed).checked_sub(header.values).ok_or(Fault::TooLarge)?;
            budget.store(left, Ordering::Relaxed);
        }
        let body = self.chunk.slice(header.body.clone());
        let num_values = u32::try_from(header.values).map_err(|_| Fault::Damaged)?;
        let encoding = header.encoding;
        Ok(Some(match header.kind {
            Kind::DataV2 => {
                let levels = header.rep_bytes + header.def_bytes;
                let buf = if header.packed && self.codec != Compression::UNCOMPRESSED {
                    let mut whole = Vec::with_capacity(header.unpacked);
                    whole.extend_from_slice(&body[..levels]);
                    unpack(self.codec, &body[levels..], header.unpacked - levels, &mut whole)?;
                    Bytes::from(whole)
                } else {
                    body
                };
                delta::check(encoding, buf.get(levels..).ok_or(Fault::Damaged)?, header.values)?;
                Page::DataPageV2 {
                    buf,
                    num_values,
                    encoding,
                    num_nulls: u32::try_from(header.nulls).map_err(|_| Fault::Damaged)?,
                    num_rows: u32::try_from(header.rows).map_err(|_| Fault::Damaged)?,
                    def_levels_byte_len: header.def_bytes as u32,
                    rep_levels_byte_len: header.rep_bytes as u32,
                    is_compressed: false,
                    statistics: None,
                }
            }
            kind => {
                let buf = if self.codec == Compression::UNCOMPRESSED {
                    body
                } else {
                    let mut whole = Vec::with_capacity(header.unpacked);
                    unpack(self.codec, &body, header.unpacked, &mut whole)?;
                    Bytes::from(whole)
                };
                if kind == Kind::Dictionary {
                    Page::DictionaryPage { buf, num_values, encoding, is_sorted: header.sorted }
                } else {
                    delta::check(encoding, self.values(&header, &buf)?, header.values)?;
                    Page::DataPage {
                        buf,
                        num_values,
                        encoding,
                        def_level_encoding: header.def_encoding,
                        rep_level_encoding: header.rep_encoding,
                        statistics: None,
                    }
                }
            }
        }))
    }
}

/// What the library is told; it comes back as the fault of the call.
fn told(fault: Fault) -> ParquetError {
    match fault {
        Fault::Damaged => ParquetError::EOF(String::new()),
        Fault::TooLarge => ParquetError::NYI(String::new()),
        _ => ParquetError::General(String::new()),
    }
}

/// The fault that an error of the library stands for.
pub(super) fn fault(error: &ParquetError) -> Fault {
    match error {
        ParquetError::NYI(text) if text.is_empty() => Fault::TooLarge,
        ParquetError::General(text) if text.is_empty() => Fault::Unsupported,
        ParquetError::NYI(_) => Fault::Unsupported,
        _ => Fault::Damaged,
    }
}

impl Iterator for Pages {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        self.page().map_err(told)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        let header = self.peek().map_err(told)?;
        Ok(header.map(|header| PageMetadata {
            num_rows: (header.kind == Kind::DataV2).then_some(header.rows),
            num_levels: (header.kind != Kind::Dictionary).then_some(header.values),
            is_dict: header.kind == Kind::Dictionary,
        }))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        if let Some(header) = self.peek().map_err(told)? {
            self.at = header.body.end;
        }
        Ok(())
    }
}

/// Appends the `len` bytes that `packed` unpacks to; more or fewer are damage, found as soon as they are there.
fn unpack(codec: Compression, packed: &[u8], len: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    // Some writers pack nothing to nothing, others to an empty stream.
    if len == 0 {
        return Ok(());
    }
    let all = out.len() + len;
    let mut stream = |stream: &mut dyn Read| stream.take(len as u64 + 1).read_to_end(out).map(drop).map_err(|_| Fault::Damaged);
    match codec {
        Compression::SNAPPY => {
            if snap::raw::decompress_len(packed) != Ok(len) {
                return Err(Fault::Damaged);
            }
            let start = out.len();
            out.resize(all, 0);
            snap::raw::Decoder::new().decompress(packed, &mut out[start..]).map_err(|_| Fault::Damaged)?;
        }
        Compression::GZIP(_) => stream(&mut flate2::read::MultiGzDecoder::new(packed))?,
        Compression::ZSTD(_) => stream(&mut zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| Fault::Damaged)?)?,
        Compression::BROTLI(_) => stream(&mut brotli_decompressor::Decompressor::new(packed, 1 << 12))?,
        Compression::LZ4_RAW => lz4(packed, len, out)?,
        Compression::LZ4 => old_lz4(packed, len, out)?,
        Compression::UNCOMPRESSED | Compression::LZO => return Err(Fault::Unsupported),
    }
    if out.len() == all { Ok(()) } else { Err(Fault::Damaged) }
}

fn lz4(packed: &[u8], len: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let start = out.len();
    out.resize(start + len, 0);
    match lz4_flex::block::decompress_into(packed, &mut out[start..]) {
        Ok(written) if written == len => Ok(()),
        _ => Err(Fault::Damaged),
    }
}

/// The codec that was called LZ4 first: blocks as Hadoop frames them (both lengths, most significant byte first), or one bare block.
fn old_lz4(packed: &[u8], len: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let start = out.len();
    let framed = |out: &mut Vec<u8>| {
        let mut left = packed;
        while !left.is_empty() {
            let (head, rest) = left.split_first_chunk::<8>().ok_or(Fault::Damaged)?;
            let [unpacked, packed] = [0, 4].map(|at| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize);
            if packed > rest.len() || unpacked > len - (out.len() - start) {
                return Err(Fault::Damaged);
            }
            lz4(&rest[..packed], unpacked, out)?;
            left = &rest[packed..];
        }
        Ok(())
    };
    if framed(out).is_ok() && out.len() - start == len {
        return Ok(());
    }
    out.truncate(start);
    lz4(packed, len, out)
}
