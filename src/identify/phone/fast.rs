//! The numbers that need no library: Indonesian mobiles as they are usually written, and international numbers of countries
//! whose numbering plans leave the digits alone. Tested against the library.

/// Digits of the longest number that is looked at: `00`, country code and a mobile number with its trunk prefix.
const DIGITS: usize = 18;

/// Countries whose numbers are E.164 as they stand after `+` and country code, when the first national digit is in the range and
/// the length is one of the plan's. The trunk prefix of each (0, 1 or none) is out of the range, so that nothing would be stripped.
const PLAIN: [(&[u8], std::ops::RangeInclusive<u8>, std::ops::RangeInclusive<usize>); 13] = [
    (b"1", b'2'..=b'9', 10..=10),
    (b"31", b'1'..=b'7', 9..=9),
    (b"33", b'1'..=b'7', 9..=9),
    (b"34", b'6'..=b'9', 9..=9),
    (b"44", b'2'..=b'7', 10..=10),
    (b"49", b'2'..=b'9', 10..=11),
    (b"60", b'2'..=b'9', 9..=9),
    (b"61", b'2'..=b'4', 9..=9),
    (b"65", b'3'..=b'9', 8..=8),
    (b"66", b'2'..=b'9', 9..=9),
    (b"81", b'7'..=b'9', 10..=10),
    (b"84", b'3'..=b'9', 9..=9),
    (b"91", b'6'..=b'9', 10..=10),
];

/// The national number of an Indonesian mobile: 8, an operator's digit, and 9 to 12 digits in all.
pub(super) fn indonesian_mobile(national: &[u8]) -> bool {
    (9..=12).contains(&national.len()) && national[0] == b'8' && matches!(national[1], b'1'..=b'3' | b'5'..=b'9')
}

/// True when `raw` is `+` and digits that the library would give back unchanged. May say no too often.
pub(super) fn surely_e164(raw: &[u8]) -> bool {
    match raw {
        [b'+', digits @ ..] => digits.len() <= 15 && digits.iter().all(u8::is_ascii_digit) && plain_international(digits),
        _ => false,
    }
}

fn plain_international(digits: &[u8]) -> bool {
    if let [b'6', b'2', national @ ..] = digits {
        return indonesian_mobile(national);
    }
    PLAIN.iter().any(|(code, first, length)| digits.strip_prefix(*code).is_some_and(|n| length.contains(&n.len()) && first.contains(&n[0])))
}

/// Appends the canonical form of a number of one of the common forms; says whether it did.
pub(super) fn normalise(raw: &[u8], indonesia: bool, out: &mut Vec<u8>) -> bool {
    let mut room = [0; DIGITS];
    let Some(parts) = parts(raw, indonesia, &mut room) else { return false };
    out.push(b'+');
    parts.iter().for_each(|part| out.extend_from_slice(part));
    true
}

/// Whether `raw` is an Indonesian mobile in one of the common forms.
pub(super) fn is_indonesian_mobile(raw: &[u8], indonesia: bool) -> bool {
    parts(raw, indonesia, &mut [0; DIGITS]).is_some_and(|[code, national]| code == b"62" && national.starts_with(b"8"))
}

/// What stands behind the plus of the canonical form of a number of one of the common forms: country code and national number, or all of it.
fn parts<'d>(raw: &[u8], indonesia: bool, room: &'d mut [u8; DIGITS]) -> Option<[&'d [u8]; 2]> {
    let (plus, count) = scan(raw, room)?;
    let digits = &room[..count];
    let international = if plus { Some(digits) } else { digits.strip_prefix(b"00") };
    if let Some(digits) = international {
        if let Some(national) = digits.strip_prefix(b"62") {
            // `+62 (0)812…` and `+62 0812…` name the trunk prefix that is not dialled from abroad.
            let national = national.strip_prefix(b"0").unwrap_or(national);
            return indonesian_mobile(national).then_some([b"62", national]);
        }
        // After `00` the number has to be valid, not only of a possible length: the library's business.
        return (plus && plain_international(digits)).then_some([digits, b""]);
    }
    if !indonesia {
        return None;
    }
    let national = match digits {
        [b'6', b'2', national @ ..] | [b'0', national @ ..] => national,
        national => national,
    };
    indonesian_mobile(national).then_some([b"62", national])
}

/// The digits of a value that has nothing but digits and the usual separators, as many as `room` takes.
pub(super) fn bare_digits<'d>(raw: &[u8], room: &'d mut [u8]) -> Option<&'d [u8]> {
    let mut count = 0;
    for &b in raw {
        if b.is_ascii_digit() {
            *room.get_mut(count)? = b;
            count += 1;
        } else if !matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'+') {
            return None;
        }
    }
    Some(&room[..count])
}

/// The digits of a number written with nothing but digits and separators, and whether a plus stands first.
#[inline]
fn scan(raw: &[u8], digits: &mut [u8; DIGITS]) -> Option<(bool, usize)> {
    let mut raw = raw.trim_ascii();
    if let Some(head) = raw.strip_suffix(b".0") {
        // A trace of a table tool, but only after nothing but digits.
        if head.iter().all(u8::is_ascii_digit) {
            raw = head;
        }
    }
    if let Some((b'\'', rest)) = raw.split_first() {
        raw = rest;
    }
    let (plus, rest) = match raw {
        [b'+', rest @ ..] => (true, rest),
        // A bracket round the country code: `(+62) 812…`.
        [b'(', b'+', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut count = 0;
    for &b in rest {
        if b.is_ascii_digit() {
            *digits.get_mut(count)? = b;
            count += 1;
        } else if !matches!(b, b' ' | b'-' | b'.' | b'(' | b')') {
            return None;
        }
    }
    Some((plus, count))
}
