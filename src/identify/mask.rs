//! Masked values: `0812****1234`, `b***@gmail.com`, `32**********0001`, `XXXX-XXXX-1234`, `B••• S••••••`.
//!
//! No standard: programs put `*`, `•`, `#` or `x` in the place of what they hide. Such a value finds no record, but what it shows can agree or disagree
//! with the forms that an index holds of the value ([`Form`]): a mask that shows four characters at the front can be compared with the first four
//! and the first three, not with the first six.
//!
//! What is shown is compared only where it is certain how it stands in the canonical value. The front of a phone number without its country's code
//! is certain in Indonesia alone, where the index's region says so; that of a number whose leading zeros may have been dropped is not. What is not
//! certain is missing, never a disagreement.
//!
//! How many characters are hidden says nothing: many programs write always four.

use super::form::Form;
use super::{Kind, Normaliser, Shape, is_missing};
use crate::with_normaliser;

/// Share of a column's values that must be masked before it is taken for a masked one.
pub const ENOUGH: f64 = 0.2;

/// Bytes of the longest value that is looked at; no identifier is longer.
const LONGEST: usize = 256;

/// Cross marks in a value, all runs together, from which on they are a mask: `XX` is also a number, and a size.
const CROSSES: usize = 3;

/// Whether parts of a value are hidden behind marks.
#[must_use]
pub fn is_masked(raw: &[u8]) -> bool {
    let raw = raw.trim_ascii();
    raw.len() <= LONGEST && !is_digest_of_mysql(raw) && marks(raw).is_some()
}

/// `*` and forty hexadecimal digits: a digest of a password.
fn is_digest_of_mysql(raw: &[u8]) -> bool {
    raw.len() == 41 && raw[0] == b'*' && raw[1..].iter().all(u8::is_ascii_hexdigit)
}

/// Where the first mark begins and the last one ends.
fn marks(text: &[u8]) -> Option<(usize, usize)> {
    let (mut first, mut last) = (None, 0);
    let (mut crosses, mut crossed) = (0, None::<(usize, usize)>);
    let digits = text.iter().any(u8::is_ascii_digit);
    let mut at = 0;
    while at < text.len() {
        let length = mark(&text[at..]);
        if length == 0 {
            at += 1;
            continue;
        }
        let (start, sign) = (at, text[at]);
        let mut count = 0;
        while at < text.len() && text[at] == sign && mark(&text[at..]) > 0 {
            at += mark(&text[at..]);
            count += 1;
        }
        let letter = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80);
        match sign {
            b'x' | b'X' if count >= 2 && digits && !letter(text[..start].last()) && !letter(text.get(at)) => {
                crosses += count;
                crossed = Some((crossed.map_or(start, |c| c.0), at));
            }
            b'x' | b'X' => {}
            b'#' if count < 2 => {}
            _ => (first, last) = (Some(first.unwrap_or(start)), at),
        }
    }
    match (first, crossed.filter(|_| crosses >= CROSSES || first.is_some())) {
        (Some(first), Some(crossed)) => Some((first.min(crossed.0), last.max(crossed.1))),
        (Some(first), None) => Some((first, last)),
        (None, crossed) => crossed,
    }
}

/// Bytes of the mark that `text` begins with; 0 where it begins with none.
fn mark(text: &[u8]) -> usize {
    match text {
        [b'*' | b'#' | b'x' | b'X', ..] => 1,
        // Bullet, horizontal ellipsis, black circle, asterisk operator.
        [0xE2, 0x80, 0xA2 | 0xA6, ..] | [0xE2, 0x97, 0x8F, ..] | [0xE2, 0x88, 0x97, ..] => 3,
        _ => 0,
    }
}

/// The parts of a kind's values that masks usually show, as a schema names them.
#[must_use]
pub fn usual_parts(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Phone => &["first4", "last4"],
        Kind::Email => &["initial", "domain"],
        Kind::Nik | Kind::Nkk => &["first6", "last4"],
        Kind::Bpjs | Kind::Npwp | Kind::Card | Kind::Iban => &["last4"],
        Kind::Passport => &["last3"],
        Kind::Name => &["initial"],
        _ => &[],
    }
}

/// A masked value as those parts can agree with.
#[must_use]
pub fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "b***@example.com",
        Kind::Name => "B*** S******",
        Kind::Nik | Kind::Nkk => "320101******0001",
        Kind::Phone => "0812****1234",
        _ => "********1234",
    }
}

/// Appends to `out`, which the caller has emptied, what a value of `kind` shows of this form: of a masked value what stands before or behind its marks, of
/// any other plausible one the form itself. Leaves it empty where the value is missing, does not show enough, or does not show it for certain. `region` is that of the
/// index.
pub fn shown(kind: Kind, params: &super::Params, form: Form, raw: &[u8], out: &mut Vec<u8>) {
    let value = raw.trim_ascii();
    if is_missing(value) {
        return;
    }
    if value.len() > LONGEST || is_digest_of_mysql(value) {
        return;
    }
    if marks(value).is_some() {
        masked(kind, params.region == *b"ID", form, value, out);
        return;
    }
    let mut canonical = Vec::new();
    if with_normaliser!(kind, params, n => n.normalise(value, &mut canonical)) == Shape::Plausible && certain(kind, form) {
        form.derive(kind, &canonical, out);
    }
}

/// Whether a form of a kind can be compared at all: the first sign of a canonical phone number is always its plus.
fn certain(kind: Kind, form: Form) -> bool {
    form != Form::Whole && (kind, form) != (Kind::Phone, Form::Initial)
}

fn masked(kind: Kind, indonesia: bool, form: Form, value: &[u8], out: &mut Vec<u8>) {
    let (local, domain) = match memchr::memrchr(b'@', value).filter(|_| kind == Kind::Email) {
        Some(at) => (&value[..at], Some(&value[at + 1..])),
        None => (value, None),
    };
    let (before, behind) = marks(local).map_or((local, local), |(from, to)| (&local[..from], &local[to..]));
    // Of an address cut off before its domain the end is none that can be compared.
    let behind = if kind == Kind::Email && domain.is_none() { &behind[..0] } else { behind };
    let mut part = Vec::new();
    let count = match (kind, form) {
        (Kind::Email, Form::Domain) => {
            if let Some(domain) = domain.filter(|d| marks(d).is_none() && d.contains(&b'.')) {
                whole_domain(domain, out);
            }
            return;
        }
        (Kind::Date, Form::Year) => {
            year(before, behind, out);
            return;
        }
        (Kind::Date, _) | (_, Form::Whole | Form::Domain | Form::Year) | (Kind::Phone, Form::Initial) => return,
        (_, Form::Initial) => 1,
        (_, Form::First(count) | Form::Last(count)) => usize::from(count),
    };
    let last = matches!(form, Form::Last(_));
    if !canonical_part(kind, indonesia, if last { behind } else { before }, last, &mut part) || part.len() < count {
        return;
    }
    out.extend_from_slice(if last { &part[part.len() - count..] } else { &part[..count] });
}

/// Appends what `visible` becomes in the canonical value as it is written ([`super::form::as_written`]); says whether that is certain. What is appended is ASCII.
fn canonical_part(kind: Kind, indonesia: bool, visible: &[u8], end: bool, out: &mut Vec<u8>) -> bool {
    if !visible.is_ascii() {
        return false;
    }
    match kind {
        Kind::Nik | Kind::Nkk | Kind::Card => digits(visible, out),
        // Zeros at the front may be missing or to be added.
        Kind::Bpjs => digits(visible, out) && (end || out.first() == Some(&b'0')),
        Kind::Npwp => digits(visible, out) && end,
        Kind::Phone => {
            let plus = visible.contains(&b'+');
            digits(visible, out) && (end || phone_front(plus, indonesia, out))
        }
        Kind::Email => {
            out.extend(visible.iter().map(u8::to_ascii_lowercase));
            visible.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'))
        }
        Kind::Name | Kind::Text => {
            out.extend(visible.iter().map(u8::to_ascii_lowercase));
            visible.iter().all(u8::is_ascii_alphanumeric)
        }
        Kind::Id | Kind::Passport | Kind::Iban => {
            let separator = |b: &&u8| !matches!(**b, b' ' | b'-' | b'.' | b'/' | b'_');
            out.extend(visible.iter().filter(separator).map(u8::to_ascii_uppercase));
            // A number loses its leading zeros, a code keeps them.
            let zeros = kind == Kind::Id && !end && out.first() == Some(&b'0') && out.iter().all(u8::is_ascii_digit);
            out.iter().all(u8::is_ascii_alphanumeric) && !zeros
        }
        Kind::Ip | Kind::Date | Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => false,
    }
}

/// Appends the digits of a part of a number; nothing but separators may stand between them.
fn digits(visible: &[u8], out: &mut Vec<u8>) -> bool {
    out.extend(visible.iter().filter(|b| b.is_ascii_digit()));
    visible.iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+' | b'\''))
}

/// The front of a phone number as the forms have it: an Indonesian one with its trunk prefix, any other with its country's code.
fn phone_front(plus: bool, indonesia: bool, digits: &mut Vec<u8>) -> bool {
    match digits.as_slice() {
        [b'6', b'2', national @ ..] if plus || indonesia => {
            let national = national.strip_prefix(b"0").unwrap_or(national);
            *digits = [b"0", national].concat();
            true
        }
        [b'8', _, ..] if indonesia && !plus => {
            digits.insert(0, b'0');
            true
        }
        [b'0', b'0', ..] => false,
        [b'0', ..] => indonesia && !plus,
        // The six of `62`, perhaps.
        [_] => false,
        _ => plus,
    }
}

/// Appends the canonical form of a domain that is shown whole.
fn whole_domain(domain: &[u8], out: &mut Vec<u8>) {
    let mut address = Vec::new();
    if super::email::Email.normalise(&[b"x@", domain].concat(), &mut address) == Shape::Plausible {
        out.extend_from_slice(address.strip_prefix(b"x@").unwrap_or_default());
    }
}

/// Appends the year of a date of which only that is shown for certain: four digits at an end.
fn year(before: &[u8], behind: &[u8], out: &mut Vec<u8>) {
    let bare = |part: &[u8]| part.iter().copied().filter(|b| !matches!(b, b'-' | b'/' | b'.' | b' ')).collect::<Vec<u8>>();
    let is_year =
        |text: &Vec<u8>| text.len() == 4 && text.iter().all(u8::is_ascii_digit) && (text.starts_with(b"19") || text.starts_with(b"20"));
    match (Some(bare(before)).filter(is_year), Some(bare(behind)).filter(is_year)) {
        (Some(year), None) | (None, Some(year)) => out.extend_from_slice(&year),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
