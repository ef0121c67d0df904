//! Online lenders that share borrowers: whose list is it, an unregistered lender's, or nobody's?

use super::super::cast::{SNAPSHOT, lender_fields, spec};
use super::super::day::{DateStyle, Day};
use super::super::dump::{Column, Dump, Origin, Part};
use super::super::field::{IdForm, PhoneStyle, Style};
use super::super::institution::{Institution, Members};
use super::super::snapshot::Snapshot;
use super::super::world::World;
use super::{Case, CaseDump};
use std::sync::Arc;

const A: &str = "Dana Cepat Contoh";
const B: &str = "Kas Kilat Contoh";
const C: &str = "Pinjam Mudah Contoh";

pub(super) fn case() -> Case {
    let world = Arc::new(World::new(2023, 6200));
    let lender = |name, slug, since, members, form, style| {
        Institution::new(&world, spec(name, "borrowers", slug, since, members, lender_fields(form, style)))
    };
    let form = IdForm::Running { prefix: "DC", width: 8, from: 410_000, step: 3 };
    let a = lender(A, "lender_a", 2019, Members::share(0.14), form, PhoneStyle::National);
    let form = IdForm::Scattered { prefix: "KK-", width: 9 };
    let b = lender(B, "lender_b", 2020, Members::share(0.0785).and(&a, 0.5), form, PhoneStyle::Plus);
    let form = IdForm::Running { prefix: "", width: 10, from: 2_020_000_001, step: 1 };
    let c = lender(C, "lender_c", 2020, Members::share(0.07).and(&b, 0.4).and(&a, 0.3), form, PhoneStyle::Bare);
    // Not registered, so nobody has its index.
    let form = IdForm::Running { prefix: "LN", width: 6, from: 100_001, step: 1 };
    let unlisted =
        lender("(unregistered lender)", "unlisted", 2021, Members::share(0.06).and(&b, 0.4).and(&a, 0.4), form, PhoneStyle::National);

    let columns = || {
        vec![
            Column::new("nama", "name", Style::Upper),
            Column::new("nik", "nik", Style::AsIs),
            Column::new("hp", "phone", Style::Phone(PhoneStyle::Mixed)),
            Column::new("email", "email", Style::AsIs),
            Column::new("id", "member_number", Style::AsIs),
            Column::new("ttl", "birth_date", Style::Date(DateStyle::Dash)),
            Column::new("alamat", "address", Style::AsIs),
            Column::new("status", "payment_status", Style::AsIs),
            Column::new("bulan", "tenor", Style::AsIs),
        ]
    };
    let export = Day::new(2025, 9, 1);
    let dump = |seed, parts| Dump::new(seed, SNAPSHOT, columns(), parts);
    let mut noisy = dump(4, vec![Part::copied(&b, export, 500)]);
    noisy.noise = 0.08;
    noisy.delimiter = b'|';
    let fabricated = Part { origin: Origin::Fabricated { like: Arc::clone(&b), day: export, real: &["nik"], guess: false }, rows: 400 };
    let mut bare = Dump::new(
        8,
        SNAPSHOT,
        vec![Column::new("", "nik", Style::AsIs)],
        vec![Part {
            origin: Origin::Copied { from: Arc::clone(&b), export, also_in: Some((Arc::clone(&a), "nik")), contiguous: false },
            rows: 60,
        }],
    );
    bare.header = false;
    let posted = |file, dump, verdict, institutions, why| CaseDump { file, dump, verdict, institutions, why };
    Case {
        name: "lenders",
        about: "Borrowers of online lenders who share most of their customers: is the named lender the source, is it one that is not registered, \
                or is the list made up and the claim to be taken down?",
        institutions: vec![Snapshot::new(&a, SNAPSHOT), Snapshot::new(&b, SNAPSHOT), Snapshot::new(&c, SNAPSHOT)],
        dumps: vec![
            posted(
                "noisy.csv",
                noisy,
                "attributed",
                vec![B],
                "Borrower numbers of this lender agree with the same record as national id, phone, loan state and tenor, in spite of one damaged \
                 cell in twelve; the others hold part of these people under other numbers.",
            ),
            posted(
                "unlisted.csv",
                dump(5, vec![Part::copied(&unlisted, export, 500)]),
                "unlisted source",
                vec![],
                "Many of these people borrow from the listed lenders too, with the same names and birth dates, but no borrower number is \
                 anybody's, loan states and tenors agree no more often than by chance, and a part of the rows hits nobody.",
            ),
            posted(
                "fabricated.csv",
                dump(6, vec![fabricated]),
                "fabricated",
                vec![],
                "Some national ids are those of real borrowers, spread over all lenders as over everyone, but name, birth date, phone, e-mail and \
                 address are never those of the same person, loan states agree by chance alone, and no borrower number exists.",
            ),
            posted(
                "mixture.csv",
                dump(7, vec![Part::copied(&a, export, 360), Part::copied(&c, Day::new(2026, 2, 1), 240)]),
                "mixture",
                vec![A, C],
                "Three rows in five carry borrower numbers, loan states and tenors of the first lender and two in five those of the third, \
                 each agreeing with the same record.",
            ),
            posted(
                "bare.csv",
                bare,
                "inconclusive",
                vec![],
                "National ids alone, all of people who borrow from both the first and the second lender, which hold the same ids: they say who is in \
                 the list, not whose copy it is.",
            ),
        ],
    }
}
