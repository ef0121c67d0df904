//! Keys, schemas, indexes and arguments.

use crate::support::{SCHEMA, World, leaktrace, records, run, run_with};

#[test]
fn keys() {
    let world = World::new();
    let key = world.at("case.key");
    let before = std::fs::read(&key).unwrap();
    run(["keygen".as_ref(), "-o".as_ref(), key.as_os_str()]).ends(2, &["never overwritten", "case.key", "to do:"]);
    assert_eq!(std::fs::read(&key).unwrap(), before);
    run(["keygen".into(), "-o".into(), world.at("nowhere/new.key")]).ends(2, &["key file", "new.key", "to do:"]);

    run(["keygen".into(), "-o".into(), world.at("other.key")]).ends(0, &[]);
    let with_key = |name: &str| {
        let mut command = leaktrace(["scan", "--index"]);
        command.arg(world.at("a.ltx")).arg("--key").arg(world.at(name)).arg(world.at("records.csv"));
        run_with(command, b"")
    };
    with_key("other.key").ends(2, &["key", "a.ltx", "to do:"]);
    with_key("nowhere.key").ends(2, &["cannot read the key", "nowhere.key", "keygen"]);
    with_key("records.csv").ends(2, &["key"]);
    #[cfg(unix)]
    {
        crate::chmod(&key, 0o644);
        with_key("case.key").ends(2, &["other users can read", "case.key", "mode 644", "chmod 600"]);
        crate::chmod(&world.at("records.csv"), 0o600);
        with_key("records.csv").ends(2, &["not a leaktrace key", "records.csv"]);
    }
}

#[test]
fn schemas() {
    let world = World::new();
    let cases = [
        ("column = \"email\"", "column = \"surel\"", &["\"surel\"", "does not have", "records.csv", "to do:"][..]),
        ("column = \"email\"", "column = 9", &["column 9", "5 columns", "to do:"]),
        ("column = \"email\"", "column = 0", &["position", "count from 1"]),
        ("column = \"email\"", "column = \"Phone \"", &["twice", "to do:"]),
        ("kind = \"email\"", "kind = \"e-mail\"", &["not valid", "line 15", "expected one of", "email"]),
        ("kind = \"email\"", "kind = \"email", &["not valid", "line 15"]),
        ("name = \"Asuransi Contoh\"", "", &["not valid", "missing field"]),
        ("name = \"Asuransi Contoh\"", "name = \"\"", &["no institution"]),
        ("name = \"Asuransi Contoh\"", "name = \"A\"\nregion = \"Indonesia\"", &["country code"]),
        ("snapshot = 2026-11-01", "snapshot = \"yesterday\"", &["not valid", "YYYY-MM-DD"]),
        ("snapshot = 2026-11-01", "snapshto = 2026-11-01", &["not valid", "line 5"]),
    ];
    for (old, new, words) in cases {
        world.write("bad.toml", SCHEMA.replacen(old, new, 1));
        world.index("records.csv", "bad.toml", "b.ltx").ends(2, words);
    }
    world.write("bad.toml", SCHEMA.replace("\"identifier\"", "\"attribute\""));
    world.index("records.csv", "bad.toml", "b.ltx").ends(2, &["no identifier", "expected:"]);
    world.write("bad.toml", b"\xff\xfe\0");
    world.index("records.csv", "bad.toml", "b.ltx").ends(2, &["not text", "bad.toml", "to do:"]);
    world.index("records.csv", "nowhere.toml", "b.ltx").ends(2, &["no such file", "nowhere.toml", "leaktrace schema"]);
    world.index("records.csv", "records.csv", "b.ltx").ends(2, &["not valid", "records.csv", "leaktrace schema"]);
    world.index("empty.csv", "schema.toml", "b.ltx").ends(2, &["no such file"]);
    world.write("empty.csv", "");
    world.index("empty.csv", "schema.toml", "b.ltx").ends(2, &["no records", "empty.csv"]);
    run(["schema".into(), world.at("empty.csv")]).ends(2, &["no records", "empty.csv"]);
    world.write("double.csv", records(0..9).replacen(",phone", ",email", 1));
    world.index("double.csv", "schema.toml", "b.ltx").ends(2, &["stands twice", "columns 2 and 3", "position"]);
    assert!(!world.names().iter().any(|n| n.contains("b.ltx")), "{:?}", world.names());
}

#[test]
fn arguments() {
    let world = World::new();
    let dump = world.at("records.csv");
    world.scan(&dump, &["--threads", "0"]).ends(2, &["--threads", "1 to 1024"]);
    world.scan(&dump, &["--threshold", "certain"]).ends(2, &["--threshold", "strong"]);
    world.scan(&dump, &["--tresholt", "strong"]).ends(2, &["--tresholt"]);
    world.scan(&dump, &["--segment-bytes", "1"]).ends(2, &["--segment-bytes"]);
    run(["scan"]).ends(2, &["DUMP", "--index", "--key"]);
    run(["unknown"]).ends(2, &["unrecognized"]);
    let twice = run_with(world.scan_command(&["-".as_ref(), "-".as_ref()], &[]), b"x");
    twice.ends(2, &["twice"]);
    run(["--help"]).ends(0, &[]);
    run(["--version"]).ends(0, &[]);
}

/// Every byte of an index matters: a flipped one is an error that names the file, or changes nothing that is checked on opening.
#[test]
fn damaged_indexes() {
    let world = World::new();
    let whole = std::fs::read(world.at("a.ltx")).unwrap();
    let verify = |bytes: &[u8]| {
        let path = world.write("damaged.ltx", bytes);
        run(["verify".as_ref(), path.as_os_str()]).ends(2, &["damaged.ltx"]);
        let mut scan = leaktrace(["scan", "--index"]);
        scan.arg(&path).arg("--key").arg(world.at("case.key")).arg(world.at("schema.toml"));
        run_with(scan, b"").ends(2, &["damaged.ltx"]);
    };
    for cut in [0, 1, 7, 63, 100, 4095, whole.len() / 2, whole.len() - 1] {
        verify(&whole[..cut]);
    }
    for at in [0, 5, 9, 20, 40, 70, whole.len() / 3, whole.len() - 2] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        verify(&bytes);
    }
    verify(records(0..9).as_bytes());
}
