//! Digests in the place of values: the same rows are found as by the values themselves, whichever algorithm and spelling was used; what was salted
//! is not found, and the report says what would have to be, and what it does not speak about.

mod common;

use common::{Cut, in_short, index, put, scan, try_build, try_open, try_scan};
use leaktrace::progress::Silent;
use leaktrace::report::terminal;
use serde_json::Value;
use sha2::Digest as _;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PEOPLE: usize = 240;

const ALL: &str = "hashes = [\"md5\", \"sha1\", \"sha256\", \"sha512\"]\n";

fn schema(hashes: &str) -> String {
    let field = |column: &str, kind: &str, more: &str| {
        format!("[[field]]\ncolumn = \"{column}\"\nkind = \"{kind}\"\nrole = \"identifier\"\n{more}{hashes}")
    };
    let identifiers =
        [field("email", "email", ""), field("hp", "phone", ""), field("nik", "nik", ""), field("member", "id", "issued = true\n")];
    format!(
        "[institution]\nname = \"Digest Contoh\"\nregion = \"ID\"\n{}[[field]]\ncolumn = \"nama\"\nkind = \"name\"\nrole = \"attribute\"\n",
        identifiers.concat()
    )
}

/// A person: e-mail, phone, national id, member number, name.
fn person(n: usize) -> [String; 5] {
    [
        format!("Orang.{n}@Contoh.Example"),
        format!("0812-1{:03}-{:04}", n % 7, 1000 + n),
        format!("32.01.01.{:02}0385.{:04}", 1 + n % 28, n + 1),
        format!("m-{:09}", (n as u64 * 618_033_989 + 271_828_183) % 1_000_000_007),
        format!("Nama{} Contoh", ["Adi", "Budi", "Citra", "Dewi"][n % 4].to_lowercase() + &"abcdefgh"[n % 8..n % 8 + 1]),
    ]
}

fn records() -> String {
    (0..PEOPLE).map(person).fold("email,hp,nik,member,nama\n".to_string(), |text, p| text + &p.join(",") + "\n")
}

/// The ways in which people write a field of a person, by hand.
fn spellings(field: usize, n: usize) -> Vec<String> {
    let [email, phone, nik, member, _] = person(n);
    let national = phone.replace('-', "");
    match field {
        0 => vec![email.to_lowercase(), email],
        1 => vec![format!("+62{}", &national[1..]), format!("62{}", &national[1..]), national.clone(), national[1..].to_string(), phone],
        2 => vec![nik.replace('.', ""), nik],
        _ => vec![member.replace('-', "").to_uppercase(), member],
    }
}

fn digest(algorithm: usize, text: &str) -> Vec<u8> {
    match algorithm {
        0 => md5::Md5::digest(text).to_vec(),
        1 => sha1::Sha1::digest(text).to_vec(),
        2 => sha2::Sha256::digest(text).to_vec(),
        _ => sha2::Sha512::digest(text).to_vec(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bit = |n: usize| bytes.get(n / 8).map_or(0, |b| b >> (7 - n % 8) & 1);
    (0..(8 * bytes.len()).div_ceil(6)).map(|s| char::from(alphabet[(0..6).fold(0, |v, b| 2 * v + bit(6 * s + b) as usize)])).collect()
}

fn written(bytes: &[u8], how: usize) -> String {
    match how % 4 {
        0 => hex(bytes),
        1 => hex(bytes).to_uppercase(),
        2 => format!("0x{}", hex(bytes)),
        _ => base64(bytes),
    }
}

struct Bench {
    folder: tempfile::TempDir,
    index: PathBuf,
}

impl Bench {
    fn new(hashes: &str) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out.ltx");
        index(&put(folder.path(), "records.csv", records()), &schema(hashes), &out);
        Bench { index: out, folder }
    }

    fn scan(&self, dump: &str) -> Value {
        let question = try_open(std::slice::from_ref(&self.index)).unwrap();
        scan(&question, &put(self.folder.path(), "dump.csv", dump))
    }

    fn screen(&self, dump: &str) -> String {
        let question = try_open(std::slice::from_ref(&self.index)).unwrap();
        let dump = put(self.folder.path(), "dump.csv", dump);
        let text = terminal::render(&try_scan(&question, &[dump], Cut::USUAL, &Silent).unwrap());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Rows of every third person and as many strangers.
fn rows() -> impl Iterator<Item = (usize, bool)> {
    (0..PEOPLE / 3).flat_map(|n| [(3 * n, true), (PEOPLE + 5 * n, false)])
}

fn found(document: &Value, field: &str) -> [u64; 4] {
    let i = &document["institutions"][0];
    [&i["hits"][field], &i["rows_hit"], &i["rows_corroborated"], &i["records_distinct"]].map(|v| v.as_u64().unwrap())
}

#[test]
fn every_algorithm_and_spelling_finds_what_the_values_find() {
    let bench = Bench::new(ALL);
    for (field, name) in ["email", "hp", "nik", "member"].into_iter().enumerate() {
        let plain = rows().fold("nama,nilai\n".to_string(), |text, (n, _)| text + &format!("{},{}\n", person(n)[4], person(n)[field]));
        let plain = found(&bench.scan(&plain), name);
        assert_eq!(plain, [80; 4], "{name}: every third person, corroborated by the name");
        for algorithm in 0..4 {
            for spelling in 0..spellings(field, 0).len() {
                let how = field + algorithm + spelling;
                let line = |text: String, (n, _)| {
                    text + &format!("{},{}\n", person(n)[4], written(&digest(algorithm, &spellings(field, n)[spelling]), how))
                };
                let document = bench.scan(&rows().fold("nama,nilai\n".to_string(), line));
                assert_eq!(found(&document, name), plain, "{name}, algorithm {algorithm}, spelling {spelling}\n{}", in_short(&document));
                let column = document["columns"].as_array().unwrap().iter().find(|c| c["column"] == 2 && c["hits"] != 0).unwrap();
                let kind = ["md5", "sha1", "sha256", "sha512"][algorithm];
                assert_eq!((column["kind"].as_str(), column["field"].as_str()), (Some(kind), Some(name)));
                assert_eq!(document["hints"], serde_json::json!([]));
            }
        }
    }
}

/// Digests of any spelling and algorithm in one column each, beside strangers and broken ones: counted by sets of digests made here.
#[test]
fn a_mixed_dump_is_counted_as_sets_count_it() {
    let bench = Bench::new("hashes = [\"md5\", \"sha256\"]\n");
    let mut known: [BTreeSet<Vec<u8>>; 4] = Default::default();
    for n in 0..PEOPLE {
        for (field, known) in known.iter_mut().enumerate() {
            known.extend(spellings(field, n).iter().flat_map(|s| [digest(0, s), digest(2, s)]));
        }
    }
    let mut dump = String::from("surel_md5,hp_sha1,nik_sha256\n");
    let (mut hits, mut rows_hit) = ([0u64; 3], 0);
    for row in 0..600 {
        let n = row * 7 % (2 * PEOPLE);
        let cells = [(0, 0), (1, 1), (2, 2)].map(|(field, algorithm)| {
            let all = spellings(field, n);
            let spelling = &all[row / 3 % all.len()];
            let salted = if row % 11 == field { format!("garam{spelling}") } else { spelling.clone() };
            digest(algorithm, &salted)
        });
        let hit: Vec<bool> = cells.iter().enumerate().map(|(field, cell)| known[field].contains(cell)).collect();
        hits.iter_mut().zip(&hit).for_each(|(count, hit)| *count += u64::from(*hit));
        rows_hit += u64::from(hit.contains(&true));
        dump += &format!("{},{},{}\n", written(&cells[0], row % 3), written(&cells[1], row % 3), written(&cells[2], row % 3));
    }
    let document = bench.scan(&dump);
    let i = &document["institutions"][0];
    assert_eq!(["email", "hp", "nik"].map(|f| i["hits"][f].as_u64().unwrap()), hits);
    assert_eq!((i["rows_hit"].as_u64(), hits[1]), (Some(rows_hit), 0), "no index holds SHA-1");
    let hints = document["hints"].as_array().unwrap();
    assert_eq!(hints.len(), 1, "{hints:?}");
    assert_eq!((&hints[0]["column"], &hints[0]["schema_line"]), (&2.into(), &"hashes = [\"sha1\"]".into()));
    assert!(hints[0]["sentence"].as_str().unwrap().contains("Other columns of its table did match"));
    let shown = bench.screen(&dump);
    assert!(
        shown.contains("email (by MD5 digest)") && shown.contains("nik (by SHA-256 digest)") && shown.contains("hashes = [\"sha1\"]"),
        "{shown}"
    );
}

#[test]
fn a_hashed_address_and_a_plain_phone_of_one_record_corroborate_each_other() {
    let bench = Bench::new(ALL);
    let line = |text: String, (n, _)| text + &format!("{},{}\n", hex(&digest(1, &person(n)[0].to_lowercase())), person(n)[1]);
    let document = bench.scan(&rows().fold("a,b\n".to_string(), line));
    assert_eq!(found(&document, "email"), [80; 4], "{}", in_short(&document));
    // The phone of another: two fields of different records are no corroboration.
    let line = |text: String, (n, _)| text + &format!("{},{}\n", hex(&digest(1, &person(n)[0].to_lowercase())), person(n + 1)[1]);
    let document = bench.scan(&rows().fold("a,b\n".to_string(), line));
    assert_eq!(document["institutions"][0]["rows_corroborated"], 0);
}

fn hashed_addresses(salt: &str) -> String {
    rows().fold("nama,x\n".to_string(), |text, (n, _)| {
        text + &format!("{},{}\n", person(n)[4], hex(&digest(0, &format!("{salt}{}", person(n)[0].to_lowercase()))))
    })
}

#[test]
fn what_is_salted_is_not_found_and_the_report_says_why() {
    let bench = Bench::new(ALL);
    let document = bench.scan(&hashed_addresses("garam"));
    assert_eq!(document["verdict"]["kind"], "no_match");
    let sentence = document["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("digests (MD5)") && sentence.contains("salt") && sentence.contains("does not speak"), "{sentence}");
    let hint = &document["hints"][0];
    assert_eq!(
        (&hint["kind"], &hint["column"], &hint["algorithm"], &hint["encoding"]),
        (&"digests".into(), &2.into(), &"md5".into(), &"hex".into())
    );
    assert_eq!(hint["schema_line"], Value::Null, "the index holds such digests");
    assert!(hint["sentence"].as_str().unwrap().contains("salt or pepper cannot match"));
    let shown = bench.screen(&hashed_addresses("garam"));
    assert!(shown.contains("MD5 digest, no hit") && shown.contains("Hint"), "{shown}");
}

#[test]
fn digests_that_no_index_holds_are_no_no_match() {
    let bench = Bench::new("");
    let document = bench.scan(&hashed_addresses(""));
    assert_eq!(document["verdict"]["kind"], "inconclusive");
    let sentence = document["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("digests (MD5)") && sentence.contains("Nothing was compared"), "{sentence}");
    assert_eq!(document["hints"][0]["schema_line"], "hashes = [\"md5\"]");
    // Beside an identifier that was searched, the reservation is one.
    let strangers =
        (0..100).fold("email,x\n".to_string(), |text, n| text + &format!("asing{n}@contoh.example,{}\n", hex(&digest(2, &n.to_string()))));
    let document = bench.scan(&strangers);
    assert_eq!(document["verdict"]["kind"], "no_match");
    let reservations = document["verdict"]["reservations"].to_string();
    assert!(reservations.contains("does not speak about digests (SHA-256)"), "{reservations}");
    // Nobody expects an index to know passwords.
    let document = bench.scan(&strangers.replace("email,x", "email,password"));
    assert_eq!(document["hints"], serde_json::json!([]));
}

#[test]
fn an_index_without_hashes_holds_no_digest_and_one_with_them_checks_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = put(folder.path(), "records.csv", records());
    let build = |name: &str, hashes: &str, cut| {
        let out: PathBuf = Path::new(folder.path()).join(name);
        let built = try_build(std::slice::from_ref(&file), &schema(hashes), &out, cut).unwrap();
        (built.meta, std::fs::read(out).unwrap())
    };
    let (plain, bytes) = build("plain.ltx", "", Cut::USUAL);
    assert_eq!((plain.keys, plain.values), (4 * PEOPLE as u64, 4 * PEOPLE as u64));
    assert!(!bytes.windows(6).any(|w| w == b"hashes"), "nothing is said of what is not there");
    let (hashed, bytes) = build("hashed.ltx", ALL, Cut::USUAL);
    // Two spellings of an e-mail, five of a phone, two of a NIK and of a member number, four digests each.
    assert_eq!(hashed.keys, (4 + 4 * 11) * PEOPLE as u64);
    assert!(hashed.identifiers.iter().all(|f| f.present == PEOPLE as u64));
    let check = hashed.self_check.unwrap();
    assert_eq!((check.found, check.values % 48), (check.values, 0));
    for cut in [Cut { threads: 3, segment_bytes: 1 << 10, memory: 1 << 16 }, Cut { threads: 1, segment_bytes: 1 << 20, memory: 1 }] {
        assert!(build("hashed.ltx", ALL, cut).1 == bytes, "{cut:?}");
    }
}
