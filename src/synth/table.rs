//! Plain rows with exact counts, as fast as they can be made: for benchmarks and for tests that count.
//!
//! Person `n` of a table has four identifiers that are injective in `n` and four attributes that are not. Records are people `0..n`. A dump's
//! row is about a record, each cell kept with some probability, or about a stranger (numbers from 2^31 on), who shares no identifier with
//! any record. A cell that is not kept is the stranger's of the same row, so what is hit is known exactly.

use super::day::Day;
use super::names;
use super::rng::{GAMMA_STEP, chance, key, mix, scale};
use crate::{Error, Result};
use std::io::Write;

/// Strangers' numbers begin here; tables have at most as many records.
const STRANGERS: u64 = 1 << 31;
/// Days that birthdays are drawn from.
const BIRTHDAYS: u64 = 24_000;
const STATES: [&str; 4] = ["active", "closed", "dormant", "blocked"];
/// Bytes written at a time.
const CHUNK: usize = 1 << 18;

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
    /// Text that matters to nobody.
    Filler,
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

    /// Thirty columns, of which four matter.
    #[must_use]
    pub fn wide() -> Layout {
        let mut columns = vec![Col::Filler; 30];
        (columns[2], columns[9], columns[17], columns[26]) = (Col::Member, Col::Name, Col::Email, Col::City);
        Layout { columns, ..Layout::standard() }
    }

    /// The schema of the records, as TOML.
    #[must_use]
    pub fn schema(&self) -> String {
        let mut toml = String::from("[institution]\nname = \"Tabel Contoh\"\ndataset = \"records\"\nsnapshot = 2026-11-01\nregion = \"ID\"\n");
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
            Col::Filler => ("text", "ignore", "filler"),
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

/// A person, as small numbers; made without allocating.
#[derive(Clone, Copy)]
struct Line {
    number: u64,
    bits: u64,
    nik: u64,
    name: (u8, u8),
    city: u8,
    status: u8,
}

impl Line {
    #[inline]
    fn new(number: u64, seed: u64) -> Line {
        let bits = mix(seed ^ number.wrapping_mul(GAMMA_STEP));
        // A bijection of 0..48 * 24,000 * 9,999 (more than 2^33): the factor has no divisor in common with it.
        let nik = ((u128::from(number) * 6_700_417_001 + u128::from(seed % 1_000_003)) % (48 * 24_000 * 9_999)) as u64;
        let part = |shift: u32, n: usize| ((((bits >> shift) & 0xffff) * n as u64) >> 16) as u8;
        Line {
            number,
            bits,
            nik,
            name: (part(0, names::MALE.len() + names::FEMALE.len()), part(16, names::MALE_LAST.len())),
            city: part(32, names::REGIONS.len()),
            status: part(48, STATES.len()),
        }
    }

    fn birthday(&self) -> u64 {
        self.nik / 48 % BIRTHDAYS
    }

    /// Whether an attribute of both is the same.
    #[inline]
    fn agrees(&self, other: &Line, col: Col) -> bool {
        match col {
            Col::Name => self.name == other.name,
            Col::Birth => self.birthday() == other.birthday(),
            Col::City => self.city == other.city,
            Col::Status => self.status == other.status,
            _ => self.number == other.number,
        }
    }
}

/// Writes tables of one layout.
struct Writer<'a, W> {
    to: W,
    layout: &'a Layout,
    buffer: Vec<u8>,
    bytes: u64,
    /// Year, month and day of each birthday, as digits `YYYYMMDD`.
    birthdays: Vec<[u8; 8]>,
    first: Vec<&'static str>,
}

impl<'a, W: Write> Writer<'a, W> {
    fn new(to: W, layout: &'a Layout) -> Result<Self> {
        let birthdays = (0..BIRTHDAYS as i32)
            .map(|n| {
                let (y, m, d) = Day::new(1942, 1, 1).plus(n).civil();
                let mut digits = [b'0'; 8];
                put_digits(&mut digits, (y as u64) * 10_000 + u64::from(m * 100 + d));
                digits
            })
            .collect();
        let first = names::MALE.into_iter().chain(names::FEMALE).collect();
        let mut writer = Writer { to, layout, buffer: Vec::with_capacity(CHUNK + 4096), bytes: 0, birthdays, first };
        if layout.header {
            let header: Vec<String> = layout.columns.iter().enumerate().map(|(n, c)| header_of(n, *c)).collect();
            writer.line(&header, |cell, w| w.buffer.extend_from_slice(cell.as_bytes()))?;
        }
        Ok(writer)
    }

    #[inline]
    fn line<T>(&mut self, cells: &[T], mut write: impl FnMut(&T, &mut Self)) -> Result<()> {
        let quoted = self.layout.quoted;
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                self.buffer.push(b',');
            }
            if quoted {
                self.buffer.push(b'"');
            }
            write(cell, self);
            if quoted {
                self.buffer.push(b'"');
            }
        }
        self.buffer.extend_from_slice(if self.layout.crlf { b"\r\n" } else { b"\n" });
        if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.to.write_all(&self.buffer).map_err(|e| Error::io("cannot write the table", &e))?;
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<u64> {
        self.flush()?;
        self.to.flush().map_err(|e| Error::io("cannot write the table", &e))?;
        Ok(self.bytes)
    }

    #[inline]
    fn cell(&mut self, col: Col, of: &Line, place: usize) {
        let out = &mut self.buffer;
        match col {
            Col::Nik => {
                let day = &self.birthdays[of.birthday() as usize];
                digits::<6>(out, names::REGIONS[(of.nik % 48) as usize].0.into());
                let woman = of.bits & 1 == 1;
                out.extend_from_slice(&[day[6] + if woman { 4 } else { 0 }, day[7], day[4], day[5], day[2], day[3]]);
                digits::<4>(out, of.nik / (48 * BIRTHDAYS) + 1);
            }
            Col::Email => {
                out.extend(self.first[usize::from(of.name.0)].bytes().map(|b| b.to_ascii_lowercase()));
                digits::<10>(out, of.number.wrapping_mul(2_654_435_761) & 0xffff_ffff);
                out.extend_from_slice(b"@mail.example");
            }
            Col::Phone => {
                // Twelve digits; injective below three thousand million.
                let n = ((u128::from(of.number) * 1_000_000_007) % 3_000_000_000) as u64;
                let prefix = names::MOBILE_PREFIXES[(n % 30) as usize].as_bytes();
                let spelling = if self.layout.mixed_phones { of.bits >> 60 } else { 0 };
                let rest = n / 30;
                match spelling {
                    0..=4 => {
                        out.extend_from_slice(prefix);
                        digits::<8>(out, rest);
                    }
                    5..=8 => {
                        out.extend_from_slice(b"+62");
                        out.extend_from_slice(&prefix[1..]);
                        digits::<8>(out, rest);
                    }
                    9..=11 => {
                        out.extend_from_slice(b"62");
                        out.extend_from_slice(&prefix[1..]);
                        digits::<8>(out, rest);
                    }
                    12..=13 => {
                        out.extend_from_slice(prefix);
                        out.push(b'-');
                        digits::<4>(out, rest / 10_000);
                        out.push(b'-');
                        digits::<4>(out, rest % 10_000);
                    }
                    _ => {
                        out.extend_from_slice(b"+62 ");
                        out.extend_from_slice(&prefix[1..]);
                        out.push(b' ');
                        digits::<8>(out, rest);
                    }
                }
            }
            Col::Member => {
                out.extend_from_slice(b"MBR");
                digits::<10>(out, (u128::from(of.number) * 7_777_777_777 % 10_000_000_000) as u64);
            }
            Col::Name => {
                out.extend_from_slice(self.first[usize::from(of.name.0)].as_bytes());
                out.push(b' ');
                out.extend_from_slice(names::MALE_LAST[usize::from(of.name.1)].as_bytes());
            }
            Col::Birth => {
                let d = &self.birthdays[of.birthday() as usize];
                out.extend_from_slice(&[d[0], d[1], d[2], d[3], b'-', d[4], d[5], b'-', d[6], d[7]]);
            }
            Col::City => out.extend_from_slice(names::REGIONS[usize::from(of.city)].1.as_bytes()),
            Col::Status => out.extend_from_slice(STATES[usize::from(of.status)].as_bytes()),
            Col::Filler => {
                let bits = mix(of.bits ^ place as u64);
                out.extend((0..8).map(|n| b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(bits >> (n * 5)) as usize & 31]));
            }
        }
    }
}

fn header_of(n: usize, col: Col) -> String {
    if col == Col::Filler { format!("code_{}", n + 1) } else { col.schema().2.to_string() }
}

#[inline]
fn digits<const N: usize>(out: &mut Vec<u8>, value: u64) {
    let mut text = [b'0'; N];
    put_digits(&mut text, value);
    out.extend_from_slice(&text);
}

#[inline]
fn put_digits(text: &mut [u8], mut value: u64) {
    for place in text.iter_mut().rev() {
        *place = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Writes records `0..n` (at most 2^31) and gives the number of bytes.
///
/// # Errors
/// When `to` cannot be written, or there are too many records.
pub fn write_records<W: Write>(n: u64, seed: u64, layout: &Layout, to: W) -> Result<u64> {
    too_many(n)?;
    let mut writer = Writer::new(to, layout)?;
    for number in 0..n {
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
                agreeing += u32::from(col != Col::Filler);
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
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    const DUMP: TableDump = TableDump { rows: 6000, records: 3000, hit_share: 0.5, kept: 0.4, seed: 9, dump_seed: 10 };

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(bytes);
        reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect()).collect()
    }

    #[test]
    fn the_counts_are_those_of_the_text() {
        let layout = Layout::standard();
        let (mut records, mut dump) = (Vec::new(), Vec::new());
        write_records(DUMP.records, DUMP.seed, &layout, &mut records).unwrap();
        let truth = write_dump(&DUMP, &layout, &mut dump).unwrap();
        assert_eq!(truth.bytes, dump.len() as u64);
        let (records, dump) = (cells(&records), cells(&dump));
        let by_value: Vec<HashMap<&str, usize>> =
            (0..4).map(|f| records.iter().enumerate().map(|(n, r)| (r[f].as_str(), n)).collect()).collect();
        assert!(by_value.iter().all(|m| m.len() == records.len()), "identifiers are unique");
        let mut counted = Truth { rows: dump.len() as u64, bytes: truth.bytes, ..Truth::default() };
        let (mut hit, mut corroborated) = (HashSet::new(), HashSet::new());
        for row in &dump {
            let found: Vec<Option<usize>> = (0..4).map(|f| by_value[f].get(row[f].as_str()).copied()).collect();
            (0..4).for_each(|f| counted.hits[f] += u64::from(found[f].is_some()));
            let Some(record) = found.iter().flatten().next() else { continue };
            assert!(found.iter().flatten().all(|r| r == record));
            counted.rows_hit += 1;
            hit.insert(record.to_owned());
            let agreeing: Vec<usize> = (0..8).filter(|&f| records[*record][f] == row[f]).collect();
            if agreeing.iter().filter(|&&f| !(f == 5 && agreeing.contains(&0))).count() >= 2 {
                counted.rows_corroborated += 1;
                corroborated.insert(record.to_owned());
            }
        }
        counted.records_hit = hit.len() as u64;
        counted.records_corroborated = corroborated.len() as u64;
        assert_eq!(counted, truth);
        assert!(truth.rows_corroborated > 1000 && truth.rows_corroborated < truth.rows_hit, "{truth:?}");
    }

    #[test]
    fn dialects_change_the_bytes_but_not_the_counts() {
        let plain = write_dump(&DUMP, &Layout::standard(), std::io::sink()).unwrap();
        let layout = Layout { quoted: true, crlf: true, mixed_phones: true, ..Layout::standard() };
        let mut bytes = Vec::new();
        let fancy = write_dump(&DUMP, &layout, &mut bytes).unwrap();
        assert_eq!(Truth { bytes: 0, ..plain }, Truth { bytes: 0, ..fancy });
        assert!(bytes.ends_with(b"\"\r\n") && cells(&bytes).iter().any(|r| r[2].starts_with("+62 ")));
        let mut wide = Vec::new();
        write_records(10, 1, &Layout::wide(), &mut wide).unwrap();
        assert!(cells(&wide).iter().all(|r| r.len() == 30));
        assert!(toml::from_str::<toml::Table>(&Layout::wide().schema()).is_ok());
    }

    /// `cargo test --release --lib synth::table -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    fn is_fast() {
        for layout in [Layout::standard(), Layout::wide()] {
            let start = std::time::Instant::now();
            let bytes = write_records(10_000_000, 1, &layout, std::io::sink()).unwrap();
            let records = start.elapsed();
            let start = std::time::Instant::now();
            let dump = TableDump { rows: 10_000_000, records: 10_000_000, ..DUMP };
            let truth = write_dump(&dump, &layout, std::io::sink()).unwrap();
            let rate = |bytes: u64, time: std::time::Duration| bytes as f64 / time.as_secs_f64() / 1e6;
            eprintln!("records: {bytes} bytes, {:.0} MB/s; dump: {:.0} MB/s; {truth:?}", rate(bytes, records), rate(truth.bytes, start.elapsed()));
        }
    }
}
