//! A plan that was written is obeyed as it stands, and refused for other files.

use leaktrace::ledger::Reason;
use leaktrace::limits;
use leaktrace::plan::{Plan, SourceInput};
use leaktrace::source::Input;
use std::path::Path;

fn inputs(folder: &Path, files: &[(&str, &str)]) -> Vec<SourceInput> {
    let open = |(name, text): &(&str, &str)| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        SourceInput::Open(Input::open(&path).expect("readable"))
    };
    files.iter().map(open).collect()
}

#[test]
fn a_plan_survives_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = "email,nama,tgl_lahir\nbudi@example.com,Budi Santoso,1985-03-17\nsiti@example.com,Siti Aminah,1990-12-01\n";
    let mut inputs = inputs(folder.path(), &[("a.csv", table), ("b.json", "{\"a\": 1}\n"), ("c.csv", "")]);
    inputs.push(SourceInput::Skipped { path: "d".into(), reason: Reason::Unreadable, advice: None, bytes: 7 });
    let plan = Plan::decide(&inputs, limits::SEGMENT_BYTES);
    let file = folder.path().join("plan.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&plan).expect("JSON")).expect("a file");
    assert_eq!(Plan::read(&file, &inputs).expect("the plan that was just written"), plan);
    let error = Plan::read(&file, &inputs[1..]).expect_err("a plan for other files").to_string();
    assert!(error.contains("other files"), "{error}");
}
