//! One input after the other: those of one delimited table get their digest while they are read, all others before.

use super::{Job, Reader, Volume, windows};
use crate::Result;
use crate::ledger::Reason;
use crate::names::safe_path;
use crate::plan::{Plan, Reading, SourceInput};
use crate::source::{Input, Joined, Lost, sniff};

impl<J: Job> Reader<'_, J> {
    /// Reads input `number`.
    pub(super) fn input(&self, number: usize, input: &SourceInput, reading: &Reading) -> Result<()> {
        if self.part.is_none_or(|part| part.is_first()) {
            self.read().ledger.bytes += input.len();
        }
        let file = match (input, reading) {
            (SourceInput::Skipped { reason, bytes, advice, .. }, _) => {
                self.skip(number, *reason, 0, *bytes, advice.clone());
                return Ok(());
            }
            (SourceInput::Joined(joined), _) => return self.joined(number, joined, reading),
            (SourceInput::Open(file), Reading::Delimited(how)) if how.more.is_empty() => {
                let digest = self.delimited_file(number, file, how)?;
                self.read().digests[number] = digest;
                return Ok(());
            }
            (SourceInput::Open(file), _) => file,
        };
        match (self.out_of_scope(sniff(file.bytes())), reading) {
            (Some(kind), _) => self.set_aside(number, kind, file.len()),
            (None, Reading::Skip { reason, advice }) => {
                // What it was taken for may be what was left of it.
                let (reason, advice) = file.lost().map_or((*reason, advice.clone()), |lost| (lost.reason, Some(lost.advice)));
                self.skip(number, reason, 0, file.len(), advice);
            }
            _ => {
                let before = self.read().ledger.bytes_read;
                self.whole(number, file, reading)?;
                self.check(number, file.lost(), file.changed(), before);
            }
        }
        if file.altered() {
            // Nobody can say which bytes it is of.
            self.read().digests[number] = None;
        }
        Ok(())
    }

    /// A file in volumes.
    fn joined(&self, number: usize, joined: &Joined, reading: &Reading) -> Result<()> {
        match (self.out_of_scope(sniff(joined.head())), reading) {
            (Some(kind), _) => self.set_aside(number, kind, joined.whole()),
            (None, Reading::Skip { reason, advice }) => self.skip(number, *reason, 0, joined.whole(), advice.clone()),
            _ => {
                let before = self.read().ledger.bytes_read;
                let pieces: Vec<&[u8]> = joined.volumes().iter().map(Input::bytes).collect();
                self.container(number, &pieces, &joined.starts())?;
                self.check(number, joined.lost(), joined.changed(), before);
            }
        }
        if let Some(missing) = joined.missing() {
            let advice = format!("{} is not there: find it, and put it beside the others", safe_path(missing));
            self.skip(number, Reason::VolumeMissing, joined.whole(), joined.behind(), Some(advice));
        }
        Ok(())
    }

    /// Digests of the inputs that are not read in file order; delimited text of one table gets its own while it is read.
    pub(super) fn digests(&self, inputs: &[SourceInput], plan: &Plan) -> Result<()> {
        let plain = |n: usize| matches!(&plan.inputs[n].reading, Reading::Delimited(how) if how.more.is_empty());
        let of_part = inputs.iter().enumerate().filter(|(n, _)| self.part.is_none_or(|part| part.input == *n));
        let others = of_part.filter(|(n, input)| match input {
            SourceInput::Open(_) => !plain(*n),
            SourceInput::Joined(_) => true,
            SourceInput::Skipped { .. } => false,
        });
        let others: Vec<(usize, &SourceInput)> = others.collect();
        if others.is_empty() {
            return Ok(());
        }
        self.progress.begin("digest", others.iter().map(|(_, input)| input.len()).sum());
        for (n, input) in others {
            match input {
                SourceInput::Open(file) => {
                    let digest = file.digest(self.pool, self.progress)?;
                    self.read().digests[n] = Some(digest).filter(|_| !file.altered());
                }
                SourceInput::Joined(joined) => {
                    let (all, each) = joined.digests(self.pool, self.progress)?;
                    let volume = |(file, digest): (&Input, Option<blake3::Hash>)| Volume { name: file.shown(), bytes: file.len(), digest };
                    let mut read = self.read();
                    read.digests[n] = all;
                    read.volumes[n] = joined.volumes().iter().zip(each).map(volume).collect();
                }
                SourceInput::Skipped { .. } => {}
            }
        }
        self.progress.end();
        Ok(())
    }

    /// An input that is no delimited text of one table.
    fn whole(&self, number: usize, file: &Input, reading: &Reading) -> Result<()> {
        match reading {
            Reading::Delimited(_)
            | Reading::Sql(_)
            | Reading::Json(_)
            | Reading::Blocks(_)
            | Reading::Credentials(_)
            | Reading::Text(_) => self.text(number, &mut windows::Whole::new(file.bytes()), reading),
            Reading::Tables(_) => self.tables_of(number, sniff(file.bytes()), file.bytes()),
            Reading::Encoded(how) => self.encoded(number, file.bytes(), how),
            Reading::Container(_) => self.container(number, &[file.bytes()], &[]),
            Reading::Skip { .. } => Ok(()),
        }
    }

    /// Notes what of a mapped file was lost while it was read, `before` bytes after those of the inputs before it: what its reader said about
    /// bytes that were not there is of no file.
    fn check(&self, number: usize, lost: Option<Lost>, changed: bool, before: u64) {
        let (source, read) = (number as u32, &mut *self.read());
        let (bytes, ledger) = (read.sources[number].bytes, &mut read.ledger);
        if let Some(lost) = lost {
            ledger.forget(source);
            ledger.bytes_read = before + lost.from;
            read.sources[number].bytes_read = lost.from;
            ledger.skip_with_advice(source, lost.reason, lost.from, bytes - lost.from, Some(lost.advice));
        } else if changed {
            ledger.skip(source, Reason::Changed, 0, 0);
        }
    }
}
