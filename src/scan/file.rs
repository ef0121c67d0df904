//! The file of a part: what a scan gathered of one part of a plan, on the way to the merge.
//!
//! ```text
//! magic "LTPART01" | length of head, u32 | head, JSON | mark, 32 bytes | length of body, u64 | body | BLAKE3 of all before, 32 bytes
//! ```
//!
//! All numbers little endian. The head says which part of which plan it is, and what was asked. The body is XORed with a stream of BLAKE3
//! under the first key, derived for the mark, which is itself the keyed BLAKE3 of head and body: so the same part has the same bytes
//! whoever scans it, equal contents of different parts do not look equal, and without the key a part is noise. It holds no value of the dump: keyed hashes, counts
//! and record numbers, and names as a report shows them. Whoever has the key can test guesses, as with an index.

use crate::fingerprint::Key;
use crate::lineage::take;
use crate::names::safe_text;
use crate::plan::Part;
use crate::record::inside::How;
use crate::source::unpack::Bounds;
use crate::source::{self, Input, Scope};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// First bytes of a file.
pub const MAGIC: &[u8; 8] = b"LTPART01";
const MARK_CONTEXT: &str = "leaktrace 2026-11-23 part mark v1";
const STREAM_CONTEXT: &str = "leaktrace 2026-11-23 part stream v1";
const HASH_BYTES: usize = 32;
/// Bytes of a head: it names indexes and keys, a thousand each at most.
const HEAD_BYTES: usize = 16 << 20;
const ADVICE: &str = "scan that part again";

/// What a part says of itself without the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What made it; parts of different releases do not merge.
    pub tool: String,
    /// Digest of the plan.
    pub plan: String,
    /// The part.
    pub part: Part,
    /// What was asked.
    pub asked: Asked,
}

/// What was asked of a part: parts that were asked differently do not merge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Ids of the keys, in the order given.
    pub keys: Vec<String>,
    /// Digests of the indexes, in the order given.
    pub indexes: Vec<String>,
    /// Whether it holds what lists of affected records need.
    pub affected: bool,
    /// Whether it holds what the dump's fingerprint needs, under which key and how it was taken.
    pub fingerprint: Option<(String, take::How)>,
    /// The encoding of all texts, where it was known better.
    pub encoding: Option<String>,
    /// How much was looked into cells.
    pub inside: How,
    /// Kinds of files that were set aside.
    pub out_of_scope: Vec<Scope>,
    /// Whether the first thing that could not be read would have ended the reading.
    pub strict: bool,
    /// What unpacking might cost.
    pub bounds: Bounds,
    /// Whether archives within others might be put into a folder.
    pub scratch: bool,
    /// Whether passwords were given; they are not kept.
    pub passwords: bool,
}

impl Asked {
    /// What differs between this, which a part was asked, and what was asked of others.
    #[must_use]
    pub fn differs(&self, other: &Asked) -> Option<&'static str> {
        match () {
            () if self.keys != other.keys => Some("other keys, or in another order"),
            () if self.indexes != other.indexes => Some("other indexes, or in another order"),
            () if self.affected != other.affected || self.fingerprint != other.fingerprint => {
                Some("another --keep, --library-key, --scale or --region")
            }
            () if self != other => Some("other options of reading"),
            () => None,
        }
    }
}

/// A file that was opened; its body is read when it is its turn.
#[derive(Debug)]
pub struct PartFile {
    /// What it says of itself.
    pub head: Head,
    /// BLAKE3 of the file, but for these bytes.
    pub seal: [u8; HASH_BYTES],
    /// Bytes of the file.
    pub bytes: u64,
    input: Input,
    body_at: usize,
}

fn damaged(what: &str) -> Error {
    Error::damaged("the part is damaged").got(what).advice(ADVICE)
}

/// A file's bytes.
///
/// # Errors
/// When the head cannot be written as JSON.
pub fn to_bytes(head: &Head, mut body: Vec<u8>, key: &Key) -> Result<Vec<u8>> {
    let head = serde_json::to_vec(head).map_err(|_| Error::usage("the part's head cannot be written as JSON"))?;
    let mark = mark(key, &head, &body);
    apply_stream(key, &mark, &mut body);
    let mut out = Vec::with_capacity(head.len() + body.len() + 128);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&(head.len() as u32).to_le_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(&mark);
    out.extend_from_slice(&(body.len() as u64).to_le_bytes());
    out.extend_from_slice(&body);
    let seal = blake3::hash(&out);
    out.extend_from_slice(seal.as_bytes());
    Ok(out)
}

impl PartFile {
    /// Opens a file, and compares its bytes with its seal.
    ///
    /// # Errors
    /// When it cannot be read, is no part of this version, or is damaged.
    pub fn open(path: &Path) -> Result<PartFile> {
        let input = Input::open(path)?;
        let at = |e: Error| e.at(path);
        let cut = || at(damaged("it is cut off"));
        let bytes = input.bytes();
        let not_one = || at(Error::damaged("this is not a part of a scan").expected("a file made by leaktrace scan --part").advice(ADVICE));
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(not_one)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (head, rest) = rest.split_at_checked(length).filter(|_| length <= HEAD_BYTES).ok_or_else(cut)?;
        let body_at = MAGIC.len() + 4 + length;
        let body = rest.get(HASH_BYTES..HASH_BYTES + 8).and_then(|b| b.first_chunk()).map(|b| u64::from_le_bytes(*b)).ok_or_else(cut)?;
        if rest.len().checked_sub(2 * HASH_BYTES + 8).map(|n| n as u64) != Some(body) {
            return Err(cut());
        }
        let (sealed, seal) = bytes.split_at(bytes.len() - HASH_BYTES);
        if blake3::hash(sealed).as_bytes() != seal {
            return Err(at(damaged("its bytes are not those that were written")));
        }
        let head: Head = serde_json::from_slice(head).map_err(|_| at(damaged("what it says of itself cannot be read")))?;
        let mut own = [0; HASH_BYTES];
        own.copy_from_slice(seal);
        Ok(PartFile { head, seal: own, bytes: input.len(), input, body_at })
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.input.path()
    }

    /// Its body.
    ///
    /// # Errors
    /// When it was not written under this key, or was changed meanwhile.
    pub fn body(&self, key: &Key) -> Result<Vec<u8>> {
        let bytes = self.input.bytes();
        let (head, rest) = bytes[MAGIC.len() + 4..bytes.len() - HASH_BYTES].split_at(self.body_at - MAGIC.len() - 4);
        let (mark_there, rest) = rest.split_at(HASH_BYTES);
        let mut body = rest[8..].to_vec();
        let mut mark_bytes = [0; HASH_BYTES];
        mark_bytes.copy_from_slice(mark_there);
        apply_stream(key, &mark_bytes, &mut body);
        if mark(key, head, &body) != mark_bytes {
            return Err(damaged("it was not written under this key").at(self.path()));
        }
        self.input.check_unaltered("a part")?;
        Ok(body)
    }

    /// That it does not go with the others: of another plan, or asked otherwise.
    #[must_use]
    pub fn foreign(&self, what: &str) -> Error {
        Error::damaged(format!("part {} does not go with the plan and the other parts", self.head.part.id))
            .at(self.path())
            .got(safe_text(what))
            .advice(ADVICE)
    }

    /// That its body is not what a part holds.
    #[must_use]
    pub fn damaged(&self, what: &str) -> Error {
        damaged(what).at(self.path())
    }
}

/// The keyed BLAKE3 of head and body.
fn mark(key: &Key, head: &[u8], body: &[u8]) -> [u8; HASH_BYTES] {
    let mut hasher = blake3::Hasher::new_keyed(&key.derive(MARK_CONTEXT, &[]));
    hasher.update(&(head.len() as u64).to_le_bytes());
    hasher.update(head);
    hasher.update(body);
    hasher.finalize().into()
}

/// XORs the body with its stream: hides it, and shows it again.
fn apply_stream(key: &Key, mark: &[u8; HASH_BYTES], body: &mut [u8]) {
    const PIECE: usize = 64 << 10;
    let mut stream = blake3::Hasher::new_keyed(&key.derive(STREAM_CONTEXT, mark)).finalize_xof();
    let mut piece = [0; PIECE];
    for some in body.chunks_mut(PIECE) {
        let piece = &mut piece[..some.len()];
        stream.fill(piece);
        some.iter_mut().zip(piece).for_each(|(byte, mask)| *byte ^= *mask);
    }
}

/// Whether these are the first bytes of a part.
#[must_use]
pub fn looks_like_part(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

const _: () = assert!(source::BLOCK.is_multiple_of(1024));

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        let asked = Asked {
            keys: vec!["k".into()],
            indexes: vec!["i".into()],
            affected: true,
            fingerprint: Some(("k".into(), take::How::default())),
            encoding: None,
            inside: How::default(),
            out_of_scope: Vec::new(),
            strict: false,
            bounds: Bounds::default(),
            scratch: false,
            passwords: false,
        };
        Head { tool: "t".into(), plan: "p".into(), part: Part { id: 3, input: 1, from: 0, to: 9, bytes: 9 }, asked }
    }

    #[test]
    fn a_part_comes_back_under_its_key_and_any_change_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part");
        let key = Key::from_bytes([7; 32]);
        let body = b"counts and hashes ".repeat(20);
        let bytes = to_bytes(&head(), body.clone(), &key).unwrap();
        assert_eq!(bytes, to_bytes(&head(), body.clone(), &key).unwrap());
        assert!(!bytes.windows(6).any(|w| w == b"counts"));
        std::fs::write(&path, &bytes).unwrap();
        let file = PartFile::open(&path).unwrap();
        assert_eq!((&file.head, file.body(&key).unwrap()), (&head(), body));
        assert!(file.body(&Key::from_bytes([8; 32])).unwrap_err().to_string().contains("key"));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 0x41;
            std::fs::write(&path, &other).unwrap();
            assert!(PartFile::open(&path).is_err(), "byte {at}");
            std::fs::write(&path, &bytes[..at]).unwrap();
            assert!(PartFile::open(&path).is_err(), "{at} bytes");
        }
    }
}
