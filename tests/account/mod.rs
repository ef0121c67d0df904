//! The ledger's sums, of every document that a test makes: every byte of every input and member was read or is a line of the account, and
//! every row is in a table or in such a line.

use serde_json::Value;
use std::collections::BTreeMap;

fn number(v: &Value) -> u64 {
    v.as_u64().unwrap_or_else(|| panic!("a number: {v:#}"))
}

fn list(v: &Value) -> &[Value] {
    v.as_array().unwrap_or_else(|| panic!("a list: {v:#}"))
}

fn sum(values: &[Value], of: &str) -> u64 {
    values.iter().map(|v| number(&v[of])).sum()
}

/// Checks the whole, each input, and each member that is listed.
#[track_caller]
pub fn check_account(answer: &Value) {
    let (coverage, inputs) = (&answer["coverage"], list(&answer["inputs"]));
    let skipped = list(&coverage["skipped"]);
    let get = |v: &Value, of: &str| number(&v[of]);
    let whole = get(coverage, "bytes") + get(coverage, "bytes_unpacked");
    let read = get(coverage, "bytes_read") + get(coverage, "bytes_unpacked_read");
    assert_eq!(whole, read + sum(skipped, "bytes"), "{coverage:#}");
    assert_eq!(sum(skipped, "bytes"), get(coverage, "bytes_skipped") + get(coverage, "bytes_failed"), "{coverage:#}");
    assert_eq!(get(coverage, "rows"), get(coverage, "rows_read") + sum(skipped, "rows"), "{coverage:#}");
    assert_eq!(coverage["complete"].as_bool().unwrap(), skipped.iter().all(|s| s["outcome"] == "set_aside"), "{coverage:#}");
    let aside: u64 = skipped.iter().filter(|s| s["outcome"] == "set_aside").map(|s| get(s, "bytes")).sum();
    assert_eq!(aside, sum(list(&coverage["out_of_scope"]), "bytes"), "{coverage:#}");
    for of in ["bytes", "bytes_read", "bytes_unpacked", "bytes_unpacked_read", "bytes_skipped", "bytes_failed", "rows", "rows_read"] {
        assert_eq!(get(coverage, of), sum(inputs, of), "{of}: {answer:#}");
    }
    for s in skipped {
        assert!(!s["words"].as_str().unwrap().is_empty() && !s["where"].as_str().unwrap().is_empty(), "{s:#}");
        assert!(get(s, "rows") <= get(s, "pieces"), "{s:#}");
    }
    for (n, input) in inputs.iter().enumerate() {
        let of_input: Vec<&Value> = skipped.iter().filter(|s| s["input"] == n).collect();
        check_input(input, &of_input);
    }
}

#[track_caller]
fn check_input(input: &Value, skipped: &[&Value]) {
    let get = |v: &Value, of: &str| number(&v[of]);
    let bytes = |entries: &[&Value]| entries.iter().map(|s| get(s, "bytes")).sum::<u64>();
    // A name may stand in an archive more than once.
    let mut by_name: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    skipped.iter().filter_map(|s| Some((s["member"].as_str()?, *s))).for_each(|(name, s)| by_name.entry(name).or_default().push(s));
    let own: Vec<&Value> = skipped.iter().copied().filter(|s| s["member"].is_null()).collect();
    assert_eq!(get(input, "bytes"), get(input, "bytes_read") + bytes(&own), "{input:#} {skipped:#?}");
    let of_members: u64 = by_name.values().map(|entries| bytes(entries)).sum();
    assert_eq!(get(input, "bytes_unpacked"), get(input, "bytes_unpacked_read") + of_members, "{input:#} {skipped:#?}");
    let volumes = list(&input["volumes"]);
    assert!(sum(volumes, "bytes") <= get(input, "bytes"), "{input:#}");

    let members = list(&input["members"]);
    if members.len() as u64 != get(input, "members_found") {
        return;
    }
    assert_eq!(get(input, "bytes_unpacked"), sum(members, "bytes"), "{input:#}");
    let rows_of_tables = |v: &Value| sum(list(&v["tables"]), "rows");
    assert_eq!(get(input, "rows_read"), rows_of_tables(input) + members.iter().map(rows_of_tables).sum::<u64>(), "{input:#}");
    let mut seen: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for member in members {
        assert_eq!(get(member, "rows_read"), rows_of_tables(member), "{member:#}");
        let (whole, read) = seen.entry(member["path"].as_str().unwrap()).or_default();
        *whole += get(member, "bytes");
        *read += get(member, "bytes_read");
    }
    for (name, (whole, read)) in &seen {
        let entries = by_name.get(name).map_or(&[][..], Vec::as_slice);
        assert_eq!(*whole, read + bytes(entries), "{name}: {input:#} {skipped:#?}");
    }
    assert!(by_name.keys().all(|name| seen.contains_key(name)), "{input:#} {skipped:#?}");
}
