//! Digests that stand in the place of a value: MD5, SHA-1, SHA-256 and SHA-512 of an e-mail address, a phone number or another identifier.
//!
//! Sources: RFC 1321, FIPS 180-4; RFC 4648 sections 4, 5 and 8 for the written forms. A column of them is told by its values' length, which
//! also says the algorithm: 16, 20, 32 or 64 bytes, in hexadecimal of either case, in base64 of either alphabet with or without padding, or as the
//! bytes themselves where a format holds such. Before it may stand `0x`, `\x`, or the algorithm's name (`md5:`, `{SHA}`, `$sha256$`, `sha1$$`).
//!
//! Canonical form: the bytes of the digest. What is no digest of the length is missing: an index holds nothing that it could match. So these
//! kinds, whose canonical form is no text, keep the other kinds' laws but for one: of a few in ten million digests the bytes look like text,
//! and read again they are none.
//!
//! A digest cannot be turned back, only compared with digests of what is known ([`super::spellings`]). One that was made with a salt or a secret
//! matches nothing.

use super::{Kind, Normaliser, Shape};
use serde::{Deserialize, Serialize};

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// 16 bytes.
    Md5,
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 64 bytes.
    Sha512,
}

/// Every algorithm, shortest digest first.
pub const ALGORITHMS: [Algorithm; 4] = [Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

/// Bytes of the longest digest.
const LONGEST: usize = 64;

impl Algorithm {
    /// The kind of its digests.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Algorithm::Md5 => Kind::Md5,
            Algorithm::Sha1 => Kind::Sha1,
            Algorithm::Sha256 => Kind::Sha256,
            Algorithm::Sha512 => Kind::Sha512,
        }
    }

    /// The algorithm whose digests are of this kind.
    #[must_use]
    pub fn of_kind(kind: Kind) -> Option<Algorithm> {
        ALGORITHMS.into_iter().find(|a| a.kind() == kind)
    }

    /// The name used in schemas.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.kind().name()
    }

    /// The name that its standard gives it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha1 => "SHA-1",
            Algorithm::Sha256 => "SHA-256",
            Algorithm::Sha512 => "SHA-512",
        }
    }

    /// Bytes of a digest.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        }
    }

    /// Digests `bytes` into the front of `room`.
    #[must_use]
    pub fn digest<'r>(self, bytes: &[u8], room: &'r mut [u8; LONGEST]) -> &'r [u8] {
        use sha2::Digest as _;
        let out = &mut room[..self.length()];
        match self {
            Algorithm::Md5 => out.copy_from_slice(&md5::Md5::digest(bytes)),
            Algorithm::Sha1 => out.copy_from_slice(&sha1::Sha1::digest(bytes)),
            Algorithm::Sha256 => out.copy_from_slice(&sha2::Sha256::digest(bytes)),
            Algorithm::Sha512 => out.copy_from_slice(&sha2::Sha512::digest(bytes)),
        }
        out
    }

    /// Names that people put before a digest, lower case.
    fn labels(self) -> &'static [&'static str] {
        match self {
            Algorithm::Md5 => &["md5"],
            Algorithm::Sha1 => &["sha1", "sha-1", "sha"],
            Algorithm::Sha256 => &["sha256", "sha-256"],
            Algorithm::Sha512 => &["sha512", "sha-512"],
        }
    }
}

/// How a digest is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Hexadecimal digits.
    Hex,
    /// Base64 in either alphabet.
    Base64,
    /// Its bytes as they are.
    Bytes,
}

impl Encoding {
    /// In a word.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Encoding::Hex => "hex",
            Encoding::Base64 => "base64",
            Encoding::Bytes => "bytes",
        }
    }
}

/// Normaliser of the digests of `N` bytes.
#[derive(Clone, Copy, Debug)]
pub struct Digest<const N: usize>;

const fn algorithm(length: usize) -> Algorithm {
    match length {
        16 => Algorithm::Md5,
        20 => Algorithm::Sha1,
        32 => Algorithm::Sha256,
        _ => Algorithm::Sha512,
    }
}

impl<const N: usize> Normaliser for Digest<N> {
    const KIND: Kind = algorithm(N).kind();

    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape {
        match decode::<N>(raw) {
            Some((digest, _)) => {
                out.extend_from_slice(&digest);
                Shape::Plausible
            }
            None => Shape::Implausible,
        }
    }

    fn is_canonical(&self, raw: &[u8]) -> bool {
        is_bytes::<N>(raw)
    }

    /// Narrower than what is decoded: letters and digits as a digest has them, so that long numbers, words and codes are none.
    fn recognise(&self, raw: &[u8]) -> bool {
        encoding::<N>(raw).is_some()
    }
}

/// How a value that looks like a digest of this kind is written.
#[must_use]
pub fn encoding_of(kind: Kind, raw: &[u8]) -> Option<Encoding> {
    match Algorithm::of_kind(kind)? {
        Algorithm::Md5 => encoding::<16>(raw),
        Algorithm::Sha1 => encoding::<20>(raw),
        Algorithm::Sha256 => encoding::<32>(raw),
        Algorithm::Sha512 => encoding::<64>(raw),
    }
}

fn encoding<const N: usize>(raw: &[u8]) -> Option<Encoding> {
    let (_, encoding) = decode::<N>(raw)?;
    let written = without_label(raw.trim_ascii(), algorithm(N));
    let (mut lower, mut upper, mut digits) = (0, 0, 0);
    for b in written {
        lower += usize::from(b.is_ascii_lowercase());
        upper += usize::from(b.is_ascii_uppercase());
        digits += usize::from(b.is_ascii_digit());
    }
    let looks = match encoding {
        // Of a number a digest has no letter once in a million; nobody mixes cases.
        Encoding::Hex => digits > 0 && (lower > 0) != (upper > 0),
        Encoding::Base64 => lower > 0 && upper > 0 && digits > 0 && lower + upper + digits >= N,
        Encoding::Bytes => std::str::from_utf8(raw).is_err(),
    };
    looks.then_some(encoding)
}

/// The digest that a value says, and how.
fn decode<const N: usize>(raw: &[u8]) -> Option<([u8; N], Encoding)> {
    if is_bytes::<N>(raw) {
        return Some((raw.try_into().ok()?, Encoding::Bytes));
    }
    // Longer than any label before the longest form, hexadecimal.
    const LABEL: usize = 16;
    let written = raw.trim_ascii();
    if written.len() > 2 * N + LABEL {
        return None;
    }
    let labelled = written;
    let written = without_label(labelled, algorithm(N));
    if let Some(digest) = hex::<N>(written) {
        return Some((digest, Encoding::Hex));
    }
    // One text in 4,096 begins with `0x` by chance.
    base64::<N>(written).or_else(|| base64::<N>(labelled)).map(|digest| (digest, Encoding::Base64))
}

/// Whether these are the bytes of a digest, not a text of that length: of sixteen random bytes ten are no printable ASCII.
fn is_bytes<const N: usize>(raw: &[u8]) -> bool {
    raw.len() == N && 3 * raw.iter().filter(|b| !(b' '..=b'~').contains(b)).count() >= N
}

/// A value without what says that a digest of `algorithm` follows.
fn without_label(value: &[u8], algorithm: Algorithm) -> &[u8] {
    for mark in [&b"0x"[..], b"0X", b"\\x", b"\\\\x"] {
        if let Some(rest) = value.strip_prefix(mark) {
            return rest;
        }
    }
    let (open, inner) = match value {
        [open @ (b'{' | b'$'), inner @ ..] => (Some(*open), inner),
        inner => (None, inner),
    };
    for label in algorithm.labels() {
        let Some((head, rest)) = inner.split_at_checked(label.len()) else { continue };
        if !head.eq_ignore_ascii_case(label.as_bytes()) {
            continue;
        }
        let rest = match (open, rest) {
            (Some(b'{'), [b'}', rest @ ..]) | (Some(b'$'), [b'$', rest @ ..]) => Some(rest),
            // Django writes an empty salt between two signs.
            (None, [b'$', b'$', rest @ ..]) | (None, [b':', rest @ ..]) => Some(rest),
            _ => None,
        };
        if let Some(rest) = rest {
            return rest;
        }
    }
    value
}

fn hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16);
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Some(out)
}

/// Either alphabet, not both; no padding or all of it; the bits behind the last byte are zero.
fn base64<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let signs = (8 * N).div_ceil(6);
    let padding = text.len().checked_sub(signs)?;
    if padding != 0 && (padding != signs.next_multiple_of(4) - signs || text[signs..].iter().any(|&b| b != b'=')) {
        return None;
    }
    let text = &text[..signs];
    if text.iter().any(|b| matches!(b, b'+' | b'/')) && text.iter().any(|b| matches!(b, b'-' | b'_')) {
        return None;
    }
    let (mut out, mut at) = ([0; N], 0);
    let rest = super::base64::decode(text.iter().copied(), |byte| {
        // There are as many signs as `N` bytes take.
        out[at] = byte;
        at += 1;
    });
    (rest == Some(0)).then_some(out)
}

#[cfg(test)]
mod tests;
