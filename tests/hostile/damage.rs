//! What is cut off, wrong or lies about itself.

use crate::support::{World, records};
use crate::{entries, entry, gz, just, number, rows, scan, zip};

#[test]
fn a_gz_cut_in_the_middle() {
    let world = World::new();
    let whole = gz(|out| out.write_all(records(0..2000).as_bytes()).unwrap());
    let cut = &whole[..whole.len() / 2];
    let document = scan(&world, &world.write("dump/cut.csv.gz", cut), &[], 1);
    let (read, matched) = rows(&document);
    // The last row is cut as well.
    assert!((700..1300).contains(&read) && matched + 1 >= read, "{read} {matched}");
    assert_eq!(entries(&document), [entry("cut.csv.gz", "damaged")]);
    let input = &document["inputs"][0];
    assert_eq!(number(&input["bytes"]), cut.len() as u64);
    assert_eq!(number(&input["bytes_failed"]), number(&document["coverage"]["bytes_failed"]));

    let unknown = gz(|out| out.write_all(records(50_000..52_000).as_bytes()).unwrap());
    let document = scan(&world, &world.write("dump/cut.csv.gz", &unknown[..unknown.len() / 2]), &[], 3);
    assert_eq!(document["verdict"]["kind"], "incomplete");
}

/// Damage is told of the member that it is in, by its own name, at whatever depth.
#[test]
fn damage_has_the_name_of_its_member() {
    let world = World::new();
    let table = records(0..400);
    let mut inner = gz(|out| out.write_all(records(400..2000).as_bytes()).unwrap());
    inner.truncate(inner.len() / 2);
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in [("a.csv", table.as_bytes()), ("b.csv.gz", &inner), ("c.csv", records(1900..2000).as_bytes())] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, name, bytes).unwrap();
    }
    let tar = tar.into_inner().unwrap();
    let outer = gz(|out| out.write_all(&tar).unwrap());
    for (name, bytes, reason) in [("d.tar", &tar, "damaged"), ("d.tar.gz", &outer, "damaged")] {
        let document = scan(&world, &world.write(format!("dump/{name}"), bytes), &[], 1);
        assert_eq!(entries(&document), [entry(&format!("{name}!b.csv.gz"), reason)]);
        assert!(rows(&document).1 >= 500 + 400, "{:?}", rows(&document));
    }
    // The whole is cut off within a member: that member, and what holds it. The few rows before are too few to name anybody.
    let document = scan(&world, &world.write("dump/d.tar", &tar[..900]), &[], 3);
    assert!(entries(&document).contains(&entry("d.tar!a.csv", "damaged")), "{:?}", entries(&document));
}

#[test]
fn a_zip_member_with_a_wrong_checksum() {
    let world = World::new();
    let mut bytes = zip(&[("a.csv", &just(records(0..400))), ("b.csv", &just(records(400..800)))]);
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    bytes[places[0] + 16] ^= 1;
    let document = scan(&world, &world.write("dump/crc.zip", bytes), &[], 1);
    assert_eq!(rows(&document), (800, 800));
    assert_eq!(entries(&document), [entry("crc.zip!a.csv", "damaged")]);
}

#[test]
fn sizes_that_lie() {
    let world = World::new();
    let good = zip(&[("a.csv", &just(records(0..400))), ("b.csv", &just(records(400..800)))]);
    let places: Vec<usize> = memchr::memmem::find_iter(&good, b"PK\x01\x02").collect();
    for size in [0u32, 10, 0xffff_fff0] {
        let mut bytes = good.clone();
        bytes[places[0] + 24..places[0] + 28].copy_from_slice(&size.to_le_bytes());
        let document = scan(&world, &world.write("dump/lies.zip", bytes), &[], 1);
        assert_eq!(rows(&document), (800, 800), "{size}");
        assert_eq!(entries(&document), [entry("lies.zip!a.csv", "damaged")], "{size}");
    }
    // A tar header that promises eight gigabytes.
    let mut header = tar::Header::new_gnu();
    header.set_path("a.csv").unwrap();
    header.set_size((8 << 30) - 1);
    header.set_mode(0o600);
    header.set_cksum();
    let bytes = [header.as_bytes().as_slice(), records(0..400).as_bytes()].concat();
    let document = scan(&world, &world.write("dump/lies.tar", &bytes), &[], 1);
    assert_eq!(rows(&document), (400, 400));
    assert!(entries(&document).contains(&entry("lies.tar!a.csv", "damaged")), "{:?}", entries(&document));
    let packed = gz(|out| out.write_all(&bytes).unwrap());
    let document = scan(&world, &world.write("dump/lies.tar.gz", packed), &[], 1);
    assert_eq!(rows(&document), (400, 400));
}

#[test]
fn json_deeper_than_any_stack() {
    let world = World::new();
    let deep = format!("{}{}", "[".repeat(3_000_000), "]".repeat(3_000_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(1_000_000), "}".repeat(1_000_000));
    for (n, middle) in [deep, objects].into_iter().enumerate() {
        let line = |n: usize| {
            let [member_no, email, phone, name, birth_date] = crate::support::person(n);
            serde_json::json!({ "member_no": member_no, "email": email, "phone": phone, "name": name, "birth_date": birth_date })
                .to_string()
                + "\n"
        };
        let lines = |range: std::ops::Range<usize>| range.map(line).collect::<String>();
        let text = format!("{}{middle}\n{}", lines(0..300), lines(300..600));
        let document = scan(&world, &world.write(format!("dump/deep{n}.json"), text), &[], 1);
        assert_eq!(rows(&document).1, 600, "{:?}", entries(&document));
    }
}

/// Damage within layers of the same name: each layer's bytes are its own.
#[test]
fn damage_within_compressed_files_of_compressed_files() {
    let world = World::new();
    // Noise does not get smaller, so that the inner file is longer than the outer one.
    let mut inner = gz(|out| out.write_all(records(0..5000).as_bytes()).unwrap());
    inner.truncate(inner.len() / 3 * 2);
    inner.extend_from_slice(&vec![b'x'; 500_000]);
    let document = scan(&world, &world.write("dump/d.gz", gz(|out| out.write_all(&inner).unwrap())), &[], 1);
    assert_eq!(entries(&document), [entry("d.gz", "damaged")]);
    assert!(document["coverage"]["skipped"][0]["member"].is_string() && rows(&document).0 > 1000, "{:#}", document["coverage"]);
}

/// Pages of a database are spoilt: the rows of the others are read, and nothing is written beside it.
#[test]
fn a_database_with_spoilt_pages() {
    let world = World::new();
    let path = world.at("people.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("CREATE TABLE people (member_no TEXT, email TEXT, phone TEXT, name TEXT, birth_date TEXT); BEGIN").unwrap();
    for n in 0..2000 {
        database.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?)", crate::support::person(n)).unwrap();
    }
    database.execute_batch("COMMIT").unwrap();
    drop(database);
    let mut bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let pages = bytes.len() / 4096;
    bytes[pages * 2 / 3 * 4096..(pages * 2 / 3 + 2) * 4096].fill(0xa5);
    let path = world.write("dump/people.db", &bytes);
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    let document = scan(&world, &path, &[], 1);
    let (read, matched) = rows(&document);
    assert!((800..2000).contains(&read) && matched == read, "{read} {matched}");
    assert!(entries(&document).contains(&entry("people.db", "damaged")), "{:?}", entries(&document));
    let names: Vec<_> = std::fs::read_dir(world.at("dump")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["people.db"]);
    assert_eq!((std::fs::read(&path).unwrap(), std::fs::metadata(&path).unwrap().modified().unwrap()), (bytes, before));
}
