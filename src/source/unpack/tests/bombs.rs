//! Bombs: little that becomes much is cut off, soon, and told.

use super::archives::Counts;
use super::*;
use std::time::{Duration, Instant};

/// A gz of `len` zeros, in members of 100 MB.
fn zeros(len: u64) -> Vec<u8> {
    const PIECE: u64 = 100_000_000;
    let one = gz(&vec![0; PIECE as usize]);
    one.repeat((len / PIECE) as usize)
}

fn counted(bytes: &[u8], bounds: &Bounds) -> Counts {
    let mut counts = Counts::default();
    walk("d", bytes, bounds, &[], &mut counts).unwrap();
    counts
}

#[test]
fn ten_gigabytes_of_zeros_are_cut_off_quickly() {
    let one = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(&vec![0; 100_000_000]).unwrap();
        out.finish().unwrap()
    };
    let bytes = one.repeat(100);
    let began = Instant::now();
    let seen = counted(&bytes, &Bounds::default());
    assert!(seen.0[0].1 < 110_000_000, "{}", seen.0[0].1);
    assert_eq!(seen.1, [("d".to_string(), Reason::UnpackLimit)]);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_bomb_does_not_keep_its_neighbours_from_being_read() {
    let small = Bounds { ratio: 100, ratio_from: 1_000_000, ..Bounds::default() };
    let files = named(&[("a", &text(50_000)), ("bomb", &vec![0; 30_000_000]), ("b", &text(70_000))]);
    for bytes in
        [zip_of(&files, ::zip::CompressionMethod::Deflated), tar_of(&files.iter().map(|(n, b)| (n.clone(), gz(b))).collect::<Vec<_>>())]
    {
        let seen = counted(&bytes, &small);
        assert_eq!(seen.0.len(), 3);
        assert!((seen.0[0].1, seen.0[2].1) == (50_000, 70_000) && seen.0[1].1 < 2_500_000, "{:?}", seen.0);
        assert_eq!(seen.1, [("d!bomb".to_string(), Reason::UnpackLimit)]);
    }
}

#[test]
fn bombs_within_bombs_end() {
    let mut bytes = zeros(200_000_000);
    for _ in 0..3 {
        bytes = gz(&zip_of(&(0..8).map(|n| (format!("f{n}"), bytes.clone())).collect::<Vec<_>>(), ::zip::CompressionMethod::Deflated));
    }
    let began = Instant::now();
    let seen = counted(&bytes, &Bounds { ratio_from: 10_000_000, ..Bounds::default() });
    let out: u64 = seen.0.iter().map(|(_, bytes)| bytes).sum();
    // A small file gives ten times what is looked at in one layer, at most.
    assert!(out <= 100_000_000 && !seen.1.is_empty(), "{out} of {}", bytes.len());
    assert!(seen.1.iter().all(|(_, reason)| *reason == Reason::UnpackLimit));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_7z_bomb_is_cut_off() {
    let small = Bounds { ratio: 100, ratio_from: 1_000_000, ..Bounds::default() };
    let seen = counted(&sevenz_of(&named(&[("bomb", &vec![0; 30_000_000]), ("b", &text(70_000))])), &small);
    assert!(seen.0[0].1 < 3_000_000 && seen.0[1].1 == 70_000, "{:?}", seen.0);
    assert_eq!(seen.1, [("d!bomb".to_string(), Reason::UnpackLimit)]);
}

#[test]
fn members_that_share_their_bytes_are_read_once() {
    let files = named(&[("a", &text(100_000)), ("b", &text(5_000)), ("c", b"1,2\n")]);
    let mut bytes = zip_of(&files, ::zip::CompressionMethod::Deflated);
    let entries: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    // The second entry is made to mean the first one's bytes.
    let first = bytes[entries[0] + 16..entries[0] + 28].to_vec();
    bytes[entries[1] + 16..entries[1] + 28].copy_from_slice(&first);
    bytes[entries[1] + 42..entries[1] + 46].fill(0);
    let seen = walked(&bytes);
    // What was b's is met as a member that no directory names.
    assert_eq!(seen.names(), ["d!a", "d!c", "d!b"]);
    assert_eq!(seen.reasons(), [("d!b", Reason::UnpackLimit)]);
}

#[test]
fn depth_and_members_are_bounded() {
    let mut bytes = text(100_000);
    for _ in 0..8 {
        bytes = gz(&bytes);
    }
    assert!(walked(&bytes).members[0].1 == text(100_000));
    let seen = walked(&gz(&bytes));
    assert_eq!((seen.members.len(), seen.reasons()), (0, vec![("d", Reason::UnpackLimit)]));
    let files: Vec<_> = (0..100).map(|n| (format!("f{n}"), b"1,2\n".to_vec())).collect();
    let few = Bounds { members: 30, ..Bounds::default() };
    for bytes in [tar_of(&files), gz(&tar_of(&files)), zip_of(&files, ::zip::CompressionMethod::Deflated), sevenz_of(&files)] {
        let seen = walked_with(&bytes, &few, &[]);
        assert_eq!(seen.members.len(), 30);
        assert!(
            !seen.skipped.is_empty() && seen.reasons().iter().all(|(_, reason)| *reason == Reason::UnpackLimit),
            "{:?}",
            seen.reasons()
        );
    }
    let total = Bounds { bytes_out: 70_000, ..Bounds::default() };
    let seen = walked_with(&gz(&text(100_000)), &total, &[]);
    assert_eq!((seen.members[0].1.len(), seen.reasons()), (70_000, vec![("d", Reason::UnpackLimit)]));
}

#[test]
fn a_hundred_thousand_members_are_no_trouble() {
    let files: Vec<_> = (0..100_000).map(|n| (format!("folder/f{n}.csv"), format!("{n},Budi\n").into_bytes())).collect();
    for (what, bytes) in [("tar.gz", gz(&tar_of(&files))), ("zip", zip_of(&files, ::zip::CompressionMethod::Deflated))] {
        let began = Instant::now();
        let seen = walked(&bytes);
        println!("{what}: {:?}", began.elapsed());
        assert!(seen.skipped.is_empty() && seen.members.len() == files.len());
        assert!(seen.members.iter().zip(&files).all(|(got, put)| got.0 == format!("d!{}", put.0) && got.1 == put.1));
        assert!(began.elapsed() < Duration::from_secs(10), "{what}: {:?}", began.elapsed());
    }
}

#[test]
fn sizes_that_lie_reserve_nothing() {
    let files = named(&[("a", &text(100_000))]);
    let mut bytes = zip_of(&files, ::zip::CompressionMethod::Deflated);
    let entry = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&0xfff0_0000u32.to_le_bytes());
    let seen = walked(&bytes);
    assert!(seen.members[0].1 == files[0].1);
    assert_eq!(seen.reasons(), [("d!a", Reason::Damaged)]);
    // An xz that wants a gigabyte for its dictionary, and a zstd frame with such a window.
    let head = b"\xfd7zXZ\0\0\x01\x69\x22\xde\x36\x02\0\x21\x01\x24\0\0\0";
    let check = flate2_crc(&head[12..]);
    let seen = walked(&[head.as_slice(), &check.to_le_bytes(), &[1, 0, 0, b'x', 0, 0, 0, 0]].concat());
    assert_eq!(seen.reasons(), [("d", Reason::MemoryLimit)]);
    let seen = walked(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(seen.reasons(), [("d", Reason::MemoryLimit)]);
}

fn flate2_crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
