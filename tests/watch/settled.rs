//! When a unit is complete, by a clock that the test holds.

use leaktrace::commands::watch::seen::{Since, Unit, Waiting, look};
use std::path::{Path, PathBuf};
use std::time::Duration;

const SETTLE: Duration = Duration::from_secs(5);

fn at(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// A look that takes no time.
fn observe(waiting: &mut Waiting, folder: &Path, now: f64) {
    waiting.observe(look(folder).unwrap(), at(now), at(now));
}

fn next(waiting: &Waiting) -> Option<String> {
    waiting.next().map(|unit| unit.path().file_name().unwrap().to_string_lossy().into_owned())
}

fn unit(path: &Path) -> Unit {
    Unit::of(vec![path.to_path_buf()]).unwrap()
}

#[test]
fn a_file_is_complete_when_looks_found_it_unchanged_for_long_enough() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "1").unwrap();
    // Its own time says that it is old: that is no evidence.
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(std::time::UNIX_EPOCH + at(1e9)).unwrap();
    let mut waiting = Waiting::new(SETTLE);
    observe(&mut waiting, folder.path(), 100.0);
    assert_eq!((next(&waiting), waiting.due()), (None, Some(at(105.0))));
    observe(&mut waiting, folder.path(), 104.9);
    assert_eq!(next(&waiting), None);
    std::fs::write(&file, "12").unwrap();
    observe(&mut waiting, folder.path(), 105.0);
    assert_eq!((next(&waiting), waiting.due()), (None, Some(at(110.0))), "it grew: the time begins anew");
    observe(&mut waiting, folder.path(), 110.0);
    assert_eq!((next(&waiting).as_deref(), waiting.due()), (Some("a.csv"), None));
    // Changed once more before it was its turn.
    std::fs::write(&file, "123").unwrap();
    assert_eq!(waiting.next().unwrap().since(), Since::Changed);
    observe(&mut waiting, folder.path(), 111.0);
    assert_eq!(next(&waiting), None);
    std::fs::remove_file(&file).unwrap();
    observe(&mut waiting, folder.path(), 120.0);
    assert_eq!((next(&waiting), waiting.due()), (None, None));
}

#[test]
fn a_look_that_takes_long_counts_for_what_is_sure() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), "1").unwrap();
    let found = || look(folder.path()).unwrap();
    let mut waiting = Waiting::new(SETTLE);
    waiting.observe(found(), at(0.0), at(3.0));
    waiting.observe(found(), at(7.0), at(9.0));
    assert_eq!(next(&waiting), None, "seen at 3 perhaps, and at 7 perhaps");
    waiting.observe(found(), at(8.0), at(9.0));
    assert_eq!(next(&waiting).as_deref(), Some("a.csv"));
}

#[test]
fn they_come_in_the_order_of_looks_and_then_of_paths() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str| std::fs::write(folder.path().join(name), "1").unwrap();
    let mut waiting = Waiting::new(SETTLE);
    put("m.csv");
    put("b.csv");
    observe(&mut waiting, folder.path(), 0.0);
    put("a.csv");
    observe(&mut waiting, folder.path(), 1.0);
    observe(&mut waiting, folder.path(), 9.0);
    let mut order = Vec::new();
    while let Some(unit) = waiting.next().cloned() {
        order.push(next(&waiting).unwrap());
        waiting.remove(&unit);
    }
    assert_eq!(order, ["b.csv", "m.csv", "a.csv"]);
    // One that must wait again keeps its place, and lets others pass meanwhile.
    observe(&mut waiting, folder.path(), 10.0);
    observe(&mut waiting, folder.path(), 15.0);
    let first = waiting.next().cloned().unwrap();
    waiting.again(&first, at(15.0));
    assert_ne!(waiting.next(), Some(&first));
    observe(&mut waiting, folder.path(), 20.0);
    assert_eq!(waiting.next(), Some(&first));
}

#[test]
fn a_file_is_known_by_what_it_is_and_not_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    std::fs::write(&a, "1").unwrap();
    let keys = |path: &PathBuf| unit(path).keys(folder.path());
    let before = keys(&a);
    assert_eq!(before, keys(&a));
    std::fs::rename(&a, &b).unwrap();
    let renamed = keys(&b);
    assert!(renamed.iter().any(|key| before.contains(key)));
    // A copy is another file, also with the same content and times.
    std::fs::copy(&b, &a).unwrap();
    let times = std::fs::metadata(&b).unwrap().modified().unwrap();
    std::fs::File::options().write(true).open(&a).unwrap().set_modified(times).unwrap();
    assert!(!keys(&a).iter().any(|key| renamed.contains(key)));
    std::fs::write(&b, "2").unwrap();
    assert!(!keys(&b).iter().any(|key| renamed.contains(key)), "written to, at the same length");
}

#[test]
fn volumes_are_one_unit_and_what_cannot_be_read_is_one_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(look(folder.path()).unwrap(), [], "an empty folder");
    for n in 1..=3 {
        std::fs::write(folder.path().join(format!("dump.zip.00{n}")), b"PK\x03\x04....").unwrap();
    }
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    let found = look(folder.path()).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].files.len(), found[0].bytes()), (3, 24));
    assert!(found[1].skipped.is_some());
    let mut waiting = Waiting::new(SETTLE);
    waiting.observe(found, at(0.0), at(0.0));
    // Another volume: the time begins anew for all.
    std::fs::write(folder.path().join("dump.zip.004"), b"....").unwrap();
    observe(&mut waiting, folder.path(), 5.0);
    assert_eq!(next(&waiting).as_deref(), Some("link"));
    assert!(look(&folder.path().join("gone")).is_err());
}
