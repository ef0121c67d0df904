//! Documents to make pages of: those of real scans, and some that were edited by hand.

use serde_json::{Value, json};
use std::path::Path;

/// Name and document.
pub(super) fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let mut out: Vec<(String, Value)> = std::fs::read_dir(folder)
        .expect("sample documents")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap())
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    let of = |name: &str| out.iter().find(|(of, _)| of == name).expect("a sample").1.clone();
    let (demo, none, each) = (of("demo"), of("none"), of("each"));
    out.extend([("rich".to_string(), rich(demo.clone())), ("mixture".to_string(), mixture(demo.clone())), ("odd".to_string(), odd(demo))]);
    out.extend([("silent".to_string(), silent(none)), ("crowd".to_string(), crowd(each))]);
    out
}

fn set(document: &mut Value, pointer: &str, value: Value) {
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
}

/// Everything that a document can have: a case, claims, long names, a ledger, volumes, hints, datasets of one institution.
fn rich(mut d: Value) -> Value {
    let name = "Badan Penyelenggara <Jaminan> & \"Layanan\" Contoh Wilayah Nusantara Bagian Timur Raya 2";
    let path = format!("evidence/{}/dump.csv", "a-folder-with-a-long-name/".repeat(7));
    set(&mut d, "/case", json!({"case": "2026/0117", "exhibit": "E-3", "examiner": "Examiner 7", "obtained": "from a forum, 2026-11-20"}));
    set(&mut d, "/command", json!(format!("leaktrace scan {path} --index a.ltx --index b.ltx --key k --claim-rows 279000000")));
    for pointer in ["/institutions/0/institution", "/indexes/0/institution", "/overlap/institutions/0"] {
        set(&mut d, pointer, json!(name));
    }
    set(&mut d, "/inputs/0/path", json!(path));
    set(&mut d, "/institutions/1/institution", json!(name));
    set(&mut d, "/institutions/1/best_of_institution", json!(false));
    set(&mut d, "/institutions/0/told_apart", json!({"from": 1, "better": 812, "worse": 31}));
    set(&mut d, "/institutions/0/fields/0/from", json!("Seluler Contoh"));
    set(
        &mut d,
        "/institutions/0/taken",
        json!([
            "what was taken: nearly all of its 59687 records; rows stand in the order of its records",
            "the column email fits Seluler Contoh: here 5 of 90 rows agree",
        ]),
    );
    set(
        &mut d,
        "/institutions/0/evidence",
        json!([
            {"channel": "agreement", "decibans": 38.859, "words": "8158 sampled rows fit a copy best; in them 2777 values agree against what others hold for the person, 20917 where nobody else holds one, 22500 as others do; 2 disagree though others agree, 1269 with nobody"},
            {"channel": "issued_ids", "decibans": 112.4, "words": "812 of them carry an issued id of the very record that their other fields found"},
            {"channel": "canaries", "decibans": 0.0, "words": "2 planted records are in the dump"},
            {"channel": "limit", "decibans": -41.2, "words": "no ratio is said to be greater than the worlds that it was validated on can bear"},
        ]),
    );
    set(&mut d, "/institutions/0/log10_lr", json!(7.4));
    set(
        &mut d,
        "/claim",
        json!([
            {"about": "source", "agreement": "contradicted", "words": "the rows support Bank A and Bank B, not the institution that was claimed"},
            {"about": "rows", "agreement": "not_shown", "words": format!("60000 distinct rows were posted, 0.02% of the 279000000 that were claimed; 48736 distinct records of {name} were found, whose index holds 59687: so many records were never there at the time of the index")},
            {"about": "rows", "agreement": "supported", "words": "60000 distinct rows were posted, 100% of the 60000 that were claimed"},
            {"about": "date", "agreement": "contradicted", "words": "the records say between 2025-10-20 and now; claimed was 2024-01-01"},
        ]),
    );
    set(&mut d, "/coverage/complete", json!(false));
    set(&mut d, "/coverage/bytes_skipped", json!(1_200_000));
    set(&mut d, "/coverage/bytes_failed", json!(700_000));
    set(&mut d, "/coverage/bytes_read", json!(6_117_694));
    set(&mut d, "/coverage/rows", json!(60_412));
    set(&mut d, "/coverage/out_of_scope", json!([{"kind": "image", "files": 12, "bytes": 40_960}]));
    let entry = |n: u64| {
        json!({"where": format!("{path}, byte {n}"), "input": 0, "member": null, "bytes": 1000 + n, "pieces": 3, "rows": 1,
            "outcome": if n.is_multiple_of(2) { "failed" } else { "skipped" }, "reason": if n.is_multiple_of(2) { "encrypted" } else { "row_too_long" },
            "words": if n.is_multiple_of(2) { "encrypted, and no password given opens it" } else { "row longer than 16 MiB" },
            "advice": if n.is_multiple_of(2) { json!("give its password in a file: --password-file") } else { Value::Null }})
    };
    set(&mut d, "/coverage/skipped", (0..90).map(entry).collect());
    set(
        &mut d,
        "/inputs/0/volumes",
        json!([{"path": "dump.csv.001", "blake3": "ab".repeat(32), "bytes": 4_000_000}, {"path": "dump.csv.002", "blake3": null, "bytes": 4_017_694}]),
    );
    set(&mut d, "/columns/1/part", json!("last4"));
    set(&mut d, "/columns/1/guessed", json!({"values": 2000, "hits": 1000, "decoys": 2000, "decoy_hits": 400, "genuine_share": 0.375}));
    set(&mut d, "/columns/1/index", json!(0));
    set(&mut d, "/columns/1/field", json!("cif"));
    set(
        &mut d,
        "/hints",
        json!([
            {"kind": "digests", "input": 0, "member": null, "table": "users", "column": 3, "header": "password", "algorithm": "md5", "encoding": "hex", "schema_line": "hashes = [\"md5\"]",
             "sentence": "Column 3 holds digests (MD5, hex). The index supplied by Bank Contoh Utama, Seluler Contoh holds no such digests: to find those of e-mail addresses, phone numbers or other identifiers, build it again with hashes = [\"md5\"] in the schema, on the fields that could have been hashed. Digests made with a salt or pepper cannot match, nor do those of passwords: \"no match\" does not speak about this column. Other columns of its table did match."},
            {"kind": "masked", "input": 0, "member": null, "table": null, "column": 5, "header": null, "algorithm": null, "encoding": null, "schema_line": null,
             "sentence": "Column 5 holds masked values. They find no record by themselves: what they show is compared once another column found it, and none did. \"No match\" does not speak about this column."},
        ]),
    );
    set(
        &mut d,
        "/verdict/reservations",
        json!([
            "Only one institution's index was supplied: another source that holds the same people and values cannot be excluded.",
            "Something could not be read: counts and shares are lower bounds.",
            "\"No match\" does not speak about digests (MD5, SHA-1) and masked values: see the hints.",
            "Outside of what likelihood ratios were validated on (fewer than 20 distinct rows): without issued ids or canaries they stop at \"moderate\".",
            "A reservation that a test has made up.",
        ]),
    );
    d
}

/// Two institutions, and what was set aside.
fn mixture(mut d: Value) -> Value {
    set(&mut d, "/verdict/kind", json!("mixture"));
    set(&mut d, "/verdict/institutions", json!(["Bank Contoh Utama", "PT. Seluler (Contoh)"]));
    set(
        &mut d,
        "/verdict/sentence",
        json!(
            "The dump is consistent with a mixture of records of the kind held by Bank Contoh Utama (strong support, likelihood ratio about 7,700, about 61% of the distinct rows (60% to 62%)) and PT. Seluler (Contoh) (extremely strong support, likelihood ratio more than a million, about 9.5% of the distinct rows (8.8% to 10%)), rather than with the same people from independent sources. Set aside as asked, and not read: 3 image (512 bytes), 1 pdf (99 bytes)."
        ),
    );
    set(&mut d, "/coverage/rows_distinct_exact", json!(false));
    set(&mut d, "/run", json!({"started": "2026-11-23T00:00:00Z", "seconds": null, "bytes_per_second": null, "attribution_seconds": null}));
    d
}

/// What only a hand can have written: numbers out of range, indexes that are not there, lists of other lengths.
fn odd(mut d: Value) -> Value {
    set(&mut d, "/institutions/0/log10_lr", Value::Null);
    set(&mut d, "/institutions/1/log10_lr", json!(-1e300));
    set(&mut d, "/institutions/2/log10_lr", json!(1e300));
    set(&mut d, "/institutions/0/share", json!({"estimate": 7.5, "low": 9.0, "high": -2.0}));
    set(&mut d, "/institutions/0/records_reached", json!({"per_bin": 0, "counts": [u64::MAX, 0, 3]}));
    set(&mut d, "/institutions/0/calendar/created", json!({"first": "ümläut", "per_bin": 0, "matched": [1], "all": []}));
    set(&mut d, "/institutions/1/calendar/created", json!({"first": "9999-12", "per_bin": u32::MAX, "matched": [1, u64::MAX], "all": [2]}));
    set(&mut d, "/institutions/0/told_apart", json!({"from": 99, "better": 1, "worse": 0}));
    set(&mut d, "/institutions/0/examples", json!([{"input": 4_000_000_000u32, "offset": u64::MAX}]));
    set(&mut d, "/institutions/0/exported_between", json!({"from": "x", "to": "2026-99-99", "evidence": "made up"}));
    set(&mut d, "/institutions/0/evidence/0/decibans", json!(-1e308));
    set(
        &mut d,
        "/institutions/0/extent",
        json!({"pattern": "block", "first": 9, "last": 3, "of": 0, "ascents": -1.0, "longest": 1e9, "in_order": true}),
    );
    set(&mut d, "/institutions/0/hits", json!({"a/b~c": 7, "<b>": u64::MAX}));
    set(&mut d, "/row_strip/indexes", json!([{"index": 77, "hit": [1, 2]}, {"index": 0, "hit": []}]));
    set(&mut d, "/overlap/rows", json!([[1], [], [0, 0, 0, 0, 0, 0]]));
    set(&mut d, "/columns/0/index", json!(50));
    set(&mut d, "/coverage/rows", json!(1));
    set(&mut d, "/coverage/bytes", json!(u64::MAX));
    set(&mut d, "/coverage/bytes_unpacked", json!(u64::MAX));
    set(&mut d, "/verdict/sentence", json!("A sentence that was made up: <script>alert(1)</script> & \"more\"."));
    set(&mut d, "/verdict/fabricated_share", json!(-4.0));
    d.pointer_mut("/indexes").and_then(Value::as_array_mut).unwrap().truncate(1);
    d
}

/// Nothing at all: no inputs, no indexes.
fn silent(mut d: Value) -> Value {
    for pointer in ["/inputs", "/indexes", "/institutions", "/columns", "/unmatched"] {
        set(&mut d, pointer, json!([]));
    }
    set(&mut d, "/verdict/kind", json!("inconclusive"));
    set(
        &mut d,
        "/verdict/sentence",
        json!(
            "Inconclusive: the only identifiers of the dump are digests (MD5), and the index supplied by Bank A (customers, 5 records) cannot be asked for them. Nothing was compared: this is no \"no match\". See the hints."
        ),
    );
    d
}

/// Many inputs, each judged by itself.
fn crowd(mut d: Value) -> Value {
    let group = d.pointer("/groups/1").unwrap().clone();
    set(&mut d, "/groups", (0..230).map(|_| group.clone()).collect());
    d
}
