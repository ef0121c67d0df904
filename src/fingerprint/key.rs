//! The secret key of a case or of a team, its file and its id.
//!
//! The file is text: comment lines that begin with `#`, and one line `leaktrace-key-1:<64 hex digits>:<8 hex digits>`, where the last
//! part is the beginning of the key id and shows typing errors. It is created for its owner alone and refused when others can
//! read it: whoever holds the key and an index can try out every phone number (SECURITY.md).

use crate::limits;
use crate::{Error, Result};
use std::fmt;
use std::io::Write;
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

const PREFIX: &str = "leaktrace-key-1:";
/// BLAKE3 key-derivation contexts; each is used for one purpose only.
const KEY_ID_CONTEXT: &str = "leaktrace 2026-11-22 key id v1";

/// A 256-bit secret. Erased when dropped; never printed.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

/// A public name of a key: the same key has the same id, and the id says nothing about the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl Key {
    /// A key from its 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Key {
        Key(Zeroizing::new(bytes))
    }

    /// A new key from the system's random number generator.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn generate() -> Result<Key> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|_| Error::usage("the system's random number generator failed").advice("try again; nothing was written"))?;
        Ok(Key::from_bytes(bytes))
    }

    /// The key's public name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&self.derive(KEY_ID_CONTEXT, &[])[..8]);
        KeyId(id)
    }

    /// A subkey for one purpose (`context`, a constant of this program) and one occasion (`material`).
    #[must_use]
    pub fn derive(&self, context: &str, material: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(&*self.0);
        hasher.update(material);
        hasher.finalize().into()
    }

    /// Keyed BLAKE3 of any bytes.
    #[must_use]
    pub fn digest(&self, bytes: &[u8]) -> blake3::Hash {
        blake3::keyed_hash(&self.0, bytes)
    }

    /// The key as the eight little-endian words that BLAKE3's kernels take.
    pub(super) fn words(&self) -> [u32; 8] {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(self.0.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        words
    }

    /// Writes the key to a new file that only its owner can read.
    ///
    /// # Errors
    /// When the file exists (a key is never overwritten: indexes made with it would be lost) or cannot be written.
    pub fn write_new(&self, path: &Path) -> Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => Error::usage("there is a file of this name already, and a key is never overwritten")
                .at(path)
                .advice("choose another name; whoever loses a key loses every index made with it"),
            _ => Error::io("cannot create the key file", &e).at(path).advice("check that the folder exists and can be written to"),
        })?;
        let text = Zeroizing::new(self.to_text());
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| {
            // A half-written key would be refused for ever, and its name with it.
            let _ = std::fs::remove_file(path);
            Error::io("cannot write the key file", &e).at(path)
        })
    }

    fn to_text(&self) -> String {
        let id = self.id();
        format!(
            "# leaktrace key {id}\n\
             # Whoever holds this key and an index made with it can list the phone numbers and national ids in it: treat the pair\n\
             # as the records themselves. Send the key and the index by different ways. Do not mail, paste or commit this file.\n\
             {PREFIX}{}:{}\n",
            &*hex(&*self.0),
            &id.to_string()[..8]
        )
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// When it is missing, readable by others, or not a whole key.
    pub fn read(path: &Path) -> Result<Key> {
        let meta = std::fs::metadata(path)
            .map_err(|e| Error::io("cannot read the key file", &e).at(path).advice("make a key with: leaktrace keygen -o KEY"))?;
        if !meta.is_file() {
            return Err(Error::usage("the key is not a regular file").at(path).advice("make a key with: leaktrace keygen -o KEY"));
        }
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o777;
            if mode & 0o077 != 0 {
                return Err(Error::usage("other users can read this key file, so it is refused")
                    .at(path)
                    .expected("mode 600")
                    .got(format!("mode {mode:o}"))
                    .advice(format!("chmod 600 {}", shell_word(path))));
            }
        }
        if meta.len() > limits::SMALL_FILE_BYTES {
            return Err(not_a_key().at(path));
        }
        let text = std::fs::read(path).map_err(|e| Error::io("cannot read the key file", &e).at(path))?;
        Key::parse(&Zeroizing::new(text)).map_err(|e| e.at(path))
    }

    fn parse(text: &[u8]) -> Result<Key> {
        let text = std::str::from_utf8(text).map_err(|_| not_a_key())?;
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(not_a_key());
        };
        let (digits, check) = line.strip_prefix(PREFIX).and_then(|rest| rest.split_once(':')).ok_or_else(not_a_key)?;
        let key = Key::from_bytes(unhex(digits).ok_or_else(not_a_key)?);
        if key.id().to_string()[..8] != *check {
            return Err(Error::usage("the key file is damaged: its check digits do not fit its key")
                .advice("copy the file again from where it was made, byte for byte"));
        }
        Ok(key)
    }
}

fn not_a_key() -> Error {
    Error::usage("this is not a leaktrace key file")
        .expected("comment lines and one line that begins with leaktrace-key-1:")
        .advice("make a key with: leaktrace keygen -o KEY")
}

/// A path as one word of a POSIX shell.
fn shell_word(path: &Path) -> String {
    format!("'{}'", crate::names::safe_path(path).replace('\'', "'\\''"))
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for b in bytes {
        for nibble in [b >> 4, b & 15] {
            out.push(char::from(b"0123456789abcdef"[nibble as usize]));
        }
    }
    out
}

fn unhex(digits: &str) -> Option<[u8; 32]> {
    let digits = digits.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let nibble = |c: u8| char::from(c).to_digit(16);
        match (nibble(pair[0]), nibble(pair[1])) {
            (Some(high), Some(low)) => *byte = (high * 16 + low) as u8,
            _ => {
                out.zeroize();
                return None;
            }
        }
    }
    Some(out)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl std::str::FromStr for KeyId {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<KeyId, ()> {
        if text.len() != 16 || !text.is_ascii() {
            return Err(());
        }
        let mut id = [0; 8];
        for (n, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).map_err(|_| ())?;
        }
        Ok(KeyId(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_file_and_is_not_printed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.key");
        let key = Key::generate().unwrap();
        key.write_new(&path).unwrap();
        let back = Key::read(&path).unwrap();
        assert_eq!(*back.0, *key.0);
        assert_eq!(back.id(), key.id());
        assert!(!format!("{key:?}").contains(hex(&*key.0).as_str()));
        let again = key.write_new(&path).unwrap_err().to_string();
        assert!(again.contains("never overwritten"), "{again}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_command_that_mends_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.key");
        Key::from_bytes([7; 32]).write_new(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o660, 0o644] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = Key::read(&path).unwrap_err().to_string();
            assert!(error.contains("chmod 600 '"), "{error}");
        }
    }

    #[test]
    fn a_damaged_key_is_named_as_such() {
        let text = Key::from_bytes([7; 32]).to_text();
        assert!(Key::parse(text.as_bytes()).is_ok());
        let flipped = text.replacen("0707", "0708", 1);
        assert!(Key::parse(flipped.as_bytes()).unwrap_err().to_string().contains("damaged"));
        for bad in
            [&b""[..], b"# only comments\n", b"\xff\xfe", b"leaktrace-key-1:00:00", [text.as_bytes(), text.as_bytes()].concat().as_slice()]
        {
            assert!(Key::parse(bad).unwrap_err().to_string().contains("not a leaktrace key"));
        }
    }
}
