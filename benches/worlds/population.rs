//! Six institutions that share people, and two that nobody has an index of. Everything follows from a seed.

use crate::table::Table;
use leaktrace::synth::cast::{bank_fields, birth_date, email, fact, issued, lender_fields, name, nik, phone, registry, spec, telco_fields};
use leaktrace::synth::day::{DateStyle, Day};
use leaktrace::synth::field::{Field, IdForm, PhoneStyle, Source, Style};
use leaktrace::synth::institution::{Institution, Members, Spec};
use leaktrace::synth::person::Fact;
use leaktrace::synth::rng::Rng;
use leaktrace::synth::snapshot::Snapshot;
use leaktrace::synth::world::World;
use std::sync::Arc;

/// The day of the indexes.
pub const TODAY: Day = Day::new(2026, 11, 1);

/// Places of the listed institutions.
pub const REGISTRY: usize = 0;
pub const BANK: usize = 1;
pub const SISTER: usize = 2;
pub const INSURER: usize = 3;
pub const TELCO: usize = 4;
pub const LENDER: usize = 5;

/// Who there is, and who holds what about them.
pub struct Population {
    /// The listed institutions, in the order of the constants, then those that have nothing to do with any dump.
    pub listed: Vec<Arc<Institution>>,
    /// Shares 40% of the bank's people, and copied up to 30% of what it says about them.
    pub unlisted: Arc<Institution>,
    /// Holds a part of the bank's people, all by its own typing.
    pub independent: Arc<Institution>,
    /// Indexes: of each listed institution one, as of [`TODAY`].
    pub tables: Vec<Table>,
    /// Further indexes of the bank: another system, and earlier days.
    pub more_of_bank: Vec<Table>,
    /// The bank three years ago, as an index of an old leak.
    pub old_bank: Day,
}

impl Population {
    /// A population of `people`. `irrelevant` institutions more are listed that no dump comes from.
    pub fn new(seed: u64, people: u32, irrelevant: usize) -> Population {
        let world = Arc::new(World::new(seed, people));
        let mut rng = Rng::new(&[seed, 0x90b]);
        let between = |rng: &mut Rng, low: f64, high: f64| low + (high - low) * (rng.below(10_001) as f64 / 10_000.0);
        let make = |rng: &mut Rng, mut spec: Spec| {
            let missing = between(rng, 0.02, 0.10);
            let slips = between(rng, 0.5, 2.0);
            for field in &mut spec.fields {
                field.typo *= slips;
                if field.concept == "nik" {
                    field.missing = missing;
                }
            }
            Institution::new(&world, spec)
        };
        let roll = registry(&world, "Registry");
        let members = Members::share(between(&mut rng, 0.3, 0.6));
        let form = IdForm::Running { prefix: "", width: 9, from: 100_000_001, step: 3 };
        let bank = make(&mut rng, spec("Bank A", "customers", "bank", 2014, members, bank_fields(form, "KC")));
        let members = Members::share(between(&mut rng, 0.05, 0.2)).and(&bank, between(&mut rng, 0.5, 0.7));
        let form = IdForm::Running { prefix: "S", width: 9, from: 500_000, step: 1 };
        let mut sister = spec("Bank B", "customers", "sister", 2017, members, bank_fields(form, "SY"));
        sister.copies = Some((Arc::clone(&bank), between(&mut rng, 0.1, 0.5)));
        let sister = make(&mut rng, sister);
        let members = Members::share(between(&mut rng, 0.15, 0.4));
        let insurer = make(&mut rng, spec("Insurer", "policies", "insurer", 2013, members, insurer_fields()));
        let members = Members::share(between(&mut rng, 0.3, 0.5));
        let telco = make(&mut rng, spec("Telco", "subscribers", "telco", 2012, members, telco_fields()));
        let members = Members::share(between(&mut rng, 0.02, 0.06));
        let form = IdForm::Scattered { prefix: "P", width: 9 };
        let lender = make(&mut rng, spec("Lender", "borrowers", "lender", 2020, members, lender_fields(form, PhoneStyle::Plus)));
        let members = Members::share(between(&mut rng, 0.1, 0.25)).and(&bank, 0.4);
        let form = IdForm::Running { prefix: "T", width: 8, from: 1, step: 1 };
        let mut unlisted = spec("(unlisted)", "customers", "unlisted", 2016, members, bank_fields(form, "T"));
        unlisted.copies = Some((Arc::clone(&bank), between(&mut rng, 0.0, 0.3)));
        let unlisted = make(&mut rng, unlisted);
        let members = Members::share(0.0).and(&bank, between(&mut rng, 0.3, 0.9));
        let form = IdForm::Running { prefix: "N", width: 8, from: 7, step: 1 };
        let independent = make(&mut rng, spec("(independent)", "customers", "independent", 2015, members, bank_fields(form, "N")));
        let mut listed = vec![roll, bank, sister, insurer, telco, lender];
        for (name, slug) in OTHERS.iter().take(irrelevant) {
            let members = Members::share(between(&mut rng, 0.02, 0.4));
            let form = IdForm::Scattered { prefix: "X", width: 9 };
            let fields = match rng.below(4) {
                0 => insurer_fields(),
                1 => telco_fields(),
                2 => lender_fields(form, PhoneStyle::Dashed),
                _ => bank_fields(form, "X"),
            };
            listed.push(make(&mut rng, spec(name, "customers", slug, 2015, members, fields)));
        }
        let tables = listed.iter().enumerate().map(|(n, i)| Table::new(n, &Snapshot::new(i, TODAY))).collect();
        let earlier = |days: i32| Table::new(BANK, &Snapshot::new(&listed[BANK], TODAY.plus(-days)));
        let more_of_bank = vec![earlier(30), earlier(400), earlier(1095)];
        Population { tables, more_of_bank, listed, unlisted, independent, old_bank: TODAY.plus(-1095) }
    }
}

/// Institutions that no dump comes from.
const OTHERS: [(&str, &str); 10] = [
    ("Other 1", "other1"),
    ("Other 2", "other2"),
    ("Other 3", "other3"),
    ("Other 4", "other4"),
    ("Other 5", "other5"),
    ("Other 6", "other6"),
    ("Other 7", "other7"),
    ("Other 8", "other8"),
    ("Other 9", "other9"),
    ("Other 10", "other10"),
];

fn insurer_fields() -> Vec<Field> {
    const CLASSES: &[(&str, u32)] = &[("I", 20), ("II", 30), ("III", 50)];
    let mut fields = vec![
        issued("polis", IdForm::Scattered { prefix: "PL", width: 10 }).category("financial"),
        nik("no_ktp", 0.04),
        name("nama_tertanggung", Style::Upper),
        birth_date("tgl_lahir", DateStyle::Slash),
        phone("telepon", PhoneStyle::Dashed, 0.05),
        email("surel", 0.4),
        fact("alamat", "address", Fact::Address),
        fact("kota", "city", Fact::City),
        Field::new("kelas", "class", "text", "attribute", Source::Code { values: CLASSES, moves: false }),
        Field::new("premi", "premium", "text", "attribute", Source::Number(1, 40)),
    ];
    fields.extend(leaktrace::synth::cast::days("mulai", "diubah"));
    fields
}
