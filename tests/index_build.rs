//! An index depends on key, schema and inputs alone: its bytes are the same for any threads, segments and memory. A build that fails or is
//! killed leaves the index that was there as it was and no file of its own; what an index says of itself is right, and values that
//! several records share are handled exactly.

mod common;

use common::{Cut, index, key, put, scan, try_build, try_open};
use leaktrace::synth::table::{Layout, write_records};
use std::path::{Path, PathBuf};

fn records(folder: &Path, n: u64) -> PathBuf {
    let mut text = Vec::new();
    write_records(n, 5, &Layout::standard(), &mut text).unwrap();
    put(folder, &format!("records_{n}.csv"), text)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_bytes_do_not_depend_on_threads_segments_or_memory() {
    let folder = tempfile::tempdir().unwrap();
    // 100,000 keys of 32 bytes: with a megabyte for sorting they go to sixteen partitions of 6,250, which spill at 1,024 keys; with less,
    // to many partitions that hold no more than that.
    let files = [records(folder.path(), 20_000), records(folder.path(), 5_000)];
    let cuts = [
        Cut { threads: 1, segment_bytes: 4 << 20, memory: 1 << 30 },
        Cut { threads: 2, segment_bytes: 1 << 10, memory: 1 << 20 },
        Cut { threads: 7, segment_bytes: 64 << 10, memory: 2 << 20 },
        Cut { threads: 7, segment_bytes: 64 << 20, memory: 1 << 16 },
        Cut { threads: 2, segment_bytes: 1 << 20, memory: 1 },
    ];
    let build = |cut| {
        let out = folder.path().join("out.ltx");
        let built = try_build(&files, &Layout::standard().schema(), &out, cut).unwrap();
        let check = built.meta.self_check.unwrap();
        // Which rows are looked up again depends on the cuts; what an index says of it must not.
        assert_eq!((check.found, check.common), (check.values, 0));
        std::fs::read(out).unwrap()
    };
    let first = build(cuts[0]);
    for cut in &cuts[1..] {
        let other = build(*cut);
        let differs = first.iter().zip(&other).position(|(a, b)| a != b);
        assert!(other == first, "{cut:?}: {} and {} bytes, first difference at {differs:?}", first.len(), other.len());
    }
}

/// One phone of nearly everybody, which no memory for sorting holds, and phones of two.
#[test]
fn a_value_of_nearly_all_records_is_common_whatever_the_memory() {
    const SCHEMA: &str = "[institution]\nname = \"Bagi Contoh\"\nregion = \"ID\"\n\
        [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n\
        [[field]]\ncolumn = \"phone\"\nkind = \"phone\"\nrole = \"identifier\"\n\
        [[field]]\ncolumn = \"since\"\nkind = \"date\"\nrole = \"created\"\n";
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("email,phone,since\n");
    for n in 0..30_000 {
        let phone = if n % 10 == 0 { 1_000_000 + n / 20 } else { 1 };
        text += &format!("p{n}@contoh.example,0812{phone:08},20{:02}-0{}-11\n", n % 20 + 1, n % 9 + 1);
    }
    let file = put(folder.path(), "records.csv", text);
    let build = |threads, memory| {
        let out = folder.path().join("out.ltx");
        let built = try_build(std::slice::from_ref(&file), SCHEMA, &out, Cut { threads, segment_bytes: 64 << 10, memory }).unwrap();
        let meta = built.meta;
        assert_eq!((meta.records, meta.values, meta.keys), (30_000, 60_000, 30_000 + 1_500 + 1));
        assert_eq!((meta.shared, meta.common), (1_500, 1));
        std::fs::read(out).unwrap()
    };
    let first = build(1, 1 << 30);
    for (threads, memory) in [(2, 1 << 20), (3, 1)] {
        assert!(build(threads, memory) == first, "{threads} threads, {memory} bytes");
    }
}

#[test]
fn a_failed_build_leaves_the_old_index_whole_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = records(folder.path(), 300);
    let out = folder.path().join("out.ltx");
    index(&file, &Layout::standard().schema(), &out);
    let (old, listed) = (std::fs::read(&out).unwrap(), names(folder.path()));
    let wrong = Layout::standard().schema().replace("column = 1\n", "column = 77\n");
    assert!(try_build(std::slice::from_ref(&file), &wrong, &out, Cut::USUAL).is_err());
    // The second file fails after the first was read.
    let two = [file.clone(), folder.path().join("is_not_there.csv")];
    assert!(try_build(&two, &Layout::standard().schema(), &out, Cut::USUAL).is_err());
    assert!(try_build(&[file], &Layout::standard().schema(), folder.path(), Cut::USUAL).is_err(), "a folder is in the way");
    assert_eq!(names(folder.path()), listed);
    assert!(std::fs::read(&out).unwrap() == old);
}

#[cfg(unix)]
mod processes {
    use super::*;
    use std::process::{Command, Stdio};

    /// A folder with key, schema and records, and the arguments that index them.
    fn prepare(n: u64) -> (tempfile::TempDir, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
        key().write_new(Path::new(&path("key"))).unwrap();
        put(folder.path(), "schema.toml", Layout::standard().schema());
        let file = records(folder.path(), n);
        let args = ["index", file.to_str().unwrap(), "--key", &path("key"), "--schema", &path("schema.toml"), "-o", &path("out.ltx")];
        let args = args.map(str::to_string).to_vec();
        (folder, args)
    }

    #[test]
    fn a_full_disk_is_an_error_and_leaves_the_old_index_whole() {
        let (folder, args) = prepare(20_000);
        let out = put(folder.path(), "out.ltx", b"the index of yesterday");
        let listed = names(folder.path());
        // A limit on the size of files stands in for the disk; its signal is ignored, so that writes fail as on a full disk.
        let shell = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
        let ended = Command::new("sh").args(["-c", shell, env!("CARGO_BIN_EXE_leaktrace")]).args(&args).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains("cannot write the index") && said.contains("free some space"), "{said}");
        assert_eq!(names(folder.path()), listed);
        assert_eq!(std::fs::read(out).unwrap(), b"the index of yesterday");
    }

    #[test]
    fn a_killed_build_leaves_the_old_index_whole_and_the_next_one_works() {
        let (folder, args) = prepare(60_000);
        let out = put(folder.path(), "out.ltx", b"the index of yesterday");
        let draft = folder.path().join(".out.ltx.partial");
        let mut killed = 0;
        // Killed when the draft has appeared, when it holds something, and when it holds more.
        for bytes in [0, 1, 1 << 20] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_leaktrace"));
            let mut child = command.args(&args).args(["--threads", "1"]).stderr(Stdio::null()).spawn().unwrap();
            while !std::fs::metadata(&draft).is_ok_and(|m| m.len() >= bytes) && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            child.kill().unwrap();
            if !child.wait().unwrap().success() {
                killed += 1;
                assert_eq!(std::fs::read(&out).unwrap(), b"the index of yesterday");
            }
            std::fs::write(&out, b"the index of yesterday").unwrap();
        }
        assert!(killed > 0, "no build was caught at work");
        let ended = Command::new(env!("CARGO_BIN_EXE_leaktrace")).args(&args).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        assert!(!draft.exists());
        assert_eq!(leaktrace::index::open::verify_file(&out, &leaktrace::progress::Silent).unwrap().meta.records, 60_000);
    }
}

#[test]
fn the_self_check_looks_up_the_rows_that_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let built = index(&records(folder.path(), 100), &Layout::standard().schema(), &folder.path().join("out.ltx"));
    let check = built.meta.self_check.unwrap();
    // 32 rows of the only segment, four identifiers each.
    assert_eq!((check.values, check.found, check.common), (128, 128, 0));
    assert_eq!((built.meta.records, built.meta.values, built.meta.keys, built.meta.shared), (100, 400, 400, 0));
}

/// 64 records share a phone, 65 share another, two share an address, and one holds the same address in both fields.
#[test]
fn shared_and_common_values_are_exact() {
    const SCHEMA: &str = "[institution]\nname = \"Bagi Contoh\"\nregion = \"ID\"\n\
        [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n\
        [[field]]\ncolumn = \"other\"\nkind = \"email\"\nrole = \"identifier\"\n\
        [[field]]\ncolumn = \"phone\"\nkind = \"phone\"\nrole = \"identifier\"\n\
        [[field]]\ncolumn = \"name\"\nkind = \"name\"\nrole = \"attribute\"\n";
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("email,other,phone,name\n");
    for n in 0..129 {
        let phone = if n < 64 { "081211112222" } else { "081233334444" };
        let email = if n == 7 { 6 } else { n };
        let other = if n == 9 { "p9@contoh.example".to_string() } else { String::new() };
        text += &format!("p{email}@contoh.example,{other},{phone},Orang Nomor {}\n", ["Satu", "Dua", "Tiga"][n % 3]);
    }
    let out = folder.path().join("out.ltx");
    let built = index(&put(folder.path(), "records.csv", &text), SCHEMA, &out);
    let meta = &built.meta;
    // 129 addresses in the first field, one in the second, 129 phones; 128 distinct addresses and two phones.
    assert_eq!((meta.records, meta.values, meta.keys), (129, 259, 130));
    assert_eq!((meta.shared, meta.common), (3, 1), "shared: a phone, an address of two records, one of two fields; common: a phone");
    let check = meta.self_check.unwrap();
    assert_eq!((check.values, check.found, check.common), (65, 65, 0), "the first 32 records hold no common value");

    let question = try_open(&[out]).unwrap();
    let found = |dump: &str| scan(&question, &put(folder.path(), "dump.csv", dump))["institutions"][0].clone();
    let stranger = "q1@contoh.example,081299990000,X";
    let of = |row: &str| found(&format!("email,phone,name\n{row}\n{stranger}\n"));
    let shared = of("q2@contoh.example,0812-1111-2222,X");
    assert_eq!((&shared["hits"]["phone"], &shared["rows_hit"], &shared["rows_ambiguous"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!((&shared["rows_corroborated"], &shared["records_distinct"]), (&0.into(), &0.into()));
    let common = of("q2@contoh.example,0812-3333-4444,X");
    assert_eq!((&common["hits"]["phone"], &common["rows_hit"]), (&0.into(), &0.into()), "a common value is no evidence");
    // A shared phone and an own address together find the record.
    let both = of("p40@contoh.example,+62 812 1111 2222,X");
    assert_eq!((&both["rows_corroborated"], &both["rows_ambiguous"], &both["records_distinct"]), (&1.into(), &0.into(), &1.into()));
    let two_fields = of("p9@contoh.example,081299990001,X");
    assert_eq!((&two_fields["hits"]["email"], &two_fields["hits"]["other"]), (&1.into(), &1.into()));
    assert_eq!(two_fields["rows_corroborated"], 0, "one cell is one field, however often the record holds it");
    let two_records = of("p6@contoh.example,081299990001,X");
    assert_eq!((&two_records["hits"]["email"], &two_records["rows_ambiguous"]), (&1.into(), &1.into()));
}
