//! The memory map of an input: the only unsafe code of this floor.

#![allow(unsafe_code)]

use memmap2::Mmap;
use std::fs::File;

/// Maps the whole of `file`, read-only. The file must not be empty.
///
/// # Errors
/// What the system says.
pub(super) fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: the map is read-only and private to this process, and its bound is the file's size at this moment, which the system checks.
    // What the type system cannot promise is that nobody else changes the file meanwhile: its bytes are treated as untrusted wherever they
    // are read (no offset or length from them is believed), `Input::changed` tells afterwards, and a file that is cut short ends the process with SIGBUS
    // rather than giving it bytes that are not the file's.
    unsafe { Mmap::map(file) }
}
