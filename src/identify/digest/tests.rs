use super::*;
use crate::identify::{Params, canonical, recognise};
use proptest::prelude::*;
use std::fmt::Write;

fn written_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// Base64 by the bits as text: slow and plain.
fn written_base64(bytes: &[u8], signs: &[u8; 2], padded: bool) -> String {
    let mut alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').collect();
    alphabet.extend(signs.iter().map(|&b| char::from(b)));
    let mut bits: String = bytes.iter().map(|b| format!("{b:08b}")).collect();
    while !bits.len().is_multiple_of(6) {
        bits.push('0');
    }
    let six: Vec<char> = bits.chars().collect();
    let mut text: String = six.chunks(6).map(|c| alphabet[usize::from_str_radix(&c.iter().collect::<String>(), 2).unwrap()]).collect();
    while padded && !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn read(kind: Kind, raw: &[u8]) -> Vec<u8> {
    canonical(kind, &Params::default(), raw).0
}

#[test]
fn published_digests() {
    // RFC 1321 appendix A.5, FIPS 180-4's examples: of "abc".
    for (algorithm, want) in [
        (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Algorithm::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ] {
        let mut room = [0; 64];
        let digest = algorithm.digest(b"abc", &mut room).to_vec();
        assert_eq!((written_hex(&digest).as_str(), digest.len()), (want, algorithm.length()));
        assert_eq!(read(algorithm.kind(), want.as_bytes()), digest);
        assert_eq!(Algorithm::of_kind(algorithm.kind()), Some(algorithm));
    }
    assert_eq!(Algorithm::of_kind(Kind::Id), None);
}

#[test]
fn recognised_and_refused() {
    let md5 = "900150983cd24fb0d6963f7d28e17f72";
    let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
    let yes = |kind, text: &str| {
        assert!(recognise(kind, &Params::default(), text.as_bytes()), "{text}");
        assert!(!read(kind, text.as_bytes()).is_empty(), "{text}");
    };
    for form in ["0x{}", "\\x{}", "\\\\x{}", "md5:{}", "MD5:{}", "{MD5}{}", "$md5$", "md5$$", " {} "] {
        let text = if form.contains("{}") { form.replace("{}", md5) } else { format!("{form}{md5}") };
        yes(Kind::Md5, &text);
        assert_eq!(read(Kind::Md5, text.as_bytes()), read(Kind::Md5, md5.as_bytes()), "{text}");
    }
    yes(Kind::Md5, &md5.to_uppercase());
    yes(Kind::Sha1, sha1);
    yes(Kind::Sha1, "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    yes(Kind::Sha1, "qZk-NkcGgWq6PiVxeFDCbJzQ2J0");
    yes(Kind::Md5, "kAFQmDzST7DWlj99KOF/cg==");
    yes(Kind::Md5, "0xFQmDzST7DWlj99KOF/cg==");
    for (text, why) in [
        ("550e8400-e29b-41d4-a716-446655440000", "a UUID"),
        ("{550e8400e29b41d4a716446655440000}", "in brackets"),
        ("sha1:900150983cd24fb0d6963f7d28e17f72", "another's name"),
        ("12345678901234567890123456789012", "a number"),
        ("900150983CD24fb0d6963f7d28e17f72", "mixed cases"),
        ("900150983cd24fb0d6963f7d28e17f7", "a digit short"),
        ("900150983cd24fb0d6963f7d28e17f7g", "no digit"),
        ("$2y$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "bcrypt"),
        ("$1$salt$qJH7.N4xYta3aEG/dfqo/0", "salted"),
        ("*a9993e364706816aba3e25717850c26c9cd0d89d", "a password of MySQL"),
        ("kAFQmDzST7DWlj99KOF/ch==", "bits behind the end"),
        ("kAFQmDzST7DWlj99KOF/cg=", "half of the padding"),
        ("muhammadabdulrahmanali", "a name of 22 letters"),
        ("", "nothing"),
    ] {
        for kind in [Kind::Md5, Kind::Sha1, Kind::Sha256, Kind::Sha512] {
            assert!(!recognise(kind, &Params::default(), text.as_bytes()), "{text} ({why})");
        }
    }
}

proptest! {
    #[test]
    fn every_way_of_writing_gives_the_bytes(bytes: [u8; 64], which in 0usize..4) {
        let algorithm = ALGORITHMS[which];
        let (kind, bytes) = (algorithm.kind(), &bytes[..algorithm.length()]);
        let hex = written_hex(bytes);
        let mut forms = vec![hex.clone(), hex.to_uppercase(), format!("0x{hex}"), format!(" {hex}\t")];
        for signs in [b"+/", b"-_"] {
            forms.extend([true, false].map(|padded| written_base64(bytes, signs, padded)));
        }
        for form in forms {
            prop_assert_eq!(read(kind, form.as_bytes()), bytes, "{}", form);
            for other in ALGORITHMS.into_iter().filter(|&a| a != algorithm) {
                prop_assert_eq!(read(other.kind(), form.as_bytes()), b"", "{}", form);
            }
        }
    }

    #[test]
    fn what_is_recognised_is_read(raw in prop::collection::vec(any::<u8>(), 0..70), near in "(0x|md5:|\\{SHA\\})?[0-9a-fA-F]{30,66}", code in "[A-Za-z0-9+/_-]{20,44}={0,2}") {
        for raw in [&raw[..], near.as_bytes(), code.as_bytes()] {
            for algorithm in ALGORITHMS {
                let kind = algorithm.kind();
                let read = read(kind, raw);
                prop_assert!(read.is_empty() || read.len() == algorithm.length());
                prop_assert!(!recognise(kind, &Params::default(), raw) || !read.is_empty());
                prop_assert_eq!(encoding_of(kind, raw).is_some(), recognise(kind, &Params::default(), raw));
            }
        }
    }
}
