//! Base64 (RFC 4648), one sign after the other, in either alphabet. What may fill it up at the end, and which texts are taken for it, is for those who
//! ask: a digest, a cell and the value of an entry are not written alike.

/// Hands the bytes that the signs stand for to `put`. Gives the bits behind the last byte; `None` where something is no sign of either alphabet, or
/// where the last sign stands alone.
pub fn decode(signs: impl IntoIterator<Item = u8>, mut put: impl FnMut(u8)) -> Option<u32> {
    let (mut held, mut bits) = (0u32, 0);
    for sign in signs {
        let six = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            put((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 6).then_some(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648, section 10, without what fills them up.
    #[test]
    fn decodes_the_vectors_of_the_standard() {
        for (signs, want) in [
            ("", Some("")),
            ("Zg", Some("f")),
            ("Zm8", Some("fo")),
            ("Zm9v", Some("foo")),
            ("Zm9vYg", Some("foob")),
            ("Z", None),
            ("Zm9vY", None),
            ("Zm9=", None),
        ] {
            let mut out = Vec::new();
            let rest = decode(signs.bytes(), |byte| out.push(byte));
            assert_eq!(rest.map(|_| out.as_slice()), want.map(str::as_bytes), "{signs}");
        }
        assert_eq!(decode(*b"Zh", |_| ()), Some(1));
        let mut out = Vec::new();
        assert_eq!(decode(*b"-_+/", |byte| out.push(byte)), Some(0));
        assert_eq!(out, [0xfb, 0xff, 0xbf]);
    }
}
