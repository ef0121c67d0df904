//! AES-128 on groups of blocks, by the crate `aes` or, where the processor has vector instructions for it, by [`vaes`](super::vaes).

#[cfg(target_arch = "x86_64")]
use super::vaes;
use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 16;
/// Blocks of a group, at most.
pub const GROUP: usize = 64;

/// Elsewhere there is no code of our own.
#[cfg(not(target_arch = "x86_64"))]
mod vaes {
    pub(super) type RoundKeys = [[u8; 16]; 11];

    pub(super) fn round_keys(_: [u8; 16]) -> Option<RoundKeys> {
        None
    }

    pub(super) fn encrypt<const N: usize>(_: &RoundKeys, _: &mut [[u8; 16]; N]) {}
}

/// A cipher under one key.
pub struct Cipher {
    library: Aes128,
    /// For our own code, where it can be used.
    keys: Option<vaes::RoundKeys>,
}

impl Cipher {
    /// The cipher under this key.
    #[must_use]
    pub fn new(key: [u8; 16]) -> Cipher {
        Cipher { library: Aes128::new(&Array::from(key)), keys: vaes::round_keys(key) }
    }

    /// The cipher of the crate, for long runs of blocks.
    #[must_use]
    pub fn library(&self) -> &Aes128 {
        &self.library
    }

    /// Encrypts up to [`GROUP`] blocks; behind them is anything.
    #[inline]
    pub fn encrypt(&self, blocks: impl ExactSizeIterator<Item = [u8; BLOCK_BYTES]>) -> [[u8; BLOCK_BYTES]; GROUP] {
        let count = blocks.len();
        let mut out = [[0; BLOCK_BYTES]; GROUP];
        out.iter_mut().zip(blocks).for_each(|(out, block)| *out = block);
        match &self.keys {
            Some(keys) => vaes::encrypt(keys, &mut out),
            None => {
                for block in &mut out[..count] {
                    let mut one = Array::from(*block);
                    self.library.encrypt_block(&mut one);
                    *block = one.into();
                }
            }
        }
        out
    }
}

impl Drop for Cipher {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ways_are_one_cipher(key: [u8; 16], blocks in proptest::collection::vec(any::<[u8; 16]>(), 0..=GROUP)) {
            let own = Cipher::new(key);
            let library = Cipher { library: Aes128::new(&Array::from(key)), keys: None };
            let (a, b) = (own.encrypt(blocks.iter().copied()), library.encrypt(blocks.iter().copied()));
            prop_assert_eq!(&a[..blocks.len()], &b[..blocks.len()]);
        }
    }
}
