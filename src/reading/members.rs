//! What containers hold, and texts in other encodings: each a source of its own.

use super::windows::{Streamed, Whole, Windows};
use super::{Job, Reader, Source};
use crate::ledger::{Ledger, Reason};
use crate::names::safe_text;
use crate::plan::{self, EncodedPlan};
use crate::progress::Progress;
use crate::record::binary;
use crate::source::encoding::Charset;
use crate::source::unpack::{self, Body, Visit};
use crate::source::{Content, sniff};
use crate::{Result, parallel};
use std::cell::Cell;
use std::io::Read;

/// Bytes of a stream by which it is told what it is.
const HEAD_BYTES: u64 = 1 << 20;

/// Walks through one input.
struct Members<'m, 'r, J> {
    reader: &'m Reader<'r, J>,
    input: usize,
    /// The input's name.
    name: &'m str,
    /// Bytes of the input itself that were not read.
    missing: u64,
    /// Compressed files that what is told lies in, of the input's own name: their bytes are not those of the input.
    layers: usize,
}

impl<J: Job> Visit for Members<'_, '_, J> {
    fn opens(&mut self, content: Content) -> bool {
        self.reader.out_of_scope(content).is_none()
    }

    fn member(&mut self, name: &str, body: Body<'_>) -> Result<()> {
        self.reader.check_interrupt()?;
        let source = self.reader.begin(self.input, name);
        match body {
            Body::Slice(bytes) => self.reader.bytes(source, bytes),
            Body::Stream(stream) => self.reader.stream(source, stream),
        }
    }

    fn enters(&mut self) {
        self.layers += 1;
    }

    fn leaves(&mut self) {
        self.layers -= 1;
    }

    fn skipped(&mut self, name: &str, reason: Reason, at: u64, bytes: u64, advice: Option<String>) -> Result<()> {
        if name == self.name && self.layers == 0 {
            self.missing += bytes;
            self.reader.skip(self.input, reason, at, bytes, advice);
            return Ok(());
        }
        let source = self.reader.same_or_begin(self.input, name);
        // What was not unpacked is counted as it lies there.
        self.reader.unpacked(source, bytes);
        self.reader.skip(source, reason, at, bytes, advice);
        Ok(())
    }
}

impl<J: Job> Reader<'_, J> {
    /// The members of an input that is a container, in one piece or in volumes, of which a zip archive's may begin at `starts`.
    pub(super) fn container(&self, input: usize, pieces: &[&[u8]], starts: &[u64]) -> Result<()> {
        let name = self.read().sources[input].name.clone();
        let (bytes, told) = (pieces.iter().map(|piece| piece.len() as u64).sum::<u64>(), Cell::new(0));
        let passed = |more: u64| {
            told.set(told.get() + more);
            self.progress.advance(more);
        };
        let mut members = Members { reader: self, input, name: &name, missing: 0, layers: 0 };
        let file = unpack::Whole { pieces, starts, passed: &passed, scratch: self.options.scratch.as_deref() };
        unpack::walk(&name, file, &self.options.bounds, &self.options.passwords, &mut members)?;
        self.progress.advance(bytes.saturating_sub(told.get()));
        self.add(input, Ledger::of_read(bytes.saturating_sub(members.missing)));
        Ok(())
    }

    /// An input that is a text in another encoding: its bytes are read as they are, and its text once decoded is a source of its own.
    pub(super) fn encoded(&self, input: usize, bytes: &[u8], how: &EncodedPlan) -> Result<()> {
        let name = self.read().sources[input].name.clone();
        if let Some(charset) = Charset::of_name(&how.encoding) {
            let source = self.begin(input, &format!("{name} as UTF-8"));
            self.decoded(source, Told { bytes, progress: self.progress }, charset)?;
        }
        self.add(input, Ledger::of_read(bytes.len() as u64));
        Ok(())
    }

    /// A new source of an input.
    fn begin(&self, input: usize, name: &str) -> usize {
        let mut read = self.read();
        let (name, format) = (safe_text(name), "not read".to_string());
        read.sources.push(Source { input, name, member: true, bytes: 0, bytes_read: 0, format, evidence: Vec::new() });
        read.sources.len() - 1
    }

    /// The source that is told of last, if it has this name: what is missing of it, or of the container that it is all of; else a new one.
    fn same_or_begin(&self, input: usize, name: &str) -> usize {
        let last = self.read().sources.len() - 1;
        let same = {
            let source = &self.read().sources[last];
            source.member && source.input == input && source.name == safe_text(name)
        };
        if same { last } else { self.begin(input, name) }
    }

    /// A member in memory.
    fn bytes(&self, source: usize, bytes: &[u8]) -> Result<()> {
        let content = sniff(bytes);
        match self.charset(content, bytes) {
            _ if self.out_of_scope(content).is_some() => {
                self.unpacked(source, bytes.len() as u64);
                self.not_read(source, content, bytes.len() as u64);
                Ok(())
            }
            Some(Charset::Utf8) => self.counted(source, &mut Whole::new(bytes)),
            Some(charset) => self.decoded(source, bytes, charset),
            None if binary::can_read(content) => {
                self.unpacked(source, bytes.len() as u64);
                self.describe(source, content.words().to_string(), Vec::new());
                self.tables_of(source, content, bytes)
            }
            None => {
                self.unpacked(source, bytes.len() as u64);
                self.not_read(source, content, bytes.len() as u64);
                Ok(())
            }
        }
    }

    /// A member that comes piece by piece.
    fn stream(&self, source: usize, stream: &mut dyn Read) -> Result<()> {
        let mut head = Vec::new();
        // A member's stream has no errors: what is damaged is told by whoever unpacks it.
        let _ = stream.take(HEAD_BYTES).read_to_end(&mut head);
        let content = sniff(&head);
        let Some(charset) = self.charset(content, &head) else {
            let bytes = head.len() as u64 + std::io::copy(stream, &mut std::io::sink()).unwrap_or(0);
            self.unpacked(source, bytes);
            self.not_read(source, content, bytes);
            return Ok(());
        };
        let whole = head.as_slice().chain(stream);
        if charset == Charset::Utf8 { self.streamed(source, whole) } else { self.decoded(source, whole, charset) }
    }

    /// The encoding of a member, if it is a text.
    fn charset(&self, content: Content, text: &[u8]) -> Option<Charset> {
        let decided = Charset::decide(content, text)?;
        Some(self.options.encoding.unwrap_or(decided))
    }

    fn decoded(&self, source: usize, text: impl Read, charset: Charset) -> Result<()> {
        self.read().sources[source].evidence.push(format!("decoded from {}", charset.name()));
        self.streamed(source, charset.decode(text))
    }

    /// A text that is made on this thread while another one reads it.
    fn streamed(&self, source: usize, mut text: impl Read) -> Result<()> {
        parallel::ahead(
            |chunk| _ = (&mut text).take(parallel::CHUNK_BYTES as u64).read_to_end(chunk),
            |chunks| self.counted(source, &mut Streamed::new(chunks)),
        )?
    }

    /// A member's text; how long it was is known at its end.
    fn counted(&self, source: usize, windows: &mut impl Windows) -> Result<()> {
        let reading = plan::decide_text(windows.view().text);
        self.describe(source, reading.words(), reading.evidence());
        self.text(source, windows, &reading)?;
        let view = windows.view();
        self.unpacked(source, view.offset + view.text.len() as u64);
        Ok(())
    }

    fn describe(&self, source: usize, format: String, evidence: Vec<String>) {
        let source = &mut self.read().sources[source];
        source.format = format;
        source.evidence.extend(evidence);
    }

    fn unpacked(&self, source: usize, bytes: u64) {
        let mut read = self.read();
        read.ledger.unpacked += bytes;
        read.sources[source].bytes += bytes;
    }

    /// A member that is set aside, or that nothing reads.
    fn not_read(&self, source: usize, content: Content, bytes: u64) {
        if let Some(kind) = self.out_of_scope(content) {
            return self.set_aside(source, kind, bytes);
        }
        let (reason, advice) = content.unsupported().unwrap_or((Reason::UnsupportedFormat, "export it as CSV"));
        self.describe(source, format!("not read: {}", content.words()), Vec::new());
        self.skip(source, reason, 0, bytes, Some(advice.to_string()));
    }
}

/// Bytes of an input that tell how far they were read.
struct Told<'t> {
    bytes: &'t [u8],
    progress: &'t dyn Progress,
}

impl Read for Told<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(buf)?;
        self.progress.advance(n as u64);
        Ok(n)
    }
}
