//! Encrypted members.

use super::*;
use ::zip::unstable::write::FileOptionsExt;
use ::zip::write::SimpleFileOptions;
use ::zip::{AesMode, CompressionMethod, ZipWriter};

const RIGHT: &str = "rahasia";

fn zip_with(files: &[(String, Vec<u8>)], options: SimpleFileOptions) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(name.as_str(), options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn locked() -> Vec<(&'static str, Vec<u8>)> {
    let files = named(&[("a", &text(100_000)), ("b", b"1,2\n")]);
    let mut out = Vec::new();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let options = SimpleFileOptions::default().compression_method(method);
        out.push(("aes", zip_with(&files, options.with_aes_encryption(AesMode::Aes256, RIGHT))));
        out.push(("zipcrypto", zip_with(&files, options.with_deprecated_encryption(RIGHT.as_bytes()).unwrap())));
    }
    for header in [false, true] {
        let mut writer = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        writer.set_content_methods(vec![
            sevenz_rust2::encoder_options::AesEncoderOptions::new(RIGHT.into()).into(),
            sevenz_rust2::EncoderMethod::LZMA2.into(),
        ]);
        writer.set_encrypt_header(header);
        for (name, bytes) in &files {
            writer.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file(name), Some(bytes.as_slice())).unwrap();
        }
        out.push((if header { "7z, names too" } else { "7z" }, writer.finish().unwrap().into_inner()));
    }
    out
}

#[test]
fn the_right_password_opens_whichever_it_is() {
    for (what, bytes) in locked() {
        for passwords in [vec![RIGHT], vec!["", "wrong", RIGHT, "x"]] {
            let seen = walked_with(&bytes, &Bounds::default(), &passwords);
            assert_eq!((seen.names(), seen.skipped.len()), (vec!["d!a", "d!b"], 0), "{what} {:?}", seen.skipped);
            assert!(seen.members[0].1 == text(100_000) && seen.members[1].1 == b"1,2\n", "{what}");
        }
    }
}

#[test]
fn without_it_everything_is_told() {
    let wrong: Vec<String> = (0..600).map(|n| format!("wrong{n}")).collect();
    for (what, bytes) in locked() {
        // Of the older way of zip, of 600 passwords some pass the first check.
        let many = if what == "zipcrypto" { 600 } else { 2 };
        for passwords in [vec![], wrong[..many].iter().map(String::as_str).collect::<Vec<_>>()] {
            let seen = walked_with(&bytes, &Bounds::default(), &passwords);
            assert_eq!(seen.members.len(), 0, "{what}");
            assert!(
                !seen.skipped.is_empty() && seen.reasons().iter().all(|(_, reason)| *reason == Reason::Encrypted),
                "{what} {:?}",
                seen.skipped
            );
        }
    }
}

#[test]
fn damage_within_an_encrypted_member_is_told() {
    let files = named(&[("a", &text(400_000))]);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).with_aes_encryption(AesMode::Aes256, RIGHT);
    let mut bytes = zip_with(&files, options);
    bytes[300_000] ^= 1;
    let seen = walked_with(&bytes, &Bounds::default(), &[RIGHT]);
    assert!(seen.members[0].1[..250_000] == files[0].1[..250_000]);
    assert_eq!(seen.reasons(), [("d!a", Reason::Damaged)]);
}
