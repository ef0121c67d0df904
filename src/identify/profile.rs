//! What the values of one column look like: counts only, never a value.

use super::digest::{self, Encoding};
use super::glance::Glance;
use super::mask::{self, is_masked};
use super::{Kind, Params, is_missing, recognise};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Kinds that a column is tried for, the most telling first: of two that fit equally well the first wins.
const TRIED: [Kind; 16] = [
    Kind::Email,
    Kind::Iban,
    Kind::Bpjs,
    Kind::Npwp,
    Kind::Nik,
    Kind::Nkk,
    Kind::Card,
    Kind::Ip,
    Kind::Date,
    Kind::Phone,
    Kind::Passport,
    Kind::Name,
    Kind::Md5,
    Kind::Sha1,
    Kind::Sha256,
    Kind::Sha512,
];

/// Hashes kept to estimate how many values differ (bottom-k sketch; exact up to this many).
const SKETCH: usize = 1024;

/// Share of values that must look like a kind before a column is taken for it.
pub const ENOUGH: f64 = 0.8;

/// How most of a column's values are written, where they are not written as themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Written {
    /// As digests, in hexadecimal.
    Hex,
    /// As digests, in base64.
    Base64,
    /// As digests, their bytes.
    Bytes,
    /// In part, the rest behind marks: enough of them, not always most.
    Masked,
}

impl Written {
    /// How digests are written; `None` for masked values.
    #[must_use]
    pub fn encoding(self) -> Option<Encoding> {
        match self {
            Written::Hex => Some(Encoding::Hex),
            Written::Base64 => Some(Encoding::Base64),
            Written::Bytes => Some(Encoding::Bytes),
            Written::Masked => None,
        }
    }
}

/// Counts of one column's values, fed one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnProfile {
    cells: u64,
    missing: u64,
    recognised: [u64; TRIED.len()],
    masked: u64,
    encodings: [u64; 3],
    code_like: u64,
    digits_only: u64,
    letters: u64,
    spaced: u64,
    bytes: u64,
    sketch: BTreeSet<u64>,
}

impl ColumnProfile {
    /// A profile of no values.
    #[must_use]
    pub fn new() -> ColumnProfile {
        ColumnProfile::default()
    }

    /// Counts one value.
    pub fn add(&mut self, cell: &[u8], params: &Params) {
        self.cells += 1;
        if is_missing(cell) {
            self.missing += 1;
            return;
        }
        // What is hidden has no kind, although `b***@example.com` is an address by the letter of the standard.
        let masked = is_masked(cell);
        self.masked += u64::from(masked);
        let glance = Glance::at(cell);
        for (count, kind) in self.recognised.iter_mut().zip(TRIED) {
            let is_kind = !masked && glance.may_be(kind) && recognise(kind, params, cell);
            *count += u64::from(is_kind);
            if let Some(encoding) = digest::encoding_of(kind, cell).filter(|_| is_kind) {
                self.encodings[encoding as usize] += 1;
            }
        }
        let cell = cell.trim_ascii();
        self.code_like += u64::from(recognise(Kind::Id, params, cell));
        self.digits_only += u64::from(cell.iter().all(u8::is_ascii_digit));
        self.letters += u64::from(cell.iter().any(|&b| b.is_ascii_alphabetic() || b >= 0x80));
        self.spaced += u64::from(cell.contains(&b' '));
        self.bytes += cell.len() as u64;
        self.keep(xxhash_rust::xxh3::xxh3_64(cell));
    }

    /// Keeps a hash that is among the lowest.
    fn keep(&mut self, hash: u64) {
        if self.sketch.len() == SKETCH && self.sketch.last().is_some_and(|&last| hash >= last) {
            return;
        }
        self.sketch.insert(hash);
        if self.sketch.len() > SKETCH {
            self.sketch.pop_last();
        }
    }

    /// Adds the counts of other values of the column.
    pub fn merge(&mut self, other: &ColumnProfile) {
        self.cells += other.cells;
        self.missing += other.missing;
        self.recognised.iter_mut().zip(other.recognised).for_each(|(mine, theirs)| *mine += theirs);
        self.masked += other.masked;
        self.encodings.iter_mut().zip(other.encodings).for_each(|(mine, theirs)| *mine += theirs);
        self.code_like += other.code_like;
        self.digits_only += other.digits_only;
        self.letters += other.letters;
        self.spaced += other.spaced;
        self.bytes += other.bytes;
        other.sketch.iter().for_each(|&hash| self.keep(hash));
    }

    /// Values counted, missing ones included.
    #[must_use]
    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// Values that say nothing.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Values that say something.
    #[must_use]
    pub fn present(&self) -> u64 {
        self.cells - self.missing
    }

    /// `count` as a share of the values that say something; `None` when none does.
    fn share(&self, count: u64) -> Option<f64> {
        (self.present() > 0).then(|| count as f64 / self.present() as f64)
    }

    /// Share of the present values that each kind recognises, the most telling kind first. Empty when there is no value.
    #[must_use]
    pub fn shares(&self) -> Vec<(Kind, f64)> {
        TRIED.into_iter().zip(self.recognised).filter_map(|(kind, n)| Some((kind, self.share(n)?))).collect()
    }

    /// Share of one kind; `None` when there is no value or the kind is not tried.
    #[must_use]
    pub fn share_of(&self, kind: Kind) -> Option<f64> {
        self.shares().into_iter().find(|(k, _)| *k == kind).map(|(_, share)| share)
    }

    /// The kind that most values look like, if enough do, and its share.
    #[must_use]
    pub fn best(&self) -> Option<(Kind, f64)> {
        let shares = self.shares();
        let mut best = shares.first().copied()?;
        for &(kind, share) in &shares[1..] {
            if share > best.1 {
                best = (kind, share);
            }
        }
        // Men's NIKs look like family cards. About half of a NIK column are women's, which do not: without one in a few dozen rows
        // it is a column of family cards.
        const WOMEN_EXPECTED: u64 = 24;
        if best.0 == Kind::Nik && self.present() >= WOMEN_EXPECTED && self.share_of(Kind::Nkk) == Some(best.1) {
            best.0 = Kind::Nkk;
        }
        (best.1 >= ENOUGH).then_some(best)
    }

    /// How the column's values are written, where many are masked or most are digests of one length.
    #[must_use]
    pub fn written(&self) -> Option<Written> {
        if self.share(self.masked)? >= mask::ENOUGH {
            return Some(Written::Masked);
        }
        self.best().filter(|(kind, _)| digest::Algorithm::of_kind(*kind).is_some())?;
        let most = (0..self.encodings.len()).max_by_key(|&n| self.encodings[n])?;
        Some([Written::Hex, Written::Base64, Written::Bytes][most])
    }

    /// Whether so many values are masked that the column is of no kind beside.
    #[must_use]
    pub fn mostly_masked(&self) -> bool {
        self.share(self.masked).is_some_and(|share| share >= ENOUGH)
    }

    /// Share of values made of digits only.
    #[must_use]
    pub fn digits_only(&self) -> Option<f64> {
        self.share(self.digits_only)
    }

    /// Share of values that could be an issued id.
    #[must_use]
    pub fn code_like(&self) -> Option<f64> {
        self.share(self.code_like)
    }

    /// Share of values with a letter.
    #[must_use]
    pub fn with_letters(&self) -> Option<f64> {
        self.share(self.letters)
    }

    /// Share of values with a space inside.
    #[must_use]
    pub fn with_spaces(&self) -> Option<f64> {
        self.share(self.spaced)
    }

    /// Mean length of the present values, bytes.
    #[must_use]
    pub fn mean_bytes(&self) -> Option<f64> {
        self.share(self.bytes)
    }

    /// Estimate of how many of the values differ (Bar-Yossef et al. 2002: `(k - 1) / kth smallest hash`); exact up to 1,024.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        match self.sketch.last() {
            Some(&kth) if self.sketch.len() == SKETCH && kth > 0 => {
                let estimate = (SKETCH - 1) as f64 * (u64::MAX as f64 / kth as f64);
                (estimate.round() as u64).clamp(SKETCH as u64, self.present().max(SKETCH as u64))
            }
            _ => self.sketch.len() as u64,
        }
    }

    /// Share of values that differ from all before them; `None` when there is no value.
    #[must_use]
    pub fn uniqueness(&self) -> Option<f64> {
        self.share(self.distinct().min(self.present()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(cells: impl IntoIterator<Item = String>) -> ColumnProfile {
        let mut profile = ColumnProfile::new();
        cells.into_iter().for_each(|cell| profile.add(cell.as_bytes(), &Params::default()));
        profile
    }

    #[test]
    fn a_column_without_values_says_nothing() {
        let empty = profile(["".to_string(), "NULL".to_string()]);
        assert_eq!((empty.cells(), empty.missing(), empty.present()), (2, 2, 0));
        assert_eq!(empty.best(), None);
        assert_eq!((empty.uniqueness(), empty.digits_only()), (None, None));
        assert!(empty.shares().is_empty());
    }

    #[test]
    fn kinds_are_told_apart_by_most_values() {
        let kind = |cells: Vec<String>| profile(cells).best().map(|(kind, _)| kind);
        assert_eq!(kind((0..50).map(|i| format!("u{i}@example.com")).collect()), Some(Kind::Email));
        assert_eq!(kind((0..50).map(|i| format!("08123456{i:04}")).collect()), Some(Kind::Phone));
        assert_eq!(kind((0..50).map(|i| format!("3201011{}0385{:04}", i % 9, i + 1)).collect()), Some(Kind::Nkk));
        assert_eq!(kind((0..50).map(|i| format!("320101{}10385{:04}", 1 + i % 2 * 4, i + 1)).collect()), Some(Kind::Nik));
        assert_eq!(kind((0..50).map(|i| format!("0001234567{i:03}")).collect()), Some(Kind::Bpjs));
        assert_eq!(kind((0..28).map(|i| format!("{:02}/03/1985", i + 1)).collect()), Some(Kind::Date));
        assert_eq!(kind((0..50).map(|i| format!("{i}")).collect()), None);
        assert_eq!(kind((0..50).map(|i| if i % 2 == 0 { "a@example.com".into() } else { "x".into() }).collect()), None);
    }

    #[test]
    fn digests_and_masks_are_told_by_most_and_by_many() {
        let md5 = |i: u32| format!("{:032x}", u128::from(i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
        let column = profile((0..50).map(md5));
        assert_eq!((column.best().map(|b| b.0), column.written()), (Some(Kind::Md5), Some(Written::Hex)));
        let masked = profile((0..50).map(|i| format!("0812****{:04}", i * 7)));
        assert_eq!((masked.best(), masked.written(), masked.mostly_masked()), (None, Some(Written::Masked), true));
        let addresses = profile((0..50).map(|i| format!("u***{i}@example.com")));
        assert_eq!((addresses.best(), addresses.written()), (None, Some(Written::Masked)));
        let some = profile((0..50).map(|i| if i % 3 == 0 { "b***@example.com".into() } else { format!("u{i}@example.com") }));
        assert_eq!((some.written(), some.mostly_masked()), (Some(Written::Masked), false));
        assert!(some.share_of(Kind::Email).is_some_and(|share| share > 0.6));
        assert_eq!(profile((0..50).map(|i| format!("{i}"))).written(), None);
    }

    #[test]
    fn distinct_values_are_counted_then_estimated() {
        assert_eq!(profile((0..500).map(|i| format!("v{}", i % 250))).distinct(), 250);
        let many = profile((0..20_000).map(|i| format!("v{}", i % 10_000))).distinct();
        assert!((9_000..11_000).contains(&many), "{many}");
    }

    #[test]
    fn parts_merge_to_the_whole() {
        let cell = |i: usize| match i % 7 {
            0 => format!("u{i}@example.com"),
            1 => String::new(),
            2 => format!("08123456{i:04}"),
            _ => format!("Kota {i}"),
        };
        let whole = profile((0..5000).map(cell));
        for cut in [0, 1, 700, 2500, 5000] {
            let mut merged = profile((0..cut).map(cell));
            merged.merge(&profile((cut..5000).map(cell)));
            assert_eq!(merged, whole);
        }
    }
}
