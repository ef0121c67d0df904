//! The memory map of an input, and what happens when the file becomes shorter while it is mapped: the only unsafe code of this floor.
//!
//! # Why a map
//!
//! Measured over a file of 1.24 GB in the page cache, on two cores at 2.0 GHz: a fresh map and a sum over its bytes take 150 to 205 ms on one
//! thread; reading it into buffers of 256 KB takes 190 to 235 ms alone, and 240 to 290 ms with the same sum. The map saves 3 to 5% of a
//! whole scan, and readers may look back and ahead over the text as they like.
//!
//! # A file that becomes shorter
//!
//! A page of a map that the file no longer has, or that the medium does not give, ends the process with SIGBUS where nobody handles it. Here,
//! the handler puts zero pages in the place of that page and all after it and notes from where on ([`Map::torn`]); whoever read goes on, with
//! zeros. *Whoever uses bytes of a map asks afterwards whether they were the file's*: [`super::Input::lost`] does, which also sees what makes no
//! fault, the end of the last page that the file still has.
//!
//! Any other SIGBUS is handed on to the handler that was there before.

#![allow(unsafe_code)]

use memmap2::{Mmap, MmapOptions};
use std::fs::File;

/// A read-only map of a file.
#[derive(Debug)]
pub(super) struct Map {
    /// Dropped before the map is: an address is watched only while it is mapped.
    #[cfg(unix)]
    watched: watch::Watched,
    bytes: Mmap,
}

impl Map {
    /// Maps the first `len` bytes of `file`. `len` is the file's size, and not 0.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn new(file: &File, len: usize) -> std::io::Result<Map> {
        // SAFETY: the map is read-only and private to this process. What the type system cannot promise is that nobody else changes the file
        // meanwhile: its bytes are treated as untrusted wherever they are read (no offset or length from them is believed), what is no longer
        // there reads as zeros, and `Input::lost` and `Input::changed` tell afterwards.
        let bytes = unsafe { MmapOptions::new().len(len).map(file)? };
        Ok(Map {
            #[cfg(unix)]
            watched: watch::Watched::new(&bytes)?,
            bytes,
        })
    }

    /// The bytes: the file's, but for those from [`Map::torn`] on.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Lets go of the pages of a range, which begins and ends with a page.
    pub(super) fn let_go(&self, range: std::ops::Range<usize>) {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: this process never writes to the map, so that pages that are dropped and read again hold what the file holds, or zeros where it
            // was cut short: bytes under a live borrow stay the same. A range that is not inside the map is refused.
            let _ = unsafe { self.bytes.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, range.start, range.len()) };
        }
        #[cfg(not(target_os = "linux"))]
        let _ = range;
    }

    /// Has the system read the pages of a range, which begins with a page, and map them: all at once, in order. A system that cannot does nothing.
    pub(super) fn bring_in(&self, range: std::ops::Range<usize>) {
        #[cfg(target_os = "linux")]
        let _ = self.bytes.advise_range(memmap2::Advice::PopulateRead, range.start, range.len());
        #[cfg(not(target_os = "linux"))]
        let _ = range;
    }

    /// The first byte of the first page that could not be read, after which all reads as zeros.
    pub(super) fn torn(&self) -> Option<u64> {
        #[cfg(unix)]
        return self.watched.torn();
        // Windows refuses to cut a file that is mapped.
        #[cfg(not(unix))]
        None
    }
}

/// The maps of this process, and the handler that looks them up.
///
/// A handler may interrupt anything, so that all it touches are atomics: a list that only grows, whose places are used again. The map that
/// a fault happened in cannot change meanwhile, since the thread that reads it is the one that is interrupted; the places of other maps may, and
/// are passed over while they do.
#[cfg(unix)]
mod watch {
    use std::ffi::{c_int, c_void};
    use std::io;
    use std::ops::Range;
    use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::SeqCst};
    use std::sync::{Mutex, OnceLock, PoisonError};

    /// The value of [`Place::torn`] while nothing is.
    const WHOLE: usize = usize::MAX;

    /// One map's place in the list.
    #[derive(Debug)]
    struct Place {
        /// Odd while the others are being changed.
        version: AtomicUsize,
        /// First address.
        start: AtomicUsize,
        /// Address after the last; that of `start` where nothing is mapped.
        end: AtomicUsize,
        /// Bytes before the first page that was lost.
        torn: AtomicUsize,
        next: Option<&'static Place>,
    }

    /// The list's first place.
    static FIRST: AtomicPtr<Place> = AtomicPtr::new(std::ptr::null_mut());
    /// Places of the list that no map uses.
    static FREE: Mutex<Vec<&'static Place>> = Mutex::new(Vec::new());
    /// What handled the signal before.
    static PREVIOUS: OnceLock<libc::sigaction> = OnceLock::new();
    static PAGE_BYTES: AtomicUsize = AtomicUsize::new(4096);

    impl Place {
        fn set(&self, addresses: Range<usize>) {
            self.version.fetch_add(1, SeqCst);
            self.start.store(addresses.start, SeqCst);
            self.end.store(addresses.end, SeqCst);
            self.torn.store(WHOLE, SeqCst);
            self.version.fetch_add(1, SeqCst);
        }

        /// The addresses of the map, if `address` is one of them.
        fn around(&self, address: usize) -> Option<Range<usize>> {
            let version = self.version.load(SeqCst);
            let addresses = self.start.load(SeqCst)..self.end.load(SeqCst);
            let settled = version.is_multiple_of(2) && self.version.load(SeqCst) == version;
            (settled && addresses.contains(&address)).then_some(addresses)
        }
    }

    /// A map that the handler knows, as long as this lives.
    #[derive(Debug)]
    pub(super) struct Watched(&'static Place);

    impl Watched {
        /// Watches the map `bytes`, which must outlive this.
        pub(super) fn new(bytes: &[u8]) -> io::Result<Watched> {
            // No mapped byte is read while this is held, and the handler does without it.
            let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
            if PREVIOUS.get().is_none() {
                install()?;
            }
            let place = free.pop().unwrap_or_else(|| {
                let zero = || AtomicUsize::new(0);
                // SAFETY: null, or a place that is never freed nor changed but through its atomics.
                let next = unsafe { FIRST.load(SeqCst).as_ref() };
                let place = Box::leak(Box::new(Place { version: zero(), start: zero(), end: zero(), torn: zero(), next }));
                FIRST.store(place, SeqCst);
                place
            });
            let addresses = bytes.as_ptr_range();
            place.set(addresses.start as usize..addresses.end as usize);
            Ok(Watched(place))
        }

        pub(super) fn torn(&self) -> Option<u64> {
            Some(self.0.torn.load(SeqCst)).filter(|&at| at != WHOLE).map(|at| at as u64)
        }
    }

    impl Drop for Watched {
        fn drop(&mut self) {
            self.0.set(0..0);
            FREE.lock().unwrap_or_else(PoisonError::into_inner).push(self.0);
        }
    }

    fn install() -> io::Result<()> {
        // SAFETY: a question about this system.
        if let Ok(bytes) = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }) {
            PAGE_BYTES.store(bytes, SeqCst);
        }
        let handle = |new: Option<&libc::sigaction>| {
            // SAFETY: all zeros is a valid `sigaction`: the default, no flags.
            let mut old: libc::sigaction = unsafe { std::mem::zeroed() };
            // SAFETY: both are null or valid for the call, and the handler does what a handler may.
            let done = unsafe { libc::sigaction(libc::SIGBUS, new.map_or(std::ptr::null(), std::ptr::from_ref), &raw mut old) };
            if done == 0 { Ok(old) } else { Err(io::Error::last_os_error()) }
        };
        // Known before the handler can need it.
        let mut action = *PREVIOUS.get_or_init(|| {
            handle(None).unwrap_or_else(|_| {
                // SAFETY: as above.
                unsafe { std::mem::zeroed() }
            })
        });
        // Rust gives each thread a stack for signals; a handler on the usual one could find it used up.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        action.sa_sigaction = on_bus_error as *const () as usize;
        // SAFETY: the set is a valid place to write to.
        unsafe { libc::sigemptyset(&raw mut action.sa_mask) };
        handle(Some(&action)).map(drop)
    }

    extern "C" fn on_bus_error(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
        // SAFETY: with SA_SIGINFO the system hands over a valid description, of a fault here.
        let (address, sent) = unsafe { ((*info).si_addr() as usize, (*info).si_code <= 0) };
        // What a process sent has no address.
        if sent || !put_zeros(address) {
            hand_on(signal, sent, info, context);
        }
    }

    /// Maps zero pages over all from the page of `address` to the end of its map. False when it is in none.
    fn put_zeros(address: usize) -> bool {
        let page = address & !(PAGE_BYTES.load(SeqCst) - 1);
        // SAFETY: null, or a place that is never freed nor changed but through its atomics.
        let mut next = unsafe { FIRST.load(SeqCst).as_ref() };
        while let Some(place) = next {
            if let Some(addresses) = place.around(address) {
                // Noted first: another thread that reads a zero finds this when it asks.
                place.torn.fetch_min(page - addresses.start, SeqCst);
                let (protection, flags) = (libc::PROT_READ, libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
                // SAFETY: the pages from `page` to the end belong to a map that the interrupted thread is reading from, so that nobody unmaps it
                // now. They stay readable throughout. Two threads that do this at a time both put zeros, and it does not matter which were first.
                let zeros = unsafe { libc::mmap(page as *mut c_void, addresses.end - page, protection, flags, -1, 0) };
                return zeros != libc::MAP_FAILED;
            }
            next = place.next;
        }
        false
    }

    /// Does what would have been done without this handler.
    fn hand_on(signal: c_int, sent: bool, info: *mut libc::siginfo_t, context: *mut c_void) {
        let Some(previous) = PREVIOUS.get() else { return };
        match previous.sa_sigaction {
            libc::SIG_DFL | libc::SIG_IGN => {
                // SAFETY: the action was the system's own a moment ago.
                unsafe { libc::sigaction(signal, previous, std::ptr::null_mut()) };
                if sent {
                    // A fault happens again on return from here; what was sent has to be sent again.
                    // SAFETY: allowed in a handler.
                    unsafe { libc::raise(signal) };
                }
            }
            handler if previous.sa_flags & libc::SA_SIGINFO != 0 => {
                // SAFETY: with this flag the handler is such a function.
                let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = unsafe { std::mem::transmute(handler) };
                handler(signal, info, context);
            }
            handler => {
                // SAFETY: without that flag the handler is such a function.
                let handler: extern "C" fn(c_int) = unsafe { std::mem::transmute(handler) };
                handler(signal);
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::sync::Barrier;

    const MANY: usize = 1 << 20;

    /// A file of ones, and the map of it.
    fn ones(len: usize) -> (File, Map) {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; len]).unwrap();
        let map = Map::new(&file, len).unwrap();
        (file, map)
    }

    fn page() -> usize {
        // SAFETY: a question about this system.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.try_into().unwrap()
    }

    #[test]
    fn what_was_cut_off_reads_as_zeros() {
        let page = page();
        for kept in [0, 1, page, page + 1, MANY / 2 - 1, MANY - page - 1, MANY - 1, MANY] {
            let (file, map) = ones(MANY);
            assert_eq!(map.torn(), None);
            file.set_len(kept as u64).unwrap();
            let (left, right) = map.bytes().split_at(kept);
            assert!(left.iter().all(|&b| b == 1) && right.iter().all(|&b| b == 0), "{kept}");
            // The rest of the last page makes no fault.
            let first_lost = kept.next_multiple_of(page);
            assert_eq!(map.torn(), (first_lost < MANY).then_some(first_lost as u64), "{kept}");
            // What is put there later is not seen, so that the mark stays true.
            file.set_len(MANY as u64).unwrap();
            assert!(right.iter().all(|&b| b == 0));
        }
    }

    #[test]
    fn threads_that_meet_the_cut_at_once_all_go_on() {
        const THREADS: usize = 8;
        for round in 0..50 {
            let (file, map) = ones(MANY);
            let (met, whole) = (Barrier::new(THREADS + 1), ones(MANY));
            std::thread::scope(|s| {
                for n in 0..THREADS {
                    let (map, met) = (&map, &met);
                    s.spawn(move || {
                        met.wait();
                        let from = n * MANY / THREADS;
                        let bytes = map.bytes()[from..].iter().chain(&map.bytes()[..from]);
                        assert!(bytes.copied().all(|b| b <= 1));
                    });
                }
                met.wait();
                // Maps come and go meanwhile.
                drop(ones(5000));
                file.set_len(round * 10_007).unwrap();
                drop(ones(5000));
            });
            assert!(map.bytes()[round as usize * 10_007..].iter().all(|&b| b == 0));
            assert!(map.torn().is_some_and(|at| at >= round * 10_007));
            assert!(whole.1.torn().is_none() && whole.1.bytes().iter().all(|&b| b == 1));
        }
    }

    #[test]
    fn a_place_used_again_is_whole() {
        for _ in 0..100 {
            let maps: Vec<_> = (0..20).map(|_| ones(10_000)).collect();
            for (n, (file, map)) in maps.iter().enumerate().filter(|(n, _)| n % 3 == 0) {
                assert_eq!(map.torn(), None, "{n}");
                file.set_len(0).unwrap();
                assert_eq!(map.bytes()[9_999], 0);
            }
            for (n, (_, map)) in maps.iter().enumerate() {
                assert_eq!(map.torn().is_some(), n % 3 == 0, "{n}");
            }
        }
    }
}
