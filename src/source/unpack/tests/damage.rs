//! Damaged containers: all that can be had is handed over, and the rest is told.

use super::*;

/// What the library's own reader gives, a byte at a time, until something is wrong.
fn naive(kind: LayerKind, bytes: &[u8]) -> Vec<u8> {
    let mut reader: Box<dyn Read + '_> = match kind {
        LayerKind::Gzip => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        LayerKind::Zstd => Box::new(zstd::Decoder::new(bytes).unwrap()),
        LayerKind::Xz => Box::new(liblzma::read::XzDecoder::new_multi_decoder(bytes)),
        LayerKind::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(bytes)),
        LayerKind::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(bytes)),
    };
    let (mut out, mut byte) = (Vec::new(), [0]);
    while let Ok(1) = reader.read(&mut byte) {
        out.push(byte[0]);
    }
    out
}

fn check(kind: LayerKind, bytes: &[u8], whole: &[u8]) -> std::result::Result<(), TestCaseError> {
    if !super::is_container(sniff(bytes)) || sniff(bytes) == Content::Tar {
        return Ok(());
    }
    let (seen, naive) = (walked(bytes), naive(kind, bytes));
    let given: Vec<u8> = seen.members.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    prop_assert!(given.starts_with(&naive), "{kind:?}: {} bytes, the naive reader {}", given.len(), naive.len());
    prop_assert!(given == whole || !seen.skipped.is_empty(), "{kind:?}: {} bytes of {} and not a word", given.len(), whole.len());
    for (_, reason, at, rest) in &seen.skipped {
        prop_assert!(at + rest <= bytes.len() as u64, "{reason:?} {at} {rest}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_flipped_bit(kind in 0..LAYERS.len(), at: prop::sample::Index, bit in 0..8u32, len in 1usize..400_000) {
        let text = text(len);
        let mut bytes = [packed(LAYERS[kind], &text[..len / 2]), packed(LAYERS[kind], &text[len / 2..])].concat();
        let at = at.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        check(LAYERS[kind], &bytes, &text)?;
    }

    #[test]
    fn a_cut(kind in 0..LAYERS.len(), at: prop::sample::Index, len in 1usize..400_000) {
        let text = text(len);
        let bytes = packed(LAYERS[kind], &text);
        check(LAYERS[kind], &bytes[..at.index(bytes.len())], &text)?;
    }

    /// Whatever the bytes of an archive are: no panic, and no member without a word if it is not what went in.
    #[test]
    fn damaged_archives(which in 0..4, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4), cut: prop::sample::Index, cuts: bool) {
        let files = named(&[("a.csv", &text(90_000)), ("b.csv", &text(1_000)), ("c.csv", &text(70_000))]);
        let mut bytes = match which {
            0 => tar_of(&files),
            1 => zip_of(&files, ::zip::CompressionMethod::Deflated),
            2 => zip_of(&files, ::zip::CompressionMethod::Stored),
            _ => sevenz_of(&files),
        };
        for (at, with) in &flips {
            let at = at.index(bytes.len());
            bytes[at] = *with;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let seen = walked(&bytes);
        // A tar says nothing of its members' contents, and the end of one that is cut between two members cannot be told.
        if seen.skipped.is_empty() && which != 0 && !seen.names().contains(&"d") {
            let contents: Vec<_> = seen.members.iter().map(|(_, bytes)| bytes).collect();
            prop_assert!(contents == files.iter().map(|(_, bytes)| bytes).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_gz_cut_in_the_middle_gives_its_first_half() {
    let text = text(2_000_000);
    let bytes = gz(&text);
    let half = bytes.len() / 2;
    let seen = walked(&bytes[..half]);
    assert!(text.starts_with(&seen.members[0].1) && seen.members[0].1.len() > text.len() / 3);
    assert_eq!(seen.skipped, [("d".to_string(), Reason::Damaged, half as u64, 0)]);
}

#[test]
fn a_wrong_checksum_is_told_after_everything_was_handed_over() {
    let text = text(300_000);
    let mut bytes = gz(&text);
    let at = bytes.len() - 6;
    bytes[at] ^= 1;
    let seen = walked(&bytes);
    assert!(seen.members[0].1 == text);
    assert_eq!(seen.reasons(), [("d", Reason::Damaged)]);
}

#[test]
fn garbage_behind_the_last_member_is_told() {
    let text = text(300_000);
    for kind in LAYERS {
        let bytes = packed(kind, &text);
        for garbage in [&b"\n"[..], b"\0\0x", b"and so on, for a while"] {
            let seen = walked(&[&bytes, garbage].concat());
            assert!(seen.members[0].1 == text, "{kind:?}");
            assert_eq!(seen.skipped, [("d".to_string(), Reason::Damaged, bytes.len() as u64, garbage.len() as u64)], "{kind:?}");
        }
    }
}

#[test]
fn members_behind_a_damaged_one_are_read() {
    let files = named(&[("a", &text(200_000)), ("b", &text(100_000))]);
    let mut bytes = zip_of(&files, ::zip::CompressionMethod::Deflated);
    bytes[20_000] ^= 0x55;
    let seen = walked(&bytes);
    assert_eq!(seen.names(), ["d!a", "d!b"]);
    assert_eq!(seen.reasons(), [("d!a", Reason::Damaged)]);
    assert!(seen.members[1] == ("d!b".to_string(), files[1].1.clone()));
}

#[test]
fn a_zip_without_its_directory_is_read_from_the_front() {
    let files = named(&[("a", &text(200_000)), ("b", &text(100_000)), ("c", &text(300_000))]);
    for method in [::zip::CompressionMethod::Deflated, ::zip::CompressionMethod::Stored] {
        let bytes = zip_of(&files, method);
        let seen = walked(&bytes[..bytes.len() * 4 / 5]);
        assert_eq!(seen.names(), ["d!a", "d!b", "d!c"]);
        assert!(seen.members[0].1 == files[0].1 && seen.members[1].1 == files[1].1 && files[2].1.starts_with(&seen.members[2].1));
        assert_eq!(seen.reasons(), [("d!c", Reason::Damaged), ("d", Reason::Damaged)]);
    }
}

#[test]
fn a_cut_tar_gives_its_last_member_in_part() {
    let files = named(&[("a", &text(200_000)), ("b", &text(100_000))]);
    let bytes = tar_of(&files);
    for (bytes, cut) in [(bytes[..250_000].to_vec(), 250_000), (gz(&bytes[..250_000]), 250_000)] {
        let seen = walked(&bytes);
        assert_eq!(seen.names(), ["d!a", "d!b"]);
        assert!(files[1].1.starts_with(&seen.members[1].1) && seen.members[1].1.len() > 40_000);
        assert_eq!(seen.skipped[0].0, "d!b");
        assert_eq!((seen.skipped[0].1, seen.skipped[0].2), (Reason::Damaged, cut));
        assert_eq!(seen.skipped[0].3 + seen.members[1].1.len() as u64, 100_000);
    }
}

#[test]
fn damage_within_layers_is_told_of_each() {
    let text = text(2_000_000);
    let mut bytes = gz(&tar_of(&named(&[("a", &text)])));
    let middle = bytes.len() / 2;
    bytes.truncate(middle);
    let seen = walked(&bytes);
    assert!(text.starts_with(&seen.members[0].1) && !seen.members[0].1.is_empty());
    assert_eq!(seen.reasons().first(), Some(&("d!a", Reason::Damaged)));
    assert_eq!(seen.skipped.last(), Some(&("d".to_string(), Reason::Damaged, middle as u64, 0)));
}
