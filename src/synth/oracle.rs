//! The slow, obvious answer to what a scan must find: exact hits of a dump's rows in a snapshot. Holds all records; for tests.
//!
//! Values are compared before any style and without regard to case, so the answer is what a scanner with perfect normalisers gives. Two
//! rules of the scanner are its own here: a value of more than [`limits::SHARED_VALUE_RECORDS`] records is no evidence, and the fields
//! that a national id encodes do not corroborate it.

use super::dump::Column;
use super::snapshot::Snapshot;
use crate::limits;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Fields that a matching national id implies.
const IMPLIED_BY_NIK: [&str; 3] = ["birth_date", "birth_place", "sex"];

/// What rows hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows seen.
    pub rows: u64,
    /// Hits by identifier concept.
    pub hits: BTreeMap<&'static str, u64>,
    /// Rows with at least one hit.
    pub rows_hit: u64,
    /// Rows of which two fields or more agree with the same record.
    pub rows_corroborated: u64,
    /// Distinct records hit by a value that no other record holds.
    pub records_hit: BTreeSet<u32>,
    /// Distinct records that a row corroborates and agrees with best.
    pub records_corroborated: BTreeSet<u32>,
}

/// The records of a snapshot by value.
#[derive(Debug)]
pub struct Oracle {
    identifiers: Vec<(&'static str, HashMap<String, Vec<u32>>)>,
    records: Vec<Vec<String>>,
    /// Concepts of identifiers and attributes, with their places in a record.
    compared: Vec<(&'static str, usize)>,
}

impl Oracle {
    /// Reads all records of a snapshot.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Oracle {
        let fields = &snapshot.institution.spec.fields;
        let places: Vec<usize> = (0..fields.len()).filter(|&n| fields[n].role == "identifier").collect();
        let mut identifiers: Vec<(&'static str, HashMap<String, Vec<u32>>)> =
            places.iter().map(|&n| (fields[n].concept, HashMap::new())).collect();
        let compared =
            fields.iter().enumerate().filter(|(_, f)| matches!(f.role, "identifier" | "attribute")).map(|(n, f)| (f.concept, n)).collect();
        let mut records = Vec::new();
        for number in 0..snapshot.len() {
            let mut record = Vec::new();
            snapshot.record(number, &mut record);
            record.iter_mut().for_each(|v| *v = v.to_lowercase());
            for (&place, (_, map)) in places.iter().zip(&mut identifiers) {
                if says_something(&record[place]) {
                    map.entry(record[place].clone()).or_default().push(number);
                }
            }
            records.push(record);
        }
        Oracle { identifiers, records, compared }
    }

    /// Adds one row of a dump to a tally. `cells` are those of [`super::dump::RowTruth`].
    pub fn add(&self, columns: &[Column], cells: &[String], tally: &mut Tally) {
        let cell_of = |concept: &str| columns.iter().position(|c| c.concept == concept).map(|n| cells[n].to_lowercase());
        let mut candidates = BTreeSet::new();
        for (concept, map) in &self.identifiers {
            let Some(records) = cell_of(concept).and_then(|cell| map.get(&cell)) else {
                continue;
            };
            if records.len() > limits::SHARED_VALUE_RECORDS {
                continue;
            }
            *tally.hits.entry(concept).or_default() += 1;
            candidates.extend(records);
            if let [only] = records[..] {
                tally.records_hit.insert(only);
            }
        }
        tally.rows += 1;
        tally.rows_hit += u64::from(!candidates.is_empty());
        // Of several candidates (people of one household share phone and address) the one that agrees in most fields, then the first.
        let best = candidates.into_iter().map(|record| (self.agreements(record, cell_of), std::cmp::Reverse(record))).max();
        if let Some((2.., std::cmp::Reverse(record))) = best {
            tally.rows_corroborated += 1;
            tally.records_corroborated.insert(record);
        }
    }

    /// How many fields agree with a record, those implied by a national id left out.
    fn agreements(&self, record: u32, cell_of: impl Fn(&str) -> Option<String>) -> usize {
        let record = &self.records[record as usize];
        let agreeing: Vec<&str> = self
            .compared
            .iter()
            .filter(|&&(concept, n)| says_something(&record[n]) && cell_of(concept).as_ref() == Some(&record[n]))
            .map(|c| c.0)
            .collect();
        let nik = agreeing.contains(&"nik");
        agreeing.iter().filter(|concept| !(nik && IMPLIED_BY_NIK.contains(concept))).count()
    }
}

fn says_something(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::cases;
    use crate::synth::day::Day;
    use crate::synth::dump::{Arrange, Dump, Part, Repeat};
    use crate::synth::field::Style;
    use crate::synth::institution::Institution;
    use std::sync::Arc;

    const TODAY: Day = Day::new(2026, 11, 1);

    fn dump(of: &Arc<Institution>, part: Part) -> Dump {
        let columns = of.spec.fields.iter().map(|f| Column::new(f.column, f.concept, Style::AsIs)).collect();
        Dump::new(3, TODAY, columns, vec![part])
    }

    fn tally(d: &Dump, oracle: &Oracle) -> (Tally, Vec<u8>) {
        let (mut t, mut bytes) = (Tally::default(), Vec::new());
        d.write(&mut bytes, |row| oracle.add(&d.columns, row.cells, &mut t)).unwrap();
        (t, bytes)
    }

    #[test]
    fn a_fresh_copy_hits_itself_in_every_row_and_noise_takes_some_away() {
        let bank = cases::bank_for_tests();
        let oracle = Oracle::new(&Snapshot::new(&bank, TODAY));
        let mut d = dump(&bank, Part::copied(&bank, TODAY, 400));
        let (clean, bytes) = tally(&d, &oracle);
        assert_eq!((clean.rows, clean.rows_corroborated, clean.records_corroborated.len()), (400, 400, 400));
        assert_eq!(tally(&d, &oracle), (clean, bytes));
        d.noise = 0.5;
        d.repeat = Repeat::Times(3);
        d.arrange = Arrange::SortedBy(1);
        let (noisy, _) = tally(&d, &oracle);
        assert_eq!(noisy.rows, 1200);
        assert!(noisy.rows_hit < 1200 && noisy.rows_corroborated < noisy.rows_hit && noisy.rows_corroborated > 600, "{noisy:?}");
    }

    #[test]
    fn made_up_rows_hit_nothing() {
        let bank = cases::bank_for_tests();
        let oracle = Oracle::new(&Snapshot::new(&bank, TODAY));
        let (t, _) = tally(&dump(&bank, Part::fabricated(&bank, TODAY, 400)), &oracle);
        assert_eq!((t.rows, t.rows_hit), (400, 0));
    }

    #[test]
    fn truth_says_what_is_still_the_same() {
        let bank = cases::bank_for_tests();
        let snapshot = Snapshot::new(&bank, TODAY);
        let d = dump(&bank, Part::copied(&bank, Day::new(2024, 1, 1), 300));
        let mut record = Vec::new();
        let mut changed = 0;
        d.write(Vec::new(), |row| {
            let person = bank.person_of(row.rank.unwrap());
            snapshot.record(snapshot.record_of(person).unwrap(), &mut record);
            for (n, cell) in row.cells.iter().enumerate() {
                let same = !cell.is_empty() && *cell == record[n];
                assert_eq!(row.same >> n & 1 == 1, same);
                changed += usize::from(!same && !cell.is_empty());
            }
        })
        .unwrap();
        assert!(changed > 100, "an old export is out of date in places: {changed}");
    }
}
