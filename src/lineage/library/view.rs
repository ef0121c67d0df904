//! What a library's folder holds now, and how much of it the index covers.

use super::folder::{self, DumpFile};
use super::inverted::{Covered, Inverted};
use super::seal_words;
use crate::lineage::{About, head};
use crate::{Error, Result, names};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What all fingerprints of a library share: of others equal values would look different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    /// Id of their key.
    pub key_id: String,
    /// Country of phone numbers written without a country code.
    pub region: String,
}

impl Identity {
    /// That of a fingerprint.
    pub fn of(about: &About) -> Identity {
        Identity { key_id: about.key_id.clone(), region: about.region.clone() }
    }

    /// Checks that a fingerprint belongs here.
    ///
    /// # Errors
    /// When it was made with another key, or for another region.
    pub fn check(&self, about: &About) -> Result<()> {
        let differ = |what: &str, here: &str, other: &str, advice: &str| {
            Err(Error::usage(what).expected(names::safe_text(here)).got(names::safe_text(other)).advice(advice))
        };
        if about.key_id != self.key_id {
            return differ(
                "the fingerprint was made with another key than the library's",
                &format!("key {}, the library's", self.key_id),
                &format!("key {}", about.key_id),
                "make it with the library's key: leaktrace fingerprint DUMP -o OUT.ltf --key LIBRARY_KEY",
            );
        }
        if about.region != self.region {
            return differ(
                "the fingerprint takes phone numbers for those of another country than the library does",
                &format!("region {}, the library's", self.region),
                &format!("region {}", about.region),
                "make it for the library's: leaktrace fingerprint DUMP -o OUT.ltf --key KEY --region REGION",
            );
        }
        Ok(())
    }
}

/// A library's folder at a moment.
#[derive(Debug)]
pub(super) struct View {
    /// The index, where there is one that can be used.
    pub index: Option<Inverted>,
    /// Why it cannot be.
    pub trouble: Option<Error>,
    /// Of each dump number of the index the file, where that is still there as it was.
    pub covered: Vec<Option<DumpFile>>,
    /// Files that the index does not cover.
    pub uncovered: Vec<DumpFile>,
    /// What the fingerprints share; none while there are none.
    pub identity: Option<Identity>,
}

impl View {
    /// Looks at a folder.
    ///
    /// # Errors
    /// When it cannot be read. An index that cannot be used is none.
    pub fn of(folder: &Path) -> Result<View> {
        // The index first: what is added from here on is not in it, and is seen.
        let (index, trouble) = match Inverted::open(folder) {
            Ok(index) => (index, None),
            Err(error) => (None, Some(error)),
        };
        let mut files: HashMap<String, DumpFile> = HashMap::new();
        let mut uncovered = Vec::new();
        for file in folder::dump_files(folder)? {
            if file.is_clear() {
                files.insert(file.name.clone(), file);
            } else {
                uncovered.push(file);
            }
        }
        let covered: Vec<Option<DumpFile>> = index.as_ref().map_or_else(Vec::new, |index| {
            let mut of = |covered: &Covered| {
                let file = files.remove(&covered.name)?;
                if is_same(covered, &file) {
                    return Some(file);
                }
                uncovered.push(file);
                None
            };
            index.head.files.iter().map(&mut of).collect()
        });
        uncovered.extend(files.into_values());
        uncovered.sort_unstable_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
        let used = index.as_ref().filter(|_| covered.iter().any(Option::is_some));
        let of_index = used.map(|index| Identity { key_id: index.head.key_id.clone(), region: index.head.region.clone() });
        let identity = of_index.or_else(|| most_common(&uncovered));
        Ok(View { index, trouble, covered, uncovered, identity })
    }

    /// Dumps of the index that are no longer there as they were.
    pub fn gone(&self) -> usize {
        self.covered.iter().filter(|file| file.is_none()).count()
    }

    /// For each dump number of the index the one that it gets without those.
    pub fn numbers(&self) -> Vec<Option<u32>> {
        let mut next = 0;
        let number = |file: &Option<DumpFile>| {
            file.as_ref().map(|_| {
                next += 1;
                next - 1
            })
        };
        self.covered.iter().map(number).collect()
    }

    /// What the index says of the files that are still there.
    pub fn still_covered(&self) -> Vec<Covered> {
        let files = self.index.iter().flat_map(|index| &index.head.files);
        files.zip(&self.covered).filter(|(_, file)| file.is_some()).map(|(covered, _)| covered.clone()).collect()
    }
}

/// What most of some files are of: one that strayed into the folder does not decide for all. What `library add` put there has a label, and counts
/// before what has none.
fn most_common(files: &[DumpFile]) -> Option<Identity> {
    let mut counts: BTreeMap<Identity, (usize, usize)> = BTreeMap::new();
    for (about, _) in files.iter().filter_map(|file| head::describe(&file.path).ok()) {
        let (labelled, all) = counts.entry(Identity::of(&about)).or_default();
        *labelled += usize::from(about.label.is_some());
        *all += 1;
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map(|(identity, _)| identity)
}

/// Whether a file is the one whose values are in the index. Its last bytes tell, and are read where its time does not.
fn is_same(covered: &Covered, file: &DumpFile) -> bool {
    let unchanged = covered.modified != 0 && covered.modified == file.modified;
    covered.bytes == file.bytes && (unchanged || head::seal(&file.path).is_ok_and(|seal| seal_words(&seal) == covered.seal))
}
