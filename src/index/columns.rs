//! Where a schema's columns stand in one file of records, and how that file is read.

use super::meta::attribute_forms;
use crate::identify::digest::Algorithm;
use crate::identify::form::Form;
use crate::identify::schema::{Column, Role, Schema};
use crate::identify::{Kind, Params, date};
use crate::record::delimited::{Dialect, Names, Overrides, Table};
use crate::record::sampling::{self, Sample};
use crate::record::text_format;
use crate::source;
use crate::source::Input;
use crate::{Error, Result};
use std::path::Path;

/// Bytes of a file that are looked at before it is read.
const SAMPLE_BYTES: u64 = 1 << 20;

/// How one file of records is read.
#[derive(Clone, Debug)]
pub struct Columns {
    /// How the file is written.
    pub dialect: Dialect,
    /// Where its first row begins.
    pub data_start: u64,
    /// Whether the first row names the columns.
    pub header: bool,
    /// Column and kind of each identifier, in table order.
    pub identifiers: Vec<(usize, Kind, Params)>,
    /// The digests that each identifier can be found by, in the same order.
    pub hashes: Vec<Vec<Algorithm>>,
    /// Column, kind and form of each attribute form, in the order of a record's row.
    pub attributes: Vec<(usize, Kind, Form, Params)>,
    /// Column of the creation day.
    pub created: Option<(usize, date::Order)>,
    /// Column of the day of the last change.
    pub updated: Option<(usize, date::Order)>,
    /// Column of the canary flag.
    pub canary: Option<usize>,
}

impl Columns {
    /// Finds a schema's columns in a file.
    ///
    /// # Errors
    /// When the file is not delimited text, is empty, or lacks a column that the schema names, or names it twice.
    pub fn find(path: &Path, input: &Input, schema: &Schema) -> Result<Columns> {
        let content = source::sniff(input.bytes());
        if let Some((_, advice)) = content.unsupported() {
            return Err(Error::usage("these records cannot be read")
                .at(path)
                .expected("delimited text in UTF-8 (CSV, TSV, …)")
                .got(content.words())
                .advice(advice));
        }
        if let Some(advice) = text_format::other_than_delimited(input.bytes()) {
            return Err(Error::usage("these records cannot be read")
                .at(path)
                .expected("delimited text in UTF-8 (CSV, TSV, …)")
                .advice(advice));
        }
        let data_start = Dialect::data_start(input.bytes());
        let dialect = Dialect::decide(input.bytes(), &Overrides::default());
        let table = Table { text: input.bytes(), input: 0, offset: 0, data_start, dialect: &dialect, names: Names::default() };
        let sample = sampling::spread(&table, SAMPLE_BYTES);
        let Some(first_row) = sample.first_row() else {
            return Err(Error::usage("there are no records in this file")
                .at(path)
                .expected("at least one row")
                .got(format!("{} bytes", input.len())));
        };
        let by_name = schema.fields.iter().any(|f| matches!(f.column, Column::Header(_)));
        let header = by_name || sampling::header(&sample).present;
        let names: Vec<String> = first_row.iter().map(|c| String::from_utf8_lossy(c).trim().to_lowercase()).collect();
        let position = |column: &Column| find_column(column, &names, &sample).map_err(|e| e.at(path));
        let region = schema.institution.region_code();
        let usual = Params { region, ..Params::default() };
        let order = |c: usize| date::decide_order(sample.column(c, header)).unwrap_or_else(|| usual_order(region));
        let params = |kind: Kind, c: usize| if kind == Kind::Date { Params { date_order: order(c), ..usual } } else { usual };
        let mut identifiers = Vec::new();
        for f in schema.with_role(Role::Identifier) {
            let c = position(&f.column)?;
            identifiers.push((c, f.kind, params(f.kind, c)));
        }
        let hashes = schema.with_role(Role::Identifier).map(|f| f.hashes.clone()).collect();
        let mut attributes = Vec::new();
        for (f, form) in attribute_forms(schema) {
            let c = position(&f.column)?;
            attributes.push((c, f.kind, form, params(f.kind, c)));
        }
        let one = |role| schema.with_role(role).next().map(|f| position(&f.column)).transpose();
        let day = |role| -> Result<Option<(usize, date::Order)>> { Ok(one(role)?.map(|c| (c, order(c)))) };
        // Columns that are not used must be there as well: a schema that does not fit its file was written for another.
        for f in schema.with_role(Role::Ignore) {
            position(&f.column)?;
        }
        let (created, updated, canary) = (day(Role::Created)?, day(Role::Updated)?, one(Role::Canary)?);
        Ok(Columns { dialect, data_start, header, identifiers, hashes, attributes, created, updated, canary })
    }
}

/// How dates are written where a column does not show it: only the United States and some Pacific islands put the month first.
fn usual_order(region: [u8; 2]) -> date::Order {
    if [b"US", b"FM", b"MH", b"PW"].contains(&&region) { date::Order::MonthFirst } else { date::Order::DayFirst }
}

fn find_column(column: &Column, names: &[String], sample: &Sample<'_>) -> Result<usize> {
    match column {
        Column::Position(n) => {
            let widest = sample.batches.iter().flat_map(|b| (0..b.len()).map(|r| b.width(r))).max().unwrap_or(0);
            if (1..=widest).contains(&(*n as usize)) {
                Ok(*n as usize - 1)
            } else {
                Err(Error::usage(format!("the schema names column {n}, which this file does not have"))
                    .got(format!("{widest} columns"))
                    .advice("correct the position in the schema, or index the file that it was written for"))
            }
        }
        Column::Header(name) => {
            let wanted = name.trim().to_lowercase();
            let name = crate::names::safe_text(name);
            let mut places = names.iter().enumerate().filter(|(_, n)| **n == wanted).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (Some(at), None) => Ok(at),
                (None, _) => {
                    let header = sampling::header(sample);
                    let shown: Vec<String> = header.names.into_iter().flatten().collect();
                    let got = if shown.is_empty() {
                        format!("{} columns, no header that could be recognised", names.len())
                    } else {
                        shown.join(", ")
                    };
                    Err(Error::usage(format!("the schema names the column {name:?}, which this file does not have"))
                        .expected("a header line with that name")
                        .got(got)
                        .advice("correct the name in the schema, or give the column's position, counted from 1"))
                }
                (Some(a), Some(b)) => Err(Error::usage(format!("the column {name:?} stands twice in this file"))
                    .got(format!("columns {} and {}", a + 1, b + 1))
                    .advice("give the column's position in the schema in place of its name, counted from 1")),
            }
        }
    }
}
