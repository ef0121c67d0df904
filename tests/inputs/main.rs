//! What the given paths stand for, and what the user wants of them: volumes of one file, patterns, kinds of files set aside, strictness.

#[path = "../support/mod.rs"]
mod support;

mod patterns;
mod scope;
mod scratch;
mod volumes;

use std::io::Write;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn sevenz(bytes: &[u8]) -> Vec<u8> {
    let mut out = sevenz_rust2::ArchiveWriter::new(std::io::Cursor::new(Vec::new())).unwrap();
    // Kept as it is: what its decompressor would need is no matter here.
    out.set_content_methods(vec![sevenz_rust2::EncoderMethod::COPY.into()]);
    out.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file("members.csv"), Some(bytes)).unwrap();
    out.finish().unwrap().into_inner()
}

/// A picture by its first bytes, and noise.
fn picture(bytes: usize) -> Vec<u8> {
    let noise = (0..bytes as u64).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8);
    b"\x89PNG\r\n\x1a\n".iter().copied().chain(noise).take(bytes).collect()
}
