//! What a dump shows of each record of an index, for the list of those who must be told: the fields that agree in some row, and how firmly the row
//! is the record's.
//!
//! A few bits a record, in pages that are there only where a record was hit: with four identifiers and six attributes two bytes each. Of 279
//! million records that is 575 MB where all are hit, at most 145 MB for a million of them, and 17 MB before the first.

use crate::index::Meta;
use crate::names::safe_text;
use crate::packed::{Unpack, put};
use std::collections::BTreeMap;

/// A set: bit 0 two fields agree with the record in one row, bit 1 one of them an issued id, then one bit a field. Nothing is 0.
pub type Shown = u64;

const CORROBORATED: Shown = 1;
const ISSUED: Shown = 2;
const FLAGS: usize = 2;
/// Records of a page: few, so that records here and there take little.
const PAGE: usize = 64;
/// Pages that memory is asked for at a time.
const CHUNK: usize = 8192;

/// How firmly a record is in the dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// One field alone.
    Single,
    /// Two fields of one row at least.
    Corroborated,
    /// Of which one is an id that the institution minted.
    Issued,
}

impl Strength {
    /// In a word.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Strength::Single => "single",
            Strength::Corroborated => "corroborated",
            Strength::Issued => "issued",
        }
    }
}

/// How firmly what is shown is the record's.
#[must_use]
pub fn strength(shown: Shown) -> Strength {
    match (shown & ISSUED != 0, shown & CORROBORATED != 0) {
        (true, _) => Strength::Issued,
        (_, true) => Strength::Corroborated,
        _ => Strength::Single,
    }
}

/// The fields of an index that are told: identifiers, then attributes, each once whatever its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    names: Vec<String>,
    /// The field of each attribute form.
    of_form: Vec<usize>,
    /// Searchable fields that are issued, bit `field - 1`.
    issued: u16,
}

impl Wanted {
    /// Those of an index.
    #[must_use]
    pub fn of(meta: &Meta) -> Wanted {
        let mut names: Vec<String> = meta.identifiers.iter().map(|f| safe_text(&f.name)).collect();
        let mut places: BTreeMap<&str, usize> = meta.identifiers.iter().enumerate().map(|(n, f)| (f.name.as_str(), n)).collect();
        let of_form = meta.attributes.iter().map(|a| {
            *places.entry(&a.name).or_insert_with(|| {
                names.push(safe_text(&a.name));
                names.len() - 1
            })
        });
        let of_form = of_form.collect();
        let issued = meta.identifiers.iter().enumerate().fold(0, |set, (n, f)| set | u16::from(f.issued) << n);
        Wanted { names, of_form, issued }
    }

    /// What a row shows whose searchable `fields` (bit `field - 1`) and attribute `forms` agree.
    #[must_use]
    pub fn shown(&self, fields: u16, forms: impl Iterator<Item = usize>, corroborated: bool) -> Shown {
        let mut shown = Shown::from(fields) << FLAGS;
        forms.for_each(|form| shown |= 1 << (self.of_form[form] + FLAGS));
        if corroborated {
            shown |= CORROBORATED | if fields & self.issued != 0 { ISSUED } else { 0 };
        }
        shown
    }

    /// The names of what is shown.
    pub fn names(&self, shown: Shown) -> impl Iterator<Item = &str> {
        self.names.iter().enumerate().filter(move |(n, _)| shown >> (n + FLAGS) & 1 == 1).map(|(_, name)| name.as_str())
    }
}

/// What is shown of each record.
#[derive(Clone, Debug)]
pub struct Exposed {
    wanted: Wanted,
    /// Bytes a record.
    width: usize,
    /// Of each page the place in `chunks`, from 1; 0 where no record was hit.
    places: Vec<u32>,
    chunks: Vec<Box<[u8]>>,
    /// Pages that are there.
    used: usize,
}

impl Exposed {
    /// Nothing yet, of the records of an index.
    #[must_use]
    pub fn new(meta: &Meta) -> Exposed {
        Exposed::with(Wanted::of(meta), meta.records)
    }

    fn with(wanted: Wanted, records: u64) -> Exposed {
        let width = (wanted.names.len() + FLAGS).div_ceil(8);
        Exposed { wanted, width, places: vec![0; records.div_ceil(PAGE as u64) as usize], chunks: Vec::new(), used: 0 }
    }

    /// The fields that are told.
    #[must_use]
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Adds what a row shows of a record; one outside of the range is ignored.
    #[inline]
    pub fn add(&mut self, record: u32, shown: Shown) {
        let (width, within) = (self.width, record as usize % PAGE * self.width);
        let Some(place) = self.places.get_mut(record as usize / PAGE) else { return };
        if *place == 0 {
            if self.used == self.chunks.len() * CHUNK {
                self.chunks.push(vec![0; CHUNK * PAGE * width].into_boxed_slice());
            }
            self.used += 1;
            *place = self.used as u32;
        }
        let page = *place as usize - 1;
        let at = page % CHUNK * PAGE * width + within;
        self.chunks[page / CHUNK][at..at + width].iter_mut().zip(shown.to_le_bytes()).for_each(|(mine, new)| *mine |= new);
    }

    /// What is shown, in few bytes.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let (mut out, mut next) = (Vec::new(), 0);
        for (record, shown) in (0..self.pages()).flat_map(|page| self.page(page)) {
            put(&mut out, u64::from(record) - next);
            put(&mut out, shown);
            next = u64::from(record) + 1;
        }
        out
    }

    /// Adds what was packed; `None` where it is damaged.
    pub fn unite(&mut self, packed: &[u8]) -> Option<()> {
        let (mut unpack, mut next) = (Unpack::new(packed), 0u64);
        let most = self.wanted.names.len() + FLAGS;
        while !unpack.is_empty() {
            let record = u32::try_from(next.checked_add(unpack.number()?)?).ok()?;
            let shown = unpack.number().filter(|shown| shown >> most == 0)?;
            self.add(record, shown);
            next = u64::from(record) + 1;
        }
        Some(())
    }

    /// Bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (4 * self.places.len() + self.chunks.len() * CHUNK * PAGE * self.width) as u64
    }

    /// Bytes of a page.
    #[must_use]
    pub fn page_bytes(&self) -> u64 {
        (PAGE * self.width) as u64
    }

    /// How many pages there are.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.places.len()
    }

    /// The records of a page that are shown, ascending.
    pub fn page(&self, page: usize) -> impl Iterator<Item = (u32, Shown)> {
        let bytes = match self.places[page] as usize {
            0 => &[],
            place => {
                let at = (place - 1) % CHUNK * PAGE * self.width;
                &self.chunks[(place - 1) / CHUNK][at..at + PAGE * self.width]
            }
        };
        bytes.chunks_exact(self.width).enumerate().filter_map(move |(n, bytes)| {
            let mut word = [0; 8];
            word[..self.width].copy_from_slice(bytes);
            let shown = Shown::from_le_bytes(word);
            (shown != 0).then_some(((page * PAGE + n) as u32, shown))
        })
    }
}

const _: () = assert!(crate::limits::SEARCHABLE_FIELDS + crate::limits::ATTRIBUTE_FORMS + FLAGS <= 64);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted(fields: usize) -> Wanted {
        Wanted { names: (0..fields).map(|n| format!("f{n}")).collect(), of_form: (2..fields).collect(), issued: 1 }
    }

    proptest! {
        #[test]
        fn what_rows_show_of_a_record_adds_up(rows in proptest::collection::vec((0u32..5000, any::<u64>()), 0..300), fields in 2usize..47) {
            let mask = (1u64 << (fields + FLAGS)) - 1;
            let mut exposed = Exposed::with(wanted(fields), 4000);
            let mut plain: BTreeMap<u32, Shown> = BTreeMap::new();
            for &(record, shown) in &rows {
                let shown = shown & mask | 1 << FLAGS;
                exposed.add(record, shown);
                if record < 4000u32.next_multiple_of(PAGE as u32) {
                    *plain.entry(record).or_insert(0) |= shown;
                }
            }
            let found: Vec<(u32, Shown)> = (0..exposed.pages()).flat_map(|page| exposed.page(page).collect::<Vec<_>>()).collect();
            prop_assert_eq!(&found, &plain.into_iter().collect::<Vec<_>>());
            let mut united = Exposed::with(wanted(fields), 4000);
            united.unite(&exposed.pack()).unwrap();
            united.unite(&exposed.pack()).unwrap();
            prop_assert_eq!((0..united.pages()).flat_map(|page| united.page(page).collect::<Vec<_>>()).collect::<Vec<_>>(), found);
        }
    }

    #[test]
    fn memory_is_bounded_at_279_million_records() {
        let megabytes = |hit: u64| {
            let mut exposed = Exposed::with(wanted(10), 279_000_000);
            // A step that is prime to the number of records: spread over all, none twice.
            (0..hit).for_each(|n| exposed.add((n * 101_000_003 % 279_000_000) as u32, 1 << FLAGS));
            let found: usize = (0..exposed.pages()).map(|page| exposed.page(page).count()).sum();
            assert_eq!(found as u64, hit);
            exposed.bytes() / 1_000_000
        };
        assert_eq!(megabytes(0), 17);
        assert!(megabytes(100_000) <= 32, "{}", megabytes(100_000));
        assert!(megabytes(1_000_000) <= 147, "{}", megabytes(1_000_000));
    }

    #[test]
    fn two_fields_of_different_rows_are_no_corroboration() {
        let wanted = wanted(4);
        let (one, other) = (wanted.shown(1, [].into_iter(), false), wanted.shown(2, [].into_iter(), false));
        assert_eq!(strength(one | other), Strength::Single);
        assert_eq!(wanted.names(one | other).collect::<Vec<_>>(), ["f0", "f1"]);
        assert_eq!(strength(wanted.shown(2, [0].into_iter(), true)), Strength::Corroborated);
        assert_eq!(strength(wanted.shown(1, [1].into_iter(), true)), Strength::Issued);
        assert_eq!(wanted.names(wanted.shown(1, [1].into_iter(), true)).collect::<Vec<_>>(), ["f0", "f3"]);
    }
}
