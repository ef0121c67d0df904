//! What the system is told about how a map is used. Hints: they change no byte that is read.

use super::{Bytes, Input};
use std::ops::Range;

impl Input {
    /// Lets go of the memory pages of these bytes, which were read and will not be soon: they no longer count as this process's memory. They
    /// stay in the system's cache, and reading them again maps them again.
    pub fn let_go(&self, bytes: Range<u64>) {
        if let Bytes::Mapped(map) = &self.bytes {
            // Whole pages inside the range: what begins before it may be in use.
            const PAGE: u64 = 4096;
            let end = bytes.end.min(map.bytes().len() as u64) / PAGE * PAGE;
            let start = bytes.start.div_ceil(PAGE) * PAGE;
            if start < end {
                map.let_go(start as usize..end as usize);
            }
        }
    }
}
