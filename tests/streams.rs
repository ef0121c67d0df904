//! What goes to which stream and how wide it is: standard input is as good as a file, the document stands alone, nothing is coloured
//! that is not a terminal, and no line is wider than 80 columns.

mod support;

use serde_json::Value;
use support::{SCHEMA, World, leaktrace, records, run_with};
use unicode_width::UnicodeWidthStr;

/// A document without what may differ: time stamps, and the input's path where it is shown.
fn comparable(mut document: Value, path: &str) -> String {
    document["run"] = Value::Null;
    document.to_string().replace(path, "-")
}

#[test]
fn standard_input_is_as_good_as_a_file() {
    let world = World::new();
    for (content, code) in [(records(0..500), 1), (records(50_000..50_100), 0), (String::new(), 0), ("PK\u{3}\u{4}junk".into(), 3)] {
        let path = world.write("dump.csv", &content);
        let file = world.scan(&path, &["--json", "-"]);
        file.ends(code, &[]);
        let input = run_with(world.scan_command(&["-".as_ref()], &["--json", "-"]), content.as_bytes());
        input.ends(code, &[]);
        support::check_account(&input.document());
        assert_eq!(comparable(file.document(), path.to_str().unwrap()), comparable(input.document(), "-"));
    }
}

#[test]
fn the_document_stands_alone() {
    let world = World::new();
    let dump = world.write("dump.csv", records(0..500));
    let ran = world.scan(&dump, &["--json", "-"]);
    ran.ends(1, &[]);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    assert_eq!(ran.document()["schema"], "leaktrace.scan/1");
    let file = world.at("out.json");
    let beside = world.scan(&dump, &["--json", file.to_str().unwrap()]);
    assert!(beside.ends(1, &[]).stdout.starts_with("ATTRIBUTED"));
    let written: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(comparable(written, "-"), comparable(ran.document(), "-"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn nothing_is_coloured_that_is_not_a_terminal() {
    let world = World::new();
    let dump = world.write("dump.csv", records(0..500));
    let missing = world.at("missing.csv");
    for setting in [None, Some(("NO_COLOR", "1")), Some(("TERM", "xterm-256color"))] {
        for mut command in [
            world.scan_command(&[&dump], &[]),
            world.scan_command(&[&dump], &["--each"]),
            world.scan_command(&[&missing], &[]),
            leaktrace(["--help"]),
            leaktrace(["sacn"]),
        ] {
            command.envs(setting);
            let ran = run_with(command, b"");
            for text in [&ran.stdout, &ran.stderr] {
                assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text:?}");
            }
        }
    }
}

#[track_caller]
fn narrow(text: &str) {
    const WIDTH: usize = 80;
    for line in text.lines() {
        assert!(line.width() <= WIDTH, "{} columns: {line}\n{text}", line.width());
    }
}

#[test]
fn no_line_of_a_report_is_wider_than_a_terminal() {
    let world = World::new();
    let long = "Badan Penyelenggara Contoh ".repeat(6) + &"Panjang".repeat(20);
    let wide = "名前の長い機関".repeat(12);
    for (institution, dataset, header) in [
        (long.as_str(), "members", "member_no".to_string()),
        (wide.as_str(), wide.as_str(), "member_no".to_string()),
        ("A", long.as_str(), format!("member_no_{}", "x".repeat(50))),
    ] {
        world.write("long.csv", records(0..600).replacen("member_no", &header, 1));
        let schema = SCHEMA.replace("Asuransi Contoh", institution).replace("\"members\"", &format!("\"{dataset}\""));
        world.write("long.toml", schema.replace("member_no", &header));
        world.index("long.csv", "long.toml", "long.ltx").ends(0, &[]);
        world.write("deep/dump.csv", records(0..500).replacen("member_no", &header, 1));
        world.write(
            format!("deep/{}.csv", "tanpa-spasi-".repeat(15)),
            records(300..400).replacen("name", &"kolom_yang_panjang_".repeat(3), 1),
        );
        world.write("deep/not-read.gz", b"\x1f\x8b\x08\0rest");
        for more in [&[][..], &["--each"]] {
            let mut command = world.scan_command(&[&world.at("deep")], more);
            command.arg("--index").arg(world.at("long.ltx"));
            let ran = run_with(command, b"");
            // Both indexes hold the same records under two names: nobody can be told apart, and one file is not read.
            ran.ends(3, &[]);
            narrow(&ran.stdout);
        }
    }
}
