//! Columns and institutions that several worlds have in common.

use super::day::{DateStyle, Day};
use super::field::{Field, IdForm, PhoneStyle, Source, Style};
use super::institution::{Institution, Members, Order, Spec};
use super::person::Fact;
use super::world::World;
use std::sync::Arc;

/// The day of all snapshots.
pub const SNAPSHOT: Day = Day::new(2026, 11, 1);
/// The last day on which records are made or changed.
pub const LAST: Day = Day::new(2026, 10, 31);

/// National id, lacking in a share of records.
#[must_use]
pub fn nik(column: &'static str, missing: f64) -> Field {
    Field::new(column, "nik", "nik", "identifier", Source::Fact(Fact::Nik)).missing(missing).category("national_id")
}

/// Mobile number, lacking in a share of records, with a little junk.
#[must_use]
pub fn phone(column: &'static str, style: PhoneStyle, missing: f64) -> Field {
    Field::new(column, "phone", "phone", "identifier", Source::Fact(Fact::Phone))
        .style(Style::Phone(style))
        .missing(missing)
        .junk(0.01)
        .category("contact")
}

/// E-mail address, lacking in a share of records.
#[must_use]
pub fn email(column: &'static str, missing: f64) -> Field {
    Field::new(column, "email", "email", "identifier", Source::Fact(Fact::Email)).missing(missing).category("contact")
}

/// An identifier that the institution mints.
#[must_use]
pub fn issued(column: &'static str, form: IdForm) -> Field {
    Field::new(column, "member_number", "id", "identifier", Source::Issued(form))
}

/// Full name.
#[must_use]
pub fn name(column: &'static str, style: Style) -> Field {
    Field::new(column, "name", "name", "attribute", Source::Fact(Fact::Name)).style(style)
}

/// Birth date.
#[must_use]
pub fn birth_date(column: &'static str, style: DateStyle) -> Field {
    Field::new(column, "birth_date", "date", "attribute", Source::Fact(Fact::BirthDate)).style(Style::Date(style))
}

/// An attribute that is a fact about the person.
#[must_use]
pub fn fact(column: &'static str, concept: &'static str, fact: Fact) -> Field {
    Field::new(column, concept, "text", "attribute", Source::Fact(fact))
}

/// An attribute that the institution assigns from a list.
#[must_use]
pub fn code(column: &'static str, concept: &'static str, values: &'static [(&'static str, u32)], moves: bool) -> Field {
    Field::new(column, concept, "text", "attribute", Source::Code { values, moves })
}

/// The office that serves the person.
#[must_use]
pub fn office(column: &'static str, prefix: &'static str) -> Field {
    Field::new(column, "office_code", "text", "attribute", Source::Office(prefix))
}

/// The days on which a record was made and last changed.
#[must_use]
pub fn days(created: &'static str, updated: &'static str) -> [Field; 2] {
    [Field::new(created, "created", "date", "created", Source::Created), Field::new(updated, "updated", "date", "updated", Source::Updated)]
}

/// An institution with records made from a year on until [`LAST`], in the order of making, a third of which change up to three times.
#[must_use]
pub fn spec(name: &'static str, dataset: &'static str, slug: &'static str, since: i32, members: Members, fields: Vec<Field>) -> Spec {
    Spec { name, dataset, slug, members, copies: None, order: Order::Made, made: (Day::new(since, 1, 1), LAST), updates: 0.3, fields }
}

/// A register of (nearly) everyone, kept by national id.
#[must_use]
pub fn registry(world: &Arc<World>, name: &'static str) -> Arc<Institution> {
    let fields = vec![
        Field::new("nkk", "family_card", "nkk", "identifier", Source::Fact(Fact::Nkk)).category("national_id"),
        nik("nik", 0.0),
        self::name("nama", Style::Upper),
        fact("tempat_lahir", "birth_place", Fact::BirthPlace),
        birth_date("tanggal_lahir", DateStyle::Dash),
        fact("jenis_kelamin", "sex", Fact::Sex),
        fact("alamat", "address", Fact::Address),
        office("tps", "TPS "),
    ];
    let mut spec = spec(name, "roll", "registry", 2016, Members::share(0.999), fields);
    spec.order = Order::Nik;
    spec.made.1 = Day::new(2022, 9, 1);
    spec.updates = 0.15;
    Institution::new(world, spec)
}

/// States of an account.
pub const ACCOUNT: &[(&str, u32)] = &[("ACTIVE", 80), ("DORMANT", 14), ("BLOCKED", 2), ("CLOSED", 4)];

/// Columns of a bank's customers.
#[must_use]
pub fn bank_fields(form: IdForm, office_prefix: &'static str) -> Vec<Field> {
    let mut fields = vec![
        issued("cif", form).category("financial"),
        nik("nik", 0.04),
        name("nama_nasabah", Style::AsIs),
        birth_date("tgl_lahir", DateStyle::Iso),
        phone("no_hp", PhoneStyle::National, 0.02),
        email("email", 0.35),
        fact("alamat", "address", Fact::Address),
        fact("kota", "city", Fact::City),
        office("kode_cabang", office_prefix),
        code("status", "status", ACCOUNT, true),
    ];
    fields.extend(days("tgl_buka", "tgl_ubah"));
    fields
}

/// Columns of a telco's subscribers.
#[must_use]
pub fn telco_fields() -> Vec<Field> {
    const PLANS: &[(&str, u32)] = &[("PRE", 70), ("POST", 22), ("DATA", 8)];
    let mut fields = vec![
        issued("subscriber_id", IdForm::Scattered { prefix: "S", width: 10 }),
        phone("msisdn", PhoneStyle::Bare, 0.0),
        nik("nik", 0.06),
        Field::new("nkk", "family_card", "nkk", "identifier", Source::Fact(Fact::Nkk)).missing(0.1),
        name("nama", Style::Upper),
        fact("kota", "city", Fact::City),
        code("paket", "plan", PLANS, true),
    ];
    fields.extend(days("aktif_sejak", "diubah"));
    fields
}

/// Columns of an online lender's borrowers.
#[must_use]
pub fn lender_fields(form: IdForm, style: PhoneStyle) -> Vec<Field> {
    const STATES: &[(&str, u32)] = &[("LUNAS", 55), ("LANCAR", 25), ("MENUNGGAK", 15), ("MACET", 5)];
    let mut fields = vec![
        issued("borrower_no", form).category("financial"),
        nik("ktp", 0.05),
        name("nama", Style::AsIs),
        birth_date("tgl_lahir", DateStyle::Slash),
        phone("hp", style, 0.01),
        email("email", 0.2),
        fact("alamat", "address", Fact::Address),
        code("status_pinjaman", "payment_status", STATES, true),
        Field::new("tenor", "tenor", "text", "attribute", Source::Number(1, 12)),
    ];
    fields.extend(days("dibuat", "diubah"));
    fields
}
