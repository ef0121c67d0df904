//! The signature of a manifest, as minisign makes and checks it (Ed25519 over BLAKE2b-512): `minisign -V -m manifest.json -P KEY` accepts it.
//!
//! What a signature file says beside the signature is fixed here, so that none of its bytes can change unseen.

use crate::source::read_small;
use crate::{Error, Result};
use minisign::{PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use std::io::Cursor;
use std::path::Path;

/// Name of the file, beside the manifest.
pub const NAME: &str = "manifest.json.minisig";
const UNTRUSTED: &str = "signature of a leaktrace report";
const TRUSTED: &str = "file:manifest.json";

/// A secret key that signs reports.
pub struct Signer {
    secret: SecretKey,
    public: PublicKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public_key())
    }
}

impl Signer {
    /// Reads a secret key of minisign, opened by the password in the first line of another file where it has one.
    ///
    /// # Errors
    /// When a file cannot be read, is no such key, or the password is missing or wrong.
    pub fn read(path: &Path, password: Option<&Path>) -> Result<Signer> {
        const MAKE: &str = "make one with: minisign -G (-W for one without a password)";
        let text = |path: &Path, what: &str| {
            let bytes = read_small(path, what, MAKE)?;
            String::from_utf8(bytes).map_err(|_| Error::usage(format!("this is no {what}")).at(path).advice(MAKE))
        };
        let key = text(path, "secret key")?;
        let wrong = || Error::usage("this is no secret key of minisign").at(path).advice(MAKE);
        let boxed = || SecretKeyBox::from_string(&key).map_err(|_| wrong());
        let secret = match password {
            None => boxed()?.into_unencrypted_secret_key().map_err(|_| {
                Error::usage("this secret key cannot be used as it is")
                    .at(path)
                    .expected("a secret key of minisign; of one with a password, the password too")
                    .advice("put the password into the first line of a file: --sign-password-file FILE")
            })?,
            Some(file) => {
                let password = text(file, "password")?.lines().next().unwrap_or_default().to_string();
                boxed()?.into_secret_key(Some(password)).map_err(|_| {
                    Error::usage("the password does not open this secret key").at(path).advice("correct it in the password file")
                })?
            }
        };
        let public = PublicKey::from_secret_key(&secret).map_err(|_| wrong())?;
        Ok(Signer { secret, public })
    }

    /// The public key, as minisign takes it after `-P`.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.public.to_base64()
    }

    /// The signature file of some bytes.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let signed = minisign::sign(Some(&self.public), &self.secret, Cursor::new(bytes), Some(TRUSTED), Some(UNTRUSTED));
        Ok(signed.map_err(|_| Error::usage("the report cannot be signed").advice("check the secret key"))?.into_string().into_bytes())
    }
}

/// Checks a signature file against a public key, as minisign writes it.
///
/// # Errors
/// When it is not that key's signature of these bytes, or says anything else beside it.
pub fn check(public_key: &str, bytes: &[u8], signature: &[u8], path: &Path) -> Result<()> {
    let wrong = |got: &str| {
        Error::damaged("the signature does not fit the manifest")
            .at(path)
            .got(got)
            .advice("get the report anew from whoever made it, and the public key from another place")
    };
    let key = PublicKey::from_base64(public_key.trim()).map_err(|_| {
        Error::usage("this is no public key of minisign")
            .expected("56 letters and digits that begin with RW")
            .advice("give the last line of its .pub file")
    })?;
    let text = std::str::from_utf8(signature).map_err(|_| wrong("no text"))?;
    let boxed = SignatureBox::from_string(text).map_err(|_| wrong("no signature of minisign"))?;
    let untrusted = boxed.untrusted_comment().is_ok_and(|comment| comment == UNTRUSTED);
    if !untrusted || boxed.trusted_comment().ok().as_deref() != Some(TRUSTED) || boxed.to_string() != text {
        return Err(wrong("another text beside the signature"));
    }
    minisign::verify(&key, &boxed, Cursor::new(bytes), true, false, false)
        .map_err(|_| wrong("a signature of other bytes, or by another key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use minisign::KeyPair;

    #[test]
    fn no_byte_of_a_signature_changes_unseen() {
        let KeyPair { pk: public, sk: secret } = KeyPair::generate_unencrypted_keypair().unwrap();
        let signer = Signer { secret, public };
        let signature = signer.sign(b"the manifest").unwrap();
        let path = Path::new("x");
        check(&signer.public_key(), b"the manifest", &signature, path).unwrap();
        assert!(check(&signer.public_key(), b"The manifest", &signature, path).is_err());
        let other = KeyPair::generate_unencrypted_keypair().unwrap();
        assert!(check(&other.pk.to_base64(), b"the manifest", &signature, path).is_err());
        for at in 0..signature.len() {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert!(check(&signer.public_key(), b"the manifest", &changed, path).is_err(), "byte {at} {:?}", char::from(signature[at]));
        }
    }
}
