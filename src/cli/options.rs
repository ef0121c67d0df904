//! What was typed, turned into what to do.

use super::args::{AffectedArgs, CaseArgs, IndexArgs, InspectArgs, LookArgs, ReadingArgs, ReportCommandArgs, ScanArgs, VerifyArgs};
use crate::attribute::claim::Claim;
use crate::commands::{affected, index, report, scan, verify};
use crate::record::inside::How;
use crate::report::document::CaseEntry;
use crate::report::look::Look;
use crate::source::encoding::Charset;
use crate::source::unpack::Bounds;
use crate::{Result, limits, names, reading, source};
use std::path::{Path, PathBuf};

impl IndexArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self) -> Result<index::Options> {
        Ok(index::Options {
            files: self.files,
            key: self.key,
            schema: self.schema,
            output: self.output,
            institution: self.institution,
            dataset: self.dataset,
            snapshot: self.snapshot,
            threads: super::threads(self.threads)?,
            memory: self.memory as usize * 1_000_000,
            segment_bytes: segment_bytes(self.segment_bytes)?,
        })
    }
}

impl ReadingArgs {
    /// What to do.
    ///
    /// # Errors
    /// When the encoding is not known, or the passwords cannot be read.
    pub fn into_options(self) -> Result<reading::Options> {
        let unknown = || {
            crate::Error::usage("this encoding is not known")
                .expected("a name of the Encoding Standard, such as utf-16le, windows-1252 or gb18030; or utf-32le, utf-32be")
        };
        let encoding = self.encoding.map(|name| Charset::of_name(&name).ok_or_else(unknown)).transpose()?;
        let passwords = passwords(self.password_file.as_deref())?;
        let bounds = Bounds {
            bytes_out: self.max_unpacked,
            ratio: self.max_ratio,
            depth: self.max_depth,
            members: self.max_members,
            held_bytes: self.max_held,
            ..Bounds::default()
        };
        let ReadingArgs { out_of_scope, strict, scratch, .. } = self;
        Ok(reading::Options { encoding, passwords, bounds, out_of_scope, strict, scratch, inside: How::Off })
    }
}

impl CaseArgs {
    pub(super) fn into_entry(self) -> CaseEntry {
        let safe = |text: Option<String>| text.map(|text| names::escape_controls(&text));
        CaseEntry { case: safe(self.case), exhibit: safe(self.exhibit), examiner: safe(self.examiner), obtained: safe(self.obtained) }
    }
}

impl LookArgs {
    pub(super) fn into_report(self, folder: PathBuf) -> scan::ReportOptions {
        let look = Look { lang: self.lang.unwrap_or_default(), tlp: self.tlp.unwrap_or_default(), aware_since: self.aware_since };
        scan::ReportOptions { folder, look, sign: self.sign, sign_password: self.sign_password_file }
    }
}

impl ReportCommandArgs {
    /// What to do.
    #[must_use]
    pub fn into_options(self) -> report::Options {
        let given = report::Given { lang: self.look.lang.is_some(), tlp: self.look.tlp.is_some() };
        report::Options { from: self.from, report: self.look.into_report(self.report), given }
    }
}

impl VerifyArgs {
    /// What to do.
    ///
    /// # Errors
    /// When the passwords cannot be read.
    pub fn into_options(self) -> Result<verify::Options> {
        let passwords = passwords(self.password_file.as_deref())?;
        let inputs = verify::Inputs {
            dumps: self.dump,
            indexes: self.index,
            keys: self.key,
            passwords,
            scratch: self.scratch,
            library: self.library,
            library_key: self.library_key,
        };
        Ok(verify::Options { path: self.path, public_key: self.public_key, inputs })
    }
}

impl AffectedArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self) -> Result<affected::Options> {
        let threads = super::threads(self.threads)?;
        Ok(affected::Options { list: self.list, records: self.records, column: self.column, output: self.output, threads })
    }
}

/// The passwords in a file, one a line.
fn passwords(file: Option<&Path>) -> Result<Vec<Vec<u8>>> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let text = source::read_small(path, "password", "write one password a line")?;
    let lines = text.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}

/// The time that all time stamps show, where the environment fixes it (reproducible-builds.org, SOURCE_DATE_EPOCH).
pub(super) fn epoch() -> Result<Option<i64>> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = text.to_str().and_then(|t| t.parse::<i64>().ok()).filter(|s| *s >= 0);
    let wrong = || {
        crate::Error::usage("SOURCE_DATE_EPOCH is no time")
            .expected("seconds since 1970-01-01, in digits")
            .advice("correct it, or unset it")
    };
    seconds.map(Some).ok_or_else(wrong)
}

impl InspectArgs {
    /// How the files are opened.
    ///
    /// # Errors
    /// As [`ReadingArgs::into_options`].
    pub fn reading(self) -> Result<reading::Options> {
        Ok(reading::Options { inside: self.inside, ..self.reading.into_options()? })
    }
}

impl ScanArgs {
    /// What to do.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn into_options(self, quiet: bool) -> Result<scan::Options> {
        let report = self.report.clone().map(|folder| self.look.into_report(folder));
        Ok(scan::Options {
            dumps: self.dumps,
            indexes: self.indexes,
            keys: self.keys,
            json: self.json,
            report,
            case: self.case.into_entry(),
            epoch: epoch()?,
            quiet,
            each: self.each,
            beside: self.beside.into_options(),
            plan: self.plan,
            threshold: self.threshold,
            claim: Claim { rows: self.claim_rows, source: self.claim_source, date: self.claim_date },
            verify: self.verify,
            threads: super::threads(self.threads)?,
            segment_bytes: segment_bytes(self.segment_bytes)?,
            reading: reading::Options { inside: self.inside, ..self.reading.into_options()? },
        })
    }
}

/// Bytes of a segment, checked.
///
/// # Errors
/// When they are out of range.
pub(super) fn segment_bytes(asked: u64) -> Result<u64> {
    if limits::SEGMENT_BYTES_RANGE.contains(&asked) {
        return Ok(asked);
    }
    Err(crate::Error::usage("--segment-bytes is out of range")
        .expected("1,024 to 1,073,741,824")
        .got(crate::names::safe_text(&asked.to_string())))
}
