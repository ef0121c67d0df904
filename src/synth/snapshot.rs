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
        let ranks = (0..institution.len())
            .filter(|&rank| institution.made(rank) <= day)
            .collect();
        Snapshot {
            institution: Arc::clone(institution),
            day,
            ranks,
        }
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
        self.ranks
            .binary_search(&rank)
            .ok()
            .map(|record| record as u32)
    }

    /// All values of a record before any style, in the order of the fields. `out` is emptied first.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn record(&self, record: u32, out: &mut Vec<String>) {
        let rank = self.rank(record);
        let person = self
            .institution
            .world
            .person(self.institution.person_of(rank));
        out.clear();
        for field in 0..self.institution.spec.fields.len() {
            let mut value = String::new();
            self.institution
                .value(rank, field, self.day, &person, &mut value);
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
        csv.write_record(fields.iter().map(|f| f.column))
            .map_err(cannot_write)?;
        let (mut raw, mut styled) = (String::new(), String::new());
        for &rank in &self.ranks {
            let person = self
                .institution
                .world
                .person(self.institution.person_of(rank));
            for (n, field) in fields.iter().enumerate() {
                raw.clear();
                styled.clear();
                self.institution.value(rank, n, self.day, &person, &mut raw);
                field.style.write(&raw, rank.into(), &mut styled);
                csv.write_field(&styled).map_err(cannot_write)?;
            }
            csv.write_record(None::<&[u8]>).map_err(cannot_write)?;
        }
        csv.flush()
            .map_err(|e| Error::io("cannot write the records", &e))?;
        Ok(self.ranks.len() as u64)
    }

    /// The schema of the records, as TOML.
    #[must_use]
    pub fn schema(&self) -> String {
        let spec = &self.institution.spec;
        let mut day = String::new();
        self.day.write(DateStyle::Iso, &mut day);
        let mut toml = format!(
            "[institution]\nname = \"{}\"\ndataset = \"{}\"\nsnapshot = {day}\nregion = \"ID\"\n",
            spec.name, spec.dataset
        );
        for f in &spec.fields {
            // Writing into a string cannot fail.
            let _ = write!(
                toml,
                "\n[[field]]\ncolumn = \"{}\"\nkind = \"{}\"\nrole = \"{}\"\n",
                f.column, f.kind, f.role
            );
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
