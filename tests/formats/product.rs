//! One table in every format, times every encoding, times every container: each file gives the answer that the plain CSV gives.
//!
//! There are some twelve thousand such files. The test that always runs takes few rows and each thirty-seventh file: every format, every encoding and
//! every container, though not each with each. The others are not run unless asked for: all files of few rows, and files of a hundred thousand rows.
//!
//! ```text
//! cargo test --release --test formats -- --ignored the_whole_product                                  (minutes)
//! PRODUCT_PART=3/40 cargo test --release --test formats -- --ignored the_product_of_a_hundred         (each fortieth file, from the third on)
//! ```

use crate::wraps::{MORE, WRAPS, Wrap};
use crate::{Script, World, binary, credentials, texts};
use encoding_rs::Encoding;
use serde_json::Value;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows of the test that always runs: enough of them to tell a legacy encoding from its kin.
const FEW: usize = 300;

/// Rows that a dump is promised to be read with.
const MANY: usize = 100_000;

/// A scan keeps two cores busy only for part of its time.
const THREADS: usize = 2;

/// Scripts, and the encodings that each is commonly written in beside Unicode's.
const LEGACY: [(Script, &[&Encoding]); 9] = [
    (Script::Latin, &[encoding_rs::WINDOWS_1252]),
    (Script::Central, &[encoding_rs::WINDOWS_1250, encoding_rs::ISO_8859_2]),
    (Script::Cyrillic, &[encoding_rs::WINDOWS_1251, encoding_rs::KOI8_R, encoding_rs::ISO_8859_5]),
    (Script::Greek, &[encoding_rs::WINDOWS_1253, encoding_rs::ISO_8859_7]),
    (Script::Turkish, &[encoding_rs::WINDOWS_1254]),
    (Script::Simplified, &[encoding_rs::GBK, encoding_rs::GB18030]),
    (Script::Traditional, &[encoding_rs::BIG5]),
    (Script::Japanese, &[encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP]),
    (Script::Korean, &[encoding_rs::EUC_KR]),
];

/// A text in a format, and what it must give.
struct Text<'w> {
    world: &'w World,
    name: String,
    text: Vec<u8>,
    expected: &'w Value,
}

/// What writes a text in an encoding.
type Encode = Box<dyn Fn(&[u8]) -> Vec<u8> + Sync>;

/// The encodings of Unicode.
fn unicode() -> Vec<(String, Encode)> {
    let mut all: Vec<(String, Encode)> = vec![("utf-8".to_string(), Box::new(<[u8]>::to_vec))];
    for (n, (name, _)) in texts::wide("").into_iter().enumerate() {
        all.push((name.to_string(), Box::new(move |text| texts::wide(std::str::from_utf8(text).unwrap()).swap_remove(n).1)));
    }
    all
}

fn legacy(encoding: &'static Encoding) -> (String, Encode) {
    let encode = move |text: &[u8]| {
        let (bytes, _, lossy) = encoding.encode(std::str::from_utf8(text).unwrap());
        assert!(!lossy, "{}", encoding.name());
        bytes.into_owned()
    };
    (encoding.name().to_string(), Box::new(encode))
}

/// Writes and reads each file for which `wanted` holds, and deletes it.
fn product(rows: usize, wanted: impl Fn(usize) -> bool + Sync) {
    let none: Wrap = <[u8]>::to_vec;
    let containers: Vec<(&str, Wrap)> = [("bare", none)].into_iter().chain(WRAPS).chain(MORE).collect();
    let (number, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let (mut first, mut read) = (0, 0);
    let mut worlds = vec![(Script::Any, unicode())];
    worlds.extend(LEGACY.map(|(script, encodings)| (script, encodings.iter().map(|e| legacy(e)).collect())));
    for (script, encodings) in worlds {
        let world = World::new(rows, script);
        let listed = world.answer("credentials.csv", &credentials::csv(&world.rows));
        let text = |(name, text): (&str, Vec<u8>)| Text { world: &world, name: name.to_string(), text, expected: &world.expected };
        let mut plain = vec![text(("commas.csv", texts::csv(&world.rows, b',')))];
        plain.extend(texts::all(&world.rows).into_iter().map(text));
        let mut files: Vec<(Text<'_>, &[(String, Encode)])> = plain.into_iter().map(|text| (text, &encodings[..])).collect();
        if script == Script::Any {
            let lists = credentials::all(&world.rows).into_iter().map(text);
            files.extend(lists.map(|list| (Text { expected: &listed, ..list }, &encodings[..])));
            // No other encoding is theirs.
            files.extend(binary::all(&world.rows).into_iter().map(text).map(|file| (file, &encodings[..1])));
        }
        let all: Vec<_> = files.iter().flat_map(|(text, encodings)| encodings.iter().map(move |encoding| (text, encoding))).collect();
        let todo: Vec<(usize, usize)> =
            (0..all.len() * containers.len()).filter(|n| wanted(first + n)).map(|n| (n / containers.len(), n % containers.len())).collect();
        first += all.len() * containers.len();
        read += todo.len();
        number.store(0, Ordering::Relaxed);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    while let Some(&(file, container)) = todo.get(number.fetch_add(1, Ordering::Relaxed)) {
                        let (text, (encoding, encode)) = all[file];
                        let (container, wrap) = containers[container];
                        let name = format!("{}.{encoding}.{container}", text.name);
                        if let Err(why) = text.same(&name, &wrap(&encode(&text.text))) {
                            failed.lock().unwrap().push(format!("{name} of {script:?}: {why}"));
                        }
                    }
                });
            }
        });
    }
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    println!("{read} of {first} files of {rows} rows, {} of them not alike", failed.len());
    assert!(failed.is_empty(), "{} of {read} files:\n{}", failed.len(), failed.join("\n"));
}

impl Text<'_> {
    /// The file, written under this name, gives the answer that it must.
    fn same(&self, name: &str, content: &[u8]) -> Result<(), String> {
        let path = crate::put(self.world.folder.path(), name, content);
        let document = self.world.scan(std::slice::from_ref(&path));
        std::fs::remove_file(path).unwrap();
        let answer = crate::short(&document);
        if document["coverage"]["complete"] != true {
            return Err(format!("not complete: {}", document["coverage"]["skipped"]));
        }
        if answer != *self.expected {
            return Err(format!("{answer}, not {}", self.expected));
        }
        Ok(())
    }
}

#[test]
fn a_part_of_the_product() {
    // Without a common factor with the number of containers: they take turns.
    product(FEW, |n| n % 37 == 0);
}

#[test]
#[ignore = "takes minutes"]
fn the_whole_product() {
    product(FEW, |_| true);
}

#[test]
#[ignore = "takes hours; a part of it can be asked for"]
fn the_product_of_a_hundred_thousand_rows() {
    let part = std::env::var("PRODUCT_PART").unwrap_or_else(|_| "0/1".to_string());
    let (from, of) = part.split_once('/').expect("a part is written as 3/40");
    let (from, of): (usize, usize) = (from.parse().unwrap(), of.parse().unwrap());
    product(MANY, |n| n % of == from);
}
