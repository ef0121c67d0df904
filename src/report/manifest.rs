//! The manifest of a report: which files it was made from, how, and what it holds, each by two digests; enough to check it, and, with the inputs, to
//! make it again.
//!
//! Its own digest stands in it, made with 64 zeros in that place, so that no byte of the folder can change unseen by accident. Against a
//! forger only a [signature](super::sign) helps.

use super::digests::FileDigests;
use super::document::CaseEntry;
use super::look::Look;
use crate::attribute::Support;
use crate::attribute::claim::Claim;
use crate::fingerprint::SPEC_VERSION;
use crate::lineage::take;
use crate::matching::Question;
use crate::names::safe_text;
use crate::plan::Plan;
use crate::record::inside::How;
use crate::source::Scope;
use crate::source::encoding::Charset;
use crate::source::unpack::Bounds;
use crate::{Error, Result, limits, reading};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the file.
pub const NAME: &str = "manifest.json";
/// Name and version of its form.
pub const SCHEMA: &str = "leaktrace.manifest/1";

/// What a report rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// Release that made it.
    pub tool: String,
    /// When the scan began, RFC 3339, UTC.
    pub created: String,
    /// What the examiner says of the case.
    pub case: CaseEntry,
    /// How the report was asked for.
    pub look: Look,
    /// How the scan was; null in a report that was made from a document alone.
    pub scan: Option<Asked>,
    /// How the dump was read; null likewise.
    pub plan: Option<Plan>,
    /// Version of the fingerprint's definition.
    pub fingerprint_spec: u8,
    /// Version of the rules of each kind that the indexes hold.
    pub rulesets: BTreeMap<String, u16>,
    /// The files of the dump, volumes one by one, in the order in which they were read.
    pub inputs: Vec<FileDigests>,
    /// The indexes, in the order given.
    pub indexes: Vec<FileDigests>,
    /// The files of this report.
    pub outputs: Vec<FileDigests>,
    /// The public key of the signature beside this file, as minisign writes it.
    pub signed_by: Option<String>,
    /// BLAKE3 of this file with zeros in this place.
    pub manifest_blake3: String,
}

/// What decides a scan's result, beside dump, indexes, keys and plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Support from which on an institution is named.
    pub threshold: Support,
    /// What was claimed of the dump.
    pub claim: Claim,
    /// Whether each file is a question of its own, too.
    pub each: bool,
    /// Whether indexes are verified whatever their size.
    pub verify: bool,
    /// The encoding of all texts, where it is known better.
    pub encoding: Option<String>,
    /// How much is looked into cells.
    pub inside: How,
    /// Kinds of files that are set aside.
    pub out_of_scope: Vec<Scope>,
    /// Whether the first thing that cannot be read ends the reading.
    pub strict: bool,
    /// What unpacking may cost.
    pub bounds: Bounds,
    /// Whether archives within others may be put into a folder, which decides how large they may be.
    pub scratch: bool,
    /// Whether passwords were given; they are not kept.
    pub passwords: bool,
    /// How the dump's fingerprint was taken, where a library of known dumps was asked.
    #[serde(default)]
    pub library: Option<take::How>,
}

impl Asked {
    /// What is kept of how inputs are opened.
    #[must_use]
    pub fn new(
        threshold: Support,
        claim: &Claim,
        each: bool,
        verify: bool,
        library: Option<take::How>,
        reading: &reading::Options,
    ) -> Asked {
        Asked {
            threshold,
            claim: claim.clone(),
            each,
            verify,
            encoding: reading.encoding.map(|e| e.name().to_string()),
            inside: reading.inside,
            out_of_scope: reading.out_of_scope.clone(),
            strict: reading.strict,
            bounds: reading.bounds.clone(),
            scratch: reading.scratch.is_some(),
            passwords: !reading.passwords.is_empty(),
            library,
        }
    }

    /// The same as options, without passwords and folder.
    #[must_use]
    pub fn reading(&self) -> reading::Options {
        reading::Options {
            encoding: self.encoding.as_deref().and_then(Charset::of_name),
            passwords: Vec::new(),
            bounds: self.bounds.clone(),
            out_of_scope: self.out_of_scope.clone(),
            strict: self.strict,
            scratch: None,
            inside: self.inside,
        }
    }
}

/// The rules that some indexes were made under.
#[must_use]
pub fn rulesets(question: &Question) -> BTreeMap<String, u16> {
    let metas = question.indexes.iter().map(crate::index::Index::meta);
    let kinds = metas.flat_map(|m| m.identifiers.iter().map(|f| f.kind).chain(m.attributes.iter().map(|f| f.kind)));
    kinds.map(|kind| (kind.name().to_string(), kind.ruleset())).collect()
}

impl Manifest {
    /// One for a report that is not written yet.
    #[must_use]
    pub fn new(tool: &str, created: &str, case: &CaseEntry, look: &Look) -> Manifest {
        Manifest {
            schema: SCHEMA.to_string(),
            tool: tool.to_string(),
            created: created.to_string(),
            case: case.clone(),
            look: look.clone(),
            scan: None,
            plan: None,
            fingerprint_spec: SPEC_VERSION,
            rulesets: BTreeMap::new(),
            inputs: Vec::new(),
            indexes: Vec::new(),
            outputs: Vec::new(),
            signed_by: None,
            manifest_blake3: String::new(),
        }
    }

    /// Its file, digest and all.
    ///
    /// # Errors
    /// Never for a manifest of this program.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let json = |digest: String| {
            let mut out = serde_json::to_vec_pretty(&Manifest { manifest_blake3: digest, ..self.clone() })
                .map_err(|_| Error::usage("the manifest cannot be written as JSON"))?;
            out.push(b'\n');
            Ok(out)
        };
        let plain = json("0".repeat(64))?;
        json(blake3::hash(&plain).to_string())
    }

    /// Reads the manifest of a report's folder, checked against its own digest; also its bytes.
    ///
    /// # Errors
    /// When it is not there, was changed, or is of another version.
    pub fn read(folder: &Path) -> Result<(Manifest, Vec<u8>)> {
        let path = folder.join(NAME);
        let input = crate::source::Input::open(&path)?;
        if input.len() > limits::MANIFEST_BYTES {
            return Err(Error::usage("this is too large to be a report's manifest")
                .at(&path)
                .expected(format!("at most {} bytes", limits::MANIFEST_BYTES)));
        }
        let bytes = input.bytes().to_vec();
        let changed =
            || Error::damaged("the manifest is not the one that was written").at(&path).advice("get the report anew from whoever made it");
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|e| changed().line(e.line() as u64).got(format!("a JSON error in column {}", e.column())))?;
        if manifest.schema != SCHEMA {
            return Err(Error::usage("the manifest is of another version").at(&path).expected(SCHEMA).got(safe_text(&manifest.schema)));
        }
        // Whatever was changed, also the order and spaces of the file, it is no longer what this program writes.
        if manifest.to_bytes()? != bytes {
            return Err(changed().expected("a file that agrees with the digest in it"));
        }
        Ok((manifest, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_of_a_manifest_changes_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let case = CaseEntry { case: Some("BCU-2026-11".to_string()), ..CaseEntry::default() };
        let mut manifest = Manifest::new("leaktrace 0.1.0", "2026-11-22T00:00:00Z", &case, &Look::default());
        manifest.outputs.push(FileDigests { name: "scan.json".into(), bytes: 7, blake3: "b".repeat(64), sha256: "a".repeat(64) });
        let bytes = manifest.to_bytes().unwrap();
        let path = folder.path().join(NAME);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap().0.outputs, manifest.outputs);
        for at in 0..bytes.len() {
            for flip in [1, 0x20] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                std::fs::write(&path, &other).unwrap();
                let error = Manifest::read(folder.path()).expect_err(&format!("byte {at}")).to_string();
                assert!(error.contains(NAME), "{error}");
            }
        }
    }
}
