//! A copy of bytes in memory of large pages, for what is read at random places: a page of 2 MiB has one entry in the processor's page tables where
//! pages of a file have 512, most of which are in no cache when they are asked for.

use memmap2::{Mmap, MmapMut};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// Bytes in large pages.
#[derive(Debug)]
pub struct Near(Mmap);

impl Near {
    /// Copies `bytes` on the threads of `pool`. `None` when the system has no such memory: they are then read where they are.
    #[must_use]
    pub fn copy(bytes: &[u8], pool: &rayon::ThreadPool) -> Option<Near> {
        const PIECE: usize = 4 << 20;
        let mut map = MmapMut::map_anon(bytes.len()).ok()?;
        #[cfg(target_os = "linux")]
        map.advise(memmap2::Advice::HugePage).ok()?;
        pool.install(|| map.par_chunks_mut(PIECE).zip(bytes.par_chunks(PIECE)).for_each(|(to, from)| to.copy_from_slice(from)));
        map.make_read_only().ok().map(Near)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_equal() {
        let pool = crate::parallel::pool(2).unwrap();
        let bytes: Vec<u8> = (0..9_000_001u32).map(|n| n.wrapping_mul(2_654_435_761) as u8).collect();
        assert!(Near::copy(&bytes, &pool).is_none_or(|near| near.bytes() == bytes));
    }
}
