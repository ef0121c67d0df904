//! What fields mean across institutions: fields are compared by concept (`birth_date`, `name`, …), not by column name.

use crate::identify::Kind;
use crate::identify::form::Form;
use crate::index::panel::shared_rank;
use crate::index::{Index, Meta};

/// Concepts of one scan; sets of concepts are 64 bits wide. A concept past the 64th is not compared.
pub const MAX_CONCEPTS: usize = 64;

/// What follows a concept's name where only parts of its values are compared, with masked ones.
pub const IN_PART: &str = ", in part";

/// A set of concepts, one bit each.
pub type ConceptSet = u64;

/// The concepts of a set, ascending.
pub fn members(mut set: ConceptSet) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let concept = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(concept)
    })
}

/// The concepts of a scan's indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concepts {
    /// Their names, in order of first appearance.
    pub names: Vec<String>,
    /// Those that some institution issues.
    pub issued: ConceptSet,
    /// Concepts of identifiers that institutions share, most shared first: the order in which a row's finder is chosen.
    pub finders: Vec<usize>,
    /// For each concept, what its values say by themselves (a NIK holds region, birth date and sex).
    pub implied: Vec<ConceptSet>,
    /// For each index, the concept of each identifier (first is field 1).
    pub of_identifier: Vec<Vec<Option<usize>>>,
    /// For each index, the concept of each attribute form; the parts of a field have one together, which is another than that of its whole values.
    pub of_attribute: Vec<Vec<Option<usize>>>,
}

impl Concepts {
    /// The concepts of these indexes.
    #[must_use]
    pub fn of(indexes: &[Index]) -> Concepts {
        Concepts::of_metas(&indexes.iter().map(Index::meta).collect::<Vec<_>>())
    }

    fn of_metas(metas: &[&Meta]) -> Concepts {
        let mut out = Concepts::default();
        let mut ranks: Vec<Option<usize>> = Vec::new();
        let mut kinds: Vec<Kind> = Vec::new();
        for meta in metas {
            let identifiers = meta
                .identifiers
                .iter()
                .map(|f| {
                    let c = out.number(&f.concept, f.kind, &mut kinds)?;
                    ranks.resize(out.names.len(), None);
                    if f.issued {
                        out.issued |= 1 << c;
                    } else {
                        ranks[c] = [ranks[c], shared_rank(f.kind)].into_iter().flatten().min();
                    }
                    Some(c)
                })
                .collect();
            let attributes = meta
                .attributes
                .iter()
                .map(|a| if a.form == Form::Whole { out.number(&a.concept, a.kind, &mut kinds) } else { None })
                .collect();
            out.of_identifier.push(identifiers);
            out.of_attribute.push(attributes);
        }
        // Behind all others, so that they take nobody's place.
        for (index, meta) in metas.iter().enumerate() {
            for (n, a) in meta.attributes.iter().enumerate().filter(|(_, a)| a.form != Form::Whole) {
                out.of_attribute[index][n] = out.number(&format!("{}{IN_PART}", a.concept), a.kind, &mut kinds);
            }
        }
        ranks.resize(out.names.len(), None);
        let mut finders: Vec<(usize, usize)> = ranks
            .iter()
            .enumerate()
            .filter(|&(c, _)| out.issued >> c & 1 == 0)
            .filter_map(|(c, r)| Some((r.as_ref().copied()?, c)))
            .collect();
        finders.sort_unstable();
        out.finders = finders.into_iter().map(|(_, c)| c).collect();
        out.implied = kinds
            .iter()
            .map(|kind| kind.implies().iter().filter_map(|name| out.names.iter().position(|n| n == name)).fold(0, |set, c| set | 1 << c))
            .collect();
        out.imply_parts();
        out
    }

    /// What implies a value implies its parts, and so does the value itself.
    fn imply_parts(&mut self) {
        for part in 0..self.names.len() {
            let whole = self.names[part].strip_suffix(IN_PART).and_then(|name| self.names.iter().position(|n| n == name));
            for (concept, implied) in self.implied.iter_mut().enumerate() {
                if whole.is_some_and(|whole| concept == whole || *implied >> whole & 1 == 1) {
                    *implied |= 1 << part;
                }
            }
        }
    }

    /// Concepts that records are searched by.
    #[must_use]
    pub fn identifiers(&self) -> ConceptSet {
        self.finders.iter().fold(self.issued, |set, c| set | 1 << c)
    }

    /// Concepts whose values stay with a person or a record for good; the others may have changed whenever the record did.
    #[must_use]
    pub fn lasting(&self) -> ConceptSet {
        const LASTING: [&str; 7] = ["national_id", "birth_date", "birth_place", "sex", "name", "tax_number", "passport_number"];
        let named = self.names.iter().enumerate().filter(|(_, n)| LASTING.contains(&n.strip_suffix(IN_PART).unwrap_or(n)));
        named.fold(self.issued, |set, (c, _)| set | 1 << c)
    }

    fn number(&mut self, name: &str, kind: Kind, kinds: &mut Vec<Kind>) -> Option<usize> {
        if let Some(n) = self.names.iter().position(|known| known == name) {
            return Some(n);
        }
        if self.names.len() == MAX_CONCEPTS {
            return None;
        }
        self.names.push(name.to_string());
        kinds.push(kind);
        Some(self.names.len() - 1)
    }
}

/// What one row of a dump has in common with one record of one index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Comparison {
    /// Index, by its place on the command line.
    pub index: u16,
    /// Record.
    pub record: u32,
    /// Concepts that agree.
    pub agree: ConceptSet,
    /// Concepts that disagree: both sides have a value.
    pub disagree: ConceptSet,
    /// At least two fields of the row, none implied by another, agree with this record.
    pub corroborated: bool,
    /// The record is planted.
    pub canary: bool,
}
