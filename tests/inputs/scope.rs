//! Kinds of files that are set aside, and strictness.

use crate::support::{World, check_account, records};
use crate::{gz, picture, zip};
use serde_json::json;

#[test]
fn what_is_set_aside_is_told_and_not_missed() {
    let world = World::new();
    world.write("dump/unknown.csv", records(50_000..50_100));
    world.write("dump/a.png", picture(5000));
    world.write("dump/d.pdf", b"%PDF-1.7\nrest");
    let inner = zip(&[("b.png", &picture(300_000)), ("c.csv", records(60_000..60_050).as_bytes())]);
    world.write("dump/inner.zip", &inner);
    let all = ["--json", "-", "--out-of-scope", "image,pdf"];
    // Not asked for, they are missed.
    world.document(&world.at("dump"), 3);
    let ran = world.scan(&world.at("dump"), &all);
    ran.ends(0, &[]);
    let document = ran.document();
    check_account(&document);
    let coverage = &document["coverage"];
    assert_eq!((&coverage["complete"], &coverage["rows_read"]), (&json!(true), &json!(150)));
    let kinds = json!([{ "kind": "image", "files": 2, "bytes": 305_000 }, { "kind": "pdf", "files": 1, "bytes": 13 }]);
    assert_eq!(coverage["out_of_scope"], kinds);
    assert_eq!(document["verdict"]["kind"], "no_match");
    let sentence = document["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("Set aside as asked, and not read: 2 image (305000 bytes), 1 pdf (13 bytes)."), "{sentence}");
    assert!(coverage["skipped"].as_array().unwrap().iter().all(|s| s["outcome"] == "set_aside"), "{coverage:#}");

    // An archive that is set aside is not opened, whatever it stands in.
    world.write("dump/outer.gz", gz(&inner));
    let ran = world.scan(&world.at("dump"), &["--json", "-", "--out-of-scope", "image", "--out-of-scope", "pdf,archive"]);
    ran.ends(0, &[]);
    let document = ran.document();
    check_account(&document);
    assert_eq!(document["coverage"]["rows_read"], 100);
    assert_eq!(document["coverage"]["out_of_scope"][0]["kind"], "archive");
    assert_eq!(document["coverage"]["out_of_scope"][0]["files"], 2);

    // On a terminal too.
    let ran = world.scan(&world.at("dump"), &["--out-of-scope", "image,pdf,archive"]);
    ran.ends(0, &[]);
    assert!(ran.stdout.contains("Set aside as asked") && ran.stdout.contains("out of scope"), "{}", ran.stdout);
    world.scan(&world.at("dump"), &["--out-of-scope", "poems"]).ends(2, &["poems", "image"]);
}

#[test]
fn what_is_wrong_elsewhere_stays_so() {
    let world = World::new();
    world.write("dump/a.png", picture(5000));
    world.write("dump/noise.bin", &picture(9000)[8..]);
    let ran = world.scan(&world.at("dump"), &["--json", "-", "--out-of-scope", "image"]);
    ran.ends(3, &[]);
    let document = ran.document();
    check_account(&document);
    assert_eq!(document["coverage"]["complete"], false);
}

#[test]
fn strict_stops_at_the_first() {
    let world = World::new();
    world.write("dump/a.csv", records(0..500));
    world.write("dump/b.png", picture(5000));
    let packed = gz(records(0..500).as_bytes());
    world.write("dump/c.gz", &packed[..packed.len() / 2]);
    let strict = world.scan(&world.at("dump"), &["--strict", "--json", "-"]);
    strict.ends(3, &["--strict", "b.png", "binary data", "to do:"]);
    assert_eq!(strict.stdout, "");
    let aside = world.scan(&world.at("dump"), &["--strict", "--out-of-scope", "image", "--json", "-"]);
    aside.ends(3, &["--strict", "c.gz", "damaged"]);
    world.scan(&world.at("dump/a.csv"), &["--strict"]).ends(1, &[]);
    for command in ["inspect", "cat"] {
        let ran = crate::support::run([command.as_ref(), world.at("dump/c.gz").as_os_str(), "--strict".as_ref()]);
        ran.ends(3, &["--strict", "c.gz"]);
    }
    // In the middle of a table, and of a member.
    let long = format!("{}{}\n{}", records(0..50), "x".repeat(17 << 20), records(50..60));
    let path = world.write("long.csv", &long);
    world.scan(&path, &["--strict"]).ends(3, &["long.csv", "row longer"]);
    let path = world.write("long.zip", zip(&[("in.csv", long.as_bytes())]));
    world.scan(&path, &["--strict"]).ends(3, &["long.zip!in.csv", "row longer"]);
}
