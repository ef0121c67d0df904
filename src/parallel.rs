//! The only place that starts threads: numbered pieces of work are done in any order and their results committed in order.

use crate::{Error, Result};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};

/// Results that may wait for an earlier piece before the workers pause; bounds memory when one piece is slow.
const WAITING_RESULTS: usize = 64;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Set by the system's signal to end, where a command asked for that.
static TERMINATED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Asks all running work to stop; it ends with [`Error::interrupted`]. Safe to call from a signal handler.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// Whether the user asked to stop.
#[must_use]
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed) || TERMINATED.load(Ordering::Relaxed)
}

/// From now on the system's signal to end (SIGTERM) is an interrupt. Without it the process ends at once, which is right for a command that leaves
/// nothing half-done.
///
/// # Errors
/// When the system refuses.
pub fn end_on_termination() -> Result<()> {
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGTERM, Arc::clone(&TERMINATED))
        .map_err(|e| Error::io("cannot wait for the signal to end", &e))?;
    Ok(())
}

/// A pool of `threads` worker threads.
///
/// # Errors
/// When the system refuses the threads.
pub fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|n| format!("leaktrace-{n}"))
        .build()
        .map_err(|_| Error::usage("cannot start the worker threads").advice("ask for fewer with --threads"))
}

/// Runs `work`, which may block for ever (a pipe that nobody writes to), on a thread of its own and waits for it. After an interrupt it is
/// left to itself: the process is about to end.
///
/// # Errors
/// [`Error::interrupted`], or that the system refuses the thread.
pub fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    const LOOK: std::time::Duration = std::time::Duration::from_millis(50);
    let (send, receive) = std::sync::mpsc::sync_channel(1);
    let refused = |_| Error::usage("cannot start a thread").advice("end other programs, or raise the limit on processes");
    std::thread::Builder::new().spawn(move || send.send(work())).map_err(refused)?;
    loop {
        match receive.recv_timeout(LOOK) {
            Ok(done) => return Ok(done),
            Err(_) if interrupted() => return Err(Error::interrupted()),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                return Err(Error::damaged("a part of the work ended in an internal error"));
            }
        }
    }
}

/// Reads `from` to its end on a thread of its own, so that whoever writes there never waits, and sends the first `keep` bytes when there are no more.
///
/// # Errors
/// When the system refuses the thread.
pub fn drained(mut from: impl Read + Send + 'static, keep: usize) -> Result<Receiver<Vec<u8>>> {
    let (send, receive) = std::sync::mpsc::sync_channel(1);
    let refused = |_| Error::usage("cannot start a thread").advice("end other programs, or raise the limit on processes");
    let work = move || {
        let mut kept = Vec::new();
        // What is behind is read as well, and let go.
        let _ = (&mut from).take(keep as u64).read_to_end(&mut kept).and_then(|_| std::io::copy(&mut from, &mut std::io::sink()));
        let _ = send.send(kept);
    };
    std::thread::Builder::new().spawn(work).map_err(refused)?;
    Ok(receive)
}

/// Bytes that are made ahead at a time, and how many such chunks may wait: a window's, so that the next window is there when one has been read.
pub const CHUNK_BYTES: usize = 2 << 20;
const WAITING_CHUNKS: usize = crate::limits::WINDOW_BYTES / CHUNK_BYTES;

/// Chunks of bytes that another thread makes.
pub struct Chunks {
    made: Receiver<Vec<u8>>,
    used: SyncSender<Vec<u8>>,
}

impl Chunks {
    /// Waits for the next chunk; `None` behind the last.
    #[must_use]
    pub fn take(&self) -> Option<Vec<u8>> {
        self.made.recv().ok()
    }

    /// Gives back a chunk that is no longer needed: its memory is used for another one.
    pub fn give_back(&self, mut chunk: Vec<u8>) {
        chunk.clear();
        // Where too many wait already, it goes.
        _ = self.used.try_send(chunk);
    }
}

/// Lets `make` append to chunks, on this thread, while `consume` takes them on another one. A chunk that stays empty is the last.
///
/// # Errors
/// When the system refuses the thread, or the work on it panics.
pub fn ahead<T: Send>(mut make: impl FnMut(&mut Vec<u8>), consume: impl FnOnce(Chunks) -> T + Send) -> Result<T> {
    let refused = |_| Error::usage("cannot start a thread").advice("end other programs, or raise the limit on processes");
    std::thread::scope(|scope| {
        let (send, made) = std::sync::mpsc::sync_channel(WAITING_CHUNKS);
        let (used, again) = std::sync::mpsc::sync_channel(WAITING_CHUNKS);
        let consumer = std::thread::Builder::new().spawn_scoped(scope, move || consume(Chunks { made, used })).map_err(refused)?;
        loop {
            let mut chunk = again.try_recv().unwrap_or_else(|_| Vec::with_capacity(CHUNK_BYTES));
            make(&mut chunk);
            if chunk.is_empty() || interrupted() || send.send(chunk).is_err() {
                break;
            }
        }
        drop(send);
        consumer.join().map_err(|_| Error::damaged("a part of the work ended in an internal error"))
    })
}

struct Queue<T> {
    done: BTreeMap<usize, T>,
    committed: usize,
    failed: Option<Error>,
}

/// Runs `work(state, n)` for every `n` in `0..pieces` on the pool's threads, each with a state of its own made by `init`, and calls
/// `commit(n, result)` in ascending order of `n`. At most 64 results wait for an earlier one.
///
/// # Errors
/// The first error of `work` or `commit`, or [`Error::interrupted`]. Pieces not yet begun are then not done.
pub fn ordered<S, T, I, W, C>(pool: &rayon::ThreadPool, pieces: usize, init: I, work: W, commit: C) -> Result<()>
where
    T: Send,
    I: Fn() -> S + Sync,
    W: Fn(&mut S, usize) -> Result<T> + Sync,
    C: FnMut(usize, T) -> Result<()> + Send,
{
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let queue = Mutex::new(Queue { done: BTreeMap::new(), committed: 0, failed: None });
    let room = Condvar::new();
    // Whoever holds this commits; the others go on working.
    let committer = Mutex::new(commit);
    let lock = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    let fail = |error: Error| {
        lock().failed.get_or_insert(error);
        stop.store(true, Ordering::Release);
        room.notify_all();
    };
    let drain = || {
        while let Ok(mut commit) = committer.try_lock() {
            loop {
                let (n, result) = {
                    let mut q = lock();
                    let n = q.committed;
                    match q.done.remove(&n) {
                        Some(result) => (n, result),
                        None => break,
                    }
                };
                if let Err(error) = commit(n, result) {
                    fail(error);
                    return;
                }
                lock().committed = n + 1;
                room.notify_all();
            }
            drop(commit);
            // A result may have arrived between the last look and the release of the lock.
            let q = lock();
            if !q.done.contains_key(&q.committed) {
                return;
            }
        }
    };
    pool.broadcast(|_| {
        let mut state = init();
        loop {
            if stop.load(Ordering::Acquire) {
                return;
            }
            if interrupted() {
                fail(Error::interrupted());
                return;
            }
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= pieces {
                return;
            }
            {
                let mut q = lock();
                while n > q.committed + WAITING_RESULTS && !stop.load(Ordering::Acquire) {
                    q = room.wait(q).unwrap_or_else(PoisonError::into_inner);
                }
            }
            // A piece that panics must not leave the others waiting for its result.
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut state, n)));
            match done.unwrap_or_else(|_| Err(Error::damaged("a part of the work ended in an internal error"))) {
                Ok(result) => {
                    lock().done.insert(n, result);
                    drain();
                }
                Err(error) => fail(error),
            }
        }
    });
    match lock().failed.take() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_every_piece_once_and_in_order() {
        for threads in [1, 2, 7] {
            let pool = pool(threads).unwrap();
            let mut seen = Vec::new();
            ordered(
                &pool,
                1000,
                || 0u64,
                |calls, n| {
                    *calls += 1;
                    Ok(n * 3)
                },
                |n, r| {
                    seen.push((n, r));
                    Ok(())
                },
            )
            .unwrap();
            assert_eq!(seen, (0..1000).map(|n| (n, n * 3)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_piece_that_panics_ends_the_run() {
        let pool = pool(2).unwrap();
        let r = ordered(&pool, 1000, || (), |(), n| if n == 3 { panic!("three") } else { Ok(n) }, |_, _| Ok(()));
        let error = r.unwrap_err().to_string();
        assert!(error.contains("internal error") && !error.contains("three"), "{error}");
    }

    #[test]
    fn the_first_error_ends_the_run() {
        let pool = pool(3).unwrap();
        let r = ordered(&pool, 1000, || (), |(), n| if n == 17 { Err(Error::usage("seventeen")) } else { Ok(n) }, |_, _| Ok(()));
        assert!(r.unwrap_err().to_string().contains("seventeen"));
    }
}
