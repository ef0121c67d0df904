//! Plans: of other files, damaged, and edited by hand.

use crate::support::{World, leaktrace, records, run_with};
use serde_json::{Value, json};

fn plan(world: &World) -> Value {
    let mut inspect = leaktrace(["inspect", "--plan", "-"]);
    inspect.arg(world.at("dump.csv"));
    let ran = run_with(inspect, b"");
    ran.ends(0, &[]).document()
}

#[test]
fn plans() {
    let world = World::new();
    let dump = world.write("dump.csv", records(0..500));
    let good = plan(&world);
    let scan = |text: &str| {
        let path = world.write("plan.json", text);
        world.scan(&dump, &["--json", "-", "--plan", path.to_str().unwrap()])
    };
    let edited = |at: &str, value: Value| {
        let mut plan = good.clone();
        *plan.pointer_mut(at).unwrap() = value;
        scan(&plan.to_string())
    };
    scan(&good.to_string()).ends(1, &[]);
    scan(&good.to_string()[..100]).ends(2, &["not valid", "plan.json", "JSON error", "to do:"]);
    scan("").ends(2, &["not valid"]);
    scan("[]").ends(2, &["not valid"]);
    edited("/schema", json!("leaktrace.plan/0")).ends(2, &["another version", "leaktrace.plan/1"]);
    edited("/segment_bytes", json!(0)).ends(2, &["segment_bytes"]);
    edited("/inputs/0/bytes", json!(7)).ends(2, &["other files", "to do:"]);
    edited("/inputs", json!([])).ends(2, &["other files"]);
    edited("/inputs/0/data_start", json!(1_000_000_000)).ends(2, &["data_start", "plan.json", "to do:"]);
    edited("/inputs/0/data_start", json!(-1)).ends(2, &["not valid"]);
    edited("/inputs/0/dialect/delimiter", json!(13)).ends(2, &["delimiter", "plan.json", "to do:"]);
    edited("/inputs/0/dialect/quote", json!(44)).ends(2, &["quote"]);
    edited("/inputs/0/dialect/quote", json!(10)).ends(2, &["quote"]);
    scan(&good.to_string().replace("\"data_start\"", "\"data_strat\"")).ends(2, &["not valid"]);
    scan(&good.to_string().replace("\"data_start\"", "\"unknown\": 1, \"data_start\"")).ends(2, &["not valid"]);
    edited("/inputs/0/columns/1/kinds", json!(["emial"])).ends(2, &["not valid"]);
    // Odd but allowed: the scan obeys, and the account still sums up.
    for (at, value) in [
        ("/inputs/0/dialect/delimiter", json!(10)),
        ("/inputs/0/dialect/delimiter", json!(255)),
        ("/inputs/0/columns", json!([])),
        ("/inputs/0/dialect/columns", json!(4_000_000_000u32)),
        ("/segment_bytes", json!(1024)),
    ] {
        let ran = edited(at, value);
        assert!(matches!(ran.code, Some(0 | 1 | 3)), "{at}: {}", ran.stderr);
        crate::support::check_account(&ran.document());
    }
    // A longer preamble than the format's own is bytes that were not read.
    let ran = edited("/inputs/0/data_start", json!(good["inputs"][0]["bytes"]));
    ran.ends(3, &[]);
    crate::support::check_account(&ran.document());
    let mut skip = good.clone();
    skip["inputs"][0] = json!({"input": "x", "bytes": good["inputs"][0]["bytes"], "format": "skip", "reason": "binary", "advice": null});
    scan(&skip.to_string()).ends(3, &[]);
}
