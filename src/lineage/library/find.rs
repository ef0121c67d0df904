//! Asking a library which known dumps a dump comes from.
//!
//! Every known dump is looked at: through the index where that covers it, by its file where not; either way by the same values, so that the answer does
//! not depend on how old the index is. Those with enough values in common are ranked by how much of either the other seems to hold, and the
//! first are compared in full; how many were not is part of the answer.

use super::folder::DumpFile;
use super::marks::{Marks, containment};
use super::view::{Identity, View};
use super::{Library, read_dump};
use crate::lineage::compare::{Comparison, Covered, covered};
use crate::lineage::family::{MadeOf, made_of};
use crate::lineage::{About, DumpFingerprint, compare};
use crate::names::{escape_controls, safe_text};
use crate::{Error, Result, limits, parallel};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// A known dump.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Its name in the library, as it may be shown.
    pub name: String,
    /// What its fingerprint says of itself, with its label.
    pub about: About,
}

impl Known {
    /// Of a file's name and what it says. A name that a person gave is shown as it is, one that came from elsewhere may hold anything.
    pub(super) fn new(name: &str, about: About) -> Known {
        Known { name: if about.label.is_some() { escape_controls(name) } else { safe_text(name) }, about }
    }
}

/// A known dump that was compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Which.
    pub known: Known,
    /// Values that both have, of those that were looked up.
    pub in_common: u64,
    /// What the dump that was asked about (the second) is to the known one (the first): [`Comparison::b_in_a`] is the share of its rows that are known.
    pub comparison: Comparison,
    /// Share of the dump's distinct rows that this known dump holds and none before it does; none where it adds nothing to speak of.
    pub adds: Option<f64>,
}

/// A file of a library that nothing can be said of, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its name in the library, as it may be shown.
    pub name: String,
    /// Why.
    pub error: Error,
}

/// What a library says of a dump.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explained {
    /// Known dumps that were compared: those that hold copied rows first, by the share of the dump's rows.
    pub found: Vec<Found>,
    /// Share of the dump's distinct rows that no known dump holds.
    pub new: f64,
    /// For each entry of the dump's fingerprint the chance that a known dump holds its row as a copy. Entries without cells, of the dump or of the
    /// known one, cannot be looked at and have 0, and so do those of whole rows where rows are found by columns: shares are to be taken from `found` and `new`.
    pub coverage: Vec<f64>,
    /// Known dumps with enough values in common to be compared, which were not: others came before them.
    pub not_compared: u64,
    /// Known dumps with fewer values in common: one or two.
    pub hardly: u64,
    /// Known dumps that were looked at.
    pub known: u64,
    /// Of these, those that the index does not cover, so that their files were read.
    pub read: u64,
    /// Files that nothing can be said of.
    pub unread: Vec<Unread>,
    /// Why the library's index could not be used, so that every file was read.
    pub index: Option<Error>,
}

impl Explained {
    /// Whether any known dump holds rows of the dump as copies.
    #[must_use]
    pub fn copied(&self) -> bool {
        self.found.iter().any(|found| found.comparison.relation.copied())
    }
}

/// A known dump with values in common.
struct Candidate<'v> {
    file: &'v DumpFile,
    in_common: u32,
    containment: f64,
}

/// What a comparison comes to; none where the file was removed meanwhile.
type Compared = Option<Result<(Found, Covered)>>;

/// What one file comes to.
enum Looked<'v> {
    Candidate(Candidate<'v>),
    Unread(Unread),
}

impl Library {
    /// Checks that a dump can be compared with those that are there, by what its fingerprint says or will say of itself.
    ///
    /// # Errors
    /// When it is of another key or region; or when the folder cannot be read.
    pub fn check(&self, about: &About) -> Result<()> {
        View::of(&self.folder)?.identity.map_or(Ok(()), |identity| identity.check(about))
    }

    /// Says which known dumps hold which share of a dump's rows. The best `most` are compared in full, on the threads of the pool that this is
    /// called in.
    ///
    /// # Errors
    /// When the folder cannot be read, or the dump's fingerprint is of another key or region than the library's. A damaged file or index is none: it
    /// is told in [`Explained`].
    pub fn explain(&self, dump: &DumpFingerprint, most: usize) -> Result<Explained> {
        let mut view = View::of(&self.folder)?;
        let Some(identity) = view.identity.clone() else {
            let unread = view.uncovered.iter().filter_map(|file| read_dump(&file.path).err().map(|error| unread(file, error)));
            return Ok(Explained { new: 1.0, coverage: vec![0.0; dump.entries.len()], unread: unread.collect(), ..Explained::default() });
        };
        identity.check(&dump.about)?;
        let query = Marks::of_all(dump);
        let counts = view.index.as_ref().map(|index| index.count(&query)).transpose();
        let counts = counts.unwrap_or_else(|error| {
            // Nothing of a damaged index is believed.
            view.uncovered.extend(view.covered.drain(..).flatten());
            view.trouble = Some(error);
            None
        });
        let of_index = view.index.iter().flat_map(|index| &index.head.files).zip(&view.covered).zip(counts.unwrap_or_default());
        let mut looked: Vec<Looked<'_>> = of_index
            .filter_map(|((covered, file), n)| {
                let containment = containment(n, &query, covered.level, covered.values);
                Some(Looked::Candidate(Candidate { file: file.as_ref()?, in_common: n, containment }))
            })
            .collect();
        let (covered, read) = (looked.len(), view.uncovered.len());
        looked.extend(view.uncovered.par_iter().filter_map(|file| look_at(file, &query, &identity)).collect::<Vec<_>>());
        let mut explained =
            Explained { known: (covered + read) as u64, read: read as u64, index: view.trouble.clone(), ..Explained::default() };
        let mut candidates = Vec::new();
        for looked in looked {
            match looked {
                Looked::Unread(unread) => explained.unread.push(unread),
                Looked::Candidate(candidate) if candidate.in_common >= limits::LIBRARY_IN_COMMON => candidates.push(candidate),
                Looked::Candidate(candidate) => explained.hardly += u64::from(candidate.in_common > 0),
            }
        }
        if parallel::interrupted() {
            return Err(Error::interrupted());
        }
        candidates.sort_by(|a, b| {
            b.containment.total_cmp(&a.containment).then(b.in_common.cmp(&a.in_common)).then_with(|| a.file.name.cmp(&b.file.name))
        });
        explained.not_compared = candidates.len().saturating_sub(most) as u64;
        candidates.truncate(most);
        compare_all(dump, &candidates, &identity, &mut explained)?;
        Ok(explained)
    }
}

/// Compares a dump with known ones in full.
fn compare_all(dump: &DumpFingerprint, candidates: &[Candidate<'_>], identity: &Identity, explained: &mut Explained) -> Result<()> {
    let compared: Vec<Compared> = candidates
        .par_iter()
        .map(|candidate| {
            if parallel::interrupted() {
                return Some(Err(Error::interrupted()));
            }
            let known = match read_known(candidate.file, identity)? {
                Ok(known) => known,
                Err(error) => return Some(Err(error)),
            };
            let comparison = compare(&known, dump);
            let weights = if comparison.relation.copied() { covered(dump, &known) } else { Vec::new() };
            let known = Known::new(&candidate.file.name, known.about);
            Some(Ok((Found { known, in_common: u64::from(candidate.in_common), comparison, adds: None }, weights)))
        })
        .collect();
    if parallel::interrupted() {
        return Err(Error::interrupted());
    }
    explained.coverage = vec![0.0; dump.entries.len()];
    let mut all = Vec::new();
    for (candidate, compared) in candidates.iter().zip(compared) {
        match compared {
            None => explained.known = explained.known.saturating_sub(1),
            Some(Err(error)) => explained.unread.push(unread(candidate.file, error)),
            Some(Ok((found, weights))) => {
                explained.coverage.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum = sum.max(*weight));
                all.push((found, weights));
            }
        }
    }
    let share = |found: &Found| found.comparison.b_in_a.estimate;
    all.sort_by(|(a, _), (b, _)| {
        let copied = |found: &Found| found.comparison.relation.copied();
        copied(b)
            .cmp(&copied(a))
            .then(share(b).total_cmp(&share(a)))
            .then(b.in_common.cmp(&a.in_common))
            .then(a.known.name.cmp(&b.known.name))
    });
    let parts = all.iter_mut().enumerate().filter(|(_, (found, _))| found.comparison.relation.copied());
    let parts = parts.map(|(n, (found, weights))| (n, share(found), std::mem::take(weights))).collect();
    let MadeOf { of, new } = made_of(dump, parts);
    for (n, adds) in of {
        if let Some((found, _)) = all.get_mut(n) {
            found.adds = Some(adds);
        }
    }
    explained.new = new;
    explained.found = all.into_iter().map(|(found, _)| found).collect();
    explained.unread.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}

/// Counts the values in common with a dump that the index does not cover; none where it was removed meanwhile.
fn look_at<'v>(file: &'v DumpFile, query: &Marks, identity: &Identity) -> Option<Looked<'v>> {
    Some(match read_known(file, identity)? {
        Err(error) => Looked::Unread(unread(file, error)),
        Ok(known) => {
            let marks = Marks::of_known(&known);
            let in_common = marks.in_common(query);
            let containment = containment(in_common, query, marks.level, marks.len());
            Looked::Candidate(Candidate { file, in_common, containment })
        }
    })
}

/// A known dump's fingerprint; none where it was removed meanwhile.
fn read_known(file: &DumpFile, identity: &Identity) -> Option<Result<DumpFingerprint>> {
    let read = read_dump(&file.path).and_then(|(known, _)| identity.check(&known.about).map(|()| known).map_err(|e| e.at(&file.path)));
    (read.is_ok() || file.path.exists()).then_some(read)
}

fn unread(file: &DumpFile, error: Error) -> Unread {
    Unread { name: safe_text(&file.name), error }
}
