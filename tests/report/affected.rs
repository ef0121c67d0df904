//! Lists of affected records against the truth, and their join to the institution's own keys.

use crate::report;
use crate::support::{SCHEMA, World, leaktrace, person, records, run_with};
use std::collections::BTreeMap;

/// A dump about known records, in an order of its own, and the line of the list that each must have. Of person n: all fields; without e-mail and phone; another's name
/// and birth date; the e-mail alone; twice, each time another half.
fn dump_and_truth() -> (String, BTreeMap<usize, &'static str>) {
    let mut rows = Vec::new();
    let mut truth = BTreeMap::new();
    for n in (0..2000).step_by(7) {
        let [member, email, phone, name, birth] = person(n);
        let none = String::new();
        let [.., other_name, other_birth] = person(n + 3);
        match n / 7 % 5 {
            0 => {
                rows.push([member, email, phone, name, birth]);
                truth.insert(n, "issued,member_no|email|phone|name|birth_date");
            }
            1 => {
                rows.push([member, none.clone(), none, name, birth]);
                truth.insert(n, "issued,member_no|name|birth_date");
            }
            2 => {
                rows.push([none, email, phone, other_name, other_birth]);
                truth.insert(n, "corroborated,email|phone");
            }
            3 => {
                rows.push([none.clone(), email, none.clone(), none.clone(), none]);
                truth.insert(n, "single,email");
            }
            _ => {
                rows.push([none.clone(), email, none.clone(), none.clone(), none.clone()]);
                rows.push([none.clone(), none.clone(), phone, none.clone(), none]);
                truth.insert(n, "single,email|phone");
            }
        }
    }
    // Not in the order of the records.
    rows.sort_by_key(|row| blake3::hash(row.join("|").as_bytes()).to_string());
    let mut dump = String::from("member_no,email,phone,name,birth_date\n");
    rows.iter().for_each(|row| dump += &(row.join(",") + "\n"));
    (dump, truth)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(str::to_string).collect()
}

#[test]
fn a_list_is_the_truth_record_for_record() {
    let world = World::new();
    let (dump, truth) = dump_and_truth();
    let dump = world.write("dump.csv", dump);
    let (ran, folder) = report(&world, &dump, "report", &[]);
    ran.ends(1, &[]);
    let list = std::fs::read_to_string(folder.join("affected.csv")).unwrap();
    let expected: Vec<String> = truth.iter().map(|(n, rest)| format!("{n},{rest}")).collect();
    assert_eq!(lines(&list), expected);
    // It says which export its numbers refer to, and holds no value of it.
    let export = std::fs::read(world.at("records.csv")).unwrap();
    assert!(list.contains(&format!("# export 1: BLAKE3 {}, {} bytes, records from 0", blake3::hash(&export), export.len())), "{list}");
    assert!(!list.contains("example.org") && !list.contains("MC-"));
}

#[test]
fn the_join_gives_the_institutions_own_keys() {
    let world = World::new();
    let (dump, truth) = dump_and_truth();
    let (_, folder) = report(&world, &world.write("dump.csv", dump), "report", &[]);
    let list = folder.join("affected.csv");
    let join = |column: &str, more: &[&str]| {
        let mut command = leaktrace(["affected", "--records"]);
        command.arg(world.at("records.csv")).arg("--column").arg(column).arg(&list).args(more);
        run_with(command, b"")
    };
    let ran = join("member_no", &[]);
    ran.ends(0, &["records"]);
    let expected: Vec<String> = truth.iter().map(|(n, rest)| format!("{},{n},{rest}", person(*n)[0])).collect();
    assert_eq!(ran.stdout.lines().next(), Some("member_no,record,strength,fields"));
    assert_eq!(lines(&ran.stdout), expected);
    // By position, into a file; an older one gives way as everywhere.
    let out = world.at("joined.csv");
    join("1", &["-o", out.to_str().unwrap()]).ends(0, &[]);
    assert_eq!(lines(&std::fs::read_to_string(&out).unwrap()), expected);
    join("no_such", &[]).ends(2, &["no_such", "does not have"]);
    join("0", &[]).ends(2, &["column 0"]);
    // Another export is refused, however alike.
    world.write("records.csv", records(0..2000).replace("orang7@", "orang8@"));
    join("member_no", &[]).ends(2, &["not the records that the list numbers", "to do:"]);
}

#[test]
fn exports_in_several_files_are_numbered_on() {
    let world = World::new();
    world.write("first.csv", records(0..700));
    world.write("second.csv", records(700..2000));
    let mut command = leaktrace(["index", "--key"]);
    command.arg(world.at("case.key")).arg("--schema").arg(world.at("schema.toml")).arg("-o").arg(world.at("a.ltx"));
    command.arg(world.at("first.csv")).arg(world.at("second.csv"));
    run_with(command, b"").ends(0, &[]);
    let (dump, truth) = dump_and_truth();
    let (_, folder) = report(&world, &world.write("dump.csv", dump), "report", &[]);
    let join = |files: [&str; 2]| {
        let mut command = leaktrace(["affected", "--column", "member_no"]);
        files.iter().for_each(|file| _ = command.arg("--records").arg(world.at(file)));
        command.arg(folder.join("affected.csv"));
        run_with(command, b"")
    };
    let ran = join(["first.csv", "second.csv"]);
    ran.ends(0, &[]);
    let expected: Vec<String> = truth.iter().map(|(n, rest)| format!("{},{n},{rest}", person(*n)[0])).collect();
    assert_eq!(lines(&ran.stdout), expected);
    join(["second.csv", "first.csv"]).ends(2, &["not the records that the list numbers"]);
}

/// Whether the first row is a record depends on how the index's schema named its columns, not on how the join names its own.
#[test]
fn a_first_row_that_looks_like_any_other_is_counted_as_the_index_counted_it() {
    let world = World::new();
    // Headers that nobody knows for headers.
    let table = records(0..300).replacen("member_no,email,phone,name,birth_date", "kode_a,kode_b,kode_c,kode_d,kode_e", 1);
    world.write("records.csv", &table);
    let schema = |named: bool| {
        let mut schema = SCHEMA.to_string();
        for (n, (name, code)) in
            ["member_no", "email", "phone", "name", "birth_date"].iter().zip(["kode_a", "kode_b", "kode_c", "kode_d", "kode_e"]).enumerate()
        {
            let column = if named { format!("column = {code:?}") } else { format!("column = {}", n + 1) };
            schema = schema.replace(&format!("column = {name:?}"), &column);
        }
        schema
    };
    for (named, first) in [(true, 0), (false, 1)] {
        world.write("schema.toml", schema(named));
        world.index("records.csv", "schema.toml", "a.ltx").ends(0, &[&format!("indexed {} records", 300 + first)]);
        let (_, folder) = report(&world, &world.write("dump.csv", records(10..40)), "report", &[]);
        for column in ["1", "kode_a"] {
            let mut command = leaktrace(["affected", "--column", column, "--records"]);
            command.arg(world.at("records.csv")).arg(folder.join("affected.csv"));
            let ran = run_with(command, b"");
            ran.ends(0, &["30 records"]);
            let keys: Vec<String> = lines(&ran.stdout).iter().map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
            let expected: Vec<String> = (10..40).map(|n| format!("{},{}", person(n)[0], n + first)).collect();
            assert_eq!(keys, expected, "schema named: {named}, column {column}");
        }
    }
}

#[test]
fn a_masked_value_is_exposed_only_where_all_that_it_shows_agrees() {
    let world = World::new();
    let schema = SCHEMA.replace(
        "column = \"phone\"\nkind = \"phone\"\nrole = \"identifier\"",
        "column = \"phone\"\nkind = \"phone\"\nrole = \"attribute\"\nparts = [\"first4\", \"last4\"]",
    );
    world.write("schema.toml", schema);
    world.index("records.csv", "schema.toml", "a.ltx").ends(0, &[]);
    let mut dump = String::from("member_no,phone\n");
    for n in 0..300 {
        let [member, _, phone, ..] = person(n);
        let end: u32 = phone[8..].parse().unwrap();
        // Every third is somebody else's at its end.
        let end = if n.is_multiple_of(3) { (end + 1) % 10_000 } else { end };
        dump += &format!("{member},{}****{end:04}\n", &phone[..4]);
    }
    let (ran, folder) = report(&world, &world.write("dump.csv", dump), "report", &[]);
    assert!(ran.code.is_some_and(|code| code <= 1), "{}", ran.stderr);
    let list = lines(&std::fs::read_to_string(folder.join("affected.csv")).unwrap());
    let line = |n: usize| format!("{n},{}", if n.is_multiple_of(3) { "single,member_no" } else { "issued,member_no|phone" });
    assert_eq!(list, (0..300).map(line).collect::<Vec<_>>());
}

#[test]
fn keys_that_a_spreadsheet_would_run_are_made_harmless() {
    let world = World::new();
    let table = records(0..300).replacen("MC-1000000", "\"=1+2,\"\"x\"\"\"", 1);
    world.write("records.csv", &table);
    world.index("records.csv", "schema.toml", "a.ltx").ends(0, &[]);
    let (_, folder) = report(&world, &world.write("dump.csv", records(0..1)), "report", &[]);
    let mut command = leaktrace(["affected", "--column", "member_no", "--records"]);
    command.arg(world.at("records.csv")).arg(folder.join("affected.csv"));
    let ran = run_with(command, b"");
    assert_eq!(ran.stdout.lines().nth(1), Some("\"'=1+2,\"\"x\"\"\",0,corroborated,email|phone|name|birth_date"));
}

#[test]
fn institutions_have_a_list_each_with_their_own_records_alone() {
    let world = World::new();
    let schema = |name: &str, dataset: &str| SCHEMA.replace("Asuransi Contoh", name).replace("\"members\"", &format!("{dataset:?}"));
    let tables = [("b", "Bank/../Contoh", "cards", 0..1000), ("c", "Bank .. Contoh", "cards", 500..1500)];
    for (file, name, dataset, people) in tables {
        world.write(format!("{file}.csv"), records(people));
        world.write(format!("{file}.toml"), schema(name, dataset));
        world.index(&format!("{file}.csv"), &format!("{file}.toml"), &format!("{file}.ltx")).ends(0, &[]);
    }
    let dump = world.write("dump.csv", records(400..600));
    let more = [("--index", "b.ltx"), ("--index", "c.ltx")].map(|(flag, name)| [flag.to_string(), world.at(name).display().to_string()]);
    let more: Vec<&str> = more.iter().flatten().map(String::as_str).collect();
    report(&world, &dump, "report", &more).0.ends(0, &[]);
    let lists: Vec<(String, Vec<String>)> = crate::files(&world.at("report/affected"))
        .into_iter()
        .map(|(name, bytes)| (name, lines(&String::from_utf8(bytes).unwrap())))
        .collect();
    let line = |n: usize| format!("{n},issued,member_no|email|phone|name|birth_date");
    let expected = [
        ("Asuransi-Contoh-members.csv", (400..600).map(line).collect::<Vec<_>>()),
        ("Bank-Contoh-cards-2.csv", (0..100).map(line).collect()),
        ("Bank-Contoh-cards.csv", (400..600).map(line).collect()),
    ];
    assert_eq!(lists, expected.map(|(name, lines)| (name.to_string(), lines)));
    assert!(!world.at("report/affected.csv").exists());
}

#[test]
fn a_list_that_was_changed_is_refused_with_its_line() {
    let world = World::new();
    let (_, folder) = report(&world, &world.write("dump.csv", records(10..40)), "report", &[]);
    let list = std::fs::read_to_string(folder.join("affected.csv")).unwrap();
    let join = |text: &str| {
        let path = world.write("list.csv", text);
        let mut command = leaktrace(["affected", "--column", "member_no", "--records"]);
        command.arg(world.at("records.csv")).arg(path);
        run_with(command, b"")
    };
    join(&list).ends(0, &["30 records"]);
    join(&list.replacen("\n12,", "\n11,", 1)).ends(2, &["not in order", "line 7"]);
    join(&list.replacen("\n39,", "\n2000,", 1)).ends(2, &["do not have", "line 34", "record 2000"]);
    join(&list.replacen("\n12,", "\nx,", 1)).ends(2, &["cannot be read"]);
    join(&list[1..]).ends(2, &["no list of affected records"]);
    join("").ends(2, &["no list of affected records"]);
}
