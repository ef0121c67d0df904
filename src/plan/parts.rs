//! How a plan cuts the work: parts that are scanned anywhere, by themselves, and merged.
//!
//! A part is a range of one input. Delimited text of one table is cut at blocks of its digest; everything else is one part an input, also an input
//! that is empty or cannot be read: what is told of it is told by its part. A plan with parts has a digest, by which parts know each other.

use super::{Plan, Reading, SourceInput};
use crate::source::BLOCK;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A part of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its number, from 0.
    pub id: u64,
    /// The input's number, from 0.
    pub input: usize,
    /// Its first byte in the input.
    pub from: u64,
    /// The byte behind its last.
    pub to: u64,
    /// How many that are.
    pub bytes: u64,
}

impl Part {
    /// Whether it is the one that tells what is told once of an input.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.from == 0
    }
}

impl Plan {
    /// Names the parts, of about `part_bytes` bytes each; `dumps` is what the dump is called on a command line, as it may be shown.
    #[must_use]
    pub fn with_parts(mut self, inputs: &[SourceInput], part_bytes: u64, dumps: Vec<String>) -> Plan {
        let part_bytes = part_bytes.max(1).div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64);
        let mut parts = Vec::new();
        for (number, (input, planned)) in inputs.iter().zip(&self.inputs).enumerate() {
            let step = if matches!(input, SourceInput::Open(_)) && planned.reading.is_cut() { part_bytes } else { u64::MAX };
            let (mut from, bytes) = (0u64, planned.bytes);
            loop {
                let to = from.saturating_add(step).min(bytes);
                parts.push(Part { id: parts.len() as u64, input: number, from, to, bytes: to - from });
                from = to;
                if from >= bytes {
                    break;
                }
            }
        }
        (self.part_bytes, self.parts, self.dumps) = (Some(part_bytes), parts, dumps);
        self.digest = Some(self.content_digest());
        self
    }

    /// BLAKE3 of the plan without its digest, as JSON without spaces.
    fn content_digest(&self) -> String {
        let content = serde_json::to_vec(&Plan { digest: None, ..self.clone() }).unwrap_or_default();
        blake3::hash(&content).to_string()
    }

    /// The part of this number, and the digest by which it is known.
    ///
    /// # Errors
    /// When the plan has none.
    pub fn part(&self, id: u64) -> Result<Part> {
        let part = usize::try_from(id).ok().and_then(|id| self.parts.get(id)).copied();
        part.ok_or_else(|| match self.parts.len() {
            0 => Error::usage("the plan names no parts").advice(ADVICE),
            n => Error::usage("the plan has no such part").expected(format!("0 to {}", n - 1)).got(id.to_string()),
        })
    }

    /// Checks what a person may have edited of the parts.
    pub(super) fn check_parts(&self, path: &Path) -> Result<()> {
        if self.parts.is_empty() && self.digest.is_none() {
            return Ok(());
        }
        let digest = self.content_digest();
        if self.digest.as_ref() != Some(&digest) {
            return Err(Error::usage("the plan was changed since its parts were named, and is no longer what its digest says")
                .at(path)
                .got("another content")
                .advice(format!(
                    "take the plan as it was; or, if the change is meant, put \"digest\": \"{digest}\" in it and scan all parts by it"
                )));
        }
        let wrong = |what: &str| Err(Error::usage("the plan's parts do not make up its inputs").at(path).got(what).advice(ADVICE));
        // The input whose parts come, and where they have got to.
        let (mut input, mut reached) = (0, 0);
        let done = |input: usize, reached: u64| self.inputs.get(input).is_some_and(|i| i.bytes == reached);
        for (n, part) in self.parts.iter().enumerate() {
            if part.id != n as u64 {
                return wrong(&format!("another number in place of part {n}"));
            }
            // Every input has a part, an empty one, too.
            if n > 0 && done(input, reached) {
                (input, reached) = (input + 1, 0);
            }
            let Some(planned) = self.inputs.get(input).filter(|_| part.input == input) else {
                return wrong(&format!("part {n} is of another input than the next"));
            };
            let whole = part.from == 0 && part.to == planned.bytes;
            let cut = planned.reading.is_cut() && part.from % BLOCK as u64 == 0 && part.from < part.to;
            let ends = part.to == planned.bytes || part.to % BLOCK as u64 == 0;
            if part.from != reached
                || part.to > planned.bytes
                || part.to.checked_sub(part.from) != Some(part.bytes)
                || !(whole || cut && ends)
            {
                return wrong(&format!("part {n} is not the next range"));
            }
            reached = part.to;
        }
        if !self.parts.is_empty() && input + 1 == self.inputs.len() && done(input, reached) || self.inputs.is_empty() {
            return Ok(());
        }
        wrong("an input without all of its parts")
    }
}

const ADVICE: &str = "make one with: leaktrace inspect DUMP --plan FILE --part-size 1GB";

impl Reading {
    /// Whether what is read so can be cut into parts.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self, Reading::Delimited(how) if how.more.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Reason;
    use crate::plan::{InputPlan, SCHEMA};

    /// A plan of inputs of so many bytes, which are not read, with parts of an input, from a byte to another.
    fn plan(inputs: &[u64], parts: &[(usize, u64, u64)]) -> Plan {
        let input = |&bytes: &u64| InputPlan {
            input: "x".into(),
            bytes,
            reading: Reading::Skip { reason: Reason::UnsupportedFormat, advice: None },
        };
        let part =
            |(id, &(input, from, to)): (usize, &(usize, u64, u64))| Part { id: id as u64, input, from, to, bytes: to.wrapping_sub(from) };
        let plan = Plan {
            schema: SCHEMA.into(),
            segment_bytes: 4 << 20,
            inputs: inputs.iter().map(input).collect(),
            parts: parts.iter().enumerate().map(part).collect(),
            part_bytes: Some(1 << 30),
            dumps: Vec::new(),
            digest: None,
        };
        Plan { digest: Some(plan.content_digest()), ..plan }
    }

    #[test]
    fn every_input_has_its_parts_once_whoever_wrote_the_plan() {
        let (empty, ten) = ((0, 0, 0), (1, 0, 10));
        let sound = |inputs: &[u64], parts: &[(usize, u64, u64)]| plan(inputs, parts).check_parts(Path::new("plan.json")).is_ok();
        assert!(sound(&[0, 10], &[empty, ten]));
        for parts in
            [&[ten][..], &[empty], &[empty, empty, ten], &[empty, ten, ten], &[ten, empty], &[empty, (1, 10, 0)], &[empty, (1, 0, 9)], &[]]
        {
            assert!(!sound(&[0, 10], parts), "{parts:?}");
        }
        assert!(sound(&[], &[]) && !sound(&[], &[(1, 0, 0)]) && !sound(&[], &[(0, 0, 0)]));
        assert!(sound(&[10, 0, 0], &[(0, 0, 10), (1, 0, 0), (2, 0, 0)]) && !sound(&[10, 0, 0], &[(0, 0, 10), (2, 0, 0)]));
    }
}
