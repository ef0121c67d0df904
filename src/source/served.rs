//! Dumps that lie where this process cannot open them: whoever started it serves their bytes.
//!
//! # Protocol
//!
//! Whenever bytes are needed that are not here, a line `READ input from to` is written to standard output: the input's number, from 0, the first byte
//! and the byte behind the last. Exactly those bytes are then read from standard input. One request is under way at a time; nothing else is written to
//! standard output. Where standard input ends before that, the process ends with exit code 2.
//!
//! # How
//!
//! All inputs lie one behind the other in a range of addresses that belong to nothing. Who reads there makes a fault, whose handler
//! asks for the chunk around the address, and more where chunks were asked for in order, and puts it there whole, at once: the pages are
//! filled elsewhere and moved. So everything above reads a file as it always does. The oldest chunks are let go when there are more than
//! [`limits::SERVED_BYTES`]: who still reads one makes another fault and gets it again.
//!
//! A handler may interrupt anything: all it touches are atomics, and the system. Threads whose faults meet wait for each other.

#![allow(unsafe_code)]

use super::{Bytes, Input};
use crate::Result;
use std::path::PathBuf;

/// A file that is served: its number, its name, and its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedFile {
    /// Its number in requests.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

impl Input {
    /// Files whose bytes are served through standard input and output, as this module says; once in a process.
    ///
    /// # Errors
    /// When they are too large for the addresses of this system, or it is another than Linux.
    pub fn served(files: &[ServedFile]) -> Result<Vec<Input>> {
        let bytes = open(files)?;
        let input = |(file, bytes): (&ServedFile, _)| Input {
            path: PathBuf::from(&file.name),
            called: None,
            bytes: Bytes::Served(bytes),
            stamp: None,
        };
        Ok(files.iter().zip(bytes).map(input).collect())
    }
}

/// The bytes of each file, as if they were here.
///
/// # Errors
/// When the files are too large for the addresses of this system, or this was done before.
#[cfg(target_os = "linux")]
fn open(files: &[ServedFile]) -> Result<Vec<&'static [u8]>> {
    faults::open(files)
}

/// As above.
///
/// # Errors
/// Always: on this system nobody can serve.
#[cfg(not(target_os = "linux"))]
fn open(_: &[ServedFile]) -> Result<Vec<&'static [u8]>> {
    Err(crate::Error::usage("dumps can be served on Linux alone").advice("mount the files, or copy them to this machine"))
}

#[cfg(target_os = "linux")]
mod faults {
    use super::ServedFile;
    use crate::{Error, Result, limits};
    use std::ffi::{c_int, c_void};
    use std::ptr::{null, null_mut};
    use std::sync::OnceLock;
    use std::sync::atomic::Ordering::SeqCst;
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    /// Bytes that are asked for at least, and that are let go together: samples from all over a file take little of it.
    const CHUNK: usize = 256 << 10;
    /// Chunks that are asked for at a time at most, where they are read in order.
    const MOST: usize = 64;
    /// Chunks that are here at a time.
    const HELD: usize = limits::SERVED_BYTES as usize / CHUNK;
    /// Places that are read on in order at a time: one a thread, more or less.
    const STREAMS: usize = 32;
    const _: () = assert!(HELD > 2 * MOST * STREAMS / 2);

    /// The addresses of all files.
    struct Region {
        start: usize,
        /// Of each file its number, its first address and its length.
        files: Vec<(usize, usize, usize)>,
        end: usize,
        /// What handled the signal before.
        previous: libc::sigaction,
    }

    static REGION: OnceLock<Region> = OnceLock::new();
    static BUSY: AtomicBool = AtomicBool::new(false);
    /// Chunks that are here, by number from 1, and which place is the oldest.
    static HERE: [AtomicUsize; HELD] = [const { AtomicUsize::new(0) }; HELD];
    static OLDEST: AtomicUsize = AtomicUsize::new(0);
    /// Chunks that would follow those that were asked for, and how many these were.
    static NEXT: [(AtomicUsize, AtomicUsize); STREAMS] = [const { (AtomicUsize::new(0), AtomicUsize::new(0)) }; STREAMS];
    static STREAM: AtomicUsize = AtomicUsize::new(0);

    pub(super) fn open(files: &[ServedFile]) -> Result<Vec<&'static [u8]>> {
        let too_large = || Error::usage("the served files are too large for the addresses of this system");
        let (mut all, mut placed) = (0usize, Vec::new());
        for file in files {
            let bytes = usize::try_from(file.bytes).map_err(|_| too_large())?;
            placed.push((file.number, all, bytes));
            all = bytes.checked_next_multiple_of(CHUNK).and_then(|b| all.checked_add(b)).ok_or_else(too_large)?;
        }
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: new addresses, which nothing else uses, for as long as the process lives.
        let start = unsafe { libc::mmap(null_mut(), all.max(CHUNK) + CHUNK, libc::PROT_NONE, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(too_large());
        }
        let start = (start as usize).next_multiple_of(CHUNK);
        placed.iter_mut().for_each(|file| file.1 += start);
        // SAFETY: all zeros is a valid `sigaction`.
        let mut previous: libc::sigaction = unsafe { std::mem::zeroed() };
        // SAFETY: asks for what is there.
        unsafe { libc::sigaction(libc::SIGSEGV, null(), &raw mut previous) };
        let slices = placed.iter().map(|&(_, at, bytes)| {
            // SAFETY: the addresses are the region's for ever; whoever reads one finds the file's byte there, by way of the handler below, and nobody
            // writes to them.
            unsafe { std::slice::from_raw_parts(at as *const u8, bytes) }
        });
        let slices = slices.collect();
        if REGION.set(Region { start, files: placed, end: start + all, previous }).is_err() {
            return Err(Error::usage("dumps are served to one reader alone"));
        }
        let mut action = previous;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        action.sa_sigaction = on_fault as *const () as usize;
        // SAFETY: the set is a valid place to write to, and the handler does what a handler may.
        let done = unsafe {
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(libc::SIGSEGV, &raw const action, null_mut())
        };
        if done == 0 { Ok(slices) } else { Err(Error::io("cannot serve the dump", &std::io::Error::last_os_error())) }
    }

    extern "C" fn on_fault(_: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
        let Some(region) = REGION.get() else { return };
        // SAFETY: with SA_SIGINFO the system hands over a valid description.
        let address = unsafe { (*info).si_addr() as usize };
        // A handler leaves the thread's last error as it was.
        // SAFETY: a thread has such a place.
        let error = unsafe { libc::__errno_location() };
        // SAFETY: as above.
        let before = unsafe { *error };
        while BUSY.swap(true, SeqCst) {
            let moment = libc::timespec { tv_sec: 0, tv_nsec: 20_000 };
            // SAFETY: a valid time; what is left of it is not asked for.
            unsafe { libc::nanosleep(&raw const moment, null_mut()) };
        }
        let found = region.files.iter().find(|&&(_, at, bytes)| (at..at + bytes).contains(&address));
        match found.filter(|_| (region.start..region.end).contains(&address)) {
            Some(&(number, at, bytes)) => fetch(region, number, at, bytes, address),
            // Somebody else's: it happens again, and is dealt with as it would have been.
            // SAFETY: the action was in force before.
            None => unsafe { _ = libc::sigaction(libc::SIGSEGV, &raw const region.previous, null_mut()) },
        }
        BUSY.store(false, SeqCst);
        // SAFETY: as above.
        unsafe { *error = before };
    }

    fn is_here(chunk: usize) -> bool {
        HERE.iter().any(|here| here.load(SeqCst) == chunk + 1)
    }

    /// Brings the chunk of an address of a file that begins at `at`, and what is likely read next.
    fn fetch(region: &Region, number: usize, at: usize, bytes: usize, address: usize) {
        let first = (address - region.start) / CHUNK;
        if is_here(first) {
            // Another thread was faster.
            return;
        }
        let stream = NEXT.iter().find(|(next, _)| next.load(SeqCst) == first + 1);
        let wanted = stream.map_or(1, |(_, before)| (2 * before.load(SeqCst)).min(MOST));
        let last = (at + bytes - 1 - region.start) / CHUNK;
        let mut chunks = 1;
        while chunks < wanted && first + chunks <= last && !is_here(first + chunks) {
            chunks += 1;
        }
        let (next, count) = stream.unwrap_or_else(|| &NEXT[STREAM.fetch_add(1, SeqCst) % STREAMS]);
        // From 1, as the chunks that are here.
        next.store(first + chunks + 1, SeqCst);
        count.store(chunks, SeqCst);
        let from = region.start + first * CHUNK;
        let to = (from + chunks * CHUNK).min(at + bytes);
        ask(number, from - at, to - at);
        let length = chunks * CHUNK;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: new pages, filled before anybody else knows them, then moved over addresses of the region that belong to nothing.
        unsafe {
            let pages = libc::mmap(null_mut(), length, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
            if pages == libc::MAP_FAILED {
                give_up(b"leaktrace: there is no memory for what is served\n");
            }
            take(pages.cast(), to - from);
            libc::mprotect(pages, length, libc::PROT_READ);
            let moved = libc::mremap(pages, length, length, libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED, from as *mut c_void);
            if moved == libc::MAP_FAILED {
                give_up(b"leaktrace: there is no memory for what is served\n");
            }
        }
        for chunk in first..first + chunks {
            let place = OLDEST.fetch_add(1, SeqCst) % HELD;
            let old = HERE[place].swap(chunk + 1, SeqCst);
            if old > 0 {
                let old = region.start + (old - 1) * CHUNK;
                let flags = flags | libc::MAP_FIXED | libc::MAP_NORESERVE;
                // SAFETY: the addresses are the region's; who reads them now makes a fault and gets the same bytes again.
                unsafe { libc::mmap(old as *mut c_void, CHUNK, libc::PROT_NONE, flags, -1, 0) };
            }
        }
    }

    /// Writes the request.
    fn ask(number: usize, from: usize, to: usize) {
        let (mut line, mut at) = ([b' '; 96], 96);
        let mut put = |byte: u8| {
            at -= 1;
            line[at] = byte;
        };
        put(b'\n');
        for n in [to, from, number] {
            let mut rest = n;
            loop {
                put(b'0' + (rest % 10) as u8);
                rest /= 10;
                if rest == 0 {
                    break;
                }
            }
            put(b' ');
        }
        b"DAER".iter().for_each(|&byte| put(byte));
        let mut line = &line[at..];
        while !line.is_empty() {
            // SAFETY: valid bytes.
            let done = unsafe { libc::write(libc::STDOUT_FILENO, line.as_ptr().cast(), line.len()) };
            match usize::try_from(done) {
                Ok(done) => line = &line[done..],
                Err(_) if again() => {}
                Err(_) => give_up(b"leaktrace: nobody serves the dump any more\n"),
            }
        }
    }

    /// Reads the answer.
    ///
    /// # Safety
    /// As many bytes can be written at `to`.
    unsafe fn take(mut to: *mut u8, mut bytes: usize) {
        while bytes > 0 {
            // SAFETY: as promised.
            let done = unsafe { libc::read(libc::STDIN_FILENO, to.cast(), bytes) };
            match usize::try_from(done) {
                Ok(0) => give_up(
                    b"leaktrace: the dump's bytes ended before what was asked for\n  to do:    serve exactly the bytes of each request\n",
                ),
                Ok(done) => {
                    // SAFETY: within what was promised.
                    to = unsafe { to.add(done) };
                    bytes -= done;
                }
                Err(_) if again() => {}
                Err(_) => give_up(b"leaktrace: the dump's bytes cannot be read from standard input\n"),
            }
        }
    }

    /// Whether a call was only interrupted.
    fn again() -> bool {
        // SAFETY: a thread has such a place.
        unsafe { *libc::__errno_location() == libc::EINTR }
    }

    /// Ends the process: nothing of what it wrote has its name yet.
    fn give_up(words: &[u8]) -> ! {
        // SAFETY: valid bytes, and both are allowed in a handler.
        unsafe {
            libc::write(libc::STDERR_FILENO, words.as_ptr().cast(), words.len());
            libc::_exit(2)
        }
    }
}
