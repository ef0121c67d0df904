//! `fixtures/scan.schema.json` describes the document: real ones of every sort hold against it, it forbids what it does not describe, and
//! it holds every field of the contract.

mod support;

use serde_json::{Map, Value, json};
use support::{World, leaktrace, records, run_with};

fn schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/scan.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The words of JSON Schema that the fixture uses, and no others: an unknown one is an error, so that none is overlooked.
fn check(root: &Value, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
    let rules = schema.as_object().unwrap();
    for (word, rule) in rules {
        let wrong = match word.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => false,
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#')).expect("a definition");
                check(root, target, value, at, errors);
                false
            }
            "type" => {
                !rule.as_array().map_or_else(|| std::slice::from_ref(rule), Vec::as_slice).iter().any(|t| is(value, t.as_str().unwrap()))
            }
            "const" => value != rule,
            "enum" => !value.is_null() && !rule.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_some_and(|n| n < rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_some_and(|n| n > rule.as_f64().unwrap()),
            "pattern" => value.as_str().is_some_and(|s| !regex::Regex::new(rule.as_str().unwrap()).unwrap().is_match(s)),
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{at}/{n}"), errors);
                }
                false
            }
            "required" => value.as_object().is_some_and(|o| rule.as_array().unwrap().iter().any(|k| !o.contains_key(k.as_str().unwrap()))),
            "properties" | "additionalProperties" => {
                members(root, rules, word, value, at, errors);
                false
            }
            other => panic!("the checker does not know {other}"),
        };
        if wrong {
            errors.push(format!("{at}: {word} {rule}: {value}"));
        }
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}

fn members(root: &Value, rules: &Map<String, Value>, word: &str, value: &Value, at: &str, errors: &mut Vec<String>) {
    let known = rules.get("properties").and_then(Value::as_object);
    for (key, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{key}");
        match (known.and_then(|k| k.get(key)), word) {
            (Some(rule), "properties") => check(root, rule, member, &at, errors),
            (None, "additionalProperties") => match &rules[word] {
                Value::Bool(false) => errors.push(format!("{at}: not described")),
                rule => check(root, rule, member, &at, errors),
            },
            _ => {}
        }
    }
}

fn errors(value: &Value) -> Vec<String> {
    let (schema, mut errors) = (schema(), Vec::new());
    check(&schema, &schema, value, "", &mut errors);
    errors
}

/// Documents of every sort.
fn documents() -> Vec<Value> {
    let world = World::new();
    world.write("dump/known.csv", records(0..500));
    world.write("dump/unknown.csv", records(50_000..50_100));
    world.write("dump/not-read.gz", b"\x1f\x8b\x08\0rest");
    world.write("dump/empty.csv", "");
    // A known dump, so that it is said what is beyond it.
    let library = world.at("library");
    let mut add = leaktrace(["library", "add"]);
    add.arg(world.write("old.csv", records(0..250))).arg("--library").arg(&library).arg("--library-key").arg(world.at("case.key"));
    run_with(add, b"").ends(0, &[]);
    let library = library.to_str().unwrap();
    let asked = [vec!["--json", "-"], vec!["--each", "--json", "-"], vec!["--library", library, "--json", "-"]];
    ["dump/known.csv", "dump/unknown.csv", "dump/not-read.gz", "dump/empty.csv", "dump"]
        .into_iter()
        .flat_map(|name| asked.each_ref().map(|more| world.scan(&world.at(name), more).document()))
        .collect()
}

#[test]
fn real_documents_hold() {
    let documents = documents();
    let kinds: Vec<&Value> = documents.iter().map(|d| &d["verdict"]["kind"]).collect();
    for kind in ["attributed", "no_match", "incomplete"] {
        assert!(kinds.contains(&&json!(kind)), "{kinds:?}");
    }
    assert!(documents.iter().any(|d| d["institutions"][0]["beyond_known"]["share"].is_object()));
    assert!(documents.iter().any(|d| d["groups"].as_array().unwrap().len() == 4));
    for document in &documents {
        assert_eq!(errors(document), Vec::<String>::new(), "{document:#}");
        support::check_account(document);
    }
}

/// Documents that were kept: with months, overlaps, institutions by the dozen, and groups.
#[test]
fn kept_documents_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/documents");
    let mut held = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(errors(&document), Vec::<String>::new(), "{}", path.display());
        held += 1;
    }
    assert!(held >= 6, "{held} documents");
}

/// Every object of the schema forbids what it does not describe, requires what it does, and describes it.
#[test]
fn the_schema_is_strict() {
    fn walk(at: &str, schema: &Value) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            assert_eq!(schema["additionalProperties"], false, "{at}");
            let required: Vec<&str> = schema["required"].as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
            for (key, rule) in properties {
                assert!(required.contains(&key.as_str()), "{at}/{key}");
                assert!(rule.get("description").is_some() || rule.get("$ref").is_some(), "{at}/{key}");
                walk(&format!("{at}/{key}"), rule);
            }
        }
        for (name, definition) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            walk(name, definition);
        }
        if let Some(items) = schema.get("items") {
            walk(&format!("{at}[]"), items);
        }
    }
    walk("", &schema());
    let mut document = documents().swap_remove(0);
    for (pointer, value) in [
        ("/schema", json!("leaktrace.scan/2")),
        ("/coverage/complete", json!(1)),
        ("/coverage/bytes", json!(-1)),
        ("/verdict/kind", json!("guilty")),
        ("/columns/0/extra", json!(0)),
        ("/institutions/0/hits/email", json!("2")),
    ] {
        let before = document.clone();
        match document.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => document["columns"][0]["extra"] = value,
        }
        assert!(!errors(&document).is_empty(), "{pointer}");
        document = before;
    }
    document["verdict"].as_object_mut().unwrap().remove("sentence");
    assert!(!errors(&document).is_empty());
}

/// The fields that other programs rely on.
#[test]
fn the_contract_s_fields_are_there() {
    const CONTRACT: [(&str, &str); 10] = [
        ("/inputs/0", "path blake3 bytes"),
        ("/indexes/0", "institution dataset snapshot records key_id"),
        ("/coverage", "complete bytes bytes_read rows rows_read rows_distinct skipped"),
        ("/coverage/skipped/0", "where bytes reason"),
        ("/columns/0", "input column header kind field"),
        ("/chance_hits", "expected null_observed null_expected"),
        ("/institutions/0", "institution dataset hits rows_hit rows_corroborated records_distinct share log10_lr support exported_between"),
        ("/institutions/0/share", "estimate low high"),
        ("/verdict", "kind institutions sentence calibrated"),
        ("", "schema groups"),
    ];
    let documents = documents();
    let whole = documents.iter().find(|d| {
        !d["groups"].as_array().unwrap().is_empty() && d["verdict"]["kind"] == "attributed" && d["coverage"]["complete"] == false
    });
    let whole = whole.expect("an incomplete document with an attribution");
    for document in std::iter::once(whole).chain(whole["groups"].as_array().unwrap()) {
        for (place, fields) in CONTRACT {
            let Some(object) = document.pointer(place).and_then(Value::as_object) else {
                assert!(!std::ptr::eq(document, whole), "{place} is missing");
                continue;
            };
            for field in fields.split(' ').filter(|_| !place.is_empty() || std::ptr::eq(document, whole)) {
                assert!(object.contains_key(field), "{place}/{field}");
            }
        }
    }
    for entry in whole["indexes"].as_array().unwrap().iter().zip(whole["institutions"].as_array().unwrap()) {
        assert_eq!(entry.0["institution"], entry.1["institution"]);
    }
    let hits = whole["institutions"][0]["hits"].as_object().unwrap();
    assert_eq!(hits.keys().collect::<Vec<_>>(), ["email", "member_no", "phone"]);
    assert!(hits.values().all(|n| n.as_u64().unwrap() >= 490), "{hits:?}");
    // One institution cannot be compared with others: outside of what was validated, and said so.
    assert_eq!(whole["verdict"]["calibrated"], false);
    let entry = &whole["institutions"][0];
    let parts: f64 = entry["evidence"].as_array().unwrap().iter().map(|e| e["decibans"].as_f64().unwrap()).sum();
    assert!((parts - 10.0 * entry["log10_lr"].as_f64().unwrap()).abs() < 0.02, "{entry}");
}
