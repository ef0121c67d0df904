//! What people write around a number: labels, remarks, a second number, marks of masking.

use crate::identify::text::Text;
use crate::identify::{Normaliser, digits, unicode};

/// Words before a number that only say that one follows.
const LABELS: [&str; 14] = ["tel", "telp", "telpon", "telepon", "tlp", "hp", "wa", "phone", "ph", "mobile", "mob", "fax", "no", "nomor"];

/// Words before an extension (E.123 section 7, RFC 3966 `;ext=`, libphonenumber's list).
const EXTENSIONS: [&str; 6] = ["ext", "extn", "extension", "ekst", "x", "pes"];

/// Digits after which letters may be a remark and a second number may follow.
const ENOUGH: usize = 9;

/// The number in `raw`, without label, remark, extension or second number; `None` when there is none, or when a part of
/// it is masked.
pub(super) fn number(raw: &[u8]) -> Option<String> {
    let raw = digits::without_float_tail(raw.trim_ascii());
    // Anything longer is prose; the bound keeps the work on it small.
    const LONGEST: usize = 256;
    if raw.len() > LONGEST || raw.contains(&b'*') {
        return None;
    }
    let decoded = unicode::decode(raw);
    let text: String = unicode::compatible(&decoded).chars().map(ascii_digit).collect();
    let mut rest = without_labels(text.trim_matches(|c| unicode::is_space(c) || matches!(c, '\'' | '"' | '=')));
    let mut count = 0;
    for (i, c) in rest.char_indices() {
        if c.is_ascii_digit() {
            count += 1;
        } else if matches!(c, '/' | ';' | ',' | '|' | '#') && count >= ENOUGH {
            rest = &rest[..i];
            break;
        } else if is_letter(c) {
            let word: String = rest[i..].chars().take_while(|&c| is_letter(c)).take(12).collect::<String>().to_ascii_lowercase();
            let apart = rest[..i].ends_with([' ', '(', '.', '-', '\u{2013}', '\u{2014}', ';', ',', '[']);
            let extension =
                EXTENSIONS.contains(&word.as_str()) && count >= 5 && rest[i + word.len()..].contains(|c: char| c.is_ascii_digit());
            let masked = word.chars().all(|c| c == 'x') && (word.len() > 1 || !extension);
            if masked || !(extension || apart && count >= ENOUGH) {
                return None;
            }
            rest = &rest[..i];
            break;
        }
    }
    let rest = rest.trim_end_matches(|c: char| !c.is_ascii_digit());
    (!rest.is_empty()).then(|| rest.to_string())
}

/// Letters and every other sign beyond ASCII that is no space or punctuation.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && unicode::says_something(c.encode_utf8(&mut [0; 4]))
}

/// Arabic, Persian and Devanagari digits as ASCII.
fn ascii_digit(c: char) -> char {
    let zero = match c {
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06F0}'..='\u{06F9}' => 0x06F0,
        '\u{0966}'..='\u{096F}' => 0x0966,
        _ => return c,
    };
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}

fn without_labels(text: &str) -> &str {
    let mut rest = text;
    // `No. HP: 0812…` has two.
    for _ in 0..3 {
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        if word == 0 || !LABELS.iter().any(|label| label.eq_ignore_ascii_case(&rest[..word])) {
            break;
        }
        rest = rest[word..].trim_start_matches(|c: char| unicode::is_space(c) || matches!(c, '.' | ':'));
    }
    rest
}

/// What a value becomes that is no number: its digits when it has no letters and is not masked, else the form of the text kind.
pub(super) fn fallback(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let trimmed = digits::without_float_tail(raw.trim_ascii());
    Text.normalise(trimmed, &mut text);
    let bare: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
    let letters = text.iter().any(|&b| b.is_ascii_alphabetic() || b >= 0x80 || b == b'*');
    if bare.is_empty() || letters { text } else { bare }
}
