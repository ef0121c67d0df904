//! Asks for a cache line ahead of its use. A hint: it never faults and changes no result.

/// Prefetches the cache line that holds `bytes[at]`; nothing where `at` is outside.
#[inline]
#[allow(unsafe_code)]
pub fn prefetch(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if at < bytes.len() {
        // SAFETY: `at` is inside `bytes` by the check above, so that the pointer stays inside its allocation. PREFETCHT0 itself reads
        // nothing that the program can see and raises no fault; SSE is part of every x86-64.
        unsafe { std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(bytes.as_ptr().add(at).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, at);
}
