//! Containers are made by the same libraries, walked, and what was handed over is compared with what went in.

mod archives;
mod bombs;
mod damage;
mod locked;

use super::*;
use proptest::prelude::*;
use std::io::{Cursor, Write};

/// What a walk gave.
#[derive(Default)]
pub(super) struct Seen {
    /// Names and contents, in their order.
    pub(super) members: Vec<(String, Vec<u8>)>,
    /// How many of them were streams.
    pub(super) streams: usize,
    pub(super) skipped: Vec<(String, Reason, u64, u64)>,
}

impl Visit for Seen {
    fn member(&mut self, name: &str, body: Body<'_>) -> Result<()> {
        let bytes = match body {
            Body::Slice(bytes) => bytes.to_vec(),
            Body::Stream(stream) => {
                self.streams += 1;
                let mut bytes = Vec::new();
                stream.read_to_end(&mut bytes).expect("a stream never fails");
                bytes
            }
        };
        self.members.push((name.to_string(), bytes));
        Ok(())
    }

    fn skipped(&mut self, name: &str, reason: Reason, at: u64, bytes: u64, advice: Option<String>) -> Result<()> {
        assert!(reason != Reason::Encrypted || advice.is_some_and(|a| a.contains("--password-file")));
        self.skipped.push((name.to_string(), reason, at, bytes));
        Ok(())
    }
}

impl Seen {
    pub(super) fn names(&self) -> Vec<&str> {
        self.members.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub(super) fn reasons(&self) -> Vec<(&str, Reason)> {
        self.skipped.iter().map(|(name, reason, ..)| (name.as_str(), *reason)).collect()
    }
}

/// Walks a file that is there in one piece.
pub(super) fn walk(name: &str, bytes: &[u8], bounds: &Bounds, passwords: &[Vec<u8>], visit: &mut dyn Visit) -> Result<()> {
    super::walk(name, Whole { pieces: &[bytes], starts: &[], passed: &|_| {}, scratch: None }, bounds, passwords, visit)
}

pub(super) fn walked(bytes: &[u8]) -> Seen {
    walked_with(bytes, &Bounds::default(), &[])
}

pub(super) fn walked_with(bytes: &[u8], bounds: &Bounds, passwords: &[&str]) -> Seen {
    let passwords: Vec<Vec<u8>> = passwords.iter().map(|p| p.as_bytes().to_vec()).collect();
    let mut seen = Seen::default();
    walk("d", bytes, bounds, &passwords, &mut seen).unwrap();
    seen
}

/// A text that no two lines of are equal.
pub(super) fn text(len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(len + 80);
    let mut n = 0u64;
    while out.len() < len {
        n += 1;
        writeln!(out, "{n},Budi {},{:016x}", n * 7919 % 10_007, n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).unwrap();
    }
    out.truncate(len);
    out
}

/// Ways to wrap one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LayerKind {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
}

pub(super) const LAYERS: [LayerKind; 5] = [LayerKind::Gzip, LayerKind::Zstd, LayerKind::Xz, LayerKind::Bzip2, LayerKind::Lz4];

pub(super) fn packed(kind: LayerKind, bytes: &[u8]) -> Vec<u8> {
    match kind {
        LayerKind::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
        LayerKind::Zstd => {
            let mut out = zstd::Encoder::new(Vec::new(), 1).unwrap();
            out.include_checksum(true).unwrap();
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
        LayerKind::Xz => {
            let mut out = liblzma::write::XzEncoder::new(Vec::new(), 0);
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
        LayerKind::Bzip2 => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
        LayerKind::Lz4 => {
            let mut info = lz4_flex::frame::FrameInfo::new();
            info.content_checksum = true;
            let mut out = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
    }
}

pub(super) fn gz(bytes: &[u8]) -> Vec<u8> {
    packed(LayerKind::Gzip, bytes)
}

pub(super) fn tar_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    out.into_inner().unwrap()
}

pub(super) fn zip_of(files: &[(String, Vec<u8>)], method: ::zip::CompressionMethod) -> Vec<u8> {
    let mut out = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(name.as_str(), ::zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

pub(super) fn sevenz_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in files {
        out.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file(name), Some(bytes.as_slice())).unwrap();
    }
    out.finish().unwrap().into_inner()
}

pub(super) fn named(names: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    names.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec())).collect()
}

/// What a container is made of; the twin of a walk is a walk over this.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(Vec<u8>),
    Layer(LayerKind, Box<Tree>),
    Tar(Vec<Tree>),
    Zip(bool, Vec<Tree>),
    SevenZip(Vec<Tree>),
}

impl Tree {
    fn bytes(&self) -> Vec<u8> {
        let files = |trees: &[Tree]| trees.iter().enumerate().map(|(n, tree)| (format!("f{n}"), tree.bytes())).collect::<Vec<_>>();
        match self {
            Tree::Leaf(bytes) => bytes.clone(),
            Tree::Layer(kind, tree) => packed(*kind, &tree.bytes()),
            Tree::Tar(trees) => tar_of(&files(trees)),
            Tree::Zip(stored, trees) => {
                let method = if *stored { ::zip::CompressionMethod::Stored } else { ::zip::CompressionMethod::Deflated };
                zip_of(&files(trees), method)
            }
            Tree::SevenZip(trees) => sevenz_of(&files(trees)),
        }
    }

    fn leaves(&self, name: &str, out: &mut Vec<(String, Vec<u8>)>) {
        match self {
            Tree::Leaf(bytes) => out.push((name.to_string(), bytes.clone())),
            Tree::Layer(_, tree) => tree.leaves(name, out),
            Tree::Tar(trees) | Tree::Zip(_, trees) | Tree::SevenZip(trees) => {
                trees.iter().enumerate().for_each(|(n, tree)| tree.leaves(&format!("{name}!f{n}"), out));
            }
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![1usize..200, 60_000usize..70_000, 100_000usize..400_000].prop_map(|len| Tree::Leaf(text(len)));
    leaf.prop_recursive(5, 12, 4, |inner| {
        let several = proptest::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            (0..LAYERS.len(), inner).prop_map(|(n, tree)| Tree::Layer(LAYERS[n], Box::new(tree))),
            several.clone().prop_map(Tree::Tar),
            (any::<bool>(), several.clone()).prop_map(|(stored, trees)| Tree::Zip(stored, trees)),
            several.prop_map(Tree::SevenZip),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_nesting_gives_what_went_in(tree in trees()) {
        let mut expected = Vec::new();
        tree.leaves("d", &mut expected);
        let seen = walked(&tree.bytes());
        prop_assert!(seen.skipped.is_empty(), "{:?}", seen.skipped);
        prop_assert!(seen.members == expected);
    }
}

#[test]
fn what_is_no_container_is_its_own_member() {
    let seen = walked(b"a,b\n1,2\n");
    assert_eq!(seen.members, named(&[("d", b"a,b\n1,2\n")]));
    assert_eq!(walked(b"").members, named(&[("d", b"")]));
    assert_eq!(walked(&[0; 5000]).names(), ["d"]);
}

#[test]
fn every_layer_alone_and_several_in_a_row() {
    for kind in LAYERS {
        for len in [0, 1, 65_535, 65_536, 65_537, 3_000_000] {
            let text = text(len);
            let seen = walked(&packed(kind, &text));
            assert!(seen.skipped.is_empty(), "{kind:?} {len} {:?}", seen.skipped);
            assert!(seen.members == [("d".to_string(), text)], "{kind:?} {len}");
        }
        let (a, b) = (text(100_000), text(70));
        let two = [packed(kind, &a), packed(kind, b""), packed(kind, &b)].concat();
        assert!(walked(&two).members == [("d".to_string(), [a.clone(), b].concat())], "{kind:?}");
        let padded = [packed(kind, &a), vec![0; 100_000]].concat();
        let seen = walked(&padded);
        assert!(seen.skipped.is_empty() && seen.members[0].1 == a, "{kind:?} {:?}", seen.skipped);
    }
}

#[test]
fn frames_that_are_to_be_skipped_are() {
    let text = text(100_000);
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"pzstd"].concat();
    for kind in [LayerKind::Zstd, LayerKind::Lz4] {
        let bytes = [&skipped[..], &packed(kind, &text), &skipped].concat();
        let seen = walked(&bytes);
        assert!(seen.skipped.is_empty() && seen.members[0].1 == text, "{kind:?} {:?}", seen.skipped);
    }
}

#[test]
fn what_must_be_held_is_held_up_to_the_bound() {
    let inner = zip_of(&named(&[("a.csv", &text(300_000))]), ::zip::CompressionMethod::Stored);
    let workbook = [b"PK\x03\x04".as_slice(), &[0; 26], b"[Content_Types].xml", &text(200_000)].concat();
    let outer = gz(&tar_of(&named(&[("in.zip", &inner), ("x.xlsx", &workbook), ("b.csv", &text(100_000))])));
    let seen = walked(&outer);
    assert_eq!(seen.names(), ["d!in.zip!a.csv", "d!x.xlsx", "d!b.csv"]);
    assert_eq!((seen.members[1].1.len(), seen.streams), (workbook.len(), 1));
    let small = Bounds { held_bytes: 250_000, ..Bounds::default() };
    let seen = walked_with(&outer, &small, &[]);
    assert_eq!(seen.names(), ["d!x.xlsx", "d!b.csv"]);
    assert_eq!(seen.skipped, [("d!in.zip".to_string(), Reason::MemoryLimit, 0, inner.len() as u64)]);
    // Where it lies in memory already nothing has to be held.
    assert_eq!(walked_with(&tar_of(&named(&[("in.zip", &inner)])), &small, &[]).names(), ["d!in.zip!a.csv"]);
}

#[test]
fn what_is_not_read_is_told_with_advice() {
    let rar = [b"Rar!\x1a\x07\x01\0".as_slice(), &(0..60_000u32).map(|n| ((n * n) >> 7) as u8).collect::<Vec<_>>()].concat();
    assert_eq!(walked(&rar).skipped, [("d".to_string(), Reason::UnsupportedFormat, 0, rar.len() as u64)]);
    let inside = gz(&tar_of(&named(&[("x.rar", &rar), ("y", b"1,2\n")])));
    let seen = walked(&inside);
    assert_eq!((seen.names(), seen.reasons()), (vec!["d!y"], vec![("d!x.rar", Reason::UnsupportedFormat)]));
}

#[test]
fn a_visitor_s_error_ends_the_walk() {
    struct Refuses;
    impl Visit for Refuses {
        fn member(&mut self, _: &str, _: Body<'_>) -> Result<()> {
            Err(Error::usage("enough"))
        }
        fn skipped(&mut self, _: &str, _: Reason, _: u64, _: u64, _: Option<String>) -> Result<()> {
            panic!("nothing was skipped")
        }
    }
    let files = named(&[("a", b"1,2\n"), ("b", b"3,4\n")]);
    for bytes in [tar_of(&files), gz(&tar_of(&files)), zip_of(&files, ::zip::CompressionMethod::Deflated), sevenz_of(&files)] {
        let error = walk("d", &bytes, &Bounds::default(), &[], &mut Refuses).unwrap_err();
        assert_eq!(error, Error::usage("enough"));
    }
}

/// A gz read through a walk takes as long as one read through the library, with some room for a busy machine.
#[test]
fn a_walk_costs_next_to_nothing() {
    use std::time::{Duration, Instant};
    struct Reads(Vec<u8>, u64);
    impl Visit for Reads {
        fn member(&mut self, _: &str, body: Body<'_>) -> Result<()> {
            if let Body::Stream(stream) = body {
                self.1 = pull(stream, &mut self.0);
            }
            Ok(())
        }
        fn skipped(&mut self, _: &str, _: Reason, _: u64, _: u64, _: Option<String>) -> Result<()> {
            panic!("nothing was skipped")
        }
    }
    fn pull(reader: &mut dyn Read, room: &mut [u8]) -> u64 {
        let mut bytes = 0;
        loop {
            match reader.read(room).unwrap() {
                0 => return bytes,
                n => bytes += n as u64,
            }
        }
    }
    let len = 100_000_000;
    let bytes = gz(&text(len));
    let (mut alone, mut walked) = (Duration::MAX, Duration::MAX);
    let mut reads = Reads(vec![0; 1 << 20], 0);
    for _ in 0..4 {
        let began = Instant::now();
        assert_eq!(pull(&mut flate2::bufread::MultiGzDecoder::new(bytes.as_slice()), &mut reads.0), len as u64);
        alone = alone.min(began.elapsed());
        let began = Instant::now();
        walk("d", &bytes, &Bounds::default(), &[], &mut reads).unwrap();
        walked = walked.min(began.elapsed());
        assert_eq!(reads.1, len as u64);
    }
    println!("100 MB out of {} MB: the library alone {alone:?}, a walk {walked:?}", bytes.len() / 1_000_000);
    assert!(walked < alone * 3 / 2, "{walked:?} against {alone:?}");
}
