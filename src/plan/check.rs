//! Plans that somebody may have edited: read, and checked.

use super::{ADVICE, InputPlan, Plan, Reading, SCHEMA, SourceInput};
use crate::names::safe_text;
use crate::source::encoding::Charset;
use crate::{Error, Result, limits, source};
use std::path::Path;

impl Plan {
    /// Reads a plan file and checks that it is one for these inputs.
    ///
    /// # Errors
    /// When it cannot be read, or is for other files.
    pub fn read(path: &Path, inputs: &[SourceInput]) -> Result<Plan> {
        Plan::parse(path)?.checked(path, inputs)
    }

    /// Reads a plan file for what needs no inputs.
    ///
    /// # Errors
    /// When it cannot be read, or is not one.
    pub fn read_alone(path: &Path) -> Result<Plan> {
        Plan::parse(path)?.sound(path)
    }

    fn parse(path: &Path) -> Result<Plan> {
        let text = source::read_bounded(path, "plan", limits::PLAN_BYTES, ADVICE)?;
        serde_json::from_slice(&text).map_err(|e| {
            Error::usage("the plan is not valid")
                .at(path)
                .line(e.line() as u64)
                .got(format!("a JSON error in column {}", e.column()))
                .advice(ADVICE)
        })
    }

    /// Checks that this plan, of a file named `path`, is one for these inputs.
    ///
    /// # Errors
    /// When it is of another version, or for other files.
    pub fn checked(self, path: &Path, inputs: &[SourceInput]) -> Result<Plan> {
        let plan = self.sound(path)?;
        plan.fits(path, inputs)?;
        Ok(plan)
    }

    /// Checks that a plan which was read is one for these inputs.
    ///
    /// # Errors
    /// When it is for other files.
    pub fn fits(&self, path: &Path, inputs: &[SourceInput]) -> Result<()> {
        let other = |expected: String, got: String| {
            Err(Error::usage("the plan was made for other files").at(path).expected(expected).got(got).advice(ADVICE))
        };
        if self.inputs.len() != inputs.len() {
            return other(format!("{} inputs", inputs.len()), format!("{} inputs", self.inputs.len()));
        }
        let mut pairs = self.inputs.iter().map(|i| i.bytes).zip(inputs.iter().map(SourceInput::len)).enumerate();
        match pairs.find(|(_, (planned, given))| planned != given) {
            Some((n, (planned, given))) => other(format!("input {} of {given} bytes", n + 1), format!("{planned} bytes")),
            None => Ok(()),
        }
    }

    /// Checks what a person may have edited.
    fn sound(mut self, path: &Path) -> Result<Plan> {
        let plan = &mut self;
        if plan.schema != SCHEMA {
            return Err(Error::usage("the plan is of another version").at(path).expected(SCHEMA).advice(ADVICE));
        }
        if !limits::SEGMENT_BYTES_RANGE.contains(&plan.segment_bytes) {
            return Err(Error::usage("the plan's segment_bytes is out of range")
                .at(path)
                .expected("1,024 to 1,073,741,824")
                .got(plan.segment_bytes.to_string()));
        }
        plan.check_parts(path)?;
        for input in &mut plan.inputs {
            input.clean().map_err(|e| e.at(path))?;
        }
        plan.dumps.iter_mut().for_each(|name| *name = safe_text(name));
        Ok(self)
    }
}

impl InputPlan {
    /// Checks what a person may have edited, and makes every text of it one that may be shown.
    fn clean(&mut self) -> Result<()> {
        self.input = safe_text(&self.input);
        match &mut self.reading {
            Reading::Skip { advice, .. } => *advice = advice.as_deref().map(safe_text),
            Reading::Json(how)
            | Reading::Blocks(how)
            | Reading::Credentials(how)
            | Reading::Text(how)
            | Reading::Tables(how)
            | Reading::Container(how) => {
                how.evidence.iter_mut().for_each(|e| *e = safe_text(e));
            }
            Reading::Sql(how) => how.evidence.iter_mut().for_each(|e| *e = safe_text(e)),
            Reading::Encoded(how) => {
                how.evidence.iter_mut().for_each(|e| *e = safe_text(e));
                if Charset::of_name(&how.encoding).is_none() {
                    return Err(Error::usage("the plan names an encoding that is not known")
                        .expected("a name of the Encoding Standard, such as utf-16le or windows-1252")
                        .advice("correct it in the plan"));
                }
            }
            Reading::Delimited(how) => {
                let ends: Vec<u64> = how.more.iter().map(|next| next.from).chain([self.bytes]).collect();
                how.clean(0..ends[0].min(self.bytes))?;
                for (n, next) in how.more.iter_mut().enumerate() {
                    if !next.more.is_empty() {
                        return Err(Error::usage("the plan has tables within tables").advice("correct it in the plan"));
                    }
                    next.clean(ends[n]..ends[n + 1].min(self.bytes))?;
                }
            }
        }
        Ok(())
    }
}
