//! No value of a dump or a record appears in any output but `cat`'s. Values are planted where values stand, and where names are
//! values: headers, file names, arguments, schemas, plans. Every command runs, to success and into errors; every stream and every file
//! that came of it is searched for every planted value, also in lower case, in canonical form, in hexadecimal and in Base64.

mod support;

use leaktrace::fingerprint::Key;
use leaktrace::scan::file::PartFile;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{SCHEMA, World, leaktrace, records, run_with};

/// Made-up values that stand in no word of the program. Each row: as planted, and further forms that an output might take.
const PLANTED: [(&str, &[&str]); 11] = [
    ("zulfikar.plantedman@example.net", &["plantedman", "zulfikar.plantedman"]),
    ("Zulfikar Plantedman", &["zulfikar", "plantedman"]),
    ("0857-9911-7733", &["+6285799117733", "6285799117733", "085799117733", "85799117733"]),
    ("3174094107850007", &["3174 0941", "31740941"]),
    ("QX-55219087", &["qx55219087", "55219087"]),
    ("Jalan Gelatik Planted 77", &["gelatik"]),
    ("=HYPERLINK(\"http://example.net/planted\")", &["hyperlink", "=hyper"]),
    ("@SUM(7734198623,1)", &["7734198623"]),
    ("+cmd|planted'!A1", &["+cmd"]),
    ("1987-03-29", &["19870329", "29/03/1987"]),
    ("$2y$10$plantedhashplantedhash", &["plantedhash"]),
];

/// A row of the planted values.
const ROW: &str = "QX-55219087,zulfikar.plantedman@example.net,0857-9911-7733,Zulfikar Plantedman,1987-03-29,3174094107850007,\
                   Jalan Gelatik Planted 77,\"=HYPERLINK(\"\"http://example.net/planted\"\")\",\"@SUM(7734198623,1)\",+cmd|planted'!A1,\
                   $2y$10$plantedhashplantedhash\n";
const HEADER: &str = "member_no,email,phone,name,birth_date,nik,address,note,note2,note3,password\n";

/// Hexadecimal digits of a text.
fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

/// Base64 of a text, without what depends on its neighbours.
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks_exact(3)
        .flat_map(|c| {
            let bits = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
            [18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift & 63) as usize]))
        })
        .collect()
}

/// What to search for, lower case (Base64 as it is).
fn needles() -> Vec<(String, bool)> {
    let mut out = Vec::new();
    for (value, forms) in PLANTED {
        for form in std::iter::once(&value).chain(forms) {
            out.push((form.to_lowercase(), true));
            out.push((hex(form), true));
            out.push((hex(&form.to_lowercase()), true));
            out.extend([base64(form), base64(&form.to_lowercase())].into_iter().filter(|b| b.len() >= 8).map(|b| (b, false)));
        }
    }
    out
}

/// The watch over a folder: what was put there on purpose, and everything else.
struct Watch {
    world: World,
    ours: RefCell<BTreeMap<PathBuf, Vec<u8>>>,
    needles: Vec<(String, bool)>,
}

impl Watch {
    fn new() -> Watch {
        let watch = Watch { world: World::new(), ours: RefCell::default(), needles: needles() };
        for name in ["records.csv", "schema.toml"] {
            watch.ours.borrow_mut().insert(watch.world.at(name), std::fs::read(watch.world.at(name)).unwrap());
        }
        watch
    }

    /// A file that may hold what it holds.
    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.world.write(name, content.as_ref());
        self.ours.borrow_mut().insert(path.clone(), content.as_ref().to_vec());
        path
    }

    #[track_caller]
    fn search(&self, bytes: &[u8], what: &str) {
        let raw = String::from_utf8_lossy(bytes).into_owned();
        let lower = raw.to_lowercase();
        for (needle, folded) in &self.needles {
            let found = if *folded { lower.find(needle.as_str()) } else { raw.find(needle.as_str()) };
            if let Some(at) = found {
                let from = (at.saturating_sub(60)..=at).find(|&i| lower.is_char_boundary(i)).unwrap_or(0);
                panic!("{needle} is in {what}: …{}", lower[from..].chars().take(200).collect::<String>());
            }
        }
    }

    /// Runs a command and searches all that it printed and wrote. What is not a file put there on purpose is searched.
    #[track_caller]
    fn run(&self, command: Command, input: &str) -> support::Ran {
        let shown = format!("{command:?}");
        let ran = run_with(command, input.as_bytes());
        assert!(ran.code.is_some_and(|c| c <= 3) && !ran.stderr.contains("internal error"), "{shown}: {ran:?}");
        for (name, text) in [("standard output", &ran.stdout), ("standard error", &ran.stderr)] {
            self.search(text.as_bytes(), &format!("{name} of {shown}"));
            let bad = |c: &char| {
                c.is_control() && *c != '\n' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert_eq!(text.chars().find(bad), None, "{name} of {shown}: {text:?}");
        }
        let mut folders = vec![self.world.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).unwrap();
                match self.ours.borrow().get(&path) {
                    Some(before) => assert!(*before == bytes, "{} was changed by {shown}", path.display()),
                    None => self.search(&bytes, &format!("{} after {shown}", path.display())),
                }
            }
        }
        ran
    }

    /// Every way to scan and inspect a dump. Exit codes are for the tests of bad input.
    #[track_caller]
    fn scan_all(&self, dump: &Path) {
        let (json, plan) = (self.world.at("out.json"), self.world.at("plan.json"));
        let _ = std::fs::remove_file(&plan);
        let j = json.to_str().unwrap();
        self.run(self.world.scan_command(&[dump], &[]), "");
        self.run(self.world.scan_command(&[dump], &["--json", j]), "");
        self.run(self.world.scan_command(&[dump], &["--each", "--json", "-"]), "");
        for lang in ["en", "id"] {
            let report = self.world.at("report");
            self.run(self.world.scan_command(&[dump], &["--each", "--lang", lang, "--report", report.to_str().unwrap()]), "");
        }
        self.run(self.world.scan_command(&[dump], &["--each"]), "");
        let mut inspect = leaktrace(["inspect", "--plan"]);
        inspect.arg(&plan).arg(dump);
        self.run(inspect, "");
        self.run(self.world.scan_command(&[dump], &["--plan", plan.to_str().unwrap()]), "");
        let mut schema = leaktrace(["schema"]);
        schema.arg(dump);
        self.run(schema, "");
        let mut verify = leaktrace(["verify"]);
        verify.arg(dump);
        self.run(verify, "");
        self.known_again(dump);
        self.in_parts(dump);
        if let Ok(text) = std::fs::read_to_string(dump) {
            self.run(self.world.scan_command(&["-".as_ref()], &["--json", "-"]), &text);
        }
    }

    /// Its plan in parts, each scanned and merged; what a part holds is searched in the clear, too.
    #[track_caller]
    fn in_parts(&self, dump: &Path) {
        let (plan, out) = (self.world.at("parts.json"), self.world.at("part.ltp"));
        let mut inspect = leaktrace(["inspect", "--part-size", "1GB", "--plan"]);
        inspect.arg(&plan).arg(dump);
        if self.run(inspect, "").code != Some(0) {
            return;
        }
        let (plan, out) = (plan.to_str().unwrap(), out.to_str().unwrap());
        let part = ["--plan", plan, "--part", "0", "--keep", "affected,fingerprint", "-o", out];
        if self.run(self.world.scan_command(&[dump], &part), "").code != Some(0) {
            return;
        }
        let key = Key::read(&self.world.at("case.key")).unwrap();
        self.search(&PartFile::open(Path::new(out)).unwrap().body(&key).unwrap(), "what a part holds");
        let mut merge = leaktrace(["merge", out, "--plan", plan, "--json", "-", "--index"]);
        merge.arg(self.world.at("a.ltx")).arg("--key").arg(self.world.at("case.key"));
        self.run(merge, "");
        for file in [plan, out] {
            std::fs::remove_file(file).unwrap();
        }
    }

    /// Its fingerprint, compared, put into a library and found there.
    #[track_caller]
    fn known_again(&self, dump: &Path) {
        let (key, library) = (self.world.at("case.key"), self.world.at("known"));
        let (library, key) = (library.to_str().unwrap(), key.to_str().unwrap());
        let _ = std::fs::remove_dir_all(library);
        let (a, b) = (self.world.at("a.ltf"), self.world.at("b.ltf"));
        for out in [&a, &b] {
            let mut take = leaktrace(["fingerprint", "--key", key, "-o"]);
            take.arg(out).arg(dump);
            self.run(take, "");
        }
        if a.exists() {
            let mut compare = leaktrace(["compare", "--json", "-"]);
            compare.args([&a, &b]);
            self.run(compare, "");
            let mut compare = leaktrace(["compare"]);
            compare.args([&a, &b, &a]);
            self.run(compare, "");
        }
        for verb in ["add", "find"] {
            let mut command = leaktrace(["library", verb, "--library", library, "--library-key", key]);
            command.arg(dump);
            self.run(command, "");
        }
        self.run(leaktrace(["library", "list", "--library", library]), "");
        if Path::new(library).exists() {
            let report = self.world.at("report");
            self.run(self.world.scan_command(&[dump], &["--library", library, "--report", report.to_str().unwrap()]), "");
        }
    }

    fn index(&self, records: &Path, schema: &Path) -> Command {
        let mut command = leaktrace(["index", "--memory", "16", "--key"]);
        command.arg(self.world.at("case.key")).arg("--schema").arg(schema).arg(records).arg("-o").arg(self.world.at("planted.ltx"));
        command
    }
}

/// A table in which every second row is the planted one.
fn planted(header: &str) -> String {
    let rest = ",1,2,3,4,5,6\n";
    header.to_string() + &records(0..200).lines().skip(1).map(|line| format!("{line}{rest}{ROW}")).collect::<String>()
}

#[test]
fn values_in_cells() {
    let watch = Watch::new();
    let dump = watch.put("dump.csv", planted(HEADER));
    watch.scan_all(&dump);
    let schema = watch.world.at("schema.toml");
    watch.run(watch.index(&dump, &schema), "").ends(0, &["indexed"]);
    let index = watch.world.at("planted.ltx");
    for command in ["verify", "inspect", "schema"] {
        let mut command = leaktrace([command]);
        command.arg(&index);
        watch.run(command, "");
    }
    let mut scan = leaktrace(["scan", "--json", "-", "--index"]);
    scan.arg(&index).arg("--key").arg(watch.world.at("case.key")).arg(&dump);
    watch.run(scan, "").ends(1, &[]);
    // The proposed schema, as it is, makes an index.
    let mut propose = leaktrace(["schema"]);
    propose.arg(&dump);
    let proposed = watch.run(propose, "").ends(0, &[]).stdout.clone();
    let proposed = watch.put("proposed.toml", proposed);
    watch.run(watch.index(&dump, &proposed), "").ends(0, &[]);
}

/// Also while the index is made: nothing in the folder of its temporary files holds a value. The unnamed ones hold permuted fingerprints only.
#[test]
fn values_while_an_index_is_made() {
    let watch = Watch::new();
    let table: String = HEADER.to_string() + &ROW.repeat(60_000);
    let dump = watch.put("large.csv", table);
    let mut command = watch.index(&dump, &watch.world.at("schema.toml"));
    let mut child = command.stderr(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut seen = 0;
    while child.try_wait().unwrap().is_none() {
        for name in watch.world.names().iter().filter(|n| n.contains("planted.ltx")) {
            if let Ok(bytes) = std::fs::read(watch.world.at(name)) {
                watch.search(&bytes, name);
                seen += usize::from(!bytes.is_empty());
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(15));
    }
    println!("looked at {seen} drafts of the index");
}

/// In prose, as the names and contents of elements, and inside of cells of a column whose header is a value.
#[test]
fn values_in_texts_and_inside_of_cells() {
    let watch = Watch::new();
    let values: Vec<&str> = PLANTED.iter().map(|p| p.0).collect();
    let prose = |n: usize| format!("{n} times they said that {} is what they meant all the time\n", values[n % values.len()]);
    watch.scan_all(&watch.put("prose.txt", (0..300).map(prose).collect::<String>()));
    let element =
        |n: usize| format!("<plantedman>\n<e>{}</e>\n<zulfikar p=\"{}\"/></plantedman>\n", values[n % values.len()], values[n % 4]);
    let elements: String = (0..300).map(element).collect();
    watch.scan_all(&watch.put("elements.xml", format!("<?xml version=\"1.0\"?>\n<gelatik>\n{elements}</gelatik>\n")));
    for header in ["id,name,Zulfikar Plantedman\n", "id,name,notes\n", ""] {
        let row = |n: usize| format!("{n},x,\"{{\"\"mail\"\":\"\"{}\"\",\"\"p\"\":\"\"{}\"\"}}\"\n", values[0], values[2]);
        watch.scan_all(&watch.put("cells.csv", header.to_string() + &(0..300).map(row).collect::<String>()));
    }
}

#[test]
fn a_person_as_the_first_line() {
    let watch = Watch::new();
    let dump = watch.put("headerless.csv", planted(""));
    watch.scan_all(&dump);
    let first = watch.put("first.csv", format!("{ROW}{}", planted("")));
    watch.scan_all(&first);
    watch.run(watch.index(&first, &watch.world.at("schema.toml")), "").ends(2, &["does not have"]);
    // Alone, as a table of one column.
    for (value, _) in PLANTED {
        let cell = format!("\"{}\"", value.replace('"', "\"\""));
        watch.scan_all(&watch.put("column.csv", format!("{cell}\n").repeat(3)));
    }
}

/// Cells of a header line that otherwise is one.
#[test]
fn headers_that_are_values() {
    let watch = Watch::new();
    for (value, _) in PLANTED {
        let cell = format!("\"{}\"", value.replace('"', "\"\""));
        let header = HEADER.replace("note3", &cell);
        let dump = watch.put("header.csv", planted(&header));
        watch.scan_all(&dump);
        watch.run(watch.index(&dump, &watch.world.at("schema.toml")), "");
        // A schema that does not fit says which columns there are.
        let other = watch.put("other.toml", SCHEMA.replace("birth_date", "born_on"));
        watch.run(watch.index(&dump, &other), "").ends(2, &["born_on"]);
    }
    let escapes = HEADER.replace("note3", "a\u{1b}[31mb\u{202e}c").replace("note2", "\"two\nlines\"");
    watch.scan_all(&watch.put("escapes.csv", planted(&escapes)));
}

/// Identifiers and control characters in the names of files and folders.
#[cfg(unix)]
#[test]
fn names_of_files() {
    let watch = Watch::new();
    for name in [
        "zulfikar.plantedman@example.net.csv",
        "0857-9911-7733/3174094107850007.csv",
        "a +62 857 9911 7733 b.csv",
        "x\u{1b}[31m\u{1b}]0;t\u{7}\n\u{202e}vsc.csv",
        "zulfikar.plantedman@example.net/y\u{2066}\r.csv",
    ] {
        for content in [planted(HEADER), String::new(), "\u{1f}\u{8b}".into(), "{\"zulfikar.plantedman@example.net\": 1}".into()] {
            watch.scan_all(&watch.put(name, content));
        }
        let path = watch.world.at(name);
        watch.scan_all(path.parent().unwrap());
        watch.scan_all(&watch.world.at(format!("{name}.missing")));
        watch.run(watch.index(&path, &path), "").ends(2, &[]);
        watch.run(watch.index(&path, &watch.world.at("schema.toml")), "").ends(2, &[]);
        let nowhere = watch.world.at("nowhere").join(Path::new(name).file_name().unwrap());
        let command = watch.world.scan_command(&[&path], &["--json", nowhere.to_str().unwrap()]);
        watch.run(command, "").ends(2, &["cannot write"]);
        let mut keygen = leaktrace(["keygen", "-o"]);
        keygen.arg(&path);
        watch.run(keygen, "").ends(2, &["never overwritten"]);
    }
}

/// Values typed or passed in the wrong place, and records given as schema, plan, key or index.
#[test]
fn values_in_the_wrong_place() {
    let watch = Watch::new();
    let dump = watch.put("dump.csv", planted(HEADER));
    let scan = |more: &[&str]| {
        watch.run(watch.world.scan_command(&[&dump], more), "").ends(2, &[]);
    };
    for value in ["zulfikar.plantedman@example.net", "0857-9911-7733", "3174094107850007"] {
        scan(&["--threshold", value]);
        scan(&["--threads", value]);
        scan(&[&format!("--{value}")]);
        scan(&["--plan", value]);
        watch.run(leaktrace([value]), "").ends(2, &[]);
        watch.run(leaktrace(["keygen", value]), "").ends(2, &[]);
        let mut index = watch.index(&dump, &watch.world.at("schema.toml"));
        index.args(["--snapshot", value]);
        watch.run(index, "").ends(2, &["--snapshot"]);
        let column = watch.put("column.toml", SCHEMA.replace("\"birth_date\"", &format!("\"{value}\"")));
        watch.run(watch.index(&dump, &column), "").ends(2, &[]);
        for part in ["\"email\"", "kind", "\"identifier\"", "2026-11-01", "[institution]"] {
            let schema = watch.put("broken.toml", SCHEMA.replacen(part, &format!("\"{value}\""), 1));
            watch.run(watch.index(&dump, &schema), "").ends(2, &[]);
        }
        for schema in [format!("\"{value}\" = 1"), format!("[[\"{value}\"]]"), format!("institution = \"{value}\"")] {
            let schema = watch.put("broken.toml", schema);
            watch.run(watch.index(&dump, &schema), "").ends(2, &[]);
        }
    }
    let path = dump.to_str().unwrap();
    scan(&["--plan", path]);
    scan(&["--key", path]);
    scan(&["--index", path]);
    watch.run(watch.index(&dump, &dump), "").ends(2, &["not valid"]);
    let json = "{\"schema\": \"Zulfikar Plantedman\", \"zulfikar.plantedman@example.net\": [\"3174094107850007\"]}";
    for other in [json, "[\"Zulfikar Plantedman\"]", "INSERT INTO m VALUES ('3174094107850007','Zulfikar Plantedman');\n"] {
        let file = watch.put("other.json", other);
        watch.scan_all(&file);
        scan(&["--plan", file.to_str().unwrap()]);
        watch.run(watch.index(&file, &watch.world.at("schema.toml")), "").ends(2, &["cannot be read"]);
    }
}

/// Keys, titles and lines of entries, and lists of credentials.
#[test]
fn entries_and_credentials() {
    let watch = Watch::new();
    let text = |entry: &dyn Fn(&str, usize) -> String| {
        let entries = |(value, _): &(&str, &[&str])| (0..9).map(|n| entry(value, n)).collect::<String>();
        PLANTED.iter().map(entries).collect::<Vec<_>>()
    };
    let key = |value: &str, n: usize| format!("id: {n}\nemail: {value}\n{value}: {n}\n[{value}]: {n}\n{value} = {n}\n\n");
    let title = |value: &str, n: usize| format!("[{value}]\nid={n}\nemail=x{n}@example.org\n=== {value} ===\nid={n}\nemail=y\n{value}\n");
    let card = |value: &str, n: usize| {
        format!("BEGIN:VCARD\nFN:x{n}\n{value}:{n}\nZulfikar:x\nX-A;{value}=\"{value}\":1\nTEL;{value}:{value}\nEND:VCARD\n")
    };
    let record = |value: &str, n: usize| format!("dn: cn={value}\ncn: {n}\n{value}: x\nZulfikar;{value}: {value}\n{value}\n\n");
    let line = |value: &str, n: usize| format!("https://example.org/{n}:{value}:{value}\n{value}\n");
    for (name, text) in
        [("key", text(&key)), ("title", text(&title)), ("card", text(&card)), ("record", text(&record)), ("line", text(&line))]
    {
        watch.scan_all(&watch.put(&format!("{name}.txt"), text.concat()));
        watch.scan_all(&watch.put(&format!("{name}.one.txt"), &text[1]));
    }
}
