//! The panel sample: up to 65,536 records with full fingerprints, lowest by the fingerprint of the person's strongest shared identifier.
//!
//! Under one key the same person has the same fingerprint everywhere, so that the samples of different institutions meet on the same
//! people (bottom-k sampling; Cohen and Kaplan 2007). It lets one index be treated as a dump against another, and is a uniform
//! sample of the records' dates.
//!
//! ```text
//! entry   sort key 16 | record u32 | created u16 | updated u16 | 16 bytes an identifier | 16 bytes an attribute form
//! ```
//!
//! A missing value is sixteen zero bytes. Entries ascend by sort key and record; entry `n` is masked as item `n` of its stream.

use super::records::{Day, RecordLayout};
use super::veil::{Stream, Veil};
use crate::fingerprint::Fingerprint;
use crate::identify::Kind;
use crate::limits::PANEL_RECORDS;
use std::collections::BTreeMap;

const FIXED_BYTES: usize = 24;
const FINGERPRINT_BYTES: usize = 16;

/// One record of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelEntry {
    /// The record.
    pub record: u32,
    /// Day it was made, 0 = missing.
    pub created: Day,
    /// Day of its last change, 0 = missing.
    pub updated: Day,
    /// Fingerprints of its identifiers, in table order, then of its attribute forms; zero where missing.
    pub fingerprints: Vec<Fingerprint>,
}

/// Bytes of an entry.
#[must_use]
pub fn stride(layout: &RecordLayout) -> usize {
    FIXED_BYTES + FINGERPRINT_BYTES * (layout.identifiers + layout.forms)
}

/// Rank of kinds that institutions share, strongest first; an issued id is nobody else's and does not count.
#[must_use]
pub fn shared_rank(kind: Kind) -> Option<usize> {
    [Kind::Nik, Kind::Passport, Kind::Npwp, Kind::Bpjs, Kind::Email, Kind::Phone, Kind::Iban, Kind::Card, Kind::Nkk, Kind::Id]
        .iter()
        .position(|&k| k == kind)
}

/// The lowest entries seen so far. Which entries are kept does not depend on the order in which they were offered.
#[derive(Debug, Default)]
pub struct Lowest {
    entries: BTreeMap<(Fingerprint, u32), PanelEntry>,
}

impl Lowest {
    /// Offers an entry under its sort key.
    pub fn offer(&mut self, sort_key: Fingerprint, entry: PanelEntry) {
        if self.entries.len() >= PANEL_RECORDS
            && let Some((&last, _)) = self.entries.last_key_value()
        {
            if (sort_key, entry.record) >= last {
                return;
            }
            self.entries.pop_last();
        }
        self.entries.insert((sort_key, entry.record), entry);
    }

    /// Entries kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A sort key at or above which an entry need not be offered, once the sample is full.
    #[must_use]
    pub fn threshold(&self) -> Option<Fingerprint> {
        (self.entries.len() >= PANEL_RECORDS).then(|| self.entries.last_key_value().map(|(k, _)| k.0)).flatten()
    }

    /// The section's entries, masked, in order.
    pub fn encode<'a>(&'a self, veil: &'a Veil) -> impl Iterator<Item = Vec<u8>> + 'a {
        self.entries.iter().enumerate().map(move |(n, ((sort_key, _), e))| {
            let mut bytes = Vec::with_capacity(FIXED_BYTES + FINGERPRINT_BYTES * e.fingerprints.len());
            bytes.extend_from_slice(&sort_key.0);
            bytes.extend_from_slice(&e.record.to_le_bytes());
            bytes.extend_from_slice(&e.created.to_le_bytes());
            bytes.extend_from_slice(&e.updated.to_le_bytes());
            e.fingerprints.iter().for_each(|f| bytes.extend_from_slice(&f.0));
            veil.mask(Stream::Panel, n as u64, &mut bytes);
            bytes
        })
    }
}

/// Reads entry `n` of a section; `None` past its end.
#[must_use]
pub fn read(section: &[u8], layout: &RecordLayout, veil: &Veil, n: usize) -> Option<PanelEntry> {
    let stride = stride(layout);
    let mut bytes = section.get(n.checked_mul(stride)?..n.checked_mul(stride)?.checked_add(stride)?)?.to_vec();
    veil.mask(Stream::Panel, n as u64, &mut bytes);
    Some(PanelEntry {
        record: u32::from_le_bytes(bytes[16..20].try_into().ok()?),
        created: u16::from_le_bytes(bytes[20..22].try_into().ok()?),
        updated: u16::from_le_bytes(bytes[22..24].try_into().ok()?),
        fingerprints: bytes[FIXED_BYTES..].chunks_exact(FINGERPRINT_BYTES).map(|c| Fingerprint(c.try_into().unwrap_or_default())).collect(),
    })
}

/// The days of creation and of the last change of every entry of a section, 0 where missing: a uniform sample of the records' days.
#[must_use]
pub fn days(section: &[u8], layout: &RecordLayout, veil: &Veil) -> Vec<(Day, Day)> {
    // The first bytes of an item are masked by the first of its stream, whatever comes after them.
    let mut fixed = Vec::with_capacity(section.len() / stride(layout) * FIXED_BYTES);
    section.chunks_exact(stride(layout)).for_each(|entry| fixed.extend_from_slice(&entry[..FIXED_BYTES]));
    veil.mask_items(Stream::Panel, 0, FIXED_BYTES, &mut fixed);
    let day = |bytes: &[u8], at: usize| Day::from_le_bytes([bytes[at], bytes[at + 1]]);
    fixed.chunks_exact(FIXED_BYTES).map(|bytes| (day(bytes, 20), day(bytes, 22))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Key;

    #[test]
    fn the_lowest_are_kept_whatever_the_order_and_come_back_from_the_section() {
        let layout = RecordLayout { forms: 1, identifiers: 2, created: true, updated: false, canary: false };
        let entry = |n: u32| {
            let h = |salt: u8| Fingerprint(blake3::hash(&[&n.to_le_bytes()[..], &[salt]].concat()).as_bytes()[..16].try_into().unwrap());
            (h(0), PanelEntry { record: n, created: n as u16, updated: 0, fingerprints: vec![h(1), h(2), h(3)] })
        };
        let offered = PANEL_RECORDS as u32 + 5000;
        let (mut up, mut down) = (Lowest::default(), Lowest::default());
        for n in 0..offered {
            let (key, e) = entry(n);
            up.offer(key, e);
            let (key, e) = entry(offered - 1 - n);
            down.offer(key, e);
        }
        assert_eq!(up.len(), PANEL_RECORDS);
        let veil = Veil::new(&Key::from_bytes([1; 32]), &[2; 16]);
        let section: Vec<u8> = up.encode(&veil).flatten().collect();
        assert_eq!(section, down.encode(&veil).flatten().collect::<Vec<u8>>());
        let first = read(&section, &layout, &veil, 0).unwrap();
        assert_eq!(first, entry(first.record).1);
        assert!(read(&section, &layout, &veil, PANEL_RECORDS).is_none());
        let entry_days = |n| read(&section, &layout, &veil, n).map(|e| (e.created, e.updated)).unwrap();
        let expected: Vec<(Day, Day)> = (0..PANEL_RECORDS).map(entry_days).collect();
        assert_eq!(days(&section, &layout, &veil), expected);
    }
}
