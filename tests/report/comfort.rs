//! What makes the command line easy: configuration files, the environment, completions, the manual, quiet and verbose runs.

use crate::support::{Ran, World, leaktrace, records, run_with};
use std::process::Command;

/// A scan in the world's folder, whose configuration and environment are its own.
fn scan_here(world: &World, args: &[&str], set: &[(&str, &str)]) -> Ran {
    let mut command: Command = leaktrace(["scan"]);
    command.current_dir(world.folder.path()).args(args).env("XDG_CONFIG_HOME", world.at("home")).envs(set.iter().copied());
    run_with(command, b"")
}

#[test]
fn what_is_typed_wins_then_the_environment_then_the_project_then_the_user() {
    let world = World::new();
    world.write("dump.csv", records(100..400));
    world.write("home/leaktrace/config.toml", "lang = \"id\"\n[scan]\nkey = \"case.key\"\nclaim-rows = 1\n");
    world.write("leaktrace.toml", "claim-rows = 2\n[scan]\nindex = [\"a.ltx\"]\n");
    let claimed = |args: &[&str], set: &[(&str, &str)]| {
        let mut all = vec!["dump.csv", "--json", "-"];
        all.extend(args);
        let ran = scan_here(&world, &all, set);
        ran.ends(1, &[]);
        let words = ran.document()["claim"][0]["words"].as_str().unwrap().to_string();
        words.split(" of the ").nth(1).and_then(|w| w.split(' ').next()).unwrap().to_string()
    };
    assert_eq!(claimed(&[], &[]), "2");
    assert_eq!(claimed(&[], &[("LEAKTRACE_CLAIM_ROWS", "3")]), "3");
    assert_eq!(claimed(&["--claim-rows", "4"], &[("LEAKTRACE_CLAIM_ROWS", "3")]), "4");
    std::fs::remove_file(world.at("leaktrace.toml")).unwrap();
    assert_eq!(claimed(&["--index", "a.ltx"], &[]), "1");
    // A command's own table wins, whatever stands first in the alphabet.
    world.write(
        "leaktrace.toml",
        "index = \"a.ltx\"\ntlp = \"red\"\nthreads = 2\nverbose = true\n[scan]\nclaim-rows = 5\nthreads = 100000\n",
    );
    scan_here(&world, &["dump.csv"], &[]).ends(2, &["--threads"]);
}

#[test]
fn a_wrong_configuration_is_told_with_its_place() {
    let world = World::new();
    world.write("dump.csv", records(100..400));
    let ends = |text: &str, words: &[&str]| {
        world.write("leaktrace.toml", text);
        scan_here(&world, &["dump.csv", "--index", "a.ltx", "--key", "case.key"], &[]).ends(2, words);
    };
    ends("colour = \"red\"", &["\"colour\"", "leaktrace.toml", "to do:"]);
    ends("[scan]\nfoo = 1", &["\"foo\"", "leaktrace scan --help"]);
    ends("[sacn]\nkey = \"x\"", &["\"sacn\""]);
    ends("[scan]\n\nkey = ", &["leaktrace.toml, line 3"]);
    ends("[scan]\nclaim-rows = \"many\"", &["claim-rows"]);
    ends("[scan]\nkey = { a = 1 }", &["\"key\"", "of no use"]);
    world.write("leaktrace.toml", "");
    scan_here(&world, &["dump.csv", "--index", "a.ltx", "--key", "case.key"], &[("SOURCE_DATE_EPOCH", "soon")])
        .ends(2, &["SOURCE_DATE_EPOCH"]);
}

#[test]
fn quiet_says_nothing_and_verbose_every_stage() {
    let world = World::new();
    world.write("dump.csv", records(100..400));
    let args = ["dump.csv", "--index", "a.ltx", "--key", "case.key"];
    let quiet = scan_here(&world, &[&args[..], &["--quiet"]].concat(), &[]);
    quiet.ends(1, &[]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let verbose = scan_here(&world, &[&args[..], &["-v", "--report", "report"]].concat(), &[]);
    verbose.ends(1, &["scan: ", "dump digests: ", "index digests: ", "affected records: "]);
}

#[test]
fn shells_and_the_manual_know_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run_with(leaktrace(["completions", shell]), b"");
        ran.ends(0, &[]);
        assert!(["scan", "affected", "aware-since"].iter().all(|word| ran.stdout.contains(word)), "{shell}");
    }
    let mut command = leaktrace(["man"]);
    command.arg(world.at("man"));
    run_with(command, b"").ends(0, &["wrote 23 pages"]);
    assert!(world.at("man/leaktrace-library-find.1").exists());
    let page = std::fs::read_to_string(world.at("man/leaktrace-scan.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("aware") && page.contains("Exit codes"), "{page}");
}

#[test]
fn help_has_examples() {
    let commands = "keygen schema index verify scan watch report affected inspect fingerprint compare library cat demo completions man merge spark-job";
    for command in commands.split(' ') {
        let ran = run_with(leaktrace([command, "--help"]), b"");
        assert!(ran.ends(0, &[]).stdout.contains(&format!("  leaktrace {command} ")), "{command}");
        // Examples stand as they are on any terminal.
        let examples = ran.stdout.lines().skip_while(|line| !line.starts_with("Example"));
        let longest = examples.map(|line| line.chars().count()).max().unwrap_or(0);
        assert!((1..=80).contains(&longest), "{command}: {longest}");
    }
}
