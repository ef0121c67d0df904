//! A hundred thousand members.

use crate::support::{World, records};
use crate::{number, rows, scan};
use std::io::Write;

const MEMBERS: usize = 100_000;

/// What member `n` holds: of a few a table, of the others nothing.
fn content(n: usize) -> String {
    if n % 10_000 == 5 { records(n / 100..n / 100 + 20) } else { String::new() }
}

#[test]
fn a_hundred_thousand_members() {
    let world = World::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut tar = tar::Builder::new(Vec::new());
    for n in 0..MEMBERS {
        let (name, content) = (format!("m{n:06}.csv"), content(n));
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, &name, content.as_bytes()).unwrap();
    }
    for (name, bytes) in [("many.zip", zip.finish().unwrap().into_inner()), ("many.tar", tar.into_inner().unwrap())] {
        let document = scan(&world, &world.write(format!("dump/{name}"), bytes), &[], 1);
        assert_eq!(rows(&document), (200, 200));
        assert_eq!(document["coverage"]["complete"], true);
        assert_eq!(number(&document["inputs"][0]["members_found"]), MEMBERS as u64);
        assert_eq!(document["inputs"][0]["members"].as_array().unwrap().len(), 1000);
    }
    // Beyond the limit on members the rest is told.
    let document = scan(&world, &world.at("dump/many.zip"), &["--max-members", "50000"], 1);
    assert_eq!(rows(&document), (100, 100));
    assert_eq!(document["coverage"]["skipped"][0]["reason"], "unpack_limit");
}
