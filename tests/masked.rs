//! Masked values: once a record is found, each agrees, disagrees or says nothing, exactly as a naive twin that knows the values reckons; alone
//! they find nothing, and the report says so.

mod common;

use common::{in_short, index, put, scan, try_open};
use leaktrace::ledger::Ledger;
use leaktrace::matching::concepts::IN_PART;
use leaktrace::matching::discover::{Known, discover};
use leaktrace::matching::sample::BottomK;
use leaktrace::matching::search::Matcher;
use leaktrace::matching::tally::{DISTINCT_ROWS, HIT_ROWS, Tally};
use leaktrace::plan::decide_delimited;
use leaktrace::record::delimited::{Names, SegmentReader, Table};
use leaktrace::record::{RowBatch, sampling};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

const PEOPLE: u64 = 300;

fn schema(phone_role: &str, parts: bool) -> String {
    let parts = |list: &str| if parts { format!("parts = {list}\n") } else { String::new() };
    format!(
        "[institution]\nname = \"Topeng Contoh\"\nregion = \"ID\"\n\
         [[field]]\ncolumn = \"member\"\nkind = \"id\"\nrole = \"identifier\"\nissued = true\n\
         [[field]]\ncolumn = \"hp\"\nkind = \"phone\"\nrole = \"{phone_role}\"\n{}\
         [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n{}\
         [[field]]\ncolumn = \"nik\"\nkind = \"nik\"\nrole = \"attribute\"\n{}",
        parts("[\"first4\", \"first3\", \"last4\"]"),
        parts("[\"initial\", \"domain\"]"),
        parts("[\"first2\", \"last4\"]"),
    )
}

fn mix(n: u64, salt: u64) -> u64 {
    let x = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let x = (x ^ x >> 31).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^ x >> 29
}

struct Person {
    member: String,
    phone: String,
    email: String,
    nik: String,
}

fn person(n: u64) -> Person {
    let letters = |salt: u64| (0..6u64).map(|i| char::from(b'a' + (mix(n, salt + i) % 26) as u8)).collect::<String>();
    Person {
        member: format!("TP-{:09}", mix(n, 1) % 1_000_000_000),
        phone: format!("08{}{:08}", [12, 13, 57, 85][(mix(n, 2) % 4) as usize], mix(n, 3) % 100_000_000),
        email: format!("{}@{}.example", letters(10), ["surat", "pos", "kantor"][(mix(n, 4) % 3) as usize]),
        nik: format!("{}0101{:02}0385{:04}", [32, 33, 35][(mix(n, 5) % 3) as usize], 1 + mix(n, 6) % 28, 1 + mix(n, 7) % 9999),
    }
}

fn records() -> String {
    (0..PEOPLE)
        .map(person)
        .fold("member,hp,email,nik\n".to_string(), |t, p| t + &format!("{},{},{},{}\n", p.member, p.phone, p.email, p.nik))
}

/// What is said of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Agrees,
    Disagrees,
    Nothing,
}

/// By the characters alone: what the mask shows at both ends against the ends of the true value, for the forms of the index.
fn said(shown: (&str, &str), truth: &str, firsts: &[usize], lasts: &[usize]) -> Said {
    let firsts = firsts.iter().filter(|&&k| shown.0.len() >= k).map(|&k| shown.0[..k] == truth[..k]);
    let lasts = lasts.iter().filter(|&&k| shown.1.len() >= k).map(|&k| shown.1[shown.1.len() - k..] == truth[truth.len() - k..]);
    let all: Vec<bool> = firsts.chain(lasts).collect();
    if all.is_empty() {
        Said::Nothing
    } else if all.contains(&false) {
        Said::Disagrees
    } else {
        Said::Agrees
    }
}

/// A dump of masked values, and what is right to say of each row's phone, e-mail and NIK.
fn dump() -> (String, BTreeMap<u64, [Said; 3]>) {
    let (mut text, mut right) = (String::from("nomor,telepon,surat,ktp\n"), BTreeMap::new());
    for n in 0..PEOPLE {
        let own = person(n);
        // Now and then another's value.
        let of = |salt| person(if mix(n, salt).is_multiple_of(9) { n + 1 } else { n });
        let (phone, email, nik) = (of(20).phone, of(21).email, of(22).nik);
        let sign = ["*", "•", "x"][(mix(n, 23) % 3) as usize];
        let run = sign.repeat(4 + (mix(n, 24) % 3) as usize);
        let (front, end) = ((mix(n, 25) % 6) as usize, (mix(n, 26) % 6) as usize);
        let hidden = |value: &str, front: usize, end: usize| (value[..front].to_string(), value[value.len() - end..].to_string());
        let p = hidden(&phone, front, end);
        let (local, domain) = email.split_once('@').unwrap();
        let keep = (mix(n, 27) % 3) as usize;
        let k = hidden(&nik, (mix(n, 28) % 4) as usize, (mix(n, 29) % 6) as usize);
        let front = ["", "+62 ", "62"][(mix(n, 30) % 3) as usize];
        let written = if p.0.len() > 2 && !front.is_empty() { format!("{front}{}", &p.0[1..]) } else { p.0.clone() };
        let at = text.len() as u64;
        text += &format!("{},{written}{run}{},{}***@{domain},{}{}{}\n", own.member, p.1, &local[..keep], k.0, "*".repeat(10), k.1);
        let (own_local, own_domain) = own.email.split_once('@').unwrap();
        let email_said = match (keep == 0 || local[..1] == own_local[..1], domain == own_domain) {
            (true, true) => Said::Agrees,
            _ => Said::Disagrees,
        };
        let phone_said = said((&p.0, &p.1), &own.phone, &[4, 3], &[4]);
        right.insert(at, [phone_said, email_said, said((&k.0, &k.1), &own.nik, &[2], &[4])]);
    }
    (text, right)
}

fn build(schema: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.ltx");
    index(&put(folder.path(), "records.csv", records()), schema, &out);
    (folder, out)
}

/// What is said of each row by its offset.
fn compared(out: &PathBuf, dump: &str) -> BTreeMap<u64, [Said; 3]> {
    let question = try_open(std::slice::from_ref(out)).unwrap();
    let plan = decide_delimited(dump.as_bytes(), &Default::default());
    let table =
        Table { text: dump.as_bytes(), input: 0, offset: 0, data_start: plan.data_start, dialect: &plan.dialect, names: Names::default() };
    let known = Known { columns: &plan.columns, header: plan.dialect.header };
    let layout = Arc::new(discover(&question, known, &sampling::spread(&table, 1 << 20)).layout);
    let mut reader = SegmentReader::new(&table, 0..dump.len() as u64, Some(plan.data_start));
    let mut batch = RowBatch::new();
    let mut tally = Tally::new(0, 0, &layout, 1, BottomK::new(DISTINCT_ROWS), BottomK::new(HIT_ROWS));
    let mut matcher = Matcher::new(&question, &layout);
    while reader.next_batch(&mut batch, &mut Ledger::default()) {
        matcher.add(&batch, plan.dialect.header && batch.offset(0) == plan.data_start, &mut tally);
    }
    let concept = |name: &str| question.concepts.names.iter().position(|n| n == &format!("{name}{IN_PART}")).expect("a concept of parts");
    let concepts = ["phone", "email", "national_id"].map(concept);
    let say = |c: &leaktrace::matching::Comparison| {
        concepts.map(|n| match (c.agree >> n & 1, c.disagree >> n & 1) {
            (1, 0) => Said::Agrees,
            (0, 1) => Said::Disagrees,
            (0, 0) => Said::Nothing,
            _ => panic!("both at once"),
        })
    };
    tally.hit_rows.finish().rows.iter().map(|row| (row.first.1, say(&row.value[0]))).collect()
}

#[test]
fn every_row_agrees_disagrees_or_says_nothing_as_the_naive_twin_has_it() {
    for role in ["identifier", "attribute"] {
        let (_folder, out) = build(&schema(role, true));
        let (text, right) = dump();
        let got = compared(&out, &text);
        assert_eq!(got.len(), right.len(), "every member number is found");
        for (at, right) in &right {
            let line = text[*at as usize..].lines().next().unwrap();
            assert_eq!(&got[at], right, "{line}, phone an {role}");
        }
        for field in 0..3 {
            for what in [Said::Agrees, Said::Disagrees] {
                assert!(right.values().filter(|r| r[field] == what).count() > 10, "{what:?} of field {field}");
            }
        }
    }
}

fn document(schema: &str, dump: &str) -> Value {
    let (folder, out) = build(schema);
    scan(&try_open(std::slice::from_ref(&out)).unwrap(), &put(folder.path(), "dump.csv", dump))
}

#[test]
fn masks_corroborate_and_are_reported_by_part() {
    let own = (0..PEOPLE).map(person);
    let text = own
        .fold("nomor,telepon\n".to_string(), |t, p| t + &format!("{},{}****{}\n", p.member, &p.phone[..4], &p.phone[p.phone.len() - 4..]));
    let found = document(&schema("identifier", true), &text);
    assert_eq!(found["institutions"][0]["rows_corroborated"], PEOPLE, "{}", in_short(&found));
    let parts: Vec<(&str, u64)> =
        found["columns"].as_array().unwrap().iter().filter_map(|c| Some((c["part"].as_str()?, c["hits"].as_u64()?))).collect();
    assert_eq!(parts, [("first3", PEOPLE), ("first4", PEOPLE), ("last4", PEOPLE)]);
    assert_eq!(found["hints"], serde_json::json!([]));
    // A hidden phone of a field that can be searched is no disagreement of that field.
    assert_eq!(found["institutions"][0]["hits"]["hp"], 0);
}

#[test]
fn masks_alone_are_no_no_match() {
    let own = (0..PEOPLE).map(person);
    let text = own.fold("telepon,surat\n".to_string(), |t, p| {
        t + &format!("{}****{},{}***@pos.example\n", &p.phone[..4], &p.phone[8..], &p.email[..1])
    });
    let found = document(&schema("identifier", true), &text);
    assert_eq!(found["verdict"]["kind"], "inconclusive", "{}", in_short(&found));
    assert!(found["verdict"]["sentence"].as_str().unwrap().contains("masked values"));
    let hints = found["hints"].as_array().unwrap();
    assert_eq!(
        hints.iter().map(|h| (h["kind"].as_str().unwrap(), h["column"].as_u64().unwrap())).collect::<Vec<_>>(),
        [("masked", 1), ("masked", 2)]
    );
    assert_eq!(hints[0]["schema_line"], Value::Null, "the index holds parts");
    let found = document(&schema("identifier", false), &text);
    assert_eq!(found["hints"][0]["schema_line"], "parts = [\"first4\", \"last4\"]");
}
