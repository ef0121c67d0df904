//! E-mail addresses in a text: where one begins and ends, and how else its signs are written.
//!
//! Whether it is one is for its recogniser to say. Around the `@` those bytes are taken that addresses are really made of; the others
//! that the standards allow (`=`, `&`, `/`, `|`, quotes …) stand between an address and something else nearly always. Letters beyond ASCII
//! are taken where they are Latin, Greek or Cyrillic: other scripts are written without spaces around an address.

use super::Sort;
use super::find::Finds;
use super::places::{escape_into, is_hex};
use crate::identify::Normaliser;
use crate::identify::email::Email;

/// Bytes of the longest local part and domain, RFC 5321 4.5.3.1.
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// Ends that are tried for a domain that is followed by more of what domains are made of (`example.com.2021`).
const ENDS: usize = 4;

/// How the signs of an address are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// `%40`.
    Percent,
    /// `&#64;` or `&#x40;`.
    Entity,
    /// `\u0040`.
    Unicode,
    /// `=40`.
    Quoted,
}

/// An address with its `@` at `at`.
pub(super) fn plain(text: &[u8], at: usize, out: &mut Finds) {
    let Some((start, narrow)) = local_start(text, at) else { return };
    let Some(end) = domain_end(text, at) else { return };
    let sort = Sort::Email.bit();
    if let Some(end) = recognised_end(text, start, at, end) {
        out.push(sort, start, end);
    }
    // `l'adresse d'alice@…` beside `o'brien@…`: both readings.
    if let Some((narrow, end)) = narrow.and_then(|narrow| Some((narrow, recognised_end(text, narrow, at, end)?))) {
        out.push(sort, narrow, end);
    }
}

/// Where the domain ends that makes `text[start..]` an address.
fn recognised_end(text: &[u8], start: usize, at: usize, mut end: usize) -> Option<usize> {
    for _ in 0..ENDS {
        if is_address(&text[start..end]) {
            return Some(end);
        }
        let domain = &text[at + 1..end];
        end = at + 1 + domain.iter().rposition(|b| matches!(b, b'.' | b'-'))?;
    }
    None
}

/// What the recogniser says, asked the short way where it is ASCII: nothing stands around it.
fn is_address(text: &[u8]) -> bool {
    Email::is_bare(text) || !text.is_ascii() && Email.recognise(text)
}

/// Where the local part before `at` begins, and where it begins if what stands before its apostrophe is another word.
fn local_start(text: &[u8], at: usize) -> Option<(usize, Option<usize>)> {
    let (mut start, mut apostrophe) = (at, None);
    while start > 0 {
        let b = text[start - 1];
        if is_local(b) {
            start -= 1;
        } else if start >= 2 && beyond_ascii(&text[start - 2..start]) {
            start -= 2;
        } else if b == b'\'' && start < at && start >= 2 && text[start].is_ascii_alphabetic() && text[start - 2].is_ascii_alphabetic() {
            // A second one is a quote.
            if apostrophe.is_some() {
                break;
            }
            apostrophe = Some(start);
            start -= 1;
        } else {
            break;
        }
        if at - start > LOCAL {
            return apostrophe.and_then(|narrow| Some((trimmed(text, narrow, at)?, None)));
        }
    }
    let start = trimmed(text, start, at)?;
    Some((start, apostrophe.filter(|&narrow| narrow > start)))
}

/// Where the local part begins that begins with something else: an escape's tail, a sign of a list, dots that only lead to it.
fn trimmed(text: &[u8], mut start: usize, at: usize) -> Option<usize> {
    start += escape_into(text, start);
    let local = text.get(start..at)?;
    if memchr::memchr(b'.', local).is_some()
        && let Some(dots) = local.windows(2).rposition(|pair| pair == b"..")
    {
        start += dots + 2;
    }
    while start < at && matches!(text[start], b'.' | b'-' | b'+') {
        start += 1;
    }
    (start < at).then_some(start)
}

/// Where the bytes behind `at` end that a domain may be made of.
fn domain_end(text: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while end < text.len() && end - at <= DOMAIN {
        if is_domain(text[end]) {
            end += 1;
        } else if text.get(end..end + 2).is_some_and(beyond_ascii) {
            end += 2;
        } else {
            break;
        }
    }
    while end > at + 1 && matches!(text[end - 1], b'.' | b'-') {
        end -= 1;
    }
    (end > at + 1 && end - at <= DOMAIN).then_some(end)
}

/// What a byte may be in an address.
const IN_LOCAL: u8 = 1;
const IN_DOMAIN: u8 = 2;

static PARTS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 128 {
        let byte = b as u8;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') {
            table[b] = IN_LOCAL | IN_DOMAIN;
        } else if matches!(byte, b'_' | b'+') {
            table[b] = IN_LOCAL;
        }
        b += 1;
    }
    table
};

fn is_local(b: u8) -> bool {
    PARTS[usize::from(b)] & IN_LOCAL != 0
}

fn is_domain(b: u8) -> bool {
    PARTS[usize::from(b)] & IN_DOMAIN != 0
}

/// Whether two bytes are a letter from U+00C0 to U+052F in UTF-8.
fn beyond_ascii(pair: &[u8]) -> bool {
    matches!(pair, [0xC3..=0xD3, 0x80..=0xBF] | [0xD4, 0x80..=0xAF])
}

/// An address whose `@` is written in a way that ends with the two digits up to and with `last`.
pub(super) fn coded(text: &[u8], last: usize, out: &mut Finds) {
    let before = &text[..=last];
    let (written, sign) = if before.ends_with(b"%40") {
        (Written::Percent, 3)
    } else if before.ends_with(b"=40") {
        (Written::Quoted, 3)
    } else if before.ends_with(b"\\u0040") {
        (Written::Unicode, 6)
    } else if before.ends_with(b"&#64") {
        (Written::Entity, 4)
    } else if before.ends_with(b"&#x40") || before.ends_with(b"&#X40") {
        (Written::Entity, 5)
    } else {
        return;
    };
    let mut right = last + 1;
    if written == Written::Entity {
        if text.get(right) != Some(&b';') {
            return;
        }
        right += 1;
    }
    let mut left = last + 1 - sign;
    // Escaped twice, it has two backslashes.
    while written == Written::Unicode && left > 0 && text[left - 1] == b'\\' && last - left < 2 * LOCAL {
        left -= 1;
    }
    let (mut value, mut start) = (Vec::new(), left);
    while value.len() <= LOCAL
        && let Some((b, from)) = unit_before(text, start, written).filter(|(b, _)| is_local(*b))
    {
        value.push(b);
        start = from;
    }
    value.reverse();
    let skip = value.iter().take_while(|b| matches!(b, b'.' | b'-' | b'+')).count();
    value.drain(..skip);
    if value.is_empty() || value.len() > LOCAL {
        return;
    }
    value.push(b'@');
    let (local, mut ends) = (value.len(), vec![right]);
    while value.len() - local <= DOMAIN
        && let Some((b, to)) = unit_at(text, *ends.last().unwrap_or(&right), written).filter(|(b, _)| is_domain(*b))
    {
        value.push(b);
        ends.push(to);
    }
    while matches!(value.last(), Some(b'.' | b'-')) {
        value.pop();
    }
    if let Some(end) = recognised_end(&value, 0, local - 1, value.len()) {
        let to = ends.get(end - local).copied().unwrap_or(right);
        out.push_meant(Sort::Email.bit(), start, to, &value[..end]);
    }
}

/// The byte that is written before `at`, and where it begins.
fn unit_before(text: &[u8], at: usize, written: Written) -> Option<(u8, usize)> {
    let last = *text.get(at.checked_sub(1)?)?;
    let from = match written {
        Written::Percent | Written::Quoted => at.checked_sub(3),
        Written::Unicode => at.checked_sub(6),
        Written::Entity if last == b';' => {
            text[at.saturating_sub(7)..at].iter().rposition(|&b| b == b'&').map(|n| at.saturating_sub(7) + n)
        }
        Written::Entity => None,
    };
    match from.and_then(|from| unit(text, from, written).map(|(b, to)| (b, from, to))) {
        Some((b, from, to)) if to == at => Some((b, from)),
        _ => Some((last, at - 1)),
    }
}

/// The byte that is written at `at`, and where it ends.
fn unit_at(text: &[u8], at: usize, written: Written) -> Option<(u8, usize)> {
    unit(text, at, written).or_else(|| text.get(at).map(|&b| (b, at + 1)))
}

/// The byte that an escape at `at` means.
fn unit(text: &[u8], at: usize, written: Written) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let hex =
        |digits: &[u8]| is_hex(digits).then(|| std::str::from_utf8(digits).ok()).flatten().and_then(|d| u8::from_str_radix(d, 16).ok());
    match written {
        Written::Percent | Written::Quoted => {
            let sign = if written == Written::Percent { b'%' } else { b'=' };
            (rest.first() == Some(&sign)).then(|| hex(rest.get(1..3)?)).flatten().map(|b| (b, at + 3))
        }
        Written::Unicode => rest.starts_with(b"\\u00").then(|| hex(rest.get(4..6)?)).flatten().map(|b| (b, at + 6)),
        Written::Entity => {
            let inner = rest.strip_prefix(b"&#")?;
            let len = inner.iter().take(5).position(|&b| b == b';')?;
            let b = match &inner[..len] {
                [b'x' | b'X', digits @ ..] if !digits.is_empty() => hex(digits),
                digits if digits.iter().all(u8::is_ascii_digit) => std::str::from_utf8(digits).ok().and_then(|d| d.parse().ok()),
                _ => None,
            }?;
            Some((b, at + 2 + len + 1))
        }
    }
}

/// An address whose `@` is the word `at` in brackets that close at `close`, or `&commat;`; dots may be words in brackets as well.
pub(super) fn spelled(text: &[u8], close: usize, out: &mut Finds) {
    let Some(open) = opening(text, close, b"at", b"&commat;") else { return };
    let spaces = |part: &mut dyn Iterator<Item = &u8>| part.take(2).take_while(|b| **b == b' ').count();
    let at = open - spaces(&mut text[..open].iter().rev());
    let Some((start, _)) = local_start(text, at) else { return };
    let mut value = text[start..at].to_vec();
    value.push(b'@');
    let domain = value.len();
    let mut end = close + 1;
    end += spaces(&mut text[end..].iter());
    while value.len() - domain <= DOMAIN
        && let Some(&b) = text.get(end)
    {
        if is_domain(b) {
            value.push(b);
            end += 1;
            continue;
        }
        let word = end + spaces(&mut text[end..].iter());
        let dot = text.get(word..word + 5).filter(|w| w[1..4].eq_ignore_ascii_case(b"dot") && brackets(w[0], w[4]));
        if dot.is_none() {
            break;
        }
        value.push(b'.');
        end = word + 5;
        end += spaces(&mut text[end..].iter());
    }
    while matches!(value.last(), Some(b'.' | b'-')) {
        value.pop();
    }
    // What the brackets are around is a guess: only an address from end to end will do.
    if is_address(&value) {
        out.push_meant(Sort::Email.bit(), start, end, &value);
    }
}

fn brackets(open: u8, close: u8) -> bool {
    matches!((open, close), (b'[', b']') | (b'(', b')') | (b'{', b'}'))
}

/// Where the bracket opens that `close` closes around `word`, or where `entity` begins that ends there.
fn opening(text: &[u8], close: usize, word: &[u8], entity: &[u8]) -> Option<usize> {
    if text[close] == b';' {
        return text[..=close].ends_with(entity).then(|| close + 1 - entity.len());
    }
    let open = close.checked_sub(word.len() + 1)?;
    (brackets(text[open], text[close]) && text[open + 1..close].eq_ignore_ascii_case(word)).then_some(open)
}
