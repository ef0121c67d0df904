//! What the tests of the command line share: a folder with a key, a schema, an index and dumps of made-up people; a run of the program that
//! ends after a while whatever happens; the account of a scan.

#![allow(dead_code)]

#[path = "../account/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "one test may use both helpers")]
mod account;

pub use account::check_account;

use serde_json::Value;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a run may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(240);

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Checks the exit code, that nothing panicked, and that standard error says each of `words`.
    #[track_caller]
    pub fn ends(&self, code: i32, words: &[&str]) -> &Ran {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        for bad in ["panicked", "internal error", "RUST_BACKTRACE"] {
            assert!(!self.stderr.contains(bad), "{}", self.stderr);
        }
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in: {}", self.stderr);
        }
        self
    }

    /// The JSON document on standard output.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// The program with these arguments, without any setting of the environment that it heeds.
pub fn leaktrace<I: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leaktrace"));
    command.args(args).env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR").env_remove("SOURCE_DATE_EPOCH").stdin(Stdio::null());
    // Nor any file of whoever runs the tests.
    command.env("XDG_CONFIG_HOME", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/nowhere"));
    command
}

/// Runs a command, with `input` on its standard input, and kills it if it does not end.
pub fn run_with(mut command: Command, input: &[u8]) -> Ran {
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    finish(child, input)
}

/// Waits for a child with piped output.
pub fn finish(mut child: Child, input: &[u8]) -> Ran {
    fn reader(from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut from, mut bytes) = (from, Vec::new());
            let _ = from.read_to_end(&mut bytes);
            let _ = send.send(String::from_utf8(bytes).expect("output is UTF-8"));
        });
        receive
    }
    let (stdout, stderr) = (reader(child.stdout.take().unwrap()), reader(child.stderr.take().unwrap()));
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input);
    }
    let since = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if since.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("the program hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Ran { code: status.code(), stdout: stdout.recv().unwrap(), stderr: stderr.recv().unwrap() }
}

pub fn run<I: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = I>) -> Ran {
    run_with(leaktrace(args), b"")
}

/// A schema for [`records`].
pub const SCHEMA: &str = r#"
[institution]
name = "Asuransi Contoh"
dataset = "members"
snapshot = 2026-11-01

[[field]]
column = "member_no"
kind = "id"
role = "identifier"
issued = true

[[field]]
column = "email"
kind = "email"
role = "identifier"

[[field]]
column = "phone"
kind = "phone"
role = "identifier"

[[field]]
column = "name"
kind = "name"
role = "attribute"

[[field]]
column = "birth_date"
kind = "date"
role = "attribute"
"#;

const FIRST: [&str; 8] = ["Adi", "Bunga", "Citra", "Dewi", "Eko", "Fitri", "Gilang", "Hana"];
const LAST: [&str; 7] = ["Santoso", "Wijaya", "Lestari", "Pratama", "Kusuma", "Hidayat", "Nugroho"];

/// One made-up person's row: member number, e-mail, phone, name, birth date.
pub fn person(n: usize) -> [String; 5] {
    [
        format!("MC-{:07}", 1_000_000 + n * 7919 % 8_999_993),
        format!("orang{n}@example.org"),
        format!("0812{:08}", 10_000_000 + n * 104_729 % 89_999_999),
        format!("{} {}", FIRST[n % 8], LAST[n / 8 % 7]),
        format!("19{:02}-{:02}-{:02}", 50 + n % 50, 1 + n % 12, 1 + n % 28),
    ]
}

/// A table of made-up people as CSV.
pub fn records(people: std::ops::Range<usize>) -> String {
    let mut out = String::from("member_no,email,phone,name,birth_date\n");
    people.for_each(|n| out.push_str(&(person(n).join(",") + "\n")));
    out
}

/// A folder with a key and an index of 2,000 people.
pub struct World {
    pub folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> World {
        let world = World { folder: tempfile::tempdir().unwrap() };
        world.write("records.csv", records(0..2000));
        world.write("schema.toml", SCHEMA);
        run(["keygen".into(), "-o".into(), world.at("case.key")]).ends(0, &["wrote key"]);
        world.index("records.csv", "schema.toml", "a.ltx").ends(0, &["indexed 2,000 records"]);
        world
    }

    pub fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn index(&self, records: &str, schema: &str, out: &str) -> Ran {
        let mut command = leaktrace(["index", "--threads", "2", "--key"]);
        command.arg(self.at("case.key")).arg("--schema").arg(self.at(schema)).arg(self.at(records)).arg("-o").arg(self.at(out));
        run_with(command, b"")
    }

    /// A scan against this world's index.
    pub fn scan_command(&self, dumps: &[&Path], more: &[&str]) -> Command {
        let mut command = leaktrace(["scan", "--index"]);
        command.arg(self.at("a.ltx")).arg("--key").arg(self.at("case.key")).args(more).args(dumps);
        command
    }

    pub fn scan(&self, dump: &Path, more: &[&str]) -> Ran {
        run_with(self.scan_command(&[dump], more), b"")
    }

    /// Scans to JSON, checks exit code and account, and gives the document.
    #[track_caller]
    pub fn document(&self, dump: &Path, code: i32) -> Value {
        let ran = self.scan(dump, &["--json", "-"]);
        ran.ends(code, &[]);
        let document = ran.document();
        check_account(&document);
        document
    }

    /// The names in the folder, hidden ones too.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(self.folder.path()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}
