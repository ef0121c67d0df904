//! What the system is told about how a map is used. Hints: they change no byte that is read.

#![allow(unsafe_code)]

use super::{Bytes, Input};
use std::ops::Range;

impl Input {
    /// Lets go of the memory pages of these bytes, which were read and will not be soon: they no longer count as this process's memory. They
    /// stay in the system's cache, and reading them again maps them again.
    pub fn let_go(&self, bytes: Range<u64>) {
        #[cfg(target_os = "linux")]
        if let Bytes::Mapped(map) = &self.bytes {
            // Whole pages inside the range: what begins before it may be in use.
            const PAGE: u64 = 4096;
            let end = bytes.end.min(map.len() as u64) / PAGE * PAGE;
            let start = bytes.start.div_ceil(PAGE) * PAGE;
            if start < end {
                // SAFETY: the map is shared or private, but never written to by this process, so that pages which are dropped and read
                // again hold what the file holds: bytes under a live borrow stay the same. The range lies inside the map by the line above.
                let _ = unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, start as usize, (end - start) as usize) };
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = bytes;
    }
}
