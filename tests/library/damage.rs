//! Damaged files: an error that names them, or the right answer; never a panic, never a dump that is unknown without a word.

use super::{Known, made, named};
use leaktrace::lineage::library::Library;
use std::path::{Path, PathBuf};

fn rows(n: u64) -> std::ops::Range<u64> {
    n * 1000..n * 1000 + 8
}

/// A library of small dumps, with an index or without.
fn library(folder: &Path, dumps: u64) -> Library {
    let library = Library::open(folder).unwrap();
    let mut adding = library.adding().unwrap();
    for n in 0..dumps {
        adding.add(made(rows(n)), named(&format!("dump-{n:03}"))).unwrap();
    }
    adding.finish().unwrap();
    assert_eq!(folder.join("library.idx").exists(), dumps > 64);
    library
}

/// Asks for a dump whose file may be damaged, and for another one.
#[track_caller]
fn is_found_or_named(library: &Library, name: &str, n: u64) {
    let explained = library.explain(&made(rows(n)), 5).unwrap();
    let found = explained.found.iter().any(|found| found.known.name == name);
    let named = explained.unread.iter().any(|unread| unread.name == name && unread.error.to_string().contains("where:"));
    assert!(found != named, "{explained:?}");
}

fn with_each_byte_flipped(path: &Path, step: usize, mut check: impl FnMut(usize)) {
    let right = std::fs::read(path).unwrap();
    let modified = std::fs::metadata(path).unwrap().modified().unwrap();
    for at in (0..right.len()).step_by(step) {
        let mut wrong = right.clone();
        wrong[at] ^= 1 << (at % 8);
        std::fs::write(path, &wrong).unwrap();
        // As a disk does it: nobody wrote to the file.
        let file = std::fs::File::options().write(true).open(path).unwrap();
        if at % 2 == 0 {
            file.set_modified(modified).unwrap();
        }
        check(at);
    }
    std::fs::write(path, &right).unwrap();
}

#[test]
fn a_damaged_fingerprint_is_named_and_hides_no_other() {
    for dumps in [3, 66] {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path(), dumps);
        let path = folder.path().join("dump-001.ltf");
        with_each_byte_flipped(&path, 1, |at| {
            is_found_or_named(&library, "dump-001", 1);
            if at % 50 == 0 {
                is_found_or_named(&library, "dump-002", 2);
                library.list().unwrap();
                library.adding().unwrap();
            }
        });
        is_found_or_named(&library, "dump-001", 1);
        let right = std::fs::read(&path).unwrap();
        for cut in [0, 1, 7, 8, 11, 12, 40, right.len() / 2, right.len() - 33, right.len() - 1] {
            std::fs::write(&path, &right[..cut]).unwrap();
            is_found_or_named(&library, "dump-001", 1);
            library.list().unwrap();
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(library.explain(&made(rows(1)), 5).unwrap().found.is_empty());
        is_found_or_named(&library, "dump-002", 2);
    }
}

#[test]
fn a_time_that_is_believed_hides_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path(), 64);
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(100_000);
    for n in 0..64 {
        std::fs::File::options().write(true).open(folder.path().join(format!("dump-{n:03}.ltf"))).unwrap().set_modified(old).unwrap();
    }
    library.adding().unwrap().add(made(rows(64)), named("dump-064")).unwrap();
    library.refresh().unwrap();
    let explained = library.explain(&made(rows(1)), 5).unwrap();
    assert_eq!((explained.known, explained.read), (65, 0));
    with_each_byte_flipped(&folder.path().join("dump-001.ltf"), 2, |_| is_found_or_named(&library, "dump-001", 1));
}

#[test]
fn a_damaged_index_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path(), 66);
    let path = folder.path().join("library.idx");
    let right = library.explain(&made(rows(1)), 5).unwrap();
    assert_eq!((right.read, right.found.len()), (0, 1));
    let mut told = 0;
    with_each_byte_flipped(&path, 997, |at| {
        let explained = library.explain(&made(rows(1)), 5).unwrap();
        assert_eq!((&explained.found, explained.known), (&right.found, 66), "{at}");
        assert_eq!(explained.index.is_some(), explained.read == 66);
        told += usize::from(explained.index.is_some());
    });
    assert!(told > 20, "{told}");
    // The next change makes it anew.
    let bytes = std::fs::read(&path).unwrap();
    for wrong in [Vec::new(), b"LTLIBRY1".to_vec(), bytes[..bytes.len() - 1].to_vec(), bytes[..5000].to_vec(), vec![0; 10_000]] {
        std::fs::write(&path, &wrong).unwrap();
        let explained = library.explain(&made(rows(1)), 5).unwrap();
        assert_eq!((&explained.found, explained.read, explained.index.is_some()), (&right.found, 66, true));
        assert!(library.refresh().unwrap());
        assert_eq!(library.explain(&made(rows(1)), 5).unwrap(), right);
    }
    let mut wrong = bytes;
    wrong[5000] ^= 1;
    std::fs::write(&path, &wrong).unwrap();
    library.remove(&["dump-003".into()]).unwrap();
    assert!(!path.exists() || library.explain(&made(rows(1)), 5).unwrap().read == 0);
    assert!(library.explain(&made(rows(3)), 5).unwrap().found.is_empty());
    is_found_or_named(&library, "dump-065", 65);
}

#[test]
fn the_program_names_what_it_passes_over() {
    let known = Known::new();
    known.library("add", &[&known.dump("shop.csv", 0..500), &known.dump("bank.csv", 1000..1500)], &[]).ends(0, &[]);
    let path: PathBuf = known.folder().join("bank.ltf");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() - 100;
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    known.library("find", &[&known.dump("part.csv", 0..100)], &[]).ends(1, &["bank in the library is passed over", "damaged"]);
    known.library("find", &[&known.dump("part.csv", 1000..1100)], &[]).ends(3, &["bank in the library is passed over"]);
    known.library("find", &[&known.dump("part.csv", 2000..2100)], &[]).ends(3, &["bank in the library is passed over"]);
}
