//! One line of a list of credentials, taken apart.
//!
//! An address begins with a scheme (`https://`, `android://`) and ends at the first blank, tab or bar, or at the first colon that is none of its own: one
//! before `//`, and one before a port (digits, and then the end of the address or a path), are. Where what follows is no e-mail address but a later
//! field that is not the last one is, or ends with one, the address goes on up to that: `https://wiki.example.org/Special:Login:budi@example.org:secret`.

use memchr::{memchr, memchr2, memmem, memrchr3};
use std::ops::Range;

/// Bytes of a scheme.
const SCHEME: std::ops::RangeInclusive<usize> = 2..=24;

/// Digits of a port.
const PORT_DIGITS: usize = 5;

/// Signs that stand between login and password, the likeliest first.
const SIGNS: [u8; 6] = [b':', b'|', b';', b'\t', b',', b' '];

/// Address, login and password of a line, without its end, as places in it; what it does not hold is empty. The whole line is a login where nothing
/// can be told apart.
pub(super) fn split(line: &[u8]) -> [Range<usize>; 3] {
    let from = skip_blanks(line, 0);
    if let Some(scheme) = scheme(&line[from..]) {
        return behind_address(line, from, from + scheme);
    }
    if let Some((sign, url)) = address_behind(line, from) {
        let [more, login, password] = login(line, from..sign, None);
        let login = more.start.min(login.start)..login.end;
        return [trimmed(line, url..line.len()), login, password];
    }
    let end = address_end(line, from);
    if end < line.len() && is_host(&line[from..end]) && line[end + 1..].iter().any(|b| SIGNS.contains(b)) {
        return behind_address(line, from, from);
    }
    login(line, from..line.len(), None)
}

/// A line whose address begins at `from`, its host at `host`.
fn behind_address(line: &[u8], from: usize, host: usize) -> [Range<usize>; 3] {
    let end = address_end(line, host);
    if end == line.len() {
        return [trimmed(line, from..end), end..end, end..end];
    }
    let mut rest = skip_blanks(line, end);
    if rest == end || matches!(line.get(rest), Some(b':' | b'|' | b';')) {
        rest += 1;
    }
    let [more, login, password] = login(line, rest..line.len(), Some(line[end]));
    let end = if more.is_empty() { end } else { more.end };
    [trimmed(line, from..end), login, password]
}

/// Length of a scheme and its `://`, if the text begins with them.
pub(super) fn scheme(text: &[u8]) -> Option<usize> {
    let len = text.iter().take(SCHEME.end() + 1).position(|b| !is_scheme(*b))?;
    (SCHEME.contains(&len) && text[len..].starts_with(b"://")).then_some(len + 3)
}

fn is_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// The sign before an address that does not begin the line, and where that begins; there must be another sign before.
fn address_behind(line: &[u8], from: usize) -> Option<(usize, usize)> {
    let slashes = from + memmem::find(&line[from..], b"://")?;
    let scheme = line[from..slashes].iter().rev().take_while(|b| is_scheme(**b)).count();
    let url = slashes - scheme;
    let sign = url.checked_sub(1)?;
    let front = line.get(from..sign)?;
    (SCHEME.contains(&scheme) && SIGNS.contains(&line[sign]) && front.iter().any(|b| SIGNS.contains(b))).then_some((sign, url))
}

/// Where the address ends whose host begins at `line[at]`.
fn address_end(line: &[u8], mut at: usize) -> usize {
    while at < line.len() {
        match line[at] {
            b' ' | b'\t' | b'|' => break,
            b':' if line[at + 1..].starts_with(b"//") => at += 3,
            b':' => match port(&line[at + 1..]) {
                0 => break,
                digits => at += 1 + digits,
            },
            b'[' => at += memchr(b']', &line[at..]).filter(|&n| n < 48).unwrap_or(0) + 1,
            _ => at += 1,
        }
    }
    at.min(line.len())
}

/// Digits of the port that the text begins with; 0 where it does not. Digits before a colon are one where two more fields follow.
fn port(text: &[u8]) -> usize {
    let digits = text.iter().take(PORT_DIGITS + 1).take_while(|b| b.is_ascii_digit()).count();
    let is_port = match text.get(digits) {
        _ if digits == 0 || digits > PORT_DIGITS => false,
        None | Some(b'/' | b'?' | b'#' | b'|' | b' ' | b'\t') => true,
        Some(b':') => memchr(b':', &text[digits + 1..]).is_some_and(|n| n > 0),
        Some(_) => false,
    };
    if is_port { digits } else { 0 }
}

/// Login and password of a part of a line; before them what must belong to an address, since an e-mail address comes behind it. `usual` is the sign
/// that stands before them.
fn login(line: &[u8], part: Range<usize>, usual: Option<u8>) -> [Range<usize>; 3] {
    let text = &line[part.clone()];
    let mut sign = usual.and_then(|usual| memchr2(usual, b':', text)).filter(|&n| n > 0 || text[n] != b' ');
    if sign.is_none() {
        sign = match memchr2(b'@', b':', text) {
            // The sign behind an e-mail address is the first one there is.
            Some(at) if text[at] == b'@' && !text[..at].iter().any(|b| SIGNS.contains(b)) => text.iter().position(|b| SIGNS.contains(b)),
            _ => SIGNS.iter().find_map(|sign| memchr(*sign, text).filter(|&n| n > 0)),
        };
    }
    let (start, end) = (part.start, part.end);
    let Some(sign) = sign.map(|n| start + n) else { return [start..start, trimmed(line, part), end..end] };
    let (mut field, mut stop) = (start, sign);
    loop {
        if let Some(found) = email_at_end(line, field..stop) {
            let whole = found.start == trimmed(line, field..stop).start;
            let before = if whole { field.saturating_sub(1).max(start) } else { found.start - 1 };
            return [start..before, found, behind_sign(line, stop, end)..end];
        }
        field = stop + 1;
        let certain = stop == sign && memchr(b'@', &line[start..sign]).is_some();
        match memchr(line[sign], &line[field..end]) {
            Some(len) if !certain => stop = field + len,
            _ => return [start..start, trimmed(line, start..sign), behind_sign(line, sign, end)..end],
        }
    }
}

/// The e-mail address that a field is, or ends with behind a blank or a bar.
fn email_at_end(line: &[u8], field: Range<usize>) -> Option<Range<usize>> {
    let field = trimmed(line, field);
    let word = memrchr3(b' ', b'\t', b'|', &line[field.clone()]).map_or(field.start, |n| field.start + n + 1);
    is_email(&line[word..field.end]).then_some(word..field.end)
}

/// Where the password begins behind a sign: of blanks behind the last one.
fn behind_sign(line: &[u8], sign: usize, end: usize) -> usize {
    if line[sign] == b' ' { skip_blanks(line, sign).min(end) } else { sign + 1 }
}

/// Whether a field looks like an e-mail address.
pub(super) fn is_email(field: &[u8]) -> bool {
    let Some(at) = memchr(b'@', field) else { return false };
    let (name, host) = (&field[..at], &field[at + 1..]);
    let plain = |text: &[u8], more: &[u8]| text.iter().all(|b| b.is_ascii_alphanumeric() || *b >= 0x80 || more.contains(b));
    let dotted = memchr::memrchr(b'.', host).is_some_and(|dot| dot > 0 && dot + 2 < host.len());
    !name.is_empty() && dotted && plain(name, b"._%+-'") && plain(host, b".-")
}

/// Whether a text without scheme looks like an address: a host with a domain, perhaps a port and a path.
fn is_host(text: &[u8]) -> bool {
    let host = &text[..text.iter().position(|b| matches!(b, b'/' | b':' | b'?')).unwrap_or(text.len())];
    let domain = memchr::memrchr(b'.', host).map(|dot| (dot, &host[dot + 1..]));
    domain.is_some_and(|(dot, last)| dot > 0 && last.len() >= 2 && last.iter().all(u8::is_ascii_alphabetic))
        && host.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

fn skip_blanks(line: &[u8], mut at: usize) -> usize {
    while matches!(line.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// Without blanks at both ends.
fn trimmed(line: &[u8], mut range: Range<usize>) -> Range<usize> {
    while range.start < range.end && matches!(line[range.start], b' ' | b'\t') {
        range.start += 1;
    }
    while range.start < range.end && matches!(line[range.end - 1], b' ' | b'\t') {
        range.end -= 1;
    }
    range
}
