//! What of which source was read, skipped or set aside, and when to stop.

use super::{Job, Read, Reader};
use crate::ledger::{Ledger, Reason};
use crate::source::{Content, Scope};
use crate::{Error, Result, parallel};

impl<J: Job> Reader<'_, J> {
    pub(super) fn skip(&self, source: usize, reason: Reason, at: u64, bytes: u64, advice: Option<String>) {
        self.read().ledger.skip_with_advice(source as u32, reason, at, bytes, advice);
    }

    /// More of what was skipped before.
    pub(super) fn skip_on(&self, source: usize, reason: Reason, at: u64, bytes: u64) {
        self.read().ledger.skip_on(source as u32, reason, at, bytes);
    }

    /// The kind that this content is, if the user has set that aside.
    pub(super) fn out_of_scope(&self, content: Content) -> Option<Scope> {
        Scope::of(content).filter(|kind| self.options.out_of_scope.contains(kind))
    }

    /// Sets aside a source, whole.
    pub(super) fn set_aside(&self, source: usize, kind: Scope, bytes: u64) {
        let mut read = self.read();
        read.sources[source].format = format!("set aside: {}", kind.name());
        read.ledger.set_aside(source as u32, kind.name(), bytes);
    }

    /// Adds the account of a part.
    pub(super) fn account(&self, source: usize, ledger: Ledger) {
        if !self.read().sources[source].member {
            self.progress.advance(ledger.bytes_read + ledger.bytes_skipped());
        }
        self.add(source, ledger);
    }

    /// Adds the account of a part whose progress was told; of a member, what was read of it is not the input's.
    pub(super) fn add(&self, source: usize, mut ledger: Ledger) {
        let mut read = self.read();
        read.sources[source].bytes_read += ledger.bytes_read;
        if read.sources[source].member {
            ledger.unpacked_read += std::mem::take(&mut ledger.bytes_read);
        }
        read.ledger.merge(ledger);
    }

    pub(super) fn check_interrupt(&self) -> Result<()> {
        if parallel::interrupted() { Err(Error::interrupted()) } else { self.check_strict() }
    }

    pub(super) fn check_strict(&self) -> Result<()> {
        if self.options.strict { self.read().check_whole() } else { Ok(()) }
    }
}

impl Read {
    /// An error where something could not be read, which names it.
    ///
    /// # Errors
    /// When the ledger holds an entry of anything but what was set aside.
    pub fn check_whole(&self) -> Result<()> {
        let Some(missing) = self.ledger.first_missing() else { return Ok(()) };
        let entries = self.ledger.lines(|n| self.sources[n as usize].name.clone());
        let found = entries.into_iter().find(|entry| (entry.number, entry.reason) == missing);
        let (name, at, advice) = found.map_or_else(Default::default, |entry| (entry.input, entry.first_byte, entry.advice));
        let error = Error::incomplete("something could not be read, and --strict stops there").at(name).byte(at).got(missing.1.words());
        Err(error.advice(advice.unwrap_or_else(|| "leave --strict out to read the rest and see all that is missing".to_string())))
    }
}
