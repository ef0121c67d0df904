//! With `-v`, a line for every stage of work: how long it took, and at which rate.

use crate::progress::Progress;
use crate::report::terminal::{bytes_words, seconds_words};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Tells every stage when it is over, and hands on to `inner`.
pub struct Stages<'a> {
    inner: &'a dyn Progress,
    stage: Mutex<Option<(String, Instant)>>,
    bytes: AtomicU64,
}

impl<'a> Stages<'a> {
    /// Around another.
    #[must_use]
    pub fn new(inner: &'a dyn Progress) -> Stages<'a> {
        Stages { inner, stage: Mutex::new(None), bytes: AtomicU64::new(0) }
    }
}

impl Progress for Stages<'_> {
    fn begin(&self, stage: &str, total: u64) {
        self.bytes.store(0, Ordering::Relaxed);
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some((stage.to_string(), Instant::now()));
        self.inner.begin(stage, total);
    }

    fn advance(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.inner.advance(bytes);
    }

    fn end(&self) {
        self.inner.end();
        let Some((stage, began)) = self.stage.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let (bytes, seconds) = (self.bytes.load(Ordering::Relaxed) as f64, began.elapsed().as_secs_f64());
        let rate =
            if bytes > 0.0 { format!(", {} at {}/s", bytes_words(bytes), bytes_words(bytes / seconds.max(1e-9))) } else { String::new() };
        anstream::eprintln!("{stage}: {}{rate}", seconds_words(seconds));
    }
}
