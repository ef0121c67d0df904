//! A marketplace: whom to tell, and a claim that matches nothing.

use super::super::cast::{SNAPSHOT, birth_date, days, email, issued, name, phone, spec, telco_fields};
use super::super::day::{DateStyle, Day};
use super::super::dump::{Column, Dump, Part};
use super::super::field::{Field, IdForm, PhoneStyle, Source, Style};
use super::super::institution::{Institution, Members};
use super::super::snapshot::Snapshot;
use super::super::world::World;
use super::{Case, CaseDump};
use std::sync::Arc;

const MARKET: &str = "PasarKita Contoh";

fn shop_fields(form: IdForm, hashes: &'static [&'static str]) -> Vec<Field> {
    let mut fields = vec![
        issued("user_id", form),
        email("email", 0.03).hashes(hashes),
        phone("phone", PhoneStyle::Bare, 0.12),
        name("full_name", Style::AsIs),
        birth_date("birth_date", DateStyle::Iso).missing(0.4),
        Field::new("password_hash", "password_hash", "text", "attribute", Source::Secret).category("credential"),
    ];
    fields.extend(days("created_at", "updated_at"));
    fields
}

pub(super) fn case() -> Case {
    let world = Arc::new(World::new(2020, 9000));
    let form = IdForm::Running { prefix: "PK-", width: 8, from: 12_345, step: 1 };
    let market = Institution::new(&world, spec(MARKET, "users", "market", 2017, Members::share(0.15), shop_fields(form, &["md5"])));
    let form = IdForm::Running { prefix: "", width: 7, from: 1_000_001, step: 1 };
    let members = Members::share(0.06).and(&market, 0.5);
    let rival = Institution::new(&world, spec("Toko Sebelah Contoh", "users", "rival", 2018, members, shop_fields(form, &[])));
    let telco = Institution::new(&world, spec("Seluler Contoh", "subscribers", "telco", 2015, Members::share(0.13), telco_fields()));

    let columns = || {
        vec![
            Column::new("name", "name", Style::AsIs),
            Column::new("msisdn", "phone", Style::Phone(PhoneStyle::Mixed)),
            Column::new("uid", "member_number", Style::AsIs),
            Column::new("dob", "birth_date", Style::Date(DateStyle::Slash)),
            Column::new("mail", "email", Style::Lower),
            Column::new("hash", "password_hash", Style::AsIs),
            Column::new("reg", "created", Style::Date(DateStyle::Midnight)),
        ]
    };
    let mut sample = Dump::new(2, SNAPSHOT, columns(), vec![Part::copied(&market, Day::new(2025, 3, 20), 600)]);
    sample.delimiter = b'\t';
    sample.noise = 0.01;
    let hashed = vec![
        Column::new("email_md5", "email", Style::Md5),
        Column::new("name", "name", Style::Upper),
        Column::new("dob", "birth_date", Style::Date(DateStyle::Slash)),
        Column::new("hash", "password_hash", Style::AsIs),
    ];
    let mut hashed = Dump::new(12, SNAPSHOT, hashed, vec![Part::copied(&market, Day::new(2025, 3, 20), 500)]);
    hashed.noise = 0.01;
    let mut stranger = Dump::new(3, SNAPSHOT, columns(), vec![Part::fabricated(&market, Day::new(2025, 3, 20), 400)]);
    stranger.delimiter = b';';
    Case {
        name: "marketplace",
        about: "A marketplace's users with password hashes: which records are affected, so that their owners can be told, and how many?",
        institutions: vec![Snapshot::new(&market, SNAPSHOT), Snapshot::new(&rival, SNAPSHOT), Snapshot::new(&telco, SNAPSHOT)],
        dumps: vec![
            CaseDump {
                file: "sample.tsv",
                dump: sample,
                verdict: "attributed",
                institutions: vec![MARKET],
                why: "User ids that only this marketplace mints, password hashes and registration days agree with the same record as e-mail and \
                      phone. The rival holds half of these people, under other ids and hashes.",
            },
            CaseDump {
                file: "hashed.csv",
                dump: hashed,
                verdict: "attributed",
                institutions: vec![MARKET],
                why: "The addresses are MD5 digests, which this marketplace's index holds and the rival's does not; names, birth dates and password hashes \
                      agree with the records that they find.",
            },
            CaseDump {
                file: "strangers.csv",
                dump: stranger,
                verdict: "no match",
                institutions: vec![],
                why: "No user id, e-mail or phone of any row is in any index. No register of everyone is at hand, so whether these people exist \
                      cannot be said: \"no match with these indexes\", neither \"fabricated\" nor \"not a leak\".",
            },
        ],
    }
}
