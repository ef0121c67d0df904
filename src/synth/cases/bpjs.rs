//! A national health insurer: a sample posted as "one million" in which a tenth of the rows are distinct.

use super::super::cast::{SNAPSHOT, birth_date, code, days, email, fact, issued, name, nik, office, phone, spec};
use super::super::day::{DateStyle, Day};
use super::super::dump::{Column, Dump, Part, Repeat};
use super::super::field::{Field, IdForm, PhoneStyle, Source, Style};
use super::super::institution::{Institution, Members};
use super::super::person::Fact;
use super::super::snapshot::Snapshot;
use super::super::world::World;
use super::{Case, CaseDump};
use std::sync::Arc;

const INSURER: &str = "Jaminan Kesehatan Contoh";

pub(super) fn case() -> Case {
    let world = Arc::new(World::new(2021, 12_000));
    const PAYMENTS: &[(&str, u32)] = &[("AKTIF", 70), ("MENUNGGAK", 18), ("PBI", 10), ("NONAKTIF", 2)];
    let card = |column, role| Field::new(column, "bpjs_number", "bpjs", role, Source::Fact(Fact::Bpjs)).category("health");
    let mut fields = vec![
        card("noka", "identifier").minted(),
        nik("nik", 0.02),
        name("nama", Style::Upper),
        birth_date("tgl_lahir", DateStyle::Iso),
        office("kode_kantor", "KK"),
        Field::new("tanggungan", "dependants", "text", "attribute", Source::Number(0, 5)),
        code("status_bayar", "payment_status", PAYMENTS, true),
        phone("no_hp", PhoneStyle::National, 0.45),
        email("email", 0.8),
    ];
    fields.extend(days("tgl_daftar", "tgl_ubah"));
    let insurer = Institution::new(&world, spec(INSURER, "members", "insurer", 2014, Members::share(0.14), fields));

    // The hospital copies its patients' card numbers, so the card number alone does not decide.
    let mut fields = vec![
        issued("no_rm", IdForm::Running { prefix: "RM", width: 7, from: 104_000, step: 1 }).category("health"),
        card("no_kartu", "identifier").missing(0.3),
        nik("nik", 0.08),
        name("nama_pasien", Style::AsIs),
        birth_date("tgl_lahir", DateStyle::Dash),
        phone("telepon", PhoneStyle::Dashed, 0.1),
        fact("alamat", "address", Fact::Address),
    ];
    fields.extend(days("kunjungan_pertama", "kunjungan_terakhir"));
    let members = Members::share(0.025).and(&insurer, 0.35);
    let hospital = Institution::new(&world, spec("RS Harapan Contoh", "patients", "hospital", 2016, members, fields));

    let mut fields = vec![
        issued("no_polis", IdForm::Scattered { prefix: "KRY", width: 9 }).category("financial"),
        nik("nik", 0.05),
        name("nama_karyawan", Style::AsIs),
        birth_date("lahir", DateStyle::Slash),
        email("email_kantor", 0.15),
        phone("hp", PhoneStyle::Plus, 0.05),
        Field::new("jml_tanggungan", "dependants", "text", "attribute", Source::Number(0, 4)),
    ];
    fields.extend(days("mulai", "ubah"));
    let members = Members::share(0.02).and(&insurer, 0.3);
    let employer = Institution::new(&world, spec("Asuransi Karyawan Contoh", "policies", "employer", 2018, members, fields));

    let columns = vec![
        Column::new("PSNOKA", "bpjs_number", Style::AsIs),
        Column::new("NIK", "nik", Style::AsIs),
        Column::new("NAMA", "name", Style::Upper),
        Column::new("TGLLAHIR", "birth_date", Style::Date(DateStyle::Midnight)),
        Column::new("KDKANTOR", "office_code", Style::AsIs),
        Column::new("TANGGUNGAN", "dependants", Style::AsIs),
        Column::new("STATUSBAYAR", "payment_status", Style::AsIs),
        Column::new("NOHP", "phone", Style::Phone(PhoneStyle::Bare)),
        Column::new("EMAIL", "email", Style::AsIs),
    ];
    let mut dump = Dump::new(1, SNAPSHOT, columns, vec![Part::copied(&insurer, Day::new(2025, 5, 12), 250)]);
    dump.repeat = Repeat::Until(2500);
    dump.noise = 0.005;
    let dump = CaseDump {
        file: "sample.csv",
        dump,
        verdict: "attributed",
        institutions: vec![INSURER],
        why: "Card number, office code, dependants and payment status agree with the same record in nearly every distinct row; the hospital \
              and the employers' insurer lack most of these people and hold neither office code nor payment status. Nine rows in ten are \
              repeats and must not add weight.",
    };
    Case {
        name: "bpjs",
        about: "A health insurer's members, posted as a sample of a much larger table: how many distinct rows, and do card number, office \
                code, dependants and payment status point to the insurer rather than to those who share its people?",
        institutions: vec![Snapshot::new(&insurer, SNAPSHOT), Snapshot::new(&hospital, SNAPSHOT), Snapshot::new(&employer, SNAPSHOT)],
        dumps: vec![dump],
    }
}
