//! A health platform: pseudonyms, masked phones, and a laboratory that tests the same people.

use super::super::cast::{SNAPSHOT, code, days, email, issued, name, nik, phone, spec};
use super::super::day::{DateStyle, Day};
use super::super::dump::{Column, Dump, Part};
use super::super::field::{Field, IdForm, PhoneStyle, Source, Style};
use super::super::institution::{Institution, Members};
use super::super::person::Fact;
use super::super::snapshot::Snapshot;
use super::super::world::World;
use super::{Case, CaseDump};
use std::sync::Arc;

const PLATFORM: &str = "Platform Tes Contoh";
const LABORATORY: &str = "Laboratorium Contoh";
const RESULTS: &[(&str, u32)] = &[("NEGATIF", 84), ("POSITIF", 13), ("INVALID", 3)];

fn test_fields() -> [Field; 2] {
    [
        Field::new("tgl_tes", "test_date", "date", "attribute", Source::Event(5)).category("health"),
        code("hasil", "test_result", RESULTS, false).category("health"),
    ]
}

pub(super) fn case() -> Case {
    let world = Arc::new(World::new(2019, 9000));
    // The phone is an attribute here, so that masked numbers can agree with its ends.
    let masked = Field::new("no_hp", "phone", "phone", "attribute", Source::Fact(Fact::Phone)).parts(&["first4", "last4"]);
    let mut fields = vec![issued("pseudonym", IdForm::Hex).category("health"), nik("nik", 0.03), masked.category("contact")];
    fields.extend(test_fields());
    fields.extend(days("dibuat", "diubah"));
    let platform = Institution::new(&world, spec(PLATFORM, "tests", "platform", 2020, Members::share(0.18), fields));

    let mut fields = vec![
        issued("no_lab", IdForm::Running { prefix: "L", width: 8, from: 5_000_000, step: 1 }).category("health"),
        nik("nik", 0.06),
        phone("telepon", PhoneStyle::National, 0.03),
        name("nama", Style::AsIs),
    ];
    fields.extend(test_fields());
    fields.extend(days("dibuat", "diubah"));
    let members = Members::share(0.06).and(&platform, 0.5);
    let laboratory = Institution::new(&world, spec(LABORATORY, "results", "laboratory", 2020, members, fields));

    let mut fields = vec![
        issued("no_peserta", IdForm::Scattered { prefix: "AP", width: 8 }),
        nik("nik", 0.05),
        phone("hp", PhoneStyle::Plus, 0.02),
        email("email", 0.25),
        name("nama", Style::Upper),
    ];
    fields.extend(days("mulai", "ubah"));
    let insurer = Institution::new(&world, spec("Asuransi Perjalanan Contoh", "policies", "insurer", 2018, Members::share(0.15), fields));

    let masked = vec![
        Column::new("patient", "member_number", Style::AsIs),
        Column::new("phone", "phone", Style::Phone(PhoneStyle::Masked)),
        Column::new("tested", "test_date", Style::Date(DateStyle::Slash)),
        Column::new("result", "test_result", Style::AsIs),
    ];
    let mut masked = Dump::new(9, SNAPSHOT, masked, vec![Part::block(&platform, Day::new(2024, 6, 1), 500)]);
    masked.noise = 0.01;
    let open = vec![
        Column::new("hasil", "test_result", Style::Lower),
        Column::new("nik", "nik", Style::AsIs),
        Column::new("hp", "phone", Style::Phone(PhoneStyle::Spaced)),
        Column::new("tanggal", "test_date", Style::Date(DateStyle::Compact)),
        Column::new("nama", "name", Style::Upper),
    ];
    let mut open = Dump::new(10, SNAPSHOT, open, vec![Part::copied(&laboratory, Day::new(2025, 2, 1), 450)]);
    open.noise = 0.02;
    open.quoted = true;
    open.crlf = true;
    Case {
        name: "health",
        about: "Test results under pseudonyms with masked phone numbers, from a platform whose users are also tested elsewhere: can the source be \
                told from what was left in?",
        institutions: vec![Snapshot::new(&platform, SNAPSHOT), Snapshot::new(&laboratory, SNAPSHOT), Snapshot::new(&insurer, SNAPSHOT)],
        dumps: vec![
            CaseDump {
                file: "masked.csv",
                dump: masked,
                verdict: "attributed",
                institutions: vec![PLATFORM],
                why: "The pseudonyms are this platform's, and test day, result and the visible ends of the phone agree with the same record.",
            },
            CaseDump {
                file: "open.csv",
                dump: open,
                verdict: "attributed",
                institutions: vec![LABORATORY],
                why: "No number that anyone mints, but nearly every row is found in the laboratory's index, and test days and results are the laboratory's, \
                      also for the people whom the platform tested on other days.",
            },
        ],
    }
}
