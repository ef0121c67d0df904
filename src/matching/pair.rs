//! Which column is which attribute: its values agree with the records that the rows hit.

use super::Question;
use super::discover::{Tried, params_for};
use super::layout::AttributeTask;
use crate::fingerprint::{Column, Selection};
use crate::identify::form::Form;
use crate::identify::{Kind, Params, date, vocabulary};
use crate::plan::DelimitedPlan;
use crate::record::sampling::Sample;
use std::collections::{BTreeMap, BTreeSet};

/// Kappa from which on a column is taken for an attribute.
const KAPPA: f64 = 0.2;
/// Probability below which agreement is not taken for coincidence.
const COINCIDENCE: f64 = 1e-4;
/// Compared rows below which a header decides.
const FEW_ROWS: u64 = 8;
/// Rows of one index whose attributes are looked at.
const ATTRIBUTE_ROWS: usize = 2_000;

/// The record that each sampled row most likely is, for one index: the one that most of its columns hit, unless two tie.
fn records_of_rows(tried: &[Tried], index: usize) -> Vec<(usize, u32)> {
    let mut rows: BTreeMap<usize, BTreeMap<u32, BTreeSet<usize>>> = BTreeMap::new();
    for t in tried {
        for (_, hits) in t.task.targets.iter().zip(&t.hits).filter(|(target, _)| target.index == index) {
            for h in hits {
                rows.entry(h.row).or_default().entry(h.posting.record).or_default().insert(t.task.column);
            }
        }
    }
    rows.into_iter()
        .filter_map(|(row, records)| {
            let most = records.values().map(BTreeSet::len).max()?;
            let mut best = records.iter().filter(|(_, columns)| columns.len() == most);
            match (best.next(), best.next()) {
                (Some((&record, _)), None) => Some((row, record)),
                _ => None,
            }
        })
        .take(ATTRIBUTE_ROWS)
        .collect()
}

/// A column's claim to be an attribute.
#[derive(Clone, Copy)]
struct Claim {
    column: usize,
    params: Params,
    kappa: f64,
}

/// Pairs columns with attributes.
pub(super) fn attributes(
    question: &Question,
    plan: &DelimitedPlan,
    sample: &Sample<'_>,
    tried: &[Tried],
    columns: usize,
) -> Vec<AttributeTask> {
    let mut tasks: BTreeMap<(usize, Kind, Params, usize), AttributeTask> = BTreeMap::new();
    for (index_number, index) in question.indexes.iter().enumerate() {
        let records = records_of_rows(tried, index_number);
        let key = question.key_of[index_number];
        let mut hashed: BTreeMap<(usize, Kind, Params), BTreeMap<usize, u16>> = BTreeMap::new();
        for (form, attribute) in index.meta().attributes.iter().enumerate().filter(|(_, a)| a.form == Form::Whole) {
            let mut best: Option<Claim> = None;
            for column in 0..columns {
                let known = plan.columns.get(column);
                let named = known
                    .and_then(|c| c.header.as_deref())
                    .and_then(|h| vocabulary::lookup(h.as_bytes()))
                    .is_some_and(|e| e.concept == attribute.concept);
                let orders = match (attribute.kind, known.and_then(|c| c.date_order)) {
                    (Kind::Date, None) => vec![date::Order::DayFirst, date::Order::MonthFirst],
                    (_, order) => vec![order.unwrap_or(Params::default().date_order)],
                };
                for order in orders {
                    let params = params_for(attribute.kind, index.meta().params(), Some(order));
                    let values = hashed
                        .entry((column, attribute.kind, params))
                        .or_insert_with(|| hash_rows(question, sample, &records, column, attribute.kind, &params, key));
                    let claim = Claim { column, params, kappa: kappa(index, form, values, &records, named) };
                    if claim.kappa > 0.0 && best.is_none_or(|b| claim.kappa > b.kappa) {
                        best = Some(claim);
                    }
                }
            }
            if let Some(claim) = best {
                tasks
                    .entry((claim.column, attribute.kind, claim.params, key))
                    .or_insert_with(|| AttributeTask {
                        column: claim.column,
                        kind: attribute.kind,
                        params: claim.params,
                        form: Form::Whole,
                        key,
                        uses: Vec::new(),
                    })
                    .uses
                    .push((index_number, form));
            }
        }
    }
    tasks.into_values().collect()
}

/// Attribute bits of a column for the rows that found a record.
fn hash_rows(
    question: &Question,
    sample: &Sample<'_>,
    records: &[(usize, u32)],
    column: usize,
    kind: Kind,
    params: &Params,
    key: usize,
) -> BTreeMap<usize, u16> {
    let group = &question.keys[key];
    let mut out = BTreeMap::new();
    let mut buffer = Column::default();
    let mut base = 0;
    let mut next = records.iter().peekable();
    for batch in &sample.batches {
        let mut rows = Vec::new();
        while let Some(&&(row, _)) = next.peek().filter(|r| r.0 < base + batch.len()) {
            rows.push((row - base) as u32);
            next.next();
        }
        buffer.fill(batch, column, Selection::Rows(&rows), kind, Form::Whole, params, &group.key, &group.hasher);
        out.extend(buffer.rows.iter().zip(&buffer.fingerprints).map(|(&r, f)| (base + r as usize, f.attribute())));
        base += batch.len();
    }
    out
}

/// How much more often a column agrees with the right record than with the one before, from 0 (not at all) to 1 (always). A column that is
/// `named` like the attribute gets a small claim where there are too few rows to tell.
fn kappa(index: &crate::index::Index, form: usize, values: &BTreeMap<usize, u16>, records: &[(usize, u32)], named: bool) -> f64 {
    let (mut compared, mut agreed, mut chance_compared, mut chance_agreed) = (0u64, 0u64, 0u64, 0u64);
    let mut previous = 0u16;
    for &(row, record) in records {
        let theirs = index.record(record).attribute(form);
        if let Some(&ours) = values.get(&row) {
            if theirs != 0 {
                compared += 1;
                agreed += u64::from(ours == theirs);
            }
            if previous != 0 {
                chance_compared += 1;
                chance_agreed += u64::from(ours == previous);
            }
        }
        previous = theirs;
    }
    let u = (chance_agreed as f64 + 0.5) / (chance_compared as f64 + 1.0);
    let a = agreed as f64 / compared.max(1) as f64;
    let kappa = (a - u) / (1.0 - u);
    if compared > 0 && kappa >= KAPPA && tail(compared, agreed, u) < COINCIDENCE {
        return kappa;
    }
    // Names and dates are written alike everywhere once they are normalised: a column of that name that never agrees disagrees. Codes and
    // words may be written otherwise for the same meaning.
    let comparable = matches!(index.meta().attributes[form].kind, Kind::Name | Kind::Date);
    if named && (comparable || compared < FEW_ROWS || kappa >= KAPPA) { KAPPA / 2.0 } else { 0.0 }
}

/// An upper bound of the probability of `agreed` or more of `compared` agreements at rate `u` (Chernoff–Hoeffding, relative entropy
/// form).
fn tail(compared: u64, agreed: u64, u: f64) -> f64 {
    let a = agreed as f64 / compared as f64;
    if a <= u {
        return 1.0;
    }
    let part = |p: f64, q: f64| if p == 0.0 { 0.0 } else { p * libm::log(p / q) };
    libm::exp(-(compared as f64) * (part(a, u) + part(1.0 - a, 1.0 - u)))
}
