//! What is too large for memory and cannot be read from the front.

use crate::support::{World, check_account, records};
use crate::{gz, sevenz, zip};

#[test]
fn an_archive_within_another_goes_through_the_scratch_folder() {
    let world = World::new();
    let text = records(0..8000);
    let inner = sevenz(text.as_bytes());
    let small = (inner.len() / 2).to_string();
    std::fs::create_dir(world.at("scratch")).unwrap();
    let scratch = world.at("scratch");
    for (name, bytes) in [("d.7z.gz", gz(&inner)), ("d.zip", zip(&[("in.7z", &inner)])), ("plain.7z", inner.clone())] {
        let path = world.write(name, &bytes);
        let scan = |more: &[&str], code: i32| {
            let ran = world.scan(&path, &[&["--json", "-", "--max-held", &small], more].concat());
            ran.ends(code, &[]);
            let document = ran.document();
            check_account(&document);
            document
        };
        let document = scan(&["--scratch", scratch.to_str().unwrap()], 1);
        assert_eq!((&document["coverage"]["rows_read"], &document["coverage"]["complete"]), (&8000.into(), &true.into()), "{name}");
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
        if name == "plain.7z" {
            continue;
        }
        let skipped = &scan(&[], 3)["coverage"]["skipped"][0];
        assert_eq!((&skipped["reason"], &skipped["bytes"]), (&"memory_limit".into(), &(inner.len() as u64).into()));
        assert!(skipped["advice"].as_str().unwrap().contains("--scratch"), "{skipped:#}");
        let skipped = &scan(&["--scratch", world.at("gone").to_str().unwrap()], 3)["coverage"]["skipped"][0];
        assert!(skipped["advice"].as_str().unwrap().contains("--scratch is not there"), "{skipped:#}");
    }
}

#[test]
fn what_needs_memory_says_so() {
    let world = World::new();
    let inner = zip(&[("a.csv", records(0..8000).as_bytes())]);
    let path = world.write("d.zip.gz", gz(&inner));
    let ran = world.scan(&path, &["--json", "-", "--max-held", "5000", "--scratch", world.folder.path().to_str().unwrap()]);
    ran.ends(3, &[]);
    let skipped = &ran.document()["coverage"]["skipped"][0];
    assert!(skipped["advice"].as_str().unwrap().contains("--max-held"), "{skipped:#}");
}
