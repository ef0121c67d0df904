//! An institution's records as of a day: what it would index.

use super::day::{DateStyle, Day};
use super::institution::Institution;
use crate::{Error, Result};
use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

/// The records that exist on a day, in the institution's order.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Whose.
    pub institution: Arc<Institution>,
    /// As of when.
    pub day: Day,
    ranks: Vec<u32>,
}

impl Snapshot {
    /// The records as of `day`.
    #[must_use]
    pub fn new(institution: &Arc<Institution>, day: Day) -> Snapshot {
        let ranks = (0..institution.len()).filter(|&rank| institution.made(rank) <= day).collect();
        Snapshot { institution: Arc::clone(institution), day, ranks }
    }

    /// How many records.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.ranks.len() as u32
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// The rank of a record number.
    ///
    /// # Panics
    /// When there is no such record.
    #[must_use]
    pub fn rank(&self, record: u32) -> u32 {
        self.ranks[record as usize]
    }

    /// The person of a record number.
    ///
    /// # Panics
    /// When there is no such record.
    #[must_use]
    pub fn person(&self, record: u32) -> u32 {
        self.institution.person_of(self.rank(record))
    }

    /// The record number of a person.
    #[must_use]
    pub fn record_of(&self, person: u32) -> Option<u32> {
        let rank = self.institution.rank_of(person)?;
        self.ranks.binary_search(&rank).ok().map(|record| record as u32)
    }

    /// All values of a record before any style, in the order of the fields. `out` is emptied first.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn record(&self, record: u32, out: &mut Vec<String>) {
        let rank = self.rank(record);
        let person = self.institution.world.person(self.institution.person_of(rank));
        out.clear();
        for field in 0..self.institution.spec.fields.len() {
            let mut value = String::new();
            self.institution.value(rank, field, self.day, &person, &mut value);
            out.push(value);
        }
    }

    /// Writes the records as CSV with a header and gives their number. Streams: holds one record at a time.
    ///
    /// # Errors
    /// When `to` cannot be written.
    pub fn write_csv<W: Write>(&self, to: W) -> Result<u64> {
        let mut csv = csv::Writer::from_writer(to);
        let fields = &self.institution.spec.fields;
        csv.write_record(fields.iter().map(|f| f.column)).map_err(cannot_write)?;
        let (mut raw, mut styled) = (String::new(), String::new());
        for &rank in &self.ranks {
            let person = self.institution.world.person(self.institution.person_of(rank));
            for (n, field) in fields.iter().enumerate() {
                raw.clear();
                styled.clear();
                self.institution.value(rank, n, self.day, &person, &mut raw);
                field.style.write(&raw, rank.into(), &mut styled);
                csv.write_field(&styled).map_err(cannot_write)?;
            }
            csv.write_record(None::<&[u8]>).map_err(cannot_write)?;
        }
        csv.flush().map_err(|e| Error::io("cannot write the records", &e))?;
        Ok(self.ranks.len() as u64)
    }

    /// The schema of the records, as TOML.
    #[must_use]
    pub fn schema(&self) -> String {
        let spec = &self.institution.spec;
        let mut day = String::new();
        self.day.write(DateStyle::Iso, &mut day);
        let mut toml =
            format!("[institution]\nname = \"{}\"\ndataset = \"{}\"\nsnapshot = {day}\nregion = \"ID\"\n", spec.name, spec.dataset);
        for f in &spec.fields {
            // Writing into a string cannot fail.
            let _ = write!(toml, "\n[[field]]\ncolumn = \"{}\"\nkind = \"{}\"\nrole = \"{}\"\n", f.column, f.kind, f.role);
            if f.issued {
                toml.push_str("issued = true\n");
            }
            let _ = writeln!(toml, "concept = \"{}\"", f.concept);
            if !f.category.is_empty() {
                let _ = writeln!(toml, "category = \"{}\"", f.category);
            }
            if !f.parts.is_empty() {
                let _ = writeln!(toml, "parts = {:?}", f.parts);
            }
            if !f.hashes.is_empty() {
                let _ = writeln!(toml, "hashes = {:?}", f.hashes);
            }
        }
        toml
    }
}

/// A failure of the CSV writer; values cannot slip into the error, since only I/O can fail here.
pub(super) fn cannot_write(e: csv::Error) -> Error {
    match e.into_kind() {
        csv::ErrorKind::Io(e) => Error::io("cannot write the rows", &e),
        _ => Error::usage("cannot write rows of different lengths"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::cast::{SNAPSHOT, bank_fields, registry, spec};
    use crate::synth::field::IdForm;
    use crate::synth::institution::Members;
    use crate::synth::world::World;

    const FORM: IdForm = IdForm::Hex;

    /// A registry, a bank, and a sister bank that copied this share of its common customers' values.
    fn banks(copied: f64) -> [Snapshot; 3] {
        let world = Arc::new(World::new(5, 8000));
        let roll = registry(&world, "R");
        let bank = spec("A", "customers", "a", 2015, Members::share(0.4), bank_fields(FORM, "A"));
        let bank = Institution::new(&world, bank);
        let members = Members::share(0.1).and(&bank, 0.6);
        let mut sister = spec("B", "customers", "b", 2017, members, bank_fields(FORM, "B"));
        sister.copies = Some((Arc::clone(&bank), copied));
        [roll, bank, Institution::new(&world, sister)].map(|i| Snapshot::new(&i, SNAPSHOT))
    }

    /// Common customers, and how many of them have the same slip or stale value of this concept in both banks: the same value, which is
    /// not what the person says on the day of the snapshot.
    fn common_and_same_slips(a: &Snapshot, b: &Snapshot, concept: &str) -> (u32, u32) {
        let field = a.institution.field_of(concept).unwrap();
        let (mut common, mut same) = (0, 0);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for record in 0..b.len() {
            let person = b.person(record);
            let Some(other) = a.record_of(person) else {
                continue;
            };
            b.record(record, &mut ours);
            a.record(other, &mut theirs);
            let truth = a.institution.world.person(person).at(SNAPSHOT).name;
            common += 1;
            same += u32::from(ours[field] == theirs[field] && ours[field] != truth);
        }
        (common, same)
    }

    #[test]
    fn institutions_share_the_people_and_the_slips_that_they_say() {
        let [roll, bank, sister] = banks(0.4);
        assert!((7980..8000).contains(&roll.len()), "{}", roll.len());
        let (common, same) = common_and_same_slips(&bank, &sister, "name");
        assert!((0.55..0.65).contains(&(f64::from(common) / f64::from(bank.len()))));
        let [_, bank, stranger] = banks(0.0);
        let (_, by_chance) = common_and_same_slips(&bank, &stranger, "name");
        assert!(same > 10 && by_chance <= 1, "{same} {by_chance}");
    }

    #[test]
    fn a_snapshot_is_written_as_it_is_read() {
        let [_, bank, _] = banks(0.2);
        let mut bytes = Vec::new();
        let written = bank.write_csv(&mut bytes).unwrap();
        assert_eq!(written, u64::from(bank.len()));
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let name = bank.institution.field_of("name").unwrap();
        let mut record = Vec::new();
        for (number, row) in reader.records().enumerate() {
            bank.record(number as u32, &mut record);
            assert_eq!(row.unwrap()[name], record[name]);
            assert_eq!(bank.record_of(bank.person(number as u32)), Some(number as u32));
        }
    }

    #[test]
    fn an_earlier_snapshot_is_the_beginning_of_a_later_one() {
        let [_, now, _] = banks(0.2);
        let then = Snapshot::new(&now.institution, Day::new(2022, 1, 1));
        assert!(then.len() > 100 && then.len() < now.len());
        assert!((0..then.len()).all(|n| then.person(n) == now.person(n)));
    }
}
