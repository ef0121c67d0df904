//! What the text-like kinds share: bytes to characters without loss, case folding, accents, white space.
//!
//! Everything rests on the tables of `icu_normalizer` and `icu_casemap`, which are pinned, and on the short lists below; nothing
//! on the standard library's own Unicode tables, which change with the compiler.

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use std::borrow::Cow;

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
const CASE: CaseMapperBorrowed<'static> = CaseMapper::new();
const MARKS: CanonicalCombiningClassMapBorrowed<'static> = CanonicalCombiningClassMapBorrowed::new();

/// Rounds after which folding is taken to be settled. Case folding and compatibility decomposition each can uncover work for
/// the other, which Unicode bounds at two rounds (UAX 15, `NFKC_Casefold`); stripped marks may add one.
const ROUNDS: usize = 4;

/// The bytes as text. Bytes that are not valid UTF-8 are read as Latin-1, one character each, so that no two values become one
/// (a replacement character would merge them).
pub(super) fn decode(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(raw.len() * 2);
            for chunk in raw.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|&b| char::from(b)));
            }
            Cow::Owned(text)
        }
    }
}

/// Compatibility composition (NFKC): full-width forms, ligatures and the like become the ordinary characters.
pub(super) fn compatible(text: &str) -> Cow<'_, str> {
    NFKC.normalize(text)
}

/// Canonical composition and full case folding, nothing lost but case.
pub(super) fn fold_case(text: &str) -> String {
    let composed = NFC.normalize(text);
    let folded = CASE.fold_string(&composed);
    NFC.normalize(&folded).into_owned()
}

/// Compatibility forms, case, accents and white space unified: the canonical form of the text kind.
pub(super) fn fold(text: &str) -> String {
    let mut current = fold_once(text);
    for _ in 1..ROUNDS {
        // Nothing is left to fold in ASCII that has been folded once.
        if current.is_ascii() {
            break;
        }
        let next = fold_once(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

fn fold_once(text: &str) -> String {
    let decomposed = NFKD.normalize(text);
    let folded = CASE.fold_string(&decomposed);
    let decomposed = NFKD.normalize(&folded);
    let mut bare = String::with_capacity(decomposed.len());
    let mut space_due = false;
    for c in decomposed.chars() {
        if is_space(c) {
            space_due = !bare.is_empty();
        } else if !is_accent(c) && !is_invisible(c) {
            if space_due {
                bare.push(' ');
                space_due = false;
            }
            bare.push(c);
        }
    }
    NFC.normalize(&bare).into_owned()
}

/// Marks that are dropped: every combining mark but those that make another letter of their base in their script (classes 7
/// nukta, 8 kana voicing, 9 virama).
fn is_accent(c: char) -> bool {
    c > '\u{02FF}' && !matches!(MARKS.get_u8(c), 0 | 7..=9)
}

/// White space and control characters.
pub(super) fn is_space(c: char) -> bool {
    c <= ' '
        || matches!(c, '\u{7F}'..='\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// Characters that are not shown: joiners, marks of direction, soft hyphen, variation selectors, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// True when a character other than white space and punctuation is there. Beyond ASCII, punctuation is what the listed blocks hold:
/// Latin-1 signs (without ª, º, ², ³, ¹, µ and fractions), general, supplemental, CJK and vertical punctuation, the replacement
/// character.
pub(super) fn says_something(text: &str) -> bool {
    text.chars().any(|c| {
        if c.is_ascii() {
            return c.is_ascii_alphanumeric();
        }
        !(is_space(c)
            || is_invisible(c)
            || is_accent(c)
            || matches!(c, '\u{A1}'..='\u{A9}' | '\u{AB}'..='\u{B1}' | '\u{B4}' | '\u{B6}'..='\u{B8}' | '\u{BB}' | '\u{BF}' | '\u{D7}' | '\u{F7}'
                | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{2E00}'..='\u{2E7F}' | '\u{3001}'..='\u{3004}'
                | '\u{3008}'..='\u{3020}' | '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE4F}' | '\u{FFFD}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_that_are_not_utf8_are_latin_1_one_by_one() {
        assert_eq!(decode(b"Jos\xe9"), "José");
        assert_eq!(decode("Jos\u{e9}".as_bytes()), "José");
        assert_eq!(decode(b"a\xffb\xfe"), "aÿbþ");
    }

    #[test]
    fn folding_unifies_width_case_accents_and_spaces_but_keeps_other_letters() {
        assert_eq!(fold("  ＪＯＳÉ\u{a0}\u{2003} Straße "), "jose strasse");
        assert_eq!(fold("が"), "が");
        assert_eq!(fold("か"), "か");
        assert_eq!(fold("\u{feff}a\u{200d}b"), "ab");
    }

    proptest! {
        #[test]
        fn folding_settles(text in "\\PC{0,24}", other in any::<String>()) {
            for text in [text, other] {
                let once = fold(&text);
                prop_assert_eq!(fold(&once), once);
            }
        }
    }

    #[test]
    fn folding_settles_on_every_character_between_letters() {
        for c in ('\u{80}'..=char::MAX).filter(|c| !('\u{AC00}'..='\u{D7A3}').contains(c)) {
            let once = fold(&format!("a{c}b"));
            assert_eq!(fold(&once), once, "U+{:04X}", c as u32);
        }
    }
}
