//! Plain rows with exact counts, as fast as they can be made: for benchmarks and for tests that count.
//!
//! Person `n` of a table has four identifiers that are injective in `n` and four attributes that are not. Records are people `0..n`. A dump's
//! row is about a record, each cell kept with some probability, or about a stranger (numbers from 2^31 on), who shares no identifier with
//! any record. A cell that is not kept is the stranger's of the same row, so what is hit is known exactly.

mod line;

use super::rng::{GAMMA_STEP, chance, key, mix, scale};
use crate::{Error, Result};
use line::{Line, Writer};
use std::io::Write;

/// Strangers' numbers begin here; tables have at most as many records.
const STRANGERS: u64 = 1 << 31;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Col {
    /// National id, 16 digits; an identifier.
    Nik,
    /// E-mail address; an identifier.
    Email,
    /// Mobile number; an identifier.
    Phone,
    /// Member number; an identifier that the institution mints.
    Member,
    /// Name; an attribute.
    Name,
    /// Birth date, ISO; an attribute, implied by the national id.
    Birth,
    /// City; an attribute.
    City,
    /// Status; an attribute.
    Status,
    /// Code of the office that keeps the record; an attribute.
    Office,
    /// Class of service; an attribute.
    Class,
    /// Text that matters to nobody.
    Filler,
    /// Day the record was made, ISO.
    Created,
    /// Day of its last change, ISO; not before it was made.
    Updated,
}

/// Columns and dialect of a table.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Columns, in order.
    pub columns: Vec<Col>,
    /// Every cell in quotes.
    pub quoted: bool,
    /// Lines end with carriage return and line feed.
    pub crlf: bool,
    /// Phones in five spellings rather than one.
    pub mixed_phones: bool,
    /// A header line.
    pub header: bool,
}

impl Layout {
    /// Nine columns: four identifiers, four attributes and one that matters to nobody.
    #[must_use]
    pub fn standard() -> Layout {
        use Col::{Birth, City, Email, Filler, Member, Name, Nik, Phone, Status};
        let columns = vec![Nik, Email, Phone, Member, Name, Birth, City, Status, Filler];
        Layout { columns, quoted: false, crlf: false, mixed_phones: false, header: true }
    }

    /// The four identifiers, spread evenly among so many columns (four at least) of which nothing else matters.
    #[must_use]
    pub fn spread(columns: usize) -> Layout {
        let mut spread = vec![Col::Filler; columns];
        for (n, col) in [Col::Nik, Col::Email, Col::Phone, Col::Member].into_iter().enumerate() {
            spread[n * columns / 4 + columns / 8] = col;
        }
        Layout { columns: spread, ..Layout::standard() }
    }

    /// The standard columns, then the days on which the record was made and last changed.
    #[must_use]
    pub fn dated() -> Layout {
        let mut layout = Layout::standard();
        layout.columns.extend([Col::Created, Col::Updated]);
        layout
    }

    /// The four identifiers and six attributes, as a national insurer may hold them of everybody.
    #[must_use]
    pub fn nation() -> Layout {
        use Col::{Birth, City, Class, Email, Member, Name, Nik, Office, Phone, Status};
        Layout { columns: vec![Nik, Email, Phone, Member, Name, Birth, City, Status, Office, Class], ..Layout::standard() }
    }

    /// Thirty columns, of which four matter.
    #[must_use]
    pub fn wide() -> Layout {
        Layout::spread(30)
    }

    /// Where the identifiers stand: column, from 1, of national id, e-mail, phone and member number; 0 for one that is not there.
    #[must_use]
    pub fn identifiers(&self) -> [usize; 4] {
        [Col::Nik, Col::Email, Col::Phone, Col::Member].map(|col| self.columns.iter().position(|&c| c == col).map_or(0, |n| n + 1))
    }

    /// The schema of the records, as TOML.
    #[must_use]
    pub fn schema(&self) -> String {
        let mut toml =
            String::from("[institution]\nname = \"Tabel Contoh\"\ndataset = \"records\"\nsnapshot = 2026-11-01\nregion = \"ID\"\n");
        for (n, &col) in self.columns.iter().enumerate().filter(|c| *c.1 != Col::Filler) {
            let (kind, role, concept) = col.schema();
            let issued = if col == Col::Member { "issued = true\n" } else { "" };
            toml += &format!("\n[[field]]\ncolumn = {}\nkind = \"{kind}\"\nrole = \"{role}\"\n{issued}concept = \"{concept}\"\n", n + 1);
        }
        toml
    }
}

impl Col {
    /// Kind, role and concept, as a schema names them.
    #[must_use]
    pub fn schema(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Col::Nik => ("nik", "identifier", "nik"),
            Col::Email => ("email", "identifier", "email"),
            Col::Phone => ("phone", "identifier", "phone"),
            Col::Member => ("id", "identifier", "member_number"),
            Col::Name => ("name", "attribute", "name"),
            Col::Birth => ("date", "attribute", "birth_date"),
            Col::City => ("text", "attribute", "city"),
            Col::Status => ("text", "attribute", "status"),
            Col::Office => ("text", "attribute", "office_code"),
            Col::Class => ("text", "attribute", "service_class"),
            Col::Filler => ("text", "ignore", "filler"),
            Col::Created => ("date", "created", "created"),
            Col::Updated => ("date", "updated", "updated"),
        }
    }
}

/// What a dump hits, exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Data rows.
    pub rows: u64,
    /// Bytes, header included.
    pub bytes: u64,
    /// Hits by identifier: national id, e-mail, phone, member number.
    pub hits: [u64; 4],
    /// Rows with at least one hit.
    pub rows_hit: u64,
    /// Rows of which two fields or more agree with the same record; a birth date does not count beside a national id.
    pub rows_corroborated: u64,
    /// Distinct records hit.
    pub records_hit: u64,
    /// Distinct records that a row corroborates.
    pub records_corroborated: u64,
}

/// Writes records `0..n` (at most 2^31) and gives the number of bytes.
///
/// # Errors
/// When `to` cannot be written, or there are too many records.
pub fn write_records<W: Write>(n: u64, seed: u64, layout: &Layout, to: W) -> Result<u64> {
    too_many(n)?;
    write_some_records(0..n, seed, layout, to)
}

/// Writes the records of these numbers (below 2^31) and gives the number of bytes: a sample of a table that is too large to be read again.
///
/// # Errors
/// When `to` cannot be written.
pub fn write_some_records<W: Write>(numbers: impl IntoIterator<Item = u64>, seed: u64, layout: &Layout, to: W) -> Result<u64> {
    let mut writer = Writer::new(to, layout)?;
    for number in numbers {
        let line = Line::new(number, seed);
        let mut place = 0;
        writer.line(&layout.columns, |&col, w| {
            w.cell(col, &line, place);
            place += 1;
        })?;
    }
    writer.finish()
}

/// A dump of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableDump {
    /// Data rows.
    pub rows: u64,
    /// Records of the table.
    pub records: u64,
    /// Share of rows that are about a record.
    pub hit_share: f64,
    /// Probability that a cell of such a row is the record's.
    pub kept: f64,
    /// Seed of the table.
    pub seed: u64,
    /// Seed of the dump: which records, which cells.
    pub dump_seed: u64,
}

/// Writes a dump and gives the exact counts. Holds one byte a record.
///
/// # Errors
/// When `to` cannot be written, or there are too many rows or records.
pub fn write_dump<W: Write>(dump: &TableDump, layout: &Layout, to: W) -> Result<Truth> {
    let TableDump { rows, records, hit_share, kept, seed, dump_seed } = *dump;
    too_many(records)?;
    // Strangers' phones stay injective up to three thousand million.
    too_many(rows.saturating_mul(3))?;
    let mut writer = Writer::new(to, layout)?;
    let mut truth = Truth { rows, ..Truth::default() };
    let mut seen = vec![0u8; records as usize];
    for row in 0..rows {
        let stranger = Line::new(STRANGERS + row, seed);
        let bits = key(&[dump_seed, row]);
        let of_record = records > 0 && chance(bits, hit_share);
        let record = Line::new(if of_record { scale(mix(bits), records) } else { STRANGERS + row }, seed);
        let mut place = 0;
        let (mut agreeing, mut hit, mut nik, mut birth) = (0u32, false, false, false);
        writer.line(&layout.columns, |&col, w| {
            place += 1;
            let take = of_record && chance(mix(bits ^ GAMMA_STEP.wrapping_mul(place as u64)), kept);
            w.cell(col, if take { &record } else { &stranger }, place - 1);
            if of_record && (take || (col > Col::Member && col < Col::Filler && record.agrees(&stranger, col))) {
                if col <= Col::Member {
                    truth.hits[col as usize] += 1;
                    hit = true;
                }
                nik |= col == Col::Nik;
                birth |= col == Col::Birth;
                agreeing += u32::from(col < Col::Filler);
            }
        })?;
        if hit {
            let corroborated = agreeing - u32::from(nik && birth) >= 2;
            truth.rows_hit += 1;
            truth.rows_corroborated += u64::from(corroborated);
            seen[record.number as usize] |= if corroborated { 3 } else { 1 };
        }
    }
    truth.records_hit = seen.iter().filter(|&&s| s != 0).count() as u64;
    truth.records_corroborated = seen.iter().filter(|&&s| s == 3).count() as u64;
    truth.bytes = writer.finish()?;
    Ok(truth)
}

fn too_many(n: u64) -> Result<()> {
    if n > STRANGERS {
        return Err(Error::usage("a table cannot be that large").expected("at most 2^31 records and a third as many rows of a dump"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
