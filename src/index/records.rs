//! What can agree or disagree once a record is found: one row of bits a record, under a keyed stream.
//!
//! ```text
//! 12 bits an attribute form    (0 = missing, else 1–4095 of the form's fingerprint; the same under one key in every index, so that
//!                              institutions can be compared on what they hold for a person)
//! 1 bit an identifier          present or not, so that "missing" and "disagrees" differ
//! 16 bits created, 16 updated  day number since 1970-01-01, 0 = missing; only where the schema names such a column
//! 1 bit canary                 only where the schema names such a column
//! ```
//!
//! Rows are padded to whole bytes; record `n` begins at byte `n × stride`.

use super::cipher::GROUP;
use super::veil::{STREAM_BYTES, Stream, Veil};
use serde::{Deserialize, Serialize};

const ATTRIBUTE_BITS: usize = 12;
const DAY_BITS: usize = 16;
/// Bytes of the longest row: 32 forms, 15 identifiers, two dates and a flag.
const MAX_STRIDE: usize = 64;

/// Days since 1970-01-01, 1–65534; 0 is missing.
pub type Day = u16;

/// What a record's row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLayout {
    /// Attribute forms, 0–32.
    pub forms: usize,
    /// Identifiers, 1–15.
    pub identifiers: usize,
    /// Whether there is a creation day.
    pub created: bool,
    /// Whether there is a day of the last change.
    pub updated: bool,
    /// Whether there is a canary flag.
    pub canary: bool,
}

/// One record's row, as plain bits.
#[derive(Clone, Copy)]
pub struct RecordRow {
    bits: [u8; MAX_STRIDE],
    layout: RecordLayout,
}

impl RecordLayout {
    /// Whether the numbers are ones that a build can have written.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.forms <= crate::limits::ATTRIBUTE_FORMS && (1..=crate::limits::SEARCHABLE_FIELDS).contains(&self.identifiers)
    }

    fn present_at(&self, field: u8) -> usize {
        self.forms * ATTRIBUTE_BITS + usize::from(field) - 1
    }

    fn created_at(&self) -> usize {
        self.forms * ATTRIBUTE_BITS + self.identifiers
    }

    fn updated_at(&self) -> usize {
        self.created_at() + if self.created { DAY_BITS } else { 0 }
    }

    fn canary_at(&self) -> usize {
        self.updated_at() + if self.updated { DAY_BITS } else { 0 }
    }

    /// Bytes a record.
    #[must_use]
    pub fn stride(&self) -> usize {
        (self.canary_at() + usize::from(self.canary)).div_ceil(8)
    }

    /// A row in which everything is missing.
    #[must_use]
    pub fn empty_row(&self) -> RecordRow {
        RecordRow { bits: [0; MAX_STRIDE], layout: *self }
    }

    /// The rows that lie in `bytes`, a whole number of them.
    #[must_use]
    pub fn rows<'a>(&self, bytes: &'a mut [u8]) -> Rows<'a> {
        Rows { bytes, stride: self.stride(), layout: *self }
    }

    /// Reads record `number` from the section's bytes; everything is missing where the section ends before.
    #[must_use]
    pub fn read(&self, section: &[u8], veil: &Veil, number: u32) -> RecordRow {
        let stride = self.stride();
        let mut row = self.empty_row();
        let at = number as usize * stride;
        if let Some(stored) = section.get(at..at + stride) {
            row.bits[..stride].copy_from_slice(stored);
            veil.mask(Stream::Records, u64::from(number), &mut row.bits[..stride]);
        }
        row
    }

    /// As [`RecordLayout::read`], for many records, into `out`, which is emptied first.
    pub fn read_all(&self, section: &[u8], veil: &Veil, numbers: &[u32], out: &mut Vec<RecordRow>) {
        let stride = self.stride();
        out.clear();
        if stride > STREAM_BYTES {
            out.extend(numbers.iter().map(|&number| self.read(section, veil, number)));
            return;
        }
        let kept = u128::MAX >> (8 * (STREAM_BYTES - stride));
        for group in numbers.chunks(GROUP) {
            let mut streams = [[0; STREAM_BYTES]; GROUP];
            veil.streams(Stream::Records, group, &mut streams);
            out.extend(group.iter().zip(&streams).map(|(&number, stream)| {
                let at = number as usize * stride;
                match section.get(at..).and_then(|rest| rest.first_chunk()) {
                    Some(stored) => {
                        let plain = (u128::from_le_bytes(*stored) ^ u128::from_le_bytes(*stream)) & kept;
                        let mut row = self.empty_row();
                        row.bits[..STREAM_BYTES].copy_from_slice(&plain.to_le_bytes());
                        row
                    }
                    // The last records.
                    None => self.read(section, veil, number),
                }
            }));
        }
    }
}

/// Sets up to sixteen bits of a row that has room for them.
#[inline]
fn set_bits(row: &mut [u8], at: usize, bits: usize, value: u16) {
    let mask = ((1u32 << bits) - 1) << (at % 8);
    let word = u32::from(value) << (at % 8);
    for (n, byte) in row[at / 8..(at + bits).div_ceil(8)].iter_mut().enumerate() {
        *byte = *byte & !((mask >> (8 * n)) as u8) | (word >> (8 * n)) as u8;
    }
}

/// Rows of records that lie one after the other, plain, while a build fills them column by column. What a row does not hold stays missing.
pub struct Rows<'a> {
    bytes: &'a mut [u8],
    stride: usize,
    layout: RecordLayout,
}

impl Rows<'_> {
    /// Row `row`.
    #[must_use]
    pub fn row(&self, row: usize) -> RecordRow {
        let mut out = self.layout.empty_row();
        out.bits[..self.stride].copy_from_slice(&self.bytes[row * self.stride..(row + 1) * self.stride]);
        out
    }

    #[inline]
    fn set(&mut self, row: usize, at: usize, bits: usize, value: u16) {
        set_bits(&mut self.bytes[row * self.stride..(row + 1) * self.stride], at, bits, value);
    }

    /// Sets an attribute form.
    #[inline]
    pub fn set_attribute(&mut self, row: usize, form: usize, value: u16) {
        self.set(row, form * ATTRIBUTE_BITS, ATTRIBUTE_BITS, value);
    }

    /// Notes that the record holds a value of identifier `field`.
    #[inline]
    pub fn set_present(&mut self, row: usize, field: u8) {
        self.set(row, self.layout.present_at(field), 1, 1);
    }

    /// Sets the creation day, if the layout has one.
    #[inline]
    pub fn set_created(&mut self, row: usize, day: Day) {
        if self.layout.created {
            self.set(row, self.layout.created_at(), DAY_BITS, day);
        }
    }

    /// Sets the day of the last change, if the layout has one.
    #[inline]
    pub fn set_updated(&mut self, row: usize, day: Day) {
        if self.layout.updated {
            self.set(row, self.layout.updated_at(), DAY_BITS, day);
        }
    }

    /// Marks the record as planted, if the layout has such a flag.
    #[inline]
    pub fn set_canary(&mut self, row: usize) {
        if self.layout.canary {
            self.set(row, self.layout.canary_at(), 1, 1);
        }
    }
}

impl RecordRow {
    fn get(&self, at: usize, bits: usize) -> u16 {
        (0..bits).fold(0, |value, n| value | u16::from(self.bits[(at + n) / 8] >> ((at + n) % 8) & 1) << n)
    }

    /// The twelve bits of an attribute form, 0 where missing.
    #[must_use]
    pub fn attribute(&self, form: usize) -> u16 {
        debug_assert!(form < self.layout.forms);
        let at = form * ATTRIBUTE_BITS;
        // Twelve bits never span more than two bytes when they begin at a multiple of four.
        let pair = u16::from_le_bytes([self.bits[at / 8], self.bits[at / 8 + 1]]);
        pair >> (at % 8) & 0xFFF
    }

    /// Whether the record holds a value of identifier `field` (1-based, as in the table).
    #[must_use]
    pub fn present(&self, field: u8) -> bool {
        self.get(self.layout.present_at(field), 1) == 1
    }

    /// The day the record was made.
    #[must_use]
    pub fn created(&self) -> Option<Day> {
        self.layout.created.then(|| self.get(self.layout.created_at(), DAY_BITS)).filter(|&d| d != 0)
    }

    /// The day the record was last changed.
    #[must_use]
    pub fn updated(&self) -> Option<Day> {
        self.layout.updated.then(|| self.get(self.layout.updated_at(), DAY_BITS)).filter(|&d| d != 0)
    }

    /// Whether the record is planted.
    #[must_use]
    pub fn canary(&self) -> bool {
        self.layout.canary && self.get(self.layout.canary_at(), 1) == 1
    }

    /// The row's bytes, plain.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bits[..self.layout.stride()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Key;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_part_of_a_row_is_its_own(
            attributes in proptest::collection::vec(0u16..4096, 0..=32),
            present in proptest::collection::vec(any::<bool>(), 1..=15),
            created: u16, updated: u16, canary: bool, flags in 0u8..8, number: u32,
        ) {
            let layout = RecordLayout {
                forms: attributes.len(),
                identifiers: present.len(),
                created: flags & 1 != 0,
                updated: flags & 2 != 0,
                canary: flags & 4 != 0,
            };
            let number = (number % 7) as usize;
            let stride = layout.stride();
            let mut section = vec![0; 7 * stride];
            let mut rows = layout.rows(&mut section);
            rows.set_created(number, created);
            rows.set_updated(number, updated);
            if canary {
                rows.set_canary(number);
            }
            present.iter().enumerate().filter(|(_, p)| **p).for_each(|(n, _)| rows.set_present(number, n as u8 + 1));
            attributes.iter().enumerate().for_each(|(n, &a)| rows.set_attribute(number, n, a));
            let plain = rows.row(number);
            prop_assert_eq!(plain.bytes(), &section[number * stride..][..stride]);
            prop_assert!(section.chunks(stride).enumerate().all(|(n, row)| n == number || row.iter().all(|&b| b == 0)), "neighbours");
            // Through the veil and back.
            let veil = Veil::new(&Key::from_bytes([9; 32]), &[4; 16]);
            veil.mask_items(Stream::Records, 0, stride, &mut section);
            let row = layout.read(&section, &veil, number as u32);
            prop_assert_eq!(row.bytes(), plain.bytes());
            let mut all = Vec::new();
            layout.read_all(&section, &veil, &[number as u32; 40], &mut all);
            prop_assert!(all.len() == 40 && all.iter().all(|r| r.bits == row.bits));
            for (n, &a) in attributes.iter().enumerate() {
                prop_assert_eq!(row.attribute(n), a);
            }
            for (n, &p) in present.iter().enumerate() {
                prop_assert_eq!(row.present(n as u8 + 1), p);
            }
            prop_assert_eq!(row.created(), (layout.created && created != 0).then_some(created));
            prop_assert_eq!(row.updated(), (layout.updated && updated != 0).then_some(updated));
            prop_assert_eq!(row.canary(), layout.canary && canary);
        }
    }
}
