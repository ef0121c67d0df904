//! Which masked column is which field: what its values show agrees with the parts that an index holds of the records that the rows hit.
//!
//! A masked value finds no record. Once a record is found by another column, each form of a field that the index holds ([`Form`]) and the value shows
//! is compared. The value agrees when every such form does, and disagrees when one does not; where none can be compared it is missing. As with
//! whole values, a column is taken for the field that it agrees with more often than with the record of the row before; where there are too few rows to
//! tell, its name decides.

use super::Question;
use super::discover::{Known, Tried, params_for};
use super::layout::AttributeTask;
use super::pair::{COINCIDENCE, KAPPA, records_of_rows, tail};
use crate::fingerprint::Column;
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
                (column, kappa(index, &field, &shown, &records, named))
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
    let (mut out, mut buffer, mut rows) = (vec![0; records.len()], Column::default(), Vec::new());
    let (mut base, mut first) = (0, 0);
    for batch in &sample.batches {
        let here = records[first..].iter().take_while(|r| r.0 < base + batch.len());
        rows.clear();
        rows.extend(here.map(|r| (r.0 - base) as u32));
        buffer.fill_shown(batch, column, &rows, kind, form, params, &group.key, &group.hasher);
        let mut filled = buffer.rows.iter().zip(&buffer.fingerprints).peekable();
        for (row, bits) in rows.iter().zip(&mut out[first..]) {
            if let Some((_, fingerprint)) = filled.next_if(|f| f.0 == row) {
                *bits = fingerprint.attribute();
            }
        }
        base += batch.len();
        first += rows.len();
    }
    out
}

/// Whether what a value shows agrees with what the index holds; `None` where nothing can be compared.
fn agrees(shown: impl Iterator<Item = (u16, u16)>) -> Option<bool> {
    let mut compared = shown.filter(|&(ours, theirs)| ours != 0 && theirs != 0).peekable();
    compared.peek()?;
    Some(compared.all(|(ours, theirs)| ours == theirs))
}

/// How much more often a column agrees with the right record than with the one before, as for whole values.
fn kappa(index: &Index, field: &Parted, shown: &[Vec<u16>], records: &[(usize, u32)], named: bool) -> f64 {
    let (mut compared, mut agreed, mut chance_compared, mut chance_agreed) = (0u64, 0u64, 0u64, 0u64);
    let mut previous = vec![0u16; field.forms.len()];
    for (at, &(_, record)) in records.iter().enumerate() {
        let row = index.record(record);
        let theirs: Vec<u16> = field.forms.iter().map(|&(_, form)| row.attribute(form)).collect();
        let ours = || shown.iter().map(|values| values[at]);
        if let Some(same) = agrees(ours().zip(theirs.iter().copied())) {
            compared += 1;
            agreed += u64::from(same);
        }
        if let Some(same) = agrees(ours().zip(previous.iter().copied())) {
            chance_compared += 1;
            chance_agreed += u64::from(same);
        }
        previous = theirs;
    }
    let u = (chance_agreed as f64 + 0.5) / (chance_compared as f64 + 1.0);
    let a = agreed as f64 / compared.max(1) as f64;
    let kappa = (a - u) / (1.0 - u);
    if compared > 0 && kappa >= KAPPA && tail(compared, agreed, u) < COINCIDENCE {
        return kappa;
    }
    // What is compared at all is certain: a column of that name that does not agree disagrees.
    if named { KAPPA / 2.0 } else { 0.0 }
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
