//! Which column is which attribute: its values agree with the records that the rows hit.

use super::Question;
use super::discover::Known;
use super::discover::{Tried, params_for};
use super::layout::AttributeTask;
use crate::fingerprint::{Column, Selection};
use crate::identify::form::Form;
use crate::identify::{Kind, Params, date, vocabulary};
use crate::record::RowBatch;
use crate::record::sampling::Sample;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};

/// Kappa from which on a column is taken for an attribute.
pub(super) const KAPPA: f64 = 0.2;
/// Probability below which agreement is not taken for coincidence.
const COINCIDENCE: f64 = 1e-4;
/// Compared rows below which a header decides.
const FEW_ROWS: u64 = 8;
/// Rows of one index whose attributes are looked at.
const ATTRIBUTE_ROWS: usize = 2_000;

/// The record that each sampled row most likely is, for one index: the one that most of its columns hit, unless two tie.
pub(super) fn records_of_rows(tried: &[Tried], index: usize) -> Vec<(usize, u32)> {
    // Row, record and column of every hit.
    let mut hits: Vec<(usize, u32, usize)> = Vec::new();
    for t in tried {
        for (_, found) in t.task.targets.iter().zip(&t.hits).filter(|(target, _)| target.index == index) {
            hits.extend(found.iter().map(|h| (h.row, h.posting.record, t.task.column)));
        }
    }
    hits.sort_unstable();
    hits.dedup();
    let likeliest = |of_row: &[(usize, u32, usize)]| {
        let columns = || of_row.chunk_by(|a, b| a.1 == b.1);
        let most = columns().map(<[_]>::len).max()?;
        let mut best = columns().filter(|c| c.len() == most);
        match (best.next(), best.next()) {
            (Some(c), None) => Some((c[0].0, c[0].1)),
            _ => None,
        }
    };
    hits.chunk_by(|a, b| a.0 == b.0).filter_map(likeliest).take(ATTRIBUTE_ROWS).collect()
}

/// A column's claim to be an attribute.
#[derive(Clone, Copy)]
struct Claim {
    column: usize,
    params: Params,
    kappa: f64,
}

/// Pairs columns with attributes.
pub(super) fn attributes(question: &Question, plan: Known<'_>, sample: &Sample<'_>, tried: &[Tried], columns: usize) -> Vec<AttributeTask> {
    let mut tasks: BTreeMap<(usize, Kind, Params, usize), AttributeTask> = BTreeMap::new();
    for (index_number, index) in question.indexes.iter().enumerate() {
        let records = records_of_rows(tried, index_number);
        let key = question.key_of[index_number];
        let candidates = |kind: Kind, column: usize| {
            let order = plan.columns.get(column).and_then(|c| c.date_order);
            let orders = match (kind, order) {
                (Kind::Date, None) => vec![date::Order::DayFirst, date::Order::MonthFirst],
                _ => vec![order.unwrap_or(Params::default().date_order)],
            };
            let params = index.meta().params();
            orders.into_iter().map(move |order| params_for(kind, params, Some(order)))
        };
        let forms = || index.meta().attributes.iter().enumerate().filter(|(_, a)| a.form == Form::Whole);
        let wanted: BTreeSet<(usize, Kind, Params)> = forms()
            .flat_map(|(_, a)| (0..columns).flat_map(move |column| candidates(a.kind, column).map(move |params| (column, a.kind, params))))
            .collect();
        let hash = |(column, kind, params)| ((column, kind, params), hash_rows(question, sample, &records, column, kind, &params, key));
        let hashed: BTreeMap<(usize, Kind, Params), Vec<u16>> = wanted.into_par_iter().map(hash).collect();
        for (form, attribute) in forms() {
            let mut best: Option<Claim> = None;
            for column in 0..columns {
                let header = plan.columns.get(column).and_then(|c| c.header.as_deref());
                // A masked value is not the whole one that the name promises.
                let named = !plan.is_masked(column)
                    && header.and_then(|h| vocabulary::lookup(h.as_bytes())).is_some_and(|e| e.concept == attribute.concept);
                for params in candidates(attribute.kind, column) {
                    let values = &hashed[&(column, attribute.kind, params)];
                    let claim = Claim { column, params, kappa: claim(index, form, values, &records, named) };
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
                        masked: false,
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

/// Attribute bits of a column for each row that found a record, 0 where it holds nothing.
fn hash_rows(
    question: &Question,
    sample: &Sample<'_>,
    records: &[(usize, u32)],
    column: usize,
    kind: Kind,
    params: &Params,
    key: usize,
) -> Vec<u16> {
    let group = &question.keys[key];
    bits_of_rows(sample, records, |buffer, batch, rows| {
        buffer.fill(batch, column, Selection::Rows(rows), kind, Form::Whole, params, &group.key, &group.hasher);
    })
}

/// For each row that found a record, the attribute bits of what `fill` puts there from these rows of a batch; 0 where it puts nothing.
pub(super) fn bits_of_rows(sample: &Sample<'_>, records: &[(usize, u32)], fill: impl Fn(&mut Column, &RowBatch<'_>, &[u32])) -> Vec<u16> {
    let mut out = vec![0; records.len()];
    let (mut buffer, mut rows) = (Column::default(), Vec::new());
    let (mut base, mut first) = (0, 0);
    for batch in &sample.batches {
        let here = records[first..].iter().take_while(|r| r.0 < base + batch.len());
        rows.clear();
        rows.extend(here.map(|r| (r.0 - base) as u32));
        fill(&mut buffer, batch, &rows);
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

/// How often a column agrees with the right record, and with the one before.
#[derive(Default)]
pub(super) struct Agreement {
    compared: u64,
    agreed: u64,
    chance_compared: u64,
    chance_agreed: u64,
}

impl Agreement {
    /// Counts a row: whether it agrees with its own record, and with that of the row before; `None` where nothing can be compared.
    pub(super) fn add(&mut self, own: Option<bool>, before: Option<bool>) {
        self.compared += u64::from(own.is_some());
        self.agreed += u64::from(own == Some(true));
        self.chance_compared += u64::from(before.is_some());
        self.chance_agreed += u64::from(before == Some(true));
    }

    /// How much more often it agrees with the right record, from 0 (not at all) to 1 (always), and whether that is more than coincidence.
    pub(super) fn kappa(&self) -> (f64, bool) {
        let u = (self.chance_agreed as f64 + 0.5) / (self.chance_compared as f64 + 1.0);
        let a = self.agreed as f64 / self.compared.max(1) as f64;
        let kappa = (a - u) / (1.0 - u);
        (kappa, self.compared > 0 && kappa >= KAPPA && tail(self.compared, self.agreed, u) < COINCIDENCE)
    }
}

/// A column's claim by how it agrees. A column that is `named` like the attribute gets a small one where there are too few rows to tell.
fn claim(index: &crate::index::Index, form: usize, values: &[u16], records: &[(usize, u32)], named: bool) -> f64 {
    let (mut agreement, mut previous) = (Agreement::default(), 0u16);
    for (&(_, record), &ours) in records.iter().zip(values) {
        let theirs = index.record(record).attribute(form);
        let same = |other: u16| (ours != 0 && other != 0).then_some(ours == other);
        agreement.add(same(theirs), same(previous));
        previous = theirs;
    }
    let (kappa, certain) = agreement.kappa();
    if certain {
        return kappa;
    }
    // Names and dates are written alike everywhere once they are normalised: a column of that name that never agrees disagrees. Codes and
    // words may be written otherwise for the same meaning.
    let comparable = matches!(index.meta().attributes[form].kind, Kind::Name | Kind::Date);
    if named && (comparable || agreement.compared < FEW_ROWS || kappa >= KAPPA) { KAPPA / 2.0 } else { 0.0 }
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
