//! What is written around values: quoted-printable, base64, backslashes.

use crate::identify::base64;

/// Appends what base64 stands for, without regard to white space; `false` where it is not that.
pub(crate) fn base64(text: &[u8], out: &mut Vec<u8>) -> bool {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let (signs, padding) = text.split_at(memchr::memchr(b'=', text).unwrap_or(text.len()));
    let signs = || signs.iter().copied().filter(|b| !is_blank(b));
    let padded = padding.iter().filter(|b| !is_blank(b)).count();
    let whole = signs().count().is_multiple_of(4);
    let is_padding = padding.iter().all(|b| *b == b'=' || is_blank(b)) && padded <= if whole { 0 } else { 2 };
    // The other alphabet is not what these formats write.
    is_padding && !signs().any(|b| matches!(b, b'-' | b'_')) && base64::decode(signs(), |byte| out.push(byte)).is_some()
}

/// Appends what quoted-printable text stands for. What is not that stays as it is.
pub(crate) fn quoted_printable(text: &[u8], out: &mut Vec<u8>) {
    let digit = |at: usize| text.get(at).and_then(|&b| char::from(b).to_digit(16));
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte != b'=' {
            out.push(byte);
        } else if let (Some(high), Some(low)) = (digit(at), digit(at + 1)) {
            out.push((high << 4 | low) as u8);
            at += 2;
        } else if text.get(at) == Some(&b'\n') {
            at += 1;
        } else if text.get(at..at + 2) == Some(b"\r\n") {
            at += 2;
        } else {
            out.push(byte);
        }
    }
}

/// Appends a value of a vCard without its escapes. A backslash before anything else is one.
pub(crate) fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let escaped = if byte == b'\\' { text.get(at + 1) } else { None };
        match escaped {
            Some(b'n' | b'N') => out.push(b'\n'),
            Some(&byte @ (b'\\' | b',' | b';' | b':' | b'"')) => out.push(byte),
            _ => {
                out.push(byte);
                at += 1;
                continue;
            }
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        base64(text.as_bytes(), &mut out).then_some(out)
    }

    #[test]
    fn base64_is_decoded_or_refused() {
        for (text, want) in [
            ("", Some("")),
            ("YQ==", Some("a")),
            ("YWI=", Some("ab")),
            ("YWJj", Some("abc")),
            ("YWJj\r\n ZGU", Some("abcde")),
            ("Y", None),
            ("YWJj=", None),
            ("YQ==YQ==", None),
            ("a@b", None),
            ("YQ===", None),
        ] {
            assert_eq!(decoded(text), want.map(|w| w.as_bytes().to_vec()), "{text:?}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        let mut out = Vec::new();
        quoted_printable(b"M=C3=BCller=\r\n, =zz=4", &mut out);
        assert_eq!(out, "Müller, =zz=4".as_bytes());
        out.clear();
        unescape(br"a\,b\;c\\n\nd\x\", &mut out);
        assert_eq!(out, b"a,b;c\\n\nd\\x\\");
    }
}
