//! A search through the index finds what a search through all files finds.

use super::{made, named};
use leaktrace::lineage::library::{Explained, Library};
use leaktrace::lineage::{DumpFingerprint, compare};
use proptest::prelude::*;
use std::path::Path;

/// The index of a library.
fn index(folder: &Path) -> std::path::PathBuf {
    folder.join("library.idx")
}

/// What is found, without how.
fn answer(library: &Library, dump: &DumpFingerprint) -> Explained {
    let explained = library.explain(dump, 1000).unwrap();
    assert!(explained.unread.is_empty() && explained.index.is_none(), "{explained:?}");
    Explained { read: 0, ..explained }
}

/// Dumps of runs of rows: near zero so that they overlap.
fn dumps() -> impl Strategy<Value = Vec<(u64, u64)>> {
    proptest::collection::vec((0u64..4000, 1u64..600), 66..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn through_the_index_as_through_the_files(dumps in dumps(), removed in 0usize..66, queries in proptest::collection::vec((0u64..5000, 1u64..900), 4)) {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let mut adding = library.adding().unwrap();
        let mut known = Vec::new();
        for (n, &(from, rows)) in dumps.iter().enumerate() {
            let dump = made(from..from + rows);
            // The same rows twice are refused.
            if adding.add(dump.clone(), named(&format!("dump-{n}"))).is_ok() {
                known.push((format!("dump-{n}"), dump));
            }
        }
        adding.finish().unwrap();
        let queries: Vec<DumpFingerprint> = queries.into_iter().map(|(from, rows)| made(from..from + rows)).collect();
        let check = |known: &[(String, DumpFingerprint)]| {
            for query in &queries {
                let through_index = answer(&library, query);
                let kept = std::fs::read(index(folder.path())).ok();
                let _ = std::fs::remove_file(index(folder.path()));
                let through_files = answer(&library, query);
                if let Some(kept) = kept {
                    std::fs::write(index(folder.path()), kept).unwrap();
                }
                assert_eq!(&through_index, &through_files);
                // And as through no library at all: dumps that a comparison finds rows of.
                let mut found: Vec<&str> =
                    through_index.found.iter().filter(|f| f.comparison.relation.copied()).map(|f| f.known.name.as_str()).collect();
                let mut right: Vec<&str> =
                    known.iter().filter(|(_, dump)| compare(dump, query).relation.copied()).map(|(name, _)| name.as_str()).collect();
                found.sort_unstable();
                right.sort_unstable();
                assert_eq!(found, right);
            }
        };
        check(&known);
        if known.len() > removed {
            // What is removed is found no more, nor is it in the index; what came since is found.
            let (name, _) = known.remove(removed);
            library.remove(&[name]).unwrap();
            let late = made(2000..2300);
            if library.adding().unwrap().add(late.clone(), named("late")).is_ok() {
                known.push(("late".into(), late));
            }
            check(&known);
        }
    }
}

#[test]
fn long_dumps_are_found_by_their_lowest_values() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let mut adding = library.adding().unwrap();
    adding.add(made(0..200_000), named("long")).unwrap();
    adding.add(made(500_000..501_000), named("short")).unwrap();
    for n in 0..70 {
        adding.add(made(1_000_000 + n * 100..1_000_000 + n * 100 + 50), named("small")).unwrap();
    }
    assert!(adding.finish().unwrap());
    let sample = library.explain(&made((0..200_000).step_by(10)), 20).unwrap();
    assert_eq!((sample.read, sample.found.len(), sample.found[0].known.name.as_str()), (0, 1, "long"));
    assert!(sample.new < 0.01, "{}", sample.new);
    // Those values that the long dump keeps with their cells, one in nine, but not the rows' own: two in three of 6,500.
    let seen = sample.coverage.iter().filter(|&&weight| weight > 0.9).count();
    assert!((4000..4700).contains(&seen), "{seen}");
    // Rows of both, and new ones; with few that may be compared the others are counted.
    let mixed = made((0..3000).chain(500_000..501_000).chain(700_000..702_000).chain(1_000_000..1_000_050));
    let all = library.explain(&mixed, 20).unwrap();
    let names: Vec<&str> = all.found.iter().map(|f| f.known.name.as_str()).collect();
    assert_eq!(names, ["long", "short", "small"]);
    assert!((all.new - 2000.0 / 6050.0).abs() < 0.02, "{}", all.new);
    let few = library.explain(&mixed, 1).unwrap();
    assert_eq!((few.found.len(), few.not_compared), (1, 2));
}
