//! `leaktrace schema`: a schema proposed from the data, with the reason for each column. A person confirms or corrects it.

use super::Outcome;
use crate::identify::profile::ColumnProfile;
use crate::identify::propose::propose;
use crate::identify::schema::{Column, Institution, Schema};
use crate::names::escape_controls;
use crate::record::delimited::{Dialect, Names, Overrides, Table};
use crate::record::{sampling, text_format};
use crate::report::output::to_stdout;
use crate::source::{self, Input};
use crate::{Error, Result};
use std::fmt::Write;
use std::path::Path;

const SAMPLE_BYTES: u64 = 8 << 20;

/// Prints a schema for a file of records.
///
/// # Errors
/// When the file cannot be read or is not delimited text.
pub fn run(path: &Path) -> Result<Outcome> {
    let input = Input::open(path)?;
    let proposal = proposal(&input, path)?;
    input.check_unaltered("this file of records")?;
    to_stdout(proposal.as_bytes())?;
    Ok(Outcome::Done)
}

fn proposal(input: &Input, path: &Path) -> Result<String> {
    let text = input.bytes();
    let unreadable = source::sniff(text).unsupported().map(|(_, advice)| advice).or_else(|| text_format::other_than_delimited(text));
    if let Some(advice) = unreadable {
        return Err(Error::usage("these records cannot be read").at(path).expected("delimited text in UTF-8 (CSV, TSV, …)").advice(advice));
    }
    let dialect = Dialect::decide(text, &Overrides::default());
    let sample = sampling::spread(
        &Table { text, input: 0, offset: 0, data_start: Dialect::data_start(text), dialect: &dialect, names: Names::default() },
        SAMPLE_BYTES,
    );
    let header = sampling::header(&sample);
    let profiles = sample.profiles(header.present, usize::MAX);
    let rows = sample.len() - usize::from(header.present);
    if rows == 0 {
        return Err(Error::usage("there are no records in this file").at(path).expected("at least one row"));
    }
    let name = |c: usize| header.names.get(c).and_then(Option::as_deref);
    let columns: Vec<(Option<&[u8]>, &ColumnProfile)> = profiles.iter().enumerate().map(|(c, p)| (name(c).map(str::as_bytes), p)).collect();
    let proposals = propose(&columns);
    // A name that stands twice cannot name a column.
    let unique = |c: usize| name(c).filter(|n| header.names.iter().flatten().filter(|m| m.eq_ignore_ascii_case(n)).count() == 1);
    let mut out = format!(
        "# Proposed from {rows} rows of {} columns. Check every [[field]]: kind, role, and whether an id is\n\
         # issued by you (issued = true); set the institution's name and the day of the export.\n",
        profiles.len()
    );
    let institution = Institution {
        name: "NAME OF YOUR INSTITUTION".to_string(),
        dataset: "records".to_string(),
        snapshot: None,
        region: "ID".to_string(),
    };
    out.push_str(&Schema { institution, fields: Vec::new() }.to_toml().replace("field = []\n", ""));
    for (c, proposal) in proposals.iter().enumerate() {
        let column = unique(c).map_or(Column::Position(c as u32 + 1), |n| Column::Header(n.to_string()));
        let field = toml::to_string(&proposal.field(column)).unwrap_or_default();
        let _ = write!(out, "\n# column {}: {}\n[[field]]\n{field}", c + 1, escape_controls(&proposal.reason));
        for line in proposal.extras() {
            let _ = writeln!(out, "# {line}");
        }
    }
    Ok(out)
}
