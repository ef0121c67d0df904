//! A row against the records that it hit: what agrees, what disagrees, and which record it is.

use super::Question;
use super::concepts::{Comparison, ConceptSet};
use super::exposed::{Shown, Wanted};
use super::layout::Layout;
use super::tally::Tally;
use crate::index::records::RecordRow;
use crate::limits::{ATTRIBUTE_FORMS, SEARCHABLE_FIELDS};
use std::cmp::Ordering;

/// Candidates of one row in one index that are compared in full.
const CANDIDATES: usize = 8;

/// A record that some cell of a row hit.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// The record.
    pub record: u32,
    /// Searchable fields that agree, bit `field - 1`.
    pub fields: u16,
    /// Tasks whose cell agrees.
    pub tasks: u64,
}

/// The record that a row is taken for.
#[derive(Clone, Copy, Debug)]
pub struct Best {
    /// What they have in common.
    pub comparison: Comparison,
    /// Another record fits as well.
    ambiguous: bool,
    /// Searchable fields that agree, bit `field - 1`.
    fields: u16,
    /// Attributes of [`Comparer::attributes`] that both sides have, and those that agree.
    compared: u32,
    agreed: u32,
}

/// What a comparison with one index needs, looked up once.
#[derive(Clone, Debug)]
pub struct Comparer {
    index: usize,
    /// Concept of each field, as a set of one or none.
    fields: [ConceptSet; SEARCHABLE_FIELDS],
    /// Each task's column as a bit; columns past the 64th share the last.
    task_columns: Vec<u64>,
    /// For each task that can disagree with this index: its number, the field, its concept.
    can_disagree: Vec<(usize, u8, ConceptSet)>,
    /// The attributes compared with this index, at most [`ATTRIBUTE_FORMS`].
    attributes: Vec<Attribute>,
    masks: Vec<Mask>,
    /// What a list of affected records tells, where one is asked for.
    exposed: Option<Wanted>,
}

/// A masked column and the field that it is compared with: it agrees when all that it shows does.
#[derive(Clone, Copy, Debug)]
struct Mask {
    /// Its forms, as bits of places in [`Comparer::attributes`].
    forms: u32,
    concept: ConceptSet,
    column: u64,
}

#[derive(Clone, Copy, Debug)]
struct Attribute {
    task: usize,
    use_number: usize,
    form: usize,
    concept: ConceptSet,
    column: u64,
}

impl Comparer {
    /// What comparisons of rows of this layout with index number `index` need.
    #[must_use]
    pub fn new(question: &Question, layout: &Layout, index: usize) -> Comparer {
        let set = |concept: Option<&Option<usize>>| concept.copied().flatten().map_or(0u64, |c| 1 << c);
        let of_field = &question.concepts.of_identifier[index];
        let mut fields = [0; SEARCHABLE_FIELDS];
        fields.iter_mut().enumerate().for_each(|(n, f)| *f = set(of_field.get(n)));
        let mut columns: Vec<usize> = layout.tasks.iter().map(|t| t.column).chain(layout.attributes.iter().map(|a| a.column)).collect();
        columns.sort_unstable();
        columns.dedup();
        let bit = |column: usize| 1u64 << columns.binary_search(&column).unwrap_or(63).min(63);
        let targets = layout.tasks.iter().enumerate().flat_map(|(n, t)| t.targets.iter().map(move |target| (n, target)));
        let can_disagree = targets
            .filter(|(_, target)| target.index == index && target.field != 0)
            .map(|(n, target)| (n, target.field, fields[usize::from(target.field) - 1]))
            .collect();
        let (mut attributes, mut masks) = (Vec::new(), Vec::new());
        for (task, a) in layout.attributes.iter().enumerate() {
            for (use_number, &(_, form)) in a.uses.iter().enumerate().filter(|(_, u)| u.0 == index) {
                let (concept, column) = (set(question.concepts.of_attribute[index].get(form)), bit(a.column));
                if !a.masked {
                    attributes.push(Attribute { task, use_number, form, concept, column });
                } else if attributes.len() < ATTRIBUTE_FORMS {
                    // Its forms speak together.
                    let place = 1 << attributes.len();
                    match masks.iter_mut().find(|m: &&mut Mask| m.concept == concept && m.column == column) {
                        Some(mask) => mask.forms |= place,
                        None => masks.push(Mask { forms: place, concept, column }),
                    }
                    attributes.push(Attribute { task, use_number, form, concept: 0, column: 0 });
                }
            }
        }
        attributes.truncate(ATTRIBUTE_FORMS);
        let exposed = question.affected.then(|| Wanted::of(question.indexes[index].meta()));
        Comparer {
            index,
            exposed,
            masks,
            fields,
            task_columns: layout.tasks.iter().map(|t| bit(t.column)).collect(),
            can_disagree,
            attributes,
        }
    }

    /// Compares a row's candidates, at least one, and takes the one that agrees on most; of equals the one with the lowest record number.
    /// `attributes[task][position]` are the row's attribute bits, `values` the tasks for which it has a value, `first` is what the index holds of the
    /// first candidate's record.
    #[must_use]
    pub fn best_of(
        &self,
        question: &Question,
        attributes: &[Vec<u16>],
        values: u64,
        position: usize,
        candidates: &[Candidate],
        first: &RecordRow,
    ) -> Best {
        if let [one] = candidates {
            return self.compare(question, attributes, values, position, one, first);
        }
        let most = candidates.iter().map(|c| c.fields.count_ones()).max().unwrap_or(0);
        let strongest = || candidates.iter().filter(|c| c.fields.count_ones() == most);
        let mut left = strongest().count();
        let mut after = None;
        let mut best: Option<Best> = None;
        for _ in 0..left.min(CANDIDATES) {
            // Ascending by record, without sorting: there is nearly always one.
            let Some(next) = strongest().filter(|c| after.is_none_or(|a| c.record > a)).min_by_key(|c| c.record) else { break };
            after = Some(next.record);
            left -= 1;
            let row = question.indexes[self.index].record(next.record);
            let new = self.compare(question, attributes, values, position, next, &row);
            best = Some(match best {
                None => new,
                Some(old) => old.or(new),
            });
        }
        let mut best = best.unwrap_or_else(|| self.nothing());
        best.ambiguous |= left > 0;
        best
    }

    /// The comparison of a row without candidates.
    fn nothing(&self) -> Best {
        let comparison = Comparison { index: self.index as u16, record: 0, agree: 0, disagree: 0, corroborated: false, canary: false };
        Best { comparison, ambiguous: true, fields: 0, compared: 0, agreed: 0 }
    }

    fn compare(
        &self,
        question: &Question,
        attributes: &[Vec<u16>],
        values: u64,
        position: usize,
        candidate: &Candidate,
        row: &RecordRow,
    ) -> Best {
        let (mut agree, mut disagree, mut columns) = (0, 0, 0u64);
        let mut fields = candidate.fields;
        while fields != 0 {
            agree |= self.fields[fields.trailing_zeros() as usize];
            fields &= fields - 1;
        }
        let mut tasks = candidate.tasks;
        while tasks != 0 {
            columns |= self.task_columns[tasks.trailing_zeros() as usize];
            tasks &= tasks - 1;
        }
        for &(task, field, concept) in &self.can_disagree {
            if candidate.tasks >> task & 1 == 0 && values >> task & 1 == 1 && row.present(field) {
                disagree |= concept;
            }
        }
        let (mut compared, mut agreed) = (0u32, 0u32);
        for (n, a) in self.attributes.iter().enumerate() {
            let (ours, theirs) = (attributes[a.task][position], row.attribute(a.form));
            if ours == 0 || theirs == 0 {
                continue;
            }
            compared |= 1 << n;
            if ours == theirs {
                agreed |= 1 << n;
                agree |= a.concept;
                columns |= a.column;
            } else {
                disagree |= a.concept;
            }
        }
        for mask in self.masks.iter().filter(|m| compared & m.forms != 0) {
            if agreed & mask.forms == compared & mask.forms {
                agree |= mask.concept;
                columns |= mask.column;
            } else {
                disagree |= mask.concept;
            }
        }
        disagree &= !agree;
        // What another agreeing field implies is not a second field.
        let mut implied = 0;
        let mut left = agree;
        while left != 0 {
            implied |= question.concepts.implied[left.trailing_zeros() as usize];
            left &= left - 1;
        }
        let corroborated = columns.count_ones() >= 2 && (agree & !implied).count_ones() >= 2;
        let comparison =
            Comparison { index: self.index as u16, record: candidate.record, agree, disagree, corroborated, canary: row.canary() };
        Best { comparison, ambiguous: false, fields: candidate.fields, compared, agreed }
    }

    /// What of its record a row shows.
    fn shown(&self, wanted: &Wanted, best: &Best) -> Shown {
        // A masked value that shows several parts is shown when all of them agree.
        let other = self.masks.iter().map(|m| m.forms).filter(|forms| best.agreed & forms != best.compared & forms);
        let agreed = other.fold(best.agreed, |agreed, forms| agreed & !forms);
        let forms = self.attributes.iter().enumerate().filter(|(n, _)| agreed >> n & 1 == 1).map(|(_, a)| a.form);
        wanted.shown(best.fields, forms, best.comparison.corroborated)
    }

    /// Counts row number `row` of a part, which hit this index.
    pub fn count(&self, row: u64, candidates: &[Candidate], best: &Best, tally: &mut Tally) {
        for (n, a) in self.attributes.iter().enumerate().filter(|(n, _)| best.compared >> n & 1 == 1) {
            let cell = &mut tally.attributes[a.task].uses[a.use_number];
            cell.0 += u64::from(best.agreed >> n & 1);
            cell.1 += 1;
        }
        let tally = &mut tally.indexes[self.index];
        tally.rows_hit += 1;
        tally.places.push(row as u32);
        let fields = candidates.iter().fold(0, |set, c| set | c.fields);
        for (n, count) in tally.field_hits.iter_mut().enumerate() {
            *count += u64::from(fields >> n & 1);
        }
        tally.rows_corroborated += u64::from(best.comparison.corroborated);
        tally.rows_canary += u64::from(best.comparison.canary);
        if best.ambiguous {
            tally.rows_ambiguous += 1;
        } else {
            tally.records.push(best.comparison.record);
            tally.shown.extend(self.exposed.as_ref().map(|wanted| self.shown(wanted, best)));
        }
    }
}

impl Best {
    /// The better of two; the earlier of equals, which are then ambiguous.
    fn or(self, new: Best) -> Best {
        let agree = |b: &Best| b.comparison.agree.count_ones();
        let disagree = |b: &Best| b.comparison.disagree.count_ones();
        match agree(&new).cmp(&agree(&self)).then(disagree(&self).cmp(&disagree(&new))) {
            Ordering::Greater => new,
            Ordering::Equal => Best { ambiguous: true, ..self },
            Ordering::Less => self,
        }
    }
}
