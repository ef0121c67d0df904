//! Any other text, compared without regard to case, accents, width and spacing.
//!
//! Source: Unicode Standard Annex 15 (NFKC), Unicode chapter 3.13 (default caseless matching). Canonical form: compatibility
//! decomposition, full case folding, combining accents dropped, composed again; runs of white space and control characters are one space,
//! none at the ends; characters that are not shown are dropped. Bytes that are not UTF-8 are read as Latin-1. Punctuation stays:
//! whether `Jl. Merdeka` and `Jl Merdeka` are one address is for a human to say.
//!
//! Nothing is implausible as text but what is missing.

use super::quick::{self, Rewrite};
use super::{Kind, Normaliser, Shape, is_missing, unicode};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Text`].
pub struct Text;

impl Normaliser for Text {
    const KIND: Kind = Kind::Text;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if is_missing(raw) {
            return Shape::Implausible;
        }
        if raw.is_ascii() {
            fold_ascii(raw, out);
        } else {
            let folded = unicode::fold(&unicode::decode(raw));
            if unicode::says_something(&folded) {
                out.extend_from_slice(folded.as_bytes());
            }
        }
        if is_missing(out) {
            out.clear();
            return Shape::Implausible;
        }
        Shape::Plausible
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        is_folded_ascii(raw) && !is_missing(raw)
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        quick::text::<L>(value, len)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        // A text has letters; a bare number is an id, a date or an amount.
        const LONGEST: usize = 4096;
        raw.len() <= LONGEST
            && !raw.iter().any(|&b| b < b' ' && !b.is_ascii_whitespace())
            && raw.iter().any(|&b| b.is_ascii_alphabetic() || b >= 0x80)
            && self.normalise(raw, &mut Vec::new()) == Shape::Plausible
    }
}

/// Lower case, runs of white space and control characters one space, none at the ends.
fn fold_ascii(raw: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut space_due = false;
    for &b in raw {
        if b <= b' ' || b == 0x7F {
            space_due = out.len() > start;
        } else {
            if space_due {
                out.push(b' ');
                space_due = false;
            }
            out.push(b.to_ascii_lowercase());
        }
    }
}

fn is_folded_ascii(raw: &[u8]) -> bool {
    let mut after_space = true;
    for &b in raw {
        if !(b' '..0x7F).contains(&b) || b.is_ascii_uppercase() || (b == b' ' && after_space) {
            return false;
        }
        after_space = b == b' ';
    }
    !after_space
}

/// Appends what `compact` makes of `raw`, for kinds that are codes of letters and digits: letters beyond ASCII are folded as text first, and a
/// value in which nothing is left to match stays empty.
pub(super) fn compacted(raw: &[u8], out: &mut Vec<u8>, compact: impl Fn(&[u8], &mut Vec<u8>)) {
    if is_missing(raw) {
        return;
    }
    if raw.is_ascii() {
        compact(raw, out);
    } else {
        let mut folded = Vec::new();
        Text.normalise(raw, &mut folded);
        compact(&folded, out);
    }
    if is_missing(out) {
        out.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_texts() {
        laws::recognised(
            &Text,
            &[
                ("Jl. Merdeka No. 10", "an address"),
                ("aktif", "a status"),
                ("Jakarta Selatan", "a city"),
                ("PBI (APBN)", "a category with brackets"),
                ("Élodie", "accents"),
                ("東京都", "another script"),
                ("a", "one letter"),
                ("RT 01/RW 02", "letters and digits"),
                ("line one\nline two", "line breaks are white space"),
                ("Ｗｉｄｅ", "full-width letters"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_text() {
        laws::refused(
            &Text,
            &[
                ("", "nothing"),
                ("   ", "blank"),
                ("NULL", "a word for nothing"),
                ("n/a", "a word for nothing"),
                ("-", "a dash for nothing"),
                ("\\N", "MySQL's NULL"),
                ("12345", "a number"),
                ("12.50", "an amount"),
                ("2021-03-12", "a date without letters"),
                ("—", "punctuation beyond ASCII"),
                ("a\u{0}b", "binary"),
                ("    NULL              ", "padded NULL"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Text,
            &[
                ("  Jl.  Merdeka\tNo. 10 ", "jl. merdeka no. 10"),
                ("JALAN SUDIRMAN", "jalan sudirman"),
                ("Café", "cafe"),
                ("Cafe\u{301}", "cafe"),
                ("STRASSE", "strasse"),
                ("Straße", "strasse"),
                ("ﬁne", "fine"),
                ("Ⅷ", "viii"),
                ("\u{a0}null\u{a0}", ""),
                ("ΑΘΗΝΑ", "αθηνα"),
                ("ΑΘΉΝΑΣ", "αθηνασ"),
            ],
        );
        assert_eq!(laws::canon(&Text, b"Caf\xe9").0, b"cafe");
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..48), near in "[ \t]{0,2}(\\PC|[A-Za-z .,]){0,20}[ \u{a0}]{0,2}") {
            laws::hold(&Text, &raw);
            laws::hold(&Text, near.as_bytes());
        }
    }
}
