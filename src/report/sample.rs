//! A small document for the tests of what is made from one.

use super::document::Document;
use serde_json::{Value, json};

/// A question about `institutions`, of which the `supported` first ones are named by the verdict. The figures of each are its own: number `n`
/// has 1,000 n + 11 matched records, 1,000 n + 22 rows with a hit and 1,000 n + 33 corroborated ones.
pub fn document(institutions: &[&str], supported: usize) -> Document {
    serde_json::from_value(value(institutions, supported)).expect("a document")
}

/// The same as JSON, to be changed before it is read.
pub fn value(institutions: &[&str], supported: usize) -> Value {
    let mut whole = answer(institutions, supported);
    let own = json!({
        "schema": "leaktrace.scan/1",
        "tool": "leaktrace 0.1.0",
        "run": { "started": "2026-11-23T05:05:53.262874836Z", "seconds": null, "bytes_per_second": null, "attribution_seconds": null },
        "case": { "case": "K-12", "exhibit": null, "examiner": null, "obtained": null },
        "command": "",
        "groups": [],
    });
    merge(&mut whole, own);
    whole
}

/// Puts the entries of one object into another.
pub fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}

/// One answer.
pub fn answer(institutions: &[&str], supported: usize) -> Value {
    let sentence = match supported {
        0 => "The findings do not decide.".to_string(),
        n => format!("The rows are copies of records held by {}.", institutions[..n].join(" and ")),
    };
    let kind = ["inconclusive", "attributed", "mixture"][supported.min(2)];
    json!({
        "inputs": [{
            "path": "/cases/k12/dump.csv", "blake3": "0b".repeat(32), "bytes": 8_017_694, "bytes_read": 8_017_694, "bytes_unpacked": 0,
            "bytes_unpacked_read": 0, "bytes_skipped": 0, "bytes_failed": 0, "rows": 60_000, "rows_read": 60_000, "format": "delimited, ';'",
            "evidence": [], "volumes": [], "members_found": 0, "members": [], "tables": [],
        }],
        "indexes": institutions.iter().map(|name| index(name)).collect::<Vec<_>>(),
        "coverage": {
            "complete": true, "bytes": 8_017_694, "bytes_read": 8_017_694, "bytes_unpacked": 0, "bytes_unpacked_read": 0, "rows": 60_000,
            "rows_read": 60_000, "rows_distinct": 60_000, "rows_distinct_exact": true, "rows_searchable": 60_000,
            "people": { "estimate": 53_310, "low": 49_657, "high": 56_810 }, "bytes_skipped": 0, "bytes_failed": 0, "out_of_scope": [],
            "skipped": [],
        },
        "columns": (0..institutions.len()).flat_map(columns).collect::<Vec<_>>(),
        "unmatched": [],
        "hints": [],
        "chance_hits": { "expected": 0.0, "null_probes": 0, "null_observed": 0, "null_expected": 0.0 },
        "institutions": institutions.iter().enumerate().map(|(n, name)| entry(name, n + 1, n < supported)).collect::<Vec<_>>(),
        "row_strip": null,
        "overlap": null,
        "verdict": {
            "kind": kind, "institutions": institutions[..supported].to_vec(),
            "sentence": sentence, "calibrated": true, "threshold": "strong", "unlisted_share": 0.0, "fabricated_share": 0.0, "panel": true,
            "reservations": ["Something could not be read: counts and shares are lower bounds."], "scale": "",
        },
        "claim": [],
    })
}

fn index(name: &str) -> Value {
    let field = |name: &str, kind: &str, role: &str, concept: &str, category: Value| json!({ "name": name, "kind": kind, "ruleset": 1, "role": role, "concept": concept, "category": category, "issued": false, "present": 9 });
    json!({
        "institution": name, "dataset": "customers", "snapshot": "2026-11-01", "records": 90_000, "key_id": "889e", "digest": "14d8",
        "index_verified": true, "written_by": "leaktrace 0.1.0", "region": "ID", "exports": [],
        "fields": [
            field("no_hp", "phone", "identifier", "phone", json!("contact")),
            field("diagnosa", "text", "attribute", "diagnosis", json!("health")),
            field("nama", "name", "attribute", "name", Value::Null),
        ],
    })
}

fn columns(index: usize) -> Vec<Value> {
    let column = |column: usize, kind: &str, field: &str, role: &str, hits: u64, category: Value| {
        json!({
            "input": 0, "member": null, "table": null, "column": column, "header": "x", "kind": kind, "index": index, "field": field,
            "part": null, "role": role, "values": 50_000, "hits": hits, "guessed": null, "category": category,
        })
    };
    let hits = 100 * (index as u64 + 1);
    vec![
        column(1, "phone", "no_hp", "identifier", hits + 7, json!("contact")),
        column(2, "text", "diagnosa", "attribute", hits + 8, json!("health")),
        column(3, "name", "nama", "attribute", 0, Value::Null),
    ]
}

fn entry(name: &str, n: usize, supported: bool) -> Value {
    let base = 1000 * n;
    json!({
        "institution": name, "dataset": "customers", "hits": { "no_hp": base + 22 }, "rows_hit": base + 22, "rows_corroborated": base + 33,
        "rows_ambiguous": 0, "rows_canary": 0, "records_distinct": base + 11, "records_reached": null, "calendar": null,
        "share": { "estimate": 0.3, "low": 0.25, "high": 0.35 }, "log10_lr": 3.886, "model_gain": 1.0,
        "support": if supported { "strong" } else { "weak" }, "evidence": [], "examples": [], "best_of_institution": true, "told_apart": null,
        "extent": null, "fields": [], "taken": [],
        "exported_between": { "from": format!("2025-10-{:02}", n), "to": null, "evidence": "" },
    })
}
