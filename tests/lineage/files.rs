//! The file: one dump, one file; nothing of the dump in it; damage is seen.

use super::{fingerprint, table};
use crate::support::{World, leaktrace, person, run_with};

#[test]
fn a_dump_has_one_fingerprint_whatever_the_threads_and_cuts() {
    let world = World::new();
    let dump = world.write("dump.csv", table(0..20_000));
    let (ran, first) = fingerprint(&world, &dump, "first.ltf", &["--threads", "1"]);
    ran.ends(0, &["20,000 rows", "wrote"]);
    let first = std::fs::read(first).unwrap();
    for (n, more) in [["--threads", "3", "--segment-bytes", "4096"], ["--threads", "2", "--segment-bytes", "70000"]].iter().enumerate() {
        let (ran, other) = fingerprint(&world, &dump, &format!("{n}.ltf"), more);
        ran.ends(0, &[]);
        assert!(std::fs::read(other).unwrap() == first, "{more:?}");
    }
    // A scan takes it in the same pass.
    let beside = world.at("beside.ltf");
    let ran = world.scan(&dump, &["--fingerprint", beside.to_str().unwrap(), "--library-key", world.at("case.key").to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(std::fs::read(beside).unwrap() == first, "a scan's fingerprint is another");
}

#[test]
fn a_scan_under_another_key_takes_the_same_fingerprint() {
    let world = World::new();
    // Some values are longer than a block, and are digested under their key.
    let long = |n: usize| format!("{},{}.{}@example.com,{}\n", person(n)[0], "x".repeat(70), n, person(n)[2]);
    let dump = world.write("dump.csv", format!("member_no,email,phone\n{}", (0..3000).map(long).collect::<String>()));
    crate::support::run(["keygen", "-o", world.at("library.key").to_str().unwrap()]).ends(0, &[]);
    let alone = world.at("alone.ltf");
    let mut command = leaktrace(["fingerprint"]);
    command.arg(&dump).arg("-o").arg(&alone).arg("--key").arg(world.at("library.key"));
    run_with(command, b"").ends(0, &[]);
    let beside = world.at("beside.ltf");
    let ran = world.scan(&dump, &["--fingerprint", beside.to_str().unwrap(), "--library-key", world.at("library.key").to_str().unwrap()]);
    assert!(ran.code.is_some_and(|code| code <= 1), "{}", ran.stderr);
    assert!(std::fs::read(beside).unwrap() == std::fs::read(alone).unwrap());
}

#[test]
fn a_file_gives_nothing_away() {
    let world = World::new();
    let dump = world.write("dump.csv", table(0..3000));
    let (ran, first) = fingerprint(&world, &dump, "first.ltf", &[]);
    ran.ends(0, &[]);
    let bytes = std::fs::read(&first).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for n in (0..3000).step_by(50) {
        let values = person(n);
        assert!(values.iter().all(|value| !text.contains(value)), "a value of person {n}");
    }
    // Under another key nothing of it is the same but what it says of columns: no two entries meet.
    crate::support::run(["keygen", "-o", world.at("other.key").to_str().unwrap()]).ends(0, &[]);
    let mut command = leaktrace(["fingerprint"]);
    command.arg(&dump).arg("-o").arg(world.at("other.ltf")).arg("--key").arg(world.at("other.key"));
    run_with(command, b"").ends(0, &[]);
    let other = std::fs::read(world.at("other.ltf")).unwrap();
    let words = |bytes: &[u8]| bytes.windows(8).map(<[u8]>::to_vec).collect::<std::collections::BTreeSet<_>>();
    let body = |bytes: &[u8]| words(&bytes[bytes.len() - 20_000..]);
    assert_eq!(body(&bytes).intersection(&body(&other)).filter(|w| w.iter().any(|b| *b != 0)).count(), 0);
    let mut command = leaktrace(["compare"]);
    command.args([first, world.at("other.ltf")]);
    run_with(command, b"").ends(2, &["different keys", "to do:"]);
}

#[test]
fn what_it_says_of_itself_can_be_looked_at() {
    let world = World::new();
    let dump = world.write("dump.csv", table(0..300));
    let (ran, file) = fingerprint(&world, &dump, "first.ltf", &[]);
    ran.ends(0, &[]);
    let mut inspect = leaktrace(["inspect"]);
    inspect.arg(file);
    let ran = run_with(inspect, b"");
    ran.ends(0, &[]);
    assert!(ran.stdout.contains("300 rows") && ran.stdout.contains("email*"), "{}", ran.stdout);
}

#[test]
fn damage_is_seen() {
    let world = World::new();
    let dump = world.write("dump.csv", table(0..40));
    let (ran, path) = fingerprint(&world, &dump, "first.ltf", &[]);
    ran.ends(0, &[]);
    let whole = std::fs::read(path).unwrap();
    assert!(leaktrace::lineage::DumpFingerprint::from_bytes(&whole).is_ok());
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(leaktrace::lineage::DumpFingerprint::from_bytes(&bytes).is_err(), "byte {at}");
        assert!(leaktrace::lineage::DumpFingerprint::from_bytes(&whole[..at]).is_err(), "cut at {at}");
    }
    let mut command = leaktrace(["compare"]);
    command.args([world.at("first.ltf"), world.write("not.ltf", "no fingerprint")]);
    run_with(command, b"").ends(2, &["not a dump's fingerprint", "not.ltf", "to do:"]);
}

/// Whoever writes a file can write a good checksum, too.
#[test]
fn a_forged_file_makes_nothing_panic() {
    let world = World::new();
    let dump = world.write("dump.csv", table(0..40));
    let (ran, path) = fingerprint(&world, &dump, "first.ltf", &[]);
    ran.ends(0, &[]);
    let whole = std::fs::read(path).unwrap();
    let good = leaktrace::lineage::DumpFingerprint::from_bytes(&whole).unwrap();
    let body = whole.len() - 32;
    for at in 12..body {
        for bit in [0, 4, 7] {
            let mut bytes = whole[..body].to_vec();
            bytes[at] ^= 1 << bit;
            let seal = blake3::hash(&bytes);
            bytes.extend_from_slice(seal.as_bytes());
            if let Ok(forged) = leaktrace::lineage::DumpFingerprint::from_bytes(&bytes) {
                let _ = leaktrace::lineage::compare(&forged, &good);
                let _ = leaktrace::lineage::compare(&good, &forged);
            }
        }
    }
}
