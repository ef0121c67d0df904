//! The demonstration: five institutions that share 120,000 people, and a dump from one of them, a year old, damaged and diluted.

use super::cast::{SNAPSHOT, bank_fields, lender_fields, registry, spec, telco_fields};
use super::day::{DateStyle, Day};
use super::dump::{Column, Dump, Part, Written};
use super::field::{IdForm, PhoneStyle, Style};
use super::institution::{Institution, Members};
use super::snapshot::Snapshot;
use super::world::World;
use crate::{Error, Result};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The institution that the dump comes from.
pub const SOURCE: &str = "Bank Contoh Utama";

/// What may differ between demonstrations.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Everything follows from it.
    pub seed: u64,
    /// How many people there are.
    pub people: u32,
    /// Whether the dump holds the bank's customer numbers, which make it easy.
    pub issued_ids: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { seed: 2026, people: 120_000, issued_ids: false }
    }
}

/// One institution of the demonstration.
#[derive(Clone, Debug)]
pub struct DemoInstitution {
    /// Name, as its schema says it.
    pub name: &'static str,
    /// Its records, CSV.
    pub records: PathBuf,
    /// Its schema, TOML.
    pub schema: PathBuf,
    /// How many records.
    pub count: u64,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct DemoFiles {
    /// The institutions; the source is among them.
    pub institutions: Vec<DemoInstitution>,
    /// The dump.
    pub dump: PathBuf,
    /// Name of the institution that the dump comes from.
    pub source: &'static str,
    /// The day on which the rows left it.
    pub exported: Day,
    /// Rows of the dump.
    pub rows: u64,
    /// Rows of the dump from the source, from an unlisted institution, and made up.
    pub rows_from: [u64; 3],
}

/// Writes the demonstration's files to `dir`, which must exist.
///
/// # Errors
/// When a file cannot be written.
pub fn write(dir: &Path, options: &Options) -> Result<DemoFiles> {
    let world = Arc::new(World::new(options.seed, options.people));
    let roll = registry(&world, "Registri Penduduk Contoh");
    let form = IdForm::Running { prefix: "", width: 9, from: 100_000_001, step: 3 };
    let bank = Institution::new(&world, spec(SOURCE, "customers", "bank", 2014, Members::share(0.5), bank_fields(form, "KC")));
    let form = IdForm::Running { prefix: "S", width: 9, from: 500_000, step: 1 };
    let members = Members::share(0.1).and(&bank, 0.6);
    let mut sister = spec("Bank Contoh Syariah", "customers", "sister", 2017, members, bank_fields(form, "SY"));
    sister.copies = Some((Arc::clone(&bank), 0.3));
    let sister = Institution::new(&world, sister);
    let telco = Institution::new(&world, spec("Seluler Contoh", "subscribers", "telco", 2012, Members::share(0.4), telco_fields()));
    let form = IdForm::Scattered { prefix: "P", width: 9 };
    let lender = spec("Pinjam Kilat Contoh", "borrowers", "lender", 2020, Members::share(0.05), lender_fields(form, PhoneStyle::Plus));
    let lender = Institution::new(&world, lender);
    // Nobody has this one's index.
    let form = IdForm::Running { prefix: "T", width: 8, from: 1, step: 1 };
    let unlisted = spec("(unlisted)", "customers", "unlisted", 2016, Members::share(0.15), bank_fields(form, "T"));
    let unlisted = Institution::new(&world, unlisted);

    let mut institutions = Vec::new();
    for institution in [&roll, &bank, &sister, &telco, &lender] {
        let snapshot = Snapshot::new(institution, SNAPSHOT);
        let slug = institution.spec.slug;
        let (records, schema) = (dir.join(format!("{slug}.csv")), dir.join(format!("{slug}.toml")));
        let count = snapshot.write_csv(create(&records)?)?;
        std::fs::write(&schema, snapshot.schema()).map_err(|e| Error::io("cannot write a schema", &e).at(&schema))?;
        institutions.push(DemoInstitution { name: institution.spec.name, records, schema, count });
    }

    let exported = Day::new(2025, 10, 20);
    let mut columns = vec![
        Column::new("branch", "office_code", Style::AsIs),
        Column::new("customer", "name", Style::Upper),
        Column::new("born", "birth_date", Style::Date(DateStyle::Slash)),
        Column::new("mobile", "phone", Style::Phone(PhoneStyle::Mixed)),
        Column::new("id card", "nik", Style::AsIs),
        Column::new("town", "city", Style::Upper),
        Column::new("mail", "email", Style::Lower),
        Column::new("state", "status", Style::Lower),
        Column::new("street", "address", Style::AsIs),
    ];
    if options.issued_ids {
        columns.insert(2, Column::new("no", "member_number", Style::AsIs));
    }
    // Half as many rows as people: 80% from the bank, 15% from the unlisted institution, 5% made up.
    let share = |percent: u32| (u64::from(options.people) * u64::from(percent) / 200) as u32;
    let parts = vec![
        Part::copied(&bank, exported, share(80)),
        Part::copied(&unlisted, exported, share(15)),
        Part::fabricated(&bank, exported, share(5)),
    ];
    let mut dump = Dump::new(options.seed, SNAPSHOT, columns, parts);
    dump.noise = 0.03;
    dump.delimiter = b';';
    let path = dir.join("dump.csv");
    let mut rows_from = [0; 3];
    let Written { rows, .. } = dump.write(create(&path)?, |row| rows_from[row.part] += 1)?;
    Ok(DemoFiles { institutions, dump: path, source: SOURCE, exported, rows, rows_from })
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path).map_err(|e| Error::io("cannot write a file of the demonstration", &e).at(path))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_demonstration_has_the_shares_that_it_says() {
        let dir = tempfile::tempdir().unwrap();
        let files = write(dir.path(), &Options { people: 4000, issued_ids: true, ..Options::default() }).unwrap();
        assert_eq!((files.rows, files.rows_from), (2000, [1600, 300, 100]));
        assert_eq!(files.institutions.len(), 5);
        let dump = std::fs::read_to_string(&files.dump).unwrap();
        assert_eq!(dump.lines().count(), 2001);
        assert!(dump.starts_with("branch;customer;no;"));
        assert!(files.institutions.iter().any(|i| i.name == files.source && i.count > 1600));
    }

    /// `cargo test --release --lib synth::demo -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    fn takes_a_few_seconds_at_most() {
        let dir = tempfile::tempdir().unwrap();
        let start = std::time::Instant::now();
        let files = write(dir.path(), &Options::default()).unwrap();
        eprintln!("{:?} for {} rows; {:?}", start.elapsed(), files.rows, files.rows_from);
        files.institutions.iter().for_each(|i| eprintln!("{}: {}", i.name, i.count));
    }
}
