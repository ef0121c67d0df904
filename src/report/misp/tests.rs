use super::*;
use crate::report::sample::{self, document};
use crate::report::tlp::LABELS;
use std::collections::HashSet;

fn digests() -> Vec<FileDigests> {
    vec![FileDigests { name: "/cases/k12/dump.csv".to_string(), bytes: 8_017_694, blake3: "0b".repeat(32), sha256: "ab".repeat(32) }]
}

fn objects(event: &Value) -> &Vec<Value> {
    event["Event"]["Object"].as_array().unwrap()
}

fn named<'a>(event: &'a Value, name: &str) -> Vec<&'a Value> {
    objects(event).iter().filter(|o| o["name"] == name).collect()
}

/// The values of an object's attributes of one relation.
fn values(object: &Value, relation: &str) -> Vec<String> {
    let all = object["Attribute"].as_array().unwrap().iter();
    all.filter(|a| a["object_relation"] == relation).map(|a| a["value"].as_str().unwrap().to_string()).collect()
}

#[test]
fn files_and_supported_institutions_are_told_and_nobody_else() {
    let made = event(&document(&["A", "B", "C"], 2), &digests(), Tlp::Amber);
    let victims: Vec<String> = named(&made, "victim").iter().flat_map(|o| values(o, "name")).collect();
    assert_eq!(victims, ["A", "B"]);
    let annotations: Vec<String> = named(&made, "annotation").iter().flat_map(|o| values(o, "text")).collect();
    assert!(annotations[0].contains("1,011 distinct records") && !annotations[0].contains("2,011"));
    let file = named(&made, "file")[0];
    assert_eq!(values(file, "filename"), ["dump.csv"]);
    assert_eq!(values(file, "size-in-bytes"), ["8017694"]);
    assert_eq!(values(file, "sha256"), ["ab".repeat(32)]);
    assert_eq!(made["Event"]["info"], "Posted data: consistent with records of A, B (case K-12)");
    // Without digests there is no such attribute, rather than an empty one.
    let made = event(&document(&["A"], 0), &[], Tlp::Amber);
    assert_eq!(values(named(&made, "file")[0], "sha256"), [""; 0]);
    assert!(named(&made, "victim").is_empty());
    assert_eq!(made["Event"]["info"], "Posted data: inconclusive (case K-12)");
}

#[test]
fn references_lead_somewhere_and_identifiers_stand_once() {
    let mut value = sample::value(&["A", "B"], 2);
    value["groups"] = json!([sample::answer(&["A", "B"], 2), sample::answer(&["A", "B"], 1)]);
    let made = event(&serde_json::from_value(value).unwrap(), &digests(), Tlp::Amber);
    let uuids: HashSet<&Value> = objects(&made).iter().map(|o| &o["uuid"]).collect();
    let inner =
        objects(&made).iter().flat_map(|o| o["Attribute"].as_array().unwrap().iter().chain(o["ObjectReference"].as_array().unwrap()));
    let all: Vec<&Value> = inner.map(|x| &x["uuid"]).chain(objects(&made).iter().map(|o| &o["uuid"])).collect();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    for object in objects(&made) {
        for reference in object["ObjectReference"].as_array().unwrap() {
            assert_eq!(reference["object_uuid"], object["uuid"]);
            assert!(uuids.contains(&reference["referenced_uuid"]));
        }
    }
    assert_eq!(named(&made, "leaked-document").len(), 2);
    // A summary for each answer says which file it is about.
    assert!(values(named(&made, "report")[0], "summary").iter().all(|s| s.starts_with("dump.csv: ")));
}

#[test]
fn an_event_is_the_same_again_and_kept_to_oneself() {
    let one = document(&["A"], 1);
    assert_eq!(event(&one, &digests(), Tlp::Amber), event(&one, &digests(), Tlp::Amber));
    let mut later = one.clone();
    later.run.started = "2026-12-01T00:00:00Z".to_string();
    let (first, again) = (event(&one, &[], Tlp::Amber), event(&later, &[], Tlp::Amber));
    assert_eq!(first["Event"]["uuid"], again["Event"]["uuid"]);
    assert_eq!((&first["Event"]["date"], &first["Event"]["timestamp"]), (&json!("2026-11-23"), &json!("1795410353")));
    assert_ne!(first["Event"]["timestamp"], again["Event"]["timestamp"]);
    for tlp in LABELS {
        let made = event(&one, &digests(), tlp);
        assert_eq!(made["Event"]["Tag"], json!([{ "name": format!("tlp:{}", tlp.name()) }]));
        assert_eq!((&made["Event"]["distribution"], &made["Event"]["published"]), (&json!("0"), &json!(false)));
        assert!(!made.to_string().contains("\"to_ids\":true"));
    }
}

#[test]
fn an_edited_document_is_survived() {
    let mut edited = document(&["A"], 1);
    edited.run.started = String::new();
    edited.answer.inputs.clear();
    edited.answer.indexes.clear();
    let made = event(&edited, &digests(), Tlp::Amber);
    assert_eq!(values(named(&made, "leaked-document")[0], "document-name"), ["posted data"]);
    assert_eq!(made["Event"]["date"], "1970-01-01");
    edited.answer.institutions.clear();
    assert!(named(&event(&edited, &[], Tlp::Amber), "victim").is_empty());
}
