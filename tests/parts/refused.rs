//! Parts that do not make up the dump are refused by name.

use crate::support::{records, run_with};
use crate::{Parts, name, noted, person};

fn parts() -> (Parts, Vec<String>) {
    let parts = Parts::make();
    parts.world.write("dump.csv", noted(0..3000));
    let number = parts.plan("dump.csv", "128KiB");
    assert!(number >= 2);
    let files = parts.scan_all("dump.csv", number, &[]);
    (parts, files)
}

#[test]
fn a_part_that_is_missing_damaged_doubled_or_foreign_is_named() {
    let (parts, files) = parts();
    parts.merge(&files[1..], &[]).ends(2, &["part 0 is missing", "--part 0"]);
    parts.merge(&files[..1], &[]).ends(2, &["part 1 is missing"]);
    // Damaged, cut off, empty, something else.
    let sound = parts.bytes(name(1));
    for (bytes, words) in [
        ([&sound[..sound.len() / 2], b"?", &sound[sound.len() / 2 + 1..]].concat(), "not those that were written"),
        (sound[..sound.len() - 9].to_vec(), "cut off"),
        (Vec::new(), "not a part"),
        (records(0..9).into_bytes(), "not a part"),
    ] {
        parts.world.write(name(1), bytes);
        parts.merge(&files, &[]).ends(2, &["part-1.ltp", words, "scan that part again"]);
    }
    parts.world.write(name(1), &sound);
    // Twice with the same content is once.
    parts.world.write("again.ltp", &sound);
    let again = [&files[..], &["again.ltp".to_string()]].concat();
    parts.merge(&again, &[]).ends(1, &[]);
    // Asked otherwise.
    parts.scan("dump.csv", 1, &["--inside", "off"]).ends(0, &[]);
    parts.merge(&again, &[]).ends(2, &["part 1 is there twice", "again.ltp", "part-1.ltp"]);
    parts.merge(&files, &[]).ends(2, &["part-1.ltp", "options of reading"]);
    parts.scan("dump.csv", 1, &["--keep", "affected"]).ends(0, &[]);
    parts.merge(&files, &[]).ends(2, &["part-1.ltp", "--keep"]);
    parts.world.write(name(1), &sound);
    // Of other indexes, or in another order.
    let mut command =
        crate::support::leaktrace(["merge", "--plan", "plan.json", "--key", "case.key", "--index", "b.ltx", "--index", "a.ltx"]);
    command.args(["--index", "c.ltx"]).args(&files).current_dir(parts.world.folder.path());
    run_with(command, b"").ends(2, &["part-0.ltp", "other indexes"]);
    // Of another plan.
    parts.plan("dump.csv", "256KiB");
    parts.merge(&files, &[]).ends(2, &["part-0.ltp", "another plan"]);
    // What the parts have not kept.
    parts.plan("dump.csv", "128KiB");
    parts.merge(&files, &["--fingerprint", "x.ltf"]).ends(2, &["--keep fingerprint"]);
    parts.merge(&files, &["--report", "report", "--dump", "dump.csv"]).ends(2, &["--keep affected"]);
    parts.merge(&files, &["--report", "report"]).ends(2, &["--dump"]);
    parts.merge(&files, &[]).ends(1, &[]);
}

#[test]
fn a_plan_that_was_changed_since_is_told_with_the_way_out() {
    let (parts, files) = parts();
    let plan = String::from_utf8(parts.bytes("plan.json")).unwrap();
    let digest_of = |text: &str| text.split("\"digest\": \"").nth(1).unwrap().split('"').next().unwrap().to_string();
    // Another kind for a column; and a first row in the second part, so that all before it is left out.
    let row = noted(0..3000).find(&person(1804).join(",")).unwrap();
    assert!(row > 131_072);
    let begins = plan.split("\"data_start\": ").nth(1).unwrap().split(',').next().unwrap();
    for (from, to) in [("\"email\"".to_string(), "\"phone\"".to_string()), (format!("start\": {begins}"), format!("start\": {row}"))] {
        let changed = plan.replacen(&from, &to, 2);
        assert_ne!(plan, changed);
        parts.world.write("plan.json", &changed);
        let ran = parts.scan("dump.csv", 0, &[]);
        ran.ends(2, &["plan.json", "was changed since its parts were named"]);
        parts.world.write("plan.json", changed.replace(&digest_of(&plan), &digest_of(&ran.stderr)));
        parts.merge(&files, &[]).ends(2, &["part-0.ltp", "another plan"]);
        parts.scan_all("dump.csv", files.len(), &[]);
        let whole = parts.whole("dump.csv", &[]);
        assert_eq!(parts.merge(&files, &["--json", "-"]).stdout, whole.stdout);
        parts.world.write("plan.json", &plan);
        parts.scan_all("dump.csv", files.len(), &[]);
    }
}

#[test]
fn what_cannot_be_done_is_told_before_any_work() {
    let (parts, files) = parts();
    parts.scan("dump.csv", files.len(), &[]).ends(2, &["no such part"]);
    parts.scan("dump.csv", 0, &["--begins", "0"]).ends(2, &["--begins"]);
    parts.scan("dump.csv", 1, &["--begins", "7"]).ends(2, &["131072"]);
    parts.scan("dump.csv", 1, &["--json", "-"]).ends(2, &["--json"]);
    parts.world.write("other.csv", noted(0..2999));
    parts.scan("other.csv", 0, &[]).ends(2, &["made for other files"]);
    let mut command = parts.command("scan");
    command.args(["dump.csv", "--part", "0"]);
    run_with(command, b"").ends(2, &["--output"]);
    // A plan without parts.
    let mut command = crate::support::leaktrace(["inspect", "dump.csv", "--plan", "plan.json"]);
    command.current_dir(parts.world.folder.path());
    run_with(command, b"").ends(0, &[]);
    parts.scan("dump.csv", 0, &[]).ends(2, &["names no parts", "--part-size"]);
    parts.merge(&files, &[]).ends(2, &["names no parts", "--part-size"]);
    let entry = parts.world.names();
    assert!(entry.iter().all(|n| !n.starts_with(".tmp")), "{entry:?}");
}
