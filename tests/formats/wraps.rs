//! Writers of containers around one file, by the libraries' own writers wherever there is one.

use std::io::{Cursor, Write};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

pub type Wrap = fn(&[u8]) -> Vec<u8>;

pub const WRAPS: [(&str, Wrap); 8] =
    [("gz", gz), ("members.gz", gz_members), ("zst", zst), ("xz", xz), ("bz2", bz2), ("lz4", lz4), ("zip", zip), ("tar", tar)];

/// Other methods of archives, and containers in containers.
pub const MORE: [(&str, Wrap); 9] = [
    ("stored.zip", stored),
    ("deflate64.zip", deflate64),
    ("zstd.zip", zip_zstd),
    ("7z", sevenz),
    ("tar.gz", |bytes| gz(&tar(bytes))),
    ("tar.zst", |bytes| zst(&tar(bytes))),
    ("gz.zip", |bytes| stored(&gz(bytes))),
    ("zip.7z", |bytes| sevenz(&zip(bytes))),
    ("zst.zip.tar.gz", |bytes| gz(&tar(&stored(&zst(bytes))))),
];

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// As `cat a.gz b.gz` makes it.
fn gz_members(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(bytes.len() / 3 + 1).flat_map(gz).collect()
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = liblzma::write::XzEncoder::new(Vec::new(), 0);
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut out = lz4_flex::frame::FrameEncoder::new(Vec::new());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn zip(bytes: &[u8]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
    zip_with(options, bytes)
}

fn stored(bytes: &[u8]) -> Vec<u8> {
    zip_with(SimpleFileOptions::default().compression_method(CompressionMethod::Stored), bytes)
}

fn zip_with(options: SimpleFileOptions, bytes: &[u8]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    out.add_directory("folder", SimpleFileOptions::default()).unwrap();
    out.start_file("folder/members", options).unwrap();
    out.write_all(bytes).unwrap();
    out.finish().unwrap().into_inner()
}

/// A member packed by a method that the library cannot write: it is stored, and called what it is.
fn zip_as(method: u16, packed: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("members", SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
    out.write_all(packed).unwrap();
    let mut out = out.finish().unwrap().into_inner();
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    let entry = memchr::memmem::rfind(&out, b"PK\x01\x02").unwrap();
    for (method_at, sum_at, size_at) in [(8, 14, 22), (entry + 10, entry + 16, entry + 24)] {
        out[method_at..method_at + 2].copy_from_slice(&method.to_le_bytes());
        out[sum_at..sum_at + 4].copy_from_slice(&sum.sum().to_le_bytes());
        out[size_at..size_at + 4].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
    }
    out
}

fn zip_zstd(bytes: &[u8]) -> Vec<u8> {
    zip_as(93, &zst(bytes), bytes)
}

/// Blocks that are not packed are written alike by Deflate and Deflate64; the other ones differ in their longest matches.
fn deflate64(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::none());
    out.write_all(bytes).unwrap();
    zip_as(9, &out.finish().unwrap(), bytes)
}

pub fn tar(bytes: &[u8]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    out.append_data(&mut header, "folder/members", bytes).unwrap();
    out.into_inner().unwrap()
}

fn sevenz(bytes: &[u8]) -> Vec<u8> {
    let mut out = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    out.set_content_methods(vec![sevenz_rust2::encoder_options::Lzma2Options::from_level(0).into()]);
    out.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file("members"), Some(bytes)).unwrap();
    out.finish().unwrap().into_inner()
}
