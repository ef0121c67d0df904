//! What is particular to archives: kinds of members, names, members that no directory names.

use super::*;
use ::tar::{Builder, EntryType, Header};
use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

const METHODS: [CompressionMethod; 2] = [CompressionMethod::Stored, CompressionMethod::Deflated];

fn tar_entry(kind: EntryType, name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

#[test]
fn a_tar_s_folders_are_nothing_and_its_links_are_told() {
    let mut bytes = tar_entry(EntryType::Directory, "folder/", b"");
    bytes.extend(tar_entry(EntryType::Regular, "folder/a.csv", b"1,2\n"));
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo] {
        bytes.extend(tar_entry(kind, "other", b""));
    }
    bytes.extend(tar_entry(EntryType::Continuous, "b.csv", b"3,4\n"));
    bytes.resize(bytes.len() + 1024, 0);
    for bytes in [bytes.clone(), gz(&bytes)] {
        let seen = walked(&bytes);
        assert_eq!(seen.members, named(&[("d!folder/a.csv", b"1,2\n"), ("d!b.csv", b"3,4\n")]));
        assert_eq!(seen.reasons(), [("d!other", Reason::NotAFile); 5]);
    }
}

#[test]
fn tars_one_behind_the_other_and_long_names() {
    let long = "x/".repeat(2000) + "a.csv";
    let files = vec![(long.clone(), text(1000)), ("b".to_string(), text(70_000))];
    let first = tar_of(&files);
    let mut pax = Builder::new(Vec::new());
    pax.append_pax_extensions([("path", long.as_bytes())]).unwrap();
    let mut header = Header::new_ustar();
    header.set_size(4);
    pax.append_data(&mut header, "short", &b"5,6\n"[..]).unwrap();
    let both = [first, vec![0; 3 << 20], pax.into_inner().unwrap()].concat();
    for bytes in [both.clone(), packed(LayerKind::Zstd, &both)] {
        let seen = walked(&bytes);
        assert_eq!(seen.names(), [format!("d!{long}").as_str(), "d!b", &format!("d!{long}")]);
        assert_eq!((seen.members[2].1.as_slice(), seen.skipped.len()), (&b"5,6\n"[..], 0));
    }
}

#[test]
fn a_name_without_end_takes_no_memory() {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNULongName);
    header.as_gnu_mut().unwrap().name[..3].copy_from_slice(b"a.b");
    header.set_size(300_000_000);
    header.set_cksum();
    let mut bytes = tar_entry(EntryType::Regular, "first", b"1\n");
    bytes.extend_from_slice(header.as_bytes());
    for fill in [0, b'x'] {
        let mut bytes = bytes.clone();
        bytes.resize(300_000_000 + bytes.len(), fill);
        let seen = walked(&bytes);
        assert_eq!((seen.names(), seen.reasons()), (vec!["d!first"], vec![("d", Reason::UnpackLimit)]));
        assert!(seen.skipped[0].3 > 290_000_000);
    }
}

/// A member with holes, in the older way: its map stands in the header.
fn sparse(name: &str, real: u64, at: u64, data: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNUSparse);
    header.set_size(data.len() as u64);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.name[..name.len()].copy_from_slice(name.as_bytes());
    gnu.set_real_size(real);
    gnu.sparse[0].set_offset(at);
    gnu.sparse[0].set_length(data.len() as u64);
    gnu.sparse[1].set_offset(real);
    gnu.sparse[1].set_length(0);
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(data);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

#[test]
fn holes_are_zeros_and_too_many_are_a_bomb() {
    let text = text(1024);
    let mut bytes = sparse("a", 300_000, 150_016, &text);
    bytes.extend(sparse("b", 5_000_000_000, 512, &text));
    bytes.extend(tar_entry(EntryType::Regular, "c", b"1,2\n"));
    bytes.resize(bytes.len() + 1024, 0);
    for bytes in [bytes.clone(), gz(&bytes)] {
        let mut seen = Counts::default();
        walk("d", &bytes, &Bounds { ratio_from: 10_000_000, ..Bounds::default() }, &[], &mut seen).unwrap();
        assert_eq!(seen.0.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["d!a", "d!b", "d!c"]);
        assert!(seen.0[0].1 == 300_000 && seen.0[1].1 < 30_000_000);
        assert_eq!(seen.1, [("d!b".to_string(), Reason::UnpackLimit)]);
    }
    let seen = walked(&bytes[..2048]);
    assert_eq!(seen.members[0].1, [vec![0; 150_016], text, vec![0; 300_000 - 150_016 - 1024]].concat());
}

/// Names with numbers of bytes, and reasons.
#[derive(Default)]
pub(super) struct Counts(pub(super) Vec<(String, u64)>, pub(super) Vec<(String, Reason)>);

impl Visit for Counts {
    fn member(&mut self, name: &str, body: Body<'_>) -> Result<()> {
        let bytes = match body {
            Body::Slice(bytes) => bytes.len() as u64,
            Body::Stream(stream) => {
                let (mut bytes, mut room) = (0, vec![0; 1 << 20]);
                loop {
                    match stream.read(&mut room).expect("a stream never fails") {
                        0 => break bytes,
                        n => bytes += n as u64,
                    }
                }
            }
        };
        self.0.push((name.to_string(), bytes));
        Ok(())
    }

    fn skipped(&mut self, name: &str, reason: Reason, _: u64, _: u64, _: Option<String>) -> Result<()> {
        self.1.push((name.to_string(), reason));
        Ok(())
    }
}

#[test]
fn newer_holes_are_told() {
    let mut out = Builder::new(Vec::new());
    out.append_pax_extensions([("GNU.sparse.major", b"1".as_slice()), ("GNU.sparse.minor", b"0")]).unwrap();
    let mut header = Header::new_ustar();
    header.set_size(1024);
    out.append_data(&mut header, "a", text(1024).as_slice()).unwrap();
    let seen = walked(&out.into_inner().unwrap());
    assert_eq!((seen.members.len(), seen.reasons()), (0, vec![("d!a", Reason::UnsupportedFormat)]));
}

#[test]
fn a_zip_of_every_method() {
    let files = named(&[("a", &text(200_000)), ("b", b""), ("c", b"1,2\n")]);
    for method in METHODS {
        let seen = walked(&zip_of(&files, method));
        let expected: Vec<_> = files.iter().map(|(name, bytes)| (format!("d!{name}"), bytes.clone())).collect();
        assert!(seen.members == expected && seen.skipped.is_empty(), "{method:?} {:?} {:?}", seen.names(), seen.skipped);
    }
}

/// A zip of one member, `text` packed as `packed` by the method of this number.
fn zip_as(method: u16, packed: &[u8], text: &[u8]) -> Vec<u8> {
    let mut bytes = zip_of(&named(&[("a", packed)]), CompressionMethod::Stored);
    let mut crc = flate2::Crc::new();
    crc.update(text);
    let entry = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    for (at, crc_at, size_at) in [(8, 14, 22), (entry + 10, entry + 16, entry + 24)] {
        bytes[at..at + 2].copy_from_slice(&method.to_le_bytes());
        bytes[crc_at..crc_at + 4].copy_from_slice(&crc.sum().to_le_bytes());
        bytes[size_at..size_at + 4].copy_from_slice(&(text.len() as u32).to_le_bytes());
    }
    bytes
}

#[test]
fn a_zip_of_the_rarer_methods() {
    let text = text(200_000);
    let mut options = liblzma::stream::LzmaOptions::new_preset(1).unwrap();
    options.dict_size(1 << 20);
    let mut filters = liblzma::stream::Filters::new();
    filters.lzma1(&options);
    let mut lzma = liblzma::write::XzEncoder::new_stream(
        [9, 20, 5, 0, 0x5d, 0, 0, 16, 0].to_vec(),
        liblzma::stream::Stream::new_raw_encoder(&filters).unwrap(),
    );
    lzma.write_all(&text).unwrap();
    let lzma = lzma.finish().unwrap();
    let all = [
        (12, packed(LayerKind::Bzip2, &text)),
        (14, lzma.clone()),
        (93, packed(LayerKind::Zstd, &text)),
        (95, packed(LayerKind::Xz, &text)),
    ];
    for (method, packed) in all {
        let bytes = zip_as(method, &packed, &text);
        let seen = walked(&bytes);
        assert!(seen.members == [("d!a".to_string(), text.clone())] && seen.skipped.is_empty(), "{method} {:?}", seen.skipped);
        let mut wrong = bytes.clone();
        wrong[1000] ^= 1;
        assert_eq!(walked(&wrong).reasons(), [("d!a", Reason::Damaged)], "{method}");
    }
    let mut lying = lzma;
    lying[5..9].copy_from_slice(&[0xff; 4]);
    assert_eq!(walked(&zip_as(14, &lying, &text)).reasons(), [("d!a", Reason::MemoryLimit)]);
    assert_eq!(walked(&zip_as(97, b"sound", &text)).reasons(), [("d!a", Reason::UnsupportedFormat)]);
}

#[test]
fn a_zip_s_folders_are_nothing_and_its_links_are_told() {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    out.add_directory("folder", options).unwrap();
    out.add_symlink("link", "/etc/passwd", options).unwrap();
    out.start_file("a", options).unwrap();
    out.write_all(b"1,2\n").unwrap();
    let mut bytes = out.finish().unwrap().into_inner();
    let seen = walked(&bytes);
    assert_eq!((seen.members, seen.skipped[0].1), (named(&[("d!a", b"1,2\n")]), Reason::NotAFile));
    // A file that calls itself a folder is a file.
    let positions: Vec<usize> = memchr::memmem::find_iter(&bytes, b"a1,2\n").collect();
    bytes[positions[0]] = b'/';
    let entry = memchr::memmem::rfind(&bytes, b"a").unwrap();
    bytes[entry] = b'/';
    assert_eq!(walked(&bytes).members, named(&[("d!/", b"1,2\n")]));
}

#[test]
fn a_zip_s_members_of_one_name_are_all_met() {
    let files = named(&[("a", b"1,2\n"), ("b", b"3,4\n"), ("c", b"5,6\n")]);
    let mut bytes = zip_of(&files, CompressionMethod::Stored);
    for at in memchr::memmem::find_iter(&bytes.clone(), b"PK\x01\x02") {
        bytes[at + 46] = b'a';
    }
    assert_eq!(walked(&bytes).members, named(&[("d!a", b"1,2\n"), ("d!a", b"3,4\n"), ("d!a", b"5,6\n")]));
}

#[test]
fn members_that_no_directory_names_are_met() {
    let [first, second] =
        [("a", 100_000), ("b", 50_000)].map(|(name, len)| zip_of(&named(&[(name, &text(len))]), CompressionMethod::Deflated));
    let end = memchr::memmem::rfind(&first, b"PK\x01\x02").unwrap();
    let seen = walked(&[&first[..end], &second].concat());
    assert_eq!(seen.names(), ["d!b", "d!a"]);
    assert!(seen.members[1].1 == text(100_000) && seen.skipped.is_empty());
}

#[test]
fn a_streamed_zip_is_read_with_and_without_its_directory() {
    let files = named(&[("a", &text(200_000)), ("b", &text(90_000))]);
    let mut out = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in &files {
        out.start_file(name.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        out.write_all(bytes).unwrap();
    }
    let bytes = out.finish().unwrap().into_inner();
    let expected: Vec<_> = files.iter().map(|(name, bytes)| (format!("d!{name}"), bytes.clone())).collect();
    let seen = walked(&bytes);
    assert!(seen.members == expected && seen.skipped.is_empty(), "{:?}", seen.skipped);
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    let seen = walked(&bytes[..directory]);
    assert!(seen.members == expected, "{:?}", seen.names());
    assert_eq!(seen.reasons(), [("d", Reason::Damaged)]);
}

#[test]
fn hostile_names_come_as_they_are() {
    let names = ["../../etc/passwd", "/root/.ssh/id", "C:\\x", "budi@example.com.csv", "\u{202e}vsc.exe", "a\nb", "!", "%00"];
    let files: Vec<_> = names.iter().map(|name| (name.to_string(), b"1,2\n".to_vec())).collect();
    let expected: Vec<String> = names.iter().map(|name| format!("d!{name}")).collect();
    assert_eq!(walked(&zip_of(&files, CompressionMethod::Stored)).names(), expected);
    assert_eq!(walked(&sevenz_of(&files)).names(), expected);
    let tar: Vec<u8> = names.iter().flat_map(|name| tar_entry(EntryType::Regular, name, b"1,2\n")).chain([0; 1024]).collect();
    assert_eq!(walked(&tar).names(), expected);
    let mut bytes = zip_of(&named(&[("abcd", b"1\n")]), CompressionMethod::Stored);
    for at in memchr::memmem::find_iter(&bytes.clone(), b"abcd") {
        bytes[at..at + 4].copy_from_slice(b"\x82\xff\xe1\0");
    }
    assert_eq!(walked(&bytes).names(), ["d!é\u{a0}ß\0"]);
}

#[test]
fn a_7z_in_order_with_empty_files_and_several_blocks() {
    let mut out = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let files = named(&[("a", &text(90_000)), ("b", b""), ("c", b"1,2\n"), ("e", &text(70_000))]);
    for (name, bytes) in &files[..3] {
        let content = Some(bytes.as_slice()).filter(|bytes| !bytes.is_empty());
        out.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file(name), content).unwrap();
    }
    out.push_archive_entry::<&[u8]>(sevenz_rust2::ArchiveEntry::new_directory("folder"), None).unwrap();
    out.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file("e"), Some(files[3].1.as_slice())).unwrap();
    let seen = walked(&out.finish().unwrap().into_inner());
    let expected: Vec<_> = files.iter().map(|(name, bytes)| (format!("d!{name}"), bytes.clone())).collect();
    assert!(seen.members == expected && seen.skipped.is_empty(), "{:?} {:?}", seen.names(), seen.skipped);
}

#[test]
fn what_a_visitor_does_not_read_is_passed_over() {
    struct Glances(Vec<String>);
    impl Visit for Glances {
        fn member(&mut self, name: &str, body: Body<'_>) -> Result<()> {
            if let Body::Stream(stream) = body {
                stream.read_exact(&mut [0; 10]).expect("ten bytes");
            }
            self.0.push(name.to_string());
            Ok(())
        }
        fn skipped(&mut self, name: &str, reason: Reason, _: u64, _: u64, _: Option<String>) -> Result<()> {
            panic!("{name} {}", reason.words())
        }
    }
    let files = named(&[("a", &text(300_000)), ("b", &text(100_000)), ("c", b"1\n")]);
    for bytes in [gz(&tar_of(&files)), zip_of(&files, CompressionMethod::Deflated), sevenz_of(&files)] {
        let mut glances = Glances(Vec::new());
        walk("d", &bytes, &Bounds::default(), &[], &mut glances).unwrap();
        assert_eq!(glances.0, ["d!a", "d!b", "d!c"]);
    }
}
