//! How the house is built: which floor imports which, where `unsafe` may stand, what no file may do, how long a file may be.
//!
//! The floors are read from the drawing in `src/lib.rs`, so that the drawing cannot be out of date. Paths are found wherever they stand
//! (`use`, inline, in macros, in tests): `crate::…`, `$crate::…` and as many `super::` as lead out of a floor.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where `unsafe` may stand, and why.
const FENCES: [(&str, &str); 6] = [
    ("src/fingerprint/sixteen.rs", "vector instructions of the hash"),
    ("src/index/vaes.rs", "vector instructions of the cipher"),
    ("src/source/map.rs", "memory maps"),
    ("src/source/served.rs", "addresses whose bytes are served"),
    ("src/index/prefetch.rs", "prefetch instructions"),
    ("src/lanes/x86.rs", "vector instructions"),
];

/// Lines of a file, more or less.
const LINES: usize = 400;

/// Files that are longer, and why.
const LONG: [(&str, &str); 0] = [];

/// Where a command line is put together for `program.rs`, which starts it.
const WATCH: [&str; 3] = ["src/commands/watch/child.rs", "src/commands/watch/hook.rs", "src/commands/watch/program.rs"];

/// What only some file may do: text, the files, and why.
const ONLY_IN: [(&str, &[&str], &str); 6] = [
    ("ThreadPoolBuilder", &["src/parallel.rs"], "threads are started in one place"),
    ("thread::spawn", &["src/parallel.rs"], "threads are started in one place"),
    ("hash_many", &["src/fingerprint/batch.rs"], "the undocumented kernel is fenced"),
    ("TcpStream", &[], "no network code"),
    ("UdpSocket", &[], "no network code"),
    ("process::Command", &WATCH, "a watch starts scans and its hook; nothing else starts a program"),
];

/// The drawing: rows of floors, each row from the bottom up.
struct House {
    /// Floors that everything stands on; they may import each other.
    ground: Vec<String>,
    /// Every other floor, lowest first.
    order: Vec<String>,
    /// Beside the house: imports the ground alone.
    shed: Vec<String>,
}

impl House {
    fn from_drawing() -> House {
        let text = read("src/lib.rs");
        let drawing: Vec<&str> = text
            .lines()
            .skip_while(|l| *l != "//! ```text")
            .skip(1)
            .take_while(|l| *l != "//! ```")
            // The floors stand before the first gap; what comes after it says what they are.
            .filter_map(|l| l.strip_prefix("//! ").and_then(|l| l.split("   ").next()))
            .collect();
        let words = |row: &str| row.split([' ', '-', '>']).filter(|w| !w.is_empty()).map(str::to_string).collect::<Vec<_>>();
        let [ground, up, shed, top] = drawing[..] else { panic!("src/lib.rs draws four rows of floors") };
        House { ground: words(ground), order: [words(up), words(top)].concat(), shed: words(shed) }
    }

    fn all(&self) -> BTreeSet<String> {
        self.ground.iter().chain(&self.order).chain(&self.shed).cloned().collect()
    }

    fn may_import(&self, from: &str, to: &str) -> bool {
        let height = |floor: &str| self.order.iter().position(|f| f == floor);
        let is = |row: &[String], floor: &str| row.iter().any(|f| f == floor);
        if from == to || is(&self.ground, to) {
            return true;
        }
        // What made-up people are for is a command; nothing that judges real dumps may lean on them.
        if is(&self.shed, to) {
            return height(from) >= height("commands");
        }
        height(from).zip(height(to)).is_some_and(|(from, to)| to < from)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Every source file, as `src/…`.
fn sources() -> Vec<String> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
            if entry.is_dir() {
                walk(&entry, out);
            } else if entry.extension().is_some_and(|e| e == "rs") {
                out.push(entry);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    let name = |p: PathBuf| p.strip_prefix(root()).expect("inside").to_string_lossy().replace('\\', "/");
    let mut names: Vec<String> = found.into_iter().map(name).collect();
    names.sort();
    names
}

/// The file's module path: `src/synth/cases/mod.rs` is `[synth, cases]`.
fn module_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    if matches!(inner, "lib" | "main") { Vec::new() } else { inner.split('/').map(str::to_string).collect() }
}

/// Words and signs of Rust text, with their lines; comments, strings and characters left out.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let c: Vec<char> = text.chars().collect();
    let (mut out, mut at, mut line) = (Vec::new(), 0, 1);
    let is_word = |ch: char| ch.is_alphanumeric() || ch == '_';
    let starts = |at: usize, what: &str| what.chars().enumerate().all(|(n, w)| c.get(at + n) == Some(&w));
    while at < c.len() {
        let from = at;
        if starts(at, "//") {
            at = (at..c.len()).find(|&i| c[i] == '\n').unwrap_or(c.len());
        } else if starts(at, "/*") {
            let mut depth = 0;
            loop {
                match () {
                    () if at >= c.len() => break,
                    () if starts(at, "/*") => (depth, at) = (depth + 1, at + 2),
                    () if starts(at, "*/") => (depth, at) = (depth - 1, at + 2),
                    () => at += 1,
                }
                if depth == 0 {
                    break;
                }
            }
        } else if is_word(c[at]) {
            at = (at..c.len()).find(|&i| !is_word(c[i])).unwrap_or(c.len());
            let word: String = c[from..at].iter().collect();
            let hashes = (at..c.len()).take_while(|&i| c[i] == '#').count();
            if matches!(word.as_str(), "r" | "br") && c.get(at + hashes) == Some(&'"') {
                let end = format!("\"{}", "#".repeat(hashes));
                at = (at + hashes + 1..c.len()).find(|&i| starts(i, &end)).map_or(c.len(), |i| i + end.len());
            } else {
                out.push((line, word));
            }
        } else if c[at] == '"' {
            at += 1;
            while at < c.len() && c[at] != '"' {
                at += if c[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c[at] == '\'' && (c.get(at + 1) == Some(&'\\') || c.get(at + 2) == Some(&'\'')) {
            // A character; anything else after this sign is a lifetime.
            let first = at + if c[at + 1] == '\\' { 3 } else { 2 };
            at = (first..c.len()).find(|&i| c[i] == '\'').map_or(c.len(), |i| i + 1);
        } else {
            at += if starts(at, "::") { 2 } else { 1 };
            if !c[from].is_whitespace() {
                out.push((line, c[from..at].iter().collect()));
            }
        }
        at = at.min(c.len());
        line += c[from..at].iter().filter(|&&ch| ch == '\n').count();
    }
    out
}

/// The first names after a path's `::` at `at`: one, or those of a group.
fn heads(tokens: &[(usize, String)], at: usize) -> Vec<&str> {
    if tokens.get(at).is_none_or(|t| t.1 != "{") {
        return tokens.get(at).map(|t| vec![t.1.as_str()]).unwrap_or_default();
    }
    let (mut depth, mut expect, mut out) = (0, true, Vec::new());
    for (_, token) in &tokens[at..] {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => expect = true,
            name if depth == 1 && expect => {
                out.push(name);
                expect = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    out
}

/// Every name of the crate's root that a file uses, with its line.
fn root_names(file: &str, text: &str) -> Vec<(usize, String)> {
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", |t| t.1.as_str());
    let own = module_of(file);
    // Inline modules that are open, by the depth of their braces: `super` inside leads out of them first.
    let (mut depth, mut inline) = (0usize, Vec::new());
    let mut out = Vec::new();
    for at in 0..tokens.len() {
        let line = tokens[at].0;
        match word(at) {
            "{" => {
                depth += 1;
                if at >= 2 && word(at - 2) == "mod" {
                    inline.push(depth);
                }
            }
            "}" => {
                if inline.last() == Some(&depth) {
                    inline.pop();
                }
                depth -= 1;
            }
            "crate" if word(at + 1) == "::" => out.extend(heads(&tokens, at + 2).into_iter().map(|n| (line, n.to_string()))),
            // `pub(crate)` is no import; under another name the crate could not be followed.
            "crate" if word(at + 1) != ")" => out.push((line, format!("crate {}", word(at + 1)))),
            "leaktrace" if word(at + 1) == "::" && file != "src/main.rs" => out.push((line, "leaktrace".to_string())),
            "super" if word(at + 1) == "::" && (at == 0 || word(at - 1) != "::") => {
                let (mut up, mut next) = (1, at + 2);
                while word(next) == "super" && word(next + 1) == "::" {
                    (up, next) = (up + 1, next + 2);
                }
                if up >= own.len() + inline.len() {
                    out.extend(heads(&tokens, next).into_iter().map(|n| (line, n.to_string())));
                }
            }
            _ => {}
        }
    }
    out
}

/// What stands at the crate's root without being a floor: re-exports and exported macros, with the floor they come from.
fn at_the_root() -> BTreeMap<String, String> {
    let mut out = BTreeMap::from([("Error".to_string(), "error".to_string()), ("Result".to_string(), "error".to_string())]);
    for file in sources() {
        let text = read(&file);
        for after in text.split("#[macro_export]").skip(1) {
            let name = after.split("macro_rules!").nth(1).and_then(|t| t.split_whitespace().next()).expect("a macro");
            out.insert(name.to_string(), module_of(&file)[0].clone());
        }
    }
    out
}

fn report(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[test]
fn no_floor_imports_from_above() {
    let (house, floors, others) = (House::from_drawing(), House::from_drawing().all(), at_the_root());
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|f| *f != "src/lib.rs" && *f != "src/main.rs") {
        let from = &module_of(file)[0];
        for (line, name) in root_names(file, &read(file)) {
            let to = others.get(&name).unwrap_or(&name);
            if !floors.contains(to) {
                wrong.push(format!("{file}:{line}: {name} is no floor of the drawing in src/lib.rs"));
            } else if !house.may_import(from, to) {
                wrong.push(format!("{file}:{line}: {from} imports {to}, which is not below it"));
            }
        }
    }
    report("imports against the drawing in src/lib.rs", &wrong);
}

#[test]
fn the_drawing_holds_every_floor() {
    let there: BTreeSet<String> = sources().iter().filter_map(|f| module_of(f).first().cloned()).collect();
    assert_eq!(House::from_drawing().all(), there);
}

#[test]
fn unsafe_stands_inside_its_fences() {
    assert!(read("Cargo.toml").contains("unsafe_code = \"deny\""), "the crate denies unsafe code but for the fences");
    let mut wrong = Vec::new();
    for file in sources() {
        let fenced = FENCES.iter().any(|(fence, _)| *fence == file);
        let uses: Vec<usize> = tokens(&read(&file)).into_iter().filter(|t| t.1 == "unsafe" || t.1 == "unsafe_code").map(|t| t.0).collect();
        match (fenced, uses.first()) {
            (false, Some(line)) => wrong.push(format!("{file}:{line}: unsafe code outside of the fences")),
            (true, None) => wrong.push(format!("{file}: a fence without unsafe code; take it off the list")),
            _ => {}
        }
    }
    report("unsafe code", &wrong);
    FENCES.iter().for_each(|(file, why)| assert!(root().join(file).is_file(), "{file} ({why}) is gone"));
}

#[test]
fn what_only_one_file_may_do() {
    let mut wrong = Vec::new();
    for file in sources() {
        let words: String = tokens(&read(&file)).into_iter().map(|t| format!(" {}", t.1)).collect();
        for (what, files, why) in ONLY_IN {
            let spaced = format!(" {}", what.replace("::", " :: "));
            if words.contains(&spaced) && !files.contains(&file.as_str()) {
                wrong.push(format!("{file}: {what} ({why})"));
            }
        }
    }
    report("outside of its place", &wrong);
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for file in sources() {
        let (lines, listed) = (read(&file).lines().count(), LONG.iter().any(|(long, _)| *long == file));
        match (lines > LINES, listed) {
            (true, false) => wrong.push(format!("{file}: {lines} lines; cut it by concept, or list it with a reason")),
            (false, true) => wrong.push(format!("{file}: {lines} lines; take it off the list")),
            _ => {}
        }
    }
    report(&format!("files of more than {LINES} lines"), &wrong);
}

#[test]
fn paths_are_seen_wherever_they_stand() {
    let text = r##"
        use crate::{Error, index::{self, open}, scan as s};
        // crate::comment
        const A: &str = "crate::string \" crate::still"; const B: &str = r#"crate::" raw"#; const C: char = '"';
        fn f<'a>(x: &'a crate::plan::Plan) -> u8 { $crate::matching::g(x); super::report::h(); super::super::cli::k() }
        mod tests { use super::super::attribute::Support; use super::inner; mod deep { use super::super::super::names; } }
        pub(crate) fn g() {}
        use crate as me;
    "##;
    let names = |file| root_names(file, text).into_iter().map(|(_, n)| n).collect::<Vec<_>>();
    let fixed = ["Error", "index", "scan", "plan", "matching"];
    assert_eq!(names("src/names.rs"), [&fixed[..], &["report", "cli", "attribute", "names", "crate as"]].concat());
    assert_eq!(names("src/index/open.rs"), [&fixed[..], &["cli", "crate as"]].concat());
    assert_eq!(module_of("src/index/open.rs"), ["index", "open"]);
    assert_eq!(module_of("src/index/mod.rs"), ["index"]);
}
