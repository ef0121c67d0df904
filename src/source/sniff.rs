//! What a file is at first sight: by its first bytes and by samples at fixed positions, never by its name.

use super::Content;

/// Samples that tell text from binary data, and bytes of each.
const SAMPLES: usize = 8;
const SAMPLE_BYTES: usize = 4096;

/// First bytes that say what follows.
const MAGIC: [(&[u8], Content); 40] = [
    (b"\x1f\x8b\x08", Content::Gzip),
    (b"\x28\xb5\x2f\xfd", Content::Zstd),
    (b"\xfd7zXZ\0", Content::Xz),
    (b"\x04\x22\x4d\x18", Content::Lz4),
    (b"\x02\x21\x4c\x18", Content::Lz4),
    (b"\x1f\x9d", Content::Compress),
    (b"PK\x05\x06", Content::Zip),
    (b"PK\x07\x08", Content::Zip),
    (b"7z\xbc\xaf\x27\x1c", Content::SevenZip),
    (b"Rar!\x1a\x07", Content::Rar),
    (b"%PDF-", Content::Pdf),
    (b"SQLite format 3\0", Content::Sqlite),
    (b"PAR1", Content::Parquet),
    (b"PARE", Content::Parquet),
    (b"ORC\x08", Content::Orc),
    (b"ORC\x0a", Content::Orc),
    (b"Obj\x01", Content::Avro),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content::Ole),
    (b"\0\x01\0\0Standard Jet DB", Content::Access),
    (b"\0\x01\0\0Standard ACE DB", Content::Access),
    (b"PGDMP", Content::PostgresDump),
    (b"\x7fELF", Content::Program),
    (b"\xca\xfe\xba\xbe", Content::Program),
    (b"\xcf\xfa\xed\xfe", Content::Program),
    (b"\x89PNG\r\n\x1a\n", Content::Picture),
    (b"\xff\xd8\xff", Content::Picture),
    (b"GIF87a", Content::Picture),
    (b"GIF89a", Content::Picture),
    (b"II*\0", Content::Picture),
    (b"MM\0*", Content::Picture),
    (b"\0\0\x01\0\x01\0", Content::Picture),
    (b"ID3\x02\0", Content::Audio),
    (b"ID3\x03\0", Content::Audio),
    (b"ID3\x04\0", Content::Audio),
    (b"fLaC\0", Content::Audio),
    (b"OggS\0", Content::Audio),
    (b"\x1a\x45\xdf\xa3", Content::Video),
    (b"FLV\x01", Content::Video),
    (b"\0\0\x01\xba", Content::Video),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Content::Video),
];

/// Says what `bytes`, a whole file, is. The same bytes always give the same answer.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Content {
    if bytes.is_empty() {
        return Content::Empty;
    }
    // A table may begin with the letters of a short magic: a text is one although its first column is called PAR1.
    if let Some(&(magic, content)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        let letters = magic.iter().all(|b| (b' '..=b'~').contains(b));
        if !letters || content == Content::Pdf || !is_text(bytes) {
            return content;
        }
    }
    let known = [zip, behind_skippable_frames, marked_text, media].into_iter().find_map(|kind| kind(bytes));
    if let Some(content) = known {
        return content;
    }
    // A block's mark, or that of the end where there is no block.
    let blocks = [b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"];
    if bytes.starts_with(b"BZh") && matches!(bytes.get(3..10), Some([b'1'..=b'9', mark @ ..]) if blocks.iter().any(|block| *block == mark))
    {
        return Content::Bzip2;
    }
    if is_tar(bytes) {
        return Content::Tar;
    }
    if is_windows_program(bytes) {
        return Content::Program;
    }
    if let Some(content) = wide_text(bytes) {
        return content;
    }
    if is_text(bytes) { Content::Text } else { Content::Binary }
}

/// Zstandard and LZ4 share a kind of frame without data, which parallel compressors begin with: what follows it tells which they are.
fn behind_skippable_frames(bytes: &[u8]) -> Option<Content> {
    let mut rest = bytes;
    while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, data @ ..] = rest {
        rest = data.get(u32::from_le_bytes([*a, *b, *c, *d]) as usize..)?;
    }
    if rest.len() == bytes.len() {
        return None;
    }
    [Content::Zstd, Content::Lz4].into_iter().find(|&content| MAGIC.iter().any(|&(magic, of)| of == content && rest.starts_with(magic)))
}

/// Pictures, sound and films whose mark does not stand at the very beginning, or is short.
fn media(bytes: &[u8]) -> Option<Content> {
    match bytes {
        // Boxes: a length, then what the first one is, and the brand.
        [0, 0, 0, _, b'f', b't', b'y', b'p', brand @ ..] => Some(match brand.first_chunk()? {
            b"M4A " | b"M4B " => Content::Audio,
            b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif" => Content::Picture,
            _ => Content::Video,
        }),
        // The length is below 512 MB, so that its last byte is no letter.
        [b'R', b'I', b'F', b'F', _, _, _, 0..=8 | 11..=12 | 14..=31, kind @ ..] => match kind.first_chunk()? {
            b"WAVE" => Some(Content::Audio),
            b"AVI " => Some(Content::Video),
            b"WEBP" => Some(Content::Picture),
            _ => None,
        },
        // Behind the length: four zeros, where the pixels begin, and the length of a header.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, 0, 0, 12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => Some(Content::Picture),
        _ => None,
    }
}

fn marked_text(bytes: &[u8]) -> Option<Content> {
    Some(match bytes {
        [0xef, 0xbb, 0xbf, ..] => Content::TextWithBom,
        // Before UTF-16, whose mark it begins with.
        [0xff, 0xfe, 0, 0, ..] => Content::Utf32Le,
        [0, 0, 0xfe, 0xff, ..] => Content::Utf32Be,
        [0xff, 0xfe, ..] => Content::Utf16Le,
        [0xfe, 0xff, ..] => Content::Utf16Be,
        _ => return None,
    })
}

fn zip(bytes: &[u8]) -> Option<Content> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    // The name of the first member begins at byte 30; an OpenDocument's first member is its uncompressed type.
    let head = &bytes[..bytes.len().min(4096)];
    let name = head.get(30..).unwrap_or_default();
    let office = [&b"[Content_Types].xml"[..], b"_rels/.rels", b"xl/", b"word/", b"docProps/"];
    Some(if office.iter().any(|n| name.starts_with(n)) {
        Content::OfficeXml
    } else if name.starts_with(b"mimetypeapplication/vnd.oasis.opendocument") {
        Content::OpenDocument
    } else {
        Content::Zip
    })
}

/// A tar archive by its first header's mark and checksum.
fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..512) else {
        return false;
    };
    if &header[257..262] != b"ustar" {
        return false;
    }
    let sum: u32 = header.iter().enumerate().map(|(i, &b)| if (148..156).contains(&i) { 32 } else { u32::from(b) }).sum();
    let digits: Vec<u8> = header[148..156].iter().copied().filter(|b| (b'0'..=b'7').contains(b)).collect();
    digits.iter().fold(0u32, |n, d| n.wrapping_mul(8) + u32::from(d - b'0')) == sum
}

/// `MZ` alone may begin a text; a program's header says where its second mark is.
fn is_windows_program(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"MZ") {
        return false;
    }
    let Some(&[a, b, c, d]) = bytes.get(60..64) else {
        return false;
    };
    let at = u32::from_le_bytes([a, b, c, d]) as usize;
    bytes.get(at..).is_some_and(|rest| rest.starts_with(b"PE\0\0"))
}

/// Samples at fixed positions, each at an offset that is a multiple of four.
fn samples(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let count = if bytes.len() <= SAMPLES * SAMPLE_BYTES { 1 } else { SAMPLES };
    let len = if count == 1 { bytes.len() } else { SAMPLE_BYTES };
    (0..count).map(move |i| {
        let at = if i == 0 { 0 } else { (bytes.len() - len) / (count - 1) * i / 4 * 4 };
        &bytes[at..at + len]
    })
}

/// UTF-16 or UTF-32 without a mark: half or three quarters of the bytes are zero, and always the same ones.
fn wide_text(bytes: &[u8]) -> Option<Content> {
    let mut zeros = [0usize; 4];
    let mut units = 0;
    for sample in samples(bytes) {
        for unit in sample.chunks_exact(4) {
            units += 1;
            for (zeros, &byte) in zeros.iter_mut().zip(unit) {
                *zeros += usize::from(byte == 0);
            }
        }
    }
    if units < 2 {
        return None;
    }
    let mostly = |n: usize| n * 10 >= units * 6;
    let hardly = |n: usize| n * 50 <= units;
    let [a, b, c, d] = zeros;
    if hardly(a) && mostly(b) && mostly(c) && mostly(d) {
        Some(Content::Utf32Le)
    } else if mostly(a) && mostly(b) && mostly(c) && hardly(d) {
        Some(Content::Utf32Be)
    } else if hardly(a) && mostly(b) && hardly(c) && mostly(d) {
        Some(Content::Utf16Le)
    } else if mostly(a) && hardly(b) && mostly(c) && hardly(d) {
        Some(Content::Utf16Be)
    } else {
        None
    }
}

/// Whether most samples look like text. NULs alone do not speak against it: there are tables that pad their cells with them, and files whose end was
/// never written.
fn is_text(bytes: &[u8]) -> bool {
    let (mut text, mut binary) = (0, 0);
    for sample in samples(bytes) {
        match looks_like_text(sample) {
            Some(true) => text += 1,
            Some(false) => binary += 1,
            None => {}
        }
    }
    text > 0 && text >= binary
}

/// `None` where there is nothing but NULs.
fn looks_like_text(sample: &[u8]) -> Option<bool> {
    let (mut nuls, mut controls, mut high) = (0usize, 0usize, 0usize);
    for &byte in sample {
        match byte {
            0 => nuls += 1,
            // ^A separates the cells of some exports; ESC, form feed and ^Z turn up in texts.
            b'\t' | b'\n' | b'\r' | 0x01 | 0x0c | 0x1a | 0x1b => {}
            0x02..=0x1f | 0x7f => controls += 1,
            0x80.. => high += 1,
            _ => {}
        }
    }
    let rest = sample.len() - nuls;
    if rest == 0 {
        return None;
    }
    // Of even bytes, one in ten is such a control byte and half are high; of text in any encoding, hardly one is the former.
    let many_controls = controls * 16 > rest;
    let odd_mix = controls * 50 > rest && high * 4 > rest && std::str::from_utf8(sample).is_err();
    Some(!many_controls && !odd_mix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Reason;

    #[test]
    fn magic_bytes_tell() {
        for (bytes, content) in MAGIC {
            let mut file = bytes.to_vec();
            file.extend((0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
            assert_eq!(sniff(&file), content, "{bytes:?}");
            assert!(content.unsupported().is_some());
        }
        assert_eq!(sniff(b"BZh91AY&SY"), Content::Bzip2);
        assert_eq!(sniff(b"\x5f\x2a\x4d\x18\x02\0\0\0ab\x50\x2a\x4d\x18\0\0\0\0\x28\xb5\x2f\xfd"), Content::Zstd);
        assert_eq!(sniff(b"\x50\x2a\x4d\x18\0\0\0\0\x04\x22\x4d\x18"), Content::Lz4);
        assert_eq!(sniff(b"\x50\x2a\x4d\x18\xff\0\0\0\x04\x22\x4d\x18\0"), Content::Binary);
        assert_eq!(sniff(b"PK\x03\x04"), Content::Zip);
        let member = |name: &[u8]| [b"PK\x03\x04".as_slice(), &[0; 26], name].concat();
        assert_eq!(sniff(&member(b"[Content_Types].xml")), Content::OfficeXml);
        assert_eq!(sniff(&member(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")), Content::OpenDocument);
        assert_eq!(sniff(&member(b"dump.csv")), Content::Zip);
        let mut program = vec![0; 80];
        program[..2].copy_from_slice(b"MZ");
        program[60] = 64;
        program[64..68].copy_from_slice(b"PE\0\0");
        assert_eq!(sniff(&program), Content::Program);
        let mut tar = vec![0; 1024];
        tar[..5].copy_from_slice(b"a.csv");
        tar[257..262].copy_from_slice(b"ustar");
        let sum: u32 = tar[..512].iter().map(|&b| u32::from(b)).sum::<u32>() + 8 * 32;
        tar[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
        assert_eq!(sniff(&tar), Content::Tar);
        tar[148] = b'7';
        assert_ne!(sniff(&tar), Content::Tar);
    }

    #[test]
    fn tables_that_begin_like_something_else_are_text() {
        for text in ["MZ,b\n1,2\n", "PAR1,PAR2\n1,2\n", "BZh,9\n", "PGDMP;x\n", "a\n", "7z,Rar!\n", "GIF89a,x\n"] {
            assert_eq!(sniff(text.as_bytes()), Content::Text, "{text}");
        }
    }

    #[test]
    fn encodings() {
        let text = "id,nama,alamat\n1,Budi,Jl. Mawar 5\n".repeat(3);
        let wide = |width: usize, big: bool| -> Vec<u8> {
            text.bytes()
                .flat_map(|b| {
                    let mut unit = vec![0; width];
                    unit[if big { width - 1 } else { 0 }] = b;
                    unit
                })
                .collect()
        };
        assert_eq!(sniff(&wide(2, false)), Content::Utf16Le);
        assert_eq!(sniff(&wide(2, true)), Content::Utf16Be);
        assert_eq!(sniff(&wide(4, false)), Content::Utf32Le);
        assert_eq!(sniff(&wide(4, true)), Content::Utf32Be);
        for (mark, content) in [
            (&b"\xff\xfea\0"[..], Content::Utf16Le),
            (b"\xfe\xff\0a", Content::Utf16Be),
            (b"\xff\xfe\0\0a\0\0\0", Content::Utf32Le),
            (b"\0\0\xfe\xff\0\0\0a", Content::Utf32Be),
            (b"\xef\xbb\xbfa", Content::TextWithBom),
            (b"", Content::Empty),
        ] {
            assert_eq!(sniff(mark), content);
        }
        assert_eq!(Content::Utf16Le.unsupported().unwrap().0, Reason::UnsupportedEncoding);
    }

    #[test]
    fn text_with_nuls_or_high_bytes_is_text_and_noise_is_not() {
        assert_eq!(sniff(b"1,Jos\xe9,\0\0\0\0\n2,Zo\xeb,\0\0\0\0\n"), Content::Text);
        let cyrillic: Vec<u8> = (0..90_000u32).map(|i| if i % 11 == 0 { b'\n' } else { 0xc0 + (i % 61) as u8 }).collect();
        assert_eq!(sniff(&cyrillic), Content::Text);
        let mut sparse = b"a,b\n".repeat(20_000);
        sparse.resize(90_000, 0);
        assert_eq!(sniff(&sparse), Content::Text);
        let noise: Vec<u8> =
            (0..90_000u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(i | 1) >> 40) as u8).collect();
        assert_eq!(sniff(&noise), Content::Binary);
        assert_eq!(sniff(&noise[..100]), Content::Binary);
        assert_eq!(sniff(&vec![0; 90_000]), Content::Binary);
    }
}
