//! The table: from a fingerprint to the field and record that hold it.
//!
//! ```text
//! bucket  64 bytes, eight slots of 64 bits, filled from the left; a slot is 0 where empty
//! home    (place × buckets) >> 64; a key whose home is full stands in the next bucket that has room
//! slot    [ payload ^ mask : 5 + r bits ][ remainder : 59 − r bits ]     r = bits of a record number
//!           remainder  low bits of `place`, 0 written as 1 so that no slot in use is 0
//!           mask       high bits of `check` × an odd constant: without the fingerprint, the payload is noise
//!           payload    bit 0 = 0: bits 1–4 field (1–15), the rest record number
//!                      bit 0 = 1: a shared value; the rest is 1 + the place of its first posting, or 0 when the value is common
//! posting 64 bits under a keyed stream: bit 63 last of its value, bits 32–35 field, bits 0–31 record number
//! ```
//!
//! One slot stands for one distinct fingerprint. Keys are placed in ascending order of `place`, so that the table depends on the set of
//! keys alone and is written from front to back in one pass.

use super::veil::{Probe, Stream, Veil};
use crate::lanes::Lanes;

/// Slots of a bucket.
pub const SLOTS: usize = 8;
/// Bytes of a bucket.
pub const BUCKET_BYTES: usize = 64;
/// Buckets that a lookup visits at most. With a load of 0.85 a backlog of more than 64 buckets has a probability below 10^-70 a bucket
/// (geometric tail of the queue with service 8, e^(−2·0.15/0.85) a slot).
pub const MAX_VISITS: u64 = 64;

/// Bytes of a posting.
pub const POSTING_BYTES: usize = 8;

const FIELD_BITS: u32 = 4;
const SHARED_BITS: u32 = 1;

/// A record number of one index: the position of the record in its input, 0-based.
pub type RecordNumber = u32;

/// Sizes that a lookup depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Home buckets; the section may hold more, for what spills over the end.
    pub buckets: u64,
    /// Bits of a record number, 1–32.
    pub record_bits: u32,
}

/// What a slot says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// One field of one record holds it.
    One(Posting),
    /// Several do: the place of the first of its postings.
    Shared(u64),
    /// Too many do: it is evidence for none.
    Common,
}

/// A field of a record that holds a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Searchable field, 1–15.
    pub field: u8,
    /// Record.
    pub record: RecordNumber,
}

impl Geometry {
    /// The geometry for `keys` keys of `records` records: load 0.85.
    #[must_use]
    pub fn for_keys(keys: u64, records: u64) -> Geometry {
        let buckets = (keys * 20).div_ceil(SLOTS as u64 * 17).max(1);
        let record_bits = (u64::BITS - records.saturating_sub(1).leading_zeros()).clamp(1, 32);
        Geometry { buckets, record_bits }
    }

    /// Bits of a remainder.
    #[must_use]
    pub fn remainder_bits(&self) -> u32 {
        u64::BITS - SHARED_BITS - FIELD_BITS - self.record_bits
    }

    /// The bucket where a probe's search begins.
    #[must_use]
    #[inline]
    pub fn home(&self, probe: Probe) -> u64 {
        ((u128::from(probe.place) * u128::from(self.buckets)) >> 64) as u64
    }

    #[inline]
    fn remainder(&self, probe: Probe) -> u64 {
        (probe.place & ((1 << self.remainder_bits()) - 1)).max(1)
    }

    #[inline]
    fn mask(&self, probe: Probe) -> u64 {
        probe.check.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.remainder_bits()
    }

    /// The slot for a probe and payload.
    #[must_use]
    pub fn slot(&self, probe: Probe, payload: Payload) -> u64 {
        let payload = match payload {
            Payload::One(p) => u64::from(p.record) << (SHARED_BITS + FIELD_BITS) | u64::from(p.field) << SHARED_BITS,
            Payload::Shared(first) => (first + 1) << SHARED_BITS | 1,
            Payload::Common => 1,
        };
        self.remainder(probe) | (payload ^ self.mask(probe)) << self.remainder_bits()
    }

    /// What `slot` says to `probe`, or `None` when it is another key's. A field of 0 (not written by any build) is no answer.
    #[must_use]
    #[inline]
    pub fn read_slot(&self, probe: Probe, slot: u64) -> Option<Payload> {
        let remainder_bits = self.remainder_bits();
        if slot & ((1 << remainder_bits) - 1) != self.remainder(probe) {
            return None;
        }
        let payload = (slot >> remainder_bits) ^ self.mask(probe);
        if payload & 1 == 1 {
            return Some(match payload >> SHARED_BITS {
                0 => Payload::Common,
                first => Payload::Shared(first - 1),
            });
        }
        let field = (payload >> SHARED_BITS & 15) as u8;
        (field != 0).then_some(Payload::One(Posting { field, record: (payload >> (SHARED_BITS + FIELD_BITS)) as RecordNumber }))
    }
}

/// Appends a posting's word, which is then masked by the stream's word for its place.
pub fn put_posting(out: &mut Vec<u8>, posting: Posting, last: bool) {
    let word = u64::from(last) << 63 | u64::from(posting.field) << 32 | u64::from(posting.record);
    out.extend_from_slice(&word.to_le_bytes());
}

/// What a look at one bucket says.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The slots in use that hold the probe's remainder, one bit each.
    same: u8,
    /// Slots in use; 0 outside the table, where a search ends, too.
    in_use: u8,
}

impl Look {
    /// The look at nothing.
    pub const NOTHING: Look = Look { same: 0, in_use: 0 };

    /// Whether the search goes on in the next bucket: this one is full, and certainly does not have the probe.
    #[must_use]
    #[inline(always)]
    pub fn goes_on(self) -> bool {
        self.same == 0 && usize::from(self.in_use) == SLOTS
    }
}

/// A table in use.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: &'a [u8],
    postings: &'a [u8],
    geometry: Geometry,
}

impl<'a> Table<'a> {
    /// The table over these sections, or `None` when their sizes do not fit the geometry.
    #[must_use]
    pub fn new(bytes: &'a [u8], postings: &'a [u8], geometry: Geometry) -> Option<Table<'a>> {
        let buckets = (bytes.len() / BUCKET_BYTES) as u64;
        let fits = bytes.len().is_multiple_of(BUCKET_BYTES)
            && postings.len().is_multiple_of(8)
            && (1..=buckets).contains(&geometry.buckets)
            && (1..=32).contains(&geometry.record_bits);
        fits.then_some(Table { bytes, postings, geometry })
    }

    /// Byte position of a probe's home bucket.
    #[must_use]
    #[inline]
    pub fn position(&self, probe: Probe) -> usize {
        self.geometry.home(probe) as usize * BUCKET_BYTES
    }

    /// The section's bytes.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What one look at a probe's home bucket says; nothing is decided yet, so that many looks can follow each other without a branch that a
    /// processor would have to guess.
    #[must_use]
    #[inline(always)]
    pub fn look<L: Lanes>(&self, probe: Probe) -> Look {
        self.look_into::<L>(self.geometry.home(probe), probe)
    }

    #[inline(always)]
    fn look_into<L: Lanes>(&self, bucket: u64, probe: Probe) -> Look {
        let Some(slots) = self.slots(bucket) else { return Look::NOTHING };
        let mask = (1 << self.geometry.remainder_bits()) - 1;
        // Slots are filled from the left: those from the first empty one on hold nothing.
        let in_use = (u32::from(L::equal_words(slots, u64::MAX, 0)) | 1 << SLOTS).trailing_zeros();
        let same = u32::from(L::equal_words(slots, mask, self.geometry.remainder(probe))) & ((1 << in_use) - 1);
        Look { same: same as u8, in_use: in_use as u8 }
    }

    #[inline(always)]
    fn slots(&self, bucket: u64) -> Option<&'a [u8; BUCKET_BYTES]> {
        self.bytes.get(bucket as usize * BUCKET_BYTES..)?.first_chunk()
    }

    /// What the table holds for a probe, given the look at its home bucket. `slots_compared` grows by the slots that were in use and looked at.
    #[must_use]
    #[inline(always)]
    pub fn get<L: Lanes>(&self, probe: Probe, mut look: Look, slots_compared: &mut u64) -> Option<Payload> {
        let home = self.geometry.home(probe);
        for bucket in home..home + MAX_VISITS {
            if bucket != home {
                look = self.look_into::<L>(bucket, probe);
            }
            while look.same != 0 {
                let n = look.same.trailing_zeros() as usize;
                let slot = self.slots(bucket)?.as_chunks().0.get(n).map_or(0, |bytes| u64::from_le_bytes(*bytes));
                if let Some(payload) = self.geometry.read_slot(probe, slot) {
                    *slots_compared += n as u64 + 1;
                    return Some(payload);
                }
                look.same &= look.same - 1;
            }
            *slots_compared += u64::from(look.in_use);
            if usize::from(look.in_use) < SLOTS {
                return None;
            }
        }
        None
    }

    /// Appends the postings of a shared value. Stops at the cap and at the section's end, whatever the file says.
    pub fn postings(&self, veil: &Veil, first: u64, out: &mut Vec<Posting>) {
        for place in (first..).take(crate::limits::SHARED_VALUE_RECORDS) {
            let Some(stored) = usize::try_from(place).ok().and_then(|p| self.postings.get(p.checked_mul(8)?..p.checked_mul(8)? + 8)) else {
                return;
            };
            let mut bytes: [u8; 8] = stored.try_into().unwrap_or([0; 8]);
            veil.mask(Stream::Postings, place, &mut bytes);
            let word = u64::from_le_bytes(bytes);
            out.push(Posting { field: (word >> 32 & 15) as u8, record: word as u32 });
            if word >> 63 == 1 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Portable, Work, dispatch};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_slot_gives_back_what_was_put_in(place: u64, check: u64, field in 1u8..=15, record: u32, bits in 1u32..=32, first in 0u64..1000) {
            let geometry = Geometry { buckets: 10, record_bits: bits };
            let record = (u64::from(record) & ((1 << bits) - 1)) as u32;
            let probe = Probe { place, check };
            for payload in [Payload::One(Posting { field, record }), Payload::Common] {
                let slot = geometry.slot(probe, payload);
                prop_assert_ne!(slot, 0);
                prop_assert_eq!(geometry.read_slot(probe, slot), Some(payload));
            }
            if first + 1 < 1 << (bits + 4) {
                let slot = geometry.slot(probe, Payload::Shared(first));
                prop_assert_eq!(geometry.read_slot(probe, slot), Some(Payload::Shared(first)));
            }
        }
    }

    /// [`Table::get`], slot by slot.
    fn naive(table: &Table<'_>, probe: Probe, slots_compared: &mut u64) -> Option<Payload> {
        let home = table.geometry.home(probe);
        for bytes in table.bytes.chunks(8).skip(home as usize * SLOTS).take(MAX_VISITS as usize * SLOTS) {
            let slot = u64::from_le_bytes(bytes.try_into().unwrap());
            if slot == 0 {
                return None;
            }
            *slots_compared += 1;
            if let Some(payload) = table.geometry.read_slot(probe, slot) {
                return Some(payload);
            }
        }
        None
    }

    struct Get<'a>(&'a Table<'a>, Probe, &'a mut u64);

    impl Work for Get<'_> {
        type Output = Option<Payload>;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Option<Payload> {
            self.0.get::<L>(self.1, self.0.look::<L>(self.1), self.2)
        }
    }

    proptest! {
        /// Places are few and remainders short, so that buckets spill over, remainders meet, and fields of 0 occur.
        #[test]
        fn lookups_equal_a_walk_over_slots(keys in proptest::collection::vec((0u64..4, 0u64..4, 0u8..4, any::<bool>()), 0..60), bits in 1u32..=32) {
            let geometry = Geometry { buckets: 4, record_bits: bits };
            let probe = |place: u64, check: u64| Probe { place: place << 62 | place, check };
            let mut slots = vec![0u64; 5 * SLOTS + MAX_VISITS as usize * SLOTS];
            let mut sorted = keys.clone();
            sorted.sort_unstable();
            let mut next = 0;
            for &(place, check, field, common) in &sorted {
                let p = probe(place, check);
                next = (geometry.home(p) as usize * SLOTS).max(next);
                slots[next] = geometry.slot(p, if common { Payload::Common } else { Payload::One(Posting { field, record: 1 }) });
                next += 1;
            }
            let bytes: Vec<u8> = slots.iter().flat_map(|s| s.to_le_bytes()).collect();
            let table = Table::new(&bytes, &[], geometry).unwrap();
            for (place, check) in (0..4).flat_map(|p| (0..5).map(move |c| (p, c))) {
                let p = probe(place, check);
                let mut compared = [0; 3];
                let expected = naive(&table, p, &mut compared[0]);
                prop_assert_eq!(Get(&table, p, &mut compared[1]).run::<Portable>(), expected);
                prop_assert_eq!(dispatch(Get(&table, p, &mut compared[2])), expected);
                prop_assert!(compared[1] == compared[0] && compared[2] == compared[0]);
            }
        }
    }

    #[test]
    fn a_table_of_full_buckets_and_lying_postings_ends() {
        let bytes = vec![0xAB; 1000 * BUCKET_BYTES];
        let postings = vec![0; 16];
        let table = Table::new(&bytes, &postings, Geometry { buckets: 1000, record_bits: 20 }).unwrap();
        let mut compared = 0;
        assert_eq!(Get(&table, Probe { place: 1, check: 2 }, &mut compared).run::<Portable>(), None);
        assert!(compared <= MAX_VISITS * SLOTS as u64);
        let veil = Veil::new(&crate::fingerprint::Key::from_bytes([1; 32]), &[0; 16]);
        let mut out = Vec::new();
        table.postings(&veil, u64::MAX / 4, &mut out);
        assert!(out.is_empty());
    }
}
