//! One index's record as a row of a dump against another index.

use super::gather::Seen;
use crate::fingerprint::Fingerprint;
use crate::identify::form::Form;
use crate::index::Index;
use crate::index::meta::AttributeForm;
use crate::index::open::LookupCounts;
use crate::index::panel::PanelEntry;
use crate::index::table::{Payload, Posting};
use crate::matching::{Comparison, Concepts};
use std::collections::BTreeMap;

/// Treats a panel entry of index `a` as a row of a dump and compares it with index `b`; `None` when `b` does not hold the person. What was `seen` in
/// the dump is searched and compared, nothing else.
pub fn compare(entry: &PanelEntry, a: usize, b: usize, indexes: &[Index], concepts: &Concepts, seen: &Seen<'_>) -> Option<Comparison> {
    let &Seen { searched, compared, parts, .. } = seen;
    let other = &indexes[b];
    let identifiers = indexes[a].meta().identifiers.len();
    let own: Vec<(usize, Fingerprint)> = concepts.of_identifier[a]
        .iter()
        .zip(&entry.fingerprints)
        .filter_map(|(concept, f)| Some(((*concept)?, *f)))
        .filter(|(c, f)| *f != Fingerprint::default() && searched[b] >> c & 1 == 1)
        .collect();
    let fingerprints: Vec<Fingerprint> = own.iter().map(|&(_, f)| f).collect();
    let mut found: Vec<Posting> = Vec::new();
    let mut shared = Vec::new();
    other.find(&fingerprints, &mut LookupCounts::default(), |_, payload| match payload {
        Payload::One(p) => found.push(p),
        Payload::Shared(first) => shared.push(first),
        Payload::Common => {}
    });
    shared.into_iter().for_each(|first| other.postings(first, &mut found));
    let mut fields: BTreeMap<u32, u64> = BTreeMap::new();
    for p in &found {
        if let Some(Some(concept)) = concepts.of_identifier[b].get(usize::from(p.field) - 1) {
            *fields.entry(p.record).or_insert(0) |= 1 << concept;
        }
    }
    let (&record, &agreeing) = fields.iter().max_by_key(|&(&r, f)| (f.count_ones(), std::cmp::Reverse(r)))?;
    let row = other.record(record);
    let (mut agree, mut disagree) = (agreeing, 0u64);
    for &(concept, _) in &own {
        let theirs = concepts.of_identifier[b].iter().enumerate().any(|(n, c)| *c == Some(concept) && row.present(n as u8 + 1));
        if theirs && agree >> concept & 1 == 0 {
            disagree |= 1 << concept;
        }
    }
    let forms = |n: usize| indexes[n].meta().attributes.iter().zip(&concepts.of_attribute[n]).enumerate();
    for ((own, concept), fingerprint) in forms(a).map(|(_, f)| f).zip(&entry.fingerprints[identifiers..]) {
        let Some(concept) = *concept else { continue };
        // The forms that masked values show are compared each with its like.
        let like = |(form, (other, c)): (usize, (&AttributeForm, &Option<usize>))| {
            let shown = other.form == Form::Whole || parts[b].contains(&form);
            (*c == Some(concept) && other.form == own.form && shown).then_some(form)
        };
        let Some(form) = forms(b).find_map(like) else { continue };
        let theirs = row.attribute(form);
        if theirs == 0 || *fingerprint == Fingerprint::default() {
            continue;
        }
        if theirs == fingerprint.attribute() {
            agree |= 1 << concept;
        } else {
            disagree |= 1 << concept;
        }
    }
    // Parts of a value agree together or not at all.
    let in_part = parts[b].iter().filter_map(|&form| concepts.of_attribute[b][form]).fold(0u64, |set, c| set | 1 << c);
    agree &= !(disagree & in_part);
    Some(Comparison { index: b as u16, record, agree: agree & compared, disagree: disagree & compared, corroborated: false, canary: false })
}
