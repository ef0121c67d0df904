//! Cells that are Base64 of a text.

use crate::identify::base64;

/// Bytes of the shortest cell that is taken for Base64: words are letters as well.
const SHORTEST: usize = 16;

/// Fills `out` with what a cell is Base64 of, with the signs of either alphabet and with or without what fills it up at the end; says whether it
/// is Base64 of a text (RFC 4648).
pub(super) fn decode(cell: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let cell = cell.trim_ascii();
    let fill = cell.iter().rev().take(2).take_while(|b| **b == b'=').count();
    let signs = &cell[..cell.len() - fill];
    if cell.len() < SHORTEST || fill > 0 && !cell.len().is_multiple_of(4) {
        return false;
    }
    if base64::decode(signs.iter().copied(), |byte| out.push(byte)).is_none() {
        return false;
    }
    // Words and hashes are Base64 of noise.
    std::str::from_utf8(out).is_ok() && out.iter().all(|b| *b >= b' ' || b.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648 section 10 are too short to be taken; these are of the same sort.
    #[test]
    fn decodes_what_is_text() {
        let mut out = Vec::new();
        for (cell, text) in [
            ("Zm9vYmFyZm9vYmFy", "foobarfoobar"),
            ("Zm9vYmFyZm9vYmFyZg==", "foobarfoobarf"),
            ("Zm9vYmFyZm9vYmFyZg", "foobarfoobarf"),
            (" Zm9vYmFyZm9vYmFyZm8=\n", "foobarfoobarfo"),
            ("Zm9vYmFyZm9vYj8_Pz4-", "foobarfoob???>>"),
        ] {
            assert!(decode(cell.as_bytes(), &mut out), "{cell}");
            assert_eq!(out, text.as_bytes(), "{cell}");
        }
        for none in [
            "Zm9vYmFy",
            "Zm9vYmFyZm9vYmFyZ",
            "Zm9vYmFyZm9vYmFyZg=",
            "two words of letters",
            "d41d8cd98f00b204e9800998ecf8427e",
            "====================",
        ] {
            assert!(!decode(none.as_bytes(), &mut out), "{none}");
        }
    }
}
