//! Escapes of strings.

/// Appends what `string`, the text between two quotes, stands for. An escape that JSON does not know is kept as written; half of a surrogate
/// pair becomes U+FFFD.
pub(crate) fn unescape(mut string: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr(b'\\', string) {
        out.extend_from_slice(&string[..at]);
        string = &string[at..];
        let plain = match string.get(1) {
            Some(&sign @ (b'"' | b'\\' | b'/')) => sign,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                string = unicode(string, out);
                continue;
            }
            _ => {
                // The sign behind it is read as any other byte, being no backslash.
                out.push(b'\\');
                string = &string[1..];
                continue;
            }
        };
        out.push(plain);
        string = &string[2..];
    }
    out.extend_from_slice(string);
}

/// Appends what the `\u` at the front stands for, and returns what follows.
fn unicode<'s>(string: &'s [u8], out: &mut Vec<u8>) -> &'s [u8] {
    let Some(first) = unit(string) else {
        out.extend_from_slice(b"\\u");
        return &string[2..];
    };
    let mut rest = &string[6..];
    let mut code = u32::from(first);
    if (0xd800..0xdc00).contains(&code)
        && let Some(second @ 0xdc00..0xe000) = unit(rest)
    {
        code = 0x10000 + ((code - 0xd800) << 10) + (u32::from(second) - 0xdc00);
        rest = &rest[6..];
    }
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    rest
}

/// The four digits behind a `\u` at the front.
fn unit(string: &[u8]) -> Option<u16> {
    let digits = string.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |code, &digit| Some(code << 4 | char::from(digit).to_digit(16)? as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_nothing_else() {
        for (written, meant) in [
            (r"", ""),
            (r"a\n\t\r\b\f\/\\\x22b", "a\n\t\r\u{8}\u{c}/\\\\x22b"),
            (r#"\""#, "\""),
            (r"\u00e9\u20ac", "é€"),
            (r"\ud83d\ude00!", "😀!"),
            (r"\ud83dx", "\u{fffd}x"),
            (r"\ude00", "\u{fffd}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\u12g4", r"\u12g4"),
            (r"\u12", r"\u12"),
            (r"\u", r"\u"),
            (r"\'", r"\'"),
        ] {
            let mut out = Vec::new();
            unescape(written.as_bytes(), &mut out);
            assert_eq!(out, meant.as_bytes(), "{written}");
        }
        let mut out = Vec::new();
        unescape(b"\xff\\n\xfe\\", &mut out);
        assert_eq!(out, b"\xff\n\xfe\\");
    }
}
