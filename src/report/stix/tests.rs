use super::*;
use crate::report::sample::{self, document};
use crate::report::tlp::LABELS;
use std::collections::HashSet;

fn of_type<'a>(bundle: &'a Value, kind: &str) -> Vec<&'a Value> {
    bundle["objects"].as_array().unwrap().iter().filter(|o| o["type"] == kind).collect()
}

fn digests() -> Vec<FileDigests> {
    vec![FileDigests { name: "/cases/k12/dump.csv".to_string(), bytes: 8_017_694, blake3: "0b".repeat(32), sha256: "ab".repeat(32) }]
}

#[test]
fn a_file_has_the_identifier_that_its_content_gives_it() {
    // By Python: uuid5(UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), '{"hashes":{"SHA-256":"abab…"},"name":"dump.csv"}') and the like.
    let with = bundle(&document(&["A"], 1), &digests(), Tlp::Amber);
    let file = of_type(&with, "file")[0];
    assert_eq!(file["id"], "file--ecae749b-5013-5220-acf3-40945c15cf74");
    assert_eq!(file["hashes"], json!({ "SHA-256": "ab".repeat(32), "x_blake3": "0b".repeat(32) }));
    assert_eq!((&file["name"], &file["size"]), (&json!("dump.csv"), &json!(8_017_694)));
    let without = bundle(&document(&["A"], 1), &[], Tlp::Amber);
    assert_eq!(of_type(&without, "file")[0]["id"], "file--dd0afc98-47f0-5226-ba36-9bbb9fdc85e2");
    let mut unread = document(&["A"], 1);
    unread.answer.inputs[0].blake3 = None;
    let nothing = bundle(&unread, &[], Tlp::Amber);
    assert_eq!(of_type(&nothing, "file")[0]["id"], "file--92f88923-60d2-53f5-a88c-d069ee368c59");
    assert_eq!(of_type(&nothing, "file")[0].get("hashes"), None);
}

#[test]
fn institutions_are_named_where_the_findings_support_them_alone() {
    let names = |supported: usize| -> Vec<String> {
        let made = bundle(&document(&["A", "B", "C"], supported), &[], Tlp::Amber);
        of_type(&made, "identity")
            .iter()
            .filter(|o| o["identity_class"] == "organization")
            .map(|o| o["name"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(names(0), [""; 0]);
    assert_eq!(names(1), ["A"]);
    assert_eq!(names(2), ["A", "B"]);
    let made = bundle(&document(&["A", "B", "C"], 2), &[], Tlp::Amber);
    assert_eq!(of_type(&made, "relationship").len(), 2);
    // A note on each and one on the verdict; none of the first speaks of the other.
    let notes = of_type(&made, "note");
    assert_eq!(notes.len(), 3);
    let of_a = notes[0]["content"].as_str().unwrap();
    assert!(of_a.contains("1,011 distinct records") && of_a.contains("likelihood ratio about 7,700") && !of_a.contains("2,011"), "{of_a}");
}

#[test]
fn references_lead_somewhere_and_identifiers_stand_once() {
    for tlp in LABELS {
        let made = bundle(&document(&["A", "B"], 2), &digests(), tlp);
        let objects = made["objects"].as_array().unwrap();
        let ids: HashSet<&str> = objects.iter().map(|o| o["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), objects.len());
        assert_eq!(objects[0]["extensions"][TLP_EXTENSION]["tlp_2_0"], tlp.name());
        for object in &objects[1..] {
            assert_eq!(object["object_marking_refs"], json!([marking_id(tlp)]));
            let refs = object.as_object().unwrap().iter().filter(|(key, _)| key.ends_with("_ref") || key.ends_with("_refs"));
            for (key, value) in refs {
                let all = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                assert!(all.iter().all(|id| ids.contains(id.as_str().unwrap())), "{key}");
            }
        }
    }
}

#[test]
fn the_same_question_has_the_same_identifiers_and_another_has_others() {
    let ids = |document: &Document| -> Vec<String> {
        let made = bundle(document, &digests(), Tlp::Amber);
        of_type(&made, "report").into_iter().chain(of_type(&made, "note")).map(|o| o["id"].as_str().unwrap().to_string()).collect()
    };
    let one = document(&["A"], 1);
    let mut later = one.clone();
    later.run.started = "2026-12-01T00:00:00Z".to_string();
    later.answer.indexes[0].snapshot = None;
    assert_eq!(ids(&one), ids(&later));
    let mut case = one.clone();
    case.case.case = Some("K-13".to_string());
    let mut dump = one.clone();
    dump.answer.inputs[0].blake3 = Some("0c".repeat(32));
    let mut key = one.clone();
    key.answer.indexes[0].key_id = "other".to_string();
    for other in [case, dump, key, document(&["B"], 1)] {
        assert!(ids(&one).iter().zip(ids(&other)).all(|(a, b)| *a != b));
    }
}

#[test]
fn times_are_milliseconds_and_an_edited_document_is_survived() {
    let made = bundle(&document(&["A"], 1), &[], Tlp::Amber);
    assert_eq!(of_type(&made, "report")[0]["published"], "2026-11-23T05:05:53.262Z");
    let mut edited = document(&["A"], 1);
    edited.run.started = "yesterday".to_string();
    edited.answer.inputs.clear();
    edited.answer.indexes.clear();
    edited.answer.institutions[0].log10_lr = Some(f64::NAN);
    edited.answer.institutions[0].share.as_mut().unwrap().estimate = f64::NAN;
    let made = bundle(&edited, &digests(), Tlp::Amber);
    assert_eq!(of_type(&made, "report")[0]["published"], "1970-01-01T00:00:00.000Z");
    assert!(!made.to_string().contains("NaN"));
    edited.answer.institutions.clear();
    // A note must be about something: the creator, where nothing else is left.
    let made = bundle(&edited, &[], Tlp::Amber);
    assert_eq!(of_type(&made, "note")[0]["object_refs"], json!([of_type(&made, "identity")[0]["id"]]));
}

#[test]
fn the_examiner_speaks_where_one_is_named_and_each_group_has_a_note() {
    let mut value = sample::value(&["A", "B"], 1);
    value["case"]["examiner"] = json!("CSIRT Contoh");
    value["groups"] = json!([sample::answer(&["A", "B"], 1), sample::answer(&["A", "B"], 0)]);
    let made = bundle(&serde_json::from_value(value).unwrap(), &[], Tlp::Red);
    assert_eq!(of_type(&made, "identity")[0]["name"], "CSIRT Contoh");
    assert_eq!(of_type(&made, "note").len(), 3);
    assert_eq!(of_type(&made, "file").len(), 1);
    assert_eq!(of_type(&made, "report")[0]["external_references"][0]["external_id"], "K-12");
}
