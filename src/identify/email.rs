//! E-mail address.
//!
//! Source: RFC 5321 section 4.1.2 (mailbox, lengths in 4.5.3.1), RFC 5322 section 3.4.1 (dot-atom), RFC 6531 (addresses beyond ASCII), UTS 46 by the
//! `idna` crate. Canonical form: what surrounds an address goes (white space, `mailto:` and its parameters, `Name <…>`, a pair of quotes, a
//! dot after the domain); lower case throughout, since no provider of note tells case apart although RFC 5321 lets the local part do so;
//! beyond ASCII the local part is NFC and case-folded and the domain its ASCII form (`xn--…`).
//!
//! Plus tags and dots stay: `budi+toko@example.com` names the shop that leaked, and only some providers ignore dots.
//!
//! Implausible: not exactly one `@` outside quotes, a local part that is no dot-atom or longer than 64 bytes, a domain without a dot,
//! with a label that is empty, longer than 63 or hyphenated at an end, or with a last label that is not alphabetic. Such values
//! stay as they are but for case and what surrounds them.

use super::quick::{self, Rewrite};
use super::{Kind, Normaliser, Shape, is_missing, unicode};
use crate::lanes::{BLOCK, Lanes};

/// Normaliser of [`Kind::Email`].
pub struct Email;

/// What a byte may be in an address.
const LOCAL: u8 = 1; // atext of RFC 5322, or a dot
const DOMAIN: u8 = 2; // letter, digit, hyphen or dot
const UPPER: u8 = 4;
const DOT: u8 = 8;
const HYPHEN: u8 = 16; // one bit above DOT: see `pair`

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut b = 0;
    while b < 128 {
        let byte = b as u8;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') {
            table[b] = LOCAL | DOMAIN;
        } else if matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'/' | b'=' | b'?' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}' | b'~'
        ) {
            table[b] = LOCAL;
        }
        if byte.is_ascii_uppercase() {
            table[b] |= UPPER;
        } else if byte == b'.' {
            table[b] |= DOT;
        } else if byte == b'-' {
            table[b] |= HYPHEN;
        }
        b += 1;
    }
    table
}

impl Normaliser for Email {
    const KIND: Kind = Kind::Email;

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        if plain(raw).is_some() {
            let start = out.len();
            out.extend_from_slice(raw);
            out[start..].make_ascii_lowercase();
            return Shape::Plausible;
        }
        slow(raw, out)
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        plain(raw) == Some(Case::Lower)
    }

    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        quick::email::<L>(value, len)
    }

    fn recognise(&self, raw: &[u8]) -> bool {
        raw.len() <= 512 && self.normalise(raw, &mut Vec::new()) == Shape::Plausible
    }
}

impl Email {
    /// Whether `raw` is an address in ASCII with nothing around it.
    #[must_use]
    pub fn is_bare(raw: &[u8]) -> bool {
        plain(raw).is_some()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    Mixed,
}

/// Checks in one pass that `raw` is an ASCII address as the standards have it, nothing around it.
fn plain(raw: &[u8]) -> Option<Case> {
    const LONGEST: usize = 254; // RFC 5321 4.5.3.1.3: a path of 256 with its brackets
    if raw.len() > LONGEST {
        return None;
    }
    let at = memchr::memchr(b'@', raw)?;
    let (local, domain) = (&raw[..at], &raw[at + 1..]);
    if local.len() > 64 {
        return None;
    }
    // Both passes collect what is wrong instead of stopping at it: addresses are short and nearly always right.
    let (mut every, mut any) = (LOCAL, 0);
    let mut wrong = 0;
    let mut before = DOT;
    for &b in local {
        let class = CLASS[usize::from(b)];
        every &= class;
        any |= class;
        wrong |= before & class & DOT;
        before = class;
    }
    wrong |= before & DOT;
    wrong |= !every & LOCAL;
    // In a domain a dot must not follow a dot or hyphen, nor a hyphen a dot; its end is a dot's place.
    every = DOMAIN;
    before = DOT;
    for &b in domain {
        let class = CLASS[usize::from(b)];
        every &= class;
        any |= class;
        wrong |= pair(before, class);
        before = class;
    }
    wrong |= pair(before, DOT);
    wrong |= !every & DOMAIN;
    let last_dot = memchr::memrchr(b'.', domain)?;
    let long_label = domain.len() > 63 && domain.split(|&b| b == b'.').any(|label| label.len() > 63);
    // A pair of quotes round the whole would be taken off; the last byte of a domain is a letter or digit, so there is none.
    if wrong != 0 || long_label || !top_level(&domain[last_dot + 1..]) {
        return None;
    }
    Some(if any & UPPER == 0 { Case::Lower } else { Case::Mixed })
}

/// Not zero where two neighbours in a domain must not meet.
fn pair(before: u8, class: u8) -> u8 {
    (before | before >> 1) & class & DOT | (before << 1) & class & HYPHEN
}

/// A top-level domain is alphabetic or punycode (RFC 3696 section 2).
fn top_level(label: &[u8]) -> bool {
    (2..=63).contains(&label.len())
        && (label.iter().all(u8::is_ascii_alphabetic) || label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"xn--")))
}

/// Everything that is not a bare ASCII address.
fn slow(raw: &[u8], out: &mut Vec<u8>) -> Shape {
    if is_missing(raw) {
        return Shape::Implausible;
    }
    let mut current = step(raw);
    // Taking one wrapper off can uncover another, and folding can make one. Each round shortens or folds; the bound keeps time linear.
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        let next = step(&current);
        if next == current {
            break;
        }
        current = next;
    }
    if is_missing(&current) || (!current.is_ascii() && !unicode::says_something(&unicode::decode(&current))) {
        return Shape::Implausible;
    }
    let shape = if plain(&current).is_some() || plausible_beyond_ascii(&current) { Shape::Plausible } else { Shape::Implausible };
    out.extend_from_slice(&current);
    shape
}

fn step(raw: &[u8]) -> Vec<u8> {
    let inner = unwrap(raw);
    if inner.is_ascii() {
        return inner.to_ascii_lowercase();
    }
    let text = unicode::decode(inner);
    let text = text.trim_matches(unicode::is_space);
    let folded = match text.rsplit_once('@') {
        Some((local, domain)) if domain.is_ascii() => format!("{}@{}", unicode::fold_case(local), domain.to_ascii_lowercase()),
        Some((local, domain)) => {
            let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::URL).ok().filter(|d| !d.is_empty());
            format!("{}@{}", unicode::fold_case(local), ascii.map_or_else(|| unicode::fold_case(domain), |d| d.into_owned()))
        }
        None => unicode::fold_case(text),
    };
    folded.into_bytes()
}

/// Takes off what surrounds an address, all layers at once, without copying.
fn unwrap(raw: &[u8]) -> &[u8] {
    let mut inner = raw;
    loop {
        let before = inner.len();
        inner = inner.trim_ascii();
        if let Some(rest) = inner.get(..7).filter(|p| p.eq_ignore_ascii_case(b"mailto:")).map(|p| &inner[p.len()..]) {
            let end = rest.iter().position(|&b| b == b'?').filter(|&end| rest[..end].contains(&b'@')).unwrap_or(rest.len());
            inner = &rest[..end];
        }
        // `Name <address>`: only where the address is the last thing.
        if let Some(open) = inner.strip_suffix(b">").and_then(|i| i.iter().rposition(|&b| b == b'<')).filter(|&open| open + 2 < inner.len())
        {
            inner = &inner[open + 1..inner.len() - 1];
        }
        if let [first @ (b'"' | b'\''), middle @ .., last] = inner
            && first == last
            && !middle.is_empty()
        {
            inner = middle;
        }
        if let Some(rest) = inner.strip_suffix(b".").filter(|rest| rest.contains(&b'@')) {
            inner = rest;
        }
        if inner.len() == before {
            return inner;
        }
    }
}

/// RFC 6531: any character beyond ASCII may stand in the local part; the domain is ASCII by now.
fn plausible_beyond_ascii(current: &[u8]) -> bool {
    let Some(at) = memchr::memrchr(b'@', current) else {
        return false;
    };
    let local = &current[..at];
    if local.is_empty() || local.len() > 64 || local.is_ascii() || std::str::from_utf8(local).is_err() {
        return false;
    }
    let ascii: Vec<u8> = local.iter().map(|&b| if b >= 0x80 { b'x' } else { b }).chain(current[at..].iter().copied()).collect();
    plain(&ascii).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::laws;
    use proptest::prelude::*;

    #[test]
    fn recognises_addresses() {
        laws::recognised(
            &Email,
            &[
                ("budi@example.com", "the common form"),
                ("Budi.Santoso@Example.CO.ID", "upper case"),
                ("budi+toko@example.com", "a tag"),
                ("o'brien@example.ie", "an apostrophe is atext"),
                ("_x-1@sub.example.org", "underscore and hyphen"),
                ("  budi@example.com\t", "white space around"),
                ("mailto:budi@example.com?subject=x", "a link"),
                ("Budi Santoso <budi@example.com>", "with a display name"),
                ("\"budi@example.com\"", "in quotes"),
                ("budi@bücher.example", "a domain beyond ASCII"),
                ("josé@example.com", "a local part beyond ASCII"),
                ("a@xn--bcher-kva.example", "punycode"),
                ("a@b.xn--p1ai", "punycode top level"),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_address() {
        laws::refused(
            &Email,
            &[
                ("budi@localhost", "no dot in the domain"),
                ("budi.example.com", "no @"),
                ("a@b@example.com", "two @"),
                ("@example.com", "no local part"),
                ("budi@", "no domain"),
                (".budi@example.com", "leading dot"),
                ("bu..di@example.com", "two dots"),
                ("bu di@example.com", "space inside"),
                ("budi@-example.com", "hyphen at a label's start"),
                ("budi@example-.com", "hyphen at a label's end"),
                ("budi@example.123", "numeric top level"),
                ("budi@example.c", "one-letter top level"),
                ("b***@example..com", "empty label"),
                ("@", "nothing"),
                ("", "nothing"),
            ],
        );
    }

    #[test]
    fn canonical_forms() {
        laws::pairs(
            &Email,
            &[
                ("BUDI@EXAMPLE.COM", "budi@example.com"),
                (" <Budi@Example.com> ", "budi@example.com"),
                ("MAILTO:Budi@Example.com?cc=x", "budi@example.com"),
                ("'Budi@Example.com'", "budi@example.com"),
                ("Budi <'mailto:budi@example.com'>", "budi@example.com"),
                ("budi@example.com.", "budi@example.com"),
                ("b.u.d.i+x@gmail.com", "b.u.d.i+x@gmail.com"),
                ("ÉLODIE@Bücher.Example", "élodie@xn--bcher-kva.example"),
                ("E\u{301}lodie@example.com", "élodie@example.com"),
                ("budi", "budi"),
                ("<null>", ""),
                ("tidak punya", "tidak punya"),
                ("Budi Santoso <budi@example.com> x", "budi santoso <budi@example.com> x"),
            ],
        );
        assert_eq!(laws::canon(&Email, b"jos\xe9@example.com").0, "josé@example.com".as_bytes());
    }

    proptest! {
        #[test]
        fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[ <\"']{0,2}(mailto:)?[A-Za-z0-9.+_é'-]{1,12}@[A-Za-z0-9.ü-]{1,12}\\.[a-zA-Z.]{1,4}[> \"'.?]{0,3}", any in "\\PC{0,6}@\\PC{0,6}") {
            laws::hold(&Email, &raw);
            laws::hold(&Email, near.as_bytes());
            laws::hold(&Email, any.as_bytes());
        }

        /// The fast path against the slow one.
        #[test]
        fn both_paths_agree(raw in "[A-Za-z0-9.+_]{1,12}@[A-Za-z0-9.-]{1,12}\\.[a-zA-Z]{1,4}") {
            let mut by_hand = Vec::new();
            slow(raw.as_bytes(), &mut by_hand);
            prop_assert_eq!(laws::canon(&Email, raw.as_bytes()).0, by_hand);
        }
    }
}
