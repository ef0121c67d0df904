//! What is in the folder, for whom, and that a failed run leaves the old one.

use crate::support::{World, leaktrace, records, run_with};
use crate::{files, report};
use serde_json::Value;

#[test]
fn it_holds_every_form_and_the_case_in_words() {
    let world = World::new();
    let dump = world.write("dump.csv", records(100..400));
    let (ran, folder) = report(
        &world,
        &dump,
        "report",
        &["--case", "BCU-17", "--exhibit", "E\u{202e}1", "--examiner", "N. N.", "--obtained", "forum, 2026-11-20", "--tlp", "green"],
    );
    ran.ends(1, &["report "]);
    let names: Vec<String> = files(&folder).into_iter().map(|f| f.0).collect();
    assert_eq!(names, ["affected.csv", "manifest.json", "misp.json", "notice.md", "report.html", "scan.json", "stix.json"]);
    let read = |name: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap() };
    let (document, manifest) = (read("scan.json"), read("manifest.json"));
    for of in [&document, &manifest] {
        assert_eq!((of["case"]["case"].as_str(), of["case"]["exhibit"].as_str()), (Some("BCU-17"), Some("E\\u{202e}1")));
    }
    assert_eq!(document["run"]["started"], "2026-11-23T02:13:20Z");
    assert!(document["run"]["seconds"].is_null());
    let command = document["command"].as_str().unwrap();
    assert!(command.starts_with("leaktrace scan ") && command.contains("--index") && !command.contains("--report"), "{command}");
    assert_eq!(manifest["look"]["tlp"], "green");
    let outputs = manifest["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), names.len() - 1);
    for output in outputs {
        let bytes = std::fs::read(folder.join(output["name"].as_str().unwrap())).unwrap();
        assert_eq!(output["blake3"], blake3::hash(&bytes).to_string());
        assert_eq!(output["bytes"], bytes.len());
    }
    let dump_bytes = std::fs::read(&dump).unwrap();
    assert_eq!(manifest["inputs"][0]["blake3"], blake3::hash(&dump_bytes).to_string());
    assert_eq!(manifest["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(manifest["indexes"][0]["bytes"], std::fs::metadata(world.at("a.ltx")).unwrap().len());
}

#[test]
fn two_runs_differ_in_nothing_where_the_time_is_fixed_and_in_time_stamps_alone_elsewhere() {
    let world = World::new();
    let dump = world.write("dump.csv", records(100..900));
    let (_, first) = report(&world, &dump, "first", &["--threads", "1"]);
    let (_, second) = report(&world, &dump, "second", &["--threads", "2", "--segment-bytes", "4194304"]);
    for (a, b) in files(&first).into_iter().zip(files(&second)) {
        assert!(a == b, "{} differs", a.0);
    }
    let mut command = world.scan_command(&[&dump], &[]);
    command.arg("--report").arg(world.at("third"));
    run_with(command, b"").ends(1, &[]);
    for ((name, then), (_, now)) in files(&first).into_iter().zip(files(&world.at("third"))) {
        let same = then == now;
        assert_eq!(same, name == "affected.csv", "{name}");
    }
    let without_times = |folder: &str| {
        let mut document: Value = serde_json::from_slice(&std::fs::read(world.at(folder).join("scan.json")).unwrap()).unwrap();
        document["run"].take();
        document
    };
    assert_eq!(without_times("first"), without_times("third"));
}

#[cfg(unix)]
#[test]
fn a_run_that_fails_leaves_the_old_report_and_nothing_else() {
    let world = World::new();
    let dump = world.write("dump.csv", records(100..400));
    let (_, folder) = report(&world, &dump, "report", &[]);
    let before = (files(&folder), world.names());
    // A key that does not fit is told when the folder was prepared.
    std::fs::write(world.at("other.key"), std::fs::read(world.at("case.key")).unwrap()).unwrap();
    let mut keygen = leaktrace(["keygen", "-o"]);
    keygen.arg(world.at("wrong.key"));
    run_with(keygen, b"").ends(0, &[]);
    std::fs::remove_file(world.at("other.key")).unwrap();
    let mut command = leaktrace(["scan", "--index"]);
    command.arg(world.at("a.ltx")).arg("--key").arg(world.at("wrong.key")).arg("--report").arg(&folder).arg(&dump);
    run_with(command, b"").ends(2, &["key"]);
    let mut names = world.names();
    names.retain(|name| name != "wrong.key");
    assert_eq!((files(&folder), names), before);
    // Something else is never replaced.
    let (ran, _) = report(&world, &dump, "records.csv", &[]);
    ran.ends(2, &["take the place of something else"]);
    // Nor is what somebody put into a report.
    let evidence = folder.join("dump.csv");
    std::fs::copy(&dump, &evidence).unwrap();
    let (ran, _) = report(&world, &evidence, "report", &[]);
    ran.ends(2, &["dump.csv, which is no part of the report"]);
    assert!(evidence.exists());
    std::fs::remove_file(&evidence).unwrap();
    use std::os::unix::fs::PermissionsExt;
    let mode = |name: &str| std::fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("affected.csv"), mode("report.html")), (0o700, 0o600, 0o600));
}
