//! The five public cases of the design as small synthetic fixtures: institutions with their records and schemas, and dumps with the verdict
//! that a careful examiner would reach.
//!
//! The files under `fixtures/cases/` are what [`write_all`] writes; a test compares them byte for byte. After a change on purpose, write
//! them anew with
//!
//! ```text
//! LEAKTRACE_WRITE_FIXTURES=1 cargo test --lib synth::cases
//! ```

mod bpjs;
mod health;
mod lenders;
mod marketplace;
mod voters;

use super::dump::{Column, Dump, Origin, Written};
use super::field::{PhoneStyle, Style};
use super::oracle::{Oracle, Tally};
use super::snapshot::Snapshot;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// One public case.
#[derive(Debug)]
pub struct Case {
    /// Name of its folder.
    pub name: &'static str,
    /// What was argued in public, in one line.
    pub about: &'static str,
    /// Whose indexes the examiner has.
    pub institutions: Vec<Snapshot>,
    /// What was posted.
    pub dumps: Vec<CaseDump>,
}

/// A dump of a case and its verdict.
#[derive(Debug)]
pub struct CaseDump {
    /// Name of its file.
    pub file: &'static str,
    /// How it is made.
    pub dump: Dump,
    /// `attributed`, `mixture`, `unlisted source`, `fabricated`, `inconclusive` or `no match`.
    pub verdict: &'static str,
    /// The institutions that the verdict names.
    pub institutions: Vec<&'static str>,
    /// Why a careful examiner says so.
    pub why: &'static str,
}

/// All cases.
#[must_use]
pub fn all() -> Vec<Case> {
    vec![bpjs::case(), marketplace::case(), lenders::case(), health::case(), voters::case()]
}

/// Writes every case to `dir`, one folder each, and gives the number of bytes.
///
/// # Errors
/// When a file cannot be written.
pub fn write_all(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for case in all() {
        for (name, content) in case.files()? {
            let path = dir.join(case.name).join(name);
            let failed = |e: std::io::Error| Error::io("cannot write a fixture", &e).at(&path);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(failed)?;
            }
            std::fs::write(&path, &content).map_err(failed)?;
            bytes += content.len() as u64;
        }
    }
    Ok(bytes)
}

impl Case {
    /// Every file of the case by name.
    ///
    /// # Errors
    /// Never, in practice: files are made in memory.
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        for snapshot in &self.institutions {
            let slug = snapshot.institution.spec.slug;
            let mut records = Vec::new();
            snapshot.write_csv(&mut records)?;
            files.insert(format!("{slug}.csv"), records);
            files.insert(format!("{slug}.toml"), snapshot.schema().into_bytes());
        }
        let oracles: Vec<Oracle> = self.institutions.iter().map(Oracle::new).collect();
        let mut expected = format!("# Written by leaktrace::synth::cases.\ncase = \"{}\"\nabout = {:?}\n", self.name, self.about);
        for posted in &self.dumps {
            let clash = files.insert(posted.file.to_string(), self.post(posted, &oracles, &mut expected)?);
            assert!(clash.is_none(), "{}: two files are called {}", self.name, posted.file);
        }
        files.insert("expected.toml".to_string(), expected.into_bytes());
        files.insert("README.md".to_string(), self.readme().into_bytes());
        Ok(files)
    }

    /// Writes one dump and appends what is expected of it.
    fn post(&self, posted: &CaseDump, oracles: &[Oracle], expected: &mut String) -> Result<Vec<u8>> {
        let CaseDump { file, dump, verdict, institutions, why } = posted;
        let mut tallies = vec![Tally::default(); oracles.len()];
        let mut from: BTreeMap<&str, u64> = BTreeMap::new();
        let mut bytes = Vec::new();
        let Written { rows, distinct } = dump.write(&mut bytes, |row| {
            if row.first {
                let source = match &dump.parts[row.part].origin {
                    Origin::Copied { from, .. } => from.spec.name,
                    Origin::Fabricated { .. } => "(made up)",
                };
                *from.entry(source).or_default() += 1;
            }
            for ((oracle, tally), snapshot) in oracles.iter().zip(&mut tallies).zip(&self.institutions) {
                let visible =
                    dump.columns.iter().zip(row.cells).map(|(c, cell)| if is_visible(c, snapshot) { cell.clone() } else { String::new() });
                oracle.add(&dump.columns, &visible.collect::<Vec<_>>(), tally);
            }
        })?;
        // Writing into a string cannot fail.
        let _ = write!(
            expected,
            "\n[[dump]]\nfile = \"{file}\"\nkind = \"{verdict}\"\ninstitutions = {institutions:?}\nwhy = {why:?}\n\
             rows = {rows}\nrows_distinct = {distinct}\n\n[dump.distinct_rows_from]\n"
        );
        for (source, rows) in from {
            let _ = writeln!(expected, "\"{source}\" = {rows}");
        }
        for (snapshot, tally) in self.institutions.iter().zip(tallies) {
            let _ = write!(
                expected,
                "\n[dump.exact.\"{}\"]\nrows_hit = {}\nrows_corroborated = {}\nrecords_corroborated = {}\n",
                snapshot.institution.spec.name,
                tally.rows_hit,
                tally.rows_corroborated,
                tally.records_corroborated.len()
            );
        }
        Ok(bytes)
    }

    fn readme(&self) -> String {
        let mut text = format!("# {}\n\n{} Everything here is made up.\n\n", self.name, self.about);
        for posted in &self.dumps {
            let named = posted.institutions.join(", ");
            let _ = writeln!(
                text,
                "- `{}`: {}{}. {}",
                posted.file,
                posted.verdict,
                if named.is_empty() { String::new() } else { format!(" ({named})") },
                posted.why
            );
        }
        text
    }
}

/// Whether a column can be searched for in an institution's index: what is masked cannot, what is hashed where the schema asks for it.
fn is_visible(column: &Column, snapshot: &Snapshot) -> bool {
    let mut fields = snapshot.institution.spec.fields.iter().filter(|f| f.concept == column.concept);
    match column.style {
        Style::Phone(PhoneStyle::Masked) => false,
        Style::Md5 => fields.any(|f| f.hashes.contains(&"md5")),
        _ => true,
    }
}

/// A bank of a few thousand customers, for tests of this module's neighbours.
#[cfg(test)]
pub(super) fn bank_for_tests() -> std::sync::Arc<super::institution::Institution> {
    use super::{cast, field::IdForm, institution, world::World};
    let world = std::sync::Arc::new(World::new(11, 6000));
    let form = IdForm::Running { prefix: "", width: 8, from: 20_000_001, step: 7 };
    let members = institution::Members::share(0.4);
    institution::Institution::new(&world, cast::spec("Bank Uji", "customers", "bank", 2017, members, cast::bank_fields(form, "KC")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn the_fixtures_are_what_the_generator_writes() {
        let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
        if std::env::var_os("LEAKTRACE_WRITE_FIXTURES").is_some() {
            write_all(&dir).unwrap();
        }
        let mut bytes = 0;
        for case in all() {
            for (name, content) in case.files().unwrap() {
                let path = dir.join(case.name).join(&name);
                let found = std::fs::read(&path).unwrap_or_default();
                assert!(found == content, "{} is not what is generated now; see the module's documentation", path.display());
                bytes += content.len();
            }
        }
        assert!(bytes < 4_000_000, "{bytes}");
    }

    #[test]
    fn schemas_and_expectations_are_toml_and_name_what_is_there() {
        for case in all() {
            let files = case.files().unwrap();
            assert_eq!(files.len(), 2 * case.institutions.len() + case.dumps.len() + 2, "no file of {} takes another's place", case.name);
            for (name, content) in &files {
                if name.ends_with(".toml") {
                    let parsed: toml::Table = toml::from_str(std::str::from_utf8(content).unwrap()).unwrap();
                    assert!(!parsed.is_empty());
                }
            }
            let names: Vec<&str> = case.institutions.iter().map(|s| s.institution.spec.name).collect();
            for dump in &case.dumps {
                assert!(files.contains_key(dump.file));
                assert!(dump.institutions.iter().all(|i| names.contains(i)));
                assert_eq!(matches!(dump.verdict, "attributed" | "mixture"), !dump.institutions.is_empty());
            }
        }
    }
}
