//! An old leak explains its own rows: what is said of the institutions without them.

use super::fingerprint;
use crate::support::{World, leaktrace, run_with};
use leaktrace::synth::cast::{SNAPSHOT, bank_fields, spec, telco_fields};
use leaktrace::synth::day::Day;
use leaktrace::synth::dump::{Column, Dump, Part};
use leaktrace::synth::field::{IdForm, PhoneStyle, Style};
use leaktrace::synth::institution::{Institution, Members};
use leaktrace::synth::snapshot::Snapshot;
use serde_json::Value;
use std::sync::Arc;

const BANK: &str = "Bank Contoh Utama";
const TELCO: &str = "Seluler Contoh";

/// Two institutions that share people, and a library that knows a leak of the bank's from 2023.
struct Story {
    world: World,
    bank: Arc<Institution>,
    telco: Arc<Institution>,
}

impl Story {
    fn new() -> Story {
        let people = Arc::new(leaktrace::synth::world::World::new(7, 20_000));
        let form = IdForm::Running { prefix: "", width: 9, from: 100_000_001, step: 3 };
        let bank = Institution::new(&people, spec(BANK, "customers", "bank", 2014, Members::share(0.5), bank_fields(form, "KC")));
        let telco = Institution::new(&people, spec(TELCO, "subscribers", "telco", 2012, Members::share(0.6), telco_fields()));
        let story = Story { world: World::new(), bank, telco };
        for institution in [&story.bank, &story.telco] {
            let (slug, snapshot) = (institution.spec.slug, Snapshot::new(institution, SNAPSHOT));
            let mut records = Vec::new();
            snapshot.write_csv(&mut records).unwrap();
            let (records, schema) =
                (story.world.write(format!("{slug}.csv"), records), story.world.write(format!("{slug}.toml"), snapshot.schema()));
            let mut command = leaktrace(["index"]);
            command.arg(records).arg("--schema").arg(schema).arg("--key").arg(story.world.at("case.key"));
            command.arg("-o").arg(story.world.at(format!("{slug}.ltx")));
            run_with(command, b"").ends(0, &[]);
        }
        story.known("leak-of-2023", &story.old(0.0));
        story
    }

    /// Adds a dump to the library.
    fn known(&self, name: &str, dump: &str) {
        let dump = self.world.write(format!("{name}.csv"), dump);
        let (ran, file) = fingerprint(&self.world, &dump, &format!("{name}.ltf"), &[]);
        ran.ends(0, &[]);
        let mut add = leaktrace(["library", "add", "--library"]);
        add.arg(self.world.at("library")).arg(file).args(["--name", name]);
        run_with(add, b"").ends(0, &[]);
    }

    fn rows(seed: u64, part: Part, noise: f64) -> String {
        let columns = vec![
            Column::new("customer", "name", Style::Upper),
            Column::new("mobile", "phone", Style::Phone(PhoneStyle::Plus)),
            Column::new("id card", "nik", Style::AsIs),
            Column::new("born", "birth_date", Style::AsIs),
            Column::new("mail", "email", Style::Lower),
            Column::new("street", "address", Style::AsIs),
        ];
        let mut dump = Dump::new(seed, SNAPSHOT, columns, vec![part]);
        dump.noise = noise;
        let mut out = Vec::new();
        dump.write(&mut out, |_| {}).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The rows of the old leak, as they were or damaged.
    fn old(&self, noise: f64) -> String {
        Story::rows(1, Part::copied(&self.bank, Day::new(2023, 5, 1), 2000), noise)
    }

    /// What is said of the old leak with more rows behind it.
    fn told(&self, noise: f64, more: &str) -> Value {
        let more = more.split_once('\n').map_or("", |(_, rows)| rows);
        let dump = self.world.write("dump.csv", self.old(noise) + more);
        let mut command = leaktrace(["scan"]);
        command.arg(&dump).arg("--key").arg(self.world.at("case.key"));
        for slug in ["bank", "telco"] {
            command.arg("--index").arg(self.world.at(format!("{slug}.ltx")));
        }
        command.arg("--library").arg(self.world.at("library")).args(["--json", "-"]);
        run_with(command, b"").document()
    }
}

fn beyond<'d>(document: &'d Value, name: &str) -> &'d Value {
    let institutions = document["institutions"].as_array().unwrap();
    &institutions.iter().find(|i| i["institution"] == name).unwrap()["beyond_known"]
}

fn said(document: &Value) -> String {
    document["verdict"]["reservations"].to_string()
}

fn firmly(beyond: &Value) -> bool {
    beyond["support"].as_str().is_some_and(|support| !["none", "weak"].contains(&support))
}

#[test]
fn an_old_leak_posted_again_leaves_nothing() {
    let story = Story::new();
    for noise in [0.0, 0.05, 0.1] {
        let document = story.told(noise, "");
        assert_eq!(document["verdict"]["institutions"], serde_json::json!([BANK]), "noise {noise}: {}", said(&document));
        for name in [BANK, TELCO] {
            assert!(!firmly(beyond(&document, name)), "noise {noise}, {name}: {}", beyond(&document, name));
        }
        if noise == 0.0 {
            assert_eq!(document["known"]["new"], 0.0);
        }
    }
}

#[test]
fn rows_of_another_source_behind_an_old_leak_are_found() {
    let story = Story::new();
    let fresh = Story::rows(2, Part::copied(&story.telco, Day::new(2026, 10, 1), 1000), 0.02);
    let document = story.told(0.02, &fresh);
    assert!(firmly(beyond(&document, TELCO)), "{document}");
    assert!(!firmly(beyond(&document, BANK)), "{}", beyond(&document, BANK));
    assert!(said(&document).contains(&format!("to a copy of {TELCO}'s records as well")), "{}", said(&document));
    assert!(said(&document).contains(&format!("nothing speaks for a copy of {BANK}'s records")), "{}", said(&document));
}

#[test]
fn fresh_rows_of_the_same_source_are_told_from_its_old_leak() {
    let story = Story::new();
    let fresh = Story::rows(3, Part::copied(&story.bank, Day::new(2026, 10, 1), 1500), 0.02);
    let document = story.told(0.02, &fresh);
    let beyond = beyond(&document, BANK);
    assert!(firmly(beyond), "{}: {}", beyond, said(&document));
    let from = beyond["exported_between"]["from"].as_str().unwrap();
    assert!(from > "2026-08", "{beyond}");
    assert!(said(&document).contains(&format!("to a copy of {BANK}'s records as well")), "{}", said(&document));
}

#[test]
fn damage_in_the_rows_of_one_institution_alone_is_no_news() {
    let story = Story::new();
    let others = Story::rows(4, Part::fabricated(&story.bank, Day::new(2023, 5, 1), 6000), 0.0);
    let rows = others.split_once('\n').map_or("", |(_, rows)| rows);
    story.known("leak-among-others", &(story.old(0.0) + rows));
    for noise in [0.05, 0.15] {
        let document = story.told(noise, &others);
        assert!(!firmly(beyond(&document, BANK)), "noise {noise}: {}", beyond(&document, BANK));
    }
}
