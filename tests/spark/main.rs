//! The job for Apache Spark on a cluster of two executors on this machine: it says what one scan says, byte for byte, also when an executor is killed;
//! a part that fails for good makes it fail; no key and no value is in what Spark writes.
//!
//! Skipped, with the reason printed, where there is no Java of version 17 or newer, or where PySpark cannot be had from PyPI.

#![cfg(all(target_os = "linux", feature = "gzip"))]

#[path = "../support/mod.rs"]
mod support;

mod cluster;
mod dump;

use cluster::{Cluster, Pyspark, kill_an_executor};
use dump::Posted;
use std::path::PathBuf;
use std::time::Instant;
use support::leaktrace;

/// Bytes of a part: some thirty of the CSV file, and one of each other.
const PART: &str = "4MiB";

/// The time that all documents show.
const EPOCH: &str = "1790000000";

#[test]
fn a_killed_executor_changes_nothing() {
    let Some(pyspark) = Pyspark::find() else { return };
    let posted = Posted::new();
    assert!(posted.bytes() >= 200_000_000, "{}", posted.bytes());
    let since = Instant::now();
    let cluster = Cluster::new(&pyspark, "local-cluster[2,1,1024]");
    let mut command = cluster.command(&posted, &[posted.dump()]);
    command.env("SOURCE_DATE_EPOCH", EPOCH).args(["--part-size", PART, "--work", "work", "--json", "merged.json"]);
    let mut killed = None;
    let ran = cluster.run(command, |line, driver| {
        // The first parts are done, the others are not.
        if killed.is_none() && done(line).is_some_and(|(done, all)| (2..all - 2).contains(&done)) {
            killed = Some(kill_an_executor(driver));
        }
    });
    println!("Spark, an executor killed: {:?}", since.elapsed());
    let since = Instant::now();
    let (whole, code) = posted.scan(&[posted.dump()], PART, EPOCH);
    println!("one process: {:?}", since.elapsed());
    ran.ends(code, &["parts done", "Lost executor"]);
    assert_eq!(killed, Some(true), "no executor was killed: {}", ran.stderr);
    assert!(std::fs::read(posted.at("merged.json")).unwrap() == whole, "the merged document differs from that of one scan");
    cluster.check_secrets(&posted, &ran);
}

#[test]
fn a_dump_by_uri_is_read_by_range() {
    let Some(pyspark) = Pyspark::find() else { return };
    let posted = Posted::small();
    let cluster = Cluster::new(&pyspark, "local-cluster[2,1,1024]");
    let uris = posted.files().map(|file| PathBuf::from(format!("file://{}", file.display())));
    let mut command = cluster.command(&posted, &uris);
    command.env("SOURCE_DATE_EPOCH", EPOCH).args(["--part-size", "128KiB", "--work", "work", "--json", "merged.json"]);
    let since = Instant::now();
    let ran = cluster.run(command, |_, _| ());
    println!("Spark, by range: {:?}", since.elapsed());
    let (whole, code) = posted.scan(&posted.files(), "128KiB", EPOCH);
    ran.ends(code, &["8 of 8 parts done"]);
    // But for what the files are called.
    let merged = std::fs::read_to_string(posted.at("merged.json")).unwrap().replace("file:/", "/");
    assert!(merged.as_bytes() == whole, "the merged document differs from that of one scan");
    cluster.check_secrets(&posted, &ran);
}

#[test]
fn a_part_that_fails_for_good_is_named() {
    let Some(pyspark) = Pyspark::find() else { return };
    let posted = Posted::small();
    let cluster = Cluster::new(&pyspark, "local[2,3]");
    let mut command = cluster.command(&posted, &[posted.dump()]);
    command.args(["--part-size", PART, "--json", "merged.json"]);
    // Planning takes no key.
    std::fs::rename(posted.at("case.key"), posted.at("elsewhere.key")).unwrap();
    let ran = cluster.run(command, |_, _| ());
    // How often it is told on the way depends on the clock.
    ran.ends(2, &["leaktrace: part ", "exit code 2", "case.key", "as often as spark.task.maxFailures says"]);
    assert!(ran.stderr.lines().any(|line| line.starts_with("leaktrace: part ") && line.contains("(input ")), "{}", ran.stderr);
    assert!(!posted.at("merged.json").exists(), "nothing was merged");
    std::fs::rename(posted.at("elsewhere.key"), posted.at("case.key")).unwrap();
    cluster.check_secrets(&posted, &ran);
}

#[test]
fn the_job_is_the_file_that_is_kept_with_the_code() {
    let ran = support::run(["spark-job"]);
    ran.ends(0, &[]);
    assert_eq!(ran.stdout, include_str!("../../src/commands/spark/leaktrace_spark.py"));
    // What the job calls is there.
    for (command, options) in [("inspect", "--part-size"), ("scan", "--part"), ("merge", "--plan")] {
        assert!(ran.stdout.contains(options) && support::run_with(leaktrace([command, "--help"]), b"").stdout.contains(options));
    }
}

/// Parts that are done, and all, of a line of progress.
fn done(line: &str) -> Option<(u64, u64)> {
    let (done, rest) = line.strip_prefix("leaktrace: ")?.split_once(" of ")?;
    let all = rest.strip_suffix("parts done").or_else(|| rest.split_once(" parts done").map(|(all, _)| all))?;
    Some((done.parse().ok()?, all.trim().parse().ok()?))
}
