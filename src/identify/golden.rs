//! `fixtures/canonical.tsv`: the canonical values that each ruleset version stands for.

use super::{Kind, Params, canonical};
use std::collections::BTreeMap;

const GOLDEN: &str = include_str!("../../fixtures/canonical.tsv");

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                other => other.expect("a character after a backslash"),
            },
            c => c,
        });
    }
    out
}

#[test]
fn canonical_values_are_those_of_the_ruleset() {
    let mut lines_of = BTreeMap::new();
    let mut wrong = Vec::new();
    for (number, line) in GOLDEN.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [kind, region, raw, want] = columns[..] else { panic!("line {}: four columns, tab-separated", number + 1) };
        let kind: Kind = serde_json::from_value(kind.into()).expect("a kind");
        let params = Params { region: region.as_bytes().try_into().expect("two letters"), ..Params::default() };
        let (got, _) = canonical(kind, &params, unescape(raw).as_bytes());
        if got != unescape(want).as_bytes() {
            let got = String::from_utf8_lossy(&got).into_owned();
            wrong.push(format!("line {}: {line}\n    now: {got}", number + 1));
        }
        *lines_of.entry(kind).or_insert(0) += 1;
    }
    assert!(
        wrong.is_empty(),
        "canonical values changed: raise Kind::ruleset of the kinds below, then correct fixtures/canonical.tsv\n{}",
        wrong.join("\n")
    );
    for kind in super::KINDS {
        assert!(lines_of.get(&kind).is_some_and(|n| *n >= 12), "at least twelve lines for {}", kind.name());
    }
}
