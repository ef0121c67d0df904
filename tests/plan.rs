//! A plan that was written is obeyed as it stands, and refused for other files.

use leaktrace::identify::Kind;
use leaktrace::ledger::Reason;
use leaktrace::limits;
use leaktrace::parallel;
use leaktrace::plan::{Plan, Reading, SourceInput};
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
    let plan = Plan::decide(&inputs, limits::SEGMENT_BYTES, None);
    let file = folder.path().join("plan.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&plan).expect("JSON")).expect("a file");
    assert_eq!(Plan::read(&file, &inputs).expect("the plan that was just written"), plan);
    let error = Plan::read(&file, &inputs[1..]).expect_err("a plan for other files").to_string();
    assert!(error.contains("other files"), "{error}");
}

#[test]
fn a_column_that_changes_on_the_way_is_searched_as_both_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    // The last tenth of the file is another export, and one row in twenty-five of the first has a card number instead.
    let cell = |n: u32| match n {
        36_000.. => format!("08123{:07}", n * 7),
        n if n % 25 == 3 => "4111 1111 1111 1111".to_string(),
        n => format!("user{n}@example.com"),
    };
    let table: String = (0..40_000).map(|n| format!("{n},{},{}\n", cell(n), "x".repeat(n as usize % 40))).collect();
    let inputs = inputs(folder.path(), &[("a.csv", &table)]);
    let plans = [1, 2, 5].map(|threads| {
        let pool = parallel::pool(threads).expect("threads");
        pool.install(|| Plan::decide(&inputs, limits::SEGMENT_BYTES, None))
    });
    let Reading::Delimited(how) = &plans[0].inputs[0].reading else { panic!("not delimited") };
    assert_eq!(how.columns[1].kinds, [Kind::Email, Kind::Phone, Kind::Card]);
    assert!(plans.iter().all(|plan| *plan == plans[0]));
}
