//! Which encoding a text is in, and its bytes as UTF-8.
//!
//! Everything above reads UTF-8, or bytes that have ASCII as their lower half. Only texts that are certainly something else are decoded: UTF-16
//! and UTF-32 by mark or by their zeros ([`sniff`](super::sniff())), legacy code pages where samples hold more bytes that are not UTF-8 than
//! characters that are; which one is then chardetng's guess (the detector of Firefox). A text in UTF-8 with a few broken bytes stays as it is, so
//! that they can still be searched.

use super::Content;
use encoding_rs::{CoderResult, Encoding};
use std::io::Read;

/// Bytes of a text that are looked at, spread over it.
const SAMPLES: usize = 16;
const SAMPLE_BYTES: usize = 16 << 10;
/// Bytes that are decoded at a time.
const STEP: usize = 64 << 10;

/// How a text's characters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8, or close enough to be read as it is.
    Utf8,
    /// UTF-32, little-endian.
    Utf32Le,
    /// UTF-32, big-endian.
    Utf32Be,
    /// UTF-16 or a legacy encoding, by the names of the Encoding Standard.
    Named(&'static Encoding),
}

impl Charset {
    /// Its name, in capitals.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Utf32Le => "UTF-32LE",
            Charset::Utf32Be => "UTF-32BE",
            Charset::Named(encoding) => encoding.name(),
        }
    }

    /// The one of that name, if it is known.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Charset> {
        Some(match name.trim().to_ascii_uppercase().as_str() {
            "UTF-32LE" | "UTF-32" => Charset::Utf32Le,
            "UTF-32BE" => Charset::Utf32Be,
            label => match Encoding::for_label(label.as_bytes())? {
                e if e == encoding_rs::UTF_8 => Charset::Utf8,
                e => Charset::Named(e),
            },
        })
    }

    /// The encoding of `text`, whole or its beginning, of which [`sniff`](super::sniff()) says that it is `content`; `None` for what is no text.
    #[must_use]
    pub fn decide(content: Content, text: &[u8]) -> Option<Charset> {
        Some(match content {
            Content::Utf16Le => Charset::Named(encoding_rs::UTF_16LE),
            Content::Utf16Be => Charset::Named(encoding_rs::UTF_16BE),
            Content::Utf32Le => Charset::Utf32Le,
            Content::Utf32Be => Charset::Utf32Be,
            Content::Empty | Content::TextWithBom => Charset::Utf8,
            Content::Text => legacy(text).map_or(Charset::Utf8, Charset::Named),
            _ => return None,
        })
    }

    /// The text as UTF-8, without a byte-order mark of its own. What cannot be decoded becomes U+FFFD.
    #[must_use]
    pub fn decode<R: Read>(self, text: R) -> Decoded<R> {
        let decoder = match self {
            Charset::Utf8 => Decoder::Named(encoding_rs::UTF_8.new_decoder()),
            Charset::Utf32Le => Decoder::Wide(u32::from_le_bytes),
            Charset::Utf32Be => Decoder::Wide(u32::from_be_bytes),
            Charset::Named(encoding) => Decoder::Named(encoding.new_decoder_with_bom_removal()),
        };
        Decoded { text, decoder, raw: Vec::new(), at_end: false, ready: Vec::new(), given: 0, first: true }
    }
}

/// The legacy encoding of a text that is not UTF-8; `None` where it is.
fn legacy(text: &[u8]) -> Option<&'static Encoding> {
    let samples = samples(text);
    let (mut good, mut bad) = (0usize, 0usize);
    for sample in &samples {
        for chunk in sample.utf8_chunks() {
            good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
            bad += usize::from(!chunk.invalid().is_empty());
        }
    }
    // A sample of several may begin and end within a character.
    let cut = if samples.len() > 1 { 2 * samples.len() } else { 0 };
    if bad.saturating_sub(cut) <= good {
        return None;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    for (n, sample) in samples.iter().enumerate() {
        detector.feed(sample, n + 1 == samples.len());
    }
    let found = detector.guess(None, chardetng::Utf8Detection::Deny);
    (found != encoding_rs::UTF_8).then_some(found)
}

fn samples(text: &[u8]) -> Vec<&[u8]> {
    if text.len() <= SAMPLES * SAMPLE_BYTES {
        return vec![text];
    }
    (0..SAMPLES)
        .map(|n| {
            let at = (text.len() - SAMPLE_BYTES) / (SAMPLES - 1) * n;
            &text[at..at + SAMPLE_BYTES]
        })
        .collect()
}

enum Decoder {
    Named(encoding_rs::Decoder),
    Wide(fn([u8; 4]) -> u32),
}

/// A text while it is decoded.
pub struct Decoded<R> {
    text: R,
    decoder: Decoder,
    /// Bytes that were read and not yet decoded.
    raw: Vec<u8>,
    at_end: bool,
    /// Text that was decoded, of which `given` bytes were given away.
    ready: Vec<u8>,
    given: usize,
    first: bool,
}

impl<R: Read> Decoded<R> {
    /// Decodes some more; at the text's end nothing is ready.
    fn step(&mut self) -> std::io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() && !(self.at_end && self.raw.is_empty()) {
            let held = self.raw.len();
            (&mut self.text).take((STEP - held) as u64).read_to_end(&mut self.raw)?;
            let last = self.raw.len() < STEP;
            let used = match &mut self.decoder {
                Decoder::Named(decoder) => {
                    let room = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(4 * STEP);
                    self.ready.resize(room, 0);
                    let (result, used, written, _) = decoder.decode_to_utf8(&self.raw, &mut self.ready, last);
                    debug_assert_eq!(result, CoderResult::InputEmpty);
                    self.ready.truncate(written);
                    used
                }
                Decoder::Wide(unit) => wide(&self.raw, *unit, last, std::mem::take(&mut self.first), &mut self.ready),
            };
            self.raw.drain(..used);
            self.at_end |= last;
            if last {
                self.raw.clear();
            }
        }
        Ok(())
    }
}

/// UTF-32: whole units, and at the end what is left of one as U+FFFD.
fn wide(raw: &[u8], unit: fn([u8; 4]) -> u32, last: bool, first: bool, out: &mut Vec<u8>) -> usize {
    let (units, rest) = raw.as_chunks::<4>();
    let mut room = [0; 4];
    for (n, bytes) in units.iter().enumerate() {
        let c = char::from_u32(unit(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER);
        if !(first && n == 0 && c == '\u{feff}') {
            out.extend_from_slice(c.encode_utf8(&mut room).as_bytes());
        }
    }
    if last && !rest.is_empty() {
        out.extend_from_slice(char::REPLACEMENT_CHARACTER.encode_utf8(&mut room).as_bytes());
    }
    raw.len() - rest.len()
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.given == self.ready.len() {
            self.step()?;
        }
        let some = (self.ready.len() - self.given).min(to.len());
        to[..some].copy_from_slice(&self.ready[self.given..self.given + some]);
        self.given += some;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(charset: Charset, bytes: &[u8]) -> String {
        let mut out = String::new();
        charset.decode(bytes).read_to_string(&mut out).unwrap();
        out
    }

    fn wide_bytes(text: &str, big: bool) -> Vec<u8> {
        text.chars().flat_map(|c| if big { (c as u32).to_be_bytes() } else { (c as u32).to_le_bytes() }).collect()
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "(?s).{0,200}", mark: bool, repeat in 1usize..900) {
            prop_assume!(!text.starts_with('\u{feff}'));
            let text = text.repeat(repeat);
            let marked = if mark { format!("\u{feff}{text}") } else { text.clone() };
            let units: Vec<u16> = marked.encode_utf16().collect();
            let le: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
            let be: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
            prop_assert!(decoded(Charset::Named(encoding_rs::UTF_16LE), &le) == text);
            prop_assert!(decoded(Charset::Named(encoding_rs::UTF_16BE), &be) == text);
            prop_assert!(decoded(Charset::Utf32Le, &wide_bytes(&marked, false)) == text);
            prop_assert!(decoded(Charset::Utf32Be, &wide_bytes(&marked, true)) == text);
        }

        #[test]
        fn broken_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for charset in [Charset::Utf32Le, Charset::Named(encoding_rs::UTF_16BE), Charset::Named(encoding_rs::GB18030)] {
                let _ = decoded(charset, &bytes);
            }
        }
    }

    /// Names and addresses as people write them in each code page; the text is long enough to be told.
    #[test]
    fn legacy_code_pages_are_told_apart() {
        for (label, line) in [
            ("windows-1251", "Иванов Пётр;ivanov@example.ru;Москва, улица Ленина;заказчик\n"),
            ("koi8-r", "Иванов Пётр;ivanov@example.ru;Москва, улица Ленина;заказчик\n"),
            ("windows-1252", "Müller;mueller@example.de;Große Straße, Köln;Käufer für später\n"),
            ("gb18030", "王小明;wang@example.cn;北京市朝阳区建国路;普通用户\n"),
            ("big5", "陳大文;chan@example.tw;臺北市信義區市府路;一般會員\n"),
            ("shift_jis", "山田太郎;yamada@example.jp;東京都千代田区丸の内;一般会員です\n"),
            ("euc-kr", "김철수;kim@example.kr;서울특별시 강남구 테헤란로;일반 회원\n"),
        ] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let text = line.repeat(60);
            let (bytes, _, failed) = encoding.encode(&text);
            assert!(!failed);
            let found = Charset::decide(Content::Text, &bytes).unwrap();
            assert_eq!(decoded(found, &bytes), text, "{label} taken for {}", found.name());
        }
    }

    #[test]
    fn utf8_stays_as_it_is() {
        let good = "Müller;Иванов;王小明\n".repeat(40_000).into_bytes();
        let mut few = good.clone();
        few[..3].copy_from_slice(b"\xff\xfe\xfd");
        for text in [good.as_slice(), few.as_slice(), b"ascii\n", b"", "é\n".as_bytes()] {
            assert_eq!(Charset::decide(Content::Text, text), Some(Charset::Utf8));
        }
        assert_eq!(Charset::of_name("latin1").unwrap().name(), "windows-1252");
        assert_eq!(Charset::of_name("nonsense"), None);
    }
}
