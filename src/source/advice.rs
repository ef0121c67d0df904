//! What the system is told about how a map is used. Hints: they change no byte that is read.

use super::{Bytes, Input};
use std::ops::Range;

/// Bytes of a page, or a multiple of them.
const PAGE: u64 = 4096;

impl Input {
    /// Lets go of the memory pages of these bytes, which were read and will not be soon: they no longer count as this process's memory. They
    /// stay in the system's cache, and reading them again maps them again.
    pub fn let_go(&self, bytes: Range<u64>) {
        if let Bytes::Mapped(map) = &self.bytes {
            // Whole pages inside the range: what begins before it may be in use.
            let end = bytes.end.min(map.bytes().len() as u64) / PAGE * PAGE;
            let start = bytes.start.div_ceil(PAGE) * PAGE;
            if start < end {
                map.let_go(start as usize..end as usize);
            }
        }
    }

    /// Reads and maps the memory pages of these bytes, which will be read at random places soon: page by page, on first use, takes many times as
    /// long, and a prefetch of what is not mapped yet does nothing.
    pub fn bring_in(&self, bytes: Range<u64>) {
        if let Bytes::Mapped(map) = &self.bytes {
            let end = bytes.end.min(map.bytes().len() as u64);
            let start = bytes.start / PAGE * PAGE;
            if start < end {
                map.bring_in(start as usize..end as usize);
            }
        }
    }
}
