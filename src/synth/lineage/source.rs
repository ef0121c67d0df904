//! Institutions whose exports the dumps are: six kinds, several of each, which mint identifiers that never meet.

use super::super::cast::{
    ACCOUNT, LAST, bank_fields, birth_date, code, days, email, fact, issued, lender_fields, name, nik, office, phone,
};
use super::super::cast::{spec, telco_fields};
use super::super::day::{DateStyle, Day};
use super::super::field::{Field, IdForm, PhoneStyle, Source, Style};
use super::super::institution::{Institution, Members, Order};
use super::super::person::Fact;
use super::super::rng::{Rng, key};
use super::super::world::World;
use super::sheet::{Column, Row, Sheet};
use std::sync::Arc;

/// Institutions of one kind.
pub(super) const OF_A_KIND: usize = 6;
/// What tells institutions of one kind apart, also in the identifiers of some.
const LETTERS: [&str; OF_A_KIND] = ["A", "B", "C", "D", "E", "F"];

/// What sort of institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bank,
    Telco,
    Insurer,
    Market,
    Registry,
    Lender,
}

impl Kind {
    pub(super) const ALL: [Kind; 6] = [Kind::Bank, Kind::Telco, Kind::Insurer, Kind::Market, Kind::Registry, Kind::Lender];

    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Bank => "bank",
            Kind::Telco => "telco",
            Kind::Insurer => "insurer",
            Kind::Market => "market",
            Kind::Registry => "registry",
            Kind::Lender => "lender",
        }
    }

    /// Columns of the institution of this number among its kind.
    fn fields(self, which: usize) -> Vec<Field> {
        const PRODUCTS: &[(&str, u32)] = &[("LIFE", 45), ("HEALTH", 30), ("MOTOR", 20), ("TRAVEL", 5)];
        let (letter, n) = (LETTERS[which], which as u64);
        match self {
            Kind::Bank => bank_fields(IdForm::Running { prefix: "", width: 9, from: 100_000_001 + n * 140_000_000, step: 3 }, "KC"),
            Kind::Telco => {
                let mut fields = telco_fields();
                fields[0] = issued("subscriber_id", IdForm::Scattered { prefix: letter, width: 10 });
                fields
            }
            Kind::Insurer => {
                let prefix = ["POL-A", "POL-B", "POL-C", "POL-D", "POL-E", "POL-F"][which];
                let mut fields = vec![
                    issued("no_polis", IdForm::Running { prefix, width: 8, from: 12_001, step: 1 }),
                    nik("no_ktp", 0.03),
                    name("nama_tertanggung", Style::AsIs),
                    birth_date("lahir", DateStyle::Dash),
                    phone("telepon", PhoneStyle::Dashed, 0.05),
                    email("surel", 0.3),
                    fact("kota", "city", Fact::City),
                    office("kantor", "CB"),
                    code("produk", "product", PRODUCTS, false),
                    Field::new("premi", "premium", "text", "attribute", Source::Number(100, 9_999)),
                    code("status", "status", ACCOUNT, true),
                ];
                fields.extend(days("mulai", "diubah"));
                fields
            }
            Kind::Market => {
                let form = IdForm::Running { prefix: "", width: 10, from: 1_000_000_001 + n * 100_000_000, step: 1 };
                let mut fields = vec![
                    issued("user_id", form),
                    email("email", 0.03),
                    phone("phone", PhoneStyle::Bare, 0.12),
                    name("full_name", Style::AsIs),
                    Field::new("password_hash", "password_hash", "text", "attribute", Source::Secret),
                    birth_date("birth_date", DateStyle::Iso).missing(0.4),
                ];
                fields.extend(days("created_at", "updated_at"));
                fields
            }
            Kind::Registry => vec![
                Field::new("nkk", "family_card", "nkk", "identifier", Source::Fact(Fact::Nkk)),
                nik("nik", 0.0),
                name("nama", Style::Upper),
                fact("tempat_lahir", "birth_place", Fact::BirthPlace),
                birth_date("tanggal_lahir", DateStyle::Dash),
                fact("jenis_kelamin", "sex", Fact::Sex),
                fact("alamat", "address", Fact::Address),
                office("tps", "TPS "),
            ],
            Kind::Lender => {
                let prefix = ["PK1", "PK2", "PK3", "PK4", "PK5", "PK6"][which];
                lender_fields(IdForm::Scattered { prefix, width: 9 }, PhoneStyle::Plus)
            }
        }
    }

    /// The institution of this number among its kind (below [`OF_A_KIND`]).
    pub(super) fn institution(self, world: &Arc<World>, which: usize, members: Members) -> Exporter {
        let since = match self {
            Kind::Bank => 2014,
            Kind::Telco => 2012,
            Kind::Insurer | Kind::Registry => 2016,
            Kind::Market => 2017,
            Kind::Lender => 2019,
        };
        let mut spec = spec(self.word(), LETTERS[which], "lineage", since, members, self.fields(which));
        if self == Kind::Registry {
            spec.order = Order::Nik;
            spec.made.1 = Day::new(2022, 9, 1);
            spec.updates = 0.15;
        }
        Exporter { number: (self as usize * OF_A_KIND + which) as u64, institution: Institution::new(world, spec) }
    }
}

/// A day on which an export may be made: in the last two years that institutions kept records.
pub(super) fn export_day(rng: &mut Rng) -> Day {
    LAST.plus(-(rng.below(670) as i32))
}

/// An institution and the number that its rows' origins begin with.
pub(super) struct Exporter {
    number: u64,
    pub(super) institution: Arc<Institution>,
}

impl Exporter {
    /// All columns.
    pub(super) fn columns(&self) -> Vec<Column> {
        self.institution.spec.fields.iter().map(Column::of_field).collect()
    }

    /// The records that exist on a day, in the institution's order.
    pub(super) fn ranks(&self, day: Day) -> Vec<u32> {
        (0..self.institution.len()).filter(|&rank| self.institution.made(rank) <= day).collect()
    }

    /// These records as of a day.
    pub(super) fn export(&self, ranks: &[u32], day: Day) -> Sheet {
        let columns = self.columns();
        let rows = self.rows(&columns, ranks, day);
        Sheet { columns, rows }
    }

    /// These records as rows of a sheet with these columns, empty where the institution has no such field.
    pub(super) fn rows(&self, columns: &[Column], ranks: &[u32], day: Day) -> Vec<Row> {
        let fields: Vec<Option<usize>> = columns.iter().map(|c| self.institution.field_of(c.concept)).collect();
        let row = |&rank: &u32| {
            let number = self.institution.person_of(rank);
            let person = self.institution.world.person(number);
            let cell = |field: &Option<usize>| {
                let mut cell = String::new();
                if let Some(field) = *field {
                    self.institution.value(rank, field, day, &person, &mut cell);
                }
                cell
            };
            Row { origin: self.number << 40 | u64::from(rank), person: number, cells: fields.iter().map(cell).collect() }
        };
        ranks.iter().map(row).collect()
    }

    /// Rows of the same form about nobody. Other salts make up other people.
    pub(super) fn made_up(&self, columns: &[Column], count: usize, day: Day, salt: u64) -> Vec<Row> {
        let fields: Vec<Option<usize>> = columns.iter().map(|c| self.institution.field_of(c.concept)).collect();
        let world = &self.institution.world;
        let first = key(&[salt, 0x0b0d]) >> 32;
        let row = |n: u64| {
            let number = world.nobody(first + n);
            let person = world.person(number);
            let cell = |field: &Option<usize>| {
                let mut cell = String::new();
                if let Some(field) = *field {
                    self.institution.invented(field, &person, day, false, salt, &mut cell);
                }
                cell
            };
            // What is made up twice for two dumps was copied by nobody.
            let origin = 1 << 63 | (salt & 0x7fff_ffff) << 32 | n;
            Row { origin, person: number, cells: fields.iter().map(cell).collect() }
        };
        (0..count as u64).map(row).collect()
    }
}
