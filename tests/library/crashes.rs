//! A process that ends after any step of a change, without a chance to tidy up, leaves a library that answers as before the change or as after.

use super::{made, named};
use leaktrace::lineage::library::{Library, STEPS, Step};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// Where the process is to end, and in which library.
const ORDER: &str = "LEAKTRACE_TEST_ENDS_AT";
const ENDED: i32 = 77;
/// Dumps before: with one more the index is made.
const BEFORE: u64 = 64;

fn rows(n: u64) -> std::ops::Range<u64> {
    n * 1000..n * 1000 + 60
}

/// Not a test: what the others run in a process of its own.
#[test]
#[ignore = "run by the other tests of this file"]
fn a_process_that_ends() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let (step, folder) = order.split_once(' ').unwrap();
    let step = STEPS[step.parse::<usize>().unwrap()];
    // No destructor runs.
    let library = Library::open(Path::new(folder)).unwrap().watched(move |at| {
        if at == step {
            std::process::exit(ENDED);
        }
    });
    if step == Step::Removed {
        library.remove(&["dump-0".into()]).unwrap();
    }
    let mut adding = library.adding().unwrap();
    adding.add(made(rows(BEFORE)), named("new")).unwrap();
    adding.finish().unwrap();
}

/// Runs it to the step.
fn end_at(step: Step, folder: &Path) {
    let number = STEPS.iter().position(|s| *s == step).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashes::a_process_that_ends", "--ignored"])
        .env(ORDER, format!("{number} {}", folder.display()))
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(ENDED), "{step:?}");
}

/// Which of the dumps are found, each by its own rows.
fn found(library: &Library) -> Vec<u64> {
    let is_found = |n: &u64| {
        let explained = library.explain(&made(rows(*n)), 3).unwrap();
        assert!(explained.unread.is_empty() && explained.index.is_none(), "{explained:?}");
        explained.copied()
    };
    (0..=BEFORE).filter(is_found).collect()
}

fn drafts(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|e| e == "tmp")).collect()
}

#[test]
fn any_step_may_be_the_last() {
    for step in STEPS {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let mut adding = library.adding().unwrap();
        for n in 0..BEFORE {
            adding.add(made(rows(n)), named(&format!("dump-{n}"))).unwrap();
        }
        assert!(adding.finish().unwrap());
        if step == Step::Removed {
            // One that the index covers.
            library.adding().unwrap().add(made(rows(BEFORE + 1)), named("more")).unwrap();
            assert!(library.refresh().unwrap() && folder.path().join("library.idx").exists());
        }
        end_at(step, folder.path());
        let there = STEPS.iter().position(|s| *s == step) >= STEPS.iter().position(|s| *s == Step::Published);
        let right: Vec<u64> = match step {
            Step::Removed => (1..BEFORE).collect(),
            _ => (0..BEFORE + u64::from(there)).collect(),
        };
        assert_eq!(found(&library), right, "{step:?}");
        // What was begun is seen to be that, and goes when nobody can be at it any more.
        let left = drafts(folder.path());
        assert!(left.len() <= 1, "{step:?}: {left:?}");
        library.refresh().unwrap();
        assert_eq!(drafts(folder.path()), left, "somebody may still be writing it");
        let old = SystemTime::now() - Duration::from_secs(7200);
        left.iter().for_each(|path| std::fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap());
        library.refresh().unwrap();
        assert!(drafts(folder.path()).is_empty());
        // And life goes on.
        let _ = library.adding().unwrap().add(made(rows(BEFORE)), named("new"));
        library.refresh().unwrap();
        let all: Vec<u64> = (u64::from(step == Step::Removed)..=BEFORE).collect();
        assert_eq!(found(&library), all, "{step:?}");
    }
}

#[test]
fn a_lock_that_another_process_has_costs_time_only() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let lock = std::fs::File::create(folder.path().join("library.lock")).unwrap();
    lock.lock().unwrap();
    let mut adding = library.adding().unwrap();
    for n in 0..=BEFORE {
        adding.add(made(rows(n)), named("dump")).unwrap();
    }
    assert!(!adding.finish().unwrap());
    assert!(!folder.path().join("library.idx").exists());
    assert_eq!(found(&library).len() as u64, BEFORE + 1);
    lock.unlock().unwrap();
    assert!(library.refresh().unwrap() && folder.path().join("library.idx").exists());
    assert_eq!(found(&library).len() as u64, BEFORE + 1);
}

#[test]
#[cfg(unix)]
fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("a/b");
    let library = Library::open_or_make(&folder).unwrap();
    let mut adding = library.adding().unwrap();
    for n in 0..=BEFORE {
        adding.add(made(rows(n)), named("dump")).unwrap();
    }
    adding.finish().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(files.len() as u64, BEFORE + 3);
    files.iter().for_each(|path| assert_eq!(mode(path), 0o600, "{}", path.display()));
}
