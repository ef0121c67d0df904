//! What an index shows to whoever lacks the key: nothing that joins it with another index of the same people and key, no equal attributes
//! within it, and no fingerprint or value as such.

mod common;

use common::{index, key, put};
use leaktrace::fingerprint::{Hasher, pack};
use leaktrace::identify::Kind;
use leaktrace::index::layout::{Header, Section};
use std::collections::{HashMap, HashSet};
use std::path::Path;

const RECORDS: usize = 10_000;

const SCHEMA: &str = "[institution]\nname = \"Rahasia Contoh\"\nregion = \"ID\"\n\
    [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"member\"\nkind = \"id\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"house\"\nkind = \"id\"\nrole = \"identifier\"\nconcept = \"house\"\n\
    [[field]]\ncolumn = \"name\"\nkind = \"name\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"city\"\nkind = \"text\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"state\"\nkind = \"text\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"plan\"\nkind = \"text\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"since\"\nkind = \"date\"\nrole = \"created\"\n";

/// Every attribute is the same in all records, and two records share each house.
fn row(n: usize) -> String {
    format!("person{n}@contoh.example,mbr{:07},house{:06},Siti Contoh,Bandung,active,gold,2020-02-02\n", n * 7 + 1_000_000, n / 2)
}

fn build(folder: &Path, name: &str, rows: impl Iterator<Item = usize>) -> (Vec<u8>, Header) {
    let text = rows.map(row).fold(String::from("email,member,house,name,city,state,plan,since\n"), |t, r| t + &r);
    let out = folder.join(format!("{name}.ltx"));
    index(&put(folder, &format!("{name}.csv"), text), SCHEMA, &out);
    let file = std::fs::read(out).unwrap();
    let header = Header::read(&file).unwrap();
    (file, header)
}

fn section(index: &(Vec<u8>, Header), id: Section) -> &[u8] {
    let entry = index.1.section(id).unwrap();
    &index.0[entry.offset as usize..(entry.offset + entry.length) as usize]
}

fn word(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().unwrap())
}

const SECRET: [Section; 5] = [Section::Filter, Section::Table, Section::Postings, Section::Records, Section::Panel];

/// Bytes of an item of each section, by which words of two indexes would line up.
fn words(index: &(Vec<u8>, Header), id: Section) -> Vec<u64> {
    let bytes = section(index, id);
    let stride = if id == Section::Records { bytes.len() / RECORDS } else { 8 };
    // Empty slots and blocks say how full a bucket is, which is not secret.
    bytes.chunks_exact(stride).map(|c| word(&c[..8])).filter(|&w| w != 0).collect()
}

#[test]
fn two_indexes_of_the_same_people_share_no_words() {
    let folder = tempfile::tempdir().unwrap();
    let a = build(folder.path(), "a", 0..RECORDS);
    // The same people in the other order, and the same people but for the last: other inputs, hence another nonce.
    let others = [build(folder.path(), "b", (0..RECORDS).rev()), build(folder.path(), "c", 0..RECORDS - 1)];
    for b in &others {
        for id in SECRET {
            let (ours, theirs) = (words(&a, id), words(b, id));
            assert!(ours.len() > 1000 && theirs.len() > 1000, "{id:?}: {} words", ours.len());
            let known: HashSet<u64> = ours.into_iter().collect();
            let common = theirs.iter().filter(|w| known.contains(w)).count();
            // Of uniform words 2^-64 of all pairs; the filter's are half full, so that a pair agrees with 2^-58 at most.
            assert_eq!(common, 0, "{id:?}: {common} of {} words are in both", theirs.len());
        }
        // Nor do equal places hold equal bytes more often than one in 256.
        for id in [Section::Records, Section::Panel, Section::Postings] {
            let (ours, theirs) = (section(&a, id), section(b, id));
            let (n, equal) = ours.iter().zip(theirs).fold((0u64, 0u64), |(n, e), (x, y)| (n + 1, e + u64::from(x == y)));
            let (mean, deviation) = (n as f64 / 256.0, (n as f64 / 256.0).sqrt());
            assert!((equal as f64 - mean).abs() < 6.0 * deviation, "{id:?}: {equal} equal bytes of {n}");
        }
    }
}

#[test]
fn equal_attributes_leave_no_equal_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(folder.path(), "a", 0..RECORDS);
    let records = section(&index, Section::Records);
    let stride = records.len() / RECORDS;
    assert!(stride >= 8, "rows are long enough that chance makes no two equal");
    let rows: HashSet<&[u8]> = records.chunks_exact(stride).collect();
    assert_eq!(rows.len(), RECORDS, "every row is another one");
    for (what, bytes) in [("rows", records.to_vec()), ("panel", section(&index, Section::Panel).to_vec())] {
        assert_even(what, &bytes);
    }
    // Each byte of the row by itself: a constant attribute must not be a constant byte.
    for column in 0..stride {
        assert_even(&format!("byte {column} of the rows"), &records.iter().skip(column).step_by(stride).copied().collect::<Vec<u8>>());
    }
    // Eight bytes at any place do not come twice.
    for id in [Section::Records, Section::Postings, Section::Panel] {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        section(&index, id).windows(8).for_each(|w| *seen.entry(word(w)).or_default() += 1);
        assert_eq!(seen.values().filter(|&&n| n > 1).count(), 0, "{id:?}");
    }
}

/// Chi-square of the byte histogram: 255 degrees of freedom, mean 255, deviation 22.6.
#[track_caller]
fn assert_even(what: &str, bytes: &[u8]) {
    let mut counts = [0u64; 256];
    bytes.iter().for_each(|&b| counts[usize::from(b)] += 1);
    let expected = bytes.len() as f64 / 256.0;
    let chi_square: f64 = counts.iter().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
    assert!((120.0..390.0).contains(&chi_square), "{what}: chi-square {chi_square}");
}

#[test]
fn no_fingerprint_and_no_value_stands_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = build(folder.path(), "a", 0..RECORDS);
    let hasher = Hasher::new(&key());
    let mut halves: HashSet<u64> = HashSet::new();
    let mut add = |kind, canonical: String| {
        let block = pack(kind, canonical.as_bytes(), &key());
        let fingerprint = hasher.fingerprint(&block).0;
        halves.extend([word(&fingerprint[..8]), word(&fingerprint[8..])]);
    };
    for n in 0..RECORDS {
        add(Kind::Email, format!("person{n}@contoh.example"));
        for spelling in [str::to_lowercase, str::to_uppercase] {
            add(Kind::Id, spelling(&format!("mbr{:07}", n * 7 + 1_000_000)));
            add(Kind::Id, spelling(&format!("house{:06}", n / 2)));
        }
    }
    for spelling in [str::to_string, str::to_lowercase, str::to_uppercase] {
        add(Kind::Name, spelling("Siti Contoh"));
        add(Kind::Text, spelling("Bandung"));
    }
    let found = file.windows(8).filter(|w| halves.contains(&word(w))).count();
    assert_eq!(found, 0, "halves of fingerprints in the file");
    let lower = file.to_ascii_lowercase();
    for value in ["contoh.example", "mbr1000", "house00", "siti", "bandung", "active", "gold", "person1"] {
        assert!(memchr::memmem::find(&lower, value.as_bytes()).is_none(), "{value} stands in the file");
    }
}
