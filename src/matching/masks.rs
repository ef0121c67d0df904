//! Which masked column is which field: what its values show agrees with the parts that an index holds of the records that the rows hit.
//!
//! A masked value finds no record. Once a record is found by another column, each form of a field that the index holds ([`Form`]) and the value shows
//! is compared. The value agrees when every such form does, and disagrees when one does not; where none can be compared it is missing. As with
//! whole values, a column is taken for the field that it agrees with more often than with the record of the row before; where there are too few rows to
//! tell, its name decides.

use super::Question;
use super::discover::{Known, Tried, params_for};
use super::layout::AttributeTask;
use super::pair::{Agreement, KAPPA, bits_of_rows, records_of_rows};
use crate::identify::form::Form;
use crate::identify::{Kind, Params, vocabulary};
use crate::index::Index;
use crate::record::sampling::Sample;
use std::collections::BTreeMap;

/// A field of which an index holds parts.
struct Parted {
    kind: Kind,
    concept: String,
    /// Its parts: what is compared, and which form of the index it is.
    forms: Vec<(Form, usize)>,
}

fn parted_fields(index: &Index) -> Vec<Parted> {
    let mut fields: BTreeMap<(&str, Kind), Parted> = BTreeMap::new();
    for (number, a) in index.meta().attributes.iter().enumerate().filter(|(_, a)| a.form != Form::Whole) {
        let field =
            fields.entry((&a.name, a.kind)).or_insert_with(|| Parted { kind: a.kind, concept: a.concept.clone(), forms: Vec::new() });
        field.forms.push((a.form, number));
    }
    fields.into_values().collect()
}

/// Pairs masked columns with fields: one task a form.
pub(super) fn attributes(question: &Question, plan: Known<'_>, sample: &Sample<'_>, tried: &[Tried], columns: usize) -> Vec<AttributeTask> {
    let masked: Vec<usize> = (0..columns).filter(|&c| plan.is_masked(c)).collect();
    let mut tasks: BTreeMap<(usize, Kind, Params, usize, Form), AttributeTask> = BTreeMap::new();
    if masked.is_empty() {
        return Vec::new();
    }
    for (number, index) in question.indexes.iter().enumerate() {
        let fields = parted_fields(index);
        if fields.is_empty() {
            continue;
        }
        let (records, key) = (records_of_rows(tried, number), question.key_of[number]);
        for field in fields {
            let params = params_for(field.kind, index.meta().params(), None);
            let claim = |&column: &usize| {
                let header = plan.columns.get(column).and_then(|c| c.header.as_deref());
                let named = header.and_then(|h| vocabulary::lookup(h.as_bytes())).is_some_and(|e| e.concept == field.concept);
                let shown: Vec<Vec<u16>> = field
                    .forms
                    .iter()
                    .map(|&(form, _)| hash_rows(question, sample, &records, column, (field.kind, form), &params, key))
                    .collect();
                (column, claim_of(index, &field, &shown, &records, named))
            };
            let claims = masked.iter().map(claim).filter(|claim| claim.1 > 0.0);
            // Of equals the first.
            let Some((column, _)) = claims.reduce(|best, new| if new.1 > best.1 { new } else { best }) else { continue };
            for (form, place) in field.forms {
                let task = AttributeTask { column, kind: field.kind, params, form, masked: true, key, uses: Vec::new() };
                tasks.entry((column, field.kind, params, key, form)).or_insert(task).uses.push((number, place));
            }
        }
    }
    tasks.into_values().collect()
}

/// What a column shows of a form for each row that found a record, as attribute bits; 0 where it shows nothing of it.
fn hash_rows(
    question: &Question,
    sample: &Sample<'_>,
    records: &[(usize, u32)],
    column: usize,
    (kind, form): (Kind, Form),
    params: &Params,
    key: usize,
) -> Vec<u16> {
    let group = &question.keys[key];
    bits_of_rows(sample, records, |buffer, batch, rows| {
        buffer.fill_shown(batch, column, rows, kind, form, params, &group.key, &group.hasher);
    })
}

/// Whether what a value shows agrees with what the index holds; `None` where nothing can be compared.
fn agrees(shown: impl Iterator<Item = (u16, u16)>) -> Option<bool> {
    let mut compared = shown.filter(|&(ours, theirs)| ours != 0 && theirs != 0).peekable();
    compared.peek()?;
    Some(compared.all(|(ours, theirs)| ours == theirs))
}

/// A column's claim by how it agrees, as for whole values.
fn claim_of(index: &Index, field: &Parted, shown: &[Vec<u16>], records: &[(usize, u32)], named: bool) -> f64 {
    let (mut agreement, mut previous) = (Agreement::default(), vec![0u16; field.forms.len()]);
    for (at, &(_, record)) in records.iter().enumerate() {
        let row = index.record(record);
        let theirs: Vec<u16> = field.forms.iter().map(|&(_, form)| row.attribute(form)).collect();
        let same = |others: &[u16]| agrees(shown.iter().map(|values| values[at]).zip(others.iter().copied()));
        agreement.add(same(&theirs), same(&previous));
        previous = theirs;
    }
    match agreement.kappa() {
        (kappa, true) => kappa,
        // What is compared at all is certain: a column of that name that does not agree disagrees.
        (_, false) if named => KAPPA / 2.0,
        (_, false) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn every_comparable_form_agrees_or_one_disagrees_or_there_is_none() {
        for (shown, want) in [
            (&[(0, 0), (0, 5), (5, 0)][..], None),
            (&[], None),
            (&[(5, 5)], Some(true)),
            (&[(5, 5), (0, 7), (7, 7)], Some(true)),
            (&[(5, 5), (7, 8)], Some(false)),
            (&[(5, 6), (0, 8)], Some(false)),
        ] {
            assert_eq!(agrees(shown.iter().copied()), want, "{shown:?}");
        }
    }
}
