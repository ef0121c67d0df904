//! An electoral roll that holds everyone: it must not be named for that, and must be when it is the source.

use super::super::cast::{SNAPSHOT, bank_fields, registry, spec, telco_fields};
use super::super::day::{DateStyle, Day};
use super::super::dump::{Arrange, Column, Dump, Part};
use super::super::field::{IdForm, PhoneStyle, Style};
use super::super::institution::{Institution, Members};
use super::super::snapshot::Snapshot;
use super::super::world::World;
use super::{Case, CaseDump};
use std::sync::Arc;

const ROLL: &str = "Daftar Pemilih Contoh";
const BANK: &str = "Bank Contoh Utama";

pub(super) fn case() -> Case {
    let world = Arc::new(World::new(2022, 2800));
    let roll = registry(&world, ROLL);
    let form = IdForm::Running { prefix: "", width: 8, from: 20_000_001, step: 7 };
    let bank = Institution::new(&world, spec(BANK, "customers", "bank", 2015, Members::share(0.28), bank_fields(form, "KC")));
    let telco = Institution::new(&world, spec("Seluler Contoh", "subscribers", "telco", 2015, Members::share(0.45), telco_fields()));

    let export = Day::new(2025, 11, 15);
    let of_bank = vec![
        Column::new("full name", "name", Style::Upper),
        Column::new("nik", "nik", Style::AsIs),
        Column::new("mobile", "phone", Style::Phone(PhoneStyle::Plus)),
        Column::new("city", "city", Style::AsIs),
        Column::new("branch", "office_code", Style::AsIs),
        Column::new("state", "status", Style::Lower),
    ];
    let mut of_bank = Dump::new(11, SNAPSHOT, of_bank, vec![Part::copied(&bank, export, 500)]);
    of_bank.noise = 0.02;
    let plain = vec![
        Column::new("NIK", "nik", Style::AsIs),
        Column::new("NAMA", "name", Style::Upper),
        Column::new("TGL LAHIR", "birth_date", Style::Date(DateStyle::Dash)),
        Column::new("ALAMAT", "address", Style::Upper),
    ];
    let mut plain = Dump::new(12, SNAPSHOT, plain, vec![Part::copied(&bank, export, 500)]);
    plain.arrange = Arrange::SortedBy(0);
    let of_roll = vec![
        Column::new("", "family_card", Style::AsIs),
        Column::new("", "nik", Style::AsIs),
        Column::new("", "name", Style::Upper),
        Column::new("", "birth_place", Style::Upper),
        Column::new("", "birth_date", Style::Date(DateStyle::Dash)),
        Column::new("", "sex", Style::AsIs),
        Column::new("", "address", Style::Upper),
        Column::new("", "office_code", Style::AsIs),
    ];
    let mut of_roll = Dump::new(13, SNAPSHOT, of_roll, vec![Part::block(&roll, Day::new(2022, 9, 1), 600)]);
    of_roll.header = false;
    of_roll.arrange = Arrange::Exported;
    Case {
        name: "voters",
        about: "A roll of everyone, and lists of people who are all in it: when is the roll the source, and when does it merely hold everyone?",
        institutions: vec![Snapshot::new(&roll, SNAPSHOT), Snapshot::new(&bank, SNAPSHOT), Snapshot::new(&telco, SNAPSHOT)],
        dumps: vec![
            CaseDump {
                file: "branch.csv",
                dump: of_bank,
                verdict: "attributed",
                institutions: vec![BANK],
                why: "Nearly every row is found in the roll, as everyone is; but it is also a customer of the bank, which holds barely three people in ten, \
                      and branch, account state and phone agree with the bank's record.",
            },
            CaseDump {
                file: "branch_plain.csv",
                dump: plain,
                verdict: "attributed",
                institutions: vec![BANK],
                why: "Only columns that the roll has too, and sorted as the roll is; but all rows are the bank's customers, which a draw from the roll would \
                      not give once in the age of the universe, and where the two differ (slips in names, later addresses) the rows say what the bank says.",
            },
            CaseDump {
                file: "roll.csv",
                dump: of_roll,
                verdict: "attributed",
                institutions: vec![ROLL],
                why: "Bank and telco hold only their usual shares of these people; family card, polling station and addresses are the roll's, row after \
                      row in the roll's order without a gap.",
            },
        ],
    }
}
