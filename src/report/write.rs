//! A report's folder, made from what a scan found out: the page, the document, the lists, the notice, the exports, and the manifest that holds them
//! together.

use super::digests::FileDigests;
use super::document::Document;
use super::folder::Folder;
use super::look::Look;
use super::manifest::{Asked, Manifest};
use super::sign::Signer;
use super::{affected, html, json, manifest, misp, notice, sign, stix};
use crate::index::Index;
use crate::matching::exposed::Exposed;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::source::Input;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// What a report is made from, beside its document.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// How the scan was.
    pub scan: Option<Asked>,
    /// How the dump was read.
    pub plan: Option<Plan>,
    /// Versions of the rules.
    pub rulesets: BTreeMap<String, u16>,
    /// The files of the dump.
    pub inputs: Vec<FileDigests>,
    /// The indexes.
    pub indexes: Vec<FileDigests>,
}

/// The lists of affected records.
pub enum Lists<'a> {
    /// Of a scan: one an index.
    Found(&'a [Index], &'a [Exposed]),
    /// Of an older report: its folder and their names.
    Kept(&'a Path, Vec<String>),
    /// Of a document alone there are none.
    None,
}

/// Writes a report and gives it its name; also the manifest.
///
/// # Errors
/// When the disk is full or fails, or the user interrupts.
pub fn write(
    mut folder: Folder,
    document: &Document,
    look: &Look,
    basis: Basis,
    lists: &Lists<'_>,
    signer: Option<&Signer>,
    progress: &dyn Progress,
) -> Result<Manifest> {
    folder.write("report.html", html::render(document, look.lang).as_bytes())?;
    folder.write("scan.json", &json::bytes(document)?)?;
    folder.write("notice.md", notice::render(document, look.aware_since, look.lang).as_bytes())?;
    folder.write("misp.json", &pretty(&misp::event(document, &basis.inputs, look.tlp))?)?;
    folder.write("stix.json", &pretty(&stix::bundle(document, &basis.inputs, look.tlp))?)?;
    write_lists(&mut folder, lists, progress)?;
    let mut manifest = Manifest::new(&document.tool, &document.run.started, &document.case, look);
    (manifest.scan, manifest.plan, manifest.rulesets) = (basis.scan, basis.plan, basis.rulesets);
    (manifest.inputs, manifest.indexes) = (basis.inputs, basis.indexes);
    manifest.outputs = folder.files().to_vec();
    manifest.signed_by = signer.map(Signer::public_key);
    let bytes = manifest.to_bytes()?;
    folder.write(manifest::NAME, &bytes)?;
    if let Some(signer) = signer {
        folder.write(sign::NAME, &signer.sign(&bytes)?)?;
    }
    folder.publish()?;
    Ok(manifest)
}

fn write_lists(folder: &mut Folder, lists: &Lists<'_>, progress: &dyn Progress) -> Result<()> {
    match lists {
        Lists::None => {}
        Lists::Found(indexes, exposed) => {
            progress.begin("affected records", exposed.iter().map(|e| e.page_bytes() * e.pages() as u64).sum());
            for ((index, exposed), name) in indexes.iter().zip(*exposed).zip(affected::names(indexes)) {
                affected::write(folder, &name, index, exposed, progress)?;
            }
            progress.end();
        }
        Lists::Kept(from, names) => {
            for name in names {
                const PIECE: usize = 16 << 20;
                let list = Input::open(&from.join(name))?;
                let mut file = folder.file(name)?;
                list.bytes().chunks(PIECE).try_for_each(|piece| file.write(piece))?;
                list.check_unaltered("a list of affected records")?;
                folder.close(file)?;
            }
        }
    }
    Ok(())
}

fn pretty(value: &serde_json::Value) -> Result<Vec<u8>> {
    let mut out = serde_json::to_vec_pretty(value).map_err(|_| Error::usage("an export cannot be written as JSON"))?;
    out.push(b'\n');
    Ok(out)
}
