//! Putting dumps into a library.

use super::label::{Label, file_name_of};
use super::view::{Identity, View};
use super::{Library, Step, folder, seal_words};
use crate::lineage::head::{self, Seal};
use crate::lineage::{About, DumpFingerprint};
use crate::names::safe_path;
use crate::{Error, Result};
use std::collections::HashMap;
use std::io::Write;

/// What is said of a dump that is added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labelled {
    /// What it is called; its file is named after it.
    pub name: String,
    /// Where it was posted, or who gave it.
    pub source: Option<String>,
    /// Day on which it was published, YYYY-MM-DD.
    pub published: Option<String>,
    /// Today, YYYY-MM-DD.
    pub added: Option<String>,
}

/// A library that dumps are being added to.
#[derive(Debug)]
pub struct Adding<'l> {
    library: &'l Library,
    identity: Option<Identity>,
    /// By the seal of each dump's fingerprint its name.
    known: HashMap<String, String>,
}

impl Library {
    /// Begins to add dumps.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn adding(&self) -> Result<Adding<'_>> {
        let view = View::of(&self.folder)?;
        let mut known: HashMap<String, String> = view.still_covered().into_iter().map(|file| (file.of, file.name)).collect();
        for file in &view.uncovered {
            if let Ok((about, seal)) = head::describe(&file.path) {
                known.insert(about.label.and_then(|label| label.of).unwrap_or_else(|| seal_words(&seal)), file.name.clone());
            }
        }
        Ok(Adding { library: self, identity: view.identity, known })
    }
}

impl Adding<'_> {
    /// Checks that a fingerprint may be added, by what it says of itself: before a dump is read for it.
    ///
    /// # Errors
    /// When it is of another key or region than those that are there.
    pub fn check(&self, about: &About) -> Result<()> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check(about))
    }

    /// Adds a dump, and gives the name of its file: the one asked for, or that with a number where another dump has it.
    ///
    /// # Errors
    /// When it is there already, or is of another key or region; or when the disk fails.
    pub fn add(&mut self, mut dump: DumpFingerprint, label: Labelled) -> Result<String> {
        self.check(&dump.about)?;
        dump.about.label = None;
        let of = seal_words(&seal_of(&dump.to_bytes()?));
        if let Some(name) = self.known.get(&of) {
            return Err(Error::usage("this dump's fingerprint is already in the library").got(format!("it is there under {name}")).advice(
                format!("to say something else of it: leaktrace library remove {name} --library {}", safe_path(&self.library.folder)),
            ));
        }
        let Labelled { name, source, published, added } = label;
        let file_name = file_name_of(&name);
        dump.about.label = Some(Label { name, source, published, added, of: Some(of.clone()) });
        let name = self.library.write(&dump.to_bytes()?, &file_name)?;
        self.identity.get_or_insert_with(|| Identity::of(&dump.about));
        self.known.insert(of, name.clone());
        Ok(name)
    }

    /// Ends: the index is made anew where it lacks many dumps. False where another process is at that.
    ///
    /// # Errors
    /// When the disk fails. All that was added is there even so.
    pub fn finish(self) -> Result<bool> {
        self.library.refresh()
    }
}

impl Library {
    /// Writes a fingerprint's file.
    fn write(&self, bytes: &[u8], name: &str) -> Result<String> {
        let mut draft = folder::draft(&self.folder)?;
        self.step(Step::Begun);
        let (first, second) = bytes.split_at(bytes.len() / 2);
        folder::put(&mut draft, first, &self.folder)?;
        self.step(Step::Half);
        folder::put(&mut draft, second, &self.folder)?;
        let error = |e: std::io::Error| folder::unwritable(&e, &self.folder);
        draft.flush().map_err(error)?;
        self.step(Step::Written);
        draft.as_file().sync_all().map_err(error)?;
        self.step(Step::Synced);
        let name = folder::publish_new(draft, &self.folder, name)?;
        self.step(Step::Published);
        Ok(name)
    }
}

fn seal_of(bytes: &[u8]) -> Seal {
    bytes.last_chunk().copied().unwrap_or_default()
}
