//! Bank accounts, passports and addresses of version 6 in a text: codes of letters and digits.

use super::Sort;
use super::find::{Finds, Found};
use super::places::{begins, ends, escape_into};
use crate::identify::Normaliser;
use crate::identify::iban::Iban;
use crate::identify::ip::Ip;
use crate::identify::passport::Passport;

/// Letters and digits of the shortest and the longest bank account's number.
const ACCOUNT: std::ops::RangeInclusive<usize> = 15..=34;

/// Bytes of the longest address of version 6 with one of version 4 in it.
const VERSION_SIX: usize = 45;

/// Bytes before a passport's number in which the word for it may stand.
const LABEL: usize = 24;

/// A bank account's number whose fourth sign is `fourth`.
pub(super) fn account(text: &[u8], fourth: usize, out: &mut Finds) {
    let Some(start) = fourth.checked_sub(3) else { return };
    if !(text[start].is_ascii_alphabetic() && text[start + 1].is_ascii_alphabetic() && begins(text, start)) {
        return;
    }
    let run = |from: usize, most: usize| text[from..].iter().take(most).take_while(|b| b.is_ascii_alphanumeric()).count();
    let len = run(start, *ACCOUNT.end() + 1);
    if len > 4 {
        if ACCOUNT.contains(&len) && is_account(&text[start..start + len]) {
            out.push(Sort::Iban.bit(), start, start + len);
        }
        return;
    }
    // As printed: groups of four, the last one shorter.
    let Some(&gap) = text.get(start + 4).filter(|b| matches!(b, b' ' | b'-')) else { return };
    let (mut group_ends, mut at, mut signs) = (Vec::new(), start + 4, 4);
    while text.get(at) == Some(&gap) && signs <= *ACCOUNT.end() {
        let len = run(at + 1, 5);
        if len == 0 || len > 4 {
            break;
        }
        signs += len;
        at += 1 + len;
        group_ends.push((at, signs));
        if len < 4 {
            break;
        }
    }
    let whole = group_ends.into_iter().rev().find(|&(end, signs)| ACCOUNT.contains(&signs) && is_account(&text[start..end]));
    if let Some((end, _)) = whole {
        out.push(Sort::Iban.bit(), start, end);
    }
}

/// What the recogniser says, asked only where the check number is right: it takes its time.
fn is_account(text: &[u8]) -> bool {
    let signs = || text.iter().filter(|b| b.is_ascii_alphanumeric());
    let rest = signs().skip(4).chain(signs().take(4)).fold(0, |rest, b| match b {
        b'0'..=b'9' => (10 * rest + u32::from(b - b'0')) % 97,
        letter => (100 * rest + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    rest == 1 && Iban.recognise(text)
}

/// A passport's number whose sixth digit is `sixth`. So many codes look alike that it counts by itself only behind the word for it.
pub(super) fn passport(text: &[u8], sixth: usize, out: &mut Finds) {
    let Some(first) = sixth.checked_sub(5).filter(|&first| text[first..=sixth].iter().all(u8::is_ascii_digit)) else { return };
    let letters = text[..first].iter().rev().take(4).take_while(|b| b.is_ascii_uppercase()).count();
    let start = first - letters;
    let end = sixth + 1 + text[sixth + 1..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    let apart = |b: Option<&u8>| !b.is_some_and(|b| matches!(b, b'-' | b'_' | b'/' | b'.' | b'%' | b'&' | b'#'));
    if letters == 0 || !begins(text, start) || !ends(text, end) || !apart(start.checked_sub(1).and_then(|n| text.get(n))) {
        return;
    }
    if Passport.recognise(&text[start..end]) {
        let label = text[start.saturating_sub(LABEL)..start].to_ascii_lowercase();
        let labelled = ["passport", "paspor", "passeport", "pasaporte"].iter().any(|w| label.windows(w.len()).any(|l| l == w.as_bytes()));
        out.found.push(Found { sorts: Sort::Passport.bit(), start, end, stored: None, weak: !labelled });
    }
}

/// An address of version 6 around a colon; returns up to where it was looked at.
pub(super) fn version_six(text: &[u8], colon: usize, out: &mut Finds) -> usize {
    let part = |b: &&u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.');
    let mut start = colon - text[..colon].iter().rev().take(VERSION_SIX).take_while(part).count();
    start += escape_into(text, start).min(colon - start);
    let mut end = colon + text[colon..].iter().take(VERSION_SIX).take_while(part).count();
    let seen = end;
    while end > start && text[end - 1] == b'.' {
        end -= 1;
    }
    let apart = |b: Option<&u8>| !b.is_some_and(|b| matches!(b, b'_' | b':'));
    // `a::b` is a path of some languages: an address has a digit, and is no name beside other ones.
    let digits = text[start..end].iter().filter(|b| b.is_ascii_digit()).count();
    let alone = begins(text, start) && ends(text, end) && apart(start.checked_sub(1).and_then(|n| text.get(n))) && apart(text.get(end));
    let fits = alone && digits > 0;
    if fits && end - start <= VERSION_SIX && Ip.recognise(&text[start..end]) {
        out.push(Sort::Ip.bit(), start, end);
    }
    seen.max(colon + 1)
}
