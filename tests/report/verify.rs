//! `verify REPORT_DIR`: every byte counts, and the scan can be made again.

use crate::support::{Ran, World, leaktrace, records, run_with};
use crate::{files, report};
use std::path::Path;

fn verify(folder: &Path, more: &[&Path]) -> Ran {
    let mut command = leaktrace(["verify"]);
    command.arg(folder).args(more);
    run_with(command, b"")
}

#[test]
fn a_flipped_byte_in_any_file_is_named() {
    let world = World::new();
    let dump = world.write("dump.csv", records(100..400));
    let (_, folder) = report(&world, &dump, "report", &[]);
    verify(&folder, &[]).ends(0, &[]);
    for (name, bytes) in files(&folder) {
        for at in [0, bytes.len() / 3, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            std::fs::write(folder.join(&name), changed).unwrap();
            verify(&folder, &[]).ends(2, &[&name]);
        }
        std::fs::write(folder.join(&name), &bytes[1..]).unwrap();
        verify(&folder, &[]).ends(2, &[&name]);
        std::fs::remove_file(folder.join(&name)).unwrap();
        verify(&folder, &[]).ends(2, &[&name]);
        std::fs::write(folder.join(&name), &bytes).unwrap();
    }
    std::fs::write(folder.join("letter.txt"), "x").unwrap();
    verify(&folder, &[]).ends(2, &["letter.txt", "not part of the report"]);
    std::fs::remove_file(folder.join("letter.txt")).unwrap();
    let ran = verify(&folder, &[]);
    assert!(ran.ends(0, &[]).stdout.contains("signature: none"), "{}", ran.stdout);
}

#[test]
fn the_scan_is_made_again_from_copies_elsewhere() {
    let world = World::new();
    world.write("folder/one.csv", records(100..400));
    world.write("folder/two.csv", records(300..500));
    let mut command = world.scan_command(&[&world.at("folder")], &[]);
    command.arg("--report").arg(world.at("report")).args([
        "--each",
        "--claim-rows",
        "5000",
        "--lang",
        "id",
        "--aware-since",
        "2026-11-20T09:30+07:00",
    ]);
    run_with(command, b"").ends(1, &[]);
    // Under other names, in another order.
    for (from, to) in [("folder/one.csv", "b.csv"), ("folder/two.csv", "a.csv"), ("a.ltx", "copy.ltx")] {
        std::fs::copy(world.at(from), world.at(to)).unwrap();
    }
    let again = |dumps: &[&str], key: &str| {
        let mut command = leaktrace(["verify"]);
        command.arg(world.at("report")).arg("--index").arg(world.at("copy.ltx")).arg("--key").arg(world.at(key));
        dumps.iter().for_each(|dump| _ = command.arg("--dump").arg(world.at(dump)));
        run_with(command, b"")
    };
    let ran = again(&["a.csv", "b.csv"], "case.key");
    assert!(ran.ends(0, &[]).stdout.contains("made again, and every file of the report is the same"), "{}", ran.stdout);
    again(&["a.csv"], "case.key").ends(2, &["not among those given", "one.csv"]);
    again(&["a.csv", "b.csv", "records.csv"], "case.key").ends(2, &["was not made from this file", "records.csv"]);
    world.write("b.csv", records(100..399));
    again(&["a.csv", "b.csv"], "case.key").ends(2, &["not among those given"]);
}

#[test]
fn another_result_is_found_even_where_the_manifest_was_made_anew() {
    let world = World::new();
    let dump = world.write("dump.csv", records(100..400));
    let (_, folder) = report(&world, &dump, "report", &[]);
    // Somebody who can write to the folder, and knows how: a forged document with a manifest that agrees.
    let path = folder.join("scan.json");
    let forged = std::fs::read_to_string(&path).unwrap().replace("\"rows_hit\": 300", "\"rows_hit\": 299");
    std::fs::write(&path, &forged).unwrap();
    let mut command = leaktrace(["report"]);
    command.arg(&path).arg("--report").arg(world.at("forged"));
    run_with(command, b"").ends(0, &[]);
    verify(&world.at("forged"), &[]).ends(0, &[]);
    let mut command = leaktrace(["verify"]);
    command.arg(world.at("forged")).arg("--dump").arg(&dump).arg("--index").arg(world.at("a.ltx")).arg("--key").arg(world.at("case.key"));
    run_with(command, b"").ends(2, &["was not made from this file", "to do:"]);
}

#[test]
fn a_signature_is_by_one_key_and_minisigns() {
    let world = World::new();
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let other = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let key = world.write("examiner.sec", pair.sk.to_box(None).unwrap().into_string());
    let dump = world.write("dump.csv", records(100..400));
    let (ran, folder) = report(&world, &dump, "report", &["--sign", key.to_str().unwrap()]);
    ran.ends(1, &[]);
    let with_key = |public: &str| {
        let mut command = leaktrace(["verify", "--public-key", public]);
        command.arg(&folder);
        run_with(command, b"")
    };
    with_key(&pair.pk.to_base64()).ends(0, &[]);
    with_key(&other.pk.to_base64()).ends(2, &["signature", "manifest.json.minisig"]);
    with_key("nonsense").ends(2, &["no public key"]);
    let name = "manifest.json.minisig";
    let signature = std::fs::read(folder.join(name)).unwrap();
    for at in 0..signature.len() {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        std::fs::write(folder.join(name), changed).unwrap();
        verify(&folder, &[]).ends(2, &[name]);
    }
    std::fs::remove_file(folder.join(name)).unwrap();
    verify(&folder, &[]).ends(2, &[name]);
    // An encrypted key wants its password, from a file.
    let secret = minisign::KeyPair::generate_encrypted_keypair(Some("kata".to_string())).unwrap();
    let key = world.write("locked.sec", secret.sk.to_box(None).unwrap().into_string());
    let (ran, _) = report(&world, &dump, "other", &["--sign", key.to_str().unwrap()]);
    ran.ends(2, &["--sign-password-file"]);
    let password = world.write("password", "kata\n");
    let (ran, _) = report(&world, &dump, "other", &["--sign", key.to_str().unwrap(), "--sign-password-file", password.to_str().unwrap()]);
    ran.ends(1, &[]);
    let wrong = world.write("password", "lain\n");
    let (ran, _) = report(&world, &dump, "third", &["--sign", key.to_str().unwrap(), "--sign-password-file", wrong.to_str().unwrap()]);
    ran.ends(2, &["does not open"]);
}

#[test]
fn a_report_made_anew_keeps_what_the_scan_left() {
    let world = World::new();
    let dump = world.write("dump.csv", records(100..400));
    let (_, folder) = report(&world, &dump, "report", &["--tlp", "red"]);
    let render = |to: &str, more: &[&str]| {
        let mut command = leaktrace(["report"]);
        command.arg(&folder).arg("--report").arg(world.at(to)).args(more);
        run_with(command, b"").ends(0, &["report "]);
        files(&world.at(to))
    };
    // As it was, but for nothing.
    assert!(render("same", &[]) == files(&folder));
    let other = render("other", &["--lang", "id"]);
    let differing: Vec<String> = other.iter().zip(files(&folder)).filter(|(a, b)| **a != *b).map(|(a, _)| a.0.clone()).collect();
    assert_eq!(differing, ["manifest.json", "notice.md", "report.html"]);
    let mut command = leaktrace(["verify"]);
    command.arg(world.at("other")).arg("--dump").arg(&dump).arg("--index").arg(world.at("a.ltx")).arg("--key").arg(world.at("case.key"));
    run_with(command, b"").ends(0, &[]);
}
